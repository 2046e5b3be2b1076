//! A guess at an encoding, held against others by how well their letters stand in words.

use super::charset::Charset;
use super::encoding::Found;
use unicode_normalization::char::is_combining_mark;

/// Encodings that compete for the place of the runner-up, in declared order.
pub(super) const RIVALS: &[&str] = &[
    "windows-1252",
    "windows-1250",
    "windows-1251",
    "iso-8859-15",
    "iso-8859-2",
    "windows-1254",
    "windows-1253",
    "windows-1257",
    "macintosh",
    "koi8-r",
    "ibm866",
    "shift_jis",
    "gbk",
    "big5",
    "euc-kr",
];

/// Encodings that are taken by themselves only where all others are surely wrong; they show that another one is.
const ON_REQUEST: &[&str] = &["cp850", "cp437", "cp852", "cp866", "macintosh"];
/// What is easily taken for Windows-1252.
const LATIN_9: &[&str] = &["iso-8859-15"];
/// Signs beyond ASCII that texts of any language hold.
const SIGNS: &str = "“”„‘‚«»–—…•·°€£§©®™¿¡ªº¼½¾±×÷¹²³\u{a0}\u{ad}";
/// Share of accented letters as in words below which a guess is doubted.
const DOUBTFUL: f64 = 0.8;
/// Share of accented letters as in words from which an encoding is surely the right one, and below which it is not.
const SURELY: f64 = 0.95;
const SURELY_NOT: f64 = 0.6;
/// The same share below which no guess is believed.
const NEVER: f64 = 0.65;
/// By how much another encoding must do better for a guess to be refused.
pub(super) const CLEARLY_BETTER: f64 = 0.2;
/// The same of one that is surely right.
const BETTER: f64 = 0.1;
/// Accented letters that tell something of an encoding.
const ENOUGH_LETTERS: u32 = 5;
/// The same where what is easily taken for Windows-1252 does not fit either.
const FEW_LETTERS: u32 = 2;
/// Encodings that a refusal names.
const NAMED: usize = 4;

/// A guess, held against others.
pub(super) fn judged(encoding: Charset, lines: &[u8]) -> Found {
    let ours = plausibility(encoding, lines);
    let text = encoding.decode(lines);
    // of those that read alike the first, best first
    let scores = |labels: &[&[&str]]| {
        let mut read = vec![text.clone()];
        let mut scores: Vec<(f64, Charset)> = Vec::new();
        for rival in labels.concat().iter().filter_map(|l| Charset::named(l)) {
            let text = rival.decode(lines);
            if rival != encoding && !read.contains(&text) {
                scores.push((plausibility(rival, lines).share, rival));
                read.push(text);
            }
        }
        scores.sort_by(|a, b| b.0.total_cmp(&a.0));
        scores
    };
    // of equals the first
    let all = scores(&[LATIN_9, ON_REQUEST, RIVALS]);
    let on_request = scores(&[ON_REQUEST]);
    let best = on_request.first().copied();
    let clearly = best.filter(|(s, _)| ours.share < DOUBTFUL && *s >= ours.share + CLEARLY_BETTER);
    if let Some((score, rival)) = clearly {
        let next = on_request.get(1).map_or(0.0, |(score, _)| *score);
        let latin_9 = scores(&[LATIN_9]).first().map_or(0.0, |(score, _)| *score);
        // of few letters one that the encoding lacks tells enough
        let few = (FEW_LETTERS..ENOUGH_LETTERS).contains(&ours.letters);
        let lacking = few && text.contains(|c: char| !c.is_ascii() && c.is_control());
        let told = ours.letters >= ENOUGH_LETTERS || (few && latin_9 < SURELY_NOT) || lacking;
        let others = if lacking { next } else { ours.share.max(next) };
        let sure = others < SURELY_NOT && score >= SURELY;
        if sure && told {
            return Found {
                alternatives: Some(stands(score, (ours.share, encoding))),
                ..Found::of(rival, "encoding guessed")
            };
        }
    }
    let surely = |(s, _): &&(f64, Charset)| *s >= SURELY && *s >= ours.share + BETTER;
    let refused = clearly.is_some()
        || (ours.share < NEVER && ours.letters >= ENOUGH_LETTERS)
        || all.iter().any(|rival| surely(&rival));
    let runner_up = scores(&[RIVALS]).first().copied();
    let mut guess = Found {
        alternatives: Some(rated(ours.share, runner_up)),
        ..Found::of(encoding, "encoding guessed")
    };
    if refused {
        guess.doubt = Some(doubt(ours, &all));
    }
    guess
}

/// Encodings that fit better than the guess, and well enough to be named, and the reason.
fn doubt(ours: Fit, all: &[(f64, Charset)]) -> (Vec<String>, String) {
    let best = all.first().map_or(0.0, |(score, _)| *score);
    let least = DOUBTFUL.max(best - BETTER);
    let better = all.iter().filter(|(s, _)| *s > ours.share && *s >= least);
    let better: Vec<(f64, Charset)> = better.take(NAMED).copied().collect();
    let reason = match better.first() {
        Some(rival) => stands(ours.share, *rival),
        None => format!(
            "{} of its accented letters stand as in words",
            percent(ours.share)
        ),
    };
    let few = ours.letters < ENOUGH_LETTERS;
    let few = if few {
        format!("; it has only {}", ours.letters)
    } else {
        String::new()
    };
    (
        better.iter().map(|(_, rival)| rival.name()).collect(),
        reason + &few,
    )
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn stands(share: f64, (other, name): (f64, Charset)) -> String {
    format!(
        "{} of its accented letters stand as in words, {} as `{}`",
        percent(share),
        percent(other),
        name.name()
    )
}

fn rated(share: f64, runner_up: Option<(f64, Charset)>) -> String {
    let runner_up = match runner_up {
        Some((score, rival)) => format!("runner-up `{}` with {}", rival.name(), percent(score)),
        None => "no runner-up".to_owned(),
    };
    let share = percent(share);
    format!("{share} of its accented letters stand as in words; {runner_up}")
}

/// How well an encoding fits.
#[derive(Clone, Copy)]
pub(super) struct Fit {
    /// Share of characters beyond ASCII, 0..=1, that are letters in a place and case as in words.
    pub(super) share: f64,
    /// How many characters that is of.
    letters: u32,
}

/// How well an encoding fits. Signs such as dashes, which stand beside letters rather than among them, say nothing;
/// letters of another script beside those of ASCII are no words.
pub(super) fn plausibility(encoding: Charset, bytes: &[u8]) -> Fit {
    let text = encoding.decode(bytes);
    let (mut good, mut all) = (0_u32, 0_u32);
    let (mut before, mut signs) = (' ', text.chars().peekable());
    while let Some(c) = signs.next() {
        if !c.is_ascii() {
            let after = signs.peek().copied().unwrap_or(' ');
            let (in_word, follows) = (before.is_alphabetic(), after.is_alphabetic());
            let aside = !(in_word || follows || c.is_alphabetic() || c.is_control());
            let sign = c == '’' || aside || (SIGNS.contains(c) && !(in_word && follows));
            if !sign || c == '\u{FFFD}' {
                let beside = before.is_lowercase() || after.is_lowercase();
                let among_capitals = before.is_uppercase() && after.is_uppercase();
                let odd_case =
                    in_word && c.is_uppercase() && beside || c.is_lowercase() && among_capitals;
                let latin = before.is_ascii_alphabetic() || after.is_ascii_alphabetic();
                let foreign = latin && !is_latin(c);
                all += 1;
                let letter = c.is_alphabetic() || (in_word && is_combining_mark(c));
                good += u32::from(letter && !odd_case && !foreign);
            }
        }
        before = c;
    }
    let share = f64::from(good) / f64::from(all);
    Fit {
        share: if all == 0 { 1.0 } else { share },
        letters: all,
    }
}

/// Whether a letter stands in words with letters of ASCII.
fn is_latin(c: char) -> bool {
    matches!(c, '\0'..='\u{24F}' | '\u{300}'..='\u{36F}' | '\u{1E00}'..='\u{1EFF}')
}

//! Meanings of header words that are not in the vocabulary: compounds, truncations, abbreviations, misspellings.

use super::words::connects;
use super::{Meaning, Phrase, Sense, vocabulary};
use crate::record::Kind;

/// Meanings of a word that is not in the vocabulary: a compound, a truncation, an inflection or a misspelling.
pub(super) fn word(word: &str) -> Vec<Phrase> {
    let letters = word.chars().count();
    if word.bytes().any(|b| b.is_ascii_digit()) || letters < 3 {
        let wide = !word.is_ascii() && letters >= 2;
        return if wide { compound(word) } else { Vec::new() };
    }
    let without_article = word
        .strip_prefix("ال")
        .and_then(|rest| vocabulary().get(rest));
    if let Some(meanings) = without_article {
        return vec![phrase(word, meanings, 0.9)];
    }
    let parts = compound(word);
    if !parts.is_empty() {
        return parts;
    }
    truncated(word)
        .or_else(|| inflected(word))
        .or_else(|| misspelt(word))
        .or_else(|| abbreviated(word))
        .map_or_else(|| tail(word).into_iter().collect(), |p| vec![p])
}

fn phrase(text: &str, meanings: &'static [Meaning], certainty: f64) -> Phrase {
    Phrase {
        text: text.to_owned(),
        meanings,
        certainty,
    }
}

/// Splits a word written without gaps (`custname`, `rechnungsstrasse`, `客户手机`) into known words.
fn compound(word: &str) -> Vec<Phrase> {
    let cuts: Vec<usize> = word
        .char_indices()
        .map(|(i, _)| i)
        .chain([word.len()])
        .collect();
    let wide = word.chars().any(|c| ('\u{2e80}'..'\u{d7b0}').contains(&c));
    let n = cuts.len() - 1;
    // fewest parts that cover the rest; glue letters of German compounds cost one
    let mut best: Vec<Option<(u32, usize, bool)>> = vec![None; n + 1];
    best[n] = Some((0, n, false));
    for i in (0..n).rev() {
        for j in i + 1..=n {
            let Some((rest, ..)) = best[j] else { continue };
            let part = &word[cuts[i]..cuts[j]];
            let len = j - i;
            let real = vocabulary().get(part).is_some_and(|m| {
                m.iter().any(|m| m.sense != Sense::Noise)
                    && (wide || len >= 3 || (len == 2 && j == n && i >= 4))
            }) || (wide && vocabulary().get(part).is_some());
            let glue = !wide && i > 0 && j < n && matches!(part, "s" | "n" | "en" | "es");
            if (real || glue) && best[i].is_none_or(|(cost, ..)| rest + 1 < cost) {
                best[i] = Some((rest + 1, j, glue));
            }
        }
    }
    let mut parts = Vec::new();
    let mut i = 0;
    while i < n {
        let Some((_, j, glue)) = best[i] else {
            return Vec::new();
        };
        if let (false, Some(meanings)) = (glue, vocabulary().get(&word[cuts[i]..cuts[j]])) {
            parts.push(phrase(&word[cuts[i]..cuts[j]], meanings, 0.9));
        }
        i = j;
    }
    parts
}

/// A word cut off, as in tables with short column names: `occupat`, `birthdat`.
fn truncated(word: &str) -> Option<Phrase> {
    if word.chars().count() < 4 {
        return None;
    }
    let mut longer = vocabulary().continuing(word);
    let shortest = longer.next()?;
    let first = vocabulary().get(shortest)?;
    // words that turn a column's sense around are cut by a few letters, not by a word
    if first.iter().any(turns) && shortest.len() > word.len() + 3 {
        return None;
    }
    let same = |w: &str| {
        w.starts_with(shortest)
            || vocabulary()
                .get(w)
                .is_some_and(|m| m[0].sense == first[0].sense)
    };
    longer.take(40).all(same).then(|| phrase(word, first, 0.75))
}

/// A word or phrase written without its vowels: `phn`, `ctynm`, `lstchgdt`. Of the phrases that contain its letters
/// in order those count that lose the fewest consonants, and only if they agree.
fn abbreviated(word: &str) -> Option<Phrase> {
    let vowel = |b: &u8| b"aeiou".contains(b);
    let bytes = word.as_bytes();
    if !word.is_ascii() || bytes.len() < 3 || bytes[1..].iter().any(vowel) {
        return None;
    }
    let mut best: Option<(usize, &'static [Meaning])> = None;
    let mut agreed = true;
    for known in vocabulary().beginning(bytes[0]) {
        if known.len() <= word.len() || known.len() > 3 * word.len() + 1 || !known.is_ascii() {
            continue;
        }
        let (Some(lost), Some(meanings)) = (
            lost_consonants(bytes, known.as_bytes()),
            vocabulary().get(known),
        ) else {
            continue;
        };
        if meanings[0].bits < 7.0 || meanings[0].sense == Sense::Noise {
            continue;
        }
        match best {
            Some((least, _)) if lost > least => {}
            Some((least, first)) if lost == least => agreed &= first[0].sense == meanings[0].sense,
            _ => (best, agreed) = (Some((lost, meanings)), true),
        }
    }
    best.filter(|(lost, _)| agreed && *lost <= word.len() / 2)
        .map(|(_, meanings)| phrase(word, meanings, 0.75))
}

/// Consonants of `full` that are not in `short`, when the letters of `short` are in `full` in order.
fn lost_consonants(short: &[u8], full: &[u8]) -> Option<usize> {
    let mut rest = short.iter().peekable();
    let mut lost = 0;
    for b in full {
        if rest.peek() == Some(&b) {
            rest.next();
        } else if !b"aeiou".contains(b) {
            lost += 1;
        }
    }
    rest.peek().is_none().then_some(lost)
}

/// A phrase whose words are cut short or lost their vowels: `lieu naiss`, `frst nme`, `num int`. Phrases that keep most
/// words whole count, and only if they agree.
pub(super) fn shortened(words: &[String]) -> Option<Phrase> {
    let words: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|w| !connects(w))
        .collect();
    if words.len() < 2 || words.iter().all(|w| w.len() < 3) {
        return None;
    }
    let initial = *words[0].as_bytes().first()?;
    let mut best: Option<(usize, &'static [Meaning])> = None;
    let mut agreed = true;
    for (full, key) in vocabulary().spelled(initial) {
        let mut full = full.split(' ');
        let mut whole = 0;
        let fits = words.iter().all(|w| {
            full.next().is_some_and(|f| {
                whole += usize::from(f == *w);
                stands_for(w, f)
            })
        });
        if !fits || full.next().is_some() {
            continue;
        }
        let Some(meanings) = vocabulary().get(key) else {
            continue;
        };
        match best {
            Some((most, _)) if whole < most => {}
            Some((most, first)) if whole == most => agreed &= first[0].sense == meanings[0].sense,
            _ => (best, agreed) = (Some((whole, meanings)), true),
        }
    }
    best.filter(|_| agreed)
        .map(|(_, meanings)| phrase(&words.join(" "), meanings, 0.8))
}

/// Whether a word is the beginning of another or the other without its vowels.
fn stands_for(short: &str, full: &str) -> bool {
    short == full
        || (short.len() >= 2
            && short.as_bytes()[0] == full.as_bytes()[0]
            && (full.starts_with(short)
                || (short
                    .bytes()
                    .skip(1)
                    .all(|b| !b"aiou".contains(&b) && b.is_ascii_alphabetic())
                    && lost_consonants(short.as_bytes(), full.as_bytes()).is_some_and(|n| n <= 1))))
}

/// A known word with an ending of up to three letters: `adresy`, `telefonu`.
fn inflected(word: &str) -> Option<Phrase> {
    let cuts: Vec<usize> = word.char_indices().map(|(i, _)| i).collect();
    (1..=3usize)
        .filter_map(|drop| cuts.len().checked_sub(drop).filter(|n| *n >= 5))
        .find_map(|n| Some(phrase(word, vocabulary().get(&word[..cuts[n]])?, 0.8)))
}

/// A known word with one letter wrong, missing, doubled or two swapped.
fn misspelt(word: &str) -> Option<Phrase> {
    let letters = word.chars().count();
    if letters < 6 {
        return None;
    }
    let near = vocabulary().beginning(word.as_bytes()[0]).find(|w| {
        w.len().abs_diff(word.len()) <= 2
            && w.chars().next() == word.chars().next()
            && strsim::osa_distance(w, word) == 1
            && vocabulary().get(w).is_some_and(|m| !may_invert(w, word, m))
    })?;
    Some(phrase(word, vocabulary().get(near)?, 0.8))
}

/// Whether a meaning changes whom or what a column is about, so that guessing it needs more.
fn turns(meaning: &Meaning) -> bool {
    matches!(
        meaning.sense,
        Sense::Party | Sense::Foreign | Sense::Kind(Kind::Consent | Kind::OptOut)
    )
}

/// Whether one letter may be the whole difference between a word and its opposite, as in `anmeldedatum` and
/// `abmeldedatum`: negations stand at the beginning, so only words of leave or upkeep that begin alike are corrected.
fn may_invert(known: &str, word: &str, meanings: &[Meaning]) -> bool {
    let weighty = |m: &Meaning| {
        matches!(
            m.sense,
            Sense::Kind(Kind::Consent | Kind::OptOut | Kind::CreatedAt | Kind::UpdatedAt)
        )
    };
    meanings.iter().any(weighty) && !known.chars().take(4).eq(word.chars().take(4))
}

/// The longest known ending or beginning of a compound whose other part is unknown: `ansprechtelefon`.
fn tail(word: &str) -> Option<Phrase> {
    let cuts: Vec<usize> = word.char_indices().map(|(i, _)| i).collect();
    let n = cuts.len();
    let solid = |m: &'static [Meaning]| m.iter().any(|m| m.bits >= 7.0 && m.sense != Sense::Noise);
    (5..n)
        .rev()
        .find_map(|len| {
            let (end, start) = (&word[cuts[n - len]..], &word[..cuts[len]]);
            [end, start]
                .into_iter()
                .find_map(|part| vocabulary().get(part).filter(|m| solid(m)))
        })
        .map(|meanings| phrase(word, meanings, 0.6))
}

//! One spelling for the words of a street: street words, directions, ordinals, saints.

use super::scan::{Joint, Piece};
use crate::lexicon::directions::direction;
use crate::lexicon::street_words::{split_glued, street_word};
use crate::text::osa_within;

/// The street in one spelling, words parted by spaces. `number_first` tells that the house number stood
/// before it, as in English.
pub(super) fn street(pieces: &[&Piece], number_first: bool) -> String {
    let mut out: Vec<String> = Vec::with_capacity(pieces.len() + 2);
    let n = pieces.len();
    let mut at = 0;
    while at < n {
        let piece = pieces[at];
        let next = pieces.get(at + 1);
        if let Some(word) = broken_word(piece, next, at > 0 && at + 2 == n) {
            out.push(word.to_owned());
            at += 2;
            continue;
        }
        spell(pieces, at, number_first, &mut out);
        at += 1;
    }
    mend_last(&mut out);
    out.join(" ")
}

/// A street word broken by a stray space at the end: `oxley str eet`.
fn broken_word(piece: &Piece, next: Option<&&Piece>, at_end: bool) -> Option<&'static str> {
    let next =
        next.filter(|n| at_end && n.joint == Joint::Space && !piece.dotted && n.text.len() > 1)?;
    let whole = format!("{}{}", piece.text, next.text);
    (whole.len() > 4).then(|| LONG_WORDS.iter().find(|w| **w == whole).copied())?
}

/// Street words long enough to be recognized with a slip in them.
const LONG_WORDS: [&str; 16] = [
    "street",
    "avenue",
    "crescent",
    "circuit",
    "terrace",
    "parade",
    "boulevard",
    "highway",
    "gardens",
    "retreat",
    "parkway",
    "esplanade",
    "strasse",
    "drive",
    "place",
    "court",
];

/// Adds the words `pieces[at]` stands for.
fn spell(pieces: &[&Piece], at: usize, number_first: bool, out: &mut Vec<String>) {
    let piece = pieces[at];
    let (text, n) = (piece.text.as_str(), pieces.len());
    let first = out.is_empty();
    let last = pieces[at + 1..]
        .iter()
        .all(|p| direction(&p.text).is_some());
    if text == "st" || text == "saint" {
        let saint = text == "saint" || is_saint(pieces, at);
        out.push(if saint { "saint" } else { "street" }.to_owned());
        return;
    }
    if let Some(short) = direction(text).filter(|_| {
        n > 1 && !(piece.joint == Joint::Hyphen || piece.text.len() == 1 && hyphen_next(pieces, at))
    }) {
        out.push(short.to_owned());
        return;
    }
    if text == "str" && n > 1 {
        let word = match pieces.get(at + 1).map(|p| p.text.as_str()) {
            Some("der" | "des" | "am" | "zum" | "zur") => "strasse",
            Some(_) if first => "strada",
            _ if number_first => "street",
            _ => "strasse",
        };
        out.push(word.to_owned());
        return;
    }
    if text == "dr" && n > 1 {
        out.push(if last && !first { "drive" } else { "doctor" }.to_owned());
        return;
    }
    if let Some(number) = number_word(text).filter(|_| !first || n > 1) {
        out.push(number.to_owned());
        return;
    }
    let slash = pieces.get(at + 1).is_some_and(|p| p.joint == Joint::Slash);
    let prefix = first && at == 0 && (abbreviation_may_start(piece) || slash);
    let written = (!piece.written.is_empty())
        .then(|| street_word(&piece.written, prefix, last))
        .flatten();
    let known = written.or_else(|| street_word(text, prefix, last));
    if let Some(word) = known.filter(|_| n > 1) {
        out.push(word.to_owned());
        return;
    }
    split_into(text, piece.dotted, out);
}

/// One or two letters are a street word only with a full stop or a slash after them: `v. Roma`, `C/ Mayor`.
fn abbreviation_may_start(piece: &Piece) -> bool {
    piece.text.len() > 2 || piece.dotted
}

fn hyphen_next(pieces: &[&Piece], at: usize) -> bool {
    pieces.get(at + 1).is_some_and(|p| p.joint == Joint::Hyphen)
}

/// `st` is a saint before a name, when it comes first or a street word follows later.
fn is_saint(pieces: &[&Piece], at: usize) -> bool {
    let Some(next) = pieces.get(at + 1) else {
        return false;
    };
    let named = next.is_word()
        && direction(&next.text).is_none()
        && street_word(&next.text, false, true).is_none();
    let only_numbers_before = pieces[..at]
        .iter()
        .all(|p| p.is_number() || direction(&p.text).is_some());
    let later_word = pieces[at + 2..]
        .iter()
        .any(|p| p.text == "st" || street_word(&p.text, false, true).is_some());
    named && (only_numbers_before || later_word)
}

/// Splits `hauptstrasse`; parts that are grown together themselves are split again.
fn split_into(text: &str, dotted: bool, out: &mut Vec<String>) {
    match split_glued(text, dotted) {
        Some((stem, word)) => {
            split_into(stem, false, out);
            out.push(word.to_owned());
        }
        None => out.push(text.to_owned()),
    }
}

/// A slip in the last word when no street word is there: `tsreet`, `crescnet`.
fn mend_last(words: &mut [String]) {
    if words.len() < 2 || words.iter().any(|w| street_word(w, false, true).is_some()) {
        return;
    }
    let Some(last) = words.last_mut() else {
        return;
    };
    if last.len() < 5 || !last.bytes().all(|b| b.is_ascii_lowercase()) {
        return;
    }
    let close = |w: &&&str| osa_within(last.as_bytes(), w.as_bytes(), 1).is_some();
    if let Some(word) = LONG_WORDS.iter().filter(|w| w.len() > 5).find(close) {
        last.clear();
        last.push_str(word);
    }
}

/// English and German number words of numbered streets.
fn number_word(text: &str) -> Option<&'static str> {
    Some(match text {
        "first" => "1st",
        "second" => "2nd",
        "third" => "3rd",
        "fourth" => "4th",
        "fifth" => "5th",
        "sixth" => "6th",
        "seventh" => "7th",
        "eighth" => "8th",
        "ninth" => "9th",
        "tenth" => "10th",
        "eleventh" => "11th",
        "twelfth" => "12th",
        _ => return None,
    })
}

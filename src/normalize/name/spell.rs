//! One spelling for names that are written apart or together: `mc donald`, `al-ahmad`, `jean-luc`, `xiao ming`.

use super::scan::{Script, Word};
use crate::lexicon::{family_names, given_names, nicknames};

/// The words as they are, parted by spaces.
pub(super) fn plain(words: &[Word]) -> String {
    let texts: Vec<&str> = words.iter().map(|w| w.text.as_str()).collect();
    texts.join(" ")
}

/// First given name and the others. Customary compounds and syllables of one name are one first name.
pub(super) fn given(words: &[Word]) -> (String, String) {
    let Some((first, rest)) = words.split_first() else {
        return (String::new(), String::new());
    };
    if first.script == Script::Alphabet && stuck_initials(&first.text) {
        let letters = first.text.chars().skip(1).map(String::from);
        let others = letters.chain(rest.iter().map(|w| w.text.clone()));
        let others: Vec<String> = others.collect();
        return (first.text[..1].to_owned(), others.join(" "));
    }
    let Some((second, others)) = rest.split_first() else {
        return (first.text.clone(), String::new());
    };
    let (a, b) = (first.text.as_str(), second.text.as_str());
    if let Some(done) = servant_of(a, b, others).filter(|_| first.script == Script::Alphabet) {
        return done;
    }
    let joined = || given_names::givenness(&format!("{a}{b}")).is_some();
    let one_name = syllables_of_one_name(first, second) || arabic_particle(first);
    let apostrophe = matches!(a, "d" | "o") && second.hyphen && !stuck_initials(&format!("{a}{b}"));
    if one_name
        || apostrophe
        || matches!(a, "la" | "le" | "de" | "da" | "mc" | "ja" | "ta") && joined()
    {
        (format!("{a}{b}"), plain(others))
    } else if given_names::compound(a, b) {
        (format!("{a} {b}"), plain(others))
    } else {
        (first.text.clone(), plain(rest))
    }
}

/// Initials written as one word, `JP` or `lhm`: no vowel, and no name.
pub(super) fn stuck_initials(word: &str) -> bool {
    let vowel = |b: u8| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    let letters = word.bytes().all(|b| b.is_ascii_lowercase() && !vowel(b));
    (2..=3).contains(&word.len())
        && letters
        && !matches!(word, "md" | "mhd" | "mc" | "ng")
        && given_names::givenness(word).is_none()
        && !nicknames::is_given_name(word)
}

/// Arabic words that need the next one: servant of, father of, son of, house of.
pub(super) fn arabic_particle(word: &Word) -> bool {
    matches!(
        word.raw.as_str(),
        "عبد" | "ابو" | "أبو" | "بن" | "ابن" | "بنت" | "آل" | "ال" | "بو" | "أم" | "ام"
    )
}

/// Arabic names of `abd al` and a name, in one word: `abd al-rahman`, `abdul rahman`.
fn servant_of(a: &str, b: &str, others: &[Word]) -> Option<(String, String)> {
    let article = matches!(b, "al" | "el" | "ul" | "ur" | "ar" | "as" | "us");
    match (a, others.split_first()) {
        ("abd" | "abdul" | "abdel", Some((name, rest))) if article && name.text.len() > 2 => {
            Some((format!("abdul{}", name.text), plain(rest)))
        }
        ("abd" | "abdul" | "abdal", _) if b.len() > 2 => Some((format!("abdul{b}"), plain(others))),
        ("abdel", _) if b.len() > 2 => Some((format!("abdel{b}"), plain(others))),
        _ => None,
    }
}

/// Two syllables of a Chinese or Korean name, which are as often written as one word.
fn syllables_of_one_name(first: &Word, second: &Word) -> bool {
    let both = |test: fn(&str) -> bool| test(&first.text) && test(&second.text);
    let western = |w: &Word| given_names::givenness(&w.text).is_some();
    if first.is_initial() || second.is_initial() || first.script != Script::Alphabet {
        return false;
    }
    let (chinese, korean) = (
        both(given_names::pinyin_syllable),
        both(given_names::korean_syllable),
    );
    (chinese || korean) && (second.hyphen || !(western(first) && western(second)))
}

/// Family names in one spelling.
pub(super) fn family(words: &[Word]) -> String {
    let mut out = String::new();
    let mut at = 0;
    while at < words.len() {
        let text = words[at].text.as_str();
        let next = words.get(at + 1).map(|w| w.text.as_str());
        if !out.is_empty() {
            out.push(' ');
        }
        let after = words.get(at + 2).map(|w| w.text.as_str());
        match (text, next) {
            ("v", Some("d")) if after.is_some() => {
                out.push_str("van der");
                at += 1;
            }
            ("vd", Some(_)) | ("vander", Some(_)) => out.push_str("van der"),
            ("vanden", Some(_)) => out.push_str("van den"),
            ("dela", Some(_)) => out.push_str("de la"),
            ("st", Some(_)) => out.push_str("saint"),
            ("ste", Some(_)) => out.push_str("sainte"),
            (a, Some(b))
                if binds(a, b) || with_apostrophe(&words[at]) || arabic_particle(&words[at]) =>
            {
                out.push_str(a);
                out.push_str(b);
                at += 1;
            }
            _ => out.push_str(text),
        }
        at += 1;
    }
    out
}

/// `'t`, which is no initial.
pub(super) fn with_apostrophe(word: &Word) -> bool {
    word.text == "t" && word.raw.len() > 1
}

/// True if `first second` is as often written in one word: `mc donald`, `o brien`, `al ahmad`.
pub(super) fn binds(first: &str, second: &str) -> bool {
    match first {
        "mc" | "mac" | "fitz" | "abdul" | "abdel" => second.len() > 2,
        "o" => family_names::irish_stem(second),
        "d" => matches!(
            second,
            "angelo"
                | "amico"
                | "agostino"
                | "ambrosio"
                | "arcy"
                | "andrea"
                | "aquino"
                | "urso"
                | "onofrio"
                | "alessandro"
                | "antonio"
                | "amato"
                | "amore"
                | "errico"
                | "elia"
                | "souza"
                | "silva"
                | "hondt"
                | "hoker"
                | "aoust"
                | "estaing"
        ),
        "al" | "el" | "ul" => second.len() > 2,
        _ => false,
    }
}

//! Legal forms at the end of a name, which make it a company's.

use super::scan::Word;
use crate::lexicon::{family_names, given_names, honorifics, legal_forms, suffixes};
use crate::normalize::organization::has_east_asian_form;
use crate::text::fold;

/// A legal form after two words or more. Short ones must be written as one: in capitals or with full stops.
pub(super) fn ends_in_legal_form(words: &[Word]) -> bool {
    if ends_in_letters_of_a_form(words) {
        return true;
    }
    let Some(last) = words.last().filter(|_| words.len() > 2) else {
        return false;
    };
    let shouted = words.iter().all(|w| w.caps);
    let foreign = !last.raw.is_ascii();
    let told = last.text.len() > 3 || last.dotted || foreign || last.caps && !shouted;
    let texts: Vec<&str> = words.iter().map(|w| w.text.as_str()).collect();
    let form = legal_forms::at_end(&texts, false);
    told && given_names::givenness(&last.text).is_none()
        && !suffixes::credential(&last.text, true)
        && honorifics::honorific(&last.text).is_none()
        && form.is_some_and(|(_, form)| form != "co")
}

/// A legal form written as no initials of a person are: `Rossi S.p.A.`, `Novák s.r.o.`, `Hansen A/S`, `Larsen ApS`, `Nagy Bt.`,
/// `Andersson AB`, `Tan Sdn Bhd`, `Công ty TNHH Nguyễn`, `株式会社山田`.
pub(super) fn has_form_as_written(cell: &str) -> bool {
    if has_east_asian_form(cell) {
        return true;
    }
    let words: Vec<&str> = cell.split_whitespace().collect();
    let [before @ .., last] = words.as_slice() else {
        return false;
    };
    let Some(neighbour) = before.last().map(|w| fold(w)) else {
        return false;
    };
    let texts = words.iter().map(|w| fold(&w.replace(['.', ',', '/'], "")));
    let texts: Vec<String> = texts.collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    if legal_forms::at_start(&texts).is_some_and(|(count, _)| count > 1) {
        return true;
    }
    let count = match legal_forms::at_end(&texts, true) {
        Some((count, form)) if form != "co" => count,
        _ => return false,
    };
    let text = texts.last().copied().unwrap_or("");
    let latin = last.chars().all(|c| c < '\u{250}');
    if count > 1 || !latin {
        return count > 1;
    }
    let title = suffixes::credential(text, true) || honorifics::honorific(text).is_some();
    let written = last.trim_end_matches('.');
    let small = written.contains(char::is_lowercase);
    let dots = written.contains('.');
    if small {
        // not in a cell all of small letters, where a form looks like any word
        let behind_comma = before.len() > 1 && before.last().is_some_and(|w| w.ends_with(','));
        let marked = dots || last.ends_with('.') || mixed(written) || behind_comma;
        return marked
            && cell.contains(char::is_uppercase)
            && given_names::givenness(text).is_none()
            && !(title && before.len() > 1);
    }
    if written.contains('/') || !written.is_ascii() {
        return true;
    }
    if title || cell.contains(',') || !cell.contains(char::is_lowercase) {
        return false;
    }
    if dots {
        legal_forms::at_end(&texts, false).is_some() && !family_names::slavic_ending(&neighbour)
    } else {
        text.len() > 2 || given_names::givenness(&neighbour).is_none()
    }
}

/// A capital behind a small letter: `ApS`.
fn mixed(word: &str) -> bool {
    let mut letters = word.chars().skip_while(|c| !c.is_lowercase());
    letters.any(char::is_uppercase)
}

/// A legal form letter by letter behind two words: `Cerámicas Alborada S.L.`; behind one it may be initials (`Ivanov S.A.`).
fn ends_in_letters_of_a_form(words: &[Word]) -> bool {
    let single = |raw: &str| raw.split('.').all(|letter| letter.len() == 1);
    let letter = |w: &Word| w.dotted && w.raw.is_ascii() && single(&w.raw);
    let before = words.iter().take_while(|w| !letter(w)).count();
    // `Kovář a syn s.r.o.`
    let whole = words[..before].iter().filter(|w| w.text.len() > 1).count();
    if whole < 2 || before == words.len() {
        return false;
    }
    let mut texts: Vec<String> = Vec::new();
    let mut spelled = false;
    for word in words {
        match texts.last_mut().filter(|_| spelled && letter(word)) {
            Some(form) => form.push_str(&word.text),
            None => texts.push(word.text.clone()),
        }
        spelled = letter(word);
    }
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    spelled && legal_forms::at_end(&texts, false).is_some_and(|(_, form)| form.len() > 1)
}

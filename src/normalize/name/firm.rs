//! Legal forms at the end of a name, which make it a company's.

use super::scan::Word;
use crate::lexicon::{given_names, honorifics, legal_forms, suffixes};

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

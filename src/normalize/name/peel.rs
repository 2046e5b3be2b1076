//! Takes off what surrounds a name: forms of address, generations, credentials, titles of nobility.

use super::scan::{Script, Word};
use super::{PersonName, Suffix, append, order, spell};
use crate::lexicon::honorifics::{Strength, honorific};
use crate::lexicon::suffixes::{self, Generation};
use crate::lexicon::{given_names, particles};

/// The kind of cell, which says how much must be left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Peeled {
    /// Given names: a form of address may be all there is.
    Given,
    /// Family names.
    Family,
    /// Whole names.
    Full,
}

/// Takes forms of address from the front and generations and credentials from the back of `words`.
pub(super) fn both_ends(mut words: Vec<Word>, cell: Peeled, name: &mut PersonName) -> Vec<Word> {
    front(&mut words, cell, name);
    back(&mut words, cell, name);
    words
}

fn front(words: &mut Vec<Word>, cell: Peeled, name: &mut PersonName) {
    let mut taken = usize::from(is_article_of_title(words));
    if words.len() > 2 && words[0].text == "estate" && words[1].text == "of" {
        append(&mut name.honorific, "estate");
        taken = 2;
    }
    while taken < words.len() {
        let word = &words[taken];
        let left = words.len() - taken - 1;
        let joins = taken > 0 && left > 0 && {
            let titled = |w: &Word| honorific(&w.text).is_some();
            particles::person_joiner(&word.text) || order::joins(&words[taken - 1..], titled)
        };
        if joins {
            name.second_person = true;
            taken += 1;
            continue;
        }
        if taken == 0 && left > 0 && particles::all_of_a_family(&word.text) {
            name.second_person = true;
            append(&mut name.honorific, &word.text);
            taken += 1;
            continue;
        }
        if let Some(count) = ordinal(&word.text).filter(|_| cell != Peeled::Family) {
            name.suffix = Suffix::Nth(count);
            taken += 1;
            continue;
        }
        // `ifj. Szabó Zoltán`
        let hungarian = taken == 0 && left > 1 && matches!(word.text.as_str(), "ifj" | "id");
        if let Some(generation) = abbreviated(word).filter(|_| hungarian) {
            name.suffix = generation.into();
            taken += 1;
            continue;
        }
        let found = honorific(&word.text).filter(|_| word.script == Script::Alphabet);
        let Some(found) = found else {
            break;
        };
        let chained = taken > 0 && word.hyphen;
        let take = match found.strength {
            Strength::Strong => left > 0 || cell == Peeled::Given && !is_given(word),
            Strength::Rank => left > 0,
            Strength::Weak => left > 1 && cell != Peeled::Given || chained && left > 0,
            Strength::Dotted => {
                left > 0
                    && (word.dotted && word.text.len() > 1 || chained || left > 1 && word.dotted)
            }
            Strength::First => left > 0 && taken == 0,
            Strength::Inner => left > 0 && taken > 0,
            Strength::Last | Strength::ShyRank => false,
        };
        if !take
            || words
                .get(taken + 1)
                .is_some_and(|next| next.hyphen && honorific(&next.text).is_none())
        {
            break;
        }
        append(&mut name.honorific, &word.text);
        taken += 1;
    }
    words.drain(..taken);
}

/// Particles that stand behind a comma, alone or last, belong before the family name: `Vries, Jan de`, `Dijk, van, Piet`.
pub(super) fn take_particles(parts: &mut Vec<Vec<Word>>, family: &mut Vec<Word>) {
    let small = |w: &Word| {
        w.raw.starts_with(char::is_lowercase) && !w.dotted && particles::particle(&w.text)
    };
    let Some(at) = parts.iter().position(|part| part.last().is_some_and(small)) else {
        return;
    };
    if parts.len() == 1 && parts[0].iter().all(small) {
        return;
    }
    let part = &mut parts[at];
    let count = part.iter().rev().take_while(|w| small(w)).count();
    let mut taken = part.split_off(part.len() - count);
    taken.append(family);
    *family = taken;
    parts.retain(|part| !part.is_empty());
}

/// A form of address or a generation between the words says that the family name came first:
/// `FREEMAN Dr Sam`, `Greene Jr. Ryan`. Takes it out, leaves the family name in `words` and gives
/// the given names.
pub(super) fn split_inside(words: &mut Vec<Word>, name: &mut PersonName) -> Option<Vec<Word>> {
    let is_title = |w: &Word| {
        matches!(
            w.text.as_str(),
            "mr" | "mrs"
                | "ms"
                | "miss"
                | "dr"
                | "prof"
                | "herr"
                | "frau"
                | "mme"
                | "mlle"
                | "sra"
                | "srta"
                | "dott"
                | "mgr"
                | "dra"
        )
    };
    if words.iter().any(|w| particles::person_joiner(&w.text)) {
        return None;
    }
    let at = (1..words.len().saturating_sub(1)).find(|&at| {
        is_title(&words[at])
            || matches!(words[at].text.as_str(), "jr" | "jnr") && !is_given(&words[0])
    })?;
    let mut given = words.split_off(at);
    if let Some(generation) = suffixes::generation(&given[0].text) {
        name.suffix = generation.into();
        given.remove(0);
    }
    Some(both_ends(given, Peeled::Given, name))
}

/// `The` before a form of address: `The Hon. …`.
fn is_article_of_title(words: &[Word]) -> bool {
    words.len() > 2 && words[0].text == "the" && honorific(&words[1].text).is_some()
}

/// The generation a word says.
fn generation(word: &Word) -> Option<Generation> {
    suffixes::generation(&word.text).or_else(|| abbreviated(word))
}

fn abbreviated(word: &Word) -> Option<Generation> {
    let small = word.dotted && word.raw.starts_with(char::is_lowercase);
    small.then(|| suffixes::abbreviated(&word.text)).flatten()
}

fn is_given(word: &Word) -> bool {
    given_names::givenness(&word.text).is_some()
}

fn back(words: &mut Vec<Word>, cell: Peeled, name: &mut PersonName) {
    let mut credentials: Vec<String> = Vec::new();
    while words.len() > 1 {
        let last = words.len() - 1;
        let word = &words[last];
        let generation = generation(word).or_else(|| {
            let roman =
                cell == Peeled::Full && last > 1 && !word.dotted && !words[last - 1].is_initial();
            (roman && is_given(&words[0]))
                .then(|| suffixes::roman_letter(&word.text))
                .flatten()
        });
        let titled = honorific(&word.text).is_some_and(|h| h.strength == Strength::Last);
        if word.hyphen || word.script != Script::Alphabet {
            break;
        } else if particles::all_of_a_family(&word.text) {
            name.second_person = true;
            credentials.push(word.text.clone());
            if last > 1 && words[0].text == "the" {
                words.remove(0);
                words.truncate(last - 1);
                continue;
            }
        } else if let Some(generation) = generation {
            name.suffix = generation.into();
        } else if suffixes::credential(&word.text, word.dotted && word.raw.contains('.')) || titled
        {
            credentials.push(word.text.clone());
        } else {
            break;
        }
        words.truncate(last);
    }
    for credential in credentials.iter().rev() {
        append(&mut name.honorific, credential);
    }
}

impl From<Generation> for Suffix {
    fn from(generation: Generation) -> Self {
        match generation {
            Generation::Junior => Self::Jr,
            Generation::Senior => Self::Sr,
            Generation::Nth(n) => Self::Nth(n),
        }
    }
}

/// Takes out the parts behind a comma that hold only generations, credentials or a title of nobility.
pub(super) fn take_marked_parts(parts: &mut [Vec<Word>]) -> PersonName {
    let mut marked = PersonName::default();
    let name = &mut marked;
    let base = parts.first().map_or(0, Vec::len);
    for part in parts.iter_mut().skip(1) {
        if part.is_empty() {
            continue;
        }
        let letters: String = part.iter().map(|w| w.text.as_str()).collect();
        if base > 1
            && part.iter().all(|w| w.is_initial() && w.dotted)
            && suffixes::credential(&letters, true)
        {
            append(&mut name.honorific, &letters);
            part.clear();
            continue;
        }
        let all_marked = part.iter().all(|w| {
            suffixes::generation(&w.text).is_some()
                || suffixes::credential(&w.text, base > 1)
                || roman(w).is_some()
        });
        let title = starts_title(part, 0);
        if all_marked {
            for word in part.drain(..) {
                match suffixes::generation(&word.text).or_else(|| roman(&word)) {
                    Some(generation) => name.suffix = generation.into(),
                    None => append(&mut name.honorific, &word.text),
                }
            }
        } else if title {
            let words = std::mem::take(part);
            file_title(&words, name);
        }
    }
    marked
}

fn roman(word: &Word) -> Option<Generation> {
    suffixes::roman_letter(&word.text).filter(|_| !word.dotted)
}

/// The count an ordinal says: `14th` is 14.
fn ordinal(text: &str) -> Option<u8> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let ending = &text[digits.len()..];
    matches!(ending, "st" | "nd" | "rd" | "th" | "d").then(|| digits.parse().ok())?
}

/// True if a title of nobility begins at `at`: an ordinal and more, a rank, or `of`.
fn starts_title(words: &[Word], at: usize) -> bool {
    let text = |i: usize| words.get(i).map(|w| w.text.as_str());
    let strength = |i: usize| text(i).and_then(honorific).map(|h| h.strength);
    let of_next = text(at + 1) == Some("of");
    match strength(at) {
        Some(Strength::Rank) => true,
        Some(Strength::ShyRank) => at == 0 || of_next,
        _ if text(at).and_then(ordinal).is_some() => at + 1 < words.len() || at == 0,
        _ => text(at) == Some("of") && at + 1 < words.len(),
    }
}

/// Takes a title of nobility off the end: `john 1st viscount oakham`, `henry of oakham`. In
/// `karl graf von musterberg` the rank stands before the family name, which stays.
pub(super) fn take_title(words: &mut Vec<Word>, name: &mut PersonName) {
    let is_rank = |w: &Word| {
        honorific(&w.text).is_some_and(|h| matches!(h.strength, Strength::Rank | Strength::ShyRank))
    };
    let inner = (0..words.len().saturating_sub(2))
        .find(|&at| is_rank(&words[at]) && particles::particle(&words[at + 1].text));
    if let Some(at) = inner {
        append(&mut name.honorific, &words.remove(at).text);
        return;
    }
    let titled = words.len() > 2 && is_rank(&words[0]) && words[1].text == "of";
    if titled {
        let title = std::mem::take(words);
        file_title(&title, name);
        return;
    }
    if let Some(at) = (1..words.len()).find(|&at| starts_title(words, at)) {
        let title = words.split_off(at);
        file_title(&title, name);
    }
}

fn file_title(words: &[Word], name: &mut PersonName) {
    let mut territory = Vec::new();
    for word in words {
        let rank = honorific(&word.text).is_some();
        if let Some(count) = ordinal(&word.text) {
            name.suffix = Suffix::Nth(count);
        } else if rank {
            append(&mut name.honorific, &word.text);
        } else if word.text != "of" && word.text != "and" {
            territory.push(word.clone());
        }
    }
    append(&mut name.territory, &spell::plain(&territory));
}

/// Takes a title of nobility that is all there is of a family name: `Baronet`, `Bt.`.
pub(super) fn take_lone_rank(words: &mut Vec<Word>, name: &mut PersonName) {
    if let [word] = &words[..]
        && honorific(&word.text).is_some_and(|h| h.strength == Strength::Rank)
        && !is_given(word)
    {
        append(&mut name.honorific, &word.text);
        words.clear();
    }
}

/// Takes a name before marriage off the end: `Smith née Jones`.
pub(super) fn take_former(words: &mut Vec<Word>, name: &mut PersonName) {
    let certain = |w: &Word| {
        matches!(
            w.text.as_str(),
            "aka"
                | "alias"
                | "nee"
                | "geb"
                | "geborene"
                | "formerly"
                | "fka"
                | "rozena"
                | "nacida"
                | "nascida"
                | "urozhdennaya"
                | "fodd"
                | "fodt"
        )
    };
    spell_out_slashes(words);
    let Some(at) = (1..words.len().saturating_sub(1)).find(|&at| certain(&words[at])) else {
        return;
    };
    let former = words.split_off(at);
    if former[0].text == "aka" || former[0].text == "alias" {
        append(&mut name.nickname, &spell::plain(&former[1..]));
    } else {
        append(&mut name.previous_family, &spell::family(&former[1..]));
    }
}

/// Joins `f/k/a` (formerly known as) and `a/k/a` (also known as) into one word.
fn spell_out_slashes(words: &mut Vec<Word>) {
    let is = |at: usize, text: &str| words.get(at).is_some_and(|w| w.text == text);
    let found = (1..words.len())
        .find(|&at| (is(at, "f") || is(at, "a")) && is(at + 1, "k") && is(at + 2, "a"));
    if let Some(at) = found {
        words[at].text.push_str("ka");
        words.drain(at + 1..at + 3);
    }
}

/// In a family-name cell, initials before the name are of the given name, initials after it of the middle name.
pub(super) fn take_initials(words: &mut Vec<Word>, name: &mut PersonName) {
    let all_initials = words.iter().all(Word::is_initial);
    while words.len() > 1 && !all_initials && words.last().is_some_and(Word::is_initial) {
        if let Some(word) = words.pop() {
            name.middle = if name.middle.is_empty() {
                word.text
            } else {
                format!("{} {}", word.text, name.middle)
            };
        }
    }
    let leading = words.iter().take_while(|w| w.is_initial()).count();
    let bound = words
        .get(leading)
        .is_some_and(|next| leading > 0 && spell::binds(&words[leading - 1].text, &next.text));
    let leading = leading - usize::from(bound);
    let dutch = words.len() > 2 && words[0].text == "v" && words[1].text == "d"
        || words.first().is_some_and(spell::with_apostrophe);
    if all_initials || leading == 0 || dutch {
        return;
    }
    for word in words.drain(..leading) {
        let to = if name.given.is_empty() {
            &mut name.given
        } else {
            &mut name.middle
        };
        append(to, &word.text);
    }
}

/// True if every word is a given name that is seldom a family name.
pub(super) fn is_given_only(words: &[Word]) -> bool {
    words
        .iter()
        .all(|w| given_names::givenness(&w.text) == Some(given_names::Givenness::Given))
}

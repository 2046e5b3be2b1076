//! Which words of a whole name are given names and which are the family name.
//!
//! The default is given names first. Evidence against it: capitals (`SMITH John`), vocabulary
//! (`Nagy László`), the customs of Chinese, Korean, Vietnamese and Japanese names, patronymics.

use super::scan::{Script, Word};
use super::{NameOrder, spell};
use crate::lexicon::given_names::{self, Givenness};
use crate::lexicon::{family_names, particles};
use crate::text::fold::is_han;

type Split = (Vec<Word>, Vec<Word>);

fn givenness(word: &Word) -> Option<Givenness> {
    given_names::givenness(&word.text)
}

/// True if the first word is an initial or a given name that is not a family name more often.
pub(super) fn starts_with_given_only(words: &[Word]) -> bool {
    words
        .first()
        .is_some_and(|w| w.is_initial() || givenness(w).is_some_and(|g| g != Givenness::Family))
}

/// True if the first word is a known given name or an initial.
pub(super) fn starts_with_given(words: &[Word]) -> bool {
    words
        .first()
        .is_some_and(|w| w.is_initial() || givenness(w).is_some())
}

/// True if some word is a known given name or an initial.
pub(super) fn has_given(words: &[Word]) -> bool {
    words
        .iter()
        .any(|w| w.is_initial() || givenness(w).is_some())
}

/// True if the second of the words joins the first and the third, both of which `are` what it joins.
pub(super) fn joins(words: &[Word], are: impl Fn(&Word) -> bool) -> bool {
    let [before, w, after, ..] = words else {
        return false;
    };
    let small = w.raw.starts_with(char::is_lowercase) && !w.dotted;
    small && particles::joiner_between_givens(&w.text) && are(before) && are(after)
}

/// True for a known given name that is not a family name more often.
fn is_first_name(word: &Word) -> bool {
    givenness(word).is_some_and(|g| g != Givenness::Family)
}

/// True if the word at `at` joins particles of one family: `von und zu`.
fn joins_particles(words: &[Word], at: usize) -> bool {
    let particle = |w: &Word| particles::particle(&w.text);
    match words.get(at.saturating_sub(1)..) {
        Some([before, w, after, ..]) if at > 0 => {
            particles::person_joiner(&w.text) && particle(before) && particle(after)
        }
        _ => false,
    }
}

/// Parts `john and mary` into the first person's words and the second's.
pub(super) fn split_people(mut words: Vec<Word>) -> (Vec<Word>, Option<Vec<Word>>) {
    let last = words.len().saturating_sub(1);
    let joiner = |at: usize| {
        let w = &words[at];
        let strong = particles::person_joiner(&w.text) && !(w.caps && w.dotted);
        let strong = strong && !joins_particles(&words, at);
        strong || joins(&words[at - 1..], is_first_name)
    };
    let Some(at) = (1..last).find(|&at| joiner(at)) else {
        return (words, None);
    };
    let mut partner = words.split_off(at);
    partner.remove(0);
    (words, Some(partner))
}

/// Given names and family name of one person's whole name, in which the given names come first unless something says
/// otherwise, or the family name, where the column has it so.
pub(super) fn split_full(words: Vec<Word>, order: NameOrder) -> Split {
    match words.len() {
        0 => (Vec::new(), Vec::new()),
        1 => split_single(words),
        2 if spell::arabic_particle(&words[0]) => (words, Vec::new()),
        _ if words.iter().all(|w| w.script.is_east_asian()) => split_east_asian(words),
        _ => {
            let leading = leading_family(&words);
            if let Some(count) = leading.or_else(|| by_column(&words, order)) {
                return cut(words, count);
            }
            let family_at = family_start(&words);
            let mut given = words;
            let family = given.split_off(family_at);
            (given, family)
        }
    }
}

/// `count` words of family name first, the rest given names.
fn cut(mut words: Vec<Word>, count: usize) -> Split {
    let given = words.split_off(count);
    if count == 1
        && given.len() > 1
        && family_names::vietnamese(&words[0].text)
        && !given.iter().any(|w| w.hyphen)
    {
        return (last_first(given), words);
    }
    (given, words)
}

/// Vietnamese given names end the name: `nguyen van minh` is called `minh`.
fn last_first(mut given: Vec<Word>) -> Vec<Word> {
    given.rotate_right(1);
    given
}

fn split_single(words: Vec<Word>) -> Split {
    let word = &words[0];
    if word.script.is_east_asian() {
        return split_characters(word).unwrap_or_else(|| (Vec::new(), words.clone()));
    }
    if givenness(word) == Some(Givenness::Given) {
        (words, Vec::new())
    } else {
        (Vec::new(), words)
    }
}

/// A name in characters without a space: one of family name, two when the pair is a known family
/// name or there are four (Japanese).
fn split_characters(word: &Word) -> Option<Split> {
    let characters: Vec<char> = word.raw.chars().filter(|c| c.is_alphabetic()).collect();
    let (first, second) = (*characters.first()?, *characters.get(1)?);
    if word.script == Script::Kana && !is_han(first) || characters.len() > 5 {
        return None;
    }
    let double = family_names::double_chinese(first, second) && characters.len() > 2;
    let count = if double || characters.len() > 3 { 2 } else { 1 };
    let spelled = |letters: &[char]| {
        let raw: String = letters.iter().collect();
        let text = super::fold(&raw).replace(' ', "");
        Word {
            text,
            raw,
            ..word.clone()
        }
    };
    Some((
        vec![spelled(&characters[count..])],
        vec![spelled(&characters[..count])],
    ))
}

/// Several words in characters: family name first, unless it is a foreign name (`约翰·史密斯`, `ジョン スミス`).
fn split_east_asian(words: Vec<Word>) -> Split {
    let foreign = words.iter().any(|w| w.hyphen)
        || words
            .iter()
            .all(|w| !w.raw.chars().any(is_han) && w.script == Script::Kana);
    if foreign {
        let mut given = words;
        let family = given.split_off(given.len() - 1);
        return (given, family);
    }
    let length = |w: &Word| w.raw.chars().count();
    let (first, last) = (&words[0], &words[words.len() - 1]);
    let western_order = words.len() == 2
        && first.script == Script::Han
        && length(last) == 1
        && (length(first) == 2
            || family_names::chinese(&last.text) && !family_names::chinese(&first.text));
    if western_order {
        let mut given = words;
        let family = given.split_off(1);
        return (given, family);
    }
    cut(words, 1)
}

/// How many words of family name come first, when something says that they do.
fn leading_family(words: &[Word]) -> Option<usize> {
    by_capitals(words)
        .or_else(|| by_custom(words))
        .or_else(|| by_vocabulary(words))
}

/// What the column says, unless the name has the given name first for sure.
fn by_column(words: &[Word], order: NameOrder) -> Option<usize> {
    if order == NameOrder::GivenFirst {
        return None;
    }
    let (first, last) = (words.first()?, words.last()?);
    let sure = |word: &Word| givenness(word) == Some(Givenness::Given);
    let western = first.is_initial() || sure(first) && !sure(last);
    let small = words.iter().take_while(|w| particles::particle(&w.text));
    let mut lead = family_lead(words).max(small.count() + 1);
    // two family names: `Szabóné Tóth Ilona`
    while words
        .get(lead)
        .is_some_and(|w| family_names::frequent(&w.text))
        && lead + 1 < words.len()
    {
        lead += 1;
    }
    (!western && lead < words.len()).then_some(lead)
}

fn by_capitals(words: &[Word]) -> Option<usize> {
    let caps = words.iter().take_while(|w| w.caps).count();
    let lower = words[caps..].iter().any(|w| !w.caps && w.text.len() > 1);
    let later_caps = words[caps..].iter().any(|w| w.caps);
    (caps > 0
        && caps < words.len()
        && lower
        && !later_caps
        && !(caps == 1 && words[0].text.len() == 2))
        .then_some(caps)
}

fn by_custom(words: &[Word]) -> Option<usize> {
    let n = words.len();
    // nobody's first name begins with a particle: `De Luca Alessandro`
    let particles = words.iter().take_while(|w| {
        w.text.len() > 1 && particles::particle(&w.text) && !particles::also_given(&w.text)
    });
    let particles = particles.count();
    let given = matches!(givenness(&words[n - 1]), Some(Givenness::Given));
    let vietnamese = family_names::vietnamese(&words[0].text);
    if particles > 0 && n == particles + 2 && given && !vietnamese {
        return Some(particles + 1);
    }
    let (first, last) = (&words[0], &words[n - 1]);
    let rest = &words[1..];
    let western = |w: &Word| givenness(w).is_some() && !given_names::pinyin_syllable(&w.text);
    if n == 3 && family_names::patronymic(&last.text) && !family_names::patronymic(&first.text) {
        return Some(1);
    }
    let vietnamese_middle = n > 2 && matches!(words[1].text.as_str(), "van" | "thi");
    if vietnamese_middle && family_names::vietnamese(&first.text) {
        return Some(1);
    }
    if family_names::vietnamese(&first.text)
        && (n > 2 && !western(last) || n == 2 && first.text.len() > 3)
        && !western(first)
    {
        return (!family_names::vietnamese(&last.text) || n > 2 && last.text != "nguyen")
            .then_some(1);
    }
    let chinese_given = n <= 3 && rest.iter().all(|w| is_pinyin(&w.text));
    if chinese_given && family_names::chinese(&first.text) {
        let last_too = n == 2 && family_names::chinese(&last.text);
        let sure = family_names::frequent_chinese(&first.text)
            && !family_names::frequent_chinese(&last.text);
        return (!last_too || sure).then_some(1);
    }
    let korean_given = n == 3 && rest.iter().all(|w| given_names::korean_syllable(&w.text));
    (korean_given
        && family_names::korean(&first.text)
        && (words[2].hyphen || !family_names::korean(&last.text)))
    .then_some(1)
}

/// One or two syllables of Mandarin.
fn is_pinyin(word: &str) -> bool {
    given_names::pinyin_syllable(word)
        || (2..word.len().saturating_sub(1)).any(|at| {
            word.is_char_boundary(at)
                && given_names::pinyin_syllable(&word[..at])
                && given_names::pinyin_syllable(&word[at..])
        })
}

fn by_vocabulary(words: &[Word]) -> Option<usize> {
    let n = words.len();
    let first = &words[0];
    if first.is_initial() || particles::particle(&first.text) && n == 2 {
        return None;
    }
    let lead = family_lead(words);
    let rest = &words[lead..];
    if rest.is_empty() {
        return None;
    }
    let family_like = |w: &Word| {
        family_names::slavic_ending(&w.text)
            || family_names::iberian(&w.text)
            || family_names::frequent(&w.text)
    };
    let leading = givenness(&words[lead - 1]);
    let all = |test: fn(Option<Givenness>) -> bool| {
        rest.iter().all(|w| w.is_initial() || test(givenness(w)))
    };
    let only_given = all(|g| g == Some(Givenness::Given));
    let maybe_given = all(|g| g.is_some());
    let initials_end = n > 1 && words[n - 1].is_initial() && !words[n - 1].hyphen;
    let named = !rest.iter().all(Word::is_initial);
    let article = matches!(first.text.as_str(), "al" | "el") && words[1].hyphen && n > 2;
    let strange =
        n == 2 && given_names::givenness(&words[1].text).is_none() && !family_like(&words[1]);
    if article && n > lead
        || strange && leading.is_none() && family_names::slavic_ending(&first.text)
    {
        return Some(lead);
    }
    let inverted = match leading {
        None if family_like(&words[lead - 1]) => maybe_given,
        None => only_given && !given_names::nearly(&words[lead - 1].text),
        Some(Givenness::Family) => only_given && named && n < 4,
        Some(_) => false,
    };
    if inverted {
        return Some(lead);
    }
    // a name seldom ends with an initial: `martin john q`, but `mary ann k` may be cut short
    let martin_john = n > 2
        && initials_end
        && matches!(givenness(first), Some(Givenness::Both | Givenness::Family))
        && givenness(&words[1]).is_some();
    martin_john.then_some(1)
}

/// How many words a family name at the front would take: particles, hyphens, Iberian pairs.
fn family_lead(words: &[Word]) -> usize {
    let mut count = 1;
    let particles_first = words
        .iter()
        .take_while(|w| particles::particle(&w.text))
        .count();
    if particles_first > 0
        && particles_first < words.len()
        && !particles::also_given(&words[0].text)
    {
        count = particles_first + 1;
    }
    while count < words.len() && words[count].hyphen {
        count += 1;
    }
    let iberian = |i: usize| words.get(i).is_some_and(|w| family_names::iberian(&w.text));
    if count == 1 && words.len() > 2 && iberian(0) && iberian(1) {
        count = 2;
    }
    count
}

/// Where the family name at the end starts.
fn family_start(words: &[Word]) -> usize {
    let n = words.len();
    let mut at = n - 1;
    if words[at].is_initial() && !words[at].hyphen && starts_with_given(words) {
        return n; // `charles w.`: cut short, no family name
    }
    let back_to_start = |at: usize| {
        let mut at = at;
        while at > 0 && words[at].hyphen {
            at -= 1;
        }
        while at > 0 && (is_particle_at(words, at - 1) || joins_particles(words, at - 1)) {
            at -= 1;
        }
        at
    };
    at = back_to_start(at);
    let joined = at >= 3
        && particles::surname_joiner(&words[at - 1].text)
        && !words[at - 1].dotted
        && !words[at - 1].raw.starts_with(char::is_uppercase);
    if joined && (words[at - 1].text == "y" || family_names::iberian(&words[at - 2].text)) {
        return back_to_start(at - 2).max(1);
    }
    if at >= 2 {
        let (before, last) = (&words[at - 1], &words[n - 1]);
        let named = |w: &Word| family_names::iberian(&w.text);
        let unknown =
            givenness(before).is_none() && !before.is_initial() && !is_particle_at(words, at - 1);
        let pair = named(before)
            && (named(last)
                || !matches!(givenness(before), Some(Givenness::Both | Givenness::Family)));
        let custom = unknown && (named(last) || given_names::iberian(&words[0].text));
        let after_compound =
            at == 3 && given_names::compound(&words[0].text, &words[1].text) && unknown;
        if pair || custom || after_compound {
            return back_to_start(at - 1).max(1);
        }
    }
    at
}

fn is_particle_at(words: &[Word], at: usize) -> bool {
    let word = &words[at];
    if word.script == Script::Abjad {
        return at > 0 && spell::arabic_particle(word);
    }
    let shy = at == 0
        && (particles::also_given(&word.text) || words.len() == 2 && givenness(word).is_some());
    let mid_given = at > 0
        && matches!(
            word.text.as_str(),
            "ben" | "mac" | "bat" | "ab" | "van" | "san" | "do" | "lo" | "te" | "den"
        )
        && word.dotted;
    let bound =
        matches!(word.text.as_str(), "o" | "d") && spell::binds(&word.text, &words[at + 1].text);
    let dutch_t = spell::with_apostrophe(word); // `van 't Veld`
    (particles::particle(&word.text) && !shy && !mid_given) || dutch_t || bound && at > 0
}

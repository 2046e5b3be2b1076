//! Words of names: how two of them agree, found once for each two words.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::lexicon::nicknames::{self, Relation};
use crate::record::frame::{WordGlance, Words};
use crate::text::edit;

/// How two words agree, best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum WordGrade {
    /// Same letters.
    Equal,
    /// Same spelling skeleton.
    Alike,
    /// Nickname of each other.
    Nickname,
    /// One is the other's initial.
    Initial,
    /// One edit, or all but the same.
    Slip,
    /// Similar, sounds alike, or the same name in another language.
    Similar,
    /// Nothing of it.
    Different,
}

/// Grades by their number.
const GRADES: [WordGrade; 7] = [
    WordGrade::Equal,
    WordGrade::Alike,
    WordGrade::Nickname,
    WordGrade::Initial,
    WordGrade::Slip,
    WordGrade::Similar,
    WordGrade::Different,
];

/// Bits of the number of a slot: the table fits the cache of a processor.
const SLOT_BITS: u32 = 16;
/// Bits of a word's id; two of them and a grade share a number.
const ID_BITS: u32 = 30;

/// Grades of words, of which the last ones found are remembered. The words must always be those of one frame.
///
/// A slot holds both words and their grade in one number, so that threads which write it at once leave one or the other
/// and never a mixture: a grade is a function of its words, whoever finds it.
#[derive(Debug)]
pub struct Grades {
    slots: Vec<AtomicU64>,
}

impl Default for Grades {
    fn default() -> Self {
        Self {
            slots: (0..1 << SLOT_BITS).map(|_| AtomicU64::new(0)).collect(),
        }
    }
}

impl Clone for Grades {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Grades {
    /// Grade of two words by their ids.
    #[must_use]
    pub fn of(&self, words: &Words, a: u32, b: u32) -> WordGrade {
        if let Some(grade) = at_a_glance(words, a, b) {
            return grade;
        }
        let (a, b) = (a.min(b), a.max(b));
        if b >> ID_BITS != 0 {
            return word_grade(words, a, b);
        }
        let both = (u64::from(a) << ID_BITS) | u64::from(b);
        let place = both.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - SLOT_BITS);
        let slot = &self.slots[place as usize];
        let held = slot.load(Ordering::Relaxed);
        // the words differ, so that no two of them are the number of an empty slot
        if held >> 4 == both {
            return GRADES[(held & 15) as usize];
        }
        let grade = word_grade(words, a, b);
        slot.store((both << 4) | grade as u64, Ordering::Relaxed);
        grade
    }
}

/// The grade of two words where it can be told without a look at their letters' order.
fn at_a_glance(words: &Words, a: u32, b: u32) -> Option<WordGrade> {
    if a == b {
        return Some(WordGrade::Equal);
    }
    let (p, q) = (&words.glances[a as usize], &words.glances[b as usize]);
    if p.skeleton == q.skeleton && p.skeleton != 0 {
        return Some(WordGrade::Alike);
    }
    if p.len == 1 || q.len == 1 {
        return Some(if p.initial() == q.initial() {
            WordGrade::Initial
        } else {
            WordGrade::Different
        });
    }
    // Most words that differ have too few letters in common for any grade.
    let far = !p.both_named(q) && !p.may_begin(q) && jaro_winkler_at_most(p, q) < LEAST_SIMILAR;
    far.then_some(WordGrade::Different)
}

/// Words less similar have no grade by their letters.
const LEAST_SIMILAR: f64 = 0.75;

/// Grade of two words that no glance tells.
fn word_grade(words: &Words, a: u32, b: u32) -> WordGrade {
    let (p, q) = (&words.glances[a as usize], &words.glances[b as usize]);
    let (x, y) = (words.values.get(a), words.values.get(b));
    let relation = if p.both_named(q) {
        nicknames::related(x, y)
    } else {
        None
    };
    if relation == Some(Relation::Nickname) {
        return WordGrade::Nickname;
    }
    if nicknames::wife_of(x) == Some(y) || nicknames::wife_of(y) == Some(x) {
        return WordGrade::Different;
    }
    let shorter = p.len.min(q.len);
    let longer_by = p.len.abs_diff(q.len);
    if jaro_winkler_at_most(p, q) >= LEAST_SIMILAR && (longer_by <= 2 || shorter >= 4) {
        if shorter >= 3
            && longer_by <= 1
            && (p.characters() ^ q.characters()).count_ones() <= 2
            && edit::osa_within(x.as_bytes(), y.as_bytes(), 1).is_some()
        {
            return WordGrade::Slip;
        }
        let similarity = edit::jaro_winkler(x.as_bytes(), y.as_bytes());
        if similarity >= 0.94 && shorter >= 5 {
            return WordGrade::Slip;
        }
        let sound = |word: u32| words.sound[word as usize];
        let sounds_alike = sound(a) != 0 && sound(a) == sound(b) && p.initial() == q.initial();
        if similarity >= 0.88 || (sounds_alike && similarity >= LEAST_SIMILAR) {
            return WordGrade::Similar;
        }
    }
    if relation.is_some() || (shorter >= 3 && (x.starts_with(y) || y.starts_with(x))) {
        return WordGrade::Similar;
    }
    WordGrade::Different
}

/// The most that the Jaro-Winkler similarity of two words can be, from their lengths, their first letters, and the number
/// of distinct characters that only one of them has: each of those is an unmatched character.
pub(super) fn jaro_winkler_at_most(p: &WordGlance, q: &WordGlance) -> f64 {
    let (la, lb) = (f64::from(p.len), f64::from(q.len));
    let only = |one: u64, other: u64| f64::from((one & !other).count_ones());
    let common = (la - only(p.characters(), q.characters()))
        .min(lb - only(q.characters(), p.characters()))
        .max(0.0);
    let jaro = (common / la + common / lb + 1.0) / 3.0;
    jaro + 0.1 * f64::from(p.common_start(q)) * (1.0 - jaro)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::build::tests::frame;
    use crate::record::Kind;

    #[test]
    fn what_is_remembered_is_what_would_be_found() {
        let near = [
            "mara", "marah", "bill", "william", "w", "jonas", "jonsa", "johannes", "li",
        ];
        let mut names: Vec<String> = near.iter().map(|n| (*n).to_owned()).collect();
        names.extend((0..300).map(crate::matching::build::tests::word));
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let f = frame(&[(Kind::GivenName, &names)]);
        let grades = Grades::default();
        let mut seen = std::collections::BTreeSet::new();
        let ids = 1..f.words.values.len() as u32;
        for _ in 0..2 {
            for (a, b) in ids.clone().flat_map(|a| ids.clone().map(move |b| (a, b))) {
                let found = grades.of(&f.words, a, b);
                let glance = at_a_glance(&f.words, a, b);
                let afresh = glance.unwrap_or_else(|| word_grade(&f.words, a, b));
                if glance == Some(WordGrade::Different)
                    && f.words.len[a as usize].min(f.words.len[b as usize]) > 1
                {
                    assert_eq!(word_grade(&f.words, a, b), WordGrade::Different);
                }
                assert_eq!(
                    found,
                    afresh,
                    "{} {}",
                    f.words.values.get(a),
                    f.words.values.get(b)
                );
                assert_eq!(found, grades.of(&f.words, b, a));
                assert_eq!(found, GRADES[found as usize]);
                seen.insert(found);
            }
        }
        assert_eq!(seen.len(), GRADES.len(), "{seen:?}");
    }
}

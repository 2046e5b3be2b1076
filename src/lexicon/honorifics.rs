//! Forms of address: civil, academic, military, clerical and noble titles before (or after) a name.

use std::sync::LazyLock;

use super::rows::{Table, rows};

/// How sure a word is to be a form of address where one may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strength {
    /// Always a form of address.
    Strong,
    /// Also a given or family name (`major`, `pastor`): only when at least two more words follow.
    Weak,
    /// Only with a full stop after it (`fr.`, `m.`): an initial or a word otherwise.
    Dotted,
    /// Only as the very first word of a name (`sr` is the generation suffix elsewhere).
    First,
    /// Only as the last word (`san`, `bey`).
    Last,
    /// Only after another form of address (`dr. med. dent.`).
    Inner,
    /// Title of nobility, which may be followed by a territory.
    Rank,
    /// Title of nobility that is also a given or family name (`duke`, `graf`): only beside an
    /// ordinal, a comma or `of`.
    ShyRank,
}

/// A form of address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Honorific {
    /// `m` or `f` when the word is said to one gender only.
    pub gender: Option<char>,
    /// How sure the word is to be a form of address.
    pub strength: Strength,
}

static TABLE: LazyLock<Table<Honorific>> = LazyLock::new(|| {
    rows(include_str!("data/honorifics.csv"))
        .filter_map(|row| {
            let [word, gender, strength] = row[..] else {
                return None;
            };
            let gender = gender.chars().next().filter(|c| *c != '-');
            let strength = match strength {
                "strong" => Strength::Strong,
                "weak" => Strength::Weak,
                "dotted" => Strength::Dotted,
                "first" => Strength::First,
                "last" => Strength::Last,
                "inner" => Strength::Inner,
                "rank" => Strength::Rank,
                "shyrank" => Strength::ShyRank,
                _ => return None,
            };
            Some((word, Honorific { gender, strength }))
        })
        .collect()
});

/// What is known about `word` (folded: lower-case ASCII, no punctuation) as a form of address.
#[must_use]
pub fn honorific(word: &str) -> Option<Honorific> {
    TABLE.get(word).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_once() {
        let all: Vec<_> = rows(include_str!("data/honorifics.csv")).collect();
        assert_eq!(all.len(), TABLE.len());
        assert!(all.iter().all(|row| {
            row[0].bytes().all(|b| b.is_ascii_lowercase()) && ["m", "f", "-"].contains(&row[1])
        }));
    }

    #[test]
    fn genders_and_strengths() {
        assert_eq!(honorific("frau").and_then(|h| h.gender), Some('f'));
        assert_eq!(honorific("dr").and_then(|h| h.gender), None);
        assert_eq!(honorific("major").map(|h| h.strength), Some(Strength::Weak));
        assert_eq!(honorific("smith"), None);
    }
}

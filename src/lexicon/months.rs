//! Names of the months and their abbreviations in some forty languages.
//!
//! Source: calendar month names of Unicode CLDR 47 (Unicode Licence v3: Copyright © Unicode, Inc.), with a few
//! abbreviations of our own (`sept`, `mrz`, `jänner`). Where languages disagree on a word (`listopad` is
//! November in Polish and Czech, October in Croatian), the more widely written language wins in [`month`], and
//! [`croatian`] tells the other.

use std::sync::LazyLock;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use crate::lexicon::word_key::word_key;

const DATA: &str = include_str!("data/months.csv");

static MONTHS: LazyLock<HashMap<String, u8, FixedState>> = LazyLock::new(|| {
    let mut months = HashMap::with_capacity_and_hasher(800, FixedState::default());
    for line in DATA.lines().filter(|l| !l.starts_with('#')) {
        let Some((number, names)) = line.split_once(';') else {
            continue;
        };
        let Ok(number) = number.parse() else { continue };
        for name in names.split('|') {
            months.entry(word_key(name).into_owned()).or_insert(number);
        }
    }
    months
});

/// Takes a month's name or abbreviation in any case, gives its number from 1 to 12.
#[must_use]
pub fn month(name: &str) -> Option<u8> {
    MONTHS.get(word_key(name).as_ref()).copied()
}

/// Takes a month's name where it means another month in Croatian than in Polish and Czech, gives the Croatian one.
#[must_use]
pub fn croatian(name: &str) -> Option<u8> {
    match word_key(name).as_ref() {
        "lip" => Some(6),
        "srp" => Some(7),
        "lis" | "listopad" | "listopada" => Some(10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_known_in_many_languages() {
        for (name, number) in [
            ("January", 1),
            ("Jänner", 1),
            ("FEB.", 2),
            ("März", 3),
            ("Mrz", 3),
            ("avril", 4),
            ("mayo", 5),
            ("giugno", 6),
            ("июля", 7),
            ("août", 8),
            ("Sept", 9),
            ("października", 10),
            ("listopad", 11),
            ("aralık", 12),
            ("Δεκεμβρίου", 12),
            ("يونيو", 6),
        ] {
            assert_eq!(month(name), Some(number), "{name}");
        }
        assert_eq!(month("monday"), None);
        assert_eq!(month(""), None);
    }

    #[test]
    fn the_data_file_has_twelve_months_and_no_word_twice() {
        let mut owners: HashMap<String, &str> = HashMap::new();
        let lines: Vec<_> = DATA.lines().filter(|l| !l.starts_with('#')).collect();
        assert_eq!(lines.len(), 12);
        for line in lines {
            let (number, names) = line.split_once(';').unwrap();
            for name in names.split('|') {
                if let Some(before) = owners.insert(word_key(name).into_owned(), number) {
                    assert_eq!(before, number, "{name}");
                }
            }
        }
    }
}

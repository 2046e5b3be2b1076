//! Words that occur in values: common names, legal forms, street words, places, codes.
//!
//! `data/value_words.csv` was written for this project from general knowledge of the most frequent names, legal
//! forms and places of many countries. It recognizes what a column holds; it is no list of who or what exists.

use crate::lexicon::headers::fold_word;
use std::collections::HashMap;
use std::sync::OnceLock;

const TABLE: &str = include_str!("data/value_words.csv");

macro_rules! classes {
    ($($name:ident = $bit:literal $word:literal),+ $(,)?) => {
        $(#[doc = concat!("Class bit: ", $word, ".")] pub(crate) const $name: u32 = 1 << $bit;)+
        fn class_of(word: &str) -> Option<u32> {
            match word { $($word => Some($name),)+ _ => None }
        }
    };
}

classes! {
    GIVEN = 0 "given",
    SURNAME = 1 "surname",
    ORG = 2 "org",
    STREET = 3 "street",
    UNIT = 4 "unit",
    HONORIFIC = 5 "honorific",
    SUFFIX = 6 "suffix",
    GENDER = 7 "gender",
    JOB = 9 "job",
    CITY = 10 "city",
    REGION = 11 "region",
    COUNTRY = 12 "country",
    MISSING = 13 "missing",
    MONTH = 14 "month",
}

/// Language column of the table: for countries and regions the country's ISO code.
#[derive(Clone, Copy, Default)]
pub(crate) struct WordInfo {
    /// Classes the word belongs to.
    pub(crate) classes: u32,
    /// ISO code of the country it names.
    pub(crate) country: Option<&'static str>,
    /// Tag of the region list it is in.
    pub(crate) region_of: Option<&'static str>,
}

fn table() -> &'static HashMap<String, WordInfo> {
    static WORDS: OnceLock<HashMap<String, WordInfo>> = OnceLock::new();
    WORDS.get_or_init(|| {
        let words = TABLE.matches('|').count();
        let mut map: HashMap<String, WordInfo> = HashMap::with_capacity(words);
        for line in TABLE.lines().skip(1) {
            let mut cells = line.splitn(3, ',');
            let (Some(class), Some(tag), Some(words)) = (cells.next(), cells.next(), cells.next())
            else {
                continue;
            };
            let Some(bit) = class_of(class) else { continue };
            for word in words.split('|') {
                let info = map.entry(fold_word(word)).or_default();
                info.classes |= bit;
                if bit == COUNTRY && info.country.is_none() {
                    info.country = Some(tag);
                }
                if bit == REGION && info.region_of.is_none() {
                    info.region_of = Some(tag);
                }
            }
        }
        map
    })
}

/// What is known of a folded word or phrase.
pub(crate) fn look_up(folded: &str) -> WordInfo {
    table().get(folded).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_known_class_and_words() {
        for line in TABLE.lines().skip(1) {
            let cells: Vec<_> = line.splitn(3, ',').collect();
            assert!(class_of(cells[0]).is_some(), "{line}");
            assert!(cells[2].split('|').all(|w| !w.is_empty()), "{line}");
        }
    }

    #[test]
    fn words_carry_all_their_classes() {
        assert_ne!(look_up("co").classes & ORG, 0);
        assert_eq!(look_up("deutschland").country, Some("de"));
        assert_eq!(look_up("qld").region_of, Some("au"));
        assert_eq!(look_up("zzzz").classes, 0);
    }
}

//! Words that stand where a value should: those that say nothing, and those that can also be meant.

use super::reading::{Reading, Tier};
use crate::record::Kind;
use foldhash::fast::FixedState;
use hashbrown::HashSet;
use std::sync::LazyLock;

/// Cells that say nothing, whatever the field; in lower case, parted by `|`.
const NOTHING: &str = "n/a|n.a.|n/d|#n/a|#null!|#value!|#ref!|<null>|(null)|[null]|\\n|not available|not provided|\
not applicable|not given|not known|not specified|no data|unknown|unspecified|undefined|(blank)|(none)|tbd|tba|\
unbekannt|keine angabe|k.a.|nicht angegeben|inconnu|inconnue|non renseigné|desconocido|desconocida|no disponible|\
sconosciuto|non disponibile|nieznany|brak danych|desconhecido|não informado|неизвестно|не указано|нет данных|onbekend";

/// Cells that are mostly stand-ins, but are somebody's name or number too: `Null` and `Blank` are family names.
const DOUBTFUL: &str = "null|none|nil|na|nan|test|tester|testing|dummy|xxx|xx|x|asdf|qwerty|foo|bar|noname|no name|\
nobody|anonymous|someone|firstname|lastname|first name|last name|customer|guest|missing|blank|ohne|sin nombre|aucun|brak|\
0|00|000|0000|00000|99999|999999999|000000000|123456789|1234567890";

/// Bytes of the longest entry, and room for it.
const LONGEST: usize = 32;

/// Words to look up, most of what is no such word told by its length and first byte.
struct Words {
    words: HashSet<&'static str, FixedState>,
    /// By first byte, a bit for each length in bytes.
    lengths: [u64; 256],
}

impl Words {
    fn new(list: &'static str) -> Self {
        let mut words = HashSet::with_hasher(FixedState::with_seed(0));
        let mut lengths = [0; 256];
        for word in list.split('|') {
            if let Some(first) = word.bytes().next() {
                lengths[usize::from(first)] |= 1 << word.len();
            }
            words.insert(word);
        }
        Self { words, lengths }
    }

    /// Whether `value` is one of them, in any case; no allocation for ASCII.
    fn have(&self, value: &str) -> bool {
        if value.len() > LONGEST {
            return false;
        }
        if !value.is_ascii() {
            return self.words.contains(value.to_lowercase().as_str());
        }
        let first = value.bytes().next().unwrap_or(0).to_ascii_lowercase();
        if self.lengths[usize::from(first)] >> value.len() & 1 == 0 {
            return false;
        }
        let mut lower = [0u8; LONGEST];
        let lower = &mut lower[..value.len()];
        lower.copy_from_slice(value.as_bytes());
        lower.make_ascii_lowercase();
        std::str::from_utf8(lower).is_ok_and(|lower| self.words.contains(lower))
    }
}

/// Whether a cell says only that it says nothing: no letter or digit, or words for *not available*.
#[must_use]
pub fn says_nothing(raw: &str) -> bool {
    static WORDS: LazyLock<Words> = LazyLock::new(|| Words::new(NOTHING));
    let trimmed = raw.trim();
    !trimmed.chars().any(char::is_alphanumeric) || WORDS.have(trimmed)
}

/// Whether a value may be a stand-in but can also be meant.
#[must_use]
pub fn may_be_meant(kind: Kind, value: &str) -> bool {
    static WORDS: LazyLock<Words> = LazyLock::new(|| Words::new(DOUBTFUL));
    let short_values_are_meant = matches!(
        kind,
        Kind::Amount
            | Kind::Category
            | Kind::Attribute
            | Kind::Age
            | Kind::HouseNumber
            | Kind::Unit
            | Kind::MiddleName
            | Kind::NameSuffix
            | Kind::Gender
    );
    !short_values_are_meant && WORDS.have(value)
}

/// Whether a birth date stands for none: zeros, the year 1, or a stand-in of a year in which nobody living was born.
/// Stand-ins of later years, such as 1970-01-01, are somebody's birthday too.
#[must_use]
pub fn is_no_birth(reading: &Reading<'_>) -> bool {
    if reading.kind != Kind::BirthDate {
        return false;
    }
    let value = reading.value.as_ref();
    let day = value.split(['T', ' ']).next().unwrap_or(value);
    let numbers = || {
        day.split(|c: char| !c.is_ascii_digit())
            .filter(|n| !n.is_empty())
    };
    let none = numbers().count() == 3 && {
        let plain = |n: &str| n.trim_start_matches('0').to_owned();
        numbers().all(|n| plain(n).is_empty())
            || (numbers().any(|n| n == "0001") && numbers().all(|n| plain(n) == "1"))
    };
    let year = value.get(..4).and_then(|y| y.parse::<u16>().ok());
    let odd = year.is_some_and(|y| !(1901..=2030).contains(&y));
    none || (reading.tier == Tier::Placeholder && odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_that_mean_none_are_no_births() {
        let birth = |value: &'static str, tier| Reading {
            tier,
            ..crate::survive::reading::plain(Kind::BirthDate, value)
        };
        for value in [
            "0000-00-00",
            "0.0.0000",
            "0/0/00",
            "1/1/0001 12:00:00 AM",
            "0001-01-01T00:00:00",
        ] {
            assert!(is_no_birth(&birth(value, Tier::Weak)), "{value}");
        }
        for value in ["1753-01-01", "1900-01-01", "9999-12-31"] {
            assert!(is_no_birth(&birth(value, Tier::Placeholder)), "{value}");
        }
        for value in ["1970-01-01", "1904-01-01"] {
            assert!(!is_no_birth(&birth(value, Tier::Placeholder)), "{value}");
        }
        for value in ["--05-06", "1853-02-01", "1/1/2001", "10/10/2000"] {
            assert!(!is_no_birth(&birth(value, Tier::Real)), "{value}");
        }
    }

    #[test]
    fn every_word_is_known_in_any_case() {
        for word in NOTHING.split('|') {
            assert!(word.len() <= LONGEST && !word.contains("  "), "{word}");
            assert!(
                says_nothing(word) && says_nothing(&word.to_uppercase()),
                "{word}"
            );
        }
        for word in DOUBTFUL.split('|') {
            assert!(
                may_be_meant(Kind::FamilyName, &word.to_uppercase()),
                "{word}"
            );
            assert!(!says_nothing(word), "{word}");
        }
        assert!(says_nothing(" -- ") && says_nothing(""));
        assert!(!may_be_meant(Kind::FamilyName, "Nulls") && !may_be_meant(Kind::Unit, "0"));
    }
}

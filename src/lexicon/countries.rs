//! Countries: codes, names and other spellings, looked up by code or by name in any of some sixty languages.
//!
//! Sources. Codes (alpha-2, alpha-3, numeric) are those of ISO 3166-1; `XK` for Kosovo is user-assigned, and what
//! the European Union and telephone metadata use. Names in other languages are the territory
//! names of Unicode CLDR 47 (Unicode Licence v3: Copyright © Unicode, Inc.), aliases such as `UK`, `Holland`
//! and `KSA` are our own. Where two countries share a spelling (`Kongo`, `Saint Martin`), the list
//! keeps it with one of them only. Single letters are the distinguishing signs of vehicles in international traffic
//! (UN conventions of 1949 and 1968), common in European address lists.

use std::sync::LazyLock;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use crate::lexicon::word_key::word_key;

const DATA: &str = include_str!("data/countries.csv");

/// One country of ISO 3166-1, or Kosovo.
#[derive(Clone, Debug)]
pub struct Country {
    /// Alpha-2 code, upper case.
    pub alpha2: [u8; 2],
    /// Alpha-3 code, upper case.
    pub alpha3: [u8; 3],
    /// English short name.
    pub name: &'static str,
}

struct Lexicon {
    /// Sorted by alpha-2 code.
    countries: Vec<Country>,
    /// Codes, and names in Latin letters: all keys in ASCII are among them.
    by_key: HashMap<String, [u8; 2], FixedState>,
    /// Code and names of each country, in the order of the file.
    names: Vec<([u8; 2], &'static str)>,
}

const VEHICLE_SIGNS: &[(&str, &[u8; 2])] = &[
    ("a", b"AT"),
    ("b", b"BE"),
    ("d", b"DE"),
    ("e", b"ES"),
    ("f", b"FR"),
    ("h", b"HU"),
    ("i", b"IT"),
    ("j", b"JP"),
    ("l", b"LU"),
    ("n", b"NO"),
    ("p", b"PT"),
    ("s", b"SE"),
];

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut countries = Vec::with_capacity(249);
    let mut by_key = HashMap::with_capacity_and_hasher(6_000, FixedState::default());
    let mut names = Vec::with_capacity(249);
    for line in DATA.lines().filter(|l| !l.starts_with('#')) {
        let mut fields = line.split(';');
        let (Some(a2), Some(a3), Some(number), Some(all)) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        let (Ok(alpha2), Ok(alpha3)) = (
            <[u8; 2]>::try_from(a2.as_bytes()),
            <[u8; 3]>::try_from(a3.as_bytes()),
        ) else {
            continue;
        };
        for code in [a2, a3, number].into_iter().filter(|c| !c.is_empty()) {
            by_key.insert(code.to_ascii_lowercase(), alpha2);
        }
        let name = all.split('|').next().unwrap_or(a2);
        countries.push(Country {
            alpha2,
            alpha3,
            name,
        });
        names.push((alpha2, all));
    }
    // Codes of all countries come before names of any, names in the order of the file.
    add(&mut by_key, &names, is_latin);
    for (sign, alpha2) in VEHICLE_SIGNS {
        by_key.insert((*sign).to_owned(), **alpha2);
    }
    Lexicon {
        countries,
        by_key,
        names,
    }
});

/// Names in other scripts: folding them takes most of the time, and most data has none.
static OTHER_SCRIPTS: LazyLock<HashMap<String, [u8; 2], FixedState>> = LazyLock::new(|| {
    let mut by_key = HashMap::with_capacity_and_hasher(6_000, FixedState::default());
    add(&mut by_key, &LEXICON.names, |name| !is_latin(name));
    by_key
});

fn add(
    by_key: &mut HashMap<String, [u8; 2], FixedState>,
    names: &[([u8; 2], &'static str)],
    wanted: impl Fn(&str) -> bool,
) {
    for (alpha2, all) in names {
        for name in all.split('|').filter(|n| wanted(n)) {
            let key = word_key(name);
            if !key.is_empty() {
                by_key.entry_ref(key.as_ref()).or_insert(*alpha2);
            }
        }
    }
}

/// Whether all letters are Latin ones, with or without diacritics.
fn is_latin(name: &str) -> bool {
    let latin = |c: char| c < '\u{250}' || ('\u{1e00}'..'\u{1f00}').contains(&c);
    name.chars().all(|c| latin(c) || !c.is_alphabetic())
}

/// Takes a name or code in any case and spelling, gives the alpha-2 code.
#[must_use]
pub fn find(name_or_code: &str) -> Option<[u8; 2]> {
    let key = word_key(name_or_code);
    let found = LEXICON.by_key.get(key.as_ref());
    if found.is_some() || key.is_ascii() {
        return found.copied();
    }
    OTHER_SCRIPTS.get(key.as_ref()).copied()
}

/// Takes an alpha-2 code in upper case, gives the country.
#[must_use]
pub fn by_code(alpha2: [u8; 2]) -> Option<&'static Country> {
    let at = LEXICON
        .countries
        .binary_search_by_key(&alpha2, |c| c.alpha2)
        .ok()?;
    LEXICON.countries.get(at)
}

/// All countries, sorted by alpha-2 code.
#[must_use]
pub fn all() -> &'static [Country] {
    &LEXICON.countries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_is_found_by_its_codes_and_its_names() {
        assert_eq!(all().len(), 249 + 1);
        assert!(all().windows(2).all(|w| w[0].alpha2 < w[1].alpha2));
        for country in all() {
            let alpha2 = std::str::from_utf8(&country.alpha2).unwrap();
            let alpha3 = std::str::from_utf8(&country.alpha3).unwrap();
            for spelling in [alpha2, alpha3, country.name] {
                assert_eq!(find(spelling), Some(country.alpha2), "{spelling}");
                assert_eq!(find(&spelling.to_lowercase()), Some(country.alpha2));
            }
            assert_eq!(by_code(country.alpha2).unwrap().name, country.name);
        }
    }

    #[test]
    fn the_data_file_gives_no_spelling_to_two_countries() {
        let mut owners: HashMap<String, &str> = HashMap::new();
        for line in DATA.lines().filter(|l| !l.starts_with('#')) {
            let fields: Vec<_> = line.split(';').collect();
            assert_eq!(fields.len(), 4, "{line}");
            for name in fields[3].split('|') {
                let key = word_key(name).into_owned();
                assert!(!key.is_empty(), "{name}");
                if let Some(before) = owners.insert(key, fields[0]) {
                    assert_eq!(before, fields[0], "`{name}` is claimed twice");
                }
            }
        }
    }

    #[test]
    fn a_name_never_hides_the_code_of_another_country() {
        for line in DATA.lines().filter(|l| !l.starts_with('#')) {
            let fields: Vec<_> = line.split(';').collect();
            for name in fields[3].split('|').map(word_key) {
                let alpha2 = find(&name).unwrap();
                assert_eq!(&alpha2[..], fields[0].as_bytes(), "`{name}`");
            }
        }
    }
}

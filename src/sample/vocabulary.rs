//! The words that sample records are made of: names, streets, towns, trades per country, from `data/*.txt`.

use std::sync::LazyLock;

/// A word in its own script, in Latin letters, and in another customary Latin spelling.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) native: &'static str,
    pub(crate) latin: &'static str,
    pub(crate) variant: &'static str,
}

/// A town: name, region, beginning of its postcodes, dialling code or zone (empty when no reserved numbers exist there).
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Town {
    pub(crate) name: Form,
    pub(crate) region: &'static str,
    pub(crate) post: &'static str,
    pub(crate) dial: &'static str,
}

/// The words of one country, the most frequent first.
#[derive(Debug, Default)]
pub(crate) struct Words {
    pub(crate) men: Vec<Form>,
    pub(crate) women: Vec<Form>,
    /// Sorted by name.
    nicknames: Vec<(&'static str, Vec<&'static str>)>,
    pub(crate) families: Vec<Form>,
    pub(crate) stems: Vec<Form>,
    pub(crate) endings: Vec<Form>,
    pub(crate) streets: Vec<Form>,
    /// Kind of street, in full and abbreviated.
    pub(crate) street_types: Vec<(Form, &'static str)>,
    pub(crate) towns: Vec<Town>,
    pub(crate) companies: Vec<Form>,
    pub(crate) trades: Vec<Form>,
}

impl Words {
    /// Short and pet forms of a given name in its own script.
    pub(crate) fn nicknames(&self, given: &str) -> &[&'static str] {
        self.nicknames
            .binary_search_by_key(&given, |(name, _)| name)
            .map_or(&[], |at| &self.nicknames[at].1)
    }
}

fn form(text: &'static str) -> Form {
    let mut parts = text.split('~').map(str::trim);
    let native = parts.next().unwrap_or_default();
    let latin = parts.next().unwrap_or(native);
    Form {
        native,
        latin,
        variant: parts.next().unwrap_or(latin),
    }
}

fn town(text: &'static str) -> Town {
    let mut parts = text.split('|').map(str::trim);
    Town {
        name: form(parts.next().unwrap_or_default()),
        region: parts.next().unwrap_or_default(),
        post: parts.next().unwrap_or_default(),
        dial: parts.next().unwrap_or_default(),
    }
}

fn street_type(text: &'static str) -> (Form, &'static str) {
    let (full, short) = text.split_once('|').unwrap_or((text, text));
    (form(full), short)
}

fn read(texts: &[&'static str]) -> Words {
    let mut words = Words::default();
    let lines = texts.iter().flat_map(|t| t.lines());
    for (key, list) in lines
        .filter(|l| !l.starts_with('#'))
        .filter_map(|l| l.split_once(": "))
    {
        let items = list.split(',').map(str::trim).filter(|i| !i.is_empty());
        match key {
            "m" => words.men.extend(items.map(form)),
            "f" => words.women.extend(items.map(form)),
            "nick" => words.nicknames.extend(
                items
                    .filter_map(|i| i.split_once('='))
                    .map(|(name, short)| (name, short.split('|').collect())),
            ),
            "family" => words.families.extend(items.map(form)),
            "stem" => words.stems.extend(items.map(form)),
            "ending" => words.endings.extend(items.map(form)),
            "street" => words.streets.extend(items.map(form)),
            "type" => words.street_types.extend(items.map(street_type)),
            "town" => words.towns.extend(items.map(town)),
            "company" => words.companies.extend(items.map(form)),
            "trade" => words.trades.extend(items.map(form)),
            _ => {}
        }
    }
    words.nicknames.sort();
    words
}

const ENGLISH: &str = include_str!("data/en.txt");

/// Words of all countries, in the order of [`super::locale::LOCALES`].
pub(crate) static WORDS: LazyLock<[Words; 11]> = LazyLock::new(|| {
    [
        read(&[ENGLISH, include_str!("data/us.txt")]),
        read(&[ENGLISH, include_str!("data/gb.txt")]),
        read(&[include_str!("data/de.txt")]),
        read(&[include_str!("data/fr.txt")]),
        read(&[include_str!("data/es.txt")]),
        read(&[include_str!("data/it.txt")]),
        read(&[include_str!("data/pl.txt")]),
        read(&[include_str!("data/nl.txt")]),
        read(&[include_str!("data/ru.txt")]),
        read(&[include_str!("data/zh.txt")]),
        read(&[include_str!("data/ar.txt")]),
    ]
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_words_of_every_kind() {
        for words in WORDS.iter() {
            assert!(words.men.len() >= 28 && words.women.len() >= 24);
            assert!(words.families.len() + words.stems.len() * words.endings.len() >= 75);
            assert!(words.streets.len() >= 14 && words.towns.len() >= 10);
            assert!(
                words.companies.len() >= 6
                    && words.trades.len() >= 5
                    && !words.street_types.is_empty()
            );
            assert!(
                words.towns.iter().all(|t| !t.post.is_empty()),
                "{:?}",
                words.towns
            );
        }
    }

    #[test]
    fn nicknames_are_found() {
        assert_eq!(WORDS[0].nicknames("Robert"), ["Bob", "Rob", "Bobby"]);
        assert!(WORDS[0].nicknames("Zebedee").is_empty());
    }
}

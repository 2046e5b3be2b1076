//! The vocabulary of column headers, folded.
//!
//! `src/lexicon/data/headers.csv` has rows of sense, bits, language and phrases. Three files come of it, which
//! `src/lexicon/headers.rs` describes.

#[expect(unreachable_pub, reason = "public in the library")]
#[path = "../src/lexicon/headers/words.rs"]
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::Path;
use unicode_normalization::UnicodeNormalization;

const TABLE: &str = "src/lexicon/data/headers.csv";

/// Sense, bits and language.
type Meaning<'t> = (&'t str, u32, &'t str);

pub(super) fn fold(out: &Path) -> Result<(), Box<dyn Error>> {
    for file in [TABLE, "src/lexicon/headers/words.rs"] {
        println!("cargo::rerun-if-changed={file}");
    }
    let table = fs::read_to_string(TABLE)?;
    let mut phrases: BTreeMap<String, Vec<Meaning<'_>>> = BTreeMap::new();
    let mut spelled: BTreeSet<(String, String)> = BTreeSet::new();
    for row in table.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let [sense, bits, language, said] = cells[..] else {
            return Err(format!("{TABLE}: not four cells: {row}").into());
        };
        let bits: u32 = bits.parse()?;
        for phrase in said.split('|') {
            let words = words::tokens(phrase);
            let key = words.concat();
            take(
                phrases.entry(key.clone()).or_default(),
                (sense, bits, language),
            );
            let full = words.iter().filter(|w| !words::connects(w));
            let full: Vec<&str> = full.map(String::as_str).collect();
            if full.len() >= 2 {
                spelled.insert((full.join(" "), key));
            }
            if phrase.contains(['ä', 'ö', 'ü', 'ø', 'æ', 'å']) {
                let key = words::tokens(&digraphs(phrase)).concat();
                take(phrases.entry(key).or_default(), (sense, bits, language));
            }
        }
    }
    phrases.remove("");

    let mut lists: BTreeMap<Vec<Meaning<'_>>, usize> = BTreeMap::new();
    let (mut phrase_lines, mut meaning_lines) = (String::new(), String::new());
    let mut meanings = 0;
    for (phrase, said) in phrases {
        let count = said.len();
        let start = *lists.entry(said).or_insert_with_key(|list| {
            for (sense, bits, language) in list {
                meaning_lines += &format!("{sense}\t{bits}\t{language}\n");
            }
            meanings += count;
            meanings - count
        });
        phrase_lines += &format!("{phrase}\t{start}\t{count}\n");
    }
    let spelled_lines: String = spelled
        .iter()
        .map(|(words, key)| format!("{words}\t{key}\n"))
        .collect();

    for (name, text) in [
        ("header_phrases.tsv", phrase_lines),
        ("header_meanings.tsv", meaning_lines),
        ("header_spelled.tsv", spelled_lines),
    ] {
        fs::write(out.join(name), text)?;
    }
    Ok(())
}

/// Adds a meaning to those of a phrase. Of one sense in two rows the stronger counts.
fn take<'t>(known: &mut Vec<Meaning<'t>>, meaning: Meaning<'t>) {
    match known.iter_mut().find(|k| k.0 == meaning.0) {
        Some(k) if meaning.1 > k.1 => *k = meaning,
        Some(_) => {}
        None => known.push(meaning),
    }
}

/// A phrase with its umlauts and the like in two letters, as in `strasse` without `ß`.
fn digraphs(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    for c in text.nfc() {
        match c {
            'ä' | 'æ' => out.push_str("ae"),
            'ö' | 'ø' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'å' => out.push_str("aa"),
            c => out.push(c),
        }
    }
    out
}

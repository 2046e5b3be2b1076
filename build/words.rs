//! Sets of words as static arrays, for `src/lexicon/words.rs`.

#[path = "../src/lexicon/words/slot.rs"]
mod slot;

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::Path;

/// A static `Words` of that name. Fails where the words are too many for 16 bits.
pub(super) fn words(name: &str, words: &BTreeSet<&str>) -> Result<String, Box<dyn Error>> {
    let mut slots: Vec<u16> = vec![0; (2 * words.len()).next_power_of_two()];
    let mut ends = Vec::new();
    let mut text = String::new();
    for (number, word) in words.iter().enumerate() {
        let mut at = slot::first(word, slots.len());
        while slots[at] != 0 {
            at = slot::next(at, slots.len());
        }
        slots[at] = u16::try_from(number + 1)?;
        text += word;
        ends.push(text.len());
    }
    Ok(format!(
        "static {name}: Words = Words {{ text: {text:?}, ends: &{ends:?}, slots: &{slots:?} }};\n"
    ))
}

/// The lines of a file as a static `Words`, comments (`#`) left out.
pub(super) fn fold(table: &str, name: &str, out: &Path, file: &str) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={table}");
    let lines = fs::read_to_string(table)?;
    let lines = lines.lines().filter(|l| !l.starts_with('#')).collect();
    fs::write(out.join(file), words(name, &lines)?)?;
    Ok(())
}

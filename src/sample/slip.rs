//! How values go wrong: slips of the finger, of the ear, of scanners and of programs.

use super::dice::Dice;
use encoding_rs::WINDOWS_1252;

const KEYS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

fn neighbour(c: char, dice: &mut Dice) -> char {
    let lower = c.to_ascii_lowercase();
    for row in KEYS {
        if let Some(at) = row.find(lower) {
            let to = if at == 0 || (at + 1 < row.len() && dice.chance(500)) {
                at + 1
            } else {
                at - 1
            };
            let key = char::from(row.as_bytes()[to]);
            return if c.is_uppercase() {
                key.to_ascii_uppercase()
            } else {
                key
            };
        }
    }
    c
}

/// One slip on the keyboard: a neighbouring key, a letter lost, doubled or swapped with the next. The first letter
/// mostly stays; words shorter than three letters stay as they are.
pub(crate) fn typo(text: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 3 {
        return text.to_owned();
    }
    let from = u64::from(!dice.chance(100));
    let at = (from + dice.below(letters.len() as u64 - from)) as usize;
    match dice.below(4) {
        0 => letters[at] = neighbour(letters[at], dice),
        1 => {
            letters.remove(at);
        }
        2 => letters.insert(at, letters[at]),
        _ => {
            let next = if at + 1 < letters.len() {
                at + 1
            } else {
                at - 1
            };
            letters.swap(at, next);
        }
    }
    letters.into_iter().collect()
}

fn replaced(text: &str, pairs: &[[&str; 2]], dice: &mut Dice) -> String {
    let start = dice.below(pairs.len() as u64) as usize;
    for turn in 0..pairs.len() {
        let [from, to] = pairs[(start + turn) % pairs.len()];
        if let Some(at) = text.find(from).filter(|at| *at > 0) {
            return format!("{}{to}{}", &text[..at], &text[at + from.len()..]);
        }
    }
    text.to_owned()
}

/// Letters that look alike to a scanner.
pub(crate) fn scanned(text: &str, dice: &mut Dice) -> String {
    const ALIKE: [[&str; 2]; 10] = [
        ["rn", "m"],
        ["m", "rn"],
        ["cl", "d"],
        ["d", "cl"],
        ["w", "vv"],
        ["h", "li"],
        ["l", "1"],
        ["o", "0"],
        ["e", "c"],
        ["i", "l"],
    ];
    replaced(text, &ALIKE, dice)
}

/// Spellings that sound alike.
pub(crate) fn heard(text: &str, dice: &mut Dice) -> String {
    const ALIKE: [[&str; 2]; 20] = [
        ["ph", "f"],
        ["ck", "k"],
        ["c", "k"],
        ["ie", "y"],
        ["ei", "ie"],
        ["th", "t"],
        ["z", "s"],
        ["v", "w"],
        ["ai", "ay"],
        ["ou", "u"],
        ["ll", "l"],
        ["nn", "n"],
        ["tt", "t"],
        ["ss", "s"],
        ["y", "i"],
        ["ee", "ea"],
        ["er", "ar"],
        ["dt", "t"],
        ["sch", "sh"],
        ["n", "nn"],
    ];
    replaced(text, &ALIKE, dice)
}

/// UTF-8 read as Windows-1252: `Müller` becomes `MÃ¼ller`.
pub(crate) fn garbled(text: &str) -> String {
    WINDOWS_1252
        .decode_without_bom_handling(text.as_bytes())
        .0
        .into_owned()
}

/// Latin letters without marks; German umlauts as two letters when `long`.
pub(crate) fn plain(text: &str, long: bool) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 4);
    for c in text.chars() {
        match c {
            'ä' if long => out.push_str("ae"),
            'ö' if long => out.push_str("oe"),
            'ü' if long => out.push_str("ue"),
            'Ä' if long => out.push_str("Ae"),
            'Ö' if long => out.push_str("Oe"),
            'Ü' if long => out.push_str("Ue"),
            _ if c.is_ascii() => out.push(c),
            _ => out.push_str(any_ascii::any_ascii_char(c)),
        }
    }
    out
}

/// The letters and digits of a Latin name as they stand in a mailbox: `O'Brien` → `obrien`, `Müller` → `mueller`.
pub(crate) fn mailbox(text: &str) -> String {
    let plain = plain(text, true);
    plain
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_typo_is_one_edit(word in "[A-Za-zäöüéñ]{3,15}", index: u64) {
            let wrong = typo(&word, &mut Dice::new(1, 2, index));
            prop_assert!(strsim::osa_distance(&word, &wrong) <= 1, "{} {}", word, wrong);
        }

        #[test]
        fn no_text_breaks_a_slip(text in ".{0,20}", index: u64) {
            let mut dice = Dice::new(1, 2, index);
            let _ = typo(&text, &mut dice);
            prop_assert!(plain(&text, true).is_ascii());
            prop_assert!(!heard(&text, &mut dice).is_empty() || text.is_empty());
            prop_assert!(!scanned(&text, &mut dice).is_empty() || text.is_empty());
        }
    }

    #[test]
    fn known_slips() {
        assert_eq!(garbled("Müller"), "MÃ¼ller");
        assert_eq!(plain("Jörg Weiß", true), "Joerg Weiss");
        assert_eq!(plain("Łukasz", false), "Lukasz");
        assert_eq!(mailbox("O'Brien"), "obrien");
    }
}

//! What spreadsheets did to cells: flagged, so that nobody takes them for good values. The cells stay as they are.

use super::Warning;
use crate::lexicon::headers;
use crate::record::{Column, SourceTable};
use rayon::prelude::*;

/// Postcodes of a column that must be known before missing zeros are believed.
const ENOUGH_POSTCODES: usize = 20;
/// Words of the header of a column with postcodes.
const POSTCODE_WORDS: &[&str] = &[
    "zip",
    "zipcode",
    "postcode",
    "postal",
    "plz",
    "postleitzahl",
];

/// The kinds of damage, in words.
const GUARD: &str = "begin with a guard apostrophe or stand in `=\"…\"`";
const EXPONENT: &str = "are numbers in scientific notation, so their last digits are lost";
const ZEROS: &str = "have one digit less than the others: a leading zero seems to be lost";

/// All damage of a table, by column.
pub(super) fn find(table: &SourceTable) -> Vec<Warning> {
    let found: Vec<Vec<Warning>> = table
        .columns
        .par_iter()
        .map(|column| of_column(&table.name, column))
        .collect();
    found.into_iter().flatten().collect()
}

fn of_column(source: &str, column: &Column) -> Vec<Warning> {
    let mut kinds: Vec<(&'static str, Vec<bool>)> = Vec::new();
    for (what, is) in [
        (GUARD, is_guarded as fn(&str) -> bool),
        (EXPONENT, is_exponent),
    ] {
        let marks: Vec<bool> = column.values.iter().map(is).collect();
        kinds.push((what, marks));
    }
    kinds.push((ZEROS, without_zero(column)));
    kinds
        .into_iter()
        .filter(|(_, marks)| marks.contains(&true))
        .map(|(what, marks)| Warning::Damage {
            source: source.to_owned(),
            column: column.name.clone(),
            cells: column
                .ids
                .iter()
                .filter(|id| marks.get(**id as usize) == Some(&true))
                .count() as u64,
            what: what.to_owned(),
        })
        .collect()
}

/// `'0123`, `'+44 20`, `="0123"`: what keeps a spreadsheet from taking text for a number or formula.
fn is_guarded(cell: &str) -> bool {
    matches!(
        cell.as_bytes(),
        [b'\'', b'0'..=b'9' | b'+' | b'=' | b'-' | b'(' | b'@', ..] | [b'=', b'"', .., b'"']
    )
}

/// `4.47E+11`, `1,23457e17`.
fn is_exponent(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    if !matches!(bytes, [b'0'..=b'9' | b'-' | b'+', .., b'0'..=b'9']) || bytes.len() < 4 {
        return false;
    }
    let Some(at) = bytes.iter().position(|b| matches!(b, b'E' | b'e')) else {
        return false;
    };
    let (mantissa, exponent) = (cell[..at].trim_start_matches(['-', '+']), &cell[at + 1..]);
    let mut digits = mantissa.splitn(2, ['.', ',']);
    let whole = digits.next().is_some_and(|w| w.len() == 1 && w != "0");
    let signed = exponent.strip_prefix('+').unwrap_or(exponent);
    let marked = exponent.starts_with('+') || mantissa.len() > 1;
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    whole && marked && digits.next().is_none_or(number) && number(signed) && signed.len() <= 3
}

/// Which distinct values are postcodes of four digits where all others have five and none begins with a zero.
fn without_zero(column: &Column) -> Vec<bool> {
    let words = headers::tokens(&column.name);
    if !words.iter().any(|w| POSTCODE_WORDS.contains(&w.as_str())) {
        return Vec::new();
    }
    let digits = |cell: &str, length: usize| {
        cell.len() == length && cell.bytes().all(|b| b.is_ascii_digit())
    };
    let (mut five, mut zero, mut all) = (0, 0, 0);
    for cell in column.values.iter().filter(|c| !c.is_empty()) {
        all += 1;
        five += usize::from(digits(cell, 5));
        zero += usize::from(digits(cell, 5) && cell.starts_with('0'));
    }
    if five < ENOUGH_POSTCODES || five * 5 < all * 4 || zero > 0 {
        return Vec::new();
    }
    column.values.iter().map(|cell| digits(cell, 4)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_told_from_values_that_look_like_it() {
        for cell in ["4.47E+11", "1,23457E+17", "4e+11", "1.5e9"] {
            assert!(is_exponent(cell), "{cell}");
        }
        for cell in [
            "1E5", "12E5", "E+11", "4.47", "1.2E", "3e", "0.5E+3", "A1E+1", "1e1234", "é4E+1",
        ] {
            assert!(!is_exponent(cell), "{cell}");
        }
        for cell in ["'0123", "'+44", "=\"007\""] {
            assert!(is_guarded(cell), "{cell}");
        }
        for cell in ["'tHooft", "O'Brien", "=", "'"] {
            assert!(!is_guarded(cell), "{cell}");
        }
    }
}

//! What spreadsheets did to cells: flagged, so that nobody takes them for good values. The cells stay as they are.

use super::Warning;
use crate::lexicon::headers;
use crate::normalize::country;
use crate::normalize::postcode::postcode;
use crate::record::{Column, SourceTable};
use crate::text::rounded::{is_exponent, lost_digits};
use foldhash::fast::FixedState;
use hashbrown::HashMap;
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

/// Words of the header of a column with countries.
const COUNTRY_WORDS: &[&str] = &[
    "country", "land", "pays", "pais", "paese", "nation", "kraj", "strana",
];

/// The kinds of damage, in words.
const GUARD: &str = "begin with a guard apostrophe or stand in `=\"…\"`";
const EXPONENT: &str = "are numbers in scientific notation, so their last digits are lost";
const ROUNDED: &str =
    "are long numbers with zeros after the fifteenth digit: a spreadsheet has rounded them";
const ZEROS: &str = "have one digit less than the others: a leading zero seems to be lost";

/// All damage of a table, by column.
pub(super) fn find(table: &SourceTable) -> Vec<Warning> {
    let found: Vec<Vec<Warning>> = table
        .columns
        .par_iter()
        .map(|column| of_column(table, column))
        .collect();
    found.into_iter().flatten().collect()
}

fn of_column(table: &SourceTable, column: &Column) -> Vec<Warning> {
    let mut kinds: Vec<(&'static str, Vec<bool>)> = Vec::new();
    for (what, is) in [
        (GUARD, is_guarded as fn(&str) -> bool),
        (EXPONENT, is_exponent),
    ] {
        let marks: Vec<bool> = column.values.iter().map(is).collect();
        kinds.push((what, marks));
    }
    kinds.push((ROUNDED, lost_digits(column.values.iter())));
    let mut counts: Vec<(&'static str, u64)> = kinds
        .into_iter()
        .filter(|(_, marks)| marks.contains(&true))
        .map(|(what, marks)| {
            let hit = |id: &&u32| marks.get(**id as usize) == Some(&true);
            (what, column.ids.iter().filter(hit).count() as u64)
        })
        .collect();
    counts.extend(without_zero(table, column).map(|cells| (ZEROS, cells)));
    let each = counts.into_iter().map(|(what, cells)| Warning::Damage {
        source: table.name.clone(),
        column: column.name.clone(),
        cells,
        what: what.to_owned(),
    });
    each.collect()
}

/// `'0123`, `'+44 20`, `="0123"`: what keeps a spreadsheet from taking text for a number or formula.
fn is_guarded(cell: &str) -> bool {
    matches!(
        cell.as_bytes(),
        [b'\'', b'0'..=b'9' | b'+' | b'=' | b'-' | b'(' | b'@', ..] | [b'=', b'"', .., b'"']
    )
}

/// How many postcodes have lost a leading zero: by the country of their record where a column names it, else those of four
/// digits where all others have five and none begins with a zero.
fn without_zero(table: &SourceTable, column: &Column) -> Option<u64> {
    let words = headers::tokens(&column.name);
    if !words.iter().any(|w| POSTCODE_WORDS.contains(&w.as_str())) {
        return None;
    }
    let digits = |cell: &str| cell.bytes().all(|b| b.is_ascii_digit());
    let lost = match country_beside(table, &words) {
        Some(countries) => {
            let short: Vec<bool> = column
                .values
                .iter()
                .map(|v| (3..=5).contains(&v.trim().len()) && digits(v.trim()))
                .collect();
            let mut pairs: HashMap<(u32, u32), u64, FixedState> = HashMap::default();
            for (&id, &country) in column.ids.iter().zip(&countries.ids) {
                if short[id as usize] && country != 0 {
                    *pairs.entry((id, country)).or_default() += 1;
                }
            }
            let restored = pairs.iter().filter(|((id, country), _)| {
                let country = country::country(countries.values.get(*country));
                let read = country.and_then(|c| postcode(column.values.get(*id), Some(c)));
                read.is_some_and(|p| p.valid && p.restored_zero)
            });
            restored.map(|(_, records)| records).sum()
        }
        None => {
            let (mut five, mut zero, mut all) = (0, 0, 0);
            for cell in column.values.iter().filter(|c| !c.is_empty()) {
                let whole = cell.len() == 5 && digits(cell);
                all += 1;
                five += usize::from(whole);
                zero += usize::from(whole && cell.starts_with('0'));
            }
            if five < ENOUGH_POSTCODES || five * 5 < all * 4 || zero > 0 {
                return None;
            }
            let short = |id: &&u32| {
                let cell = column.values.get(**id);
                cell.len() == 4 && digits(cell)
            };
            column.ids.iter().filter(short).count() as u64
        }
    };
    (lost > 0).then_some(lost)
}

/// The column with the country of the same address: of several the one whose header shares most words.
fn country_beside<'t>(table: &'t SourceTable, words: &[String]) -> Option<&'t Column> {
    let shared = |column: &&Column| {
        let theirs = headers::tokens(&column.name);
        let named = theirs.iter().any(|w| COUNTRY_WORDS.contains(&w.as_str()));
        let common = theirs.iter().filter(|w| words.contains(w)).count();
        (named && column.values.len() > 1).then_some(common)
    };
    let columns = table.columns.iter();
    // the first of the best
    columns
        .filter_map(|c| Some((shared(&c)?, c)))
        .rev()
        .max_by_key(|(common, _)| *common)
        .map(|(_, c)| c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guards_are_told_from_apostrophes() {
        for cell in ["'0123", "'+44", "=\"007\""] {
            assert!(is_guarded(cell), "{cell}");
        }
        for cell in ["'tHooft", "O'Brien", "=", "'"] {
            assert!(!is_guarded(cell), "{cell}");
        }
    }

    #[test]
    fn lost_zeros_are_told_by_the_country() {
        let table = |rows: &[[&str; 2]]| {
            let mut table = SourceTable::default();
            for (at, name) in ["Mailing Zip", "Mailing Country"].into_iter().enumerate() {
                let mut column = Column {
                    name: name.into(),
                    ..Column::default()
                };
                for row in rows {
                    let id = column.values.intern(row[at]);
                    column.ids.push(id);
                }
                table.columns.push(column);
            }
            table
        };
        let lost = |rows: &[[&str; 2]]| {
            let table = table(rows);
            without_zero(&table, &table.columns[0])
        };
        assert_eq!(
            lost(&[
                ["1067", "Germany"],
                ["150", "NO"],
                ["50450", "RO"],
                ["800", "Australia"]
            ]),
            Some(4)
        );
        // Austria and Switzerland have four digits, none of them a zero in front
        assert_eq!(
            lost(&[
                ["1010", "AT"],
                ["800", "Switzerland"],
                ["10115", "DE"],
                ["", "DE"]
            ]),
            None
        );
    }
}

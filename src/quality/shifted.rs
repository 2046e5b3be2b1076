//! Rows whose cells stand one column aside, as a stray separator leaves them; and single cells of another kind.

use super::cells::Cells;
use super::facts::{ColumnProfile, Shifted, Trait};
use super::gather::Bucket;
use super::{dated, validity};
use crate::normalize::date::{DateOrder, date};
use crate::normalize::placeholder::is_placeholder;

/// Share of a column's records that its usual classes must make before others are strange.
const USUAL: f64 = 0.97;
/// Share of records below which a class is strange in a column.
const STRANGE: f64 = 0.005;
/// So few records of a class are strange whatever their share.
const FEW: u64 = 5;
/// Records of a column below which nothing is strange.
const FEWEST: u64 = 40;

/// What a cell is at first glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Class {
    Nothing,
    Email,
    Web,
    Date,
    Phone,
    Number,
    Letters,
    Mixed,
}

const CLASSES: usize = 8;
const WORDS: [&str; CLASSES] = [
    "empty",
    "an e-mail address",
    "a web address",
    "a date",
    "a phone number",
    "a number",
    "words",
    "words and digits",
];

fn class(value: &str) -> Class {
    let value = value.trim().trim_start_matches('\'');
    let (mut digits, mut letters, mut at, mut signs) = (0, 0, false, 0);
    for b in value.bytes() {
        match b {
            b'0'..=b'9' => digits += 1,
            b'@' => at = true,
            b'a'..=b'z' | b'A'..=b'Z' | 0x80.. => letters += 1,
            b'+' | b'(' | b')' | b'-' | b'/' | b' ' | b'.' | b':' => signs += 1,
            _ => {}
        }
    }
    if digits == 0 && letters == 0 {
        return Class::Nothing;
    }
    if at && validity::email_problem(value).is_none() {
        return Class::Email;
    }
    if letters > 0 {
        let web = value.starts_with("http") || value.starts_with("www.");
        return match (web, digits) {
            (true, _) => Class::Web,
            (_, 0) => Class::Letters,
            _ => Class::Mixed,
        };
    }
    let dated =
        (8..=19).contains(&value.len()) && signs >= 2 && !value.starts_with(['+', '(', '0'])
            || value.len() == 10;
    if dated && signs >= 2 && date(value, DateOrder::Dmy).is_some_and(|d| d.year > 1800) {
        return Class::Date;
    }
    if digits >= 9 && (value.starts_with(['+', '0', '(']) || signs > 0) {
        Class::Phone
    } else {
        Class::Number
    }
}

/// A column's values in classes.
struct Classes {
    of: Vec<Class>,
    /// Classes that are at home in the column.
    home: [bool; CLASSES],
    /// Whether others are strange.
    strict: bool,
}

impl Classes {
    fn strange(&self, id: u32) -> bool {
        let class = self.of[id as usize];
        self.strict && class != Class::Nothing && !self.home[class as usize]
    }
}

/// Rows that stand aside, and for each column the single cells of another kind.
pub(super) fn look(
    cells: &Cells<'_>,
    columns: &[ColumnProfile],
) -> (Option<Shifted>, Vec<Option<Trait>>) {
    use rayon::prelude::*;
    let classes: Vec<Classes> = columns
        .par_iter()
        .zip(&cells.counted)
        .map(|(c, counted)| classes(c, counted))
        .collect();
    let ids: Vec<&[u32]> = cells
        .table
        .columns
        .iter()
        .map(|c| c.ids.as_slice())
        .collect();
    let flags: Vec<Vec<bool>> = classes
        .iter()
        .map(|c| (0..c.of.len() as u32).map(|id| c.strange(id)).collect())
        .collect();
    let mut strange = vec![0u8; cells.table.len()];
    for (flags, ids) in flags.iter().zip(&ids) {
        if flags.iter().any(|f| *f) {
            for (n, &id) in strange.iter_mut().zip(*ids) {
                *n = n.saturating_add(u8::from(flags[id as usize]));
            }
        }
    }
    let mut rows: Vec<u32> = Vec::new();
    let mut from = vec![0u64; columns.len()];
    for (row, _) in strange.iter().enumerate().filter(|(_, n)| **n >= 2) {
        if let Some(column) = aside(&classes, &ids, row) {
            rows.push(row as u32);
            from[column] += 1;
        }
    }
    let shifted = (!rows.is_empty()).then(|| Shifted {
        records: rows.len() as u64,
        places: cells.places(&rows),
        from: super::figures::most(
            from.iter()
                .zip(columns)
                .filter(|(n, _)| **n > 0)
                .map(|(n, c)| (c.column.as_str(), *n)),
            5,
        ),
    });
    let alone = classes
        .iter()
        .zip(&cells.counted)
        .map(|(classes, counted)| {
            let mut bucket = Bucket::default();
            let mut seen = [false; CLASSES];
            for value in counted.iter().filter(|v| classes.strange(v.id)) {
                seen[classes.of[value.id as usize] as usize] = true;
                bucket.add(value.value, value.records, "");
            }
            let kinds: Vec<&str> = (0..CLASSES)
                .filter(|&c| seen[c])
                .map(|c| WORDS[c])
                .collect();
            (bucket.records > 0).then(|| {
                bucket.into_trait(
                    "another-kind",
                    format!(
                        "looks like {}, unlike nearly all others",
                        kinds.join(" or ")
                    ),
                )
            })
        })
        .collect();
    (shifted, alone)
}

fn classes(column: &ColumnProfile, counted: &super::column::Counted<'_>) -> Classes {
    let of: Vec<Class> = counted
        .column
        .values
        .iter()
        .zip(&counted.counts)
        .map(|(value, n)| {
            if *n == 0 || (value.len() <= 16 && is_placeholder(value)) {
                Class::Nothing
            } else {
                class(value)
            }
        })
        .collect();
    let mut records = [0u64; CLASSES];
    for (class, n) in of.iter().zip(&counted.counts) {
        records[*class as usize] += u64::from(*n);
    }
    records[Class::Nothing as usize] = 0;
    let all: u64 = records.iter().sum();
    let home = records.map(|n| n > FEW && n as f64 >= STRANGE * all as f64);
    let usual: u64 = records
        .iter()
        .zip(home)
        .filter(|(_, h)| *h)
        .map(|(n, _)| n)
        .sum();
    // of phones and dates every writing is at home, and in free text everything is
    let free = matches!(
        column.kind,
        crate::record::Kind::Phone | crate::record::Kind::Text | crate::record::Kind::Address
    ) || dated::is_date(column.kind);
    let mut home = home;
    if free {
        for class in [Class::Number, Class::Phone, Class::Date] {
            home[class as usize] = true;
        }
    }
    Classes {
        strict: all >= FEWEST
            && usual as f64 >= USUAL * all as f64
            && column.kind != crate::record::Kind::Text,
        of,
        home,
    }
}

/// The column from which on the cells of a row fit when moved one column to the left or right, and do not as they stand.
fn aside(classes: &[Classes], ids: &[&[u32]], row: usize) -> Option<usize> {
    let n = classes.len();
    let fits = |cell: usize, column: usize| {
        let class = classes[cell].of[ids[cell][row] as usize];
        class == Class::Nothing || !classes[column].strict || classes[column].home[class as usize]
    };
    let strange: Vec<usize> = (0..n)
        .filter(|&c| classes[c].strange(ids[c][row]))
        .collect();
    let first = *strange.first()?;
    // one cell too many before: everything from the first strange one on belongs one to the left; or one too few
    let left = first > 0 && (first..n).all(|c| fits(c, c - 1));
    let right = (first..n - 1).all(|c| fits(c, c + 1))
        && classes[n - 1].of[ids[n - 1][row] as usize] == Class::Nothing;
    (left || right).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_classed_at_first_glance() {
        for (value, wanted) in [
            ("ann@example.com", Class::Email),
            ("https://example.com", Class::Web),
            ("1980-03-04", Class::Date),
            ("04.03.1980", Class::Date),
            ("+44 20 7946 0101", Class::Phone),
            ("02079460101", Class::Phone),
            ("10115", Class::Number),
            ("12.50", Class::Number),
            ("London", Class::Letters),
            ("12 High Street", Class::Mixed),
            ("-", Class::Nothing),
        ] {
            assert_eq!(class(value), wanted, "{value}");
        }
    }
}

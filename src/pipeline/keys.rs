//! Keys of records: from a column, or `file:row`; rows that repeat a key are quarantined.

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;

use super::{handed_on, quarantine};
use crate::extract::RawSpool;
use crate::record::{Column, InputFile, Kind, Rejection, SourceTable, TableMapping};
use crate::text::rounded::{is_exponent, lost_digits};

/// Headers that name a key whatever else the values look like.
const KEY_HEADERS: &[&str] = &[
    "id", "recordid", "recid", "rowid", "uid", "uuid", "guid", "key",
];

/// The column that identifies records, when one does: it is meant as a key, every cell is filled and no two are equal.
#[must_use]
pub fn key_column(table: &SourceTable, mapping: &TableMapping) -> Option<usize> {
    let by_kind = mapping.of_kind(Kind::RecordKey);
    let by_header = (0..table.columns.len()).filter(|&c| {
        let plain: String = table.columns[c]
            .name
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect();
        let given_otherwise = mapping
            .columns
            .get(c)
            .is_some_and(|m| m.given && m.kind != Kind::RecordKey);
        KEY_HEADERS.contains(&plain.as_str()) && !given_otherwise
    });
    by_kind.chain(by_header).find(|&c| identifies(table, c))
}

/// Which distinct values of a column identify something: neither empty nor rounded by a spreadsheet, which makes different
/// ids equal.
fn sound(column: &Column) -> Vec<bool> {
    let lost = lost_digits(column.values.iter());
    let each = lost.into_par_iter().enumerate().with_min_len(4096);
    each.map(|(id, lost)| {
        let value = column.values.get(id as u32).trim();
        !lost && !value.is_empty() && !is_exponent(value)
    })
    .collect()
}

/// Whether every cell of a column is filled and no two are equal. Rounded cells are left out of account, where they are
/// the lesser part.
#[must_use]
pub fn identifies(table: &SourceTable, column: usize) -> bool {
    let column = &table.columns[column];
    let sound = sound(column);
    let mut seen = vec![false; column.values.len()];
    let mut rounded = 0;
    let distinct = column.ids.iter().all(|&id| {
        let id = id as usize;
        let damaged = id != 0 && !sound[id] && !column.values.get(id as u32).trim().is_empty();
        rounded += usize::from(damaged);
        id != 0 && (damaged || !std::mem::replace(&mut seen[id], true))
    });
    !table.is_empty() && column.ids.len() == table.len() && distinct && rounded * 2 < table.len()
}

/// Whether keys from this column (`None`: from file and row) could repeat; tells without looking at every key.
#[must_use]
pub fn may_repeat(table: &SourceTable, column: Option<usize>) -> bool {
    column.is_some_and(|c| {
        let values = &table.columns[c].values;
        !identifies(table, c) || values.iter().any(|v| v.trim().len() != v.len())
    })
}

/// Names of files for keys: without folder where that is unique among them, as given otherwise.
#[must_use]
pub fn short_names(files: &[InputFile]) -> Vec<String> {
    let base = |f: &InputFile| {
        Path::new(&f.path)
            .file_name()
            .map_or_else(|| f.path.clone(), |n| n.to_string_lossy().into_owned())
    };
    let mut count = BTreeMap::<String, u32>::new();
    for file in files {
        *count.entry(base(file)).or_default() += 1;
    }
    files
        .iter()
        .map(|f| {
            let short = base(f);
            if count[&short] == 1 {
                short
            } else {
                f.path.clone()
            }
        })
        .collect()
}

/// Records that got no key from the key column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keyless {
    /// The cell is empty.
    pub empty: u64,
    /// A spreadsheet has rounded the cell.
    pub rounded: u64,
}

/// Gives every record its key: the trimmed cell of `column`, or `file:row` where there is no column or the cell is
/// empty or rounded.
pub fn assign(table: &mut SourceTable, column: Option<usize>, files: &[String]) -> Keyless {
    let sound = column.map(|c| sound(&table.columns[c]));
    let by_place = |row: usize| {
        let origin = table.origins[row];
        let file = files.get(origin.file as usize).map_or("", |f| f);
        format!("{file}:{}", origin.row).into_boxed_str()
    };
    let rows = (0..table.len()).into_par_iter().with_min_len(4096);
    let (Some(column), Some(sound)) = (column.map(|c| &table.columns[c]), sound) else {
        table.keys = rows.map(by_place).collect();
        return Keyless::default();
    };
    let is_sound = |row: usize| sound[column.ids.get(row).copied().unwrap_or(0) as usize];
    let keys = rows.map(|row| match is_sound(row) {
        true => column.value(row).trim().into(),
        false => by_place(row),
    });
    let keys = keys.collect();
    let mut without = Keyless::default();
    for row in (0..table.len()).filter(|row| !is_sound(*row)) {
        let empty = column.value(row).trim().is_empty();
        without.empty += u64::from(empty);
        without.rounded += u64::from(!empty);
    }
    table.keys = keys;
    without
}

/// Rule by which rows are refused that repeat a key.
const DUPLICATE_KEY: &str = "duplicate-key";

/// What the reason says of a row that is the same as the one that stays.
pub const SAME: &str = "cell for cell";

/// Takes out rows that repeat a key. Of rows with one key the one with most filled cells stays (of equally filled
/// ones the one whose cells sort first), so that the choice does not depend on the order of rows; opt-outs of the others hold
/// for it, of which the second value warns.
#[must_use]
pub fn refuse_repeats(
    table: &mut SourceTable,
    mapping: &TableMapping,
    (files, spool): (&[InputFile], Option<&RawSpool>),
) -> (Vec<Rejection>, Option<String>) {
    let mut by_key: Vec<u32> = (0..table.len() as u32).collect();
    by_key.sort_by(|&a, &b| table.keys[a as usize].cmp(&table.keys[b as usize]));
    let mut columns: Vec<usize> = (0..table.columns.len()).collect();
    columns.sort_by(|&a, &b| table.columns[a].name.cmp(&table.columns[b].name));
    let filled = |row: u32| {
        table
            .columns
            .iter()
            .filter(|c| !c.value(row as usize).is_empty())
            .count()
    };
    let cells = |row: u32| {
        columns
            .iter()
            .map(move |&c| (c, row))
            .map(|(c, row)| table.columns[c].value(row as usize))
    };
    let mut refused: Vec<(u32, u32)> = Vec::new();
    for group in by_key.chunk_by(|&a, &b| table.keys[a as usize] == table.keys[b as usize]) {
        if group.len() < 2 {
            continue;
        }
        let mut group = group.to_vec();
        group.sort_by(|&a, &b| {
            filled(b)
                .cmp(&filled(a))
                .then_with(|| cells(a).cmp(cells(b)))
                .then_with(|| {
                    let place = |r: u32| {
                        let o = table.origins[r as usize];
                        (o.file, o.row)
                    };
                    place(a).cmp(&place(b))
                })
        });
        refused.extend(group[1..].iter().map(|&row| (row, group[0])));
    }
    if refused.is_empty() {
        return (Vec::new(), None);
    }
    refused.sort_unstable();
    let mut rejections: Vec<Rejection> = refused
        .iter()
        .map(|&(row, kept)| {
            let same = cells(row).eq(cells(kept));
            let (origin, stays) = (table.origins[row as usize], table.origins[kept as usize]);
            let file = |at: u32| files.get(at as usize).map_or("", |f| f.path.as_str());
            let place = if origin.file == stays.file {
                format!("row {}", stays.row)
            } else {
                format!("row {} of `{}`", stays.row, file(stays.file))
            };
            Rejection {
                source: table.name.clone(),
                file: file(origin.file).to_owned(),
                row: origin.row,
                line: 0,
                byte: origin.byte,
                field: None,
                rule: DUPLICATE_KEY.into(),
                reason: if same {
                    format!("repeats {place} {SAME}")
                } else {
                    format!("has the key of {place}, which has as many or more filled cells")
                },
                ..quarantine::split_row(table, row, spool)
            }
        })
        .collect();
    let handed = handed_on::hand_on(table, mapping, &refused);
    for (rejection, columns) in rejections.iter_mut().zip(&handed) {
        if !columns.is_empty() {
            rejection.reason.push_str(&handed_on::reason(columns));
        }
    }
    let mut gone = vec![false; table.len()];
    for (row, _) in &refused {
        gone[*row as usize] = true;
    }
    let stay: Vec<u32> = (0..table.len() as u32)
        .filter(|&r| !gone[r as usize])
        .collect();
    table.permute(&stay);
    let warning = handed_on::warning(&table.name, DUPLICATE_KEY, &handed);
    (rejections, warning)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Column, Origin};

    fn table(names: &[&str], rows: &[&[&str]]) -> SourceTable {
        let mut t = SourceTable {
            name: "shop".into(),
            ..SourceTable::default()
        };
        for (c, name) in names.iter().enumerate() {
            let mut column = Column {
                name: (*name).into(),
                ..Column::default()
            };
            for row in rows {
                let id = column.values.intern(row[c]);
                column.ids.push(id);
            }
            t.columns.push(column);
        }
        for row in 1..=rows.len() as u64 {
            t.origins.push(Origin {
                file: 0,
                row,
                byte: 0,
            });
        }
        t
    }

    #[test]
    fn a_key_column_is_filled_and_distinct() {
        let rows: &[&[&str]] = &[&["1", "a"], &["2", "a"]];
        let t = table(&["record_id", "x"], rows);
        assert_eq!(key_column(&t, &TableMapping::default()), Some(0));
        let t = table(&["x", "record_id"], rows);
        assert_eq!(key_column(&t, &TableMapping::default()), None);
        let t = table(&["id"], &[&["1"], &[""]]);
        assert_eq!(key_column(&t, &TableMapping::default()), None);
        let t = table(&["id"], &[&["1"], &["1 "]]);
        assert!(identifies(&t, 0) && may_repeat(&t, Some(0)) && !may_repeat(&t, None));
    }

    #[test]
    fn records_without_a_key_are_called_by_file_and_row() {
        let mut t = table(&["id"], &[&[" 7 "], &[""]]);
        let empty = Keyless {
            empty: 1,
            rounded: 0,
        };
        assert_eq!(assign(&mut t, Some(0), &["a.csv".into()]), empty);
        assert_eq!(
            t.keys.iter().map(|k| &**k).collect::<Vec<_>>(),
            ["7", "a.csv:2"]
        );
    }

    #[test]
    fn rounded_ids_are_no_keys_and_their_rows_no_repeats() {
        let mut t = table(
            &["id"],
            &[
                &["1.23457E+17"],
                &["1.23457E+17"],
                &["88"],
                &["89"],
                &["90"],
            ],
        );
        assert!(identifies(&t, 0));
        let rounded = Keyless {
            empty: 0,
            rounded: 2,
        };
        assert_eq!(assign(&mut t, Some(0), &["a.csv".into()]), rounded);
        assert_eq!(
            (&*t.keys[0], &*t.keys[1], &*t.keys[2]),
            ("a.csv:1", "a.csv:2", "88")
        );
        let none = (Vec::new(), None);
        assert_eq!(
            refuse_repeats(&mut t, &TableMapping::default(), (&[], None)),
            none
        );
        let long: &[&[&str]] = &[
            &["123456789012345000"],
            &["123456789012345000"],
            &["123456789019999000"],
        ];
        let mut t = table(&["id"], long);
        assert!(!identifies(&t, 0));
        assert_eq!(assign(&mut t, Some(0), &["a.csv".into()]).rounded, 3);
    }

    #[test]
    fn of_rows_with_one_key_the_fullest_stays_in_any_order() {
        let full: &[&str] = &["1", "ann", "x"];
        let part: &[&str] = &["1", "ann", ""];
        let other: &[&str] = &["2", "bob", ""];
        for rows in [[full, part, other, full], [other, part, full, full]] {
            let mut t = table(&["id", "name", "city"], &rows);
            assign(&mut t, Some(0), &[]);
            let (refused, _) = refuse_repeats(&mut t, &TableMapping::default(), (&[], None));
            assert_eq!((t.len(), refused.len()), (2, 2));
            let row = t.keys.iter().position(|k| &**k == "1").unwrap();
            assert_eq!(t.columns[2].value(row), "x");
            assert!(refused.iter().any(|r| r.reason.contains("cell for cell")));
            assert!(refused.iter().any(|r| r.reason.contains("has the key of")));
        }
    }

    #[test]
    fn folders_are_dropped_where_names_stay_unique() {
        let file = |path: &str| InputFile {
            source: String::new(),
            path: path.into(),
            format: String::new(),
            delimiter: None,
            encoding: None,
            part: None,
            detected: String::new(),
            bytes: 0,
            sha256: String::new(),
            rows: 0,
            quarantined: 0,
        };
        let names = short_names(&[file("x/a.csv"), file("y/a.csv"), file("z/b.csv")]);
        assert_eq!(names, ["x/a.csv", "y/a.csv", "b.csv"]);
    }
}

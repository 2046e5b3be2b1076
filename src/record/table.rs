//! Raw cells in columns: one table a source, all tables one data set.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::{Dictionary, RecordId};

/// When less than one of so many rows equals another in the columns so far, the others are compared cell by cell.
const FEW: usize = 16;

/// Where a record was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Index into [`Dataset::files`].
    pub file: u32,
    /// 1 for the first data row or record of that file.
    pub row: u64,
    /// Offset of the row's first byte in the (decompressed, undecoded) file; 0 where rows have none, as in SQLite.
    pub byte: u64,
}

/// One column of a source: its distinct raw values, trimmed of nothing, and an id for each record.
#[derive(Clone, Debug, Default)]
pub struct Column {
    /// Header, or flattened path for nested data (`address.city`, `contacts.email`). Unique within a table.
    pub name: String,
    /// Distinct raw values; id 0 is the empty cell.
    pub values: Dictionary,
    /// Value id per record; may be shorter than the table while it is filled, see [`SourceTable::pad`].
    pub ids: Vec<u32>,
}

impl Column {
    /// The raw value of the table's `row`-th record, `""` when missing.
    #[must_use]
    pub fn value(&self, row: usize) -> &str {
        self.values.get(self.ids.get(row).copied().unwrap_or(0))
    }

    /// Puts the values into the order of the records that hold them, see [`Dictionary::settle`]; few values are as well
    /// where they are.
    pub fn settle(&mut self) {
        if self.values.len() * 16 > self.ids.len() {
            self.values.settle(&mut self.ids);
        }
    }
}

/// One source: records in rows, raw cells in columns.
#[derive(Clone, Debug, Default)]
pub struct SourceTable {
    /// The source's name, unique in the run.
    pub name: String,
    /// Columns in the order in which they were first seen.
    pub columns: Vec<Column>,
    /// Where each record was read.
    pub origins: Vec<Origin>,
    /// Key of each record within its source (unique; filled by the conductor from the key column or `file:row`).
    pub keys: Vec<Box<str>>,
    /// Position of each record's raw row in the spool of raw rows, when one is kept.
    pub spooled: Vec<u64>,
    /// Number of the first record of this table in the run.
    pub first: u32,
}

impl SourceTable {
    /// Number of records.
    #[must_use]
    pub fn len(&self) -> usize {
        self.origins.len()
    }

    /// Whether no record was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.origins.is_empty()
    }

    /// Index of the column with this exact name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == name)
    }

    /// Fills columns that were seen late, or not in the last rows, with empty cells.
    pub fn pad(&mut self) {
        let len = self.origins.len();
        for column in &mut self.columns {
            column.ids.resize(len, 0);
        }
    }

    /// The run-wide id of the `row`-th record.
    #[must_use]
    pub fn id(&self, row: usize) -> RecordId {
        RecordId(self.first + row as u32)
    }

    /// Reorders all per-record columns so that new row `i` is old row `order[i]`.
    pub fn permute(&mut self, order: &[u32]) {
        self.columns.par_iter_mut().for_each(|column| {
            column.ids = order.iter().map(|&o| column.ids[o as usize]).collect();
        });
        self.origins = order.iter().map(|&o| self.origins[o as usize]).collect();
        if !self.spooled.is_empty() {
            self.spooled = order.iter().map(|&o| self.spooled[o as usize]).collect();
        }
        if !self.keys.is_empty() {
            self.keys = order
                .iter()
                .map(|&o| std::mem::take(&mut self.keys[o as usize]))
                .collect();
        }
    }

    /// Puts the records into an order that does not depend on the order of rows: by all their cells
    /// (columns sorted by name), equal records by key.
    pub fn canonicalize(&mut self) {
        self.permute(&self.canonical_order());
    }

    fn canonical_order(&self) -> Vec<u32> {
        let mut columns: Vec<&Column> = self.columns.iter().collect();
        columns.sort_by(|a, b| a.name.cmp(&b.name));
        let mut rest = &columns[..];
        let mut order: Vec<(u64, u32)> = (0..self.len() as u32).map(|r| (0, r)).collect();
        // rows of which the columns so far are equal; two columns after the other settle the order of nearly all rows
        let mut tied = vec![&mut order[..]];
        while let [first, next @ ..] = rest
            && tied.iter().map(|rows| rows.len()).sum::<usize>() > self.len() / FEW
        {
            let both = [Some(first), next.first()];
            let ranks = both.map(|column| (column, column.map(|c| ranks(&c.values))));
            let rank = |at: usize, row: u32| match &ranks[at] {
                (Some(column), Some(ranks)) => ranks[column.ids[row as usize] as usize],
                _ => 0,
            };
            let split = tied.into_par_iter().flat_map_iter(|rows| {
                for (lead, row) in rows.iter_mut() {
                    *lead = (u64::from(rank(0, *row)) << 32) | u64::from(rank(1, *row));
                }
                rows.par_sort_unstable();
                let equal = rows.chunk_by_mut(|a, b| a.0 == b.0);
                equal.filter(|rows| rows.len() > 1)
            });
            tied = split.collect();
            rest = next.get(1..).unwrap_or_default();
        }
        let compare = |a: u32, b: u32| {
            let cells = rest.iter().map(|column| {
                let (a, b) = (column.ids[a as usize], column.ids[b as usize]);
                let unlike = || column.values.get(a).cmp(column.values.get(b));
                if a == b { Ordering::Equal } else { unlike() }
            });
            let key = |row: u32| self.keys.get(row as usize).map_or("", |k| k);
            let unlike = cells.into_iter().find(|order| order.is_ne());
            unlike.unwrap_or_else(|| key(a).cmp(key(b)).then(a.cmp(&b)))
        };
        tied.into_par_iter()
            .for_each(|rows| rows.par_sort_unstable_by(|(_, a), (_, b)| compare(*a, *b)));
        order.into_iter().map(|(_, row)| row).collect()
    }

    /// Puts records that are equal in all cells, which a canonical order has side by side, into the order of their keys.
    pub fn order_equals_by_key(&mut self) {
        let mut order: Vec<u32> = (0..self.len() as u32).collect();
        let equal = |a: &u32, b: &u32| {
            let (a, b) = (*a as usize, *b as usize);
            self.columns.iter().all(|c| c.ids[a] == c.ids[b])
        };
        let mut moved = false;
        for run in order.chunk_by_mut(equal).filter(|run| run.len() > 1) {
            let key = |row: &u32| self.keys.get(*row as usize).map_or("", |k| k);
            run.sort_by(|a, b| key(a).cmp(key(b)));
            moved |= !run.is_sorted();
        }
        if moved {
            self.permute(&order);
        }
    }
}

/// Rank of each id by value.
fn ranks(values: &Dictionary) -> Vec<u32> {
    // the first bytes as a number settle most comparisons without a look at the values
    let lead = |value: &str| {
        let mut first = [0; 8];
        let len = value.len().min(8);
        first[..len].copy_from_slice(&value.as_bytes()[..len]);
        u64::from_be_bytes(first)
    };
    let mut ids: Vec<(u64, u32)> = (0u32..)
        .zip(values.iter())
        .map(|(id, v)| (lead(v), id))
        .collect();
    ids.par_sort_unstable_by(|&(x, a), &(y, b)| {
        x.cmp(&y).then_with(|| values.get(a).cmp(values.get(b)))
    });
    let mut ranks = vec![0; ids.len()];
    for (rank, (_, id)) in ids.into_iter().enumerate() {
        ranks[id as usize] = rank as u32;
    }
    ranks
}

/// One file or database that was read.
#[derive(Clone, Debug, serde::Serialize)]
pub struct InputFile {
    /// Name of the source it belongs to.
    pub source: String,
    /// Path as given (or found by the pattern), `-` for standard input.
    pub path: String,
    /// `csv`, `json`, `json-lines`, `sqlite`, `spreadsheet` or `vcard`.
    pub format: String,
    /// Field delimiter of CSV, as text (`,`, `;`, `\t`).
    pub delimiter: Option<String>,
    /// Character encoding by its WHATWG name.
    pub encoding: Option<String>,
    /// Name of the sheet, table or array in the file whose records were read.
    #[serde(skip)]
    pub part: Option<String>,
    /// How format, delimiter and encoding were found (given, byte order mark, guessed: with the runner-up).
    pub detected: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the file's bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Rows or records seen, refused ones included.
    pub rows: u64,
    /// Rows or records refused.
    pub quarantined: u64,
}

/// All records of a run.
#[derive(Clone, Debug, Default)]
pub struct Dataset {
    /// Sources in declared order.
    pub tables: Vec<SourceTable>,
    /// All files in the order read.
    pub files: Vec<InputFile>,
    /// Names of the matching sources, by `source_of`; equals the tables' names unless a source column splits a table.
    pub source_names: Vec<String>,
    /// Matching source of each record.
    pub source_of: Vec<u16>,
    /// Whether each record is deleted in its source; empty when none is known to be.
    pub deleted: Vec<bool>,
}

impl Dataset {
    /// Forgets all raw cells: columns are empty afterwards.
    pub fn forget_cells(&mut self) {
        for column in self.tables.iter_mut().flat_map(|t| &mut t.columns) {
            column.values = Dictionary::new();
            column.ids = Vec::new();
        }
    }

    /// Number of records.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tables.iter().map(SourceTable::len).sum()
    }

    /// Whether no record was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Numbers the tables' records one after the other; call after canonicalizing every table.
    pub fn number(&mut self) {
        let mut first = 0;
        for table in &mut self.tables {
            table.first = first;
            first += table.len() as u32;
        }
    }

    /// Table index and row of a record.
    ///
    /// # Panics
    /// When the id is not of this data set.
    #[must_use]
    pub fn locate(&self, id: RecordId) -> (usize, usize) {
        let table = self
            .tables
            .partition_point(|t| t.first + t.len() as u32 <= id.0);
        (table, (id.0 - self.tables[table].first) as usize)
    }

    /// `source:key` of a record.
    #[must_use]
    pub fn label(&self, id: RecordId) -> String {
        let (table, row) = self.locate(id);
        let table = &self.tables[table];
        format!("{}:{}", table.name, table.keys.get(row).map_or("", |k| k))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn table(rows: &[(String, String)]) -> SourceTable {
        let mut t = SourceTable {
            columns: vec![
                Column {
                    name: "b".into(),
                    ..Column::default()
                },
                Column {
                    name: "a".into(),
                    ..Column::default()
                },
            ],
            ..SourceTable::default()
        };
        for (i, (x, y)) in rows.iter().enumerate() {
            for (column, value) in t.columns.iter_mut().zip([x, y]) {
                let id = column.values.intern(value);
                column.ids.push(id);
            }
            t.origins.push(Origin {
                file: 0,
                row: i as u64 + 1,
                byte: 0,
            });
        }
        t
    }

    proptest! {
        #[test]
        fn canonical_order_forgets_the_order_of_rows(rows in prop::collection::vec(("[ab]{0,2}", "[cd]{0,2}"), 0..20), shift in 0usize..20) {
            let mut moved = rows.clone();
            if !moved.is_empty() {
                let by = shift % moved.len();
                moved.rotate_left(by);
            }
            let cells = |rows: &[(String, String)]| {
                let mut t = table(rows);
                t.canonicalize();
                (0..t.len()).map(|r| (t.columns[0].value(r).to_owned(), t.columns[1].value(r).to_owned())).collect::<Vec<_>>()
            };
            prop_assert_eq!(cells(&rows), cells(&moved));
        }

        #[test]
        fn canonical_order_is_that_of_all_cells_and_the_key(
            rows in prop::collection::vec(prop::collection::vec("[ab]{0,2}", 5), 0..80),
            names in Just(["c", "e", "a", "d", "b"].to_vec()).prop_shuffle(),
        ) {
            let mut t = SourceTable {
                columns: (names.iter()).map(|n| Column { name: (*n).into(), ..Column::default() }).collect(),
                ..SourceTable::default()
            };
            for (i, row) in rows.iter().enumerate() {
                for (column, value) in t.columns.iter_mut().zip(row) {
                    let id = column.values.intern(value);
                    column.ids.push(id);
                }
                t.origins.push(Origin { file: 0, row: i as u64, byte: 0 });
                t.keys.push(format!("{:02}", i * 7 % 81).into());
            }
            let mut by_name: Vec<usize> = (0..5).collect();
            by_name.sort_by_key(|c| names[*c]);
            let mut naive: Vec<(Vec<&str>, String, u64)> = (rows.iter().enumerate())
                .map(|(i, row)| {
                    let cells = by_name.iter().map(|c| row[*c].as_str()).collect();
                    (cells, format!("{:02}", i * 7 % 81), i as u64)
                })
                .collect();
            naive.sort();
            t.canonicalize();
            let order: Vec<u64> = t.origins.iter().map(|o| o.row).collect();
            prop_assert_eq!(order, naive.iter().map(|n| n.2).collect::<Vec<_>>());
        }

        #[test]
        fn equal_records_follow_their_keys(rows in prop::collection::vec(("[ab]{0,1}", "[cd]{0,1}"), 0..20), salt in 1usize..50) {
            let named = |t: &mut SourceTable| {
                t.keys = t.origins.iter().map(|o| format!("{}", o.row as usize * salt % 53).into()).collect();
            };
            let mut at_once = table(&rows);
            named(&mut at_once);
            at_once.canonicalize();
            let mut later = table(&rows);
            later.canonicalize();
            named(&mut later);
            later.order_equals_by_key();
            prop_assert_eq!(at_once.keys, later.keys);
        }
    }
}

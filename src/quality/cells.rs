//! The cells of a table as the looks across columns need them: counted, compared without case and signs, hashed.

use super::column::Counted;
use crate::profile::hash;
use crate::record::{InputFile, SourceTable};
use rayon::prelude::*;

/// A table with what is worked out once for all looks across its columns.
pub(super) struct Cells<'a> {
    pub(super) table: &'a SourceTable,
    pub(super) files: &'a [InputFile],
    /// Values of each column, counted.
    pub(super) counted: Vec<Counted<'a>>,
    /// Hash of each value without letter case, spaces and signs, by id; 0 for nothing.
    pub(super) plain: Vec<Vec<u64>>,
}

impl<'a> Cells<'a> {
    pub(super) fn new(table: &'a SourceTable, files: &'a [InputFile]) -> Self {
        let counted: Vec<Counted<'a>> = table.columns.par_iter().map(Counted::new).collect();
        let plain = counted
            .par_iter()
            .map(|c| {
                let mut text = String::new();
                let values = c.column.values.iter().zip(&c.counts);
                values
                    .map(|(v, n)| if *n == 0 { 0 } else { plain_hash(v, &mut text) })
                    .collect()
            })
            .collect();
        Self {
            table,
            files,
            counted,
            plain,
        }
    }

    /// Plain hash of a cell, 0 for nothing.
    pub(super) fn at(&self, column: usize, row: usize) -> u64 {
        self.plain[column][self.table.columns[column].ids[row] as usize]
    }

    /// Where the first of some rows are: `file:row`.
    pub(super) fn places(&self, rows: &[u32]) -> Vec<String> {
        const SHOWN: usize = 5;
        let mut origins: Vec<(u32, u64)> = rows
            .iter()
            .map(|&r| {
                let origin = self.table.origins[r as usize];
                (origin.file, origin.row)
            })
            .collect();
        origins.sort_unstable();
        origins.truncate(SHOWN);
        let name = |file: u32| {
            self.files
                .get(file as usize)
                .map_or("", |f| f.path.as_str())
        };
        origins
            .into_iter()
            .map(|(file, row)| format!("{} row {row}", name(file)))
            .collect()
    }
}

/// Hash of the letters and digits of a value in lower case; 0 when it has none.
pub(super) fn plain_hash(value: &str, text: &mut String) -> u64 {
    text.clear();
    if value.is_ascii() {
        let signs = value.bytes().filter(u8::is_ascii_alphanumeric);
        text.extend(signs.map(|b| char::from(b.to_ascii_lowercase())));
    } else {
        text.extend(
            value
                .chars()
                .filter(|c| c.is_alphanumeric())
                .flat_map(char::to_lowercase),
        );
    }
    if text.is_empty() {
        0
    } else {
        hash(text).max(1)
    }
}

/// Mixes a value into a hash, in order.
pub(super) fn mix(hash: u64, value: u64) -> u64 {
    let h = (hash.rotate_left(23) ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    h ^ (h >> 31)
}

/// Brings the rows into an order that depends on their cells alone, and gives the hash of each row's cells.
pub fn settle(table: &mut SourceTable) -> Vec<u64> {
    let all: Vec<usize> = (0..table.columns.len()).collect();
    let hashes = row_hashes(table, &all);
    let mut order: Vec<u32> = (0..table.len() as u32).collect();
    order.par_sort_unstable_by_key(|&r| (hashes[r as usize], r));
    table.permute(&order);
    order.into_iter().map(|r| hashes[r as usize]).collect()
}

/// Hash of the cells of some columns, for each row; the order of columns has no say.
pub(super) fn row_hashes(table: &SourceTable, columns: &[usize]) -> Vec<u64> {
    let by_column: Vec<(u64, Vec<u64>)> = columns
        .par_iter()
        .map(|&c| {
            let column = &table.columns[c];
            (hash(&column.name), column.values.iter().map(hash).collect())
        })
        .collect();
    const ROWS: usize = 1 << 14;
    let mut hashes = vec![0u64; table.len()];
    hashes
        .par_chunks_mut(ROWS)
        .enumerate()
        .for_each(|(chunk, hashes)| {
            for (&c, (name, values)) in columns.iter().zip(&by_column) {
                let ids = &table.columns[c].ids[chunk * ROWS..];
                for (h, &id) in hashes.iter_mut().zip(ids) {
                    *h = h.wrapping_add(mix(*name, values[id as usize]));
                }
            }
        });
    hashes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_spaces_and_signs_do_not_count() {
        let mut text = String::new();
        let mut h = |v: &str| plain_hash(v, &mut text);
        assert_eq!(h("Sankt-Gallen"), h("sankt gallen"));
        assert_eq!(h("ÜBER"), h("über"));
        assert_ne!(h("a"), h("b"));
        assert_eq!(h(" - "), 0);
    }
}

//! Formulas of an xlsx sheet whose result is not stored: their cells look empty, though a spreadsheet program shows a value.

use crate::extract::Warning;
use calamine::{DataRef, XlsxCellReader};
use std::collections::BTreeMap;
use std::io::{Read, Seek};

/// Formulas without a result.
#[derive(Debug, Default)]
pub(super) struct Unsolved {
    cells: u64,
    /// By column its first row, both from 0.
    first: BTreeMap<u32, u32>,
}

impl Unsolved {
    /// Goes through a sheet. A fault ends it: whoever reads the values tells.
    pub(super) fn of<R: Read + Seek>(mut cells: XlsxCellReader<'_, R>) -> Self {
        let mut unsolved = Self::default();
        while let Ok(Some(cell)) = cells.next_cell_with_formula_metadata() {
            // an empty text is a result, and reads as a text
            if cell.formula.is_some() && cell.value == DataRef::Empty {
                unsolved.cells += 1;
                unsolved.first.entry(cell.pos.1).or_insert(cell.pos.0);
            }
        }
        unsolved
    }

    /// What there is to say of it.
    pub(super) fn warning(&self, path: &str, sheet: &str) -> Option<Warning> {
        let name = |(column, row): (&u32, &u32)| format!("{}{}", letters(*column), row + 1);
        (self.cells > 0).then(|| Warning::UnsolvedFormulas {
            path: path.to_owned(),
            sheet: sheet.to_owned(),
            cells: self.cells,
            first: self.first.iter().map(name).collect(),
        })
    }
}

/// A column from 0 as spreadsheets call it.
pub(super) fn letters(column: u32) -> String {
    let (mut left, mut name) = (column + 1, String::new());
    while left > 0 {
        left -= 1;
        name.insert(0, char::from(b'A' + (left % 26) as u8));
        left /= 26;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        let names = [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")];
        for (column, name) in names {
            assert_eq!(letters(column), name);
        }
    }
}

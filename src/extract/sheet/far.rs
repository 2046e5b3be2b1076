//! Cells of a sheet far from all others, such as an `x` in its last row or column: they make no columns and no records.

use super::formulas::letters;
use super::merged::At;
use crate::extract::Warning;

/// Empty columns between a cell and all cells before it that make it a stray one.
const COLUMNS: u32 = 256;
/// Empty rows before a cell that may be a stray one.
const ROWS: u32 = 1_000;
/// So many cells behind such rows are strays, more are rows.
const FEW: usize = 2;

/// What was met of them.
#[derive(Debug, Default)]
pub(super) struct Far {
    /// Cells behind many empty rows, as long as they are few.
    held: Vec<(At, String)>,
    /// Cells right of many empty columns: how many, and the first.
    aside: Option<(u64, At)>,
}

impl Far {
    /// Takes a cell when all before it end at a row and before a column. Gives the cells held back so far if it is to be
    /// written, after these; else it is held back or passed over itself.
    pub(super) fn hold(
        &mut self,
        at: At,
        text: &str,
        (row, widest): (u32, u32),
        filled: bool,
    ) -> Option<Vec<(At, String)>> {
        if at.1 >= widest + COLUMNS {
            self.aside = Some(
                self.aside
                    .map_or((1, at), |(cells, first)| (cells + 1, first)),
            );
            return None;
        }
        if filled && at.0 > row + ROWS {
            self.held.push((at, text.to_owned()));
            if self.held.len() <= FEW {
                return None;
            }
            self.held.pop();
        }
        Some(std::mem::take(&mut self.held))
    }

    /// Says what was passed over.
    pub(super) fn warning(&self, path: &str, sheet: &str) -> Option<Warning> {
        let held = self.held.first().map(|h| h.0);
        let (aside, first) = self.aside.map_or((0, None), |(n, at)| (n, Some(at)));
        let first = first.into_iter().chain(held).min()?;
        Some(Warning::FarCells {
            path: path.to_owned(),
            sheet: sheet.to_owned(),
            cells: aside + self.held.len() as u64,
            first: format!("{}{}", letters(first.1), first.0 + 1),
        })
    }
}

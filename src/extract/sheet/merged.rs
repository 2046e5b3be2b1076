//! Merged cells of a sheet: a file holds their value once, people see it in all rows and columns that they cover.

use super::formulas::letters;
use crate::extract::Warning;
use std::collections::BTreeMap;

/// Columns over which a value goes at most.
const MOST_COLUMNS: u32 = 64;

/// A cell by row and column, from 0.
pub(super) type At = (u32, u32);

/// What one shows in the rows from where it begins.
#[derive(Debug)]
struct Span {
    last_row: u32,
    columns: (u32, u32),
    text: String,
}

impl Span {
    fn is_wide(&self) -> bool {
        self.columns.0 < self.columns.1
    }
}

/// The merged cells of a sheet, and the row at hand.
#[derive(Debug, Default)]
pub(super) struct Merged {
    /// The last cell of each by its first one.
    last: BTreeMap<At, At>,
    /// Those that reach down to the row at hand.
    open: Vec<Span>,
    row: u32,
    /// Column and text of each filled cell.
    cells: Vec<(u32, String)>,
    /// Columns that the first row of the table joins; `None` above it.
    joined: Option<Vec<(u32, u32)>>,
    /// First and last cells of those in the table whose value was left in one column.
    left: Vec<(At, At)>,
}

impl Merged {
    /// Adds one by its first and its last cell.
    pub(super) fn add(&mut self, first: At, last: At) {
        if first.0 <= last.0 && first.1 <= last.1 && first != last {
            self.last.insert(first, last);
        }
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.last.is_empty()
    }

    /// Whether a cell belongs to another row than the one at hand.
    pub(super) fn ends_before(&self, row: u32) -> bool {
        !self.cells.is_empty() && row != self.row
    }

    /// Adds a filled cell to the row at hand; false when it is out of order.
    pub(super) fn push(&mut self, row: u32, column: u32, text: &str) -> bool {
        self.row = row;
        let ordered = self.cells.last().is_none_or(|c| c.0 < column);
        self.cells.push((column, text.to_owned()));
        ordered
    }

    /// The row at hand with what merged cells show in it.
    ///
    /// A value goes down to all rows that have cells of their own. It goes across where most cells of its row are not
    /// merged that way: else the row is a title, a total or the upper one of two header rows, which name it once. Columns
    /// that the header joins are one column.
    pub(super) fn end_row(&mut self) -> (u32, Vec<(u32, String)>) {
        let row = self.row;
        let mut cells = std::mem::take(&mut self.cells);
        if cells.is_empty() {
            return (row, cells);
        }
        let begun = cells.iter().filter_map(|(column, text)| {
            let last = self.last.get(&(row, *column))?;
            Some(Span {
                last_row: last.0,
                columns: (*column, last.1),
                text: text.clone(),
            })
        });
        let mut begun: Vec<Span> = begun.collect();
        let wide = begun.iter().filter(|s| s.is_wide()).count();
        let plain = cells.len() - wide;
        let first = self.joined.is_none() && plain > wide && cells.len() > 1;
        if first {
            let joined = begun.iter().filter(|s| s.is_wide()).map(|s| s.columns);
            self.joined = Some(joined.collect());
        }
        for span in begun.iter_mut().filter(|s| s.is_wide()) {
            let joined = self.joined.as_ref();
            let one = joined.is_some_and(|j| j.contains(&span.columns));
            if one || plain <= wide || span.columns.1 - span.columns.0 >= MOST_COLUMNS {
                if !one && joined.is_some() && plain > 0 {
                    let last = (span.last_row, span.columns.1);
                    self.left.push(((row, span.columns.0), last));
                }
                span.columns.1 = span.columns.0;
            }
        }
        self.open.retain(|s| s.last_row >= row);
        self.open.append(&mut begun);
        for span in &self.open {
            for column in span.columns.0..=span.columns.1 {
                if let Err(at) = cells.binary_search_by_key(&column, |c| c.0) {
                    cells.insert(at, (column, span.text.clone()));
                }
            }
        }
        (row, cells)
    }

    /// What there is to say of those that were left in one column.
    pub(super) fn warning(&self, path: &str, sheet: &str) -> Option<Warning> {
        let name = |(row, column): At| format!("{}{}", letters(column), row + 1);
        let range = |(first, last): &(At, At)| format!("{}:{}", name(*first), name(*last));
        (!self.left.is_empty()).then(|| Warning::MergedCells {
            path: path.to_owned(),
            sheet: sheet.to_owned(),
            ranges: self.left.iter().map(range).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows as text, a dot for an empty cell.
    fn shown(merges: &[(At, At)], rows: &[&str]) -> (Vec<String>, Merged) {
        let mut merged = Merged::default();
        merges.iter().for_each(|m| merged.add(m.0, m.1));
        let mut out = Vec::new();
        for (row, cells) in rows.iter().enumerate() {
            let cells = cells.split(' ').enumerate().filter(|c| c.1 != ".");
            for (column, text) in cells {
                assert!(merged.push(row as u32, column as u32, text));
            }
            let (_, cells) = merged.end_row();
            let texts: Vec<String> = cells
                .into_iter()
                .map(|c| format!("{}{}", c.0, c.1))
                .collect();
            out.push(texts.join(" "));
        }
        (out, merged)
    }

    #[test]
    fn values_go_down_and_across() {
        let (rows, merged) = shown(
            &[((1, 3), (3, 3)), ((4, 2), (4, 3))],
            &[
                "id name mail sms",
                "1 A x no",
                "2 B x .",
                ". . . .",
                "4 D no .",
            ],
        );
        assert_eq!(
            rows,
            [
                "0id 1name 2mail 3sms",
                "01 1A 2x 3no",
                "02 1B 2x 3no",
                "",
                "04 1D 2no 3no"
            ]
        );
        assert!(merged.left.is_empty());
    }

    #[test]
    fn titles_groups_and_totals_are_said_once() {
        let (rows, merged) = shown(
            &[
                ((0, 0), (0, 3)),
                ((1, 1), (1, 2)),
                ((2, 0), (2, 1)),
                ((3, 0), (3, 1)),
                ((4, 0), (4, 2)),
            ],
            &[
                "Report . . .",
                "id Name . .",
                "id . mail sms",
                "1 . x no",
                "Total . . 3",
            ],
        );
        assert_eq!(
            rows,
            [
                "0Report",
                "0id 1Name",
                "0id 2mail 3sms",
                "01 2x 3no",
                "0Total 33"
            ]
        );
        assert_eq!(merged.left, [((4, 0), (4, 2))]);
        let warning = merged.warning("a.xlsx", "S").unwrap().to_string();
        assert!(warning.contains("`A5:C5`"), "{warning}");
    }
}

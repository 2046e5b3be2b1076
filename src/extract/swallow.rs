//! Quoted cells of several lines that hold whole rows: a stray quote opened there, and a later one closed it.

use super::row::{Bounds, Dialect, Field, Scan, scan};
use std::ops::Range;

/// Columns from which a line is taken for a row: fewer delimiters stand in any text.
const LEAST_COLUMNS: usize = 3;
/// Columns from which the row is read again without its quote.
const SURE_COLUMNS: usize = 4;

/// Lines inside a cell that look like rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Swallowed {
    /// Line breaks of the row before the line with the quote.
    pub(super) before: usize,
    /// Line breaks inside the cell.
    pub(super) breaks: usize,
    /// Lines that look like rows.
    pub(super) rows: usize,
    /// Whether all lines are rows like each other once the quote is a plain character.
    pub(super) sure: bool,
}

/// A row of the file that was scanned whole.
#[derive(Clone, Copy)]
pub(super) struct Suspect<'r> {
    pub(super) dialect: &'r Dialect,
    pub(super) bounds: Bounds,
    /// Columns of the header.
    pub(super) width: usize,
    pub(super) row: &'r [u8],
    pub(super) fields: &'r [Field],
}

impl<'r> Suspect<'r> {
    /// The first cell of the row that seems to hold rows.
    pub(super) fn find(self) -> Option<Swallowed> {
        if self.width < LEAST_COLUMNS {
            return None;
        }
        let broken = |f: &Field| f.quoted && self.dialect.lines_in(self.of(f)) > 0;
        let count = self.fields.iter().filter(|f| broken(f)).count();
        let cells = self.fields.iter().enumerate().filter(|(_, f)| broken(f));
        let mut found = cells.filter_map(|(at, field)| self.inside(at, field, count == 1));
        found.next()
    }

    fn of(self, field: &Field) -> &'r [u8] {
        &self.row[field.start as usize..field.end as usize]
    }

    fn inside(self, at: usize, field: &Field, alone: bool) -> Option<Swallowed> {
        let lines = self.lines(self.of(field));
        let inner = lines.get(1..lines.len() - 1)?;
        let filled = inner.iter().filter(|l| !l.trim_ascii().is_empty());
        let filled: Vec<&[u8]> = filled.copied().collect();
        let rows: Vec<Vec<&[u8]>> = filled.iter().filter_map(|l| self.as_row(l)).collect();
        let all = rows.len() == filled.len();
        let sure = alone && all && self.is_sure(at, &lines, &rows);
        let many = !rows.is_empty() && (all || rows.len() >= 2 && rows.len() * 2 >= filled.len());
        (sure || many).then(|| Swallowed {
            before: self
                .dialect
                .lines_in(&self.row[..(field.start as usize).min(self.row.len())]),
            breaks: lines.len() - 1,
            rows: rows.len() + usize::from(sure),
            sure,
        })
    }

    /// The lines of a cell without their ends.
    fn lines(self, mut cell: &'r [u8]) -> Vec<&'r [u8]> {
        let mut lines = Vec::new();
        while let Some(length) = self.dialect.line_length(cell) {
            lines.push(cell[..length].trim_ascii_end());
            cell = &cell[length..];
        }
        lines.push(cell);
        lines
    }

    fn cells(self, line: &'r [u8]) -> Option<Vec<&'r [u8]>> {
        let mut fields = Vec::new();
        let found = scan(self.dialect, self.bounds, line, true, &mut fields);
        let whole = matches!(found, Scan::Row { loose: false, .. });
        let cells = fields
            .iter()
            .map(|f| &line[f.start as usize..f.end as usize]);
        whole.then(|| cells.collect())
    }

    /// The cells of a line with as many as the header has; delimiters that are all followed by a blank make a sentence.
    fn as_row(self, line: &'r [u8]) -> Option<Vec<&'r [u8]>> {
        let cells = self.cells(line).filter(|c| c.len() == self.width)?;
        let sentence = cells[1..].iter().all(|c| c.first() == Some(&b' '));
        (!sentence).then_some(cells)
    }

    /// Whether the lines at both ends of the cell are rows, too, when the quote is none, and like those between.
    fn is_sure(self, at: usize, lines: &[&'r [u8]], inner: &[Vec<&'r [u8]>]) -> bool {
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
            return false;
        };
        let (Some(opening), Some(closing)) = (self.cells(first), self.cells(last)) else {
            return false;
        };
        let beside = |range: Range<usize>| self.fields[range].iter().map(|f| self.of(f));
        let text = opening.first().is_some_and(|c| !c.trim_ascii().is_empty());
        let first: Vec<&[u8]> = beside(0..at).chain(opening).collect();
        let after = beside(at + 1..self.fields.len());
        let last: Vec<&[u8]> = closing.into_iter().chain(after).collect();
        let wide = |row: &[&[u8]]| row.len() == self.width;
        let like = |row: &[&[u8]]| are_alike(&first, row);
        self.width >= SURE_COLUMNS
            && text
            && wide(&first)
            && wide(&last)
            && like(&last)
            && inner.iter().all(|row| like(row))
    }
}

#[derive(PartialEq, Eq)]
enum Look {
    Mail,
    Number,
    Words,
}

fn look(cell: &[u8]) -> Look {
    let letter = |b: &u8| b.is_ascii_alphabetic() || *b >= 0x80;
    if cell.contains(&b'@') {
        Look::Mail
    } else if cell.iter().any(u8::is_ascii_digit) && !cell.iter().any(letter) {
        Look::Number
    } else {
        Look::Words
    }
}

/// Whether the cells of two rows are of one kind, column by column, but for a few.
fn are_alike(one: &[&[u8]], other: &[&[u8]]) -> bool {
    let empty = |cell: &[u8]| cell.trim_ascii().is_empty();
    let pairs = one.iter().zip(other);
    let pairs: Vec<_> = pairs.filter(|(a, b)| !empty(a) && !empty(b)).collect();
    let alike = pairs.iter().filter(|(a, b)| look(a) == look(b)).count();
    alike >= 2 && (pairs.len() - alike) * 4 <= alike
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(width: usize, row: &str) -> Option<Swallowed> {
        let (dialect, mut fields) = (Dialect::new(','), Vec::new());
        let bounds = Bounds {
            field_bytes: 1000,
            quoted_lines: 100,
        };
        let scanned = scan(&dialect, bounds, row.as_bytes(), true, &mut fields);
        assert!(matches!(scanned, Scan::Row { .. }), "{row}");
        Suspect {
            dialect: &dialect,
            bounds,
            width,
            row: row.as_bytes(),
            fields: &fields,
        }
        .find()
    }

    #[test]
    fn rows_inside_a_cell_are_found() {
        let all = found(
            5,
            "2,Bob,Jones,b@x.org,\"19 inch\n3,Carl,May,c@x.org,\n4,Di,Lee,d@x.org,\"\"\n5,Eve,Kay,e@x.org,24 inch\"",
        );
        let sure = Swallowed {
            before: 0,
            breaks: 3,
            rows: 3,
            sure: true,
        };
        assert_eq!(all, Some(sure));
        let next = found(4, "2,Bob,b@x.org,\"19 inch\n3,Carl,c@x.org,24 inch\"");
        assert!(next.is_some_and(|s| s.sure && s.rows == 1), "{next:?}");
        // the quote opens in the middle
        let middle = found(4, "2,\"Bob,b@x.org,x\n3,Carl\",c@x.org,y");
        assert!(middle.is_some_and(|s| s.sure), "{middle:?}");
        // a true cell with rows in it: nobody knows
        let pasted = found(4, "2,\"as of\ntoday\",\"see:\n7,x,y,z\n8,u,v,w\nend\",x");
        let doubtful = Swallowed {
            before: 1,
            breaks: 3,
            rows: 2,
            sure: false,
        };
        assert_eq!(pasted, Some(doubtful));
    }

    #[test]
    fn texts_of_several_lines_are_none() {
        for row in [
            "1,Ann,\"12 Oak St\nSpringfield, IL, USA\nback door\"",
            "1,Ann,\"12 Oak St\nUlm\"",
            "1,Ann,\"one\n\n\ntwo\"",
            "1,Ann,\"Weg 5\n01067,Dresden,DE\"",
            "1,Ann,\"a\nb\nc,d\ne\n1,2,3\"",
        ] {
            assert_eq!(found(3, row), None, "{row}");
        }
        assert_eq!(found(2, "1,\"a\n2,b\n3,c\""), None);
        // lines as wide as the header, but of other kinds
        let other = found(4, "1,Ann,a@x.org,\"Weg 5\nUlm,DE,x,y\"");
        assert_eq!(other, None);
    }
}

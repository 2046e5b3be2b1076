//! Number formats of old Excel workbooks (BIFF8, [MS-XLS]) that show digits which the number alone has not: who reads their
//! cells tells nothing of them.

use super::number_mask::NumberMask;
use crate::extract::unpack::Fault;
use std::collections::BTreeMap;
use std::io::{BufReader, Read};
use std::path::Path;

/// Kinds of records: begin and end of a part, name and place of a sheet, format, style.
const BEGIN: u16 = 0x0809;
const END: u16 = 0x000A;
const SHEET: u16 = 0x0085;
const FORMAT: u16 = 0x041E;
const STYLE: u16 = 0x00E0;
/// Cells with a number: formula, number, short number; and a row of short numbers.
const NUMBERS: &[u16] = &[0x0006, 0x0203, 0x027E];
const SHORT_NUMBERS: u16 = 0x00BD;
/// Bytes of a short number with its style.
const SHORT_BYTES: usize = 6;

/// The formats of one sheet's numbers.
#[derive(Debug, Default)]
pub(super) struct NumberFormats {
    masks: BTreeMap<u16, NumberMask>,
    /// The format of each style.
    styles: Vec<u16>,
    /// The format of each cell that has a mask, by row and column from 0.
    cells: BTreeMap<(u16, u16), u16>,
}

impl NumberFormats {
    /// Reads those of the sheet with this name.
    pub(super) fn of(path: &Path, sheet: &str) -> Result<Self, Fault> {
        let broken = |e: std::io::Error| Fault::Broken(e.to_string());
        let mut formats = Self::default();
        let mut file = cfb::open(path).map_err(broken)?;
        if !file.exists("/Workbook") {
            return Ok(formats);
        }
        let mut stream = BufReader::new(file.open_stream("/Workbook").map_err(broken)?);
        // parts inside the sheet, as charts, begin and end like it
        let (mut at, mut wanted, mut depth) = (0_u64, None, 0_u32);
        let mut record = Vec::new();
        loop {
            let mut head = [0; 4];
            if stream.read_exact(&mut head).is_err() {
                return Ok(formats);
            }
            let kind = u16::from_le_bytes([head[0], head[1]]);
            let length = u64::from(u16::from_le_bytes([head[2], head[3]]));
            record.clear();
            let read = stream.by_ref().take(length).read_to_end(&mut record);
            read.map_err(broken)?;
            match kind {
                BEGIN if depth > 0 || wanted == Some(at) => depth += 1,
                END if depth == 1 => return Ok(formats),
                END => depth = depth.saturating_sub(1),
                SHEET if text(record.get(6..), 1).as_deref() == Some(sheet) => {
                    wanted = place(&record);
                }
                FORMAT => {
                    let code = text(record.get(2..), 2);
                    let mask = code.and_then(|code| NumberMask::of(&code));
                    formats.masks.extend(number(&record, 0).zip(mask));
                }
                STYLE => formats.styles.push(number(&record, 2).unwrap_or(0)),
                _ if depth == 1 => formats.take(kind, &record),
                _ => {}
            }
            at += 4 + length;
        }
    }

    fn take(&mut self, kind: u16, record: &[u8]) {
        let (Some(row), Some(column)) = (number(record, 0), number(record, 2)) else {
            return;
        };
        if NUMBERS.contains(&kind) {
            self.cell(row, column, number(record, 4));
        } else if kind == SHORT_NUMBERS {
            // behind them the last column stands once more
            let numbers = record[4..].chunks_exact(SHORT_BYTES);
            for (column, short) in (column..).zip(numbers) {
                self.cell(row, column, number(short, 0));
            }
        }
    }

    fn cell(&mut self, row: u16, column: u16, style: Option<u16>) {
        let format = style.and_then(|s| self.styles.get(usize::from(s)));
        if let Some(format) = format.filter(|f| self.masks.contains_key(f)) {
            self.cells.insert((row, column), *format);
        }
    }

    /// What the format of a cell makes of whole numbers.
    pub(super) fn mask(&self, row: u32, column: u32) -> Option<&NumberMask> {
        let at = (u16::try_from(row).ok()?, u16::try_from(column).ok()?);
        self.cells.get(&at).and_then(|f| self.masks.get(f))
    }
}

fn number(record: &[u8], at: usize) -> Option<u16> {
    match record.get(at..at + 2) {
        Some([low, high]) => Some(u16::from_le_bytes([*low, *high])),
        _ => None,
    }
}

/// Where the part of a sheet begins in the stream.
fn place(record: &[u8]) -> Option<u64> {
    let (low, high) = number(record, 0).zip(number(record, 2))?;
    Some(u64::from(low) | u64::from(high) << 16)
}

/// A text behind its length of so many bytes, in Latin-1 or UTF-16.
fn text(record: Option<&[u8]>, length_bytes: usize) -> Option<String> {
    let record = record?;
    let length = match length_bytes {
        1 => usize::from(*record.first()?),
        _ => usize::from(number(record, 0)?),
    };
    let wide = record.get(length_bytes)? & 1 == 1;
    let chars = record.get(length_bytes + 1..)?;
    if wide {
        let units = chars.get(..length * 2)?.chunks_exact(2);
        let units: Vec<u16> = units.map(|u| u16::from_le_bytes([u[0], u[1]])).collect();
        String::from_utf16(&units).ok()
    } else {
        Some(
            chars
                .get(..length)?
                .iter()
                .map(|b| char::from(*b))
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_narrow_or_wide() {
        assert_eq!(text(Some(&[2, 0, b'a', 0xE9, 9]), 1).as_deref(), Some("aé"));
        assert_eq!(text(Some(&[1, 0, 1, 0x30, 0]), 2).as_deref(), Some("0"));
        assert_eq!(text(Some(&[9, 0, b'a']), 1), None);
    }

    #[test]
    fn cells_have_the_masks_of_their_styles() {
        let mut formats = NumberFormats {
            styles: vec![0, 164],
            ..NumberFormats::default()
        };
        formats.masks.extend(Some(164).zip(NumberMask::of("00000")));
        formats.take(0x0203, &[1, 0, 2, 0, 1, 0]);
        formats.take(0x0203, &[1, 0, 3, 0, 0, 0]);
        formats.take(
            SHORT_NUMBERS,
            &[2, 0, 4, 0, 0, 0, 9, 9, 9, 9, 1, 0, 9, 9, 9, 9, 5, 0],
        );
        let masked = |row, column| formats.mask(row, column).and_then(|m| m.text(7.0));
        assert_eq!(masked(1, 2).as_deref(), Some("00007"));
        assert_eq!((masked(1, 3), masked(2, 4)), (None, None));
        assert_eq!(masked(2, 5).as_deref(), Some("00007"));
    }
}

//! Cells of columns that hold the year, the month or the day of a date.

use super::months;

/// Two-digit years below this are of the 2000s, as in whole dates.
const PIVOT: u16 = 30;
/// Months as numbers of the Romans.
const ROMAN: &[&str] = &[
    "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII",
];

/// The year in a cell, of four digits or of two.
#[must_use]
pub fn year(cell: &str) -> Option<u16> {
    let digits = whole(cell);
    let year: u16 = digits.parse().ok()?;
    match digits.len() {
        2 if year < PIVOT => Some(2000 + year),
        2 => Some(1900 + year),
        _ => Some(year).filter(|y| (1000..=2999).contains(y)),
    }
}

/// The month in a cell: `4`, `April`, `Apr.`, `IV`.
#[must_use]
pub fn month(cell: &str) -> Option<u16> {
    let roman = || ROMAN.iter().zip(1..).find(|(r, _)| **r == cell.trim());
    let number = whole(cell).parse().ok().filter(|m| (1..=12).contains(m));
    number
        .or_else(|| roman().map(|(_, month)| month))
        .or_else(|| months::month(cell).map(u16::from))
}

/// The day in a cell: `18`, `18.`, `18th`.
#[must_use]
pub fn day(cell: &str) -> Option<u16> {
    let digits = whole(cell).trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let short = Some(digits).filter(|d| d.len() <= 2);
    short?.parse().ok().filter(|d| (1..=31).contains(d))
}

/// The cell without the fraction that a spreadsheet gave it.
fn whole(cell: &str) -> &str {
    cell.trim().split(['.', ',']).next().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_as_people_write_them() {
        for (cell, read) in [
            ("1985", Some(1985)),
            ("1985.0", Some(1985)),
            ("85", Some(1985)),
            ("04", Some(2004)),
            ("0", None),
            ("x", None),
        ] {
            assert_eq!(year(cell), read, "{cell}");
        }
        for (cell, read) in [
            ("4", Some(4)),
            ("04", Some(4)),
            ("April", Some(4)),
            ("Apr.", Some(4)),
            ("IV", Some(4)),
            ("13", None),
            ("0", None),
        ] {
            assert_eq!(month(cell), read, "{cell}");
        }
        for (cell, read) in [
            ("18", Some(18)),
            ("18th", Some(18)),
            ("18.", Some(18)),
            ("018", None),
            ("32", None),
        ] {
            assert_eq!(day(cell), read, "{cell}");
        }
    }
}

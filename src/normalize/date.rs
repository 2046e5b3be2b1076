//! Dates: a cell → a calendar date that may be partial.
//!
//! Reads ISO 8601 (date, week-free; RFC 3339 timestamps), compact digits, day-month-year in any order with any
//! separator, textual months in some forty languages, CJK dates (年月日) and vCard dates without a year
//! (`--05-24`). What order an ambiguous `03/04/1990` has is decided by the caller, over the whole column. A date
//! that cannot be (`1827-02-54`) is kept with its digits, because it is usually one slip away from the right one.

mod scan;

use self::scan::{Token, date_part, tokens};
pub use crate::normalize::calendar::PartialDate;
use crate::normalize::calendar::civil;
use crate::normalize::placeholder::decimal;
pub use crate::normalize::timestamp::{timestamp, timestamp_in};

pub use crate::record::DateOrder;

/// Two-digit years below this are of the 2000s, the others of the 1900s. The clock is not asked, so that the
/// same file gives the same dates in any year; a birth year of `30` is more often 1930 than 2030.
pub const PIVOT: u16 = 30;
/// The latest birth that two digits can mean, the year of this version: nobody is born after it, so `27` to `29` are of
/// the 1900s in columns of births.
const LATEST_BIRTH: u16 = 2026;
/// Years read as such.
const YEARS: std::ops::RangeInclusive<u32> = 1000..=2999;

/// Takes a raw cell and the column's order, gives the date in it. `None` when the cell holds nothing that reads as one.
/// A time of day after the date is passed over.
#[must_use]
pub fn date(cell: &str, order: DateOrder) -> Option<PartialDate> {
    let cell = cell.trim().trim_start_matches(['\'', '"', '’']);
    if let Some(iso) = iso(cell.as_bytes()) {
        return Some(iso);
    }
    if let Some(seconds) = odata(cell) {
        return civil(seconds.div_euclid(86_400));
    }
    if let Some(western) = of_japanese_era(cell) {
        return date(&western, DateOrder::Ymd);
    }
    // A vCard date without a year has its month first, whatever the column.
    let order = if cell.starts_with("--") {
        DateOrder::Mdy
    } else {
        order
    };
    let (tokens, count) = tokens(date_part(cell))?;
    assemble(tokens.get(..count)?, order)
}

/// Like [`date`], for births: where the century was guessed, it is one in which the birth is possible.
#[must_use]
pub fn birth(cell: &str, order: DateOrder) -> Option<PartialDate> {
    let found = date(cell, order)?;
    if !found.short_year || found.year <= LATEST_BIRTH {
        return Some(found);
    }
    let earlier = PartialDate::of(found.year - 100, found.month, found.day);
    Some(marked(earlier, found.ambiguous, true))
}

/// Takes a raw cell, gives the order its numbers betray: the day is over 12, so its place is known. `None` when the cell
/// leaves it open or has the year in front. A column's order is that of its telling cells.
#[must_use]
pub fn order_shown(cell: &str) -> Option<DateOrder> {
    let (tokens, count) = tokens(date_part(cell.trim()))?;
    let [
        Token::Number {
            value: a,
            digits: da,
        },
        Token::Number { value: b, .. },
        Token::Number { .. },
    ] = *tokens.get(..count)?
    else {
        return None;
    };
    let (day, month) = (13..=31, 1..=12);
    match da {
        1 | 2 if day.contains(&a) && month.contains(&b) => Some(DateOrder::Dmy),
        1 | 2 if month.contains(&a) && day.contains(&b) => Some(DateOrder::Mdy),
        1 | 2 if a > 31 && month.contains(&b) => Some(DateOrder::Ymd),
        _ => None,
    }
}

/// `昭和59年3月9日` with its year in the western count; the first year of an era is also written `元年`.
fn of_japanese_era(cell: &str) -> Option<String> {
    const ERAS: &[(&str, u32)] = &[
        ("明治", 1867),
        ("大正", 1911),
        ("昭和", 1925),
        ("平成", 1988),
        ("令和", 2018),
    ];
    let (rest, before) = ERAS
        .iter()
        .find_map(|(name, before)| Some((cell.strip_prefix(name)?.trim_start(), before)))?;
    let (year, rest) = rest.split_once('年')?;
    let year = if year == "元" {
        1
    } else {
        let mut digits = year.trim().chars().map(decimal);
        digits.try_fold(0, |n: u32, d| Some(n.checked_mul(10)? + u32::from(d?)))?
    };
    (1..100)
        .contains(&year)
        .then(|| format!("{}年{rest}", before + year))
}

/// Whether the date in the cell is counted from another start, so that its numbers are not the cell's.
#[must_use]
pub fn is_counted(cell: &str) -> bool {
    let cell = cell.trim();
    odata(cell).is_some() || of_japanese_era(cell).is_some()
}

/// `/Date(1577836800000)/` and `/Date(1577836800000+0100)/` of OData version 2.
pub(crate) fn odata(cell: &str) -> Option<i64> {
    let inner = cell.strip_prefix("/Date(")?.strip_suffix(")/")?;
    let end = inner
        .char_indices()
        .skip(1)
        .find(|(_, c)| matches!(c, '+' | '-'))
        .map_or(inner.len(), |(at, _)| at);
    let milliseconds: i64 = inner.get(..end)?.parse().ok()?;
    Some(milliseconds.div_euclid(1_000))
}

/// `YYYY-MM-DD` and `YYYYMMDD`, possible dates only, a time may follow the first.
fn iso(bytes: &[u8]) -> Option<PartialDate> {
    let two = |at: usize| -> Option<u8> {
        let (a, b) = (bytes.get(at)?, bytes.get(at + 1)?);
        (a.is_ascii_digit() && b.is_ascii_digit()).then(|| (a - b'0') * 10 + (b - b'0'))
    };
    let year = u16::from(two(0)?) * 100 + u16::from(two(2)?);
    let found = if bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-') {
        if bytes
            .get(10)
            .is_some_and(|b| !matches!(b, b'T' | b't' | b' ' | b'Z' | b'z' | b'+'))
        {
            return None;
        }
        PartialDate::of(year, two(5)?, two(8)?)
    } else if bytes.len() == 8 {
        PartialDate::of(year, two(4)?, two(6)?)
    } else {
        return None;
    };
    (YEARS.contains(&u32::from(year)) && found.complete()).then_some(found)
}

fn assemble(tokens: &[Token], order: DateOrder) -> Option<PartialDate> {
    use Token::{Month, Number};
    match *tokens {
        [Number { value, digits }] => compact(value, digits, order),
        [Month(month)] => (month > 0).then(|| PartialDate::of(0, month, 0)),
        [Number { value, digits }, Month(month)] | [Month(month), Number { value, digits }] => {
            if digits >= 3 || value > 31 {
                let (year, short) = year(value, digits)?;
                Some(marked(PartialDate::of(year, month, 0), false, short))
            } else {
                Some(PartialDate::of(0, month, u8::try_from(value).ok()?))
            }
        }
        [
            Number {
                value: a,
                digits: da,
            },
            Number {
                value: b,
                digits: db,
            },
        ] => {
            if da == 4 {
                Some(PartialDate::of(year(a, da)?.0, small(b)?, 0))
            } else if db == 4 {
                Some(PartialDate::of(year(b, db)?.0, small(a)?, 0))
            } else {
                let (day, month, ambiguous) = day_and_month(small(a)?, small(b)?, order);
                Some(marked(PartialDate::of(0, month, day), ambiguous, false))
            }
        }
        [
            Number {
                value: a,
                digits: da,
            },
            Month(month),
            Number {
                value: b,
                digits: db,
            },
        ]
        | [
            Month(month),
            Number {
                value: a,
                digits: da,
            },
            Number {
                value: b,
                digits: db,
            },
        ]
        | [
            Number {
                value: a,
                digits: da,
            },
            Number {
                value: b,
                digits: db,
            },
            Month(month),
        ] => {
            let (day, y, dy) = if da >= 3 || (a > 31 && b <= 31) {
                (b, a, da)
            } else {
                (a, b, db)
            };
            let (year, short) = year(y, dy)?;
            Some(marked(
                PartialDate::of(year, month, small(day)?),
                false,
                short,
            ))
        }
        [
            Number {
                value: a,
                digits: da,
            },
            Number {
                value: b,
                digits: db,
            },
            Number {
                value: c,
                digits: dc,
            },
        ] => three_numbers([(a, da), (b, db), (c, dc)], order),
        _ => None,
    }
}

fn three_numbers(parts: [(u32, usize); 3], order: DateOrder) -> Option<PartialDate> {
    let [(a, da), (b, db), (c, dc)] = parts;
    if [a, b, c] == [0, 0, 0] {
        return Some(PartialDate::of(0, 0, 0));
    }
    if da >= 3 {
        // Year first is always year, month, day.
        return Some(PartialDate::of(year(a, da)?.0, small(b)?, small(c)?));
    }
    if dc >= 3 || order != DateOrder::Ymd || (a <= 31 && c > 31) {
        let (year, short) = year(c, dc)?;
        let (day, month, ambiguous) = day_and_month(small(a)?, small(b)?, order);
        return Some(marked(PartialDate::of(year, month, day), ambiguous, short));
    }
    if db >= 3 {
        return None;
    }
    let (year, short) = year(a, da)?;
    Some(marked(
        PartialDate::of(year, small(b)?, small(c)?),
        a <= 31 && b != c,
        short,
    ))
}

/// Day, month, and whether the order alone decided.
fn day_and_month(a: u8, b: u8, order: DateOrder) -> (u8, u8, bool) {
    let either = (1..=12).contains(&a) && (1..=12).contains(&b) && a != b;
    match order {
        DateOrder::Dmy if b > 12 && (1..=12).contains(&a) => (b, a, false),
        DateOrder::Dmy => (a, b, either),
        _ if a > 12 && (1..=12).contains(&b) => (a, b, false),
        _ => (b, a, either),
    }
}

/// Digits without separators.
fn compact(value: u32, digits: usize, order: DateOrder) -> Option<PartialDate> {
    let by_order = |parts: [(u32, usize); 3]| three_numbers(parts, order);
    match digits {
        8 => {
            let year_first = PartialDate::of(
                u16::try_from(value / 10_000).ok()?,
                small(value / 100 % 100)?,
                small(value % 100)?,
            );
            let year_known = YEARS.contains(&(value / 10_000));
            if year_known && !year_first.impossible {
                return Some(year_first);
            }
            let last = by_order([
                (value / 1_000_000, 2),
                (value / 10_000 % 100, 2),
                (value % 10_000, 4),
            ])
            .filter(|d| !d.impossible && YEARS.contains(&u32::from(d.year)));
            last.or(year_known.then_some(year_first))
        }
        6 => {
            let parts = [
                (value / 10_000, 2),
                (value / 100 % 100, 2),
                (value % 100, 2),
            ];
            let read = by_order(parts).filter(|d| d.complete());
            let month_of_year = || {
                let (year, month) = (value / 100, small(value % 100)?);
                (YEARS.contains(&year) && (1..=12).contains(&month))
                    .then(|| PartialDate::of(u16::try_from(year).unwrap_or(0), month, 0))
            };
            read.or_else(month_of_year)
        }
        4 if YEARS.contains(&value) => Some(PartialDate::of(u16::try_from(value).ok()?, 0, 0)),
        _ => None,
    }
}

fn marked(date: PartialDate, ambiguous: bool, short_year: bool) -> PartialDate {
    PartialDate {
        ambiguous: ambiguous && !date.impossible,
        short_year,
        ..date
    }
}

fn small(value: u32) -> Option<u8> {
    u8::try_from(value).ok().filter(|v| *v < 100)
}

/// The year, and whether its century was guessed.
fn year(value: u32, digits: usize) -> Option<(u16, bool)> {
    let value16 = u16::try_from(value).ok()?;
    match digits {
        1 | 2 => Some((
            if value16 < PIVOT {
                2000 + value16
            } else {
                1900 + value16
            },
            true,
        )),
        4 if value == 0 || YEARS.contains(&value) || value == 9999 => Some((value16, false)),
        _ => None,
    }
}

/// Takes a raw cell and the column's order, gives true when the date in it stands for *none*: all zeros, the first day
/// of 1900, 1901, 1904 or 1970, the last of 1899 or 9999, the same digit throughout, or a year before 1000.
#[must_use]
pub fn is_placeholder_date(cell: &str, order: DateOrder) -> bool {
    let mut digits = cell.chars().filter_map(decimal);
    let Some(first) = digits.next() else {
        return crate::normalize::placeholder::is_placeholder(cell);
    };
    if (first == 0 || digits.clone().count() >= 5) && digits.all(|d| d == first) {
        return true;
    }
    date(cell, order).is_some_and(is_placeholder_value)
}

/// The same for a date already read.
#[must_use]
pub fn is_placeholder_value(date: PartialDate) -> bool {
    matches!(
        date.packed(),
        0 | 18_991_230
            | 18_991_231
            | 19_000_101
            | 19_000_100
            | 19_000_000
            | 19_010_101
            | 19_040_101
            | 19_700_101
            | 17_530_101
            | 16_010_101
            | 10_000_101
            | 11_111_111
            | 20_999_999
            | 22_222_222
            | 29_991_231
    ) || date.year == 9999
        || (date.year == 0 && date.month == 0)
}

#[cfg(test)]
#[expect(
    clippy::inconsistent_digit_grouping,
    reason = "packed dates read best as year, month, day"
)]
mod tests {
    use super::DateOrder::{Dmy, Mdy, Ymd};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn zeros_are_no_date_of_the_year_2000() {
        for cell in ["0/0/00", "0.0.00", "0.0.0000", "00-00-00", "0000-00-00"] {
            for order in [Dmy, Mdy, Ymd] {
                assert!(is_placeholder_date(cell, order), "{cell}");
                assert!(date(cell, order).is_none_or(|d| d.year == 0), "{cell}");
            }
        }
    }

    #[test]
    fn whole_dates_in_many_forms() {
        for (cell, order, packed) in [
            ("1990-03-04", Dmy, 1990_03_04),
            ("1990-03-04", Mdy, 1990_03_04),
            ("1990-3-4", Dmy, 1990_03_04),
            ("1990/03/04", Mdy, 1990_03_04),
            ("1990.03.04", Dmy, 1990_03_04),
            ("19900304", Dmy, 1990_03_04),
            ("'1990-03-04", Dmy, 1990_03_04),
            ("04.03.1990", Dmy, 1990_03_04),
            ("4.3.1990", Dmy, 1990_03_04),
            ("4. 3. 1990", Dmy, 1990_03_04),
            ("04/03/1990", Dmy, 1990_03_04),
            ("03/04/1990", Mdy, 1990_03_04),
            ("3/4/1990", Mdy, 1990_03_04),
            ("04-03-1990", Dmy, 1990_03_04),
            ("04 03 1990", Dmy, 1990_03_04),
            ("04031990", Dmy, 1990_03_04),
            ("03041990", Mdy, 1990_03_04),
            ("25/12/1990", Mdy, 1990_12_25),
            ("12/25/1990", Dmy, 1990_12_25),
            ("4.3.90", Dmy, 1990_03_04),
            ("3/4/90", Mdy, 1990_03_04),
            ("4.3.05", Dmy, 2005_03_04),
            ("05-03-04", Ymd, 2005_03_04),
            ("90-03-04", Ymd, 1990_03_04),
            ("900304", Ymd, 1990_03_04),
            ("040390", Dmy, 1990_03_04),
            ("31.12.29", Dmy, 2029_12_31),
            ("31.12.30", Dmy, 1930_12_31),
            ("4 March 1990", Dmy, 1990_03_04),
            ("4 Mar 1990", Mdy, 1990_03_04),
            ("04-Mar-1990", Dmy, 1990_03_04),
            ("04-MAR-90", Dmy, 1990_03_04),
            ("March 4, 1990", Dmy, 1990_03_04),
            ("Mar. 4th 1990", Dmy, 1990_03_04),
            ("4th of March, 1990", Dmy, 1990_03_04),
            ("1990 Mar 4", Dmy, 1990_03_04),
            ("Sunday, March 4, 1990", Dmy, 1990_03_04),
            ("4. März 1990", Dmy, 1990_03_04),
            ("4. Mrz. 1990", Dmy, 1990_03_04),
            ("4 mars 1990", Dmy, 1990_03_04),
            ("1er mars 1990", Dmy, 1990_03_01),
            ("4 de marzo de 1990", Dmy, 1990_03_04),
            ("4 de março de 1990", Dmy, 1990_03_04),
            ("4 marzo 1990", Dmy, 1990_03_04),
            ("4 maart 1990", Dmy, 1990_03_04),
            ("4 marca 1990", Dmy, 1990_03_04),
            ("4. března 1990", Dmy, 1990_03_04),
            ("4 марта 1990 г.", Dmy, 1990_03_04),
            ("4 березня 1990", Dmy, 1990_03_04),
            ("4 Mart 1990", Dmy, 1990_03_04),
            ("1990年3月4日", Dmy, 1990_03_04),
            ("1990년 3월 4일", Dmy, 1990_03_04),
            ("٤/٣/١٩٩٠", Dmy, 1990_03_04),
            ("4 مارس 1990", Dmy, 1990_03_04),
            ("1990-03-04T10:15:00Z", Dmy, 1990_03_04),
            ("1990-03-04 10:15:00", Dmy, 1990_03_04),
            ("1990-03-04T10:15:00.123+02:00", Dmy, 1990_03_04),
            ("19900304T101500Z", Dmy, 1990_03_04),
            ("03/04/1990 10:15 AM", Mdy, 1990_03_04),
            ("04.03.1990 10:15", Dmy, 1990_03_04),
            ("04.03.1990, 10:15 Uhr", Dmy, 1990_03_04),
            ("1990-03-04Z", Dmy, 1990_03_04),
            ("/Date(636508800000)/", Dmy, 1990_03_04),
            ("2000-02-29", Dmy, 2000_02_29),
            ("1827-05-24", Dmy, 1827_05_24),
            ("-1827-02-5", Dmy, 1827_02_05),
        ] {
            let found = date(cell, order).unwrap_or_else(|| panic!("{cell} is no date"));
            assert_eq!(found.packed(), packed, "{cell}: {found:?}");
            assert!(found.complete(), "{cell}: {found:?}");
            let digits = std::str::from_utf8(&found.raw8).unwrap();
            assert_eq!(digits.parse::<u32>().unwrap(), packed, "{cell}");
        }
    }

    #[test]
    fn partial_dates() {
        for (cell, packed) in [
            ("1990", 1990_00_00),
            ("1990-03", 1990_03_00),
            ("03/1990", 1990_03_00),
            ("3.1990", 1990_03_00),
            ("199003", 1990_03_00),
            ("March 1990", 1990_03_00),
            ("1990 marzo", 1990_03_00),
            ("Mar '90", 1990_03_00),
            ("4 March", 3_04),
            ("March 4", 3_04),
            ("--03-04", 3_04),
            ("04.03.", 3_04),
            ("März", 3_00),
            ("c. 1850", 1850_00_00),
            ("1990-03-00", 1990_03_00),
            ("1990-00-00", 1990_00_00),
        ] {
            let found = date(cell, Dmy).unwrap_or_else(|| panic!("{cell} is no date"));
            assert_eq!(found.packed(), packed, "{cell}: {found:?}");
            assert!(!found.complete() && !found.impossible, "{cell}: {found:?}");
        }
    }

    #[test]
    fn ambiguity_impossibility_and_short_years_are_told() {
        let of = |cell, order| date(cell, order).unwrap();
        assert!(of("03/04/1990", Dmy).ambiguous);
        assert!(of("03/04/1990", Mdy).ambiguous);
        assert!(!of("03/03/1990", Dmy).ambiguous);
        assert!(!of("25/12/1990", Dmy).ambiguous);
        assert!(!of("25/12/1990", Mdy).ambiguous);
        assert!(!of("1990-03-04", Mdy).ambiguous);
        assert!(!of("4 March 1990", Mdy).ambiguous);
        assert!(of("03.04.90", Dmy).ambiguous && of("03.04.90", Dmy).short_year);
        assert!(!of("03.04.1990", Dmy).short_year);
        for (cell, packed, digits) in [
            ("1827-02-54", 1827_02_54, "18270254"),
            ("18270254", 1827_02_54, "18270254"),
            ("1990-02-30", 1990_02_30, "19900230"),
            ("30.02.1990", 1990_02_30, "19900230"),
            ("1990-13-45", 1990_13_45, "19901345"),
            ("1990-13-01", 1990_13_01, "19901301"),
            ("29.02.1900", 1900_02_29, "19000229"),
            ("31/04/1990", 1990_04_31, "19900431"),
        ] {
            let found = of(cell, Dmy);
            assert!(found.impossible && !found.complete(), "{cell}: {found:?}");
            assert_eq!(
                (found.packed(), &found.raw8[..]),
                (packed, digits.as_bytes()),
                "{cell}"
            );
        }
        let swapped = of("1990-03-04", Dmy).swapped().unwrap();
        assert_eq!(swapped.packed(), 1990_04_03);
        assert_eq!(of("1990-03-14", Dmy).swapped(), None);
        assert_eq!(of("1990-02-30", Dmy).swapped(), None);
    }

    #[test]
    fn births_are_of_a_century_in_which_they_are_possible() {
        for (cell, other, birth_read) in [
            ("31.12.26", 2026_12_31, 2026_12_31),
            ("01.01.27", 2027_01_01, 1927_01_01),
            ("29.02.28", 2028_02_29, 1928_02_29),
            ("3 May 29", 2029_05_03, 1929_05_03),
            ("010129", 2029_01_01, 1929_01_01),
            ("31.12.30", 1930_12_31, 1930_12_31),
            ("31.12.2029", 2029_12_31, 2029_12_31),
        ] {
            let of = |read: Option<PartialDate>| read.map(PartialDate::packed);
            assert_eq!(of(date(cell, Dmy)), Some(other), "{cell}");
            assert_eq!(of(birth(cell, Dmy)), Some(birth_read), "{cell}");
        }
        let open = birth("01.02.27", Dmy).unwrap();
        assert!(open.ambiguous && open.short_year);
    }

    #[test]
    fn the_day_over_twelve_shows_the_order() {
        for (cell, order) in [
            ("25/12/1990", Some(Dmy)),
            ("12/25/1990", Some(Mdy)),
            ("12/25/1990 10:15 AM", Some(Mdy)),
            ("25.12.90", Some(Dmy)),
            ("90-12-25", Some(Ymd)),
            ("03/04/1990", None),
            ("1990-12-25", None),
            ("25 Dec 1990", None),
            ("32/13/90", None),
            ("n/a", None),
        ] {
            assert_eq!(order_shown(cell), order, "{cell}");
        }
    }

    #[test]
    fn what_is_no_date() {
        for cell in [
            "",
            "-",
            "n/a",
            "unknown",
            "John",
            "12",
            "123",
            "12345",
            "1234567",
            "123456789012",
            "1-2-3-4",
            "10:15",
            "555-0142",
            "+49 30 901820",
            "Road 5",
            "3000-01-01",
            "0",
            "may be",
            "q1 2020",
            "1990-03-04-05",
        ] {
            assert_eq!(date(cell, Dmy), None, "{cell}");
        }
    }

    #[test]
    fn dates_that_stand_for_none() {
        for cell in [
            "1900-01-01",
            "01/01/1900",
            "1970-01-01",
            "01.01.1970",
            "0000-00-00",
            "00/00/0000",
            "1111-11-11",
            "11.11.1111",
            "9999-12-31",
            "31.12.9999",
            "99999999",
            "1899-12-30",
            "1753-01-01",
            "01.01.1901",
            "",
            "n/a",
            "-",
            "0",
            "1970-01-01T00:00:00Z",
        ] {
            assert!(is_placeholder_date(cell, Dmy), "{cell}");
        }
        for cell in [
            "1900-02-01",
            "1990-01-01",
            "2000-01-01",
            "1911-11-11",
            "1850",
            "4 March",
            "01.01.1950",
        ] {
            assert!(!is_placeholder_date(cell, Dmy), "{cell}");
        }
    }

    proptest! {
        #[test]
        fn every_way_of_writing_a_day_gives_the_day(y in 1800_u16..2100, m in 1_u8..=12, d in 1_u8..=28) {
            let day = PartialDate::of(y, m, d);
            for (cell, order) in [
                (format!("{y}-{m:02}-{d:02}"), Mdy),
                (format!("{y}{m:02}{d:02}"), Dmy),
                (format!("{d:02}.{m:02}.{y}"), Dmy),
                (format!("{m}/{d}/{y}"), Mdy),
                (format!("{y}/{m}/{d}"), Dmy),
                (format!("{y}年{m}月{d}日"), Dmy),
            ] {
                let found = date(&cell, order).unwrap();
                prop_assert_eq!(PartialDate { ambiguous: false, ..found }, day, "{}", cell);
            }
        }

        #[test]
        fn nothing_panics(cell in "(\\PC{0,30}|[0-9./: TZ+-]{0,24})") {
            for order in [Dmy, Mdy, Ymd] {
                let _ = (date(&cell, order), is_placeholder_date(&cell, order));
            }
        }
    }
}

//! Dates and timestamps: a cell → a calendar date that may be partial, or seconds since 1970.
//!
//! Reads ISO 8601 (date, week-free; RFC 3339 timestamps), compact digits, day-month-year in any order with any
//! separator, textual months in some forty languages, CJK dates (年月日) and vCard dates without a year
//! (`--05-24`). What order an ambiguous `03/04/1990` has is decided by the caller, over the whole column. A date
//! that cannot be (`1827-02-54`) is kept with its digits, because it is usually one slip away from the right one.

use crate::lexicon::months;
use crate::normalize::placeholder::decimal;

pub use crate::record::DateOrder;


/// A date of which parts may be unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    /// Year, 0 when unknown.
    pub year: u16,
    /// Month as read, 0 when unknown.
    pub month: u8,
    /// Day as read, 0 when unknown.
    pub day: u8,
    /// True when day and month could change places and only the given order told them apart.
    pub ambiguous: bool,
    /// True when there is no such day or month: the parts are then as read.
    pub impossible: bool,
    /// True when the year was written with two digits and the century is [`PIVOT`]'s.
    pub short_year: bool,
    /// The digits in the order `YYYYMMDD`, `0` where unknown; for counting slips, even in impossible dates.
    pub raw8: [u8; 8],
}

/// Two-digit years below this are of the 2000s, the others of the 1900s. The clock is not asked, so that the
/// same file gives the same dates in any year; a birth year of `30` is more often 1930 than 2030.
pub const PIVOT: u16 = 30;
/// Years read as such.
const YEARS: std::ops::RangeInclusive<u32> = 1000..=2999;

impl PartialDate {
    /// The date as one number, `YYYYMMDD`, zero digits where unknown; orders as dates do.
    #[must_use]
    pub fn packed(self) -> u32 {
        u32::from(self.year) * 10_000 + u32::from(self.month) * 100 + u32::from(self.day)
    }

    /// True when year, month and day are known and the day exists.
    #[must_use]
    pub fn complete(self) -> bool {
        self.year > 0 && self.month > 0 && self.day > 0 && !self.impossible
    }

    /// The same date with day and month in each other's place, when that is a date too.
    #[must_use]
    pub fn swapped(self) -> Option<PartialDate> {
        let other = PartialDate::of(self.year, self.day, self.month);
        (self.complete() && !other.impossible).then_some(other)
    }

    /// Takes year, month and day (0 for unknown), gives the date, marked when there is no such day.
    #[must_use]
    pub fn of(year: u16, month: u8, day: u8) -> PartialDate {
        let impossible = month > 12 || (month == 0 && day > 31) || day > days_in(year, month);
        let mut raw8 = [b'0'; 8];
        let mut rest =
            u32::from(year) % 10_000 * 10_000 + u32::from(month) % 100 * 100 + u32::from(day) % 100;
        for digit in raw8.iter_mut().rev() {
            *digit = b'0' + u8::try_from(rest % 10).unwrap_or(0);
            rest /= 10;
        }
        PartialDate {
            year,
            month,
            day,
            impossible,
            raw8,
            ..PartialDate::default()
        }
    }
}

/// Days of a month, 31 for an unknown or impossible month, 29 in February of an unknown year.
fn days_in(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year == 0
            || (year.is_multiple_of(4)
                && (!year.is_multiple_of(100) || year.is_multiple_of(400))) =>
        {
            29
        }
        2 => 28,
        _ => 31,
    }
}

/// One number or word of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Number { value: u32, digits: usize },
    Month(u8),
}

/// At most this many parts make a date.
const PARTS: usize = 3;

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
    let (tokens, count) = tokens(date_part(cell))?;
    assemble(tokens.get(..count)?, order)
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

/// The cell without a time of day.
fn date_part(cell: &str) -> &str {
    // The time starts before the two digits (or one) in front of the first colon that stands between digits.
    let bytes = cell.as_bytes();
    for (at, _) in cell.match_indices(':') {
        let hour = bytes[..at]
            .iter()
            .rev()
            .take_while(|b| b.is_ascii_digit())
            .count();
        let minute = bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        if (1..=2).contains(&hour) && minute {
            let before = &cell[..at - hour];
            if let Some(date) = before.strip_suffix(['T', 't', ' ', ',', '\u{a0}', '\u{202f}']) {
                return date.trim_end_matches([' ', ',']);
            }
        }
    }
    // `20240131T101500Z`
    match cell.split_once(['T', 't']) {
        Some((date, time))
            if date.len() >= 8
                && date.bytes().all(|b| b.is_ascii_digit() || b == b'-')
                && time.bytes().next().is_some_and(|b| b.is_ascii_digit()) =>
        {
            date
        }
        _ => cell,
    }
}

/// Numbers and months in the order they stand in. `None` when there are too many, or a word that is no part of a date.
fn tokens(text: &str) -> Option<([Token; PARTS], usize)> {
    let mut found = [Token::Month(0); PARTS];
    let mut count = 0;
    let mut push = |token: Token| -> Option<()> {
        *found.get_mut(count)? = token;
        count += 1;
        Some(())
    };
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if decimal(c).is_some() {
            let (mut value, mut digits, mut length) = (0_u32, 0, 0);
            for d in rest.chars() {
                let Some(v) = decimal(d) else { break };
                value = value.checked_mul(10)?.checked_add(u32::from(v))?;
                digits += 1;
                length += d.len_utf8();
            }
            push(Token::Number { value, digits })?;
            rest = rest.get(length..)?;
            rest = without_ordinal(rest);
        } else if matches!(c, '年' | '月' | '日' | '년' | '월' | '일' | '號' | '号') {
            rest = rest.get(c.len_utf8()..)?;
        } else if c.is_alphabetic() {
            let length = word_length(rest);
            let word = rest.get(..length)?;
            if let Some(month) = months::month(word) {
                push(Token::Month(month))?;
            } else if !is_filler(word) {
                return None;
            }
            rest = rest.get(length..)?;
        } else {
            rest = rest.get(c.len_utf8()..)?;
        }
    }
    (count > 0).then_some((found, count))
}

fn word_length(text: &str) -> usize {
    text.char_indices()
        .find(|(_, c)| !c.is_alphabetic() && !is_mark(*c) && !matches!(c, '\'' | '’'))
        .map_or(text.len(), |(at, _)| at)
}

fn is_mark(c: char) -> bool {
    !c.is_ascii()
        && !c.is_alphanumeric()
        && !c.is_whitespace()
        && unicode_normalization::char::is_combining_mark(c)
}

/// `1st`, `2nd`, `1er`, `3º`: the day without its ending.
fn without_ordinal(rest: &str) -> &str {
    for ending in [
        "st", "nd", "rd", "th", "ST", "ND", "RD", "TH", "er", "ère", "º", "ª", "°", ".",
    ] {
        if let Some(after) = rest.strip_prefix(ending)
            && !after.chars().next().is_some_and(char::is_alphabetic)
        {
            return after;
        }
    }
    rest
}

/// Words that may stand in a date without being part of it: weekdays are told by their place, so any word list is short.
fn is_filler(word: &str) -> bool {
    const FILLERS: &str = "of de del di do da den der dne the am um le el il a la on c ca circa about abt approx around born geb \
        г года год р року y year anno um vom dt d di v year. \
        mon tue wed thu fri sat sun tues wednes thur thurs monday tuesday wednesday thursday friday saturday sunday \
        mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonntag sonnabend \
        lun mar mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi dimanche \
        lunes martes miercoles miércoles jueves viernes sabado sábado domingo jue vie mié \
        lunedi lunedì martedi martedì mercoledi mercoledì giovedi giovedì venerdi venerdì sabato domenica gio dom \
        segunda terça quarta quinta sexta feira maandag dinsdag woensdag donderdag vrijdag zaterdag zondag \
        poniedziałek wtorek środa czwartek piątek sobota niedziela";
    let lower = word.to_lowercase();
    FILLERS.split_ascii_whitespace().any(|f| f == lower)
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
    if da >= 3 {
        // Year first is always year, month, day, unless only the other way is possible.
        let (year, _) = year(a, da)?;
        let (month, day) = (small(b)?, small(c)?);
        let straight = PartialDate::of(year, month, day);
        if month > 12 && day <= 12 {
            return Some(PartialDate::of(year, day, month));
        }
        return Some(straight);
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
    if digits.clone().count() >= 5 && digits.all(|d| d == first) {
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

/// Takes a raw cell, gives seconds since 1970-01-01T00:00:00Z: ISO 8601 with or without zone (none means UTC), a date
/// alone (its midnight, UTC), epoch seconds or milliseconds, OData `/Date(ms)/`. `None` for anything else, and for
/// dates whose order is not plain from the cell; see [`timestamp_in`].
#[must_use]
pub fn timestamp(cell: &str) -> Option<i64> {
    read_timestamp(cell, DateOrder::Dmy, false)
}

/// Like [`timestamp`], but takes the order of day and month for cells that leave it open.
#[must_use]
pub fn timestamp_in(cell: &str, order: DateOrder) -> Option<i64> {
    read_timestamp(cell, order, true)
}

fn read_timestamp(cell: &str, order: DateOrder, order_known: bool) -> Option<i64> {
    let cell = cell.trim().trim_start_matches(['\'', '"']);
    if let Some(seconds) = odata(cell) {
        return Some(seconds);
    }
    if let Some(seconds) = epoch(cell) {
        return Some(seconds);
    }
    let day = date(cell, order).filter(|d| d.complete() && (order_known || !d.ambiguous))?;
    let days = days_from_civil(day);
    Some(days * 86_400 + time_of_day(cell).unwrap_or(0))
}

/// Plain digits: 9 or 10 are seconds, 12 or 13 milliseconds, 16 microseconds; a fraction is passed over.
fn epoch(cell: &str) -> Option<i64> {
    let whole = cell.split('.').next().unwrap_or(cell);
    if !whole.bytes().all(|b| b.is_ascii_digit())
        || cell.bytes().any(|b| !b.is_ascii_digit() && b != b'.')
    {
        return None;
    }
    let value: i64 = whole.parse().ok()?;
    match whole.len() {
        9 | 10 => Some(value),
        12 | 13 => Some(value.div_euclid(1_000)),
        16 => Some(value.div_euclid(1_000_000)),
        _ => None,
    }
}

/// `/Date(1577836800000)/` and `/Date(1577836800000+0100)/` of OData version 2.
fn odata(cell: &str) -> Option<i64> {
    let inner = cell.strip_prefix("/Date(")?.strip_suffix(")/")?;
    let end = inner
        .char_indices()
        .skip(1)
        .find(|(_, c)| matches!(c, '+' | '-'))
        .map_or(inner.len(), |(at, _)| at);
    let milliseconds: i64 = inner.get(..end)?.parse().ok()?;
    Some(milliseconds.div_euclid(1_000))
}

/// Seconds since midnight UTC of the first `h:mm[:ss][.fff] [am|pm] [zone]` in a cell.
fn time_of_day(cell: &str) -> Option<i64> {
    let bytes = cell.as_bytes();
    let (start, rest) = if let Some(colon) = cell.find(':') {
        let hour = bytes[..colon]
            .iter()
            .rev()
            .take_while(|b| b.is_ascii_digit())
            .count();
        (colon - hour, &cell[colon - hour..])
    } else {
        let t = cell.find(['T', 't'])?;
        (t + 1, &cell[t + 1..])
    };
    let mut numbers = [0_i64; 3];
    let mut rest = rest;
    if cell.contains(':') {
        for (at, number) in numbers.iter_mut().enumerate() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count().min(2);
            if digits == 0 {
                break;
            }
            *number = rest.get(..digits)?.parse().ok()?;
            rest = rest.get(digits..)?;
            match rest.strip_prefix(':') {
                Some(after) if at < 2 => rest = after,
                _ => break,
            }
        }
    } else {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if start == 0 || !matches!(digits, 4 | 6) {
            return None;
        }
        for (number, pair) in numbers.iter_mut().zip(rest.as_bytes()[..digits].chunks(2)) {
            *number = i64::from(pair[0] - b'0') * 10 + i64::from(pair[1] - b'0');
        }
        rest = rest.get(digits..)?;
    }
    let [mut hour, minute, second] = numbers;
    if hour > 24 || minute > 59 || second > 60 {
        return None;
    }
    let fraction = rest
        .strip_prefix(['.', ','])
        .map_or(0, |f| 1 + f.bytes().take_while(u8::is_ascii_digit).count());
    let tail = rest.get(fraction..)?.trim().to_ascii_lowercase();
    let (half, zone) = if let Some(zone) = tail
        .strip_prefix("am")
        .or_else(|| tail.strip_prefix("a.m."))
    {
        (Some(0), zone)
    } else if let Some(zone) = tail
        .strip_prefix("pm")
        .or_else(|| tail.strip_prefix("p.m."))
    {
        (Some(12), zone)
    } else {
        (None, tail.as_str())
    };
    if let Some(half) = half {
        hour = hour % 12 + half;
    }
    Some(hour * 3_600 + minute * 60 + second - offset(zone.trim()))
}

/// Seconds east of UTC of `z`, `+02:00`, `+0200`, `+02`, `utc+2`; 0 for anything else.
fn offset(zone: &str) -> i64 {
    let zone = zone.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let (sign, digits) = match zone.split_at_checked(1) {
        Some(("+", d)) => (1, d),
        Some(("-", d)) => (-1, d),
        _ => return 0,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some((h, m)) => (h, m),
        None if digits.len() == 4 => digits.split_at_checked(2).unwrap_or((digits, "")),
        None => (digits, ""),
    };
    let number = |d: &str| {
        d.parse::<i64>()
            .ok()
            .filter(|n| (0..100).contains(n))
            .unwrap_or(0)
    };
    sign * (number(hours) * 3_600 + number(minutes) * 60)
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar (era arithmetic on 400-year cycles).
fn days_from_civil(date: PartialDate) -> i64 {
    let (y, m, d) = (
        i64::from(date.year),
        i64::from(date.month),
        i64::from(date.day),
    );
    let y = if m <= 2 { y - 1 } else { y };
    let era = y.div_euclid(400);
    let of_era = y - era * 400;
    let of_year = (153 * ((m + 9) % 12) + 2) / 5 + d - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date of a day counted from 1970-01-01.
fn civil(days: i64) -> Option<PartialDate> {
    let z = days.checked_add(719_468)?;
    let era = z.div_euclid(146_097);
    let of_era = z - era * 146_097;
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Some(PartialDate::of(
        u16::try_from(year).ok().filter(|y| *y <= 9999)?,
        u8::try_from(month).ok()?,
        u8::try_from(day).ok()?,
    ))
}

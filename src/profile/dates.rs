//! The written shape of one date, and the order of day and month in a column of them.

use super::words;
use crate::lexicon::headers::fold_word;
use crate::record::DateOrder;

/// How a value writes a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateShape {
    /// Year first: `1980-03-04`, `1980/3/4`, `19800304`, `1980年3月4日`.
    YearFirst,
    /// Two numbers and a year, in that order.
    Numeric {
        /// First number.
        first: u8,
        /// Second number.
        second: u8,
        /// Separated by dots, which only day-first countries do.
        dotted: bool,
    },
    /// The month is a word.
    Textual,
}

/// A date found in a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DateValue {
    /// How it is written.
    pub(crate) shape: DateShape,
    /// The year, four digits; two-digit years are read as 1930–2029.
    pub(crate) year: u16,
    /// A time of day follows.
    pub(crate) timed: bool,
}

/// The date that a trimmed value consists of, when it is one.
pub(crate) fn parse(value: &str) -> Option<DateValue> {
    if value.len() < 6 || value.len() > 40 || !value.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    if value.bytes().all(|b| b.is_ascii_digit()) {
        return compact(value);
    }
    if let Some(milliseconds) = odata(value) {
        const DAY: i64 = 86_400_000;
        // right but for moments about new year, which is enough to tell births from upkeep
        let year = 1970.0 + milliseconds.div_euclid(DAY) as f64 / 365.2425;
        return Some(DateValue {
            shape: DateShape::YearFirst,
            year: year as u16,
            timed: milliseconds % DAY != 0,
        });
    }
    let (date, timed) = split_time(value);
    let (shape, year) = separated(date)?;
    Some(DateValue { shape, year, timed })
}

/// The milliseconds of `/Date(1577836800000)/` and `/Date(1577836800000+0000)/`, as OData version 2 writes moments.
fn odata(value: &str) -> Option<i64> {
    let inner = value.strip_prefix("/Date(")?.strip_suffix(")/")?;
    let end = inner
        .rfind(['+', '-'])
        .filter(|at| *at > 0)
        .unwrap_or(inner.len());
    inner[..end].parse().ok()
}

fn compact(value: &str) -> Option<DateValue> {
    if value.len() != 8 {
        return None;
    }
    let n = |range: std::ops::Range<usize>| value[range].parse::<u16>().ok();
    let (year, month, day) = (n(0..4)?, n(4..6)?, n(6..8)?);
    (plausible_year(year) && valid(day, month)).then_some(DateValue {
        shape: DateShape::YearFirst,
        year,
        timed: false,
    })
}

/// Seconds or milliseconds since 1970, between 1990 and 2035.
pub(crate) fn is_epoch(value: &str) -> bool {
    let seconds = match value.len() {
        9 | 10 => value.parse::<u64>().ok(),
        13 => value.parse::<u64>().ok().map(|ms| ms / 1000),
        _ => None,
    };
    seconds.is_some_and(|s| (631_152_000..2_051_222_400).contains(&s))
}

fn plausible_year(year: u16) -> bool {
    (1700..=2100).contains(&year)
}

fn valid(day: u16, month: u16) -> bool {
    (1..=31).contains(&day) && (1..=12).contains(&month)
}

/// Cuts a time of day (`T08:00:00.000Z`, ` 8:00 AM`) off.
fn split_time(value: &str) -> (&str, bool) {
    let Some(colon) = value.find(':') else {
        return (value, false);
    };
    match value[..colon].rfind(['T', 't', ' ']) {
        Some(gap) if value[gap + 1..colon].bytes().all(|b| b.is_ascii_digit()) => {
            (value[..gap].trim_end_matches([',', ' ']), true)
        }
        _ => (value, false),
    }
}

fn separated(date: &str) -> Option<(DateShape, u16)> {
    let mut numbers: [(u16, usize); 3] = [(0, 0); 3];
    let mut found = 0;
    let mut month_word = false;
    let dotted = date.contains('.') && !date.contains(['/', '-']);
    for part in date.split(|c: char| !c.is_alphanumeric() || "年月日년월일".contains(c)) {
        if part.is_empty() {
            continue;
        }
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let rest = &part[digits..];
        if digits > 0 && (rest.is_empty() || matches!(rest, "st" | "nd" | "rd" | "th" | "er")) {
            if found == 3 || digits > 4 {
                return None;
            }
            numbers[found] = (part[..digits].parse().ok()?, digits);
            found += 1;
        } else if digits == 0 && words::look_up(&fold_word(part)).classes & words::MONTH != 0 {
            month_word = true;
        } else if !is_filler(part) {
            return None;
        }
    }
    let [(a, a_digits), (b, b_digits), (c, c_digits)] = numbers;
    if month_word {
        let (day, year) = match (found, a_digits) {
            (2, 4) => (b, a),
            (2, _) => (a, b),
            (1, 4) => (1, a),
            _ => return None,
        };
        let year = full_year(year);
        return (plausible_year(year) && (1..=31).contains(&day))
            .then_some((DateShape::Textual, year));
    }
    if found != 3 {
        return None;
    }
    if a_digits == 4 {
        return (plausible_year(a) && valid(c, b)).then_some((DateShape::YearFirst, a));
    }
    let year = match c_digits {
        4 => c,
        2 if b_digits <= 2 && a_digits <= 2 => full_year(c),
        _ => return None,
    };
    let shape = DateShape::Numeric {
        first: u8::try_from(a).ok()?,
        second: u8::try_from(b).ok()?,
        dotted,
    };
    (plausible_year(year) && (valid(a, b) || valid(b, a))).then_some((shape, year))
}

fn full_year(year: u16) -> u16 {
    match year {
        0..30 => 2000 + year,
        30..100 => 1900 + year,
        y => y,
    }
}

fn is_filler(part: &str) -> bool {
    matches!(
        fold_word(part).as_str(),
        "de" | "del"
            | "of"
            | "g"
            | "r"
            | "mon"
            | "tue"
            | "wed"
            | "thu"
            | "fri"
            | "sat"
            | "sun"
            | "the"
    )
}

/// Evidence on the order of day and month, added up over a column.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct OrderCount {
    /// Dates that begin with the year.
    pub(crate) year_first: f64,
    /// Dates whose first number can only be a day.
    pub(crate) day_first: f64,
    /// Dates whose second number can only be a day.
    pub(crate) month_first: f64,
    /// Dates that read either way.
    pub(crate) open: f64,
    /// Dotted dates among the open ones.
    pub(crate) dotted: f64,
}

impl OrderCount {
    /// Adds a date with its weight.
    pub(crate) fn add(&mut self, shape: DateShape, weight: f64) {
        match shape {
            DateShape::YearFirst => self.year_first += weight,
            DateShape::Numeric { first, .. } if first > 12 => self.day_first += weight,
            DateShape::Numeric { second, .. } if second > 12 => self.month_first += weight,
            DateShape::Numeric { dotted, .. } => {
                self.open += weight;
                self.dotted += if dotted { weight } else { 0.0 };
            }
            DateShape::Textual => {}
        }
    }

    /// Adds the evidence of another column.
    pub(crate) fn merge(&mut self, other: &OrderCount) {
        self.year_first += other.year_first;
        self.day_first += other.day_first;
        self.month_first += other.month_first;
        self.open += other.open;
        self.dotted += other.dotted;
    }

    /// Whether no date tells the order of day and month.
    pub(crate) fn is_open(&self) -> bool {
        self.open > 0.0 && self.day_first <= 0.0 && self.month_first <= 0.0
    }

    /// The order and why; `others` is the evidence of the table's other date columns, `us` whether it looks American.
    pub(crate) fn decide(&self, others: &OrderCount, us: bool) -> (DateOrder, String) {
        let numeric = self.day_first + self.month_first + self.open;
        if numeric <= 0.0 {
            return (DateOrder::Ymd, "year first in all numeric dates".to_owned());
        }
        let mixed = if self.year_first > 0.0 {
            ", beside dates with the year first"
        } else {
            ""
        };
        let (d, m) = (self.day_first, self.month_first);
        let (order, why) = if d > 0.0 && m > 0.0 {
            let majority = if d >= m { "day" } else { "month" };
            let order = if d >= m {
                DateOrder::Dmy
            } else {
                DateOrder::Mdy
            };
            let share = 100.0 * d.max(m) / (d + m);
            (
                order,
                format!(
                    "{majority} first in {share:.0} % of the decisive dates, the others contradict"
                ),
            )
        } else if d > 0.0 {
            (
                DateOrder::Dmy,
                "first numbers above 12: day first".to_owned(),
            )
        } else if m > 0.0 {
            (
                DateOrder::Mdy,
                "second numbers above 12: month first".to_owned(),
            )
        } else if self.dotted > self.open / 2.0 {
            (DateOrder::Dmy, "dotted dates: day first".to_owned())
        } else if others.day_first > others.month_first {
            (
                DateOrder::Dmy,
                "day first as in other date columns".to_owned(),
            )
        } else if others.month_first > others.day_first {
            (
                DateOrder::Mdy,
                "month first as in other date columns".to_owned(),
            )
        } else if us {
            (
                DateOrder::Mdy,
                "order open; month first because the table looks American".to_owned(),
            )
        } else {
            (
                DateOrder::Dmy,
                "order open; day first by default".to_owned(),
            )
        };
        (order, why + mixed)
    }
}

/// Evidence of dates without a four-digit year in front that [`parse`] does not know (`850418`, `85-04-18`), of which only
/// one order makes a date.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct OnlyOrder {
    day_first: f64,
    month_first: f64,
    year_first: f64,
}

impl OnlyOrder {
    /// Adds a value with its weight.
    pub(crate) fn add(&mut self, value: &str, weight: f64) {
        match only_order(value) {
            Some(DateOrder::Dmy) => self.day_first += weight,
            Some(DateOrder::Mdy) => self.month_first += weight,
            Some(DateOrder::Ymd) => self.year_first += weight,
            None => {}
        }
    }

    /// The order of most such dates and why, unless as much of `known` speaks for another.
    pub(crate) fn decide(&self, known: &OrderCount) -> Option<(DateOrder, String)> {
        let (d, m, y) = (self.day_first, self.month_first, self.year_first);
        let numeric = known.day_first + known.month_first + known.open;
        let (order, first) = match () {
            () if y > d.max(m) && y > numeric => (DateOrder::Ymd, "year"),
            () if *known != OrderCount::default() => return None,
            () if d > m && d > y => (DateOrder::Dmy, "day"),
            () if m > d && m > y => (DateOrder::Mdy, "month"),
            () => return None,
        };
        let share = 100.0 * d.max(m).max(y) / (d + m + y);
        let why = format!("{first} first in {share:.0} % of the dates that read one way only");
        Some((order, why))
    }
}

/// The only order in which six or eight digits, or three numbers of at most two digits, are a date.
fn only_order(value: &str) -> Option<DateOrder> {
    let value = value.trim();
    let mut parts = [""; 3];
    if value.bytes().all(|b| b.is_ascii_digit()) && matches!(value.len(), 6 | 8) {
        parts = [&value[..2], &value[2..4], &value[4..]];
    } else {
        let mut pieces = value.split(['-', '.', '/', ' ']);
        for part in &mut parts {
            *part = pieces.next().filter(|p| matches!(p.len(), 1 | 2))?;
        }
        if pieces.next().is_some() {
            return None;
        }
    }
    let mut numbers = [0u16; 3];
    for (number, part) in numbers.iter_mut().zip(parts) {
        *number = part.parse().ok()?;
    }
    let [a, b, c] = numbers;
    let year_last = parts[2].len() <= 2 || plausible_year(c);
    let fits = [
        (DateOrder::Dmy, year_last && valid(a, b)),
        (DateOrder::Mdy, year_last && valid(b, a)),
        (DateOrder::Ymd, parts[2].len() <= 2 && valid(c, b)),
    ];
    let mut fitting = fits.into_iter().filter(|f| f.1).map(|f| f.0);
    let only = fitting.next();
    only.filter(|_| fitting.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_as_odata_writes_them() {
        let read = |v| parse(v).map(|d| (d.year, d.timed));
        assert_eq!(read("/Date(447638400000)/"), Some((1984, false)));
        assert_eq!(read("/Date(1593595800000+0000)/"), Some((2020, true)));
        assert_eq!(read("/Date(-615513600000)/"), Some((1950, false)));
        assert_eq!(read("/Date(soon)/"), None);
    }

    #[test]
    fn dates_of_many_writings_are_seen() {
        let numeric = |first, second, dotted| DateShape::Numeric {
            first,
            second,
            dotted,
        };
        for (text, shape, year) in [
            ("1980-03-04", DateShape::YearFirst, 1980),
            ("19800304", DateShape::YearFirst, 1980),
            ("1980年3月4日", DateShape::YearFirst, 1980),
            ("03.04.80", numeric(3, 4, true), 1980),
            ("13/04/2020", numeric(13, 4, false), 2020),
            ("4/13/2020 8:00 AM", numeric(4, 13, false), 2020),
            ("4 Mar 1980", DateShape::Textual, 1980),
            ("12 de enero de 1975", DateShape::Textual, 1975),
            ("March 4th, 1980", DateShape::Textual, 1980),
            ("2017-01-01T08:00:00.000Z", DateShape::YearFirst, 2017),
        ] {
            let date = parse(text).expect(text);
            assert_eq!((date.shape, date.year), (shape, year), "{text}");
        }
        for text in [
            "31/31/2020",
            "12345678",
            "+44 20 7946",
            "123-45-6789",
            "10.5",
            "Mayfield 12",
            "01234-567",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert!(parse("2017-01-01 08:00:00").is_some_and(|d| d.timed));
        assert!(is_epoch("1680673920") && is_epoch("1680673920000") && !is_epoch("7038120"));
    }

    #[test]
    fn digits_that_are_a_date_in_one_order_only_tell_it() {
        for (value, order) in [
            ("850418", Some(DateOrder::Ymd)),
            ("180485", Some(DateOrder::Dmy)),
            ("041885", Some(DateOrder::Mdy)),
            ("010203", None),
            ("85-04-18", Some(DateOrder::Ymd)),
            ("85/4/18", Some(DateOrder::Ymd)),
            ("18041985", Some(DateOrder::Dmy)),
            ("04181985", Some(DateOrder::Mdy)),
            ("999999", None),
            ("85-04", None),
            ("8é0418", None),
        ] {
            assert_eq!(only_order(value), order, "{value}");
        }
        let decide = |values: &[&str], known: &[&str]| {
            let (mut only, mut count) = (OnlyOrder::default(), OrderCount::default());
            values.iter().for_each(|v| only.add(v, 1.0));
            for value in known {
                count.add(parse(value).expect("date").shape, 1.0);
            }
            only.decide(&count).map(|(order, _)| order)
        };
        assert_eq!(decide(&["850418", "010203"], &[]), Some(DateOrder::Ymd));
        assert_eq!(decide(&["180485", "180486"], &[]), Some(DateOrder::Dmy));
        assert_eq!(decide(&["180485", "041885"], &[]), None);
        assert_eq!(
            decide(&["85-04-18", "86-04-18"], &["05-04-18"]),
            Some(DateOrder::Ymd)
        );
        assert_eq!(decide(&["85-04-18"], &["25.04.1985", "26.04.1985"]), None);
        assert_eq!(decide(&["180485"], &["1985-04-18"]), None);
    }

    #[test]
    fn order_follows_the_evidence_and_says_so() {
        let count = |texts: &[&str]| {
            let mut c = OrderCount::default();
            for t in texts {
                c.add(parse(t).expect("date").shape, 1.0);
            }
            c
        };
        let none = OrderCount::default();
        let decide = |texts: &[&str], us| count(texts).decide(&none, us).0;
        assert_eq!(decide(&["1980-03-04"], true), DateOrder::Ymd);
        assert_eq!(decide(&["25/03/1980", "1/2/1981"], true), DateOrder::Dmy);
        assert_eq!(decide(&["3/25/1980", "1/2/1981"], false), DateOrder::Mdy);
        assert_eq!(decide(&["3/4/1980"], false), DateOrder::Dmy);
        assert_eq!(decide(&["3/4/1980"], true), DateOrder::Mdy);
        let (order, why) = count(&["3/25/1980", "3/26/1980", "27/3/1980"]).decide(&none, false);
        assert_eq!(order, DateOrder::Mdy);
        assert!(why.contains("67 %"), "{why}");
    }
}

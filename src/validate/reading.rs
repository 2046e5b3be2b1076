//! How rules read cells: numbers here, everything that needs the normalizers through a trait.

use super::rule::Shape;
use crate::record::DateOrder;

/// What rules need to know of the meaning of cells.
pub trait Readings: Sync {
    /// Whether a text is of a kind; phones and postcodes are judged by the country where one is known.
    fn fits(&self, shape: Shape, text: &str, country: Option<[u8; 2]>) -> bool;
    /// First and last day (since 1970-01-01) that a text may mean: one day for a whole date, more for a month or year.
    fn days(&self, text: &str, order: Option<DateOrder>) -> Option<(i64, i64)>;
    /// The country that a text names.
    fn country(&self, text: &str) -> Option<[u8; 2]>;
    /// A text that is of the kind and that this one was probably meant to be; none when that cannot be said.
    fn repair(&self, shape: Shape, text: &str, country: Option<[u8; 2]>) -> Option<String>;
}

/// A number as exports write it: `1234.5`, `-3`, `1,234.50`, `1.234,50`, `1 234,5`, with a guard apostrophe or not. One
/// comma before exactly three digits could mean a thousand or a fraction: such a text is no number here.
#[must_use]
pub fn number(text: &str) -> Option<f64> {
    let mut plain: String = text.trim().trim_start_matches('\'').to_owned();
    plain.retain(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\''));
    let body = plain.strip_prefix(['-', '+']).unwrap_or(&plain);
    let shaped = body.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && body
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','));
    if !shaped || plain.len() > 40 {
        return None;
    }
    let (dots, commas) = (body.matches('.').count(), body.matches(',').count());
    // which sign begins the fraction, and which groups thousands
    let (fraction_sign, grouping) = match (dots, commas) {
        (0, 0) => (None, ' '),
        (1, 0) => (Some('.'), ','),
        (0, 1) if body.len() - body.find(',')? == 4 => return None,
        (0, 1) => (Some(','), '.'),
        (_, 0) => (None, '.'),
        (0, _) => (None, ','),
        _ if body.rfind('.') > body.rfind(',') => (Some('.'), ','),
        _ => (Some(','), '.'),
    };
    let (whole, fraction) = fraction_sign
        .and_then(|sign| body.split_once(sign))
        .unwrap_or((body, ""));
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut groups = whole.split(grouping);
    let first = groups.next().unwrap_or("");
    let rest: Vec<&str> = groups.collect();
    if !rest.is_empty()
        && (first.is_empty() || first.len() > 3 || rest.iter().any(|g| g.len() != 3))
    {
        return None;
    }
    let sign = if plain.starts_with('-') { "-" } else { "" };
    let number: f64 = format!("{sign}{first}{}.{fraction}0", rest.concat())
        .parse()
        .ok()?;
    number.is_finite().then_some(number)
}

/// Days since 1970-01-01 of a date written `YYYY-MM-DD`.
#[must_use]
pub fn iso_day(text: &str) -> Option<i64> {
    let date: jiff::civil::Date = text
        .trim()
        .parse()
        .ok()
        .filter(|_| text.trim().len() == 10)?;
    Some(day_of(date))
}

/// Days since 1970-01-01.
#[must_use]
pub fn day_of(date: jiff::civil::Date) -> i64 {
    date.duration_since(jiff::civil::Date::constant(1970, 1, 1))
        .as_hours()
        / 24
}

/// The day as `YYYY-MM-DD`.
#[must_use]
pub fn shown_day(day: i64) -> String {
    date_of(day).map_or_else(|| day.to_string(), |d| d.to_string())
}

fn date_of(day: i64) -> Option<jiff::civil::Date> {
    let since = jiff::Span::new().try_days(day).ok()?;
    jiff::civil::Date::constant(1970, 1, 1)
        .checked_add(since)
        .ok()
}

/// The calendar year of a day.
#[must_use]
pub fn year_of(day: i64) -> i64 {
    date_of(day).map_or(0, |d| i64::from(d.year()))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Readings simple enough to be their own oracle.
    pub(crate) struct Plain;

    impl Readings for Plain {
        fn fits(&self, shape: Shape, text: &str, country: Option<[u8; 2]>) -> bool {
            match shape {
                Shape::Email => text.split('@').filter(|p| !p.is_empty()).count() == 2,
                Shape::Postcode => match country {
                    Some(c) if &c == b"GB" => text.contains(' '),
                    _ => text.len() == 5,
                },
                Shape::Number => number(text).is_some(),
                Shape::Date => iso_day(text).is_some(),
                _ => !text.contains('!'),
            }
        }
        fn days(&self, text: &str, _: Option<DateOrder>) -> Option<(i64, i64)> {
            iso_day(text).map(|d| (d, d))
        }
        fn country(&self, text: &str) -> Option<[u8; 2]> {
            <[u8; 2]>::try_from(text.as_bytes()).ok()
        }
        fn repair(&self, shape: Shape, text: &str, _: Option<[u8; 2]>) -> Option<String> {
            (shape == Shape::Email && text.contains(" at ")).then(|| text.replace(" at ", "@"))
        }
    }

    #[test]
    fn numbers_are_read_or_refused_never_guessed() {
        for (text, wanted) in [
            ("12", Some(12.0)),
            (" -3.50 ", Some(-3.5)),
            ("+7", Some(7.0)),
            (".5", Some(0.5)),
            ("1.234", Some(1.234)),
            ("12,5", Some(12.5)),
            ("1,234", None),
            ("1,234.50", Some(1234.5)),
            ("1.234,50", Some(1234.5)),
            ("1.234.567", Some(1_234_567.0)),
            ("1,234,567", Some(1_234_567.0)),
            ("1 234,5", Some(1234.5)),
            ("'007", Some(7.0)),
            ("1.2.3", None),
            ("1,2,3", None),
            ("1.234,567,8", None),
            ("12,34.5", None),
            ("4.47E+11", None),
            ("", None),
            ("-", None),
            ("1-2", None),
            ("twelve", None),
        ] {
            let read = number(text);
            assert_eq!(
                read.map(|n| (n * 1000.0).round()),
                wanted.map(|n: f64| (n * 1000.0).round()),
                "{text}"
            );
        }
    }

    #[test]
    fn days_count_from_1970() {
        assert_eq!(iso_day("1970-01-02"), Some(1));
        assert_eq!(iso_day("1969-12-31"), Some(-1));
        assert_eq!(iso_day("2024-02-30"), None);
        assert_eq!(
            (shown_day(19_675).as_str(), year_of(19_675)),
            ("2023-11-14", 2023)
        );
    }
}

//! How rules read cells: with the normalizers that matching uses, so that a cell means the same to both.

use crate::normalize::calendar::PartialDate;
use crate::normalize::consent::{Asks, Consent, consent};
use crate::normalize::country::country;
use crate::normalize::date::{DateOrder, date, timestamp_in};
use crate::normalize::email::emails;
use crate::normalize::phone::phones;
use crate::normalize::postcode::postcode;
use crate::normalize::website::website;
use crate::validate::reading::{day_of, number, shown_day};
use crate::validate::{Readings, Shape};

/// The normalizers as rules see them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Meaning;

/// Serial numbers of spreadsheets that are days of 1927 to 2064.
const SERIALS: std::ops::RangeInclusive<i64> = 10_000..=60_000;
/// Days from the serial number 0 to 1970-01-01.
const SERIAL_EPOCH: i64 = 25_569;

impl Readings for Meaning {
    fn fits(&self, shape: Shape, text: &str, country_of_row: Option<[u8; 2]>) -> bool {
        match shape {
            Shape::Email => {
                let found = emails(text);
                !found.is_empty() && found.iter().all(|e| e.valid && !e.corrected)
            }
            Shape::Phone => {
                let found = phones(text, country_of_row);
                !found.is_empty() && found.iter().all(|p| p.valid)
            }
            Shape::Postcode => postcode(text, country_of_row).is_some_and(|p| {
                let known = p.country.and_then(crate::lexicon::postcodes::format);
                // of a country that is not known, or has no codes, nothing can be said
                known.is_none() || (p.valid && !p.restored_zero && !text.contains('.'))
            }),
            Shape::Country => country(text).is_some(),
            Shape::Date => self.days(text, None).is_some(),
            Shape::Number => number(text).is_some(),
            Shape::Integer => number(text).is_some_and(|n| n.fract().abs() < f64::EPSILON),
            Shape::YesNo => consent(text, Asks::OptIn) != Consent::Unknown,
            Shape::Website => website(text).is_some_and(|host| host.contains('.')),
        }
    }

    fn days(&self, text: &str, order: Option<crate::record::DateOrder>) -> Option<(i64, i64)> {
        let found = date(text, order.unwrap_or(DateOrder::Dmy));
        let Some(found) = found.filter(|d| d.year > 0 && !d.impossible) else {
            let seconds = timestamp_in(text, order.unwrap_or(DateOrder::Dmy))?;
            let day = seconds.div_euclid(86_400);
            return Some((day, day));
        };
        let span = span(found)?;
        // nobody said which of the two it is
        match found
            .swapped()
            .filter(|_| found.ambiguous && order.is_none())
        {
            Some(other) => {
                let other = self::span(other)?;
                Some((span.0.min(other.0), span.1.max(other.1)))
            }
            None => Some(span),
        }
    }

    fn country(&self, text: &str) -> Option<[u8; 2]> {
        country(text)
    }

    fn repair(&self, shape: Shape, text: &str, country_of_row: Option<[u8; 2]>) -> Option<String> {
        match shape {
            Shape::Email => {
                let found = emails(text);
                let [one] = found.as_slice() else {
                    return None;
                };
                let local = one.exact.rsplit_once('@').map_or("", |(local, _)| local);
                (!local.is_empty() && !one.domain.is_empty())
                    .then(|| format!("{local}@{}", one.domain))
            }
            Shape::Postcode => postcode(text, country_of_row)
                .filter(|p| p.valid)
                .map(|p| p.normal),
            Shape::Date => {
                let serial = text.parse().ok().filter(|n| SERIALS.contains(n));
                serial.map(|n: i64| shown_day(n - SERIAL_EPOCH))
            }
            _ => None,
        }
    }
}

/// First and last day that a date may mean.
fn span(found: PartialDate) -> Option<(i64, i64)> {
    let day = |month: u8, day: u8| {
        jiff::civil::Date::new(
            i16::try_from(found.year).ok()?,
            i8::try_from(month).ok()?,
            i8::try_from(day).ok()?,
        )
        .ok()
    };
    let first = day(found.month.max(1), found.day.max(1))?;
    let last = match (found.month, found.day) {
        (0, _) => day(12, 31)?,
        (month, 0) => day(month, 1)?.last_of_month(),
        _ => first,
    };
    Some((day_of(first), day_of(last)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_judged_and_repairs_pass() {
        let (gb, de, us) = (Some(*b"GB"), Some(*b"DE"), Some(*b"US"));
        for (shape, text, country, fits, repair) in [
            (Shape::Email, "ann@example.com", None, true, None),
            (
                Shape::Email,
                "ann@gmial.com",
                None,
                false,
                Some("ann@gmail.com"),
            ),
            (Shape::Email, "ann", None, false, None),
            (Shape::Phone, "+1 206 555 0142", None, true, None),
            (Shape::Phone, "(206) 555-0142", us, true, None),
            (Shape::Phone, "4.47E+11", gb, false, None),
            (Shape::Postcode, "SW1A 1AA", gb, true, None),
            (Shape::Postcode, "1067", de, false, Some("01067")),
            (Shape::Postcode, "01067", de, true, None),
            (Shape::Postcode, "02139", us, true, None),
            (Shape::Postcode, "02139", gb, false, None),
            (Shape::Postcode, "anything", None, true, None),
            (Shape::Country, "Deutschland", None, true, None),
            (Shape::Country, "Atlantis", None, false, None),
            (Shape::Date, "31.12.1980", None, true, None),
            (Shape::Date, "29221", None, false, Some("1980-01-01")),
            (Shape::Date, "31.02.1980", None, false, None),
            (Shape::Date, "soon", None, false, None),
            (Shape::Integer, "12", None, true, None),
            (Shape::Integer, "12.5", None, false, None),
            (Shape::YesNo, "ja", None, true, None),
            (Shape::YesNo, "perhaps", None, false, None),
            (
                Shape::Website,
                "https://www.example.com/a",
                None,
                true,
                None,
            ),
        ] {
            assert_eq!(Meaning.fits(shape, text, country), fits, "{shape:?} {text}");
            if !fits {
                let found = Meaning.repair(shape, text, country);
                assert_eq!(found.as_deref(), repair, "{shape:?} {text}");
            }
        }
    }

    #[test]
    fn partial_and_ambiguous_dates_may_be_any_of_their_days() {
        use crate::record::DateOrder::{Dmy, Mdy};
        let days = |text: &str, order| {
            let (a, b) = Meaning.days(text, order).unwrap();
            (shown_day(a), shown_day(b))
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(days("1980", None), pair("1980-01-01", "1980-12-31"));
        assert_eq!(days("1980-02", None), pair("1980-02-01", "1980-02-29"));
        assert_eq!(
            days("03/04/1990", Some(Dmy)),
            pair("1990-04-03", "1990-04-03")
        );
        assert_eq!(
            days("03/04/1990", Some(Mdy)),
            pair("1990-03-04", "1990-03-04")
        );
        assert_eq!(days("03/04/1990", None), pair("1990-03-04", "1990-04-03"));
        assert_eq!(
            days("2023-11-14T22:13:20Z", None),
            pair("2023-11-14", "2023-11-14")
        );
        assert_eq!(days("1700000000", None), pair("2023-11-14", "2023-11-14"));
    }
}

//! The calendar: dates of which parts may be unknown, and days counted from 1970-01-01.
//!
//! Dates are of the proleptic Gregorian calendar, as in ISO 8601.

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
    /// True when the year was written with two digits and the century is [`crate::normalize::date::PIVOT`]'s.
    pub short_year: bool,
    /// The digits in the order `YYYYMMDD`, `0` where unknown; for counting slips, even in impossible dates.
    pub raw8: [u8; 8],
}

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

/// Days since 1970-01-01 in the proleptic Gregorian calendar (era arithmetic on 400-year cycles).
pub(crate) fn days_from_civil(date: PartialDate) -> i64 {
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
pub(crate) fn civil(days: i64) -> Option<PartialDate> {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The calendar as jiff knows it is the oracle.
    #[test]
    fn days_are_counted_as_the_calendar_counts_them() {
        let epoch = jiff::civil::date(1970, 1, 1);
        let mut day = jiff::civil::date(1599, 12, 28);
        while day.year() < 2101 {
            let ours = PartialDate::of(
                u16::try_from(day.year()).unwrap(),
                u8::try_from(day.month()).unwrap(),
                u8::try_from(day.day()).unwrap(),
            );
            assert!(ours.complete());
            let days = i64::from(epoch.until(day).unwrap().get_days());
            assert_eq!(days_from_civil(ours), days, "{day}");
            assert_eq!(civil(days), Some(ours));
            day = day.tomorrow().unwrap();
        }
    }

    #[test]
    fn possible_days_are_those_of_the_calendar() {
        for year in [1899_u16, 1900, 1999, 2000, 2004, 2100] {
            for month in 1..=13_u8 {
                for day in 1..=32_u8 {
                    let real = jiff::civil::Date::new(
                        year.cast_signed(),
                        month.cast_signed(),
                        day.cast_signed(),
                    )
                    .is_ok();
                    assert_eq!(
                        PartialDate::of(year, month, day).complete(),
                        real,
                        "{year}-{month}-{day}"
                    );
                }
            }
        }
    }
}

//! Moments: a cell → seconds since 1970, for rules that ask which record is the most recent.
//!
//! Reads ISO 8601 and RFC 3339 timestamps, the epoch in seconds, milliseconds or microseconds, OData's `/Date(ms)/`, and any date of
//! [`crate::normalize::date`] with or without a time of day.

use crate::normalize::calendar::days_from_civil;
use crate::normalize::date::{DateOrder, date, odata};

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
    let time = match time_of_day(cell) {
        None if cell.contains(':') => return None,
        time => time.unwrap_or(0),
    };
    Some(days_from_civil(day) * 86_400 + time)
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
    Some(hour * 3_600 + minute * 60 + second - offset(zone.trim())?)
}

/// Hours of the zone that is farthest from UTC.
const FARTHEST: i64 = 14;

/// Seconds east of UTC of `z`, `+02:00`, `+0200`, `+02`, `utc+2`; 0 for anything else, `None` where no zone is that far.
fn offset(zone: &str) -> Option<i64> {
    let zone = zone.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let (sign, digits) = match zone.split_at_checked(1) {
        Some(("+", d)) => (1, d),
        Some(("-", d)) => (-1, d),
        _ => return Some(0),
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
    let east = number(hours) * 3_600 + number(minutes) * 60;
    (east <= FARTHEST * 3_600).then_some(sign * east)
}

#[cfg(test)]
mod tests {
    use super::DateOrder::{Dmy, Mdy};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn timestamps() {
        for (cell, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1970-01-02", 86_400),
            ("2023-10-02T04:27:37Z", 1_696_220_857),
            ("2023-10-02 04:27:37", 1_696_220_857),
            ("2023-10-02T04:27:37.999Z", 1_696_220_857),
            ("2023-10-02T06:27:37+02:00", 1_696_220_857),
            ("2023-10-02T06:27:37+0200", 1_696_220_857),
            ("2023-10-01T23:27:37-05:00", 1_696_220_857),
            ("2023-10-02 04:27:37 UTC", 1_696_220_857),
            ("20231002T042737Z", 1_696_220_857),
            ("1696220857", 1_696_220_857),
            ("1696220857000", 1_696_220_857),
            ("1696220857.25", 1_696_220_857),
            ("/Date(1696220857000)/", 1_696_220_857),
            ("/Date(1696220857000+0000)/", 1_696_220_857),
            ("02 Oct 2023 04:27:37", 1_696_220_857),
            ("06/25/2023 11:00 AM", 1_687_690_800),
            ("06/25/2023 11:00 PM", 1_687_734_000),
            ("06/25/2023 12:00 AM", 1_687_651_200),
            ("25.06.2023 11:00", 1_687_690_800),
            ("1969-12-31T23:59:59Z", -1),
            ("20230625", 1_687_651_200),
        ] {
            assert_eq!(timestamp(cell), Some(seconds), "{cell}");
        }
        assert_eq!(timestamp("03/04/2023 11:00"), None);
        assert_eq!(timestamp_in("03/04/2023", Mdy), timestamp("2023-03-04"));
        assert_eq!(timestamp_in("03/04/2023", Dmy), timestamp("2023-04-03"));
        for cell in [
            "",
            "n/a",
            "2023",
            "2023-02-30",
            "yesterday",
            "2024-13-01",
            "2024-01-01T25:00:00Z",
            "2024-01-01T10:00:00+99:00",
        ] {
            assert_eq!(timestamp(cell), None, "{cell}");
        }
    }

    proptest! {
        #[test]
        fn jiff_reads_the_same_moment(seconds in -5_000_000_000_i64..5_000_000_000, zone in -14_i8..=14) {
            let moment = jiff::Timestamp::from_second(seconds).unwrap();
            prop_assert_eq!(timestamp(&moment.to_string()), Some(seconds));
            let local = moment.display_with_offset(jiff::tz::offset(zone)).to_string();
            prop_assert_eq!(timestamp(&local), Some(seconds), "{}", local);
        }

        #[test]
        fn nothing_panics(cell in "(\\PC{0,30}|[0-9./: TZ+-]{0,24}|[0-9]{1,2}:[0-9]{2}[ a-z:+.0-9]{0,10})") {
            let _ = (timestamp(&cell), timestamp_in(&cell, Mdy), timestamp_in(&cell, Dmy));
        }
    }
}

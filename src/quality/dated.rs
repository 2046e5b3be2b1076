//! Columns of dates: days that cannot be, the future, day and month in two orders, a spreadsheet's day numbers.

use super::facts::Range;
use super::figures::{self, thousands};
use super::gather::Gather;
use crate::normalize::calendar::PartialDate;
use crate::normalize::date::{DateOrder, birth, date, order_shown, timestamp_in};
use crate::record::Kind;

/// Day 0 of spreadsheets (1899-12-30), in days before 1970.
const SPREADSHEET_EPOCH: i64 = 25_569;
/// Days of the longest life that is believed.
const LIFE: i64 = 120 * 365 + 30;

/// Adds up the dates of a column.
pub(super) struct Dates {
    kind: Kind,
    order: DateOrder,
    today: i64,
    days: Vec<(i64, u64)>,
    /// Records whose dates betray the column's order, the other one, and neither.
    orders: [u64; 3],
}

/// Whether a kind holds dates.
pub(super) fn is_date(kind: Kind) -> bool {
    matches!(kind, Kind::BirthDate | Kind::CreatedAt | Kind::UpdatedAt)
}

impl Dates {
    pub(super) fn new(kind: Kind, order: DateOrder, today: i64) -> Self {
        Self {
            kind,
            order,
            today,
            days: Vec::new(),
            orders: [0; 3],
        }
    }

    pub(super) fn add(
        &mut self,
        value: &str,
        records: u64,
        problems: &mut Gather,
        hurts: &mut Gather,
    ) {
        if !is_date(self.kind) {
            return;
        }
        if let Some(day) = spreadsheet_day(value) {
            hurts.add("spreadsheet-day", value, records, &figures::iso(day));
            return;
        }
        let shown = order_shown(value).filter(|o| *o != DateOrder::Ymd);
        // dates with the year first betray nothing of the others
        let own = if self.order == DateOrder::Ymd {
            shown
        } else {
            Some(self.order)
        };
        if let (Some(shown), Some(own)) = (shown, own) {
            self.orders[usize::from(shown != own)] += records;
            if shown != own {
                let meant = self
                    .read(value, shown)
                    .and_then(figures::day)
                    .map_or_else(String::new, figures::iso);
                hurts.add("day-month-order", value, records, &meant);
                return;
            }
        }
        let Some(read) = self.read(value, self.order) else {
            match timestamp_in(value, self.order) {
                Some(seconds) => self.keep(seconds.div_euclid(86_400), value, records, problems),
                None => problems.add("unreadable", value, records, ""),
            }
            return;
        };
        if read.ambiguous {
            self.orders[2] += records;
        }
        if read.short_year {
            hurts.add("short-year", value, records, "");
        }
        if read.impossible {
            problems.add("no-such-day", value, records, "");
        } else if let Some(day) = figures::day(read) {
            self.keep(day, value, records, problems);
        }
    }

    fn read(&self, value: &str, order: DateOrder) -> Option<PartialDate> {
        match self.kind {
            Kind::BirthDate => birth(value, order),
            _ => date(value, order),
        }
    }

    fn keep(&mut self, day: i64, value: &str, records: u64, problems: &mut Gather) {
        if day > self.today {
            problems.add("future", value, records, "");
        } else if self.kind == Kind::BirthDate && self.today - day > LIFE {
            problems.add("too-long-ago", value, records, "");
        }
        self.days.push((day, records));
    }

    /// What speaks for two orders of day and month in the column, when something does.
    pub(super) fn mixed(&self) -> Option<String> {
        let [own, other, open] = self.orders;
        let (first, second) = match self.order {
            DateOrder::Mdy => ("month", "day"),
            _ => ("day", "month"),
        };
        (other > 0).then(|| {
            format!(
                "the {first} comes first in {} telling records and the {second} in {}; {} more read either way, and were read with the {first} first",
                thousands(own),
                thousands(other),
                thousands(open)
            )
        })
    }

    /// The span, when there are dates.
    pub(super) fn finish(&mut self) -> Option<Range> {
        self.days.sort_unstable();
        figures::dates(&self.days)
    }
}

/// The day that a bare number of five digits stands for in a spreadsheet, between 1927 and 2064.
fn spreadsheet_day(value: &str) -> Option<i64> {
    let value = value.trim();
    let number: i64 = (value.len() == 5).then(|| value.parse().ok()).flatten()?;
    (10_000..60_000)
        .contains(&number)
        .then_some(number - SPREADSHEET_EPOCH)
}

/// What a problem of a date means.
pub(super) fn words(code: &str) -> &'static str {
    match code {
        "unreadable" => "does not read as a date",
        "no-such-day" => "no such day in the calendar",
        "future" => "in the future",
        "too-long-ago" => "more than 120 years ago",
        _ => "not a date",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(
        kind: Kind,
        order: DateOrder,
        values: &[&str],
    ) -> (Option<Range>, Option<String>, Vec<String>) {
        let today = 19_675; // 2023-11-14
        let mut dates = Dates::new(kind, order, today);
        let (mut problems, mut hurts) = (Gather::default(), Gather::default());
        for value in values {
            dates.add(value, 1, &mut problems, &mut hurts);
        }
        let all = problems
            .into_sorted()
            .into_iter()
            .chain(hurts.into_sorted());
        let mut codes: Vec<String> = all
            .map(|(code, b)| format!("{code} {}", b.records))
            .collect();
        codes.sort();
        let mixed = dates.mixed();
        (dates.finish(), mixed, codes)
    }

    #[test]
    fn dates_that_cannot_be_are_told_why() {
        let values = [
            "01.02.1980",
            "31.02.1980",
            "01.01.2090",
            "05.05.1850",
            "hello",
            "29000",
            "05/13/1980",
            "1.2.80",
        ];
        let (range, mixed, codes) = look(Kind::BirthDate, DateOrder::Dmy, &values);
        let wanted = [
            "day-month-order 1",
            "future 1",
            "no-such-day 1",
            "short-year 1",
            "spreadsheet-day 1",
            "too-long-ago 1",
            "unreadable 1",
        ];
        assert_eq!(codes, wanted);
        assert_eq!(range.unwrap().max, "2090-01-01");
        assert!(mixed.unwrap().contains("the month in 1"));
        let (_, _, codes) = look(Kind::BirthDate, DateOrder::Dmy, &["05.05.29", "1985-13-01"]);
        assert_eq!(codes, ["no-such-day 1", "short-year 1"]);
        let (_, mixed, codes) = look(
            Kind::CreatedAt,
            DateOrder::Ymd,
            &["1850-01-01", "2020-05-05 10:00:00"],
        );
        assert!(mixed.is_none() && codes.is_empty(), "{codes:?}");
        let (range, _, _) = look(Kind::GivenName, DateOrder::Ymd, &["2020-05-05"]);
        assert!(range.is_none());
    }
}

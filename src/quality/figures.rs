//! Counts, lengths, patterns, spans and quantiles of one column: exact, from its distinct values.

use super::facts::{Bin, Lengths, Range, Tally};
use super::pattern;
use crate::normalize::calendar::{PartialDate, civil, days_from_civil};
use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// Lengths that are counted one by one; longer ones share the last place.
const LENGTHS: usize = 64;
/// With more patterns than this, runs of digits are not told apart by their length.
const MANY_PATTERNS: usize = 40;
/// Frequent values and patterns that are kept.
pub(super) const SHOWN: usize = 10;
/// Bins of a histogram.
const BINS: usize = 20;

/// Adds up lengths.
#[derive(Clone, Debug)]
pub(super) struct LengthCount {
    counts: Vec<u64>,
    min: u64,
    max: u64,
    total: u64,
}

impl LengthCount {
    pub(super) fn new() -> Self {
        Self {
            counts: vec![0; LENGTHS + 1],
            min: u64::MAX,
            max: 0,
            total: 0,
        }
    }

    pub(super) fn add(&mut self, length: usize, records: u64) {
        self.counts[length.min(LENGTHS)] += records;
        let length = length as u64;
        self.min = self.min.min(length);
        self.max = self.max.max(length);
        self.total += length * records;
    }

    pub(super) fn finish(self) -> Lengths {
        let records: u64 = self.counts.iter().sum();
        if records == 0 {
            return Lengths::default();
        }
        let mut below = 0;
        let half = self.counts.iter().position(|n| {
            below += n;
            2 * below >= records
        });
        let first = self.min.min(LENGTHS as u64) as usize;
        let last = self.max.min(LENGTHS as u64) as usize;
        let bin = |at: usize| Bin {
            from: at.to_string(),
            records: self.counts[at],
        };
        Lengths {
            min: self.min,
            median: half.unwrap_or(0) as u64,
            mean: self.total as f64 / records as f64,
            max: self.max,
            histogram: (first..=last).map(bin).collect(),
        }
    }
}

/// Adds up patterns.
#[derive(Clone, Debug, Default)]
pub(super) struct PatternCount {
    counts: HashMap<String, u64, FixedState>,
    text: String,
    loose: bool,
}

impl PatternCount {
    /// Adds a value; gives its length in characters.
    pub(super) fn add(&mut self, value: &str, records: u64) -> usize {
        self.text.clear();
        let length = pattern::pattern_into(value, &mut self.text);
        if self.loose {
            self.text = pattern::loosened(&self.text);
        }
        match self.counts.get_mut(self.text.as_str()) {
            Some(n) => *n += records,
            None => {
                self.counts.insert(self.text.clone(), records);
                if self.counts.len() > MANY_PATTERNS && !self.loose {
                    self.loosen();
                }
            }
        }
        length
    }

    fn loosen(&mut self) {
        self.loose = true;
        for (text, n) in std::mem::take(&mut self.counts) {
            *self.counts.entry(pattern::loosened(&text)).or_default() += n;
        }
    }

    /// All patterns with most records first, equal ones in order.
    pub(super) fn finish(self) -> Vec<Tally> {
        most(self.counts.into_iter(), usize::MAX)
    }
}

/// The most frequent first, equal ones by value.
pub(super) fn most(
    counts: impl Iterator<Item = (impl Into<String>, u64)>,
    limit: usize,
) -> Vec<Tally> {
    let mut all: Vec<Tally> = counts
        .map(|(value, records)| Tally {
            value: value.into(),
            records,
        })
        .collect();
    all.sort_unstable_by(|a, b| {
        b.records
            .cmp(&a.records)
            .then_with(|| a.value.cmp(&b.value))
    });
    all.truncate(limit);
    all
}

/// The value below which a share of the records lies; `sorted` holds values with their records.
pub(super) fn quantile<T: Copy>(sorted: &[(T, u64)], share: f64) -> Option<T> {
    let total: u64 = sorted.iter().map(|v| v.1).sum();
    let wanted = (share * total as f64).ceil().max(1.0) as u64;
    let mut below = 0;
    sorted
        .iter()
        .find(|v| {
            below += v.1;
            below >= wanted
        })
        .map(|v| v.0)
}

/// What lies far outside the middle half: beyond three times its width on either side (Tukey's outer fences).
pub(super) fn fences(sorted: &[(f64, u64)]) -> Option<(f64, f64)> {
    let (low, high) = (quantile(sorted, 0.25)?, quantile(sorted, 0.75)?);
    let width = high - low;
    (width > 0.0).then_some((low - 3.0 * width, high + 3.0 * width))
}

const QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// The span of numbers, sorted, with their records.
pub(super) fn numbers(sorted: &[(f64, u64)]) -> Option<Range> {
    let (first, last) = (sorted.first()?.0, sorted.last()?.0);
    // the tails are cut off, so that one far value does not flatten the picture
    let (low, high) = (quantile(sorted, 0.005)?, quantile(sorted, 0.995)?);
    let whole = sorted.iter().all(|v| v.0.fract().abs() < f64::EPSILON);
    let step = (high - low) / BINS as f64;
    let step = if whole { step.ceil().max(1.0) } else { step };
    let mut bins = vec![0u64; BINS + 1];
    for (value, n) in sorted {
        let at = if step > 0.0 {
            ((value - low) / step).floor()
        } else {
            0.0
        };
        bins[(at.max(0.0) as usize).min(BINS)] += n;
    }
    while bins.len() > 1 && bins.last() == Some(&0) {
        bins.pop();
    }
    Some(Range {
        of: "number",
        min: plain(first),
        max: plain(last),
        quantiles: QUANTILES
            .iter()
            .filter_map(|q| quantile(sorted, *q))
            .map(plain)
            .collect(),
        records: sorted.iter().map(|v| v.1).sum(),
        histogram: bins
            .into_iter()
            .enumerate()
            .map(|(i, records)| Bin {
                from: plain(low + i as f64 * step),
                records,
            })
            .collect(),
    })
}

/// The span of dates as days, sorted, with their records; its histogram is by year, or by spans of years.
pub(super) fn dates(sorted: &[(i64, u64)]) -> Option<Range> {
    let (first, last) = (sorted.first()?.0, sorted.last()?.0);
    let year = |day: i64| civil(day).map_or(0, |d| i64::from(d.year));
    let (low, high) = (
        year(quantile(sorted, 0.005)?),
        year(quantile(sorted, 0.995)?),
    );
    let span = (high - low) / BINS as i64 + 1;
    let bins = ((high - low) / span + 1) as usize;
    let mut counts = vec![0u64; bins];
    for (day, n) in sorted {
        let at = (year(*day) - low).div_euclid(span).max(0) as usize;
        counts[at.min(bins - 1)] += n;
    }
    Some(Range {
        of: "date",
        min: iso(first),
        max: iso(last),
        quantiles: QUANTILES
            .iter()
            .filter_map(|q| quantile(sorted, *q))
            .map(iso)
            .collect(),
        records: sorted.iter().map(|v| v.1).sum(),
        histogram: counts
            .into_iter()
            .enumerate()
            .map(|(i, records)| Bin {
                from: (low + i as i64 * span).to_string(),
                records,
            })
            .collect(),
    })
}

/// Days since 1970 of a complete date.
pub(super) fn day(date: PartialDate) -> Option<i64> {
    date.complete().then(|| days_from_civil(date))
}

/// A day as ISO 8601.
pub(super) fn iso(day: i64) -> String {
    civil(day).map_or_else(String::new, |d| {
        format!("{:04}-{:02}-{:02}", d.year, d.month, d.day)
    })
}

/// A count with separators: `1,234,567`.
pub(crate) fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number without what floating point adds.
pub(super) fn plain(number: f64) -> String {
    let text = format!("{number:.4}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn quantiles_are_those_of_the_sorted_list(mut values in prop::collection::vec((0i32..50, 1u64..4), 1..40), share in 0.0f64..=1.0) {
            values.sort_unstable();
            let mut list: Vec<i32> = values.iter().flat_map(|(v, n)| std::iter::repeat_n(*v, *n as usize)).collect();
            list.sort_unstable();
            let at = ((share * list.len() as f64).ceil() as usize).clamp(1, list.len()) - 1;
            prop_assert_eq!(quantile(&values, share), Some(list[at]));
        }

        #[test]
        fn lengths_are_those_of_all_records(values in prop::collection::vec("\\PC{0,80}", 1..30)) {
            let mut counted = LengthCount::new();
            let mut list: Vec<usize> = Vec::new();
            for value in &values {
                let n = value.chars().count();
                counted.add(n, 2);
                list.extend([n, n]);
            }
            list.sort_unstable();
            let lengths = counted.finish();
            let mean = list.iter().sum::<usize>() as f64 / list.len() as f64;
            prop_assert_eq!((lengths.min, lengths.max), (list[0] as u64, list[list.len() - 1] as u64));
            prop_assert!((lengths.mean - mean).abs() < 1e-9);
            prop_assert_eq!(lengths.median, list[list.len().div_ceil(2) - 1].min(LENGTHS) as u64);
            prop_assert_eq!(lengths.histogram.iter().map(|b| b.records).sum::<u64>(), list.len() as u64);
        }

        #[test]
        fn patterns_are_counted_whatever_comes_first(mut values in prop::collection::vec("[a-c]{0,2}[0-9]{0,4}[-/.,;]{0,2}[0-9]{0,3}", 1..120)) {
            let count = |values: &[String]| {
                let mut patterns = PatternCount::default();
                values.iter().for_each(|v| { patterns.add(v, 1); });
                patterns.finish()
            };
            let mut naive: BTreeMap<String, u64> = BTreeMap::new();
            for value in &values {
                *naive.entry(pattern::pattern(value)).or_default() += 1;
            }
            if naive.len() > MANY_PATTERNS {
                for (text, n) in std::mem::take(&mut naive) {
                    *naive.entry(pattern::loosened(&text)).or_default() += n;
                }
            }
            let found = count(&values);
            prop_assert_eq!(&found, &most(naive.into_iter(), usize::MAX));
            values.reverse();
            prop_assert_eq!(found, count(&values));
        }

        #[test]
        fn a_span_holds_all_its_records(mut values in prop::collection::vec((-1e6f64..1e6, 1u64..5), 1..60)) {
            values.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
            let range = numbers(&values).unwrap();
            let records: u64 = values.iter().map(|v| v.1).sum();
            prop_assert_eq!(range.records, records);
            prop_assert_eq!(range.histogram.iter().map(|b| b.records).sum::<u64>(), records);
            let days: Vec<(i64, u64)> = values.iter().map(|(v, n)| (*v as i64 / 40, *n)).collect();
            let range = dates(&days).unwrap();
            prop_assert_eq!(range.histogram.iter().map(|b| b.records).sum::<u64>(), records);
        }
    }

    #[test]
    fn figures_are_written_plainly() {
        assert_eq!(
            [7, 1234, 1_000_000].map(thousands),
            ["7", "1,234", "1,000,000"]
        );
        assert_eq!([1.0, 0.5, -3.25].map(plain), ["1", "0.5", "-3.25"]);
        assert_eq!(iso(0), "1970-01-01");
        let sorted = [(1.0, 50), (2.0, 50), (3.0, 50), (100.0, 1)];
        let (low, high) = fences(&sorted).unwrap();
        assert!(low < 1.0 && high < 100.0 && high > 3.0);
    }
}

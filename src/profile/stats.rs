//! Figures of one column: how full, how varied, what is frequent, which patterns.

use crate::record::{Column, Dictionary};
use std::collections::BTreeMap;

/// What a column's values look like in figures.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct ColumnStats {
    /// The column's name as in the source.
    pub column: String,
    /// Records of the table.
    pub records: usize,
    /// Records with a value that is not empty.
    pub filled: usize,
    /// Distinct non-empty values.
    pub distinct: usize,
    /// The most frequent values with their counts, most frequent first, equal counts by value.
    pub top: Vec<(String, usize)>,
    /// Characters of the shortest value seen, 0 when there is none.
    pub min_length: usize,
    /// Characters of the longest value seen.
    pub max_length: usize,
    /// Mean number of characters of the values seen.
    pub mean_length: f64,
    /// The most frequent patterns (`A` letter, `9` digit, runs shortened to one and `+`) with the records they stand for, among the values seen.
    pub patterns: Vec<(String, usize)>,
    /// Distinct values that were looked at for lengths and patterns.
    pub sampled: usize,
}

impl ColumnStats {
    /// Share of records with a value, 0..=1.
    #[must_use]
    pub fn fill_rate(&self) -> f64 {
        self.filled as f64 / self.records.max(1) as f64
    }

    /// Distinct values per filled record, 0..=1; 1 when no value repeats.
    #[must_use]
    pub fn distinctness(&self) -> f64 {
        self.distinct as f64 / self.filled.max(1) as f64
    }
}

/// A distinct value with the number of records that have it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen<'a> {
    pub(crate) value: &'a str,
    pub(crate) count: usize,
}

/// Frequent values that are always part of the sample, and shown by [`ColumnStats::top`] in part.
const FREQUENT: usize = 200;
/// Frequent values shown.
const SHOWN: usize = 10;

/// Counts a column and picks at most about `limit` distinct values: the frequent ones, and of the others those with
/// the smallest hash, so that neither the order of rows nor that of ids has a say.
pub(crate) fn survey(
    column: &Column,
    records: usize,
    limit: usize,
) -> (ColumnStats, Vec<Seen<'_>>) {
    let values = &column.values;
    let mut counts = vec![0u32; values.len()];
    for &id in &column.ids {
        counts[id as usize] += 1;
    }
    let mut stats = ColumnStats {
        column: column.name.clone(),
        records,
        ..ColumnStats::default()
    };
    for id in 1..counts.len() as u32 {
        let count = &mut counts[id as usize];
        let value = values.get(id);
        // whitespace alone is no value
        if value.len() < 8 && value.trim().is_empty() {
            *count = 0;
        }
        stats.distinct += usize::from(*count > 0);
        stats.filled += *count as usize;
    }
    let picked = pick(values, &counts, stats.distinct, limit);
    describe(&mut stats, &picked);
    (stats, picked)
}

fn pick<'a>(
    values: &'a Dictionary,
    counts: &[u32],
    distinct: usize,
    limit: usize,
) -> Vec<Seen<'a>> {
    let seen = |id: u32| Seen {
        value: values.get(id),
        count: counts[id as usize] as usize,
    };
    let ids = (1..counts.len() as u32).filter(|&id| counts[id as usize] > 0);
    let mut picked: Vec<Seen<'a>> = if distinct <= limit {
        ids.map(seen).collect()
    } else {
        let mut by_count: Vec<u32> = counts[1..].to_vec();
        let at = by_count.len() - FREQUENT.min(by_count.len());
        let (_, floor, _) = by_count.select_nth_unstable(at);
        let floor = (*floor).max(1);
        let share = u64::MAX / distinct as u64 * limit as u64;
        ids.filter(|&id| counts[id as usize] > floor || hash(values.get(id)) < share)
            .map(seen)
            .collect()
    };
    picked.sort_unstable_by(|a, b| b.count.cmp(&a.count).then(a.value.cmp(b.value)));
    picked
}

/// About as many of the distinct values as asked, the same for any order of rows.
pub(crate) fn some_of(values: &Dictionary, limit: usize) -> impl Iterator<Item = &str> {
    let distinct = values.len().saturating_sub(1);
    let share = match distinct > limit {
        true => u64::MAX / distinct as u64 * limit as u64,
        false => u64::MAX,
    };
    let values = (1..values.len() as u32).map(|id| values.get(id));
    values.filter(move |value| hash(value) <= share)
}

/// A hash of the bytes that is the same on every machine.
pub(crate) fn hash(value: &str) -> u64 {
    const PRIME: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut h: u64 = value.len() as u64;
    for chunk in value.as_bytes().chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        h = (h ^ u64::from_le_bytes(word)).wrapping_mul(PRIME);
        h ^= h >> 29;
    }
    h = h.wrapping_mul(PRIME);
    h ^ (h >> 32)
}

fn describe(stats: &mut ColumnStats, picked: &[Seen<'_>]) {
    stats.sampled = picked.len();
    stats.top = picked
        .iter()
        .take(SHOWN)
        .map(|s| (s.value.to_owned(), s.count))
        .collect();
    let mut patterns: BTreeMap<String, usize> = BTreeMap::new();
    let (mut total, mut weight) = (0.0, 0.0);
    for (i, s) in picked.iter().enumerate() {
        let length = s.value.chars().count();
        if i == 0 || length < stats.min_length {
            stats.min_length = length;
        }
        stats.max_length = stats.max_length.max(length);
        total += (length * s.count) as f64;
        weight += s.count as f64;
        *patterns.entry(pattern(s.value)).or_default() += s.count;
    }
    stats.mean_length = if weight > 0.0 { total / weight } else { 0.0 };
    let mut patterns: Vec<_> = patterns.into_iter().collect();
    patterns.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    patterns.truncate(SHOWN);
    stats.patterns = patterns;
}

/// The value with letters as `A`, digits as `9` and longer runs as `A+`, `9+`; at most 24 characters.
fn pattern(value: &str) -> String {
    let mut out = String::new();
    let mut run = 0;
    let mut last = '\0';
    for c in value.trim().chars().take(60) {
        let class = match c {
            c if c.is_alphabetic() => 'A',
            c if c.is_numeric() => '9',
            c if c.is_whitespace() => ' ',
            c => c,
        };
        if class == last && class != '9' {
            run += 1;
            if run == 2 && class == 'A' {
                out.push('+');
            }
            continue;
        }
        run = 1;
        last = class;
        out.push(class);
        if out.len() >= 24 {
            out.push('…');
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn column(values: &[&str]) -> Column {
        let mut c = Column {
            name: "x".into(),
            ..Column::default()
        };
        for v in values {
            let id = c.values.intern(v);
            c.ids.push(id);
        }
        c
    }

    #[test]
    fn figures_count_records_and_values() {
        let c = column(&["a", "b", "", " ", "a", "Ünter 12"]);
        let (stats, picked) = survey(&c, 6, 100);
        assert_eq!((stats.records, stats.filled, stats.distinct), (6, 4, 3));
        assert_eq!(stats.top[0], ("a".to_owned(), 2));
        assert_eq!((stats.min_length, stats.max_length), (1, 8));
        assert_eq!(picked.len(), 3);
        assert!(
            stats.patterns.contains(&("A+ 99".to_owned(), 1)),
            "{:?}",
            stats.patterns
        );
    }

    #[test]
    fn some_values_are_about_as_many_and_forget_the_order() {
        let names: Vec<String> = (0..5_000).map(|i| format!("name {i}")).collect();
        let some = |order: &mut dyn Iterator<Item = &String>| {
            let mut values = Dictionary::new();
            order.for_each(|name| {
                values.intern(name);
            });
            let mut some: Vec<String> = some_of(&values, 500).map(str::to_owned).collect();
            some.sort_unstable();
            some
        };
        let forth = some(&mut names.iter());
        assert_eq!(forth, some(&mut names.iter().rev()));
        assert!((400..600).contains(&forth.len()), "{}", forth.len());
        assert_eq!(some(&mut names.iter().take(500)).len(), 500);
    }

    #[test]
    fn a_sample_keeps_the_frequent_and_about_as_many_as_asked() {
        let many: Vec<String> = (0..20_000).map(|i| format!("v{i}")).collect();
        let mut values: Vec<&str> = many.iter().map(String::as_str).collect();
        values.extend(["common"; 50]);
        let c = column(&values);
        let (stats, picked) = survey(&c, values.len(), 1000);
        assert_eq!(stats.distinct, 20_001);
        assert_eq!(picked[0].value, "common");
        assert!((800..1400).contains(&picked.len()), "{}", picked.len());
    }

    proptest! {
        #[test]
        fn the_sample_forgets_the_order_of_rows(mut values in prop::collection::vec("[a-z]{1,3}", 0..400), limit in 1usize..50) {
            let texts = |values: &[String]| {
                let refs: Vec<&str> = values.iter().map(String::as_str).collect();
                let c = column(&refs);
                survey(&c, refs.len(), limit).1.iter().map(|s| (s.value.to_owned(), s.count)).collect::<Vec<_>>()
            };
            let before = texts(&values);
            values.reverse();
            prop_assert_eq!(before, texts(&values));
        }
    }
}

//! Collects values that have something in common: how many, and the most frequent of them as examples.

use super::facts::{Change, Damage, Trait};
use std::collections::BTreeMap;

/// Examples that are kept.
const EXAMPLES: usize = 5;

/// What was gathered under one code.
#[derive(Clone, Debug, Default)]
pub(super) struct Bucket {
    pub(super) records: u64,
    pub(super) values: u64,
    /// Records, value, value after the repair; the most frequent first, equal ones by value.
    best: Vec<(u64, String, String)>,
}

impl Bucket {
    /// Adds a distinct value that so many records have.
    pub(super) fn add(&mut self, value: &str, records: u64, after: &str) {
        self.records += records;
        self.values += 1;
        let place = self.best.partition_point(|(n, v, _)| {
            (*n, std::cmp::Reverse(v.as_str())) > (records, std::cmp::Reverse(value))
        });
        if place < EXAMPLES {
            self.best
                .insert(place, (records, value.to_owned(), after.to_owned()));
            self.best.truncate(EXAMPLES);
        }
    }

    /// As a trait.
    pub(super) fn into_trait(self, code: &str, text: String) -> Trait {
        Trait {
            code: code.to_owned(),
            text,
            records: self.records,
            values: self.values,
            examples: self.best.into_iter().map(|b| b.1).collect(),
        }
    }

    /// As damage.
    pub(super) fn into_damage(
        self,
        code: &str,
        evidence: String,
        repair: &str,
        repairable: bool,
    ) -> Damage {
        let change = |(_, before, after)| Change { before, after };
        Damage {
            code: code.to_owned(),
            evidence,
            repair: repair.to_owned(),
            repairable,
            records: self.records,
            values: self.values,
            examples: self.best.into_iter().map(change).collect(),
        }
    }
}

/// Buckets by code.
#[derive(Clone, Debug, Default)]
pub(super) struct Gather {
    buckets: BTreeMap<&'static str, Bucket>,
}

impl Gather {
    /// Adds a value under a code.
    pub(super) fn add(&mut self, code: &'static str, value: &str, records: u64, after: &str) {
        self.buckets
            .entry(code)
            .or_default()
            .add(value, records, after);
    }

    /// All buckets with most records first.
    pub(super) fn into_sorted(self) -> Vec<(&'static str, Bucket)> {
        let mut all: Vec<_> = self.buckets.into_iter().collect();
        all.sort_by_key(|(_, b)| std::cmp::Reverse(b.records));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn examples_are_the_most_frequent_in_any_order(mut values in prop::collection::btree_map("[a-d]{1,3}", 1u64..5, 0..20).prop_map(|m| m.into_iter().collect::<Vec<_>>()), by in 0usize..20) {
            let mut wanted = values.clone();
            wanted.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
            wanted.truncate(EXAMPLES);
            if !values.is_empty() {
                let by = by % values.len();
                values.rotate_left(by);
            }
            let mut bucket = Bucket::default();
            for (value, n) in &values {
                bucket.add(value, *n, "");
            }
            let records: u64 = values.iter().map(|v| v.1).sum();
            prop_assert_eq!((bucket.records, bucket.values), (records, values.len() as u64));
            let shown = bucket.into_trait("x", String::new()).examples;
            prop_assert_eq!(shown, wanted.into_iter().map(|w| w.0).collect::<Vec<_>>());
        }
    }
}

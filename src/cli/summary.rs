//! The closing summary, whose numbers add up: read = quarantined + single + merged.

use super::talk::{count, counted};
use crate::matching::Matched;
use crate::pair::Verdict;
use crate::pipeline::read::Read;

/// The figures of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct Summary {
    /// Rows read.
    pub read: u64,
    /// Rows refused.
    pub quarantined: u64,
    /// Records that are a customer of their own.
    pub single: u64,
    /// Records that share their customer.
    pub merged: u64,
    /// Customers that these became.
    pub merged_customers: u64,
    /// All customers.
    pub customers: u64,
    /// Pairs compared.
    pub pairs_compared: u64,
    /// Pairs at or above the match threshold.
    pub matches: u64,
    /// Pairs for a person to look at.
    pub review: u64,
    /// Match threshold in force.
    pub match_threshold: f64,
    /// Review threshold in force.
    pub review_threshold: f64,
    /// Wall time in seconds.
    pub seconds: f64,
}

impl Summary {
    /// The figures of what was read and matched.
    #[must_use]
    pub fn new(read: &Read, matched: &Matched, seconds: f64) -> Self {
        let (offsets, _) = matched.clusters.members();
        let sizes = || offsets.windows(2).map(|w| u64::from(w[1] - w[0]));
        let single = sizes().filter(|s| *s == 1).count() as u64;
        let of = |verdict| {
            matched
                .pairs
                .iter()
                .filter(|p| p.verdict == verdict)
                .count() as u64
        };
        let quarantined = read.rejections.len() as u64;
        Self {
            read: read.dataset.len() as u64 + quarantined,
            quarantined,
            single,
            merged: read.dataset.len() as u64 - single,
            merged_customers: sizes().filter(|s| *s > 1).count() as u64,
            customers: u64::from(matched.clusters.count),
            pairs_compared: matched.facts.pairs_scored,
            matches: of(Verdict::Match),
            review: of(Verdict::Review),
            match_threshold: matched.facts.match_threshold.0,
            review_threshold: matched.facts.review_threshold.0,
            seconds,
        }
    }

    /// For people.
    #[must_use]
    pub fn text(&self) -> String {
        let per_second = self.read as f64 / self.seconds.max(1e-9);
        format!(
            "\n{read} read = {quarantined} quarantined + {single} single + {merged} merged into {into}\n\
             {customers}; {pairs} compared, {matches}, {review} for review (match at {at:.4}, review at {from:.4})\n\
             {seconds:.2} s, {rate} records a second\n",
            read = count(self.read),
            quarantined = count(self.quarantined),
            single = count(self.single),
            merged = count(self.merged),
            into = counted(self.merged_customers, "customer", "customers"),
            customers = counted(self.customers, "customer in all", "customers in all"),
            pairs = counted(self.pairs_compared, "pair", "pairs"),
            matches = counted(self.matches, "match", "matches"),
            review = count(self.review),
            at = self.match_threshold,
            from = self.review_threshold,
            seconds = self.seconds,
            rate = count(per_second as u64),
        )
    }

    /// For programs.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_shown_as_a_sum() {
        let text = Summary {
            read: 1_010,
            quarantined: 10,
            single: 400,
            merged: 600,
            merged_customers: 1,
            customers: 401,
            seconds: 1.0,
            ..Summary::default()
        }
        .text();
        assert!(
            text.contains(
                "1,010 read = 10 quarantined + 400 single + 600 merged into 1 customer\n"
            ),
            "{text}"
        );
    }
}

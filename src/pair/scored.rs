//! A scored candidate pair and its verdict.

use crate::record::RecordId;
use rayon::prelude::*;

use super::MatchWeight;

/// What follows from a pair's weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Below the review threshold.
    NonMatch,
    /// Between the thresholds, or a match that clustering refused: a person should look.
    Review,
    /// At or above the match threshold.
    Match,
}

/// A pair that was proposed by a blocking rule and scored.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct ScoredPair {
    /// The smaller record.
    pub left: RecordId,
    /// The larger record.
    pub right: RecordId,
    /// Calibrated sum of the evidence, in bits.
    pub weight: MatchWeight,
    /// First blocking rule that proposed the pair, an index into [`super::ModelFacts::rules`].
    pub rule: u16,
    /// What follows.
    pub verdict: Verdict,
}

/// Pairs whose records share a cluster, by cluster.
#[derive(Clone, Debug, Default)]
pub struct PairsWithin {
    pairs: Vec<ScoredPair>,
    /// Cluster of each pair.
    of: Vec<u32>,
}

impl PairsWithin {
    /// Those of `pairs` whose records have one number in `cluster`.
    #[must_use]
    pub fn new(pairs: &[ScoredPair], cluster: &[u32]) -> Self {
        let shared = |p: &ScoredPair| {
            let number = cluster[p.left.index()];
            (number == cluster[p.right.index()]).then_some(number)
        };
        let with_number = |p| Some((shared(p)?, *p));
        let mut within: Vec<(u32, ScoredPair)> = pairs.iter().filter_map(with_number).collect();
        within.par_sort_by_key(|(c, p)| (*c, p.left, p.right));
        let (of, pairs) = within.into_iter().unzip();
        Self { pairs, of }
    }

    /// The pairs of a cluster, in order of their records.
    #[must_use]
    pub fn of(&self, cluster: u32) -> &[ScoredPair] {
        let from = self.of.partition_point(|c| *c < cluster);
        let len = self.of[from..].partition_point(|c| *c == cluster);
        &self.pairs[from..from + len]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_a_cluster_are_those_of_its_records_in_order() {
        let pair = |left, right| ScoredPair {
            left: RecordId(left),
            right: RecordId(right),
            weight: MatchWeight(1.0),
            rule: 0,
            verdict: Verdict::Match,
        };
        let pairs = [pair(3, 4), pair(0, 2), pair(1, 3), pair(0, 1), pair(0, 4)];
        let within = PairsWithin::new(&pairs, &[0, 1, 0, 2, 0]);
        assert_eq!(within.of(0), [pair(0, 2), pair(0, 4)]);
        assert!(within.of(1).is_empty() && within.of(2).is_empty() && within.of(9).is_empty());
    }
}

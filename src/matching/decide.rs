//! Thresholds, verdicts and clusters from the scored pairs.

use super::Settings;
use super::collect::Scored;
use crate::cluster::{Notes, UnionFind};
use crate::compare::Comparator;
use crate::entity::Clusters;
use crate::pair::{Probability, ScoredPair, Verdict};
use crate::record::RecordId;
use crate::weigh::Model;

/// What was decided.
pub struct Decided {
    /// The clusters.
    pub clusters: Clusters,
    /// Matches and review pairs.
    pub pairs: Vec<ScoredPair>,
    /// Match threshold.
    pub threshold: Probability,
    /// Review threshold.
    pub review: Probability,
    /// How they were found.
    pub reason: String,
    /// Clustering's notes on pairs.
    pub notes: Notes,
}

/// Decides.
#[must_use]
pub fn decide(comparator: &Comparator, _model: &Model, scored: &Scored, settings: &Settings) -> Decided {
    let threshold = settings.threshold.unwrap_or(Probability(0.5));
    let review = settings.review.unwrap_or(Probability((threshold.0 / 10.0).max(0.01)));
    let mut sets = UnionFind::new(comparator.frame().len);
    let mut edges: Vec<_> = scored.kept.iter().filter(|p| p.weight.probability().0 >= threshold.0).collect();
    edges.sort_by(|a, b| b.weight.0.total_cmp(&a.weight.0).then((a.left, a.right).cmp(&(b.left, b.right))));
    for e in edges {
        sets.join(e.left, e.right);
    }
    let pairs = scored
        .kept
        .iter()
        .filter(|p| p.weight.probability().0 >= review.0.min(threshold.0))
        .map(|p| ScoredPair {
            left: RecordId(p.left),
            right: RecordId(p.right),
            weight: p.weight,
            rule: p.rule,
            verdict: if p.weight.probability().0 >= threshold.0 { Verdict::Match } else { Verdict::Review },
        })
        .collect();
    Decided {
        clusters: Clusters::from_labels(&sets.labels()),
        pairs,
        threshold,
        review,
        reason: String::new(),
        notes: Notes::default(),
    }
}

//! Thresholds, verdicts and clusters from the scored pairs.

use super::Settings;
use super::collect::Scored;
use super::pool;
use crate::cluster::{self, Edge, Notes, Refusal, Rules};
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
pub fn decide(
    comparator: &Comparator,
    model: &Model,
    scored: &Scored,
    settings: &Settings,
) -> Decided {
    let threshold = settings.threshold.unwrap_or(Probability(0.5));
    let review = settings
        .review
        .unwrap_or(Probability((threshold.0 / 10.0).max(0.01)));
    let weight = threshold.weight().0;
    let edges: Vec<Edge> = scored
        .kept
        .iter()
        .map(|p| Edge {
            a: p.left,
            b: p.right,
            weight: p.weight.0,
        })
        .collect();
    let numbers = |pairs: &[(RecordId, RecordId)]| -> Vec<(u32, u32)> {
        let mut pairs: Vec<(u32, u32)> = pairs
            .iter()
            .map(|(a, b)| (a.0.min(b.0), a.0.max(b.0)))
            .collect();
        pairs.sort_unstable();
        pairs
    };
    let (must_link, cannot_link) = (numbers(&settings.must_link), numbers(&settings.cannot_link));
    let rules = Rules {
        threshold: weight,
        apart: settings
            .unique_sources
            .then_some(comparator.frame().source.as_slice()),
        must_link: &must_link,
        cannot_link: &cannot_link,
    };
    let linkage = |one: &[u32], other: &[u32]| pool::pooled(comparator, model, one, other).0;
    let done = cluster::agglomerate(comparator.frame().len, &edges, &rules, &linkage);
    let pairs = scored
        .kept
        .iter()
        .filter(|p| p.weight.probability().0 >= review.0.min(threshold.0))
        .map(|p| ScoredPair {
            left: RecordId(p.left),
            right: RecordId(p.right),
            weight: p.weight,
            rule: p.rule,
            verdict: if p.weight.probability().0 >= threshold.0 {
                Verdict::Match
            } else {
                Verdict::Review
            },
        })
        .collect();
    Decided {
        clusters: Clusters::from_labels(&done.labels),
        pairs,
        threshold,
        review,
        reason: String::new(),
        notes: notes(&done.refused),
    }
}

fn notes(refused: &[((u32, u32), Refusal)]) -> Notes {
    let words = |r: Refusal| match r {
        Refusal::Contradiction => {
            "cut: the records of the two clusters, taken together, contradict each other"
        }
        Refusal::OneToOne => {
            "cut: a source declared free of duplicates already has a record in the other cluster"
        }
        Refusal::Decision => "cut: a decision keeps these customers apart",
    };
    Notes {
        notes: refused
            .iter()
            .map(|(pair, r)| (*pair, words(*r).to_owned()))
            .collect(),
    }
}

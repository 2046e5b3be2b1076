//! Thresholds, verdicts and clusters from the scored pairs.

use super::Settings;
use super::collect::Scored;
use super::pool;
use crate::cluster::{self, Edge, Notes, Refusal, Rules};
use crate::compare::Comparator;
use crate::entity::Clusters;
use crate::pair::{Probability, ScoredPair, Verdict};
use crate::record::RecordId;
use crate::weigh::{Model, threshold};

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

/// Decides. Pairs that clustering refuses go to review; pairs below the threshold whose clusters match as a whole become matches.
#[must_use]
pub fn decide(
    comparator: &Comparator,
    model: &Model,
    scored: &Scored,
    settings: &Settings,
) -> Decided {
    let chosen = threshold::choose(settings.threshold, settings.review);
    let edges: Vec<Edge> = scored
        .kept
        .iter()
        .map(|p| Edge {
            a: p.left,
            b: p.right,
            weight: p.weight.0,
        })
        .collect();
    let (must_link, cannot_link) = (numbers(&settings.must_link), numbers(&settings.cannot_link));
    let rules = Rules {
        threshold: chosen.matching.weight().0,
        apart: settings
            .unique_sources
            .then_some(comparator.frame().source.as_slice()),
        must_link: &must_link,
        cannot_link: &cannot_link,
    };
    let linkage = |one: &[u32], other: &[u32]| pool::pooled(comparator, model, one, other).0;
    let done = cluster::agglomerate(comparator.frame().len, &edges, &rules, &linkage);
    let mut notes: Vec<((u32, u32), String)> = done
        .refused
        .iter()
        .map(|(pair, refusal)| (*pair, words(*refusal).to_owned()))
        .collect();
    let mut pairs = Vec::new();
    for p in &scored.kept {
        let probability = p.weight.probability().0;
        let together = done.labels[p.left as usize] == done.labels[p.right as usize];
        let verdict = if together {
            Verdict::Match
        } else if probability >= chosen.review.0.min(chosen.matching.0) {
            Verdict::Review
        } else {
            continue;
        };
        if together && probability < chosen.matching.0 {
            notes.push(((p.left, p.right), POOLED.to_owned()));
        }
        pairs.push(ScoredPair {
            left: RecordId(p.left),
            right: RecordId(p.right),
            weight: p.weight,
            rule: p.rule,
            verdict,
        });
    }
    notes.sort_unstable();
    Decided {
        clusters: Clusters::from_labels(&done.labels),
        pairs,
        threshold: chosen.matching,
        review: chosen.review,
        reason: chosen.reason,
        notes: Notes { notes },
    }
}

const POOLED: &str = "joined: below the threshold as a pair, but the records of both clusters, taken together, match";

fn words(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Contradiction => {
            "cut: the records of the two clusters, taken together, contradict each other"
        }
        Refusal::OneToOne => {
            "cut: a source declared free of duplicates already has a record in the other cluster"
        }
        Refusal::Decision => "cut: a decision keeps these customers apart",
    }
}

fn numbers(pairs: &[(RecordId, RecordId)]) -> Vec<(u32, u32)> {
    let mut pairs: Vec<(u32, u32)> = pairs
        .iter()
        .map(|(a, b)| (a.0.min(b.0), a.0.max(b.0)))
        .collect();
    pairs.sort_unstable();
    pairs
}

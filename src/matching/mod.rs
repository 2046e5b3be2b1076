//! Stand-in for the matching engine until it lands: equal e-mail cells are one customer.

use crate::entity::Clusters;
use crate::pair::*;
use crate::record::*;

/// How to match.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Match threshold.
    pub threshold: Option<Probability>,
    /// Review threshold.
    pub review: Option<Probability>,
    /// Whether sources are free of duplicates.
    pub unique_sources: bool,
    /// Seed.
    pub seed: u64,
    /// Most pairs per record.
    pub pairs_per_record: f64,
    /// Pairs kept together.
    pub must_link: Vec<(RecordId, RecordId)>,
    /// Pairs kept apart.
    pub cannot_link: Vec<(RecordId, RecordId)>,
    /// Judged pairs.
    pub labels: Vec<(RecordId, RecordId, bool)>,
}

/// Told of stages.
pub trait Progress: Sync {
    /// A stage begins.
    fn stage(&self, name: &str, total: u64);
    /// Steps are done.
    fn advance(&self, n: u64);
}

impl Progress for () {
    fn stage(&self, _: &str, _: u64) {}
    fn advance(&self, _: u64) {}
}

/// What matching found.
#[derive(Clone, Debug)]
pub struct Matched {
    /// The partition.
    pub clusters: Clusters,
    /// Matches and review pairs.
    pub pairs: Vec<ScoredPair>,
    /// What was learned.
    pub facts: ModelFacts,
    /// Seconds of each stage.
    pub timings: Vec<(String, f64)>,
}

/// Stand-in.
#[must_use]
pub fn run(
    dataset: &Dataset,
    mappings: &[TableMapping],
    settings: &Settings,
    progress: &dyn Progress,
) -> Matched {
    progress.stage("match", dataset.len() as u64);
    let mut labels: Vec<u32> = (0..dataset.len() as u32).collect();
    let mut seen = std::collections::BTreeMap::new();
    let mut pairs = Vec::new();
    for (table, mapping) in dataset.tables.iter().zip(mappings) {
        for row in 0..table.len() {
            for c in mapping.of_kind(Kind::Email) {
                let value = table.columns[c].value(row).to_lowercase();
                if value.is_empty() {
                    continue;
                }
                let id = table.id(row);
                let first = *seen.entry(value).or_insert(id);
                if first != id {
                    let (a, b) = (labels[first.index()], labels[id.index()]);
                    for l in &mut labels {
                        if *l == b {
                            *l = a;
                        }
                    }
                    pairs.push(ScoredPair {
                        left: first,
                        right: id,
                        weight: MatchWeight(10.0),
                        rule: 0,
                        verdict: Verdict::Match,
                    });
                }
            }
        }
    }
    pairs.sort_by_key(|p: &ScoredPair| (p.left, p.right));
    pairs.dedup_by_key(|p| (p.left, p.right));
    for p in &mut pairs {
        (p.left, p.right) = (p.left.min(p.right), p.left.max(p.right));
    }
    Matched {
        clusters: Clusters::from_labels(&labels),
        pairs,
        facts: ModelFacts {
            prior: Probability(0.001),
            comparisons: vec![],
            rules: vec![],
            blocking_recall: 1.0,
            pairs_scored: 0,
            match_threshold: settings.threshold.unwrap_or(Probability(0.9)),
            review_threshold: settings.review.unwrap_or(Probability(0.5)),
            threshold_reason: "stand-in".into(),
            choices: vec![],
            histogram: vec![],
            suppressed: vec![],
            remarks: vec![],
        },
        timings: vec![],
    }
}

impl Matched {
    /// Stand-in.
    #[must_use]
    pub fn explain(&self, a: RecordId, b: RecordId) -> PairEvidence {
        PairEvidence {
            left: a.min(b),
            right: a.max(b),
            rules: vec![],
            prior: MatchWeight(-10.0),
            comparisons: vec![ComparisonEvidence {
                comparison: "email".into(),
                level: "exact".into(),
                left: "x".into(),
                right: "x".into(),
                weight: MatchWeight(20.0),
                rarity: None,
            }],
            weight: MatchWeight(10.0),
            probability: MatchWeight(10.0).probability(),
            verdict: Verdict::Match,
            note: None,
        }
    }
}

//! What the matching engine inferred and learned, for report and explanation.

use super::{MatchWeight, Probability};

/// One level of a comparison with its learned probabilities.
#[derive(Clone, Debug, serde::Serialize)]
pub struct LevelFacts {
    /// The level in words.
    pub label: String,
    /// Chance of this level among true matches.
    pub m: f64,
    /// Chance of this level among non-matches.
    pub u: f64,
    /// log₂ m/u in bits (0 for missing).
    pub weight: MatchWeight,
    /// Scored pairs at this level.
    pub pairs: u64,
    /// Accepted matches at this level.
    pub matches: u64,
}

/// One comparison.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ComparisonFacts {
    /// Name, as in evidence.
    pub name: String,
    /// Levels from strongest to weakest, missing last.
    pub levels: Vec<LevelFacts>,
}

/// One blocking rule and what it cost.
#[derive(Clone, Debug, serde::Serialize)]
pub struct RuleFacts {
    /// In words: `family name sound + birth year`.
    pub name: String,
    /// Pairs it proposes.
    pub pairs: u64,
    /// Pairs that no earlier rule proposes.
    pub new_pairs: u64,
    /// Blocks of two or more records.
    pub blocks: u64,
    /// Records in its largest block.
    pub largest: u64,
    /// Records in blocks that were over budget and were refined by a window or further key.
    pub refined: u64,
    /// Accepted matches that this rule proposes.
    pub matches: u64,
}

/// What a threshold would give, by the engine's own estimate.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ThresholdChoice {
    /// The threshold.
    pub probability: Probability,
    /// The same in bits.
    pub weight: MatchWeight,
    /// Pairs at or above.
    pub pairs: u64,
    /// Expected share of true matches among them.
    pub precision: f64,
    /// Expected share of all reachable true matches found.
    pub recall: f64,
}

/// One bin of the histogram of match weights.
#[derive(Clone, Debug, serde::Serialize)]
pub struct WeightBin {
    /// Lower end in bits.
    pub from: f64,
    /// Pairs in the bin.
    pub pairs: u64,
    /// Expected true matches among them.
    pub expected_matches: f64,
}

/// Everything learned in one run.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ModelFacts {
    /// Prior chance that two random records match.
    pub prior: Probability,
    /// Comparisons in the order of evidence.
    pub comparisons: Vec<ComparisonFacts>,
    /// Blocking rules in order.
    pub rules: Vec<RuleFacts>,
    /// Estimated share of true pairs that some rule proposes.
    pub blocking_recall: f64,
    /// Pairs scored.
    pub pairs_scored: u64,
    /// Match threshold in force.
    pub match_threshold: Probability,
    /// Review threshold in force.
    pub review_threshold: Probability,
    /// How the thresholds were found, in words.
    pub threshold_reason: String,
    /// What other thresholds would give.
    pub choices: Vec<ThresholdChoice>,
    /// Histogram of match weights.
    pub histogram: Vec<WeightBin>,
    /// Values treated as missing because they are placeholders or shared by too many: (field, value, records).
    pub suppressed: Vec<(String, String, u64)>,
    /// EM iterations and other remarks.
    pub remarks: Vec<String>,
}

//! A scored candidate pair and its verdict.

use crate::record::RecordId;

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

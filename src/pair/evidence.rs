//! Why a pair has the weight it has: bars of a waterfall whose sum is the weight.

use super::{MatchWeight, Probability, Verdict};
use crate::record::RecordId;

/// One bar of the waterfall.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ComparisonEvidence {
    /// The comparison: `given name`, `birth date`, `address`, `calibration`.
    pub comparison: String,
    /// The level reached, in words: `exact`, `nickname`, `one digit off`, `missing`.
    pub level: String,
    /// Normal form of the left record.
    pub left: String,
    /// Normal form of the right record.
    pub right: String,
    /// Bits added (negative: evidence against).
    pub weight: MatchWeight,
    /// How rare the shared value is, in words, when the weight was adjusted by it (`1 in 190 records`).
    pub rarity: Option<String>,
}

/// All evidence of a pair: `prior + Σ comparisons.weight = weight` to 1e-9.
#[derive(Clone, Debug, serde::Serialize)]
pub struct PairEvidence {
    /// The smaller record.
    pub left: RecordId,
    /// The larger record.
    pub right: RecordId,
    /// Names of all blocking rules that propose the pair; empty when none does.
    pub rules: Vec<String>,
    /// The prior, in bits.
    pub prior: MatchWeight,
    /// One bar per comparison, and one for each correction.
    pub comparisons: Vec<ComparisonEvidence>,
    /// The sum.
    pub weight: MatchWeight,
    /// The sum as a probability.
    pub probability: Probability,
    /// What follows from the thresholds.
    pub verdict: Verdict,
    /// What clustering decided beyond the thresholds (`cut: weak bridge`, `veto: different birth dates`), when it did.
    pub note: Option<String>,
}

//! Why a pair has the weight it has: bars of a waterfall whose sum is the weight.

use super::{MatchWeight, Probability, Verdict};
use crate::record::RecordId;
use std::borrow::Cow;

/// One bar of the waterfall; texts are borrowed from what was compared where that has them.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ComparisonEvidence<'a> {
    /// The comparison: `given name`, `birth date`, `address`, `calibration`.
    pub comparison: Cow<'a, str>,
    /// The level reached, in words: `exact`, `nickname`, `one digit off`, `missing`.
    pub level: Cow<'a, str>,
    /// Normal form of the left record.
    pub left: Cow<'a, str>,
    /// Normal form of the right record.
    pub right: Cow<'a, str>,
    /// Bits added (negative: evidence against).
    pub weight: MatchWeight,
    /// How rare the shared value is, in words, when the weight was adjusted by it (`1 in 190 records`).
    pub rarity: Option<Cow<'a, str>>,
}

/// All evidence of a pair: `prior + Σ comparisons.weight = weight` to 1e-9.
#[derive(Clone, Debug, serde::Serialize)]
pub struct PairEvidence<'a> {
    /// The smaller record.
    pub left: RecordId,
    /// The larger record.
    pub right: RecordId,
    /// Names of all blocking rules that propose the pair; empty when none does.
    pub rules: Vec<Cow<'a, str>>,
    /// The prior, in bits.
    pub prior: MatchWeight,
    /// One bar per comparison, and one for each correction.
    pub comparisons: Vec<ComparisonEvidence<'a>>,
    /// The sum.
    pub weight: MatchWeight,
    /// The sum as a probability.
    pub probability: Probability,
    /// What follows from the thresholds.
    pub verdict: Verdict,
    /// What clustering decided beyond the thresholds (`cut: weak bridge`, `veto: different birth dates`), when it did.
    pub note: Option<Cow<'a, str>>,
}

impl PairEvidence<'_> {
    /// The same evidence, that needs nothing of what was compared.
    #[must_use]
    pub fn into_owned(self) -> PairEvidence<'static> {
        let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        let comparisons = self.comparisons.into_iter().map(|c| ComparisonEvidence {
            comparison: own(c.comparison),
            level: own(c.level),
            left: own(c.left),
            right: own(c.right),
            weight: c.weight,
            rarity: c.rarity.map(own),
        });
        PairEvidence {
            left: self.left,
            right: self.right,
            rules: self.rules.into_iter().map(own).collect(),
            prior: self.prior,
            comparisons: comparisons.collect(),
            weight: self.weight,
            probability: self.probability,
            verdict: self.verdict,
            note: self.note.map(own),
        }
    }
}

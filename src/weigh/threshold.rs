//! The thresholds, from the engine's own probabilities: no labels, no setting.

use crate::pair::{MatchWeight, Probability, ThresholdChoice, WeightBin};

/// How many missed matches one wrong match is held to cost: it spoils two customers where a missed one leaves one split.
pub const COST_OF_WRONG_MATCH: f64 = 2.0;
/// A pair of at least this probability that was not merged is worth a look.
pub const REVIEW: Probability = Probability(0.1);

/// Thresholds and where they come from.
#[derive(Clone, Debug)]
pub struct Thresholds {
    /// Least probability of a match.
    pub matching: Probability,
    /// Least probability of a review pair.
    pub review: Probability,
    /// In words.
    pub reason: String,
}

/// The thresholds: what was asked for, or else the probability at which a match costs as much as it brings,
/// c / (1 + c) for a wrong match that costs as much as c missed ones (Fellegi & Sunter 1969 in the decision-theoretic
/// form). It needs no labels because the weights are odds, and holds for any number of records.
#[must_use]
pub fn choose(matching: Option<Probability>, review: Option<Probability>) -> Thresholds {
    let best = COST_OF_WRONG_MATCH / (1.0 + COST_OF_WRONG_MATCH);
    let reason = match matching {
        Some(_) => "match threshold as given".to_owned(),
        None => format!(
            "match at {best:.2} or more: a wrong merge is held to cost as much as {COST_OF_WRONG_MATCH:.0} missed ones"
        ),
    };
    let matching = matching.unwrap_or(Probability(best));
    let review = review.unwrap_or(Probability(REVIEW.0.min(matching.0)));
    Thresholds {
        matching,
        review,
        reason,
    }
}

/// Weights of scored pairs in narrow bins.
#[derive(Clone, Debug)]
pub struct Histogram {
    pairs: Vec<u64>,
}

/// Bins from −LIMIT to LIMIT bits, this many a bit.
const LIMIT: f64 = 50.0;
const PER_BIT: f64 = 4.0;

impl Default for Histogram {
    fn default() -> Self {
        Self {
            pairs: vec![0; (2.0 * LIMIT * PER_BIT) as usize],
        }
    }
}

impl Histogram {
    /// Counts one pair.
    pub fn add(&mut self, weight: MatchWeight) {
        let bin = ((weight.0.clamp(-LIMIT, LIMIT - 0.01) + LIMIT) * PER_BIT) as usize;
        self.pairs[bin] += 1;
    }

    /// Adds the counts of another histogram.
    pub fn merge(&mut self, other: &Self) {
        for (a, b) in self.pairs.iter_mut().zip(&other.pairs) {
            *a += b;
        }
    }

    fn middle(bin: usize) -> MatchWeight {
        MatchWeight((bin as f64 + 0.5) / PER_BIT - LIMIT)
    }

    /// One-bit bins for the report, without empty ends.
    #[must_use]
    pub fn bins(&self) -> Vec<WeightBin> {
        let per_bit = PER_BIT as usize;
        let mut bins: Vec<WeightBin> = self
            .pairs
            .chunks(per_bit)
            .enumerate()
            .map(|(i, chunk)| WeightBin {
                from: i as f64 - LIMIT,
                pairs: chunk.iter().sum(),
                expected_matches: chunk
                    .iter()
                    .enumerate()
                    .map(|(j, n)| *n as f64 * Self::middle(i * per_bit + j).probability().0)
                    .sum(),
            })
            .collect();
        while bins.last().is_some_and(|b| b.pairs == 0) {
            bins.pop();
        }
        let empty = bins.iter().take_while(|b| b.pairs == 0).count();
        bins.drain(..empty);
        bins
    }

    /// Expected precision and recall at a threshold, given the expected number of all matches.
    #[must_use]
    pub fn at(&self, probability: Probability, all_matches: f64) -> ThresholdChoice {
        let weight = probability.weight();
        let (mut pairs, mut matches) = (0u64, 0.0);
        for (bin, n) in self.pairs.iter().enumerate() {
            let middle = Self::middle(bin);
            if middle.0 >= weight.0 {
                pairs += n;
                matches += *n as f64 * middle.probability().0;
            }
        }
        ThresholdChoice {
            probability,
            weight,
            pairs,
            precision: if pairs > 0 {
                matches / pairs as f64
            } else {
                1.0
            },
            recall: if all_matches > 0.0 {
                (matches / all_matches).min(1.0)
            } else {
                1.0
            },
        }
    }

    /// Expected true matches among all counted pairs.
    #[must_use]
    pub fn expected_matches(&self) -> f64 {
        self.pairs
            .iter()
            .enumerate()
            .map(|(bin, n)| *n as f64 * Self::middle(bin).probability().0)
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_follow_the_cost_of_a_wrong_match_and_obey_the_user() {
        let found = choose(None, None);
        assert!((found.matching.0 - 2.0 / 3.0).abs() < 1e-12 && found.review.0 < found.matching.0);
        let given = choose(Some(Probability(0.05)), None);
        assert!((given.matching.0 - 0.05).abs() < 1e-12 && given.review.0 <= given.matching.0);
    }

    #[test]
    fn expected_precision_is_the_mean_probability() {
        let mut h = Histogram::default();
        h.add(MatchWeight(3.0));
        h.add(MatchWeight(-3.0));
        let at = h.at(Probability(0.5), h.expected_matches());
        assert_eq!(at.pairs, 1);
        assert!((at.precision - MatchWeight(3.125).probability().0).abs() < 1e-9);
        assert!(at.recall > 0.85 && at.recall < 1.0);
        assert_eq!(h.bins().iter().map(|b| b.pairs).sum::<u64>(), 2);
    }
}

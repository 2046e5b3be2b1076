//! How far the model's weights can be trusted, found without labels.
//!
//! Weights are too large where fields depend on each other in ways the model does not know, and too small where it
//! is over-careful. A field that is left out tells which: among pairs of one weight by all *other* fields, the left-out
//! field agrees as often as matches do in the share that are matches, and as often as others do in the rest. So the
//! share of matches can be read off at every weight, and the line `shift + slope · weight` that fits best corrects all
//! weights (Platt 2000, with the labels replaced by the left-out field's likelihoods).

use crate::pair::MatchWeight;

/// Corrects weights: `shift + slope · weight`, in bits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// Bits added.
    pub shift: f64,
    /// Bits that a bit of the model is worth.
    pub slope: f64,
}

impl Default for Calibration {
    fn default() -> Self {
        Self {
            shift: 0.0,
            slope: 1.0,
        }
    }
}

impl Calibration {
    /// The corrected weight.
    #[must_use]
    pub fn of(self, raw: f64) -> MatchWeight {
        MatchWeight(self.shift + self.slope * raw)
    }
}

/// A pair whose weight leaves out one field.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    /// Weight by the other fields, in bits.
    pub weight: f64,
    /// How likely the left-out field's level is for a match.
    pub matching: f64,
    /// And for what else the pair may be, given the other fields.
    pub other: f64,
    /// Pairs it stands for.
    pub pairs: f64,
}

/// Weights that matter: far outside, a pair is decided whatever the calibration.
pub const WINDOW: std::ops::Range<f64> = -6.0..16.0;
/// Standard deviations of what is believed beforehand, in bits and in bits a bit.
const BELIEF: (f64, f64) = (1.5, 0.2);
/// One pair tells as much as this many independent ones: each counts once for every field, and clusters repeat themselves.
const WORTH: f64 = 0.1;
/// Slopes allowed.
const SLOPES: (f64, f64) = (0.3, 1.5);
const ROUNDS: usize = 60;

/// Fits the calibration by EM: in each round every pair is a match with its probability by the calibrated weight and the
/// left-out field, and one Newton step fits the logistic line to these, with a normal prior at no correction.
#[must_use]
pub fn calibrate(held: &[Held]) -> Calibration {
    let all: f64 = held.iter().map(|h| h.pairs).sum();
    if all <= 0.0 {
        return Calibration::default();
    }
    let worth = WORTH * held.len() as f64 / all;
    let mut line = Calibration::default();
    let ln2 = std::f64::consts::LN_2;
    for _ in 0..ROUNDS {
        // Gradient and curvature of the log-likelihood in shift and slope.
        let (mut g0, mut g1) = (
            -line.shift / BELIEF.0.powi(2),
            (1.0 - line.slope) / BELIEF.1.powi(2),
        );
        let (mut h00, mut h01, mut h11) = (1.0 / BELIEF.0.powi(2), 0.0, 1.0 / BELIEF.1.powi(2));
        for h in held {
            let p = line.of(h.weight).probability().0;
            let matching = p * h.matching;
            let after = matching / (matching + (1.0 - p) * h.other).max(1e-300);
            let weight = worth * h.pairs;
            let (error, curve) = (
                weight * ln2 * (after - p),
                weight * ln2 * ln2 * p * (1.0 - p),
            );
            g0 += error;
            g1 += error * h.weight;
            h00 += curve;
            h01 += curve * h.weight;
            h11 += curve * h.weight * h.weight;
        }
        let determinant = h00 * h11 - h01 * h01;
        let step = (
            (h11 * g0 - h01 * g1) / determinant,
            (h00 * g1 - h01 * g0) / determinant,
        );
        line.shift += step.0.clamp(-1.0, 1.0);
        line.slope = (line.slope + step.1.clamp(-0.2, 0.2)).clamp(SLOPES.0, SLOPES.1);
        if step.0.abs() < 1e-4 && step.1.abs() < 1e-5 {
            break;
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Pairs whose true log-odds are `shift + slope · weight`, half a pair of each outcome in proportion: a left-out
    /// field that agrees in nine of ten matches and one of twenty others.
    fn drawn(shift: f64, slope: f64) -> Vec<Held> {
        let mut held = Vec::new();
        for i in 0..240 {
            let weight = -8.0 + f64::from(i) * 0.1;
            let p = MatchWeight(shift + slope * weight).probability().0;
            for (matching, other) in [(0.9, 0.05), (0.1, 0.95)] {
                held.push(Held {
                    weight,
                    matching,
                    other,
                    pairs: 100.0 * (p * matching + (1.0 - p) * other),
                });
            }
        }
        held.iter().flat_map(|h| [*h; 200]).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]
        #[test]
        fn the_line_that_the_pairs_follow_is_found(shift in -4.0f64..2.0, slope in 0.5f64..1.2) {
            let found = calibrate(&drawn(shift, slope));
            prop_assert!((found.shift - shift).abs() < 0.2 && (found.slope - slope).abs() < 0.05, "{found:?}");
        }
    }

    #[test]
    fn few_pairs_change_little_and_none_nothing() {
        assert_eq!(calibrate(&[]), Calibration::default());
        let few: Vec<Held> = drawn(-6.0, 0.6).into_iter().step_by(8000).collect();
        let found = calibrate(&few);
        assert!(found.shift.abs() < 1.0, "{found:?}");
    }
}

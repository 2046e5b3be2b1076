//! Our answer against the truth: precision and recall of pairs, records and whole clusters, the best
//! threshold on a ranking of pairs, and whether probabilities mean what they say.

mod align;
mod calibration;
mod clusters;
mod curve;

pub use align::{Aligned, EvaluateError, align, codes};
pub use calibration::{Bin, Calibration, calibration};
pub use clusters::{Pairwise, Score, UNASSIGNED, score};
pub use curve::{Curve, OperatingPoint, operating_point, threshold_curve};

/// Precision, recall and their harmonic mean, each 0..=1, and 0 where nothing can be said.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct Rates {
    /// Share of what was predicted that is true.
    pub precision: f64,
    /// Share of what is true that was predicted.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
}

impl Rates {
    /// From the number of true ones among the predicted, all predicted and all true.
    #[must_use]
    pub fn of_counts(hits: u64, predicted: u64, truth: u64) -> Rates {
        let share = |of: u64| {
            if of == 0 {
                0.0
            } else {
                hits as f64 / of as f64
            }
        };
        Rates::of(share(predicted), share(truth))
    }

    /// From precision and recall.
    #[must_use]
    pub fn of(precision: f64, recall: f64) -> Rates {
        let sum = precision + recall;
        let f1 = if sum > 0.0 {
            2.0 * precision * recall / sum
        } else {
            0.0
        };
        Rates {
            precision,
            recall,
            f1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_of_counts() {
        let r = Rates::of_counts(3, 4, 6);
        assert!((r.precision - 0.75).abs() < 1e-12);
        assert!((r.recall - 0.5).abs() < 1e-12);
        assert!((r.f1 - 0.6).abs() < 1e-12);
        assert_eq!(Rates::of_counts(0, 0, 0), Rates::default());
        assert_eq!(Rates::of_counts(0, 5, 0), Rates::default());
    }
}

//! Do probabilities mean what they say? Of pairs given 0.8, eight in ten should be the same.

use serde::Serialize;

/// Equal-width bins over 0..=1.
const BINS: usize = 10;

/// Pairs of similar probability.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Bin {
    /// Pairs in the bin.
    pub pairs: u64,
    /// Mean probability given to them, 0 when the bin is empty.
    pub predicted: f64,
    /// Share of them that are truly the same, 0 when the bin is empty.
    pub observed: f64,
}

/// How far probabilities are from what happened.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Calibration {
    /// Ten bins of equal width, lowest first.
    pub bins: Vec<Bin>,
    /// Mean over pairs of the distance between predicted and observed in their bin
    /// (Naeini, Cooper & Hauskrecht 2015), 0..=1.
    pub expected_error: f64,
    /// The greatest such distance of a bin that holds pairs.
    pub maximum_error: f64,
    /// Mean squared distance of probability and outcome (Brier 1950), 0..=1.
    pub brier: f64,
}

/// Calibration of pairs given as (probability, whether truly the same). Probabilities are
/// held to 0..=1; pairs whose probability is not a number are left out.
#[must_use]
pub fn calibration(pairs: impl IntoIterator<Item = (f64, bool)>) -> Calibration {
    let mut bins = [Bin::default(); BINS];
    let (mut all, mut squares) = (0_u64, 0.0);
    for (p, same) in pairs.into_iter().filter(|(p, _)| !p.is_nan()) {
        let p = p.clamp(0.0, 1.0);
        let outcome = f64::from(u8::from(same));
        let bin = &mut bins[((p * BINS as f64) as usize).min(BINS - 1)];
        bin.pairs += 1;
        bin.predicted += p;
        bin.observed += outcome;
        squares += (p - outcome) * (p - outcome);
        all += 1;
    }
    let (mut expected_error, mut maximum_error) = (0.0, 0.0_f64);
    for bin in bins.iter_mut().filter(|b| b.pairs > 0) {
        let n = bin.pairs as f64;
        bin.predicted /= n;
        bin.observed /= n;
        let error = (bin.predicted - bin.observed).abs();
        expected_error += error * n / all as f64;
        maximum_error = maximum_error.max(error);
    }
    Calibration {
        bins: bins.to_vec(),
        expected_error,
        maximum_error,
        brier: squares / all.max(1) as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn honest_probabilities_have_no_error() {
        let pairs = (0..100).map(|i| (0.25, i % 4 == 0));
        let c = calibration(pairs);
        assert!(c.expected_error < 1e-12 && c.maximum_error < 1e-12);
        assert!((c.brier - 0.1875).abs() < 1e-12);
        assert_eq!(c.bins[2].pairs, 100);
    }

    #[test]
    fn sure_and_wrong_is_the_worst() {
        let c = calibration([(1.0, false), (0.0, true), (f64::NAN, true)]);
        assert!((c.expected_error - 1.0).abs() < 1e-12 && (c.brier - 1.0).abs() < 1e-12);
        assert_eq!((c.bins[0].pairs, c.bins[9].pairs), (1, 1));
        assert!(calibration([]).brier.abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn agrees_with_a_bin_by_bin_count(pairs in prop::collection::vec((0.0..=1.0_f64, any::<bool>()), 1..80)) {
            let c = calibration(pairs.iter().copied());
            let mut expected = 0.0;
            for i in 0..10 {
                let inside = |p: f64| (p * 10.0) as usize == i || (i == 9 && p >= 1.0);
                let bin: Vec<_> = pairs.iter().filter(|x| inside(x.0)).collect();
                prop_assert_eq!(c.bins[i].pairs, bin.len() as u64);
                let gap: f64 = bin.iter().map(|x| x.0 - f64::from(u8::from(x.1))).sum();
                expected += gap.abs() / pairs.len() as f64;
            }
            prop_assert!((c.expected_error - expected).abs() < 1e-9);
            prop_assert!(c.expected_error <= c.maximum_error + 1e-12);
        }
    }
}

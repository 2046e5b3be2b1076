//! Scored pairs against the truth: what each threshold would give, and which is best.

use super::Rates;
use serde::Serialize;

/// Points kept of a curve, besides the best.
const POINTS: usize = 200;

/// What taking all pairs of at least a weight gives.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct OperatingPoint {
    /// Least weight taken.
    pub threshold: f64,
    /// Pairs taken.
    pub pairs: u64,
    /// Rates against all true pairs.
    #[serde(flatten)]
    pub rates: Rates,
}

/// Precision and recall over all thresholds.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Curve {
    /// Pairs scored.
    pub pairs: u64,
    /// All true pairs there are.
    pub true_pairs: u64,
    /// True pairs among the scored.
    pub true_pairs_reached: u64,
    /// The highest threshold of greatest F1; none without pairs.
    pub best: Option<OperatingPoint>,
    /// At most 201 points, highest threshold first, evenly spread over the pairs; the last takes all pairs.
    pub points: Vec<OperatingPoint>,
}

/// The curve of `pairs` (weight on any scale, whether truly the same), each pair given once;
/// sorts them, highest weight first. `true_pairs` counts all true pairs, scored or not.
///
/// Equal weights are taken together: a threshold cannot part them.
#[must_use]
pub fn threshold_curve(pairs: &mut [(f64, bool)], true_pairs: u64) -> Curve {
    pairs.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    let mut curve = Curve {
        pairs: pairs.len() as u64,
        true_pairs,
        ..Curve::default()
    };
    let step = pairs.len().div_ceil(POINTS).max(1) as u64;
    let (mut taken, mut hits) = (0_u64, 0_u64);
    for run in pairs.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let before = taken;
        taken += run.len() as u64;
        hits += run.iter().filter(|p| p.1).count() as u64;
        let point = OperatingPoint {
            threshold: run[0].0,
            pairs: taken,
            rates: Rates::of_counts(hits, taken, true_pairs),
        };
        if curve.best.is_none_or(|b| point.rates.f1 > b.rates.f1) {
            curve.best = Some(point);
        }
        if taken / step > before / step || taken == curve.pairs {
            curve.points.push(point);
        }
    }
    curve.true_pairs_reached = hits;
    curve
}

/// What taking all pairs of weight at least `threshold` gives.
#[must_use]
pub fn operating_point(pairs: &[(f64, bool)], true_pairs: u64, threshold: f64) -> OperatingPoint {
    let taken = || pairs.iter().filter(|p| p.0 >= threshold);
    let (count, hits) = (
        taken().count() as u64,
        taken().filter(|p| p.1).count() as u64,
    );
    OperatingPoint {
        threshold,
        pairs: count,
        rates: Rates::of_counts(hits, count, true_pairs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_best_threshold_of_a_small_ranking() {
        let mut pairs = [
            (1.0, false),
            (9.0, true),
            (5.0, true),
            (5.0, false),
            (7.0, true),
        ];
        let curve = threshold_curve(&mut pairs, 4);
        let best = curve.best.unwrap();
        assert!((best.threshold - 5.0).abs() < 1e-12);
        assert_eq!((best.pairs, curve.true_pairs_reached), (4, 3));
        assert!((best.rates.f1 - 0.75).abs() < 1e-12);
        assert_eq!(curve.points.len(), 4);
        assert_eq!(threshold_curve(&mut [], 4).best, None);
    }

    #[test]
    fn a_long_ranking_keeps_few_points() {
        let mut pairs: Vec<(f64, bool)> = (0..5000).map(|i| (f64::from(i), i > 2500)).collect();
        let curve = threshold_curve(&mut pairs, 3000);
        assert!(
            (190..=201).contains(&curve.points.len()),
            "{}",
            curve.points.len()
        );
        assert_eq!(curve.points.last().unwrap().pairs, 5000);
    }

    proptest! {
        #[test]
        fn no_threshold_beats_the_best_and_every_point_is_right(
            raw in prop::collection::vec((0_u8..20, any::<bool>()), 1..60), missed in 0_u64..9,
        ) {
            let mut pairs: Vec<(f64, bool)> = raw.iter().map(|p| (f64::from(p.0), p.1)).collect();
            let true_pairs = missed + pairs.iter().filter(|p| p.1).count() as u64;
            let curve = threshold_curve(&mut pairs, true_pairs);
            let best = curve.best.unwrap();
            prop_assert_eq!(best, operating_point(&pairs, true_pairs, best.threshold));
            for t in 0..20 {
                let at = operating_point(&pairs, true_pairs, f64::from(t));
                prop_assert!(at.rates.f1 <= best.rates.f1);
                let ties = at.rates.f1 >= best.rates.f1 && at.pairs < best.pairs;
                prop_assert!(!ties || at.pairs == 0, "a higher threshold is as good");
            }
            for point in &curve.points {
                prop_assert_eq!(*point, operating_point(&pairs, true_pairs, point.threshold));
            }
        }
    }
}

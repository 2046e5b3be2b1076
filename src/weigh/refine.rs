//! Refines a learned model by judged pairs: what they tell of each level is added to its weight, as far as it holds for
//! judged pairs that were left out.
//!
//! The weight of a pair is linear in the logs of the match class: log π₀ and log p₀,ᵢ(ℓ). So their corrections are the
//! coefficients of a logistic regression with the weight as its offset (Cox 1958, recalibration), drawn to nil by a
//! Gaussian prior. How far they may go, or whether at all, is chosen by cross-validation. Which pairs were judged does not
//! matter for the levels, as long as they were chosen by what they look like or by what they are (Prentice & Pyke 1979).

use super::model::{LEVELS, Model};
use crate::pair::{MatchWeight, Vector};

/// A judged pair as the model sees it.
#[derive(Clone, Copy, Debug)]
pub struct Judged {
    /// Its levels.
    pub vector: Vector,
    /// Its weight under the model.
    pub weight: MatchWeight,
    /// Whether it is one customer.
    pub same: bool,
}

/// What was learned from judged pairs.
#[derive(Clone, Debug)]
pub struct Refined {
    /// The model, corrected.
    pub model: Model,
    /// Mean surprise of a judged pair in bits, under the model as it was.
    pub before: f64,
    /// The same under models that did not see the pair.
    pub after: f64,
}

/// Pairs of each judgement without which nothing is learned.
const LEAST: usize = 5;
/// How far a correction may go, in bits: standard deviations of the prior that are tried.
const REACH: [f64; 2] = [0.25, 0.5];
/// How far borderline pairs may be shifted on the whole, in bits: what people judge is picked, and may be the hard cases
/// of one kind.
const MOST_SHIFT: f64 = 0.5;
/// Parts of the cross-validation.
const FOLDS: usize = 10;
/// Standard errors by which the surprise of pairs left out must fall.
const EVIDENT: f64 = 3.0;

/// Corrects the model, when judged pairs evidently say so. Their order does not matter.
#[must_use]
pub fn refine(model: &Model, judged: &[Judged]) -> Option<Refined> {
    let same = judged.iter().filter(|j| j.same).count();
    if same.min(judged.len() - same) < LEAST {
        return None;
    }
    let mut judged = judged.to_vec();
    judged.sort_by(|a, b| {
        let by = a.same.cmp(&b.same).then(a.weight.0.total_cmp(&b.weight.0));
        by.then(a.vector.cmp(&b.vector))
    });
    let before: Vec<f64> = judged.iter().map(|j| surprise(j, j.weight.0)).collect();
    let mut best: Option<(f64, f64)> = None;
    for reach in REACH {
        let after = left_out(&judged, reach);
        let gains: Vec<f64> = before.iter().zip(&after).map(|(b, a)| b - a).collect();
        let (gain, error) = mean_and_error(&gains);
        if gain > EVIDENT * error && best.is_none_or(|(most, _)| gain > most) {
            best = Some((gain, reach));
        }
    }
    let (gain, reach) = best?;
    let all: Vec<&Judged> = judged.iter().collect();
    let mut fitted = fit(&all, reach);
    let shift = borderline(&judged, &fitted);
    fitted[PRIOR] += shift.clamp(-MOST_SHIFT, MOST_SHIFT) - shift;
    let mut model = model.clone();
    // what is added to the odds of the classes reaches the weight through the calibration
    let slope = model.calibration.slope;
    model.shares[0] += fitted[PRIOR] / slope;
    for (i, table) in model.tables[0].iter_mut().enumerate() {
        for (level, bits) in table.iter_mut().enumerate().skip(1) {
            *bits += fitted[i * LEVELS + level] / slope;
        }
    }
    let (before, _) = mean_and_error(&before);
    Some(Refined {
        model,
        before,
        after: before - gain,
    })
}

/// Corrections by comparison and level; that of the prior stands where the first comparison's missing level would.
const PRIOR: usize = 0;

/// Mean correction of the judged pairs, each counted as far as it was uncertain.
fn borderline(judged: &[Judged], fitted: &[f64]) -> f64 {
    let (mut sum, mut of) = (0.0, 0.0);
    for j in judged {
        let p = j.weight.probability().0;
        let uncertain = p * (1.0 - p);
        sum += uncertain * terms(j.vector).map(|t| fitted[t]).sum::<f64>();
        of += uncertain;
    }
    if of > 0.0 { sum / of } else { 0.0 }
}

/// Surprise of each pair, in bits, under corrections that were fitted without its part.
fn left_out(judged: &[Judged], reach: f64) -> Vec<f64> {
    let mut after = vec![0.0; judged.len()];
    for fold in 0..FOLDS {
        let others: Vec<&Judged> = (0..judged.len())
            .filter(|at| at % FOLDS != fold)
            .map(|at| &judged[at])
            .collect();
        let fitted = fit(&others, reach);
        for (at, j) in judged.iter().enumerate().skip(fold).step_by(FOLDS) {
            let corrected = j.weight.0 + terms(j.vector).map(|t| fitted[t]).sum::<f64>();
            after[at] = surprise(j, corrected);
        }
    }
    after
}

/// The corrections that apply to a pair.
fn terms(vector: Vector) -> impl Iterator<Item = usize> {
    let level = move |i| usize::from(vector.level(i));
    (0..16)
        .filter(move |i| level(*i) != 0)
        .map(move |i| i * LEVELS + level(i))
        .chain([PRIOR])
}

/// −log₂ of the probability that a weight gives to the judgement.
fn surprise(j: &Judged, weight: f64) -> f64 {
    let against = if j.same { -weight } else { weight };
    against.max(0.0) + (1.0 + (-against.abs()).exp2()).log2()
}

/// The most probable corrections under a Gaussian prior of standard deviation `reach`: coordinate ascent, each step on
/// the quadratic bound of the logistic likelihood (Böhning & Lindsay 1988), so that it never overshoots.
fn fit(judged: &[&Judged], reach: f64) -> Vec<f64> {
    let mut pairs_of: Vec<Vec<usize>> = vec![Vec::new(); 16 * LEVELS];
    for (at, j) in judged.iter().enumerate() {
        for t in terms(j.vector) {
            pairs_of[t].push(at);
        }
    }
    let mut fitted = vec![0.0; pairs_of.len()];
    let mut weights: Vec<f64> = judged.iter().map(|j| j.weight.0).collect();
    let precision = 1.0 / (reach * reach);
    let ln2 = std::f64::consts::LN_2;
    for _ in 0..200 {
        let mut moved = 0.0f64;
        for (term, pairs) in pairs_of.iter().enumerate().filter(|(_, p)| !p.is_empty()) {
            let slope: f64 = pairs
                .iter()
                .map(|at| {
                    f64::from(u8::from(judged[*at].same))
                        - MatchWeight(weights[*at]).probability().0
                })
                .sum();
            let bound = pairs.len() as f64 * ln2 * ln2 / 4.0 + precision;
            let step = (slope * ln2 - fitted[term] * precision) / bound;
            fitted[term] += step;
            for at in pairs {
                weights[*at] += step;
            }
            moved = moved.max(step.abs());
        }
        if moved < 1e-4 {
            break;
        }
    }
    fitted
}

/// Mean and its standard error.
fn mean_and_error(xs: &[f64]) -> (f64, f64) {
    let n = xs.len() as f64;
    let mean = xs.iter().sum::<f64>() / n;
    let squares: f64 = xs.iter().map(|x| (x - mean) * (x - mean)).sum();
    (mean, (squares / (n * (n - 1.0))).sqrt())
}

#[cfg(test)]
mod tests {
    use super::super::calibrate::Calibration;
    use super::super::model::CLASSES;
    use super::*;

    fn model() -> Model {
        Model {
            shares: [-10.0; CLASSES],
            tables: vec![vec![[-1.0; LEVELS]; 2]; CLASSES],
            by_chance: vec![vec![false; 2]; CLASSES],
            references: vec![[0.0; LEVELS]; 2],
            calibration: Calibration::default(),
        }
    }

    /// Pairs of weights from −3 to 3, of which every second has the second level of the second comparison; it is said
    /// to be `extra` bits better than the model says, and judgements follow the odds.
    fn judged(extra: f64) -> Vec<Judged> {
        (0..400u32)
            .map(|i| {
                let level = 1 + (i % 2) as u8;
                let weight = f64::from(i / 2 % 25) / 4.0 - 3.0;
                let truth = MatchWeight(weight + if level == 2 { extra } else { 0.0 });
                Judged {
                    vector: Vector::default().with(0, 1).with(1, level),
                    weight: MatchWeight(weight),
                    same: f64::from(i * 7919 % 400) / 400.0 < truth.probability().0,
                }
            })
            .collect()
    }

    #[test]
    fn a_level_that_tells_more_than_was_learned_is_given_more() {
        let refined = refine(&model(), &judged(2.5)).unwrap();
        let moved = |i: usize, level: usize| refined.model.tables[0][i][level] + 1.0;
        let between = moved(1, 2) - moved(1, 1);
        assert!((1.0..4.0).contains(&between), "{between} bits");
        assert!(refined.after < refined.before - 0.05);
        assert!(moved(1, 0).abs() < 1e-12, "missing is no evidence");
        assert!(refined.model.tables[1] == model().tables[1]);
    }

    #[test]
    fn judgements_that_the_model_expects_change_nothing() {
        assert!(refine(&model(), &judged(0.0)).is_none());
    }

    #[test]
    fn picked_cases_do_not_shift_all_others() {
        // All that was asked about is different, though the model held it likely: hard cases, or a model far off.
        let mut all = judged(0.0);
        for (i, j) in all.iter_mut().enumerate() {
            j.same = i % 40 == 0;
        }
        let refined = refine(&model(), &all).unwrap();
        let fitted: Vec<f64> = (0..16 * LEVELS)
            .map(|t| match t {
                PRIOR => refined.model.shares[0] + 10.0,
                t if t < 2 * LEVELS && t % LEVELS != 0 => {
                    refined.model.tables[0][t / LEVELS][t % LEVELS] + 1.0
                }
                _ => 0.0,
            })
            .collect();
        assert!((borderline(&all, &fitted) + MOST_SHIFT).abs() < 1e-9);
    }

    #[test]
    fn the_order_of_judgements_does_not_matter() {
        let mut turned = judged(2.5);
        turned.reverse();
        let bits = |j: &[Judged]| refine(&model(), j).unwrap().model.shares[0].to_bits();
        assert_eq!(bits(&judged(2.5)), bits(&turned));
    }

    #[test]
    fn a_handful_of_judgements_teaches_nothing() {
        let few: Vec<Judged> = judged(2.5).into_iter().filter(|j| j.same).collect();
        assert!(refine(&model(), &few).is_none());
        assert!(refine(&model(), &[]).is_none());
    }
}

//! Weighs pairs with the learned model: levels, value frequencies, weight.

use crate::compare::Comparator;
use crate::pair::{MatchWeight, Vector};
use crate::weigh::model::Weighed;
use crate::weigh::{Model, Sample};

/// Most comparisons of a vector.
const MOST: usize = 16;

/// log₂ value frequencies relative to the reference of their levels.
#[must_use]
pub fn shifts(
    comparator: &Comparator,
    references: &[[f64; 16]],
    vector: Vector,
    a: usize,
    b: usize,
) -> [f32; MOST] {
    let mut shifts = [0.0; MOST];
    for (i, field) in comparator.fields().iter().enumerate() {
        let level = vector.level(i);
        if let Some(f) = comparator.frequency(*field, level, a, b) {
            let shift = f.max(1e-9).log2() - references[i][level as usize];
            shifts[i] = shift.clamp(-12.0, 12.0) as f32;
        }
    }
    shifts
}

/// Levels and shifts of one pair, standing for `weight` pairs.
#[must_use]
pub fn sample(
    comparator: &Comparator,
    references: &[[f64; 16]],
    pair: (u32, u32),
    weight: f32,
) -> Sample {
    let (a, b) = (pair.0 as usize, pair.1 as usize);
    let vector = comparator.vector(a, b);
    Sample {
        vector,
        shifts: shifts(comparator, references, vector, a, b),
        weight,
    }
}

/// Weighs a pair under the model.
#[must_use]
pub fn weigh(comparator: &Comparator, model: &Model, a: usize, b: usize) -> (Vector, Weighed) {
    let vector = comparator.vector(a, b);
    (vector, weigh_vector(comparator, model, vector, a, b))
}

/// Weighs a pair whose levels are known.
#[must_use]
pub fn weigh_vector(
    comparator: &Comparator,
    model: &Model,
    vector: Vector,
    a: usize,
    b: usize,
) -> Weighed {
    let k = comparator.fields().len();
    let mut levels = [0u8; MOST];
    let mut wide = [0.0f64; MOST];
    let shifts = shifts(comparator, &model.references, vector, a, b);
    for i in 0..k {
        levels[i] = vector.level(i);
        wide[i] = f64::from(shifts[i]);
    }
    model.weigh(&levels[..k], &wide[..k])
}

/// Levels and weight of a pair; the weight is exact from `least` up, and an upper bound below it.
#[must_use]
pub fn weigh_from(
    comparator: &Comparator,
    model: &Model,
    pair: (usize, usize),
    least: MatchWeight,
) -> (Vector, MatchWeight) {
    let (a, b) = pair;
    let k = comparator.fields().len();
    let vector = comparator.vector(a, b);
    let mut levels = [0u8; MOST];
    let mut wide = [0.0f64; MOST];
    let shifts = shifts(comparator, &model.references, vector, a, b);
    for i in 0..k {
        levels[i] = vector.level(i);
        wide[i] = f64::from(shifts[i]);
    }
    let at_most = model.weigh_at_most(&levels[..k], &wide[..k]);
    if at_most < least {
        return (vector, at_most);
    }
    (vector, model.weigh(&levels[..k], &wide[..k]).weight)
}

/// Weight of a pair.
#[must_use]
pub fn weight(comparator: &Comparator, model: &Model, a: usize, b: usize) -> MatchWeight {
    weigh(comparator, model, a, b).1.weight
}

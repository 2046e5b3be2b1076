//! Pairs weighed without one field, to see how far the weights can be trusted (see [`crate::weigh::calibrate`]).

use rayon::prelude::*;

use crate::block::part::Group;
use crate::block::{Choice, KeyRows};
use crate::compare::Comparator;
use crate::pair::Field;
use crate::weigh::calibrate::WINDOW;
use crate::weigh::model::log2_sum;
use crate::weigh::{Held, Model, Sample};

/// Pairs looked at for each field.
const PER_FIELD: usize = 40_000;

/// The fields left out in turn, with the blocking parts made of them: those that tell one customer from another and that
/// not even namesakes share for a reason.
const LEFT_OUT: [(Field, Group); 5] = [
    (Field::Birth, Group::Birth),
    (Field::Email, Group::Email),
    (Field::Phone, Group::Phone),
    (Field::Identifier, Group::Identifier),
    (Field::Address, Group::Address),
];

/// Weighs sampled pairs without one of the fields, each in turn. Only pairs count that some rule proposes whatever the
/// field's value is: a rule made of it would show pairs that agree on it for that reason.
#[must_use]
pub(super) fn held(
    comparator: &Comparator,
    model: &Model,
    choice: &Choice,
    keys: &KeyRows,
    samples: &[Sample],
    pairs: &[(u32, u32)],
) -> Vec<Held> {
    let fields = comparator.fields();
    let mut all = Vec::new();
    for (i, field) in fields.iter().enumerate() {
        let Some((_, group)) = LEFT_OUT.iter().find(|(f, _)| f == field) else {
            continue;
        };
        let free: Vec<usize> = (0..choice.rules.len())
            .filter(|r| choice.rules[*r].parts.iter().all(|p| p.group() != *group))
            .collect();
        let held: Vec<Held> = samples
            .par_iter()
            .zip(pairs)
            .filter(|(s, _)| s.vector.level(i) != 0)
            .filter_map(|(s, pair)| Some((without(model, s, i, fields.len())?, pair)))
            .filter(|(_, (a, b))| {
                let shares = |r: &usize| keys.shared(*r, *a as usize, *b as usize) != 0;
                free.iter().any(shares)
            })
            .map(|(held, _)| held)
            .collect();
        let step = held.len().div_ceil(PER_FIELD).max(1);
        all.extend(held.into_iter().step_by(step));
    }
    all
}

/// A pair without its `i`-th field; `None` where its weight is outside the window.
fn without(model: &Model, s: &Sample, i: usize, fields: usize) -> Option<Held> {
    let (mut levels, mut shifts) = ([0u8; 16], [0.0f64; 16]);
    for j in (0..fields).filter(|j| *j != i) {
        levels[j] = s.vector.level(j);
        shifts[j] = f64::from(s.shifts[j]);
    }
    let classes = model.weigh(&levels[..fields], &shifts[..fields]).classes;
    let others = log2_sum(&classes[1..]);
    let weight = model.log_odds(&classes);
    if !WINDOW.contains(&weight) {
        return None;
    }
    let level = s.vector.level(i) as usize;
    let chance = |class: usize| {
        let by_chance = if model.by_chance[class][i] {
            f64::from(s.shifts[i])
        } else {
            0.0
        };
        (model.tables[class][i][level] + by_chance).exp2()
    };
    let other = (1..classes.len())
        .filter(|c| classes[*c].is_finite())
        .map(|c| (classes[c] - others).exp2() * chance(c))
        .sum();
    Some(Held {
        weight,
        matching: chance(0),
        other,
        pairs: f64::from(s.weight),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::Vector;
    use crate::weigh::Calibration;
    use crate::weigh::model::{CLASSES, LEVELS};

    /// Two fields: the first agrees in nine of ten matches and one in four others, the second in eight and one of ten.
    fn model() -> Model {
        let table = |agree: [f64; 2]| {
            let levels = |p: f64| {
                let mut t = [0.0; LEVELS];
                (t[1], t[2]) = (p.log2(), (1.0 - p).log2());
                t
            };
            agree.map(levels).to_vec()
        };
        let off = f64::NEG_INFINITY;
        let mut by_chance = vec![vec![false; 2]; CLASSES];
        by_chance[1] = vec![true; 2];
        Model {
            shares: [-1.0, -1.0, off, off, off, off],
            tables: vec![
                table([0.9, 0.8]),
                table([0.25, 0.1]),
                table([0.5; 2]),
                table([0.5; 2]),
                table([0.5; 2]),
                table([0.5; 2]),
            ],
            by_chance,
            references: vec![[0.0; LEVELS]; 2],
            calibration: Calibration::default(),
        }
    }

    fn sample(first: u8, second: u8) -> Sample {
        let mut shifts = [0.0; 16];
        shifts[1] = -2.0;
        Sample {
            vector: Vector::default().with(0, first).with(1, second),
            shifts,
            weight: 3.0,
        }
    }

    #[test]
    fn the_weight_leaves_the_field_out_and_the_likelihoods_are_its_own() {
        let held = without(&model(), &sample(1, 1), 1, 2).unwrap();
        assert!((held.weight - (0.9f64 / 0.25).log2()).abs() < 1e-9);
        assert!((held.matching - 0.8).abs() < 1e-9 && (held.pairs - 3.0).abs() < 1e-9);
        // The value is four times rarer than its level's reference.
        assert!((held.other - 0.1 / 4.0).abs() < 1e-9);
        let held = without(&model(), &sample(2, 2), 1, 2).unwrap();
        assert!((held.weight - (0.1f64 / 0.75).log2()).abs() < 1e-9);
        assert!((held.matching - 0.2).abs() < 1e-9);
    }

    #[test]
    fn pairs_that_are_decided_anyway_are_left_out() {
        let mut sure = model();
        sure.shares[0] = 20.0;
        assert!(without(&sure, &sample(1, 1), 1, 2).is_none());
    }
}

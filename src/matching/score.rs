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

/// Levels and weight of a pair, and its weight against strangers alone, which is never less. The weight is exact from
/// `least` up, and that upper bound below it.
#[must_use]
pub fn weigh_from(
    comparator: &Comparator,
    model: &Model,
    pair: (usize, usize),
    least: MatchWeight,
) -> (Vector, MatchWeight, MatchWeight) {
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
        return (vector, at_most, at_most);
    }
    let weight = model.weigh(&levels[..k], &wide[..k]).weight;
    (vector, weight, at_most)
}

/// Weight of a pair.
#[must_use]
pub fn weight(comparator: &Comparator, model: &Model, a: usize, b: usize) -> MatchWeight {
    weigh(comparator, model, a, b).1.weight
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Tables;
    use crate::matching::build::tests::{frame, word};
    use crate::matching::learn;
    use crate::pair::{Field, LevelKind};
    use crate::record::Kind;
    use crate::record::frame::Frame;

    /// Forty people, each twice, the second time with a slip here and there.
    pub(crate) fn twice() -> Frame {
        let of = |f: &dyn Fn(usize) -> String| (0..80).map(f).collect::<Vec<String>>();
        let given = of(&|i| format!("{}ara", word(i / 2)));
        let family = of(&|i| {
            let slip = if i % 6 == 1 { "q" } else { "" };
            format!("{}lund{slip}", word(i / 2 * 7))
        });
        let mail = of(&|i| {
            if i % 4 == 0 {
                String::new()
            } else {
                format!("p{}x@example.com", i / 2)
            }
        });
        let born = of(&|i| format!("19{}-0{}-1{}", 50 + i / 2, 1 + i / 2 % 9, i % 8 / 7));
        let cells = |v: &[String]| -> Vec<String> { v.to_vec() };
        let columns = [cells(&given), cells(&family), cells(&mail), cells(&born)];
        let columns: Vec<Vec<&str>> = columns
            .iter()
            .map(|c| c.iter().map(String::as_str).collect())
            .collect();
        frame(&[
            (Kind::GivenName, &columns[0]),
            (Kind::FamilyName, &columns[1]),
            (Kind::Email, &columns[2]),
            (Kind::BirthDate, &columns[3]),
        ])
    }

    #[test]
    fn the_quick_weight_is_exact_above_the_limit_and_a_bound_below() {
        let frame = twice();
        let tables = Tables::build(&frame);
        let c = Comparator::new(&frame, &tables);
        let model = learn::first_model(&c, &learn::basis(&c, None, 1));
        let least = MatchWeight(-4.0);
        let (mut above, mut below) = (0, 0);
        for a in 0..80 {
            for b in a + 1..80 {
                let (vector, weighed) = weigh(&c, &model, a, b);
                let (same, quick, _) = weigh_from(&c, &model, (a, b), least);
                assert_eq!(vector, same);
                if quick >= least {
                    assert!((quick.0 - weighed.weight.0).abs() < 1e-12 || weighed.weight < least);
                    above += 1;
                } else {
                    assert!(quick.0 >= weighed.weight.0 - 1e-9);
                    below += 1;
                }
                assert!((weight(&c, &model, a, b).0 - weighed.weight.0).abs() < 1e-12);
            }
        }
        assert!(above >= 40 && below > 1000, "{above} above, {below} below");
    }

    #[test]
    fn rare_values_shift_down_and_plain_levels_not_at_all() {
        let frame = twice();
        let tables = Tables::build(&frame);
        let c = Comparator::new(&frame, &tables);
        let references = vec![[0.0; 16]; c.fields().len()];
        for (a, b) in [(0, 1), (2, 3), (0, 5)] {
            let vector = c.vector(a, b);
            let found = shifts(&c, &references, vector, a, b);
            for (i, field) in c.fields().iter().enumerate() {
                let level = vector.level(i);
                let plain = level == 0 || field.levels()[level as usize - 1].1 == LevelKind::Plain;
                assert!(found[i] <= 0.0 && found[i] >= -12.0);
                assert!(!plain || found[i] == 0.0, "{field:?} {level}");
            }
        }
        let given = c.fields().iter().position(|f| *f == Field::Given).unwrap();
        let found = shifts(&c, &references, c.vector(0, 1), 0, 1)[given];
        assert!(
            (f64::from(found) - (2.12f64 / 120.0).log2()).abs() < 1e-5,
            "{found}"
        );
    }
}

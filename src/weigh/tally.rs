//! One round of EM's counting: pairs into classes, and levels into tables.

use rayon::prelude::*;

use super::em::Sample;
use super::model::{CLASSES, Class, LEVELS, Model, log2_sum};

/// Counts of levels by class and comparison.
type Counts = Vec<Vec<[f64; LEVELS]>>;

/// What a round counts: levels and sizes by class.
pub(super) struct Tally {
    /// Pairs by class, comparison and level.
    pub(super) counts: Counts,
    /// Pairs by class.
    pub(super) sizes: [f64; CLASSES],
}

/// Samples counted together; fixed, so that sums do not depend on the number of threads.
const CHUNK: usize = 16_384;

/// Counts samples into classes by their posterior; `classes` says which classes count. With `held_out` a match counts at
/// each field by what the others say.
pub(super) fn tally(
    samples: &[Sample],
    model: &Model,
    k: usize,
    classes: &[usize],
    held_out: bool,
) -> Tally {
    let empty = || Tally {
        counts: vec![vec![[0.0; LEVELS]; k]; CLASSES],
        sizes: [0.0; CLASSES],
    };
    let parts: Vec<Tally> = samples
        .par_chunks(CHUNK)
        .map(|chunk| {
            let mut part = empty();
            let (mut levels, mut shifts) = ([0u8; 16], [0.0f64; 16]);
            for s in chunk {
                for i in 0..k {
                    levels[i] = s.vector.level(i);
                    shifts[i] = f64::from(s.shifts[i]);
                }
                let weighed = model.weigh(&levels[..k], &shifts[..k]).classes;
                let total = log2_sum(&weighed);
                for class in classes {
                    let w = (weighed[*class] - total).exp2() * f64::from(s.weight);
                    if w <= 1e-12 {
                        continue;
                    }
                    part.sizes[*class] += w;
                    if held_out && *class == Class::Match as usize {
                        count_held_out(model, &weighed, s, &mut part.counts[*class]);
                    } else {
                        for (count, level) in part.counts[*class].iter_mut().zip(levels) {
                            count[level as usize] += w;
                        }
                    }
                }
            }
            part
        })
        .collect();
    let mut all = empty();
    for part in parts {
        for (a, b) in all.sizes.iter_mut().zip(part.sizes) {
            *a += b;
        }
        let into = all.counts.iter_mut().flatten().flatten();
        for (a, b) in into.zip(part.counts.iter().flatten().flatten()) {
            *a += b;
        }
    }
    all
}

/// Probability of a match that the other fields must give before a pair teaches how a field errs.
const SURE: f64 = 0.98;

/// Counts each level of a pair that is a match by what its *other* fields say. A pair that is a match only because of
/// the field at hand, or in spite of it, would teach what the model already believes: where namesakes outnumber
/// matches, as they do in large data, such pairs would make matches look as different as namesakes are.
fn count_held_out(
    model: &Model,
    weighed: &[f64; CLASSES],
    s: &Sample,
    counts: &mut [[f64; LEVELS]],
) {
    for (i, count) in counts.iter_mut().enumerate() {
        let level = s.vector.level(i) as usize;
        if level == 0 {
            continue;
        }
        let mut rest = *weighed;
        for (class, sum) in rest.iter_mut().enumerate() {
            if sum.is_finite() {
                *sum -= model.tables[class][i][level];
                if model.by_chance[class][i] {
                    *sum -= f64::from(s.shifts[i]);
                }
            }
        }
        let most = rest[1..].iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if rest[0] < most {
            continue;
        }
        let p = (rest[0] - log2_sum(&rest)).exp2();
        if p >= SURE {
            count[level] += p * f64::from(s.weight);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::Vector;

    /// Two fields: agreement is nine times as likely among matches as among strangers, and matches are as many.
    fn model() -> Model {
        let table = |agree: f64| {
            let mut t = [0.0; LEVELS];
            (t[1], t[2]) = (agree.log2(), (1.0 - agree).log2());
            vec![t; 2]
        };
        let off = f64::NEG_INFINITY;
        Model {
            shares: [-1.0, -1.0, off, off, off, off],
            tables: [0.999, 0.01, 0.5, 0.5, 0.5, 0.5].map(table).to_vec(),
            by_chance: vec![vec![false; 2]; CLASSES],
            references: vec![[0.0; LEVELS]; 2],
            calibration: crate::weigh::Calibration::default(),
        }
    }

    #[test]
    fn a_field_learns_from_pairs_that_are_matches_without_it() {
        let s = Sample {
            vector: Vector::default().with(0, 1).with(1, 2),
            shifts: [0.0; 16],
            weight: 3.0,
        };
        let done = tally(&[s], &model(), 2, &[Class::Match as usize], true);
        // The first field agrees: the second one's difference is that of a match. The second differs: the first learns nothing.
        assert!((done.counts[0][1][2] - 3.0 * 0.999 / 1.009).abs() < 1e-9);
        assert!(done.counts[0][0][1].abs() < 1e-12);
    }
}

//! The match weight of two sets of records: each record is compared with the record of the other set that
//! agrees best with it, field by field, and the fields' evidence is averaged over the records that have them.
//!
//! A cluster knows more than any of its records: a value missing in one is there in another, and one slip is
//! outvoted. Averaging keeps the scale of a single pair, so the thresholds apply.

use super::score;
use crate::compare::Comparator;
use crate::pair::MatchWeight;
use crate::weigh::Model;
use crate::weigh::model::CLASSES;

/// Records of each side that are looked at.
const MOST: usize = 12;
const FIELDS: usize = 16;

/// Evidence of one field by class, and how much it speaks for a match.
#[derive(Clone, Copy)]
struct Bits {
    classes: [f64; CLASSES],
    gain: f64,
}

/// Pooled weight of two disjoint sets.
#[must_use]
pub fn pooled(comparator: &Comparator, model: &Model, one: &[u32], other: &[u32]) -> MatchWeight {
    let (one, other) = (spread(one), spread(other));
    let k = comparator.fields().len();
    let mut best_of_one = vec![[None::<Bits>; FIELDS]; one.len()];
    let mut best_of_other = vec![[None::<Bits>; FIELDS]; other.len()];
    for (x, a) in one.iter().enumerate() {
        for (y, b) in other.iter().enumerate() {
            let (a, b) = (*a as usize, *b as usize);
            let vector = comparator.vector(a, b);
            let shifts = score::shifts(comparator, &model.references, vector, a, b);
            for i in 0..k {
                let level = vector.level(i) as usize;
                if level == 0 {
                    continue;
                }
                let mut classes = [0.0; CLASSES];
                for (class, bits) in classes.iter_mut().enumerate() {
                    *bits = model.tables[class][i][level];
                    if model.by_chance[class][i] {
                        *bits += f64::from(shifts[i]);
                    }
                }
                let bits = Bits {
                    classes,
                    gain: classes[0] - classes[1],
                };
                for slot in [&mut best_of_one[x][i], &mut best_of_other[y][i]] {
                    if slot.is_none_or(|s| bits.gain > s.gain) {
                        *slot = Some(bits);
                    }
                }
            }
        }
    }
    let mut classes = model.shares;
    for i in 0..k {
        let sides = [mean(&best_of_one, i), mean(&best_of_other, i)];
        let known: Vec<[f64; CLASSES]> = sides.into_iter().flatten().collect();
        for side in &known {
            for (class, sum) in classes.iter_mut().enumerate() {
                *sum += side[class] / known.len() as f64;
            }
        }
    }
    model.weight(&classes)
}

/// Mean over the records that have the field.
fn mean(best: &[[Option<Bits>; FIELDS]], i: usize) -> Option<[f64; CLASSES]> {
    let mut sum = [0.0; CLASSES];
    let mut count = 0.0;
    for bits in best.iter().filter_map(|b| b[i]) {
        for (s, b) in sum.iter_mut().zip(bits.classes) {
            *s += b;
        }
        count += 1.0;
    }
    (count > 0.0).then(|| sum.map(|s| s / count))
}

/// At most [`MOST`] members, evenly spread.
fn spread(members: &[u32]) -> Vec<u32> {
    let step = members.len().div_ceil(MOST).max(1);
    members.iter().copied().step_by(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Tables;
    use crate::matching::build::tests::frame;
    use crate::matching::learn;
    use crate::record::Kind;
    use crate::record::frame::Frame;

    fn with<T>(frame: &Frame, work: impl Fn(&Comparator, &Model) -> T) -> T {
        let tables = Tables::build(frame);
        let c = Comparator::new(frame, &tables);
        let model = learn::first_model(&c, &learn::basis(&c, None, 1));
        work(&c, &model)
    }

    fn people() -> Frame {
        frame(&[
            (
                Kind::GivenName,
                &[
                    "Mara", "Mara", "Mara", "Yuki", "Omar", "Ines", "Elif", "Jonas",
                ],
            ),
            (
                Kind::FamilyName,
                &[
                    "Brandt",
                    "Brandt",
                    "Lindqvist",
                    "Sato",
                    "Nasr",
                    "Costa",
                    "Aydin",
                    "Lund",
                ],
            ),
            (
                Kind::Email,
                &[
                    "",
                    "mara77@example.com",
                    "mara77@example.com",
                    "yuki@example.com",
                    "omar@example.com",
                    "ines@example.com",
                    "",
                    "",
                ],
            ),
        ])
    }

    #[test]
    fn a_cluster_knows_what_one_of_its_records_lacks() {
        with(&people(), |c, m| {
            let alone = pooled(c, m, &[0], &[2]).0;
            let together = pooled(c, m, &[0, 1], &[2]).0;
            assert!(together > alone + 1.0, "{alone} alone, {together} together");
        });
    }

    #[test]
    fn sides_may_be_swapped() {
        with(&people(), |c, m| {
            for (one, other) in [
                (vec![0], vec![2]),
                (vec![0, 1], vec![2, 3]),
                (vec![0, 4, 5], vec![1]),
            ] {
                let there = pooled(c, m, &one, &other).0;
                let back = pooled(c, m, &other, &one).0;
                assert!(
                    (there - back).abs() < 1e-9,
                    "{one:?} {other:?}: {there} {back}"
                );
            }
        });
    }

    #[test]
    fn large_clusters_are_looked_at_evenly() {
        let members: Vec<u32> = (0..100).collect();
        let seen = spread(&members);
        assert!(seen.len() <= MOST && seen.len() > MOST / 2);
        let step = seen[1] - seen[0];
        assert!(seen.windows(2).all(|w| w[1] - w[0] == step));
        assert_eq!(spread(&members[..5]), [0, 1, 2, 3, 4]);
    }
}

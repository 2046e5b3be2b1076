//! What no weight outvotes: two groups of records that say of themselves that they are two people.

use crate::compare::birth::birth;
use crate::record::frame::Frame;

/// Level of birth dates from which on they differ by more than a slip.
const TWO_OF_THREE: u8 = 5;

/// Whether name suffixes or birth dates tell that two sets of records are two people.
///
/// Suffixes: any two that differ (`Sr.`, `Jr.`). Birth dates: each side has a complete date that two of its records
/// and most of those with a complete date agree on, and the dates are years apart, by more than a digit off. A single date may be
/// mistyped; the same mistake made twice by chance is none.
#[must_use]
pub(super) fn two_people(frame: &Frame, one: &[u32], other: &[u32]) -> bool {
    two_generations(&frame.suffix, one, other)
        || match (confirmed(&frame.birth, one), confirmed(&frame.birth, other)) {
            (Some(a), Some(b)) => {
                birth(a, b) >= TWO_OF_THREE && (a / 10_000).abs_diff(b / 10_000) > 1
            }
            _ => false,
        }
}

fn two_generations(suffix: &[u8], one: &[u32], other: &[u32]) -> bool {
    let known = |r: &u32| suffix[*r as usize];
    one.iter()
        .map(known)
        .filter(|a| *a != 0)
        .any(|a| other.iter().map(known).any(|b| b != 0 && a != b))
}

/// The complete birth date of a set, where at least two records and more than half of those with one agree.
fn confirmed(births: &[u32], records: &[u32]) -> Option<u32> {
    if records.len() < 2 {
        return None;
    }
    let mut dates: Vec<u32> = records
        .iter()
        .map(|r| births[*r as usize])
        .filter(|b| *b > 9999 && b / 100 % 100 != 0 && b % 100 != 0)
        .collect();
    dates.sort_unstable();
    dates
        .chunk_by(|a, b| a == b)
        .find(|same| same.len() >= 2 && same.len() * 2 > dates.len())
        .map(|same| same[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(births: &[u32], suffix: &[u8]) -> Frame {
        Frame {
            len: births.len(),
            birth: births.to_vec(),
            suffix: suffix.to_vec(),
            ..Frame::default()
        }
    }

    #[test]
    fn two_generations_are_two_people_whatever_else_agrees() {
        let f = frame(&[0; 4], &[1, 0, 2, 0]);
        assert!(two_people(&f, &[0, 1], &[2, 3]));
        assert!(
            !two_people(&f, &[0, 1], &[3]),
            "no suffix is no contradiction"
        );
        assert!(!two_people(&f, &[1], &[3]));
    }

    #[test]
    fn birth_dates_count_when_each_is_said_twice() {
        let father = 19_480_630;
        let son = 19_750_630;
        let none = [0; 6];
        let f = frame(&[father, father, son, son, 0, father], &none);
        assert!(two_people(&f, &[0, 1], &[2, 3]));
        assert!(two_people(&f, &[0, 1, 4], &[2, 3]));
        assert!(!two_people(&f, &[0, 1], &[2, 4]), "once is a slip, perhaps");
        assert!(!two_people(&f, &[0, 5], &[1, 4]));
        let slip = frame(&[19_480_630, 19_480_630, 19_460_630, 19_460_630], &[0; 4]);
        assert!(!two_people(&slip, &[0, 1], &[2, 3]), "one digit off");
        let years = frame(&[19_480_000, 19_480_000, 19_750_000, 19_750_000], &[0; 4]);
        assert!(
            !two_people(&years, &[0, 1], &[2, 3]),
            "years alone are not complete"
        );
    }
}

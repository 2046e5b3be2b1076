//! What no weight outvotes: two groups of records that say of themselves that they are two people.

use crate::compare::birth::birth;
use crate::record::frame::{Frame, TermSets};

/// Level of birth dates from which on they differ by more than a slip.
const TWO_OF_THREE: u8 = 5;

/// Whether name suffixes or birth dates tell that two sets of records are two people.
///
/// Suffixes: any two that differ (`Sr.`, `Jr.`). Birth dates: each side has a complete date that most of its records with
/// a complete date agree on, and the dates are years apart, by more than a digit off. A single date may be mistyped; the
/// same mistake made twice by chance is none. So each date is said twice, or one of them is and each side has a mailbox
/// that two of its records name and none that the other side names.
#[must_use]
pub(super) fn two_people(frame: &Frame, one: &[u32], other: &[u32]) -> bool {
    if two_generations(&frame.suffix, one, other) {
        return true;
    }
    let (Some(a), Some(b)) = (born(&frame.birth, one), born(&frame.birth, other)) else {
        return false;
    };
    let twice = [a, b].iter().filter(|born| born.records >= 2).count();
    birth(a.date, b.date) >= TWO_OF_THREE
        && (a.date / 10_000).abs_diff(b.date / 10_000) > 1
        && (twice == 2 || (twice == 1 && two_mailboxes(&frame.emails, one, other)))
}

fn two_generations(suffix: &[u8], one: &[u32], other: &[u32]) -> bool {
    let known = |r: &u32| suffix[*r as usize];
    one.iter()
        .map(known)
        .filter(|a| *a != 0)
        .any(|a| other.iter().map(known).any(|b| b != 0 && a != b))
}

/// A birth date and how many records say it.
#[derive(Clone, Copy)]
struct Born {
    date: u32,
    records: usize,
}

/// The complete birth date of a set on which more than half of its records with one agree.
fn born(births: &[u32], records: &[u32]) -> Option<Born> {
    let mut dates: Vec<u32> = records
        .iter()
        .map(|r| births[*r as usize])
        .filter(|b| *b > 9999 && b / 100 % 100 != 0 && b % 100 != 0)
        .collect();
    dates.sort_unstable();
    dates
        .chunk_by(|a, b| a == b)
        .find(|same| same.len() * 2 > dates.len())
        .map(|same| Born {
            date: same[0],
            records: same.len(),
        })
}

/// Whether each side has a mailbox that two of its records name, and none is named by both.
fn two_mailboxes(emails: &TermSets, one: &[u32], other: &[u32]) -> bool {
    let named = |records: &[u32]| {
        let ids = records.iter().flat_map(|r| emails.of(*r as usize));
        let mut ids: Vec<u32> = ids.copied().collect();
        ids.sort_unstable();
        let twice = ids.windows(2).any(|w| w[0] == w[1]);
        twice.then_some(ids)
    };
    match (named(one), named(other)) {
        (Some(a), Some(b)) => !a.iter().any(|id| b.binary_search(id).is_ok()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(births: &[u32], suffix: &[u8]) -> Frame {
        Frame {
            len: births.len(),
            birth: births.to_vec(),
            suffix: suffix.to_vec(),
            emails: TermSets {
                offsets: vec![0; births.len() + 1],
                ..TermSets::default()
            },
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
    fn a_birth_date_said_once_counts_where_mailboxes_tell_the_same() {
        // a father (0, 1, 2), whose date one record knows, and his son (3, 4, 5)
        let (father, son) = (19_580_312, 19_861_102);
        let mut f = frame(&[father, 0, 0, son, son, 0], &[0; 6]);
        let mails = |of: [u32; 6]| TermSets {
            offsets: (0..7).collect(),
            ids: of.to_vec(),
            ..TermSets::default()
        };
        f.emails = mails([1, 1, 2, 3, 4, 3]);
        assert!(two_people(&f, &[0, 1, 2], &[3, 4, 5]));
        assert!(two_people(&f, &[3, 4, 5], &[0, 1, 2]));
        assert!(
            !two_people(&f, &[0, 1, 2], &[3, 5]),
            "neither date is said twice"
        );
        assert!(
            !two_people(&f, &[0, 1, 2], &[3, 4]),
            "no mailbox of the son's is named twice"
        );
        f.emails = mails([1, 1, 3, 3, 4, 3]);
        assert!(
            !two_people(&f, &[0, 1, 2], &[3, 4, 5]),
            "one mailbox is theirs both"
        );
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

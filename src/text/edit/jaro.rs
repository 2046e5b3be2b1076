//! Jaro similarity (Jaro 1989) with Winkler's prefix boost (Winkler 1990), bit-parallel.
//!
//! Same floating-point results as `strsim`, to the last bit.

use super::mask::{Masks, WORD};

/// Jaro similarity of two byte strings, 0..=1. Two empty strings are equal (1), one empty gives 0.
#[must_use]
pub fn jaro(a: &[u8], b: &[u8]) -> f64 {
    if a == b {
        return 1.0;
    }
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    match Masks::new(b) {
        Some(masks) => jaro_masked(a, b, &masks),
        None => jaro_plain(a, b),
    }
}

/// Jaro–Winkler similarity, 0..=1: above 0.7, each of up to four equal leading bytes takes off a
/// tenth of the remaining distance.
#[must_use]
pub fn jaro_winkler(a: &[u8], b: &[u8]) -> f64 {
    boosted(jaro(a, b), a, b)
}

#[inline]
pub(super) fn boosted(similarity: f64, a: &[u8], b: &[u8]) -> f64 {
    if similarity > 0.7 {
        let pairs = a.iter().zip(b).take(4);
        let prefix = pairs.take_while(|(x, y)| x == y).count();
        similarity + 0.1 * prefix as f64 * (1.0 - similarity)
    } else {
        similarity
    }
}

/// `masks` are the positions of `b`; neither string is empty.
#[inline]
pub(super) fn jaro_masked(a: &[u8], b: &[u8], masks: &Masks) -> f64 {
    let reach = (a.len().max(b.len()) / 2).saturating_sub(1);
    // the positions of `b` within reach of position i of `a`; slides with i
    let mut window = low_bits(reach + 1);
    let mut taken = 0_u64;
    let mut matched = [0_u8; 2 * WORD]; // written ahead: one more than the matches
    let mut matches = 0_usize;
    for (i, &c) in a.iter().enumerate() {
        let free = masks.of(c) & window & !taken;
        let hit = free & free.wrapping_neg();
        taken |= hit;
        matched[matches & (2 * WORD - 1)] = c;
        matches += usize::from(hit != 0);
        window = (window << 1) | u64::from(i < reach);
    }
    if matches == 0 {
        return 0.0;
    }
    let mut moved = 0_usize;
    for &c in &matched[..matches.min(WORD)] {
        moved += usize::from(b[taken.trailing_zeros() as usize & (WORD - 1)] != c);
        taken &= taken - 1;
    }
    let m = matches as f64;
    (m / a.len() as f64 + m / b.len() as f64 + (matches - moved / 2) as f64 / m) / 3.0
}

fn low_bits(n: usize) -> u64 {
    if n >= WORD { u64::MAX } else { (1 << n) - 1 }
}

/// For what does not fit a word.
pub(super) fn jaro_plain(a: &[u8], b: &[u8]) -> f64 {
    strsim::generic_jaro(&Bytes(a), &Bytes(b))
}

struct Bytes<'a>(&'a [u8]);

impl<'a> IntoIterator for &Bytes<'a> {
    type Item = u8;
    type IntoIter = std::iter::Copied<std::slice::Iter<'a, u8>>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().copied()
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "the promise is equality to the last bit")]
mod tests {
    use super::*;
    use crate::text::edit::Pattern;
    use crate::text::edit::pattern::tests::short_strings;
    use proptest::prelude::*;

    fn check(a: &str, b: &str) {
        let (x, y) = (a.as_bytes(), b.as_bytes());
        assert_eq!(jaro(x, y), strsim::jaro(a, b), "jaro {a:?} {b:?}");
        let oracle = strsim::jaro_winkler(a, b);
        assert_eq!(jaro_winkler(x, y), oracle, "jaro-winkler {a:?} {b:?}");
        assert_eq!(
            Pattern::new(y).jaro_winkler(x),
            oracle,
            "pattern {b:?} {a:?}"
        );
    }

    #[test]
    fn every_pair_of_short_strings_agrees_with_strsim() {
        let all = short_strings();
        for a in &all {
            for b in &all {
                check(a, b);
            }
        }
    }

    #[test]
    fn a_full_word_of_matches_is_not_overwritten() {
        let a = "dabccbbaabbdbbacbadaabaddddcadcadaccacccbaaccbdcdbddcdadcdbccccdc";
        check(
            a,
            "ccbabdddbacdbcacddddacdcbaaccacddbcdcbcaddcbcbcddaaaacbbadcababc",
        );
    }

    #[test]
    fn known_values() {
        assert!((jaro_winkler(b"martha", b"marhta") - 0.961_111).abs() < 1e-6);
        assert!((jaro(b"dwayne", b"duane") - 0.822_222).abs() < 1e-6);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn few_letters_agree(a in "[a-d]{0,80}", b in "[a-d]{0,80}") {
            check(&a, &b);
        }

        #[test]
        fn order_of_arguments_does_not_matter(a in "[ab]{0,40}", b in "[ab]{0,40}") {
            let (x, y) = (a.as_bytes(), b.as_bytes());
            prop_assert_eq!(jaro_winkler(x, y), jaro_winkler(y, x));
        }

        #[test]
        fn any_ascii_agrees(a in "[ -~]{0,70}", b in "[ -~]{0,70}") {
            check(&a, &b);
        }

        #[test]
        fn names_agree(a in "[a-z ]{0,20}", b in "[a-z ]{0,20}") {
            check(&a, &b);
        }
    }
}

//! Strings of at most sixteen bytes in one word: whether they are one edit apart is a matter of shifts and masks.

/// At most sixteen bytes, the last one lowest; none of them is zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Short(u128);

impl Short {
    /// `None` when `s` is too long or holds a zero byte.
    #[must_use]
    pub fn new(s: &[u8]) -> Option<Self> {
        (s.len() <= 16 && !s.contains(&0))
            .then(|| Self(s.iter().fold(0, |word, b| (word << 8) | u128::from(*b))))
    }

    /// Number of bytes.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "nobody asks")]
    pub fn len(self) -> usize {
        16 - self.0.leading_zeros() as usize / 8
    }

    /// Whether the last `n` bytes are equal; strings that are shorter are equal only as a whole.
    #[must_use]
    pub fn same_end(self, other: Self, n: usize) -> bool {
        let differing = (self.0 ^ other.0).trailing_zeros() as usize / 8;
        differing >= n.min(16)
    }

    /// Whether at most one edit (a swap of neighbours counts as one) leads from one to the other: what
    /// [`osa_within`](super::osa_within) says for a distance of 1.
    #[must_use]
    pub fn one_edit(self, other: Self) -> bool {
        let differing = self.0 ^ other.0;
        if differing == 0 {
            return true;
        }
        let (long, short) = if self.len() >= other.len() {
            (self, other)
        } else {
            (other, self)
        };
        // bytes that are equal at the end
        let last = differing.trailing_zeros() / 8;
        match long.len() - short.len() {
            0 => {
                let first = 15 - differing.leading_zeros() / 8;
                let byte = |word: u128, at: u32| (word >> (8 * at)) & 0xff;
                first == last
                    || (first == last + 1
                        && byte(self.0, first) == byte(other.0, last)
                        && byte(self.0, last) == byte(other.0, first))
            }
            // without the byte that is too many, what is before it is equal as well
            1 => {
                long.0.checked_shr(8 * (last + 1)).unwrap_or(0)
                    == short.0.checked_shr(8 * last).unwrap_or(0)
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::edit::osa_within;
    use crate::text::edit::pattern::tests::short_strings;
    use proptest::prelude::*;

    fn check(a: &str, b: &str) {
        let (x, y) = (a.as_bytes(), b.as_bytes());
        let (Some(p), Some(q)) = (Short::new(x), Short::new(y)) else {
            panic!("{a:?} {b:?}");
        };
        assert_eq!(p.one_edit(q), osa_within(x, y, 1).is_some(), "{a:?} {b:?}");
        assert_eq!((p.len(), p == q), (x.len(), x == y));
        let ends = |n: usize| x.len() >= n && y.len() >= n && x[x.len() - n..] == y[y.len() - n..];
        assert!(
            (0..=16).all(|n| p.same_end(q, n) == (ends(n) || x == y)),
            "{a:?} {b:?}"
        );
    }

    #[test]
    fn every_pair_of_short_strings_is_as_far_apart_as_by_the_long_way() {
        let all = short_strings();
        for a in &all {
            for b in &all {
                check(a, b);
            }
        }
    }

    #[test]
    fn what_does_not_fit_has_none() {
        assert_eq!(Short::new(b"12345678901234567"), None);
        assert_eq!(Short::new(b"1\x002"), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn numbers_agree(a in "[0-2]{0,16}", b in "[0-2]{0,16}") {
            check(&a, &b);
        }

        #[test]
        fn what_was_edited_once_agrees(a in "[0-9]{0,15}", at in 0usize..16, with in "[0-9]{0,2}") {
            let at = at.min(a.len());
            check(&a, &format!("{}{with}{}", &a[..at], &a[(at + 1).min(a.len())..]).chars().take(16).collect::<String>());
        }
    }
}

//! Edit distances, bit-parallel: Levenshtein (Myers 1999; Hyyrö 2003) and optimal string alignment,
//! which also counts a swap of neighbours as one edit (Hyyrö 2003; "restricted Damerau").

use super::mask::{Masks, WideMasks};

/// Levenshtein distance: insertions, deletions and substitutions that turn `a` into `b`.
#[must_use]
pub fn levenshtein(a: &[u8], b: &[u8]) -> usize {
    let (a, b) = trimmed(a, b);
    if a.is_empty() {
        return b.len();
    }
    match Masks::new(a) {
        Some(masks) => distance::<false>(b, a.len(), |c| masks.of(c)),
        None => wide::<false>(b, a),
    }
}

/// Optimal string alignment distance: as [`levenshtein`], but a swap of two neighbours is one edit
/// (no part is edited twice).
#[must_use]
pub fn osa(a: &[u8], b: &[u8]) -> usize {
    let (a, b) = trimmed(a, b);
    if a.is_empty() {
        return b.len();
    }
    match Masks::new(a) {
        Some(masks) => osa_masked(b, a.len(), &masks),
        None => osa_plain(b, a),
    }
}

/// [`osa`] when it is at most `max`, else `None`; gives up as soon as that is certain.
#[must_use]
pub fn osa_within(a: &[u8], b: &[u8], max: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > max {
        return None;
    }
    let (a, b) = trimmed(a, b);
    if a.is_empty() || max == 0 {
        let distance = a.len().max(b.len());
        return (distance <= max).then_some(distance);
    }
    match Masks::new(a) {
        Some(masks) => osa_bounded_masked(b, a.len(), &masks, max),
        None => Some(osa_plain(b, a)).filter(|d| *d <= max),
    }
}

/// 1 − distance / length of the longer, 0..=1; two empty strings give 1.
#[must_use]
pub fn osa_similarity(a: &[u8], b: &[u8]) -> f64 {
    match a.len().max(b.len()) {
        0 => 1.0,
        longest => 1.0 - osa(a, b) as f64 / longest as f64,
    }
}

/// Both strings without their common ends, the shorter first. The distance stays.
fn trimmed<'a>(a: &'a [u8], b: &'a [u8]) -> (&'a [u8], &'a [u8]) {
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[head..], &b[head..]);
    let tail = a.iter().rev().zip(b.iter().rev());
    let tail = tail.take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - tail], &b[..b.len() - tail]);
    if a.len() <= b.len() { (a, b) } else { (b, a) }
}

#[inline]
pub(super) fn osa_masked(text: &[u8], pattern_len: usize, masks: &Masks) -> usize {
    if pattern_len == 0 {
        return text.len();
    }
    distance::<true>(text, pattern_len, |c| masks.of(c))
}

/// For patterns that do not fit a word.
pub(super) fn osa_plain(text: &[u8], pattern: &[u8]) -> usize {
    wide::<true>(text, pattern)
}

pub(super) fn osa_bounded_masked(
    text: &[u8],
    pattern_len: usize,
    masks: &Masks,
    max: usize,
) -> Option<usize> {
    if pattern_len == 0 {
        return (text.len() <= max).then_some(text.len());
    }
    let last = 1_u64 << (pattern_len - 1);
    let mut column = Column::START;
    let mut score = pattern_len;
    for (i, &c) in text.iter().enumerate() {
        let (up, down) = column.step::<true>(masks.of(c));
        score += usize::from(up & last != 0);
        score -= usize::from(down & last != 0);
        // each byte still to come lowers the last row by at most one
        if score > max + (text.len() - 1 - i) {
            return None;
        }
    }
    Some(score)
}

/// Distance of `text` to a pattern of 1..=64 bytes; `SWAPS` counts a swap of neighbours as one.
#[inline]
fn distance<const SWAPS: bool>(
    text: &[u8],
    pattern_len: usize,
    positions: impl Fn(u8) -> u64,
) -> usize {
    let last = 1_u64 << (pattern_len - 1);
    let mut column = Column::START;
    let mut score = pattern_len;
    for &c in text {
        let (up, down) = column.step::<SWAPS>(positions(c));
        score += usize::from(up & last != 0);
        score -= usize::from(down & last != 0);
    }
    score
}

/// One column of the distance matrix as differences between neighbouring rows.
struct Column {
    /// Rows one more than the row above.
    plus: u64,
    /// Rows one less than the row above.
    minus: u64,
    /// Rows equal to their upper left neighbour.
    diagonal: u64,
    /// Positions of the byte before.
    before: u64,
}

impl Column {
    const START: Column = Column {
        plus: u64::MAX,
        minus: 0,
        diagonal: 0,
        before: 0,
    };

    /// Goes on by one byte with these positions; gives the rows that grew and shrank by one
    /// against the column before.
    #[inline]
    fn step<const SWAPS: bool>(&mut self, here: u64) -> (u64, u64) {
        let mut diagonal =
            ((here & self.plus).wrapping_add(self.plus) ^ self.plus) | here | self.minus;
        if SWAPS {
            diagonal |= ((!self.diagonal & here) << 1) & self.before;
            self.diagonal = diagonal;
            self.before = here;
        }
        let up = self.minus | !(diagonal | self.plus);
        let down = diagonal & self.plus;
        let up_shifted = (up << 1) | 1;
        self.plus = (down << 1) | !(diagonal | up_shifted);
        self.minus = up_shifted & diagonal;
        (up, down)
    }
}

/// The same for a pattern of any length, word by word with carries.
fn wide<const SWAPS: bool>(text: &[u8], pattern: &[u8]) -> usize {
    if pattern.is_empty() {
        return text.len();
    }
    let masks = WideMasks::new(pattern);
    let last = 1_u64 << ((pattern.len() - 1) % 64);
    let mut column: Vec<Column> = (0..masks.words()).map(|_| Column::START).collect();
    let mut score = pattern.len();
    for &c in text {
        // what the word below must know: up and down of its row above, and of a swap across words
        let (mut carry_up, mut carry_down, mut carry_swap) = (1, 0, 0);
        let (mut up, mut down) = (0, 0);
        for (word, &here) in column.iter_mut().zip(masks.of(c)) {
            let entered = here | carry_down;
            let mut diagonal =
                ((entered & word.plus).wrapping_add(word.plus) ^ word.plus) | entered | word.minus;
            if SWAPS {
                let first_half = !word.diagonal & here;
                diagonal |= ((first_half << 1) | carry_swap) & word.before;
                carry_swap = first_half >> 63;
                word.diagonal = diagonal;
                word.before = here;
            }
            up = word.minus | !(diagonal | word.plus);
            down = diagonal & word.plus;
            let up_shifted = (up << 1) | carry_up;
            let down_shifted = (down << 1) | carry_down;
            carry_up = up >> 63;
            carry_down = down >> 63;
            word.plus = down_shifted | !(diagonal | up_shifted);
            word.minus = up_shifted & diagonal;
        }
        score += usize::from(up & last != 0);
        score -= usize::from(down & last != 0);
    }
    score
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::edit::Pattern;
    use crate::text::edit::pattern::tests::short_strings;
    use proptest::prelude::*;

    fn check(a: &str, b: &str) {
        let (x, y) = (a.as_bytes(), b.as_bytes());
        assert_eq!(levenshtein(x, y), strsim::levenshtein(a, b), "{a:?} {b:?}");
        let oracle = strsim::osa_distance(a, b);
        assert_eq!(osa(x, y), oracle, "{a:?} {b:?}");
        assert_eq!(wide::<true>(x, y), oracle, "wide {a:?} {b:?}");
        assert_eq!(
            wide::<false>(x, y),
            strsim::levenshtein(a, b),
            "wide {a:?} {b:?}"
        );
        let pattern = Pattern::new(y);
        assert_eq!(pattern.osa(x), oracle, "pattern {a:?} {b:?}");
        for max in [0, 1, 2, 3, oracle.saturating_sub(1), oracle, oracle + 1] {
            let wanted = (oracle <= max).then_some(oracle);
            assert_eq!(osa_within(x, y, max), wanted, "{a:?} {b:?} within {max}");
            assert_eq!(
                pattern.osa_within(x, max),
                wanted,
                "{a:?} {b:?} within {max}"
            );
        }
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
    fn a_swap_is_one_edit_even_across_words() {
        for at in 60..70 {
            let mut a: Vec<u8> = (0..140).map(|i| b'a' + (i % 7)).collect();
            let b = a.clone();
            a.swap(at, at + 1);
            // differing ends keep the trimming out of the way
            let (a, b) = (
                [b"x", a.as_slice(), b"x"].concat(),
                [b"y", b.as_slice(), b"y"].concat(),
            );
            assert_eq!(osa(&a, &b), 3, "swap at {at}");
            assert_eq!(levenshtein(&a, &b), 4, "swap at {at}");
        }
    }

    #[test]
    fn similarity_is_the_share_that_stays() {
        assert!((osa_similarity(b"", b"") - 1.0).abs() < 1e-12);
        assert!((osa_similarity(b"marta", b"marat") - 0.8).abs() < 1e-12);
        assert!(osa_similarity(b"abc", b"").abs() < 1e-12);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]
        #[test]
        fn long_strings_of_few_letters_agree(a in "[ab]{0,200}", b in "[ab]{0,200}") {
            check(&a, &b);
        }

        #[test]
        fn strings_around_a_word_agree(a in "[a-c]{55,70}", b in "[a-c]{55,70}") {
            check(&a, &b);
        }

        #[test]
        fn any_ascii_agrees(a in "[ -~]{0,40}", b in "[ -~]{0,40}") {
            check(&a, &b);
        }
    }
}

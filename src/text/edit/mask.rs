//! For every character, the set of its positions in a string: what the bit-parallel kernels run on.

/// Longest string whose positions fit one machine word.
pub(super) const WORD: usize = 64;
/// The class of bytes that have none of their own.
const OTHER: u8 = 63;

/// Byte → class 0..=62 of its own for the usual bytes, `OTHER` for the rest.
const CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let usual = b"abcdefghijklmnopqrstuvwxyz0123456789 .-_@+/&#,':()!?*=%~;|\"$<>\\";
    let mut table = [OTHER; 256];
    let mut i = 0;
    while i < usual.len() {
        table[usual[i] as usize] = i as u8;
        i += 1;
    }
    assert!(usual.len() <= OTHER as usize);
    table
}

/// Positions of every character of a string of at most 64 usual bytes.
#[derive(Clone, Debug)]
pub(super) struct Masks([u64; 64]);

impl Masks {
    /// `None` when the string is longer than a word or holds a byte without a class.
    #[inline]
    pub(super) fn new(s: &[u8]) -> Option<Masks> {
        if s.len() > WORD {
            return None;
        }
        let mut masks = [0; 64];
        let mut bit = 1_u64;
        for &b in s {
            masks[(CLASS[b as usize] & 63) as usize] |= bit;
            bit = bit.wrapping_shl(1);
        }
        (masks[OTHER as usize] == 0).then_some(Masks(masks))
    }

    /// Bit `i` is set when position `i` of the string holds `b`.
    #[inline]
    pub(super) fn of(&self, b: u8) -> u64 {
        self.0[(CLASS[b as usize] & 63) as usize]
    }
}

/// Positions of every byte of a string of any length and bytes, in words of 64.
#[derive(Clone, Debug)]
pub(super) struct WideMasks {
    words: usize,
    bits: Vec<u64>,
}

impl WideMasks {
    pub(super) fn new(s: &[u8]) -> WideMasks {
        let words = s.len().div_ceil(WORD).max(1);
        let mut bits = vec![0; words * 256];
        for (i, &b) in s.iter().enumerate() {
            bits[b as usize * words + i / WORD] |= 1 << (i % WORD);
        }
        WideMasks { words, bits }
    }

    pub(super) fn words(&self) -> usize {
        self.words
    }

    /// The words of `b`, first positions first.
    #[inline]
    pub(super) fn of(&self, b: u8) -> &[u64] {
        &self.bits[b as usize * self.words..][..self.words]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_where_the_byte_stands() {
        let s = b"anna 12@x-y.z";
        let masks = Masks::new(s).unwrap();
        let wide = WideMasks::new(s);
        for b in 0..=255 {
            let naive: u64 = (0..s.len()).filter(|&i| s[i] == b).map(|i| 1 << i).sum();
            assert_eq!(masks.of(b), naive, "{b}");
            assert_eq!(wide.of(b), [naive], "{b}");
        }
    }

    #[test]
    fn the_usual_bytes_have_classes_of_their_own() {
        let mut seen = [0; 64];
        CLASS.iter().for_each(|&c| seen[c as usize] += 1);
        assert!(seen[..63].iter().all(|&n| n == 1), "{seen:?}");
    }

    #[test]
    fn a_word_is_enough_for_64_usual_bytes() {
        assert!(Masks::new(&[b'a'; 64]).is_some());
        assert!(Masks::new(&[b'a'; 65]).is_none());
        assert!(Masks::new(b"A").is_none());
        assert_eq!(WideMasks::new(&[b'a'; 65]).of(b'a'), [u64::MAX, 1]);
    }
}

//! Where a word is looked for in a set of words: an open table of a power of two of slots, at least twice as many as
//! words. The program that writes the tables and the library look the same way.

/// The first slot of a word. Hash: FNV-1a (Fowler, Noll, Vo) of 64 bits, its halves laid over each other.
pub(super) fn first(word: &str, slots: usize) -> usize {
    let hash = word.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash ^ (hash >> 32)) as usize & (slots - 1)
}

/// The slot to look at where another word is in one.
pub(super) fn next(slot: usize, slots: usize) -> usize {
    (slot + 1) & (slots - 1)
}

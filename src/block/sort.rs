//! Sorting (key, record) entries by digits of the key: three passes instead of a comparison for each halving.

/// Bits of the key that one pass sorts by.
const DIGIT: u32 = 11;
const DIGITS: usize = 1 << DIGIT;
/// Fewer entries than this are sorted by comparison.
const FEW: usize = 1_000;

/// Sorts entries by key (the upper half), then record (the lower half), and leaves each once.
#[must_use]
pub(super) fn in_order(mut entries: Vec<u64>) -> Vec<u64> {
    if entries.len() < FEW {
        entries.sort_unstable();
        entries.dedup();
        return entries;
    }
    let digit = |entry: u64, pass: u32| (entry >> (32 + pass * DIGIT)) as usize & (DIGITS - 1);
    let mut counts = [[0u32; DIGITS]; 3];
    for entry in &entries {
        for (pass, counts) in (0..).zip(&mut counts) {
            counts[digit(*entry, pass)] += 1;
        }
    }
    let mut other = vec![0; entries.len()];
    for (pass, counts) in (0..).zip(&mut counts) {
        let mut next = 0;
        for count in counts.iter_mut() {
            next += std::mem::replace(count, next);
        }
        for entry in &entries {
            let place = &mut counts[digit(*entry, pass)];
            other[*place as usize] = *entry;
            *place += 1;
        }
        std::mem::swap(&mut entries, &mut other);
    }
    drop(other);
    // each pass keeps the order of equal digits, so that records are in order where they came so
    if !entries.is_sorted() {
        for block in entries.chunk_by_mut(|a, b| a >> 32 == b >> 32) {
            block.sort_unstable();
        }
    }
    entries.dedup();
    entries
}

/// Leaves out most entries of which no other has the key: all but those that share a bit with another key.
#[must_use]
pub(super) fn seen_again(mut entries: Vec<u64>) -> Vec<u64> {
    if entries.len() < FEW {
        return entries;
    }
    let bits = (8 * entries.len()).ilog2().min(28) + 1;
    let place = |entry: u64| {
        let bit = ((entry >> 32) as u32).wrapping_mul(0x9E37_79B1) >> (u32::BITS - bits);
        (bit as usize / 64, 1u64 << (bit % 64))
    };
    let (mut once, mut again) = (vec![0u64; 1 << (bits - 6)], vec![0u64; 1 << (bits - 6)]);
    for entry in &entries {
        let (word, bit) = place(*entry);
        again[word] |= once[word] & bit;
        once[word] |= bit;
    }
    entries.retain(|entry| {
        let (word, bit) = place(*entry);
        again[word] & bit != 0
    });
    entries
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        #[test]
        fn no_entry_is_left_out_whose_key_another_has(seed in any::<u32>(), keys in 500u32..20_000) {
            let key = |i: u32| seed.wrapping_add(i.wrapping_mul(0x85EB_CA6B)) % keys;
            let entries: Vec<u64> = (0..6000)
                .map(|i| u64::from(key(i).wrapping_mul(0x9E37_79B1)) << 32 | u64::from(i))
                .collect();
            let mut counts: HashMap<u64, u32> = HashMap::new();
            entries.iter().for_each(|e| *counts.entry(e >> 32).or_default() += 1);
            let shared = |e: &&u64| counts[&(**e >> 32)] > 1;
            let left = seen_again(entries.clone());
            prop_assert!(entries.iter().filter(shared).eq(left.iter().filter(shared)));
            let alone = entries.len() - entries.iter().filter(shared).count();
            let kept = left.len() - left.iter().filter(shared).count();
            prop_assert!(2 * kept <= alone, "{kept} of {alone}");
        }

        #[test]
        fn digits_sort_as_comparisons_do(
            seed in any::<u64>(),
            len in prop_oneof![0usize..50, 900usize..4000],
            keys in prop_oneof![Just(7u64), Just(u64::from(u32::MAX))],
            in_order_of_records in any::<bool>(),
        ) {
            let mut state = seed;
            let mut entries: Vec<u64> = (0..len as u64)
                .map(|i| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    let record = if in_order_of_records { i } else { state >> 50 };
                    (((state >> 20) % keys) << 32) | record
                })
                .collect();
            let sorted = in_order(entries.clone());
            entries.sort_unstable();
            entries.dedup();
            prop_assert_eq!(sorted, entries);
        }
    }
}

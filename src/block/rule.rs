//! A blocking rule: a conjunction of key parts, and its keys for all records.

use std::ops::Range;

use rayon::prelude::*;

use super::part::{Part, PartKeys, mix};
use super::sort::{in_order, seen_again};
use crate::record::frame::Frame;

/// Records that share all parts are compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rule {
    /// The parts, sorted.
    pub parts: Vec<Part>,
}

impl Rule {
    /// A rule of one or more parts.
    #[must_use]
    pub fn new(mut parts: Vec<Part>) -> Self {
        parts.sort_unstable();
        Self { parts }
    }

    /// The rule in words: `family name sound + birth year`.
    #[must_use]
    pub fn name(&self, frame: &Frame) -> String {
        self.parts
            .iter()
            .map(|p| p.name(frame))
            .collect::<Vec<_>>()
            .join(" + ")
    }
}

/// Keys of one rule, joined from those of its parts when they are asked for: the product of the parts' slots, at most
/// [`MAX_WIDTH`] a record.
#[derive(Clone)]
pub struct Joined<'a> {
    parts: Vec<&'a PartKeys>,
    /// Slots of a record.
    pub width: usize,
}

/// Records whose keys are joined at once.
const BATCH: usize = 512;
/// Records whose keys one task scans for entries.
const SCANNED: usize = 16_384;
/// Keys in a line of the processor's cache.
const LINE: usize = 16;

impl<'a> Joined<'a> {
    /// The keys of a conjunction of parts.
    #[must_use]
    pub fn new(parts: Vec<&'a PartKeys>) -> Self {
        let slots: usize = parts.iter().map(|p| p.width).product();
        Self {
            width: slots.min(MAX_WIDTH),
            parts,
        }
    }

    /// Keys of the parts.
    #[must_use]
    pub fn parts(&self) -> &[&'a PartKeys] {
        &self.parts
    }

    /// Calls `f` with all keys of some records: the keys of neighbouring records in one slot, with the first of these
    /// records and the slot, in no order that matters.
    pub fn each(&self, records: Range<usize>, mut f: impl FnMut(usize, usize, &[u32])) {
        let slots: usize = self.parts.iter().map(|p| p.width).product();
        if slots > MAX_WIDTH {
            for r in records {
                let (keys, len) = self.of(r);
                (keys[..len].chunks(1).enumerate()).for_each(|(slot, key)| f(r, slot, key));
            }
            return;
        }
        // one combination of slots after the other, many records at once: loops that the compiler can vectorize
        let mut keys = [0u32; BATCH];
        let mut from = records.start;
        while from < records.end {
            let to = (from + BATCH).min(records.end);
            let keys = &mut keys[..to - from];
            for slot in 0..slots {
                let mut rest = slot;
                for (i, part) in self.parts.iter().enumerate() {
                    let own = rest % part.width;
                    rest /= part.width;
                    let first = i == 0;
                    let alone = self.parts.len() == 1;
                    let put = |key: &mut u32, theirs: u32| {
                        *key = match (alone, first) {
                            (true, _) => theirs,
                            (_, true) => opened(scaled(theirs)),
                            _ => join(*key, theirs),
                        }
                    };
                    if part.width == 1 {
                        for (key, theirs) in keys.iter_mut().zip(&part.keys[from..to]) {
                            put(key, *theirs);
                        }
                    } else {
                        let theirs = part.keys[from * part.width..].chunks_exact(part.width);
                        for (key, theirs) in keys.iter_mut().zip(theirs) {
                            put(key, theirs[own]);
                        }
                    }
                }
                f(from, slot, keys);
            }
            from = to;
        }
    }

    /// The keys of one record, those that it lacks left out.
    #[must_use]
    pub fn of(&self, record: usize) -> ([u32; MAX_WIDTH], usize) {
        self.join(|part| self.parts[part].of(record))
    }

    /// The same where the record has these keys of one part.
    #[must_use]
    pub fn with(&self, part: usize, keys: &[u32], record: usize) -> ([u32; MAX_WIDTH], usize) {
        self.join(|p| {
            if p == part {
                keys
            } else {
                self.parts[p].of(record)
            }
        })
    }

    fn join<'k>(&self, keys_of: impl Fn(usize) -> &'k [u32]) -> ([u32; MAX_WIDTH], usize) {
        let mut combined = [0u32; MAX_WIDTH];
        if self.parts.len() == 1 {
            let keys = keys_of(0);
            combined[..keys.len()].copy_from_slice(keys);
            return (combined, keys.len());
        }
        combined[0] = 1;
        let mut len = 1;
        for part in 0..self.parts.len() {
            let mut next = [0u32; MAX_WIDTH];
            let mut next_len = 0;
            for k in &combined[..len] {
                for slot in keys_of(part) {
                    let joined = join(*k, *slot);
                    if joined != 0 && next_len < MAX_WIDTH {
                        next[next_len] = joined;
                        next_len += 1;
                    }
                }
            }
            (combined, len) = (next, next_len);
        }
        (combined, len)
    }

    /// The smallest key that both records have, 0 when they share none.
    #[must_use]
    pub fn shared(&self, a: usize, b: usize) -> u32 {
        let ((x, n), (y, m)) = (self.of(a), self.of(b));
        smallest_shared(&x[..n], &y[..m])
    }
}

fn smallest_shared(x: &[u32], y: &[u32]) -> u32 {
    if let ([p], [q]) = (x, y) {
        return if p == q { *p } else { 0 };
    }
    let shared = x.iter().filter(|k| **k != 0 && y.contains(k));
    shared.min().copied().unwrap_or(0)
}

/// Most keys of one record under one rule.
pub const MAX_WIDTH: usize = 6;

/// Joins two hashes; 0 (missing) swallows.
fn join(a: u32, b: u32) -> u32 {
    join_scaled(a, scaled(b))
}

/// The second of two hashes on its way to be joined; 0 for 0 alone.
pub(super) fn scaled(b: u32) -> u32 {
    b.wrapping_mul(0x9E37_79B1)
}

/// Joins a hash with a [`scaled`] one.
pub(super) fn join_scaled(a: u32, b: u32) -> u32 {
    // without a branch, so that many are joined at once
    let joined = mix(a.rotate_left(5) ^ b).max(1);
    if (a != 0) & (b != 0) { joined } else { 0 }
}

/// What a [`scaled`] key of the first of several parts is joined to.
pub(super) fn opened(key: u32) -> u32 {
    join_scaled(1, key)
}

/// All rules' keys record by record, so that asking whether two records share a key of an early rule touches two
/// short runs of memory.
#[derive(Clone, Debug, Default)]
pub struct KeyRows {
    /// First slot of each rule, and the slots of a record.
    starts: Vec<usize>,
    keys: Vec<u32>,
}

impl KeyRows {
    /// Gathers the keys of all rules.
    #[must_use]
    pub fn gather(rules: &[Joined], records: usize) -> Self {
        let mut starts = vec![0];
        let mut stride = 0;
        for rule in rules {
            stride += rule.width;
            starts.push(stride);
        }
        let mut keys = vec![0; records * stride];
        keys.par_chunks_mut(BATCH * stride.max(1))
            .enumerate()
            .for_each(|(chunk, rows)| {
                let first = chunk * BATCH;
                let here = first..first + rows.len() / stride;
                for (rule, start) in rules.iter().zip(&starts) {
                    rule.each(here.clone(), |from, slot, keys| {
                        let slots = rows[(from - first) * stride + start + slot..].iter_mut();
                        for (place, key) in slots.step_by(stride).zip(keys) {
                            *place = *key;
                        }
                    });
                }
            });
        Self { starts, keys }
    }

    /// Number of rules.
    #[must_use]
    pub fn rules(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    fn stride(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }

    /// Keys of a record under one rule.
    #[must_use]
    pub fn of(&self, rule: usize, record: usize) -> &[u32] {
        let row = record * self.stride();
        &self.keys[row + self.starts[rule]..row + self.starts[rule + 1]]
    }

    /// The smallest key that a rule gives both records, 0 when they share none.
    #[must_use]
    pub fn shared(&self, rule: usize, a: usize, b: usize) -> u32 {
        smallest_shared(self.of(rule, a), self.of(rule, b))
    }

    /// Whether one of the first `rules` rules gives both records a common key.
    #[must_use]
    pub fn share_earlier(&self, rules: usize, a: usize, b: usize) -> bool {
        let stride = self.stride();
        let row = |r: usize| &self.keys[r * stride..r * stride + self.starts[rules]];
        let (x, y) = (row(a), row(b));
        // Most agreements are in the same slot: one pass that the compiler can vectorize.
        if x.iter()
            .zip(y)
            .fold(false, |any, (p, q)| any | (p == q && *p != 0))
        {
            return true;
        }
        self.starts[..=rules].windows(2).any(|at| {
            at[1] - at[0] > 1 && {
                let (x, y) = (&x[at[0]..at[1]], &y[at[0]..at[1]]);
                x.iter().any(|k| *k != 0 && y.contains(k))
            }
        })
    }

    /// The (key, record) entries of some rules that `keep` admits by rule and key, each rule's sorted by key, then record.
    /// Most keys that one record alone has are left out: they make no pair.
    #[must_use]
    pub fn sorted(
        &self,
        rules: Range<usize>,
        keep: impl Fn(usize, u32) -> bool + Sync,
    ) -> Vec<Vec<u64>> {
        let stride = self.stride().max(1);
        let parts: Vec<Vec<Vec<u64>>> = (self.keys.par_chunks(SCANNED * stride).enumerate())
            .map(|(chunk, rows)| {
                let mut found = vec![Vec::new(); rules.len()];
                for (record, row) in (chunk * SCANNED..).zip(rows.chunks_exact(stride)) {
                    for (rule, found) in rules.clone().zip(&mut found) {
                        let keys = row[self.starts[rule]..self.starts[rule + 1]].iter();
                        let keys = keys.filter(|key| **key != 0 && keep(rule, **key));
                        found.extend(keys.map(|key| entry(*key, record)));
                    }
                }
                found
            })
            .collect();
        (0..rules.len())
            .into_par_iter()
            .map(|rule| {
                let entries = parts.iter().flat_map(|part| &part[rule]);
                in_order(seen_again(entries.copied().collect()))
            })
            .collect()
    }

    /// Looks at the keys of records that are soon asked for, so that the look-ups do not wait for each other.
    pub fn look_ahead(&self, rule: usize, records: impl Iterator<Item = usize>) {
        let (stride, used) = (self.stride(), self.starts[rule + 1]);
        let line = |r: usize| {
            self.keys[r * stride..r * stride + used]
                .iter()
                .step_by(LINE)
        };
        let seen = records.flat_map(line).fold(0, |seen, key| seen ^ key);
        std::hint::black_box(seen);
    }
}

/// A key and a record, in the order in which they are sorted.
#[must_use]
pub fn entry(key: u32, record: usize) -> u64 {
    (u64::from(key) << 32) | record as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn conjunctions_need_all_parts_and_multi_valued_parts_any_slot() {
        let part = |width, keys| PartKeys::of_slots(width, keys);
        let a = part(1, vec![7, 7, 0]);
        let b = part(2, vec![1, 2, 2, 3, 2, 0]);
        let rows = KeyRows::gather(&[Joined::new(vec![&a, &b])], 3);
        assert_ne!(rows.shared(0, 0, 1), 0);
        assert_eq!(rows.shared(0, 0, 2), 0);
        assert_eq!(rows.shared(0, 1, 2), 0);
        let sorted = rows.sorted(0..1, |_, _| true);
        assert_eq!(sorted[0].len(), 4);
        assert!(sorted[0].windows(2).all(|w| w[0] < w[1]));
    }

    proptest! {
        #[test]
        fn keys_of_many_records_are_those_of_each(
            a in prop::collection::vec(0u32..4, 1200),
            b in prop::collection::vec(0u32..4, 2400),
            c in prop::collection::vec(0u32..3, 3600),
        ) {
            let a = PartKeys::of_slots(1, a);
            let b = PartKeys::of_slots(2, b);
            let c = PartKeys::of_slots(3, c);
            for parts in [vec![&a], vec![&a, &b], vec![&b, &c], vec![&b, &b, &c]] {
                let joined = Joined::new(parts);
                let rows = KeyRows::gather(std::slice::from_ref(&joined), 1200);
                for r in 0..1200 {
                    let sorted = |keys: &[u32]| {
                        let mut keys: Vec<u32> = keys.iter().copied().filter(|k| *k != 0).collect();
                        keys.sort_unstable();
                        keys
                    };
                    let (keys, len) = joined.of(r);
                    prop_assert_eq!(sorted(rows.of(0, r)), sorted(&keys[..len]));
                    prop_assert_eq!(joined.shared(r, 0), rows.shared(0, r, 0));
                }
            }
        }
    }
}

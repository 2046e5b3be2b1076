//! A blocking rule: a conjunction of key parts, and its keys for all records.

use super::part::{Part, PartKeys, mix};
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

    /// Keys of all records: the product of the parts' slots, at most [`MAX_WIDTH`] a record.
    #[must_use]
    pub fn keys(&self, parts: &[&PartKeys], records: usize) -> RuleKeys {
        self.keys_at(parts, records, |_, r| r)
    }

    /// The same where the `i`-th record's key of the `p`-th part stands at `at(p, i)`.
    #[must_use]
    pub fn keys_at(
        &self,
        parts: &[&PartKeys],
        records: usize,
        at: impl Fn(usize, usize) -> usize,
    ) -> RuleKeys {
        if let [only] = parts {
            return RuleKeys {
                width: only.width,
                keys: only.keys.clone(),
            };
        }
        let width = parts
            .iter()
            .map(|p| p.width)
            .product::<usize>()
            .min(MAX_WIDTH);
        let mut keys = vec![0; records * width];
        if parts.iter().all(|p| p.width == 1) {
            for (r, key) in keys.iter_mut().enumerate() {
                let slots = parts.iter().enumerate().map(|(i, p)| p.keys[at(i, r)]);
                *key = slots.fold(1, join);
            }
            return RuleKeys { width, keys };
        }
        for r in 0..records {
            let mut combined = [0u32; MAX_WIDTH];
            combined[0] = 1;
            let mut len = 1;
            for (i, part) in parts.iter().enumerate() {
                let mut next = [0u32; MAX_WIDTH];
                let mut next_len = 0;
                for k in &combined[..len] {
                    for slot in part.of(at(i, r)) {
                        let joined = join(*k, *slot);
                        if joined != 0 && next_len < MAX_WIDTH {
                            next[next_len] = joined;
                            next_len += 1;
                        }
                    }
                }
                (combined, len) = (next, next_len);
            }
            let out = &mut keys[r * width..(r + 1) * width];
            out[..len.min(width)].copy_from_slice(&combined[..len.min(width)]);
        }
        RuleKeys { width, keys }
    }
}

/// Most keys of one record under one rule.
pub const MAX_WIDTH: usize = 6;

/// Joins two hashes; 0 (missing) swallows.
fn join(a: u32, b: u32) -> u32 {
    if a == 0 || b == 0 {
        0
    } else {
        mix(a.rotate_left(5) ^ b.wrapping_mul(0x9E37_79B1)).max(1)
    }
}

/// All rules' keys record by record, so that asking whether two records share a key of an early rule touches two
/// short runs of memory.
#[derive(Clone, Debug, Default)]
pub struct KeyRows {
    widths: Vec<usize>,
    /// First slot of each rule, and the slots of a record.
    starts: Vec<usize>,
    stride: usize,
    keys: Vec<u32>,
}

impl KeyRows {
    /// Gathers the keys of all rules.
    #[must_use]
    pub fn gather(rules: &[RuleKeys]) -> Self {
        let widths: Vec<usize> = rules.iter().map(|k| k.width).collect();
        let mut starts = Vec::with_capacity(rules.len() + 1);
        let mut stride = 0;
        for width in &widths {
            starts.push(stride);
            stride += width;
        }
        starts.push(stride);
        let records = rules.first().map_or(0, |k| k.keys.len() / k.width);
        let mut keys = vec![0; records * stride];
        for (r, row) in keys.chunks_exact_mut(stride.max(1)).enumerate() {
            for (rule, start) in rules.iter().zip(&starts) {
                row[*start..start + rule.width].copy_from_slice(rule.of(r));
            }
        }
        Self {
            widths,
            starts,
            stride,
            keys,
        }
    }

    /// Whether one of the first `rules` rules gives both records a common key.
    #[must_use]
    pub fn share_earlier(&self, rules: usize, a: usize, b: usize) -> bool {
        let row = |r: usize| &self.keys[r * self.stride..r * self.stride + self.starts[rules]];
        let (x, y) = (row(a), row(b));
        // Most agreements are in the same slot: one pass that the compiler can vectorize.
        if x.iter()
            .zip(y)
            .fold(false, |any, (p, q)| any | (p == q && *p != 0))
        {
            return true;
        }
        (0..rules).any(|rule| {
            let width = self.widths[rule];
            width > 1 && {
                let at = self.starts[rule];
                let (x, y) = (&x[at..at + width], &y[at..at + width]);
                x.iter().any(|k| *k != 0 && y.contains(k))
            }
        })
    }
}

/// Keys of one rule for all records: `width` slots a record, 0 = none.
#[derive(Clone, Debug)]
pub struct RuleKeys {
    /// Slots per record.
    pub width: usize,
    /// `keys[record * width + slot]`.
    pub keys: Vec<u32>,
}

impl RuleKeys {
    /// Slots of a record.
    #[must_use]
    pub fn of(&self, record: usize) -> &[u32] {
        &self.keys[record * self.width..(record + 1) * self.width]
    }

    /// The smallest key that both records have, 0 when they share none.
    #[must_use]
    pub fn shared(&self, a: usize, b: usize) -> u32 {
        if self.width == 1 {
            let key = self.keys[a];
            return if key == self.keys[b] { key } else { 0 };
        }
        let mut smallest = 0;
        for k in self.of(a) {
            if *k != 0 && (smallest == 0 || *k < smallest) && self.of(b).contains(k) {
                smallest = *k;
            }
        }
        smallest
    }

    /// All (key, record) entries of records with a key that `keep` admits, sorted by key, then record.
    #[must_use]
    pub fn sorted(&self, keep: impl Fn(u32) -> bool + Sync) -> Vec<u64> {
        use rayon::slice::ParallelSliceMut;
        let mut entries: Vec<u64> = Vec::new();
        for (i, key) in self.keys.iter().enumerate() {
            if *key != 0 && keep(*key) {
                entries.push((u64::from(*key) << 32) | (i / self.width) as u64);
            }
        }
        entries.par_sort_unstable();
        entries.dedup();
        entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conjunctions_need_all_parts_and_multi_valued_parts_any_slot() {
        let a = PartKeys {
            width: 1,
            keys: vec![7, 7, 0],
        };
        let b = PartKeys {
            width: 2,
            keys: vec![1, 2, 2, 3, 2, 0],
        };
        let rule = Rule::new(vec![Part::City, Part::Phone]);
        let keys = rule.keys(&[&a, &b], 3);
        assert_ne!(keys.shared(0, 1), 0);
        assert_eq!(keys.shared(0, 2), 0);
        assert_eq!(keys.shared(1, 2), 0);
        let sorted = keys.sorted(|_| true);
        assert_eq!(sorted.len(), 4);
        assert!(sorted.windows(2).all(|w| w[0] < w[1]));
    }
}

//! The stream of candidate pairs: each pair once, by the first rule that proposes it.

use rayon::prelude::*;

use super::rule::{KeyRows, RuleKeys};

/// One candidate pair: `left < right`, and the rule it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The smaller record.
    pub left: u32,
    /// The larger record.
    pub right: u32,
    /// Index of the rule.
    pub rule: u16,
}

/// Rules with their keys, ready to propose pairs.
pub struct Candidates<'a> {
    /// Keys by rule, in order of precedence.
    pub keys: &'a [RuleKeys],
    /// The same keys record by record, where so many pairs are wanted that gathering them pays.
    pub rows: Option<&'a KeyRows>,
    /// Blocks with more records are paired within a window of neighbours only.
    pub largest_block: usize,
    /// Sort key of records inside blocks that are too large, and their window.
    pub order: &'a [u64],
    /// Records that may not be paired: same non-zero group (sources free of duplicates).
    pub apart: Option<&'a [u16]>,
}

/// What one rule proposed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleCount {
    /// Pairs in its blocks.
    pub pairs: u64,
    /// Blocks of two or more records.
    pub blocks: u64,
    /// Records in the largest block.
    pub largest: u64,
    /// Records in blocks over the limit.
    pub refined: u64,
}

/// Neighbours compared on each side inside a block that is too large.
pub const WINDOW: usize = 8;

impl Candidates<'_> {
    /// Calls `work(state, proposals)` for all pairs of one rule, in parallel over its blocks, and returns the
    /// states in the order of the blocks. `keep` chooses keys (for sampling); pairs that belong to an earlier
    /// rule are left out, except that a pair of an oversized block may come up again under a later rule.
    pub fn pairs_of<S: Send, T: Send>(
        &self,
        rule: usize,
        keep: impl Fn(u32) -> bool + Sync,
        start: impl Fn() -> S + Sync,
        work: impl Fn(&mut S, Proposal) + Sync,
        finish: impl Fn(S) -> T + Sync,
    ) -> (RuleCount, Vec<T>) {
        let keys = &self.keys[rule];
        let mut entries = keys.sorted(keep);
        let chunks = self.chunks(&mut entries);
        let done: Vec<(RuleCount, T)> = chunks
            .par_iter()
            .map(|range| {
                let mut state = start();
                let mut count = RuleCount::default();
                for block in entries[range.clone()].chunk_by(|a, b| a >> 32 == b >> 32) {
                    self.pairs_of_block(rule, block, &mut count, &mut |p| work(&mut state, p));
                }
                (count, finish(state))
            })
            .collect();
        let mut total = RuleCount::default();
        let mut states = Vec::with_capacity(done.len());
        for (count, state) in done {
            total.pairs += count.pairs;
            total.blocks += count.blocks;
            total.refined += count.refined;
            total.largest = total.largest.max(count.largest);
            states.push(state);
        }
        (total, states)
    }

    /// Splits sorted entries at block borders into ranges of similar work.
    fn chunks(&self, entries: &mut [u64]) -> Vec<std::ops::Range<usize>> {
        const WORK: usize = 200_000;
        let (mut chunks, mut from, mut at, mut work) = (Vec::new(), 0, 0, 0);
        for block in entries.chunk_by(|a, b| a >> 32 == b >> 32) {
            at += block.len();
            let s = block.len();
            work += if s > self.largest_block {
                s * WINDOW
            } else {
                s * s / 2 + 1
            };
            if work >= WORK {
                chunks.push(from..at);
                (from, work) = (at, 0);
            }
        }
        if from < at {
            chunks.push(from..at);
        }
        chunks
    }

    /// Whether an earlier rule proposes the pair.
    fn belongs_earlier(&self, rule: usize, l: usize, r: usize) -> bool {
        match self.rows {
            Some(rows) => rows.share_earlier(rule, l, r),
            None => self.keys[..rule].iter().any(|k| k.shared(l, r) != 0),
        }
    }

    fn pairs_of_block(
        &self,
        rule: usize,
        block: &[u64],
        count: &mut RuleCount,
        work: &mut impl FnMut(Proposal),
    ) {
        let size = block.len();
        if size < 2 {
            return;
        }
        let key = (block[0] >> 32) as u32;
        count.blocks += 1;
        count.largest = count.largest.max(size as u64);
        let mut propose = |a: u32, b: u32, pairs: &mut u64| {
            let (left, right) = (a.min(b), a.max(b));
            let (l, r) = (left as usize, right as usize);
            if self.apart.is_some_and(|g| g[l] == g[r]) {
                return;
            }
            *pairs += 1;
            let keys = &self.keys[rule];
            if (keys.width > 1 && keys.shared(l, r) != key) || self.belongs_earlier(rule, l, r) {
                return;
            }
            work(Proposal {
                left,
                right,
                rule: rule as u16,
            });
        };
        if size <= self.largest_block {
            for (i, a) in block.iter().enumerate() {
                for b in &block[i + 1..] {
                    propose(*a as u32, *b as u32, &mut count.pairs);
                }
            }
            return;
        }
        count.refined += size as u64;
        let mut records: Vec<u32> = block.iter().map(|e| *e as u32).collect();
        records.sort_unstable_by_key(|r| (self.order[*r as usize], *r));
        for (i, a) in records.iter().enumerate() {
            for b in records[i + 1..].iter().take(WINDOW) {
                propose(*a, *b, &mut count.pairs);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn every_pair_that_shares_a_key_comes_once(
            a in prop::collection::vec(0u32..5, 2..40),
            b in prop::collection::vec(0u32..5, 80),
        ) {
            let n = a.len();
            let keys = [
                RuleKeys { width: 1, keys: a.clone() },
                RuleKeys { width: 2, keys: b[..2 * n].to_vec() },
            ];
            let order = vec![0; n];
            let rows = KeyRows::gather(&keys);
            let all = |rows| {
                let c = Candidates { keys: &keys, rows, largest_block: 1000, order: &order, apart: None };
                let mut got = Vec::new();
                for rule in 0..2 {
                    let (_, parts) = c.pairs_of(rule, |_| true, Vec::new, |v: &mut Vec<_>, p| v.push((p.left, p.right)), |v| v);
                    got.extend(parts.into_iter().flatten());
                }
                got
            };
            let got = all(Some(&rows));
            prop_assert_eq!(&got, &all(None));
            let mut want = BTreeSet::new();
            for i in 0..n {
                for j in i + 1..n {
                    if keys.iter().any(|k| k.shared(i, j) != 0) {
                        want.insert((i as u32, j as u32));
                    }
                }
            }
            prop_assert_eq!(got.len(), want.len());
            prop_assert_eq!(got.into_iter().collect::<BTreeSet<_>>(), want);
        }
    }
}

//! The stream of candidate pairs: each pair once, by the first rule that proposes it.

use rayon::prelude::*;

use super::rule::KeyRows;

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
    pub keys: &'a KeyRows,
    /// How blocks become pairs.
    pub blocks: Blocks<'a>,
}

/// How the records of a block become pairs.
#[derive(Clone, Copy)]
pub struct Blocks<'a> {
    /// Blocks with more records are paired within a window of neighbours only.
    pub largest: usize,
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

impl RuleCount {
    fn add(&mut self, other: Self) {
        self.pairs += other.pairs;
        self.blocks += other.blocks;
        self.refined += other.refined;
        self.largest = self.largest.max(other.largest);
    }
}

/// Neighbours compared on each side inside a block that is too large.
pub const WINDOW: usize = 8;

impl Candidates<'_> {
    /// Calls `work(state, proposal)` for all pairs among some keys of one rule, as [`KeyRows::sorted`] gives them, in
    /// parallel over its blocks, and returns the states in the order of the blocks. Pairs that belong to an earlier rule
    /// are left out, except that a pair of an oversized block may come up again under a later rule.
    pub fn pairs_of<S: Send>(
        &self,
        rule: usize,
        entries: &[u64],
        start: impl Fn() -> S + Sync,
        work: impl Fn(&mut S, Proposal) + Sync,
    ) -> (RuleCount, Vec<S>) {
        let several = self.keys.of(rule, 0).len() > 1;
        let belongs = |key: u32, l: usize, r: usize| {
            (!several || self.keys.shared(rule, l, r) == key)
                && !self.keys.share_earlier(rule, l, r)
        };
        let ahead = |entries: &[u64]| {
            let records = entries.iter().map(|e| *e as u32 as usize);
            self.keys.look_ahead(rule, records);
        };
        self.blocks
            .pairs(entries, ahead, belongs, start, |state, (left, right)| {
                let rule = rule as u16;
                work(state, Proposal { left, right, rule });
            })
    }

    /// The same pairs, by neighbourhood of their records instead of by block: what `work` makes of some in a row, all of
    /// the rule's keys being given.
    pub fn in_rows<S: Send>(
        &self,
        rule: usize,
        entries: &[u64],
        work: impl Fn(&[(u32, u32)]) -> S + Sync,
    ) -> (RuleCount, Vec<S>) {
        let several = self.keys.of(rule, 0).len() > 1;
        let own = |key: u32, l: usize, r: usize| !several || self.keys.shared(rule, l, r) == key;
        let first = |pairs: &[u64]| {
            let records = pairs.iter().flat_map(|p| [pair(*p).0, pair(*p).1]);
            self.keys.look_ahead(rule, records.map(|r| r as usize));
            let pairs = pairs.iter().map(|p| pair(*p));
            let earlier =
                |(l, r): &(u32, u32)| self.keys.share_earlier(rule, *l as usize, *r as usize);
            pairs.filter(|p| !earlier(p)).collect::<Vec<(u32, u32)>>()
        };
        let (mut total, mut rows) = (RuleCount::default(), Vec::new());
        for ranges in self.blocks.ranges(entries).chunks(TOGETHER) {
            let add = |v: &mut Vec<u64>, (left, right)| v.push(tile(left, right));
            let (count, found) = self.blocks.pairs_in(ranges, |_| (), own, Vec::new, add);
            total.add(count);
            let mut pairs = found.concat();
            pairs.par_sort_unstable();
            let row = |row: &[u64]| work(&row.chunks(AHEAD).flat_map(first).collect::<Vec<_>>());
            rows.par_extend(pairs.par_chunks(IN_A_ROW).map(row));
        }
        (total, rows)
    }
}

/// Entries that are announced at once.
const AHEAD: usize = 128;
/// Ranges of blocks whose pairs are sorted together: some eight million pairs.
const TOGETHER: usize = 40;
/// Pairs that are worked on in a row.
const IN_A_ROW: usize = 1 << 14;

/// A pair as a number, so that pairs of neighbours on both sides are neighbours themselves: what is read for one of them
/// lies near what was read for the other.
fn tile(left: u32, right: u32) -> u64 {
    let (l, r) = (u64::from(left), u64::from(right));
    (l >> 14) << 46 | (r >> 14) << 28 | (l & 0x3fff) << 14 | (r & 0x3fff)
}

/// The pair of such a number.
fn pair(tile: u64) -> (u32, u32) {
    let side =
        |high: u32, low: u32| ((tile >> high & 0x3_ffff) << 14 | (tile >> low & 0x3fff)) as u32;
    (side(46, 14), side(28, 0))
}

impl Blocks<'_> {
    /// Calls `work(state, (left, right))` for all pairs of sorted (key, record) entries that `belongs(key, left, right)`
    /// admits, in parallel, and returns the states in the order of the entries; `ahead` hears which entries come next.
    pub fn pairs<S: Send>(
        &self,
        entries: &[u64],
        ahead: impl Fn(&[u64]) + Sync,
        belongs: impl Fn(u32, usize, usize) -> bool + Sync,
        start: impl Fn() -> S + Sync,
        work: impl Fn(&mut S, (u32, u32)) + Sync,
    ) -> (RuleCount, Vec<S>) {
        self.pairs_in(&self.ranges(entries), ahead, belongs, start, work)
    }

    fn pairs_in<S: Send>(
        &self,
        ranges: &[&[u64]],
        ahead: impl Fn(&[u64]) + Sync,
        belongs: impl Fn(u32, usize, usize) -> bool + Sync,
        start: impl Fn() -> S + Sync,
        work: impl Fn(&mut S, (u32, u32)) + Sync,
    ) -> (RuleCount, Vec<S>) {
        let done: Vec<(RuleCount, S)> = ranges
            .par_iter()
            .map(|entries| {
                let mut state = start();
                let mut count = RuleCount::default();
                let (mut at, mut announced) = (0, 0);
                for block in blocks(entries) {
                    at += block.len();
                    if at > announced {
                        let to = (at + AHEAD).min(entries.len());
                        ahead(&entries[announced..to]);
                        announced = to;
                    }
                    let key = (block[0] >> 32) as u32;
                    self.pairs_of_block(block, &mut count, &mut |left, right| {
                        if belongs(key, left as usize, right as usize) {
                            work(&mut state, (left, right));
                        }
                    });
                }
                (count, state)
            })
            .collect();
        let mut total = RuleCount::default();
        let mut states = Vec::with_capacity(done.len());
        for (count, state) in done {
            total.add(count);
            states.push(state);
        }
        (total, states)
    }

    /// Counts the pairs of sorted entries.
    #[must_use]
    pub fn count(&self, entries: &[u64]) -> RuleCount {
        let mut count = RuleCount::default();
        for block in blocks(entries).filter(|b| b.len() > 1) {
            let size = block.len() as u64;
            if self.apart.is_some() {
                self.pairs_of_block(block, &mut count, &mut |_, _| ());
                continue;
            }
            let window = WINDOW as u64;
            let is_refined = block.len() > self.largest;
            count.add(RuleCount {
                pairs: match is_refined {
                    true if size > window => size * window - window * (window + 1) / 2,
                    _ => size * (size - 1) / 2,
                },
                blocks: 1,
                largest: size,
                refined: if is_refined { size } else { 0 },
            });
        }
        count
    }

    /// Splits sorted entries at block borders into ranges of similar work.
    fn ranges<'e>(&self, entries: &'e [u64]) -> Vec<&'e [u64]> {
        const WORK: usize = 200_000;
        let (mut chunks, mut from, mut at, mut work) = (Vec::new(), 0, 0, 0);
        for block in blocks(entries) {
            at += block.len();
            let s = block.len();
            work += if s > self.largest {
                s * WINDOW
            } else {
                s * s / 2 + 1
            };
            if work >= WORK {
                chunks.push(&entries[from..at]);
                (from, work) = (at, 0);
            }
        }
        if from < at {
            chunks.push(&entries[from..at]);
        }
        chunks
    }

    fn pairs_of_block(
        &self,
        block: &[u64],
        count: &mut RuleCount,
        work: &mut impl FnMut(u32, u32),
    ) {
        let size = block.len();
        if size < 2 {
            return;
        }
        count.blocks += 1;
        count.largest = count.largest.max(size as u64);
        let mut propose = |a: u32, b: u32, pairs: &mut u64| {
            let (left, right) = (a.min(b), a.max(b));
            if self
                .apart
                .is_some_and(|g| g[left as usize] == g[right as usize])
            {
                return;
            }
            *pairs += 1;
            work(left, right);
        };
        if size <= self.largest {
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

/// Runs of entries of one key.
fn blocks(entries: &[u64]) -> impl Iterator<Item = &[u64]> {
    entries.chunk_by(|a, b| a >> 32 == b >> 32)
}

#[cfg(test)]
mod tests {
    use super::super::part::PartKeys;
    use super::super::rule::Joined;
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn a_tile_gives_back_its_pair(left in any::<u32>(), right in any::<u32>()) {
            prop_assert_eq!(pair(tile(left, right)), (left, right));
        }

        #[test]
        fn every_pair_that_shares_a_key_comes_once(
            a in prop::collection::vec(0u32..5, 2..40),
            b in prop::collection::vec(0u32..5, 80),
        ) {
            let n = a.len();
            let parts = [PartKeys::of_slots(1, a), PartKeys::of_slots(2, b[..2 * n].to_vec())];
            let rules = [Joined::new(vec![&parts[0]]), Joined::new(vec![&parts[1]])];
            let keys = KeyRows::gather(&rules, n);
            let order: Vec<u64> = (0..n as u64).collect();
            let groups: Vec<u16> = (0..n).map(|r| r as u16 % 5).collect();
            for (largest, apart) in [(1000, None), (6, None), (6, Some(groups.as_slice()))] {
                let blocks = Blocks { largest, order: &order, apart };
                for entries in keys.sorted(0..2, |_, _| true) {
                    let all = |_, _, _| true;
                    let (count, _) = blocks.pairs(&entries, |_| (), all, || (), |(), _| ());
                    prop_assert_eq!(count, blocks.count(&entries));
                }
            }
            let blocks = Blocks { largest: 1000, order: &order, apart: None };
            let c = Candidates { keys: &keys, blocks };
            let mut got = Vec::new();
            for (rule, entries) in keys.sorted(0..2, |_, _| true).iter().enumerate() {
                let (_, parts) = c.pairs_of(rule, entries, Vec::new, |v: &mut Vec<_>, p| v.push((p.left, p.right)));
                let mut of_rule = parts.concat();
                of_rule.sort_unstable();
                let (_, in_rows) = c.in_rows(rule, entries, <[(u32, u32)]>::to_vec);
                prop_assert_eq!(&in_rows.concat(), &of_rule); // so few records are one tile
                got.extend(of_rule);
            }
            let mut want = BTreeSet::new();
            for i in 0..n {
                for j in i + 1..n {
                    if (0..2).any(|rule| keys.shared(rule, i, j) != 0) {
                        want.insert((i as u32, j as u32));
                    }
                }
            }
            prop_assert_eq!(got.len(), want.len());
            prop_assert_eq!(got.into_iter().collect::<BTreeSet<_>>(), want);
        }
    }
}

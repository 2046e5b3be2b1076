//! Some keys of many rules at once: what the rules have in common is joined once for all of them.

use rayon::prelude::*;

use super::part::{PartKeys, mix};
use super::rule::{Joined, MAX_WIDTH, entry, join_scaled, opened, scaled};

/// What is wanted of a rule: the keys whose hash is within a limit.
pub(super) struct Wanted<'a> {
    /// Places of its parts among all parts.
    pub(super) parts: Vec<usize>,
    /// The same parts as a rule.
    pub(super) joined: &'a Joined<'a>,
    /// Starts the hash.
    pub(super) salt: u32,
    /// Greatest hash.
    pub(super) limit: u32,
}

impl Wanted<'_> {
    fn admits(&self, key: u32) -> bool {
        key != 0 && mix(key ^ self.salt) <= self.limit
    }

    fn add(&self, keys: &Lanes, from: usize, entries: &mut Vec<u64>) {
        let hashes = keys.map(|key| mix(key ^ self.salt));
        for (i, (hash, key)) in hashes.iter().zip(keys).enumerate() {
            if *hash <= self.limit && *key != 0 {
                entries.push(entry(*key, from + i));
            }
        }
    }
}

/// Records whose keys are joined at once.
const BATCH: usize = 256;
/// Keys of that many records; 0 where there are fewer.
type Lanes = [u32; BATCH];
/// Records of one task.
const TASK: usize = 128 * BATCH;

/// The keys of a part in one slot, and what joining makes of them.
struct Slot {
    own: Lanes,
    /// As the first part of a rule.
    opened: Lanes,
    /// As a further one.
    scaled: Lanes,
}

impl Slot {
    fn of(keys: &PartKeys, slot: usize, from: usize, to: usize) -> Self {
        let mut own = [0; BATCH];
        let rows = keys.keys[from * keys.width..to * keys.width].chunks_exact(keys.width);
        for (own, row) in own.iter_mut().zip(rows) {
            *own = row[slot];
        }
        let scaled = own.map(scaled);
        Self {
            opened: scaled.map(opened),
            own,
            scaled,
        }
    }
}

fn joined(keys: &Lanes, with: &Slot) -> Lanes {
    let mut all = [0; BATCH];
    for (all, (a, b)) in all.iter_mut().zip(keys.iter().zip(&with.scaled)) {
        *all = join_scaled(*a, *b);
    }
    all
}

/// Entries of the wanted keys of each rule, in no order. Rules that begin with the same parts should follow each other.
pub(super) fn scan(parts: &[&PartKeys], wanted: &[Wanted], records: usize) -> Vec<Vec<u64>> {
    let used: Vec<bool> = (0..parts.len())
        .map(|at| wanted.iter().any(|w| w.parts.contains(&at)))
        .collect();
    let tasks: Vec<Vec<Vec<u64>>> = (0..records.div_ceil(TASK))
        .into_par_iter()
        .map(|task| {
            let mut found = vec![Vec::new(); wanted.len()];
            let end = ((task + 1) * TASK).min(records);
            for from in (task * TASK..end).step_by(BATCH) {
                let to = (from + BATCH).min(end);
                let slots_of = |(keys, used): (&&PartKeys, &bool)| -> Vec<Slot> {
                    let slots = 0..if *used { keys.width } else { 0 };
                    slots.map(|slot| Slot::of(keys, slot, from, to)).collect()
                };
                let slots: Vec<Vec<Slot>> = parts.iter().zip(&used).map(slots_of).collect();
                batch(&slots, wanted, from..to, &mut found);
            }
            found
        })
        .collect();
    (0..wanted.len())
        .into_par_iter()
        .map(|at| tasks.iter().flat_map(|task| &task[at]).copied().collect())
        .collect()
}

fn batch(
    slots: &[Vec<Slot>],
    wanted: &[Wanted],
    records: std::ops::Range<usize>,
    found: &mut [Vec<u64>],
) {
    // the first two parts of the rule before, and their keys
    let (mut pair, mut pair_keys): (&[usize], Lanes) = (&[], [0; BATCH]);
    for (wanted, found) in wanted.iter().zip(found) {
        let of_rule: Vec<&[Slot]> = wanted.parts.iter().map(|p| slots[*p].as_slice()).collect();
        let combinations: usize = of_rule.iter().map(|slots| slots.len()).product();
        if combinations > MAX_WIDTH {
            for record in records.clone() {
                let (keys, len) = wanted.joined.of(record);
                let keys = keys[..len].iter().filter(|key| wanted.admits(**key));
                found.extend(keys.map(|key| entry(*key, record)));
            }
        } else if let [only] = of_rule[..] {
            (only.iter()).for_each(|slot| wanted.add(&slot.own, records.start, found));
        } else if let ([[a], [b], rest @ ..], 1) = (&of_rule[..], combinations) {
            if wanted.parts[..2] != *pair {
                (pair, pair_keys) = (&wanted.parts[..2], joined(&a.opened, b));
            }
            match rest {
                [] => wanted.add(&pair_keys, records.start, found),
                [first, rest @ ..] => {
                    let mut keys = joined(&pair_keys, &first[0]);
                    (rest.iter()).for_each(|slots| keys = joined(&keys, &slots[0]));
                    wanted.add(&keys, records.start, found);
                }
            }
        } else {
            for combination in 0..combinations {
                let (mut rest, mut keys) = (combination, [0; BATCH]);
                for (i, slots) in of_rule.iter().enumerate() {
                    let slot = &slots[rest % slots.len()];
                    rest /= slots.len();
                    keys = if i == 0 {
                        slot.opened
                    } else {
                        joined(&keys, slot)
                    };
                }
                wanted.add(&keys, records.start, found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20))]
        #[test]
        fn keys_of_many_rules_are_those_of_each(
            narrow in prop::collection::vec(0u32..5, 900),
            other in prop::collection::vec(0u32..4, 900),
            wide in prop::collection::vec(0u32..3, 2700),
            limit in prop_oneof![Just(u32::MAX), any::<u32>()],
        ) {
            let parts = [
                PartKeys::of_slots(1, narrow),
                PartKeys::of_slots(1, other),
                PartKeys::of_slots(3, wide),
            ];
            let parts: Vec<&PartKeys> = parts.iter().collect();
            let rules = [
                vec![0], vec![2], vec![0, 1], vec![0, 1, 1], vec![0, 1, 2], vec![0, 2], vec![2, 1],
                vec![2, 2], vec![1, 0, 1, 0],
            ];
            let joined: Vec<Joined> = rules
                .iter()
                .map(|rule| Joined::new(rule.iter().map(|at| parts[*at]).collect()))
                .collect();
            let wanted: Vec<Wanted> = rules
                .iter()
                .zip(&joined)
                .map(|(parts, joined)| Wanted { parts: parts.clone(), joined, salt: 99, limit })
                .collect();
            for (wanted, mut found) in wanted.iter().zip(scan(&parts, &wanted, 900)) {
                let mut expected: Vec<u64> = Vec::new();
                for record in 0..900 {
                    let (keys, len) = wanted.joined.of(record);
                    let keys = keys[..len].iter().filter(|key| **key != 0 && mix(**key ^ 99) <= limit);
                    expected.extend(keys.map(|key| entry(*key, record)));
                }
                found.sort_unstable();
                expected.sort_unstable();
                prop_assert_eq!(found, expected);
            }
        }
    }
}

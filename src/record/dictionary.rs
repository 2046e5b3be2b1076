//! Interned strings: every distinct value once, in one arena, with a `u32` id.

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

/// Values that are looked up together.
const AHEAD: usize = 32;
/// Values whose look-ups need not wait for memory.
const FITS_IN_CACHE: usize = 1 << 14;

/// Distinct strings with dense ids. Id 0 is always the empty string and means *missing*.
///
/// Ids follow the order of first insertion: never let them decide a result, sort by value instead.
#[derive(Clone, Debug)]
pub struct Dictionary {
    arena: String,
    ends: Vec<u64>,
    index: HashTable<u32>,
    hasher: FixedState,
}

impl Default for Dictionary {
    fn default() -> Self {
        Self::new()
    }
}

impl Dictionary {
    /// A dictionary that holds only the empty string, as id 0.
    #[must_use]
    pub fn new() -> Self {
        Self {
            arena: String::new(),
            ends: vec![0],
            index: HashTable::new(),
            hasher: FixedState::with_seed(0),
        }
    }

    /// The id of `value`, adding it when it is new. The empty string is 0.
    pub fn intern(&mut self, value: &str) -> u32 {
        if value.is_empty() {
            return 0;
        }
        self.intern_hashed(value, self.hasher.hash_one(value))
    }

    /// Adds the ids of many values to `ids`, as [`Dictionary::intern`] gives them one by one.
    pub fn intern_all<'v>(
        &mut self,
        mut values: impl Iterator<Item = &'v str>,
        ids: &mut Vec<u32>,
    ) {
        let mut ahead: [(&str, u64); AHEAD] = [("", 0); AHEAD];
        loop {
            let mut len = 0;
            for (slot, value) in ahead.iter_mut().zip(&mut values) {
                *slot = (value, self.hasher.hash_one(value));
                len += 1;
            }
            let ahead = &ahead[..len];
            if self.len() > FITS_IN_CACHE {
                self.look_ahead(ahead);
            }
            ids.extend(ahead.iter().map(|(value, hash)| match value.is_empty() {
                true => 0,
                false => self.intern_hashed(value, *hash),
            }));
            if len < AHEAD {
                return;
            }
        }
    }

    /// Touches what the look-ups of these values will ask for, so that they do not wait for memory one after the other.
    fn look_ahead(&self, values: &[(&str, u64)]) {
        let mut likely = [0; AHEAD];
        for (id, (_, hash)) in likely.iter_mut().zip(values) {
            *id = self
                .index
                .find(*hash, |_| true)
                .map_or(0, |id| *id as usize);
        }
        let mut at = [0; AHEAD];
        for (at, id) in at.iter_mut().zip(likely) {
            *at = self.ends[id.saturating_sub(1)] as usize;
        }
        let bytes = self.arena.as_bytes();
        let seen = at
            .iter()
            .fold(0, |seen, at| seen ^ bytes.get(*at).unwrap_or(&0));
        std::hint::black_box(seen);
    }

    /// Numbers the values anew, in the order in which `ids` name them first, and `ids` with them; what none of them names
    /// comes last. Who goes from id to id goes through memory from end to end then. Values are found fast again once one
    /// is added.
    pub fn settle(&mut self, ids: &mut [u32]) {
        let mut settled = Self {
            arena: String::with_capacity(self.arena.len()),
            ends: Vec::with_capacity(self.ends.len()),
            ..Self::new()
        };
        settled.ends.push(0);
        let mut numbers = vec![0; self.len()];
        let mut settle = |id: u32| {
            let number = &mut numbers[id as usize];
            if *number == 0 && id != 0 {
                *number = settled.push(self.get(id));
            }
            *number
        };
        for id in ids {
            *id = settle(*id);
        }
        for id in 0..self.len() as u32 {
            settle(id);
        }
        *self = settled;
    }

    /// Adds a value that is not there yet, but to the table of look-ups.
    fn push(&mut self, value: &str) -> u32 {
        let id = self.ends.len() as u32;
        self.arena.push_str(value);
        self.ends.push(self.arena.len() as u64);
        id
    }

    fn intern_hashed(&mut self, value: &str, hash: u64) -> u32 {
        if self.index.is_empty() && !self.is_empty() {
            self.reindex(self.len());
        }
        let (arena, ends) = (&self.arena, &self.ends);
        let same = |id: &u32| slice(arena, ends, *id) == value;
        if let Some(id) = self.index.find(hash, same) {
            return *id;
        }
        if self.index.len() == self.index.capacity() {
            self.reindex((2 * self.index.len()).max(4));
        }
        let id = self.push(value);
        let (arena, ends, hasher) = (&self.arena, &self.ends, &self.hasher);
        let hash_of = |id: &u32| hasher.hash_one(slice(arena, ends, *id));
        self.index.insert_unique(hash, id, hash_of);
        id
    }

    /// Makes the table of look-ups anew, with room for so many: ids in order read the arena from end to end.
    fn reindex(&mut self, room: usize) {
        let (arena, ends, hasher) = (&self.arena, &self.ends, &self.hasher);
        let hash_of = |id: &u32| hasher.hash_one(slice(arena, ends, *id));
        self.index = HashTable::new();
        self.index.reserve(room, hash_of);
        for id in 1..self.ends.len() as u32 {
            self.index.insert_unique(hash_of(&id), id, hash_of);
        }
    }

    /// The id of `value` if it is known.
    #[must_use]
    pub fn find(&self, value: &str) -> Option<u32> {
        if value.is_empty() {
            return Some(0);
        }
        if self.index.is_empty() {
            return (0..).zip(self.iter()).find(|v| v.1 == value).map(|v| v.0);
        }
        let hash = self.hasher.hash_one(value);
        self.index.find(hash, |id| self.get(*id) == value).copied()
    }

    /// The string behind an id of this dictionary.
    ///
    /// # Panics
    /// When the id is not of this dictionary.
    #[must_use]
    pub fn get(&self, id: u32) -> &str {
        slice(&self.arena, &self.ends, id)
    }

    /// Number of ids, the empty string included: valid ids are `0..len()`.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether only the empty string is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.len() == 1
    }

    /// All values by id, the empty string first.
    pub fn iter(&self) -> impl Iterator<Item = &str> + '_ {
        (0..self.len() as u32).map(|id| self.get(id))
    }
}

fn slice<'a>(arena: &'a str, ends: &[u64], id: u32) -> &'a str {
    let id = id as usize;
    let start = if id == 0 { 0 } else { ends[id - 1] as usize };
    &arena[start..ends[id] as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interns_each_value_once_and_missing_is_zero() {
        let mut d = Dictionary::new();
        assert_eq!(d.intern(""), 0);
        let a = d.intern("anna");
        let b = d.intern("Bob");
        assert_eq!((a, b, d.intern("anna")), (1, 2, 1));
        assert_eq!((d.get(0), d.get(a), d.get(b)), ("", "anna", "Bob"));
        assert_eq!((d.find("Bob"), d.find("bob"), d.len()), (Some(2), None, 3));
    }

    #[test]
    fn settled_values_are_numbered_as_they_are_named() {
        let mut d = Dictionary::new();
        for value in ["c", "unnamed", "a", "b"] {
            d.intern(value);
        }
        let mut ids = [4, 0, 3, 4, 1];
        d.settle(&mut ids);
        assert_eq!(ids, [1, 0, 2, 1, 3]);
        assert!(d.iter().eq(["", "b", "a", "c", "unnamed"]));
        assert_eq!((d.find("c"), d.find("d")), (Some(3), None));
        assert_eq!((d.intern("a"), d.intern("new"), d.intern("c")), (2, 5, 3));
        assert_eq!((d.find("new"), d.find("b")), (Some(5), Some(1)));
    }

    #[test]
    fn many_values_get_the_ids_that_they_get_one_by_one() {
        let values: Vec<String> = (0..3 * FITS_IN_CACHE as u64)
            .map(|i| match i % 5 {
                0 => String::new(),
                _ => format!("v{}", i.wrapping_mul(0x9E37_79B9) % 40_009),
            })
            .collect();
        let (mut one_by_one, mut together) = (Dictionary::new(), Dictionary::new());
        let expected: Vec<u32> = values.iter().map(|v| one_by_one.intern(v)).collect();
        let mut ids = Vec::new();
        for part in values.chunks(1000) {
            together.intern_all(part.iter().map(String::as_str), &mut ids);
        }
        assert_eq!(ids, expected);
        assert!(together.iter().eq(one_by_one.iter()));
    }
}

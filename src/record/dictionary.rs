//! Interned strings: every distinct value once, in one arena, with a `u32` id.

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

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
        let hash = self.hasher.hash_one(value);
        let (arena, ends, hasher) = (&self.arena, &self.ends, &self.hasher);
        let same = |id: &u32| slice(arena, ends, *id) == value;
        if let Some(id) = self.index.find(hash, same) {
            return *id;
        }
        let id = self.ends.len() as u32;
        self.index
            .insert_unique(hash, id, |id| hasher.hash_one(slice(arena, ends, *id)));
        self.arena.push_str(value);
        self.ends.push(self.arena.len() as u64);
        id
    }

    /// The id of `value` if it is known.
    #[must_use]
    pub fn find(&self, value: &str) -> Option<u32> {
        if value.is_empty() {
            return Some(0);
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
}

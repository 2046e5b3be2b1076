//! From weighted pairs to clusters: guarded so that one weak link does not chain two customers.

pub mod agglomerate;
pub mod union_find;

pub use agglomerate::{Agglomerated, Edge, Refusal, Rules, agglomerate};
pub use union_find::UnionFind;

/// What clustering decided beyond the thresholds, by pair.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    /// Sorted by pair.
    pub notes: Vec<((u32, u32), String)>,
}

impl Notes {
    /// The note on a pair, `a < b`.
    #[must_use]
    pub fn get(&self, a: u32, b: u32) -> Option<&str> {
        let at = self
            .notes
            .binary_search_by(|(pair, _)| pair.cmp(&(a, b)))
            .ok()?;
        Some(&self.notes[at].1)
    }
}

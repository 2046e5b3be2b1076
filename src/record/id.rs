//! The number of a record within one run.

/// A record's position in the run: sources in declared order, within a source by its canonical order
/// (see [`crate::record::SourceTable::canonicalize`]), so it does not depend on the order of rows.
///
/// Stable identity across runs is the pair (source, key), never this number.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct RecordId(pub u32);

impl RecordId {
    /// The id as an index into per-record columns.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

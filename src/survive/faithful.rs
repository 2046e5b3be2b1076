//! The promise that golden values are faithful: each is a source cell of a member or a named transform of one.

use super::gather::Survivor;
use super::transform::Transform;
use crate::entity::Golden;
use crate::record::{Kind, RecordId};

/// A golden value that its lineage does not bear out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "golden {kind} of cluster {cluster} is no faithful value of column `{column}` of record `{record}`: {fault}\n  hint: this is a fault of selfsame, not of the data; please report it with the transform `{transform}`"
)]
pub struct Unfaithful {
    /// Cluster number.
    pub cluster: u32,
    /// The field.
    pub kind: Kind,
    /// `source:key` of the record that lineage names.
    pub record: String,
    /// The column that lineage names.
    pub column: String,
    /// The transform that lineage names, `none` when none.
    pub transform: String,
    /// What is wrong.
    pub fault: &'static str,
}

/// Checks every value of a golden record against the cells that its lineage names.
///
/// # Errors
/// The first value that is neither its source cell nor what the named transform makes of it.
pub fn check_faithful(survivor: &Survivor<'_>, golden: &Golden) -> Result<(), Unfaithful> {
    for value in &golden.values {
        let transform = value.transform.as_deref().map(Transform::named);
        let fault = match transform {
            _ if golden.members.binary_search(&value.record).is_err() => {
                Some("the record is no member")
            }
            Some(None) => Some("the transform is unknown"),
            known => survivor.fault(value.record, &value.column, known.flatten(), &value.value),
        };
        if let Some(fault) = fault {
            return Err(Unfaithful {
                cluster: golden.cluster,
                kind: value.kind,
                record: survivor.dataset.label(value.record),
                column: value.column.clone(),
                transform: value.transform.clone().unwrap_or_else(|| "none".to_owned()),
                fault,
            });
        }
    }
    Ok(())
}

impl Survivor<'_> {
    /// What is wrong with a value that is said to come from a cell, if anything.
    #[must_use]
    pub fn fault(
        &self,
        record: RecordId,
        column: &str,
        transform: Option<Transform>,
        value: &str,
    ) -> Option<&'static str> {
        let (table, row) = self.dataset.locate(record);
        let joined;
        let raw = if transform == Some(Transform::JoinDateParts) {
            joined = self.birth_cells(table, row);
            joined.as_str()
        } else {
            let table = &self.dataset.tables[table];
            match table.column(column) {
                Some(i) => table.columns[i].value(row),
                None => return Some("the source has no such column"),
            }
        };
        match transform {
            None if raw != value => Some("it differs from the cell, and no transform is named"),
            None => None,
            Some(t) if !t.admits(raw, value) => {
                Some("it is not what the transform makes of the cell")
            }
            Some(t) if t.is_lookup() && !self.reads_again(record, column, t, value) => {
                Some("reading the cell again gives another value")
            }
            Some(_) => None,
        }
    }
}

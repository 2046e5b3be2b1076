//! The promise that golden values are faithful: each is a source cell of a member or a named transform of one.

use super::choice::Chosen;
use super::gather::{Gathered, JOINED, Survivor};
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
pub fn check_faithful(survivor: &Survivor<'_>, golden: &Golden<'_>) -> Result<(), Unfaithful> {
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
                record: if value.record.index() < survivor.dataset.len() {
                    survivor.dataset.label(value.record)
                } else {
                    format!("number {}", value.record.0)
                },
                column: value.column.clone().into_owned(),
                transform: value.transform.as_deref().unwrap_or("none").to_owned(),
                fault,
            });
        }
    }
    Ok(())
}

impl Survivor<'_> {
    /// Checks every survivor against the cells of the data set, as [`check_faithful`] does for golden records.
    ///
    /// # Errors
    /// The first value that is neither its source cell nor what the named transform makes of it.
    pub fn check(
        &self,
        cluster: u32,
        gathered: &Gathered<'_>,
        chosen: &Chosen<'_>,
    ) -> Result<(), Unfaithful> {
        for choice in &chosen.choices {
            let value = &gathered.values[choice.value as usize];
            let member = &gathered.members[value.member as usize];
            let (transform, text) = (value.reading.transform, &*value.reading.value);
            let fault = if value.column == JOINED {
                self.fault(member.id, "", transform, text)
            } else {
                let raw = self.cell(member.id, value.column as usize);
                self.fault_of(member.id, value.column as usize, raw, transform, text)
            };
            if let Some(fault) = fault {
                return Err(Unfaithful {
                    cluster,
                    kind: choice.kind,
                    record: self.dataset.label(member.id),
                    column: self.column_name(member, value.column).to_owned(),
                    transform: transform.map_or("none", Transform::name).to_owned(),
                    fault,
                });
            }
        }
        Ok(())
    }

    fn cell(&self, record: RecordId, column: usize) -> &str {
        let (table, row) = self.dataset.locate(record);
        self.dataset.tables[table].columns[column].value(row)
    }

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
        if transform == Some(Transform::JoinDateParts) {
            let joined = self.birth_cells(table, row);
            let kept = Transform::JoinDateParts.admits(&joined, value);
            return (!kept).then_some("it is not what the transform makes of the cells");
        }
        match self.dataset.tables[table].column(column) {
            Some(i) => self.fault_of(
                record,
                i,
                self.dataset.tables[table].columns[i].value(row),
                transform,
                value,
            ),
            None => Some("the source has no such column"),
        }
    }

    fn fault_of(
        &self,
        record: RecordId,
        column: usize,
        raw: &str,
        transform: Option<Transform>,
        value: &str,
    ) -> Option<&'static str> {
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

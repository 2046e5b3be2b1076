//! The merged customer, field by field, with lineage.

use crate::record::{Kind, RecordId};

/// A value that did not survive.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Losing {
    /// The value as read.
    pub value: String,
    /// A record that holds it.
    pub record: RecordId,
}

/// One surviving value and where it came from.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct GoldenValue {
    /// The field: a kind, for people (`given-name`) or an address part.
    pub kind: Kind,
    /// The value: a source cell, or the named transform of one.
    pub value: String,
    /// The record it came from.
    pub record: RecordId,
    /// The source column it came from.
    pub column: String,
    /// The survivorship rule that chose it: `most-recent`, `most-complete`, ...
    pub rule: String,
    /// Named lossless transform of the source cell (`split-full-name`, `trim`, `e164`, `iso-date`), when it is not the cell itself.
    pub transform: Option<String>,
    /// Distinct values that lost, most frequent first.
    pub losing: Vec<Losing>,
}

/// One golden customer.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct Golden {
    /// Cluster number.
    pub cluster: u32,
    /// Members in ascending order.
    pub members: Vec<RecordId>,
    /// Surviving values, single-valued kinds once, multi-valued kinds (e-mail, phone) primary first.
    pub values: Vec<GoldenValue>,
}

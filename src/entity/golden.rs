//! The merged customer, field by field, with lineage.

use crate::record::{Kind, RecordId};
use std::borrow::Cow;

/// A value that did not survive.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Losing<'a> {
    /// The value as read.
    pub value: Cow<'a, str>,
    /// A record that holds it.
    pub record: RecordId,
}

/// One surviving value and where it came from.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct GoldenValue<'a> {
    /// The field: a kind, for people (`given-name`) or an address part.
    pub kind: Kind,
    /// The value: a source cell, or the named transform of one.
    pub value: Cow<'a, str>,
    /// The record it came from.
    pub record: RecordId,
    /// The source column it came from.
    pub column: Cow<'a, str>,
    /// The survivorship rule that chose it: `most-recent`, `most-complete`, ...
    pub rule: Cow<'a, str>,
    /// Named lossless transform of the source cell (`split-full-name`, `trim`, `e164`, `iso-date`), when it is not the cell itself.
    pub transform: Option<Cow<'a, str>>,
    /// Distinct values that lost, most frequent first.
    pub losing: Vec<Losing<'a>>,
}

/// One golden customer; texts are borrowed from the cells where those are what survived.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct Golden<'a> {
    /// Cluster number.
    pub cluster: u32,
    /// Members in ascending order.
    pub members: Vec<RecordId>,
    /// Surviving values, single-valued kinds once, multi-valued kinds (e-mail, phone) primary first.
    pub values: Vec<GoldenValue<'a>>,
}

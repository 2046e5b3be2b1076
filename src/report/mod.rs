//! The merge audit report: facts of a run and its merges, as HTML, JSON and spreadsheets.
//!
//! The conductor fills [`RunReport`] and hands the merges over as an iterator of [`MergeCase`]s (made by
//! [`merge_case`] and [`pair_case`]); [`write_all`] reads each case once and writes all files from it. Nothing here
//! decides anything: it only shows.

pub mod case;
pub mod deck;
pub mod error;
pub mod facts;
pub mod html;
pub mod json;
pub mod mask;
pub mod mask_profile;
pub mod risk;
pub mod sheet;
pub mod write;

pub use case::{CaseContext, MergeCase, merge_case, pair_case, spanning_links};
pub use deck::Deck;
pub use error::Error;
pub use facts::{
    Accounting, Completeness, PairCounts, QuarantineGroup, RunIdentity, RunReport, SCHEMA_VERSION,
    Setting, SizeCount, SourceAccount, StageTime, quarantine_groups,
};
pub use html::HtmlReport;
pub use json::JsonReport;
pub use sheet::{MergesSheet, quarantine_sheet};
pub use write::{Detail, Prepared, Preparer, ReportFiles, Written, write_all};

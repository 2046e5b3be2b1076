//! What the columns of a table mean, found from their headers and their values.
//!
//! Each column gets evidence for each kind, in bits, from the words of its header ([`crate::lexicon::headers`]) and
//! from the shapes of its values; the sum decides. Decisive values overrule a header. What stays doubtful falls back to
//! a kind that is never strong evidence of identity.

mod addresses;
mod dates;
mod evidence;
mod exchange;
mod header;
mod identifiers;
mod infer;
mod joint;
mod ledger;
mod name_order;
mod neighbours;
mod number;
mod opt_outs;
mod others;
mod portrait;
mod region;
mod rules;
mod shape;
mod stats;
mod table;
mod wording;
mod words;
mod wrapper;

pub use exchange::exchanged;
pub use infer::{Settings, infer_table, infer_table_given};
pub use joint::{AND, Joint, joints};
pub use opt_outs::mark_opt_outs;
pub use stats::ColumnStats;
pub(crate) use stats::{hash, some_of};

use crate::record::SourceTable;

/// Figures of every column of a table, in column order, from at most about `sample` distinct values each for lengths
/// and patterns; counts are of all records.
#[must_use]
pub fn column_stats(table: &SourceTable, sample: usize) -> Vec<ColumnStats> {
    table
        .columns
        .iter()
        .map(|c| stats::survey(c, table.len(), sample).0)
        .collect()
}

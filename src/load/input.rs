//! What the loader is given and what it gives back.

use crate::entity::{Clusters, Golden};
use crate::pair::{ModelFacts, PairEvidence, PairsWithin, ScoredPair};
use crate::record::{Dataset, Kind, RecordId, Rejection, SourceTable, TableMapping};
use crate::survive::{Read, Survivor};
use crate::validate::{RuleResult, RuleRun};
use std::io;

/// Identity of the run; the loader reads no clock.
#[derive(Clone, Debug)]
pub struct RunFacts {
    /// The run's id.
    pub id: String,
    /// When it began, ISO 8601 in UTC.
    pub started_at: String,
    /// Version of the program.
    pub version: String,
    /// SHA-256 of the configuration, hexadecimal.
    pub config_sha256: String,
    /// Seed of every random choice.
    pub seed: u64,
}

/// What became of all customers.
#[derive(Clone, Copy, Debug)]
pub struct Produced {
    /// Golden values of all kinds.
    pub golden_values: u64,
    /// Customers with a golden value, by kind.
    pub filled: [u64; Kind::ALL.len()],
}

impl Default for Produced {
    fn default() -> Self {
        Self {
            golden_values: 0,
            filled: [0; Kind::ALL.len()],
        }
    }
}

/// What the rows of a linked table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkedKind {
    /// Orders, invoices, payments: table `txn`.
    Transactions,
    /// Calls, mails, visits, tickets: table `interaction`.
    Interactions,
}

/// What a column of a linked table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkedRole {
    /// Number or key of the order or interaction.
    Number,
    /// When it happened.
    OccurredAt,
    /// Amount as written, in units of the currency.
    Amount,
    /// Amount in minor units (cents).
    AmountMinor,
    /// Currency code.
    Currency,
    /// Status.
    Status,
    /// Kind: order, refund, call.
    Kind,
    /// Channel: web, shop, e-mail.
    Channel,
    /// Subject.
    Subject,
}

/// A table of things that belong to customers of another source.
#[derive(Clone, Debug)]
pub struct LinkedTable {
    /// The rows, with all their columns.
    pub table: SourceTable,
    /// What they are.
    pub kind: LinkedKind,
    /// Name of the source whose customers they belong to.
    pub of: String,
    /// Name of the column that holds the customer's key in that source.
    pub customer_key_column: String,
    /// Roles of columns, by name; other columns are kept in the raw row only.
    pub columns: Vec<(LinkedRole, String)>,
}

/// A value that a rule took out of matching and golden records.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct BlankedCell {
    /// Source of the record.
    pub source: String,
    /// Its key.
    pub key: String,
    /// Column of the value.
    pub column: String,
    /// The value as read.
    pub value: String,
    /// The rule.
    pub rule: String,
}

/// A decision on a row that was carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecidedRow {
    /// Source of the row.
    pub source: String,
    /// Digest of the row as it was read.
    pub digest: String,
    /// `correct`, `accept` or `discard`.
    pub action: String,
    /// Rules that the row broke, joined by `, `.
    pub rules: String,
    /// When it was decided.
    pub decided_at: String,
    /// Why.
    pub note: String,
    /// File of the row.
    pub file: String,
    /// Row in that file.
    pub row: u64,
    /// The row as it was read.
    pub original: String,
    /// The cells that were corrected, as JSON.
    pub cells: Option<String>,
}

/// How the data kept its rules.
#[derive(Clone, Debug, Default)]
pub struct Quality {
    /// What rules came to in this run.
    pub results: Vec<RuleResult>,
    /// What they came to in earlier runs, oldest first.
    pub history: Vec<RuleRun>,
    /// Values taken out.
    pub blanked: Vec<BlankedCell>,
    /// Decisions carried out.
    pub decided: Vec<DecidedRow>,
}

/// Everything a single-customer-view database is made of.
pub struct LoadInput<'a, 'd> {
    /// All customer records.
    pub dataset: &'a Dataset,
    /// What the columns of each table mean.
    pub mappings: &'a [TableMapping],
    /// Which records are one customer.
    pub clusters: &'a Clusters,
    /// How cells are read.
    pub reader: &'a dyn Read,
    /// How values survive.
    pub survivor: &'d Survivor<'d>,
    /// All scored pairs; matches and reviews are kept.
    pub pairs: &'a [ScoredPair],
    /// Those of them whose records are one customer.
    pub within: &'a PairsWithin,
    /// Evidence of a pair.
    pub evidence: &'a (dyn Fn(&ScoredPair) -> PairEvidence<'d> + Sync),
    /// What the model learned.
    pub model: &'a ModelFacts,
    /// Rows refused while reading.
    pub rejections: &'a [Rejection],
    /// How the data kept its rules.
    pub quality: &'a Quality,
    /// Appends the raw row of a record as JSON.
    pub raw: &'a (dyn Fn(RecordId, &mut String) -> io::Result<()> + Sync),
    /// Appends the raw row of a linked table that was set aside at a position.
    pub spooled: &'a (dyn Fn(u64, &mut String) -> io::Result<()> + Sync),
    /// Takes merged customers: the number of a batch, from 0 on, and what is in it. Batches come from all threads, and a
    /// later one may come before an earlier one.
    pub merged: &'a (dyn Fn(usize, Vec<Merged<'d>>) + Sync),
    /// Orders and interactions.
    pub linked: &'a [LinkedTable],
    /// Identity of the run.
    pub run: &'a RunFacts,
    /// Largest size of the database in bytes; a larger one is refused as if the disk were full.
    pub max_bytes: Option<u64>,
}

/// A customer of two or more records.
#[derive(Clone, Debug)]
pub struct Merged<'d> {
    /// Its golden record.
    pub golden: Golden<'d>,
    /// Evidence of its pairs, in order of their records.
    pub evidence: Vec<PairEvidence<'d>>,
}

/// Where the loader is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Writing source records.
    Records,
    /// Writing customers with all that belongs to them.
    Customers,
    /// Writing orders and interactions.
    Linked,
    /// Writing pairs with their evidence.
    Pairs,
    /// Building indexes and checking the database.
    Finish,
    /// Putting it into place.
    Publish,
}

impl Stage {
    /// The stage in words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Stage::Records => "records",
            Stage::Customers => "customers",
            Stage::Linked => "orders and interactions",
            Stage::Pairs => "pairs",
            Stage::Finish => "indexes and check",
            Stage::Publish => "publish",
        }
    }
}

/// What was loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoadSummary {
    /// Customers.
    pub customers: u64,
    /// Customers of two or more records.
    pub merged_customers: u64,
    /// Source records.
    pub records: u64,
    /// Records that share their customer with another.
    pub merged_records: u64,
    /// Orders and interactions that found their customer.
    pub linked: u64,
    /// Orders and interactions whose customer is unknown: in quarantine.
    pub unlinked: u64,
    /// Golden values that were checked against their source cells.
    pub golden_values: u64,
    /// Rows of each table, in the order of the schema.
    pub rows: Vec<(&'static str, u64)>,
    /// Size of the database.
    pub bytes: u64,
}

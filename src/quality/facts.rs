//! What a profile says: plain data, serialized as it is into the JSON twin (`docs/PROFILE.md`).

use crate::record::{DateOrder, InputFile, Kind};

/// Version of the JSON document; grows when a key changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;

/// Everything that was found.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Profile {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Version of selfsame.
    pub tool_version: String,
    /// When it was made, RFC 3339 in UTC.
    pub made: String,
    /// Whether personal values are hidden.
    pub masked: bool,
    /// What is exact, what rests on a sample, and on how large a one.
    pub methods: Vec<String>,
    /// What deserves a look first, the gravest first.
    pub findings: Vec<Finding>,
    /// One for each source, in declared order.
    pub sources: Vec<SourceProfile>,
    /// Columns of different sources that mean the same.
    pub correspondences: Vec<Correspondence>,
    /// How many records are probably one customer; `None` when nothing identifies customers.
    pub duplicates: Option<DuplicateEstimate>,
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Information was lost or stands in the wrong place.
    Damage,
    /// Wrong or doubtful values.
    Warning,
    /// Good to know.
    Note,
}

/// One thing that deserves a look.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Finding {
    /// How grave it is.
    pub severity: Severity,
    /// The source.
    pub source: String,
    /// The column, when it is one.
    pub column: Option<String>,
    /// Stable code, as in the section it comes from.
    pub code: String,
    /// In words, without values.
    pub text: String,
    /// Records concerned.
    pub records: u64,
    /// What to do about it.
    pub advice: String,
}

/// A value and how many records have it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Tally {
    /// The value.
    pub value: String,
    /// Records.
    pub records: u64,
}

/// One source.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct SourceProfile {
    /// Its name.
    pub name: String,
    /// Its files, with what was detected.
    pub files: Vec<InputFile>,
    /// Records accepted.
    pub records: u64,
    /// Rows refused, by rule.
    pub quarantined: Vec<Tally>,
    /// Country assumed where a record names none.
    pub region: Option<String>,
    /// Whether records are organizations.
    pub organizations: bool,
    /// Columns in the order of the source.
    pub columns: Vec<ColumnProfile>,
    /// Columns, or pairs of columns, that tell records apart or nearly do.
    pub keys: Vec<KeyCandidate>,
    /// Columns that nearly decide another one.
    pub dependencies: Vec<Dependency>,
    /// Columns whose values look exchanged.
    pub swapped: Vec<Swapped>,
    /// Rows whose cells stand one column aside.
    pub shifted: Option<Shifted>,
    /// Rows that repeat.
    pub repeats: Repeats,
}

/// One column.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ColumnProfile {
    /// Header or path.
    pub column: String,
    /// What it holds.
    pub kind: Kind,
    /// What distinguishes it among columns of its kind.
    pub label: Option<String>,
    /// Order of numeric dates.
    pub date_order: Option<DateOrder>,
    /// 0..=1, of the kind.
    pub confidence: f64,
    /// Why this kind.
    pub reason: String,
    /// Records that are not empty (white space alone is empty).
    pub filled: u64,
    /// Filled records whose value only stands for nothing.
    pub placeholder_records: u64,
    /// Share of records with a value that says something, 0..=1.
    pub completeness: f64,
    /// Distinct values.
    pub distinct: u64,
    /// Values that occur once.
    pub once: u64,
    /// The most frequent values that occur more than once.
    pub top: Vec<Tally>,
    /// Lengths in characters.
    pub lengths: Lengths,
    /// The most frequent patterns.
    pub patterns: Vec<Tally>,
    /// Distinct patterns.
    pub pattern_count: u64,
    /// Smallest, largest, distribution, for numbers and dates.
    pub range: Option<Range>,
    /// Whether the values can be what they are meant to be.
    pub validity: Option<Validity>,
    /// Values unlike the others.
    pub outliers: Vec<Trait>,
    /// Values that stand for nothing.
    pub placeholders: Vec<Tally>,
    /// What happened to values on their way, with the repair that would undo it.
    pub damage: Vec<Damage>,
    /// Values that look like spellings of one.
    pub variants: Vec<Variants>,
}

/// Lengths of a column's values, in characters.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct Lengths {
    /// Shortest.
    pub min: u64,
    /// Half of the records have at most this.
    pub median: u64,
    /// Mean.
    pub mean: f64,
    /// Longest.
    pub max: u64,
    /// Records by length; the last entry holds all longer ones.
    pub histogram: Vec<Bin>,
}

/// Records in a range of a distribution.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Bin {
    /// Lower end, as text.
    pub from: String,
    /// Records.
    pub records: u64,
}

/// The span of a column of numbers or dates.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Range {
    /// `number` or `date`.
    pub of: &'static str,
    /// Smallest.
    pub min: String,
    /// At 5, 25, 50, 75 and 95 % of the records.
    pub quantiles: Vec<String>,
    /// Largest.
    pub max: String,
    /// Records whose value reads as one.
    pub records: u64,
    /// Their distribution.
    pub histogram: Vec<Bin>,
}

/// Whether values can be what they are meant to be.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct Validity {
    /// What was checked, in words.
    pub check: String,
    /// Distinct values looked at.
    pub checked_values: u64,
    /// Records that have them.
    pub checked_records: u64,
    /// Records among these without a problem.
    pub valid_records: u64,
    /// Whether every value was looked at.
    pub exact: bool,
    /// What is wrong with the others.
    pub problems: Vec<Trait>,
}

/// Something that some values have in common.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Trait {
    /// Stable code.
    pub code: String,
    /// In words, without values.
    pub text: String,
    /// Records concerned.
    pub records: u64,
    /// Distinct values concerned.
    pub values: u64,
    /// Some of them, the most frequent first.
    pub examples: Vec<String>,
}

/// Damage that values took on their way, with its evidence.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Damage {
    /// Stable code.
    pub code: String,
    /// Why it is believed to be damage, in words, without values.
    pub evidence: String,
    /// What would undo it.
    pub repair: String,
    /// Whether the values themselves tell what they were.
    pub repairable: bool,
    /// Records concerned.
    pub records: u64,
    /// Distinct values concerned.
    pub values: u64,
    /// Some of them before and after the repair; `after` is empty where it cannot be told.
    pub examples: Vec<Change>,
}

/// A value and what it should be.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Change {
    /// As it stands.
    pub before: String,
    /// As proposed; empty where it cannot be told.
    pub after: String,
}

/// Spellings of what is probably one value.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Variants {
    /// The most frequent spelling.
    pub keep: Tally,
    /// The others.
    pub others: Vec<Tally>,
    /// Why they are thought to be one.
    pub why: &'static str,
}

/// Columns that tell records apart.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct KeyCandidate {
    /// One column, or two together.
    pub columns: Vec<String>,
    /// Records with a value in all of them.
    pub filled: u64,
    /// Records whose value another record has, too.
    pub repeated: u64,
    /// Whether every record is filled and none repeats.
    pub holds: bool,
}

/// One column nearly decides another.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Dependency {
    /// The column that decides.
    pub from: String,
    /// The column that follows.
    pub to: String,
    /// Share of the records looked at that follow, 0..=1; of values of `from` that two records or more have.
    pub holds: f64,
    /// Records looked at.
    pub records: u64,
    /// Records among these that do not follow.
    pub exceptions: u64,
    /// Whether all records were looked at, or those of a sample of `from`'s values.
    pub exact: bool,
    /// Some that do not follow.
    pub examples: Vec<Exception>,
}

/// A record that does not follow a dependency.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Exception {
    /// Value of the column that decides.
    pub from: String,
    /// What most records with it have.
    pub usual: Tally,
    /// What this has.
    pub found: Tally,
}

/// Two columns whose values look exchanged.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Swapped {
    /// One column.
    pub left: String,
    /// The other.
    pub right: String,
    /// `columns`: in all rows, by headers against values; `rows`: in some rows.
    pub what: &'static str,
    /// Records concerned.
    pub records: u64,
    /// Why.
    pub reason: String,
    /// Some rows as they stand: left and right value.
    pub examples: Vec<(String, String)>,
}

/// Rows whose cells stand one column aside.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Shifted {
    /// Rows.
    pub records: u64,
    /// Where the first ones are: file and row.
    pub places: Vec<String>,
    /// Columns from which on the cells stand aside, with their rows.
    pub from: Vec<Tally>,
}

/// Rows that repeat, cell for cell.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct Repeats {
    /// Rows that repeat an earlier one in all columns.
    pub exact: u64,
    /// Rows that repeat another in all columns but keys and time stamps of the record.
    pub apart_from_keys: u64,
    /// The columns that were left out for that.
    pub left_out: Vec<String>,
    /// The first repeated rows: file and row.
    pub places: Vec<String>,
}

/// Columns of two sources that mean the same.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Correspondence {
    /// Source and column.
    pub left: (String, String),
    /// Source and column.
    pub right: (String, String),
    /// The kind of both, when it is one.
    pub kind: Option<Kind>,
    /// Share of the smaller column's distinct values that the other has, too, 0..=1; letter case and signs aside.
    pub shared: f64,
    /// 0..=1.
    pub confidence: f64,
    /// Why.
    pub reason: String,
}

/// How many records are probably one customer.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct DuplicateEstimate {
    /// How it was estimated.
    pub method: String,
    /// All records.
    pub records: u64,
    /// Records that were asked for their duplicates.
    pub asked: u64,
    /// Share of records that share their customer with another, 0..=1.
    pub share: f64,
    /// 95 % interval of the share; both ends equal it when all records were asked.
    pub interval: (f64, f64),
    /// Customers that the records are.
    pub customers: u64,
    /// Records beyond the first of each customer.
    pub surplus: u64,
    /// Records with a match in another source, share 0..=1.
    pub across_sources: f64,
}

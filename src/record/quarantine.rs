//! Rows that were refused, kept with the reason.

/// Codes of what rows are refused for without a rule of the pipeline file.
pub const RULES: [&str; 14] = [
    "bad-json",
    "bad-vcard",
    "broken-encoding",
    "duplicate-key",
    "group-card",
    "nul-byte",
    "ragged-row",
    "remark-row",
    "repeated-header",
    "ruler-row",
    "too-large",
    "totals-row",
    "unclosed-quote",
    "unknown-customer",
];

/// One refused row.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Rejection {
    /// Source name.
    pub source: String,
    /// File as given.
    pub file: String,
    /// 1 for the first data row or record.
    pub row: u64,
    /// Line of the file where the row starts (1-based), 0 when unknown.
    pub line: u64,
    /// Offset of the row's first byte.
    pub byte: u64,
    /// Column concerned, when it is one.
    pub field: Option<String>,
    /// Short stable code for grouping: one of [`RULES`], or the name of a rule of the pipeline file.
    pub rule: String,
    /// Further rules that the row breaks.
    pub also: Vec<String>,
    /// What is wrong, in words, without personal data.
    pub reason: String,
    /// The cell that the rule is about, when it is one.
    pub value: Option<String>,
    /// What the cell was probably meant to be.
    pub repair: Option<String>,
    /// The row as read; or all its cells as a JSON object, when `split`.
    pub raw: String,
    /// Whether `raw` is only the beginning of a row that is too long.
    #[serde(skip)]
    pub cut: bool,
    /// Whether the row was read into cells.
    pub split: bool,
    /// What the row is remembered by: the same content of a source has the same digest, wherever it stands. Empty when it
    /// cannot be told.
    pub digest: String,
    /// Whether a person decided to leave the row out.
    pub discarded: bool,
}

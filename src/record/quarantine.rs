//! Rows that were refused, kept with the reason.

/// One refused row.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
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
    /// Short stable code for grouping: `ragged-row`, `broken-encoding`, `unclosed-quote`, `bad-json`, `duplicate-key`, `too-large`.
    pub rule: String,
    /// What is wrong, in words, without personal data.
    pub reason: String,
    /// The row as read, cut to a sensible length.
    pub raw: String,
}

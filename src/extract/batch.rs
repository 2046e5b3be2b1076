//! Rows on their way to the table, accepted ones together and refused ones each with its reason.

/// Characters of a refused row that are kept.
const RAW_CHARS: usize = 500;

/// A refused row on its way to quarantine.
#[derive(Debug, Default)]
pub(super) struct Refusal {
    /// 1 for the first row of the file.
    pub(super) row: u64,
    pub(super) line: u64,
    pub(super) byte: u64,
    pub(super) field: Option<String>,
    pub(super) rule: &'static str,
    pub(super) reason: String,
    /// See [`raw_of`].
    pub(super) raw: String,
}

/// The beginning of a refused row as text.
pub(super) fn raw_of(row: &[u8]) -> String {
    let text = String::from_utf8_lossy(&row[..row.len().min(RAW_CHARS * 4)]);
    text.trim_end_matches(['\r', '\n'])
        .chars()
        .take(RAW_CHARS)
        .collect()
}

/// Accepted rows of delimited text, as many as are worth the change of hands.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// All cells, one after the other.
    pub(super) text: String,
    /// Where each cell ends, `width` a row.
    pub(super) ends: Vec<u32>,
    /// Row number and byte offset of each row.
    pub(super) rows: Vec<(u64, u64)>,
    /// Rows refused on the way.
    pub(super) refusals: Vec<Refusal>,
    /// Bytes of the file taken so far.
    pub(super) taken: u64,
}

impl Batch {
    /// The text of a cell by its index.
    pub(super) fn cell(&self, index: usize) -> &str {
        let start = if index == 0 {
            0
        } else {
            self.ends[index - 1] as usize
        };
        &self.text[start..self.ends[index] as usize]
    }

    /// Empties the batch, keeping its room.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.rows.clear();
        self.refusals.clear();
    }
}

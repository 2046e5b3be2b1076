//! What to read and how far to go: given by pipeline file or command line.

use super::Warning;
use super::spool::RawSpool;
use crate::record::{InputFile, Rejection};

/// A format that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Delimited text: CSV, TSV and relatives.
    Csv,
    /// One JSON document: an array of records, or an object with such an array inside.
    Json,
    /// One JSON object a line.
    JsonLines,
    /// A table or query of a SQLite database.
    Sqlite,
    /// One sheet of a workbook: xlsx, xlsb, xls, ods.
    Spreadsheet,
    /// vCard 2.1, 3.0 or 4.0.
    Vcard,
    /// A Parquet file; an optional feature.
    Parquet,
}

impl Format {
    /// The format's name in pipeline files and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Json => "json",
            Format::JsonLines => "json-lines",
            Format::Sqlite => "sqlite",
            Format::Spreadsheet => "spreadsheet",
            Format::Vcard => "vcard",
            Format::Parquet => "parquet",
        }
    }
}

/// One source: a name, its files and what is known of them. Everything that is `None` is detected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceSpec {
    /// Name of the source, unique in the run.
    pub name: String,
    /// Files: paths, patterns such as `exports/*.csv`, or `-` for standard input.
    pub paths: Vec<String>,
    /// Format of all files.
    pub format: Option<Format>,
    /// Field delimiter of delimited text.
    pub delimiter: Option<char>,
    /// Quote character of delimited text; `'\0'` switches quoting off.
    pub quote: Option<char>,
    /// Character encoding by a WHATWG label, such as `windows-1252`, or by a DOS code page, such as `cp850`.
    pub encoding: Option<String>,
    /// Whether the first row of delimited text names the columns.
    pub header: Option<bool>,
    /// Lines to leave out before the header, such as a report title.
    pub skip_lines: u64,
    /// Table or view of a database, or sheet of a workbook.
    pub table: Option<String>,
    /// A single `SELECT` in place of a table.
    pub query: Option<String>,
    /// Where the array of records is inside a JSON document: `/data/customers` or `data.customers`.
    pub json_path: Option<String>,
}

impl SourceSpec {
    /// A source that reads these paths and detects everything else.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        paths: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        Self {
            name: name.into(),
            paths: paths.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }

    /// The settings that are given and change nothing in how files of a format are read; no format is a database server.
    pub(super) fn without_effect(&self, format: Option<Format>) -> Vec<&'static str> {
        use Format::{Csv, Json, JsonLines, Spreadsheet, Sqlite, Vcard};
        let given = [
            ("delimiter", self.delimiter.is_some(), &[Csv][..]),
            ("quote", self.quote.is_some(), &[Csv]),
            (
                "encoding",
                self.encoding.is_some(),
                &[Csv, Json, JsonLines, Vcard],
            ),
            ("header", self.header.is_some(), &[Csv, Spreadsheet]),
            ("skip-lines", self.skip_lines > 0, &[Csv, Spreadsheet]),
            ("table", self.table.is_some(), &[Sqlite, Spreadsheet]),
            ("query", self.query.is_some(), &[Sqlite]),
            ("records", self.json_path.is_some(), &[Json]),
        ];
        let works = |name, formats: &[Format]| match format {
            Some(format) => formats.contains(&format),
            None => matches!(name, "table" | "query"),
        };
        let idle = given.into_iter().filter(|g| g.1 && !works(g.0, g.2));
        idle.map(|g| g.0).collect()
    }
}

/// How much is accepted from outside before it is refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// Share of a file's rows, 0..=1, that may be refused once 100 rows were seen.
    pub max_quarantined_share: f64,
    /// Rows of a file that may be refused.
    pub max_quarantined: u64,
    /// Bytes of one cell.
    pub field_bytes: usize,
    /// Bytes of one row or JSON record.
    pub row_bytes: usize,
    /// Bytes of refused rows of a source that are kept in full; of further long ones only the beginning.
    pub refused_bytes: usize,
    /// Line breaks in one quoted cell; more means that its closing quote is missing.
    pub quoted_lines: usize,
    /// Columns of a source, flattened paths included.
    pub columns: usize,
    /// Nesting of JSON.
    pub json_depth: usize,
    /// Items of a JSON array that become columns; further ones stay in the raw row only.
    pub array_items: usize,
    /// Bytes that may come out of a packed file.
    pub unpacked_bytes: u64,
    /// How many times its own size may come out of a packed file, once that is more than 64 MiB.
    pub unpacked_ratio: u64,
    /// Files that a zip archive may list.
    pub archive_members: u64,
    /// Stop after this many accepted records of the source: for a preview. `None` reads all.
    pub records: Option<u64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_quarantined_share: 0.5,
            max_quarantined: 1_000_000,
            field_bytes: 1 << 20,
            row_bytes: 16 << 20,
            refused_bytes: 64 << 20,
            quoted_lines: 1_000,
            columns: 10_000,
            json_depth: 128,
            array_items: 16,
            unpacked_bytes: 64 << 30,
            unpacked_ratio: 250,
            archive_members: 10_000,
            records: None,
        }
    }
}

/// How far the reading of a source is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The file that is being read, as given.
    pub path: String,
    /// Rows of this source seen so far.
    pub rows: u64,
    /// Bytes of this file read so far; 0 for a database.
    pub bytes: u64,
    /// Size of this file in bytes.
    pub bytes_total: u64,
}

/// Where the things go that are read besides the table, and who is told.
pub struct Intake<'a> {
    /// Takes the raw rows; without it none are kept.
    pub spool: Option<&'a mut RawSpool>,
    /// Whether a column is interned; the others are in the raw row only.
    pub keep: &'a dyn Fn(&str) -> bool,
    /// Whether cells of this column, or values at this path, are secrets: [`WITHHELD`](crate::lexicon::roles::WITHHELD)
    /// stands in their place wherever they would be kept.
    pub withhold: &'a dyn Fn(&str) -> bool,
    /// Told every few thousand rows.
    pub on_progress: &'a mut dyn FnMut(&Progress),
    /// Takes one entry a file; [`crate::record::Origin::file`] is the index here.
    pub files: &'a mut Vec<InputFile>,
    /// Takes the refused rows.
    pub rejections: &'a mut Vec<Rejection>,
    /// Takes what was read but deserves a look.
    pub warnings: &'a mut Vec<Warning>,
}

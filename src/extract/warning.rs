//! What was read but deserves a look.

use super::error::printable;
use std::fmt;

/// Something a careful reader should know about an input; the reading went on.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case", tag = "code")]
pub enum Warning {
    /// A file with a header and no row.
    HeaderOnly {
        /// The file.
        path: String,
    },
    /// A JSON file whose array of records is empty, or a table without a row.
    NoRecords {
        /// The file.
        path: String,
    },
    /// No delimiter was found: the file has one column.
    SingleColumn {
        /// The file.
        path: String,
    },
    /// Rows before the header, such as a title, were left out.
    Preamble {
        /// The file.
        path: String,
        /// How many.
        rows: u64,
        /// Line of the header.
        line: u64,
    },
    /// The first two rows were taken as the header together.
    TwoHeaderRows {
        /// The file.
        path: String,
        /// Line of the second.
        line: u64,
    },
    /// The first row looks like data, so columns were numbered.
    NoHeader {
        /// The file.
        path: String,
        /// Why it looks like data.
        reason: String,
    },
    /// Cells that a spreadsheet damaged; they stay as they are.
    Damage {
        /// The source.
        source: String,
        /// The column.
        column: String,
        /// How many cells.
        cells: u64,
        /// What they look like, in words.
        what: String,
    },
    /// The encoding is a guess.
    GuessedEncoding {
        /// The file.
        path: String,
        /// What was taken.
        encoding: String,
        /// What else fits, and how well both do, in words.
        alternatives: String,
    },
    /// Columns whose cells are kept nowhere.
    Withheld {
        /// The source.
        source: String,
        /// The columns.
        columns: Vec<String>,
    },
    /// An encoding was given, and the byte order mark names another one.
    AgainstMark {
        /// The file.
        path: String,
        /// What was given, and taken.
        encoding: String,
        /// What the mark names.
        marked: String,
    },
    /// A delimiter was given that divides nothing, while another one would.
    AgainstDelimiter {
        /// The file.
        path: String,
        /// What was given, printable.
        given: String,
        /// What would divide, printable.
        better: String,
        /// Columns with it.
        columns: usize,
    },
    /// The first line names a delimiter that divides nothing, while another one does.
    AgainstSignLine {
        /// The file.
        path: String,
        /// Line that names it.
        line: u64,
        /// What it names, printable.
        named: String,
        /// What was taken, printable.
        taken: String,
        /// Columns with it.
        columns: usize,
    },
    /// Settings that change nothing in how any file of the source is read.
    WithoutEffect {
        /// The source.
        source: String,
        /// Names of the settings.
        settings: Vec<String>,
        /// Formats of its files.
        formats: Vec<String>,
    },
    /// Two delimiters divide the rows equally well.
    CloseDelimiters {
        /// The file.
        path: String,
        /// What was taken, printable.
        taken: String,
        /// Columns with it.
        taken_columns: usize,
        /// What would do as well, printable.
        rival: String,
        /// Columns with that.
        rival_columns: usize,
    },
    /// A line below the header that is no record was left out.
    BelowHeader {
        /// The file.
        path: String,
        /// The line.
        line: u64,
        /// What it is, with an article.
        what: String,
    },
    /// Text that seems to be UTF-7, which is not read.
    SevenBits {
        /// The file.
        path: String,
        /// Line of the first such text.
        line: u64,
    },
    /// Quoted cells whose lines look like rows of the table.
    SwallowedRows {
        /// The file.
        path: String,
        /// First line of the first such cell.
        from: u64,
        /// Its last line.
        to: u64,
        /// How many cells.
        cells: u64,
        /// Lines in all of them that look like rows.
        rows: u64,
    },
    /// Columns of a further file that the first one does not have, or the other way round.
    OtherColumns {
        /// The further file.
        path: String,
        /// Columns that only it has.
        extra: Vec<String>,
        /// Columns that it lacks.
        missing: Vec<String>,
    },
    /// Quotes inside cells that are not doubled; they were taken literally.
    LooseQuotes {
        /// The file.
        path: String,
        /// Rows with such quotes.
        rows: u64,
        /// Line of the first one.
        line: u64,
    },
    /// Arrays of JSON or lists of cards with more items than become columns.
    LongArrays {
        /// The file.
        path: String,
        /// Records with such arrays.
        records: u64,
        /// Path of the first one.
        field: String,
    },
    /// JSON records that hold objects which look like records themselves.
    RecordsInside {
        /// The file.
        path: String,
        /// Where the first one holds them.
        field: String,
    },
    /// A JSON document with several arrays of records; the largest was taken.
    SeveralArrays {
        /// The file.
        path: String,
        /// The one taken.
        taken: String,
        /// The others with their sizes.
        others: Vec<(String, u64)>,
    },
    /// A sheet, table or array that was not chosen, and whose name says that its people opted out.
    OptOutsLeft {
        /// The file.
        path: String,
        /// Such names.
        names: Vec<String>,
        /// The setting that chooses one.
        option: &'static str,
    },
    /// A sheet was read that the workbook does not show.
    HiddenSheet {
        /// The file.
        path: String,
        /// The sheet.
        sheet: String,
    },
    /// Sheets with cells that the workbook does not show were passed over.
    HiddenSheets {
        /// The file.
        path: String,
        /// The sheets.
        sheets: Vec<String>,
    },
    /// Cells of a database that hold bytes and no text; they are empty.
    UnreadBytes {
        /// The file.
        path: String,
        /// The column.
        column: String,
        /// How many.
        cells: u64,
    },
    /// Merged cells of a sheet whose value was read in their first column only.
    MergedCells {
        /// The file.
        path: String,
        /// The sheet.
        sheet: String,
        /// The cells, such as `C3:E3`.
        ranges: Vec<String>,
    },
    /// Cells of a sheet far from all others, which were passed over.
    FarCells {
        /// The file.
        path: String,
        /// The sheet.
        sheet: String,
        /// How many.
        cells: u64,
        /// The first, such as `XFD3`.
        first: String,
    },
    /// Formulas of a sheet whose result is not stored; their cells are empty.
    UnsolvedFormulas {
        /// The file.
        path: String,
        /// The sheet.
        sheet: String,
        /// How many.
        cells: u64,
        /// The first of each column, such as `D2`.
        first: Vec<String>,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::HeaderOnly { path } => write!(
                f,
                "{path}: has a header and no rows\n  hint: check that the export was finished"
            ),
            Warning::NoRecords { path } => {
                write!(
                    f,
                    "{path}: holds no record\n  hint: check that the export was finished"
                )
            }
            Warning::SingleColumn { path } => write!(
                f,
                "{path}: no delimiter was found, the file is read as one column\n  hint: give the delimiter if there are more"
            ),
            Warning::Preamble { path, rows, line } => write!(
                f,
                "{path}:{line}: taken as the header; {rows} row(s) before it were left out\n  hint: set `skip-lines` (0 lines need `header = true`) if it is another line"
            ),
            Warning::TwoHeaderRows { path, line } => write!(
                f,
                "{path}:{line}: the names of the columns stand in two rows, of which this is the second\n  hint: set `header = true` if it is a record"
            ),
            Warning::NoHeader { path, reason } => write!(
                f,
                "{path}: the first row looks like data ({reason}), columns are named `column 1`, `column 2`, …\n  hint: set `header = true` if it names the columns"
            ),
            Warning::Damage {
                source,
                column,
                cells,
                what,
            } => write!(
                f,
                "source `{source}`: {cells} cell(s) of `{column}` {what}\n  hint: the cells are kept as they are; export again straight from the system, not through a spreadsheet"
            ),
            Warning::GuessedEncoding {
                path,
                encoding,
                alternatives,
            } => write!(
                f,
                "{path}: not UTF-8, read as `{encoding}` by a guess ({alternatives})\n  hint: set `encoding` when names look wrong in the report"
            ),
            Warning::Withheld { source, columns } => write!(
                f,
                "source `{source}`: column(s) {}, called after secrets, are withheld from everything that is written\n  hint: if that is wrong, give it a kind such as \"identifier\"; if not, leave it out of the export",
                list(columns)
            ),
            Warning::AgainstMark {
                path,
                encoding,
                marked,
            } => write!(
                f,
                "{path}: read as `{encoding}`, as given, though its byte order mark says `{marked}`\n  hint: leave `encoding` out if names look wrong in the report"
            ),
            Warning::AgainstDelimiter {
                path,
                given,
                better,
                columns,
            } => write!(
                f,
                "{path}: read as one column, as the given delimiter `{given}` divides nothing; `{better}` would give {columns} columns\n  hint: correct `delimiter`, or leave it out to have it detected"
            ),
            Warning::AgainstSignLine {
                path,
                line,
                named,
                taken,
                columns,
            } => write!(
                f,
                "{path}:{line}: `sep={named}` names a delimiter that divides nothing; read with `{taken}`, which gives {columns} columns\n  hint: remove this line from the file, or set `delimiter`"
            ),
            Warning::WithoutEffect {
                source,
                settings,
                formats,
            } => write!(
                f,
                "source `{source}`: {} has no effect, as its files are read as {}\n  hint: remove it, or name the file, or the `format`, that is meant",
                list(settings),
                list(formats)
            ),
            Warning::CloseDelimiters {
                path,
                taken,
                taken_columns,
                rival,
                rival_columns,
            } => write!(
                f,
                "{path}: two delimiters divide its rows equally well; read with `{taken}` ({taken_columns} columns), not `{rival}` ({rival_columns} columns)\n  hint: set `delimiter` to the right one"
            ),
            Warning::BelowHeader { path, line, what } => write!(
                f,
                "{path}:{line}: left out, as it is {what} and no record\n  hint: export without this line, or remove it"
            ),
            Warning::SevenBits { path, line } => write!(
                f,
                "{path}:{line}: holds text that seems to be UTF-7, which is not read: its letters beyond ASCII stay as `+…-`\n  hint: convert the file first, `iconv -f UTF-7 -t UTF-8`, or export it as UTF-8"
            ),
            Warning::SwallowedRows {
                path,
                from,
                to,
                cells,
                rows,
            } => write!(
                f,
                "{path}:{from}: {rows} line(s) inside {cells} quoted cell(s), the first in lines {from} to {to}, have as many fields as the header: a stray quote may have swallowed rows\n  hint: look at these lines and correct the quote in line {from}, or set `quote = \"\"` if nothing is quoted"
            ),
            Warning::OtherColumns {
                path,
                extra,
                missing,
            } => write!(
                f,
                "{path}: columns differ from the source's earlier files (extra: {}; missing: {})\n  hint: missing cells are left empty; split the files into two sources if they mean different things",
                list(extra),
                list(missing)
            ),
            Warning::LooseQuotes { path, rows, line } => write!(
                f,
                "{path}:{line}: {rows} row(s) have quotes inside cells that are not doubled\n  hint: they were taken literally; look at these cells, or have the export double its quotes"
            ),
            Warning::LongArrays {
                path,
                records,
                field,
            } => write!(
                f,
                "{path}: {records} record(s) have long arrays such as `{field}`; only the first items and those that refuse to be reached became columns\n  hint: all items are kept in the raw row"
            ),
            Warning::RecordsInside { path, field } => write!(
                f,
                "{path}: its records hold objects that look like records themselves, in `{field}`; each outer object was read as one customer\n  hint: set `records = \"{field}\"` (`--records`) if the inner ones are the customers, `records = \"/\"` if not"
            ),
            Warning::SeveralArrays {
                path,
                taken,
                others,
            } => write!(
                f,
                "{path}: records were taken from `{taken}`; there are also {}\n  hint: set `records` (`--records`) to the array you mean",
                others
                    .iter()
                    .map(|(name, size)| format!("`{name}` ({size})"))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
            Warning::OptOutsLeft {
                path,
                names,
                option,
            } => write!(
                f,
                "{path}: {} by its name holds people who opted out, and is not read: who stands in it may count as somebody to be reached\n  hint: in a pipeline file, make it a source of its own by `{option}`, or bring it into a file of its own",
                list(names)
            ),
            Warning::HiddenSheet { path, sheet } => write!(
                f,
                "{path}: sheet `{}` is hidden in the workbook, and was read all the same\n  hint: look whether it is meant and up to date (in a spreadsheet program, \"unhide\"); name another one by `table` (`--table`) if not",
                printable(sheet)
            ),
            Warning::HiddenSheets { path, sheets } => write!(
                f,
                "{path}: hidden sheets that are not empty were passed over: {}\n  hint: name one by `table` (`--table`) if its rows are meant",
                list(sheets)
            ),
            Warning::UnreadBytes {
                path,
                column,
                cells,
            } => write!(
                f,
                "{path}: {cells} cell(s) of `{}` hold bytes (BLOB) that are no text, and are read as empty\n  hint: the raw rows keep them; have the query convert them (`hex(…)`, `CAST(… AS TEXT)`) if they mean something",
                printable(column)
            ),
            Warning::MergedCells {
                path,
                sheet,
                ranges,
            } => write!(
                f,
                "{path}: merged cells of sheet `{}` in rows that are mostly merged were read in their first column only: {}\n  hint: unmerge them, and write their value into each cell, if it is meant for all columns",
                printable(sheet),
                list(ranges)
            ),
            Warning::FarCells {
                path,
                sheet,
                cells,
                first,
            } => write!(
                f,
                "{path}: {cells} cell(s) of sheet `{}` stand far from all others and were passed over, first `{first}`\n  hint: clear them, or move them next to the table if they belong to it",
                printable(sheet)
            ),
            Warning::UnsolvedFormulas {
                path,
                sheet,
                cells,
                first,
            } => write!(
                f,
                "{path}: {cells} formula(s) of sheet `{}` have no stored result and are read as empty cells; each column's first: {}\n  hint: open the file in a spreadsheet program, which computes them, save it there, and read it then",
                printable(sheet),
                list(first)
            ),
        }
    }
}

fn list(names: &[String]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    let shown: Vec<_> = names.iter().take(5).map(|n| format!("`{n}`")).collect();
    let more = names.len().saturating_sub(5);
    let tail = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    shown.join(", ") + &tail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_cut_and_every_warning_gives_advice() {
        let names: Vec<String> = (0..8).map(|i| format!("c{i}")).collect();
        let text = Warning::OtherColumns {
            path: "a.csv".into(),
            extra: names,
            missing: vec![],
        }
        .to_string();
        assert!(text.contains("`c4` and 3 more"), "{text}");
        assert!(
            text.contains("missing: none") && text.contains("\n  hint: "),
            "{text}"
        );
    }
}

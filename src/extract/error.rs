//! Why a source could not be read. Every message names the file and ends with a hint.

use std::io;
use std::path::PathBuf;

/// A source could not be read; nothing of it is used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The source names no file at all.
    #[error(
        "source `{source_name}` names no file\n  hint: give it a path, a pattern such as `exports/*.csv`, or `-` for standard input"
    )]
    NoPath {
        /// The source.
        source_name: String,
    },
    /// A source names a file by two paths.
    #[error(
        "{path}: is named twice: it is the same file as `{before}`\n  hint: name it once; its rows would all be read twice"
    )]
    NamedTwice {
        /// The path as given.
        path: String,
        /// The path before it.
        before: String,
    },
    /// The file does not exist.
    #[error("{path}: no such file{}", near.as_ref().map_or_else(|| "\n  hint: paths are relative to where the command runs".to_owned(), |n| format!("\n  hint: did you mean `{n}`?")))]
    Missing {
        /// The path as given.
        path: String,
        /// A file of a similar name in the same folder.
        near: Option<String>,
    },
    /// The pattern matches nothing.
    #[error(
        "{pattern}: no file matches this pattern\n  hint: `*` stands for any text within one folder, `**` for any folders"
    )]
    NoMatch {
        /// The pattern as given.
        pattern: String,
    },
    /// The pattern is not one.
    #[error("{pattern}: not a pattern: {reason}\n  hint: write `[[]` for a literal `[`")]
    BadPattern {
        /// The pattern as given.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A folder where a file is wanted.
    #[error(
        "{path}: is a directory\n  hint: name a file in it, or use a pattern such as `{path}/*.csv`"
    )]
    Directory {
        /// The path as given.
        path: String,
    },
    /// The operating system refused.
    #[error(
        "{path}: cannot be read: {cause}\n  hint: check the file's permissions and that the disk is well"
    )]
    Unreadable {
        /// The path as given.
        path: String,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// The name of a file is no text.
    #[error(
        "{path}: the name of this file is not UTF-8, and cannot stand in reports\n  hint: rename it; signs that cannot be shown stand as `�` here"
    )]
    BadName {
        /// The path, as far as it can be shown.
        path: String,
    },
    /// The file has no content.
    #[error("{path}: is empty\n  hint: check that the export was finished and copied whole")]
    Empty {
        /// The path as given.
        path: String,
    },
    /// The file is not text.
    #[error(
        "{path}: is a binary file ({why}), of no format that is read\n  hint: export the data as CSV or JSON; for UTF-16 without a mark set `encoding = \"utf-16le\"`"
    )]
    Binary {
        /// The path as given.
        path: String,
        /// What shows it.
        why: String,
    },
    /// A compressed file or archive that cannot be unpacked.
    #[error(
        "{path}: is {what} and cannot be unpacked: {reason}\n  hint: check that the file was copied whole; an archive with a password must be unpacked first"
    )]
    BadPacking {
        /// The path as given.
        path: String,
        /// The kind of packing, with an article.
        what: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// More comes out of a file than can be meant.
    #[error(
        "{path}: refused: {reason}\n  hint: a file that swells like this is mostly a trap; unpack or convert it yourself if you trust it"
    )]
    Bomb {
        /// The path as given.
        path: String,
        /// Which limit it is beyond.
        reason: String,
    },
    /// What comes out of a file, or from standard input, has no room.
    #[error(
        "{path}: cannot be put into a temporary file in `{}`: {cause}\n  hint: free some space there, or name another folder in the environment variable `TMPDIR`", std::env::temp_dir().display()
    )]
    Scratch {
        /// The path as given.
        path: String,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// Several files of an archive could be meant, or none.
    #[error(
        "{path}: which file of the archive is meant is not clear\n  hint: {}",
        member_hint(path, example.as_deref(), members)
    )]
    WhichMember {
        /// The path as given.
        path: String,
        /// The file that looks most like data.
        example: Option<String>,
        /// Files of the archive.
        members: Vec<String>,
    },
    /// An archive with two files of one name.
    #[error(
        "{path}: two files or folders of the archive have the same name, so one of them cannot be read\n  hint: unpack it, give each file a name of its own, and name the files themselves"
    )]
    TwinMembers {
        /// The path as given.
        path: String,
    },
    /// The archive has no such file.
    #[error("{path}: the archive has no such file\n  hint: {}", near.as_ref().map_or_else(|| files_hint(members), |n| format!("did you mean `{}`?", printable(n))))]
    NoSuchMember {
        /// The path as given: archive and file.
        path: String,
        /// The nearest name.
        near: Option<String>,
        /// Files of the archive.
        members: Vec<String>,
    },
    /// A path leads through a file that is no archive.
    #[error(
        "{path}: there is no `{member}` in it: it is no zip archive\n  hint: name the file itself"
    )]
    NoArchive {
        /// The path as given.
        path: String,
        /// What was looked for in it.
        member: String,
    },
    /// A known format that is not read.
    #[error("{path}: is {what}, which is not read\n  hint: {hint}")]
    Unsupported {
        /// The path as given.
        path: String,
        /// The format, with an article.
        what: &'static str,
        /// What to do instead.
        hint: &'static str,
    },
    /// The given format does not fit the content.
    #[error(
        "{path}: is {found}, not {wanted}\n  hint: remove `format` to have it detected, or correct it"
    )]
    WrongFormat {
        /// The path as given.
        path: String,
        /// What the content is, with an article.
        found: &'static str,
        /// What was asked for.
        wanted: &'static str,
    },
    /// Delimiter or quote cannot be used.
    #[error(
        "source `{source_name}`: {what} cannot be `{value}`\n  hint: use one character that is no letter, digit or line break, and not the same for both"
    )]
    BadDialect {
        /// The source.
        source_name: String,
        /// `delimiter` or `quote`.
        what: &'static str,
        /// What was given, printable.
        value: String,
    },
    /// The encoding has no such name.
    #[error("source `{source_name}`: unknown encoding `{name}`\n  hint: {}", near.as_ref().map_or_else(|| "use a name such as `utf-8`, `windows-1252` or `utf-16le`".to_owned(), |n| format!("did you mean `{n}`?")))]
    UnknownEncoding {
        /// The source.
        source_name: String,
        /// What was given.
        name: String,
        /// The nearest known name.
        near: Option<String>,
    },
    /// What was guessed is contradicted by the content.
    #[error(
        "{path}: cannot be read as `{encoding}`: {reason}\n  hint: {}",
        encoding_hint(better)
    )]
    DoubtfulEncoding {
        /// The path as given.
        path: String,
        /// What was guessed.
        encoding: String,
        /// What fits better, best first.
        better: Vec<String>,
        /// Why.
        reason: String,
    },
    /// Lines of two encodings in one file.
    #[error(
        "{path}:{line}: is not UTF-8; {other} such line(s) stand among {utf8} that are: the file seems to be joined from two encodings, UTF-8 and perhaps `{encoding}`\n  hint: export it in one encoding; or set `encoding = \"utf-8\"` to have such lines quarantined, or `encoding = \"{}\"` if that is the one", encoding.to_lowercase()
    )]
    MixedEncoding {
        /// The path as given.
        path: String,
        /// The first line that is not UTF-8.
        line: u64,
        /// Lines in UTF-8.
        utf8: u64,
        /// Lines that are not.
        other: u64,
        /// What those seem to be.
        encoding: String,
    },
    /// A workbook that cannot be understood.
    #[error(
        "{path}: cannot be read as a spreadsheet: {reason}\n  hint: open it in a spreadsheet program and save it again as xlsx, without password, or as CSV (UTF-8)"
    )]
    BadSheet {
        /// The path as given.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// More columns than allowed.
    #[error(
        "{path}: has more than {limit} columns\n  hint: no more are read: check the delimiter, or export fewer columns; values that run over columns (`tag1`, `tag2`, …) fit into one"
    )]
    TooManyColumns {
        /// The path as given.
        path: String,
        /// The limit.
        limit: usize,
    },
    /// The skipped lines are the whole file.
    #[error("{path}: has only {lines} line(s), all skipped\n  hint: lower `skip-lines`")]
    AllSkipped {
        /// The path as given.
        path: String,
        /// Lines in the file.
        lines: u64,
    },
    /// A first row that cannot be read.
    #[error(
        "{path}:{line}: the first row {reason}\n  hint: check `encoding` and `quote`, or leave out lines before the header with `skip-lines`"
    )]
    BadHeader {
        /// The path as given.
        path: String,
        /// Line, from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// No delimiter gives regular rows.
    #[error(
        "{path}: no delimiter gives rows of equal length; the best, `{best}`, fits {regular} of {rows}\n  hint: is it a table? set `delimiter` if it is, and `skip-lines` to leave out a title"
    )]
    Irregular {
        /// The path as given.
        path: String,
        /// The delimiter that fits best, printable.
        best: String,
        /// Rows of the sample it fits.
        regular: usize,
        /// Rows of the sample.
        rows: usize,
    },
    /// JSON that breaks before the first record.
    #[error(
        "{path}:{line}: not valid JSON at byte {byte}: {reason}\n  hint: check that the file was copied whole; `format = \"json-lines\"` is for one record a line"
    )]
    BadJson {
        /// The path as given.
        path: String,
        /// Line, from 1.
        line: u64,
        /// Offset in the file.
        byte: u64,
        /// What is wrong.
        reason: String,
    },
    /// JSON without records.
    #[error(
        "{path}: no array of objects was found\n  hint: records are expected as `[{{…}}, …]`, or in an array inside the document; `records` (`--records`) names it if it is not found"
    )]
    NoArray {
        /// The path as given.
        path: String,
    },
    /// The array that was asked for is not in the document.
    #[error("{path}: no array of records at `{wanted}`{}", if found.is_empty() { "\n  hint: leave `records` (`--records`) out to have the array found".to_owned() } else { format!("\n  hint: set `records` (`--records`) to one of the arrays that are there: {}", quoted(found)) })]
    NoSuchPath {
        /// The path as given.
        path: String,
        /// The place asked for.
        wanted: String,
        /// Places that exist.
        found: Vec<String>,
    },
    /// The file is no database.
    #[error("{path}: is not a SQLite database\n  hint: {hint}")]
    NotSqlite {
        /// The path as given.
        path: String,
        /// What it may be.
        hint: String,
    },
    /// Another program holds the database.
    #[error(
        "{path}: the database is locked by another program\n  hint: close the program that writes to it, or read a copy"
    )]
    Locked {
        /// The path as given.
        path: String,
    },
    /// The database is damaged.
    #[error(
        "{path}: the database is damaged: {reason}\n  hint: try `sqlite3 {path} .recover` and read the result, or take another copy"
    )]
    Damaged {
        /// The path as given.
        path: String,
        /// What the check found.
        reason: String,
    },
    /// The table does not exist.
    #[error("{path}: no table `{table}`\n  hint: {}", near.as_ref().map_or_else(|| tables_hint(tables), |n| format!("did you mean `{n}`? {}", tables_hint(tables))))]
    NoSuchTable {
        /// The path as given.
        path: String,
        /// What was asked for.
        table: String,
        /// The nearest name.
        near: Option<String>,
        /// All tables and views.
        tables: Vec<String>,
    },
    /// Several tables could be meant, or none looks like customers.
    #[error(
        "{path}: which table holds the customers is not clear\n  hint: set `table`; {}",
        tables_hint(tables)
    )]
    WhichTable {
        /// The path as given.
        path: String,
        /// All tables and views.
        tables: Vec<String>,
    },
    /// The query is refused or fails.
    #[error(
        "{path}: the query cannot be run: {reason}\n  hint: give a single `SELECT` over {}",
        quoted(tables)
    )]
    BadQuery {
        /// The path as given.
        path: String,
        /// What is wrong with it.
        reason: String,
        /// All tables and views.
        tables: Vec<String>,
    },
    /// This build does without the reader.
    #[error(
        "{path}: this build cannot read it: it lacks the feature `{feature}`\n  hint: build it in with `cargo install --path . --features {feature}`, or export the data as CSV"
    )]
    NoFeature {
        /// The path as given.
        path: String,
        /// The feature.
        feature: &'static str,
    },
    /// An address with a password in it.
    #[error(
        "{shown}: the address holds a password, which would be stored with the configuration of the run\n  hint: put the whole address into an environment variable and name that: `env:CRM_DATABASE`"
    )]
    SecretInAddress {
        /// Its scheme.
        shown: String,
    },
    /// An environment variable that holds no address.
    #[error(
        "{path}: {reason}\n  hint: set it to an address such as `postgres://reader@localhost/crm`"
    )]
    NoAddress {
        /// What was given.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// Data would travel where others may read it.
    #[error(
        "{path}: data from `{host}` would travel unencrypted\n  hint: open a tunnel (`ssh -L`) and name `localhost`, or add `sslmode=disable` to the address where the network is trusted"
    )]
    Unencrypted {
        /// What was given.
        path: String,
        /// The host.
        host: String,
    },
    /// A server refuses, or cannot be reached.
    #[error(
        "{path}: the database server says: {reason}\n  hint: check address, user and rights; the password is taken from the address in `env:NAME`, else from `{variable}`"
    )]
    Server {
        /// What was given, without secrets.
        path: String,
        /// What it said.
        reason: String,
        /// Where its password may stand.
        variable: &'static str,
    },
    /// Something else went wrong in the database.
    #[error(
        "{path}: row {row}: the database cannot be read: {reason}\n  hint: check that the file was copied whole, with its `-wal` file"
    )]
    Database {
        /// The path as given.
        path: String,
        /// Row reached.
        row: u64,
        /// What SQLite said.
        reason: String,
    },
    /// Two tables stand side by side.
    #[error(
        "{path}:{line}: the header stands here twice, side by side: each row would make one record of two\n  hint: put the second table below the first, or in a file or sheet of its own; set `header = true` if each row is one record"
    )]
    SideBySide {
        /// The path as given.
        path: String,
        /// Line of the header.
        line: u64,
    },
    /// No row could be read.
    #[error(
        "{path}: none of {refused} row(s) could be read; the first, at line {line}: {reason}\n  hint: check {check} of this file"
    )]
    NothingReadable {
        /// The path as given.
        path: String,
        /// Rows refused.
        refused: u64,
        /// Line of the first.
        line: u64,
        /// Its reason.
        reason: String,
        /// What may be read in the wrong way.
        check: &'static str,
    },
    /// More rows refused than allowed.
    #[error(
        "{path}: {refused} of {rows} rows were refused, more than allowed ({allowed}); most often: {reason}\n  hint: check {check}, or raise the limit of quarantined rows"
    )]
    TooManyRefused {
        /// The path as given.
        path: String,
        /// Rows refused.
        refused: u64,
        /// Rows seen.
        rows: u64,
        /// The limit in words.
        allowed: String,
        /// The most frequent rule with an example.
        reason: String,
        /// What may be read in the wrong way.
        check: &'static str,
    },
    /// More records than one run can number.
    #[error(
        "source `{source_name}`: more than {limit} records\n  hint: split the source into several runs"
    )]
    TooManyRecords {
        /// The source.
        source_name: String,
        /// The limit.
        limit: u64,
    },
    /// Raw rows could not be set aside.
    #[error(
        "raw rows cannot be set aside in `{}`: {cause}\n  hint: free some space on its disk, or choose another folder", folder.display()
    )]
    Spool {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
}

/// A name from inside a file, without characters that do something to a terminal.
pub(super) fn printable(name: &str) -> String {
    name.replace(|c: char| c.is_control(), "\u{FFFD}")
}

fn files_hint(members: &[String]) -> String {
    if members.is_empty() {
        "the archive holds no file".to_owned()
    } else {
        format!("the archive holds {}", quoted(members))
    }
}

fn member_hint(path: &str, example: Option<&str>, members: &[String]) -> String {
    match example {
        Some(example) => format!(
            "name one, as in `{path}/{}`, or several by a pattern such as `{path}/*.csv`; {}",
            printable(example),
            files_hint(members)
        ),
        None => "the archive holds no file".to_owned(),
    }
}

fn encoding_hint(better: &[String]) -> String {
    let named: Vec<String> = better.iter().map(|name| name.to_lowercase()).collect();
    match named.as_slice() {
        [] => "ask which encoding the export has and set `encoding`".to_owned(),
        [one] => format!("set `encoding = \"{one}\"`, when names look right in it"),
        [first, more @ ..] => format!(
            "set `encoding` to the one in which names look right, such as `encoding = \"{first}\"`; or {}",
            quoted(more)
        ),
    }
}

fn quoted(names: &[String]) -> String {
    let shown = names.iter().take(12);
    let shown: Vec<_> = shown.map(|n| format!("`{}`", printable(n))).collect();
    let more = names.len().saturating_sub(12);
    let tail = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    shown.join(", ") + &tail
}

fn tables_hint(tables: &[String]) -> String {
    if tables.is_empty() {
        "the database has no tables".to_owned()
    } else {
        format!("tables are {}", quoted(tables))
    }
}

/// The candidate most like `wanted`, when one is near.
pub(super) fn nearest<'a>(
    wanted: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    let wanted = wanted.to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        let similarity = strsim::jaro_winkler(&wanted, &candidate.to_lowercase());
        let better = best.is_none_or(|(s, c)| similarity > s || (similarity >= s && candidate < c));
        if similarity >= 0.8 && better {
            best = Some((similarity, candidate));
        }
    }
    best.map(|(_, name)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_suggest() {
        let tables = vec!["customers".to_owned(), "orders".to_owned()];
        let near = nearest("custmers", tables.iter().map(String::as_str));
        let error = Error::NoSuchTable {
            path: "shop.db".into(),
            table: "custmers".into(),
            near,
            tables,
        };
        assert_eq!(
            error.to_string(),
            "shop.db: no table `custmers`\n  hint: did you mean `customers`? tables are `customers`, `orders`"
        );
        assert_eq!(nearest("zzz", ["customers"]), None);
        let error = Error::TooManyColumns {
            path: "wide.csv".into(),
            limit: 10_000,
        };
        assert!(error.to_string().contains("hint: no more are read"));
    }
}

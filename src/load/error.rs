//! Why a database was not written or not read; each message ends with what to do.

use crate::survive::Unfaithful;
use std::io;
use std::path::PathBuf;

/// A failure to load or to open a single-customer-view database. The old database is untouched.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The directory of the database cannot be made or written to.
    #[error("directory `{path}`: {source}\n  hint: choose a directory you may write to, for example with `--out`", path = path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The target exists and is no file.
    #[error("database `{path}`: it is a directory\n  hint: name a file, for example `{path}/customers.db`", path = path.display())]
    TargetIsDirectory {
        /// The target.
        path: PathBuf,
    },
    /// The old database has unfinished changes of another program.
    #[error("database `{path}` is in use: `{sidecar}` holds changes that are not in it yet\n  hint: close the program that has it open, then run again", path = path.display(), sidecar = sidecar.display())]
    InUse {
        /// The target.
        path: PathBuf,
        /// The journal beside it.
        sidecar: PathBuf,
    },
    /// The new database cannot be written or put into place.
    #[error("database `{path}`: {step}: {source}\n  hint: {hint}; the old database is untouched", path = path.display(), hint = hint_for(source))]
    Write {
        /// The target.
        path: PathBuf,
        /// What was done.
        step: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// SQLite refused.
    #[error("database `{path}`: {step}: {source}\n  hint: {hint}; the old database is untouched", path = path.display(), hint = sqlite_hint(source))]
    Sqlite {
        /// The target.
        path: PathBuf,
        /// What was done.
        step: String,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// A raw row cannot be read back.
    #[error("raw row of record `{record}`: {source}\n  hint: {hint}", hint = hint_for(source))]
    Raw {
        /// `source:key`.
        record: String,
        /// What the system said.
        source: io::Error,
    },
    /// A golden value is not what its lineage says.
    #[error(transparent)]
    Unfaithful(#[from] Unfaithful),
    /// Figures that must agree do not.
    #[error(
        "{what}: expected {expected}, found {found}\n  hint: this is a fault of selfsame; nothing was published, please report it"
    )]
    Accounting {
        /// Which figures.
        what: String,
        /// What it should be.
        expected: u64,
        /// What it is.
        found: u64,
    },
    /// The database failed its own check.
    #[error("database `{path}` failed its check: {fault}\n  hint: check disk and memory, then run again; nothing was published", path = path.display())]
    Damaged {
        /// The target.
        path: PathBuf,
        /// First fault found.
        fault: String,
    },
    /// A linked table names a source that is none.
    #[error("linked source `{table}`: its customers are said to be in `{of}`, which is no source\n  hint: sources are {}", known.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", "))]
    UnknownSource {
        /// The linked table.
        table: String,
        /// The source named.
        of: String,
        /// All sources.
        known: Vec<String>,
    },
    /// A linked table has no such column.
    #[error("linked source `{table}`: no column `{column}`\n  hint: columns are {}", known.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", "))]
    UnknownColumn {
        /// The linked table.
        table: String,
        /// The column named.
        column: String,
        /// All columns.
        known: Vec<String>,
    },
    /// The file is no single-customer-view database.
    #[error("`{path}` is no single-customer-view database: {fault}\n  hint: give the `customers.db` that `selfsame run` wrote", path = path.display())]
    NotScv {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        fault: String,
    },
    /// A file that would be replaced is none of ours.
    #[error("`{path}` would be replaced, and is no database that selfsame wrote: {fault}\n  hint: move that file away, or write to another folder; nothing was read or changed", path = path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        fault: String,
    },
    /// The database was written by a newer version.
    #[error("database `{path}` has schema version {found}, this program knows {known}\n  hint: use the version of selfsame that wrote it, or a newer one", path = path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// Version found.
        found: i64,
        /// Version known.
        known: i64,
    },
}

fn hint_for(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "free space on the disk or choose another one with `--out`"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "choose a directory you may write to, for example with `--out`"
        }
        io::ErrorKind::NotFound => "check the path",
        _ => "check the disk, then run again",
    }
}

fn sqlite_hint(error: &rusqlite::Error) -> &'static str {
    use rusqlite::ErrorCode;
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "free space on the disk or choose another one with `--out`",
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            "choose a directory you may write to, for example with `--out`"
        }
        Some(ErrorCode::SystemIoFailure) => {
            "check the disk (its log may tell more), or choose another one with `--out`"
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "close the program that has it open, then run again"
        }
        _ => "please report this as a fault of selfsame",
    }
}

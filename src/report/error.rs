//! What can go wrong when a report is written.

use std::path::PathBuf;

/// The report was not written; files of an earlier report are untouched.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The directory is missing and cannot be made.
    #[error(
        "cannot make the report's directory `{}`: {source}\n  hint: name a directory that can be written to", path.display()
    )]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file cannot be written.
    #[error(
        "cannot write `{}`: {source}\n  hint: check free space and permissions of the directory; nothing was replaced", path.display()
    )]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A complete file cannot be moved to its place.
    #[error(
        "cannot put `{}` in its place: {source}\n  hint: close programs that hold the old file open and run again", path.display()
    )]
    Replace {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

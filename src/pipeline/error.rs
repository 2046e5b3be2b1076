//! What can stop a run. Each stage has its own error; they are wrapped here and nowhere else.

use std::path::PathBuf;

use crate::config::ConfigError;
use crate::{extract, load, report};

/// Which kind of trouble it is: decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A limit or expectation does not hold.
    Gate,
    /// Command line or pipeline file wrong.
    Usage,
    /// An input cannot be read.
    Input,
    /// The output was not written.
    Output,
    /// A bug in selfsame.
    Bug,
}

/// A run that did not come to its end. Nothing was published.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Faults of the pipeline file or a file it names.
    #[error("{}", joined(.0))]
    Config(Vec<ConfigError>),
    /// The command line does not fit the data.
    #[error("{0}")]
    Usage(String),
    /// Limits or expectations that do not hold.
    #[error("{}", .0.join("\nerror: "))]
    Gate(Vec<String>),
    /// A source cannot be read.
    #[error(transparent)]
    Extract(#[from] extract::Error),
    /// Another input cannot be read: truth, clusters, database.
    #[error("{0}")]
    Input(String),
    /// The database was not written.
    #[error(transparent)]
    Load(#[from] load::Error),
    /// The report was not written.
    #[error(transparent)]
    Report(#[from] report::Error),
    /// A file was not written; told of its target, not of the temporary.
    #[error("{0}")]
    Unwritten(String),
    /// A file was not written.
    #[error("cannot write `{}`: {source}\n  hint: {}", path.display(), advice(source))]
    Output {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The numbers do not add up.
    #[error("{0}\n  hint: this is a bug in selfsame; nothing was published")]
    Bug(String),
}

impl Error {
    /// Which kind of trouble it is.
    #[must_use]
    pub fn class(&self) -> Class {
        match self {
            Error::Config(_) | Error::Usage(_) => Class::Usage,
            Error::Gate(_) => Class::Gate,
            Error::Extract(extract::Error::Spool { .. }) => Class::Output,
            Error::Extract(extract::Error::NamedTwice { .. }) => Class::Usage,
            Error::Extract(_) | Error::Input(_) => Class::Input,
            Error::Load(load::Error::Accounting { .. } | load::Error::Unfaithful(_)) => Class::Bug,
            Error::Load(_) | Error::Report(_) | Error::Output { .. } | Error::Unwritten(_) => {
                Class::Output
            }
            Error::Bug(_) => Class::Bug,
        }
    }

    /// The error as the user should see it: of files in the output folder, not of temporaries in `made`.
    #[must_use]
    pub fn seen_from(self, made: &std::path::Path, published: &std::path::Path) -> Self {
        if self.class() != Class::Output {
            return self;
        }
        let words = self.to_string();
        Error::Unwritten(words.replace(
            &made.display().to_string(),
            &published.display().to_string(),
        ))
    }

    /// For `map_err`: a file that cannot be written.
    pub fn output(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Error::Output { path, source }
    }
}

impl From<ConfigError> for Error {
    fn from(e: ConfigError) -> Self {
        Error::Config(vec![e])
    }
}

impl From<Vec<ConfigError>> for Error {
    fn from(e: Vec<ConfigError>) -> Self {
        Error::Config(e)
    }
}

fn joined(faults: &[ConfigError]) -> String {
    let shown: Vec<String> = faults.iter().map(ToString::to_string).collect();
    shown.join("\nerror: ")
}

fn advice(error: &std::io::Error) -> &'static str {
    use std::io::ErrorKind::{
        IsADirectory, NotADirectory, NotFound, PermissionDenied, ReadOnlyFilesystem, StorageFull,
    };
    match error.kind() {
        StorageFull => {
            "the disk is full: free space, or write elsewhere; what was there before is untouched"
        }
        PermissionDenied | ReadOnlyFilesystem => {
            "you may not write there: choose another folder; what was there before is untouched"
        }
        NotFound => "its folder does not exist: make it first",
        IsADirectory => "it is a folder: name a file in it",
        NotADirectory => "a part of the path is a file, not a folder",
        _ => "what was there before is untouched",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_its_errors() {
        let io = || std::io::Error::from(std::io::ErrorKind::StorageFull);
        assert_eq!(Error::Gate(vec![]).class(), Class::Gate);
        assert_eq!(Error::Usage(String::new()).class(), Class::Usage);
        assert_eq!(Error::output("x")(io()).class(), Class::Output);
        let shown = Error::output("x.csv")(io()).to_string();
        assert!(
            shown.contains("`x.csv`") && shown.contains("disk is full"),
            "{shown}"
        );
    }
}

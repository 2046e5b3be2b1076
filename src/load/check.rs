//! Checks of the new database before it is published.

use super::Error;
use crate::record::Dataset;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;

/// Checks structure and references of a closed database, on two threads.
///
/// # Errors
/// The first fault found.
pub fn check_database(file: &Path, target: &Path) -> Result<(), Error> {
    let structure = || {
        let db = open(file, target)?;
        let fault: String = db
            .query_row("PRAGMA quick_check(1)", [], |r| r.get(0))
            .map_err(failed(target, "quick check"))?;
        if fault == "ok" {
            Ok(())
        } else {
            Err(damaged(target, fault))
        }
    };
    let references = || {
        let db = open(file, target)?;
        let mut check = db
            .prepare("PRAGMA foreign_key_check")
            .map_err(failed(target, "reference check"))?;
        let mut faults = check.query([]).map_err(failed(target, "reference check"))?;
        match faults.next().map_err(failed(target, "reference check"))? {
            None => Ok(()),
            Some(row) => {
                let table: String = row.get(0).map_err(failed(target, "reference check"))?;
                let parent: String = row.get(2).map_err(failed(target, "reference check"))?;
                Err(damaged(
                    target,
                    format!("a row of `{table}` names a missing `{parent}`"),
                ))
            }
        }
    };
    let (structure, references) = rayon::join(structure, references);
    structure.and(references)
}

/// Checks that no row was lost: read = accepted + quarantined for each source with files.
///
/// # Errors
/// The first source whose figures do not add up.
pub fn account_for_files<'a>(
    dataset: &Dataset,
    sources: impl Iterator<Item = (&'a str, usize)>,
) -> Result<(), Error> {
    for (name, accepted) in sources {
        let files: Vec<_> = dataset.files.iter().filter(|f| f.source == name).collect();
        if files.is_empty() {
            continue;
        }
        let read: u64 = files.iter().map(|f| f.rows).sum();
        let refused: u64 = files.iter().map(|f| f.quarantined).sum();
        account(
            || format!("rows of source `{name}`: read against accepted and quarantined"),
            read,
            accepted as u64 + refused,
        )?;
    }
    Ok(())
}

/// Two figures that must agree.
///
/// # Errors
/// When they do not.
pub fn account(what: impl Fn() -> String, expected: u64, found: u64) -> Result<(), Error> {
    if expected == found {
        return Ok(());
    }
    Err(Error::Accounting {
        what: what(),
        expected,
        found,
    })
}

fn open(file: &Path, target: &Path) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db =
        Connection::open_with_flags(file, flags).map_err(failed(target, "open for checking"))?;
    db.execute_batch("PRAGMA cache_size=-32768;")
        .map_err(failed(target, "open for checking"))?;
    Ok(db)
}

fn failed<'p>(target: &'p Path, step: &'p str) -> impl Fn(rusqlite::Error) -> Error + 'p {
    move |source| Error::Sqlite {
        path: target.to_owned(),
        step: step.to_owned(),
        source,
    }
}

fn damaged(target: &Path, fault: String) -> Error {
    Error::Damaged {
        path: target.to_owned(),
        fault,
    }
}

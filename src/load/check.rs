//! Checks of the new database before it is published.

use super::Error;
use crate::record::Dataset;
use rusqlite::{Connection, OpenFlags};
use std::collections::HashMap;
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
        match broken_reference(&db).map_err(failed(target, "reference check"))? {
            None => Ok(()),
            Some((table, parent)) => Err(damaged(
                target,
                format!("a row of `{table}` names a missing `{parent}`"),
            )),
        }
    };
    let (structure, references) = rayon::join(structure, references);
    structure.and(references)
}

/// A table with a row that refers to none, and the table referred to.
///
/// Most keys are numbers without a gap. Then a reference exists when it lies between the first and the last, so that one
/// pass over a table answers for all its rows; other references are looked up one by one.
fn broken_reference(db: &Connection) -> rusqlite::Result<Option<(String, String)>> {
    let mut tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    let tables: Vec<String> = tables
        .query_map([], |r| r.get(0))?
        .collect::<Result<_, _>>()?;
    let mut dense = HashMap::new();
    for table in &tables {
        dense.insert(table.as_str(), dense_keys(db, table)?);
    }
    for table in &tables {
        let mut keys = db.prepare("SELECT \"table\", \"from\" FROM pragma_foreign_key_list(?)")?;
        let keys: Vec<(String, String)> = keys
            .query_map([table], |r| Ok((r.get(0)?, r.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let bounds: Option<Vec<(i64, i64)>> = keys
            .iter()
            .map(|(parent, _)| dense.get(parent.as_str()).copied().flatten())
            .collect();
        let Some(bounds) = bounds else {
            let mut check = db.prepare(&format!("PRAGMA foreign_key_check({table})"))?;
            let mut faults = check.query([])?;
            if let Some(fault) = faults.next()? {
                return Ok(Some((table.clone(), fault.get(2)?)));
            }
            continue;
        };
        if keys.is_empty() {
            continue;
        }
        let ends: Vec<String> = keys
            .iter()
            .map(|(_, column)| format!("min({column}), max({column})"))
            .collect();
        let sql = format!("SELECT {} FROM {table} NOT INDEXED", ends.join(", "));
        let broken = db.query_row(&sql, [], |row| {
            for (i, (first, last)) in bounds.iter().enumerate() {
                let ends: (Option<i64>, Option<i64>) = (row.get(2 * i)?, row.get(2 * i + 1)?);
                if ends.0.is_some_and(|n| n < *first) || ends.1.is_some_and(|n| n > *last) {
                    return Ok(Some(i));
                }
            }
            Ok(None)
        })?;
        if let Some(i) = broken {
            return Ok(Some((table.clone(), keys[i].0.clone())));
        }
    }
    Ok(None)
}

/// First and last key of a table whose integer keys have no gap; of an empty one, a range that holds nothing.
fn dense_keys(db: &Connection, table: &str) -> rusqlite::Result<Option<(i64, i64)>> {
    let key: Option<String> = db.query_row(
        "SELECT CASE WHEN count(*) = 1 AND max(type) = 'INTEGER' THEN max(name) END
             FROM pragma_table_info(?) WHERE pk > 0",
        [table],
        |r| r.get(0),
    )?;
    let Some(key) = key else {
        return Ok(None);
    };
    let sql = format!(
        "SELECT (SELECT count(*) FROM {table} NOT INDEXED), (SELECT min({key}) FROM {table}), (SELECT max({key}) FROM {table})"
    );
    db.query_row(&sql, [], |r| {
        let (count, first, last): (i64, Option<i64>, Option<i64>) =
            (r.get(0)?, r.get(1)?, r.get(2)?);
        Ok(match first.zip(last) {
            Some((first, last)) => (last - first == count - 1).then_some((first, last)),
            None => Some((i64::MAX, i64::MIN)),
        })
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A parent with the given keys and a child with the given references, as [`check_database`] sees them.
    fn checked(parents: &[i64], children: &[Option<i64>]) -> Result<(), String> {
        checked_with(parents, children, "INSERT INTO u VALUES('a'), (NULL)")
    }

    fn checked_with(parents: &[i64], children: &[Option<i64>], more: &str) -> Result<(), String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.db");
        let db = Connection::open(&file).unwrap();
        db.execute_batch(
            "PRAGMA foreign_keys=OFF;
             CREATE TABLE p(no INTEGER PRIMARY KEY) STRICT;
             CREATE TABLE c(at INTEGER NOT NULL, p INTEGER REFERENCES p, PRIMARY KEY(at)) STRICT, WITHOUT ROWID;
             CREATE TABLE t(name TEXT PRIMARY KEY) STRICT;
             CREATE TABLE u(name TEXT REFERENCES t) STRICT;
             INSERT INTO t VALUES('a');",
        )
        .unwrap();
        for parent in parents {
            db.execute("INSERT INTO p VALUES(?)", [parent]).unwrap();
        }
        for (i, child) in children.iter().enumerate() {
            db.execute("INSERT INTO c VALUES(?, ?)", (i as i64, child))
                .unwrap();
        }
        db.execute_batch(more).unwrap();
        drop(db);
        check_database(&file, &file).map_err(|e| e.to_string())
    }

    #[test]
    fn references_are_checked_by_range_and_one_by_one() {
        let missing = |result: Result<(), String>| {
            result.is_err_and(|e| e.contains("a row of `c` names a missing `p`"))
        };
        // without gaps, and with one
        for parents in [&[3, 4, 5, 6][..], &[3, 4, 6]] {
            assert_eq!(checked(parents, &[Some(3), None, Some(6), Some(4)]), Ok(()));
            assert!(missing(checked(parents, &[Some(3), Some(2)])));
            assert!(missing(checked(parents, &[Some(7), Some(3)])));
        }
        assert!(missing(checked(&[3, 4, 6], &[Some(5)])));
        assert!(missing(checked(&[], &[Some(0)])));
        assert_eq!(checked(&[], &[None]), Ok(()));
        let text = checked_with(&[1], &[Some(1)], "INSERT INTO u VALUES('b')");
        assert!(text.is_err_and(|e| e.contains("a row of `u` names a missing `t`")));
    }
}

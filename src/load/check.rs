//! Checks of the new database before it is published.

use super::Error;
use super::rows::WrittenRows;
use crate::record::Dataset;
use rayon::prelude::*;
use rusqlite::{Connection, OpenFlags};
use std::collections::HashMap;
use std::path::Path;

/// Checks structure and references of a closed database, tables side by side. Tables of `written` are known from the rows
/// as they were written: for their references they are not read again.
///
/// # Errors
/// The first fault found.
pub fn check_database(
    file: &Path,
    target: &Path,
    written: &HashMap<&str, WrittenRows>,
) -> Result<(), Error> {
    let db = open(file, target)?;
    let named = db
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .and_then(|mut names| names.query_map([], |r| r.get(0))?.collect());
    let tables: Vec<String> = named.map_err(failed(target, "list tables"))?;
    let structure = || {
        let mut all: Vec<&str> = tables.iter().map(String::as_str).collect();
        all.push("sqlite_schema");
        all.into_par_iter()
            .try_for_each(|table| check_structure(file, target, table))
    };
    let references = || match broken_reference(&db, &tables, written) {
        Err(e) => Err(failed(target, "reference check")(e)),
        Ok(None) => Ok(()),
        Ok(Some((table, parent))) => Err(damaged(
            target,
            format!("a row of `{table}` names a missing `{parent}`"),
        )),
    };
    references()?;
    structure()
}

/// Checks the pages of a table and its indexes.
fn check_structure(file: &Path, target: &Path, table: &str) -> Result<(), Error> {
    let db = open(file, target)?;
    let fault: String = db
        .query_row(&format!("PRAGMA quick_check({table})"), [], |r| r.get(0))
        .map_err(failed(target, "quick check"))?;
    if fault == "ok" {
        Ok(())
    } else {
        Err(damaged(target, fault))
    }
}

/// A table with a row that refers to none, and the table referred to.
///
/// Most keys are numbers without a gap. Then a reference exists when it lies between the first and the last, so that the
/// ends of a column answer for all its rows; other references are looked up one by one.
fn broken_reference(
    db: &Connection,
    tables: &[String],
    written: &HashMap<&str, WrittenRows>,
) -> rusqlite::Result<Option<(String, String)>> {
    let mut dense = HashMap::new();
    for table in tables {
        let keys = dense_keys(db, table, written.get(table.as_str()))?;
        dense.insert(table.as_str(), keys);
    }
    let mut keys = db.prepare(
        "SELECT f.\"table\", f.\"from\", c.cid FROM pragma_foreign_key_list(?1) f
         JOIN pragma_table_info(?1) c ON c.name = f.\"from\"",
    )?;
    for table in tables {
        let keys: Vec<(String, String, u32)> = keys
            .query_map([table], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?
            .collect::<Result<_, _>>()?;
        let bounds: Option<Vec<(i64, i64)>> = keys
            .iter()
            .map(|(parent, _, _)| dense.get(parent.as_str()).copied().flatten())
            .collect();
        let Some(bounds) = bounds else {
            let mut check = db.prepare(&format!("PRAGMA foreign_key_check({table})"))?;
            let mut faults = check.query([])?;
            if let Some(fault) = faults.next()? {
                return Ok(Some((table.clone(), fault.get(2)?)));
            }
            continue;
        };
        for ((parent, column, at), (first, last)) in keys.iter().zip(bounds) {
            let ends = match written.get(table.as_str()) {
                Some(rows) => rows.ends.get(*at as usize).copied().flatten(),
                None => ends(db, table, column)?,
            };
            if ends.is_some_and(|(least, greatest)| least < first || greatest > last) {
                return Ok(Some((table.clone(), parent.clone())));
            }
        }
    }
    Ok(None)
}

/// The least and the greatest value in a column.
fn ends(db: &Connection, table: &str, column: &str) -> rusqlite::Result<Option<(i64, i64)>> {
    let sql = format!("SELECT min({column}), max({column}) FROM {table} NOT INDEXED");
    db.query_row(&sql, [], |r| {
        let (least, greatest): (Option<i64>, Option<i64>) = (r.get(0)?, r.get(1)?);
        Ok(least.zip(greatest))
    })
}

/// First and last key of a table whose integer keys have no gap; of an empty one, a range that holds nothing.
fn dense_keys(
    db: &Connection,
    table: &str,
    written: Option<&WrittenRows>,
) -> rusqlite::Result<Option<(i64, i64)>> {
    let key: Option<(String, u32)> = db.query_row(
        "SELECT CASE WHEN count(*) = 1 AND max(type) = 'INTEGER' THEN max(name) END, max(cid)
             FROM pragma_table_info(?) WHERE pk > 0",
        [table],
        |r| {
            let name: Option<String> = r.get(0)?;
            name.map(|name| Ok((name, r.get(1)?))).transpose()
        },
    )?;
    let Some((key, at)) = key else {
        return Ok(None);
    };
    // keys that SQLite gives are not among what was written
    if let Some(WrittenRows { count, ends }) = written
        && let Some((first, last)) = ends.get(at as usize).copied().flatten()
    {
        let dense = (last - first).unsigned_abs() + 1 == *count;
        return Ok(dense.then_some((first, last)));
    }
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
    // every page is read once
    db.execute_batch("PRAGMA cache_size=-2048;")
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
        let more = "INSERT INTO u VALUES('a'), (NULL)";
        checked_with(parents, children, more, &HashMap::new())
    }

    fn checked_with(
        parents: &[i64],
        children: &[Option<i64>],
        more: &str,
        written: &HashMap<&str, WrittenRows>,
    ) -> Result<(), String> {
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
        check_database(&file, &file, written).map_err(|e| e.to_string())
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
        // what was written answers for its table
        let rows = |ends| WrittenRows {
            count: 4,
            ends: vec![Some(ends)],
        };
        let known = |parents, children| {
            let (parents, children) = (rows(parents), rows(children));
            let child = WrittenRows {
                ends: vec![Some((0, 3)), children.ends[0]],
                ..children
            };
            let written = HashMap::from([("p", parents), ("c", child)]);
            checked_with(&[3, 4, 6], &[Some(3)], "", &written)
        };
        assert_eq!(known((3, 6), (3, 6)), Ok(()));
        assert!(missing(known((3, 6), (2, 6))) && missing(known((3, 6), (3, 7))));
        // keys with a gap are looked up in the database
        assert_eq!(known((3, 7), (3, 7)), Ok(()));
        let text = checked_with(
            &[1],
            &[Some(1)],
            "INSERT INTO u VALUES('b')",
            &HashMap::new(),
        );
        assert!(text.is_err_and(|e| e.contains("a row of `u` names a missing `t`")));
    }
}

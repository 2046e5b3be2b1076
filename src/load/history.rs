//! How rules went over runs: the table `validation`, carried over from the database that a new one replaces.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, params};

use super::input::{LoadInput, Quality, RunFacts};
use super::{APPLICATION_ID, Error};
use crate::validate::{RuleResult, RuleRun};

/// Results of earlier runs that a database holds, oldest first; none when there is no such file, or it is of a version
/// without them.
///
/// # Errors
/// When the file is no database of ours, or cannot be read.
pub fn read(path: &Path) -> Result<Vec<RuleRun>, Error> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let wrong = |fault: String| Error::NotScv {
        path: path.to_owned(),
        fault,
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let read = || -> rusqlite::Result<Option<Vec<RuleRun>>> {
        let db = Connection::open_with_flags(path, flags)?;
        let application: i64 = db.pragma_query_value(None, "application_id", |r| r.get(0))?;
        if application != APPLICATION_ID {
            return Ok(None);
        }
        let sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'validation'";
        if db.query_row(sql, [], |r| r.get::<_, i64>(0))? == 0 {
            return Ok(Some(Vec::new()));
        }
        let mut select = db.prepare(
            "SELECT started_at, run_id, rule, source, fields, requirement, severity, outcome, checked, failed
             FROM validation ORDER BY started_at, run_id, rule, source",
        )?;
        let rows = select.query_map([], |r| {
            Ok(RuleRun {
                started_at: r.get(0)?,
                run_id: r.get(1)?,
                rule: r.get(2)?,
                source: r.get(3)?,
                fields: r.get(4)?,
                check: r.get(5)?,
                severity: r.get(6)?,
                outcome: r.get(7)?,
                checked: r.get::<_, i64>(8)?.unsigned_abs(),
                failed: r.get::<_, i64>(9)?.unsigned_abs(),
            })
        })?;
        rows.collect::<rusqlite::Result<_>>().map(Some)
    };
    match read() {
        Ok(Some(runs)) => Ok(runs),
        Ok(None) => Err(wrong("it was written by another program".to_owned())),
        Err(e) => Err(wrong(e.to_string())),
    }
}

/// Adds what rules came to in a run that one of them stopped to the database that stays: one transaction, and nothing
/// else of it changes. Gives whether it was written; a file that is not there, or is of a version without results, is left
/// alone.
///
/// # Errors
/// When the file is no database of ours, or cannot be written.
pub fn add_stopped(path: &Path, results: &[RuleResult], run: &RunFacts) -> Result<bool, Error> {
    // also tells whether the file is ours and has the table
    if read(path)?.is_empty() && !has_results(path) {
        return Ok(false);
    }
    let write = || -> rusqlite::Result<()> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut db = Connection::open_with_flags(path, flags)?;
        let all = db.transaction()?;
        for result in results {
            insert(&all, &RuleRun::of(result, &run.id, &run.started_at))?;
        }
        all.commit()
    };
    write().map(|()| true).map_err(|e| Error::NotScv {
        path: path.to_owned(),
        fault: e.to_string(),
    })
}

fn has_results(path: &Path) -> bool {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    path.exists()
        && Connection::open_with_flags(path, flags)
            .and_then(|db| db.prepare("SELECT 1 FROM validation").map(|_| ()))
            .is_ok()
}

fn insert(db: &Connection, r: &RuleRun) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT OR REPLACE INTO validation VALUES(?,?,?,?,?,?,?,?,?,?)")?
        .execute(params![
            r.started_at,
            r.run_id,
            r.rule,
            r.source,
            r.fields,
            r.check,
            r.severity,
            r.outcome,
            r.checked as i64,
            r.failed as i64
        ])?;
    Ok(())
}

/// Writes what rules came to, in this run and before, the values they took out, and decisions on rows.
pub(super) fn write(db: &Connection, input: &LoadInput<'_, '_>) -> rusqlite::Result<()> {
    let Quality {
        results,
        history,
        blanked,
        decided,
    } = input.quality;
    let (run_id, started_at) = (&input.run.id, &input.run.started_at);
    let own = results.iter().map(|r| RuleRun::of(r, run_id, started_at));
    for r in history.iter().cloned().chain(own) {
        insert(db, &r)?;
    }
    let mut insert_blanked = db.prepare("INSERT INTO blanked VALUES(?,?,?,?,?)")?;
    for b in blanked {
        insert_blanked.execute(params![b.source, b.key, b.column, b.value, b.rule])?;
    }
    let mut insert_decided =
        db.prepare("INSERT INTO decided_row VALUES(NULL,?,?,?,?,?,?,?,?,?,?)")?;
    for d in decided {
        let note = Some(&d.note).filter(|n| !n.is_empty());
        insert_decided.execute(params![
            d.source,
            d.digest,
            d.action,
            d.rules,
            d.decided_at,
            note,
            d.file,
            d.row as i64,
            d.original,
            d.cells
        ])?;
    }
    Ok(())
}

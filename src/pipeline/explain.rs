//! Why two records of a database are, or are not, one customer.
//!
//! The evidence of matches and review pairs is stored. For any other pair the run is done again from what the database
//! keeps (`kept.rs`) of it.

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params};

use super::error::Error;
use super::event::Observer;
use super::kept;
use crate::explain::Case;
use crate::load::evidence::parse_evidence;
use crate::pair::{MatchWeight, PairEvidence, Probability, Verdict};
use crate::record::RecordId;

struct Found {
    id: i64,
    customer: i64,
    customer_id: String,
}

/// Explains a pair, given as `source:key`.
///
/// # Errors
/// When the database is none of ours, or does not know a record.
pub fn explain(
    database: &Path,
    left: &str,
    right: &str,
    observer: &dyn Observer,
) -> Result<Case, Error> {
    let file = database.display().to_string();
    let db = open(database)?;
    let wrong = |e: rusqlite::Error| {
        Error::Input(format!(
            "{file}: cannot be read as a customer database: {e}\n  hint: give the `customers.db` that `selfsame run` wrote"
        ))
    };
    let (a, b) = (find(&db, &file, left)?, find(&db, &file, right)?);
    if a.id == b.id {
        return Err(Error::Usage(format!(
            "`{left}` and `{right}` are the same record\n  hint: name two records"
        )));
    }
    let (first, second) = (a.id.min(b.id), a.id.max(b.id));
    let thresholds: (f64, f64) = db
        .query_row(
            "SELECT match_threshold, review_threshold FROM run",
            [],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )
        .map_err(wrong)?;
    let stored: Option<(String, f64, f64, String)> = db
        .query_row(
            "SELECT verdict, weight, probability, evidence FROM match_pair WHERE left_record = ? AND right_record = ?",
            params![first, second],
            |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)),
        )
        .optional()
        .map_err(wrong)?;
    let evidence = match stored {
        Some((verdict, weight, probability, json)) => {
            let stored = parse_evidence(&json).map_err(|e| {
                Error::Input(format!(
                    "{file}: evidence of this pair is damaged: {e}\n  hint: run the pipeline again"
                ))
            })?;
            PairEvidence {
                left: RecordId(first as u32),
                right: RecordId(second as u32),
                rules: stored.rules,
                prior: MatchWeight(stored.prior),
                comparisons: stored.comparisons,
                weight: MatchWeight(weight),
                probability: Probability(probability),
                verdict: if verdict == "match" {
                    Verdict::Match
                } else {
                    Verdict::Review
                },
                note: stored.note,
            }
        }
        None => kept::again(&db, &file, observer)?
            .explain(RecordId(first as u32), RecordId(second as u32))
            .into_owned(),
    };
    let same_customer = a.customer == b.customer;
    let path = if same_customer && evidence.verdict != Verdict::Match {
        path(&db, a.customer, a.id, b.id).map_err(wrong)?
    } else {
        Vec::new()
    };
    // evidence speaks of the smaller record as the left one
    let (a, b, left, right) = if a.id < b.id {
        (a, b, left, right)
    } else {
        (b, a, right, left)
    };
    Ok(Case {
        left: left.to_owned(),
        right: right.to_owned(),
        left_customer: a.customer_id,
        right_customer: b.customer_id,
        same_customer,
        evidence,
        match_threshold: Probability(thresholds.0),
        review_threshold: Probability(thresholds.1),
        path,
    })
}

fn open(database: &Path) -> Result<Connection, Error> {
    let file = database.display();
    if database.is_dir() {
        return Err(Error::Input(format!(
            "{file}: is a directory\n  hint: give the `customers.db` inside it"
        )));
    }
    if !database.exists() {
        return Err(Error::Input(format!(
            "{file}: no such file\n  hint: give the `customers.db` that `selfsame run` wrote"
        )));
    }
    let wrong = |what: String| {
        Error::Input(format!(
            "{file}: {what}\n  hint: give the `customers.db` that `selfsame run` wrote"
        ))
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(database, flags).map_err(|e| wrong(e.to_string()))?;
    let application: i64 = db
        .query_row("PRAGMA application_id", [], |r| r.get(0))
        .map_err(|_| wrong("is not a SQLite database".into()))?;
    if application != crate::load::APPLICATION_ID {
        return Err(wrong("is not a customer database of selfsame".into()));
    }
    Ok(db)
}

fn find(db: &Connection, file: &str, label: &str) -> Result<Found, Error> {
    let unknown =
        |what: String, hint: &str| Error::Usage(format!("{file}: {what}\n  hint: {hint}"));
    let Some((source, key)) = label.split_once(':') else {
        return Err(unknown(
            format!("`{label}` is not `source:key`"),
            "records are called by source and key, such as `shop:1041`; the view `crosswalk` lists them",
        ));
    };
    let found = db
        .query_row(
            "SELECT r.record_id, r.customer_no, c.customer_id FROM source_record r \
             JOIN source s ON s.source_id = r.source_id JOIN customer c ON c.customer_no = r.customer_no \
             WHERE s.name = ? AND r.source_key = ?",
            params![source, key],
            |r| {
                Ok(Found {
                    id: r.get(0)?,
                    customer: r.get(1)?,
                    customer_id: r.get(2)?,
                })
            },
        )
        .optional()
        .map_err(|e| Error::Input(format!("{file}: {e}\n  hint: run the pipeline again")))?;
    found.ok_or_else(|| {
        let names: Vec<String> = db
            .prepare("SELECT name FROM source WHERE kind = 'customers' ORDER BY source_id")
            .and_then(|mut q| q.query_map([], |r| r.get(0))?.collect())
            .unwrap_or_default();
        if names.iter().any(|n| n == source) {
            unknown(
                format!("source `{source}` has no record `{key}`"),
                "the view `crosswalk` lists all records; a refused one is in table `quarantine`",
            )
        } else {
            unknown(
                format!("no source `{source}`"),
                &format!("sources are: {}", names.join(", ")),
            )
        }
    })
}

/// Records over which two records of a customer are connected by matches: the shortest such path, smallest first.
fn path(db: &Connection, customer: i64, from: i64, to: i64) -> rusqlite::Result<Vec<String>> {
    let mut next = BTreeMap::<i64, Vec<i64>>::new();
    let mut query = db.prepare(
        "SELECT p.left_record, p.right_record FROM source_record r JOIN match_pair p ON p.left_record = r.record_id \
         WHERE r.customer_no = ? AND p.merged = 1 ORDER BY 1, 2",
    )?;
    let pairs = query.query_map([customer], |r| {
        Ok((r.get::<_, i64>(0)?, r.get::<_, i64>(1)?))
    })?;
    for pair in pairs {
        let (a, b) = pair?;
        next.entry(a).or_default().push(b);
        next.entry(b).or_default().push(a);
    }
    let mut came = BTreeMap::from([(from, from)]);
    let mut queue = VecDeque::from([from]);
    while let Some(at) = queue.pop_front() {
        for &n in next.get(&at).into_iter().flatten() {
            if let std::collections::btree_map::Entry::Vacant(slot) = came.entry(n) {
                slot.insert(at);
                queue.push_back(n);
            }
        }
    }
    let mut ids = Vec::new();
    let mut at = to;
    while let Some(&before) = came.get(&at) {
        ids.push(at);
        if at == from {
            break;
        }
        at = before;
    }
    ids.reverse();
    let mut label = db.prepare(
        "SELECT s.name || ':' || r.source_key FROM source_record r JOIN source s ON s.source_id = r.source_id WHERE r.record_id = ?",
    )?;
    ids.iter()
        .map(|id| label.query_row([id], |r| r.get(0)))
        .collect()
}

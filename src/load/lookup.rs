//! Reads a single-customer-view database: records by source and key, their customers, pairs with evidence.

use super::evidence::{StoredEvidence, parse_evidence};
use super::{APPLICATION_ID, Error, SCHEMA_VERSION};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};
use std::path::{Path, PathBuf};

/// An open single-customer-view database, read-only.
#[derive(Debug)]
pub struct Scv {
    db: Connection,
    path: PathBuf,
}

/// One source record with its customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRecord {
    /// Number of the record in its run.
    pub record_id: i64,
    /// Source name.
    pub source: String,
    /// Key within the source.
    pub key: String,
    /// Number of its customer in the run.
    pub customer_no: i64,
    /// Stable id of its customer.
    pub customer_id: String,
    /// Records of its customer.
    pub record_count: i64,
    /// File it was read from.
    pub file: Option<String>,
    /// Row in that file, from 1.
    pub row_number: i64,
    /// The raw row as JSON.
    pub raw: String,
}

/// One stored pair.
#[derive(Debug)]
pub struct StoredPair {
    /// The smaller record's number.
    pub left: i64,
    /// The larger record's number.
    pub right: i64,
    /// `match` or `review`.
    pub verdict: String,
    /// Whether both records are one customer now.
    pub merged: bool,
    /// Match weight in bits.
    pub weight: f64,
    /// The weight as a probability.
    pub probability: f64,
    /// First blocking rule that proposed the pair.
    pub blocking_rule: String,
    /// The bars of the waterfall.
    pub evidence: StoredEvidence,
}

/// The run that wrote the database.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredRun {
    /// The run's id.
    pub run_id: String,
    /// When it began.
    pub started_at: String,
    /// Version of the program.
    pub version: String,
    /// Match threshold, a probability.
    pub match_threshold: f64,
    /// Review threshold, a probability.
    pub review_threshold: f64,
    /// What the model learned, as JSON.
    pub model: String,
}

/// Opens a database for reading.
///
/// # Errors
/// When there is no such file, it is no single-customer-view database, or a newer version wrote it.
pub fn open(path: &Path) -> Result<Scv, Error> {
    let no = |fault: String| Error::NotScv {
        path: path.to_owned(),
        fault,
    };
    if !path.is_file() {
        return Err(no("there is no such file".to_owned()));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags).map_err(|e| no(e.to_string()))?;
    let pragma = |name: &str| {
        db.pragma_query_value(None, name, |r| r.get::<_, i64>(0))
            .map_err(|e| no(e.to_string()))
    };
    if pragma("application_id")? != APPLICATION_ID {
        return Err(no("it was written by another program".to_owned()));
    }
    let found = pragma("user_version")?;
    if found > SCHEMA_VERSION {
        return Err(Error::Version {
            path: path.to_owned(),
            found,
            known: SCHEMA_VERSION,
        });
    }
    Ok(Scv {
        db,
        path: path.to_owned(),
    })
}

const RECORD: &str = "SELECT r.record_id, s.name, r.source_key, r.customer_no, c.customer_id, c.record_count, f.path,
    r.row_number, r.raw
  FROM source_record r JOIN source s USING(source_id) JOIN customer c USING(customer_no)
  LEFT JOIN source_file f ON f.file_id = r.file_id";

fn record(row: &Row<'_>) -> rusqlite::Result<StoredRecord> {
    Ok(StoredRecord {
        record_id: row.get(0)?,
        source: row.get(1)?,
        key: row.get(2)?,
        customer_no: row.get(3)?,
        customer_id: row.get(4)?,
        record_count: row.get(5)?,
        file: row.get(6)?,
        row_number: row.get(7)?,
        raw: row.get(8)?,
    })
}

type PairRow = (i64, i64, String, bool, f64, f64, String, String);

fn pair_row(row: &Row<'_>) -> rusqlite::Result<PairRow> {
    Ok((
        row.get(0)?,
        row.get(1)?,
        row.get(2)?,
        row.get(3)?,
        row.get(4)?,
        row.get(5)?,
        row.get(6)?,
        row.get(7)?,
    ))
}

const PAIR: &str = "SELECT left_record, right_record, verdict, merged, weight, probability, blocking_rule, evidence FROM match_pair";

impl Scv {
    /// Names of all sources of customers, in declared order.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn sources(&self) -> Result<Vec<String>, Error> {
        self.all(
            "SELECT name FROM source WHERE kind = 'customers' ORDER BY source_id",
            [],
            |r| r.get(0),
        )
    }

    /// The run that wrote the database.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn run(&self) -> Result<StoredRun, Error> {
        let sql = "SELECT run_id, started_at, tool_version, match_threshold, review_threshold, model FROM run ORDER BY started_at DESC, run_id LIMIT 1";
        let run = self.db.query_row(sql, [], |r| {
            Ok(StoredRun {
                run_id: r.get(0)?,
                started_at: r.get(1)?,
                version: r.get(2)?,
                match_threshold: r.get(3)?,
                review_threshold: r.get(4)?,
                model: r.get(5)?,
            })
        });
        run.map_err(|e| self.failed(e))
    }

    /// The record of a source with this key.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn record(&self, source: &str, key: &str) -> Result<Option<StoredRecord>, Error> {
        let sql = format!("{RECORD} WHERE s.name = ? AND r.source_key = ?");
        let found = self
            .db
            .query_row(&sql, params![source, key], record)
            .optional();
        found.map_err(|e| self.failed(e))
    }

    /// The record that `source:key` names; a source's name may itself hold a colon.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn find(&self, label: &str) -> Result<Option<StoredRecord>, Error> {
        for (at, _) in label.match_indices(':') {
            if let Some(found) = self.record(&label[..at], &label[at + 1..])? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The record with this number.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn record_by_id(&self, record_id: i64) -> Result<Option<StoredRecord>, Error> {
        let sql = format!("{RECORD} WHERE r.record_id = ?");
        let found = self.db.query_row(&sql, [record_id], record).optional();
        found.map_err(|e| self.failed(e))
    }

    /// All records of a customer, in order of their numbers.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn members(&self, customer_no: i64) -> Result<Vec<StoredRecord>, Error> {
        let sql = format!("{RECORD} WHERE r.customer_no = ? ORDER BY r.record_id");
        self.all(&sql, [customer_no], record)
    }

    /// The stored pair of two records, in either order; none when it was no match and no review.
    ///
    /// # Errors
    /// What SQLite says, or evidence that cannot be read.
    pub fn pair(&self, a: i64, b: i64) -> Result<Option<StoredPair>, Error> {
        let sql = format!("{PAIR} WHERE left_record = ? AND right_record = ?");
        let found = self
            .db
            .query_row(&sql, [a.min(b), a.max(b)], pair_row)
            .optional();
        found
            .map_err(|e| self.failed(e))?
            .map(|row| self.pair_of(row))
            .transpose()
    }

    /// All stored pairs between records of one customer, in order of records: the links that made it.
    ///
    /// # Errors
    /// What SQLite says, or evidence that cannot be read.
    pub fn pairs_within(&self, customer_no: i64) -> Result<Vec<StoredPair>, Error> {
        let sql = format!(
            "{PAIR} WHERE merged = 1 AND left_record IN (SELECT record_id FROM source_record WHERE customer_no = ?)
             ORDER BY left_record, right_record"
        );
        let rows = self.all(&sql, [customer_no], pair_row)?;
        rows.into_iter().map(|row| self.pair_of(row)).collect()
    }

    /// The golden values of a customer: (column, value), filled columns only.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn customer(&self, customer_no: i64) -> Result<Vec<(String, String)>, Error> {
        let found = self
            .db
            .prepare("SELECT * FROM customer_360 WHERE customer_no = ?")
            .and_then(|mut select| {
                let mut names: Vec<String> = Vec::new();
                names.extend(select.column_names().map(str::to_owned));
                select
                    .query_row([customer_no], |row| {
                        let mut filled = Vec::new();
                        for (i, name) in names.iter().enumerate() {
                            use rusqlite::types::ValueRef;
                            match row.get_ref(i)? {
                                ValueRef::Text(text) => filled.push((
                                    name.clone(),
                                    String::from_utf8_lossy(text).into_owned(),
                                )),
                                ValueRef::Integer(n) => filled.push((name.clone(), n.to_string())),
                                ValueRef::Real(n) => filled.push((name.clone(), n.to_string())),
                                ValueRef::Null | ValueRef::Blob(_) => {}
                            }
                        }
                        Ok(filled)
                    })
                    .optional()
            });
        Ok(found.map_err(|e| self.failed(e))?.unwrap_or_default())
    }

    fn pair_of(&self, row: PairRow) -> Result<StoredPair, Error> {
        let (left, right, verdict, merged, weight, probability, blocking_rule, evidence) = row;
        Ok(StoredPair {
            left,
            right,
            verdict,
            merged,
            weight,
            probability,
            blocking_rule,
            evidence: parse_evidence(&evidence).map_err(|e| Error::NotScv {
                path: self.path.clone(),
                fault: format!("evidence of pair {left}, {right}: {e}"),
            })?,
        })
    }

    fn all<T>(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
        map: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Error> {
        let rows = self
            .db
            .prepare(sql)
            .and_then(|mut select| select.query_map(params, map)?.collect());
        rows.map_err(|e| self.failed(e))
    }

    fn failed(&self, source: rusqlite::Error) -> Error {
        Error::Sqlite {
            path: self.path.clone(),
            step: "read".to_owned(),
            source,
        }
    }
}

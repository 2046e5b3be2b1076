//! What a database keeps of its run, so that its matching can be done again: configuration, meanings of columns, settings and
//! raw rows. Matching is deterministic, so the weights are those of the run.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use rusqlite::{Connection, OpenFlags, params};
use serde::Deserialize;

use super::error::Error;
use super::event::Observer;
use super::job::{Job, Tried};
use crate::extract::{self, Format, Intake, SourceSpec};
use crate::matching;
use crate::pair::Probability;
use crate::profile::Joint;
use crate::record::{ColumnMapping, Dataset, DateOrder, Kind, RecordId, TableMapping};

/// Stores in a new database what is needed to do its matching again: configuration, meanings, settings.
///
/// # Errors
/// When the database cannot be written.
pub(super) fn keep_configuration(
    database: &Path,
    job: &Job,
    tried: &Tried,
    settings: &matching::Settings,
) -> Result<(), Error> {
    let pairs = |pairs: &[(RecordId, RecordId)]| -> Vec<(u32, u32)> {
        pairs.iter().map(|(a, b)| (a.0, b.0)).collect()
    };
    let kept = serde_json::json!({
        "threshold": settings.threshold.map(|p| p.0),
        "review": settings.review.map(|p| p.0),
        "unique_sources": settings.unique_sources,
        "seed": settings.seed,
        "pairs_per_record": settings.pairs_per_record,
        "must_link": pairs(&settings.must_link),
        "cannot_link": pairs(&settings.cannot_link),
        "links": settings.links,
    });
    let mappings =
        serde_json::to_string(&tried.read.mappings).map_err(|e| Error::Bug(e.to_string()))?;
    // columns in the order of the run: the engine goes by position
    let columns: Vec<Vec<&str>> = tried
        .read
        .dataset
        .tables
        .iter()
        .map(|t| t.columns.iter().map(|c| c.name.as_str()).collect())
        .collect();
    let columns = serde_json::to_string(&columns).map_err(|e| Error::Bug(e.to_string()))?;
    let write = || -> rusqlite::Result<()> {
        let db = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        db.execute_batch("PRAGMA journal_mode=MEMORY; BEGIN")?;
        for (name, value) in [
            ("pipeline_file", job.file.as_str()),
            ("pipeline", job.text.as_str()),
            ("match_settings", &kept.to_string()),
            ("mappings", &mappings),
            ("columns", &columns),
        ] {
            db.execute(
                "INSERT OR REPLACE INTO meta VALUES(?, ?)",
                params![name, value],
            )?;
        }
        db.execute_batch("COMMIT")
    };
    write().map_err(|e| Error::output(database)(std::io::Error::other(e)))
}

#[derive(Deserialize)]
struct KeptSettings {
    threshold: Option<f64>,
    review: Option<f64>,
    unique_sources: bool,
    seed: u64,
    pairs_per_record: f64,
    must_link: Vec<(u32, u32)>,
    cannot_link: Vec<(u32, u32)>,
    /// A database of an earlier version has none.
    #[serde(default)]
    links: Vec<matching::Link>,
}

#[derive(Deserialize)]
struct KeptColumn {
    column: String,
    kind: Kind,
    label: Option<String>,
    date_order: Option<DateOrder>,
    confidence: f64,
    reason: String,
    given: bool,
}

#[derive(Deserialize)]
struct KeptMapping {
    source: String,
    columns: Vec<KeptColumn>,
    region: Option<String>,
    organizations: bool,
}

/// Does the matching of a database again, from its raw rows.
///
/// # Errors
/// When a part is missing or damaged, naming `file`.
pub(super) fn again(
    db: &Connection,
    file: &str,
    observer: &dyn Observer,
) -> Result<matching::Matched, Error> {
    let damaged = |what: &str| {
        Error::Input(format!(
            "{file}: {what}\n  hint: this pair was not stored and the run cannot be done again; run the pipeline again"
        ))
    };
    let meta = |name: &str| -> Result<String, Error> {
        db.query_row("SELECT value FROM meta WHERE name = ?", [name], |r| {
            r.get(0)
        })
        .map_err(|_| damaged(&format!("`{name}` is missing")))
    };
    let kept: KeptSettings =
        serde_json::from_str(&meta("match_settings")?).map_err(|e| damaged(&e.to_string()))?;
    let mappings: Vec<KeptMapping> =
        serde_json::from_str(&meta("mappings")?).map_err(|e| damaged(&e.to_string()))?;
    let columns: Vec<Vec<String>> =
        serde_json::from_str(&meta("columns")?).map_err(|e| damaged(&e.to_string()))?;
    let mut dataset = Dataset::default();
    for (mapping, columns) in mappings.iter().zip(&columns) {
        observer.stage(&format!("read {}", mapping.source), 0);
        let table = rebuild(db, file, mapping, columns, &mut dataset)?;
        dataset.tables.push(table);
    }
    dataset.number();
    dataset.source_names = mappings.iter().map(|m| m.source.clone()).collect();
    let each = dataset.tables.iter().enumerate();
    dataset.source_of = each
        .flat_map(|(i, t)| std::iter::repeat_n(i as u16, t.len()))
        .collect();
    let mappings: Vec<TableMapping> = mappings
        .into_iter()
        .map(|m| TableMapping {
            source: m.source,
            region: m.region,
            organizations: m.organizations,
            columns: m
                .columns
                .into_iter()
                .map(|c| ColumnMapping {
                    column: c.column,
                    kind: c.kind,
                    label: c.label,
                    date_order: c.date_order,
                    confidence: c.confidence,
                    reason: c.reason,
                    given: c.given,
                })
                .collect(),
        })
        .collect();
    let ids = |pairs: Vec<(u32, u32)>| {
        pairs
            .into_iter()
            .map(|(a, b)| (RecordId(a), RecordId(b)))
            .collect()
    };
    let settings = matching::Settings {
        threshold: kept.threshold.map(Probability),
        review: kept.review.map(Probability),
        unique_sources: kept.unique_sources,
        seed: kept.seed,
        pairs_per_record: kept.pairs_per_record,
        must_link: ids(kept.must_link),
        cannot_link: ids(kept.cannot_link),
        links: kept.links,
        ..matching::Settings::default()
    };
    Ok(matching::run(
        &dataset,
        &mappings,
        &settings,
        observer.matching(),
    ))
}

/// Takes out the values that rules took out in the run.
fn blank(
    db: &Connection,
    source: &str,
    table: &mut crate::record::SourceTable,
) -> rusqlite::Result<()> {
    // a database of an earlier version has no rules
    let sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'blanked'";
    if db.query_row(sql, [], |r| r.get::<_, i64>(0))? == 0 {
        return Ok(());
    }
    let mut query = db.prepare("SELECT source_key, column_name FROM blanked WHERE source = ?")?;
    let cells = query.query_map([source], |r| {
        Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?))
    })?;
    let cells: Vec<(String, String)> = cells.collect::<rusqlite::Result<_>>()?;
    if cells.is_empty() {
        return Ok(());
    }
    let rows: std::collections::HashMap<Box<str>, usize> = table
        .keys
        .iter()
        .enumerate()
        .map(|(row, key)| (key.clone(), row))
        .collect();
    for (key, column) in cells {
        if let (Some(row), Some(column)) = (rows.get(key.as_str()), table.column(&column)) {
            table.columns[column].ids[*row] = 0;
        }
    }
    Ok(())
}

/// A source's table from its raw rows, in the order of its records, with the columns of the run.
fn rebuild(
    db: &Connection,
    file: &str,
    mapping: &KeptMapping,
    columns: &[String],
    dataset: &mut Dataset,
) -> Result<crate::record::SourceTable, Error> {
    let source = mapping.source.as_str();
    let wrong = |e: &dyn std::fmt::Display| {
        Error::Input(format!(
            "{file}: source `{source}`: {e}\n  hint: run the pipeline again"
        ))
    };
    let scratch = tempfile::Builder::new()
        .prefix("selfsame-")
        .suffix(".jsonl")
        .tempfile()
        .map_err(Error::output(std::env::temp_dir()))?;
    let mut out = std::io::BufWriter::new(scratch.as_file());
    let mut keys = Vec::new();
    let mut query = db
        .prepare(
            "SELECT r.source_key, r.raw FROM source_record r JOIN source s ON s.source_id = r.source_id \
             WHERE s.name = ? ORDER BY r.record_id",
        )
        .map_err(|e| wrong(&e))?;
    let mut rows = query.query([source]).map_err(|e| wrong(&e))?;
    while let Some(row) = rows.next().map_err(|e| wrong(&e))? {
        let (key, raw): (String, String) = (
            row.get(0).map_err(|e| wrong(&e))?,
            row.get(1).map_err(|e| wrong(&e))?,
        );
        keys.push(key.into_boxed_str());
        // raw JSON may hold line breaks between its tokens, never inside its strings
        let line = raw.replace(['\n', '\r'], " ");
        writeln!(out, "{line}").map_err(Error::output(scratch.path()))?;
    }
    out.flush().map_err(Error::output(scratch.path()))?;
    drop(out);
    let spec = SourceSpec {
        format: Some(Format::JsonLines),
        encoding: Some("utf-8".into()),
        ..SourceSpec::new(source, [scratch.path().display().to_string()])
    };
    let (mut refused, mut warnings) = (Vec::new(), Vec::new());
    let mut intake = Intake {
        spool: None,
        keep: &|name| columns.iter().any(|c| c == name),
        // they were withheld when the rows were stored
        withhold: &|_| false,
        on_progress: &mut |_| {},
        files: &mut dataset.files,
        rejections: &mut refused,
        warnings: &mut warnings,
    };
    let mut table = extract::read_source(&spec, &extract::Limits::default(), &mut intake)?;
    table.pad();
    if table.len() != keys.len() {
        return Err(wrong(&"a raw row cannot be read again"));
    }
    for column in &mapping.columns {
        if let Some(joint) = Joint::named(&table, &column.column, column.kind) {
            joint.add(&mut table);
        }
    }
    // columns in the order of the run; one whose cells are all empty is not in the raw rows
    let mut found: BTreeMap<String, crate::record::Column> = table
        .columns
        .drain(..)
        .map(|c| (c.name.clone(), c))
        .collect();
    table.columns = columns
        .iter()
        .map(|name| {
            found.remove(name).unwrap_or_else(|| crate::record::Column {
                name: name.clone(),
                ids: vec![0; keys.len()],
                ..crate::record::Column::default()
            })
        })
        .collect();
    table.keys = keys;
    blank(db, source, &mut table).map_err(|e| wrong(&e))?;
    Ok(table)
}

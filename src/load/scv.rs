//! Writes the single-customer-view database: producers make rows in parallel, one writer inserts them in order.

use super::check::{account, account_for_files, check_database};
use super::customer::{CustomerRows, organizations};
use super::evidence::push_evidence;
use super::input::{LoadInput, LoadSummary, RunFacts, Stage};
use super::linked::Linked;
use super::rows::{Batch, Table};
use super::swap::Staged;
use super::{
    APPLICATION_ID, Error, INDEXES_SQL, LinkedKind, SCHEMA_VERSION, TABLES_SQL, VIEWS_SQL,
};
use crate::pair::Verdict;
use crate::record::RecordId;
use crate::survive::{Gathered, Survivor};
use rayon::prelude::*;
use rusqlite::{Connection, OpenFlags, params};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// Customers (or records, pairs, orders) in one batch of rows.
const BATCH: usize = 1024;
/// Batches that may wait for the writer.
const WAITING: usize = 8;
const PAGE: u64 = 8192;
/// From this many records on, indexes are sorted in temporary files rather than in memory.
const SORT_IN_FILES: usize = 4_000_000;

/// Writes the database to `target`, all or nothing. `progress` is told stage, items done and items in all.
///
/// The content depends on the input alone: not on the number of threads, nor on the clock.
///
/// # Errors
/// Whatever keeps the database from being written, checked or put into place; the old one is then untouched and no
/// temporary file is left.
pub fn load(
    mut input: LoadInput<'_>,
    target: &Path,
    progress: &mut dyn FnMut(Stage, u64, u64),
) -> Result<LoadSummary, Error> {
    let dataset = input.dataset;
    let records = dataset.len() as u64;
    account(
        || "records in clusters".to_owned(),
        records,
        input.clusters.of.len() as u64,
    )?;
    let customer_sources = dataset.tables.iter().map(|t| (t.name.as_str(), t.len()));
    let linked_sources = input
        .linked
        .iter()
        .map(|l| (l.table.name.as_str(), l.table.len()));
    account_for_files(dataset, customer_sources.chain(linked_sources))?;

    let mut linked = Vec::new();
    for (i, table) in input.linked.iter().enumerate() {
        let source_id = (dataset.tables.len() + i) as i64;
        linked.push(Linked::resolve(
            table,
            source_id,
            dataset,
            input.clusters,
            input.reader,
        )?);
    }
    let mut summary = LoadSummary {
        customers: u64::from(input.clusters.count),
        records,
        linked: linked.iter().map(|l| l.found() as u64).sum(),
        unlinked: linked.iter().map(|l| l.lost() as u64).sum(),
        ..LoadSummary::default()
    };
    let (offsets, members) = input.clusters.members();
    for size in offsets
        .windows(2)
        .map(|w| u64::from(w[1] - w[0]))
        .filter(|size| *size > 1)
    {
        summary.merged_customers += 1;
        summary.merged_records += size;
    }

    let staged = Staged::beside(target)?;
    let failed = |step: &str| {
        let (path, step) = (staged.target().to_owned(), step.to_owned());
        move |source| Error::Sqlite { path, step, source }
    };
    let db = create(staged.path(), &input).map_err(failed("create"))?;
    write_run(&db, &input, &summary).map_err(failed("write run"))?;
    write_sources(&db, &input).map_err(failed("write sources"))?;
    let survivor = Survivor::new(dataset, input.mappings, input.reader, input.survive);
    let rows = CustomerRows {
        dataset,
        survivor: &survivor,
        organizations: organizations(dataset, input.mappings),
        run: &input.run.id,
        started_at: &input.run.started_at,
    };
    let (sender, receiver) = sync_channel(WAITING);
    let ((db, written), produced) = thread::scope(|scope| {
        let writer = scope.spawn(move || write(db, &receiver));
        let produced = produce(
            &mut input,
            &rows,
            &linked,
            (&offsets, &members),
            &sender,
            progress,
        );
        drop(sender);
        let joined = writer
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (joined, produced)
    });
    // a refusal of the writer is the cause, a producer's only its consequence
    let counts = written.map_err(|(table, source)| {
        failed(&format!("write `{}`", table.name_and_width().0))(source)
    })?;
    summary.golden_values = produced?;
    summary.rows = Table::ALL
        .iter()
        .zip(counts)
        .map(|(table, count)| (table.name_and_width().0, count))
        .collect();
    db.execute_batch("COMMIT").map_err(failed("commit"))?;

    progress(Stage::Indexes, 0, 1);
    finish(&db).map_err(failed("build indexes"))?;
    progress(Stage::Indexes, 1, 1);
    progress(Stage::Check, 0, 1);
    account_for_rows(&db, &summary, &input, &failed)?;
    db.close().map_err(|(_, source)| failed("close")(source))?;
    check_database(staged.path(), staged.target())?;
    progress(Stage::Check, 1, 1);
    progress(Stage::Publish, 0, 1);
    summary.bytes = staged.publish()?;
    progress(Stage::Publish, 1, 1);
    Ok(summary)
}

fn create(file: &Path, input: &LoadInput<'_>) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(file, flags)?;
    // the file is ours alone and is thrown away on any fault: no journal, no sync before the end
    let sort = if input.dataset.len() < SORT_IN_FILES {
        "MEMORY"
    } else {
        "FILE"
    };
    db.execute_batch(&format!(
        "PRAGMA page_size={PAGE}; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE;
         PRAGMA cache_size=-65536; PRAGMA temp_store={sort}; PRAGMA foreign_keys=OFF; PRAGMA threads=2;
         PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={SCHEMA_VERSION};"
    ))?;
    if let Some(bytes) = input.max_bytes {
        db.pragma_update(None, "max_page_count", (bytes / PAGE).max(1) as i64)?;
    }
    db.execute_batch("BEGIN EXCLUSIVE")?;
    db.execute_batch(TABLES_SQL)?;
    Ok(db)
}

fn write_run(
    db: &Connection,
    input: &LoadInput<'_>,
    summary: &LoadSummary,
) -> rusqlite::Result<()> {
    let RunFacts {
        id,
        started_at,
        version,
        config_sha256,
        seed,
    } = input.run;
    let mut meta = db.prepare("INSERT INTO meta VALUES(?, ?)")?;
    meta.execute(params!["schema_version", SCHEMA_VERSION.to_string()])?;
    meta.execute(params!["written_by", format!("selfsame {version}")])?;
    meta.execute(params!["run_id", id])?;
    let refused: u64 = input.dataset.files.iter().map(|f| f.quarantined).sum();
    let accepted = summary.records + summary.linked;
    let count =
        |verdict: Verdict| input.pairs.iter().filter(|p| p.verdict == verdict).count() as i64;
    let model = serde_json::to_string(input.model)
        .map_err(|e| rusqlite::Error::ToSqlConversionFailure(e.into()))?;
    let read = summary.records + refused + summary.linked + summary.unlinked;
    db.execute(
        "INSERT INTO run VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        params![
            id,
            started_at,
            version,
            config_sha256,
            // stored as the same 64 bits
            *seed as i64,
            read as i64,
            accepted as i64,
            (refused + summary.unlinked) as i64,
            (summary.records - summary.merged_records) as i64,
            summary.merged_records as i64,
            summary.customers as i64,
            input.model.pairs_scored as i64,
            count(Verdict::Match),
            count(Verdict::Review),
            input.model.match_threshold.0,
            input.model.review_threshold.0,
            model,
        ],
    )?;
    Ok(())
}

fn write_sources(db: &Connection, input: &LoadInput<'_>) -> rusqlite::Result<()> {
    let tables = &input.dataset.tables;
    let mut source = db.prepare("INSERT INTO source VALUES(?,?,?,?)")?;
    let mut column = db.prepare("INSERT INTO source_column VALUES(?,?,?,?,?,?,?,?)")?;
    for (i, table) in tables.iter().enumerate() {
        source.execute(params![i as i64, table.name, "customers", None::<i64>])?;
        let named = input.mappings.iter().find(|m| m.source == table.name);
        let Some(mapping) = named.or_else(|| input.mappings.get(i)) else {
            continue;
        };
        for (position, c) in mapping.columns.iter().enumerate() {
            let position = position as i64 + 1;
            column.execute(params![
                i as i64,
                position,
                c.column,
                c.kind.name(),
                c.label,
                c.confidence,
                c.given,
                c.reason
            ])?;
        }
    }
    for (i, linked) in input.linked.iter().enumerate() {
        let kind = match linked.kind {
            LinkedKind::Transactions => "transactions",
            LinkedKind::Interactions => "interactions",
        };
        let of = tables
            .iter()
            .position(|t| t.name == linked.of)
            .map(|p| p as i64);
        source.execute(params![
            (tables.len() + i) as i64,
            linked.table.name,
            kind,
            of
        ])?;
    }
    let names: Vec<&str> = tables
        .iter()
        .map(|t| t.name.as_str())
        .chain(input.linked.iter().map(|l| l.table.name.as_str()))
        .collect();
    let mut file = db.prepare("INSERT INTO source_file VALUES(?,?,?,?,?,?,?,?,?,?,?,?)")?;
    for (i, f) in input.dataset.files.iter().enumerate() {
        let source_id = names.iter().position(|n| *n == f.source).map(|p| p as i64);
        file.execute(params![
            i as i64,
            input.run.id,
            source_id,
            f.path,
            f.format,
            f.delimiter,
            f.encoding,
            f.detected,
            f.bytes as i64,
            f.sha256,
            f.rows as i64,
            f.quarantined as i64
        ])?;
    }
    Ok(())
}

type Written = Result<[u64; Table::ALL.len()], (Table, rusqlite::Error)>;

/// The writer: inserts batches in the order in which they come, and gives the connection back.
fn write(db: Connection, batches: &Receiver<Batch>) -> (Connection, Written) {
    let written = write_all(&db, batches);
    (db, written)
}

fn write_all(db: &Connection, batches: &Receiver<Batch>) -> Written {
    let mut counts = [0; Table::ALL.len()];
    let mut inserts = Vec::with_capacity(Table::ALL.len());
    for table in Table::ALL {
        inserts.push(db.prepare(&table.insert_sql()).map_err(|e| (table, e))?);
    }
    for batch in batches {
        for (table, rows) in batch.filled() {
            let inserted = rows.insert(&mut inserts[table as usize]);
            counts[table as usize] += inserted.map_err(|e| (table, e))?;
        }
    }
    Ok(counts)
}

/// The producers, stage by stage. Gives the number of golden values.
fn produce(
    input: &mut LoadInput<'_>,
    rows: &CustomerRows<'_>,
    linked: &[Linked<'_>],
    clusters: (&[u32], &[RecordId]),
    sender: &SyncSender<Batch>,
    progress: &mut dyn FnMut(Stage, u64, u64),
) -> Result<u64, Error> {
    let mut golden = 0;
    let (offsets, members) = clusters;
    produce_records(input, rows, sender, progress)?;
    in_waves(
        Stage::Customers,
        offsets.len() - 1,
        |from, to| {
            let (mut batch, mut gathered, mut values) = (Batch::default(), Gathered::default(), 0);
            for c in from..to {
                let members = &members[offsets[c] as usize..offsets[c + 1] as usize];
                values += rows.append(c as u32, members, &mut gathered, &mut batch)?;
            }
            Ok((batch, values))
        },
        |(batch, values)| {
            golden += values;
            sender.send(batch).is_ok()
        },
        progress,
    )?;
    let paths: Vec<&str> = input
        .dataset
        .files
        .iter()
        .map(|f| f.path.as_str())
        .collect();
    for table in linked {
        in_waves(
            Stage::Linked,
            table.found(),
            |from, to| {
                let mut batch = Batch::default();
                table.append(from, to, &mut batch);
                Ok(batch)
            },
            |batch| sender.send(batch).is_ok(),
            progress,
        )?;
    }
    produce_pairs(input, sender, progress)?;
    let mut refused = Batch::default();
    for rejection in input.rejections {
        let row = refused.table(Table::Quarantine);
        row.null()
            .text(&input.run.id)
            .text(&rejection.source)
            .text(&rejection.file);
        row.int(rejection.row as i64)
            .int(rejection.line as i64)
            .int(rejection.byte as i64);
        row.text_or_null(rejection.field.as_deref().unwrap_or(""));
        row.text(&rejection.rule)
            .text(&rejection.reason)
            .text(&rejection.raw);
    }
    for table in linked {
        table.append_lost(&input.run.id, &paths, &mut refused);
    }
    // a writer that stopped says why when it is joined
    let _ = sender.send(refused);
    Ok(golden)
}

fn produce_records(
    input: &mut LoadInput<'_>,
    rows: &CustomerRows<'_>,
    sender: &SyncSender<Batch>,
    progress: &mut dyn FnMut(Stage, u64, u64),
) -> Result<(), Error> {
    let dataset = input.dataset;
    let total = dataset.len();
    for from in (0..total).step_by(BATCH) {
        let to = (from + BATCH).min(total);
        let times: Vec<_> = (from..to)
            .into_par_iter()
            .with_min_len(BATCH / 4)
            .map(|r| rows.survivor.times(RecordId(r as u32)))
            .collect();
        let mut batch = Batch::default();
        for (record, (created, changed)) in (from..to).zip(times) {
            let id = RecordId(record as u32);
            let (at, row) = dataset.locate(id);
            let (table, origin) = (&dataset.tables[at], dataset.tables[at].origins[row]);
            let raw = (input.raw)(id).map_err(|source| Error::Raw {
                record: dataset.label(id),
                source,
            })?;
            let cells = batch.table(Table::SourceRecord);
            cells
                .int(i64::from(id.0))
                .int(i64::from(input.clusters.of[record]))
                .int(at as i64);
            cells.text(table.keys.get(row).map_or("", |k| k));
            let known = (origin.file as usize) < dataset.files.len();
            cells.int_or_null(known.then_some(i64::from(origin.file)));
            cells.int(origin.row as i64).int(origin.byte as i64);
            cells
                .text_or_null(&created)
                .text_or_null(&changed)
                .text(&raw);
        }
        if sender.send(batch).is_err() {
            return Ok(());
        }
        progress(Stage::Records, to as u64, total as u64);
    }
    Ok(())
}

fn produce_pairs(
    input: &LoadInput<'_>,
    sender: &SyncSender<Batch>,
    progress: &mut dyn FnMut(Stage, u64, u64),
) -> Result<(), Error> {
    let mut kept: Vec<u32> = (0..input.pairs.len() as u32)
        .filter(|&i| input.pairs[i as usize].verdict != Verdict::NonMatch)
        .collect();
    kept.par_sort_unstable_by_key(|&i| {
        (input.pairs[i as usize].left, input.pairs[i as usize].right)
    });
    let (pairs, of, evidence, model) =
        (input.pairs, &input.clusters.of, input.evidence, input.model);
    in_waves(
        Stage::Pairs,
        kept.len(),
        |from, to| {
            let mut batch = Batch::default();
            for i in &kept[from..to] {
                let pair = &pairs[*i as usize];
                let found = evidence(pair);
                let row = batch.table(Table::MatchPair);
                row.int(i64::from(pair.left.0)).int(i64::from(pair.right.0));
                row.text(if pair.verdict == Verdict::Match {
                    "match"
                } else {
                    "review"
                });
                row.int(i64::from(of[pair.left.index()] == of[pair.right.index()]));
                row.real(pair.weight.0).real(pair.weight.probability().0);
                row.text(model.rules.get(pair.rule as usize).map_or("", |r| &r.name));
                row.text_or_null(found.note.as_deref().unwrap_or(""));
                row.text_with(|out| push_evidence(out, &found));
            }
            Ok(batch)
        },
        |batch| sender.send(batch).is_ok(),
        progress,
    )
}

/// Makes batches in parallel, a wave at a time, and takes them in order; stops early when `take` refuses one.
fn in_waves<T: Send>(
    stage: Stage,
    total: usize,
    make: impl Fn(usize, usize) -> Result<T, Error> + Sync,
    mut take: impl FnMut(T) -> bool,
    progress: &mut dyn FnMut(Stage, u64, u64),
) -> Result<(), Error> {
    let wave = BATCH * rayon::current_num_threads().max(1) * 2;
    for from in (0..total).step_by(wave) {
        let to = (from + wave).min(total);
        let starts: Vec<usize> = (from..to).step_by(BATCH).collect();
        let made: Vec<T> = starts
            .into_par_iter()
            .map(|start| make(start, (start + BATCH).min(to)))
            .collect::<Result<_, _>>()?;
        for batch in made {
            if !take(batch) {
                return Ok(());
            }
        }
        progress(stage, to as u64, total as u64);
    }
    Ok(())
}

fn finish(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch("BEGIN EXCLUSIVE")?;
    db.execute_batch(INDEXES_SQL)?;
    db.execute_batch(VIEWS_SQL)?;
    db.execute_batch("PRAGMA analysis_limit=1000; ANALYZE;")?;
    db.execute_batch("COMMIT")
}

/// Counts in the database what was counted on the way.
fn account_for_rows<F: FnOnce(rusqlite::Error) -> Error>(
    db: &Connection,
    summary: &LoadSummary,
    input: &LoadInput<'_>,
    failed: &dyn Fn(&str) -> F,
) -> Result<(), Error> {
    let refused = input.rejections.len() as u64;
    let figures = [
        (
            "source records",
            "SELECT count(*) FROM source_record",
            summary.records,
        ),
        (
            "customers",
            "SELECT count(*) FROM customer",
            summary.customers,
        ),
        (
            "records of customers",
            "SELECT coalesce(sum(record_count), 0) FROM customer",
            summary.records,
        ),
        (
            "orders and interactions",
            "SELECT (SELECT count(*) FROM txn) + (SELECT count(*) FROM interaction)",
            summary.linked,
        ),
        (
            "merge events",
            "SELECT count(*) FROM merge_event",
            summary.merged_customers,
        ),
        (
            "quarantined rows",
            "SELECT count(*) FROM quarantine",
            refused + summary.unlinked,
        ),
    ];
    for (what, sql, expected) in figures {
        let found: i64 = db
            .query_row(sql, [], |r| r.get(0))
            .map_err(failed("count rows"))?;
        account(|| what.to_owned(), expected, found as u64)?;
    }
    Ok(())
}

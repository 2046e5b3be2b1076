//! Writes the single-customer-view database: producers make rows in parallel, one writer inserts them in order.

use super::check::{account, account_for_files, check_database};
use super::customer::{CustomerRows, organizations};
use super::history;
use super::input::{LoadInput, LoadSummary, Produced, RunFacts, Stage};
use super::linked::Linked;
use super::produce::{produce, way, write};
use super::rows::{Table, WrittenRows};
use super::swap::Staged;
use super::{
    APPLICATION_ID, Error, INDEXES_SQL, LinkedKind, SCHEMA_VERSION, TABLES_SQL, VIEWS_SQL,
};
use crate::pair::Verdict;
use rusqlite::{Connection, OpenFlags, params};
use std::collections::HashMap;
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::thread;

/// Batches that may wait for the writer.
const WAITING: usize = 16;
const PAGE: u64 = 8192;
/// From this many records on, indexes are sorted in temporary files rather than in memory.
const SORT_IN_FILES: usize = 4_000_000;

/// Writes the database to `target`, all or nothing. `progress` is told stage, items done and items in all; `meanwhile` is
/// told what became of the customers when all golden records were handed over, and may work while the database is indexed and checked.
///
/// The content depends on the input alone: not on the number of threads, nor on the clock.
///
/// # Errors
/// Whatever keeps the database from being written, checked or put into place; the old one is then untouched and no
/// temporary file is left.
pub fn load(
    input: LoadInput<'_, '_>,
    target: &Path,
    progress: &mut dyn FnMut(Stage, u64, u64),
    meanwhile: &mut dyn FnMut(&Produced),
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
    history::write(&db, &input).map_err(failed("write results of rules"))?;
    let rows = CustomerRows {
        dataset,
        survivor: input.survivor,
        organizations: organizations(dataset, input.mappings),
        run: &input.run.id,
        started_at: &input.run.started_at,
    };
    let (to_writer, end) = way(WAITING);
    // tells the writer that nothing is missing
    let (complete, is_complete) = sync_channel(1);
    let (known, given, file, refused) = (&summary, &input, &staged, &failed);
    let finish = move |db: Connection| -> Result<HashMap<&str, WrittenRows>, Error> {
        let (db, written) = write(db, &end);
        let written = written.map_err(|(table, source)| {
            refused(&format!("write `{}`", table.name_and_width().0))(source)
        })?;
        let named = written.into_iter();
        let written = named
            .map(|(table, rows)| (table.name_and_width().0, rows))
            .collect();
        if is_complete.recv().is_ok() {
            complete_database(db, file, &written, known, given)?;
        }
        Ok(written)
    };
    let (written, produced) = thread::scope(|scope| {
        let writer = scope.spawn(move || finish(db));
        let produced = produce(
            &input,
            &rows,
            &linked,
            (&offsets, &members),
            &to_writer,
            progress,
        );
        drop(to_writer);
        // a writer that stopped says why when it is joined
        if let Ok(produced) = &produced
            && complete.send(()).is_ok()
        {
            meanwhile(produced);
            progress(Stage::Finish, 0, 1);
        }
        drop(complete);
        let joined = writer
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (joined, produced)
    });
    // a refusal of the writer is the cause, a producer's only its consequence
    let written = written?;
    summary.golden_values = produced?.golden_values;
    summary.rows = Table::ALL
        .iter()
        .map(|table| table.name_and_width().0)
        .map(|name| (name, written.get(name).map_or(0, |rows| rows.count)))
        .collect();
    progress(Stage::Finish, 1, 1);
    progress(Stage::Publish, 0, 1);
    summary.bytes = staged.publish()?;
    progress(Stage::Publish, 1, 1);
    Ok(summary)
}

/// Indexes and checks a database that has all its rows.
fn complete_database(
    db: Connection,
    staged: &Staged,
    written: &HashMap<&str, WrittenRows>,
    summary: &LoadSummary,
    input: &LoadInput<'_, '_>,
) -> Result<(), Error> {
    let failed = |step: &str| {
        let (path, step) = (staged.target().to_owned(), step.to_owned());
        move |source| Error::Sqlite { path, step, source }
    };
    db.execute_batch("COMMIT").map_err(failed("commit"))?;
    finish(&db).map_err(failed("build indexes"))?;
    account_for_rows(&db, summary, input, &failed)?;
    db.close().map_err(|(_, source)| failed("close")(source))?;
    check_database(staged.path(), staged.target(), written)
}

fn create(file: &Path, input: &LoadInput<'_, '_>) -> rusqlite::Result<Connection> {
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
         PRAGMA cache_size=-8192; PRAGMA temp_store={sort}; PRAGMA foreign_keys=OFF; PRAGMA threads=2;
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
    input: &LoadInput<'_, '_>,
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

fn write_sources(db: &Connection, input: &LoadInput<'_, '_>) -> rusqlite::Result<()> {
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

fn finish(db: &Connection) -> rusqlite::Result<()> {
    // what sorting holds at once; more of it makes it no faster
    db.execute_batch("PRAGMA cache_size=-16384; BEGIN EXCLUSIVE")?;
    db.execute_batch(INDEXES_SQL)?;
    db.execute_batch(VIEWS_SQL)?;
    db.execute_batch("PRAGMA analysis_limit=1000; ANALYZE;")?;
    db.execute_batch("COMMIT")
}

/// Counts in the database what was counted on the way.
fn account_for_rows<F: FnOnce(rusqlite::Error) -> Error>(
    db: &Connection,
    summary: &LoadSummary,
    input: &LoadInput<'_, '_>,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::Clusters;
    use crate::load::{LinkedRole, LinkedTable, Normalizers, lookup};
    use crate::pair::{
        ComparisonEvidence, MatchWeight, ModelFacts, PairEvidence, PairsWithin, Probability,
        RuleFacts, ScoredPair,
    };
    use crate::record::{
        Column, ColumnMapping, Dataset, InputFile, Kind, Origin, RecordId, Rejection, SourceTable,
        TableMapping,
    };
    use crate::survive::{Settings, Survivor};
    use proptest::prelude::*;
    use std::fs;
    use std::io;

    const COLUMNS: &[(&str, Kind)] = &[
        ("id", Kind::RecordKey),
        ("first", Kind::GivenName),
        ("last", Kind::FamilyName),
        ("email", Kind::Email),
        ("phone", Kind::Phone),
        ("street", Kind::Street),
        ("city", Kind::City),
        ("zip", Kind::Postcode),
        ("country", Kind::Country),
        ("born", Kind::BirthDate),
        ("firm", Kind::Organization),
        ("title", Kind::JobTitle),
        ("tier", Kind::Category),
        ("tax", Kind::Identifier),
        ("email_ok", Kind::Consent),
        ("no_calls", Kind::OptOut),
        ("created", Kind::CreatedAt),
        ("updated", Kind::UpdatedAt),
    ];

    fn table(name: &str, columns: &[&str], rows: &[Vec<&str>], file: u32) -> SourceTable {
        let mut table = SourceTable {
            name: name.into(),
            ..SourceTable::default()
        };
        for column in columns {
            table.columns.push(Column {
                name: (*column).to_owned(),
                ..Column::default()
            });
        }
        for (i, row) in rows.iter().enumerate() {
            for (column, cell) in table.columns.iter_mut().zip(row) {
                let id = column.values.intern(cell);
                column.ids.push(id);
            }
            table.origins.push(Origin {
                file,
                row: i as u64 + 1,
                byte: 10 * i as u64,
            });
            table.keys.push(row[0].into());
        }
        table
    }

    fn file(source: &str, rows: u64, quarantined: u64) -> InputFile {
        InputFile {
            source: source.into(),
            path: format!("{source}.csv"),
            format: "csv".into(),
            delimiter: Some(",".into()),
            encoding: Some("UTF-8".into()),
            part: None,
            detected: "given".into(),
            bytes: 100,
            sha256: "00".repeat(32),
            rows,
            quarantined,
        }
    }

    /// A small world: two sources, orders, one merge of three.
    struct World {
        dataset: Dataset,
        mappings: Vec<TableMapping>,
        clusters: Clusters,
        pairs: Vec<ScoredPair>,
        model: ModelFacts,
        linked: Vec<LinkedTable>,
        rejections: Vec<Rejection>,
        run: RunFacts,
    }

    fn world() -> World {
        let names: Vec<&str> = COLUMNS.iter().map(|c| c.0).collect();
        let crm = vec![
            vec![
                "C1",
                "Katherine",
                "O'Brien",
                "kate@example.com",
                "(206) 555-0142",
                "1420 Pine St",
                "Seattle",
                "98101",
                "USA",
                "1984-03-09",
                "Harbor LLC",
                "Head",
                "gold",
                "X-1",
                "yes",
                "",
                "2017-01-01",
                "2020-01-01",
            ],
            vec![
                "C2",
                "KATE",
                "OBRIEN",
                "Kate@Example.com; k.obrien@example.org",
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                "no",
                "yes",
                "2016-01-01",
                "2018-01-01",
            ],
            vec![
                "C3",
                "Jo",
                "Null",
                "info@example.net",
                "n/a",
                "",
                "",
                "",
                "US",
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                "",
            ],
        ];
        let shop = vec![
            vec![
                "7",
                "Katherine",
                "Miller",
                "kate@example.com",
                "+1 206 555 0143",
                "9 Elm Rd",
                "Tacoma",
                "98402",
                "United States",
                "09.03.1984",
                "Elm Inc",
                "",
                "silver",
                "X-2",
                "",
                "",
                "2021-01-01",
                "2022-01-01",
            ],
            vec![
                "8",
                "Ann",
                "Lee",
                "",
                "",
                "5 Oak Ave",
                "Leeds",
                "LS1 1AA",
                "GB",
                "",
                "",
                "",
                "",
                "",
                "yes",
                "",
                "",
                "",
            ],
        ];
        let orders = vec![
            vec!["900", "7", "2022-02-01", "12.50", "USD", "paid", "order"],
            vec!["901", "7", "2022-03-01", "1,000.00", "USD", "paid", "order"],
            vec!["902", "8", "2022-03-01", "500", "JPY", "paid", "order"],
            vec!["903", "77", "2022-03-01", "1.00", "USD", "paid", "order"],
        ];
        let mut dataset = Dataset {
            tables: vec![
                table("crm", &names, &crm, 0),
                table("shop", &names, &shop, 1),
            ],
            files: vec![file("crm", 4, 1), file("shop", 2, 0), file("orders", 4, 0)],
            source_names: vec!["crm".into(), "shop".into()],
            source_of: vec![0, 0, 0, 1, 1],
            deleted: Vec::new(),
        };
        dataset.number();
        let mapping = |source: &str| TableMapping {
            source: source.into(),
            columns: COLUMNS
                .iter()
                .map(|(column, kind)| ColumnMapping {
                    column: (*column).to_owned(),
                    kind: *kind,
                    label: None,
                    date_order: None,
                    confidence: 1.0,
                    reason: "given".into(),
                    given: true,
                })
                .collect(),
            region: Some("US".into()),
            organizations: false,
        };
        let order_columns = ["no", "customer", "at", "total", "cur", "state", "kind"];
        let roles = [
            (LinkedRole::Number, "no"),
            (LinkedRole::OccurredAt, "at"),
            (LinkedRole::Amount, "total"),
            (LinkedRole::Currency, "cur"),
            (LinkedRole::Status, "state"),
            (LinkedRole::Kind, "kind"),
        ];
        let pair = |left, right, verdict| ScoredPair {
            left: RecordId(left),
            right: RecordId(right),
            weight: MatchWeight(12.5),
            rule: 0,
            verdict,
        };
        World {
            mappings: vec![mapping("crm"), mapping("shop")],
            clusters: Clusters::from_labels(&[0, 0, 1, 0, 2]),
            pairs: vec![
                pair(0, 3, Verdict::Match),
                pair(0, 1, Verdict::Match),
                pair(2, 4, Verdict::Review),
                pair(1, 4, Verdict::NonMatch),
            ],
            model: ModelFacts {
                prior: Probability(0.001),
                comparisons: Vec::new(),
                rules: vec![RuleFacts {
                    name: "e-mail".into(),
                    pairs: 4,
                    new_pairs: 4,
                    blocks: 2,
                    largest: 3,
                    refined: 0,
                    matches: 2,
                }],
                blocking_recall: 0.99,
                pairs_scored: 4,
                match_threshold: Probability(0.95),
                review_threshold: Probability(0.5),
                threshold_reason: String::new(),
                choices: Vec::new(),
                histogram: Vec::new(),
                suppressed: Vec::new(),
                remarks: Vec::new(),
            },
            linked: vec![LinkedTable {
                table: table("orders", &order_columns, &orders, 2),
                kind: LinkedKind::Transactions,
                of: "shop".into(),
                customer_key_column: "customer".into(),
                columns: roles
                    .iter()
                    .map(|(role, name)| (*role, (*name).to_owned()))
                    .collect(),
            }],
            rejections: vec![Rejection {
                source: "crm".into(),
                file: "crm.csv".into(),
                row: 4,
                line: 5,
                byte: 300,
                field: None,
                rule: "ragged-row".into(),
                reason: "row has 3 fields, header has 18".into(),
                raw: "a,b,c".into(),
                ..Rejection::default()
            }],
            dataset,
            run: RunFacts {
                id: "run-1".into(),
                started_at: "2024-01-01T00:00:00Z".into(),
                version: "0.1.0".into(),
                config_sha256: "11".repeat(32),
                seed: 7,
            },
        }
    }

    fn evidence(pair: &ScoredPair) -> PairEvidence<'static> {
        PairEvidence {
            left: pair.left,
            right: pair.right,
            rules: vec!["e-mail".into()],
            prior: MatchWeight(-10.0),
            comparisons: vec![ComparisonEvidence {
                comparison: "e-mail".into(),
                level: "exact".into(),
                left: "kate@example.com".into(),
                right: "kate@example.com".into(),
                weight: MatchWeight(22.5),
                rarity: None,
            }],
            weight: pair.weight,
            probability: pair.weight.probability(),
            verdict: pair.verdict,
            note: None,
        }
    }

    fn load_world(
        world: &World,
        target: &Path,
        raw: &(dyn Fn(RecordId, &mut String) -> io::Result<()> + Sync),
        max_bytes: Option<u64>,
    ) -> Result<LoadSummary, Error> {
        let settings = Settings::default();
        let survivor = Survivor::new(
            &world.dataset,
            &world.mappings,
            &Normalizers,
            &settings,
            &[],
        );
        let input = LoadInput {
            dataset: &world.dataset,
            mappings: &world.mappings,
            clusters: &world.clusters,
            reader: &Normalizers,
            survivor: &survivor,
            pairs: &world.pairs,
            within: &PairsWithin::new(&world.pairs, &world.clusters.of),
            evidence: &|pair| evidence(pair),
            model: &world.model,
            rejections: &world.rejections,
            quality: &crate::load::Quality::default(),
            raw,
            spooled: &|_, _| Err(io::Error::other("nothing is set aside")),
            merged: &|_, _| {},
            linked: &world.linked,
            run: &world.run,
            max_bytes,
        };
        load(input, target, &mut |_, _, _| {}, &mut |_| {})
    }

    fn raw(id: RecordId, out: &mut String) -> io::Result<()> {
        out.push_str(&format!("{{\"n\":{}}}", id.0));
        Ok(())
    }

    fn rows(db: &Connection, sql: &str) -> Vec<String> {
        let mut select = db.prepare(sql).unwrap();
        let width = select.column_count();
        let row = |r: &rusqlite::Row<'_>| {
            let cells = (0..width).map(|i| match r.get_ref(i).unwrap() {
                rusqlite::types::ValueRef::Null => "-".to_owned(),
                rusqlite::types::ValueRef::Integer(n) => n.to_string(),
                rusqlite::types::ValueRef::Real(n) => n.to_string(),
                other => other.as_str().unwrap().to_owned(),
            });
            Ok(cells.collect::<Vec<_>>().join("|"))
        };
        select
            .query_map([], row)
            .unwrap()
            .map(Result::unwrap)
            .collect()
    }

    #[test]
    fn a_customer_is_whole_and_everything_points_to_it() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("customers.db");
        let summary = load_world(&world(), &target, &raw, None).unwrap();
        assert_eq!(
            (
                summary.customers,
                summary.merged_customers,
                summary.merged_records
            ),
            (3, 1, 3)
        );
        assert_eq!((summary.linked, summary.unlinked), (3, 1));
        assert_eq!(summary.bytes, fs::metadata(&target).unwrap().len());
        let db = Connection::open(&target).unwrap();
        assert_eq!(
            rows(&db, "SELECT name, emails, phones, street, city, country, birth_date, organization, consents,
                         record_count, source_count, sources, first_seen, last_seen, order_count, revenue,
                         revenue_minor, revenue_currency FROM customer_360"),
            [
                "Katherine O'Brien|kate@example.com; k.obrien@example.org|+12065550143; +12065550142|9 Elm Rd|Tacoma|US|1984-03-09|Elm Inc|email denied; phone denied|3|2|crm; shop|2016-01-01|2022-01-01|2|USD 1012.50|101250|USD",
                "Jo Null|info@example.net|-|-|-|US|-|-|-|1|1|crm|-|-|0|-|-|-",
                "Ann Lee|-|-|5 Oak Ave|Leeds|GB|-|-|email granted|1|1|shop|-|-|1|JPY 500|500|JPY",
            ]
        );
        assert_eq!(
            rows(
                &db,
                "SELECT source, source_key, customer_id FROM crosswalk ORDER BY record_id"
            )
            .len(),
            5
        );
        assert_eq!(
            rows(
                &db,
                "SELECT DISTINCT customer_id FROM crosswalk WHERE source_key IN ('C1', 'C2', '7')"
            ),
            [super::super::identity::id_of("crm", "C1")]
        );
        assert_eq!(
            rows(
                &db,
                "SELECT position, street, record_count FROM address WHERE customer_no = 0"
            ),
            ["1|9 Elm Rd|1", "2|1420 Pine St|1"]
        );
        assert_eq!(
            rows(
                &db,
                "SELECT position, organization, job_title FROM affiliation WHERE customer_no = 0"
            ),
            ["1|Elm Inc|-", "2|Harbor LLC|Head"]
        );
        assert_eq!(
            rows(
                &db,
                "SELECT name, value FROM identifier WHERE customer_no = 0 ORDER BY position"
            ),
            ["tax|X-2", "tax|X-1"]
        );
        assert_eq!(
            rows(
                &db,
                "SELECT name, value FROM attribute WHERE customer_no = 0"
            ),
            ["tier|silver"]
        );
        assert_eq!(
            rows(
                &db,
                "SELECT source, source_key, column_name, rule, transform, losing FROM lineage
                         WHERE customer_no = 0 AND field = 'birth-date'"
            ),
            ["shop|7|born|only-value|iso-date|-"]
        );
        assert_eq!(
            rows(
                &db,
                "SELECT value, column_name, rule FROM lineage WHERE customer_no = 2 AND field = 'city'"
            ),
            ["Leeds|city|only-record"]
        );
        assert_eq!(
            rows(
                &db,
                "SELECT count(*) FROM touchpoints WHERE customer_no = 0"
            ),
            ["5"]
        );
        assert_eq!(
            rows(
                &db,
                "SELECT source, rule FROM quarantine ORDER BY quarantine_id"
            ),
            ["crm|ragged-row", "orders|unknown-customer"]
        );
        assert_eq!(
            rows(&db, "SELECT raw FROM source_record WHERE record_id = 3"),
            ["{\"n\":3}"]
        );
        assert_eq!(
            rows(
                &db,
                "SELECT records_read, records_accepted, records_quarantined, records_single, records_merged FROM run"
            ),
            ["10|8|2|2|3"]
        );
    }

    #[test]
    fn the_before_image_names_the_customers_that_were() {
        let dir = tempfile::tempdir().unwrap();
        let (merged, apart) = (dir.path().join("merged.db"), dir.path().join("apart.db"));
        load_world(&world(), &merged, &raw, None).unwrap();
        let alone = World {
            clusters: Clusters::from_labels(&[0, 1, 2, 3, 4]),
            ..world()
        };
        load_world(&alone, &apart, &raw, None).unwrap();
        let before: Vec<serde_json::Value> = serde_json::from_str(
            &rows(
                &Connection::open(&merged).unwrap(),
                "SELECT before FROM merge_event",
            )[0],
        )
        .unwrap();
        let db = Connection::open(&apart).unwrap();
        assert_eq!(before.len(), 3);
        for member in &before {
            let wanted = rows(
                &db,
                &format!(
                    "SELECT customer_id, coalesce(email, '-'), coalesce(birth_date, '-') FROM customer WHERE customer_no = {}",
                    member["record_id"]
                ),
            );
            let value = |field: &str| {
                let values = member["values"].as_array().unwrap();
                let found = values.iter().find(|v| v[0] == field);
                found.map_or("-", |v| v[2].as_str().unwrap())
            };
            let found = format!(
                "{}|{}|{}",
                member["customer_id"].as_str().unwrap(),
                value("email"),
                value("birth-date")
            );
            assert_eq!(wanted, [found]);
        }
    }

    #[test]
    fn the_same_bytes_for_any_number_of_threads() {
        let dir = tempfile::tempdir().unwrap();
        let written: Vec<Vec<u8>> = [1, 2, 4]
            .into_iter()
            .map(|threads| {
                let target = dir.path().join(format!("{threads}.db"));
                let pool = rayon::ThreadPoolBuilder::new()
                    .num_threads(threads)
                    .build()
                    .unwrap();
                pool.install(|| load_world(&world(), &target, &raw, None).map(drop))
                    .unwrap();
                fs::read(&target).unwrap()
            })
            .collect();
        assert!(written[0] == written[1] && written[1] == written[2]);
    }

    #[test]
    fn a_failed_load_leaves_the_old_database_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("customers.db");
        load_world(&world(), &target, &raw, None).unwrap();
        let old = fs::read(&target).unwrap();
        let full = load_world(&world(), &target, &raw, Some(40_000))
            .unwrap_err()
            .to_string();
        assert!(
            full.contains("full") && full.contains("hint: free space"),
            "{full}"
        );
        let broken = |id: RecordId, out: &mut String| match id.0 {
            3 => Err(io::Error::other("spool is damaged")),
            _ => raw(id, out),
        };
        let lost = load_world(&world(), &target, &broken, None)
            .unwrap_err()
            .to_string();
        assert!(
            lost.contains("raw row of record `shop:7`: spool is damaged"),
            "{lost}"
        );
        let mut uneven = world();
        uneven.dataset.files[0].rows += 1;
        let uneven = load_world(&uneven, &target, &raw, None)
            .unwrap_err()
            .to_string();
        assert!(
            uneven.contains("rows of source `crm`") && uneven.contains("expected 5, found 4"),
            "{uneven}"
        );
        let mut stray = world();
        stray.linked[0].of = "shopp".into();
        let stray = load_world(&stray, &target, &raw, None)
            .unwrap_err()
            .to_string();
        assert!(stray.contains("hint: sources are `crm`, `shop`"), "{stray}");
        assert!(fs::read(&target).unwrap() == old);
        assert_eq!(
            fs::read_dir(dir.path()).unwrap().count(),
            1,
            "no temporary file is left"
        );
    }

    #[test]
    fn unusable_targets_are_named() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        fs::write(&file, b"").unwrap();
        let error = load_world(&world(), &file.join("customers.db"), &raw, None).unwrap_err();
        assert!(matches!(error, Error::Directory { .. }), "{error}");
        let error = load_world(&world(), dir.path(), &raw, None).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("it is a directory\n  hint: name a file"),
            "{error}"
        );
    }

    #[test]
    fn records_and_pairs_are_found_again() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("customers.db");
        load_world(&world(), &target, &raw, None).unwrap();
        let scv = lookup::open(&target).unwrap();
        let (a, b) = (
            scv.find("crm:C1").unwrap().unwrap(),
            scv.find("shop:7").unwrap().unwrap(),
        );
        assert_eq!(
            (a.customer_no, a.record_count, &*a.raw),
            (b.customer_no, 3, "{\"n\":0}")
        );
        assert_eq!(a.file.as_deref(), Some("crm.csv"));
        assert!(scv.find("crm:C9").unwrap().is_none() && scv.find("nothing").unwrap().is_none());
        let pair = scv.pair(b.record_id, a.record_id).unwrap().unwrap();
        assert_eq!(
            (
                pair.verdict.as_str(),
                pair.merged,
                pair.blocking_rule.as_str()
            ),
            ("match", true, "e-mail")
        );
        let sum = pair.evidence.prior
            + pair
                .evidence
                .comparisons
                .iter()
                .map(|c| c.weight.0)
                .sum::<f64>();
        assert!((sum - pair.weight).abs() < 1e-9);
        assert!(scv.pair(1, 4).unwrap().is_none(), "a non-match is not kept");
        assert_eq!(scv.pairs_within(a.customer_no).unwrap().len(), 2);
        assert_eq!(scv.members(a.customer_no).unwrap().len(), 3);
        assert_eq!(scv.sources().unwrap(), ["crm", "shop"]);
        assert!((scv.run().unwrap().match_threshold - 0.95).abs() < 1e-12);
        assert!(
            scv.customer(a.customer_no)
                .unwrap()
                .contains(&("family_name".into(), "O'Brien".into()))
        );
        let other = dir.path().join("other.db");
        Connection::open(&other)
            .unwrap()
            .execute_batch("CREATE TABLE t(x)")
            .unwrap();
        assert!(
            lookup::open(&other)
                .unwrap_err()
                .to_string()
                .contains("another program")
        );
        fs::write(&other, b"id,name\n1,Anna\n").unwrap();
        assert!(
            lookup::open(&other)
                .unwrap_err()
                .to_string()
                .contains("no single-customer-view")
        );
        assert!(
            lookup::open(&dir.path().join("none.db"))
                .unwrap_err()
                .to_string()
                .contains("no such file")
        );
        Connection::open(&target)
            .unwrap()
            .execute_batch("PRAGMA user_version=99")
            .unwrap();
        assert!(matches!(
            lookup::open(&target),
            Err(Error::Version { found: 99, .. })
        ));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn no_record_is_lost_whatever_the_clusters(labels in prop::collection::vec(0u32..5, 5)) {
            let dir = tempfile::tempdir().unwrap();
            let target = dir.path().join("customers.db");
            let clusters = Clusters::from_labels(&labels);
            let world = World { clusters: clusters.clone(), ..world() };
            let summary = load_world(&world, &target, &raw, None).unwrap();
            prop_assert_eq!(summary.customers, u64::from(clusters.count));
            let db = Connection::open(&target).unwrap();
            let found = rows(&db, "SELECT customer_no FROM source_record ORDER BY record_id");
            let wanted: Vec<String> = clusters.of.iter().map(u32::to_string).collect();
            prop_assert_eq!(found, wanted);
            let orders = rows(&db, "SELECT count(*), count(DISTINCT number) FROM txn");
            prop_assert_eq!(orders, vec!["3|3".to_owned()]);
            // C2 refused: whoever it is merged with must not be written to
            let refused = format!("SELECT state FROM consent_effective WHERE channel = 'email' AND customer_no = {}", clusters.of[1]);
            prop_assert_eq!(rows(&db, &refused), vec!["denied".to_owned()]);
        }
    }
}

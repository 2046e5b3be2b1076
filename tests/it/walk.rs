//! The walk: every pipeline of the repository is run as a user runs it, and its results are held against the sources.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rusqlite::Connection;
use selfsame::evaluate;

use crate::ran::{NOW, selfsame_at};

const FILES: [&str; 5] = [
    "customers.db",
    "merges.csv",
    "quarantine.csv",
    "report.html",
    "report.json",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs the program in the root of the repository; it must end with `code`.
fn selfsame(args: &[&str], code: i32) -> String {
    let ran = selfsame_at(root(), NOW, args);
    assert_eq!(ran.code, code, "{args:?}\n{}", ran.err);
    ran.err
}

pub(crate) fn run(pipeline: &Path, name: &str, more: &[&str]) -> PathBuf {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if out.exists() {
        fs::remove_dir_all(&out).unwrap();
    }
    let mut args = vec![
        "run",
        pipeline.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
    ];
    args.extend(more);
    selfsame(&args, 0);
    out
}

/// The results of `pipelines/demo.toml`, run once for all tests.
pub(crate) fn demo() -> &'static Path {
    static DEMO: OnceLock<PathBuf> = OnceLock::new();
    DEMO.get_or_init(|| run(Path::new("pipelines/demo.toml"), "walk-demo", &[]))
}

fn open(dir: &Path) -> Connection {
    Connection::open(dir.join("customers.db")).unwrap()
}

/// All rows of a query, every cell as text, `NULL` as the empty text.
fn rows(db: &Connection, sql: &str) -> Vec<Vec<String>> {
    use rusqlite::types::Value;
    let mut query = db.prepare(sql).unwrap();
    let columns = query.column_count();
    let mut found = query.query([]).unwrap();
    let mut rows = Vec::new();
    while let Some(row) = found.next().unwrap() {
        let cell = |i: usize| match row.get::<_, Value>(i).unwrap() {
            Value::Null => String::new(),
            Value::Integer(n) => n.to_string(),
            Value::Real(x) => x.to_string(),
            Value::Text(text) => text,
            Value::Blob(_) => panic!("a blob in {sql}"),
        };
        rows.push((0..columns).map(cell).collect());
    }
    rows
}

/// `source:key` → customer.
pub(crate) fn crosswalk(dir: &Path) -> BTreeMap<String, String> {
    rows(
        &open(dir),
        "SELECT source || ':' || source_key, customer_id FROM crosswalk",
    )
    .into_iter()
    .map(|row| (row[0].clone(), row[1].clone()))
    .collect()
}

fn report(dir: &Path) -> serde_json::Value {
    serde_json::from_str(&fs::read_to_string(dir.join("report.json")).unwrap()).unwrap()
}

#[test]
fn every_pipeline_passes_its_check() {
    let mut seen = 0;
    for entry in fs::read_dir(root().join("pipelines")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if name.ends_with(".toml") && !name.ends_with(".corrections.toml") {
            selfsame(&["check", path.to_str().unwrap()], 0);
            seen += 1;
        }
    }
    assert!(seen > 0);
}

#[test]
fn the_demo_writes_its_five_files_and_finds_the_customers() {
    let mut names: Vec<String> = fs::read_dir(demo())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, FILES);
    let found = crosswalk(demo());
    let mut truth = csv::Reader::from_path(root().join("samples/demo/truth.csv")).unwrap();
    let truth: Vec<(String, String)> = truth
        .records()
        .map(|row| row.map(|r| (r[2].to_owned(), r[3].to_owned())).unwrap())
        .collect();
    assert_eq!(truth.len(), found.len(), "every record has a customer");
    let entities = evaluate::codes(truth.iter().map(|(_, entity)| entity.as_str()));
    let customers = evaluate::codes(truth.iter().map(|(record, _)| found[record].as_str()));
    let score = evaluate::score(&entities, &customers, None);
    assert!(score.b3.f1 >= 0.97, "B³ F1 fell to {:.4}", score.b3.f1);
    assert!(
        score.pairwise.rates.precision >= 0.94,
        "pair precision fell to {:.4}",
        score.pairwise.rates.precision
    );
}

#[test]
fn no_record_is_lost_between_files_report_and_database() {
    let report = report(demo());
    let n = |of: &serde_json::Value, name: &str| of[name].as_u64().unwrap();
    let all = &report["accounting"];
    assert_eq!(
        n(all, "read"),
        n(all, "quarantined") + n(all, "single") + n(all, "merged")
    );
    let mut read = 0;
    for source in all["sources"].as_array().unwrap() {
        read += n(source, "read");
        assert_eq!(
            n(source, "read"),
            n(source, "quarantined") + n(source, "single") + n(source, "merged"),
            "{source}"
        );
    }
    assert_eq!(read, n(all, "read"));
    let db = open(demo());
    let count = |sql: &str| rows(&db, sql)[0][0].parse::<u64>().unwrap();
    assert_eq!(
        count("SELECT count(*) FROM source_record"),
        n(all, "read") - n(all, "quarantined")
    );
    assert_eq!(
        count("SELECT count(*) FROM customer"),
        n(all, "single") + n(all, "merged_customers")
    );
    assert_eq!(
        count("SELECT count(*) FROM customer WHERE record_count > 1"),
        n(all, "merged_customers")
    );
    assert_eq!(count("SELECT sum(record_count) FROM customer"), read);
    assert_eq!(
        count("SELECT count(*) FROM source_record WHERE customer_no IS NULL"),
        0
    );
    let orphans = "SELECT count(*) FROM txn t LEFT JOIN source_record r USING (record_id) WHERE r.customer_no IS NOT t.customer_no";
    assert_eq!(count(orphans), 0, "orders follow their record's customer");
    let sheet = fs::read_to_string(demo().join("merges.csv")).unwrap();
    let listed: BTreeSet<&str> = sheet
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').next())
        .filter(|cell| cell.starts_with('C'))
        .collect();
    assert_eq!(listed.len() as u64, n(all, "merged_customers"));
}

/// Records and channels of which the source files say no, read without the program.
fn opt_outs() -> Vec<(String, &'static str)> {
    let samples = root().join("samples/demo");
    let no = |cell: &str| {
        [
            "false",
            "no",
            "n",
            "0",
            "off",
            "nein",
            "opt-out",
            "opted out",
        ]
        .contains(&cell.trim().to_lowercase().as_str())
    };
    let mut found = Vec::new();
    let mut crm = csv::Reader::from_path(samples.join("crm.csv")).unwrap();
    let at =
        |name: &str, headers: &csv::StringRecord| headers.iter().position(|h| h == name).unwrap();
    let headers = crm.headers().unwrap().clone();
    let (key, consent) = (at("contact_id", &headers), at("email_opt_in", &headers));
    for row in crm.records().map(Result::unwrap) {
        if no(&row[consent]) {
            found.push((format!("crm:{}", &row[key]), "email"));
        }
    }
    let shop = Connection::open(samples.join("shop.db")).unwrap();
    for row in rows(&shop, "SELECT id, newsletter FROM customers") {
        if no(&row[1]) {
            found.push((format!("shop:{}", row[0]), "email"));
        }
    }
    for line in fs::read_to_string(samples.join("support.jsonl"))
        .unwrap()
        .lines()
    {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        for channel in ["email", "sms"] {
            if record["consent"][channel] == serde_json::Value::Bool(false) {
                found.push((
                    format!("support:{}", record["id"].as_str().unwrap()),
                    channel,
                ));
            }
        }
    }
    found
}

#[test]
fn no_opt_out_is_lost() {
    let customer_of = crosswalk(demo());
    let state: BTreeMap<(String, String), String> = rows(
        &open(demo()),
        "SELECT c.customer_id, k.channel, k.state FROM consent_effective k JOIN customer c USING (customer_no)",
    )
    .into_iter()
    .map(|row| ((row[0].clone(), row[1].clone()), row[2].clone()))
    .collect();
    let opt_outs = opt_outs();
    assert!(opt_outs.len() > 500, "{} opt-outs", opt_outs.len());
    for (record, channel) in &opt_outs {
        let customer = &customer_of[record];
        let state = state.get(&(customer.clone(), (*channel).to_owned()));
        assert_eq!(
            state.map(String::as_str),
            Some("denied"),
            "{record} said no to {channel}"
        );
    }
    assert!(
        state.values().any(|s| s == "granted"),
        "not everything is refused"
    );
}

/// Golden columns of `customer` with the field that lineage knows them by.
const GOLDEN: [(&str, &str); 22] = [
    ("honorific", "honorific"),
    ("given_name", "given-name"),
    ("middle_name", "middle-name"),
    ("family_name", "family-name"),
    ("name_suffix", "name-suffix"),
    ("full_name", "full-name"),
    ("nickname", "nickname"),
    ("gender", "gender"),
    ("birth_date", "birth-date"),
    ("birth_place", "birth-place"),
    ("organization", "organization"),
    ("job_title", "job-title"),
    ("email", "email"),
    ("phone", "phone"),
    ("street", "street"),
    ("house_number", "house-number"),
    ("unit", "unit"),
    ("city", "city"),
    ("region", "region"),
    ("postcode", "postcode"),
    ("country", "country"),
    ("website", "website"),
];

#[test]
fn every_golden_cell_names_a_record_of_its_customer() {
    let db = open(demo());
    let mut cells = 0;
    for (column, field) in GOLDEN {
        // The cell, and how many lineage rows of this value name a record of this customer.
        let sql = format!(
            "SELECT c.customer_id, c.{column}, (SELECT count(*) FROM lineage l
               JOIN source_record r ON r.record_id = l.record_id AND r.customer_no = c.customer_no
               WHERE l.customer_no = c.customer_no AND l.field = '{field}' AND l.value = c.{column}
                 AND l.source_key = r.source_key AND coalesce(l.column_name, '') <> '')
             FROM customer c WHERE c.{column} IS NOT NULL"
        );
        for row in rows(&db, &sql) {
            cells += 1;
            assert_ne!(
                row[2], "0",
                "{column} `{}` of {} has no origin",
                row[1], row[0]
            );
        }
    }
    assert!(cells > 10_000, "{cells} cells");
}

#[test]
fn an_untransformed_golden_value_is_the_cell_it_names() {
    let db = open(demo());
    let sql = "SELECT p.value, p.column_name, r.raw, p.field FROM field_provenance p
        JOIN source_record r USING (record_id) JOIN source s USING (source_id)
        WHERE p.transform IS NULL AND s.name IN ('crm', 'shop')";
    let found = rows(&db, sql);
    assert!(found.len() > 1_000, "{} values", found.len());
    for row in found {
        let raw: serde_json::Value = serde_json::from_str(&row[2]).unwrap();
        let cell = match &raw[&row[1]] {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        assert_eq!(cell, row[0], "{} of {}", row[3], row[2]);
    }
}

#[test]
fn json_and_json_lines_of_the_same_records_give_the_same_customers() {
    let text = fs::read_to_string(root().join("pipelines/demo.toml")).unwrap();
    let other = text.replace(
        "samples/demo/support.json\"",
        "samples/demo/support.jsonl\"",
    );
    assert_ne!(text, other);
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("walk-lines.toml");
    fs::write(&file, other).unwrap();
    let lines = run(&file, "walk-lines", &[]);
    let (a, b) = (crosswalk(demo()), crosswalk(&lines));
    assert!(a == b, "{:?}", a.iter().zip(&b).find(|(x, y)| x != y));
}

#[test]
fn a_second_run_writes_the_same_bytes() {
    let again = run(Path::new("pipelines/demo.toml"), "walk-again", &[]);
    for name in FILES {
        let read = |dir: &Path| fs::read(dir.join(name)).unwrap();
        assert!(read(demo()) == read(&again), "{name} differs");
    }
}

/// Personal values of merged customers that no other text of a report can hold by chance.
fn canaries() -> BTreeSet<String> {
    let db = open(demo());
    let merged = "JOIN customer c USING (customer_no) WHERE c.record_count > 1";
    let mut found = BTreeSet::new();
    for sql in [
        format!("SELECT e.address FROM email e {merged}"),
        format!("SELECT p.number FROM phone p {merged}"),
        format!("SELECT p.raw FROM phone p {merged} AND length(p.raw) > 8"),
        "SELECT birth_date FROM customer WHERE record_count > 1 AND length(birth_date) = 10"
            .to_owned(),
        "SELECT street FROM customer WHERE record_count > 1 AND length(street) > 7".to_owned(),
        "SELECT full_name FROM customer WHERE record_count > 1 AND length(full_name) > 8"
            .to_owned(),
        "SELECT given_name || ' ' || family_name FROM customer WHERE record_count > 1".to_owned(),
        "SELECT family_name FROM customer WHERE record_count > 1 AND length(family_name) > 6"
            .to_owned(),
    ] {
        found.extend(rows(&db, &sql).into_iter().map(|row| row[0].clone()));
    }
    found.remove("");
    found
}

#[test]
fn a_masked_run_holds_none_of_the_canaries() {
    let masked = run(Path::new("pipelines/demo.toml"), "walk-masked", &["--mask"]);
    let canaries = canaries();
    assert!(canaries.len() > 1_000, "{} canaries", canaries.len());
    for name in ["report.html", "report.json", "merges.csv", "quarantine.csv"] {
        let text = fs::read_to_string(masked.join(name)).unwrap();
        let sung: Vec<&String> = canaries
            .iter()
            .filter(|c| text.contains(c.as_str()))
            .collect();
        assert!(sung.is_empty(), "{name} holds {sung:?}");
    }
    let plain = fs::read_to_string(demo().join("report.json")).unwrap();
    let sung = canaries
        .iter()
        .filter(|c| plain.contains(c.as_str()))
        .count();
    assert!(
        sung > canaries.len() / 2,
        "only {sung} canaries are in the plain report"
    );
}

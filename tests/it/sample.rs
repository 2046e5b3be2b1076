//! Sample sources: the same for the same seed, as many as asked for, with a true truth and nobody's data.

use rusqlite::Connection;
use selfsame::load::demo::{SampleSummary, write_sample};
use selfsame::normalize::phone::phones;
use selfsame::sample::{Source, Sources};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

fn made(records: u64, seed: &str) -> (tempfile::TempDir, SampleSummary) {
    let dir = tempfile::tempdir().unwrap();
    let summary = write_sample(dir.path(), records, seed, &mut |_| {}).unwrap();
    (dir, summary)
}

const TEXTS: [&str; 5] = [
    "crm.csv",
    "support.json",
    "support.jsonl",
    "interactions.csv",
    "truth.csv",
];

fn read(dir: &Path, name: &str) -> String {
    fs::read_to_string(dir.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn rows(dir: &Path, sql: &str) -> Vec<Vec<Option<String>>> {
    let uri = format!("file:{}?immutable=1", dir.join("shop.db").display());
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY | rusqlite::OpenFlags::SQLITE_OPEN_URI;
    let db = Connection::open_with_flags(uri, flags).unwrap();
    let mut query = db.prepare(sql).unwrap();
    let width = query.column_count();
    let text = |value: rusqlite::types::Value| match value {
        rusqlite::types::Value::Null => None,
        rusqlite::types::Value::Integer(i) => Some(i.to_string()),
        rusqlite::types::Value::Text(t) => Some(t),
        other => panic!("{other:?}"),
    };
    query
        .query_map([], |row| (0..width).map(|i| row.get(i).map(text)).collect())
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

fn same_content(a: &Path, b: &Path) {
    for name in TEXTS {
        assert!(
            read(a, name) == read(b, name),
            "{name} differs: {} and {}",
            a.display(),
            b.display()
        );
    }
    for table in ["customers", "orders"] {
        let sql = format!("SELECT * FROM {table} ORDER BY id");
        assert!(rows(a, &sql) == rows(b, &sql), "{table} differs");
    }
}

#[test]
fn committed_samples_are_what_is_written_now() {
    let (dir, _) = made(3000, "demo");
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/demo");
    same_content(dir.path(), &committed);
}

#[test]
fn equal_seeds_give_equal_bytes_and_others_do_not() {
    let (a, _) = made(20_000, "one");
    let (b, _) = made(20_000, "one");
    let (c, _) = made(20_000, "two");
    same_content(a.path(), b.path());
    assert_eq!(
        fs::read(a.path().join("shop.db")).unwrap(),
        fs::read(b.path().join("shop.db")).unwrap()
    );
    for name in TEXTS {
        assert_ne!(read(a.path(), name), read(c.path(), name), "{name}");
    }
}

#[test]
fn a_larger_sample_keeps_the_people_of_a_smaller_one() {
    let names = |records: u64| -> BTreeSet<(u64, String, String)> {
        let sources = Sources::new(records, "grow");
        (0..records)
            .map(|i| sources.row(i))
            .map(|r| (r.entity, [r.first, r.last].concat(), r.email))
            .collect()
    };
    assert!(names(3000).is_superset(&names(1000)));
}

#[test]
fn counts_add_up() {
    for records in [0, 1, 2, 3000] {
        let (dir, summary) = made(records, "count");
        assert_eq!(summary.records, records);
        assert_eq!(summary.crm + summary.shop + summary.support, records);
        let truth = read(dir.path(), "truth.csv");
        assert_eq!(truth.lines().count() as u64, records + 1);
        let mut crm = csv::Reader::from_path(dir.path().join("crm.csv")).unwrap();
        assert_eq!(
            crm.records().map(Result::unwrap).count() as u64,
            summary.crm
        );
        assert_eq!(
            rows(dir.path(), "SELECT id FROM customers").len() as u64,
            summary.shop
        );
        assert_eq!(
            rows(dir.path(), "SELECT id FROM orders").len() as u64,
            summary.orders
        );
        assert_eq!(
            read(dir.path(), "interactions.csv").lines().count() as u64,
            summary.interactions + 1
        );
        let array: Vec<serde_json::Value> =
            serde_json::from_str(&read(dir.path(), "support.json")).unwrap();
        let lines = read(dir.path(), "support.jsonl");
        let lines: Vec<serde_json::Value> = lines
            .lines()
            .map(|l| serde_json::from_str(l).unwrap())
            .collect();
        assert_eq!(array, lines);
        assert_eq!(array.len() as u64, summary.support);
    }
}

#[test]
fn shares_are_those_of_a_real_customer_base() {
    let sources = Sources::new(20_000, "shares");
    let mut sizes: BTreeMap<u64, u32> = BTreeMap::new();
    let mut of = BTreeMap::new();
    for row in (0..20_000).map(|i| sources.row(i)) {
        *sizes.entry(row.entity).or_default() += 1;
        *of.entry(row.source).or_insert(0_u32) += 1;
    }
    let duplicates = 20_000 - sizes.len();
    assert!((4200..5000).contains(&duplicates), "{duplicates}");
    assert!(sizes.values().all(|n| *n <= 6));
    assert!(sizes.values().any(|n| *n == 6));
    assert!(
        of[&Source::Crm].abs_diff(9000) < 300 && of[&Source::Shop].abs_diff(7000) < 300,
        "{of:?}"
    );
}

#[test]
fn truth_names_every_record_once() {
    let (dir, _) = made(3000, "truth");
    let mut keys = BTreeSet::new();
    for line in read(dir.path(), "truth.csv").lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells[2], format!("{}:{}", cells[0], cells[1]));
        assert!(cells[3].starts_with('E'));
        assert!(keys.insert(cells[2].to_owned()), "{line}");
    }
    let mut held = BTreeSet::new();
    let mut crm = csv::Reader::from_path(dir.path().join("crm.csv")).unwrap();
    held.extend(crm.records().map(|r| format!("crm:{}", &r.unwrap()[0])));
    held.extend(
        rows(dir.path(), "SELECT id FROM customers")
            .into_iter()
            .map(|r| format!("shop:{}", r[0].clone().unwrap())),
    );
    for line in read(dir.path(), "support.jsonl").lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        held.insert(format!("support:{}", value["id"].as_str().unwrap()));
    }
    assert_eq!(held, keys);
    let known = |text: &str| keys.contains(&format!("support:{text}"));
    assert!(
        read(dir.path(), "interactions.csv")
            .lines()
            .skip(1)
            .all(|l| known(l.split(',').nth(1).unwrap()))
    );
    let orphans = "SELECT o.id FROM orders o LEFT JOIN customers c ON c.id = o.customer_id WHERE c.id IS NULL";
    assert!(rows(dir.path(), orphans).is_empty());
}

/// Ranges set aside for films and examples, as beginnings of the number in international form.
fn reserved(e164: &str) -> bool {
    let us = e164.len() == 12 && e164.starts_with("+1") && &e164[5..10] == "55501";
    let gb = [
        "+447700900",
        "+441632960",
        "+44207946",
        "+442920180",
        "+441914980",
        "+441134960",
        "+441144960",
        "+441154960",
        "+441164960",
        "+441174960",
        "+441184960",
        "+441214960",
        "+441314960",
        "+441414960",
        "+441514960",
        "+441614960",
    ];
    let de = [
        "+493023125",
        "+494066969",
        "+496990009",
        "+498999998",
        "+492214710",
        "+4917139200",
        "+49176040690",
    ];
    let fr = [
        "+33199000",
        "+3319900",
        "+3326191",
        "+3335301",
        "+3346571",
        "+3353649",
        "+3363998",
    ];
    us || gb
        .iter()
        .chain(&de)
        .chain(&fr)
        .any(|start| e164.starts_with(start))
}

#[test]
fn only_reserved_phones_and_domains() {
    let sources = Sources::new(30_000, "reserved");
    let (mut numbers, mut mailboxes) = (0, 0);
    for row in (0..30_000).map(|i| sources.row(i)) {
        for cell in [&row.phone, &row.mobile] {
            if !cell.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
                continue;
            }
            let region = if cell.starts_with('+') || cell.starts_with("00") {
                None
            } else if ["(", "2", "3", "4", "5", "6", "7", "8", "9"]
                .iter()
                .any(|s| cell.starts_with(s))
            {
                Some(*b"US")
            } else {
                // National forms of three countries: one of them must own the number.
                let of = [*b"GB", *b"DE", *b"FR"];
                of.into_iter()
                    .find(|r| phones(cell, Some(*r)).iter().all(|p| reserved(&p.e164)))
            };
            let found = phones(cell, region);
            assert!(
                !found.is_empty() && found.iter().all(|p| reserved(&p.e164)),
                "{cell} {found:?}"
            );
            numbers += 1;
        }
        for cell in [&row.email, &row.other_email] {
            let Some((_, domain)) = cell.trim().split_once('@') else {
                continue;
            };
            let domain = domain.to_lowercase();
            let fine = domain.ends_with(".example")
                || ["example.com", "example.org", "example.net"].contains(&domain.as_str());
            assert!(fine, "{cell}");
            mailboxes += 1;
        }
    }
    assert!(
        numbers > 15_000 && mailboxes > 24_000,
        "{numbers} {mailboxes}"
    );
}

#[test]
fn every_difficulty_occurs() {
    let sources = Sources::new(3000, "demo");
    let rows: Vec<_> = (0..3000).map(|i| sources.row(i)).collect();
    let share = |what: &str, least: usize, holds: &dyn Fn(&selfsame::sample::Row) -> bool| {
        let n = rows.iter().filter(|r| holds(r)).count();
        assert!(n >= least, "{what}: {n}");
    };
    share("organizations", 60, &|r| r.organization);
    share("other scripts", 70, &|r| {
        r.last.chars().any(|c| c as u32 > 0x400)
    });
    share("missing birth", 800, &|r| r.birth.is_empty());
    share("missing mail", 200, &|r| r.email.is_empty());
    share("line breaks", 100, &|r| {
        r.source == Source::Crm && (r.notes.contains('\n') || !r.unit.is_empty())
    });
    share("upper case", 60, &|r| {
        r.last.len() > 2 && r.last.is_ascii() && r.last == r.last.to_uppercase()
    });
    share("junior", 5, &|r| {
        r.last.contains(" Jr") || r.last.contains(" Sr")
    });
    share("garbled", 5, &|r| {
        r.last.contains('Ã') || r.first.contains('Ã')
    });
    share("pet names", 8, &|r| {
        [
            "Bob", "Liz", "Bill", "Jim", "Kate", "Mike", "Dave", "Tom", "Jack", "Pepe", "Paco",
        ]
        .contains(&r.first.trim())
    });
    share("orders", 500, &|r| !r.orders.is_empty());
    share("tickets", 400, &|r| !r.tickets.is_empty());
}

#[cfg(unix)]
#[test]
fn files_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let (_dir, summary) = made(10, "private");
    assert_eq!(summary.files.len(), 6);
    for file in summary.files {
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600,
            "{}",
            file.display()
        );
    }
}

#[test]
fn an_unusable_directory_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("taken");
    fs::write(&file, "x").unwrap();
    let error = write_sample(&file, 10, "x", &mut |_| {})
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("taken") && error.contains("hint:"),
        "{error}"
    );
}

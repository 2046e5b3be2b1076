//! Transcripts of the commands: arguments and files in; exit code, data and talk out.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::ran::{NOW, Ran, put, selfsame_at, text};

impl Ran {
    /// Asserts exit code and that stderr has all of these.
    fn fails(self, code: i32, said: &[&str]) -> Self {
        for part in said {
            assert!(self.err.contains(part), "`{part}` is not in\n{}", self.err);
        }
        assert_eq!(
            self.code, code,
            "stdout:\n{}\nstderr:\n{}",
            self.out, self.err
        );
        self
    }

    fn done(self, code: i32) -> Self {
        self.fails(code, &[])
    }
}

fn selfsame(dir: &Path, args: &str) -> Ran {
    selfsame_at(dir, NOW, args.split(' '))
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Invented people: each second one is in the shop, too, some with another spelling. Keys are stable.
struct People {
    crm: Vec<String>,
    shop: Vec<String>,
    desk: Vec<String>,
}

const CRM_HEADER: &str = "id,first_name,last_name,email,phone,city,birth_date\n";
const SHOP_HEADER: &str = "customer_id;name;mail;mobile;town;born\n";

fn people(count: u32) -> People {
    const GIVEN: [&str; 12] = [
        "Mara", "Jonas", "Elif", "Pavel", "Ines", "Tobias", "Yuki", "Amara", "Lukas", "Greta",
        "Omar", "Sofia",
    ];
    const FAMILY: [&str; 11] = [
        "Lindqvist",
        "Okonkwo",
        "Castellano",
        "Brandt",
        "Nakamura",
        "Petrov",
        "Oyelaran",
        "Hartmann",
        "Silveira",
        "Kowalczyk",
        "Adeyemi",
    ];
    const CITY: [&str; 7] = ["Lund", "Graz", "Porto", "Leeds", "Gdansk", "Kyoto", "Accra"];
    let mut people = People {
        crm: Vec::new(),
        shop: Vec::new(),
        desk: Vec::new(),
    };
    for i in 0..count {
        let pick = |list: &[&'static str], salt: u32| {
            list[(i.wrapping_mul(2_654_435_761).wrapping_add(salt) >> 7) as usize % list.len()]
        };
        let (given, family, city) = (pick(&GIVEN, 1), pick(&FAMILY, 99_991), pick(&CITY, 777));
        let mail = format!(
            "{}.{}{i}@example.com",
            given.to_lowercase(),
            family.to_lowercase()
        );
        let phone = format!("+1 212 555 01{:02}", i % 100);
        let born = format!("{}-{:02}-{:02}", 1940 + i % 60, 1 + i % 12, 1 + i % 28);
        people.crm.push(format!(
            "c{i},{given},{family},{mail},{phone},{city},{born}\n"
        ));
        if i % 5 == 0 {
            // some have fields that others lack
            let extra = if i % 10 == 0 {
                format!("\"town\": \"{city}\", ")
            } else {
                String::new()
            };
            people.desk.push(format!(
                "{{\"ticket_id\": \"d{i}\", {extra}\"name\": {{\"first\": \"{given}\", \"last\": \"{family}\"}}, \"contacts\": [{{\"email\": \"{mail}\"}}]}}\n"
            ));
        }
        if i % 2 == 0 {
            let other = if i % 4 == 0 {
                given.to_uppercase()
            } else {
                given.to_owned()
            };
            people.shop.push(format!(
                "s{i};{other} {family};{mail};{phone};{city};{born}\n"
            ));
        }
    }
    people
}

fn written(dir: &TempDir, people: &People) {
    put(
        dir,
        "crm.csv",
        format!("{CRM_HEADER}{}", people.crm.concat()),
    );
    put(dir, "desk.jsonl", people.desk.concat());
    put(
        dir,
        "shop.csv",
        format!("{SHOP_HEADER}{}", people.shop.concat()),
    );
}

const PIPELINE: &str = r#"name = "test"
[output]
dir = "out"
[[source]]
name = "crm"
files = "crm.csv"
key = "id"
[[source]]
name = "shop"
files = "shop.csv"
key = "customer_id"
[source.fields]
mail = "email"
born = { kind = "birth-date", order = "ymd" }
"#;

#[test]
fn help_and_version_are_quick_and_complete() {
    let dir = folder();
    let help = selfsame(dir.path(), "--help").done(0);
    for command in [
        "run",
        "check",
        "dedupe",
        "evaluate",
        "explain",
        "sample",
        "init",
        "completions",
        "list",
    ] {
        assert!(
            help.out.contains(&format!("\n  {command} ")),
            "{}",
            help.out
        );
        let own = selfsame(dir.path(), &format!("{command} --help")).done(0);
        assert!(
            own.out.contains("Example:") && own.out.contains("Exit codes:"),
            "{}",
            own.out
        );
    }
    assert!(help.out.contains("130  interrupted"), "{}", help.out);
    let version = selfsame(dir.path(), "--version").done(0);
    assert_eq!(
        version.out,
        format!("selfsame {}\n", env!("CARGO_PKG_VERSION"))
    );
    assert!(
        selfsame(dir.path(), "completions bash")
            .done(0)
            .out
            .contains("_selfsame()")
    );
    assert!(
        selfsame(dir.path(), "list kinds")
            .done(0)
            .out
            .contains("birth-date")
    );
}

#[test]
fn a_wrong_command_line_is_2_and_names_the_nearest() {
    let dir = folder();
    selfsame(dir.path(), "dedup a.csv").fails(2, &["dedup", "'dedupe'"]);
    selfsame(dir.path(), "dedupe a.csv --treshold 0.9").fails(2, &["'--threshold'"]);
    selfsame(dir.path(), "dedupe a.csv --map tel=phoen")
        .fails(2, &["unknown field kind `phoen`", "did you mean `phone`?"]);
    selfsame(dir.path(), "dedupe a.csv --threshold 0.5 --review 0.9")
        .fails(2, &["`--review 0.9` is above", "hint:"]);
    selfsame(dir.path(), "dedupe a.csv a.csv").fails(2, &["`a.csv` is named twice"]);
    put(&dir, "a.csv", "id,name\n1,Ann\n");
    selfsame(dir.path(), "dedupe a.csv ./a.csv").fails(2, &["named twice", "same file as `a.csv`"]);
}

#[cfg(unix)]
#[test]
fn a_name_that_is_not_utf8_is_told() {
    use std::os::unix::ffi::OsStrExt as _;
    let dir = folder();
    let name = std::ffi::OsStr::from_bytes(b"a\xff.csv");
    let ran = selfsame_at(dir.path(), NOW, ["dedupe".as_ref(), name]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(
        ran.err
            .contains("`a�.csv` on the command line is not UTF-8"),
        "{}",
        ran.err
    );
}

#[test]
fn dedupe_writes_every_record_in_input_order() {
    let dir = folder();
    let mut people = people(120);
    written(&dir, &people);
    let ran = selfsame(
        dir.path(),
        "dedupe crm.csv shop.csv -o clusters.csv --pairs pairs.csv --report report",
    )
    .done(0);
    assert_eq!(ran.out, "");
    assert!(
        ran.err.contains("180 read = 0 quarantined + "),
        "{}",
        ran.err
    );
    let clusters = fs::read_to_string(dir.path().join("clusters.csv")).unwrap();
    let lines: Vec<&str> = clusters.lines().collect();
    assert_eq!((lines.len(), lines[0]), (181, "record_id,cluster_id"));
    assert!(
        lines[1].starts_with("c0,c0") && lines[121].starts_with("s0,"),
        "{}",
        lines[121]
    );
    // a cluster is called by one of its records
    for line in &lines[1..] {
        let name = line.split(',').nth(1).unwrap();
        assert!(lines.contains(&format!("{name},{name}").as_str()), "{line}");
    }
    let pairs = fs::read_to_string(dir.path().join("pairs.csv")).unwrap();
    assert!(pairs.starts_with("id_l,id_r,probability,match_weight\n"));
    for name in ["report.html", "report.json", "merges.csv", "quarantine.csv"] {
        assert!(dir.path().join("report").join(name).is_file(), "{name}");
    }
    let to_stdout = selfsame(dir.path(), "dedupe crm.csv shop.csv --quiet").done(0);
    assert_eq!(
        (to_stdout.out.as_str(), to_stdout.err.as_str()),
        (clusters.as_str(), "")
    );
    people.crm.reverse();
    people.shop.rotate_left(11);
    written(&dir, &people);
    let moved = "dedupe crm.csv shop.csv -o moved.csv --pairs moved-pairs.csv";
    selfsame(dir.path(), moved).done(0);
    let read = |name: &str| fs::read_to_string(dir.path().join(name)).unwrap();
    let moved = read("moved.csv");
    let (mut before, mut after) = (lines.clone(), moved.lines().collect::<Vec<_>>());
    before.sort_unstable();
    after.sort_unstable();
    assert_eq!(before, after, "the order of rows changes no name");
    assert_eq!(pairs, read("moved-pairs.csv"));
}

#[test]
fn records_without_an_id_are_called_by_file_and_row() {
    let dir = folder();
    put(
        &dir,
        "a.csv",
        "name,mail\nMara Brandt,m@example.com\nMara Brandt,m@example.com\n",
    );
    let ran = selfsame(dir.path(), "dedupe a.csv").done(0);
    assert!(
        ran.out.contains("\na.csv:1,a.csv:1\n") && ran.out.contains("\na.csv:2,a.csv:"),
        "{}",
        ran.out
    );
    // the same ids in two files are no ids
    put(&dir, "b.csv", "id,name\n1,Mara Brandt\n2,Ines Petrov\n");
    put(&dir, "c.csv", "id,name\n1,Yuki Nakamura\n2,Omar Adeyemi\n");
    let ran = selfsame(dir.path(), "dedupe b.csv c.csv").done(0);
    assert!(
        ran.out.contains("\nb.csv:1,") && ran.out.contains("\nc.csv:2,"),
        "{}",
        ran.out
    );
    selfsame(dir.path(), "dedupe b.csv --id idd")
        .fails(2, &["no column `idd`", "did you mean `id`?"]);
    selfsame(dir.path(), "dedupe b.csv --source id2").fails(2, &["no column `id2`"]);
}

#[test]
fn evaluate_agrees_with_a_count_by_hand() {
    let dir = folder();
    put(&dir, "t.csv", "record_id,entity_id\na,1\nb,1\nc,2\nd,2\n");
    put(&dir, "c.csv", "record_id,cluster_id\na,x\nb,x\nc,x\nd,y\n");
    let ran = selfsame(dir.path(), "evaluate --truth t.csv --clusters c.csv --json").done(0);
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(json["pairwise"]["tp"], 1);
    assert!((json["pairwise"]["precision"].as_f64().unwrap() - 1.0 / 3.0).abs() < 1e-9);
    assert!(
        (json["b3"]["precision"].as_f64().unwrap() - (4.0 / 3.0 + 1.0 / 3.0 + 1.0) / 4.0).abs()
            < 1e-9
    );
    let table = selfsame(dir.path(), "evaluate --truth t.csv --clusters c.csv").done(0);
    assert!(
        table.out.contains("pairwise") && table.out.contains("0.3333"),
        "{}",
        table.out
    );
    selfsame(dir.path(), "evaluate --truth no.csv --clusters c.csv")
        .fails(4, &["no.csv: no such file"]);
    selfsame(dir.path(), "evaluate --truth c.csv --clusters c.csv")
        .fails(4, &["no column `entity_id`"]);
}

#[test]
fn a_pipeline_runs_and_its_numbers_add_up() {
    let dir = folder();
    written(&dir, &people(120));
    put(&dir, "p.toml", PIPELINE);
    let ran = selfsame(dir.path(), "run p.toml --json --timings").done(0);
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let n = |name: &str| json[name].as_u64().unwrap();
    assert_eq!(n("read"), 180);
    assert_eq!(n("read"), n("quarantined") + n("single") + n("merged"));
    assert_eq!(n("customers"), n("single") + n("merged_customers"));
    assert!(n("merged_customers") > 30, "{json}");
    let mut names: Vec<String> = fs::read_dir(dir.path().join("out"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "customers.db",
            "merges.csv",
            "quarantine.csv",
            "report.html",
            "report.json"
        ]
    );
    let db = rusqlite::Connection::open(dir.path().join("out/customers.db")).unwrap();
    let customers: i64 = db
        .query_row("SELECT count(*) FROM customer_360", [], |r| r.get(0))
        .unwrap();
    assert_eq!(customers.cast_unsigned(), n("customers"));
    let report: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(dir.path().join("out/report.json")).unwrap())
            .unwrap();
    assert!(
        report.to_string().contains("2023-11-14T22:13:20Z"),
        "the clock is the given one"
    );
}

#[test]
fn a_dry_run_and_a_check_write_nothing() {
    let dir = folder();
    written(&dir, &people(40));
    put(&dir, "p.toml", PIPELINE);
    selfsame(dir.path(), "run p.toml --dry-run").fails(0, &["dry run: nothing was published"]);
    let checked = selfsame(dir.path(), "check p.toml").done(0);
    assert!(
        checked.out.contains("source crm") && checked.out.contains("given"),
        "{}",
        checked.out
    );
    let json = selfsame(dir.path(), "check p.toml --json").done(0);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(json["key_columns"][0], "id");
    assert!(!dir.path().join("out").exists());
}

#[test]
fn a_number_in_two_columns_is_one_number() {
    let dir = folder();
    let mut rows = String::from("KdNr;Vorname;Nachname;Vorwahl;Rufnummer;Ort\n");
    for i in 10..40 {
        rows += &format!("{i};Mara;Brandt{i};0{i};70100{i};Berlin\n");
    }
    put(&dir, "kunden.csv", rows);
    selfsame(dir.path(), "init kunden.csv -o p.toml -q").done(0);
    assert!(text(&dir, "p.toml").contains("\"Vorwahl + Rufnummer\" = \"phone\""));
    selfsame(dir.path(), "run p.toml -q").done(0);
    let db = rusqlite::Connection::open(dir.path().join("out/p/customers.db")).unwrap();
    let raw: Vec<String> = db
        .prepare("SELECT raw FROM phone ORDER BY raw")
        .and_then(|mut s| s.query_map([], |r| r.get(0))?.collect())
        .unwrap();
    assert_eq!((raw.len(), raw[0].as_str()), (30, "010 7010010"));
    // a run that is done again from the database puts it together again
    let explained = selfsame(
        dir.path(),
        "explain out/p/customers.db kunden:10 kunden:11 --json",
    )
    .done(0);
    assert!(explained.out.contains("107010010"), "{}", explained.out);
    // a kind given to a part keeps them apart
    let mut apart = text(&dir, "p.toml").replace("Rufnummer = \"ignore\"", "Rufnummer = \"phone\"");
    let joined = apart
        .lines()
        .find(|l| l.contains(" + Rufnummer\" ="))
        .unwrap()
        .to_owned();
    apart = apart.replace(&joined, "");
    put(&dir, "p.toml", apart);
    selfsame(dir.path(), "run p.toml -q").done(0);
    let db = rusqlite::Connection::open(dir.path().join("out/p/customers.db")).unwrap();
    let raw: String = db
        .query_row("SELECT min(raw) FROM phone", [], |r| r.get(0))
        .unwrap();
    assert_eq!(raw, "7010010");
    let misspelt =
        text(&dir, "p.toml").replace("Ort = ", "\"Vorwahl + Nummer\" = \"phone\"\nOrt = ");
    put(&dir, "p.toml", misspelt);
    selfsame(dir.path(), "run p.toml -q").fails(2, &["has no column `Vorwahl + Nummer`"]);
}

#[test]
fn init_writes_a_pipeline_that_runs() {
    let dir = folder();
    written(&dir, &people(40));
    // a column that `init` ignores must not be missed by `run`
    let crm = fs::read_to_string(dir.path().join("crm.csv")).unwrap();
    let wider: Vec<String> = crm
        .lines()
        .enumerate()
        .map(|(i, line)| format!("{line},{}", if i == 0 { "Unused" } else { "" }))
        .collect();
    put(&dir, "crm.csv", wider.join("\n"));
    selfsame(dir.path(), "init crm.csv shop.csv -o mine.toml").done(0);
    let text = fs::read_to_string(dir.path().join("mine.toml")).unwrap();
    assert!(
        text.contains("name = \"mine\"") && text.contains("email = \"email\""),
        "{text}"
    );
    selfsame(dir.path(), "init crm.csv -o mine.toml").fails(5, &["mine.toml"]);
    selfsame(dir.path(), "run mine.toml").done(0);
    assert!(dir.path().join("out/mine/customers.db").is_file());
}

#[test]
fn explain_shows_stored_and_recomputed_evidence_alike() {
    let dir = folder();
    written(&dir, &people(60));
    put(&dir, "p.toml", PIPELINE);
    selfsame(dir.path(), "run p.toml").done(0);
    let stored = selfsame(dir.path(), "explain out/customers.db crm:c0 shop:s0 --json").done(0);
    let path = dir.path().join("out/customers.db");
    let db = rusqlite::Connection::open(&path).unwrap();
    let gone = db.execute("DELETE FROM match_pair", []).unwrap();
    assert!(gone > 0);
    drop(db);
    let again = selfsame(dir.path(), "explain out/customers.db crm:c0 shop:s0 --json").done(0);
    let number = |ran: &Ran| -> serde_json::Value { serde_json::from_str(&ran.out).unwrap() };
    let (stored, again) = (number(&stored), number(&again));
    assert_eq!(
        stored["evidence"]["comparisons"],
        again["evidence"]["comparisons"]
    );
    assert_eq!(stored["same_customer"], true);
    let sum = |case: &serde_json::Value| {
        let bars = case["evidence"]["comparisons"].as_array().unwrap();
        bars.iter()
            .map(|b| b["weight"].as_f64().unwrap())
            .sum::<f64>()
            + case["evidence"]["prior"].as_f64().unwrap()
    };
    assert!((sum(&again) - again["evidence"]["weight"].as_f64().unwrap()).abs() < 1e-6);
    let strangers = selfsame(dir.path(), "explain out/customers.db crm:c0 shop:s2").done(0);
    assert!(strangers.out.contains("two customers"), "{}", strangers.out);
    selfsame(dir.path(), "explain out/customers.db crm:c0 shp:s0")
        .fails(2, &["no source `shp`", "crm, shop"]);
    selfsame(dir.path(), "explain out/customers.db crm:c0 shop:x")
        .fails(2, &["source `shop` has no record `x`"]);
    selfsame(dir.path(), "explain out/customers.db c0 shop:s0")
        .fails(2, &["`c0` is not `source:key`"]);
    selfsame(dir.path(), "explain crm.csv crm:c0 shop:s0")
        .fails(4, &["crm.csv: is not a SQLite database"]);
    selfsame(dir.path(), "explain out crm:c0 shop:s0").fails(4, &["is a directory"]);
}

#[test]
fn gates_stop_publication() {
    let dir = folder();
    written(&dir, &people(40));
    let with = |more: &str| format!("{PIPELINE}{more}");
    put(
        &dir,
        "same.toml",
        with(
            "[[expect]]\nsame = [\"crm:c0\", \"shop:s0\"]\n[[expect]]\ndifferent = [\"crm:c0\", \"crm:c2\"]\n",
        ),
    );
    selfsame(dir.path(), "run same.toml").fails(0, &["2 expectations hold"]);
    let before = fs::read(dir.path().join("out/customers.db")).unwrap();
    put(
        &dir,
        "wrong.toml",
        with("[[expect]]\ndifferent = [\"crm:c0\", \"shop:s0\"]\n"),
    );
    let said = [
        "wrong.toml:16: expected different",
        "became one customer",
        "hint:",
    ];
    selfsame(dir.path(), "run wrong.toml").fails(1, &said);
    selfsame(dir.path(), "check wrong.toml").fails(1, &said);
    put(
        &dir,
        "gone.toml",
        with("[[expect]]\nsame = [\"crm:c0\", \"shop:s00\"]\n"),
    );
    selfsame(dir.path(), "run gone.toml")
        .fails(1, &["`shop:s00` was not read", "nearest key is `shop:s0`"]);
    put(
        &dir,
        "few.toml",
        with("[limits]\nrecords-at-least = 1000\n"),
    );
    selfsame(dir.path(), "run few.toml").fails(
        1,
        &["60 records were read, fewer than `limits.records-at-least` 1000"],
    );
    put(&dir, "big.toml", with("[limits]\nlargest-cluster = 1\n"));
    selfsame(dir.path(), "run big.toml").fails(1, &["more than `limits.largest-cluster` 1"]);
    assert_eq!(
        before,
        fs::read(dir.path().join("out/customers.db")).unwrap(),
        "the old database is untouched"
    );
    assert_eq!(
        fs::read_dir(dir.path().join("out")).unwrap().count(),
        5,
        "nothing is left behind"
    );
}

#[test]
fn a_wrong_pipeline_file_is_2_with_line_and_advice() {
    let dir = folder();
    written(&dir, &people(4));
    let try_out = |text: &str, said: &[&str]| {
        put(&dir, "p.toml", text);
        for command in ["run", "check"] {
            selfsame(dir.path(), &format!("{command} p.toml")).fails(2, said);
        }
        assert!(!dir.path().join("out").exists(), "nothing was written");
    };
    try_out(
        &PIPELINE.replace("key = \"id\"", "kye = \"id\""),
        &["p.toml:7: unknown key `kye`", "did you mean `key`?"],
    );
    try_out(
        &PIPELINE.replace("\"email\"", "\"emial\""),
        &[
            "p.toml:13: unknown field kind `emial`",
            "did you mean `email`?",
        ],
    );
    try_out(
        &PIPELINE.replace("key = \"id\"", "key = \"idd\""),
        &[
            "p.toml:7: source `crm` has no column `idd`",
            "did you mean `id`?",
        ],
    );
    try_out(
        &PIPELINE.replace("mail =", "male ="),
        &[
            "p.toml:13: source `shop` has no column `male`",
            "did you mean `mail`?",
        ],
    );
    try_out(&PIPELINE.replace("\"test\"", "\"test"), &["p.toml:1: "]);
    try_out(
        &format!("{PIPELINE}[survive]\nemial = \"longest\"\n"),
        &["unknown field kind `emial`"],
    );
    try_out(
        &format!("{PIPELINE}[survive]\nemail = \"newest\"\n"),
        &["unknown survivorship rule `newest`"],
    );
    try_out(
        &format!("{PIPELINE}[match]\ndecisions = \"no.csv\"\n"),
        &["no.csv: cannot be read"],
    );
    selfsame(dir.path(), "run no.toml")
        .fails(2, &["no.toml: pipeline file not found", "selfsame init"]);
    selfsame(dir.path(), "run .").fails(2, &["is a directory"]);
    selfsame(dir.path(), "run crm.csv").fails(2, &["crm.csv:1: "]);
}

#[test]
fn unreadable_inputs_are_4_each_with_its_reason() {
    let dir = folder();
    fs::create_dir(dir.path().join("folder.csv")).unwrap();
    put(&dir, "empty.csv", "");
    put(
        &dir,
        "binary.csv",
        [0u8, 159, 146, 150, 0, 1, 2, 3, 0, 255, 254, 0, 0, 7].repeat(40),
    );
    put(&dir, "broken.json", "{\"customers\": [{\"name\": \"Mara\"");
    put(&dir, "plain.db", "this is no database\n".repeat(200));
    let db = rusqlite::Connection::open(dir.path().join("shop.db")).unwrap();
    db.execute_batch("CREATE TABLE customers(id, name, email); INSERT INTO customers VALUES(1, 'Mara Brandt', 'm@example.com')")
        .unwrap();
    drop(db);
    let cases: &[(&str, &[&str])] = &[
        ("no.csv", &["no.csv: no such file"]),
        ("*.tsv", &["no file matches"]),
        ("folder.csv", &["is a directory"]),
        ("empty.csv", &["is empty"]),
        ("binary.csv", &["binary"]),
        ("plain.db --format sqlite", &["plain.db"]),
        (
            "shop.db --table custmers",
            &["no table `custmers`", "did you mean `customers`?"],
        ),
    ];
    for (args, said) in cases {
        let ran = selfsame(dir.path(), &format!("dedupe {args} -o c.csv")).fails(4, said);
        assert!(ran.err.contains("\n  hint: "), "{}", ran.err);
        assert!(!dir.path().join("c.csv").exists());
    }
    selfsame(dir.path(), "dedupe shop.db").done(0);
}

#[test]
fn a_locked_database_is_named() {
    let dir = folder();
    let db = rusqlite::Connection::open(dir.path().join("shop.db")).unwrap();
    db.execute_batch("CREATE TABLE customers(id, name, email); INSERT INTO customers VALUES(1, 'Mara Brandt', 'm@example.com'); BEGIN EXCLUSIVE")
        .unwrap();
    selfsame(dir.path(), "dedupe shop.db").fails(4, &["shop.db: the database is locked", "hint:"]);
}

#[test]
fn unique_sources_are_linked_one_to_one() {
    let dir = folder();
    written(&dir, &people(120));
    let ran = selfsame(dir.path(), "dedupe crm.csv shop.csv --unique-sources").done(0);
    let mut members = std::collections::BTreeMap::<String, Vec<char>>::new();
    for line in ran.out.lines().skip(1) {
        let (record, cluster) = line.split_once(',').unwrap();
        let source = record.chars().next().unwrap();
        members.entry(cluster.to_owned()).or_default().push(source);
    }
    assert!(members.values().any(|m| m.len() == 2));
    for sources in members.values() {
        assert!(
            matches!(sources.as_slice(), [_] | ['c', 's']),
            "{sources:?}"
        );
    }
    // the same from one file whose rows name their source
    let mut both = String::from("id,shop,name,mail\n");
    for line in people(60).shop {
        let cells: Vec<&str> = line.split(';').collect();
        both += &format!(
            "a{0},north,{1},{2}\nb{0},south,{1},{2}\n",
            cells[0], cells[1], cells[2]
        );
    }
    put(&dir, "both.csv", both);
    let ran = selfsame(dir.path(), "dedupe both.csv --unique-sources --source shop").done(0);
    assert!(ran.out.contains("\nbs0,as0\n"), "{}", ran.out);
}

#[test]
fn damaged_rows_are_quarantined_and_the_run_goes_on() {
    let dir = folder();
    let good = people(60).crm.concat();
    let with = |extra: &[u8]| {
        let mut text = CRM_HEADER.as_bytes().to_vec();
        text.extend_from_slice(good.as_bytes());
        text.extend_from_slice(extra);
        text
    };
    put(&dir, "ragged.csv", with(b"c900,Too,Few\n"));
    put(
        &dir,
        "quote.csv",
        with(b"c901,\"Never closed,Brandt,x@example.com,,Lund,1980-01-01\n"),
    );
    put(
        &dir,
        "repeat.csv",
        with(b"c0,Other,Person,other@example.com,,,\n"),
    );
    put(
        &dir,
        "bytes.csv",
        with(b"c902,M\xffra,Br\xfendt,y@example.com,,Lund,1980-01-01\n"),
    );
    for (name, rule) in [
        ("ragged", "ragged-row"),
        ("quote", "unclosed-quote"),
        ("repeat", "duplicate-key"),
    ] {
        let key = if name == "repeat" { " --id id" } else { "" };
        let ran = selfsame(
            dir.path(),
            &format!("dedupe {name}.csv -o c.csv --report r{key}"),
        )
        .fails(3, &["61 read = 1 quarantined"]);
        assert!(ran.err.contains("quarantined"), "{}", ran.err);
        let rows = fs::read_to_string(dir.path().join("r/quarantine.csv")).unwrap();
        assert!(rows.contains(rule), "{rows}");
        assert_eq!(
            fs::read_to_string(dir.path().join("c.csv"))
                .unwrap()
                .lines()
                .count(),
            61
        );
    }
    // broken UTF-8 is either decoded by a guess, with a warning, or the row is refused: never silent
    let ran = selfsame(dir.path(), "dedupe bytes.csv -o c.csv");
    assert!(
        (ran.code == 0 && ran.err.contains("warning")) || ran.code == 3,
        "{}\n{}",
        ran.code,
        ran.err
    );
}

#[test]
fn odd_but_readable_inputs_are_read() {
    let dir = folder();
    let text = format!("{CRM_HEADER}{}", people(30).crm.concat());
    let utf16: Vec<u8> = std::iter::once(0xFEFF)
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    put(&dir, "utf16.csv", utf16);
    put(&dir, "semicolon.csv", text.replace(',', ";"));
    put(&dir, "header.csv", CRM_HEADER);
    let count = |args: &str| selfsame(dir.path(), args).done(0).out.lines().count();
    assert_eq!(count("dedupe utf16.csv"), 31);
    assert_eq!(count("dedupe semicolon.csv"), 31);
    let ran = selfsame(dir.path(), "dedupe header.csv")
        .fails(0, &["header.csv: has a header and no rows"]);
    assert_eq!(ran.out, "record_id,cluster_id\n");
    // a given delimiter holds, and a better one is told
    selfsame(dir.path(), "dedupe semicolon.csv --delimiter ,")
        .fails(0, &["`;` would give", "hint:"]);
}

#[test]
fn an_output_that_cannot_be_written_is_5_and_the_old_one_stays() {
    let dir = folder();
    written(&dir, &people(20));
    put(&dir, "p.toml", PIPELINE);
    selfsame(dir.path(), "dedupe crm.csv -o crm.csv/c.csv")
        .fails(5, &["cannot write `crm.csv/c.csv`", "hint:"]);
    selfsame(dir.path(), "dedupe crm.csv -o none/c.csv")
        .fails(5, &["`none/c.csv`", "does not exist"]);
    selfsame(dir.path(), "dedupe crm.csv -o .").fails(5, &["it is a folder"]);
    selfsame(dir.path(), "run p.toml --out crm.csv/out").fails(5, &["`crm.csv/out`"]);
    selfsame(dir.path(), "run p.toml").done(0);
    // a journal beside the old database would be replayed into the new one
    put(&dir, "out/customers.db-wal", "x");
    let before = fs::read(dir.path().join("out/customers.db")).unwrap();
    selfsame(dir.path(), "run p.toml").fails(5, &["is in use", "customers.db-wal"]);
    assert_eq!(
        before,
        fs::read(dir.path().join("out/customers.db")).unwrap()
    );
}

#[test]
fn a_report_that_cannot_be_written_leaves_the_other_outputs_as_they_were() {
    let dir = folder();
    written(&dir, &people(20));
    put(&dir, "c.csv", "old");
    put(&dir, "p.csv", "old");
    let before = fs::read_dir(dir.path()).unwrap().count();
    selfsame(
        dir.path(),
        "dedupe crm.csv -o c.csv --pairs p.csv --report crm.csv/r",
    )
    .fails(5, &["crm.csv/r"]);
    assert_eq!(
        (text(&dir, "c.csv"), text(&dir, "p.csv")),
        ("old".into(), "old".into())
    );
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), before);
}

#[cfg(unix)]
#[test]
fn standard_input_without_room_names_the_folder_of_temporaries() {
    let dir = folder();
    let output = assert_cmd::Command::cargo_bin("selfsame")
        .unwrap()
        .current_dir(dir.path())
        .env("TMPDIR", dir.path().join("none"))
        .args(["dedupe", "-"])
        .write_stdin("id,name\n1,Ann\n")
        .output()
        .unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(4), "{told}");
    assert!(
        told.contains("temporary file in") && told.contains("`TMPDIR`"),
        "{told}"
    );
    assert!(!told.contains("permissions"), "{told}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_5() {
    let dir = folder();
    written(&dir, &people(20));
    selfsame(dir.path(), "dedupe crm.csv -o /dev/full")
        .fails(5, &["cannot write `/dev/full`", "disk is full"]);
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let status = Command::new(assert_cmd::cargo::cargo_bin("selfsame"))
        .current_dir(dir.path())
        .args(["dedupe", "crm.csv", "--quiet"])
        .stdout(full)
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(5));
    assert!(
        fs::metadata("/dev/full").is_ok_and(|m| !m.is_file()),
        "a device is written to, not replaced"
    );
}

#[cfg(unix)]
#[test]
fn ctrl_c_is_130_and_leaves_nothing_behind() {
    let dir = folder();
    written(&dir, &people(20));
    put(&dir, "p.toml", PIPELINE);
    selfsame(dir.path(), "run p.toml").done(0);
    put(&dir, "p.toml", PIPELINE.replace("\"shop.csv\"", "\"-\""));
    let there = || -> Vec<_> {
        let files = fs::read_dir(dir.path().join("out")).unwrap();
        let mut names: Vec<_> = files.map(|e| e.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let database = || fs::read(dir.path().join("out/customers.db")).unwrap();
    let (names, old) = (there(), database());
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("selfsame"))
        .current_dir(dir.path())
        .args(["run", "p.toml"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // waiting for the child would close it
    let held = child.stdin.take();
    // it waits for standard input once its private folder is there
    let started = || there().len() > names.len();
    for _ in 0..500 {
        if started() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(started());
    let interrupt = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(interrupt.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    drop(held);
    assert_eq!(there(), names);
    assert!(database() == old);
}

/// Everything in a database that does not say where in a file a row was.
fn content(path: &Path) -> String {
    let db = rusqlite::Connection::open(path).unwrap();
    let mut names = db
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name")
        .unwrap();
    let names: Vec<String> = names
        .query_map([], |r| r.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mut text = String::new();
    for name in names {
        let mut query = db.prepare(&format!("SELECT * FROM {name}")).unwrap();
        let columns: Vec<String> = query.column_names().map(str::to_owned).collect();
        let place = ["row_number", "byte_offset", "line", "sha256", "run_id"];
        let mut rows = query.query([]).unwrap();
        let mut lines = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            let mut line = name.clone();
            for (i, column) in columns.iter().enumerate() {
                if !(place.contains(&column.as_str()) || name == "meta" && i > 0) {
                    line.push_str(&format!(
                        "|{:?}",
                        row.get::<_, rusqlite::types::Value>(i).unwrap()
                    ));
                }
            }
            lines.push(line + "\n");
        }
        lines.sort();
        text.extend(lines);
    }
    text
}

#[test]
#[cfg(target_os = "linux")]
fn little_memory_does_not_change_a_byte() {
    let dir = folder();
    selfsame(dir.path(), "sample --records 12000 --seed 7 --out s").done(0);
    selfsame(dir.path(), "dedupe s/crm.csv -o free.csv").done(0);
    // the system's folder for temporary files may lie in memory
    let limited = assert_cmd::Command::cargo_bin("selfsame")
        .unwrap()
        .current_dir(dir.path())
        .env("TMPDIR", env!("CARGO_TARGET_TMPDIR"))
        .args([
            "dedupe",
            "s/crm.csv",
            "-o",
            "limited.csv",
            "--memory",
            "256M",
        ])
        .output()
        .unwrap();
    let said = String::from_utf8(limited.stderr).unwrap();
    assert!(limited.status.success(), "{said}");
    assert!(text(&dir, "free.csv") == text(&dir, "limited.csv"));
    let nowhere = assert_cmd::Command::cargo_bin("selfsame")
        .unwrap()
        .env("TMPDIR", "/nowhere")
        .args(["dedupe", "crm.csv", "--memory", "1GiB"])
        .output()
        .unwrap();
    let said = String::from_utf8(nowhere.stderr).unwrap();
    assert!(
        said.contains("`--memory`: no room for temporary files in `/nowhere`"),
        "{said}"
    );
    assert!(said.contains("hint: name another folder"), "{said}");
    assert_eq!(nowhere.status.code(), Some(2));
}

#[test]
fn threads_do_not_change_a_byte_and_the_order_of_rows_changes_no_content() {
    let dir = folder();
    let mut people = people(300);
    written(&dir, &people);
    put(
        &dir,
        "p.toml",
        format!(
            "{PIPELINE}[[source]]\nname = \"desk\"\nfiles = \"desk.jsonl\"\nkey = \"ticket_id\"\n"
        ),
    );
    for threads in [1, 2, 4] {
        selfsame(
            dir.path(),
            &format!("run p.toml --out out{threads} --threads {threads}"),
        )
        .done(0);
    }
    for name in [
        "customers.db",
        "report.json",
        "report.html",
        "merges.csv",
        "quarantine.csv",
    ] {
        let read =
            |threads: u32| fs::read(dir.path().join(format!("out{threads}/{name}"))).unwrap();
        assert!(read(1) == read(2) && read(2) == read(4), "{name} differs");
    }
    people.crm.reverse();
    people.shop.rotate_left(37);
    people.desk.reverse();
    people.desk.rotate_left(11);
    written(&dir, &people);
    selfsame(dir.path(), "run p.toml --out moved").done(0);
    let (before, after) = (
        content(&dir.path().join("out1/customers.db")),
        content(&dir.path().join("moved/customers.db")),
    );
    let other = before.lines().zip(after.lines()).find(|(a, b)| a != b);
    let shown = other.map_or(String::new(), |(a, b)| {
        let from = a
            .bytes()
            .zip(b.bytes())
            .position(|(a, b)| a != b)
            .unwrap_or(0);
        let near = |s: &str| {
            s.get(from.saturating_sub(200)..)
                .unwrap_or(s)
                .chars()
                .take(400)
                .collect::<String>()
        };
        format!("{}\n{}", near(a), near(b))
    });
    assert!(before == after, "{shown}");
}

#[test]
fn linked_tables_follow_their_customers_and_strangers_are_quarantined() {
    let dir = folder();
    written(&dir, &people(20));
    put(
        &dir,
        "orders.csv",
        "order_id,customer_id,when,cents,cur\n1,c0,2024-01-02,1050,EUR\n2,c0,2024-02-02,950,EUR\n3,zz,2024-02-02,1,EUR\n",
    );
    let linked = "[[linked]]\nname = \"orders\"\nkind = \"transactions\"\nof = \"crm\"\ncustomer = \"customer_id\"\nfiles = \"orders.csv\"\ncolumns = { number = \"order_id\", occurred-at = \"when\", amount-minor = \"cents\", currency = \"cur\" }\n";
    put(&dir, "p.toml", format!("{PIPELINE}{linked}"));
    selfsame(dir.path(), "run p.toml").fails(3, &["2 loaded, 1 quarantined"]);
    let db = rusqlite::Connection::open(dir.path().join("out/customers.db")).unwrap();
    let of: (i64, i64) = db
        .query_row(
            "SELECT v.order_count, v.revenue_minor FROM customer_360 v JOIN crosswalk x USING (customer_id) WHERE x.source = 'crm' AND x.source_key = 'c0'",
            [],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )
        .unwrap();
    assert_eq!(of, (2, 2000));
    let rows = fs::read_to_string(dir.path().join("out/quarantine.csv")).unwrap();
    assert!(rows.contains("unknown-customer"), "{rows}");
    put(
        &dir,
        "p.toml",
        format!("{PIPELINE}{}", linked.replace("\"cents\"", "\"cent\"")),
    );
    selfsame(dir.path(), "run p.toml").fails(
        2,
        &["`orders` has no column `cent`", "did you mean `cents`?"],
    );
}

#[test]
fn judged_pairs_are_kept_together_or_apart() {
    let dir = folder();
    written(&dir, &people(40));
    put(
        &dir,
        "decisions.csv",
        "id_l,id_r,label\ncrm:c0,shop:s0,different\n",
    );
    put(
        &dir,
        "p.toml",
        format!("{PIPELINE}[match]\ndecisions = \"decisions.csv\"\n"),
    );
    selfsame(dir.path(), "check p.toml").done(0);
    put(
        &dir,
        "decisions.csv",
        "id_l,id_r,label\ncrm:c0,shop:s99,different\n",
    );
    selfsame(dir.path(), "check p.toml")
        .fails(2, &["decisions.csv:2: no record `shop:s99` was read"]);
    put(
        &dir,
        "decisions.csv",
        "id_l,id_r,label\ncrm:c0,crm:c1,same\ncrm:c1,shop:s0,same\ncrm:c0,shop:s0,different\n",
    );
    selfsame(dir.path(), "check p.toml").fails(
        2,
        &["decisions.csv:4: `crm:c0` and `shop:s0` are `different` here and `same` by lines 2, 3"],
    );
    put(
        &dir,
        "judged.csv",
        "id_l,id_r,label\nc0,s2,same\nc0,s0,different\nc0,nobody,same\n",
    );
    let done = selfsame(dir.path(), "dedupe crm.csv shop.csv --labels judged.csv");
    let clusters: std::collections::HashMap<&str, &str> =
        done.out.lines().filter_map(|l| l.split_once(',')).collect();
    assert_eq!(clusters["c0"], clusters["s2"], "{}", done.out);
    assert_ne!(clusters["c0"], clusters["s0"], "{}", done.out);
    done.fails(
        0,
        &["judged.csv: 1 of 3 pairs name a record that was not read"],
    );
}

#[test]
fn questions_are_asked_answered_and_learned_from() {
    let dir = folder();
    selfsame(dir.path(), "sample --records 2000 --seed 3 --out s").done(0);
    let files = "s/crm.csv s/shop.db s/support.json";
    let asked = selfsame(
        dir.path(),
        &format!("dedupe {files} -o before.csv --ask ask.csv --questions 60"),
    );
    asked.fails(0, &["questions: ask.csv"]);
    let sheet = text(&dir, "ask.csv");
    assert!(sheet.starts_with("id_l,id_r,label,probability,"), "{sheet}");
    selfsame(dir.path(), &format!("dedupe {files} --labels ask.csv"))
        .fails(2, &["ask.csv: none of its", "pairs is judged"]);

    let truth: std::collections::HashMap<String, String> =
        csv::Reader::from_path(dir.path().join("s/truth.csv"))
            .unwrap()
            .records()
            .map(|r| r.unwrap())
            .map(|r| (r[1].to_owned(), r[3].to_owned()))
            .collect();
    let mut labels = "id_l,id_r,label\n".to_owned();
    let mut pairs = Vec::new();
    for row in csv::Reader::from_reader(sheet.as_bytes()).records() {
        let row = row.unwrap();
        let same = truth[&row[0]] == truth[&row[1]];
        let word = if same { "same" } else { "different" };
        labels += &format!("{},{},{word}\n", &row[0], &row[1]);
        pairs.push((row[0].to_owned(), row[1].to_owned(), same));
    }
    assert!((10..=60).contains(&pairs.len()), "{}", pairs.len());
    put(&dir, "labels.csv", &labels);
    selfsame(
        dir.path(),
        &format!("dedupe {files} -o after.csv --labels labels.csv --report r"),
    )
    .done(0);
    let clusters = |name: &str| -> std::collections::HashMap<String, String> {
        let lines = text(&dir, name);
        let rows = lines.lines().filter_map(|l| l.split_once(','));
        rows.map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
    };
    let (before, after) = (clusters("before.csv"), clusters("after.csv"));
    let right = |c: &std::collections::HashMap<String, String>| {
        let right = pairs.iter().filter(|(a, b, same)| (c[a] == c[b]) == *same);
        right.count()
    };
    assert_eq!(right(&after), pairs.len());
    assert!(right(&before) < pairs.len());
    assert!(text(&dir, "r/report.json").contains("pairs judged the same customer"));
}

//! Rules and quarantine from end to end: what rules do to a run, and rows worked off so that nothing is asked twice.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::ran::{NOW, Ran, put, selfsame_at, text};

fn selfsame(dir: &Path, epoch: &str, args: &str) -> Ran {
    selfsame_at(dir, epoch, args.split(' '))
}

fn ran(dir: &TempDir, args: &str, code: i32) -> Ran {
    let ran = selfsame(dir.path(), NOW, args);
    assert_eq!(ran.code, code, "{args}\n{}\n{}", ran.out, ran.err);
    ran
}

fn one<T: rusqlite::types::FromSql>(dir: &TempDir, sql: &str) -> T {
    let db = Connection::open(dir.path().join("out/customers.db")).unwrap();
    db.query_row(sql, [], |r| r.get(0)).unwrap()
}

const PEOPLE: &str = "\
id,first,last,email,phone,zip,country,born,made,changed,note
1,Mara,Brandt,mara@example.com,+12065550101,02139,US,1980-02-03,2020-01-01,2021-01-01,=1+1
2,Jonas,Okonkwo,jonas@gmial.com,+12065550102,10115,DE,1975-05-06,2020-01-01,2021-01-01,
3,Elif,Petrov,,+12065550103,1067,DE,1990-07-08,2020-01-01,2021-01-01,'x
4,Pavel,Silva,pavel@example.com,4.47E+11,SW1A 1AA,GB,2090-01-01,2020-01-01,2021-01-01,+49 30
5,Ines,Adeyemi,ines@example.com,+12065550105,W1A 0AX,GB,1985-09-10,2022-01-01,2021-01-01,007
6,Too,Few
7,Omar,Kowal,omar@example.com,+12065550107,10117,DE,1966-11-12,2020-01-01,2021-01-01,
7,Omar,Kowal,omar@example.com,+12065550107,10117,DE,1966-11-12,2020-01-01,2021-01-01,
8,Yuki,Sato,yuki@example.com,+12065550108,10119,DE,1955-01-02,2020-01-01,2021-01-01,
9,Greta,Lund,greta@example.com,+12065550109,10119,DE,1955-01-03,2020-01-01,2021-01-01,
";

const PIPELINE: &str = r#"name = "t"
[output]
dir = "out"
[[source]]
name = "crm"
files = "crm.csv"
key = "id"
[source.fields]
zip = "postcode"
note = "ignore"
[limits]
quarantined-share = 0.9
[quarantine]
corrections = "p.corrections.toml"
"#;

const RULES: &str = r#"
[[validate]]
name = "email-valid"
field = "email"
is = "email"
severity = "quarantine"
[[validate]]
name = "zip-valid"
field = "zip"
is = "postcode"
severity = "quarantine"
[[validate]]
name = "phone-valid"
field = "phone"
is = "phone"
severity = "blank"
[[validate]]
name = "reachable"
expr = "email is not null or phone is not null"
severity = "quarantine"
[[validate]]
name = "born-already"
field = "born"
not-future = true
severity = "blank"
[[validate]]
name = "order-of-dates"
field = "changed"
not-before = "made"
[[validate]]
name = "enough"
rows-at-least = 3
severity = "stop"
"#;

fn folder(rules: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    put(&dir, "crm.csv", PEOPLE);
    put(&dir, "p.toml", format!("{PIPELINE}{rules}"));
    dir
}

#[test]
fn rules_warn_blank_quarantine_and_the_numbers_add_up() {
    let dir = folder(RULES);
    let done = ran(&dir, "run p.toml", 3);
    for said in [
        "10 read = 4 quarantined + ",
        "`email-valid` in crm (quarantined, 1)",
        "`phone-valid` in crm (blanked, 1)",
        "`order-of-dates` in crm (warned, 1)",
        "quarantine export p.toml",
    ] {
        assert!(done.err.contains(said), "{said}\n{}", done.err);
    }
    let rules: String = one(
        &dir,
        "SELECT group_concat(rule || ' ' || coalesce(repair, '-'), '; ') FROM (SELECT * FROM quarantine ORDER BY row_number)",
    );
    assert_eq!(
        rules,
        "email-valid jonas@gmail.com; zip-valid 01067; ragged-row -; duplicate-key -"
    );
    // nothing is destroyed: raw row and table keep what was blanked; the golden record does not use it
    let blanked: String = one(
        &dir,
        "SELECT group_concat(source_key || column_name || value, ' ') FROM blanked",
    );
    assert_eq!(blanked, "4born2090-01-01 4phone4.47E+11");
    let raw: String = one(&dir, "SELECT raw FROM source_record WHERE source_key = '4'");
    assert!(
        raw.contains("4.47E+11") && raw.contains("2090-01-01"),
        "{raw}"
    );
    let golden: i64 = one(
        &dir,
        "SELECT count(*) FROM customer WHERE phone LIKE '%4.47%' OR birth_date LIKE '2090%'",
    );
    assert_eq!(golden, 0);
    let account: i64 = one(
        &dir,
        "SELECT records_read - records_accepted - records_quarantined FROM run",
    );
    assert_eq!(account, 0);
    let report: serde_json::Value = serde_json::from_str(&text(&dir, "out/report.json")).unwrap();
    let result = |name: &str| {
        let results = report["validation"].as_array().unwrap();
        results.iter().find(|r| r["rule"] == name).unwrap().clone()
    };
    assert_eq!(result("email-valid")["checked"], 7);
    assert_eq!(
        result("email-valid")["examples"][0]["value"],
        "jonas@gmial.com"
    );
    assert_eq!(result("enough")["measured"], "6 rows");
    let page = text(&dir, "out/report.html");
    assert!(page.contains("id=\"rules\"") && page.contains("jonas@gmial.com"));
    // any pair can still be explained from the database alone, blanked values left out
    let why = ran(&dir, "explain out/customers.db crm:4 crm:8", 0);
    assert!(!why.out.contains("4.47"), "{}", why.out);
}

#[test]
fn a_masked_report_shows_no_value_that_broke_a_rule() {
    let dir = folder(RULES);
    ran(&dir, "run p.toml --mask", 3);
    for file in ["report.html", "report.json", "quarantine.csv", "merges.csv"] {
        let text = text(&dir, &format!("out/{file}"));
        for canary in [
            "jonas@",
            "gmial",
            "gmail.com",
            "1067",
            "4.47E",
            "2090-01-01",
        ] {
            assert!(!text.contains(canary), "{file} holds {canary}");
        }
    }
    let listed = ran(&dir, "quarantine list p.toml --mask", 3).out;
    assert!(
        !listed.contains("jonas") && listed.contains("j•••@g•••.com"),
        "{listed}"
    );
}

#[test]
fn a_stop_rule_ends_the_run_and_the_old_output_stays() {
    let dir = folder(RULES);
    ran(&dir, "run p.toml", 3);
    let content = |table: &str| {
        let db = rusqlite::Connection::open(dir.path().join("out/customers.db")).unwrap();
        let mut rows = db.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let width = rows.column_count();
        let mut read = rows.query([]).unwrap();
        let mut all = Vec::new();
        while let Some(row) = read.next().unwrap() {
            let cells = (0..width).map(|i| {
                let value: rusqlite::types::Value = row.get(i).unwrap();
                format!("{value:?}")
            });
            all.push(cells.collect::<Vec<_>>());
        }
        all
    };
    let (customers, raw, results) = (
        content("customer"),
        content("source_record"),
        content("validation"),
    );
    put(
        &dir,
        "p.toml",
        format!(
            "{PIPELINE}{}",
            RULES.replace("rows-at-least = 3", "rows-at-least = 30")
        ),
    );
    let stopped = ran(&dir, "run p.toml", 1);
    assert!(
        stopped
            .err
            .contains("p.toml:45: rule `enough`: source `crm`: 6 rows; wanted: at least 30 rows"),
        "{}",
        stopped.err
    );
    assert!(stopped.err.contains("hint: "), "{}", stopped.err);
    assert_eq!(
        (content("customer"), content("source_record")),
        (customers, raw)
    );
    // the rules of the stopped run, and nothing else, are added
    let after = content("validation");
    assert_eq!(after[..results.len()], results);
    assert_eq!(after.len(), 2 * results.len());
    assert!(
        after.iter().any(|r| r.iter().any(|c| c.contains("stop"))),
        "{after:?}"
    );
    ran(&dir, "check p.toml", 1);
    let rule =
        "[[validate]]\nname = \"zip\"\nfield = \"zip\"\nregex = '[0-9]{5}'\nseverity = \"stop\"\n";
    put(&dir, "p.toml", format!("{PIPELINE}{rule}"));
    let stopped = ran(&dir, "run p.toml", 1);
    assert!(
        stopped
            .err
            .contains("3 of 8 rows of `crm` fail, such as row 3 of `crm.csv`"),
        "{}",
        stopped.err
    );
    assert!(
        !stopped.err.contains("1067"),
        "no value in messages: {}",
        stopped.err
    );
}

#[test]
fn faults_of_rules_name_line_and_nearest_column() {
    let rule = |body: &str| format!("{PIPELINE}[[validate]]\nname = \"r\"\n{body}\n");
    for (body, wanted) in [
        (
            "field = \"emial\"\nrequired = true",
            "p.toml:16: rule `r`: source `crm` has no column `emial`\n  hint: did you mean `email`?",
        ),
        (
            "source = \"crm\"\nexpr = \"contry = 'GB'\"",
            "source `crm` has no column `contry`\n  hint: did you mean `country`?",
        ),
        (
            "expr = \"country = = 'GB'\"",
            "p.toml:17: in the condition, character 11: `=` is not expected here",
        ),
        (
            "field = \"zip\"\nreferences = { source = \"crm\", field = \"idd\" }",
            "has no column `idd`",
        ),
        (
            "field = \"zip\"\nlenght = 3",
            "p.toml:18: unknown key `lenght`",
        ),
    ] {
        let dir = folder("");
        put(&dir, "p.toml", rule(body));
        let failed = ran(&dir, "run p.toml", 2);
        assert!(failed.err.contains(wanted), "{}", failed.err);
        assert!(!dir.path().join("out").exists());
    }
}

/// What a row holds, the action on it, and changes of its cells.
type Work<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);

/// Fills in a sheet.
fn work(sheet: &str, work: &[Work<'_>]) -> String {
    let mut reader = csv::Reader::from_reader(sheet.as_bytes());
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|h| h == name).unwrap();
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(&header).unwrap();
    for row in reader.records() {
        let row = row.unwrap();
        let mut cells: Vec<String> = row.iter().map(str::to_owned).collect();
        for (holds, action, changes) in work {
            if row.iter().any(|c| c == *holds) {
                cells[at("action")] = (*action).to_owned();
                for (name, value) in *changes {
                    cells[at(&format!("cell.{name}"))] = (*value).to_owned();
                }
            }
        }
        out.write_record(&cells).unwrap();
    }
    String::from_utf8(out.into_inner().unwrap()).unwrap()
}

#[test]
fn rows_are_worked_off_and_nothing_is_asked_twice() {
    let dir = folder(RULES);
    let listed = ran(&dir, "quarantine list p.toml", 3);
    assert!(listed.out.contains("crm crm.csv row 2: email-valid: `email` is not an e-mail address (`jonas@gmial.com`); proposed: `jonas@gmail.com`"), "{}", listed.out);
    assert!(
        listed.err.contains("4 rows wait for a decision"),
        "{}",
        listed.err
    );
    ran(&dir, "quarantine export p.toml -o work.csv", 0);
    let sheet = text(&dir, "work.csv");
    assert_eq!(sheet.lines().count(), 5);
    ran(&dir, "quarantine export p.toml -o work.csv", 5);
    put(
        &dir,
        "done.csv",
        work(
            &sheet,
            &[
                ("email-valid", "repair", &[]),
                ("zip-valid", "accept", &[]),
                (
                    "ragged-row",
                    "correct",
                    &[
                        ("id", "6"),
                        ("first", "Tobias"),
                        ("last", "Few"),
                        ("email", "tobias@example.com"),
                        ("country", "DE"),
                    ],
                ),
                ("duplicate-key", "discard", &[]),
            ],
        ),
    );
    let replayed = ran(&dir, "quarantine replay p.toml done.csv", 0);
    assert!(
        replayed.err.contains("2 corrected, 1 accepted, 1 left out"),
        "{}",
        replayed.err
    );
    assert!(
        replayed.err.contains("waiting before: 4, now: 0"),
        "{}",
        replayed.err
    );
    let kept = text(&dir, "p.corrections.toml");
    assert!(
        kept.contains("version = 1") && kept.contains("email = \"jonas@gmail.com\""),
        "{kept}"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(dir.path().join("p.corrections.toml"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    let done = ran(&dir, "run p.toml", 0);
    assert!(
        done.err.contains("10 read = 1 quarantined + "),
        "{}",
        done.err
    );
    let mended: String = one(
        &dir,
        "SELECT group_concat(raw) FROM source_record WHERE source_key = '2'",
    );
    assert!(mended.contains("jonas@gmail.com"), "{mended}");
    let names: i64 = one(
        &dir,
        "SELECT count(*) FROM customer WHERE given_name = 'Tobias'",
    );
    assert_eq!(names, 1);
    let decided: String = one(
        &dir,
        "SELECT group_concat(action, ' ') FROM (SELECT action FROM decided_row ORDER BY row_number)",
    );
    assert_eq!(decided, "correct accept correct discard");
    let original: String = one(
        &dir,
        "SELECT original FROM decided_row WHERE row_number = 2",
    );
    assert!(
        original.contains("jonas@gmial.com"),
        "the row as it was read is kept"
    );
    assert_eq!(ran(&dir, "quarantine list p.toml", 0).out, "");
    let all = ran(&dir, "quarantine list p.toml --all", 0);
    assert!(all.out.contains("left out by decision"), "{}", all.out);

    // the same rows elsewhere, in another order: still decided; the sheet again: nothing new
    let mut lines: Vec<&str> = PEOPLE.lines().collect();
    lines[1..].reverse();
    put(&dir, "crm.csv", &(lines.join("\n") + "\n"));
    ran(&dir, "run p.toml", 0);
    let again = ran(&dir, "quarantine replay p.toml done.csv", 0);
    assert!(
        again
            .err
            .contains("0 corrected, 0 accepted, 0 left out, 0 without action, 4 decided before"),
        "{}",
        again.err
    );
    assert_eq!(text(&dir, "p.corrections.toml"), kept);
    // other content is another row, and a mended source needs no decision
    put(
        &dir,
        "crm.csv",
        PEOPLE
            .replace("gmial", "gmali")
            .replace("1067,DE", "01067,DE"),
    );
    let listed = ran(&dir, "quarantine list p.toml", 3);
    assert!(
        listed.out.contains("gmali") && listed.err.contains("2 decisions concern no row"),
        "{}{}",
        listed.out,
        listed.err
    );
}

#[test]
fn a_sheet_that_does_not_fit_is_refused_whole_with_its_lines() {
    let dir = folder(RULES);
    ran(&dir, "quarantine export p.toml -o work.csv", 0);
    let sheet = text(&dir, "work.csv");
    for (edits, wanted) in [
        (
            &[("email-valid", "corect", &[][..])][..],
            "did you mean `correct`?",
        ),
        (&[("email-valid", "correct", &[])], "no cell differs"),
        (
            &[("ragged-row", "accept", &[])],
            "refused as `ragged-row` cannot be accepted",
        ),
        (&[("ragged-row", "repair", &[])], "no repair is proposed"),
        (&[("ragged-row", "correct", &[])], "no cell is filled in"),
        (
            &[("duplicate-key", "correct", &[("first", "Omer")])],
            "would change both",
        ),
    ] {
        put(&dir, "done.csv", work(&sheet, edits));
        let failed = ran(&dir, "quarantine replay p.toml done.csv", 2);
        assert!(
            failed.err.contains("error: done.csv:") && failed.err.contains(wanted),
            "{}",
            failed.err
        );
        assert!(!dir.path().join("p.corrections.toml").exists());
    }
    put(&dir, "done.csv", "a,b\n1,2\n");
    assert!(
        ran(&dir, "quarantine replay p.toml done.csv", 2)
            .err
            .contains("no column `action`")
    );
    put(
        &dir,
        "q.toml",
        text(&dir, "p.toml").replace("[quarantine]\ncorrections = \"p.corrections.toml\"\n", ""),
    );
    let failed = ran(&dir, "quarantine replay q.toml work.csv", 2);
    assert!(
        failed.err.contains("no file of decisions") && failed.err.contains("q.corrections.toml"),
        "{}",
        failed.err
    );
    put(
        &dir,
        "p.corrections.toml",
        "version = 1\n[[row]]\nsource = \"crm\"\ndigest = \"x\"\naction = \"drop\"\n",
    );
    let failed = ran(&dir, "run p.toml", 2);
    assert!(
        failed
            .err
            .contains("p.corrections.toml:5: unknown value `drop`"),
        "{}",
        failed.err
    );
}

#[test]
fn decisions_that_cannot_be_placed_or_contradict_each_other_are_errors() {
    let dir = folder(RULES);
    ran(&dir, "quarantine export p.toml -o work.csv", 0);
    let sheet = text(&dir, "work.csv");
    let mut rows = csv::Reader::from_reader(sheet.as_bytes());
    let at = |header: &csv::StringRecord, name| header.iter().position(|h| h == name).unwrap();
    let head = rows.headers().unwrap().clone();
    let row = rows
        .records()
        .map(Result::unwrap)
        .find(|r| &r[at(&head, "rule")] == "email-valid");
    let digest = row.unwrap()[at(&head, "digest")].to_owned();
    let replay = |lines: &str, code: i32, wanted: &[&str]| {
        put(&dir, "done.csv", format!("action,source,digest\n{lines}"));
        let done = ran(&dir, "quarantine replay p.toml done.csv", code);
        for wanted in wanted {
            assert!(done.err.contains(wanted), "{lines}\n{}", done.err);
        }
    };
    let good = format!("discard,crm,{digest}\n");
    for (lines, wanted) in [
        (
            "discard,crm,ffff\n".to_owned(),
            &["done.csv:3:", "digest `ffff`"][..],
        ),
        (
            format!("discard,crn,{digest}\n"),
            &["done.csv:3:", "no source `crn`", "did you mean `crm`?"],
        ),
        (
            "drop,crm,ffff\n".to_owned(),
            &["done.csv:3:", "unknown action `drop`"],
        ),
        (
            format!("repair,crm,{digest}\n"),
            &["done.csv:3:", "otherwise in line 2"],
        ),
    ] {
        replay(&format!("{good}{lines}"), 2, wanted);
        assert!(!dir.path().join("p.corrections.toml").exists(), "{lines}");
    }
    replay(&format!("{good}{good}"), 3, &["0 accepted, 1 left out"]);
    replay(&good, 3, &["1 decided before"]);
    replay(
        &format!("accept,crm,{digest}\n"),
        2,
        &["done.csv:2:", "decided about before: `discard`"],
    );
}

#[test]
fn a_mistyped_source_or_rule_is_told_and_not_taken_for_nothing() {
    let dir = folder(RULES);
    for (args, wanted) in [
        ("list p.toml --source crn", "did you mean `crm`?"),
        (
            "list p.toml --rule email-vaild",
            "did you mean `email-valid`?",
        ),
        (
            "export p.toml --rule raged-row",
            "did you mean `ragged-row`?",
        ),
    ] {
        let failed = ran(&dir, &format!("quarantine {args}"), 2);
        assert!(failed.err.contains(wanted), "{}", failed.err);
    }
    assert_eq!(
        ran(&dir, "quarantine list p.toml --rule nul-byte", 0).out,
        ""
    );
}

#[test]
fn an_opt_out_is_never_blanked_and_one_in_quarantine_is_warned_of() {
    const RULES: &str = "[[validate]]\nname = \"answers\"\nfield = \"newsletter\"\nin = [\"yes\", \"no\"]\nseverity = \"blank\"\n
[[validate]]\nname = \"tiers\"\nfield = \"tier\"\nin = [\"gold\"]\nseverity = \"quarantine\"\n";
    let dir = folder(RULES);
    let pipeline = PIPELINE.replace(
        "[source.fields]\nzip = \"postcode\"\nnote = \"ignore\"\n",
        "",
    );
    put(&dir, "p.toml", pipeline + RULES);
    let answers = [
        ("yes", "gold"),
        ("abgemeldet", "gold"),
        ("perhaps", "gold"),
        ("no", "lead"),
    ];
    let rows: String = answers
        .iter()
        .cycle()
        .take(16)
        .enumerate()
        .map(|(n, (says, tier))| format!("{n},Ann{n},Lund,p{n}@example.com,{says},{tier}\n"))
        .collect();
    put(
        &dir,
        "crm.csv",
        format!("id,first_name,last_name,email,newsletter,tier\n{rows}"),
    );
    let done = ran(&dir, "run p.toml", 3);
    for wanted in [
        "4 cell(s) of `newsletter` that rule `answers` would blank refuse to be reached",
        "4 of the rows in quarantine refuse to be reached",
    ] {
        assert!(done.err.contains(wanted), "{}", done.err);
    }
    let denied: i64 = one(
        &dir,
        "SELECT count(*) FROM consent_effective WHERE state = 'denied'",
    );
    let blanked: i64 = one(&dir, "SELECT count(*) FROM blanked");
    assert_eq!((denied, blanked), (4, 4));
}

#[test]
fn the_opt_out_of_a_refused_row_holds_in_any_order_of_rows() {
    let people = |count: u32| -> String {
        let line = |i| format!("{i},Ann{i},Lund{i},p{i}@example.com,+1206555{i:04},yes,no,\n");
        (100..100 + count).map(line).collect()
    };
    let rows = [
        "1,Mara,Quill,mara@example.com,+12065550001,yes,no,\n",
        "1,Mara,Quill,mara@example.com,+12065550001,yes,yes,\n",
        "2,Elif,Brandt,elif@example.com,+12065550002,yes,,\n",
        "2,Elif,Brandt,elif@example.com,,no,,\n",
        "3,Omar,Silva,omar@example.com,+12065550003,yes,no,\n",
        "4,Omar,Silva,omar@example.com,,,yes,\n",
    ];
    const RULE: &str = "[[validate]]\nname = \"mail-once\"\nfield = \"email\"\nunique = true\nseverity = \"quarantine\"\n";
    let dir = folder(RULE);
    let pipeline = PIPELINE.replace(
        "[source.fields]\nzip = \"postcode\"\nnote = \"ignore\"\n",
        "",
    );
    put(&dir, "p.toml", pipeline + RULE);
    for reversed in [false, true] {
        let mut rows = rows;
        if reversed {
            rows.reverse();
        }
        let head = "id,first_name,last_name,email,phone,newsletter,opt_out,x\n";
        put(
            &dir,
            "crm.csv",
            format!("{head}{}{}", rows.concat(), people(20)),
        );
        let done = ran(&dir, "run p.toml", 3);
        for wanted in [
            "2 of the rows refused by `duplicate-key`",
            "1 of the rows refused by `mail-once`",
        ] {
            assert!(done.err.contains(wanted), "{}", done.err);
        }
        let denied: String = one(
            &dir,
            "SELECT group_concat(key, ' ') FROM (SELECT DISTINCT r.source_key AS key FROM consent_effective e
               JOIN source_record r USING(record_id) WHERE e.state = 'denied' ORDER BY key)",
        );
        assert_eq!(denied, "1 2 3");
        let said: i64 = one(
            &dir,
            "SELECT count(*) FROM quarantine WHERE reason LIKE '%its opt-out in%'",
        );
        assert_eq!(said, 3);
    }
    // a row that is the same as the one which stays, which now has the other's opt-out
    let twice = text(&dir, "crm.csv").replace(rows[0], &rows[0].repeat(2));
    put(&dir, "crm.csv", twice);
    ran(&dir, "quarantine export p.toml -o work.csv", 0);
    let sheet = text(&dir, "work.csv");
    let mut lines = sheet.split_inclusive('\n');
    let head = lines.next().unwrap();
    let same = lines.find(|l| l.contains("cell for cell")).unwrap();
    let edit = work(
        &format!("{head}{same}"),
        &[("duplicate-key", "correct", &[("first_name", "Mary")])],
    );
    put(&dir, "done.csv", edit);
    let failed = ran(&dir, "quarantine replay p.toml done.csv", 2);
    assert!(failed.err.contains("would change both"), "{}", failed.err);
}

#[test]
fn results_over_runs_stay_when_the_database_is_made_anew() {
    let dir = folder(RULES);
    selfsame(dir.path(), "1690000000", "run p.toml");
    put(
        &dir,
        "crm.csv",
        PEOPLE.replace("jonas@gmial.com", "jonas@example.com"),
    );
    selfsame(dir.path(), "1700000000", "run p.toml");
    let trend: String = one(
        &dir,
        "SELECT group_concat(failed || ' of ' || checked, ', ') FROM validation_trend WHERE rule = 'email-valid'",
    );
    assert_eq!(trend, "1 of 7, 0 of 7");
    let report: serde_json::Value = serde_json::from_str(&text(&dir, "out/report.json")).unwrap();
    assert_eq!(report["validation"][0]["history"][0]["failed"], 1);
    // a run that is done again replaces its earlier self, to the byte
    let before = fs::read(dir.path().join("out/customers.db")).unwrap();
    selfsame(dir.path(), "1700000000", "run p.toml");
    assert_eq!(
        fs::read(dir.path().join("out/customers.db")).unwrap(),
        before
    );
    put(&dir, "out/customers.db", "something else");
    let done = ran(&dir, "run p.toml", 5);
    assert!(
        done.err
            .contains("would be replaced, and is no database that selfsame wrote"),
        "{}",
        done.err
    );
    assert_eq!(text(&dir, "out/customers.db"), "something else");
}

#[test]
fn orders_have_rules_too_and_references_are_checked() {
    let dir = folder("");
    put(
        &dir,
        "orders.csv",
        "no,who,when,total,shop\n1,1,2023-01-01,12.50,7\n2,1,2023-01-02,-3,7\n3,5,2023-01-03,8,77\n4,99,2023-01-03,8,7\n",
    );
    put(
        &dir,
        "p.toml",
        format!(
            "{PIPELINE}{}",
            r#"
[[linked]]
name = "orders"
kind = "transactions"
of = "crm"
customer = "who"
files = "orders.csv"
columns = { number = "no", occurred-at = "when", amount = "total" }
[[validate]]
name = "amounts"
source = "orders"
field = "total"
min = 0
severity = "quarantine"
[[validate]]
name = "shops"
source = "orders"
field = "shop"
references = { source = "crm", field = "id" }
severity = "quarantine"
"#
        ),
    );
    ran(&dir, "run p.toml", 3);
    let rules: String = one(
        &dir,
        "SELECT group_concat(rule, ' ') FROM (SELECT rule FROM quarantine WHERE source = 'orders' ORDER BY row_number)",
    );
    assert_eq!(rules, "amounts shops unknown-customer");
    let loaded: i64 = one(&dir, "SELECT count(*) FROM txn");
    assert_eq!(loaded, 1);
}

#[test]
fn what_cells_have_no_room_for_is_kept_in_every_raw_row() {
    let dir = tempfile::tempdir().unwrap();
    let tags: Vec<String> = (1..=20).map(|i| format!("\"t{i}\"")).collect();
    let tags = tags.join(",");
    let person = |id: u32, email: &str| {
        format!(r#"{{"id":{id},"name":"Ann Lee","email":"{email}","tags":[{tags}]}}"#)
    };
    put(
        &dir,
        "crm.json",
        format!(
            "[{},{}]",
            person(1, "ann@example.com"),
            person(2, "no-address")
        ),
    );
    let db = Connection::open(dir.path().join("shop.db")).unwrap();
    db.execute_batch(
        "CREATE TABLE orders (no, who, day, photo); INSERT INTO orders VALUES (1, 1, '2023-01-01', x'89504e47ff'), (2, 9, '2023-01-02', x'89504e47fe');",
    )
    .unwrap();
    put(
        &dir,
        "p.toml",
        r#"
name = "p"
output.dir = "out"
limits.quarantined-share = 0.9
[[source]]
name = "crm"
files = "crm.json"
key = "id"
[[linked]]
name = "orders"
kind = "transactions"
of = "crm"
customer = "who"
files = "shop.db"
columns = { number = "no", occurred-at = "day" }
[[validate]]
name = "email-valid"
field = "email"
is = "email"
severity = "quarantine"
[quarantine]
corrections = "decided.toml"
"#,
    );
    ran(&dir, "run p.toml", 3);
    let raw = |sql: &str| -> String { one(&dir, sql) };
    let of_order = raw("SELECT raw FROM txn");
    assert!(of_order.contains("89504e47ff"), "{of_order}");
    let stranger = raw("SELECT raw FROM quarantine WHERE source = 'orders'");
    assert!(stranger.contains("89504e47fe"), "{stranger}");
    let refused = raw("SELECT raw FROM quarantine WHERE source = 'crm'");
    assert!(refused.contains("\"t20\""), "{refused}");
    ran(&dir, "quarantine export p.toml -o work.csv", 0);
    let sheet = text(&dir, "work.csv");
    assert!(
        sheet.contains("no-address") && !sheet.contains("t20"),
        "{sheet}"
    );
    let done = work(
        &sheet,
        &[("email-valid", "correct", &[("email", "bob@example.com")])],
    );
    put(&dir, "done.csv", done);
    // the order of a stranger waits on
    ran(&dir, "quarantine replay p.toml done.csv", 3);
    ran(&dir, "run p.toml", 3);
    let corrected = raw("SELECT raw FROM source_record WHERE source_key = '2'");
    assert!(
        corrected.contains("\"email\":\"bob@example.com\"") && corrected.contains("\"t20\""),
        "{corrected}"
    );
    let original = raw("SELECT original FROM decided_row");
    assert_eq!(original, person(2, "no-address"));
    let told = ran(&dir, "explain out/customers.db crm:1 crm:2", 0);
    assert!(told.out.contains("bob@example.com"), "{}", told.out);
}

#[test]
fn proposed_rules_are_a_pipeline_that_runs() {
    let dir = tempfile::tempdir().unwrap();
    ran(&dir, "sample --records 400 --seed 5 --out s", 0);
    ran(&dir, "init s/crm.csv s/shop.db --rules -o p.toml", 0);
    let proposed = text(&dir, "p.toml");
    for wanted in [
        "required = true",
        "is = \"email\"",
        "not-before = ",
        "rows-at-least = ",
    ] {
        assert!(proposed.contains(wanted), "{wanted}\n{proposed}");
    }
    let done = selfsame(dir.path(), NOW, "run p.toml");
    assert!(done.code == 0 && done.err.contains("hold"), "{}", done.err);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    // Whatever the cells are, a sheet that comes back unchanged but for its actions changes nothing else.
    #[test]
    fn a_sheet_comes_back_exactly(cells in prop::collection::vec("[=+'@0-9a-zé\" ,;-]{1,10}", 1..6)) {
        let dir = folder("[[validate]]\nname = \"never\"\nfield = \"first\"\nin = [\"Nobody\"]\nseverity = \"quarantine\"\n");
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record(["id", "first", "last", "email", "phone", "zip", "country", "born", "made", "changed", "note"]).unwrap();
        for (i, cell) in cells.iter().enumerate() {
            let key = format!("k{i}");
            csv.write_record([key.as_str(), "Ann", "Lee", "a@example.com", "1", "1", "DE", "", "", "", cell.as_str()]).unwrap();
        }
        csv.write_record(["ok", "Nobody", "Lee", "b@example.com", "1", "1", "DE", "", "", "", ""]).unwrap();
        put(&dir, "crm.csv", String::from_utf8(csv.into_inner().unwrap()).unwrap());
        let pipeline = text(&dir, "p.toml").replace("quarantined-share = 0.9", "quarantined-share = 1.0");
        put(&dir, "p.toml", &pipeline);
        ran(&dir, "quarantine export p.toml -o work.csv", 0);
        let sheet = text(&dir, "work.csv");
        put(&dir, "same.csv", work(&sheet, &[("crm", "correct", &[])]));
        let refused = ran(&dir, "quarantine replay p.toml same.csv", 2);
        prop_assert_eq!(refused.err.matches("no cell differs").count(), cells.len(), "{}", refused.err);
        put(&dir, "done.csv", work(&sheet, &[("crm", "correct", &[("first", "Nobody")])]));
        ran(&dir, "quarantine replay p.toml done.csv", 0);
        ran(&dir, "run p.toml --quiet", 0);
        let db = Connection::open(dir.path().join("out/customers.db")).unwrap();
        for (i, cell) in cells.iter().enumerate() {
            let raw: String = db.query_row("SELECT raw FROM source_record WHERE source_key = ?", [format!("k{i}")], |r| r.get(0)).unwrap();
            let raw: serde_json::Value = serde_json::from_str(&raw).unwrap();
            prop_assert_eq!(raw["note"].as_str().unwrap(), cell.as_str());
            prop_assert_eq!(raw["first"].as_str().unwrap(), "Nobody");
        }
    }
}

//! What exports say beside their values: merged, converted and deleted records; ids that a spreadsheet rounded; secrets.

use std::fs;

use rusqlite::Connection;
use tempfile::TempDir;

use crate::ran::{NOW, put, selfsame_at, text};

fn folder(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        put(&dir, name, text);
    }
    dir
}

/// Runs the program; gives what it says on stderr.
fn ran(dir: &TempDir, args: &str, code: i32) -> String {
    let ran = selfsame_at(dir.path(), NOW, args.split(' '));
    assert_eq!(ran.code, code, "{args}\n{}", ran.err);
    ran.err
}

/// Clusters by the records' ids.
fn same(dir: &TempDir, a: &str, b: &str) -> bool {
    let clusters = text(dir, "c.csv");
    let of = |id: &str| {
        let line = clusters.lines().find(|l| l.starts_with(&format!("{id},")));
        line.unwrap_or_else(|| panic!("no {id} in\n{clusters}"))
            .split(',')
            .nth(1)
            .unwrap()
            .to_owned()
    };
    of(a) == of(b)
}

const CONTACTS: &str = "\
Id,IsDeleted,MasterRecordId,FirstName,LastName,Email,Phone,HasOptedOutOfEmail,LastModifiedDate
003D000000QV9n1IAD,false,,Mara,Brandt,mara@example.com,,false,2020-01-01
003D000000QV9n2IAD,true,003D000000QV9n1,Maria,Olsen,old@example.org,+12065550142,true,2024-01-01
003D000000QV9n3IAD,false,,Jonas,Okonkwo,jonas@example.com,+12065550199,false,2020-01-01
";
const LEADS: &str = "\
Id,IsDeleted,FirstName,LastName,Email,IsConverted,ConvertedContactId,ConvertedAccountId
00QD000000AAAA1,false,Jo,Oko,jo.oko@example.net,true,003D000000QV9n3IAD,001D000000BBBB1
00QD000000AAAA2,false,Elif,Petrov,elif@example.net,true,003D000000QV9n9IAD,001D000000BBBB1
";

#[test]
fn merged_and_converted_records_are_one_customer() {
    let dir = folder(&[("contacts.csv", CONTACTS), ("leads.csv", LEADS)]);
    let said = ran(&dir, "dedupe contacts.csv leads.csv -o c.csv", 0);
    assert!(same(&dir, "003D000000QV9n1IAD", "003D000000QV9n2IAD"));
    assert!(same(&dir, "003D000000QV9n3IAD", "00QD000000AAAA1"));
    // two leads of one company are two people
    assert!(!same(&dir, "00QD000000AAAA1", "00QD000000AAAA2"));
    assert!(
        said.contains("by `MasterRecordId`") && said.contains("1 record(s) are deleted"),
        "{said}"
    );
    assert!(
        said.contains("1 more name a record that was not read"),
        "{said}"
    );

    fs::write(
        dir.path().join("judged.csv"),
        "id_l,id_r,label\n003D000000QV9n1IAD,003D000000QV9n2IAD,different\n",
    )
    .unwrap();
    let said = ran(
        &dir,
        "dedupe contacts.csv leads.csv -o c.csv --decisions judged.csv",
        0,
    );
    assert!(!same(&dir, "003D000000QV9n1IAD", "003D000000QV9n2IAD"));
    assert!(said.contains("the decision holds"), "{said}");
}

#[test]
fn a_deleted_record_gives_no_golden_value_but_its_refusal_holds() {
    let pipeline = "name = \"t\"\n[output]\ndir = \"out\"\n[[source]]\nname = \"crm\"\nfiles = \"contacts.csv\"\n";
    let dir = folder(&[("contacts.csv", CONTACTS), ("p.toml", pipeline)]);
    ran(&dir, "run p.toml", 0);
    let db = Connection::open(dir.path().join("out/customers.db")).unwrap();
    let golden = |sql: &str| -> Vec<String> {
        let mut select = db.prepare(sql).unwrap();
        let rows = select
            .query_map([], |r| r.get::<_, Option<String>>(0))
            .unwrap();
        rows.map(|v| v.unwrap().unwrap_or_default()).collect()
    };
    // the deleted record is the most recent one and has a phone; neither survives
    assert_eq!(
        golden("SELECT family_name || ':' || ifnull(phone, '-') FROM customer ORDER BY 1"),
        ["Brandt:-", "Okonkwo:+12065550199"]
    );
    assert_eq!(
        golden(
            "SELECT c.state FROM consent_effective c JOIN customer USING (customer_no) WHERE family_name = 'Brandt' AND channel = 'email'"
        ),
        ["denied"]
    );
    // nothing is lost: the row itself is kept, and the merge can be undone from it
    assert_eq!(
        golden("SELECT count(*) || '' FROM source_record WHERE raw LIKE '%old@example.org%'"),
        ["1"]
    );
    let said = ran(
        &dir,
        "explain out/customers.db crm:003D000000QV9n1IAD crm:003D000000QV9n2IAD",
        0,
    );
    assert!(said.is_empty(), "{said}");
}

#[test]
fn refusals_in_notes_and_lists_of_opt_outs_reach_the_customer() {
    let crm = "id,first,last,email,phone,notes\n\
        1,Mara,Brandt,mara@example.com,+12065550142,\"good customer, do not call\"\n\
        2,Jonas,Okonkwo,jonas@example.com,+12065550143,paid in cash\n\
        3,Elif,Petrov,elif@example.com,+12065550144,\n";
    let list = "email\njonas@example.com\nnobody@example.com\n";
    let dir = folder(&[("crm.csv", crm), ("suppression_list.csv", list)]);
    ran(&dir, "init crm.csv suppression_list.csv -o p.toml", 0);
    let drafted = fs::read_to_string(dir.path().join("p.toml")).unwrap();
    assert!(drafted.contains("label = \"opted-out-email\""), "{drafted}");
    ran(&dir, "run p.toml", 0);
    let db = Connection::open(dir.path().join("out/p/customers.db")).unwrap();
    let mut select = db
        .prepare(
            "SELECT c.email, k.channel, k.state FROM consent_effective k JOIN customer c USING (customer_no) ORDER BY 1, 2",
        )
        .unwrap();
    let rows = select.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)));
    let said: Vec<(String, String, String)> = rows.unwrap().map(Result::unwrap).collect();
    let wanted = [
        ("jonas@example.com", "email", "denied"),
        ("mara@example.com", "phone", "denied"),
        ("nobody@example.com", "email", "denied"),
    ];
    let wanted = wanted.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()));
    assert_eq!(said, wanted);
}

#[test]
fn ids_that_a_spreadsheet_rounded_are_nobodys_id() {
    let mut rows = String::from("id,first,last,email,loyalty number\n");
    for (id, first, last, card) in [
        ("1.23457E+17", "Mara", "Brandt", "123456789012345000"),
        ("1.23457E+17", "Jonas", "Okonkwo", "123456789012345000"),
        ("200000000000000001", "Elif", "Petrov", "123456789019999000"),
        ("200000000000000002", "Pavel", "Silva", "123456789019999000"),
        ("200000000000000003", "Ines", "Adeyemi", ""),
    ] {
        rows.push_str(&format!(
            "{id},{first},{last},{}@example.com,{card}\n",
            first.to_lowercase()
        ));
    }
    let pipeline = "name = \"t\"\n[output]\ndir = \"out\"\n[[source]]\nname = \"crm\"\nfiles = \"crm.csv\"\nkey = \"id\"\n";
    let dir = folder(&[("crm.csv", &rows), ("p.toml", pipeline)]);
    // no row is quarantined as a repeat, and nobody is merged by a card number that lost its digits
    let said = ran(&dir, "run p.toml", 0);
    assert!(
        said.contains("2 of 5 records have a `id` that a spreadsheet has rounded"),
        "{said}"
    );
    assert!(
        said.contains("`loyalty number` are long numbers with zeros"),
        "{said}"
    );
    let db = Connection::open(dir.path().join("out/customers.db")).unwrap();
    let count = |sql: &str| db.query_row(sql, [], |r| r.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM customer"), 5);
    assert_eq!(
        count("SELECT count(*) FROM source_record WHERE source_key LIKE 'crm.csv:%'"),
        2
    );
    ran(&dir, "dedupe crm.csv -o c.csv", 0);
    assert!(
        !same(&dir, "crm.csv:1", "crm.csv:2")
            && !same(&dir, "200000000000000001", "200000000000000002")
    );
}

const SECRET: &str = "hunter2zz";

/// No file of the output holds a secret.
fn nowhere(dir: &TempDir, place: &str) {
    for file in fs::read_dir(dir.path().join(place)).unwrap() {
        let path = file.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let found = bytes.windows(SECRET.len()).any(|w| w == SECRET.as_bytes());
        assert!(!found, "{} holds a secret", path.display());
    }
}

#[test]
fn secrets_are_kept_nowhere() {
    let s = SECRET;
    let csv = format!(
        "id,name,email,password_hash,Credit Card Number,city\n\
         1,Mara Brandt,mara@example.com,{s},{s}1,Ulm\n\
         1,Mara Brandt,,{s},,Ulm\n\
         2,Jonas,Okonkwo,jonas@example.com,{s},{s}2,Bonn\n\
         3,Elif Petrov,{s}\n\
         4,\"Pavel Silva,pavel@example.com,{s},{s}\n\
         5,Ines Adeyemi,ines@example.com,{s},{s}3,Köln\n"
    );
    let json = format!(
        "{{\"id\":7,\"name\":\"Omar Kowal\",\"login\":{{\"password\":\"{s}\",\"tokens\":[\"x\"]}},\"n\":1.10}}\n\
         {{\"id\":8,\"password\":\"{s}\",\"name\":\n\
         {{\"id\":9,\"name\":\"Yuki Sato\",\"email\":\"yuki@example.com\"}}\n"
    );
    let pipeline = "name = \"t\"\n[output]\ndir = \"out\"\n[limits]\nquarantined-share = 0.9\n\
                    [[source]]\nname = \"crm\"\nfiles = \"crm.csv\"\nkey = \"id\"\n\
                    [[source]]\nname = \"app\"\nfiles = \"app.jsonl\"\n";
    let dir = folder(&[
        ("crm.csv", &csv),
        ("app.jsonl", &json),
        ("p.toml", pipeline),
    ]);
    ran(&dir, "run p.toml", 3);
    nowhere(&dir, "out");
    let db = Connection::open(dir.path().join("out/customers.db")).unwrap();
    let raw: Vec<String> = {
        let mut select = db
            .prepare("SELECT raw FROM source_record ORDER BY record_id")
            .unwrap();
        let rows = select.query_map([], |r| r.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    // the other cells are untouched
    assert!(
        raw.iter()
            .any(|r| r.contains("\"n\":1.10") && r.contains("\"password\":\"[withheld]\"")),
        "{raw:#?}"
    );
    assert!(
        raw.iter()
            .any(|r| r.contains("\"password_hash\":\"[withheld]\"") && r.contains("Köln")),
        "{raw:#?}"
    );
    let refused = text(&dir, "out/quarantine.csv");
    assert!(
        refused.contains("[withheld]") && refused.contains("2,Jonas,Okonkwo"),
        "{refused}"
    );

    ran(&dir, "dedupe crm.csv app.jsonl -o c.csv --report report", 3);
    nowhere(&dir, "report");
    let shown = selfsame_at(
        dir.path(),
        NOW,
        ["profile", "crm.csv", "app.jsonl", "--unmask", "--json"],
    );
    assert!(!shown.out.contains(s));
}

#[test]
fn a_meaning_that_was_given_is_no_secret() {
    let csv = "id,name,card number\n1,Mara Brandt,LC-100\n2,Jonas Okonkwo,LC-101\n";
    let pipeline = "name = \"t\"\n[output]\ndir = \"out\"\n[[source]]\nname = \"crm\"\nfiles = \"crm.csv\"\n[source.fields]\n\"card number\" = \"identifier\"\n";
    let dir = folder(&[("crm.csv", csv), ("p.toml", pipeline)]);
    ran(&dir, "run p.toml", 0);
    let db = Connection::open(dir.path().join("out/customers.db")).unwrap();
    let kept: i64 = db
        .query_row(
            "SELECT count(*) FROM source_record WHERE raw LIKE '%LC-100%'",
            [],
            |r| r.get(0),
        )
        .unwrap();
    assert_eq!(kept, 1);
}

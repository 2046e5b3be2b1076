//! What survives of usual layouts without any configuration: nothing that a row says of its person is lost on the way.

use std::fs;

use rusqlite::Connection;
use tempfile::TempDir;

use crate::ran::{NOW, put, selfsame_at};

/// Runs what `init` proposes for the file and gives one value of each query.
fn golden(file: &str, content: &str, queries: &[&str]) -> Vec<Option<String>> {
    let dir = TempDir::new().unwrap();
    put(&dir, file, content);
    for args in [
        vec!["init", file, "-o", "p.toml"],
        vec!["run", "-q", "p.toml", "--out", "out"],
    ] {
        let ran = selfsame_at(dir.path(), NOW, args);
        assert_eq!(
            ran.code,
            0,
            "{}{}\n{}",
            ran.out,
            ran.err,
            fs::read_to_string(dir.path().join("p.toml")).unwrap_or_default()
        );
    }
    let db = Connection::open(dir.path().join("out/customers.db")).unwrap();
    let value = |sql: &&str| db.query_row(sql, [], |r| r.get(0)).unwrap();
    queries.iter().map(value).collect()
}

const FAMILIES: [&str; 12] = [
    "Berg", "Lund", "Holm", "Dahl", "Lind", "Fors", "Strand", "Sten", "Vik", "Moen", "Ness",
    "Hagen",
];

/// A table with this header and twelve rows, in which `{n}` counts and `{family}` is another name each.
fn table(header: &str, row: &str) -> String {
    const NAMES: [&str; 12] = [
        "Anna", "Ben", "Clara", "David", "Elena", "Felix", "Greta", "Hugo", "Ines", "Jonas",
        "Karla", "Lars",
    ];
    let rows = NAMES.iter().zip(1..).map(|(name, n)| {
        let row = row.replace("{n}", &n.to_string());
        let row = row.replace("{family}", FAMILIES[n - 1]);
        format!("K{n},{name},{row}\n")
    });
    let rows: String = rows.collect();
    format!("id,first_name,{header}\n{rows}")
}

fn of(values: &[Option<String>]) -> Vec<&str> {
    values.iter().map(|v| v.as_deref().unwrap_or("")).collect()
}

const CUSTOMER: &str = "FROM customer WHERE given_name = 'Ben'";

#[test]
fn parts_of_addresses_go_with_their_street() {
    let found = golden(
        "uk.csv",
        &table(
            "last_name,address1,address2,address3,town,postcode",
            "Lund,{n} Hill Road,Unit {n},Mill Yard,Leeds,LS1 {n}AB",
        ),
        &[
            &format!("SELECT street {CUSTOMER}"),
            &format!("SELECT unit {CUSTOMER}"),
            "SELECT count(*) || '/' || count(unit) FROM address",
        ],
    );
    assert_eq!(of(&found), ["2 Hill Road", "Unit 2, Mill Yard", "12/12"]);
    let found = golden(
        "br.csv",
        &table(
            "sobrenome,logradouro,numero,complemento,bairro,cidade,uf,cep",
            "Silva,Rua das Flores,{n},Apto {n},Centro,Campinas,SP,13010-00{n}",
        ),
        &[
            &format!("SELECT city {CUSTOMER}"),
            &format!("SELECT postcode {CUSTOMER}"),
            "SELECT value FROM attribute WHERE name = 'bairro' LIMIT 1",
        ],
    );
    assert_eq!(of(&found), ["Campinas", "13010-002", "Centro"]);
    let found = golden(
        "es.csv",
        &table(
            "primer apellido,segundo apellido,calle,numero,piso,puerta,localidad,cp",
            "Torres,Martínez,Calle Mayor,{n},{n}º,B,Madrid,2800{n}",
        ),
        &[
            &format!("SELECT family_name {CUSTOMER}"),
            &format!("SELECT unit {CUSTOMER}"),
        ],
    );
    assert_eq!(of(&found), ["Torres Martínez", "2º B"]);
}

#[test]
fn names_at_birth_and_nationalities_stand_beside() {
    let found = golden(
        "de.csv",
        &table(
            "Geburtsname,Nachname,Staatsangehörigkeit,Straße,PLZ,Ort,Telefon",
            "Novák,Weber,Türkei,Weg {n},1011{n},Berlin,030 901820{n}0",
        ),
        &[
            &format!("SELECT family_name {CUSTOMER}"),
            "SELECT value FROM attribute WHERE name = 'Geburtsname' LIMIT 1",
            &format!("SELECT coalesce(country, 'none') {CUSTOMER}"),
            "SELECT value FROM attribute WHERE name = 'Staatsangehörigkeit' LIMIT 1",
        ],
    );
    assert_eq!(of(&found), ["Weber", "Novák", "none", "Türkei"]);
}

#[test]
fn one_value_for_all_is_nothing_to_match_by_and_stays() {
    let rows: String = (1..=30)
        .map(|n| format!("K{n},Person{n},Lund{n},Kessler GmbH,10115\n"))
        .collect();
    let found = golden(
        "staff.csv",
        &format!("id,first_name,last_name,company,postcode\n{rows}"),
        &["SELECT count(*) || ' ' || min(organization) || ' ' || max(postcode) FROM customer"],
    );
    assert_eq!(of(&found), ["30 Kessler GmbH 10115"]);
}

#[test]
fn opt_outs_are_heard_in_wrappers_bare_channels_signs_and_lists_by_file() {
    let records: Vec<String> = (1..=12)
        .map(|n| {
            format!(
                r#"{{"id":"K{n}","_source":{{"first_name":"Anna","last_name":"{}","email":"a{n}@example.com","unsubscribed":{}}}}}"#,
                FAMILIES[n - 1],
                n % 3 == 0
            )
        })
        .collect();
    let denied = "SELECT count(*) FROM consent_effective WHERE state = 'denied'";
    let count = |file: &str, content: &str| {
        let sql = format!("SELECT CAST(({denied}) AS TEXT)");
        golden(file, content, &[&sql]).remove(0).unwrap()
    };
    assert_eq!(
        count("index.json", &format!("[{}]", records.join(","))),
        "4"
    );
    let stamped: Vec<String> = (1..=12)
        .map(|n| {
            format!(
                r#"{{"id":"K{n}","firstname":"Anna","lastname":"{}","email_optout":{{"value":"{}","timestamp":"2024-01-{:02}T10:00:00Z"}}}}"#,
                FAMILIES[n - 1],
                n % 4 == 0,
                n + 9
            )
        })
        .collect();
    assert_eq!(count("hub.json", &format!("[{}]", stamped.join(","))), "3");
    let sms = table("last_name,SMS", "{family},yes").replacen("yes", "no", 5);
    assert_eq!(count("list.csv", &sms), "5");
    let signs = table("last_name,newsletter", "{family},✅").replacen('✅', "❌", 4);
    assert_eq!(count("signs.csv", &signs), "4");
    let dir = TempDir::new().unwrap();
    put(
        &dir,
        "suppression_list.csv",
        "email\na@example.com\nb@example.com\n",
    );
    put(
        &dir,
        "p.toml",
        "name = \"t\"\n[output]\ndir = \"out\"\n[[source]]\nname = \"s\"\nfiles = \"suppression_list.csv\"\n",
    );
    let ran = selfsame_at(dir.path(), NOW, ["run", "p.toml"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let db = Connection::open(dir.path().join("out/customers.db")).unwrap();
    let found: i64 = db.query_row(denied, [], |r| r.get(0)).unwrap();
    assert_eq!(found, 2);
}

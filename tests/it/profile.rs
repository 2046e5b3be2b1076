//! The data profile from end to end: figures, damage, masking, hostile values, bad input, order and threads.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::ran::{NOW, Ran, paths, put, selfsame_at};

fn profile(dir: &TempDir, args: &[&str]) -> Ran {
    selfsame_at(dir.path(), NOW, [&["profile"], args].concat())
}

fn json(dir: &TempDir, args: &[&str]) -> Value {
    let ran = profile(dir, &[args, &["--json"]].concat());
    assert!(ran.code == 0 || ran.code == 3, "{}", ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

const GIVEN: [&str; 10] = [
    "Mara", "Jonas", "Elif", "Pavel", "Ines", "Tobias", "Yuki", "Amara", "Lukas", "Greta",
];
const FAMILY: [&str; 9] = [
    "Lindqvist",
    "Okonkwo",
    "Castellano",
    "Brandt",
    "Nakamura",
    "Petrov",
    "Oyelaran",
    "Hartmann",
    "Silveira",
];
const PLACES: [(&str, &str); 6] = [
    ("01067", "Dresden"),
    ("10115", "Berlin"),
    ("20095", "Hamburg"),
    ("50667", "Köln"),
    ("80331", "München"),
    ("04109", "Leipzig"),
];

/// Invented people with every damage planted once or a few times.
fn people() -> String {
    let mut text =
        String::from("id;vorname;nachname;email;telefon;plz;ort;land;geburtsdatum;umsatz\n");
    for i in 0..240usize {
        let (given, family) = (GIVEN[i % 10], FAMILY[(i / 3) % 9]);
        let (postcode, city) = PLACES[(i * 7) % 6];
        let mut email = format!(
            "{}.{}{i}@example.com",
            given.to_lowercase(),
            family.to_lowercase()
        );
        let mut phone = format!("030 23125{:03}", i % 1000);
        let mut postcode = postcode.to_owned();
        let mut city = city.to_owned();
        let mut country = "Deutschland";
        let mut family = family.to_owned();
        let mut born = format!("{:02}.{:02}.{}", 1 + i % 28, 1 + i % 12, 1950 + i % 50);
        let mut spent = format!("{},50", 10 + i % 90);
        match i {
            5 => email = "mara..brandt@example.com".into(),
            6 => email = "kein.at.example.com".into(),
            7 => email = "mara@gmial.com".into(),
            8 => email = "\"a.b@example.com; c.d@example.com\"".into(),
            9 => phone = "4.93023E+11".into(),
            10 => phone = "'03023125010".into(),
            12 | 18 => postcode = "1067".into(),
            13 => postcode = "SW1A 1AA".into(),
            14 => family = "MÃ¼ller".into(),
            15 => born = "31.02.1980".into(),
            16 => born = "01.01.2090".into(),
            17 => born = "12/25/1980".into(),
            20 => city = "Berlni".into(),
            21 => country = "Germany",
            22 => country = "deutschland",
            23 => spent = "9999999,00".into(),
            24 => email = "n/a".into(),
            _ => {}
        }
        if i == 22 {
            city = "hamburg".into();
            postcode = "20095".into();
        }
        text.push_str(&format!(
            "{i};{given};{family};{email};{phone};{postcode};{city};{country};{born};{spent}\n"
        ));
    }
    // one row twice
    let last = text.lines().last().unwrap().to_owned();
    text.push_str(&last);
    text.push('\n');
    text
}

fn column<'a>(profile: &'a Value, name: &str) -> &'a Value {
    let columns = profile["sources"][0]["columns"].as_array().unwrap();
    columns.iter().find(|c| c["column"] == name).unwrap()
}

fn codes(list: &Value) -> BTreeSet<String> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|d| d["code"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn planted_damage_is_found_with_its_repair() {
    let dir = tempfile::tempdir().unwrap();
    put(&dir, "people.csv", people());
    let found = json(&dir, &["people.csv", "--unmask"]);
    assert_eq!(found["schema_version"], 1);
    assert_eq!(found["masked"], false);
    let problems = |name: &str| codes(&column(&found, name)["validity"]["problems"]);
    let damage = |name: &str| codes(&column(&found, name)["damage"]);
    let has = |set: BTreeSet<String>, wanted: &[&str]| {
        for code in wanted {
            assert!(set.contains(*code), "{code} not in {set:?}");
        }
    };
    has(problems("email"), &["dots", "no-at", "domain-slip"]);
    has(damage("email"), &["two-values"]);
    has(damage("telefon"), &["rounded-number", "guard-apostrophe"]);
    has(damage("plz"), &["lost-zero"]);
    has(problems("plz"), &["unlike-country"]);
    has(damage("nachname"), &["mojibake"]);
    has(problems("geburtsdatum"), &["no-such-day", "future"]);
    has(damage("geburtsdatum"), &["day-month-order"]);
    assert_eq!(
        column(&found, "umsatz")["outliers"][0]["examples"][0],
        "9999999,00"
    );
    assert_eq!(column(&found, "email")["placeholders"][0]["value"], "n/a");
    let zero = column(&found, "plz")["damage"]
        .as_array()
        .unwrap()
        .iter()
        .find(|d| d["code"] == "lost-zero")
        .unwrap();
    assert_eq!(
        (
            &zero["examples"][0]["before"],
            &zero["examples"][0]["after"]
        ),
        (&"1067".into(), &"01067".into())
    );
    assert_eq!(zero["records"], 2);
    let variants = column(&found, "ort")["variants"].as_array().unwrap();
    let spelt = |keep: &str| {
        variants
            .iter()
            .find(|v| v["keep"]["value"] == keep)
            .map(|v| v["others"][0]["value"].clone())
    };
    assert_eq!(spelt("Berlin"), Some("Berlni".into()));
    assert_eq!(spelt("Hamburg"), Some("hamburg".into()));
    assert_eq!(
        column(&found, "land")["variants"][0]["keep"]["value"],
        "Deutschland"
    );
    let source = &found["sources"][0];
    assert_eq!(source["repeats"]["exact"], 1);
    let depends = source["dependencies"].as_array().unwrap();
    let to_city = depends
        .iter()
        .find(|d| d["from"] == "plz" && d["to"] == "ort")
        .unwrap();
    assert!(to_city["holds"].as_f64().unwrap() > 0.95);
    assert_eq!(to_city["examples"][0]["found"]["value"], "Berlni");
    // the repeated row keeps the key from holding
    let key = source["keys"]
        .as_array()
        .unwrap()
        .iter()
        .find(|k| k["columns"][0] == "id")
        .unwrap();
    assert_eq!(
        (&key["holds"], &key["repeated"]),
        (&false.into(), &2.into())
    );
    assert!(found["duplicates"]["share"].as_f64().unwrap() > 0.0);
}

#[test]
fn no_duplicates_are_a_share_of_none() {
    let dir = tempfile::tempdir().unwrap();
    put(
        &dir,
        "p.csv",
        "id,first_name,last_name,email,city\n1,Ann,Lee,a@x.org,Ulm\n2,Bob,Koch,b@x.org,Bonn\n3,Cy,Fox,c@x.org,Kiel\n",
    );
    let share = |args: &[&str]| json(&dir, args)["duplicates"]["share"].clone();
    assert_eq!(share(&["p.csv"]), 0.0);
    put(&dir, "n.csv", "x,y\n1,2\n3,4\n");
    assert_eq!(share(&["n.csv"]), Value::Null);
}

#[test]
fn every_key_of_the_json_is_documented_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    put(&dir, "people.csv", with_aside());
    put(
        &dir,
        "shop.csv",
        people().replace("vorname;nachname", "nachname;vorname"),
    );
    let mut found = BTreeSet::new();
    paths(&json(&dir, &["people.csv", "shop.csv"]), "", &mut found);
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/PROFILE.md")).unwrap();
    let documented: BTreeSet<String> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .filter(|path| !path.contains(' '))
        .map(str::to_owned)
        .collect();
    let missing: Vec<_> = found.difference(&documented).collect();
    let stale: Vec<_> = documented.difference(&found).collect();
    assert!(
        missing.is_empty() && stale.is_empty(),
        "missing {missing:#?}\nstale {stale:#?}"
    );
}

/// People, and three rows whose cells stand one column aside, and a row too many cells wide.
fn with_aside() -> String {
    let mut text = people();
    for i in 300..303 {
        text.push_str(&format!("{i};Mara;;Brandt;mara{i}@example.com;030 23125999;10115;Berlin;Deutschland;01.01.1980\n"));
    }
    text.push_str("1;2;3\n");
    text
}

#[test]
fn shifted_rows_and_refused_rows_are_told() {
    let dir = tempfile::tempdir().unwrap();
    put(&dir, "people.csv", with_aside());
    let found = json(&dir, &["people.csv"]);
    let source = &found["sources"][0];
    assert_eq!(source["shifted"]["records"], 3, "{}", source["shifted"]);
    assert_eq!(source["shifted"]["places"][0], "people.csv row 242");
    assert_eq!(source["quarantined"][0]["value"], "ragged-row");
    let codes = codes(&found["findings"]);
    assert!(
        codes.contains("shifted-columns") && codes.contains("refused-rows"),
        "{codes:?}"
    );
    assert_eq!(profile(&dir, &["people.csv"]).code, 3);
}

#[test]
fn sources_correspond_by_what_they_hold() {
    let dir = tempfile::tempdir().unwrap();
    put(&dir, "crm.csv", people());
    let shop: String = people()
        .lines()
        .map(|l| {
            let cells: Vec<&str> = l.split(';').collect();
            if cells[0] == "id" {
                "nr,mail,tel,zip,first,last\n".into()
            } else {
                format!(
                    "S{},{},{},{},{},{}\n",
                    cells[0],
                    cells[3].replace("; ", " "),
                    cells[4],
                    cells[5],
                    cells[1],
                    cells[2]
                )
            }
        })
        .collect();
    put(&dir, "shop.csv", shop);
    let found = json(&dir, &["crm.csv", "shop.csv"]);
    let pairs: BTreeSet<(String, String)> = found["correspondences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| {
            (
                c["left"][1].as_str().unwrap().to_owned(),
                c["right"][1].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    for (left, right) in [
        ("email", "mail"),
        ("telefon", "tel"),
        ("plz", "zip"),
        ("vorname", "first"),
        ("nachname", "last"),
    ] {
        assert!(
            pairs.contains(&(left.into(), right.into())),
            "{left} {right} {pairs:?}"
        );
    }
}

#[test]
fn exchanged_names_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let mut text = String::from("id,first_name,last_name,email\n");
    for i in 0..300usize {
        let (given, family) = (GIVEN[i % 10], FAMILY[(i / 3) % 9]);
        let (a, b) = if i % 60 == 7 {
            (family, given)
        } else {
            (given, family)
        };
        text.push_str(&format!("{i},{a},{b},p{i}@example.com\n"));
    }
    put(&dir, "x.csv", text);
    let found = json(&dir, &["x.csv"]);
    let swapped = &found["sources"][0]["swapped"][0];
    assert_eq!(
        (&swapped["what"], &swapped["records"]),
        (&"rows".into(), &5.into()),
        "{swapped}"
    );
}

#[test]
fn masked_output_holds_no_value_of_anybody() {
    let dir = tempfile::tempdir().unwrap();
    let mut text = String::from(
        "id,first_name,last_name,email,phone,street,city,postcode,country,dob,notes,segment,iban\n",
    );
    // canaries once each, among values that are frequent; in every column, in open kinds and in wrong places, too
    let canaries = [
        "Zebulonia",
        "Quixworthy",
        "zebulonia.quix@example.org",
        "+49 151 55598761",
        "Wombatgasse 77",
        "Krähwinkeldorf",
        "98761",
        "Absurdistania",
        "1977-07-17",
        "remember the kangaroo",
        "Xylophonia",
        "DE88990012345678",
    ];
    for i in 0..200usize {
        let (given, family) = (GIVEN[i % 10], FAMILY[(i / 3) % 9]);
        text.push_str(&format!("{i},{given},{family},p{}@example.com,+49 30 23125{:03},Hauptstr. {},Berlin,10115,Germany,19{}-0{}-1{},ok,gold,DE{:014}\n", i % 150, i, i % 40, 50 + i % 40, 1 + i % 9, i % 9, i));
    }
    text.push_str(&format!("900,{}\n", canaries.join(",")));
    // a row in the wrong order, and damaged in many ways
    let mut turned = canaries;
    turned.rotate_left(5);
    text.push_str(&format!(
        "901,{}\n",
        turned.map(|c| format!(" {c}")).join(",")
    ));
    turned.rotate_left(3);
    text.push_str(&format!(
        "902,{}\n",
        turned.map(|c| format!("'{c}")).join(",")
    ));
    put(&dir, "people.csv", text);
    let shown = |args: &[&str]| {
        let ran = profile(&dir, &[&["people.csv", "--html", "p.html"], args].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        let html = fs::read_to_string(dir.path().join("p.html")).unwrap();
        [ran.out, ran.err, html].concat()
    };
    let plain = shown(&["--unmask"]);
    let found = |text: &str| canaries.iter().filter(|c| text.contains(**c)).count();
    assert!(found(&plain) > 3, "the test can fail");
    for masked in [shown(&[]), shown(&["--json"])] {
        for word in canaries
            .iter()
            .flat_map(|c| c.split([' ', '@', '-']))
            .filter(|w| w.chars().count() > 4 && !w.contains("example"))
        {
            assert!(!masked.contains(word), "`{word}` in masked output");
        }
        for family in FAMILY.iter().chain(&GIVEN) {
            assert!(!masked.contains(family), "`{family}` in masked output");
        }
    }
}

/// Texts that try to become markup.
const HOSTILE: &[&str] = &[
    "<script>window.hit=1</script>",
    "<!--<script>",
    "<img src=x onerror=window.hit=1>",
    "\"\"><svg onload=window.hit=1>",
    "' onmouseover='window.hit=1",
    "</style><style>*{display:none}",
    "</title><meta http-equiv=refresh content=0>",
    "</details></section><iframe srcdoc=x>",
    "\u{202e}evil\u{2066}",
    "a\u{1b}[31m\u{2028}\u{7f}",
];

#[test]
fn hostile_values_stay_text() {
    let dir = tempfile::tempdir().unwrap();
    let quoted = |v: &str| format!("\"{}\"", v.replace("\"\"", "\"").replace('"', "\"\""));
    let header: Vec<String> = HOSTILE.iter().map(|h| quoted(h)).collect();
    let mut text = header.join(",") + "\n";
    for i in 0..60 {
        let row: Vec<String> = (0..HOSTILE.len())
            .map(|c| {
                quoted(&format!(
                    "{}{}",
                    HOSTILE[(c + i) % HOSTILE.len()],
                    if i % 3 == 0 {
                        String::new()
                    } else {
                        i.to_string()
                    }
                ))
            })
            .collect();
        text.push_str(&(row.join(",") + "\n"));
    }
    let name = "a<b>'&.csv";
    put(&dir, name, text);
    for mask in [&["--unmask"][..], &[]] {
        let ran = profile(&dir, &[&[name, "--html", "p.html"], mask].concat());
        assert!(ran.code == 0 || ran.code == 3, "{}", ran.err);
        assert!(
            !ran.out.contains('\u{1b}') && !ran.out.contains('\u{202e}'),
            "{}",
            ran.out
        );
        let html = fs::read_to_string(dir.path().join("p.html")).unwrap();
        for tag in ["<script", "<img", "<iframe", "<svg onload", "<b>'", "<!--"] {
            assert!(!html.to_lowercase().contains(tag), "{tag}");
        }
        assert_eq!(html.matches("<style").count(), 1);
        assert_eq!(html.matches("<meta").count(), 6);
        // attributes are quoted with signs that values cannot hold, and nothing is loaded or run
        let loads = [
            "src=",
            "onerror=",
            "onload=",
            "onmouseover=",
            "http://",
            "url(http",
        ];
        let tags: String = html
            .split('<')
            .skip(1)
            .filter_map(|t| t.split('>').next())
            .collect::<Vec<_>>()
            .join("\n");
        for word in loads {
            assert!(!tags.contains(&format!(" {word}")), "{word}");
        }
        assert!(html.contains("default-src 'none'") && !html.contains("script-src"));
        let (opened, closed) = (
            html.matches("<details").count(),
            html.matches("</details>").count(),
        );
        assert_eq!(opened, closed);
    }
}

#[test]
fn neither_order_nor_threads_change_a_byte_of_the_findings() {
    let dir = tempfile::tempdir().unwrap();
    let text = people();
    put(&dir, "p.csv", &text);
    let run = |threads: &str| profile(&dir, &["p.csv", "--json", "--threads", threads]).out;
    let first = run("1");
    assert_eq!(first, run("3"));
    let mut lines: Vec<&str> = text.lines().collect();
    lines[1..].reverse();
    put(&dir, "p.csv", lines.join("\n") + "\n");
    let comparable = |text: &str| {
        let mut json: Value = serde_json::from_str(text).unwrap();
        json["sources"][0]["files"] = Value::Null;
        // where rows are is told as it is
        json["sources"][0]["repeats"]["places"] = Value::Null;
        json
    };
    assert_eq!(comparable(&first), comparable(&run("2")));
}

#[test]
fn bad_input_is_told_and_nothing_is_written() {
    let dir = tempfile::tempdir().unwrap();
    put(&dir, "p.csv", people());
    put(&dir, "empty.csv", "");
    put(&dir, "broken.toml", "name = \n");
    let fails = |args: &[&str], code: i32, said: &[&str]| {
        let ran = profile(&dir, args);
        for part in said {
            assert!(ran.err.contains(part), "`{part}` not in {}", ran.err);
        }
        assert_eq!((ran.code, ran.out.as_str()), (code, ""), "{}", ran.err);
    };
    fails(&[], 2, &["<FILE>"]);
    fails(&["none.csv"], 4, &["none.csv: no such file", "hint:"]);
    fails(&["empty.csv"], 4, &["empty.csv", "hint:"]);
    fails(&["broken.toml"], 2, &["broken.toml:1", "hint:"]);
    fails(
        &["broken.toml", "p.csv"],
        2,
        &["`broken.toml` is a pipeline file", "hint: name it alone"],
    );
    fails(&["p.csv", "--html", "p.csv"], 2, &["is an input", "hint:"]);
    fails(
        &["p.csv", "--html", "no/where.html"],
        5,
        &["no/where.html", "hint:"],
    );
    fails(
        &["p.csv", "--map", "emial=email"],
        2,
        &["no column `emial`", "did you mean `email`"],
    );
    fails(&["p.csv", "--rows", "0"], 2, &["--rows"]);
    fails(&["p.csv", "p.csv"], 2, &["named twice"]);
    let names: BTreeSet<String> = fs::read_dir(dir.path())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names.len(), 3, "{names:?}");
}

#[test]
fn pipelines_and_previews_are_profiled() {
    let dir = tempfile::tempdir().unwrap();
    put(&dir, "p.csv", people());
    put(
        &dir,
        "p.toml",
        "name = \"t\"\n[output]\ndir = \"out\"\n[[source]]\nname = \"crm\"\nfiles = \"p.csv\"\nregion = \"DE\"\n",
    );
    let found = json(&dir, &["p.toml"]);
    assert_eq!(found["sources"][0]["name"], "crm");
    assert_eq!(found["sources"][0]["records"], 241);
    let found = json(&dir, &["p.csv", "--rows", "50", "--no-duplicates"]);
    assert_eq!(found["sources"][0]["records"], 50);
    assert_eq!(found["duplicates"], Value::Null);
    assert!(
        found["methods"][0]
            .as_str()
            .unwrap()
            .contains("first 50 records")
    );
    put(&dir, "header.csv", "id,email\n");
    let ran = profile(&dir, &["header.csv"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("0 records"), "{}", ran.out);
}

#[cfg(unix)]
#[test]
fn the_page_is_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    put(&dir, "p.csv", people());
    assert_eq!(profile(&dir, &["p.csv", "--html", "p.html", "-q"]).code, 0);
    let mode = fs::metadata(dir.path().join("p.html"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_small_profile_reads_like_this() {
    let dir = tempfile::tempdir().unwrap();
    put(
        &dir,
        "people.csv",
        "id,first_name,last_name,email,phone,postcode,city,country,dob\n\
         1,Mara,Lindqvist,mara@example.com,+49 30 23125001,01067,Dresden,Germany,1980-01-31\n\
         2,Jonas,Brandt,jonas@@example.com,4.93023E+11,1067,Dresden,germany,1981-02-28\n\
         3,Elif,Petrov,elif@example.com,n/a,10115,Berlin,Germany,2090-01-01\n\
         4,Mara,Lindqvist,mara@example.com,+49 30 23125001,01067,Dresden,Germany,1980-01-31\n",
    );
    let ran = profile(&dir, &["people.csv"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    insta::assert_snapshot!("profile_text", ran.out);
    let mut json = json(&dir, &["people.csv"]);
    json["tool_version"] = "x".into();
    insta::assert_snapshot!("profile_json", serde_json::to_string_pretty(&json).unwrap());
}

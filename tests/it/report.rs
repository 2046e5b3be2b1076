//! The merge audit report from end to end: every file of it, its schema, its safety, its bounds.

mod example;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use example::{Example, KINDS, example, example_of, rejections};
use selfsame::record::Rejection;
use selfsame::report::{Detail, Error, write_all};
use serde_json::Value;

use crate::ran::paths;

const FILES: [&str; 4] = ["report.html", "report.json", "merges.csv", "quarantine.csv"];

fn write_example(example: &Example, rejections: &[Rejection], dir: &Path, masked: bool) {
    let report = example.report(example.customers.len() as u64 * 5, rejections);
    let cut = example.pairs(3, Some("cut: weak bridge"));
    let detail = Detail {
        merges: Box::new(example.merges()),
        review: Box::new(example.pairs(12, None).into_iter()),
        cut: Box::new(cut.into_iter()),
        rejections,
    };
    write_all(&report, detail, dir, masked).unwrap();
}

fn write(merges: usize, dir: &Path, masked: bool) {
    write_example(&example(merges, 7), &rejections(), dir, masked);
}

fn read(dir: &Path, file: &str) -> String {
    fs::read_to_string(dir.join(file)).unwrap()
}

/// For a look in a browser: `REPORT_DIR=… REPORT_MERGES=100000 cargo test --test it report::by_eye -- --ignored`.
#[test]
#[ignore = "writes files for a person to look at"]
fn by_eye() {
    let dir = std::env::var("REPORT_DIR").unwrap();
    let merges = std::env::var("REPORT_MERGES").map_or(400, |n| n.parse().unwrap());
    let masked = std::env::var("REPORT_MASK").is_ok();
    if std::env::var("REPORT_HOSTILE").is_ok() {
        let (example, rejections) = hostile();
        write_example(&example, &rejections, Path::new(&dir), masked);
    } else {
        write(merges, Path::new(&dir), masked);
    }
}

#[test]
fn files_are_private_complete_and_the_same_each_time() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(40, &first.path().join("new/dir"), false);
    write(40, second.path(), false);
    let first = first.path().join("new/dir");
    let mut names: Vec<String> = fs::read_dir(&first)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut expected = FILES.to_vec();
    expected.sort_unstable();
    assert_eq!(names, expected, "nothing else is left behind");
    for file in FILES {
        assert_eq!(read(&first, file), read(second.path(), file), "{file}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(first.join(file)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{file}");
        }
    }
    // over an existing report
    write(3, &first, false);
    assert!(read(&first, "report.json").len() < read(second.path(), "report.json").len());
}

#[test]
fn failures_name_the_file_and_leave_no_litter() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "kept").unwrap();
    let example = example(2, 7);
    let report = example.report(1, &[]);
    let error = write_all(&report, Detail::default(), &file.join("out"), false).unwrap_err();
    assert!(matches!(error, Error::Directory { .. }));
    let text = error.to_string();
    assert!(
        text.contains("file/out`") && text.contains("\n  hint: "),
        "{text}"
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), "kept");

    let out = dir.path().join("out");
    fs::create_dir_all(out.join("report.html/in-the-way")).unwrap();
    let error = write_all(&report, Detail::default(), &out, false).unwrap_err();
    assert!(matches!(error, Error::Replace { .. }), "{error}");
    let litter = fs::read_dir(&out).unwrap().filter(|e| {
        let name = e.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with('.')
    });
    assert_eq!(litter.count(), 0);
}

#[test]
fn json_adds_up() {
    let dir = tempfile::tempdir().unwrap();
    write(60, dir.path(), false);
    let json: Value = serde_json::from_str(&read(dir.path(), "report.json")).unwrap();
    assert_eq!(json["schema_version"], 1);
    assert_eq!(json["masked"], false);
    let merges = json["merges"].as_array().unwrap();
    assert_eq!(merges.len(), 60);
    assert_eq!(json["review"].as_array().unwrap().len(), 12);
    assert_eq!(json["cut"].as_array().unwrap().len(), 3);
    let members: usize = merges
        .iter()
        .map(|m| m["members"].as_array().unwrap().len())
        .sum();
    assert_eq!(json["accounting"]["merged"], members);
    for case in merges.iter().chain(json["review"].as_array().unwrap()) {
        let n = case["members"].as_array().unwrap().len();
        for field in case["fields"].as_array().unwrap() {
            assert_eq!(field["values"].as_array().unwrap().len(), n);
        }
        for link in case["links"].as_array().unwrap() {
            let evidence = &link["evidence"];
            let bars = evidence["comparisons"].as_array().unwrap();
            let sum: f64 = bars.iter().map(|b| b["weight"].as_f64().unwrap()).sum();
            let sum = sum + evidence["prior"].as_f64().unwrap();
            assert!((sum - evidence["weight"].as_f64().unwrap()).abs() < 1e-9);
        }
        let primaries = case["members"].as_array().unwrap();
        let primaries = primaries.iter().filter(|m| m["role"] == "primary").count();
        assert_eq!(primaries, usize::from(case["customer"] != ""));
    }
}

#[test]
fn every_key_of_the_json_is_documented_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    write(60, dir.path(), false);
    let mut json: Value = serde_json::from_str(&read(dir.path(), "report.json")).unwrap();
    // review pairs and cut pairs are documented as being shaped like merges
    json["review"] = Value::Null;
    json["cut"] = Value::Null;
    let mut found = BTreeSet::new();
    paths(&json, "", &mut found);
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/REPORT.md")).unwrap();
    let documented: BTreeSet<String> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .filter(|path| !path.contains([' ', '/']))
        .map(str::to_owned)
        .collect();
    let missing: Vec<_> = found.difference(&documented).collect();
    let stale: Vec<_> = documented.difference(&found).collect();
    assert!(
        missing.is_empty() && stale.is_empty(),
        "missing {missing:#?}\nstale {stale:#?}"
    );
}

#[test]
fn merges_sheet_has_a_row_per_record() {
    let dir = tempfile::tempdir().unwrap();
    let example = example(50, 9);
    write_example(&example, &rejections(), dir.path(), false);
    let text = read(dir.path(), "merges.csv");
    assert!(text.contains("\r\n") && !text.starts_with('\u{feff}'));
    let mut sheet = csv::Reader::from_reader(text.as_bytes());
    let header = sheet.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|h| h == name).unwrap();
    let rows: Vec<csv::StringRecord> = sheet.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), example.dataset.len());
    for kind in KINDS.iter().skip(1) {
        column(&kind.name().replace('-', "_"));
    }
    for (row, record) in rows.iter().zip(example.customers.iter().flatten()) {
        let label = format!("{}:{}", &row[column("source")], &row[column("key")]);
        assert_eq!(label, example.dataset.label(*record));
        // E.164 stays, other forms with a leading `(` are no formula
        assert!(!row[column("phone")].starts_with('\''));
        let golden = &row[column("golden_given_name")];
        assert!(!golden.is_empty());
        assert!(
            row[column("match_weight")].parse::<f64>().unwrap()
                >= row[column("weakest_link")].parse::<f64>().unwrap()
        );
    }
    let quarantine = read(dir.path(), "quarantine.csv");
    assert_eq!(
        csv::Reader::from_reader(quarantine.as_bytes())
            .records()
            .count(),
        3
    );
}

/// Texts that try to become markup, script or formula.
const HOSTILE: &[&str] = &[
    "<script>window.hit=1</script>",
    "</script><script>window.hit=1</script>",
    "<!--<script>",
    "<img src=x onerror=window.hit=1>",
    "\"><svg onload=window.hit=1>",
    "' onmouseover='window.hit=1",
    "<iframe srcdoc='<script>parent.hit=1</script>'>",
    "</style><style>*{display:none}",
    "</title><meta http-equiv=refresh content=0>",
    "javascript:window.hit=1",
    "&lt;script&gt;window.hit=1&lt;/script&gt;",
    "=HYPERLINK(\"http://example.com\",\"x\")",
    "\u{202e}evil\u{2066}",
    "a\u{0}b\u{1b}[31m\u{2028}\u{7f}",
    "]]]</SCRIPT >",
    "\\u003cscript>",
];

/// An example whose every text is hostile.
fn hostile() -> (Example, Vec<Rejection>) {
    let n = HOSTILE.len();
    let persons: Vec<_> = (0..n)
        .map(|i| {
            let cells = |r: usize| -> [String; 9] {
                std::array::from_fn(|c| {
                    format!(
                        "{}{}",
                        HOSTILE[(i + c * 3) % n],
                        if c == 0 {
                            format!("-{i}-{r}")
                        } else {
                            String::new()
                        }
                    )
                })
            };
            vec![(0, cells(0)), (1, cells(1))]
        })
        .collect();
    let mut example = example_of(&persons);
    for (i, table) in example.dataset.tables.iter_mut().enumerate() {
        table.name = format!("{}{i}", HOSTILE[i]);
    }
    for (mapping, table) in example.mappings.iter_mut().zip(&example.dataset.tables) {
        mapping.source.clone_from(&table.name);
        for (i, column) in mapping.columns.iter_mut().enumerate() {
            column.column = HOSTILE[i % n].to_owned();
            column.reason = HOSTILE[(i + 5) % n].to_owned();
        }
    }
    let rejections = HOSTILE.iter().enumerate().map(|(i, text)| Rejection {
        source: (*text).to_owned(),
        file: (*text).to_owned(),
        row: i as u64 + 1,
        line: 0,
        byte: 0,
        field: Some((*text).to_owned()),
        rule: (*text).to_owned(),
        reason: (*text).to_owned(),
        raw: (*text).to_owned(),
        value: Some((*text).to_owned()),
        repair: Some((*text).to_owned()),
        also: vec![(*text).to_owned()],
        ..Rejection::default()
    });
    let rejections = rejections.collect();
    (example, rejections)
}

#[test]
fn hostile_values_stay_text() {
    let (example, rejections) = hostile();
    let mut report = example.report(0, &rejections);
    report.run.title = HOSTILE[8].to_owned();
    report.run.run_id = HOSTILE[0].to_owned();
    report.run.config = HOSTILE[4].to_owned();
    report.run.tool_version = HOSTILE[3].to_owned();
    report.model.threshold_reason = HOSTILE[1].to_owned();
    report.model.remarks = HOSTILE.iter().map(|s| (*s).to_owned()).collect();
    report.model.suppressed = HOSTILE
        .iter()
        .map(|s| ((*s).to_owned(), (*s).to_owned(), 9))
        .collect();
    report.warnings = report.model.remarks.clone();
    for (i, file) in report.inputs.iter_mut().enumerate() {
        file.path = HOSTILE[i].to_owned();
        file.detected = HOSTILE[i + 3].to_owned();
        file.delimiter = Some(HOSTILE[4].to_owned());
    }
    for c in &mut report.model.comparisons {
        c.name = HOSTILE[3].to_owned();
        c.levels[0].label = HOSTILE[4].to_owned();
    }
    for rule in &mut report.model.rules {
        rule.name = HOSTILE[0].to_owned();
    }
    for setting in &mut report.settings {
        setting.name = HOSTILE[3].to_owned();
        setting.value = HOSTILE[4].to_owned();
    }
    for stage in &mut report.stages {
        stage.name = HOSTILE[3].to_owned();
        stage.unit = HOSTILE[4].to_owned();
    }
    let dir = tempfile::tempdir().unwrap();
    let note = example.pairs(5, Some(HOSTILE[1]));
    let detail = Detail {
        merges: Box::new(example.merges()),
        review: Box::new(example.pairs(5, None).into_iter()),
        cut: Box::new(note.into_iter()),
        rejections: &rejections,
    };
    write_all(&report, detail, dir.path(), false).unwrap();
    let html = read(dir.path(), "report.html");
    let lower = html.to_lowercase();
    for tag in [
        "<img",
        "<iframe",
        "<svg onload",
        "<script>window",
        "<meta http-equiv=refresh",
        "\u{0}",
        "\u{1b}",
    ] {
        assert!(!lower.contains(tag), "{tag}");
    }
    // two indexed decks with a chunk each and one more, facts, labels, and the one program
    assert_eq!(lower.matches("<script").count(), 3 * 2 + 2 + 1);
    assert_eq!(lower.matches("</script").count(), 3 * 2 + 2 + 1);
    assert_eq!(lower.matches("<style").count(), 1);
    assert_eq!(lower.matches("<!--").count(), 0);
    assert_eq!(
        lower.matches("<title").count(),
        1 + lower.matches("<title>non-matches").count()
            + lower.matches("<title>matches").count()
            + lower.matches(" bits: ").count()
    );

    for file in ["merges.csv", "quarantine.csv"] {
        let text = read(dir.path(), file);
        let mut sheet = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(text.as_bytes());
        for row in sheet.records().map(Result::unwrap) {
            for cell in &row {
                let formula = cell.starts_with(['=', '@', '\t', '\r', '+']);
                assert!(!formula, "{file}: {cell}");
            }
        }
    }
    let json: Value = serde_json::from_str(&read(dir.path(), "report.json")).unwrap();
    assert_eq!(
        json["warnings"][1], HOSTILE[1],
        "the machine's copy is untouched"
    );
}

#[test]
fn masked_editions_hold_no_personal_value() {
    let cells = |r: usize| -> [String; 9] {
        [
            format!("key-{r}"),
            format!("Canarina{r}"),
            format!("Canarinsen{r}"),
            format!("canarina{r}.canarinsen@secretmail.example.com"),
            format!("+44207946012{r}"),
            format!("1971-11-2{r}"),
            format!("9{r} Canarina Passage"),
            "Canarinaville".to_owned(),
            "2026-01-01".to_owned(),
        ]
    };
    let example = example_of(&[
        vec![(0, cells(1)), (1, cells(2))],
        vec![(0, cells(3)), (1, cells(4))],
    ]);
    let mut rejections = rejections();
    rejections[0].raw = "Canarina,91 Canarina Passage".to_owned();
    let dir = tempfile::tempdir().unwrap();
    write_example(&example, &rejections, dir.path(), true);
    for file in FILES {
        let text = read(dir.path(), file);
        let lower = text.to_lowercase();
        for canary in [
            "canarin",
            "secretmail",
            "79460",
            "1971-11",
            "passage",
            "info@",
            "Rosa;Haddad",
        ] {
            assert!(
                !lower.contains(&canary.to_lowercase()),
                "{file} holds {canary}"
            );
        }
        if file.starts_with("report") || file == "merges.csv" {
            assert!(text.contains("1971-••-••"), "{file} keeps the year");
            assert!(
                text.contains("c•••@s•••.com"),
                "{file} keeps the shape of the e-mail"
            );
        }
    }
    assert!(read(dir.path(), "report.html").contains("personal data masked"));
    let json: Value = serde_json::from_str(&read(dir.path(), "report.json")).unwrap();
    assert_eq!(json["masked"], true);
    let given = &json["merges"][0]["fields"][0];
    assert_eq!(
        given["values"][0], given["values"][1],
        "masks of different values may be equal"
    );
    assert_eq!(
        given["agreement"], "differs",
        "but the agreement was judged before masking"
    );
}

#[test]
fn a_plain_merge_of_two_records_is_small() {
    let dir = tempfile::tempdir().unwrap();
    let (small, large) = (example(100, 3), example(600, 3));
    let size = |e: &Example| {
        write_example(e, &[], dir.path(), false);
        let html = read(dir.path(), "report.html");
        let records: usize = e.customers.iter().map(Vec::len).sum();
        (html.len() as f64, records as f64)
    };
    let ((a, m), (b, n)) = (size(&small), size(&large));
    let per_record = (b - a) / (n - m);
    assert!(per_record < 350.0, "{per_record:.0} bytes a record");
}

/// The page without style sheet and program: what a change of layout or words moves.
#[test]
fn small_report_looks_as_it_did() {
    let dir = tempfile::tempdir().unwrap();
    write(2, dir.path(), false);
    let html = read(dir.path(), "report.html");
    let mut page = String::new();
    let mut rest = html.as_str();
    for (open, close) in [
        ("http-equiv=\"Content", "\n"),
        ("<style>", "</style>"),
        ("<script>\n(function", "</script>"),
        ("<script>(function", "</script>"),
    ] {
        let Some((before, after)) = rest.split_once(open) else {
            continue;
        };
        page.push_str(before);
        page.push('…');
        rest = after.split_once(close).unwrap().1;
    }
    page.push_str(rest);
    let page = page.replace("><", ">\n<");
    insta::assert_snapshot!("report_html", page);
    insta::assert_snapshot!(
        "merges_csv",
        read(dir.path(), "merges.csv").replace('\r', "")
    );
}

//! Reading: what comes in comes out unchanged, and every kind of bad input has its clear answer.

use crate::torture_files::{sqlite, texts, xlsx};
use proptest::prelude::*;
use selfsame::extract::{
    Error, Format, Intake, Limits, RawSpool, SourceSpec, Warning, read_source,
};
use selfsame::record::{InputFile, Rejection, SourceTable};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// Everything that reading a source gives.
pub(crate) struct Outcome {
    pub(crate) table: SourceTable,
    pub(crate) files: Vec<InputFile>,
    pub(crate) rejections: Vec<Rejection>,
    pub(crate) warnings: Vec<Warning>,
    raw: Vec<String>,
}

impl Outcome {
    pub(crate) fn columns(&self) -> Vec<&str> {
        self.table.columns.iter().map(|c| c.name.as_str()).collect()
    }

    pub(crate) fn row(&self, row: usize) -> Vec<&str> {
        self.table.columns.iter().map(|c| c.value(row)).collect()
    }

    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(crate) fn raw(&self) -> &[String] {
        &self.raw
    }

    pub(crate) fn rules(&self) -> Vec<(u64, &str)> {
        self.rejections
            .iter()
            .map(|r| (r.line, r.rule.as_str()))
            .collect()
    }
}

pub(crate) fn read_with(spec: &SourceSpec, limits: &Limits) -> Result<Outcome, Error> {
    let mut spool = RawSpool::new_in(&std::env::temp_dir()).unwrap();
    let (mut files, mut rejections, mut warnings) = (Vec::new(), Vec::new(), Vec::new());
    let table = read_source(
        spec,
        limits,
        &mut Intake {
            spool: Some(&mut spool),
            keep: &|_| true,
            withhold: &|_| false,
            on_progress: &mut |_| {},
            files: &mut files,
            rejections: &mut rejections,
            warnings: &mut warnings,
        },
    )?;
    let raw: Vec<String> = table
        .spooled
        .iter()
        .map(|p| spool.read(*p).unwrap())
        .collect();
    let seen: u64 = files.iter().map(|f| f.rows).sum();
    if limits.records.is_none() {
        assert_eq!(
            seen as usize,
            table.len() + rejections.len(),
            "a row was lost in silence"
        );
    }
    assert_eq!(raw.len(), table.len());
    assert!(table.columns.iter().all(|c| c.ids.len() == table.len()));
    Ok(Outcome {
        table,
        files,
        rejections,
        warnings,
        raw,
    })
}

/// A folder for the files of one test.
pub(crate) struct Desk(TempDir);

impl Desk {
    pub(crate) fn new() -> Self {
        Desk(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn spec(&self, name: &str) -> SourceSpec {
        SourceSpec::new("s", [self.path(name).display().to_string()])
    }

    pub(crate) fn put(&self, name: &str, content: impl AsRef<[u8]>) -> SourceSpec {
        fs::write(self.path(name), content).unwrap();
        self.spec(name)
    }

    fn read(&self, name: &str, content: impl AsRef<[u8]>) -> Result<Outcome, Error> {
        read_with(&self.put(name, content), &Limits::default())
    }

    fn error(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        match self.read(name, content) {
            Ok(_) => panic!("`{name}` was read"),
            Err(error) => checked(&error),
        }
    }
}

/// An error's message, after a look at its form.
fn checked(error: &Error) -> String {
    let text = error.to_string();
    assert!(text.contains("\n  hint: "), "no hint: {text}");
    text
}

fn wide(text: &str, big: bool, mark: bool) -> Vec<u8> {
    let text = if mark {
        format!("\u{FEFF}{text}")
    } else {
        text.to_owned()
    };
    text.encode_utf16()
        .flat_map(|u| {
            if big {
                u.to_be_bytes()
            } else {
                u.to_le_bytes()
            }
        })
        .collect()
}

#[test]
fn missing_directory_and_empty_files_are_named() {
    let desk = Desk::new();
    desk.put("customers.csv", "a\n1\n");
    let missing = read_with(&desk.spec("custmers.csv"), &Limits::default())
        .err()
        .unwrap();
    assert!(
        checked(&missing).contains("did you mean") && checked(&missing).contains("customers.csv")
    );
    let folder = SourceSpec::new("s", [desk.0.path().display().to_string()]);
    let folder = read_with(&folder, &Limits::default()).err().unwrap();
    assert!(
        matches!(folder, Error::Directory { .. }),
        "{}",
        checked(&folder)
    );
    assert!(desk.error("empty.csv", "").contains("is empty"));
    assert!(desk.error("blank.csv", "\n \n\n").contains("is empty"));
    let none = read_with(&desk.spec("*.parquet"), &Limits::default())
        .err()
        .unwrap();
    assert!(checked(&none).contains("no file matches"));
    assert!(
        desk.error("x.xlsx", b"PK\x03\x04\x14\0\x06\0")
            .contains("zip archive and cannot be unpacked")
    );
    assert!(
        desk.error("x.csv", (0..=255u8).cycle().take(5000).collect::<Vec<_>>())
            .contains("binary")
    );
}

#[test]
fn a_header_alone_is_no_error_but_a_warning() {
    let out = Desk::new().read("h.csv", "id,email\r\n").unwrap();
    assert_eq!((out.columns(), out.table.len()), (vec!["id", "email"], 0));
    assert!(matches!(out.warnings[..], [Warning::HeaderOnly { .. }]));
}

#[test]
fn rows_keep_place_line_and_raw_form() {
    let out = Desk::new()
        .read(
            "a.csv",
            "\u{FEFF}id,note,\r\n1,\"two\r\nlines\",\r\n\r\n2,\"say \"\"hi\"\"\",,\r\n",
        )
        .unwrap();
    assert_eq!(out.columns(), ["id", "note", "column 3"]);
    assert_eq!(out.row(0), ["1", "two\r\nlines", ""]);
    assert_eq!(out.row(1), ["2", "say \"hi\"", ""]);
    let places: Vec<_> = out.table.origins.iter().map(|o| (o.row, o.byte)).collect();
    assert_eq!(places, [(1, 13), (2, 32)]);
    assert_eq!(
        out.raw[1],
        r#"{"id":"2","note":"say \"hi\"","column 3":""}"#
    );
    assert_eq!(out.files[0].encoding.as_deref(), Some("UTF-8"));
    assert!(
        out.files[0].detected.contains("byte order mark"),
        "{}",
        out.files[0].detected
    );
}

#[test]
fn delimiters_right_and_wrong() {
    let desk = Desk::new();
    let out = desk
        .read(
            "a.csv",
            "id;email;city\n1;a@example.com;Ulm\n2;b@example.com;Bonn\n",
        )
        .unwrap();
    assert_eq!(
        (out.columns().len(), out.files[0].delimiter.as_deref()),
        (3, Some(";"))
    );
    let spec = SourceSpec {
        delimiter: Some(','),
        ..desk.spec("a.csv")
    };
    // what is given holds, and what would be better is told
    let out = read_with(&spec, &Limits::default()).unwrap();
    assert_eq!(out.columns(), ["id;email;city"]);
    assert!(matches!(
        out.warnings[..],
        [Warning::AgainstDelimiter { columns: 3, .. }]
    ));
    let out = desk.read("b.txt", "sep=|\nid|x\n1|2\n").unwrap();
    assert_eq!(
        (out.row(0), out.table.origins[0].byte),
        (vec!["1", "2"], 11)
    );
    let out = desk.read("one.csv", "email\na@example.com\n").unwrap();
    assert!(matches!(out.warnings[..], [Warning::SingleColumn { .. }]));
}

#[test]
fn a_backslash_before_a_doubled_quote_is_content() {
    let desk = Desk::new();
    let out = desk
        .read("a.csv", "a,b\n\"x\\\"\"y\",1\n\"\\\"\"\",2\n")
        .unwrap();
    assert_eq!((out.row(0)[0], out.row(1)[0]), ("x\\\"y", "\\\""));
    let out = desk
        .read("b.csv", "a,b\n\"x\\\", y\",1\n\"z\",2\n")
        .unwrap();
    assert_eq!(out.row(0), ["x\", y", "1"]);
}

#[test]
fn ragged_rows_go_to_quarantine_and_the_rest_is_read() {
    let out = Desk::new()
        .read("a.csv", "id,a,b\n1,x\n2,x,y\n3,x,y,,\n4,x,y,z\n5,x,y\n")
        .unwrap();
    assert_eq!(out.rules(), [(2, "ragged-row"), (5, "ragged-row")]);
    assert!(
        out.rejections[0]
            .reason
            .contains("too few fields: 2, the header has 3")
    );
    assert!(out.rejections[1].reason.contains("too many fields: 4"));
    assert_eq!(
        (out.rejections[1].raw.as_str(), out.rejections[1].byte),
        ("4,x,y,z", 25)
    );
    let ids: Vec<_> = (0..out.table.len())
        .map(|r| out.row(r)[0].to_owned())
        .collect();
    assert_eq!(ids, ["2", "3", "5"]);
    let rows: Vec<_> = out.table.origins.iter().map(|o| o.row).collect();
    assert_eq!(rows, [2, 3, 5]);
    let refused: Vec<_> = out.rejections.iter().map(|r| r.row).collect();
    assert_eq!(refused, [1, 4]);
}

#[test]
fn an_unclosed_quote_costs_one_row() {
    let desk = Desk::new();
    let rows: String = (3..2000).map(|i| format!("{i},name {i},Ulm\n")).collect();
    for stray in ["2,\"Ann,Ulm\n", "2,Ann,\"Ulm\n", "\"2,Ann,Ulm\n"] {
        let out = desk
            .read(
                "a.csv",
                format!("id,name,city\n1,\"x, y\",Bonn\n{stray}{rows}"),
            )
            .unwrap();
        assert_eq!(out.rules(), [(3, "unclosed-quote")], "{stray}");
        assert_eq!(out.table.len(), 1998);
        let quoted = rows.replace("name", "\"name").replace(",Ulm", "\",Ulm");
        let out = desk
            .read("a.csv", format!("id,name,city\n1,x,Bonn\n{stray}{quoted}"))
            .unwrap();
        assert_eq!(out.rules(), [(3, "unclosed-quote")], "{stray}");
        assert_eq!(out.table.len(), 1998);
    }
}

#[test]
fn a_quote_bomb_stays_small() {
    let limits = Limits {
        field_bytes: 1000,
        row_bytes: 4000,
        ..Limits::default()
    };
    let desk = Desk::new();
    let long = "x".repeat(3_000_000);
    let spec = desk.put(
        "a.csv",
        format!("id,name\n1,a\n2,\"{long}\n3,c\n4,{long}\n5,e\n"),
    );
    let out = read_with(&spec, &limits).unwrap();
    assert_eq!(out.rules(), [(3, "unclosed-quote"), (5, "too-large")]);
    assert_eq!(out.table.len(), 3);
    assert!(out.rejections.iter().all(|r| r.raw.len() == 1000 && r.cut));
}

#[test]
fn refused_rows_are_kept_whole_and_known_by_all_of_them() {
    let desk = Desk::new();
    let long = "n".repeat(900);
    let one = format!("5,{long},ann@example.com,1");
    let spec = desk.put(
        "a.csv",
        format!("id,note,email\n1,x,y\n{one}\n5,{long},bob@example.com,1\n"),
    );
    let whole = read_with(&spec, &Limits::default()).unwrap().rejections;
    assert_eq!((whole[0].raw.as_str(), whole[0].cut), (one.as_str(), false));
    assert_ne!(whole[0].digest, whole[1].digest);
    // for the second there is no room: its text is cut, and what it is known by is not
    let limits = Limits {
        refused_bytes: 1_000,
        ..Limits::default()
    };
    let short = read_with(&spec, &limits).unwrap().rejections;
    assert_eq!((short[1].raw.len(), short[1].cut), (500, true));
    assert_eq!(short[0], whole[0]);
    assert_eq!(short[1].digest, whole[1].digest);
}

#[test]
fn rows_too_long_to_be_at_hand_are_known_by_their_ends() {
    let limits = Limits {
        field_bytes: 1000,
        row_bytes: 4000,
        ..Limits::default()
    };
    let long = "x".repeat(3_000_000);
    let desk = Desk::new();
    for (name, text) in [
        (
            "a.csv",
            format!("id,name\n1,a\n2,{long}1\n2,{long}2\n3,b\n"),
        ),
        (
            "a.json",
            format!("[{{\"a\":1}},{{\"a\":\"{long}1\"}},{{\"a\":\"{long}2\"}},{{\"a\":3}}]"),
        ),
        (
            "a.jsonl",
            format!("{{\"a\":1}}\n{{\"a\":\"{long}1\"}}\n{{\"a\":\"{long}2\"}}\n{{\"a\":3}}\n"),
        ),
    ] {
        let out = read_with(&desk.put(name, text), &limits).unwrap();
        let [one, two] = out.rejections.as_slice() else {
            panic!("{name}: {:?}", out.rules());
        };
        assert_eq!((one.raw.as_str(), one.raw.len()), (two.raw.as_str(), 1000));
        assert_ne!(one.digest, two.digest, "{name}");
        assert!(one.cut && two.cut && out.table.len() == 2, "{name}");
    }
}

#[test]
fn a_card_with_one_bad_line_is_kept_whole() {
    let card = |name: &str| format!("BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nX Y\nTEL:5\nEND:VCARD\n");
    let good = "BEGIN:VCARD\nVERSION:3.0\nFN:Cid\nEND:VCARD\n";
    let text = card("Ann") + &card("Bob") + good;
    let out = Desk::new().read("a.vcf", text).unwrap();
    let refused = &out.rejections;
    assert_eq!(refused[0].raw, "VERSION:3.0\nFN:Ann\nX Y\nTEL:5");
    assert_ne!(refused[0].digest, refused[1].digest);
}

#[test]
fn a_file_by_two_paths_is_named_twice() {
    let desk = Desk::new();
    let mut spec = desk.put("a.csv", "a\n1\n");
    fs::create_dir(desk.path("sub")).unwrap();
    spec.paths
        .push(desk.path("sub/../a.csv").display().to_string());
    let error = read_with(&spec, &Limits::default()).err().unwrap();
    assert!(checked(&error).contains("named twice"), "{error}");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(desk.path("a.csv"), desk.path("b.csv")).unwrap();
        let error = read_with(&desk.spec("*.csv"), &Limits::default()).err();
        assert!(checked(&error.unwrap()).contains("named twice"));
    }
    // what a pattern finds once more is meant once
    spec.paths[1] = desk.path("a*").display().to_string();
    assert_eq!(read_with(&spec, &Limits::default()).unwrap().table.len(), 1);
}

#[test]
fn broken_utf8_and_zero_bytes_cost_one_row_each() {
    let good = "é,ü\n".repeat(50);
    let mut bytes = format!("a,b\n{good}").into_bytes();
    bytes.extend_from_slice(b"x,J\xFCrgen\ny,z\0z\nok,ok\n");
    let out = Desk::new().read("a.csv", bytes).unwrap();
    assert_eq!(out.rules(), [(52, "broken-encoding"), (53, "nul-byte")]);
    assert_eq!(out.rejections[0].field.as_deref(), Some("b"));
    assert_eq!(out.row(50), ["ok", "ok"]);
}

#[test]
fn legacy_and_wide_encodings_are_read_with_offsets() {
    let desk = Desk::new();
    let text = "name,city\r\nJosé,Köln\r\nZoë,Orléans\r\n";
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let out = desk.read("latin.csv", &latin).unwrap();
    assert_eq!(out.row(0), ["José", "Köln"]);
    assert_eq!(out.table.origins[1].byte, 22);
    assert!(
        matches!(&out.warnings[..], [Warning::GuessedEncoding { encoding, .. }] if encoding == "windows-1252")
    );
    for big in [false, true] {
        for mark in [false, true] {
            let out = desk.read("wide.csv", wide(text, big, mark)).unwrap();
            assert_eq!(out.row(1), ["Zoë", "Orléans"]);
            assert_eq!(out.table.origins[1].byte, 2 * (22 + u64::from(mark)));
            assert_eq!(
                out.files[0].encoding.as_deref(),
                Some(if big { "UTF-16BE" } else { "UTF-16LE" })
            );
        }
    }
    let json = desk
        .read(
            "wide.json",
            wide(r#"[{"a":"ü"},{"a":"日本"}]"#, false, true),
        )
        .unwrap();
    assert_eq!(
        (json.row(1), json.table.origins[1].byte),
        (vec!["日本"], 2 + 2 * 11)
    );
    let spec = SourceSpec {
        encoding: Some("ibm866".into()),
        ..desk.put("dos.csv", b"a,b\n\x80,x\n")
    };
    assert_eq!(
        read_with(&spec, &Limits::default()).unwrap().row(0),
        ["А", "x"]
    );
    let spec = SourceSpec {
        encoding: Some("utf9".into()),
        ..spec
    };
    assert!(matches!(
        read_with(&spec, &Limits::default()),
        Err(Error::UnknownEncoding { .. })
    ));
}

#[test]
fn headers_are_made_unique_or_numbered() {
    let desk = Desk::new();
    let out = desk
        .read("a.csv", "email,email, ,Name \na@example.com,b,c,d\n")
        .unwrap();
    assert_eq!(out.columns(), ["email", "email.2", "column 3", "Name"]);
    let out = desk
        .read("b.csv", "1,ann@example.com\n2,bob@example.com\n")
        .unwrap();
    assert_eq!(
        (out.columns(), out.table.len()),
        (vec!["column 1", "column 2"], 2)
    );
    assert!(matches!(out.warnings[..], [Warning::NoHeader { .. }]));
    let spec = SourceSpec {
        skip_lines: 2,
        header: Some(true),
        ..desk.put("c.csv", "Report\n\nid,1\n5,6\n")
    };
    let out = read_with(&spec, &Limits::default()).unwrap();
    assert_eq!(
        (out.columns(), out.row(0)),
        (vec!["id", "1"], vec!["5", "6"])
    );
    let spec = SourceSpec {
        skip_lines: 20,
        ..spec
    };
    assert!(matches!(
        read_with(&spec, &Limits::default()),
        Err(Error::AllSkipped { lines: 4, .. })
    ));
}

#[test]
fn files_of_a_pattern_are_joined_by_name() {
    let desk = Desk::new();
    desk.put("2.csv", "city,id\nUlm,2\n");
    desk.put("1.csv", "id,name\n1,Ann\n");
    let out = read_with(&desk.spec("*.csv"), &Limits::default()).unwrap();
    assert_eq!(out.columns(), ["id", "name", "city"]);
    assert_eq!(
        (out.row(0), out.row(1)),
        (vec!["1", "Ann", ""], vec!["2", "", "Ulm"])
    );
    let places: Vec<_> = out.table.origins.iter().map(|o| (o.file, o.row)).collect();
    assert_eq!(places, [(0, 1), (1, 1)]);
    assert!(
        matches!(&out.warnings[..], [Warning::OtherColumns { extra, missing, .. }] if extra == &["city"] && missing == &["name"])
    );
}

#[test]
fn too_many_refused_rows_stop_the_reading() {
    let desk = Desk::new();
    let text: String = (0..200)
        .map(|i| {
            if i % 3 == 0 {
                format!("{i},x\n")
            } else {
                format!("{i}\n")
            }
        })
        .collect();
    let spec = desk.put("a.csv", format!("id,x\n{text}"));
    let error = read_with(&spec, &Limits::default()).err().unwrap();
    assert!(
        checked(&error).contains("most often: `ragged-row` (133)"),
        "{error}"
    );
    let limits = Limits {
        max_quarantined_share: 0.9,
        ..Limits::default()
    };
    assert_eq!(read_with(&spec, &limits).unwrap().rejections.len(), 133);
    let limits = Limits {
        max_quarantined: 10,
        ..limits
    };
    assert!(matches!(
        read_with(&spec, &limits),
        Err(Error::TooManyRefused { refused: 11, .. })
    ));
    assert!(
        desk.error("b.csv", "a,b,c\n1\n2\n")
            .contains("none of 2 row(s)")
    );
}

#[test]
fn formulas_without_a_stored_result_are_told() {
    let desk = Desk::new();
    let rows = texts(&["id", "name"])
        + "<row><c><v>1</v></c><c><f>A1</f><v/></c></row>\
           <row><c><v>2</v></c><c t=\"str\"><f>A1</f><v></v></c></row>\
           <row><c><v>3</v></c><c><f>A1</f><v>7</v></c></row>\
           <row><c><v>4</v></c><c><f>A1</f></c></row>";
    let out = desk.read("a.xlsx", xlsx(&[("People", &rows)])).unwrap();
    assert_eq!(out.table.len(), 4);
    let [warning] = &out.warnings[..] else {
        panic!("{:?}", out.warnings)
    };
    assert!(
        warning
            .to_string()
            .contains("2 formula(s) of sheet `People`")
            && warning.to_string().contains("each column's first: `B2`"),
        "{warning}"
    );
    let solved = texts(&["id", "name"]) + "<row><c><v>1</v></c><c><f>A1</f><v>7</v></c></row>";
    let out = desk.read("b.xlsx", xlsx(&[("People", &solved)])).unwrap();
    assert!(out.warnings.is_empty(), "{:?}", out.warnings);
}

#[test]
fn sheets_that_are_hidden_are_told() {
    let desk = Desk::new();
    let people = texts(&["first name", "email"]) + &texts(&["Ann", "ann@example.com"]);
    let said = |out: &Outcome| {
        let all = out.warnings.iter().map(ToString::to_string);
        all.collect::<Vec<_>>().join("\n")
    };
    let book = [("People", &*people), ("!Old", &people), ("!Empty", "")];
    let out = desk.read("a.xlsx", xlsx(&book)).unwrap();
    assert!(
        said(&out).contains("passed over: `Old`\n"),
        "{}",
        said(&out)
    );
    let mut spec = desk.put("b.xlsx", xlsx(&book));
    spec.table = Some("Old".into());
    let out = read_with(&spec, &Limits::default()).unwrap();
    assert!(
        said(&out).contains("sheet `Old` is hidden in the workbook, and was read"),
        "{}",
        said(&out)
    );
    spec.table = Some("People".into());
    let out = read_with(&spec, &Limits::default()).unwrap();
    assert_eq!(said(&out), "");
}

#[test]
fn settings_without_effect_are_told() {
    let desk = Desk::new();
    let mut spec = desk.put("a.csv", "id,email\n1,a@x.org\n2,b@x.org\n");
    (spec.table, spec.delimiter) = (Some("people".into()), Some(','));
    spec.json_path = Some("data".into());
    let out = read_with(&spec, &Limits::default()).unwrap();
    let [warning] = &out.warnings[..] else {
        panic!("{:?}", out.warnings)
    };
    let words = warning.to_string();
    assert!(
        words.contains("`table`, `records` has no effect, as its files are read as `csv`"),
        "{words}"
    );
    // one file for which it is meant is enough
    let base = sqlite("CREATE TABLE people (id, email); INSERT INTO people VALUES (3, 'c@x.org');");
    desk.put("b.db", base);
    (spec.delimiter, spec.json_path) = (None, None);
    spec.paths.extend(desk.spec("b.db").paths);
    let out = read_with(&spec, &Limits::default()).unwrap();
    assert!(
        out.table.len() == 3 && out.warnings.is_empty(),
        "{:?}",
        out.warnings
    );
}

#[test]
fn stray_cells_far_from_a_table_hide_nothing() {
    let desk = Desk::new();
    let cell = |at: &str| format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>x</t></is></c>");
    let row = |number: u32, cells: &str| format!("<row r=\"{number}\">{cells}</row>");
    let far = |at: &[&str]| at.iter().map(|a| cell(a)).collect::<String>();
    let text = |at: &str, text: &str| cell(at).replace(">x<", &format!(">{text}<"));
    let table = row(1, &(text("A1", "id") + &text("B1", "email") + &cell("ZZ1")))
        + &row(2, &(text("A2", "1") + &text("B2", "a@x.org")))
        + &row(
            3,
            &(text("A3", "2") + &text("B3", "b@x.org") + &cell("XFD3")),
        );
    let out = desk
        .read(
            "a.xlsx",
            xlsx(&[(
                "People",
                &(table.clone() + &row(1_048_576, &cell("A1048576"))),
            )]),
        )
        .unwrap();
    assert_eq!(out.columns(), ["id", "email"]);
    assert_eq!(out.table.len(), 2);
    let [warning] = &out.warnings[..] else {
        panic!("{:?}", out.warnings)
    };
    assert!(warning.to_string().contains("3 cell(s) of sheet `People` stand far from all others and were passed over, first `ZZ1`"), "{warning}");
    // more than a few are rows
    let more = row(5_000, &far(&["A5000", "B5000"])) + &row(5_001, &far(&["A5001", "B5001"]));
    let out = desk
        .read("b.xlsx", xlsx(&[("People", &(table + &more))]))
        .unwrap();
    assert_eq!(out.table.len(), 4);
    assert_eq!(out.row(3), ["x", "x"]);
}

#[test]
fn cards_of_groups_firms_and_agents_are_what_they_are() {
    let desk = Desk::new();
    let card = |lines: &str| format!("BEGIN:VCARD\nVERSION:3.0\n{lines}\nEND:VCARD\n");
    let cards = card("FN:Friends\nX-ADDRESSBOOKSERVER-KIND:group")
        + &card("FN:Acme\nKIND:org\nEMAIL:info@acme.example.org")
        + &card(
            "FN:Ann Lee\nAGENT:BEGIN:VCARD\\nVERSION:3.0\\nFN:Ina Sec\\nTEL\\;WORK:5550\n 123\\nEND:VCARD\\n",
        )
        + &card("FN:Team\nKIND:GROUP\nMEMBER:urn:uuid:1");
    let out = desk.read("a.vcf", cards).unwrap();
    assert_eq!(out.rules(), [(1, "group-card"), (18, "group-card")]);
    let names = |column: &str| -> Vec<&str> {
        let at = out.table.column(column).unwrap();
        (0..out.table.len())
            .map(|r| out.table.columns[at].value(r))
            .collect()
    };
    assert_eq!(names("organization"), ["Acme", "", ""]);
    assert_eq!(names("full name"), ["", "Ann Lee", "Ina Sec"]);
    assert_eq!(names("phone.work"), ["", "", "5550123"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_pattern_passes_over_no_name_that_is_not_utf8() {
    use std::os::unix::ffi::OsStrExt as _;
    let desk = Desk::new();
    desk.put("a.csv", "id,email\n1,a@x.org\n");
    let name = std::ffi::OsStr::from_bytes(b"b\xff.csv");
    fs::write(desk.path("a.csv").with_file_name(name), "id,email\n").unwrap();
    let error = read_with(&desk.spec("*.csv"), &Limits::default())
        .err()
        .unwrap();
    assert!(checked(&error).contains("b�.csv: the name of this file is not UTF-8"));
    assert!(read_with(&desk.spec("a*.csv"), &Limits::default()).is_ok());
}

#[test]
fn lists_of_opt_outs_that_are_left_out_are_told() {
    let desk = Desk::new();
    let people = texts(&["first name", "email"]) + &texts(&["Ann", "ann@example.com"]);
    let gone = texts(&["email"]) + &texts(&["ann@example.com"]);
    let book = xlsx(&[("Customers", &people), ("Unsubscribed", &gone)]);
    let base = sqlite(
        "CREATE TABLE customers (first_name, email, city); CREATE TABLE suppression_list (email);",
    );
    let json = r#"{"customers":[{"id":1,"email":"a@x.org"},{"id":2,"email":"b@x.org"}],"unsubscribed":[{"email":"a@x.org"}],"optOuts":["b@x.org"]}"#;
    for (name, content, names) in [
        ("a.xlsx", book, &["`Unsubscribed`"][..]),
        ("a.db", base, &["`suppression_list`"]),
        ("a.json", json.into(), &["`/unsubscribed`", "`/optOuts`"]),
    ] {
        let out = desk.read(name, content).unwrap();
        let left = |w: &&Warning| matches!(w, Warning::OptOutsLeft { .. });
        let said: Vec<_> = (out.warnings.iter().filter(left))
            .map(ToString::to_string)
            .collect();
        let said = said.join("\n");
        for list in names {
            assert!(said.contains(&format!("{list} by its name")), "{said}");
        }
    }
    let mut spec = desk.spec("a.json");
    spec.json_path = Some("unsubscribed".into());
    let out = read_with(&spec, &Limits::default()).unwrap();
    assert_eq!(out.files[0].part.as_deref(), Some("unsubscribed"));
}

#[test]
fn text_before_the_first_card_hides_no_cards() {
    let desk = Desk::new();
    let cards = "BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nEND:VCARD\n";
    let out = desk.read("a.vcf", format!("My cards\n\n{cards}")).unwrap();
    assert_eq!(
        (out.row(0), out.rules()),
        (vec!["Ann"], vec![(1, "bad-vcard")])
    );
}

#[test]
fn json_documents_and_their_faults() {
    let desk = Desk::new();
    let out = desk.read("a.json", "{\"meta\":{\"n\":[1,2]},\"owners\":[{\"id\":1}],\n \"data\":{\"people\":[\n {\"id\": 1.10, \"tags\":[\"x\",\"y\"]},\n {\"id\": 2, \"ok\": true, \"a\": {\"b\": null, \"c\": \"z\"}}\n]}}").unwrap();
    assert_eq!(out.columns(), ["id", "ok", "tags", "tags.2", "a.c"]);
    assert_eq!(out.row(0), ["1.10", "", "x", "y", ""]);
    assert_eq!(out.raw[0], "{\"id\": 1.10, \"tags\":[\"x\",\"y\"]}");
    assert!(
        out.files[0].detected.contains("`/data/people`"),
        "{}",
        out.files[0].detected
    );
    assert!(matches!(&out.warnings[..], [Warning::SeveralArrays { .. }]));
    assert!(out.warnings[0].to_string().contains("set `records`"));
    let spec = SourceSpec {
        json_path: Some("owners".into()),
        ..desk.spec("a.json")
    };
    assert_eq!(read_with(&spec, &Limits::default()).unwrap().table.len(), 1);
    let spec = SourceSpec {
        json_path: Some("/people".into()),
        ..desk.spec("a.json")
    };
    let error = read_with(&spec, &Limits::default()).err().unwrap();
    assert!(
        checked(&error).contains("`--records`")
            && error.to_string().contains("`/owners`, `/data/people`"),
        "{error}"
    );

    let out = desk
        .read("cut.json", "[{\"id\":1},\n{\"id\":2},\n{\"id\":3,\"na")
        .unwrap();
    assert_eq!((out.table.len(), out.rules()), (2, vec![(3, "bad-json")]));
    assert_eq!(out.rejections[0].byte, 21);
    assert!(out.rejections[0].reason.contains("the file ends"));
    let out = desk
        .read("cut.json", "{\"r\":[{\"id\":1},{\"id\":2},")
        .unwrap();
    assert_eq!((out.table.len(), out.rejections.len()), (2, 1));
    assert!(
        desk.error("cut.json", "[{\"id\":1")
            .contains("none of 1 row(s)")
    );
    assert!(
        desk.error("cut.json", "{\"id\":1")
            .contains("not valid JSON")
    );
    assert!(
        desk.error("none.json", "{\"error\":\"not found\"}")
            .contains("`records` (`--records`)")
    );
    let out = desk.read("zero.json", "{\"data\":[]}").unwrap();
    assert!(matches!(out.warnings[..], [Warning::NoRecords { .. }]));
}

#[test]
fn further_json_documents_are_records_and_junk_is_told() {
    let desk = Desk::new();
    let ids = |out: &Outcome| -> Vec<String> {
        let rows = 0..out.table.len();
        rows.map(|r| out.row(r)[0].to_owned()).collect()
    };
    for text in [
        "[{\"id\":1}]\n[{\"id\":2},{\"id\":3}]\n",
        "[{\"id\":1}][{\"id\":2}]\n\u{feff}[]\n[{\"id\":3}]",
        "[{\"id\":1}]\n{\"id\":2}\n{\"id\":3}\n",
        "{\"id\":1}\n[{\"id\":2},{\"id\":3}]\n",
        "{\n\"id\":1}\n{\"id\":2}\n[{\"id\":3}]",
    ] {
        let out = desk.read("a.json", text).unwrap();
        assert_eq!(
            (ids(&out), out.rules()),
            (vec!["1".into(), "2".into(), "3".into()], vec![]),
            "{text}"
        );
    }
    let out = desk
        .read("a.json", "[{\"id\":1}]\n]\nxyz {\"id\":2}\n;")
        .unwrap();
    assert_eq!(ids(&out), ["1", "2"]);
    assert_eq!(
        out.rules(),
        [(2, "bad-json"), (3, "bad-json"), (4, "bad-json")]
    );
    assert_eq!(out.rejections[1].raw.trim(), "xyz");
    let out = desk
        .read(
            "a.json",
            "{\"r\":[{\"id\":1}],\n\"s\" 2}\n{\"r\":[{\"id\":2}]}",
        )
        .unwrap();
    assert_eq!(
        (ids(&out), out.rules()),
        (vec!["1".into()], vec![(2, "bad-json")])
    );
    assert!(
        out.rejections[0]
            .reason
            .contains("what follows is not read")
    );

    let pages = "{\"people\":[{\"id\":1,\"m\":\"a@x.org\"},{\"id\":2,\"m\":\"b@x.org\"}]}\n{\"people\":[{\"id\":3}]}\n{}\n";
    for text in [
        pages.to_owned(),
        pages.replace("\"people\":", "\n\"people\":"),
    ] {
        let out = desk.read("a.json", text).unwrap();
        assert_eq!((ids(&out).len(), out.rejections.len()), (3, 1));
        assert!(out.rejections[0].reason.contains("holds none"));
    }
    let spec = SourceSpec {
        json_path: Some("p".into()),
        ..desk.put(
            "a.json",
            "{\"n\":1,\"p\":[{\"id\":1}]}\n{\"n\":2,\"p\":[{\"id\":2}]}\n",
        )
    };
    let out = read_with(&spec, &Limits::default()).unwrap();
    assert_eq!(
        (ids(&out), out.files[0].rows),
        (vec!["1".into(), "2".into()], 2)
    );
}

#[test]
fn a_bad_record_does_not_take_its_neighbours_along() {
    let desk = Desk::new();
    let out = desk
        .read(
            "a.json",
            "[\n{\"id\":1},\n{\"id\":2,\"x\":\"open},\n{\"id\":3},\n{\"id\":4,},\n5,\n{\"id\":6}]",
        )
        .unwrap();
    assert_eq!(
        out.rules(),
        [(3, "bad-json"), (5, "bad-json"), (6, "bad-json")]
    );
    let ids: Vec<_> = (0..out.table.len())
        .map(|r| out.row(r)[0].to_owned())
        .collect();
    assert_eq!(ids, ["1", "3", "6"]);
    let mut lines =
        b"{\"id\":\"\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\"}\n{\"id\":2\n\n[3]\n{\"id\":\"\xFF\"}\n{\"id\":5}\r\n{\"id\":6}".to_vec();
    let out = desk.read("a.jsonl", &lines).unwrap();
    assert_eq!(
        out.rules(),
        [(2, "bad-json"), (4, "bad-json"), (5, "broken-encoding")]
    );
    assert_eq!(out.table.len(), 3);
    lines.insert(0, b' ');
    let limits = Limits {
        row_bytes: 100,
        ..Limits::default()
    };
    lines.extend_from_slice(
        format!("\n{{\"id\":\"{}\"}}\n{{\"id\":9}}\n", "x".repeat(2_000_000)).as_bytes(),
    );
    let out = read_with(&desk.put("a.jsonl", lines), &limits).unwrap();
    assert_eq!(out.rules().last(), Some(&(8, "too-large")));
    assert_eq!(out.table.len(), 4);
}

#[test]
fn columns_of_json_do_not_depend_on_the_order_of_records() {
    let desk = Desk::new();
    let records = [
        r#"{"id":1,"address":null,"born":"1980"}"#,
        r#"{"id":2,"address":{"city":"Ulm","zip":"1"},"contacts":[{"type":"phone","value":"1"}]}"#,
        r#"{"contacts":[{"type":"email","value":"a@example.com"}],"id":3}"#,
    ];
    let mut seen = Vec::new();
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let text: String = order.iter().map(|i| format!("{}\n", records[*i])).collect();
        let out = desk.read("a.jsonl", text).unwrap();
        seen.push(out.columns().join(" "));
    }
    assert_eq!(
        seen[0],
        "contacts.email id address.city address.zip born contacts.phone"
    );
    assert!(seen.iter().all(|s| *s == seen[0]), "{seen:?}");
}

#[test]
fn prose_is_no_table() {
    let text = "Dear reader:\nthis is a letter.\nIt has lines\nbut no columns: none.\nNot one\nor two\nat all\n.\n.\n";
    let error = Desk::new().error("letter.txt", text);
    assert!(
        error.contains("no delimiter gives rows of equal length"),
        "{error}"
    );
    let out = Desk::new()
        .read("names.txt", "name\nSmith, Ann\nJones, Bob\n")
        .unwrap();
    assert_eq!(
        (out.row(0), out.files[0].delimiter.as_deref()),
        (vec!["Smith, Ann"], None)
    );
}

#[test]
fn hostile_json_is_bounded() {
    let desk = Desk::new();
    let deep = format!(
        "[{{\"a\":1}},{{\"a\":{}{}}}]",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let out = desk.read("deep.json", deep).unwrap();
    assert!(out.rejections[0].reason.contains("nested too deeply"));
    let limits = Limits {
        columns: 5,
        ..Limits::default()
    };
    let spec = desk.put(
        "many.json",
        r#"[{"a":1,"b":2},{"c":1,"d":2,"e":3,"f":4,"g":5},{"a":3}]"#,
    );
    let out = read_with(&spec, &limits).unwrap();
    assert_eq!((out.table.len(), out.rules()), (2, vec![(1, "too-large")]));
    let out = desk
        .read("twice.json", r#"[{"a":1,"a":2,"b":{"c":3},"b.c":4}]"#)
        .unwrap();
    assert_eq!(
        (out.columns(), out.row(0)),
        (vec!["a", "a.2", "b.c", "b.c.2"], vec!["1", "2", "3", "4"])
    );
}

fn database(desk: &Desk, name: &str, sql: &str) -> SourceSpec {
    rusqlite::Connection::open(desk.path(name))
        .unwrap()
        .execute_batch(sql)
        .unwrap();
    desk.spec(name)
}

#[test]
fn sqlite_tables_queries_and_types() {
    let desk = Desk::new();
    let spec = database(&desk, "shop.db", "CREATE TABLE customers(id INTEGER, email TEXT, phone REAL, photo BLOB, last_name TEXT);
        INSERT INTO customers VALUES (1,'a@example.com',5550100.0,x'00ff',NULL),(2,NULL,1.5,NULL,'O\"Brien');
        CREATE TABLE orders(id INTEGER, total REAL); CREATE VIEW v AS SELECT 7 AS x;");
    let out = read_with(&spec, &Limits::default()).unwrap();
    assert_eq!(out.row(0), ["1", "a@example.com", "5550100", "", ""]);
    assert_eq!(out.row(1), ["2", "", "1.5", "", "O\"Brien"]);
    assert_eq!(
        out.raw[0],
        r#"{"id":1,"email":"a@example.com","phone":5550100.0,"photo":{"$blob":"00ff"},"last_name":null}"#
    );
    assert!(out.warnings[0].to_string().contains("1 cell(s) of `photo`"));
    assert_eq!(
        (out.files[0].format.as_str(), out.files[0].sha256.len()),
        ("sqlite", 64)
    );
    let with = |table: Option<&str>, query: Option<&str>| {
        read_with(
            &SourceSpec {
                table: table.map(str::to_owned),
                query: query.map(str::to_owned),
                ..spec.clone()
            },
            &Limits::default(),
        )
    };
    assert_eq!(with(Some("V"), None).unwrap().row(0), ["7"]);
    let out = with(
        None,
        Some("SELECT id AS a, id AS a FROM customers ORDER BY id DESC"),
    )
    .unwrap();
    assert_eq!(
        (out.columns(), out.row(0)),
        (vec!["a", "a.2"], vec!["2", "2"])
    );
    let error = with(Some("custmers"), None).err().unwrap();
    assert!(
        checked(&error).contains("did you mean `customers`? tables are `customers`, `orders`, `v`"),
        "{error}"
    );
    for query in [
        "DELETE FROM orders",
        "SELECT 1; DROP TABLE orders",
        "SELECT nothing FROM orders",
        "PRAGMA table_list",
        "ATTACH 'x' AS y",
        "",
    ] {
        let error = with(None, Some(query)).err().unwrap();
        assert!(
            matches!(error, Error::BadQuery { .. }),
            "{query}: {}",
            checked(&error)
        );
    }
    let two = database(
        &desk,
        "two.db",
        "CREATE TABLE a(email, phone); CREATE TABLE b(email, city);",
    );
    let error = read_with(&two, &Limits::default()).err().unwrap();
    assert!(
        matches!(error, Error::WhichTable { .. }),
        "{}",
        checked(&error)
    );
}

#[test]
fn a_database_with_a_log_is_read_without_a_trace() {
    let desk = Desk::new();
    let sql = "PRAGMA journal_mode=WAL; CREATE TABLE customers(id, email); INSERT INTO customers VALUES (1, 'a@example.com');";
    let spec = database(&desk, "a#1.db", sql);
    let out = read_with(&spec, &Limits::default()).unwrap();
    assert_eq!(out.row(0), ["1", "a@example.com"]);
    for beside in ["-wal", "-shm"] {
        let path = format!("{}{beside}", spec.paths[0]);
        assert!(!std::path::Path::new(&path).exists(), "{path}");
    }
}

#[test]
fn a_sqlite_row_with_a_bad_text_is_kept_with_all_its_cells() {
    let desk = Desk::new();
    let db = rusqlite::Connection::open(desk.path("a.db")).unwrap();
    db.execute_batch(
        "CREATE TABLE c(name TEXT, email TEXT, note TEXT);
         INSERT INTO c VALUES (CAST(x'4dfc' AS TEXT), 'ann@example.com', ''), (CAST(x'4dfc' AS TEXT), 'bob@example.com', ''),
           ('nul' || char(0), 'cid@example.com', ''), ('Dee', 'dee@example.com', 'aaaaaaaaaaaaaaaaaaaaaaaa1'),
           ('Dee', 'dee@example.com', 'aaaaaaaaaaaaaaaaaaaaaaaa2'), ('Eve', 'eve@example.com', 'ok');",
    )
    .unwrap();
    drop(db);
    let limits = Limits {
        field_bytes: 24,
        ..Limits::default()
    };
    // with room for the rows, and none for the long note
    let whole = read_with(&desk.spec("a.db"), &Limits::default()).unwrap();
    let first: serde_json::Value = serde_json::from_str(&whole.rejections[0].raw).unwrap();
    assert_eq!(first["name"]["$bytes"], "4dfc");
    assert_eq!(first["email"], "ann@example.com");
    assert_eq!(whole.rejections[0].field.as_deref(), Some("name"));
    let nul: serde_json::Value = serde_json::from_str(&whole.rejections[2].raw).unwrap();
    assert_eq!(
        (&nul["name"], &nul["email"]),
        (&"nul\0".into(), &"cid@example.com".into())
    );
    let all = read_with(&desk.spec("a.db"), &limits).unwrap().rejections;
    assert_eq!(all.len(), 5);
    let digests: std::collections::BTreeSet<&str> = all.iter().map(|r| r.digest.as_str()).collect();
    assert_eq!(digests.len(), 5, "each row is known by all of its cells");
}

#[test]
fn sqlite_files_that_are_none_or_cannot_be_had() {
    let desk = Desk::new();
    let spec = SourceSpec {
        format: Some(Format::Sqlite),
        ..desk.put("a.db", "id,name\n1,x\n")
    };
    let error = read_with(&spec, &Limits::default()).err().unwrap();
    assert!(
        matches!(error, Error::NotSqlite { .. }),
        "{}",
        checked(&error)
    );
    let mut fake = b"SQLite format 3\0".to_vec();
    fake.extend((0..4096u32).map(|i| (i * 7919 % 251) as u8));
    let error = read_with(&desk.put("b.db", fake), &Limits::default())
        .err()
        .unwrap();
    assert!(
        matches!(error, Error::NotSqlite { .. } | Error::Damaged { .. }),
        "{}",
        checked(&error)
    );
    let spec = database(
        &desk,
        "c.db",
        "CREATE TABLE t(a); INSERT INTO t VALUES (1);",
    );
    let holder = rusqlite::Connection::open(desk.path("c.db")).unwrap();
    holder
        .execute_batch("BEGIN EXCLUSIVE; INSERT INTO t VALUES (2);")
        .unwrap();
    let error = read_with(&spec, &Limits::default()).err().unwrap();
    assert!(matches!(error, Error::Locked { .. }), "{}", checked(&error));
    drop(holder);
    assert_eq!(read_with(&spec, &Limits::default()).unwrap().table.len(), 1);
    let rows = "INSERT INTO t SELECT randomblob(900) FROM t;".repeat(8);
    let spec = database(
        &desk,
        "d.db",
        &format!("CREATE TABLE t(a); INSERT INTO t VALUES (x'00');{rows}"),
    );
    let mut bytes = fs::read(desk.path("d.db")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 9000].fill(0xAA);
    fs::write(desk.path("d.db"), bytes).unwrap();
    let error = read_with(&spec, &Limits::default()).err().unwrap();
    assert!(
        matches!(error, Error::Damaged { .. }),
        "{}",
        checked(&error)
    );
}

#[test]
fn a_preview_stops_early_and_columns_can_be_left_out() {
    let desk = Desk::new();
    let rows: String = (0..50_000).map(|i| format!("{i},secret {i}\n")).collect();
    let spec = desk.put("a.csv", format!("id,note\n{rows}"));
    let limits = Limits {
        records: Some(100),
        ..Limits::default()
    };
    let out = read_with(&spec, &limits).unwrap();
    assert_eq!(out.table.len(), 100);
    let mut spool = RawSpool::new_in(&std::env::temp_dir()).unwrap();
    let (mut files, mut rejections, mut warnings, mut told) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut intake = Intake {
        spool: Some(&mut spool),
        keep: &|name| name == "id",
        withhold: &|_| false,
        on_progress: &mut |p| told.push((p.rows, p.bytes)),
        files: &mut files,
        rejections: &mut rejections,
        warnings: &mut warnings,
    };
    let table = read_source(&spec, &Limits::default(), &mut intake).unwrap();
    assert_eq!((table.columns.len(), table.len()), (1, 50_000));
    assert_eq!(
        spool.read(table.spooled[7]).unwrap(),
        r#"{"id":"7","note":"secret 7"}"#
    );
    assert!(
        told.len() > 2 && told.windows(2).all(|w| w[0] <= w[1]),
        "{told:?}"
    );
    assert_eq!(
        told.last(),
        Some(&(50_000, fs::metadata(desk.path("a.csv")).unwrap().len()))
    );
}

/// A table written as delimited text in some style.
fn written(header: &[String], rows: &[Vec<String>], style: (char, char, &str, bool)) -> String {
    let (delimiter, quote, end, always) = style;
    let mut out = String::new();
    for row in std::iter::once(header).chain(rows.iter().map(Vec::as_slice)) {
        for (i, cell) in row.iter().enumerate() {
            if i > 0 {
                out.push(delimiter);
            }
            let must = cell.contains([delimiter, quote, '\r', '\n']);
            if always || must || cell.trim().is_empty() {
                out.push(quote);
                out.push_str(&cell.replace(quote, &format!("{quote}{quote}")));
                out.push(quote);
            } else {
                out.push_str(cell);
            }
        }
        out.push_str(end);
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn tables_written_as_csv_are_read_back(
        rows in prop::collection::vec(prop::collection::vec("[a-z0-9 ,;|\t\"'\n\r\\\\é日]{0,8}", 3), 0..12),
        delimiter in prop::sample::select(vec![',', ';', '\t', '|', '¦', '^', '~', ':']),
        quote in prop::sample::select(vec!['"', '\'']),
        end in prop::sample::select(vec!["\n", "\r\n"]),
        always in any::<bool>(),
        wide_text in any::<bool>(),
    ) {
        let header = vec!["alpha".to_owned(), "beta".to_owned(), "gamma".to_owned()];
        let text = written(&header, &rows, (delimiter, quote, end, always));
        let desk = Desk::new();
        let bytes = if wide_text { wide(&text, false, true) } else { text.into_bytes() };
        let spec = SourceSpec { delimiter: Some(delimiter), quote: Some(quote), header: Some(true), ..desk.put("t.txt", bytes) };
        let spec = SourceSpec { format: Some(Format::Csv), ..spec };
        let out = read_with(&spec, &Limits::default()).unwrap();
        prop_assert_eq!(&out.rejections, &vec![]);
        let back: Vec<Vec<String>> = (0..out.table.len()).map(|r| out.row(r).iter().map(|c| (*c).to_owned()).collect()).collect();
        // a row of nothing is passed over
        let rows: Vec<Vec<String>> = rows.into_iter().filter(|r| r.iter().any(|c| !c.trim_ascii().is_empty())).collect();
        prop_assert_eq!(&back, &rows);
        for (raw, row) in out.raw.iter().zip(&rows) {
            let raw: serde_json::Map<String, serde_json::Value> = serde_json::from_str(raw).unwrap();
            let cells: Vec<&str> = raw.values().map(|v| v.as_str().unwrap()).collect();
            prop_assert_eq!(&cells, row);
        }
    }

    #[test]
    fn dialects_are_found_without_help(
        rows in prop::collection::vec(prop::collection::vec("[a-z]{1,6}( [a-z,]{1,5})?", 4), 3..20),
        delimiter in prop::sample::select(vec![',', ';', '\t', '|']),
        end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        always in any::<bool>(),
    ) {
        let header: Vec<String> = ["first_name", "last_name", "street", "city"].map(str::to_owned).to_vec();
        let desk = Desk::new();
        let spec = SourceSpec { header: Some(true), ..desk.put("t.txt", written(&header, &rows, (delimiter, '"', end, always))) };
        let out = read_with(&spec, &Limits::default()).unwrap();
        let back: Vec<Vec<String>> = (0..out.table.len()).map(|r| out.row(r).iter().map(|c| (*c).to_owned()).collect()).collect();
        prop_assert_eq!(back, rows);
    }

    #[test]
    fn records_written_as_json_are_read_back(
        rows in prop::collection::vec(prop::collection::vec("\\PC{1,6}|[\"\\\\\n\t\u{1}]{1,3}", 3), 1..10),
        style in 0usize..4,
    ) {
        let names = ["a", "b", "c"];
        let records: Vec<serde_json::Value> = rows.iter().map(|row| {
            serde_json::Value::Object(names.iter().zip(row).map(|(n, v)| ((*n).to_owned(), v.clone().into())).collect())
        }).collect();
        let lines = || records.iter().map(|r| r.to_string() + "\n").collect::<String>();
        let (name, text) = match style {
            0 => ("a.json", serde_json::to_string(&records).unwrap()),
            1 => ("a.json", serde_json::to_string_pretty(&serde_json::json!({"n": 1, "d": {"list": records}})).unwrap()),
            2 => ("a.jsonl", lines()),
            _ => ("a.json", records.iter().map(|r| serde_json::to_string_pretty(r).unwrap() + "\n").collect::<String>() + "{\"a\":\"end\"}"),
        };
        let desk = Desk::new();
        let out = read_with(&desk.put(name, &text), &Limits::default()).unwrap();
        prop_assert_eq!(&out.rejections, &vec![]);
        for (i, row) in rows.iter().enumerate() {
            prop_assert_eq!(&out.row(i), row);
            let at = out.table.origins[i].byte as usize;
            prop_assert_eq!(&text[at..at + out.raw[i].len()], &out.raw[i]);
        }
    }

    /// No bytes make the reader panic, hang or lose a row in silence.
    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(prop::sample::select(b"a,;\"'\n\r\\{}[]: 1\xC3\xA9\xFF\0".to_vec()), 0..200), format in 0usize..4) {
        let desk = Desk::new();
        let format = [None, Some(Format::Csv), Some(Format::Json), Some(Format::JsonLines)][format];
        let spec = SourceSpec { format, ..desk.put("x", bytes) };
        if let Err(error) = read_with(&spec, &Limits::default()) {
            checked(&error);
        }
    }
}

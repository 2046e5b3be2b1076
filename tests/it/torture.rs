//! The torture set: files as they come from customers, each with the reading it must have. Right, quarantined, or
//! refused with the reason: nothing else counts.

use crate::extract::{Desk, read_with};
use crate::torture_files::{gzipped, ods, sqlite, texts, xls, xlsx, zipped, zstd};
use encoding_rs::Encoding;
use selfsame::extract::{Limits, SourceSpec, Warning};
use std::fmt::Write as _;

/// What must come of a file.
enum Expected {
    /// Header and rows, exactly these.
    Rows(Vec<Vec<String>>),
    /// The same, and rows refused by these rules at these lines.
    Quarantined(Vec<Vec<String>>, Vec<(u64, &'static str)>),
    /// An error that says this.
    Refused(&'static str),
}

struct Case {
    what: String,
    file: &'static str,
    bytes: Vec<u8>,
    change: fn(&mut SourceSpec),
    expected: Expected,
    /// A warning that must be there, by a part of its text.
    warned: Option<&'static str>,
}

fn table(rows: &[&[&str]]) -> Vec<Vec<String>> {
    rows.iter()
        .map(|r| r.iter().map(|c| (*c).to_owned()).collect())
        .collect()
}

fn people() -> Vec<Vec<String>> {
    table(&[
        &["id", "name", "city", "e-mail", "note"],
        &[
            "0017",
            "José Müller",
            "Orléans",
            "jose@example.com",
            "first, second",
        ],
        &[
            "0018",
            "Zoë Ångström",
            "Malmö",
            "zoe@example.com",
            "a; b | c",
        ],
        &["0019", "O'Brien", "Köln", "ob@example.com", "said \"no\""],
        &["0020", "Čapek", "", "capek@example.com", "two\nlines"],
    ])
}

/// The people that Windows-1252 can write.
fn western() -> Vec<Vec<String>> {
    people()[..4].to_vec()
}

fn csv(rows: &[Vec<String>], delimiter: char, end: &str, always: bool) -> String {
    let mut out = String::new();
    for row in rows {
        for (i, cell) in row.iter().enumerate() {
            if i > 0 {
                out.push(delimiter);
            }
            let must = cell.contains([delimiter, '"', '\n', '\r']);
            if must || always {
                let _ = write!(out, "\"{}\"", cell.replace('"', "\"\""));
            } else {
                out.push_str(cell);
            }
        }
        out.push_str(end);
    }
    out
}

fn encoded(text: &str, encoding: &str) -> Vec<u8> {
    let wide = |text: &str, big: bool| -> Vec<u8> {
        let units = text.encode_utf16();
        units
            .flat_map(|u| {
                if big {
                    u.to_be_bytes()
                } else {
                    u.to_le_bytes()
                }
            })
            .collect()
    };
    match encoding {
        "utf-8" => text.as_bytes().to_vec(),
        "utf-8 with mark" => format!("\u{FEFF}{text}").into_bytes(),
        "utf-16le" => wide(text, false),
        "utf-16be" => wide(text, true),
        "utf-16le with mark" => wide(&format!("\u{FEFF}{text}"), false),
        "utf-16be with mark" => wide(&format!("\u{FEFF}{text}"), true),
        label => match label.strip_prefix("cp").and_then(|n| n.parse().ok()) {
            Some(number) => oem(text, number),
            None => {
                let encoding = Encoding::for_label(label.as_bytes()).unwrap();
                let (bytes, _, lossy) = encoding.encode(text);
                assert!(!lossy, "{label} cannot write it");
                bytes.into_owned()
            }
        },
    }
}

fn oem(text: &str, number: u16) -> Vec<u8> {
    let page = oem_cp::code_table::ENCODING_TABLE_CP_MAP
        .get(&number)
        .unwrap();
    oem_cp::encode_string_checked(text, page).unwrap()
}

struct Set(Vec<Case>);

impl Set {
    fn add(
        &mut self,
        what: impl Into<String>,
        bytes: impl AsRef<[u8]>,
        expected: Expected,
    ) -> &mut Case {
        self.0.push(Case {
            what: what.into(),
            file: "export.dat",
            bytes: bytes.as_ref().to_vec(),
            change: |_| {},
            expected,
            warned: None,
        });
        self.0.last_mut().unwrap()
    }

    fn rows(
        &mut self,
        what: impl Into<String>,
        bytes: impl AsRef<[u8]>,
        rows: &[&[&str]],
    ) -> &mut Case {
        self.add(what, bytes, Expected::Rows(table(rows)))
    }

    fn refused(
        &mut self,
        what: impl Into<String>,
        bytes: impl AsRef<[u8]>,
        why: &'static str,
    ) -> &mut Case {
        self.add(what, bytes, Expected::Refused(why))
    }
}

/// Every delimiter with every line end, habit of quoting and encoding.
fn dialects(set: &mut Set) {
    for delimiter in [',', ';', '\t', '|'] {
        for (end_name, end) in [("LF", "\n"), ("CRLF", "\r\n"), ("CR", "\r")] {
            for encoding in [
                "utf-8",
                "utf-8 with mark",
                "utf-16le",
                "utf-16be",
                "utf-16le with mark",
                "windows-1252",
            ] {
                for always in [false, true] {
                    let rows = if encoding == "windows-1252" {
                        western()
                    } else {
                        people()
                    };
                    let text = csv(&rows, delimiter, end, always);
                    let what = format!("csv {delimiter:?} {end_name} {encoding} quoted {always}");
                    set.add(what, encoded(&text, encoding), Expected::Rows(rows));
                }
            }
        }
    }
}

/// Encodings that are given, and those that must not be guessed wrongly.
fn encodings(set: &mut Set) {
    type Given = (&'static str, &'static str, fn(&mut SourceSpec));
    let given: &[Given] = &[
        ("cp850", "José Müller,Köln", |s| {
            s.encoding = Some("cp850".into())
        }),
        ("cp437", "José Müller,Köln", |s| {
            s.encoding = Some("ibm437".into())
        }),
        ("cp852", "Jiří Čapek,Plzeň", |s| {
            s.encoding = Some("cp852".into())
        }),
        ("cp855", "Иванов,Москва", |s| {
            s.encoding = Some("cp855".into())
        }),
        ("ibm866", "Иванов,Москва", |s| {
            s.encoding = Some("cp866".into())
        }),
        ("cp858", "Müller,5 €", |s| {
            s.encoding = Some("858".into())
        }),
        ("macintosh", "José Müller,Köln", |s| {
            s.encoding = Some("mac-roman".into())
        }),
        ("iso-8859-2", "Łukasz,Łódź", |s| {
            s.encoding = Some("iso-8859-2".into())
        }),
        ("iso-8859-5", "Иванов,Москва", |s| {
            s.encoding = Some("iso-8859-5".into())
        }),
        ("iso-8859-7", "Παπαδόπουλος,Αθήνα", |s| {
            s.encoding = Some("iso-8859-7".into())
        }),
        ("iso-8859-15", "Œuvré,5 €", |s| {
            s.encoding = Some("latin9".into())
        }),
        ("windows-1250", "Łukasz,Łódź", |s| {
            s.encoding = Some("cp1250".into())
        }),
        ("windows-1251", "Иванов,Москва", |s| {
            s.encoding = Some("windows-1251".into())
        }),
        ("windows-1253", "Παπαδόπουλος,Αθήνα", |s| {
            s.encoding = Some("windows-1253".into())
        }),
        ("windows-1254", "Işık,İstanbul", |s| {
            s.encoding = Some("iso-8859-9".into())
        }),
        ("windows-1257", "Šarūnas,Kaunas", |s| {
            s.encoding = Some("windows-1257".into())
        }),
        ("koi8-r", "Иванов,Москва", |s| {
            s.encoding = Some("koi8-r".into())
        }),
        ("shift_jis", "山田太郎,東京", |s| {
            s.encoding = Some("sjis".into())
        }),
        ("gbk", "王小明,北京", |s| {
            s.encoding = Some("gb2312".into())
        }),
        ("euc-kr", "김민수,서울", |s| {
            s.encoding = Some("euc-kr".into())
        }),
        ("big5", "王小明,台北", |s| {
            s.encoding = Some("big5".into())
        }),
    ];
    for (encoding, row, change) in given {
        let text = format!("name,city\n{row}\n");
        let cells: Vec<&str> = row.split(',').collect();
        set.rows(
            format!("{encoding} given"),
            encoded(&text, encoding),
            &[&["name", "city"], &cells],
        )
        .change = *change;
    }
    let rows = "Hélène Lefèvre,Orléans\nInès Lefèvre,Saint-Étienne\n";
    set.rows(
        "macintosh not given, where all others are surely wrong",
        encoded(&format!("name,city\n{rows}"), "macintosh"),
        &[
            &["name", "city"],
            &["Hélène Lefèvre", "Orléans"],
            &["Inès Lefèvre", "Saint-Étienne"],
        ],
    );
    let rows = "Jürgen Müller,Köln\nJosé Peña,Málaga\nZoë Ågren,Malmö\nÅsa Öberg,Växjö\n";
    for page in ["cp850", "cp437"] {
        let bytes = encoded(&format!("name,city\n{rows}"), page);
        set.refused(format!("{page} not given"), bytes, "cannot be read as");
    }
    set.refused(
        "an encoding against the mark",
        b"\xFF\xFEa\0,\0b\0\n\x001\0,\x002\0\n\0",
        "zero byte",
    )
    .change = |s| s.encoding = Some("windows-1252".into());
    let marked = set.rows(
        "windows-1252 given, after a mark of UTF-8 that something put there",
        b"\xEF\xBB\xBFname,city\nJ\xFCrgen,K\xF6ln\n",
        &[&["name", "city"], &["Jürgen", "Köln"]],
    );
    marked.change = |s| s.encoding = Some("windows-1252".into());
    marked.warned = Some("its byte order mark says `UTF-8`");
    let whole = set.rows(
        "a delimiter given that divides nothing",
        "name\nSmith, Ann\nJones, Bob\n",
        &[&["name"], &["Smith, Ann"], &["Jones, Bob"]],
    );
    whole.change = |s| s.delimiter = Some(';');
    let divided = set.rows(
        "a delimiter given against commas in every row",
        "name,city\nAnn,Ulm\nBob,Bonn\n",
        &[&["name,city"], &["Ann,Ulm"], &["Bob,Bonn"]],
    );
    divided.change = |s| s.delimiter = Some(';');
    divided.warned = Some("`,` would give 2 columns");
    set.rows(
        "utf-16 of either order",
        encoded("a,b\n1,2\n", "utf-16be with mark"),
        &[&["a", "b"], &["1", "2"]],
    )
    .change = |s| s.encoding = Some("utf-16".into());
    set.refused("an unknown encoding", "a,b\n1,2\n", "unknown encoding")
        .change = |s| s.encoding = Some("klingon".into());
    set.refused(
        "UTF-32",
        b"\xFF\xFE\0\0a\0\0\0,\0\0\0b\0\0\0\n\0\0\0",
        "UTF-32",
    );
    set.add(
        "one broken byte among UTF-8",
        [
            csv(&people(), ',', "\n", false).as_bytes(),
            b"0021,J\xFCrgen,x,y,z\n",
        ]
        .concat(),
        Expected::Quarantined(people(), vec![(7, "broken-encoding")]),
    );
    set.add(
        "one broken byte in Shift-JIS",
        [
            &encoded("名,市\n山田,東京\n", "shift_jis")[..],
            b"a\xFF,b\n",
        ]
        .concat(),
        Expected::Quarantined(
            table(&[&["名", "市"], &["山田", "東京"]]),
            vec![(3, "broken-encoding")],
        ),
    )
    .change = |s| s.encoding = Some("shift_jis".into());
}

/// Headers that are not where or what they should be, rows that are none.
fn reports(set: &mut Set) {
    let body = "id,name,city,e-mail\n1,Ann,Ulm,ann@example.com\n2,Bob,Bonn,bob@example.com\n3,Cy,Kiel,cy@example.com\n";
    let read: &[&[&str]] = &[
        &["id", "name", "city", "e-mail"],
        &["1", "Ann", "Ulm", "ann@example.com"],
        &["2", "Bob", "Bonn", "bob@example.com"],
        &["3", "Cy", "Kiel", "cy@example.com"],
    ];
    for (what, title) in [
        ("a title", "Customer list\n"),
        ("a title and a blank line", "Customer list\n\n"),
        ("a padded title", "Customer list,,,\n"),
        ("title, date, blank", "Customer list\nas of 2024-05-01\n\n"),
        (
            "padded title and filter",
            "Customer list,,,\nCity: all,,,\n,,,\n",
        ),
        ("two cells a line", "Report,Customers\nDate,2024-05-01\n\n"),
        ("a title with commas", "Customers of Ulm, Bonn\n\n"),
        ("a quoted title", "\"Customers, all\"\n"),
        ("groups above the header", ",Person,,\n"),
    ] {
        set.rows(what, format!("{title}{body}"), read).warned = Some("taken as the header");
        let (title, body) = (title.replace(',', ";"), body.replace(',', ";"));
        set.rows(
            format!("{what}, semicolons"),
            format!("{title}{body}"),
            read,
        )
        .warned = Some("taken as the header");
    }
    for (what, line, rule) in [
        ("totals", "Total,,,3\n", "totals-row"),
        ("totals in the second column", ",Summe,,3\n", "totals-row"),
        ("totals in one cell", "Total: 3,,,\n", "totals-row"),
        ("grand total", "Grand Total,,,\"3.00\"\n", "totals-row"),
        (
            "a remark",
            "Generated by the system on 2024-05-01,,,\n",
            "remark-row",
        ),
        (
            "a copyright",
            "Copyright (c) Example Inc. All rights reserved.,,,\n",
            "remark-row",
        ),
        ("an unpadded remark", "End of report\n", "ragged-row"),
        (
            "the header again",
            "id,name,city,e-mail\n",
            "repeated-header",
        ),
        ("too few cells", "4,Di\n", "ragged-row"),
        (
            "too many cells",
            "4,Di,Ulm,di@example.com,more\n",
            "ragged-row",
        ),
        ("a zero byte", "4,D\0i,Ulm,di@example.com\n", "nul-byte"),
        (
            "an open quote",
            "4,\"Di,Ulm,di@example.com\n",
            "unclosed-quote",
        ),
    ] {
        let rows = table(read);
        let expected = Expected::Quarantined(rows.clone(), vec![(5, rule)]);
        set.add(what, format!("{body}{line}"), expected);
        if rule != "unclosed-quote" {
            let crlf = format!("{body}{line}").replace('\n', "\r\n");
            set.add(
                format!("{what}, CRLF"),
                crlf,
                Expected::Quarantined(rows, vec![(5, rule)]),
            );
        }
    }
    set.rows(
        "more empty cells than names",
        "a,b\n1,2,,\n3,4,\n",
        &[&["a", "b"], &["1", "2"], &["3", "4"]],
    );
    set.rows(
        "repeated names",
        "a,a,b\n1,2,3\n",
        &[&["a", "a.2", "b"], &["1", "2", "3"]],
    );
    set.rows(
        "an empty name",
        "a,,b\n1,2,3\n",
        &[&["a", "column 2", "b"], &["1", "2", "3"]],
    );
    set.rows(
        "blank lines",
        "a,b\n\n1,2\n\n\n3,4\n\n",
        &[&["a", "b"], &["1", "2"], &["3", "4"]],
    );
    set.rows(
        "no line end at the end",
        "a,b\n1,2",
        &[&["a", "b"], &["1", "2"]],
    );
    set.rows("sep line", "sep=;\na;b\n1;2\n", &[&["a", "b"], &["1", "2"]]);
    set.rows(
        "one column",
        "name\nSmith, Ann\nJones, Bob\n",
        &[&["name"], &["Smith, Ann"], &["Jones, Bob"]],
    );
    set.rows(
        "commas in numbers",
        "a;b\n1,5;2,5\n3,5;4,5\n",
        &[&["a", "b"], &["1,5", "2,5"], &["3,5", "4,5"]],
    );
    set.rows(
        "apostrophes as quotes",
        "a,b\n'x, y','z'\n'u','v, w'\n",
        &[&["a", "b"], &["x, y", "z"], &["u", "v, w"]],
    );
    set.rows(
        "backslashes",
        "a,b\n\"x\\\"y, z\",1\n\"u\",2\n",
        &[&["a", "b"], &["x\"y, z", "1"], &["u", "2"]],
    );
    set.rows(
        "quotes not doubled",
        "a,b\n\"5\" disk\",1\n\"u\",2\n",
        &[&["a", "b"], &["5\" disk", "1"], &["u", "2"]],
    )
    .warned = Some("not doubled");
    set.rows(
        "line feeds in cells between returns",
        "a,b\r1,\"x\ny\"\r2,z\r",
        &[&["a", "b"], &["1", "x\ny"], &["2", "z"]],
    );
    set.rows(
        "data without header",
        "1,ann@example.com\n2,bob@example.com\n",
        &[
            &["column 1", "column 2"],
            &["1", "ann@example.com"],
            &["2", "bob@example.com"],
        ],
    )
    .warned = Some("looks like data");
    set.rows(
        "lines to skip, given",
        "x,y,z\na,b\n1,2\n",
        &[&["a", "b"], &["1", "2"]],
    )
    .change = |s| s.skip_lines = 1;
    set.refused("more lines skipped than there are", "a,b\n", "all skipped")
        .change = |s| s.skip_lines = 9;
    set.refused("nothing at all", "", "is empty");
    set.refused("blank lines only", "\n\n \n", "is empty");
    set.refused(
        "a web page",
        "<!DOCTYPE html><table><tr><td>1</table>",
        "web page",
    );
    set.refused("XML", "<?xml version=\"1.0\"?><a/>", "XML");
    set.refused("a PDF", "%PDF-1.7 x", "PDF");
    set.refused("prose", "Dear reader:\nthis is a letter.\nIt has lines\nbut no columns: none.\nNot one\nor two\nat all\n.\n.\n", "no delimiter");
    set.refused(
        "bytes of no text",
        (0..=255_u8).cycle().take(4000).collect::<Vec<_>>(),
        "binary",
    );
    set.refused(
        "more columns than any table",
        "a,".repeat(11_000) + "b\n1\n",
        "columns",
    );
}

/// Rows that hold rows, delimiters that fit as well as others, lines that are no records.
fn disorder(set: &mut Set) {
    let quoted = "id,name,email,note\n1,Ann,a@example.com,ok\n2,Bob,b@example.com,\"19 inch\n3,Cy,c@example.com,\n4,Di,d@example.com,24 inch\"\n5,Ed,e@example.com,ok\n";
    let read = table(&[
        &["id", "name", "email", "note"],
        &["1", "Ann", "a@example.com", "ok"],
        &["3", "Cy", "c@example.com", ""],
        &["4", "Di", "d@example.com", "24 inch\""],
        &["5", "Ed", "e@example.com", "ok"],
    ]);
    set.add(
        "a stray quote that another one closes rows later",
        quoted,
        Expected::Quarantined(read, vec![(3, "unclosed-quote")]),
    );
    set.rows(
        "a cell with rows in it",
        "id,name,city,note\n1,Ann,Ulm,\"list:\n7,x,y,z\n8,u,v,w\nend\"\n2,Bob,Bonn,ok\n",
        &[
            &["id", "name", "city", "note"],
            &["1", "Ann", "Ulm", "list:\n7,x,y,z\n8,u,v,w\nend"],
            &["2", "Bob", "Bonn", "ok"],
        ],
    )
    .warned = Some("dat:2: 2 line(s) inside 1 quoted cell(s), the first in lines 2 to 5");
    let names: &[&[&str]] = &[
        &["id", "name, first", "city, country"],
        &["1", "Moon, Ann", "Ulm, DE"],
        &["2", "Sun, Bob", "Bonn, DE"],
    ];
    for delimiter in [';', '\t', '|'] {
        let rows: Vec<String> = names
            .iter()
            .map(|row| row.join(&delimiter.to_string()))
            .collect();
        let what = format!("commas in texts between {delimiter:?}");
        set.rows(what, rows.join("\n") + "\n", names);
    }
    set.rows(
        "two delimiters that nothing tells apart",
        "grmbl;hurgh,plonk\n1;2,5\n2;3,5\n",
        &[&["grmbl;hurgh", "plonk"], &["1;2", "5"], &["2;3", "5"]],
    )
    .warned = Some("two delimiters divide its rows equally well; read with `,`");
    set.rows(
        "a sep line that is wrong",
        "sep=;\r\nid,name\r\n1,Ann\r\n2,Bob\r\n",
        &[&["id", "name"], &["1", "Ann"], &["2", "Bob"]],
    )
    .warned = Some("dat:1: `sep=;` names a delimiter that divides nothing");
    let people: &[&[&str]] = &[
        &["1", "Ann", "a@example.com"],
        &["2", "Bob", "b@example.com"],
    ];
    let below = "1,Ann,a@example.com\n2,Bob,b@example.com\n";
    let headed = |header: [&'static str; 3]| {
        let header = header.map(str::to_owned).to_vec();
        [vec![header], table(people)].concat()
    };
    for (what, header, names, warned) in [
        (
            "a group line that begins empty",
            ",Person,Contact\nid,name,email\n",
            ["id", "Person name", "Contact email"],
            ":2: the names of the columns stand in two rows",
        ),
        (
            "labels above names of fields",
            "Record ID,Name,E-Mail\nid,name,email\n",
            ["Record ID", "Name", "E-Mail"],
            ":2: the names of the columns stand in two rows",
        ),
        (
            "a line drawn below the header",
            "id,name,email\n--,----,-----\n",
            ["id", "name", "email"],
            ":2: left out, as it is a line drawn",
        ),
        (
            "types below the header",
            "id,name,email\n\n(int),(text),(text)\n",
            ["id", "name", "email"],
            ":3: left out, as it is a row with the types",
        ),
        (
            "blank lines before the header",
            "Export\n\n\nCreated 2026\n\nid,name,email\n",
            ["id", "name", "email"],
            ":6: taken as the header; 2 row(s)",
        ),
    ] {
        let bytes = format!("{header}{below}");
        set.add(what, bytes, Expected::Rows(headed(names))).warned = Some(warned);
    }
    set.rows(
        "groups above each column",
        "Kunde,Kunde,Kontakt,Kontakt\nNr,Name,E-Mail,Telefon\n1,Ann,a@example.com,030 1234\n",
        &[
            &[
                "Kunde Nr",
                "Kunde Name",
                "Kontakt E-Mail",
                "Kontakt Telefon",
            ],
            &["1", "Ann", "a@example.com", "030 1234"],
        ],
    )
    .warned = Some("stand in two rows");
    set.rows(
        "a table of Markdown",
        "| id | name |\n|---|---|\n| 1 | Ann |\n| 2 | Bob |\n",
        &[
            &["column 1", "id", "name", "column 4"],
            &["", " 1 ", " Ann ", ""],
            &["", " 2 ", " Bob ", ""],
        ],
    )
    .warned = Some(":2: left out");
    set.add(
        "header and line on every page",
        "id,name,email\n--,----,-----\n1,Ann,a@example.com\nid,name,email\n--,----,-----\n2,Bob,b@example.com\n",
        Expected::Quarantined(
            headed(["id", "name", "email"]),
            vec![(4, "repeated-header"), (5, "ruler-row")],
        ),
    );
    let header = "id,name,email\n";
    for (what, text) in [
        (
            "rows of delimiters",
            format!("{header},,\n1,Ann,a@example.com\n,\n , ,\n2,Bob,b@example.com\n,,,\n"),
        ),
        (
            "rows of empty quotes",
            format!("{header}1,Ann,a@example.com\n\"\",\"\",\"\"\n2,Bob,b@example.com\n"),
        ),
        (
            "a return too many",
            format!("{header}{below}").replace('\n', "\r\r\n"),
        ),
        ("a mark twice", format!("\u{FEFF}\u{FEFF}{header}{below}")),
    ] {
        set.add(what, text, Expected::Rows(headed(["id", "name", "email"])));
    }
    for encoding in ["utf-8 with mark", "utf-16le with mark"] {
        let first = encoded("id,name,email\n1,Ann,a@example.com\n", encoding);
        let second = encoded("id,name,email\n2,Bob,b@example.com\n", encoding);
        set.add(
            format!("two files joined, {encoding}"),
            [first, second].concat(),
            Expected::Quarantined(
                headed(["id", "name", "email"]),
                vec![(3, "repeated-header")],
            ),
        );
    }
}

/// Files in several encodings, in seven bits, or in one that fits better than the guess.
fn mixtures(set: &mut Set) {
    set.rows(
        "ISO-2022-JP not given",
        encoded("id,name\n1,山田太郎\n2,東京\n", "iso-2022-jp"),
        &[&["id", "name"], &["1", "山田太郎"], &["2", "東京"]],
    );
    set.rows(
        "UTF-7",
        "id,name\n1,M+APw-ller\n2,K+APY-ln\n",
        &[&["id", "name"], &["1", "M+APw-ller"], &["2", "K+APY-ln"]],
    )
    .warned = Some("dat:2: holds text that seems to be UTF-7");
    let utf8 = "id,name,city\n1,Jürgen Müller,Köln\n2,Zoë Çelik,München\n3,Renée Château,Paris\n";
    set.refused(
        "half of it in another encoding",
        [
            utf8.as_bytes(),
            &encoded(
                "4,Åsa Öberg,Malmö\n5,Jörg Weiß,Fürth\n6,Inès,Orléans\n",
                "windows-1252",
            ),
        ]
        .concat(),
        "dat:5: is not UTF-8; 3 such line(s) stand among 3",
    );
    set.add(
        "less than half of it in another encoding",
        [
            utf8.as_bytes(),
            &encoded("4,Åsa Öberg,Malmö\n", "windows-1252"),
        ]
        .concat(),
        Expected::Quarantined(
            table(&[
                &["id", "name", "city"],
                &["1", "Jürgen Müller", "Köln"],
                &["2", "Zoë Çelik", "München"],
                &["3", "Renée Château", "Paris"],
            ]),
            vec![(5, "broken-encoding")],
        ),
    );
    set.refused(
        "German in Mac Roman, which mostly looks right in Windows-1252",
        encoded(
            "id,name,city\n1,Müller,Köln\n2,Schäfer,Göttingen\n3,Böhm,Nürnberg\n4,Groß,Düren\n5,Jäger,Würzburg\n",
            "macintosh",
        ),
        "as `macintosh`",
    );
    set.refused(
        "two letters of Latin-9",
        encoded("id,name,city\n1,Lœuvre,Œuf\n", "iso-8859-15"),
        "encoding = \"iso-8859-15\"",
    );
}

/// Cells that a spreadsheet damaged stay as they are and are flagged.
fn damage(set: &mut Set) {
    set.rows(
        "guard apostrophes",
        "id,phone\n'001,'+442079460101\n'002,x\n",
        &[
            &["id", "phone"],
            &["'001", "'+442079460101"],
            &["'002", "x"],
        ],
    )
    .warned = Some("guard apostrophe");
    set.rows(
        "formula guards",
        "id,phone\n\"=\"\"001\"\"\",1\n\"=\"\"002\"\"\",2\n",
        &[&["id", "phone"], &["=\"001\"", "1"], &["=\"002\"", "2"]],
    )
    .warned = Some("guard apostrophe");
    set.rows(
        "scientific phones",
        "id,phone\n1,4.47E+11\n2,4.47E+11\n",
        &[&["id", "phone"], &["1", "4.47E+11"], &["2", "4.47E+11"]],
    )
    .warned = Some("scientific notation");
    set.rows(
        "scientific phones with a comma",
        "id;phone\n1;4,47E+11\n2;4,47E+11\n",
        &[&["id", "phone"], &["1", "4,47E+11"], &["2", "4,47E+11"]],
    )
    .warned = Some("scientific notation");
    let mut rows = vec![vec!["id".to_owned(), "zip".to_owned()]];
    rows.extend((0..30).map(|i| vec![format!("A{i}"), format!("{}", 10_001 + 37 * i)]));
    rows.push(vec!["A30".into(), "2108".into()]);
    set.add(
        "lost zeros",
        csv(&rows, ',', "\n", false),
        Expected::Rows(rows),
    )
    .warned = Some("leading zero");
    set.rows(
        "names with apostrophes",
        "name,x\n'tHooft,1\nO'Brien,2\n",
        &[&["name", "x"], &["'tHooft", "1"], &["O'Brien", "2"]],
    );
}

fn json(set: &mut Set) {
    let rows: &[&[&str]] = &[&["id", "name"], &["1", "Zoë"], &["2", "Bob"]];
    let array = r#"[{"id":1,"name":"Zoë"},{"id":2,"name":"Bob"}]"#;
    set.rows("a JSON array", array, rows);
    set.rows(
        "a JSON array inside",
        format!("{{\"data\":{{\"people\":{array}}}}}"),
        rows,
    );
    set.rows(
        "JSON Lines",
        "{\"id\":1,\"name\":\"Zoë\"}\n{\"id\":2,\"name\":\"Bob\"}\n",
        rows,
    );
    set.rows(
        "JSON Lines, CRLF and blanks",
        "{\"id\":1,\"name\":\"Zoë\"}\r\n\r\n{\"id\":2,\"name\":\"Bob\"}",
        rows,
    );
    set.rows("JSON in UTF-16", encoded(array, "utf-16le with mark"), rows);
    set.rows("JSON with a mark", encoded(array, "utf-8 with mark"), rows);
    set.rows(
        "long numbers keep their digits",
        r#"[{"id":12345678901234567890},{"id":1.10}]"#,
        &[&["id"], &["12345678901234567890"], &["1.10"]],
    );
    set.rows(
        "nested JSON",
        r#"[{"a":{"b":{"c":"x"}},"t":["p","q"]}]"#,
        &[&["a.b.c", "t", "t.2"], &["x", "p", "q"]],
    );
    set.rows(
        "escapes",
        "[{\"a\":\"\\u00e9\\n\\ud83d\\ude00\"}]",
        &[&["a"], &["é\n😀"]],
    );
    set.add(
        "a record that is none",
        r#"[{"id":1},5,{"id":2}]"#,
        Expected::Quarantined(table(&[&["id"], &["1"], &["2"]]), vec![(1, "bad-json")]),
    );
    set.add(
        "a broken line",
        "{\"id\":1}\n{\"id\":\n{\"id\":2}\n",
        Expected::Quarantined(table(&[&["id"], &["1"], &["2"]]), vec![(2, "bad-json")]),
    )
    .change = |s| s.format = Some(selfsame::extract::Format::JsonLines);
    set.add(
        "an array cut short",
        r#"[{"id":1},{"id":2},"#,
        Expected::Quarantined(table(&[&["id"], &["1"], &["2"]]), vec![(1, "bad-json")]),
    );
    set.refused("JSON of 100,000 levels", "[".repeat(100_000), "hint");
    set.add(
        "a record of 1,000 levels",
        format!(
            "[{{\"id\":1}},{{\"id\":2,\"a\":{}{}}}]",
            "[".repeat(1000),
            "]".repeat(1000)
        ),
        Expected::Quarantined(table(&[&["id"], &["1"]]), vec![(1, "bad-json")]),
    );
    let people: &[&[&str]] = &[
        &["id", "email"],
        &["1", "a@example.com"],
        &["2", "b@example.com"],
        &["3", "c@example.com"],
    ];
    let (a, b, c) = (
        r#"{"id":1,"email":"a@example.com"}"#,
        r#"{"id":2,"email":"b@example.com"}"#,
        r#"{"id":3,"email":"c@example.com"}"#,
    );
    let page = |n: u32, records: &str| format!("{{\"page\":{n},\"total\":3,\"data\":[{records}]}}");
    let pages = [page(1, &format!("{a},{b}")), page(2, c)];
    for (what, text) in [
        ("a line", pages.join("\n")),
        ("behind one another", pages.concat()),
        ("in an array", format!("[{}]", pages.join(",\n"))),
        (
            "laid out",
            pages
                .join("\n")
                .replace(":[", ":\n[\n")
                .replace("]}", "\n]\n}"),
        ),
    ] {
        set.rows(format!("pages {what}"), text, people);
    }
    let members = format!(
        "{{\"household\":1,\"members\":[{a},{b}]}}\n{{\"household\":2,\"members\":[{c}]}}\n"
    );
    set.rows(
        "households of which the records are asked for",
        &members,
        people,
    )
    .change = |s| s.json_path = Some("members".into());
    set.rows(
        "records in an array of documents",
        format!("[{}]", members.trim().replace('\n', ",")),
        people,
    )
    .change = |s| s.json_path = Some("members".into());
    set.rows(
        "records that hold others",
        format!("{{\"family_id\":7,\"members\":[{a},{b}]}}\n{{\"family_id\":8}}\n"),
        &[
            &[
                "family_id",
                "members.1.id",
                "members.1.email",
                "members.2.id",
                "members.2.email",
            ],
            &["7", "1", "a@example.com", "2", "b@example.com"],
            &["8", "", "", "", ""],
        ],
    )
    .warned = Some("set `records = \"members\"`");
    set.rows(
        "records in the items of a board",
        format!(
            r#"{{"data":{{"boards":[{{"name":"Contacts","page":{{"items":[{a},{b},{c}]}}}}]}}}}"#
        ),
        people,
    );
    set.rows(
        "records in the pages of an answer",
        format!(
            r#"{{"pages":[{{"next":"https://example.com/2","data":[{a},{b}]}},{{"next":null,"data":[{c}]}}]}}"#
        ),
        people,
    );
    set.add(
        "a page without records",
        format!(r#"{{"pages":[{{"data":[{a},{b}]}},{{"error":"busy"}},{{"data":[{c}]}}]}}"#),
        Expected::Quarantined(table(people), vec![(1, "bad-json")]),
    );
    set.rows(
        "one customer with orders is a record",
        r#"{"customers":[{"id":1,"email":"a@example.com","orders":[{"sku":"x","by":"b@example.com","n":1},{"sku":"y","by":"","n":2}]}]}"#,
        &[
            &["id", "email", "orders.1.sku", "orders.1.by", "orders.1.n", "orders.2.sku", "orders.2.by", "orders.2.n"],
            &["1", "a@example.com", "x", "b@example.com", "1", "y", "", "2"],
        ],
    );
    set.refused(
        "JSON without records",
        "{\"a\":1,\"b\":[1,2]}",
        "no array of objects",
    );
    set.refused("a place that is not there", array, "no array of records at")
        .change = |s| s.json_path = Some("people".into());
    set.rows("a lone surrogate", r#"[{"a":"x"}]"#, &[&["a"], &["x"]]);
}

fn databases(set: &mut Set) {
    let good = sqlite(
        "CREATE TABLE people(id INTEGER, name TEXT, phone REAL); INSERT INTO people VALUES(1,'Zoë',447911123456.0),(2,NULL,NULL);",
    );
    let rows: &[&[&str]] = &[
        &["id", "name", "phone"],
        &["1", "Zoë", "447911123456"],
        &["2", "", ""],
    ];
    set.rows("a database", &good, rows);
    set.rows("a packed database", gzipped(&good), rows);
    set.refused("a table that is not there", &good, "no table")
        .change = |s| s.table = Some("peple".into());
    set.refused("a query that writes", &good, "cannot be run")
        .change = |s| s.query = Some("DELETE FROM people".into());
    set.refused("two statements", &good, "cannot be run").change =
        |s| s.query = Some("SELECT 1; SELECT 2".into());
    set.refused("a database cut short", &good[..good.len() / 2], "damaged");
    let odd = sqlite(
        "CREATE TABLE p(id, name); INSERT INTO p VALUES(1,'a'),(2,CAST(X'4AFC' AS TEXT)),(3,'x'||char(0)||'y'),(4,'d');",
    );
    set.add(
        "texts that are none",
        odd,
        Expected::Quarantined(
            table(&[&["id", "name"], &["1", "a"], &["4", "d"]]),
            vec![(0, "broken-encoding"), (0, "nul-byte")],
        ),
    );
    set.refused(
        "two tables of persons",
        sqlite("CREATE TABLE a(email, phone); CREATE TABLE b(email, phone);"),
        "set `table`",
    );
    set.refused("a database said to be CSV", &good, "not csv")
        .change = |s| s.format = Some(selfsame::extract::Format::Csv);
}

fn packed(set: &mut Set) {
    let (rows, text) = (people(), csv(&people(), ';', "\r\n", false));
    let text = text.as_bytes();
    let same = || Expected::Rows(rows.clone());
    set.add("gzip", gzipped(text), same()).file = "export.csv.gz";
    set.add(
        "gzip of two members",
        [gzipped(&text[..40]), gzipped(&text[40..])].concat(),
        same(),
    );
    set.add("zstd", zstd(text), same()).file = "export.csv.zst";
    set.add(
        "zstd of two frames",
        [zstd(&text[..40]), zstd(&text[40..])].concat(),
        same(),
    );
    set.add("zip", zipped(&[("export.csv", text)]), same());
    set.add(
        "zip with what systems add",
        zipped(&[
            ("__MACOSX/._export.csv", b"x"),
            ("export.csv", text),
            (".DS_Store", b"x"),
        ]),
        same(),
    );
    set.add(
        "zip with a note",
        zipped(&[("README.md", b"x"), ("export.csv", text)]),
        same(),
    );
    set.add(
        "zip that climbs",
        zipped(&[("../../../etc/export.csv", text)]),
        same(),
    );
    set.add(
        "gzip in zip",
        zipped(&[("export.csv.gz", &gzipped(text))]),
        same(),
    );
    set.add("gzip in gzip", gzipped(&gzipped(text)), same());
    set.refused(
        "gzip four times",
        gzipped(&gzipped(&gzipped(&gzipped(text)))),
        "more than three times",
    );
    set.refused(
        "zip of two files",
        zipped(&[("a.csv", text), ("b.csv", text)]),
        "which file of the archive",
    );
    set.refused(
        "zip with a note that may be data",
        zipped(&[("README.txt", text), ("a.csv", text)]),
        "/a.csv`, or several",
    );
    let mut twins = zipped(&[("a.csv", text), ("b.csv", text)]);
    for at in 0..twins.len() - 4 {
        if twins[at..].starts_with(b"b.csv") {
            twins[at] = b'a';
        }
    }
    set.refused("zip of two files of one name", twins, "have the same name");
    let nested = (0..4).fold(text.to_vec(), |inner, _| zipped(&[("a.zip", &inner)]));
    set.refused("zip four times", nested, "more than three times");
    let mut tar = vec![0; 10_240];
    tar[..5].copy_from_slice(b"a.csv");
    tar[257..263].copy_from_slice(b"ustar ");
    set.refused("a packed tar archive", gzipped(&tar), "is a tar archive");
    set.refused("an empty zip", zipped(&[]), "hint");
    let cut = "cannot be unpacked: it ends before its content does\n";
    set.refused("gzip cut short", &gzipped(text)[..60], cut);
    set.refused("zstd cut short", &zstd(text)[..60], cut);
    set.refused("zip cut short", &zipped(&[("export.csv", text)])[..90], cut);
    let mut broken = gzipped(text);
    let last = broken.len() - 6;
    broken[last] ^= 0x55;
    set.refused("gzip with a wrong checksum", broken, "cannot be unpacked");
    set.refused("a gzip bomb", gzipped(&vec![b'a'; 80 << 20]), "250 times");
    set.refused(
        "a zip bomb",
        zipped(&[("a.csv", &vec![b'a'; 80 << 20])]),
        "250 times",
    );
    set.refused("bzip2", b"BZh91AY&SY....", "bzip2");
    set.refused("xz", b"\xFD7zXZ\0\0\0", "xz");
    set.refused("7-Zip", b"7z\xBC\xAF\x27\x1C\0\0", "7-Zip");
    set.add(
        "packed JSON Lines",
        gzipped(b"{\"id\":1}\n{\"id\":2}\n"),
        Expected::Rows(table(&[&["id"], &["1"], &["2"]])),
    );
    set.add(
        "packed vCards",
        zstd(b"BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nEND:VCARD\n"),
        Expected::Rows(table(&[&["full name"], &["Ann"]])),
    );
}

fn workbooks(set: &mut Set) {
    let header = texts(&["id", "name", "phone", "born", "zip"]);
    let row = |n: u32, name: &str| {
        format!(
            "<row><c><v>{n}</v></c>{name}<c><v>4.47911123456E11</v></c><c s=\"1\"><v>31155</v></c><c s=\"2\"><v>2108</v></c></row>"
        )
    };
    let body = format!(
        "{header}{}{}",
        row(17, "<c t=\"s\"><v>0</v></c>"),
        row(18, "<c t=\"s\"><v>1</v></c>")
    );
    let read: &[&[&str]] = &[
        &["id", "name", "phone", "born", "zip"],
        &["17", "Zoë", "447911123456", "1985-04-18", "02108"],
        &["18", "Ann Lee", "447911123456", "1985-04-18", "02108"],
    ];
    let book = xlsx(&[("People", &body)]);
    set.rows("xlsx", &book, read).file = "export.xlsx";
    set.rows("packed xlsx", gzipped(&book), read);
    set.rows("xlsx in a zip", zipped(&[("export.xlsx", &book)]), read);
    set.rows(
        "an empty sheet beside it",
        xlsx(&[("Notes", ""), ("People", &body)]),
        read,
    );
    set.rows(
        "a hidden sheet beside it",
        xlsx(&[("!Lists", &texts(&["a", "b"])), ("People", &body)]),
        read,
    );
    let orders = texts(&["order", "amount"]) + &texts(&["7", "12"]);
    let persons =
        texts(&["first name", "email", "city"]) + &texts(&["Ann", "ann@example.com", "Ulm"]);
    set.rows(
        "the sheet with persons",
        xlsx(&[("Orders", &orders), ("People", &persons)]),
        &[
            &["first name", "email", "city"],
            &["Ann", "ann@example.com", "Ulm"],
        ],
    );
    set.rows(
        "the sheet given",
        xlsx(&[("Orders", &orders), ("People", &persons)]),
        &[&["order", "amount"], &["7", "12"]],
    )
    .change = |s| s.table = Some("orders".into());
    set.refused(
        "two sheets that could be meant",
        xlsx(&[("A", &persons), ("B", &persons)]),
        "set `table`",
    );
    set.refused("a sheet that is not there", &book, "no table")
        .change = |s| s.table = Some("Peple".into());
    set.rows(
        "a title above",
        xlsx(&[(
            "S",
            &format!("{}<row/>{persons}", texts(&["Customer list"])),
        )]),
        &[
            &["first name", "email", "city"],
            &["Ann", "ann@example.com", "Ulm"],
        ],
    )
    .warned = Some("taken as the header");
    set.add(
        "totals below",
        xlsx(&[("S", &format!("{persons}{}", texts(&["Total", "", "3"])))]),
        Expected::Quarantined(
            table(&[
                &["first name", "email", "city"],
                &["Ann", "ann@example.com", "Ulm"],
            ]),
            vec![(3, "totals-row")],
        ),
    );
    set.rows(
        "short rows",
        xlsx(&[(
            "S",
            &(texts(&["a", "b", "c"]) + &texts(&["1"]) + &texts(&["", "2"])),
        )]),
        &[&["a", "b", "c"], &["1", "", ""], &["", "2", ""]],
    );
    set.rows(
        "line breaks, quotes and commas",
        xlsx(&[(
            "S",
            &(texts(&["a", "b"]) + &texts(&["x\ny", "say \"hi\", he"])),
        )]),
        &[&["a", "b"], &["x\ny", "say \"hi\", he"]],
    );
    set.rows(
        "one column with commas",
        xlsx(&[(
            "S",
            &(texts(&["name"]) + &texts(&["Smith, Ann"]) + &texts(&["Jones; Bob"])),
        )]),
        &[&["name"], &["Smith, Ann"], &["Jones; Bob"]],
    );
    let empty = "<row><c/></row>";
    let answers = [
        texts(&["id", "name", "city", "newsletter", "sms"]),
        texts(&["1", "Ann", "Ulm", "no"]),
        texts(&["2", "Bob", "Ulm", "", "yes"]),
        texts(&["3", "Cid", "", "no"]),
        empty.to_owned(),
    ];
    set.rows(
        "merged cells of several rows and columns",
        xlsx(&[(
            "S",
            &format!("{}|merged:C3:C4 D2:D3 D4:E4 A5:E9", answers.concat()),
        )]),
        &[
            &["id", "name", "city", "newsletter", "sms"],
            &["1", "Ann", "Ulm", "no", ""],
            &["2", "Bob", "Ulm", "no", "yes"],
            &["3", "Cid", "Ulm", "no", "no"],
        ],
    );
    let groups = [
        texts(&["id", "Name", "", "Contact"]),
        texts(&["", "First name", "Last name", "E-mail", "Phone"]),
        texts(&["1", "Ann", "Lee", "ann@example.com", "5"]),
    ];
    let grouped: &[&[&str]] = &[
        &[
            "id",
            "Name First name",
            "Name Last name",
            "Contact E-mail",
            "Contact Phone",
        ],
        &["1", "Ann", "Lee", "ann@example.com", "5"],
    ];
    for merged in ["", "|merged:A1:A2 B1:C1 D1:E1"] {
        set.rows(
            format!("two header rows, {merged}"),
            xlsx(&[("S", &(groups.concat() + merged))]),
            grouped,
        )
        .warned = Some("stand in two rows");
    }
    set.rows(
        "a title merged over the table",
        xlsx(&[(
            "S",
            &format!("{}{persons}|merged:A1:C1", texts(&["Customer list"])),
        )]),
        &[
            &["first name", "email", "city"],
            &["Ann", "ann@example.com", "Ulm"],
        ],
    )
    .warned = Some("taken as the header");
    set.rows(
        "notes beside the table",
        xlsx(&[(
            "S",
            &(persons.clone() + &texts(&["Bob", "bob@example.com", "Bonn", "do not call"])),
        )]),
        &[
            &["first name", "email", "city", "column 4"],
            &["Ann", "ann@example.com", "Ulm", ""],
            &["Bob", "bob@example.com", "Bonn", "do not call"],
        ],
    );
    let side_by_side = ["id", "name", "city", "", "id", "name", "city"];
    set.refused(
        "two tables side by side",
        xlsx(&[("S", &(texts(&side_by_side) + &texts(&side_by_side)))]),
        "stands here twice",
    );
    set.rows(
        "whole numbers of 16 digits",
        xlsx(&[(
            "S",
            &(texts(&["id", "n"]) + "<row><c><v>4111111111111111</v></c><c><v>1</v></c></row>"),
        )]),
        &[&["id", "n"], &["4111111111111111", "1"]],
    );
    let id = "<row><c><v>1.2345678901234568E+17</v></c><c t=\"b\"><v>1</v></c><c t=\"e\"><v>#N/A</v></c></row>";
    set.rows(
        "an id beyond 15 digits",
        xlsx(&[("S", &(texts(&["id", "flag", "x"]) + id))]),
        &[
            &["id", "flag", "x"],
            &["1.2345678901234568E+17", "true", "#N/A"],
        ],
    )
    .warned = Some("scientific notation");
    set.refused("a workbook said to be CSV", &book, "not csv")
        .change = |s| s.format = Some(selfsame::extract::Format::Csv);
    set.refused("an xlsx cut short", &book[..book.len() - 100], "hint");
    set.refused(
        "a document that is no workbook",
        zipped(&[
            ("[Content_Types].xml", b"<Types/>"),
            ("word/document.xml", b"<a/>"),
        ]),
        "no spreadsheet",
    );
    set.refused(
        "a workbook without sheets",
        zipped(&[("[Content_Types].xml", b"<Types/>"), ("xl/x.xml", b"<a/>")]),
        "spreadsheet",
    );
    let bomb = "<si><t>a</t></si>".repeat(2_000_000);
    set.refused(
        "an xlsx bomb",
        zipped(&[
            ("[Content_Types].xml", b"<Types/>"),
            ("xl/workbook.xml", b"<a/>"),
            ("xl/sharedStrings.xml", bomb.as_bytes()),
        ]),
        "more than",
    );
    let cell = |value: &str| {
        format!(
            "<table:table-cell office:value-type=\"string\"><text:p>{value}</text:p></table:table-cell>"
        )
    };
    let sheet = format!(
        "<table:table table:name=\"S\"><table:table-row>{}{}{}</table:table-row><table:table-row table:number-rows-repeated=\"2\">{}<table:table-cell office:value-type=\"float\" office:value=\"447911123456\"><text:p>4.47E+11</text:p></table:table-cell><table:table-cell office:value-type=\"date\" office:date-value=\"1985-04-18T00:00:00\"><text:p>18/04/85</text:p></table:table-cell><table:table-cell table:number-columns-repeated=\"16000\"/></table:table-row><table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row></table:table>",
        cell("name"),
        cell("phone"),
        cell("born"),
        cell("Zoë &amp; Co<text:s/>Ltd")
    );
    let people: &[&[&str]] = &[
        &["name", "phone", "born"],
        &["Zoë & Co Ltd", "447911123456", "1985-04-18"],
        &["Zoë & Co Ltd", "447911123456", "1985-04-18"],
    ];
    set.rows("ods", ods(&sheet), people);
    set.rows("ods in zstd", zstd(&ods(&sheet)), people);
    let number = |value: &str, shown: &str| {
        format!(
            "<table:table-cell office:value-type=\"float\" office:value=\"{value}\"><text:p>{shown}</text:p></table:table-cell>"
        )
    };
    let row = |cells: &[String]| format!("<table:table-row>{}</table:table-row>", cells.concat());
    let spanned = cell("no").replacen(" ", " table:number-rows-spanned=\"2\" ", 1);
    let note =
        "<table:table-cell office:value-type=\"string\" office:string-value=\"do not call\"/>";
    let digits = [
        row(&[cell("id"), cell("zip"), cell("sms"), cell("note")]),
        row(&[
            number("123456789012345678", "1.2E+17"),
            number("1067", "01067"),
            spanned,
            note.to_owned(),
        ]),
        row(&[
            number("2", "2"),
            number("80331", "80331"),
            "<table:covered-table-cell/>".to_owned(),
        ]),
    ];
    set.rows(
        "ods: digits, merged cells and a text that is not shown",
        ods(&format!(
            "<table:table table:name=\"S\">{}</table:table>",
            digits.concat()
        )),
        &[
            &["id", "zip", "sms", "note"],
            &["123456789012345678", "01067", "no", "do not call"],
            &["2", "80331", "no", ""],
        ],
    );
    let wide = "<table:table table:name=\"S\"><table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell table:number-columns-repeated=\"9000\" office:value-type=\"string\"><text:p>aaaaaaaa</text:p></table:table-cell></table:table-row></table:table>";
    set.refused("an ods bomb", ods(wide), "times its");
    set.refused(
        "ods that is no XML",
        ods("<table:table"),
        "cannot be read as a spreadsheet",
    );
    let old = xls(&[
        (0, 0, Err("name")),
        (0, 1, Err("phone")),
        (1, 0, Err("Ann")),
        (1, 1, Ok(447_911_123_456.0)),
        (2, 0, Err("Bob")),
        (2, 1, Ok(5.5)),
    ]);
    set.rows(
        "xls",
        &old,
        &[
            &["name", "phone"],
            &["Ann", "447911123456"],
            &["Bob", "5.5"],
        ],
    );
    set.refused(
        "an xls bomb",
        xls(&[(0, 0, Err("a")), (65_535, 9_999, Err("b"))]),
        "spans",
    );
    set.refused(
        "an xls cut short",
        &old[..600],
        "cannot be read as a spreadsheet",
    );
}

fn cards(set: &mut Set) {
    let card = |lines: &str| {
        format!(
            "BEGIN:VCARD\r\nVERSION:3.0\r\n{}\r\nEND:VCARD\r\n",
            lines.replace('\n', "\r\n")
        )
    };
    let one = |set: &mut Set, what: &str, lines: &str, names: &[&str], cells: &[&str]| {
        set.rows(format!("vCard: {what}"), card(lines), &[names, cells]);
    };
    one(
        set,
        "name",
        "N:Müller;José;Maria;Dr.;Jr.\nFN:Dr. José Müller",
        &[
            "family name",
            "given name",
            "additional name",
            "prefix",
            "suffix",
            "full name",
        ],
        &["Müller", "José", "Maria", "Dr.", "Jr.", "Dr. José Müller"],
    );
    one(
        set,
        "folded",
        "NOTE:a long\n  note\nFN:Ann",
        &["note", "full name"],
        &["a long note", "Ann"],
    );
    one(
        set,
        "escapes",
        "NOTE:a\\, b\\; c\\n d\\\\e",
        &["note"],
        &["a, b; c\n d\\e"],
    );
    one(
        set,
        "types",
        "TEL;TYPE=CELL,VOICE:1\nTEL;TYPE=work;TYPE=fax:2\nTEL:3\nTEL;TYPE=HOME:4\nTEL;TYPE=HOME:5",
        &[
            "phone.mobile",
            "phone.work fax",
            "phone",
            "phone.home",
            "phone.home.2",
        ],
        &["1", "2", "3", "4", "5"],
    );
    one(
        set,
        "organization",
        "ORG:Smith\\; Co;Sales",
        &["organization", "department"],
        &["Smith; Co", "Sales"],
    );
    one(
        set,
        "address",
        "ADR;TYPE=work:;Flat 2;1 Main St;Town;;01234;Land",
        &[
            "address.work.extended address",
            "address.work.street",
            "address.work.city",
            "address.work.postal code",
            "address.work.country",
        ],
        &["Flat 2", "1 Main St", "Town", "01234", "Land"],
    );
    one(
        set,
        "uris",
        "TEL;VALUE=uri;TYPE=\"voice,home\":tel:+1-202-555-0101\nEMAIL:mailto:a@example.com",
        &["phone.home", "email"],
        &["+1-202-555-0101", "a@example.com"],
    );
    one(
        set,
        "groups",
        "item1.EMAIL:a@example.com\nitem1.X-ABLabel:_$!<Work>!$_",
        &["email.work"],
        &["a@example.com"],
    );
    one(
        set,
        "picture",
        &format!(
            "FN:Ann\nPHOTO;ENCODING=b:{}\nBDAY:1985-04-18",
            ["AAAA"; 400].join("\n ")
        ),
        &["full name", "birthday"],
        &["Ann", "1985-04-18"],
    );
    one(
        set,
        "a colon in quotes",
        "TEL;X=\"a:b\":5",
        &["phone"],
        &["5"],
    );
    set.rows("vCard 2.1: quoted-printable", "BEGIN:VCARD\nVERSION:2.1\nN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:M=C3=BCller;Jos=\n=C3=A9\nTEL;CELL:5\nEND:VCARD\n", &[&["family name", "given name", "phone.mobile"], &["Müller", "José", "5"]]);
    set.rows(
        "vCard 2.1: Latin-1",
        "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=ISO-8859-1;QUOTED-PRINTABLE:J=FCrgen\nEND:VCARD\n",
        &[&["full name"], &["Jürgen"]],
    );
    set.rows("vCard 2.1: a picture not folded", "BEGIN:VCARD\nVERSION:2.1\nFN:Ann\nPHOTO;BASE64;JPEG:AAAA\nBBBB\nCCCC\n\nTEL:5\nEND:VCARD\n", &[&["full name", "phone"], &["Ann", "5"]]);
    set.rows(
        "vCard 4.0",
        "BEGIN:VCARD\nVERSION:4.0\nFN:Ann\nEMAIL;PREF=1:a@example.com\nBDAY:--0418\nEND:VCARD\n",
        &[
            &["full name", "email", "birthday"],
            &["Ann", "a@example.com", "--0418"],
        ],
    );
    set.rows(
        "vCard in UTF-16",
        encoded(&card("FN:Zoë"), "utf-16le with mark"),
        &[&["full name"], &["Zoë"]],
    );
    set.rows(
        "vCard with returns only",
        card("FN:Ann").replace("\r\n", "\r"),
        &[&["full name"], &["Ann"]],
    );
    set.rows(
        "a card in a card",
        card("FN:Ann\nAGENT:\nBEGIN:VCARD\nFN:Bob\nEND:VCARD\nTEL:5"),
        &[&["full name", "phone"], &["Bob", ""], &["Ann", "5"]],
    );
    set.rows(
        "a card that begins in the line of the agent",
        card("FN:Ann\nAGENT:BEGIN:VCARD\nFN:Bob\nEND:VCARD\nTEL:5"),
        &[&["full name", "phone"], &["Bob", ""], &["Ann", "5"]],
    );
    let notes: String = (0..20).map(|n| format!("NOTE:n{n}\n")).collect();
    let header: Vec<String> = (2..18).map(|n| format!("note.{n}")).collect();
    let cells: Vec<String> = (0..16).map(|n| format!("n{n}")).collect();
    let row = |first: &str, all: &[String], last: Option<&str>| {
        let all = all.iter().map(String::as_str);
        [first]
            .into_iter()
            .chain(all)
            .chain(last)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    set.add(
        "a refusal far down a list",
        card(&format!("{notes}NOTE:do not call")),
        Expected::Rows(vec![
            row("note", &header, None),
            row("n0", &cells[1..], Some("do not call")),
        ]),
    )
    .warned = Some("long arrays such as `note`");
    let good = card("FN:Ann");
    let ann = || table(&[&["full name"], &["Ann"]]);
    for (what, broken, rule) in [
        (
            "a card without an end",
            "BEGIN:VCARD\r\nFN:Bob\r\n",
            "bad-vcard",
        ),
        (
            "broken quoted-printable",
            "BEGIN:VCARD\r\nFN;QUOTED-PRINTABLE:B=Z\r\nEND:VCARD\r\n",
            "bad-vcard",
        ),
        (
            "a line without a colon",
            "BEGIN:VCARD\r\nFN Bob\r\nEND:VCARD\r\n",
            "bad-vcard",
        ),
        ("text between cards", "hello\r\n", "bad-vcard"),
        (
            "an empty card",
            "BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n",
            "bad-vcard",
        ),
        (
            "an unknown charset",
            "BEGIN:VCARD\r\nFN;CHARSET=KLINGON:x\r\nEND:VCARD\r\n",
            "bad-vcard",
        ),
    ] {
        set.add(
            format!("vCard: {what}"),
            format!("{good}{broken}"),
            Expected::Quarantined(ann(), vec![(5, rule)]),
        );
    }
    set.refused(
        "vCard: a zero byte",
        "BEGIN:VCARD\nFN:B\0b\nEND:VCARD\n",
        "binary",
    );
    set.refused("text said to be vCard", "FN:Ann", "not vcard")
        .change = |s| s.format = Some(selfsame::extract::Format::Vcard);
}

fn all() -> Vec<Case> {
    let mut set = Set(Vec::new());
    dialects(&mut set);
    encodings(&mut set);
    reports(&mut set);
    disorder(&mut set);
    mixtures(&mut set);
    damage(&mut set);
    json(&mut set);
    databases(&mut set);
    packed(&mut set);
    workbooks(&mut set);
    cards(&mut set);
    set.0
}

/// What is wrong with the reading of a case; `None` when it is as it must be.
fn misread(case: &Case) -> Option<String> {
    let desk = Desk::new();
    let mut spec = desk.put(case.file, &case.bytes);
    (case.change)(&mut spec);
    let limits = Limits {
        max_quarantined_share: 1.0,
        ..Limits::default()
    };
    let read = read_with(&spec, &limits);
    let (rows, rules) = match (&case.expected, &read) {
        (Expected::Refused(why), Err(error)) => {
            let text = error.to_string();
            let told = text.contains(why) && text.contains("hint: ");
            return (!told).then(|| format!("refused, but for: {text}"));
        }
        (Expected::Refused(_), Ok(read)) => {
            return Some(format!(
                "read as {:?} with {} rows",
                read.columns(),
                read.table.len()
            ));
        }
        (_, Err(error)) => return Some(format!("refused: {error}")),
        (Expected::Rows(rows), Ok(_)) => (rows, Vec::new()),
        (Expected::Quarantined(rows, rules), Ok(_)) => (rows, rules.clone()),
    };
    let read = read.ok()?;
    let mut found = vec![
        read.columns()
            .iter()
            .map(|c| (*c).to_owned())
            .collect::<Vec<_>>(),
    ];
    found.extend(
        (0..read.table.len()).map(|r| read.row(r).iter().map(|c| (*c).to_owned()).collect()),
    );
    if &found != rows {
        return Some(format!("read as {found:?}; {:?}", read.rejections));
    }
    if read.rules() != rules {
        return Some(format!("quarantined {:?}", read.rejections));
    }
    let texts: Vec<String> = read.warnings.iter().map(Warning::to_string).collect();
    match case.warned {
        Some(part) if !texts.iter().any(|t| t.contains(part)) => {
            Some(format!("warned only of {texts:?}"))
        }
        _ => None,
    }
}

#[test]
fn no_file_is_misread_in_silence() {
    let cases = all();
    assert!(cases.len() >= 200, "only {} cases", cases.len());
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| misread(case).map(|w| format!("{}: {w}", case.what)))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} misread:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

/// Reads whatever the bytes are; an error is an answer, and `read_with` sees that no row is lost.
fn survives(bytes: &[u8], change: impl Fn(&mut SourceSpec)) {
    let desk = Desk::new();
    let mut spec = desk.put("export.dat", bytes);
    change(&mut spec);
    let limits = Limits {
        max_quarantined_share: 1.0,
        field_bytes: 4 << 10,
        row_bytes: 64 << 10,
        columns: 500,
        ..Limits::default()
    };
    if let Err(error) = read_with(&spec, &limits) {
        assert!(error.to_string().contains("hint: "), "{error}");
    }
}

#[test]
fn broken_once_more_no_file_brings_the_reader_down() {
    let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
    let mut draw = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below.max(1) as u64) as usize
    };
    for case in all().iter().filter(|c| c.bytes.len() < 100_000) {
        for _ in 0..3 {
            let mut bytes = case.bytes.clone();
            for _ in 0..=draw(3) {
                let (from, to) = (draw(bytes.len() + 1), draw(bytes.len() + 1));
                let (from, to) = (from.min(to), from.max(to));
                match draw(4) {
                    0 => drop(bytes.drain(from..to)),
                    1 => bytes.truncate(to),
                    2 => bytes.insert(from, b"\"\n\r,;\0'{[<\xFF\x1F"[draw(12)]),
                    _ => bytes.extend_from_within(from..to),
                }
            }
            survives(&bytes, case.change);
        }
    }
}

#[test]
fn what_fuzzing_found_is_read_again() {
    use selfsame::extract::Format;
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let mut files = 0;
    for (folder, format) in [
        ("csv", Some(Format::Csv)),
        ("json", Some(Format::Json)),
        ("json", Some(Format::JsonLines)),
        ("workbook", Some(Format::Spreadsheet)),
        ("vcard", Some(Format::Vcard)),
        ("sqlite", Some(Format::Sqlite)),
        ("detect", None),
    ] {
        for entry in std::fs::read_dir(corpus.join(folder)).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            survives(&bytes, |spec| spec.format = format);
            files += 1;
        }
    }
    for entry in std::fs::read_dir(corpus.join("pipeline")).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        if let Ok(pipeline) = selfsame::config::file::parse("fuzz.toml", &text) {
            let faults = selfsame::config::check::check("fuzz.toml", &text, &pipeline);
            assert!(faults.iter().all(|f| !f.hint.is_empty()));
        }
        files += 1;
    }
    assert!(files >= 300, "only {files}");
}

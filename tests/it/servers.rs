//! Optional sources: PostgreSQL, MySQL and Parquet. Servers are started from what the machine has, in a folder of their own;
//! where it has none the test says so and passes.
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

#[cfg(not(all(feature = "postgres", feature = "mysql", feature = "parquet")))]
#[test]
fn a_build_without_a_reader_says_which_feature_it_lacks() {
    let said = |file: &str| {
        let mut command = assert_cmd::Command::cargo_bin("selfsame").unwrap();
        let output = command.args(["dedupe", file]).output().unwrap();
        assert_eq!(output.status.code(), Some(4), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.parquet");
    std::fs::write(&file, b"PAR1....PAR1").unwrap();
    for (present, feature, source) in [
        (
            cfg!(feature = "postgres"),
            "postgres",
            "postgres://reader@localhost/crm",
        ),
        (
            cfg!(feature = "mysql"),
            "mysql",
            "mysql://reader@localhost/crm",
        ),
        (cfg!(feature = "parquet"), "parquet", file.to_str().unwrap()),
    ] {
        if !present {
            let err = said(source);
            assert!(
                err.contains(&format!("lacks the feature `{feature}`")),
                "{err}"
            );
            assert!(err.contains("hint: "), "{err}");
        }
    }
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
mod server {
    use std::path::{Path, PathBuf};
    use std::process::{Command, Stdio};

    /// A program of the machine, found by name in the usual places.
    pub(super) fn program(name: &str, folders: &str) -> Option<PathBuf> {
        let path = std::env::var("PATH").unwrap_or_default();
        let usual = path
            .split(':')
            .map(|p| Path::new(p).join(name))
            .find(|p| p.is_file());
        let other = || {
            glob::glob(&format!("{folders}/{name}"))
                .ok()?
                .flatten()
                .last()
        };
        usual.or_else(other)
    }

    fn is_root() -> bool {
        let id = Command::new("id").arg("-u").output().unwrap();
        id.stdout.trim_ascii() == b"0"
    }

    /// Servers do not run as root: then the folder is given to their own user, and they run as that.
    pub(super) fn give(folder: &Path, user: &str) -> Vec<String> {
        if !is_root() {
            return Vec::new();
        }
        let done = Command::new("chown")
            .arg("-R")
            .arg(user)
            .arg(folder)
            .status()
            .unwrap();
        assert!(done.success());
        ["runuser", "-u", user, "--"].map(str::to_owned).to_vec()
    }

    pub(super) fn run(prefix: &[String], program: &Path, args: &[&str], input: &str) {
        let mut words = prefix.to_vec();
        words.push(program.display().to_string());
        let mut command = Command::new(&words[0]);
        command
            .args(&words[1..])
            .args(args)
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = command
            .stdin(Stdio::piped())
            .current_dir("/")
            .spawn()
            .unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{words:?} {args:?}: {err}");
    }
}

/// What a server must give back of its first row, by column.
#[cfg(any(feature = "postgres", feature = "mysql"))]
fn check(url: &str, variable: &str, expected: &[(&str, &str)]) {
    use crate::extract::read_with;
    use selfsame::extract::{Limits, SourceSpec};

    let mut spec = SourceSpec::new("s", [url]);
    spec.table = Some("kinds".into());
    let out = read_with(&spec, &Limits::default()).unwrap();
    let found: Vec<(&str, &str)> = out.columns().into_iter().zip(out.row(0)).collect();
    assert_eq!(found, expected);
    assert!(
        out.row(1).iter().skip(1).all(|c| c.is_empty()),
        "{:?}",
        out.row(1)
    );
    assert!(out.raw()[1].contains(":null"), "{}", out.raw()[1]);
    assert_eq!(out.files[0].sha256.len(), 64);
    assert_eq!(out.files[0].rows, 2);

    // more rows than are fetched at once
    spec.table = None;
    spec.query =
        Some("SELECT a.n + 10 * b.n + 100 * c.n AS n FROM digits a, digits b, digits c;".into());
    let out = read_with(&spec, &Limits::default()).unwrap();
    let mut numbers: Vec<u32> = (0..out.table.len())
        .map(|r| out.row(r)[0].parse().unwrap())
        .collect();
    numbers.sort_unstable();
    assert!(numbers.iter().copied().eq(0..1000), "{numbers:?}");
    let few = Limits {
        records: Some(7),
        ..Limits::default()
    };
    assert_eq!(read_with(&spec, &few).unwrap().table.len(), 7);

    let error = |query: Option<&str>, table: Option<&str>| {
        spec_of(url, query, table)
            .map(|spec| read_with(&spec, &Limits::default()))
            .and_then(Result::err)
            .map(|e| e.to_string())
            .unwrap()
    };
    // nothing is written, whatever the query says
    for query in [
        "DELETE FROM kinds",
        "SELECT 1; DELETE FROM kinds",
        "WITH gone AS (SELECT 1) SELECT 1; DROP TABLE kinds",
    ] {
        let said = error(Some(query), None);
        assert!(said.contains("hint: "), "{said}");
    }
    assert!(
        error(None, Some("kind")).contains("did you mean"),
        "{}",
        error(None, Some("kind"))
    );
    assert!(error(None, None).contains("kinds"), "{}", error(None, None));
    spec.query = Some("SELECT * FROM kinds".into());
    assert_eq!(read_with(&spec, &Limits::default()).unwrap().table.len(), 2);

    // end to end, by the name of a variable; the address is in no output
    let dir = tempfile::tempdir().unwrap();
    let report = dir.path().join("r").display().to_string();
    let clusters = dir.path().join("c.csv");
    let output = assert_cmd::Command::cargo_bin("selfsame")
        .unwrap()
        .env(variable, url)
        .args([
            "dedupe",
            &format!("env:{variable}"),
            "--table",
            "people",
            "--report",
            &report,
            "-o",
        ])
        .arg(&clusters)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let clusters = std::fs::read_to_string(clusters).unwrap();
    assert_eq!(clusters.lines().count(), 4, "{clusters}");
    let facts = std::fs::read_to_string(dir.path().join("r/report.json")).unwrap();
    assert!(facts.contains(&format!("env:{variable}")) && !facts.contains(url));
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
fn spec_of(
    url: &str,
    query: Option<&str>,
    table: Option<&str>,
) -> Option<selfsame::extract::SourceSpec> {
    let mut spec = selfsame::extract::SourceSpec::new("s", [url]);
    spec.query = query.map(str::to_owned);
    spec.table = table.map(str::to_owned);
    Some(spec)
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
const PEOPLE: &str = "CREATE TABLE people(id int PRIMARY KEY, name varchar(99), email varchar(99));\n\
INSERT INTO people VALUES (1, 'Mara Brandt', 'mara@example.com'), (2, 'Mara Brandt', 'mara@example.com'), (3, 'Jonas Okonkwo', NULL);\n\
CREATE TABLE digits(n int);\n\
INSERT INTO digits VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9);\n";

#[cfg(feature = "postgres")]
#[test]
fn postgres_gives_every_type_in_full() {
    let bin = |name: &str| server::program(name, "/usr/lib/postgresql/*/bin");
    let (Some(initdb), Some(ctl), Some(psql)) = (bin("initdb"), bin("pg_ctl"), bin("psql")) else {
        eprintln!("skipped: PostgreSQL is not installed (Debian: apt-get install postgresql)");
        return;
    };
    struct Stop(Vec<String>, std::path::PathBuf, String);
    impl Drop for Stop {
        fn drop(&mut self) {
            server::run(
                &self.0,
                &self.1,
                &["-D", &self.2, "-m", "immediate", "stop"],
                "",
            );
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().display().to_string();
    let data = format!("{place}/data");
    let user = server::give(dir.path(), "postgres");
    server::run(
        &user,
        &initdb,
        &[
            "-D",
            &data,
            "-A",
            "trust",
            "-U",
            "reader",
            "-E",
            "UTF8",
            "--no-locale",
            "-N",
        ],
        "",
    );
    let options = format!("-k {place} -c listen_addresses='' -c fsync=off");
    server::run(
        &user,
        &ctl,
        &[
            "-D",
            &data,
            "-o",
            &options,
            "-l",
            &format!("{place}/log"),
            "-w",
            "start",
        ],
        "",
    );
    let _stop = Stop(user.clone(), ctl, data);
    let kinds = "CREATE TABLE kinds(id bigint, n numeric, f float8, t timestamptz, d date, b bytea, a int[], j jsonb, y boolean, u uuid, s text);\n\
        INSERT INTO kinds VALUES (9223372036854775807, 12345678901234567890.120, 0.1, '2024-01-02 03:04:05.678901+02', '1985-04-18', '\\xdeadbeef', '{1,NULL,3}', '{\"k\": [1.10]}', true, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', E'Zo\u{eb}\\n\"q\"');\n\
        INSERT INTO kinds(id) VALUES (2);\n";
    server::run(
        &user,
        &psql,
        &[
            "-h",
            &place,
            "-U",
            "reader",
            "-d",
            "postgres",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
        ],
        &format!("{kinds}{PEOPLE}"),
    );
    let url = format!("postgres://reader@{}/postgres", place.replace('/', "%2F"));
    check(
        &url,
        "SELFSAME_TEST_PG",
        &[
            ("id", "9223372036854775807"),
            ("n", "12345678901234567890.120"),
            ("f", "0.1"),
            ("t", "2024-01-02 01:04:05.678901+00"),
            ("d", "1985-04-18"),
            ("b", "\\xdeadbeef"),
            ("a", "{1,NULL,3}"),
            ("j", "{\"k\": [1.10]}"),
            ("y", "true"),
            ("u", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
            ("s", "Zoë\n\"q\""),
        ],
    );
}

#[cfg(feature = "mysql")]
#[test]
fn mysql_gives_every_type_in_full() {
    use std::process::{Child, Command, Stdio};

    let bin = |name: &str| server::program(name, "/usr/sbin");
    let (Some(install), Some(daemon), Some(client)) =
        (bin("mariadb-install-db"), bin("mariadbd"), bin("mariadb"))
    else {
        eprintln!("skipped: MariaDB is not installed (Debian: apt-get install mariadb-server)");
        return;
    };
    struct Stop(Child);
    impl Drop for Stop {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().display().to_string();
    let user = server::give(dir.path(), "mysql");
    let data = format!("--datadir={place}/data");
    let install_args = [
        "--no-defaults",
        &data,
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
    ];
    server::run(&user, &install, &install_args, "");
    let socket = format!("{place}/s");
    let mut command = Command::new(&daemon);
    command.args([
        "--no-defaults",
        &data,
        &format!("--socket={socket}"),
        "--skip-networking",
    ]);
    command.arg(format!("--pid-file={place}/pid"));
    if !user.is_empty() {
        command.arg("--user=mysql");
    }
    let child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let _stop = Stop(child);
    let begun = std::time::Instant::now();
    while std::os::unix::net::UnixStream::connect(&socket).is_err() {
        assert!(begun.elapsed().as_secs() < 60, "the server did not start");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let kinds = "CREATE DATABASE crm; USE crm;\n\
        CREATE TABLE kinds(id bigint unsigned, n decimal(30,3), f double, t timestamp(6) NULL, d date, b varbinary(9), j longtext, y bit(9), e enum('x','y'), s varchar(99)) CHARACTER SET utf8mb4;\n\
        SET time_zone = '+02:00';\n\
        INSERT INTO kinds VALUES (18446744073709551615, 12345678901234567890.120, 0.1, '2024-01-02 03:04:05.678901', '0000-00-00', x'deadbeef', '{\"k\": [1.10]}', b'100000001', 'y', 'Zo\u{eb}\\n\"q\"');\n\
        INSERT INTO kinds(id) VALUES (2);\n";
    let args = [
        "--no-defaults",
        "--default-character-set=utf8mb4",
        "-u",
        "root",
        "-S",
        &socket,
    ];
    let sql = format!("SET sql_mode = '';\n{kinds}{PEOPLE}");
    server::run(&user, &client, &args, &sql);
    let url = format!(
        "mysql://root@localhost/crm?socket={}",
        socket.replace('/', "%2F")
    );
    check(
        &url,
        "SELFSAME_TEST_MY",
        &[
            ("id", "18446744073709551615"),
            ("n", "12345678901234567890.120"),
            ("f", "0.1"),
            ("t", "2024-01-02 01:04:05.678901"),
            ("d", "0000-00-00"),
            ("b", "\\xdeadbeef"),
            ("j", "{\"k\": [1.10]}"),
            ("y", "257"),
            ("e", "y"),
            ("s", "Zoë\n\"q\""),
        ],
    );
}

#[cfg(feature = "parquet")]
mod parquet_files {
    use crate::extract::{Desk, read_with};
    use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;
    use selfsame::extract::Limits;
    use std::sync::Arc;

    fn file(compression: parquet::basic::Compression) -> Vec<u8> {
        let schema = "message people {
            REQUIRED INT64 id; OPTIONAL BYTE_ARRAY name (UTF8); OPTIONAL INT32 born (DATE);
            OPTIONAL INT64 seen (TIMESTAMP_MICROS); OPTIONAL INT32 paid (DECIMAL(9,2)); OPTIONAL DOUBLE score;
            OPTIONAL group tags (LIST) { REPEATED group list { OPTIONAL BYTE_ARRAY element (UTF8); } } }";
        let schema = Arc::new(parse_message_type(schema).unwrap());
        let properties = WriterProperties::builder()
            .set_compression(compression)
            .build();
        let mut writer =
            SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).unwrap();
        let mut group = writer.next_row_group().unwrap();
        let mut column = 0;
        while let Some(mut at) = group.next_column().unwrap() {
            let text = |t: &str| ByteArray::from(t.as_bytes().to_vec());
            let levels: Option<&[i16]> = Some(&[1, 0]);
            match column {
                0 => at
                    .typed::<Int64Type>()
                    .write_batch(&[i64::MAX, 2], None, None),
                1 => at
                    .typed::<ByteArrayType>()
                    .write_batch(&[text("Zoë \"Q\"")], levels, None),
                2 => at.typed::<Int32Type>().write_batch(&[5586], levels, None),
                3 => at
                    .typed::<Int64Type>()
                    .write_batch(&[1_704_157_445_678_901], levels, None),
                4 => at.typed::<Int32Type>().write_batch(&[110], levels, None),
                5 => at.typed::<DoubleType>().write_batch(&[0.1], levels, None),
                _ => at.typed::<ByteArrayType>().write_batch(
                    &[text("a"), text("b")],
                    Some(&[3, 3, 0]),
                    Some(&[0, 1, 0]),
                ),
            }
            .unwrap();
            at.close().unwrap();
            column += 1;
        }
        group.close().unwrap();
        writer.into_inner().unwrap()
    }

    #[test]
    fn parquet_gives_every_type_in_full() {
        use parquet::basic::{Compression, GzipLevel, ZstdLevel};
        for compression in [
            Compression::UNCOMPRESSED,
            Compression::SNAPPY,
            Compression::GZIP(GzipLevel::default()),
            Compression::ZSTD(ZstdLevel::default()),
            Compression::LZ4_RAW,
        ] {
            let desk = Desk::new();
            let out = read_with(
                &desk.put("people.parquet", file(compression)),
                &Limits::default(),
            )
            .unwrap();
            let cells: Vec<(&str, &str)> = out.columns().into_iter().zip(out.row(0)).collect();
            for wanted in [
                ("id", "9223372036854775807"),
                ("name", "Zoë \"Q\""),
                ("born", "1985-04-18"),
                ("seen", "2024-01-02T01:04:05.678901Z"),
                ("paid", "1.10"),
                ("score", "0.1"),
            ] {
                assert!(cells.contains(&wanted), "{wanted:?} in {cells:?}");
            }
            assert!(cells.iter().any(|c| c.1 == "b"), "{cells:?}");
            assert_eq!(out.row(1).iter().filter(|c| !c.is_empty()).count(), 1);
        }
    }

    #[test]
    fn a_damaged_parquet_file_is_refused_not_misread() {
        let whole = file(parquet::basic::Compression::SNAPPY);
        let desk = Desk::new();
        for at in (4..whole.len()).step_by(3) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x55;
            // an answer of either kind; a panic, or a row lost in silence, is none
            if let Err(e) = read_with(&desk.put("d.parquet", &bytes), &Limits::default()) {
                assert!(e.to_string().contains("hint: "), "{e}");
            }
            let cut = &whole[..at];
            assert!(read_with(&desk.put("c.parquet", cut), &Limits::default()).is_err());
        }
    }
}

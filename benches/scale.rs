//! End to end on files of any size: wall and processor time by stage, how far each stage is from the limit of a machine, pairs
//! a second and peak memory, as Markdown.
//!
//! `cargo bench --bench scale -- FILE…` deduplicates each file with the program itself, without any option; a pipeline file
//! (`.toml`) is run. Peak memory is read from `/proc`, so it is told on Linux only.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measuring program for developers: it prints, and stops where its input is wrong"
)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

// Limits of one thread, in seconds: what a machine of this kind takes for the least that a stage must do.
/// A byte of CSV, split into fields.
const BYTE: f64 = 1.0 / 375e6;
/// A pair: ten comparisons of numbers that stand for values, a quarter of which need an edit distance.
const PAIR: f64 = 10.0 * (1e-9 + 0.25 * 40e-9);
/// An edge joined by union-find.
const EDGE: f64 = 40e-9;
/// A cell inserted into SQLite without indexes: 400,000 rows of 20 columns a second.
const CELL: f64 = 1.0 / (20.0 * 400e3);

fn main() {
    for file in std::env::args().skip(1).filter(|a| !a.starts_with("--")) {
        measure(Path::new(&file));
    }
}

fn measure(file: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let (said, out) = (folder.path().join("said"), folder.path().join("out"));
    let pipeline = file.extension().is_some_and(|e| e == "toml");
    let start = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_selfsame"));
    command
        .arg(if pipeline { "run" } else { "dedupe" })
        .arg(file)
        .arg("--timings")
        .arg(if pipeline { "--out" } else { "-o" })
        .arg(&out);
    let mut child = command
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(&said).unwrap())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let ended = loop {
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
        peak = peak.max(peak_kib(
            &std::fs::read_to_string(&status).unwrap_or_default(),
        ));
        std::thread::sleep(Duration::from_millis(5));
    };
    let wall = start.elapsed().as_secs_f64();
    let text = std::fs::read_to_string(&said).unwrap();
    // 3: done, with quarantined rows
    assert!(matches!(ended.code(), Some(0 | 3)), "{text}");
    let number = |unit: &str| text.lines().find_map(|l| number_before(l, unit));
    let (pairs, matches) = (number(" pairs compared"), number(" matches"));
    let records = number(" read =").unwrap_or(0.0);
    let limit = |stage: &str| match stage {
        "read" => Some(bytes_read(file, pipeline) as f64 * BYTE),
        "compare and weigh" => pairs.map(|n| n * PAIR),
        "cluster" => matches.map(|n| n * EDGE),
        "load" => Some(cells(&out.join("customers.db")) as f64 * CELL),
        _ => None,
    };

    println!("\n### {}\n", file.display());
    println!("| stage | wall s | CPU s | records a CPU second | limit s | times the limit |");
    println!("|---|---|---|---|---|---|");
    let rate = |cpu: f64| format!("{:.0}", records / cpu.max(1e-3));
    let (mut all, mut comparing) = (0.0, 0.0);
    for (stage, wall, cpu) in text.lines().filter_map(lap) {
        let (least, times) = limit(stage).map_or(("–".into(), "–".into()), |least| {
            (
                format!("{least:.2}"),
                format!("{:.1}", cpu / least.max(1e-9)),
            )
        });
        println!(
            "| {stage} | {wall:.2} | {cpu:.2} | {} | {least} | {times} |",
            rate(cpu)
        );
        all += cpu;
        if stage == "compare and weigh" {
            comparing = wall;
        }
    }
    println!("| all | {wall:.2} | {all:.2} | {} | | |\n", rate(all));
    let pairs = pairs.unwrap_or(0.0);
    println!(
        "{records:.0} records; {pairs:.0} pairs, {:.2} million a second while comparing; peak memory {:.2} GiB",
        pairs / comparing.max(1e-9) / 1e6,
        f64::from(peak) / f64::from(1 << 20),
    );
}

/// A line of the stage table: `  stage   1.234 s   2.34 CPU s …`.
fn lap(line: &str) -> Option<(&str, f64, f64)> {
    let (before, _) = line.split_once(" CPU s")?;
    let (rest, cpu) = before.trim_end().rsplit_once(' ')?;
    let (rest, _) = rest.trim_end().rsplit_once(" s")?;
    let (stage, wall) = rest.trim_end().rsplit_once(' ')?;
    Some((stage.trim(), wall.parse().ok()?, cpu.parse().ok()?))
}

/// The number that stands before a word.
fn number_before(line: &str, word: &str) -> Option<f64> {
    let (before, _) = line.split_once(word)?;
    before.rsplit(' ').next()?.replace(',', "").parse().ok()
}

/// Bytes of the file, or of all files that a pipeline names.
fn bytes_read(file: &Path, pipeline: bool) -> u64 {
    let size = |path: &str| std::fs::metadata(path).map_or(0, |m| m.len());
    if !pipeline {
        return size(&file.to_string_lossy());
    }
    let text = std::fs::read_to_string(file).unwrap();
    let named = text.lines().filter_map(|l| l.strip_prefix("files = \""));
    named.map(|l| size(l.trim_end_matches('"'))).sum()
}

/// Cells of all tables of a database, 0 when there is none.
fn cells(database: &Path) -> i64 {
    let read = || -> rusqlite::Result<i64> {
        let db = rusqlite::Connection::open_with_flags(
            database,
            rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY,
        )?;
        let sql = "SELECT m.name, count(*) FROM sqlite_schema m, pragma_table_info(m.name) WHERE m.type = 'table' GROUP BY 1";
        let mut tables = db.prepare(sql)?;
        let tables: Vec<(String, i64)> = tables
            .query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let mut cells = 0;
        for (table, columns) in tables {
            let rows: i64 =
                db.query_row(&format!("SELECT count(*) FROM {table}"), [], |r| r.get(0))?;
            cells += rows * columns;
        }
        Ok(cells)
    };
    read().unwrap_or(0)
}

/// `VmHWM` of a process.
fn peak_kib(status: &str) -> u32 {
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.and_then(|l| l.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

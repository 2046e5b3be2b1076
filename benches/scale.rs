//! End to end on files of any size: wall and processor time by stage, pairs a second and peak memory, as Markdown.
//!
//! `cargo bench --bench scale -- FILE…` deduplicates each file with the program itself, without any option.
//! Peak memory is read from `/proc`, so it is told on Linux only.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measuring program for developers: it prints, and stops where its input is wrong"
)]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn main() {
    for file in std::env::args().skip(1).filter(|a| !a.starts_with("--")) {
        measure(&file);
    }
}

fn measure(file: &str) {
    let folder = tempfile::tempdir().unwrap();
    let said = folder.path().join("said");
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_selfsame"))
        .args(["dedupe", file, "--timings", "-o"])
        .arg(folder.path().join("clusters.csv"))
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(&said).unwrap())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        peak = peak.max(peak_kib(
            &std::fs::read_to_string(&status).unwrap_or_default(),
        ));
        std::thread::sleep(Duration::from_millis(20));
    }
    let wall = start.elapsed().as_secs_f64();
    println!("\n### {file}\n\n| stage | wall s | CPU s |\n|---|---|---|");
    let text = std::fs::read_to_string(&said).unwrap();
    let (mut cpu, mut pairs, mut comparing) = (0.0, None, 0.0);
    for line in text.lines() {
        if let Some((stage, wall, stage_cpu)) = lap(line) {
            println!("| {stage} | {wall:.2} | {stage_cpu:.2} |");
            cpu += stage_cpu;
            if stage == "compare and weigh" {
                comparing = wall;
            }
        }
        pairs = pairs.or_else(|| pairs_compared(line));
    }
    let pairs = pairs.unwrap_or(0.0);
    println!("| all | {wall:.2} | {cpu:.2} |\n");
    println!(
        "{:.0} pairs, {:.2} million a second while comparing; peak memory {:.2} GiB",
        pairs,
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

/// The number before ` pairs compared`.
fn pairs_compared(line: &str) -> Option<f64> {
    let (before, _) = line.split_once(" pairs compared")?;
    before.rsplit(' ').next()?.replace(',', "").parse().ok()
}

/// `VmHWM` of a process.
fn peak_kib(status: &str) -> u32 {
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.and_then(|l| l.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

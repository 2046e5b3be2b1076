//! Quality on labelled sets, as one Markdown table.
//!
//! `cargo bench --bench quality -- DIR [NAME…]` takes every `NAME.csv` in DIR that has a `NAME.truth.csv`
//! (`record_id,entity_id`) beside it and deduplicates it without any setting. A set
//! named as `NAME:COLUMN` is linked one to one between the sources that the column names.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a measuring program for developers: it prints, and stops where its input is wrong"
)]

use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;

use selfsame::evaluate::{calibration, codes, score};
use selfsame::matching::Settings;
use selfsame::pair::Probability;
use selfsame::pipeline::clock::Clock;
use selfsame::pipeline::dedupe::{Deduped, Request, dedupe};
use selfsame::pipeline::plan::{SourcePlan, spec};
use selfsame::pipeline::timing::Timings;
use selfsame::record::RecordId;

/// Thresholds that are tried in sight of the truth.
const HINDSIGHT: &[f64] = &[0.1, 0.3, 0.5, 2.0 / 3.0, 0.8, 0.9, 0.95, 0.99, 0.999];

fn main() {
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with("--"))
        .collect();
    let Some((dir, names)) = args.split_first() else {
        eprintln!("usage: cargo bench --bench quality -- DIR [NAME[:SOURCE-COLUMN]…]");
        return;
    };
    let mut names = names.to_vec();
    if names.is_empty() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let name = entry.unwrap().file_name().to_string_lossy().into_owned();
            if let Some(name) = name.strip_suffix(".truth.csv") {
                names.push(name.to_owned());
            }
        }
        names.sort();
    }
    println!(
        "| set | records | true pairs reached / estimated | pairs a record | pairwise P / R / F1 | B³ P / R / F1 | best F1 in hindsight | calibration error | 0.9–1.0 true | seconds |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for name in names {
        let (name, column) = match name.split_once(':') {
            Some((name, column)) => (name.to_owned(), Some(column.to_owned())),
            None => (name, None),
        };
        println!("{}", row(Path::new(dir), &name, column));
    }
}

fn work(path: &Path, column: Option<&str>, threshold: Option<f64>) -> Deduped {
    let file = path.to_string_lossy().into_owned();
    let request = Request {
        plans: vec![SourcePlan {
            spec: spec("data", &[file], &Default::default()),
            key: None,
            region: None,
            fields: Default::default(),
            file: None,
        }],
        source: column.map(str::to_owned),
        settings: Settings {
            threshold: threshold.map(Probability),
            unique_sources: column.is_some(),
            ..Settings::default()
        },
        ..Request::default()
    };
    dedupe(&request, &Clock::start(), &mut Timings::default(), &()).unwrap()
}

fn row(dir: &Path, name: &str, column: Option<String>) -> String {
    let path = dir.join(format!("{name}.csv"));
    let start = Instant::now();
    let done = work(&path, column.as_deref(), None);
    let seconds = start.elapsed().as_secs_f64();
    let truth: HashMap<String, String> =
        csv::Reader::from_path(dir.join(format!("{name}.truth.csv")))
            .unwrap()
            .records()
            .map(|r| {
                let r = r.unwrap();
                (r[0].to_owned(), r[1].to_owned())
            })
            .collect();
    let n = done.read.dataset.len();
    let entities: Vec<String> = (0..n as u32)
        .map(|r| truth.get(done.id(RecordId(r))).cloned().unwrap_or_default())
        .collect();
    let entity = codes(entities.iter().map(String::as_str));
    let source = column.as_ref().map(|_| done.read.dataset.source_of.clone());
    let found = score(&entity, &done.matched.clusters.of, source.as_deref());
    let (mut reached, mut all) = (0u64, 0u64);
    let mut members: HashMap<u32, Vec<u32>> = HashMap::new();
    for (r, e) in entity.iter().enumerate() {
        members.entry(*e).or_default().push(r as u32);
    }
    for group in members.values() {
        for (i, a) in group.iter().enumerate() {
            for b in &group[i + 1..] {
                if source
                    .as_ref()
                    .is_some_and(|s| s[*a as usize] == s[*b as usize])
                {
                    continue;
                }
                all += 1;
                reached += u64::from(done.matched.proposes(RecordId(*a), RecordId(*b)));
            }
        }
    }
    let judged: Vec<(f64, bool)> = done
        .matched
        .pairs
        .iter()
        .map(|p| {
            let same = entity[p.left.index()] == entity[p.right.index()];
            (p.weight.probability().0, same)
        })
        .collect();
    let sure: Vec<bool> = judged
        .iter()
        .filter(|(p, _)| *p >= 0.9)
        .map(|(_, same)| *same)
        .collect();
    let sure_true = sure.iter().filter(|s| **s).count() as f64 / sure.len().max(1) as f64;
    // Scored pairs that are not listed lie below the review threshold; they count as said: all but surely different.
    let error = calibration(judged.iter().copied()).expected_error * judged.len() as f64
        / done.matched.facts.pairs_scored.max(1) as f64;
    let best = HINDSIGHT
        .iter()
        .map(|t| {
            let clusters = work(&path, column.as_deref(), Some(*t)).matched.clusters.of;
            (
                score(&entity, &clusters, source.as_deref())
                    .pairwise
                    .rates
                    .f1,
                *t,
            )
        })
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .unwrap();
    let (pairwise, b3) = (&found.pairwise.rates, &found.b3);
    format!(
        "| {name} | {n} | {:.4} / {:.4} | {:.1} | {:.4} / {:.4} / **{:.4}** | {:.4} / {:.4} / **{:.4}** | {:.4} at {:.3} | {error:.4} | {sure_true:.4} | {seconds:.2} |",
        reached as f64 / all.max(1) as f64,
        done.matched.facts.blocking_recall,
        done.matched.facts.pairs_scored as f64 / n as f64,
        pairwise.precision,
        pairwise.recall,
        pairwise.f1,
        b3.precision,
        b3.recall,
        b3.f1,
        best.0,
        best.1,
    )
}

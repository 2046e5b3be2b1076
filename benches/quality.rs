//! Quality on labelled sets, as Markdown tables.
//!
//! `cargo bench --bench quality -- DIR [NAME…] [--ablate | --labels | --errors]` takes every `NAME.csv` in DIR that has a
//! `NAME.truth.csv` (`record_id,entity_id`) beside it and deduplicates it without any setting. A set named as
//! `NAME:COLUMN` is linked one to one between the sources that the column names.
//!
//! - without option: figures of each set;
//! - `--ablate`: what F1 loses without each mechanism;
//! - `--labels`: what a hundred judged pairs bring, asked for by the engine or drawn by chance;
//! - `--errors`: the most telling wrong merges and misses with their evidence. It shows values of the data.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a measuring program for developers: it prints, and stops where its input is wrong"
)]

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::Instant;

use selfsame::config::labels::Judged;
use selfsame::evaluate::{Score, calibration, codes, score};
use selfsame::matching::Settings;
use selfsame::matching::learn::SplitMix;
use selfsame::pair::Probability;
use selfsame::pipeline::clock::Clock;
use selfsame::pipeline::dedupe::{Deduped, Request, dedupe};
use selfsame::pipeline::plan::{SourcePlan, spec};
use selfsame::pipeline::timing::Timings;
use selfsame::record::RecordId;

/// Thresholds that are tried in sight of the truth.
const HINDSIGHT: &[f64] = &[0.1, 0.3, 0.5, 2.0 / 3.0, 0.8, 0.9, 0.95, 0.99, 0.999];
/// Judged pairs, and draws of them.
const LABELS: usize = 100;
const DRAWS: u64 = 5;
/// Errors shown of a kind.
const SHOWN: usize = 12;

type Pair = (RecordId, RecordId);

fn main() {
    let (options, args): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|a| a.starts_with("--"));
    let Some((dir, names)) = args.split_first() else {
        eprintln!(
            "usage: cargo bench --bench quality -- DIR [NAME[:SOURCE-COLUMN]…] [--ablate | --labels | --errors]"
        );
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
    let asked = |option: &str| options.iter().any(|o| o == option);
    let of_set: fn(&Set) = if asked("--ablate") {
        let off: Vec<&str> = MECHANISMS.iter().map(|m| m.0).collect();
        println!("| set | F1 with all | {} |", off.join(" | "));
        println!("|---|---|{}", "---|".repeat(off.len()));
        ablate
    } else if asked("--labels") {
        println!(
            "| set | F1 without | asked for | drawn by weight, mean (worst) | drawn from the listed, mean (worst) |"
        );
        println!("|---|---|---|---|---|");
        labels
    } else if asked("--errors") {
        errors
    } else {
        println!(
            "| set | records | true pairs reached / estimated | pairs a record | threshold | pairwise P / R / F1 | B³ P / R / F1 | best F1 in hindsight | lost against it | calibration error | 0.9–1.0 true | seconds | peak memory |"
        );
        println!("|{}", "---|".repeat(13));
        figures
    };
    for name in names {
        of_set(&Set::open(Path::new(dir), &name));
    }
}

/// A set and its truth.
struct Set {
    name: String,
    path: PathBuf,
    column: Option<String>,
    truth: HashMap<String, String>,
}

impl Set {
    fn open(dir: &Path, name: &str) -> Self {
        let (name, column) = match name.split_once(':') {
            Some((name, column)) => (name, Some(column.to_owned())),
            None => (name, None),
        };
        let truth = csv::Reader::from_path(dir.join(format!("{name}.truth.csv")))
            .unwrap()
            .records()
            .map(|r| {
                let r = r.unwrap();
                (r[0].to_owned(), r[1].to_owned())
            })
            .collect();
        Self {
            name: name.to_owned(),
            path: dir.join(format!("{name}.csv")),
            column,
            truth,
        }
    }

    fn run(&self, settings: Settings) -> Deduped {
        self.run_with(settings, Vec::new())
    }

    fn run_with(&self, settings: Settings, decisions: Vec<Judged>) -> Deduped {
        let file = self.path.to_string_lossy().into_owned();
        let request = Request {
            plans: vec![SourcePlan {
                spec: spec("data", &[file], &Default::default()),
                key: None,
                region: None,
                fields: Default::default(),
                file: None,
            }],
            source: self.column.clone(),
            decisions,
            settings: Settings {
                unique_sources: settings.unique_sources && self.column.is_some(),
                ..settings
            },
            ..Request::default()
        };
        dedupe(&request, &Clock::start(), &mut Timings::default(), &()).unwrap()
    }

    /// As a user runs it.
    fn plain(&self) -> Deduped {
        self.run(Settings {
            unique_sources: true,
            ..Settings::default()
        })
    }

    /// The true customer of every record.
    fn entities(&self, done: &Deduped) -> Vec<u32> {
        let names: Vec<String> = (0..done.read.dataset.len() as u32)
            .map(|r| {
                let known = self.truth.get(done.id(RecordId(r)));
                known.cloned().unwrap_or_default()
            })
            .collect();
        codes(names.iter().map(String::as_str))
    }

    fn sources(&self, done: &Deduped) -> Option<Vec<u16>> {
        self.column
            .as_ref()
            .map(|_| done.read.dataset.source_of.clone())
    }

    fn score(&self, done: &Deduped) -> Score {
        let sources = self.sources(done);
        score(
            &self.entities(done),
            &done.matched.clusters.of,
            sources.as_deref(),
        )
    }

    fn f1(&self, settings: Settings) -> f64 {
        self.score(&self.run(settings)).pairwise.rates.f1
    }

    /// All true pairs; with sources that are free of duplicates, those between them.
    fn true_pairs(&self, done: &Deduped) -> Vec<Pair> {
        let source = self.sources(done);
        let mut members: BTreeMap<u32, Vec<RecordId>> = BTreeMap::new();
        for (r, e) in (0..).zip(self.entities(done)) {
            members.entry(e).or_default().push(RecordId(r));
        }
        let mut pairs = Vec::new();
        for group in members.values() {
            for (i, a) in group.iter().enumerate() {
                for b in &group[i + 1..] {
                    let of = |r: &RecordId| source.as_ref().map(|s| s[r.index()]);
                    if source.is_none() || of(a) != of(b) {
                        pairs.push((*a, *b));
                    }
                }
            }
        }
        pairs
    }
}

fn figures(set: &Set) {
    forget_peak();
    let start = Instant::now();
    let done = set.plain();
    let seconds = start.elapsed().as_secs_f64();
    let memory = peak();
    let n = done.read.dataset.len();
    let entity = set.entities(&done);
    let found = set.score(&done);
    let facts = &done.matched.facts;
    let all = set.true_pairs(&done);
    let reached = all.iter().filter(|(a, b)| done.matched.proposes(*a, *b));
    let reached = reached.count() as f64 / all.len().max(1) as f64;
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
        / facts.pairs_scored.max(1) as f64;
    let best = HINDSIGHT
        .iter()
        .map(|t| {
            let settings = Settings {
                threshold: Some(Probability(*t)),
                unique_sources: true,
                ..Settings::default()
            };
            (set.f1(settings), *t)
        })
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .unwrap();
    let (pairwise, b3) = (&found.pairwise.rates, &found.b3);
    println!(
        "| {} | {n} | {reached:.4} / {:.4} | {:.1} | {:.3} | {:.4} / {:.4} / **{:.4}** | {:.4} / {:.4} / **{:.4}** | {:.4} at {:.3} | {:.4} | {error:.4} | {sure_true:.4} | {seconds:.2} | {memory} |",
        set.name,
        facts.blocking_recall,
        facts.pairs_scored as f64 / n as f64,
        facts.match_threshold.0,
        pairwise.precision,
        pairwise.recall,
        pairwise.f1,
        b3.precision,
        b3.recall,
        b3.f1,
        best.0,
        best.1,
        (best.0 - pairwise.f1).max(0.0),
    );
}

/// Sets the peak of this process's memory back, where the system can (Linux).
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// Peak memory since, in megabytes.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|l| l.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
    kilobytes.map_or_else(|| "–".to_owned(), |k| format!("{} MB", k / 1000))
}

/// A mechanism's name and how it is switched off.
type Mechanism = (&'static str, fn(&mut Settings));

const MECHANISMS: &[Mechanism] = &[
    ("learning by EM", |s| s.mechanisms.learning = false),
    ("calibration", |s| s.mechanisms.calibration = false),
    ("held-out learning", |s| s.mechanisms.held_out = false),
    ("related strangers", |s| s.mechanisms.related = false),
    ("frequencies", |s| s.mechanisms.frequencies = false),
    ("names by country", |s| s.mechanisms.countries = false),
    ("shared values", |s| s.mechanisms.shared = false),
    ("vetoes", |s| s.mechanisms.vetoes = false),
    ("pooled weights", |s| s.mechanisms.pooling = false),
    ("one to one", |s| s.unique_sources = false),
];

fn ablate(set: &Set) {
    let all = Settings {
        unique_sources: true,
        ..Settings::default()
    };
    let with_all = set.f1(all.clone());
    let mut row = format!("| {} | {with_all:.4} |", set.name);
    for (_, off) in MECHANISMS {
        let mut settings = all.clone();
        off(&mut settings);
        let lost = set.f1(settings) - with_all;
        row += &if lost.abs() < 5e-5 {
            " 0 |".to_owned()
        } else {
            format!(" {lost:+.4} |")
        };
    }
    println!("{row}");
}

fn labels(set: &Set) {
    let plain = Settings {
        unique_sources: true,
        questions: LABELS,
        review: Some(Probability(0.01)),
        ..Settings::default()
    };
    let done = set.run(plain);
    let entity = set.entities(&done);
    let before = set.score(&done).pairwise.rates.f1;
    let gain = |pairs: &[Pair]| {
        let judged = |(line, (a, b)): (usize, &Pair)| Judged {
            left: done.id(*a).to_owned(),
            right: done.id(*b).to_owned(),
            same: entity[a.index()] == entity[b.index()],
            line,
        };
        let settings = Settings {
            unique_sources: true,
            ..Settings::default()
        };
        let after = set.run_with(settings, (1..).zip(pairs).map(judged).collect());
        set.score(&after).pairwise.rates.f1 - before
    };
    let asked: Vec<Pair> = done
        .matched
        .questions
        .iter()
        .map(|q| (q.left, q.right))
        .collect();
    let listed = &done.matched.pairs;
    let mut by_weight: BTreeMap<i64, Vec<Pair>> = BTreeMap::new();
    for p in listed {
        let bin = (p.weight.0 / 2.0).floor().clamp(-4.0, 8.0) as i64;
        by_weight.entry(bin).or_default().push((p.left, p.right));
    }
    let share = LABELS.div_ceil(by_weight.len().max(1));
    let drawn: Vec<f64> = (0..DRAWS)
        .map(|seed| {
            let mut pairs: Vec<Pair> = Vec::new();
            for group in by_weight.values() {
                pairs.extend(draw(group, share, seed));
            }
            gain(&pairs)
        })
        .collect();
    let all: Vec<Pair> = listed.iter().map(|p| (p.left, p.right)).collect();
    let chance: Vec<f64> = (0..DRAWS)
        .map(|seed| gain(&draw(&all, LABELS, seed)))
        .collect();
    let shown = |gains: &[f64]| {
        let mean = gains.iter().sum::<f64>() / gains.len() as f64;
        let worst = gains.iter().copied().fold(f64::INFINITY, f64::min);
        format!("{mean:+.4} ({worst:+.4})")
    };
    println!(
        "| {} | {before:.4} | {:+.4} ({} pairs) | {} | {} |",
        set.name,
        gain(&asked),
        asked.len(),
        shown(&drawn),
        shown(&chance)
    );
}

/// At most `most` of the pairs, by chance.
fn draw(pairs: &[Pair], most: usize, seed: u64) -> Vec<Pair> {
    let mut rng = SplitMix(seed);
    let mut left = pairs.to_vec();
    let most = most.min(left.len());
    (0..most)
        .map(|_| left.swap_remove(rng.below(left.len() as u64) as usize))
        .collect()
}

fn errors(set: &Set) {
    let done = set.plain();
    let entity = set.entities(&done);
    let of = &done.matched.clusters.of;
    let mut misses: Vec<Pair> = set
        .true_pairs(&done)
        .into_iter()
        .filter(|(a, b)| of[a.index()] != of[b.index()])
        .collect();
    let mut wrong: Vec<Pair> = done
        .matched
        .pairs
        .iter()
        .map(|p| (p.left, p.right))
        .filter(|(a, b)| of[a.index()] == of[b.index()] && entity[a.index()] != entity[b.index()])
        .collect();
    let weight = |(a, b): &Pair| done.matched.explain(*a, *b).weight.0;
    wrong.sort_by_cached_key(|p| (-weight(p) * 1e6) as i64);
    misses.sort_by_cached_key(|p| (-weight(p) * 1e6) as i64);
    println!("\n## {}\n", set.name);
    let unseen = misses
        .iter()
        .filter(|(a, b)| !done.matched.proposes(*a, *b))
        .count();
    println!(
        "{} wrong pairs listed; {} missed, of which {unseen} were never compared",
        wrong.len(),
        misses.len()
    );
    for (title, pairs) in [("wrong merges", &wrong), ("misses", &misses)] {
        println!("\n### {title}: the fields that speak most against the truth, by pairs\n");
        let mut blamed: BTreeMap<String, u64> = BTreeMap::new();
        for (a, b) in pairs {
            let evidence = done.matched.explain(*a, *b);
            let sign = if title == "misses" { 1.0 } else { -1.0 };
            let worst = evidence
                .comparisons
                .iter()
                .min_by(|x, y| (sign * x.weight.0).total_cmp(&(sign * y.weight.0)));
            if let Some(bar) = worst {
                let key = format!("{}: {}", bar.comparison, bar.level);
                *blamed.entry(key).or_default() += 1;
            }
        }
        let mut blamed: Vec<(String, u64)> = blamed.into_iter().collect();
        blamed.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        for (what, n) in blamed.iter().take(SHOWN) {
            println!("- {n} × {what}");
        }
        println!("\n### {title}: the most telling\n");
        let mut seen: HashSet<(u32, u32)> = HashSet::new();
        let told = pairs.iter().filter(|(a, b)| {
            // one pair of two clusters, or of two customers, is enough
            seen.insert(if title == "misses" {
                (of[a.index()], of[b.index()])
            } else {
                (entity[a.index()], entity[b.index()])
            })
        });
        for (a, b) in told.take(SHOWN) {
            let e = done.matched.explain(*a, *b);
            println!(
                "{} / {}: {:.3}{}",
                done.id(*a),
                done.id(*b),
                e.probability.0,
                e.note.map_or_else(String::new, |n| format!(" ({n})"))
            );
            for bar in &e.comparisons {
                println!(
                    "    {:+6.1}  {}: {} | {} | {}",
                    bar.weight.0, bar.comparison, bar.level, bar.left, bar.right
                );
            }
        }
    }
}

//! Fills the report: the facts of a run and, one after the other, its merges with their evidence.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use super::clock::Clock;
use super::error::Error;
use super::read::Read;
use super::timing::Timings;
use crate::entity::Golden;
use crate::load;
use crate::matching::Matched;
use crate::pair::{ScoredPair, Verdict};
use crate::record::{Kind, RecordId, Rejection};
use crate::report::{
    self, Accounting, CaseContext, Completeness, Deck, PairCounts, Prepared, ReportFiles,
    RunIdentity, RunReport, Setting, SizeCount, SourceAccount, StageTime, facts,
};
use crate::survive::{self, Survivor};

/// Pairs that are prepared at once: enough for all threads, few enough to hold.
const CHUNK: usize = 4_096;
/// Merges in one batch.
const BATCH: usize = 256;
/// Batches that may wait for the writer of the report.
const WAITING: usize = 16;
/// Rows shown for each reason of refusal.
const EXAMPLES: usize = 20;

/// Which run it is.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    /// Title of the report.
    pub title: String,
    /// Pipeline file or command.
    pub config: String,
    /// Text of the configuration, for its digest.
    pub config_text: String,
    /// Seed of all sampling.
    pub seed: u64,
    /// Settings in force, in words.
    pub settings: Vec<Setting>,
}

/// What is reported.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The records.
    pub read: &'a Read,
    /// Rows of linked tables that were refused.
    pub unlinked: &'a [Rejection],
    /// Clusters, pairs, model.
    pub matched: &'a Matched,
    /// What a customer of these records is called.
    pub customer: &'a (dyn Fn(&[RecordId]) -> String + Sync),
}

/// SHA-256 as lower-case hexadecimal.
#[must_use]
pub fn sha256(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|b| format!("{b:02x}")).collect()
}

/// A name for the run that says when it was and what it ran on: the same for a replayed run.
#[must_use]
pub fn run_id(clock: &Clock, config_text: &str, read: &Read) -> String {
    let mut all = config_text.to_owned();
    for file in &read.dataset.files {
        all.push_str(&file.sha256);
    }
    let stamp: String = clock
        .started_rfc3339()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    format!("{stamp}-{}", &sha256(&all)[..8])
}

/// Where every record went.
#[must_use]
pub fn accounting(read: &Read, matched: &Matched) -> Accounting {
    let (offsets, _) = matched.clusters.members();
    let size = |record: RecordId| {
        let c = matched.clusters.of[record.index()] as usize;
        offsets[c + 1] - offsets[c]
    };
    let mut account = Accounting {
        merged_customers: offsets.windows(2).filter(|w| w[1] - w[0] > 1).count() as u64,
        ..Accounting::default()
    };
    for table in &read.dataset.tables {
        let single = (0..table.len())
            .filter(|&row| size(table.id(row)) == 1)
            .count() as u64;
        let source = SourceAccount {
            source: table.name.clone(),
            read: read.rows_of(&table.name),
            quarantined: read.refused_of(&table.name),
            single,
            merged: table.len() as u64 - single,
        };
        account.read += source.read;
        account.quarantined += source.quarantined;
        account.single += source.single;
        account.merged += source.merged;
        account.sources.push(source);
    }
    account
}

/// Fields filled before and after.
fn completeness(read: &Read, matched: &Matched) -> Vec<Completeness> {
    Kind::ALL
        .par_iter()
        .filter(|k| facts::shown(**k))
        .filter_map(|&kind| {
            let mut records = 0;
            let mut customers = vec![false; matched.clusters.count as usize];
            let mut mapped = false;
            for (table, mapping) in read.dataset.tables.iter().zip(&read.mappings) {
                let columns: Vec<_> = mapping.of_kind(kind).map(|c| &table.columns[c]).collect();
                if columns.is_empty() {
                    continue;
                }
                mapped = true;
                for row in 0..table.len() {
                    if columns
                        .iter()
                        .any(|c| c.ids.get(row).is_some_and(|&i| i != 0))
                    {
                        records += 1;
                        customers[matched.clusters.of[table.id(row).index()] as usize] = true;
                    }
                }
            }
            mapped.then(|| Completeness {
                kind,
                records_filled: records,
                customers_filled: customers.iter().filter(|c| **c).count() as u64,
            })
        })
        .collect()
}

fn sizes(counts: impl Iterator<Item = u32>) -> Vec<SizeCount> {
    let mut by_size = BTreeMap::<u32, u64>::new();
    for size in counts {
        *by_size.entry(size).or_default() += 1;
    }
    by_size
        .into_iter()
        .map(|(size, customers)| SizeCount { size, customers })
        .collect()
}

/// Whether clustering refused a pair that reaches the match threshold.
fn is_cut(matched: &Matched, pair: &ScoredPair) -> bool {
    let of = &matched.clusters.of;
    pair.weight.0 >= matched.facts.match_threshold.weight().0
        && of[pair.left.index()] != of[pair.right.index()]
}

/// The facts of a run.
#[must_use]
pub fn facts(
    identity: &Identity,
    read: &Read,
    matched: &Matched,
    clock: &Clock,
    timings: &Timings,
) -> RunReport {
    let (offsets, members) = matched.clusters.members();
    let cluster_sizes = sizes(offsets.windows(2).map(|w| w[1] - w[0]));
    let source_counts = if read.dataset.source_names.len() < 2 {
        Vec::new()
    } else {
        sizes(offsets.windows(2).map(|w| {
            let mut sources: Vec<u16> = members[w[0] as usize..w[1] as usize]
                .iter()
                .map(|r| read.dataset.source_of[r.index()])
                .collect();
            sources.sort_unstable();
            sources.dedup();
            sources.len() as u32
        }))
    };
    let cut = matched.pairs.iter().filter(|p| is_cut(matched, p)).count() as u64;
    let of = |verdict| {
        matched
            .pairs
            .iter()
            .filter(|p| p.verdict == verdict)
            .count() as u64
    };
    let replayed = clock.given;
    RunReport {
        schema_version: report::SCHEMA_VERSION,
        masked: false,
        run: RunIdentity {
            title: identity.title.clone(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            run_id: run_id(clock, &identity.config_text, read),
            config: identity.config.clone(),
            config_sha256: sha256(&identity.config_text),
            started: clock.started_rfc3339(),
            finished: clock.now_rfc3339(),
            seconds: clock.published_seconds(),
            // a replayed run says nothing that varies from machine to machine
            threads: if replayed {
                0
            } else {
                rayon::current_num_threads() as u32
            },
            seed: identity.seed,
        },
        inputs: read.dataset.files.clone(),
        accounting: accounting(read, matched),
        completeness: completeness(read, matched),
        settings: identity.settings.clone(),
        mappings: read.mappings.clone(),
        model: matched.facts.clone(),
        pairs: PairCounts {
            scored: matched.facts.pairs_scored,
            matches: of(Verdict::Match),
            review: of(Verdict::Review),
            cut,
        },
        cluster_sizes,
        source_counts,
        stages: timings
            .laps
            .iter()
            .map(|lap| StageTime {
                name: lap.stage.clone(),
                seconds: if replayed { 0.0 } else { lap.seconds },
                cpu_seconds: if replayed { 0.0 } else { lap.cpu_seconds },
                items: lap.items,
                unit: lap.unit.clone(),
            })
            .collect(),
        quarantine: report::quarantine_groups(&read.rejections, EXAMPLES),
        validation: Vec::new(),
        warnings: read.warnings.clone(),
    }
}

/// Takes golden records of merged customers: the number of a batch, from 0 on, and what is in it, from any thread.
pub type TakeMerged<'a> = dyn Fn(usize, Vec<Golden>) + Sync + 'a;

/// Writes the report's files into `dir`. `merge` hands over the golden records of all customers of two or more records, by
/// which the files are filled while it works; then `facts` tells the rest.
///
/// # Errors
/// When the files cannot be written, and what `merge` and `facts` say.
pub fn write_report<D>(
    subject: &Subject<'_>,
    dir: &Path,
    masked: bool,
    merge: impl FnOnce(&TakeMerged<'_>) -> Result<D, Error>,
    facts: impl FnOnce(&D) -> Result<RunReport, Error>,
) -> Result<D, Error> {
    let (read, matched) = (subject.read, subject.matched);
    let threshold = matched.facts.match_threshold.weight();
    let context = CaseContext::new(&read.dataset, &read.mappings, threshold);
    let within = pairs_by_cluster(matched);
    let case = |golden: Golden| {
        let c = golden.cluster;
        let from = within.partition_point(|p| p.0 < c);
        let to = from + within[from..].partition_point(|p| p.0 <= c);
        let pairs: Vec<ScoredPair> = within[from..to].iter().map(|p| p.1).collect();
        let evidence = report::spanning_links(&pairs)
            .iter()
            .map(|p| matched.explain(p.left, p.right))
            .collect();
        let id = (subject.customer)(&golden.members);
        report::merge_case(&context, id, golden, evidence)
    };
    let pair = |p: &ScoredPair| report::pair_case(&context, matched.explain(p.left, p.right));

    let files = ReportFiles::open(dir, &facts::kinds(&read.mappings), masked)?;
    let preparer = files.preparer();
    let (sender, receiver) = sync_channel(WAITING);
    thread::scope(|scope| {
        let writer = scope.spawn(move || fill(files, &receiver));
        // a writer that stopped says why when it is joined: until then, nobody listens
        let send = |part: Part| drop(sender.send(part));
        let told = merge(&|at, merged| {
            let cases = merged.into_iter().map(case);
            let cases = cases.map(|c| preparer.prepare(Deck::Merges, c)).collect();
            send(Part::Merges(at, cases));
        })
        .and_then(|done| facts(&done).map(|facts| (done, facts)));
        if let Ok((_, facts)) = &told {
            send(Part::Facts(Box::new(facts.clone())));
            for (deck, pairs) in open_pairs(matched) {
                for chunk in pairs.chunks(CHUNK) {
                    let made = chunk
                        .par_iter()
                        .map(|p| preparer.prepare(deck, pair(p)))
                        .collect();
                    send(Part::Pairs(deck, made));
                }
            }
        }
        drop(sender);
        let filled = writer
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let (done, facts) = told?;
        let mut rejections = read.rejections.clone();
        rejections.extend(subject.unlinked.iter().cloned());
        filled?.complete(&facts, &rejections)?;
        Ok(done)
    })
}

/// What the writer of the report's files is given.
enum Part {
    /// The number of a batch, and its merges.
    Merges(usize, Vec<Prepared>),
    /// After all merges.
    Facts(Box<RunReport>),
    /// After the facts, in order.
    Pairs(Deck, Vec<Prepared>),
}

/// Fills the files with all parts, merges in the order of their batches.
fn fill(mut files: ReportFiles, parts: &Receiver<Part>) -> Result<ReportFiles, report::Error> {
    let (mut next, mut early) = (0, BTreeMap::new());
    for part in parts {
        match part {
            Part::Merges(at, cases) => {
                early.insert(at, cases);
                while let Some(cases) = early.remove(&next) {
                    files.add(Deck::Merges, cases)?;
                    next += 1;
                }
            }
            Part::Facts(facts) => files.begin(&facts)?,
            Part::Pairs(deck, cases) => files.add(deck, cases)?,
        }
    }
    Ok(files)
}

/// Pairs that are not merged though they may be one, the strongest first: for review, and cut by clustering.
fn open_pairs(matched: &Matched) -> [(Deck, Vec<ScoredPair>); 2] {
    let mut open: Vec<ScoredPair> = matched
        .pairs
        .iter()
        .filter(|p| p.verdict == Verdict::Review || is_cut(matched, p))
        .copied()
        .collect();
    open.sort_by(|a, b| {
        b.weight
            .0
            .total_cmp(&a.weight.0)
            .then((a.left, a.right).cmp(&(b.left, b.right)))
    });
    let (cut, review) = open.into_iter().partition(|p| is_cut(matched, p));
    [(Deck::Review, review), (Deck::Cut, cut)]
}

/// Hands over the golden records of all merged customers, a few batches at a time.
pub fn merged_customers(subject: &Subject<'_>, survive: &survive::Settings, take: &TakeMerged<'_>) {
    let (read, clusters) = (subject.read, &subject.matched.clusters);
    let numbers = &subject.matched.numbers;
    let cells = load::Normalizers;
    let survivor = Survivor::new(&read.dataset, &read.mappings, &cells, survive, numbers);
    let (offsets, members) = clusters.members();
    let merged: Vec<u32> = (0..clusters.count)
        .filter(|&c| offsets[c as usize + 1] - offsets[c as usize] > 1)
        .collect();
    let batches: Vec<&[u32]> = merged.chunks(BATCH).collect();
    for (wave, some) in batches.chunks(WAITING).enumerate() {
        some.par_iter().enumerate().for_each(|(i, batch)| {
            let golden = batch.iter().map(|&c| {
                let own = offsets[c as usize] as usize..offsets[c as usize + 1] as usize;
                survivor.golden(c, &members[own])
            });
            take(wave * WAITING + i, golden.collect());
        });
    }
}

/// Pairs whose records share a customer, by cluster.
fn pairs_by_cluster(matched: &Matched) -> Vec<(u32, ScoredPair)> {
    let of = &matched.clusters.of;
    let mut within: Vec<(u32, ScoredPair)> = matched
        .pairs
        .iter()
        .filter(|p| of[p.left.index()] == of[p.right.index()])
        .map(|p| (of[p.left.index()], *p))
        .collect();
    within.par_sort_by_key(|(c, p)| (*c, p.left, p.right));
    within
}

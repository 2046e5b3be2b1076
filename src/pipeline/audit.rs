//! The facts of a run, as its report tells them.

use std::collections::BTreeMap;

use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use super::clock::Clock;
use super::read::Read;
use super::timing::Timings;
use crate::load::Produced;
use crate::matching::Matched;
use crate::pair::{ScoredPair, Verdict};
use crate::record::{Kind, RecordId};
use crate::report::{
    self, Accounting, Completeness, PairCounts, RunIdentity, RunReport, Setting, SizeCount,
    SourceAccount, StageTime, facts,
};

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

/// Fields filled before and after: after in golden records, or in the records of a customer where none were made.
fn completeness(read: &Read, matched: &Matched, produced: Option<&Produced>) -> Vec<Completeness> {
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
            // what opt-outs say is kept with the consents
            let golden = produced.filter(|_| kind != Kind::OptOut);
            mapped.then(|| Completeness {
                kind,
                records_filled: records,
                customers_filled: match golden {
                    Some(produced) => produced.filled[kind as usize],
                    None => customers.iter().filter(|c| **c).count() as u64,
                },
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
pub(super) fn is_cut(matched: &Matched, pair: &ScoredPair) -> bool {
    let of = &matched.clusters.of;
    pair.weight.0 >= matched.facts.match_threshold.weight().0
        && of[pair.left.index()] != of[pair.right.index()]
}

/// The facts of a run.
#[must_use]
pub fn facts(
    identity: &Identity,
    read: &Read,
    (matched, produced): (&Matched, Option<&Produced>),
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
        completeness: completeness(read, matched, produced),
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

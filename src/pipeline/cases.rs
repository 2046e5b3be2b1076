//! The files of a report while they are written: merges as they are handed over, then the facts, then pairs that are not merged.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use rayon::prelude::*;

use super::audit::is_cut;
use super::error::Error;
use super::read::Read;
use crate::load::{Merged, Produced};
use crate::matching::Matched;
use crate::pair::{PairsWithin, ScoredPair, Verdict};
use crate::record::{RecordId, Rejection};
use crate::report::{self, CaseContext, Deck, Prepared, ReportFiles, RunReport, facts};
use crate::survive::Survivor;

/// Pairs that are prepared at once: enough for all threads, few enough to hold.
const CHUNK: usize = 4_096;
/// Merges in one batch.
const BATCH: usize = 256;
/// Batches that may wait for the writer of the report.
const WAITING: usize = 16;

/// What is reported.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The records.
    pub read: &'a Read,
    /// Rows of linked tables that were refused.
    pub unlinked: &'a [Rejection],
    /// Clusters, pairs, model.
    pub matched: &'a Matched,
    /// The pairs whose records are one customer.
    pub within: &'a PairsWithin,
    /// Chooses the survivors of its customers.
    pub survivor: &'a Survivor<'a>,
    /// What a customer of these records is called.
    pub customer: &'a (dyn Fn(&[RecordId]) -> String + Sync),
}

/// Takes merged customers: the number of a batch, from 0 on, and what is in it, from any thread.
pub type TakeMerged<'t, 'a> = dyn Fn(usize, Vec<Merged<'a>>) + Sync + 't;

/// Writes the report's files into `dir`. `merge` hands over all customers of two or more records, by which the files are
/// filled while it works; then `facts` tells the rest, of the golden records of all customers where `merge` made them. `merge`
/// may call what it is given beside, with what became of them, once
/// all are handed over and it has other work for this thread to wait for: pairs are reported then.
///
/// # Errors
/// When the files cannot be written, and what `merge` and `facts` say.
pub fn write_report<'a, D>(
    subject: &Subject<'a>,
    dir: &Path,
    masked: bool,
    merge: impl FnOnce(&TakeMerged<'_, 'a>, &mut dyn FnMut(Option<&Produced>)) -> Result<D, Error>,
    facts: impl FnOnce(Option<&Produced>) -> Result<RunReport, Error>,
) -> Result<D, Error> {
    let (read, matched) = (subject.read, subject.matched);
    let threshold = matched.facts.match_threshold.weight();
    let context = CaseContext::new(&read.dataset, &read.mappings, threshold);
    let case = |merged: Merged<'a>| {
        let Merged {
            golden,
            mut evidence,
        } = merged;
        let spanning = report::spanning_links(subject.within.of(golden.cluster));
        let spanning: HashSet<_> = spanning.iter().map(|p| (p.left, p.right)).collect();
        evidence.retain(|e| spanning.contains(&(e.left, e.right)));
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
        let send = |part: Part<'a>| drop(sender.send(part));
        let take = |at, merged: Vec<Merged<'a>>| {
            let cases = merged.into_iter().map(case);
            let cases = cases.map(|c| preparer.prepare(Deck::Merges, c)).collect();
            send(Part::Merges(at, cases));
        };
        let (mut facts, mut told) = (Some(facts), None);
        let mut tell = |produced: Option<&Produced>| {
            let Some(facts) = facts.take() else { return };
            let facts = told.insert(facts(produced));
            let Ok(facts) = facts else { return };
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
        };
        let done = merge(&take, &mut tell);
        if done.is_ok() {
            tell(None);
        }
        drop(sender);
        let filled = writer
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let done = done?;
        let facts =
            told.unwrap_or_else(|| Err(Error::Bug("nothing was told of the run".into())))?;
        let mut rejections = read.rejections.clone();
        rejections.extend(subject.unlinked.iter().cloned());
        filled?.complete(&facts, &rejections)?;
        Ok(done)
    })
}

/// What the writer of the report's files is given.
enum Part<'a> {
    /// The number of a batch, and its merges.
    Merges(usize, Vec<Prepared<'a>>),
    /// After all merges.
    Facts(Box<RunReport>),
    /// After the facts, in order.
    Pairs(Deck, Vec<Prepared<'a>>),
}

/// Fills the files with all parts, merges in the order of their batches.
fn fill(mut files: ReportFiles, parts: &Receiver<Part<'_>>) -> Result<ReportFiles, report::Error> {
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

/// Hands over all merged customers, a few batches at a time.
pub fn merged_customers<'a>(subject: &Subject<'a>, take: &TakeMerged<'_, 'a>) {
    let (survivor, clusters) = (subject.survivor, &subject.matched.clusters);
    let (offsets, members) = clusters.members();
    let merged: Vec<u32> = (0..clusters.count)
        .filter(|&c| offsets[c as usize + 1] - offsets[c as usize] > 1)
        .collect();
    let batches: Vec<&[u32]> = merged.chunks(BATCH).collect();
    for (wave, some) in batches.chunks(WAITING).enumerate() {
        some.par_iter().enumerate().for_each(|(i, batch)| {
            let merged = batch.iter().map(|&c| {
                let own = offsets[c as usize] as usize..offsets[c as usize + 1] as usize;
                let spanning = report::spanning_links(subject.within.of(c));
                let evidence = spanning
                    .iter()
                    .map(|p| subject.matched.explain(p.left, p.right));
                Merged {
                    golden: survivor.golden(c, &members[own]),
                    evidence: evidence.collect(),
                }
            });
            take(wave * WAITING + i, merged.collect());
        });
    }
}

//! What rules came to in earlier runs, which the database keeps from run to run.

use std::collections::HashMap;

use super::clock::Clock;
use super::error::Error;
use super::event::Observer;
use super::job::{Job, Tried};
use super::read::Read;
use super::run::{DATABASE, run_facts};
use crate::load::{self, Quality};
use crate::validate::RuleRun;

/// Earlier runs that the report shows of each rule.
const SHOWN_RUNS: usize = 30;

/// Results of rules in a run that one of them stops: they are added to the database that stays, so that trends show it.
pub(super) fn add_stopped(
    job: &Job,
    read: &Read,
    quality: &Quality,
    clock: &Clock,
    observer: &dyn Observer,
) {
    let run = run_facts(clock, &job.text, read, 0);
    if let Err(e) = load::history::add_stopped(&job.out.join(DATABASE), &quality.results, &run) {
        observer.warn(&format!("the stopped run is not kept in `validation`: {e}"));
    }
}

/// Earlier results of rules, from the database that this run is about to replace.
///
/// # Errors
/// When the file there is none of ours or cannot be read: it is not replaced.
pub(super) fn recall(job: &Job) -> Result<Vec<RuleRun>, Error> {
    match load::history::read(&job.out.join(DATABASE)) {
        Err(load::Error::NotScv { path, fault }) if !job.dry_run => {
            Err(load::Error::Foreign { path, fault }.into())
        }
        read => Ok(read.unwrap_or_default()),
    }
}

/// Adds earlier results to those of this run; a run that is done again does not count itself.
pub(super) fn note(mut history: Vec<RuleRun>, run_id: &str, tried: &mut Tried) {
    history.retain(|r| r.run_id != run_id);
    tried.quality.history = history;
    let mut by_rule: HashMap<(&str, &str), Vec<&RuleRun>> = HashMap::new();
    for run in &tried.quality.history {
        let of = by_rule.entry((&run.rule, &run.source)).or_default();
        of.push(run);
    }
    for result in &mut tried.quality.results {
        let runs = by_rule.get(&(result.rule.as_str(), result.source.as_str()));
        let runs = runs.map_or(&[][..], Vec::as_slice);
        let from = runs.len().saturating_sub(SHOWN_RUNS);
        result.history = runs[from..].iter().map(|r| (*r).clone()).collect();
    }
}

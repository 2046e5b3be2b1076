//! `selfsame run`: a whole pipeline.

use super::args::RunArgs;
use super::exit::Exit;
use super::progress::Progress;
use super::summary::Summary;
use super::talk::{Talk, counted};
use super::{Outcome, data};
use crate::pipeline::clock::Clock;
use crate::pipeline::job::Job;
use crate::pipeline::run::{self, DATABASE};
use crate::pipeline::timing::Timings;
use crate::validate::RuleResult;

/// Runs the command.
///
/// # Errors
/// When the pipeline file is wrong, a source unreadable, a gate does not hold or the output cannot be written.
pub fn run(args: &RunArgs, talk: Talk) -> Outcome {
    let clock = Clock::start();
    let mut timings = Timings::default();
    let mut job = Job::open(&args.pipeline)?;
    if let Some(out) = &args.out {
        job.out.clone_from(out);
    }
    if let Some(labels) = &args.labels {
        job.pipeline.matching.decisions = Some(toml::Spanned::new(0..0, labels.clone()));
    }
    job.mask |= args.mask;
    job.dry_run = args.dry_run;
    let progress = Progress::new(talk);
    let done = run::run(&job, &clock, &mut timings, &progress)?;
    progress.finish();
    let tried = &done.tried;
    let summary = Summary::new(&tried.read, &tried.matched, clock.elapsed().as_secs_f64());
    if args.timings {
        talk.say(&timings.table());
    }
    if args.json {
        let mut json = summary.json();
        json["linked"] = done.loaded.linked.into();
        json["linked_quarantined"] = tried.unlinked.len().into();
        json["rules"] = serde_json::to_value(&tried.quality.results).unwrap_or_default();
        json["waiting"] = tried.waiting().into();
        json["published"] = (!job.dry_run).into();
        json["out"] = job.out.display().to_string().into();
        data(&format!("{json:#}\n"))?;
    }
    talk.say(&summary.text());
    let linked = done.loaded.linked + tried.unlinked.len() as u64;
    if linked > 0 {
        talk.say(&format!(
            "{} of orders and interactions: {} loaded, {} quarantined",
            counted(linked, "row", "rows"),
            done.loaded.linked,
            tried.unlinked.len()
        ));
    }
    if !tried.expected.is_empty() {
        let n = tried.expected.len() as u64;
        talk.say(&counted(n, "expectation holds", "expectations hold"));
    }
    if !tried.quality.results.is_empty() {
        talk.say(&rules_in_short(&tried.quality.results));
    }
    if tried.unused_decisions > 0 {
        talk.say(&super::quarantine::unused(tried.unused_decisions));
    }
    let at = |name: &str| job.out.join(name).display().to_string();
    if job.dry_run {
        talk.say("dry run: nothing was published");
    } else {
        talk.say(&format!(
            "open {}\nquery {} (views customer_360, crosswalk, touchpoints)",
            at("report.html"),
            at(DATABASE)
        ));
    }
    if tried.waiting() == 0 {
        return Ok(Exit::Done);
    }
    if !job.dry_run {
        talk.say(&format!(
            "see {} for what was refused and why; work it off: selfsame quarantine export {}",
            at("quarantine.csv"),
            job.file
        ));
    }
    Ok(Exit::Quarantined)
}

/// How many rules hold, and which do not.
fn rules_in_short(results: &[RuleResult]) -> String {
    let failing: Vec<String> = results
        .iter()
        .filter(|r| r.failed > 0)
        .map(|r| {
            format!(
                "`{}` in {} ({}, {})",
                r.rule,
                r.source,
                r.outcome(),
                r.failed
            )
        })
        .collect();
    let held = results.len() - failing.len();
    let held = counted(held as u64, "rule holds", "rules hold");
    if failing.is_empty() {
        held
    } else {
        format!("{held}, {} not: {}", failing.len(), failing.join(", "))
    }
}

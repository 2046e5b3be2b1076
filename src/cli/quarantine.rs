//! `selfsame quarantine`: rows that wait for a decision are listed, written to a sheet, and taken back.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::args::{QuarantineArgs, QuarantineCommand, WaitingArgs};
use super::exit::Exit;
use super::progress::Progress;
use super::talk::{Talk, counted, steers};
use super::{Outcome, data};
use crate::config::Corrections;
use crate::config::error::nearest;
use crate::pipeline::Error;
use crate::pipeline::clock::Clock;
use crate::pipeline::gather::{Gathered, corrections, gather};
use crate::pipeline::job::Job;
use crate::pipeline::staging::{apart, write_whole};
use crate::pipeline::take_back::take_back;
use crate::pipeline::worksheet::{sources, unknown_source, waiting, write_csv, write_json};
use crate::record::{RULES, Rejection};
use crate::report::mask;

/// Runs the command.
///
/// # Errors
/// When the pipeline file or sheet is wrong, a source unreadable or a file cannot be written.
pub fn quarantine(args: &QuarantineArgs, talk: Talk) -> Outcome {
    match &args.command {
        QuarantineCommand::List {
            which,
            json,
            all,
            mask,
        } => list(which, *json, *all, *mask, talk),
        QuarantineCommand::Export { which, output } => {
            if let Some(path) = output
                && path.exists()
            {
                return Err(Error::Unwritten(format!(
                    "`{}` exists already, and may hold work\n  hint: take it back with `selfsame quarantine replay`, then remove it or name another file",
                    path.display()
                )));
            }
            let job = Job::open(&which.pipeline)?;
            let gathered = read(&job, talk)?;
            exist(which, &job, &gathered)?;
            let rows = waiting(&gathered, &|r| which.wants(r));
            let json = output
                .as_ref()
                .and_then(|p| p.extension())
                .is_some_and(|e| e == "jsonl" || e == "json");
            let Some(path) = output else {
                let mut text = Vec::new();
                write_csv(&gathered, &rows, &mut text).map_err(Error::output("standard output"))?;
                return data(&String::from_utf8_lossy(&text));
            };
            write_whole(path, |mut out| {
                if json {
                    write_json(&rows, &mut out)
                } else {
                    write_csv(&gathered, &rows, &mut out)
                }
            })?;
            talk.say(&format!(
                "wrote {} to {1}; fill in `action` (correct, repair, accept, discard), then: selfsame quarantine replay {2} {1}",
                counted(rows.len() as u64, "row", "rows"),
                path.display(),
                which.pipeline.display()
            ));
            Ok(Exit::Done)
        }
        QuarantineCommand::Replay { pipeline, sheet } => {
            let job = Job::open(pipeline)?;
            replay(&job, sheet, talk)
        }
    }
}

fn read(job: &Job, talk: Talk) -> Result<Gathered, Error> {
    read_with(job, &corrections(job)?, talk)
}

fn read_with(job: &Job, corrections: &Corrections, talk: Talk) -> Result<Gathered, Error> {
    let progress = Progress::new(talk);
    let gathered = gather(job, corrections, None, &Clock::start(), &progress)?;
    progress.finish();
    Ok(gathered)
}

fn list(which: &WaitingArgs, json: bool, all: bool, masked: bool, talk: Talk) -> Outcome {
    let job = Job::open(&which.pipeline)?;
    let gathered = read(&job, talk)?;
    exist(which, &job, &gathered)?;
    let rows: Vec<Rejection> = gathered
        .rejections()
        .filter(|r| (all || !r.discarded) && which.wants(r))
        .map(|r| {
            if masked {
                mask::rejection(r, &gathered.read.mappings)
            } else {
                r.clone()
            }
        })
        .collect();
    if json {
        let value = serde_json::to_value(&rows).map_err(|e| Error::Bug(e.to_string()))?;
        data(&format!("{value:#}\n"))?;
    } else {
        data(&rows.iter().map(line).collect::<String>())?;
    }
    let open = rows.iter().filter(|r| !r.discarded).count() as u64;
    talk.say(&format!(
        "{} for a decision",
        counted(open, "row waits", "rows wait")
    ));
    if gathered.unused_decisions > 0 {
        talk.say(&unused(gathered.unused_decisions));
    }
    Ok(if open > 0 {
        Exit::Quarantined
    } else {
        Exit::Done
    })
}

/// Whether source and rule that are asked for exist: a name that is mistyped has no rows that wait.
fn exist(which: &WaitingArgs, job: &Job, gathered: &Gathered) -> Result<(), Error> {
    let fault =
        |(message, hint): (String, String)| Err(Error::Usage(format!("{message}\n  hint: {hint}")));
    if let Some(source) = &which.source {
        let known = sources(gathered);
        if !known.contains(&source.as_str()) {
            return fault(unknown_source(source, &known));
        }
    }
    let Some(rule) = &which.rule else {
        return Ok(());
    };
    let own = job
        .pipeline
        .validate
        .iter()
        .map(|v| v.name.get_ref().as_str());
    let met = gathered.rejections().map(|r| r.rule.as_str());
    let known: BTreeSet<&str> = own.chain(RULES).chain(met).collect();
    if known.contains(rule.as_str()) {
        return Ok(());
    }
    let hint = match nearest(rule, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!(
            "rules are: {}",
            known.into_iter().collect::<Vec<_>>().join(", ")
        ),
    };
    fault((format!("there is no rule `{rule}`"), hint))
}

/// What is said of decisions that concern no row.
#[must_use]
pub fn unused(count: usize) -> String {
    format!(
        "{} no row any more: the rows are gone or were mended in the source",
        counted(count as u64, "decision concerns", "decisions concern")
    )
}

fn line(r: &Rejection) -> String {
    let plain = |text: &str| -> String {
        text.chars()
            .map(|c| if steers(c) { ' ' } else { c })
            .collect()
    };
    let mut t = format!("{} {} row {}", r.source, r.file, r.row);
    if r.line > 0 {
        let _ = write!(t, " line {}", r.line);
    }
    let _ = write!(t, ": {}: {}", r.rule, r.reason);
    if let Some(value) = &r.value {
        let _ = write!(t, " (`{}`)", plain(value));
    }
    if let Some(repair) = &r.repair {
        let _ = write!(t, "; proposed: `{}`", plain(repair));
    }
    if r.discarded {
        t.push_str("; left out by decision");
    }
    t.push('\n');
    t
}

fn replay(job: &Job, sheet: &std::path::Path, talk: Talk) -> Outcome {
    let Some(named) = &job.pipeline.quarantine.corrections else {
        let stem = std::path::Path::new(&job.file).with_extension("corrections.toml");
        return Err(Error::Usage(format!(
            "{}: no file of decisions is named\n  hint: add `[quarantine]` with `corrections = \"{}\"` to it",
            job.file,
            stem.display()
        )));
    };
    let path = named.get_ref();
    let mut decisions = corrections(job)?;
    let before = read_with(job, &decisions, talk)?;
    let files = before
        .read
        .dataset
        .files
        .iter()
        .map(|f| std::path::Path::new(&f.path));
    let others = [sheet, std::path::Path::new(&job.file)];
    apart(files.chain(others), std::slice::from_ref(path))?;
    let rules: Vec<String> = job
        .pipeline
        .validate
        .iter()
        .map(|v| v.name.get_ref().clone())
        .collect();
    let now = Clock::start().started_rfc3339();
    let taken = take_back(sheet, &before, &rules, &mut decisions, &now)?;
    // what the decisions lead to is tried before they are kept
    let after = read_with(job, &decisions, talk)?;
    let text = decisions.text();
    write_whole(path, |out| out.write_all(text.as_bytes()))?;
    talk.say(&format!(
        "{} corrected, {} accepted, {} left out, {} without action, {} decided before; kept in {}",
        taken.corrected,
        taken.accepted,
        taken.discarded,
        taken.open,
        taken.known,
        path.display()
    ));
    let open = |g: &Gathered| waiting(g, &|_| true).len() as u64;
    let left = open(&after);
    talk.say(&format!(
        "waiting before: {}, now: {left}; the next run takes the decisions up",
        open(&before)
    ));
    Ok(if left > 0 {
        Exit::Quarantined
    } else {
        Exit::Done
    })
}

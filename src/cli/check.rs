//! `selfsame check`: tries a pipeline without writing.

use std::fmt::Write as _;

use super::args::CheckArgs;
use super::exit::Exit;
use super::progress::Progress;
use super::summary::Summary;
use super::talk::{Talk, count, steers};
use super::{Outcome, data};
use crate::pipeline::clock::Clock;
use crate::pipeline::gate;
use crate::pipeline::job::{Job, Tried, try_out};
use crate::pipeline::timing::Timings;
use crate::validate::RuleResult;

/// Runs the command.
///
/// # Errors
/// When the pipeline file is wrong, a source unreadable or a gate does not hold.
pub fn check(args: &CheckArgs, talk: Talk) -> Outcome {
    let clock = Clock::start();
    let job = Job::open(&args.pipeline)?;
    let progress = Progress::new(talk);
    let mut tried = try_out(&job, None, &clock, &mut Timings::default(), &progress)?;
    progress.finish();
    let summary = Summary::new(&tried.read, &tried.matched, clock.elapsed().as_secs_f64());
    let found = if args.json {
        json(&tried, &summary)
    } else {
        text(&tried)
    };
    data(&found)?;
    talk.say(&summary.text());
    gate::pass(std::mem::take(&mut tried.exceeded), &tried.expected)?;
    if tried.waiting() > 0 {
        return Ok(Exit::Quarantined);
    }
    Ok(Exit::Done)
}

fn text(tried: &Tried) -> String {
    let mut t = String::new();
    let read = &tried.read;
    for (at, table) in read.dataset.tables.iter().enumerate() {
        let _ = writeln!(t, "source {}", table.name);
        for file in read.dataset.files.iter().filter(|f| f.source == table.name) {
            let _ = writeln!(
                t,
                "  {}: {}, {} rows, {} refused ({})",
                file.path,
                file.format,
                count(file.rows),
                count(file.quarantined),
                file.detected
            );
        }
        match &read.key_columns[at] {
            Some(key) => {
                let _ = writeln!(t, "  key: {key}");
            }
            None => t.push_str("  key: none, records are called file:row\n"),
        }
        for c in &read.mappings[at].columns {
            let how = if c.given {
                "given".to_owned()
            } else {
                format!("{:.0} %, {}", c.confidence * 100.0, c.reason)
            };
            let kind = match &c.label {
                Some(label) => format!("{} ({label})", c.kind),
                None => c.kind.to_string(),
            };
            let _ = writeln!(t, "  {:<28} {kind:<24} {how}", c.column);
        }
        t.push('\n');
    }
    for linked in &tried.linked {
        let _ = writeln!(
            t,
            "linked {}: {} rows of customers in {}",
            linked.table.name,
            count(linked.table.len() as u64),
            linked.of
        );
    }
    for e in &tried.expected {
        let word = if e.holds { "holds" } else { "FAILS" };
        let _ = writeln!(t, "expect {} {}: {word}", e.expected, e.records.join(" "));
    }
    for r in &tried.quality.results {
        rule(&mut t, r);
    }
    let mut by_rule = std::collections::BTreeMap::<&str, u64>::new();
    for r in read.rejections.iter().chain(&tried.unlinked) {
        *by_rule.entry(&r.rule).or_default() += 1;
    }
    for (rule, rows) in by_rule {
        let _ = writeln!(t, "quarantine {rule}: {}", count(rows));
    }
    t
}

/// What a rule came to, with examples.
fn rule(t: &mut String, r: &RuleResult) {
    let fields = r.fields.join(", ");
    let held = format!("{fields} {}", r.check);
    let found = match &r.measured {
        Some(measured) => measured.clone(),
        None => format!("{} of {} fail", count(r.failed), count(r.checked)),
    };
    let _ = writeln!(
        t,
        "rule {} in {}: {} ({}): {found}",
        r.rule,
        r.source,
        r.outcome(),
        held.trim()
    );
    for e in &r.examples {
        let value: String = e
            .value
            .chars()
            .map(|c| if steers(c) { ' ' } else { c })
            .collect();
        let _ = writeln!(t, "  {} × `{value}`, first in {}", count(e.rows), e.key);
    }
}

fn json(tried: &Tried, summary: &Summary) -> String {
    let read = &tried.read;
    let value = serde_json::json!({
        "files": read.dataset.files,
        "key_columns": read.key_columns,
        "mappings": read.mappings,
        "expectations": tried.expected,
        "exceeded": tried.exceeded,
        "quarantine": read.rejections.iter().chain(&tried.unlinked).collect::<Vec<_>>(),
        "rules": tried.quality.results,
        "blanked": tried.quality.blanked,
        "warnings": read.warnings,
        "summary": summary.json(),
    });
    format!("{value:#}\n")
}

//! `selfsame dedupe`: files in, clusters out.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::args::{DedupeArgs, ReadingArgs};
use super::exit::Exit;
use super::progress::Progress;
use super::summary::Summary;
use super::talk::{self, Talk};
use super::{Outcome, data};
use crate::config::file::{FieldSpec, Reading};
use crate::config::labels;
use crate::extract::place;
use crate::matching;
use crate::pair::{PairsWithin, Probability};
use crate::pipeline::audit;
use crate::pipeline::cases;
use crate::pipeline::clock::Clock;
use crate::pipeline::dedupe::{Deduped, Request, dedupe as work};
use crate::pipeline::plan::{self, Named, SourcePlan};
use crate::pipeline::staging::{apart, put_in_place, write_beside};
use crate::pipeline::timing::Timings;
use crate::pipeline::{Error, Observer as _};
use crate::survive::{self, Survivor};

/// What `--report` writes.
const REPORT_FILES: [&str; 4] = ["report.html", "report.json", "merges.csv", "quarantine.csv"];

/// Runs the command.
///
/// # Errors
/// When an input cannot be read, a named column does not exist, or an output not be written.
pub fn dedupe(args: &DedupeArgs, talk: Talk) -> Outcome {
    let clock = Clock::start();
    let mut timings = Timings::default();
    let progress = Progress::new(talk);
    let request = request(args)?;
    let outputs = outputs(args)?;
    // before anything long begins; files that a pattern stands for are known afterwards
    let named = args.files.iter().map(Path::new);
    apart(named.chain(args.labels.as_deref()), &outputs)?;
    let done = work(&request, &clock, &mut timings, &progress)?;
    let read = done.read.dataset.files.iter();
    apart(read.map(|f| Path::new(&f.path)), &outputs)?;
    hints(args, &done, &progress);
    progress.stage("write", 0);
    // nothing is replaced before everything is made
    let mut made = Vec::new();
    match args.output.as_ref().filter(|p| !is_stdout(p)) {
        Some(path) => made.extend(write_beside(path, |out| done.write_clusters(out))?),
        None => {
            let mut text = Vec::new();
            done.write_clusters(&mut text)
                .map_err(Error::output("standard output"))?;
            progress.finish();
            data(&String::from_utf8_lossy(&text))?;
        }
    }
    match &args.pairs {
        Some(path) if is_stdout(path) => {
            let mut text = Vec::new();
            done.write_pairs(&mut text)
                .map_err(Error::output("standard output"))?;
            progress.finish();
            data(&String::from_utf8_lossy(&text))?;
        }
        Some(path) => made.extend(write_beside(path, |out| done.write_pairs(out))?),
        None => {}
    }
    if let Some(path) = &args.ask {
        made.extend(write_beside(path, |out| done.write_questions(out))?);
    }
    timings.lap(&clock, "write", done.order.len() as u64, "records");
    if let Some(dir) = &args.report {
        report(args, &request, &done, &clock, &timings, dir)?;
        timings.lap(&clock, "report", done.order.len() as u64, "records");
    }
    put_in_place(made)?;
    progress.finish();
    let summary = Summary::new(&done.read, &done.matched, clock.elapsed().as_secs_f64());
    tell(args, talk, &summary, &timings)?;
    Ok(if summary.quarantined > 0 {
        Exit::Quarantined
    } else {
        Exit::Done
    })
}

/// `-` is standard output, as it is standard input among the files.
fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// All files that the command writes.
fn outputs(args: &DedupeArgs) -> Result<Vec<PathBuf>, Error> {
    let to_stdout = args.output.as_ref().is_none_or(|p| is_stdout(p));
    if to_stdout && args.pairs.as_ref().is_some_and(|p| is_stdout(p)) {
        return Err(Error::Usage(
            "clusters and pairs would both go to standard output\n  hint: write the clusters to a file with `-o FILE`".into(),
        ));
    }
    let single = [&args.output, &args.pairs, &args.ask].into_iter().flatten();
    let mut all: Vec<PathBuf> = single.filter(|p| !is_stdout(p)).cloned().collect();
    if let Some(dir) = &args.report {
        all.extend(REPORT_FILES.iter().map(|name| dir.join(name)));
    }
    Ok(all)
}

/// Warns of what makes a result poor though nothing is wrong.
fn hints(args: &DedupeArgs, done: &Deduped, progress: &Progress) {
    let dataset = &done.read.dataset;
    if args.unique_sources && dataset.source_names.len() < 2 && dataset.len() > 1 {
        progress.warn(
            "`--unique-sources` links between sources, and there is only one\n  hint: name further files, or the column that holds the source with `--source COLUMN`",
        );
    } else if done.matched.facts.pairs_scored == 0 && dataset.len() > 1 {
        progress.warn(
            "no two records were compared: no column holds what could tell customers apart and bring them together\n  hint: `selfsame init FILE` shows what each column was taken for; `--map COLUMN=KIND` says what it is",
        );
    }
}

fn tell(args: &DedupeArgs, talk: Talk, summary: &Summary, timings: &Timings) -> Result<(), Error> {
    if args.timings {
        talk.say(&timings.table());
    }
    if args.json {
        let text = format!("{:#}\n", summary.json());
        return std::io::stderr()
            .write_all(text.as_bytes())
            .map_err(Error::output("standard error"));
    }
    talk.say(&summary.text());
    let mut next = Vec::new();
    if let Some(path) = args.output.as_ref().filter(|p| !is_stdout(p)) {
        next.push(format!("clusters: {}", path.display()));
    }
    if let Some(path) = args.pairs.as_ref().filter(|p| !is_stdout(p)) {
        next.push(format!("pairs: {}", path.display()));
    }
    if let Some(path) = &args.ask {
        next.push(format!(
            "questions: {}: write `same` or `different` into the column `label`, then run again with `--labels {}`",
            path.display(),
            path.display()
        ));
    }
    if let Some(dir) = &args.report {
        next.push(format!("open {}", dir.join("report.html").display()));
    }
    if args.report.is_none() {
        next.push("`--report DIR` shows every merge with its evidence".to_owned());
    }
    if summary.quarantined > 0 && args.report.is_none() {
        next.push(
            "quarantined rows and their reasons are in the report's quarantine.csv".to_owned(),
        );
    }
    talk.say(&next.join("\n"));
    Ok(())
}

fn report(
    args: &DedupeArgs,
    request: &Request,
    done: &Deduped,
    clock: &Clock,
    timings: &Timings,
    dir: &Path,
) -> Result<(), Error> {
    let title = match args.files.as_slice() {
        [one] => one.clone(),
        many => format!("{} files", many.len()),
    };
    let identity = audit::Identity {
        title,
        config: format!("selfsame dedupe {}", args.files.join(" ")),
        config_text: format!("{request:?}"),
        seed: request.settings.seed,
        settings: Vec::new(),
    };
    let survive = survive::Settings::default();
    let survivor = Survivor::new(
        &done.read.dataset,
        &done.read.mappings,
        &crate::load::Normalizers,
        &survive,
        &done.matched.numbers,
    );
    let within = PairsWithin::new(&done.matched.pairs, &done.matched.clusters.of);
    let subject = cases::Subject {
        read: &done.read,
        unlinked: &[],
        matched: &done.matched,
        within: &within,
        survivor: &survivor,
        customer: &|members| done.read.dataset.label(members[0]),
    };
    cases::write_report(
        &subject,
        dir,
        args.mask,
        |merged, _| {
            cases::merged_customers(&subject, merged);
            Ok(())
        },
        |_| {
            Ok(audit::facts(
                &identity,
                &done.read,
                (&done.matched, None),
                clock,
                timings,
            ))
        },
    )
}

/// What the command line asks for.
fn request(args: &DedupeArgs) -> Result<Request, Error> {
    let decisions = match &args.labels {
        Some(path) => labels::read(path)?,
        None => Vec::new(),
    };
    if let (Some(t), Some(r)) = (args.threshold, args.review)
        && r > t
    {
        return Err(Error::Usage(format!(
            "`--review {r}` is above `--threshold {t}`\n  hint: pairs between the two are for review: `--review` is the lower one"
        )));
    }
    let default = matching::Settings::default();
    let mut plans = plans(&args.files, &args.reading)?;
    for plan in &mut plans {
        plan.key = args.id.clone().map(|value| Named { value, line: 0 });
        for (column, kind) in &args.map {
            let field = FieldSpec {
                kind: *kind,
                label: None,
                order: None,
            };
            plan.fields.insert(
                column.clone(),
                Named {
                    value: field,
                    line: 0,
                },
            );
        }
    }
    Ok(Request {
        plans,
        source: args.source.clone(),
        decisions,
        decisions_file: args
            .labels
            .as_ref()
            .map_or_else(String::new, |p| p.display().to_string()),
        settings: matching::Settings {
            threshold: args.threshold.map(Probability),
            review: args.review.map(Probability),
            unique_sources: args.unique_sources,
            seed: args.seed.unwrap_or(default.seed),
            questions: args.ask.as_ref().map_or(0, |_| args.questions as usize),
            ..default
        },
        keep_cells: args.report.is_some(),
    })
}

/// One source for each file, called by the file's name.
///
/// # Errors
/// When a file is named twice.
pub fn plans(files: &[String], args: &ReadingArgs) -> Result<Vec<SourcePlan>, Error> {
    let reading = Reading {
        format: args.format.clone(),
        delimiter: args.delimiter.clone(),
        encoding: args.encoding.clone(),
        table: args.table.clone(),
        records: args.records.clone(),
        ..Reading::default()
    };
    let stem = |file: &str| {
        let path = Path::new(file);
        match path.file_stem() {
            _ if file == "-" => "stdin".to_owned(),
            Some(stem) => source_name(&stem.to_string_lossy()),
            None => source_name(file),
        }
    };
    let places: Vec<PathBuf> = files.iter().map(|f| place(f)).collect();
    let mut plans: Vec<SourcePlan> = Vec::new();
    for (at, file) in files.iter().enumerate() {
        if let Some(before) = places[..at].iter().position(|p| *p == places[at]) {
            let before = &files[before];
            let same = match before == file {
                true => String::new(),
                false => format!(": it is the same file as `{before}`"),
            };
            return Err(Error::Usage(format!(
                "`{file}` is named twice{same}\n  hint: every file is a source of its own; name it once"
            )));
        }
        let short = stem(file);
        let shared = files.iter().filter(|f| stem(f) == short).count() > 1;
        let name = if shared {
            unique(source_name(file), &plans)
        } else {
            short
        };
        plans.push(SourcePlan {
            spec: plan::spec(&name, std::slice::from_ref(file), &reading),
            key: None,
            region: args.region.clone(),
            fields: std::collections::BTreeMap::new(),
            file: None,
        });
    }
    Ok(plans)
}

/// A source's name holds neither colons nor slashes nor line ends.
fn source_name(file: &str) -> String {
    let forbidden = |c: char| matches!(c, ':' | '/' | '\\') || c.is_control();
    file.replace(forbidden, "-")
}

/// A name that no source before has.
fn unique(name: String, plans: &[SourcePlan]) -> String {
    let taken = |n: &str| plans.iter().any(|p| p.spec.name == n);
    if !taken(&name) {
        return name;
    }
    let further = (2..).map(|i| format!("{name}-{i}"));
    further.into_iter().find(|n| !taken(n)).unwrap_or(name)
}

/// A count with its noun, for other commands.
#[must_use]
pub fn records(n: u64) -> String {
    talk::counted(n, "record", "records")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sources_hold_nothing_that_a_pipeline_refuses() {
        assert_eq!(source_name("a\nb:c\\d/e"), "a-b-c-d-e");
    }
}

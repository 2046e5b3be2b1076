//! A whole run of a pipeline file: read, match, merge, load, report, publish. All of it or nothing.

use std::path::{Path, PathBuf};

use super::audit::{self, Identity};
use super::cases::{self, Subject, TakeMerged};
use super::clock::Clock;
use super::earlier;
use super::error::Error;
use super::event::Observer;
use super::gate;
use super::job::{Job, Tried, try_out};
use super::read::Read;
use super::staging::{Staging, apart};
use super::timing::Timings;
use crate::load::{self, LoadInput, LoadSummary, RunFacts};
use crate::matching;
use crate::pair::PairsWithin;
use crate::record::RecordId;
use crate::report::Setting;
use crate::survive::Survivor;

/// Name of the database in the output folder.
pub const DATABASE: &str = "customers.db";
/// All files of a run, in the order in which they are published: the database last.
pub const FILES: &[&str] = &[
    "report.html",
    "report.json",
    "merges.csv",
    "quarantine.csv",
    DATABASE,
];

/// What a run gives.
pub struct Done {
    /// Records, customers, expectations.
    pub tried: Tried,
    /// What was loaded.
    pub loaded: LoadSummary,
}

/// Runs a pipeline. With `dry_run` everything is made and nothing published.
///
/// # Errors
/// When a source cannot be read, a gate does not hold, or the output cannot be written. Nothing is published then.
pub fn run(
    job: &Job,
    clock: &Clock,
    timings: &mut Timings,
    observer: &dyn Observer,
) -> Result<Done, Error> {
    let scratch;
    let (staging, folder) = if job.dry_run {
        scratch = tempfile::Builder::new()
            .prefix("selfsame-")
            .tempdir()
            .map_err(Error::output(std::env::temp_dir()))?;
        (None, scratch.path().to_owned())
    } else {
        let staging = Staging::new(&job.out)?;
        for stray in staging.strays() {
            observer.warn(&format!(
                "`{}` seems to be left from a run that was killed, and may hold personal data\n  hint: remove it when no other run writes into that folder",
                stray.display()
            ));
        }
        let folder = staging.dir().to_owned();
        (Some(staging), folder)
    };
    let shown = if job.dry_run {
        std::env::temp_dir()
    } else {
        job.out.clone()
    };
    let done =
        make(job, &folder, clock, timings, observer).map_err(|e| e.seen_from(&folder, &shown))?;
    if let Some(staging) = staging {
        staging.publish(FILES)?;
        timings.lap(clock, "publish", 0, "");
    }
    Ok(done)
}

/// Makes all files of a run in `folder`.
fn make(
    job: &Job,
    folder: &Path,
    clock: &Clock,
    timings: &mut Timings,
    observer: &dyn Observer,
) -> Result<Done, Error> {
    let history = earlier::recall(job)?;
    let mut tried = try_out(job, Some(folder), clock, timings, observer)?;
    if !job.dry_run {
        let outputs: Vec<PathBuf> = FILES.iter().map(|name| job.out.join(name)).collect();
        let files = tried.read.dataset.files.iter();
        let decisions = &job.pipeline.matching.decisions;
        let corrections = &job.pipeline.quarantine.corrections;
        apart(
            files
                .map(|f| Path::new(&f.path))
                .chain([Path::new(&job.file)])
                .chain(decisions.iter().map(|p| p.get_ref().as_path()))
                .chain(corrections.iter().map(|p| p.get_ref().as_path())),
            &outputs,
        )?;
    }
    gate::pass(std::mem::take(&mut tried.exceeded), &tried.expected)?;

    let identity = identity(job, &tried);
    let run = run_facts(clock, &job.text, &tried.read, identity.seed);
    earlier::note(history, &run.id, &mut tried);
    let dataset = &tried.read.dataset;
    let cells = load::Normalizers;
    let survivor = Survivor::new(
        dataset,
        &tried.read.mappings,
        &cells,
        &job.pipeline.survive,
        &tried.matched.numbers,
    );
    let within = PairsWithin::new(&tried.matched.pairs, &tried.matched.clusters.of);
    let subject = Subject {
        read: &tried.read,
        unlinked: &tried.unlinked,
        matched: &tried.matched,
        within: &within,
        survivor: &survivor,
        customer: &|members| load::customer_id(dataset, members),
    };
    let loaded = cases::write_report(
        &subject,
        folder,
        job.mask,
        |merged, meanwhile| {
            let merging = Merging {
                survivor: &survivor,
                within: &within,
                merged,
            };
            load(job, &run, &tried, &merging, (folder, observer), meanwhile)
        },
        |produced| {
            timings.lap(clock, "load", dataset.len() as u64, "records");
            observer.stage("report pairs", 0);
            let mut facts = audit::facts(
                &identity,
                &tried.read,
                (&tried.matched, produced),
                clock,
                timings,
            );
            facts.validation.clone_from(&tried.quality.results);
            if facts.accounting.balances() {
                return Ok(facts);
            }
            Err(Error::Bug(
                "records read are not quarantined + single + merged".into(),
            ))
        },
    )?;
    timings.lap(
        clock,
        "index, check and report",
        loaded.customers,
        "customers",
    );
    Ok(Done { tried, loaded })
}

/// What chooses the values of merged customers, their pairs, and who is given them.
struct Merging<'t, 'd> {
    survivor: &'d Survivor<'d>,
    within: &'t PairsWithin,
    merged: &'t TakeMerged<'t, 'd>,
}

fn load<'d>(
    job: &Job,
    run: &RunFacts,
    tried: &'d Tried,
    merging: &Merging<'_, 'd>,
    (folder, observer): (&Path, &dyn Observer),
    meanwhile: &mut dyn FnMut(Option<&load::Produced>),
) -> Result<LoadSummary, Error> {
    let read = &tried.read;
    let none = || std::io::Error::other("no raw row was kept");
    let spooled = |at: u64, out: &mut String| {
        let spool = read.spool.as_ref().ok_or_else(none)?;
        spool.read_onto(at, out)
    };
    let raw = |id: RecordId, out: &mut String| {
        let (table, row) = read.dataset.locate(id);
        let at = read.dataset.tables[table].spooled.get(row).copied();
        spooled(at.ok_or_else(none)?, out)
    };
    let matched = &tried.matched;
    let mut rejections = read.rejections.clone();
    rejections.extend(tried.unlinked.iter().cloned());
    let input = LoadInput {
        dataset: &read.dataset,
        mappings: &read.mappings,
        clusters: &matched.clusters,
        reader: &load::Normalizers,
        survivor: merging.survivor,
        pairs: &matched.pairs,
        within: merging.within,
        evidence: &|p| matched.explain(p.left, p.right),
        model: &matched.facts,
        rejections: &rejections,
        quality: &tried.quality,
        raw: &raw,
        spooled: &spooled,
        merged: merging.merged,
        linked: &tried.linked,
        run,
        max_bytes: None,
    };
    let target = folder.join(DATABASE);
    let mut shown: Option<(load::Stage, u64)> = None;
    let mut progress = |now: load::Stage, done: u64, total: u64| {
        if shown.is_none_or(|(stage, _)| stage != now) {
            observer.stage(&format!("load {}", now.name()), total);
            shown = Some((now, 0));
        }
        if let Some((_, before)) = &mut shown {
            observer.advance(done.saturating_sub(*before));
            *before = done;
        }
    };
    let loaded = load::load(input, &target, &mut progress, &mut |p| meanwhile(Some(p)))?;
    super::kept::keep_configuration(&target, job, tried, &tried.settings)?;
    Ok(loaded)
}

/// What tells a run of a configuration over these records from others.
pub(super) fn run_facts(clock: &Clock, config: &str, read: &Read, seed: u64) -> RunFacts {
    RunFacts {
        id: audit::run_id(clock, config, read),
        started_at: clock.started_rfc3339(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        config_sha256: audit::sha256(config),
        seed,
    }
}

fn identity(job: &Job, tried: &Tried) -> Identity {
    let facts = &tried.matched.facts;
    let given = |key: &str, given: bool, value: String| Setting {
        section: "match".into(),
        name: key.into(),
        value,
        given,
    };
    let section = &job.pipeline.matching;
    let default = matching::Settings::default();
    let mut settings = vec![
        given(
            "threshold",
            section.threshold.is_some(),
            format!("{:.6}", facts.match_threshold.0),
        ),
        given(
            "review",
            section.review.is_some(),
            format!("{:.6}", facts.review_threshold.0),
        ),
        given(
            "pairs-per-record",
            section.pairs_per_record.is_some(),
            section
                .pairs_per_record
                .as_ref()
                .map_or(default.pairs_per_record, |p| *p.get_ref())
                .to_string(),
        ),
    ];
    let survive = &job.pipeline.survive;
    for kind in tried
        .read
        .mappings
        .iter()
        .flat_map(|m| &m.columns)
        .map(|c| c.kind)
        .collect::<std::collections::BTreeSet<_>>()
    {
        if !crate::report::facts::shown(kind) {
            continue;
        }
        let chain: Vec<&str> = survive.rule(kind).iter().map(|r| r.name()).collect();
        settings.push(Setting {
            section: "survive".into(),
            name: kind.name().into(),
            value: chain.join(", then "),
            given: survive.fields.contains_key(&kind),
        });
    }
    Identity {
        title: job.pipeline.name.get_ref().clone(),
        config: job.file.clone(),
        config_text: job.text.clone(),
        seed: section.seed.unwrap_or(default.seed),
        settings,
    }
}

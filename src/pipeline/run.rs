//! A whole run of a pipeline file: read, match, merge, load, report, publish. All of it or nothing.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::audit::{self, Identity};
use super::cases::{self, Subject, TakeMerged};
use super::clock::Clock;
use super::error::Error;
use super::event::Observer;
use super::gate::{self, Expected};
use super::gather::{self, Gathered, gather};
use super::judged;
use super::read::Read;
use super::staging::{Staging, apart};
use super::timing::{EngineStages, Timings};
use crate::config::error::line_of;
use crate::config::file::Pipeline;
use crate::config::labels::{self, Judged};
use crate::load::{self, LinkedTable, LoadInput, LoadSummary, Quality, RunFacts};
use crate::matching::{self, Matched};
use crate::pair::{PairsWithin, Probability};
use crate::record::{RecordId, Rejection};
use crate::report::Setting;
use crate::survive::Survivor;
use crate::validate::RuleRun;

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

/// Earlier runs that the report shows of each rule.
const SHOWN_RUNS: usize = 30;

/// A pipeline file and what this run asks of it.
#[derive(Clone, Debug)]
pub struct Job {
    /// The file as given.
    pub file: String,
    /// Its text.
    pub text: String,
    /// What it says.
    pub pipeline: Pipeline,
    /// Output folder.
    pub out: PathBuf,
    /// Whether personal data is hidden in the report.
    pub mask: bool,
    /// Whether nothing is published.
    pub dry_run: bool,
}

impl Job {
    /// Reads a pipeline file.
    ///
    /// # Errors
    /// All faults of the file.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let (pipeline, text) = crate::config::read(path)?;
        Ok(Self {
            file: path.display().to_string(),
            out: pipeline.output.dir.clone(),
            mask: pipeline.output.mask,
            dry_run: false,
            text,
            pipeline,
        })
    }
}

/// Records, customers and what was tried of them.
pub struct Tried {
    /// The records.
    pub read: Read,
    /// Orders and interactions.
    pub linked: Vec<LinkedTable>,
    /// Their rows that belong to no customer, or could not be read.
    pub unlinked: Vec<Rejection>,
    /// Clusters, pairs, model.
    pub matched: Matched,
    /// How it was matched.
    pub settings: matching::Settings,
    /// How the data kept its rules.
    pub quality: Quality,
    /// Decisions that concern no row any more.
    pub unused_decisions: usize,
    /// Expectations.
    pub expected: Vec<Expected>,
    /// Limits that are exceeded.
    pub exceeded: Vec<String>,
}

impl Tried {
    /// Refused rows that nobody has decided about.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        let all = self.read.rejections.iter().chain(&self.unlinked);
        all.filter(|r| !r.discarded).count() as u64
    }
}

/// Reads and matches as the pipeline file says, and tries its gates; writes nothing but the spool.
///
/// # Errors
/// When a source cannot be read, or a named column or record does not exist.
pub fn try_out(
    job: &Job,
    spool_in: Option<&Path>,
    clock: &Clock,
    timings: &mut Timings,
    observer: &dyn Observer,
) -> Result<Tried, Error> {
    let pipeline = &job.pipeline;
    // judged pairs first: a fault in them is found before anything long begins
    let section = &pipeline.matching;
    let decided = match &section.decisions {
        Some(p) => labels::read(p.get_ref())?,
        None => Vec::new(),
    };
    let corrections = gather::corrections(job)?;
    let gathered = gather(job, &corrections, spool_in, clock, observer)?;
    let Gathered {
        mut read,
        linked,
        unlinked,
        quality,
        unused_decisions,
        stops,
    } = gathered;
    timings.lap(clock, "read", read.dataset.len() as u64, "records");
    if spool_in.is_some() {
        // of a run that writes nothing anyway, matching is not waited for
        if !stops.is_empty() && !job.dry_run {
            remember_stop(job, &read, &quality, clock, observer);
        }
        gate::pass(stops.clone(), &[])?;
    }
    let settings = settings(job, &mut read, &decided, observer)?;
    let stages = EngineStages::new(clock);
    let matched = matching::run(
        &read.dataset,
        &read.mappings,
        &settings,
        &stages.watching(observer.matching()),
    );
    timings.engine(clock, stages, read.dataset.len() as u64);
    Ok(Tried {
        expected: gate::expectations(&job.file, &job.text, pipeline, &read, &matched),
        exceeded: stops
            .into_iter()
            .chain(gate::limits(&pipeline.limits, &read, &matched))
            .collect(),
        quality,
        unused_decisions,
        read,
        linked,
        unlinked,
        matched,
        settings,
    })
}

/// Settings of the engine.
fn settings(
    job: &Job,
    read: &mut Read,
    decided: &[Judged],
    observer: &dyn Observer,
) -> Result<matching::Settings, Error> {
    let pipeline = &job.pipeline;
    let section = &pipeline.matching;
    let mut settings = matching::Settings {
        threshold: section
            .threshold
            .as_ref()
            .map(|t| Probability(*t.get_ref())),
        review: section.review.as_ref().map(|t| Probability(*t.get_ref())),
        unique_sources: !pipeline.source.is_empty() && pipeline.source.iter().all(|s| s.unique),
        ..matching::Settings::default()
    };
    if let Some(seed) = section.seed {
        settings.seed = seed;
    }
    if let Some(pairs) = &section.pairs_per_record {
        settings.pairs_per_record = *pairs.get_ref();
    }
    let file = section
        .decisions
        .as_ref()
        .map_or_else(String::new, |p| p.get_ref().display().to_string());
    let judged = judged::find(read, decided, &file, None)?;
    (settings.must_link, settings.cannot_link) = (judged.same, judged.different);
    super::links::apply(read, &mut settings, observer);
    Ok(settings)
}

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
        let folder = staging.dir().to_owned();
        (Some(staging), folder)
    };
    let done =
        make(job, &folder, clock, timings, observer).map_err(|e| e.seen_from(&folder, &job.out))?;
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
    let run_id = audit::run_id(clock, &identity.config_text, &tried.read);
    remember(job, &run_id, &mut tried, observer);
    let run = RunFacts {
        id: run_id,
        started_at: clock.started_rfc3339(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        config_sha256: audit::sha256(&identity.config_text),
        seed: identity.seed,
    };
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
        || {
            timings.lap(clock, "load", dataset.len() as u64, "records");
            observer.stage("report pairs", 0);
            let mut facts = audit::facts(&identity, &tried.read, &tried.matched, clock, timings);
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

/// Results of rules in a run that one of them stops: they are added to the database that stays, so that trends show it.
fn remember_stop(
    job: &Job,
    read: &Read,
    quality: &Quality,
    clock: &Clock,
    observer: &dyn Observer,
) {
    let run = RunFacts {
        id: audit::run_id(clock, &job.text, read),
        started_at: clock.started_rfc3339(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        config_sha256: audit::sha256(&job.text),
        seed: 0,
    };
    if let Err(e) = load::history::add_stopped(&job.out.join(DATABASE), &quality.results, &run) {
        observer.warn(&format!("the stopped run is not kept in `validation`: {e}"));
    }
}

/// Earlier results of rules, from the database that this run is about to replace. A run that is done again does not count
/// itself.
fn remember(job: &Job, run_id: &str, tried: &mut Tried, observer: &dyn Observer) {
    let old = job.out.join(DATABASE);
    match load::history::read(&old) {
        Ok(mut history) => {
            history.retain(|r| r.run_id != run_id);
            tried.quality.history = history;
        }
        Err(e) => {
            let words = e.to_string();
            let what = words.lines().next().unwrap_or("");
            let warning = format!(
                "{what}: results of rules in earlier runs are not carried over\n  hint: keep that file elsewhere if it is needed; this run replaces it"
            );
            observer.warn(&warning);
            tried.read.warnings.push(warning);
        }
    }
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
    meanwhile: &mut dyn FnMut(),
) -> Result<LoadSummary, Error> {
    let read = &tried.read;
    let raw = |id: RecordId, out: &mut String| {
        let (table, row) = read.dataset.locate(id);
        let spooled = read.dataset.tables[table].spooled.get(row).copied();
        match (&read.spool, spooled) {
            (Some(spool), Some(at)) => spool.read_onto(at, out),
            _ => Err(std::io::Error::other("no raw row was kept")),
        }
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
    let loaded = load::load(input, &target, &mut progress, meanwhile)?;
    super::kept::keep_configuration(&target, job, tried, &tried.settings)?;
    Ok(loaded)
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

/// The line of a spanned value, for messages.
#[must_use]
pub fn line<T>(text: &str, value: &toml::Spanned<T>) -> usize {
    line_of(text, value.span().start)
}

//! A pipeline file and what comes of it before anything is written: records read, matched, and held against the gates.

use std::path::{Path, PathBuf};

use super::clock::Clock;
use super::error::Error;
use super::event::Observer;
use super::gate::{self, Expected};
use super::gather::{self, Gathered, gather};
use super::read::Read;
use super::timing::{EngineStages, Timings};
use super::{earlier, judged};
use crate::config::file::Pipeline;
use crate::config::labels::{self, Judged};
use crate::load::{LinkedTable, Quality};
use crate::matching::{self, Matched};
use crate::pair::Probability;
use crate::record::Rejection;

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
            earlier::add_stopped(job, &read, &quality, clock, observer);
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

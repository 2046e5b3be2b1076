//! Files in, clusters out: no pipeline file, no database.

use std::io::Write;

use rayon::prelude::*;

use super::clock::Clock;
use super::error::Error;
use super::event::Observer;
use super::judged;
use super::plan::SourcePlan;
use super::read::{KeyScope, Read, ReadOptions, read, split_sources};
use super::timing::{EngineStages, Timings};
use crate::config::labels::Judged;
use crate::matching::{self, Matched};
use crate::record::{Dataset, RecordId};
use crate::report::sheet::guarded;

/// Lines that are written in one go.
const LINES: usize = 1 << 14;

/// What to do.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The sources.
    pub plans: Vec<SourcePlan>,
    /// Column that names the source of a record.
    pub source: Option<String>,
    /// Pairs that are kept together, or apart, by output id.
    pub decisions: Vec<Judged>,
    /// The file of these pairs, for errors.
    pub decisions_file: String,
    /// How to match.
    pub settings: matching::Settings,
    /// Whether the raw cells are wanted afterwards, as in a report.
    pub keep_cells: bool,
}

/// Records and what became of them.
pub struct Deduped {
    /// The records.
    pub read: Read,
    /// Clusters, pairs, model.
    pub matched: Matched,
    /// Records in input order.
    pub order: Vec<RecordId>,
}

/// Reads and matches.
///
/// # Errors
/// When an input cannot be read or a named column does not exist.
pub fn dedupe(
    request: &Request,
    clock: &Clock,
    timings: &mut Timings,
    observer: &dyn Observer,
) -> Result<Deduped, Error> {
    let options = ReadOptions {
        spool_in: None,
        quarantined_share: 0.5,
        keys: KeyScope::All,
        preview: None,
        keep_all: true,
        corrections: None,
    };
    let mut read = read(&request.plans, &options, observer)?;
    timings.lap(clock, "read", read.dataset.len() as u64, "records");
    if let Some(column) = &request.source {
        split_sources(&mut read.dataset, column)?;
    }
    let mut settings = request.settings.clone();
    let judged = judged::find(
        &read,
        &request.decisions,
        &request.decisions_file,
        Some(observer),
    )?;
    (settings.must_link, settings.cannot_link) = (judged.same, judged.different);
    super::links::apply(&mut read, &mut settings, observer);
    let stages = EngineStages::new(clock);
    let watching = stages.watching(observer.matching());
    let mut built = matching::normalize(&read.dataset, &read.mappings, &watching);
    if !request.keep_cells {
        read.dataset.forget_cells();
        built.numbers.clear();
    }
    let matched = matching::run_built(built, &settings, &watching);
    timings.engine(clock, stages, read.dataset.len() as u64);
    let order = input_order(&read.dataset);
    Ok(Deduped {
        read,
        matched,
        order,
    })
}

/// Records in the order in which they were read.
fn input_order(dataset: &Dataset) -> Vec<RecordId> {
    let place = |record: u32| {
        let (table, row) = dataset.locate(RecordId(record));
        let origin = dataset.tables[table].origins[row];
        ((table as u32, origin.file, origin.row), record)
    };
    let records = (0..dataset.len() as u32).into_par_iter();
    let mut order: Vec<_> = records.map(place).collect();
    order.par_sort_unstable();
    order.into_iter().map(|(_, r)| RecordId(r)).collect()
}

impl Deduped {
    /// The id of a record in the output.
    #[must_use]
    pub fn id(&self, record: RecordId) -> &str {
        let (table, row) = self.read.dataset.locate(record);
        &self.read.dataset.tables[table].keys[row]
    }

    /// Writes `record_id,cluster_id` in input order; a cluster is called by the least id of its first source that has
    /// records in it (the shorter of two ids is less), so that names do not depend on the order of rows.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write_clusters(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let clusters = &self.matched.clusters;
        let rank = |record: RecordId| {
            let id = self.id(record);
            (self.read.dataset.locate(record).0, id.len(), id)
        };
        let mut least = vec![None; clusters.count as usize];
        for &record in &self.order {
            let least = least[clusters.of[record.index()] as usize].get_or_insert(record);
            if rank(record) < rank(*least) {
                *least = record;
            }
        }
        let name = |record: RecordId| least[clusters.of[record.index()] as usize].unwrap_or(record);
        let lines = |records: &[RecordId]| -> std::io::Result<Vec<u8>> {
            let mut csv = csv::Writer::from_writer(Vec::new());
            for &record in records {
                csv.write_record([self.id(record), self.id(name(record))])?;
            }
            csv.into_inner().map_err(|e| e.into_error())
        };
        let mut header = csv::Writer::from_writer(Vec::new());
        header.write_record(["record_id", "cluster_id"])?;
        out.write_all(&header.into_inner().map_err(|e| e.into_error())?)?;
        for some in self.order.chunks(LINES * rayon::current_num_threads()) {
            let parts: Vec<_> = some.par_chunks(LINES).map(lines).collect();
            parts
                .into_iter()
                .try_for_each(|part| out.write_all(&part?))?;
        }
        out.flush()
    }

    /// Writes `id_l,id_r,probability,match_weight` of all pairs worth a look, best first.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write_pairs(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(["id_l", "id_r", "probability", "match_weight"])?;
        for pair in &self.matched.pairs {
            let probability = format!("{:.9}", pair.weight.probability().0);
            let weight = format!("{:.6}", pair.weight.0);
            csv.write_record([
                self.id(pair.left),
                self.id(pair.right),
                &probability,
                &weight,
            ])?;
        }
        csv.flush()
    }

    /// Writes the questions as a sheet: `id_l,id_r,label` with the label to be filled in, the probability so far, and what
    /// was compared, side by side.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write_questions(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let names = self.matched.facts.comparisons.iter().map(|c| &c.name);
        let names: Vec<&String> = names.collect();
        let mut csv = csv::Writer::from_writer(out);
        let header = ["id_l", "id_r", "label", "probability"].map(str::to_owned);
        let fields = names
            .iter()
            .flat_map(|n| [format!("{n}, left"), format!("{n}, right")]);
        csv.write_record(header.into_iter().chain(fields))?;
        for question in &self.matched.questions {
            let evidence = self.matched.explain(question.left, question.right);
            let mut row = vec![
                self.id(question.left).to_owned(),
                self.id(question.right).to_owned(),
                String::new(),
                format!("{:.3}", evidence.probability.0),
            ];
            for name in &names {
                let shown = evidence.comparisons.iter().find(|c| c.comparison == **name);
                let (left, right) = shown.map_or(("", ""), |c| (&c.left, &c.right));
                row.extend([left, right].map(|v| guarded(v).into_owned()));
            }
            csv.write_record(row)?;
        }
        csv.flush()
    }
}

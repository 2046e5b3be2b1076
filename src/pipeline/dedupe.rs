//! Files in, clusters out: no pipeline file, no database.

use std::collections::HashMap;
use std::io::Write;

use super::clock::Clock;
use super::error::Error;
use super::event::Observer;
use super::plan::SourcePlan;
use super::read::{KeyScope, Read, ReadOptions, read, split_sources};
use super::timing::{EngineStages, Timings};
use crate::config::labels::Judged;
use crate::matching::{self, Matched};
use crate::record::RecordId;

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
    let judged = decided(&read, &request.decisions, &request.decisions_file, observer)?;
    if let Some(at) = contradiction(&judged, read.dataset.len()) {
        let (left, right) = (judged[at].0, judged[at].1);
        return Err(Error::Usage(format!(
            "{}: `{}` and `{}` are `different` in one line and `same` by others\n  hint: decide for one of them: what is the same through others is the same",
            request.decisions_file,
            read.dataset.label(left),
            read.dataset.label(right)
        )));
    }
    for (left, right, same) in judged {
        if same {
            settings.must_link.push((left, right));
        } else {
            settings.cannot_link.push((left, right));
        }
    }
    let stages = EngineStages::new(clock);
    let watching = stages.watching(observer.matching());
    let built = matching::normalize(&read.dataset, &read.mappings, &watching);
    if !request.keep_cells {
        read.dataset.forget_cells();
    }
    let matched = matching::run_built(built, &settings, &watching);
    timings.engine(clock, stages, read.dataset.len() as u64);
    let mut order: Vec<RecordId> = (0..read.dataset.len() as u32).map(RecordId).collect();
    let place = |r: &RecordId| {
        let (table, row) = read.dataset.locate(*r);
        let origin = read.dataset.tables[table].origins[row];
        (table, origin.file, origin.row)
    };
    order.sort_by_cached_key(place);
    Ok(Deduped {
        read,
        matched,
        order,
    })
}

/// Judged pairs as records. A pair of which a record is unknown is left out, with a warning that counts them.
fn decided(
    read: &Read,
    judged: &[Judged],
    file: &str,
    observer: &dyn Observer,
) -> Result<Vec<(RecordId, RecordId, bool)>, Error> {
    if judged.is_empty() {
        return Ok(Vec::new());
    }
    let known = by_name(read);
    let find = |name: &str| known.get(name).copied();
    let found: Vec<_> = judged
        .iter()
        .filter_map(|j| Some((find(&j.left)?, find(&j.right)?, j.same)))
        .collect();
    let unknown = judged.len() - found.len();
    if found.is_empty() {
        return Err(Error::Usage(format!(
            "{file}: none of its {unknown} pairs names two records that were read\n  hint: `id_l` and `id_r` are the `record_id`s of the output (or `source:key`)"
        )));
    }
    if unknown > 0 {
        observer.warn(&format!(
            "{file}: {unknown} of {} pairs name a record that was not read, and are left out\n  hint: `id_l` and `id_r` are the `record_id`s of the output (or `source:key`)",
            judged.len()
        ));
    }
    Ok(found)
}

/// The first decision that keeps apart what others, taken together, make one customer.
#[must_use]
pub fn contradiction(judged: &[(RecordId, RecordId, bool)], records: usize) -> Option<usize> {
    if judged.is_empty() {
        return None;
    }
    let mut parent: Vec<u32> = (0..records as u32).collect();
    let root = |parent: &[u32], record: RecordId| {
        let mut at = record.0;
        while parent[at as usize] != at {
            at = parent[at as usize];
        }
        at
    };
    for &(left, right, _) in judged.iter().filter(|j| j.2) {
        let (a, b) = (root(&parent, left), root(&parent, right));
        parent[a.max(b) as usize] = a.min(b);
    }
    judged
        .iter()
        .position(|&(left, right, same)| !same && root(&parent, left) == root(&parent, right))
}

/// Records by key and by `source:key`.
#[must_use]
pub fn by_name(read: &Read) -> HashMap<String, RecordId> {
    let mut known = HashMap::new();
    for table in &read.dataset.tables {
        for (row, key) in table.keys.iter().enumerate() {
            known.insert(format!("{}:{key}", table.name), table.id(row));
        }
    }
    for table in &read.dataset.tables {
        for (row, key) in table.keys.iter().enumerate() {
            known.entry(key.to_string()).or_insert(table.id(row));
        }
    }
    known
}

impl Deduped {
    /// The id of a record in the output.
    #[must_use]
    pub fn id(&self, record: RecordId) -> &str {
        let (table, row) = self.read.dataset.locate(record);
        &self.read.dataset.tables[table].keys[row]
    }

    /// Writes `record_id,cluster_id` in input order; a cluster is called by its first record.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write_clusters(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(["record_id", "cluster_id"])?;
        let clusters = &self.matched.clusters;
        let mut first = vec![None; clusters.count as usize];
        for &record in &self.order {
            let name = first[clusters.of[record.index()] as usize].get_or_insert(record);
            csv.write_record([self.id(record), self.id(*name)])?;
        }
        csv.flush()
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decisions_contradict_through_others() {
        let judged = |list: &[(u32, u32, bool)]| -> Vec<(RecordId, RecordId, bool)> {
            list.iter()
                .map(|&(a, b, same)| (RecordId(a), RecordId(b), same))
                .collect()
        };
        let at = |list: &[(u32, u32, bool)]| contradiction(&judged(list), 5);
        assert_eq!(at(&[]), None);
        assert_eq!(at(&[(0, 1, true), (1, 2, false), (3, 4, true)]), None);
        assert_eq!(at(&[(0, 1, false), (0, 1, true)]), Some(0));
        assert_eq!(at(&[(3, 1, true), (3, 4, true), (1, 4, false)]), Some(2));
        assert_eq!(at(&[(2, 2, false)]), Some(0));
    }
}

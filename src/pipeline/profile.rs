//! Files in, a profile out: read, understand, look, and ask the engine for a sample's duplicates.

use super::clock::Clock;
use super::columns::{infer, join_columns};
use super::error::Error;
use super::event::Observer;
use super::plan::SourcePlan;
use super::read::{KeyScope, Read, ReadOptions, read_table, settle_columns};
use super::timing::Timings;
use crate::matching;
use crate::quality::facts::DuplicateEstimate;
use crate::quality::kindred::{Kindred, kindred};
use crate::quality::{self, Input, Profile, SCHEMA_VERSION, thousands};
use crate::record::{Column, Dataset, RecordId, SourceTable};

/// Records that are asked for their duplicates, about, when there are more than [`WHOLE`].
const ASKED: usize = 2_000;
/// Up to so many records all are asked, and matched as `dedupe` would.
const WHOLE: usize = 10_000;

/// What to look at, and how.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The sources.
    pub plans: Vec<SourcePlan>,
    /// Read only this many records of each source.
    pub rows: Option<u64>,
    /// Whether to estimate fuzzy duplicates.
    pub estimate: bool,
}

/// Reads the sources and looks at them. Values are not masked.
///
/// # Errors
/// When an input cannot be read or a named column does not exist.
pub fn profile(
    request: &Request,
    clock: &Clock,
    timings: &mut Timings,
    observer: &dyn Observer,
) -> Result<Profile, Error> {
    let options = ReadOptions {
        spool_in: None,
        quarantined_share: 0.5,
        keys: KeyScope::Source,
        preview: request.rows,
        keep_all: false,
        corrections: None,
    };
    let mut read = Read::default();
    let mut tables = Vec::new();
    for plan in &request.plans {
        let mut table = read_table(plan, &options, &mut read, observer)?;
        table.pad();
        settle_columns(&mut table, &read.dataset.files);
        tables.push(table);
    }
    let records: u64 = tables.iter().map(|t| t.len() as u64).sum();
    timings.lap(clock, "read", records, "records");
    observer.stage("understand columns", request.plans.len() as u64);
    let mut hashes = Vec::new();
    for (plan, table) in request.plans.iter().zip(&mut tables) {
        let joints = join_columns(plan, table);
        hashes.push(quality::settle(table));
        let (mapping, warning) = infer(plan, table, &joints, &read.dataset.files);
        if let Some(words) = warning {
            observer.warn(&words);
        }
        read.mappings.push(mapping);
        observer.advance(1);
    }
    timings.lap(clock, "understand columns", records, "records");
    observer.stage("look at values", 0);
    let inputs: Vec<Input<'_>> = tables
        .iter()
        .zip(&read.mappings)
        .zip(&hashes)
        .map(|((table, mapping), hashes)| Input {
            table,
            mapping,
            hashes,
            files: &read.dataset.files,
            rejections: &read.rejections,
        })
        .collect();
    let (sources, correspondences) = quality::survey(&inputs, clock.started.div_euclid(86_400));
    timings.lap(clock, "look at values", records, "records");
    let duplicates = if request.estimate && records > 1 {
        observer.stage("estimate duplicates", 0);
        let found = estimate(&inputs, &read);
        timings.lap(clock, "estimate duplicates", records, "records");
        found
    } else {
        None
    };
    Ok(Profile {
        schema_version: SCHEMA_VERSION,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        made: clock.started_rfc3339(),
        masked: false,
        methods: methods(request, &sources, records),
        findings: quality::findings(&sources),
        sources,
        correspondences,
        duplicates,
    })
}

/// What is exact, and what is not.
fn methods(request: &Request, sources: &[quality::SourceProfile], records: u64) -> Vec<String> {
    let mut said = Vec::new();
    match request.rows {
        Some(rows) if sources.iter().any(|s| s.records >= rows) => {
            said.push(format!("Only the first {rows} records of each source were read (`--rows`): everything here is about these."));
        }
        _ => said.push(format!(
            "Counts, distinct values, lengths, patterns, spans, placeholders, damage and repeated rows are exact, over all {} records.",
            thousands(records)
        )),
    }
    said.push("What a column holds is inferred from its header and at most about 1,500 of its distinct values, the most frequent among them.".to_owned());
    let sampled = |s: &quality::SourceProfile| {
        s.columns
            .iter()
            .any(|c| c.validity.as_ref().is_some_and(|v| !v.exact))
    };
    if sources.iter().any(sampled) {
        said.push("Phone numbers are held against numbering plans for a sample of about 4,000 distinct values of a column; all other checks of validity look at every value.".to_owned());
    }
    if sources
        .iter()
        .flat_map(|s| &s.dependencies)
        .any(|d| !d.exact)
    {
        said.push("Dependencies between columns are judged on all records of a sample of values, about 40,000 records for each deciding column.".to_owned());
    }
    if sources.len() > 1 {
        said.push("Shared values of two columns are thousands on a sample of 2,000 values of the smaller one.".to_owned());
    }
    said
}

/// Matches a sample in which duplicates stay together, and carries what is found over to all records.
fn estimate(inputs: &[Input<'_>], read: &Read) -> Option<DuplicateEstimate> {
    let tables: Vec<_> = inputs
        .iter()
        .map(|i| (i.table, i.mapping, i.hashes))
        .collect();
    let sample = kindred(&tables, ASKED, WHOLE);
    let records: usize = inputs.iter().map(|i| i.table.len()).sum();
    let mut dataset = part(inputs, &sample);
    dataset.number();
    let matched = matching::run(
        &dataset,
        &read.mappings,
        &matching::Settings::default(),
        &(),
    );
    if matched.facts.comparisons.is_empty() {
        return None;
    }
    let (offsets, members) = matched.clusters.members();
    let source_of = |record: RecordId| dataset.source_of[record.index()];
    let (mut asked, mut with_other, mut across, mut customers) = (0u64, 0u64, 0u64, 0.0f64);
    for span in offsets.windows(2) {
        let cluster = &members[span[0] as usize..span[1] as usize];
        for &record in cluster {
            let (table, row) = dataset.locate(record);
            if &*dataset.tables[table].keys[row] != DRAWN {
                continue;
            }
            asked += 1;
            with_other += u64::from(cluster.len() > 1);
            across += u64::from(cluster.iter().any(|&o| source_of(o) != source_of(record)));
            customers += 1.0 / cluster.len() as f64;
        }
    }
    let whole = asked == records as u64;
    let n = asked.max(1) as f64;
    let share = with_other as f64 / n;
    let customers = (customers / n * records as f64).round() as u64;
    let method = if whole {
        "all records were matched, as `selfsame dedupe` would match them".to_owned()
    } else {
        format!(
            "{} records drawn by chance, each with all records that share with it an e-mail address, a phone number, name and city, or two of family name, birth date and postcode, names by their sound ({} records in all), were matched by the engine of `selfsame dedupe`; duplicates that share none of these are not seen",
            thousands(asked),
            thousands(dataset.len() as u64)
        )
    };
    Some(DuplicateEstimate {
        method,
        records: records as u64,
        asked,
        share,
        interval: if whole {
            (share, share)
        } else {
            wilson(share, n)
        },
        customers,
        surplus: records as u64 - customers.min(records as u64),
        across_sources: across as f64 / n,
    })
}

/// The 95 % interval of a share seen among `n` (Wilson 1927).
fn wilson(share: f64, n: f64) -> (f64, f64) {
    const Z: f64 = 1.96;
    let middle = share + Z * Z / (2.0 * n);
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    (
        ((middle - half) / scale).max(0.0),
        ((middle + half) / scale).min(1.0),
    )
}

/// Key of the records that were drawn.
const DRAWN: &str = "drawn";

/// The sample's records as a data set of their own.
fn part(inputs: &[Input<'_>], sample: &Kindred) -> Dataset {
    let mut dataset = Dataset::default();
    for (at, input) in inputs.iter().enumerate() {
        let (rows, drawn) = (&sample.rows[at], &sample.drawn[at]);
        let columns = input.table.columns.iter().map(|c| {
            let mut column = Column {
                name: c.name.clone(),
                ..Column::default()
            };
            column.ids = rows
                .iter()
                .map(|&r| column.values.intern(c.value(r as usize)))
                .collect();
            column
        });
        let key = |d: &bool| if *d { DRAWN.into() } else { "".into() };
        let mut table = SourceTable {
            name: input.table.name.clone(),
            columns: columns.collect(),
            origins: rows
                .iter()
                .map(|&r| input.table.origins[r as usize])
                .collect(),
            keys: drawn.iter().map(key).collect(),
            ..SourceTable::default()
        };
        table.canonicalize();
        dataset
            .source_of
            .extend(std::iter::repeat_n(at as u16, table.len()));
        dataset.source_names.push(table.name.clone());
        dataset.tables.push(table);
    }
    dataset
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_holds_the_share_and_narrows() {
        for share in [0.0, 0.01, 0.5, 1.0] {
            let (few, many) = (wilson(share, 100.0), wilson(share, 10_000.0));
            assert!(
                few.0 <= many.0 + 1e-12 && many.1 <= few.1 + 1e-12,
                "{share}"
            );
            assert!(many.0 <= share + 1e-12 && share <= many.1 + 1e-12);
            assert!(few.0 >= 0.0 && few.1 <= 1.0);
        }
        // by the textbook: 40 of 100 gives 0.309 to 0.498
        let (low, high) = wilson(0.4, 100.0);
        assert!((low - 0.309).abs() < 1e-3 && (high - 0.498).abs() < 1e-3);
    }
}

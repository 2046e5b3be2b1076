//! Gates: limits and expectations of a pipeline file. One that does not hold stops publication.

use std::collections::HashMap;

use super::error::Error;
use super::read::Read;
use crate::config::error::{line_of, nearest};
use crate::config::file::{Limits, Pipeline};
use crate::matching::Matched;
use crate::record::RecordId;

/// One expectation and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Expected {
    /// Line of the pipeline file.
    pub line: usize,
    /// `same` or `different`.
    pub expected: &'static str,
    /// Records, as `source:key`.
    pub records: Vec<String>,
    /// Whether it holds.
    pub holds: bool,
    /// What is wrong when it does not.
    pub fault: Option<String>,
}

/// Tries all expectations.
#[must_use]
pub fn expectations(
    file: &str,
    text: &str,
    pipeline: &Pipeline,
    read: &Read,
    matched: &Matched,
) -> Vec<Expected> {
    let mut known = HashMap::new();
    for table in &read.dataset.tables {
        for (row, key) in table.keys.iter().enumerate() {
            known.insert((table.name.as_str(), &**key), table.id(row));
        }
    }
    let find = |label: &str| -> Option<RecordId> {
        let (source, key) = label.split_once(':')?;
        known.get(&(source, key)).copied()
    };
    let cluster = |r: RecordId| matched.clusters.of[r.index()];
    let mut out = Vec::new();
    for e in &pipeline.expect {
        for (expected, records) in [("same", &e.same), ("different", &e.different)] {
            let Some(first) = records.first() else {
                continue;
            };
            let labels: Vec<&str> = records.iter().map(|r| r.get_ref().as_str()).collect();
            let missing = labels.iter().find(|l| find(l).is_none());
            let of: Vec<u32> = labels.iter().filter_map(|l| find(l)).map(cluster).collect();
            let fault = if let Some(label) = missing {
                let (source, key) = label.split_once(':').unwrap_or((label, ""));
                let keys = read
                    .dataset
                    .tables
                    .iter()
                    .filter(|t| t.name == source)
                    .flat_map(|t| t.keys.iter().map(|k| &**k))
                    .take(100_000);
                let near = nearest(key, keys).map_or(String::new(), |k| {
                    format!("; the nearest key is `{source}:{k}`")
                });
                Some(format!("`{label}` was not read{near}"))
            } else if expected == "same" {
                let other = of.iter().position(|c| *c != of[0]);
                other.map(|at| format!("`{}` and `{}` are not one customer", labels[0], labels[at]))
            } else {
                let pair = (0..of.len())
                    .flat_map(|a| (a + 1..of.len()).map(move |b| (a, b)))
                    .find(|(a, b)| of[*a] == of[*b]);
                pair.map(|(a, b)| {
                    format!("`{}` and `{}` became one customer", labels[a], labels[b])
                })
            };
            out.push(Expected {
                line: line_of(text, first.span().start),
                expected,
                records: labels.iter().map(|l| (*l).to_owned()).collect(),
                holds: fault.is_none(),
                fault: fault.map(|f| {
                    let advice = if missing.is_some() {
                        "check the key, or remove the expectation".to_owned()
                    } else {
                        "`selfsame explain` shows why after a run without this expectation, or judge the pair in `match.decisions`".to_owned()
                    };
                    format!(
                        "{file}:{}: expected {expected}: {f}\n  hint: {advice}",
                        line_of(text, first.span().start)
                    )
                }),
            });
        }
    }
    out
}

/// Limits that are exceeded, as messages with hints.
#[must_use]
pub fn limits(limits: &Limits, read: &Read, matched: &Matched) -> Vec<String> {
    let mut faults = Vec::new();
    let rows = read.dataset.len() as u64 + read.rejections.len() as u64;
    // rows that a person decided to leave out are no surprise
    let open = read.rejections.iter().filter(|r| !r.discarded);
    let refused = open.count() as u64;
    let share = limits
        .quarantined_share
        .as_ref()
        .map_or(Limits::QUARANTINED_SHARE, |s| *s.get_ref());
    if rows > 0 && refused as f64 > share * rows as f64 {
        faults.push(format!(
            "{refused} of {rows} rows were quarantined, more than `limits.quarantined-share` {share}\n  hint: `selfsame check` shows the reasons; correct the export or how it is read, or raise the limit"
        ));
    }
    if let Some(least) = limits.records_at_least
        && (read.dataset.len() as u64) < least
    {
        faults.push(format!(
            "{} records were read, fewer than `limits.records-at-least` {least}\n  hint: is an export cut short, or a file missing?",
            read.dataset.len()
        ));
    }
    if let Some(most) = limits.largest_cluster {
        let (offsets, members) = matched.clusters.members();
        let largest = (0..matched.clusters.count as usize)
            .max_by_key(|&c| (offsets[c + 1] - offsets[c], std::cmp::Reverse(c)));
        if let Some(c) = largest {
            let size = u64::from(offsets[c + 1] - offsets[c]);
            if size > most {
                let label = read.dataset.label(members[offsets[c] as usize]);
                faults.push(format!(
                    "{size} records became one customer (with `{label}`), more than `limits.largest-cluster` {most}\n  hint: is a value shared by many, such as a switchboard number? map that column to \"ignore\", or raise the limit"
                ));
            }
        }
    }
    faults
}

/// An error when a gate does not hold.
///
/// # Errors
/// All limits and expectations that do not hold.
pub fn pass(limits: Vec<String>, expected: &[Expected]) -> Result<(), Error> {
    let mut faults = limits;
    faults.extend(expected.iter().filter_map(|e| e.fault.clone()));
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Gate(faults))
    }
}

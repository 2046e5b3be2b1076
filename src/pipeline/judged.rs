//! Judged pairs, named by key, as pairs of records: unknown ones, ambiguous ones and contradictions among them.

use std::collections::{HashMap, VecDeque};

use super::error::Error;
use super::event::Observer;
use super::read::Read;
use crate::config::ConfigError;
use crate::config::labels::Judged;
use crate::record::RecordId;

/// Judged pairs by judgement.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Pairs that are one customer.
    pub(super) same: Vec<(RecordId, RecordId)>,
    /// Pairs that are two.
    pub(super) different: Vec<(RecordId, RecordId)>,
}

/// Finds the records of judged pairs. A pair of which a record is unknown is an error, or, with `lenient`, left out with a
/// warning that counts them.
///
/// # Errors
/// When a record is unknown or two records have its name, or when pairs contradict each other.
pub(super) fn find(
    read: &Read,
    judged: &[Judged],
    file: &str,
    lenient: Option<&dyn Observer>,
) -> Result<Found, Error> {
    if judged.is_empty() {
        return Ok(Found::default());
    }
    let fault = |line: usize, message: String, hint: &str| {
        Error::from(ConfigError::new(file, line, message, hint))
    };
    let known = by_name(read);
    let mut pairs: Vec<Pair> = Vec::new();
    for j in judged {
        let mut records = [None; 2];
        for (record, name) in records.iter_mut().zip([&j.left, &j.right]) {
            *record = match known.get(name.as_str()) {
                Some(Some(found)) => Some(*found),
                Some(None) => {
                    return Err(fault(
                        j.line,
                        format!("records of several sources are called `{name}`"),
                        "write `source:key`",
                    ));
                }
                None if lenient.is_some() => None,
                None => {
                    return Err(fault(
                        j.line,
                        format!("no record `{name}` was read"),
                        "records are called `source:key`; remove the line if the record is gone",
                    ));
                }
            };
        }
        if let [Some(left), Some(right)] = records {
            pairs.push(Pair {
                left,
                right,
                same: j.same,
                line: j.line,
            });
        }
    }
    let unknown = judged.len() - pairs.len();
    const NAMES: &str = "`id_l` and `id_r` are the `record_id`s of the output (or `source:key`)";
    if pairs.is_empty() {
        let message = format!("none of its {unknown} pairs names two records that were read");
        return Err(fault(0, message, NAMES));
    }
    if let (Some(observer), true) = (lenient, unknown > 0) {
        observer.warn(&format!(
            "{file}: {unknown} of {} pairs name a record that was not read, and are left out\n  hint: {NAMES}",
            judged.len()
        ));
    }
    if let Some((apart, lines)) = contradiction(&pairs) {
        let pair = &pairs[apart];
        let lines: Vec<String> = lines.iter().map(usize::to_string).collect();
        let message = format!(
            "`{}` and `{}` are `different` here and `same` by line{} {}",
            read.dataset.label(pair.left),
            read.dataset.label(pair.right),
            if lines.len() == 1 { "" } else { "s" },
            lines.join(", ")
        );
        let hint = if lines.is_empty() {
            "a record is no other customer than itself: remove the line"
        } else {
            "decide for one of them: what is the same through others is the same"
        };
        return Err(fault(pair.line, message, hint));
    }
    let of = |same: bool| {
        let chosen = pairs.iter().filter(|p| p.same == same);
        chosen.map(|p| (p.left, p.right)).collect()
    };
    Ok(Found {
        same: of(true),
        different: of(false),
    })
}

/// Records by `source:key` and by key; `None` where several sources have a record of that key.
fn by_name(read: &Read) -> HashMap<String, Option<RecordId>> {
    let mut known: HashMap<String, Option<RecordId>> = HashMap::new();
    let tables = &read.dataset.tables;
    for (row, key, table) in tables
        .iter()
        .flat_map(|t| (0..).zip(&t.keys).map(move |(r, k)| (r, k, t)))
    {
        let named = known.entry(key.to_string());
        named
            .and_modify(|r| *r = None)
            .or_insert(Some(table.id(row)));
    }
    for (row, key, table) in tables
        .iter()
        .flat_map(|t| (0..).zip(&t.keys).map(move |(r, k)| (r, k, t)))
    {
        known.insert(format!("{}:{key}", table.name), Some(table.id(row)));
    }
    known
}

#[derive(Clone, Copy)]
struct Pair {
    left: RecordId,
    right: RecordId,
    same: bool,
    line: usize,
}

/// The first pair that keeps apart what others, taken together, make one customer, and the lines of those others.
fn contradiction(pairs: &[Pair]) -> Option<(usize, Vec<usize>)> {
    let mut beside: HashMap<RecordId, Vec<(RecordId, usize)>> = HashMap::new();
    for p in pairs.iter().filter(|p| p.same) {
        beside.entry(p.left).or_default().push((p.right, p.line));
        beside.entry(p.right).or_default().push((p.left, p.line));
    }
    let apart = (0..).zip(pairs).filter(|(_, p)| !p.same);
    apart
        .into_iter()
        .find_map(|(at, p)| path(&beside, p).map(|lines| (at, lines)))
}

/// Lines of the shortest chain of `same` from one record of a pair to the other.
fn path(beside: &HashMap<RecordId, Vec<(RecordId, usize)>>, pair: &Pair) -> Option<Vec<usize>> {
    let mut reached = HashMap::from([(pair.left, None)]);
    let mut open = VecDeque::from([pair.left]);
    while let Some(record) = open.pop_front() {
        if record == pair.right {
            let mut lines = Vec::new();
            let mut at = record;
            while let Some(Some((from, line))) = reached.get(&at) {
                lines.push(*line);
                at = *from;
            }
            lines.sort_unstable();
            return Some(lines);
        }
        for (next, line) in beside.get(&record).into_iter().flatten() {
            if !reached.contains_key(next) {
                reached.insert(*next, Some((record, *line)));
                open.push_back(*next);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(list: &[(u32, u32, bool)]) -> Option<(usize, Vec<usize>)> {
        let pairs: Vec<Pair> = (2..)
            .zip(list)
            .map(|(line, &(left, right, same))| Pair {
                left: RecordId(left),
                right: RecordId(right),
                same,
                line,
            })
            .collect();
        contradiction(&pairs)
    }

    #[test]
    fn pairs_contradict_each_other_through_others_too() {
        assert_eq!(at(&[]), None);
        assert_eq!(at(&[(0, 1, true), (1, 2, false), (3, 4, true)]), None);
        assert_eq!(at(&[(0, 1, false), (1, 0, true)]), Some((0, vec![3])));
        assert_eq!(
            at(&[(3, 1, true), (5, 6, true), (3, 4, true), (1, 4, false)]),
            Some((3, vec![2, 4]))
        );
        assert_eq!(at(&[(2, 2, false)]), Some((0, vec![])));
    }
}

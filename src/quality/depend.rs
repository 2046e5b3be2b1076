//! Columns that nearly decide another one: a postcode its city, a given name a gender.

use super::cells::Cells;
use super::facts::{ColumnProfile, Dependency, Exception, Tally};
use crate::record::Kind;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Records looked at for each column that may decide; beyond that, of a sample of its values.
const ROWS: u64 = 40_000;
/// Share of records that must follow.
const HOLDS: f64 = 0.9;
/// How far agreement must rise above chance, as a share of what could be gained.
const LIFT: f64 = 0.8;
/// Records that must be there to judge.
const FEWEST: u64 = 10;
/// Dependencies and exceptions that are kept.
const SHOWN: usize = 16;
const EXAMPLES: usize = 5;

/// All that hold well enough, the most telling first.
pub(super) fn dependencies(cells: &Cells<'_>, columns: &[ColumnProfile]) -> Vec<Dependency> {
    let (decide, follow): (Vec<usize>, Vec<usize>) = (
        (0..columns.len())
            .filter(|&i| may_decide(&columns[i]))
            .collect(),
        (0..columns.len())
            .filter(|&i| may_follow(&columns[i]))
            .collect(),
    );
    let mut found: Vec<(bool, Dependency)> = decide
        .par_iter()
        .flat_map_iter(|&from| {
            let (rows, exact) = rows_of(cells, from, &columns[from]);
            let tried = follow.iter().filter(|&&to| to != from);
            tried
                .filter_map(|&to| {
                    let dependency = judge(cells, (from, to), &rows, exact)?;
                    Some((is_known(columns[from].kind, columns[to].kind), dependency))
                })
                .collect::<Vec<_>>()
        })
        .collect();
    found.sort_by(|(known_a, a), (known_b, b)| {
        known_b
            .cmp(known_a)
            .then((b.exceptions > 0).cmp(&(a.exceptions > 0)))
            .then(b.holds.total_cmp(&a.holds))
            .then_with(|| (&a.from, &a.to).cmp(&(&b.from, &b.to)))
    });
    found.truncate(SHOWN);
    found.into_iter().map(|f| f.1).collect()
}

/// Pairs of kinds that depend in the world.
fn is_known(from: Kind, to: Kind) -> bool {
    matches!(
        (from, to),
        (Kind::Postcode, Kind::City | Kind::Region | Kind::Country)
            | (Kind::City, Kind::Region | Kind::Country)
            | (Kind::Region, Kind::Country)
            | (Kind::GivenName, Kind::Gender | Kind::Honorific)
            | (Kind::Honorific, Kind::Gender)
            | (Kind::Organization, Kind::Website)
    )
}

fn may_decide(c: &ColumnProfile) -> bool {
    let kind = matches!(
        c.kind,
        Kind::Postcode
            | Kind::City
            | Kind::Region
            | Kind::Country
            | Kind::GivenName
            | Kind::Honorific
            | Kind::Organization
            | Kind::Website
            | Kind::Category
            | Kind::Attribute
            | Kind::JobTitle
            | Kind::Source
            | Kind::Identifier
            | Kind::Ignore
    );
    kind && c.distinct >= 2 && c.filled - c.once >= FEWEST && 5 * c.distinct <= 4 * c.filled
}

fn may_follow(c: &ColumnProfile) -> bool {
    let kind = !matches!(
        c.kind,
        Kind::RecordKey
            | Kind::CreatedAt
            | Kind::UpdatedAt
            | Kind::Text
            | Kind::Amount
            | Kind::Consent
            | Kind::OptOut
    );
    let usual = c.top.first().map_or(1, |t| t.records);
    kind && c.distinct >= 2 && c.filled >= FEWEST && 20 * usual <= 19 * c.filled
}

/// Rows of values of `from` that occur more than once: all, or those of the values with the smallest hashes; by value.
fn rows_of(cells: &Cells<'_>, from: usize, column: &ColumnProfile) -> (Vec<u32>, bool) {
    let repeated = column.filled - column.once;
    let exact = repeated <= 2 * ROWS;
    let share = if exact {
        u64::MAX
    } else {
        (u64::MAX / repeated).saturating_mul(ROWS)
    };
    // the hash was used to tell values apart; stirred, its smallest ones are a fair sample
    let stir = |h: u64| h.wrapping_mul(0xD6E8_FEB8_6659_FD93).rotate_left(32);
    let ids = &cells.table.columns[from].ids;
    let plain = &cells.plain[from];
    let taken: Vec<bool> = plain
        .iter()
        .map(|&h| h != 0 && (exact || stir(h) < share))
        .collect();
    let mut rows: Vec<u32> = (0..ids.len() as u32)
        .filter(|&r| taken[ids[r as usize] as usize])
        .collect();
    rows.sort_unstable_by_key(|&r| (plain[ids[r as usize] as usize], r));
    (rows, exact)
}

fn judge(
    cells: &Cells<'_>,
    (from, to): (usize, usize),
    rows: &[u32],
    exact: bool,
) -> Option<Dependency> {
    let (mut records, mut agreeing, mut usual_records) = (0u64, 0.0, 0u64);
    let mut overall: BTreeMap<u64, u64> = BTreeMap::new();
    let mut broken: Vec<(u64, usize, usize)> = Vec::new();
    let mut group: Vec<u64> = Vec::new();
    let mut start = 0;
    for run in rows.chunk_by(|&a, &b| cells.at(from, a as usize) == cells.at(from, b as usize)) {
        let span = (start, start + run.len());
        start = span.1;
        group.clear();
        group.extend(
            run.iter()
                .map(|&r| cells.at(to, r as usize))
                .filter(|h| *h != 0),
        );
        if group.len() < 2 {
            continue;
        }
        group.sort_unstable();
        let n = group.len() as f64;
        let mut most = 0;
        for same in group.chunk_by(|a, b| a == b) {
            let c = same.len() as f64;
            agreeing += c * (c - 1.0) / (n - 1.0);
            most = most.max(same.len() as u64);
            *overall.entry(same[0]).or_default() += same.len() as u64;
        }
        records += group.len() as u64;
        usual_records += most;
        if most < group.len() as u64 && most >= 2 {
            broken.push((most, span.0, span.1));
        }
        // hopeless: no need to go on
        if records > 2_000 && (usual_records as f64) < 0.5 * records as f64 {
            return None;
        }
    }
    if records < FEWEST {
        return None;
    }
    let all = records as f64;
    let chance: f64 = overall.values().map(|n| (*n as f64 / all).powi(2)).sum();
    let lift = (agreeing / all - chance) / (1.0 - chance).max(1e-9);
    let holds = usual_records as f64 / all;
    if holds < HOLDS || lift < LIFT {
        return None;
    }
    broken.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let examples = broken
        .iter()
        .take(EXAMPLES)
        .filter_map(|b| exception(cells, (from, to), &rows[b.1..b.2]));
    Some(Dependency {
        from: cells.table.columns[from].name.clone(),
        to: cells.table.columns[to].name.clone(),
        holds,
        records,
        exceptions: records - usual_records,
        exact,
        examples: examples.collect(),
    })
}

/// What most rows of a group have, and the most frequent of what the others have.
fn exception(cells: &Cells<'_>, (from, to): (usize, usize), rows: &[u32]) -> Option<Exception> {
    let mut counts: BTreeMap<u64, (u64, &str)> = BTreeMap::new();
    for &row in rows {
        let h = cells.at(to, row as usize);
        if h != 0 {
            let value = cells.table.columns[to].value(row as usize);
            let entry = counts.entry(h).or_insert((0, value));
            entry.0 += 1;
            entry.1 = entry.1.min(value);
        }
    }
    let mut tallies =
        super::figures::most(counts.into_values().map(|(n, v)| (v, n)), 2).into_iter();
    let (usual, found): (Tally, Tally) = (tallies.next()?, tallies.next()?);
    let value = rows
        .iter()
        .map(|&r| cells.table.columns[from].value(r as usize))
        .min()?;
    Some(Exception {
        from: value.to_owned(),
        usual,
        found,
    })
}

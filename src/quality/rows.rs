//! Rows that repeat, and columns that tell rows apart.

use super::cells::{Cells, row_hashes};
use super::facts::{ColumnProfile, KeyCandidate, Repeats};
use crate::record::{Kind, SourceTable};
use rayon::prelude::*;

/// Candidates that are kept.
const SHOWN: usize = 8;
/// Rows on which a pair of columns is tried before all are looked at.
const TRIAL_ROWS: usize = 20_000;

/// Rows that repeat others; `hashes` are those of all cells, sorted as the rows are.
pub(super) fn repeats(cells: &Cells<'_>, hashes: &[u64], columns: &[ColumnProfile]) -> Repeats {
    let table = cells.table;
    let rows: Vec<u32> = (0..table.len() as u32).collect();
    let all: Vec<usize> = (0..columns.len()).collect();
    let exact = repeated(table, &rows, |r| hashes[r as usize], &all);
    let own = |c: &&ColumnProfile| {
        let unique = c.once == table.len() as u64 && table.len() > 1;
        let key = matches!(c.kind, Kind::RecordKey | Kind::CreatedAt | Kind::UpdatedAt);
        key || (unique && matches!(c.kind, Kind::Identifier | Kind::Ignore))
    };
    let left_out: Vec<String> = columns
        .iter()
        .filter(own)
        .map(|c| c.column.clone())
        .collect();
    let rest: Vec<usize> = (0..columns.len()).filter(|&i| !own(&&columns[i])).collect();
    let apart = if left_out.is_empty() || rest.len() < 2 {
        exact.len()
    } else {
        let partial = row_hashes(table, &rest);
        let mut order = rows;
        order.par_sort_unstable_by_key(|&r| (partial[r as usize], r));
        let found = repeated(table, &order, |r| partial[r as usize], &rest);
        found
            .into_iter()
            .filter(|&r| {
                rest.iter()
                    .filter(|&&c| table.columns[c].ids[r as usize] != 0)
                    .count()
                    >= 2
            })
            .count()
    };
    Repeats {
        exact: exact.len() as u64,
        apart_from_keys: apart as u64,
        left_out,
        places: cells.places(&exact),
    }
}

/// Rows, in order of a hash, whose cells are those of the first row with their hash.
fn repeated(
    table: &SourceTable,
    rows: &[u32],
    hash: impl Fn(u32) -> u64,
    columns: &[usize],
) -> Vec<u32> {
    let same = |a: u32, b: u32| {
        let equal = |&c: &usize| {
            let ids = &table.columns[c].ids;
            ids[a as usize] == ids[b as usize]
        };
        columns.iter().all(equal)
    };
    let mut found = Vec::new();
    for run in rows.chunk_by(|&a, &b| hash(a) == hash(b)) {
        found.extend(run[1..].iter().copied().filter(|&r| same(run[0], r)));
    }
    found
}

/// Columns, or pairs of them, that tell records apart or nearly do.
pub(super) fn keys(cells: &Cells<'_>, columns: &[ColumnProfile]) -> Vec<KeyCandidate> {
    let records = cells.table.len() as u64;
    if records < 2 {
        return Vec::new();
    }
    // among few records nearly everything differs
    let means_it = |c: &&ColumnProfile| match c.kind {
        Kind::RecordKey | Kind::Identifier => true,
        Kind::Text | Kind::Amount | Kind::CreatedAt | Kind::UpdatedAt => false,
        Kind::Email | Kind::Ignore | Kind::SocialHandle => records >= 10,
        _ => records >= 200,
    };
    let mut found: Vec<KeyCandidate> = columns
        .iter()
        .filter(|c| 10 * c.filled >= 9 * records && 10 * c.once >= 9 * c.filled)
        .filter(means_it)
        .map(|c| KeyCandidate {
            columns: vec![c.column.clone()],
            filled: c.filled,
            repeated: c.filled - c.once,
            holds: c.filled == records && c.once == records,
        })
        .collect();
    if records >= 50 && !found.iter().any(|k| k.holds) {
        found.extend(pairs(cells, columns));
    }
    found.sort_by(|a, b| {
        let missing = |k: &KeyCandidate| records - k.filled + k.repeated;
        missing(a)
            .cmp(&missing(b))
            .then_with(|| a.columns.cmp(&b.columns))
    });
    found.truncate(SHOWN);
    found
}

fn pairs(cells: &Cells<'_>, columns: &[ColumnProfile]) -> Vec<KeyCandidate> {
    let records = cells.table.len();
    let full: Vec<usize> = (0..columns.len())
        .filter(|&i| {
            let c = &columns[i];
            c.filled == records as u64
                && c.distinct > 1
                && !matches!(c.kind, Kind::Text | Kind::Amount)
        })
        .collect();
    let tried: Vec<(usize, usize)> = full
        .iter()
        .enumerate()
        .flat_map(|(at, &a)| full[at + 1..].iter().map(move |&b| (a, b)))
        .filter(|&(a, b)| columns[a].distinct.saturating_mul(columns[b].distinct) >= records as u64)
        .collect();
    let rows: Vec<u32> = (0..records as u32).collect();
    tried
        .into_par_iter()
        .filter_map(|(a, b)| {
            let (x, y) = (&cells.table.columns[a].ids, &cells.table.columns[b].ids);
            let key = |r: u32| u64::from(x[r as usize]) << 32 | u64::from(y[r as usize]);
            let repeated = |rows: &[u32]| {
                let mut keys: Vec<u64> = rows.iter().map(|&r| key(r)).collect();
                keys.sort_unstable();
                keys.chunk_by(|a, b| a == b)
                    .filter(|run| run.len() > 1)
                    .map(|run| run.len() as u64)
                    .sum::<u64>()
            };
            if records > 2 * TRIAL_ROWS && repeated(&rows[..TRIAL_ROWS]) > TRIAL_ROWS as u64 / 100 {
                return None;
            }
            let repeated = repeated(&rows);
            (100 * repeated <= records as u64).then(|| KeyCandidate {
                columns: vec![columns[a].column.clone(), columns[b].column.clone()],
                filled: records as u64,
                repeated,
                holds: repeated == 0,
            })
        })
        .collect()
}

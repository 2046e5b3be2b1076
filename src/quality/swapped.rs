//! Columns whose values look exchanged: in all rows, or in some.

use super::cells::Cells;
use super::facts::Swapped;
use crate::profile;
use crate::record::{Kind, TableMapping};
use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// How many times as frequent a value must be in the other column.
const TIMES: u32 = 4;
/// Rows below which an exchange may be chance.
const FEWEST: usize = 2;
const EXAMPLES: usize = 3;

/// Pairs of columns that look exchanged.
pub(super) fn swapped(cells: &Cells<'_>, mapping: &TableMapping) -> Vec<Swapped> {
    let table = cells.table;
    let mut found: Vec<Swapped> = profile::exchanged(table, mapping)
        .into_iter()
        .map(|(a, b, reason)| Swapped {
            left: table.columns[a].name.clone(),
            right: table.columns[b].name.clone(),
            what: "columns",
            records: table.len() as u64,
            reason,
            examples: examples(
                cells,
                a,
                b,
                (0..table.len()).filter(|&r| cells.at(a, r) != 0 && cells.at(b, r) != 0),
            ),
        })
        .collect();
    let kinds = [
        (Kind::GivenName, Kind::FamilyName),
        (Kind::City, Kind::Region),
        (Kind::Street, Kind::City),
    ];
    for (left, right) in kinds {
        for a in mapping.of_kind(left) {
            for b in mapping.of_kind(right) {
                if mapping.columns[a].label == mapping.columns[b].label {
                    found.extend(in_rows(cells, a, b));
                }
            }
        }
    }
    found
}

/// Rows in which each of two values is at home in the other's column.
fn in_rows(cells: &Cells<'_>, a: usize, b: usize) -> Option<Swapped> {
    let (here, there) = (frequencies(cells, a), frequencies(cells, b));
    let strangers = |column: usize,
                     own: &HashMap<u64, u32, FixedState>,
                     other: &HashMap<u64, u32, FixedState>|
     -> Vec<bool> {
        let frequency =
            |of: &HashMap<u64, u32, FixedState>, h: u64| of.get(&h).copied().unwrap_or(0);
        let stranger =
            |h: &u64| *h != 0 && frequency(other, *h) + 1 >= TIMES * (frequency(own, *h) + 1);
        cells.plain[column].iter().map(stranger).collect()
    };
    let (left, right) = (strangers(a, &here, &there), strangers(b, &there, &here));
    let (x, y) = (&cells.table.columns[a].ids, &cells.table.columns[b].ids);
    let rows: Vec<usize> = (0..cells.table.len())
        .filter(|&r| left[x[r] as usize] && right[y[r] as usize])
        .collect();
    (rows.len() >= FEWEST).then(|| Swapped {
        left: cells.table.columns[a].name.clone(),
        right: cells.table.columns[b].name.clone(),
        what: "rows",
        records: rows.len() as u64,
        reason: format!(
            "each of the two values is at least {TIMES} times as frequent in the other column"
        ),
        examples: examples(cells, a, b, rows.into_iter()),
    })
}

fn frequencies(cells: &Cells<'_>, column: usize) -> HashMap<u64, u32, FixedState> {
    let mut map = HashMap::with_hasher(FixedState::with_seed(0));
    for (h, n) in cells.plain[column]
        .iter()
        .zip(&cells.counted[column].counts)
    {
        if *h != 0 {
            *map.entry(*h).or_default() += n;
        }
    }
    map
}

fn examples(
    cells: &Cells<'_>,
    a: usize,
    b: usize,
    rows: impl Iterator<Item = usize>,
) -> Vec<(String, String)> {
    let value = |c: usize, r: usize| cells.table.columns[c].value(r).to_owned();
    rows.take(EXAMPLES)
        .map(|r| (value(a, r), value(b, r)))
        .collect()
}

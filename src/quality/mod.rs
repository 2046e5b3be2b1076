//! What data looks like and what is wrong with it: figures, validity, damage with its repair, keys, dependencies.
//!
//! Pure statistics over a table as read. Everything is exact and worked out once for each distinct value; what rests on
//! a sample says so in its result. Samples follow hashes of the content, so that the order of rows has no say. It only
//! tells and proposes: no value is changed.

mod category;
mod cells;
mod column;
mod correspond;
mod damage;
mod dated;
mod depend;
pub mod facts;
mod figures;
mod finding;
mod gather;
pub mod kindred;
pub mod pattern;
mod postal;
pub mod propose;
mod rows;
mod shifted;
mod swapped;
pub mod validity;

pub use cells::settle;
pub use facts::{Profile, SCHEMA_VERSION, SourceProfile};
pub(crate) use figures::thousands;
pub use finding::{findings, gravity};

use crate::normalize::country::country;
use crate::record::{InputFile, Kind, Rejection, SourceTable, TableMapping};
use cells::Cells;
use column::Surroundings;
use correspond::Side;
use facts::Correspondence;
use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

/// One source, read and understood, its rows brought into order by [`settle`].
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The records.
    pub table: &'a SourceTable,
    /// What its columns mean.
    pub mapping: &'a TableMapping,
    /// Hash of each row, as [`settle`] gave them.
    pub hashes: &'a [u64],
    /// All files of the run.
    pub files: &'a [InputFile],
    /// All rows refused in the run.
    pub rejections: &'a [Rejection],
}

/// Looks at all sources; `today` is in days since 1970.
#[must_use]
pub fn survey(inputs: &[Input<'_>], today: i64) -> (Vec<SourceProfile>, Vec<Correspondence>) {
    let mut profiles = Vec::with_capacity(inputs.len());
    let mut values: Vec<Vec<HashSet<u64, FixedState>>> = Vec::new();
    for input in inputs {
        // one table at a time, so that what is worked out for it can go again
        let cells = Cells::new(input.table, input.files);
        profiles.push(source(input, &cells, today));
        if inputs.len() > 1 {
            values.push(correspond::values(&cells));
        }
    }
    let sides: Vec<Side<'_>> = profiles
        .iter()
        .zip(values)
        .map(|(profile, values)| Side { profile, values })
        .collect();
    let correspondences = correspond::correspondences(&sides);
    (profiles, correspondences)
}

fn source(input: &Input<'_>, cells: &Cells<'_>, today: i64) -> SourceProfile {
    let Input { table, mapping, .. } = input;
    let mut columns: Vec<facts::ColumnProfile> = cells
        .counted
        .par_iter()
        .zip(&mapping.columns)
        .enumerate()
        .map(|(at, (counted, meaning))| {
            let abroad = abroad(cells, mapping, at);
            let around = Surroundings {
                records: table.len() as u64,
                today,
                abroad: &abroad,
            };
            column::survey(counted, meaning, &around)
        })
        .collect();
    let (shifted, strange) = shifted::look(cells, &columns);
    for (column, strange) in columns.iter_mut().zip(strange) {
        column.outliers.extend(strange);
    }
    let mut refused: HashMap<&str, u64> = HashMap::new();
    for rejection in input.rejections.iter().filter(|r| r.source == table.name) {
        *refused.entry(&rejection.rule).or_default() += 1;
    }
    SourceProfile {
        name: table.name.clone(),
        files: input
            .files
            .iter()
            .filter(|f| f.source == table.name)
            .cloned()
            .collect(),
        records: table.len() as u64,
        quarantined: figures::most(refused.into_iter(), usize::MAX),
        region: mapping.region.clone(),
        organizations: mapping.organizations,
        keys: rows::keys(cells, &columns),
        dependencies: depend::dependencies(cells, &columns),
        swapped: swapped::swapped(cells, mapping),
        shifted,
        repeats: rows::repeats(cells, input.hashes, &columns),
        columns,
    }
}

/// Phones and postcodes with the country of their record (of its own column, else the table's), and how many have both.
fn abroad(
    cells: &Cells<'_>,
    mapping: &TableMapping,
    at: usize,
) -> Vec<(u32, Option<[u8; 2]>, u64)> {
    let meaning = &mapping.columns[at];
    let counted = &cells.counted[at];
    let wanted: Vec<bool> = match meaning.kind {
        Kind::Postcode => counted.counts.iter().map(|n| *n > 0).collect(),
        Kind::Phone => {
            let mut wanted = vec![false; counted.counts.len()];
            column::phone_sample(counted)
                .into_iter()
                .for_each(|id| wanted[id as usize] = true);
            wanted
        }
        _ => return Vec::new(),
    };
    let code = |text: &String| <[u8; 2]>::try_from(text.as_bytes()).ok();
    let assumed = mapping.region.as_ref().and_then(code);
    // the country column of the same address, else the first
    let same = mapping
        .of_kind(Kind::Country)
        .find(|&c| mapping.columns[c].label == meaning.label);
    let column = same.or_else(|| mapping.of_kind(Kind::Country).next());
    let countries: Vec<Option<[u8; 2]>> = match column {
        Some(c) => cells.table.columns[c]
            .values
            .iter()
            .map(|v| country(v).or(assumed))
            .collect(),
        None => vec![assumed],
    };
    let country_ids = column.map(|c| &cells.table.columns[c].ids);
    let mut pairs: HashMap<(u32, Option<[u8; 2]>), u64, FixedState> =
        HashMap::with_hasher(FixedState::with_seed(0));
    for (row, &id) in counted.column.ids.iter().enumerate() {
        if wanted[id as usize] {
            let country = countries[country_ids.map_or(0, |ids| ids[row] as usize)];
            *pairs.entry((id, country)).or_default() += 1;
        }
    }
    let mut pairs: Vec<_> = pairs
        .into_iter()
        .map(|((id, country), n)| (id, country, n))
        .collect();
    pairs.sort_unstable();
    pairs
}

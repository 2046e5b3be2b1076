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
mod dialled;
pub mod facts;
mod figures;
mod finding;
mod gather;
pub mod kindred;
pub mod pattern;
mod postal;
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
            dialled::phone_sample(counted)
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

/// Small tables for the tests of this module.
#[cfg(test)]
mod trial {
    use super::*;
    use crate::profile::{Settings, infer_table};
    use crate::record::{Column, Origin};

    /// A table of these cells, in its settled order, with the hashes of its rows.
    pub(super) fn settled(header: &[&str], rows: &[Vec<String>]) -> (SourceTable, Vec<u64>) {
        let mut table = SourceTable {
            name: "t".into(),
            ..SourceTable::default()
        };
        for (c, name) in header.iter().enumerate() {
            let mut column = Column {
                name: (*name).into(),
                ..Column::default()
            };
            column.ids = rows.iter().map(|r| column.values.intern(&r[c])).collect();
            table.columns.push(column);
        }
        let origin = |i| Origin {
            file: 0,
            row: i as u64 + 1,
            byte: 0,
        };
        table.origins = (0..rows.len()).map(origin).collect();
        let hashes = settle(&mut table);
        (table, hashes)
    }

    /// The profile of these cells, as of 2023-11-14.
    pub(super) fn profile(header: &[&str], rows: &[Vec<String>]) -> SourceProfile {
        let (table, hashes) = settled(header, rows);
        let mapping = infer_table(&table, &Settings::default());
        let input = Input {
            table: &table,
            mapping: &mapping,
            hashes: &hashes,
            files: &[],
            rejections: &[],
        };
        survey(&[input], 19_675).0.remove(0)
    }
}

#[cfg(test)]
mod tests {
    use super::trial::profile;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn figures_are_those_of_a_naive_count(rows in prop::collection::vec(prop::collection::vec("([a-c]{1,2}|[0-9]{1,2}| |)", 3), 1..40)) {
            let found = profile(&["a", "b", "c"], &rows);
            for (c, column) in found.columns.iter().enumerate() {
                let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
                for row in rows.iter().filter(|r| !r[c].trim().is_empty()) {
                    *counts.entry(&row[c]).or_default() += 1;
                }
                prop_assert_eq!(column.filled, counts.values().sum::<u64>());
                prop_assert_eq!(column.distinct, counts.len() as u64);
                prop_assert_eq!(column.once, counts.values().filter(|n| **n == 1).count() as u64);
                let mut top: Vec<(&str, u64)> = counts.into_iter().filter(|c| c.1 > 1).collect();
                top.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
                top.truncate(10);
                let shown: Vec<(&str, u64)> = column.top.iter().map(|t| (t.value.as_str(), t.records)).collect();
                prop_assert_eq!(shown, top);
            }
            let distinct: BTreeSet<&Vec<String>> = rows.iter().collect();
            prop_assert_eq!(found.repeats.exact, (rows.len() - distinct.len()) as u64);
        }

        #[test]
        fn a_dependency_holds_as_often_as_counted(slips in prop::collection::btree_set(0usize..120, 0..5)) {
            let cities = ["Lund", "Graz", "Porto", "Leeds"];
            let rows: Vec<Vec<String>> = (0..120)
                .map(|i| {
                    let city = if slips.contains(&i) { "Elsewhere" } else { cities[i % 4] };
                    vec![format!("{}", 10_000 + 11 * (i % 8)), city.to_owned()]
                })
                .collect();
            let found = profile(&["postcode", "city"], &rows);
            let to_city: Vec<_> = found.dependencies.iter().filter(|d| d.to == "city").collect();
            prop_assert_eq!(to_city.len(), 1);
            prop_assert_eq!(to_city[0].exceptions, slips.len() as u64);
            prop_assert_eq!(to_city[0].records, 120);
            prop_assert!(found.dependencies.iter().all(|d| d.from != "city" || d.to != "postcode"));
        }
    }

    #[test]
    fn two_columns_together_can_be_a_key() {
        let rows: Vec<Vec<String>> = (0..60)
            .map(|i| {
                vec![
                    format!("branch {}", i % 6),
                    format!("{}", i / 6),
                    "x".to_owned(),
                ]
            })
            .collect();
        let found = profile(&["branch", "number", "other"], &rows);
        let key = found.keys.first().expect("a key");
        assert_eq!(
            (key.columns.as_slice(), key.holds),
            (["branch".to_owned(), "number".to_owned()].as_slice(), true)
        );
    }
}

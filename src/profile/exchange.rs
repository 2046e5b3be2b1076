//! Columns whose values say each other's header.

use super::evidence::value_bits;
use super::header::{self, Bits, HeaderEvidence};
use super::portrait::Portrait;
use super::stats;
use crate::record::{Kind, SourceTable, TableMapping};

/// Distinct values of a column that are looked at, about.
const SAMPLE: usize = 600;
/// Bits by which values must fit the other header better, in both columns.
const BETTER: f64 = 3.0;
/// Bits of a header that names a kind.
const NAMED: f64 = 4.0;

/// Pairs of columns that look exchanged, with the reason: each header names what the other column holds.
#[must_use]
pub fn exchanged(table: &SourceTable, mapping: &TableMapping) -> Vec<(usize, usize, String)> {
    let told: Vec<(usize, Kind, Bits)> = table
        .columns
        .iter()
        .zip(&mapping.columns)
        .enumerate()
        .filter(|(_, (_, m))| !m.given)
        .filter_map(|(i, (column, m))| {
            let named = named(&header::read(&column.name))?;
            let doubtful = named != m.kind || matches!(named, Kind::GivenName | Kind::FamilyName);
            doubtful.then(|| {
                let (stats, picked) = stats::survey(column, table.len(), SAMPLE);
                (i, named, value_bits(&Portrait::of(stats, &picked)))
            })
        })
        .collect();
    let mut found = Vec::new();
    for (at, (a, kind_a, bits_a)) in told.iter().enumerate() {
        for (b, kind_b, bits_b) in &told[at + 1..] {
            let gain_a = bits_a[*kind_b as usize] - bits_a[*kind_a as usize];
            let gain_b = bits_b[*kind_a as usize] - bits_b[*kind_b as usize];
            if kind_a != kind_b && gain_a >= BETTER && gain_b >= BETTER {
                let reason = format!(
                    "`{}` is named like {kind_a} and holds what looks like {kind_b}, `{}` the other way round",
                    table.columns[*a].name, table.columns[*b].name
                );
                found.push((*a, *b, reason));
            }
        }
    }
    found
}

/// The kind that a header names, when it names one.
fn named(header: &HeaderEvidence) -> Option<Kind> {
    let best = Kind::ALL
        .iter()
        .copied()
        .max_by(|a, b| header.of(*a).total_cmp(&header.of(*b)))?;
    (header.of(best) >= NAMED && !header.blocked).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{Settings, infer_table};
    use crate::record::{Column, Origin};

    fn table(header: [&str; 3], rows: &[[&str; 3]]) -> SourceTable {
        let mut t = SourceTable::default();
        for (c, name) in header.iter().enumerate() {
            let mut column = Column {
                name: (*name).into(),
                ..Column::default()
            };
            column.ids = rows.iter().map(|r| column.values.intern(r[c])).collect();
            t.columns.push(column);
        }
        let origin = |i| Origin {
            file: 0,
            row: i as u64 + 1,
            byte: 0,
        };
        t.origins = (0..rows.len()).map(origin).collect();
        t
    }

    #[test]
    fn exchanged_columns_are_told_and_right_ones_are_not() {
        let rows = [
            ["ann@example.com", "+44 20 7946 0101", "London"],
            ["bob@example.com", "+44 20 7946 0102", "Leeds"],
            ["cyd@example.com", "+44 20 7946 0103", "Bristol"],
            ["dan@example.com", "+44 20 7946 0104", "Cardiff"],
        ];
        let look = |header| {
            let t = table(header, &rows);
            exchanged(&t, &infer_table(&t, &Settings::default()))
        };
        let found = look(["phone", "email", "city"]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].0, found[0].1), (0, 1));
        assert_eq!(look(["email", "phone", "city"]), []);
    }
}

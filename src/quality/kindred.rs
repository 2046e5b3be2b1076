//! A sample in which duplicates stay together: records drawn by chance, and with each all records that may be the
//! same customer because they share something rare.
//!
//! Of a plain sample of one in a hundred records, duplicates would be seen one time in a hundred. Here the drawn
//! records see all of theirs, so the share of them that have one, and how large their clusters are, is an
//! unbiased picture of all records, but for duplicates that share none of the keys below.

use super::cells::mix;
use crate::profile::hash;
use crate::record::{Column, Kind, SourceTable, TableMapping};
use crate::text::{fold, sound, tokens};
use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

/// Keys that more records share than this are common property.
const COMMON: usize = 30;

/// The sample.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kindred {
    /// Rows of each table, sorted; drawn ones and their kindred.
    pub rows: Vec<Vec<u32>>,
    /// Whether each of these was drawn.
    pub drawn: Vec<Vec<bool>>,
}

/// Draws about `wanted` records of all tables (all when there are no more than `whole`) and finds their kindred.
/// `hashes` are those of the rows' cells.
#[must_use]
pub fn kindred(
    tables: &[(&SourceTable, &TableMapping, &[u64])],
    wanted: usize,
    whole: usize,
) -> Kindred {
    let records: usize = tables.iter().map(|t| t.0.len()).sum();
    if records <= whole {
        return Kindred {
            rows: tables
                .iter()
                .map(|t| (0..t.0.len() as u32).collect())
                .collect(),
            drawn: tables.iter().map(|t| vec![true; t.0.len()]).collect(),
        };
    }
    let share = (u64::MAX / records as u64).saturating_mul(wanted as u64);
    let stir = |h: u64| mix(h, 0x5EED);
    let drawn: Vec<Vec<u32>> = tables
        .iter()
        .map(|(_, _, hashes)| {
            (0..hashes.len() as u32)
                .filter(|&r| stir(hashes[r as usize]) < share)
                .collect()
        })
        .collect();
    let keys: Vec<Vec<Vec<u64>>> = tables
        .iter()
        .map(|(table, mapping, _)| keys(table, mapping))
        .collect();
    let slots = keys.iter().map(Vec::len).max().unwrap_or(0);
    let found: Vec<Vec<(usize, u32)>> = (0..slots)
        .into_par_iter()
        .map(|slot| sharing(&keys, &drawn, slot))
        .collect();
    let mut rows: Vec<Vec<u32>> = drawn.clone();
    for (table, row) in found.into_iter().flatten() {
        rows[table].push(row);
    }
    for rows in &mut rows {
        rows.sort_unstable();
        rows.dedup();
    }
    let marked = rows
        .iter()
        .zip(&drawn)
        .map(|(rows, drawn)| {
            rows.iter()
                .map(|r| drawn.binary_search(r).is_ok())
                .collect()
        })
        .collect();
    Kindred {
        rows,
        drawn: marked,
    }
}

/// Records of all tables that share a key of this slot with a drawn one.
fn sharing(keys: &[Vec<Vec<u64>>], drawn: &[Vec<u32>], slot: usize) -> Vec<(usize, u32)> {
    let mut wanted: HashSet<u64, FixedState> = HashSet::with_hasher(FixedState::with_seed(0));
    for (keys, drawn) in keys.iter().zip(drawn) {
        if let Some(keys) = keys.get(slot) {
            wanted.extend(drawn.iter().map(|&r| keys[r as usize]).filter(|k| *k != 0));
        }
    }
    let mut by_key: HashMap<u64, Vec<(usize, u32)>, FixedState> =
        HashMap::with_hasher(FixedState::with_seed(0));
    for (table, keys) in keys.iter().enumerate() {
        let Some(keys) = keys.get(slot) else { continue };
        for (row, key) in keys.iter().enumerate().filter(|(_, k)| wanted.contains(*k)) {
            let rows = by_key.entry(*key).or_default();
            // one more than is allowed says that there are too many
            if rows.len() <= COMMON {
                rows.push((table, row as u32));
            }
        }
    }
    let mut found: Vec<(usize, u32)> = by_key
        .into_values()
        .filter(|rows| rows.len() <= COMMON)
        .flatten()
        .collect();
    found.sort_unstable();
    found
}

/// Keys of each record by slot, 0 where it has none: e-mail; two phones; the name's sound with the city; the family
/// name's with birth date, with postcode; birth date with postcode; organization with postcode.
fn keys(table: &SourceTable, mapping: &TableMapping) -> Vec<Vec<u64>> {
    let rows = table.len();
    let first = |kind: Kind| mapping.of_kind(kind).next();
    let of = |column: Option<usize>, key: &(dyn Fn(&str) -> u64 + Sync)| -> Vec<u64> {
        let Some(column) = column else {
            return vec![0; rows];
        };
        let column: &Column = &table.columns[column];
        let by_id: Vec<u64> = column
            .values
            .iter()
            .map(|v| if v.is_empty() { 0 } else { key(v) })
            .collect();
        column.ids.iter().map(|&id| by_id[id as usize]).collect()
    };
    let joined = |a: &[u64], b: &[u64]| -> Vec<u64> {
        a.iter()
            .zip(b)
            .map(|(a, b)| {
                if *a == 0 || *b == 0 {
                    0
                } else {
                    mix(*a, *b).max(1)
                }
            })
            .collect()
    };
    let email = of(first(Kind::Email), &mail_key);
    let mut phones = mapping.of_kind(Kind::Phone);
    let (phone, other) = (of(phones.next(), &phone_key), of(phones.next(), &phone_key));
    let (given, family) = (
        of(first(Kind::GivenName), &name_key),
        of(first(Kind::FamilyName), &name_key),
    );
    let full = of(first(Kind::FullName), &name_key);
    // the sum of the words' keys knows no order: one cell or two, either name first
    let name: Vec<u64> = given
        .iter()
        .zip(&family)
        .zip(&full)
        .map(|((g, f), n)| {
            if *n != 0 {
                *n
            } else if *g == 0 || *f == 0 {
                0
            } else {
                g.wrapping_add(*f)
            }
        })
        .collect();
    let heard = if first(Kind::FamilyName).is_some() {
        family
    } else {
        full
    };
    let born = of(first(Kind::BirthDate), &date_key);
    let postcode = of(first(Kind::Postcode), &plain_key);
    let city = of(first(Kind::City), &plain_key);
    let organization = of(first(Kind::Organization), &name_key);
    let by_birth = joined(&heard, &born);
    let by_place = joined(&heard, &postcode);
    let by_both = joined(&born, &postcode);
    let named_place = joined(&organization, &postcode);
    vec![
        email,
        phone,
        other,
        joined(&name, &city),
        by_birth,
        by_place,
        by_both,
        named_place,
    ]
}

fn mail_key(value: &str) -> u64 {
    if value.contains('@') {
        hash(&value.trim().to_lowercase()).max(1)
    } else {
        0
    }
}

/// The last eight digits, whatever stands in front.
fn phone_key(value: &str) -> u64 {
    let mut key = 0u64;
    let mut digits = 0;
    for b in value.bytes().rev().filter(u8::is_ascii_digit).take(8) {
        key = key * 10 + u64::from(b - b'0');
        digits += 1;
    }
    if digits < 7 { 0 } else { mix(1, key).max(1) }
}

/// The sounds of the words, in any order.
fn name_key(value: &str) -> u64 {
    let folded = fold(value);
    let sounds = tokens(&folded).map(|word| mix(2, u64::from(sound(word))));
    sounds.fold(0u64, u64::wrapping_add)
}

/// The digits in any order: the same date in any writing with four digits of the year.
fn date_key(value: &str) -> u64 {
    let mut counts = [0u64; 10];
    value
        .bytes()
        .filter(u8::is_ascii_digit)
        .take(8)
        .for_each(|b| counts[usize::from(b - b'0')] += 1);
    let key = counts.iter().fold(0u64, |k, n| (k << 4) | n);
    if counts.iter().sum::<u64>() < 6 {
        0
    } else {
        mix(3, key).max(1)
    }
}

fn plain_key(value: &str) -> u64 {
    super::cells::plain_hash(value, &mut String::new())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quality::settle;
    use crate::record::{ColumnMapping, Origin};
    use proptest::prelude::*;

    fn people(n: usize, turned: usize) -> (SourceTable, TableMapping) {
        let mut rows: Vec<[String; 2]> = (0..n)
            .map(|i| [format!("p{}@example.com", i / 2), format!("Person {i}")])
            .collect();
        rows.rotate_left(turned % n.max(1));
        let mut table = SourceTable {
            name: "t".into(),
            ..SourceTable::default()
        };
        let mut mapping = TableMapping::default();
        for (c, kind) in [Kind::Email, Kind::FullName].into_iter().enumerate() {
            let mut column = Column {
                name: kind.name().into(),
                ..Column::default()
            };
            column.ids = rows.iter().map(|r| column.values.intern(&r[c])).collect();
            table.columns.push(column);
            mapping.columns.push(ColumnMapping {
                column: kind.name().into(),
                kind,
                label: None,
                date_order: None,
                confidence: 1.0,
                reason: String::new(),
                given: true,
            });
        }
        table.origins = (0..n)
            .map(|i| Origin {
                file: 0,
                row: i as u64 + 1,
                byte: 0,
            })
            .collect();
        (table, mapping)
    }

    fn drawn(table: &SourceTable, kindred: &Kindred) -> Vec<(String, bool)> {
        let rows = kindred.rows[0].iter().zip(&kindred.drawn[0]);
        rows.map(|(&r, d)| {
            (
                format!(
                    "{} {}",
                    table.columns[0].value(r as usize),
                    table.columns[1].value(r as usize)
                ),
                *d,
            )
        })
        .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn drawn_records_come_with_their_kindred_in_any_order(n in 300usize..900, turned in 0usize..300) {
            let look = |turned| {
                let (mut table, mapping) = people(n, turned);
                let hashes = settle(&mut table);
                let kindred = kindred(&[(&table, &mapping, &hashes)], 100, 200);
                drawn(&table, &kindred)
            };
            let found = look(turned);
            prop_assert_eq!(&found, &look(0));
            let asked = found.iter().filter(|f| f.1).count();
            prop_assert!((50..160).contains(&asked), "{}", asked);
            for (row, _) in found.iter().filter(|f| f.1) {
                let mail = row.split(' ').next().unwrap_or("");
                let number: usize = mail[1..mail.find('@').unwrap()].parse().unwrap();
                let kin = found.iter().filter(|f| f.0.starts_with(&format!("{mail} "))).count();
                prop_assert_eq!(kin, if 2 * number + 1 < n { 2 } else { 1 });
            }
        }
    }

    #[test]
    fn keys_pass_over_writing() {
        assert_eq!(phone_key("+44 20 7946 0101"), phone_key("020-79460101"));
        assert_eq!(date_key("04.03.1980"), date_key("1980-03-04"));
        assert_eq!(name_key("Anna Meyer"), name_key("MAIER, Anna"));
        assert_eq!(
            [phone_key("123"), mail_key("none"), date_key("1980")],
            [0, 0, 0]
        );
    }
}

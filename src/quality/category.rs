//! Spellings of what is probably one value: `Germany`, `germany`, `Gemany`, `DE`.

use super::column::Counted;
use super::facts::{Tally, Variants};
use crate::normalize::country::country;
use crate::record::Kind;
use crate::text::{fold, osa_within};
use std::collections::{BTreeMap, HashMap};

/// More distinct values than this are no categories.
const MOST: u64 = 50_000;
/// Groups that are kept.
const SHOWN: usize = 20;
/// A spelling one slip away is a slip when the other is this many times as frequent.
const TIMES: u64 = 20;

const SAME: &str = "the same but for letter case, accents or signs";
const SLIP: &str = "a letter apart, and far less frequent";
const COUNTRY: &str = "names and codes of one country";

/// Groups of spellings, those with most deviating records first.
pub(super) fn variants(
    counted: &Counted<'_>,
    kind: Kind,
    distinct: u64,
    filled: u64,
) -> Vec<Variants> {
    let categories = matches!(
        kind,
        Kind::City
            | Kind::Region
            | Kind::Country
            | Kind::Category
            | Kind::Gender
            | Kind::Honorific
            | Kind::JobTitle
            | Kind::Attribute
            | Kind::BirthPlace
            | Kind::Source
            | Kind::Consent
            | Kind::OptOut
    );
    if !categories || distinct > MOST || 2 * distinct > filled {
        return Vec::new();
    }
    let mut groups: BTreeMap<String, Vec<Tally>> = BTreeMap::new();
    for seen in counted.iter() {
        let code = (kind == Kind::Country)
            .then(|| country(seen.value))
            .flatten();
        let key = match code {
            Some(code) => String::from_utf8_lossy(&code).into_owned(),
            None => fold(seen.value),
        };
        let tally = Tally {
            value: seen.value.to_owned(),
            records: seen.records,
        };
        groups.entry(key).or_default().push(tally);
    }
    let mut found = merged(groups, kind);
    found.retain(|v| !v.others.is_empty());
    let deviating = |v: &Variants| v.others.iter().map(|o| o.records).sum::<u64>();
    found.sort_by(|a, b| {
        deviating(b)
            .cmp(&deviating(a))
            .then_with(|| a.keep.value.cmp(&b.keep.value))
    });
    found.truncate(SHOWN);
    found
}

fn merged(groups: BTreeMap<String, Vec<Tally>>, kind: Kind) -> Vec<Variants> {
    let mut all: Vec<(String, u64, Vec<Tally>)> = groups
        .into_iter()
        .map(|(key, mut spellings)| {
            spellings.sort_by(|a, b| {
                b.records
                    .cmp(&a.records)
                    .then_with(|| a.value.cmp(&b.value))
            });
            (key, spellings.iter().map(|s| s.records).sum(), spellings)
        })
        .collect();
    all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let slip_of = slips(&all);
    let mut found: Vec<Variants> = Vec::new();
    let mut place: HashMap<usize, usize> = HashMap::new();
    for (at, (_, _, mut spellings)) in all.into_iter().enumerate() {
        if let Some(into) = slip_of.get(&at).and_then(|frequent| place.get(frequent)) {
            found[*into].others.append(&mut spellings);
            found[*into].why = SLIP;
            continue;
        }
        let keep = spellings.remove(0);
        let why = if kind == Kind::Country { COUNTRY } else { SAME };
        place.insert(at, found.len());
        found.push(Variants {
            keep,
            others: spellings,
            why,
        });
    }
    found
}

/// For rare keys the frequent one they are a slip of, by place; keys are sorted by records.
fn slips(all: &[(String, u64, Vec<Tally>)]) -> HashMap<usize, usize> {
    let mut near: HashMap<String, Vec<usize>> = HashMap::new();
    let mut found = HashMap::new();
    for (at, (key, records, _)) in all.iter().enumerate() {
        let plain = key.len() >= 5 && !key.bytes().any(|b| b.is_ascii_digit());
        if !plain {
            continue;
        }
        let within = if key.len() >= 9 { 2 } else { 1 };
        let shortened: Vec<String> = shortened(key);
        let frequent = shortened
            .iter()
            .filter_map(|s| near.get(s))
            .flatten()
            .copied()
            .filter(|&f| {
                all[f].1 >= TIMES * records
                    && osa_within(all[f].0.as_bytes(), key.as_bytes(), within).is_some()
            })
            .min();
        match frequent {
            Some(frequent) => {
                found.insert(at, frequent);
            }
            None => {
                for s in shortened {
                    near.entry(s).or_default().push(at);
                }
            }
        }
    }
    found
}

/// The key, and the key without one of its letters: keys one slip apart share one of these.
fn shortened(key: &str) -> Vec<String> {
    let without = |at: usize| [&key[..at], &key[at + 1..]].concat();
    let mut all: Vec<String> = (0..key.len())
        .filter(|&at| key.is_char_boundary(at) && key.is_char_boundary(at + 1))
        .map(without)
        .collect();
    all.push(key.to_owned());
    all.sort();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Column;

    fn found(kind: Kind, values: &[(&str, usize)]) -> Vec<(String, Vec<String>, &'static str)> {
        let mut column = Column::default();
        for (value, n) in values {
            let id = column.values.intern(value);
            column.ids.extend(std::iter::repeat_n(id, *n));
        }
        let counted = Counted::new(&column);
        let filled = values.iter().map(|v| v.1 as u64).sum();
        variants(&counted, kind, values.len() as u64, filled)
            .into_iter()
            .map(|v| {
                (
                    v.keep.value,
                    v.others.into_iter().map(|o| o.value).collect(),
                    v.why,
                )
            })
            .collect()
    }

    #[test]
    fn spellings_of_one_value_come_together() {
        let cities = [
            ("München", 50),
            ("MUNCHEN", 5),
            ("Munchne", 1),
            ("Köln", 40),
            ("Kiel", 40),
            ("Bonn", 3),
            ("Born", 3),
        ];
        let wanted = vec![(
            "München".to_owned(),
            vec!["MUNCHEN".to_owned(), "Munchne".to_owned()],
            SLIP,
        )];
        assert_eq!(found(Kind::City, &cities), wanted);
        let countries = [
            ("Germany", 60),
            ("DE", 30),
            ("germany", 2),
            ("Gemany", 1),
            ("France", 9),
        ];
        let all = found(Kind::Country, &countries);
        assert_eq!(all[0].0, "Germany");
        assert_eq!(all[0].1[..2], ["DE", "germany"]);
        assert_eq!(
            found(Kind::FamilyName, &[("Meier", 90), ("Meyer", 1)]),
            vec![]
        );
        // as frequent as the other: two values
        assert_eq!(found(Kind::City, &[("Linden", 50), ("Lingen", 40)]), vec![]);
    }
}

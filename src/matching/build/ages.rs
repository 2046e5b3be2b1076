//! Ages stated at different times, brought to one: people grow older between two extracts.
//!
//! When an age was stated is not asked for but found out. Records that share a name few bear are one person often
//! enough to show it: a column of dates, or the groups of a column with few values (a source, a month of download),
//! says when if the ages of such records agree far more often once it is taken into account.

use hashbrown::HashMap;

use super::cells::Known;
use crate::normalize::timestamp::timestamp_in;
use crate::record::frame::Frame;
use crate::record::{DateOrder, Kind};
use crate::text::fold;

/// Most groups of a column that may be extracts.
const MOST_GROUPS: usize = 32;
/// Most records of one name that are looked at: a name of more tells little.
const MOST_BEARERS: usize = 4;
/// Pairs without which nothing is learned of a column or of a group.
const LEAST_PAIRS: u32 = 20;
/// A year, in the quarters ages are compared in.
const YEAR: i32 = 4;
/// The widest shift of a group, 30 years.
const WIDEST: i32 = 30 * YEAR;
/// Standard errors by which agreement must rise.
const SURE: f64 = 4.0;

/// What may tell when a record's age was stated.
#[derive(Default)]
pub(super) struct Stated {
    /// By name of the column: quarters of a year since 1970 and a group, by record; `None` and 0 where unknown.
    columns: Vec<(String, Vec<Option<i32>>, Vec<u16>)>,
    /// Values that are groups, by column: group `n` is value `n - 1`; more than [`MOST_GROUPS`] are none.
    groups: Vec<Vec<String>>,
    len: usize,
}

impl Stated {
    /// Whether columns of this kind may tell when.
    pub(super) fn may_tell(kind: Kind) -> bool {
        matches!(
            kind,
            Kind::Source
                | Kind::CreatedAt
                | Kind::UpdatedAt
                | Kind::Category
                | Kind::Attribute
                | Kind::Amount
                | Kind::Text
        )
    }

    /// Adds a table of `n` records with these columns, each with its order of day and month.
    pub(super) fn table(&mut self, columns: &[(Kind, Known, DateOrder)], n: usize) {
        for (kind, known, order) in columns {
            let name = fold::fold(&known.column.name);
            let at = self
                .columns
                .iter()
                .position(|c| c.0 == name)
                .unwrap_or_else(|| {
                    self.columns.push((name, Vec::new(), Vec::new()));
                    self.groups.push(Vec::new());
                    self.columns.len() - 1
                });
            let (_, days, groups) = &mut self.columns[at];
            if days.len() > self.len {
                continue; // a second column of this name
            }
            days.resize(self.len, None);
            groups.resize(self.len, 0);
            let quarters = match kind {
                Kind::CreatedAt | Kind::UpdatedAt => known.each(|cell| {
                    let seconds = timestamp_in(cell, *order)?;
                    i32::try_from(seconds.div_euclid(91 * 86_400 + 27_000)).ok()
                }),
                _ => vec![None; known.column.values.len()],
            };
            let values = &mut self.groups[at];
            let few = (0..known.column.values.len() as u32)
                .filter(|id| !known.blank[*id as usize])
                .take(MOST_GROUPS + 1);
            let mut group_of: HashMap<u32, u16> = HashMap::new();
            for id in few {
                let value = known.column.values.get(id);
                let group = values.iter().position(|v| v == value).unwrap_or_else(|| {
                    values.push(value.to_owned());
                    values.len() - 1
                });
                group_of.insert(id, group as u16 + 1);
            }
            for id in &known.column.ids {
                days.push(quarters[*id as usize]);
                groups.push(group_of.get(id).copied().unwrap_or(0));
            }
            days.resize(self.len + n, None);
            groups.resize(self.len + n, 0);
        }
        self.len += n;
    }

    /// Ages in quarters of a year, 0 unknown, as they would be if all had been stated at one time.
    ///
    /// Ages stated at the same time differ by whole years, so that without any column that tells when they are four
    /// times `frame.age`.
    pub(super) fn at_one_time(mut self, frame: &Frame) -> Vec<u16> {
        let mut rows: Vec<(u32, u32, u32)> = (0..frame.len as u32)
            .filter(|r| frame.age[*r as usize] != 0)
            .map(|r| {
                (
                    frame.given.terms.ids[r as usize],
                    frame.family.terms.ids[r as usize],
                    r,
                )
            })
            .filter(|(given, family, _)| *given != 0 && *family != 0)
            .collect();
        rows.sort_unstable();
        let pairs: Vec<(usize, usize)> = rows
            .chunk_by(|a, b| (a.0, a.1) == (b.0, b.1))
            .filter(|same| same.len() <= MOST_BEARERS)
            .flat_map(|same| {
                same.iter().enumerate().flat_map(move |(i, a)| {
                    same[i + 1..]
                        .iter()
                        .map(move |b| (a.2 as usize, b.2 as usize))
                })
            })
            .collect();
        let age = |r: usize| i32::from(frame.age[r]) * YEAR;
        let mut tried: Vec<(i64, Vec<i32>)> = Vec::new();
        self.columns.push((
            String::new(),
            Vec::new(),
            frame.source.iter().map(|s| *s + 1).collect(),
        ));
        self.groups
            .push((0..frame.sources).map(|s| format!("{s:05}")).collect());
        for ((_, mut when, mut group), values) in self.columns.into_iter().zip(self.groups) {
            when.resize(frame.len, None);
            group.resize(frame.len, 0);
            let mut later: Vec<i32> = when.iter().map(|w| w.unwrap_or(0)).collect();
            // an unknown date says nothing: as if stated in the middle of the others
            let mut known: Vec<i32> = when.iter().flatten().copied().collect();
            if !known.is_empty() {
                known.sort_unstable();
                let middle = known[known.len() / 2];
                for (slot, w) in later.iter_mut().zip(&when) {
                    *slot = w.unwrap_or(middle) - middle;
                }
                tried.extend(gain(&pairs, &age, &later).map(|g| (g, later)));
            }
            if (2..=MOST_GROUPS).contains(&values.len())
                && let Some(later) = shifts(&pairs, &age, &group, &values)
            {
                tried.extend(gain(&pairs, &age, &later).map(|g| (g, later)));
            }
        }
        let best = tried.into_iter().rev().max_by_key(|(gain, _)| *gain);
        let later = best.map_or_else(|| vec![0; frame.len], |(_, later)| later);
        // at the time of the last, when all of them were born
        let last = later.iter().copied().max().unwrap_or(0);
        (0..frame.len)
            .map(|r| match frame.age[r] {
                0 => 0,
                _ => (age(r) + last - later[r]).clamp(1, i32::from(u16::MAX)) as u16,
            })
            .collect()
    }
}

/// By how many pairs more ages agree if those of record `r` were stated `later[r]` quarters later; `None` unless that is
/// more than chance and such pairs then agree about as often as those stated at the same time.
fn gain(pairs: &[(usize, usize)], age: &impl Fn(usize) -> i32, later: &[i32]) -> Option<i64> {
    let (mut won, mut lost, mut agree, mut apart) = (0u32, 0u32, 0u32, 0u32);
    let (mut same, mut together) = (0u32, 0u32);
    for (a, b) in pairs {
        let between = age(*a) - age(*b);
        let shifted = between - (later[*a] - later[*b]);
        let (before, after) = (between.abs() < YEAR, shifted.abs() < YEAR);
        if (later[*a] - later[*b]).abs() < YEAR {
            together += 1;
            same += u32::from(before);
        } else {
            apart += 1;
            agree += u32::from(after);
            won += u32::from(after && !before);
            lost += u32::from(before && !after);
        }
    }
    let expected = match together {
        0..LEAST_PAIRS => 0.5,
        _ => 0.7 * f64::from(same) / f64::from(together),
    };
    let rise = f64::from(won) - f64::from(lost);
    (apart >= LEAST_PAIRS
        && rise > SURE * f64::from(won + lost).sqrt()
        && f64::from(agree) >= expected * f64::from(apart))
    .then(|| i64::from(won) - i64::from(lost))
}

/// How many quarters later each record's age was stated, if the groups are extracts: each group is shifted to where
/// its ages agree most with those of the groups before it, the one with the most pairs first.
fn shifts(
    pairs: &[(usize, usize)],
    age: &impl Fn(usize) -> i32,
    group: &[u16],
    values: &[String],
) -> Option<Vec<i32>> {
    let mut order: Vec<usize> = (1..=values.len()).collect();
    order.sort_unstable_by_key(|g| &values[g - 1]);
    let k = values.len() + 1;
    let mut between: Vec<HashMap<i32, u32>> = vec![HashMap::new(); k * k];
    let mut count = vec![0u32; k * k];
    for (a, b) in pairs {
        let (g, h) = (usize::from(group[*a]), usize::from(group[*b]));
        if g != 0 && h != 0 && g != h {
            let difference = age(*a) - age(*b);
            *between[g * k + h].entry(difference).or_default() += 1;
            *between[h * k + g].entry(-difference).or_default() += 1;
            count[g * k + h] += 1;
            count[h * k + g] += 1;
        }
    }
    let total = |g: usize| count[g * k..(g + 1) * k].iter().sum::<u32>();
    let first = *order.iter().rev().max_by_key(|g| total(**g))?;
    let mut shift: Vec<Option<i32>> = vec![None; k];
    shift[first] = Some(0);
    loop {
        let placed = |g: usize| -> u32 {
            (1..k)
                .filter(|h| shift[*h].is_some())
                .map(|h| count[g * k + h])
                .sum()
        };
        let next = (order.iter().rev())
            .filter(|g| shift[**g].is_none() && placed(**g) >= LEAST_PAIRS)
            .max_by_key(|g| placed(**g));
        let Some(g) = next.copied() else { break };
        let agreeing = |by: i32| -> u32 {
            (1..k)
                .filter_map(|h| shift[h].map(|s| (h, s)))
                .flat_map(|(h, s)| {
                    between[g * k + h]
                        .iter()
                        .map(move |(d, n)| (d - (by - s), *n))
                })
                .filter(|(d, _)| d.abs() < YEAR)
                .map(|(_, n)| n)
                .sum()
        };
        let best = (-WIDEST..=WIDEST)
            .step_by(2)
            .max_by_key(|by| (agreeing(*by), -by.abs(), *by));
        shift[g] = best;
    }
    Some(
        group
            .iter()
            .map(|g| shift[usize::from(*g)].unwrap_or(0))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Column;
    use crate::record::frame::{NameTerms, Terms};

    /// People of different names, each in two extracts: (group, year of the extract, age).
    fn people(rows: &[(&str, &str, u8)]) -> (Frame, Vec<Column>) {
        let names: Vec<u32> = (0..rows.len() as u32).map(|r| r / 2 + 1).collect();
        let terms = NameTerms {
            terms: Terms {
                ids: names,
                ..Terms::default()
            },
            ..NameTerms::default()
        };
        let frame = Frame {
            len: rows.len(),
            given: terms.clone(),
            family: terms,
            age: rows.iter().map(|r| r.2).collect(),
            source: vec![0; rows.len()],
            sources: 1,
            ..Frame::default()
        };
        let column = |name: &str, value: fn(&(&str, &str, u8)) -> String| {
            let mut column = Column {
                name: name.to_owned(),
                ..Column::default()
            };
            for row in rows {
                column.ids.push(column.values.intern(&value(row)));
            }
            column
        };
        let columns = vec![
            column("extract", |r| r.0.to_owned()),
            column("Stand", |r| r.1.to_owned()),
        ];
        (frame, columns)
    }

    fn at_one_time(frame: &Frame, columns: &[Column], kinds: &[Kind]) -> Vec<u16> {
        let known: Vec<(Kind, Known, DateOrder)> = (columns.iter().zip(kinds))
            .map(|(c, kind)| (*kind, Known::new(*kind, c), DateOrder::Ymd))
            .collect();
        let mut stated = Stated::default();
        stated.table(&known, frame.len);
        stated.at_one_time(frame)
    }

    fn differences(ages: &[u16]) -> Vec<i32> {
        let of = |two: &[u16]| i32::from(two[1]) - i32::from(two[0]);
        ages.chunks(2).map(of).collect()
    }

    #[test]
    fn extracts_years_apart_are_found_by_their_ages() {
        let rows: Vec<(&str, &str, u8)> = (1..41)
            .flat_map(|i| [("first", "", i), ("second", "", 7 + i)])
            .chain([("second", "", 2), ("second", "", 5)])
            .collect();
        let (frame, columns) = people(&rows);
        let ages = at_one_time(&frame, &columns[..1], &[Kind::Category]);
        let now = differences(&ages);
        assert!(now[..40].iter().all(|d| d.abs() < YEAR), "{ages:?}");
        // of one extract, neither born at the time of the other
        assert_eq!(now[40], 3 * YEAR);
        // without the column nothing is known, and ages are as stated
        let alone = at_one_time(&frame, &[], &[]);
        assert!(differences(&alone)[..40].iter().all(|d| *d == 7 * YEAR));
        let stated: Vec<u16> = rows.iter().map(|r| u16::from(r.2) * 4).collect();
        assert_eq!(alone, stated);
    }

    #[test]
    fn dates_tell_when_ages_were_stated() {
        let days = [
            ("2011-03-01", 30),
            ("2014-09-01", 33),
            ("2013-06-01", 32),
            ("2020-12-01", 40),
        ];
        let rows: Vec<(&str, &str, u8)> = (0..40)
            .flat_map(|i| {
                let [a, b] = [days[i % 4], days[(i + 1 + i / 4 % 3) % 4]];
                [("", a.0, a.1 + i as u8), ("", b.0, b.1 + i as u8)]
            })
            .collect();
        let (frame, columns) = people(&rows);
        let ages = at_one_time(&frame, &columns[1..], &[Kind::UpdatedAt]);
        assert!(
            differences(&ages).iter().all(|d| d.abs() < YEAR),
            "{ages:?}"
        );
    }

    #[test]
    fn groups_that_are_no_extracts_shift_nothing() {
        // the older half is another group, as in a column of age bands; namesakes differ by chance
        let rows: Vec<(&str, &str, u8)> = (0..60u32)
            .flat_map(|i| {
                let (a, b) = (20 + (i * 37 % 50) as u8, 20 + (i * 23 % 50) as u8);
                let band = |age: u8| if age < 45 { "young" } else { "old" };
                [(band(a), "2020-01-01", a), (band(b), "2021-01-01", b)]
            })
            .collect();
        let (frame, columns) = people(&rows);
        let ages = at_one_time(&frame, &columns, &[Kind::Category, Kind::UpdatedAt]);
        let stated: Vec<u16> = rows.iter().map(|r| u16::from(r.2) * 4).collect();
        assert_eq!(ages, stated);
    }
}

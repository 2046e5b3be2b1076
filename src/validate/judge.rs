//! One rule tried on one table: which rows it applied to, which failed, and in which column.

use std::collections::HashSet;

use hashbrown::HashMap;
use rayon::prelude::*;

use super::expression::{Expression, Row};
use super::reading::{number, shown_day};
use super::rule::{Bound, Check, Rule, Shape};
use super::{Ground, Readings};
use crate::record::{Column, DateOrder, Kind, SourceTable, TableMapping};

/// A table as rules see it.
#[derive(Clone, Copy)]
pub(super) struct Sheet<'a> {
    pub(super) table: &'a SourceTable,
    pub(super) mapping: &'a TableMapping,
    /// Rows already on their way to quarantine.
    pub(super) gone: &'a [bool],
}

/// A row that failed, and the column concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// The row that stays in its stead, where it repeats one.
    pub(super) repeats: Option<u32>,
    pub(super) row: u32,
    pub(super) column: Option<u32>,
}

/// What a rule came to.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub(super) checked: u64,
    /// In order of rows.
    pub(super) failures: Vec<Failure>,
    /// For rules about a source: what was measured, and whether it holds.
    pub(super) whole: Option<(String, bool)>,
}

impl Found {
    /// Rows with a failure.
    pub(super) fn rows(&self) -> u64 {
        self.failures.chunk_by(|a, b| a.row == b.row).count() as u64
    }
}

impl<'a> Sheet<'a> {
    fn order(&self, column: usize) -> Option<DateOrder> {
        self.mapping.columns.get(column).and_then(|c| c.date_order)
    }

    /// Country of each row by the id of its country cell; the assumed one where the cell is empty or says nothing.
    fn countries(&self, readings: &dyn Readings) -> Countries<'a> {
        let region = self.mapping.region.as_deref();
        let region = region.and_then(|r| <[u8; 2]>::try_from(r.as_bytes()).ok());
        let column = self
            .mapping
            .of_kind(Kind::Country)
            .next()
            .and_then(|c| self.table.columns.get(c));
        let of = column.map_or_else(Vec::new, |c| {
            let named = |v: &str| readings.country(v).or(region);
            c.values.iter().map(named).collect()
        });
        Countries { column, of, region }
    }
}

struct Countries<'a> {
    column: Option<&'a Column>,
    of: Vec<Option<[u8; 2]>>,
    region: Option<[u8; 2]>,
}

impl Countries<'_> {
    fn of(&self, row: usize) -> Option<[u8; 2]> {
        match self.column {
            Some(c) => self.of[c.ids[row] as usize],
            None => self.region,
        }
    }
}

/// A row of a sheet, as conditions read it.
struct SheetRow<'a> {
    sheet: &'a Sheet<'a>,
    columns: &'a [usize],
    countries: &'a Countries<'a>,
    ground: &'a Ground<'a>,
    row: usize,
}

impl Row for SheetRow<'_> {
    fn cell(&self, column: usize) -> &str {
        self.sheet.table.columns[self.columns[column]].value(self.row)
    }

    fn days(&self, column: Option<usize>, text: &str) -> Option<(i64, i64)> {
        let order = column.and_then(|c| self.sheet.order(self.columns[c]));
        self.ground.readings.days(text, order)
    }

    fn fits(&self, shape: Shape, text: &str) -> bool {
        let country = self.countries.of(self.row);
        self.ground.readings.fits(shape, text, country)
    }

    fn today(&self) -> i64 {
        self.ground.today
    }
}

/// Tries a rule. All its columns exist in the table; the caller has seen to it.
pub(super) fn judge(rule: &Rule, sheet: &Sheet<'_>, ground: &Ground<'_>) -> Found {
    let columns: Vec<usize> = rule
        .fields
        .iter()
        .filter_map(|f| sheet.table.column(f))
        .collect();
    let countries = sheet.countries(ground.readings);
    let try_all = |e: &Expression| conditions(e, sheet, &countries, ground);
    let applies: Option<Vec<bool>> = rule
        .when
        .as_ref()
        .map(|w| try_all(w).into_iter().map(|t| t == Some(true)).collect());
    let applies = |row: usize| applies.as_ref().is_none_or(|a| a[row]);
    match &rule.check {
        Check::Holds(e) => {
            let truths = try_all(e);
            let rows = (0..truths.len()).filter(|&r| applies(r) && truths[r].is_some());
            let column = columns.first().map(|c| *c as u32);
            let mut found = Found::default();
            for row in rows {
                found.checked += 1;
                if truths[row] == Some(false) {
                    let row = row as u32;
                    found.failures.push(Failure {
                        row,
                        column,
                        repeats: None,
                    });
                }
            }
            found
        }
        Check::Unique => unique(&columns, sheet, &applies),
        Check::Rows(..) | Check::Filled(_) | Check::Newest(_) => {
            of_source(&rule.check, &columns, sheet, ground, &applies)
        }
        check => {
            let tried: Vec<(usize, Verdict<'_>)> = columns
                .iter()
                .map(|&c| (c, values(check, c, sheet, &countries, ground)))
                .collect();
            let mut found = Found::default();
            for row in (0..sheet.table.len()).filter(|&r| applies(r)) {
                let mut asked = false;
                for (column, verdict) in &tried {
                    let holds = verdict(row);
                    asked |= holds.is_some();
                    if holds == Some(false) {
                        found.failures.push(Failure {
                            row: row as u32,
                            column: Some(*column as u32),
                            repeats: None,
                        });
                    }
                }
                found.checked += u64::from(asked);
            }
            found
        }
    }
}

/// A condition on every row.
fn conditions(
    e: &Expression,
    sheet: &Sheet<'_>,
    countries: &Countries<'_>,
    ground: &Ground<'_>,
) -> Vec<Option<bool>> {
    let columns: Vec<usize> = e
        .columns()
        .iter()
        .filter_map(|name| sheet.table.column(name))
        .collect();
    (0..sheet.table.len())
        .into_par_iter()
        .map(|row| {
            e.holds(&SheetRow {
                sheet,
                columns: &columns,
                countries,
                ground,
                row,
            })
        })
        .collect()
}

/// Whether a check holds for a row; `None` where it has nothing to say.
type Verdict<'a> = Box<dyn Fn(usize) -> Option<bool> + 'a>;

/// A check of one column. Each distinct value is looked at once.
fn values<'a>(
    check: &'a Check,
    at: usize,
    sheet: &'a Sheet<'a>,
    countries: &'a Countries<'a>,
    ground: &'a Ground<'a>,
) -> Verdict<'a> {
    let column = &sheet.table.columns[at];
    let order = sheet.order(at);
    let readings = ground.readings;
    let by_value = |test: &(dyn Fn(&str) -> bool + Sync)| -> Verdict<'a> {
        let of = tried(column, &|text| test(text));
        Box::new(move |row| of[column.ids[row] as usize])
    };
    match check {
        Check::Required => {
            let of = tried(column, &|_| true);
            Box::new(move |row| Some(of[column.ids[row] as usize].is_some()))
        }
        Check::Is(shape) if shape.by_country() => {
            let shape = *shape;
            let pairs: HashSet<(u32, Option<[u8; 2]>)> = (0..sheet.table.len())
                .map(|row| (column.ids[row], countries.of(row)))
                .collect();
            let pairs: Vec<_> = pairs.into_iter().collect();
            let holds: HashMap<_, _> = pairs
                .into_par_iter()
                .filter_map(|(id, country)| {
                    let text = column.values.get(id).trim();
                    let fits = || readings.fits(shape, text, country);
                    (!text.is_empty()).then(|| ((id, country), fits()))
                })
                .collect::<Vec<_>>()
                .into_iter()
                .collect();
            Box::new(move |row| holds.get(&(column.ids[row], countries.of(row))).copied())
        }
        // the order of day and month is the column's
        Check::Is(Shape::Date) => by_value(&|text| {
            let days = readings.days(text, order);
            days.is_some_and(|(first, last)| first == last)
        }),
        Check::Is(shape) => by_value(&|text| readings.fits(*shape, text, None)),
        Check::Pattern(regex, _) => by_value(&|text| regex.is_match(text)),
        Check::Range(least, most) => by_value(&|text| {
            let within = |bound: &Option<Bound>, low: bool| match bound {
                None => true,
                Some(Bound::Number(n)) => {
                    number(text).is_some_and(|x| if low { x >= *n } else { x <= *n })
                }
                Some(Bound::Day(day)) => readings
                    .days(text, order)
                    .is_some_and(|(first, last)| if low { last >= *day } else { first <= *day }),
            };
            within(least, true) && within(most, false)
        }),
        Check::Length(least, most) => by_value(&|text| {
            let length = text.chars().count() as u64;
            least.is_none_or(|n| length >= n) && most.is_none_or(|n| length <= n)
        }),
        Check::OneOf(list) => {
            let list: HashSet<&str> = list.iter().map(String::as_str).collect();
            by_value(&|text| list.contains(text))
        }
        Check::NotFuture => by_value(&|text| {
            let days = readings.days(text, order);
            days.is_some_and(|(first, _)| first <= ground.today)
        }),
        Check::NotBefore(other) => {
            let Some(other_at) = sheet.table.column(other) else {
                return Box::new(|_| None);
            };
            let other = &sheet.table.columns[other_at];
            let days = |c: &Column, order| -> Vec<Option<Option<(i64, i64)>>> {
                let texts: Vec<&str> = c.values.iter().collect();
                texts
                    .into_par_iter()
                    .map(str::trim)
                    .map(|t| (!t.is_empty()).then(|| readings.days(t, order)))
                    .collect()
            };
            let (mine, theirs) = (days(column, order), days(other, sheet.order(other_at)));
            Box::new(move |row| {
                let (mine, theirs) = (
                    mine[column.ids[row] as usize]?,
                    theirs[other.ids[row] as usize]?,
                );
                // a month or year may be any of its days
                Some(matches!((mine, theirs), (Some(m), Some(t)) if m.1 >= t.0))
            })
        }
        Check::References { source, field } => {
            let known = ground.values_of(source, field);
            by_value(&|text| known.contains(text))
        }
        Check::Unique | Check::Holds(_) | Check::Rows(..) | Check::Filled(_) | Check::Newest(_) => {
            Box::new(|_| None)
        }
    }
}

/// What a test says of each distinct value, trimmed; nothing of empty ones.
fn tried(column: &Column, test: &(dyn Fn(&str) -> bool + Sync)) -> Vec<Option<bool>> {
    let texts: Vec<&str> = column.values.iter().collect();
    texts
        .into_par_iter()
        .map(str::trim)
        .map(|t| (!t.is_empty()).then(|| test(t)))
        .collect()
}

/// Rows that repeat the values of another one. Of rows with the same values the fullest stays, of equally full ones
/// the first in the table's order, which is one of content; rows on their way to quarantine repeat nothing.
fn unique(columns: &[usize], sheet: &Sheet<'_>, applies: &dyn Fn(usize) -> bool) -> Found {
    let table = sheet.table;
    // values that differ in blanks around them only are the same
    let plain: Vec<Vec<u32>> = columns
        .iter()
        .map(|&c| {
            let values = &table.columns[c].values;
            let mut first: HashMap<&str, u32> = HashMap::new();
            let number = |id: usize| -> u32 {
                let text = values.get(id as u32).trim();
                if text.is_empty() {
                    return 0;
                }
                *first.entry(text).or_insert(id as u32)
            };
            (0..values.len()).map(number).collect()
        })
        .collect();
    let key = |row: usize| -> Vec<u32> {
        let ids = columns.iter().zip(&plain);
        ids.map(|(&c, plain)| plain[table.columns[c].ids[row] as usize])
            .collect()
    };
    let filled = |row: usize| table.columns.iter().filter(|c| c.ids[row] != 0).count();
    let mut found = Found::default();
    let mut best: HashMap<Vec<u32>, (usize, usize)> = HashMap::new();
    let mut rows: Vec<(usize, Vec<u32>)> = Vec::new();
    for row in (0..table.len()).filter(|&r| applies(r) && !sheet.gone[r]) {
        let key = key(row);
        if key.iter().all(|k| *k == 0) {
            continue;
        }
        found.checked += 1;
        let full = filled(row);
        let (most, _) = *best.entry(key.clone()).or_insert((full, row));
        if full > most {
            best.insert(key.clone(), (full, row));
        }
        rows.push((row, key));
    }
    let column = columns.first().map(|c| *c as u32);
    found.failures = rows
        .into_iter()
        .map(|(row, key)| (row, best[&key].1))
        .filter(|(row, stays)| row != stays)
        .map(|(row, stays)| Failure {
            row: row as u32,
            column,
            repeats: Some(stays as u32),
        })
        .collect();
    found
}

/// Rules about a source as a whole, of the rows that are not on their way to quarantine.
fn of_source(
    check: &Check,
    columns: &[usize],
    sheet: &Sheet<'_>,
    ground: &Ground<'_>,
    applies: &dyn Fn(usize) -> bool,
) -> Found {
    let rows: Vec<usize> = (0..sheet.table.len())
        .filter(|&r| applies(r) && !sheet.gone[r])
        .collect();
    let count = rows.len() as u64;
    let mut whole: Vec<(String, bool)> = Vec::new();
    match check {
        Check::Rows(least, most) => {
            let holds = least.is_none_or(|n| count >= n) && most.is_none_or(|n| count <= n);
            whole.push((format!("{count} rows"), holds));
        }
        Check::Filled(share) => {
            for &c in columns {
                let of = tried(&sheet.table.columns[c], &|_| true);
                let ids = &sheet.table.columns[c].ids;
                let filled = rows.iter().filter(|&&r| of[ids[r] as usize].is_some());
                let found = filled.count() as f64 / (count as f64).max(1.0);
                let name = &sheet.table.columns[c].name;
                let words = format!("`{name}` filled in {:.1} %", found * 100.0);
                whole.push((words, found >= *share || count == 0));
            }
        }
        Check::Newest(days) => {
            for &c in columns {
                let (column, order) = (&sheet.table.columns[c], sheet.order(c));
                let read = |id: &u32| ground.readings.days(column.values.get(*id).trim(), order);
                let mut ids: Vec<u32> = rows.iter().map(|&r| column.ids[r]).collect();
                ids.par_sort_unstable();
                ids.dedup();
                let newest = ids.par_iter().filter_map(read).map(|d| d.1).max();
                let name = &column.name;
                whole.push(match newest {
                    Some(day) => (
                        format!("newest `{name}` is {}", shown_day(day)),
                        ground.today - day <= *days as i64,
                    ),
                    None => (format!("no date in `{name}`"), false),
                });
            }
        }
        _ => {}
    }
    let holds = whole.iter().all(|(_, holds)| *holds);
    let words: Vec<String> = whole.into_iter().map(|(words, _)| words).collect();
    Found {
        checked: count,
        failures: Vec::new(),
        whole: Some((words.join("; "), holds)),
    }
}

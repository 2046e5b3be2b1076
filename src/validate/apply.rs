//! All rules tried on tables, in the order in which they are written; what fails is blanked, marked for quarantine or told.

use std::collections::{BTreeMap, HashSet};

use super::Readings;
use super::judge::{Found, Sheet, judge};
use super::outcome::{Example, RuleResult};
use super::rule::{Check, Rule, Severity};
use crate::record::{SourceTable, TableMapping};

/// Values shown for each rule.
const EXAMPLES: usize = 5;

/// What rules stand on beside the tables they are tried on.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// How cells are read.
    pub readings: &'a dyn Readings,
    /// The day of the run, since 1970-01-01.
    pub today: i64,
    /// Tables that [`Check::References`] may name.
    pub others: &'a [SourceTable],
    /// Rows of `others` that are on their way to quarantine, by table; empty when none are.
    pub others_gone: &'a [Vec<bool>],
}

impl Ground<'_> {
    /// The distinct values, trimmed, of a column of another table, without rows on their way to quarantine.
    pub(super) fn values_of(&self, source: &str, field: &str) -> HashSet<&str> {
        let mut values = HashSet::new();
        for (at, table) in self.others.iter().enumerate() {
            let Some(column) = table.column(field).filter(|_| table.name == source) else {
                continue;
            };
            let column = &table.columns[column];
            let gone = self.others_gone.get(at);
            let rows = (0..table.len()).filter(|&r| gone.is_none_or(|g| !g[r]));
            values.extend(rows.map(|r| column.value(r).trim()));
        }
        values
    }
}

/// A row that goes to quarantine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its table.
    pub table: usize,
    /// Its row.
    pub row: u32,
    /// Rules it breaks (by index) with the column concerned, in order of rules; never empty.
    pub breaks: Vec<(usize, Option<u32>)>,
}

/// A value that was taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blanked {
    /// Its table.
    pub table: usize,
    /// Its row.
    pub row: u32,
    /// Its column.
    pub column: u32,
    /// The value's id in the column.
    pub id: u32,
    /// The rule (by index) that took it out.
    pub rule: usize,
}

/// What all rules came to.
#[derive(Clone, Debug, Default)]
pub struct Applied {
    /// One for each rule and table it was tried on, in order of rules, then tables.
    pub results: Vec<RuleResult>,
    /// Rows that go to quarantine, in order of tables and rows. They are still in their tables, with all their values.
    pub refused: Vec<Refused>,
    /// Values that were taken out of rows that stay.
    pub blanked: Vec<Blanked>,
}

/// Tries rules on tables. A rule sees what the rules before it left: blanked values are empty, and rows on their way to
/// quarantine count neither as twins nor as targets of references; they are tried all the same, so that whoever mends them
/// learns of all faults at once. `waived` tells whether a row was accepted as it is in spite of a rule, by a person.
pub fn apply(
    rules: &[Rule],
    tables: &mut [SourceTable],
    mappings: &[TableMapping],
    ground: &Ground<'_>,
    waived: &dyn Fn(usize, u32, &str) -> bool,
) -> Applied {
    let mut applied = Applied::default();
    let mut gone: Vec<Vec<bool>> = tables.iter().map(|t| vec![false; t.len()]).collect();
    let mut refused: BTreeMap<(usize, u32), Vec<(usize, Option<u32>)>> = BTreeMap::new();
    let mut blanked: Vec<Blanked> = Vec::new();
    for (rule_at, rule) in rules.iter().enumerate() {
        for at in 0..tables.len() {
            if !concerns(rule, &tables[at]) {
                continue;
            }
            let own = Ground {
                others: if ground.others.is_empty() {
                    tables
                } else {
                    ground.others
                },
                others_gone: if ground.others.is_empty() {
                    &gone
                } else {
                    ground.others_gone
                },
                ..*ground
            };
            let sheet = Sheet {
                table: &tables[at],
                mapping: &mappings[at],
                gone: &gone[at],
            };
            let mut found = judge(rule, &sheet, &own);
            let before = found.rows();
            found.failures.retain(|f| !waived(at, f.row, &rule.name));
            let waivers = before - found.rows();
            applied
                .results
                .push(result(rule, &tables[at], &found, waivers));
            for failure in found.failures {
                match (rule.severity, failure.column) {
                    (Severity::Quarantine, column) => {
                        gone[at][failure.row as usize] = true;
                        let breaks = refused.entry((at, failure.row)).or_default();
                        breaks.push((rule_at, column));
                    }
                    (Severity::Blank, Some(column)) => {
                        let id = &mut tables[at].columns[column as usize].ids[failure.row as usize];
                        blanked.push(Blanked {
                            table: at,
                            row: failure.row,
                            column,
                            id: std::mem::take(id),
                            rule: rule_at,
                        });
                    }
                    _ => {}
                }
            }
        }
    }
    // a row that leaves, leaves with all its values
    applied.blanked = blanked;
    applied.blanked.retain(|b| {
        let leaves = refused.contains_key(&(b.table, b.row));
        if leaves {
            tables[b.table].columns[b.column as usize].ids[b.row as usize] = b.id;
        }
        !leaves
    });
    applied.refused = refused
        .into_iter()
        .map(|((table, row), breaks)| Refused { table, row, breaks })
        .collect();
    applied
}

/// Whether a rule is tried on a table: the rule names it, or names none and the table has its columns.
fn concerns(rule: &Rule, table: &SourceTable) -> bool {
    if rule.sources.is_empty() {
        return rule.columns().all(|c| table.column(c).is_some());
    }
    rule.sources.contains(&table.name)
}

fn result(rule: &Rule, table: &SourceTable, found: &Found, waived: u64) -> RuleResult {
    let (measured, whole_failed) = match &found.whole {
        Some((words, holds)) => (Some(words.clone()), u64::from(!holds)),
        None => (None, 0),
    };
    RuleResult {
        rule: rule.name.clone(),
        line: rule.line,
        source: table.name.clone(),
        fields: rule.fields.clone(),
        check: match &rule.when {
            Some(when) => format!("{}, where `{}`", rule.check.words(), when.text()),
            None => rule.check.words(),
        },
        severity: rule.severity,
        checked: found.checked,
        failed: found.rows() + whole_failed,
        waived,
        measured,
        examples: examples(rule, table, found),
        history: Vec::new(),
    }
}

/// The most frequent failing values, equal counts by value; each with its first record by key.
fn examples(rule: &Rule, table: &SourceTable, found: &Found) -> Vec<Example> {
    let mut by_value: BTreeMap<(Option<u32>, &str), (u64, &str)> = BTreeMap::new();
    for failure in &found.failures {
        let row = failure.row as usize;
        let value = failure
            .column
            .map_or("", |c| table.columns[c as usize].value(row));
        let key = table.keys.get(row).map_or("", |k| k);
        let seen = by_value.entry((failure.column, value)).or_insert((0, key));
        seen.0 += 1;
        seen.1 = seen.1.min(key);
    }
    let mut all: Vec<_> = by_value.into_iter().collect();
    all.sort_by(|a, b| b.1.0.cmp(&a.1.0).then(a.0.cmp(&b.0)));
    let name = |c: u32| table.columns[c as usize].name.clone();
    let named = |(column, value): (Option<u32>, &str), (rows, key): (u64, &str)| Example {
        // a condition over several columns concerns none of them alone
        field: column
            .map(name)
            .filter(|_| !matches!(rule.check, Check::Unique) || rule.fields.len() == 1),
        value: value.to_owned(),
        rows,
        key: key.to_owned(),
    };
    all.into_iter()
        .take(EXAMPLES)
        .map(|(place, seen)| named(place, seen))
        .collect()
}

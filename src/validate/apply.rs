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

/// Rules (by index) with the column concerned.
pub type Breaks = Vec<(usize, Option<u32>)>;

/// A row that goes to quarantine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its table.
    pub table: usize,
    /// Its row.
    pub row: u32,
    /// Rules it breaks (by index) with the column concerned, in order of rules; never empty.
    pub breaks: Breaks,
    /// Rows that it repeats and that were to stay in its stead, as rules (by index) say that ask for unique values.
    pub repeats: Vec<(usize, u32)>,
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

/// Why a row leaves, and the rows that stay in its stead.
type Leaving = (Breaks, Vec<(usize, u32)>);

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
    let mut refused: BTreeMap<(usize, u32), Leaving> = BTreeMap::new();
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
                        let (breaks, repeats) = refused.entry((at, failure.row)).or_default();
                        breaks.push((rule_at, column));
                        repeats.extend(failure.repeats.map(|stays| (rule_at, stays)));
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
        .map(|((table, row), (breaks, repeats))| Refused {
            table,
            row,
            breaks,
            repeats,
        })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Column, ColumnMapping, Kind, Origin};
    use crate::validate::reading::tests::Plain;
    use crate::validate::reading::{iso_day, number};
    use crate::validate::rule::pattern;
    use crate::validate::{Bound, Expression, Readings, Shape};
    use proptest::prelude::*;

    const TODAY: i64 = 19_675; // 2023-11-14

    fn table(name: &str, columns: &[&str], rows: &[Vec<String>]) -> SourceTable {
        let mut t = SourceTable {
            name: name.into(),
            ..SourceTable::default()
        };
        for (at, column) in columns.iter().enumerate() {
            let mut c = Column {
                name: (*column).to_owned(),
                ..Column::default()
            };
            for row in rows {
                let id = c.values.intern(&row[at]);
                c.ids.push(id);
            }
            t.columns.push(c);
        }
        for row in 1..=rows.len() as u64 {
            t.origins.push(Origin {
                file: 0,
                row,
                byte: 0,
            });
            t.keys.push(format!("k{row}").into());
        }
        t
    }

    fn mapping(columns: &[&str]) -> TableMapping {
        let meaning = |name: &&str| ColumnMapping {
            column: (*name).to_owned(),
            kind: if *name == "country" {
                Kind::Country
            } else {
                Kind::Text
            },
            label: None,
            date_order: None,
            confidence: 1.0,
            reason: String::new(),
            given: true,
        };
        TableMapping {
            columns: columns.iter().map(meaning).collect(),
            ..TableMapping::default()
        }
    }

    fn rule(check: Check, fields: &[&str], severity: Severity, when: Option<&str>) -> Rule {
        Rule {
            name: "r".into(),
            line: 1,
            sources: Vec::new(),
            fields: fields.iter().map(|f| (*f).to_owned()).collect(),
            when: when.map(|w| Expression::parse(w).unwrap()),
            check,
            severity,
        }
    }

    fn try_on(rules: &[Rule], tables: &mut [SourceTable], columns: &[&str]) -> Applied {
        let mappings: Vec<TableMapping> = tables.iter().map(|_| mapping(columns)).collect();
        let ground = Ground {
            readings: &Plain,
            today: TODAY,
            others: &[],
            others_gone: &[],
        };
        apply(rules, tables, &mappings, &ground, &|_, _, _| false)
    }

    /// Each check of one value, written down a second time in the plainest way.
    fn naive(check: &Check, value: &str, other: &str, country: &str) -> bool {
        let v = value.trim();
        if let Check::Required = check {
            return !v.is_empty();
        }
        if v.is_empty() {
            return true;
        }
        match check {
            Check::Is(Shape::Postcode) if country == "GB" => v.contains(' '),
            Check::Is(Shape::Postcode) => v.len() == 5,
            Check::Is(shape) => Plain.fits(*shape, v, None),
            Check::Pattern(_, _) => v.chars().all(|c| c.is_ascii_digit()),
            Check::Range(Some(Bound::Number(a)), _) => {
                number(v).is_some_and(|n| n >= *a && n <= 9.0)
            }
            Check::Range(..) => iso_day(v).is_some_and(|d| d <= 18_000),
            Check::Length(..) => (2..=4).contains(&v.chars().count()),
            Check::OneOf(list) => list.iter().any(|l| l == v),
            Check::NotFuture => iso_day(v).is_some_and(|d| d <= TODAY),
            Check::NotBefore(_) if other.trim().is_empty() => true,
            Check::NotBefore(_) => {
                matches!((iso_day(v), iso_day(other.trim())), (Some(a), Some(b)) if a >= b)
            }
            _ => true,
        }
    }

    fn checks() -> Vec<Check> {
        vec![
            Check::Required,
            Check::Is(Shape::Postcode),
            Check::Is(Shape::Email),
            Check::Is(Shape::Number),
            Check::Is(Shape::Date),
            Check::Pattern(pattern("[0-9]*").unwrap(), "[0-9]*".into()),
            Check::Range(Some(Bound::Number(2.0)), Some(Bound::Number(9.0))),
            Check::Range(None, Some(Bound::Day(18_000))),
            Check::Length(Some(2), Some(4)),
            Check::OneOf(vec!["a".into(), "12".into()]),
            Check::NotFuture,
            Check::NotBefore("b".into()),
        ]
    }

    fn cell() -> impl Strategy<Value = String> {
        prop_oneof![
            Just(String::new()),
            Just(" ".to_owned()),
            "[a-c]",
            " ?[0-9]{1,5}",
            "20[0-9]{2}-0[1-9]-1[0-9]",
            "[a-c]@[a-c]",
            "[A-Z]{2} [0-9]",
        ]
    }

    const COLUMNS: &[&str] = &["a", "b", "country"];

    proptest! {
        #[test]
        fn each_check_agrees_with_its_naive_version(
            rows in prop::collection::vec((cell(), cell(), prop::sample::select(vec!["", "GB", "DE"])), 1..25),
            at in 0usize..12,
            with_when in any::<bool>(),
        ) {
            let check = checks()[at].clone();
            let rows: Vec<Vec<String>> = rows.into_iter().map(|(a, b, c)| vec![a, b, c.to_owned()]).collect();
            let when = with_when.then_some("country = 'GB'");
            let applies = |r: &Vec<String>| !with_when || r[2] == "GB";
            let wanted: Vec<u32> = rows.iter().enumerate()
                .filter(|(_, r)| applies(r) && !naive(&check, &r[0], &r[1], &r[2]))
                .map(|(i, _)| i as u32).collect();
            let mut tables = [table("s", COLUMNS, &rows)];
            let applied = try_on(&[rule(check, &["a"], Severity::Quarantine, when)], &mut tables, COLUMNS);
            let found: Vec<u32> = applied.refused.iter().map(|r| r.row).collect();
            prop_assert_eq!(applied.results[0].failed as usize, wanted.len());
            prop_assert_eq!(found, wanted);
        }

        #[test]
        fn of_equal_rows_the_fullest_stays(rows in prop::collection::vec(("[ab]?", "[xy]?", "[0-9]?"), 1..25)) {
            let rows: Vec<Vec<String>> = rows.into_iter().map(|(a, b, c)| vec![a, b, c]).collect();
            let mut tables = [table("s", COLUMNS, &rows)];
            let applied = try_on(&[rule(Check::Unique, &["a", "b"], Severity::Quarantine, None)], &mut tables, COLUMNS);
            let gone: Vec<usize> = applied.refused.iter().map(|r| r.row as usize).collect();
            let filled = |r: usize| rows[r].iter().filter(|c| !c.is_empty()).count();
            let wanted: Vec<usize> = (0..rows.len()).filter(|&r| {
                let key = &rows[r][..2];
                let blank = key.iter().all(String::is_empty);
                !blank && (0..rows.len()).any(|o| rows[o][..2] == *key
                    && (filled(o) > filled(r) || (filled(o) == filled(r) && o < r)))
            }).collect();
            prop_assert_eq!(gone, wanted);
        }

        #[test]
        fn references_find_their_targets(mine in prop::collection::vec("[a-e]?", 0..20), theirs in prop::collection::vec("[a-e]?", 0..6)) {
            let rows = |cells: &[String]| -> Vec<Vec<String>> { cells.iter().map(|c| vec![c.clone(), String::new(), String::new()]).collect() };
            let mut tables = [table("s", COLUMNS, &rows(&mine)), table("t", COLUMNS, &rows(&theirs))];
            let check = Check::References { source: "t".into(), field: "a".into() };
            let one = Rule { sources: vec!["s".into()], ..rule(check, &["a"], Severity::Quarantine, None) };
            let applied = try_on(&[one], &mut tables, COLUMNS);
            let wanted = mine.iter().filter(|m| !m.is_empty() && !theirs.contains(m)).count();
            prop_assert_eq!(applied.refused.len(), wanted);
        }

        // Nothing is lost: every row is still there with all its values, or all but the blanked ones, which are handed back.
        #[test]
        fn values_and_rows_are_conserved(
            rows in prop::collection::vec((cell(), cell(), prop::sample::select(vec!["", "GB"])), 0..25),
            picks in prop::collection::vec((0usize..12, prop::sample::select(vec![Severity::Warn, Severity::Blank, Severity::Quarantine]), 0usize..2), 0..6),
        ) {
            let rows: Vec<Vec<String>> = rows.into_iter().map(|(a, b, c)| vec![a, b, c.to_owned()]).collect();
            let rules: Vec<Rule> = picks.into_iter()
                .map(|(at, severity, field)| (checks()[at].clone(), severity, field))
                .filter(|(check, severity, _)| !(matches!(check, Check::Required) && *severity == Severity::Blank))
                .map(|(check, severity, field)| rule(check, &[COLUMNS[field]], severity, None)).collect();
            let mut tables = [table("s", COLUMNS, &rows)];
            let applied = try_on(&rules, &mut tables, COLUMNS);
            let t = &mut tables[0];
            for b in &applied.blanked {
                prop_assert!(applied.refused.iter().all(|r| r.row != b.row));
                let id = &mut t.columns[b.column as usize].ids[b.row as usize];
                prop_assert_eq!(*id, 0);
                *id = b.id;
            }
            for (r, row) in rows.iter().enumerate() {
                for (c, value) in row.iter().enumerate() {
                    prop_assert_eq!(t.columns[c].value(r), value);
                }
            }
            let mut seen: Vec<u32> = applied.refused.iter().map(|r| r.row).collect();
            seen.dedup();
            prop_assert_eq!(seen.len(), applied.refused.len(), "each row once");
            for (result, rule) in applied.results.iter().zip(&rules) {
                prop_assert!(result.failed <= result.checked);
                prop_assert_eq!(result.severity, rule.severity);
            }
        }
    }

    #[test]
    fn sources_are_judged_as_a_whole() {
        let rows: Vec<Vec<String>> = [
            ["1", "2023-11-01", ""],
            ["", "2023-10-01", ""],
            ["3", "", ""],
        ]
        .iter()
        .map(|r| r.iter().map(|c| (*c).to_owned()).collect())
        .collect();
        for (check, fields, measured, holds) in [
            (Check::Rows(Some(3), Some(3)), &[][..], "3 rows", true),
            (Check::Rows(None, Some(2)), &[], "3 rows", false),
            (Check::Filled(0.6), &["a"], "`a` filled in 66.7 %", true),
            (Check::Filled(0.7), &["a"], "`a` filled in 66.7 %", false),
            (Check::Newest(13), &["b"], "newest `b` is 2023-11-01", true),
            (Check::Newest(12), &["b"], "newest `b` is 2023-11-01", false),
            (
                Check::Newest(12),
                &["country"],
                "no date in `country`",
                false,
            ),
        ] {
            let mut tables = [table("s", COLUMNS, &rows)];
            let applied = try_on(
                &[rule(check, fields, Severity::Stop, None)],
                &mut tables,
                COLUMNS,
            );
            let result = &applied.results[0];
            assert_eq!(
                (result.measured.as_deref(), result.failed == 0),
                (Some(measured), holds)
            );
        }
    }

    #[test]
    fn later_rules_see_what_earlier_ones_left_and_a_row_tells_all_its_faults() {
        let rows: Vec<Vec<String>> = [["x", "y", ""], ["12", "y", ""]]
            .iter()
            .map(|r| r.iter().map(|c| (*c).to_owned()).collect())
            .collect();
        let mut tables = [table("s", COLUMNS, &rows)];
        let number = || Check::Is(Shape::Number);
        let rules = [
            rule(number(), &["a"], Severity::Blank, None),
            rule(Check::Required, &["a"], Severity::Quarantine, None),
            rule(number(), &["b"], Severity::Quarantine, None),
            rule(Check::Filled(1.0), &["b"], Severity::Warn, None),
        ];
        let applied = try_on(&rules, &mut tables, COLUMNS);
        assert_eq!(applied.refused.len(), 2);
        assert_eq!(applied.refused[0].breaks, [(1, Some(0)), (2, Some(1))]);
        assert_eq!(applied.refused[1].breaks, [(2, Some(1))]);
        assert!(
            applied.blanked.is_empty(),
            "a row that leaves keeps its values"
        );
        assert_eq!(tables[0].columns[0].value(0), "x");
        assert_eq!(applied.results[0].examples[0].value, "x");
    }
}

//! What deserves a look first: the profile's sections in one list, the gravest first.

use super::facts::{ColumnProfile, Finding, Severity, SourceProfile};
use crate::record::Kind;

/// All findings of the sources, without any value of the data.
#[must_use]
pub fn findings(sources: &[SourceProfile]) -> Vec<Finding> {
    let mut found: Vec<Finding> = sources.iter().flat_map(of_source).collect();
    // the sort is stable: equal ones stay in the order of sources and columns
    found.sort_by(|a, b| a.severity.cmp(&b.severity).then(b.records.cmp(&a.records)));
    found
}

struct List<'a> {
    source: &'a SourceProfile,
    found: Vec<Finding>,
}

impl List<'_> {
    fn add(
        &mut self,
        severity: Severity,
        column: Option<&str>,
        code: &str,
        records: u64,
        text: String,
        advice: &str,
    ) {
        self.found.push(Finding {
            severity,
            source: self.source.name.clone(),
            column: column.map(str::to_owned),
            code: code.to_owned(),
            text,
            records,
            advice: advice.to_owned(),
        });
    }
}

fn of_source(source: &SourceProfile) -> Vec<Finding> {
    use Severity::{Damage, Note, Warning};
    let mut list = List {
        source,
        found: Vec::new(),
    };
    for rule in &source.quarantined {
        let text = format!("rows were refused when reading (`{}`)", rule.value);
        list.add(
            Damage,
            None,
            "refused-rows",
            rule.records,
            text,
            "see their places and reasons with `selfsame dedupe --report`, and mend the export",
        );
    }
    if let Some(shifted) = &source.shifted {
        let text = format!(
            "cells stand one column aside, first at {}",
            shifted.places.first().map_or("", |p| p)
        );
        list.add(
            Damage,
            None,
            "shifted-columns",
            shifted.records,
            text,
            "look for a stray separator before these cells",
        );
    }
    for swapped in &source.swapped {
        let what = if swapped.what == "columns" {
            "look exchanged"
        } else {
            "look exchanged in some rows"
        };
        let text = format!("`{}` and `{}` {what}", swapped.left, swapped.right);
        list.add(
            Warning,
            None,
            "swapped-columns",
            swapped.records,
            text,
            "look at the examples; say what a column is with `--map COLUMN=KIND`",
        );
    }
    if source.repeats.exact > 0 {
        let text = "rows repeat another cell for cell".to_owned();
        list.add(
            Warning,
            None,
            "repeated-rows",
            source.repeats.exact,
            text,
            "an export may have been appended to itself; matching merges them",
        );
    } else if source.repeats.apart_from_keys > 0 {
        let text = "rows repeat another in all but keys and time stamps".to_owned();
        list.add(
            Warning,
            None,
            "repeated-rows",
            source.repeats.apart_from_keys,
            text,
            "the same customer was keyed in twice; matching merges them",
        );
    }
    for column in &source.columns {
        of_column(column, &mut list);
    }
    for dependency in source.dependencies.iter().filter(|d| d.exceptions > 0) {
        let share = 100.0 * dependency.holds;
        let text = format!(
            "`{}` decides `{}` in {share:.1} % of the records looked at; the others may be slips",
            dependency.from, dependency.to
        );
        list.add(
            Note,
            Some(&dependency.to),
            "dependency",
            dependency.exceptions,
            text,
            "look at the exceptions",
        );
    }
    if !source.keys.iter().any(|k| k.holds) && source.records > 1 {
        let text = "no column tells all records apart".to_owned();
        list.add(
            Note,
            None,
            "no-key",
            source.records,
            text,
            "records are called by file and row, which changes when rows move; export a key",
        );
    }
    list.found
}

fn of_column(c: &ColumnProfile, list: &mut List<'_>) {
    use Severity::{Damage, Note, Warning};
    let name = Some(c.column.as_str());
    for damage in &c.damage {
        let severity = match damage.code.as_str() {
            "outer-spaces" | "short-year" => Note,
            "html-entities" | "control-signs" | "two-values" => Warning,
            _ => Damage,
        };
        list.add(
            severity,
            name,
            &damage.code,
            damage.records,
            damage.evidence.clone(),
            &damage.repair,
        );
    }
    for problem in c.validity.iter().flat_map(|v| &v.problems) {
        let severity = if problem.code == "unknown-plan" {
            Note
        } else {
            Warning
        };
        list.add(
            severity,
            name,
            &problem.code,
            problem.records,
            problem.text.clone(),
            "have it checked at the source; a rule can warn of it or blank it",
        );
    }
    for outlier in &c.outliers {
        list.add(
            Note,
            name,
            &outlier.code,
            outlier.records,
            outlier.text.clone(),
            "look at the examples",
        );
    }
    if c.placeholder_records > 0 {
        let text = "values that stand for nothing".to_owned();
        list.add(
            Note,
            name,
            "placeholders",
            c.placeholder_records,
            text,
            "they count as missing in matching",
        );
    }
    let variants: u64 = c
        .variants
        .iter()
        .flat_map(|v| &v.others)
        .map(|o| o.records)
        .sum();
    if variants > 0 {
        let text = format!(
            "{} value(s) are spelt in more than one way",
            c.variants.len()
        );
        list.add(
            Note,
            name,
            "near-duplicate-categories",
            variants,
            text,
            "choose one spelling for each",
        );
    }
    if c.filled == 0 {
        list.add(
            Note,
            name,
            "empty-column",
            list.source.records,
            "no record has a value".to_owned(),
            "leave the column out of the export",
        );
    }
    let used = !matches!(c.kind, Kind::Ignore | Kind::Text | Kind::Category);
    if used && !c.reason.is_empty() && c.confidence < 0.6 && c.filled > 0 {
        let text = format!(
            "taken for {} with confidence {:.2} only",
            c.kind, c.confidence
        );
        list.add(
            Note,
            name,
            "unsure-kind",
            c.filled,
            text,
            "say what it is with `--map COLUMN=KIND`",
        );
    }
}

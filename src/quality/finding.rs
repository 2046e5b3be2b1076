//! What deserves a look first: the profile's sections in one list, the gravest first.

use super::facts::{ColumnProfile, Damage, Finding, Severity, SourceProfile};
use crate::record::Kind;

/// All findings of the sources, without any value of the data.
#[must_use]
pub fn findings(sources: &[SourceProfile]) -> Vec<Finding> {
    let mut found: Vec<Finding> = sources.iter().flat_map(of_source).collect();
    // the sort is stable: equal ones stay in the order of sources and columns
    found.sort_by(|a, b| a.severity.cmp(&b.severity).then(b.records.cmp(&a.records)));
    found
}

/// How grave damage is: whether it is seen at once and undone easily, or changes what is meant.
#[must_use]
pub fn gravity(damage: &Damage) -> Severity {
    match damage.code.as_str() {
        "outer-spaces" | "short-year" => Severity::Note,
        "html-entities" | "control-signs" | "two-values" => Severity::Warning,
        _ => Severity::Damage,
    }
}

struct List<'a> {
    source: &'a SourceProfile,
    found: Vec<Finding>,
}

impl List<'_> {
    fn add(
        &mut self,
        (severity, code): (Severity, &str),
        column: Option<&str>,
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
    use Severity::{Note, Warning};
    let mut list = List {
        source,
        found: Vec::new(),
    };
    for rule in &source.quarantined {
        let text = format!("rows were refused when reading (`{}`)", rule.value);
        list.add(
            (Severity::Damage, "refused-rows"),
            None,
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
            (Severity::Damage, "shifted-columns"),
            None,
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
            (Warning, "swapped-columns"),
            None,
            swapped.records,
            text,
            "look at the examples; say what a column is with `--map COLUMN=KIND`",
        );
    }
    if source.repeats.exact > 0 {
        let text = "rows repeat another cell for cell".to_owned();
        list.add(
            (Warning, "repeated-rows"),
            None,
            source.repeats.exact,
            text,
            "an export may have been appended to itself; matching merges them",
        );
    } else if source.repeats.apart_from_keys > 0 {
        let text = "rows repeat another in all but keys and time stamps".to_owned();
        list.add(
            (Warning, "repeated-rows"),
            None,
            source.repeats.apart_from_keys,
            text,
            "the same customer was keyed in twice; matching merges them",
        );
    }
    for column in &source.columns {
        of_column(column, &mut list);
    }
    let empty: Vec<String> = source
        .columns
        .iter()
        .filter(|c| c.filled == 0)
        .map(|c| format!("`{}`", c.column))
        .collect();
    if !empty.is_empty() && source.records > 0 {
        const NAMED: usize = 5;
        let named = empty.iter().take(NAMED).cloned().collect::<Vec<_>>();
        let more = if empty.len() > NAMED { ", …" } else { "" };
        let text = format!(
            "{} column(s) hold nothing: {}{more}",
            empty.len(),
            named.join(", ")
        );
        list.add(
            (Note, "empty-columns"),
            None,
            source.records,
            text,
            "leave them out of the export, or find out why they are empty",
        );
    }
    for dependency in source.dependencies.iter().filter(|d| d.exceptions > 0) {
        let share = 100.0 * dependency.holds;
        let text = format!(
            "`{}` decides `{}` in {share:.1} % of the records looked at; the others may be slips",
            dependency.from, dependency.to
        );
        list.add(
            (Note, "dependency"),
            Some(&dependency.to),
            dependency.exceptions,
            text,
            "look at the exceptions",
        );
    }
    if !source.keys.iter().any(|k| k.holds) && source.records > 1 {
        let text = "no column tells all records apart".to_owned();
        list.add(
            (Note, "no-key"),
            None,
            source.records,
            text,
            "records are called by file and row, which changes when rows move; export a key",
        );
    }
    list.found
}

fn of_column(c: &ColumnProfile, list: &mut List<'_>) {
    use Severity::{Note, Warning};
    let name = Some(c.column.as_str());
    for damage in &c.damage {
        list.add(
            (gravity(damage), &damage.code),
            name,
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
            (severity, &problem.code),
            name,
            problem.records,
            problem.text.clone(),
            "have it checked at the source; a rule can warn of it or blank it",
        );
    }
    for outlier in &c.outliers {
        list.add(
            (Note, &outlier.code),
            name,
            outlier.records,
            outlier.text.clone(),
            "look at the examples",
        );
    }
    if c.placeholder_records > 0 {
        let text = "values that stand for nothing".to_owned();
        list.add(
            (Note, "placeholders"),
            name,
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
            (Note, "near-duplicate-categories"),
            name,
            variants,
            text,
            "choose one spelling for each",
        );
    }
    let used = !matches!(c.kind, Kind::Ignore | Kind::Text | Kind::Category);
    if used && !c.reason.is_empty() && c.confidence < 0.6 && c.filled > 0 {
        let text = format!(
            "taken for {} with confidence {:.2} only",
            c.kind, c.confidence
        );
        list.add(
            (Note, "unsure-kind"),
            name,
            c.filled,
            text,
            "say what it is with `--map COLUMN=KIND`",
        );
    }
}

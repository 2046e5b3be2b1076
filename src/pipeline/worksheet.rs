//! The sheet on which quarantined rows are worked off: written for people or programs, and taken back exactly.
//!
//! A spreadsheet runs cells as formulas, drops leading zeros and turns figures into dates. Cells that it could change get an
//! apostrophe in front, and so do cells that begin with one; taking back removes just that apostrophe. The JSON edition needs
//! no such guard.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use serde_json::Value;

use super::gather::Gathered;
use crate::config::error::nearest;
use crate::record::Rejection;

/// Columns before the cells.
const FIXED: [&str; 13] = [
    "action", "note", "source", "file", "row", "line", "rule", "field", "value", "repair",
    "reason", "as_read", "digest",
];
/// What stands before the name of a column of the source.
pub(super) const CELL: &str = "cell.";
/// Words for `action`.
pub(super) const ACTIONS: [&str; 4] = ["correct", "repair", "accept", "discard"];

fn risky(c: char) -> bool {
    c.is_ascii_digit()
        || matches!(
            c,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\0' | '\'' | '＝' | '＋' | '－' | '＠'
        )
}

/// The cell, with an apostrophe in front when a spreadsheet could change it.
fn guarded(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(risky) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// The cell that [`guarded`] was given; a cell that was typed without guard stays as it is.
pub(super) fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(risky) => rest,
        _ => cell,
    }
}

/// Rows that wait for a decision, one for each content: the same row twice is asked about once.
#[must_use]
pub fn waiting<'a>(
    gathered: &'a Gathered,
    wanted: &dyn Fn(&Rejection) -> bool,
) -> Vec<&'a Rejection> {
    let mut seen = BTreeSet::new();
    gathered
        .rejections()
        .filter(|r| !r.discarded && wanted(r))
        .filter(|r| seen.insert((&r.source, &r.digest)))
        .collect()
}

/// Names of all sources, those of orders and interactions last.
#[must_use]
pub fn sources(gathered: &Gathered) -> Vec<&str> {
    let tables = gathered.read.dataset.tables.iter();
    let linked = gathered.linked.iter().map(|l| &l.table);
    tables.chain(linked).map(|t| t.name.as_str()).collect()
}

/// What is said of a source that does not exist, and what to do.
#[must_use]
pub fn unknown_source(name: &str, known: &[&str]) -> (String, String) {
    let hint = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("its sources are: {}", known.join(", ")),
    };
    (format!("the pipeline has no source `{name}`"), hint)
}

/// The cells of a row that was read, else none.
pub(super) fn cells(rejection: &Rejection) -> BTreeMap<String, String> {
    if !rejection.split {
        return BTreeMap::new();
    }
    let members: BTreeMap<String, Value> = serde_json::from_str(&rejection.raw).unwrap_or_default();
    let text = |(name, value)| match value {
        Value::String(cell) => Some((name, cell)),
        // the row as read
        _ => None,
    };
    members.into_iter().filter_map(text).collect()
}

pub(super) fn columns<'a>(gathered: &'a Gathered, source: &str) -> Vec<&'a str> {
    let tables = gathered.read.dataset.tables.iter();
    let linked = gathered.linked.iter().map(|l| &l.table);
    let table = tables.chain(linked).find(|t| t.name == source);
    table.map_or_else(Vec::new, |t| {
        t.columns.iter().map(|c| c.name.as_str()).collect()
    })
}

/// Writes the sheet as CSV.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_csv(
    gathered: &Gathered,
    rows: &[&Rejection],
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let mut names: Vec<&str> = Vec::new();
    for source in rows.iter().map(|r| &r.source).collect::<BTreeSet<_>>() {
        for name in columns(gathered, source) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    let mut csv = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(out);
    let heads = names.iter().map(|n| format!("{CELL}{n}"));
    csv.write_record(FIXED.iter().map(|f| (*f).to_owned()).chain(heads))?;
    for r in rows {
        let rules: Vec<&str> = std::iter::once(&r.rule)
            .chain(&r.also)
            .map(String::as_str)
            .collect();
        let fixed = [
            String::new(),
            String::new(),
            r.source.clone(),
            r.file.clone(),
            r.row.to_string(),
            if r.line == 0 {
                String::new()
            } else {
                r.line.to_string()
            },
            rules.join(", "),
            r.field.clone().unwrap_or_default(),
            r.value.clone().unwrap_or_default(),
            r.repair.clone().unwrap_or_default(),
            r.reason.clone(),
            if r.split {
                String::new()
            } else {
                r.raw.clone()
            },
            r.digest.clone(),
        ];
        let own = cells(r);
        let own = names.iter().map(|n| own.get(*n).map_or("", String::as_str));
        let all = fixed.iter().map(String::as_str).chain(own);
        // counts are no cells of the source
        let plain = |at: usize| matches!(FIXED.get(at), Some(&"row" | &"line"));
        let cell = |(at, c): (usize, &str)| {
            let kept = if plain(at) {
                Cow::Borrowed(c)
            } else {
                guarded(c)
            };
            kept.into_owned()
        };
        csv.write_record(all.enumerate().map(cell))?;
    }
    csv.flush()
}

/// Writes the sheet as JSON Lines.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_json(rows: &[&Rejection], out: &mut dyn Write) -> std::io::Result<()> {
    for r in rows {
        let line = serde_json::json!({
            "action": "",
            "note": "",
            "source": r.source,
            "file": r.file,
            "row": r.row,
            "line": r.line,
            "byte": r.byte,
            "rules": std::iter::once(&r.rule).chain(&r.also).collect::<Vec<_>>(),
            "field": r.field,
            "value": r.value,
            "repair": r.repair,
            "reason": r.reason,
            "as_read": if r.split { None } else { Some(&r.raw) },
            "digest": r.digest,
            "cells": cells(r),
        });
        writeln!(out, "{line}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_spreadsheet_would_change_is_guarded() {
        for cell in [
            "=1+1", "+44 20", "-1", "@x", "007", "1/2", "'s", "\tx", "＝1",
        ] {
            assert!(guarded(cell).starts_with('\''), "{cell}");
        }
        assert_eq!(guarded("Ann"), "Ann");
        // typed by a person
        assert_eq!(unguarded("'s-Gravenhage"), "'s-Gravenhage");
        assert_eq!(unguarded("12345"), "12345");
    }

    proptest! {
        #[test]
        fn guarding_is_undone_exactly(cell in "['=+@0-9a-z\r\n\t -]{0,12}|\\PC{0,12}") {
            let kept = guarded(&cell).into_owned();
            prop_assert_eq!(unguarded(&kept), cell.as_str());
        }
    }
}

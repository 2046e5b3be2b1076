//! The sheet on which quarantined rows are worked off: written for people or programs, and taken back exactly.
//!
//! A spreadsheet runs cells as formulas, drops leading zeros and turns figures into dates. Cells that it could change get an
//! apostrophe in front, and so do cells that begin with one; taking back removes just that apostrophe. The JSON edition needs
//! no such guard.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

use super::error::Error;
use super::gather::Gathered;
use super::quarantine::digest_of_row;
use crate::config::error::nearest;
use crate::config::{Action, ConfigError, Corrections, Decision};
use crate::record::Rejection;

/// Columns before the cells.
const FIXED: [&str; 13] = [
    "action", "note", "source", "file", "row", "line", "rule", "field", "value", "repair",
    "reason", "as_read", "digest",
];
/// What stands before the name of a column of the source.
const CELL: &str = "cell.";
/// Words for `action`.
const ACTIONS: [&str; 4] = ["correct", "repair", "accept", "discard"];
/// Characters from which on only the beginning of an unreadable row is kept.
const CUT: usize = 500;

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
fn unguarded(cell: &str) -> &str {
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

/// The cells of a row that was read, else none.
fn cells(rejection: &Rejection) -> BTreeMap<String, String> {
    if !rejection.split {
        return BTreeMap::new();
    }
    serde_json::from_str(&rejection.raw).unwrap_or_default()
}

fn columns<'a>(gathered: &'a Gathered, source: &str) -> Vec<&'a str> {
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

/// One row of a sheet that comes back.
struct Worked {
    line: usize,
    action: String,
    note: String,
    source: String,
    digest: String,
    cells: BTreeMap<String, String>,
}

/// What became of a sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Rows with corrected cells.
    pub corrected: usize,
    /// Rows accepted as they are.
    pub accepted: usize,
    /// Rows left out.
    pub discarded: usize,
    /// Rows without an action.
    pub open: usize,
    /// Rows that were decided about before.
    pub known: usize,
    /// Rows (by line) that are in quarantine no more.
    pub gone: Vec<usize>,
}

/// Takes a sheet back: its decisions are added to `corrections`.
///
/// # Errors
/// When the sheet cannot be read, or all rows whose action does not fit, with their lines; nothing is added then.
pub fn take_back(
    sheet: &Path,
    gathered: &Gathered,
    rules: &[String],
    corrections: &mut Corrections,
    now: &str,
) -> Result<Taken, Error> {
    let file = sheet.display().to_string();
    let waiting = waiting(gathered, &|_| true);
    let by_digest: BTreeMap<(&str, &str), &Rejection> = waiting
        .iter()
        .map(|r| ((r.source.as_str(), r.digest.as_str()), *r))
        .collect();
    let (mut taken, mut faults) = (Taken::default(), Vec::new());
    let mut decisions: Vec<Decision> = Vec::new();
    for worked in read(sheet, &file)? {
        if worked.action.is_empty() {
            taken.open += 1;
            continue;
        }
        let Some(rejection) = by_digest.get(&(worked.source.as_str(), worked.digest.as_str()))
        else {
            match corrections.of(&worked.source, &worked.digest) {
                Some(_) => taken.known += 1,
                None => taken.gone.push(worked.line),
            }
            continue;
        };
        match decide(&worked, rejection, gathered, rules, now) {
            Ok(decision) => decisions.push(decision),
            Err((message, hint)) => faults.push(ConfigError {
                file: file.clone(),
                line: worked.line,
                message,
                hint,
            }),
        }
    }
    if !faults.is_empty() {
        return Err(Error::Config(faults));
    }
    for decision in decisions {
        match decision.action {
            Action::Correct => taken.corrected += 1,
            Action::Accept => taken.accepted += 1,
            Action::Discard => taken.discarded += 1,
        }
        corrections.keep(decision);
    }
    Ok(taken)
}

type Refusal = (String, String);

fn decide(
    worked: &Worked,
    rejection: &Rejection,
    gathered: &Gathered,
    rules: &[String],
    now: &str,
) -> Result<Decision, Refusal> {
    let no = |message: &str, hint: &str| Err((message.to_owned(), hint.to_owned()));
    let broken: Vec<String> = std::iter::once(&rejection.rule)
        .chain(&rejection.also)
        .cloned()
        .collect();
    let (action, cells) = match worked.action.as_str() {
        "discard" => (Action::Discard, BTreeMap::new()),
        "accept" => {
            if let Some(rule) = broken.iter().find(|b| !rules.contains(b)) {
                return Err((
                    format!("a row refused as `{rule}` cannot be accepted as it is"),
                    "correct it (fill in its cells), or discard it".to_owned(),
                ));
            }
            (Action::Accept, BTreeMap::new())
        }
        "repair" => match (&rejection.field, &rejection.repair) {
            (Some(field), Some(repair)) => {
                let cells = BTreeMap::from([(field.clone(), repair.clone())]);
                (Action::Correct, cells)
            }
            _ => {
                return no(
                    "no repair is proposed for this row",
                    "type the cells that are right and write `correct`",
                );
            }
        },
        "correct" => {
            let cells = corrected(worked, rejection, gathered)?;
            (Action::Correct, cells)
        }
        other => {
            let hint = match nearest(other, ACTIONS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("one of: {}; empty for not yet", ACTIONS.join(", ")),
            };
            return Err((format!("unknown action `{other}`"), hint));
        }
    };
    if action == Action::Correct && has_twin(rejection, gathered) {
        return no(
            "the row is the same, cell for cell, as one that stays: correcting it would change both",
            "discard it, or mend the source",
        );
    }
    Ok(Decision {
        source: rejection.source.clone(),
        digest: rejection.digest.clone(),
        action,
        rules: broken,
        decided: now.to_owned(),
        note: worked.note.clone(),
        cells,
        line: 0,
    })
}

/// The cells that were changed; of a row that could not be read, all that were filled in.
fn corrected(
    worked: &Worked,
    rejection: &Rejection,
    gathered: &Gathered,
) -> Result<BTreeMap<String, String>, Refusal> {
    if !rejection.split && rejection.raw.chars().count() >= CUT {
        return Err((
            "the row is too long to be corrected here: only its beginning is kept".to_owned(),
            "mend it in the source, or discard it".to_owned(),
        ));
    }
    let known = columns(gathered, &rejection.source);
    let before = cells(rejection);
    let mut changed = BTreeMap::new();
    for (name, cell) in &worked.cells {
        if before.get(name).map_or("", String::as_str) == cell.as_str() {
            continue;
        }
        if !known.contains(&name.as_str()) {
            let hint = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{CELL}{near}`?"),
                None => format!("its columns are: {}", known.join(", ")),
            };
            let message = format!("source `{}` has no column `{name}`", rejection.source);
            return Err((message, hint));
        }
        changed.insert(name.clone(), cell.clone());
    }
    if changed.is_empty() {
        let (message, hint) = if rejection.split {
            (
                "the action is `correct` and no cell differs",
                "change a cell, or write `accept` or `discard`",
            )
        } else {
            (
                "the action is `correct` and no cell is filled in",
                "fill in the `cell.` columns from what stands in `as_read`",
            )
        };
        return Err((message.to_owned(), hint.to_owned()));
    }
    Ok(changed)
}

/// Whether a row that stays has the same content.
fn has_twin(rejection: &Rejection, gathered: &Gathered) -> bool {
    use rayon::prelude::*;
    if rejection.rule != "duplicate-key" {
        return false;
    }
    let mut tables = gathered.read.dataset.tables.iter();
    let table = tables.find(|t| t.name == rejection.source);
    table.is_some_and(|t| {
        let same = |row: usize| digest_of_row(t, row) == rejection.digest;
        (0..t.len()).into_par_iter().any(same)
    })
}

fn read(sheet: &Path, file: &str) -> Result<Vec<Worked>, Error> {
    let fault = |line: usize, message: String, hint: &str| {
        Error::from(ConfigError {
            file: file.to_owned(),
            line,
            message,
            hint: hint.to_owned(),
        })
    };
    let bytes = std::fs::read(sheet).map_err(|e| {
        fault(
            0,
            format!("cannot be read: {e}"),
            "name the sheet that `selfsame quarantine export` wrote",
        )
    })?;
    let text = String::from_utf8(bytes)
        .map_err(|_| fault(0, "not valid UTF-8".into(), "save the sheet as “CSV UTF-8”"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    if text.trim_start().starts_with('{') {
        return read_json(text, &fault);
    }
    const SHAPE: &str = "the sheet has the columns `action`, `source` and `digest`; `selfsame quarantine export` writes it";
    let head = text.lines().next().unwrap_or("");
    let delimiter = [',', ';', '\t']
        .into_iter()
        .max_by_key(|d| head.matches(*d).count())
        .unwrap_or(',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter as u8)
        .from_reader(text.as_bytes());
    let header = reader
        .headers()
        .map_err(|e| fault(1, e.to_string(), SHAPE))?
        .clone();
    let column = |name: &str| {
        let at = header.iter().position(|h| h.trim() == name);
        at.ok_or_else(|| fault(1, format!("no column `{name}`"), SHAPE))
    };
    let (action, source, digest) = (column("action")?, column("source")?, column("digest")?);
    let note = column("note").ok();
    let mut rows = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|e| {
            let line = e.position().map_or(0, |p| p.line() as usize);
            fault(
                line,
                "the row does not have the header's cells".into(),
                SHAPE,
            )
        })?;
        let cell = |at: usize| unguarded(row.get(at).unwrap_or(""));
        let own = header.iter().enumerate().filter_map(|(at, h)| {
            let name = h.strip_prefix(CELL)?;
            Some((name.to_owned(), cell(at).to_owned()))
        });
        rows.push(Worked {
            line: row.position().map_or(0, |p| p.line() as usize),
            action: cell(action).trim().to_lowercase(),
            note: note.map_or("", cell).to_owned(),
            source: cell(source).to_owned(),
            digest: cell(digest).trim().to_owned(),
            cells: own.collect(),
        });
    }
    Ok(rows)
}

fn read_json(
    text: &str,
    fault: &dyn Fn(usize, String, &str) -> Error,
) -> Result<Vec<Worked>, Error> {
    #[derive(serde::Deserialize)]
    struct Line {
        action: String,
        #[serde(default)]
        note: String,
        source: String,
        digest: String,
        #[serde(default)]
        cells: BTreeMap<String, String>,
    }
    let mut rows = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|l| !l.1.trim().is_empty()) {
        let l: Line = serde_json::from_str(line).map_err(|e| {
            fault(
                at + 1,
                e.to_string(),
                "each line is an object with `action`, `source`, `digest` and `cells`",
            )
        })?;
        rows.push(Worked {
            line: at + 1,
            action: l.action.trim().to_lowercase(),
            note: l.note,
            source: l.source,
            digest: l.digest,
            cells: l.cells,
        });
    }
    Ok(rows)
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

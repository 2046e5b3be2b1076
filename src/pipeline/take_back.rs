//! A worked-off sheet of quarantined rows comes back: its decisions are checked and kept.

use std::collections::BTreeMap;
use std::path::Path;

use super::error::Error;
use super::gather::Gathered;
use super::keys::SAME;
use super::quarantine::digest_of_row;
use super::worksheet::{
    ACTIONS, CELL, cells, columns, sources, unguarded, unknown_source, waiting,
};
use crate::config::error::nearest;
use crate::config::{Action, ConfigError, Corrections, Decision};
use crate::record::Rejection;

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
}

/// Takes a sheet back: its decisions are added to `corrections`.
///
/// # Errors
/// When the sheet cannot be read, or all rows whose action does not fit, that are not in quarantine or that contradict each
/// other, with their lines; nothing is added then.
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
    let mut lines: BTreeMap<(String, String), (usize, usize)> = BTreeMap::new();
    for worked in read(sheet, &file)? {
        if worked.action.is_empty() {
            taken.open += 1;
            continue;
        }
        let key = (worked.source.as_str(), worked.digest.as_str());
        let found = match by_digest.get(&key) {
            Some(rejection) => decide(&worked, rejection, gathered, rules, now).map(Some),
            None => decided_before(&worked, gathered, corrections).map(|()| None),
        };
        let decided = found.and_then(|decision| {
            let Some(decision) = decision else {
                taken.known += 1;
                return Ok(());
            };
            let key = (decision.source.clone(), decision.digest.clone());
            match lines.get(&key) {
                None => {
                    lines.insert(key, (worked.line, decisions.len()));
                    decisions.push(decision);
                    Ok(())
                }
                Some((_, at)) if same(&decisions[*at], &decision) => Ok(()),
                Some((line, _)) => Err((
                    format!("the row is decided about otherwise in line {line}"),
                    "leave one of the two actions empty".to_owned(),
                )),
            }
        });
        if let Err((message, hint)) = decided {
            faults.push(ConfigError {
                file: file.clone(),
                line: worked.line,
                message,
                hint,
            });
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

fn same(a: &Decision, b: &Decision) -> bool {
    (a.action, &a.cells) == (b.action, &b.cells)
}

fn unknown_action(action: &str) -> Refusal {
    let hint = match nearest(action, ACTIONS) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("one of: {}; empty for not yet", ACTIONS.join(", ")),
    };
    (format!("unknown action `{action}`"), hint)
}

/// Whether a row that does not wait was decided about before in the same manner.
fn decided_before(
    worked: &Worked,
    gathered: &Gathered,
    corrections: &Corrections,
) -> Result<(), Refusal> {
    let action = worked.action.as_str();
    if !ACTIONS.contains(&action) {
        return Err(unknown_action(action));
    }
    let known = sources(gathered);
    if !known.contains(&worked.source.as_str()) {
        return Err(unknown_source(&worked.source, &known));
    }
    let Some(before) = corrections.of(&worked.source, &worked.digest) else {
        return Err((
            format!(
                "no row of `{}` with the digest `{}` waits in quarantine",
                worked.source, worked.digest
            ),
            "leave its action empty where the source or the rules changed since the export, or export again".to_owned(),
        ));
    };
    let meant = if action == "repair" {
        "correct"
    } else {
        action
    };
    if before.action.name() == meant {
        return Ok(());
    }
    Err((
        format!(
            "the row was decided about before: `{}`",
            before.action.name()
        ),
        format!("to decide anew, remove its entry from {}", corrections.file),
    ))
}

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
        other => return Err(unknown_action(other)),
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
    if rejection.cut {
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
    // the row that stays may have got an opt-out from a third one since it was read
    if rejection.reason.contains(SAME) {
        return true;
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
        Error::from(ConfigError::new(file, line, message, hint))
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

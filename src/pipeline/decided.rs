//! Decisions on rows carried out while reading: corrected rows go in, discarded ones are marked, and each is noted.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::error::Error;
use super::quarantine::{cells_of, digest_of_row, with_read};
use crate::config::error::nearest;
use crate::config::{Action, ConfigError, Corrections, Decision};
use crate::extract::RawSpool;
use crate::load::DecidedRow;
use crate::record::{InputFile, Origin, Rejection, SourceTable};

/// Where rows come from and go to.
pub struct Desk<'a> {
    /// All decisions.
    pub corrections: &'a Corrections,
    /// Files read so far.
    pub files: &'a mut Vec<InputFile>,
    /// Raw rows, when they are kept.
    pub spool: Option<&'a mut RawSpool>,
    /// Decisions carried out so far.
    pub decided: &'a mut Vec<DecidedRow>,
}

impl Desk<'_> {
    /// Carries out decisions on a table that was just read, and on the rows refused while reading it.
    ///
    /// # Errors
    /// When a decision names a column that the source does not have, or the spool cannot be written.
    pub fn work_off(
        &mut self,
        table: &mut SourceTable,
        rejections: &mut Vec<Rejection>,
    ) -> Result<(), Error> {
        let corrects = |d: &&Decision| d.action == Action::Correct;
        if self
            .corrections
            .of_source(&table.name)
            .any(|d| corrects(&d))
        {
            table.pad();
            self.correct_rows(table)?;
            let mut kept = Vec::new();
            for rejection in std::mem::take(rejections) {
                match self.corrections.of(&rejection.source, &rejection.digest) {
                    Some(d) if corrects(&d) => self.let_in(table, &rejection, d)?,
                    _ => kept.push(rejection),
                }
            }
            *rejections = kept;
        }
        self.mark(rejections);
        Ok(())
    }

    /// Marks rejections that a person decided to leave out.
    pub fn mark(&mut self, rejections: &mut [Rejection]) {
        for r in rejections.iter_mut().filter(|r| !r.discarded) {
            let decision = self.corrections.of(&r.source, &r.digest);
            let Some(d) = decision.filter(|d| d.action == Action::Discard) else {
                continue;
            };
            r.discarded = true;
            self.decided.push(note(d, &r.file, r.row, r.raw.clone()));
        }
    }

    /// Puts the cells that were decided on into rows that could be read.
    fn correct_rows(&mut self, table: &mut SourceTable) -> Result<(), Error> {
        let shared: &SourceTable = table;
        let found: Vec<(usize, &Decision)> = (0..shared.len())
            .into_par_iter()
            .filter_map(|row| {
                let digest = digest_of_row(shared, row);
                let decision = self.corrections.of(&shared.name, &digest)?;
                (decision.action == Action::Correct).then_some((row, decision))
            })
            .collect();
        for (row, decision) in found {
            let cells = cells_of(table, row);
            self.fill(table, row, decision)?;
            let mut original = cells;
            if let Some(spool) = &mut self.spool {
                original = spool.read(table.spooled[row]).map_err(|e| spool.fault(e))?;
                let position = spool
                    .append(&with_read(cells_of(table, row), &original))
                    .map_err(|e| spool.fault(e))?;
                table.spooled[row] = position;
            }
            let origin = table.origins[row];
            let file = self.files[origin.file as usize].path.clone();
            self.decided
                .push(note(decision, &file, origin.row, original));
        }
        Ok(())
    }

    fn fill(&self, table: &mut SourceTable, row: usize, decision: &Decision) -> Result<(), Error> {
        for (name, cell) in &decision.cells {
            let Some(column) = table.column(name) else {
                let known = table.columns.iter().map(|c| c.name.as_str());
                let hint = match nearest(name, known) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "correct the entry, or remove it to be asked again".to_owned(),
                };
                return Err(Error::from(ConfigError {
                    file: self.corrections.file.clone(),
                    line: decision.line,
                    message: format!("source `{}` has no column `{name}`", table.name),
                    hint,
                }));
            };
            let column = &mut table.columns[column];
            column.ids[row] = column.values.intern(cell);
        }
        Ok(())
    }

    /// Lets a row in that could not be read, with the cells that a person gave it.
    fn let_in(
        &mut self,
        table: &mut SourceTable,
        rejection: &Rejection,
        decision: &Decision,
    ) -> Result<(), Error> {
        let of_row = |f: &&mut InputFile| f.path == rejection.file && f.source == rejection.source;
        let number = self.files.iter_mut().enumerate().find(|(_, f)| of_row(f));
        let Some((number, file)) = number else {
            return Err(Error::Bug(format!(
                "a refused row of `{}` belongs to no file",
                rejection.source
            )));
        };
        file.quarantined -= 1;
        let row = table.len();
        table.origins.push(Origin {
            file: number as u32,
            row: rejection.row,
            byte: rejection.byte,
        });
        table.pad();
        self.fill(table, row, decision)?;
        if let Some(spool) = &mut self.spool {
            let position = spool
                .append(&with_read(cells_of(table, row), &rejection.raw))
                .map_err(|e| spool.fault(e))?;
            table.spooled.push(position);
        }
        let original = rejection.raw.clone();
        self.decided
            .push(note(decision, &rejection.file, rejection.row, original));
        Ok(())
    }
}

/// What is kept of a decision that was carried out.
#[must_use]
pub fn note(decision: &Decision, file: &str, row: u64, original: String) -> DecidedRow {
    let cells = serde_json::to_string(&decision.cells).unwrap_or_default();
    DecidedRow {
        source: decision.source.clone(),
        digest: decision.digest.clone(),
        action: decision.action.name().to_owned(),
        rules: decision.rules.join(", "),
        decided_at: decision.decided.clone(),
        note: decision.note.clone(),
        file: file.to_owned(),
        row,
        original,
        cells: (decision.action == Action::Correct).then_some(cells),
    }
}

/// Decisions that concern no row of this run: their rows are gone or were mended in the source.
#[must_use]
pub fn unused(corrections: &Corrections, decided: &[DecidedRow], sources: &[&str]) -> usize {
    let done: BTreeSet<(&str, &str)> = decided
        .iter()
        .map(|d| (d.source.as_str(), d.digest.as_str()))
        .collect();
    let of = |source: &&str| {
        let open = corrections.of_source(source);
        open.filter(|d| !done.contains(&(d.source.as_str(), d.digest.as_str())))
            .count()
    };
    sources.iter().map(of).sum()
}

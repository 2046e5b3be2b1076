//! Fills a source's table: cells interned by column, raw rows spooled, refused rows kept within bounds.

use super::batch::{Batch, Raw, Refusal};
use super::input::Digested;
use super::refused::Refused;
use super::spec::{Intake, Limits, Progress};
use super::{Error, Warning, damage, withhold};
use crate::lexicon::roles::WITHHELD;
use crate::lexicon::wishes::of_list;
use crate::record::{Column, InputFile, Origin, Rejection, SourceTable};
use crate::text::json::push_string;
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use rayon::prelude::*;

/// Rows between two reports of progress.
const PROGRESS_ROWS: u64 = 8_192;
/// Paths of which it is remembered whether they are secret: a file may be full of names that occur once.
const PATHS_KEPT: usize = 50_000;
/// Records of a run have numbers of 32 bits.
const MAX_RECORDS: u64 = u32::MAX as u64 - 1;

/// A column of the source, whether it is interned or not.
#[derive(Debug)]
struct Slot {
    name: String,
    /// `"name":`, as the raw row has it.
    key: String,
    column: Option<usize>,
    /// Whether its cells are withheld.
    secret: bool,
    /// The record that was last given a cell here, plus one.
    filled: usize,
    /// The earliest place in any record, where records have places of their own (JSON).
    place: u32,
}

/// What is known of a file when it was read to the end.
#[derive(Debug, Default)]
pub(super) struct Closing {
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

impl Closing {
    /// What a digest says.
    pub(super) fn of(digest: Digested) -> Self {
        Self {
            bytes: digest.bytes,
            sha256: digest.sha256,
        }
    }
}

/// The table of one source while it is read.
pub(super) struct Builder<'i, 'a> {
    pub(super) limits: &'i Limits,
    intake: &'i mut Intake<'a>,
    table: SourceTable,
    slots: Vec<Slot>,
    names: HashMap<String, usize, FixedState>,
    file: usize,
    /// Rows of the current file seen so far.
    pub(super) rows: u64,
    refused: Refused,
    /// Bytes kept of long refused rows.
    kept: usize,
    accepted_before: usize,
    rows_before: u64,
    reported: u64,
    bytes_total: u64,
    raw: String,
    /// Paths that were asked for, and whether they are secret.
    secrets: HashMap<String, bool, FixedState>,
    any_secret: bool,
}

impl<'i, 'a> Builder<'i, 'a> {
    /// An empty table of this name.
    pub(super) fn new(name: &str, limits: &'i Limits, intake: &'i mut Intake<'a>) -> Self {
        let table = SourceTable {
            name: name.to_owned(),
            ..SourceTable::default()
        };
        Self {
            limits,
            intake,
            table,
            slots: Vec::new(),
            names: HashMap::with_hasher(FixedState::with_seed(0)),
            file: 0,
            rows: 0,
            refused: Refused::default(),
            kept: 0,
            accepted_before: 0,
            rows_before: 0,
            reported: 0,
            bytes_total: 0,
            raw: String::new(),
            secrets: HashMap::with_hasher(FixedState::with_seed(0)),
            any_secret: false,
        }
    }

    /// Whether what stands in this column or at this path is withheld.
    pub(super) fn is_secret(&mut self, path: &str) -> bool {
        if let Some(known) = self.secrets.get(path) {
            return *known;
        }
        let secret = (self.intake.withhold)(path);
        if self.secrets.len() < PATHS_KEPT {
            self.secrets.insert(path.to_owned(), secret);
        }
        secret
    }

    /// Whether a column of secrets was met.
    pub(super) fn has_secrets(&self) -> bool {
        self.any_secret
    }

    /// Whether a slot is one of secrets.
    pub(super) fn withholds(&self, slot: usize) -> bool {
        self.slots[slot].secret
    }

    /// Begins a file; its size is for progress.
    pub(super) fn open(&mut self, file: InputFile) {
        self.rows_before += self.rows;
        self.accepted_before = self.table.len();
        (self.rows, self.refused) = (0, Refused::default());
        self.bytes_total = file.bytes;
        self.file = self.intake.files.len();
        self.intake.files.push(file);
    }

    /// Path of the current file.
    pub(super) fn path(&self) -> String {
        self.intake
            .files
            .get(self.file)
            .map_or_else(String::new, |f| f.path.clone())
    }

    /// Changes what is said of the current file.
    pub(super) fn describe(&mut self, change: impl FnOnce(&mut InputFile)) {
        if let Some(file) = self.intake.files.get_mut(self.file) {
            change(file);
        }
    }

    /// Keeps a warning.
    pub(super) fn warn(&mut self, warning: Warning) {
        self.intake.warnings.push(warning);
    }

    /// Keeps a warning of what is left out of the current file though its name says that its people opted out; `option` would
    /// choose it.
    pub(super) fn warn_of_lists<'n>(
        &mut self,
        option: &'static str,
        left_out: impl Iterator<Item = &'n str>,
    ) {
        let names = left_out.filter(|name| of_list(name).is_some());
        let names: Vec<String> = names.map(str::to_owned).collect();
        if !names.is_empty() {
            let path = self.path();
            self.warn(Warning::OptOutsLeft {
                path,
                names,
                option,
            });
        }
    }

    /// Whether as many records were accepted as were asked for.
    pub(super) fn full(&self) -> bool {
        self.limits
            .records
            .is_some_and(|limit| self.table.len() as u64 >= limit)
    }

    /// Records that are still wanted.
    pub(super) fn wanted(&self) -> usize {
        let left = |limit: u64| limit.saturating_sub(self.table.len() as u64);
        self.limits
            .records
            .map_or(usize::MAX, |limit| left(limit) as usize)
    }

    /// Number of the file's next row.
    pub(super) fn next_row(&self) -> u64 {
        self.rows + 1
    }

    /// Records accepted from the current file.
    pub(super) fn accepted(&self) -> usize {
        self.table.len() - self.accepted_before
    }

    /// The slot of a column, new or known.
    pub(super) fn slot(&mut self, name: &str) -> Result<usize, Error> {
        if let Some(slot) = self.names.get(name) {
            return Ok(*slot);
        }
        if self.slots.len() >= self.limits.columns {
            return Err(Error::TooManyColumns {
                path: self.path(),
                limit: self.limits.columns,
            });
        }
        let secret = self.is_secret(name);
        self.any_secret |= secret;
        let column = (self.intake.keep)(name).then(|| {
            self.table.columns.push(Column {
                name: name.to_owned(),
                ..Column::default()
            });
            self.table.columns.len() - 1
        });
        let mut key = String::new();
        push_string(&mut key, name);
        key.push(':');
        self.slots.push(Slot {
            key,
            name: name.to_owned(),
            column,
            secret,
            filled: 0,
            place: u32::MAX,
        });
        self.names.insert(name.to_owned(), self.slots.len() - 1);
        Ok(self.slots.len() - 1)
    }

    /// The slot of a path that stands at this place of its record. `near` is the slot that is tried first:
    /// records of one source mostly look alike.
    pub(super) fn slot_at(&mut self, path: &str, place: u32, near: usize) -> Result<usize, Error> {
        let slot = match self.slots.get(near) {
            Some(slot) if slot.name == path => near,
            _ => self.slot(path)?,
        };
        let least = &mut self.slots[slot].place;
        *least = place.min(*least);
        Ok(slot)
    }

    /// `"name":` of a slot.
    pub(super) fn key(&self, slot: usize) -> &str {
        &self.slots[slot].key
    }

    /// Marks a slot as used by the next record; false when it already is.
    pub(super) fn claim(&mut self, slot: usize) -> bool {
        let mark = self.table.len() + 1;
        std::mem::replace(&mut self.slots[slot].filled, mark) != mark
    }

    /// Takes back the marks of a record that was refused after all.
    pub(super) fn release(&mut self, slots: impl Iterator<Item = usize>) {
        for slot in slots {
            self.slots[slot].filled = 0;
        }
    }

    /// Accepts a record: its cells, where it was, its raw row.
    pub(super) fn accept<'c>(
        &mut self,
        cells: impl Iterator<Item = (usize, &'c str)>,
        byte: u64,
        raw: &str,
    ) -> Result<(), Error> {
        self.room(1)?;
        let at = self.table.len();
        for (slot, value) in cells {
            let slot = &self.slots[slot];
            if let Some(column) = slot.column {
                let column = &mut self.table.columns[column];
                let id = column.values.intern(shown(slot.secret, value));
                column.ids.resize(at, 0);
                column.ids.push(id);
            }
        }
        if let Some(spool) = &mut self.intake.spool {
            let position = spool.append(raw).map_err(|cause| spool.fault(cause))?;
            self.table.spooled.push(position);
        }
        self.rows += 1;
        self.table.origins.push(Origin {
            file: self.file as u32,
            row: self.rows,
            byte,
        });
        Ok(())
    }

    fn room(&self, more: usize) -> Result<(), Error> {
        if self.table.len() as u64 + more as u64 > MAX_RECORDS {
            return Err(Error::TooManyRecords {
                source_name: self.table.name.clone(),
                limit: MAX_RECORDS,
            });
        }
        Ok(())
    }

    /// Accepts a batch whose fields stand in these slots, and refuses what was refused in it.
    pub(super) fn accept_batch(
        &mut self,
        batch: &mut Batch,
        fields: &[usize],
    ) -> Result<(), Error> {
        self.room(batch.rows.len())?;
        let refusals = std::mem::take(&mut batch.refusals);
        let batch = &*batch;
        self.table.pad();
        let (width, rows) = (fields.len(), batch.rows.len());
        let mut field_of = vec![None; self.table.columns.len()];
        for (field, slot) in fields.iter().enumerate() {
            let slot = &self.slots[*slot];
            if let Some(column) = slot.column {
                field_of[column] = Some((field, slot.secret));
            }
        }
        let columns = &mut self.table.columns;
        let intern = || {
            columns
                .par_iter_mut()
                .zip(field_of)
                .for_each(|(column, field)| {
                    let Some((field, secret)) = field else {
                        return;
                    };
                    column.ids.reserve(rows);
                    let cells = (0..rows).map(|row| shown(secret, batch.cell(row * width + field)));
                    column.values.intern_all(cells, &mut column.ids);
                });
        };
        let (spool, spooled, raw, slots) = (
            &mut self.intake.spool,
            &mut self.table.spooled,
            &mut self.raw,
            &self.slots,
        );
        let set_aside = || -> std::io::Result<()> {
            let Some(spool) = spool else { return Ok(()) };
            for row in 0..rows {
                raw.clear();
                let mut sign = '{';
                for (field, slot) in fields.iter().enumerate() {
                    raw.push(sign);
                    raw.push_str(&slots[*slot].key);
                    let cell = batch.cell(row * width + field);
                    push_string(raw, shown(slots[*slot].secret, cell));
                    sign = ',';
                }
                raw.push('}');
                spooled.push(spool.append(raw)?);
            }
            Ok(())
        };
        let ((), written) = rayon::join(intern, set_aside);
        if let (Err(cause), Some(spool)) = (written, &self.intake.spool) {
            return Err(spool.fault(cause));
        }
        let file = self.file as u32;
        self.table.origins.extend(
            batch
                .rows
                .iter()
                .map(|&(row, byte)| Origin { file, row, byte }),
        );
        self.rows += rows as u64;
        refusals.into_iter().try_for_each(|r| self.refuse(r))
    }

    /// Refuses a row at a line and byte that was not divided into cells, by a rule and for a reason; see [`Builder::refuse`].
    pub(super) fn refuse_undivided(
        &mut self,
        (line, byte): (u64, u64),
        (rule, reason): (&'static str, String),
        mut raw: Raw,
    ) -> Result<(), Error> {
        let (depth, secret) = (self.limits.json_depth, self.intake.withhold);
        raw.text = withhold::unread(&raw.text, depth, &mut |path| secret(path));
        self.refuse(Refusal {
            row: self.next_row(),
            line,
            byte,
            field: None,
            rule,
            reason,
            raw,
        })
    }

    /// Refuses a row; an error when that is more than allowed.
    pub(super) fn refuse(&mut self, mut refusal: Refusal) -> Result<(), Error> {
        self.rows += 1;
        self.refused.add(&refusal);
        // of the row as read, before it is shortened
        let digest = refusal.digest();
        self.keep(&mut refusal.raw);
        self.intake.rejections.push(Rejection {
            source: self.table.name.clone(),
            file: self.path(),
            row: refusal.row,
            line: refusal.line,
            byte: refusal.byte,
            field: refusal.field,
            rule: refusal.rule.to_owned(),
            reason: refusal.reason,
            raw: refusal.raw.text,
            cut: refusal.raw.cut,
            digest,
            ..Rejection::default()
        });
        if self.refused.early(self.rows, self.limits) {
            return Err(self.too_many());
        }
        Ok(())
    }

    /// Shortens a refused row for which there is no room any more.
    fn keep(&mut self, raw: &mut Raw) {
        if !raw.is_long() {
            return;
        }
        if self.kept + raw.text.len() > self.limits.refused_bytes {
            raw.shorten();
        } else {
            self.kept += raw.text.len();
        }
    }

    fn too_many(&self) -> Error {
        let check = self.to_check();
        self.refused
            .too_many(self.path(), (self.rows, check), self.limits)
    }

    /// What of the current file may be read in the wrong way when much is refused.
    fn to_check(&self) -> &'static str {
        let file = self.intake.files.get(self.file);
        match file.map_or("", |f| f.format.as_str()) {
            "spreadsheet" => "sheet (`table`), header and first row (`skip-lines`)",
            "csv" => "format, delimiter, quote and encoding",
            _ => "format and encoding",
        }
    }

    /// Tells how far the reading is, when enough happened since the last time.
    pub(super) fn progress(&mut self, bytes: u64, always: bool) {
        let rows = self.rows_before + self.rows;
        if !always && rows < self.reported + PROGRESS_ROWS {
            return;
        }
        self.reported = rows;
        let progress = Progress {
            path: self.path(),
            rows,
            bytes,
            bytes_total: self.bytes_total,
        };
        (self.intake.on_progress)(&progress);
    }

    /// Ends a file: digest, counts, and whether enough of it could be read.
    pub(super) fn close(&mut self, closing: Closing) -> Result<(), Error> {
        let (rows, refused) = (self.rows, self.refused.count);
        self.describe(|file| {
            file.bytes = closing.bytes;
            file.sha256 = closing.sha256;
            file.rows = rows;
            file.quarantined = refused;
        });
        self.progress(self.bytes_total, true);
        if refused > 0 && self.accepted() == 0 {
            let (line, reason) = self.refused.first.clone().unwrap_or_default();
            return Err(Error::NothingReadable {
                path: self.path(),
                refused,
                line,
                reason,
                check: self.to_check(),
            });
        }
        if rows >= 100 && self.refused.is_share_exceeded(rows, self.limits) {
            return Err(self.too_many());
        }
        Ok(())
    }

    /// The table, every column as long as it.
    ///
    /// Columns of nested records stand by their earliest place in any record, of equals by name: an order
    /// that does not depend on the order of records.
    pub(super) fn finish(mut self) -> SourceTable {
        self.table.pad();
        let secret = self.slots.iter().filter(|s| s.secret);
        let columns: Vec<String> = secret.map(|s| s.name.clone()).collect();
        if !columns.is_empty() {
            let source = self.table.name.clone();
            self.warn(Warning::Withheld { source, columns });
        }
        for warning in damage::find(&self.table) {
            self.warn(warning);
        }
        let place = |column: &Column| {
            self.names
                .get(&column.name)
                .map_or(0, |s| self.slots[*s].place)
        };
        if self.slots.iter().any(|slot| slot.place != u32::MAX) {
            self.table
                .columns
                .sort_by_cached_key(|column| (place(column), column.name.clone()));
        }
        self.table
    }
}

/// A cell as it is kept.
fn shown(secret: bool, cell: &str) -> &str {
    if secret && !cell.is_empty() {
        WITHHELD
    } else {
        cell
    }
}

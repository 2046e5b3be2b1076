//! Spreadsheets: one sheet of a workbook, written out as delimited text within limits and read as such, so that
//! titles, totals and headers are treated alike.

mod cell;
mod far;
mod formulas;
mod merged;
mod number_mask;
mod ods;
mod signs;
mod xls;
mod xls_formats;

use self::cell::push_value;
use self::far::Far;
use self::formulas::Unsolved;
use self::merged::{At, Merged};
use self::number_mask::NumberMask;
use self::signs::Signs;
use self::xls_formats::NumberFormats;
use super::builder::{Builder, Closing};
use super::charset::Charset;
use super::csv;
use super::error::{nearest, printable};
use super::input::Input;
use super::persons::signs_of_persons;
use super::row::Dialect;
use super::scratch::Scratch;
use super::spec::{Limits, SourceSpec};
use super::text::Text;
use super::unpack::{Fault, Sink};
use super::{Error, Warning};
use calamine::{Data, DataRef, Reader, SheetType, SheetVisible, Xls, Xlsb, Xlsx};
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use zip::ZipArchive;

/// What stands between cells of the text: it is allowed in no spreadsheet.
const DELIMITER: char = '\u{1f}';
/// Bytes collected before they are written.
const WRITE_BYTES: usize = 256 << 10;
/// Rows of a sheet that are looked at to choose among several.
const LOOK_ROWS: u32 = 20;
/// Sheets that are looked at.
const LOOK_SHEETS: usize = 50;
/// Bytes of a part that is held in memory, such as the texts of all cells, whatever its packed size.
const PART_BYTES: u64 = 16 << 20;
/// How many times its packed size such a part may have.
const PART_RATIO: u64 = 60;

/// Kinds of workbooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Xlsx,
    Xlsb,
    Xls,
    Ods,
}

/// The rows of a sheet as delimited text, one line a row.
pub(super) struct Grid<'l> {
    sink: Sink<'l>,
    pending: Vec<u8>,
    row: u32,
    column: u32,
    /// Only rows before this one are wanted.
    rows: u32,
    columns: usize,
    /// Columns of the widest row.
    widest: u32,
    merged: Merged,
    far: Far,
    /// The first rows as texts, when they are to be looked at.
    look: Option<Vec<String>>,
}

impl<'l> Grid<'l> {
    fn new(sink: Sink<'l>, look: bool) -> Self {
        Self {
            columns: sink.limits.columns,
            sink,
            pending: Vec::new(),
            row: 0,
            column: 0,
            widest: 0,
            merged: Merged::default(),
            far: Far::default(),
            rows: if look { LOOK_ROWS } else { u32::MAX },
            look: look.then(Vec::new),
        }
    }

    /// Whether no further row is wanted.
    pub(super) fn full(&self, row: u32) -> bool {
        row >= self.rows
    }

    /// Adds merged cells by the first and the last of them, before the first is written.
    pub(super) fn merge(&mut self, first: At, last: At) {
        self.merged.add(first, last);
    }

    /// Writes a cell, counted from 0; cells come in order, those left out are empty.
    pub(super) fn cell(&mut self, row: u32, column: u32, text: &str) -> Result<(), Fault> {
        if text.is_empty() {
            return Ok(());
        }
        if self.merged.is_empty() {
            return self.put(row, column, text);
        }
        if self.merged.ends_before(row) {
            self.end_row()?;
        }
        if self.merged.push(row, column, text) {
            Ok(())
        } else {
            Err(disorder())
        }
    }

    /// Writes the row that waits for its merged cells.
    fn end_row(&mut self) -> Result<(), Fault> {
        let (row, cells) = self.merged.end_row();
        let mut cells = cells.iter();
        cells.try_for_each(|(column, text)| self.put(row, *column, text))
    }

    fn put(&mut self, row: u32, column: u32, text: &str) -> Result<(), Fault> {
        if (row, column) < (self.row, self.column) {
            return Err(disorder());
        }
        let filled = self.widest > 0;
        match self
            .far
            .hold((row, column), text, (self.row, self.widest), filled)
        {
            None => return Ok(()),
            Some(held) => {
                let held = held.into_iter();
                for ((row, column), text) in held {
                    self.write(row, column, &text)?;
                }
            }
        }
        self.write(row, column, text)
    }

    fn write(&mut self, row: u32, column: u32, text: &str) -> Result<(), Fault> {
        if column as usize >= self.columns {
            let limit = self.columns;
            return Err(Fault::Broken(format!("it has more than {limit} columns")));
        }
        if let Some(look) = &mut self.look {
            look.push(text.to_lowercase());
        }
        while self.row < row {
            self.pending.push(b'\n');
            (self.row, self.column) = (self.row + 1, 0);
        }
        while self.column < column {
            self.pending.push(DELIMITER as u8);
            self.column += 1;
        }
        self.widest = self.widest.max(column + 1);
        let sign = |b: &u8| matches!(*b, b'"' | b'\n' | b'\r') || *b == DELIMITER as u8;
        if text.as_bytes().iter().any(sign) {
            self.pending.push(b'"');
            self.pending
                .extend_from_slice(text.replace('"', "\"\"").as_bytes());
            self.pending.push(b'"');
        } else {
            self.pending.extend_from_slice(text.as_bytes());
        }
        if self.pending.len() >= WRITE_BYTES {
            self.sink.put(&self.pending)?;
            self.pending.clear();
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Written, Fault> {
        self.end_row()?;
        self.pending.push(b'\n');
        self.sink.put(&self.pending)?;
        Ok(Written {
            scratch: self.sink.scratch,
            bytes: self.sink.bytes,
            widest: self.widest as usize,
            merged: self.merged,
            far: self.far,
        })
    }
}

/// A sheet written out.
struct Written {
    scratch: Scratch,
    bytes: u64,
    /// Columns of the widest row.
    widest: usize,
    merged: Merged,
    far: Far,
}

fn disorder() -> Fault {
    Fault::Broken("its cells are out of order".to_owned())
}

/// Reads one sheet of a workbook; gives its columns.
pub(super) fn read(
    spec: &SourceSpec,
    input: Input,
    builder: &mut Builder<'_, '_>,
) -> Result<Option<Vec<String>>, Error> {
    let digest = match &input.digest {
        Some(digest) => digest.clone(),
        None => input
            .hashed()
            .and_then(super::input::HashedRead::finish)
            .map_err(|e| input.unreadable(e))?,
    };
    let path = input.path.clone();
    let fail = |fault| bad(&path, fault);
    let damaged = || fail(Fault::Broken("it is damaged".to_owned()));
    let (kind, signs) = kind_of(&input, builder.limits)?;
    let sheets =
        guarded(|| sheets(kind, &input).map_err(fail)).unwrap_or_else(|| Err(damaged()))?;
    let (sheet, how, written, unsolved) = guarded(|| {
        let (sheet, how) = choose(spec, kind, (&input, &sheets), builder.limits)?;
        let mut grid = Grid::new(sink(&input, builder.limits).map_err(fail)?, false);
        merge(kind, &signs, &input, &sheet, &mut grid).map_err(fail)?;
        fill(kind, &input, &sheet, &mut grid).map_err(fail)?;
        let written = grid.finish().map_err(fail)?;
        let unsolved = if signs.formulas {
            unsolved(&input, &sheet).map_err(fail)?
        } else {
            Unsolved::default()
        };
        Ok((sheet, how, written, unsolved))
    })
    .unwrap_or_else(|| Err(damaged()))?;
    // those that were not asked for; what is wrong with one of them is nobody's fault
    let passed_over = sheets
        .iter()
        .filter(|(name, shown)| !shown && *name != sheet);
    let filled = |name: &&String| {
        let cells = guarded(|| look(kind, &input, name, builder.limits));
        matches!(cells, Some(Ok(cells)) if !cells.is_empty())
    };
    let hidden: Vec<String> = match spec.table {
        Some(_) => Vec::new(),
        None => (passed_over.map(|(name, _)| name).take(LOOK_SHEETS))
            .filter(filled)
            .cloned()
            .collect(),
    };
    builder.describe(|file| {
        let shown = printable(&sheet);
        file.detected.push_str(&format!("; sheet `{shown}` {how}"));
        file.part = Some(sheet.clone());
    });
    let others = sheets.iter().map(|(name, _)| name).filter(|n| **n != sheet);
    if spec.table.is_none() {
        builder.warn_of_lists("table", others.map(String::as_str));
    }
    if sheets.iter().any(|(name, shown)| *name == sheet && !shown) {
        let (path, sheet) = (path.clone(), sheet.clone());
        builder.warn(Warning::HiddenSheet { path, sheet });
    }
    if !hidden.is_empty() {
        let path = path.clone();
        builder.warn(Warning::HiddenSheets {
            path,
            sheets: hidden,
        });
    }
    let merged = written.merged.warning(&path, &sheet);
    let far = written.far.warning(&path, &sheet);
    let told = unsolved.warning(&path, &sheet).into_iter();
    for warning in told.chain(merged).chain(far) {
        builder.warn(warning);
    }
    let bytes = written.bytes;
    let mut text = input
        .replace(written.scratch, bytes, String::new(), None)
        .map_err(|e| fail(Fault::Write(e)))?;
    text.digest = Some(digest.clone());
    if bytes <= 1 {
        builder.warn(Warning::NoRecords { path });
        builder.close(Closing::of(digest))?;
        return Ok(None);
    }
    let rows = text.hashed().map_err(|e| text.unreadable(e))?;
    let rows = Text::new(rows, Charset::UTF_8, 0);
    let sheet = csv::Sheet {
        dialect: Dialect::new(DELIMITER),
        widest: written.widest,
    };
    let (_, names) = csv::read_as(spec, Some(sheet), rows, builder)?;
    builder.close(Closing::of(digest))?;
    Ok(Some(names))
}

fn sink<'l>(input: &Input, limits: &'l Limits) -> Result<Sink<'l>, Fault> {
    Ok(Sink {
        scratch: Scratch::new().map_err(Fault::Write)?,
        bytes: 0,
        packed: input.packed_bytes().max(input.bytes),
        limits,
    })
}

fn bad(path: &str, fault: Fault) -> Error {
    let path = path.to_owned();
    match fault {
        Fault::Broken(reason) => Error::BadSheet { path, reason },
        Fault::Bomb(reason) => Error::Bomb { path, reason },
        Fault::Write(cause) => Error::Scratch { path, cause },
        Fault::Error(error) => *error,
    }
}

/// The readers of other people's formats may have holes: a panic of theirs is a damaged file of ours.
fn guarded<T>(read: impl FnOnce() -> Result<T, Error>) -> Option<Result<T, Error>> {
    catch_unwind(AssertUnwindSafe(read)).ok()
}

fn broken(error: impl std::fmt::Display) -> Fault {
    Fault::Broken(printable(&error.to_string()))
}

fn opened(input: &Input) -> Result<BufReader<File>, Fault> {
    File::open(&input.on_disk)
        .map(BufReader::new)
        .map_err(broken)
}

/// Which kind of workbook it is, what its sheets may hold (xlsx), and whether its parts fit into memory, before any of it
/// is parsed.
fn kind_of(input: &Input, limits: &Limits) -> Result<(Kind, Signs), Error> {
    let fail = |fault| bad(&input.path, fault);
    let mut file = opened(input).map_err(fail)?;
    let mut head = [0; 4];
    file.read_exact(&mut head).map_err(|e| fail(broken(e)))?;
    if &head != b"PK\x03\x04" {
        xls::check(&input.on_disk, limits).map_err(fail)?;
        return Ok((Kind::Xls, Signs::default()));
    }
    file.rewind().map_err(|e| fail(broken(e)))?;
    let mut zip = ZipArchive::new(file).map_err(|e| fail(broken(e)))?;
    let has = |zip: &ZipArchive<_>, name: &str| zip.index_for_name(name).is_some();
    let kind = if has(&zip, "xl/workbook.bin") {
        Kind::Xlsb
    } else if has(&zip, "content.xml") {
        Kind::Ods
    } else if zip.file_names().flatten().any(|n| n.starts_with("xl/")) {
        Kind::Xlsx
    } else {
        let (what, hint) = (
            "an Office document that is no spreadsheet",
            "export the data as a spreadsheet, CSV or JSON",
        );
        let path = input.path.clone();
        return Err(Error::Unsupported { path, what, hint });
    };
    let mut signs = Signs::default();
    for index in 0..zip.len() {
        let mut part = zip.by_index(index).map_err(|e| fail(broken(e)))?;
        let name = part.name().unwrap_or_default().to_lowercase();
        let streamed = name.contains("worksheets/") || name == "content.xml";
        let unread = name.contains("media/") || name.contains("thumbnail");
        let packed = part.compressed_size();
        let most = if streamed {
            limits
                .unpacked_bytes
                .min(packed.saturating_mul(limits.unpacked_ratio).max(64 << 20))
        } else {
            packed.saturating_mul(PART_RATIO).max(PART_BYTES)
        };
        if unread || (!streamed && part.size() <= PART_BYTES.min(most) && packed * 8 > part.size())
        {
            continue;
        }
        let text = &mut part.by_ref().take(most + 1);
        let found = if streamed && kind == Kind::Xlsx {
            std::io::copy(text, &mut signs)
        } else {
            std::io::copy(text, &mut std::io::sink())
        };
        if found.map_err(|e| fail(broken(e)))? > most {
            let name = printable(&name);
            let reason = format!("its part `{name}` has more than {most} bytes, from {packed}");
            return Err(fail(Fault::Bomb(reason)));
        }
    }
    Ok((kind, signs))
}

/// The formulas without a result in a sheet of an xlsx workbook.
fn unsolved(input: &Input, sheet: &str) -> Result<Unsolved, Fault> {
    let mut book = Xlsx::new(opened(input)?).map_err(broken)?;
    let cells = book.worksheet_cells_reader(sheet).map_err(broken)?;
    Ok(Unsolved::of(cells))
}

/// The sheet that was asked for, or the one that can be meant.
fn choose(
    spec: &SourceSpec,
    kind: Kind,
    (input, sheets): (&Input, &[(String, bool)]),
    limits: &Limits,
) -> Result<(String, &'static str), Error> {
    let names: Vec<String> = sheets.iter().map(|(name, _)| name.clone()).collect();
    if let Some(wanted) = &spec.table {
        let exact = names.iter().find(|n| *n == wanted);
        let found = exact.or_else(|| {
            names
                .iter()
                .find(|n| n.to_lowercase() == wanted.to_lowercase())
        });
        return match found {
            Some(name) => Ok((name.clone(), "given")),
            None => Err(Error::NoSuchTable {
                path: input.path.clone(),
                table: wanted.clone(),
                near: nearest(wanted, names.iter().map(String::as_str)),
                tables: names,
            }),
        };
    }
    let shown: Vec<&String> = sheets
        .iter()
        .filter(|s| s.1)
        .map(|(name, _)| name)
        .collect();
    if let [only] = shown.as_slice() {
        return Ok(((*only).clone(), "being the only one"));
    }
    let (mut filled, mut people) = (Vec::new(), Vec::new());
    for name in shown.iter().take(LOOK_SHEETS) {
        let cells = look(kind, input, name, limits)?;
        if !cells.is_empty() {
            filled.push((*name).clone());
        }
        if signs_of_persons(&cells) >= 2 {
            people.push((*name).clone());
        }
    }
    match (filled.as_slice(), people.as_slice()) {
        ([only], _) => Ok((only.clone(), "being the only one with cells")),
        (_, [only]) => Ok((only.clone(), "by its columns: the only one with persons")),
        _ => Err(Error::WhichTable {
            path: input.path.clone(),
            tables: names,
        }),
    }
}

/// The cells of a sheet's first rows.
fn look(kind: Kind, input: &Input, sheet: &str, limits: &Limits) -> Result<Vec<String>, Error> {
    let fail = |fault| bad(&input.path, fault);
    let mut grid = Grid::new(sink(input, limits).map_err(fail)?, true);
    fill(kind, input, sheet, &mut grid).map_err(fail)?;
    Ok(grid.look.unwrap_or_default())
}

/// All sheets with cells, and whether each is shown.
fn sheets(kind: Kind, input: &Input) -> Result<Vec<(String, bool)>, Fault> {
    let list = |sheets: &[calamine::Sheet]| {
        let cells = sheets.iter().filter(|s| s.typ == SheetType::WorkSheet);
        cells
            .map(|s| (s.name.clone(), s.visible == SheetVisible::Visible))
            .collect()
    };
    let file = opened(input)?;
    Ok(match kind {
        Kind::Xlsx => list(Xlsx::new(file).map_err(broken)?.sheets_metadata()),
        Kind::Xlsb => list(Xlsb::new(file).map_err(broken)?.sheets_metadata()),
        Kind::Xls => list(Xls::new(file).map_err(broken)?.sheets_metadata()),
        Kind::Ods => ods::sheets(file)?,
    })
}

/// A value of an old workbook that is no text.
fn plain(value: &Data) -> DataRef<'static> {
    match value {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::Bool(truth) => DataRef::Bool(*truth),
        Data::DateTime(moment) => DataRef::DateTime(*moment),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
            DataRef::String(text.clone())
        }
        _ => DataRef::Empty,
    }
}

/// Tells of the merged cells of a sheet; those of an ods sheet stand at their first cell, those of xlsb are not known.
fn merge(
    kind: Kind,
    signs: &Signs,
    input: &Input,
    sheet: &str,
    grid: &mut Grid<'_>,
) -> Result<(), Fault> {
    let merged = match kind {
        Kind::Xlsx if signs.merged => {
            let mut book = Xlsx::new(opened(input)?).map_err(broken)?;
            book.merge_cells_by_sheet_name(sheet).map_err(broken)?
        }
        Kind::Xls => {
            let book = Xls::new(opened(input)?).map_err(broken)?;
            book.merge_cells_by_sheet_name(sheet).map_err(broken)?
        }
        _ => Vec::new(),
    };
    merged.iter().for_each(|m| grid.merge(m.start, m.end));
    Ok(())
}

/// Writes the cells of a sheet.
fn fill(kind: Kind, input: &Input, sheet: &str, grid: &mut Grid<'_>) -> Result<(), Fault> {
    let file = opened(input)?;
    let mut text = String::new();
    match kind {
        Kind::Xlsx => {
            let mut book = Xlsx::new(file).map_err(broken)?;
            let mut cells = book.worksheet_cells_reader(sheet).map_err(broken)?;
            let styles = cells.styles().iter();
            let formats = styles.map(|s| s.number_format.as_ref());
            let masks: Vec<Option<NumberMask>> =
                formats.map(|f| NumberMask::of(&f?.format_code)).collect();
            while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(broken)? {
                let (row, column) = cell.get_position();
                if grid.full(row) {
                    break;
                }
                let mask = masks.get(style).and_then(Option::as_ref);
                push_value(cell.get_value(), mask, &mut text);
                grid.cell(row, column, &text)?;
            }
        }
        Kind::Xlsb => {
            let mut book = Xlsb::new(file).map_err(broken)?;
            let mut cells = book.worksheet_cells_reader(sheet).map_err(broken)?;
            while let Some(cell) = cells.next_cell().map_err(broken)? {
                let (row, column) = cell.get_position();
                if grid.full(row) {
                    break;
                }
                push_value(cell.get_value(), None, &mut text);
                grid.cell(row, column, &text)?;
            }
        }
        Kind::Xls => {
            let mut book = Xls::new(file).map_err(broken)?;
            let range = book.worksheet_range(sheet).map_err(broken)?;
            let (top, left) = range.start().unwrap_or((0, 0));
            let formats = NumberFormats::of(&input.on_disk, sheet)?;
            for (row, column, value) in range.used_cells() {
                let (row, column) = (top + row as u32, left + column as u32);
                if grid.full(row) {
                    break;
                }
                push_value(&plain(value), formats.mask(row, column), &mut text);
                grid.cell(row, column, &text)?;
            }
        }
        Kind::Ods => ods::fill(file, sheet, grid)?,
    }
    Ok(())
}

//! The rows of a file of delimited text, one after the other: accepted into a batch, or refused with the
//! reason and the reading taken up again at the next line.

use super::Error;
use super::batch::{Batch, Long, Raw, Refusal};
use super::preamble;
use super::row::{Bounds, Dialect, Field, Scan, scan, unescape};
use super::spec::Limits;
use super::swallow::{Suspect, Swallowed};
use super::text::Text;
use super::withhold;
use std::io;

/// Rows longer than this are refused whatever the limits say: offsets in a row have 32 bits.
const MAX_ROW_BYTES: usize = 1 << 30;
/// The byte order mark in UTF-8.
const MARK: &[u8] = "\u{FEFF}".as_bytes();

/// The first row, which may be the header.
pub(super) struct First {
    pub(super) cells: Vec<String>,
    /// Bytes with the line end.
    pub(super) length: usize,
    /// Lines it takes.
    pub(super) lines: u64,
}

/// A row as it was scanned.
#[derive(Clone, Copy)]
struct Extent {
    content: usize,
    length: usize,
    breaks: usize,
    loose: bool,
}

/// Cells whose lines look like rows.
#[derive(Clone, Copy)]
pub(super) struct Held {
    /// First and last line of the first such cell.
    pub(super) lines: (u64, u64),
    /// How many cells.
    pub(super) cells: u64,
    /// Lines in all of them that look like rows.
    pub(super) rows: u64,
}

/// A file of delimited text at the start of some row.
pub(super) struct Rows {
    pub(super) path: String,
    pub(super) text: Text,
    pub(super) dialect: Dialect,
    /// Unique names of the columns.
    pub(super) names: Vec<String>,
    /// The header as it is written; empty without one.
    pub(super) header: Vec<String>,
    /// Whether it is a sheet: a line a row, whatever breaks are in its cells.
    pub(super) is_sheet: bool,
    /// Fields a row must have: the header's, without unnamed ones at its end.
    pub(super) needed: usize,
    /// Indices of columns with secrets.
    pub(super) secret: Vec<usize>,
    /// Rows with quotes that are not doubled, and the line of the first.
    pub(super) loose: Option<(u64, u64)>,
    /// Cells that seem to hold rows.
    pub(super) swallowed: Option<Held>,
    /// Rows seen, refused ones included.
    seen: u64,
    /// Line of the file at the start of what is at hand, from 1.
    line: u64,
    fields: Vec<Field>,
}

impl Rows {
    /// A file at its start, its dialect not known yet.
    pub(super) fn new(path: String, text: Text) -> Self {
        Self {
            path,
            text,
            dialect: Dialect::new(','),
            names: Vec::new(),
            header: Vec::new(),
            is_sheet: false,
            needed: 0,
            secret: Vec::new(),
            loose: None,
            swallowed: None,
            seen: 0,
            line: 1,
            fields: Vec::new(),
        }
    }

    fn fill(&mut self) -> Result<bool, Error> {
        self.text
            .fill()
            .map_err(|cause: io::Error| Error::Unreadable {
                path: self.path.clone(),
                cause,
            })
    }

    /// Goes on by bytes that hold `lines` line ends.
    pub(super) fn take(&mut self, bytes: usize, lines: u64) {
        self.text.consume(bytes);
        self.line += lines;
    }

    /// Goes on behind a first row.
    pub(super) fn pass(&mut self, first: &First) {
        self.take(first.length, self.lines(first.lines as usize - 1));
    }

    /// Line of the file at the start of what is at hand, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Lines that a row with so many line breaks takes.
    fn lines(&self, breaks: usize) -> u64 {
        if self.is_sheet { 1 } else { breaks as u64 + 1 }
    }

    /// Leaves out whole lines.
    pub(super) fn skip(&mut self, lines: u64) -> Result<(), Error> {
        let mut left = lines;
        while left > 0 {
            match self.dialect.line_length(self.text.rest()) {
                Some(length) => {
                    self.take(length, 1);
                    left -= 1;
                }
                None if self.fill()? => {}
                None => {
                    let last = u64::from(!self.text.rest().is_empty());
                    let (path, lines) = (self.path.clone(), lines - left + last);
                    return Err(Error::AllSkipped { path, lines });
                }
            }
        }
        Ok(())
    }

    /// The beginning of what is to be read, as text.
    pub(super) fn sample(&mut self, bytes: usize) -> Result<String, Error> {
        while self.text.rest().len() < bytes && self.fill()? {}
        let rest = self.text.rest();
        Ok(String::from_utf8_lossy(&rest[..rest.len().min(bytes)]).into_owned())
    }

    /// Scans until there is a row, a fault or the end; `None` at the end.
    fn scan(&mut self, limits: &Limits) -> Result<Option<Scan>, Error> {
        loop {
            // where files were joined a byte order mark stands inside
            while self.text.rest().starts_with(MARK) {
                self.text.consume(MARK.len());
            }
            let rest = self.text.rest();
            if rest.is_empty() {
                if !self.fill()? {
                    return Ok(None);
                }
                continue;
            }
            let ended = self.text.ended();
            let found = scan(&self.dialect, bounds(limits), rest, ended, &mut self.fields);
            if found != Scan::More {
                return Ok(Some(found));
            }
            if rest.len() > limits.row_bytes.min(MAX_ROW_BYTES) {
                return Ok(Some(Scan::TooLong));
            }
            self.fill()?;
        }
    }

    fn is_blank(&self, content: usize) -> bool {
        self.fields.len() == 1
            && !self.fields[0].quoted
            && self.text.rest()[..content]
                .iter()
                .all(u8::is_ascii_whitespace)
    }

    /// Whether a row has delimiters and nothing between them.
    fn is_void(&self) -> bool {
        let row = self.text.rest();
        let empty = |f: &Field| {
            row[f.start as usize..f.end as usize]
                .trim_ascii()
                .is_empty()
        };
        self.fields.len() > 1 && self.fields.iter().all(empty)
    }

    /// The first row that is not blank; it is not taken.
    pub(super) fn first(&mut self, limits: &Limits) -> Result<First, Error> {
        loop {
            match self.scan(limits)? {
                Some(Scan::Row {
                    content, length, ..
                }) if self.is_blank(content) => self.take(length, 1),
                Some(Scan::Row {
                    content,
                    length,
                    breaks,
                    ..
                }) => {
                    if self.text.damaged(content) {
                        return Err(self.bad_first("has bytes that are not of its encoding"));
                    }
                    let Ok(row) = std::str::from_utf8(&self.text.rest()[..content]) else {
                        return Err(self.bad_first("has bytes that are not UTF-8"));
                    };
                    let cells = self.fields.iter().map(|field| {
                        let mut cell = String::new();
                        push_cell(&self.dialect, row, field, &mut cell);
                        cell
                    });
                    let (cells, lines) = (cells.collect(), breaks as u64 + 1);
                    return Ok(First {
                        cells,
                        length,
                        lines,
                    });
                }
                Some(_) => {
                    return Err(self.bad_first("has a quote that nothing closes, or is too long"));
                }
                None => {
                    return Err(Error::Empty {
                        path: self.path.clone(),
                    });
                }
            }
        }
    }

    fn bad_first(&self, reason: &str) -> Error {
        Error::BadHeader {
            path: self.path.clone(),
            line: self.line,
            reason: reason.to_owned(),
        }
    }

    /// Reads the next row into the batch; false at the end.
    pub(super) fn next(&mut self, limits: &Limits, batch: &mut Batch) -> Result<bool, Error> {
        let Some(found) = self.scan(limits)? else {
            return Ok(false);
        };
        match found {
            Scan::Row {
                content, length, ..
            } if self.is_blank(content) => self.take(length, 1),
            Scan::Row { length, breaks, .. } if self.is_void() => {
                self.take(length, self.lines(breaks));
            }
            Scan::Row {
                content,
                length,
                breaks,
                loose,
            } => {
                let row = Extent {
                    content,
                    length,
                    breaks,
                    loose,
                };
                match self.fault(row, limits) {
                    None => self.accept(row, batch),
                    Some(Fault::Row(field, rule, reason)) => {
                        let raw = self.divided(length, limits.field_bytes);
                        let place = (self.line, self.text.offset(0));
                        batch.refuse(self.refusal(place, raw, field, rule, reason));
                        self.take(length, self.lines(breaks));
                    }
                    Some(Fault::Swallowed) => {
                        let reason = "a quote is opened and seems to swallow the next row";
                        self.refuse_line(("unclosed-quote", reason.to_owned()), limits, batch)?;
                    }
                }
            }
            Scan::Unclosed | Scan::More => {
                let reason = "a quote is opened and nothing closes it";
                self.refuse_line(("unclosed-quote", reason.to_owned()), limits, batch)?;
            }
            Scan::TooLong => {
                let (field, row) = (limits.field_bytes, limits.row_bytes);
                let reason =
                    format!("a field has more than {field} bytes, or the row more than {row}");
                self.refuse_line(("too-large", reason), limits, batch)?;
            }
        }
        Ok(true)
    }

    fn accept(&mut self, row: Extent, batch: &mut Batch) {
        // `fault` has checked that it is UTF-8; an empty text would show here as missing cells.
        let text = std::str::from_utf8(&self.text.rest()[..row.content]).unwrap_or("");
        for i in 0..self.names.len() {
            if let Some(field) = self.fields.get(i) {
                push_cell(&self.dialect, text, field, &mut batch.text);
            }
            batch.ends.push(batch.text.len() as u32);
        }
        if row.loose {
            let (rows, _) = self.loose.get_or_insert((0, self.line));
            *rows += 1;
        }
        self.seen += 1;
        batch.rows.push((self.seen, self.text.offset(0)));
        self.take(row.length, self.lines(row.breaks));
    }

    /// What a good row may have swallowed; when that is sure, its first line only is at fault.
    fn swallowing(&mut self, extent: Extent, limits: &Limits) -> Option<Fault> {
        if extent.breaks == 0 || self.is_sheet {
            return None;
        }
        let suspect = Suspect {
            dialect: &self.dialect,
            bounds: bounds(limits),
            width: self.names.len(),
            row: &self.text.rest()[..extent.content],
            fields: &self.fields,
        };
        let found = suspect.find()?;
        if found.sure {
            return Some(Fault::Swallowed);
        }
        self.hold(found);
        None
    }

    fn hold(&mut self, found: Swallowed) {
        let from = self.line + found.before as u64;
        let held = self.swallowed.get_or_insert(Held {
            lines: (from, from + found.breaks as u64),
            cells: 0,
            rows: 0,
        });
        held.cells += 1;
        held.rows += found.rows as u64;
    }

    /// What is wrong with a row that was scanned whole.
    fn fault(&mut self, extent: Extent, limits: &Limits) -> Option<Fault> {
        let fault = |field, rule, reason: &str| Some(Fault::Row(field, rule, reason.to_owned()));
        let damaged = self.text.damaged(extent.content);
        let row = &self.text.rest()[..extent.content];
        let of = |field: &Field| &row[field.start as usize..field.end as usize];
        let extra = self.fields.get(self.names.len()..).unwrap_or(&[]);
        let filled = extra.iter().any(|field| !of(field).trim_ascii().is_empty());
        if self.fields.len() < self.needed || filled {
            return Some(self.ragged(extent, limits));
        }
        if extent.content > limits.row_bytes {
            let reason = format!(
                "the row has {} bytes, more than {}",
                extent.content, limits.row_bytes
            );
            return fault(None, "too-large", &reason);
        }
        if damaged {
            return fault(
                None,
                "broken-encoding",
                "has bytes that are not of the file's encoding",
            );
        }
        let name_where = |bad: &dyn Fn(&Field) -> bool| {
            let field = self.fields.iter().position(bad);
            field.and_then(|i| self.names.get(i).cloned())
        };
        if std::str::from_utf8(row).is_err() {
            let field = name_where(&|f| std::str::from_utf8(of(f)).is_err());
            return fault(field, "broken-encoding", "has bytes that are not UTF-8");
        }
        if let Some((rule, reason)) = no_record(&self.header, &self.fields, of) {
            return fault(None, rule, reason);
        }
        if let Some(at) = memchr::memchr(0, row) {
            let field = name_where(&|f| (f.start as usize..f.end as usize).contains(&at));
            return fault(field, "nul-byte", "has a zero byte");
        }
        self.swallowing(extent, limits)
    }

    /// A row with the wrong number of fields: refused whole, or its first line only where the second
    /// line alone is a good row and so a quote has swallowed it.
    fn ragged(&self, extent: Extent, limits: &Limits) -> Fault {
        let rest = self.text.rest();
        if extent.breaks > 0 {
            let first = self.dialect.line_length(rest).unwrap_or(extent.length);
            let mut fields = Vec::new();
            let next = scan(
                &self.dialect,
                bounds(limits),
                &rest[first..],
                self.text.ended(),
                &mut fields,
            );
            let fits = fields.len() >= self.needed && fields.len() <= self.names.len();
            if matches!(next, Scan::Row { .. }) && fits {
                return Fault::Swallowed;
            }
        }
        let (found, width) = (self.fields.len(), self.names.len());
        let what = if found < self.needed { "few" } else { "many" };
        let reason = format!("too {what} fields: {found}, the header has {width}");
        Fault::Row(None, "ragged-row", reason)
    }

    fn refusal(
        &mut self,
        (line, byte): (u64, u64),
        raw: Raw,
        field: Option<String>,
        rule: &'static str,
        reason: String,
    ) -> Refusal {
        self.seen += 1;
        Refusal {
            row: self.seen,
            line,
            byte,
            field,
            rule,
            reason,
            raw,
        }
    }

    /// The text of a row that was divided into fields, without secrets. Where fields are too few or too many, a secret
    /// may stand in any that its column could have moved to.
    fn divided(&self, length: usize, limit: usize) -> Raw {
        let row = &self.text.rest()[..length];
        if self.secret.is_empty() {
            return Raw::of(row, limit);
        }
        let (found, width) = (self.fields.len(), self.names.len());
        let secret = |i: usize| {
            let reaches = |k: &usize| {
                let moved = (*k + found).saturating_sub(width);
                (moved.min(*k)..=moved.max(*k)).contains(&i)
            };
            self.secret.iter().any(reaches)
        };
        let parts = self.fields.iter().enumerate().filter(|(i, _)| secret(*i));
        let parts = parts.map(|(_, f)| (f.start as usize, f.end as usize));
        Raw::of(&withhold::parts(row, parts), limit)
    }

    /// Refuses the first line at hand and goes on at the next.
    fn refuse_line(
        &mut self,
        (rule, reason): (&'static str, String),
        limits: &Limits,
        batch: &mut Batch,
    ) -> Result<(), Error> {
        let place = (self.line, self.text.offset(0));
        let mut long = Long::new(limits.field_bytes);
        // The end of a huge line may be far: of what is passed over only the beginning is kept.
        loop {
            let rest = self.text.rest();
            if let Some(length) = self.dialect.line_length(rest) {
                long.feed(&rest[..length]);
                self.take(length, 1);
                break;
            }
            long.feed(rest);
            self.text.consume(rest.len());
            if !self.fill()? {
                break;
            }
        }
        let raw = match self.secret.as_slice() {
            [] => long.raw(),
            _ => long.withheld(),
        };
        batch.refuse(self.refusal(place, raw, None, rule, reason));
        Ok(())
    }
}

/// Why a row is none of the table's records: the header once more, a line drawn, or one of totals or remarks.
fn no_record<'r>(
    header: &[String],
    fields: &[Field],
    of: impl Fn(&Field) -> &'r [u8],
) -> Option<(&'static str, &'static str)> {
    let first = fields.first()?;
    let name = header.first()?;
    if of(first) == name.as_bytes() && header.len() > 1 {
        let again = header
            .iter()
            .zip(fields)
            .all(|(name, field)| of(field) == name.as_bytes());
        if again && fields.len() >= header.len() {
            return Some(("repeated-header", "the header stands here once more"));
        }
    }
    if preamble::is_ruler(fields.iter().map(&of)) {
        return Some(("ruler-row", "is a line drawn below a header, not a record"));
    }
    // most rows are full enough to be records
    let empty = fields.iter().filter(|f| f.start == f.end).count();
    if header.len() < 3 || (fields.len() - empty) * 2 > header.len() + 1 {
        return None;
    }
    preamble::closing(fields.iter().map(of))
}

/// Why a row that was scanned whole is refused.
enum Fault {
    /// The row: the field concerned, the rule, the reason.
    Row(Option<String>, &'static str, String),
    /// Only its first line: an open quote swallowed the rest.
    Swallowed,
}

fn bounds(limits: &Limits) -> Bounds {
    Bounds {
        field_bytes: limits.field_bytes,
        quoted_lines: limits.quoted_lines,
    }
}

fn push_cell(dialect: &Dialect, row: &str, field: &Field, out: &mut String) {
    let cell = &row[field.start as usize..field.end as usize];
    if field.escaped {
        unescape(dialect, cell, out);
    } else {
        out.push_str(cell);
    }
}

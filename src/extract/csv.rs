//! Delimited text: rows scanned, checked against the header, handed on in batches.

use super::builder::{Batch, Builder, Refusal};
use super::dialect::{self, shown};
use super::row::{Bounds, Dialect, Field, Scan, scan, unescape};
use super::spec::SourceSpec;
use super::text::Text;
use super::{Error, Warning};
use std::io;

/// Bytes of cells in a batch.
const BATCH_BYTES: usize = 4 << 20;
/// Rows in a batch.
const BATCH_ROWS: usize = 16_384;
/// Bytes of the sample that the dialect is found from.
const SAMPLE_BYTES: usize = 128 << 10;

/// Reads a whole file of delimited text.
pub(super) fn read(
    spec: &SourceSpec,
    text: Text,
    builder: &mut Builder<'_, '_>,
) -> Result<(Text, Vec<String>), Error> {
    let path = builder.path();
    let mut reader = Reader {
        path,
        text,
        line: 1,
        dialect: Dialect::new(','),
        fields: Vec::new(),
        names: Vec::new(),
        needed: 0,
        loose: None,
    };
    reader.skip(spec.skip_lines)?;
    let sample = reader.sample()?;
    let sample = match sample_after_sep_line(&sample) {
        Some((sign, rest)) if spec.delimiter.is_none() => {
            reader.take_line(sample.len() - rest.len());
            let spec = SourceSpec {
                delimiter: Some(sign),
                ..spec.clone()
            };
            reader.learn(&spec, rest, builder)?;
            return reader.rows(spec.header, rest, builder);
        }
        _ => sample,
    };
    if sample.trim().is_empty() {
        return Err(if spec.skip_lines > 0 {
            Error::AllSkipped {
                path: reader.path,
                lines: spec.skip_lines,
            }
        } else {
            Error::Empty { path: reader.path }
        });
    }
    reader.learn(spec, &sample, builder)?;
    reader.rows(spec.header, &sample, builder)
}

/// `sep=;` as spreadsheets write it in the first line.
fn sample_after_sep_line(sample: &str) -> Option<(char, &str)> {
    let (line, rest) = sample.split_once('\n')?;
    let mut signs = line.trim_end_matches('\r').strip_prefix("sep=")?.chars();
    let sign = signs.next().filter(|c| !c.is_alphanumeric())?;
    signs.next().is_none().then_some((sign, rest))
}

struct Reader {
    path: String,
    text: Text,
    /// Line of the file at the start of what is at hand, from 1.
    line: u64,
    dialect: Dialect,
    fields: Vec<Field>,
    names: Vec<String>,
    /// Fields a row must have: the header's, without unnamed ones at its end.
    needed: usize,
    /// Rows with quotes that are not doubled, and the line of the first.
    loose: Option<(u64, u64)>,
}

impl Reader {
    fn fill(&mut self) -> Result<bool, Error> {
        self.text.fill().map_err(|cause| self.unreadable(cause))
    }

    fn unreadable(&self, cause: io::Error) -> Error {
        Error::Unreadable {
            path: self.path.clone(),
            cause,
        }
    }

    /// Goes on by bytes that hold `lines` line ends.
    fn take(&mut self, bytes: usize, lines: u64) {
        self.text.consume(bytes);
        self.line += lines;
    }

    fn take_line(&mut self, bytes: usize) {
        self.take(bytes, 1);
    }

    fn skip(&mut self, lines: u64) -> Result<(), Error> {
        let mut left = lines;
        while left > 0 {
            match self.dialect.line_length(self.text.rest()) {
                Some(length) => {
                    self.take_line(length);
                    left -= 1;
                }
                None if self.fill()? => {}
                None => {
                    let last = u64::from(!self.text.rest().is_empty());
                    return Err(Error::AllSkipped {
                        path: self.path.clone(),
                        lines: lines - left + last,
                    });
                }
            }
        }
        Ok(())
    }

    /// The beginning of what is to be read, in whole lines where it is long.
    fn sample(&mut self) -> Result<String, Error> {
        while self.text.rest().len() < SAMPLE_BYTES && self.fill()? {}
        let rest = self.text.rest();
        let cut = &rest[..rest.len().min(SAMPLE_BYTES)];
        Ok(String::from_utf8_lossy(cut).into_owned())
    }

    fn learn(
        &mut self,
        spec: &SourceSpec,
        sample: &str,
        builder: &mut Builder<'_, '_>,
    ) -> Result<(), Error> {
        let found = dialect::find(spec, &self.path, sample)?;
        self.dialect = found.dialect;
        if found.columns <= 1 && spec.delimiter.is_none() {
            builder.warn(Warning::SingleColumn {
                path: self.path.clone(),
            });
        }
        builder.describe(|file| {
            file.delimiter = Some(shown(found.dialect.delimiter()));
            file.detected.push_str("; ");
            file.detected.push_str(&found.how);
        });
        Ok(())
    }

    fn bounds(&self, builder: &Builder<'_, '_>) -> Bounds {
        Bounds {
            field_bytes: builder.limits.field_bytes,
            quoted_lines: builder.limits.quoted_lines,
        }
    }

    /// Scans until there is a row, a fault or the end; `None` at the end.
    fn next(&mut self, builder: &Builder<'_, '_>) -> Result<Option<Scan>, Error> {
        loop {
            let rest = self.text.rest();
            if rest.is_empty() {
                if !self.fill()? {
                    return Ok(None);
                }
                continue;
            }
            let found = scan(
                &self.dialect,
                self.bounds(builder),
                rest,
                self.text.ended(),
                &mut self.fields,
            );
            if found != Scan::More {
                return Ok(Some(found));
            }
            if rest.len() > builder.limits.row_bytes {
                return Ok(Some(Scan::TooLong));
            }
            self.fill()?;
        }
    }

    fn header(
        &mut self,
        given: Option<bool>,
        sample: &str,
        builder: &mut Builder<'_, '_>,
    ) -> Result<Vec<usize>, Error> {
        let cells = loop {
            match self.next(builder)? {
                Some(Scan::Row {
                    content, length, ..
                }) if self.blank(content) => self.take_line(length),
                Some(Scan::Row {
                    content,
                    length,
                    breaks,
                    ..
                }) => {
                    if self.text.damaged(content) {
                        return Err(
                            self.bad_header("has bytes that are not of its encoding", builder)
                        );
                    }
                    let Ok(row) = std::str::from_utf8(&self.text.rest()[..content]) else {
                        return Err(self.bad_header("is not UTF-8; set `encoding`", builder));
                    };
                    let cells: Vec<String> = self
                        .fields
                        .iter()
                        .map(|f| content_of(&self.dialect, row, f))
                        .collect();
                    break (cells, length, breaks as u64 + 1);
                }
                Some(_) => {
                    return Err(
                        self.bad_header("has a quote that nothing closes, or is too long", builder)
                    );
                }
                None => {
                    return Err(Error::Empty {
                        path: self.path.clone(),
                    });
                }
            }
        };
        let (cells, length, lines) = cells;
        let guess = if given.is_none() {
            dialect::first_row_is_data(&self.dialect, sample)
        } else {
            None
        };
        let has_header = given.unwrap_or(guess.is_none());
        if let Some(reason) = guess {
            builder.warn(Warning::NoHeader {
                path: self.path.clone(),
                reason: reason.to_owned(),
            });
        }
        let how = match (given, has_header) {
            (Some(_), true) => "header given",
            (Some(_), false) => "no header, as given",
            (None, true) => "header in the first row",
            (None, false) => "no header found",
        };
        builder.describe(|file| {
            file.detected.push_str("; ");
            file.detected.push_str(how);
        });
        if cells.len() > builder.limits.columns {
            return Err(Error::TooManyColumns {
                path: self.path.clone(),
                limit: builder.limits.columns,
            });
        }
        self.needed = cells.len();
        if has_header {
            self.needed = cells
                .iter()
                .rposition(|c| !c.trim().is_empty())
                .map_or(cells.len(), |i| i + 1);
            self.take(length, lines);
            self.names = dialect::unique_names(cells);
        } else {
            self.names = dialect::unique_names(cells.iter().map(|_| String::new()));
        }
        self.names.iter().map(|name| builder.slot(name)).collect()
    }

    fn bad_header(&self, reason: &str, builder: &Builder<'_, '_>) -> Error {
        Error::NothingReadable {
            path: self.path.clone(),
            refused: builder.rows + 1,
            line: self.line,
            reason: format!("the header {reason}"),
        }
    }

    fn blank(&self, content: usize) -> bool {
        let only = self.fields.first().is_none_or(|f| !f.quoted) && self.fields.len() == 1;
        only && self.text.rest()[..content]
            .iter()
            .all(u8::is_ascii_whitespace)
    }

    fn rows(
        mut self,
        given: Option<bool>,
        sample: &str,
        builder: &mut Builder<'_, '_>,
    ) -> Result<(Text, Vec<String>), Error> {
        let slots = self.header(given, sample, builder)?;
        let mut batch = Batch::default();
        while let Some(found) = self.next(builder)? {
            match found {
                Scan::Row {
                    content,
                    length,
                    breaks,
                    loose,
                } => {
                    if self.blank(content) {
                        self.take_line(length);
                        continue;
                    }
                    self.row(content, length, breaks, loose, (builder, &mut batch))?;
                }
                Scan::Unclosed | Scan::More => {
                    self.refuse_line(
                        builder,
                        "unclosed-quote",
                        "a quote is opened and nothing closes it".to_owned(),
                    )?;
                }
                Scan::TooLong => {
                    let reason = format!(
                        "a field has more than {} bytes, or the row more than {}",
                        builder.limits.field_bytes, builder.limits.row_bytes
                    );
                    self.refuse_line(builder, "too-large", reason)?;
                }
            }
            let wanted = builder.limits.records.map_or(usize::MAX, |n| {
                n.saturating_sub(builder.accepted() as u64) as usize
            });
            if batch.text.len() >= BATCH_BYTES || batch.rows.len() >= BATCH_ROWS.min(wanted) {
                builder.accept_batch(&batch, &slots)?;
                batch.clear();
                builder.progress(self.text.taken(), false);
                if builder.full() {
                    break;
                }
            }
        }
        builder.accept_batch(&batch, &slots)?;
        if builder.rows == 0 {
            builder.warn(Warning::HeaderOnly {
                path: self.path.clone(),
            });
        }
        if let Some((rows, line)) = self.loose {
            builder.warn(Warning::LooseQuotes {
                path: self.path.clone(),
                rows,
                line,
            });
        }
        Ok((self.text, self.names))
    }

    fn row(
        &mut self,
        content: usize,
        length: usize,
        breaks: usize,
        loose: bool,
        to: (&mut Builder<'_, '_>, &mut Batch),
    ) -> Result<(), Error> {
        let (builder, batch) = to;
        let width = self.names.len();
        let row = &self.text.rest()[..content];
        let extra = self.fields.get(width..).unwrap_or(&[]);
        let extra_filled = extra.iter().any(|f| {
            !row[f.start as usize..f.end as usize]
                .trim_ascii()
                .is_empty()
        });
        if self.fields.len() < self.needed || extra_filled {
            return self.ragged(length, breaks, builder);
        }
        if content > builder.limits.row_bytes {
            let reason = format!(
                "the row has {content} bytes, more than {}",
                builder.limits.row_bytes
            );
            return self.refuse(builder, (length, breaks), None, "too-large", reason);
        }
        let Ok(row) = std::str::from_utf8(row) else {
            let field = self
                .fields
                .iter()
                .position(|f| std::str::from_utf8(&row[f.start as usize..f.end as usize]).is_err());
            let field = field.and_then(|i| self.names.get(i).cloned());
            let reason = "has bytes that are not UTF-8".to_owned();
            return self.refuse(builder, (length, breaks), field, "broken-encoding", reason);
        };
        if let Some(at) = memchr::memchr(0, row.as_bytes()) {
            let field = self
                .fields
                .iter()
                .position(|f| (f.start as usize..=f.end as usize).contains(&at));
            let field = field.and_then(|i| self.names.get(i).cloned());
            return self.refuse(
                builder,
                (length, breaks),
                field,
                "nul-byte",
                "has a zero byte".to_owned(),
            );
        }
        for i in 0..width {
            if let Some(field) = self.fields.get(i) {
                let cell = &row[field.start as usize..field.end as usize];
                if field.escaped {
                    unescape(&self.dialect, cell, &mut batch.text)
                } else {
                    batch.text.push_str(cell)
                }
            }
            batch.ends.push(batch.text.len() as u32);
        }
        if self.text.damaged(content) {
            let cells = batch.ends.len() - width;
            batch.ends.truncate(cells);
            batch
                .text
                .truncate(batch.ends.last().map_or(0, |e| *e as usize));
            let reason = "has bytes that are not of the file's encoding".to_owned();
            return self.refuse(builder, (length, breaks), None, "broken-encoding", reason);
        }
        if loose {
            let (rows, _) = self.loose.get_or_insert((0, self.line));
            *rows += 1;
        }
        builder.rows += 1;
        batch.rows.push((builder.rows, self.text.offset(0)));
        self.take(length, breaks as u64 + 1);
        Ok(())
    }

    /// A row with the wrong number of fields: refused whole, or its first line only where a quote swallowed the next row.
    fn ragged(
        &mut self,
        length: usize,
        breaks: usize,
        builder: &mut Builder<'_, '_>,
    ) -> Result<(), Error> {
        let found = self.fields.len();
        if breaks > 0 {
            let rest = &self.text.rest()[..length];
            let first = self.dialect.line_length(rest).unwrap_or(length);
            let mut fields = Vec::new();
            let next = scan(
                &self.dialect,
                self.bounds(builder),
                &self.text.rest()[first..],
                self.text.ended(),
                &mut fields,
            );
            let fits = fields.len() >= self.needed && fields.len() <= self.names.len();
            if matches!(next, Scan::Row { .. }) && fits {
                let reason = "a quote is opened and seems to swallow the next row".to_owned();
                return self.refuse_line(builder, "unclosed-quote", reason);
            }
        }
        let what = if found < self.needed { "few" } else { "many" };
        let reason = format!(
            "too {what} fields: {found}, the header has {}",
            self.names.len()
        );
        self.refuse(builder, (length, breaks), None, "ragged-row", reason)
    }

    fn refuse(
        &mut self,
        builder: &mut Builder<'_, '_>,
        (length, breaks): (usize, usize),
        field: Option<String>,
        rule: &'static str,
        reason: String,
    ) -> Result<(), Error> {
        let byte = self.text.offset(0);
        let raw = &self.text.rest()[..length.min(4096)];
        builder.refuse(Refusal {
            line: self.line,
            byte,
            field,
            rule,
            reason,
            raw,
        })?;
        self.take(length, breaks as u64 + 1);
        Ok(())
    }

    /// Refuses the first line at hand and goes on at the next.
    fn refuse_line(
        &mut self,
        builder: &mut Builder<'_, '_>,
        rule: &'static str,
        reason: String,
    ) -> Result<(), Error> {
        let byte = self.text.offset(0);
        let known = self.dialect.line_length(self.text.rest());
        let raw = self.text.rest();
        let shown = &raw[..known.unwrap_or(raw.len()).min(4096)];
        builder.refuse(Refusal {
            line: self.line,
            byte,
            field: None,
            rule,
            reason,
            raw: shown,
        })?;
        // The end of a huge line may be far: what is passed over is not kept.
        loop {
            match self.dialect.line_length(self.text.rest()) {
                Some(length) => {
                    self.take_line(length);
                    return Ok(());
                }
                None => {
                    self.text.consume(self.text.rest().len());
                    if !self.fill()? {
                        return Ok(());
                    }
                }
            }
        }
    }
}

fn content_of(dialect: &Dialect, row: &str, field: &Field) -> String {
    let cell = &row[field.start as usize..field.end as usize];
    let mut out = String::new();
    if field.escaped {
        unescape(dialect, cell, &mut out)
    } else {
        out.push_str(cell)
    }
    out
}

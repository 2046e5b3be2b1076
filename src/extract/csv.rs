//! Delimited text: its dialect and header found, its rows scanned on one thread and interned on others.

use super::batch::Batch;
use super::builder::Builder;
use super::csv_rows::Rows;
use super::dialect::{self, shown};
use super::preamble;
use super::row::Dialect;
use super::spec::{Limits, SourceSpec};
use super::text::Text;
use super::{Error, Warning};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};

/// Bytes of cells in a batch.
const BATCH_BYTES: usize = 4 << 20;
/// Rows in a batch.
const BATCH_ROWS: usize = 16_384;
/// Batches that may wait to be interned.
const BATCHES_AHEAD: usize = 1;
/// Bytes of the sample that the dialect is found from.
const SAMPLE_BYTES: usize = 128 << 10;

/// A sheet that was written out as delimited text.
#[derive(Clone, Copy)]
pub(super) struct Sheet {
    pub(super) dialect: Dialect,
    /// Columns of the widest row.
    pub(super) widest: usize,
}

/// Reads a whole file of delimited text; gives its columns.
pub(super) fn read(
    spec: &SourceSpec,
    text: Text,
    builder: &mut Builder<'_, '_>,
) -> Result<(Text, Vec<String>), Error> {
    read_as(spec, None, text, builder)
}

/// The same, or the rows of a sheet, whose dialect is known and whose rows may be short.
pub(super) fn read_as(
    spec: &SourceSpec,
    sheet: Option<Sheet>,
    text: Text,
    builder: &mut Builder<'_, '_>,
) -> Result<(Text, Vec<String>), Error> {
    let mut rows = Rows::new(builder.path(), text);
    rows.is_sheet = sheet.is_some();
    rows.skip(spec.skip_lines)?;
    let sample = rows.sample(SAMPLE_BYTES)?;
    let (sign, sample) = match sign_line(&sample) {
        Some((sign, rest)) if spec.delimiter.is_none() && sheet.is_none() => {
            let line = rows.line();
            rows.take(sample.len() - rest.len(), 1);
            (fitting(spec, sign, (rest, line), builder), rest)
        }
        _ => (spec.delimiter, sample.as_str()),
    };
    if sample.trim().is_empty() {
        let (path, lines) = (rows.path, spec.skip_lines);
        return Err(if lines > 0 {
            Error::AllSkipped { path, lines }
        } else {
            Error::Empty { path }
        });
    }
    let spec = SourceSpec {
        delimiter: sign,
        ..spec.clone()
    };
    let looks = spec.skip_lines == 0 && spec.header != Some(false);
    let title = looks
        .then(|| preamble::find(&spec, sheet.map(|s| s.dialect), sample))
        .flatten();
    let body = title.as_ref().map_or(sample, |t| &sample[t.bytes..]);
    match sheet {
        Some(sheet) => rows.dialect = sheet.dialect,
        None => learn(&spec, body, &mut rows, builder)?,
    }
    if let Some(title) = title {
        for _ in 0..title.rows {
            let row = rows.first(builder.limits)?;
            rows.pass(&row);
        }
        // blank lines above the header are passed over
        rows.first(builder.limits)?;
        builder.warn(Warning::Preamble {
            path: rows.path.clone(),
            rows: title.rows as u64,
            line: rows.line(),
        });
    }
    let widest = sheet.map_or(0, |s| s.widest);
    let slots = header((spec.header, widest), body, &mut rows, builder)?;
    all(rows, &slots, builder)
}

/// `sep=;` as spreadsheets write it in the first line.
fn sign_line(sample: &str) -> Option<(char, &str)> {
    let (line, rest) = sample.split_once('\n')?;
    let mut signs = line.trim_end_matches('\r').strip_prefix("sep=")?.chars();
    let sign = signs.next().filter(|c| !c.is_alphanumeric())?;
    signs.next().is_none().then_some((sign, rest))
}

/// The sign that a `sep=` line names; `None` where it divides nothing and another one would.
fn fitting(
    spec: &SourceSpec,
    sign: char,
    (sample, line): (&str, u64),
    builder: &mut Builder<'_, '_>,
) -> Option<char> {
    let named = SourceSpec {
        delimiter: Some(sign),
        ..spec.clone()
    };
    let path = builder.path();
    let found = dialect::find(&named, &path, sample).ok();
    let Some((better, columns)) = found.and_then(|f| f.better) else {
        return Some(sign);
    };
    builder.warn(Warning::AgainstSignLine {
        path,
        line,
        named: shown(sign),
        taken: shown(better),
        columns,
    });
    None
}

fn learn(
    spec: &SourceSpec,
    sample: &str,
    rows: &mut Rows,
    builder: &mut Builder<'_, '_>,
) -> Result<(), Error> {
    let found = dialect::find(spec, &rows.path, sample)?;
    rows.dialect = found.dialect;
    if found.columns <= 1 && spec.delimiter.is_none() {
        let path = rows.path.clone();
        builder.warn(Warning::SingleColumn { path });
    }
    if let (Some(given), Some((better, columns))) = (spec.delimiter, found.better) {
        builder.warn(Warning::AgainstDelimiter {
            path: rows.path.clone(),
            given: shown(given),
            better: shown(better),
            columns,
        });
    }
    if let (Some(taken), Some((rival, columns))) = (found.dialect.delimiter(), found.rival) {
        builder.warn(Warning::CloseDelimiters {
            path: rows.path.clone(),
            taken: shown(taken),
            taken_columns: found.columns,
            rival: shown(rival),
            rival_columns: columns,
        });
    }
    builder.describe(|file| {
        file.delimiter = found.dialect.delimiter().map(shown);
        file.detected.push_str("; ");
        file.detected.push_str(&found.how);
    });
    Ok(())
}

/// Names the columns from the first row, or by number where it is data; gives their slots. The first row of a sheet may be
/// short: further columns have no names.
fn header(
    (given, widest): (Option<bool>, usize),
    sample: &str,
    rows: &mut Rows,
    builder: &mut Builder<'_, '_>,
) -> Result<Vec<usize>, Error> {
    let mut first = rows.first(builder.limits)?;
    let width = preamble::widened(first.cells.len(), widest);
    first.cells.resize(width, String::new());
    let guess = match given {
        None => dialect::first_row_is_data(&rows.dialect, sample),
        Some(_) => None,
    };
    let has_header = given.unwrap_or(guess.is_none());
    if let Some(reason) = guess {
        builder.warn(Warning::NoHeader {
            path: rows.path.clone(),
            reason: reason.to_owned(),
        });
    }
    if first.cells.len() > builder.limits.columns {
        return Err(Error::TooManyColumns {
            path: rows.path.clone(),
            limit: builder.limits.columns,
        });
    }
    rows.needed = first.cells.len();
    let mut how = match (given, has_header) {
        (Some(_), true) => "header given",
        (Some(_), false) => "no header, as given",
        (None, true) => "header in the first row",
        (None, false) => "no header found",
    };
    if has_header {
        if given.is_none() && preamble::stands_twice(&first.cells) {
            return Err(Error::SideBySide {
                path: rows.path.clone(),
                line: rows.line(),
            });
        }
        rows.pass(&first);
        let second = rows.first(builder.limits).ok().filter(|_| given.is_none());
        let both = second.and_then(|mut second| {
            if rows.is_sheet {
                second
                    .cells
                    .resize(width.max(second.cells.len()), String::new());
            }
            Some((
                preamble::two_rows_of_names(&first.cells, &second.cells)?,
                second,
            ))
        });
        let names = match both {
            Some((names, second)) => {
                builder.warn(Warning::TwoHeaderRows {
                    path: rows.path.clone(),
                    line: rows.line(),
                });
                rows.pass(&second);
                rows.header = second.cells;
                how = "header in the first two rows";
                names
            }
            None => {
                rows.header = first.cells.clone();
                first.cells
            }
        };
        let named = names.iter().rposition(|c| !c.trim().is_empty());
        rows.needed = named.map_or(names.len(), |i| i + 1);
        rows.names = dialect::unique_names(names);
        pass_below_header(rows, builder)?;
    } else {
        rows.names = dialect::unique_names(first.cells.iter().map(|_| String::new()));
    }
    builder.describe(|file| {
        file.detected.push_str("; ");
        file.detected.push_str(how);
    });
    if rows.is_sheet {
        rows.needed = 0;
    }
    let secret = |i: &usize| builder.is_secret(&rows.names[*i]);
    rows.secret = (0..rows.names.len()).filter(secret).collect();
    rows.names.iter().map(|name| builder.slot(name)).collect()
}

/// Leaves out lines below the header that are no records.
fn pass_below_header(rows: &mut Rows, builder: &mut Builder<'_, '_>) -> Result<(), Error> {
    while let Some(next) = rows.first(builder.limits).ok()
        && let Some(what) = preamble::below_header(&next.cells)
    {
        builder.warn(Warning::BelowHeader {
            path: rows.path.clone(),
            line: rows.line(),
            what: what.to_owned(),
        });
        rows.pass(&next);
    }
    Ok(())
}

/// Scans all rows on a thread of its own while earlier ones are interned here.
fn all(
    mut rows: Rows,
    slots: &[usize],
    builder: &mut Builder<'_, '_>,
) -> Result<(Text, Vec<String>), Error> {
    let limits = builder.limits;
    let wanted = builder.wanted();
    let (full_in, full_out) = sync_channel::<Batch>(BATCHES_AHEAD);
    let (empty_in, empty_out) = channel::<Batch>();
    let rows = std::thread::scope(|scope| -> Result<Rows, Error> {
        let scanner = scope.spawn(move || {
            scan_all(&mut rows, limits, wanted, (&full_in, &empty_out)).map(|()| rows)
        });
        // An error here drops the receiver, and the scanner ends at its next batch.
        for mut batch in full_out {
            builder.accept_batch(&mut batch, slots)?;
            builder.progress(batch.taken, false);
            batch.clear();
            // The scanner may be done already: then nobody wants the empty batch.
            let _unwanted = empty_in.send(batch);
        }
        match scanner.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })?;
    if builder.rows == 0 {
        let path = rows.path.clone();
        builder.warn(Warning::HeaderOnly { path });
    }
    if let Some((count, line)) = rows.loose {
        let path = rows.path.clone();
        builder.warn(Warning::LooseQuotes {
            path,
            rows: count,
            line,
        });
    }
    if let Some(held) = rows.swallowed {
        builder.warn(Warning::SwallowedRows {
            path: rows.path.clone(),
            from: held.lines.0,
            to: held.lines.1,
            cells: held.cells,
            rows: held.rows,
        });
    }
    Ok((rows.text, rows.names))
}

fn scan_all(
    rows: &mut Rows,
    limits: &Limits,
    wanted: usize,
    (full, empty): (&SyncSender<Batch>, &Receiver<Batch>),
) -> Result<(), Error> {
    let mut left = wanted;
    let mut more = true;
    while more && left > 0 {
        let mut batch = empty.try_recv().unwrap_or_default();
        let most = BATCH_ROWS.min(left);
        while more
            && batch.rows.len() < most
            && batch.text.len() + batch.refused_bytes < BATCH_BYTES
            && batch.refusals.len() < BATCH_ROWS
        {
            more = rows.next(limits, &mut batch)?;
        }
        left -= batch.rows.len();
        batch.taken = rows.text.taken();
        if full.send(batch).is_err() {
            break;
        }
    }
    Ok(())
}

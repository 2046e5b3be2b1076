//! Outside bytes to records: CSV and relatives, JSON, JSON Lines, SQLite, spreadsheets and vCards, packed or not; with
//! optional features Parquet files, PostgreSQL and MySQL.
//!
//! [`read_source`] reads all files of a source into one [`SourceTable`]. Format, encoding, delimiter, quote and
//! header are detected where they are not given, and what was found is stated in
//! [`InputFile`]. A row that cannot be read becomes a
//! [`Rejection`](crate::record::Rejection) and the reading goes on; a file that cannot be read is an [`Error`].

mod batch;
mod builder;
mod charset;
mod csv;
mod csv_rows;
mod cut_items;
mod damage;
mod detect;
mod dialect;
mod encoding;
mod error;
mod flatten;
mod guess;
mod input;
mod json;
mod json_cursor;
mod json_pages;
mod json_place;
mod json_value;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "parquet")]
mod parquet;
mod persons;
#[cfg(feature = "postgres")]
mod postgres;
mod preamble;
mod refused;
mod row;
mod scratch;
mod server;
mod sheet;
mod spec;
mod spool;
mod sqlite;
mod swallow;
mod text;
mod unpack;
mod vcard;
mod vcard_property;
mod warning;
mod withhold;

pub use charset::knows_encoding;
pub use error::Error;
pub use input::place;
pub use scratch::discard_scratch;
pub use spec::{Format, Intake, Limits, Progress, SourceSpec};
pub use spool::RawSpool;
pub use warning::Warning;

use crate::record::{InputFile, SourceTable};
use builder::{Builder, Closing};
use input::Input;
use json::Document;
use json_cursor::Cursor;
use text::Text;

/// Reads all files of a source into one table; columns are joined by name.
///
/// Keys, numbers and canonical order are left to the caller. With [`Limits::records`] set the reading stops
/// early, and the digest of the file that was not read to its end stays empty.
///
/// # Errors
/// When a file is missing, is not what it should be, or too much of it had to be refused.
pub fn read_source(
    spec: &SourceSpec,
    limits: &Limits,
    intake: &mut Intake<'_>,
) -> Result<SourceTable, Error> {
    dialect::check(spec)?;
    let wanted = encoding::given(spec)?;
    let paths = input::expand(spec, limits)?;
    let mut builder = Builder::new(&spec.name, limits, intake);
    let mut columns: Option<Vec<String>> = None;
    let mut idle: Option<Vec<&str>> = None;
    let mut formats: Vec<String> = Vec::new();
    let mut met = |format: Option<Format>| {
        let more = spec.without_effect(format);
        match &mut idle {
            Some(idle) => idle.retain(|name| more.contains(name)),
            none => *none = Some(more),
        }
        let format = format.map_or("database server", Format::name).to_owned();
        if !formats.contains(&format) {
            formats.push(format);
        }
    };
    for path in &paths {
        if server::is_address(path) {
            met(None);
            let seen = server::read(spec, path, &mut builder)?;
            compare_columns(&mut builder, &mut columns, Some(seen), path);
            if builder.full() {
                break;
            }
            continue;
        }
        let mut input = unpack::unpack(Input::open(path)?, limits)?;
        let head = input
            .head(detect::HEAD_BYTES)
            .map_err(|e| input.unreadable(e))?;
        if head.is_empty() {
            return Err(Error::Empty { path: path.clone() });
        }
        let (mut format, how) = detect::find((path, &input.name), &head, spec.format)?;
        if format == Format::JsonLines && spec.format.is_none() && spec.json_path.is_some() {
            // one document a line, with the records inside each
            format = Format::Json;
        }
        met(Some(format));
        builder.open(InputFile {
            source: spec.name.clone(),
            path: path.clone(),
            format: format.name().to_owned(),
            delimiter: None,
            encoding: None,
            part: None,
            detected: input
                .how
                .iter()
                .map(String::as_str)
                .chain([how])
                .collect::<Vec<_>>()
                .join("; "),
            bytes: input.bytes,
            sha256: String::new(),
            rows: 0,
            quarantined: 0,
        });
        let seen = match format {
            Format::Sqlite => sqlite::read(spec, &mut input, &mut builder)?,
            Format::Spreadsheet => sheet::read(spec, input, &mut builder)?,
            #[cfg(feature = "parquet")]
            Format::Parquet => {
                parquet::read(&mut input, &mut builder)?;
                None
            }
            #[cfg(not(feature = "parquet"))]
            Format::Parquet => {
                return Err(Error::NoFeature {
                    path: path.clone(),
                    feature: "parquet",
                });
            }
            _ => read_text(spec, format, wanted, &mut input, &mut builder)?,
        };
        compare_columns(&mut builder, &mut columns, seen, path);
        if builder.full() {
            break;
        }
    }
    let settings: Vec<String> = idle.into_iter().flatten().map(str::to_owned).collect();
    if !settings.is_empty() {
        builder.warn(Warning::WithoutEffect {
            source: spec.name.clone(),
            settings,
            formats,
        });
    }
    Ok(builder.finish())
}

/// Columns of a file of delimited text or a table are fixed: say where they differ from the first file's.
fn compare_columns(
    builder: &mut Builder<'_, '_>,
    first: &mut Option<Vec<String>>,
    seen: Option<Vec<String>>,
    path: &str,
) {
    let Some(seen) = seen else { return };
    let Some(first) = first else {
        *first = Some(seen);
        return;
    };
    let without = |a: &[String], b: &[String]| {
        a.iter()
            .filter(|n| !b.contains(n))
            .cloned()
            .collect::<Vec<_>>()
    };
    let (extra, missing) = (without(&seen, first), without(first, &seen));
    if !extra.is_empty() || !missing.is_empty() {
        builder.warn(Warning::OtherColumns {
            path: path.to_owned(),
            extra,
            missing,
        });
    }
}

fn read_text(
    spec: &SourceSpec,
    format: Format,
    wanted: Option<charset::Charset>,
    input: &mut Input,
    builder: &mut Builder<'_, '_>,
) -> Result<Option<Vec<String>>, Error> {
    let found = input
        .rewound()
        .and_then(|file| encoding::find(file, wanted));
    let found = found.map_err(|e| input.unreadable(e))?;
    if let Some((better, reason)) = found.doubt {
        return Err(Error::DoubtfulEncoding {
            path: input.path.clone(),
            encoding: found.encoding.name(),
            better,
            reason,
        });
    }
    if let Some(mixed) = found.mixed {
        return Err(Error::MixedEncoding {
            path: input.path.clone(),
            line: mixed.line,
            utf8: mixed.whole,
            other: mixed.broken,
            encoding: found.encoding.name(),
        });
    }
    if let Some(line) = found.seven_bits {
        let path = input.path.clone();
        builder.warn(Warning::SevenBits { path, line });
    }
    builder.describe(|file| {
        file.encoding = Some(found.encoding.name());
        file.detected.push_str("; ");
        file.detected.push_str(&found.how);
        if let Some(alternatives) = &found.alternatives {
            file.detected.push_str(&format!(" ({alternatives})"));
        }
    });
    if let Some(marked) = found.against {
        builder.warn(Warning::AgainstMark {
            path: input.path.clone(),
            encoding: found.encoding.name(),
            marked,
        });
    }
    if let Some(alternatives) = found.alternatives {
        builder.warn(Warning::GuessedEncoding {
            path: input.path.clone(),
            encoding: found.encoding.name(),
            alternatives,
        });
    }
    let path = input.path.clone();
    let mut open = || {
        let hashed = input.hashed().map_err(|cause| Error::Unreadable {
            path: path.clone(),
            cause,
        })?;
        Ok(Text::new(hashed, found.encoding, found.mark))
    };
    let (text, columns) = match format {
        Format::Csv => {
            let (text, names) = csv::read(spec, open()?, builder)?;
            (text, Some(names))
        }
        Format::JsonLines => (
            Document::new(Cursor::new(&path, open()?)).read_lines(builder)?,
            None,
        ),
        Format::Vcard => (vcard::read(&path, open()?, builder)?, None),
        Format::Json | Format::Sqlite | Format::Spreadsheet | Format::Parquet => {
            (read_document(spec, &path, &mut open, builder)?, None)
        }
    };
    let unfinished = builder.full();
    let closing = if unfinished && !text.ended() {
        Closing {
            bytes: input.packed_bytes(),
            sha256: String::new(),
        }
    } else {
        let digest = text.finish().map_err(|e| input.unreadable(e))?;
        Closing::of(digest)
    };
    builder.close(closing)?;
    Ok(columns)
}

fn read_document(
    spec: &SourceSpec,
    path: &str,
    open: &mut dyn FnMut() -> Result<Text, Error>,
    builder: &mut Builder<'_, '_>,
) -> Result<Text, Error> {
    let place = match &spec.json_path {
        Some(wanted) => json_place::given(wanted),
        None => {
            let survey = Cursor::new(path, open()?).survey()?;
            builder.warn_of_lists("records", survey.lists());
            let (place, warning) = if survey.is_sequence() {
                (Cursor::new(path, open()?).sequence()?, None)
            } else {
                survey.best(path)?
            };
            if let Some(warning) = warning {
                if let Warning::SeveralArrays { others, .. } = &warning {
                    builder.warn_of_lists("records", others.iter().map(|o| o.0.as_str()));
                }
                builder.warn(warning);
            }
            place
        }
    };
    builder.describe(|file| {
        file.detected.push_str("; ");
        file.detected
            .push_str(&place.words(spec.json_path.is_some()));
        file.part = place.name();
    });
    let given = spec.json_path.is_some();
    if let Some(text) = Document::new(Cursor::new(path, open()?)).read(&place, given, builder)? {
        return Ok(text);
    }
    let found = Cursor::new(path, open()?).survey()?.places();
    Err(Error::NoSuchPath {
        path: path.to_owned(),
        wanted: spec.json_path.clone().unwrap_or_default(),
        found,
    })
}

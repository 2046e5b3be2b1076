//! Parquet files: rows as JSON, one at a time, nested values and all.

use super::Error;
use super::builder::{Builder, Closing};
use super::input::{Digested, HashedRead, Input};
use super::json;
use super::json_value::Node;
use super::{Warning, batch};
use crate::text::json::push_string;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::{Field, Row};
use std::fmt::Write as _;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Bytes that may come out of a file whatever its size.
const ALWAYS_BYTES: u64 = 64 << 20;

/// Reads all rows.
pub(super) fn read(input: &mut Input, builder: &mut Builder<'_, '_>) -> Result<(), Error> {
    let path = input.path.clone();
    let bad = |reason: String| Error::Damaged {
        path: path.clone(),
        reason,
    };
    let digest = if builder.limits.records.is_some() {
        Digested {
            bytes: input.packed_bytes(),
            sha256: String::new(),
        }
    } else {
        let hashed = input.hashed().and_then(HashedRead::finish);
        hashed.map_err(|e| input.unreadable(e))?
    };
    let file = File::open(&input.on_disk).map_err(|e| input.unreadable(e))?;
    // a file that lies about itself makes the library panic in places
    let opened = catch_unwind(AssertUnwindSafe(|| SerializedFileReader::new(file)));
    let reader = match opened {
        Ok(Ok(reader)) => reader,
        Ok(Err(e)) => return Err(bad(e.to_string())),
        Err(_) => return Err(bad("its structure makes no sense".to_owned())),
    };
    let groups = reader.metadata().row_groups().iter();
    let unpacked: u64 = groups.map(|g| g.total_byte_size().unsigned_abs()).sum();
    let allowed = ALWAYS_BYTES.max(input.bytes.saturating_mul(builder.limits.unpacked_ratio));
    if unpacked > allowed.min(builder.limits.unpacked_bytes) {
        return Err(bad(format!(
            "{unpacked} bytes would come out of {}",
            input.bytes
        )));
    }
    let rows = catch_unwind(AssertUnwindSafe(|| reader.get_row_iter(None)));
    let mut rows = match rows {
        Ok(Ok(rows)) => rows,
        Ok(Err(e)) => return Err(bad(e.to_string())),
        Err(_) => return Err(bad("its structure makes no sense".to_owned())),
    };
    let (mut raw, mut cut) = (String::new(), None);
    while !builder.full() {
        let next = catch_unwind(AssertUnwindSafe(|| rows.next()));
        let at = builder.next_row();
        let row = match next {
            Ok(None) => break,
            Ok(Some(Ok(row))) => row,
            Ok(Some(Err(e))) => return Err(bad(format!("row {at}: {e}"))),
            Err(_) => return Err(bad(format!("row {at} makes no sense"))),
        };
        raw.clear();
        write_row(&row, &mut raw);
        let fault = match Node::parse(&raw, builder.limits.json_depth) {
            Ok(node) => json::accept(&node, &raw, 0, &mut cut, builder)?.map(|(r, w, _)| (r, w)),
            Err(fault) => Some(("too-large", fault.reason.to_owned())),
        };
        if let Some((rule, reason)) = fault {
            let raw = batch::Raw::of(raw.as_bytes(), builder.limits.field_bytes);
            builder.refuse_undivided((0, 0), (rule, reason), raw)?;
        }
        builder.progress(0, false);
    }
    if let Some((records, field)) = cut {
        builder.warn(Warning::LongArrays {
            path: path.clone(),
            records,
            field,
        });
    }
    if builder.rows == 0 {
        builder.warn(Warning::NoRecords { path });
    }
    builder.close(Closing::of(digest))
}

fn write_row(row: &Row, out: &mut String) {
    out.push('{');
    for (i, (name, field)) in row.get_column_iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        push_string(out, name);
        out.push(':');
        write(field, out);
    }
    out.push('}');
}

/// A value as JSON: numbers in full, bytes in hexadecimal, dates and moments as text.
fn write(field: &Field, out: &mut String) {
    match field {
        Field::Null => out.push_str("null"),
        Field::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Field::Str(text) => push_string(out, text),
        Field::Bytes(bytes) => {
            let hex: String = bytes.data().iter().map(|b| format!("{b:02x}")).collect();
            push_string(out, &format!("\\x{hex}"));
        }
        Field::Float(value) if value.is_finite() => {
            let _ = write!(out, "{value}");
        }
        Field::Double(value) if value.is_finite() => {
            let _ = write!(out, "{value}");
        }
        Field::Byte(_)
        | Field::Short(_)
        | Field::Int(_)
        | Field::Long(_)
        | Field::UByte(_)
        | Field::UShort(_)
        | Field::UInt(_)
        | Field::ULong(_)
        | Field::Decimal(_) => {
            let _ = write!(out, "{field}");
        }
        // the library's own words leave out what is less than a second
        Field::TimestampMillis(value) => moment(value.saturating_mul(1_000), out),
        Field::TimestampMicros(value) => moment(*value, out),
        Field::Group(row) => write_row(row, out),
        Field::ListInternal(list) => {
            out.push('[');
            for (i, item) in list.elements().iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Field::MapInternal(map) => {
            out.push('{');
            for (i, (key, value)) in map.entries().iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                let name = match key {
                    Field::Str(text) => text.clone(),
                    other => other.to_string(),
                };
                push_string(out, &name);
                out.push(':');
                write(value, out);
            }
            out.push('}');
        }
        other => push_string(out, &other.to_string()),
    }
}

/// Microseconds since 1970 as a moment of RFC 3339; out of its range the number.
fn moment(microseconds: i64, out: &mut String) {
    match jiff::Timestamp::from_microsecond(microseconds) {
        Ok(moment) => push_string(out, &moment.to_string()),
        Err(_) => {
            let _ = write!(out, "{microseconds}");
        }
    }
}

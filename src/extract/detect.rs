//! Which format a file has: by its content first, by its extension second.

use super::Error;
use super::encoding::utf16_by_zeros;
use super::json_pages::are_pages;
use super::json_value::Node;
use super::spec::Format;
use encoding_rs::Encoding;

/// Bytes that are looked at.
pub(super) const HEAD_BYTES: usize = 256 << 10;
/// Lines, with empty ones, in which a first card is looked for.
const JUNK_LINES: usize = 40;
const SQLITE_MAGIC: &[u8] = b"SQLite format 3\0";

/// First bytes of formats that are known and not read: what, and what to do instead.
const FOREIGN: &[(&[u8], &str, &str)] = &[
    (
        b"BZh",
        "bzip2-compressed",
        "unpack it first: `bunzip2 --keep FILE`",
    ),
    (
        b"\xFD7zXZ\0",
        "xz-compressed",
        "unpack it first: `unxz --keep FILE`",
    ),
    (b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive", "unpack it first"),
    (b"%PDF-", "a PDF", "ask for the data as CSV or JSON"),
    (b"\xFF\xFE\0\0", "UTF-32 text", "convert it to UTF-8"),
    (b"\0\0\xFE\xFF", "UTF-32 text", "convert it to UTF-8"),
];

/// The format of a file, and how it was found; the name is the one that tells the format.
pub(super) fn find(
    (path, name): (&str, &str),
    head: &[u8],
    given: Option<Format>,
) -> Result<(Format, &'static str), Error> {
    if head.starts_with(SQLITE_MAGIC) {
        return match given {
            None => Ok((Format::Sqlite, "format by its first bytes")),
            Some(Format::Sqlite) => Ok((Format::Sqlite, "format given")),
            Some(other) => Err(Error::WrongFormat {
                path: path.to_owned(),
                found: "a SQLite database",
                wanted: other.name(),
            }),
        };
    }
    if head.starts_with(b"PAR1") {
        return match given {
            None => Ok((Format::Parquet, "format by its first bytes")),
            Some(Format::Parquet) => Ok((Format::Parquet, "format given")),
            Some(other) => Err(Error::WrongFormat {
                path: path.to_owned(),
                found: "a Parquet file",
                wanted: other.name(),
            }),
        };
    }
    let book = [b"PK\x03\x04", b"\xD0\xCF\x11\xE0"]
        .iter()
        .any(|m| head.starts_with(*m));
    if book {
        return match given {
            None => Ok((Format::Spreadsheet, "format by its first bytes")),
            Some(Format::Spreadsheet) => Ok((Format::Spreadsheet, "format given")),
            Some(other) => Err(Error::WrongFormat {
                path: path.to_owned(),
                found: "a workbook",
                wanted: other.name(),
            }),
        };
    }
    if let Some((_, what, hint)) = FOREIGN.iter().find(|(magic, ..)| head.starts_with(magic)) {
        return Err(Error::Unsupported {
            path: path.to_owned(),
            what,
            hint,
        });
    }
    if is_tar(head) {
        return Err(Error::Unsupported {
            path: path.to_owned(),
            what: "a tar archive",
            hint: "unpack it first (`tar -xf FILE`) and name the files in it",
        });
    }
    if given == Some(Format::Sqlite) {
        return Err(Error::NotSqlite {
            path: path.to_owned(),
            hint: not_sqlite_hint(head),
        });
    }
    refuse_binary(path, head)?;
    let text = decoded(head);
    let start = text.trim_start();
    let is_vcard = is_vcard(start);
    if matches!(given, Some(Format::Spreadsheet | Format::Parquet))
        || (given == Some(Format::Vcard) && !is_vcard)
    {
        return Err(Error::WrongFormat {
            path: path.to_owned(),
            found: "text of another format",
            wanted: given.map_or("", Format::name),
        });
    }
    if is_vcard && given.is_none_or(|g| g == Format::Vcard) {
        let how = given.map_or("format by its first line", |_| "format given");
        return Ok((Format::Vcard, how));
    }
    for (sign, what, hint) in [
        ("<?xml", "XML", "export the data as CSV or JSON"),
        (
            "<!DOCTYPE",
            "a web page",
            "the export may have failed: open the file in a browser, then export again",
        ),
        (
            "<html",
            "a web page",
            "the export may have failed: open the file in a browser, then export again",
        ),
    ] {
        if start
            .get(..sign.len())
            .is_some_and(|s| s.eq_ignore_ascii_case(sign))
        {
            return Err(Error::Unsupported {
                path: path.to_owned(),
                what,
                hint,
            });
        }
    }
    if let Some(format) = given {
        return Ok((format, "format given"));
    }
    Ok(by_text(name, start))
}

/// Whether the first file of a tar archive begins here: the sign stands behind a name that is filled up with zeros.
fn is_tar(head: &[u8]) -> bool {
    let sign = head.get(257..263);
    sign.is_some_and(|s| s == b"ustar\0" || s == b"ustar ") && head[..257].contains(&0)
}

/// Whether a card begins at one of the first lines; text before it is no card, but hides none.
fn is_vcard(start: &str) -> bool {
    let mut quotes = 0;
    for line in start.split(['\n', '\r']).take(JUNK_LINES) {
        // inside quotes it is the cell of a table
        if line.trim().eq_ignore_ascii_case("BEGIN:VCARD") && quotes % 2 == 0 {
            return true;
        }
        quotes += line.matches('"').count();
    }
    false
}

/// The beginning as text, in the encoding that shows at once; others do not matter for telling formats.
pub(super) fn decoded(head: &[u8]) -> String {
    let encoding = Encoding::for_bom(head)
        .map(|(e, _)| e)
        .or_else(|| utf16_by_zeros(head));
    let encoding = encoding.unwrap_or(encoding_rs::UTF_8);
    let text = encoding.decode(head).0;
    text.trim_start_matches('\u{FEFF}').to_owned()
}

fn by_text(name: &str, start: &str) -> (Format, &'static str) {
    let extension = name
        .rsplit_once('.')
        .map(|(_, e)| e.to_ascii_lowercase())
        .unwrap_or_default();
    let after = start.get(1..).unwrap_or("").trim_start();
    let json_array =
        start.starts_with('[') && after.starts_with(['{', '[', ']', '"', '-', 't', 'f', 'n']);
    // MYOB writes `{}` above its tables
    let empty = after.strip_prefix('}').map(str::trim_start);
    let json_object = start.starts_with('{')
        && (after.starts_with('"')
            || empty.is_some_and(|rest| rest.is_empty() || rest.starts_with('{')));
    if json_object {
        let pages = are_pages(start.lines());
        if !pages && matches!(extension.as_str(), "jsonl" | "ndjson" | "jsonlines") {
            return (
                Format::JsonLines,
                "format by its first character and its extension",
            );
        }
        let (first, rest) = start.split_once('\n').unwrap_or((start, ""));
        if !pages && rest.trim_start().starts_with('{') && Node::parse(first.trim(), 128).is_ok() {
            return (Format::JsonLines, "format by its first lines");
        }
        return (Format::Json, "format by its first characters");
    }
    if json_array {
        return (Format::Json, "format by its first characters");
    }
    match extension.as_str() {
        "json" | "geojson" => (Format::Json, "format by its extension"),
        "jsonl" | "ndjson" | "jsonlines" => (Format::JsonLines, "format by its extension"),
        "csv" | "tsv" | "tab" | "psv" => (Format::Csv, "format by its content and extension"),
        _ => (Format::Csv, "format by its content"),
    }
}

fn refuse_binary(path: &str, head: &[u8]) -> Result<(), Error> {
    let wide = Encoding::for_bom(head).is_some_and(|(e, _)| e != encoding_rs::UTF_8)
        || utf16_by_zeros(head).is_some();
    if wide {
        return Ok(());
    }
    let zeros = head.iter().filter(|b| **b == 0).count();
    let control = head
        .iter()
        .filter(|b| matches!(**b, 0x01..=0x08 | 0x0E..=0x1A | 0x7F))
        .count();
    let why = if zeros * 100 > head.len() {
        format!("{zeros} zero bytes in the first {}", head.len())
    } else if (zeros + control) * 20 > head.len() {
        format!(
            "{} control characters in the first {} bytes",
            zeros + control,
            head.len()
        )
    } else {
        return Ok(());
    };
    Err(Error::Binary {
        path: path.to_owned(),
        why,
    })
}

fn not_sqlite_hint(head: &[u8]) -> String {
    let text = decoded(&head[..head.len().min(4096)]);
    let start = text.trim_start();
    if start.starts_with("PRAGMA")
        || start.starts_with("BEGIN TRANSACTION")
        || start.starts_with("CREATE TABLE")
    {
        "it is an SQL dump: load it with `sqlite3 new.db < FILE` and read the database".to_owned()
    } else if refuse_binary("", head).is_err() {
        "it may be another database's file, or encrypted; export its tables as CSV".to_owned()
    } else {
        "it is text: remove `format` to have it detected".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format_of(path: &str, head: &str) -> Format {
        find((path, path), head.as_bytes(), None).unwrap().0
    }

    #[test]
    fn content_comes_before_extension() {
        assert_eq!(format_of("a.json", "id,name\n1,x\n"), Format::Json);
        assert_eq!(format_of("a.csv", " [\n {\"a\":1}]"), Format::Json);
        assert_eq!(
            format_of("a.txt", "{\"a\":1}\n{\"a\":2}\n"),
            Format::JsonLines
        );
        assert_eq!(format_of("a.jsonl", "{\"a\":1}\n"), Format::JsonLines);
        assert_eq!(format_of("a.txt", "{}\nName\tEmail\nAnn\tx\n"), Format::Csv);
        assert_eq!(format_of("a.txt", "{}\n"), Format::Json);
        assert_eq!(format_of("a", "{\n \"a\": [{\"b\":1}]\n}"), Format::Json);
        assert_eq!(format_of("a", "[Name],[City]\nx,y\n"), Format::Csv);
        assert_eq!(format_of("a.db", "id;name\n"), Format::Csv);
        assert_eq!(format_of("a", "begin:vcard\nVERSION:3.0\n"), Format::Vcard);
        let noted = "My cards\r\n\r\nBEGIN:VCARD\r\nVERSION:3.0\r\n";
        assert_eq!(format_of("a.vcf", noted), Format::Vcard);
        let cell = "id,card\n1,\"\nBEGIN:VCARD\nEND:VCARD\n\"\n";
        assert_eq!(format_of("a.csv", cell), Format::Csv);
    }

    #[test]
    fn foreign_and_binary_files_are_named() {
        let error = |head: &[u8], given| find(("f", "f"), head, given).unwrap_err().to_string();
        assert!(error(b"PK\x03\x04....", Some(Format::Csv)).contains("workbook"));
        assert!(error(b"id,name\n", Some(Format::Vcard)).contains("not vcard"));
        assert!(error(b"<!doctype html><html>", None).contains("web page"));
        assert!(
            error(
                b"\x7FELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0\x01\0\0\0",
                None
            )
            .contains("binary")
        );
        let mut tar = vec![0; 512];
        tar[..5].copy_from_slice(b"a.csv");
        tar[257..263].copy_from_slice(b"ustar\0");
        assert!(error(&tar, None).contains("tar archive"));
        assert!(error(b"CREATE TABLE a(b);", Some(Format::Sqlite)).contains("SQL dump"));
        assert!(error(b"SQLite format 3\0", Some(Format::Csv)).contains("not csv"));
    }
}

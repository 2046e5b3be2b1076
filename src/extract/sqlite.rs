//! SQLite: a table, a view or a single `SELECT`, opened so that a hostile file can do no harm.

use super::batch::{Raw, Refusal, hex};
use super::builder::{Builder, Closing};
use super::error::nearest;
use super::input::{Digested, HashedRead, Input};
use super::persons::signs_of_persons;
use super::spec::SourceSpec;
use super::{Error, Warning, dialect};
use crate::lexicon::roles::WITHHELD;
use crate::text::json::push_string;
use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::Read as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

/// How long another program's lock is waited for.
const PATIENCE: Duration = Duration::from_secs(2);
/// Characters shown of a cell that is too large.
const SHOWN_CHARS: usize = 500;
/// What the header of a database with a write-ahead log says at bytes 18 and 19.
const LOGGED: u8 = 2;
/// Bytes beyond ASCII that are no text by chance.
const LEAST_TEXT: usize = 4;
/// Problems that are listed.
const CHECK_PROBLEMS: usize = 3;
/// Reads a whole table or query; gives its columns.
pub(super) fn read(
    spec: &SourceSpec,
    input: &mut Input,
    builder: &mut Builder<'_, '_>,
) -> Result<Option<Vec<String>>, Error> {
    let path = input.path.clone();
    // A preview needs no digest of the whole file.
    let digest = if builder.limits.records.is_some() {
        Digested {
            bytes: input.packed_bytes(),
            sha256: String::new(),
        }
    } else {
        input
            .hashed()
            .and_then(HashedRead::finish)
            .map_err(|e| input.unreadable(e))?
    };
    let fail = |e: rusqlite::Error, row: u64| named(&path, row, &e);
    let connection = open(input).map_err(|e| fail(e, 0))?;
    let tables = tables(&connection).map_err(|e| fail(e, 0))?;
    let (sql, how, table) = match (&spec.query, &spec.table) {
        (Some(query), _) => (query.clone(), "query given".to_owned(), None),
        (None, Some(wanted)) => {
            let table = find_table(wanted, &tables, &path)?;
            check(&connection, &path, Some(&table))?;
            (
                select_all(&table),
                format!("table `{table}` given"),
                Some(table),
            )
        }
        (None, None) => {
            let (table, why) = guess_table(&connection, &tables, &path)?;
            check(&connection, &path, Some(&table))?;
            let others = tables.iter().filter(|t| **t != table);
            builder.warn_of_lists("table", others.map(String::as_str));
            (
                select_all(&table),
                format!("table `{table}` by {why}"),
                Some(table),
            )
        }
    };
    builder.describe(|file| {
        file.detected.push_str("; ");
        file.detected.push_str(&how);
        file.part = table;
    });
    if spec.query.is_some() {
        check(&connection, &path, None)?;
    }
    let names = read_rows(
        &connection,
        &sql,
        (&path, &tables, spec.query.is_some()),
        builder,
    )?;
    builder.close(Closing::of(digest))?;
    Ok(Some(names))
}

fn open(input: &Input) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = match unshared(&input.on_disk) {
        Some(uri) => Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI)?,
        None => Connection::open_with_flags(&input.on_disk, flags)?,
    };
    connection.busy_timeout(PATIENCE)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection
        .execute_batch("PRAGMA query_only=ON; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0;")?;
    Ok(connection)
}

/// How to open a database with a write-ahead log that nobody has open: as one that does not change, or the library would
/// leave files beside it.
fn unshared(path: &Path) -> Option<String> {
    let path = path.to_str()?;
    if !cfg!(unix) || path.starts_with("//") {
        return None;
    }
    let mut head = [0; 20];
    let mut file = File::open(path).ok()?;
    file.read_exact(&mut head).ok()?;
    let logged = head[18] == LOGGED && head[19] == LOGGED;
    if !logged || Path::new(&format!("{path}-wal")).exists() {
        return None;
    }
    let path = path.replace('%', "%25").replace('?', "%3f");
    Some(format!("file:{}?immutable=1", path.replace('#', "%23")))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn select_all(table: &str) -> String {
    format!("SELECT * FROM {}", quoted(table))
}

/// Tables and views that a user made, tables first, each by name.
fn tables(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name";
    connection
        .prepare(sql)?
        .query_map([], |row| row.get(0))?
        .collect()
}

fn find_table(wanted: &str, tables: &[String], path: &str) -> Result<String, Error> {
    let exact = tables.iter().find(|t| *t == wanted);
    let found = exact.or_else(|| tables.iter().find(|t| t.eq_ignore_ascii_case(wanted)));
    found.cloned().ok_or_else(|| Error::NoSuchTable {
        path: path.to_owned(),
        table: wanted.to_owned(),
        near: nearest(wanted, tables.iter().map(String::as_str)),
        tables: tables.to_vec(),
    })
}

fn guess_table(
    connection: &Connection,
    tables: &[String],
    path: &str,
) -> Result<(String, &'static str), Error> {
    if let [only] = tables {
        return Ok((only.clone(), "being the only one"));
    }
    let mut people = Vec::new();
    for table in tables {
        let sql = "SELECT lower(name) FROM pragma_table_info(?1)";
        let columns = connection.prepare(sql).and_then(|mut s| {
            s.query_map([table], |r| r.get::<_, String>(0))?
                .collect::<rusqlite::Result<Vec<_>>>()
        });
        let columns = columns.map_err(|e| named(path, 0, &e))?;
        if signs_of_persons(&columns) >= 2 {
            people.push(table);
        }
    }
    match people.as_slice() {
        [only] => Ok(((*only).clone(), "its columns: the only one with persons")),
        _ => Err(Error::WhichTable {
            path: path.to_owned(),
            tables: tables.to_vec(),
        }),
    }
}

/// A quick check of one table (or all) before anything of it is believed. Views have nothing to check.
fn check(connection: &Connection, path: &str, table: Option<&str>) -> Result<(), Error> {
    let is_table = |name: &str| {
        let sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1";
        connection
            .query_row(sql, [name], |r| r.get::<_, i64>(0))
            .map(|n| n > 0)
    };
    let argument = match table {
        Some(name) if is_table(name).map_err(|e| named(path, 0, &e))? => quoted(name),
        _ => CHECK_PROBLEMS.to_string(),
    };
    let found = connection
        .prepare(&format!("PRAGMA quick_check({argument})"))
        .and_then(|mut s| {
            s.query_map([], |r| r.get::<_, String>(0))?
                .collect::<rusqlite::Result<Vec<_>>>()
        });
    let found = found.map_err(|e| named(path, 0, &e))?;
    if found.iter().all(|problem| problem == "ok") {
        return Ok(());
    }
    let reason = found
        .iter()
        .take(CHECK_PROBLEMS)
        .cloned()
        .collect::<Vec<_>>()
        .join("; ");
    Err(Error::Damaged {
        path: path.to_owned(),
        reason,
    })
}

fn read_rows(
    connection: &Connection,
    sql: &str,
    (path, tables, given): (&str, &[String], bool),
    builder: &mut Builder<'_, '_>,
) -> Result<Vec<String>, Error> {
    let refused = |reason: String| Error::BadQuery {
        path: path.to_owned(),
        reason,
        tables: tables.to_vec(),
    };
    if given {
        single_select(sql).map_err(|reason| refused(reason.to_owned()))?;
    }
    let mut statement = connection
        .prepare(sql)
        .map_err(|e| match e.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseCorrupt) => named(path, 0, &e),
            _ if given => refused(e.to_string()),
            _ => named(path, 0, &e),
        })?;
    if !statement.readonly() || statement.column_count() == 0 {
        return Err(refused("it is not a `SELECT`".to_owned()));
    }
    // the library panics at a name that is not UTF-8; such a database is damaged
    let names = catch_unwind(AssertUnwindSafe(|| {
        statement
            .column_names()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    }));
    let names = dialect::unique_names(names.map_err(|_| Error::Damaged {
        path: path.to_owned(),
        reason: "the name of a column is not UTF-8".to_owned(),
    })?);
    let slots = names
        .iter()
        .map(|name| builder.slot(name))
        .collect::<Result<Vec<_>, _>>()?;
    let mut rows = statement.query([]).map_err(|e| named(path, 0, &e))?;
    let mut cells: Vec<String> = vec![String::new(); names.len()];
    let mut unread: Vec<u64> = vec![0; names.len()];
    let mut raw = String::new();
    while let Some(row) = rows.next().map_err(|e| named(path, builder.rows + 1, &e))? {
        raw.clear();
        let mut fault: Option<(String, Fault)> = None;
        for (i, slot) in slots.iter().enumerate() {
            raw.push(if i == 0 { '{' } else { ',' });
            raw.push_str(builder.key(*slot));
            let mut value = row
                .get_ref(i)
                .map_err(|e| named(path, builder.rows + 1, &e))?;
            if builder.withholds(*slot) && value != ValueRef::Null {
                value = ValueRef::Text(WITHHELD.as_bytes());
            }
            let limit = builder.limits.field_bytes;
            unread[i] += u64::from(matches!(value, ValueRef::Blob(b) if blob_text(b).is_none()));
            if let Err(found) = cell(value, limit, &mut cells[i], &mut raw)
                && fault.is_none()
            {
                fault = Some((names[i].clone(), found));
            }
        }
        raw.push('}');
        if let Some((field, (rule, reason))) = fault {
            builder.refuse(Refusal {
                row: builder.next_row(),
                field: Some(field),
                rule,
                reason,
                raw: Raw::of(raw.as_bytes(), builder.limits.field_bytes),
                ..Refusal::default()
            })?;
        } else {
            builder.accept(
                slots.iter().copied().zip(cells.iter().map(String::as_str)),
                0,
                &raw,
            )?;
        }
        builder.progress(0, false);
        if builder.full() {
            break;
        }
    }
    for (column, cells) in names.iter().zip(unread).filter(|c| c.1 > 0) {
        builder.warn(Warning::UnreadBytes {
            path: path.to_owned(),
            column: column.clone(),
            cells,
        });
    }
    if builder.rows == 0 {
        builder.warn(Warning::NoRecords {
            path: path.to_owned(),
        });
    }
    Ok(names)
}

/// Rule and reason by which a cell is refused.
type Fault = (&'static str, String);

/// Writes a value as cell and as JSON; the JSON also where there is no cell. Whole reals lose their `.0` in the cell only.
fn cell(
    value: ValueRef<'_>,
    limit: usize,
    cell: &mut String,
    raw: &mut String,
) -> Result<(), Fault> {
    cell.clear();
    match value {
        ValueRef::Null => raw.push_str("null"),
        ValueRef::Integer(number) => {
            cell.push_str(&number.to_string());
            raw.push_str(cell);
        }
        ValueRef::Real(number) => {
            let whole = number.fract() == 0.0 && number.abs() < 9e15;
            cell.push_str(&if whole {
                format!("{number:.0}")
            } else {
                number.to_string()
            });
            if number.is_finite() {
                raw.push_str(&format!("{number:?}"));
            } else {
                push_string(raw, cell);
            }
        }
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) if bytes.len() > limit => {
            push_beginning(bytes, raw);
            let reason = format!("has {} bytes, more than {limit}", bytes.len());
            return Err(("too-large", reason));
        }
        ValueRef::Text(bytes) => {
            let Ok(text) = std::str::from_utf8(bytes) else {
                raw.push_str(&format!("{{\"$bytes\":\"{}\",\"shown\":", hex(bytes)));
                push_string(raw, &String::from_utf8_lossy(bytes));
                raw.push('}');
                return Err(("broken-encoding", "has bytes that are not UTF-8".to_owned()));
            };
            push_string(raw, text);
            if text.contains('\0') {
                return Err(("nul-byte", "has a zero byte".to_owned()));
            }
            cell.push_str(text);
        }
        ValueRef::Blob(bytes) => {
            raw.push_str(&format!("{{\"$blob\":\"{}\"}}", hex(bytes)));
            cell.push_str(blob_text(bytes).unwrap_or(""));
        }
    }
    Ok(())
}

/// What bytes say that a program stored instead of a text or a truth value, as converters from MySQL do; `None` when they
/// are something else, such as a picture.
fn blob_text(bytes: &[u8]) -> Option<&str> {
    match bytes {
        [0] => Some("0"),
        [1] => Some("1"),
        _ => {
            let text = std::str::from_utf8(bytes).ok()?;
            let control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
            let chance = !text.is_ascii() && bytes.len() < LEAST_TEXT;
            (!chance && !text.contains(control)).then_some(text)
        }
    }
}

/// Writes the beginning of a cell that is too large, with a digest of all of it.
fn push_beginning(bytes: &[u8], raw: &mut String) {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(SHOWN_CHARS * 4)]);
    let shown: String = start.chars().take(SHOWN_CHARS).collect();
    raw.push_str("{\"$begins\":");
    push_string(raw, &shown);
    let (count, digest) = (bytes.len(), hex(Sha256::digest(bytes)));
    raw.push_str(&format!(",\"bytes\":{count},\"sha256\":\"{digest}\"}}"));
}

/// Whether a text begins as a query does; SQLite itself then tells whether it writes, and refuses a second statement.
pub(super) fn single_select(sql: &str) -> Result<(), &'static str> {
    let mut rest = sql.trim_start();
    while let Some(after) = rest
        .strip_prefix("--")
        .and_then(|r| r.split_once('\n').map(|(_, a)| a))
        .or_else(|| {
            rest.strip_prefix("/*")
                .and_then(|r| r.split_once("*/").map(|(_, a)| a))
        })
    {
        rest = after.trim_start();
    }
    let word: String = rest.chars().take_while(char::is_ascii_alphabetic).collect();
    match word.to_ascii_uppercase().as_str() {
        "SELECT" | "WITH" | "VALUES" => Ok(()),
        "" => Err("it is empty"),
        _ => Err("it does not begin with `SELECT` or `WITH`"),
    }
}

fn named(path: &str, row: u64, error: &rusqlite::Error) -> Error {
    let path = path.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Locked { path },
        Some(ErrorCode::NotADatabase) => Error::NotSqlite {
            path,
            hint: "its header is right but its pages are not: it may be encrypted or damaged"
                .to_owned(),
        },
        Some(ErrorCode::DatabaseCorrupt) => Error::Damaged {
            path,
            reason: error.to_string(),
        },
        _ => Error::Database {
            path,
            row,
            reason: error.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_say_something_are_told_from_others() {
        assert_eq!((blob_text(&[0]), blob_text(&[1])), (Some("0"), Some("1")));
        assert_eq!(blob_text("Zoë".as_bytes()), Some("Zoë"));
        for other in [&[2][..], b"\x89PNG\r\n\x1a\n", b"a\0b", &[0xde, 0xad]] {
            assert_eq!(blob_text(other), None);
        }
    }
}

//! MySQL and MariaDB: a table or a single `SELECT`, row by row in a read-only transaction, every type in the server's own text form.

use super::Error;
use super::builder::{Builder, Closing};
use super::server::{Address, Rows, is_here, password, refused, statement};
use super::spec::SourceSpec;
use mysql::consts::ColumnType;
use mysql::prelude::Queryable as _;
use mysql::{Column, Conn, Opts, OptsBuilder, Value};
use std::time::Duration;

/// How long a connection is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// Number of the character set that stands for bytes.
const BINARY: u16 = 63;
const TABLES: &str = "SELECT CONCAT(table_schema, '.', table_name) FROM information_schema.tables \
WHERE table_schema NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys') ORDER BY 1";

/// Reads a table or query; gives its columns.
pub(super) fn read(
    spec: &SourceSpec,
    address: &Address,
    builder: &mut Builder<'_, '_>,
) -> Result<(Vec<String>, Closing), Error> {
    let fail = |e: mysql::Error| refused(address, e.to_string());
    let (url, plain) = without_mode(&address.url);
    let options = Opts::from_url(&url).map_err(|e| fail(e.into()))?;
    let host = options.get_ip_or_hostname().into_owned();
    if options.get_socket().is_none() && !is_here(&host) && !plain {
        return Err(Error::Unencrypted {
            path: address.shown.clone(),
            host,
        });
    }
    let given = options.get_pass().map(str::to_owned);
    let options = OptsBuilder::from_opts(options)
        .pass(given.or_else(|| password(address.kind)))
        .tcp_connect_timeout(Some(PATIENCE));
    let mut connection = Conn::new(options).map_err(fail)?;
    for setting in [
        "SET NAMES utf8mb4",
        "SET SESSION time_zone = '+00:00'",
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    ] {
        connection.query_drop(setting).map_err(fail)?;
    }
    let sql = statement(spec, address, '`', || {
        connection.query(TABLES).map_err(fail)
    })?;
    // one statement only: the server refuses to prepare several
    let prepared = connection.prep(&sql).map_err(fail)?;
    connection.close(prepared).map_err(fail)?;
    let mut result = connection.query_iter(&sql).map_err(fail)?;
    let columns: Vec<Column> = result.columns().as_ref().to_vec();
    let names = columns.iter().map(|c| c.name_str().into_owned());
    let mut rows = Rows::new(names, builder)?;
    if let Some(set) = result.iter() {
        for row in set {
            let values = row.map_err(fail)?.unwrap();
            let texts: Vec<Option<Result<String, &'static str>>> = columns
                .iter()
                .zip(values)
                .map(|(c, v)| text(c, v))
                .collect();
            let cells: Vec<Result<Option<&str>, &'static str>> = texts
                .iter()
                .map(|cell| match cell {
                    None => Ok(None),
                    Some(Ok(text)) => Ok(Some(text.as_str())),
                    Some(Err(reason)) => Err(*reason),
                })
                .collect();
            rows.take(&cells, builder)?;
            if builder.full() {
                break;
            }
        }
    }
    let done = rows.done(&address.shown, builder);
    // of rows that are not wanted the server is told by the end of the connection, not by reading them all
    if builder.full() {
        std::mem::forget(result);
    }
    Ok(done)
}

/// A value as text; bytes in hexadecimal, as PostgreSQL writes them.
fn text(column: &Column, value: Value) -> Option<Result<String, &'static str>> {
    let bytes = match value {
        Value::NULL => return None,
        Value::Bytes(bytes) => bytes,
        // the text protocol has no others
        other => return Some(Ok(other.as_sql(true).trim_matches('\'').to_owned())),
    };
    let kind = column.column_type();
    if kind == ColumnType::MYSQL_TYPE_BIT {
        let number = bytes.iter().fold(0_u64, |n, b| (n << 8) | u64::from(*b));
        return Some(Ok(number.to_string()));
    }
    let of_bytes = matches!(
        kind,
        ColumnType::MYSQL_TYPE_TINY_BLOB
            | ColumnType::MYSQL_TYPE_MEDIUM_BLOB
            | ColumnType::MYSQL_TYPE_LONG_BLOB
            | ColumnType::MYSQL_TYPE_BLOB
            | ColumnType::MYSQL_TYPE_VAR_STRING
            | ColumnType::MYSQL_TYPE_STRING
            | ColumnType::MYSQL_TYPE_GEOMETRY
    );
    if of_bytes && column.character_set() == BINARY {
        let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
        return Some(Ok(format!("\\x{hex}")));
    }
    Some(String::from_utf8(bytes).map_err(|_| "has bytes that are not UTF-8"))
}

/// The address in the library's form, and whether `sslmode=disable` says that encryption is not wanted.
fn without_mode(url: &str) -> (String, bool) {
    let url = url.replacen("mariadb://", "mysql://", 1);
    let Some((place, parameters)) = url.split_once('?') else {
        return (url, false);
    };
    let (mode, others): (Vec<&str>, Vec<&str>) = parameters
        .split('&')
        .partition(|p| p.starts_with("sslmode="));
    let plain = mode.contains(&"sslmode=disable");
    match others.as_slice() {
        [] => (place.to_owned(), plain),
        others => (format!("{place}?{}", others.join("&")), plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mode_of_encryption_is_taken_out_of_the_address() {
        let of = |url: &str| without_mode(url);
        assert_eq!(of("mariadb://h/b"), ("mysql://h/b".to_owned(), false));
        assert_eq!(
            of("mysql://h/b?sslmode=disable"),
            ("mysql://h/b".to_owned(), true)
        );
        assert_eq!(
            of("mysql://h/b?a=1&sslmode=require"),
            ("mysql://h/b?a=1".to_owned(), false)
        );
    }
}

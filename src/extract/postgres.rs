//! PostgreSQL: a table or a single `SELECT`, through a cursor in a read-only transaction, every type in the server's own text form.

use super::Error;
use super::builder::{Builder, Closing};
use super::server::{Address, Rows, is_here, password, refused, statement};
use super::spec::SourceSpec;
use postgres::config::{Host, SslMode};
use postgres::types::Type;
use postgres::{Config, IsolationLevel, NoTls, SimpleQueryMessage};
use std::time::Duration;

/// How long a connection is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// Rows that are fetched at once.
const ROWS_AT_ONCE: u32 = 200;
/// Forms of text that lose nothing and do not depend on the server's settings.
const FORMS: &str = "SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL timezone = 'UTC'; SET LOCAL intervalstyle = 'iso_8601'; \
SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 3;";
const TABLES: &str = "SELECT table_schema || '.' || table_name FROM information_schema.tables \
WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1";

/// Reads a table or query; gives its columns.
pub(super) fn read(
    spec: &SourceSpec,
    address: &Address,
    builder: &mut Builder<'_, '_>,
) -> Result<(Vec<String>, Closing), Error> {
    let fail = |e: postgres::Error| refused(address, words(&e));
    let mut config: Config = address.url.parse().map_err(fail)?;
    if config.get_password().is_none()
        && let Some(password) = password(address.kind)
    {
        config.password(password);
    }
    config
        .application_name("selfsame")
        .connect_timeout(PATIENCE);
    let away = config.get_hosts().iter().find_map(|host| match host {
        Host::Tcp(name) if !is_here(name) => Some(name.clone()),
        _ => None,
    });
    if let Some(host) = away.filter(|_| config.get_ssl_mode() != SslMode::Disable) {
        return Err(Error::Unencrypted {
            path: address.shown.clone(),
            host,
        });
    }
    let mut client = config.connect(NoTls).map_err(fail)?;
    let mut transaction = client
        .build_transaction()
        .read_only(true)
        .isolation_level(IsolationLevel::RepeatableRead)
        .start()
        .map_err(fail)?;
    transaction.batch_execute(FORMS).map_err(fail)?;
    let sql = statement(spec, address, '"', || {
        let rows = transaction.query(TABLES, &[]).map_err(fail)?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    })?;
    // one statement only: the server refuses to prepare several
    let prepared = transaction.prepare(&sql).map_err(fail)?;
    let columns = prepared.columns();
    let mut rows = Rows::new(columns.iter().map(|c| c.name().to_owned()), builder)?;
    let truths: Vec<bool> = columns.iter().map(|c| *c.type_() == Type::BOOL).collect();
    let declare = format!("DECLARE selfsame_rows NO SCROLL CURSOR FOR {sql}");
    transaction.execute(declare.as_str(), &[]).map_err(fail)?;
    let fetch = format!("FETCH {ROWS_AT_ONCE} FROM selfsame_rows");
    loop {
        let mut any = false;
        for message in transaction.simple_query(&fetch).map_err(fail)? {
            let SimpleQueryMessage::Row(row) = message else {
                continue;
            };
            any = true;
            if builder.full() {
                break;
            }
            let mut cells = Vec::with_capacity(truths.len());
            for (i, truth) in truths.iter().enumerate() {
                let cell = row.try_get(i).map_err(fail)?;
                cells.push(Ok(match cell {
                    Some("t") if *truth => Some("true"),
                    Some("f") if *truth => Some("false"),
                    other => other,
                }));
            }
            rows.take(&cells, builder)?;
        }
        if !any || builder.full() {
            break;
        }
    }
    Ok(rows.done(&address.shown, builder))
}

/// What the server said; the library's own words say only where.
fn words(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(said) => format!("{} ({})", said.message(), said.code().code()),
        None => {
            let mut text = error.to_string();
            let mut cause = std::error::Error::source(error);
            while let Some(inner) = cause {
                text = format!("{text}: {inner}");
                cause = inner.source();
            }
            text
        }
    }
}

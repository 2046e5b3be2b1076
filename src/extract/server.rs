//! Tables and queries of database servers: where they are, how they are reached without a secret in any file, and the form
//! in which their rows arrive. PostgreSQL and MySQL are optional features; without them their addresses are known and refused.

use super::Error;
use super::builder::{Builder, Closing};
use super::spec::SourceSpec;
use crate::record::InputFile;

#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(super) use rows::Rows;

/// The kinds of servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Postgres,
    Mysql,
}

impl Kind {
    /// The feature of the build that reads it.
    fn feature(self) -> &'static str {
        match self {
            Kind::Postgres => "postgres",
            Kind::Mysql => "mysql",
        }
    }

    #[cfg(any(feature = "postgres", feature = "mysql"))]
    /// The environment variable that its own programs take the password from.
    fn password(self) -> &'static str {
        match self {
            Kind::Postgres => "PGPASSWORD",
            Kind::Mysql => "MYSQL_PWD",
        }
    }
}

/// Where a server is.
#[derive(Clone)]
pub(super) struct Address {
    pub(super) kind: Kind,
    /// The address as it is shown: without a secret.
    pub(super) shown: String,
    /// The address with its secrets, never shown.
    #[cfg_attr(
        not(any(feature = "postgres", feature = "mysql")),
        expect(dead_code, reason = "only servers that are read are connected to")
    )]
    pub(super) url: String,
}

/// Whether a path is no file but the address of a server, or names the environment variable that holds one.
pub(super) fn is_address(path: &str) -> bool {
    path.starts_with("env:") || kind_of(path).is_some()
}

fn kind_of(url: &str) -> Option<Kind> {
    let scheme = url.split_once("://")?.0;
    match scheme {
        "postgres" | "postgresql" => Some(Kind::Postgres),
        "mysql" | "mariadb" => Some(Kind::Mysql),
        _ => None,
    }
}

/// The address that a path gives: `postgres://user@host/base`, or `env:NAME` for one that an environment variable holds.
///
/// # Errors
/// When it holds a password, which would be stored with the configuration, or the variable holds no address.
pub(super) fn address(path: &str) -> Result<Address, Error> {
    let Some(name) = path.strip_prefix("env:") else {
        if has_password(path) {
            // not shown: it holds the password
            let shown = path.split_once("://").map_or("", |(scheme, _)| scheme);
            return Err(Error::SecretInAddress {
                shown: format!("{shown}://…"),
            });
        }
        return known(path, path.to_owned());
    };
    match std::env::var(name) {
        Ok(url) => known(path, url),
        Err(_) => Err(Error::NoAddress {
            path: path.to_owned(),
            reason: format!("the environment variable `{name}` is not set"),
        }),
    }
}

fn known(shown: &str, url: String) -> Result<Address, Error> {
    let kind = kind_of(&url).ok_or_else(|| Error::NoAddress {
        path: shown.to_owned(),
        reason: "the address begins with neither `postgres://` nor `mysql://`".to_owned(),
    })?;
    Ok(Address {
        kind,
        shown: shown.to_owned(),
        url,
    })
}

fn has_password(url: &str) -> bool {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let (place, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let user = place.rsplit_once('@').map_or("", |(user, _)| user);
    let named = |p: &str| p.to_ascii_lowercase().starts_with("password=");
    user.contains(':') || parameters.split('&').any(named)
}

/// Reads a table or query; gives its columns.
pub(super) fn read(
    spec: &SourceSpec,
    path: &str,
    builder: &mut Builder<'_, '_>,
) -> Result<Vec<String>, Error> {
    let address = address(path)?;
    builder.open(InputFile {
        source: spec.name.clone(),
        path: address.shown.clone(),
        format: address.kind.feature().to_owned(),
        delimiter: None,
        encoding: None,
        part: spec.table.clone(),
        detected: "a database server, in one read-only transaction".to_owned(),
        bytes: 0,
        sha256: String::new(),
        rows: 0,
        quarantined: 0,
    });
    let (names, closing) = connected(spec, &address, builder)?;
    builder.close(closing)?;
    Ok(names)
}

fn connected(
    spec: &SourceSpec,
    address: &Address,
    builder: &mut Builder<'_, '_>,
) -> Result<(Vec<String>, Closing), Error> {
    match address.kind {
        #[cfg(feature = "postgres")]
        Kind::Postgres => super::postgres::read(spec, address, builder),
        #[cfg(feature = "mysql")]
        Kind::Mysql => super::mysql::read(spec, address, builder),
        #[cfg(not(all(feature = "postgres", feature = "mysql")))]
        missing => {
            let _ = (spec, builder);
            Err(Error::NoFeature {
                path: address.shown.clone(),
                feature: missing.feature(),
            })
        }
    }
}

/// A table's name without its schema.
#[cfg(any(feature = "postgres", feature = "mysql"))]
fn bare(table: &str) -> &str {
    table.split_once('.').map_or(table, |(_, name)| name)
}

/// An error of a server, with the next step.
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(super) fn refused(address: &Address, reason: String) -> Error {
    Error::Server {
        path: address.shown.clone(),
        // a server may repeat the address it was given
        reason: reason.replace(&address.url, &address.shown),
        variable: address.kind.password(),
    }
}

/// What is read: the query given, else the table given, else an error that names the tables.
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(super) fn statement(
    spec: &SourceSpec,
    address: &Address,
    quote: char,
    tables: impl FnOnce() -> Result<Vec<String>, Error>,
) -> Result<String, Error> {
    if let Some(query) = &spec.query {
        let query = query.trim().trim_end_matches(';');
        return match super::sqlite::single_select(query) {
            Ok(()) => Ok(query.to_owned()),
            Err(reason) => Err(Error::BadQuery {
                path: address.shown.clone(),
                reason: reason.to_owned(),
                tables: tables()?,
            }),
        };
    }
    let tables = tables()?;
    let Some(wanted) = &spec.table else {
        return Err(Error::WhichTable {
            path: address.shown.clone(),
            tables,
        });
    };
    let of_that_name: Vec<&String> = tables.iter().filter(|t| bare(t) == wanted).collect();
    let exact = tables.iter().find(|t| *t == wanted);
    let table = match (exact, of_that_name.as_slice()) {
        (Some(table), _) => table,
        (None, [only]) => only,
        (None, []) => {
            return Err(Error::NoSuchTable {
                path: address.shown.clone(),
                table: wanted.clone(),
                near: super::error::nearest(wanted, tables.iter().map(|t| bare(t))),
                tables,
            });
        }
        // the same name in several schemas
        (None, _) => {
            return Err(Error::WhichTable {
                path: address.shown.clone(),
                tables: of_that_name.into_iter().cloned().collect(),
            });
        }
    };
    let doubled = |name: &str| name.replace(quote, &format!("{quote}{quote}"));
    let parts = table
        .splitn(2, '.')
        .map(|name| format!("{quote}{}{quote}", doubled(name)));
    Ok(format!(
        "SELECT * FROM {}",
        parts.collect::<Vec<_>>().join(".")
    ))
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
mod rows {
    use super::super::batch::{Raw, Refusal};
    use super::super::builder::{Builder, Closing};
    use super::super::{Error, Warning, dialect};
    use crate::lexicon::roles::WITHHELD;
    use crate::text::json::push_string;
    use sha2::{Digest as _, Sha256};

    /// Rows of a server on their way to the table: cells as text, raw rows as JSON, a digest of all of them.
    pub(in super::super) struct Rows {
        names: Vec<String>,
        slots: Vec<usize>,
        raw: String,
        digest: Sha256,
        bytes: u64,
    }

    impl Rows {
        pub(in super::super) fn new(
            columns: impl Iterator<Item = String>,
            builder: &mut Builder<'_, '_>,
        ) -> Result<Self, Error> {
            let names = dialect::unique_names(columns);
            let slots = names
                .iter()
                .map(|n| builder.slot(n))
                .collect::<Result<_, _>>()?;
            Ok(Self {
                names,
                slots,
                raw: String::new(),
                digest: Sha256::new(),
                bytes: 0,
            })
        }

        /// Takes a row; `None` is NULL, an error the reason why a cell cannot be read.
        pub(in super::super) fn take(
            &mut self,
            cells: &[Result<Option<&str>, &'static str>],
            builder: &mut Builder<'_, '_>,
        ) -> Result<(), Error> {
            let limit = builder.limits.field_bytes;
            let mut fault = None;
            self.raw.clear();
            let mut shown: Vec<(usize, &str)> = Vec::with_capacity(cells.len());
            for (i, cell) in cells.iter().enumerate() {
                let slot = self.slots[i];
                self.raw.push(if i == 0 { '{' } else { ',' });
                self.raw.push_str(builder.key(slot));
                match cell {
                    Ok(None) => self.raw.push_str("null"),
                    Ok(Some(_)) if builder.withholds(slot) => {
                        push_string(&mut self.raw, WITHHELD);
                        shown.push((slot, WITHHELD));
                    }
                    Ok(Some(text)) if text.len() > limit => {
                        let reason = format!("has {} bytes, more than {limit}", text.len());
                        fault = Some((i, "too-large", reason));
                        push_string(&mut self.raw, text);
                    }
                    Ok(Some(text)) if text.contains('\0') => {
                        fault = Some((i, "nul-byte", "has a zero byte".to_owned()));
                        push_string(&mut self.raw, text);
                    }
                    Ok(Some(text)) => {
                        push_string(&mut self.raw, text);
                        shown.push((slot, text));
                    }
                    Err(reason) => {
                        fault = Some((i, "broken-encoding", (*reason).to_owned()));
                        self.raw.push_str("null");
                    }
                }
            }
            self.raw.push('}');
            self.digest.update(self.raw.as_bytes());
            self.digest.update(b"\n");
            self.bytes += self.raw.len() as u64 + 1;
            match fault {
                Some((i, rule, reason)) => builder.refuse(Refusal {
                    row: builder.next_row(),
                    field: Some(self.names[i].clone()),
                    rule,
                    reason,
                    raw: Raw::of(self.raw.as_bytes(), limit),
                    ..Refusal::default()
                })?,
                None => builder.accept(shown.into_iter(), 0, &self.raw)?,
            }
            builder.progress(self.bytes, false);
            Ok(())
        }

        /// The columns, and what is known now that all rows were read.
        pub(in super::super) fn done(
            self,
            shown: &str,
            builder: &mut Builder<'_, '_>,
        ) -> (Vec<String>, Closing) {
            if builder.rows == 0 {
                builder.warn(Warning::NoRecords {
                    path: shown.to_owned(),
                });
            }
            let hex = self
                .digest
                .finalize()
                .iter()
                .map(|b| format!("{b:02x}"))
                .collect();
            let closing = Closing {
                bytes: self.bytes,
                // a preview did not see all of it
                sha256: if builder.full() { String::new() } else { hex },
            };
            (self.names, closing)
        }
    }
}

/// Whether a host is this machine: data sent to it without encryption cannot be overheard.
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(super) fn is_here(host: &str) -> bool {
    let ip = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    host.is_empty()
        || host == "localhost"
        || host.starts_with('/')
        || ip.is_ok_and(|ip| ip.is_loopback())
}

/// The password of the environment, for an address without one.
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(super) fn password(kind: Kind) -> Option<String> {
    std::env::var(kind.password()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_files_and_hold_no_password() {
        for path in [
            "postgres://u@h/b",
            "postgresql:///b",
            "mysql://h/b",
            "mariadb://h",
            "env:CRM",
        ] {
            assert!(is_address(path), "{path}");
        }
        for path in ["a.csv", "C://x", "postgres", "-", "data/env:x.csv"] {
            assert!(!is_address(path), "{path}");
        }
        let refused = |path: &str| {
            address(path)
                .err()
                .map(|e| e.to_string())
                .unwrap_or_default()
        };
        for path in ["postgres://u:s3cret@h/b", "mysql://h/b?x=1&password=s3cret"] {
            let error = refused(path);
            assert!(
                error.contains("password") && error.contains("hint: "),
                "{error}"
            );
            assert!(!error.contains("s3cret"), "{error}");
        }
        assert!(refused("env:SELFSAME_TEST_OF_NO_VALUE").contains("is not set"));
        let known = address("postgres://u@h:5432/b").unwrap();
        assert_eq!(
            (known.kind, known.shown.as_str()),
            (Kind::Postgres, "postgres://u@h:5432/b")
        );
    }
}

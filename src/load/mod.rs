//! Golden customers and everything that belongs to them → one single-customer-view database, all or nothing.
//!
//! The database is written beside its target, checked, synced and renamed over it; whatever goes wrong before that
//! leaves the old one as it was. Tables and columns are documented in `docs/SCHEMA.md`.

pub mod check;
pub mod customer;
pub mod demo;
pub mod error;
pub mod evidence;
pub mod history;
pub mod identity;
pub mod input;
pub mod linked;
pub mod lookup;
pub mod money;
mod produce;
pub mod reading;
pub mod rows;
pub mod scv;
pub mod swap;

pub use error::Error;
pub use identity::customer_id;
pub use input::{
    BlankedCell, DecidedRow, LinkedKind, LinkedRole, LinkedTable, LoadInput, LoadSummary, Merged,
    Produced, Quality, RunFacts, Stage,
};
pub use lookup::{Scv, StoredPair, StoredRecord, open};
pub use reading::Normalizers;
pub use scv::load;

/// Version of the schema, in `PRAGMA user_version` and `meta`.
pub const SCHEMA_VERSION: i64 = 1;

/// `PRAGMA application_id` of a single-customer-view database: "Self" in ASCII.
pub const APPLICATION_ID: i64 = 0x5365_6c66;

/// SQL of all tables.
pub const TABLES_SQL: &str = include_str!("tables.sql");
/// SQL of all indexes, made after the load.
pub const INDEXES_SQL: &str = include_str!("indexes.sql");
/// SQL of all views.
pub const VIEWS_SQL: &str = include_str!("views.sql");

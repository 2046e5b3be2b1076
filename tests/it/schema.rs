//! The schema's documentation is complete: every table, view and column has its line, and no line is stale.

use rusqlite::Connection;
use std::collections::BTreeSet;

/// `table.column` of every table and view of the schema.
fn in_the_schema() -> BTreeSet<String> {
    let db = Connection::open_in_memory().unwrap();
    for sql in [
        selfsame::load::TABLES_SQL,
        selfsame::load::INDEXES_SQL,
        selfsame::load::VIEWS_SQL,
    ] {
        db.execute_batch(sql).unwrap();
    }
    let sql = "SELECT m.name || '.' || c.name FROM sqlite_schema m, pragma_table_info(m.name) c
               WHERE m.type IN ('table', 'view')";
    let mut select = db.prepare(sql).unwrap();
    let names = select.query_map([], |r| r.get(0)).unwrap();
    names.map(Result::unwrap).collect()
}

/// `table.column` of every documented line that says something.
fn in_the_document() -> BTreeSet<String> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/SCHEMA.md");
    let text = std::fs::read_to_string(path).unwrap();
    let mut table = String::new();
    let mut found = BTreeSet::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("### `") {
            table = name.trim_end_matches('`').to_owned();
        } else if let Some(cells) = line.strip_prefix("| `") {
            let (column, about) = cells.split_once("` |").unwrap();
            assert!(
                !about.trim_matches([' ', '|']).is_empty(),
                "{table}.{column} says nothing"
            );
            assert!(
                found.insert(format!("{table}.{column}")),
                "{table}.{column} is there twice"
            );
        }
    }
    found
}

#[test]
fn every_table_and_column_is_documented() {
    let (schema, document) = (in_the_schema(), in_the_document());
    let missing: Vec<_> = schema.difference(&document).collect();
    let stale: Vec<_> = document.difference(&schema).collect();
    assert!(
        missing.is_empty() && stale.is_empty(),
        "missing: {missing:?}\nstale: {stale:?}"
    );
    assert!(
        schema.len() > 200,
        "the schema was read: {} columns",
        schema.len()
    );
}

//! Rows on their way to the database: cells in one vector, their texts in one arena.

use rusqlite::types::Null;
use rusqlite::{Connection, PrepFlags, Statement};

#[derive(Clone, Copy, Debug)]
enum Cell {
    Null,
    Int(i64),
    Real(f64),
    Text(usize, usize),
}

/// Rows of one table, written by producers in parallel and bound by the one writer.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    cells: Vec<Cell>,
    text: String,
}

impl Rows {
    /// Adds an integer cell.
    pub fn int(&mut self, value: i64) -> &mut Self {
        self.cells.push(Cell::Int(value));
        self
    }

    /// Adds a floating-point cell.
    pub fn real(&mut self, value: f64) -> &mut Self {
        self.cells.push(Cell::Real(value));
        self
    }

    /// Adds a text cell.
    pub fn text(&mut self, value: &str) -> &mut Self {
        let from = self.text.len();
        self.text.push_str(value);
        self.cells.push(Cell::Text(from, self.text.len()));
        self
    }

    /// Adds a text cell that is NULL when empty.
    pub fn text_or_null(&mut self, value: &str) -> &mut Self {
        if value.is_empty() {
            self.null()
        } else {
            self.text(value)
        }
    }

    /// Adds a NULL cell.
    pub fn null(&mut self) -> &mut Self {
        self.cells.push(Cell::Null);
        self
    }

    /// Adds an integer cell, NULL when none.
    pub fn int_or_null(&mut self, value: Option<i64>) -> &mut Self {
        match value {
            Some(value) => self.int(value),
            None => self.null(),
        }
    }

    /// Adds a text cell that `write` fills.
    pub fn text_with(&mut self, write: impl FnOnce(&mut String)) -> &mut Self {
        let from = self.text.len();
        write(&mut self.text);
        self.cells.push(Cell::Text(from, self.text.len()));
        self
    }

    /// Whether nothing was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Binds all rows and executes.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn insert(&self, insert: &mut Insert<'_>) -> rusqlite::Result<()> {
        let width = insert.width;
        debug_assert_eq!(self.cells.len() % width, 0, "rows are whole");
        insert.written.see(&self.cells, width);
        let many = self.cells.chunks_exact(width * TOGETHER);
        let rest = many.remainder();
        for rows in many {
            self.execute(&mut insert.many, rows)?;
        }
        for row in rest.chunks_exact(width) {
            self.execute(&mut insert.one, row)?;
        }
        Ok(())
    }

    fn execute(&self, insert: &mut Statement<'_>, cells: &[Cell]) -> rusqlite::Result<()> {
        for (i, cell) in cells.iter().enumerate() {
            match *cell {
                Cell::Null => insert.raw_bind_parameter(i + 1, Null)?,
                Cell::Int(value) => insert.raw_bind_parameter(i + 1, value)?,
                Cell::Real(value) => insert.raw_bind_parameter(i + 1, value)?,
                Cell::Text(from, to) => insert.raw_bind_parameter(i + 1, &self.text[from..to])?,
            }
        }
        insert.raw_execute()?;
        insert.clear_bindings();
        Ok(())
    }
}

/// Rows that one statement inserts: enough that what a statement costs beside its rows does not count.
const TOGETHER: usize = 32;

/// What was written to a table.
#[derive(Clone, Debug, Default)]
pub struct WrittenRows {
    /// How many rows.
    pub count: u64,
    /// The least and the greatest whole number in each column.
    pub ends: Vec<Option<(i64, i64)>>,
}

impl WrittenRows {
    fn see(&mut self, cells: &[Cell], width: usize) {
        self.count += (cells.len() / width) as u64;
        self.ends.resize(width, None);
        for row in cells.chunks_exact(width) {
            for (cell, ends) in row.iter().zip(&mut self.ends) {
                if let Cell::Int(value) = *cell {
                    let (least, greatest) = ends.unwrap_or((value, value));
                    *ends = Some((least.min(value), greatest.max(value)));
                }
            }
        }
    }
}

/// The statements that insert rows of a table.
pub struct Insert<'db> {
    width: usize,
    /// What they inserted.
    pub written: WrittenRows,
    one: Statement<'db>,
    many: Statement<'db>,
}

impl<'db> Insert<'db> {
    /// Prepares them for a table of `width` columns.
    ///
    /// # Errors
    /// When there is no such table, or its width is another.
    pub fn into_table(db: &'db Connection, name: &str, width: usize) -> rusqlite::Result<Self> {
        let prepare = |rows: usize| {
            let row = format!("({})", vec!["?"; width].join(","));
            let sql = format!("INSERT INTO {name} VALUES{}", vec![row; rows].join(","));
            db.prepare_with_flags(&sql, PrepFlags::SQLITE_PREPARE_PERSISTENT)
        };
        Ok(Self {
            width,
            written: WrittenRows::default(),
            one: prepare(1)?,
            many: prepare(TOGETHER)?,
        })
    }
}

/// The tables that are filled in bulk, in the order of `tables.sql`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// `customer`
    Customer,
    /// `source_record`
    SourceRecord,
    /// `email`
    Email,
    /// `phone`
    Phone,
    /// `address`
    Address,
    /// `affiliation`
    Affiliation,
    /// `identifier`
    Identifier,
    /// `attribute`
    Attribute,
    /// `consent`
    Consent,
    /// `consent_effective`
    ConsentEffective,
    /// `txn`
    Txn,
    /// `interaction`
    Interaction,
    /// `field_provenance`
    FieldProvenance,
    /// `match_pair`
    MatchPair,
    /// `merge_event`
    MergeEvent,
    /// `quarantine`
    Quarantine,
}

impl Table {
    /// All tables filled in bulk.
    pub const ALL: [Table; 16] = [
        Table::Customer,
        Table::SourceRecord,
        Table::Email,
        Table::Phone,
        Table::Address,
        Table::Affiliation,
        Table::Identifier,
        Table::Attribute,
        Table::Consent,
        Table::ConsentEffective,
        Table::Txn,
        Table::Interaction,
        Table::FieldProvenance,
        Table::MatchPair,
        Table::MergeEvent,
        Table::Quarantine,
    ];

    /// The table's name and number of columns.
    #[must_use]
    pub fn name_and_width(self) -> (&'static str, usize) {
        match self {
            Table::Customer => ("customer", 30),
            Table::SourceRecord => ("source_record", 10),
            Table::Email => ("email", 9),
            Table::Phone => ("phone", 8),
            Table::Address => ("address", 13),
            Table::Affiliation => ("affiliation", 6),
            Table::Identifier => ("identifier", 7),
            Table::Attribute => ("attribute", 5),
            Table::Consent => ("consent", 8),
            Table::ConsentEffective => ("consent_effective", 4),
            Table::Txn => ("txn", 14),
            Table::Interaction => ("interaction", 13),
            Table::FieldProvenance => ("field_provenance", 11),
            Table::MatchPair => ("match_pair", 9),
            Table::MergeEvent => ("merge_event", 7),
            Table::Quarantine => ("quarantine", 16),
        }
    }
}

/// Rows of all bulk tables that belong together.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    rows: [Rows; Table::ALL.len()],
}

impl Batch {
    /// The rows of a table.
    pub fn table(&mut self, table: Table) -> &mut Rows {
        &mut self.rows[table as usize]
    }

    /// Takes out all rows and keeps the room.
    pub fn clear(&mut self) {
        for rows in &mut self.rows {
            rows.cells.clear();
            rows.text.clear();
        }
    }

    /// Tables that have rows, in declared order.
    pub fn filled(&self) -> impl Iterator<Item = (Table, &Rows)> {
        Table::ALL
            .into_iter()
            .map(|t| (t, &self.rows[t as usize]))
            .filter(|(_, rows)| !rows.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    #[test]
    fn widths_are_those_of_the_schema() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(crate::load::TABLES_SQL).unwrap();
        for table in Table::ALL {
            let (name, width) = table.name_and_width();
            let columns: i64 = db
                .query_row("SELECT count(*) FROM pragma_table_info(?)", [name], |r| {
                    r.get(0)
                })
                .unwrap();
            assert_eq!(columns, width as i64, "{name}");
            Insert::into_table(&db, name, width).unwrap();
        }
    }

    #[test]
    fn cells_arrive_as_they_were_put() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE TABLE t(a, b, c, d)").unwrap();
        let mut rows = Rows::default();
        rows.int(-3).text("é").real(0.5).null();
        rows.int_or_null(None)
            .text_or_null("")
            .text_with(|t| t.push('x'))
            .text_or_null("y");
        let mut insert = Insert::into_table(&db, "t", 4).unwrap();
        rows.insert(&mut insert).unwrap();
        assert_eq!(insert.written.count, 2);
        let all: String = db
            .query_row(
                "SELECT group_concat(quote(a)||quote(b)||quote(c)||quote(d), '|') FROM t",
                [],
                |r| r.get(0),
            )
            .unwrap();
        assert_eq!(all, "-3'é'0.5NULL|NULLNULL'x''y'");
    }

    #[test]
    fn rows_go_in_together_and_those_left_over_alone() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE TABLE t(n, text)").unwrap();
        let mut insert = Insert::into_table(&db, "t", 2).unwrap();
        let mut next = 0;
        for count in [0, 1, TOGETHER - 1, TOGETHER, TOGETHER + 1, 3 * TOGETHER + 5] {
            let mut rows = Rows::default();
            for _ in 0..count {
                rows.int(next).text(&format!("row {next}"));
                next += 1;
            }
            rows.insert(&mut insert).unwrap();
            assert_eq!(insert.written.count, next as u64);
        }
        let (rows, as_put): (i64, i64) = db
            .query_row(
                "SELECT count(*), sum(n = rowid - 1 AND text = 'row ' || n) FROM t",
                [],
                |r| Ok((r.get(0)?, r.get(1)?)),
            )
            .unwrap();
        assert_eq!((rows, as_put), (next, next));
    }
}

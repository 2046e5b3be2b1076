//! Orders and interactions, re-pointed to the merged customer; rows of unknown customers go to quarantine.

use super::Error;
use super::input::{LinkedKind, LinkedRole, LinkedTable};
use super::money::{currency_beside, decimal_sign, minor_digits, parse_minor};
use super::rows::{Batch, Rows, Table};
use crate::entity::Clusters;
use crate::normalize::date::{self, order_shown};
use crate::record::{Dataset, DateOrder, Kind, RecordId, SourceTable};
use crate::survive::{CellContext, Read};
use crate::text::json::push_string;
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use rayon::prelude::*;
use std::cmp::Ordering;
use std::io;

/// A linked table whose rows have found their customers.
pub struct Linked<'a> {
    table: &'a LinkedTable,
    source_id: i64,
    files: usize,
    roles: Vec<(LinkedRole, usize)>,
    key_column: usize,
    /// Decimal sign of the amounts, where the column shows one.
    decimal: Option<char>,
    /// Rows with customer, record and time, in order of customers and times.
    found: Vec<Row>,
    /// Rows without a customer, in order of files and rows.
    lost: Vec<u32>,
}

/// Appends the raw row that was set aside at a position.
type Spooled<'a> = &'a (dyn Fn(u64, &mut String) -> io::Result<()> + Sync);

struct Row {
    customer: u32,
    record: RecordId,
    row: u32,
    occurred: String,
}

impl<'a> Linked<'a> {
    /// Resolves the rows of a table by (source, key).
    ///
    /// # Errors
    /// When the table names a source or column that is none.
    pub fn resolve(
        table: &'a LinkedTable,
        source_id: i64,
        dataset: &Dataset,
        clusters: &Clusters,
        reader: &dyn Read,
    ) -> Result<Self, Error> {
        let column = |name: &str| {
            table
                .table
                .column(name)
                .ok_or_else(|| Error::UnknownColumn {
                    table: table.table.name.clone(),
                    column: name.to_owned(),
                    known: table.table.columns.iter().map(|c| c.name.clone()).collect(),
                })
        };
        let key_column = column(&table.customer_key_column)?;
        let roles = table
            .columns
            .iter()
            .map(|(role, name)| Ok((*role, column(name)?)))
            .collect::<Result<Vec<_>, Error>>()?;
        let customers = dataset.tables.iter().find(|t| t.name == table.of);
        let customers = customers.ok_or_else(|| Error::UnknownSource {
            table: table.table.name.clone(),
            of: table.of.clone(),
            known: dataset.tables.iter().map(|t| t.name.clone()).collect(),
        })?;
        let mut linked = Self {
            table,
            source_id,
            files: dataset.files.len(),
            roles,
            key_column,
            decimal: None,
            found: Vec::new(),
            lost: Vec::new(),
        };
        let values = |role| {
            let column = linked.column(role).map(|c| &table.table.columns[c]);
            column.into_iter().flat_map(|c| c.values.iter().skip(1))
        };
        linked.decimal = decimal_sign(values(LinkedRole::Amount));
        linked.find(customers, clusters, reader);
        Ok(linked)
    }

    fn find(&mut self, customers: &SourceTable, clusters: &Clusters, reader: &dyn Read) {
        let mut by_key: HashMap<&str, u32, FixedState> =
            HashMap::with_capacity_and_hasher(customers.len(), FixedState::with_seed(0));
        for (row, key) in customers.keys.iter().enumerate() {
            by_key.insert(key, row as u32);
        }
        // one look-up for each distinct key, not for each row
        let keys = &self.table.table.columns[self.key_column];
        let rows_of: Vec<Option<u32>> = keys
            .values
            .iter()
            .map(|key| {
                let key = key.trim();
                let plain = key.strip_prefix('\'').unwrap_or(key);
                by_key.get(key).or_else(|| by_key.get(plain)).copied()
            })
            .collect();
        let when = self.column(LinkedRole::OccurredAt);
        let order = when.and_then(|c| day_order(self.table.table.columns[c].values.iter()));
        let resolved: Vec<Option<Row>> = (0..self.table.table.len() as u32)
            .into_par_iter()
            .map(|row| {
                let key = keys.ids.get(row as usize).copied().unwrap_or(0);
                let record = customers.id(rows_of[key as usize].filter(|_| key != 0)? as usize);
                Some(Row {
                    customer: clusters.of[record.index()],
                    record,
                    row,
                    occurred: when
                        .map_or_else(String::new, |c| time(reader, self.cell(c, row), order)),
                })
            })
            .collect();
        for (row, resolved) in resolved.into_iter().enumerate() {
            match resolved {
                Some(found) => self.found.push(found),
                None => self.lost.push(row as u32),
            }
        }
        let mut found = std::mem::take(&mut self.found);
        found.par_sort_by(|a, b| {
            let by_customer =
                (a.customer, &a.occurred, a.record).cmp(&(b.customer, &b.occurred, b.record));
            by_customer.then_with(|| self.by_cells(a.row, b.row))
        });
        self.found = found;
        let place = |row: u32| {
            let origin = self.table.table.origins[row as usize];
            (origin.file, origin.row, row)
        };
        self.lost.sort_by_key(|row| place(*row));
    }

    /// Order of two rows by number, then by all cells, so that it does not depend on the order of rows.
    fn by_cells(&self, a: u32, b: u32) -> Ordering {
        let number = self.column(LinkedRole::Number);
        let mut columns: Vec<usize> = (0..self.table.table.columns.len()).collect();
        columns.sort_by_key(|c| (Some(*c) != number, &self.table.table.columns[*c].name));
        let by_cell = columns
            .into_iter()
            .map(|c| self.cell(c, a).cmp(self.cell(c, b)));
        by_cell
            .fold(Ordering::Equal, Ordering::then)
            .then(a.cmp(&b))
    }

    fn column(&self, role: LinkedRole) -> Option<usize> {
        self.roles.iter().find(|(r, _)| *r == role).map(|(_, c)| *c)
    }

    fn cell(&self, column: usize, row: u32) -> &str {
        self.table.table.columns[column].value(row as usize)
    }

    fn role(&self, role: LinkedRole, row: u32) -> &str {
        self.column(role).map_or("", |c| self.cell(c, row).trim())
    }

    /// Rows that found their customer.
    #[must_use]
    pub fn found(&self) -> usize {
        self.found.len()
    }

    /// Rows that did not.
    #[must_use]
    pub fn lost(&self) -> usize {
        self.lost.len()
    }

    /// Appends the found rows `from..to`.
    ///
    /// # Errors
    /// When a raw row cannot be read.
    pub fn append(
        &self,
        (from, to): (usize, usize),
        spooled: Spooled<'_>,
        batch: &mut Batch,
    ) -> Result<(), Error> {
        for found in &self.found[from..to] {
            let row = found.row;
            let transactions = self.table.kind == LinkedKind::Transactions;
            let rows = batch.table(if transactions {
                Table::Txn
            } else {
                Table::Interaction
            });
            rows.null()
                .int(i64::from(found.customer))
                .int(i64::from(found.record.0))
                .int(self.source_id);
            rows.text_or_null(self.role(LinkedRole::Number, row));
            rows.text_or_null(self.role(LinkedRole::Kind, row));
            rows.text_or_null(self.role(LinkedRole::Status, row));
            rows.text_or_null(&found.occurred);
            if transactions {
                self.amount(row, rows);
            } else {
                rows.text_or_null(self.role(LinkedRole::Channel, row));
                rows.text_or_null(self.role(LinkedRole::Subject, row));
            }
            let origin = self.table.table.origins[row as usize];
            rows.int_or_null(
                ((origin.file as usize) < self.files).then_some(i64::from(origin.file)),
            );
            rows.int(origin.row as i64);
            self.put_raw(row, spooled, rows)?;
        }
        Ok(())
    }

    fn amount(&self, row: u32, rows: &mut Rows) {
        let mut currency = self.role(LinkedRole::Currency, row).to_uppercase();
        if currency.trim().is_empty() {
            let beside = currency_beside(self.role(LinkedRole::Amount, row));
            currency = beside.unwrap_or("").to_owned();
        }
        let digits = minor_digits(&currency);
        let minor = match self.role(LinkedRole::AmountMinor, row) {
            "" => parse_minor(self.role(LinkedRole::Amount, row), digits, self.decimal),
            cents => parse_minor(cents, 0, None),
        };
        rows.int_or_null(minor)
            .int(i64::from(digits))
            .text_or_null(&currency);
    }

    /// Appends quarantine rows of the rows without a customer.
    ///
    /// # Errors
    /// When a raw row cannot be read.
    pub fn append_lost(
        &self,
        (run, paths): (&str, &[&str]),
        spooled: Spooled<'_>,
        batch: &mut Batch,
    ) -> Result<(), Error> {
        for row in &self.lost {
            let origin = self.table.table.origins[*row as usize];
            let rows = batch.table(Table::Quarantine);
            rows.null().text(run).text(&self.table.table.name);
            rows.text(paths.get(origin.file as usize).copied().unwrap_or(""));
            rows.int(origin.row as i64).int(0).int(origin.byte as i64);
            rows.text(&self.table.customer_key_column)
                .text("unknown-customer");
            let key = self.cell(self.key_column, *row);
            rows.text(if key.trim().is_empty() {
                "the row names no customer"
            } else {
                "no record of its source has this key"
            });
            self.put_raw(*row, spooled, rows)?;
            rows.text_or_null(key).null().null().null().int(0);
        }
        Ok(())
    }

    /// Writes the raw row that was set aside, else the cells.
    fn put_raw(&self, row: u32, spooled: Spooled<'_>, rows: &mut Rows) -> Result<(), Error> {
        let table = &self.table.table;
        let mut read = Ok(());
        rows.text_with(|out| match table.spooled.get(row as usize) {
            Some(at) => read = spooled(*at, out),
            None => self.push_raw(row, out),
        });
        read.map_err(|source| Error::Raw {
            record: format!("{} {}", table.name, table.origins[row as usize].row),
            source,
        })
    }

    fn push_raw(&self, row: u32, out: &mut String) {
        for (i, column) in self.table.table.columns.iter().enumerate() {
            out.push(if i == 0 { '{' } else { ',' });
            push_string(out, &column.name);
            out.push(':');
            push_string(out, column.value(row as usize));
        }
        out.push_str(if self.table.table.columns.is_empty() {
            "{}"
        } else {
            "}"
        });
    }
}

/// The order of day and month in a column of moments, as the cells tell of which one number can only be the day.
fn day_order<'v>(cells: impl Iterator<Item = &'v str>) -> Option<DateOrder> {
    let (mut day_first, mut month_first) = (0, 0);
    for cell in cells {
        match order_shown(cell) {
            Some(date::DateOrder::Dmy) => day_first += 1,
            Some(date::DateOrder::Mdy) => month_first += 1,
            _ => {}
        }
    }
    (month_first > day_first).then_some(DateOrder::Mdy)
}

fn time(reader: &dyn Read, cell: &str, date_order: Option<DateOrder>) -> String {
    let context = CellContext {
        kind: Kind::UpdatedAt,
        label: None,
        date_order,
        region: None,
        number: None,
    };
    let mut readings = Vec::new();
    if !cell.trim().is_empty() {
        reader.read(&context, cell, &mut readings);
    }
    readings
        .into_iter()
        .next()
        .map_or_else(String::new, |r| r.value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_tells_the_order_of_its_days() {
        let of = |cells: &[&'static str]| day_order(cells.iter().copied());
        assert_eq!(of(&["", "03/04/2024", "12/25/2023"]), Some(DateOrder::Mdy));
        assert_eq!(of(&["", "03/04/2024", "25/12/2023"]), None);
        assert_eq!(of(&["", "2024-03-04"]), None);
    }
}

//! Birth dates out of columns of their own for year, month and day.

use super::gather::{JOINED, Slot, Survivor, Value};
use super::{CellContext, Reading, Tier, Transform};
use crate::lexicon::date_parts;
use crate::record::{DateOrder, Kind};
use jiff::civil::Date;
use std::borrow::Cow;

impl Survivor<'_> {
    /// The cells of a record's birth columns, joined by blanks, as they are checked against a joined date.
    pub(super) fn birth_cells(&self, table: usize, row: usize) -> String {
        let mut cells = String::new();
        for column in self.tables[table].born.into_iter().flatten() {
            let cell = self.dataset.tables[table].columns[column as usize]
                .value(row)
                .trim();
            if !cell.is_empty() {
                if !cells.is_empty() {
                    cells.push(' ');
                }
                cells.push_str(cell);
            }
        }
        cells
    }

    /// How good a birth date is, as it is judged in one cell.
    fn birth_tier(&self, date: &str) -> Tier {
        let context = CellContext {
            kind: Kind::BirthDate,
            label: None,
            date_order: Some(DateOrder::Ymd),
            region: None,
            number: None,
        };
        let mut readings = Vec::new();
        self.reader.read(&context, date, &mut readings);
        readings.first().map_or(Tier::Weak, |r| r.tier)
    }

    /// The birth date that a record's columns of year, month and day say together.
    pub(super) fn join_birth<'s>(
        &'s self,
        table: usize,
        row: usize,
        member: u32,
    ) -> Option<Value<'s>> {
        let cell = |i: usize| -> Option<&str> {
            let column = self.tables[table].born[i]?;
            let column = &self.dataset.tables[table].columns[column as usize];
            Some(column.value(row))
        };
        let year = cell(0).and_then(date_parts::year)?;
        let month = cell(1).and_then(date_parts::month);
        let day = cell(2).and_then(date_parts::day).zip(month);
        // a day that its month lacks is not known
        let date = day.and_then(|(d, m)| Date::new(year as i16, m as i8, d as i8).ok());
        let value = match (month, date) {
            (_, Some(date)) => date.to_string(),
            (Some(m), None) => format!("{year:04}-{m:02}"),
            (None, None) => format!("{year:04}"),
        };
        let tier = match date {
            Some(_) => self.birth_tier(&value),
            None => Tier::Weak,
        };
        let raw = self.birth_cells(table, row);
        let admitted = Transform::JoinDateParts.admits(&raw, &value);
        admitted.then_some(Value {
            member,
            column: JOINED,
            raw: Cow::Owned(raw),
            label: "",
            slot: Slot::default(),
            reading: Reading {
                kind: Kind::BirthDate,
                value: Cow::Owned(value),
                transform: Some(Transform::JoinDateParts),
                tier,
                role: false,
                channel: None,
            },
        })
    }
}

//! Birth dates out of columns of their own for year, month and day.

use super::gather::{JOINED, Slot, Survivor, Value};
use super::{Reading, Tier, Transform};
use crate::record::Kind;
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

    /// The birth date that a record's columns of year, month and day say together.
    pub(super) fn join_birth<'s>(
        &'s self,
        table: usize,
        row: usize,
        member: u32,
    ) -> Option<Value<'s>> {
        let part = |i: usize| -> Option<i16> {
            let column = self.tables[table].born[i]?;
            let cell = self.dataset.tables[table].columns[column as usize]
                .value(row)
                .trim();
            cell.strip_suffix(".0").unwrap_or(cell).parse().ok()
        };
        let year = part(0).filter(|y| (1000..=2999).contains(y))?;
        let month = part(1).filter(|m| (1..=12).contains(m));
        let day = part(2).filter(|d| (1..=31).contains(d)).zip(month);
        let (value, tier) = match (month, day) {
            (Some(m), Some((d, _))) => {
                let date = jiff::civil::Date::new(year, m as i8, d as i8).ok()?;
                (date.to_string(), Tier::Real)
            }
            (Some(m), None) => (format!("{year:04}-{m:02}"), Tier::Weak),
            _ => (format!("{year:04}"), Tier::Weak),
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

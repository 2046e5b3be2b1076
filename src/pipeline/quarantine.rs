//! Rows on their way to quarantine: their cells as JSON, the digest they are remembered by, and what rules say of them.

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::extract::RawSpool;
use crate::record::{InputFile, Kind, Rejection, SourceTable, TableMapping};
use crate::validate::{Readings, Refused, Rule, repair};

/// Digits of a digest: 128 bits.
const DIGITS: usize = 32;
/// Bytes of a row that is kept as it was read beside its cells.
const WHOLE_BYTES: usize = 1 << 20;

/// The digest of a row that was read: of its filled cells by name of column, so that neither its place nor the order of
/// columns has a say.
#[must_use]
pub fn digest_of_row(table: &SourceTable, row: usize) -> String {
    let filled = table
        .columns
        .iter()
        .map(|c| (c.name.as_str(), c.value(row)))
        .filter(|(_, value)| !value.is_empty());
    let mut cells: Vec<(&str, &str)> = filled.collect();
    cells.sort_unstable();
    let mut all = Sha256::new();
    for text in cells.iter().flat_map(|(name, value)| [name, value]) {
        all.update((text.len() as u64).to_le_bytes());
        all.update(text.as_bytes());
    }
    let hex: String = all.finalize().iter().map(|b| format!("{b:02x}")).collect();
    hex[..DIGITS].to_owned()
}

/// All cells of a row as a JSON object, in the order of columns.
#[must_use]
pub fn cells_of(table: &SourceTable, row: usize) -> String {
    let cells = table.columns.iter().map(|c| {
        let value = Value::String(c.value(row).to_owned());
        (c.name.clone(), value)
    });
    Value::Object(cells.collect()).to_string()
}

/// The member beside the cells of a row that holds it as it was read, where that is more than they are.
pub const AS_READ: &str = "$read";

/// All cells of a row as a JSON object, and beside them the row as read, where it has lists, objects or bytes: of these, cells
/// may lack something.
#[must_use]
pub fn whole_row(table: &SourceTable, row: usize, spool: Option<&RawSpool>) -> String {
    let spooled = spool.zip(table.spooled.get(row));
    let read = spooled.and_then(|(spool, at)| spool.read(*at).ok());
    with_read(cells_of(table, row), &read.unwrap_or_default())
}

/// The same of cells that are known, and of a row as read.
pub fn with_read(mut cells: String, read: &str) -> String {
    let nested =
        |o: serde_json::Map<String, Value>| o.values().any(|v| v.is_object() || v.is_array());
    if read.len() <= WHOLE_BYTES && serde_json::from_str(read).is_ok_and(nested) {
        cells.pop();
        let comma = if cells.len() > 1 { "," } else { "" };
        cells.push_str(&format!("{comma}\"{AS_READ}\":{read}}}"));
    }
    cells
}

/// The beginnings of a refusal of a row that was read.
#[must_use]
pub fn split_row(table: &SourceTable, row: u32, spool: Option<&RawSpool>) -> Rejection {
    Rejection {
        raw: whole_row(table, row as usize, spool),
        digest: digest_of_row(table, row as usize),
        split: true,
        ..Rejection::default()
    }
}

/// Takes rows that break rules out of a table; gives them in order of rows, each with all its faults.
pub fn take_out(
    table: &mut SourceTable,
    mapping: &TableMapping,
    refused: &[Refused],
    rules: &[Rule],
    readings: &dyn Readings,
    (files, spool): (&mut [InputFile], Option<&RawSpool>),
) -> Vec<Rejection> {
    if refused.is_empty() {
        return Vec::new();
    }
    let region = mapping.region.as_deref();
    let region = region.and_then(|r| <[u8; 2]>::try_from(r.as_bytes()).ok());
    let country_column = mapping.of_kind(Kind::Country).next();
    let mut gone = vec![false; table.len()];
    let mut rejections = Vec::new();
    for r in refused {
        let row = r.row as usize;
        gone[row] = true;
        let country = country_column
            .and_then(|c| readings.country(table.columns[c].value(row)))
            .or(region);
        let name = |column: Option<u32>| column.map(|c| table.columns[c as usize].name.as_str());
        let value = |column: Option<u32>| column.map(|c| table.columns[c as usize].value(row));
        let reasons: Vec<String> = r
            .breaks
            .iter()
            .map(|(rule, column)| match name(*column) {
                Some(field) => format!("`{field}` {}", rules[*rule].check.fault()),
                None => rules[*rule].check.fault(),
            })
            .collect();
        let mut names: Vec<&str> = r.breaks.iter().map(|b| rules[b.0].name.as_str()).collect();
        names.dedup();
        // the first break that can be mended is shown, so that its value and repair belong together
        let mended = r.breaks.iter().find_map(|&(rule, column)| {
            let found = repair(&rules[rule].check, value(column)?, country, readings)?;
            Some((column, found))
        });
        let column = mended.as_ref().map_or(r.breaks[0].1, |(column, _)| *column);
        let origin = table.origins[row];
        let file = &mut files[origin.file as usize];
        file.quarantined += 1;
        rejections.push(Rejection {
            source: table.name.clone(),
            file: file.path.clone(),
            row: origin.row,
            byte: origin.byte,
            field: name(column).map(str::to_owned),
            rule: names[0].to_owned(),
            also: names[1..].iter().map(|n| (*n).to_owned()).collect(),
            reason: reasons.join("; "),
            value: value(column).map(str::to_owned),
            repair: mended.map(|(_, repair)| repair),
            ..split_row(table, r.row, spool)
        });
    }
    let stay: Vec<u32> = (0..table.len() as u32)
        .filter(|&row| !gone[row as usize])
        .collect();
    table.permute(&stay);
    rejections
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Column;

    fn table(cells: &[(&str, &str)]) -> SourceTable {
        let mut t = SourceTable::default();
        for (name, value) in cells {
            let mut column = Column {
                name: (*name).to_owned(),
                ..Column::default()
            };
            let id = column.values.intern(value);
            column.ids.push(id);
            t.columns.push(column);
        }
        t
    }

    #[test]
    fn what_cells_may_lack_stands_beside_them() {
        let cells = || cells_of(&table(&[("tags.1", "a")]), 0);
        let nested = r#"{"tags":["a","b"]}"#;
        assert_eq!(
            with_read(cells(), nested),
            r#"{"tags.1":"a","$read":{"tags":["a","b"]}}"#
        );
        for flat in [r#"{"id":1,"x":null}"#, "a;b", ""] {
            assert_eq!(with_read(cells(), flat), cells());
        }
    }

    #[test]
    fn a_row_is_known_by_its_filled_cells_alone() {
        let one = digest_of_row(&table(&[("a", "1"), ("b", "x"), ("c", "")]), 0);
        let same = digest_of_row(&table(&[("b", "x"), ("d", ""), ("a", "1")]), 0);
        let other = digest_of_row(&table(&[("a", "x"), ("b", "1")]), 0);
        let shifted = digest_of_row(&table(&[("a", "1b"), ("", "x")]), 0);
        assert_eq!(one, same);
        assert!(one != other && one != shifted && one.len() == DIGITS);
    }

    #[test]
    fn cells_are_exact() {
        let text = cells_of(&table(&[("a b", "=1+1\n\"é\u{1}"), ("c", "007")]), 0);
        let back: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(back["a b"], "=1+1\n\"é\u{1}");
        assert_eq!(back["c"], "007");
    }
}

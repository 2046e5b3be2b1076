//! Small data sets in memory: rows of cells in, the tables and mappings that the engine takes out.

use selfsame::record::mapping::ColumnMapping;
use selfsame::record::{Column, Dataset, Kind, Origin, SourceTable, TableMapping};
use selfsame::sample::Sources;

/// Columns of a small customer table.
pub(crate) const COLUMNS: [(&str, Kind); 11] = [
    ("given", Kind::GivenName),
    ("family", Kind::FamilyName),
    ("company", Kind::Organization),
    ("email", Kind::Email),
    ("phone", Kind::Phone),
    ("street", Kind::Street),
    ("number", Kind::HouseNumber),
    ("city", Kind::City),
    ("postcode", Kind::Postcode),
    ("country", Kind::Country),
    ("birth", Kind::BirthDate),
];

/// Cells of a record, in the order of [`COLUMNS`].
pub(crate) type Cells = [String; COLUMNS.len()];

/// Sources `s0`, `s1`, ... of rows, numbered as they come; keys are `0`, `1`, ... within each.
pub(crate) fn dataset(sources: &[Vec<Cells>]) -> (Dataset, Vec<TableMapping>) {
    let mut dataset = Dataset::default();
    let mut mappings = Vec::new();
    for (number, rows) in sources.iter().enumerate() {
        let name = format!("s{number}");
        let mut table = SourceTable {
            name: name.clone(),
            columns: COLUMNS
                .map(|(name, _)| Column {
                    name: name.to_owned(),
                    ..Column::default()
                })
                .into(),
            ..SourceTable::default()
        };
        for (r, row) in rows.iter().enumerate() {
            for (column, cell) in table.columns.iter_mut().zip(row) {
                let id = column.values.intern(cell);
                column.ids.push(id);
            }
            table.origins.push(Origin {
                file: number as u32,
                row: r as u64 + 1,
                byte: 0,
            });
            table.keys.push(r.to_string().into());
        }
        mappings.push(TableMapping {
            source: name.clone(),
            columns: COLUMNS
                .iter()
                .map(|(column, kind)| ColumnMapping {
                    column: (*column).to_owned(),
                    kind: *kind,
                    label: None,
                    date_order: None,
                    confidence: 1.0,
                    reason: String::new(),
                    given: true,
                })
                .collect(),
            region: None,
            organizations: false,
        });
        dataset.source_names.push(name);
        dataset.source_of.extend(rows.iter().map(|_| number as u16));
        dataset.tables.push(table);
    }
    dataset.number();
    (dataset, mappings)
}

/// A generated sample in two sources, and the true customer of each record.
pub(crate) fn sample(records: u64, seed: &str) -> (Dataset, Vec<TableMapping>, Vec<u64>) {
    let sources = Sources::new(records, seed);
    let mut rows = [Vec::new(), Vec::new()];
    let mut truth = [Vec::new(), Vec::new()];
    for r in (0..records).map(|i| sources.row(i)) {
        let source = usize::from(r.source == selfsame::sample::Source::Shop);
        let phone = if r.phone.is_empty() {
            r.mobile
        } else {
            r.phone
        };
        rows[source].push([
            r.first,
            r.last,
            r.company,
            r.email,
            phone,
            r.street,
            r.number,
            r.town,
            r.postcode,
            r.country.to_owned(),
            r.birth,
        ]);
        truth[source].push(r.entity);
    }
    let (dataset, mappings) = dataset(&rows);
    (dataset, mappings, truth.concat())
}

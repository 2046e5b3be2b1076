//! What is read of each table: its columns with their meaning, and what they say where they say it often.

use super::consent;
use super::gather::Slot;
use super::reading::{CellContext, Read, Reading};
use crate::record::{
    ColumnMapping, Dataset, DateOrder, Dictionary, FORMER, Kind, Numbers, TableMapping,
};
use rayon::prelude::*;

/// How one column is read.
pub(super) struct ColumnPlan<'a> {
    pub(super) column: u32,
    pub(super) kind: Kind,
    pub(super) label: &'a str,
    slot: String,
    /// Rank of the slot's name among those of all tables, see [`rank_slots`].
    slot_rank: u32,
    pub(super) date_order: Option<DateOrder>,
    /// What cells say as telephone numbers, where that is known.
    pub(super) numbers: Option<&'a Numbers>,
    /// Readings by value id, for columns with few distinct values.
    pub(super) cache: Option<Vec<Vec<Reading<'a>>>>,
}

/// How one table is read.
pub(super) struct TablePlan<'a> {
    pub(super) columns: Vec<ColumnPlan<'a>>,
    pub(super) region: Option<&'a str>,
    /// Index into `columns` of the country.
    pub(super) country: Option<usize>,
    /// Columns of year, month and day of birth.
    pub(super) born: [Option<u32>; 3],
    pub(super) joined_name: String,
}

impl ColumnPlan<'_> {
    /// What separates the column's field from others of its kind.
    pub(super) fn slot(&self) -> Slot<'_> {
        Slot {
            name: &self.slot,
            rank: self.slot_rank,
        }
    }

    /// What is known about a cell of the column, in a record of this region.
    pub(super) fn context<'b>(&'b self, region: Option<&'b str>) -> CellContext<'b> {
        CellContext {
            kind: self.kind,
            label: (!self.label.is_empty()).then_some(self.label),
            date_order: self.date_order,
            region,
            number: None,
        }
    }
}

/// Ranks the slots of all tables by name, nothing first; gives the channels of consents with theirs.
pub(super) fn rank_slots(tables: &mut [TablePlan<'_>]) -> Vec<(&'static str, u32)> {
    let columns = || tables.iter().flat_map(|t| &t.columns);
    let mut names: Vec<String> = columns().map(|c| c.slot.clone()).collect();
    names.push(String::new());
    let channels = consent::channels();
    names.extend(channels.clone().map(str::to_owned));
    names.sort_unstable();
    names.dedup();
    for column in tables.iter_mut().flat_map(|t| &mut t.columns) {
        column.slot_rank = names.partition_point(|n| *n < column.slot) as u32;
    }
    channels
        .map(|c| (c, names.partition_point(|n| n.as_str() < c) as u32))
        .collect()
}

/// What is read of a table, in order of columns; columns with few distinct values are read at once.
pub(super) fn plan<'a>(
    dataset: &'a Dataset,
    table: usize,
    mapping: Option<&'a TableMapping>,
    reader: &dyn Read,
    numbers: &'a [Numbers],
) -> TablePlan<'a> {
    let source = &dataset.tables[table];
    let mut columns = Vec::new();
    let mut born = [None; 3];
    let mut numbers = numbers.iter();
    let names = mapping.map_or(&[][..], |m| &m.columns);
    let former = |m: &ColumnMapping| m.label.as_deref().is_some_and(|l| l.starts_with(FORMER));
    let present = names
        .iter()
        .any(|m| m.kind == Kind::FamilyName && !former(m));
    for (i, column) in source.columns.iter().enumerate() {
        let Some(meaning) = mapping.and_then(|m| m.columns.get(i)) else {
            continue;
        };
        let at = Some(i as u32);
        // a name at birth is kept beside the one of today
        let past = present && meaning.kind == Kind::FamilyName && former(meaning);
        let kind = if past { Kind::Attribute } else { meaning.kind };
        match kind {
            Kind::Ignore | Kind::RecordKey | Kind::Source => continue,
            Kind::BirthYear => born[0] = born[0].or(at),
            Kind::BirthMonth => born[1] = born[1].or(at),
            Kind::BirthDay => born[2] = born[2].or(at),
            _ => {
                let label = meaning.label.as_deref().filter(|_| !past).unwrap_or("");
                let mut plan = ColumnPlan {
                    column: i as u32,
                    kind,
                    label,
                    slot: slot(kind, label, &column.name),
                    slot_rank: 0,
                    date_order: meaning.date_order,
                    numbers: (kind == Kind::Phone).then(|| numbers.next()).flatten(),
                    cache: None,
                };
                let region = mapping.and_then(|m| m.region.as_deref());
                let few = column.values.len() * 4 <= source.len();
                // what a phone says depends on the record's country, what a cell of few values says does not
                if few && plan.kind != Kind::Phone {
                    plan.cache = Some(read_all(&column.values, &plan.context(region), reader));
                }
                columns.push(plan);
            }
        }
    }
    join_lines(&mut columns);
    let joined_name = born
        .into_iter()
        .flatten()
        .map(|c| source.columns[c as usize].name.as_str())
        .collect::<Vec<_>>()
        .join(" + ");
    TablePlan {
        country: columns.iter().position(|c| c.kind == Kind::Country),
        columns,
        region: mapping.and_then(|m| m.region.as_deref()),
        born,
        joined_name,
    }
}

/// Numbered columns of an address (`unit`, labelled `2`) are an address of their own when they have a line and a place,
/// else they are parts of the one before.
fn join_lines(columns: &mut [ColumnPlan<'_>]) {
    let part = |c: &ColumnPlan<'_>| c.kind.is_address_part();
    let numbered: Vec<&str> = (columns.iter().filter(|c| part(c)))
        .map(|c| c.label)
        .filter(|label| unnumbered(label).is_some())
        .collect();
    for label in numbered {
        let has = |kinds: &[Kind]| {
            let mut same = columns.iter().filter(|c| c.label == label);
            same.any(|c| kinds.contains(&c.kind))
        };
        let whole = has(&[Kind::Address]);
        if whole || has(&[Kind::Street]) && has(&[Kind::City, Kind::Postcode]) {
            continue;
        }
        let before = unnumbered(label).unwrap_or(label);
        let parts = columns.iter_mut().filter(|c| part(c) && c.label == label);
        parts.for_each(|c| c.label = before);
    }
}

/// `billing` of `billing-2`, nothing of `2`.
fn unnumbered(label: &str) -> Option<&str> {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match label.rsplit_once('-') {
        Some((before, last)) => number(last).then_some(before),
        None => number(label).then_some(""),
    }
}

fn read_all<'a>(
    values: &'a Dictionary,
    context: &CellContext<'_>,
    reader: &dyn Read,
) -> Vec<Vec<Reading<'a>>> {
    (0..values.len() as u32)
        .into_par_iter()
        .map(|id| {
            let (raw, mut readings) = (values.get(id), Vec::new());
            if !raw.trim().is_empty() {
                reader.read(context, raw, &mut readings);
            }
            readings
        })
        .collect()
}

/// What separates fields of one kind.
fn slot(kind: Kind, label: &str, column: &str) -> String {
    match kind {
        Kind::Consent | Kind::OptOut => consent::channel(label, column).to_owned(),
        Kind::Attribute | Kind::Category | Kind::Amount | Kind::Identifier | Kind::SocialHandle => {
            if label.is_empty() {
                column.to_owned()
            } else {
                label.to_owned()
            }
        }
        _ => String::new(),
    }
}

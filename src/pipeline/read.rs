//! Reads all sources into one data set: rows, keys, meanings, canonical order, and the account of every row.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;

use foldhash::fast::FixedState;
use hashbrown::HashSet;
use rayon::prelude::*;

use super::columns::{infer, join_columns};
use super::decided::Desk;
use super::error::Error;
use super::event::Observer;
use super::keys;
use super::plan::SourcePlan;
use super::side_by_side;
use crate::config::Corrections;
use crate::extract::{self, Intake, RawSpool};
use crate::lexicon::roles::{Role, role};
use crate::load::DecidedRow;
use crate::load::reading::asks;
use crate::normalize::consent::{Asks, is_unheard};
use crate::profile::AND;
use crate::record::{Column, Dataset, InputFile, Kind, Rejection, SourceTable, TableMapping};
use crate::survive::stand_in::says_nothing;

/// How keys are found when no column is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyScope {
    /// Unique within each source.
    Source,
    /// Unique among all sources, as output ids must be; sources whose ids clash use `file:row`.
    All,
}

/// How to read.
#[derive(Clone, Copy, Debug)]
pub struct ReadOptions<'a> {
    /// Folder for the spool of raw rows; without it no raw rows are kept.
    pub spool_in: Option<&'a Path>,
    /// Share of a file's rows that may be refused.
    pub quarantined_share: f64,
    /// How keys are found.
    pub keys: KeyScope,
    /// Read only this many records of each source: for a first look.
    pub preview: Option<u64>,
    /// Keep the cells of columns that are ignored, too.
    pub keep_all: bool,
    /// Decisions on rows.
    pub corrections: Option<&'a Corrections>,
}

/// Everything that was read.
#[derive(Debug, Default)]
pub struct Read {
    /// The records.
    pub dataset: Dataset,
    /// What columns mean, one entry for each table.
    pub mappings: Vec<TableMapping>,
    /// Key column of each table, `None` for `file:row`.
    pub key_columns: Vec<Option<String>>,
    /// The column that identifies the records of each table, even where keys are `file:row` because ids of several tables
    /// clash.
    pub id_columns: Vec<Option<usize>>,
    /// Rows refused.
    pub rejections: Vec<Rejection>,
    /// Warnings with advice.
    pub warnings: Vec<String>,
    /// Raw rows, when they are kept.
    pub spool: Option<RawSpool>,
    /// Decisions on rows that were carried out.
    pub decided: Vec<DecidedRow>,
}

impl Read {
    /// Takes in what was read of one source, and brings the numbers of its files and the positions of its raw rows into
    /// line.
    fn take_in(&mut self, part: Read, table: &mut SourceTable) -> std::io::Result<()> {
        let files = self.dataset.files.len() as u32;
        for origin in &mut table.origins {
            origin.file += files;
        }
        self.dataset.files.extend(part.dataset.files);
        self.rejections.extend(part.rejections);
        self.warnings.extend(part.warnings);
        self.decided.extend(part.decided);
        match (&mut self.spool, part.spool) {
            (_, None) => {}
            (none @ None, spool) => *none = spool,
            (Some(all), Some(spool)) => {
                let added = all.join(spool)?;
                table.spooled.iter_mut().for_each(|at| *at += added);
            }
        }
        Ok(())
    }

    /// Where decisions on rows are carried out.
    pub fn desk<'a>(&'a mut self, corrections: &'a Corrections) -> Desk<'a> {
        Desk {
            corrections,
            files: &mut self.dataset.files,
            spool: self.spool.as_mut(),
            decided: &mut self.decided,
        }
    }

    /// Rows seen in a source's files.
    #[must_use]
    pub fn rows_of(&self, source: &str) -> u64 {
        let files = self.dataset.files.iter().filter(|f| f.source == source);
        files.map(|f| f.rows).sum()
    }

    /// Rows refused of a source.
    #[must_use]
    pub fn refused_of(&self, source: &str) -> u64 {
        self.rejections
            .iter()
            .filter(|r| r.source == source)
            .count() as u64
    }

    /// Checks that every row is accounted for: read = quarantined + accepted, for each source.
    ///
    /// # Errors
    /// When it is not: a bug.
    pub fn check_account(&self) -> Result<(), Error> {
        for table in &self.dataset.tables {
            let (rows, refused) = (self.rows_of(&table.name), self.refused_of(&table.name));
            if rows != refused + table.len() as u64 {
                return Err(Error::Bug(format!(
                    "source `{}`: {rows} rows read, but {refused} quarantined and {} accepted",
                    table.name,
                    table.len()
                )));
            }
        }
        Ok(())
    }
}

/// Reads all sources.
///
/// # Errors
/// When a source cannot be read, or a column that was named does not exist.
pub fn read(
    plans: &[SourcePlan],
    options: &ReadOptions<'_>,
    observer: &dyn Observer,
) -> Result<Read, Error> {
    let mut read = Read::default();
    let mut tables = Vec::new();
    side_by_side::read(plans, options, observer, |part, mut table| {
        read.take_in(part, &mut table)
            .map_err(|cause| spool_fault(options.spool_in, cause))?;
        tables.push(table);
        Ok(())
    })?;
    observer.stage("understand columns", plans.len() as u64);
    let understood = plans.par_iter().zip(&mut tables).map(|(plan, table)| {
        table.pad();
        settle_columns(table, &read.dataset.files);
        // by cells alone, so that what is inferred does not depend on the order of rows
        table.canonicalize();
        let joints = join_columns(plan, table);
        let understood = infer(plan, table, &joints, &read.dataset.files);
        table.columns.par_iter_mut().for_each(Column::settle);
        observer.advance(1);
        understood
    });
    let (mappings, lists): (Vec<_>, Vec<_>) = understood.unzip();
    read.mappings = mappings;
    for ((table, mapping), list) in tables.iter().zip(&read.mappings).zip(lists) {
        let unheard = unheard_wishes(table, mapping, &read.dataset.files);
        for words in list.into_iter().chain(unheard) {
            observer.warn(&words);
            read.warnings.push(words);
        }
    }
    name_records(plans, &mut tables, options.keys, &mut read, observer);
    let key_columns = read.key_columns.clone();
    for (at, (table, key)) in tables.iter_mut().zip(&key_columns).enumerate() {
        let column = key.as_ref().and_then(|k| table.column(k));
        if !keys::may_repeat(table, column) {
            table.order_equals_by_key();
            continue;
        }
        let kept = (&read.dataset.files[..], read.spool.as_ref());
        let (mut refused, warning) = keys::refuse_repeats(table, &read.mappings[at], kept);
        if let Some(words) = warning {
            observer.warn(&words);
            read.warnings.push(words);
        }
        if let Some(corrections) = options.corrections {
            read.desk(corrections).mark(&mut refused);
        }
        for rejection in &refused {
            let file =
                |f: &&mut InputFile| f.path == rejection.file && f.source == rejection.source;
            if let Some(file) = read.dataset.files.iter_mut().find(file) {
                file.quarantined += 1;
            }
        }
        read.rejections.extend(refused);
        // now that keys order records whose cells are equal
        table.order_equals_by_key();
    }
    read.dataset.tables = tables;
    read.dataset.number();
    read.dataset.source_names = plans.iter().map(|p| p.spec.name.clone()).collect();
    read.dataset.source_of = source_of_tables(&read.dataset);
    read.check_account()?;
    Ok(read)
}

fn spool_fault(folder: Option<&Path>, cause: std::io::Error) -> Error {
    let folder = folder.unwrap_or(Path::new("")).to_owned();
    Error::Extract(extract::Error::Spool { folder, cause })
}

/// Reads one source as it is; keys, order and meaning are left to the caller.
pub(super) fn read_table(
    plan: &SourcePlan,
    options: &ReadOptions<'_>,
    read: &mut Read,
    observer: &dyn Observer,
) -> Result<SourceTable, Error> {
    observer.stage(&format!("read {}", plan.spec.name), 0);
    let mut warnings = Vec::new();
    let mut shown = 0;
    let limits = extract::Limits {
        // the gate judges all sources together; here only a file that is wholly misread is stopped
        max_quarantined_share: options.quarantined_share.max(0.5),
        records: options.preview,
        ..extract::Limits::default()
    };
    let ignored = |name: &str| {
        plan.fields
            .get(name)
            .is_some_and(|f| f.value.kind == Kind::Ignore)
            && plan.key.as_ref().is_none_or(|k| k.value != name)
    };
    let joined: Vec<&str> = plan
        .fields
        .keys()
        .filter(|f| f.contains(AND))
        .flat_map(|f| f.split(AND))
        .collect();
    // an ignored column stays in the raw row; without a spool it must be kept to be named in errors
    let passed_over = RefCell::new(BTreeSet::new());
    let keep = |name: &str| {
        let kept = options.spool_in.is_none()
            || options.keep_all
            || !ignored(name)
            || joined.contains(&name);
        if !kept {
            passed_over.borrow_mut().insert(name.to_owned());
        }
        kept
    };
    let mut on_progress = |p: &extract::Progress| {
        observer.advance(p.rows.saturating_sub(shown));
        shown = p.rows;
    };
    // a meaning that was given says that a column holds no secrets, whatever it is called
    let withhold = |name: &str| {
        role(name) == Some(Role::Secret)
            && plan
                .fields
                .get(name)
                .is_none_or(|f| f.value.kind == Kind::Ignore)
            && plan.key.as_ref().is_none_or(|k| k.value != name)
    };
    let mut rejections = Vec::new();
    let mut intake = Intake {
        spool: read.spool.as_mut(),
        keep: &keep,
        withhold: &withhold,
        on_progress: &mut on_progress,
        files: &mut read.dataset.files,
        rejections: &mut rejections,
        warnings: &mut warnings,
    };
    let mut table = extract::read_source(&plan.spec, &limits, &mut intake)?;
    for warning in warnings {
        let words = warning.to_string();
        observer.warn(&words);
        read.warnings.push(words);
    }
    plan.check_columns(&table, &passed_over.into_inner())?;
    if let Some(corrections) = options.corrections {
        read.desk(corrections)
            .work_off(&mut table, &mut rejections)?;
    }
    read.rejections.append(&mut rejections);
    Ok(table)
}

/// Fields of JSON are met in the order of records; by name, their order does not depend on it.
pub(super) fn settle_columns(table: &mut SourceTable, files: &[InputFile]) {
    let json = |f: &InputFile| f.source == table.name && f.format.starts_with("json");
    if files.iter().any(json) {
        table.columns.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

/// Warnings of cells that ought to say whether somebody may be reached, and say it in words that are not understood: one
/// of them may be a refusal.
fn unheard_wishes(table: &SourceTable, mapping: &TableMapping, files: &[InputFile]) -> Vec<String> {
    let asking = mapping.columns.iter().filter_map(|m| {
        let asks = match m.kind {
            Kind::Consent => asks(m.label.as_deref()),
            Kind::OptOut => Asks::OptOut,
            _ => return None,
        };
        Some((&table.columns[table.column(&m.column)?], asks))
    });
    let warning = |(column, asks): (&Column, Asks)| {
        let unheard = |cell: &str| !says_nothing(cell) && is_unheard(cell, asks);
        let values: Vec<bool> = column.values.iter().map(unheard).collect();
        let rows = (0..table.len()).filter(|row| values[column.ids[*row] as usize]);
        let count = rows.clone().count();
        let first = rows
            .map(|row| (table.origins[row].file, table.origins[row].row))
            .min()?;
        let file = files.get(first.0 as usize).map_or("", |f| &f.path);
        Some(format!(
            "source `{}`: {count} cell(s) of `{}` say neither yes nor no in words that are known, first in {file}, record {}; they count as no answer\n  hint: write yes or no, or the like, where one of them is a refusal",
            table.name, column.name, first.1
        ))
    };
    asking.filter_map(warning).collect()
}

/// Finds key columns and gives every record its key.
fn name_records(
    plans: &[SourcePlan],
    tables: &mut [SourceTable],
    scope: KeyScope,
    read: &mut Read,
    observer: &dyn Observer,
) {
    let names = keys::short_names(&read.dataset.files);
    let mut columns: Vec<Option<usize>> = plans
        .iter()
        .zip(tables.iter())
        .zip(&read.mappings)
        .map(|((plan, table), mapping)| match &plan.key {
            Some(key) => table.column(&key.value),
            None => keys::key_column(table, mapping),
        })
        .collect();
    read.id_columns.clone_from(&columns);
    if scope == KeyScope::All && clash(tables, &columns) {
        for (column, plan) in columns.iter_mut().zip(plans) {
            if plan.key.is_none() {
                *column = None;
            }
        }
    }
    for ((plan, table), column) in plans.iter().zip(tables.iter_mut()).zip(&columns) {
        let without = keys::assign(table, *column, &names);
        let name = column.map(|c| table.columns[c].name.clone());
        let of = name.as_deref().unwrap_or("");
        for (count, what, hint) in [
            (
                without.empty,
                format!("have no `{of}`"),
                "they are called `file:row`, which changes when rows move",
            ),
            (
                without.rounded,
                format!(
                    "have a `{of}` that a spreadsheet has rounded, so that it identifies nothing"
                ),
                "they are called `file:row` and never taken for repeats; export again with the column as text",
            ),
        ] {
            if count > 0 {
                let (source, all) = (&plan.spec.name, table.len());
                let words =
                    format!("source `{source}`: {count} of {all} records {what}\n  hint: {hint}");
                observer.warn(&words);
                read.warnings.push(words);
            }
        }
        read.key_columns.push(name);
    }
}

/// Whether a cell of one table's id column occurs in another's.
fn clash(tables: &[SourceTable], columns: &[Option<usize>]) -> bool {
    let each = tables.iter().zip(columns);
    let values: Vec<_> = each
        .filter_map(|(t, c)| c.map(|c| &t.columns[c].values))
        .collect();
    // the values of one column differ, but perhaps in the space around them only
    if let [only] = values[..]
        && only.iter().all(|v| v.trim().len() == v.len())
    {
        return false;
    }
    let mut seen = HashSet::with_hasher(FixedState::with_seed(0));
    let mut cells = values.iter().flat_map(|values| values.iter().skip(1));
    cells.any(|v| !seen.insert(v.trim()))
}

pub(super) fn source_of_tables(dataset: &Dataset) -> Vec<u16> {
    let each = dataset.tables.iter().enumerate();
    each.flat_map(|(i, t)| std::iter::repeat_n(i as u16, t.len()))
        .collect()
}

/// Splits sources by the values of a column: sources are then its values, in order of value; an empty cell belongs to
/// a source of its own, first in order.
///
/// # Errors
/// When a table lacks the column, or it has more values than sources can be numbered.
pub fn split_sources(dataset: &mut Dataset, column: &str) -> Result<(), Error> {
    let mut names = std::collections::BTreeSet::new();
    for table in &dataset.tables {
        let Some(at) = table.column(column) else {
            let known: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
            let hint = match crate::config::error::nearest(column, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("columns are: {}", known.join(", ")),
            };
            return Err(Error::Usage(format!(
                "`{}` has no column `{column}`\n  hint: {hint}",
                table.name
            )));
        };
        let column = &table.columns[at];
        names.extend(column.ids.iter().map(|&id| column.values.get(id).trim()));
    }
    let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    if names.len() > usize::from(u16::MAX) {
        return Err(Error::Usage(format!(
            "column `{column}` has {} values, too many to be sources\n  hint: name the column that holds the source",
            names.len()
        )));
    }
    let mut source_of = Vec::with_capacity(dataset.len());
    for table in &dataset.tables {
        let Some(at) = table.column(column) else {
            continue;
        };
        let column = &table.columns[at];
        let number: Vec<u16> = column
            .values
            .iter()
            .map(|v| {
                names
                    .binary_search_by(|n| n.as_str().cmp(v.trim()))
                    .unwrap_or(0) as u16
            })
            .collect();
        source_of.extend(column.ids.iter().map(|&id| number[id as usize]));
    }
    dataset.source_of = source_of;
    dataset.source_names = names;
    Ok(())
}

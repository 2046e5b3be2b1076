//! Orders and interactions: read, checked against the keys of their customers, handed to the loader.

use std::collections::HashSet;

use super::error::Error;
use super::event::Observer;
use super::job::Job;
use super::plan;
use super::quarantine;
use super::read::Read;
use crate::config::Corrections;
use crate::config::file::{Linked, LinkedKind as Given};
use crate::extract::{self, Intake};
use crate::lexicon::roles::{Role, role};
use crate::load::{LinkedKind, LinkedRole, LinkedTable};
use crate::record::{InputFile, Rejection, SourceTable};

/// Reads all linked tables. Rows that name no customer that was read are refused (rule `unknown-customer`).
///
/// # Errors
/// When a table cannot be read or a named column does not exist.
pub fn read_all(
    job: &Job,
    read: &mut Read,
    corrections: &Corrections,
    observer: &dyn Observer,
) -> Result<(Vec<LinkedTable>, Vec<Rejection>), Error> {
    let (mut tables, mut refused) = (Vec::new(), Vec::new());
    for linked in &job.pipeline.linked {
        let (table, rejections) = read_one(job, linked, read, corrections, observer)?;
        refused.extend(rejections);
        tables.push(table);
    }
    Ok((tables, refused))
}

fn read_one(
    job: &Job,
    linked: &Linked,
    read: &mut Read,
    corrections: &Corrections,
    observer: &dyn Observer,
) -> Result<(LinkedTable, Vec<Rejection>), Error> {
    let spec = plan::linked(linked);
    observer.stage(&format!("read {}", spec.name), 0);
    let (mut rejections, mut warnings, mut shown) = (Vec::new(), Vec::new(), 0);
    let mut on_progress = |p: &extract::Progress| {
        observer.advance(p.rows.saturating_sub(shown));
        shown = p.rows;
    };
    let mut intake = Intake {
        spool: read.spool.as_mut(),
        keep: &|_| true,
        withhold: &|name| role(name) == Some(Role::Secret) && linked.customer.get_ref() != name,
        on_progress: &mut on_progress,
        files: &mut read.dataset.files,
        rejections: &mut rejections,
        warnings: &mut warnings,
    };
    let mut table = extract::read_source(&spec, &extract::Limits::default(), &mut intake)?;
    for warning in warnings {
        let words = warning.to_string();
        observer.warn(&words);
        read.warnings.push(words);
    }
    table.pad();
    plan::check_linked(&job.file, &job.text, linked, &table)?;
    read.desk(corrections)
        .work_off(&mut table, &mut rejections)?;
    table.canonicalize();
    let mut strangers = refuse_strangers(&mut table, linked, read);
    read.desk(corrections).mark(&mut strangers);
    rejections.extend(strangers);
    let columns = linked
        .columns
        .iter()
        .filter_map(|(role, column)| Some((role_of(role)?, column.get_ref().clone())))
        .collect();
    let kind = match linked.kind {
        Given::Transactions => LinkedKind::Transactions,
        Given::Interactions => LinkedKind::Interactions,
    };
    let table = LinkedTable {
        table,
        kind,
        of: linked.of.get_ref().clone(),
        customer_key_column: linked.customer.get_ref().clone(),
        columns,
    };
    Ok((table, rejections))
}

fn role_of(name: &str) -> Option<LinkedRole> {
    Some(match name {
        "number" => LinkedRole::Number,
        "occurred-at" => LinkedRole::OccurredAt,
        "amount" => LinkedRole::Amount,
        "amount-minor" => LinkedRole::AmountMinor,
        "currency" => LinkedRole::Currency,
        "status" => LinkedRole::Status,
        "kind" => LinkedRole::Kind,
        "channel" => LinkedRole::Channel,
        "subject" => LinkedRole::Subject,
        _ => return None,
    })
}

/// Takes out rows whose customer was not read.
fn refuse_strangers(table: &mut SourceTable, linked: &Linked, read: &mut Read) -> Vec<Rejection> {
    let (of, column) = (linked.of.get_ref(), linked.customer.get_ref());
    let Some(at) = table.column(column) else {
        return Vec::new();
    };
    let keys: HashSet<&str> = read
        .dataset
        .tables
        .iter()
        .filter(|t| t.name == *of)
        .flat_map(|t| t.keys.iter().map(|k| &**k))
        .collect();
    let known: Vec<bool> = table.columns[at]
        .values
        .iter()
        .map(|v| {
            // a spreadsheet guards numbers with an apostrophe
            let key = v.trim();
            let plain = key.strip_prefix('\'').unwrap_or(key);
            !key.is_empty() && (keys.contains(key) || keys.contains(plain))
        })
        .collect();
    let knows = |row: u32| known[table.columns[at].ids[row as usize] as usize];
    let (stay, gone): (Vec<u32>, Vec<u32>) = (0..table.len() as u32).partition(|&r| knows(r));
    let spool = read.spool.as_ref();
    let rejections = gone
        .iter()
        .map(|&row| {
            let origin = table.origins[row as usize];
            let file: &mut InputFile = &mut read.dataset.files[origin.file as usize];
            file.quarantined += 1;
            Rejection {
                source: table.name.clone(),
                file: file.path.clone(),
                row: origin.row,
                line: 0,
                byte: origin.byte,
                field: Some(column.clone()),
                rule: "unknown-customer".into(),
                reason: format!("no record of source `{of}` has this key"),
                ..quarantine::split_row(table, row, spool)
            }
        })
        .collect();
    table.permute(&stay);
    rejections
}

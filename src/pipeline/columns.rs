//! What the columns of a source mean: as the plan says, else inferred; columns that hold one value together are joined.

use super::plan::SourcePlan;
use crate::config::file::FieldSpec;
use crate::profile::{self, Joint};
use crate::record::{InputFile, Kind, SourceTable, TableMapping};

/// Adds columns for values that stand in several: those that the plan names, and those that are found.
pub(super) fn join_columns(plan: &SourcePlan, table: &mut SourceTable) -> Vec<Joint> {
    let fields = plan.fields.iter();
    let mut joints: Vec<Joint> = fields
        .filter_map(|(name, field)| Joint::named(table, name, field.value.kind))
        .collect();
    joints.extend(profile::joints(table, &|name| {
        plan.fields.contains_key(name) || plan.key.as_ref().is_some_and(|k| k.value == name)
    }));
    for joint in &joints {
        joint.add(table);
    }
    joints
}

/// What the columns mean: as given, else inferred; with a warning where a name among these files and what is given do not
/// agree.
pub(super) fn infer(
    plan: &SourcePlan,
    table: &SourceTable,
    joints: &[Joint],
    files: &[InputFile],
) -> (TableMapping, Option<String>) {
    let mut given: Vec<(String, Kind)> = plan
        .fields
        .iter()
        .map(|(name, f)| (name.clone(), f.value.kind))
        .collect();
    let mut found = Vec::new();
    for joint in joints {
        let parts = joint
            .parts
            .iter()
            .map(|p| (&table.columns[*p].name, Kind::Ignore));
        for (name, kind) in parts.chain([(&joint.name, joint.kind)]) {
            if !plan.fields.contains_key(name) {
                given.push((name.clone(), kind));
                found.push((name, &joint.name));
            }
        }
    }
    let settings = profile::Settings::default();
    let mut mapping = profile::infer_table_given(table, &given, &settings);
    for column in &mut mapping.columns {
        if let Some((name, whole)) = found.iter().find(|(name, _)| **name == column.column) {
            column.given = false;
            // a number behind the name of the last part counts parts, not telephones
            let counted = |l: &String| l.bytes().all(|b| b.is_ascii_digit());
            column.label = column.label.take().filter(|l| !counted(l));
            column.reason = if name == whole {
                "columns that hold one value together".to_owned()
            } else {
                format!("part of `{whole}`")
            };
        }
    }
    for column in &mut mapping.columns {
        if let Some(field) = plan.fields.get(&column.column) {
            let FieldSpec { label, order, .. } = &field.value;
            if label.is_some() {
                column.label.clone_from(label);
            }
            column.date_order = order.or(column.date_order);
        }
    }
    if plan.region.is_some() {
        mapping.region.clone_from(&plan.region);
    }
    let own: Vec<&InputFile> = files.iter().filter(|f| f.source == table.name).collect();
    let warning = profile::mark_opt_outs(&mut mapping, &own);
    (mapping, warning)
}

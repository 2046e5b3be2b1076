//! Stand-in until column inference lands.

use crate::record::*;
use std::collections::BTreeMap;

/// What is known already.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Meanings.
    pub columns: BTreeMap<String, (Kind, Option<String>, Option<DateOrder>)>,
    /// Country.
    pub region: Option<String>,
}

/// By header alone.
#[must_use]
pub fn infer_table(table: &SourceTable, given: &Given) -> TableMapping {
    TableMapping {
        source: table.name.clone(),
        region: given.region.clone(),
        organizations: false,
        columns: table
            .columns
            .iter()
            .map(|c| {
                let known = given.columns.get(&c.name);
                let name = c.name.to_lowercase();
                let kind = match known {
                    Some(k) => k.0,
                    None if name.contains("mail") => Kind::Email,
                    None if name.contains("name") => Kind::FullName,
                    None if name.ends_with("id") => Kind::RecordKey,
                    None => Kind::Text,
                };
                ColumnMapping {
                    column: c.name.clone(),
                    kind,
                    label: known.and_then(|k| k.1.clone()),
                    date_order: known.and_then(|k| k.2),
                    confidence: 1.0,
                    reason: "stand-in".into(),
                    given: known.is_some(),
                }
            })
            .collect(),
    }
}

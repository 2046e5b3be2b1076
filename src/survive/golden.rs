//! Golden records with lineage, for people and reports.

use super::choice::{Chosen, Decided};
use super::gather::{Gathered, Survivor};
use super::key;
use crate::entity::{Clusters, Golden, GoldenValue, Losing};
use crate::record::RecordId;
use rayon::prelude::*;

impl Survivor<'_> {
    /// The golden record of one cluster; members in ascending order.
    #[must_use]
    pub fn golden(&self, cluster: u32, members: &[RecordId]) -> Golden {
        let gathered = self.gather(members);
        let chosen = self.choose(&gathered);
        self.describe(cluster, &gathered, &chosen)
    }

    /// Survivors as a golden record.
    #[must_use]
    pub fn describe(&self, cluster: u32, gathered: &Gathered<'_>, chosen: &Chosen<'_>) -> Golden {
        let values = chosen.choices.iter().map(|choice| {
            let value = &gathered.values[choice.value as usize];
            let member = &gathered.members[value.member as usize];
            let losing = choice.losing.iter().map(|i| {
                let lost = &gathered.values[*i as usize];
                Losing {
                    value: lost.raw.clone().into_owned(),
                    record: gathered.members[lost.member as usize].id,
                }
            });
            GoldenValue {
                kind: choice.kind,
                value: value.reading.value.clone().into_owned(),
                record: member.id,
                column: self.column_name(member, value.column).to_owned(),
                rule: rule_name(gathered, choice.decided).to_owned(),
                transform: value.reading.transform.map(|t| t.name().to_owned()),
                losing: losing.collect(),
            }
        });
        Golden {
            cluster,
            members: gathered.members.iter().map(|m| m.id).collect(),
            values: values.collect(),
        }
    }
}

/// Name of what decided; a customer of one record needed no decision.
pub(super) fn rule_name(gathered: &Gathered<'_>, decided: Decided) -> &'static str {
    if gathered.members.len() == 1 && decided == Decided::OnlyValue {
        "only-record"
    } else {
        decided.name()
    }
}

/// Golden records of the given clusters, in parallel, in the given order.
#[must_use]
pub fn golden_records(survivor: &Survivor<'_>, clusters: &Clusters, wanted: &[u32]) -> Vec<Golden> {
    let (offsets, members) = clusters.members();
    wanted
        .par_iter()
        .map(|&c| {
            let (from, to) = (offsets[c as usize], offsets[c as usize + 1]);
            survivor.golden(c, &members[from as usize..to as usize])
        })
        .collect()
}

/// Whether two values of a field are the same value written differently.
#[must_use]
pub fn same_value(kind: crate::record::Kind, a: &str, b: &str) -> bool {
    key::key(kind, a) == key::key(kind, b)
}

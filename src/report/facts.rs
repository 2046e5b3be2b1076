//! What a run reports: plain data that the conductor fills and every output is made from.
//!
//! [`RunReport`] is the head of `report.json` (schema in `docs/REPORT.md`); the merges themselves are
//! streamed beside it, see [`crate::report::Detail`].

use crate::pair::ModelFacts;
use crate::record::{InputFile, Kind, Rejection, TableMapping};
use crate::validate::RuleResult;

/// Version of the schema of `report.json`; a change that readers must know of bumps it.
pub const SCHEMA_VERSION: u32 = 1;

/// Everything about a run except the single merges.
#[derive(Clone, Debug, serde::Serialize)]
pub struct RunReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Whether personal data is masked in this edition; set by [`crate::report::mask::report`].
    pub masked: bool,
    /// Which run this was.
    pub run: RunIdentity,
    /// Every file that was read, with its digest.
    pub inputs: Vec<InputFile>,
    /// Where every record went.
    pub accounting: Accounting,
    /// Fields filled before and after, in order of [`Kind::ALL`].
    pub completeness: Vec<Completeness>,
    /// Settings in force, in plain words: survivorship, thresholds, limits.
    pub settings: Vec<Setting>,
    /// What the columns of each source mean, and how we know.
    pub mappings: Vec<TableMapping>,
    /// What the engine inferred and learned.
    pub model: ModelFacts,
    /// Pairs by verdict.
    pub pairs: PairCounts,
    /// Customers by number of records, ascending by size, singles included.
    pub cluster_sizes: Vec<SizeCount>,
    /// Customers by number of sources that know them, ascending; empty when there is one source.
    pub source_counts: Vec<SizeCount>,
    /// Stages with their wall time, in order.
    pub stages: Vec<StageTime>,
    /// Refused rows by reason, most frequent first; see [`quarantine_groups`].
    pub quarantine: Vec<QuarantineGroup>,
    /// What the rules of the pipeline file came to, in their order.
    pub validation: Vec<RuleResult>,
    /// Warnings with advice, in the order they arose.
    pub warnings: Vec<String>,
}

impl RunReport {
    /// The kinds that cases of this run can show: mapped in some source, in order of [`Kind::ALL`].
    #[must_use]
    pub fn kinds(&self) -> Vec<Kind> {
        kinds(&self.mappings)
    }
}

/// The kinds that cases show: those of some column, in declared order.
#[must_use]
pub fn kinds(mappings: &[TableMapping]) -> Vec<Kind> {
    let mapped = |kind: &Kind| {
        let columns = mappings.iter().flat_map(|t| &t.columns);
        columns.into_iter().any(|c| c.kind == *kind)
    };
    let all = Kind::ALL.iter().copied();
    all.filter(|k| shown(*k) && mapped(k)).collect()
}

/// Whether a kind is shown in cases: all but keys, source names and what is ignored.
#[must_use]
pub fn shown(kind: Kind) -> bool {
    !matches!(kind, Kind::RecordKey | Kind::Source | Kind::Ignore)
}

/// Which run this was. Times are text made by the conductor: the report reads no clock.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct RunIdentity {
    /// Title of the report, such as the name of the pipeline.
    pub title: String,
    /// Version of the tool.
    pub tool_version: String,
    /// Id of the run.
    pub run_id: String,
    /// Pipeline file or command, as given.
    pub config: String,
    /// SHA-256 of the configuration in force, lower-case hexadecimal.
    pub config_sha256: String,
    /// Start (RFC 3339).
    pub started: String,
    /// End (RFC 3339).
    pub finished: String,
    /// Wall time in seconds.
    pub seconds: f64,
    /// Threads used.
    pub threads: u32,
    /// Seed of everything that is drawn.
    pub seed: u64,
}

/// Where every record went: `read = quarantined + single + merged`.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Accounting {
    /// Records read, refused ones included.
    pub read: u64,
    /// Records refused.
    pub quarantined: u64,
    /// Records that are a customer of their own.
    pub single: u64,
    /// Records that share their customer with another record.
    pub merged: u64,
    /// Customers that the merged records became.
    pub merged_customers: u64,
    /// The same per source, in declared order.
    pub sources: Vec<SourceAccount>,
}

impl Accounting {
    /// Records that were accepted.
    #[must_use]
    pub fn accepted(&self) -> u64 {
        self.single + self.merged
    }

    /// All customers: single records and merged ones.
    #[must_use]
    pub fn customers(&self) -> u64 {
        self.single + self.merged_customers
    }

    /// Whether the accounting identity holds, in all and per source, and sources sum to the whole.
    #[must_use]
    pub fn balances(&self) -> bool {
        let whole = self.read == self.quarantined + self.single + self.merged;
        let each = self
            .sources
            .iter()
            .all(|s| s.read == s.quarantined + s.single + s.merged);
        let sum = self.sources.is_empty()
            || self.sources.iter().map(|s| s.read).sum::<u64>() == self.read;
        whole && each && sum
    }
}

/// Where the records of one source went: `read = quarantined + single + merged`.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct SourceAccount {
    /// Name of the source.
    pub source: String,
    /// Records read, refused ones included.
    pub read: u64,
    /// Records refused.
    pub quarantined: u64,
    /// Records that are a customer of their own.
    pub single: u64,
    /// Records that share their customer with another record.
    pub merged: u64,
}

/// How often a kind of field is filled, before (source records) and after (customers).
#[derive(Clone, Debug, serde::Serialize)]
pub struct Completeness {
    /// The field.
    pub kind: Kind,
    /// Accepted records with a value.
    pub records_filled: u64,
    /// Customers with a value.
    pub customers_filled: u64,
}

/// One setting in force.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Setting {
    /// Its section: `survive`, `verdict`, `block`.
    pub section: String,
    /// Its name.
    pub name: String,
    /// Its value, in words.
    pub value: String,
    /// Whether the user gave it; a default otherwise.
    pub given: bool,
}

/// Pairs by verdict.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct PairCounts {
    /// Pairs compared.
    pub scored: u64,
    /// Pairs at or above the match threshold.
    pub matches: u64,
    /// Pairs for a person to look at.
    pub review: u64,
    /// Matches that clustering refused.
    pub cut: u64,
}

/// How many customers have a size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct SizeCount {
    /// Records (or sources) per customer.
    pub size: u32,
    /// Customers of that size.
    pub customers: u64,
}

/// Wall time of one stage.
#[derive(Clone, Debug, serde::Serialize)]
pub struct StageTime {
    /// The stage: `extract`, `block`, ...
    pub name: String,
    /// Wall time in seconds.
    pub seconds: f64,
    /// Processor time of all threads in seconds; 0 where the system does not say.
    pub cpu_seconds: f64,
    /// What it worked through.
    pub items: u64,
    /// What the items are: `records`, `pairs`, `customers`.
    pub unit: String,
}

impl StageTime {
    /// Items per second, when the time is long enough to say.
    #[must_use]
    pub fn rate(&self) -> Option<f64> {
        (self.seconds > 0.0005).then(|| self.items as f64 / self.seconds)
    }
}

/// Refused rows with the same rule.
#[derive(Clone, Debug, serde::Serialize)]
pub struct QuarantineGroup {
    /// Stable code of the rule.
    pub rule: String,
    /// Rows refused by it.
    pub rows: u64,
    /// The first few, in order of reading.
    pub examples: Vec<Rejection>,
}

/// Characters of a row that could not be split into cells which an example shows.
const SHOWN_CHARS: usize = 500;

/// A refusal as an example: of a long row only the beginning.
fn example(rejection: &Rejection) -> Rejection {
    let mut shown = rejection.clone();
    if let Some((end, _)) = shown.raw.char_indices().nth(SHOWN_CHARS)
        && !shown.split
    {
        shown.raw.truncate(end);
    }
    shown
}

/// Groups refusals by rule, most rows first (ties by rule), each with at most `examples` examples.
#[must_use]
pub fn quarantine_groups(rejections: &[Rejection], examples: usize) -> Vec<QuarantineGroup> {
    let mut groups: std::collections::BTreeMap<&str, QuarantineGroup> =
        std::collections::BTreeMap::new();
    for rejection in rejections {
        let group = groups
            .entry(&rejection.rule)
            .or_insert_with(|| QuarantineGroup {
                rule: rejection.rule.clone(),
                rows: 0,
                examples: Vec::new(),
            });
        group.rows += 1;
        if group.examples.len() < examples {
            group.examples.push(example(rejection));
        }
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_by(|a, b| b.rows.cmp(&a.rows).then_with(|| a.rule.cmp(&b.rule)));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounting_balances_only_when_every_sum_does() {
        let source = |read| SourceAccount {
            source: "a".into(),
            read,
            quarantined: 1,
            single: 2,
            merged: 4,
        };
        let mut a = Accounting {
            read: 14,
            quarantined: 2,
            single: 4,
            merged: 8,
            merged_customers: 3,
            sources: vec![source(7), source(7)],
        };
        assert!(a.balances());
        assert_eq!((a.accepted(), a.customers()), (12, 7));
        a.sources[1].read = 8;
        assert!(!a.balances());
        a.sources.pop();
        assert!(!a.balances(), "sources must sum to the whole");
        a.sources.clear();
        a.quarantined = 3;
        assert!(!a.balances());
    }

    #[test]
    fn quarantine_groups_count_all_and_keep_the_first() {
        let refused = |rule: &str, row| Rejection {
            source: "crm".into(),
            file: "crm.csv".into(),
            row,
            line: row + 1,
            byte: 0,
            field: None,
            rule: rule.into(),
            ..Rejection::default()
        };
        let all = [
            refused("b", 1),
            refused("a", 2),
            refused("b", 3),
            refused("b", 4),
        ];
        let groups = quarantine_groups(&all, 2);
        let seen: Vec<_> = groups
            .iter()
            .map(|g| (g.rule.as_str(), g.rows, g.examples.len()))
            .collect();
        assert_eq!(seen, [("b", 3, 2), ("a", 1, 1)]);
        assert_eq!(groups[0].examples[1].row, 3);
    }

    #[test]
    fn examples_of_rows_without_cells_are_cut() {
        let refused = |split| Rejection {
            raw: "ä".repeat(900),
            split,
            ..Rejection::default()
        };
        let shown = |split| {
            let groups = quarantine_groups(&[refused(split)], 1);
            groups[0].examples[0].raw.chars().count()
        };
        assert_eq!((shown(false), shown(true)), (SHOWN_CHARS, 900));
    }
}

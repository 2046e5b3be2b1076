//! One merge (or one pair for review) as it is shown: members side by side, golden values, evidence.

use crate::entity::{Golden, GoldenValue};
use crate::pair::{MatchWeight, PairEvidence, ScoredPair};
use crate::record::{Dataset, Kind, RecordId, TableMapping};

use super::facts::shown;
use super::mask::kind_of;
use super::risk::{Risk, assess};

/// A merged customer, or a pair for a person to look at (then `customer` is empty and nothing is golden).
#[derive(Clone, Debug, serde::Serialize)]
pub struct MergeCase {
    /// Id of the customer in the loaded database; empty for pairs that were not merged.
    pub customer: String,
    /// The records, in ascending order.
    pub members: Vec<CaseMember>,
    /// One row per kind that any member or the golden record fills, in order of [`Kind::ALL`].
    pub fields: Vec<CaseField>,
    /// Evidence of the links that hold the records together (a spanning tree suffices).
    pub links: Vec<CaseLink>,
    /// Match weight of the weakest link, in bits; none when nothing was scored.
    pub weakest: Option<MatchWeight>,
    /// How much the case deserves a look.
    pub risk: Risk,
}

/// One source record of a case.
#[derive(Clone, Debug, serde::Serialize)]
pub struct CaseMember {
    /// Its number in the run.
    pub record: RecordId,
    /// Its source.
    pub source: String,
    /// Its key in the source.
    pub key: String,
    /// Whether it gave most of the golden values.
    pub role: Role,
    /// Weight of its strongest link in the case, in bits.
    pub strongest: Option<MatchWeight>,
}

/// Part of a member in its merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Gave the most golden values (ties: the smaller record).
    Primary,
    /// Every other member.
    Merged,
    /// Member of a pair that was not merged.
    Pair,
}

impl Role {
    /// The role's name in JSON and CSV.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Role::Primary => "primary",
            Role::Merged => "merged",
            Role::Pair => "pair",
        }
    }
}

/// How far the members' values of a field agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Agreement {
    /// All filled values are equal, character by character.
    Same,
    /// Equal but for the way of writing: case, spaces and punctuation, or one normal form in the evidence.
    Formatting,
    /// At least two differ.
    Differs,
    /// Fewer than two members have a value.
    Alone,
}

/// One kind of field of a case.
#[derive(Clone, Debug, serde::Serialize)]
pub struct CaseField {
    /// The field.
    pub kind: Kind,
    /// How far the members agree.
    pub agreement: Agreement,
    /// Raw value per member, same index; several columns of the kind joined by ` · `; empty when missing.
    pub values: Vec<String>,
    /// Surviving values, primary first.
    pub golden: Vec<CaseGolden>,
}

/// One surviving value with its origin.
#[derive(Clone, Debug, serde::Serialize)]
pub struct CaseGolden {
    /// The value.
    pub value: String,
    /// Index of the member it came from.
    pub member: usize,
    /// Column it came from.
    pub column: String,
    /// Rule that chose it.
    pub rule: String,
    /// Named lossless transform of the cell, when the value is not the cell itself.
    pub transform: Option<String>,
    /// Distinct values that lost.
    pub losing: Vec<String>,
}

/// Evidence of one link between two members.
#[derive(Clone, Debug, serde::Serialize)]
pub struct CaseLink {
    /// Index of the left and of the right member.
    pub members: [usize; 2],
    /// The evidence.
    pub evidence: PairEvidence,
}

/// What cases are made from: the records, the meaning of their columns, the match threshold.
#[derive(Clone, Debug)]
pub struct CaseContext<'a> {
    dataset: &'a Dataset,
    threshold: MatchWeight,
    /// Columns by table and, within it, by kind.
    columns: Vec<Vec<Vec<usize>>>,
    /// Kinds of some column.
    mapped: [bool; Kind::ALL.len()],
}

impl<'a> CaseContext<'a> {
    /// A context of all records, one mapping per table of the data set (same index), and the match threshold in force, in
    /// bits.
    #[must_use]
    pub fn new(dataset: &'a Dataset, mappings: &[TableMapping], threshold: MatchWeight) -> Self {
        let mut mapped = [false; Kind::ALL.len()];
        for column in mappings.iter().flat_map(|m| &m.columns) {
            mapped[column.kind as usize] = true;
        }
        let by_kind =
            |m: &TableMapping| Kind::ALL.iter().map(|k| m.of_kind(*k).collect()).collect();
        Self {
            dataset,
            threshold,
            columns: mappings.iter().map(by_kind).collect(),
            mapped,
        }
    }
}

/// The case of a merged customer: `golden` with its members, `evidence` of the links that hold them together
/// (links between others are left out).
#[must_use]
pub fn merge_case(
    context: &CaseContext<'_>,
    customer: String,
    golden: Golden,
    evidence: Vec<PairEvidence>,
) -> MergeCase {
    let mut case = assemble(context, &golden.members, golden.values, evidence);
    case.customer = customer;
    let mut given = vec![0usize; case.members.len()];
    for value in case.fields.iter().flat_map(|f| &f.golden) {
        if let Some(n) = given.get_mut(value.member) {
            *n += 1;
        }
    }
    let primary = (0..given.len()).rev().max_by_key(|i| given[*i]);
    for (i, member) in case.members.iter_mut().enumerate() {
        member.role = if Some(i) == primary {
            Role::Primary
        } else {
            Role::Merged
        };
    }
    case
}

/// The case of a pair that was not merged: for review, or cut by clustering.
#[must_use]
pub fn pair_case(context: &CaseContext<'_>, evidence: PairEvidence) -> MergeCase {
    let members = [evidence.left, evidence.right];
    assemble(context, &members, Vec::new(), vec![evidence])
}

/// The strongest links that connect a cluster: a maximum spanning tree (forest, when the pairs do not
/// connect all), heaviest first, ties by record. Its weakest link is the best connection of the two halves
/// that it joins.
#[must_use]
pub fn spanning_links(pairs: &[ScoredPair]) -> Vec<ScoredPair> {
    let mut sorted = pairs.to_vec();
    sorted.sort_by(|a, b| {
        b.weight
            .0
            .total_cmp(&a.weight.0)
            .then((a.left, a.right).cmp(&(b.left, b.right)))
    });
    let mut part: std::collections::BTreeMap<RecordId, RecordId> =
        std::collections::BTreeMap::new();
    let mut tree = Vec::new();
    for pair in sorted {
        let (a, b) = (root(&part, pair.left), root(&part, pair.right));
        if a != b {
            part.insert(a.max(b), a.min(b));
            tree.push(pair);
        }
    }
    tree
}

fn root(part: &std::collections::BTreeMap<RecordId, RecordId>, mut record: RecordId) -> RecordId {
    while let Some(parent) = part.get(&record) {
        record = *parent;
    }
    record
}

fn assemble(
    context: &CaseContext<'_>,
    records: &[RecordId],
    golden: Vec<GoldenValue>,
    evidence: Vec<PairEvidence>,
) -> MergeCase {
    let at = |record: RecordId| records.iter().position(|r| *r == record);
    let mut links: Vec<CaseLink> = evidence
        .into_iter()
        .filter_map(|evidence| {
            let members = [at(evidence.left)?, at(evidence.right)?];
            Some(CaseLink { members, evidence })
        })
        .collect();
    links.sort_by(|a, b| {
        let weight = |l: &CaseLink| l.evidence.weight.0;
        weight(b)
            .total_cmp(&weight(a))
            .then(a.members.cmp(&b.members))
    });
    let members: Vec<CaseMember> = records
        .iter()
        .enumerate()
        .map(|(i, record)| {
            let (table, row) = context.dataset.locate(*record);
            let table = &context.dataset.tables[table];
            CaseMember {
                record: *record,
                source: table.name.clone(),
                key: table
                    .keys
                    .get(row)
                    .map_or_else(String::new, |k| k.to_string()),
                role: Role::Pair,
                // links are heaviest first
                strongest: links
                    .iter()
                    .find(|l| l.members.contains(&i))
                    .map(|l| l.evidence.weight),
            }
        })
        .collect();
    let weakest = links.last().map(|l| l.evidence.weight);
    let risk = assess(members.len(), &links, context.threshold);
    let mut fields = fields(context, records, golden);
    let kinds: Vec<Vec<Kind>> = links
        .iter()
        .map(|l| {
            let bars = l.evidence.comparisons.iter();
            bars.map(|b| kind_of(&b.comparison)).collect()
        })
        .collect();
    for field in fields
        .iter_mut()
        .filter(|f| f.agreement == Agreement::Differs)
    {
        if same_normal_form(field, &links, &kinds) {
            field.agreement = Agreement::Formatting;
        }
    }
    MergeCase {
        customer: String::new(),
        fields,
        members,
        links,
        weakest,
        risk,
    }
}

fn fields(
    context: &CaseContext<'_>,
    records: &[RecordId],
    mut golden: Vec<GoldenValue>,
) -> Vec<CaseField> {
    let mut fields = Vec::new();
    let mut used = context.mapped;
    for value in &golden {
        used[value.kind as usize] = true;
    }
    golden.sort_by_key(|v| v.kind as usize);
    let mut golden = golden.into_iter().peekable();
    let used = |kind: &Kind| used[*kind as usize];
    for kind in Kind::ALL.iter().copied().filter(|k| shown(*k) && used(k)) {
        let values: Vec<String> = records.iter().map(|r| cells(context, *r, kind)).collect();
        while golden
            .next_if(|v| (v.kind as usize) < kind as usize)
            .is_some()
        {}
        let golden: Vec<CaseGolden> = std::iter::from_fn(|| golden.next_if(|v| v.kind == kind))
            .map(|v| CaseGolden {
                value: v.value,
                member: records.iter().position(|r| *r == v.record).unwrap_or(0),
                column: v.column,
                rule: v.rule,
                transform: v.transform,
                losing: v.losing.into_iter().map(|l| l.value).collect(),
            })
            .collect();
        if golden.is_empty() && values.iter().all(String::is_empty) {
            continue;
        }
        fields.push(CaseField {
            kind,
            agreement: agreement(&values),
            values,
            golden,
        });
    }
    fields
}

/// Whether the evidence shows one normal form for every member that fills the field; `kinds` are those of the links'
/// comparisons.
fn same_normal_form(field: &CaseField, links: &[CaseLink], kinds: &[Vec<Kind>]) -> bool {
    let mut forms: Vec<Option<&str>> = vec![None; field.values.len()];
    for (link, kinds) in links.iter().zip(kinds) {
        let bars = link.evidence.comparisons.iter().zip(kinds);
        for (bar, _) in bars.filter(|(_, kind)| **kind == field.kind) {
            for (member, form) in link.members.into_iter().zip([&bar.left, &bar.right]) {
                if form.is_empty() {
                    continue;
                }
                match forms.get_mut(member) {
                    Some(known @ None) => *known = Some(form),
                    // a set of values is compared by its best pair, which may change from link to link
                    Some(Some(known)) if known == form => {}
                    _ => return false,
                }
            }
        }
    }
    let mut filled = (0..forms.len()).filter(|i| !field.values[*i].is_empty());
    let first = filled.next().and_then(|i| forms[i]);
    first.is_some() && filled.all(|i| forms[i] == first)
}

/// A record's distinct raw values of a kind, in column order.
fn cells(context: &CaseContext<'_>, record: RecordId, kind: Kind) -> String {
    let (table, row) = context.dataset.locate(record);
    let Some(of_kind) = context.columns.get(table).map(|c| &c[kind as usize]) else {
        return String::new();
    };
    let columns = &context.dataset.tables[table].columns;
    let mut text = String::new();
    let mut seen: Vec<&str> = Vec::new();
    for column in of_kind.iter().filter_map(|i| columns.get(*i)) {
        let value = column.value(row).trim();
        if value.is_empty() || seen.contains(&value) {
            continue;
        }
        if !seen.is_empty() {
            text.push_str(" · ");
        }
        text.push_str(value);
        seen.push(value);
    }
    text
}

fn agreement(values: &[String]) -> Agreement {
    let mut filled = values.iter().filter(|v| !v.is_empty());
    let (Some(first), Some(_)) = (filled.next(), filled.next()) else {
        return Agreement::Alone;
    };
    let all = |same: &dyn Fn(&str) -> bool| values.iter().all(|v| v.is_empty() || same(v));
    if all(&|v| v == first) {
        return Agreement::Same;
    }
    let plain = bare(first);
    if all(&|v| bare(v) == plain) {
        Agreement::Formatting
    } else {
        Agreement::Differs
    }
}

/// Letters and digits in lower case; the value itself when it has none.
fn bare(value: &str) -> String {
    let bare: String = value
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    if bare.is_empty() {
        value.to_owned()
    } else {
        bare
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::Verdict;
    use proptest::prelude::*;

    #[test]
    fn agreement_tells_formatting_from_difference() {
        let judge = |v: &[&str]| agreement(&v.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>());
        assert_eq!(judge(&["Anna", "Anna", ""]), Agreement::Same);
        assert_eq!(judge(&["SW1A 1AA", "sw1a1aa"]), Agreement::Formatting);
        assert_eq!(judge(&["Anna", "Anne"]), Agreement::Differs);
        assert_eq!(judge(&["Anna", ""]), Agreement::Alone);
        assert_eq!(judge(&["-", "?"]), Agreement::Differs);
    }

    fn pair(left: u32, right: u32, weight: f64) -> ScoredPair {
        ScoredPair {
            left: RecordId(left),
            right: RecordId(right),
            weight: MatchWeight(weight),
            rule: 0,
            verdict: Verdict::Match,
        }
    }

    proptest! {
        // Oracle: a spanning forest has n - components links, and the weakest link on it is the
        // bottleneck: raising the bar just above it disconnects the records it joins.
        #[test]
        fn spanning_links_connect_what_the_pairs_connect(edges in prop::collection::vec((0u32..8, 0u32..8, 0i32..100), 0..24)) {
            let pairs: Vec<ScoredPair> = edges.iter().filter(|e| e.0 != e.1)
                .map(|e| pair(e.0.min(e.1), e.0.max(e.1), f64::from(e.2))).collect();
            let tree = spanning_links(&pairs);
            prop_assert_eq!(components(&pairs, f64::MIN), components(&tree, f64::MIN));
            for link in &tree {
                // same bottleneck at every bar, strict and not
                prop_assert_eq!(components(&pairs, link.weight.0), components(&tree, link.weight.0));
                prop_assert_eq!(components(&pairs, link.weight.0 + 0.5), components(&tree, link.weight.0 + 0.5));
            }
            let mut reversed = pairs.clone();
            reversed.reverse();
            let again: Vec<_> = spanning_links(&reversed).iter().map(|p| (p.left, p.right)).collect();
            prop_assert_eq!(tree.iter().map(|p| (p.left, p.right)).collect::<Vec<_>>(), again);
        }
    }

    fn components(pairs: &[ScoredPair], at_least: f64) -> Vec<u32> {
        let mut of: Vec<u32> = (0..8).collect();
        for _ in 0..8 {
            for p in pairs.iter().filter(|p| p.weight.0 >= at_least) {
                let low = of[p.left.index()].min(of[p.right.index()]);
                of[p.left.index()] = low;
                of[p.right.index()] = low;
            }
        }
        of
    }
}

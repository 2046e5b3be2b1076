//! One merge (or one pair for review) as it is shown: members side by side, golden values, evidence.

use std::borrow::Cow;
use std::cell::OnceCell;

use crate::entity::{Golden, GoldenValue};
use crate::pair::{MatchWeight, PairEvidence, ScoredPair};
use crate::record::{Dataset, Kind, RecordId, TableMapping};

use super::facts::shown;
use super::mask::kind_of;
use super::risk::{Risk, assess};

/// A merged customer, or a pair for a person to look at (then `customer` is empty and nothing is golden).
#[derive(Clone, Debug, serde::Serialize)]
pub struct MergeCase<'a> {
    /// Id of the customer in the loaded database; empty for pairs that were not merged.
    pub customer: String,
    /// The records, in ascending order.
    pub members: Vec<CaseMember<'a>>,
    /// One row per kind that any member or the golden record fills, in order of [`Kind::ALL`].
    pub fields: Vec<CaseField<'a>>,
    /// Evidence of the links that hold the records together (a spanning tree suffices).
    pub links: Vec<CaseLink<'a>>,
    /// Match weight of the weakest link, in bits; none when nothing was scored.
    pub weakest: Option<MatchWeight>,
    /// How much the case deserves a look.
    pub risk: Risk,
}

/// One source record of a case.
#[derive(Clone, Debug, serde::Serialize)]
pub struct CaseMember<'a> {
    /// Its number in the run.
    pub record: RecordId,
    /// Its source.
    pub source: Cow<'a, str>,
    /// Its key in the source.
    pub key: Cow<'a, str>,
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
pub struct CaseField<'a> {
    /// The field.
    pub kind: Kind,
    /// How far the members agree.
    pub agreement: Agreement,
    /// Raw value per member, same index; several columns of the kind joined by ` · `; empty when missing.
    pub values: Vec<Cow<'a, str>>,
    /// Surviving values, primary first.
    pub golden: Vec<CaseGolden<'a>>,
}

/// One surviving value with its origin.
#[derive(Clone, Debug, serde::Serialize)]
pub struct CaseGolden<'a> {
    /// The value.
    pub value: Cow<'a, str>,
    /// Index of the member it came from.
    pub member: usize,
    /// Column it came from.
    pub column: Cow<'a, str>,
    /// Rule that chose it.
    pub rule: Cow<'a, str>,
    /// Named lossless transform of the cell, when the value is not the cell itself.
    pub transform: Option<Cow<'a, str>>,
    /// Distinct values that lost.
    pub losing: Vec<Cow<'a, str>>,
}

/// Evidence of one link between two members.
#[derive(Clone, Debug, serde::Serialize)]
pub struct CaseLink<'a> {
    /// Index of the left and of the right member.
    pub members: [usize; 2],
    /// The evidence.
    pub evidence: PairEvidence<'a>,
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
pub fn merge_case<'a>(
    context: &CaseContext<'a>,
    customer: String,
    golden: Golden<'a>,
    evidence: Vec<PairEvidence<'a>>,
) -> MergeCase<'a> {
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
pub fn pair_case<'a>(context: &CaseContext<'a>, evidence: PairEvidence<'a>) -> MergeCase<'a> {
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

fn assemble<'a>(
    context: &CaseContext<'a>,
    records: &[RecordId],
    golden: Vec<GoldenValue<'a>>,
    evidence: Vec<PairEvidence<'a>>,
) -> MergeCase<'a> {
    let at = |record: RecordId| records.iter().position(|r| *r == record);
    let mut links: Vec<CaseLink<'a>> = evidence
        .into_iter()
        .filter_map(|evidence| {
            let members = [at(evidence.left)?, at(evidence.right)?];
            Some(CaseLink { members, evidence })
        })
        .collect();
    links.sort_by(|a, b| {
        let weight = |l: &CaseLink<'_>| l.evidence.weight.0;
        weight(b)
            .total_cmp(&weight(a))
            .then(a.members.cmp(&b.members))
    });
    let members: Vec<CaseMember<'a>> = records
        .iter()
        .enumerate()
        .map(|(i, record)| {
            let (table, row) = context.dataset.locate(*record);
            let table = &context.dataset.tables[table];
            CaseMember {
                record: *record,
                source: Cow::Borrowed(&table.name),
                key: Cow::Borrowed(table.keys.get(row).map_or("", |k| k)),
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
    let kinds: OnceCell<Vec<Vec<Kind>>> = OnceCell::new();
    let kinds_of = || {
        let of_link = |l: &CaseLink<'_>| {
            let bars = l.evidence.comparisons.iter();
            bars.map(|b| kind_of(&b.comparison)).collect()
        };
        links.iter().map(of_link).collect()
    };
    for field in fields
        .iter_mut()
        .filter(|f| f.agreement == Agreement::Differs)
    {
        if same_normal_form(field, &links, kinds.get_or_init(kinds_of)) {
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

fn fields<'a>(
    context: &CaseContext<'a>,
    records: &[RecordId],
    mut golden: Vec<GoldenValue<'a>>,
) -> Vec<CaseField<'a>> {
    let mut fields = Vec::new();
    let mut used = context.mapped;
    for value in &golden {
        used[value.kind as usize] = true;
    }
    golden.sort_by_key(|v| v.kind as usize);
    let mut golden = golden.into_iter().peekable();
    let used = |kind: &Kind| used[*kind as usize];
    // used again while nobody fills a field
    let mut values: Vec<Cow<'a, str>> = Vec::new();
    for kind in Kind::ALL.iter().copied().filter(|k| shown(*k) && used(k)) {
        values.clear();
        values.extend(records.iter().map(|r| cells(context, *r, kind)));
        while golden
            .next_if(|v| (v.kind as usize) < kind as usize)
            .is_some()
        {}
        let golden: Vec<CaseGolden<'a>> = std::iter::from_fn(|| golden.next_if(|v| v.kind == kind))
            .map(|v| CaseGolden {
                value: v.value,
                member: records.iter().position(|r| *r == v.record).unwrap_or(0),
                column: v.column,
                rule: v.rule,
                transform: v.transform,
                losing: v.losing.into_iter().map(|l| l.value).collect(),
            })
            .collect();
        if golden.is_empty() && values.iter().all(|v| v.is_empty()) {
            continue;
        }
        fields.push(CaseField {
            kind,
            agreement: agreement(&values),
            values: std::mem::take(&mut values),
            golden,
        });
    }
    fields
}

/// Whether the evidence shows one normal form for every member that fills the field; `kinds` are those of the links'
/// comparisons.
fn same_normal_form(field: &CaseField<'_>, links: &[CaseLink<'_>], kinds: &[Vec<Kind>]) -> bool {
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
fn cells<'a>(context: &CaseContext<'a>, record: RecordId, kind: Kind) -> Cow<'a, str> {
    let (table, row) = context.dataset.locate(record);
    let Some(of_kind) = context.columns.get(table).map(|c| &c[kind as usize]) else {
        return Cow::Borrowed("");
    };
    let columns = &context.dataset.tables[table].columns;
    let mut values = of_kind
        .iter()
        .filter_map(|i| columns.get(*i))
        .map(|column| column.value(row).trim())
        .filter(|value| !value.is_empty());
    let Some(first) = values.next() else {
        return Cow::Borrowed("");
    };
    let (mut text, mut seen) = (Cow::Borrowed(first), vec![]);
    for value in values {
        if value != first && !seen.contains(&value) {
            text.to_mut().push_str(" · ");
            text.to_mut().push_str(value);
            seen.push(value);
        }
    }
    text
}

fn agreement(values: &[Cow<'_, str>]) -> Agreement {
    let mut filled = values.iter().filter(|v| !v.is_empty());
    let (Some(first), Some(second)) = (filled.next(), filled.next()) else {
        return Agreement::Alone;
    };
    let mut rest = filled.chain([second]);
    if rest.clone().all(|v| v == first) {
        Agreement::Same
    } else if rest.all(|v| same_letters(v, first)) {
        Agreement::Formatting
    } else {
        Agreement::Differs
    }
}

/// Letters and digits in lower case.
fn bare(value: &str) -> impl Iterator<Item = char> {
    let signs = value.chars().filter(|c| c.is_alphanumeric());
    signs.flat_map(char::to_lowercase)
}

/// Whether two values have the same letters and digits, or are the same where one has none.
fn same_letters(a: &str, b: &str) -> bool {
    match (bare(a).next(), bare(b).next()) {
        (Some(_), Some(_)) => bare(a).eq(bare(b)),
        (None, None) => a == b,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::Verdict;
    use proptest::prelude::*;

    #[test]
    fn agreement_tells_formatting_from_difference() {
        let judge =
            |v: &[&str]| agreement(&v.iter().map(|s| Cow::Borrowed(*s)).collect::<Vec<_>>());
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

//! Columns of different sources that mean the same: by kind, by shared values, by name.

use super::cells::{Cells, plain_hash};
use super::facts::{ColumnProfile, Correspondence, SourceProfile};
use crate::lexicon::headers::tokens;
use crate::record::Kind;
use foldhash::fast::FixedState;
use hashbrown::HashSet;

/// Distinct values of a column that are looked for in the other.
const SAMPLE: usize = 2_000;

/// A source as it is compared with others.
pub(super) struct Side<'a> {
    pub(super) profile: &'a SourceProfile,
    /// Plain hashes of each column's distinct values.
    pub(super) values: Vec<HashSet<u64, FixedState>>,
}

/// The plain hashes of each column's values, of at most about [`SAMPLE`] values times a hundred each: those with the
/// smallest hashes, so that the same values are picked in every source.
pub(super) fn values(cells: &Cells<'_>) -> Vec<HashSet<u64, FixedState>> {
    cells
        .plain
        .iter()
        .map(|plain| {
            let mut hashes: Vec<u64> = plain.iter().copied().filter(|h| *h != 0).collect();
            hashes.sort_unstable();
            hashes.dedup();
            hashes.truncate(100 * SAMPLE);
            let mut set = HashSet::with_capacity_and_hasher(hashes.len(), FixedState::with_seed(0));
            set.extend(hashes);
            set
        })
        .collect()
}

/// All pairs of columns that mean the same, in the order of sources and columns.
pub(super) fn correspondences(sides: &[Side<'_>]) -> Vec<Correspondence> {
    let mut found = Vec::new();
    for (at, left) in sides.iter().enumerate() {
        for right in &sides[at + 1..] {
            found.extend(between(left, right));
        }
    }
    found
}

fn between(left: &Side<'_>, right: &Side<'_>) -> Vec<Correspondence> {
    let mut scored: Vec<(f64, usize, usize, Correspondence)> = Vec::new();
    for (a, x) in left.profile.columns.iter().enumerate() {
        for (b, y) in right.profile.columns.iter().enumerate() {
            let shared = shared(&left.values[a], &right.values[b]);
            if let Some((confidence, reason)) = judge(x, y, shared) {
                let name = |side: &Side<'_>, c: &ColumnProfile| {
                    (side.profile.name.clone(), c.column.clone())
                };
                let kind = (x.kind == y.kind && x.kind != Kind::Ignore).then_some(x.kind);
                let pair = Correspondence {
                    left: name(left, x),
                    right: name(right, y),
                    kind,
                    shared,
                    confidence,
                    reason,
                };
                scored.push((confidence, a, b, pair));
            }
        }
    }
    // each column corresponds to one of the other source: the surest first
    scored.sort_by(|p, q| q.0.total_cmp(&p.0).then((p.1, p.2).cmp(&(q.1, q.2))));
    let (mut used_a, mut used_b) = (
        std::collections::BTreeSet::new(),
        std::collections::BTreeSet::new(),
    );
    scored.retain(|(_, a, b, _)| {
        !used_a.contains(a) && !used_b.contains(b) && used_a.insert(*a) && used_b.insert(*b)
    });
    scored.sort_by_key(|s| (s.1, s.2));
    scored.into_iter().map(|s| s.3).collect()
}

/// Share of the smaller set that is in the other, from a sample of at most [`SAMPLE`] of its values.
fn shared(a: &HashSet<u64, FixedState>, b: &HashSet<u64, FixedState>) -> f64 {
    let (small, large) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if small.is_empty() {
        return 0.0;
    }
    let mut picked: Vec<u64> = small.iter().copied().collect();
    picked.sort_unstable();
    picked.truncate(SAMPLE);
    picked.iter().filter(|h| large.contains(*h)).count() as f64 / picked.len() as f64
}

fn judge(x: &ColumnProfile, y: &ColumnProfile, shared: f64) -> Option<(f64, String)> {
    let mut text = String::new();
    let same_name = plain_hash(&x.column, &mut text) == plain_hash(&y.column, &mut text);
    let words = |c: &ColumnProfile| {
        tokens(&c.column)
            .into_iter()
            .collect::<std::collections::BTreeSet<_>>()
    };
    let alike_name = same_name || !words(x).is_disjoint(&words(y));
    let telling = !matches!(
        x.kind,
        Kind::Ignore | Kind::Text | Kind::Category | Kind::Attribute
    );
    let same_kind = x.kind == y.kind && telling;
    let percent = 100.0 * shared;
    let values = format!("{percent:.0} % of the values of the smaller one occur in both");
    if same_kind {
        let same_label = x.label == y.label;
        let confidence = 0.6
            + 0.15 * f64::from(u8::from(same_label))
            + 0.05 * f64::from(u8::from(alike_name))
            + 0.15 * shared.min(1.0)
            + 0.05 * x.confidence.min(y.confidence);
        let label = match &x.label {
            Some(label) if same_label => format!(" ({label})"),
            _ => String::new(),
        };
        return Some((
            confidence.min(0.99),
            format!("both hold {}{label}; {values}", x.kind),
        ));
    }
    let varied = x.distinct.min(y.distinct) >= 5;
    if same_name && !telling {
        return Some((
            (0.5 + 0.4 * shared).min(0.95),
            format!("the same name; {values}"),
        ));
    }
    (varied && shared >= 0.5).then(|| ((0.3 + 0.5 * shared).min(0.9), values))
}

//! Numbers that stand for a person or company: tested on the records that share one.

use super::infer::Draft;
use super::shape::Flag;
use crate::lexicon::headers::fold_word;
use crate::record::{Column, Kind, SourceTable};

/// Pairs of records with the same identifier that are looked at.
const TRIALS: usize = 200;

/// An identifier that repeats must mostly repeat for records that agree in a name, e-mail address or birth date; and
/// a number that does so is an identifier, whatever its header.
pub(crate) fn check(drafts: &mut [Draft], table: &SourceTable) {
    let columns_of = |drafts: &[Draft], kinds: &[Kind]| -> Vec<usize> {
        let varied = |d: &Draft| d.portrait.stats.distinct > 10;
        (0..drafts.len())
            .filter(|&i| kinds.contains(&drafts[i].kind) && varied(&drafts[i]))
            .collect()
    };
    let personal = [
        Kind::GivenName,
        Kind::FullName,
        Kind::Email,
        Kind::BirthDate,
    ];
    let close = columns_of(drafts, &personal);
    let all = columns_of(
        drafts,
        &[
            &personal[..],
            &[Kind::FamilyName, Kind::Organization, Kind::Phone],
        ]
        .concat(),
    );
    for (i, d) in drafts.iter_mut().enumerate() {
        if !d.given && d.kind == Kind::Identifier && is_code(d) {
            let why = "codes of two signs at most, which repeat".to_owned();
            d.settle(Kind::Category, 0.7, why);
            continue;
        }
        if d.given || d.portrait.distinctness >= 0.999 || d.portrait.distinctness < 0.02 {
            continue;
        }
        let best = |proofs: &[usize]| {
            let pairs = twins(table, i);
            proofs
                .iter()
                .filter_map(|&proof| agreement(&table.columns[proof], &pairs))
                .reduce(f64::max)
        };
        let number = d.header.of(Kind::RecordKey) >= 4.0
            || (!d.header.speaks() && d.portrait.share(Flag::Opaque) > 0.8);
        if d.kind == Kind::Identifier {
            if let Some(share) = best(&all).filter(|b| *b < 0.15) {
                let percent = 100.0 * share;
                let why = format!(
                    "the same number stands for records that agree in nothing ({percent:.0} % at best)"
                );
                d.settle(Kind::Ignore, 0.8, why);
            }
        } else if d.kind == Kind::Ignore
            && number
            && !d.header.blocked
            && let Some(share) = best(&close).filter(|b| *b >= 0.5)
        {
            let percent = 100.0 * share;
            let why = format!(
                "a number that repeats, for records that agree in a name, e-mail address or birth date in {percent:.0} %"
            );
            d.settle(Kind::Identifier, 0.7, why);
        }
    }
}

/// Whether the values are too short to tell many records apart, and do not: `T1` below `Tax Code`.
fn is_code(d: &Draft) -> bool {
    d.portrait.chars < 2.5 && d.portrait.distinctness < 0.7
}

/// Share of pairs with the same value among those where both have one, when these are enough to judge.
fn agreement(column: &Column, pairs: &[(usize, usize)]) -> Option<f64> {
    let (mut both, mut same) = (0usize, 0usize);
    for &(a, b) in pairs {
        let (a, b) = (column.value(a), column.value(b));
        if !a.is_empty() && !b.is_empty() {
            both += 1;
            same += usize::from(a == b || fold_word(a.trim()) == fold_word(b.trim()));
        }
    }
    (both >= 20).then(|| same as f64 / both as f64)
}

/// Rows of values that exactly two records share, the first values in order.
fn twins(table: &SourceTable, column: usize) -> Vec<(usize, usize)> {
    let column = &table.columns[column];
    let mut rows: Vec<(u32, usize, usize)> = vec![(0, 0, 0); column.values.len()];
    for (row, &id) in column.ids.iter().enumerate() {
        let seen = &mut rows[id as usize];
        seen.0 += 1;
        (seen.1, seen.2) = (seen.2, row);
    }
    let mut found: Vec<(&str, usize, usize)> = (1..rows.len())
        .filter(|&id| rows[id].0 == 2)
        .map(|id| (column.values.get(id as u32), rows[id].1, rows[id].2))
        .collect();
    found.sort_unstable();
    found.into_iter().take(TRIALS).map(|f| (f.1, f.2)).collect()
}

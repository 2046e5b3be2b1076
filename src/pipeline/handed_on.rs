//! Opt-outs in what a rule takes out. Those of a row that leaves for another row of the same key hold for the row that
//! stays, those in a cell that would be blanked stay where they are, and of others is warned.

use std::collections::BTreeSet;

use crate::load::Normalizers;
use crate::record::{ColumnMapping, Kind, OPTED_OUT, SourceTable, TableMapping};
use crate::survive::consent::channel;
use crate::survive::{CellContext, ConsentState, Read as _};

/// Refuses everything, in any column of consent.
const ALL: &str = "opted out";

type Channels = BTreeSet<&'static str>;

/// Writes the opt-outs of rows that leave (first of each pair) into the cells of the rows that stay in their stead (second),
/// where these do not say the same. Gives, for each pair, the names of the columns concerned. Pairs are in order of rows, which
/// is one of content.
#[must_use]
pub fn hand_on(
    table: &mut SourceTable,
    mapping: &TableMapping,
    pairs: &[(u32, u32)],
) -> Vec<Vec<String>> {
    let heard: Vec<usize> = (0..table.columns.len())
        .filter(|&c| mapping.columns.get(c).is_some_and(may_refuse))
        .collect();
    let each = pairs.iter().map(|&(leaves, stays)| {
        let mut handed = Vec::new();
        for &c in &heard {
            let meaning = &mapping.columns[c];
            let said = denied(meaning, table.columns[c].value(leaves as usize));
            let known = heard.iter().flat_map(|&k| {
                let cell = table.columns[k].value(stays as usize);
                denied(&mapping.columns[k], cell)
            });
            if covers(&known.collect(), &said) {
                continue;
            }
            let column = &mut table.columns[c];
            let cell = joined(
                meaning,
                column.value(stays as usize),
                column.value(leaves as usize),
            );
            column.ids[stays as usize] = column.values.intern(&cell);
            handed.push(column.name.clone());
        }
        handed
    });
    each.collect()
}

/// What is added to the reason of a row that leaves, of which these columns were handed on.
#[must_use]
pub fn reason(columns: &[String]) -> String {
    format!(
        "; its opt-out in `{}` holds for the row that stays",
        columns.join("`, `")
    )
}

/// The warning about rows whose opt-outs were handed on.
#[must_use]
pub fn warning(source: &str, rule: &str, handed: &[Vec<String>]) -> Option<String> {
    let rows = handed.iter().filter(|columns| !columns.is_empty()).count();
    if rows == 0 {
        return None;
    }
    let columns: BTreeSet<&str> = handed.iter().flatten().map(String::as_str).collect();
    let columns = columns.into_iter().collect::<Vec<_>>().join("`, `");
    Some(format!(
        "source `{source}`: {rows} of the rows refused by `{rule}` hold an opt-out in `{columns}` that the row which stays does not; it holds for that row\n  hint: their reasons in quarantine name them; mend the source, where the two rows contradict each other"
    ))
}

/// Whether a cell of a column says an opt-out.
#[must_use]
pub fn refuses(meaning: &ColumnMapping, cell: &str) -> bool {
    may_refuse(meaning) && !denied(meaning, cell).is_empty()
}

/// Whether cells of a column may say an opt-out.
fn may_refuse(meaning: &ColumnMapping) -> bool {
    let listed = meaning.label.as_ref();
    listed.is_some_and(|l| l.starts_with(OPTED_OUT))
        || matches!(
            meaning.kind,
            Kind::Consent
                | Kind::OptOut
                | Kind::FullName
                | Kind::Text
                | Kind::Category
                | Kind::Attribute
        )
}

/// The channels that a cell refuses; `any` for all.
fn denied(meaning: &ColumnMapping, cell: &str) -> Channels {
    let mut readings = Vec::new();
    let label = meaning.label.as_deref();
    if !cell.trim().is_empty() {
        let context = CellContext {
            kind: meaning.kind,
            label,
            date_order: meaning.date_order,
            region: None,
            number: None,
        };
        Normalizers.read(&context, cell, &mut readings);
    }
    let refusals = readings
        .iter()
        .filter(|r| r.kind == Kind::Consent && r.value == ConsentState::Denied.name());
    let of_column = || channel(label.unwrap_or(""), &meaning.column);
    refusals
        .map(|r| r.channel.unwrap_or_else(of_column))
        .collect()
}

fn covers(known: &Channels, said: &Channels) -> bool {
    known.contains("any") || said.is_subset(known)
}

/// The cell that refuses what both cells refuse.
fn joined(meaning: &ColumnMapping, stays: &str, leaves: &str) -> String {
    let kept = denied(meaning, stays);
    let mut wanted = denied(meaning, leaves);
    wanted.extend(&kept);
    let permits = matches!(meaning.kind, Kind::Consent | Kind::OptOut);
    let replaces = stays.trim().is_empty()
        || meaning.kind == Kind::FullName
        || (permits && covers(&denied(meaning, leaves), &kept));
    let both = format!("{stays}; {leaves}");
    let all = format!("{both}; {ALL}");
    let first = if replaces { leaves.to_owned() } else { both };
    if covers(&denied(meaning, &first), &wanted) {
        first
    } else if covers(&denied(meaning, &all), &wanted) {
        all
    } else {
        ALL.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Column, Origin};

    fn meaning(column: &str, kind: Kind) -> ColumnMapping {
        ColumnMapping {
            column: column.to_owned(),
            kind,
            label: None,
            date_order: None,
            confidence: 1.0,
            reason: String::new(),
            given: false,
        }
    }

    /// What the row that stays has after the other one left, and which columns were handed on.
    fn after(columns: &[(&str, Kind, &str, &str)]) -> (Vec<String>, Vec<String>) {
        let mut table = SourceTable::default();
        let mut mapping = TableMapping::default();
        for &(name, kind, stays, leaves) in columns {
            let mut column = Column {
                name: name.to_owned(),
                ..Column::default()
            };
            for cell in [stays, leaves] {
                let id = column.values.intern(cell);
                column.ids.push(id);
            }
            table.columns.push(column);
            mapping.columns.push(meaning(name, kind));
        }
        let origin = Origin {
            file: 0,
            row: 1,
            byte: 0,
        };
        table.origins = vec![origin; 2];
        let handed = hand_on(&mut table, &mapping, &[(1, 0)]);
        let cells = table.columns.iter().map(|c| c.value(0).to_owned());
        (cells.collect(), handed.concat())
    }

    #[test]
    fn an_opt_out_goes_over_to_the_row_that_stays() {
        for (kind, stays, leaves, wanted) in [
            (Kind::OptOut, "no", "yes", "yes"),
            (Kind::OptOut, "", "2024-05-01", "2024-05-01"),
            (Kind::OptOut, "yes", "no", "yes"),
            (Kind::Consent, "yes", "no", "no"),
            (Kind::Consent, "pending", "unsubscribed", "unsubscribed"),
            (Kind::Consent, "no", "yes", "no"),
            (Kind::Text, "VIP", "do not call", "VIP; do not call"),
            (Kind::Text, "VIP", "likes blue", "VIP"),
            (Kind::GivenName, "Ann", "Anne", "Ann"),
        ] {
            let (cells, handed) = after(&[("c", kind, stays, leaves)]);
            assert_eq!(cells, [wanted], "{stays} {leaves}");
            assert_eq!(handed.is_empty(), wanted == stays, "{stays} {leaves}");
        }
    }

    #[test]
    fn what_the_row_says_elsewhere_is_not_said_again() {
        let (cells, handed) = after(&[
            ("opt_out", Kind::OptOut, "yes", "no"),
            ("note", Kind::Text, "", "do not call"),
        ]);
        assert_eq!((cells[1].as_str(), handed.len()), ("", 0));
    }

    #[test]
    fn refusals_of_channels_add_up() {
        let of = |stays: &str, leaves: &str| {
            let (cells, _) = after(&[("restrictions", Kind::OptOut, stays, leaves)]);
            denied(&meaning("restrictions", Kind::OptOut), &cells[0])
        };
        for (stays, leaves, wanted) in [
            ("email", "phone", &["email", "phone"][..]),
            ("email", "yes", &["any"]),
            ("email, phone", "email", &["email", "phone"]),
        ] {
            let wanted: Channels = wanted.iter().copied().collect();
            assert_eq!(of(stays, leaves), wanted, "{stays} {leaves}");
        }
        // two manners of saying it, which no cell can say at once
        let mixed = of("email", "do not call");
        assert!(covers(&mixed, &["email", "phone"].into()), "{mixed:?}");
    }
}

//! Rules proposed from what a source's columns look like: a beginning that warns, to be looked over.

use std::fmt::Write as _;

use super::draft::quoted;
use crate::profile::ColumnStats;
use crate::record::{ColumnMapping, Kind, TableMapping};

/// Fewest records from which something can be said.
const ENOUGH: usize = 20;
/// Most values of a column that are listed.
const FEW: usize = 8;

/// Kinds with a check of their own, by what it is called.
const CHECKED: &[(Kind, &str)] = &[
    (Kind::Email, "email"),
    (Kind::Phone, "phone"),
    (Kind::Postcode, "postcode"),
    (Kind::Country, "country"),
    (Kind::BirthDate, "date"),
    (Kind::Website, "website"),
];

/// The text of `[[validate]]` tables for one source; `stats` and the mapping's columns go together, `key` identifies records.
#[must_use]
pub fn propose(
    source: &str,
    stats: &[ColumnStats],
    mapping: &TableMapping,
    key: Option<&str>,
) -> String {
    let records = stats.first().map_or(0, |s| s.records);
    if records < ENOUGH {
        return String::new();
    }
    let mut t = format!(
        "\n# Rules proposed from {records} records of `{source}`. They warn; severity \"blank\", \"quarantine\" or \"stop\" does more.\n"
    );
    let columns: Vec<(&ColumnStats, &ColumnMapping)> = stats
        .iter()
        .zip(&mapping.columns)
        .filter(|(s, m)| m.kind != Kind::Ignore && s.filled > 0)
        .collect();
    let names = |wanted: &dyn Fn(&ColumnStats, &ColumnMapping) -> bool| -> Vec<String> {
        let found = columns.iter().filter(|(s, m)| wanted(s, m));
        found.map(|(s, _)| s.column.clone()).collect()
    };
    let mut rule = |name: &str, fields: &[String], check: &str, why: &str| {
        if fields.is_empty() && name != "rows" {
            return;
        }
        let _ = write!(
            t,
            "\n[[validate]]{}\nname = {}\nsource = {}\n",
            if why.is_empty() {
                String::new()
            } else {
                format!("  # {why}")
            },
            quoted(&named(source, name)),
            quoted(source)
        );
        match fields {
            [] => {}
            [one] => {
                let _ = writeln!(t, "field = {}", quoted(one));
            }
            many => {
                let list: Vec<String> = many.iter().map(|f| quoted(f)).collect();
                let _ = writeln!(t, "field = [{}]", list.join(", "));
            }
        }
        let _ = writeln!(t, "{check}");
    };
    rule(
        "rows",
        &[],
        &format!("rows-at-least = {}", records / 2),
        "half of what is there today",
    );
    let full = names(&|s, _| s.filled == s.records && key != Some(&s.column));
    rule(
        "filled",
        &full,
        "required = true",
        "every record has them today",
    );
    for (s, m) in &columns {
        let contact = matches!(m.kind, Kind::Email | Kind::Phone | Kind::Postcode);
        if contact && s.filled < s.records && s.fill_rate() >= 0.2 {
            let least = (s.fill_rate() * 90.0).floor() / 100.0;
            let why = format!("{:.0} % today", s.fill_rate() * 100.0);
            let name = format!("{}-share", s.column);
            rule(
                &name,
                std::slice::from_ref(&s.column),
                &format!("filled-at-least = {least:?}"),
                &why,
            );
        }
    }
    for (s, m) in &columns {
        let distinct = s.filled >= ENOUGH && s.distinct == s.filled;
        if distinct && m.kind == Kind::Identifier && key != Some(&s.column) {
            let name = format!("{}-unique", s.column);
            rule(
                &name,
                std::slice::from_ref(&s.column),
                "unique = true",
                "no value repeats today",
            );
        }
    }
    for (kind, check) in CHECKED {
        let fields = names(&|_, m| m.kind == *kind);
        rule(
            &format!("{}-valid", kind.name()),
            &fields,
            &format!("is = \"{check}\""),
            "",
        );
    }
    let dates =
        names(&|_, m| matches!(m.kind, Kind::BirthDate | Kind::CreatedAt | Kind::UpdatedAt));
    rule("not-future", &dates, "not-future = true", "");
    let of = |kind: Kind| names(&|_, m| m.kind == kind);
    if let ([created, ..], [updated, ..]) = (
        of(Kind::CreatedAt).as_slice(),
        of(Kind::UpdatedAt).as_slice(),
    ) {
        let check = format!("not-before = {}", quoted(created));
        rule("order-of-dates", std::slice::from_ref(updated), &check, "");
    }
    for (s, m) in &columns {
        let listed = matches!(m.kind, Kind::Category | Kind::Gender) && s.distinct <= FEW;
        if listed && s.top.len() == s.distinct && s.filled >= ENOUGH {
            let mut values: Vec<&str> = s.top.iter().map(|(v, _)| v.trim()).collect();
            values.sort_unstable();
            values.dedup();
            let values: Vec<String> = values.into_iter().map(quoted).collect();
            let name = format!("{}-values", s.column);
            rule(
                &name,
                std::slice::from_ref(&s.column),
                &format!("in = [{}]", values.join(", ")),
                "all values of today",
            );
        }
    }
    t
}

/// A rule's name from that of a column, which may hold line breaks.
fn named(source: &str, name: &str) -> String {
    let name = format!("{source}-{name}");
    let words = name.split(|c: char| c.is_control() || c == ' ');
    words
        .filter(|w| !w.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parse;
    use proptest::prelude::*;

    fn column(
        name: &str,
        kind: Kind,
        filled: usize,
        distinct: usize,
        top: &[&str],
    ) -> (ColumnStats, ColumnMapping) {
        let stats = ColumnStats {
            column: name.into(),
            records: 100,
            filled,
            distinct,
            top: top.iter().map(|t| ((*t).to_owned(), 10)).collect(),
            ..ColumnStats::default()
        };
        let mapping = ColumnMapping {
            column: name.into(),
            kind,
            label: None,
            date_order: None,
            confidence: 1.0,
            reason: String::new(),
            given: false,
        };
        (stats, mapping)
    }

    fn proposed(columns: Vec<(ColumnStats, ColumnMapping)>) -> String {
        let (stats, columns): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
        let mapping = TableMapping {
            columns,
            ..TableMapping::default()
        };
        let head =
            "name = \"t\"\noutput.dir = \"o\"\n[[source]]\nname = \"crm\"\nfiles = \"a.csv\"\n";
        let text = format!("{head}{}", propose("crm", &stats, &mapping, Some("id")));
        parse("p.toml", &text).unwrap();
        text
    }

    #[test]
    fn proposals_follow_from_the_figures_and_are_valid() {
        let text = proposed(vec![
            column("id", Kind::RecordKey, 100, 100, &[]),
            column("mail", Kind::Email, 80, 75, &[]),
            column("name", Kind::FullName, 100, 90, &[]),
            column("tax", Kind::Identifier, 50, 50, &[]),
            column("tier", Kind::Category, 60, 2, &["gold", "tin"]),
            column("born", Kind::BirthDate, 90, 90, &[]),
            column("made", Kind::CreatedAt, 90, 90, &[]),
            column("changed", Kind::UpdatedAt, 90, 90, &[]),
            column("notes", Kind::Ignore, 90, 90, &[]),
        ]);
        for wanted in [
            "rows-at-least = 50",
            "field = \"name\"\nrequired = true",
            "field = \"mail\"\nfilled-at-least = 0.72",
            "field = \"tax\"\nunique = true",
            "field = \"mail\"\nis = \"email\"",
            "in = [\"gold\", \"tin\"]",
            "field = [\"born\", \"made\", \"changed\"]\nnot-future = true",
            "field = \"changed\"\nnot-before = \"made\"",
        ] {
            assert!(text.contains(wanted), "{wanted}\n{text}");
        }
        assert!(!text.contains("notes"), "{text}");
    }

    #[test]
    fn a_header_with_line_breaks_gives_a_name_without() {
        let text = proposed(vec![column("new\r\nline", Kind::Category, 60, 1, &["a"])]);
        assert!(text.contains("name = \"crm-new line-values\""), "{text}");
        assert!(text.contains("field = \"new\\u000D\\u000Aline\""), "{text}");
    }

    proptest! {
        #[test]
        fn any_names_and_values_can_be_written(name in "\\PC{1,12}", value in "\\PC{1,12}") {
            proposed(vec![column(&name, Kind::Category, 60, 1, &[&value]), column("m", Kind::Email, 50, 50, &[])]);
        }
    }
}

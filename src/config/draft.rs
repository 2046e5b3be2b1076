//! A first pipeline file with what was inferred, each guess with its confidence and reason.

use std::fmt::Write as _;

use crate::lexicon::roles::{Role, role};
use crate::record::{Kind, TableMapping};

/// One source of the draft.
#[derive(Clone, Debug)]
pub struct DraftSource {
    /// Name of the source.
    pub name: String,
    /// Its files as given.
    pub files: Vec<String>,
    /// How the bytes were understood, in words.
    pub detected: Vec<String>,
    /// Records read and refused.
    pub rows: (u64, u64),
    /// SQLite table that was read.
    pub table: Option<String>,
    /// Key column, when one was found.
    pub key: Option<String>,
    /// What the columns mean.
    pub mapping: TableMapping,
}

/// Confidence below which a guess is marked for the reader.
pub const UNSURE: f64 = 0.7;

/// The text of a pipeline file.
#[must_use]
pub fn draft(name: &str, sources: &[DraftSource]) -> String {
    let mut t = String::new();
    let unsure: usize = sources
        .iter()
        .flat_map(|s| &s.mapping.columns)
        .filter(|c| c.confidence < UNSURE)
        .count();
    let _ = writeln!(
        t,
        "# Written by `selfsame init`. Every meaning below was inferred: change what is wrong,"
    );
    let _ = writeln!(
        t,
        "# then try it with `selfsame check` and run it with `selfsame run`. docs/CONFIG.md explains every key."
    );
    if unsure > 0 {
        let _ = writeln!(
            t,
            "# {unsure} column{} marked `unsure`: look at those first.",
            if unsure == 1 { " is" } else { "s are" }
        );
    }
    let _ = writeln!(
        t,
        "name = {}\n\n[output]\ndir = {}\n",
        quoted(name),
        quoted(&format!("out/{name}"))
    );
    for source in sources {
        draft_source(&mut t, source);
    }
    t.push_str(
        "# [match]                       # thresholds are chosen from the data unless given\n\
         # threshold = 0.95\n\n\
         # [[expect]]                    # pairs you know: the pipeline tests itself with them\n",
    );
    let example = sources.first().map_or("source", |s| &s.name);
    let example = quoted(&format!("{example}:KEY"));
    let _ = writeln!(t, "# same = [{example}, {example}]");
    t
}

fn draft_source(t: &mut String, source: &DraftSource) {
    for words in &source.detected {
        let _ = writeln!(t, "# {}", one_line(words));
    }
    let (read, refused) = source.rows;
    let _ = writeln!(t, "# {read} rows read, {refused} refused");
    let _ = writeln!(t, "[[source]]\nname = {}", quoted(&source.name));
    let files: Vec<String> = source.files.iter().map(|f| quoted(f)).collect();
    match files.as_slice() {
        [one] => {
            let _ = writeln!(t, "files = {one}");
        }
        many => {
            let _ = writeln!(t, "files = [{}]", many.join(", "));
        }
    }
    if let Some(table) = &source.table {
        let _ = writeln!(t, "table = {}", quoted(table));
    }
    match &source.key {
        Some(key) => {
            let _ = writeln!(t, "key = {}", quoted(key));
        }
        None => {
            let _ = writeln!(
                t,
                "# key = \"…\"                   # no column identifies a record: `file:row` does"
            );
        }
    }
    if let Some(region) = &source.mapping.region {
        let _ = writeln!(
            t,
            "region = {}                   # inferred from the records",
            quoted(region)
        );
    }
    let _ = writeln!(t, "[source.fields]");
    let lines: Vec<(String, String)> = source
        .mapping
        .columns
        .iter()
        .map(|c| {
            // a kind written down would be all that the column means
            let does = match role(&c.column) {
                Some(Role::SameAs | Role::Absorbed) => Some("joins records by the keys in it"),
                Some(Role::Deleted) => Some("tells which records are deleted"),
                Some(Role::Secret) | None => None,
            };
            if let Some(does) = does {
                let line = format!("# {}", key_text(&one_line(&c.column)));
                return (line, format!("{does}; a kind given here switches that off"));
            }
            let line = format!("{} = {}", key_text(&c.column), meaning(c));
            let unsure = if c.confidence < UNSURE {
                "unsure, "
            } else {
                ""
            };
            let why = format!(
                "{unsure}{:.0} %: {}",
                c.confidence * 100.0,
                one_line(&c.reason)
            );
            (line, why)
        })
        .collect();
    let width = lines
        .iter()
        .map(|(l, _)| l.chars().count())
        .max()
        .unwrap_or(0)
        .min(48);
    for (line, why) in lines {
        let _ = writeln!(t, "{line:width$}  # {why}");
    }
    t.push('\n');
}

fn meaning(column: &crate::record::ColumnMapping) -> String {
    let order = column.date_order.filter(|_| {
        matches!(
            column.kind,
            Kind::BirthDate | Kind::CreatedAt | Kind::UpdatedAt
        )
    });
    if column.label.is_none() && order.is_none() {
        return quoted(column.kind.name());
    }
    let mut text = format!("{{ kind = {}", quoted(column.kind.name()));
    if let Some(label) = &column.label {
        let _ = write!(text, ", label = {}", quoted(label));
    }
    if let Some(order) = order {
        let word = match order {
            crate::record::DateOrder::Ymd => "ymd",
            crate::record::DateOrder::Dmy => "dmy",
            crate::record::DateOrder::Mdy => "mdy",
        };
        let _ = write!(text, ", order = \"{word}\"");
    }
    text.push_str(" }");
    text
}

/// A TOML basic string.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut t = String::with_capacity(text.len() + 2);
    t.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => t.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(t, "\\u{:04X}", c as u32);
            }
            c => t.push(c),
        }
    }
    t.push('"');
    t
}

pub(super) fn key_text(name: &str) -> String {
    let bare = !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if bare { name.to_owned() } else { quoted(name) }
}

fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parse;
    use crate::record::{ColumnMapping, DateOrder};
    use proptest::prelude::*;

    fn column(name: &str, kind: Kind, confidence: f64) -> ColumnMapping {
        ColumnMapping {
            column: name.into(),
            kind,
            label: (kind == Kind::Phone).then(|| "work".into()),
            date_order: (kind == Kind::BirthDate).then_some(DateOrder::Dmy),
            confidence,
            reason: "header\nword".into(),
            given: false,
        }
    }

    fn source(columns: Vec<ColumnMapping>) -> DraftSource {
        DraftSource {
            name: "shop".into(),
            files: vec!["a \"b\".csv".into()],
            detected: vec!["csv, `;`".into()],
            rows: (10, 1),
            table: None,
            key: Some("id".into()),
            mapping: TableMapping {
                columns,
                region: Some("DE".into()),
                ..TableMapping::default()
            },
        }
    }

    #[test]
    fn columns_that_link_or_mark_records_are_left_to_do_so() {
        let columns = vec![
            column("MasterRecordId", Kind::Ignore, 0.9),
            column("IsDeleted", Kind::Category, 0.9),
            column("password", Kind::Ignore, 0.9),
        ];
        let text = draft("t", &[source(columns)]);
        let p = parse("p.toml", &text).unwrap();
        let given: Vec<&String> = p.source[0].fields.keys().collect();
        assert_eq!(given, ["password"]);
        assert!(text.contains("# MasterRecordId"), "{text}");
    }

    #[test]
    fn a_draft_is_a_valid_pipeline_that_says_what_was_inferred() {
        let columns = vec![
            column("Tel.", Kind::Phone, 0.99),
            column("born", Kind::BirthDate, 0.4),
        ];
        let text = draft("x", &[source(columns)]);
        let p = parse("x.toml", &text).unwrap();
        let tel = p.source[0].fields["Tel."].get_ref();
        assert_eq!(
            (tel.kind, tel.label.as_deref()),
            (Kind::Phone, Some("work"))
        );
        assert_eq!(
            p.source[0].fields["born"].get_ref().order,
            Some(DateOrder::Dmy)
        );
        assert!(text.contains("unsure, 40 %: header word"), "{text}");
        assert!(text.contains("1 column is marked"), "{text}");
    }

    #[test]
    fn no_name_leaves_its_line() {
        let mut s = source(vec![column("a\nb", Kind::Email, 1.0)]);
        (s.name, s.files) = ("a\nb".into(), vec!["a\nb.csv".into()]);
        s.detected = vec!["a\nb.csv: csv".into()];
        let text = draft("x", &[s]);
        assert!(toml::from_str::<toml::Table>(&text).is_ok(), "{text}");
    }

    proptest! {
        #[test]
        fn any_column_name_can_be_written(name in "\\PC{1,20}", file in "\\PC{0,19}[a-z]") {
            let mut s = source(vec![column(&name, Kind::Email, 1.0)]);
            s.files = vec![file.clone()];
            let p = parse("x.toml", &draft("x", &[s])).unwrap();
            prop_assert_eq!(&p.source[0].files.get_ref().0[0], &file);
            prop_assert!(p.source[0].fields.contains_key(&name));
        }
    }
}

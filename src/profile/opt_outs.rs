//! Lists of people who opted out, known by what they are called.

use crate::lexicon::wishes::{Wish, of_list};
use crate::record::{ColumnMapping, InputFile, Kind, OPTED_OUT, TableMapping};
use std::path::Path;

/// In a table whose name, or whose files', sheets' or arrays' names, say that its people opted out, each contact point, else
/// address or name, is one that refuses. Where a column tells who did, the name decides nothing.
///
/// Gives a warning where meanings that the user gave leave such people as ones who may be reached.
pub fn mark_opt_outs(mapping: &mut TableMapping, files: &[&InputFile]) -> Option<String> {
    let (called, wish) = named(mapping, files)?;
    let source = &mapping.source;
    let tells = |c: &&ColumnMapping| matches!(c.kind, Kind::Consent | Kind::OptOut);
    let teller = mapping.columns.iter().find(tells).map(|c| c.column.clone());
    let other = |f: &&&InputFile| of_list(&mapping.source).is_none() && wish_of(f).is_none();
    if let Some(file) = files.iter().find(other) {
        return teller.is_none().then(|| {
            format!(
                "source `{source}`: {called} says that its people opted out, and `{}` does not: no row counts as an opt-out\n  hint: make them two sources",
                file.path
            )
        });
    }
    let kinds = kinds(mapping);
    let label = label(wish, &kinds);
    // "stop newsletter campaign" is a list of another kind, "do not call" and "unsubscribed" are not
    let sure = wish.opts_out || !wish.by_name;
    let told = match &teller {
        None if sure => "its name says that its people opted out".to_owned(),
        doubt => {
            let doubt = match doubt {
                Some(column) => format!("but `{column}` tells who did"),
                None => "perhaps".to_owned(),
            };
            format!(
                "its name speaks of opting out, {doubt}: if all its people did, label this `{label}`"
            )
        }
    };
    let said = |c: &ColumnMapping| c.label.as_ref().is_some_and(|l| l.starts_with(OPTED_OUT));
    let answered = teller.is_some() || mapping.columns.iter().any(|c| c.given && said(c));
    let (mut silent, mut marked) = (None, false);
    for column in &mut mapping.columns {
        let refuses = kinds.contains(&column.kind);
        if column.given {
            let first = silent.is_none() && (refuses || kinds.is_empty());
            silent = if first { Some(&*column) } else { silent };
        } else if refuses {
            marked |= sure && teller.is_none();
            if sure && teller.is_none() {
                column.label = Some(label.clone());
            }
            column.reason = format!("{}; {told}", column.reason);
        }
    }
    let column = silent.filter(|_| !answered)?;
    let says = if sure { "says" } else { "may say" };
    let rows = if marked {
        "rows that have only"
    } else {
        "rows with"
    };
    Some(format!(
        "source `{source}`: {called} {says} that its people opted out, but the meanings given do not: {rows} `{0}` count as people whose consent is unknown\n  hint: if they opted out, write `\"{0}\" = {{ kind = \"{1}\", label = \"{label}\" }}` below `[source.fields]`",
        column.column,
        column.kind.name(),
    ))
}

/// The first name that says so, in words, and what it says.
fn named(mapping: &TableMapping, files: &[&InputFile]) -> Option<(String, Wish)> {
    if let Some(wish) = of_list(&mapping.source) {
        return Some(("its name".to_owned(), wish));
    }
    files.iter().find_map(|file| wish_of(file))
}

/// What the name of a file, or of what was read of it, says.
fn wish_of(file: &InputFile) -> Option<(String, Wish)> {
    let stem = Path::new(&file.path).file_stem()?.to_string_lossy();
    if let Some(wish) = of_list(&stem) {
        return Some((format!("the name of `{}`", file.path), wish));
    }
    let part = file.part.as_ref()?;
    let called = format!("the name of `{part}` in `{}`", file.path);
    Some((called, of_list(part)?))
}

/// Kinds of the columns that tell who is meant.
fn kinds(mapping: &TableMapping) -> Vec<Kind> {
    let any = |kind: &Kind| mapping.of_kind(*kind).next().is_some();
    let contacts = [Kind::Email, Kind::Phone].into_iter().filter(any);
    let contacts: Vec<Kind> = contacts.collect();
    if !contacts.is_empty() {
        return contacts;
    }
    let others = [
        Kind::Street,
        Kind::Address,
        Kind::Postcode,
        Kind::FullName,
        Kind::FamilyName,
    ];
    others.into_iter().find(any).into_iter().collect()
}

/// The label of such columns, with the channel that is refused.
fn label(wish: Wish, kinds: &[Kind]) -> String {
    let only = match kinds {
        [Kind::Email] => Some("email"),
        [Kind::Street | Kind::Address | Kind::Postcode] => Some("post"),
        _ => None,
    };
    match wish.channels.first().or(only) {
        Some(channel) => format!("{OPTED_OUT}-{channel}"),
        None => OPTED_OUT.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{Settings, infer_table, infer_table_given};
    use crate::record::{Column, Origin, SourceTable};

    fn table(name: &str, header: &[&str], rows: &[&[&str]]) -> SourceTable {
        let column = |(i, name): (usize, &&str)| {
            let mut column = Column {
                name: (*name).to_owned(),
                ..Column::default()
            };
            column.ids = rows.iter().map(|r| column.values.intern(r[i])).collect();
            column
        };
        let origin = |i| Origin {
            file: 0,
            row: i as u64 + 1,
            byte: 0,
        };
        SourceTable {
            name: name.to_owned(),
            columns: header.iter().enumerate().map(column).collect(),
            origins: (0..rows.len()).map(origin).collect(),
            ..SourceTable::default()
        }
    }

    fn file(path: &str, part: Option<&str>) -> InputFile {
        InputFile {
            source: "t".to_owned(),
            path: path.to_owned(),
            format: "csv".to_owned(),
            delimiter: None,
            encoding: None,
            part: part.map(str::to_owned),
            detected: String::new(),
            bytes: 0,
            sha256: String::new(),
            rows: 0,
            quarantined: 0,
        }
    }

    const ROWS: &[&[&str]] = &[
        &["a@example.com", "2024-05-05"],
        &["b@example.com", "2024-05-06"],
    ];

    #[test]
    fn a_list_of_opt_outs_is_known_by_a_name() {
        let marked = |name: &str, path: &str, part: Option<&str>| {
            let mut m = infer_table(&table(name, &["Email", "Date"], ROWS), &Settings::default());
            assert_eq!(mark_opt_outs(&mut m, &[&file(path, part)]), None);
            m.columns[0].label.clone()
        };
        assert_eq!(marked("t", "a.csv", None), None);
        let label = Some("opted-out-email".to_owned());
        for name in ["unsubscribed_contacts", "opt-outs 2024", "Abgemeldete"] {
            assert_eq!(marked(name, "a.csv", None), label, "{name}");
            assert_eq!(marked("t", &format!("x/{name}.csv"), None), label, "{name}");
        }
        for part in [
            "Unsubscribed",
            "unsubscribes",
            "suppression_list",
            "opt_outs",
            "data.unsubscribed",
        ] {
            assert_eq!(marked("t", "a.db", Some(part)), label, "{part}");
        }
    }

    #[test]
    fn what_a_column_tells_or_the_user_gave_stands() {
        let told = table(
            "unsubscribed_contacts",
            &["Email", "Unsubscribed"],
            &[&["a@example.com", "yes"], &["b@example.com", "no"]],
        );
        let mut m = infer_table(&told, &Settings::default());
        assert_eq!(mark_opt_outs(&mut m, &[]), None);
        assert_eq!(m.columns[0].label, None);
        assert!(
            m.columns[0].reason.contains(
                "`Unsubscribed` tells who did: if all its people did, label this `opted-out-email`"
            ),
            "{:#?}",
            m.columns
        );
        let t = table("t", &["Email", "Date"], ROWS);
        let given = [("Email".to_owned(), Kind::Email)];
        let mut m = infer_table_given(&t, &given, &Settings::default());
        let list = file("a.xlsx", Some("Unsubscribed"));
        let warning = mark_opt_outs(&mut m, &[&list]).unwrap();
        assert_eq!(m.columns[0].label, None);
        assert!(
            warning.contains("the name of `Unsubscribed` in `a.xlsx` says that")
                && warning
                    .contains("`\"Email\" = { kind = \"email\", label = \"opted-out-email\" }`"),
            "{warning}"
        );
        m.columns[0].label = Some("opted-out-sms".to_owned());
        assert_eq!(mark_opt_outs(&mut m, &[&list]), None);
        // one file of several
        let mut m = infer_table(&t, &Settings::default());
        let warning = mark_opt_outs(&mut m, &[&file("b.csv", None), &list]).unwrap();
        assert!(warning.contains("and `b.csv` does not"), "{warning}");
        assert_eq!(m.columns[0].label, None);
    }

    #[test]
    fn lists_of_opt_outs_name_their_channel() {
        let columns: &[(&[&str], &[&str])] = &[
            (&["msisdn"], &["447700900111"]),
            (
                &["Name", "Vorname", "Straße", "PLZ", "Ort"],
                &["Weber", "Anna", "Hauptstraße 5", "10969", "Berlin"],
            ),
            (&["Email", "Phone"], &["a@example.com", "+44 7700 900111"]),
        ];
        for (name, shape, column, label) in [
            ("blacklist_sms", 0, 0, "opted-out-sms"),
            ("DNC_internal_2024", 0, 0, "opted-out"),
            ("do-not-call", 0, 0, "opted-out-phone"),
            ("Robinsonliste", 1, 2, "opted-out-post"),
            ("suppression_list", 2, 1, "opted-out"),
        ] {
            let (header, row) = columns[shape];
            let t = table(name, header, &[row, row, row]);
            let mut m = infer_table(&t, &Settings::default());
            mark_opt_outs(&mut m, &[]);
            assert_eq!(
                m.columns[column].label.as_deref(),
                Some(label),
                "{name}: {:#?}",
                m.columns
            );
        }
    }
}

//! The file of decisions on quarantined rows: rows are told by source and content, so that nothing is asked twice.
//!
//! It is TOML, sorted, one table a row, and carries its version; people may read and edit it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::draft::{key_text, quoted};
use super::error::{ConfigError, line_of};

/// Version of the format.
const VERSION: i64 = 1;

/// What a person decided about a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// The row goes in with other cells.
    Correct,
    /// The row goes in as it is, in spite of the rules it breaks.
    Accept,
    /// The row stays out.
    Discard,
}

impl Action {
    /// Its name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Action::Correct => "correct",
            Action::Accept => "accept",
            Action::Discard => "discard",
        }
    }
}

/// The decision on one row.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Source of the row.
    pub source: String,
    /// Digest of its content as it was read.
    pub digest: String,
    /// What was decided.
    pub action: Action,
    /// Rules that the row broke.
    #[serde(default)]
    pub rules: Vec<String>,
    /// When it was decided (RFC 3339).
    #[serde(default)]
    pub decided: String,
    /// Why, in the words of whoever decided.
    #[serde(default)]
    pub note: String,
    /// The cells that are different now; of a row that could not be read, all cells.
    #[serde(default)]
    pub cells: BTreeMap<String, String>,
    /// Line of the file, for errors.
    #[serde(skip)]
    pub line: usize,
}

/// All decisions, by source and digest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Corrections {
    /// The file as given, for errors.
    pub file: String,
    rows: BTreeMap<(String, String), Decision>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: Spanned<i64>,
    #[serde(default)]
    row: Vec<Spanned<Decision>>,
}

impl Corrections {
    /// Reads the file; one that does not exist yet holds no decisions.
    ///
    /// # Errors
    /// When it cannot be read, is not of its shape, of a newer version, or decides twice about a row.
    pub fn read(path: &Path) -> Result<Self, Vec<ConfigError>> {
        let file = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&file, &text),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Self {
                file,
                ..Self::default()
            }),
            Err(e) => Err(vec![ConfigError {
                file,
                line: 0,
                message: format!("the file of decisions cannot be read: {e}"),
                hint: "it is TOML in UTF-8; check `corrections` of the pipeline file".into(),
            }]),
        }
    }

    /// As [`Corrections::read`], of a text.
    ///
    /// # Errors
    /// As there.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<ConfigError>> {
        let written: Written =
            toml::from_str(text).map_err(|e| vec![super::file::explain_toml(file, text, &e)])?;
        let at = |byte: usize, message: String, hint: &str| {
            vec![ConfigError::at(file, text, byte, message, hint.to_owned())]
        };
        if *written.version.get_ref() != VERSION {
            let found = written.version.get_ref();
            return Err(at(
                written.version.span().start,
                format!("version {found} of this file is not known"),
                "this program reads version 1; use the program that wrote it, or a newer one",
            ));
        }
        let mut corrections = Self {
            file: file.to_owned(),
            ..Self::default()
        };
        for row in written.row {
            let byte = row.span().start;
            let mut decision = row.into_inner();
            decision.line = line_of(text, byte);
            let fault = match decision.action {
                Action::Correct if decision.cells.is_empty() => Some("`correct` without `cells`"),
                Action::Accept if decision.rules.is_empty() => Some("`accept` without `rules`"),
                Action::Accept | Action::Discard if !decision.cells.is_empty() => {
                    Some("`cells` belong to `correct` only")
                }
                _ => None,
            };
            if let Some(fault) = fault {
                return Err(at(
                    byte,
                    fault.to_owned(),
                    "complete the entry, or remove it",
                ));
            }
            if let Some(other) = corrections.of(&decision.source, &decision.digest) {
                let message = format!("the row was decided about in line {} already", other.line);
                return Err(at(byte, message, "keep one of the two entries"));
            }
            corrections.keep(decision);
        }
        Ok(corrections)
    }

    /// The decision on a row.
    #[must_use]
    pub fn of(&self, source: &str, digest: &str) -> Option<&Decision> {
        if self.rows.is_empty() {
            return None;
        }
        self.rows.get(&(source.to_owned(), digest.to_owned()))
    }

    /// All decisions on rows of a source.
    pub fn of_source<'a>(&'a self, source: &'a str) -> impl Iterator<Item = &'a Decision> {
        self.rows.values().filter(move |d| d.source == source)
    }

    /// Keeps a decision, in place of an earlier one on the same row.
    pub fn keep(&mut self, decision: Decision) {
        let key = (decision.source.clone(), decision.digest.clone());
        self.rows.insert(key, decision);
    }

    /// Number of decisions.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether nothing was decided.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The text of the file.
    #[must_use]
    pub fn text(&self) -> String {
        let mut t = String::from(
            "# Decisions on quarantined rows, written by `selfsame quarantine replay` and obeyed by every run.\n\
             # A row is told by its source and the digest of its content. Remove an entry to be asked again.\n\
             # `cells` holds what was typed in: treat this file like the data.\n",
        );
        let _ = writeln!(t, "version = {VERSION}");
        for d in self.rows.values() {
            let rules: Vec<String> = d.rules.iter().map(|r| quoted(r)).collect();
            let _ = write!(
                t,
                "\n[[row]]\nsource = {}\ndigest = {}\naction = \"{}\"\nrules = [{}]\ndecided = {}\n",
                quoted(&d.source),
                quoted(&d.digest),
                d.action.name(),
                rules.join(", "),
                quoted(&d.decided)
            );
            if !d.note.is_empty() {
                let _ = writeln!(t, "note = {}", quoted(&d.note));
            }
            if !d.cells.is_empty() {
                t.push_str("[row.cells]\n");
                for (name, cell) in &d.cells {
                    let _ = writeln!(t, "{} = {}", key_text(name), quoted(cell));
                }
            }
        }
        t
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decision(action: Action, cells: &[(&str, &str)]) -> Decision {
        let own = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
        Decision {
            source: "crm".into(),
            digest: "00ff".into(),
            action,
            rules: vec!["email-is-valid".into()],
            decided: "2024-05-01T09:00:00Z".into(),
            note: String::new(),
            cells: cells.iter().map(own).collect(),
            line: 0,
        }
    }

    #[test]
    fn faults_have_their_line() {
        let entry = "[[row]]\nsource = \"a\"\ndigest = \"1\"\naction = \"discard\"\n";
        for (text, wanted) in [
            (
                format!("version = 1\n{entry}{entry}"),
                "d.toml:6: the row was decided about in line 2",
            ),
            (
                "version = 2\n".to_owned(),
                "d.toml:1: version 2 of this file",
            ),
            (
                format!("version = 1\n{}", entry.replace("discard", "discrad")),
                "did you mean `discard`?",
            ),
            (
                format!("version = 1\n{}", entry.replace("discard", "correct")),
                "d.toml:2: `correct` without",
            ),
            (
                format!("version = 1\n{}", entry.replace("digest", "dgest")),
                "d.toml:4: unknown key `dgest`",
            ),
            (entry.to_owned(), "key `version` is missing"),
        ] {
            let faults = Corrections::parse("d.toml", &text).unwrap_err();
            assert!(faults[0].to_string().contains(wanted), "{}", faults[0]);
        }
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_exactly(name in "\\PC{1,12}", cell in "[\\PC\n\r\t\u{0}\"\\\\]{0,30}", note in "\\PC{0,20}") {
            let mut corrections = Corrections { file: "d.toml".into(), ..Corrections::default() };
            let kept = Decision { note, ..decision(Action::Correct, &[(&name, &cell)]) };
            corrections.keep(kept.clone());
            let back = Corrections::parse("d.toml", &corrections.text()).unwrap();
            let mut read = back.of("crm", "00ff").unwrap().clone();
            read.line = 0;
            prop_assert_eq!(read, kept);
        }
    }
}

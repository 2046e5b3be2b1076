//! The pipeline file: sources, what their columns mean, matching, survivorship, limits and expectations.
//!
//! Every key is explained in `defaults.toml`, which is embedded and from which `docs/CONFIG.md` is made.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use toml::Spanned;

use super::error::{ConfigError, nearest};
use super::validation::Validation;
use crate::record::{DateOrder, Kind};

/// A whole pipeline file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Pipeline {
    /// Name of the pipeline, shown in the report.
    pub name: Spanned<String>,
    /// Country assumed where neither source nor record names one.
    pub region: Option<Spanned<String>>,
    /// Where results go.
    pub output: Output,
    /// Sources of customer records, in the order that decides ties.
    #[serde(default)]
    pub source: Vec<Source>,
    /// Tables that belong to customers: orders and interactions.
    #[serde(default)]
    pub linked: Vec<Linked>,
    /// Matching.
    #[serde(default, rename = "match")]
    pub matching: MatchSection,
    /// Survivorship.
    #[serde(default)]
    pub survive: crate::survive::Settings,
    /// Rules that the records must keep.
    #[serde(default)]
    pub validate: Vec<Validation>,
    /// What is remembered of quarantined rows.
    #[serde(default)]
    pub quarantine: Quarantine,
    /// Gates: a run beyond them publishes nothing.
    #[serde(default)]
    pub limits: Limits,
    /// Pairs that must, or must not, become one customer.
    #[serde(default)]
    pub expect: Vec<Expectation>,
}

/// Where results go.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Output {
    /// Folder of `customers.db`, `report.html`, `report.json`, `merges.csv` and `quarantine.csv`.
    pub dir: PathBuf,
    /// Hide personal data in the report files (the database stays complete).
    #[serde(default)]
    pub mask: bool,
}

/// What is remembered of quarantined rows.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Quarantine {
    /// File of the decisions on quarantined rows; `selfsame quarantine replay` writes it.
    pub corrections: Option<Spanned<PathBuf>>,
}

/// One or several file names or patterns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files(pub Vec<String>);

/// One or several names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names(pub Vec<String>);

/// How to read bytes, where it is not guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// `csv`, `json`, `json-lines`, `sqlite`, `spreadsheet` or `vcard`.
    pub format: Option<String>,
    /// Field delimiter of CSV, one character.
    pub delimiter: Option<String>,
    /// Character encoding by its WHATWG name, or a DOS code page.
    pub encoding: Option<String>,
    /// Quote character of CSV; empty for none.
    pub quote: Option<String>,
    /// Whether the first row of CSV holds the column names.
    pub header: Option<bool>,
    /// Lines to leave out before the header.
    pub skip_lines: u64,
    /// Table of a SQLite file, or sheet of a workbook.
    pub table: Option<String>,
    /// Query on a SQLite file.
    pub query: Option<String>,
    /// Path of the array of records inside a JSON document.
    pub records: Option<String>,
}

/// One source of customer records.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Source {
    /// Unique name, the first half of `source:key`.
    pub name: Spanned<String>,
    /// File, pattern, list of them, or `-` for standard input.
    pub files: Spanned<Files>,
    /// Format of the files.
    pub format: Option<Spanned<String>>,
    /// Field delimiter of CSV.
    pub delimiter: Option<Spanned<String>>,
    /// Character encoding.
    pub encoding: Option<Spanned<String>>,
    /// Quote character of CSV.
    pub quote: Option<Spanned<String>>,
    /// Whether CSV has a header row.
    pub header: Option<bool>,
    /// Lines to leave out before the header.
    #[serde(default)]
    pub skip_lines: u64,
    /// Table of a SQLite file, or sheet of a workbook.
    pub table: Option<Spanned<String>>,
    /// Query on a SQLite file.
    pub query: Option<Spanned<String>>,
    /// Path of the array of records inside a JSON document.
    pub records: Option<Spanned<String>>,
    /// Column that identifies a record within the source.
    pub key: Option<Spanned<String>>,
    /// Whether the source holds every customer at most once.
    #[serde(default)]
    pub unique: bool,
    /// Country assumed where a record of this source names none.
    pub region: Option<Spanned<String>>,
    /// What columns mean, where it is not inferred.
    #[serde(default)]
    pub fields: BTreeMap<String, Spanned<FieldSpec>>,
}

/// What a linked table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkedKind {
    /// Orders, invoices, payments.
    Transactions,
    /// Tickets, visits, mails, calls.
    Interactions,
}

/// A table whose rows belong to customers of a source.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Linked {
    /// Unique name.
    pub name: Spanned<String>,
    /// `transactions` or `interactions`.
    pub kind: LinkedKind,
    /// The source whose customers the rows belong to.
    pub of: Spanned<String>,
    /// The column that holds the customer's key in that source.
    pub customer: Spanned<String>,
    /// Which column holds what.
    #[serde(default)]
    pub columns: BTreeMap<String, Spanned<String>>,
    /// File, pattern or list of them.
    pub files: Spanned<Files>,
    /// Format of the files.
    pub format: Option<Spanned<String>>,
    /// Field delimiter of CSV.
    pub delimiter: Option<Spanned<String>>,
    /// Character encoding.
    pub encoding: Option<Spanned<String>>,
    /// Quote character of CSV.
    pub quote: Option<Spanned<String>>,
    /// Whether CSV has a header row.
    pub header: Option<bool>,
    /// Lines to leave out before the header.
    #[serde(default)]
    pub skip_lines: u64,
    /// Table of a SQLite file, or sheet of a workbook.
    pub table: Option<Spanned<String>>,
    /// Query on a SQLite file.
    pub query: Option<Spanned<String>>,
    /// Path of the array of records inside a JSON document.
    pub records: Option<Spanned<String>>,
}

fn plain(value: Option<&Spanned<String>>) -> Option<String> {
    value.map(|v| v.get_ref().clone())
}

impl Source {
    /// How to read the files.
    #[must_use]
    pub fn reading(&self) -> Reading {
        Reading {
            format: plain(self.format.as_ref()),
            delimiter: plain(self.delimiter.as_ref()),
            encoding: plain(self.encoding.as_ref()),
            quote: plain(self.quote.as_ref()),
            header: self.header,
            skip_lines: self.skip_lines,
            table: plain(self.table.as_ref()),
            query: plain(self.query.as_ref()),
            records: plain(self.records.as_ref()),
        }
    }
}

impl Linked {
    /// How to read the files.
    #[must_use]
    pub fn reading(&self) -> Reading {
        Reading {
            format: plain(self.format.as_ref()),
            delimiter: plain(self.delimiter.as_ref()),
            encoding: plain(self.encoding.as_ref()),
            quote: plain(self.quote.as_ref()),
            header: self.header,
            skip_lines: self.skip_lines,
            table: plain(self.table.as_ref()),
            query: plain(self.query.as_ref()),
            records: plain(self.records.as_ref()),
        }
    }
}

/// Matching.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MatchSection {
    /// Match threshold as a probability; chosen from the data when absent.
    pub threshold: Option<Spanned<f64>>,
    /// Review threshold as a probability; chosen from the data when absent.
    pub review: Option<Spanned<f64>>,
    /// Most pairs scored per record, on average.
    pub pairs_per_record: Option<Spanned<f64>>,
    /// Seed of all sampling.
    pub seed: Option<u64>,
    /// CSV `id_l,id_r,label` of judged pairs: they are kept together, or apart, and refine the model.
    #[serde(alias = "labels")]
    pub decisions: Option<Spanned<PathBuf>>,
}

/// Gates.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Limits {
    /// Largest share of rows that may be quarantined, 0..=1.
    pub quarantined_share: Option<Spanned<f64>>,
    /// Largest number of records that may be merged into one customer.
    pub largest_cluster: Option<u64>,
    /// Smallest number of records that a run must read.
    pub records_at_least: Option<u64>,
}

impl Limits {
    /// The share of quarantined rows that stops a run when the file names none.
    pub const QUARANTINED_SHARE: f64 = 0.2;
}

/// A pair that must, or must not, become one customer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Expectation {
    /// Records, as `source:key`, that must be one customer.
    #[serde(default)]
    pub same: Vec<Spanned<String>>,
    /// Records, as `source:key`, of which no two may be one customer.
    #[serde(default)]
    pub different: Vec<Spanned<String>>,
}

/// What a column means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldSpec {
    /// Its kind.
    pub kind: Kind,
    /// What distinguishes it among columns of the same kind.
    pub label: Option<String>,
    /// Order of day, month and year.
    pub order: Option<DateOrder>,
}

impl<'de> Deserialize<'de> for FieldSpec {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct KindOrTable;
        impl<'de> Visitor<'de> for KindOrTable {
            type Value = FieldSpec;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field kind such as \"email\", or { kind, label, order }")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<FieldSpec, E> {
                let kind = text.parse().map_err(E::custom)?;
                Ok(FieldSpec {
                    kind,
                    label: None,
                    order: None,
                })
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<FieldSpec, M::Error> {
                #[derive(Deserialize)]
                #[serde(deny_unknown_fields)]
                struct Long {
                    kind: Kind,
                    label: Option<String>,
                    order: Option<DateOrder>,
                }
                let long = Long::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(FieldSpec {
                    kind: long.kind,
                    label: long.label,
                    order: long.order,
                })
            }
        }
        d.deserialize_any(KindOrTable)
    }
}

/// A text or a list of texts, of which errors say `what`.
struct OneOrMany(&'static str);

impl<'de> Visitor<'de> for OneOrMany {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Vec<String>, E> {
        Ok(vec![text.to_owned()])
    }

    fn visit_seq<S: de::SeqAccess<'de>>(self, mut seq: S) -> Result<Vec<String>, S::Error> {
        let mut texts = Vec::new();
        while let Some(text) = seq.next_element()? {
            texts.push(text);
        }
        Ok(texts)
    }
}

impl<'de> Deserialize<'de> for Files {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(OneOrMany("a file name or a list of them"))
            .map(Files)
    }
}

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(OneOrMany("a name or a list of them"))
            .map(Names)
    }
}

/// Reads and checks a pipeline file. Gives the pipeline and its text.
///
/// # Errors
/// All faults found: one when the file is unreadable or not of the right shape, else all that do not fit together.
pub fn read(path: &Path) -> Result<(Pipeline, String), Vec<ConfigError>> {
    let file = path.display().to_string();
    let text = match std::fs::read(path) {
        Ok(bytes) => String::from_utf8(bytes).map_err(|e| {
            vec![ConfigError {
                file: file.clone(),
                line: super::error::line_of(&String::from_utf8_lossy(e.as_bytes()), e.utf8_error().valid_up_to()),
                message: "not valid UTF-8".into(),
                hint: "save the pipeline file as UTF-8; is this the pipeline file, or one of the sources?".into(),
            }]
        })?,
        Err(e) => return Err(vec![unreadable(&file, path, &e)]),
    };
    let pipeline = parse(&file, &text)?;
    Ok((pipeline, text))
}

fn unreadable(file: &str, path: &Path, error: &std::io::Error) -> ConfigError {
    let (message, hint) = if path.is_dir() {
        (
            "is a directory, not a pipeline file".to_owned(),
            "name the `.toml` file inside it".to_owned(),
        )
    } else if error.kind() == std::io::ErrorKind::NotFound {
        (
            "pipeline file not found".to_owned(),
            "`selfsame init FILES… -o x.toml` writes a first one".to_owned(),
        )
    } else {
        (
            format!("cannot be read: {error}"),
            "check its permissions".to_owned(),
        )
    };
    ConfigError {
        file: file.to_owned(),
        line: 0,
        message,
        hint,
    }
}

/// Parses and checks the text of a pipeline file; `file` is the name for errors.
///
/// # Errors
/// One fault of shape, or all faults of content.
pub fn parse(file: &str, text: &str) -> Result<Pipeline, Vec<ConfigError>> {
    let pipeline: Pipeline =
        toml::from_str(text).map_err(|e| vec![explain_toml(file, text, &e)])?;
    let mut faults = super::check(file, text, &pipeline);
    faults.extend(
        super::rules(file, text, &pipeline)
            .err()
            .unwrap_or_default(),
    );
    if faults.is_empty() {
        Ok(pipeline)
    } else {
        Err(faults)
    }
}

/// Turns the parser's error into ours: place, message, advice.
pub(super) fn explain_toml(file: &str, text: &str, error: &toml::de::Error) -> ConfigError {
    let byte = error.span().map_or(0, |s| s.start);
    if let Some((message, hint)) = error.message().split_once("\n  hint: ") {
        return ConfigError::at(file, text, byte, message.to_owned(), hint.to_owned());
    }
    let message = error.message().lines().collect::<Vec<_>>().join(" ");
    let (message, hint) = if let Some(rest) = message.strip_prefix("unknown field `") {
        let key = rest.split('`').next().unwrap_or("");
        // serde lists the keys that exist: "expected one of `a`, `b`" or "expected `a`"
        let known: Vec<&str> = rest.split('`').skip(2).step_by(2).collect();
        let hint = match nearest(key, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`? docs/CONFIG.md explains every key"),
            None => format!("keys here are: {}", known.join(", ")),
        };
        (format!("unknown key `{key}`"), hint)
    } else if let Some((what, near)) = message.split_once("; did you mean ") {
        (
            what.to_owned(),
            format!("did you mean {near} `selfsame list kinds` shows all of them"),
        )
    } else if message.starts_with("unknown field kind") {
        (
            message,
            "`selfsame list kinds` shows all of them".to_owned(),
        )
    } else if let Some(rest) = message.strip_prefix("unknown variant `") {
        let word = rest.split('`').next().unwrap_or("");
        let known: Vec<&str> = rest.split('`').skip(2).step_by(2).collect();
        let hint = match nearest(word, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("one of: {}", known.join(", ")),
        };
        (format!("unknown value `{word}`"), hint)
    } else if let Some(rest) = message.strip_prefix("missing field `") {
        let key = rest.trim_end_matches('`');
        (
            format!("key `{key}` is missing"),
            "docs/CONFIG.md explains every key".to_owned(),
        )
    } else {
        (
            message,
            "the file is TOML: texts in quotes, tables in [brackets]".to_owned(),
        )
    };
    ConfigError::at(file, text, byte, message, hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"
name = "t"
[output]
dir = "out"
[[source]]
name = "shop"
files = ["a.csv", "b-*.csv"]
key = "id"
[source.fields]
tel = { kind = "phone", label = "work" }
dob = { kind = "birth_date", order = "dmy" }
notes = "ignore"
"#;

    fn fault(text: &str) -> String {
        parse("p.toml", text).unwrap_err()[0].to_string()
    }

    #[test]
    fn reads_short_and_long_fields() {
        let p = parse("p.toml", SMALL).unwrap();
        let fields = &p.source[0].fields;
        assert_eq!(fields["notes"].get_ref().kind, Kind::Ignore);
        assert_eq!(fields["tel"].get_ref().label.as_deref(), Some("work"));
        assert_eq!(fields["dob"].get_ref().order, Some(DateOrder::Dmy));
        assert_eq!(p.source[0].files.get_ref().0, ["a.csv", "b-*.csv"]);
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_the_nearest_one() {
        let text = SMALL.replace("key = ", "keey = ");
        assert_eq!(
            fault(&text),
            "p.toml:8: unknown key `keey`\n  hint: did you mean `key`? docs/CONFIG.md explains every key"
        );
    }

    #[test]
    fn an_unknown_kind_is_named_with_its_line_and_the_nearest_one() {
        let text = SMALL.replace("\"phone\"", "\"fone\"");
        let short = SMALL.replace("\"ignore\"", "\"emial\"");
        assert!(
            fault(&text).starts_with("p.toml:10: unknown field kind `fone`"),
            "{}",
            fault(&text)
        );
        assert_eq!(
            fault(&short),
            "p.toml:12: unknown field kind `emial`\n  hint: did you mean `email`? `selfsame list kinds` shows all of them"
        );
    }

    #[test]
    fn a_missing_key_and_broken_syntax_are_named() {
        assert!(fault("name = \"t\"\n").contains("key `output` is missing"));
        let broken = fault("name = \"t\n[output]\n");
        assert!(broken.starts_with("p.toml:1: "), "{broken}");
    }

    #[test]
    fn a_missing_file_and_a_directory_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let e = read(&dir.path().join("no.toml")).unwrap_err();
        assert!(e[0].message.contains("not found"));
        let e = read(dir.path()).unwrap_err();
        assert!(e[0].message.contains("directory"));
    }
}

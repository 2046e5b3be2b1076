//! What is to be read, whether a pipeline file or a command line asked for it.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;

use super::error::Error;
use crate::config::error::{ConfigError, line_of, nearest};
use crate::config::file::{FieldSpec, Linked, Pipeline, Reading};
use crate::extract::{Format, SourceSpec};
use crate::profile::AND;
use crate::record::SourceTable;

/// A column that someone named, and where.
#[derive(Clone, Debug)]
pub struct Named<T> {
    /// What was said of it.
    pub value: T,
    /// Line of the pipeline file, 0 for the command line.
    pub line: usize,
}

/// One source to read.
#[derive(Clone, Debug)]
pub struct SourcePlan {
    /// Files and how to read them.
    pub spec: SourceSpec,
    /// Key column, when given.
    pub key: Option<Named<String>>,
    /// Country assumed where a record names none.
    pub region: Option<String>,
    /// What columns mean, where given.
    pub fields: BTreeMap<String, Named<FieldSpec>>,
    /// The pipeline file, for errors; `None` on the command line.
    pub file: Option<String>,
}

impl SourcePlan {
    /// Checks that every column that was named exists, in the table or among the ignored ones that were passed over.
    ///
    /// # Errors
    /// All columns that do not, with the nearest one that does.
    pub fn check_columns(
        &self,
        table: &SourceTable,
        passed_over: &BTreeSet<String>,
    ) -> Result<(), Error> {
        let kept = table.columns.iter().map(|c| c.name.as_str());
        let names: Vec<&str> = kept.chain(passed_over.iter().map(String::as_str)).collect();
        let wanted = self
            .fields
            .iter()
            .map(|(name, at)| (name.as_str(), at.line))
            .chain(self.key.iter().map(|k| (k.value.as_str(), k.line)));
        let missing: Vec<(String, usize, String)> = wanted
            .filter(|(name, _)| !names.contains(name))
            .filter(|(name, _)| !name.split(AND).all(|part| names.contains(&part)))
            .map(|(name, line)| {
                let hint = match nearest(name, names.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("columns are: {}", names.join(", ")),
                };
                let what = format!("source `{}` has no column `{name}`", self.spec.name);
                (what, line, hint)
            })
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(match &self.file {
            Some(file) => Error::Config(
                missing
                    .into_iter()
                    .map(|(message, line, hint)| ConfigError {
                        file: file.clone(),
                        line,
                        message,
                        hint,
                    })
                    .collect(),
            ),
            None => {
                let shown: Vec<String> = missing
                    .into_iter()
                    .map(|(message, _, hint)| format!("{message}\n  hint: {hint}"))
                    .collect();
                Error::Usage(shown.join("\nerror: "))
            }
        })
    }
}

/// The plans of a pipeline's sources, in declared order.
#[must_use]
pub fn sources(file: &str, text: &str, pipeline: &Pipeline) -> Vec<SourcePlan> {
    let line = |span: std::ops::Range<usize>| line_of(text, span.start);
    pipeline
        .source
        .iter()
        .map(|s| SourcePlan {
            spec: spec(s.name.get_ref(), &s.files.get_ref().0, &s.reading()),
            key: s.key.as_ref().map(|k| Named {
                value: k.get_ref().clone(),
                line: line(k.span()),
            }),
            region: s
                .region
                .as_ref()
                .or(pipeline.region.as_ref())
                .map(|r| r.get_ref().clone()),
            fields: s
                .fields
                .iter()
                .map(|(name, field)| {
                    let named = Named {
                        value: field.get_ref().clone(),
                        line: line(field.span()),
                    };
                    (name.clone(), named)
                })
                .collect(),
            file: Some(file.to_owned()),
        })
        .collect()
}

/// How to read a linked table.
#[must_use]
pub fn linked(linked: &Linked) -> SourceSpec {
    spec(
        linked.name.get_ref(),
        &linked.files.get_ref().0,
        &linked.reading(),
    )
}

/// Checks that the columns of a linked table exist.
///
/// # Errors
/// All columns that do not, with the nearest one that does.
pub fn check_linked(
    file: &str,
    text: &str,
    linked: &Linked,
    table: &SourceTable,
) -> Result<(), Error> {
    let wanted: Vec<&Spanned<String>> = linked
        .columns
        .values()
        .chain(std::iter::once(&linked.customer))
        .collect();
    let names: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
    let faults: Vec<ConfigError> = wanted
        .into_iter()
        .filter(|w| !names.contains(&w.get_ref().as_str()))
        .map(|w| {
            let hint = match nearest(w.get_ref(), names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("columns are: {}", names.join(", ")),
            };
            let message = format!("`{}` has no column `{}`", table.name, w.get_ref());
            ConfigError::at(file, text, w.span().start, message, hint)
        })
        .collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Config(faults))
    }
}

/// What the extractor needs.
#[must_use]
pub fn spec(name: &str, files: &[String], reading: &Reading) -> SourceSpec {
    let one = |text: &Option<String>| text.as_ref().and_then(|t| t.chars().next());
    SourceSpec {
        name: name.to_owned(),
        paths: files.to_vec(),
        format: reading.format.as_deref().and_then(|f| match f {
            "csv" => Some(Format::Csv),
            "json" => Some(Format::Json),
            "json-lines" => Some(Format::JsonLines),
            "sqlite" => Some(Format::Sqlite),
            "spreadsheet" => Some(Format::Spreadsheet),
            "vcard" => Some(Format::Vcard),
            "parquet" => Some(Format::Parquet),
            _ => None,
        }),
        delimiter: one(&reading.delimiter),
        quote: reading
            .quote
            .as_ref()
            .map(|q| q.chars().next().unwrap_or('\0')),
        encoding: reading.encoding.clone(),
        header: reading.header,
        skip_lines: reading.skip_lines,
        table: reading.table.clone(),
        query: reading.query.clone(),
        json_path: reading.records.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Column;

    #[test]
    fn a_column_that_does_not_exist_is_named_with_its_line() {
        let text = "name = \"t\"\noutput.dir = \"o\"\n[[source]]\nname = \"shop\"\nfiles = \"a.csv\"\nkey = \"idd\"\n[source.fields]\nemial = \"email\"\n";
        let pipeline = crate::config::parse("p.toml", text).unwrap();
        let plans = sources("p.toml", text, &pipeline);
        let table = SourceTable {
            columns: ["id", "email"]
                .iter()
                .map(|n| Column {
                    name: (*n).into(),
                    ..Column::default()
                })
                .collect(),
            ..SourceTable::default()
        };
        let shown = plans[0]
            .check_columns(&table, &BTreeSet::new())
            .unwrap_err()
            .to_string();
        assert!(
            shown.contains(
                "p.toml:8: source `shop` has no column `emial`\n  hint: did you mean `email`?"
            ),
            "{shown}"
        );
        assert!(
            shown.contains("p.toml:6: source `shop` has no column `idd`"),
            "{shown}"
        );
    }
}

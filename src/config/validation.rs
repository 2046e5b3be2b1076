//! `[[validate]]`: a rule as it is written.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};
use toml::Spanned;

use super::file::Names;
use crate::validate::Severity;

/// A rule as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Validation {
    /// Unique name.
    pub name: Spanned<String>,
    /// Source, or list of them.
    pub source: Option<Spanned<Names>>,
    /// Column, or list of them.
    pub field: Option<Spanned<Names>>,
    /// Condition that says which rows are meant.
    pub when: Option<Spanned<String>>,
    /// What is done about what fails.
    #[serde(default)]
    pub severity: Option<Spanned<Severity>>,
    /// The cell is filled.
    pub required: Option<Spanned<bool>>,
    /// No other row has the value.
    pub unique: Option<Spanned<bool>>,
    /// The cell is of a kind.
    pub is: Option<Spanned<String>>,
    /// The cell fits a pattern.
    pub regex: Option<Spanned<String>>,
    /// Smallest number or date.
    pub min: Option<Spanned<Limit>>,
    /// Largest number or date.
    pub max: Option<Spanned<Limit>>,
    /// Fewest characters.
    pub min_length: Option<Spanned<u64>>,
    /// Most characters.
    pub max_length: Option<Spanned<u64>>,
    /// The cell is one of these.
    #[serde(rename = "in")]
    pub one_of: Option<Spanned<Vec<String>>>,
    /// The date is not after the run.
    pub not_future: Option<Spanned<bool>>,
    /// The date is not before that of another column.
    pub not_before: Option<Spanned<String>>,
    /// The value occurs in another source.
    pub references: Option<Spanned<Reference>>,
    /// A condition over the row.
    pub expr: Option<Spanned<String>>,
    /// Fewest rows.
    pub rows_at_least: Option<Spanned<u64>>,
    /// Most rows.
    pub rows_at_most: Option<Spanned<u64>>,
    /// Smallest share of rows with the cell filled.
    pub filled_at_least: Option<Spanned<f64>>,
    /// Largest age of the newest date, in days.
    pub newest_within_days: Option<Spanned<u64>>,
}

/// A column of another source.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// The source.
    pub source: String,
    /// Its column.
    pub field: String,
}

/// A number, or a date in quotes.
#[derive(Clone, Debug, PartialEq)]
pub enum Limit {
    /// A number.
    Number(f64),
    /// A text that should be a date.
    Text(String),
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct NumberOrDate;
        impl Visitor<'_> for NumberOrDate {
            type Value = Limit;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, or a date in quotes such as \"2024-12-31\"")
            }

            fn visit_i64<E: de::Error>(self, n: i64) -> Result<Limit, E> {
                Ok(Limit::Number(n as f64))
            }

            fn visit_f64<E: de::Error>(self, n: f64) -> Result<Limit, E> {
                Ok(Limit::Number(n))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Limit, E> {
                Ok(Limit::Text(text.to_owned()))
            }
        }
        d.deserialize_any(NumberOrDate)
    }
}

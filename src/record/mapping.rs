//! What the columns of a source mean, and how we know.

use super::Kind;

/// Order of day, month and year in a column of numeric dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    /// Year first (ISO 8601).
    Ymd,
    /// Day first.
    Dmy,
    /// Month first.
    Mdy,
}

/// Label of a column of consent whose header asks for none, as the `Status` of a lead: its values may refuse, and grant only
/// in so many words (`subscribed`).
pub const REFUSALS: &str = "refusals";

/// Label of a column of consent whose header leaves open whether a *yes* agrees to be reached, as `Marketing` or
/// `EMAIL_YN`: it may refuse, and grant only in so many words.
pub const DOUBTFUL: &str = "doubtful";

/// Label of a column that says of what each record is: `Person`, `Company`, `Household`.
pub const RECORD_TYPE: &str = "record-type";

/// Label of a column that says *yes* of the records of firms.
pub const IS_FIRM: &str = "is-organization";

/// Label of a column of names that are those of contact persons in the records of firms.
pub const CONTACT: &str = "contact";

/// Label of a column of whole names that has the family name first, unless a name evidently has it last.
pub const FAMILY_FIRST: &str = "family-first";

/// Label of a column of names at birth or before a marriage: they match, and stand beside the name of today.
pub const FORMER: &str = "former";

/// Beginning of the label of a column in a list of people who opted out: whoever has a value there refuses, by the channel
/// that the label goes on to name.
pub const OPTED_OUT: &str = "opted-out";

/// The meaning of one column.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ColumnMapping {
    /// The column's name as in the source.
    pub column: String,
    /// Its kind.
    pub kind: Kind,
    /// What distinguishes it among columns of the same kind: `mobile`, `home`, `work`, `billing`, `shipping`, `sms`.
    pub label: Option<String>,
    /// Order of numeric dates, for date kinds.
    pub date_order: Option<DateOrder>,
    /// 0..=1; 1 when it was given.
    pub confidence: f64,
    /// Why, in words for the report.
    pub reason: String,
    /// Whether the user said so.
    pub given: bool,
}

/// The meaning of a source's columns, in the order of the table's columns.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct TableMapping {
    /// Name of the source.
    pub source: String,
    /// One entry per column of the table, same index.
    pub columns: Vec<ColumnMapping>,
    /// Country (ISO 3166-1 alpha-2) that is assumed where a record names none, for phones and postcodes.
    pub region: Option<String>,
    /// Whether records are organizations rather than persons, as far as the columns tell.
    pub organizations: bool,
}

impl TableMapping {
    /// Indices of the columns of a kind, in column order.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = usize> + '_ {
        self.columns
            .iter()
            .enumerate()
            .filter(move |(_, c)| c.kind == kind)
            .map(|(i, _)| i)
    }
}

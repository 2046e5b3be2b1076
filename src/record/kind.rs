//! What a column means. The kind chooses normalizer, blocking keys and comparison.

use std::fmt;
use std::str::FromStr;

macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal),+ $(,)?) => {
        /// The meaning of a column.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $($(#[doc = $doc])* $variant),+ }

        impl Kind {
            /// All kinds in declared order.
            pub const ALL: &'static [Kind] = &[$(Kind::$variant),+];

            /// The kind's name in pipeline files and reports.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Kind::$variant => $name),+ }
            }

            /// Whether it is a part of an address, or a whole one.
            #[must_use]
            pub fn is_address_part(self) -> bool {
                matches!(
                    self,
                    Kind::Street
                        | Kind::HouseNumber
                        | Kind::Unit
                        | Kind::City
                        | Kind::Region
                        | Kind::Postcode
                        | Kind::Country
                        | Kind::Address
                )
            }

            /// One line on what the kind holds.
            #[must_use]
            pub fn about(self) -> &'static str {
                match self { $(Kind::$variant => concat!($($doc),*)),+ }
            }
        }
    };
}

kinds! {
    /// Given (first) name of a person.
    GivenName = "given-name",
    /// Family (last) name, birth names and second surnames included.
    FamilyName = "family-name",
    /// Middle name or initial.
    MiddleName = "middle-name",
    /// Whole name of a person in one cell, in any order.
    FullName = "full-name",
    /// Generation suffix: Jr, Sr, II, III.
    NameSuffix = "name-suffix",
    /// Honorific or academic title: Mr, Dr, Prof.
    Honorific = "honorific",
    /// Nickname or call name.
    Nickname = "nickname",
    /// Name of a company, agency or other organization.
    Organization = "organization",
    /// E-mail address, one or several in a cell.
    Email = "email",
    /// Telephone, mobile or fax number, one or several in a cell.
    Phone = "phone",
    /// Street with or without house number.
    Street = "street",
    /// House number when it has a column of its own.
    HouseNumber = "house-number",
    /// Flat, suite, floor: what follows the house.
    Unit = "unit",
    /// City, town, suburb or locality.
    City = "city",
    /// State, province, county or region.
    Region = "region",
    /// Postal code.
    Postcode = "postcode",
    /// Country name or code.
    Country = "country",
    /// Whole postal address in one cell.
    Address = "address",
    /// Date of birth in one cell.
    BirthDate = "birth-date",
    /// Year of birth when it has a column of its own.
    BirthYear = "birth-year",
    /// Month of birth when it has a column of its own.
    BirthMonth = "birth-month",
    /// Day of birth when it has a column of its own.
    BirthDay = "birth-day",
    /// Age in years at the time of the extract.
    Age = "age",
    /// Gender or sex.
    Gender = "gender",
    /// Identifier that belongs to one person or company everywhere: national, social security, tax or customer number.
    Identifier = "identifier",
    /// Website or domain.
    Website = "website",
    /// Handle in a social network.
    SocialHandle = "social-handle",
    /// Job title.
    JobTitle = "job-title",
    /// Birth place: a place that does not change when people move.
    BirthPlace = "birth-place",
    /// When the record was created.
    CreatedAt = "created-at",
    /// When the record was last changed.
    UpdatedAt = "updated-at",
    /// Consent or opt-in flag.
    Consent = "consent",
    /// Opt-out flag: true means no consent, and so does the moment of opting out.
    OptOut = "opt-out",
    /// Amount of money or another measure.
    Amount = "amount",
    /// Category with few values: kept, weak evidence at most.
    Category = "category",
    /// Short descriptive value that may be evidence, such as an occupation or a programme.
    Attribute = "attribute",
    /// Free text: kept, never evidence.
    Text = "text",
    /// Key of the record in its source.
    RecordKey = "record-key",
    /// Name of the source a row came from.
    Source = "source",
    /// Kept in the raw row only.
    Ignore = "ignore",
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl serde::Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.name())
    }
}

impl<'de> serde::Deserialize<'de> for Kind {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let name = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        name.parse().map_err(serde::de::Error::custom)
    }
}

/// The name is not that of a kind.
#[derive(Debug, thiserror::Error)]
#[error("unknown field kind `{name}`{}", near.map_or_else(String::new, |k| format!("; did you mean `{k}`?")))]
pub struct UnknownKind {
    /// What was written.
    pub name: String,
    /// The nearest kind, when one is near.
    pub near: Option<Kind>,
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(s: &str) -> Result<Self, UnknownKind> {
        let wanted = s.trim().to_lowercase().replace(['_', ' '], "-");
        if let Some(kind) = Kind::ALL.iter().find(|k| k.name() == wanted) {
            return Ok(*kind);
        }
        let near = Kind::ALL
            .iter()
            .map(|k| (strsim::jaro_winkler(k.name(), &wanted), *k))
            .filter(|(similarity, _)| *similarity >= 0.8)
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, kind)| kind);
        Err(UnknownKind {
            name: s.to_owned(),
            near,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_errors_suggest() {
        for kind in Kind::ALL {
            assert_eq!(kind.name().parse::<Kind>().unwrap(), *kind);
        }
        assert_eq!("Given_Name".parse::<Kind>().unwrap(), Kind::GivenName);
        let error = "emial".parse::<Kind>().unwrap_err();
        assert_eq!(error.near, Some(Kind::Email));
    }
}

//! The comparisons: their fields and levels, and a pair's levels packed into a word.

/// Comparison levels of a pair, four bits a comparison; level 0 is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Vector(pub u64);

impl Vector {
    /// Level of the `i`-th comparison.
    #[must_use]
    pub fn level(self, i: usize) -> u8 {
        ((self.0 >> (4 * i)) & 15) as u8
    }

    /// With the level of the `i`-th comparison set (it must have been 0).
    #[must_use]
    pub fn with(self, i: usize, level: u8) -> Self {
        Self(self.0 | (u64::from(level) << (4 * i)))
    }
}

/// Level of a comparison when either record lacks the value.
pub const MISSING: u8 = 0;

/// How a level's chance among non-matches depends on the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LevelKind {
    /// No value dependence.
    Plain,
    /// Agreement on a value: its chance among non-matches is the value's own frequency.
    Exact,
    /// Agreement after an error that befalls matches and strangers alike (swapped fields): its chance among
    /// non-matches is that among matches times the values' own frequency.
    Mended,
    /// Near agreement: rarer values are stronger evidence, relative to the level's mean.
    Near,
}

/// What a comparison looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Given name (with swaps).
    Given,
    /// Family name (with swaps).
    Family,
    /// Middle name column.
    Middle,
    /// Generation suffix.
    Suffix,
    /// Birth date.
    Birth,
    /// Age.
    Age,
    /// Gender.
    Gender,
    /// E-mail addresses.
    Email,
    /// Phone numbers.
    Phone,
    /// Identifiers.
    Identifier,
    /// Whole address.
    Address,
    /// Organization.
    Organization,
    /// Website.
    Website,
    /// Place of birth.
    BirthPlace,
    /// The n-th further column.
    Attribute(u8),
}

/// A level's label and kind.
pub type LevelSpec = (&'static str, LevelKind);

impl Field {
    /// Levels from 1 on, strongest first; the last is "different".
    #[must_use]
    pub fn levels(self) -> &'static [LevelSpec] {
        use LevelKind::{Exact, Mended, Near, Plain};
        match self {
            Field::Given => &[
                ("exact", Exact),
                ("same first name", Near),
                ("nickname", Near),
                ("initial", Near),
                ("slip of a rare spelling", Near),
                ("similar", Near),
                ("swapped with family name", Mended),
                ("elsewhere in the name", Near),
                ("different", Plain),
            ],
            Field::Family => &[
                ("exact", Exact),
                ("spelled alike", Near),
                ("part of a double name", Near),
                ("slip of a rare spelling", Near),
                ("similar", Near),
                ("elsewhere in the name", Near),
                ("different", Plain),
            ],
            Field::Middle => &[
                ("exact", Exact),
                ("initial", Plain),
                ("similar", Plain),
                ("different", Plain),
            ],
            Field::Suffix => &[
                ("same", Plain),
                ("in one record only", Plain),
                ("different", Plain),
            ],
            Field::Gender => &[("same", Plain), ("different", Plain)],
            Field::Birth => &[
                ("exact", Exact),
                ("same as far as known", Plain),
                ("day and month swapped", Plain),
                ("one digit off", Plain),
                ("two of three parts", Plain),
                ("within a year", Plain),
                ("different", Plain),
            ],
            Field::Age => &[
                ("same", Plain),
                ("one year apart", Plain),
                ("two or three years apart", Plain),
                ("within ten years", Plain),
                ("different", Plain),
            ],
            Field::Email => &[
                ("exact", Exact),
                ("same local part", Near),
                ("slip", Near),
                ("different", Plain),
            ],
            Field::Phone => &[
                ("exact", Exact),
                ("one digit off", Near),
                ("different", Plain),
            ],
            Field::Identifier => &[
                ("exact", Exact),
                ("one slip", Near),
                ("similar", Plain),
                ("different", Plain),
            ],
            Field::Address => &[
                ("same address", Exact),
                ("same street and house", Near),
                ("similar street, same house", Near),
                ("same street", Near),
                ("same postcode", Exact),
                ("similar postcode", Near),
                ("same city", Exact),
                ("similar city or area", Near),
                ("different", Plain),
            ],
            Field::Organization => &[
                ("exact", Exact),
                ("same words", Near),
                ("most rare words", Near),
                ("some rare words", Near),
                ("different", Plain),
            ],
            Field::Website => &[("exact", Exact), ("different", Plain)],
            Field::BirthPlace | Field::Attribute(_) => {
                &[("exact", Exact), ("similar", Near), ("different", Plain)]
            }
        }
    }
}

//! Postal addresses: a street line, a whole address, a city or a region, to comparable parts.
//!
//! Parts are folded (lower-case ASCII words parted by single spaces). What is not understood stays
//! in `street` or `rest`. Normalizing a part again, in a cell of its kind, gives the same part.

mod house;
mod line;
mod place;
mod po_box;
mod scan;
mod spelling;
mod whole;

pub use self::place::{city, region};

/// An address in comparable parts. Each part is folded; empty when the cell does not say it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// Street with its words in one spelling: `n 18th street`, `haupt strasse`, `calle mayor`.
    pub street: String,
    /// House number with its letter: `12`, `12a`, `12bis`; the first of a range.
    pub house: String,
    /// Last number of a range: `14` in `12-14`.
    pub house_end: String,
    /// Flat, suite or room number alone (`7`, `5a`), floors and blocks with a word (`floor 2`).
    pub unit: String,
    /// Number of a post-office box.
    pub po_box: String,
    /// City, as [`city`] gives it.
    pub city: String,
    /// Region, as [`region`] gives it.
    pub region: String,
    /// Postcode, folded, without spaces and hyphens.
    pub postcode: String,
    /// Country as an ISO 3166-1 code in lower case, or folded as written when unknown.
    pub country: String,
    /// Other words: house names, districts, `care of`.
    pub rest: String,
}

/// The address in a cell that holds a street line: `1445 E. 65th St.`, `Schulpl. 5`, `C/ Mayor 3, 2º Izq`.
/// A line that ends in a state and a postcode (`…, IL 60827`) is read as a whole address.
#[must_use]
pub fn street(cell: &str) -> Address {
    if whole::ends_in_state_and_code(cell) {
        return whole::parse(cell);
    }
    line::parse(cell)
}

/// The address in a cell that holds all of it, its parts separated by commas, line ends or runs of spaces.
#[must_use]
pub fn whole(cell: &str) -> Address {
    whole::parse(cell)
}

/// Adds folded `words` to `to`.
fn append(to: &mut String, words: &str) {
    if !to.is_empty() && !words.is_empty() {
        to.push(' ');
    }
    to.push_str(words);
}

#[cfg(test)]
mod cases;

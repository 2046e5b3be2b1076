//! A whole address in one cell: postcode, city, region and country found by their shapes.

use super::{Address, line};

/// Parses a whole address.
pub(super) fn parse(cell: &str) -> Address {
    line::parse(cell)
}

//! Whether a column of whole names writes the family name first, as Hungarian forms and many ledgers do.

use crate::lexicon::given_names::{self, Givenness};
use crate::record::Column;
use crate::text::fold::fold;

/// Distinct values that are looked at.
const LOOKED_AT: usize = 1_500;
/// Names that must tell the order.
const FEWEST: usize = 2;
/// So many times as many names must have the family name first as have it last.
const MAJORITY: usize = 5;

/// Whether names of two words without a comma have a known given name second and none first, as a rule. In Hungary the
/// family name comes first unless most names say otherwise.
pub(super) fn family_first(column: &Column, region: Option<&str>) -> bool {
    let given = |word: &str| given_names::givenness(&fold(word));
    let (mut first, mut last) = (0, 0);
    for name in column.values.iter().skip(1).take(LOOKED_AT) {
        let mut words = name.split_whitespace();
        let (Some(one), Some(two), None) = (words.next(), words.next(), words.next()) else {
            continue;
        };
        if one.ends_with([',', '.']) {
            continue;
        }
        match (given(one), given(two)) {
            (None | Some(Givenness::Family), Some(Givenness::Given)) => first += 1,
            (Some(Givenness::Given), None | Some(Givenness::Family)) => last += 1,
            _ => {}
        }
    }
    match region {
        Some("HU") => first > 0 && first > last,
        _ => first >= FEWEST && first >= MAJORITY * last,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Dictionary;

    fn column(names: &[&str]) -> Column {
        let mut values = Dictionary::new();
        let ids = names.iter().map(|n| values.intern(n)).collect();
        Column {
            values,
            ids,
            ..Column::default()
        }
    }

    #[test]
    fn the_order_of_a_column_is_that_of_its_known_names() {
        let ledger = [
            "Rossi Mario",
            "Bianchi Giulia",
            "Zorzut Ervino",
            "Ferri, Anna",
        ];
        assert!(family_first(&column(&ledger), None));
        let usual = [
            "Mario Rossi",
            "Giulia Bianchi",
            "Zorzut Anna",
            "Ferri Paola",
        ];
        assert!(!family_first(&column(&usual), None));
        let few = ["Nagy Zsuzska", "Szabó Gábor"];
        assert!(!family_first(&column(&few), None));
        assert!(family_first(&column(&few), Some("HU")));
    }
}

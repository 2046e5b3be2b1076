//! Whether a column of whole names writes the family name first, as Hungarian forms and many ledgers do.

use crate::lexicon::given_names::{self, Givenness};
use crate::text::fold::fold;

/// Names that must tell the order.
const FEWEST: usize = 2;
/// So many times as many names must have the family name first as have it last.
const MAJORITY: usize = 5;

/// How many names of two words without a comma have one known given name, behind the other word or before it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct NamesCounted {
    family_first: usize,
    given_first: usize,
}

impl NamesCounted {
    /// Counts a value that may be a name.
    pub(super) fn add(&mut self, value: &str) {
        let mut words = value.split_whitespace();
        let (Some(one), Some(two), None) = (words.next(), words.next(), words.next()) else {
            return;
        };
        if one.ends_with([',', '.']) {
            return;
        }
        let given = |word: &str| given_names::givenness(&fold(word));
        match (given(one), given(two)) {
            (None | Some(Givenness::Family), Some(Givenness::Given)) => self.family_first += 1,
            (Some(Givenness::Given), None | Some(Givenness::Family)) => self.given_first += 1,
            _ => {}
        }
    }

    /// Whether the family name comes first as a rule; in Hungary it does unless most names say otherwise.
    pub(super) fn family_first(self, region: Option<&str>) -> bool {
        match region {
            Some("HU") => self.family_first > self.given_first,
            _ => self.family_first >= FEWEST && self.family_first >= MAJORITY * self.given_first,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_a_column_is_that_of_its_known_names() {
        let family_first = |names: &[&str], region| {
            let mut counted = NamesCounted::default();
            names.iter().for_each(|name| counted.add(name));
            counted.family_first(region)
        };
        let ledger = [
            "Rossi Mario",
            "Bianchi Giulia",
            "Zorzut Ervino",
            "Ferri, Anna",
        ];
        assert!(family_first(&ledger, None));
        let usual = [
            "Mario Rossi",
            "Giulia Bianchi",
            "Zorzut Anna",
            "Ferri Paola",
        ];
        assert!(!family_first(&usual, None));
        let few = ["Nagy Zsuzska", "Szabó Gábor"];
        assert!(!family_first(&few, None));
        assert!(family_first(&few, Some("HU")));
    }
}

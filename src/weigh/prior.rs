//! What is believed before any data is seen: how often each level occurs among true matches.
//!
//! The figures are rounded from published error rates of administrative and customer data (Winkler 2006,
//! "Overview of record linkage and current research directions"; Christen 2012, "Data Matching", ch. 5) and only
//! start the EM; they count as [`STRENGTH`] observed matches against what the data says.

use crate::pair::Field;

/// Number of observed matches that the prior is worth.
pub const STRENGTH: f64 = 12.0;

/// Share of each level among true matches that have the field, from level 1 on; sums to 1.
#[must_use]
pub fn among_matches(field: Field) -> &'static [f64] {
    match field {
        Field::Given => &[0.76, 0.05, 0.04, 0.02, 0.04, 0.03, 0.01, 0.01, 0.04],
        Field::Family => &[0.82, 0.03, 0.02, 0.04, 0.03, 0.02, 0.04],
        Field::Middle => &[0.60, 0.25, 0.05, 0.10],
        Field::Suffix => &[0.55, 0.42, 0.03],
        Field::Gender => &[0.98, 0.02],
        Field::Birth => &[0.84, 0.02, 0.01, 0.06, 0.04, 0.01, 0.02],
        Field::Age => &[0.50, 0.25, 0.12, 0.10, 0.03],
        Field::Email => &[0.70, 0.05, 0.07, 0.18],
        Field::Phone => &[0.60, 0.05, 0.35],
        Field::Identifier => &[0.88, 0.06, 0.02, 0.04],
        Field::Address => &[0.56, 0.06, 0.06, 0.03, 0.05, 0.02, 0.06, 0.02, 0.14],
        Field::Organization => &[0.55, 0.12, 0.13, 0.08, 0.12],
        Field::Website => &[0.85, 0.15],
        Field::BirthPlace => &[0.75, 0.10, 0.15],
        Field::Attribute(_) => &[0.55, 0.10, 0.35],
    }
}

/// Most that the share of "different" among matches may become, from what is believed of it: five times as much, and
/// no more than halfway from there to certainty.
#[must_use]
pub fn most_different(believed: f64) -> f64 {
    (5.0 * believed).min(0.5 + believed / 2.0)
}

/// Share of each level among members of one household, for fields that households share; `None` where agreement is chance.
#[must_use]
pub fn among_household(field: Field) -> Option<&'static [f64]> {
    match field {
        Field::Family => Some(&[0.80, 0.04, 0.03, 0.03, 0.02, 0.02, 0.06]),
        Field::Address => Some(&[0.70, 0.06, 0.06, 0.02, 0.05, 0.01, 0.04, 0.01, 0.05]),
        Field::Phone => Some(&[0.30, 0.02, 0.68]),
        Field::Email => Some(&[0.10, 0.02, 0.02, 0.86]),
        _ => None,
    }
}

/// Share of each level among colleagues, for fields that an organization's people share; `None` where agreement is chance.
#[must_use]
pub fn among_colleagues(field: Field) -> Option<&'static [f64]> {
    match field {
        Field::Organization => Some(&[0.75, 0.10, 0.05, 0.04, 0.06]),
        Field::Address => Some(&[0.50, 0.05, 0.04, 0.02, 0.07, 0.02, 0.10, 0.02, 0.18]),
        Field::Phone => Some(&[0.40, 0.05, 0.55]),
        Field::Email => Some(&[0.10, 0.03, 0.02, 0.85]),
        Field::Website => Some(&[0.90, 0.10]),
        _ => None,
    }
}

/// Share of each level among namesakes: people whose names agree more often than the names' frequencies say, because
/// names go together in a country, a language or an age; `None` where agreement is chance.
#[must_use]
pub fn among_namesakes(field: Field) -> Option<&'static [f64]> {
    match field {
        Field::Given => Some(&[0.70, 0.10, 0.03, 0.05, 0.02, 0.06, 0.01, 0.01, 0.02]),
        Field::Family => Some(&[0.80, 0.05, 0.04, 0.02, 0.06, 0.01, 0.02]),
        _ => None,
    }
}

/// Levels of the address that mean one street: namesakes may live in one town, but those in one house are a household.
pub const ONE_STREET: usize = 4;

/// Share of each level among namesakes of one place; `None` where agreement is chance.
#[must_use]
pub fn among_neighbours(field: Field) -> Option<&'static [f64]> {
    match field {
        Field::Address => Some(&[0.02, 0.01, 0.01, 0.03, 0.10, 0.08, 0.45, 0.20, 0.10]),
        _ => among_namesakes(field),
    }
}

/// Share of each level among branches of one organization, where records are organizations at an address; `None`
/// where agreement is chance (the address above all).
#[must_use]
pub fn among_branches(field: Field) -> Option<&'static [f64]> {
    match field {
        Field::Organization => Some(&[0.30, 0.15, 0.30, 0.20, 0.05]),
        Field::Phone => Some(&[0.40, 0.05, 0.55]),
        Field::Email => Some(&[0.30, 0.05, 0.05, 0.60]),
        Field::Website => Some(&[0.90, 0.10]),
        Field::Attribute(_) => Some(&[0.40, 0.10, 0.50]),
        _ => None,
    }
}

/// Twins: share of household pairs with one birth date, about one birth in sixty (Pison et al. 2015), among siblings and couples alike.
pub const TWINS: f64 = 0.01;
/// Share of household pairs in which a child bears a parent's given name.
pub const NAMED_AFTER: f64 = 0.01;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn priors_are_distributions_over_the_fields_levels() {
        let fields = [
            Field::Given,
            Field::Family,
            Field::Middle,
            Field::Suffix,
            Field::Gender,
            Field::Birth,
            Field::Age,
            Field::Email,
            Field::Phone,
            Field::Identifier,
            Field::Address,
            Field::Organization,
            Field::Website,
            Field::BirthPlace,
            Field::Attribute(0),
        ];
        for field in fields {
            let all = [
                Some(among_matches(field)),
                among_household(field),
                among_colleagues(field),
                among_branches(field),
                among_namesakes(field),
                among_neighbours(field),
            ];
            for shares in all.into_iter().flatten() {
                assert_eq!(shares.len(), field.levels().len(), "{field:?}");
                let sum: f64 = shares.iter().sum();
                assert!((sum - 1.0).abs() < 1e-9, "{field:?} sums to {sum}");
            }
        }
    }
}

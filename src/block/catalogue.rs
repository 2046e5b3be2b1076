//! The catalogue of blocking rules: which parts of a record are joined.

use super::part::{Group, Part};
use super::rule::Rule;
use crate::record::frame::Frame;

/// Parts that records of this frame may have.
pub(super) fn all_parts(frame: &Frame) -> Vec<Part> {
    use Part as P;
    let mut parts = vec![
        P::Given,
        P::GivenSound,
        P::GivenInitial,
        P::Family,
        P::FamilySound,
        P::FamilyStart,
        P::NamePair,
        P::NamePairSound,
        P::NameWord,
        P::Birth,
        P::BirthYear,
        P::BirthMonthDay,
        P::Email,
        P::EmailLocal,
        P::Phone,
        P::Identifier,
        P::Place,
        P::Street,
        P::House,
        P::Postcode,
        P::PostcodeArea,
        P::City,
        P::Organization,
        P::OrganizationWord,
        P::Website,
        P::BirthPlace,
    ];
    parts.extend((0..frame.attributes.len().min(8)).map(|i| P::Attribute(i as u8)));
    parts
}

/// All conjunctions of one or two parts, and those of three that join weak parts of three groups.
pub(super) fn catalogue(present: &[Part]) -> Vec<Rule> {
    use Part as P;
    let weak = |p: &Part| {
        matches!(
            p,
            P::GivenInitial | P::House | P::BirthYear | P::City | P::PostcodeArea | P::Attribute(_)
        )
    };
    let strong = |p: &Part| matches!(p, P::Email | P::Phone | P::Identifier);
    let mut rules = Vec::new();
    for p in present.iter().filter(|p| !weak(p)) {
        rules.push(Rule::new(vec![*p]));
    }
    let compatible = |a: Group, b: Group| {
        let name = |g: Group| matches!(g, Group::Given | Group::Family);
        a != b && !(a == Group::Name && name(b)) && !(b == Group::Name && name(a))
    };
    for (i, a) in present.iter().enumerate() {
        for b in &present[i + 1..] {
            if strong(a) || strong(b) {
                // E-mail, phone and identifier stand alone, and together with a name when alone they are too common.
                let other = if strong(a) { b } else { a };
                if !matches!(other, P::GivenSound | P::FamilySound | P::GivenInitial) {
                    continue;
                }
            }
            let same_address = a.group() == Group::Address
                && b.group() == Group::Address
                && matches!(
                    (*a, *b),
                    (P::Street, P::House) | (P::House, P::Postcode) | (P::House, P::PostcodeArea)
                );
            if compatible(a.group(), b.group()) || same_address {
                rules.push(Rule::new(vec![*a, *b]));
            }
        }
    }
    let triples = |p: &&Part| {
        matches!(
            p,
            P::GivenSound
                | P::GivenInitial
                | P::FamilySound
                | P::FamilyStart
                | P::BirthYear
                | P::BirthMonthDay
                | P::PostcodeArea
                | P::City
                | P::House
                | P::BirthPlace
                | P::Postcode
        )
    };
    let few: Vec<Part> = present.iter().filter(triples).copied().collect();
    for (i, a) in few.iter().enumerate() {
        for (j, b) in few.iter().enumerate().skip(i + 1) {
            for c in &few[j + 1..] {
                let (x, y, z) = (a.group(), b.group(), c.group());
                if compatible(x, y) && compatible(y, z) && compatible(x, z) {
                    rules.push(Rule::new(vec![*a, *b, *c]));
                }
            }
        }
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_joins_parts_of_different_fields_only() {
        let present = [
            Part::GivenSound,
            Part::FamilySound,
            Part::NamePair,
            Part::Birth,
            Part::Postcode,
            Part::Email,
        ];
        let rules = catalogue(&present);
        assert!(rules.contains(&Rule::new(vec![Part::Birth, Part::Postcode])));
        assert!(rules.contains(&Rule::new(vec![Part::Email])));
        assert!(!rules.contains(&Rule::new(vec![Part::FamilySound, Part::NamePair])));
        assert!(rules.contains(&Rule::new(vec![
            Part::GivenSound,
            Part::FamilySound,
            Part::Postcode
        ])));
        let distinct: std::collections::BTreeSet<_> = rules.iter().collect();
        assert_eq!(distinct.len(), rules.len());
    }
}

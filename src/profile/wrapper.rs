//! What nested columns are called below a wrapper that says nothing of them: `_source.email`, `node.email`.

use super::header;
use crate::lexicon::headers::{self, Sense};
use crate::record::Kind;
use std::collections::{BTreeMap, BTreeSet};

/// Kinds that tell of a person or firm, so that whatever holds several of them is a record and no part of one.
const PERSONAL: [Kind; 14] = [
    Kind::GivenName,
    Kind::FamilyName,
    Kind::FullName,
    Kind::Organization,
    Kind::Email,
    Kind::Phone,
    Kind::Street,
    Kind::Address,
    Kind::City,
    Kind::Postcode,
    Kind::BirthDate,
    Kind::Gender,
    Kind::Consent,
    Kind::OptOut,
];
/// Of so many kinds a wrapper has columns at least, a name or an e-mail address among them.
const FEWEST: usize = 3;

/// What to read of each name: what follows the longest wrapper that holds whole records, else the name itself.
pub(crate) fn unwrapped<'n>(names: &[&'n str]) -> Vec<&'n str> {
    let mut held: BTreeMap<&str, BTreeSet<Kind>> = BTreeMap::new();
    for name in names {
        for (wrapper, rest) in splits(name) {
            held.entry(wrapper).or_default().extend(meant(rest));
        }
    }
    let named = [
        Kind::GivenName,
        Kind::FamilyName,
        Kind::FullName,
        Kind::Email,
    ];
    held.retain(|wrapper, kinds| {
        kinds.len() >= FEWEST && named.iter().any(|k| kinds.contains(k)) && is_silent(wrapper)
    });
    let below = |name: &'n str| {
        let wrapped =
            splits(name).filter(|(w, rest)| held.contains_key(w) && meant(rest).is_some());
        wrapped.last().map_or(name, |(_, rest)| rest)
    };
    names.iter().map(|name| below(name)).collect()
}

/// A name cut at each of its dots; what holds several things by number wraps none of them.
fn splits(name: &str) -> impl Iterator<Item = (&str, &str)> {
    let part = |text: &str| !text.is_empty() && !counts(text.split('.').next().unwrap_or(text));
    name.match_indices('.')
        .map(|(at, _)| (&name[..at], &name[at + 1..]))
        .filter(move |(wrapper, rest)| !wrapper.is_empty() && part(rest))
}

fn counts(part: &str) -> bool {
    part.bytes().all(|b| b.is_ascii_digit())
}

/// The personal kind that a name means by itself.
fn meant(name: &str) -> Option<Kind> {
    let said = header::read(name);
    let (kind, bits) = header::strongest(&said.bits);
    (bits >= 8.0 && !said.blocked && PERSONAL.contains(&kind)).then_some(kind)
}

/// Whether a wrapper tells neither whose its columns are nor what for: `node` and not `spouse`, `billing`, `company`.
fn is_silent(wrapper: &str) -> bool {
    let said = headers::read(wrapper);
    let mut meanings = said.phrases.iter().flat_map(|p| p.meanings);
    !wrapper.split('.').any(counts)
        && !meanings.any(|m| {
            m.label.is_some()
                || matches!(
                    m.sense,
                    Sense::Foreign
                        | Sense::Staff
                        | Sense::Party
                        | Sense::Terms
                        | Sense::Label
                        | Sense::Birth
                        | Sense::Kind(Kind::Organization)
                )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrappers_of_whole_records_say_nothing() {
        let read = |names: &[&str]| unwrapped(names).join(" ");
        for wrapper in [
            "_source",
            "node",
            "info",
            "details",
            "person_data.x",
            "source",
        ] {
            let names = ["first_name", "email", "unsubscribed", "address.city"];
            let wrapped: Vec<String> = names.iter().map(|n| format!("{wrapper}.{n}")).collect();
            let wrapped: Vec<&str> = wrapped.iter().map(String::as_str).collect();
            assert_eq!(read(&wrapped), names.join(" "), "{wrapper}");
        }
    }

    #[test]
    fn what_tells_whose_or_what_for_is_kept() {
        for wrapper in [
            "spouse",
            "billing",
            "shipping_address",
            "company",
            "owner",
            "items.1",
        ] {
            let names = ["first_name", "email", "phone", "city"];
            let wrapped: Vec<String> = names.iter().map(|n| format!("{wrapper}.{n}")).collect();
            let wrapped: Vec<&str> = wrapped.iter().map(String::as_str).collect();
            assert_eq!(unwrapped(&wrapped), wrapped, "{wrapper}");
        }
        let parts = [
            "address.city",
            "address.line1",
            "name.first",
            "email.verified",
        ];
        assert_eq!(unwrapped(&parts), parts);
    }
}

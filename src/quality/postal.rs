//! Postcodes held against the form of their country.

use super::column::Counted;
use super::facts::{Trait, Validity};
use super::figures::thousands;
use super::gather::{Bucket, Gather};
use crate::lexicon::postcodes;
use crate::normalize::placeholder::is_placeholder_postcode;
use crate::normalize::postcode::postcode;
use std::collections::BTreeMap;

/// Distinct values with the country of their record, and how many records have both.
pub(super) type Pairs = [(u32, Option<[u8; 2]>, u64)];

/// Checks every postcode whose country is known; `None` when no country is.
pub(super) fn check(counted: &Counted<'_>, pairs: &Pairs, hurts: &mut Gather) -> Option<Validity> {
    let mut validity = Validity {
        check: "the form of postcodes in the record's country (UPU)".to_owned(),
        exact: true,
        ..Validity::default()
    };
    let mut wrong = Bucket::default();
    let mut countries: BTreeMap<[u8; 2], u64> = BTreeMap::new();
    for (id, country, records) in pairs {
        let value = counted.column.values.get(*id);
        let Some(country) = country.filter(|c| postcodes::format(*c).is_some()) else {
            continue;
        };
        if is_placeholder_postcode(value) {
            continue;
        }
        validity.checked_values += 1;
        validity.checked_records += records;
        match postcode(value.trim_start_matches('\''), Some(country)) {
            Some(p) if p.valid && p.restored_zero => {
                hurts.add("lost-zero", value, *records, &p.normal);
                validity.valid_records += records;
            }
            Some(p) if p.valid => validity.valid_records += records,
            _ => {
                wrong.add(value, *records, "");
                *countries.entry(country).or_default() += records;
            }
        }
    }
    if validity.checked_records == 0 {
        return None;
    }
    if wrong.records > 0 {
        let mut most: Vec<_> = countries.into_iter().collect();
        most.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let named: Vec<String> = most
            .iter()
            .take(3)
            .map(|(c, n)| format!("{} {}", String::from_utf8_lossy(c), thousands(*n)))
            .collect();
        validity.problems.push(fits_not(wrong, &named.join(", ")));
    }
    Some(validity)
}

fn fits_not(bucket: Bucket, countries: &str) -> Trait {
    bucket.into_trait(
        "unlike-country",
        format!("not the form of postcodes in the record's country (most: {countries})"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Column;

    #[test]
    fn postcodes_are_held_against_their_country() {
        let mut column = Column::default();
        let mut id = |value: &str| column.values.intern(value);
        let pairs = [
            (id("SW1A 1AA"), Some(*b"GB"), 3),
            (id("12345"), Some(*b"GB"), 2),
            (id("1067"), Some(*b"DE"), 4),
            (id("n/a"), Some(*b"DE"), 1),
            (id("777"), None, 1),
            (id("anything"), Some(*b"HK"), 1),
        ];
        column.ids = pairs.iter().map(|p| p.0).collect();
        let mut hurts = Gather::default();
        let counted = Counted::new(&column);
        let validity = check(&counted, &pairs, &mut hurts).unwrap();
        assert_eq!((validity.checked_records, validity.valid_records), (9, 7));
        assert_eq!(validity.problems[0].examples, ["12345"]);
        assert!(validity.problems[0].text.contains("GB 2"));
        let lost = hurts.into_sorted();
        assert_eq!((lost[0].0, lost[0].1.records), ("lost-zero", 4));
        assert!(check(&counted, &pairs[4..], &mut Gather::default()).is_none());
    }
}

//! Phone columns: numbers held against the numbering plan of their country, and trunk zeros that were lost.

use super::column::Counted;
use super::facts::Validity;
use super::gather::{Bucket, Gather};
use super::{figures, postal, validity};
use crate::normalize::phone::phones;
use crate::normalize::placeholder::is_placeholder_phone;
use crate::text::rounded::is_exponent;

/// Distinct phone numbers of a column that are held against the numbering plans.
const PHONES: usize = 4_000;
/// National numbers of a phone column by their length: tells a column whose trunk zero was lost.
#[derive(Default)]
pub(super) struct DigitLengths {
    with_zero: [u64; 24],
    without: [u64; 24],
}

impl DigitLengths {
    pub(super) fn add(&mut self, value: &str, records: u64) {
        if (7..24).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit()) {
            let place = if value.starts_with('0') {
                &mut self.with_zero
            } else {
                &mut self.without
            };
            place[value.len()] += records;
        }
    }

    /// Numbers one digit shorter than most of those that begin with 0, and without one themselves.
    pub(super) fn lost_zero(&self, counted: &Counted<'_>, hurts: &mut Gather) {
        let (length, usual) = (8..24)
            .map(|n| (n, self.with_zero[n]))
            .max_by_key(|x| x.1)
            .unwrap_or((8, 0));
        let all: u64 = self.with_zero.iter().chain(&self.without).sum();
        let short = self.without[length - 1];
        if short == 0 || 10 * usual < 3 * all || short > usual {
            return;
        }
        for seen in counted.iter() {
            let v = seen.value;
            if v.len() == length - 1 && !v.starts_with('0') && v.bytes().all(|b| b.is_ascii_digit())
            {
                hurts.add("lost-trunk-zero", v, seen.records, &format!("0{v}"));
            }
        }
    }
}

/// Holds phone numbers against the numbering plan of their country; they are all, or those of [`phone_sample`].
pub(super) fn plans(counted: &Counted<'_>, pairs: &postal::Pairs, validity: &mut Validity) {
    let usable = |value: &str| {
        !is_placeholder_phone(value)
            && !is_exponent(value.trim())
            && validity::phone_problem(value).is_none()
    };
    let (mut records, mut ids) = (0, std::collections::BTreeSet::new());
    let mut unknown = Bucket::default();
    for (id, country, n) in pairs {
        let value = counted.column.values.get(*id);
        let international = value.contains('+') || value.starts_with("00");
        if usable(value) && (country.is_some() || international) {
            records += n;
            ids.insert(*id);
            if !phones(value, *country).iter().any(|p| p.valid) {
                unknown.add(value, *n, "");
            }
        }
    }
    if ids.is_empty() {
        return;
    }
    validity
        .check
        .push_str(", and the numbering plan of the country (ITU, libphonenumber)");
    validity.exact = phone_sample(counted).len() as u64 >= validity.checked_values;
    if unknown.records == 0 {
        return;
    }
    let mut text = validity::phone_words("unknown-plan").to_owned();
    if validity.exact {
        validity.valid_records = validity.valid_records.saturating_sub(unknown.records);
    } else {
        let share = 100.0 * unknown.records as f64 / records as f64;
        text = format!(
            "{text}: {share:.1} % of the {} records with the {} numbers of a sample",
            figures::thousands(records),
            figures::thousands(ids.len() as u64)
        );
    }
    validity
        .problems
        .push(unknown.into_trait("unknown-plan", text));
}

/// The phone numbers that are held against numbering plans: all, or about [`PHONES`] with the smallest hashes.
pub(super) fn phone_sample(counted: &Counted<'_>) -> Vec<u32> {
    let distinct = counted.counts.iter().filter(|n| **n > 0).count();
    let share = (u64::MAX / distinct.max(1) as u64).saturating_mul(PHONES as u64);
    let all = distinct <= PHONES;
    counted
        .iter()
        .filter(|s| {
            (all || crate::profile::hash(s.value) < share) && !is_placeholder_phone(s.value)
        })
        .map(|s| s.id)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Column;

    fn column(values: &[String]) -> Column {
        let mut column = Column::default();
        column.ids = values.iter().map(|v| column.values.intern(v)).collect();
        column
    }

    #[test]
    fn a_lost_trunk_zero_shows_among_whole_numbers() {
        let mut values: Vec<String> = (0..50).map(|i| format!("020794601{i:02}")).collect();
        values.extend(["2079460199".to_owned(), "12345678".to_owned()]);
        let column = column(&values);
        let counted = Counted::new(&column);
        let mut lengths = DigitLengths::default();
        counted.iter().for_each(|s| lengths.add(s.value, s.records));
        let mut hurts = Gather::default();
        lengths.lost_zero(&counted, &mut hurts);
        let found = hurts.into_sorted();
        assert_eq!((found.len(), found[0].1.records), (1, 1));
    }

    #[test]
    fn numbers_are_held_against_their_country() {
        let values = [
            "+44 20 7946 0101",
            "020 7946 0102",
            "+44 20 1",
            "030 123456",
        ]
        .map(str::to_owned);
        let column = column(&values);
        let counted = Counted::new(&column);
        let pairs: Vec<_> = (1..=4)
            .map(|id| (id, (id < 4).then_some(*b"GB"), 1))
            .collect();
        let mut validity = Validity {
            checked_values: 4,
            checked_records: 4,
            valid_records: 4,
            exact: true,
            ..Validity::default()
        };
        plans(&counted, &pairs, &mut validity);
        assert!(validity.exact);
        // `+44 20 1` has too few digits for any number, and of the last the country is not known
        assert_eq!((validity.valid_records, validity.problems.len()), (4, 0));
        let wrong = vec![(2, Some(*b"US"), 1)];
        plans(&counted, &wrong, &mut validity);
        assert_eq!(
            (validity.valid_records, validity.problems[0].records),
            (3, 1)
        );
    }
}

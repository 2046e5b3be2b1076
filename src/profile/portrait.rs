//! A column's values in one picture: the share of each property, weighted by how often values occur.

use super::dates::{OnlyOrder, OrderCount};
use super::name_order::NamesCounted;
use super::shape::{self, Flag};
use super::stats::{ColumnStats, Seen};
use std::collections::BTreeMap;

const FLAGS: usize = Flag::ALL.len();

/// Shares of properties among a column's values.
#[derive(Clone, Debug)]
pub(crate) struct Portrait {
    shares: [f64; FLAGS],
    /// Figures of the column.
    pub(crate) stats: ColumnStats,
    /// Distinct values looked at that stand for something.
    pub(crate) values: usize,
    /// Mean number of words.
    pub(crate) words: f64,
    /// Mean number of characters.
    pub(crate) chars: f64,
    /// Share of the most frequent length.
    pub(crate) same_length: f64,
    /// Evidence on the order of day and month.
    pub(crate) order: OrderCount,
    /// Evidence on the order of given and family name.
    pub(crate) names: NamesCounted,
    /// Evidence of dates that are not told as such.
    pub(crate) only_order: OnlyOrder,
    /// Years of dates or of bare years at 10 %, 50 % and 90 %.
    pub(crate) years: Option<[u16; 3]>,
    /// Distinct values share of filled records.
    pub(crate) distinctness: f64,
    /// Country codes that values name or imply, with weights.
    pub(crate) countries: BTreeMap<&'static str, f64>,
    /// Lists that region names come from, with weights.
    pub(crate) regions: BTreeMap<&'static str, f64>,
    /// First digits of international phone numbers, with weights.
    pub(crate) phones: Vec<(String, f64)>,
    /// Share of whole numbers that grow by one each: a counter.
    pub(crate) sequence: bool,
}

impl Portrait {
    /// Looks at the picked values of a column; values that stand for "missing" are left out.
    pub(crate) fn of(stats: ColumnStats, picked: &[Seen<'_>]) -> Self {
        let mut p = Portrait {
            shares: [0.0; FLAGS],
            values: 0,
            words: 0.0,
            chars: 0.0,
            same_length: 0.0,
            order: OrderCount::default(),
            names: NamesCounted::default(),
            only_order: OnlyOrder::default(),
            years: None,
            distinctness: stats.distinctness(),
            countries: BTreeMap::new(),
            regions: BTreeMap::new(),
            phones: Vec::new(),
            sequence: false,
            stats,
        };
        let mut total = 0.0;
        let mut lengths: BTreeMap<u16, f64> = BTreeMap::new();
        let mut years: Vec<(u16, f64)> = Vec::new();
        let mut numbers: Vec<u64> = Vec::new();
        for seen in picked.iter().filter(|s| !shape::is_missing(s.value)) {
            // between counting values and counting records, so that one frequent value does not speak for all
            let weight = (seen.count as f64).sqrt();
            let look = shape::look(seen.value);
            total += weight;
            p.values += 1;
            p.names.add(seen.value);
            for flag in Flag::ALL {
                if look.has(*flag) {
                    p.shares[*flag as usize] += weight;
                }
            }
            p.words += weight * f64::from(look.words);
            p.chars += weight * f64::from(look.chars);
            *lengths.entry(look.chars).or_default() += weight;
            if let Some(date) = look.date {
                p.order.add(date.shape, weight);
                years.push((date.year, weight));
            } else {
                p.only_order.add(seen.value, weight);
            }
            if look.date.is_none() && look.has(Flag::Year) {
                years.extend(shape::bare(seen.value).parse().map(|y: u16| (y, weight)));
            }
            if let Some(country) = look.country {
                *p.countries.entry(country).or_default() += weight;
            }
            if let Some(region) = look.region_of {
                *p.regions.entry(region).or_default() += weight;
            }
            if look.has(Flag::Phone) {
                p.phones
                    .extend(phone_head(seen.value).map(|head| (head, weight)));
            }
            let number = seen.value.trim().strip_prefix('#');
            if look.has(Flag::Digits) || number.is_some() {
                numbers.extend(number.unwrap_or(shape::bare(seen.value)).parse::<u64>());
            }
        }
        if total > 0.0 {
            p.shares.iter_mut().for_each(|s| *s /= total);
            p.words /= total;
            p.chars /= total;
            p.same_length = lengths.values().fold(0.0, |a: f64, b| a.max(*b)) / total;
        }
        p.years = quantiles(years);
        p.sequence = is_sequence(&mut numbers, p.values, p.stats.distinct);
        p
    }

    /// Share of values with a property, 0..=1.
    pub(crate) fn share(&self, flag: Flag) -> f64 {
        self.shares[flag as usize]
    }

    /// Whether every record has a value of its own.
    pub(crate) fn unique(&self) -> bool {
        self.distinctness >= 0.999 && self.stats.fill_rate() >= 0.995
    }

    /// Whether there are few values for the number of records.
    pub(crate) fn few_values(&self) -> bool {
        let d = self.stats.distinct;
        (d <= 12 && self.distinctness <= 0.6)
            || (d <= 60 && self.distinctness < 0.2)
            || self.distinctness < 0.01
    }

    /// How far the number of looked-at values allows to conclude that something is absent, 0..=1.
    pub(crate) fn trust(&self) -> f64 {
        self.values as f64 / (self.values as f64 + 1.5)
    }
}

/// `+44`-like head of an international number: up to four digits after `+` or `00`.
fn phone_head(value: &str) -> Option<String> {
    let value = shape::bare(value)
        .trim_start_matches("tel:")
        .trim_start_matches('(');
    let rest = value
        .strip_prefix('+')
        .or_else(|| value.strip_prefix("00"))?;
    Some(rest.chars().filter(char::is_ascii_digit).take(4).collect())
}

fn quantiles(mut years: Vec<(u16, f64)>) -> Option<[u16; 3]> {
    years.sort_unstable_by_key(|y| y.0);
    let total: f64 = years.iter().map(|y| y.1).sum();
    let at = |share: f64| {
        let mut sum = 0.0;
        years
            .iter()
            .find(|(_, w)| {
                sum += w;
                sum >= share * total
            })
            .map(|y| y.0)
    };
    Some([at(0.1)?, at(0.5)?, at(0.9)?])
}

/// Whether whole numbers fill a range about as densely as a counter does.
fn is_sequence(numbers: &mut [u64], values: usize, distinct: usize) -> bool {
    if values < 4 || numbers.len() < values {
        return false;
    }
    numbers.sort_unstable();
    match (numbers.first(), numbers.last()) {
        (Some(low), Some(high)) => high - low < 3 * distinct as u64,
        _ => false,
    }
}

//! How common names are within a country: given and family names go together by country, so their frequencies over
//! all records, multiplied, would make two Garcías named José look rarer than they are.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use crate::record::frame::Terms;

/// Countries with fewer records are taken together with all others.
const LEAST_RECORDS: u32 = 200;

/// Records by country, and by country and value.
#[derive(Clone, Debug)]
pub struct NamesByCountry {
    countries: HashMap<u16, u32, FixedState>,
    given: HashMap<(u16, u32), u32, FixedState>,
    family: HashMap<(u16, u32), u32, FixedState>,
    records: f64,
    /// Countries in order, with their records.
    order: Vec<(u16, u32)>,
}

impl NamesByCountry {
    /// Counts names by country; `None` unless at least two countries have enough records.
    #[must_use]
    pub fn count(country: &[u16], given: &Terms, family: &Terms) -> Option<Self> {
        let mut countries = HashMap::with_hasher(FixedState::with_seed(0));
        for c in country.iter().filter(|c| **c != 0) {
            *countries.entry(*c).or_default() += 1;
        }
        countries.retain(|_, records| *records >= LEAST_RECORDS);
        if countries.len() < 2 {
            return None;
        }
        let tally = |terms: &Terms| {
            let mut counts = HashMap::with_hasher(FixedState::with_seed(0));
            for (c, id) in country.iter().zip(&terms.ids) {
                if *id != 0 && countries.contains_key(c) {
                    *counts.entry((*c, *id)).or_default() += 1;
                }
            }
            counts
        };
        let (given, family) = (tally(given), tally(family));
        let mut order: Vec<(u16, u32)> = countries.iter().map(|(c, n)| (*c, *n)).collect();
        order.sort_unstable();
        Some(Self {
            order,
            countries,
            given,
            family,
            records: country.len().max(1) as f64,
        })
    }

    /// Chance that a stranger from the country bears the given name.
    #[must_use]
    pub fn given(&self, country: u16, id: u32) -> Option<f64> {
        let records = self.countries.get(&country)?;
        Some(f64::from(self.given.get(&(country, id)).copied().unwrap_or(1)) / f64::from(*records))
    }

    /// Chance that someone with the family name bears the given name, whatever the country: names go together by country.
    #[must_use]
    pub fn given_with(&self, given: u32, family: u32) -> Option<f64> {
        let count = |names: &HashMap<(u16, u32), u32, FixedState>, c: u16, id: u32| {
            f64::from(names.get(&(c, id)).copied().unwrap_or(0))
        };
        let (mut bearers, mut both) = (0.0, 0.0);
        for (c, records) in &self.order {
            let here = count(&self.family, *c, family);
            if here > 0.0 {
                bearers += here;
                both += here * count(&self.given, *c, given) / f64::from(*records);
            }
        }
        (both > 0.0).then(|| both / bearers)
    }

    /// Chance that a stranger is from the country and bears the family name.
    #[must_use]
    pub fn family(&self, country: u16, id: u32) -> Option<f64> {
        self.countries.get(&country)?;
        Some(f64::from(self.family.get(&(country, id)).copied().unwrap_or(1)) / self.records)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 300 records of country 1, all named 1; 200 of country 2, half of them named 2; `few` of country 3.
    fn counted(few: usize) -> Option<NamesByCountry> {
        let mut country = vec![1u16; 300];
        country.extend([2; 200]);
        country.extend(vec![3; few]);
        let mut names = Terms::default();
        let (one, two) = (
            names.values.intern("garcia"),
            names.values.intern("svensson"),
        );
        names.ids = country
            .iter()
            .map(|c| if *c == 1 { one } else { 0 })
            .collect();
        for id in &mut names.ids[300..400] {
            *id = two;
        }
        names.count();
        NamesByCountry::count(&country, &names, &names)
    }

    #[test]
    fn a_name_is_as_common_as_it_is_at_home() {
        let names = counted(0).unwrap();
        let near = |a: Option<f64>, b: f64| assert!((a.unwrap() - b).abs() < 1e-12, "{a:?} {b}");
        near(names.given(1, 1), 1.0);
        near(names.given(2, 2), 0.5);
        near(names.family(2, 2), 100.0 / 500.0);
        near(names.given(2, 1), 1.0 / 200.0);
    }

    #[test]
    fn a_given_name_goes_with_the_family_names_of_its_country() {
        let names = counted(0).unwrap();
        assert!((names.given_with(1, 1).unwrap() - 1.0).abs() < 1e-12);
        assert!((names.given_with(2, 2).unwrap() - 0.5).abs() < 1e-12);
        assert_eq!(names.given_with(2, 1), None, "never together");
    }

    #[test]
    fn small_countries_are_not_told_apart() {
        let names = counted(20).unwrap();
        assert_eq!((names.given(3, 1), names.family(3, 1)), (None, None));
        let one = NamesByCountry::count(&[1; 500], &Terms::default(), &Terms::default());
        assert!(one.is_none());
    }
}

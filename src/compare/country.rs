//! How common names are within a country: given and family names go together by country, so their frequencies over
//! all records, multiplied, would make two Garcías named José look rarer than they are.

use rayon::prelude::*;

use crate::record::frame::Terms;

/// Countries with fewer records are taken together with all others.
const LEAST_RECORDS: u32 = 200;

/// Records by country, and by country and value.
#[derive(Clone, Debug)]
pub struct NamesByCountry {
    /// Countries in order, with their records.
    countries: Vec<(u16, u32)>,
    given: Bearers,
    family: Bearers,
    records: f64,
}

/// Records by value and country.
#[derive(Clone, Debug)]
struct Bearers {
    /// `counts[starts[id]..starts[id + 1]]` are of value `id`, in order of country.
    starts: Vec<u32>,
    counts: Vec<(u16, u32)>,
}

impl Bearers {
    fn count(country: &[u16], names: &Terms, countries: &[(u16, u32)]) -> Self {
        let known = |c: u16| countries.binary_search_by_key(&c, |(c, _)| *c).is_ok();
        let mut all: Vec<u64> = (country.iter().zip(&names.ids))
            .filter(|(c, id)| **id != 0 && known(**c))
            .map(|(c, id)| (u64::from(*id) << 16) | u64::from(*c))
            .collect();
        all.par_sort_unstable();
        let mut starts = vec![0; names.values.len() + 1];
        let mut counts = Vec::new();
        for run in all.chunk_by(|a, b| a == b) {
            counts.push((run[0] as u16, run.len() as u32));
            starts[(run[0] >> 16) as usize + 1] = counts.len() as u32;
        }
        for i in 1..starts.len() {
            starts[i] = starts[i].max(starts[i - 1]);
        }
        Self { starts, counts }
    }

    fn of(&self, id: u32) -> &[(u16, u32)] {
        let id = id as usize;
        &self.counts[self.starts[id] as usize..self.starts[id + 1] as usize]
    }

    fn in_country(&self, id: u32, country: u16) -> Option<u32> {
        let found = self.of(id).iter().find(|(c, _)| *c == country);
        found.map(|(_, count)| *count)
    }
}

impl NamesByCountry {
    /// Counts names by country; `None` unless at least two countries have enough records.
    #[must_use]
    pub fn count(country: &[u16], given: &Terms, family: &Terms) -> Option<Self> {
        let mut all: Vec<u16> = country.iter().copied().filter(|c| *c != 0).collect();
        all.par_sort_unstable();
        let countries: Vec<(u16, u32)> = all
            .chunk_by(|a, b| a == b)
            .map(|run| (run[0], run.len() as u32))
            .filter(|(_, records)| *records >= LEAST_RECORDS)
            .collect();
        (countries.len() >= 2).then(|| Self {
            given: Bearers::count(country, given, &countries),
            family: Bearers::count(country, family, &countries),
            records: country.len().max(1) as f64,
            countries,
        })
    }

    fn records_of(&self, country: u16) -> Option<f64> {
        let at = self.countries.binary_search_by_key(&country, |(c, _)| *c);
        at.ok().map(|at| f64::from(self.countries[at].1))
    }

    /// Chance that a stranger from the country bears the given name.
    #[must_use]
    pub fn given(&self, country: u16, id: u32) -> Option<f64> {
        let records = self.records_of(country)?;
        Some(f64::from(self.given.in_country(id, country).unwrap_or(1)) / records)
    }

    /// Chance that someone with the family name bears the given name, whatever the country: names go together by country.
    #[must_use]
    pub fn given_with(&self, given: u32, family: u32) -> Option<f64> {
        let (mut bearers, mut both) = (0.0, 0.0);
        for (country, here) in self.family.of(family) {
            let here = f64::from(*here);
            bearers += here;
            let given = f64::from(self.given.in_country(given, *country).unwrap_or(0));
            both += here * given / self.records_of(*country).unwrap_or(1.0);
        }
        (both > 0.0).then(|| both / bearers)
    }

    /// Chance that a stranger is from the country and bears the family name.
    #[must_use]
    pub fn family(&self, country: u16, id: u32) -> Option<f64> {
        self.records_of(country)?;
        Some(f64::from(self.family.in_country(id, country).unwrap_or(1)) / self.records)
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

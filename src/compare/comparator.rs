//! All comparisons of one data set: which there are, a pair's levels, and how common agreed values are.

use super::country::NamesByCountry;
use super::name::Names;
use super::organization::OrganizationWords;
use super::word::{Grades, WordGrade};
use super::{address, birth, contact, name, organization};
use crate::pair::{Field, LevelKind, Vector};
use crate::record::frame::{Frame, SEVERAL, TermSets, Terms, share};
use crate::text::edit::{self, Short};

/// A field is compared when at least this share of the records has it.
const LEAST_FILLED: f64 = 0.01;
/// Most comparisons that fit a [`Vector`].
const MOST: usize = 16;

/// What comparing needs to know of a whole frame: which comparisons there are and how common values are.
#[derive(Clone, Debug)]
pub struct Tables {
    fields: Vec<Field>,
    organization_words: OrganizationWords,
    /// How often e-mails, phones, identifiers and places are shared by accident.
    sharing: [f64; 4],
    /// Share of records whose postcode lies in the same area, by postcode id.
    areas: Vec<f64>,
    mails: Vec<contact::Glance>,
    /// Words that are family names more often than given names.
    surnames: Vec<bool>,
    /// Phone numbers that are short.
    phones: Vec<Option<Short>>,
    places: address::Places,
    births: birth::Frequencies,
    by_country: Option<NamesByCountry>,
    grades: Grades,
}

/// Compares records of one frame.
#[derive(Clone, Copy)]
pub struct Comparator<'f> {
    frame: &'f Frame,
    tables: &'f Tables,
}

impl Tables {
    /// Chooses the comparisons that the frame's fields allow, and counts values.
    #[must_use]
    pub fn build(frame: &Frame) -> Self {
        let n = frame.len.max(1) as f64;
        let mut fields: Vec<Field> = Vec::new();
        let mut offer = |field: Field, filled: u32, distinct: usize| {
            if f64::from(filled) >= (LEAST_FILLED * n).max(2.0)
                && distinct >= 1
                && fields.len() < MOST
            {
                fields.push(field);
            }
        };
        let terms = |t: &Terms| (t.filled, t.values.len().saturating_sub(1));
        let sets = |t: &TermSets| (t.filled, t.values.len().saturating_sub(1));
        let (filled, distinct) = terms(&frame.given.terms);
        offer(Field::Given, filled, distinct);
        let (filled, distinct) = terms(&frame.family.terms);
        offer(Field::Family, filled, distinct);
        let known = |values: &[u8]| values.iter().filter(|v| **v != 0).count() as u32;
        let births = frame.birth.iter().filter(|b| **b != 0).count() as u32;
        offer(Field::Birth, births, 2);
        let (filled, distinct) = sets(&frame.emails);
        offer(Field::Email, filled, distinct);
        let (filled, distinct) = sets(&frame.phones);
        offer(Field::Phone, filled, distinct);
        let (filled, distinct) = sets(&frame.identifiers);
        offer(Field::Identifier, filled, distinct);
        let located = frame
            .postcode
            .filled
            .max(frame.city.filled)
            .max(frame.street.filled);
        offer(Field::Address, located, 2);
        let (filled, distinct) = terms(&frame.organization);
        offer(Field::Organization, filled, distinct);
        let (filled, distinct) = terms(&frame.middle);
        offer(Field::Middle, filled, distinct);
        offer(Field::Gender, known(&frame.gender), 2);
        offer(Field::Age, known(&frame.age), 2);
        let (filled, distinct) = terms(&frame.birth_place);
        offer(Field::BirthPlace, filled, distinct);
        let (filled, distinct) = terms(&frame.website);
        offer(Field::Website, filled, distinct);
        if frame.suffix.iter().any(|s| *s != 0) {
            offer(Field::Suffix, frame.len as u32, 2);
        }
        for (i, attribute) in frame.attributes.iter().enumerate() {
            let (filled, distinct) = terms(&attribute.terms);
            offer(Field::Attribute(i as u8), filled, distinct);
        }
        let sharing = [
            &frame.emails,
            &frame.phones,
            &frame.identifiers,
            &frame.place,
        ]
        .map(accidental_sharing);
        let ((organization_words, mails), ((phones, places), (births, by_country))) = rayon::join(
            || {
                (
                    OrganizationWords::build(&frame.organization),
                    contact::glances(frame),
                )
            },
            || {
                let phone = |v: &str| Short::new(v.as_bytes());
                let phones = frame.phones.values.iter().map(phone).collect();
                let (given, family) = (&frame.given.terms, &frame.family.terms);
                let by_country = NamesByCountry::count(&frame.country, given, family);
                let births = birth::Frequencies::count(&frame.birth);
                ((phones, address::Places::of(frame)), (births, by_country))
            },
        );
        Self {
            fields,
            organization_words,
            sharing,
            areas: areas(&frame.postcode),
            mails,
            surnames: surnames(frame),
            phones,
            places,
            births,
            by_country,
            grades: Grades::default(),
        }
    }
}

impl<'f> Comparator<'f> {
    /// Compares the records of `frame`, of which `tables` were built.
    #[must_use]
    pub fn new(frame: &'f Frame, tables: &'f Tables) -> Self {
        Self { frame, tables }
    }

    /// The comparisons, in the order of the vector's levels.
    #[must_use]
    pub fn fields(&self) -> &'f [Field] {
        &self.tables.fields
    }

    /// The frame compared.
    #[must_use]
    pub fn frame(&self) -> &'f Frame {
        self.frame
    }

    /// Name of a comparison in reports.
    #[must_use]
    pub fn name(&self, field: Field) -> &'f str {
        match field {
            Field::Given => "given name",
            Field::Family => "family name",
            Field::Middle => "middle name",
            Field::Suffix => "name suffix",
            Field::Birth => "birth date",
            Field::Age => "age",
            Field::Gender => "gender",
            Field::Email => "e-mail",
            Field::Phone => "phone",
            Field::Identifier => "identifier",
            Field::Address => "address",
            Field::Organization => "organization",
            Field::Website => "website",
            Field::BirthPlace => "birth place",
            Field::Attribute(i) => &self.frame.attributes[i as usize].name,
        }
    }

    /// Looks at what comparing these records will ask of the memory, so that the look-ups do not wait for each other.
    pub fn look_ahead(&self, records: impl Iterator<Item = u32> + Clone) {
        let (f, t) = (self.frame, self.tables);
        let rows = || records.clone().map(|r| &f.rows[r as usize]);
        let mut seen = rows().fold(0, |seen, row| seen ^ row.bag);
        for row in rows() {
            let names = [(&f.given, row.given), (&f.family, row.family)];
            for (names, id) in names.map(|(names, id)| (names, id as usize)) {
                seen ^= u64::from(names.skeleton[id] ^ names.starts[id] ^ names.terms.counts[id]);
            }
            seen ^= contact::look_ahead(row, &t.mails, &t.phones) ^ t.places.look_ahead(row);
        }
        for row in rows() {
            let words = [
                f.given.words(row.given).first(),
                f.family.words(row.family).last(),
            ];
            for word in words.into_iter().flatten() {
                seen ^= f.words.glances[*word as usize].characters();
            }
        }
        std::hint::black_box(seen);
    }

    /// How two words of names agree.
    #[must_use]
    pub fn grade(&self, a: u32, b: u32) -> WordGrade {
        self.tables.grades.of(&self.frame.words, a, b)
    }

    /// Levels of all comparisons of two records.
    #[must_use]
    pub fn vector(&self, a: usize, b: usize) -> Vector {
        let f = self.frame;
        let mut vector = Vector::default();
        let (x, y) = (&f.rows[a], &f.rows[b]);
        let names = Names {
            frame: f,
            surnames: &self.tables.surnames,
            grades: &self.tables.grades,
        };
        let (given, family) = names.levels(a, b);
        for (i, field) in self.tables.fields.iter().enumerate() {
            let level = match field {
                Field::Given => given,
                Field::Family => family,
                Field::Middle if x.middle == 0 || y.middle == 0 => 0,
                Field::Middle => name::middle(f.middle.value(a), f.middle.value(b)),
                Field::Suffix => generation(x.suffix, y.suffix),
                Field::Gender => same_or_not(x.gender, y.gender),
                Field::Birth => birth::birth(x.birth, y.birth),
                Field::Age => birth::age(x.age, y.age),
                Field::Email => contact::email(f, &self.tables.mails, a, b),
                Field::Phone => contact::phone(f, &self.tables.phones, a, b),
                Field::Identifier => contact::identifier(&f.identifiers, a, b),
                Field::Address => address::address(f, &self.tables.places, a, b),
                Field::Organization if x.organization == 0 || y.organization == 0 => 0,
                Field::Organization => {
                    organization::organization(f, &self.tables.organization_words, a, b)
                }
                Field::Website => {
                    let (x, y) = (x.website, y.website);
                    if x == 0 || y == 0 {
                        0
                    } else {
                        1 + u8::from(x != y)
                    }
                }
                Field::BirthPlace => text_level(&f.birth_place, a, b),
                Field::Attribute(i) => text_level(&f.attributes[*i as usize].terms, a, b),
            };
            vector = vector.with(i, level);
        }
        vector
    }

    /// Chance that a non-matching record agrees at this level with the value in hand: absolute for exact levels,
    /// relative to the level's mean for near ones; `None` where the level does not depend on values.
    #[must_use]
    pub fn frequency(&self, field: Field, level: u8, a: usize, b: usize) -> Option<f64> {
        if level == 0 {
            return None;
        }
        let f = self.frame;
        let kind = field.levels()[level as usize - 1];
        if kind.1 == LevelKind::Plain {
            return None;
        }
        let (x, y) = (&f.rows[a], &f.rows[b]);
        let commoner = |t: &Terms, p: u32, q: u32| t.frequency(p).max(t.frequency(q));
        let of_records = |t: &Terms| commoner(t, t.ids[a], t.ids[b]);
        let word = |t: &crate::record::frame::NameTerms, id: u32, first: bool| {
            let words = t.words(id);
            let word = if first { words.first() } else { words.last() };
            word.map_or(0.0, |w| share(f.words.counts[*w as usize], f.len as u32))
        };
        let home = self
            .tables
            .by_country
            .as_ref()
            .filter(|_| x.country == y.country)
            .map(|names| (names, x.country));
        Some(match (field, level) {
            (Field::Given, name::GIVEN_SWAPPED) => {
                (word(&f.given, x.given, true).max(word(&f.family, y.family, false)))
                    * (word(&f.family, x.family, false).max(word(&f.given, y.given, true)))
                        .max(1e-6)
            }
            (Field::Given, 1) => home
                .and_then(|(names, c)| names.given(c, x.given))
                .or_else(|| {
                    let names = self.tables.by_country.as_ref()?;
                    (x.family != 0 && x.family == y.family)
                        .then(|| names.given_with(x.given, x.family))?
                })
                .unwrap_or_else(|| commoner(&f.given.terms, x.given, y.given)),
            (Field::Given, _) => word(&f.given, x.given, true).max(word(&f.given, y.given, true)),
            (Field::Family, 1) => home
                .and_then(|(names, c)| names.family(c, x.family))
                .unwrap_or_else(|| commoner(&f.family.terms, x.family, y.family)),
            (Field::Family, _) => {
                word(&f.family, x.family, false).max(word(&f.family, y.family, false))
            }
            (Field::Middle, _) => commoner(&f.middle, x.middle, y.middle),
            (Field::Email, 1) => match (x.email, y.email) {
                (p, q) if p == q && p != SEVERAL => self.held_by_others(&f.emails, 0, Some(p)),
                _ => self.shared_value(&f.emails, 0, a, b),
            },
            (Field::Email, _) => of_records(&f.email_local).max(1.0 / f.len as f64),
            (Field::Phone, 1) => match (x.phone, y.phone) {
                (p, q) if p == q && p != SEVERAL => self.held_by_others(&f.phones, 1, Some(p)),
                _ => self.shared_value(&f.phones, 1, a, b),
            },
            (Field::Identifier, 1) => self.shared_value(&f.identifiers, 2, a, b),
            (Field::Phone | Field::Identifier, _) => 1.0 / f.len as f64,
            (Field::Address, 1) => {
                if contact::shared(&f.place, a, b).next().is_some() {
                    self.shared_value(&f.place, 3, a, b)
                } else {
                    commoner(&f.street, x.street, y.street).max(1e-6) * 0.05
                }
            }
            (Field::Address, 5 | 6) => commoner(&f.postcode, x.postcode, y.postcode),
            (Field::Address, 7) => commoner(&f.city, x.city, y.city),
            (Field::Address, 8) => {
                let area = |id: u32| self.tables.areas[id as usize];
                (commoner(&f.city, x.city, y.city).max(area(x.postcode))).max(area(y.postcode))
            }
            (Field::Birth, 1) => self.tables.births.of(x.birth),
            (Field::Address, _) => commoner(&f.street, x.street, y.street),
            (Field::Organization, _) => commoner(&f.organization, x.organization, y.organization),
            (Field::Website, _) => commoner(&f.website, x.website, y.website),
            (Field::BirthPlace, _) => of_records(&f.birth_place),
            (Field::Attribute(i), _) => of_records(&f.attributes[i as usize].terms),
            _ => return None,
        })
    }

    /// Chance that a record of another person holds the rarest value that both share.
    fn shared_value(&self, sets: &TermSets, which: usize, a: usize, b: usize) -> f64 {
        let people = |id: &u32| sets.people[*id as usize];
        self.held_by_others(sets, which, contact::shared(sets, a, b).min_by_key(people))
    }

    /// Chance that a record of another person holds this value.
    fn held_by_others(&self, sets: &TermSets, which: usize, id: Option<u32>) -> f64 {
        let others = id.map_or(0, |id| sets.people[id as usize].max(1) - 1);
        (f64::from(others) + self.tables.sharing[which]) / (f64::from(sets.filled) + 40.0)
    }
}

/// Mean number of other people that hold a record's value: how often a value is shared by accident.
fn accidental_sharing(sets: &TermSets) -> f64 {
    let (mut shared, mut all) = (0.0, 0.0);
    for (id, count) in sets.counts.iter().enumerate().skip(1) {
        if *count > 0 {
            shared += f64::from(sets.people[id].max(1) - 1);
            all += f64::from(*count);
        }
    }
    if all > 0.0 {
        (shared / all).clamp(0.01, 1.0)
    } else {
        0.01
    }
}

/// Share of the filled records in each postcode's area.
fn areas(postcode: &Terms) -> Vec<f64> {
    let mut counts = std::collections::HashMap::<&str, u32>::new();
    for (id, count) in postcode.counts.iter().enumerate().skip(1) {
        *counts
            .entry(address::area(postcode.values.get(id as u32)))
            .or_default() += count;
    }
    let filled = f64::from(postcode.filled.max(1));
    let mut shares: Vec<f64> = postcode
        .values
        .iter()
        .map(|v| f64::from(counts.get(address::area(v)).copied().unwrap_or(0)) / filled)
        .collect();
    shares[0] = 0.0;
    shares
}

fn same_or_not(a: u8, b: u8) -> u8 {
    if a == 0 || b == 0 {
        0
    } else {
        1 + u8::from(a != b)
    }
}

/// Level of two generation suffixes: most people have none, so that one record lacks it says little.
fn generation(a: u8, b: u8) -> u8 {
    match (a, b) {
        (0, 0) => 0,
        (a, b) if a == b => 1,
        (0, _) | (_, 0) => 2,
        _ => 3,
    }
}

/// Words that are family names more often than given names.
fn surnames(frame: &Frame) -> Vec<bool> {
    let mut balance = vec![0i64; frame.words.values.len()];
    for (names, leading, sign) in [(&frame.given, true, -1), (&frame.family, false, 1)] {
        for (id, count) in names.terms.counts.iter().enumerate() {
            let words = names.words(id as u32);
            let word = if leading { words.first() } else { words.last() };
            if let Some(w) = word {
                balance[*w as usize] += sign * i64::from(*count);
            }
        }
    }
    balance.iter().map(|b| *b > 0).collect()
}

/// Level of two short texts: exact, similar, different.
fn text_level(terms: &Terms, a: usize, b: usize) -> u8 {
    let (x, y) = (terms.ids[a], terms.ids[b]);
    if x == 0 || y == 0 {
        return 0;
    }
    if x == y {
        return 1;
    }
    let (x, y) = (terms.values.get(x), terms.values.get(y));
    let whole_word =
        |long: &str, short: &str| short.len() >= 4 && long.split(' ').any(|w| w == short);
    let similar = edit::jaro_winkler(x.as_bytes(), y.as_bytes()) >= 0.9
        || whole_word(x, y)
        || whole_word(y, x);
    if similar { 2 } else { 3 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::build::tests::{frame, word};
    use crate::record::Kind;

    #[test]
    fn fields_are_compared_when_two_records_have_them() {
        let f = frame(&[
            (Kind::GivenName, &["Mara", "Yuki", "Omar", "Omar"]),
            (Kind::FamilyName, &["Brandt", "Brandt", "Brandt", "Brandt"]),
            (Kind::Email, &["mara@example.com", "", "", ""]),
            (Kind::Gender, &["f", "f", "m", "m"]),
        ]);
        let tables = Tables::build(&f);
        assert_eq!(
            Comparator::new(&f, &tables).fields(),
            [Field::Given, Field::Family, Field::Gender],
            "a mailbox of one record tells nobody apart"
        );
    }

    #[test]
    fn common_values_are_likelier_by_chance() {
        let rare: Vec<String> = (0..60).map(|i| format!("rar{}", word(i))).collect();
        let mut family: Vec<&str> = rare.iter().map(String::as_str).collect();
        family.extend(["Brandt"; 40]);
        let f = frame(&[(Kind::FamilyName, &family)]);
        let tables = Tables::build(&f);
        let c = Comparator::new(&f, &tables);
        let chance = |a, b, level| c.frequency(Field::Family, level, a, b);
        // 40 of 100 and 1 of 100, drawn towards 0.003 with the worth of 40 records.
        assert!((chance(60, 61, 1).unwrap() - 40.12 / 140.0).abs() < 1e-12);
        assert!((chance(0, 0, 1).unwrap() - 1.12 / 140.0).abs() < 1e-12);
        assert_eq!(chance(0, 1, 7), None, "difference depends on no value");
        assert_eq!(chance(0, 1, 0), None, "nor does what is missing");
    }

    #[test]
    fn a_phone_of_many_people_is_likelier_by_chance_than_one_of_one_person() {
        let f = frame(&[
            (
                Kind::GivenName,
                &["Mara", "Mara", "Yuki", "Omar", "Ines", "Elif"],
            ),
            (
                Kind::FamilyName,
                &["Brandt", "Brandt", "Sato", "Nasr", "Costa", "Aydin"],
            ),
            (
                Kind::Phone,
                &[
                    "+12125550101",
                    "+12125550101",
                    "+12125550102",
                    "+12125550102",
                    "+12125550102",
                    "+12125550103",
                ],
            ),
        ]);
        let tables = Tables::build(&f);
        let c = Comparator::new(&f, &tables);
        let own = c.frequency(Field::Phone, 1, 0, 1).unwrap();
        let shared = c.frequency(Field::Phone, 1, 2, 3).unwrap();
        assert!(own > 0.0 && own < shared && shared < 1.0, "{own} {shared}");
    }

    #[test]
    fn short_texts() {
        let mut terms = Terms::default();
        terms.ids = ["", "baker", "baker", "bakers", "master baker", "smith"]
            .map(|v| terms.values.intern(v))
            .to_vec();
        for (a, b, level) in [(0, 1, 0), (1, 2, 1), (1, 3, 2), (1, 4, 2), (1, 5, 3)] {
            assert_eq!(text_level(&terms, a, b), level, "{a} {b}");
            assert_eq!(text_level(&terms, b, a), level, "{b} {a}");
        }
        assert_eq!(
            [same_or_not(0, 1), same_or_not(2, 2), same_or_not(1, 2)],
            [0, 1, 2]
        );
    }
}

//! Raw columns to normal forms in columns: every distinct cell is normalized once.

mod ages;
mod bearers;
mod cells;
mod contacts;
mod people;
mod places;

use hashbrown::HashMap;
use rayon::prelude::*;

use self::ages::Stated;
use self::cells::{Cells, Known, first_of};
use self::places::Homes;
use super::derive::{
    SHARED_BY_TOO_MANY, count_people, derive_words, finish_names, identities, organization_words,
    suppress, unheap,
};
use crate::lexicon::date_parts;
use crate::normalize::calendar::PartialDate;
use crate::normalize::{address, country, date, gender};
use crate::record::frame::{AttributeTerms, Frame, TermSets, Terms};
use crate::record::{Dataset, DateOrder, Kind, Numbers, SourceTable, TableMapping};
use crate::text::fold;
use crate::text::rounded::lost_digits;

/// Countries where Chinese characters of names have the sound that they fold to.
const SPEAKS_MANDARIN: [u16; 3] = [
    u16::from_be_bytes(*b"CN"),
    u16::from_be_bytes(*b"TW"),
    u16::from_be_bytes(*b"SG"),
];

/// The frame, and the values that were treated as missing: (field, value, records).
pub struct Built {
    /// Normal forms.
    pub frame: Frame,
    /// Placeholders and values shared by too many.
    pub suppressed: Vec<(String, String, u64)>,
    /// What cells of telephone columns say, by table and, within it, in order of these columns.
    pub numbers: Vec<Vec<Numbers>>,
}

/// Normalizes a data set.
#[must_use]
pub fn build(dataset: &Dataset, mappings: &[TableMapping]) -> Built {
    let mut b = Builder::default();
    b.attributes = attribute_names(dataset, mappings);
    b.attribute_terms = b.attributes.iter().map(|_| Terms::default()).collect();
    for (table, mapping) in dataset.tables.iter().zip(mappings) {
        b.table(table, mapping);
    }
    b.finish(dataset)
}

/// Names of attribute columns that can be compared: those of one table, or those that several tables share by name.
fn attribute_names(dataset: &Dataset, mappings: &[TableMapping]) -> Vec<String> {
    let mut names: Vec<(String, usize)> = Vec::new();
    for (table, mapping) in dataset.tables.iter().zip(mappings) {
        for i in mapping.of_kind(Kind::Attribute) {
            let name = fold::fold(&table.columns[i].name);
            match names.iter_mut().find(|(n, _)| *n == name) {
                Some((_, tables)) => *tables += 1,
                None => names.push((name, 1)),
            }
        }
    }
    let several = dataset.tables.len() > 1;
    names
        .into_iter()
        .filter(|(_, tables)| !several || *tables > 1)
        .map(|(n, _)| n)
        .collect()
}

/// The frame in parts that are filled side by side, each of which has only columns of its own.
#[derive(Default)]
struct Builder {
    people: Part,
    emails: Part,
    phones: Part,
    identifiers: Part,
    places: Part,
    organizations: Part,
    attributes: Vec<String>,
    attribute_terms: Vec<Terms>,
    placeholders: HashMap<(Kind, String), u64>,
    stated: Stated,
    numbers: Vec<Vec<Numbers>>,
}

#[derive(Default)]
struct Part {
    frame: Frame,
    scratch: Vec<u32>,
    homes: Homes,
}

impl Builder {
    fn table(&mut self, table: &SourceTable, mapping: &TableMapping) {
        let n = table.len();
        self.people.frame.len += n;
        let mut known: Vec<(Kind, Known)> = Kind::ALL
            .iter()
            .flat_map(|kind| mapping.of_kind(*kind).map(move |i| (*kind, i)))
            .map(|(kind, i)| {
                let label = mapping.columns[i].label.as_deref();
                let known = Known::new(kind, &table.columns[i]);
                (kind, Known { label, ..known })
            })
            .collect();
        let noted: Vec<Vec<(Kind, String, u64)>> = known
            .par_iter()
            .map(|(kind, known)| placeholders(*kind, known))
            .collect();
        for (kind, value, count) in noted.into_iter().flatten() {
            *self.placeholders.entry((kind, value)).or_default() += count;
        }
        for (kind, known) in &mut known {
            if *kind == Kind::Identifier {
                known.leave_out(&lost_digits(known.column.values.iter()));
            }
        }
        let of = |kind: Kind| -> Vec<&Known> {
            let of_kind = known.iter().filter(|(k, _)| *k == kind);
            of_kind.map(|(_, known)| known).collect()
        };
        let region = mapping.region.as_deref().and_then(country::country);
        let countries = countries(&of(Kind::Country), n, region);
        let bearers = bearers::said(table, mapping);
        let mut numbers = Vec::new();
        rayon::scope(|s| {
            // a thread takes its newest task first, another one its oldest
            s.spawn(|_| self.organizations.organizations(&of, n));
            s.spawn(|_| self.identifiers.identifiers(&of, n));
            s.spawn(|_| self.people.names(&of, n, &bearers));
            s.spawn(|_| self.emails.emails(&of, n, &bearers));
            s.spawn(|_| self.places.addresses(&of, n));
            s.spawn(|_| numbers = self.phones.phones(&of, &countries, &bearers));
        });
        self.numbers.push(numbers);
        self.births(&of, table, mapping);
        self.stated(table, mapping);
        self.others(&of, n);
        self.people.frame.country.extend(
            countries
                .iter()
                .map(|c| c.map_or(0, |c| u16::from(c[0]) << 8 | u16::from(c[1]))),
        );
    }

    /// Notes what may tell when ages were stated.
    fn stated(&mut self, table: &SourceTable, mapping: &TableMapping) {
        let told = mapping.of_kind(Kind::Age).next().is_some();
        let columns: Vec<(Kind, Known, DateOrder)> = (mapping.columns.iter().enumerate())
            .filter(|(_, m)| told && Stated::may_tell(m.kind))
            .map(|(i, m)| {
                let order = m.date_order.unwrap_or(DateOrder::Dmy);
                (m.kind, Known::new(m.kind, &table.columns[i]), order)
            })
            .collect();
        self.stated.table(&columns, table.len());
    }

    fn births<'k, 'c: 'k>(
        &mut self,
        of: &impl Fn(Kind) -> Vec<&'k Known<'c>>,
        table: &SourceTable,
        mapping: &TableMapping,
    ) {
        let start = self.people.frame.birth.len();
        self.people.frame.birth.resize(start + table.len(), 0);
        let columns = of(Kind::BirthDate).into_iter();
        for (known, i) in columns.zip(mapping.of_kind(Kind::BirthDate)) {
            let column = known.column;
            let order = mapping.columns[i].date_order.unwrap_or(DateOrder::Dmy);
            let parsed = known.each(|cell| {
                date::birth(cell, order)
                    .filter(|d| !date::is_placeholder_value(*d))
                    .map_or(0, |d| digits(&d))
            });
            for (slot, id) in self.people.frame.birth[start..].iter_mut().zip(&column.ids) {
                if *slot == 0 {
                    *slot = parsed[*id as usize];
                }
            }
        }
        type Part = fn(&str) -> Option<u16>;
        for (kind, factor, part) in [
            (Kind::BirthYear, 10_000, date_parts::year as Part),
            (Kind::BirthMonth, 100, date_parts::month),
            (Kind::BirthDay, 1, date_parts::day),
        ] {
            for known in of(kind) {
                let column = known.column;
                let parsed = known.each(|cell| part(cell).map_or(0, u32::from));
                for (slot, id) in self.people.frame.birth[start..].iter_mut().zip(&column.ids) {
                    if *slot / factor % if factor == 10_000 { 10_000 } else { 100 } == 0 {
                        *slot += parsed[*id as usize] * factor;
                    }
                }
            }
        }
        for slot in &mut self.people.frame.birth[start..] {
            let (year, month, day) = (*slot / 10_000, *slot / 100 % 100, *slot % 100);
            let date = PartialDate::of(year as u16, month as u8, day as u8);
            if date::is_placeholder_value(date) {
                *slot = 0;
            }
        }
    }

    fn others<'k, 'c: 'k>(&mut self, of: &impl Fn(Kind) -> Vec<&'k Known<'c>>, n: usize) {
        let start = self.people.frame.gender.len();
        self.people.frame.gender.resize(start + n, 0);
        for known in of(Kind::Gender) {
            let column = known.column;
            let parsed = known.each(|cell| gender::gender(cell).map_or(0, |g| g as u8 + 1));
            for (slot, id) in self.people.frame.gender[start..]
                .iter_mut()
                .zip(&column.ids)
            {
                *slot = if *slot == 0 {
                    parsed[*id as usize]
                } else {
                    *slot
                };
            }
        }
        self.people.frame.age.resize(start + n, 0);
        for known in of(Kind::Age) {
            let column = known.column;
            let parsed = known.each(age_in);
            for (slot, id) in self.people.frame.age[start..].iter_mut().zip(&column.ids) {
                *slot = if *slot == 0 {
                    parsed[*id as usize]
                } else {
                    *slot
                };
            }
        }
        let city = |k| Cells::new(k, 1, |cell, texts| texts.push(&address::city(cell)));
        let mut places: Vec<Cells> = of(Kind::BirthPlace).into_iter().map(city).collect();
        let birth_place = &mut self.people.frame.birth_place;
        for r in 0..n {
            let id = first_of(&mut places, r, &mut birth_place.values);
            birth_place.ids.push(id);
        }
        let columns = of(Kind::Attribute);
        for (name, terms) in self.attributes.iter().zip(&mut self.attribute_terms) {
            let known = columns.iter().find(|k| fold::fold(&k.column.name) == *name);
            match known {
                Some(known) => {
                    let folded = known.each(fold::fold);
                    let ids: Vec<u32> = folded.iter().map(|v| terms.values.intern(v)).collect();
                    let cells = known.column.ids.iter();
                    terms.ids.extend(cells.map(|id| ids[*id as usize]));
                }
                None => terms.ids.resize(terms.ids.len() + n, 0),
            }
        }
    }

    fn finish(mut self, dataset: &Dataset) -> Built {
        let f = &mut self.people.frame;
        let (emails, places) = (self.emails.frame, self.places.frame);
        f.emails = emails.emails;
        f.email_local = emails.email_local;
        f.phones = self.phones.frame.phones;
        f.identifiers = self.identifiers.frame.identifiers;
        f.street = places.street;
        f.house = places.house;
        f.unit = places.unit;
        f.city = places.city;
        f.region = places.region;
        f.postcode = places.postcode;
        f.place = places.place;
        f.organization = self.organizations.frame.organization;
        f.website = self.organizations.frame.website;
        let scripts = self.organizations.frame.unsounded;
        for (script, of_organization) in f.unsounded.iter_mut().zip(scripts) {
            *script = of_organization.max(*script);
        }
        f.source.clone_from(&dataset.source_of);
        f.sources = dataset.source_names.len();
        bearers::set_firms_apart(f);
        contacts::leave_people_their_mailboxes(f);
        derive_words(&mut f.words);
        finish_names(&mut f.given);
        finish_names(&mut f.family);
        [
            &mut f.middle,
            &mut f.organization,
            &mut f.email_local,
            &mut f.website,
            &mut f.street,
            &mut f.house,
            &mut f.unit,
            &mut f.city,
            &mut f.region,
            &mut f.postcode,
            &mut f.birth_place,
        ]
        .into_par_iter()
        .for_each(Terms::count);
        f.bag.count();
        f.words.counts = f.bag.counts.clone();
        f.words.counts.resize(f.words.values.len(), 0);
        f.attributes = self
            .attributes
            .into_iter()
            .zip(self.attribute_terms)
            .map(|(name, mut terms)| {
                terms.count();
                AttributeTerms { name, terms }
            })
            .collect();
        let identity = identities(f);
        let mut suppressed: Vec<(String, String, u64)> = self
            .placeholders
            .into_iter()
            .map(|((kind, value), count)| (kind.name().to_owned(), value, count))
            .collect();
        let too_many = SHARED_BY_TOO_MANY.max((f.len / 400) as u32);
        let stated = self.stated;
        let (births, organization, words) =
            (&mut f.birth, &f.organization, &mut f.organization_words);
        let people = |sets: &mut TermSets| {
            sets.count();
            count_people(sets, &identity);
        };
        let (emails, phones) = (&mut f.emails, &mut f.phones);
        let (identifiers, place) = (&mut f.identifiers, &mut f.place);
        rayon::scope(|s| {
            s.spawn(|_| *words = organization_words(organization));
            s.spawn(|_| unheap(births, &identity));
            for sets in [identifiers, place, phones, emails] {
                s.spawn(|_| people(sets));
            }
        });
        for (field, sets) in [
            ("email", &mut f.emails),
            ("phone", &mut f.phones),
            ("identifier", &mut f.identifiers),
        ] {
            suppress(field, sets, too_many, &mut suppressed);
        }
        suppressed.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| (&a.0, &a.1).cmp(&(&b.0, &b.1))));
        suppressed.truncate(1000);
        f.age_at_one_time = stated.at_one_time(f);
        for (script, country) in f.unsounded.iter_mut().zip(&f.country) {
            if *script == fold::HAN && SPEAKS_MANDARIN.contains(country) {
                *script = 0;
            }
        }
        f.gather_rows();
        Built {
            frame: self.people.frame,
            suppressed,
            numbers: self.numbers,
        }
    }
}

/// Cells of a column that hold no value, and how many records have each.
fn placeholders(kind: Kind, known: &Known) -> Vec<(Kind, String, u64)> {
    if !known.blank.iter().skip(1).any(|blank| *blank) {
        return Vec::new();
    }
    let mut counts: HashMap<u32, u64> = HashMap::new();
    for id in &known.column.ids {
        if *id != 0 && known.blank[*id as usize] {
            *counts.entry(*id).or_default() += 1;
        }
    }
    let value = |id| known.column.values.get(id).to_owned();
    (counts.into_iter())
        .map(|(id, count)| (kind, value(id), count))
        .collect()
}

fn countries(columns: &[&Known], n: usize, region: Option<[u8; 2]>) -> Vec<Option<[u8; 2]>> {
    let mut countries = vec![None; n];
    for known in columns {
        let parsed = known.each(country::country);
        for (slot, id) in countries.iter_mut().zip(&known.column.ids) {
            *slot = slot.or(parsed[*id as usize]);
        }
    }
    countries.into_iter().map(|c| c.or(region)).collect()
}

fn digits(date: &date::PartialDate) -> u32 {
    date.raw8
        .iter()
        .fold(0, |n, d| n * 10 + u32::from(d.wrapping_sub(b'0').min(9)))
}

/// The age in a cell, 0 when there is none.
fn age_in(cell: &str) -> u8 {
    let whole = cell.trim().split(['.', ',']).next().unwrap_or("");
    whole.parse().ok().filter(|v| *v <= 130).unwrap_or(0)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::record::mapping::ColumnMapping;
    use crate::record::{Column, Origin};

    /// One source of columns, all of one length.
    pub(crate) fn source(columns: &[(Kind, &[&str])]) -> (Dataset, Vec<TableMapping>) {
        let rows = columns.first().map_or(0, |(_, cells)| cells.len());
        let mut table = SourceTable {
            name: "s".to_owned(),
            ..SourceTable::default()
        };
        let mut mapping = TableMapping {
            source: "s".to_owned(),
            ..TableMapping::default()
        };
        for (i, (kind, cells)) in columns.iter().enumerate() {
            assert_eq!(cells.len(), rows, "{kind}");
            let mut column = Column {
                name: format!("{kind} {i}"),
                ..Column::default()
            };
            for cell in *cells {
                let id = column.values.intern(cell);
                column.ids.push(id);
            }
            mapping.columns.push(ColumnMapping {
                column: column.name.clone(),
                kind: *kind,
                label: None,
                date_order: None,
                confidence: 1.0,
                reason: String::new(),
                given: true,
            });
            table.columns.push(column);
        }
        for row in 0..rows {
            table.origins.push(Origin {
                file: 0,
                row: row as u64 + 1,
                byte: 0,
            });
            table.keys.push(row.to_string().into());
        }
        let mut dataset = Dataset {
            tables: vec![table],
            source_names: vec!["s".to_owned()],
            source_of: vec![0; rows],
            ..Dataset::default()
        };
        dataset.number();
        (dataset, vec![mapping])
    }

    /// Frame of one source of columns.
    pub(crate) fn frame(columns: &[(Kind, &[&str])]) -> Frame {
        let (dataset, mappings) = source(columns);
        build(&dataset, &mappings).frame
    }

    #[test]
    fn birth_dates_in_parts_are_those_in_one_cell() {
        let f = frame(&[
            (Kind::BirthYear, &["1985", "85", "1900", "1985"]),
            (Kind::BirthMonth, &["4", "April", "1", ""]),
            (Kind::BirthDay, &["18", "18th", "1", "18"]),
        ]);
        assert_eq!(f.birth, [19_850_418, 19_850_418, 0, 19_850_018]);
    }

    #[test]
    fn a_name_that_stands_twice_in_a_row_is_said_once() {
        let f = frame(&[
            (Kind::GivenName, &["Lukas", "Bill", "Anna"]),
            (Kind::GivenName, &["Lukas", "William", "Anna Maria"]),
            (Kind::GivenName, &["Lukas", "", "Anna"]),
        ]);
        let given = [0, 1, 2].map(|r| f.given.terms.value(r));
        assert_eq!(given, ["lukas", "bill william", "anna maria"]);
    }

    #[test]
    fn rounded_numbers_are_no_telephones() {
        let f = frame(&[(Kind::Phone, &["4,86058E+10", "4.47E+11", "+48 605 772 190"])]);
        assert_eq!([0, 1, 2].map(|r| f.phones.of(r).len()), [0, 0, 1]);
    }

    #[test]
    fn equal_things_written_differently_get_one_normal_form() {
        let f = frame(&[
            (Kind::GivenName, &["  MARA ", "mara", "Mära"]),
            (Kind::Email, &["Mara@Example.com", "mara@example.com ", ""]),
            (
                Kind::Phone,
                &["+1 212 555 0123", "+1 (212) 555-0123", "n/a"],
            ),
            (Kind::BirthDate, &["1980-03-04", "1980-03-04", "1980"]),
            (Kind::Country, &["Austria", "AT", "Österreich"]),
        ]);
        assert_eq!(f.len, 3);
        let given = &f.given.terms;
        assert_eq!((given.id(0), given.filled), (given.id(1), 3));
        assert_eq!(f.emails.of(0), f.emails.of(1));
        assert_eq!(f.phones.of(0), f.phones.of(1));
        assert!(f.emails.of(2).is_empty() && f.phones.of(2).is_empty());
        assert_eq!(f.birth, [19_800_304, 19_800_304, 19_800_000]);
        assert!(f.country[0] != 0 && f.country.iter().all(|c| *c == f.country[0]));
    }

    #[test]
    fn text_that_was_read_in_a_wrong_encoding_is_compared_as_it_was_meant() {
        let f = frame(&[
            (Kind::FullName, &["Ã–zlem ÅžahÃ¶n", "Özlem Şahön"]),
            (Kind::City, &["KÃ¶ln", "Köln"]),
        ]);
        assert_eq!(f.given.terms.id(0), f.given.terms.id(1));
        assert_eq!(f.family.terms.id(0), f.family.terms.id(1));
        assert_eq!(f.city.id(0), f.city.id(1));
    }

    #[test]
    fn numbers_that_no_plan_has_meet_with_and_without_calling_code() {
        // a range reserved for fiction
        let f = frame(&[
            (Kind::Phone, &["+44 7700 900832", "07700 900832"]),
            (Kind::Country, &["GB", "GB"]),
        ]);
        assert_eq!(f.phones.of(0), f.phones.of(1));
    }

    #[test]
    fn a_firm_in_a_column_of_family_names_is_nobody() {
        let f = frame(&[
            (
                Kind::FamilyName,
                &["גלים מערכות בע\"מ", "Padaria Dourada Ltda", "Krüger"],
            ),
            (Kind::GivenName, &["", "", "Sabine"]),
        ]);
        let named = |r: usize| f.given.terms.id(r) != 0 || f.family.terms.id(r) != 0;
        assert_eq!([0, 1, 2].map(named), [false, false, true]);
        assert_eq!(f.organization.value(1), "padaria dourada");
        assert_eq!((f.unsounded[0], f.unsounded[1]), (1, 0));
    }

    #[test]
    fn a_full_name_fills_what_the_columns_of_its_parts_leave_out() {
        let f = frame(&[
            (Kind::GivenName, &["Sir", "1st", "Ann", "Ann", ""]),
            (Kind::FamilyName, &["Baronet", "Bt.", "", "Moss", "Moss"]),
            (
                Kind::FullName,
                &[
                    "Sir William Augustus Marlow, 4th Baronet",
                    "1st Michael Bt.",
                    "Ann Moss",
                    "Beth Moss",
                    "Smith, Carl",
                ],
            ),
        ]);
        let names = |r| (f.given.terms.value(r), f.family.terms.value(r));
        assert_eq!(names(0), ("william augustus", "marlow"));
        assert_eq!(names(1), ("michael", ""));
        assert_eq!(names(2), ("ann", "moss"));
        assert_eq!(names(3), ("ann", "moss"), "the columns' word holds");
        assert_eq!(names(4), ("", "moss"), "another family name");
    }

    #[test]
    fn a_full_name_gives_its_parts_and_every_word_is_in_the_bag() {
        let f = frame(&[(
            Kind::FullName,
            &["Dr. Mara Ines Lindqvist Jr.", "Lindqvist, Mara"],
        )]);
        assert_eq!(f.family.terms.value(0), "lindqvist");
        assert_eq!(f.family.terms.id(0), f.family.terms.id(1));
        assert_eq!(f.given.terms.value(1), "mara");
        assert_eq!(f.suffix, [2, 0]);
        let words: Vec<&str> = f.bag.of(0).iter().map(|w| f.words.values.get(*w)).collect();
        for word in ["mara", "ines", "lindqvist"] {
            assert!(words.contains(&word), "{words:?}");
        }
    }

    #[test]
    fn placeholders_and_values_of_too_many_are_no_evidence_and_are_reported() {
        // People are told apart by their initials.
        let people = 60;
        let letter = |i: usize| char::from(b'a' + (i % 26) as u8);
        let given: Vec<String> = (0..people).map(|i| format!("{}ara", letter(i))).collect();
        let family: Vec<String> = (0..people)
            .map(|i| format!("{}rand", letter(i / 26)))
            .collect();
        let given: Vec<&str> = given.iter().map(String::as_str).collect();
        let family: Vec<&str> = family.iter().map(String::as_str).collect();
        let mut mails = vec!["office@example.com"; people];
        mails[0] = "mara@example.com";
        let mut streets = vec!["n/a"; people];
        streets[1] = "Lindenallee";
        let (dataset, mappings) = source(&[
            (Kind::GivenName, &given),
            (Kind::FamilyName, &family),
            (Kind::Email, &mails),
            (Kind::Street, &streets),
        ]);
        let built = build(&dataset, &mappings);
        assert_eq!(built.frame.emails.of(0).len(), 1);
        assert!((1..people).all(|r| built.frame.emails.of(r).is_empty()));
        assert_eq!(built.frame.street.filled, 1);
        let told = |field: &str, value: &str| {
            let found = built
                .suppressed
                .iter()
                .find(|s| s.0 == field && s.1 == value);
            found.map_or(0, |s| s.2)
        };
        assert_eq!(told("email", "office@example.com"), 59);
        assert_eq!(told("street", "n/a"), 59);
    }

    /// A word of letters for each number.
    pub(crate) fn word(mut number: usize) -> String {
        let mut word = String::new();
        for _ in 0..3 {
            word.push(char::from(b'a' + (number % 26) as u8));
            number /= 26;
        }
        word
    }

    #[test]
    fn a_day_on_which_too_many_are_born_means_day_unknown() {
        let mut births: Vec<u32> = (0..28).map(|d| 19_800_201 + d).collect();
        births.extend([19_700_101; 12]);
        births.push(19_850_000);
        let people: Vec<u32> = (0..41).collect();
        let mut one = births.clone();
        unheap(&mut one, &[7; 41]);
        assert_eq!(one, births, "twelve records of one person");
        unheap(&mut births, &people);
        assert_eq!(births[0], 19_800_201);
        assert!(births[28..40].iter().all(|b| *b == 19_700_000));
        assert_eq!(births[40], 19_850_000);
    }

    #[test]
    fn attributes_of_one_of_several_tables_are_left_out() {
        let (mut dataset, mut mappings) = source(&[
            (Kind::Attribute, &["baker", "smith"]),
            (Kind::GivenName, &["a", "b"]),
        ]);
        assert_eq!(attribute_names(&dataset, &mappings).len(), 1);
        let (other, more) = source(&[(Kind::GivenName, &["c"])]);
        dataset.tables.extend(other.tables);
        mappings.extend(more);
        assert!(attribute_names(&dataset, &mappings).is_empty());
    }
}

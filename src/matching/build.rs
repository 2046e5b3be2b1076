//! Raw columns to normal forms in columns: every distinct cell is normalized once.

use hashbrown::HashMap;
use rayon::prelude::*;

use super::derive::{
    SHARED_BY_TOO_MANY, count_people, derive_words, finish_names, identities, organization_words,
    suppress, unheap, words_of,
};
use crate::normalize::{
    address, country, date, email, gender, identifier, name, organization, phone, placeholder,
    postcode, website,
};
use crate::record::frame::{AttributeTerms, Frame, Terms};
use crate::record::{Column, Dataset, DateOrder, Dictionary, Kind, SourceTable, TableMapping};
use crate::text::fold;

/// The frame, and the values that were treated as missing: (field, value, records).
pub struct Built {
    /// Normal forms.
    pub frame: Frame,
    /// Placeholders and values shared by too many.
    pub suppressed: Vec<(String, String, u64)>,
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

/// The frame in three parts that are filled side by side, each of which has only columns of its own.
#[derive(Default)]
struct Builder {
    people: Part,
    contacts: Part,
    places: Part,
    attributes: Vec<String>,
    attribute_terms: Vec<Terms>,
    placeholders: HashMap<(Kind, String), u64>,
}

#[derive(Default)]
struct Part {
    frame: Frame,
    scratch: Vec<u32>,
    text: String,
}

/// Ids of the normal forms of cells, interned when the first record asks: ids then follow the order of records.
struct Interned<'c> {
    column: &'c Column,
    cells: Vec<Vec<String>>,
    ids: Vec<Option<Box<[u32]>>>,
}

impl<'c> Interned<'c> {
    fn new(column: &'c Column, f: impl Fn(&str) -> Vec<String> + Sync) -> Self {
        let cells = each_value(column, f);
        Self {
            ids: vec![None; cells.len()],
            column,
            cells,
        }
    }

    /// Ids of the record's values.
    fn of(&mut self, record: usize, values: &mut Dictionary) -> &[u32] {
        let id = self.column.ids[record] as usize;
        let cell = &mut self.cells[id];
        self.ids[id].get_or_insert_with(|| {
            let cell = std::mem::take(cell);
            cell.iter().map(|v| values.intern(v)).collect()
        })
    }
}

/// Parsed name cell: what it adds to given, family and the bag.
#[derive(Clone, Default)]
struct NameCell {
    given: String,
    family: String,
    extra: String,
    suffix: u8,
    organization: bool,
}

fn name_cell(parsed: name::PersonName) -> NameCell {
    let join = |parts: [&str; 2]| {
        parts
            .iter()
            .filter(|p| !p.is_empty())
            .copied()
            .collect::<Vec<_>>()
            .join(" ")
    };
    NameCell {
        given: join([&parsed.given, &parsed.middle]),
        family: parsed.family,
        extra: join([&parsed.nickname, &parsed.previous_family]),
        suffix: generation(parsed.suffix),
        organization: parsed.looks_like_organization,
    }
}

/// Generation suffix as a number: 1 Sr, 2 Jr (the second of the name), n the n-th.
fn generation(suffix: name::Suffix) -> u8 {
    match suffix {
        name::Suffix::None => 0,
        name::Suffix::Sr => 1,
        name::Suffix::Jr => 2,
        name::Suffix::Nth(n) => n,
    }
}

/// Applies `f` to each distinct value of a column, in parallel; placeholders give the default.
fn each_value<T: Default + Clone + Send>(column: &Column, f: impl Fn(&str) -> T + Sync) -> Vec<T> {
    (0..column.values.len() as u32)
        .into_par_iter()
        .with_min_len(512)
        .map(|id| {
            let cell = column.values.get(id);
            if id == 0 || placeholder::is_placeholder(cell) {
                T::default()
            } else {
                f(cell)
            }
        })
        .collect()
}

impl Builder {
    fn table(&mut self, table: &SourceTable, mapping: &TableMapping) {
        let n = table.len();
        self.people.frame.len += n;
        let of = |kind: Kind| -> Vec<&Column> {
            mapping.of_kind(kind).map(|i| &table.columns[i]).collect()
        };
        for kind in Kind::ALL {
            for column in of(*kind) {
                self.note_placeholders(*kind, column);
            }
        }
        let region = mapping.region.as_deref().and_then(country::country);
        let countries = self.countries(&of(Kind::Country), n, region);
        let (people, contacts, places) = (&mut self.people, &mut self.contacts, &mut self.places);
        rayon::join(
            || people.names(&of, n),
            || {
                rayon::join(
                    || contacts.contacts(&of, n, &countries),
                    || {
                        places.addresses(&of, n);
                        places.organizations(&of, n);
                    },
                )
            },
        );
        self.births(table, mapping, n);
        self.others(&of, table, mapping, n);
        self.people.frame.country.extend(
            countries
                .iter()
                .map(|c| c.map_or(0, |c| u16::from(c[0]) << 8 | u16::from(c[1]))),
        );
    }

    fn note_placeholders(&mut self, kind: Kind, column: &Column) {
        let mut counts: HashMap<u32, u64> = HashMap::new();
        let placeholders: Vec<bool> = (0..column.values.len() as u32)
            .into_par_iter()
            .with_min_len(512)
            .map(|id| id != 0 && placeholder::is_placeholder(column.values.get(id)))
            .collect();
        if placeholders.iter().any(|p| *p) {
            for id in column.ids.iter().filter(|id| placeholders[**id as usize]) {
                *counts.entry(*id).or_default() += 1;
            }
            for (id, count) in counts {
                *self
                    .placeholders
                    .entry((kind, column.values.get(id).to_owned()))
                    .or_default() += count;
            }
        }
    }

    fn countries(
        &self,
        columns: &[&Column],
        n: usize,
        region: Option<[u8; 2]>,
    ) -> Vec<Option<[u8; 2]>> {
        let mut countries = vec![None; n];
        for column in columns {
            let parsed = each_value(column, country::country);
            for (slot, id) in countries.iter_mut().zip(&column.ids) {
                *slot = slot.or(parsed[*id as usize]);
            }
        }
        countries.into_iter().map(|c| c.or(region)).collect()
    }

    fn births(&mut self, table: &SourceTable, mapping: &TableMapping, n: usize) {
        let start = self.people.frame.birth.len();
        self.people.frame.birth.resize(start + n, 0);
        for i in mapping.of_kind(Kind::BirthDate) {
            let column = &table.columns[i];
            let order = mapping.columns[i].date_order.unwrap_or(DateOrder::Dmy);
            let parsed = each_value(column, |cell| {
                date::date(cell, order)
                    .filter(|d| !date::is_placeholder_value(*d))
                    .map_or(0, |d| digits(&d))
            });
            for (slot, id) in self.people.frame.birth[start..].iter_mut().zip(&column.ids) {
                if *slot == 0 {
                    *slot = parsed[*id as usize];
                }
            }
        }
        for (kind, factor, most) in [
            (Kind::BirthYear, 10_000, 2200u32),
            (Kind::BirthMonth, 100, 12),
            (Kind::BirthDay, 1, 31),
        ] {
            for i in mapping.of_kind(kind) {
                let column = &table.columns[i];
                let parsed = each_value(column, |cell| part_number(cell, most));
                for (slot, id) in self.people.frame.birth[start..].iter_mut().zip(&column.ids) {
                    if *slot / factor % if factor == 10_000 { 10_000 } else { 100 } == 0 {
                        *slot += parsed[*id as usize] * factor;
                    }
                }
            }
        }
    }

    fn others<'t>(
        &mut self,
        of: &impl Fn(Kind) -> Vec<&'t Column>,
        table: &SourceTable,
        mapping: &TableMapping,
        n: usize,
    ) {
        let start = self.people.frame.gender.len();
        self.people.frame.gender.resize(start + n, 0);
        for column in of(Kind::Gender) {
            let parsed = each_value(column, |cell| {
                gender::gender(cell).map_or(0, |g| g as u8 + 1)
            });
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
        for column in of(Kind::Age) {
            let parsed = each_value(column, |cell| part_number(cell, 130) as u8);
            for (slot, id) in self.people.frame.age[start..].iter_mut().zip(&column.ids) {
                *slot = if *slot == 0 {
                    parsed[*id as usize]
                } else {
                    *slot
                };
            }
        }
        let places: Vec<(&Column, Vec<String>)> = of(Kind::BirthPlace)
            .into_iter()
            .map(|c| (c, each_value(c, address::city)))
            .collect();
        for r in 0..n {
            let value = places
                .iter()
                .map(|(c, cells)| &cells[c.ids[r] as usize])
                .find(|v| !v.is_empty());
            push_term(&mut self.people.frame.birth_place, value.map_or("", |v| v));
        }
        for (name, terms) in self.attributes.iter().zip(&mut self.attribute_terms) {
            let column = mapping
                .of_kind(Kind::Attribute)
                .map(|i| &table.columns[i])
                .find(|c| fold::fold(&c.name) == *name);
            match column {
                Some(column) => {
                    let folded = each_value(column, fold::fold);
                    let ids: Vec<u32> = folded.iter().map(|v| terms.values.intern(v)).collect();
                    terms
                        .ids
                        .extend(column.ids.iter().map(|id| ids[*id as usize]));
                }
                None => terms.ids.resize(terms.ids.len() + n, 0),
            }
        }
    }

    fn finish(mut self, dataset: &Dataset) -> Built {
        let f = &mut self.people.frame;
        let (contacts, places) = (self.contacts.frame, self.places.frame);
        f.emails = contacts.emails;
        f.email_local = contacts.email_local;
        f.phones = contacts.phones;
        f.identifiers = contacts.identifiers;
        f.street = places.street;
        f.house = places.house;
        f.unit = places.unit;
        f.city = places.city;
        f.region = places.region;
        f.postcode = places.postcode;
        f.place = places.place;
        f.organization = places.organization;
        f.website = places.website;
        f.source.clone_from(&dataset.source_of);
        f.sources = dataset.source_names.len();
        derive_words(&mut f.words);
        finish_names(&mut f.given, &mut f.words);
        finish_names(&mut f.family, &mut f.words);
        for terms in [
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
        ] {
            terms.count();
        }
        f.bag.count();
        f.words.counts = f.bag.counts.clone();
        f.words.counts.resize(f.words.values.len(), 0);
        f.organization_words = organization_words(&f.organization);
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
        unheap(&mut f.birth, &identity);
        let mut suppressed: Vec<(String, String, u64)> = self
            .placeholders
            .into_iter()
            .map(|((kind, value), count)| (kind.name().to_owned(), value, count))
            .collect();
        let too_many = SHARED_BY_TOO_MANY.max((f.len / 400) as u32);
        for (field, sets, limited) in [
            ("email", &mut f.emails, true),
            ("phone", &mut f.phones, true),
            ("identifier", &mut f.identifiers, true),
            ("address", &mut f.place, false),
        ] {
            sets.count();
            count_people(sets, &identity);
            if limited {
                suppress(field, sets, too_many, &mut suppressed);
            }
        }
        suppressed.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| (&a.0, &a.1).cmp(&(&b.0, &b.1))));
        suppressed.truncate(1000);
        f.gather_rows();
        Built {
            frame: self.people.frame,
            suppressed,
        }
    }
}

impl Part {
    fn names<'t>(&mut self, of: &(impl Fn(Kind) -> Vec<&'t Column> + Sync), n: usize) {
        let parse =
            |kind: Kind, f: fn(&str) -> name::PersonName| -> Vec<(&Column, Vec<NameCell>)> {
                of(kind)
                    .into_iter()
                    .map(|c| (c, each_value(c, |cell| name_cell(f(cell)))))
                    .collect()
            };
        let given = parse(Kind::GivenName, name::given);
        let family = parse(Kind::FamilyName, name::family);
        let full = parse(Kind::FullName, name::full);
        let nick: Vec<(&Column, Vec<String>)> = of(Kind::Nickname)
            .into_iter()
            .map(|c| (c, each_value(c, fold::fold)))
            .collect();
        let suffixes: Vec<(&Column, Vec<u8>)> = of(Kind::NameSuffix)
            .into_iter()
            .map(|c| {
                (
                    c,
                    each_value(c, |cell| {
                        generation(name::family(&format!("x {cell}")).suffix)
                    }),
                )
            })
            .collect();
        let middle: Vec<(&Column, Vec<String>)> = of(Kind::MiddleName)
            .into_iter()
            .map(|c| (c, each_value(c, fold::fold)))
            .collect();
        let (mut g, mut f) = (String::new(), String::new());
        for r in 0..n {
            g.clear();
            f.clear();
            self.scratch.clear();
            let mut suffix = 0;
            let push = |to: &mut String, part: &str| {
                if !part.is_empty() {
                    if !to.is_empty() {
                        to.push(' ');
                    }
                    to.push_str(part);
                }
            };
            for (column, cells) in given.iter().chain(&family) {
                let cell = &cells[column.ids[r] as usize];
                push(&mut g, &cell.given);
                push(&mut f, &cell.family);
                words_of(&mut self.frame.words, &cell.extra, &mut self.scratch);
                suffix = suffix.max(cell.suffix);
            }
            let parts_known = !g.is_empty() || !f.is_empty();
            for (column, cells) in &full {
                let cell = &cells[column.ids[r] as usize];
                if cell.organization {
                    continue;
                }
                if !parts_known && g.is_empty() && f.is_empty() {
                    push(&mut g, &cell.given);
                    push(&mut f, &cell.family);
                }
                for part in [&cell.given, &cell.family, &cell.extra] {
                    words_of(&mut self.frame.words, part, &mut self.scratch);
                }
                suffix = suffix.max(cell.suffix);
            }
            for (column, cells) in &nick {
                words_of(
                    &mut self.frame.words,
                    &cells[column.ids[r] as usize],
                    &mut self.scratch,
                );
            }
            for (column, cells) in &suffixes {
                suffix = suffix.max(cells[column.ids[r] as usize]);
            }
            words_of(&mut self.frame.words, &g, &mut self.scratch);
            words_of(&mut self.frame.words, &f, &mut self.scratch);
            self.frame.bag.push(&mut self.scratch);
            self.frame.suffix.push(suffix);
            push_term(&mut self.frame.given.terms, &g);
            push_term(&mut self.frame.family.terms, &f);
            self.text.clear();
            for (column, cells) in &middle {
                push(&mut self.text, &cells[column.ids[r] as usize]);
            }
            push_term(&mut self.frame.middle, &self.text);
        }
    }

    fn organizations<'t>(&mut self, of: &(impl Fn(Kind) -> Vec<&'t Column> + Sync), n: usize) {
        let normal = |cell: &str| organization::organization(cell).normal;
        let columns: Vec<(&Column, Vec<String>)> = of(Kind::Organization)
            .into_iter()
            .map(|c| (c, each_value(c, normal)))
            .collect();
        let full: Vec<(&Column, Vec<String>)> = of(Kind::FullName)
            .into_iter()
            .map(|c| {
                (
                    c,
                    each_value(c, |cell| {
                        if name::full(cell).looks_like_organization {
                            normal(cell)
                        } else {
                            String::new()
                        }
                    }),
                )
            })
            .collect();
        let sites: Vec<(&Column, Vec<String>)> = of(Kind::Website)
            .into_iter()
            .map(|c| {
                (
                    c,
                    each_value(c, |cell| website::website(cell).unwrap_or_default()),
                )
            })
            .collect();
        for r in 0..n {
            let value = columns
                .iter()
                .chain(&full)
                .map(|(c, cells)| &cells[c.ids[r] as usize])
                .find(|v| !v.is_empty());
            push_term(&mut self.frame.organization, value.map_or("", |v| v));
            let site = sites
                .iter()
                .map(|(c, cells)| &cells[c.ids[r] as usize])
                .find(|v| !v.is_empty());
            push_term(&mut self.frame.website, site.map_or("", |v| v));
        }
    }

    fn contacts<'t>(
        &mut self,
        of: &(impl Fn(Kind) -> Vec<&'t Column> + Sync),
        n: usize,
        countries: &[Option<[u8; 2]>],
    ) {
        let mut emails: Vec<Interned> = of(Kind::Email)
            .into_iter()
            .map(|c| {
                let parse = |cell: &str| {
                    email::emails(cell)
                        .into_iter()
                        .filter(|e| {
                            !e.normal.is_empty() && !placeholder::is_placeholder_email(&e.normal)
                        })
                        .map(|e| e.normal)
                        .collect()
                };
                Interned::new(c, parse)
            })
            .collect();
        let mut identifiers: Vec<Interned> = of(Kind::Identifier)
            .into_iter()
            .map(|c| Interned::new(c, |cell| identifier::identifier(cell).into_iter().collect()))
            .collect();
        let phone_columns = of(Kind::Phone);
        let phones: Vec<ParsedPhones> = phone_columns
            .iter()
            .map(|c| parse_phones(c, countries))
            .collect();
        for (r, country) in countries.iter().enumerate().take(n) {
            self.scratch.clear();
            for cells in &mut emails {
                let ids = cells.of(r, &mut self.frame.emails.values);
                self.scratch.extend_from_slice(ids);
            }
            let first = self
                .scratch
                .first()
                .map_or("", |id| self.frame.emails.values.get(*id));
            let local = first.split('@').next().unwrap_or("");
            let local = if local.len() < 4 { "" } else { local };
            push_term(&mut self.frame.email_local, local);
            self.frame.emails.push(&mut self.scratch);
            for (column, parsed) in phone_columns.iter().zip(&phones) {
                if let Some(values) = parsed.get(&(column.ids[r], *country)) {
                    for value in values {
                        self.scratch.push(self.frame.phones.values.intern(value));
                    }
                }
            }
            self.frame.phones.push(&mut self.scratch);
            for cells in &mut identifiers {
                let ids = cells.of(r, &mut self.frame.identifiers.values);
                self.scratch.extend_from_slice(ids);
            }
            self.frame.identifiers.push(&mut self.scratch);
        }
    }

    fn addresses<'t>(&mut self, of: &(impl Fn(Kind) -> Vec<&'t Column> + Sync), n: usize) {
        type Parts = (String, String, String, String, String, String);
        let parts = |a: address::Address| -> Parts {
            (a.street, a.house, a.unit, a.city, a.region, a.postcode)
        };
        let streets: Vec<(&Column, Vec<Parts>)> = of(Kind::Street)
            .into_iter()
            .map(|c| (c, each_value(c, |cell| parts(address::street(cell)))))
            .collect();
        let whole: Vec<(&Column, Vec<Parts>)> = of(Kind::Address)
            .into_iter()
            .map(|c| (c, each_value(c, |cell| parts(address::whole(cell)))))
            .collect();
        let simple = |kind: Kind, f: fn(&str) -> String| -> Vec<(&Column, Vec<String>)> {
            of(kind)
                .into_iter()
                .map(|c| (c, each_value(c, f)))
                .collect()
        };
        let houses = simple(Kind::HouseNumber, fold::fold);
        let units = simple(Kind::Unit, fold::fold);
        let cities = simple(Kind::City, address::city);
        let regions = simple(Kind::Region, address::region);
        let postcodes = simple(Kind::Postcode, |cell| {
            postcode::postcode(cell, None)
                .map_or_else(|| fold::fold(cell).replace(' ', ""), |p| p.normal)
        });
        let mut key = String::new();
        for r in 0..n {
            let mut p: Parts = Parts::default();
            for (column, cells) in streets.iter().chain(&whole) {
                let cell = &cells[column.ids[r] as usize];
                let fill = |to: &mut String, from: &String| {
                    if to.is_empty() {
                        to.clone_from(from);
                    }
                };
                if p.0.is_empty() {
                    fill(&mut p.0, &cell.0);
                    fill(&mut p.1, &cell.1);
                }
                fill(&mut p.2, &cell.2);
                fill(&mut p.3, &cell.3);
                fill(&mut p.4, &cell.4);
                fill(&mut p.5, &cell.5);
            }
            let take = |to: &mut String, columns: &[(&Column, Vec<String>)]| {
                if let Some(v) = columns
                    .iter()
                    .map(|(c, cells)| &cells[c.ids[r] as usize])
                    .find(|v| !v.is_empty())
                {
                    to.clone_from(v);
                }
            };
            take(&mut p.1, &houses);
            take(&mut p.2, &units);
            take(&mut p.3, &cities);
            take(&mut p.4, &regions);
            take(&mut p.5, &postcodes);
            push_term(&mut self.frame.street, &p.0);
            push_term(&mut self.frame.house, &p.1);
            push_term(&mut self.frame.unit, &p.2);
            push_term(&mut self.frame.city, &p.3);
            push_term(&mut self.frame.region, &p.4);
            push_term(&mut self.frame.postcode, &p.5.to_lowercase());
            self.scratch.clear();
            if !p.0.is_empty() && !p.1.is_empty() {
                for locality in [&p.5, &p.3] {
                    if !locality.is_empty() {
                        key.clear();
                        for part in [&p.0, &p.1, locality] {
                            key.push_str(part);
                            key.push('|');
                        }
                        self.scratch.push(self.frame.place.values.intern(&key));
                    }
                }
            }
            self.frame.place.push(&mut self.scratch);
        }
    }
}

fn push_term(terms: &mut Terms, value: &str) {
    let id = terms.values.intern(value);
    terms.ids.push(id);
}

/// Normal forms of phone cells by cell and country.
type ParsedPhones = HashMap<(u32, Option<[u8; 2]>), Vec<String>>;

fn parse_phones(column: &Column, countries: &[Option<[u8; 2]>]) -> ParsedPhones {
    let mut wanted: Vec<(u32, Option<[u8; 2]>)> = column
        .ids
        .iter()
        .zip(countries)
        .filter(|(id, _)| **id != 0)
        .map(|(id, c)| (*id, *c))
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    wanted
        .into_par_iter()
        .with_min_len(256)
        .map(|(id, country)| {
            let cell = column.values.get(id);
            let values = if placeholder::is_placeholder(cell) {
                Vec::new()
            } else {
                phone::phones(cell, country)
                    .into_iter()
                    .filter(|p| !placeholder::is_placeholder_phone(&p.digits))
                    .map(|p| {
                        if p.valid {
                            p.national
                        } else {
                            p.digits.trim_start_matches('0').to_owned()
                        }
                    })
                    .filter(|key| key.len() >= 5)
                    .collect()
            };
            ((id, country), values)
        })
        .collect::<Vec<_>>()
        .into_iter()
        .collect()
}

fn digits(date: &date::PartialDate) -> u32 {
    date.raw8
        .iter()
        .fold(0, |n, d| n * 10 + u32::from(d.wrapping_sub(b'0').min(9)))
}

fn part_number(cell: &str, most: u32) -> u32 {
    let whole = cell.trim().split(['.', ',']).next().unwrap_or("");
    whole.parse().ok().filter(|v| *v <= most).unwrap_or(0)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::record::Origin;
    use crate::record::mapping::ColumnMapping;

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

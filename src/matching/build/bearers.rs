//! Whose name a record has: a person's or a firm's.

use crate::lexicon::answers::{self, Answer};
use crate::lexicon::record_types::{self, RecordType};
use crate::lexicon::{given_names, particles};
use crate::normalize::name::{self, PersonName};
use crate::normalize::organization::organization;
use crate::record::frame::{Bearer, Frame, Terms};
use crate::record::{CONTACT, Dictionary, IS_FIRM, Kind, RECORD_TYPE, SourceTable, TableMapping};
use crate::text::fold::fold;
use foldhash::fast::FixedState;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Whose name each record has by its own word; empty where no column tells.
pub(super) fn said(table: &SourceTable, mapping: &TableMapping) -> Vec<Bearer> {
    let mut bearers = Vec::new();
    let label = |i: usize| mapping.columns[i].label.as_deref();
    let names = [Kind::GivenName, Kind::FamilyName, Kind::FullName];
    let mut names = names.into_iter().flat_map(|k| mapping.of_kind(k));
    let contacts = names.any(|i| label(i) == Some(CONTACT));
    let of_firm = if contacts {
        Bearer::Contact
    } else {
        Bearer::Firm
    };
    let types = mapping.of_kind(Kind::Category);
    for i in types.chain(mapping.of_kind(Kind::Honorific)) {
        let is_firm = |cell: &str| record_types::of(cell) == Some(RecordType::Organization);
        // one of a family has a family's membership
        let firm = |cell: &str| match label(i) {
            // `Firma` for `Frau`
            _ if mapping.columns[i].kind == Kind::Honorific => {
                if is_firm(cell) {
                    Bearer::Contact
                } else {
                    Bearer::One
                }
            }
            Some(RECORD_TYPE) if is_firm(cell) => of_firm,
            Some(IS_FIRM) if answers::answer(cell) == Some(Answer::Yes) => of_firm,
            _ => Bearer::One,
        };
        let column = &table.columns[i];
        let said: Vec<Bearer> = column.values.iter().map(firm).collect();
        if said.iter().all(|b| *b == Bearer::One) {
            continue;
        }
        bearers.resize(table.len(), Bearer::One);
        for (bearer, id) in bearers.iter_mut().zip(&column.ids) {
            if *bearer == Bearer::One {
                *bearer = said[*id as usize];
            }
        }
    }
    if bearers.is_empty() && contacts {
        bearers = told_by_names(table, mapping);
    }
    bearers
}

/// Whose name each record of a ledger has: one whose own name is a firm's has a contact person's, unless it is called as
/// that person. Where firms come several times with other people, the list is of people.
fn told_by_names(table: &SourceTable, mapping: &TableMapping) -> Vec<Bearer> {
    let is_contact = |i: &usize| mapping.columns[*i].label.as_deref() == Some(CONTACT);
    let of = |kinds: &[Kind], contact: bool| -> Vec<usize> {
        let all = kinds.iter().flat_map(|kind| mapping.of_kind(*kind));
        all.filter(|i| is_contact(i) == contact).collect()
    };
    let names = [Kind::GivenName, Kind::FamilyName, Kind::FullName];
    let contacts = Words::of(table, &of(&names, true));
    if several_people_at_firms(table, &of(&[Kind::Organization], false), &contacts) {
        return Vec::new();
    }
    let mut bearers = vec![Bearer::One; table.len()];
    for kind in [Kind::Organization, Kind::FullName, Kind::FamilyName] {
        for i in of(&[kind], false) {
            let is_firm = |cell: &str| match kind {
                _ if cell.is_empty() => false,
                Kind::Organization => name::among_firms(cell, true) == PersonName::default(),
                Kind::FullName => name::full(cell).looks_like_organization,
                _ => name::family(cell).looks_like_organization,
            };
            let column = &table.columns[i];
            let firms: Vec<bool> = column.values.iter().map(is_firm).collect();
            for (bearer, id) in bearers.iter_mut().zip(&column.ids) {
                if firms[*id as usize] {
                    *bearer = Bearer::Contact;
                }
            }
        }
    }
    let called = Words::of(table, &of(&[Kind::FullName], false));
    let known = |word: &str| given_names::givenness(word).is_some();
    for (r, bearer) in bearers.iter_mut().enumerate() {
        let mut words = contacts.at(r).peekable();
        if words.peek().is_none() {
            continue;
        }
        if words.all(|w| called.at(r).any(|c| c == w)) {
            *bearer = Bearer::One;
        } else if called.at(r).next().is_some() && !called.at(r).any(known) {
            *bearer = Bearer::Contact;
        }
    }
    bearers
}

/// Whether firms of a table come with other people, or with somebody and nobody: more than once, and one firm in five.
fn several_people_at_firms(table: &SourceTable, firms: &[usize], people: &Words<'_>) -> bool {
    let mut seen: HashMap<u32, BTreeSet<String>> = HashMap::new();
    let mut names = Dictionary::default();
    for i in firms {
        let column = &table.columns[*i];
        let normal = |cell: &str| names.intern(&organization(cell).normal);
        let normal: Vec<u32> = column.values.iter().map(normal).collect();
        for (r, id) in column.ids.iter().enumerate() {
            let firm = normal[*id as usize];
            if firm != 0 {
                seen.entry(firm).or_default().insert(people.at(r).collect());
            }
        }
    }
    let more: usize = seen.values().map(|people| people.len() - 1).sum();
    more >= 2 && more * 5 >= seen.len()
}

/// The folded words of some columns.
struct Words<'t> {
    columns: Vec<(&'t [u32], Vec<String>)>,
}

impl<'t> Words<'t> {
    fn of(table: &'t SourceTable, columns: &[usize]) -> Self {
        let columns = columns.iter().map(|i| {
            let column = &table.columns[*i];
            let folded = column.values.iter().map(fold).collect();
            (column.ids.as_slice(), folded)
        });
        Self {
            columns: columns.collect(),
        }
    }

    /// Those of a record.
    fn at(&self, record: usize) -> impl Iterator<Item = &str> {
        let texts = self
            .columns
            .iter()
            .map(move |(ids, t)| &t[ids[record] as usize]);
        texts.flat_map(|text| {
            text.split(|c: char| !c.is_alphanumeric())
                .filter(|w| !w.is_empty())
        })
    }
}

/// The name of a firm is nobody's: where it is the organization's own, as systems without a column for it have it (first
/// name `Lakeshore`, last name `Pottery Supply`), and where the record says that it is a firm. But a firm may bear its
/// owner's name. A list of telephones leaves legal forms out: what is called as a firm elsewhere is that firm. The name of a
/// contact person is not the firm's, either: who it is may have a record of their own.
pub(super) fn set_firms_apart(f: &mut Frame) {
    let called = called_as_firms(f);
    let called = |r: usize| called.binary_search(&r).is_ok();
    for r in 0..f.len {
        let (given, family) = (f.given.terms.value(r), f.family.terms.value(r));
        let organization = f.organization.value(r);
        let firm = matches!(f.bearer[r], Bearer::Firm | Bearer::Contact) || called(r);
        if (organization.is_empty() && !firm) || (given.is_empty() && family.is_empty()) {
            continue;
        }
        // `Harlan Plumbing` of Harlan Plumbing & Heating
        let says = |first: &str, second: &str| {
            let mut letters = organization.bytes().filter(|b| *b != b' ');
            let mut name = first.bytes().chain(second.bytes()).filter(|b| *b != b' ');
            let begins = name.by_ref().all(|b| letters.next() == Some(b));
            begins && (letters.next().is_none() || !(first.is_empty() || second.is_empty()))
        };
        let its_own = says(given, family) || says(family, given) || spells_it(f, r);
        let anothers = f.bearer[r] == Bearer::Contact && !organization.is_empty();
        let persons = given_names::all_given(given) || given_names::all_given(family);
        if !anothers && (persons || !(its_own || organization.is_empty() || called(r))) {
            continue;
        }
        if organization.is_empty() {
            let name = format!("{given} {family}");
            f.organization.ids[r] = f.organization.values.intern(name.trim());
        }
        (f.given.terms.ids[r], f.family.terms.ids[r]) = (0, 0);
    }
}

/// The records, in order, whose name is that of a firm in another record which names nobody or somebody in it.
fn called_as_firms(f: &Frame) -> Vec<usize> {
    let (given, family) = (&f.given.terms, &f.family.terms);
    let mut is_firm = vec![false; f.organization.values.len()];
    for r in 0..f.len {
        let firm = f.organization.id(r) as usize;
        is_firm[firm] = is_firm[firm] || !bears_its_name(f, r);
    }
    let firms = (1..).zip(&is_firm[1..]).filter(|(_, is)| **is);
    let firms = firms.map(|(id, _)| f.organization.values.get(id));
    let firms: HashSet<&str, FixedState> = firms.filter(|name| name.contains(' ')).collect();
    let first = |name: &'_ str| {
        name.split(' ')
            .next()
            .map(str::to_owned)
            .unwrap_or_default()
    };
    let firsts: HashSet<String, FixedState> = firms.iter().map(|name| first(name)).collect();
    let begins = |terms: &Terms| -> Vec<bool> {
        let begins = terms
            .values
            .iter()
            .map(|name| firsts.contains(&first(name)));
        begins.collect()
    };
    let (given_begins, family_begins) = (begins(given), begins(family));
    let is_firm = |r: &usize| {
        let (g, s) = (given.id(*r), family.id(*r));
        let both = |a: &str, b: &str| firms.contains(format!("{a} {b}").as_str());
        // a list of telephones has the whole name for the given one
        let whole = |one: u32, other: u32, terms: &Terms| {
            one != 0 && other == 0 && firms.contains(terms.value(*r))
        };
        whole(g, s, given)
            || whole(s, g, family)
            || f.organization.id(*r) == 0
                && g != 0
                && s != 0
                && (given_begins[g as usize] && both(given.value(*r), family.value(*r))
                    || family_begins[s as usize] && both(family.value(*r), given.value(*r)))
    };
    (0..f.len).filter(is_firm).collect()
}

/// Whether a record's names are the words of its organization, as `Harcourt and Doyle`, which reads like two people.
fn spells_it(f: &Frame, record: usize) -> bool {
    let organization = f.organization.value(record);
    let firm = || {
        organization
            .split(' ')
            .filter(|w| !particles::person_joiner(w))
    };
    let bag = || f.bag.of(record).iter().map(|w| f.words.values.get(*w));
    firm().count() >= 2
        && firm().all(|w| bag().any(|b| b == w))
        && bag().all(|b| firm().any(|w| w == b))
}

/// Whether a record's organization has a word of its name: a person trades so, or the name is the firm's.
fn bears_its_name(f: &Frame, record: usize) -> bool {
    let (given, family) = (f.given.terms.value(record), f.family.terms.value(record));
    let mut words = f.organization.value(record).split(' ');
    words.any(|word| given.split(' ').chain(family.split(' ')).any(|w| w == word))
}

#[cfg(test)]
mod tests {
    use super::super::build;
    use super::super::tests::{frame, source};
    use super::*;

    #[test]
    fn a_person_in_a_column_of_firms_is_somebody() {
        let names = |firms: &[&str]| {
            let f = frame(&[(Kind::Organization, firms)]);
            let name = |r| {
                (
                    f.given.terms.value(r).to_owned(),
                    f.family.terms.value(r).to_owned(),
                )
            };
            let names: Vec<_> = (0..firms.len()).map(name).collect();
            (names, f.bearer)
        };
        let (given, family) = ("sofia".to_owned(), "aggelopoyloy".to_owned());
        let nobody = (String::new(), String::new());
        let (mixed, _) = names(&["Αγγελοπούλου Σοφία", "Ege Tekstil Ltd", "Family Rescue"]);
        assert_eq!(mixed, [(given, family), nobody.clone(), nobody.clone()]);
        let (few, bearers) = names(&[
            "Mw. F. Hoekstra",
            "Mr & Mrs G Whitfield",
            "Thomas Cook",
            "Pennine Print Ltd",
            "Blue Heron",
            "Sr. Bonaventure Children's Center",
            "Ege Tekstil",
            "Harbor & Pine",
            "Nordwerk",
            "Orchard Bank",
            "Teal Loop",
            "Papelaria Sol",
            "Polar Line",
        ]);
        assert_eq!(few[0], ("f".to_owned(), "hoekstra".to_owned()));
        assert_eq!(bearers[1], Bearer::Several);
        assert!(few[2..].iter().all(|n| *n == nobody), "firms are called so");
    }

    #[test]
    fn a_firm_in_the_columns_of_names_is_nobody() {
        let f = frame(&[
            (
                Kind::GivenName,
                &["Amber Valley", "", "Sabine", "Papelería El", "Harlan"],
            ),
            (
                Kind::FamilyName,
                &["Dental", "Bosch", "Krüger", "Faro", "Moss"],
            ),
            (
                Kind::Organization,
                &[
                    "Amber Valley Dental LLP",
                    "Bosch & Sons",
                    "Sabine Krüger",
                    "Papelería El Faro S.A. de C.V.",
                    "Lakeshore Pottery Supply LLC",
                ],
            ),
        ]);
        let nobody = |r: usize| f.given.terms.id(r) == 0 && f.family.terms.id(r) == 0;
        assert_eq!(
            [0, 1, 2, 3, 4].map(nobody),
            [true, false, false, true, false],
            "Sabine Krüger trades under her own name"
        );
    }

    #[test]
    fn what_is_called_as_a_firm_elsewhere_is_that_firm() {
        let names = &[
            "Shannonside Kitchens",
            "Anna Weber",
            "Dora Lind",
            "",
            "",
            "",
        ];
        let firms = &[
            "",
            "",
            "",
            "Shannonside Kitchens Ltd",
            "Anna Weber GmbH",
            "Lindner GmbH",
        ];
        let f = frame(&[(Kind::FullName, names), (Kind::Organization, firms)]);
        let somebody = |r: usize| f.family.terms.id(r) != 0;
        assert_eq!([0, 1, 2].map(somebody), [false, true, true]);
        assert_eq!(f.organization.id(0), f.organization.id(3));
        // known by who works there
        let f = frame(&[
            (Kind::GivenName, &["Stolarnia Dąb", "Łukasz", "Jan Piotr"]),
            (Kind::FamilyName, &["", "Żuk", ""]),
            (Kind::Organization, &["", "Stolarnia Dąb", "Jan Piotr"]),
        ]);
        let somebody = |r: usize| f.given.terms.id(r) != 0;
        assert_eq!([0, 1, 2].map(somebody), [false, true, true]);
    }

    #[test]
    fn a_firm_of_two_surnames_is_no_couple() {
        let f = frame(&[
            (Kind::FullName, &["Harcourt and Doyle", "Anna and Tom Lind"]),
            (Kind::Organization, &["Harcourt & Doyle LLP", ""]),
        ]);
        let somebody = |r: usize| f.family.terms.id(r) != 0;
        assert_eq!([0, 1].map(somebody), [false, true]);
    }

    #[test]
    fn a_record_says_that_it_is_a_firm() {
        let (dataset, mut mappings) = source(&[
            (
                Kind::FullName,
                &["Padaria Bela Vista", "Anna Weber", "Rosa Lima"],
            ),
            (Kind::Category, &["Organization", "Person", "Organization"]),
        ]);
        mappings[0].columns[1].label = Some(RECORD_TYPE.to_owned());
        let f = build(&dataset, &mappings).frame;
        assert_eq!(f.organization.value(0), "padaria bela vista");
        assert_eq!(f.given.terms.value(0), "");
        assert_eq!(f.given.terms.value(1), "anna");
        assert_eq!(f.given.terms.value(2), "rosa", "a firm of her own name");
        assert_eq!((f.bearer[0], f.bearer[1]), (Bearer::Firm, Bearer::One));
    }

    #[test]
    fn a_contact_person_is_not_the_firm() {
        let names = &["Bertrand", "Lucie", "Ana"];
        let mails = &["b@alder.example", "lucie@example.com", "ana@example.com"];
        let of = |more: (Kind, &[&str]), labels: &[(usize, &str)]| {
            let (dataset, mut mappings) =
                source(&[(Kind::GivenName, names), (Kind::Email, mails), more]);
            for (i, label) in labels {
                mappings[0].columns[*i].label = Some((*label).to_owned());
            }
            let f = build(&dataset, &mappings).frame;
            [0, 1, 2].map(|r| f.given.terms.id(r) != 0 && !f.emails.of(r).is_empty())
        };
        let contacts = [(0, CONTACT), (1, CONTACT)];
        let firms: (Kind, &[&str]) = (Kind::Organization, &["Alder GmbH", "Lucie Roux", ""]);
        assert_eq!(of(firms, &contacts), [false, true, true], "a ledger");
        assert_eq!(of(firms, &[]), [true; 3], "those who work there");
    }

    #[test]
    fn a_ledger_has_contact_persons_beside_its_firms() {
        let of = |firms: &[&str; 3], own: Option<&[&str]>, mails: &[&str; 3]| {
            let mut columns: Vec<(Kind, &[&str])> = vec![
                (Kind::GivenName, &["Derek", "Tom", "Ana"]),
                (Kind::FamilyName, &["Ackroyd", "Moss", "Lima"]),
                (Kind::Organization, firms),
                (Kind::Email, mails),
            ];
            columns.extend(own.map(|own| (Kind::FullName, own)));
            let (dataset, mut mappings) = source(&columns);
            for column in &mut mappings[0].columns[..2] {
                column.label = Some(CONTACT.to_owned());
            }
            build(&dataset, &mappings).frame
        };
        let somebody = |f: &Frame| [0, 1, 2].map(|r| f.family.terms.id(r) != 0);
        let mails = &[
            "derek@pj.example",
            "moss@mossandsons.example",
            "d.lima@x.example",
        ];
        let f = of(&["Pennine Joinery Ltd", "Moss & Sons Ltd", ""], None, mails);
        assert_eq!(somebody(&f), [false, false, true]);
        let mailbox = [0, 1, 2].map(|r| !f.emails.of(r).is_empty());
        assert_eq!(
            mailbox,
            [false, true, true],
            "one made of the contact's name"
        );
        // several people at one firm
        let firms = &["Moss & Sons Ltd"; 3];
        assert_eq!(somebody(&of(firms, None, mails)), [true; 3]);
        // called as the contact person, as another, as nobody known
        let firms = &["Lumen Ltd", "Tor Ltd", ""];
        let own: &[&str] = &["Ackroyd, Derek", "Tor Ltd", "Quarrystone"];
        let f = of(firms, Some(own), mails);
        assert_eq!(somebody(&f), [true, false, false]);
        assert_eq!(f.organization.value(2), "quarrystone");
    }

    #[test]
    fn a_form_of_address_says_that_it_is_a_firm() {
        let f = frame(&[
            (Kind::Honorific, &["Firma", "Frau"]),
            (Kind::FamilyName, &["Brückner"; 2]),
            (Kind::Organization, &["Brückner Metallbau GmbH"; 2]),
        ]);
        assert_eq!([0, 1].map(|r| f.family.terms.id(r) != 0), [false, true]);
    }
}

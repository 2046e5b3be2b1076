//! Names and organizations of all records.

use super::super::derive::words_of;
use super::Part;
use super::cells::{AHEAD, Cells, Joint, Known, Texts, first_of};
use super::contacts::of_contact;
use crate::lexicon::{given_names, particles};
use crate::normalize::name::{self, NameOrder};
use crate::normalize::{organization, website};
use crate::profile::some_of;
use crate::record::Kind;
use crate::record::frame::{Bearer, NameTerms, Words};
use crate::text::fold;

/// Texts of a name cell.
const GIVEN: usize = 0;
const FAMILY: usize = 1;
const EXTRA: usize = 2;

/// What a name cell says besides names.
#[derive(Default)]
struct Note {
    suffix: u8,
    organization: bool,
    several: bool,
    /// The script it is written in, where that does not tell its sound.
    unsounded: u8,
}

fn name_cell(cell: &str, parsed: &name::PersonName, texts: &mut Texts) -> Note {
    let joined = |parts: &[&str]| {
        let parts: Vec<&str> = parts.iter().copied().filter(|p| !p.is_empty()).collect();
        parts.join(" ")
    };
    let several = names_two(parsed);
    let mut both = [parsed.given.as_str(), &parsed.middle];
    if several && !parsed.partner.is_empty() {
        // the same two in any order
        both[1] = &parsed.partner;
        both.sort_unstable();
    }
    texts.push(&joined(&both));
    texts.push(&parsed.family);
    let partner = if several { "" } else { &parsed.partner };
    texts.push(&joined(&[
        &parsed.nickname,
        &parsed.previous_family,
        partner,
    ]));
    Note {
        suffix: generation(parsed.suffix),
        organization: parsed.looks_like_organization,
        several,
        unsounded: unsounded(cell),
    }
}

fn unsounded(cell: &str) -> u8 {
    cell.chars().map(fold::unsounded).max().unwrap_or(0)
}

/// Whether a name is surely of two people or a family: `baron Allanson and Winn` is one.
fn names_two(parsed: &name::PersonName) -> bool {
    let first = |names: &str| names.split(' ').next().unwrap_or_default().to_owned();
    let known = |name: &str| given_names::givenness(name).is_some();
    let partner = first(&parsed.partner);
    parsed.second_person && (partner.len() < 2 || known(&partner) || known(&first(&parsed.given)))
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

impl Part {
    pub(super) fn names<'k, 'c: 'k>(
        &mut self,
        of: &(impl Fn(Kind) -> Vec<&'k Known<'c>> + Sync),
        n: usize,
        bearers: &[Bearer],
    ) {
        let contacts = |kind: Kind| of(kind).into_iter().map(of_contact);
        let named = [
            Kind::GivenName,
            Kind::FamilyName,
            Kind::FullName,
            Kind::Organization,
        ];
        let theirs: Vec<bool> = named.into_iter().flat_map(contacts).collect();
        let parse = |kind: Kind, f: fn(&str) -> name::PersonName| {
            let cells = move |k| Cells::new(k, 3, |cell, texts| name_cell(cell, &f(cell), texts));
            of(kind).into_iter().map(cells)
        };
        let mut names: Vec<Cells<Note>> = parse(Kind::GivenName, name::given)
            .chain(parse(Kind::FamilyName, name::family))
            .collect();
        let parts = names.len();
        names.extend(of(Kind::FullName).into_iter().map(|k| {
            let order = NameOrder::of_column(k.label);
            Cells::new(k, 3, move |cell, texts| {
                name_cell(cell, &name::full_ordered(cell, order), texts)
            })
        }));
        let firms = names.len();
        names.extend(of(Kind::Organization).into_iter().map(|k| {
            let mixed = holds_persons(k);
            Cells::new(k, 3, move |cell, texts| {
                name_cell(cell, &name::among_firms(cell, mixed), texts)
            })
        }));
        let folded = |kind: Kind| -> Vec<Cells> {
            let cells = |k| Cells::new(k, 1, |cell, texts| texts.push(&fold::fold(cell)));
            of(kind).into_iter().map(cells).collect()
        };
        let nick = folded(Kind::Nickname);
        let mut middle = folded(Kind::MiddleName);
        let middle_theirs: Vec<bool> = contacts(Kind::MiddleName).collect();
        let suffixes: Vec<(&[u32], Vec<u8>)> = of(Kind::NameSuffix)
            .into_iter()
            .map(|k| {
                let suffix = k.each(|cell| generation(name::family(&format!("x {cell}")).suffix));
                (k.column.ids.as_slice(), suffix)
            })
            .collect();
        let addressed: Vec<(&[u32], Vec<bool>)> = of(Kind::Honorific)
            .into_iter()
            .map(|k| {
                let two = k.each(|cell| {
                    let word = fold::fold(cell);
                    name::given(cell).second_person || particles::all_of_a_family(&word)
                });
                (k.column.ids.as_slice(), two)
            })
            .collect();
        let frame = &mut self.frame;
        let (mut given, mut family, mut between) =
            (Joint::default(), Joint::default(), Joint::default());
        for r in 0..n {
            if r % AHEAD == 0 {
                names.iter().for_each(|c| c.look_ahead(r));
            }
            given.clear();
            family.clear();
            between.clear();
            let (mut suffix, mut unsounded) = (0, 0);
            let mut several = addressed.iter().any(|(ids, two)| two[ids[r] as usize]);
            let said = bearers.get(r).copied().unwrap_or_default();
            for at in 0..names.len() {
                // a column of firms has a person where the record names none
                let named = !given.is_empty() || !family.is_empty();
                if at >= firms && (named || matches!(said, Bearer::Firm | Bearer::Contact)) {
                    break;
                }
                // the contact person's name is not the firm's
                if theirs[at] && said == Bearer::Contact {
                    continue;
                }
                let is_full = at >= parts;
                let note = names[at].note(r);
                unsounded = unsounded.max(note.unsounded);
                if note.organization && (is_full || given.is_empty()) {
                    continue;
                }
                suffix = suffix.max(note.suffix);
                several |= note.several;
                // a whole name counts where the columns of its parts are silent, or one of them is and the other
                // says the same; its words count anyway
                let silent = given.is_empty() && family.is_empty();
                if !is_full || silent {
                    given.add(&names, (at, GIVEN), r);
                    family.add(&names, (at, FAMILY), r);
                } else if given.is_empty() && family.begins(&names, (at, FAMILY), r) {
                    given.add(&names, (at, GIVEN), r);
                } else if family.is_empty() && given.begins(&names, (at, GIVEN), r) {
                    family.add(&names, (at, FAMILY), r);
                } else {
                    for part in [GIVEN, FAMILY] {
                        words_of(&mut frame.words, names[at].text(r, part), &mut self.scratch);
                    }
                }
                if names[at].has(r, EXTRA) {
                    words_of(
                        &mut frame.words,
                        names[at].text(r, EXTRA),
                        &mut self.scratch,
                    );
                }
            }
            for cells in nick.iter().filter(|c| c.has(r, 0)) {
                words_of(&mut frame.words, cells.text(r, 0), &mut self.scratch);
            }
            for (ids, suffixes) in &suffixes {
                suffix = suffix.max(suffixes[ids[r] as usize]);
            }
            for (joint, to) in [(&given, &mut frame.given), (&family, &mut frame.family)] {
                let id = joint.id(&mut names, r, &mut to.terms.values);
                to.terms.ids.push(id);
                self.scratch
                    .extend_from_slice(words_of_name(to, id, &mut frame.words));
            }
            frame.bag.push(&mut self.scratch);
            frame.suffix.push(suffix);
            frame.bearer.push(match said {
                Bearer::One if several => Bearer::Several,
                said => said,
            });
            frame.unsounded.push(unsounded);
            let own = |at: &usize| !(middle_theirs[*at] && said == Bearer::Contact);
            for at in (0..middle.len()).filter(own) {
                between.add(&middle, (at, 0), r);
            }
            let id = between.id(&mut middle, r, &mut frame.middle.values);
            frame.middle.ids.push(id);
        }
    }

    pub(super) fn organizations<'k, 'c: 'k>(
        &mut self,
        of: &(impl Fn(Kind) -> Vec<&'k Known<'c>> + Sync),
        n: usize,
    ) {
        let normal = |cell: &str| organization::organization(cell).normal;
        let own = |k| {
            Cells::new(k, 1, |cell, texts| {
                texts.push(&normal(cell));
                unsounded(cell)
            })
        };
        let in_names = |k, f: fn(&str) -> name::PersonName| {
            Cells::new(k, 1, move |cell, texts: &mut Texts| {
                let is_organization = f(cell).looks_like_organization;
                texts.push(&if is_organization {
                    normal(cell)
                } else {
                    String::new()
                });
                0
            })
        };
        let site = |k| {
            Cells::new(k, 1, |cell, texts: &mut Texts| {
                texts.push(&website::website(cell).unwrap_or_default());
            })
        };
        let mut organizations: Vec<Cells<u8>> =
            of(Kind::Organization).into_iter().map(own).collect();
        let full = of(Kind::FullName).into_iter();
        organizations.extend(full.map(|k| in_names(k, name::full)));
        let family = of(Kind::FamilyName).into_iter();
        organizations.extend(family.map(|k| in_names(k, name::family)));
        let mut sites: Vec<Cells> = of(Kind::Website).into_iter().map(site).collect();
        let frame = &mut self.frame;
        for r in 0..n {
            if r % AHEAD == 0 {
                organizations.iter().for_each(|c| c.look_ahead(r));
            }
            let script = organizations.iter().map(|c| *c.note(r)).max();
            frame.unsounded.push(script.unwrap_or(0));
            let id = first_of(&mut organizations, r, &mut frame.organization.values);
            frame.organization.ids.push(id);
            let id = first_of(&mut sites, r, &mut frame.website.values);
            frame.website.ids.push(id);
        }
    }
}

/// Values of a column of firms that tell whether it holds persons, too.
const TELLING: usize = 2_000;
/// One in so many values is a person's name in a column of both; firms are called so more seldom.
const ONE_IN: usize = 4;

/// Whether a column of firms has persons in it: one in four of its values is somebody's name.
fn holds_persons(k: &Known<'_>) -> bool {
    let (mut persons, mut all) = (0, 0);
    for cell in some_of(&k.column.values, TELLING) {
        persons += usize::from(!name::among_firms(cell, true).family.is_empty());
        all += 1;
    }
    persons * ONE_IN >= all && all > 0
}

/// Words of a name value, interned when the value is new.
fn words_of_name<'n>(names: &'n mut NameTerms, id: u32, words: &mut Words) -> &'n [u32] {
    if names.starts.is_empty() {
        names.starts.extend([0, 0]);
    }
    while names.starts.len() < id as usize + 2 {
        let value = names.terms.values.get(names.starts.len() as u32 - 1);
        words_of(words, value, &mut names.words);
        names.starts.push(names.words.len() as u32);
    }
    names.words(id)
}

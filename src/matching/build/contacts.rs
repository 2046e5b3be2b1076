//! E-mail addresses, phone numbers and identifiers of all records.

use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::Part;
use super::cells::{AHEAD, Known, Lists, Texts};
use crate::compare::contact::made_of;
use crate::normalize::name::{self, PersonName};
use crate::normalize::{email, identifier, phone, placeholder};
use crate::record::frame::{Bearer, Frame};
use crate::record::{CONTACT, Dictionary, Kind, Number, Numbers};
use crate::text::rounded::is_exponent;

/// Fewest digits of a phone number that is compared.
const FEWEST_DIGITS: usize = 5;
/// Fewest characters of a local part that says something alone.
const LEAST_LOCAL: usize = 4;

/// Lists of a column's distinct cells, with the cells of its records.
struct OfCells<'c> {
    ids: &'c [u32],
    lists: Lists,
}

impl<'c> OfCells<'c> {
    fn new(known: &Known<'c>, f: impl Fn(&str, &mut Texts) + Sync) -> Self {
        let lists = Lists::new(known.blank.len(), |cell, texts| {
            if !known.blank[cell] {
                f(known.column.values.get(cell as u32), texts);
            }
        });
        Self {
            ids: &known.column.ids,
            lists,
        }
    }
}

/// Numbers of a column, by distinct cell and country: the country says how a number is read.
struct Phones<'c> {
    ids: &'c [u32],
    /// Cell and country of each list, sorted.
    units: Vec<u64>,
    /// First list of each cell.
    starts: Vec<u32>,
    lists: Lists,
    /// What each list was made of, for golden records.
    numbers: Vec<AtomicU64>,
}

impl<'c> Phones<'c> {
    fn new(known: &Known<'c>, countries: &[Option<[u8; 2]>]) -> Self {
        let cells = known.column.ids.iter().zip(countries);
        let mut units: Vec<u64> = cells
            .filter(|(id, _)| !known.blank[**id as usize])
            .map(|(id, country)| unit(*id, *country))
            .collect();
        units.par_sort_unstable();
        units.dedup();
        let mut starts = vec![0; known.blank.len() + 1];
        for unit in &units {
            starts[(unit >> 16) as usize + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut numbers = Vec::new();
        numbers.resize_with(units.len(), AtomicU64::default);
        let lists = Lists::new(units.len(), |at, texts| {
            let (cell, code) = ((units[at] >> 16) as u32, units[at] as u16);
            let country = (code != 0).then(|| code.to_be_bytes());
            let cell = known.column.values.get(cell);
            // a rounded number is nobody's
            if is_exponent(cell.trim()) {
                return;
            }
            let found = phone::phones(cell, country);
            if let Some(number) = whole(&found) {
                numbers[at].store(number.packed(), Ordering::Relaxed);
            }
            for p in found {
                if placeholder::is_placeholder_phone(&p.digits) {
                    continue;
                }
                // of a number that its plan lacks, what stands behind the calling code
                let abroad = p.e164.strip_prefix('+').is_some_and(|n| n == p.digits);
                let key = match (p.valid, abroad) {
                    (true, _) => p.national.as_str(),
                    (false, true) => p.national.trim_start_matches('0'),
                    (false, false) => p.digits.trim_start_matches('0'),
                };
                if key.len() >= FEWEST_DIGITS {
                    texts.push(key);
                }
            }
        });
        Self {
            ids: &known.column.ids,
            units,
            starts,
            lists,
            numbers,
        }
    }

    fn into_numbers(self) -> Numbers {
        let countries = self.units.iter().map(|u| *u as u16).collect();
        let numbers = self.numbers.into_iter();
        let numbers = numbers.map(AtomicU64::into_inner).collect();
        Numbers::new(self.starts, countries, numbers)
    }

    /// The list of a record.
    fn of(&self, record: usize, country: Option<[u8; 2]>) -> Option<usize> {
        let cell = self.ids[record];
        let (from, to) = (self.starts[cell as usize], self.starts[cell as usize + 1]);
        let wanted = unit(cell, country);
        (from as usize..to as usize).find(|at| self.units[*at] == wanted)
    }
}

/// What a cell says when that is one number without extension, or none.
fn whole(found: &[phone::Phone]) -> Option<Number> {
    let number = |digits, valid| Number { digits, valid };
    match found {
        [] => Some(number(0, false)),
        [one] if one.extension.is_some() => None,
        [one] if one.e164.is_empty() => Some(number(0, false)),
        [one] => {
            let digits = one.e164.strip_prefix('+')?.parse().ok()?;
            Some(number(digits, one.valid))
        }
        _ => None,
    }
}

fn unit(cell: u32, country: Option<[u8; 2]>) -> u64 {
    u64::from(cell) << 16 | u64::from(country.map_or(0, u16::from_be_bytes))
}

/// The digits of a VAT number: in its own country it is written without the country's letters (Directive 2006/112/EC,
/// article 215).
fn without_vat_prefix(number: &str) -> &str {
    const COUNTRIES: &[&str] = &[
        "BE", "BG", "CZ", "DE", "DK", "EE", "EL", "FI", "GB", "HR", "HU", "IT", "LT", "LU", "LV",
        "MT", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
    ];
    // whose numbers have a letter or more of their own
    const LETTERS: &[&str] = &["AT", "CY", "ES", "IE", "NL"];
    match number.split_at_checked(2) {
        Some((country, own)) if (8..=12).contains(&own.len()) => {
            let digits = own.bytes().filter(u8::is_ascii_digit).count();
            let whole = COUNTRIES.contains(&country) && digits == own.len()
                || LETTERS.contains(&country) && (7..own.len()).contains(&digits);
            if whole { own } else { number }
        }
        _ => number,
    }
}

impl Part {
    /// The mailbox of a contact person is not the firm's; nor is the telephone.
    pub(super) fn emails<'k, 'c: 'k>(
        &mut self,
        of: &(impl Fn(Kind) -> Vec<&'k Known<'c>> + Sync),
        n: usize,
        bearers: &[Bearer],
    ) {
        let address = |cell: &str, texts: &mut Texts| {
            for e in email::emails(cell) {
                if !e.normal.is_empty() && !placeholder::is_placeholder_email(&e.normal) {
                    texts.push(&e.normal);
                }
            }
        };
        let (theirs, own): (Vec<_>, Vec<_>) =
            of(Kind::Email).into_iter().partition(|k| of_contact(k));
        let of_all = |known: Vec<&'k Known<'c>>| -> Vec<OfCells<'c>> {
            known
                .into_iter()
                .map(|k| OfCells::new(k, address))
                .collect()
        };
        let (mut theirs, mut own) = (of_all(theirs), of_all(own));
        let (emails, scratch) = (&mut self.frame.emails, &mut self.scratch);
        let local_parts = &mut self.frame.email_local;
        let people = ContactNames::of(of);
        let mut locals: Vec<Option<u32>> = Vec::new();
        for r in 0..n {
            ids_of(&mut own, r, &mut emails.values, scratch);
            if bearers.get(r) == Some(&Bearer::Contact) {
                scratch.retain(|mail| !people.made(r, emails.values.get(*mail)));
            } else {
                ids_of(&mut theirs, r, &mut emails.values, scratch);
            }
            let first = scratch.first().copied().unwrap_or(0);
            locals.resize(emails.values.len(), None);
            let local = *locals[first as usize].get_or_insert_with(|| {
                local_parts
                    .values
                    .intern(telling_local(emails.values.get(first)))
            });
            local_parts.ids.push(local);
            emails.push(scratch);
        }
    }

    pub(super) fn identifiers<'k, 'c: 'k>(
        &mut self,
        of: &(impl Fn(Kind) -> Vec<&'k Known<'c>> + Sync),
        n: usize,
    ) {
        let number = |cell: &str, texts: &mut Texts| {
            let number = identifier::identifier(cell);
            let number = number.as_deref().map(without_vat_prefix);
            number.iter().for_each(|i| texts.push(i));
        };
        let new = |k| OfCells::new(k, number);
        let mut columns: Vec<OfCells> = of(Kind::Identifier).into_iter().map(new).collect();
        let identifiers = &mut self.frame.identifiers;
        for r in 0..n {
            ids_of(&mut columns, r, &mut identifiers.values, &mut self.scratch);
            identifiers.push(&mut self.scratch);
        }
    }

    pub(super) fn phones<'k, 'c: 'k>(
        &mut self,
        of: &(impl Fn(Kind) -> Vec<&'k Known<'c>> + Sync),
        countries: &[Option<[u8; 2]>],
        bearers: &[Bearer],
    ) -> Vec<Numbers> {
        let known = of(Kind::Phone);
        let theirs: Vec<bool> = known.iter().map(|k| of_contact(k)).collect();
        let new = |k| Phones::new(k, countries);
        let mut columns: Vec<Phones> = known.into_iter().map(new).collect();
        let phones = &mut self.frame.phones;
        for (r, country) in countries.iter().enumerate() {
            if r % AHEAD == 0 {
                let next = r..(r + AHEAD).min(countries.len());
                for column in &columns {
                    let lists = next.clone().filter_map(|r| column.of(r, countries[r]));
                    column.lists.look_ahead(lists);
                }
            }
            let firm = bearers.get(r) == Some(&Bearer::Contact);
            let columns = columns.iter_mut().zip(&theirs);
            for (column, _) in columns.filter(|(_, theirs)| !(firm && **theirs)) {
                if let Some(list) = column.of(r, *country) {
                    let lists = &mut column.lists;
                    lists.ids(list, &mut phones.values, &mut self.scratch);
                }
            }
            phones.push(&mut self.scratch);
        }
        columns.into_iter().map(Phones::into_numbers).collect()
    }
}

/// Names of contact persons: of each of their columns the cells' ids, and given and family name of each distinct cell.
struct ContactNames<'k> {
    columns: Vec<(&'k [u32], Vec<[String; 2]>)>,
}

impl<'k> ContactNames<'k> {
    fn of<'c: 'k>(of: &(impl Fn(Kind) -> Vec<&'k Known<'c>> + Sync)) -> Self {
        type Parse = fn(&str) -> PersonName;
        let parsers = [
            (Kind::GivenName, name::given as Parse),
            (Kind::FamilyName, name::family),
            (Kind::FullName, name::full),
        ];
        let columns = parsers.into_iter().flat_map(|(kind, parse)| {
            let theirs = of(kind).into_iter().filter(|k| of_contact(k));
            theirs.map(move |k| {
                let names = k.each(|cell| {
                    let name = parse(cell);
                    [name.given, name.family]
                });
                (k.column.ids.as_slice(), names)
            })
        });
        Self {
            columns: columns.collect(),
        }
    }

    /// Whether a mailbox is made of the record's contact person's name.
    fn made(&self, record: usize, mail: &str) -> bool {
        let said = |part: usize| {
            let mut names = self
                .columns
                .iter()
                .map(|(ids, n)| n[ids[record] as usize][part].as_str());
            names.find(|name| !name.is_empty()).unwrap_or_default()
        };
        is_persons(mail, said(0), said(1))
    }
}

/// A mailbox that is made of the name of a person in whose record it stands is that person's: a firm that has it in a record
/// of its own has it for the person whom one reaches there.
pub(super) fn leave_people_their_mailboxes(f: &mut Frame) {
    let firm = |r: &usize| matches!(f.bearer[*r], Bearer::Firm | Bearer::Contact);
    let mut of_firm = vec![false; f.emails.values.len()];
    for r in (0..f.len).filter(firm) {
        f.emails
            .of(r)
            .iter()
            .for_each(|m| of_firm[*m as usize] = true);
    }
    let mut of_person = vec![false; of_firm.len()];
    if of_firm.contains(&true) {
        for r in (0..f.len).filter(|r| !firm(r)) {
            let (given, family) = (f.given.terms.value(r), f.family.terms.value(r));
            for mail in f.emails.of(r).iter().filter(|m| of_firm[**m as usize]) {
                let address = f.emails.values.get(*mail);
                of_person[*mail as usize] |= is_persons(address, given, family);
            }
        }
    }
    if !of_person.contains(&true) {
        return;
    }
    let mails = std::mem::take(&mut f.emails);
    let mut left = Vec::new();
    for r in 0..f.len {
        left.extend_from_slice(mails.of(r));
        if firm(&r) {
            left.retain(|m| !of_person[*m as usize]);
            if left.len() < mails.of(r).len() {
                let first = left.first().map_or("", |m| mails.values.get(*m));
                f.email_local.ids[r] = f.email_local.values.intern(telling_local(first));
            }
        }
        f.emails.push(&mut left);
    }
    f.emails.values = mails.values;
}

/// Whether a mailbox is made of a person's name and not of the family's alone: `brandl@` may be that of Brandl GmbH.
fn is_persons(mail: &str, given: &str, family: &str) -> bool {
    let local = local(mail);
    local != family && made_of(local, given, family)
}

fn local(mail: &str) -> &str {
    mail.split('@').next().unwrap_or_default()
}

/// The local part where it says something alone.
fn telling_local(mail: &str) -> &str {
    let local = local(mail);
    if local.len() >= LEAST_LOCAL {
        local
    } else {
        ""
    }
}

/// Whether a column is about contact persons.
pub(super) fn of_contact(known: &Known<'_>) -> bool {
    known.label == Some(CONTACT)
}

/// Adds the ids of a record's values, looking ahead at those of the next records.
fn ids_of(columns: &mut [OfCells], r: usize, values: &mut Dictionary, into: &mut Vec<u32>) {
    for column in columns {
        if r.is_multiple_of(AHEAD) {
            let next = &column.ids[r..(r + AHEAD).min(column.ids.len())];
            column
                .lists
                .look_ahead(next.iter().map(|cell| *cell as usize));
        }
        let cell = column.ids[r] as usize;
        column.lists.ids(cell, values, into);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::frame;
    use super::*;

    #[test]
    fn the_mailbox_of_a_person_is_not_the_firms() {
        let mails = ["imogen@quill.example", "office@quill.example"];
        let both = mails.join("; ");
        let mut f = frame(&[
            (Kind::GivenName, &["Imogen", "", "Ann", ""]),
            (Kind::FamilyName, &["Hartley", "", "Quill", ""]),
            (Kind::Email, &[mails[0], &both, mails[1], mails[0]]),
        ]);
        f.bearer[1] = Bearer::Firm;
        leave_people_their_mailboxes(&mut f);
        let of = |r: usize| -> Vec<&str> {
            let ids = f.emails.of(r).iter();
            ids.map(|m| f.emails.values.get(*m)).collect()
        };
        assert_eq!((of(0), of(1)), (vec![mails[0]], vec![mails[1]]));
        assert_eq!((of(2), of(3)), (vec![mails[1]], vec![mails[0]]));
        assert_eq!(f.email_local.value(1), "office");
    }
}

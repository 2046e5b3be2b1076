//! What no weight outvotes: two groups of records that say of themselves that they are two people.

use std::cmp::Reverse;

use crate::compare::birth::birth;
use crate::compare::{Comparator, WordGrade};
use crate::lexicon::{given_names, mail_domains, nicknames, role_mailboxes};
use crate::normalize::identity_number::schemes;
use crate::record::frame::{Bearer, Frame, TermSets};

/// Level of birth dates from which on they differ by more than a slip.
const TWO_OF_THREE: u8 = 5;

/// Whether name suffixes or birth dates tell that two sets of records are two people.
///
/// Suffixes: any two that differ (`Sr.`, `Jr.`). Birth dates: each side has a complete date that most of its records with
/// a complete date agree on, and the dates are years apart, by more than a digit off. A single date may be mistyped; the
/// same mistake made twice by chance is none. So each date is said twice, or one of them is and each side has a mailbox
/// that two of its records name and none that the other side names.
///
/// First names: two records of each side say its own, neither is a form of the other, and each side has a mailbox or
/// telephone that two of its records name and hardly one of the others (man and wife, colleagues of one family), or both
/// words are known as first names and a mailbox or telephone is of both sides, the family's. Those of
/// brothers and sisters may look like slips of each other (Tyler and Taylor): then each side has a mailbox of its own, and a
/// telephone, too, or the mailbox spells the name.
///
/// Known first names that are no forms of each other, where no mailbox is of both but one of a function (`info@`), are of
/// two who answer it.
///
/// Genders: two records of each side say its own, and no first name is of both.
///
/// Records of two people or a family are not those of one of them.
///
/// A firm's own records, which name nobody, are not its people where no mailbox is of both; nor are those of one of its
/// branches another's.
#[must_use]
pub(super) fn two_people(comparator: &Comparator, one: &[u32], other: &[u32]) -> bool {
    let frame = comparator.frame();
    two_generations(&frame.suffix, one, other)
        || several_and_one(&frame.bearer, one, other)
        || several_and_one(&frame.bearer, other, one)
        || two_births(frame, one, other)
        || two_identity_numbers(&frame.identifiers, one, other)
        || two_first_names(comparator, one, other)
        || two_names_in_one_table(comparator, one, other)
        || two_at_a_function(comparator, one, other)
        || two_genders(frame, one, other)
        || firm_and_person(frame, one, other)
        || firm_and_person(frame, other, one)
        || two_branches(frame, one, other)
}

fn two_births(frame: &Frame, one: &[u32], other: &[u32]) -> bool {
    let (Some(a), Some(b)) = (born(&frame.birth, one), born(&frame.birth, other)) else {
        return false;
    };
    let twice = [a, b].iter().filter(|born| born.records >= 2).count();
    birth(a.date, b.date) >= TWO_OF_THREE
        && (a.date / 10_000).abs_diff(b.date / 10_000) > 1
        && (twice == 2
            || (twice == 1 && two_of_their_own(&frame.emails, one, other))
            || (a.date / 10_000).abs_diff(b.date / 10_000) >= GENERATION
                && (differ_in_day_and_month(a.date, b.date) || two_mailboxes(frame, one, other))
                && share_contacts(frame, one, other)
                && in_one_table(frame, one, other))
}

/// Years between a parent and a child.
const GENERATION: u32 = 14;

fn differ_in_day_and_month(a: u32, b: u32) -> bool {
    a % 100 != b % 100 && a / 100 % 100 != b / 100 % 100
}

/// Whether each side has a mailbox, and none is of both.
fn two_mailboxes(frame: &Frame, one: &[u32], other: &[u32]) -> bool {
    let (ours, theirs) = (named(&frame.emails, one), named(&frame.emails, other));
    !ours.is_empty() && !theirs.is_empty() && !in_common(&ours, &theirs)
}

/// Whether a table has records of both sides, so that who keeps it holds them for two.
fn in_one_table(frame: &Frame, one: &[u32], other: &[u32]) -> bool {
    let source = |r: &u32| frame.source[*r as usize];
    one.iter()
        .any(|r| other.iter().any(|s| source(r) == source(s)))
}

/// Whether a word is among the names of a set.
fn bears(frame: &Frame, records: &[u32], word: u32) -> bool {
    let mut bags = records.iter().map(|r| frame.bag.of(*r as usize));
    bags.any(|words| words.contains(&word))
}

/// Whether no set bears the other's word nor, where a number is of both, a given name of which that is a form.
fn neither_bears(frame: &Frame, (a, one): (u32, &[u32]), (b, other): (u32, &[u32])) -> bool {
    let ids = &frame.identifiers;
    let one_number = || in_common(&named(ids, one), &named(ids, other));
    let form = || goes_by(frame, one, b) || goes_by(frame, other, a);
    let borne = bears(frame, one, b) || bears(frame, other, a);
    !(borne || form() && one_number())
}

/// Whether a word is a form of a given name of a set: `Cida` of `Maria Aparecida`.
fn goes_by(frame: &Frame, records: &[u32], word: u32) -> bool {
    let text = |word: u32| frame.words.values.get(word);
    let form = |w: &u32| nicknames::related(text(*w), text(word)).is_some();
    records.iter().any(|r| {
        let given = frame.given.words(frame.given.terms.ids[*r as usize]);
        given.iter().any(form)
    })
}

/// Whether a mailbox or telephone is of both sides, as a family's is.
fn share_contacts(frame: &Frame, one: &[u32], other: &[u32]) -> bool {
    let shared = |contacts: &TermSets| in_common(&named(contacts, one), &named(contacts, other));
    shared(&frame.emails) || shared(&frame.phones)
}

/// Whether a table has records of both sides that say known first names of which one is not the other's, while a mailbox or
/// telephone of both says that it is a family's; or their family name with a house, where two records of each side say the name.
fn two_names_in_one_table(comparator: &Comparator, one: &[u32], other: &[u32]) -> bool {
    let frame = comparator.frame();
    let share_contacts = share_contacts(frame, one, other);
    if !share_contacts && one.len().min(other.len()) < 2 {
        return false;
    }
    let twice = |word: u32, records: &[u32]| {
        let telling = |r: &&u32| telling_name(frame, **r as usize) == Some(word);
        records.iter().filter(telling).count() >= 2
    };
    let differ = |r: &u32, s: &u32| {
        let (r, s) = (*r as usize, *s as usize);
        let (Some(a), Some(b)) = (telling_name(frame, r), telling_name(frame, s)) else {
            return false;
        };
        frame.source[r] == frame.source[s]
            && (share_contacts || of_one_family(frame, r, s) && twice(a, one) && twice(b, other))
            && known_as_two(comparator, (a, one), (b, other))
    };
    one.iter().any(|r| other.iter().any(|s| differ(r, s)))
}

/// The word that tells a record's first name from those of the family: the second of `Jean-Marc`.
fn telling_name(frame: &Frame, record: usize) -> Option<u32> {
    let text = |word: u32| frame.words.values.get(word);
    match frame.given.words(frame.given.terms.ids[record]) {
        [first, second, ..] if given_names::compound(text(*first), text(*second)) => Some(*second),
        words => words.first().copied(),
    }
}

/// Whether two records have one family name and one house.
fn of_one_family(frame: &Frame, r: usize, s: usize) -> bool {
    let (a, b) = (&frame.rows[r], &frame.rows[s]);
    let same = |a: u32, b: u32| a != 0 && a == b;
    let house = same(a.street, b.street)
        && a.house == b.house
        && (same(a.postcode, b.postcode) || same(a.city, b.city));
    same(a.family, b.family) && house
}

fn two_generations(suffix: &[u8], one: &[u32], other: &[u32]) -> bool {
    let known = |r: &u32| suffix[*r as usize];
    one.iter()
        .map(known)
        .filter(|a| *a != 0)
        .any(|a| other.iter().map(known).any(|b| b != 0 && a != b))
}

/// Whether both sides have a national number of one country that proves itself, and none in common.
fn two_identity_numbers(identifiers: &TermSets, one: &[u32], other: &[u32]) -> bool {
    let (ours, theirs) = (named(identifiers, one), named(identifiers, other));
    let of = |ids: &[u32]| {
        let schemes = ids.iter().map(|id| schemes(identifiers.values.get(*id)));
        schemes.fold(0, |all, one| all | one)
    };
    !ours.is_empty()
        && !theirs.is_empty()
        && of(&ours) & of(&theirs) != 0
        && !in_common(&ours, &theirs)
}

/// Whether one side's records all name two people or a family, and none of the other side's does.
fn several_and_one(bearer: &[Bearer], several: &[u32], one: &[u32]) -> bool {
    let names_several = |r: &u32| bearer[*r as usize] == Bearer::Several;
    several.iter().all(names_several) && !one.iter().any(names_several)
}

/// A birth date and how many records say it.
#[derive(Clone, Copy)]
struct Born {
    date: u32,
    records: usize,
}

/// The complete birth date of a set on which more than half of its records with one agree.
fn born(births: &[u32], records: &[u32]) -> Option<Born> {
    let complete = |b: &u32| *b > 9999 && !(b / 100).is_multiple_of(100) && !b.is_multiple_of(100);
    let (date, records) = most(
        records
            .iter()
            .map(|r| births[*r as usize])
            .filter(complete)
            .collect(),
    )?;
    Some(Born { date, records })
}

/// The value that more than half of the values are, and how many.
fn most(mut values: Vec<u32>) -> Option<(u32, usize)> {
    values.sort_unstable();
    values
        .chunk_by(|a, b| a == b)
        .find(|same| same.len() * 2 > values.len())
        .map(|same| (same[0], same.len()))
}

/// Whether two records of each side say another first name, and each side has a mailbox or telephone of its own.
fn two_first_names(comparator: &Comparator, one: &[u32], other: &[u32]) -> bool {
    let frame = comparator.frame();
    let (Some((a, said_a)), Some((b, said_b))) = (first_name(frame, one), first_name(frame, other))
    else {
        return false;
    };
    let each_twice = said_a.min(said_b) >= 2;
    if said_a.max(said_b) < 2 {
        return false;
    }
    let words = &frame.words.values;
    let grade = match nicknames::man_and_woman(words.get(a), words.get(b)) {
        // a family has both a Daniel and a Daniela; one of them alone may be a slip
        true if each_twice => WordGrade::Different,
        _ => comparator.grade(a, b),
    };
    if grade < WordGrade::Slip || nicknames::related(words.get(a), words.get(b)).is_some() {
        return false;
    }
    let own = |contacts: &TermSets| [own(contacts, one, other), own(contacts, other, one)];
    let (mails, phones) = (own(&frame.emails), own(&frame.phones));
    if grade == WordGrade::Different {
        // names that are known as such differ for good; what they share says that it is a family's
        let known = |word| nicknames::is_given_name(words.get(word));
        let family = known(a) && known(b) && share_contacts(frame, one, other);
        return (family || each_twice && (0..2).all(|side| mails[side] || phones[side]))
            && neither_bears(frame, (a, one), (b, other));
    }
    each_twice
        && mails == [true; 2]
        && (phones == [true; 2] || (spelled(frame, one, a) && spelled(frame, other, b)))
}

/// Whether both sides say first names of two people, and of the mailboxes they share each is a function's.
fn two_at_a_function(comparator: &Comparator, one: &[u32], other: &[u32]) -> bool {
    let frame = comparator.frame();
    let theirs = named(&frame.emails, other);
    let shared = named(&frame.emails, one);
    let mut shared = shared.iter().filter(|m| theirs.binary_search(m).is_ok());
    let function = |mail: &u32| {
        let local = frame.emails.values.get(*mail).split('@').next();
        local.is_some_and(role_mailboxes::is_role)
    };
    let Some(first) = shared.next() else {
        return false;
    };
    let (Some((a, _)), Some((b, _))) = (first_name(frame, one), first_name(frame, other)) else {
        return false;
    };
    function(first) && shared.all(function) && known_as_two(comparator, (a, one), (b, other))
}

/// Whether two words are known as first names, neither is a form of the other, and neither set bears the other's.
fn known_as_two(
    comparator: &Comparator,
    (a, one): (u32, &[u32]),
    (b, other): (u32, &[u32]),
) -> bool {
    let frame = comparator.frame();
    let words = &frame.words.values;
    let known = |word| nicknames::is_given_name(words.get(word));
    known(a)
        && known(b)
        && comparator.grade(a, b) == WordGrade::Different
        && nicknames::related(words.get(a), words.get(b)).is_none()
        && neither_bears(frame, (a, one), (b, other))
}

/// Whether two records of each side say its gender, none of them another, and no name but the family's is of both.
fn two_genders(frame: &Frame, one: &[u32], other: &[u32]) -> bool {
    let said = |records: &[u32]| {
        let all = records.iter().map(|r| frame.rows[*r as usize].gender);
        let known: Vec<u8> = all.filter(|g| *g != 0).collect();
        (known.len() >= 2 && known.iter().all(|g| *g == known[0])).then(|| known[0])
    };
    let (Some(a), Some(b)) = (said(one), said(other)) else {
        return false;
    };
    let first_names = |records: &[u32]| -> Vec<u32> {
        let given = records.iter().map(|r| frame.rows[*r as usize].given);
        let mut given: Vec<u32> = given.filter(|id| *id != 0).collect();
        given.sort_unstable();
        given
    };
    a != b && !in_common(&first_names(one), &first_names(other))
}

/// Whether two records of a set name a contact that hardly one of the others does: a household's mailbox is of both.
fn own(contacts: &TermSets, records: &[u32], others: &[u32]) -> bool {
    let (ours, theirs) = (named(contacts, records), named(contacts, others));
    ours.chunk_by(|a, b| a == b).any(|same| {
        let elsewhere = theirs.iter().filter(|id| **id == same[0]).count();
        same.len() >= 2 && elsewhere * 3 <= same.len()
    })
}

/// Whether a mailbox of the set has the word in its name.
fn spelled(frame: &Frame, records: &[u32], word: u32) -> bool {
    let word = frame.words.values.get(word);
    let mut mails = records.iter().flat_map(|r| frame.emails.of(*r as usize));
    mails.any(|mail| {
        let local = frame.emails.values.get(*mail).split('@').next();
        let mut parts = local.unwrap_or("").split(|c: char| !c.is_alphanumeric());
        parts.any(|part| part == word)
    })
}

/// The first name that most records of a set say, or a form of it, of those with one that is spelled out in letters, and
/// how many do.
fn first_name(frame: &Frame, records: &[u32]) -> Option<(u32, usize)> {
    let words = records
        .iter()
        .filter(|r| frame.rows[**r as usize].unsounded == 0);
    let words = words.filter_map(|r| {
        let words = frame.given.words(frame.given.terms.ids[*r as usize]);
        words.first().copied()
    });
    let mut spelled: Vec<u32> = words.filter(|w| frame.words.len[*w as usize] > 1).collect();
    spelled.sort_unstable();
    if spelled.first() == spelled.last() {
        return spelled.first().map(|word| (*word, spelled.len()));
    }
    let text = |word: u32| frame.words.values.get(word);
    let forms = |word: u32| {
        let said = |w: &&u32| **w == word || nicknames::related(text(**w), text(word)).is_some();
        spelled.iter().filter(said).count()
    };
    let counted = spelled.chunk_by(|a, b| a == b);
    let counted = counted.map(|same| (forms(same[0]), same.len(), same[0]));
    let (count, _, word) =
        counted.max_by_key(|(forms, own, word)| (*forms, *own, Reverse(*word)))?;
    (count * 2 > spelled.len()).then_some((word, count))
}

/// Whether all records of both sides are of organizations and of nobody in them, and each side has a telephone that two of
/// its records name and hardly one of the others, and a postal code that is not the other's, while one table has both: two
/// branches.
fn two_branches(frame: &Frame, one: &[u32], other: &[u32]) -> bool {
    let nobody = |r: &u32| {
        let row = &frame.rows[*r as usize];
        row.given == 0 && row.family == 0 && row.organization != 0
    };
    let postcodes = |records: &[u32]| {
        let all = records.iter().map(|r| frame.rows[*r as usize].postcode);
        let mut known: Vec<u32> = all.filter(|p| *p != 0).collect();
        known.sort_unstable();
        known
    };
    let (ours, theirs) = (postcodes(one), postcodes(other));
    !ours.is_empty()
        && !theirs.is_empty()
        && !in_common(&ours, &theirs)
        && one.iter().chain(other).all(nobody)
        && own(&frame.phones, one, other)
        && own(&frame.phones, other, one)
        && in_one_table(frame, one, other)
}

/// Whether one side's records are all of an organization and of nobody in it, the other side's name somebody, and they
/// have no mailbox in common but one of a function.
fn firm_and_person(frame: &Frame, firm: &[u32], person: &[u32]) -> bool {
    let row = |r: &u32| &frame.rows[*r as usize];
    let named = |r: &u32| row(r).given != 0 && row(r).family != 0 && !names_firm(frame, *r, firm);
    let nobody = |r: &u32| {
        let firm = row(r).given == 0 && row(r).family == 0 && row(r).organization != 0;
        firm && !is_called_as(frame, *r, person)
    };
    let mails = |r: &u32| {
        let mails = frame.emails.of(*r as usize).iter();
        mails.filter(|id| is_own(frame, frame.emails.values.get(**id), person))
    };
    firm.iter().all(nobody)
        && person.iter().any(named)
        && !(firm.iter().flat_map(mails)).any(|m| person.iter().any(|p| mails(p).any(|o| o == m)))
}

/// Whether what stands for the organization's name is that of a person of the other side: `Lindqvist, Howard` in a column of
/// customers.
fn is_called_as(frame: &Frame, record: u32, person: &[u32]) -> bool {
    let name = frame.organization.value(record as usize);
    let spells = |p: &u32| {
        let p = *p as usize;
        let (given, family) = (frame.given.terms.value(p), frame.family.terms.value(p));
        given_names::all_given(given)
            && !family.is_empty()
            && (name == format!("{given} {family}") || name == format!("{family} {given}"))
    };
    person.iter().any(spells)
}

/// Whether what looks like somebody's name is the firm's: `Hintz` of the `Bäckerei` in a column of names. A firm may bear
/// its owner's.
fn names_firm(frame: &Frame, record: u32, firm: &[u32]) -> bool {
    let r = record as usize;
    let (given, family) = (frame.given.terms.value(r), frame.family.terms.value(r));
    let mut words = given.split(' ').chain(family.split(' '));
    !given_names::all_given(given)
        && !given_names::all_given(family)
        && words.all(|word| {
            let mut firms = firm.iter().map(|f| frame.organization.value(*f as usize));
            firms.any(|name| name.split(' ').any(|part| part == word))
        })
}

/// Whether a mailbox may be a person's own: not a function's, as `info@`, and at a firm's domain only if it spells the
/// name, or its initials.
fn is_own(frame: &Frame, mail: &str, person: &[u32]) -> bool {
    let Some((local, domain)) = mail.split_once('@') else {
        return true;
    };
    if role_mailboxes::is_role(local) {
        return false;
    }
    let letters = |c: &char| c.is_alphabetic();
    let short = local.chars().filter(letters).count() <= INITIALS;
    let spells = |r: &u32| {
        let words = frame.bag.of(*r as usize).iter();
        let mut words = words.map(|w| frame.words.values.get(*w));
        words.any(|word| word.chars().count() >= INITIALS && local.contains(word))
    };
    short || mail_domains::is_free(domain) || person.iter().any(spells)
}

/// Letters of a mailbox that may be somebody's initials.
const INITIALS: usize = 3;

/// Whether each side has a mailbox or telephone that two of its records name, and none is named by both.
fn two_of_their_own(contacts: &TermSets, one: &[u32], other: &[u32]) -> bool {
    let (a, b) = (named(contacts, one), named(contacts, other));
    let twice = |ids: &[u32]| ids.windows(2).any(|w| w[0] == w[1]);
    twice(&a) && twice(&b) && !in_common(&a, &b)
}

/// Whether two sorted lists have a value in common.
fn in_common(ours: &[u32], theirs: &[u32]) -> bool {
    ours.iter().any(|id| theirs.binary_search(id).is_ok())
}

/// The contacts that records name, sorted, each as often as it is named.
fn named(contacts: &TermSets, records: &[u32]) -> Vec<u32> {
    let ids = records.iter().flat_map(|r| contacts.of(*r as usize));
    let mut ids: Vec<u32> = ids.copied().collect();
    ids.sort_unstable();
    ids
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Tables;
    use crate::matching::build::tests::frame as frame_of;
    use crate::record::Kind;

    fn two(f: &Frame, one: &[u32], other: &[u32]) -> bool {
        let generations = two_generations(&f.suffix, one, other);
        generations || two_births(f, one, other)
    }

    fn frame(births: &[u32], suffix: &[u8]) -> Frame {
        let none = || TermSets {
            offsets: vec![0; births.len() + 1],
            ..TermSets::default()
        };
        Frame {
            len: births.len(),
            birth: births.to_vec(),
            suffix: suffix.to_vec(),
            source: (0..births.len() as u16).collect(),
            emails: none(),
            phones: none(),
            identifiers: none(),
            ..Frame::default()
        }
    }

    #[test]
    fn two_generations_are_two_people_whatever_else_agrees() {
        let f = frame(&[0; 4], &[1, 0, 2, 0]);
        assert!(two(&f, &[0, 1], &[2, 3]));
        assert!(!two(&f, &[0, 1], &[3]), "no suffix is no contradiction");
        assert!(!two(&f, &[1], &[3]));
    }

    #[test]
    fn a_birth_date_said_once_counts_where_mailboxes_tell_the_same() {
        // a father (0, 1, 2), whose date one record knows, and his son (3, 4, 5)
        let (father, son) = (19_580_312, 19_861_102);
        let mut f = frame(&[father, 0, 0, son, son, 0], &[0; 6]);
        let mails = |of: [u32; 6]| TermSets {
            offsets: (0..7).collect(),
            ids: of.to_vec(),
            ..TermSets::default()
        };
        f.emails = mails([1, 1, 2, 3, 4, 3]);
        assert!(two(&f, &[0, 1, 2], &[3, 4, 5]));
        assert!(two(&f, &[3, 4, 5], &[0, 1, 2]));
        assert!(!two(&f, &[0, 1, 2], &[3, 5]), "neither date is said twice");
        assert!(
            !two(&f, &[0, 1, 2], &[3, 4]),
            "no mailbox of the son's is named twice"
        );
        f.emails = mails([1, 1, 3, 3, 4, 3]);
        assert!(
            !two(&f, &[0, 1, 2], &[3, 4, 5]),
            "one mailbox is theirs both"
        );
    }

    #[test]
    fn a_form_of_another_given_name_with_one_number_is_no_other_person() {
        let of = |numbers: [&str; 2]| {
            let f = frame_of(&[
                (Kind::GivenName, &["Maria Aparecida", "Cida"]),
                (Kind::FamilyName, &["Oliveira"; 2]),
                (Kind::Phone, &["+55 41 99821-7340"; 2]),
                (Kind::Identifier, &numbers),
            ]);
            let tables = Tables::build(&f);
            two_people(&Comparator::new(&f, &tables), &[0], &[1])
        };
        assert!(of(["C-1001", "C-1002"]), "mother and daughter, perhaps");
        assert!(!of(["C-1001", "C-1001"]));
    }

    #[test]
    fn two_branches_have_telephones_and_postcodes_of_their_own() {
        let of = |phones: [&str; 4]| {
            let f = frame_of(&[
                (Kind::Organization, &["Löwen-Drogerie KG"; 4]),
                (Kind::Postcode, &["45130", "45130", "44137", "44137"]),
                (Kind::Phone, &phones),
            ]);
            let tables = Tables::build(&f);
            two_people(&Comparator::new(&f, &tables), &[0, 1], &[2, 3])
        };
        let (a, b) = ("+49 201 555062", "+49 231 555010");
        assert!(of([a, a, b, b]));
        assert!(!of([a, a, b, ""]), "said once");
        assert!(!of([a, a, a, b]), "one telephone is of both");
    }

    #[test]
    fn names_said_twice_in_one_house_are_two() {
        let of = |names: [&str; 4], houses: [&str; 4]| {
            let f = frame_of(&[
                (Kind::GivenName, &names),
                (Kind::FamilyName, &["Penrose"; 4]),
                (Kind::Street, &["Quay Street"; 4]),
                (Kind::HouseNumber, &houses),
                (Kind::Postcode, &["TR99 2ZZ"; 4]),
            ]);
            let tables = Tables::build(&f);
            two_people(&Comparator::new(&f, &tables), &[0, 1], &[2, 3])
        };
        let names = ["Oliver", "Oliver", "Oscar", "Oscar"];
        assert!(of(names, ["9"; 4]));
        assert!(!of(names, ["9", "9", "12", "12"]), "two houses");
        assert!(
            !of(["Oliver", "Oliver", "Oscar", "O"], ["9"; 4]),
            "said once"
        );
    }

    #[test]
    fn birth_dates_count_when_each_is_said_twice() {
        let father = 19_480_630;
        let son = 19_750_630;
        let none = [0; 6];
        let f = frame(&[father, father, son, son, 0, father], &none);
        assert!(two(&f, &[0, 1], &[2, 3]));
        assert!(two(&f, &[0, 1, 4], &[2, 3]));
        assert!(!two(&f, &[0, 1], &[2, 4]), "once is a slip, perhaps");
        assert!(!two(&f, &[0, 5], &[1, 4]));
        let slip = frame(&[19_480_630, 19_480_630, 19_460_630, 19_460_630], &[0; 4]);
        assert!(!two(&slip, &[0, 1], &[2, 3]), "one digit off");
        let years = frame(&[19_480_000, 19_480_000, 19_750_000, 19_750_000], &[0; 4]);
        assert!(
            !two(&years, &[0, 1], &[2, 3]),
            "years alone are not complete"
        );
    }

    #[test]
    fn alike_first_names_are_two_where_both_sides_have_mail_and_telephone_of_their_own() {
        let told = |names: [&str; 6], mails: [&str; 6], phones: [&str; 6]| {
            let f = frame_of(&[
                (Kind::GivenName, &names),
                (Kind::FamilyName, &["Brook"; 6]),
                (Kind::Email, &mails),
                (Kind::Phone, &phones),
            ]);
            let tables = Tables::build(&f);
            two_people(&Comparator::new(&f, &tables), &[0, 1, 2], &[3, 4, 5])
        };
        let names = ["Tyler", "Tyler", "Taylor", "Taylor", "Taylor", ""];
        let (a, b) = ("a.brook@example.com", "b.brook@example.com");
        let mails = [a, "", a, b, b, ""];
        let (p, q) = ("+13035550198", "+13035550199");
        let phones = [p, p, "", "", q, q];
        assert!(told(names, mails, phones));
        let once = ["Tyler", "Tyler", "", "Taylor", "", ""];
        assert!(!told(once, mails, phones), "a slip is made once");
        let short = ["Kate", "Kate", "", "Katherine", "Katherine", ""];
        assert!(!told(short, mails, phones), "a short form is no other name");
        let languages = ["John", "John", "", "Johann", "Johann", ""];
        assert!(
            !told(languages, mails, phones),
            "nor is it in another language"
        );
        assert!(
            !told(names, [a, "", a, b, b, a], phones),
            "one mailbox is theirs both"
        );
        assert!(
            !told(names, mails, [p, p, "", "", q, p]),
            "one telephone is theirs both"
        );
        let other = ["Stefan", "Stefan", "", "Sabine", "Sabine", ""];
        assert!(told(other, mails, [p; 6]), "other names need no telephones");
        let both = ["Stefan Karl", "Stefan", "", "Karl", "Karl", ""];
        assert!(!told(both, mails, [p; 6]), "a second name");
        let (c, d) = ("tyler.brook@example.com", "taylor@brook.example");
        let spelled = [c, "", c, d, d, ""];
        assert!(told(names, spelled, [p; 6]), "mailboxes spell the names");
    }

    #[test]
    fn a_family_that_shares_its_mailbox_is_several_people_where_names_are_known() {
        let told = |names: [&str; 4], genders: [&str; 4]| {
            let f = frame_of(&[
                (Kind::GivenName, &names),
                (Kind::FamilyName, &["Carlson"; 4]),
                (Kind::Email, &["jen.carlson@example.com"; 4]),
                (Kind::Gender, &genders),
            ]);
            let tables = Tables::build(&f);
            two_people(&Comparator::new(&f, &tables), &[0, 1], &[2, 3])
        };
        let none = [""; 4];
        assert!(told(["Hannah", "Hannah", "Peter", "Peter"], none));
        assert!(told(["Hannah", "", "Peter", "Peter"], none));
        assert!(
            !told(["Hannah", "", "Hannah Peter", ""], none),
            "a second name is hers, too"
        );
        assert!(told(["Daniela", "Daniela", "Daniel", "Daniel"], none));
        assert!(
            !told(["Daniela", "", "Daniel", "Daniel"], none),
            "a slip alone"
        );
        assert!(
            told(["Gáborné", "", "Gábor", "Gábor"], none),
            "his wife by his name"
        );
        assert!(
            !told(["Xqrt", "Xqrt", "Peter", "Peter"], none),
            "what is no name may be a user's"
        );
        let both = ["f", "f", "m", "m"];
        assert!(told(["Xqrt", "Xqrt", "Vwzk", "Vwzk"], both));
        assert!(
            !told(["Peter", "Peter", "Peter", ""], both),
            "a wrong gender"
        );
        assert!(!told(["Xqrt", "", "Vwzk", ""], ["f", "", "m", ""]));
    }

    #[test]
    fn one_table_has_two_of_a_family() {
        let of = |names: [&str; 2], phone: &str| {
            let f = frame_of(&[
                (Kind::GivenName, &names),
                (Kind::FamilyName, &["Nogueira"; 2]),
                (Kind::Phone, &["+55 41 99821-7340", phone]),
                (Kind::BirthDate, &["2012-05-30"; 2]),
            ]);
            let tables = Tables::build(&f);
            let c = Comparator::new(&f, &tables);
            assert!(!two_people(&c, &[0], &[0]));
            two_people(&c, &[0], &[1])
        };
        assert!(of(["Beatriz", "Bruna"], "+55 41 99821-7340"), "twins");
        assert!(
            of(["Jean-Marc", "Jean-Marie"], "+55 41 99821-7340"),
            "second words"
        );
        assert!(
            !of(["Jean-Marc", "Jean"], "+55 41 99821-7340"),
            "one of them left out"
        );
        assert!(!of(["Beatriz", "Bruna"], ""), "nothing tells of a family");
        assert!(!of(["Beatriz", "Bia"], "+55 41 99821-7340"), "short for it");
        assert!(!of(["Beatriz Bruna", "Bruna"], "+55 41 99821-7340"));
    }

    #[test]
    fn father_and_son_in_one_table() {
        let of = |births: [&str; 2]| {
            let f = frame_of(&[
                (Kind::FullName, &["Hans Gerber"; 2]),
                (Kind::Phone, &["+41 31 839 44 12"; 2]),
                (Kind::BirthDate, &births),
            ]);
            let tables = Tables::build(&f);
            two_people(&Comparator::new(&f, &tables), &[0], &[1])
        };
        assert!(of(["1948-11-05", "1977-02-18"]));
        assert!(!of(["1948-11-05", "1958-11-05"]), "a slip");
        assert!(!of(["1948-11-05", "1949-02-18"]), "no generation");
    }

    #[test]
    fn two_national_numbers_are_two_people() {
        let of = |numbers: [&str; 2]| {
            let f = frame_of(&[
                (Kind::FullName, &["Ana García"; 2]),
                (Kind::Identifier, &numbers),
            ]);
            let tables = Tables::build(&f);
            two_people(&Comparator::new(&f, &tables), &[0], &[1])
        };
        assert!(of(["12345678Z", "00000001R"]));
        assert!(!of(["12345678Z", "12345678-Z"]) && !of(["12345678Z", "X1234567P"]));
        assert!(!of(["10045", "10077"]), "accounts with one firm");
    }

    #[test]
    fn two_people_in_one_record_are_not_one_of_them() {
        let f = frame_of(&[
            (
                Kind::FullName,
                &[
                    "John and Mary Smith",
                    "John Smith",
                    "Mary and John Smith",
                    "Smith",
                ],
            ),
            (Kind::Email, &["smith@example.com"; 4]),
            (Kind::Honorific, &["", "Mr", "Mr & Mrs", "Fam."]),
        ]);
        let tables = Tables::build(&f);
        let c = Comparator::new(&f, &tables);
        assert!(two_people(&c, &[0], &[1]) && two_people(&c, &[1], &[0, 3]));
        assert!(f.bearer.iter().filter(|b| **b == Bearer::Several).count() == 3);
        assert!(!two_people(&c, &[0], &[2]) && !two_people(&c, &[0], &[3]));
        let given = &f.given.terms;
        assert_eq!(given.value(0), given.value(2), "in any order");
    }

    #[test]
    fn a_firm_is_not_its_people() {
        let f = frame_of(&[
            (Kind::GivenName, &["Stefan", "", "", ""]),
            (Kind::FamilyName, &["Huber", "", "", "Huber"]),
            (Kind::Organization, &["Huber Holzbau"; 4]),
            (
                Kind::Email,
                &[
                    "stefan@huber.example",
                    "office@huber.example",
                    "",
                    "stefan@huber.example",
                ],
            ),
        ]);
        let tables = Tables::build(&f);
        let c = Comparator::new(&f, &tables);
        assert!(two_people(&c, &[0], &[1, 2]) && two_people(&c, &[1], &[0]));
        assert!(!two_people(&c, &[0], &[3]) && !two_people(&c, &[1], &[2]));
    }

    #[test]
    fn a_mailbox_at_a_firm_is_a_persons_if_it_spells_the_name() {
        let apart = |mail: &str| {
            let f = frame_of(&[
                (Kind::GivenName, &["Péter", ""]),
                (Kind::FamilyName, &["Horváth", ""]),
                (Kind::Organization, &["Borház"; 2]),
                (Kind::Email, &[mail; 2]),
            ]);
            let tables = Tables::build(&f);
            two_people(&Comparator::new(&f, &tables), &[0], &[1])
        };
        assert!(apart("borok@borhaz.example") && apart("info@borhaz.example"));
        assert!(!apart("peter@borhaz.example") && !apart("ph@borhaz.example"));
        assert!(!apart("borok@gmail.com"), "a provider of private mail");
    }

    #[test]
    fn two_who_answer_a_firms_mailbox_are_two() {
        let apart = |given: [&str; 2], mail: &str| {
            let f = frame_of(&[
                (Kind::GivenName, &given),
                (Kind::Organization, &["Borház"; 2]),
                (Kind::Email, &[mail; 2]),
            ]);
            let tables = Tables::build(&f);
            two_at_a_function(&Comparator::new(&f, &tables), &[0], &[1])
        };
        assert!(apart(["Denise", "Jocelyne"], "info@borhaz.example"));
        assert!(!apart(["Denise", "Jocelyne"], "jd@borhaz.example"));
        assert!(!apart(["Elizabeth", "Liz"], "info@borhaz.example"));
        assert!(!apart(["Denise", "Qrt"], "info@borhaz.example"));
    }

    #[test]
    fn a_person_in_a_column_of_firms_is_no_firm() {
        let f = frame_of(&[
            (Kind::GivenName, &["Howard", ""]),
            (Kind::FamilyName, &["Lindqvist", ""]),
            (Kind::Organization, &["", "Lindqvist, Howard"]),
            (Kind::Phone, &["218-555-0147"; 2]),
        ]);
        let tables = Tables::build(&f);
        assert!(!two_people(&Comparator::new(&f, &tables), &[0], &[1]));
    }
}

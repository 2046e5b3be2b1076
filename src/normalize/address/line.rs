//! A street line: house number, flat, post-office box, and what is left is the street.

use std::cell::RefCell;

use foldhash::fast::FixedState;
use hashbrown::HashSet;

use super::scan::{Joint, Piece, scan};
use super::{Address, append, house, po_box, spelling};
use crate::lexicon::street_words::{split_glued, street_word};

/// Streets that are remembered as their own normal forms.
const REMEMBERED: usize = 1 << 13;

thread_local! {
    /// Streets found to be their own normal forms: a town's houses stand in few streets.
    static SETTLED: RefCell<HashSet<String, FixedState>> = RefCell::default();
}

/// Parses a street line.
pub(super) fn parse(cell: &str) -> Address {
    let mut address = once(cell);
    // a street must be its own normal form: what is still taken off it goes to the same parts
    for _ in 0..4 {
        let street = &address.street;
        if !worth_again(street) || SETTLED.with_borrow(|s| s.contains(street)) {
            break;
        }
        let again = once(street);
        if again.street == *street {
            SETTLED.with_borrow_mut(|settled| {
                if settled.len() >= REMEMBERED {
                    settled.clear();
                }
                settled.insert(again.street);
            });
            break;
        }
        take_in(&mut address, again);
    }
    address
}

fn worth_again(street: &str) -> bool {
    street.bytes().any(|b| b.is_ascii_digit()) || street.contains(' ')
}

fn take_in(address: &mut Address, again: Address) {
    address.street = again.street;
    if address.house.is_empty() {
        address.house = again.house;
        address.house_end = again.house_end;
    } else if address.unit.is_empty() {
        address.unit = again.house; // `1001 W Roosevelt Rd 606`
        append(&mut address.rest, &again.house_end);
    } else {
        append(&mut address.rest, &again.house);
        append(&mut address.rest, &again.house_end);
    }
    for part in [again.unit, again.po_box, again.rest] {
        append(&mut address.rest, &part);
    }
}

fn once(cell: &str) -> Address {
    let mut address = Address::default();
    let mut pieces = scan(cell);
    take_care_of(&mut pieces, &mut address);
    po_box::take(&mut pieces, &mut address);
    house::take_units(&mut pieces, &mut address);
    take_numbered(&mut pieces, &mut address);
    let part = street_part(&pieces);
    let street: Vec<Piece> = pieces.iter().filter(|p| p.part == part).cloned().collect();
    let mut others: Vec<Piece> = pieces.into_iter().filter(|p| p.part != part).collect();
    let mut street = street;
    let number_first = street.first().is_some_and(Piece::is_number);
    let late = take_house(&mut street, &mut address);
    if address.house.is_empty() {
        take_house_elsewhere(&mut others, &mut address);
    }
    house::take_door(&mut others, 0, &mut address);
    let mut tail = street.split_off(late.min(street.len()));
    house::take_door(&mut tail, 0, &mut address);
    tail.extend(others);
    file_rest(&tail, &mut address);
    let street: Vec<&Piece> = street.iter().filter(|p| p.text != "#").collect();
    address.street = spelling::street(&street, number_first);
    address
}

/// `c/o` names a person or firm: it and the rest of its part are no street.
fn take_care_of(pieces: &mut Vec<Piece>, address: &mut Address) {
    let starts = |at: usize| {
        let after = pieces.get(at + 1);
        pieces[at].text == "c" && after.is_some_and(|p| p.text == "o" && p.joint == Joint::Slash)
    };
    let Some(at) = (0..pieces.len()).find(|&at| starts(at)) else {
        return;
    };
    let part = pieces[at].part;
    let end = (at + 2..pieces.len()).find(|&i| pieces[i].part != part || pieces[i].is_number());
    for piece in pieces.drain(at..end.unwrap_or(pieces.len())) {
        append(&mut address.rest, &piece.text);
    }
}

/// A number after a word for "number" is the house number: `No: 12`, `nr 5`, `д. 60`, `90号`.
fn take_numbered(pieces: &mut Vec<Piece>, address: &mut Address) {
    let english = pieces.first().is_some_and(Piece::is_number);
    let is_marker = |p: &Piece| {
        matches!(
            p.text.as_str(),
            "no" | "plot"
                | "house"
                | "#"
                | "nr"
                | "num"
                | "numero"
                | "nro"
                | "cp"
                | "hnr"
                | "hno"
                | "dom"
        ) || p.written == "д"
            || p.text == "n" && p.dotted && !english
    };
    let none = (1..pieces.len().saturating_sub(1)).find(|&at| {
        pieces[at].text == "s" && pieces[at + 1].text == "n" && pieces[at + 1].joint == Joint::Slash
    });
    if let Some(at) = none {
        pieces.drain(at..at + 2); // `s/n`: without a number
        append(&mut address.rest, "sn");
        return;
    }
    let before =
        (1..pieces.len()).find(|&at| pieces[at].text == "hao" && pieces[at - 1].is_number());
    if let Some(at) = before {
        address.house = pieces[at - 1].text.clone();
        pieces.drain(at - 1..=at);
        return;
    }
    let found = (0..pieces.len().saturating_sub(1))
        .find(|&at| is_marker(&pieces[at]) && pieces[at + 1].is_number());
    if let Some(at) = found {
        let count = house::house_at(pieces, at + 1, true, address);
        pieces.drain(at..at + 1 + count);
    }
}

/// The part between commas that holds the street: the first with a number and a word, else with a
/// street word, else with a word.
fn street_part(pieces: &[Piece]) -> usize {
    let last = pieces.last().map_or(0, |p| p.part);
    let of = |part: usize| pieces.iter().filter(move |p| p.part == part);
    let wordy = |part: usize| {
        of(part).any(|p| !p.is_number() && !p.ordinal && p.text != "#" && p.text.len() > 1)
    };
    let numbered = |part: usize| wordy(part) && of(part).any(Piece::is_number);
    let streety = |part: usize| of(part).any(known);
    (0..=last)
        .find(|&part| numbered(part) && streety(part))
        .or_else(|| (0..=last).find(|&part| wordy(part) && streety(part)))
        .or_else(|| (0..=last).find(|&part| numbered(part)))
        .or_else(|| (0..=last).find(|&part| wordy(part)))
        .unwrap_or(0)
}

fn known(piece: &Piece) -> bool {
    piece.text == "st"
        || street_word(&piece.text, false, true).is_some()
        || street_word(&piece.written, true, false).is_some()
        || split_glued(&piece.text, piece.dotted).is_some()
}

/// Takes the house number out of the street's pieces; returns where the street ends in what is left.
fn take_house(street: &mut Vec<Piece>, address: &mut Address) -> usize {
    let n = street.len();
    if !address.house.is_empty() || n == 0 {
        return n;
    }
    if street[0].is_number() && !street[0].ordinal && !names_a_day(street, 0) {
        take_leading(street, address);
        return street.len();
    }
    let Some(at) = trailing_number(street) else {
        return n;
    };
    let count = house::house_at(street, at, true, address);
    street.drain(at..at + count);
    at
}

/// A house number at the front; of two plain numbers the first is a flat, as in `3/45 Smith St`.
fn take_leading(street: &mut Vec<Piece>, address: &mut Address) {
    let second = street
        .get(1)
        .filter(|p| p.is_number() && !p.ordinal && street.len() > 2);
    if let Some(second) = second.filter(|p| p.joint != Joint::Hyphen) {
        let (first, second) = (street[0].text.clone(), second.text.clone());
        if street[1].joint == Joint::Space && is_range(&first, &second) {
            address.house = first;
            address.house_end = second;
        } else {
            append(&mut address.unit, &first);
            address.house = second;
        }
        street.drain(..2);
        return;
    }
    let letter = street.get(1).is_some_and(|p| {
        p.is_letter() && !matches!(p.text.as_str(), "n" | "s" | "e" | "w") && !p.dotted
    }) && street
        .get(2)
        .is_some_and(|p| street_word(&p.text, false, true).is_none() || street.len() > 3);
    let count = house::house_at(street, 0, letter, address);
    street.drain(..count.min(street.len()));
}

/// True for a range written with a space: `723 725 E 75th`, `3012 16 E 92nd` (flats have shorter numbers).
fn is_range(first: &str, second: &str) -> bool {
    let Ok(from) = first.parse::<u32>() else {
        return false;
    };
    let Ok(to) = second.parse::<u32>() else {
        return false;
    };
    first.len() > 2 && (second.len() < first.len() || to > from && to - from < 100)
}

/// Where the house number after the street stands.
fn trailing_number(street: &[Piece]) -> Option<usize> {
    let n = street.len();
    let plain = |at: usize| {
        street[at].is_number()
            && !street[at].ordinal
            && !names_a_day(street, at)
            && !is_route(street, at)
    };
    let last_run = (1..n)
        .rev()
        .take_while(|&at| {
            let piece = &street[at];
            piece.is_number()
                || piece.is_letter()
                || piece.joint != Joint::Space
                || house::roman(&piece.text).is_some()
        })
        .last();
    let start = last_run
        .filter(|&at| plain(at))
        .or_else(|| last_run.and_then(|run| (run..n).find(|&at| plain(at))));
    start.or_else(|| (1..n).find(|&at| plain(at) && known(&street[at - 1])))
}

/// A number that belongs to a date in a street's name: `rue du 8 mai 1945`, `17. Juni`.
fn names_a_day(street: &[Piece], at: usize) -> bool {
    let is_month = |p: Option<&Piece>| p.is_some_and(|p| month(&p.text));
    let after = street
        .get(at + 1)
        .is_some_and(|p| month(&p.text) || p.text == "de" && is_month(street.get(at + 2)));
    let digits = street[at].text.len();
    let before = at > 0
        && digits == 4
        && (month(&street[at - 1].text)
            || street[at - 1].text == "de" && at > 1 && month(&street[at - 2].text));
    after || before
}

fn month(word: &str) -> bool {
    matches!(
        word,
        "january"
            | "february"
            | "march"
            | "april"
            | "june"
            | "july"
            | "august"
            | "september"
            | "october"
            | "november"
            | "december"
            | "janvier"
            | "fevrier"
            | "mars"
            | "avril"
            | "mai"
            | "juin"
            | "juillet"
            | "aout"
            | "septembre"
            | "octobre"
            | "novembre"
            | "decembre"
            | "januar"
            | "februar"
            | "marz"
            | "juni"
            | "juli"
            | "oktober"
            | "dezember"
            | "enero"
            | "febrero"
            | "marzo"
            | "abril"
            | "mayo"
            | "junio"
            | "julio"
            | "agosto"
            | "septiembre"
            | "octubre"
            | "noviembre"
            | "diciembre"
            | "gennaio"
            | "febbraio"
            | "aprile"
            | "maggio"
            | "giugno"
            | "luglio"
            | "settembre"
            | "ottobre"
            | "dicembre"
            | "janeiro"
            | "fevereiro"
            | "marco"
            | "maio"
            | "junho"
            | "julho"
            | "setembro"
            | "outubro"
            | "novembro"
            | "dezembro"
            | "maja"
            | "listopada"
            | "stycznia"
            | "lutego"
            | "sierpnia"
            | "kwietnia"
            | "czerwca"
            | "kvetna"
            | "rijna"
            | "listopadu"
            | "marta"
            | "maya"
            | "oktyabrya"
            | "dekabrya"
            | "yanvarya"
            | "fevralya"
    )
}

/// A number that names a road: `route 9`, `highway 61`.
fn is_route(street: &[Piece], at: usize) -> bool {
    at > 0
        && matches!(
            street[at - 1].text.as_str(),
            "route"
                | "rt"
                | "rte"
                | "highway"
                | "hwy"
                | "interstate"
                | "fm"
                | "cr"
                | "sr"
                | "us"
                | "km"
                | "county"
        )
        || at > 1 && street[at - 1].text == "road" && street[at - 2].text == "county"
}

/// A house number in another part between commas: `ул. Полевая, 129`.
fn take_house_elsewhere(others: &mut Vec<Piece>, address: &mut Address) {
    let starts_part = |at: usize| at == 0 || others[at - 1].part != others[at].part;
    let found = (0..others.len())
        .find(|&at| starts_part(at) && others[at].is_number() && !others[at].ordinal);
    if let Some(at) = found {
        let count = house::house_at(others, at, true, address);
        others.drain(at..at + count);
    }
}

/// Numbers and letters left over are a flat, words are kept in `rest`.
fn file_rest(pieces: &[Piece], address: &mut Address) {
    let mut in_flat = false;
    for piece in pieces.iter().filter(|p| p.text != "#") {
        let roman = house::roman(&piece.text);
        let like_flat = piece.is_number() || piece.is_letter() || roman.is_some();
        let open = address.unit.is_empty() || in_flat && piece.joint != Joint::Space;
        in_flat = like_flat && open && !address.house.is_empty();
        if !in_flat {
            append(&mut address.rest, &piece.text);
            continue;
        }
        if !address.unit.is_empty() && piece.joint != Joint::Glued {
            address.unit.push('/');
        }
        address
            .unit
            .push_str(roman.filter(|_| !piece.is_letter()).unwrap_or(&piece.text));
    }
}

//! Numbers of an address line: flat and floor, house number.

use super::scan::{Joint, Piece};
use super::{Address, append};
use crate::lexicon::units::{Unit, unit};

/// Takes flats, floors and blocks out of `pieces`: `Apt 5B`, `#20`, `2. OG`, `1st Floor`, `54室`.
pub(super) fn take_units(pieces: &mut Vec<Piece>, address: &mut Address) {
    let mut found: Vec<(u8, String)> = Vec::new();
    let mut at = 0;
    while at < pieces.len() {
        let Some((from, to, rank, text)) = unit_at(pieces, at) else {
            at += 1;
            continue;
        };
        found.push((rank, text));
        pieces.drain(from..to);
        at = from;
    }
    found.sort_by_key(|(rank, _)| *rank);
    for (_, text) in found {
        append(&mut address.unit, &text);
    }
}

/// The unit whose word stands at `at`: the pieces it takes, its rank in the output, its text.
fn unit_at(pieces: &[Piece], at: usize) -> Option<(usize, usize, u8, String)> {
    let piece = &pieces[at];
    if piece.text == "#" {
        if at > 1 && pieces[at - 1].is_number() && is_numbered_street(&pieces[at - 2].text) {
            return None; // `Calle 50 # 12-34`: a house number
        }
        let value = value(pieces, at + 1, true)?;
        return Some((at, at + 1 + value.1, 2, value.0));
    }
    if let Some(whole) = alone(&piece.text)
        && at > 0
        && at + 1 == pieces.len()
        && pieces[..at].iter().any(Piece::is_number)
    {
        return Some((at, at + 1, 0, whole.to_owned()));
    }
    if let Some(side) = side(&piece.text).filter(|_| at > 1 && pieces[at - 1].is_number())
        && pieces[..at - 1].iter().any(|p| p.is_number() && !p.ordinal)
    {
        return Some((at - 1, at + 1, 2, format!("{} {side}", pieces[at - 1].text)));
    }
    let numbered_before = || pieces[..at].iter().any(Piece::is_number);
    let door_letter =
        piece.is_letter() && piece.dotted && !matches!(piece.text.as_str(), "n" | "s" | "e" | "w");
    let kind = match unit(&piece.text) {
        None if !piece.written.is_empty() => unit(&piece.written)?,
        None if door_letter
            && numbered_before()
            && !same_part(pieces, at).is_some_and(|p| p.is_letter()) =>
        {
            Unit::Door
        }
        kind => kind?,
    };
    if kind == Unit::Floor
        && at > 0
        && let Some(number) = floor_word(&pieces[at - 1].text)
    {
        return Some((at - 1, at + 1, 0, format!("floor {number}")));
    }
    let number_before = at > 0 && before_counts(&pieces[at - 1], kind, piece);
    let after = value(
        pieces,
        at + 1,
        !matches!(kind, Unit::Floor) && !door_letter && (!shy(&piece.text) || piece.dotted),
    );
    let (from, to, text) = if number_before
        && (after.is_none()
            || pieces[at - 1].ordinal
            || pieces[at - 1].dotted
            || !pieces[at - 1].is_number())
    {
        (at - 1, at + 1, count_of(&pieces[at - 1].text).to_owned())
    } else {
        let (text, count) = after?;
        (at, at + 1 + count, text)
    };
    Some(match kind {
        Unit::Door => (from, to, 2, text),
        Unit::Floor => (from, to, 0, format!("floor {text}")),
        Unit::Block(name) => (from, to, 1, format!("{name} {text}")),
    })
}

/// The next piece when it is in the same part.
fn same_part(pieces: &[Piece], at: usize) -> Option<&Piece> {
    pieces
        .get(at + 1)
        .filter(|next| next.part == pieces[at].part)
}

/// Street words whose names are numbers in Colombia.
fn is_numbered_street(word: &str) -> bool {
    matches!(
        word,
        "calle"
            | "carrera"
            | "cra"
            | "kra"
            | "cr"
            | "cl"
            | "cll"
            | "transversal"
            | "diagonal"
            | "avenida"
            | "av"
            | "ak"
            | "ac"
            | "dg"
            | "tv"
    )
}

/// The number of a floor in words.
fn floor_word(word: &str) -> Option<&'static str> {
    Some(match word {
        "ground" => "0",
        "first" => "1",
        "second" => "2",
        "third" => "3",
        "fourth" => "4",
        "fifth" => "5",
        "top" => "top",
        "upper" => "upper",
        "lower" => "lower",
        _ => return None,
    })
}

/// Unit words that are also other words: only a number makes them one, not a letter.
fn shy(word: &str) -> bool {
    matches!(
        word,
        "app"
            | "top"
            | "bus"
            | "space"
            | "lot"
            | "villa"
            | "office"
            | "int"
            | "ap"
            | "bl"
            | "ste"
            | "ed"
            | "sc"
            | "kv"
            | "ph"
            | "tower"
            | "sala"
            | "slip"
            | "spc"
            | "bat"
            | "esc"
            | "k"
            | "byt"
            | "unt"
    )
}

/// A floor without a number, after a house number.
fn alone(word: &str) -> Option<&'static str> {
    Some(match word {
        "eg" | "erdgeschoss" | "parterre" | "parter" | "rdc" | "bajo" | "bjo" | "bj" | "ground"
        | "hochparterre" => "floor 0",
        "dg" | "dachgeschoss" | "penthouse" | "atico" | "attico" => "floor top",
        "basement" | "bsmt" | "souterrain" | "ug" | "sotano" => "floor basement",
        _ => return None,
    })
}

/// True if the piece before a unit word is its number: `2. OG`, `1st floor`, `54室`.
fn before_counts(before: &Piece, kind: Unit, word: &Piece) -> bool {
    let number = before
        .text
        .bytes()
        .next()
        .is_some_and(|b| b.is_ascii_digit())
        && before.text.len() < 6;
    let counted = before.ordinal
        || before.dotted
        || !before.is_number()
        || matches!(
            word.text.as_str(),
            "og" | "etage" | "stock" | "lou" | "shi" | "dong" | "sal" | "tr"
        );
    number
        && counted
        && (kind == Unit::Floor || matches!(word.text.as_str(), "shi" | "dong" | "daire"))
}

/// The digits of an ordinal: `1st` is `1`.
fn count_of(text: &str) -> &str {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    &text[..digits]
}

/// The number or letter after a unit word, and how many pieces it takes: `5b`, `2/1`, `3 b`, `no 4`.
fn value(pieces: &[Piece], at: usize, letters: bool) -> Option<(String, usize)> {
    let first = pieces
        .get(at)
        .filter(|p| at == 0 || p.part == pieces[at - 1].part)?;
    if matches!(first.text.as_str(), "#" | "no" | "nr" | "num") {
        let (text, count) = value(pieces, at + 1, letters)?;
        return Some((text, count + 1));
    }
    let digits = first.text.bytes().filter(u8::is_ascii_digit).count();
    let coded = digits > 0
        && first.text.len() < 8
        && (first.is_number() || first.text.as_bytes()[0].is_ascii_lowercase());
    if !(coded || letters && first.is_letter()) {
        return None;
    }
    let mut text = first.text.clone();
    let mut count = 1;
    while let Some(next) = pieces.get(at + count) {
        let slashed = matches!(next.joint, Joint::Slash | Joint::Hyphen)
            && next.text.len() < 5
            && (next.is_number() || next.is_letter());
        let lettered = next.is_letter()
            && count == 1
            && next.part == first.part
            && next.joint != Joint::Space
            && first.is_number();
        if slashed {
            text.push('/');
        } else if !lettered {
            break;
        }
        text.push_str(&next.text);
        count += 1;
    }
    Some((text, count))
}

/// The house number that starts at `at`: `12`, `12a`, `12 bis`, `12-14`, and how many pieces it takes.
/// A letter counts only when `letter` allows it there.
pub(super) fn house_at(pieces: &[Piece], at: usize, letter: bool, address: &mut Address) -> usize {
    let first = &pieces[at];
    let mut house = first.text.clone();
    let mut count = 1;
    // Polish `27 m 8`: house and flat
    if let [_, m, flat, ..] = &pieces[at..]
        && m.text == "m"
        && m.joint == Joint::Space
        && flat.is_number()
        && flat.part == first.part
    {
        append(&mut address.unit, &flat.text);
        address.house = house;
        return 3;
    }
    if let Some(next) = pieces.get(at + 1).filter(|n| n.part == first.part) {
        let addition = matches!(
            next.text.as_str(),
            "bis" | "ter" | "quater" | "rear" | "half"
        ) && next.joint == Joint::Space;
        let close = next.joint != Joint::Space;
        if (addition && pieces.len() > at + 2 || next.is_letter() && (letter || close))
            && first.text.bytes().all(|b| b.is_ascii_digit())
        {
            house.push_str(&next.text);
            count = 2;
        }
    }
    if let Some(next) = pieces
        .get(at + count)
        .filter(|n| n.is_number() && n.part == first.part)
    {
        match next.joint {
            Joint::Hyphen => {
                address.house_end = next.text.clone();
                count += 1;
            }
            Joint::Slash => {
                append(&mut address.unit, &next.text);
                count += 1;
                while let Some(more) = pieces
                    .get(at + count)
                    .filter(|n| n.joint == Joint::Slash && n.is_number())
                {
                    address.unit.push('/');
                    address.unit.push_str(&more.text);
                    count += 1;
                }
            }
            _ => {}
        }
    }
    if let Some(next) = pieces
        .get(at + count)
        .filter(|n| n.joint == Joint::Hyphen && n.part == first.part)
        && let Some(number) = roman(&next.text)
    {
        append(&mut address.unit, number);
        count += 1;
    }
    address.house = house;
    count
}

/// A floor in Roman digits.
pub(super) fn roman(word: &str) -> Option<&'static str> {
    Some(match word {
        "i" => "1",
        "ii" => "2",
        "iii" => "3",
        "iv" => "4",
        "v" => "5",
        "vi" => "6",
        "vii" => "7",
        "viii" => "8",
        "ix" => "9",
        "x" => "10",
        _ => return None,
    })
}

/// Spanish, Portuguese and Nordic doors after the house number: `5ºA`, `2º Izq`, `2. tv`.
pub(super) fn take_door(pieces: &mut Vec<Piece>, from: usize, address: &mut Address) {
    let counted = |p: &Piece| p.is_number() && (p.ordinal || p.dotted);
    let Some(at) = (from..pieces.len()).find(|&at| counted(&pieces[at])) else {
        return;
    };
    let mut text = pieces[at].text.clone();
    let mut count = 1;
    if let Some(next) = pieces.get(at + 1) {
        if next.is_letter() || next.is_number() && next.joint == Joint::Glued {
            text.push_str(&next.text);
            count = 2;
        } else if let Some(side) = side(&next.text) {
            text.push(' ');
            text.push_str(side);
            count = 2;
        }
    }
    append(&mut address.unit, &text);
    pieces.drain(at..at + count);
}

fn side(word: &str) -> Option<&'static str> {
    Some(match word {
        "izq" | "izda" | "izqda" | "izquierda" | "esq" | "esquerdo" | "esqdo" => "izq",
        "dcha" | "dch" | "dcho" | "derecha" | "dto" | "direito" | "drt" | "der" => "dcha",
        "ctro" | "centro" | "cto" => "centro",
        "ext" | "exterior" => "ext",
        "frente" | "frt" | "fte" => "frente",
        "tv" | "th" | "mf" => "side",
        _ => return None,
    })
}

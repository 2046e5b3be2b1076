//! Telephone numbers: a cell → the numbers in it, in the international form of ITU-T E.164 where they are understood.
//!
//! Numbering plans come from the metadata of libphonenumber (crate `rlibphonenumber`, Apache-2.0), which also reads
//! vanity letters, extensions, `(0)` and international prefixes. It accepts a good deal that is no number, so
//! validity is always asked for separately. What it does not do is done here: several numbers in a cell, digits of other scripts,
//! spreadsheet damage, numbers without a country, and forms for numbers that no plan knows.

use std::borrow::Cow;

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, Region, get_national_significant_number_owned,
};

use crate::normalize::placeholder::decimal;

/// One number of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone {
    /// `+` and the digits of the international form, without extension; empty when the country is not known or the
    /// digits cannot be a number there. Not a promise of validity: see `valid`.
    pub e164: String,
    /// The digits dialled inside the country, without trunk prefix; for numbers not understood, the digits without
    /// leading zeros.
    pub national: String,
    /// Extension, digits only.
    pub extension: Option<String>,
    /// Alpha-2 code of the country of the number.
    pub country: Option<[u8; 2]>,
    /// True when the country's numbering plan has such a number.
    pub valid: bool,
    /// All digits as read, extension included, letters of vanity numbers as their keys.
    pub digits: String,
}

/// A part of a cell with fewer digits is no number of its own.
const FEWEST_DIGITS: usize = 5;
/// Longest national number plus calling code of E.164.
const E164_DIGITS: usize = 15;

/// Takes a raw cell and the alpha-2 code of the country it was written in, gives its numbers in order. A cell
/// without digits gives none. No digit of the cell is lost: all are in some number's `digits`.
#[must_use]
pub fn phones(cell: &str, region: Option<[u8; 2]>) -> Vec<Phone> {
    let text = plain(cell);
    if !text.bytes().any(|b| b.is_ascii_digit()) {
        return Vec::new();
    }
    if damaged(&text) {
        let mantissa = text.split(['E', 'e']).next().unwrap_or("");
        return vec![not_understood(mantissa, digits_of(&text))];
    }
    let mut found: Vec<Phone> = Vec::with_capacity(1);
    for part in parts(&text) {
        found.push(number(part, region));
    }
    found
}

/// ASCII digits, plain signs, no guard apostrophe, no `.0` of a number read as a fraction.
fn plain(cell: &str) -> Cow<'_, str> {
    let cell = cell
        .trim()
        .trim_start_matches(['\'', '’', '"', '='])
        .trim_end_matches('"');
    let cell = match cell.split_once('.') {
        Some((whole, zeros))
            if !zeros.is_empty()
                && zeros.bytes().all(|b| b == b'0')
                && whole.len() >= FEWEST_DIGITS
                && whole.bytes().all(|b| b.is_ascii_digit() || b == b'+')
                && zeros.len() <= 2 =>
        {
            whole
        }
        _ => cell,
    };
    if cell.is_ascii() {
        return Cow::Borrowed(cell);
    }
    Cow::Owned(cell.chars().filter_map(plain_char).collect())
}

/// The ASCII sign for what keyboards of the world put in its place; `None` for invisible characters.
fn plain_char(c: char) -> Option<char> {
    if let Some(digit) = decimal(c) {
        return Some(char::from(b'0' + digit));
    }
    match c {
        '＋' | '﹢' | '⁺' => Some('+'),
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '－' | 'ー' => Some('-'),
        '（' => Some('('),
        '）' => Some(')'),
        '／' => Some('/'),
        '、' | '，' | '،' => Some(','),
        '；' | '؛' => Some(';'),
        '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2069}'
        | '\u{FEFF}'
        | '\u{AD}' => None,
        _ if c.is_whitespace() => Some(' '),
        _ => Some(c),
    }
}

fn digits_of(text: &str) -> String {
    text.bytes()
        .filter(u8::is_ascii_digit)
        .map(char::from)
        .collect()
}

fn count_digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// `4.47E+11`: a spreadsheet has rounded the number away.
fn damaged(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let mantissa = mantissa.trim_start_matches(['+', '-']);
    let exponent = exponent.trim_start_matches('+');
    let mut dots = 0;
    let fraction = mantissa.bytes().all(|b| {
        dots += usize::from(matches!(b, b'.' | b','));
        b.is_ascii_digit() || matches!(b, b'.' | b',')
    });
    fraction
        && dots <= 1
        && !mantissa.is_empty()
        && (1..=2).contains(&exponent.len())
        && exponent.bytes().all(|b| b.is_ascii_digit())
}

/// Words between two numbers of a cell.
const BETWEEN: &[&str] = &[
    "or", "oder", "ou", "o", "and", "und", "et", "y", "e", "lub", "nebo", "of", "en", "eller",
    "или", "и",
];
/// So many digits can be a number of their own.
const WHOLE_NUMBER: usize = 7;

/// The cell cut between its numbers. The parts together are the whole cell but for separators.
fn parts(text: &str) -> Vec<&str> {
    let simple = |b: u8| b.is_ascii_digit() || matches!(b, b' ' | b'-' | b'(' | b')' | b'.');
    if text.bytes().skip(1).all(simple) {
        return vec![text];
    }
    let mut cuts: Vec<usize> = Vec::new();
    let mut start = 0;
    for (at, hard) in separators(text) {
        let before = count_digits(&text[start..at]);
        let rest = &text[at..];
        let next_end = separators(rest)
            .into_iter()
            .map(|(e, _)| e)
            .find(|e| *e > 0)
            .unwrap_or(rest.len());
        let next = count_digits(&rest[..next_end]);
        let opens = rest
            .bytes()
            .find(|b| b.is_ascii_digit() || *b == b'+')
            .is_some_and(|b| matches!(b, b'0' | b'+'));
        let cut = if hard {
            before >= FEWEST_DIGITS
                && count_digits(rest) >= FEWEST_DIGITS
                && (next >= FEWEST_DIGITS || opens || next == 0)
        } else {
            before >= WHOLE_NUMBER
                && (next >= WHOLE_NUMBER || (opens && count_digits(rest) >= WHOLE_NUMBER))
        };
        if cut {
            cuts.push(at);
            start = at;
        }
    }
    let mut found = Vec::with_capacity(cuts.len() + 1);
    let mut from = 0;
    for cut in cuts {
        found.push(&text[from..cut]);
        from = cut;
    }
    found.push(&text[from..]);
    found
}

/// Where numbers may be parted, and whether the sign there hardly means anything else.
fn separators(text: &str) -> Vec<(usize, bool)> {
    let mut found = Vec::new();
    let mut word_start = None;
    let mut seen_digit = false;
    for (at, c) in text.char_indices() {
        if c.is_alphabetic() {
            word_start = word_start.or(Some(at));
            continue;
        }
        if let Some(start) = word_start.take() {
            let word = &text[start..at];
            if BETWEEN.iter().any(|b| word.eq_ignore_ascii_case(b)) {
                found.push((start, true));
            }
        }
        match c {
            ';' | '|' | '\n' | '\r' | '\t' | '&' | '<' | '>' | '\\' => found.push((at, true)),
            '+' if seen_digit => found.push((at, true)),
            '/' | ',' | ':' => found.push((at, false)),
            _ => seen_digit |= c.is_ascii_digit(),
        }
    }
    found
}

fn number(part: &str, region: Option<[u8; 2]>) -> Phone {
    let (main, extension) = extension(part);
    let mut dialled = String::with_capacity(main.len());
    let vanity = is_vanity(main);
    let mut any = false;
    for b in main.bytes() {
        if b.is_ascii_digit() {
            dialled.push(char::from(b));
            any = true;
        } else if b == b'+' && !any {
            dialled.clear();
            dialled.push('+');
        } else if vanity && any && b.is_ascii_alphabetic() {
            dialled.push(key_of(b));
        }
    }
    let mut digits = dialled.trim_start_matches('+').to_owned();
    if let Some(extension) = &extension {
        digits.push_str(extension);
    }
    let Some(understood) = understand(&dialled, region) else {
        return Phone {
            extension,
            ..not_understood(&dialled, digits)
        };
    };
    Phone {
        extension,
        digits,
        ..understood
    }
}

/// Marks of an extension, in lower case; longer ones first where one begins another.
const EXTENSION_MARKS: &[&str] = &[
    "extension",
    "extensión",
    "extensao",
    "extn.",
    "extn",
    "ext.",
    "ext=",
    "ext",
    "durchwahl",
    "apparat",
    "app.",
    "dw",
    "poste",
    "interno",
    "int.",
    "int",
    "anexo",
    "ramal",
    "klapka",
    "kl.",
    "linia",
    "wewn.",
    "wewn",
    "wew.",
    "wew",
    "toestel",
    "tst.",
    "доб.",
    "доб",
    "вн.",
    "anknytning",
    "ankn.",
    "lokal",
    "dahili",
    "x.",
    "x",
    "#",
];

/// The number and the extension after it.
fn extension(part: &str) -> (&str, Option<String>) {
    let marked =
        |b: u8| b.is_ascii_alphabetic() || matches!(b, b'#' | b'/' | b',' | b';') || !b.is_ascii();
    if !part.bytes().any(marked) {
        return (part, None);
    }
    let tail_digits = part
        .char_indices()
        .rev()
        .skip_while(|(_, c)| matches!(c, ' ' | ')' | '.' | ']'))
        .take_while(|(_, c)| c.is_ascii_digit())
        .last();
    let Some((at, _)) = tail_digits else {
        return (part, None);
    };
    let (before, tail) = part.split_at(at);
    let digits = digits_of(tail);
    if digits.len() > 7 || count_digits(before) < FEWEST_DIGITS {
        return (part, None);
    }
    let head = before.trim_end_matches([' ', ':', '.', '-', '=', '(']);
    // `030 1234567/68`: the other ending of a block of lines.
    if digits.len() <= 3
        && let Some(main) = head.strip_suffix(['/', ','])
        && count_digits(main) >= WHOLE_NUMBER
    {
        return (main.trim_end_matches(','), Some(digits));
    }
    let lower = head.to_lowercase();
    if lower.len() != head.len() {
        return (part, None);
    }
    for mark in EXTENSION_MARKS {
        let mark = mark.trim_end_matches(['.', '=']);
        if let Some(main) = lower.strip_suffix(mark)
            && !main.ends_with(char::is_alphabetic)
        {
            return (&head[..main.len()], Some(digits));
        }
    }
    (part, None)
}

/// Words that stand beside a number and are not dialled.
const LABELS: &str = "home work mobile mobil cell cellular tel phone telephone telefon fax office privat private main other direct business \
handy gsm whatsapp buero büro zuhause festnetz dienstlich casa oficina movil móvil celular bureau domicile portable ufficio tlf tfn mob \
only evening evenings day daytime night after before ask for best call mum dad mother father wife husband";

/// True when letters stand for keys: `1-800-FLOWERS`, `0800 REIFEN`.
fn is_vanity(main: &str) -> bool {
    let digits = count_digits(main);
    if !(3..=8).contains(&digits) || !main.bytes().any(|b| b.is_ascii_alphabetic()) {
        return false;
    }
    let first_digit = main.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
    let mut letters = 0;
    for word in main[first_digit..]
        .split(|c: char| !c.is_alphabetic())
        .filter(|w| !w.is_empty())
    {
        let lower = word.to_lowercase();
        if !word.is_ascii() || LABELS.split_ascii_whitespace().any(|l| l == lower) {
            return false;
        }
        letters += word.len();
    }
    letters >= 3 && (WHOLE_NUMBER..=E164_DIGITS).contains(&(digits + letters))
}

/// The key a letter stands on (ITU-T E.161).
fn key_of(letter: u8) -> char {
    const KEYS: &[u8; 26] = b"22233344455566677778889999";
    let at = usize::from(letter.to_ascii_lowercase().saturating_sub(b'a'));
    KEYS.get(at).map_or('0', |k| char::from(*k))
}

/// Finds the plan under which the dialled digits make sense.
fn understand(dialled: &str, region: Option<[u8; 2]>) -> Option<Phone> {
    let home = region
        .and_then(|r| {
            std::str::from_utf8(&r)
                .ok()
                .and_then(|r| Region::from_code(r).ok())
        })
        .filter(|r| *r != Region::World);
    let bare = dialled.trim_start_matches('+');
    if bare.len() < FEWEST_DIGITS || bare.bytes().all(|b| b == b'0') {
        return None;
    }
    let first = read(dialled, home, home);
    if let Some(phone) = &first
        && phone.valid
    {
        return first;
    }
    // A valid number under another reading is better than an invalid one under the plainest.
    let stripped = bare.strip_prefix("00").or_else(|| bare.strip_prefix("011"));
    let old_mexican = ["044", "045", "01"]
        .iter()
        .find_map(|p| bare.strip_prefix(p))
        .filter(|rest| region == Some(*b"MX") && rest.len() == 10);
    let international = |digits: &str| read(&format!("+{digits}"), None, home);
    let other = stripped
        .and_then(international)
        .filter(|p| p.valid)
        .or_else(|| {
            old_mexican
                .and_then(|rest| read(rest, home, home))
                .filter(|p| p.valid)
        })
        .or_else(|| {
            plus_forgotten(dialled, bare)
                .then(|| international(bare))
                .flatten()
                .filter(|p| p.valid)
        })
        // `+030 901820`: a plus before the trunk prefix.
        .or_else(|| {
            (dialled.len() > bare.len() && home.is_some())
                .then(|| read(bare, home, home))
                .flatten()
                .filter(|p| p.valid)
        });
    other.or(first).or_else(|| stripped.and_then(international))
}

/// Enough digits for calling code and number, and no trunk prefix: Russia's 8 looks like Vietnam's 84.
fn plus_forgotten(dialled: &str, bare: &str) -> bool {
    dialled.len() == bare.len()
        && bare.len() >= 11
        && !bare.starts_with('0')
        && !(bare.len() == 11 && bare.starts_with('8'))
}

/// Reads digits under one plan. `None` when they cannot be a number of it.
fn read(dialled: &str, plan: Option<Region>, home: Option<Region>) -> Option<Phone> {
    if plan.is_none() && !dialled.starts_with('+') {
        return None;
    }
    let parsed = PhoneNumber::parse(dialled, plan).ok()?;
    let place = parsed.get_region_code();
    let valid = place.is_some_and(|r| parsed.is_valid_for_region(r));
    if !valid
        && !matches!(
            parsed.is_possible_with_reason(),
            Ok(NumberLengthType::IsPossible)
        )
    {
        return None;
    }
    let national = get_national_significant_number_owned(&parsed);
    let code = parsed.country_code;
    let country = place
        .or_else(|| {
            home.filter(|h| PHONE_NUMBER_UTIL.get_country_code_for_region(*h) == Some(code))
        })
        .or_else(|| PHONE_NUMBER_UTIL.get_region_for_country_code(code))
        .filter(|r| *r != Region::World)
        .and_then(|r| <[u8; 2]>::try_from(r.as_region_str().as_str().as_bytes()).ok());
    Some(Phone {
        e164: format!("+{code}{national}"),
        national,
        extension: None,
        country,
        valid,
        digits: String::new(),
    })
}

/// What is left of a number that no plan knows: its digits.
fn not_understood(dialled: &str, digits: String) -> Phone {
    Phone {
        e164: String::new(),
        national: digits_of(dialled).trim_start_matches('0').to_owned(),
        extension: None,
        country: None,
        valid: false,
        digits,
    }
}

//! Postal codes: a cell → the code without spaces and hyphens, the area it lies in, and the country where that is plain.
//!
//! Shapes are those of the Universal Postal Union's addressing guides, see [`crate::lexicon::postcodes`]. What spreadsheets
//! do to codes is undone and flagged: a lost leading zero (`1234` for `01234`), a decimal `.0`, a guard
//! apostrophe. A code that fits no shape keeps its characters.

use crate::lexicon::postcodes::{self, PostcodeFormat};
use crate::normalize::placeholder::decimal;

/// One postal code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Postcode {
    /// The code in capitals without spaces, hyphens and country sign; US codes with five digits.
    pub normal: String,
    /// The leading part that names an area: outward code in Britain, first three digits in the US, …
    pub area: String,
    /// The country given, or the one the code's shape alone gives away.
    pub country: Option<[u8; 2]>,
    /// True when the code has a shape of that country, after restoring a zero.
    pub valid: bool,
    /// True when a leading zero was put back.
    pub restored_zero: bool,
    /// What was cut from `normal`: the four digits after a US code.
    pub extra: Option<String>,
}

/// Countries whose codes often come with their sign in front: `D-80331`, `LV-1010`, `SE-113 51`.
const SIGNS: &[(&str, &[u8; 2])] = &[
    ("A", b"AT"),
    ("AT", b"AT"),
    ("B", b"BE"),
    ("BE", b"BE"),
    ("CH", b"CH"),
    ("CZ", b"CZ"),
    ("D", b"DE"),
    ("DE", b"DE"),
    ("DK", b"DK"),
    ("E", b"ES"),
    ("EE", b"EE"),
    ("ES", b"ES"),
    ("F", b"FR"),
    ("FI", b"FI"),
    ("FIN", b"FI"),
    ("FL", b"LI"),
    ("FO", b"FO"),
    ("FR", b"FR"),
    ("GL", b"GL"),
    ("GR", b"GR"),
    ("H", b"HU"),
    ("HR", b"HR"),
    ("HU", b"HU"),
    ("I", b"IT"),
    ("IS", b"IS"),
    ("IT", b"IT"),
    ("L", b"LU"),
    ("LI", b"LI"),
    ("LT", b"LT"),
    ("LU", b"LU"),
    ("LV", b"LV"),
    ("MD", b"MD"),
    ("MK", b"MK"),
    ("N", b"NO"),
    ("NL", b"NL"),
    ("NO", b"NO"),
    ("P", b"PT"),
    ("PL", b"PL"),
    ("PT", b"PT"),
    ("RO", b"RO"),
    ("RS", b"RS"),
    ("S", b"SE"),
    ("SE", b"SE"),
    ("SI", b"SI"),
    ("SK", b"SK"),
    ("SLO", b"SI"),
    ("TR", b"TR"),
];

/// Takes a raw cell and the record's country when known, gives the postal code. `None` when the cell has neither letter
/// nor digit of the Latin script.
#[must_use]
pub fn postcode(cell: &str, country: Option<[u8; 2]>) -> Option<Postcode> {
    let cell = without_decimal(cell.trim());
    let mut compact = compact(cell);
    if compact.is_empty() {
        return None;
    }
    let mut country = country;
    let signed = signed_country(&compact).filter(|(_, theirs)| {
        country.is_none_or(|ours| ours == *theirs)
            // Without the hyphen a sign could be the letters of the code itself.
            && (country.is_some() || cell.contains('-'))
    });
    if let Some((digits, theirs)) = signed {
        compact = digits.to_owned();
        country = Some(theirs);
    }
    let country = country.or_else(|| by_shape(cell, &compact));
    let format = country.and_then(postcodes::format);
    let mut restored_zero = false;
    if let Some(padded) = format.and_then(|f| with_zero(f, &compact)) {
        compact = padded;
        restored_zero = true;
    }
    let valid = format.is_some_and(|f| f.fits(&compact));
    let mut extra = None;
    if valid && compact.len() == 9 && format.is_some_and(|f| f.shapes == ["99999", "999999999"]) {
        extra = Some(compact.split_off(5));
    }
    let area = area(&compact, format.filter(|_| valid), country);
    Some(Postcode {
        normal: compact,
        area,
        country,
        valid,
        restored_zero,
        extra,
    })
}

/// `12345.0` → `12345`: a number's ending, not the code's.
fn without_decimal(cell: &str) -> &str {
    match cell.split_once('.') {
        Some((whole, zeros))
            if !zeros.is_empty()
                && zeros.bytes().all(|b| b == b'0')
                && whole.bytes().all(|b| b.is_ascii_digit()) =>
        {
            whole
        }
        _ => cell,
    }
}

fn compact(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len());
    for c in cell.chars() {
        if c.is_ascii_alphanumeric() {
            text.push(c.to_ascii_uppercase());
        } else if let Some(digit) = decimal(c) {
            text.push(char::from(b'0' + digit));
        } else if ('\u{FF21}'..='\u{FF5A}').contains(&c) {
            // Full-width letters of East Asian keyboards.
            let ascii = u8::try_from(c as u32 - 0xFEE0).map_or(' ', char::from);
            if ascii.is_ascii_alphabetic() {
                text.push(ascii.to_ascii_uppercase());
            }
        }
    }
    text
}

/// The digits after a country's sign, and the country.
fn signed_country(compact: &str) -> Option<(&str, [u8; 2])> {
    let letters = compact.bytes().take_while(u8::is_ascii_uppercase).count();
    if letters == 0 || letters > 3 {
        return None;
    }
    let (sign, digits) = compact.split_at(letters);
    let (_, country) = SIGNS.iter().find(|(s, _)| *s == sign)?;
    let fits = postcodes::format(**country).is_some_and(|f| f.fits(digits) && !f.fits(compact));
    fits.then_some((digits, **country))
}

/// The country whose codes alone look like this.
fn by_shape(cell: &str, compact: &str) -> Option<[u8; 2]> {
    let fits = |c: &[u8; 2]| postcodes::format(*c).is_some_and(|f| f.fits(compact));
    if compact.bytes().any(|b| b.is_ascii_uppercase()) {
        return [b"GG", b"JE", b"IM", b"GI", b"GB", b"CA", b"NL", b"IE"]
            .into_iter()
            .find(|c| fits(c))
            .copied();
    }
    let mut groups = cell.split('-').map(|g| g.trim().len());
    match (groups.next(), groups.next(), groups.next()) {
        (Some(5), Some(4), None) if compact.len() == 9 => Some(*b"US"),
        (Some(5), Some(3), None) if compact.len() == 8 => Some(*b"BR"),
        (Some(4), Some(3), None) if compact.len() == 7 => Some(*b"PT"),
        (Some(3), Some(4), None) if compact.len() == 7 => Some(*b"JP"),
        (Some(2), Some(3), None) if compact.len() == 5 => Some(*b"PL"),
        _ => None,
    }
}

/// A code of digits that is one short, as spreadsheets leave them. Only where codes begin with 0 at all; two zeros are
/// lost only by US and French-style codes of the 00 range, which are too rare to guess.
fn with_zero(format: &PostcodeFormat, compact: &str) -> Option<String> {
    const ZERO_LED: &[&[u8; 2]] = &[
        b"AU", b"CR", b"CZ", b"DE", b"DO", b"DZ", b"EC", b"EE", b"ES", b"FI", b"FR", b"GP", b"IT",
        b"KR", b"KE", b"LT", b"MX", b"MY", b"NO", b"PE", b"PL", b"PR", b"RO", b"SG", b"SK", b"SM",
        b"SN", b"TR", b"UA", b"US", b"VA", b"VI", b"ZA",
    ];
    let length = format.only_digits().or(match &format.country {
        b"KR" => Some(5),
        _ => None,
    })?;
    let digits = compact.bytes().all(|b| b.is_ascii_digit());
    let zero_lost = digits && ZERO_LED.contains(&&format.country);
    if zero_lost && compact.len() + 1 == length {
        return Some(format!("0{compact}"));
    }
    // ZIP+4 that lost its zero: eight digits.
    let plus_four = zero_lost && compact.len() == 8 && format.shapes == ["99999", "999999999"];
    plus_four.then(|| format!("0{compact}"))
}

fn area(compact: &str, format: Option<&PostcodeFormat>, country: Option<[u8; 2]>) -> String {
    const BRITISH: [&[u8; 2]; 4] = [b"GB", b"GG", b"JE", b"IM"];
    let british = country.is_some_and(|c| BRITISH.contains(&&c));
    let length = match format {
        // The outward code is what stands before the last three characters.
        _ if british && compact.len() >= 5 => compact.len() - 3,
        _ if british => compact.len(),
        Some(f) if f.area == 0 => compact.len(),
        Some(f) => f.area,
        None => 3,
    };
    compact.get(..length).unwrap_or(compact).to_owned()
}

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
    /// The code in capitals without spaces, hyphens and country sign; US and Saudi codes with five digits.
    pub normal: String,
    /// The leading part that names an area: outward code in Britain, first three digits in the US, …
    pub area: String,
    /// The country given, or the one the code's shape alone gives away.
    pub country: Option<[u8; 2]>,
    /// True when the code has a shape of that country, after restoring a zero.
    pub valid: bool,
    /// True when a leading zero was put back.
    pub restored_zero: bool,
    /// What was cut from `normal`: the four digits after the five of US and Saudi codes.
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
    // exports for spreadsheets keep zeros by writing `z:02108`
    let cell = cell.strip_prefix("z:").unwrap_or(cell);
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
    let signs = |g: &str| g.bytes().filter(u8::is_ascii_alphanumeric).count();
    let mut groups = cell.split('-').map(signs);
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn code(text: &str) -> Option<[u8; 2]> {
        <[u8; 2]>::try_from(text.as_bytes()).ok()
    }

    /// Country, cell, normal form, area; all valid.
    const VALID: &[(&str, &str, &str, &str)] = &[
        ("US", "12345", "12345", "123"),
        ("US", "12345-6789", "12345", "123"),
        ("US", "123456789", "12345", "123"),
        ("US", "12345.0", "12345", "123"),
        ("US", "'12345", "12345", "123"),
        ("US", "1234", "01234", "012"),
        ("US", "1234.0", "01234", "012"),
        ("US", "1234-5678", "01234", "012"),
        ("PR", "00901", "00901", "009"),
        ("PR", "0901", "00901", "009"),
        ("GB", "SW1A 1AA", "SW1A1AA", "SW1A"),
        ("GB", "sw1a1aa", "SW1A1AA", "SW1A"),
        ("GB", "M1 1AE", "M11AE", "M1"),
        ("GB", "B33 8TH", "B338TH", "B33"),
        ("GB", "CR2 6XH", "CR26XH", "CR2"),
        ("GB", "DN55 1PT", "DN551PT", "DN55"),
        ("GB", "W1A 0AX", "W1A0AX", "W1A"),
        ("GB", "GIR 0AA", "GIR0AA", "GIR"),
        ("GG", "GY1 1AA", "GY11AA", "GY1"),
        ("JE", "JE2 3AB", "JE23AB", "JE2"),
        ("IM", "IM1 1AA", "IM11AA", "IM1"),
        ("CA", "K1A 0B1", "K1A0B1", "K1A"),
        ("CA", "k1a0b1", "K1A0B1", "K1A"),
        ("CA", "K1A-0B1", "K1A0B1", "K1A"),
        ("IE", "D02 AF30", "D02AF30", "D02"),
        ("IE", "D6W XY00", "D6WXY00", "D6W"),
        ("NL", "1234 AB", "1234AB", "1234"),
        ("NL", "1234ab", "1234AB", "1234"),
        ("NL", "NL-1234 AB", "1234AB", "1234"),
        ("DE", "80331", "80331", "803"),
        ("DE", "D-80331", "80331", "803"),
        ("DE", "DE 80331", "80331", "803"),
        ("DE", "1067", "01067", "010"),
        ("DE", "８０３３１", "80331", "803"),
        ("AT", "1010", "1010", "10"),
        ("AT", "A-1010", "1010", "10"),
        ("CH", "8001", "8001", "80"),
        ("CH", "CH-8001", "8001", "80"),
        ("LI", "FL-9490", "9490", "94"),
        ("FR", "75001", "75001", "750"),
        ("FR", "F-75001", "75001", "750"),
        ("FR", "6000", "06000", "060"),
        ("IT", "00184", "00184", "001"),
        ("IT", "184", "184", "184"),
        ("ES", "08001", "08001", "080"),
        ("ES", "8001", "08001", "080"),
        ("PT", "1000-001", "1000001", "1000"),
        ("PT", "1000", "1000", "1000"),
        ("BE", "1000", "1000", "10"),
        ("BE", "B-1000", "1000", "10"),
        ("LU", "L-1111", "1111", "11"),
        ("DK", "2100", "2100", "21"),
        ("DK", "DK-2100", "2100", "21"),
        ("NO", "0150", "0150", "01"),
        ("NO", "150", "0150", "01"),
        ("SE", "113 51", "11351", "113"),
        ("SE", "SE-113 51", "11351", "113"),
        ("FI", "00100", "00100", "001"),
        ("FI", "FIN-00100", "00100", "001"),
        ("IS", "101", "101", "1"),
        ("PL", "00-950", "00950", "00"),
        ("PL", "82-959", "82959", "82"),
        ("CZ", "110 00", "11000", "110"),
        ("SK", "811 01", "81101", "811"),
        ("HU", "1051", "1051", "10"),
        ("HU", "H-1051", "1051", "10"),
        ("RO", "010011", "010011", "010"),
        ("RO", "10011", "010011", "010"),
        ("BG", "1000", "1000", "10"),
        ("GR", "105 57", "10557", "105"),
        ("TR", "34110", "34110", "341"),
        ("TR", "6420", "06420", "064"),
        ("RU", "101000", "101000", "101"),
        ("UA", "01001", "01001", "010"),
        ("BY", "220030", "220030", "220"),
        ("EE", "10111", "10111", "10"),
        ("LV", "LV-1010", "1010", "10"),
        ("LT", "LT-01103", "01103", "011"),
        ("SI", "1000", "1000", "10"),
        ("SI", "SI-1000", "1000", "10"),
        ("HR", "10000", "10000", "10"),
        ("HR", "HR-10000", "10000", "10"),
        ("RS", "11000", "11000", "110"),
        ("MD", "MD-2001", "2001", "20"),
        ("CY", "1010", "1010", "10"),
        ("MT", "VLT 1117", "VLT1117", "VLT"),
        ("AD", "AD500", "AD500", "AD5"),
        ("IL", "9414610", "9414610", "941"),
        ("SA", "12345-6789", "12345", "123"),
        ("SA", "17407", "17407", "174"),
        ("IR", "11155-34567", "1115534567", "111"),
        ("IN", "110 001", "110001", "110"),
        ("PK", "44000", "44000", "440"),
        ("BD", "1000", "1000", "10"),
        ("LK", "10100", "10100", "101"),
        ("CN", "100000", "100000", "1000"),
        ("JP", "100-0001", "1000001", "100"),
        ("JP", "〒100-0001", "1000001", "100"),
        ("KR", "03051", "03051", "030"),
        ("KR", "110-110", "110110", "110"),
        ("TW", "100", "100", "100"),
        ("SG", "018956", "018956", "01"),
        ("SG", "18956", "018956", "01"),
        ("MY", "50000", "50000", "500"),
        ("TH", "10200", "10200", "102"),
        ("ID", "10110", "10110", "101"),
        ("PH", "1000", "1000", "10"),
        ("VN", "100000", "100000", "100"),
        ("AU", "2000", "2000", "20"),
        ("AU", "800", "0800", "08"),
        ("NZ", "1010", "1010", "10"),
        ("ZA", "0001", "0001", "00"),
        ("EG", "11511", "11511", "11"),
        ("MA", "10000", "10000", "100"),
        ("DZ", "16000", "16000", "16"),
        ("TN", "1000", "1000", "10"),
        ("NG", "900001", "900001", "900"),
        ("KE", "00100", "00100", "001"),
        ("ET", "1000", "1000", "10"),
        ("BR", "01310-100", "01310100", "013"),
        ("AR", "C1425ABC", "C1425ABC", "C142"),
        ("AR", "1425", "1425", "1425"),
        ("CL", "832-0000", "8320000", "832"),
        ("CO", "110111", "110111", "110"),
        ("MX", "06000", "06000", "060"),
        ("MX", "6000", "06000", "060"),
        ("PE", "15001", "15001", "150"),
        ("EC", "170150", "170150", "170"),
        ("VE", "1010-A", "1010A", "10"),
        ("KZ", "A05A1B2", "A05A1B2", "A05"),
        ("KZ", "050000", "050000", "050"),
        ("BM", "HM 11", "HM11", "HM"),
        ("GI", "GX11 1AA", "GX111AA", "GX111AA"),
    ];

    #[test]
    fn codes_of_many_countries() {
        for (country, cell, normal, area) in VALID {
            // Two zeros lost are beyond repair.
            let valid = *cell != "184";
            let found = postcode(cell, code(country)).unwrap();
            assert_eq!(
                (
                    found.normal.as_str(),
                    found.area.as_str(),
                    found.valid,
                    found.country
                ),
                (*normal, *area, valid, code(country)),
                "{country} {cell}"
            );
            let again = postcode(&found.normal, code(country)).unwrap();
            assert_eq!(
                (&again.normal, &again.area),
                (&found.normal, &found.area),
                "{country} {cell}"
            );
        }
        let countries: std::collections::BTreeSet<_> = VALID.iter().map(|(c, ..)| c).collect();
        assert!(countries.len() >= 60, "{}", countries.len());
    }

    #[test]
    fn what_was_cut_or_put_back_is_told() {
        let us = postcode("12345-6789", code("US")).unwrap();
        assert_eq!(
            (us.extra.as_deref(), us.restored_zero),
            (Some("6789"), false)
        );
        let short = postcode("1234", code("US")).unwrap();
        assert_eq!((short.extra, short.restored_zero), (None, true));
        let plus = postcode("1234-5678", code("US")).unwrap();
        assert_eq!(
            (
                plus.normal.as_str(),
                plus.extra.as_deref(),
                plus.restored_zero
            ),
            ("01234", Some("5678"), true)
        );
        assert!(!postcode("1234", code("AT")).unwrap().restored_zero);
    }

    #[test]
    fn the_shape_may_give_the_country_away() {
        for (cell, country) in [
            ("SW1A 1AA", "GB"),
            ("K1A 0B1", "CA"),
            ("1234 AB", "NL"),
            ("D02 AF30", "IE"),
            ("12345-6789", "US"),
            ("01310-100", "BR"),
            ("01.310-100", "BR"),
            ("1000-001", "PT"),
            ("100-0001", "JP"),
            ("82-959", "PL"),
            ("D-80331", "DE"),
            ("LV-1010", "LV"),
            ("CH-8001", "CH"),
            ("GY1 1AA", "GG"),
        ] {
            let found = postcode(cell, None).unwrap();
            assert_eq!(
                (found.country, found.valid),
                (code(country), true),
                "{cell}"
            );
        }
        for cell in ["12345", "1234", "113 51", "101000", "X1"] {
            let found = postcode(cell, None).unwrap();
            assert_eq!((found.country, found.valid), (None, false), "{cell}");
        }
    }

    #[test]
    fn what_fits_no_shape_keeps_its_characters() {
        for (country, cell, normal) in [
            ("GB", "aa9 aaa", "AA9AAA"),
            ("GB", "LL11", "LL11"),
            ("US", "1234567", "1234567"),
            ("US", "ABC", "ABC"),
            ("FR", "D-80331", "D80331"),
            ("AE", "00000", "00000"),
            ("ZZ", "12-34", "1234"),
        ] {
            let found = postcode(cell, code(country)).unwrap();
            assert_eq!(
                (found.normal.as_str(), found.valid),
                (normal, false),
                "{cell}"
            );
        }
        assert_eq!(postcode("GB", code("GB")).unwrap().area, "GB");
        for nothing in ["", "-", " ", "。"] {
            assert_eq!(postcode(nothing, code("GB")), None, "{nothing}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn the_normal_form_is_its_own_normal_form(cell in "([A-Za-z0-9 .-]{0,12}|\\PC{0,12})", country in "(US|GB|DE|FR|NL|AR|BR|LV|)") {
            if let Some(found) = postcode(&cell, code(&country)) {
                let again = postcode(&found.normal, found.country).unwrap();
                prop_assert_eq!(&again.normal, &found.normal);
                prop_assert_eq!(&again.area, &found.area);
                prop_assert_eq!(again.valid, found.valid);
            }
        }

        #[test]
        fn spaces_hyphens_and_case_never_matter(parts in prop::collection::vec("[a-z0-9]{1,4}", 1..3), country in "(US|GB|DE|CA|NL|BR)") {
            let plain = postcode(&parts.concat(), code(&country)).unwrap();
            let dressed = postcode(&parts.join(" ").to_uppercase(), code(&country)).unwrap();
            prop_assert_eq!(plain, dressed);
        }
    }
}

//! Shapes of postal codes by country.
//!
//! Source: the addressing guides of the Universal Postal Union (UPU, postal code formats by country). In a shape `9`
//! is a digit, `A` a letter, `*` either, and a letter after `!` stands for itself. Shapes are for codes without
//! spaces and hyphens and without the country's sign in front (`D-`, `LV-`).

/// How one country writes postal codes.
#[derive(Clone, Copy, Debug)]
pub struct PostcodeFormat {
    /// ISO 3166-1 alpha-2 code.
    pub country: [u8; 2],
    /// The shapes, compact.
    pub shapes: &'static [&'static str],
    /// How many leading characters make an area that is useful to compare within; 0 for codes that have no areas.
    pub area: usize,
}

macro_rules! formats {
    ($($country:literal $area:literal: $($shape:literal)+;)+) => {
        &[$(PostcodeFormat { country: *$country, area: $area, shapes: &[$($shape),+] }),+]
    };
}

/// Sorted by country.
const FORMATS: &[PostcodeFormat] = formats! {
    b"AD" 3: "!A!D999" "999";
    b"AF" 2: "9999";
    b"AI" 0: "!A!I2640";
    b"AL" 2: "9999";
    b"AM" 2: "9999" "999999";
    b"AR" 4: "9999" "A9999AAA";
    b"AS" 3: "99999" "999999999";
    b"AT" 2: "9999";
    b"AU" 2: "9999";
    b"AX" 3: "99999";
    b"AZ" 2: "9999" "!A!Z9999";
    b"BA" 2: "99999";
    b"BB" 4: "!B!B99999";
    b"BD" 2: "9999";
    b"BE" 2: "9999";
    b"BG" 2: "9999";
    b"BH" 2: "999" "9999";
    b"BL" 3: "99999";
    b"BM" 2: "AA99" "AAAA";
    b"BN" 2: "AA9999";
    b"BR" 3: "99999999" "99999";
    b"BT" 2: "99999";
    b"BY" 3: "999999";
    b"CA" 3: "A9A9A9";
    b"CC" 2: "9999";
    b"CH" 2: "9999";
    b"CL" 3: "9999999";
    b"CN" 4: "999999";
    b"CO" 3: "999999";
    b"CR" 3: "99999";
    b"CU" 2: "99999";
    b"CV" 2: "9999";
    b"CX" 2: "9999";
    b"CY" 2: "9999";
    b"CZ" 3: "99999";
    b"DE" 3: "99999";
    b"DK" 2: "9999";
    b"DO" 3: "99999";
    b"DZ" 2: "99999";
    b"EC" 3: "999999";
    b"EE" 2: "99999";
    b"EG" 2: "99999" "9999999";
    b"ES" 3: "99999";
    b"ET" 2: "9999";
    b"FI" 3: "99999";
    b"FK" 0: "!F!I!Q!Q1!Z!Z";
    b"FM" 3: "99999" "999999999";
    b"FO" 1: "999";
    b"FR" 3: "99999";
    b"GB" 0: "A99AA" "A999AA" "AA99AA" "AA999AA" "A9A9AA" "AA9A9AA" "!G!I!R0!A!A";
    b"GE" 2: "9999";
    b"GF" 3: "99999";
    b"GG" 0: "!G!Y99AA" "!G!Y999AA";
    b"GI" 0: "!G!X111!A!A";
    b"GL" 2: "9999";
    b"GN" 1: "999";
    b"GP" 3: "99999";
    b"GR" 3: "99999";
    b"GT" 2: "99999";
    b"GU" 3: "99999" "999999999";
    b"GW" 2: "9999";
    b"HN" 2: "99999";
    b"HR" 2: "99999";
    b"HT" 2: "9999" "!H!T9999";
    b"HU" 2: "9999";
    b"ID" 3: "99999";
    b"IE" 3: "A99****" "!D6!W****";
    b"IL" 3: "9999999" "99999";
    b"IM" 0: "!I!M99AA" "!I!M999AA";
    b"IN" 3: "999999";
    b"IQ" 2: "99999";
    b"IR" 3: "9999999999" "99999";
    b"IS" 1: "999";
    b"IT" 3: "99999";
    b"JE" 0: "!J!E99AA" "!J!E999AA";
    b"JO" 2: "99999";
    b"JP" 3: "9999999";
    b"KE" 3: "99999";
    b"KG" 3: "999999";
    b"KH" 3: "99999" "999999";
    b"KR" 3: "99999" "999999";
    b"KW" 2: "99999";
    b"KY" 3: "!K!Y99999";
    b"KZ" 3: "999999" "A99A9A9";
    b"LA" 2: "99999";
    b"LB" 2: "9999" "99999999";
    b"LI" 2: "9999";
    b"LK" 3: "99999";
    b"LR" 2: "9999";
    b"LS" 1: "999";
    b"LT" 3: "99999";
    b"LU" 2: "9999";
    b"LV" 2: "9999";
    b"MA" 3: "99999";
    b"MC" 3: "99999";
    b"MD" 2: "9999";
    b"ME" 2: "99999";
    b"MF" 3: "99999";
    b"MG" 1: "999";
    b"MH" 3: "99999" "999999999";
    b"MK" 2: "9999";
    b"MM" 2: "99999";
    b"MN" 2: "99999" "999999";
    b"MP" 3: "99999" "999999999";
    b"MQ" 3: "99999";
    b"MT" 3: "AAA9999" "AAA99";
    b"MU" 3: "99999" "A9999";
    b"MV" 2: "99999";
    b"MX" 3: "99999";
    b"MY" 3: "99999";
    b"MZ" 2: "9999";
    b"NC" 3: "99999";
    b"NE" 2: "9999";
    b"NF" 2: "9999";
    b"NG" 3: "999999";
    b"NI" 3: "99999";
    b"NL" 4: "9999AA";
    b"NO" 2: "9999";
    b"NP" 3: "99999";
    b"NZ" 2: "9999";
    b"OM" 1: "999";
    b"PA" 2: "9999";
    b"PE" 3: "99999";
    b"PF" 3: "99999";
    b"PG" 1: "999";
    b"PH" 2: "9999";
    b"PK" 3: "99999";
    b"PL" 2: "99999";
    b"PM" 3: "99999";
    b"PN" 0: "!P!C!R!N1!Z!Z";
    b"PR" 3: "99999" "999999999";
    b"PT" 4: "9999999" "9999";
    b"PW" 3: "99999" "999999999";
    b"PY" 2: "9999" "999999";
    b"RE" 3: "99999";
    b"RO" 3: "999999";
    b"RS" 3: "99999";
    b"RU" 3: "999999";
    b"SA" 3: "99999" "999999999";
    b"SD" 2: "99999";
    b"SE" 3: "99999";
    b"SG" 2: "999999";
    b"SH" 0: "AAAA1!Z!Z";
    b"SI" 2: "9999";
    b"SJ" 2: "9999";
    b"SK" 3: "99999";
    b"SM" 3: "99999";
    b"SN" 2: "99999";
    b"SV" 2: "9999";
    b"SZ" 2: "A999";
    b"TC" 0: "!T!K!C!A1!Z!Z";
    b"TH" 3: "99999";
    b"TJ" 3: "999999";
    b"TM" 3: "999999";
    b"TN" 2: "9999";
    b"TR" 3: "99999";
    b"TT" 2: "999999";
    b"TW" 3: "999" "99999" "999999";
    b"TZ" 3: "99999";
    b"UA" 3: "99999";
    b"US" 3: "99999" "999999999";
    b"UY" 2: "99999";
    b"UZ" 3: "999999";
    b"VA" 3: "99999";
    b"VE" 2: "9999" "9999A";
    b"VI" 3: "99999" "999999999";
    b"VN" 3: "999999" "99999";
    b"WF" 3: "99999";
    b"XK" 2: "99999";
    b"YT" 3: "99999";
    b"ZA" 2: "9999";
    b"ZM" 2: "99999";
};

/// Takes an alpha-2 code in upper case, gives the country's format. `None` for countries without postal codes.
#[must_use]
pub fn format(country: [u8; 2]) -> Option<&'static PostcodeFormat> {
    let at = FORMATS.binary_search_by_key(&country, |f| f.country).ok()?;
    FORMATS.get(at)
}

/// All formats, sorted by country.
#[must_use]
pub fn formats() -> &'static [PostcodeFormat] {
    FORMATS
}

impl PostcodeFormat {
    /// Takes a compact code in capitals, gives true when it has one of the country's shapes.
    #[must_use]
    pub fn fits(&self, compact: &str) -> bool {
        self.shapes
            .iter()
            .any(|s| has_shape(compact.as_bytes(), s.as_bytes()))
    }

    /// How many digits a code of digits only has, when the country has just one such length.
    #[must_use]
    pub fn only_digits(&self) -> Option<usize> {
        match self.shapes {
            [one] if one.bytes().all(|b| b == b'9') => Some(one.len()),
            ["99999", "999999999"] => Some(5),
            _ => None,
        }
    }
}

fn has_shape(code: &[u8], shape: &[u8]) -> bool {
    let mut code = code.iter();
    let mut shape = shape.iter();
    while let Some(&wanted) = shape.next() {
        let Some(&got) = code.next() else {
            return false;
        };
        let fits = match wanted {
            b'9' => got.is_ascii_digit(),
            b'A' => got.is_ascii_uppercase(),
            b'*' => got.is_ascii_digit() || got.is_ascii_uppercase(),
            b'!' => shape.next() == Some(&got),
            other => other == got,
        };
        if !fits {
            return false;
        }
    }
    code.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_sorted_and_of_countries() {
        assert!(FORMATS.windows(2).all(|w| w[0].country < w[1].country));
        assert!(FORMATS.len() >= 150);
        for format in FORMATS {
            assert!(
                crate::lexicon::countries::by_code(format.country).is_some(),
                "{format:?}"
            );
        }
    }

    #[test]
    fn shapes_are_read() {
        let gb = format(*b"GB").unwrap();
        for good in [
            "M11AE", "B338TH", "CR26XH", "DN551PT", "W1A1HQ", "EC1A1BB", "GIR0AA",
        ] {
            assert!(gb.fits(good), "{good}");
        }
        for bad in ["M1", "DN551P", "DN551PTX", "1DN55PT", ""] {
            assert!(!gb.fits(bad), "{bad}");
        }
        assert_eq!(format(*b"US").unwrap().only_digits(), Some(5));
        assert_eq!(format(*b"AR").unwrap().only_digits(), None);
        assert!(format(*b"AE").is_none());
    }
}

//! Identifiers (national, tax, customer numbers): a cell → letters and digits only, in capitals.
//!
//! Leading zeros belong to an identifier and stay. Separators do not: `DE 123.456-789` and `de123456789` meet. A value
//! that a spreadsheet has rounded (`1.23457E+11`) identifies nothing any more.

use unicode_normalization::UnicodeNormalization;

use crate::normalize::placeholder::{self, decimal};

/// Takes a raw cell, gives the identifier's normal form. `None` for placeholders (`n/a`, `00000`, `123456789`), values
/// without letter or digit, and rounded numbers.
#[must_use]
pub fn identifier(cell: &str) -> Option<String> {
    let cell = cell.trim();
    if is_rounded(cell) {
        return None;
    }
    let cell = without_fraction(cell);
    if placeholder::is_placeholder(cell) || is_filler(cell) {
        return None;
    }
    let normal = if cell.is_ascii() {
        alphanumeric(cell)
    } else {
        // Dropping signs can bring marks together that compose: once more at the end.
        alphanumeric(&cell.nfkc().collect::<String>())
            .nfkc()
            .collect()
    };
    (!normal.is_empty() && !placeholder::is_placeholder(&normal)).then_some(normal)
}

fn alphanumeric(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    for c in text.chars() {
        if let Some(digit) = decimal(c) {
            normal.push(char::from(b'0' + digit));
        } else if c.is_ascii_alphanumeric() {
            normal.push(c.to_ascii_uppercase());
        } else if c.is_alphanumeric() {
            normal.extend(c.to_uppercase().filter(|u| u.is_alphanumeric()));
        }
    }
    normal
}

/// `12345.0`: a number that was read as a fraction. A code such as `1.0` or `10.00` has too few digits to tell.
fn without_fraction(cell: &str) -> &str {
    match cell.strip_suffix(".0").or_else(|| cell.strip_suffix(".00")) {
        Some(whole) if whole.len() >= 5 && whole.bytes().all(|b| b.is_ascii_digit()) => whole,
        _ => cell,
    }
}

/// `1.23457E+11`, `1,2E+8`: scientific notation with a fraction or a sign; `12E5` may be a code.
fn is_rounded(cell: &str) -> bool {
    let Some((mantissa, exponent)) = cell.split_once(['E', 'e']) else {
        return false;
    };
    let digits = exponent.trim_start_matches('+');
    digits.len() < exponent.len()
        && !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit())
        && mantissa.bytes().any(|b| b.is_ascii_digit())
        && mantissa
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-'))
}

/// Digits that fill a form: one digit over and over, or a run up or down from its end, six or more.
fn is_filler(cell: &str) -> bool {
    let digits: Vec<u8> = cell.chars().filter_map(decimal).collect();
    if cell.chars().any(char::is_alphabetic) || digits.is_empty() {
        return false;
    }
    let same = digits.iter().all(|d| *d == digits[0]);
    let up = digits.windows(2).all(|w| w[1] == (w[0] + 1) % 10);
    let down = digits.windows(2).all(|w| w[0] == (w[1] + 1) % 10);
    let ends = digits[0] <= 1 || digits[0] == 9;
    (same && (digits.len() >= 4 || digits[0] == 0 && digits.len() >= 2))
        || ((up || down) && ends && digits.len() >= 6)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn separators_go_and_zeros_stay() {
        for (cell, normal) in [
            ("DE 123.456-789", Some("DE123456789")),
            ("de123456789", Some("DE123456789")),
            ("000123450", Some("000123450")),
            ("'7210448301122", Some("7210448301122")),
            ("078-05-1120", Some("078051120")),
            ("12345.0", Some("12345")),
            ("a-1", Some("A1")),
            ("7", Some("7")),
            ("١٢٣٠", Some("1230")),
            ("ＡＢ１２", Some("AB12")),
            ("12E5", Some("12E5")),
            ("1.23457E+11", None),
            ("4E+11", None),
            ("", None),
            ("n/a", None),
            ("none", None),
            ("-", None),
            ("00000", None),
            ("999-99-9999", None),
            ("123456789", None),
            ("123-45-6789", None),
            ("0", Some("0")),
            ("456789", Some("456789")),
        ] {
            assert_eq!(identifier(cell).as_deref(), normal, "{cell}");
        }
    }

    proptest! {
        #[test]
        fn the_normal_form_is_its_own_normal_form(cell in "\\PC{0,20}") {
            if let Some(normal) = identifier(&cell) {
                prop_assert_eq!(identifier(&normal), Some(normal));
            }
        }

        #[test]
        fn no_digit_is_dropped(cell in "[0-9A-Za-z ./-]{1,16}") {
            if let Some(normal) = identifier(&cell) {
                let digits = |t: &str| t.chars().filter(char::is_ascii_digit).collect::<String>();
                let expected = digits(without_fraction(cell.trim()));
                prop_assert_eq!(digits(&normal), expected);
            }
        }
    }
}

//! Numbers of which a spreadsheet threw the last digits away: in scientific notation, or written out with zeros in their place.

/// Digits that a spreadsheet keeps of a number.
const KEPT_DIGITS: usize = 15;

/// `4.47E+11`, `1,23457e17`: scientific notation with a fraction or a sign. `1E5` may be a code.
#[must_use]
pub fn is_exponent(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    if !matches!(bytes, [b'0'..=b'9' | b'-' | b'+', .., b'0'..=b'9']) || bytes.len() < 4 {
        return false;
    }
    let Some(at) = bytes.iter().position(|b| matches!(b, b'E' | b'e')) else {
        return false;
    };
    let (mantissa, exponent) = (cell[..at].trim_start_matches(['-', '+']), &cell[at + 1..]);
    let mut digits = mantissa.splitn(2, ['.', ',']);
    let whole = digits.next().is_some_and(|w| w.len() == 1 && w != "0");
    let signed = exponent.strip_prefix('+').unwrap_or(exponent);
    let marked = exponent.starts_with('+') || mantissa.len() > 1;
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    whole && marked && digits.next().is_none_or(number) && number(signed) && signed.len() <= 3
}

/// Which of the distinct values of a column are numbers whose digits after the fifteenth became zeros. Numbers may well
/// end in zeros: believed only where the column has many more of them than chance would give.
#[must_use]
pub fn lost_digits<'v>(values: impl Iterator<Item = &'v str>) -> Vec<bool> {
    let (mut found, mut by_chance) = (0_u32, 0.0);
    let marks: Vec<bool> = values
        .map(|cell| {
            let cell = cell.trim();
            let long = cell.len() > KEPT_DIGITS
                && cell.len() <= 40
                && cell.bytes().all(|b| b.is_ascii_digit())
                && !cell.starts_with('0');
            if !long {
                return false;
            }
            let beyond = &cell[KEPT_DIGITS..];
            by_chance += 0.1_f64.powi(beyond.len() as i32);
            let lost = beyond.bytes().all(|b| b == b'0');
            found += u32::from(lost);
            lost
        })
        .collect();
    if found >= 2 && f64::from(found) > 4.0 * by_chance + 1.0 {
        marks
    } else {
        vec![false; marks.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_told_from_values_that_look_like_it() {
        for cell in ["4.47E+11", "1,23457E+17", "4e+11", "1.5e9"] {
            assert!(is_exponent(cell), "{cell}");
        }
        for cell in [
            "1E5", "12E5", "E+11", "4.47", "1.2E", "3e", "0.5E+3", "A1E+1", "1e1234", "é4E+1",
        ] {
            assert!(!is_exponent(cell), "{cell}");
        }
    }

    #[test]
    fn zeros_are_believed_lost_digits_where_there_are_too_many() {
        let lost = |cells: &[&str]| {
            let marks = lost_digits(cells.iter().copied());
            marks.iter().filter(|m| **m).count()
        };
        assert_eq!(lost(&["123456789012345000", "123456789099999000", "x"]), 2);
        assert_eq!(lost(&["123456789012345000", "123456789099999123"]), 0);
        // ids of sixteen digits end in a zero one time in ten
        let ids: Vec<String> = (0..400_u64)
            .map(|i| (8_000_000_000_000_000 + i * 7).to_string())
            .collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        assert_eq!(lost(&ids), 0);
        assert_eq!(lost(&["120000", "45000000", ""]), 0);
    }
}

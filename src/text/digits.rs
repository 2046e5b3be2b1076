//! Whole numbers as text, many of them.

/// Appends a number as decimal digits, without what formatting costs.
pub fn push_int(json: &mut String, number: i64) {
    if number < 0 {
        json.push('-');
    }
    let mut rest = number.unsigned_abs();
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    // digits are text
    json.push_str(std::str::from_utf8(&digits[at..]).unwrap_or(""));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn digits_are_those_of_formatting(number in prop_oneof![any::<i64>(), -1_000i64..1_000, Just(i64::MIN)]) {
            let mut text = String::new();
            push_int(&mut text, number);
            prop_assert_eq!(text, number.to_string());
        }
    }
}

//! JSON text written straight into a buffer.

use std::fmt::Write;

/// Bytes that cannot stand in a JSON string as they are, and one more that shall not.
const fn escaped(also: u8) -> [bool; 256] {
    let mut escaped = [false; 256];
    let mut b = 0;
    while b < 0x20 {
        escaped[b] = true;
        b += 1;
    }
    escaped[b'"' as usize] = true;
    escaped[b'\\' as usize] = true;
    escaped[also as usize] = true;
    escaped
}

/// Appends `value` as a JSON string.
pub fn push_string(out: &mut String, value: &str) {
    const ESCAPED: [bool; 256] = escaped(b'"');
    push_escaped(out, value, &ESCAPED);
}

/// Appends `value` as a JSON string for a `<script type="application/json">` block of HTML: `<` is written as an escape, so
/// that neither `</script` nor `<!--` can occur; the parsed text is the same.
pub fn push_script_string(out: &mut String, value: &str) {
    const ESCAPED: [bool; 256] = escaped(b'<');
    push_escaped(out, value, &ESCAPED);
}

fn push_escaped(out: &mut String, value: &str, escaped: &[bool; 256]) {
    out.push('"');
    let mut rest = value;
    while let Some(at) = rest.bytes().position(|b| escaped[usize::from(b)]) {
        out.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            // writing to a string cannot fail
            b => drop(write!(out, "\\u{b:04x}")),
        }
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out.push('"');
}

/// Appends `value` as a JSON number with all its digits, `null` when it is not finite.
pub fn push_number(out: &mut String, value: f64) {
    if value.is_finite() {
        let _ = write!(out, "{value}");
    } else {
        out.push_str("null");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn strings_read_back(value in "(\\PC|[\\x00-\\x1f]){0,20}") {
            let mut out = String::new();
            push_string(&mut out, &value);
            prop_assert_eq!(&serde_json::from_str::<String>(&out).unwrap(), &value);
            out.clear();
            push_script_string(&mut out, &value);
            prop_assert!(!out.contains('<'));
            prop_assert_eq!(serde_json::from_str::<String>(&out).unwrap(), value);
        }

        #[test]
        fn numbers_read_back(value in -1e6f64..1e6) {
            let mut out = String::new();
            push_number(&mut out, value);
            prop_assert_eq!(out.parse::<f64>().unwrap().to_bits(), value.to_bits());
        }
    }
}

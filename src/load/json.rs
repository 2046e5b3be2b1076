//! JSON text written straight into a buffer.

use std::fmt::Write;

/// Appends `value` as a JSON string.
pub fn push_string(out: &mut String, value: &str) {
    out.push('"');
    let mut from = 0;
    for (i, b) in value.bytes().enumerate() {
        let escape = match b {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0..=0x1f => "",
            _ => continue,
        };
        out.push_str(&value[from..i]);
        if escape.is_empty() {
            // writing to a string cannot fail
            let _ = write!(out, "\\u{b:04x}");
        } else {
            out.push_str(escape);
        }
        from = i + 1;
    }
    out.push_str(&value[from..]);
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

//! Text in HTML, made harmless; figures as people read them.

use std::fmt::{self, Display, Formatter, Write};

/// Text for element content and quoted attributes: no character of it can end or open markup.
pub(super) struct Esc<'a>(pub(super) &'a str);

impl Display for Esc<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                // not allowed in HTML at all
                c if c.is_control() && !matches!(c, '\t' | '\n') => f.write_char('\u{fffd}')?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// Prose of the engine as HTML: what stands in backticks becomes code, and it ends like a sentence.
pub(super) fn prose(text: &str) -> String {
    let text = text.trim();
    let parts: Vec<&str> = text.split('`').collect();
    let paired = parts.len() % 2 == 1;
    let mut html = String::with_capacity(text.len() + 16);
    for (i, part) in parts.into_iter().enumerate() {
        let part = match part.chars().next() {
            Some(first) if i == 0 => first.to_uppercase().chain(part.chars().skip(1)).collect(),
            _ => part.to_owned(),
        };
        if i % 2 == 0 || !paired {
            let tick = if i > 0 && !paired { "`" } else { "" };
            let _ = write!(html, "{tick}{}", Esc(&part));
        } else {
            let _ = write!(html, "<code>{}</code>", Esc(&part));
        }
    }
    if !text.is_empty() && !text.ends_with(['.', '!', '?']) {
        html.push('.');
    }
    html
}

/// A count with separators: `1,234,567`.
pub(super) struct Count(pub(super) u64);

impl Display for Count {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        let mut text = String::with_capacity(digits.len() + digits.len() / 3);
        for (i, c) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                text.push(',');
            }
            text.push(c);
        }
        f.write_str(&text)
    }
}

/// A share as a percentage; never `0` or `100` unless it is.
pub(super) struct Percent(pub(super) f64);

impl Display for Percent {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let percent = self.0 * 100.0;
        if percent.is_nan() {
            return f.write_str("–");
        }
        if percent > 0.0 && percent < 0.01 {
            return f.write_str("< 0.01 %");
        }
        if percent < 100.0 && percent > 99.99 {
            return f.write_str("> 99.99 %");
        }
        let decimals = if !(1.0..=99.0).contains(&percent) {
            2
        } else {
            1
        };
        let text = format!("{percent:.decimals$}");
        let text = if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.')
        } else {
            &text
        };
        write!(f, "{text} %")
    }
}

/// `part / whole`, 0 when there is no whole.
pub(super) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

/// A word in singular or plural, after its count.
pub(super) fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", Count(n), if n == 1 { one } else { many })
}

/// Wall time: `0.42 s`, `12.3 s`, `3 min 20 s`.
pub(super) fn seconds(s: f64) -> String {
    if s < 10.0 {
        format!("{s:.2} s")
    } else if s < 100.0 {
        format!("{s:.1} s")
    } else {
        let whole = s.round() as u64;
        format!("{} min {} s", whole / 60, whole % 60)
    }
}

/// A size in bytes: `812 B`, `4.2 MB`.
pub(super) fn bytes(n: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if n < 1000 {
        return format!("{n} B");
    }
    let mut size = n as f64 / 1000.0;
    let mut unit = 0;
    while size >= 999.5 && unit + 1 < UNITS.len() {
        size /= 1000.0;
        unit += 1;
    }
    if size < 9.95 {
        format!("{size:.1} {}", UNITS[unit])
    } else {
        format!("{size:.0} {}", UNITS[unit])
    }
}

/// Bits with a sign: `+4.2`, `−3.0`.
pub(super) fn bits(w: f64) -> String {
    if w < -0.049 {
        format!("−{:.1}", -w)
    } else {
        format!("+{:.1}", w.abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn prose_marks_code_and_ends() {
        for (text, html) in [
            ("", ""),
            ("column `a<b` is odd", "Column <code>a&lt;b</code> is odd."),
            ("one ` alone", "One ` alone."),
            ("`x`!", "<code>x</code>!"),
        ] {
            assert_eq!(prose(text), html);
        }
    }

    #[test]
    fn figures_read_well() {
        assert_eq!(Count(0).to_string(), "0");
        assert_eq!(Count(999).to_string(), "999");
        assert_eq!(Count(1_234_567).to_string(), "1,234,567");
        for (share, text) in [
            (0.0, "0 %"),
            (1.0, "100 %"),
            (0.999_999, "> 99.99 %"),
            (0.000_001, "< 0.01 %"),
            (0.5, "50 %"),
            (0.123, "12.3 %"),
            (0.993, "99.3 %"),
            (0.2, "20 %"),
        ] {
            assert_eq!(Percent(share).to_string(), text);
        }
        assert_eq!(
            (bytes(999), bytes(1000), bytes(123_456_789)),
            ("999 B".into(), "1.0 kB".into(), "123 MB".into())
        );
        assert_eq!(
            (bits(-3.04), bits(0.0), bits(-0.01)),
            ("−3.0".into(), "+0.0".into(), "+0.0".into())
        );
        assert_eq!(
            (seconds(0.421), seconds(200.0)),
            ("0.42 s".into(), "3 min 20 s".into())
        );
    }

    proptest! {
        #[test]
        fn no_text_opens_or_closes_markup(text in any::<String>()) {
            let escaped = Esc(&text).to_string();
            prop_assert!(!escaped.contains(['<', '>', '"', '\'']));
        }
    }
}

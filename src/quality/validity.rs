//! Whether values can be what they are meant to be, by rules that need nothing but the value.

use crate::lexicon::mail_domains;
use crate::normalize::email::within_quotes;

/// Octets before the `@` at most (RFC 5321, 4.5.3.1.1).
const LOCAL: usize = 64;
/// Octets of a path, less its brackets (RFC 5321, 4.5.3.1.3).
const WHOLE: usize = 254;
/// Octets of a label of a domain (RFC 1035, 2.3.4).
const LABEL: usize = 63;
/// Digits of an international number at most (ITU-T E.164).
const E164: usize = 15;
/// Digits below which no subscriber is reached from outside its own exchange.
const FEWEST: usize = 6;

/// Why an e-mail address cannot exist, or is not what was meant; `None` when nothing speaks against it.
#[must_use]
pub fn email_problem(value: &str) -> Option<&'static str> {
    let value = value.trim();
    let value = value.strip_prefix("mailto:").unwrap_or(value);
    let Some((local, domain)) = value.rsplit_once('@') else {
        return Some("no-at");
    };
    if local.contains('@') && !local.starts_with('"') {
        return Some("two-at");
    }
    if value.contains(char::is_whitespace) && !local.starts_with('"') {
        return Some("space");
    }
    if local.is_empty() || domain.is_empty() {
        return Some("part-missing");
    }
    if local.len() > LOCAL || value.len() > WHOLE {
        return Some("too-long");
    }
    if local.starts_with('"') {
        if within_quotes(local).is_none() {
            return Some("signs");
        }
    } else {
        if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
            return Some("dots");
        }
        let allowed =
            |c: char| c.is_alphanumeric() || !c.is_ascii() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
        if !local.chars().all(allowed) {
            return Some("signs");
        }
    }
    // the dot that ends a sentence, or a name that is complete (RFC 1034, 3.1)
    domain_problem(domain.strip_suffix('.').unwrap_or(domain))
}

fn domain_problem(domain: &str) -> Option<&'static str> {
    let Some((_, top)) = domain.rsplit_once('.') else {
        return Some("no-domain");
    };
    if domain.split('.').any(str::is_empty) {
        return Some("dots");
    }
    let fits = |label: &str| {
        label.len() <= LABEL
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|c| c.is_alphanumeric() || c == '-' || !c.is_ascii())
    };
    if !domain.split('.').all(fits) {
        return Some("domain-signs");
    }
    // no top-level domain has a digit, but for the encoded ones
    if top.len() < 2 || (!top.starts_with("xn--") && top.bytes().any(|b| b.is_ascii_digit())) {
        return Some("no-such-top");
    }
    if domain.bytes().any(|b| b.is_ascii_uppercase()) {
        let lower = domain.to_ascii_lowercase();
        return mail_domains::meant(&lower).map(|_| "domain-slip");
    }
    mail_domains::meant(domain).map(|_| "domain-slip")
}

/// What a problem of an e-mail address means.
#[must_use]
pub fn email_words(code: &str) -> &'static str {
    match code {
        "no-at" => "no `@`",
        "two-at" => "more than one `@`",
        "space" => "a space inside",
        "part-missing" => "nothing before or after the `@`",
        "too-long" => "longer than an address can be",
        "dots" => "a dot at an end, or two in a row",
        "signs" => "signs that no address has",
        "no-domain" => "no domain",
        "domain-signs" => "signs that no domain has",
        "no-such-top" => "an ending that is no top-level domain",
        "domain-slip" => "a slip in a well known domain",
        "placeholder" => "an address of nobody",
        _ => "not an address",
    }
}

/// Why digits cannot be a telephone number whatever the country; `None` when nothing speaks against it.
#[must_use]
pub fn phone_problem(value: &str) -> Option<&'static str> {
    let digits = value.chars().filter(|c| c.is_numeric()).count();
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    match digits {
        0 => Some("no-digits"),
        n if n < FEWEST && letters < 3 => Some("too-short"),
        // an extension adds up to five digits
        n if n > E164 + 5 => Some("too-long"),
        _ => None,
    }
}

/// What a problem of a phone number means.
#[must_use]
pub fn phone_words(code: &str) -> &'static str {
    match code {
        "no-digits" => "no digits",
        "too-short" => "too few digits",
        "too-long" => "more digits than a number has",
        "unknown-plan" => "not in the numbering plan of its country",
        _ => "not a number",
    }
}

/// A number as people write it, with sign, currency, thousands and decimals; `None` for anything else.
///
/// Of two kinds of marks the last one parts the decimals; one comma before exactly three digits is of thousands.
#[must_use]
pub fn number(value: &str) -> Option<f64> {
    let first = *value.trim_start().as_bytes().first()?;
    if first.is_ascii_alphabetic() {
        return None;
    }
    let plain = value
        .trim()
        .trim_matches(['$', '€', '£', '¥', '%', ' ', '\u{a0}']);
    let unsigned = plain.trim_start_matches(['-', '+']);
    if unsigned.is_empty() || unsigned.len() > 24 || !unsigned.as_bytes()[0].is_ascii_digit() {
        return None;
    }
    if unsigned.bytes().all(|b| b.is_ascii_digit()) {
        return plain.parse().ok();
    }
    if !unsigned
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'\'' | b' '))
    {
        return None;
    }
    let (dots, commas) = (unsigned.matches('.').count(), unsigned.matches(',').count());
    let decimal = match (unsigned.rfind('.'), unsigned.rfind(',')) {
        (Some(dot), Some(comma)) if dot > comma => Some('.'),
        (Some(_), Some(_)) => Some(','),
        (Some(_), None) if dots == 1 => Some('.'),
        (None, Some(at)) if commas == 1 && unsigned.len() - at != 4 => Some(','),
        _ => None,
    };
    // what parts thousands stands before three digits each
    let whole = decimal
        .and_then(|mark| unsigned.rsplit_once(mark))
        .map_or(unsigned, |w| w.0);
    let mut groups = whole.split(['.', ',', '\'', ' ']);
    let first = groups.next().map_or(0, str::len);
    let mut rest = groups.map(str::len).peekable();
    if rest.peek().is_some() && (first == 0 || first > 3 || rest.any(|n| n != 3)) {
        return None;
    }
    let clean: String = plain
        .chars()
        .filter_map(|c| match c {
            c if Some(c) == decimal => Some('.'),
            '.' | ',' | '\'' | ' ' => None,
            c => Some(c),
        })
        .collect();
    clean.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_that_cannot_exist_are_told_why() {
        for (value, problem) in [
            ("ann@example.com", None),
            ("Ann.O'Hara+news@mail.example.co.uk", None),
            ("müller@exämple.de", None),
            ("ann@xn--exmple-cua.de", None),
            ("ann@example.com.", None),
            ("\"ann lee\"@example.com", None),
            ("\"ann..lee\"@example.com", None),
            ("\"ann\\\"lee\"@example.com", Some("signs")),
            // no customer has one, and `run` does not read it
            ("ann@[192.0.2.1]", Some("domain-signs")),
            (".ann@example.com", Some("dots")),
            ("mailto:ann@example.com", None),
            ("ann.example.com", Some("no-at")),
            ("ann@@example.com", Some("two-at")),
            ("ann lee@example.com", Some("space")),
            ("@example.com", Some("part-missing")),
            ("ann@", Some("part-missing")),
            ("ann..lee@example.com", Some("dots")),
            ("ann.@example.com", Some("dots")),
            ("ann@example..com", Some("dots")),
            ("ann(x)@example.com", Some("signs")),
            ("ann@localhost", Some("no-domain")),
            ("ann@-example.com", Some("domain-signs")),
            ("ann@exa_mple.com", Some("domain-signs")),
            ("ann@example.c", Some("no-such-top")),
            ("ann@example.c0m", Some("no-such-top")),
            ("ann@gmial.com", Some("domain-slip")),
        ] {
            assert_eq!(email_problem(value), problem, "{value}");
        }
        let long = format!("{}@example.com", "a".repeat(65));
        assert_eq!(email_problem(&long), Some("too-long"));
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, number_read) in [
            ("1234", Some(1234.0)),
            ("-5", Some(-5.0)),
            ("1,234.50", Some(1234.5)),
            ("1.234,50", Some(1234.5)),
            ("1,5", Some(1.5)),
            ("1,234", Some(1234.0)),
            ("€ 12.50", Some(12.5)),
            ("12 %", Some(12.0)),
            ("192.0.2.1", None),
            ("12 34", None),
            ("1'000'000", Some(1e6)),
            ("abc", None),
            ("12a", None),
            ("", None),
            ("-", None),
        ] {
            assert_eq!(number(text), number_read, "{text}");
        }
    }

    #[test]
    fn digits_alone_rule_out_a_phone_number() {
        assert_eq!(phone_problem("+44 20 7946 0101"), None);
        assert_eq!(phone_problem("call me"), Some("no-digits"));
        assert_eq!(phone_problem("12345"), Some("too-short"));
        assert_eq!(phone_problem(&"1".repeat(21)), Some("too-long"));
    }

    proptest! {
        #[test]
        fn plain_addresses_pass(local in "[a-z][a-z0-9]{0,20}", host in "[a-z]{12,20}", top in "[a-z]{2,6}") {
            prop_assert_eq!(email_problem(&format!("{local}@{host}.{top}")), None);
        }

        #[test]
        fn whole_numbers_come_back(n in -1_000_000_000i64..1_000_000_000) {
            prop_assert_eq!(number(&n.to_string()), Some(n as f64));
        }
    }
}

//! When two written forms are the same value, and which of them is written better.

use crate::record::Kind;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The key of a value: equal keys are one value written differently (case, accents, spaces, punctuation).
#[must_use]
pub fn key<'a>(kind: Kind, value: &'a str) -> Cow<'a, str> {
    match kind {
        Kind::Email | Kind::BirthDate | Kind::Consent | Kind::CreatedAt | Kind::UpdatedAt => {
            if value.is_ascii() && !value.bytes().any(|b| b.is_ascii_uppercase()) {
                Cow::Borrowed(value)
            } else {
                Cow::Owned(value.to_lowercase())
            }
        }
        Kind::Phone => Cow::Owned(
            value
                .chars()
                .filter(|c| c.is_alphanumeric() || *c == '+')
                .collect(),
        ),
        Kind::Identifier | Kind::Postcode => Cow::Owned(fold(value, false)),
        _ => Cow::Owned(fold(value, true)),
    }
}

/// Lower case without marks; everything but letters and digits is one space between words, or nothing.
/// A value without letters and digits keeps its characters, so that it differs from others.
fn fold(value: &str, spaced: bool) -> String {
    let mut out = String::with_capacity(value.len());
    let mut gap = false;
    let mut put = |c: char, out: &mut String| {
        if c.is_alphanumeric() {
            if gap && spaced && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            out.push(c);
        } else if !matches!(c, '\'' | '’' | '`' | '.') {
            gap = true;
        }
    };
    if value.is_ascii() {
        for b in value.bytes() {
            put(char::from(b.to_ascii_lowercase()), &mut out);
        }
    } else {
        for c in value.nfkd().filter(|c| !is_combining_mark(*c)) {
            for c in c.to_lowercase() {
                put(c, &mut out);
            }
        }
    }
    if out.is_empty() {
        out.push_str(value.trim());
    }
    out
}

/// How well a value is written, higher is better: whole words before initials, mixed case before one case,
/// accents before their loss. Compare only values with equal keys or of one field.
#[must_use]
pub fn form(kind: Kind, value: &str) -> u8 {
    if !is_word_kind(kind) {
        return 0;
    }
    let (mut upper, mut lower, mut other) = (0u32, 0u32, 0u32);
    let mut accent = false;
    for c in value.chars() {
        if c.is_uppercase() {
            upper += 1;
        } else if c.is_lowercase() {
            lower += 1;
        } else if c.is_alphabetic() {
            other += 1;
        }
        accent |= !c.is_ascii() && c.is_alphabetic();
    }
    let cased = upper + lower > 0;
    let mixed = upper > 0 && lower > 0;
    let starts_upper = value
        .chars()
        .find(|c| c.is_alphabetic())
        .is_some_and(char::is_uppercase);
    let case = match (cased || other > 0, mixed && starts_upper, lower > 0) {
        (false, _, _) => 0,
        (_, true, _) => 3,
        _ if !cased => 3,
        // `anna` before `ANNA`, both before nothing
        (_, _, true) => 2,
        _ => 1,
    };
    case * 2 + u8::from(accent)
}

/// Whether a name is an initial only (`J`, `J.`, `J. R.`): weaker than a written-out one.
#[must_use]
pub fn is_initials(kind: Kind, value: &str) -> bool {
    matches!(kind, Kind::GivenName | Kind::FamilyName | Kind::Nickname)
        && !value.is_empty()
        && value.is_ascii()
        && value
            .split(|c: char| c == '.' || c.is_whitespace() || c == '-')
            .all(|word| word.len() <= 1)
}

fn is_word_kind(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::GivenName
            | Kind::FamilyName
            | Kind::MiddleName
            | Kind::FullName
            | Kind::NameSuffix
            | Kind::Honorific
            | Kind::Nickname
            | Kind::Organization
            | Kind::Street
            | Kind::City
            | Kind::Address
            | Kind::BirthPlace
            | Kind::JobTitle
            | Kind::Attribute
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_accents_and_punctuation_do_not_make_another_value() {
        for (a, b) in [
            ("José", "JOSE"),
            ("O'Brien", "obrien"),
            ("van  der-Berg", "Van der Berg"),
            ("Müller", "MÜLLER"),
        ] {
            assert_eq!(
                key(Kind::FamilyName, a),
                key(Kind::FamilyName, b),
                "{a} {b}"
            );
        }
        assert_ne!(key(Kind::FamilyName, "Berg"), key(Kind::FamilyName, "Burg"));
        assert_eq!(
            key(Kind::Postcode, "SW1A 1AA"),
            key(Kind::Postcode, "sw1a1aa")
        );
        assert_eq!(key(Kind::Phone, "+1 (555) 0100"), "+15550100");
        assert_ne!(key(Kind::City, "東京"), key(Kind::City, "大阪"));
    }

    #[test]
    fn better_written_forms_rank_higher() {
        let ladder = ["JOSE", "JOSÉ", "jose", "josé", "Jose", "José"];
        for pair in ladder.windows(2) {
            assert!(
                form(Kind::GivenName, pair[0]) < form(Kind::GivenName, pair[1]),
                "{pair:?}"
            );
        }
        assert!(is_initials(Kind::GivenName, "J. R."));
        assert!(!is_initials(Kind::GivenName, "Jo"));
        assert!(!is_initials(Kind::MiddleName, "J"));
    }

    proptest! {
        #[test]
        fn a_key_is_its_own_key(value in "\\PC{0,12}") {
            let once = key(Kind::FamilyName, &value).into_owned();
            let twice = key(Kind::FamilyName, &once).into_owned();
            prop_assert_eq!(once, twice);
        }
    }
}

//! Damage that one value shows by itself, and what would undo it.

use crate::record::Kind;
use crate::text::mojibake::mended;
use crate::text::rounded::is_exponent;

/// One kind of damage in one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hurt {
    pub(super) code: &'static str,
    /// The value repaired; empty where it cannot be told.
    pub(super) after: String,
}

/// What is said of each code: evidence, repair, whether the value tells what it was.
pub(super) fn words(code: &str) -> (&'static str, &'static str, bool) {
    match code {
        "rounded-number" => (
            "digits and an exponent where an identifier or phone number is meant: a spreadsheet took it for a number and rounded the last digits away",
            "export the column again as text; the digits cannot be computed back",
            false,
        ),
        "guard-apostrophe" => (
            "an apostrophe (or `=\"…\"`) in front that spreadsheets use to keep a value as text",
            "take the guard off",
            true,
        ),
        "mojibake" => (
            "letters such as `Ã¼` where `ü` is meant: UTF-8 was read as Windows-1252, then saved",
            "read the text back with the right encoding",
            true,
        ),
        "lost-letters" => (
            "the sign � or a question mark inside a word: letters were thrown away by an earlier conversion",
            "export again with UTF-8; what was lost cannot be computed back",
            false,
        ),
        "html-entities" => (
            "letters written as HTML (`&amp;`, `&#39;`)",
            "write the letters themselves",
            true,
        ),
        "control-signs" => (
            "invisible signs (control characters, byte order mark, zero-width or no-break spaces)",
            "take them out, or write a plain space",
            true,
        ),
        "outer-spaces" => ("white space around the value", "trim", true),
        "two-values" => (
            "more than one value in a cell",
            "one value a cell; further values in columns or rows of their own",
            true,
        ),
        "number-ending" => (
            "a whole number that ends in `.0`: it was read as a fraction on its way",
            "take the ending off",
            true,
        ),
        "spreadsheet-day" => (
            "a number of days since 1900 where a date is meant: a spreadsheet's inner form of a date",
            "write the date it stands for",
            true,
        ),
        "day-month-order" => (
            "day and month stand in the other order than in most of the column",
            "read these the other way; for dates that read either way, ask where the rows come from",
            true,
        ),
        "short-year" => (
            "a year of two digits: the century is a guess (1930 to 2029, births 1927 to 2026)",
            "export with years of four digits",
            false,
        ),
        "lost-trunk-zero" => (
            "one digit shorter than most numbers that begin with 0, and without a 0 in front: a spreadsheet took the zero away",
            "put the zero back",
            true,
        ),
        "lost-zero" => (
            "one digit shorter than the country's postcodes, some of which begin with 0: a spreadsheet took the zero away",
            "put the zero back",
            true,
        ),
        _ => ("", "", false),
    }
}

/// Kinds whose digits are a code, not a quantity.
pub(super) fn is_code(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Phone | Kind::Identifier | Kind::Postcode | Kind::RecordKey | Kind::HouseNumber
    )
}

/// The damage a value shows.
pub(super) fn look(value: &str, kind: Kind, found: &mut Vec<Hurt>) {
    let bytes = value.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else {
        return;
    };
    let mut hurt = |code, after: String| found.push(Hurt { code, after });
    if first.is_ascii_whitespace() || last.is_ascii_whitespace() {
        hurt("outer-spaces", value.trim().to_owned());
    }
    if matches!(first, b'\'' | b'=')
        && let Some(plain) = unguarded(value)
    {
        hurt("guard-apostrophe", plain.to_owned());
    }
    if first.is_ascii_digit() || *first == b'-' {
        if is_exponent(value.trim()) && kind != Kind::Amount {
            hurt("rounded-number", String::new());
        } else if is_code(kind)
            && bytes.ends_with(b".0")
            && bytes[..bytes.len() - 2].iter().all(u8::is_ascii_digit)
        {
            hurt("number-ending", value[..value.len() - 2].to_owned());
        }
    }
    let (mut ascii, mut control, mut amp, mut mark, mut sep) = (true, false, false, false, false);
    for b in bytes {
        match b {
            0x80.. => ascii = false,
            0..=8 | 11..=31 | 127 => control = true,
            b'&' => amp = true,
            b'?' => mark = true,
            b';' | b'|' | b'@' | b'/' | b',' | b'\n' | b':' => sep = true,
            _ => {}
        }
    }
    let entities = if amp { without_entities(value) } else { None };
    // the `;` of an entity parts nothing
    let sep = (sep || (amp && wordy(kind)) || kind == Kind::Email) && entities.is_none();
    if let Some(plain) = entities {
        hurt("html-entities", plain);
    }
    if !ascii {
        match mended(value) {
            Some(plain) => hurt("mojibake", plain),
            None if value.contains('\u{fffd}') => hurt("lost-letters", String::new()),
            None => {}
        }
    }
    if mark && wordy(kind) && asks_inside(bytes) {
        hurt("lost-letters", String::new());
    }
    if control || (!ascii && value.contains(invisible)) {
        let plain: String = value
            .chars()
            .filter_map(|c| match c {
                '\u{a0}' | '\u{202f}' | '\u{2007}' => Some(' '),
                c if invisible(c) || (c.is_control() && !matches!(c, '\n' | '\t')) => None,
                c => Some(c),
            })
            .collect();
        if plain != value {
            hurt("control-signs", plain.trim().to_owned());
        }
    }
    if sep && let Some(parts) = several(value, kind) {
        hurt("two-values", parts.join(" · "));
    }
}

fn wordy(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::GivenName
            | Kind::FamilyName
            | Kind::MiddleName
            | Kind::FullName
            | Kind::Organization
            | Kind::City
            | Kind::Street
            | Kind::Region
    )
}

fn invisible(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2007}' | '\u{202a}'..='\u{202f}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// `'0123`, `="0123"`: what stands behind the guard.
fn unguarded(value: &str) -> Option<&str> {
    if let Some(rest) = value.strip_prefix("=\"") {
        return rest.strip_suffix('"').filter(|r| !r.contains('"'));
    }
    let rest = value.strip_prefix('\'')?;
    let guards = rest.starts_with(|c: char| c.is_ascii_digit() || "+-=@".contains(c));
    (guards && !rest.ends_with('\'')).then_some(rest)
}

/// A question mark between letters: `M?ller`.
fn asks_inside(bytes: &[u8]) -> bool {
    bytes
        .windows(3)
        .any(|w| w[1] == b'?' && w[0].is_ascii_alphabetic() && w[2].is_ascii_lowercase())
}

const ENTITIES: &[(&str, char)] = &[
    ("&amp;", '&'),
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&quot;", '"'),
    ("&apos;", '\''),
    ("&nbsp;", ' '),
    ("&auml;", 'ä'),
    ("&ouml;", 'ö'),
    ("&uuml;", 'ü'),
    ("&Auml;", 'Ä'),
    ("&Ouml;", 'Ö'),
    ("&Uuml;", 'Ü'),
    ("&szlig;", 'ß'),
    ("&eacute;", 'é'),
    ("&egrave;", 'è'),
    ("&agrave;", 'à'),
    ("&ccedil;", 'ç'),
    ("&ntilde;", 'ñ'),
];

fn without_entities(value: &str) -> Option<String> {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    let mut any = false;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let named = ENTITIES.iter().find(|e| rest.starts_with(e.0));
        let (sign, length) = match named {
            Some((name, sign)) => (Some(*sign), name.len()),
            None => numbered(rest),
        };
        any |= sign.is_some();
        out.push(sign.unwrap_or('&'));
        rest = &rest[length..];
    }
    out.push_str(rest);
    any.then_some(out)
}

/// `&#39;`, `&#x27;`.
fn numbered(rest: &str) -> (Option<char>, usize) {
    let inside = rest
        .strip_prefix("&#")
        .and_then(|r| r.split_once(';'))
        .map(|r| r.0);
    let Some(inside) = inside.filter(|i| i.len() <= 7) else {
        return (None, 1);
    };
    let code = match inside.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => inside.parse().ok(),
    };
    match code.and_then(char::from_u32) {
        Some(sign) => (Some(sign), inside.len() + 3),
        None => (None, 1),
    }
}

/// The values of a cell that holds more than one.
fn several(value: &str, kind: Kind) -> Option<Vec<&str>> {
    let parts: Vec<&str> = match kind {
        Kind::Email if value.matches('@').count() < 2 => return None,
        Kind::Email => {
            let parts = value.split(|c: char| c.is_whitespace() || ";,|/<>()\"".contains(c));
            // names and remarks beside addresses are no values of their own
            parts.filter(|p| p.contains('@')).collect()
        }
        Kind::Phone => {
            let marks = [";", "|", "\n", " / ", ", ", " or ", ":::"];
            let mark = marks.into_iter().find(|m| value.contains(m))?;
            value.split(mark).collect()
        }
        Kind::GivenName | Kind::FullName | Kind::FamilyName => {
            let marks = [" & ", ";", "|", " / ", ":::", "\n"];
            let mark = marks.into_iter().find(|m| value.contains(m))?;
            value.split(mark).collect()
        }
        Kind::Postcode | Kind::City | Kind::BirthDate | Kind::Identifier | Kind::Website => {
            let marks = [";", "|", ":::", "\n"];
            let mark = marks.into_iter().find(|m| value.contains(m))?;
            value.split(mark).collect()
        }
        _ => return None,
    };
    let parts: Vec<&str> = parts
        .into_iter()
        .map(str::trim)
        .filter(|p| !p.is_empty())
        .collect();
    let enough = |p: &&str| match kind {
        Kind::Email => p.contains('@'),
        Kind::Phone => p.bytes().filter(u8::is_ascii_digit).count() >= 6,
        _ => p.chars().any(char::is_alphanumeric),
    };
    (parts.len() >= 2 && parts.iter().filter(|p| enough(p)).count() >= 2).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(value: &str, kind: Kind) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        look(value, kind, &mut found);
        found.into_iter().map(|h| (h.code, h.after)).collect()
    }

    #[test]
    fn damage_is_seen_with_its_repair() {
        for (value, kind, code, after) in [
            ("4.47E+11", Kind::Phone, "rounded-number", ""),
            ("4,47E+11", Kind::Identifier, "rounded-number", ""),
            ("'01234", Kind::Postcode, "guard-apostrophe", "01234"),
            ("=\"01234\"", Kind::Postcode, "guard-apostrophe", "01234"),
            ("MÃ¼ller", Kind::FamilyName, "mojibake", "Müller"),
            ("MÃƒÂ¼ller", Kind::FamilyName, "mojibake", "Müller"),
            ("M\u{fffd}ller", Kind::FamilyName, "lost-letters", ""),
            ("M?ller", Kind::FamilyName, "lost-letters", ""),
            ("O&#39;Hara", Kind::FamilyName, "html-entities", "O'Hara"),
            (
                "Fish &amp; Co",
                Kind::Organization,
                "html-entities",
                "Fish & Co",
            ),
            ("Ann\u{200b}a", Kind::GivenName, "control-signs", "Anna"),
            (" Anna", Kind::GivenName, "outer-spaces", "Anna"),
            ("12345.0", Kind::Phone, "number-ending", "12345"),
            (
                "a@example.com; b@example.com",
                Kind::Email,
                "two-values",
                "a@example.com · b@example.com",
            ),
            (
                "A <a@example.com>; b@example.com (home)",
                Kind::Email,
                "two-values",
                "a@example.com · b@example.com",
            ),
            ("Meyer\u{a0}", Kind::FamilyName, "control-signs", "Meyer"),
            (
                "020 7946 0101 / 020 7946 0102",
                Kind::Phone,
                "two-values",
                "020 7946 0101 · 020 7946 0102",
            ),
            (
                "Anna & Peter",
                Kind::GivenName,
                "two-values",
                "Anna · Peter",
            ),
        ] {
            assert_eq!(one(value, kind), [(code, after.to_owned())], "{value}");
            let (evidence, repair, repairable) = words(code);
            assert!(!evidence.is_empty() && !repair.is_empty());
            assert_eq!(repairable, !after.is_empty(), "{code}");
        }
    }

    #[test]
    fn sound_values_are_left_alone() {
        for (value, kind) in [
            ("O'Hara", Kind::FamilyName),
            ("'t Hooft", Kind::FamilyName),
            ("Ångström", Kind::FamilyName),
            ("São Paulo", Kind::City),
            ("Ánh Vũ", Kind::GivenName),
            ("Fish & Chips Ltd", Kind::Organization),
            ("+44 (0)20 7946 0101", Kind::Phone),
            ("1.5E+3", Kind::Amount),
            ("E10 5AB", Kind::Postcode),
            ("Who?", Kind::FamilyName),
            ("12.0", Kind::Amount),
            ("Müller-Lüdenscheidt", Kind::FamilyName),
            ("", Kind::Text),
        ] {
            assert_eq!(one(value, kind), [], "{value}");
        }
    }

    proptest! {
        #[test]
        fn no_value_breaks_it(value in "\\PC{0,40}", kind in 0..Kind::ALL.len()) {
            one(&value, Kind::ALL[kind]);
        }
    }
}

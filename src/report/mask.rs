//! Hides personal data, the same way in every output: enough stays to tell values apart at a glance, not to
//! reach a person. A value's mask depends on its kind and itself only, so equal values stay equal.

use std::borrow::Cow;

use crate::record::{Kind, Rejection, TableMapping};

use super::case::MergeCase;
use super::facts::RunReport;

const DOTS: &str = "•••";

/// The masked form of a value of a kind: names `J•••`, e-mails `j•••@e•••.com`, phones and identifiers their last
/// two characters, dates the year, postcodes the first two characters. Countries, regions, genders,
/// categories, consents and time stamps of the record itself stay. Missing stays missing.
#[must_use]
pub fn value(kind: Kind, text: &str) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    // several cells of one kind are joined with this sign
    if text.contains(" · ") {
        let parts: Vec<String> = text.split(" · ").map(|part| value(kind, part)).collect();
        return parts.join(" · ");
    }
    match kind {
        Kind::Region
        | Kind::Country
        | Kind::Gender
        | Kind::Category
        | Kind::Consent
        | Kind::OptOut
        | Kind::CreatedAt
        | Kind::UpdatedAt
        | Kind::Honorific
        | Kind::NameSuffix
        | Kind::BirthYear
        | Kind::RecordKey
        | Kind::Source => text.to_owned(),
        Kind::GivenName
        | Kind::FamilyName
        | Kind::MiddleName
        | Kind::FullName
        | Kind::Nickname
        | Kind::Organization
        | Kind::Street
        | Kind::City
        | Kind::Address
        | Kind::JobTitle
        | Kind::SocialHandle
        | Kind::Attribute
        | Kind::BirthPlace => words(text),
        Kind::Email => email(text),
        Kind::Website => website(text),
        Kind::Phone | Kind::Identifier => tail(text, 2),
        Kind::Postcode => head(text, 2),
        Kind::BirthDate => year(text),
        Kind::HouseNumber
        | Kind::Unit
        | Kind::BirthMonth
        | Kind::BirthDay
        | Kind::Age
        | Kind::Amount
        | Kind::Text
        | Kind::Ignore => DOTS.to_owned(),
    }
}

/// The masked form of a value that an evidence bar shows; the kind is told by the comparison's name, and what
/// cannot be told is hidden whole.
#[must_use]
pub fn compared(comparison: &str, text: &str) -> String {
    value(kind_of(comparison), text)
}

/// The kind a comparison's (or suppressed field's) name speaks of.
pub(super) fn kind_of(name: &str) -> Kind {
    // not `parse`, whose error looks for the nearest kind: this runs for every bar of every merge
    let same =
        |a: u8, b: u8| a == b.to_ascii_lowercase() || (a == b'-' && matches!(b, b' ' | b'_'));
    let named = Kind::ALL.iter().find(|kind| {
        let kind = kind.name().as_bytes();
        kind.len() == name.len() && kind.iter().zip(name.bytes()).all(|(a, b)| same(*a, b))
    });
    if let Some(kind) = named {
        return *kind;
    }
    let name = name.to_lowercase();
    const WORDS: &[(&str, Kind)] = &[
        ("mail", Kind::Email),
        ("phone", Kind::Phone),
        ("mobile", Kind::Phone),
        ("birth date", Kind::BirthDate),
        ("birth-date", Kind::BirthDate),
        ("birth", Kind::BirthDate),
        ("postcode", Kind::Postcode),
        ("address", Kind::Address),
        ("street", Kind::Street),
        ("organi", Kind::Organization),
        ("name", Kind::FullName),
        ("identifier", Kind::Identifier),
        ("gender", Kind::Gender),
        ("country", Kind::Country),
        ("region", Kind::Region),
        ("city", Kind::City),
        ("website", Kind::Website),
    ];
    let found = WORDS.iter().find(|(word, _)| name.contains(word));
    found.map_or(Kind::Text, |(_, kind)| *kind)
}

/// The first character of every word. Numbers vanish whole, at most six words are kept.
fn words(text: &str) -> String {
    let parts =
        text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '/' | '\u{1f}'));
    let masked: Vec<String> = parts
        .filter(|w| !w.is_empty())
        .take(6)
        .map(|w| head(w.trim_start_matches(|c: char| !c.is_alphabetic()), 1))
        .collect();
    masked.join(" ")
}

fn head(text: &str, keep: usize) -> String {
    let text = text.trim();
    if text.chars().count() <= keep {
        return DOTS.to_owned();
    }
    text.chars().take(keep).chain(DOTS.chars()).collect()
}

/// The last letters or digits, when at least four others stay hidden.
fn tail(text: &str, keep: usize) -> String {
    let signs: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    let shown = if signs.len() >= keep + 4 { keep } else { 0 };
    DOTS.chars()
        .chain(signs[signs.len() - shown..].iter().copied())
        .collect()
}

fn email(text: &str) -> String {
    let parts = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>' | '|'));
    let masked: Vec<String> = parts
        .filter(|p| !p.is_empty())
        .map(|address| match address.rsplit_once('@') {
            Some((local, domain)) => format!("{}@{}", first(local), host(domain)),
            None => first(address),
        })
        .collect();
    masked.join(" ")
}

fn website(text: &str) -> String {
    let bare = text.split_once("://").map_or(text, |(_, rest)| rest);
    let bare = bare.split(['/', '?', '#']).next().unwrap_or("");
    host(bare.rsplit('@').next().unwrap_or(""))
}

/// First letter and top-level domain of a host name.
fn host(domain: &str) -> String {
    match domain.trim().rsplit_once('.') {
        Some((name, top)) if !top.is_empty() && top.chars().all(char::is_alphabetic) => {
            format!("{}.{top}", first(name))
        }
        _ => first(domain),
    }
}

fn first(text: &str) -> String {
    text.chars().take(1).chain(DOTS.chars()).collect()
}

/// The year (1800 to 2199) at the start or end of a run of digits; nothing else of a date.
fn year(text: &str) -> String {
    for run in text.split(|c: char| !c.is_ascii_digit()) {
        let ends = [
            run.get(..4),
            run.len().checked_sub(4).and_then(|at| run.get(at..)),
        ];
        for digits in ends.into_iter().flatten() {
            if digits
                .parse::<u16>()
                .is_ok_and(|y| (1800..2200).contains(&y))
            {
                return format!("{digits}-••-••");
            }
        }
    }
    "••••-••-••".to_owned()
}

/// A key stays, so that the record can be found in its source, unless it is itself an e-mail address.
fn key(text: &str) -> String {
    if text.contains('@') {
        email(text)
    } else {
        text.to_owned()
    }
}

/// Masks a case in place. Agreements, weights, levels and rules stay.
pub fn case(case: &mut MergeCase<'_>) {
    for member in &mut case.members {
        member.key = key(&member.key).into();
    }
    for field in &mut case.fields {
        let kind = field.kind;
        let mask = |text: &mut Cow<'_, str>| *text = Cow::Owned(value(kind, text));
        field.values.iter_mut().for_each(mask);
        for golden in &mut field.golden {
            mask(&mut golden.value);
            golden.losing.iter_mut().for_each(mask);
        }
    }
    for link in &mut case.links {
        for bar in &mut link.evidence.comparisons {
            bar.left = compared(&bar.comparison, &bar.left).into();
            bar.right = compared(&bar.comparison, &bar.right).into();
        }
    }
}

/// The masked edition of a report's facts.
#[must_use]
pub fn report(report: &RunReport) -> RunReport {
    let mut masked = report.clone();
    masked.masked = true;
    for (field, text, _) in &mut masked.model.suppressed {
        *text = compared(field, text);
    }
    for group in &mut masked.quarantine {
        let examples = group.examples.iter_mut();
        examples.for_each(|r| *r = rejection(r, &report.mappings));
    }
    for result in &mut masked.validation {
        for example in &mut result.examples {
            let kind = kind_of_column(&report.mappings, &result.source, example.field.as_deref());
            example.value = value(kind, &example.value);
            example.key = key(&example.key);
        }
    }
    masked
}

/// What a column holds; hidden whole where that is not known.
fn kind_of_column(mappings: &[TableMapping], source: &str, column: Option<&str>) -> Kind {
    let columns = mappings.iter().filter(|m| m.source == source);
    let mut columns = columns.flat_map(|m| &m.columns);
    let found = columns.find(|c| Some(c.column.as_str()) == column);
    found.map_or(Kind::Text, |c| c.kind)
}

/// The masked edition of a refusal: the row as read is hidden, its value as its kind asks. The digest goes, too: it would
/// tell whether a guess at the row is right.
#[must_use]
pub fn rejection(rejection: &Rejection, mappings: &[TableMapping]) -> Rejection {
    let mut masked = rejection.clone();
    let kind = kind_of_column(mappings, &rejection.source, rejection.field.as_deref());
    for text in [&mut masked.value, &mut masked.repair]
        .into_iter()
        .flatten()
    {
        *text = value(kind, text);
    }
    masked.digest = String::new();
    if !masked.raw.is_empty() {
        masked.raw = DOTS.to_owned();
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn masks_by_kind() {
        for (kind, text, masked) in [
            (Kind::GivenName, "Jonathan", "J•••"),
            (Kind::FullName, "Özil, Anna-Maria", "Ö••• A•••"),
            (Kind::Email, "jane.doe@mail.example.com", "j•••@m•••.com"),
            (Kind::Email, "not an address", "n••• a••• a•••"),
            (Kind::Phone, "+44 20 7946 0123", "•••23"),
            (Kind::Phone, "555", "•••"),
            (Kind::BirthDate, "1980-03-04", "1980-••-••"),
            (Kind::BirthDate, "04.03.1980", "1980-••-••"),
            (Kind::BirthDate, "19800304", "1980-••-••"),
            (Kind::BirthDate, "4.3.80", "••••-••-••"),
            (Kind::Postcode, "SW1A 1AA", "SW•••"),
            (Kind::Identifier, "AB-12-34-56", "•••56"),
            (Kind::Address, "12 High Street, Leeds", "••• H••• S••• L•••"),
            (Kind::Website, "https://www.example.com/a?b=c", "w•••.com"),
            (Kind::Country, "DE", "DE"),
            (Kind::Text, "called twice", "•••"),
            (Kind::Phone, "+15555550101 · +15555550199", "•••01 · •••99"),
            (Kind::Email, " ", ""),
        ] {
            assert_eq!(value(kind, text), masked, "{kind} `{text}`");
        }
        assert_eq!(compared("e-mail", "ann@example.com"), "a•••@e•••.com");
        assert_eq!(compared("given and family name", "ann lee"), "a••• l•••");
        assert_eq!(compared("something new", "ann lee"), "•••");
    }

    proptest! {
        // No run of three or more characters of a personal value survives a mask (years and top-level domains apart).
        #[test]
        fn nothing_long_survives(text in "[a-z]{3,12}( [a-z]{3,12}){0,2}") {
            for kind in [Kind::GivenName, Kind::FullName, Kind::Address, Kind::Phone, Kind::Identifier, Kind::Postcode, Kind::Text, Kind::Email, Kind::BirthDate, Kind::JobTitle] {
                let masked = value(kind, &text);
                let longest = masked.split(|c: char| !c.is_ascii_alphanumeric()).map(str::len).max().unwrap_or(0);
                prop_assert!(longest <= 2, "{} `{}` became `{}`", kind, text, masked);
            }
        }
    }
}

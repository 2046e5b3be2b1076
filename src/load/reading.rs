//! Reads cells with the normalizers: what survivorship is given to choose from.

use crate::lexicon::wishes;
use crate::normalize::calendar::civil;
use crate::normalize::consent::{Asks, Consent, consent, refused};
use crate::normalize::country::country;
use crate::normalize::date::{self, birth, is_placeholder_value, timestamp_in};
use crate::normalize::email::{emails, plain_role};
use crate::normalize::name::{self, NameOrder};
use crate::normalize::phone::phones;
use crate::normalize::placeholder::{
    is_placeholder, is_placeholder_email, is_placeholder_phone, is_placeholder_postcode,
    repeats_behind_code,
};
use crate::record::{DOUBTFUL, DateOrder, Kind, OPTED_OUT, REFUSALS};
use crate::survive::reading::plain;
use crate::survive::stand_in::says_nothing;
use crate::survive::{CellContext, ConsentState, Read, Reading, Tier, Transform};
use crate::text::fold::fold;
use crate::text::mojibake::mended;
use std::borrow::Cow;

/// The normalizers as survivorship sees them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Normalizers;

/// Digits of a cell beside its numbers that may be one more.
const FEWEST_DIGITS: usize = 5;

/// Words of a name, in which no refusal has room beside it.
const LONG_NAME: usize = 3;

impl Read for Normalizers {
    fn read<'a>(&self, context: &CellContext<'_>, raw: &'a str, out: &mut Vec<Reading<'a>>) {
        let permits = matches!(context.kind, Kind::Consent | Kind::OptOut);
        // ticks and crosses are answers, though they have no letters
        if says_nothing(raw) && !(permits && consent(raw, Asks::OptIn) != Consent::Unknown) {
            return;
        }
        match context.kind {
            Kind::Email => read_emails(raw, out),
            Kind::Phone => read_phones(context, raw, out),
            Kind::FullName => {
                read_full_name(raw, NameOrder::of_column(context.label), out);
                // `Jo Smith - DO NOT CALL`: names are shorter
                if raw.split(' ').nth(LONG_NAME).is_some() {
                    hear(raw, out);
                }
            }
            Kind::Organization if !name::among_firms(raw, false).family.is_empty() => {
                read_full_name(raw, NameOrder::GivenFirst, out);
            }
            Kind::Country => read_country(raw, out),
            Kind::BirthDate => read_birth_date(context, raw, out),
            Kind::CreatedAt | Kind::UpdatedAt => read_time(context, raw, out),
            Kind::Consent => read_consent(raw, asks(context.label), context.label, out),
            Kind::OptOut => read_consent(raw, Asks::OptOut, context.label, out),
            Kind::Text => hear(raw, out),
            kind @ (Kind::Category | Kind::Attribute) => {
                out.push(text(kind, raw));
                hear(raw, out);
            }
            kind => out.push(text(kind, raw)),
        }
        if !raw.is_ascii() && mended(raw).is_some() {
            for reading in out.iter_mut() {
                reading.tier = reading.tier.min(Tier::Weak);
            }
        }
        let listed = context.label.filter(|l| l.starts_with(OPTED_OUT));
        if let Some(label) = listed {
            let channel = wishes::channel(label).unwrap_or("any");
            out.push(stated(raw, ConsentState::Denied, Some(channel)));
        }
    }
}

/// The cell as text, told from a stand-in.
fn text(kind: Kind, raw: &str) -> Reading<'_> {
    let mut reading = plain(kind, raw);
    let short = matches!(
        kind,
        Kind::Amount
            | Kind::Category
            | Kind::Attribute
            | Kind::Age
            | Kind::HouseNumber
            | Kind::Unit
    );
    let nothing = match kind {
        Kind::Postcode => is_placeholder_postcode(raw),
        _ => !short && is_placeholder(raw),
    };
    if nothing {
        reading.tier = Tier::Placeholder;
    }
    reading
}

fn read_emails<'a>(raw: &'a str, out: &mut Vec<Reading<'a>>) {
    if let Some(role) = plain_role(raw) {
        out.push(Reading {
            kind: Kind::Email,
            value: Cow::Borrowed(raw),
            transform: None,
            tier: if is_placeholder_email(raw) {
                Tier::Placeholder
            } else {
                Tier::Real
            },
            role,
            channel: None,
        });
        return;
    }
    for email in emails(raw) {
        let tier = match () {
            () if is_placeholder_email(&email.exact) => Tier::Placeholder,
            () if email.valid => Tier::Real,
            () => Tier::Weak,
        };
        let mut reading = Reading::checked(
            Kind::Email,
            raw,
            Cow::Owned(email.exact),
            Transform::Email,
            tier,
        );
        reading.role = email.role;
        out.push(reading);
    }
}

fn read_phones<'a>(context: &CellContext<'_>, raw: &'a str, out: &mut Vec<Reading<'a>>) {
    let placeholder = is_placeholder_phone(raw);
    let abroad = raw.trim_start().starts_with(['+', '＋']);
    let before = out.len();
    // digits that are no number of their own: the second of `(212) 555-0142, 555-0143`
    let mut left = false;
    let mut say = |number: String, valid: bool| {
        let tier = match () {
            () if placeholder && !(valid && abroad && repeats_behind_code(&number)) => {
                Tier::Placeholder
            }
            () if valid => Tier::Real,
            () => Tier::Weak,
        };
        out.push(Reading::checked(
            Kind::Phone,
            raw,
            Cow::Owned(number),
            Transform::E164,
            tier,
        ));
    };
    if let Some(known) = context.number {
        if known.digits != 0 {
            say(format!("+{}", known.digits), known.valid);
        }
    } else {
        let region = context
            .region
            .and_then(|r| <[u8; 2]>::try_from(r.as_bytes()).ok());
        for phone in phones(raw, region) {
            let mut number = phone.e164;
            if number.is_empty() {
                left |= phone.digits.len() >= FEWEST_DIGITS;
                continue;
            }
            if let Some(extension) = phone.extension {
                number.push_str(";ext=");
                number.push_str(&extension);
            }
            say(number, phone.valid);
        }
    }
    if left || out.len() == before {
        let mut reading = plain(Kind::Phone, raw);
        reading.tier = if placeholder {
            Tier::Placeholder
        } else {
            Tier::Weak
        };
        out.push(reading);
    }
}

fn read_country<'a>(raw: &'a str, out: &mut Vec<Reading<'a>>) {
    let code = country(raw).map(|code| code.iter().map(|b| char::from(*b)).collect::<String>());
    out.push(match code {
        Some(code) => Reading::checked(
            Kind::Country,
            raw,
            Cow::Owned(code),
            Transform::CountryCode,
            Tier::Real,
        ),
        None => text(Kind::Country, raw),
    });
}

fn order(context: &CellContext<'_>) -> date::DateOrder {
    match context.date_order {
        Some(DateOrder::Ymd) => date::DateOrder::Ymd,
        Some(DateOrder::Mdy) => date::DateOrder::Mdy,
        Some(DateOrder::Dmy) | None => date::DateOrder::Dmy,
    }
}

fn read_birth_date<'a>(context: &CellContext<'_>, raw: &'a str, out: &mut Vec<Reading<'a>>) {
    let found = birth(raw, order(context)).filter(|d| d.year > 0 && !d.impossible);
    let Some(date) = found else {
        let mut reading = plain(Kind::BirthDate, raw);
        reading.tier = reading.tier.min(Tier::Weak);
        out.push(reading);
        return;
    };
    let tier = match () {
        () if is_placeholder_value(date) => Tier::Placeholder,
        () if date.complete() => Tier::Real,
        () => Tier::Weak,
    };
    let (y, m, d) = (date.year, date.month, date.day);
    let iso = match (m, d) {
        (0, _) => format!("{y:04}"),
        (_, 0) => format!("{y:04}-{m:02}"),
        _ => format!("{y:04}-{m:02}-{d:02}"),
    };
    out.push(Reading::checked(
        Kind::BirthDate,
        raw,
        Cow::Owned(iso),
        if date::is_counted(raw) {
            Transform::IsoTimestamp
        } else {
            Transform::IsoDate
        },
        tier,
    ));
}

fn read_time<'a>(context: &CellContext<'_>, raw: &'a str, out: &mut Vec<Reading<'a>>) {
    let Some(seconds) = timestamp_in(raw, order(context)) else {
        return;
    };
    // what is outside of 1900 to 2199 is no time of a record
    if !(-2_208_988_800..7_258_118_400).contains(&seconds) {
        return;
    }
    let date_only =
        seconds % 86_400 == 0 && !raw.contains(':') && raw.bytes().any(|b| !b.is_ascii_digit());
    let Some(iso) = iso(seconds, date_only) else {
        return;
    };
    out.push(Reading::checked(
        context.kind,
        raw,
        Cow::Owned(iso),
        Transform::IsoTimestamp,
        Tier::Real,
    ));
}

/// A moment in ISO 8601, UTC: its day, or its day and second.
fn iso(seconds: i64, date_only: bool) -> Option<String> {
    let day = civil(seconds.div_euclid(86_400))?;
    let second = seconds.rem_euclid(86_400);
    let year = i64::from(day.year);
    let pairs = [
        year / 100,
        year % 100,
        i64::from(day.month),
        i64::from(day.day),
        second / 3_600,
        second / 60 % 60,
        second % 60,
    ];
    let count = if date_only { 4 } else { pairs.len() };
    let mut text = String::with_capacity(20);
    for (pair, before) in pairs[..count].iter().zip(["", "", "-", "-", "T", ":", ":"]) {
        text.push_str(before);
        text.push(char::from(b'0' + (pair / 10) as u8));
        text.push(char::from(b'0' + (pair % 10) as u8));
    }
    if !date_only {
        text.push('Z');
    }
    Some(text)
}

/// What a column of consent with this label asks.
pub(crate) fn asks(label: Option<&str>) -> Asks {
    // a second such column has its number behind the label
    let plain = label.map(|l| l.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-'));
    match plain {
        Some(REFUSALS) => Asks::Unsaid,
        Some(DOUBTFUL) => Asks::Doubtful,
        _ => Asks::OptIn,
    }
}

fn read_consent<'a>(raw: &'a str, asks: Asks, label: Option<&str>, out: &mut Vec<Reading<'a>>) {
    let state = match consent(raw, asks) {
        Consent::Granted => ConsentState::Granted,
        Consent::Denied => ConsentState::Denied,
        Consent::Pending => ConsentState::Pending,
        Consent::Unknown => ConsentState::Unknown,
    };
    // "Do not call" below "Status" refuses calls and nothing else
    let open = label.and_then(wishes::channel).is_none();
    let before = out.len();
    if open && state == ConsentState::Denied {
        let named = refused(raw).all();
        out.extend(named.map(|c| stated(raw, state, Some(c))));
    }
    if out.len() == before {
        out.push(stated(raw, state, None));
    }
}

/// A refusal in a cell that may hold anything counts; no word in it agrees to anything.
fn hear<'a>(raw: &'a str, out: &mut Vec<Reading<'a>>) {
    if wishes::refusals(raw).next().is_none() {
        return;
    }
    let channels = refused(raw);
    let any = channels.is_empty().then_some("any");
    let named = channels.all().chain(any);
    out.extend(named.map(|c| stated(raw, ConsentState::Denied, Some(c))));
}

fn stated<'a>(raw: &'a str, state: ConsentState, channel: Option<&'static str>) -> Reading<'a> {
    Reading {
        kind: Kind::Consent,
        value: Cow::Borrowed(state.name()),
        transform: (state.name() != raw).then_some(Transform::Consent),
        tier: Tier::Real,
        role: false,
        channel,
    }
}

/// The whole name and, where it comes apart, its parts as written.
fn read_full_name<'a>(raw: &'a str, order: NameOrder, out: &mut Vec<Reading<'a>>) {
    if name::names_nobody(raw) {
        return;
    }
    let whole = text(Kind::FullName, raw);
    let real = whole.tier > Tier::Placeholder;
    out.push(whole);
    if !real {
        return;
    }
    let parts = name::full_ordered(raw, order);
    if parts.looks_like_organization {
        let mut organization = plain(Kind::Organization, raw);
        organization.tier = organization.tier.min(Tier::Derived);
        out.push(organization);
        return;
    }
    if parts.second_person {
        return;
    }
    let words: Vec<(&str, String)> = raw
        .split(|c: char| c.is_whitespace() || c == ',')
        .map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|w| !w.is_empty())
        .map(|w| (w, squash(w)))
        .collect();
    let wanted = [
        (Kind::GivenName, &parts.given),
        (Kind::MiddleName, &parts.middle),
        (Kind::FamilyName, &parts.family),
    ];
    for (kind, part) in wanted {
        let Some(value) = as_written(&words, part) else {
            continue;
        };
        let initials = matches!(kind, Kind::GivenName) && value.len() == 1;
        out.push(if value == raw {
            Reading {
                tier: Tier::Derived,
                ..plain(kind, raw)
            }
        } else if Transform::SplitFullName.admits(raw, &value) {
            Reading {
                kind,
                value: Cow::Owned(value),
                transform: Some(Transform::SplitFullName),
                tier: if initials { Tier::Weak } else { Tier::Derived },
                role: false,
                channel: None,
            }
        } else {
            continue;
        });
    }
}

/// Letters and digits of the folded text.
fn squash(text: &str) -> String {
    let mut folded = fold(text);
    folded.retain(|c| c.is_ascii_alphanumeric());
    folded
}

/// The first run of words that says `part`, as written.
fn as_written(words: &[(&str, String)], part: &str) -> Option<String> {
    let part = squash(part);
    if part.is_empty() {
        return None;
    }
    for from in 0..words.len() {
        let mut rest = part.as_str();
        for (i, (_, word)) in words[from..].iter().enumerate() {
            match rest.strip_prefix(word.as_str()) {
                Some("") => {
                    let run: Vec<&str> = words[from..=from + i].iter().map(|w| w.0).collect();
                    return Some(run.join(" "));
                }
                Some(left) if !word.is_empty() => rest = left,
                _ => break,
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(kind: Kind, raw: &str) -> Vec<(Kind, String, Option<Transform>, Tier)> {
        let context = CellContext {
            kind,
            label: None,
            date_order: None,
            region: Some("US"),
            number: None,
        };
        let mut out = Vec::new();
        Normalizers.read(&context, raw, &mut out);
        let plain = out.into_iter();
        plain
            .map(|r| (r.kind, r.value.into_owned(), r.transform, r.tier))
            .collect()
    }

    proptest! {
        #[test]
        fn moments_are_written_as_jiff_writes_them(seconds in -2_208_988_800_i64..7_258_118_400) {
            let wanted = jiff::Timestamp::from_second(seconds).unwrap().to_string();
            prop_assert_eq!(iso(seconds, true), Some(wanted[..10].to_owned()));
            prop_assert_eq!(iso(seconds, false), Some(wanted));
        }
    }

    fn one(kind: Kind, raw: &str) -> (String, Option<Transform>, Tier) {
        let (_, value, transform, tier) = read(kind, raw).into_iter().next().unwrap();
        (value, transform, tier)
    }

    #[test]
    fn a_person_in_a_column_of_firms_is_no_firm() {
        assert_eq!(
            read(Kind::Organization, "Mw. F. Hoekstra")[0].0,
            Kind::FullName
        );
        assert_eq!(
            read(Kind::Organization, "Thomas Cook")[0].0,
            Kind::Organization
        );
    }

    #[test]
    fn contact_points_come_in_their_useful_form() {
        assert_eq!(
            one(Kind::Email, " Anna.Lee@Example.com"),
            (
                "anna.lee@example.com".into(),
                Some(Transform::Email),
                Tier::Real
            )
        );
        assert_eq!(
            one(Kind::Phone, "(206) 555-0142"),
            ("+12065550142".into(), Some(Transform::E164), Tier::Real)
        );
        assert_eq!(one(Kind::Phone, "4.47E+11").2, Tier::Weak);
        assert_eq!(one(Kind::Phone, "4.47E+11").0, "4.47E+11");
        assert_eq!(one(Kind::Country, "United Kingdom").0, "GB");
        assert_eq!(one(Kind::Postcode, "33333").2, Tier::Real);
        assert_eq!(one(Kind::Postcode, "00000").2, Tier::Placeholder);
        assert_eq!(
            one(Kind::Postcode, "SW1A 1AA"),
            ("SW1A 1AA".into(), None, Tier::Real)
        );
    }

    #[test]
    fn digits_beside_a_number_keep_the_cell() {
        let numbers = |raw| -> Vec<(String, Tier)> {
            let read = read(Kind::Phone, raw).into_iter();
            read.map(|(_, value, _, tier)| (value, tier)).collect()
        };
        let cell = "(206) 555-0142, 555-0143";
        let wanted = [("+12065550142", Tier::Real), (cell, Tier::Weak)];
        assert_eq!(numbers(cell), wanted.map(|(v, t)| (v.to_owned(), t)));
        assert_eq!(numbers("206-555-0142; 206-555-0143").len(), 2);
        assert_eq!(numbers("+47 22 22 22 22")[0].1, Tier::Real);
        assert_eq!(numbers("+1 555 555 5555")[0].1, Tier::Placeholder);
    }

    #[test]
    fn a_number_that_is_known_already_reads_the_same() {
        for cell in [
            "(206) 555-0142",
            "+44 20 7946 0018",
            "999 999 9999",
            "12345",
            "see notes",
        ] {
            let found = phones(cell, Some(*b"US"));
            let whole = found.first().map_or("", |p| p.e164.trim_start_matches('+'));
            let context = CellContext {
                kind: Kind::Phone,
                label: None,
                date_order: None,
                region: Some("US"),
                number: None,
            };
            let known = CellContext {
                number: Some(crate::record::Number {
                    digits: whole.parse().unwrap_or(0),
                    valid: found.first().is_some_and(|p| p.valid),
                }),
                ..context
            };
            let (mut read, mut taken) = (Vec::new(), Vec::new());
            Normalizers.read(&context, cell, &mut read);
            Normalizers.read(&known, cell, &mut taken);
            assert_eq!(read, taken, "{cell}");
        }
    }

    #[test]
    fn dates_and_times_are_iso() {
        assert_eq!(one(Kind::BirthDate, "25.10.1963").0, "1963-10-25");
        assert_eq!(one(Kind::BirthDate, "25.10.27").0, "1927-10-25");
        assert_eq!(one(Kind::UpdatedAt, "25.10.27").0, "2027-10-25");
        assert_eq!(one(Kind::BirthDate, "1963-13-01").0, "1963-13-01");
        assert_eq!(one(Kind::BirthDate, "1900-01-01").2, Tier::Placeholder);
        assert_eq!(
            one(Kind::BirthDate, "31.02.1980"),
            ("31.02.1980".into(), None, Tier::Weak)
        );
        assert_eq!(
            one(Kind::UpdatedAt, "2022-06-08T06:45:48Z").0,
            "2022-06-08T06:45:48Z"
        );
        assert_eq!(one(Kind::UpdatedAt, "2022-06-08").0, "2022-06-08");
        assert_eq!(one(Kind::CreatedAt, "1583366400").0, "2020-03-05T00:00:00Z");
        assert!(read(Kind::CreatedAt, "soon").is_empty());
    }

    #[test]
    fn a_status_refuses_and_grants_by_name_only() {
        let below = |label, raw| {
            let context = CellContext {
                kind: Kind::Consent,
                label: Some(label),
                date_order: None,
                region: None,
                number: None,
            };
            let mut out = Vec::new();
            Normalizers.read(&context, raw, &mut out);
            out.remove(0).value
        };
        // the second such column is numbered
        for label in [REFUSALS, "refusals-2", DOUBTFUL, "doubtful-3"] {
            assert_eq!(below(label, "Unsubscribed"), "denied", "{label}");
            assert_eq!(below(label, "Active"), "unknown", "{label}");
            assert_eq!(below(label, "Subscribed"), "granted", "{label}");
        }
        assert_eq!(below(REFUSALS, "no"), "unknown");
        assert_eq!(below(DOUBTFUL, "no"), "denied");
        assert_eq!(below(DOUBTFUL, "yes"), "unknown");
    }

    #[test]
    fn consent_keeps_its_polarity() {
        for (kind, raw, wanted) in [
            (Kind::Consent, "1", "granted"),
            (Kind::Consent, "false", "denied"),
            (Kind::OptOut, "true", "denied"),
            (Kind::OptOut, "no", "unknown"),
            (Kind::Consent, "whatever", "unknown"),
            (Kind::Consent, "✓", "granted"),
            (Kind::Consent, "✗", "denied"),
        ] {
            assert_eq!(one(kind, raw).0, wanted, "{kind} {raw}");
        }
    }

    #[test]
    fn refusals_are_heard_wherever_they_stand() {
        type Said = &'static [(&'static str, Option<&'static str>)];
        let cases: &[(Kind, Option<&str>, &str, Said)] = &[
            (
                Kind::Text,
                None,
                "VIP, do not call!",
                &[("denied", Some("phone"))],
            ),
            (Kind::Text, None, "likes newsletters, call any time", &[]),
            (
                Kind::FullName,
                None,
                "Jo Smith - DO NOT CALL",
                &[("denied", Some("phone"))],
            ),
            (Kind::FullName, None, "María del Carmen Prieto No", &[]),
            (
                Kind::Category,
                None,
                "Do Not Contact",
                &[("denied", Some("any"))],
            ),
            (Kind::Attribute, None, "Nurse", &[]),
            (
                Kind::Consent,
                Some(REFUSALS),
                "Do not call",
                &[("denied", Some("phone"))],
            ),
            (
                Kind::Consent,
                Some("email"),
                "Do not call",
                &[("denied", None)],
            ),
            (Kind::Consent, None, "unsubscribed", &[("denied", None)]),
            (
                Kind::OptOut,
                None,
                "email, call",
                &[("denied", Some("email")), ("denied", Some("phone"))],
            ),
            (Kind::OptOut, None, "no", &[("unknown", None)]),
            (
                Kind::Email,
                Some("opted-out-email"),
                "a@example.com",
                &[("denied", Some("email"))],
            ),
            (
                Kind::Phone,
                Some("opted-out-sms"),
                "+12065550142",
                &[("denied", Some("sms"))],
            ),
            (
                Kind::Street,
                Some("opted-out"),
                "1 Main St",
                &[("denied", Some("any"))],
            ),
            (Kind::Email, Some("work"), "a@example.com", &[]),
        ];
        for (kind, label, raw, wanted) in cases {
            let context = CellContext {
                kind: *kind,
                label: *label,
                date_order: None,
                region: None,
                number: None,
            };
            let mut out = Vec::new();
            Normalizers.read(&context, raw, &mut out);
            let consents = out.iter().filter(|r| r.kind == Kind::Consent);
            let said: Vec<_> = consents.map(|r| (&*r.value, r.channel)).collect();
            assert_eq!(said, *wanted, "{kind} {raw}");
        }
    }

    #[test]
    fn whole_names_come_apart_as_written() {
        let parts = |raw: &str| -> Vec<(Kind, String)> {
            let read = read(Kind::FullName, raw).into_iter().skip(1);
            read.map(|(kind, value, _, _)| (kind, value)).collect()
        };
        assert_eq!(
            parts("O'BRIEN, Katherine"),
            [
                (Kind::GivenName, "Katherine".into()),
                (Kind::FamilyName, "O'BRIEN".into())
            ]
        );
        assert_eq!(
            parts("Dr. José van der Berg"),
            [
                (Kind::GivenName, "José".into()),
                (Kind::FamilyName, "van der Berg".into())
            ]
        );
        assert_eq!(parts("Caller +46 8 555 01 00"), []);
    }

    #[test]
    fn the_family_name_comes_first_where_the_column_says_so() {
        let family = |label, raw| {
            let context = CellContext {
                kind: Kind::FullName,
                label,
                date_order: None,
                region: None,
                number: None,
            };
            let mut out = Vec::new();
            Normalizers.read(&context, raw, &mut out);
            let family = out.into_iter().find(|r| r.kind == Kind::FamilyName);
            family.map_or(String::new(), |r| r.value.into_owned())
        };
        assert_eq!(family(Some("family-first"), "Zorzut Ervino"), "Zorzut");
        assert_eq!(family(None, "Zorzut Ervino"), "Ervino");
    }

    proptest! {
        #[test]
        fn every_reading_is_faithful(
            kind in prop::sample::select(Kind::ALL),
            raw in prop_oneof!["\\PC{1,20}", "[A-Z][a-z]{1,6}( [A-Z]\\.)? [A-Z][a-z]{1,8}", "[+0-9() .-]{5,18}", "[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}", "[a-z]{1,5}@[a-z]{1,5}\\.com"],
        ) {
            prop_assume!(!raw.trim().is_empty());
            for (kind, value, transform, _) in read(kind, &raw) {
                match transform {
                    None => prop_assert_eq!(&value, &raw, "{}", kind),
                    Some(t) => prop_assert!(t.admits(&raw, &value), "{} {} {:?} {:?}", kind, t, raw, value),
                }
            }
        }
    }
}

//! What a single value looks like: a set of flags, worked out once per distinct value.

use super::dates::{self, DateValue};
use super::{number, wording, words};
use crate::lexicon::headers::fold_word;

macro_rules! flags {
    ($($(#[doc = $doc:literal])* $name:ident),+ $(,)?) => {
        /// A property of a value.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Flag { $($(#[doc = $doc])* $name),+ }
        impl Flag {
            pub(crate) const ALL: &'static [Flag] = &[$(Flag::$name),+];
        }
    };
}

flags! {
    /// An e-mail address.
    Email,
    /// A telephone number by its punctuation or prefix.
    Phone,
    /// Bare digits with a trunk zero or in the shape of a mobile number.
    PhoneDigits,
    /// Digits that may be a telephone number.
    PhoneLike,
    /// A calendar date.
    Date,
    /// A date with a time of day, or an epoch.
    Moment,
    /// Seconds or milliseconds since 1970.
    Epoch,
    /// 1850..=2030.
    Year,
    /// 1..=12.
    Month,
    /// 1..=31.
    Day,
    /// 0..=120.
    AgeLike,
    /// A web address.
    Url,
    /// A bare domain name.
    Domain,
    /// `@name`.
    Handle,
    /// Digits only.
    Digits,
    /// A number, sign and decimals allowed.
    Number,
    /// A number with a fraction or a currency sign.
    Decimal,
    /// Yes, no, true, 0 and so on.
    YesNo,
    /// An unmistakable word of opting out.
    Refusal,
    /// A refusal somewhere in it.
    Refusing,
    /// *Not allowed*: it refuses where the column is about being reached.
    Barred,
    /// A gender word or code.
    Gender,
    /// A country's name or code.
    Country,
    /// A state's or province's name or code.
    Region,
    /// A postal code by letters or hyphen.
    PostcodeSure,
    /// Four to six digits.
    PostcodeLike,
    /// A legal form or a word of organizations.
    Organization,
    /// A street word, or number and words.
    Street,
    /// A street with something more behind a comma or line break.
    Address,
    /// Flat, suite, floor.
    Unit,
    /// A house number.
    HouseNumber,
    /// All honorific.
    Honorific,
    /// All generation suffix.
    Suffix,
    /// First or only word is a common given name.
    GivenFirst,
    /// A later word is a common given name.
    GivenLater,
    /// Some word is a common family name.
    Surname,
    /// A word of job titles.
    Job,
    /// A well-known city.
    City,
    /// Letters, spaces, hyphens, dots and apostrophes only.
    Letters,
    /// A single letter.
    Initial,
    /// Exactly one word.
    OneWord,
    /// Two to four words.
    FewWords,
    /// Seven words and more, or very long.
    Prose,
    /// A token of letters and digits, hexadecimal or UUID: opaque.
    Opaque,
    /// Some digit.
    HasDigit,
    /// `123-45-6789` and other identity number shapes with punctuation.
    IdShape,
    /// A network address.
    Ip,
}

/// The flags of a value and what else was found.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shape {
    flags: u64,
    /// The date it is.
    pub(crate) date: Option<DateValue>,
    /// ISO code of the country it names or its region lies in, lower case.
    pub(crate) country: Option<&'static str>,
    /// Region list it is in.
    pub(crate) region_of: Option<&'static str>,
    /// Words.
    pub(crate) words: u16,
    /// Characters.
    pub(crate) chars: u16,
}

impl Shape {
    /// Whether a flag is set.
    pub(crate) fn has(&self, flag: Flag) -> bool {
        self.flags & (1 << flag as u64) != 0
    }

    /// Sets a flag when `on`.
    pub(crate) fn set(&mut self, flag: Flag, on: bool) {
        if on {
            self.flags |= 1 << flag as u64;
        }
    }
}

/// Trims a value and takes guards and list marks off: `'98101`, `'98101'`, `="98101"`, `["a","b"]`.
pub(crate) fn bare(value: &str) -> &str {
    let value = value.trim();
    let formula = value.strip_prefix('=').filter(|v| v.starts_with('"'));
    let guarded = value.starts_with('\'').then(|| value.trim_matches('\''));
    formula
        .or(guarded)
        .unwrap_or(value)
        .trim_matches(['[', ']', '"', '{', '}'])
        .trim()
}

/// Whether a value stands for "nothing".
pub(crate) fn is_missing(value: &str) -> bool {
    let value = bare(value);
    value.is_empty()
        || (value.len() <= 24 && words::look_up(&fold_word(value)).classes & words::MISSING != 0)
}

/// Looks at a value once.
pub(crate) fn look(raw: &str) -> Shape {
    let mut s = Shape::default();
    let value = bare(raw);
    s.chars = u16::try_from(value.chars().count()).unwrap_or(u16::MAX);
    let first = value
        .split([';', '|', '\n', '\u{1f}'])
        .next()
        .unwrap_or(value)
        .trim();
    machine_shapes(&mut s, value, first);
    wording::word_shapes(&mut s, value);
    s
}

/// A number without the word and colon before it, and without what follows under a further such word: `p:+1…`,
/// `Phone: 030 …  Mobile: 0171 …`.
fn unlabelled(value: &str) -> &str {
    const LONGEST: usize = 12;
    let Some((label, rest)) = value.split_once(':') else {
        return value;
    };
    let rest = rest.trim_start();
    let labels = (1..=LONGEST).contains(&label.chars().count())
        && label.chars().all(|c| c.is_alphabetic() || c == ' ')
        && rest.starts_with(|c: char| c.is_ascii_digit() || c == '+' || c == '(');
    if !labels {
        return value;
    }
    let further = |at: &usize| {
        let word = rest[*at..].trim_start();
        word.split_once(':')
            .is_some_and(|(w, _)| !w.is_empty() && w.chars().all(char::is_alphabetic))
    };
    let end = rest.match_indices(' ').map(|(at, _)| at).find(further);
    rest[..end.unwrap_or(rest.len())].trim_end()
}

/// Shapes that punctuation and digits decide.
fn machine_shapes(s: &mut Shape, value: &str, first: &str) {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let wide_digits = value.chars().filter(|c| c.is_numeric()).count();
    s.set(Flag::HasDigit, wide_digits > 0);
    let all_digits = digits > 0 && digits == value.len();
    s.set(Flag::Digits, all_digits);
    s.set(
        Flag::Email,
        first.split([',', ' ']).next().is_some_and(is_email)
            || (value.contains('<') && value.contains('@')),
    );
    s.date = dates::parse(value);
    s.set(Flag::Date, s.date.is_some());
    s.set(Flag::Epoch, all_digits && dates::is_epoch(value));
    s.set(
        Flag::Moment,
        s.date.is_some_and(|d| d.timed) || s.has(Flag::Epoch),
    );
    let (number, marked) = number::read(value);
    s.set(Flag::Number, number.is_some());
    s.set(Flag::Decimal, number.is_some() && marked);
    if let (Some(n), true) = (number, all_digits && value.len() <= 4) {
        s.set(
            Flag::Year,
            value.len() == 4 && (1850.0..=2030.0).contains(&n),
        );
        s.set(Flag::Month, value.len() <= 2 && (1.0..=12.0).contains(&n));
        s.set(Flag::Day, value.len() <= 2 && (1.0..=31.0).contains(&n));
        s.set(
            Flag::AgeLike,
            value.len() <= 3 && (0.0..=120.0).contains(&n),
        );
    }
    s.set(Flag::Ip, is_ip(value));
    s.set(Flag::IdShape, is_id_shape(value));
    let lower = value.to_ascii_lowercase();
    let web = ["http://", "https://", "www.", "ftp://"]
        .iter()
        .any(|p| lower.starts_with(p));
    s.set(Flag::Url, web);
    s.set(Flag::Domain, web || is_domain(&lower));
    s.set(
        Flag::Handle,
        value.len() > 2 && value.starts_with('@') && !value.contains(' '),
    );
    postcode_shapes(s, value, all_digits);
    phone_shapes(s, first, wide_digits);
    s.set(Flag::HouseNumber, is_house_number(value, digits));
    s.set(Flag::Opaque, is_opaque(value, digits));
}

fn is_email(part: &str) -> bool {
    let part = part
        .trim_matches(['<', '>', '"', ','])
        .trim_start_matches("mailto:");
    let Some((local, domain)) = part.split_once('@') else {
        return false;
    };
    !local.is_empty()
        && !domain.contains('@')
        && domain.rsplit_once('.').is_some_and(|(host, top)| {
            !host.is_empty() && top.len() >= 2 && top.chars().all(char::is_alphanumeric)
        })
}

fn is_ip(value: &str) -> bool {
    value.split('.').count() == 4
        && value
            .split('.')
            .all(|p| p.len() <= 3 && p.parse::<u8>().is_ok())
}

/// Digit groups that identity numbers use and phones do not: 3-2-4, `12.345.678-9`, `123.456.789-00`; and patterns
/// of letters and digits of national, tax and insurance numbers.
fn is_id_shape(value: &str) -> bool {
    let groups: Vec<usize> = value.split(['-', '.', '/']).map(str::len).collect();
    let clean = value
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'.' | b'/' | b'K' | b'k'));
    let grouped = matches!(
        groups.as_slice(),
        [3, 2, 4] | [3, 3, 3, 2] | [1 | 2, 3, 3, 1] | [2, 3, 3, 4, 2] | [6, 4] | [6, 3]
    );
    (clean && grouped) || is_lettered_id(value)
}

fn is_lettered_id(value: &str) -> bool {
    let n = value.len();
    if !(9..=18).contains(&n) || !value.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return false;
    }
    let letters = |range: std::ops::Range<usize>| {
        value
            .get(range)
            .is_some_and(|part| part.bytes().all(|b| b.is_ascii_alphabetic()))
    };
    let digits = |range: std::ops::Range<usize>| {
        value
            .get(range)
            .is_some_and(|part| part.bytes().all(|b| b.is_ascii_digit()))
    };
    // VAT numbers, one letter after the digits, one on either side, six letters and a birth date
    (letters(0..2) && n >= 10 && digits(3..n - 1) && digits(n - 1..n))
        || (n == 9 && digits(0..8) && letters(8..9))
        || (n == 9 && letters(0..2) && digits(2..8) && letters(8..9))
        || (n == 10 && letters(0..5) && digits(5..9) && letters(9..10))
        || (n == 16 && letters(0..6) && digits(6..8) && letters(8..9) && letters(15..16))
        || (n == 18 && letters(0..4) && digits(4..10) && letters(10..16))
        || (n == 18 && digits(0..17))
}

fn is_domain(lower: &str) -> bool {
    let host = lower.split('/').next().unwrap_or(lower);
    !lower.contains([' ', '@', ','])
        && host.contains('.')
        && host.rsplit_once('.').is_some_and(|(rest, top)| {
            (2..=10).contains(&top.len())
                && top.bytes().all(|b| b.is_ascii_lowercase())
                && rest.len() >= 2
                && rest
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
                && rest.bytes().any(|b| b.is_ascii_alphabetic())
        })
}

fn postcode_shapes(s: &mut Shape, value: &str, all_digits: bool) {
    if !(3..=10).contains(&value.len()) || !value.is_ascii() {
        return;
    }
    let pattern: String = value
        .bytes()
        .map(|b| match b {
            b'0'..=b'9' => '9',
            b'a'..=b'z' | b'A'..=b'Z' => 'A',
            other => char::from(other),
        })
        .collect();
    // shapes that hold in one country or two
    let country = match pattern.as_str() {
        "A9 9AA" | "A99 9AA" | "AA9 9AA" | "AA99 9AA" | "A9A 9AA" | "AA9A 9AA" | "A99AA"
        | "A999AA" | "AA99AA" | "AA999AA" | "AA9A9AA" => Some("gb"),
        "A9A 9A9" | "A9A9A9" | "A9A-9A9" => Some("ca"),
        "9999 AA" | "9999AA" => Some("nl"),
        "99999-9999" => Some("us"),
        "99-999" => Some("pl"),
        "99999-999" | "99.999-999" => Some("br"),
        "9999-999" => Some("pt"),
        "999-9999" => Some("jp"),
        "A99 AAAA" | "A99 A999" | "A99 AA99" | "A99 A9A9" => Some("ie"),
        "A9999AAA" => Some("ar"),
        _ => None,
    };
    // Czechia, Slovakia, Sweden and Greece write five digits with a gap
    let sure = country.is_some() || pattern == "999 99";
    s.set(Flag::PostcodeSure, sure);
    s.country = country;
    s.set(
        Flag::PostcodeLike,
        sure || (all_digits && (3..=8).contains(&value.len())),
    );
}

fn phone_shapes(s: &mut Shape, first: &str, digits: usize) {
    if s.has(Flag::Date) || s.has(Flag::Ip) || s.has(Flag::Email) || digits < 6 {
        return;
    }
    let value = first.split(',').next().unwrap_or(first).trim();
    let body = unlabelled(value);
    let (number, extension) = match body.find(['x', 'X', 'e', 'd', '#', 'D', 'n']) {
        Some(at) if at >= 7 => body.split_at(at),
        _ => (body, ""),
    };
    let count = number.chars().filter(|c| c.is_numeric()).count();
    let clean = number
        .chars()
        .all(|c| c.is_numeric() || "+()-./ \u{a0}–".contains(c));
    let tail = extension.len() <= 12
        && extension.bytes().any(|b| b.is_ascii_digit()) != extension.is_empty();
    if !clean || !tail || !(6..=16).contains(&count) || s.has(Flag::Decimal) && count < 9 {
        return;
    }
    s.set(
        Flag::PhoneLike,
        count >= 7 || value.contains([' ', '-', '/']),
    );
    let marks = number.chars().filter(|c| "()-./ ".contains(*c)).count();
    let plus = number.starts_with('+') || number.starts_with("(+");
    let prefixed = number.starts_with("00") && !number.starts_with("000") && count >= 10;
    let trunk = number.starts_with('0') && !number.starts_with("00") && (9..=12).contains(&count);
    let chinese_mobile = count == 11 && number.starts_with('1') && !number.starts_with("10");
    let grouped = marks > 0 && count >= 9 && !s.has(Flag::IdShape) && !s.has(Flag::PostcodeSure);
    let bracketed = number.contains('(') && count >= 7;
    let local = marks == 1 && count == 7 && number.as_bytes().get(3) == Some(&b'-');
    let plain = marks == 0 && (trunk || chinese_mobile || prefixed);
    s.set(
        Flag::Phone,
        (plus && count >= 8) || grouped || bracketed || local || (marks > 0 && (trunk || prefixed)),
    );
    s.set(Flag::PhoneDigits, plain && !plus);
}

fn is_house_number(value: &str, digits: usize) -> bool {
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    (1..=5).contains(&digits)
        && letters <= 2
        && value.len() <= 9
        && value.chars().next().is_some_and(char::is_numeric)
        && value
            .chars()
            .all(|c| c.is_alphanumeric() || " -/".contains(c))
}

fn is_opaque(value: &str, digits: usize) -> bool {
    let n = value.len();
    if !(4..=64).contains(&n) || value.contains([' ', '@']) {
        return false;
    }
    let hex = value.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    let mixed = digits > 0
        && digits < n
        && value.bytes().all(|b| {
            b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'/' | b'=' | b'+')
        });
    (hex && n >= 12 && digits > 0)
        || (mixed && digits * 3 >= n)
        || (digits == n && n >= 5)
        || (mixed && n >= 12)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn has(value: &str, flag: Flag) -> bool {
        look(value).has(flag)
    }

    #[test]
    fn flags_fit_in_the_set() {
        assert!(Flag::ALL.len() <= 64);
    }

    #[test]
    fn contact_points_are_told_apart_from_other_numbers() {
        for phone in [
            "+44 20 7946 0958",
            "(212) 555-0142",
            "0049 151 23456789",
            "503.555.0164 x12",
            "07911 123456",
            "555-0142",
            "0172-1673486",
            "p:+44 20 7946 0958",
            "Phone:+33199004512  Mobile:+33639980145",
        ] {
            assert!(has(phone, Flag::Phone), "{phone}");
        }
        for other in [
            "1990-03-08",
            "123-45-6789",
            "01234-567",
            "7038120",
            "12345-6789",
            "192.168.10.25",
            "SW1A 1AA",
            "r00001",
            "urn:+me",
        ] {
            assert!(!has(other, Flag::Phone), "{other}");
        }
        assert!(has("7038120", Flag::PhoneLike) && has("13812345678", Flag::PhoneDigits));
        assert!(!has("0000100001", Flag::PhoneDigits));
        assert!(has("a.b@example.com; c@example.com", Flag::Email) && !has("a@b", Flag::Email));
    }

    #[test]
    fn streets_and_organizations_of_several_languages() {
        for street in [
            "12 Main St",
            "Hauptstraße 5",
            "Calle Mayor 3",
            "ul. Polna 7/2",
            "Kungsgatan 4",
            "12 rue de la Paix",
            "Keizersgracht 12",
            "朝阳路12号",
        ] {
            assert!(has(street, Flag::Street), "{street}");
        }
        for org in [
            "Harbor & Pine LLC",
            "Muster GmbH",
            "Ejemplo S.L.",
            "Ukázka s.r.o.",
            "ООО Ромашка",
            "北京科技有限公司",
        ] {
            assert!(has(org, Flag::Organization), "{org}");
        }
        assert!(!has("Anna Weber", Flag::Organization) && !has("Anna Weber", Flag::Street));
        assert!(
            has("Apt 4", Flag::Unit) && has("#12", Flag::Unit) && has("12a", Flag::HouseNumber)
        );
    }

    #[test]
    fn nothing_is_seen_in_placeholders() {
        for missing in ["", "  ", "N/A", "null", "-", "k.A.", "无"] {
            assert!(is_missing(missing), "{missing:?}");
        }
        assert!(!is_missing("Nia"));
    }

    proptest! {
        #[test]
        fn any_value_can_be_looked_at(value in "\\PC{0,30}", numeric in "[0-9+()./ x@-]{0,20}") {
            for text in [value, numeric] {
                let shape = look(&text);
                prop_assert!(!(shape.has(Flag::Phone) && shape.has(Flag::Date)), "{text}");
                let _ = is_missing(&text);
            }
        }
    }
}

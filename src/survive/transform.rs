//! Named lossless transforms from a source cell to a golden value, and the check that one is what it says.
//!
//! The check is written apart from the normalizers on purpose: it does not repeat their work but asks whether the
//! value still carries what the cell said.

use super::reading::guarded;
use std::borrow::Cow;
use std::fmt;

/// How a golden value was derived from its source cell. A value without transform *is* the cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transform {
    /// White space at the ends removed, runs of it inside made one space.
    Trim,
    /// The spreadsheet guard apostrophe before a number removed.
    Unguard,
    /// One of several values in the cell.
    Part,
    /// Words of a whole name.
    SplitFullName,
    /// An e-mail address out of its wrapping (`mailto:`, `Name <…>`), in lower case.
    Email,
    /// International phone number: plus, country code, national number.
    E164,
    /// ISO 8601 date.
    IsoDate,
    /// ISO 8601 time in UTC, or date where the cell has no time.
    IsoTimestamp,
    /// Year, month and day out of columns of their own.
    JoinDateParts,
    /// ISO 3166-1 alpha-2 code of the named country.
    CountryCode,
    /// `granted`, `denied`, `pending` or `unknown`, as the cell says with the polarity of its column.
    Consent,
}

impl Transform {
    /// All transforms in declared order.
    pub const ALL: &'static [Transform] = &[
        Transform::Trim,
        Transform::Unguard,
        Transform::Part,
        Transform::SplitFullName,
        Transform::Email,
        Transform::E164,
        Transform::IsoDate,
        Transform::IsoTimestamp,
        Transform::JoinDateParts,
        Transform::CountryCode,
        Transform::Consent,
    ];

    /// The transform's name in provenance and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Transform::Trim => "trim",
            Transform::Unguard => "unguard",
            Transform::Part => "part",
            Transform::SplitFullName => "split-full-name",
            Transform::Email => "email",
            Transform::E164 => "e164",
            Transform::IsoDate => "iso-date",
            Transform::IsoTimestamp => "iso-timestamp",
            Transform::JoinDateParts => "join-date-parts",
            Transform::CountryCode => "country-code",
            Transform::Consent => "consent",
        }
    }

    /// The transform of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Transform> {
        Transform::ALL.iter().copied().find(|t| t.name() == name)
    }

    /// Whether only reading the cell again can tell the value is right, because it is looked up (a country's code)
    /// or computed (a time zone) rather than rewritten.
    #[must_use]
    pub fn is_lookup(self) -> bool {
        matches!(
            self,
            Transform::IsoTimestamp | Transform::CountryCode | Transform::Consent
        )
    }

    /// Whether `value` can be this transform of `raw`: no digit of a number, no letter of a name was lost or made up.
    /// For lookups only the shape of the value is checked.
    #[must_use]
    pub fn admits(self, raw: &str, value: &str) -> bool {
        if value.is_empty() {
            return false;
        }
        match self {
            Transform::Trim => raw.split_whitespace().eq(value.split(' ')),
            Transform::Unguard => guarded(raw.trim()) == Some(value),
            Transform::Part => squeeze(raw).contains(value),
            Transform::SplitFullName => words_within(raw, value),
            Transform::Email => {
                contains_folded(raw, value)
                    || contains_folded(&without_gaps(raw), value)
                    || contains_folded(&without_gaps(&without_asides(raw)), value)
            }
            Transform::E164 => keeps_number(raw, value),
            Transform::IsoDate => keeps_date(raw, value),
            Transform::JoinDateParts => keeps_date(raw, value),
            Transform::IsoTimestamp => value.len() >= 4 && value.as_bytes()[0].is_ascii_digit(),
            Transform::CountryCode => {
                value.len() == 2 && value.bytes().all(|b| b.is_ascii_uppercase())
            }
            Transform::Consent => matches!(value, "granted" | "denied" | "pending" | "unknown"),
        }
    }
}

impl fmt::Display for Transform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

fn squeeze(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for word in raw.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Every word of `value` is a word of `raw`, not more often than there; punctuation around words is no part of them.
fn words_within(raw: &str, value: &str) -> bool {
    let bare = |word: &str| -> String {
        word.trim_matches(|c: char| !c.is_alphanumeric())
            .to_lowercase()
    };
    let apart = |s: &str| -> Vec<String> {
        s.split(|c: char| c.is_whitespace() || c == ',')
            .map(bare)
            .filter(|w| !w.is_empty())
            .collect()
    };
    let mut left = apart(raw);
    apart(value).iter().all(|word| {
        left.iter()
            .position(|w| w == word)
            .map(|at| left.swap_remove(at))
            .is_some()
    })
}

/// Without white space and characters that do not show.
fn without_gaps(raw: &str) -> String {
    let shows = |c: &char| {
        !c.is_whitespace()
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
    };
    raw.chars().filter(shows).collect()
}

/// Without quotes, brackets and what stands in brackets.
fn without_asides(raw: &str) -> String {
    let mut depth = 0usize;
    let kept = raw.chars().filter(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '"' => {}
            _ => return depth == 0,
        }
        false
    });
    kept.collect()
}

fn contains_folded(raw: &str, value: &str) -> bool {
    if raw.is_ascii() && value.is_ascii() {
        let (raw, value) = (raw.as_bytes(), value.as_bytes());
        return raw.len() >= value.len()
            && raw
                .windows(value.len())
                .any(|window| window.eq_ignore_ascii_case(value));
    }
    raw.to_lowercase().contains(&value.to_lowercase())
}

/// The digit of a decimal digit character of the scripts in which customers write numbers.
fn digit(c: char) -> Option<u8> {
    let zero = match c {
        '0'..='9' => '0',
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',
        '\u{966}'..='\u{96f}' => '\u{966}',
        '\u{9e6}'..='\u{9ef}' => '\u{9e6}',
        '\u{e50}'..='\u{e59}' => '\u{e50}',
        '\u{ff10}'..='\u{ff19}' => '\u{ff10}',
        _ => return None,
    };
    Some(b'0' + (c as u32 - zero as u32) as u8)
}

/// Digits of a phone number; letters of a vanity number become the digits of their keys.
fn dialled(raw: &str) -> Vec<u8> {
    const KEYS: &[u8; 26] = b"22233344455566677778889999";
    raw.chars()
        .filter_map(|c| {
            digit(c).or_else(|| {
                let upper = c.to_ascii_uppercase();
                upper
                    .is_ascii_uppercase()
                    .then(|| KEYS[(upper as u8 - b'A') as usize])
            })
        })
        .collect()
}

/// An international number that keeps the subscriber's digits (the last six) and, when the cell names one, the
/// country code.
fn keeps_number(raw: &str, value: &str) -> bool {
    let number = value.split([';', ' ', 'x']).next().unwrap_or("");
    let Some(digits) = number.strip_prefix('+') else {
        return false;
    };
    let digits = digits.as_bytes();
    if !(6..=17).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let plain: Vec<u8> = raw.chars().filter_map(digit).collect();
    let holds = |said: &[u8]| {
        let tail = &digits[digits.len() - 6..];
        said.windows(tail.len()).any(|window| window == tail)
    };
    let international = raw
        .trim_start_matches(|c: char| !c.is_alphanumeric() && c != '+' && c != '＋')
        .starts_with(['+', '＋']);
    let country_kept = !international || plain.iter().zip(digits).take(2).all(|(a, b)| a == b);
    country_kept && (holds(&plain) || holds(&dialled(raw)))
}

/// A date `YYYY`, `YYYY-MM` or `YYYY-MM-DD` whose numbers are those of the cell.
fn keeps_date(raw: &str, value: &str) -> bool {
    let mut parts = value.split('-');
    let year: Option<u32> = parts
        .next()
        .filter(|y| y.len() == 4)
        .and_then(|y| y.parse().ok());
    let month: Option<u32> = parts.next().and_then(|m| m.parse().ok());
    let day: Option<u32> = parts.next().and_then(|d| d.parse().ok());
    let Some(year) = year else { return false };
    let plain = digits_in_ascii(raw);
    let letters = raw.chars().any(char::is_alphabetic);
    let runs = || {
        let runs = plain.split(|c: char| !c.is_ascii_digit());
        runs.filter(|run| !run.is_empty()).zip(0..)
    };
    // bits of the runs that stand for a part already
    let mut taken = 0u64;
    let mut take = |wanted: &dyn Fn(&str) -> bool| {
        let free = |at: u32| at >= u64::BITS || taken >> at & 1 == 0;
        let found = runs().find(|(run, at)| free(*at) && wanted(run));
        taken |= found.map_or(0, |(_, at)| 1u64.checked_shl(at).unwrap_or(0));
        found.is_some()
    };
    let same = |n: u32| move |run: &str| run.len() <= 2 && run.parse() == Ok(n);
    let written_out = take(&|run| run.parse() == Ok(year) && run.len() == 4)
        || take(&|run| run.len() <= 2 && run.parse() == Ok(year % 100));
    let written_out = written_out
        && day.is_none_or(|d| take(&same(d)))
        && month.is_none_or(|m| letters || take(&same(m)));
    written_out || runs().any(|(run, _)| packed(run, year, month, day)) || counted(raw, value)
}

/// The text with its digits in ASCII, and a gap for every other character that is not.
fn digits_in_ascii(raw: &str) -> Cow<'_, str> {
    if raw.is_ascii() {
        return Cow::Borrowed(raw);
    }
    let plain = |c: char| digit(c).map_or(if c.is_ascii() { c } else { ' ' }, char::from);
    raw.chars().map(plain).collect()
}

/// Digits without separators: `19390217`, `17021939`, `390217`.
fn packed(run: &str, year: u32, month: Option<u32>, day: Option<u32>) -> bool {
    let (Some(month), Some(day)) = (month, day) else {
        return month.is_none() && run.get(..4).is_some_and(|y| y.parse() == Ok(year));
    };
    let (m, d) = (format!("{month:02}"), format!("{day:02}"));
    [format!("{year:04}"), format!("{:02}", year % 100)]
        .iter()
        .any(|y| {
            let forms = [
                format!("{y}{m}{d}"),
                format!("{d}{m}{y}"),
                format!("{m}{d}{y}"),
            ];
            // a packed time of day may follow a four-digit year's date
            forms.iter().any(|form| {
                run == form || (y.len() == 4 && run.len() > 10 && run.starts_with(form.as_str()))
            })
        })
}

/// Days or (milli)seconds counted from an epoch: spreadsheet serials and Unix times.
fn counted(raw: &str, value: &str) -> bool {
    let number = raw.trim();
    let number = number.strip_suffix(".0").unwrap_or(number);
    let (Ok(count), Ok(date)) = (number.parse::<i64>(), value.parse::<jiff::civil::Date>()) else {
        return false;
    };
    let days_since = |year: i16, month: i8, day: i8| -> i64 {
        date.duration_since(jiff::civil::date(year, month, day))
            .as_secs()
            / 86_400
    };
    let unix_days = days_since(1970, 1, 1);
    let near = |seconds: i64| (seconds.div_euclid(86_400) - unix_days).abs() <= 1;
    count == days_since(1899, 12, 30)
        || count == days_since(1904, 1, 1)
        || near(count)
        || near(count.div_euclid(1_000))
        || near(count.div_euclid(1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_transforms_are_admitted() {
        use Transform::*;
        for (transform, raw, value) in [
            (Trim, "  van  der Berg ", "van der Berg"),
            (Unguard, "'98101", "98101"),
            (Unguard, "=\"02108\"", "02108"),
            (Unguard, "z:02108", "02108"),
            (Part, "a@example.com; b@example.com", "b@example.com"),
            (SplitFullName, "O'BRIEN, Katherine Mary", "Katherine"),
            (SplitFullName, "Dr. Hans van der Berg", "van der Berg"),
            (Email, "Anna <Anna.Lee@Example.com>", "anna.lee@example.com"),
            (E164, "(206) 555-0142", "+12065550142"),
            (E164, "0044 20 7946 0018", "+442079460018"),
            (E164, "+44 (0)20 7946 0018", "+442079460018"),
            (E164, "1-800-FLOWERS", "+18003569377"),
            (E164, "٠٢٠٧٩٤٦٠٠١٨", "+442079460018"),
            (IsoDate, "06.10.1991", "1991-10-06"),
            (IsoDate, "19390217", "1939-02-17"),
            (IsoDate, "March 9, 1984", "1984-03-09"),
            (IsoDate, "9/3/84", "1984-03-09"),
            (IsoDate, "1959-11-16T00:00:00Z", "1959-11-16"),
            (IsoDate, "30750", "1984-03-09"),
            (JoinDateParts, "1972 6 1", "1972-06-01"),
            (JoinDateParts, "1972", "1972"),
            (CountryCode, "United Kingdom", "GB"),
        ] {
            assert!(
                transform.admits(raw, value),
                "{transform} {raw:?} {value:?}"
            );
        }
    }

    #[test]
    fn losses_are_refused() {
        use Transform::*;
        for (transform, raw, value) in [
            (Trim, "SW1A 1AA", "00011"),
            (Trim, "SW1A 1AA", "SW1A1AA"),
            (Trim, "a", ""),
            (E164, "+34600111222", "4600111222"),
            (E164, "+34600111222", "+4600111222"),
            (E164, "4.47E+11", "+447000000000"),
            (E164, "(206) 555-0142", "+12065550143"),
            (Email, "anna@example.com", "ana@example.com"),
            (SplitFullName, "Anna Lee", "Anne"),
            (SplitFullName, "Anna Lee", "Anna Anna"),
            (IsoDate, "06.10.1991", "1991-10-07"),
            (IsoDate, "1991", "1991-01-01"),
            (IsoDate, "30750", "1984-03-10"),
            (CountryCode, "Narnia", "Narnia"),
        ] {
            assert!(
                !transform.admits(raw, value),
                "{transform} {raw:?} {value:?}"
            );
        }
        assert!(
            Transform::ALL
                .iter()
                .all(|t| Transform::named(t.name()) == Some(*t))
        );
    }
}

//! What a source cell says: the interface between survivorship and the normalizers.

use super::Transform;
use super::stand_in::{may_be_meant, says_nothing};
use crate::record::{DateOrder, Kind, Number};
use std::borrow::Cow;

/// How much a reading is worth beside others of its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// Looks like a stand-in (`Null`, `Test`, 1900-01-01): survives only where nothing else is known.
    Placeholder,
    /// Not valid or not whole: an initial, an impossible phone number, a date without its day.
    Weak,
    /// Taken out of a cell that holds more: the given name of a full name.
    Derived,
    /// A value.
    Real,
}

/// One value that a cell says.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading<'a> {
    /// The field it speaks of; usually the column's kind (`OptOut` reads as `Consent`, parts of a full name as names).
    pub kind: Kind,
    /// The value as it would stand in a golden record.
    pub value: Cow<'a, str>,
    /// How the value follows from the cell; none when it is the cell.
    pub transform: Option<Transform>,
    /// What it is worth.
    pub tier: Tier,
    /// A mailbox of a role (`info@`) rather than of a person.
    pub role: bool,
    /// The channel that a consent names itself, where the column does not.
    pub channel: Option<&'static str>,
}

impl<'a> Reading<'a> {
    /// The reading `value`; when that is not a faithful transform of the cell, the cell itself as a weak reading.
    #[must_use]
    pub fn checked(
        kind: Kind,
        raw: &'a str,
        value: Cow<'a, str>,
        transform: Transform,
        tier: Tier,
    ) -> Self {
        if *value == *raw {
            return Reading {
                kind,
                value: Cow::Borrowed(raw),
                transform: None,
                tier,
                role: false,
                channel: None,
            };
        }
        if transform.admits(raw, &value) {
            return Reading {
                kind,
                value,
                transform: Some(transform),
                tier,
                role: false,
                channel: None,
            };
        }
        let mut plain = plain(kind, raw);
        plain.tier = plain.tier.min(Tier::Weak);
        plain
    }
}

/// What is known about the cell that is read.
#[derive(Clone, Copy, Debug)]
pub struct CellContext<'a> {
    /// The column's kind.
    pub kind: Kind,
    /// The column's label (`mobile`, `sms`).
    pub label: Option<&'a str>,
    /// Order of numeric dates in the column.
    pub date_order: Option<DateOrder>,
    /// Country of the record (ISO 3166-1 alpha-2) or, where it names none, of the source.
    pub region: Option<&'a str>,
    /// What the cell says as a telephone number, when it was read before.
    pub number: Option<Number>,
}

/// Reads cells. An implementation is a pure function of the cell and its context.
pub trait Read: Sync {
    /// Appends what `raw` (not blank) says to `out`; nothing when it says nothing (`n/a`, `-`).
    fn read<'a>(&self, context: &CellContext<'_>, raw: &'a str, out: &mut Vec<Reading<'a>>);
}

/// Reads every cell as the text it is: trimmed, without placeholders.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plain;

impl Read for Plain {
    fn read<'a>(&self, context: &CellContext<'_>, raw: &'a str, out: &mut Vec<Reading<'a>>) {
        if !says_nothing(raw) {
            out.push(plain(context.kind, raw));
        }
    }
}

/// The cell as text: without outer and double white space or guard apostrophe.
#[must_use]
pub fn plain(kind: Kind, raw: &str) -> Reading<'_> {
    let trimmed = raw.trim();
    let (value, transform) = if let Some(number) = guarded(trimmed) {
        (Cow::Borrowed(number), Some(Transform::Unguard))
    } else if has_gap(trimmed) {
        let squeezed: Vec<&str> = trimmed.split_whitespace().collect();
        (Cow::Owned(squeezed.join(" ")), Some(Transform::Trim))
    } else {
        let transform = (trimmed.len() != raw.len()).then_some(Transform::Trim);
        (Cow::Borrowed(trimmed), transform)
    };
    let tier = if may_be_meant(kind, &value) {
        Tier::Placeholder
    } else if super::key::is_initials(kind, &value) {
        Tier::Weak
    } else {
        Tier::Real
    };
    Reading {
        kind,
        value,
        transform,
        tier,
        role: false,
        channel: None,
    }
}

/// What stands behind the guard, as spreadsheets write `'00123` and `="00123"`; exports for them also write `z:00123`.
pub(super) fn guarded(trimmed: &str) -> Option<&str> {
    let formula = trimmed
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'));
    let rest = trimmed
        .strip_prefix('\'')
        .or(formula)
        .or_else(|| trimmed.strip_prefix("z:"))?;
    let number = rest.starts_with(|c: char| c.is_ascii_digit() || c == '+');
    ((number || formula.is_some()) && !rest.contains(['\'', '"']) && !has_gap(rest))
        .then_some(rest.trim())
}

fn has_gap(s: &str) -> bool {
    let mut before = false;
    s.chars().any(|c| {
        let space = c.is_whitespace();
        let gap = space && (before || c != ' ');
        before = space;
        gap
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_is_read_as_it_stands_or_trimmed() {
        let r = plain(Kind::City, " Fort  Worth ");
        assert_eq!(
            (&*r.value, r.transform, r.tier),
            ("Fort Worth", Some(Transform::Trim), Tier::Real)
        );
        let r = plain(Kind::Postcode, "'98101");
        assert_eq!(
            (&*r.value, r.transform),
            ("98101", Some(Transform::Unguard))
        );
        for guarded in ["=\"02108\"", "z:02108", "'02108"] {
            let r = plain(Kind::Postcode, guarded);
            assert_eq!(
                (&*r.value, r.transform),
                ("02108", Some(Transform::Unguard))
            );
        }
        // one transform a value: text with a gap is no guarded number
        let r = plain(Kind::City, "'0  Fort");
        assert_eq!((&*r.value, r.transform), ("'0 Fort", Some(Transform::Trim)));
        let r = plain(Kind::FamilyName, "O'Brien");
        assert_eq!((&*r.value, r.transform), ("O'Brien", None));
        assert_eq!(plain(Kind::FamilyName, "Null").tier, Tier::Placeholder);
        assert_eq!(plain(Kind::GivenName, "J.").tier, Tier::Weak);
        assert!(says_nothing(" -- ") && says_nothing("N/A") && !says_nothing("Null"));
    }

    #[test]
    fn an_unfaithful_value_falls_back_to_the_cell() {
        let r = Reading::checked(
            Kind::Phone,
            "4.47E+11",
            "+447000000000".into(),
            Transform::E164,
            Tier::Real,
        );
        assert_eq!(
            (&*r.value, r.transform, r.tier),
            ("4.47E+11", None, Tier::Weak)
        );
    }

    proptest! {
        #[test]
        fn plain_readings_are_faithful(raw in "[ a-z'0-9\t]{0,6}[A-Za-z0-9é][ a-z'0-9é\u{a0}]{0,8}") {
            let r = plain(Kind::City, &raw);
            match r.transform {
                None => prop_assert_eq!(&*r.value, raw.as_str()),
                Some(t) => prop_assert!(t.admits(&raw, &r.value), "{} {:?} {:?}", t, raw, r.value),
            }
        }
    }
}

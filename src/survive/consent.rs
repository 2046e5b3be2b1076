//! Consent: statements of the sources, and the state that follows from them. An opt-out is never lost.

use super::gather::Value;
use super::{Said, Slot};
use crate::lexicon::wishes;
use crate::record::Kind;

/// What a statement says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ConsentState {
    /// Nothing is known.
    Unknown,
    /// Asked and not confirmed yet: no consent.
    Pending,
    /// Consent was given.
    Granted,
    /// Consent was refused or withdrawn.
    Denied,
}

impl ConsentState {
    /// The state's name in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ConsentState::Unknown => "unknown",
            ConsentState::Pending => "pending",
            ConsentState::Granted => "granted",
            ConsentState::Denied => "denied",
        }
    }

    /// The state of this name; anything else is unknown.
    #[must_use]
    pub fn named(name: &str) -> ConsentState {
        match name {
            "granted" => ConsentState::Granted,
            "denied" => ConsentState::Denied,
            "pending" => ConsentState::Pending,
            _ => ConsentState::Unknown,
        }
    }

    /// What a cell of an opt-in column says: `yes` grants, `no` denies.
    #[must_use]
    pub fn of_opt_in(given: Option<bool>) -> ConsentState {
        match given {
            Some(true) => ConsentState::Granted,
            Some(false) => ConsentState::Denied,
            None => ConsentState::Unknown,
        }
    }

    /// What a cell of an opt-out column says: `yes` denies, but `no` is not a consent.
    #[must_use]
    pub fn of_opt_out(given: Option<bool>) -> ConsentState {
        match given {
            Some(true) => ConsentState::Denied,
            _ => ConsentState::Unknown,
        }
    }
}

/// The state of one channel that follows from all statements.
#[derive(Clone, Debug, PartialEq)]
pub struct Effective<'s> {
    /// `any`, `email`, `phone`, `sms`, `whatsapp`, `messenger`, `post`, `fax` or `push`.
    pub channel: Slot<'s>,
    /// The most restrictive state: denied before granted, which any record may state, before pending and unknown.
    pub state: ConsentState,
    /// Index into [`Said::values`] of the statement that decides.
    pub deciding: u32,
}

/// All channels, and `any`.
pub(super) fn channels() -> impl Iterator<Item = &'static str> + Clone {
    wishes::CHANNELS.into_iter().chain(["any"])
}

/// The channel that label or column name speaks of; `any` when they name none.
#[must_use]
pub fn channel(label: &str, column: &str) -> &'static str {
    [label, column]
        .into_iter()
        .find_map(wishes::channel)
        .unwrap_or("any")
}

/// The effective state of every channel of which some record speaks, channels in order of their names; into a buffer that
/// is emptied first.
///
/// Most restrictive: a denial of the channel, or of `any`, by any record denies; else a grant by any record grants;
/// else unknown. A grant by a record that also says that it waits for confirmation is pending. Among equal statements the latest decides, then the smaller record.
pub fn effective_into<'s>(gathered: Said<'_, 's>, into: &mut Vec<Effective<'s>>) {
    into.clear();
    // what a record grants in one column and calls unconfirmed in another is not confirmed
    let unconfirmed = |value: &Value<'_>| {
        let start = gathered.values.partition_point(|v| v.member < value.member);
        let own = gathered.values[start..].iter();
        own.take_while(|v| v.member == value.member).any(|v| {
            v.reading.kind == Kind::Consent
                && ConsentState::named(&v.reading.value) == ConsentState::Pending
                && (v.slot.rank == value.slot.rank || v.slot.name == "any")
        })
    };
    let statements = || {
        let values = (0..).zip(gathered.values);
        values
            .filter(|(_, v)| v.reading.kind == Kind::Consent)
            .map(|(i, v)| match ConsentState::named(&v.reading.value) {
                ConsentState::Granted if unconfirmed(v) => (i, v.slot, ConsentState::Pending),
                state => (i, v.slot, state),
            })
    };
    for (deciding, channel, state) in statements() {
        if into.iter().all(|e| e.channel.rank != channel.rank) {
            into.push(Effective {
                channel,
                state,
                deciding,
            });
        }
    }
    into.sort_unstable_by_key(|e| e.channel.rank);
    let changed = |i: u32| {
        let value = &gathered.values[i as usize];
        &*gathered.members[value.member as usize].changed
    };
    for effective in into {
        let speaks = |s: &(u32, Slot<'_>, ConsentState)| {
            s.1.rank == effective.channel.rank || (s.1.name == "any" && s.2 == ConsentState::Denied)
        };
        let strictest = statements().filter(speaks).max_by(|a, b| {
            let latest = || changed(a.0).cmp(changed(b.0));
            a.2.cmp(&b.2).then_with(latest).then(b.0.cmp(&a.0))
        });
        if let Some((deciding, _, state)) = strictest {
            (effective.deciding, effective.state) = (deciding, state);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::RecordId;
    use crate::survive::reading::plain;
    use crate::survive::{Member, Reading};
    use std::borrow::Cow;

    #[test]
    fn what_waits_for_confirmation_in_a_record_is_not_granted_by_it() {
        let member = |n: u32| Member {
            id: RecordId(n),
            table: 0,
            row: n,
            source: 0,
            created: Cow::Borrowed(""),
            changed: Cow::Borrowed(""),
            filled: 2,
            deleted: false,
        };
        let (any, email) = (
            Slot {
                name: "any",
                rank: 1,
            },
            Slot {
                name: "email",
                rank: 2,
            },
        );
        let value = |member, column, slot, state: &'static str| Value {
            member,
            column,
            raw: Cow::Borrowed(state),
            label: "",
            slot,
            reading: Reading {
                kind: Kind::Consent,
                ..plain(Kind::Consent, state)
            },
        };
        let state = |values: &[Value<'static>]| {
            let members = [member(0), member(1)];
            let mut found = Vec::new();
            effective_into(
                Said {
                    members: &members,
                    values,
                },
                &mut found,
            );
            found
                .into_iter()
                .map(|e| (e.channel.name, e.state))
                .collect::<Vec<_>>()
        };
        let (pending, granted) = (ConsentState::Pending, ConsentState::Granted);
        let one = [value(0, 0, any, "pending"), value(0, 1, email, "granted")];
        assert_eq!(state(&one), [("any", pending), ("email", pending)]);
        let other_channel = [value(0, 0, email, "pending"), value(0, 1, any, "granted")];
        assert_eq!(
            state(&other_channel),
            [("any", granted), ("email", pending)]
        );
        // another record may have confirmed it
        let two = [value(0, 0, any, "pending"), value(1, 1, email, "granted")];
        assert_eq!(state(&two), [("any", pending), ("email", granted)]);
    }

    #[test]
    fn channels_are_read_from_labels_and_headers() {
        for (label, column, wanted) in [
            ("sms", "flag", "sms"),
            ("", "HasOptedOutOfFax", "fax"),
            ("", "DoNotCall", "phone"),
            ("", "Accepts Email Marketing", "email"),
            ("", "newsletter", "email"),
            ("", "opt_in", "any"),
            ("", "consent.sms", "sms"),
            ("", "Do not allow Mails", "post"),
        ] {
            assert_eq!(channel(label, column), wanted, "{label} {column}");
        }
    }

    #[test]
    fn polarity_never_widens() {
        assert_eq!(ConsentState::of_opt_out(Some(false)), ConsentState::Unknown);
        assert_eq!(ConsentState::of_opt_out(Some(true)), ConsentState::Denied);
        assert_eq!(ConsentState::of_opt_in(Some(false)), ConsentState::Denied);
        assert_eq!(ConsentState::of_opt_in(None), ConsentState::Unknown);
    }
}

//! Consent flags: a cell → granted, denied, pending or not known.
//!
//! The rule of this file: silence is never consent. A blank, an unknown word and a *false* in an
//! opt-out column all give [`Consent::Unknown`]; only a clear yes grants (GDPR, article 4(11): consent is an
//! unambiguous indication of the subject's wishes), and where nobody asked, only a word that
//! names what was agreed to.

use crate::lexicon::answers::{Answer, answer};
use crate::lexicon::wishes::{self, Channels, Says};
use crate::lexicon::word_key::word_key;
use crate::normalize::date::{DateOrder, date, is_placeholder_value};
use crate::normalize::placeholder::is_placeholder;

/// What a consent cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Consent {
    /// The person agreed.
    Granted,
    /// The person refused or withdrew.
    Denied,
    /// Asked, not yet confirmed (double opt-in under way).
    Pending,
    /// Nothing is known.
    Unknown,
}

/// What a column asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// Whether the person agreed: *yes* grants, *no* denies.
    OptIn,
    /// Whether the person refused: *yes* denies, *no* says nothing.
    OptOut,
    /// Something else, as the `Status` of a lead, among whose values a refusal was found: *active* or *confirmed* say
    /// nothing, *unsubscribed* and *subscribed* what they say.
    Unsaid,
    /// Perhaps whether the person agreed, as `Marketing` and `EMAIL_YN` do, or in codes from 1: *no* and 2 deny, *yes* says nothing, *subscribed* what it says.
    Doubtful,
}

/// Takes a raw cell and what its column asks, gives the consent.
///
/// In an opt-out column (`Email Opt Out`, `Do not call`) a plain *yes* denies and a plain *no* says nothing: not to have
/// refused is not to have agreed. States that speak for themselves (`Do Not Allow`, `opted out`) mean the same in both.
#[must_use]
pub fn consent(cell: &str, asks: Asks) -> Consent {
    use Answer::{Allowed, Denied, Express, Granted, Letter, No, Pending, Yes};
    let plain = cell.trim();
    match (answer(plain), asks) {
        (Some(Denied), _) => Consent::Denied,
        (Some(Pending), _) => Consent::Pending,
        (Some(Express), _)
        | (Some(Granted | Yes), Asks::OptIn)
        | (Some(Allowed), Asks::OptIn | Asks::Unsaid | Asks::Doubtful) => Consent::Granted,
        // a letter of two languages is the *yes* of Turkish or Czech where that is the safe side
        (Some(Yes | Letter), Asks::OptOut) | (Some(No), Asks::OptIn | Asks::Doubtful) => {
            Consent::Denied
        }
        (Some(Yes | No | Granted | Allowed | Letter), _) => Consent::Unknown,
        // codes from 1, of which the second is *no*
        (None, Asks::Doubtful) if plain == "2" => Consent::Denied,
        (None, _) if wishes::refusals(plain).next().is_some() => Consent::Denied,
        (None, Asks::OptIn | Asks::Doubtful) if declines(plain) => Consent::Denied,
        (None, Asks::OptIn | Asks::OptOut | Asks::Doubtful) if wishes::bars(plain) => {
            Consent::Denied
        }
        (None, _) if is_list_of_answers(plain) => strictest(plain, asks),
        // `email, call` and `all` below "Contact restrictions"
        (None, Asks::OptOut) if names_channels(plain) => Consent::Denied,
        // the moment of opting out says that it happened; a moment of opting in may be that of being asked
        (None, Asks::OptOut) if is_moment(plain) => Consent::Denied,
        (None, _) => Consent::Unknown,
    }
}

/// Whether a cell of a column that asks for leave, or for a refusal, says something that is not understood.
#[must_use]
pub fn is_unheard(cell: &str, asks: Asks) -> bool {
    matches!(asks, Asks::OptIn | Asks::OptOut)
        && answer(cell.trim()).is_none()
        && (!is_placeholder(cell) || has_sign(cell))
        && !is_moment(cell)
        && consent(cell, asks) == Consent::Unknown
}

/// Whether a cell has a sign that may be an answer, as an emoji is and a dash is not.
fn has_sign(cell: &str) -> bool {
    let dash = |c: char| matches!(c, '\u{2010}'..='\u{2027}' | '·' | '\u{FE0F}');
    cell.chars()
        .any(|c| !c.is_ascii() && !c.is_alphanumeric() && !c.is_whitespace() && !dash(c))
}

/// What parts the answers of a cell: `yes;no`.
const SEPARATORS: [char; 5] = [';', '/', '|', ',', '\n'];

fn answers(cell: &str) -> impl Iterator<Item = &str> {
    let parts = cell.split(SEPARATORS).map(str::trim);
    parts.filter(|part| !part.is_empty())
}

/// Whether a cell holds several answers and nothing else.
fn is_list_of_answers(cell: &str) -> bool {
    answers(cell).nth(1).is_some()
        && answers(cell).all(|part| !matches!(answer(part), None | Some(Answer::Letter)))
}

/// Of several answers in a cell the one that allows least.
fn strictest(cell: &str, asks: Asks) -> Consent {
    let order = |consent: &Consent| match consent {
        Consent::Denied => 0,
        Consent::Pending => 1,
        Consent::Unknown => 2,
        Consent::Granted => 3,
    };
    let each = answers(cell).map(|part| consent(part, asks));
    each.min_by_key(order).unwrap_or(Consent::Unknown)
}

/// Whether a cell is a list of channels, or `all`.
fn names_channels(cell: &str) -> bool {
    let mut words = cell
        .split([',', ';', '|', '/', '+', '&'])
        .map(str::trim)
        .peekable();
    words.peek().is_some()
        && words.all(|w| {
            let single = !w.contains(char::is_whitespace) && w.len() <= 12;
            single
                && (wishes::channel(w).is_some()
                    || word_key(w) == "all"
                    || word_key(w) == "message")
        })
}

/// The channels that a refusal names; none where it is of all.
#[must_use]
pub fn refused(cell: &str) -> Channels {
    let mut named = wishes::refusals(cell).map(|w| w.channels).peekable();
    match named.peek() {
        // one refusal of everything is of everything
        Some(_) => named
            .try_fold(Channels::default(), |all, one| {
                (!one.is_empty()).then(|| all.and(one))
            })
            .unwrap_or_default(),
        None if names_channels(cell) => wishes::channels(cell),
        None => Channels::default(),
    }
}

/// Whether a cell says *not allowed* or *not subscribed*, which refuses where somebody asked.
fn declines(cell: &str) -> bool {
    wishes::heard(cell).is_some_and(|w| w.says == Says::Declines)
}

fn is_moment(cell: &str) -> bool {
    date(cell, DateOrder::Dmy).is_some_and(|d| d.complete() && !is_placeholder_value(d))
        || is_counted_moment(cell)
}

/// Days of a spreadsheet from 1980 to 2064.
const SPREADSHEET_DAYS: std::ops::Range<f64> = 29_221.0..60_000.0;
/// Seconds of Unix time from 1990 to 2064.
const UNIX_SECONDS: std::ops::Range<f64> = 631_152_000.0..2_966_371_200.0;

/// Whether a cell is a moment as machines count it: days of a spreadsheet, seconds or milliseconds of Unix time.
fn is_counted_moment(cell: &str) -> bool {
    let plain = cell.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let number = if plain { cell.parse().ok() } else { None };
    number.is_some_and(|n: f64| {
        SPREADSHEET_DAYS.contains(&n)
            || UNIX_SECONDS.contains(&n)
            || UNIX_SECONDS.contains(&(n / 1000.0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn opt_in_columns() {
        use Consent::{Denied, Granted, Pending, Unknown};
        for (cell, wanted) in [
            ("yes", Granted),
            ("Yes", Granted),
            ("Y", Granted),
            ("1", Granted),
            ("1.0", Granted),
            ("TRUE", Granted),
            ("ja", Granted),
            ("Oui", Granted),
            ("sí", Granted),
            ("Si", Granted),
            ("tak", Granted),
            ("да", Granted),
            ("是", Granted),
            ("نعم", Granted),
            ("✓", Granted),
            ("x", Granted),
            ("✔\u{FE0F}", Granted),
            ("✅", Granted),
            ("Allow", Granted),
            ("❌", Denied),
            ("✖\u{FE0F}", Denied),
            ("subscribed", Granted),
            ("Opted In", Granted),
            ("opt-in", Granted),
            ("eingewilligt", Granted),
            ("no", Denied),
            ("N", Denied),
            ("0", Denied),
            ("false", Denied),
            ("nein", Denied),
            ("não", Denied),
            ("нет", Denied),
            ("否", Denied),
            ("Do Not Allow", Denied),
            ("unsubscribed", Denied),
            ("cleaned", Denied),
            ("opted out", Denied),
            ("Opt-Out", Denied),
            ("ausgetragen", Denied),
            ("Consent withdrawn", Denied),
            ("Not subscribed", Denied),
            ("Not given", Denied),
            ("希望しない", Denied),
            ("不要", Denied),
            ("希望する", Granted),
            ("pending", Pending),
            ("ausstehend", Pending),
            ("unconfirmed", Pending),
            ("", Unknown),
            (" ", Unknown),
            ("n/a", Unknown),
            ("maybe", Unknown),
            ("2", Unknown),
            ("unknown", Unknown),
            ("non-subscribed", Unknown),
            ("STOP", Denied),
            ("Widerspruch", Denied),
            ("objection", Denied),
            ("withdrawal", Denied),
            ("gekündigt", Denied),
            ("I disagree", Denied),
            ("I do not agree", Denied),
            ("I agree", Granted),
            ("yes;no", Denied),
            ("no / yes", Denied),
            ("ja, nein", Denied),
            ("yes;yes", Granted),
            ("subscribed|pending", Pending),
            ("not stopped", Unknown),
            ("stop at the second door on the left", Unknown),
            ("1714521600", Unknown),
        ] {
            assert_eq!(consent(cell, Asks::OptIn), wanted, "{cell}");
        }
    }

    #[test]
    fn what_is_not_understood_is_told_from_silence() {
        for cell in ["2", "vielleicht", "see note", "7"] {
            assert!(is_unheard(cell, Asks::OptIn), "{cell}");
        }
        for cell in ["yes", "STOP", "NULL", "n/a", "unknown", "2024-05-01"] {
            assert!(!is_unheard(cell, Asks::OptIn), "{cell}");
        }
        assert!(!is_unheard("2", Asks::Doubtful) && !is_unheard("Active", Asks::Unsaid));
    }

    #[test]
    fn opt_out_columns_never_grant_by_a_plain_word() {
        use Consent::{Denied, Granted, Unknown};
        for (cell, wanted) in [
            ("true", Denied),
            ("1", Denied),
            ("Yes", Denied),
            ("false", Unknown),
            ("0", Unknown),
            ("no", Unknown),
            ("", Unknown),
            ("Do Not Allow", Denied),
            ("Allow", Unknown),
            ("Accepted", Unknown),
            ("unsubscribed", Denied),
            ("subscribed", Granted),
            ("2023-11-07 12:13:29", Denied),
            ("7 November 2023", Denied),
            ("0000-00-00 00:00:00", Unknown),
            ("2023", Unknown),
            ("1714521600", Denied),
            ("1714521600000", Denied),
            ("45413", Denied),
            ("45413.5", Denied),
            ("7", Unknown),
            ("STOP", Denied),
            ("Widerspruch", Denied),
            ("no / yes", Denied),
            ("no;no", Unknown),
            ("E", Denied),
            ("H", Unknown),
            ("Not subscribed", Unknown),
        ] {
            assert_eq!(consent(cell, Asks::OptOut), wanted, "{cell}");
        }
        assert_eq!(consent("2023-11-07 12:13:29", Asks::OptIn), Unknown);
    }

    #[test]
    fn a_column_that_asks_nothing_grants_by_name_only() {
        use Consent::{Denied, Granted, Pending, Unknown};
        for (cell, wanted) in [
            ("Unsubscribed", Denied),
            ("bounced", Denied),
            ("bounce", Denied),
            ("Subscribed", Granted),
            ("opt-in", Granted),
            ("abonniert", Granted),
            ("Allow", Granted),
            ("pending", Pending),
            ("Active", Unknown),
            ("Inactive", Unknown),
            ("Confirmed", Unknown),
            ("Accepted", Unknown),
            ("yes", Unknown),
            ("0", Unknown),
            ("New", Unknown),
            ("2023-11-07 12:13:29", Unknown),
        ] {
            assert_eq!(consent(cell, Asks::Unsaid), wanted, "{cell}");
        }
    }

    #[test]
    fn answers_in_more_words() {
        use Consent::{Denied, Granted, Unknown};
        for (cell, wanted) in [
            ("Yes, send me news and offers", Granted),
            ("Ja, gerne", Granted),
            ("Nein, danke", Denied),
            ("No thanks", Denied),
            ("No response", Unknown),
            ("Yes, but only by post", Unknown),
            ("Soft Opt-Out", Denied),
            ("Confirmed Opt-In", Granted),
            ("Soft Opt-In", Unknown),
            ("Do Not Solicit", Denied),
            ("Spam-Beschwerde", Denied),
            ("ONAY", Granted),
            ("RET", Denied),
            ("수신함", Granted),
            ("수신안함", Denied),
            ("not unsubscribed", Unknown),
        ] {
            assert_eq!(consent(cell, Asks::OptIn), wanted, "{cell}");
        }
        for (cell, wanted) in [
            ("email, call", Denied),
            ("ALL", Denied),
            ("sms", Denied),
            ("none", Unknown),
            ("Ann Bell", Unknown),
        ] {
            assert_eq!(consent(cell, Asks::OptOut), wanted, "{cell}");
        }
    }

    #[test]
    fn a_column_of_doubtful_leave_refuses_and_grants_by_name_only() {
        use Consent::{Denied, Granted, Unknown};
        for (cell, wanted) in [
            ("no", Denied),
            ("N", Denied),
            ("0", Denied),
            ("2", Denied),
            ("unsubscribed", Denied),
            ("yes", Unknown),
            ("Y", Unknown),
            ("1", Unknown),
            ("active", Unknown),
            ("accepted", Unknown),
            ("subscribed", Granted),
            ("", Unknown),
        ] {
            assert_eq!(consent(cell, Asks::Doubtful), wanted, "{cell}");
        }
    }

    #[test]
    fn refusals_name_their_channels() {
        let all = |cell| refused(cell).all().collect::<Vec<_>>();
        assert_eq!(all("Do not call"), ["phone"]);
        assert_eq!(all("no mail, do not text"), ["sms", "email", "post"]);
        assert_eq!(all("email, call"), ["email", "phone"]);
        // one refusal of everything is of everything
        assert_eq!(all("Do not contact, no calls"), [""; 0]);
        assert_eq!(all("yes"), [""; 0]);
    }

    proptest! {
        /// Whatever stands beside a refusal, the cell grants nothing.
        #[test]
        fn no_word_beside_a_refusal_turns_it_into_a_grant(
            before in "([a-z]{1,8} ){0,3}",
            refusal in "(unsubscribed|opted out|do not call|abgemeldet|keine werbung|désabonné|не звонить|수신거부|退订)",
            after in "( [a-z]{1,8}){0,3}",
        ) {
            let cell = format!("{before}{refusal}{after}");
            for asks in [Asks::OptIn, Asks::OptOut, Asks::Unsaid, Asks::Doubtful] {
                prop_assert_ne!(consent(&cell, asks), Consent::Granted, "{}", cell);
                if before.is_empty() && after.is_empty() {
                    prop_assert_eq!(consent(&cell, asks), Consent::Denied, "{}", cell);
                }
            }
        }

        #[test]
        fn an_opt_out_column_never_says_more_than_an_opt_in_one(cell in "(\\PC{0,20}|[a-z ]{1,3}|opt[ -]?(in|out))") {
            let (asked_in, asked_out) = (consent(&cell, Asks::OptIn), consent(&cell, Asks::OptOut));
            prop_assert!(asked_out != Consent::Granted || asked_in == Consent::Granted);
            let letter = answer(cell.trim()) == Some(Answer::Letter);
            prop_assert!(asked_in != Consent::Unknown || asked_out == Consent::Unknown || names_channels(&cell) || letter);
            let doubted = consent(&cell, Asks::Doubtful);
            prop_assert!(doubted != Consent::Granted || consent(&cell, Asks::Unsaid) == doubted);
            prop_assert!(doubted != Consent::Denied || asked_in == doubted || word_key(cell.trim()) == "2");
        }
    }
}

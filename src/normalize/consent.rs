//! Consent flags: a cell → granted, denied, pending or not known.
//!
//! The rule of this file: silence is never consent. A blank, an unknown word and a *false* in an
//! opt-out column all give [`Consent::Unknown`]; only a clear yes grants (GDPR, article 4(11): consent is an
//! unambiguous indication of the subject's wishes), and where nobody asked, only a word that
//! names what was agreed to. Word lists: compiled by hand; the states of mailing tools (`cleaned`, `non-subscribed`,
//! `bounced`) are those their exports print.

use std::sync::LazyLock;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use crate::lexicon::answers::short;
use crate::lexicon::wishes::{self, Channels, Says};
use crate::lexicon::word_key::word_key;
use crate::normalize::date::{DateOrder, date, is_placeholder_value};

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

/// Words of plain agreement to whatever the column asks.
const YES: &str = "1 y yes true t on x ok yeah yep ja j wahr si sì sí s sim oui vrai o tak prawda ano pravda da д да истина так igen \
kylla joo evet doğru doğrudur ναι نعم כן 是 はい 有 예 네 हाँ ใช่ co ya ✓ ✔ ☑ jah taip jā checked ticked selected enabled active aktiv verdadero \
vero onay onayli izinli var 동의 동의함 허용 接受 同意 同意する 受け取る 承諾 souhlasim verdadeiro waar sant sand tosi";
/// Words of plain refusal.
const NO: &str = "0 n no false f off nope nein falsch non faux nao não falso nie fałsz ne nepravda нет н ложь ні nem ei epätosi hayır yanlış οχι όχι لا \
לא 否 いいえ 无 無 아니오 아니요 नहीं ไม่ khong không tidak nej nei nee onwaar falskt falsk ✗ ✘ ☐ unchecked unticked disabled inactive inaktiv notsubscribed notgiven notoptedin notagreed 不要 yok izinsiz 수신안함 미동의 동의안함 비동의 不接受 不同意 受け取らない 同意しない";
/// States that grant even where the column asks nothing.
const EXPRESS: &str = "optin optedin subscribed subscribe subscriber active_subscriber confirmedoptin doubleoptin singleoptin \
abonniert angemeldet inscrit inscrite abonne abonnee suscrito inscrito iscritto aangemeld zapisany подписан \
allow allowed permitted erlaubt erlauben zulassen permitir permitido toestaan toegestaan разрешено разрешить";
/// States that grant whichever way the column asks.
const GRANTED: &str = "granted grant given consented consent agreed agree accepted accept in \
confirmed einwilligung eingewilligt \
zugestimmt erteilt accepte acceptee autorise autorisee consenti \
aceptado acepto aceito autorizado autorizzato consentito zgoda \
souhlas povoleno согласен marketingallowed canemail okaytocontact transactionalandmarketing 希望する 수신함 eingetragen";
/// States that deny whichever way the column asks.
const DENIED: &str = "donotallow disallow disallowed notallowed denied deny declined decline refused refuse rejected reject optout optedout out \
unsubscribed unsubscribe cleaned bounced hardbounce hardbounced complained complaint spam spamcomplaint blocked blacklisted suppressed reportedasspam redacted \
withdrawn withdraw revoked donotcontact donotemail donotcall donotmail dnc forbidden never abgemeldet widerrufen widersprochen verweigert \
nichterlaubt abgelehnt nichtzulassen gesperrt keinewerbung refusee desinscrit desinscrite desabonne desabonnee interdit rechazado \
denegado cancelled canceled nopermitir nopermitido cancelado recusado negado rifiutato negato disiscritto nonconsentire geweigerd nietesttoestaan niettoestaan \
afgemeld uitgeschreven odmowa wypisany nesouhlas odhlasen отписан запрещено отказ несогласен neverallow marketingdenied erased gdprerased ausgetragen consentwithdrawn withdrawnconsent noemail noemails nomail \
donotsolicit donotphone donottext donotsms donotsend donotcontactagain nosolicitation neveremail ret reddedildi 수신거부 거부 拒绝 拒否 spambeschwerde beschwerde gebounced complainant globalunsubscribe \
nocall nocalls nosms nomarketing nocontact usersuppressed manuallysuppressed 希望しない 退订 已退订 配信停止";
const PENDING: &str = "pending unconfirmed waiting awaiting awaitingconfirmation requested inprogress invited notconfirmed ausstehend unbestatigt \
angefragt enattente attente pendiente pendente inattesa inafwachting oczekujace wtrakcie cekajici ожидание unverified optinpending pendingoptin \
doubleoptinpending emailsent";

/// What a word says before it is known which way the column asks.
#[derive(Clone, Copy)]
enum Word {
    Yes,
    No,
    State(Consent),
    Express,
}

static WORDS: LazyLock<HashMap<String, Word, FixedState>> = LazyLock::new(|| {
    let mut words = HashMap::with_hasher(FixedState::default());
    for (list, says) in [
        (DENIED, Word::State(Consent::Denied)),
        (EXPRESS, Word::Express),
        (GRANTED, Word::State(Consent::Granted)),
        (PENDING, Word::State(Consent::Pending)),
        (YES, Word::Yes),
        (NO, Word::No),
    ] {
        for word in list.split_ascii_whitespace() {
            let key = word_key(word);
            // Ticks and crosses have no letters to fold.
            let key = if key.is_empty() { word } else { &key };
            words.entry(key.to_owned()).or_insert(says);
        }
    }
    words
});

/// Takes a raw cell and what its column asks, gives the consent.
///
/// In an opt-out column (`Email Opt Out`, `Do not call`) a plain *yes* denies and a plain *no* says nothing: not to have
/// refused is not to have agreed. States that speak for themselves (`Do Not Allow`, `opted out`) mean the same in both.
#[must_use]
pub fn consent(cell: &str, asks: Asks) -> Consent {
    let cell = short(cell);
    let plain = cell.strip_suffix(".0").unwrap_or(cell);
    let key = word_key(plain);
    let key = if key.is_empty() { plain } else { &key };
    match (WORDS.get(key), asks) {
        (Some(Word::Express), _) => Consent::Granted,
        (Some(Word::State(Consent::Granted)), Asks::Unsaid | Asks::Doubtful) => Consent::Unknown,
        (Some(Word::State(state)), _) => *state,
        (Some(Word::Yes), Asks::OptIn) => Consent::Granted,
        (Some(Word::Yes), Asks::OptOut) | (Some(Word::No), Asks::OptIn | Asks::Doubtful) => {
            Consent::Denied
        }
        // codes from 1, of which the second is *no*
        (None, Asks::Doubtful) if key == "2" => Consent::Denied,
        (None, _) if wishes::refusals(plain).next().is_some() => Consent::Denied,
        (None, Asks::OptIn | Asks::Doubtful) if declines(plain) => Consent::Denied,
        // `email, call` and `all` below "Contact restrictions"
        (None, Asks::OptOut) if names_channels(plain) => Consent::Denied,
        // the moment of opting out says that it happened; a moment of opting in may be that of being asked
        (None, Asks::OptOut) if is_moment(cell) => Consent::Denied,
        _ => Consent::Unknown,
    }
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
            ("Allow", Granted),
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
        ] {
            assert_eq!(consent(cell, Asks::OptIn), wanted, "{cell}");
        }
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
            ("Allow", Granted),
            ("unsubscribed", Denied),
            ("subscribed", Granted),
            ("2023-11-07 12:13:29", Denied),
            ("7 November 2023", Denied),
            ("0000-00-00 00:00:00", Unknown),
            ("2023", Unknown),
            ("Not subscribed", Unknown),
        ] {
            assert_eq!(consent(cell, Asks::OptOut), wanted, "{cell}");
        }
        assert_eq!(consent("2023-11-07 12:13:29", Asks::OptIn), Unknown);
        for word in YES
            .split_ascii_whitespace()
            .chain(NO.split_ascii_whitespace())
        {
            assert_ne!(consent(word, Asks::OptOut), Granted, "{word}");
        }
    }

    #[test]
    fn a_column_that_asks_nothing_grants_by_name_only() {
        use Consent::{Denied, Granted, Pending, Unknown};
        for (cell, wanted) in [
            ("Unsubscribed", Denied),
            ("bounced", Denied),
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
    fn no_word_says_two_things() {
        let mut seen = std::collections::BTreeMap::new();
        for (list, name) in [
            (YES, "yes"),
            (NO, "no"),
            (EXPRESS, "granted"),
            (GRANTED, "granted"),
            (DENIED, "denied"),
            (PENDING, "pending"),
        ] {
            for word in list.split_ascii_whitespace() {
                let key = word_key(word);
                let key = if key.is_empty() { word } else { &key };
                if let Some(before) = seen.insert(key.to_owned(), name) {
                    assert_eq!(before, name, "{word}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn an_opt_out_column_never_says_more_than_an_opt_in_one(cell in "(\\PC{0,20}|[a-z ]{1,3}|opt[ -]?(in|out))") {
            let (asked_in, asked_out) = (consent(&cell, Asks::OptIn), consent(&cell, Asks::OptOut));
            prop_assert!(asked_out != Consent::Granted || asked_in == Consent::Granted);
            prop_assert!(asked_in != Consent::Unknown || asked_out == Consent::Unknown || names_channels(&cell));
            let doubted = consent(&cell, Asks::Doubtful);
            prop_assert!(doubted != Consent::Granted || consent(&cell, Asks::Unsaid) == doubted);
            prop_assert!(doubted != Consent::Denied || asked_in == doubted || word_key(cell.trim()) == "2");
        }
    }
}

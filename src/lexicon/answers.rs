//! Answers to being asked for leave: `yes`, `opted out`, `abgemeldet`, `Yes, please`.
//!
//! A cell is an answer of the word it begins with when what follows is politeness or says what was asked anyway; a
//! restriction behind a *yes* makes it none. Word lists: compiled by hand; the states of mailing tools (`cleaned`,
//! `non-subscribed`, `bounced`) are those their exports print.

use std::borrow::Cow;
use std::sync::LazyLock;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::headers::fold_word;
use super::word_key::word_key;

/// What a word says before it is known what the column asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A plain *yes*.
    Yes,
    /// A plain *no*.
    No,
    /// *Granted*, *accepted*.
    Granted,
    /// *Allow*.
    Allowed,
    /// *Subscribed*, *opted in*.
    Express,
    /// *Unsubscribed*, *refused*.
    Denied,
    /// *Unconfirmed*.
    Pending,
    /// A letter that is *yes* in one language and *no* in another.
    Letter,
}

/// Words of plain agreement to whatever the column asks.
const YES: &str = "1 y yes true t on x ok yeah yep ja j wahr si sì sí s sim oui vrai o tak prawda ano pravda da д да истина так igen \
kylla joo k evet doğru doğrudur ναι نعم כן 是 はい 有 예 네 हाँ ใช่ co ya ✓ ✔ ☑ ✅ √ 👍 jah taip jā checked ticked selected enabled active aktiv verdadero \
vero onay onayli izinli var 동의 동의함 허용 接受 同意 同意する 受け取る 承諾 souhlasim verdadeiro waar sant sand tosi possible 可 要 許可 允许 可以 はい希望 希望 있음";
/// Words of plain refusal.
const NO: &str = "0 h n no false f off nope nein falsch non faux nao não falso nie fałsz ne nepravda нет н ложь ні nem ei epätosi hayır yanlış οχι όχι لا \
לא 否 いいえ 无 無 아니오 아니요 नहीं ไม่ khong không tidak nej nei nee onwaar falskt falsk ✗ ✘ ☐ unchecked unticked disabled inactive inaktiv notsubscribed notgiven notoptedin notagreed 不要 yok izinsiz 수신안함 미동의 동의안함 비동의 不接受 不同意 受け取らない 同意しない nu naoautorizado nonautorise noautorizado nonautorizzato níl nil nuk 不可 없음 不允许";
/// States that grant even where the column asks nothing, or whether somebody refused.
const EXPRESS: &str = "optin optedin subscribed subscribe subscriber active_subscriber confirmedoptin doubleoptin singleoptin \
abonniert angemeldet inscrit inscrite abonne abonnee suscrito inscrito iscritto aangemeld zapisany подписан";
/// What a system allows unless told otherwise: it grants, but not below *Do not allow*.
const ALLOWED: &str = "allow allowed permitted erlaubt erlauben zulassen permitir permitido toestaan toegestaan разрешено разрешить autoriser consenti permetti";
/// States that grant where the column asks whether somebody agreed.
const GRANTED: &str = "granted grant given consented consent agreed agree iagree accepted accept in \
confirmed einwilligung eingewilligt \
zugestimmt erteilt accepte acceptee autorise autorisee \
aceptado acepto aceito autorizado autorizzato consentito zgoda \
souhlas povoleno согласен marketingallowed canemail okaytocontact transactionalandmarketing 希望する 수신함 eingetragen concesso concessa accorde accordee otorgado concedido udzielona udzielono udelen udeleno godkant givet gitt annettu megadott acordat verildi предоставлено надано дано согласна";
/// States that deny whichever way the column asks.
const DENIED: &str = "donotallow disagree disagreed idisagree donotagree idonotagree idontagree disallow disallowed notallowed denied deny declined decline refused refuse rejected reject optout optedout out \
unsubscribed unsubscribe cleaned bounce bounced hardbounce hardbounced complained complaint spam spamcomplaint blocked blacklisted suppressed reportedasspam redacted \
withdrawn withdraw revoked donotcontact donotemail donotcall donotmail dnc forbidden never abgemeldet widerrufen widersprochen verweigert \
nichterlaubt abgelehnt nichtzulassen gesperrt keinewerbung refusee desinscrit desinscrite desabonne desabonnee interdit rechazado \
denegado cancelled canceled nopermitir nopermitido cancelado recusado negado rifiutato negato disiscritto nonconsentire geweigerd nietesttoestaan niettoestaan \
afgemeld uitgeschreven odmowa wypisany nesouhlas odhlasen отписан запрещено отказ несогласен neverallow marketingdenied erased gdprerased ausgetragen consentwithdrawn withdrawnconsent noemail noemails nomail \
donotsolicit donotphone donottext donotsms donotsend donotcontactagain nosolicitation neveremail ret reddedildi 수신거부 거부 拒绝 拒否 spambeschwerde beschwerde gebounced complainant globalunsubscribe \
nocall nocalls nosms nomarketing nocontact usersuppressed manuallysuppressed 希望しない 退订 已退订 配信停止 donotsend nichtsenden nonconcesso nonconcessa 停止 お断り 拒否する 拒絕 negada revocato revocata retire retiree odmitnuto odwolana отозвано відмова avslag avslatt kielletty elutasitva refuzat respins 解約 ❌ ❎ ✖ × ☒ ⛔ 🚫 👎";
/// States of being asked.
const PENDING: &str = "pending unconfirmed waiting awaiting awaitingconfirmation requested inprogress invited notconfirmed ausstehend unbestatigt \
angefragt enattente attente pendiente pendente inattesa inafwachting oczekujace wtrakcie cekajici ожидание unverified optinpending pendingoptin \
doubleoptinpending emailsent";

/// Letters for *ano*, *evet* and *ei*; circles, which are *yes* in Japan and boxes to be ticked elsewhere.
const LETTERS: &str = "a e ● ○";

const LISTS: [(&str, Answer); 8] = [
    (DENIED, Answer::Denied),
    (EXPRESS, Answer::Express),
    (ALLOWED, Answer::Allowed),
    (GRANTED, Answer::Granted),
    (PENDING, Answer::Pending),
    (YES, Answer::Yes),
    (NO, Answer::No),
    (LETTERS, Answer::Letter),
];

static WORDS: LazyLock<HashMap<String, Answer, FixedState>> = LazyLock::new(|| {
    let mut words = HashMap::with_hasher(FixedState::default());
    for (list, says) in LISTS {
        for word in list.split_ascii_whitespace() {
            words.entry(key(word).into_owned()).or_insert(says);
        }
    }
    words
});

/// The word as it is looked up: ticks and crosses have no letters to fold, and may say that they are drawn in colour.
fn key(word: &str) -> Cow<'_, str> {
    let key = word_key(word);
    if key.is_empty() {
        Cow::Borrowed(word.trim_end_matches('\u{FE0F}'))
    } else {
        key
    }
}

/// The answer of a cell, if it is one.
#[must_use]
pub fn answer(cell: &str) -> Option<Answer> {
    let cell = short(cell);
    let plain = cell.strip_suffix(".0").unwrap_or(cell);
    WORDS.get(&*key(plain)).copied()
}

/// Words that begin an answer.
const ANSWERS: &[&str] = &[
    "yes", "no", "ja", "nein", "oui", "non", "si", "sim", "nao", "nee", "nej", "nei", "tak", "nie",
    "ano", "ne", "evet", "hayir", "igen", "nem", "да", "нет", "ναι", "οχι", "כן", "לא",
];
/// What politeness puts behind an answer without a comma.
const POLITE: &[&str] = &[
    "please",
    "thanks",
    "thank",
    "bitte",
    "gerne",
    "danke",
    "merci",
    "gracias",
    "por",
    "grazie",
    "grazie!",
    "obrigado",
    "obrigada",
    "dank",
    "graag",
    "bedankt",
    "tack",
    "takk",
    "dziekuje",
    "prosze",
    "dekuji",
    "спасибо",
    "пожалуйста",
];
/// Words that take back or restrict what a *yes* gave.
const RESTRICTIONS: &[&str] = &[
    "no",
    "not",
    "but",
    "only",
    "except",
    "never",
    "until",
    "unsubscribe",
    "unsubscribed",
    "remove",
    "already",
    "nein",
    "non",
    "nej",
    "nei",
    "nee",
    "nie",
    "nem",
    "hayir",
    "нет",
    "nicht",
    "kein",
    "keine",
    "aber",
    "nur",
    "bereits",
    "schon",
    "pas",
    "mais",
    "seulement",
    "sauf",
    "pero",
    "solo",
    "excepto",
    "nao",
    "mas",
    "somente",
    "ma",
    "niet",
    "geen",
    "maar",
    "alleen",
    "ale",
    "tylko",
    "jen",
    "но",
    "не",
    "только",
    "if",
    "wenn",
    "falls",
    "als",
];

/// The cell, or the one word of *yes* or *no* that it comes to.
fn short(cell: &str) -> &str {
    let cell = cell.trim();
    let end = cell
        .find(|c: char| !c.is_alphabetic() && !matches!(c, '\'' | '’'))
        .unwrap_or(cell.len());
    let (first, rest) = cell.split_at(end);
    let separate = rest.trim_start();
    if separate.is_empty() || rest.starts_with(['-', '_', '/']) {
        return cell;
    }
    if !ANSWERS.contains(&fold_word(first).as_str()) {
        return cell;
    }
    let folded = fold_word(separate);
    let mut words = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .peekable();
    let parted = separate.starts_with([',', ';', '.', ':', '!', '-', '–', '—', '(']);
    let polite = words.peek().is_some_and(|w| POLITE.contains(w));
    if (parted || polite) && words.all(|w| !RESTRICTIONS.contains(&w)) {
        first
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_the_word_they_begin_with() {
        for (cell, wanted) in [
            ("Yes, please", "Yes"),
            ("Yes please", "Yes"),
            ("No thanks", "No"),
            ("Nein, danke", "Nein"),
            ("Ja, gerne", "Ja"),
            ("Sí, quiero recibir ofertas", "Sí"),
            ("Yes - send me news and offers", "Yes"),
            ("No", "No"),
            ("No response", "No response"),
            ("No answer", "No answer"),
            ("Yes, but only by post", "Yes, but only by post"),
            ("Yes, unsubscribe me", "Yes, unsubscribe me"),
            ("Ja, aber nicht per Telefon", "Ja, aber nicht per Telefon"),
            ("No-reply", "No-reply"),
            ("Yesterday, noon", "Yesterday, noon"),
            ("opted in", "opted in"),
            ("", ""),
        ] {
            assert_eq!(short(cell), wanted, "{cell}");
        }
    }

    #[test]
    fn no_word_says_two_things() {
        let mut seen = std::collections::BTreeMap::new();
        for (list, says) in LISTS {
            for word in list.split_ascii_whitespace() {
                if let Some(before) = seen.insert(key(word).into_owned(), says) {
                    assert_eq!(before, says, "{word}");
                }
            }
        }
    }
}

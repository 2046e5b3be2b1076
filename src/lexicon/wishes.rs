//! Wishes: what a header, a cell, a note or the name of a file says about being reached, put together from words.
//!
//! A wish is composed: a negation (*kein*, *not*), a refusal (*Sperre*, *unsubscribed*), leave (*accepts*, *mag*), an act
//! or a thing (*contact*, *advertising*), a channel (*SMS*, *by post*). `data/wishes.csv` lists the words of each class by
//! language, compiled by hand; an asterisk leaves an end of a word open. Who is asked nothing agrees to nothing: silence,
//! and what denies a denial, is no leave.

use std::ops::Range;
use std::sync::LazyLock;

use super::headers::tokens;

const TABLE: &str = include_str!("data/wishes.csv");

/// Channels by which somebody is reached; of several that a header names the first counts.
pub const CHANNELS: [&str; 8] = [
    "whatsapp",
    "messenger",
    "sms",
    "fax",
    "push",
    "email",
    "phone",
    "post",
];
/// Words between a negation and what it negates.
const REACH_OF_NOT: usize = 4;
/// Words of a clause that is a wish and no report.
const LONGEST: usize = 14;

/// A set of channels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Channels(u16);

impl Channels {
    /// Letters or e-mails: whichever the word *mail* means.
    const MAIL: u16 = 1 << CHANNELS.len();

    /// The channel that a header or label means: of several the first, of *mail* letters.
    #[must_use]
    pub fn first(self) -> Option<&'static str> {
        let named = CHANNELS.iter().enumerate();
        let first = named.filter(|(i, _)| self.0 & 1 << i != 0).map(|(_, c)| *c);
        first
            .chain((self.0 & Self::MAIL != 0).then_some("post"))
            .next()
    }

    /// All channels that a refusal may mean.
    pub fn all(self) -> impl Iterator<Item = &'static str> {
        let mail = self.0 & Self::MAIL != 0;
        (CHANNELS.iter().enumerate())
            .filter(move |(i, c)| self.0 & 1 << i != 0 || (mail && matches!(**c, "email" | "post")))
            .map(|(_, c)| *c)
    }

    /// Those of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it names none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// What is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// Not to be reached.
    Refuses,
    /// *Not allowed*, *not subscribed*: a refusal where somebody asked.
    Declines,
    /// To be reached.
    Agrees,
    /// A refusal is denied: *not unsubscribed*.
    Turned,
    /// Leave to something that the words do not tell.
    Accepts,
    /// Being reached is spoken of, and not whether: *SMS marketing*.
    Named,
}

/// A wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// What is said.
    pub says: Says,
    /// Of which channels; none for all.
    pub channels: Channels,
    /// By a word for it, as *unsubscribed* and *blocked*.
    pub by_name: bool,
    /// By a word that is about nothing else, as *unsubscribed*.
    pub opts_out: bool,
    /// It is of advertising, offers, campaigns.
    pub offers: bool,
}

/// Classes of words, as bits.
mod class {
    pub(super) const NOT: u16 = 1;
    pub(super) const FIRST: u16 = 1 << 1;
    pub(super) const OUT: u16 = 1 << 2;
    pub(super) const BAR: u16 = 1 << 3;
    pub(super) const IN: u16 = 1 << 4;
    pub(super) const MAY: u16 = 1 << 5;
    pub(super) const ACT: u16 = 1 << 6;
    pub(super) const THING: u16 = 1 << 7;
    pub(super) const OFF: u16 = 1 << 8;
    pub(super) const TURN: u16 = 1 << 9;
}

/// A word or phrase with what it means.
struct Phrase {
    text: String,
    /// Classes and channels.
    means: (u16, u16),
    /// The longest other phrase with which it begins.
    shorter: Option<usize>,
}

/// Phrases in order of their texts.
#[derive(Default)]
struct Phrases(Vec<Phrase>);

/// Phrases that begin where a word begins, and those that begin anywhere.
struct Words {
    bound: Phrases,
    open: Phrases,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let (mut bound, mut open) = (Vec::new(), Vec::new());
    for line in TABLE.lines().skip(1) {
        let mut cells = line.splitn(3, ',');
        let (Some(class), Some(language), Some(words)) = (cells.next(), cells.next(), cells.next())
        else {
            continue;
        };
        let Some(means) = meaning(class, language) else {
            continue;
        };
        for text in words.split('|').map(pattern) {
            let into = if text.starts_with(' ') {
                &mut bound
            } else {
                &mut open
            };
            into.push((text, means));
        }
    }
    let (bound, open) = (Phrases::of(bound), Phrases::of(open));
    Words { bound, open }
});

impl Phrases {
    fn of(mut said: Vec<(String, (u16, u16))>) -> Self {
        said.sort_unstable();
        let mut phrases: Vec<Phrase> = Vec::with_capacity(said.len());
        for (text, means) in said {
            if let Some(last) = phrases.last_mut().filter(|p| p.text == text) {
                last.means = (last.means.0 | means.0, last.means.1 | means.1);
                continue;
            }
            let mut shorter = phrases.len().checked_sub(1);
            while let Some(i) = shorter.filter(|i| !text.starts_with(&*phrases[*i].text)) {
                shorter = phrases[i].shorter;
            }
            phrases.push(Phrase {
                text,
                means,
                shorter,
            });
        }
        // the longer of two words that begin alike means what the shorter does, too
        for i in 0..phrases.len() {
            let Some(begin) = phrases[i].shorter.map(|j| &phrases[j]) else {
                continue;
            };
            let rest = &phrases[i].text[begin.text.len()..];
            if !begin.text.ends_with(' ') && !rest.trim_end().contains(' ') {
                let (classes, channels) = begin.means;
                phrases[i].means.0 |= classes;
                phrases[i].means.1 |= channels;
            }
        }
        Self(phrases)
    }

    /// The longest phrase with which a text begins.
    fn longest(&self, text: &str) -> Option<&Phrase> {
        let mut at = self.0.partition_point(|p| *p.text <= *text).checked_sub(1);
        while let Some(phrase) = at.map(|i| &self.0[i]) {
            if text.starts_with(&*phrase.text) {
                return Some(phrase);
            }
            at = phrase.shorter;
        }
        None
    }
}

/// The phrases in a spaced text with their places, from its begin to its end, of those that begin at one place the longest.
fn phrases(spaced: &str) -> impl Iterator<Item = (Range<usize>, (u16, u16))> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(c) = spaced[at..].chars().next() {
            let rest = &spaced[at..];
            let bound = (c == ' ').then(|| WORDS.bound.longest(rest)).flatten();
            if let Some(found) = bound.or_else(|| WORDS.open.longest(rest)) {
                let start = at;
                at += found.text.len();
                return Some((start..at, found.means));
            }
            at += c.len_utf8();
        }
        None
    })
}

/// Classes and channels of a row of the table.
fn meaning(class: &str, language: &str) -> Option<(u16, u16)> {
    if let Some(name) = class.strip_prefix("channel+") {
        let bit = match name {
            "mail" => Channels::MAIL,
            name => 1 << CHANNELS.iter().position(|c| *c == name)?,
        };
        return Some((0, bit));
    }
    let class = match class {
        "not" if language == "first" => class::FIRST,
        "not" => class::NOT,
        "out" => class::OUT,
        "bar" => class::BAR,
        "in" => class::IN,
        "may" => class::MAY,
        "act" => class::ACT,
        "thing" => class::THING,
        "off" => class::OFF,
        "turn" => class::TURN,
        _ => return None,
    };
    Some((class, 0))
}

/// What is searched for a word of the table in a spaced text: an asterisk or a script without gaps leaves an end open.
fn pattern(word: &str) -> String {
    let gapless = word.chars().any(is_gapless);
    let folded = if word
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b == b' ' || b == b'*')
    {
        format!(" {} ", word.trim_matches('*').replace(' ', "  "))
    } else {
        spaced(word)
    };
    let open = |end: bool| usize::from(end || gapless);
    let end = folded.len() - open(word.ends_with('*'));
    folded[open(word.starts_with('*'))..end].to_owned()
}

/// Whether words of the letter's script stand without gaps or take endings that are words.
fn is_gapless(c: char) -> bool {
    matches!(c, '\u{0900}'..='\u{0E7F}' | '\u{2E80}'..='\u{D7A3}')
}

/// The folded words, each with a space of its own on either side.
fn spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + 16);
    for word in tokens(text) {
        spaced.push(' ');
        spaced.push_str(&word);
        spaced.push(' ');
    }
    spaced
}

/// Takes a header, a label, the name of a file or a clause, gives the wish in it.
#[must_use]
pub fn heard(text: &str) -> Option<Wish> {
    let spaced = spaced(text);
    let (mut all, mut channels) = (0, 0);
    let mut reaches = false;
    let mut negated: Option<usize> = None;
    let (mut turned, mut just_negated, mut leave_before) = (false, false, false);
    let mut near = false;
    let mut acts = false;
    for (place, (mut class, channel)) in phrases(&spaced) {
        if class & class::FIRST != 0 && place.start == 0 && place.end < spaced.len() {
            class |= class::NOT;
        }
        let refuses = class & (class::OUT | class::BAR) != 0;
        turned |= refuses && just_negated;
        just_negated = class & class::NOT != 0;
        if just_negated {
            negated = negated.or(Some(place.end));
        }
        leave_before |= class & class::MAY != 0;
        acts |= class & class::ACT != 0 && leave_before;
        if channel != 0 || class & (class::ACT | class::THING) != 0 {
            let start = place.start;
            // the negation may follow: "Bel me niet"
            near |= negated.is_none_or(|n| gaps(&spaced[n.min(start)..start]) <= REACH_OF_NOT);
            reaches = true;
        }
        all |= class;
        channels |= channel;
    }
    let has = |class: u16| all & class != 0;
    // "Kontakt erlaubt", and nothing else
    acts |= has(class::ACT) && has(class::MAY) && gaps(&spaced) < REACH_OF_NOT;
    if has(class::TURN) || (has(class::OFF) && !has(class::OUT)) {
        return None;
    }
    let refuses = has(class::OUT) || (has(class::BAR) && (reaches || has(class::IN)));
    let says = if refuses {
        if turned { Says::Turned } else { Says::Refuses }
    } else if negated.is_some() && reaches && near {
        Says::Refuses
    } else if negated.is_some() && (has(class::MAY) || has(class::IN)) {
        Says::Declines
    } else if negated.is_none()
        && has(class::MAY | class::IN)
        && (channels != 0 || has(class::THING) || acts)
    {
        Says::Agrees
    } else if negated.is_none() && (has(class::THING) || (channels != 0 && has(class::ACT))) {
        Says::Named
    } else if negated.is_none() && has(class::MAY) {
        Says::Accepts
    } else {
        return None;
    };
    Some(Wish {
        says,
        channels: Channels(channels),
        by_name: has(class::OUT | class::BAR),
        opts_out: has(class::OUT),
        offers: has(class::THING),
    })
}

fn gaps(between: &str) -> usize {
    between.matches("  ").count()
}

/// The channel a header or label speaks of, if any.
#[must_use]
pub fn channel(text: &str) -> Option<&'static str> {
    channels(text).first()
}

/// All channels that a text names.
#[must_use]
pub fn channels(text: &str) -> Channels {
    let bits = phrases(&spaced(text)).fold(0, |all, (_, (_, channel))| all | channel);
    Channels(bits)
}

/// Bytes of an ending: *Telef-ono*.
const ENDING: usize = 3;

/// Whether a text is the name of a channel and nothing else: *SMS*, *E-Mail*.
#[must_use]
pub fn is_channel(text: &str) -> bool {
    let spaced = spaced(text);
    let named = phrases(&spaced).filter(|(_, (class, channel))| *class == 0 && *channel != 0);
    let named: Vec<Range<usize>> = named.map(|(place, _)| place).collect();
    let mut end = 0;
    spaced.split(' ').all(|word| {
        let start = end;
        end += word.len() + 1;
        let within = |p: &Range<usize>| {
            let last = p.end.min(start + word.len());
            last.saturating_sub(p.start.max(start))
        };
        let covered: usize = named.iter().map(within).sum();
        word.is_empty() || covered > 0 && word.len() - covered <= ENDING
    }) && !named.is_empty()
}

/// Whether a word or phrase is one of those that wishes are made of.
#[must_use]
pub fn speaks(words: &str) -> bool {
    phrases(&spaced(words))
        .any(|(_, (class, channel))| channel != 0 || class & !(class::OFF | class::TURN) != 0)
}

/// Whether words say that something ended or is barred, of what they do not tell: *Widerspruch*, *STOP*. Where a column
/// asks for leave, it is that.
#[must_use]
pub fn bars(text: &str) -> bool {
    let all = phrases(&spaced(text)).fold(0, |all, (_, (class, _))| all | class);
    let other = class::NOT | class::FIRST | class::OFF | class::TURN;
    all & class::BAR != 0 && all & other == 0 && text.split_whitespace().nth(REACH_OF_NOT).is_none()
}

/// Whether a name is about leave to be reached, whichever way.
#[must_use]
pub fn concerns(name: &str) -> bool {
    let asks = class::IN | class::OUT;
    phrases(&spaced(name)).any(|(_, (class, _))| class & asks != 0)
        || heard(name).is_some_and(|w| w.says != Says::Accepts)
}

/// The wish of all people in a list, where its name tells of one not to be reached: *unsubscribed*, *do-not-call*.
#[must_use]
pub fn of_list(name: &str) -> Option<Wish> {
    heard(name).filter(|wish| wish.says == Says::Refuses)
}

/// The wishes not to be reached in a cell that may hold anything: tags, a note, a status. Each clause stands for itself.
pub fn refusals(cell: &str) -> impl Iterator<Item = Wish> {
    cell.split([',', ';', '|', '.', '!', '?', '\n', '\r', '/', '(', ')'])
        .filter(|clause| {
            let words = clause.split_whitespace().take(LONGEST + 1).count();
            (1..=LONGEST).contains(&words)
        })
        .filter_map(heard)
        .filter(|wish| wish.says == Says::Refuses)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_channel_alone_is_told_from_more_words() {
        for name in [
            "SMS", "E-Mail", "e_mail", "Post", "Telefon", "WhatsApp", "phone",
        ] {
            assert!(is_channel(name), "{name}");
        }
        for name in ["", "SMS sent", "Email verified", "has phone", "Notes"] {
            assert!(!is_channel(name), "{name}");
        }
    }

    #[test]
    fn headers_of_other_things_are_no_wishes() {
        for header in [
            "Primary Address Postal Code",
            "Primer nombre",
            "Prima e-mail",
            "Non Primary E-mails for Import",
            "(No modificar) Contacto",
            "(Do Not Modify) Contact",
        ] {
            assert_eq!(heard(header), None, "{header}");
        }
    }

    #[test]
    fn channels_of_many_languages() {
        for (text, wanted) in [
            ("sms", Some("sms")),
            ("Promotional Texts", Some("sms")),
            ("HasOptedOutOfFax", Some("fax")),
            ("DoNotCall", Some("phone")),
            ("Accepts Email Marketing", Some("email")),
            ("newsletter", Some("email")),
            ("Nieuwsbrief", Some("email")),
            ("Opt-in Brief", Some("post")),
            ("Reservert mot e-post", Some("email")),
            ("E-posta İzni", Some("email")),
            ("Mail İzni", Some("email")),
            ("Marketing mails", Some("email")),
            ("Do not allow Mails", Some("post")),
            ("MAIL_YN", Some("post")),
            ("Werbepost", Some("post")),
            ("OK to leave voicemail", Some("phone")),
            ("Aceita WhatsApp", Some("whatsapp")),
            ("카카오톡 수신거부", Some("messenger")),
            ("Согласие на рассылку", Some("email")),
            ("Geen mailing", None),
            ("opt_in", None),
            ("Context", None),
            ("이메일 수신여부", Some("email")),
        ] {
            assert_eq!(channel(text), wanted, "{text}");
        }
    }

    #[test]
    fn wishes_are_put_together_in_many_languages() {
        use Says::{Accepts, Agrees, Declines, Named, Refuses, Turned};
        for (text, says, channel) in [
            ("Do not call", Refuses, Some("phone")),
            ("Opt out of SMS", Refuses, Some("sms")),
            ("Please do not send me post", Refuses, Some("post")),
            ("Keine Werbung per Post", Refuses, Some("post")),
            ("Anrufsperre", Refuses, Some("phone")),
            ("Telefonanrufe nicht zulassen", Refuses, Some("phone")),
            ("Einwilligung widerrufen", Refuses, None),
            ("Refus newsletter", Refuses, Some("email")),
            ("Ne souhaite pas être contacté", Refuses, None),
            ("No desea recibir publicidad", Refuses, None),
            ("Non contattare", Refuses, None),
            ("Não deseja receber SMS", Refuses, Some("sms")),
            ("Bel me niet", Refuses, Some("phone")),
            ("Vill inte bli uppringd", Refuses, Some("phone")),
            ("Ønsker ikke brevpost", Refuses, Some("post")),
            ("Frabeder sig reklame", Refuses, None),
            ("Suoramarkkinointikielto", Refuses, None),
            ("Nie dzwonić", Refuses, Some("phone")),
            ("Nechce dostávat newsletter", Refuses, Some("email")),
            ("Nem hívható", Refuses, Some("phone")),
            ("Nu doresc să fiu contactat", Refuses, None),
            ("Ne želi prejemati SMS", Refuses, Some("sms")),
            ("Να μην ενοχλείται", Refuses, None),
            ("Не звонить", Refuses, Some("phone")),
            ("Не турбувати дзвінками", Refuses, Some("phone")),
            ("İletişim istemiyor", Refuses, None),
            ("לא לשלוח SMS", Refuses, Some("sms")),
            ("إلغاء الاشتراك", Refuses, None),
            ("电话勿扰", Refuses, Some("phone")),
            ("不接受短信", Refuses, Some("sms")),
            ("メール配信停止", Refuses, Some("email")),
            ("電話お断り", Refuses, Some("phone")),
            ("문자 수신거부", Refuses, Some("sms")),
            ("wants no post", Refuses, Some("post")),
            ("please no calls", Refuses, Some("phone")),
            ("send no more newsletters", Refuses, Some("email")),
            ("Not subscribed", Declines, None),
            ("nicht erlaubt", Declines, None),
            ("Not unsubscribed", Turned, None),
            ("never opted out", Turned, None),
            ("Nicht gesperrt für Werbung", Turned, None),
            ("Mag gemaild worden", Agrees, Some("email")),
            ("Tillåter SMS", Agrees, Some("sms")),
            ("Accepts Email Marketing", Agrees, Some("email")),
            ("Tekstiviestimarkkinointi sallittu", Agrees, Some("sms")),
            ("Zgoda na kontakt telefoniczny", Agrees, Some("phone")),
            ("Souhlas se zasíláním SMS", Agrees, Some("sms")),
            ("Sutikimas gauti naujienlaiškį", Agrees, Some("email")),
            ("Αποδοχή SMS", Agrees, Some("sms")),
            ("מאשר דיוור", Agrees, None),
            ("الموافقة على الرسائل", Agrees, None),
            ("是否接收短信", Agrees, Some("sms")),
            ("문자 수신동의", Agrees, Some("sms")),
            ("SMS marketing", Named, Some("sms")),
            ("Accepts terms", Accepts, None),
        ] {
            let wish = heard(text).unwrap_or_else(|| panic!("{text} is no wish"));
            let got = (wish.says, wish.channels.first());
            assert_eq!(got, (says, channel), "{text}");
        }
    }

    #[test]
    fn what_is_said_of_something_else_is_no_wish() {
        for text in [
            "",
            "Email",
            "No Telp",
            "Nº Teléfono",
            "Phone No",
            "Email not valid",
            "Telefon nicht erreichbar",
            "Not contacted",
            "Customer did not receive the newsletter",
            "how to opt out",
            "Will Call",
            "Block C",
            "Negocio",
            "Newsletter Mai 2023",
            "(Do Not Modify) Contact",
            "Contact",
            "zahlt per Rechnung, kein Skonto",
            "always on time",
            "has no email yet",
            "no more at this address",
        ] {
            let wish = heard(text).filter(|w| w.says != Says::Named);
            assert_eq!(wish, None, "{text}");
            assert_eq!(refusals(text).next(), None, "{text}");
        }
    }

    #[test]
    fn refusals_in_a_cell_that_may_hold_anything() {
        let all = |cell: &str| -> Vec<Vec<&str>> {
            refusals(cell).map(|w| w.channels.all().collect()).collect()
        };
        assert_eq!(all("VIP; no-mail, wine club"), [["email", "post"]]);
        assert_eq!(all("Kunden,Kein Newsletter"), [["email"]]);
        assert_eq!(all("Bitte nicht anrufen! Zahlt gut."), [["phone"]]);
        assert_eq!(all("Abgemeldet: Newsletter A"), [["email"]]);
        assert_eq!(all("möchte keine E-Mails mehr"), [["email"]]);
        assert_eq!(all("do not call or text"), [["sms", "phone"]]);
        assert_eq!(all("Do Not Solicit"), [[""; 0]]);
        assert_eq!(all("Unsubscribed (global)"), [[""; 0]]);
        assert!(all("likes post and mail, call any time").is_empty());
    }

    #[test]
    fn every_row_of_the_table_has_a_class_and_words() {
        for line in TABLE.lines().skip(1) {
            let cells: Vec<&str> = line.splitn(3, ',').collect();
            assert!(meaning(cells[0], cells[1]).is_some(), "{line}");
            assert!(
                cells[2].split('|').all(|w| !pattern(w).trim().is_empty()),
                "{line}"
            );
        }
    }

    proptest! {
        /// Composition law: no negation before a wish turns it into leave, and no text is both.
        #[test]
        fn a_negation_never_grants(text in "[a-z ]{0,30}", word in "(not|never|kein|nicht|ne|niet|ej|ikke|nie|не|不)") {
            let negated = heard(&format!("{word} {text}"));
            prop_assert!(negated.is_none_or(|w| !matches!(w.says, Says::Agrees | Says::Accepts)));
        }

        #[test]
        fn any_text_can_be_heard(text in "\\PC{0,40}") {
            let _ = (heard(&text), channels(&text), refusals(&text).count());
        }
    }
}

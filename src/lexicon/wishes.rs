//! Wishes: what a header, a cell, a note or the name of a file says about being reached, put together from words.
//!
//! A wish is composed: a negation (*kein*, *not*), a refusal (*Sperre*, *unsubscribed*), leave (*accepts*, *mag*), an act
//! or a thing (*contact*, *advertising*), a channel (*SMS*, *by post*). `data/wishes.csv` lists the words of each class by
//! language, compiled by hand; an asterisk leaves an end of a word open. Who is asked nothing agrees to nothing: silence,
//! and what denies a denial, is no leave.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

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
    /// By a word for it, as *unsubscribed* and *refused*.
    pub by_name: bool,
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

struct Words {
    finder: AhoCorasick,
    /// By pattern: classes and channels.
    means: Vec<(u16, u16)>,
}

static WORDS: LazyLock<Option<Words>> = LazyLock::new(|| {
    let mut said: Vec<(String, (u16, u16))> = Vec::new();
    for line in TABLE.lines().skip(1) {
        let mut cells = line.splitn(3, ',');
        let (Some(class), Some(language), Some(words)) = (cells.next(), cells.next(), cells.next())
        else {
            continue;
        };
        let Some(means) = meaning(class, language) else {
            continue;
        };
        said.extend(words.split('|').map(|w| (pattern(w), means)));
    }
    said.sort_unstable();
    said.dedup_by(|b, a| {
        let same = a.0 == b.0;
        if same {
            (a.1.0, a.1.1) = (a.1.0 | b.1.0, a.1.1 | b.1.1);
        }
        same
    });
    let (patterns, means): (Vec<String>, Vec<(u16, u16)>) = said.into_iter().unzip();
    let finder = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(patterns);
    finder.ok().map(|finder| Words { finder, means })
});

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
    let folded = spaced(word);
    let open = |end: bool| end || gapless;
    let start = usize::from(open(word.starts_with('*')));
    let end = folded.len() - usize::from(open(word.ends_with('*')));
    folded[start..end].to_owned()
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
    let words = WORDS.as_ref()?;
    let (mut all, mut channels) = (0, 0);
    let mut reached_by = None;
    let mut negated: Option<usize> = None;
    let (mut turned, mut just_negated, mut leave_before) = (false, false, false);
    let mut near = false;
    let mut acts = false;
    for found in words.finder.find_iter(&spaced) {
        let (mut class, channel) = words.means[found.pattern().as_usize()];
        if class & class::FIRST != 0 && found.start() == 0 && found.end() < spaced.len() {
            class |= class::NOT;
        }
        let refuses = class & (class::OUT | class::BAR) != 0;
        turned |= refuses && just_negated;
        just_negated = class & class::NOT != 0;
        if just_negated {
            negated = negated.or(Some(found.end()));
        }
        leave_before |= class & class::MAY != 0;
        acts |= class & class::ACT != 0 && leave_before;
        let reaches = channel != 0 || class & (class::ACT | class::THING) != 0;
        if reaches {
            let start = found.start();
            // the negation may follow: "Bel me niet"
            near |= negated.is_none_or(|n| gaps(&spaced[n.min(start)..start]) <= REACH_OF_NOT);
            reached_by = Some(found.end());
        }
        all |= class;
        channels |= channel;
    }
    let has = |class: u16| all & class != 0;
    if has(class::TURN) || (has(class::OFF) && !has(class::OUT)) {
        return None;
    }
    let reaches = reached_by.is_some();
    let refuses = has(class::OUT) || (has(class::BAR) && (reaches || has(class::IN)));
    let says = if refuses {
        if turned { Says::Turned } else { Says::Refuses }
    } else if negated.is_some() && reaches && near {
        Says::Refuses
    } else if negated.is_some() && (has(class::MAY) || has(class::IN)) {
        Says::Declines
    } else if negated.is_none() && has(class::MAY) && (channels != 0 || has(class::THING) || acts) {
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
    let Some(words) = WORDS.as_ref() else {
        return Channels::default();
    };
    let spaced = spaced(text);
    let found = words.finder.find_iter(&spaced);
    let bits = found.map(|f| words.means[f.pattern().as_usize()].1);
    Channels(bits.fold(0, |all, bit| all | bit))
}

/// Whether a name is about leave to be reached, whichever way.
#[must_use]
pub fn concerns(name: &str) -> bool {
    let Some(words) = WORDS.as_ref() else {
        return false;
    };
    let spaced = spaced(name);
    let asks = class::IN | class::OUT;
    let mut found = words.finder.find_iter(&spaced);
    found.any(|f| words.means[f.pattern().as_usize()].0 & asks != 0)
        || heard(name).is_some_and(|w| w.says != Says::Accepts)
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
}

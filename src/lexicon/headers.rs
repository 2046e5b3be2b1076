//! Words of column headers in many languages and of many systems' exports, and how a header splits into them.
//!
//! The table `data/headers.csv` maps phrases to a [`Sense`]. It was written for this project from the vocabulary
//! of registers and of the public field names of common CRM, shop and newsletter systems (field names are facts).

mod guess;
mod words;

use crate::record::{DateOrder, Kind};
use std::sync::LazyLock;
pub use words::{fold_word, tokens};

/// What a word or phrase of a header contributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// It names a kind of field by itself.
    Kind(Kind),
    /// A bare "name": of whom, the rest of the header or the values must tell.
    Name,
    /// A bare "id", "number", "no".
    Id,
    /// A bare "code" or "abbreviation".
    Code,
    /// The record's own person: customer, client, patient.
    Entity,
    /// Somebody else than the record's person: spouse, assistant, emergency contact.
    Foreign,
    /// A colleague of those who keep the data, or an owner: owner, agent, sales rep.
    Staff,
    /// Somebody else where the row also names its own person: buyer, guest, recipient.
    Party,
    /// An animal of the record's person: species, pet.
    Animal,
    /// What leave may be about other than being reached: a privacy policy, terms, invoices, reminders.
    Terms,
    /// What is agreed on payment, as a ledger of customers has it and a list of contacts has not.
    Ledger,
    /// A property of the field, not the field: type, status, verified.
    Meta,
    /// A moment: date, time, last login.
    When,
    /// Of birth.
    Birth,
    /// A year.
    Year,
    /// A month.
    Month,
    /// A day.
    Day,
    /// A label of a contact point or address.
    Label,
    /// Says nothing.
    Noise,
}

/// One meaning of a phrase.
#[derive(Clone, Copy, Debug)]
pub struct Meaning {
    /// What it contributes.
    pub sense: Sense,
    /// Label that comes with it, such as `mobile`.
    pub label: Option<&'static str>,
    /// Strength in bits: 9 unequivocal, 5 ambiguous.
    pub bits: f64,
    /// Language of the phrase, ISO 639-1.
    pub language: &'static str,
}

/// A phrase found in a header.
#[derive(Clone, Debug)]
pub struct Phrase {
    /// The folded words that matched.
    pub text: String,
    /// Its meanings, never empty.
    pub meanings: &'static [Meaning],
    /// 1 for an exact match, less for truncated, inflected or misspelt words.
    pub certainty: f64,
}

/// A header split into phrases.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Phrases in order, noise left out.
    pub phrases: Vec<Phrase>,
    /// Words that mean nothing to us.
    pub unknown: Vec<String>,
    /// Last stand-alone number of the header (`phone 2`, `addr_2`).
    pub ordinal: Option<u32>,
}

/// The vocabulary as the build script leaves it: its phrases without gaps, in order, each with where its meanings begin
/// and how many there are; the meanings; phrases of several words with blanks between them, each with its phrase.
const PHRASES: &str = include_str!(concat!(env!("OUT_DIR"), "/header_phrases.tsv"));
const MEANINGS: &str = include_str!(concat!(env!("OUT_DIR"), "/header_meanings.tsv"));
const SPELLED: &str = include_str!(concat!(env!("OUT_DIR"), "/header_spelled.tsv"));
/// Longest phrase in words.
const WINDOW: usize = 6;

/// The vocabulary as it is looked up. Lines are taken apart when they are asked for, for every small run waits for it.
struct Vocabulary {
    phrases: Lines,
    meanings: Vec<Meaning>,
    spelled: Lines,
}

fn vocabulary() -> &'static Vocabulary {
    static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| Vocabulary {
        phrases: Lines::of(PHRASES),
        meanings: MEANINGS.lines().filter_map(meaning).collect(),
        spelled: Lines::of(SPELLED),
    });
    &VOCABULARY
}

impl Vocabulary {
    fn get(&'static self, phrase: &str) -> Option<&'static [Meaning]> {
        let place = self.phrases.first(|p| p < phrase);
        let (known, place) = self.phrases.from(place).next()?;
        let (start, count) = place.split_once('\t').filter(|_| known == phrase)?;
        let start: usize = start.parse().ok()?;
        self.meanings
            .get(start..start + count.parse::<usize>().ok()?)
    }

    /// The phrases whose first letter begins with a byte, in order.
    fn beginning(&'static self, byte: u8) -> impl Iterator<Item = &'static str> {
        let phrases = self.phrases.beginning(byte);
        phrases.map(|(phrase, _)| phrase)
    }

    /// The phrases that a word begins, in order.
    fn continuing(&'static self, word: &str) -> impl Iterator<Item = &'static str> {
        let phrases = self.phrases.from(self.phrases.first(|p| p < word));
        phrases
            .map(|(phrase, _)| phrase)
            .take_while(move |p| p.starts_with(word))
    }

    /// Phrases of several words whose first begins with a byte, connecting words left out, with the phrase's key.
    fn spelled(&'static self, byte: u8) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.spelled.beginning(byte)
    }
}

/// Lines in order, found by what stands before their first tab.
struct Lines {
    text: &'static str,
    starts: Vec<u32>,
}

impl Lines {
    fn of(text: &'static str) -> Lines {
        let ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end as u32 + 1);
        let starts = std::iter::once(0).chain(ends).collect();
        Lines { text, starts }
    }

    fn len(&self) -> usize {
        self.starts.len() - 1
    }

    fn line(&self, at: usize) -> (&'static str, &'static str) {
        let (start, end) = (self.starts[at] as usize, self.starts[at + 1] as usize);
        let line = &self.text[start..end - 1];
        match memchr::memchr(b'\t', line.as_bytes()) {
            Some(tab) => (&line[..tab], &line[tab + 1..]),
            None => (line, ""),
        }
    }

    /// The first line of whose beginning `before` does not hold.
    fn first(&self, before: impl Fn(&str) -> bool) -> usize {
        let (mut first, mut end) = (0, self.len());
        while first < end {
            let middle = first.midpoint(end);
            if before(self.line(middle).0) {
                first = middle + 1;
            } else {
                end = middle;
            }
        }
        first
    }

    /// The lines that begin with a byte.
    fn beginning(&self, byte: u8) -> impl Iterator<Item = (&'static str, &'static str)> {
        let lines = self.first(|l| l.as_bytes()[0] < byte)..self.first(|l| l.as_bytes()[0] <= byte);
        lines.map(|at| self.line(at))
    }

    fn from(&self, at: usize) -> impl Iterator<Item = (&'static str, &'static str)> {
        (at..self.len()).map(|at| self.line(at))
    }
}

/// A line of a meaning: sense, bits, language.
fn meaning(line: &'static str) -> Option<Meaning> {
    let mut cells = line.split('\t');
    let (sense, label) = parse_sense(cells.next()?);
    Some(Meaning {
        sense: sense?,
        label,
        bits: cells.next()?.parse().ok()?,
        language: cells.next()?,
    })
}

fn parse_sense(s: &'static str) -> (Option<Sense>, Option<&'static str>) {
    if let Some(label) = s.strip_prefix("label:") {
        return (Some(Sense::Label), Some(label));
    }
    let (word, label) = match s.split_once('+') {
        Some((word, label)) => (word, Some(label)),
        None => (s, None),
    };
    let sense = match word {
        "name" => Sense::Name,
        "id" => Sense::Id,
        "code" => Sense::Code,
        "entity" => Sense::Entity,
        "foreign" => Sense::Foreign,
        "staff" => Sense::Staff,
        "party" => Sense::Party,
        "animal" => Sense::Animal,
        "terms" => Sense::Terms,
        "ledger" => Sense::Ledger,
        "meta" => Sense::Meta,
        "when" => Sense::When,
        "birth" => Sense::Birth,
        "year" => Sense::Year,
        "month" => Sense::Month,
        "day" => Sense::Day,
        "noise" => Sense::Noise,
        kind => match kind.parse() {
            Ok(kind) => Sense::Kind(kind),
            Err(_) => return (None, None),
        },
    };
    (Some(sense), label)
}

/// A header without the note behind it on how values are written: `(yyyy-mm-dd)`, `(0/1)`, `(x,y,z...)`.
#[must_use]
pub fn without_format(header: &str) -> &str {
    let header = header.trim_end();
    match header.rfind('(').filter(|_| header.ends_with(')')) {
        Some(at) if at > 0 && is_format(&header[at..]) => header[..at].trim_end(),
        _ => header,
    }
}

/// Whether a header is the path of something within the record's own: `worksFor.type` beside `data.type`.
#[must_use]
pub fn is_member(header: &str) -> bool {
    let inner = without_container(header);
    let mut steps = inner.split('.');
    let first = steps.next().unwrap_or_default();
    !first.is_empty()
        && steps.any(|step| step.starts_with(|c: char| c == '@' || c.is_alphanumeric()))
}

/// A path without the members around a whole record or a value, whose names say nothing of its fields:
/// `data.attributes.email`, `birthday.text`.
fn without_container(header: &str) -> &str {
    const CONTAINERS: &[&str] = &[
        "data.",
        "dataFields.",
        "attributes.",
        "fields.",
        "properties.",
    ];
    const LEAVES: &[&str] = &[".text", ".value", ".display_value", ".displayValue"];
    let leaf = LEAVES.iter().find_map(|l| header.strip_suffix(l));
    let mut inner = leaf.unwrap_or(header);
    while let Some(rest) = CONTAINERS.iter().find_map(|c| inner.strip_prefix(c)) {
        inner = rest;
    }
    inner
}

/// The order of day, month and year that a header's note on format gives.
#[must_use]
pub fn order_noted(header: &str) -> Option<DateOrder> {
    let note = header.get(without_format(header).len()..)?;
    let letters: Vec<char> = note.to_lowercase().chars().collect();
    let at = |signs: &[char]| letters.iter().position(|c| signs.contains(c));
    let (day, month, year) = (at(&['d', 't'])?, at(&['m'])?, at(&['y', 'j', 'a'])?);
    Some(if year < day && year < month {
        DateOrder::Ymd
    } else if day < month {
        DateOrder::Dmy
    } else {
        DateOrder::Mdy
    })
}

fn is_format(note: &str) -> bool {
    let mut words = note
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .peekable();
    let repeats = |w: &str| {
        let mut letters = w.chars().map(|c| c.to_ascii_lowercase());
        letters
            .next()
            .is_some_and(|first| "ymdjathsxz01".contains(first) && letters.all(|c| c == first))
    };
    let several = words.clone().count() > 1;
    several && words.peek().is_some() && words.all(repeats)
}

/// Splits a header into known phrases: the cover of its words that explains most of them with the fewest phrases.
#[must_use]
pub fn read(header: &str) -> Reading {
    let words = tokens(without_container(without_format(header)));
    let n = words.len();
    // best[i]: score and first step of the best cover of words[i..]
    let mut best: Vec<(f64, usize, Vec<Phrase>)> = vec![(0.0, 0, Vec::new()); n + 1];
    for i in (0..n).rev() {
        let mut choice = (best[i + 1].0 - 2.0, 1, Vec::new());
        for len in 1..=WINDOW.min(n - i) {
            let key = words[i..i + len].concat();
            let found = match vocabulary().get(&key) {
                Some(meanings) => vec![Phrase {
                    text: words[i..i + len].join(" "),
                    meanings,
                    certainty: 1.0,
                }],
                None if len == 1 => guess::word(&key),
                None => guess::shortened(&words[i..i + len]).into_iter().collect(),
            };
            if found.is_empty() {
                continue;
            }
            let score = best[i + len].0 + cover_score(&found, len);
            if score > choice.0 {
                choice = (score, len, found);
            }
        }
        best[i] = choice;
    }
    let mut reading = Reading::default();
    let mut i = 0;
    while i < n {
        let (_, len, found) = &best[i];
        if found.is_empty() {
            match words[i].parse::<u32>() {
                Ok(number) => reading.ordinal = Some(number),
                Err(_) => reading.unknown.push(words[i].clone()),
            }
        }
        reading.phrases.extend(
            found
                .iter()
                .filter(|p| !p.meanings.iter().all(|m| m.sense == Sense::Noise))
                .cloned(),
        );
        i += len;
    }
    reading
}

fn cover_score(found: &[Phrase], words: usize) -> f64 {
    let bits = |p: &Phrase| {
        p.meanings
            .iter()
            .map(|m| {
                if m.sense == Sense::Noise {
                    -4.0
                } else {
                    m.bits
                }
            })
            .fold(f64::MIN, f64::max)
    };
    let certainty = found.iter().map(|p| p.certainty).sum::<f64>() / found.len() as f64;
    10.0 * words as f64 * certainty - 4.0 * found.len() as f64
        + 0.3 * found.iter().map(bits).sum::<f64>() / found.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn members_of_a_record_are_told_from_its_own() {
        assert!(is_member("worksFor.@type") && is_member("data.company.type"));
        assert!(!is_member("data.type") && !is_member("Debitoren-Nr.") && !is_member("type"));
    }

    fn kinds(header: &str) -> Vec<Kind> {
        read(header)
            .phrases
            .iter()
            .filter_map(|p| match p.meanings[0].sense {
                Sense::Kind(k) => Some(k),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn capitals_are_read_as_small_letters() {
        assert_eq!(fold_word("ΠΕΛΑΤΗΣ"), fold_word("πελάτης"));
        assert_eq!(kinds("ΔΙΕΥΘΥΝΣΗ"), kinds("διεύθυνση"));
    }

    #[test]
    fn every_row_of_the_table_has_a_known_sense() {
        for line in MEANINGS.lines() {
            assert!(meaning(line).is_some(), "{line}");
        }
    }

    #[test]
    fn phrases_win_over_their_words() {
        assert_eq!(kinds("house_no"), [Kind::HouseNumber]);
        assert_eq!(kinds("Email Address"), [Kind::Email]);
        assert_eq!(kinds("zip4"), [Kind::Postcode]);
        assert_eq!(kinds("Place of Birth"), [Kind::BirthPlace]);
    }

    #[test]
    fn unknown_spellings_are_guessed_with_less_certainty() {
        for (header, kind) in [
            ("telefonnumer", Kind::Phone),
            ("geburtsdat", Kind::BirthDate),
            ("kundenvorname", Kind::GivenName),
            ("custphone", Kind::Phone),
            ("occupat", Kind::Attribute),
            ("ctynm", Kind::City),
            ("Lieu naiss.", Kind::BirthPlace),
            ("FrstNme", Kind::GivenName),
            ("Compl. adresse", Kind::Unit),
            ("hmphn", Kind::Phone),
            ("lstchgdt", Kind::UpdatedAt),
        ] {
            let reading = read(header);
            assert_eq!(kinds(header).last(), Some(&kind), "{header}: {reading:?}");
        }
        assert!(kinds("qwertz").is_empty());
        assert_eq!(read("qwertz").unknown, ["qwertz"]);
    }

    #[test]
    fn notes_on_format_are_left_out_and_tell_the_order() {
        for (header, left, order) in [
            ("Birthday (yyyy-mm-dd)", "Birthday", Some(DateOrder::Ymd)),
            ("Birthday (DD/MM/YYYY)", "Birthday", Some(DateOrder::Dmy)),
            (
                "Geburtstag (TT.MM.JJJJ)",
                "Geburtstag",
                Some(DateOrder::Dmy),
            ),
            ("DOB (m/d/yy)", "DOB", Some(DateOrder::Mdy)),
            ("Newsletter (0/1)", "Newsletter", None),
            ("Groups (x,y,z...)", "Groups", None),
            ("Name (person)", "Name (person)", None),
            ("Phone (2)", "Phone (2)", None),
            ("(yyyy)", "(yyyy)", None),
        ] {
            assert_eq!(without_format(header), left);
            assert_eq!(order_noted(header), order, "{header}");
        }
    }

    proptest! {
        #[test]
        fn any_header_can_be_read(header in "\\PC{0,24}", latin in "[a-zA-Z_. 0-9]{0,24}") {
            for text in [header, latin] {
                let reading = read(&text);
                prop_assert!(reading.phrases.iter().all(|p| !p.meanings.is_empty() && p.certainty > 0.0));
            }
        }
    }
}

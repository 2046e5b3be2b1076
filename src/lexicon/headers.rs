//! Words of column headers in many languages and of many systems' exports, and how a header splits into them.
//!
//! The table `data/headers.csv` maps phrases to a [`Sense`]. It was written for this project from the vocabulary
//! of registers and of the public field names of common CRM, shop and newsletter systems (field names are facts).

mod guess;

use crate::record::{DateOrder, Kind};
use std::ops::Range;
use std::sync::OnceLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

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
    /// What leave may be about other than being reached: a privacy policy, terms, invoices, reminders.
    Terms,
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

const TABLE: &str = include_str!("data/headers.csv");
/// Longest phrase in words.
const WINDOW: usize = 6;

/// The table as it is looked up: text in one piece and meanings said once, for every small run waits for it.
#[derive(Default)]
struct Vocabulary {
    text: String,
    /// Phrases without gaps, in order, and where their meanings lie.
    phrases: Vec<(Span, Range<u32>)>,
    /// One a row of the table, then those of phrases that stand in several.
    meanings: Vec<Meaning>,
    /// Phrases of several words with blanks between them, connecting words left out, with the phrase's key.
    spelled: Vec<(Span, Span)>,
}

/// Where a phrase lies in the text.
#[derive(Clone, Copy)]
struct Span {
    start: u32,
    end: u32,
}

fn vocabulary() -> &'static Vocabulary {
    static VOCABULARY: OnceLock<Vocabulary> = OnceLock::new();
    VOCABULARY.get_or_init(|| Vocabulary::of(TABLE))
}

impl Vocabulary {
    fn of(table: &'static str) -> Vocabulary {
        let mut v = Vocabulary::default();
        // room at once: what grows leaves as much behind as it takes
        v.text.reserve(2 * table.len());
        let phrases = table.bytes().filter(|b| matches!(b, b'|' | b'\n')).count();
        v.spelled.reserve(phrases);
        let mut said: Vec<(Span, u32)> = Vec::with_capacity(phrases + phrases / 8);
        for line in table.lines().skip(1) {
            let mut cells = line.splitn(4, ',');
            let (Some(sense), Some(bits), Some(language), Some(phrases)) =
                (cells.next(), cells.next(), cells.next(), cells.next())
            else {
                continue;
            };
            let (sense, label) = parse_sense(sense);
            let Some(sense) = sense else { continue };
            let row = v.meanings.len() as u32;
            v.meanings.push(Meaning {
                sense,
                label,
                bits: bits.parse().unwrap_or(0.0),
                language,
            });
            for phrase in phrases.split('|') {
                let words = tokens(phrase);
                let key = v.write(&words, "");
                said.push((key, row));
                v.spell(&words, key);
                if phrase.contains(['ä', 'ö', 'ü', 'ø', 'æ', 'å']) {
                    let key = v.write(&tokens(&digraphs(phrase)), "");
                    said.push((key, row));
                }
            }
        }
        v.add_all(said);
        let text = v.text.as_str();
        let both = |s: &(Span, Span)| (s.0.of(text), s.1.of(text));
        v.spelled.sort_unstable_by(|a, b| both(a).cmp(&both(b)));
        v.spelled.dedup_by(|a, b| both(a) == both(b));
        v
    }

    /// Puts words with a sign between them at the end of the text.
    fn write<S: AsRef<str>>(&mut self, words: &[S], between: &str) -> Span {
        let start = self.text.len() as u32;
        for (i, word) in words.iter().enumerate() {
            self.text.push_str(if i > 0 { between } else { "" });
            self.text.push_str(word.as_ref());
        }
        let end = self.text.len() as u32;
        Span { start, end }
    }

    /// Takes phrases with their rows in the order of the table. Of one meaning in two rows the stronger counts.
    fn add_all(&mut self, mut said: Vec<(Span, u32)>) {
        let text = self.text.as_str();
        said.sort_by(|a, b| a.0.of(text).cmp(b.0.of(text)));
        self.phrases.reserve_exact(said.len());
        for same in said.chunk_by(|a, b| a.0.of(text) == b.0.of(text)) {
            if same[0].0.of(text).is_empty() {
                continue;
            }
            let mut rows: Vec<u32> = Vec::new();
            for (_, row) in same {
                let meaning = self.meanings[*row as usize];
                let known = rows.iter_mut().find(|r| {
                    let known = self.meanings[**r as usize];
                    known.sense == meaning.sense && known.label == meaning.label
                });
                match known {
                    Some(r) if meaning.bits > self.meanings[*r as usize].bits => *r = *row,
                    Some(_) => {}
                    None => rows.push(*row),
                }
            }
            let start = match rows[..] {
                [row] => row,
                _ => {
                    let end = self.meanings.len() as u32;
                    let all = rows.iter().map(|r| self.meanings[*r as usize]);
                    let all: Vec<Meaning> = all.collect();
                    self.meanings.extend(all);
                    end
                }
            };
            let range = start..start + rows.len() as u32;
            self.phrases.push((same[0].0, range));
        }
    }

    fn spell(&mut self, words: &[String], key: Span) {
        let full: Vec<&String> = words.iter().filter(|w| !connects(w)).collect();
        if full.len() >= 2 {
            let words = self.write(&full, " ");
            self.spelled.push((words, key));
        }
    }

    fn get(&'static self, key: &str) -> Option<&'static [Meaning]> {
        let text = self.text.as_str();
        let place = self.phrases.binary_search_by(|p| p.0.of(text).cmp(key));
        let Range { start, end } = self.phrases[place.ok()?].1;
        Some(&self.meanings[start as usize..end as usize])
    }

    /// The phrases in order, from the first of which `before` does not hold.
    fn from(&'static self, before: impl Fn(&str) -> bool) -> impl Iterator<Item = &'static str> {
        let text = self.text.as_str();
        let start = self.phrases.partition_point(|p| before(p.0.of(text)));
        self.phrases[start..].iter().map(|p| p.0.of(text))
    }

    /// Phrases of several words, connecting words left out, with the phrase's key; in order.
    fn spelled(&'static self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let text = self.text.as_str();
        self.spelled.iter().map(|s| (s.0.of(text), s.1.of(text)))
    }
}

impl Span {
    fn of(self, text: &str) -> &str {
        &text[self.start as usize..self.end as usize]
    }
}

/// Whether a word only joins others.
fn connects(word: &str) -> bool {
    matches!(
        word,
        "de" | "du"
            | "d"
            | "des"
            | "del"
            | "della"
            | "di"
            | "da"
            | "do"
            | "dos"
            | "das"
            | "of"
            | "the"
            | "la"
            | "le"
            | "el"
            | "van"
            | "het"
            | "et"
            | "y"
            | "e"
            | "i"
            | "a"
            | "and"
            | "und"
            | "o"
    )
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
        "terms" => Sense::Terms,
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

/// The letters of a word in the form used for look-ups: lower case, accents and ligatures folded, other scripts kept.
#[must_use]
pub fn fold_word(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        for c in c.to_lowercase() {
            match c {
                'ß' => folded.push_str("ss"),
                'ł' => folded.push('l'),
                'ø' => folded.push('o'),
                'æ' => folded.push_str("ae"),
                'œ' => folded.push_str("oe"),
                'đ' | 'ð' => folded.push('d'),
                'ı' => folded.push('i'),
                // at the end of a word, where capitals have no form of their own
                'ς' => folded.push('σ'),
                c if is_combining_mark(c) => {}
                c => folded.push(c),
            }
        }
    }
    folded
}

fn digraphs(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    for c in text.nfc() {
        match c {
            'ä' | 'æ' => out.push_str("ae"),
            'ö' | 'ø' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'å' => out.push_str("aa"),
            c => out.push(c),
        }
    }
    out
}

/// Splits a header into folded words: at punctuation, at camel-case humps and between letters and digits.
#[must_use]
pub fn tokens(header: &str) -> Vec<String> {
    if header.is_ascii() {
        let chars: Vec<char> = header.bytes().map(char::from).collect();
        return split(&chars, |word| word.to_ascii_lowercase());
    }
    let chars: Vec<char> = header.nfc().collect();
    split(&chars, fold_word)
}

fn split(chars: &[char], fold: impl Fn(&str) -> String) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let flush = |word: &mut String, words: &mut Vec<String>| {
        if !word.is_empty() {
            words.push(fold(word));
            word.clear();
        }
    };
    for (i, &c) in chars.iter().enumerate() {
        let previous = i.checked_sub(1).map(|p| chars[p]);
        // `Order #` is a number; `Phone #2` is the second of its kind
        if matches!(c, '#' | '№') && !chars.get(i + 1).is_some_and(|n| n.is_numeric()) {
            flush(&mut word, &mut words);
            words.push("no".to_owned());
            continue;
        }
        if !c.is_alphanumeric() {
            if !(is_combining_mark(c) || is_apostrophe_inside(chars, i)) || word.is_empty() {
                flush(&mut word, &mut words);
                continue;
            }
            if !is_combining_mark(c) {
                continue;
            }
        }
        if let Some(p) = previous {
            let hump = c.is_uppercase()
                && (p.is_lowercase()
                    || (p.is_uppercase() && chars.get(i + 1).is_some_and(|n| n.is_lowercase())));
            let digit_edge = c.is_numeric() != p.is_numeric() && p.is_alphanumeric();
            if hump || digit_edge {
                flush(&mut word, &mut words);
            }
        }
        word.push(c);
    }
    flush(&mut word, &mut words);
    words
}

fn is_apostrophe_inside(chars: &[char], i: usize) -> bool {
    matches!(chars[i], '\'' | '’') && chars.get(i + 1).is_some_and(|c| c.is_alphabetic())
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
    fn headers_split_at_humps_digits_and_punctuation() {
        assert_eq!(tokens("MailingPostalCode"), ["mailing", "postal", "code"]);
        assert_eq!(tokens("fname_c1"), ["fname", "c", "1"]);
        assert_eq!(tokens("address.line1"), ["address", "line", "1"]);
        assert_eq!(tokens("E-mail 1 - Value"), ["e", "mail", "1", "value"]);
        assert_eq!(tokens("URLPath"), ["url", "path"]);
        assert_eq!(tokens("Order #"), ["order", "no"]);
        assert_eq!(tokens("Phone #2"), ["phone", "2"]);
        assert_eq!(tokens("Téléphone"), ["telephone"]);
    }

    #[test]
    fn capitals_are_read_as_small_letters() {
        assert_eq!(fold_word("ΠΕΛΑΤΗΣ"), fold_word("πελάτης"));
        assert_eq!(kinds("ΔΙΕΥΘΥΝΣΗ"), kinds("διεύθυνση"));
    }

    #[test]
    fn every_row_of_the_table_has_a_known_sense() {
        for line in TABLE.lines().skip(1) {
            let sense = line.split(',').next().unwrap();
            assert!(parse_sense(sense).0.is_some(), "{line}");
            assert_eq!(line.split(',').count(), 4, "{line}");
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
        fn ascii_splits_as_any_text(header in "[ -~]{0,24}") {
            let chars: Vec<char> = header.chars().collect();
            prop_assert_eq!(tokens(&header), split(&chars, fold_word));
        }

        #[test]
        fn any_header_can_be_read(header in "\\PC{0,24}", latin in "[a-zA-Z_. 0-9]{0,24}") {
            for text in [header, latin] {
                let reading = read(&text);
                prop_assert!(reading.phrases.iter().all(|p| !p.meanings.is_empty() && p.certainty > 0.0));
            }
        }
    }
}

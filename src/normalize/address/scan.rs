//! An address line cut into pieces: words and numbers that remember what stood around them.

use crate::lexicon::street_words::street_word;
use crate::lexicon::units::unit;
use crate::text::fold;
use crate::text::fold::is_han;

/// How a piece is joined to the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    /// White space, or the beginning.
    Space,
    /// A hyphen.
    Hyphen,
    /// A slash.
    Slash,
    /// Nothing: a digit beside a letter that is no part of the number.
    Glued,
}

/// A word or a number of an address.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// Folded, without spaces; `#` for the number sign.
    pub text: String,
    /// As written, in lower case, when that is not ASCII or has a full stop inside; else empty.
    pub written: String,
    /// What joins it to the piece before.
    pub joint: Joint,
    /// A full stop follows.
    pub dotted: bool,
    /// A number with a sign of order: `2º`.
    pub ordinal: bool,
    /// Which part between commas it is in.
    pub part: usize,
}

impl Piece {
    /// A number, perhaps with a letter or two after it (`12`, `12a`), but no ordinal (`65th`).
    pub(super) fn is_number(&self) -> bool {
        let digits = self.text.bytes().take_while(u8::is_ascii_digit).count();
        let letters = &self.text[digits..];
        let ordinal = matches!(letters, "st" | "nd" | "rd" | "th" | "er" | "eme" | "ere");
        digits > 0
            && digits < 7
            && !ordinal
            && (letters.len() < 2 || matches!(letters, "bis" | "ter"))
            && letters.bytes().all(|b| b.is_ascii_lowercase())
    }

    /// A single letter.
    pub(super) fn is_letter(&self) -> bool {
        self.text.len() == 1 && self.text.as_bytes()[0].is_ascii_lowercase()
    }

    /// A word of letters alone, two or more.
    pub(super) fn is_word(&self) -> bool {
        self.text.len() > 1 && self.text.bytes().all(|b| b.is_ascii_lowercase())
    }
}

/// Cuts `line` into pieces.
pub(super) fn scan(line: &str) -> Vec<Piece> {
    let spaced;
    let line = if line.is_ascii() {
        line
    } else if let Some(joined) = join_cyrillic(line) {
        spaced = joined;
        spaced.as_str()
    } else if line.chars().any(is_han) {
        spaced = space_han(line);
        spaced.as_str()
    } else {
        line
    };
    let mut cutter = Cutter::default();
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        let next = rest.peek().copied().unwrap_or(' ');
        match c {
            ',' | ';' | '\n' | '，' | '、' | '،' | '|' => cutter.new_part(),
            '-' | '–' | '—' | '‐' | '‑' => cutter.cut(Joint::Hyphen),
            '/' | '\\' => cutter.cut(Joint::Slash),
            '#' | '№' => cutter.number_sign(c),
            'º' | 'ª' | '°' => cutter.order_sign(c),
            '.' if cutter.raw.is_empty() => {}
            ':' => cutter.full_stop(),
            '.' if next.is_alphanumeric()
                && !(cutter.digits() && next.is_ascii_digit())
                && cutter.abbreviates() =>
            {
                cutter.raw.push('.')
            }
            '.' => cutter.full_stop(),
            _ if c.is_whitespace() || is_separator(c) => cutter.cut(Joint::Space),
            _ => cutter.push(c),
        }
    }
    cutter.cut(Joint::Space);
    cutter.pieces
}

fn is_separator(c: char) -> bool {
    matches!(
        c,
        '(' | ')'
            | '['
            | ']'
            | '{'
            | '}'
            | '"'
            | '“'
            | '”'
            | '„'
            | '«'
            | '»'
            | '_'
            | '*'
            | '!'
            | '?'
            | '&'
            | '+'
            | '@'
    )
}

/// Russian street words abbreviated around a hyphen, closed up: `пр-т` → `прт`.
fn join_cyrillic(line: &str) -> Option<String> {
    let at = line
        .find('-')
        .filter(|_| line.contains(|c: char| ('а'..='я').contains(&c)))?;
    let word_at = line[..at].rfind(' ').map_or(0, |space| space + 1);
    let end = line[at..]
        .find([' ', '.', ','])
        .map_or(line.len(), |length| at + length);
    let word = line[word_at..end].to_lowercase();
    matches!(
        word.as_str(),
        "пр-т" | "пр-кт" | "б-р" | "пр-д" | "пл-дь" | "ш-се"
    )
    .then(|| {
        format!(
            "{}{}{}",
            &line[..word_at],
            word.replace('-', ""),
            &line[end..]
        )
    })
}

/// Words that a number may follow without a space.
fn takes_number(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    matches!(word.as_str(), "no" | "nr")
        || street_word(&word, false, true).is_some()
        || unit(&word).is_some()
}

/// Chinese and Japanese address words, with the words that stand for them.
const HAN_WORDS: [(&str, &str); 27] = [
    ("大街", " street "),
    ("大道", " avenue "),
    ("号室", " shi "),
    ("号楼", " dong "),
    ("单元", " danyuan "),
    ("東路", " east road "),
    ("东路", " east road "),
    ("西路", " west road "),
    ("南路", " south road "),
    ("北路", " north road "),
    ("中路", " middle road "),
    ("东街", " east street "),
    ("西街", " west street "),
    ("南街", " south street "),
    ("北街", " north street "),
    ("路", " road "),
    ("街", " street "),
    ("巷", " lane "),
    ("弄", " nong "),
    ("号", " hao "),
    ("號", " hao "),
    ("室", " shi "),
    ("楼", " lou "),
    ("層", " lou "),
    ("层", " lou "),
    ("栋", " dong "),
    ("座", " dong "),
];

fn space_han(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 16);
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        if let Some((word, spaced)) = HAN_WORDS.iter().find(|(word, _)| rest.starts_with(word)) {
            out.push_str(spaced);
            rest = &rest[word.len()..];
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

struct Cutter {
    pieces: Vec<Piece>,
    raw: String,
    joint: Joint,
    part: usize,
}

impl Default for Cutter {
    fn default() -> Self {
        Self {
            pieces: Vec::new(),
            raw: String::new(),
            joint: Joint::Space,
            part: 0,
        }
    }
}

impl Cutter {
    fn digits(&self) -> bool {
        !self.raw.is_empty() && self.raw.bytes().all(|b| b.is_ascii_digit())
    }

    /// A full stop here is inside an abbreviation: `v.le`, `c.so`, `p.za`, `s.arn`.
    fn abbreviates(&self) -> bool {
        self.raw.chars().count() <= 3
            && !self.raw.contains('.')
            && self.raw.chars().all(char::is_alphabetic)
    }

    /// Takes a character; a letter after digits starts a new piece unless it may belong to the number.
    fn push(&mut self, c: char) {
        let ends_in_digit = self
            .raw
            .bytes()
            .next_back()
            .is_some_and(|b| b.is_ascii_digit());
        if ends_in_digit && c.is_alphabetic() && !c.is_ascii() {
            self.cut(Joint::Glued);
        }
        self.raw.push(c);
    }

    fn new_part(&mut self) {
        self.cut(Joint::Space);
        self.part += 1;
    }

    fn number_sign(&mut self, c: char) {
        self.cut(Joint::Space);
        let text = if c == '#' { "#" } else { "no" };
        self.pieces.push(Piece {
            text: text.to_owned(),
            written: String::new(),
            joint: Joint::Space,
            dotted: false,
            ordinal: false,
            part: self.part,
        });
    }

    fn order_sign(&mut self, sign: char) {
        let number = self.digits();
        if !number && !self.raw.is_empty() {
            self.raw.push(if sign == 'ª' { 'a' } else { 'o' }); // `nº`, `Pº`, `Mª`
        }
        let before = self.pieces.len();
        self.cut(Joint::Glued);
        if self.pieces.len() > before
            && let Some(last) = self.pieces.last_mut()
        {
            last.ordinal = number;
            last.dotted = true;
        }
    }

    fn full_stop(&mut self) {
        let before = self.pieces.len();
        self.cut(Joint::Space);
        if self.pieces.len() > before
            && let Some(last) = self.pieces.last_mut()
        {
            last.dotted = true;
        }
    }

    /// Ends the piece being read; `joint` is how the next one is joined to it.
    fn cut(&mut self, joint: Joint) {
        if self.raw.is_empty() {
            if joint != Joint::Space && self.joint == Joint::Space {
                self.joint = joint;
            }
            return;
        }
        let raw = std::mem::take(&mut self.raw);
        let next = std::mem::replace(&mut self.joint, joint);
        if let Some(dot) = raw.find('.') {
            self.push_dotted(&raw, dot, next);
            return;
        }
        let letters = raw.bytes().take_while(u8::is_ascii_alphabetic).count();
        let digit_next = raw.as_bytes().get(letters).is_some_and(u8::is_ascii_digit);
        if letters > 1 && digit_next && takes_number(&raw[..letters]) {
            self.push_pieces(&raw[..letters], next, false); // `Rd2`, `Apt5b`
            self.push_pieces(&raw[letters..], Joint::Glued, false);
        } else {
            self.push_pieces(&raw, next, false);
        }
    }

    /// A word with a full stop inside: an abbreviation (`v.le`) or two words without a space (`St.John`).
    fn push_dotted(&mut self, raw: &str, dot: usize, joint: Joint) {
        let lower = raw.to_lowercase();
        if street_word(&lower, true, false).is_some() {
            self.push_pieces(&raw.replace('.', ""), joint, true);
            if let Some(last) = self.pieces.last_mut() {
                last.written = lower;
            }
        } else {
            self.push_pieces(&raw[..dot], joint, true);
            self.push_pieces(&raw[dot + 1..], Joint::Space, false);
        }
    }

    fn push_pieces(&mut self, raw: &str, joint: Joint, dotted: bool) {
        let mut joint = joint;
        let mut written = if raw.is_ascii() {
            String::new()
        } else {
            raw.to_lowercase()
        };
        for text in fold(raw).split(' ').filter(|t| !t.is_empty()) {
            self.pieces.push(Piece {
                text: text.to_owned(),
                written: std::mem::take(&mut written),
                joint,
                dotted,
                ordinal: false,
                part: self.part,
            });
            joint = Joint::Space;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &str) -> Vec<String> {
        scan(line).into_iter().map(|p| p.text).collect()
    }

    #[test]
    fn pieces() {
        assert_eq!(texts("1445 E. 65th St."), ["1445", "e", "65th", "st"]);
        assert_eq!(
            texts("W.-Ebert-Str. 101, 2. OG"),
            ["w", "ebert", "str", "101", "2", "og"]
        );
        assert_eq!(texts("花园路90号"), ["huayuan", "road", "90", "hao"]);
        assert_eq!(texts("34 Smith Ct, #34"), ["34", "smith", "ct", "#", "34"]);
        assert_eq!(texts("C/ Mayor 3, 2º Izq"), ["c", "mayor", "3", "2", "izq"]);
    }

    #[test]
    fn numbers() {
        let numbers: Vec<bool> = scan("12 12a 65th a12 7bis 1234567")
            .iter()
            .map(Piece::is_number)
            .collect();
        assert_eq!(numbers, [true, true, false, false, true, false]);
        assert!(scan("5ºA")[0].ordinal && scan("2. OG")[0].dotted);
    }
}

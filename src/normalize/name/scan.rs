//! A name cell cut into words that remember how they were written, and the asides in quotes and brackets.

use crate::lexicon::{honorifics, suffixes};
use crate::text::fold;
use crate::text::fold::is_han;

/// The script a word was written in, as far as name order depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    /// Letters of an alphabet.
    Alphabet,
    /// Arabic or Hebrew letters, which leave out vowels: what they fold to is no word of an alphabet.
    Abjad,
    /// Chinese characters.
    Han,
    /// Korean syllables.
    Hangul,
    /// Japanese syllables, alone or with Chinese characters.
    Kana,
}

impl Script {
    /// Scripts whose names put the family name first.
    pub(super) fn is_east_asian(self) -> bool {
        matches!(self, Self::Han | Self::Hangul | Self::Kana)
    }
}

/// A word of a name.
#[derive(Debug, Clone)]
pub(super) struct Word {
    /// Folded: lower-case ASCII without spaces.
    pub text: String,
    /// As written.
    pub raw: String,
    /// Two letters or more, all of them capitals.
    pub caps: bool,
    /// A full stop stood after it or inside it.
    pub dotted: bool,
    /// A hyphen joins it to the word before.
    pub hyphen: bool,
    /// The script it was written in.
    pub script: Script,
}

impl Word {
    /// A single letter: an initial.
    pub(super) fn is_initial(&self) -> bool {
        self.text.len() == 1
            && self.script == Script::Alphabet
            && !self.text.as_bytes()[0].is_ascii_digit()
    }
}

/// What stood in quotes or brackets, raw.
#[derive(Debug, Clone)]
pub(super) struct Aside {
    pub text: String,
    /// Quotes, which hold nicknames; brackets also hold former names.
    pub quoted: bool,
    /// How many words of the same part came before it.
    pub after: usize,
}

/// A cell cut up: parts between commas, each a list of words, and asides.
#[derive(Debug, Default)]
pub(super) struct Scan {
    pub parts: Vec<Vec<Word>>,
    pub asides: Vec<Aside>,
}

/// Cuts `cell` into words and asides.
pub(super) fn scan(cell: &str) -> Scan {
    let closed = fold::without_gershayim(cell);
    let cell = closed.as_deref().unwrap_or(cell);
    let mut out = Scan::default();
    let mut part: Vec<Word> = Vec::new();
    let mut raw = String::new();
    let mut hyphen = false;
    let mut rest = cell.char_indices().peekable();
    let mut before = ' ';
    while let Some((at, c)) = rest.next() {
        let next = rest.peek().map_or(' ', |&(_, c)| c);
        if let Some(close) = closing(c, before, next) {
            let inside_at = at + c.len_utf8();
            if let Some(length) = find_close(&cell[inside_at..], close) {
                push_word(&mut part, &mut raw, &mut hyphen);
                let inside = &cell[inside_at..inside_at + length];
                out.asides.push(Aside {
                    text: inside.to_owned(),
                    quoted: !matches!(c, '(' | '[' | '{' | '（'),
                    after: part.len(),
                });
                let end = inside_at + length;
                while rest.peek().is_some_and(|&(i, _)| i <= end) {
                    rest.next();
                }
                before = ' ';
                continue;
            }
        }
        match c {
            ',' | ';' | '，' | '、' | '\n' => {
                push_word(&mut part, &mut raw, &mut hyphen);
                out.parts.push(std::mem::take(&mut part));
            }
            '&' | '+' => {
                push_word(&mut part, &mut raw, &mut hyphen);
                part.push(Word::joiner());
            }
            '-' | '/' | '‐' | '‑' | '–' | '—' | '=' | '゠' | '·' | '・' => {
                let inside = !before.is_whitespace() && !next.is_whitespace();
                push_word(&mut part, &mut raw, &mut hyphen);
                hyphen = inside && !part.is_empty();
            }
            _ if c.is_whitespace() || is_separator(c) => {
                push_word(&mut part, &mut raw, &mut hyphen)
            }
            _ => raw.push(c),
        }
        before = c;
    }
    push_word(&mut part, &mut raw, &mut hyphen);
    out.parts.push(part);
    out
}

impl Word {
    fn joiner() -> Self {
        Self::plain("and".to_owned(), "&", false)
    }

    fn plain(text: String, raw: &str, dotted: bool) -> Self {
        let letters = raw.chars().filter(|c| c.is_alphabetic());
        let (mut count, mut capitals) = (0, 0);
        let mut script = Script::Alphabet;
        for c in letters {
            count += 1;
            capitals += usize::from(c.is_uppercase());
            script = match (script, script_of(c)) {
                (Script::Kana, _) | (_, Script::Kana) => Script::Kana,
                (Script::Alphabet, other) => other,
                (same, _) => same,
            };
        }
        Self {
            text,
            raw: raw.to_owned(),
            caps: count >= 2 && count == capitals,
            dotted,
            hyphen: false,
            script,
        }
    }
}

fn script_of(c: char) -> Script {
    match c as u32 {
        0x0590..=0x08FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFC => Script::Abjad,
        0x3040..=0x30FF => Script::Kana,
        _ if is_han(c) => Script::Han,
        0xAC00..=0xD7AF => Script::Hangul,
        _ => Script::Alphabet,
    }
}

/// The closing sign when `c` opens an aside here.
fn closing(c: char, before: char, next: char) -> Option<&'static [char]> {
    Some(match c {
        '(' | '（' => &[')', '）'],
        '[' => &[']'],
        '{' => &['}'],
        '"' => &['"'],
        '“' | '„' | '”' => &['”', '“', '"'],
        '«' => &['»'],
        '\'' | '‘' if before.is_whitespace() && next.is_alphabetic() => &['\'', '’'],
        _ => return None,
    })
}

/// Where the aside that starts `rest` ends; for single quotes only before white space.
fn find_close(rest: &str, close: &[char]) -> Option<usize> {
    let apostrophe = close.contains(&'’');
    let mut found = rest.char_indices().filter(|(_, c)| close.contains(c));
    found
        .find(|&(at, c)| {
            let after = rest[at + c.len_utf8()..].chars().next().unwrap_or(' ');
            !apostrophe || !after.is_alphanumeric()
        })
        .map(|(at, _)| at)
        .or_else(|| close.contains(&')').then_some(rest.len()))
}

fn is_separator(c: char) -> bool {
    matches!(
        c,
        '_' | ':'
            | '|'
            | '!'
            | '?'
            | '*'
            | '"'
            | '“'
            | '”'
            | '„'
            | '«'
            | '»'
            | '('
            | ')'
            | '['
            | ']'
            | '{'
            | '}'
    )
}

/// Ends the word in `raw`: `Ph.D.` stays one word, `J.R.` becomes two initials.
fn push_word(part: &mut Vec<Word>, raw: &mut String, hyphen: &mut bool) {
    if raw.is_empty() {
        return;
    }
    let dotted = raw.contains('.');
    let whole = raw.trim_matches('.');
    let joined = whole.contains('.').then(|| fold(&whole.replace('.', "")));
    match joined {
        None => push_folded(part, whole, dotted, hyphen),
        Some(text) if is_title(&text) && !(part.is_empty() && all_single(whole)) => {
            let mut word = Word::plain(text, whole, true);
            word.hyphen = std::mem::take(hyphen);
            part.push(word);
        }
        Some(_) => {
            for piece in whole.split('.') {
                push_folded(part, piece, true, hyphen);
            }
        }
    }
    raw.clear();
}

/// Single letters between full stops: initials, unless they are a title after a name.
fn all_single(word: &str) -> bool {
    word.split('.').all(|piece| piece.chars().nth(1).is_none())
}

fn is_title(text: &str) -> bool {
    suffixes::credential(text, true) || honorifics::honorific(text).is_some()
}

fn push_folded(part: &mut Vec<Word>, raw: &str, dotted: bool, hyphen: &mut bool) {
    let mut folded = fold(raw);
    if !raw.is_ascii() && folded.contains(' ') && !raw.bytes().any(|b| b.is_ascii_punctuation()) {
        folded.retain(|c| c != ' '); // a sign inside a word, as misread encodings leave it
    }
    for text in folded.split(' ').filter(|t| !t.is_empty()) {
        let mut word = Word::plain(text.to_owned(), raw, dotted);
        word.hyphen = std::mem::take(hyphen);
        part.push(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(cell: &str) -> String {
        let scan = scan(cell);
        let part = |p: &Vec<Word>| {
            p.iter()
                .map(|w| w.text.as_str())
                .collect::<Vec<_>>()
                .join(" ")
        };
        scan.parts.iter().map(part).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn words_and_parts() {
        assert_eq!(texts("O'Brien, J.R."), "obrien | j r");
        assert_eq!(texts("Ann Lee, Ph.D."), "ann lee | phd");
        assert_eq!(texts("Jean-Luc & Zoë"), "jean luc and zoe");
        assert_eq!(texts(""), "");
    }

    #[test]
    fn asides_are_taken_out() {
        let cut = scan("William \"Bill\" Smith (Jones)");
        assert_eq!(cut.parts[0].len(), 2);
        assert_eq!(cut.asides[0].text, "Bill");
        assert!(cut.asides[0].quoted && !cut.asides[1].quoted);
        assert_eq!(scan("Pat 'Paddy' O'Shea").asides[0].text, "Paddy");
        assert_eq!(texts("Anna (Smith"), "anna");
        assert_eq!(texts("5\" pipe"), "5 pipe");
    }
}

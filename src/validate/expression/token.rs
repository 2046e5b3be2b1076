//! The words of a condition.

use super::Fault;

/// One word.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Word {
    /// A name that may be a keyword, a function or a column.
    Name(String),
    /// A name in double quotes or brackets: a column.
    Column(String),
    /// A text in single quotes.
    Text(String),
    /// A number.
    Number(f64),
    /// An operator or bracket.
    Sign(&'static str),
}

/// A word and where it begins.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) at: usize,
    pub(super) word: Word,
}

impl Token {
    /// The word as it is shown in messages.
    pub(super) fn shown(&self) -> String {
        match &self.word {
            Word::Name(n) => n.clone(),
            Word::Column(n) => format!("\"{n}\""),
            Word::Text(t) => format!("'{t}'"),
            Word::Number(n) => n.to_string(),
            Word::Sign(s) => (*s).to_owned(),
        }
    }

    /// Whether it is this keyword, in any case.
    pub(super) fn is(&self, keyword: &str) -> bool {
        matches!(&self.word, Word::Name(n) if n.eq_ignore_ascii_case(keyword))
    }
}

/// Longer signs first.
const SIGNS: &[&str] = &[
    "<=", ">=", "<>", "!=", "||", "=", "<", ">", "(", ")", ",", "+", "-", "*", "/",
];

/// Splits a condition into words.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Fault> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let (word, length) = match c {
            '\'' => quoted(text, at, '\'').map(|(t, n)| (Word::Text(t), n))?,
            '"' => quoted(text, at, '"').map(|(t, n)| (Word::Column(t), n))?,
            '[' => quoted(text, at, ']').map(|(t, n)| (Word::Column(t), n))?,
            c if c.is_ascii_digit() => number(text, at)?,
            c if c.is_alphabetic() || c == '_' => {
                let end = text[at..]
                    .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))
                    .map_or(text.len(), |n| at + n);
                (Word::Name(text[at..end].to_owned()), end - at)
            }
            c => match SIGNS.iter().find(|s| text[at..].starts_with(**s)) {
                Some(sign) => (Word::Sign(sign), sign.len()),
                None => {
                    return Err(Fault::new(
                        at,
                        format!("`{c}` is not part of the language"),
                        "operators are = <> < <= > >= + - * / ||, words such as `and`, `in`, `matches`; a column with other characters goes in double quotes",
                    ));
                }
            },
        };
        found.push(Token { at, word });
        at += length;
    }
    Ok(found)
}

/// A quoted piece from `at`; the closing sign doubled stands for itself.
fn quoted(text: &str, at: usize, close: char) -> Result<(String, usize), Fault> {
    let mut content = String::new();
    let mut rest = text[at + 1..].char_indices().peekable();
    while let Some((i, c)) = rest.next() {
        if c != close {
            content.push(c);
        } else if rest.peek().is_some_and(|(_, next)| *next == close) {
            content.push(c);
            rest.next();
        } else {
            return Ok((content, i + 2));
        }
    }
    let what = if close == '\'' {
        "text"
    } else {
        "name of a column"
    };
    Err(Fault::new(
        at,
        format!("the {what} is not closed"),
        format!("add the closing quote `{close}`; a quote inside is written twice"),
    ))
}

fn number(text: &str, at: usize) -> Result<(Word, usize), Fault> {
    let end = text[at..]
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .map_or(text.len(), |n| at + n);
    match text[at..end].parse() {
        Ok(n) => Ok((Word::Number(n), end - at)),
        Err(_) => Err(Fault::new(
            at,
            format!("`{}` is no number", &text[at..end]),
            "write 12 or 12.5; dates and texts go in single quotes",
        )),
    }
}

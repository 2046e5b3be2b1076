//! One JSON value as a tree that borrows its text: numbers stay as they are written (RFC 8259).

use std::borrow::Cow;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node<'a> {
    Null,
    Bool(bool),
    /// A number as written.
    Number(&'a str),
    Text(Cow<'a, str>),
    Array(Vec<Node<'a>>),
    /// Members in written order; names may repeat.
    Object(Vec<(Cow<'a, str>, Node<'a>)>),
}

/// Where and why a text is no JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// Byte in the text.
    pub(super) at: usize,
    pub(super) reason: &'static str,
}

impl<'a> Node<'a> {
    /// Parses a text that holds one value and nothing else but blanks.
    pub(super) fn parse(text: &'a str, max_depth: usize) -> Result<Self, Fault> {
        let mut parser = Parser { text, at: 0 };
        parser.blanks();
        let node = parser.value(max_depth)?;
        parser.blanks();
        if parser.at < text.len() {
            return Err(parser.fault("something follows the value"));
        }
        Ok(node)
    }

    /// Text of a scalar; `None` for null, arrays and objects.
    pub(super) fn scalar(&self) -> Option<&str> {
        match self {
            Node::Bool(true) => Some("true"),
            Node::Bool(false) => Some("false"),
            Node::Number(text) => Some(text),
            Node::Text(text) => Some(text),
            Node::Null | Node::Array(_) | Node::Object(_) => None,
        }
    }

    /// Calls with the text of each scalar in it.
    pub(super) fn each_scalar(&self, take: &mut dyn FnMut(&str)) {
        match self {
            Node::Array(items) => items.iter().for_each(|i| i.each_scalar(take)),
            Node::Object(members) => members.iter().for_each(|m| m.1.each_scalar(take)),
            other => other.scalar().into_iter().for_each(take),
        }
    }

    /// What kind of value it is, with an article.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Node::Null => "null",
            Node::Bool(_) => "a truth value",
            Node::Number(_) => "a number",
            Node::Text(_) => "a text",
            Node::Array(_) => "an array",
            Node::Object(_) => "an object",
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn fault(&self, reason: &'static str) -> Fault {
        Fault {
            at: self.at,
            reason,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let here = self.peek() == Some(byte);
        self.at += usize::from(here);
        here
    }

    fn value(&mut self, depth: usize) -> Result<Node<'a>, Fault> {
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(Node::Text),
            Some(b'-' | b'0'..=b'9') => self.number().map(Node::Number),
            Some(b't') => self.word("true", Node::Bool(true)),
            Some(b'f') => self.word("false", Node::Bool(false)),
            Some(b'n') => self.word("null", Node::Null),
            Some(_) => Err(self.fault("a value is expected")),
            None => Err(self.fault("the text ends where a value is expected")),
        }
    }

    fn word(&mut self, word: &str, node: Node<'a>) -> Result<Node<'a>, Fault> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.fault("a value is expected"));
        }
        self.at += word.len();
        Ok(node)
    }

    fn object(&mut self, depth: usize) -> Result<Node<'a>, Fault> {
        let deeper = depth
            .checked_sub(1)
            .ok_or_else(|| self.fault("values are nested too deeply"))?;
        self.at += 1;
        let mut members = Vec::new();
        self.blanks();
        if self.eat(b'}') {
            return Ok(Node::Object(members));
        }
        loop {
            self.blanks();
            if self.peek() != Some(b'"') {
                return Err(self.fault("a member's name in quotes is expected"));
            }
            let name = self.string()?;
            self.blanks();
            if !self.eat(b':') {
                return Err(self.fault("`:` is expected"));
            }
            self.blanks();
            members.push((name, self.value(deeper)?));
            self.blanks();
            if self.eat(b'}') {
                return Ok(Node::Object(members));
            }
            if !self.eat(b',') {
                return Err(self.fault("`,` or `}` is expected"));
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Node<'a>, Fault> {
        let deeper = depth
            .checked_sub(1)
            .ok_or_else(|| self.fault("values are nested too deeply"))?;
        self.at += 1;
        let mut items = Vec::new();
        self.blanks();
        if self.eat(b']') {
            return Ok(Node::Array(items));
        }
        loop {
            self.blanks();
            items.push(self.value(deeper)?);
            self.blanks();
            if self.eat(b']') {
                return Ok(Node::Array(items));
            }
            if !self.eat(b',') {
                return Err(self.fault("`,` or `]` is expected"));
            }
        }
    }

    fn number(&mut self) -> Result<&'a str, Fault> {
        let start = self.at;
        self.eat(b'-');
        let whole = self.digits();
        let leading_zero = whole > 1 && self.text.as_bytes()[self.at - whole] == b'0';
        if whole == 0 || leading_zero {
            return Err(self.fault("not a number"));
        }
        if self.eat(b'.') && self.digits() == 0 {
            return Err(self.fault("not a number"));
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _signed = self.eat(b'+') || self.eat(b'-');
            if self.digits() == 0 {
                return Err(self.fault("not a number"));
            }
        }
        Ok(&self.text[start..self.at])
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - start
    }

    fn string(&mut self) -> Result<Cow<'a, str>, Fault> {
        self.at += 1;
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut plain = true;
        loop {
            match bytes.get(self.at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    plain = false;
                    self.at += 2;
                }
                Some(b) if *b < 0x20 => {
                    return Err(self.fault("a bare control character in a text"));
                }
                Some(_) => self.at += 1,
                None => {
                    return Err(Fault {
                        at: start - 1,
                        reason: "a text is not closed",
                    });
                }
            }
        }
        let end = self.at;
        self.at += 1;
        if plain {
            return Ok(Cow::Borrowed(&self.text[start..end]));
        }
        unescape(&self.text[start..end])
            .map(Cow::Owned)
            .ok_or(Fault {
                at: start,
                reason: "an unknown escape in a text",
            })
    }
}

/// Undoes escapes. A lone surrogate, which stands for no character, becomes U+FFFD.
fn unescape(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(i) = rest.find('\\') {
        out.push_str(&rest[..i]);
        let mut chars = rest[i + 1..].chars();
        let sign = chars.next()?;
        rest = chars.as_str();
        match sign {
            '"' | '\\' | '/' => out.push(sign),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{C}'),
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'u' => {
                let unit = hex4(rest)?;
                rest = &rest[4..];
                let low = rest
                    .strip_prefix("\\u")
                    .and_then(hex4)
                    .filter(|l| (0xDC00..0xE000).contains(l));
                match (char::from_u32(unit), low) {
                    (Some(c), _) => out.push(c),
                    (None, Some(low)) if unit < 0xDC00 => {
                        let code = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                        out.push(char::from_u32(code).unwrap_or('\u{FFFD}'));
                        rest = &rest[6..];
                    }
                    (None, _) => out.push('\u{FFFD}'),
                }
            }
            _ => return None,
        }
    }
    out.push_str(rest);
    Some(out)
}

fn hex4(text: &str) -> Option<u32> {
    let digits = text
        .get(..4)
        .filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::json::push_string;
    use proptest::prelude::*;
    use serde_json::Value;

    fn to_serde(node: &Node<'_>) -> Value {
        match node {
            Node::Null => Value::Null,
            Node::Bool(b) => Value::Bool(*b),
            Node::Number(n) => serde_json::from_str(n).unwrap(),
            Node::Text(t) => Value::String(t.to_string()),
            Node::Array(a) => Value::Array(a.iter().map(to_serde).collect()),
            Node::Object(o) => Value::Object(
                o.iter()
                    .map(|(k, v)| (k.to_string(), to_serde(v)))
                    .collect(),
            ),
        }
    }

    proptest! {
        /// serde_json is the oracle: both accept the same texts and see the same values.
        #[test]
        fn agrees_with_serde_json(text in r#"([\[\]{}:, \n"\\/a-fu0-9eE+.tn-]|true|false|null|"x"|\\u00e9|\\ud83d\\ude00|\t){0,24}"#) {
            let theirs = serde_json::from_str::<Value>(&text);
            let lone = text.contains("\\ud") || text.contains("\\uD");
            match Node::parse(&text, 128) {
                Ok(ours) if !lone => {
                    // A number beyond f64 is refused there and kept as text here.
                    if let Ok(theirs) = theirs {
                        prop_assert_eq!(to_serde(&ours), theirs);
                    } else {
                        let reason = theirs.unwrap_err().to_string();
                        prop_assert!(reason.contains("out of range"), "{}", reason);
                    }
                }
                Ok(_) => {}
                Err(_) => prop_assert!(theirs.is_err(), "{:?}", theirs),
            }
        }

        #[test]
        fn written_strings_are_read_back(text in "\\PC{0,8}|[\\x00-\\x7f]{0,12}") {
            let mut json = String::new();
            push_string(&mut json, &text);
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text.clone());
            prop_assert_eq!(Node::parse(&json, 1).unwrap(), Node::Text(Cow::Owned(text)));
        }
    }

    #[test]
    fn numbers_stay_as_written_and_depth_is_bounded() {
        let node = Node::parse("[1.10, 12345678901234567890123, -0e5]", 4).unwrap();
        assert_eq!(
            node,
            Node::Array(vec![
                Node::Number("1.10"),
                Node::Number("12345678901234567890123"),
                Node::Number("-0e5")
            ])
        );
        assert!(Node::parse(&"[".repeat(200_000), 128).is_err());
        assert_eq!(Node::parse("[[1]]", 1).unwrap_err().at, 1);
        assert_eq!(Node::parse("{\"a\":tru}", 9).unwrap_err().at, 5);
    }
}

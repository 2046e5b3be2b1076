//! A place in JSON text: value after value without keeping more than the one at hand.

use super::Error;
use super::json_value::Node;
use super::text::Text;
use std::io;

/// Bytes of a member's name outside of records.
const NAME_BYTES: usize = 64 << 10;

/// What the search for a value's end came to.
pub(super) enum Extent {
    /// Bytes of the value.
    Whole(usize),
    /// The file ends before.
    Ended,
    /// It is longer than allowed.
    TooLong,
}

/// JSON text at some place.
pub(super) struct Cursor {
    pub(super) path: String,
    pub(super) text: Text,
    /// Line at the start of what is at hand, from 1.
    pub(super) line: u64,
    /// Blanks between the last line end and what is at hand, when there is nothing else.
    pub(super) indent: Option<Vec<u8>>,
}

impl Cursor {
    /// A text at its start.
    pub(super) fn new(path: &str, text: Text) -> Self {
        Self {
            path: path.to_owned(),
            text,
            line: 1,
            indent: Some(Vec::new()),
        }
    }

    /// Takes more of the file; false at its end.
    pub(super) fn fill(&mut self) -> Result<bool, Error> {
        self.text
            .fill()
            .map_err(|cause: io::Error| Error::Unreadable {
                path: self.path.clone(),
                cause,
            })
    }

    /// Goes on by this many bytes.
    pub(super) fn take(&mut self, bytes: usize) {
        let taken = &self.text.rest()[..bytes];
        self.line += memchr::memchr_iter(b'\n', taken).count() as u64;
        self.indent = None;
        self.text.consume(bytes);
    }

    /// The next byte that is no blank, not taken; `None` at the end.
    pub(super) fn peek(&mut self) -> Result<Option<u8>, Error> {
        loop {
            let rest = self.text.rest();
            let blanks = rest
                .iter()
                .take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x1E))
                .count();
            let found = rest.get(blanks).copied();
            if blanks > 0 {
                let taken = &rest[..blanks];
                let indent = match memchr::memrchr(b'\n', taken) {
                    Some(i) => Some(taken[i + 1..].to_vec()),
                    None => self
                        .indent
                        .take()
                        .map(|before| [before.as_slice(), taken].concat()),
                };
                self.take(blanks);
                self.indent = indent;
            }
            if found.is_some() || !self.fill()? {
                return Ok(found);
            }
        }
    }

    /// An error at this place.
    pub(super) fn bad(&mut self, reason: &str) -> Error {
        Error::BadJson {
            path: self.path.clone(),
            line: self.line,
            byte: self.text.offset(0),
            reason: reason.to_owned(),
        }
    }

    /// The extent of the value at hand. Nothing is taken.
    pub(super) fn extent(&mut self, limit: usize) -> Result<Extent, Error> {
        let mut state = Nesting::default();
        let mut at = 0;
        loop {
            let rest = self.text.rest();
            if let Some(end) = state.feed(rest, &mut at) {
                return Ok(if end > limit {
                    Extent::TooLong
                } else {
                    Extent::Whole(end)
                });
            }
            if at > limit {
                return Ok(Extent::TooLong);
            }
            if !self.fill()? {
                let rest = self.text.rest().len();
                return Ok(if state.is_scalar() && rest > 0 {
                    Extent::Whole(rest)
                } else {
                    Extent::Ended
                });
            }
        }
    }

    /// Passes over the value at hand, keeping nothing of it; false when the file ends before it does.
    pub(super) fn pass(&mut self) -> Result<bool, Error> {
        self.pass_by(&mut |_| {})
    }

    /// The same, while `sink` is given all of the value.
    pub(super) fn pass_by(&mut self, sink: &mut dyn FnMut(&[u8])) -> Result<bool, Error> {
        let mut state = Nesting::default();
        loop {
            let mut at = 0;
            let rest = self.text.rest();
            if let Some(end) = state.feed(rest, &mut at) {
                sink(&rest[..end]);
                self.take(end);
                return Ok(true);
            }
            sink(rest);
            self.take(self.text.rest().len());
            if !self.fill()? {
                return Ok(state.is_scalar());
            }
        }
    }

    /// A member's name and its colon.
    pub(super) fn name(&mut self) -> Result<String, Error> {
        if self.peek()? != Some(b'"') {
            return Err(self.bad("a member's name in quotes is expected"));
        }
        let Extent::Whole(length) = self.extent(NAME_BYTES)? else {
            return Err(self.bad("a text is not closed"));
        };
        let name = std::str::from_utf8(&self.text.rest()[..length])
            .ok()
            .and_then(|t| match Node::parse(t, 1) {
                Ok(Node::Text(text)) => Some(text.into_owned()),
                _ => None,
            });
        let Some(name) = name else {
            return Err(self.bad("a member's name cannot be read"));
        };
        self.take(length);
        if self.peek()? != Some(b':') {
            return Err(self.bad("`:` is expected"));
        }
        self.take(1);
        Ok(name)
    }

    /// Goes to the next member or item; false at the closing sign, which is taken.
    pub(super) fn more(&mut self, first: bool, close: u8) -> Result<bool, Error> {
        match self.peek()? {
            Some(c) if c == close => {
                self.take(1);
                Ok(false)
            }
            Some(b',') if !first => {
                self.take(1);
                Ok(true)
            }
            Some(_) if first => Ok(true),
            Some(_) => Err(self.bad("`,` or a closing bracket is expected")),
            None => Err(self.bad("the file ends before the document does")),
        }
    }
}

/// Follows brackets and texts to the end of a value.
#[derive(Debug, Default)]
struct Nesting {
    depth: usize,
    in_text: bool,
    escaped: bool,
    begun: bool,
    scalar: bool,
}

impl Nesting {
    fn is_scalar(&self) -> bool {
        self.begun && self.scalar
    }

    /// Follows `text` from `at` on; gives the end of the value when it is there.
    fn feed(&mut self, text: &[u8], at: &mut usize) -> Option<usize> {
        while *at < text.len() {
            if self.in_text {
                if self.escaped {
                    self.escaped = false;
                    *at += 1;
                    continue;
                }
                let Some(i) = memchr::memchr2(b'"', b'\\', &text[*at..]) else {
                    *at = text.len();
                    return None;
                };
                *at += i + 1;
                if text[*at - 1] == b'\\' {
                    self.escaped = true;
                } else {
                    self.in_text = false;
                    if self.depth == 0 {
                        return Some(*at);
                    }
                }
                continue;
            }
            let byte = text[*at];
            if self.scalar {
                if matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r') {
                    return Some(*at);
                }
                *at += 1;
                continue;
            }
            *at += 1;
            match byte {
                b'"' => self.in_text = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(*at);
                    }
                }
                // A comma where a value should be is a fault of its own.
                b',' if !self.begun => return Some(*at),
                _ => self.scalar = !self.begun,
            }
            self.begun = true;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_values_are_found_at_any_cut() {
        for (text, end) in [
            (r#"{"a":"}\"","b":[1,{}]},"#, 22),
            ("12,", 2),
            (r#""x\\"]"#, 5),
            ("[]", 2),
            ("tru}", 3),
            ("]", 1),
        ] {
            for cut in 0..=text.len() {
                let (mut state, mut at) = (Nesting::default(), 0);
                let found = state
                    .feed(&text.as_bytes()[..cut], &mut at)
                    .or_else(|| state.feed(text.as_bytes(), &mut at));
                assert_eq!(found, Some(end), "{text} cut at {cut}");
            }
        }
    }
}

//! One row of delimited text: where its fields begin and end. Knows no file, no header and no limit on rows.

use memchr::{memchr, memchr2};

/// How fields and rows are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    /// The delimiter in UTF-8, filled up with zeros.
    pub(super) delimiter: [u8; 4],
    /// How many bytes of it count.
    pub(super) delimiter_bytes: usize,
    /// The quote, when there is one; always ASCII.
    pub(super) quote: Option<u8>,
    /// A backslash takes the meaning from the character after it.
    pub(super) backslash: bool,
    /// Blanks between delimiter and opening quote are no content.
    pub(super) spaces: bool,
    /// Rows end with a carriage return alone.
    pub(super) returns_only: bool,
}

impl Dialect {
    /// A dialect with this delimiter, `"` as quote and nothing special.
    pub(super) fn new(delimiter: char) -> Self {
        let mut bytes = [0; 4];
        let delimiter_bytes = delimiter.encode_utf8(&mut bytes).len();
        Self {
            delimiter: bytes,
            delimiter_bytes,
            quote: Some(b'"'),
            backslash: false,
            spaces: false,
            returns_only: false,
        }
    }

    /// The delimiter, when there is one.
    pub(super) fn delimiter(&self) -> Option<char> {
        let text = std::str::from_utf8(&self.delimiter[..self.delimiter_bytes]);
        text.ok()?.chars().next()
    }

    /// The same for a file of one column: the delimiter is a byte that no text has.
    pub(super) fn undivided(self) -> Self {
        Self {
            delimiter: [0xFF, 0, 0, 0],
            delimiter_bytes: 1,
            ..self
        }
    }

    fn delimits(&self, text: &[u8], at: usize) -> bool {
        text.get(at) == Some(&self.delimiter[0])
            && (self.delimiter_bytes == 1
                || text.get(at..at + self.delimiter_bytes)
                    == Some(&self.delimiter[..self.delimiter_bytes]))
    }

    fn ends_row(&self, text: &[u8], at: usize) -> bool {
        match text.get(at) {
            Some(b'\n') => true,
            Some(b'\r') => self.returns_only || returns(text, at).is_some(),
            _ => false,
        }
    }

    /// Length of the first physical line with its end; `None` when its end is not known.
    pub(super) fn line_length(&self, text: &[u8]) -> Option<usize> {
        let end = if self.returns_only {
            memchr2(b'\r', b'\n', text)?
        } else {
            memchr(b'\n', text)?
        };
        let pair = text[end] == b'\r' && text.get(end + 1) == Some(&b'\n');
        Some(end + 1 + usize::from(pair))
    }

    /// Number of line ends in a text.
    pub(super) fn lines_in(&self, text: &[u8]) -> usize {
        let sign = if self.returns_only { b'\r' } else { b'\n' };
        memchr::memchr_iter(sign, text).count()
    }
}

/// Where a field's content is, relative to the row's start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) start: u32,
    pub(super) end: u32,
    /// Whether doubled quotes or backslashes must be undone.
    pub(super) escaped: bool,
    /// Whether it stood in quotes.
    pub(super) quoted: bool,
}

/// Bounds on one field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) field_bytes: usize,
    pub(super) quoted_lines: usize,
}

/// What a scan came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scan {
    /// A whole row.
    Row {
        /// Bytes without the line end.
        content: usize,
        /// Bytes with the line end.
        length: usize,
        /// Line breaks inside quotes.
        breaks: usize,
        /// Whether a quote inside a cell was not doubled.
        loose: bool,
    },
    /// The text ends before the row does.
    More,
    /// A quote that nothing closes.
    Unclosed,
    /// A field beyond its bounds, on one line.
    TooLong,
}

/// Finds the fields of the row at the start of `text`; `ended` when nothing follows `text`.
pub(super) fn scan(
    dialect: &Dialect,
    bounds: Bounds,
    text: &[u8],
    ended: bool,
    fields: &mut Vec<Field>,
) -> Scan {
    fields.clear();
    let (mut at, mut breaks, mut loose) = (0, 0, false);
    loop {
        let mut open = at;
        if dialect.spaces {
            open += text[at..].iter().take_while(|b| **b == b' ').count();
        }
        let field = if dialect.quote.is_some() && text.get(open).copied() == dialect.quote {
            match quoted(dialect, bounds, text, open, ended) {
                Quoted::Field {
                    field,
                    next,
                    breaks: inside,
                    loose: odd,
                } => {
                    breaks += inside;
                    loose |= odd;
                    at = next;
                    field
                }
                Quoted::More => return Scan::More,
                Quoted::Unclosed => return Scan::Unclosed,
                Quoted::TooLong => return Scan::TooLong,
            }
        } else {
            let (end, escaped) = unquoted_end(dialect, text, at);
            let field = Field {
                start: at as u32,
                end: end as u32,
                escaped,
                quoted: false,
            };
            at = end;
            field
        };
        // A multi-byte delimiter or a line end of two bytes may be cut.
        if !ended && at + 4 > text.len() && !(at < text.len() && text[at] == b'\n') {
            return Scan::More;
        }
        if (field.end - field.start) as usize > bounds.field_bytes {
            return Scan::TooLong;
        }
        fields.push(field);
        if dialect.delimits(text, at) {
            at += dialect.delimiter_bytes;
            continue;
        }
        let line_end = match text.get(at) {
            None => 0,
            Some(b'\r') => returns(text, at).unwrap_or(1),
            Some(_) => 1,
        };
        return Scan::Row {
            content: at,
            length: at + line_end,
            breaks,
            loose,
        };
    }
}

/// Length of a line end that begins with carriage returns: `\r\n`, or `\r\r\n` where one was put before it again.
fn returns(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at..)? {
        [b'\r', b'\n', ..] => Some(2),
        [b'\r', b'\r', b'\n', ..] => Some(3),
        _ => None,
    }
}

/// The end of an unquoted field that starts at `at`: a delimiter, a line end, or the end of the text.
fn unquoted_end(dialect: &Dialect, text: &[u8], mut at: usize) -> (usize, bool) {
    let first = dialect.delimiter[0];
    let mut escaped = false;
    while let Some(&b) = text.get(at) {
        let stop = (b == first && dialect.delimits(text, at))
            || (b <= b'\r' && dialect.ends_row(text, at));
        if stop {
            break;
        }
        if b == b'\\'
            && dialect.backslash
            && text
                .get(at + 1)
                .is_some_and(|c| !matches!(c, b'\n' | b'\r'))
        {
            escaped = true;
            at += 1;
        }
        at += 1;
    }
    (at, escaped)
}

enum Quoted {
    Field {
        field: Field,
        next: usize,
        breaks: usize,
        loose: bool,
    },
    More,
    Unclosed,
    TooLong,
}

/// A field whose opening quote is at `open`.
fn quoted(dialect: &Dialect, bounds: Bounds, text: &[u8], open: usize, ended: bool) -> Quoted {
    let quote = text[open];
    let escape = if dialect.backslash { b'\\' } else { quote };
    let (mut at, mut escaped) = (open + 1, false);
    let close = loop {
        let Some(found) = memchr2(quote, escape, &text[at..]) else {
            return unfinished(dialect, bounds, &text[open + 1..], ended);
        };
        let here = at + found;
        if here + 4 >= text.len() && !ended {
            return unfinished(dialect, bounds, &text[open + 1..], ended);
        }
        let doubled = text[here] == quote && text.get(here + 1) == Some(&quote);
        let backslashed = text[here] != quote && here + 1 < text.len();
        if doubled || backslashed {
            escaped = true;
            at = here + 2;
        } else if text[here] == quote {
            break here;
        } else {
            at = here + 1;
        }
    };
    let content = &text[open + 1..close];
    let breaks = dialect.lines_in(content);
    if breaks > bounds.quoted_lines {
        return Quoted::Unclosed;
    }
    if content.len() > bounds.field_bytes {
        return if breaks > 0 {
            Quoted::Unclosed
        } else {
            Quoted::TooLong
        };
    }
    let mut next = close + 1;
    if dialect.spaces {
        next += text[next..].iter().take_while(|b| **b == b' ').count();
    }
    if next >= text.len() || dialect.delimits(text, next) || dialect.ends_row(text, next) {
        let field = Field {
            start: (open + 1) as u32,
            end: close as u32,
            escaped,
            quoted: true,
        };
        return Quoted::Field {
            field,
            next,
            breaks,
            loose: false,
        };
    }
    if breaks > 0 {
        // The quote that seemed to close is the opening one of a later row.
        return Quoted::Unclosed;
    }
    loose_end(dialect, text, open, close, ended)
}

fn unfinished(dialect: &Dialect, bounds: Bounds, content: &[u8], ended: bool) -> Quoted {
    let over =
        content.len() > bounds.field_bytes || dialect.lines_in(content) > bounds.quoted_lines;
    if ended || over {
        Quoted::Unclosed
    } else {
        Quoted::More
    }
}

/// A quote inside a quoted cell that is neither doubled nor the end: `"5" disk"` or `"Bob" Smith`.
fn loose_end(dialect: &Dialect, text: &[u8], open: usize, close: usize, ended: bool) -> Quoted {
    let Some(line) = dialect
        .line_length(&text[close..])
        .or(ended.then_some(text.len() - close))
    else {
        return Quoted::More;
    };
    let quote = text[open];
    let mut at = close;
    while at < close + line {
        let closes = text[at] == quote
            && (at + 1 >= text.len()
                || dialect.delimits(text, at + 1)
                || dialect.ends_row(text, at + 1));
        if closes {
            let field = Field {
                start: (open + 1) as u32,
                end: at as u32,
                escaped: true,
                quoted: true,
            };
            return Quoted::Field {
                field,
                next: at + 1,
                breaks: 0,
                loose: true,
            };
        }
        if dialect.delimits(text, at) && text.get(at + dialect.delimiter_bytes) == Some(&quote) {
            break;
        }
        at += 1;
    }
    let (end, _) = unquoted_end(dialect, text, close);
    let field = Field {
        start: open as u32,
        end: end as u32,
        escaped: false,
        quoted: true,
    };
    Quoted::Field {
        field,
        next: end,
        breaks: 0,
        loose: true,
    }
}

/// Adds a field's content to `out`, with doubled quotes and backslashes undone.
pub(super) fn unescape(dialect: &Dialect, content: &str, out: &mut String) {
    let quote = dialect.quote.map_or('"', char::from);
    let mut rest = content;
    while let Some(i) = rest.find(|c| c == quote || (dialect.backslash && c == '\\')) {
        out.push_str(&rest[..i]);
        let mut after = rest[i..].chars();
        let (sign, follower) = (after.next(), after.next());
        match (sign, follower) {
            (Some('\\'), Some(c)) if dialect.backslash => {
                out.push(match c {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    other => other,
                });
                rest = after.as_str();
            }
            (Some(c), Some(d)) if c == quote && d == quote => {
                out.push(quote);
                rest = after.as_str();
            }
            (Some(c), _) => {
                out.push(c);
                rest = &rest[i + c.len_utf8()..];
            }
            (None, _) => return,
        }
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BOUNDS: Bounds = Bounds {
        field_bytes: 1000,
        quoted_lines: 10,
    };

    fn cells(dialect: &Dialect, text: &str) -> (Scan, Vec<String>) {
        let mut fields = Vec::new();
        let scan = scan(dialect, BOUNDS, text.as_bytes(), true, &mut fields);
        let cells = fields
            .iter()
            .map(|f| {
                let mut out = String::new();
                let content = &text[f.start as usize..f.end as usize];
                if f.escaped {
                    unescape(dialect, content, &mut out)
                } else {
                    out.push_str(content)
                }
                out
            })
            .collect();
        (scan, cells)
    }

    #[test]
    fn quotes_in_all_manners() {
        let d = Dialect::new(',');
        let of = |text| cells(&d, text).1;
        assert_eq!(
            of("a,\"b, c\",\"say \"\"hi\"\"\"\nx"),
            ["a", "b, c", "say \"hi\""]
        );
        assert_eq!(of("\"two\r\nlines\",b\r\n"), ["two\r\nlines", "b"]);
        assert_eq!(of("a,,\n"), ["a", "", ""]);
        assert_eq!(of("\"5\" disk\",b\n"), ["5\" disk", "b"]);
        assert_eq!(of("\"Bob\" Smith,\"x\"\n"), ["\"Bob\" Smith", "x"]);
        assert_eq!(of("a\rb,c\n"), ["a\rb", "c"]);
        assert_eq!(of("a,b\r\r\nc"), ["a", "b"]);
        assert_eq!(of("a,\"b\"\r\r\nc"), ["a", "b"]);
        assert_eq!(of("it's \"fine\",b"), ["it's \"fine\"", "b"]);
    }

    #[test]
    fn special_dialects() {
        let backslash = Dialect {
            backslash: true,
            ..Dialect::new(';')
        };
        assert_eq!(
            cells(&backslash, "\"O\\\"Brien\\\\\";b\\;c\n").1,
            ["O\"Brien\\", "b;c"]
        );
        let spaces = Dialect {
            spaces: true,
            ..Dialect::new(',')
        };
        assert_eq!(cells(&spaces, "a, \"b, c\" , d\n").1, ["a", "b, c", " d"]);
        let returns = Dialect {
            returns_only: true,
            ..Dialect::new('\t')
        };
        assert_eq!(cells(&returns, "a\tb\rc").1, ["a", "b"]);
        let wide = Dialect::new('¦');
        assert_eq!(cells(&wide, "a¦b§c¦\n").1, ["a", "b§c", ""]);
        let bare = Dialect {
            quote: None,
            ..Dialect::new(',')
        };
        assert_eq!(cells(&bare, "\"a,b\n").1, ["\"a", "b"]);
    }

    #[test]
    fn a_quote_that_swallows_rows_is_told() {
        let d = Dialect::new(',');
        assert_eq!(cells(&d, "a,\"b\nc,d\ne,\"f\"\n").0, Scan::Unclosed);
        assert_eq!(cells(&d, "a,\"b\nc,d\n").0, Scan::Unclosed);
        assert_eq!(
            cells(&d, &format!("\"{}\"\n", "x\n".repeat(11))).0,
            Scan::Unclosed
        );
        assert_eq!(
            cells(&d, &format!("{}\n", "x".repeat(1001))).0,
            Scan::TooLong
        );
        let open = scan(&d, BOUNDS, b"a,\"b\nc", false, &mut Vec::new());
        assert_eq!(open, Scan::More);
    }

    proptest! {
        /// Reading in pieces gives the same as reading at once: a scan either asks for more or is right.
        #[test]
        fn a_cut_row_asks_for_more(text in "([a-c,\"\n\r]|¦){0,30}", cut in any::<prop::sample::Index>(), wide in any::<bool>()) {
            let d = Dialect::new(if wide { '¦' } else { ',' });
            let at = (0..=text.len()).filter(|i| text.is_char_boundary(*i)).collect::<Vec<_>>();
            let at = at[cut.index(at.len())];
            let (mut whole, mut part) = (Vec::new(), Vec::new());
            let all = scan(&d, BOUNDS, text.as_bytes(), true, &mut whole);
            let some = scan(&d, BOUNDS, &text.as_bytes()[..at], false, &mut part);
            if some != Scan::More {
                prop_assert_eq!((some, part), (all, whole));
            }
        }
    }
}

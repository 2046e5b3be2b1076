//! Bytes of any encoding as a growing window of UTF-8, with the way back to offsets in the file.

use super::charset::{self, Charset};
use super::input::{Digested, HashedRead};
use std::collections::VecDeque;
use std::io;

/// A window on the text of a file. For UTF-8 the bytes pass unchecked, whoever reads a row checks it.
pub(super) struct Text {
    input: HashedRead,
    decoding: Option<Decoding>,
    window: Vec<u8>,
    at: usize,
    /// Offset in the file (undecoded) or in the decoded text of the window's first byte.
    base: u64,
    /// Bytes of the file taken so far.
    taken: u64,
    mark: usize,
    ended: bool,
}

struct Decoding {
    charset: Charset,
    decoder: charset::Decoding,
    /// Raw bytes that wait for their line to be complete.
    raw: Vec<u8>,
    /// Offset in the file of the first waiting byte.
    raw_base: u64,
    /// Line starts: offset in the decoded text, offset in the file.
    lines: VecDeque<(u64, u64)>,
    /// Decoded offsets after which a sequence could not be decoded.
    faults: VecDeque<u64>,
}

impl Text {
    /// The text of a file in this encoding, from after its byte order mark.
    pub(super) fn new(input: HashedRead, charset: Charset, mark: usize) -> Self {
        let decoding = (charset != Charset::UTF_8).then(|| Decoding {
            charset,
            decoder: charset.decoding(),
            raw: Vec::new(),
            raw_base: mark as u64,
            lines: VecDeque::new(),
            faults: VecDeque::new(),
        });
        Self {
            input,
            base: if decoding.is_some() { 0 } else { mark as u64 },
            decoding,
            window: Vec::new(),
            at: 0,
            taken: 0,
            mark,
            ended: false,
        }
    }

    /// What is at hand.
    pub(super) fn rest(&self) -> &[u8] {
        &self.window[self.at..]
    }

    /// Whether nothing follows what is at hand.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// Goes on by this many bytes of what is at hand.
    pub(super) fn consume(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.window.len());
    }

    /// Bytes of the file taken so far.
    pub(super) fn taken(&self) -> u64 {
        self.taken
    }

    /// Takes more of the file; false at its end.
    pub(super) fn fill(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        if self.at > 0 {
            self.window.drain(..self.at);
            self.base += self.at as u64;
            self.at = 0;
        }
        let before = self.window.len();
        while self.window.len() == before && !self.ended {
            let block = self.input.block()?;
            self.ended = block.is_none();
            let mut block = block.unwrap_or(&[]);
            self.taken += block.len() as u64;
            let skip = self.mark.min(block.len());
            self.mark -= skip;
            block = &block[skip..];
            match &mut self.decoding {
                None => self.window.extend_from_slice(block),
                Some(decoding) => decoding.feed(block, self.ended, self.base, &mut self.window),
            }
        }
        Ok(self.window.len() > before)
    }

    /// Offset in the file of the byte `ahead` of what is at hand.
    pub(super) fn offset(&mut self, ahead: usize) -> u64 {
        let position = self.base + (self.at + ahead) as u64;
        let Some(decoding) = &mut self.decoding else {
            return position;
        };
        while decoding
            .lines
            .get(1)
            .is_some_and(|l| l.0 <= self.base + self.at as u64)
        {
            decoding.lines.pop_front();
        }
        let line = decoding.lines.iter().take_while(|l| l.0 <= position).last();
        let Some(&(start, raw)) = line else {
            return decoding.raw_base;
        };
        if start == position {
            return raw;
        }
        let from = (start.saturating_sub(self.base)) as usize;
        let between = self.window.get(from..self.at + ahead).unwrap_or(&[]);
        raw + decoding
            .charset
            .encoded_bytes(&String::from_utf8_lossy(between))
    }

    /// Whether some sequence in the next `length` bytes could not be decoded. Forgets what was before.
    pub(super) fn damaged(&mut self, length: usize) -> bool {
        let Some(decoding) = &mut self.decoding else {
            return false;
        };
        let start = self.base + self.at as u64;
        while decoding.faults.front().is_some_and(|f| *f < start) {
            decoding.faults.pop_front();
        }
        decoding
            .faults
            .front()
            .is_some_and(|f| *f < start + length as u64)
    }

    /// Reads what is left and gives the file's digest.
    pub(super) fn finish(self) -> io::Result<Digested> {
        self.input.finish()
    }
}

impl Decoding {
    /// Decodes whole lines, so that each line's start is known in both worlds.
    fn feed(&mut self, block: &[u8], last: bool, base: u64, into: &mut Vec<u8>) {
        self.raw.extend_from_slice(block);
        let raw = std::mem::take(&mut self.raw);
        let mut from = 0;
        while from < raw.len() {
            let Some(end) = line_end(self.charset, &raw, from) else {
                break;
            };
            self.line(&raw[from..end], false, base, into);
            from = end;
        }
        // A very long line is decoded in pieces: its start is known already.
        let long = raw.len() - from > (1 << 20);
        if last || long {
            let even = if last {
                raw.len()
            } else {
                from + ((raw.len() - from) & !1)
            };
            self.line(&raw[from..even], last, base, into);
            from = even;
        }
        self.raw = raw[from..].to_vec();
    }

    fn line(&mut self, raw: &[u8], last: bool, base: u64, into: &mut Vec<u8>) {
        self.lines
            .push_back((base + into.len() as u64, self.raw_base));
        self.raw_base += raw.len() as u64;
        let faults = &mut self.faults;
        let fault = |at: usize| faults.push_back(base + at as u64);
        self.decoder.push(raw, last, into, fault);
    }
}

/// The end of the line that starts at `from`: after its line feed, or after a carriage return that is
/// not the last thing known where no line feed follows at all.
fn line_end(charset: Charset, raw: &[u8], from: usize) -> Option<usize> {
    let rest = &raw[from..];
    if let Some(high_first) = charset.wide() {
        let low = usize::from(high_first);
        let find = |c: u8| {
            rest.chunks_exact(2)
                .position(|unit| unit[low] == c && unit[1 - low] == 0)
        };
        let return_end = || {
            find(b'\r')
                .map(|i| 2 * i + 2)
                .filter(|end| *end < rest.len())
        };
        return find(b'\n')
            .map(|i| 2 * i + 2)
            .or_else(return_end)
            .map(|end| from + end);
    }
    let return_end = || {
        memchr::memchr(b'\r', rest)
            .map(|i| i + 1)
            .filter(|end| *end < rest.len())
    };
    memchr::memchr(b'\n', rest)
        .map(|i| i + 1)
        .or_else(return_end)
        .map(|end| from + end)
}

#[cfg(test)]
mod tests {
    use super::super::input::Input;
    use super::*;
    use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
    use std::io::Write;

    fn text_of(bytes: &[u8], encoding: &'static Encoding, mark: usize) -> Text {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let input = Input::open(file.path().to_str().unwrap()).unwrap();
        Text::new(input.hashed().unwrap(), Charset::Web(encoding), mark)
    }

    #[test]
    fn offsets_lead_back_to_the_file() {
        let text = "häuser,ß\r\nüber,日本\nz";
        for encoding in [UTF_16LE, UTF_16BE] {
            let mut bytes = vec![0xFF, 0xFE];
            for unit in text.encode_utf16() {
                let pair = if encoding == UTF_16LE {
                    unit.to_le_bytes()
                } else {
                    unit.to_be_bytes()
                };
                bytes.extend_from_slice(&pair);
            }
            let mut t = text_of(&bytes, encoding, 2);
            while t.fill().unwrap() {}
            assert_eq!(t.rest(), text.as_bytes());
            for (i, _) in text.char_indices() {
                let expected = 2 + 2 * text[..i].encode_utf16().count() as u64;
                assert_eq!(t.offset(i), expected, "at {i}");
            }
            t.consume(text.find('z').unwrap());
            assert_eq!(t.offset(0), bytes.len() as u64 - 2);
            assert_eq!(t.finish().unwrap().bytes, bytes.len() as u64);
        }
    }

    #[test]
    fn faults_are_known_by_place() {
        let sjis = Encoding::for_label(b"shift_jis").unwrap();
        let mut t = text_of(b"a\x83\x41\nb\xFF\nc\n", sjis, 0);
        while t.fill().unwrap() {}
        assert_eq!(t.rest(), "aア\nb\u{FFFD}\nc\n".as_bytes());
        assert!(!t.damaged(5));
        t.consume(5);
        assert!(t.damaged(5));
        assert_eq!(t.offset(0), 4);
        t.consume(5);
        assert!(!t.damaged(2));
    }

    #[test]
    fn long_lines_are_decoded_in_pieces() {
        let latin = Encoding::for_label(b"windows-1252").unwrap();
        let bytes = b"\xE9".repeat(5 << 20);
        let mut t = text_of(&bytes, latin, 0);
        while t.fill().unwrap() {}
        assert_eq!(t.rest().len(), 10 << 20);
        assert_eq!(t.offset(2 * 4_000_000), 4_000_000);
    }
}

//! Rows on their way to the table, accepted ones together and refused ones each with its reason.

use sha2::{Digest as _, Sha256};

/// Characters kept of a refused row for which there is no room.
const CUT_CHARS: usize = 500;
/// Digits of a row's digest: 128 bits.
const DIGITS: usize = 32;

/// A refused row on its way to quarantine.
#[derive(Debug, Default)]
pub(super) struct Refusal {
    /// 1 for the first row of the file.
    pub(super) row: u64,
    pub(super) line: u64,
    pub(super) byte: u64,
    pub(super) field: Option<String>,
    pub(super) rule: &'static str,
    pub(super) reason: String,
    /// The row as read.
    pub(super) raw: Raw,
}

impl Refusal {
    /// What the row is remembered by: a digest of the whole row as read and of what is wrong with it.
    pub(super) fn digest(&self) -> String {
        let row = self.raw.whole.as_ref().unwrap_or(&self.raw.text);
        let all = format!("{}\n{}\n{row}", self.rule, self.reason);
        let mut digest = hex(Sha256::digest(all));
        digest.truncate(DIGITS);
        digest
    }
}

/// The text of a refused row.
#[derive(Debug, Default)]
pub(super) struct Raw {
    /// The row, or its beginning.
    pub(super) text: String,
    /// SHA-256 of the whole row, where `text` is not just that.
    pub(super) whole: Option<String>,
    /// Whether `text` is no more than the beginning.
    pub(super) cut: bool,
}

impl Raw {
    /// A row that is at hand as a whole; no more than `limit` bytes of it are kept.
    pub(super) fn of(row: &[u8], limit: usize) -> Self {
        let mut long = Long::new(limit);
        long.feed(row);
        long.raw()
    }

    /// Keeps a few characters only.
    pub(super) fn shorten(&mut self) {
        if let Some((end, _)) = self.text.char_indices().nth(CUT_CHARS) {
            self.text.truncate(end);
            self.text.shrink_to_fit();
            self.cut = true;
        }
    }

    /// Whether there is more of it than is kept of any row.
    pub(super) fn is_long(&self) -> bool {
        self.text.len() > CUT_CHARS
    }
}

/// A refused row that comes in pieces, of which the beginning is kept.
#[derive(Debug)]
pub(super) struct Long {
    limit: usize,
    start: Vec<u8>,
    bytes: usize,
    /// Line ends, which count only when something follows.
    held: Vec<u8>,
    hash: Sha256,
}

impl Long {
    /// An empty row of which at most so many bytes are kept.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            start: Vec::new(),
            bytes: 0,
            held: Vec::new(),
            hash: Sha256::new(),
        }
    }

    /// Adds a piece.
    pub(super) fn feed(&mut self, piece: &[u8]) {
        let ends = piece
            .iter()
            .rev()
            .take_while(|b| matches!(b, b'\r' | b'\n'));
        let (body, ends) = piece.split_at(piece.len() - ends.count());
        if !body.is_empty() {
            let held = std::mem::take(&mut self.held);
            self.add(&held);
            self.add(body);
        }
        self.held.extend_from_slice(ends);
    }

    fn add(&mut self, bytes: &[u8]) {
        let room = self.limit - self.start.len();
        self.start
            .extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.bytes += bytes.len();
        self.hash.update(bytes);
    }

    /// The row's text.
    pub(super) fn raw(self) -> Raw {
        let cut = self.bytes > self.start.len();
        let kept = match std::str::from_utf8(&self.start) {
            // the cut went through a character
            Err(e) if cut && e.error_len().is_none() => &self.start[..e.valid_up_to()],
            _ => &self.start,
        };
        let text = String::from_utf8_lossy(kept);
        let lossy = matches!(text, std::borrow::Cow::Owned(_));
        Raw {
            text: text.into_owned(),
            whole: (cut || lossy).then(|| hex(self.hash.finalize())),
            cut,
        }
    }

    /// What stands for the row where nothing of it may be kept.
    pub(super) fn withheld(self) -> Raw {
        Raw {
            text: super::withhold::whole(&hex(self.hash.finalize())),
            ..Raw::default()
        }
    }
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(bytes: impl AsRef<[u8]>) -> String {
    let digit = |d: u8| char::from_digit(u32::from(d), 16).unwrap_or('0');
    let bytes = bytes.as_ref().iter();
    bytes.flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
}

/// Accepted rows of delimited text, as many as are worth the change of hands.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// All cells, one after the other.
    pub(super) text: String,
    /// Where each cell ends, `width` a row.
    pub(super) ends: Vec<u32>,
    /// Row number and byte offset of each row.
    pub(super) rows: Vec<(u64, u64)>,
    /// Rows refused on the way.
    pub(super) refusals: Vec<Refusal>,
    /// Bytes kept of these.
    pub(super) refused_bytes: usize,
    /// Bytes of the file taken so far.
    pub(super) taken: u64,
}

impl Batch {
    /// The text of a cell by its index.
    pub(super) fn cell(&self, index: usize) -> &str {
        let start = if index == 0 {
            0
        } else {
            self.ends[index - 1] as usize
        };
        &self.text[start..self.ends[index] as usize]
    }

    /// Empties the batch, keeping its room.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.rows.clear();
        self.refusals.clear();
        self.refused_bytes = 0;
    }

    /// Adds a refused row.
    pub(super) fn refuse(&mut self, refusal: Refusal) {
        self.refused_bytes += refusal.raw.text.len();
        self.refusals.push(refusal);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cut_row_is_known_by_all_of_it() {
        let whole = Raw::of(b"1,M\xC3\xBCller\r\n", 100);
        assert_eq!(
            (whole.text.as_str(), whole.whole, whole.cut),
            ("1,Müller", None, false)
        );
        let (one, two) = (Raw::of(b"1,M\xC3\xBCx", 4), Raw::of(b"1,M\xC3\xBCy", 4));
        assert_eq!((one.text.as_str(), one.cut), ("1,M", true));
        assert_ne!(one.whole, two.whole);
        let (one, two) = (Raw::of(b"M\xFCller", 100), Raw::of(b"M\xF6ller", 100));
        assert_eq!((one.text.as_str(), one.cut), ("M\u{FFFD}ller", false));
        assert_ne!(one.whole, two.whole);
    }

    #[test]
    fn shortening_leaves_the_digest() {
        let of = |text: &str| Refusal {
            raw: Raw::of(text.as_bytes(), 1 << 20),
            ..Refusal::default()
        };
        let mut short = of(&"ä".repeat(CUT_CHARS));
        short.raw.shorten();
        assert!(!short.raw.cut);
        let (one, two) = (of(&format!("{}1", "ä".repeat(600))), of(&"ä".repeat(601)));
        assert_ne!(one.digest(), two.digest());
        let mut raw = one.raw;
        raw.shorten();
        assert_eq!((raw.text.chars().count(), raw.cut), (CUT_CHARS, true));
    }

    proptest! {
        #[test]
        fn pieces_make_the_row(row in "[a-c\r\nä]{0,30}", cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..4), limit in 0usize..40) {
            let row = row.as_bytes();
            let mut at: Vec<usize> = cuts.iter().map(|c| c.index(row.len() + 1)).collect();
            at.extend([0, row.len()]);
            at.sort_unstable();
            let mut long = Long::new(limit);
            at.windows(2).for_each(|w| long.feed(&row[w[0]..w[1]]));
            let (pieces, once) = (long.raw(), Raw::of(row, limit));
            prop_assert_eq!((pieces.text, pieces.whole, pieces.cut), (once.text, once.whole, once.cut));
        }
    }
}

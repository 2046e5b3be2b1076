//! What the text of an xlsx sheet may hold, found as it passes: signs elsewhere may look like it.

use std::io::{self, Write};

/// The element around merged cells.
const MERGED: &[u8] = b"mergeCell";

/// Looks for signs in the text that is written to it.
#[derive(Debug, Default)]
pub(super) struct Signs {
    /// The last bytes, as many as the longest sign has before its own last one.
    before: Vec<u8>,
    /// Whether something like a formula was met.
    pub(super) formulas: bool,
    /// Whether something like merged cells was.
    pub(super) merged: bool,
}

impl Signs {
    fn look(&mut self, text: &[u8]) {
        // `<f>`, or `<x:f>` with a name space
        let opens = |at: usize| at > 0 && matches!(text[at - 1], b'<' | b':');
        self.formulas = self.formulas || memchr::memchr_iter(b'f', text).any(opens);
        self.merged = self.merged || memchr::memmem::find(text, MERGED).is_some();
    }
}

impl Write for Signs {
    fn write(&mut self, block: &[u8]) -> io::Result<usize> {
        let (start, keep) = (block.len().min(MERGED.len()), MERGED.len() - 1);
        self.before.extend_from_slice(&block[..start]);
        let border = std::mem::take(&mut self.before);
        self.look(&border);
        self.look(block);
        let end = if block.len() < keep { &border } else { block };
        self.before = end[end.len().saturating_sub(keep)..].to_vec();
        Ok(block.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_met_at_any_cut() {
        let found = |text: &str, one: usize, two: usize| {
            let mut signs = Signs::default();
            for piece in [&text[..one], &text[one..two], &text[two..]] {
                signs.write_all(piece.as_bytes()).unwrap();
            }
            (signs.formulas, signs.merged)
        };
        for one in 0..9 {
            for two in one..9 {
                assert_eq!(found("<c><f>1</f>", one, two), (true, false));
                assert_eq!(found("<x:f t=\"1\"/>", one, two), (true, false));
                assert_eq!(found("<c><v>ff</v>", one, two), (false, false));
                assert_eq!(found("<mergeCells count", one, two), (false, true));
                assert_eq!(found("x<m:mergeCell ref", one, two), (false, true));
            }
        }
    }
}

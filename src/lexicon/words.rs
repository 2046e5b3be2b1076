//! Sets of words that are laid out when the program is compiled, so that no run waits for them or takes memory for
//! what it does not look up.

mod slot;

/// A set of words with their numbers. `build/words.rs` writes these.
pub(super) struct Words {
    /// All words, one after the other.
    pub(super) text: &'static str,
    /// Where the word of a number ends in `text`.
    pub(super) ends: &'static [u32],
    /// One more than the number of the word in the slot, 0 for none.
    pub(super) slots: &'static [u16],
}

impl Words {
    pub(super) fn contains(&self, word: &str) -> bool {
        self.number(word).is_some()
    }

    /// The number of a word, counted from 0 in the order of the words.
    pub(super) fn number(&self, word: &str) -> Option<usize> {
        let mut at = slot::first(word, self.slots.len());
        loop {
            let number = usize::from(self.slots[at]).checked_sub(1)?;
            if self.word(number) == word {
                return Some(number);
            }
            at = slot::next(at, self.slots.len());
        }
    }

    /// The word of a number.
    fn word(&self, number: usize) -> &'static str {
        let start = number.checked_sub(1).map_or(0, |n| self.ends[n]);
        &self.text[start as usize..self.ends[number] as usize]
    }

    #[cfg(test)]
    pub(super) fn all(&self) -> impl Iterator<Item = &'static str> {
        (0..self.ends.len()).map(|n| self.word(n))
    }
}

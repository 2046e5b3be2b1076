//! One string prepared for comparison with many: its positions are worked out once.

use super::align::{osa_bounded_masked, osa_masked, osa_plain};
use super::jaro::{boosted, jaro_masked, jaro_plain};
use super::mask::Masks;

/// A prepared string. Its methods give what the functions of the same names give for
/// (text, pattern), at about half the cost.
#[derive(Clone, Debug)]
pub struct Pattern {
    bytes: Vec<u8>,
    masks: Option<Masks>,
}

impl Pattern {
    /// Prepares `s`.
    #[must_use]
    pub fn new(s: &[u8]) -> Pattern {
        Pattern {
            bytes: s.to_vec(),
            masks: Masks::new(s),
        }
    }

    /// The string prepared.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Jaro–Winkler similarity of `text` and the pattern, 0..=1.
    #[must_use]
    pub fn jaro_winkler(&self, text: &[u8]) -> f64 {
        if text.is_empty() || self.bytes.is_empty() {
            return f64::from(u8::from(text.is_empty() && self.bytes.is_empty()));
        }
        let similarity = match &self.masks {
            Some(masks) => jaro_masked(text, &self.bytes, masks),
            None => jaro_plain(text, &self.bytes),
        };
        boosted(similarity, text, &self.bytes)
    }

    /// Optimal string alignment distance of `text` and the pattern.
    #[must_use]
    pub fn osa(&self, text: &[u8]) -> usize {
        match &self.masks {
            Some(masks) => osa_masked(text, self.bytes.len(), masks),
            None => osa_plain(text, &self.bytes),
        }
    }

    /// The distance of `text` and the pattern when it is at most `max`.
    #[must_use]
    pub fn osa_within(&self, text: &[u8], max: usize) -> Option<usize> {
        if self.bytes.len().abs_diff(text.len()) > max {
            return None;
        }
        match &self.masks {
            Some(masks) => osa_bounded_masked(text, self.bytes.len(), masks, max),
            None => Some(osa_plain(text, &self.bytes)).filter(|d| *d <= max),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    /// All 364 strings of at most five letters out of three.
    pub(in super::super) fn short_strings() -> Vec<String> {
        let mut all = vec![String::new()];
        let mut last = all.clone();
        for _ in 0..5 {
            last = last
                .iter()
                .flat_map(|s| ["a", "b", "c"].map(|c| format!("{s}{c}")))
                .collect();
            all.extend_from_slice(&last);
        }
        all
    }

    #[test]
    fn the_pattern_keeps_its_string() {
        assert_eq!(super::Pattern::new(b"anna").as_bytes(), b"anna");
        assert_eq!(short_strings().len(), 364);
    }
}

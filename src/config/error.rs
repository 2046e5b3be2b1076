//! What is wrong with a pipeline file or a file it names, with line and advice.

use std::fmt;

/// One fault, shown as `file:line: message` and a hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The file as given.
    pub file: String,
    /// Line, from 1; 0 when the fault has no line.
    pub line: usize,
    /// What is wrong: a lower-case fragment with the value in backticks.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl ConfigError {
    /// A fault in a line of the file; line 0 where it has none.
    #[must_use]
    pub fn new(file: &str, line: usize, message: String, hint: &str) -> Self {
        ConfigError {
            file: file.to_owned(),
            line,
            message,
            hint: hint.to_owned(),
        }
    }

    /// A fault at a byte offset of the file's text.
    #[must_use]
    pub fn at(file: &str, text: &str, byte: usize, message: String, hint: String) -> Self {
        Self {
            file: file.to_owned(),
            line: line_of(text, byte),
            message,
            hint,
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        write!(f, ": {}", self.message)?;
        if self.hint.is_empty() {
            return Ok(());
        }
        write!(f, "\n  hint: {}", self.hint)
    }
}

impl std::error::Error for ConfigError {}

/// The line, from 1, that holds byte `byte` of `text`.
#[must_use]
pub fn line_of(text: &str, byte: usize) -> usize {
    let end = byte.min(text.len());
    1 + text.as_bytes()[..end]
        .iter()
        .filter(|b| **b == b'\n')
        .count()
}

/// The candidate nearest to `wanted`, when one is near enough to be a slip.
#[must_use]
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wanted.to_lowercase().replace(['_', ' '], "-");
    candidates
        .into_iter()
        .map(|c| {
            let plain = c.to_lowercase().replace(['_', ' '], "-");
            let slip = wanted.len() > 2 && strsim::osa_distance(&plain, &wanted) <= 1;
            let near = strsim::jaro_winkler(&plain, &wanted);
            (if slip { near.max(0.9) } else { near }, c)
        })
        .filter(|(near, _)| *near >= 0.8)
        // the first of equals, so that declared order decides
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, c)| c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_count_from_one() {
        let text = "a\nb\nc";
        assert_eq!([0, 1, 2, 4, 99].map(|b| line_of(text, b)), [1, 1, 2, 3, 3]);
    }

    #[test]
    fn a_slip_finds_its_word_and_a_stranger_none() {
        let words = ["threshold", "review", "pairs-per-record"];
        assert_eq!(nearest("treshold", words), Some("threshold"));
        assert_eq!(nearest("pairs_per_record", words), Some("pairs-per-record"));
        assert_eq!(nearest("banana", words), None);
        assert_eq!(nearest("cvs", ["csv", "json"]), Some("csv"));
    }

    #[test]
    fn shows_place_message_and_hint() {
        let e = ConfigError::at("p.toml", "a\nb", 2, "bad `b`".into(), "write `c`".into());
        assert_eq!(e.to_string(), "p.toml:2: bad `b`\n  hint: write `c`");
    }
}

//! What is said on stderr and printed on stdout, and how.

use std::io::{self, IsTerminal, Write};

/// Talks on stderr, unless told to be quiet.
#[derive(Clone, Copy, Debug)]
pub struct Talk {
    /// Say nothing but errors.
    pub quiet: bool,
    /// Whether stderr is a terminal.
    pub terminal: bool,
}

impl Talk {
    /// As the command line asks.
    #[must_use]
    pub fn new(quiet: bool) -> Self {
        Self {
            quiet,
            terminal: io::stderr().is_terminal(),
        }
    }

    /// A line on stderr. A closed stderr is no reason to stop.
    pub fn say(&self, line: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr(), "{}", harmless(line));
        }
    }

    /// A warning: message, then its `  hint:` line.
    pub fn warn(&self, message: &str) {
        self.say(&format!("warning: {message}"));
    }
}

/// An error on stderr, said even when quiet.
pub fn error(message: &str) {
    let _ = writeln!(io::stderr(), "error: {}", harmless(message));
}

/// A message without signs that steer a terminal: names and values from files are part of it.
fn harmless(message: &str) -> String {
    let whole = |c: char| steers(c) && !matches!(c, '\n' | '\t');
    message.replace(whole, "\u{FFFD}")
}

/// Whether a character steers a terminal, or the direction of text, instead of being shown.
#[must_use]
pub fn steers(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Data on stdout.
///
/// # Errors
/// When stdout cannot be written; a reader that went away (`| head`) is no error.
pub fn print(data: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(data.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

/// A number with thousands separated: `1,234,567`.
#[must_use]
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// `1 record`, `2 records`.
#[must_use]
pub fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        let shown = [0, 999, 1000, 1_234_567].map(count);
        assert_eq!(shown, ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(counted(1, "row", "rows"), "1 row");
    }

    #[test]
    fn messages_do_not_steer_a_terminal() {
        assert_eq!(
            harmless("no `a\u{1b}[31mb\u{202e}`\n  hint: a\tb"),
            "no `a\u{fffd}[31mb\u{fffd}`\n  hint: a\tb"
        );
    }
}

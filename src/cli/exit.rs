//! Exit codes: one table for programs, help and documentation.

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// A limit, expectation or rule of the pipeline file does not hold; nothing was published.
    Gate = 1,
    /// Command line or pipeline file wrong; nothing was read.
    Usage = 2,
    /// Done, but some rows were quarantined.
    Quarantined = 3,
    /// An input cannot be read.
    Input = 4,
    /// The output was not written; what was there before is untouched.
    Output = 5,
    /// A bug in selfsame.
    Bug = 70,
    /// Interrupted; what was there before is untouched.
    Interrupted = 130,
}

impl Exit {
    /// All codes with their meaning.
    pub const ALL: &'static [(Exit, &'static str)] = &[
        (Exit::Done, "done"),
        (
            Exit::Gate,
            "a gate failed: a limit, expectation or rule of the pipeline file does not hold; nothing was published",
        ),
        (
            Exit::Usage,
            "the command line or the pipeline file is wrong; nothing was read",
        ),
        (Exit::Quarantined, "done, but some rows were quarantined"),
        (Exit::Input, "an input cannot be read"),
        (
            Exit::Output,
            "the output was not written; what was there before is untouched",
        ),
        (Exit::Bug, "a bug in selfsame"),
        (
            Exit::Interrupted,
            "interrupted; what was there before is untouched",
        ),
    ];

    /// The code as the system sees it.
    #[must_use]
    pub fn code(self) -> u8 {
        self as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_lists_every_code_with_its_meaning() {
        for (exit, meaning) in Exit::ALL {
            let line = format!("  {:<4} {meaning}", exit.code());
            assert!(crate::cli::args::EXIT_CODES.contains(&line), "{line}");
        }
    }
}

//! Reads the tables under `data/`: one entry a line, `,` between columns, `#` opens a comment line.
//!
//! The tables are part of the program text, so a malformed row is a mistake of ours: the tests of
//! each table count its rows, and at run time such a row is left out.

use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};

/// A look-up table from words of the program text; its order is never observed.
pub(super) type Table<V> = HashMap<&'static str, V, FixedState>;

/// A set of words of the program text; its order is never observed.
pub(super) type WordSet = HashSet<&'static str, FixedState>;

/// The lines of a table without comments and blank lines, each split at its commas and trimmed.
pub(super) fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split(',').map(str::trim).collect())
}

/// All words of a table that is a plain list: separated by white space or line ends.
pub(super) fn words(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_blank_lines_are_no_rows() {
        let read: Vec<_> = rows("# source: x\n\na, b ,c\n d,e\n").collect();
        assert_eq!(read, vec![vec!["a", "b", "c"], vec!["d", "e"]]);
    }

    #[test]
    fn lists_are_split_at_white_space() {
        let read: Vec<_> = words("# x y\na b\n c\n").collect();
        assert_eq!(read, ["a", "b", "c"]);
    }
}

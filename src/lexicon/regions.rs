//! States and provinces whose names and codes are both in use: United States, Canada, Australia.

use std::sync::LazyLock;

use super::rows::{Table, rows};

static CODES: LazyLock<Table<&'static str>> = LazyLock::new(|| {
    let mut table = Table::default();
    for row in rows(include_str!("data/regions.csv")) {
        let [code, _, names] = row[..] else {
            continue;
        };
        for name in names.split('/') {
            table.entry(name).or_insert(code);
        }
    }
    table
});

/// The code of a state or province named `name` (folded): `new south wales` → `nsw`.
#[must_use]
pub fn code(name: &str) -> Option<&'static str> {
    CODES.get(name).copied()
}

/// True if `word` (folded) is the code of a state or province.
#[must_use]
pub fn is_code(word: &str) -> bool {
    rows(include_str!("data/regions.csv")).any(|row| row[0] == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_codes() {
        assert_eq!(code("new south wales"), Some("nsw"));
        assert_eq!(code("calif"), Some("ca"));
        assert_eq!(code("bayern"), None);
        assert!(is_code("tx") && !is_code("zz"));
        assert_eq!(rows(include_str!("data/regions.csv")).count(), 75);
    }
}

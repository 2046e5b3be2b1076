//! Street words (`Rd`, `rue`, `C/`, `ул.`, `-straße`) and one spelling for each.

use std::sync::LazyLock;

use super::rows::{Table, rows};

struct Spellings {
    /// Words taken wherever they stand, or only after the name.
    after: Table<(&'static str, bool)>,
    /// Words taken before the name only.
    before: Table<&'static str>,
    /// Words that grow together with the name, longest first.
    glued: Vec<(&'static str, &'static str)>,
}

static TABLE: LazyLock<Spellings> = LazyLock::new(|| {
    let mut table = Spellings {
        after: Table::default(),
        before: Table::default(),
        glued: Vec::new(),
    };
    for row in rows(include_str!("data/street_words.csv")) {
        let [word, spelling, place] = row[..] else {
            continue;
        };
        match place {
            "start" => {
                table.before.insert(word, spelling);
            }
            "end" => {
                table.after.insert(word, (spelling, true));
            }
            _ => {
                table.after.insert(word, (spelling, false));
            }
        }
        if place == "glued" {
            table.glued.push((word, spelling));
        }
    }
    table
        .glued
        .sort_by_key(|(word, _)| (std::cmp::Reverse(word.len()), *word));
    table
});

/// The one spelling of a street word. `first` tells that it stands before the name, `last` that no
/// name follows it: some abbreviations are street words only there.
#[must_use]
pub fn street_word(word: &str, first: bool, last: bool) -> Option<&'static str> {
    if first
        && !last
        && let Some(spelling) = TABLE.before.get(word)
    {
        return Some(spelling);
    }
    let &(spelling, only_last) = TABLE.after.get(word)?;
    (!only_last || last && !first).then_some(spelling)
}

/// Splits a name grown together with its street word: `hauptstrasse` → `haupt`, `strasse`.
/// `dotted` tells that a full stop follows, so that `hauptstr` and `schulpl` are abbreviations.
#[must_use]
pub fn split_glued(word: &str, dotted: bool) -> Option<(&str, &'static str)> {
    let abbreviations = [("str", "strasse", true), ("pl", "platz", dotted)];
    for (ending, spelling, believed) in abbreviations {
        if believed
            && let Some(stem) = word.strip_suffix(ending)
            && stem.len() > 2
        {
            return Some((stem, spelling));
        }
    }
    let english = [
        "street",
        "avenue",
        "crescent",
        "circuit",
        "terrace",
        "parade",
        "boulevard",
        "highway",
        "drive",
        "place",
        "close",
        "court",
    ];
    for ending in english {
        if let Some(stem) = word.strip_suffix(ending)
            && stem.len() > 3
        {
            return Some((stem, ending));
        }
    }
    TABLE.glued.iter().find_map(|(ending, spelling)| {
        let stem = word.strip_suffix(ending)?;
        (stem.len() > 2).then_some((stem, *spelling))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        let count = rows(include_str!("data/street_words.csv")).count();
        assert_eq!(count, TABLE.after.len() + TABLE.before.len());
    }

    #[test]
    fn place_matters() {
        assert_eq!(street_word("rd", false, true), Some("road"));
        assert_eq!(street_word("ct", false, true), Some("court"));
        assert_eq!(street_word("ct", false, false), None);
        assert_eq!(street_word("r", true, false), Some("rue"));
        assert_eq!(street_word("r", false, true), None);
    }

    #[test]
    fn grown_together() {
        assert_eq!(
            split_glued("hauptstrasse", false),
            Some(("haupt", "strasse"))
        );
        assert_eq!(split_glued("hauptstr", false), Some(("haupt", "strasse")));
        assert_eq!(split_glued("schulpl", true), Some(("schul", "platz")));
        assert_eq!(split_glued("schulpl", false), None);
        assert_eq!(split_glued("strasse", false), None);
    }
}

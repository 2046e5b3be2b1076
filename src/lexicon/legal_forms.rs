//! Legal forms of companies (`Ltd`, `GmbH & Co. KG`, `S.p.A.`, `ООО`) and one spelling for each.

use std::sync::LazyLock;

use super::rows::{Table, rows};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    End,
    Start,
    Alone,
}

static TABLE: LazyLock<Table<(&'static str, Place)>> = LazyLock::new(|| {
    rows(include_str!("data/legal_forms.csv"))
        .filter_map(|row| {
            let [words, canonical, place] = row[..] else {
                return None;
            };
            let place = match place {
                "end" => Place::End,
                "start" => Place::Start,
                "alone" => Place::Alone,
                _ => return None,
            };
            Some((words, (canonical, place)))
        })
        .collect()
});

/// The most words a legal form has.
const LONGEST: usize = 5;

/// The legal form at the end of `words` (folded, dots closed up): how many words it takes and its
/// one spelling. Never takes all words. Short forms that are also words (`as`, `pa`) are believed
/// only when `marked` (a comma, dots or capitals set them apart) or when two words stand before them.
#[must_use]
pub fn at_end(words: &[&str], marked: bool) -> Option<(usize, &'static str)> {
    let most = LONGEST.min(words.len().saturating_sub(1));
    (1..=most).rev().find_map(|count| {
        let before = words.len() - count;
        let (canonical, place) = look_up(&words[before..])?;
        (place != Place::Alone || marked || before > 1).then_some((count, canonical))
    })
}

/// The legal form at the start of `words`, where that is customary (`OOO Romashka`, `SARL Dupont`).
#[must_use]
pub fn at_start(words: &[&str]) -> Option<(usize, &'static str)> {
    let most = LONGEST.min(words.len().saturating_sub(1));
    (1..=most).rev().find_map(|count| {
        let (canonical, place) = look_up(&words[..count])?;
        (place == Place::Start).then_some((count, canonical))
    })
}

fn look_up(words: &[&str]) -> Option<(&'static str, Place)> {
    match words {
        [word] => TABLE.get(word).copied(),
        _ => TABLE.get(words.join(" ").as_str()).copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_once() {
        let all: Vec<_> = rows(include_str!("data/legal_forms.csv")).collect();
        assert_eq!(all.len(), TABLE.len());
        let clean = |s: &str| s.bytes().all(|b| b.is_ascii_lowercase() || b == b' ');
        assert!(all.iter().all(|row| clean(row[0]) && clean(row[1])));
        assert!(all.iter().all(|row| row[0].split(' ').count() <= LONGEST
            || at_end(&row[0].split(' ').collect::<Vec<_>>(), true).is_some()));
    }

    #[test]
    fn the_longest_form_wins() {
        assert_eq!(
            at_end(&["weber", "gmbh", "and", "co", "kg"], false),
            Some((4, "gmbh co kg"))
        );
        assert_eq!(at_end(&["gmbh"], false), None);
        assert_eq!(at_end(&["kim", "as"], false), None);
        assert_eq!(at_end(&["kim", "as"], true), Some((1, "as")));
        assert_eq!(at_start(&["ooo", "romashka"]), Some((1, "ooo")));
        assert_eq!(at_start(&["inc", "magazine"]), None);
    }
}

//! Cities and regions.

use crate::lexicon::{city_names, regions};
use crate::text::fold;

/// A city in one spelling: `St. Louis` → `saint louis`, `Frankfurt a. M.` → `frankfurt main`,
/// `Paris 09 Opéra` → `paris opera`, `Munich` → `munchen`. Folded.
#[must_use]
pub fn city(cell: &str) -> String {
    let spelled = in_full(&fold(cell));
    city_names::at_home(&spelled).map_or(spelled, str::to_owned)
}

/// The folded city with abbreviations spelled out, without district numbers.
fn in_full(folded: &str) -> String {
    if folded.bytes().all(|b| b.is_ascii_lowercase()) {
        return long_form(folded).unwrap_or(folded).to_owned();
    }
    let words: Vec<&str> = folded.split(' ').collect();
    let mut out: Vec<&str> = Vec::with_capacity(words.len());
    let lettered = words
        .iter()
        .any(|w| w.bytes().any(|b| b.is_ascii_lowercase()) && w.len() > 1);
    let mut at = 0;
    while at < words.len() {
        let (word, next) = (words[at], words.get(at + 1).copied());
        match (word, next) {
            _ if lettered && is_district(word) => {}
            ("a" | "an" | "am" | "on" | "in", Some(river))
                if at > 0 && river_name(river).is_some() =>
            {
                out.extend(river_name(river));
                at += 1;
            }
            ("a", Some("d"))
                if at > 0 && words.get(at + 2).is_some_and(|r| river_name(r).is_some()) =>
            {
                out.extend(river_name(words[at + 2]));
                at += 2;
            }
            ("an" | "on", Some("der" | "the"))
                if at > 0 && words.get(at + 2).is_some_and(|r| river_name(r).is_some()) =>
            {
                out.extend(river_name(words[at + 2]));
                at += 2;
            }
            ("frankfurt", Some("m")) => {
                out.extend(["frankfurt", "main"]);
                at += 1;
            }
            ("i", Some("br")) | ("im", Some("breisgau")) if at > 0 => at += 1,
            _ => out.push(long_form(word).unwrap_or(word)),
        }
        at += 1;
    }
    out.join(" ")
}

/// A number of a district: `12`, `09`, `6e`, `6eme`.
fn is_district(word: &str) -> bool {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0
        && matches!(
            &word[digits..],
            "" | "e" | "er" | "eme" | "ieme" | "th" | "st" | "nd" | "rd"
        )
}

fn river_name(word: &str) -> Option<&'static str> {
    Some(match word {
        "m" | "main" => "main",
        "rh" | "rhein" | "rhine" => "rhein",
        "o" | "oder" => "oder",
        "d" | "donau" | "danube" => "donau",
        "n" | "neckar" => "neckar",
        "s" | "saale" => "saale",
        "i" | "inn" => "inn",
        "l" | "lech" | "lahn" => "lech",
        "e" | "elbe" => "elbe",
        _ => return None,
    })
}

/// True for street words that are often part of a city's name: `Park Forest`, `Hill Valley`.
pub(super) fn keeps(word: &str) -> bool {
    matches!(
        fold(word).as_str(),
        "park"
            | "forest"
            | "hill"
            | "hills"
            | "heights"
            | "grove"
            | "mount"
            | "mt"
            | "st"
            | "fort"
            | "ft"
            | "point"
            | "pt"
            | "village"
            | "island"
            | "bridge"
            | "creek"
            | "green"
            | "garden"
            | "gardens"
            | "manor"
            | "view"
            | "ridge"
            | "glen"
            | "rise"
            | "walk"
            | "square"
            | "meadows"
            | "springs"
            | "court"
            | "cove"
            | "junction"
            | "crossing"
            | "port"
            | "al"
            | "col"
            | "city"
            | "loop"
            | "row"
            | "way"
            | "ring"
            | "markt"
            | "villa"
            | "via"
            | "san"
            | "ut"
            | "place"
            | "mill"
    )
}

fn long_form(word: &str) -> Option<&'static str> {
    Some(match word {
        "st" | "snt" => "saint",
        "ste" => "sainte",
        "ft" => "fort",
        "mt" => "mount",
        "pt" => "port",
        "hts" => "heights",
        "spgs" => "springs",
        "twp" => "township",
        "vlg" => "village",
        "bch" => "beach",
        "nth" => "north",
        "sth" => "south",
        "sankt" => "saint",
        _ => return None,
    })
}

/// A region in one spelling: the code of a state or province of the United States, Canada or
/// Australia, else the folded words.
#[must_use]
pub fn region(cell: &str) -> String {
    let folded = fold(cell);
    if let Some(code) = regions::code(&folded) {
        return code.to_owned();
    }
    if folded.contains(' ') && folded.split(' ').all(|w| w.len() == 1) {
        let joined = folded.replace(' ', "");
        if regions::is_code(&joined) {
            return joined;
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cities() {
        for (cell, expected) in [
            ("St. Louis", "saint louis"),
            ("Frankfurt a. M.", "frankfurt main"),
            ("Frankfurt am Main", "frankfurt main"),
            ("Paris 09 Opéra", "paris opera"),
            ("MARSEILLE 06", "marseille"),
            ("Köln", "koln"),
            ("", ""),
            ("12", "12"),
        ] {
            assert_eq!(city(cell), expected, "{cell}");
        }
    }

    #[test]
    fn regions_to_codes() {
        assert_eq!(region("California"), "ca");
        assert_eq!(region("N.S.W."), "nsw");
        assert_eq!(region("Bayern"), "bayern");
    }
}

//! Compass directions in street names, to one or two letters.
//!
//! Source: USPS Publication 28, appendix on directionals (facts), and general knowledge.

/// The short form of a folded English direction: `north` → `n`, `southwest` → `sw`.
#[must_use]
pub fn direction(word: &str) -> Option<&'static str> {
    Some(match word {
        "n" | "north" => "n",
        "s" | "south" => "s",
        "e" | "east" => "e",
        "w" | "west" => "w",
        "ne" | "northeast" => "ne",
        "nw" | "northwest" => "nw",
        "se" | "southeast" => "se",
        "sw" | "southwest" => "sw",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_are_their_own() {
        for word in [
            "north",
            "south",
            "east",
            "west",
            "northeast",
            "southwest",
            "southeast",
            "northwest",
        ] {
            let short = direction(word).unwrap();
            assert_eq!(direction(short), Some(short));
        }
        assert_eq!(direction("norte"), None);
    }
}

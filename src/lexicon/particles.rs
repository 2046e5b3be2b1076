//! Small words that belong to a family name: `van der`, `de la`, `bin`, and words that join two people.
//!
//! Source: general knowledge, compiled for this project.

/// True if `word` (folded) introduces a family name and stays with it: `van`, `von`, `de`, `bin`, …
#[must_use]
pub fn particle(word: &str) -> bool {
    matches!(
        word,
        // Dutch, Flemish, Afrikaans
        "van" | "vande" | "vanden" | "vander" | "der" | "den" | "het" | "ten" | "ter" | "te" | "op"
        // German
        | "von" | "vom" | "zu" | "zum" | "zur" | "am" | "auf"
        // French, Italian, Spanish, Portuguese, Catalan
        | "de" | "du" | "des" | "la" | "le" | "les" | "lo" | "las" | "los" | "del" | "dels" | "dela" | "della"
        | "dello" | "delle" | "degli" | "dei" | "dal" | "dalla" | "di" | "da" | "do" | "dos" | "das"
        | "san" | "santa" | "santo" | "saint" | "sainte"
        // Nordic
        | "av" | "af"
        // Arabic, Hebrew, Turkic, Malay
        | "al" | "el" | "bin" | "ibn" | "bint" | "binti" | "ben" | "bat" | "abu" | "abou" | "ould" | "bou" | "ait"
        | "ap" | "ab" | "mac" | "mc" | "fitz" | "st" | "ste" | "dit"
    )
}

/// Particles that are also common given names (`ben`, `al`, `van`, `san`, `mac`): no particle when they come first.
#[must_use]
pub fn also_given(word: &str) -> bool {
    matches!(
        word,
        "ben"
            | "al"
            | "van"
            | "mac"
            | "bat"
            | "ali"
            | "santa"
            | "santo"
            | "ab"
            | "bin"
            | "del"
            | "do"
            | "fitz"
            | "lo"
    )
}

/// True if `word` between two surnames joins them: `ortega y rubio`, `costa e silva`.
#[must_use]
pub fn surname_joiner(word: &str) -> bool {
    matches!(word, "y" | "e" | "i")
}

/// True if `word` between two given names or titles names a second person: `and`, `und`, `et`, …
#[must_use]
pub fn person_joiner(word: &str) -> bool {
    matches!(word, "and" | "und" | "et" | "och" | "og" | "oraz")
}

/// True if `word` joins two people where both its neighbours are given names or forms of address; it may be a particle
/// or an initial elsewhere: `Piotr i Katarzyna`, `Juan y Rosa`.
#[must_use]
pub fn joiner_between_givens(word: &str) -> bool {
    matches!(
        word,
        "i" | "a" | "e" | "y" | "en" | "ja" | "es" | "ve" | "si" | "ta" | "kai" | "in"
    )
}

/// True if `word` before or after a family name means all who live under it: `Familie Möller`, `The Smith Family`.
#[must_use]
pub fn all_of_a_family(word: &str) -> bool {
    matches!(
        word,
        "family"
            | "familie"
            | "fam"
            | "famille"
            | "famiglia"
            | "familia"
            | "familien"
            | "familjen"
            | "rodzina"
            | "obitelj"
            | "eheleute"
            | "ehepaar"
            | "panstwo"
            | "manzele"
            | "manzelia"
            | "household"
    )
}

/// True if `word` says that the name after it was the family name before marriage.
#[must_use]
pub fn formerly(word: &str) -> bool {
    matches!(
        word,
        "nee"
            | "ne"
            | "geb"
            | "geboren"
            | "geborene"
            | "gebor"
            | "born"
            | "formerly"
            | "former"
            | "maiden"
            | "fka"
            | "previously"
            | "nata"
            | "nato"
            | "nacida"
            | "nascida"
            | "roz"
            | "rozena"
            | "zd"
            | "domo"
            | "urozhdennaya"
            | "urozhd"
            | "ur"
            | "fodd"
            | "fodt"
            | "os"
            | "szul"
            | "szuletett"
            | "gebn"
            | "verw"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn particles_of_several_languages() {
        for word in ["van", "von", "della", "dos", "bin", "af"] {
            assert!(particle(word), "{word}");
        }
        assert!(!particle("smith"));
        assert!(also_given("ben") && !also_given("von"));
    }

    #[test]
    fn maiden_name_words() {
        assert!(formerly("nee") && formerly("geb") && !formerly("general"));
    }
}

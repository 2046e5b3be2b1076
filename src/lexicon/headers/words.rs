//! How a header splits into folded words. The build script takes this file as well, to fold the vocabulary once.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The letters of a word in the form used for look-ups: lower case, accents and ligatures folded, other scripts kept.
#[must_use]
pub fn fold_word(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        for c in c.to_lowercase() {
            match c {
                'ß' => folded.push_str("ss"),
                'ł' => folded.push('l'),
                'ø' => folded.push('o'),
                'æ' => folded.push_str("ae"),
                'œ' => folded.push_str("oe"),
                'đ' | 'ð' => folded.push('d'),
                'ı' => folded.push('i'),
                // at the end of a word, where capitals have no form of their own
                'ς' => folded.push('σ'),
                c if is_combining_mark(c) => {}
                c => folded.push(c),
            }
        }
    }
    folded
}

/// Splits a header into folded words: at punctuation, at camel-case humps and between letters and digits.
#[must_use]
pub fn tokens(header: &str) -> Vec<String> {
    if header.is_ascii() {
        let chars: Vec<char> = header.bytes().map(char::from).collect();
        return split(&chars, |word| word.to_ascii_lowercase());
    }
    let chars: Vec<char> = header.nfc().collect();
    split(&chars, fold_word)
}

fn split(chars: &[char], fold: impl Fn(&str) -> String) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let flush = |word: &mut String, words: &mut Vec<String>| {
        if !word.is_empty() {
            words.push(fold(word));
            word.clear();
        }
    };
    for (i, &c) in chars.iter().enumerate() {
        let previous = i.checked_sub(1).map(|p| chars[p]);
        // `Order #` is a number; `Phone #2` is the second of its kind
        if matches!(c, '#' | '№') && !chars.get(i + 1).is_some_and(|n| n.is_numeric()) {
            flush(&mut word, &mut words);
            words.push("no".to_owned());
            continue;
        }
        if !c.is_alphanumeric() {
            if !(is_combining_mark(c) || is_apostrophe_inside(chars, i)) || word.is_empty() {
                flush(&mut word, &mut words);
                continue;
            }
            if !is_combining_mark(c) {
                continue;
            }
        }
        if let Some(p) = previous {
            let hump = c.is_uppercase()
                && (p.is_lowercase()
                    || (p.is_uppercase() && chars.get(i + 1).is_some_and(|n| n.is_lowercase())));
            let digit_edge = c.is_numeric() != p.is_numeric() && p.is_alphanumeric();
            if hump || digit_edge {
                flush(&mut word, &mut words);
            }
        }
        word.push(c);
    }
    flush(&mut word, &mut words);
    words
}

fn is_apostrophe_inside(chars: &[char], i: usize) -> bool {
    matches!(chars[i], '\'' | '’') && chars.get(i + 1).is_some_and(|c| c.is_alphabetic())
}

/// Whether a word only joins others.
pub(super) fn connects(word: &str) -> bool {
    matches!(
        word,
        "de" | "du"
            | "d"
            | "des"
            | "del"
            | "della"
            | "di"
            | "da"
            | "do"
            | "dos"
            | "das"
            | "of"
            | "the"
            | "la"
            | "le"
            | "el"
            | "van"
            | "het"
            | "et"
            | "y"
            | "e"
            | "i"
            | "a"
            | "and"
            | "und"
            | "o"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn headers_split_at_humps_digits_and_punctuation() {
        assert_eq!(tokens("MailingPostalCode"), ["mailing", "postal", "code"]);
        assert_eq!(tokens("fname_c1"), ["fname", "c", "1"]);
        assert_eq!(tokens("address.line1"), ["address", "line", "1"]);
        assert_eq!(tokens("E-mail 1 - Value"), ["e", "mail", "1", "value"]);
        assert_eq!(tokens("URLPath"), ["url", "path"]);
        assert_eq!(tokens("Order #"), ["order", "no"]);
        assert_eq!(tokens("Phone #2"), ["phone", "2"]);
        assert_eq!(tokens("Téléphone"), ["telephone"]);
    }

    proptest! {
        #[test]
        fn ascii_splits_as_any_text(header in "[ -~]{0,24}") {
            let chars: Vec<char> = header.chars().collect();
            prop_assert_eq!(tokens(&header), split(&chars, fold_word));
        }
    }
}

//! The text side of telephone numbers: where one number of a cell ends and the next begins, what is an extension, what is only
//! a label. Knows no numbering plan; see [`crate::normalize::phone`] for that.
//!
//! Letters on keys follow ITU-T E.161, the writing of numbers and extensions E.123.

use std::borrow::Cow;

use crate::normalize::placeholder::decimal;

/// A part of a cell with fewer digits is no number of its own.
pub(crate) const FEWEST_DIGITS: usize = 5;
/// Longest national number plus calling code of E.164.
const E164_DIGITS: usize = 15;

/// ASCII digits, plain signs, no guard apostrophe, no `.0` of a number read as a fraction.
pub(crate) fn plain(cell: &str) -> Cow<'_, str> {
    let cell = cell
        .trim()
        .trim_start_matches(['\'', '’', '"', '='])
        .trim_end_matches('"');
    let cell = match cell.split_once('.') {
        Some((whole, zeros))
            if !zeros.is_empty()
                && zeros.bytes().all(|b| b == b'0')
                && whole.len() >= FEWEST_DIGITS
                && whole.bytes().all(|b| b.is_ascii_digit() || b == b'+')
                && zeros.len() <= 2 =>
        {
            whole
        }
        _ => cell,
    };
    if cell.is_ascii() {
        return Cow::Borrowed(cell);
    }
    Cow::Owned(cell.chars().filter_map(plain_char).collect())
}

/// The ASCII sign for what keyboards of the world put in its place; `None` for invisible characters.
fn plain_char(c: char) -> Option<char> {
    if let Some(digit) = decimal(c) {
        return Some(char::from(b'0' + digit));
    }
    match c {
        '＋' | '﹢' | '⁺' => Some('+'),
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '－' | 'ー' => Some('-'),
        '（' => Some('('),
        '）' => Some(')'),
        '／' => Some('/'),
        '、' | '，' | '،' => Some(','),
        '：' => Some(':'),
        '～' | '〜' => Some('~'),
        '；' | '؛' => Some(';'),
        '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2069}'
        | '\u{FEFF}'
        | '\u{AD}' => None,
        _ if c.is_whitespace() => Some(' '),
        _ => Some(c),
    }
}

pub(crate) fn digits_of(text: &str) -> String {
    text.bytes()
        .filter(u8::is_ascii_digit)
        .map(char::from)
        .collect()
}

pub(crate) fn count_digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// `4.47E+11`: a spreadsheet has rounded the number away.
pub(crate) fn damaged(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let mantissa = mantissa.trim_start_matches(['+', '-']);
    let exponent = exponent.trim_start_matches('+');
    let mut dots = 0;
    let fraction = mantissa.bytes().all(|b| {
        dots += usize::from(matches!(b, b'.' | b','));
        b.is_ascii_digit() || matches!(b, b'.' | b',')
    });
    fraction
        && dots <= 1
        && !mantissa.is_empty()
        && (1..=2).contains(&exponent.len())
        && exponent.bytes().all(|b| b.is_ascii_digit())
}

/// Words between two numbers of a cell.
const BETWEEN: &[&str] = &[
    "or", "oder", "ou", "o", "and", "und", "et", "y", "e", "lub", "nebo", "of", "en", "eller",
    "или", "и",
];
/// So many digits can be a number of their own.
const WHOLE_NUMBER: usize = 7;
/// So many letters take two of them, the second in parentheses.
const TWO_NUMBERS: usize = 16;

/// The cell cut between its numbers. The parts together are the whole cell but for separators.
pub(crate) fn parts(text: &str) -> Vec<&str> {
    let simple = |b: u8| b.is_ascii_digit() || matches!(b, b' ' | b'-' | b'(' | b')' | b'.');
    let mut rest = text.bytes().skip(1);
    let one = text.len() < TWO_NUMBERS || !rest.clone().any(|b| b == b'(');
    if one && rest.all(simple) {
        return vec![text];
    }
    let mut cuts: Vec<usize> = Vec::new();
    let mut start = 0;
    for (at, hard) in separators(text) {
        let before = count_digits(&text[start..at]);
        let rest = &text[at..];
        let next_end = separators(rest)
            .into_iter()
            .map(|(e, _)| e)
            .find(|e| *e > 0)
            .unwrap_or(rest.len());
        let next = count_digits(&rest[..next_end]);
        let opens = rest
            .bytes()
            .find(|b| b.is_ascii_digit() || *b == b'+')
            .is_some_and(|b| matches!(b, b'0' | b'+'));
        let cut = if hard {
            before >= FEWEST_DIGITS
                && count_digits(rest) >= FEWEST_DIGITS
                && (next >= FEWEST_DIGITS || opens || next == 0)
        } else {
            before >= WHOLE_NUMBER
                && (next >= WHOLE_NUMBER || (opens && count_digits(rest) >= WHOLE_NUMBER))
        };
        if cut {
            cuts.push(at);
            start = at;
        }
    }
    let mut found = Vec::with_capacity(cuts.len() + 1);
    let mut from = 0;
    for cut in cuts {
        found.push(&text[from..cut]);
        from = cut;
    }
    found.push(&text[from..]);
    found
}

/// Where numbers may be parted, and whether the sign there hardly means anything else.
fn separators(text: &str) -> Vec<(usize, bool)> {
    let mut found = Vec::new();
    let mut word_start = None;
    let mut seen_digit = false;
    for (at, c) in text.char_indices() {
        if c.is_alphabetic() {
            word_start = word_start.or(Some(at));
            continue;
        }
        if let Some(start) = word_start.take() {
            let word = &text[start..at];
            if BETWEEN.iter().any(|b| word.eq_ignore_ascii_case(b)) {
                found.push((start, true));
            } else if seen_digit && is_label(&word.to_lowercase()) {
                found.push((start, false));
            }
        }
        match c {
            ';' | '|' | '\n' | '\r' | '\t' | '&' | '<' | '>' | '\\' => found.push((at, true)),
            '+' if seen_digit => found.push((at, true)),
            '/' | ',' | ':' => found.push((at, false)),
            '(' if seen_digit => found.push((at, false)),
            _ => seen_digit |= c.is_ascii_digit(),
        }
    }
    found
}

/// `+1 325 555 0142-995`: the number and a direct line of one to four digits behind a hyphen.
pub(crate) fn hyphenated(main: &str) -> Option<(&str, &str)> {
    let (head, tail) = main.trim_end().rsplit_once('-')?;
    let short = (1..=4).contains(&tail.len()) && tail.bytes().all(|b| b.is_ascii_digit());
    (short && count_digits(head) >= WHOLE_NUMBER).then_some((head, tail))
}

/// Marks of an extension, in lower case; longer ones first where one begins another.
const EXTENSION_MARKS: &[&str] = &[
    "extension",
    "extensión",
    "extensao",
    "extn.",
    "extn",
    "ext.",
    "ext=",
    "ext",
    "durchwahl",
    "apparat",
    "app.",
    "dw",
    "poste",
    "interno",
    "int.",
    "int",
    "anexo",
    "ramal",
    "klapka",
    "kl.",
    "linia",
    "wewn.",
    "wewn",
    "wew.",
    "wew",
    "toestel",
    "tst.",
    "доб.",
    "доб",
    "вн.",
    "внутр.",
    "доп.",
    "local",
    "loc.",
    "内線",
    "内线",
    "分机",
    "分機",
    "转",
    "轉",
    "내선",
    "anknytning",
    "ankn.",
    "lokal",
    "dahili",
    "x.",
    "x",
    "#",
];

/// The number and the extension after it.
pub(crate) fn extension(part: &str) -> (&str, Option<String>) {
    let marked =
        |b: u8| b.is_ascii_alphabetic() || matches!(b, b'#' | b'/' | b',' | b';') || !b.is_ascii();
    if !part.bytes().any(marked) {
        return (part, None);
    }
    let tail_digits = part
        .char_indices()
        .rev()
        .skip_while(|(_, c)| matches!(c, ' ' | ')' | '.' | ']'))
        .take_while(|(_, c)| c.is_ascii_digit())
        .last();
    let Some((at, _)) = tail_digits else {
        return (part, None);
    };
    let (before, tail) = part.split_at(at);
    let digits = digits_of(tail);
    if digits.len() > 7 || count_digits(before) < FEWEST_DIGITS {
        return (part, None);
    }
    let head = before.trim_end_matches([' ', ':', '.', '-', '=', '(']);
    // `030 1234567/68`: the other ending of a block of lines.
    if digits.len() <= 3
        && let Some(main) = head.strip_suffix(['/', ','])
        && count_digits(main) >= WHOLE_NUMBER
    {
        return (main.trim_end_matches(','), Some(digits));
    }
    let lower = head.to_lowercase();
    if lower.len() != head.len() {
        return (part, None);
    }
    for mark in EXTENSION_MARKS {
        let mark = mark.trim_end_matches(['.', '=']);
        if let Some(main) = lower.strip_suffix(mark)
            && !main.ends_with(char::is_alphabetic)
        {
            return (&head[..main.len()], Some(digits));
        }
    }
    (part, None)
}

/// True when a word, a letter or the sign of a range stands between the digits: `030 123456 (seit 2020)`, `030 l23456`,
/// `123-4567~8`. The letters of `(0xx11)` leave room for a carrier.
pub(crate) fn interrupted(main: &str) -> bool {
    let odd = |b: u8| b.is_ascii_alphabetic() || b == b'~' || !b.is_ascii();
    if !main.bytes().any(odd) {
        return false;
    }
    let between = main.trim_matches(|c: char| !c.is_ascii_digit());
    let between = between.to_lowercase().replacen("0xx", "", 1);
    between.contains(|c: char| c.is_alphabetic() || c == '~')
}

/// Words that stand beside a number and are not dialled.
const LABELS: &str = "home work mobile mobil cell cellular tel phone telephone telefon fax office privat private main other direct business \
handy gsm whatsapp buero büro zuhause festnetz dienstlich casa oficina movil móvil celular bureau domicile portable ufficio tlf tfn mob \
only evening evenings day daytime night after before ask for best call mum dad mother father wife husband";

fn is_label(word: &str) -> bool {
    LABELS.split_ascii_whitespace().any(|l| l == word)
}

/// True when letters stand for keys: `1-800-FLOWERS`, `0800 REIFEN`.
pub(crate) fn is_vanity(main: &str) -> bool {
    let digits = count_digits(main);
    if !(3..=8).contains(&digits) || !main.bytes().any(|b| b.is_ascii_alphabetic()) {
        return false;
    }
    let first_digit = main.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
    let mut letters = 0;
    for word in main[first_digit..]
        .split(|c: char| !c.is_alphabetic())
        .filter(|w| !w.is_empty())
    {
        let lower = word.to_lowercase();
        // `555-XXXX` is masked.
        let masked = lower.bytes().all(|b| b == b'x');
        if masked || !word.is_ascii() || is_label(&lower) {
            return false;
        }
        letters += word.len();
    }
    letters >= 3 && (WHOLE_NUMBER..=E164_DIGITS).contains(&(digits + letters))
}

/// The key a letter stands on (ITU-T E.161).
pub(crate) fn key_of(letter: u8) -> char {
    const KEYS: &[u8; 26] = b"22233344455566677778889999";
    let at = usize::from(letter.to_ascii_lowercase().saturating_sub(b'a'));
    KEYS.get(at).map_or('0', |k| char::from(*k))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn letters_are_dialled_only_where_they_stand_for_keys() {
        for vanity in ["1-800-FLOWERS", "0800 REIFEN", "1 888 GO ACME", "555-PIZZA"] {
            assert!(is_vanity(vanity), "{vanity}");
        }
        for label in [
            "0301234 home",
            "555-XXXX",
            "Tel 555 0142",
            "555 0142",
            "12 REIFEN",
            "2125550142 ACME",
            "555 кафе",
        ] {
            assert!(!is_vanity(label), "{label}");
        }
        assert_eq!("FLOWERS".bytes().map(key_of).collect::<String>(), "3569377");
        assert_eq!(
            "adgjmptw".bytes().map(key_of).collect::<String>(),
            "23456789"
        );
    }

    #[test]
    fn rounded_numbers_are_known_by_their_exponent() {
        for cell in ["4.47E+11", "4,47e+11", "4E11", "1.5E10"] {
            assert!(damaged(cell), "{cell}");
        }
        for cell in ["447911123456", "E11", "4.4.7E11", "12 ext 5", "4E", "4E123"] {
            assert!(!damaged(cell), "{cell}");
        }
    }

    proptest! {
        #[test]
        fn the_parts_are_the_whole_cell(cell in "([0-9+ /,;|()a-z-]{0,30}|\\PC{0,30})") {
            prop_assert_eq!(parts(&cell).concat(), cell);
        }

        #[test]
        fn the_number_and_its_extension_hold_all_digits(cell in "[0-9]{5,12}[ ,/-]{0,2}(x|ext\\.? ?|#|доб|dw|/)?[0-9]{0,8}") {
            let (main, extension) = extension(&cell);
            let digits = digits_of(main) + extension.as_deref().unwrap_or("");
            prop_assert_eq!(digits, digits_of(&cell));
        }
    }
}

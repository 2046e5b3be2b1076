//! Folds any Unicode text to lower-case ASCII words: the form every comparison works on.
//!
//! Steps: NFKC (Unicode Standard Annex 15), so that composed and decomposed spellings meet;
//! transliteration of every letter to ASCII character by character; lower case; apostrophes
//! removed; all other punctuation, symbols and white space to single spaces; ends trimmed.
//! Marks vanish where ASCII has no letter for them (`Müller` → `muller`, `Nguyễn` → `nguyen`).

use any_ascii::any_ascii_char;
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

pub use super::skeleton::skeleton;

/// What an ASCII byte becomes: itself in lower case, `SPACE`, or nothing (`DROP`).
const FOLDED: [u8; 256] = folded_bytes();
const SPACE: u8 = b' ';
const DROP: u8 = 0;

const fn folded_bytes() -> [u8; 256] {
    let mut table = [SPACE; 256];
    let mut i = 0;
    while i < 128 {
        let b = i as u8;
        if b.is_ascii_alphanumeric() {
            table[i] = b.to_ascii_lowercase();
        }
        i += 1;
    }
    table[b'\'' as usize] = DROP;
    table[b'`' as usize] = DROP;
    table
}

/// The folded form of `s`: lower-case ASCII letters and digits in words parted by single spaces.
/// Empty when `s` holds no letter or digit. Folding twice is folding once.
#[must_use]
pub fn fold(s: &str) -> String {
    let mut out = String::new();
    fold_into(s, &mut out);
    out
}

/// Like [`fold`], into `out`, whose contents are replaced and whose allocation is kept.
pub fn fold_into(s: &str, out: &mut String) {
    let mut bytes = std::mem::take(out).into_bytes();
    bytes.clear();
    if s.is_ascii() {
        push_ascii(s.as_bytes(), &mut bytes);
    } else {
        let ascii = transliterate(s);
        push_ascii(ascii.as_bytes(), &mut bytes);
    }
    *out = String::from_utf8(bytes).unwrap_or_default(); // only ASCII was pushed
}

/// Folds ASCII bytes. Writes ahead and moves the end, so that the loop holds no branch.
fn push_ascii(s: &[u8], out: &mut Vec<u8>) {
    out.resize(s.len() + 1, 0);
    let mut end = 0;
    let mut after_space = true; // swallows spaces at the start
    for &b in s {
        let c = FOLDED[b as usize];
        let space = c == SPACE;
        out[end] = c;
        let keep = (c != DROP) & !(space & after_space);
        end += usize::from(keep);
        after_space = if c == DROP { after_space } else { space };
    }
    if end > 0 && out[end - 1] == SPACE {
        end -= 1;
    }
    out.truncate(end);
}

/// Everything to ASCII, still with case and punctuation.
fn transliterate(s: &str) -> String {
    // before NFKC, which would part the spacing accents into a space and a mark
    let sounding = s.chars().filter(|&c| !is_silent(c));
    if is_nfkc_quick(sounding.clone()) == IsNormalized::Yes {
        return to_ascii(sounding, s.len()); // the common case needs no normalizing
    }
    // 12½ is two numbers, not 121 and 2
    let parted = sounding.flat_map(|c| is_fraction(c).then_some(' ').into_iter().chain([c]));
    to_ascii(parted.nfkc(), s.len())
}

fn to_ascii(letters: impl Iterator<Item = char>, about: usize) -> String {
    let mut ascii = String::with_capacity(about + 8);
    let mut letters = letters.peekable();
    while let Some(c) = letters.next() {
        if c.is_ascii() {
            ascii.push(c);
        } else if c.is_alphanumeric() || is_combining_mark(c) {
            push_letter(latin(c), &mut ascii);
        } else if c == '·' && between_two_l(&ascii, letters.peek()) {
            // the Catalan ela geminada is one sound: `Paral·lel` is `Parallel`
        } else if !is_silent(c) {
            ascii.push(' ');
        }
    }
    ascii
}

/// Whether a character is Chinese: it folds to its sound in Mandarin, and means others in Japanese and in dialects.
#[must_use]
pub fn is_han(c: char) -> bool {
    matches!(c as u32, 0x3400..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x2FFFF)
}

/// The cell without the marks inside Hebrew abbreviations (`בע"מ`), which elsewhere are quotes; none where there are none.
#[must_use]
pub fn without_gershayim(cell: &str) -> Option<String> {
    let hebrew = |c: char| matches!(c, 'א'..='ת');
    if cell.is_ascii() || !cell.contains(['"', '״', '\'']) {
        return None;
    }
    let mut out = String::with_capacity(cell.len());
    let mut rest = cell.chars().peekable();
    let mut before = ' ';
    while let Some(c) = rest.next() {
        // two apostrophes are typed for one mark
        let mark = matches!(c, '"' | '״') || (c == '\'' && rest.next_if_eq(&'\'').is_some());
        if mark && hebrew(before) && rest.peek().is_some_and(|next| hebrew(*next)) {
            continue;
        }
        out.push(c);
        if mark && c == '\'' {
            out.push(c);
        }
        before = c;
    }
    (out.len() < cell.len()).then_some(out)
}

/// Chinese characters, as [`unsounded`] says them.
pub const HAN: u8 = 4;

/// The script of a letter whose Latin letters are a guess, from 1; 0 for others. Hebrew leaves out vowels, Hangul people
/// write in Latin letters as they like, Katakana gives foreign names a Japanese sound, and a Chinese character has several.
#[must_use]
pub fn unsounded(c: char) -> u8 {
    match c {
        '\u{0591}'..='\u{05F4}' => 1,
        '\u{AC00}'..='\u{D7A3}' => 2,
        '\u{30A1}'..='\u{30FA}' | '\u{FF66}'..='\u{FF9F}' => 3,
        c if is_han(c) => HAN,
        _ => 0,
    }
}

/// The Latin letters for a letter. The guttural letters and silent vowel carriers of Arabic and Hebrew,
/// which the common transliteration drops, are written `a`: فاطمة is `fatma`, علي is `aly`.
fn latin(c: char) -> &'static str {
    match c {
        '\u{0622}' | '\u{0623}' | '\u{0625}' | '\u{0627}' | '\u{0629}' | '\u{0639}'
        | '\u{0649}' | '\u{0671}' | '\u{05D0}' | '\u{05E2}' => "a",
        _ => any_ascii_char(c),
    }
}

/// Signs that the transliteration uses for sounds ASCII lacks are dropped, spaces kept.
fn push_letter(s: &str, ascii: &mut String) {
    for c in s.chars() {
        if c.is_ascii_alphanumeric() || c == ' ' {
            ascii.push(c);
        }
    }
}

/// Apostrophes in their many shapes, and signs without width that may stand inside a word.
fn is_silent(c: char) -> bool {
    !c.is_ascii()
        && matches!(c,
        '\u{00AD}' | '\u{00B4}' | '\u{02B0}'..='\u{02FF}' | '\u{0374}' | '\u{0384}' | '\u{055A}'
        | '\u{05F3}' | '\u{061C}' | '\u{0640}' | '\u{1FBD}' | '\u{1FBF}' | '\u{1FEF}' | '\u{1FFD}'
        | '\u{1FFE}' | '\u{200B}'..='\u{200F}' | '\u{2018}'..='\u{201B}' | '\u{202A}'..='\u{202E}'
        | '\u{2032}' | '\u{2035}' | '\u{2060}'..='\u{2069}' | '\u{A78B}' | '\u{A78C}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FF07}' | '\u{FF40}')
}

fn is_fraction(c: char) -> bool {
    matches!(c, '\u{00BC}'..='\u{00BE}' | '\u{2150}'..='\u{215F}' | '\u{2189}')
}

fn between_two_l(before: &str, after: Option<&char>) -> bool {
    before.ends_with(['l', 'L']) && matches!(after, Some('l' | 'L'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn letters_of_every_script_become_ascii_words() {
        for (raw, folded) in [
            ("O'Brien", "obrien"),
            ("O’Brien", "obrien"),
            ("O´Brien", "obrien"),
            ("  Anne-Marie   d'Arc ", "anne marie darc"),
            ("Müller", "muller"),
            ("Mu\u{308}ller", "muller"),
            ("Groß", "gross"),
            ("Łukasz Żółć", "lukasz zolc"),
            ("Nguyễn", "nguyen"),
            ("Ærø", "aero"),
            ("İbrahim Işık", "ibrahim isik"),
            ("Сергей Жуков", "sergey zhukov"),
            ("Παπαδόπουλος", "papadopoylos"),
            ("李明", "liming"),
            ("김", "gim"),
            ("محمد", "mhmd"),
            ("أحمد", "ahmd"),
            ("\u{0627}\u{0654}حمد", "ahmd"),
            ("فاطمة علي", "fatma aly"),
            ("עמי", "amy"),
            ("Ｆｕｌｌ　Ｗｉｄｔｈ", "full width"),
            ("Paral·lel", "parallel"),
            ("約翰·史密斯", "yuehan shimisi"),
            ("Flat 3/B, 12½", "flat 3 b 12 1 2"),
            ("smile 😀!", "smile"),
            ("\u{feff}Zoë\u{ad}", "zoe"),
            ("…", ""),
            ("", ""),
        ] {
            assert_eq!(fold(raw), folded, "{raw}");
        }
    }

    #[test]
    fn every_character_folds_to_the_promised_alphabet() {
        for c in '\0'..=char::MAX {
            let folded = fold(&format!("x{c}y"));
            assert!(
                folded
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b' '),
                "{c:?} gave {folded:?}"
            );
        }
    }

    fn naive_ascii(s: &str) -> String {
        let kept = s.replace(['\'', '`'], "").to_ascii_lowercase();
        let words = kept.split(|c: char| !c.is_ascii_alphanumeric());
        words
            .filter(|w| !w.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(s in "\\PC{0,40}") {
            let once = fold(&s);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn composed_and_decomposed_meet(s in "[a-zà-žα-ωа-яㄱ-힣]{0,20}") {
            let apart: String = s.nfd().collect();
            prop_assert_eq!(fold(&apart), fold(&s));
        }

        #[test]
        fn ascii_agrees_with_the_plain_way(s in "[ -~\t\n]{0,60}", was in "[a-z]{0,9}") {
            let mut out = was;
            fold_into(&s, &mut out);
            prop_assert_eq!(out, naive_ascii(&s));
        }
    }
}

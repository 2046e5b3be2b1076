//! Names of companies and institutions: without legal form, article and spelling habits.

use crate::lexicon::{legal_forms, organization_words};
use crate::text::fold;

/// An organization's name in comparable form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrganizationName {
    /// Folded words without legal form and leading article; `&` is `and`, abbreviations are
    /// spelled out (`ctr` → `center`). Empty only when the cell holds no letter or digit.
    pub normal: String,
    /// Legal forms in one spelling (`ltd`, `gmbh co kg`), in the order written; empty if none.
    pub legal_form: String,
    /// The words of `normal`, in order.
    pub tokens: Vec<String>,
    /// Initials of the words of `normal` that carry meaning; empty below two words.
    pub acronym: String,
}

/// The name in a cell such as `The Gieß Beratung GmbH & Co. KG`.
#[must_use]
pub fn organization(cell: &str) -> OrganizationName {
    let spaced = east_asian_forms(cell);
    let mut words = words_of(spaced.as_deref().unwrap_or(cell));
    let mut forms: Vec<&'static str> = Vec::new();
    loop {
        let texts: Vec<&str> = words.iter().map(|w| w.text.as_str()).collect();
        let marked = words.last().is_some_and(|w| w.marked);
        if let Some((count, form)) = legal_forms::at_end(&texts, marked) {
            words.truncate(words.len() - count);
            forms.insert(0, form);
        } else if let Some((count, form)) = legal_forms::at_start(&texts) {
            words.drain(..count);
            forms.insert(0, form);
        } else if words.len() > 1 && words[0].text == "the" {
            words.remove(0);
        } else if words.len() > 2
            && words
                .last()
                .is_some_and(|w| w.text == "the" || w.text == "and")
        {
            words.pop();
        } else {
            break;
        }
    }
    forms.dedup();
    let tokens: Vec<String> = words.into_iter().map(|w| w.text).collect();
    OrganizationName {
        normal: tokens.join(" "),
        legal_form: forms.join(" "),
        acronym: acronym(&tokens),
        tokens,
    }
}

fn acronym(tokens: &[String]) -> String {
    let letters: String = tokens
        .iter()
        .filter(|t| !organization_words::filler(t))
        .filter_map(|t| t.chars().next())
        .collect();
    if letters.len() > 1 {
        letters
    } else {
        String::new()
    }
}

/// Chinese, Japanese and Korean legal forms, which stand before or after the name without a space.
const EAST_ASIAN: [(&str, &str); 11] = [
    ("股份有限公司", " gufenyouxiangongsi "),
    ("有限责任公司", " youxianzerengongsi "),
    ("有限公司", " youxiangongsi "),
    ("株式会社", " kk "),
    ("(株)", " kk "),
    ("（株）", " kk "),
    ("㈱", " kk "),
    ("有限会社", " yk "),
    ("合同会社", " gk "),
    ("주식회사", " juhoesa "),
    ("(주)", " juhoesa "),
];

/// The cell with East Asian legal forms as words, if it holds any.
fn east_asian_forms(cell: &str) -> Option<String> {
    if cell.is_ascii() {
        return None;
    }
    let mut out: Option<String> = None;
    for (form, word) in EAST_ASIAN {
        let now = out.as_deref().unwrap_or(cell);
        if now.contains(form) {
            out = Some(now.replace(form, word));
        }
    }
    out
}

struct Word {
    text: String,
    /// A comma before it, dots inside it, or capitals set it apart as an abbreviation.
    marked: bool,
}

/// Folded words: dots inside a word closed up (`S.p.A.` is `spa`), single letters in a row joined
/// (`s a` is `sa`), joiners and abbreviations spelled out.
fn words_of(cell: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let shouted = !cell.chars().any(char::is_lowercase);
    let (mut start, mut comma, mut letters) = (0, false, false);
    for (at, c) in cell.char_indices().chain([(cell.len(), ' ')]) {
        let joiner = matches!(c, '&' | '+' | '＆');
        if !(joiner || c.is_whitespace() || is_separator(c)) {
            continue;
        }
        push_words(&cell[start..at], comma, shouted, &mut letters, &mut words);
        comma = c == ',' || comma && start == at;
        if joiner {
            words.push(Word {
                text: "and".to_owned(),
                marked: false,
            });
            letters = false;
        }
        start = at + c.len_utf8();
    }
    words
}

fn is_separator(c: char) -> bool {
    matches!(
        c,
        ',' | ';'
            | '/'
            | '-'
            | '–'
            | '—'
            | '('
            | ')'
            | '['
            | ']'
            | '"'
            | '“'
            | '”'
            | '„'
            | '«'
            | '»'
            | '|'
            | ':'
            | '（'
            | '）'
            | '・'
    )
}

/// Adds the words of `raw`, a piece without white space. `letters` tells that the last word is single letters joined.
fn push_words(raw: &str, comma: bool, shouted: bool, letters: &mut bool, words: &mut Vec<Word>) {
    let inner = raw.trim_matches('.');
    let abbreviated =
        inner.contains('.') && inner.split('.').all(|piece| piece.chars().count() <= 3);
    let folded = if abbreviated {
        fold(&inner.replace('.', ""))
    } else {
        fold(inner)
    };
    let capitals = !shouted && inner.chars().count() <= 4 && inner.chars().all(char::is_uppercase);
    for text in folded.split(' ').filter(|t| !t.is_empty()) {
        let single = text.len() == 1 && text.as_bytes()[0].is_ascii_alphabetic();
        match words.last_mut() {
            Some(before) if single && *letters => {
                before.text.push_str(text);
                before.marked = true;
            }
            _ => words.push(Word {
                text: text.to_owned(),
                marked: comma || abbreviated || capitals,
            }),
        }
        *letters = single || *letters && single;
    }
    for word in words.iter_mut().rev().take(1) {
        if let Some(long) = organization_words::spelled_out(&word.text) {
            word.text.clear();
            word.text.push_str(long);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_joined_and_spelled_out() {
        for (cell, normal, form) in [
            (
                "Gieß Beratung Gesellschaft mbH and Co. KG",
                "giess beratung",
                "gmbh co kg",
            ),
            ("Sun Services Co., Ltd.", "sun services", "ltd"),
            ("Bocelli Industries S.p.A.", "bocelli industries", "spa"),
            ("The Smith Company", "smith", "co"),
            ("ООО «Ромашка»", "romashka", "ooo"),
            ("Kemp & Sons", "kemp and sons", ""),
            ("A/S Nordvik", "as nordvik", ""),
        ] {
            let got = organization(cell);
            assert_eq!(
                (got.normal.as_str(), got.legal_form.as_str()),
                (normal, form),
                "{cell}"
            );
        }
    }
}

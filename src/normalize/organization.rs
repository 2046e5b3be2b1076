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
    let spaced = east_asian_forms(cell).or_else(|| fold::without_gershayim(cell));
    let mut words = words_of(spaced.as_deref().unwrap_or(cell));
    let mut forms: Vec<&'static str> = Vec::new();
    loop {
        let texts: Vec<&str> = words.iter().map(|w| w.text.as_str()).collect();
        let marked = words.last().is_some_and(|w| w.marked);
        if let Some((count, form)) = legal_forms::at_end(&texts, marked) {
            words.truncate(words.len() - count);
            forms.insert(0, form);
        } else if let Some((count, form)) = legal_forms::at_start(&texts)
            && (form != "pao" || begins_in_capitals(cell))
        {
            words.drain(..count);
            forms.insert(0, form);
        } else if words.len() > 1 && (words[0].text == "the" || is_account(&words[0].text)) {
            words.remove(0);
        } else if words.len() > 2
            && words
                .last()
                .is_some_and(|w| w.text == "the" || w.text == "and")
        {
            words.pop();
        } else if words.len() > 1 && words[0].text == "sc" && ends_romanian(&forms) {
            words.remove(0);
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

/// Whether a word is the number of an account, as it stands before names in NetSuite: `CUST1041 Harbor & Pine LLC`.
fn is_account(word: &str) -> bool {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    word.len() >= digits.len() + 2
        && digits.len() >= 3
        && digits.bytes().all(|b| b.is_ascii_digit())
}

/// `S.C. Carpat Lemn S.R.L.`: in front of such a form, `SC` says no more than that it is a company.
/// Whether the first word is written in capitals or in letters that are not Latin: `ПАО`, but not `Pão`.
fn begins_in_capitals(cell: &str) -> bool {
    let mut words = cell.split(|c: char| !c.is_alphabetic() && c != '.');
    let first = words.find(|w| !w.is_empty()).unwrap_or_default();
    let upper = |c: char| !c.is_ascii_lowercase() && (c.is_ascii() || c > '\u{24f}');
    first.chars().all(upper)
}

fn ends_romanian(forms: &[&str]) -> bool {
    matches!(forms.last(), Some(&("srl" | "sa")))
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

/// Chinese, Japanese, Korean and Thai legal forms, which stand before or after the name without a space.
const EAST_ASIAN: [(&str, &str); 13] = [
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
    ("บริษัท", " "),
    ("จำกัด", " ltd "),
];

/// Whether the cell holds a legal form that stands without a space.
pub(crate) fn has_east_asian_form(cell: &str) -> bool {
    !cell.is_ascii() && EAST_ASIAN.iter().any(|(form, _)| cell.contains(form))
}

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
    let before = words.len();
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
        *letters = single;
    }
    for word in &mut words[before.saturating_sub(1)..] {
        if let Some(long) = organization_words::spelled_out(&word.text) {
            word.text.clear();
            word.text.push_str(long);
            *letters = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CASES: &[(&str, &str)] = &[
        ("Acme Ltd", "acme|ltd"),
        ("ACME LIMITED", "acme|ltd"),
        ("Acme Ltd.", "acme|ltd"),
        ("Acme, Ltd", "acme|ltd"),
        ("Acme Co., Ltd.", "acme|ltd"),
        ("The Acme Company", "acme|co"),
        ("CUST1041 Acme Ltd", "acme|ltd"),
        ("B12 Bistro", "b12 bistro|"),
        ("Acme Inc", "acme|inc"),
        ("Acme, Inc.", "acme|inc"),
        ("Acme Incorporated", "acme|inc"),
        ("Acme Corp.", "acme|corp"),
        ("Acme Corporation", "acme|corp"),
        ("Acme LLC", "acme|llc"),
        ("Acme L.L.C.", "acme|llc"),
        ("Acme plc", "acme|plc"),
        ("Acme P.L.C.", "acme|plc"),
        ("Acme Pty Ltd", "acme|ltd"),
        ("Acme (Pty) Ltd", "acme|ltd"),
        ("Acme Pvt. Ltd.", "acme|ltd"),
        ("Acme Private Limited", "acme|ltd"),
        ("Acme Pte Ltd", "acme|ltd"),
        ("Acme Sdn Bhd", "acme|sdn bhd"),
        ("Acme Sdn. Bhd.", "acme|sdn bhd"),
        ("Müller GmbH", "muller|gmbh"),
        ("Müller G.m.b.H.", "muller|gmbh"),
        (
            "Müller Gesellschaft mit beschränkter Haftung",
            "muller|gmbh",
        ),
        ("Müller GmbH & Co. KG", "muller|gmbh co kg"),
        ("Müller GmbH und Co. KG", "muller|gmbh co kg"),
        ("Müller GmbH + Co KG", "muller|gmbh co kg"),
        ("Müller AG", "muller|ag"),
        ("Müller KG", "muller|kg"),
        ("Müller OHG", "muller|ohg"),
        ("Müller e.K.", "muller|ek"),
        ("Müller UG (haftungsbeschränkt)", "muller|ug"),
        ("Müller & Söhne", "muller and sohne|"),
        ("Sportverein Musterstadt e.V.", "sportverein musterstadt|ev"),
        ("Dupont SARL", "dupont|sarl"),
        ("Dupont S.A.R.L.", "dupont|sarl"),
        ("SARL Dupont", "dupont|sarl"),
        ("Dupont SAS", "dupont|sas"),
        ("Dupont S.A.", "dupont|sa"),
        ("Dupont et Fils", "dupont and fils|"),
        ("Dupont & Cie", "dupont|co"),
        ("Rossi S.p.A.", "rossi|spa"),
        ("Rossi SPA", "rossi|spa"),
        ("Rossi S.r.l.", "rossi|srl"),
        ("Rossi Srl", "rossi|srl"),
        ("García S.L.", "garcia|sl"),
        ("García, S.L.", "garcia|sl"),
        ("García SL", "garcia|sl"),
        ("García S.A. de C.V.", "garcia|sa de cv"),
        ("Costa y B Hermanos", "costa and b hermanos|"),
        ("García y Hijos", "garcia and hijos|"),
        ("Silva Ltda.", "silva|ltda"),
        ("Silva Lda", "silva|ltda"),
        ("Silva & Filhos, Lda.", "silva and filhos|ltda"),
        ("Jansen B.V.", "jansen|bv"),
        ("Jansen BV", "jansen|bv"),
        ("Jansen N.V.", "jansen|nv"),
        ("Peeters BVBA", "peeters|bv"),
        ("Kowalski Sp. z o.o.", "kowalski|sp zoo"),
        ("Kowalski Sp. z o. o.", "kowalski|sp zoo"),
        ("Kowalski Spółka z o.o.", "kowalski|sp zoo"),
        (
            "Kowalski spółka z ograniczoną odpowiedzialnością",
            "kowalski|sp zoo",
        ),
        ("Kowalski S.A.", "kowalski|sa"),
        ("Novák s.r.o.", "novak|sro"),
        ("Novák, spol. s r.o.", "novak|sro"),
        ("Novák a.s.", "novak|as"),
        ("Kovács Kft.", "kovacs|kft"),
        ("Kovács Zrt.", "kovacs|zrt"),
        ("Popescu SRL", "popescu|srl"),
        ("Petrov OOD", "petrov|ood"),
        ("ООО Ромашка", "romashka|ooo"),
        ("ООО «Ромашка»", "romashka|ooo"),
        ("Ромашка, ООО", "romashka|ooo"),
        ("ЗАО Ромашка", "romashka|zao"),
        ("ПАО Ромашка", "romashka|pao"),
        ("Horvat d.o.o.", "horvat|doo"),
        ("Papadopoulos A.E.", "papadopoulos|ae"),
        ("Yılmaz Ltd. Şti.", "yilmaz|ltd"),
        ("Yılmaz A.Ş.", "yilmaz|as"),
        ("Yılmaz San. ve Tic. Ltd. Şti.", "yilmaz|ltd"),
        ("Pão Dourado", "pao dourado|"),
        ("ПАО Звезда", "zvezda|pao"),
        ("PAO Zvezda", "zvezda|pao"),
        ("גלים בע\"מ", "glym|ltd"),
        ("גלים בע״מ", "glym|ltd"),
        ("Svensson AB", "svensson|ab"),
        ("Hansen A/S", "hansen|as"),
        ("Hansen ApS", "hansen|aps"),
        ("Hansen AS", "hansen|as"),
        ("Virtanen Oy", "virtanen|oy"),
        ("Virtanen Oyj", "virtanen|oyj"),
        ("Tamm OÜ", "tamm|ou"),
        ("SIA Ozols", "ozols|sia"),
        ("UAB Ąžuolas", "azuolas|uab"),
        ("株式会社サンプル", "sanpuru|kk"),
        ("サンプル株式会社", "sanpuru|kk"),
        ("บริษัท ไทย จำกัด", "aithy|ltd"),
        ("PT Contoh Jaya", "contoh jaya|pt"),
        ("Contoh Jaya PT", "contoh jaya|pt"),
        ("Tech Center", "tech center|"),
        ("Tech Centre", "tech center|"),
        ("Tech Ctr", "tech center|"),
        ("Example Univ.", "example university|"),
        ("University of Example", "university of example|"),
        ("Intl. Widgets Assn.", "international widgets association|"),
        (
            "International Widgets Association",
            "international widgets association|",
        ),
        ("Smith & Jones", "smith and jones|"),
        ("Smith and Jones", "smith and jones|"),
        ("Smith + Jones", "smith and jones|"),
        ("Smith Bros.", "smith brothers|"),
        ("A & B Plumbing", "a and b plumbing|"),
        ("A and B Plumbing", "a and b plumbing|"),
        ("St. Mary's Hospital", "st marys hospital|"),
        ("Saint Mary's Hospital", "saint marys hospital|"),
        ("Emirates Trading L.L.C", "emirates trading|llc"),
        ("Example FZE", "example|fze"),
        ("Example FZ-LLC", "example|fz llc"),
        ("The", "the|"),
        ("", "|"),
        ("Ltd", "ltd|"),
    ];

    #[test]
    fn names_of_many_countries() {
        let digest = |cell: &str| {
            let got = organization(cell);
            format!("{}|{}", got.normal, got.legal_form)
        };
        let wrong: Vec<String> = CASES
            .iter()
            .filter(|(cell, expected)| digest(cell) != *expected)
            .map(|(cell, expected)| format!("{cell}: got {}, expected {expected}", digest(cell)))
            .collect();
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    }

    #[test]
    fn acronyms_skip_fillers() {
        assert_eq!(organization("University of Example").acronym, "ue");
        assert_eq!(organization("Example").acronym, "");
    }

    fn cells() -> impl Strategy<Value = String> {
        let word = prop_oneof![
            "[A-Za-z]{1,9}",
            "\\PC{0,5}",
            Just("Co.".to_owned()),
            Just("S.A.".to_owned()),
            Just("&".to_owned()),
            Just("The".to_owned()),
            Just("GmbH".to_owned()),
            Just("OOO".to_owned()),
            Just("y".to_owned()),
            Just("株式会社".to_owned()),
            Just("Ctr".to_owned()),
            Just("und".to_owned()),
            Just("A".to_owned()),
            Just("AG".to_owned()),
            Just("de".to_owned()),
        ];
        prop::collection::vec(word, 0..6).prop_map(|words| words.join(" "))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn a_normal_name_is_its_own(cell in cells()) {
            let once = organization(&cell);
            let again = organization(&once.normal);
            prop_assert_eq!(&again.normal, &once.normal);
        }

        #[test]
        fn a_name_is_never_taken_away(cell in cells()) {
            let got = organization(&cell);
            prop_assert!(!got.normal.is_empty() || fold(&cell).is_empty());
            prop_assert_eq!(got.tokens.join(" "), got.normal);
        }
    }
}

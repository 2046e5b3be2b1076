//! Gender: a cell → female, male or other.
//!
//! Reads words and letters of the main languages, forms of address (`Herr`, `Mme`) and the digits of ISO/IEC 5218 (1
//! male, 2 female; 0 not known and 9 not applicable give nothing). Letters that languages disagree on (`v` is female in
//! Dutch, `h` male in French and Spanish) are read in the more common way. Word lists: compiled by hand.

use std::sync::LazyLock;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use crate::lexicon::word_key::word_key;

/// What a gender cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gender {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Neither: diverse, non-binary, X.
    Other,
}

const FEMALE: &str = "f w v k z fem female femaie femal woman women girl lady weiblich weibl frau dame madchen mujer femenino femenina femina \
feminino feminina feminin feminine femme fille femminile donna femmina mulher vrouw vrouwelijk meisje kobieta zenska zenski zena zensky \
kvinna kvinnlig kvinde kvindelig kvinne kvinnelig nainen naine noi kadin bayan kiz ж жен женский женщина женски женска жінка жіноча жіночий \
γυναικα θηλυ 女 女性 女士 女子 おんな 여 여자 여성 انثي انثى أنثى امراة נקבה אישה زن หญิง nu nữ perempuan wanita महिला स्त्री 2 \
mrs ms miss mme mlle madame mademoiselle sra srta senora senorita signora sigra mevrouw mevr pani fru froken rouva";
const MALE: &str = "m h male man men boy gentleman mannlich mannl herr mann junge hombre masculino masc maschile maschio uomo \
homem homme garcon masculin masculine mannelijk jongen mezczyzna meski muzsky muz musko muski moski mand mandlig manlig \
mannlig mies mees ferfi erkek bay barbat vyras м муж мужской мужчина мъж мъжки чоловік чоловіча чоловічий ανδρας αρρεν αρσενικο \
男 男性 先生 男子 おとこ 남 남자 남성 ذكر رجل זכר גבר مرد ชาย nam laki lakilaki pria पुरुष 1 \
mr mister monsieur sr senor signor sig meneer dhr pan hr herra e";
const OTHER: &str = "x d o div divers diverse nonbinary nonbinaire nobinario nb enby other otro andere anders autre altro outro \
inny annat andet annet genderqueer genderfluid intersex inter agender thirdgender third unspecifiedx другой 其他 其它 その他 기타 third";

/// Takes a raw cell, gives the gender. `None` for what is not known, and when a cell names two.
#[must_use]
pub fn gender(cell: &str) -> Option<Gender> {
    if let Some(found) = word(cell) {
        return Some(found);
    }
    let mut found = None;
    for part in cell.split(['|', '/', ';', ',']) {
        match (word(part), found) {
            (Some(gender), Some(before)) if gender != before => return None,
            (Some(gender), _) => found = Some(gender),
            (None, _) => {}
        }
    }
    found
}

static WORDS: LazyLock<HashMap<String, Gender, FixedState>> = LazyLock::new(|| {
    let mut words = HashMap::with_hasher(FixedState::default());
    for (list, gender) in [
        (FEMALE, Gender::Female),
        (MALE, Gender::Male),
        (OTHER, Gender::Other),
    ] {
        for word in list.split_ascii_whitespace() {
            words.entry(word_key(word).into_owned()).or_insert(gender);
        }
    }
    words
});

fn word(text: &str) -> Option<Gender> {
    let text = text.trim();
    let key = word_key(text.strip_suffix(".0").unwrap_or(text));
    WORDS.get(key.as_ref()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_and_codes() {
        use Gender::{Female, Male, Other};
        for (cell, wanted) in [
            ("f", Some(Female)),
            ("F", Some(Female)),
            ("W", Some(Female)),
            ("female", Some(Female)),
            ("Female", Some(Female)),
            ("weiblich", Some(Female)),
            ("mujer", Some(Female)),
            ("Femme", Some(Female)),
            ("kobieta", Some(Female)),
            ("жен.", Some(Female)),
            ("Ж", Some(Female)),
            ("女", Some(Female)),
            ("أنثى", Some(Female)),
            ("2", Some(Female)),
            ("2.0", Some(Female)),
            ("žena", Some(Female)),
            ("Frau", Some(Female)),
            ("Mrs.", Some(Female)),
            ("Señora", Some(Female)),
            ("נקבה", Some(Female)),
            ("Nữ", Some(Female)),
            ("m", Some(Male)),
            ("M", Some(Male)),
            ("male", Some(Male)),
            ("männlich", Some(Male)),
            ("Hombre", Some(Male)),
            ("H", Some(Male)),
            ("homme", Some(Male)),
            ("мужской", Some(Male)),
            ("男性", Some(Male)),
            ("ذكر", Some(Male)),
            ("1", Some(Male)),
            ("Herr", Some(Male)),
            ("mężczyzna", Some(Male)),
            ("Mr", Some(Male)),
            ("Άνδρας", Some(Male)),
            ("남", Some(Male)),
            ("d", Some(Other)),
            ("X", Some(Other)),
            ("divers", Some(Other)),
            ("non-binary", Some(Other)),
            ("Other", Some(Other)),
            ("", None),
            ("0", None),
            ("9", None),
            ("unknown", None),
            ("female | male", None),
            ("female | female", Some(Female)),
            ("Q48270", None),
            ("-", None),
        ] {
            assert_eq!(gender(cell), wanted, "{cell}");
        }
    }

    #[test]
    fn no_word_is_in_two_lists() {
        let mut seen = std::collections::BTreeMap::new();
        for (list, name) in [(FEMALE, "female"), (MALE, "male"), (OTHER, "other")] {
            for word in list.split_ascii_whitespace() {
                if let Some(before) = seen.insert(word_key(word).into_owned(), name) {
                    assert_eq!(before, name, "{word}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(cell in "\\PC{0,20}") {
            let _ = gender(&cell);
        }
    }
}

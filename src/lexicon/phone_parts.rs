//! Words of headers that name a part of a telephone number: the calling code of its country, or its area code.

use super::headers::fold_word;

/// Codes of countries, of which it takes the values or the neighbours to tell that they are calling codes.
const COUNTRY_CODE: &[&str] = &[
    "countrycode",
    "codigopais",
    "codigodepais",
    "codigodopais",
    "landcode",
    "landekode",
    "landskod",
    "landkode",
    "maatunnus",
    "kodkraju",
    "orszagkod",
    "ulkekodu",
    "кодстраны",
    "кодкраіни",
    "κωδικοσχωρασ",
    "國碼",
    "국가코드",
    "국가번호",
];

/// Calling codes of countries, folded and without gaps.
const CALLING_CODE: &[&str] = &[
    "countryprefix",
    "dialcode",
    "dialingcode",
    "diallingcode",
    "callingcode",
    "isdcode",
    "intlcode",
    "intlprefix",
    "landervorwahl",
    "laendervorwahl",
    "landesvorwahl",
    "internationalevorwahl",
    "landeskennzahl",
    "indicatifpays",
    "indicatifinternational",
    "prefijopais",
    "prefijointernacional",
    "prefissointernazionale",
    "prefissopaese",
    "ddi",
    "landnummer",
    "kierunkowykraju",
    "predvolbastatu",
    "predvolbazeme",
    "国番号",
    "国际区号",
    "国家区号",
];

/// Area codes, folded and without gaps.
const AREA_CODE: &[&str] = &[
    "areacode",
    "stdcode",
    "vorwahl",
    "ortskennzahl",
    "indicatif",
    "prefijo",
    "lada",
    "codigodearea",
    "codigoarea",
    "prefisso",
    "prefixo",
    "ddd",
    "netnummer",
    "kengetal",
    "riktnummer",
    "retningsnummer",
    "omradenummer",
    "suuntanumero",
    "kierunkowy",
    "predvolba",
    "predcisli",
    "korzetszam",
    "prefixtelefonic",
    "alankodu",
    "pozivnibroj",
    "кодгорода",
    "кодміста",
    "κωδικοσπεριοχησ",
    "市外局番",
    "区号",
    "區碼",
    "지역번호",
];

/// Which part of a telephone number a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhonePart {
    /// The calling code of a country, such as `+49`.
    Calling,
    /// A code of a country, perhaps not its calling code.
    Country,
    /// An area code, such as `030`.
    Area,
}

/// The part that a header names, if it names one.
#[must_use]
pub fn phone_part(header: &str) -> Option<PhonePart> {
    let folded = fold_word(header);
    let mut joined = folded.clone();
    joined.retain(char::is_alphanumeric);
    let says = |words: &[&str]| {
        words.iter().any(|word| match word.len() {
            // short ones are parts of other words
            ..=4 => folded
                .split(|c: char| !c.is_alphanumeric())
                .any(|w| w == *word),
            _ => joined.contains(&fold_word(word)),
        })
    };
    match () {
        () if says(CALLING_CODE) => Some(PhonePart::Calling),
        () if says(COUNTRY_CODE) => Some(PhonePart::Country),
        () if says(AREA_CODE) => Some(PhonePart::Area),
        () => None,
    }
}

/// Whether digits without leading zeros are a calling code, by the zones of ITU-T E.164: codes of two digits, and those of
/// three by their first two. Numbers of countries in ISO 3166-1, such as 840, mostly are none.
#[must_use]
pub fn is_calling_code(digits: &str) -> bool {
    const TWO: &[u8] = &[
        20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55,
        56, 57, 58, 60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
    ];
    const THREE: &[u8] = &[
        21, 22, 23, 24, 25, 26, 29, 35, 37, 38, 42, 50, 59, 67, 68, 69, 80, 85, 87, 88, 96, 97, 99,
    ];
    let zone = digits.get(..2).and_then(|z| z.parse().ok());
    let of = |zones: &[u8]| zone.is_some_and(|z| zones.contains(&z));
    match digits.len() {
        1 => matches!(digits, "1" | "7"),
        2 => of(TWO),
        3 => of(THREE),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calling_codes_are_told_from_other_numbers_of_countries() {
        for code in ["1", "7", "44", "49", "81", "353", "420", "886", "971"] {
            assert!(is_calling_code(code), "{code}");
        }
        for other in ["", "0", "2", "83", "276", "840", "826", "1234"] {
            assert!(!is_calling_code(other), "{other}");
        }
    }

    #[test]
    fn words_of_many_languages_name_parts_of_numbers() {
        for (header, part) in [
            ("Vorwahl", Some(PhonePart::Area)),
            ("Tel.-Vorwahl", Some(PhonePart::Area)),
            ("Ländervorwahl", Some(PhonePart::Calling)),
            ("Phone Area Code", Some(PhonePart::Area)),
            ("phone_country_code", Some(PhonePart::Country)),
            ("DDD Celular", Some(PhonePart::Area)),
            ("Cancelada", None),
            ("市外局番", Some(PhonePart::Area)),
            ("국가번호", Some(PhonePart::Country)),
            ("Код города", Some(PhonePart::Area)),
            ("Phone", None),
            ("Postal Code", None),
        ] {
            assert_eq!(phone_part(header), part, "{header}");
        }
    }
}

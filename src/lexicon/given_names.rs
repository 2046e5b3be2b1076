//! Common given names of many cultures, to tell the order of a full name; compounds such as `jean luc`.

use std::sync::LazyLock;

use foldhash::fast::FixedState;
use hashbrown::HashSet;

use super::rows::{Table, words};

/// What a word says about being a given name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Givenness {
    /// A given name that is seldom a family name: `maria`, `laszlo`.
    Given,
    /// A given name that is a common family name too: `thomas`, `george`.
    Both,
    /// A family name far more often than a given name: `scott`, `mitchell`.
    Family,
}

struct Entry {
    givenness: Givenness,
    iberian: bool,
}

static TABLE: LazyLock<Table<Entry>> = LazyLock::new(|| {
    words(include_str!("data/given_names.txt"))
        .map(|marked| {
            let word = marked.trim_end_matches(['*', '~', '^']);
            let givenness = if marked.contains('^') {
                Givenness::Family
            } else if marked.contains('*') {
                Givenness::Both
            } else {
                Givenness::Given
            };
            let iberian = marked.ends_with('~');
            (word, Entry { givenness, iberian })
        })
        .collect()
});

/// Whether all words (folded) are common given names; false where there are none.
#[must_use]
pub fn all_given(words: &str) -> bool {
    !words.is_empty() && words.split(' ').all(|w| givenness(w).is_some())
}

/// Whether `word` (folded) is a common given name somewhere.
#[must_use]
pub fn givenness(word: &str) -> Option<Givenness> {
    TABLE.get(word).map(|entry| entry.givenness)
}

/// True if `word` (folded) is one slip away from a given name: `rjchard`, `benjamon`.
#[must_use]
pub fn nearly(word: &str) -> bool {
    static SHORTENED: LazyLock<HashSet<String, FixedState>> = LazyLock::new(|| {
        TABLE
            .keys()
            .filter(|name| name.len() > 3)
            .flat_map(|name| shortened(name))
            .collect()
    });
    word.len() > 3
        && word.is_ascii()
        && (SHORTENED.contains(word)
            || shortened(word)
                .any(|short| TABLE.contains_key(short.as_str()) || SHORTENED.contains(&short)))
}

/// `word`, which is ASCII, without each of its letters in turn.
fn shortened(word: &str) -> impl Iterator<Item = String> {
    (0..word.len()).map(move |at| format!("{}{}", &word[..at], &word[at + 1..]))
}

/// True if `word` (folded) is given mostly where people carry two family names.
#[must_use]
pub fn iberian(word: &str) -> bool {
    TABLE.get(word).is_some_and(|entry| entry.iberian)
}

/// True if `first second` is customarily one given name: `jean luc`, `jose maria`, `hans peter`.
#[must_use]
pub fn compound(first: &str, second: &str) -> bool {
    let seconds = match first {
        "jean" | "jehan" => {
            "luc pierre paul claude marc jacques michel francois louis philippe baptiste christophe yves noel \
             bernard charles daniel denis dominique eric eudes felix francis gabriel georges guy hugues joel joseph jules \
             julien laurent leon loup marcel marie martin mathieu max maurice patrick rene robert sebastien simon thomas victor vincent"
        }
        "marie" => {
            "claire claude therese laure france christine helene jose josephe louise madeleine noelle odile paule pierre \
             rose sophie jeanne ange anne antoinette francoise cecile charlotte dominique elisabeth eve luise theres lou"
        }
        "anne" | "ann" | "anna" => {
            "marie laure sophie claire lise charlotte cecile helene lena maria lisa sofia karin kathrin \
             katrin luise carin grethe mette sofie britt christin kristin katharina rita paola chiara"
        }
        "pierre" => "yves alain louis olivier marie jean emmanuel henri antoine",
        "hans" => {
            "peter jurgen jorg joachim werner dieter georg heinrich ulrich joerg juergen gunter guenter christian erik \
             josef otto martin michael rudolf walter wilhelm ludwig karl friedrich gerd gunther albert bernd hermann helmut henning"
        }
        "karl" | "carl" => {
            "heinz friedrich josef otto wilhelm ludwig johan gustav theodor philipp ernst august erik johann georg \
             hermann hans"
        }
        "klaus" | "claus" => "dieter peter jurgen juergen michael gunter guenter werner",
        "heinz" => "peter gunter jurgen joachim dieter guenter juergen gunther",
        "ernst" | "franz" | "fritz" | "wolf" | "horst" | "gerd" | "bernd" | "jorg" | "uwe" => {
            "josef peter dieter august karl georg joachim xaver rainer friedrich heinrich uwe jens jurgen juergen"
        }
        "eva" | "rosa" | "ursula" | "petra" => "maria marie lena luise ana",
        "jose" => {
            "luis maria antonio manuel miguel angel carlos ramon ignacio francisco javier alberto enrique juan pablo \
             daniel eduardo fernando guadalupe joaquin jesus rafael vicente roberto alfredo andres martin"
        }
        "juan" => {
            "carlos jose manuel pablo antonio luis miguel ramon francisco ignacio pedro jesus diego andres bautista \
             david martin sebastian esteban fernando"
        }
        "maria" => {
            "jose carmen teresa luisa isabel angeles dolores pilar elena jesus rosa mercedes concepcion cristina antonia \
             eugenia fernanda victoria ines grazia pia teresia angela clara rita paula guadalupe eduarda magdalena theresia \
             josefa soledad josephine luise"
        }
        "luis" => {
            "miguel alberto fernando carlos enrique antonio felipe eduardo manuel angel alfonso maria javier ignacio"
        }
        "miguel" => "angel antonio",
        "carlos" => "alberto eduardo enrique manuel andres antonio alfonso henrique",
        "francisco" | "pedro" | "victor" | "jesus" | "angel" => {
            "javier jose manuel antonio pablo maria luis luiz miguel hugo"
        }
        "ana" => "maria isabel belen paula luisa rosa carolina cristina sofia beatriz lucia clara",
        "joao" => {
            "paulo pedro carlos victor vitor miguel luiz luis batista gabriel guilherme antonio"
        }
        "luiz" | "antonio" | "paulo" | "marco" | "marcos" => {
            "henrique carlos felipe fernando gustavo antonio sergio aurelio vinicius"
        }
        "pier" => "paolo luigi giorgio francesco carlo giuseppe ferdinando antonio silvio",
        "gian" => "luca paolo carlo marco franco piero luigi maria battista",
        "giovanni" | "carlo" => "battista paolo maria alberto emilio",
        "jan" => "willem pieter peter erik olof hendrik kees",
        "per" | "lars" | "nils" | "sven" | "bengt" | "bo" | "ole" | "john" => {
            "erik olof olov ake arne goran gunnar inge anders petter kristian"
        }
        "mary" => "ann anne lou jo kate beth ellen",
        "rose" => "marie mary",
        "jo" | "lee" | "ruth" => "ann anne",
        "betty" | "peggy" => "lou jo ann sue",
        "billy" | "bobby" | "jim" => "bob joe ray jo",
        "abu" | "umm" | "um" => return second.len() > 2,
        "nur" | "noor" | "seif" | "saif" | "salah" | "ala" | "jamal" | "gamal" | "nasr" | "izz"
        | "ezz" | "shams" => "aldin eldin addin uddin eddin al ud",
        _ => return false,
    };
    seconds.split_ascii_whitespace().any(|s| s == second)
}

/// True if `word` is a syllable of Mandarin as written in pinyin without tones.
#[must_use]
pub fn pinyin_syllable(word: &str) -> bool {
    static SYLLABLES: LazyLock<super::rows::WordSet> =
        LazyLock::new(|| words(include_str!("data/pinyin.txt")).collect());
    SYLLABLES.contains(word)
}

/// True if `word` is a syllable common in romanized Korean given names.
#[must_use]
pub fn korean_syllable(word: &str) -> bool {
    "ah bin bo bum byung chan chang chul dong eun gi gun gyu ha hae han hee ho hoon hwa hwan hye hyo hyun hyuk il in \
     jae jeong ji jin jong joo joon ju jun jung ki kwang kyu kyung mi min moon mun myung na nam oh ra ran rim ryul sang \
     seo seok seon seong seung shin si sik so sol song soo sook su suk sun sung tae uk un wan won woo wook ye yeon yeong \
     yong yoo yoon young yu yul yun yung"
        .split_ascii_whitespace()
        .any(|s| s == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_clean() {
        let all: Vec<_> = words(include_str!("data/given_names.txt")).collect();
        for word in &all {
            let name = word.trim_end_matches(['*', '~', '^']);
            assert!(
                name.len() > 1 && name.bytes().all(|b| b.is_ascii_lowercase()),
                "{word}"
            );
        }
        assert_eq!(all.len(), TABLE.len(), "a name is listed twice");
    }

    #[test]
    fn order_evidence() {
        assert_eq!(givenness("laszlo"), Some(Givenness::Given));
        assert_eq!(givenness("thomas"), Some(Givenness::Both));
        assert_eq!(givenness("wojciechowski"), None);
        assert!(
            nearly("rjchard") && nearly("bejamin") && !nearly("wojciechowski") && !nearly("joh")
        );
        assert!(iberian("javier") && !iberian("maria"));
    }

    #[test]
    fn compounds() {
        assert!(compound("jean", "luc") && compound("jose", "maria") && compound("abu", "bakr"));
        assert!(!compound("robert", "alexander") && !compound("abu", "al"));
    }

    #[test]
    fn syllables() {
        assert!(pinyin_syllable("xiao") && pinyin_syllable("lv") && !pinyin_syllable("john"));
        assert!(korean_syllable("hyun") && !korean_syllable("smith"));
    }
}

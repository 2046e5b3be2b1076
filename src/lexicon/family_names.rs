//! Family names that tell the order or the extent of a full name: Chinese, Vietnamese, Korean names
//! come first; Spanish and Portuguese names come in pairs.

use std::sync::LazyLock;

use super::rows::{WordSet, words};

/// Common Chinese family names in pinyin and other romanizations, most of which are no given names.
#[must_use]
pub fn chinese(word: &str) -> bool {
    "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie song tang \
     deng han feng cao peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng wei su lu ding ren shen yao lyu lv \
     cui tan zhong wong chan cheung leung ng lau kwok chow tsang cheng tse kwan hsu hsieh chang chiang tsai liao qian \
     dai fan jin shi xiong meng qin yan xue hou lei bai long duan hao kong shao shi mao chang wan gu lai wu kang qiu \
     yin qiao ouyang"
        .split_ascii_whitespace()
        .any(|w| w == word)
}

/// The most frequent Chinese family names, taken as such even where the other word is one too.
#[must_use]
pub fn frequent_chinese(word: &str) -> bool {
    matches!(
        word,
        "wang"
            | "li"
            | "zhang"
            | "liu"
            | "chen"
            | "yang"
            | "huang"
            | "zhao"
            | "wu"
            | "zhou"
            | "xu"
            | "zhu"
            | "guo"
            | "luo"
    )
}

/// Chinese family names of two characters, which are rare but well known.
#[must_use]
pub fn double_chinese(first: char, second: char) -> bool {
    matches!(
        (first, second),
        ('欧', '阳')
            | ('歐', '陽')
            | ('司', '马' | '馬' | '徒' | '空')
            | ('上', '官')
            | ('诸' | '諸', '葛')
            | ('东' | '東', '方')
            | ('夏', '侯')
            | ('皇', '甫')
            | ('尉', '迟' | '遲')
            | ('慕', '容')
            | ('令', '狐')
            | ('端', '木')
            | ('남', '궁')
            | ('황', '보')
            | ('제', '갈')
            | ('선', '우')
            | ('독', '고')
            | ('사', '공')
    )
}

/// Vietnamese family names, which come first in `nguyen van a`.
#[must_use]
pub fn vietnamese(word: &str) -> bool {
    matches!(
        word,
        "nguyen"
            | "tran"
            | "pham"
            | "huynh"
            | "hoang"
            | "phan"
            | "vu"
            | "vo"
            | "dang"
            | "bui"
            | "ngo"
            | "duong"
            | "dinh"
            | "truong"
            | "trinh"
            | "luong"
            | "thai"
            | "le"
    )
}

/// Korean family names in romanization.
#[must_use]
pub fn korean(word: &str) -> bool {
    matches!(
        word,
        "kim"
            | "lee"
            | "park"
            | "pak"
            | "bak"
            | "choi"
            | "choe"
            | "jung"
            | "jeong"
            | "chung"
            | "kang"
            | "cho"
            | "yoon"
            | "yun"
            | "jang"
            | "lim"
            | "im"
            | "han"
            | "oh"
            | "seo"
            | "shin"
            | "kwon"
            | "hwang"
            | "ahn"
            | "song"
            | "ryu"
            | "yoo"
            | "hong"
            | "jeon"
            | "moon"
            | "son"
            | "bae"
            | "baek"
            | "heo"
            | "nam"
            | "noh"
            | "ha"
    )
}

/// Frequent family names of many countries that are seldom given names: `smith`, `kowalski`, `yilmaz`.
#[must_use]
pub fn frequent(word: &str) -> bool {
    static NAMES: LazyLock<WordSet> =
        LazyLock::new(|| words(include_str!("data/family_names.txt")).collect());
    NAMES.contains(word)
}

/// Spanish and Portuguese family names, which people carry in pairs.
#[must_use]
pub fn iberian(word: &str) -> bool {
    static NAMES: LazyLock<WordSet> =
        LazyLock::new(|| words(include_str!("data/iberian_names.txt")).collect());
    NAMES.contains(word)
        || word.len() > 5 && word.ends_with("ez") && word.bytes().all(|b| b.is_ascii_lowercase())
}

/// True for a Russian patronymic: `ivanovich`, `petrovna`.
#[must_use]
pub fn patronymic(word: &str) -> bool {
    let ends = [
        "ovich", "evich", "ovna", "evna", "ichna", "inichna", "ovic", "ivna", "yovych", "ovych",
        "iyovych",
    ];
    word.len() > 6 && ends.iter().any(|end| word.ends_with(end)) && !word.ends_with("owitz")
}

/// True if `word` looks like a Slavic family name by its ending, which no given name has.
#[must_use]
pub fn slavic_ending(word: &str) -> bool {
    let ends = [
        "enko", "skiy", "sky", "ski", "ska", "skaya", "skaia", "skyi", "ova", "eva", "cki", "cka",
        "czyk", "wicz", "ek", "iuk", "chuk", "ov", "ev", "ic", "icova", "kova", "yan", "shvili",
        "dze",
    ];
    word.len() > 5 && ends.iter().any(|end| word.ends_with(end))
}

/// Stems of Irish names with `o`: `o brien` is `obrien`.
#[must_use]
pub fn irish_stem(word: &str) -> bool {
    matches!(
        word,
        "briain"
            | "conaill"
            | "dochartaigh"
            | "brien"
            | "bryan"
            | "connor"
            | "conner"
            | "connell"
            | "neill"
            | "neil"
            | "neal"
            | "sullivan"
            | "reilly"
            | "riley"
            | "rielly"
            | "donnell"
            | "donoghue"
            | "donohue"
            | "donovan"
            | "leary"
            | "hara"
            | "keefe"
            | "keeffe"
            | "malley"
            | "mally"
            | "shea"
            | "rourke"
            | "toole"
            | "dwyer"
            | "grady"
            | "callaghan"
            | "dea"
            | "driscoll"
            | "flaherty"
            | "flynn"
            | "gorman"
            | "hagan"
            | "halloran"
            | "hanlon"
            | "hare"
            | "kane"
            | "kelly"
            | "loughlin"
            | "mahony"
            | "mahoney"
            | "meara"
            | "regan"
            | "riordan"
            | "rorke"
            | "shaughnessy"
            | "boyle"
            | "byrne"
            | "carroll"
            | "doherty"
            | "dowd"
            | "farrell"
            | "hearn"
            | "herlihy"
            | "higgins"
            | "keeffee"
            | "looney"
            | "mara"
            | "nolan"
            | "quinn"
            | "rahilly"
            | "ryan"
            | "sheaf"
            | "gara"
            | "haire"
            | "hea"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_clean() {
        for word in words(include_str!("data/family_names.txt")) {
            assert!(
                super::super::given_names::givenness(word).is_none(),
                "{word} is a given name"
            );
        }
        let mut seen = std::collections::BTreeSet::new();
        for word in words(include_str!("data/iberian_names.txt")) {
            assert!(word.bytes().all(|b| b.is_ascii_lowercase()), "{word}");
            assert!(seen.insert(word), "{word} is listed twice");
        }
    }

    #[test]
    fn endings() {
        assert!(patronymic("ivanovich") && patronymic("sergeevna") && !patronymic("novich"));
        assert!(iberian("fernandez") && iberian("silva") && !iberian("smith"));
        assert!(slavic_ending("shevchenko") && !slavic_ending("eva"));
    }
}

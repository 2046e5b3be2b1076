//! Flags of a value that its words decide: names, streets, legal forms, places.

use super::shape::{Flag, Shape};
use super::words;
use crate::lexicon::headers::fold_word;
use crate::lexicon::{
    answers, suffixes,
    wishes::{self, Says},
};

/// Shapes that words decide.
pub(crate) fn word_shapes(s: &mut Shape, value: &str) {
    let folded = fold_word(value);
    let whole = words::look_up(folded.trim_end_matches('.'));
    let country = whole.classes & words::COUNTRY != 0;
    s.set(Flag::Country, country);
    if country {
        s.country = whole.country;
    }
    s.set(Flag::Region, whole.classes & words::REGION != 0);
    s.region_of = whole.region_of;
    let wish = wishes::heard(value).map(|w| w.says);
    let barred = wish == Some(Says::Declines);
    let answered = barred || wish == Some(Says::Refuses) || answers::answer(value).is_some();
    s.set(Flag::Barred, barred);
    s.set(Flag::YesNo, answered);
    let mut refusals = wishes::refusals(value).peekable();
    s.set(Flag::Refusing, refusals.peek().is_some());
    s.set(Flag::Refusal, refusals.any(|w| w.by_name));
    s.set(Flag::Gender, whole.classes & words::GENDER != 0);
    s.set(Flag::City, whole.classes & words::CITY != 0);
    let letters_only = folded
        .chars()
        .all(|c| c.is_alphabetic() || " -'.’`´,&()·・".contains(c));
    s.set(
        Flag::Letters,
        letters_only && folded.chars().any(char::is_alphabetic),
    );
    s.set(Flag::Initial, letters_only && is_initials(&folded));
    let (mut all, mut any, mut count) = (u32::MAX, 0, 0u16);
    let mut first = 0;
    for word in folded.split(|c: char| c.is_whitespace() || ",;/()|\"".contains(c)) {
        let plain = word.trim_matches(['.', '\'', '-', '’']);
        if plain.is_empty() {
            continue;
        }
        let mut classes = words::look_up(plain).classes | words::look_up(word).classes;
        if plain.contains(['.', '\'', '’']) {
            let joined: String = plain.chars().filter(|c| c.is_alphanumeric()).collect();
            classes |= words::look_up(&joined).classes;
        }
        if plain.contains('-') {
            classes |= plain.split('-').fold(0, |c, part| {
                c | (words::look_up(part).classes & words::GIVEN)
            });
        }
        if !plain.is_ascii() || plain.len() >= 7 {
            classes |= ending_classes(plain);
        }
        if count == 0 {
            first = classes;
        } else {
            s.set(Flag::GivenLater, classes & words::GIVEN != 0);
        }
        all &= classes;
        any |= classes;
        count += 1;
    }
    s.words = count;
    s.set(
        Flag::Honorific,
        count > 0 && count <= 3 && all & words::HONORIFIC != 0,
    );
    // `sen.` and `jun.`, which without the full stop are names, too
    let abbreviated = folded.strip_suffix('.').and_then(suffixes::abbreviated);
    s.set(
        Flag::Suffix,
        count == 1 && all & words::SUFFIX != 0 || abbreviated.is_some(),
    );
    s.set(
        Flag::GivenFirst,
        first & words::GIVEN != 0 && abbreviated.is_none(),
    );
    s.set(Flag::Surname, any & words::SURNAME != 0);
    // `Co. Cork`
    let county = count == 2 && folded.starts_with("co. ");
    s.set(
        Flag::Organization,
        any & words::ORG != 0 && !county && (count >= 2 || !s.has(Flag::Letters) || s.chars >= 4),
    );
    s.set(Flag::Job, any & words::JOB != 0);
    s.set(Flag::OneWord, count == 1);
    s.set(Flag::FewWords, (2..=4).contains(&count));
    s.set(Flag::Prose, count >= 7 || s.chars > 80);
    let starts = folded.chars().next().is_some_and(char::is_numeric);
    let ends = folded.chars().last().is_some_and(char::is_numeric);
    let digit = s.has(Flag::HasDigit);
    let wordy = folded.chars().filter(|c| c.is_alphabetic()).count() >= 3;
    let plain = !s.has(Flag::Email)
        && !s.has(Flag::Date)
        && !s.has(Flag::Opaque)
        && !s.has(Flag::Url)
        && !s.has(Flag::Number);
    let street_word = any & words::STREET != 0;
    let numbered = digit && wordy && count >= 2 && (starts || ends || street_word);
    s.set(
        Flag::Street,
        plain
            && wordy
            && ((street_word && count >= 2)
                || numbered
                || long_street(&folded)
                || (digit && is_block_address(&folded))),
    );
    let parts = value
        .split([',', '\n', ';'])
        .filter(|p| !p.trim().is_empty())
        .count();
    s.set(
        Flag::Address,
        s.has(Flag::Street) && digit && (parts >= 3 || (parts == 2 && count >= 5) || count >= 7),
    );
    let unit_word = any & words::UNIT != 0;
    s.set(
        Flag::Unit,
        plain && count <= 5 && ((unit_word && (digit || count <= 2)) || folded.starts_with('#')),
    );
}

/// One letter, or up to four with dots.
fn is_initials(folded: &str) -> bool {
    let mut parts = folded
        .split(['.', ' '])
        .filter(|p| !p.is_empty())
        .peekable();
    let dotted = folded.contains('.') && folded.chars().filter(|c| c.is_alphabetic()).count() <= 4;
    (dotted || folded.chars().count() == 1)
        && parts.peek().is_some()
        && parts.all(|p| p.chars().count() == 1)
}

/// Compounds that carry their class at the end: `Hauptstraße`, `Kungsgatan`, `Maschinenbau`, `有限公司`.
fn ending_classes(word: &str) -> u32 {
    const STREET_ENDS: &[&str] = &[
        "strasse", "str", "gasse", "platz", "allee", "straat", "laan", "weg", "gatan", "vagen",
        "gade", "vej", "gata", "veien", "gate", "katu", "ntie", "plein", "gracht", "路", "街",
        "大道", "巷", "号", "丁目", "番地", "로", "길",
    ];
    const ORG_ENDS: &[&str] = &[
        "公司",
        "集团",
        "银行",
        "医院",
        "学校",
        "大学",
        "工厂",
        "株式会社",
        "株",
        "社",
        "werke",
        "bau",
        "technik",
        "verein",
    ];
    const CITY_ENDS: &[&str] = &["市"];
    const REGION_ENDS: &[&str] = &["省", "县", "県", "府", "都", "자치구"];
    let ends = |list: &[&str]| {
        list.iter()
            .any(|e| word.ends_with(e) && word.len() > e.len())
    };
    let mut classes = 0;
    if ends(STREET_ENDS) {
        classes |= words::STREET;
    }
    if ends(ORG_ENDS) {
        classes |= words::ORG;
    }
    if ends(CITY_ENDS) {
        classes |= words::CITY;
    }
    if ends(REGION_ENDS) {
        classes |= words::REGION;
    }
    classes
}

/// Chinese and Japanese addresses name district, street or block, without spaces.
fn is_block_address(folded: &str) -> bool {
    folded.chars().count() >= 5
        && folded
            .chars()
            .any(|c| "路街道巷弄号區区镇村町丁番条條".contains(c))
        && !folded.chars().any(|c| c.is_ascii_alphabetic())
}

fn long_street(folded: &str) -> bool {
    let name = folded.trim_end_matches(|c: char| !c.is_alphabetic());
    (folded.len() >= 7 || !folded.is_ascii())
        && name
            .split(' ')
            .next_back()
            .is_some_and(|w| ending_classes(w) & words::STREET != 0)
}

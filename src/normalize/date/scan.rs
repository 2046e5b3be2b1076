//! The numbers and months of a cell that may hold a date.

use crate::lexicon::months;
use crate::normalize::placeholder::decimal;

/// One number or word of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Number { value: u32, digits: usize },
    Month(u8),
}

/// At most this many parts make a date.
pub(super) const PARTS: usize = 3;

/// The cell without a time of day.
pub(super) fn date_part(cell: &str) -> &str {
    // The time starts before the two digits (or one) in front of the first colon that stands between digits.
    let bytes = cell.as_bytes();
    for (at, _) in cell.match_indices(':') {
        let hour = bytes[..at]
            .iter()
            .rev()
            .take_while(|b| b.is_ascii_digit())
            .count();
        let minute = bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        if (1..=2).contains(&hour) && minute {
            let before = &cell[..at - hour];
            if let Some(date) = before.strip_suffix(['T', 't', ' ', ',', '\u{a0}', '\u{202f}']) {
                return date.trim_end_matches([' ', ',']);
            }
        }
    }
    // `20240131T101500Z`
    match cell.split_once(['T', 't']) {
        Some((date, time))
            if date.len() >= 8
                && date.bytes().all(|b| b.is_ascii_digit() || b == b'-')
                && time.bytes().next().is_some_and(|b| b.is_ascii_digit()) =>
        {
            date
        }
        _ => cell,
    }
}

/// Numbers and months in the order they stand in. `None` when there are too many, or a word that is no part of a date.
pub(super) fn tokens(text: &str) -> Option<([Token; PARTS], usize)> {
    let mut found = [Token::Month(0); PARTS];
    let mut count = 0;
    let mut push = |token: Token| -> Option<()> {
        *found.get_mut(count)? = token;
        count += 1;
        Some(())
    };
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if decimal(c).is_some() {
            let (mut value, mut digits, mut length) = (0_u32, 0, 0);
            for d in rest.chars() {
                let Some(v) = decimal(d) else { break };
                value = value.checked_mul(10)?.checked_add(u32::from(v))?;
                digits += 1;
                length += d.len_utf8();
            }
            push(Token::Number { value, digits })?;
            rest = rest.get(length..)?;
            rest = without_ordinal(rest);
        } else if matches!(c, '年' | '月' | '日' | '년' | '월' | '일' | '號' | '号') {
            rest = rest.get(c.len_utf8()..)?;
        } else if c.is_alphabetic() {
            let length = word_length(rest);
            let word = rest.get(..length)?;
            let month = months::croatian(word).filter(|_| ends_in_stop(text));
            if let Some(month) = month.or_else(|| months::month(word)) {
                push(Token::Month(month))?;
            } else if !is_filler(word) {
                return None;
            }
            rest = rest.get(length..)?;
        } else if c == ':' {
            return None;
        } else {
            rest = rest.get(c.len_utf8()..)?;
        }
    }
    (count > 0).then_some((found, count))
}

/// Whether a year with a full stop ends the text, as in Croatian (`21. srpnja 1971.`).
fn ends_in_stop(text: &str) -> bool {
    let year = text.strip_suffix('.');
    year.is_some_and(|y| y.ends_with(|c: char| c.is_ascii_digit()))
}

fn word_length(text: &str) -> usize {
    text.char_indices()
        .find(|(_, c)| !c.is_alphabetic() && !is_mark(*c) && !matches!(c, '\'' | '’'))
        .map_or(text.len(), |(at, _)| at)
}

fn is_mark(c: char) -> bool {
    !c.is_ascii()
        && !c.is_alphanumeric()
        && !c.is_whitespace()
        && unicode_normalization::char::is_combining_mark(c)
}

/// `1st`, `2nd`, `1er`, `3º`: the day without its ending.
fn without_ordinal(rest: &str) -> &str {
    for ending in [
        "st", "nd", "rd", "th", "ST", "ND", "RD", "TH", "er", "ère", "º", "ª", "°", ".",
    ] {
        if let Some(after) = rest.strip_prefix(ending)
            && !after.chars().next().is_some_and(char::is_alphabetic)
        {
            return after;
        }
    }
    rest
}

/// Words that may stand in a date without being part of it: weekdays are told by their place, so any word list is short.
fn is_filler(word: &str) -> bool {
    const FILLERS: &str = "of de del di do da den der dne the am um le el il a la on c ca circa about abt approx around born geb \
        г года год р року y year anno um vom dt d di v year. gada gads m tháng thg ngày năm \
        mon tue wed thu fri sat sun tues wednes thur thurs monday tuesday wednesday thursday friday saturday sunday \
        mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonntag sonnabend \
        lun mar mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi dimanche \
        lunes martes miercoles miércoles jueves viernes sabado sábado domingo jue vie mié \
        lunedi lunedì martedi martedì mercoledi mercoledì giovedi giovedì venerdi venerdì sabato domenica gio dom \
        segunda terça quarta quinta sexta feira maandag dinsdag woensdag donderdag vrijdag zaterdag zondag \
        poniedziałek wtorek środa czwartek piątek sobota niedziela";
    let lower = word.to_lowercase();
    FILLERS.split_ascii_whitespace().any(|f| f == lower)
}

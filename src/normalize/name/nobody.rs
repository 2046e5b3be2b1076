//! Cells that should name a person and name whom nobody knows.

use crate::lexicon::role_mailboxes;

/// Whether a cell that should name a person names whom nobody knows: a telephone that called, or a function.
#[must_use]
pub fn names_nobody(cell: &str) -> bool {
    names_a_number(cell) || names_a_function(cell)
}

/// Whether a cell names whoever has a function: `The Manager`, `Accounts Payable`, `die Geschäftsleitung`. One word alone
/// may be a name.
fn names_a_function(cell: &str) -> bool {
    const ARTICLES: &[&str] = &[
        "the", "die", "der", "das", "le", "la", "les", "el", "il", "het",
    ];
    let mut words = cell.split_whitespace();
    let (Some(first), Some(_)) = (words.next(), words.next()) else {
        return false;
    };
    let rest = cell.trim_start()[first.len()..].trim();
    let article = ARTICLES.contains(&first.to_lowercase().as_str());
    role_mailboxes::is_role(cell.trim()) || article && role_mailboxes::is_role(rest)
}

/// Whether a cell names the telephone that somebody called from, as support desks note those whom they do not know:
/// `Caller +46 73-905 44 81`.
fn names_a_number(cell: &str) -> bool {
    const CALLERS: &[&str] = &[
        "caller",
        "call",
        "anrufer",
        "anruf",
        "appelant",
        "appel",
        "llamante",
        "llamada",
        "chiamante",
        "beller",
        "dzwoniący",
        "volající",
        "hívó",
        "uppringare",
        "звонящий",
        "звонок",
    ];
    const FEWEST_DIGITS: usize = 5;
    let mut words = cell
        .split(|c: char| !c.is_alphabetic())
        .filter(|w| !w.is_empty());
    let called = match words.next() {
        Some(word) => CALLERS.contains(&word.to_lowercase().as_str()),
        None => cell.trim_start().starts_with('+'), // digits alone may be how a person is called
    };
    called
        && words.next().is_none()
        && cell.bytes().filter(u8::is_ascii_digit).count() >= FEWEST_DIGITS
}

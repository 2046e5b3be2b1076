//! Answers in more words than one: `Yes, please`, `No thanks`.
//!
//! A cell is an answer of the word it begins with when what follows is politeness or says what was asked anyway; a
//! restriction behind a *yes* makes it none. Word lists: compiled by hand.

use super::headers::fold_word;

/// Words that begin an answer.
const ANSWERS: &[&str] = &[
    "yes", "no", "ja", "nein", "oui", "non", "si", "sim", "nao", "nee", "nej", "nei", "tak", "nie",
    "ano", "ne", "evet", "hayir", "igen", "nem", "да", "нет", "ναι", "οχι", "כן", "לא",
];
/// What politeness puts behind an answer without a comma.
const POLITE: &[&str] = &[
    "please",
    "thanks",
    "thank",
    "bitte",
    "gerne",
    "danke",
    "merci",
    "gracias",
    "por",
    "grazie",
    "grazie!",
    "obrigado",
    "obrigada",
    "dank",
    "graag",
    "bedankt",
    "tack",
    "takk",
    "dziekuje",
    "prosze",
    "dekuji",
    "спасибо",
    "пожалуйста",
];
/// Words that take back or restrict what a *yes* gave.
const RESTRICTIONS: &[&str] = &[
    "no",
    "not",
    "but",
    "only",
    "except",
    "never",
    "until",
    "unsubscribe",
    "unsubscribed",
    "remove",
    "already",
    "nicht",
    "kein",
    "keine",
    "aber",
    "nur",
    "bereits",
    "schon",
    "pas",
    "mais",
    "seulement",
    "sauf",
    "pero",
    "solo",
    "excepto",
    "nao",
    "mas",
    "somente",
    "ma",
    "niet",
    "geen",
    "maar",
    "alleen",
    "ale",
    "tylko",
    "jen",
    "но",
    "не",
    "только",
    "if",
    "wenn",
    "falls",
    "als",
];

/// The cell, or the one word of *yes* or *no* that it comes to.
#[must_use]
pub fn short(cell: &str) -> &str {
    let cell = cell.trim();
    let end = cell
        .find(|c: char| !c.is_alphabetic() && !matches!(c, '\'' | '’'))
        .unwrap_or(cell.len());
    let (first, rest) = cell.split_at(end);
    let separate = rest.trim_start();
    if separate.is_empty() || rest.starts_with(['-', '_', '/']) {
        return cell;
    }
    if !ANSWERS.contains(&fold_word(first).as_str()) {
        return cell;
    }
    let folded = fold_word(separate);
    let mut words = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .peekable();
    let parted = separate.starts_with([',', ';', '.', ':', '!', '-', '–', '—', '(']);
    let polite = words.peek().is_some_and(|w| POLITE.contains(w));
    if (parted || polite) && words.all(|w| !RESTRICTIONS.contains(&w)) {
        first
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_the_word_they_begin_with() {
        for (cell, wanted) in [
            ("Yes, please", "Yes"),
            ("Yes please", "Yes"),
            ("No thanks", "No"),
            ("Nein, danke", "Nein"),
            ("Ja, gerne", "Ja"),
            ("Sí, quiero recibir ofertas", "Sí"),
            ("Yes - send me news and offers", "Yes"),
            ("No", "No"),
            ("No response", "No response"),
            ("No answer", "No answer"),
            ("Yes, but only by post", "Yes, but only by post"),
            ("Yes, unsubscribe me", "Yes, unsubscribe me"),
            ("Ja, aber nicht per Telefon", "Ja, aber nicht per Telefon"),
            ("No-reply", "No-reply"),
            ("Yesterday, noon", "Yesterday, noon"),
            ("opted in", "opted in"),
            ("", ""),
        ] {
            assert_eq!(short(cell), wanted, "{cell}");
        }
    }
}

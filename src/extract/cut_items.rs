//! Refusals to be reached in the items of an array for which there are no columns any more: none may get lost.

use super::json_value::Node;
use crate::lexicon::headers::{self, Sense};
use crate::lexicon::wishes::{self, Says};
use crate::normalize::consent::{Asks, Consent, consent};
use crate::record::Kind;

/// Whether an item of the array at this path refuses, in a text or as the answer to what a name asks.
pub(super) fn refuses(path: &str, item: &Node<'_>) -> bool {
    let name = path.rsplit('.').next().unwrap_or(path);
    denies(asked(name).unwrap_or(Asks::Unsaid), item)
}

/// The same of a value below a name that asks this.
fn denies(asks: Asks, value: &Node<'_>) -> bool {
    match value {
        Node::Array(items) => items.iter().any(|i| denies(asks, i)),
        Node::Object(members) => members
            .iter()
            .any(|(name, value)| denies(asked(name).unwrap_or(asks), value)),
        scalar => {
            let text = scalar.scalar();
            text.is_some_and(|t| consent(t, asks) == Consent::Denied)
        }
    }
}

/// What a name asks; `None` when it is not about being reached.
fn asked(name: &str) -> Option<Asks> {
    match wishes::heard(name).map(|w| w.says) {
        Some(Says::Refuses | Says::Declines) => Some(Asks::OptOut),
        Some(Says::Agrees | Says::Named) => Some(Asks::OptIn),
        _ if wishes::concerns(name) => Some(Asks::OptIn),
        _ => headers::read(name).phrases.iter().find_map(|phrase| {
            let mut meanings = phrase.meanings.iter();
            meanings.find_map(|m| match m.sense {
                Sense::Kind(Kind::Consent) => Some(Asks::OptIn),
                Sense::Kind(Kind::OptOut) => Some(Asks::OptOut),
                _ => None,
            })
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_met_in_texts_and_answers() {
        let refuses = |path: &str, json: &str| refuses(path, &Node::parse(json, 9).unwrap());
        assert!(refuses("notes", r#""please do not call""#));
        assert!(refuses("c.consents", r#"{"type":"sms","status":"no"}"#));
        assert!(refuses(
            "emails",
            r#"{"value":"a@x.org","unsubscribed":true}"#
        ));
        assert!(refuses("lists", r#"{"newsletter":false}"#));
        assert!(!refuses(
            "emails",
            r#"{"value":"a@x.org","unsubscribed":false}"#
        ));
        assert!(!refuses("orders", r#"{"gift":false,"note":"ok","n":0}"#));
    }
}

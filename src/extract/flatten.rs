//! Nested records to columns: `address.city`, `tags.2`, `contacts.phone.mobile`, `orders.1.total`.

use super::cut_items::refuses;
use super::json_value::Node;
use crate::lexicon::wishes::concerns;
use std::borrow::Cow;

/// Members that say which of several things an object is, in order of precedence.
const LABELS: &[&str] = &["type", "kind", "channel", "label", "name", "key"];
/// Members that hold the thing itself, in order of precedence.
const VALUES: &[&str] = &[
    "value", "number", "address", "email", "phone", "url", "handle",
];
/// Members by which an object is the one of its kind to use; they are no part of it.
const MARKS: &[&str] = &[
    "default",
    "primary",
    "preferred",
    "is_default",
    "is_primary",
    "isDefault",
    "isPrimary",
];
/// A label is a word, not a sentence.
const LABEL_BYTES: usize = 40;

/// Where a record's cells go.
pub(super) struct Flattened<'n, 's> {
    /// Takes path, place (from 0, nulls counted) and text of each scalar, in written order.
    pub(super) sink: &'s mut dyn FnMut(&str, u32, &'n str),
    place: u32,
    /// Items of an array that become cells, besides those further down that refuse to be reached.
    pub(super) items: usize,
    /// Path of the first array with more.
    pub(super) cut: Option<String>,
    path: String,
}

type Members<'n> = Vec<(Cow<'n, str>, Node<'n>)>;

impl<'n, 's> Flattened<'n, 's> {
    /// A flattening into this sink.
    pub(super) fn new(items: usize, sink: &'s mut dyn FnMut(&str, u32, &'n str)) -> Self {
        Self {
            sink,
            place: 0,
            items,
            cut: None,
            path: String::new(),
        }
    }

    /// Flattens a value at the current path.
    pub(super) fn walk(&mut self, node: &'n Node<'n>) {
        match node {
            Node::Null => self.place += 1,
            Node::Object(members) => {
                for (name, value) in members {
                    self.below(name, |f| f.walk(value));
                }
            }
            Node::Array(items) => self.array(items),
            scalar => {
                if let Some(text) = scalar.scalar() {
                    (self.sink)(&self.path, self.place, text);
                    self.place += 1;
                }
            }
        }
    }

    fn below(&mut self, name: &str, then: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(name);
        then(self);
        self.path.truncate(length);
    }

    fn array(&mut self, items: &'n [Node<'n>]) {
        if items.len() > self.items && self.cut.is_none() {
            self.cut = Some(self.path.clone());
        }
        let mut seen: Vec<(String, usize)> = Vec::new();
        let mut count = |name: &str| match seen.iter_mut().find(|(n, _)| n == name) {
            Some((_, n)) => {
                *n += 1;
                *n
            }
            None => {
                seen.push((name.to_owned(), 1));
                1
            }
        };
        for (i, item) in items.iter().enumerate() {
            if i >= self.items && !refuses(&self.path, item) {
                continue;
            }
            match item {
                Node::Null => {}
                Node::Object(members) => match labelled(members) {
                    Some(labelled) => {
                        let mut name = labelled.label;
                        let n = count(&name);
                        if n > 1 {
                            if !name.is_empty() {
                                name.push('.');
                            }
                            name.push_str(&n.to_string());
                        }
                        self.thing(&name, members, labelled.value);
                    }
                    None => self.below(&(i + 1).to_string(), |f| f.walk(item)),
                },
                Node::Array(_) => self.below(&(i + 1).to_string(), |f| f.walk(item)),
                scalar => match count("") {
                    1 => self.walk(scalar),
                    n => self.below(&n.to_string(), |f| f.walk(scalar)),
                },
            }
        }
    }

    /// A labelled object: its value at its label, what else it says below.
    fn thing(&mut self, name: &str, members: &'n Members<'n>, value: Option<usize>) {
        let write = |f: &mut Self| {
            for (i, (member, node)) in members.iter().enumerate() {
                let mark = matches!(node, Node::Bool(_)) && MARKS.contains(&member.as_ref());
                let flag = value.is_some()
                    // a wish is never dropped as `is_primary` is
                    && (member == "id"
                        || (matches!(node, Node::Bool(_)) && !concerns(member))
                        || (member == "value" && value.is_some_and(|i| members[i].0 == "text")));
                if value == Some(i) {
                    f.walk(node);
                } else if !flag && !mark && !LABELS.contains(&member.as_ref()) {
                    f.below(member, |f| f.walk(node));
                }
            }
        };
        if name.is_empty() {
            write(self)
        } else {
            self.below(name, write)
        }
    }
}

struct Labelled {
    /// `phone.mobile`, `work`; empty when the object only has a value.
    label: String,
    /// Index of the member with the value; `None` when all other members are the value.
    value: Option<usize>,
}

/// Whether an object in an array is a labelled thing such as a contact; each object is judged alone, so that
/// column names do not depend on other records.
fn labelled(members: &Members<'_>) -> Option<Labelled> {
    let find = |name: &str| members.iter().position(|(n, _)| n == name);
    let text = |i: usize| match &members[i].1 {
        Node::Text(t) if !t.trim().is_empty() && t.len() <= LABEL_BYTES => {
            Some(t.trim().to_lowercase())
        }
        _ => None,
    };
    let labels: Vec<(&str, String)> = LABELS
        .iter()
        .filter_map(|l| Some((*l, text(find(l)?)?)))
        .collect();
    let scalar = |i: &usize| members[*i].1.scalar().is_some() || members[*i].1 == Node::Null;
    let written = |i: &usize| matches!(&members[*i].1, Node::Text(t) if t.starts_with(['{', '[']));
    let value = VALUES.iter().find_map(|v| {
        let i = find(v).filter(scalar)?;
        // a value that is JSON once more stands beside what people see of it
        let shown = find("text").filter(scalar).filter(|_| written(&i));
        Some((*v, shown.unwrap_or(i)))
    });
    let Some((first, label)) = labels.first() else {
        let only = value.filter(|(name, _)| *name == "value")?;
        return Some(Labelled {
            label: String::new(),
            value: Some(only.1),
        });
    };
    let mut label = label.clone();
    match *first {
        // A name labels only what calls itself a value: other things with names are things of their own.
        "name" | "key" => {
            let only = value.filter(|(name, _)| *name == "value")?;
            return Some(Labelled {
                label,
                value: Some(only.1),
            });
        }
        "label" => {}
        _ => {
            if let Some((_, further)) = labels.iter().find(|(l, _)| *l == "label") {
                label.push('.');
                label.push_str(further);
            }
        }
    }
    Some(Labelled {
        label,
        value: value.map(|(_, i)| i),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(json: &str) -> Vec<String> {
        let node = Node::parse(json, 128).unwrap();
        let mut out = Vec::new();
        let mut sink = |path: &str, _: u32, value: &str| out.push(format!("{path}={value}"));
        Flattened::new(3, &mut sink).walk(&node);
        out
    }

    #[test]
    fn a_wish_beside_a_contact_point_is_kept() {
        assert_eq!(
            cells(
                r#"{"emails":[{"email":"a@example.com","type":"office","is_unsubscribed":true,"is_primary":true}]}"#
            ),
            [
                "emails.office=a@example.com",
                "emails.office.is_unsubscribed=true"
            ]
        );
    }

    #[test]
    fn a_value_in_json_gives_way_to_its_text() {
        assert_eq!(
            cells(
                r#"{"v":[{"id":"c1","type":"email","text":"a@example.com","value":"{\"email\":\"a@example.com\"}"},{"type":"phone","text":"","value":null}]}"#
            ),
            ["v.email=a@example.com", "v.phone.text="]
        );
    }

    #[test]
    fn contacts_become_columns_by_type_and_label() {
        assert_eq!(
            cells(
                r#"{"contacts":[{"type":"email","value":"a@example.com"},{"type":"phone","label":"Mobile","value":"1"},{"type":"email","value":"b@example.com"}]}"#
            ),
            [
                "contacts.email=a@example.com",
                "contacts.phone.mobile=1",
                "contacts.email.2=b@example.com"
            ]
        );
        assert_eq!(
            cells(
                r#"{"phone":[{"label":"work","value":"1","primary":true},{"label":"","value":"2"},{"value":null}]}"#
            ),
            ["phone.work=1", "phone=2"]
        );
        assert_eq!(
            cells(
                r#"{"addresses":[{"type":"home","street":"1 Main","city":"Ulm","default":true},{"type":"home","address":"2 Main","city":"Bonn","id":7}]}"#
            ),
            [
                "addresses.home.street=1 Main",
                "addresses.home.city=Ulm",
                "addresses.home.2=2 Main",
                "addresses.home.2.city=Bonn"
            ]
        );
        assert_eq!(
            cells(r#"{"fields":[{"name":"Tier","value":3}]}"#),
            ["fields.tier=3"]
        );
        assert_eq!(
            cells(r#"{"fields":[{"key":"opt_out","value":false}]}"#),
            ["fields.opt_out=false"]
        );
    }

    #[test]
    fn other_arrays_are_numbered_and_bounded() {
        assert_eq!(
            cells(
                r#"{"tags":["x",null,"y"],"orders":[{"total":1.50},{"total":2}],"m":[[1],[2,3]]}"#
            ),
            [
                "tags=x",
                "tags.2=y",
                "orders.1.total=1.50",
                "orders.2.total=2",
                "m.1=1",
                "m.2=2",
                "m.2.2=3"
            ]
        );
        let node = Node::parse(r#"{"t":[1,2,3,4]}"#, 9).unwrap();
        let mut n = 0;
        let mut sink = |_: &str, _: u32, _: &str| n += 1;
        let mut flat = Flattened::new(3, &mut sink);
        flat.walk(&node);
        assert_eq!(flat.cut.as_deref(), Some("t"));
        assert_eq!(n, 3);
        assert_eq!(
            cells(r#"{"notes":["a","b","c","d","e","do not call"]}"#),
            ["notes=a", "notes.2=b", "notes.3=c", "notes.4=do not call"]
        );
    }

    proptest! {
        /// Objects without arrays lose nothing: every scalar comes out under its path.
        #[test]
        fn nested_objects_lose_nothing(names in prop::collection::vec("[a-c]{1,2}", 1..5), value in "[a-z]{1,5}") {
            let mut json = format!("\"{value}\"");
            for name in names.iter().rev() {
                json = format!("{{\"{name}\":{json}}}");
            }
            prop_assert_eq!(cells(&json), [format!("{}={value}", names.join("."))]);
        }
    }
}

//! Objects that wrap records: a page of an interface's answer, a board with its items.

use super::json_value::Node;
use super::persons::signs_of_persons;

/// Objects that are looked at.
const OBJECTS: usize = 8;
/// What the answers of interfaces say of themselves in words.
const OF_A_PAGE: &[&str] = &[
    "object", "status", "type", "kind", "message", "next", "prev", "previous", "error", "success",
];
/// Parts of the names under which they say it.
const PARTS_OF_A_PAGE: &[&str] = &[
    "page",
    "cursor",
    "token",
    "request",
    "version",
    "time",
    "generated",
];
/// Different things of persons that the names of a record tell.
const SIGNS: usize = 2;

/// What the first objects of an array or a file are.
#[derive(Debug, Default)]
pub(super) struct Look {
    seen: usize,
    pages: usize,
    others: usize,
    first: Option<Inside>,
}

impl Look {
    /// Whether enough was seen.
    pub(super) fn ends(&self) -> bool {
        self.seen >= OBJECTS
    }

    /// Takes the next object.
    pub(super) fn at(&mut self, object: &Node<'_>) {
        self.seen += 1;
        let (inside, says) = Inside::of(object);
        let page = inside.as_ref().is_some_and(|i| i.page);
        self.pages += usize::from(page);
        self.others += usize::from(!page && says);
        if page && !self.first.as_ref().is_some_and(|i| i.page) || self.first.is_none() {
            self.first = inside;
        }
    }

    /// The records inside, when more of the objects are pages than say something of their own.
    pub(super) fn pages(self) -> Option<Inside> {
        let pages = self.pages > self.others;
        self.first.filter(|i| pages && i.page)
    }

    /// The same of an array with so many objects: what the only one wraps is taken whatever it says of its own.
    pub(super) fn of_array(self, objects: u64) -> Option<Inside> {
        if objects == 1 {
            self.first
        } else {
            self.pages()
        }
    }
}

/// Whether the objects in these lines are pages; lines that are none are passed over.
pub(super) fn are_pages<'t>(lines: impl Iterator<Item = &'t str>) -> bool {
    let mut look = Look::default();
    for line in lines {
        if look.ends() {
            break;
        }
        if let Ok(node @ Node::Object(_)) = Node::parse(line.trim(), 128) {
            look.at(&node);
        }
    }
    look.pages().is_some()
}

/// The records in an object that should be one itself, as people write their place.
pub(super) fn inner(object: &Node<'_>) -> Option<String> {
    Inside::of(object).0.map(|i| i.members.join("."))
}

/// Records inside an object.
#[derive(Debug)]
pub(super) struct Inside {
    /// Where, from the object.
    pub(super) members: Vec<String>,
    pub(super) objects: u64,
    /// The object says nothing of its own but of the page that it is.
    page: bool,
}

impl Inside {
    /// The array with most objects that look like records, when the object itself has no e-mail address and is a page or
    /// says less than one of them does; and whether the object says something of its own.
    fn of(object: &Node<'_>) -> (Option<Self>, bool) {
        let (mut own, mut best) = (Own::default(), None);
        own.look(object, &mut Vec::new(), &mut best);
        let says = own.words || own.mail;
        let Some((members, items)) = best else {
            return (None, says);
        };
        let (mut said, mut mail, mut names) = (0, false, Vec::new());
        for (i, item) in records(items).enumerate() {
            item.each_scalar(&mut |text| {
                said += usize::from(i == 0);
                mail |= text.contains('@');
            });
            if i == 0 {
                names_of(item, &mut names);
            }
        }
        let persons = mail || (!says && signs_of_persons(&names) >= SIGNS);
        let inside = (persons && !own.mail && (!says || own.said < said)).then(|| Self {
            objects: records(items).count() as u64,
            members,
            page: !says,
        });
        (inside, says)
    }
}

/// The objects of an array that may be records: no points of contact.
fn records<'n>(items: &'n [Node<'n>]) -> impl Iterator<Item = &'n Node<'n>> {
    items.iter().filter(|item| match item {
        Node::Object(members) => !members.iter().any(|(name, _)| name == "value"),
        _ => false,
    })
}

fn names_of(node: &Node<'_>, names: &mut Vec<String>) {
    if let Node::Object(members) = node {
        for (name, value) in members {
            names.push(name.to_lowercase());
            names_of(value, names);
        }
    }
}

/// What an object says outside its arrays.
#[derive(Default)]
struct Own {
    said: usize,
    /// An e-mail address.
    mail: bool,
    /// Words that are not of a page, or a number that tells it apart.
    words: bool,
}

impl Own {
    fn look<'n>(
        &mut self,
        node: &'n Node<'n>,
        path: &mut Vec<String>,
        best: &mut Option<(Vec<String>, &'n [Node<'n>])>,
    ) {
        let Node::Object(members) = node else { return };
        for (name, value) in members {
            path.push(name.to_string());
            match value {
                Node::Object(_) => self.look(value, path, best),
                Node::Array(items) => {
                    let most = best.as_ref().map_or(1, |b| records(b.1).count());
                    if records(items).count() > most {
                        *best = Some((path.clone(), items));
                    }
                }
                Node::Text(text) => {
                    self.said += 1;
                    self.mail |= text.contains('@');
                    self.words |= !is_of_a_page(name)
                        && !text.contains("://")
                        && text.contains(char::is_alphabetic);
                }
                Node::Number(_) => {
                    self.said += 1;
                    self.words |= !is_of_a_page(name) && is_id(name);
                }
                _ => self.said += 1,
            }
            path.pop();
        }
    }
}

fn is_of_a_page(name: &str) -> bool {
    let name = name.to_lowercase();
    OF_A_PAGE.contains(&name.as_str()) || PARTS_OF_A_PAGE.iter().any(|p| name.contains(p))
}

fn is_id(name: &str) -> bool {
    name.eq_ignore_ascii_case("id") || name.ends_with("_id") || name.ends_with("Id")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEOPLE: &str = r#"[{"n":"A","city":"Ulm","m":"a@x.org","t":1},{"n":"B","city":"Bonn"}]"#;

    fn are(objects: &[&str]) -> bool {
        are_pages(objects.iter().copied())
    }

    #[test]
    fn pages_are_told_from_records_that_hold_others() {
        let page = |own: &str| format!("{{{own}\"data\":{PEOPLE}}}");
        for own in [
            "",
            "\"page\":1,\"total\":40,",
            "\"next_page_token\":\"eyJ\",",
            "\"status\":\"ok\",\"next\":\"https://example.com/2\",",
        ] {
            assert!(are(&[&page(own)]), "{own}");
        }
        for own in [
            "\"name\":\"Smith Ltd\",",
            "\"household_id\":7,",
            "\"contact\":\"c@x.org\",",
        ] {
            assert!(!are(&[&page(own)]), "{own}");
        }
        let small = r#"{"page":2,"data":[{"n":"C"}]}"#;
        assert!(!are(&[small]) && are(&["{}", small, &page("")]));
        let record = r#"{"n":"A","c":"Ulm"}"#;
        assert!(!are(&[&page(""), record]));
    }

    #[test]
    fn a_list_of_contacts_is_no_page() {
        let points =
            r#"{"emails":[{"type":"home","value":"a@x.org"},{"type":"work","value":"b@x.org"}]}"#;
        assert!(!are(&[points]));
        let phones = r#"{"data":[{"first_name":"A","phone":"1"},{"first_name":"B","phone":"2"}]}"#;
        assert!(are(&[phones]));
    }
}

//! Secrets in raw rows: taken out before a row is kept anywhere.

use super::batch::hex;
use super::json_value::Node;
use crate::lexicon::roles::WITHHELD;
use crate::text::json::push_string;
use sha2::{Digest as _, Sha256};

/// Digits of the digest by which rows that are withheld whole are told apart.
const DIGITS: usize = 12;
/// Bytes before a colon in which the name of a member is looked for.
const NAME_BYTES: usize = 500;

/// The text of a record without what stands under a secret path; `None` when nothing does.
pub(super) fn record(node: &Node<'_>, secret: &mut dyn FnMut(&str) -> bool) -> Option<String> {
    let (mut out, mut any) = (String::new(), false);
    write(node, &mut String::new(), secret, &mut out, &mut any);
    any.then_some(out)
}

fn write(
    node: &Node<'_>,
    path: &mut String,
    secret: &mut dyn FnMut(&str) -> bool,
    out: &mut String,
    any: &mut bool,
) {
    match node {
        Node::Null => out.push_str("null"),
        Node::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Node::Number(digits) => out.push_str(digits),
        Node::Text(text) => push_string(out, text),
        Node::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(item, path, secret, out, any);
            }
            out.push(']');
        }
        Node::Object(members) => {
            out.push('{');
            for (i, (name, value)) in members.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                push_string(out, name);
                out.push(':');
                let before = path.len();
                if before > 0 {
                    path.push('.');
                }
                path.push_str(name);
                if is_filled(value) && secret(path) {
                    push_string(out, WITHHELD);
                    *any = true;
                } else {
                    write(value, path, secret, out, any);
                }
                path.truncate(before);
            }
            out.push('}');
        }
    }
}

fn is_filled(node: &Node<'_>) -> bool {
    match node {
        Node::Null => false,
        Node::Text(text) => !text.is_empty(),
        _ => true,
    }
}

/// The text of a row that could not be read, without secrets: of a text that names one and cannot be divided nothing stays.
pub(super) fn unread(raw: &str, depth: usize, secret: &mut dyn FnMut(&str) -> bool) -> String {
    if let Ok(node) = Node::parse(raw, depth) {
        return record(&node, secret).unwrap_or_else(|| raw.to_owned());
    }
    let named = raw.match_indices(':').any(|(at, _)| {
        // a name is short, and a text without end must not be searched from every colon
        let nearby = (at.saturating_sub(NAME_BYTES)..=at).find(|i| raw.is_char_boundary(*i));
        let before = raw[nearby.unwrap_or(at)..at]
            .trim_end()
            .trim_end_matches('"');
        let from = before
            .rfind(['"', '{', ',', '\n', ' '])
            .map_or(0, |i| i + 1);
        secret(&before[from..])
    });
    if named {
        whole(&hex(Sha256::digest(raw)))
    } else {
        raw.to_owned()
    }
}

/// What stands for a row of which nothing can be kept: its digest, in hexadecimal digits, tells such rows apart.
pub(super) fn whole(digest: &str) -> String {
    format!("{WITHHELD} {}", &digest[..DIGITS.min(digest.len())])
}

/// The text of a row of delimited text with some parts of it withheld, each given by its first and last byte.
pub(super) fn parts(row: &[u8], parts: impl Iterator<Item = (usize, usize)>) -> Vec<u8> {
    let (mut out, mut at) = (Vec::with_capacity(row.len()), 0);
    for (from, to) in parts {
        out.extend_from_slice(&row[at..from]);
        if from < to {
            out.extend_from_slice(WITHHELD.as_bytes());
        }
        at = to;
    }
    out.extend_from_slice(&row[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::roles::{Role, role};

    fn secret(path: &str) -> bool {
        role(path) == Some(Role::Secret)
    }

    #[test]
    fn only_secrets_leave_a_record_and_numbers_stay_as_written() {
        let text = r#"{"id":1.10,"login":{"password":"x","since":20240101000000000001},"a":[{"token":5},null,true],"pwd":""}"#;
        let node = Node::parse(text, 9).unwrap();
        assert_eq!(
            record(&node, &mut secret).unwrap(),
            r#"{"id":1.10,"login":{"password":"[withheld]","since":20240101000000000001},"a":[{"token":"[withheld]"},null,true],"pwd":""}"#
        );
        let plain = Node::parse(r#"{"id":1}"#, 9).unwrap();
        assert_eq!(record(&plain, &mut secret), None);
    }

    #[test]
    fn of_a_broken_record_with_a_secret_nothing_stays() {
        let broken = r#"{"id":1,"password" : "hunter2", "x"#;
        let shown = unread(broken, 9, &mut secret);
        assert!(
            shown.starts_with("[withheld] ") && !shown.contains("hunter2"),
            "{shown}"
        );
        assert_ne!(shown, unread(&broken.replace('1', "2"), 9, &mut secret));
        assert_eq!(unread(r#"{"id":1,"x"#, 9, &mut secret), r#"{"id":1,"x"#);
        assert!(unread(r#"{"token":"s3"}"#, 9, &mut secret).contains(r#""token":"[withheld]""#));
    }

    #[test]
    fn parts_of_a_line_are_withheld() {
        let shown = parts(b"7,\"s;3\",,z", [(3, 6), (8, 8)].into_iter());
        assert_eq!(shown, b"7,\"[withheld]\",,z");
    }
}

//! E-mail addresses: a cell → the addresses in it, each with a normal form that two spellings of one mailbox share.
//!
//! Follows RFC 5321/5322 for what an address looks like, RFC 6531 in letting
//! letters of any script through, and the documented habits of mail providers for what is *the same mailbox*: case
//! does not matter anywhere in practice, `+tag` is a sub-address (RFC 5233), Gmail ignores dots, and quotes that are not
//! needed mean nothing. Broken addresses get the nearest comparable form and say so: `corrected`, `valid`; a cell of
//! which only a stub could be read is kept whole.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use crate::lexicon::{mail_domains, role_mailboxes};
use crate::normalize::placeholder;

/// One address of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    /// The comparable form: lower-case `local@domain`, sub-address removed, Gmail's dots removed, `googlemail.com`
    /// as `gmail.com`, slips in well known domains corrected. Without a domain when none could be told.
    pub normal: String,
    /// The local part of `normal`.
    pub local: String,
    /// The domain of `normal`, empty when none could be told.
    pub domain: String,
    /// The address as given, in lower case and without what surrounded it.
    pub exact: String,
    /// True when the local part names a role (`info`, `sales`, `buchhaltung`), not a person.
    pub role: bool,
    /// True when the domain gives mailboxes to private people.
    pub free: bool,
    /// True when the domain gives throw-away mailboxes.
    pub disposable: bool,
    /// True when the address was well formed as given, apart from a slip in a well known domain.
    pub valid: bool,
    /// True when `normal` rests on a guess about what was meant.
    pub corrected: bool,
}

/// Takes a raw cell, gives its addresses in the order they stand in, each once. Empty cells and placeholder words
/// (`n/a`, `none`) give none; a cell with text but no `@` gives one that is not valid.
#[must_use]
pub fn emails(cell: &str) -> Vec<Email> {
    let cell = plain(cell);
    if !cell.contains('@') {
        return without_at(&cell).into_iter().collect();
    }
    if let Some(email) = quoted(&cell) {
        return vec![email];
    }
    let uncommented = without_comment(&cell);
    let text = uncommented.as_deref().unwrap_or(&cell);
    let mut found: Vec<Email> = Vec::new();
    let mut whole = false;
    for piece in pieces(text) {
        let mended = piece.joined || uncommented.is_some();
        if let Some(email) = address(&piece.text, mended)
            && found.iter().all(|f| f.exact != email.exact)
        {
            whole |= !is_stub(&email, &piece, text);
            found.push(email);
        }
    }
    let says = !found.is_empty() || cell.contains(char::is_alphanumeric);
    match cell.trim() {
        cell if says && !whole => vec![as_it_is(cell, cell)],
        _ => found,
    }
}

/// Whether only a part of the address was read, because it is none: no local part, or no whole domain in the midst of a cell.
fn is_stub(email: &Email, piece: &Piece<'_>, cell: &str) -> bool {
    let domain = &email.domain;
    let cut = piece.cut || (domain.is_empty() && piece.text.len() < cell.len());
    email.local.is_empty() || (cut && !domain.contains('.'))
}

/// `"john doe"@example.com`; quotes around what needs none are left out.
fn quoted(cell: &str) -> Option<Email> {
    let (local, domain) = cell.rsplit_once('@')?;
    let inner = within_quotes(local).filter(|_| is_host(domain))?;
    if is_local(inner) {
        return address(&format!("{inner}@{domain}"), false);
    }
    Some(Email {
        normal: cell.to_owned(),
        local: local.to_owned(),
        domain: domain.to_owned(),
        exact: cell.to_owned(),
        role: false,
        free: mail_domains::is_free(domain),
        disposable: mail_domains::is_disposable(domain),
        valid: true,
        corrected: false,
    })
}

/// What stands in the quotes of a quoted local part, without signs that would have to be escaped.
pub(crate) fn within_quotes(local: &str) -> Option<&str> {
    let inner = local.strip_prefix('"')?.strip_suffix('"')?;
    let plain = |c: char| !c.is_control() && !matches!(c, '"' | '\\');
    (!inner.is_empty() && local.len() <= 64 && inner.chars().all(plain)).then_some(inner)
}

/// The cell without a comment beside the `@`: `john(comment)@example.com`.
fn without_comment(cell: &str) -> Option<String> {
    let (before, after) = cell.split_once('@')?;
    let left = before
        .strip_suffix(')')
        .and_then(|b| b.rsplit_once('('))
        .map(|(b, _)| b.trim_end());
    let right = after
        .strip_prefix('(')
        .and_then(|a| a.split_once(')'))
        .map(|(_, a)| a.trim_start());
    (left.is_some() || right.is_some())
        .then(|| format!("{}@{}", left.unwrap_or(before), right.unwrap_or(after)))
}

/// What a cell says when it is one address as it should be written, and nothing else: whether that is the mailbox of a
/// role. The address is the cell itself, and valid; [`emails`] says the same in more time.
#[must_use]
pub fn plain_role(cell: &str) -> Option<bool> {
    let (local, host) = cell.split_once('@')?;
    let plain = |text: &str, signs: &[u8]| {
        let sign = |b: &u8| !b.is_ascii_alphanumeric();
        let ends = [text.as_bytes().first(), text.as_bytes().last()];
        let within = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || signs.contains(&b);
        text.bytes().all(within) && !ends.into_iter().any(|end| end.is_none_or(sign))
    };
    if !plain(local, b"._-") || !plain(host, b".-") || !is_local(local) || !is_host(host) {
        return None;
    }
    match host {
        "gmail.com" | "googlemail.com" => Some(role_mailboxes::is_role(&mailbox(local, true))),
        _ if mail_domains::meant(host).is_some() => None,
        _ => Some(role_mailboxes::is_role(local)),
    }
}

/// Lower case, plain `@`, no invisible characters, no spaces around `@`.
fn plain(cell: &str) -> Cow<'_, str> {
    let cell = cell.trim();
    let simple = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"@._-+".contains(&b);
    if cell.bytes().all(simple) {
        return Cow::Borrowed(cell);
    }
    let mut text: String = if cell.is_ascii() {
        cell.to_ascii_lowercase()
    } else {
        cell.nfkc()
            .flat_map(char::to_lowercase)
            .filter(|c| !matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}'))
            .nfkc()
            .collect()
    };
    for (written, sign) in [
        ("(at)", "@"),
        ("[at]", "@"),
        ("{at}", "@"),
        (" at ", "@"),
        ("(dot)", "."),
        ("[dot]", "."),
        ("{dot}", "."),
        (" dot ", "."),
    ] {
        if text.contains(written)
            && (sign == "@" || text.contains('@'))
            && !(sign == "@" && text.contains('@'))
        {
            text = text.replace(written, sign);
        }
    }
    while text.contains(" @") || text.contains("@ ") {
        text = text.replace(" @", "@").replace("@ ", "@");
    }
    Cow::Owned(text)
}

fn separates(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            ';' | ','
                | '|'
                | '<'
                | '>'
                | '('
                | ')'
                | '['
                | ']'
                | '{'
                | '}'
                | '"'
                | '“'
                | '”'
                | '„'
                | '«'
                | '»'
                | '\\'
                | '、'
        )
}

/// A part of a cell that holds an `@`.
struct Piece<'a> {
    text: Cow<'a, str>,
    /// Put together from two: `john@gmail,com`.
    joined: bool,
    /// Ends where an address does not, in the midst of text: `john@exa mple.com`, `john@[192.0.2.1]`.
    cut: bool,
}

fn pieces(cell: &str) -> Vec<Piece<'_>> {
    let mut found: Vec<Piece<'_>> = Vec::new();
    let mut before_separator = ' ';
    let mut end = 0;
    for part in cell.split_inclusive(separates) {
        end += part.len();
        let separator = part.chars().next_back().filter(|c| separates(*c));
        let part = part.trim_end_matches(separates);
        let opens = |c: char| c.is_whitespace() || matches!(c, '[' | '(' | '{' | '<' | '"' | '\\');
        let cut = end < cell.len() && separator.is_some_and(opens);
        let piece = |text| Piece {
            text: Cow::Borrowed(text),
            joined: false,
            cut,
        };
        if part.contains('@') {
            // `a@x.org/b@y.org` is two addresses, `a/b@y.org` is one.
            let slashes_part_addresses =
                part.contains('/') && part.split('/').all(|p| p.contains('@'));
            if slashes_part_addresses {
                found.extend(part.split('/').map(piece));
            } else {
                found.push(piece(part));
            }
        } else if before_separator == ','
            && is_ending(part)
            && let Some(last) = found.last_mut()
            && last
                .text
                .split('@')
                .next_back()
                .is_some_and(|d| !d.is_empty() && !d.contains('.'))
        {
            last.text = Cow::Owned(format!("{}.{part}", last.text));
            last.joined = true;
        }
        before_separator = separator.unwrap_or(' ');
    }
    found
}

fn is_ending(part: &str) -> bool {
    (2..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_lowercase())
}

/// Signs around an address that are not of it.
const WRAPPING: [char; 7] = ['\'', '’', '‘', '`', ':', '*', '/'];

fn address(piece: &str, joined: bool) -> Option<Email> {
    // a dot in front is no wrapping: `.john@example.com` is as wrong as it looks
    let mut exact = piece
        .trim_start_matches(WRAPPING)
        .trim_end_matches(|c| c == '.' || WRAPPING.contains(&c));
    while let Some(rest) = exact
        .strip_prefix("mailto:")
        .or_else(|| exact.strip_prefix("email:"))
        .or_else(|| exact.strip_prefix("e-mail:"))
    {
        exact = rest.trim_start_matches(WRAPPING);
    }
    let exact = exact.split('?').next().unwrap_or(exact);
    let (local, host) = split_at_sign(exact)?;
    let mut corrected = joined;
    let (local, host) = match (local, host) {
        (l, Cow::Borrowed(h)) => (l, tidy_host(h)),
        (l, Cow::Owned(h)) => (l, Cow::Owned(tidy_host(&h).into_owned())),
    };
    let well_formed = !joined && is_local(&local) && is_host(&host);
    let valid = well_formed && exact.len() == local.len() + 1 + host.len();
    corrected |= !valid && exact.len() != local.len() + 1 + host.len();
    let domain = match mail_domains::meant(&host) {
        Some(right) => {
            corrected = true;
            right.to_owned()
        }
        None => host.into_owned(),
    };
    let gmail = matches!(domain.as_str(), "gmail.com" | "googlemail.com");
    let domain = if gmail {
        "gmail.com".to_owned()
    } else {
        domain
    };
    let local = settled(mailbox(&local, gmail));
    let domain = settled(domain);
    if local.is_empty() && domain.is_empty() {
        return None;
    }
    Some(Email {
        normal: format!("{local}@{domain}"),
        role: role_mailboxes::is_role(&local),
        free: mail_domains::is_free(&domain),
        disposable: mail_domains::is_disposable(&domain),
        exact: exact.to_owned(),
        local,
        domain,
        valid,
        corrected,
    })
}

/// Local part and domain; with several `@` the first one counts, unless a whole well known domain follows the last.
fn split_at_sign(exact: &str) -> Option<(String, Cow<'_, str>)> {
    let (first, rest) = exact.split_once('@')?;
    if !rest.contains('@') {
        return Some((first.to_owned(), Cow::Borrowed(rest)));
    }
    let (head, last) = exact.rsplit_once('@')?;
    if mail_domains::is_free(last) {
        return Some((head.replace('@', ""), Cow::Borrowed(last)));
    }
    Some((first.to_owned(), Cow::Owned(rest.replace('@', ""))))
}

/// Leaving out signs can bring marks together that compose anew.
fn settled(text: String) -> String {
    if text.is_ascii() {
        text
    } else {
        text.nfkc().collect()
    }
}

/// Removes dots that part nothing.
fn tidy_host(host: &str) -> Cow<'_, str> {
    let trimmed = host
        .trim_matches(|c: char| matches!(c, '.' | '-' | '\'' | '’' | '/' | ':' | '*' | '‘' | '`'));
    if trimmed.contains("..") {
        let labels: Vec<_> = trimmed.split('.').filter(|l| !l.is_empty()).collect();
        return Cow::Owned(labels.join("."));
    }
    Cow::Borrowed(trimmed)
}

/// The mailbox a local part is delivered to.
fn mailbox(local: &str, gmail: bool) -> String {
    let base = match local.find('+') {
        Some(at) if at > 0 => &local[..at],
        _ => local,
    };
    let undotted;
    let base = if gmail {
        undotted = base.replace('.', "");
        undotted.as_str()
    } else {
        base.trim_matches('.')
    };
    // what stands behind a dot in front is wrapping then
    base.trim_matches(|c| c == '.' || WRAPPING.contains(&c))
        .to_owned()
}

fn is_local(local: &str) -> bool {
    let allowed = |c: char| {
        c.is_alphanumeric()
            || "!#$%&'*+-/=?^_`{|}~.".contains(c)
            || (!c.is_ascii() && !c.is_control())
    };
    !local.is_empty()
        && local.len() <= 64
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(allowed)
}

fn is_host(host: &str) -> bool {
    let label = |l: &str| {
        !l.is_empty()
            && l.len() <= 63
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.chars()
                .all(|c| c.is_alphanumeric() || c == '-' || (!c.is_ascii() && !c.is_control()))
    };
    let Some((_, ending)) = host.rsplit_once('.') else {
        return false;
    };
    host.len() <= 253
        && host.split('.').all(label)
        && (ending.starts_with("xn--")
            || (ending.chars().count() >= 2 && ending.chars().all(char::is_alphabetic)))
}

/// An address whose `@` is lost: `john.smith.gmail.com` can be mended, anything else is kept as it is.
fn without_at(cell: &str) -> Option<Email> {
    let text: String = cell
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '+'))
        .collect();
    let text = settled(text.trim_matches(['.', '-', '_', '+']).to_owned());
    let text = text.as_str();
    if text.is_empty() || placeholder::is_placeholder(cell) {
        return None;
    }
    let ends_in_domain = text
        .match_indices('.')
        .filter(|(at, _)| *at > 0)
        .map(|(at, _)| (&text[..at], &text[at + 1..]))
        .find(|(_, domain)| mail_domains::is_free(domain) && domain.len() >= 7);
    if let Some((local, domain)) = ends_in_domain {
        return address(&format!("{local}@{domain}"), true).map(|mended| Email {
            exact: cell.to_owned(),
            valid: false,
            corrected: true,
            ..mended
        });
    }
    Some(as_it_is(text, cell))
}

fn as_it_is(normal: &str, exact: &str) -> Email {
    Email {
        normal: normal.to_owned(),
        local: normal.to_owned(),
        domain: String::new(),
        exact: exact.to_owned(),
        role: false,
        free: false,
        disposable: false,
        valid: false,
        corrected: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn normals(cell: &str) -> Vec<String> {
        emails(cell).into_iter().map(|e| e.normal).collect()
    }

    #[test]
    fn one_address_in_many_dresses() {
        for (cell, normal, valid, corrected) in [
            ("john@example.com", "john@example.com", true, false),
            (" JOHN@Example.COM ", "john@example.com", true, false),
            ("'john@example.com", "john@example.com", true, false),
            (
                "\"John D.\" <john@example.com>",
                "john@example.com",
                true,
                false,
            ),
            (
                "John Doe <John@example.com>",
                "john@example.com",
                true,
                false,
            ),
            ("<john@example.com>", "john@example.com", true, false),
            ("mailto:john@example.com", "john@example.com", true, false),
            (
                "mailto:john@example.com?subject=hi",
                "john@example.com",
                true,
                false,
            ),
            ("john@example.com.", "john@example.com", true, false),
            ("john+shop@example.com", "john@example.com", true, false),
            ("j.o.h.n+x@gmail.com", "john@gmail.com", true, false),
            ("j.ohn@googlemail.com", "john@gmail.com", true, false),
            ("j.ohn@gmial.com", "john@gmail.com", true, true),
            ("john@gmail.con", "john@gmail.com", true, true),
            ("john@gmail,com", "john@gmail.com", false, true),
            ("john@gmail", "john@gmail", false, false),
            ("john @ example.com", "john@example.com", true, false),
            ("john(at)example(dot)com", "john@example.com", true, false),
            ("john at example.com", "john@example.com", true, false),
            ("john＠example．com", "john@example.com", true, false),
            ("john\u{200b}@example.com", "john@example.com", true, false),
            ("a@@b.com", "a@b.com", false, true),
            ("m.b@ell-brown.com", "m.b@ell-brown.com", true, false),
            ("x@lee-taylor@.org", "x@lee-taylor.org", false, true),
            ("john@smith@gmail.com", "johnsmith@gmail.com", false, true),
            ("john@example..com", "john@example.com", false, true),
            ("john@.example.com", "john@example.com", false, true),
            ("john..s@example.com", "john..s@example.com", false, false),
            ("john.gmail.com", "john@gmail.com", false, true),
            ("john.example.com", "john.example.com", false, false),
            ("john@", "john@", false, false),
            ("@example.com", "@example.com", false, false),
            ("josé@exämple.de", "josé@exämple.de", true, false),
            ("john@example.c", "john@example.c", false, false),
            ("john@-example.com", "john@example.com", false, true),
            (".john@example.com", "john@example.com", false, false),
            ("john(comment)@example.com", "john@example.com", false, true),
            ("john@(comment)example.com", "john@example.com", false, true),
            ("john@example.com (work)", "john@example.com", true, false),
            (
                "\"John Doe\"@Example.com",
                "\"john doe\"@example.com",
                true,
                false,
            ),
            (
                "\"john.doe\"@example.com",
                "john.doe@example.com",
                true,
                false,
            ),
            ("\"j.doe+x\"@gmail.com", "jdoe@gmail.com", true, false),
            ("\"a@b\"@example.com", "\"a@b\"@example.com", true, false),
        ] {
            let found = emails(cell);
            assert_eq!(found.len(), 1, "{cell}: {found:?}");
            let email = &found[0];
            assert_eq!(
                (email.normal.as_str(), email.valid, email.corrected),
                (normal, valid, corrected),
                "{cell}"
            );
        }
    }

    #[test]
    fn a_cell_of_which_only_a_stub_can_be_read_is_kept_whole() {
        for cell in [
            "john@exa mple.com",
            "john@[192.168.0.1]",
            "@[192.168.0.1]",
            "john\\@doe@example.com",
            "\"a\\\"b\"@example.com",
            "\"john doe\"@example",
            "(work)@example.com",
            "@john (private)",
            "@example.com",
        ] {
            let found = emails(cell);
            assert_eq!(found.len(), 1, "{cell}: {found:?}");
            assert_eq!(
                (&*found[0].exact, &*found[0].normal, found[0].valid),
                (cell, cell, false)
            );
        }
        assert_eq!(
            normals("@john, john@example.com"),
            ["@john", "john@example.com"]
        );
    }

    #[test]
    fn several_addresses_in_a_cell() {
        let both = ["a@example.com", "b@example.org"];
        for cell in [
            "a@example.com;b@example.org",
            "a@example.com; b@example.org",
            "a@example.com, b@example.org",
            "a@example.com,b@example.org",
            "a@example.com/b@example.org",
            "a@example.com / b@example.org",
            "a@example.com b@example.org",
            "a@example.com | b@example.org",
            "a@example.com ::: b@example.org",
            "a@example.com\nb@example.org",
            "A <a@example.com>, B <b@example.org>",
            "a@example.com;;b@example.org;a@example.com",
            "A (a@example.com) und B (b@example.org)",
        ] {
            assert_eq!(normals(cell), both, "{cell}");
        }
        for empty in ["", "  ", "-", "n/a", "none", "keine", "@", "..."] {
            assert_eq!(normals(empty), [""; 0], "{empty}");
        }
    }

    #[test]
    fn what_is_known_of_a_mailbox() {
        let info = &emails("Info@gmx.de")[0];
        assert!(info.role && info.free && !info.disposable);
        let shop = &emails("jane@mailinator.com")[0];
        assert!(!shop.role && !shop.free && shop.disposable);
        let exact = &emails("J.Doe+News@GMail.com")[0];
        assert_eq!(exact.exact, "j.doe+news@gmail.com");
        assert_eq!(
            (exact.local.as_str(), exact.domain.as_str()),
            ("jdoe", "gmail.com")
        );
    }

    fn addressish() -> impl Strategy<Value = String> {
        prop_oneof![
            "\\PC{0,30}",
            "[a-cA-C.+@_ ,;/<>'-]{0,20}",
            "[\"(]?[a-c. @]{1,5}[\")]?@[\\[(]?[a-c.)\\]\\\\ ]{1,6}",
            "[a-z.]{1,8}[+@ ]{1,2}[a-z.-]{1,8}[.,@](com|de|org|c)",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn the_normal_form_is_its_own_normal_form(cell in addressish()) {
            for email in emails(&cell) {
                let again = normals(&email.normal);
                prop_assert_eq!(&again, std::slice::from_ref(&email.normal), "from {:?}", cell);
            }
        }

        #[test]
        fn a_plain_address_is_read_the_same_at_a_glance(
            cell in prop_oneof![
                addressish(),
                "(info|sales.team|in.fo|[a-z0-9._-]{1,9})@(gmail.com|gmial.com|gnail.com|[a-z0-9.-]{2,9}\\.(com|de|x1))",
            ],
        ) {
            if let Some(role) = plain_role(&cell) {
                let found = emails(&cell);
                prop_assert_eq!(found.len(), 1);
                prop_assert!(found[0].valid && found[0].exact == cell, "{:?}", found);
                prop_assert_eq!(found[0].role, role, "{}", cell);
            }
        }

        #[test]
        fn case_and_tags_never_matter(local in "[a-z]{1,8}", tag in "[a-z0-9]{0,4}", host in "[a-z]{2,9}\\.(com|de|org)") {
            let plain = normals(&format!("{local}@{host}"));
            let dressed = normals(&format!("{}+{tag}@{}", local.to_uppercase(), host.to_uppercase()));
            prop_assert_eq!(plain, dressed);
        }
    }
}

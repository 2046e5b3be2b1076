//! Websites: a cell → the host that two spellings of one site share.
//!
//! Scheme, user, port, `www.`, path, query and fragment go (RFC 3986). On hosts where thousands of companies have a page
//! the first part of the path stays, because there the host says nothing: `facebook.com/acme`. Suffixes such as
//! `co.uk` need no knowledge here: nothing but `www.` is cut from the host.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use crate::normalize::placeholder;

/// Hosts whose pages belong to their users, and the path words before the user's name.
const SHARED_HOSTS: &[(&str, &[&str])] = &[
    ("facebook.com", &["pages", "people", "pg", "groups"]),
    ("fb.com", &[]),
    ("instagram.com", &[]),
    ("linkedin.com", &["company", "in", "school", "pub"]),
    ("twitter.com", &[]),
    ("x.com", &[]),
    ("youtube.com", &["channel", "c", "user"]),
    ("tiktok.com", &[]),
    ("pinterest.com", &[]),
    ("xing.com", &["companies", "profile", "pages"]),
    ("sites.google.com", &["site", "view"]),
    ("plus.google.com", &[]),
    ("etsy.com", &["shop"]),
    ("ebay.com", &["str", "usr"]),
    ("amazon.com", &["shops", "stores"]),
    ("yelp.com", &["biz"]),
    ("github.com", &[]),
    ("vk.com", &[]),
    ("t.me", &[]),
    ("wa.me", &[]),
    ("linktr.ee", &[]),
    ("medium.com", &[]),
];

/// Takes a raw cell, gives the host in lower case, with the user's page on shared hosts. Of several sites in a cell, the
/// first counts. `None` when the cell holds no host name.
#[must_use]
pub fn website(cell: &str) -> Option<String> {
    if placeholder::is_placeholder(cell) {
        return None;
    }
    let lower: Cow<'_, str> = if cell.is_ascii() {
        Cow::Owned(cell.to_ascii_lowercase())
    } else {
        Cow::Owned(cell.nfkc().flat_map(char::to_lowercase).nfkc().collect())
    };
    let lower = if lower.contains('\\') {
        Cow::Owned(lower.replace('\\', "/"))
    } else {
        lower
    };
    lower
        .split(|c: char| {
            c.is_whitespace() || matches!(c, ',' | ';' | '|' | '<' | '>' | '"' | '(' | ')' | '\'')
        })
        .find_map(site)
}

fn site(text: &str) -> Option<String> {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("//")
        && matches!(before, "http:" | "https:" | "http" | "https" | "ftp:" | "")
    {
        rest = after.trim_start_matches(['/', ':']);
    }
    let has_scheme = rest.len() < text.len();
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    // `jane@acme.example` is an address, `https://jane@acme.example/` a site.
    if authority.contains('@') && !has_scheme {
        return None;
    }
    let authority = authority.rsplit('@').next().unwrap_or(authority);
    let host = authority.split(':').next().unwrap_or(authority);
    let host = without_www(host.trim_matches('.'));
    if !is_host(host) {
        return None;
    }
    let shared = SHARED_HOSTS.iter().find(|(h, _)| {
        host == *h
            || host
                .strip_suffix(h)
                .is_some_and(|sub| sub.ends_with('.') && sub.len() <= 4 && !h.contains("google"))
    });
    let Some((shared_host, before_name)) = shared else {
        return Some(host.to_owned());
    };
    let page = path
        .trim_start_matches('/')
        .split(['?', '#'])
        .next()
        .unwrap_or("")
        .split('/')
        .find(|part| !part.is_empty() && !before_name.contains(part));
    Some(match page {
        Some(page) => format!("{shared_host}/{page}"),
        None => (*shared_host).to_owned(),
    })
}

/// Cuts `www.`, `www2.`, `ww.`, `wwww.` from the front while a host is left.
fn without_www(host: &str) -> &str {
    let mut host = host;
    while let Some((label, rest)) = host.split_once('.') {
        let www = label.trim_end_matches(|c: char| c.is_ascii_digit());
        if matches!(www, "www" | "ww" | "wwww") && rest.contains('.') {
            host = rest.trim_start_matches('.');
        } else {
            break;
        }
    }
    host
}

fn is_host(host: &str) -> bool {
    let Some((_, ending)) = host.rsplit_once('.') else {
        return false;
    };
    let label = |l: &str| {
        !l.is_empty()
            && l.len() <= 63
            && !l.starts_with('-')
            && l.chars().all(|c| {
                c.is_alphanumeric() || matches!(c, '-' | '_') || (!c.is_ascii() && !c.is_control())
            })
    };
    host.split('.').all(label)
        && ending.chars().count() >= 2
        && !ending.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_site_in_many_dresses() {
        for cell in [
            "acme.example",
            "www.acme.example",
            "WWW.ACME.EXAMPLE",
            "http://acme.example",
            "https://www.acme.example/",
            "https://www.acme.example/about?x=1#top",
            "http:\\\\www.acme.example",
            "http//acme.example",
            "//acme.example",
            "https://user@acme.example:8080/x",
            "acme.example.",
            " acme.example ; other.example",
            "(acme.example)",
            "http://www2.acme.example",
            "http://http://acme.example",
        ] {
            assert_eq!(website(cell).as_deref(), Some("acme.example"), "{cell}");
        }
        for (cell, site) in [
            (
                "https://www.facebook.com/Acme.Ltd/about",
                Some("facebook.com/acme.ltd"),
            ),
            (
                "https://de-de.facebook.com/acme",
                Some("de-de.facebook.com"),
            ),
            (
                "https://de.linkedin.com/company/acme/",
                Some("linkedin.com/acme"),
            ),
            ("facebook.com", Some("facebook.com")),
            ("www.acme.co.uk", Some("acme.co.uk")),
            ("münchen.example", Some("münchen.example")),
            ("shop.acme.example", Some("shop.acme.example")),
            ("jane@acme.example", None),
            ("n/a", None),
            ("none", None),
            ("", None),
            ("localhost", None),
            ("12.5", None),
            ("www.com", Some("www.com")),
        ] {
            assert_eq!(website(cell).as_deref(), site, "{cell}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]
        #[test]
        fn the_normal_form_is_its_own_normal_form(cell in "(\\PC{0,20}|(https?:/{1,3})?(www\\.)?[a-z.@-]{1,10}\\.(com|example)(/[a-z/]{0,8})?|(x|facebook)\\.com/[a-z./@ ]{0,9})") {
            if let Some(normal) = website(&cell) {
                prop_assert_eq!(website(&normal), Some(normal));
            }
        }
    }
}

//! Mail domains: which give mailboxes to private people, which give throw-away ones, and which are slips of the
//! pen for a well known one.
//!
//! Sources. Throw-away domains: the public-domain (CC0) list of the project disposable-email-domains, state of
//! 2026, plus a few of our own. Free and access-provider domains: compiled by hand for this project. Slips are not
//! listed but made by rule from the most used domains: one letter left out, doubled or swapped with its neighbour,
//! one key beside the right one, and misspelt endings. The first letter is never touched and a domain on
//! the free list is never a slip, so `ymail.com`, `mail.com` and `gmx.at` stay what they are.

use super::words::Words;
use foldhash::fast::FixedState;
use hashbrown::HashTable;
use std::hash::BuildHasher;
use std::sync::LazyLock;

include!(concat!(env!("OUT_DIR"), "/free_mail_domains.rs"));
include!(concat!(env!("OUT_DIR"), "/disposable_domains.rs"));

/// The domains people mean when they slip, the likelier first: provider and its endings, the first one the default.
const MEANT: &[(&str, &[&str])] = &[
    ("gmail", &["com"]),
    (
        "hotmail",
        &["com", "co.uk", "fr", "de", "it", "es", "com.br", "be", "nl"],
    ),
    (
        "yahoo",
        &[
            "com", "co.uk", "fr", "de", "it", "es", "com.br", "co.in", "ca", "co.jp",
        ],
    ),
    ("outlook", &["com", "de", "fr", "es", "it", "com.br"]),
    ("icloud", &["com"]),
    ("googlemail", &["com"]),
    ("protonmail", &["com"]),
    ("comcast", &["net"]),
    ("verizon", &["net"]),
    ("sbcglobal", &["net"]),
    ("bellsouth", &["net"]),
    ("btinternet", &["com"]),
    ("virginmedia", &["com"]),
    ("freenet", &["de"]),
    ("t-online", &["de"]),
    ("wanadoo", &["fr"]),
    ("orange", &["fr"]),
    ("laposte", &["net"]),
    ("libero", &["it"]),
    ("virgilio", &["it"]),
    ("seznam", &["cz"]),
    ("yandex", &["ru", "com"]),
    ("rambler", &["ru"]),
    ("bigpond", &["com"]),
    ("rediffmail", &["com"]),
    ("hanmail", &["net"]),
    ("naver", &["com"]),
    ("live", &["com", "co.uk", "fr", "nl"]),
    ("aol", &["com"]),
    ("msn", &["com"]),
    ("gmx", &["de", "net"]),
    ("web", &["de"]),
    ("mail", &["ru"]),
];

/// Misspelt endings and what was meant.
const ENDINGS: &[(&str, &[&str])] = &[
    (
        "com",
        &[
            "co", "c", "con", "cmo", "ocm", "vom", "xom", "comm", "coom", "ccom", "c0m", "cpm",
            "cim", "cim", "cm", "om", "coml", "comn", "come", "cob", "cok", "col", "com.com",
            "co,", "cpom", "ccm", "comq", "clm", "dom", "c.om", "co.m",
        ],
    ),
    (
        "net",
        &[
            "ner", "nte", "ent", "nett", "met", "bet", "net.net", "nwt", "nrt", "ne",
        ],
    ),
    (
        "co.uk",
        &[
            "couk",
            "co.ukk",
            "co.ku",
            "cou.k",
            "co.u",
            "co.k",
            "o.uk",
            "co.uj",
            "co.ul",
            "c.ouk",
            "co.uk.com",
        ],
    ),
    ("de", &["dee", "dde", "ed", "fe", "d"]),
    ("fr", &["f", "ft", "frr", "ffr", "rf"]),
    ("it", &["i", "itt", "iit", "ti"]),
];

/// Each key's neighbours on the QWERTY layout, enough for the letters in the names above.
const NEIGHBOURS: &[(u8, &[u8])] = &[
    (b'a', b"qsz"),
    (b'b', b"vgn"),
    (b'c', b"xdv"),
    (b'd', b"sfe"),
    (b'e', b"wrd"),
    (b'f', b"dgr"),
    (b'g', b"fht"),
    (b'h', b"gjy"),
    (b'i', b"uok"),
    (b'j', b"hku"),
    (b'k', b"jli"),
    (b'l', b"kop"),
    (b'm', b"nk"),
    (b'n', b"bmh"),
    (b'o', b"ipl0"),
    (b'p', b"ol"),
    (b'q', b"wa"),
    (b'r', b"etf"),
    (b's', b"adw"),
    (b't', b"ryg"),
    (b'u', b"yij"),
    (b'v', b"cbf"),
    (b'w', b"qes"),
    (b'x', b"zcs"),
    (b'y', b"tuh"),
    (b'z', b"xa"),
];
/// Shorter names have too many real neighbours to be corrected letter by letter.
const SHORTEST_CORRECTED: usize = 5;

static SLIPS: LazyLock<Slips> = LazyLock::new(Slips::of_all);

/// Takes a domain in lower case; true when its mailboxes are handed out to private people.
#[must_use]
pub fn is_free(domain: &str) -> bool {
    FREE.contains(domain)
}

/// Takes a domain in lower case; true when it, or a domain it stands under, gives throw-away mailboxes.
#[must_use]
pub fn is_disposable(domain: &str) -> bool {
    let mut rest = domain;
    loop {
        if DISPOSABLE.contains(rest) {
            return true;
        }
        match rest.split_once('.') {
            Some((_, parent)) if parent.contains('.') => rest = parent,
            _ => return false,
        }
    }
}

/// Takes a domain in lower case, gives the well known domain it is a slip of. A domain that is right gives `None`,
/// and a given domain is never itself a slip.
#[must_use]
pub fn meant(domain: &str) -> Option<&'static str> {
    SLIPS.meant(domain)
}

/// Slips of the pen with the domains that are meant, some 6,000: their texts in one.
#[derive(Default)]
struct Slips {
    text: String,
    /// Where each begins and ends in `text`, and the number of the domain that is meant.
    all: HashTable<(u32, u32, u8)>,
    meant: Vec<String>,
}

impl Slips {
    fn of_all() -> Slips {
        let mut slips = Slips::default();
        slips.text.reserve(1 << 17);
        slips.all.reserve(6_000, |_| 0);
        note_slips(&mut |slip, right| slips.note(slip, right));
        slips
    }

    fn note(&mut self, slip: &str, right: &str) {
        // Squatted slips (`gmial.com`) are on the list of throw-away domains: they do not keep a slip from being one.
        if slip == right || is_free(slip) || self.meant(slip).is_some() {
            return;
        }
        if self.meant.last().is_none_or(|last| last != right) {
            self.meant.push(right.to_owned());
        }
        let start = self.text.len() as u32;
        self.text += slip;
        let own = (start, self.text.len() as u32, (self.meant.len() - 1) as u8);
        let text = &self.text;
        let hash_of =
            |(start, end, _): &(u32, u32, u8)| hash(&text[*start as usize..*end as usize]);
        self.all.insert_unique(hash(slip), own, hash_of);
    }

    fn meant(&self, domain: &str) -> Option<&str> {
        let is =
            |(start, end, _): &(u32, u32, u8)| &self.text[*start as usize..*end as usize] == domain;
        let (.., meant) = self.all.find(hash(domain), is)?;
        self.meant.get(usize::from(*meant)).map(String::as_str)
    }
}

fn hash(domain: &str) -> u64 {
    FixedState::default().hash_one(domain)
}

/// Gives every slip with the domain that is meant, the likelier domain first.
fn note_slips(note: &mut dyn FnMut(&str, &str)) {
    for (provider, endings) in MEANT {
        let names = if provider.len() >= SHORTEST_CORRECTED {
            one_off(provider)
        } else {
            Vec::new()
        };
        for (at, ending) in endings.iter().enumerate() {
            let right = format!("{provider}.{ending}");
            let wrong_endings: &[&str] = ENDINGS
                .iter()
                .find(|(e, _)| e == ending)
                .map_or(&[], |(_, wrong)| wrong);
            for name in &names {
                note(&format!("{name}.{ending}"), &right);
                if at == 0 {
                    note(&format!("{name}.con"), &right);
                }
            }
            for wrong in wrong_endings {
                note(&format!("{provider}.{wrong}"), &right);
            }
            note(&format!("{provider}{}", ending.replace('.', "")), &right);
            note(&format!("{provider}{ending}"), &right);
            note(&format!("www.{right}"), &right);
        }
        if endings == &["com"] && provider.len() >= SHORTEST_CORRECTED {
            let right = format!("{provider}.com");
            for wrong in ["co", "de", "fr", "net", "org", "co.uk", "it", "es", "ca"] {
                note(&format!("{provider}.{wrong}"), &right);
            }
        }
    }
}

/// All texts one slip away from an ASCII name, its first letter kept.
fn one_off(name: &str) -> Vec<String> {
    let bytes = name.as_bytes();
    let mut found: Vec<Vec<u8>> = Vec::new();
    for at in 0..bytes.len() {
        let mut doubled = bytes.to_vec();
        doubled.insert(at, bytes[at]);
        found.push(doubled);
        if at == 0 {
            continue;
        }
        let mut shorter = bytes.to_vec();
        shorter.remove(at);
        found.push(shorter);
        if at + 1 < bytes.len() {
            let mut swapped = bytes.to_vec();
            swapped.swap(at, at + 1);
            found.push(swapped);
        }
        let neighbours: &[u8] = NEIGHBOURS
            .iter()
            .find(|(key, _)| *key == bytes[at])
            .map_or(&[], |(_, keys)| keys);
        for &key in neighbours {
            let mut beside = bytes.to_vec();
            beside[at] = key;
            found.push(beside);
            let mut extra = bytes.to_vec();
            extra.insert(at + 1, key);
            found.push(extra);
        }
    }
    found
        .into_iter()
        .filter_map(|f| String::from_utf8(f).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_lower_case_domains_without_overlap() {
        let lists = [
            include_str!("data/free_mail_domains.txt"),
            include_str!("data/disposable_domains.txt"),
        ];
        for list in lists {
            let domains: Vec<_> = list.lines().filter(|l| !l.starts_with('#')).collect();
            assert!(domains.windows(2).all(|w| w[0] < w[1]));
            for domain in domains {
                assert!(
                    domain.contains('.')
                        && domain == domain.to_lowercase()
                        && domain == domain.trim()
                );
            }
        }
        assert!(FREE.all().all(|d| is_free(d) && !DISPOSABLE.contains(d)));
        assert!(DISPOSABLE.all().all(is_disposable));
    }

    #[test]
    fn slips_are_understood_and_real_domains_are_left_alone() {
        for (slip, right) in [
            ("gmial.com", "gmail.com"),
            ("gamil.com", "gmail.com"),
            ("gmai.com", "gmail.com"),
            ("gmal.com", "gmail.com"),
            ("gmaill.com", "gmail.com"),
            ("gnail.com", "gmail.com"),
            ("gmail.con", "gmail.com"),
            ("gmail.co", "gmail.com"),
            ("gmailcom", "gmail.com"),
            ("gmial.con", "gmail.com"),
            ("hotmial.com", "hotmail.com"),
            ("hotmal.co.uk", "hotmail.co.uk"),
            ("hotmail.couk", "hotmail.co.uk"),
            ("yaho.com", "yahoo.com"),
            ("yahooo.fr", "yahoo.fr"),
            ("outlok.com", "outlook.com"),
            ("iclod.com", "icloud.com"),
            ("freenet.dee", "freenet.de"),
            ("wandoo.fr", "wanadoo.fr"),
            ("t-onlin.de", "t-online.de"),
        ] {
            assert_eq!(meant(slip), Some(right), "{slip}");
        }
        for right in [
            "gmail.com",
            "ymail.com",
            "mail.com",
            "email.com",
            "gmx.at",
            "yahoo.ca",
            "example.com",
            "live.de",
            "hotmail.es",
            "googlemail.com",
            "hotmail.ca",
            "outlook.at",
            "yandex.ua",
        ] {
            assert_eq!(meant(right), None, "{right}");
        }
    }

    #[test]
    fn a_correction_needs_no_correction() {
        for right in &SLIPS.meant {
            assert_eq!(meant(right), None, "{right}");
            assert!(is_free(right), "{right}");
        }
    }

    #[test]
    fn throw_away_subdomains_count() {
        assert!(is_disposable("mailinator.com"));
        assert!(is_disposable("mx.mailinator.com"));
        assert!(!is_disposable("example.com"));
        assert!(!is_disposable("com"));
        assert!(is_free("gmx.at") && !is_free("example.com"));
    }
}

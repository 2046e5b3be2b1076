//! Given names that are one name: diminutives, nicknames, spelling and transliteration variants,
//! and equivalents in other languages.
//!
//! `data/nicknames.csv` has one group a row: a formal name with its variants in one language, or
//! (language `xx`) equivalents across languages. A short form may belong to many groups (`alex`), and two
//! names are related when they share one; being in groups with a common third name is not enough, so
//! `daniel` and `danielle` stay apart although both are `dany` at times. Two names that are formal in their own
//! right must be in the group of one of them: `mary` and `margaret` stay apart although both are `molly`'s.

use super::words::Words;

/// How two given names may be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub enum Relation {
    /// A formal name and its short or pet form, two such forms of one formal name, or two spellings.
    Nickname,
    /// Forms of one name in different languages (`john`, `juan`): weaker evidence.
    CrossLanguage,
}

/// How two folded given names (single words) are related; `None` when they are equal, or not known
/// to be related. Symmetric.
#[must_use]
pub fn related(a: &str, b: &str) -> Option<Relation> {
    if a == b {
        return None;
    }
    let [in_a, of_a, families_a] = Entry::of(a)?.lists();
    let [in_b, of_b, families_b] = Entry::of(b)?.lists();
    let nicknames = if of_a.is_empty() || of_b.is_empty() {
        share(in_a, in_b)
    } else {
        share(of_a, in_b) || share(in_a, of_b)
    };
    if nicknames {
        Some(Relation::Nickname)
    } else if share(families_a, families_b) {
        Some(Relation::CrossLanguage)
    } else {
        None
    }
}

/// The groups a folded given name (a single word) belongs to, as sorted numbers; empty when the name is
/// not known. Names that share a number are forms of one formal name; see [`related`] for the exception.
#[must_use]
pub fn groups(name: &str) -> &'static [u16] {
    Entry::of(name).map_or(&[], |e| e.lists()[0])
}

/// `'f'` or `'m'` when a folded given name (a single word) is mostly given to women or to men, `None` when
/// it is given to both, differs between languages, or is not known.
///
/// Formal names decide; only a word that is no formal name goes by the names it is short for.
#[must_use]
pub fn likely_gender(folded_given: &str) -> Option<char> {
    Entry::of(folded_given)?.gender
}

/// The husband by whose name a Hungarian wife is called: `gabor` of `gaborne` (Gáborné).
#[must_use]
pub fn wife_of(folded_given: &str) -> Option<&str> {
    let husband = folded_given.strip_suffix("ne")?;
    (Entry::of(husband)?.gender == Some('m')).then_some(husband)
}

/// Whether one folded word is a first name of men and the other one of women, however alike they are: `daniel` and `daniela`.
#[must_use]
pub fn man_and_woman(a: &str, b: &str) -> bool {
    let gender = |word| likely_gender(word).or_else(|| wife_of(word).map(|_| 'f'));
    matches!((gender(a), gender(b)), (Some(a), Some(b)) if a != b)
}

/// Whether a folded word is known as a given name, a variant of one, or a wife's by her husband's.
#[must_use]
pub fn is_given_name(word: &str) -> bool {
    Entry::of(word).is_some() || wife_of(word).is_some()
}

include!(concat!(env!("OUT_DIR"), "/nicknames.rs"));

/// What is known of a name. `build/nicknames.rs` writes these: `NAMES`, `ENTRIES` by their numbers, and `IDS`.
struct Entry {
    /// Where its lists begin in `IDS`.
    start: u32,
    /// Lengths of three lists that follow each other, sorted: its groups; those of which it is the formal name, unless
    /// it is given to both women and men; the formal names of a gender it stands for, with their equivalents across
    /// languages.
    lists: [u8; 3],
    gender: Option<char>,
}

impl Entry {
    fn of(name: &str) -> Option<&'static Entry> {
        ENTRIES.get(NAMES.number(name)?)
    }

    fn lists(&self) -> [&'static [u16]; 3] {
        let rest = &IDS[self.start as usize..];
        let [groups, own_groups, families] = self.lists.map(usize::from);
        let (groups, rest) = rest.split_at(groups);
        let (own_groups, rest) = rest.split_at(own_groups);
        [groups, own_groups, &rest[..families]]
    }
}

/// Whether two sorted lists have a number in common.
fn share(a: &[u16], b: &[u16]) -> bool {
    let (mut i, mut j) = (0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => return true,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold::fold;
    use std::collections::BTreeSet;

    #[test]
    fn men_are_told_from_women() {
        assert_eq!(wife_of("gaborne"), Some("gabor"));
        assert_eq!((wife_of("arianne"), wife_of("marine")), (None, None));
        for (a, b) in [
            ("daniel", "daniela"),
            ("gabor", "gaborne"),
            ("mario", "maria"),
        ] {
            assert!(man_and_woman(a, b) && man_and_woman(b, a), "{a} {b}");
        }
        for (a, b) in [
            ("daniel", "danel"),
            ("andrea", "andreas"),
            ("gaborne", "erzsebet"),
        ] {
            assert!(!man_and_woman(a, b), "{a} {b}");
        }
        assert!(is_given_name("gaborne") && !is_given_name("qrtne"));
    }

    #[test]
    fn nicknames_find_their_names() {
        for (a, b) in [
            ("bob", "robert"),
            ("bill", "william"),
            ("peggy", "margaret"),
            ("liz", "elizabeth"),
            ("jack", "john"),
            ("sasha", "alexander"),
            ("sasha", "aleksandr"),
            ("kate", "catherine"),
            ("pepe", "jose"),
            ("paco", "francisco"),
            ("kasia", "katarzyna"),
            ("jurgen", "juergen"),
            ("schorsch", "georg"),
            ("toinette", "antoinette"),
            ("beppe", "giuseppe"),
            ("ze", "jose"),
            ("dima", "dmitry"),
            ("aleksandr", "alexander"),
            ("yuri", "iurii"),
            ("mohammed", "muhammad"),
            ("abdulaziz", "abdelaziz"),
            ("yusuf", "youssef"),
            ("bob", "rob"),
            ("hsiao", "xiao"),
        ] {
            assert_eq!(related(a, b), Some(Relation::Nickname), "{a} {b}");
            assert_eq!(related(b, a), Some(Relation::Nickname), "{b} {a}");
        }
    }

    #[test]
    fn equivalents_across_languages_are_the_weaker_relation() {
        for (a, b) in [
            ("john", "giovanni"),
            ("johann", "jean"),
            ("juan", "ivan"),
            ("jan", "giovanni"),
            ("catherine", "katarzyna"),
            ("guillermo", "wilhelm"),
            ("bill", "guillaume"),
            ("jack", "juan"),
            ("pepe", "giuseppe"),
        ] {
            assert_eq!(related(a, b), Some(Relation::CrossLanguage), "{a} {b}");
            assert_eq!(related(b, a), Some(Relation::CrossLanguage), "{b} {a}");
        }
    }

    #[test]
    fn other_names_stay_apart() {
        for (a, b) in [
            ("jane", "john"),
            ("daniel", "danielle"),
            ("christopher", "christine"),
            ("robert", "richard"),
            ("maria", "mario"),
            ("paul", "paula"),
            ("george", "edward"),
            ("anna", "elizabeth"),
            ("mary", "margaret"),
            ("janice", "jeanette"),
            ("ann", "agnes"),
            ("robert", "robert"),
            ("robert", "nosuchname"),
            ("", ""),
        ] {
            assert_eq!(related(a, b), None, "{a} {b}");
        }
    }

    #[test]
    fn groups_are_sorted_and_agree_with_the_relation() {
        assert!(groups("alex").len() > 3);
        assert!(groups("nosuchname").is_empty());
        for name in ["alex", "maria", "jan", "lena", "bob"] {
            assert!(groups(name).is_sorted(), "{name}");
        }
        assert!(share(groups("bob"), groups("robert")));
    }

    #[test]
    fn gender_follows_the_formal_names() {
        for (name, gender) in [
            ("robert", Some('m')),
            ("elizabeth", Some('f')),
            ("peggy", Some('f')),
            ("kasia", Some('f')),
            ("bob", Some('m')),
            ("andrea", None),
            ("jean", None),
            ("chris", None),
            ("sasha", None),
            ("nosuchname", None),
        ] {
            assert_eq!(likely_gender(name), gender, "{name}");
        }
    }

    #[test]
    fn every_row_is_whole_folded_and_without_repeats() {
        let data = include_str!("data/nicknames.csv");
        let (mut keys, mut pairs) = (BTreeSet::new(), 0);
        for row in data.lines().filter(|l| !l.starts_with('#')).skip(1) {
            let cells: Vec<_> = row.split(',').collect();
            let [language, gender, name, variants] = cells[..] else {
                panic!("not four cells: {row}");
            };
            assert!(["f", "m", "x"].contains(&gender), "{row}");
            let across = language == "xx";
            assert!(
                across || keys.insert((language, gender, name)),
                "twice: {row}"
            );
            let mut seen = BTreeSet::new();
            let variants = variants.split('|').filter(|v| !v.is_empty());
            for member in std::iter::once(name).chain(variants) {
                assert_eq!(fold(member), member, "in {row}");
                assert!(!member.contains(' '), "{member}");
                assert!(seen.insert(member), "{member} twice in {row}");
                assert!(is_given_name(member), "{member}");
                pairs += usize::from(!across && member != name);
            }
        }
        assert!(pairs > 15_000, "{pairs}");
    }
}

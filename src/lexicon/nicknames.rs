//! Given names that are one name: diminutives, nicknames, spelling and transliteration variants,
//! and equivalents in other languages.
//!
//! `data/nicknames.csv` has one group a row: a formal name with its variants in one language, or
//! (language `xx`) equivalents across languages. A short form may belong to many groups (`alex`), and two
//! names are related when they share one; being in groups with a common third name is not enough, so
//! `daniel` and `danielle` stay apart although both are `dany` at times. Two names that are formal in their own
//! right must be in the group of one of them: `mary` and `margaret` stay apart although both are `molly`'s.

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use hashbrown::hash_table;
use std::hash::BuildHasher;
use std::sync::LazyLock;

const DATA: &str = include_str!("data/nicknames.csv");

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
    let (a, b) = (TABLE.entry(a)?, TABLE.entry(b)?);
    let ([in_a, of_a, families_a], [in_b, of_b, families_b]) = (TABLE.lists(a), TABLE.lists(b));
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
    TABLE.entry(name).map_or(&[], |e| TABLE.lists(e)[0])
}

/// `'f'` or `'m'` when a folded given name (a single word) is mostly given to women or to men, `None` when
/// it is given to both, differs between languages, or is not known.
///
/// Formal names decide; only a word that is no formal name goes by the names it is short for.
#[must_use]
pub fn likely_gender(folded_given: &str) -> Option<char> {
    TABLE.entry(folded_given)?.gender.map(char::from)
}

/// The husband by whose name a Hungarian wife is called: `gabor` of `gaborne` (Gáborné).
#[must_use]
pub fn wife_of(folded_given: &str) -> Option<&str> {
    let husband = folded_given.strip_suffix("ne")?;
    (TABLE.entry(husband)?.gender == Some(b'm')).then_some(husband)
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
    TABLE.entry(word).is_some() || wife_of(word).is_some()
}

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::of(DATA));

/// What is known of a name: three lists that follow each other in `Table::ids`, and a gender.
struct Entry {
    start: u32,
    groups: u16,
    /// The groups of which this is the formal name, unless it is given to both women and men.
    own_groups: u16,
    /// Formal names of a gender it stands for, with their equivalents across languages.
    families: u16,
    gender: Option<Gender>,
}

/// `f`, `m`, or `x` for both.
type Gender = u8;

impl Entry {
    /// What is said of a name, sorted; lists go to the end of `ids`.
    fn of(said: &[Said], ids: &mut Vec<u16>) -> Entry {
        let start = ids.len();
        let mut list = |number: &dyn Fn(Said) -> Option<u16>| {
            let from = ids.len();
            for number in said.iter().filter_map(|s| number(*s)) {
                if ids[from..].last() != Some(&number) {
                    ids.push(number);
                }
            }
            (ids.len() - from) as u16
        };
        let groups = list(&|s| match s {
            Said::Group(n) => Some(n),
            _ => None,
        });
        let own_groups = list(&|s| match s {
            Said::OwnGroup(n) => Some(n),
            _ => None,
        });
        let own = said.iter().any(|s| matches!(s, Said::OwnFamily(_)));
        let families = list(&|s| match s {
            Said::OwnFamily(n) if own => Some(n),
            Said::Family(n) if !own => Some(n),
            _ => None,
        });
        let gender = |of: &dyn Fn(Said) -> Option<Gender>| {
            let mut genders = said.iter().filter_map(|s| of(*s));
            let first = genders.next()?;
            Some((first != b'x' && genders.all(|g| g == first)).then_some(first))
        };
        let formal = gender(&|s| match s {
            Said::Formal(g) => Some(g),
            _ => None,
        });
        let informal = || {
            gender(&|s| match s {
                Said::Informal(g) => Some(g),
                _ => None,
            })
        };
        Entry {
            start: start as u32,
            groups,
            own_groups,
            families,
            gender: formal.or_else(informal).flatten(),
        }
    }
}

#[derive(Default)]
struct Table {
    /// Numbers of the names.
    index: HashTable<u32>,
    names: Vec<&'static str>,
    /// By number of the name.
    entries: Vec<Entry>,
    ids: Vec<u16>,
}

/// One row of the data.
struct Row {
    language: &'static str,
    gender: Gender,
    name: &'static str,
    variants: &'static str,
}

impl Row {
    fn parse(line: &'static str) -> Option<Row> {
        let mut cells = line.split(',');
        Some(Row {
            language: cells.next()?,
            gender: *cells.next()?.as_bytes().first()?,
            name: cells.next()?,
            variants: cells.next()?,
        })
    }

    fn is_across(&self) -> bool {
        self.language == "xx"
    }

    fn members(&self) -> impl Iterator<Item = &'static str> {
        let variants = self.variants.split('|').filter(|v| !v.is_empty());
        std::iter::once(self.name).chain(variants)
    }
}

fn rows(data: &'static str) -> Vec<Row> {
    let lines = data.lines().filter(|l| !l.starts_with('#'));
    lines.skip(1).filter_map(Row::parse).collect()
}

/// Families: a formal name of a gender, with all its equivalents across languages. Sorted by gender and name.
fn families(rows: &[Row]) -> Vec<(Gender, &'static str, u16)> {
    let mut families = Vec::new();
    let mut next = 0;
    for row in rows.iter().filter(|r| r.is_across()) {
        families.extend(row.members().map(|m| (row.gender, m, next)));
        next += 1;
    }
    families.sort_unstable();
    let mut alone: Vec<(Gender, &str)> = rows
        .iter()
        .filter(|r| !r.is_across() && of_family(&families, r.gender, r.name).is_empty())
        .map(|r| (r.gender, r.name))
        .collect();
    alone.sort_unstable();
    alone.dedup();
    let alone = alone.into_iter().zip(next..);
    families.extend(alone.map(|((gender, name), number)| (gender, name, number)));
    families.sort_unstable();
    families
}

/// The families of a formal name.
fn of_family<'f>(
    families: &'f [(Gender, &'static str, u16)],
    gender: Gender,
    name: &str,
) -> &'f [(Gender, &'static str, u16)] {
    let from = families.partition_point(|f| (f.0, f.1) < (gender, name));
    let known = families[from..].iter();
    let count = known.take_while(|f| (f.0, f.1) == (gender, name)).count();
    &families[from..from + count]
}

/// What a row says of a name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Said {
    Group(u16),
    OwnGroup(u16),
    /// A family of its own; when there is none, those of the names it is a form of count.
    OwnFamily(u16),
    Family(u16),
    /// Gender as a formal name.
    Formal(Gender),
    /// Gender as another form.
    Informal(Gender),
}

impl Table {
    fn of(data: &'static str) -> Table {
        let rows = rows(data);
        let families = families(&rows);
        let bars = memchr::memchr_iter(b'|', data.as_bytes()).count();
        let members = rows.len() + bars;
        let mut table = Table::default();
        // room at once: a table that grows leaves as much behind as it takes
        table.index.reserve(members / 2, |_| 0);
        let mut said: Vec<(u32, Said)> = Vec::with_capacity(3 * members);
        let mut group = 0;
        for row in &rows {
            let of_row = of_family(&families, row.gender, row.name);
            for (i, member) in row.members().enumerate() {
                let name = table.number(member);
                let own = i == 0 || row.is_across();
                let of_member = match (own, i) {
                    (true, 1..) => of_family(&families, row.gender, member),
                    _ => of_row,
                };
                for (.., family) in of_member {
                    let own = own && row.gender != b'x';
                    let family = if own { Said::OwnFamily } else { Said::Family }(*family);
                    said.push((name, family));
                }
                if row.is_across() {
                    said.push((name, Said::Informal(row.gender)));
                    continue;
                }
                said.push((name, Said::Group(group)));
                if i == 0 && row.gender != b'x' {
                    said.push((name, Said::OwnGroup(group)));
                }
                let gender = if i == 0 { Said::Formal } else { Said::Informal };
                said.push((name, gender(row.gender)));
            }
            group += u16::from(!row.is_across());
        }
        drop(families);
        table.fill(&said);
        table
    }

    /// Brings what is said of one name together: a counting sort, for a full one takes most of the time of a small run.
    fn fill(&mut self, said: &[(u32, Said)]) {
        let mut ends: Vec<u32> = vec![0; self.names.len()];
        for (name, _) in said {
            ends[*name as usize] += 1;
        }
        let mut end = 0;
        for count in &mut ends {
            end += *count;
            *count = end - *count;
        }
        let mut sorted = vec![Said::Group(0); said.len()];
        for (name, said) in said {
            let place = &mut ends[*name as usize];
            sorted[*place as usize] = *said;
            *place += 1;
        }
        let mut from = 0;
        self.entries.reserve_exact(self.names.len());
        for end in ends {
            let own = &mut sorted[from..end as usize];
            own.sort_unstable();
            self.entries.push(Entry::of(own, &mut self.ids));
            from = end as usize;
        }
        self.ids.shrink_to_fit();
    }

    /// The number of a name, which gets one if it has none.
    fn number(&mut self, name: &'static str) -> u32 {
        let names = &self.names;
        let of = |n: &u32| names[*n as usize];
        let entry = self
            .index
            .entry(hash(name), |n| of(n) == name, |n| hash(of(n)));
        match entry {
            hash_table::Entry::Occupied(known) => *known.get(),
            hash_table::Entry::Vacant(free) => {
                let number = names.len() as u32;
                free.insert(number);
                self.names.push(name);
                number
            }
        }
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        let is = |n: &u32| self.names[*n as usize] == name;
        let number = self.index.find(hash(name), is)?;
        self.entries.get(*number as usize)
    }

    /// The groups, own groups and families of an entry.
    fn lists(&self, entry: &Entry) -> [&[u16]; 3] {
        let rest = &self.ids[entry.start as usize..];
        let (groups, rest) = rest.split_at(entry.groups.into());
        let (own_groups, rest) = rest.split_at(entry.own_groups.into());
        [groups, own_groups, &rest[..entry.families.into()]]
    }
}

fn hash(name: &str) -> u64 {
    FixedState::default().hash_one(name)
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
        let lines = DATA.lines().filter(|l| !l.starts_with('#')).count();
        let rows = rows(DATA);
        assert_eq!(rows.len(), lines - 1, "a row has too few cells");
        let mut keys = BTreeSet::new();
        for row in &rows {
            assert!(b"fmx".contains(&row.gender), "{}", row.name);
            let fresh = row.is_across() || keys.insert((row.language, row.gender, row.name));
            assert!(fresh, "{} {} twice", row.language, row.name);
            let mut seen = BTreeSet::new();
            for member in row.members() {
                assert_eq!(fold(member), member, "in the row of {}", row.name);
                assert!(!member.contains(' '), "{member}");
                assert!(
                    seen.insert(member),
                    "{member} twice in the row of {}",
                    row.name
                );
            }
        }
    }

    #[test]
    fn the_table_is_rich_and_its_numbers_fit() {
        let groups: Vec<_> = rows(DATA).into_iter().filter(|r| !r.is_across()).collect();
        let pairs: usize = groups.iter().map(|r| r.members().count() - 1).sum();
        assert!(pairs > 15_000, "{pairs}");
        assert!(rows(DATA).len() * 2 < usize::from(u16::MAX));
        assert!(is_given_name("bob") && !is_given_name("nosuchname"));
    }
}

//! The table of given names.
//!
//! `src/lexicon/data/nicknames.csv` has rows of language, gender, name and variants. One Rust file of static
//! arrays comes of it, which `src/lexicon/nicknames.rs` includes and describes.

use super::words::words;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::Path;

const TABLE: &str = "src/lexicon/data/nicknames.csv";

/// `f`, `m`, or `x` for both.
type Gender = char;

/// One row of the table: a formal name with its variants in one language, or equivalents across languages.
struct Row<'t> {
    across: bool,
    gender: Gender,
    /// The formal name first.
    members: Vec<&'t str>,
}

impl<'t> Row<'t> {
    fn parse(line: &'t str) -> Option<Row<'t>> {
        let cells: Vec<&str> = line.split(',').collect();
        let [language, gender, name, variants] = cells[..] else {
            return None;
        };
        let variants = variants.split('|').filter(|v| !v.is_empty());
        Some(Row {
            across: language == "xx",
            gender: gender.chars().next()?,
            members: std::iter::once(name).chain(variants).collect(),
        })
    }
}

/// Formal names of a gender, with the numbers of their families: all equivalents of a name across languages.
type Families<'t> = BTreeMap<(Gender, &'t str), BTreeSet<u16>>;

/// What the rows say of a name.
#[derive(Default)]
struct Said {
    groups: BTreeSet<u16>,
    /// The groups of which it is the formal name, unless it is given to both women and men.
    own_groups: BTreeSet<u16>,
    own_families: BTreeSet<u16>,
    /// Those of the names it is a form of.
    families: BTreeSet<u16>,
    /// Genders as a formal name.
    formal: BTreeSet<Gender>,
    /// Genders as another form.
    informal: BTreeSet<Gender>,
}

impl Said {
    /// Formal names decide; only a word that is no formal name goes by the names it is short for.
    fn gender(&self) -> Option<Gender> {
        let genders = if self.formal.is_empty() {
            &self.informal
        } else {
            &self.formal
        };
        let only = genders.first().filter(|_| genders.len() == 1);
        only.copied().filter(|g| *g != 'x')
    }
}

pub(super) fn fold(out: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={TABLE}");
    let table = fs::read_to_string(TABLE)?;
    let mut rows = Vec::new();
    for line in table.lines().filter(|l| !l.starts_with('#')).skip(1) {
        rows.push(Row::parse(line).ok_or_else(|| format!("{TABLE}: not four cells: {line}"))?);
    }
    let said = names(&rows, &families(&rows)?)?;
    fs::write(out.join("nicknames.rs"), source(&said)?)?;
    Ok(())
}

fn families<'t>(rows: &[Row<'t>]) -> Result<Families<'t>, Box<dyn Error>> {
    let mut families = Families::new();
    let across = rows.iter().filter(|r| r.across);
    let mut next: u16 = 0;
    for row in across {
        for member in &row.members {
            families
                .entry((row.gender, member))
                .or_default()
                .insert(next);
        }
        next = next.checked_add(1).ok_or("too many families")?;
    }
    for row in rows.iter().filter(|r| !r.across) {
        let family = families.entry((row.gender, row.members[0])).or_default();
        if family.is_empty() {
            family.insert(next);
            next = next.checked_add(1).ok_or("too many families")?;
        }
    }
    Ok(families)
}

fn names<'t>(
    rows: &[Row<'t>],
    families: &Families<'t>,
) -> Result<BTreeMap<&'t str, Said>, Box<dyn Error>> {
    let of = |gender, name| families.get(&(gender, name)).into_iter().flatten().copied();
    let mut names: BTreeMap<&str, Said> = BTreeMap::new();
    let mut group: u16 = 0;
    for row in rows {
        for (i, member) in row.members.iter().enumerate() {
            let said = names.entry(member).or_default();
            let formal = i == 0 || row.across;
            if formal && row.gender != 'x' {
                said.own_families.extend(of(row.gender, member));
            } else {
                let whose = if formal { member } else { row.members[0] };
                said.families.extend(of(row.gender, whose));
            }
            if row.across {
                said.informal.insert(row.gender);
                continue;
            }
            said.groups.insert(group);
            if i == 0 && row.gender != 'x' {
                said.own_groups.insert(group);
            }
            let genders = if i == 0 {
                &mut said.formal
            } else {
                &mut said.informal
            };
            genders.insert(row.gender);
        }
        if !row.across {
            group = group.checked_add(1).ok_or("too many groups")?;
        }
    }
    Ok(names)
}

/// The arrays as Rust.
fn source(names: &BTreeMap<&str, Said>) -> Result<String, Box<dyn Error>> {
    let mut ids: Vec<u16> = Vec::new();
    let mut entries = String::new();
    for said in names.values() {
        let families = if said.own_families.is_empty() {
            &said.families
        } else {
            &said.own_families
        };
        let lists = [&said.groups, &said.own_groups, families];
        entries += &format!(
            "Entry {{ start: {}, lists: {:?}, gender: {:?} }},\n",
            ids.len(),
            lists.map(BTreeSet::len),
            said.gender(),
        );
        ids.extend(lists.into_iter().flatten());
    }
    let texts = words("NAMES", &names.keys().copied().collect())?;
    Ok(format!(
        "{texts}static ENTRIES: &[Entry] = &[\n{entries}];\nstatic IDS: &[u16] = &{ids:?};\n"
    ))
}

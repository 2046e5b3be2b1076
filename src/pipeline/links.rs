//! What sources say of their own records: which were merged into, or made from, which others, and which are deleted;
//! and rows that are there twice.
//!
//! Such a link is a fact, not a guess: it holds whatever the weights say, unless a decision keeps the two apart.

use std::collections::{BTreeMap, HashMap, HashSet};

use rayon::prelude::*;

use super::event::Observer;
use super::read::Read;
use crate::cluster::UnionFind;
use crate::lexicon::roles::{Role, role, says_deleted};
use crate::matching::{self, Link};
use crate::normalize::email::emails;
use crate::normalize::placeholder::is_placeholder;
use crate::record::{Column, Kind, RecordId, SourceTable, TableMapping};
use crate::text::rounded::is_exponent;

/// Signs of a key below which it is not looked for in other sources: short numbers mean something else there.
const DISTINCTIVE: usize = 8;

/// Links that hold, deleted records, and what is to be told of both.
#[derive(Debug, Default)]
pub struct Facts {
    /// Records that are the same customer, sorted.
    pub links: Vec<Link>,
    /// Whether a record is deleted, by record; empty when none is.
    pub deleted: Vec<bool>,
    /// Notes on the run.
    pub notes: Vec<String>,
}

/// Finds links and deletions in what was read. Judged pairs come first: a link that goes against them is refused, with a
/// note. Sources that are declared free of duplicates (`unique_sources`) hold no row twice.
#[must_use]
pub fn find(
    read: &Read,
    same: &[(RecordId, RecordId)],
    different: &[(RecordId, RecordId)],
    unique_sources: bool,
) -> Facts {
    let mut facts = Facts::default();
    deletions(read, &mut facts);
    let wanted = references(read);
    let known = places(read, &wanted);
    let mut links: Vec<Link> = Vec::new();
    // source, column → links found, and keys that were not
    let mut counts: BTreeMap<(&str, &str), (u64, u64)> = BTreeMap::new();
    for r in &wanted {
        let table = &read.dataset.tables[r.table];
        let (found, lost) = counts.entry((&table.name, r.column)).or_default();
        let Some(other) = resolve(r, known.get(&r.key)) else {
            *lost += 1;
            continue;
        };
        if other != r.record {
            *found += 1;
            links.push(Link {
                left: r.record.min(other),
                right: r.record.max(other),
                why: format!("`{}` of the source says that they are one", r.column),
            });
        }
    }
    if !unique_sources {
        links.extend(repeats(read));
    }
    links.sort();
    links.dedup_by(|a, b| (a.left, a.right) == (b.left, b.right));
    for ((source, column), (found, lost)) in counts {
        let unread = match lost {
            0 => String::new(),
            n => format!("; {n} more name a record that was not read"),
        };
        if found > 0 {
            facts.notes.push(format!(
                "source `{source}`: {found} record(s) are, by `{column}`, the same customer as another record, and joined with it{unread}\n  hint: a decision `different` on such a pair keeps it apart"
            ));
        }
    }
    facts.links = without_contradictions(read, same, different, links, &mut facts.notes);
    facts
}

/// Finds links and deletions, hands them to matching and survivorship, and tells of them.
pub fn apply(read: &mut Read, settings: &mut matching::Settings, observer: &dyn Observer) {
    let (same, different) = (&settings.must_link, &settings.cannot_link);
    let facts = find(read, same, different, settings.unique_sources);
    for note in &facts.notes {
        observer.warn(note);
    }
    read.warnings.extend(facts.notes);
    read.dataset.deleted = facts.deleted;
    settings.links = facts.links;
}

/// Rows that equal an earlier one of their table in every cell but the key, and say enough to be one customer's: a name with a
/// phone number, an identifier, or a home and a birth date; or an e-mail address.
///
/// The model cannot tell such rows when there are many of one kind: what thousands share looks common to it.
fn repeats(read: &Read) -> Vec<Link> {
    let mut links = Vec::new();
    for (table, mapping) in read.dataset.tables.iter().zip(&read.mappings) {
        let columns: Vec<&Column> = (table.columns.iter().zip(&mapping.columns))
            .filter(|(_, m)| m.kind != Kind::RecordKey)
            .map(|(column, _)| column)
            .collect();
        let cell = |column: &Column, row: usize| column.ids.get(row).copied().unwrap_or(0);
        let says = |row: usize, kinds: &[Kind]| {
            let mut held = kinds.iter().flat_map(|k| mapping.of_kind(*k));
            held.any(|i| !is_placeholder(table.columns[i].value(row)))
        };
        let enough = |row: usize| {
            let name = [
                Kind::FullName,
                Kind::GivenName,
                Kind::FamilyName,
                Kind::Organization,
            ];
            let born = [Kind::BirthDate, Kind::BirthYear];
            says(row, &[Kind::Email])
                || says(row, &name)
                    && (says(row, &[Kind::Phone, Kind::Identifier])
                        || says(row, &[Kind::Street, Kind::Address]) && says(row, &born))
        };
        let mut rows: Vec<(u64, usize)> = (0..table.len())
            .into_par_iter()
            .map(|row| {
                let mix = |hash: u64, column: &&Column| {
                    (hash.rotate_left(5) ^ u64::from(cell(column, row)))
                        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
                };
                (columns.iter().fold(0, mix), row)
            })
            .collect();
        rows.par_sort_unstable();
        for run in rows.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1) {
            // rows of one hash are equal but for chance
            let first = run[0].1;
            let equal = |row: usize| columns.iter().all(|c| cell(c, row) == cell(c, first));
            // where all rows are the same, the values of a column do not show what it is
            let alone = || {
                columns
                    .iter()
                    .any(|c| emails(c.value(first)).iter().any(|e| e.valid))
            };
            let all = run.len() == table.len();
            if !(enough(first) || all && alone()) {
                continue;
            }
            let same = run[1..].iter().filter(|(_, row)| equal(*row));
            links.extend(same.map(|(_, row)| Link {
                left: table.id(first),
                right: table.id(*row),
                why: "the rows are the same in all but the key".to_owned(),
            }));
        }
    }
    links
}

/// A cell that names another record by its key.
struct Reference<'a> {
    table: usize,
    record: RecordId,
    column: &'a str,
    key: String,
}

fn columns_of<'a>(
    table: &'a SourceTable,
    mapping: Option<&'a TableMapping>,
    wanted: &'a [Role],
) -> impl Iterator<Item = (&'a Column, Role)> {
    let columns = table.columns.iter().enumerate();
    columns.filter_map(move |(i, column)| {
        // a meaning that was given is all that the column means
        let given = mapping
            .and_then(|m| m.columns.get(i))
            .is_some_and(|m| m.given);
        let role = role(&column.name).filter(|r| !given && wanted.contains(r))?;
        Some((column, role))
    })
}

fn references(read: &Read) -> Vec<Reference<'_>> {
    let mut found = Vec::new();
    for (at, table) in read.dataset.tables.iter().enumerate() {
        let columns = columns_of(
            table,
            read.mappings.get(at),
            &[Role::SameAs, Role::Absorbed],
        );
        for (column, role) in columns {
            for row in 0..table.len() {
                let cell = column.value(row);
                if cell.is_empty() {
                    continue;
                }
                let keys: Vec<&str> = match role {
                    Role::Absorbed => cell
                        .split([';', ',', '|', ' ', '\n', '[', ']', '"'])
                        .collect(),
                    _ => vec![cell],
                };
                // HubSpot writes `key:time`
                let keys = keys.into_iter().map(|k| match k.split_once(':') {
                    Some((key, time)) if time.bytes().all(|b| b.is_ascii_digit()) => key,
                    _ => k,
                });
                found.extend(keys.filter(|k| names_a_record(k)).map(|key| Reference {
                    table: at,
                    record: table.id(row),
                    column: &column.name,
                    key: plain(key).to_owned(),
                }));
            }
        }
    }
    found
}

fn names_a_record(key: &str) -> bool {
    let key = key.trim();
    let zeros = key.bytes().all(|b| matches!(b, b'0' | b'-'));
    !zeros && !is_exponent(key) && key.chars().any(char::is_alphanumeric)
}

/// A key in the form in which keys are compared. Salesforce writes its ids with 15 signs, or with 18 of which the last three
/// are a checksum.
fn plain(key: &str) -> &str {
    let key = key.trim().trim_start_matches('{').trim_end_matches('}');
    let bytes = key.as_bytes();
    if bytes.len() != 18 || !bytes.iter().all(u8::is_ascii_alphanumeric) {
        return key;
    }
    let sum = bytes[..15].chunks(5).map(|five| {
        let capital = five
            .iter()
            .enumerate()
            .filter(|(_, b)| b.is_ascii_uppercase());
        let bits: usize = capital.map(|(i, _)| 1 << i).sum();
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[bits]
    });
    if sum.eq(bytes[15..].iter().copied()) {
        &key[..15]
    } else {
        key
    }
}

/// Where the keys that are asked for stand: table and record.
fn places(read: &Read, wanted: &[Reference<'_>]) -> HashMap<String, Vec<(usize, RecordId)>> {
    let asked: HashSet<&str> = wanted.iter().map(|r| r.key.as_str()).collect();
    let mut known: HashMap<String, Vec<(usize, RecordId)>> = HashMap::new();
    if asked.is_empty() {
        return known;
    }
    for (at, table) in read.dataset.tables.iter().enumerate() {
        let Some(Some(column)) = read.id_columns.get(at) else {
            continue;
        };
        let column = &table.columns[*column];
        let asked: Vec<bool> = column
            .values
            .iter()
            .map(|v| asked.contains(plain(v)))
            .collect();
        for (row, id) in column.ids.iter().enumerate() {
            if asked[*id as usize] {
                let key = plain(column.values.get(*id)).to_owned();
                known.entry(key).or_default().push((at, table.id(row)));
            }
        }
    }
    known
}

/// The record that is meant: one of the same source, else the only one of all others where the key is long enough to
/// mean nothing else.
fn resolve(reference: &Reference<'_>, known: Option<&Vec<(usize, RecordId)>>) -> Option<RecordId> {
    let known = known?;
    let mut own = known.iter().filter(|k| k.0 == reference.table);
    match (own.next(), own.next()) {
        (Some(one), None) => return Some(one.1),
        (Some(_), Some(_)) => return None,
        _ => {}
    }
    match known.as_slice() {
        [(_, one)] if reference.key.len() >= DISTINCTIVE => Some(*one),
        _ => None,
    }
}

/// Links one after the other, without those that would bring together what a decision keeps apart.
fn without_contradictions(
    read: &Read,
    same: &[(RecordId, RecordId)],
    different: &[(RecordId, RecordId)],
    links: Vec<Link>,
    notes: &mut Vec<String>,
) -> Vec<Link> {
    if different.is_empty() {
        return links;
    }
    let mut sets = UnionFind::new(read.dataset.len());
    for (a, b) in same {
        sets.join(a.0, b.0);
    }
    let mut held = Vec::new();
    for link in links {
        let (left, right) = (sets.root(link.left.0), sets.root(link.right.0));
        let against = different.iter().find(|(a, b)| {
            let (a, b) = (sets.root(a.0), sets.root(b.0));
            (a, b) == (left, right) || (b, a) == (left, right)
        });
        if let Some((a, b)) = against {
            let label = |r: RecordId| read.dataset.label(r);
            notes.push(format!(
                "`{}` and `{}` are the same customer, for {}, but a decision keeps `{}` and `{}` apart: the decision holds\n  hint: take the decision back if that is right",
                label(link.left),
                label(link.right),
                link.why,
                label(*a),
                label(*b)
            ));
            continue;
        }
        sets.join(link.left.0, link.right.0);
        held.push(link);
    }
    held
}

fn deletions(read: &Read, facts: &mut Facts) {
    for (at, table) in read.dataset.tables.iter().enumerate() {
        let mapping = read.mappings.get(at);
        let kind = |column: &Column| {
            let mapped = mapping.and_then(|m| m.columns.iter().find(|c| c.column == column.name));
            mapped.map(|m| m.kind)
        };
        for (column, _) in columns_of(table, mapping, &[Role::Deleted]) {
            // `state code` is a region as well: a column of deletions says yes, no, or when
            if kind(column) == Some(Kind::Region) || !column.values.iter().all(is_plain_answer) {
                continue;
            }
            let says: Vec<bool> = column.values.iter().map(says_deleted).collect();
            let mut count = 0_u64;
            for (row, id) in column.ids.iter().enumerate() {
                if says[*id as usize] {
                    facts.deleted.resize(read.dataset.len(), false);
                    facts.deleted[table.id(row).index()] = true;
                    count += 1;
                }
            }
            if count > 0 {
                facts.notes.push(format!(
                    "source `{}`: {count} record(s) are deleted, says `{}`\n  hint: they are matched, and their opt-outs hold, but they give no golden value where the customer has another record",
                    table.name, column.name
                ));
            }
        }
    }
}

fn is_plain_answer(cell: &str) -> bool {
    const NO: &str = "0 false f no n - nein falsch non faux falso nao não active null none nil nan";
    let lower = cell.trim().to_lowercase();
    let zeros = lower
        .bytes()
        .all(|b| !b.is_ascii_alphanumeric() || b == b'0');
    zeros || says_deleted(cell) || NO.split(' ').any(|no| no == lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Name, headers and rows.
    type Rows<'a> = (&'a str, &'a [&'a str], &'a [&'a [&'a str]]);

    /// Tables of a name, whose first column is the key.
    fn read(tables: &[Rows]) -> Read {
        let mut read = Read::default();
        for (name, headers, rows) in tables {
            let mut table = SourceTable {
                name: (*name).into(),
                ..SourceTable::default()
            };
            for (c, header) in headers.iter().enumerate() {
                let mut column = Column {
                    name: (*header).into(),
                    ..Column::default()
                };
                for row in *rows {
                    let id = column.values.intern(row[c]);
                    column.ids.push(id);
                }
                table.columns.push(column);
            }
            for (i, row) in rows.iter().enumerate() {
                table.keys.push(row[0].into());
                table.origins.push(crate::record::Origin {
                    file: 0,
                    row: i as u64 + 1,
                    byte: 0,
                });
            }
            read.dataset.tables.push(table);
            read.dataset.source_names.push((*name).into());
            read.id_columns.push(Some(0));
        }
        read.dataset.number();
        read
    }

    fn pairs(facts: &Facts) -> Vec<(u32, u32, &str)> {
        let each = facts.links.iter();
        each.map(|l| {
            (
                l.left.0,
                l.right.0,
                l.why.split('`').nth(1).unwrap_or(&l.why),
            )
        })
        .collect()
    }

    #[test]
    fn merged_and_converted_records_are_linked_and_deleted_ones_known() {
        let r = read(&[
            (
                "contacts",
                &["Id", "IsDeleted", "MasterRecordId"],
                &[
                    &["003000000000001AAA", "false", ""],
                    &["003000000000002AAA", "true", "003000000000001"],
                    &["003000000000003AAA", "false", "003000000000003AAA"],
                ],
            ),
            (
                "leads",
                &["Id", "ConvertedContactId", "ConvertedAccountId"],
                &[&["00Q000000000001", "003000000000003AAA", "001000000000001"]],
            ),
            ("accounts", &["Id"], &[&["001000000000001"]]),
            (
                "hubspot",
                &["Record ID", "Merged record IDs"],
                &[
                    &["901", "902:1661707291575;903;999"],
                    &["902", ""],
                    &["903", "[]"],
                ],
            ),
            ("shop", &["id", "merged_into"], &[&["1", "901"]]),
        ]);
        let facts = find(&r, &[], &[], false);
        assert_eq!(
            pairs(&facts),
            [
                (0, 1, "MasterRecordId"),
                (2, 3, "ConvertedContactId"),
                (5, 6, "Merged record IDs"),
                (5, 7, "Merged record IDs"),
            ]
        );
        assert_eq!(facts.deleted.iter().filter(|d| **d).count(), 1);
        assert!(facts.deleted[1]);
        assert!(
            facts
                .notes
                .iter()
                .any(|n| n.contains("1 more name a record"))
        );
    }

    #[test]
    fn a_decision_holds_against_a_link_through_others_too() {
        let rows: &[&[&str]] = &[&["a1", ""], &["a2", "a1"], &["a3", "a2"]];
        let r = read(&[("s", &["id", "merged into"], rows)]);
        let id = RecordId;
        let facts = find(&r, &[], &[(id(0), id(2))], false);
        assert_eq!(pairs(&facts), [(0, 1, "merged into")]);
        assert!(
            facts.notes.iter().any(|n| n.contains("the decision holds")),
            "{:?}",
            facts.notes
        );
        let facts = find(&r, &[(id(0), id(2))], &[], false);
        assert_eq!(pairs(&facts).len(), 2);
    }

    #[test]
    fn rows_that_are_there_twice_are_one_if_they_say_enough() {
        let headers = &["Id", "First name", "Last name", "E-mail", "Phone", "City"];
        let row = |id: &'static str, phone: &'static str| [id, "Ann", "Poe", "", phone, "Oslo"];
        let rows = [
            row("1", "555-0101"),
            row("2", ""),
            row("3", "555-0101"),
            row("4", ""),
            row("5", "555-0102"),
            row("6", "555-0101"),
        ];
        let rows: Vec<&[&str]> = rows.iter().map(|r| &r[..]).collect();
        let mut r = read(&[("s", headers, &rows), ("t", headers, &rows[..1])]);
        for table in &r.dataset.tables {
            let mapping = crate::profile::infer_table(table, &crate::profile::Settings::default());
            r.mappings.push(mapping);
        }
        let why = "the rows are the same in all but the key";
        assert_eq!(
            pairs(&find(&r, &[], &[], false)),
            [(0, 2, why), (0, 5, why)]
        );
        assert!(pairs(&find(&r, &[], &[], true)).is_empty());
    }

    #[test]
    fn a_column_of_states_marks_nothing_as_deleted() {
        let rows: &[&[&str]] = &[&["a1", "1"], &["a2", "2"], &["a3", "48"]];
        assert!(
            find(
                &read(&[("s", &["id", "State code"], rows)]),
                &[],
                &[],
                false
            )
            .deleted
            .is_empty()
        );
        let rows: &[&[&str]] = &[&["a1", "1"], &["a2", "0"], &["a3", ""]];
        assert!(find(&read(&[("s", &["id", "statecode"], rows)]), &[], &[], false).deleted[0]);
    }

    #[test]
    fn long_numbers_keep_all_their_digits() {
        assert_eq!(plain("123456789012345678"), "123456789012345678");
        assert_eq!(plain("003D000000QV9n2IAD"), "003D000000QV9n2");
        assert_eq!(plain(" {5a3e} "), "5a3e");
    }
}

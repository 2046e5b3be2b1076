//! The address survives as one group: all parts from one record, so that no house stands in another's street.

use super::Tier;
use super::choice::{Choice, Chosen, Decided, losing};
use super::gather::{Said, Slot, Survivor};
use super::key;
use super::rule::{Facts, prefer};
use crate::record::Kind;
use std::cmp::Ordering;

/// Parts of an address in the order of its columns in the database.
pub const PARTS: [Kind; 8] = [
    Kind::Street,
    Kind::HouseNumber,
    Kind::Unit,
    Kind::City,
    Kind::Region,
    Kind::Postcode,
    Kind::Country,
    Kind::Address,
];

/// One address as one record says it.
#[derive(Clone, Debug, PartialEq)]
pub struct AddressChoice {
    /// Index into [`Said::members`].
    pub member: u32,
    /// Values (indices) of [`PARTS`].
    pub parts: [Option<u32>; 8],
    /// Records with the same address.
    pub records: u32,
    /// What decided for it, on the first one.
    pub decided: Decided,
}

struct Entry {
    best: AddressChoice,
    key: String,
    quality: u8,
}

/// Chooses the address and lists all distinct ones.
pub(super) fn choose(survivor: &Survivor<'_>, gathered: Said<'_, '_>, chosen: &mut Chosen<'_>) {
    let mut found = collect(gathered);
    if found.is_empty() {
        return;
    }
    if found.len() > 1 {
        found = distinct(survivor, gathered, found);
        found.sort_by(|a, b| compare(survivor, gathered, a, b).0);
        let decided = found.get(1).map_or(Decided::OnlyValue, |next| {
            compare(survivor, gathered, &found[0], next).1
        });
        found[0].best.decided = decided;
    }
    let best = &found[0].best;
    for (part, kind) in PARTS.iter().enumerate() {
        let Some(value) = best.parts[part] else {
            continue;
        };
        let all: Vec<u32> = if found.len() == 1 {
            Vec::new()
        } else {
            let of_kind = |i: &u32| gathered.values[*i as usize].reading.kind == *kind;
            (0..gathered.values.len() as u32).filter(of_kind).collect()
        };
        chosen.choices.push(Choice {
            kind: *kind,
            slot: Slot::default(),
            value,
            decided: best.decided,
            position: 1,
            records: best.records,
            losing: losing(gathered, value, &all),
        });
    }
    // a second address that is only a country or a city tells nothing
    let listed = |(i, e): &(usize, Entry)| *i == 0 || e.quality > 0;
    let all = found.into_iter().enumerate().filter(listed);
    chosen.addresses = all.map(|(_, e)| e.best).collect();
}

/// Places of [`PARTS`].
const STREET: usize = 0;
const UNIT: usize = 2;

/// One address for each record and label. A further line of one is its unit, or stands alone where it has a unit.
fn collect(gathered: Said<'_, '_>) -> Vec<Entry> {
    let mut found: Vec<(u32, &str, [Option<u32>; 8])> = Vec::new();
    let mut lines: Vec<(usize, u32)> = Vec::new();
    for (i, value) in gathered.values.iter().enumerate() {
        let kind = value.reading.kind;
        if !kind.is_address_part() || value.reading.tier == Tier::Placeholder {
            continue;
        }
        let Some(part) = PARTS.iter().position(|p| *p == kind) else {
            continue;
        };
        let same = |f: &(u32, &str, _)| f.0 == value.member && f.1 == value.label;
        let recent = found.iter().rev().take_while(|f| f.0 == value.member);
        let at = match recent.into_iter().position(same) {
            Some(back) => found.len() - 1 - back,
            None => {
                found.push((value.member, value.label, [None; 8]));
                found.len() - 1
            }
        };
        let held = *found[at].2[part].get_or_insert(i as u32);
        if held != i as u32 && part == STREET {
            lines.push((at, i as u32));
        }
    }
    for (at, line) in lines {
        let (member, label, parts) = &mut found[at];
        let held = *parts[UNIT].get_or_insert(line);
        if held != line {
            let alone = std::array::from_fn(|part| (part == STREET).then_some(line));
            let entry = (*member, *label, alone);
            found.push(entry);
        }
    }
    let entry = |(member, _, parts): (u32, &str, [Option<u32>; 8])| Entry {
        best: AddressChoice {
            member,
            parts,
            records: 1,
            decided: Decided::OnlyValue,
        },
        key: String::new(),
        quality: quality(&parts),
    };
    found.into_iter().map(entry).collect()
}

/// 2: reaches a door; 1: a street without a place; 0: a place only.
fn quality(parts: &[Option<u32>; 8]) -> u8 {
    let [street, _, _, city, _, postcode, _, whole] = parts;
    if whole.is_some() || (street.is_some() && (city.is_some() || postcode.is_some())) {
        2
    } else {
        u8::from(street.is_some())
    }
}

/// Equal addresses together, each in its preferred form.
fn distinct(survivor: &Survivor<'_>, gathered: Said<'_, '_>, mut found: Vec<Entry>) -> Vec<Entry> {
    for entry in &mut found {
        entry.key = address_key(gathered, &entry.best.parts);
    }
    found.sort_by(|a, b| {
        let by_key = a.key.cmp(&b.key);
        by_key.then_with(|| compare(survivor, gathered, a, b).0)
    });
    let mut kept: Vec<Entry> = Vec::new();
    let mut members: Vec<u32> = Vec::new();
    for entry in found {
        match kept.last_mut() {
            Some(last) if last.key == entry.key => {
                if !members.contains(&entry.best.member) {
                    members.push(entry.best.member);
                    last.best.records += 1;
                }
            }
            _ => {
                members.clear();
                members.push(entry.best.member);
                kept.push(entry);
            }
        }
    }
    kept
}

/// Street with number and unit, postcode and city, folded; region and country do not make another address.
fn address_key(gathered: Said<'_, '_>, parts: &[Option<u32>; 8]) -> String {
    let mut out = String::new();
    for (part, kind) in PARTS.iter().enumerate() {
        if matches!(kind, Kind::Region | Kind::Country) {
            continue;
        }
        if let Some(i) = parts[part] {
            out.push_str(&key::key(*kind, &gathered.values[i as usize].reading.value));
        }
        out.push(if part < 2 { ' ' } else { '\u{1f}' });
    }
    out
}

fn compare(
    survivor: &Survivor<'_>,
    gathered: Said<'_, '_>,
    a: &Entry,
    b: &Entry,
) -> (Ordering, Decided) {
    let by_quality = b.quality.cmp(&a.quality);
    if by_quality.is_ne() {
        return (by_quality, Decided::Quality);
    }
    let facts = |e: &Entry| {
        let member = &gathered.members[e.best.member as usize];
        let values = e.best.parts.iter().flatten();
        Facts {
            trust: survivor.rank(Kind::Address, member.source),
            changed: &member.changed,
            created: &member.created,
            records: e.best.records,
            // of the address, not of the record
            filled: values.clone().count() as u32,
            chars: values
                .map(|i| gathered.values[*i as usize].reading.value.chars().count() as u32)
                .sum(),
        }
    };
    let (fa, fb) = (facts(a), facts(b));
    for rule in survivor.chain(Kind::Address) {
        let by_rule = prefer(*rule, &fa, &fb);
        if by_rule.is_ne() {
            return (by_rule, Decided::Rule(*rule));
        }
    }
    let form = |e: &Entry| -> u32 {
        let parts = e.best.parts.iter().zip(PARTS);
        parts
            .filter_map(|(i, kind)| {
                Some(u32::from(key::form(
                    kind,
                    &gathered.values[(*i)? as usize].reading.value,
                )))
            })
            .sum()
    };
    let by_form = form(b).cmp(&form(a));
    if by_form.is_ne() {
        return (by_form, Decided::Quality);
    }
    let by_source = fa.trust.cmp(&fb.trust);
    if by_source.is_ne() {
        return (by_source, Decided::SourceOrder);
    }
    let first = |e: &Entry| e.best.parts.iter().flatten().min().copied();
    let place = |e: &Entry| (gathered.members[e.best.member as usize].id, first(e));
    (place(a).cmp(&place(b)), Decided::RecordOrder)
}

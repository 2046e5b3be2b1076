//! What follows from the normal forms of all records: words with their sounds, people behind values, values that say nothing.

use rayon::prelude::*;

use crate::lexicon::nicknames;
use crate::record::Dictionary;
use crate::record::frame::{Frame, NameTerms, TermSets, Terms, WordGlance, Words};
use crate::text::{phonetic, skeleton};

/// Days of the year that stand for "day unknown": a day that more than this share of the dates fall on keeps its year only.
const HEAPED: f64 = 0.02;

/// Reduces dates on heaped days (1 January in many registers) to their year. What heaps is people, told apart by
/// `identity`: one person's many records are none.
pub(super) fn unheap(births: &mut [u32], identity: &[u32]) {
    let mut days = vec![0u32; 10_000];
    let mut known = 0u32;
    let mut people: Vec<(u32, u32)> = births
        .iter()
        .copied()
        .zip(identity.iter().copied())
        .filter(|(b, _)| b % 10_000 != 0)
        .collect();
    people.par_sort_unstable();
    people.dedup();
    for (b, _) in people {
        days[(b % 10_000) as usize] += 1;
        known += 1;
    }
    let most = (HEAPED * f64::from(known)).max(10.0);
    for b in births.iter_mut() {
        if f64::from(days[(*b % 10_000) as usize]) > most {
            *b = *b / 10_000 * 10_000;
        }
    }
}

pub(super) fn words_of(words: &mut Words, text: &str, into: &mut Vec<u32>) {
    for token in text.split(' ').filter(|t| !t.is_empty()) {
        into.push(words.values.intern(token));
    }
}

pub(super) fn derive_words(words: &mut Words) {
    let derived: Vec<(u32, u32, u8, u8)> = (0..words.values.len() as u32)
        .into_par_iter()
        .with_min_len(512)
        .map(|id| {
            let word = words.values.get(id);
            if word.is_empty() {
                return (0, 0, 0, 0);
            }
            let alike = crate::block::part::hash_bytes(skeleton::skeleton(word).as_bytes());
            (
                alike,
                phonetic::sound(word),
                word.as_bytes()[0],
                word.len().min(255) as u8,
            )
        })
        .collect();
    words.skeleton = derived.iter().map(|d| d.0).collect();
    words.sound = derived.iter().map(|d| d.1).collect();
    words.initial = derived.iter().map(|d| d.2).collect();
    words.len = derived.iter().map(|d| d.3).collect();
    words.glances = (0..words.values.len())
        .into_par_iter()
        .with_min_len(512)
        .map(|id| {
            let word = words.values.get(id as u32);
            let named = !nicknames::groups(word).is_empty();
            WordGlance::new(word, words.skeleton[id], named)
        })
        .collect();
}

pub(super) fn finish_names(names: &mut NameTerms) {
    names.terms.count();
    if names.starts.is_empty() {
        names.starts.extend([0, 0]);
    }
    let skeleton = |id: u32| {
        let joined: String = names.terms.values.get(id).split(' ').collect();
        if joined.is_empty() {
            0
        } else {
            crate::block::part::hash_bytes(skeleton::skeleton(&joined).as_bytes())
        }
    };
    let ids = 0..names.terms.values.len() as u32;
    names.skeleton = ids
        .into_par_iter()
        .with_min_len(512)
        .map(skeleton)
        .collect();
}

pub(super) fn organization_words(organization: &Terms) -> TermSets {
    let mut dictionary = Dictionary::new();
    // ids follow the order of values, and that the order of records
    let (mut words, mut starts) = (Vec::new(), vec![0]);
    for value in organization.values.iter() {
        let of_value = value.split(' ').filter(|w| w.len() > 1);
        words.extend(of_value.map(|word| dictionary.intern(word)));
        starts.push(words.len());
    }
    let mut sets = TermSets::default();
    let mut ids = Vec::new();
    for id in &organization.ids {
        let id = *id as usize;
        ids.extend_from_slice(&words[starts[id]..starts[id + 1]]);
        sets.push(&mut ids);
    }
    sets.values = dictionary;
    sets.count();
    sets
}

/// A coarse name of each record's person: the initials of given and family name in either order, 0 when nameless.
pub(super) fn identities(f: &Frame) -> Vec<u32> {
    (0..f.len)
        .into_par_iter()
        .map(|r| {
            let initial = |names: &NameTerms| {
                names
                    .words(names.terms.ids[r])
                    .first()
                    .map_or(0, |w| u32::from(f.words.initial[*w as usize]))
            };
            let (a, b) = (initial(&f.given), initial(&f.family));
            match (a, b) {
                (0, 0) => f.organization.ids[r]
                    .checked_add(1 << 20)
                    .filter(|_| f.organization.ids[r] != 0)
                    .unwrap_or(0),
                _ => (a.min(b) << 8) | a.max(b),
            }
        })
        .collect()
}

pub(super) fn count_people(sets: &mut TermSets, identity: &[u32]) {
    let mut holders: Vec<(u32, u32)> = Vec::with_capacity(sets.ids.len());
    for (r, who) in identity.iter().enumerate() {
        if *who != 0 {
            holders.extend(sets.of(r).iter().map(|id| (*id, *who)));
        }
    }
    holders.par_sort_unstable();
    holders.dedup();
    sets.people = vec![0; sets.counts.len()];
    for (id, _) in holders {
        sets.people[id as usize] += 1;
    }
}

/// A value that more people than this share is no evidence of identity.
pub(super) const SHARED_BY_TOO_MANY: u32 = 40;

/// Removes values that too many people share.
pub(super) fn suppress(
    field: &str,
    sets: &mut TermSets,
    too_many: u32,
    suppressed: &mut Vec<(String, String, u64)>,
) {
    let bad: Vec<bool> = sets.people.iter().map(|p| *p > too_many).collect();
    if !bad.iter().any(|b| *b) {
        return;
    }
    for (id, bad) in bad.iter().enumerate() {
        if *bad {
            suppressed.push((
                field.to_owned(),
                sets.values.get(id as u32).to_owned(),
                u64::from(sets.counts[id]),
            ));
        }
    }
    let mut kept = TermSets {
        values: std::mem::take(&mut sets.values),
        ..TermSets::default()
    };
    let mut ids = Vec::new();
    for r in 0..sets.offsets.len() - 1 {
        ids.extend(sets.of(r).iter().filter(|id| !bad[**id as usize]));
        kept.push(&mut ids);
    }
    kept.count();
    kept.people = std::mem::take(&mut sets.people);
    *sets = kept;
}

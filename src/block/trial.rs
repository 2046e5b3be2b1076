//! Rules tried on the data: what each would cost, counted from its keys, and a sample of the pairs it proposes. Where there
//! are many records, on some whole blocks of each rule.

use rayon::prelude::*;

use super::candidates::Blocks;
use super::catalogue::{all_parts, catalogue};
use super::choose::Settings;
use super::part::{Part, PartKeys, mix};
use super::rule::{Joined, MAX_WIDTH, Rule, entry};
use super::scan::{Wanted, scan};
use super::sort::{in_order, seen_again};
use crate::record::frame::Frame;

/// A rule with a sample of its pairs, of which nothing is known yet.
pub(super) struct Measured {
    pub(super) rule: Rule,
    pub(super) pairs: f64,
    pub(super) sample: Vec<u64>,
}

/// A part with its keys, and what it is good for in sampling.
pub(super) struct Known {
    pub(super) part: Part,
    pub(super) keys: PartKeys,
    /// Its first key of each record of a glance.
    glanced: Vec<u32>,
    /// Pairs that share it among the records of a glance.
    pairs: f64,
    /// A share of its keys and the records that have them, where there are too many records to look at all.
    lead: Option<Lead>,
}

/// Records with a sampled key of one part, and their keys of that part, others left out.
struct Lead {
    records: Vec<u32>,
    keys: PartKeys,
}

fn known<'a>(parts: &'a [Known], rule: &Rule) -> Vec<&'a Known> {
    let find = |p| parts.iter().find(|k| k.part == p);
    rule.parts.iter().filter_map(|p| find(*p)).collect()
}

pub(super) fn keys_of<'a>(parts: &'a [Known], rule: &Rule) -> Vec<&'a PartKeys> {
    known(parts, rule).into_iter().map(|k| &k.keys).collect()
}

/// The parts that records of `frame` have, and all rules of the catalogue that `budget` pairs allow, tried.
pub(super) fn tried(
    frame: &Frame,
    budget: f64,
    settings: &Settings,
    blocks: &Blocks,
) -> (Vec<Known>, Vec<Measured>) {
    let share = (TRIED as f64 / frame.len as f64).min(1.0);
    let parts: Vec<Known> = all_parts(frame)
        .into_par_iter()
        .filter_map(|part| {
            let keys = PartKeys::build(part, frame)?;
            let glanced = glanced(&keys, frame.len);
            Some(Known {
                part,
                pairs: glance(&[&glanced], frame.len),
                glanced,
                lead: (share < 1.0).then(|| Lead::of(&keys, share)),
                keys,
            })
        })
        .collect();
    let present: Vec<Part> = parts.iter().map(|k| k.part).collect();
    let mut rules: Vec<Rule> = catalogue(&present)
        .into_par_iter()
        .filter(|rule| {
            let parts = known(&parts, rule).into_iter();
            let glanced: Vec<&[u32]> = parts.map(|k| k.glanced.as_slice()).collect();
            glance(&glanced, frame.len) <= HOPELESS * budget
        })
        .collect();
    rules.sort();
    let mut measured: Vec<Measured> = Vec::new();
    for rules in rules.chunks(SCANNED) {
        let trials: Vec<Trial> = (rules.iter())
            .map(|rule| Trial::of(rule, known(&parts, rule), share, frame.len))
            .collect();
        let firsts = Trial::firsts(&trials, &parts, frame.len);
        let tried = (rules.par_iter().zip(&trials)).zip(firsts);
        measured.par_extend(tried.filter_map(|((rule, trial), first)| {
            measure(rule.clone(), trial, first, budget, settings, blocks)
        }));
    }
    (parts, measured)
}

/// Rules whose keys are scanned together.
const SCANNED: usize = 64;
/// Records on which the cost of a rule is first guessed.
const GLANCE: usize = 40_000;
/// A rule whose blocks hold more pairs than this many budgets would mostly be cut: it is not considered.
const HOPELESS: f64 = 20.0;

/// Records among which rules are tried. Where there are more, a rule is tried on the blocks of a share of the keys of
/// its most telling part: whole blocks, so that the pairs in them are a fair sample of all its pairs.
const TRIED: usize = 1_200_000;

/// From one record of a glance to the next; 0 where there are too few records for one.
fn stride(records: usize) -> usize {
    match records / GLANCE {
        0 | 1 => 0,
        step => step,
    }
}

/// The first keys of every n-th record, where there are many records.
fn glanced(keys: &PartKeys, records: usize) -> Vec<u32> {
    match stride(records) {
        0 => Vec::new(),
        step => (0..records).step_by(step).map(|r| keys.of(r)[0]).collect(),
    }
}

/// Pairs that share the first keys of all parts, guessed from every n-th record where there are many.
fn glance(parts: &[&[u32]], records: usize) -> f64 {
    let join = |record: usize| {
        parts.iter().fold(1u32, |key, part| {
            let slot = part[record];
            let joined = mix(key.rotate_left(5) ^ slot.wrapping_mul(0x9E37_79B1));
            if key != 0 && slot != 0 { joined } else { 0 }
        })
    };
    let seen = parts.first().map_or(0, |part| part.len());
    let mut keys: Vec<u32> = (0..seen).map(join).filter(|k| *k != 0).collect();
    keys.sort_unstable();
    let pairs: f64 = keys
        .chunk_by(|a, b| a == b)
        .map(|block| block.len() as f64 * (block.len() as f64 - 1.0) / 2.0)
        .sum();
    pairs * (stride(records) * stride(records)) as f64
}

impl Lead {
    fn of(keys: &PartKeys, share: f64) -> Self {
        let limit = (share * f64::from(u32::MAX)) as u32;
        let admitted = |k: u32| k != 0 && mix(k ^ 0x2545_f491) <= limit;
        let mut lead = Lead {
            records: Vec::new(),
            keys: PartKeys {
                keys: Vec::new(),
                ..*keys
            },
        };
        for (r, slots) in keys.keys.chunks_exact(keys.width).enumerate() {
            if slots.iter().any(|k| admitted(*k)) {
                lead.records.push(r as u32);
                let slots = slots.iter().map(|k| if admitted(*k) { *k } else { 0 });
                lead.keys.keys.extend(slots);
            }
        }
        lead
    }
}

/// A rule on the records that it is tried on.
struct Trial<'a> {
    all: Joined<'a>,
    /// Its most telling part's share of keys, and which part that is; `None` for all records.
    lead: Option<(usize, &'a Lead)>,
    /// Share of its blocks that these records hold.
    share: f64,
    /// Begins the hash by which keys are sampled.
    salt: u32,
    /// Share of the keys that are counted first.
    first_share: f64,
}

/// The greatest hash of a share of all.
fn limit(share: f64) -> u32 {
    (share * f64::from(u32::MAX)) as u32
}

impl<'a> Trial<'a> {
    fn of(rule: &Rule, known: Vec<&'a Known>, share: f64, records: usize) -> Self {
        let fewest = (0..known.len()).min_by(|a, b| known[*a].pairs.total_cmp(&known[*b].pairs));
        let lead = fewest.and_then(|at| Some((at, known[at].lead.as_ref()?)));
        let room: usize = known.iter().map(|k| k.keys.room).product();
        let slots = lead.map_or(records, |(_, l)| l.records.len()) * room.min(MAX_WIDTH);
        Self {
            share: if lead.is_some() { share } else { 1.0 },
            all: Joined::new(known.into_iter().map(|k| &k.keys).collect()),
            lead,
            salt: (rule.parts.iter()).fold(17, |h, p| mix(h ^ p.group_salt())),
            first_share: (60_000.0 / slots as f64).min(1.0),
        }
    }

    /// Whether a key is in the first count.
    fn in_first(&self, key: u32) -> bool {
        mix(key ^ self.salt) <= limit(self.first_share)
    }

    /// Sorted entries of each rule's keys in the first count.
    fn firsts(trials: &[Self], parts: &[Known], records: usize) -> Vec<Vec<u64>> {
        if trials.iter().any(|t| t.lead.is_some()) {
            let first = |t: &Self| t.entries(records, |key| t.in_first(key));
            return trials.par_iter().map(first).collect();
        }
        let place = |keys: &&PartKeys| {
            parts
                .iter()
                .position(|k| std::ptr::eq(&raw const k.keys, *keys))
        };
        let wanted: Vec<Wanted> = (trials.iter())
            .map(|t| Wanted {
                parts: t.all.parts().iter().filter_map(place).collect(),
                joined: &t.all,
                salt: t.salt,
                limit: limit(t.first_share),
            })
            .collect();
        let keys: Vec<&PartKeys> = parts.iter().map(|k| &k.keys).collect();
        let found = scan(&keys, &wanted, records);
        let sorted = |entries| in_order(seen_again(entries));
        found.into_par_iter().map(sorted).collect()
    }

    /// Sorted entries of the keys that `keep` admits.
    fn entries(&self, records: usize, keep: impl Fn(u32) -> bool) -> Vec<u64> {
        let mut entries = Vec::new();
        let mut add = |record: usize, key: u32| {
            if key != 0 && keep(key) {
                entries.push(entry(key, record));
            }
        };
        match self.lead {
            None => self.all.each(0..records, |from, _, keys| {
                (from..)
                    .zip(keys)
                    .for_each(|(record, key)| add(record, *key));
            }),
            Some((part, lead)) => {
                for (i, record) in lead.records.iter().enumerate() {
                    let (keys, len) = self.all.with(part, lead.keys.of(i), *record as usize);
                    keys[..len].iter().for_each(|k| add(*record as usize, *k));
                }
            }
        }
        in_order(seen_again(entries))
    }
}

/// Counts a rule's pairs and takes a sample of them, `entries` being those of the first count; `None` when it alone would
/// break the budget or proposes nothing.
fn measure(
    rule: Rule,
    trial: &Trial,
    mut entries: Vec<u64>,
    budget: f64,
    settings: &Settings,
    blocks: &Blocks,
) -> Option<Measured> {
    // A first count from a share of the keys, then as many keys as the sample needs.
    let counted = blocks.count(&entries);
    let in_trial = counted.pairs as f64 / trial.first_share;
    let pairs = in_trial / trial.share;
    if counted.pairs == 0 || pairs > budget {
        return None;
    }
    let wanted = limit((settings.sample as f64 / in_trial).min(1.0));
    let keep = |key: u32| mix(key ^ trial.salt) <= wanted;
    if wanted <= limit(trial.first_share) {
        entries.retain(|e| keep((e >> 32) as u32));
    } else {
        entries = trial.entries(blocks.order.len(), keep);
    }
    let several = trial.all.width > 1;
    let belongs = |key: u32, l: usize, r: usize| !several || trial.all.shared(l, r) == key;
    let add = |v: &mut Vec<u64>, (left, right)| v.push(entry(left, right as usize));
    let (_, proposals) = blocks.pairs(&entries, |_| (), belongs, Vec::new, add);
    let mut sample: Vec<u64> = proposals.into_iter().flatten().collect();
    // a pair that shares several keys is in several blocks and proposed once
    let blocks_of_a_pair = blocks.count(&entries).pairs as f64 / sample.len().max(1) as f64;
    let keep_every = sample.len().div_ceil(settings.sample * 2).max(1);
    sample = sample.into_iter().step_by(keep_every).collect();
    (!sample.is_empty()).then_some(Measured {
        rule,
        pairs: pairs / blocks_of_a_pair,
        sample,
    })
}

impl Part {
    fn group_salt(self) -> u32 {
        match self {
            Part::Attribute(i) => 1000 + u32::from(i),
            other => super::part::hash_bytes(format!("{other:?}").as_bytes()),
        }
    }
}

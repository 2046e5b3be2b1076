//! Chooses blocking rules from the data: a catalogue of conjunctions, the cost of each counted from its
//! keys, its yield of likely matches measured on a sample of its pairs, then the best yield for the cost
//! until the pair budget is spent or nothing more is to be gained.

use rayon::prelude::*;

use super::candidates::{Candidates, Proposal};
use super::part::{Group, Part, PartKeys, mix};
use super::rule::{KeyRows, Rule, RuleKeys};
use crate::record::frame::Frame;

/// What blocking may cost.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Budget: candidate pairs per record, over all rules.
    pub pairs_per_record: f64,
    /// Blocks with more records are refined by a window.
    pub largest_block: usize,
    /// Pairs sampled per rule to measure its yield.
    pub sample: usize,
    /// Rules at most.
    pub most_rules: usize,
    /// A rule must bring at least this share of the likely matches found so far.
    pub least_gain: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            pairs_per_record: 40.0,
            largest_block: 60,
            sample: 3000,
            most_rules: 28,
            least_gain: 0.0005,
        }
    }
}

/// Pairs that any machine compares in a moment: few records are compared this often, however alike they are.
const LEAST_BUDGET: usize = 100_000;

impl Settings {
    /// These settings for so many records: few of them have room for blocks that would be too large among many, as
    /// when every customer is in forty sources.
    #[must_use]
    pub fn for_records(self, records: usize) -> Self {
        let each = LEAST_BUDGET / records.max(1);
        Self {
            pairs_per_record: self.pairs_per_record.max(each as f64),
            largest_block: self.largest_block.max(each),
            ..self
        }
    }
}

/// Rules in order of precedence with what was estimated for them.
pub struct Choice {
    /// The rules.
    pub rules: Vec<Rule>,
    /// Their keys for all records.
    pub keys: Vec<RuleKeys>,
    /// The same keys record by record.
    pub rows: KeyRows,
    /// Estimated pairs in each rule's blocks.
    pub pairs: Vec<f64>,
}

struct Entry {
    rule: Rule,
    pairs: f64,
    /// Sampled pairs with their match probability; `None` once covered by a chosen rule.
    sample: Vec<(u32, u32, f32, bool)>,
    scale: f64,
}

/// Chooses rules for `frame`. `score` gives the match probability of a pair under a first model; `order` sorts
/// records inside oversized blocks; `apart` are groups of records that may not match each other.
pub fn choose(
    frame: &Frame,
    settings: &Settings,
    order: &[u64],
    apart: Option<&[u16]>,
    score: &(dyn Fn(u32, u32) -> f64 + Sync),
) -> Choice {
    let parts: Vec<(Part, PartKeys)> = all_parts(frame)
        .into_par_iter()
        .filter_map(|p| PartKeys::build(p, frame).map(|k| (p, k)))
        .collect();
    let keys_of = |rule: &Rule| -> Vec<&PartKeys> {
        rule.parts
            .iter()
            .filter_map(|p| parts.iter().find(|(q, _)| q == p).map(|(_, k)| k))
            .collect()
    };
    let budget = settings.pairs_per_record * frame.len as f64;
    let present: Vec<Part> = parts.iter().map(|(p, _)| *p).collect();
    let entries: Vec<Entry> = catalogue(&present)
        .into_par_iter()
        .filter(|rule| affordable(&keys_of(rule), frame.len, budget))
        .filter_map(|rule| {
            let keys = rule.keys(&keys_of(&rule), frame.len);
            measure(
                rule,
                keys,
                budget,
                settings,
                &Inputs {
                    order,
                    apart,
                    score,
                },
            )
        })
        .collect();
    let rules = greedy(entries, budget, settings, |rule, a, b| {
        keys_of(rule)
            .iter()
            .all(|k| share(k, a as usize, b as usize))
    });
    let keys: Vec<RuleKeys> = rules
        .par_iter()
        .map(|(rule, _)| rule.keys(&keys_of(rule), frame.len))
        .collect();
    let rows = KeyRows::gather(&keys);
    let (rules, pairs) = rules.into_iter().unzip();
    Choice {
        rules,
        keys,
        rows,
        pairs,
    }
}

/// Records on which the cost of a rule is first guessed.
const GLANCE: usize = 40_000;
/// A rule whose blocks hold more pairs than this many budgets would mostly be cut: it is not considered.
const HOPELESS: f64 = 20.0;

/// Whether a rule's cost, guessed from every n-th record, is not hopelessly over the budget.
fn affordable(parts: &[&PartKeys], records: usize, budget: f64) -> bool {
    let step = records / GLANCE;
    if step < 2 {
        return true;
    }
    let mut keys: Vec<u32> = (0..records)
        .step_by(step)
        .map(|r| {
            parts
                .iter()
                .try_fold(1u32, |k, p| {
                    let slot = p.of(r)[0];
                    (slot != 0).then(|| mix(k.rotate_left(5) ^ slot.wrapping_mul(0x9E37_79B1)))
                })
                .unwrap_or(0)
        })
        .filter(|k| *k != 0)
        .collect();
    keys.sort_unstable();
    let pairs: f64 = keys
        .chunk_by(|a, b| a == b)
        .map(|block| block.len() as f64 * (block.len() as f64 - 1.0) / 2.0)
        .sum();
    pairs * (step * step) as f64 <= HOPELESS * budget
}

struct Inputs<'a> {
    order: &'a [u64],
    apart: Option<&'a [u16]>,
    score: &'a (dyn Fn(u32, u32) -> f64 + Sync),
}

/// Counts a rule's pairs and scores a sample of them; `None` when it alone would break the budget or proposes nothing.
fn measure(
    rule: Rule,
    keys: RuleKeys,
    budget: f64,
    settings: &Settings,
    inputs: &Inputs,
) -> Option<Entry> {
    let keys = [keys];
    let rows = KeyRows::default();
    let candidates = Candidates {
        keys: &keys,
        rows: &rows,
        largest_block: settings.largest_block,
        order: inputs.order,
        apart: inputs.apart,
    };
    // A first count from a share of the keys, then as many keys as the sample needs.
    let entries = keys[0].keys.len();
    let salt = rule
        .parts
        .iter()
        .fold(17u32, |h, p| mix(h ^ (p.group_salt())));
    let count = |share: f64| {
        let limit = (share * f64::from(u32::MAX)) as u32;
        let keep = move |k: u32| mix(k ^ salt) <= limit;
        candidates.pairs_of(
            0,
            keep,
            Vec::new,
            |v: &mut Vec<Proposal>, p| v.push(p),
            |v| v,
        )
    };
    let first_share = (60_000.0 / entries as f64).min(1.0);
    let limit = (first_share * f64::from(u32::MAX)) as u32;
    let (counted, _) =
        candidates.pairs_of(0, |k| mix(k ^ salt) <= limit, || (), |(), _| (), |()| ());
    let pairs = counted.pairs as f64 / first_share;
    if counted.pairs == 0 || pairs > budget {
        return None;
    }
    let share = (settings.sample as f64 / pairs).min(1.0);
    let (_, proposals) = count(share);
    let mut proposals: Vec<Proposal> = proposals.into_iter().flatten().collect();
    let keep_every = proposals.len().div_ceil(settings.sample * 2).max(1);
    proposals = proposals.into_iter().step_by(keep_every).collect();
    if proposals.is_empty() {
        return None;
    }
    let scale = pairs / proposals.len() as f64;
    let sample = proposals
        .iter()
        .map(|p| {
            (
                p.left,
                p.right,
                (inputs.score)(p.left, p.right) as f32,
                false,
            )
        })
        .collect();
    Some(Entry {
        rule,
        pairs,
        sample,
        scale,
    })
}

fn greedy(
    mut entries: Vec<Entry>,
    budget: f64,
    settings: &Settings,
    covers: impl Fn(&Rule, u32, u32) -> bool + Sync,
) -> Vec<(Rule, f64)> {
    let mut chosen: Vec<(Rule, f64)> = Vec::new();
    let (mut spent, mut found) = (0.0, 0.0);
    while chosen.len() < settings.most_rules {
        let worth = |e: &Entry| {
            let (mut gain, mut cost) = (0.0, 0.0);
            for (_, _, p, covered) in &e.sample {
                if !covered {
                    gain += f64::from(*p) * e.scale;
                    cost += e.scale;
                }
            }
            (gain, cost)
        };
        let best = entries
            .iter()
            .enumerate()
            .map(|(i, e)| (i, worth(e)))
            .filter(|(_, (gain, cost))| {
                spent + cost <= budget && *gain > 0.05 && *gain >= settings.least_gain * found
            })
            // The square root favours rules that bring much over rules that bring little at a high rate.
            .max_by(|(i, (g1, c1)), (j, (g2, c2))| {
                let (a, b) = (g1 / (c1 + 1.0).sqrt(), g2 / (c2 + 1.0).sqrt());
                a.total_cmp(&b)
                    .then(entries[*j].pairs.total_cmp(&entries[*i].pairs))
                    .then(j.cmp(i))
            });
        let Some((at, (gain, cost))) = best else {
            break;
        };
        let Entry { rule, pairs, .. } = entries.swap_remove(at);
        entries.sort_by(|a, b| a.rule.cmp(&b.rule));
        spent += cost;
        found += gain;
        entries.par_iter_mut().for_each(|e| {
            for (a, b, _, covered) in &mut e.sample {
                *covered = *covered || covers(&rule, *a, *b);
            }
        });
        chosen.push((rule, pairs));
    }
    chosen
}

fn share(keys: &PartKeys, a: usize, b: usize) -> bool {
    keys.of(a).iter().any(|k| *k != 0 && keys.of(b).contains(k))
}

impl Part {
    fn group_salt(self) -> u32 {
        match self {
            Part::Attribute(i) => 1000 + u32::from(i),
            other => super::part::hash_bytes(format!("{other:?}").as_bytes()),
        }
    }
}

fn all_parts(frame: &Frame) -> Vec<Part> {
    use Part as P;
    let mut parts = vec![
        P::Given,
        P::GivenSound,
        P::GivenInitial,
        P::Family,
        P::FamilySound,
        P::FamilyStart,
        P::NamePair,
        P::NamePairSound,
        P::NameWord,
        P::Birth,
        P::BirthYear,
        P::BirthMonthDay,
        P::Email,
        P::EmailLocal,
        P::Phone,
        P::Identifier,
        P::Place,
        P::Street,
        P::House,
        P::Postcode,
        P::PostcodeArea,
        P::City,
        P::Organization,
        P::OrganizationWord,
        P::Website,
        P::BirthPlace,
    ];
    parts.extend((0..frame.attributes.len().min(8)).map(|i| P::Attribute(i as u8)));
    parts
}

/// All conjunctions of one or two parts, and those of three that join weak parts of three groups.
fn catalogue(present: &[Part]) -> Vec<Rule> {
    use Part as P;
    let weak = |p: &Part| {
        matches!(
            p,
            P::GivenInitial | P::House | P::BirthYear | P::City | P::PostcodeArea | P::Attribute(_)
        )
    };
    let strong = |p: &Part| matches!(p, P::Email | P::Phone | P::Identifier);
    let mut rules = Vec::new();
    for p in present.iter().filter(|p| !weak(p)) {
        rules.push(Rule::new(vec![*p]));
    }
    let compatible = |a: Group, b: Group| {
        let name = |g: Group| matches!(g, Group::Given | Group::Family);
        a != b && !(a == Group::Name && name(b)) && !(b == Group::Name && name(a))
    };
    for (i, a) in present.iter().enumerate() {
        for b in &present[i + 1..] {
            if strong(a) || strong(b) {
                // E-mail, phone and identifier stand alone, and together with a name when alone they are too common.
                let other = if strong(a) { b } else { a };
                if !matches!(other, P::GivenSound | P::FamilySound | P::GivenInitial) {
                    continue;
                }
            }
            let same_address = a.group() == Group::Address
                && b.group() == Group::Address
                && matches!(
                    (*a, *b),
                    (P::Street, P::House) | (P::House, P::Postcode) | (P::House, P::PostcodeArea)
                );
            if compatible(a.group(), b.group()) || same_address {
                rules.push(Rule::new(vec![*a, *b]));
            }
        }
    }
    let triples = |p: &&Part| {
        matches!(
            p,
            P::GivenSound
                | P::GivenInitial
                | P::FamilySound
                | P::FamilyStart
                | P::BirthYear
                | P::BirthMonthDay
                | P::PostcodeArea
                | P::City
                | P::House
                | P::BirthPlace
                | P::Postcode
        )
    };
    let few: Vec<Part> = present.iter().filter(triples).copied().collect();
    for (i, a) in few.iter().enumerate() {
        for (j, b) in few.iter().enumerate().skip(i + 1) {
            for c in &few[j + 1..] {
                let (x, y, z) = (a.group(), b.group(), c.group());
                if compatible(x, y) && compatible(y, z) && compatible(x, z) {
                    rules.push(Rule::new(vec![*a, *b, *c]));
                }
            }
        }
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_joins_parts_of_different_fields_only() {
        let present = [
            Part::GivenSound,
            Part::FamilySound,
            Part::NamePair,
            Part::Birth,
            Part::Postcode,
            Part::Email,
        ];
        let rules = catalogue(&present);
        assert!(rules.contains(&Rule::new(vec![Part::Birth, Part::Postcode])));
        assert!(rules.contains(&Rule::new(vec![Part::Email])));
        assert!(!rules.contains(&Rule::new(vec![Part::FamilySound, Part::NamePair])));
        assert!(rules.contains(&Rule::new(vec![
            Part::GivenSound,
            Part::FamilySound,
            Part::Postcode
        ])));
        let distinct: std::collections::BTreeSet<_> = rules.iter().collect();
        assert_eq!(distinct.len(), rules.len());
    }

    fn entry(part: Part, sample: &[(u32, u32, f32)]) -> Entry {
        Entry {
            rule: Rule::new(vec![part]),
            pairs: sample.len() as f64,
            sample: sample.iter().map(|(a, b, p)| (*a, *b, *p, false)).collect(),
            scale: 1.0,
        }
    }

    fn covers(rule: &Rule, a: u32, _: u32) -> bool {
        match rule.parts[0] {
            Part::Email => a <= 2,
            Part::Phone => a == 0 || a == 4,
            _ => true,
        }
    }

    fn taken(entries: Vec<Entry>, budget: f64) -> Vec<Part> {
        greedy(entries, budget, &Settings::default(), covers)
            .iter()
            .map(|(rule, _)| rule.parts[0])
            .collect()
    }

    /// E-mail catches two matches in two pairs, phone nearly two in two, city all three among `chaff` others.
    fn three(chaff: u32) -> Vec<Entry> {
        let mut city = vec![(0, 1, 1.0), (2, 3, 1.0), (4, 5, 0.9)];
        city.extend((0..chaff).map(|i| (6 + 2 * i, 7 + 2 * i, 0.0)));
        vec![
            entry(Part::Email, &[(0, 1, 1.0), (2, 3, 1.0)]),
            entry(Part::Phone, &[(0, 1, 1.0), (4, 5, 0.9)]),
            entry(Part::City, &city),
        ]
    }

    #[test]
    fn greedy_takes_what_brings_most_for_the_root_of_its_cost() {
        // 2.9 / √6 = 1.18 against 2 / √3 = 1.15: the broad rule wins and leaves nothing to find.
        assert_eq!(taken(three(2), 100.0), [Part::City]);
        // 2.9 / √8 = 1.03: now the narrow rules win, and together they cover all.
        assert_eq!(taken(three(4), 100.0), [Part::Email, Part::Phone]);
    }

    #[test]
    fn greedy_stays_within_its_budget_and_breaks_ties_by_pairs_then_order() {
        assert_eq!(taken(three(2), 4.0), [Part::Email, Part::Phone]);
        assert_eq!(taken(three(2), 1.0), []);
        let twins = || {
            vec![
                entry(Part::Phone, &[(0, 1, 1.0)]),
                entry(Part::Email, &[(0, 1, 1.0)]),
            ]
        };
        assert_eq!(taken(twins(), 100.0), [Part::Phone]);
        let mut cheaper = twins();
        cheaper[0].pairs = 2.0;
        assert_eq!(taken(cheaper, 100.0), [Part::Email]);
    }
}

//! Chooses blocking rules from the data: a catalogue of conjunctions, the cost of each counted from its
//! keys, its yield of likely matches measured on a sample of its pairs, then the best yield for the cost
//! until the pair budget is spent or nothing more is to be gained.

use rayon::prelude::*;

use super::candidates::Blocks;
use super::catalogue::{all_parts, catalogue};
use super::part::{Part, PartKeys, mix};
use super::rule::{Joined, KeyRows, MAX_WIDTH, Rule, entry};
use super::scan::{Wanted, scan};
use super::sort::{in_order, seen_again};
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
    /// A rule may cost this many new pairs for each new match that it is expected to bring,
    pub pairs_per_match: f64,
    /// or this many pairs in all, which take little time.
    pub cheap_pairs: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            pairs_per_record: 40.0,
            largest_block: 60,
            sample: 3000,
            most_rules: 28,
            least_gain: 0.0005,
            pairs_per_match: 100.0,
            cheap_pairs: 250_000.0,
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

    /// What the match that a rule brings is weighed against. While pairs are cheap it is their square root, which favours
    /// rules that bring much over rules that bring little at a high rate; beyond that each pair costs as much as the next.
    fn price(&self, pairs: f64) -> f64 {
        (pairs + 1.0).sqrt() * (pairs / self.cheap_pairs.max(1.0)).max(1.0).sqrt()
    }
}

/// Rules in order of precedence with what was estimated for them.
pub struct Choice {
    /// The rules.
    pub rules: Vec<Rule>,
    /// Estimated pairs in each rule's blocks.
    pub pairs: Vec<f64>,
}

/// The rules of a run.
pub struct Choices {
    /// Rules all of whose pairs are compared: each is worth its pairs.
    pub compared: Choice,
    /// Rules of whose pairs a sample is learned from, where they are others: without regard to what comparing them all
    /// would cost, because broad blocks show strangers and namesakes as they are.
    pub learned: Option<Choice>,
    parts: Vec<Known>,
    records: usize,
}

impl Choices {
    /// The keys of all records under some rules of the catalogue.
    #[must_use]
    pub fn keys(&self, choice: &Choice) -> KeyRows {
        let joined = |rule: &Rule| Joined::new(keys_of(&self.parts, rule));
        let rules: Vec<Joined> = choice.rules.iter().map(joined).collect();
        KeyRows::gather(&rules, self.records)
    }

    /// The rules all of whose pairs are compared, with their keys.
    #[must_use]
    pub fn into_compared(self) -> (Choice, KeyRows) {
        let keys = self.keys(&self.compared);
        (self.compared, keys)
    }
}

/// A rule with a sample of its pairs.
struct Entry {
    rule: Rule,
    pairs: f64,
    /// Places in the list of all sampled pairs.
    sample: Vec<u32>,
    scale: f64,
}

/// A pair of some rules' samples.
struct Sampled {
    probability: f32,
    /// Which parts both records share, one bit a part.
    shares: u64,
}

/// A rule with a sample of its pairs, of which nothing is known yet.
struct Measured {
    rule: Rule,
    pairs: f64,
    sample: Vec<u64>,
}

impl Measured {
    /// What rules propose, and their pairs, each once, with what is known of each. A match is in the samples of many rules.
    fn known(
        measured: Vec<Self>,
        parts: &[Known],
        score: &(dyn Fn(u32, u32) -> f64 + Sync),
    ) -> (Vec<Entry>, Vec<Sampled>) {
        let all = measured.iter().flat_map(|m| m.sample.iter().copied());
        let pairs = in_order(all.collect());
        let halves = |pair: u64| ((pair >> 32) as u32, pair as u32);
        let mut known: Vec<Sampled> = pairs
            .par_iter()
            .map(|pair| {
                let (left, right) = halves(*pair);
                Sampled {
                    probability: score(left, right) as f32,
                    shares: 0,
                }
            })
            .collect();
        // part by part, so that the look-ups do not wait for each other
        for (at, part) in parts.iter().enumerate() {
            known.par_iter_mut().zip(&pairs).for_each(|(known, pair)| {
                let (left, right) = halves(*pair);
                let shared = share_key(&part.keys, left as usize, right as usize);
                known.shares |= u64::from(shared) << at;
            });
        }
        let entry = |m: Measured| Entry {
            scale: m.pairs / m.sample.len() as f64,
            rule: m.rule,
            pairs: m.pairs,
            sample: (m.sample.iter())
                .map(|pair| pairs.partition_point(|p| p < pair) as u32)
                .collect(),
        };
        (measured.into_par_iter().map(entry).collect(), known)
    }
}

/// A part with its keys, and what it is good for in sampling.
struct Known {
    part: Part,
    keys: PartKeys,
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

fn keys_of<'a>(parts: &'a [Known], rule: &Rule) -> Vec<&'a PartKeys> {
    known(parts, rule).into_iter().map(|k| &k.keys).collect()
}

/// Chooses rules for `frame`, whose blocks become pairs as `blocks` says. `score` gives the match probability of a pair
/// under a first model.
pub fn choose(
    frame: &Frame,
    settings: &Settings,
    blocks: &Blocks,
    score: &(dyn Fn(u32, u32) -> f64 + Sync),
) -> Choices {
    let share = (TRIED as f64 / frame.len as f64).min(1.0);
    let mut parts: Vec<Known> = all_parts(frame)
        .into_par_iter()
        .filter_map(|part| {
            PartKeys::build(part, frame).map(|keys| Known {
                part,
                pairs: glance(&[&keys], frame.len),
                lead: (share < 1.0).then(|| Lead::of(&keys, share)),
                keys,
            })
        })
        .collect();
    let budget = settings.pairs_per_record * frame.len as f64;
    let present: Vec<Part> = parts.iter().map(|k| k.part).collect();
    let mut rules: Vec<Rule> = catalogue(&present)
        .into_par_iter()
        .filter(|rule| glance(&keys_of(&parts, rule), frame.len) <= HOPELESS * budget)
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
    let (entries, sampled) = Measured::known(measured, &parts, score);
    let bit = |part: &Part| 1u64 << present.iter().position(|p| p == part).unwrap_or(63);
    let bits = |rule: &Rule| rule.parts.iter().map(bit).fold(0, |a, b| a | b);
    let compared = greedy(&entries, &sampled, budget, settings, bits);
    let unmindful = Settings {
        pairs_per_match: f64::INFINITY,
        ..settings.clone()
    };
    let learned = greedy(&entries, &sampled, budget, &unmindful, bits);
    let choice = |rules: Vec<(Rule, f64)>| -> Choice {
        let (rules, pairs) = rules.into_iter().unzip();
        Choice { rules, pairs }
    };
    let differ = !compared.iter().eq(&learned);
    // keys of parts that no chosen rule asks for are not needed any more
    let rules = || compared.iter().chain(&learned).map(|(rule, _)| rule);
    parts.retain(|known| rules().any(|rule| rule.parts.contains(&known.part)));
    Choices {
        learned: differ.then(|| choice(learned)),
        compared: choice(compared),
        records: frame.len,
        parts,
    }
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

/// Pairs that share the first keys of all parts, guessed from every n-th record where there are many.
fn glance(parts: &[&PartKeys], records: usize) -> f64 {
    let step = records / GLANCE;
    if step < 2 {
        return 0.0;
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
    pairs * (step * step) as f64
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
    let keep_every = sample.len().div_ceil(settings.sample * 2).max(1);
    sample = sample.into_iter().step_by(keep_every).collect();
    (!sample.is_empty()).then_some(Measured {
        rule,
        pairs,
        sample,
    })
}

fn greedy(
    entries: &[Entry],
    sampled: &[Sampled],
    budget: f64,
    settings: &Settings,
    bits: impl Fn(&Rule) -> u64,
) -> Vec<(Rule, f64)> {
    let mut chosen: Vec<(Rule, f64)> = Vec::new();
    let mut taken = vec![false; entries.len()];
    let mut covered = vec![false; sampled.len()];
    let (mut spent, mut found) = (0.0, 0.0);
    while chosen.len() < settings.most_rules {
        let worth = |e: &Entry| {
            let (mut gain, mut cost) = (0.0, 0.0);
            for at in e.sample.iter().filter(|at| !covered[**at as usize]) {
                gain += f64::from(sampled[*at as usize].probability) * e.scale;
                cost += e.scale;
            }
            (gain, cost)
        };
        let worths: Vec<(f64, f64)> = entries.par_iter().map(worth).collect();
        let best = worths
            .into_iter()
            .enumerate()
            .filter(|(at, (gain, cost))| {
                !taken[*at]
                    && spent + cost <= budget
                    && *gain > 0.05
                    && *gain >= settings.least_gain * found
                    && *cost <= settings.cheap_pairs.max(settings.pairs_per_match * gain)
            })
            .max_by(|(i, (g1, c1)), (j, (g2, c2))| {
                let (a, b) = (g1 / settings.price(*c1), g2 / settings.price(*c2));
                a.total_cmp(&b)
                    .then(entries[*j].pairs.total_cmp(&entries[*i].pairs))
                    .then(j.cmp(i))
            });
        let Some((at, (gain, cost))) = best else {
            break;
        };
        spent += cost;
        found += gain;
        taken[at] = true;
        let rule = &entries[at].rule;
        let all = bits(rule);
        for (covered, s) in covered.iter_mut().zip(sampled) {
            *covered |= s.shares & all == all;
        }
        chosen.push((rule.clone(), entries[at].pairs));
    }
    chosen
}

fn share_key(keys: &PartKeys, a: usize, b: usize) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A rule with the numbers of the pairs in its sample.
    fn tried(part: Part, sample: impl IntoIterator<Item = u32>) -> Entry {
        let sample: Vec<u32> = sample.into_iter().collect();
        Entry {
            rule: Rule::new(vec![part]),
            pairs: sample.len() as f64,
            sample,
            scale: 1.0,
        }
    }

    /// All pairs share a city, the first two an e-mail address, the first and the third a phone; these three match.
    fn sampled() -> Vec<Sampled> {
        let pair = |at: u32| Sampled {
            probability: [1.0, 1.0, 0.9].get(at as usize).copied().unwrap_or(0.0),
            shares: 1 | u64::from(at <= 1) << 1 | u64::from(at == 0 || at == 2) << 2,
        };
        (0..100).map(pair).collect()
    }

    fn bits(rule: &Rule) -> u64 {
        match rule.parts[0] {
            Part::Email => 2,
            Part::Phone => 4,
            _ => 1,
        }
    }

    fn taken(entries: &[Entry], budget: f64) -> Vec<Part> {
        greedy(entries, &sampled(), budget, &Settings::default(), bits)
            .iter()
            .map(|(rule, _)| rule.parts[0])
            .collect()
    }

    /// E-mail catches two matches in two pairs, phone nearly two in two, city all three among `chaff` others.
    fn three(chaff: u32) -> Vec<Entry> {
        vec![
            tried(Part::Email, [0, 1]),
            tried(Part::Phone, [0, 2]),
            tried(Part::City, 0..3 + chaff),
        ]
    }

    #[test]
    fn greedy_takes_what_brings_most_for_the_root_of_its_cost() {
        // 2.9 / √6 = 1.18 against 2 / √3 = 1.15: the broad rule wins and leaves nothing to find.
        assert_eq!(taken(&three(2), 100.0), [Part::City]);
        // 2.9 / √8 = 1.03: now the narrow rules win, and together they cover all.
        assert_eq!(taken(&three(4), 100.0), [Part::Email, Part::Phone]);
    }

    #[test]
    fn broad_rules_win_only_while_pairs_are_cheap() {
        // 2.9 for six pairs against 2 for two
        let first = |cheap_pairs: f64| {
            let settings = Settings {
                cheap_pairs,
                ..Settings::default()
            };
            greedy(&three(2), &sampled(), 100.0, &settings, bits)[0]
                .0
                .parts[0]
        };
        assert_eq!((first(6.0), first(2.0)), (Part::City, Part::Email));
    }

    #[test]
    fn a_rule_that_costs_more_than_its_matches_are_worth_is_left_out() {
        let with = |pairs_per_match: f64, cheap_pairs: f64| {
            let settings = Settings {
                pairs_per_match,
                cheap_pairs,
                ..Settings::default()
            };
            greedy(&[three(97).remove(2)], &sampled(), 1000.0, &settings, bits).len()
        };
        // a hundred pairs for 2.9 matches
        assert_eq!((with(34.0, 0.0), with(35.0, 0.0)), (0, 1));
        assert_eq!((with(34.0, 99.0), with(34.0, 100.0)), (0, 1));
    }

    #[test]
    fn greedy_stays_within_its_budget_and_breaks_ties_by_pairs_then_order() {
        assert_eq!(taken(&three(2), 4.0), [Part::Email, Part::Phone]);
        assert_eq!(taken(&three(2), 1.0), []);
        let twins = || vec![tried(Part::Phone, [0]), tried(Part::Email, [0])];
        assert_eq!(taken(&twins(), 100.0), [Part::Phone]);
        let mut cheaper = twins();
        cheaper[0].pairs = 2.0;
        assert_eq!(taken(&cheaper, 100.0), [Part::Email]);
    }
}

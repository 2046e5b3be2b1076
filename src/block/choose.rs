//! Chooses blocking rules from the data: a catalogue of conjunctions, the cost of each counted from its
//! keys, its yield of likely matches measured on a sample of its pairs, then the best yield for the cost
//! until the pair budget is spent or nothing more is to be gained, less the rules that later ones made superfluous.

use rayon::prelude::*;

use super::candidates::Blocks;
use super::part::{Part, PartKeys};
use super::rule::{Joined, KeyRows, Rule};
use super::sort::in_order;
use super::trial::{Known, Measured, keys_of, tried};
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

/// A pair that is less likely to match is none to be found: it would be neither merged nor reviewed, and many of them
/// would pass for a match together.
const LIKELY: f64 = 0.1;
/// A rule that was taken stays until, beside those taken after it, it costs this many times what a match may cost.
const PATIENCE: f64 = 5.0;
/// Pairs that any machine compares in a moment: few records are compared this often, however alike they are.
const LEAST_BUDGET: usize = 400_000;
/// The largest blocks of few records are those of this many pairs a record in all.
const LEAST_BLOCKS: usize = 100_000;

impl Settings {
    /// These settings for so many records: few of them have room for blocks that would be too large among many, as
    /// when every customer is in forty sources.
    #[must_use]
    pub fn for_records(self, records: usize) -> Self {
        let each = |pairs: usize| pairs / records.max(1);
        Self {
            pairs_per_record: self.pairs_per_record.max(each(LEAST_BUDGET) as f64),
            largest_block: self.largest_block.max(each(LEAST_BLOCKS)),
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
    /// Estimated pairs that each rule proposes.
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

impl Entry {
    /// The matches expected among its pairs that are not `covered` by other rules, and these pairs.
    fn worth(&self, sampled: &[Sampled], covered: impl Fn(usize) -> bool) -> (f64, f64) {
        let new = || (self.sample.iter().map(|at| *at as usize)).filter(|at| !covered(*at));
        let gain: f64 = new().map(|at| f64::from(sampled[at].likely)).sum();
        (gain * self.scale, new().count() as f64 * self.scale)
    }
}

/// A pair of some rules' samples.
struct Sampled {
    /// How likely it is to match, nothing below [`LIKELY`].
    likely: f32,
    /// Which parts both records share, one bit a part.
    shares: u64,
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
                let likely = Some(score(left, right)).filter(|p| *p >= LIKELY);
                Sampled {
                    likely: likely.unwrap_or(0.0) as f32,
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

/// Chooses rules for `frame`, whose blocks become pairs as `blocks` says. `score` gives the match probability of a pair
/// under a first model.
pub fn choose(
    frame: &Frame,
    settings: &Settings,
    blocks: &Blocks,
    score: &(dyn Fn(u32, u32) -> f64 + Sync),
) -> Choices {
    let budget = settings.pairs_per_record * frame.len as f64;
    let (mut parts, measured) = tried(frame, budget, settings, blocks);
    let present: Vec<Part> = parts.iter().map(|k| k.part).collect();
    let (entries, sampled) = Measured::known(measured, &parts, score);
    let bit = |part: &Part| 1u64 << present.iter().position(|p| p == part).unwrap_or(63);
    let bits = |rule: &Rule| rule.parts.iter().map(bit).fold(0, |a, b| a | b);
    let masks: Vec<u64> = entries.iter().map(|e| bits(&e.rule)).collect();
    let tried = Tried {
        entries,
        masks,
        sampled,
    };
    let compared = tried.chosen(budget, settings);
    let unmindful = Settings {
        pairs_per_match: f64::INFINITY,
        ..settings.clone()
    };
    let learned = tried.chosen(budget, &unmindful);
    let choice = |places: &[usize]| {
        let rule = |at: &usize| (tried.entries[*at].rule.clone(), tried.entries[*at].pairs);
        let (rules, pairs) = places.iter().map(rule).unzip();
        Choice { rules, pairs }
    };
    let differ = compared != learned;
    let (compared, learned) = (choice(&compared), choice(&learned));
    // keys of parts that no chosen rule asks for are not needed any more
    let rules = compared.rules.iter().chain(&learned.rules);
    parts.retain(|known| rules.clone().any(|rule| rule.parts.contains(&known.part)));
    Choices {
        learned: differ.then_some(learned),
        compared,
        records: frame.len,
        parts,
    }
}

/// All rules that were tried.
struct Tried {
    entries: Vec<Entry>,
    /// The parts of each, one bit a part.
    masks: Vec<u64>,
    sampled: Vec<Sampled>,
}

impl Tried {
    /// Places of the rules to take, in order of precedence.
    fn chosen(&self, budget: f64, settings: &Settings) -> Vec<usize> {
        let (chosen, spent) = self.greedy(budget, settings);
        self.needed(chosen, spent, settings)
    }

    fn proposes(&self, rule: usize, pair: usize) -> bool {
        self.sampled[pair].shares & self.masks[rule] == self.masks[rule]
    }

    /// Always the rule that brings most for its price, and how many pairs they propose.
    fn greedy(&self, budget: f64, settings: &Settings) -> (Vec<usize>, f64) {
        let mut chosen: Vec<usize> = Vec::new();
        let mut covered = vec![false; self.sampled.len()];
        let (mut spent, mut found) = (0.0, 0.0);
        while chosen.len() < settings.most_rules {
            let worth = |e: &Entry| e.worth(&self.sampled, |pair| covered[pair]);
            let worths: Vec<(f64, f64)> = self.entries.par_iter().map(worth).collect();
            let best = worths
                .into_iter()
                .enumerate()
                .filter(|(at, (gain, cost))| {
                    !chosen.contains(at)
                        && spent + cost <= budget
                        && *gain > 0.05
                        && *gain >= settings.least_gain * found
                        && *cost <= settings.cheap_pairs.max(settings.pairs_per_match * gain)
                })
                .max_by(|(i, (g1, c1)), (j, (g2, c2))| {
                    let (a, b) = (g1 / settings.price(*c1), g2 / settings.price(*c2));
                    let pairs = |at: usize| self.entries[at].pairs;
                    a.total_cmp(&b)
                        .then(pairs(*j).total_cmp(&pairs(*i)))
                        .then(j.cmp(i))
                });
            let Some((best, (gain, cost))) = best else {
                break;
            };
            spent += cost;
            found += gain;
            for (pair, covered) in covered.iter_mut().enumerate() {
                *covered |= self.proposes(best, pair);
            }
            chosen.push(best);
        }
        (chosen, spent)
    }

    /// Without those that bring too little beside the others, the dearest first, until pairs are cheap.
    fn needed(&self, mut chosen: Vec<usize>, mut spent: f64, settings: &Settings) -> Vec<usize> {
        while spent > settings.cheap_pairs {
            let alone = |rule: &usize| {
                let others = || chosen.iter().filter(|other| *other != rule);
                let covered = |pair| others().any(|other| self.proposes(*other, pair));
                let (gain, cost) = self.entries[*rule].worth(&self.sampled, covered);
                (*rule, cost, cost / gain)
            };
            let alone: Vec<(usize, f64, f64)> = chosen.par_iter().map(alone).collect();
            let dearest = (alone.into_iter())
                .filter(|(_, _, each)| *each > PATIENCE * settings.pairs_per_match)
                .max_by(|a, b| {
                    let by_price = a.2.total_cmp(&b.2).then(a.1.total_cmp(&b.1));
                    by_price.then(b.0.cmp(&a.0))
                });
            let Some((rule, cost, _)) = dearest else {
                break;
            };
            spent -= cost;
            chosen.retain(|other| *other != rule);
        }
        chosen
    }
}

fn share_key(keys: &PartKeys, a: usize, b: usize) -> bool {
    keys.of(a).iter().any(|k| *k != 0 && keys.of(b).contains(k))
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
            likely: [1.0, 1.0, 0.9].get(at as usize).copied().unwrap_or(0.0),
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

    fn rules(entries: Vec<Entry>) -> Tried {
        Tried {
            masks: entries.iter().map(|e| bits(&e.rule)).collect(),
            entries,
            sampled: sampled(),
        }
    }

    fn taken_with(entries: Vec<Entry>, budget: f64, settings: &Settings) -> Vec<Part> {
        let tried = rules(entries);
        let part = |at: usize| tried.entries[at].rule.parts[0];
        (tried.chosen(budget, settings).into_iter())
            .map(part)
            .collect()
    }

    fn taken(entries: Vec<Entry>, budget: f64) -> Vec<Part> {
        taken_with(entries, budget, &Settings::default())
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
        assert_eq!(taken(three(2), 100.0), [Part::City]);
        // 2.9 / √8 = 1.03: now the narrow rules win, and together they cover all.
        assert_eq!(taken(three(4), 100.0), [Part::Email, Part::Phone]);
    }

    #[test]
    fn broad_rules_win_only_while_pairs_are_cheap() {
        // 2.9 for six pairs against 2 for two
        let first = |cheap_pairs: f64| {
            let settings = Settings {
                cheap_pairs,
                ..Settings::default()
            };
            rules(three(2)).greedy(100.0, &settings).0[0]
        };
        assert_eq!((first(6.0), first(2.0)), (2, 0));
    }

    #[test]
    fn a_rule_that_costs_more_than_its_matches_are_worth_is_left_out() {
        let with = |pairs_per_match: f64, cheap_pairs: f64| {
            let settings = Settings {
                pairs_per_match,
                cheap_pairs,
                ..Settings::default()
            };
            taken_with(vec![three(97).remove(2)], 1000.0, &settings).len()
        };
        // a hundred pairs for 2.9 matches
        assert_eq!((with(34.0, 0.0), with(35.0, 0.0)), (0, 1));
        assert_eq!((with(34.0, 99.0), with(34.0, 100.0)), (0, 1));
    }

    #[test]
    fn rules_that_others_made_superfluous_go_unless_pairs_are_cheap() {
        let with = |cheap_pairs: f64| {
            let settings = Settings {
                cheap_pairs,
                pairs_per_match: 2.0,
                ..Settings::default()
            };
            // the city comes first: 2.9 / √3 against 2 / √12; with ten pairs of its own, e-mail brings nothing beside it
            let email = tried(Part::Email, (0..2).chain(50..60));
            let mut tried = rules(vec![tried(Part::City, 0..3), email]);
            for pair in &mut tried.sampled[3..] {
                pair.shares = 2;
            }
            tried.needed(vec![1, 0], 13.0, &settings)
        };
        assert_eq!((with(13.0), with(12.0)), (vec![1, 0], vec![0]));
    }

    #[test]
    fn greedy_stays_within_its_budget_and_breaks_ties_by_pairs_then_order() {
        assert_eq!(taken(three(2), 4.0), [Part::Email, Part::Phone]);
        assert_eq!(taken(three(2), 1.0), []);
        let twins = || vec![tried(Part::Phone, [0]), tried(Part::Email, [0])];
        assert_eq!(taken(twins(), 100.0), [Part::Phone]);
        let mut cheaper = twins();
        cheaper[0].pairs = 2.0;
        assert_eq!(taken(cheaper, 100.0), [Part::Email]);
    }
}

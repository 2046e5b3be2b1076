//! Scores every candidate pair in parallel and keeps those that may matter.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::score;
use crate::block::Candidates;
use crate::block::candidates::RuleCount;
use crate::compare::Comparator;
use crate::pair::{MatchWeight, Probability, Vector};
use crate::weigh::Model;
use crate::weigh::threshold::Histogram;

/// A kept pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kept {
    /// The smaller record.
    pub left: u32,
    /// The larger record.
    pub right: u32,
    /// First rule that proposed it.
    pub rule: u16,
    /// Its levels.
    pub vector: Vector,
    /// Its weight.
    pub weight: MatchWeight,
    /// Its weight against strangers alone.
    pub against_strangers: MatchWeight,
}

/// All scored pairs, in numbers, and the kept ones.
#[derive(Default)]
pub struct Scored {
    /// Kept pairs, sorted by records.
    pub kept: Vec<Kept>,
    /// Weights of all pairs.
    pub histogram: Histogram,
    /// Pairs scored.
    pub pairs: u64,
    /// By rule: what it proposed, and pairs no earlier rule proposed.
    pub rules: Vec<(RuleCount, u64)>,
    /// Pairs by levels, for the report.
    pub levels: Vec<[u64; 16]>,
}

/// What was seen in some of the pairs.
#[derive(Default)]
struct Part {
    pairs: u64,
    kept: Vec<Kept>,
    histogram: Histogram,
    levels: HashMap<u64, u64, FixedState>,
}

/// Pairs that are scored together, so that what they need of the memory is asked for at once.
const TOGETHER: usize = 64;
/// Rules whose keys are sorted together.
const RULES: usize = 4;

/// Scores pairs that a rule proposes.
fn score(
    comparator: &Comparator,
    model: &Model,
    least: MatchWeight,
    rule: usize,
    pairs: &[(u32, u32)],
) -> Part {
    let mut part = Part {
        pairs: pairs.len() as u64,
        ..Part::default()
    };
    for together in pairs.chunks(TOGETHER) {
        comparator.look_ahead(together.iter().flat_map(|(left, right)| [*left, *right]));
        for (left, right) in together.iter().copied() {
            let pair = (left as usize, right as usize);
            let (vector, weight, against_strangers) =
                score::weigh_from(comparator, model, pair, least);
            part.histogram.add(weight);
            *part.levels.entry(vector.0).or_default() += 1;
            if weight >= least {
                part.kept.push(Kept {
                    left,
                    right,
                    rule: rule as u16,
                    vector,
                    weight,
                    against_strangers,
                });
            }
        }
    }
    part
}

/// Scores all candidates; pairs of at least probability `least` are kept.
#[must_use]
pub fn collect(
    comparator: &Comparator,
    model: &Model,
    candidates: &Candidates,
    least: f64,
) -> Scored {
    let k = comparator.fields().len();
    let least = Probability(least).weight();
    let mut scored = Scored {
        levels: vec![[0; 16]; k],
        ..Scored::default()
    };
    let rules = candidates.keys.rules();
    let mut sorted = Vec::new().into_iter();
    for rule in 0..rules {
        if rule % RULES == 0 {
            let next = rule..(rule + RULES).min(rules);
            sorted = candidates.keys.sorted(next, |_, _| true).into_iter();
        }
        let entries = sorted.next().unwrap_or_default();
        let (count, parts) = candidates.in_rows(rule, &entries, |pairs| {
            score(comparator, model, least, rule, pairs)
        });
        let mut new = 0;
        for part in parts {
            new += part.pairs;
            scored.histogram.merge(&part.histogram);
            scored.kept.extend(part.kept);
            for (vector, pairs) in part.levels {
                for (i, levels) in scored.levels.iter_mut().enumerate() {
                    levels[Vector(vector).level(i) as usize] += pairs;
                }
            }
        }
        scored.pairs += new;
        scored.rules.push((count, new));
    }
    scored.kept.sort_by_key(|p| (p.left, p.right, p.rule));
    scored.kept.dedup_by_key(|p| (p.left, p.right));
    scored
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::part::PartKeys;
    use crate::block::rule::Joined;
    use crate::block::{Blocks, KeyRows};
    use crate::compare::Tables;
    use crate::matching::build::tests::{frame, word};
    use crate::matching::learn;
    use crate::record::Kind;

    #[test]
    fn what_is_collected_is_what_all_pairs_of_the_blocks_give() {
        let given: Vec<String> = (0..60).map(|i| format!("{}ara", word(i % 20))).collect();
        let family: Vec<String> = (0..60)
            .map(|i| format!("{}lund", word(i % 30 * 5)))
            .collect();
        let given: Vec<&str> = given.iter().map(String::as_str).collect();
        let family: Vec<&str> = family.iter().map(String::as_str).collect();
        let f = frame(&[(Kind::GivenName, &given), (Kind::FamilyName, &family)]);
        let tables = Tables::build(&f);
        let c = Comparator::new(&f, &tables);
        let model = learn::first_model(&c, &learn::basis(&c, None, 1));
        let by = |modulus: u32| PartKeys::of_slots(1, (0..60).map(|r| 1 + r % modulus).collect());
        let parts = [by(20), by(30)];
        let rules = [&parts[0], &parts[1]].map(|part| Joined::new(vec![part]));
        let keys = KeyRows::gather(&rules, 60);
        let order: Vec<u64> = (0..60).collect();
        let candidates = Candidates {
            keys: &keys,
            blocks: Blocks {
                largest: 100,
                order: &order,
                apart: None,
            },
        };
        // Between the least and the most likely pair, so that some are kept and some are not.
        let probability = |b| score::weight(&c, &model, 0, b).probability().0;
        let least = (probability(20) + probability(30)) / 2.0;
        let scored = collect(&c, &model, &candidates, least);
        let mut expected = Vec::new();
        let mut all = 0;
        for a in 0..60u32 {
            for b in a + 1..60 {
                let rule = [20, 30].iter().position(|m| a % m == b % m);
                if let Some(rule) = rule {
                    all += 1;
                    let weight = score::weight(&c, &model, a as usize, b as usize);
                    if weight.probability().0 >= least {
                        expected.push((a, b, rule as u16));
                    }
                }
            }
        }
        let kept: Vec<_> = scored
            .kept
            .iter()
            .map(|p| (p.left, p.right, p.rule))
            .collect();
        assert_eq!(kept, expected);
        assert!(!kept.is_empty() && kept.len() < all);
        assert_eq!(scored.pairs, all as u64);
        assert_eq!(
            scored.rules.iter().map(|(_, new)| new).sum::<u64>(),
            scored.pairs
        );
        assert_eq!(
            scored.histogram.bins().iter().map(|b| b.pairs).sum::<u64>(),
            scored.pairs
        );
        for levels in &scored.levels {
            assert_eq!(levels.iter().sum::<u64>(), scored.pairs);
        }
        for p in &scored.kept {
            let (vector, weighed) = score::weigh(&c, &model, p.left as usize, p.right as usize);
            assert_eq!(
                (p.vector, p.weight.0.to_bits()),
                (vector, weighed.weight.0.to_bits())
            );
        }
    }
}

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

#[derive(Default)]
struct Part {
    kept: Vec<Kept>,
    histogram: Histogram,
    pairs: u64,
    levels: HashMap<u64, u64, FixedState>,
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
    let least_weight = Probability(least).weight();
    let mut scored = Scored {
        levels: vec![[0; 16]; k],
        ..Scored::default()
    };
    for rule in 0..candidates.keys.len() {
        let (count, parts) = candidates.pairs_of(
            rule,
            |_| true,
            Part::default,
            |part: &mut Part, p| {
                let pair = (p.left as usize, p.right as usize);
                let (vector, weight) = score::weigh_from(comparator, model, pair, least_weight);
                part.pairs += 1;
                part.histogram.add(weight);
                *part.levels.entry(vector.0).or_default() += 1;
                if weight >= least_weight {
                    part.kept.push(Kept {
                        left: p.left,
                        right: p.right,
                        rule: p.rule,
                        vector,
                        weight,
                    });
                }
            },
            |part| part,
        );
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

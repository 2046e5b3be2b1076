//! What was inferred and learned, as plain data for the report.

use super::collect::Scored;
use super::decide::Decided;
use crate::block::part::Group;
use crate::block::{Choice, KeyRows};
use crate::compare::Comparator;
use crate::pair::{
    ComparisonFacts, LevelFacts, MatchWeight, ModelFacts, Probability, RuleFacts, Vector,
};
use crate::weigh::Model;

/// Gathers the facts.
#[must_use]
pub fn facts(
    comparator: &Comparator,
    model: &Model,
    (choice, keys): (&Choice, &KeyRows),
    scored: &Scored,
    decided: &Decided,
    suppressed: Vec<(String, String, u64)>,
) -> ModelFacts {
    let frame = comparator.frame();
    let accepted = |p: &&super::collect::Kept| p.weight.probability().0 >= decided.threshold.0;
    let mut level_matches = vec![[0u64; 16]; comparator.fields().len()];
    let mut rule_matches = vec![0u64; choice.rules.len()];
    for p in scored.kept.iter().filter(accepted) {
        for (i, levels) in level_matches.iter_mut().enumerate() {
            levels[Vector(p.vector.0).level(i) as usize] += 1;
        }
        for (rule, matches) in rule_matches.iter_mut().enumerate() {
            *matches += u64::from(keys.shared(rule, p.left as usize, p.right as usize) != 0);
        }
    }
    let comparisons = comparator
        .fields()
        .iter()
        .enumerate()
        .map(|(i, field)| {
            let mut levels: Vec<LevelFacts> = field
                .levels()
                .iter()
                .enumerate()
                .map(|(l, (label, _))| {
                    let (m, u) = (model.tables[0][i][l + 1], model.tables[1][i][l + 1]);
                    LevelFacts {
                        label: (*label).to_owned(),
                        m: m.exp2(),
                        u: u.exp2(),
                        weight: MatchWeight(m - u),
                        pairs: scored.levels[i][l + 1],
                        matches: level_matches[i][l + 1],
                    }
                })
                .collect();
            levels.push(LevelFacts {
                label: "missing".to_owned(),
                m: 0.0,
                u: 0.0,
                weight: MatchWeight(0.0),
                pairs: scored.levels[i][0],
                matches: level_matches[i][0],
            });
            ComparisonFacts {
                name: comparator.name(*field).to_owned(),
                levels,
            }
        })
        .collect();
    let rules = choice
        .rules
        .iter()
        .zip(&scored.rules)
        .zip(&rule_matches)
        .map(|((rule, (count, new)), matches)| RuleFacts {
            name: rule.name(frame),
            pairs: count.pairs,
            new_pairs: *new,
            blocks: count.blocks,
            largest: count.largest,
            refined: count.refined,
            matches: *matches,
        })
        .collect();
    let all = scored.histogram.expected_matches();
    ModelFacts {
        prior: Probability(model.shares[0].exp2()),
        comparisons,
        rules,
        blocking_recall: blocking_recall(scored, choice, keys),
        pairs_scored: scored.pairs,
        match_threshold: decided.threshold,
        review_threshold: decided.review,
        threshold_reason: decided.reason.clone(),
        choices: [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999]
            .iter()
            .map(|p| scored.histogram.at(Probability(*p), all))
            .collect(),
        histogram: scored.histogram.bins(),
        suppressed,
        remarks: Vec::new(),
    }
}

/// Estimated share of true matches that some rule proposes, by capture and recapture (Chao 1987): matches that only
/// one independent rule catches, against those that just two catch, tell how many none catches. Rules are taken as
/// independent when they share no group of fields, so rules are first gathered by the fields they use.
fn blocking_recall(scored: &Scored, choice: &Choice, keys: &KeyRows) -> f64 {
    let mut groups: Vec<Vec<Group>> = choice
        .rules
        .iter()
        .map(|rule| {
            let mut groups: Vec<Group> = rule.parts.iter().map(|p| p.group()).collect();
            groups.sort_unstable();
            groups.dedup();
            groups
        })
        .collect();
    let of_rule = groups.clone();
    groups.sort_unstable();
    groups.dedup();
    let family: Vec<usize> = of_rule
        .iter()
        .map(|g| groups.binary_search(g).unwrap_or(0))
        .collect();
    let (mut found, mut once, mut twice) = (0.0, 0.0, 0.0);
    let mut caught = vec![false; groups.len()];
    for p in &scored.kept {
        let probability = p.weight.probability().0;
        if probability < 0.5 {
            continue;
        }
        caught.fill(false);
        for (rule, family) in family.iter().enumerate() {
            caught[*family] |= keys.shared(rule, p.left as usize, p.right as usize) != 0;
        }
        found += probability;
        match caught.iter().filter(|c| **c).count() {
            0 | 1 => once += probability,
            2 => twice += probability,
            _ => {}
        }
    }
    if found < 1.0 {
        return 1.0;
    }
    let missed = once * (once - 1.0).max(0.0) / (2.0 * (twice + 1.0));
    found / (found + missed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::Rule;
    use crate::block::part::{Part, PartKeys};
    use crate::block::rule::Joined;
    use crate::matching::collect::Kept;

    /// Recall estimated from certain matches of which the n-th is caught by the rules of `caught[n]`.
    fn recall(parts: [Part; 3], caught: &[[bool; 3]]) -> f64 {
        let keys: Vec<PartKeys> = (0..3)
            .map(|rule| {
                let of = |pair: &[bool; 3], at: u32| if pair[rule] { [at, at] } else { [0, 0] };
                let pairs = (1..).zip(caught);
                PartKeys::of_slots(1, pairs.flat_map(|(at, pair)| of(pair, at)).collect())
            })
            .collect();
        let rules: Vec<Joined> = keys.iter().map(|k| Joined::new(vec![k])).collect();
        let keys = KeyRows::gather(&rules, 2 * caught.len());
        let choice = Choice {
            rules: parts.map(|p| Rule::new(vec![p])).to_vec(),
            pairs: vec![1.0; 3],
        };
        let scored = Scored {
            kept: (0..caught.len() as u32)
                .map(|n| Kept {
                    left: 2 * n,
                    right: 2 * n + 1,
                    rule: 0,
                    vector: Vector::default(),
                    weight: MatchWeight(60.0),
                    against_strangers: MatchWeight(60.0),
                })
                .collect(),
            ..Scored::default()
        };
        blocking_recall(&scored, &choice, &keys)
    }

    const INDEPENDENT: [Part; 3] = [Part::Email, Part::Phone, Part::Birth];

    #[test]
    fn matches_that_all_rules_catch_leave_none_to_miss() {
        assert!((recall(INDEPENDENT, &[[true; 3]; 20]) - 1.0).abs() < 1e-12);
        assert!((recall(INDEPENDENT, &[]) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn matches_that_one_rule_alone_catches_tell_of_those_that_none_does() {
        // Ten caught once, four caught twice: 10 · 9 / (2 · 5) = 9 missed.
        let mut caught = vec![[true, false, false]; 10];
        caught.extend([[true, true, false]; 4]);
        assert!((recall(INDEPENDENT, &caught) - 14.0 / 23.0).abs() < 1e-9);
    }

    #[test]
    fn rules_on_one_field_are_not_independent() {
        let caught = [[true, true, false]; 10];
        let apart = recall(INDEPENDENT, &caught);
        let alike = recall([Part::Family, Part::FamilySound, Part::Birth], &caught);
        assert!(alike < apart, "{alike} {apart}");
    }
}

//! Oracles: what the engine learns and computes, held against known parameters and plain counting.

use std::collections::BTreeMap;

use selfsame::compare::{Comparator, Tables};
use selfsame::matching::learn::SplitMix;
use selfsame::matching::{Settings, build, learn, pool, run, score};
use selfsame::pair::{Field, Vector, Verdict};
use selfsame::weigh::{self, Sample, Training};

use crate::tables;

/// A field with the chance of its levels among matches (m) and strangers (u).
struct Known {
    field: Field,
    m: &'static [f64],
    u: &'static [f64],
}

const KNOWN: [Known; 6] = [
    Known {
        field: Field::Birth,
        m: &[0.80, 0.03, 0.02, 0.07, 0.04, 0.01, 0.03],
        u: &[0.001, 0.004, 0.002, 0.013, 0.03, 0.05, 0.90],
    },
    Known {
        field: Field::Age,
        m: &[0.60, 0.20, 0.10, 0.06, 0.04],
        u: &[0.02, 0.04, 0.07, 0.27, 0.60],
    },
    Known {
        field: Field::Phone,
        m: &[0.70, 0.08, 0.22],
        u: &[0.002, 0.005, 0.993],
    },
    Known {
        field: Field::Identifier,
        m: &[0.85, 0.08, 0.03, 0.04],
        u: &[0.001, 0.003, 0.01, 0.986],
    },
    Known {
        field: Field::Gender,
        m: &[0.97, 0.03],
        u: &[0.50, 0.50],
    },
    Known {
        field: Field::Middle,
        m: &[0.50, 0.30, 0.10, 0.10],
        u: &[0.02, 0.08, 0.05, 0.85],
    },
];
const MATCHES: f64 = 0.02;
const MISSING: f64 = 0.15;

fn chance(rng: &mut SplitMix) -> f64 {
    (rng.draw() >> 11) as f64 / (1u64 << 53) as f64
}

fn draw(rng: &mut SplitMix, shares: &[f64]) -> u8 {
    let mut left = chance(rng);
    for (level, share) in shares.iter().enumerate() {
        left -= share;
        if left < 0.0 {
            return level as u8 + 1;
        }
    }
    shares.len() as u8
}

/// Pairs drawn from the model of conditional independence.
fn drawn(pairs: usize, seed: u64) -> Vec<Sample> {
    let mut rng = SplitMix(seed);
    (0..pairs)
        .map(|_| {
            let is_match = chance(&mut rng) < MATCHES;
            let mut vector = Vector::default();
            for (i, known) in KNOWN.iter().enumerate() {
                if chance(&mut rng) >= MISSING {
                    let shares = if is_match { known.m } else { known.u };
                    vector = vector.with(i, draw(&mut rng, shares));
                }
            }
            Sample {
                vector,
                shifts: [0.0; 16],
                weight: 1.0,
            }
        })
        .collect()
}

#[test]
fn em_recovers_the_parameters_that_pairs_were_drawn_from() {
    const PAIRS: usize = 150_000;
    let (candidates, random) = (drawn(PAIRS, 1), drawn(PAIRS, 2));
    let fields: Vec<Field> = KNOWN.iter().map(|k| k.field).collect();
    // The chance of exact agreement is known from the values themselves; all else is learned.
    let references: Vec<[f64; 16]> = KNOWN
        .iter()
        .map(|k| {
            let mut reference = [0.0; 16];
            reference[1] = k.u[0].log2();
            reference
        })
        .collect();
    let model = weigh::train(&Training {
        fields: &fields,
        candidates: &candidates,
        random: &random,
        all_pairs: PAIRS as f64,
        references,
        birth_by_chance: None,
        household: false,
        colleague: false,
        namesake: false,
        branch: false,
        // Five times too many: the first guess must not show in the result.
        held_out: true,
        frequencies: true,
        expected_matches: 5.0 * MATCHES * PAIRS as f64,
    });
    let share = model.shares[0].exp2();
    assert!(
        (share / MATCHES - 1.0).abs() < 0.05,
        "λ {share}, drawn with {MATCHES}"
    );
    for (i, known) in KNOWN.iter().enumerate() {
        for (class, (name, shares)) in [("m", known.m), ("u", known.u)].into_iter().enumerate() {
            for (l, share) in shares.iter().enumerate() {
                let learned = model.tables[class][i][l + 1].exp2();
                // 3000 matches: a standard error of at most 0.01; 147,000 strangers: of 0.0015.
                let tolerance = [0.03, 0.006][class];
                assert!(
                    (learned - share).abs() < tolerance,
                    "{name} of {:?} {}: {learned:.4}, drawn with {share}",
                    known.field,
                    known.field.levels()[l].0
                );
            }
        }
    }
}

#[test]
fn random_pairs_agree_as_often_as_all_pairs_do() {
    // All pairs of few records are taken; of many, a sample.
    agree_as_often(120, |_, _| 1e-12);
    // Five standard errors, and one pair for levels that hardly occur.
    agree_as_often(1000, |share, drawn| {
        5.0 * (share * (1.0 - share) / drawn).sqrt() + 1.0 / drawn
    });
}

fn agree_as_often(records: usize, tolerance: impl Fn(f64, f64) -> f64) {
    let (dataset, mappings, _) = tables::sample(records as u64, "chance");
    let frame = build::build(&dataset, &mappings).frame;
    let tables = Tables::build(&frame);
    let comparator = Comparator::new(&frame, &tables);
    let basis = learn::basis(&comparator, None, 1);
    let fields = comparator.fields();
    assert!(fields.len() >= 6, "{fields:?}");
    let all: Vec<Vector> = (0..records)
        .flat_map(|a| (a + 1..records).map(move |b| (a, b)))
        .map(|(a, b)| comparator.vector(a, b))
        .collect();
    assert!((basis.all_pairs - all.len() as f64).abs() < 1e-9);
    let drawn = basis.random.len() as f64;
    for (i, field) in fields.iter().enumerate() {
        for level in 0..=field.levels().len() as u8 {
            let share =
                all.iter().filter(|v| v.level(i) == level).count() as f64 / all.len() as f64;
            let seen = basis
                .random
                .iter()
                .filter(|s| s.vector.level(i) == level)
                .count() as f64
                / drawn;
            assert!(
                (seen - share).abs() <= tolerance(share, drawn),
                "{field:?} level {level}: {seen:.5} of random pairs, {share:.5} of all"
            );
        }
    }
}

#[test]
fn the_reference_of_exact_agreement_is_the_mean_frequency_of_values() {
    let (dataset, mappings, _) = tables::sample(400, "reference");
    let frame = build::build(&dataset, &mappings).frame;
    let tables = Tables::build(&frame);
    let comparator = Comparator::new(&frame, &tables);
    let basis = learn::basis(&comparator, None, 1);
    let at = |field| {
        comparator
            .fields()
            .iter()
            .position(|f| *f == field)
            .unwrap()
    };
    for (field, terms) in [
        (Field::Family, &frame.family.terms),
        (Field::Given, &frame.given.terms),
        (Field::Organization, &frame.organization),
    ] {
        let held: Vec<&str> = (0..400)
            .map(|r| terms.value(r))
            .filter(|v| !v.is_empty())
            .collect();
        let mut counts = BTreeMap::<&str, f64>::new();
        for value in &held {
            *counts.entry(value).or_default() += 1.0;
        }
        let filled = held.len() as f64;
        // A value's frequency is its share, drawn towards 0.003 with the worth of 40 records.
        let frequency = |v: &&str| (counts[v] + 40.0 * 0.003) / (filled + 40.0);
        let mean = held.iter().map(frequency).sum::<f64>() / filled;
        let reference = basis.references[at(field)][1].exp2();
        assert!(
            (reference / mean - 1.0).abs() < 0.1,
            "{field:?}: {reference:.6}, counted {mean:.6}"
        );
    }
}

#[test]
fn the_pooled_weight_of_two_single_records_is_that_of_their_pair() {
    let (dataset, mappings, _) = tables::sample(90, "pool");
    let frame = build::build(&dataset, &mappings).frame;
    let tables = Tables::build(&frame);
    let comparator = Comparator::new(&frame, &tables);
    let model = learn::first_model(&comparator, &learn::basis(&comparator, None, 1));
    for a in 0..90u32 {
        for b in 0..90u32 {
            if a != b {
                let pooled = pool::pooled(&comparator, &model, &[a], &[b]).0;
                let pair = score::weight(&comparator, &model, a as usize, b as usize).0;
                assert!((pooled - pair).abs() < 1e-9, "{a} {b}: {pooled} and {pair}");
            }
        }
    }
}

#[test]
fn probabilities_are_as_often_right_as_they_say() {
    let (mut said, mut right, mut pairs) = (0.0, 0.0, 0.0);
    for seed in ["one", "two", "three"] {
        let (dataset, mappings, truth) = tables::sample(1500, seed);
        let found = run(&dataset, &mappings, &Settings::default(), &());
        for p in found.pairs.iter().filter(|p| p.verdict == Verdict::Match) {
            said += p.weight.probability().0;
            right += f64::from(u8::from(truth[p.left.index()] == truth[p.right.index()]));
            pairs += 1.0;
        }
    }
    assert!(pairs > 1000.0, "{pairs} matches");
    let (said, right) = (said / pairs, right / pairs);
    assert!(
        (said - right).abs() < 0.05,
        "matches are held to be right to {said:.3}, and are to {right:.3}"
    );
}

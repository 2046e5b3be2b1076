//! From a frame to a trained model: references and random pairs, a first model, blocking rules, EM.

use rayon::prelude::*;

use super::{Mechanisms, held, score};
use crate::block::{Candidates, Choice, Proposal};
use crate::compare::Comparator;
use crate::pair::{Field, LevelKind};
use crate::record::frame::Frame;
use crate::weigh::{Model, Sample, Training, calibrate, start, train};

/// Random pairs at most.
const RANDOM: usize = 300_000;
/// Candidate pairs sampled for EM per rule.
const PER_RULE: usize = 12_000;

/// Deterministic 64-bit generator (Steele, Lea & Flood 2014, SplitMix64).
pub struct SplitMix(pub u64);

impl SplitMix {
    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.draw()) * u128::from(n)) >> 64) as u64
    }
}

/// What is known before blocking.
pub struct Basis {
    /// log₂ reference frequencies by comparison and level.
    pub references: Vec<[f64; 16]>,
    /// Random pairs with their levels.
    pub random: Vec<Sample>,
    /// Number of possible pairs.
    pub all_pairs: f64,
    birth_by_chance: Option<Vec<f64>>,
    /// What is on; all but for measurements.
    pub on: Mechanisms,
}

/// Samples random pairs and measures how common values are.
#[must_use]
pub fn basis(comparator: &Comparator, apart: Option<&[u16]>, seed: u64) -> Basis {
    let frame = comparator.frame();
    let pairs = random_pairs(frame.len, apart, seed);
    let all_pairs = count_pairs(frame.len, apart);
    let fields = comparator.fields();
    let mut references = vec![[0.0; 16]; fields.len()];
    let mut rng = SplitMix(seed ^ 0x5eed);
    let picks: Vec<usize> = (0..20_000.min(frame.len * 4))
        .map(|_| rng.below(frame.len as u64) as usize)
        .collect();
    for (i, field) in fields.iter().enumerate() {
        for (l, (_, kind)) in field.levels().iter().enumerate() {
            if *kind == LevelKind::Exact {
                references[i][l + 1] = mean_frequency(comparator, *field, l as u8 + 1, &picks)
                    .max(1e-9)
                    .log2();
            }
        }
    }
    let none = vec![[0.0; 16]; fields.len()];
    let mut random: Vec<Sample> = pairs
        .par_iter()
        .map(|p| score::sample(comparator, &none, *p, 1.0))
        .collect();
    // Near levels: the mean frequency among random pairs at that level.
    for (i, field) in fields.iter().enumerate() {
        for (l, (_, kind)) in field.levels().iter().enumerate() {
            if matches!(kind, LevelKind::Near | LevelKind::Mended) {
                let (mut sum, mut seen) = (0.0f64, 0.0f64);
                for s in &random {
                    if s.vector.level(i) as usize == l + 1 {
                        sum += f64::from(s.shifts[i]).exp2();
                        seen += 1.0;
                    }
                }
                let exact = references[i][1].exp2().clamp(1e-6, 0.5);
                if *kind == LevelKind::Mended {
                    // Both names agree, though crosswise.
                    let family = fields.iter().position(|f| *f == Field::Family);
                    references[i][l + 1] =
                        references[i][1] + family.map_or(exact.log2(), |f| references[f][1]);
                    continue;
                }
                references[i][l + 1] = ((sum + exact) / (seen + 1.0)).max(1e-9).log2();
            }
        }
    }
    for s in &mut random {
        for i in 0..fields.len() {
            let level = s.vector.level(i) as usize;
            if level > 0 && fields[i].levels()[level - 1].1 != LevelKind::Plain {
                s.shifts[i] = (s.shifts[i] - references[i][level] as f32).clamp(-12.0, 12.0);
            }
        }
    }
    let birth_by_chance = fields
        .contains(&Field::Birth)
        .then(|| birth_by_chance(frame, seed));
    Basis {
        references,
        random,
        all_pairs,
        birth_by_chance,
        on: Mechanisms::default(),
    }
}

/// Mean over records of the frequency of their own value.
fn mean_frequency(comparator: &Comparator, field: Field, level: u8, picks: &[usize]) -> f64 {
    let (mut sum, mut seen) = (0.0, 0u32);
    for r in picks {
        // A record agrees exactly with itself when it has the field at all.
        let i = comparator
            .fields()
            .iter()
            .position(|f| *f == field)
            .unwrap_or(0);
        if comparator.vector(*r, *r).level(i) != 0
            && let Some(f) = comparator.frequency(field, level, *r, *r)
        {
            sum += f;
            seen += 1;
        }
    }
    if seen > 0 {
        sum / f64::from(seen)
    } else {
        1e-4
    }
}

/// Pairs of a birth date and another that [`birth_by_chance`] draws, unless there are no more to look at.
const DRAWS: usize = 400_000;

/// Chance of each birth-date level between unrelated people: year of one record, month and day of another, so that
/// duplicates do not count as agreement by chance.
fn birth_by_chance(frame: &Frame, seed: u64) -> Vec<f64> {
    let known: Vec<u32> = frame.birth.iter().copied().filter(|b| *b != 0).collect();
    let mut counts = vec![0.5; Field::Birth.levels().len()];
    let mut count = |a: (u32, u32), b: (u32, u32), weight: f64| {
        let level = crate::compare::birth::birth(a.0 * 10_000 + a.1, b.0 * 10_000 + b.1);
        if level > 0 {
            counts[level as usize - 1] += weight;
        }
    };
    let years = shares(known.iter().map(|b| b / 10_000));
    let days = shares(known.iter().map(|b| b % 10_000));
    let persons = years.len() * days.len();
    if persons * persons <= DRAWS {
        let persons: Vec<((u32, u32), f64)> = years
            .iter()
            .flat_map(|y| days.iter().map(|d| ((y.0, d.0), y.1 * d.1)))
            .collect();
        for (a, share_a) in &persons {
            for (b, share_b) in &persons {
                count(*a, *b, DRAWS as f64 * share_a * share_b);
            }
        }
    } else {
        let mut rng = SplitMix(seed ^ 0xb127);
        let mut pick = || known[rng.below(known.len() as u64) as usize];
        for _ in 0..DRAWS {
            let mut person = || (pick() / 10_000, pick() % 10_000);
            count(person(), person(), 1.0);
        }
    }
    let total: f64 = counts.iter().sum();
    counts.iter().map(|c| c / total).collect()
}

/// Each value with its share of all.
fn shares(values: impl Iterator<Item = u32>) -> Vec<(u32, f64)> {
    let mut values: Vec<u32> = values.collect();
    values.sort_unstable();
    let same = values.chunk_by(|a, b| a == b);
    same.map(|s| (s[0], s.len() as f64 / values.len() as f64))
        .collect()
}

fn random_pairs(n: usize, apart: Option<&[u16]>, seed: u64) -> Vec<(u32, u32)> {
    let total = n as u64 * (n as u64).saturating_sub(1) / 2;
    let allowed = |a: u32, b: u32| apart.is_none_or(|g| g[a as usize] != g[b as usize]);
    if total <= RANDOM as u64 {
        let n = n as u32;
        return (0..n)
            .flat_map(|a| (a + 1..n).map(move |b| (a, b)))
            .filter(|(a, b)| allowed(*a, *b))
            .collect();
    }
    let mut rng = SplitMix(seed);
    let mut pairs = Vec::with_capacity(RANDOM);
    for _ in 0..RANDOM * 4 {
        let (a, b) = (rng.below(n as u64) as u32, rng.below(n as u64) as u32);
        if a != b && allowed(a, b) {
            pairs.push((a.min(b), a.max(b)));
            if pairs.len() == RANDOM {
                break;
            }
        }
    }
    pairs
}

fn count_pairs(n: usize, apart: Option<&[u16]>) -> f64 {
    let all = n as f64 * (n as f64 - 1.0) / 2.0;
    let Some(groups) = apart else {
        return all.max(1.0);
    };
    let mut sizes = vec![0.0f64; groups.iter().max().map_or(0, |g| *g as usize + 1)];
    for g in groups {
        sizes[*g as usize] += 1.0;
    }
    (all - sizes.iter().map(|s| s * (s - 1.0) / 2.0).sum::<f64>()).max(1.0)
}

/// A model that knows chance but has only prior beliefs about matches.
#[must_use]
pub fn first_model(comparator: &Comparator, basis: &Basis) -> Model {
    start(&training(comparator, basis, &[]))
}

fn training<'a>(
    comparator: &'a Comparator,
    basis: &'a Basis,
    candidates: &'a [Sample],
) -> Training<'a> {
    let frame = comparator.frame();
    let fields = comparator.fields();
    let has = |f: Field| fields.contains(&f);
    let on = basis.on;
    let people = has(Field::Given) && has(Field::Family) && on.related;
    let located = !frame.street.is_empty();
    Training {
        fields,
        candidates,
        random: &basis.random,
        all_pairs: basis.all_pairs,
        references: basis.references.clone(),
        birth_by_chance: basis.birth_by_chance.clone(),
        household: people && (located || has(Field::Phone) || has(Field::Email)),
        colleague: people && has(Field::Organization),
        namesake: people && fields.len() > 2,
        branch: on.related && !people && has(Field::Organization) && has(Field::Address),
        held_out: on.held_out,
        frequencies: on.frequencies,
        expected_matches: frame.len as f64 * 0.25,
    }
}

/// Trains on a sample of the chosen rules' pairs.
#[must_use]
pub fn learn(
    comparator: &Comparator,
    basis: &Basis,
    choice: &Choice,
    candidates: &Candidates,
) -> Model {
    let mut samples: Vec<Sample> = Vec::new();
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    let share = |pairs: &f64| (2.0 * PER_RULE as f64 / pairs.max(1.0)).min(1.0);
    let shares: Vec<f64> = choice.pairs.iter().map(share).collect();
    let limit = |share: &f64| (share * f64::from(u32::MAX)) as u32;
    let limits: Vec<u32> = shares.iter().map(limit).collect();
    let keep = |rule: usize, k: u32| crate::block::part::mix(k ^ 0x51ed_270b) <= limits[rule];
    let sorted = candidates.keys.sorted(0..choice.rules.len(), keep);
    for (rule, (entries, share)) in sorted.iter().zip(shares).enumerate() {
        let (_, parts) =
            candidates.pairs_of(rule, entries, Vec::new, |v: &mut Vec<Proposal>, p| {
                v.push(p)
            });
        let proposals: Vec<Proposal> = parts.into_iter().flatten().collect();
        let step = proposals.len().div_ceil(PER_RULE).max(1);
        let weight = (step as f64 / share) as f32;
        pairs.extend(proposals.iter().step_by(step).map(|p| (p.left, p.right)));
        samples.par_extend(
            proposals
                .par_iter()
                .step_by(step)
                .map(|p| score::sample(comparator, &basis.references, (p.left, p.right), weight)),
        );
    }
    let mut model = train(&training(comparator, basis, &samples));
    if basis.on.calibration {
        model.calibration = calibrate(&held::held(
            comparator,
            &model,
            choice,
            candidates.keys,
            &samples,
            &pairs,
        ));
    }
    model
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Tables;
    use crate::matching::build::tests::frame;
    use crate::record::Kind;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pairs_are_counted_as_they_are_listed(groups in prop::collection::vec(0u16..4, 2..40), apart in any::<bool>()) {
            let apart = apart.then_some(groups.as_slice());
            let listed = random_pairs(groups.len(), apart, 1);
            let different = |a: usize, b: usize| apart.is_none_or(|g| g[a] != g[b]);
            let expected = (0..groups.len())
                .flat_map(|a| (a + 1..groups.len()).map(move |b| (a, b)))
                .filter(|(a, b)| different(*a, *b))
                .count();
            prop_assert_eq!(listed.len(), expected);
            prop_assert!((count_pairs(groups.len(), apart) - expected.max(1) as f64).abs() < 1e-9);
        }

        #[test]
        fn draws_stay_below_their_limit(seed in any::<u64>(), n in 1u64..1000) {
            let mut rng = SplitMix(seed);
            prop_assert!((0..50).all(|_| rng.below(n) < n));
        }
    }

    #[test]
    fn a_sample_of_many_pairs_has_no_pair_within_a_group() {
        let groups: Vec<u16> = (0..2000).map(|r| r % 2).collect();
        let pairs = random_pairs(2000, Some(&groups), 9);
        assert_eq!(pairs.len(), RANDOM);
        assert!(pairs.iter().all(|(a, b)| a < b && (a + b) % 2 == 1));
        assert_eq!(pairs, random_pairs(2000, Some(&groups), 9));
        assert_ne!(pairs, random_pairs(2000, Some(&groups), 10));
    }

    #[test]
    fn draws_are_even() {
        let mut rng = SplitMix(3);
        let mut seen = [0u32; 10];
        for _ in 0..20_000 {
            seen[rng.below(10) as usize] += 1;
        }
        // 2000 expected, standard deviation 42.
        assert!(seen.iter().all(|n| n.abs_diff(2000) < 220), "{seen:?}");
    }

    #[test]
    fn birth_dates_agree_by_chance_as_often_as_their_parts_do() {
        // Four years by nine days: one chance in four times one in nine, whoever is in the data twice.
        let dates: Vec<String> = (0..36)
            .flat_map(|i| vec![format!("19{}0-05-{}", 5 + i % 4, 11 + i / 4); 1 + i % 4])
            .collect();
        let dates: Vec<&str> = dates.iter().map(String::as_str).collect();
        let f = frame(&[(Kind::BirthDate, &dates)]);
        let shares = birth_by_chance(&f, 1);
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        let years: f64 = [0.1f64, 0.2, 0.3, 0.4].iter().map(|p| p * p).sum();
        assert!((shares[0] - years / 9.0).abs() < 0.003, "{shares:?}");
    }

    #[test]
    fn the_first_model_holds_distributions() {
        let f = frame(&[
            (Kind::GivenName, &["Mara", "Mara", "Yuki", "Omar"]),
            (Kind::FamilyName, &["Brandt", "Brandt", "Sato", "Nasr"]),
            (
                Kind::Email,
                &["m@example.com", "m@example.com", "y@example.com", ""],
            ),
        ]);
        let tables = Tables::build(&f);
        let c = Comparator::new(&f, &tables);
        let model = first_model(&c, &basis(&c, None, 1));
        for table in &model.tables {
            for (field, levels) in c.fields().iter().zip(table) {
                let sum: f64 = levels[1..=field.levels().len()]
                    .iter()
                    .map(|l| l.exp2())
                    .sum();
                assert!((0.99..1.4).contains(&sum), "{field:?} sums to {sum}");
            }
        }
    }
}

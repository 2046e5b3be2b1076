//! Learns the model without labels.
//!
//! Data: candidate pairs (a weighted sample of all that blocking proposes) and random pairs. Chance
//! probabilities u come from the random pairs, less the share of matches among them; m and the household and
//! colleague tables from the candidates; the classes' shares are relative to *all* possible pairs, so they need
//! no conditioning on blocking: a pair's class depends on its levels alone, and pairs that blocking leaves out
//! are all but surely strangers. Dirichlet priors keep rare levels from collapsing (Dempster, Laird & Rubin 1977;
//! Winkler 1988; Larsen & Rubin 2001 for more than two classes).

use super::calibrate::Calibration;
use super::model::{CLASSES, Class, LEVELS, Model};
use super::prior;
use super::tally::{Tally, tally};
use crate::pair::{Field, LevelKind, Vector};

/// One pair to learn from.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// Its levels.
    pub vector: Vector,
    /// log₂ value frequency by comparison relative to the reference of its level; 0 where values do not matter.
    pub shifts: [f32; 16],
    /// How many pairs it stands for.
    pub weight: f32,
}

/// What to learn from.
pub struct Training<'a> {
    /// The comparisons.
    pub fields: &'a [Field],
    /// Candidate pairs.
    pub candidates: &'a [Sample],
    /// Random pairs, weight 1 each.
    pub random: &'a [Sample],
    /// Number of all possible pairs.
    pub all_pairs: f64,
    /// log₂ reference frequency by comparison and level; for exact levels the chance of agreement itself.
    pub references: Vec<[f64; LEVELS]>,
    /// Chance of each birth-date level between unrelated people, when the birth date is compared.
    pub birth_by_chance: Option<Vec<f64>>,
    /// Whether there are fields that tell households and organizations.
    pub household: bool,
    /// Whether there are organizations with people in them.
    pub colleague: bool,
    /// Whether the records are people, who may be namesakes.
    pub namesake: bool,
    /// Whether the records are organizations, which may have branches.
    pub branch: bool,
    /// Whether a field learns only from pairs that are matches without it.
    pub held_out: bool,
    /// Whether the values' frequencies count.
    pub frequencies: bool,
    /// First guess of the number of matching pairs.
    pub expected_matches: f64,
}

const ROUNDS: usize = 40;

/// Learns the model by EM.
#[must_use]
pub fn train(t: &Training) -> Model {
    let mut model = start(t);
    for _ in 0..ROUNDS {
        let before = model.shares[0];
        model = step(t, &model);
        if (model.shares[0] - before).abs() < 1e-3 {
            break;
        }
    }
    model
}

/// Classes that are learned from candidates.
const LEARNED: [usize; 5] = [
    Class::Match as usize,
    Class::Household as usize,
    Class::Colleague as usize,
    Class::Namesake as usize,
    Class::Neighbour as usize,
];

fn step(t: &Training, model: &Model) -> Model {
    let k = t.fields.len();
    let Tally { mut counts, sizes } = tally(t.candidates, model, k, &LEARNED, t.held_out);
    let stranger = Class::Stranger as usize;
    counts[stranger] = tally(t.random, model, k, &[stranger], t.held_out)
        .counts
        .swap_remove(stranger);
    let mut next = model.clone();
    for class in LEARNED {
        if model.shares[class].is_finite() {
            next.shares[class] = ((sizes[class] + 1.0) / t.all_pairs).min(0.5).log2();
        }
    }
    let rest: f64 = LEARNED.iter().map(|c| next.shares[*c].exp2()).sum();
    next.shares[1] = (1.0 - rest).max(0.1).log2();
    for (i, field) in t.fields.iter().enumerate() {
        let matches = among_matches(*field, &counts[0][i]);
        let chance = chance(t, i, &counts[1][i], &matches);
        next.tables[1][i] = logs(&chance);
        next.tables[0][i] = logs(&matches);
        for (class, shared) in shared_by_class(t, *field) {
            next.tables[class][i] = match shared {
                Some(shares) => {
                    let mut blended = blend(shares, &counts[class][i]);
                    if class == Class::Neighbour as usize && *field == Field::Address {
                        at_most(&mut blended, &shares[..prior::ONE_STREET]);
                    }
                    logs(&blended)
                }
                None => logs(&related(*field, class, &chance, &counts[class][i])),
            };
        }
    }
    next
}

/// Takes the first shares down to at most `most`; what is too much goes to the others in proportion.
fn at_most(shares: &mut [f64], most: &[f64]) {
    let (first, rest) = shares.split_at_mut(most.len());
    let mut excess = 0.0;
    for (share, most) in first.iter_mut().zip(most) {
        excess += (*share - most).max(0.0);
        *share = share.min(*most);
    }
    let others: f64 = rest.iter().sum();
    for share in rest {
        *share *= 1.0 + excess / others.max(1e-9);
    }
}

/// The classes of related non-matches, each with what it shares in this field.
fn shared_by_class(t: &Training, field: Field) -> [(usize, Option<&'static [f64]>); 4] {
    [
        (Class::Household as usize, prior::among_household(field)),
        (Class::Colleague as usize, among_group(t, field)),
        (Class::Namesake as usize, prior::among_namesakes(field)),
        (Class::Neighbour as usize, prior::among_neighbours(field)),
    ]
}

/// What the third class of non-matches shares: colleagues where records are people, branches where they are organizations.
fn among_group(t: &Training, field: Field) -> Option<&'static [f64]> {
    if t.branch {
        prior::among_branches(field)
    } else {
        prior::among_colleagues(field)
    }
}

/// Level shares as prior plus counts.
fn blend(prior: &[f64], counts: &[f64; LEVELS]) -> Vec<f64> {
    let seen: f64 = counts[1..=prior.len()].iter().sum();
    prior
        .iter()
        .enumerate()
        .map(|(l, p)| (p * prior::STRENGTH + counts[l + 1]) / (seen + prior::STRENGTH))
        .collect()
}

/// Chance of each level between strangers: observed on random pairs with half an observation added to each level
/// (Jeffreys 1946), exact levels from the values' own frequencies, mended ones from those and the share among matches. A near
/// level of a name weighs no more than equality would.
fn chance(t: &Training, i: usize, counts: &[f64; LEVELS], shares: &[f64]) -> Vec<f64> {
    let field = t.fields[i];
    let levels = field.levels();
    let seen: f64 = counts[1..=levels.len()].iter().sum();
    let mut chance: Vec<f64> = (0..levels.len())
        .map(|l| (counts[l + 1] + 0.5) / (seen + 0.5 * levels.len() as f64))
        .collect();
    if let (Field::Birth, Some(by_chance)) = (field, &t.birth_by_chance) {
        chance.clone_from(by_chance);
    }
    for (l, (_, kind)) in levels.iter().enumerate() {
        match kind {
            LevelKind::Exact => chance[l] = t.references[i][l + 1].exp2(),
            LevelKind::Mended => chance[l] = shares[l] * t.references[i][l + 1].exp2(),
            // Names that agree by a nickname or but for a slip tell no more than equal names as common as they are:
            // too few random pairs show the level where each person has many records.
            LevelKind::Near if matches!(field, Field::Given | Field::Family) => {
                let agreed = t.references[i][l + 1].exp2() * shares[l] / shares[0].max(1e-9);
                chance[l] = chance[l].max(agreed.min(0.5));
            }
            LevelKind::Near | LevelKind::Plain => {}
        }
    }
    let last = levels.len() - 1;
    chance[last] = (1.0 - chance[..last].iter().sum::<f64>()).max(0.02);
    chance
}

/// Household pairs that the belief about twins and namesakes among them is worth.
const RELATED_STRENGTH: f64 = 200.0;
/// How many times as many twins and namesakes as believed the data may tell of.
const MOST_RELATED: f64 = 10.0;

/// Chance levels inside a household or company: those of strangers, with room for twins and for children named after a parent.
fn related(field: Field, class: usize, chance: &[f64], counts: &[f64; LEVELS]) -> Vec<f64> {
    let mut shares = chance.to_vec();
    let least = match field {
        Field::Birth => prior::TWINS,
        Field::Given => prior::NAMED_AFTER,
        _ => return shares,
    };
    if class == Class::Household as usize {
        let seen: f64 = counts[1..=chance.len()].iter().sum();
        let learned = (least * RELATED_STRENGTH + counts[1]) / (RELATED_STRENGTH + seen);
        shares[0] = shares[0].max(learned.clamp(least, MOST_RELATED * least));
    }
    shares
}

/// Whether neighbours of one name can be told from one person: there is an address, and something of the person's own.
fn identified(fields: &[Field]) -> bool {
    fields.contains(&Field::Address)
        && fields.iter().any(|f| {
            matches!(
                f,
                Field::Birth | Field::Email | Field::Phone | Field::Identifier
            )
        })
}

/// Chance that two strangers agree on all name fields.
fn agree_by_chance(t: &Training) -> f64 {
    let names = t
        .fields
        .iter()
        .zip(&t.references)
        .filter(|(f, _)| matches!(f, Field::Given | Field::Family));
    names.map(|(_, references)| references[1].exp2()).product()
}

/// Level shares among matches: prior plus counts, but no field may disagree among most matches, or matches and
/// namesakes would melt into one class. The excess goes to the other levels in proportion.
fn among_matches(field: Field, counts: &[f64; LEVELS]) -> Vec<f64> {
    let prior = prior::among_matches(field);
    let mut shares = blend(prior, counts);
    let last = shares.len() - 1;
    let most = match field {
        // What is not about who the person is may well differ.
        Field::Attribute(_) | Field::Website | Field::BirthPlace => 1.0,
        // Those who share all but the first name are a family.
        Field::Given => 2.0 * prior[last],
        _ => prior::most_different(prior[last]),
    };
    if shares[last] > most {
        let others = 1.0 - shares[last];
        for share in &mut shares[..last] {
            *share *= (1.0 - most) / others.max(1e-9);
        }
        shares[last] = most;
    }
    shares
}

fn logs(shares: &[f64]) -> [f64; LEVELS] {
    let mut logs = [0.0; LEVELS];
    for (l, share) in shares.iter().enumerate() {
        logs[l + 1] = share.max(1e-12).log2();
    }
    logs
}

/// A model that knows chance from the random pairs, and of matches only what is believed beforehand.
#[must_use]
pub fn start(t: &Training) -> Model {
    let k = t.fields.len();
    let share = |pairs: f64, on: bool| {
        if on {
            (pairs / t.all_pairs).clamp(1e-12, 0.3).log2()
        } else {
            f64::NEG_INFINITY
        }
    };
    let none = [0.0; LEVELS];
    let mut counts = vec![none; k];
    for s in t.random {
        for (i, count) in counts.iter_mut().enumerate() {
            count[s.vector.level(i) as usize] += 1.0;
        }
    }
    let mut tables = vec![vec![none; k]; CLASSES];
    let mut by_chance = vec![vec![false; k]; CLASSES];
    for i in 0..k {
        let field = t.fields[i];
        let chance = chance(t, i, &counts[i], prior::among_matches(field));
        tables[0][i] = logs(prior::among_matches(field));
        tables[1][i] = logs(&chance);
        by_chance[1][i] = t.frequencies;
        for (class, shared) in shared_by_class(t, field) {
            by_chance[class][i] = t.frequencies
                && (shared.is_none()
                    || class == Class::Namesake as usize
                    || (class == Class::Neighbour as usize && field != Field::Address));
            tables[class][i] = shared.map_or_else(
                || logs(&related(field, class, &chance, &[0.0; LEVELS])),
                logs,
            );
        }
    }
    Model {
        shares: [
            share(t.expected_matches, true),
            0.0,
            share(t.expected_matches, t.household),
            share(t.expected_matches * 0.5, t.colleague || t.branch),
            share(4.0 * agree_by_chance(t) * t.all_pairs, t.namesake),
            share(
                0.4 * agree_by_chance(t) * t.all_pairs,
                t.namesake && identified(t.fields),
            ),
        ],
        tables,
        by_chance,
        references: t.references.clone(),
        calibration: Calibration::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: [Field; 2] = [Field::Gender, Field::Age];

    fn sample(gender: u8, age: u8, weight: f32) -> Sample {
        Sample {
            vector: Vector::default().with(0, gender).with(1, age),
            shifts: [0.0; 16],
            weight,
        }
    }

    fn training<'a>(candidates: &'a [Sample], random: &'a [Sample]) -> Training<'a> {
        Training {
            fields: &FIELDS,
            candidates,
            random,
            all_pairs: 10_000.0,
            references: vec![[0.0; LEVELS]; 2],
            birth_by_chance: None,
            household: false,
            colleague: false,
            namesake: false,
            branch: false,
            held_out: true,
            frequencies: true,
            expected_matches: 100.0,
        }
    }

    /// Strangers: half of one gender, two in three far apart in age.
    fn strangers() -> Vec<Sample> {
        (0..1200u32)
            .map(|i| sample(1 + (i % 2) as u8, if i % 3 == 0 { 4 } else { 5 }, 1.0))
            .collect()
    }

    fn share(model: &Model, class: Class, field: usize, level: usize) -> f64 {
        model.tables[class as usize][field][level].exp2()
    }

    #[test]
    fn without_candidates_matches_stay_as_they_were_believed() {
        let random = strangers();
        let model = train(&training(&[], &random));
        for (i, field) in FIELDS.iter().enumerate() {
            for (l, believed) in prior::among_matches(*field).iter().enumerate() {
                let learned = share(&model, Class::Match, i, l + 1);
                assert!((learned - believed).abs() < 1e-9, "{field:?} {l}");
            }
        }
        assert!((share(&model, Class::Stranger, 0, 1) - 0.5).abs() < 0.01);
        assert!((share(&model, Class::Stranger, 1, 5) - 2.0 / 3.0).abs() < 0.02);
    }

    #[test]
    fn every_table_stays_a_distribution() {
        let random = strangers();
        let candidates: Vec<Sample> = (0..300u32)
            .map(|i| sample(1 + u8::from(i % 7 == 0), 1 + (i % 5) as u8, 1.0))
            .collect();
        let mut t = training(&candidates, &random);
        (t.household, t.colleague, t.namesake) = (true, true, true);
        let model = train(&t);
        for table in &model.tables {
            for (field, levels) in FIELDS.iter().zip(table) {
                let sum: f64 = levels[1..=field.levels().len()]
                    .iter()
                    .map(|l| l.exp2())
                    .sum();
                assert!((sum - 1.0).abs() < 0.03, "{field:?} sums to {sum}");
            }
        }
        let shares: f64 = model.shares.iter().map(|s| s.exp2()).sum();
        assert!((shares - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_sample_counts_as_many_pairs_as_it_stands_for() {
        let random = strangers();
        let once: Vec<Sample> = (0..400)
            .map(|i| sample(1, 1 + (i % 2) as u8, 1.0))
            .collect();
        let fold: Vec<Sample> = (0..2).map(|i| sample(1, 1 + i as u8, 200.0)).collect();
        let (many, few) = (
            train(&training(&once, &random)),
            train(&training(&fold, &random)),
        );
        assert!((many.shares[0] - few.shares[0]).abs() < 1e-6);
        assert!((share(&many, Class::Match, 1, 1) - share(&few, Class::Match, 1, 1)).abs() < 1e-6);
    }

    #[test]
    fn matches_may_not_come_to_differ_in_most_of_who_they_are() {
        let mut counts = [0.0; LEVELS];
        counts[2] = 1e6;
        let gender = among_matches(Field::Gender, &counts);
        let most = prior::most_different(0.02);
        assert!((gender[1] - most).abs() < 1e-9 && (gender.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        counts[3] = 1e6;
        counts[2] = 0.0;
        let place = among_matches(Field::BirthPlace, &counts);
        assert!(place[2] > 0.99, "a place may differ: {place:?}");
    }

    #[test]
    fn a_nickname_tells_no_more_than_an_equal_name_as_common() {
        let mut t = training(&[], &[]);
        t.fields = &[Field::Given];
        t.references = vec![[0.06f64.log2(); LEVELS]];
        let mut counts = [0.0; LEVELS];
        counts[Field::Given.levels().len()] = 10_000.0;
        let shares = prior::among_matches(Field::Given);
        let chance = chance(&t, 0, &counts, shares);
        let tells = |l: usize| shares[l] / chance[l];
        assert!((tells(2) - tells(0)).abs() < 1e-9 * tells(0));
    }

    #[test]
    fn what_is_too_much_goes_to_the_other_levels() {
        let mut shares = [0.5, 0.3, 0.2];
        at_most(&mut shares, &[0.1]);
        assert!(
            (shares[0] - 0.1).abs() < 1e-12 && (shares.iter().sum::<f64>() - 1.0).abs() < 1e-12
        );
        assert!((shares[1] / shares[2] - 1.5).abs() < 1e-12);
    }

    #[test]
    fn twins_and_children_named_after_a_parent_have_their_place_in_households() {
        let strangers = [1e-5, 0.5, 0.5];
        let household = Class::Household as usize;
        let none = [0.0; LEVELS];
        assert!(
            (related(Field::Birth, household, &strangers, &none)[0] - prior::TWINS).abs() < 1e-12
        );
        assert!(
            (related(Field::Given, household, &strangers, &none)[0] - prior::NAMED_AFTER).abs()
                < 1e-12
        );
        assert!((related(Field::Phone, household, &strangers, &none)[0] - 1e-5).abs() < 1e-12);
        assert!(
            (related(Field::Birth, Class::Colleague as usize, &strangers, &none)[0] - 1e-5).abs()
                < 1e-12
        );
    }
}

//! Thresholds, verdicts and clusters from the scored pairs.

use super::collect::Scored;
use super::pool;
use super::veto;
use super::{Link, Settings};
use crate::cluster::{self, Agglomerated, Edge, Notes, Refusal, Rules};
use crate::compare::Comparator;
use crate::entity::Clusters;
use crate::pair::{Field, Probability, ScoredPair, Vector, Verdict};
use crate::record::RecordId;
use crate::weigh::{Model, threshold};

/// What was decided.
pub struct Decided {
    /// The clusters.
    pub clusters: Clusters,
    /// Matches and review pairs.
    pub pairs: Vec<ScoredPair>,
    /// Match threshold.
    pub threshold: Probability,
    /// Review threshold.
    pub review: Probability,
    /// How they were found.
    pub reason: String,
    /// Clustering's notes on pairs.
    pub notes: Notes,
}

/// Decides. Pairs that clustering refuses go to review; pairs below the threshold whose clusters match as a whole become matches.
#[must_use]
pub fn decide(
    comparator: &Comparator,
    model: &Model,
    scored: &Scored,
    settings: &Settings,
) -> Decided {
    let chosen = threshold::choose(settings.threshold, settings.review);
    let done = partition(comparator, model, scored, settings, chosen.matching);
    let mut notes: Vec<((u32, u32), String)> = done
        .refused
        .iter()
        .map(|(pair, refusal)| (*pair, words(*refusal).to_owned()))
        .collect();
    let mut pairs = Vec::new();
    for p in &scored.kept {
        let probability = p.weight.probability().0;
        let together = done.labels[p.left as usize] == done.labels[p.right as usize];
        let verdict = if together {
            Verdict::Match
        } else if probability >= chosen.review.0.min(chosen.matching.0) {
            Verdict::Review
        } else {
            continue;
        };
        if together && probability < chosen.matching.0 {
            notes.push(((p.left, p.right), POOLED.to_owned()));
        }
        pairs.push(ScoredPair {
            left: RecordId(p.left),
            right: RecordId(p.right),
            weight: p.weight,
            rule: p.rule,
            verdict,
        });
    }
    // what is known for certain is said of a pair before what was found
    let known = |l: &Link| ((l.left.0, l.right.0), format!("joined: {}", l.why));
    notes.splice(0..0, settings.links.iter().map(known));
    notes.sort_by_key(|(pair, _)| *pair);
    notes.dedup_by(|a, b| a.0 == b.0);
    Decided {
        clusters: Clusters::from_labels(&done.labels),
        pairs,
        threshold: chosen.matching,
        review: chosen.review,
        reason: chosen.reason,
        notes: Notes { notes },
    }
}

/// More bits than a pair can have.
const LAST: f64 = 1e6;

/// The partition at a match threshold.
pub(super) fn partition(
    comparator: &Comparator,
    model: &Model,
    scored: &Scored,
    settings: &Settings,
    threshold: Probability,
) -> Agglomerated {
    let (least, pooling) = (threshold.weight().0, settings.mechanisms.pooling);
    // first names that differ are looked at last, when the records of each are together and can speak for it
    let given = comparator.fields().iter().position(|f| *f == Field::Given);
    let differ = |vector: Vector| {
        let different = Field::Given.levels().len() as u8;
        given.is_some_and(|i| vector.level(i) == different)
    };
    let edges: Vec<Edge> = scored
        .kept
        .iter()
        .filter(|p| pooling || p.weight.0 >= least)
        .map(|p| Edge {
            a: p.left,
            b: p.right,
            weight: p.weight.0,
            order: p.against_strangers.0 - if differ(p.vector) { LAST } else { 0.0 },
        })
        .collect();
    let (mut must_link, cannot_link) =
        (numbers(&settings.must_link), numbers(&settings.cannot_link));
    must_link.extend(settings.links.iter().map(|l| (l.left.0, l.right.0)));
    let rules = Rules {
        threshold: least,
        link: least.min(0.0),
        apart: settings
            .unique_sources
            .then_some(comparator.frame().source.as_slice()),
        two_people: &|one, other| {
            settings.mechanisms.vetoes && veto::two_people(comparator, one, other)
        },
        must_link: &must_link,
        cannot_link: &cannot_link,
    };
    let linkage = |one: &[u32], other: &[u32]| {
        if pooling {
            pool::pooled(comparator, model, one, other).0
        } else {
            f64::INFINITY
        }
    };
    cluster::agglomerate(comparator.frame().len, &edges, &rules, &linkage)
}

const POOLED: &str = "joined: below the threshold as a pair, but the records of both clusters, taken together, match";

fn words(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Contradiction => {
            "cut: the records of the two clusters, taken together, contradict each other"
        }
        Refusal::OneToOne => {
            "cut: a source declared free of duplicates already has a record in the other cluster"
        }
        Refusal::TwoPeople => {
            "cut: the records say of themselves that they are two: by a suffix (Sr., Jr.), by birth dates, first names or genders that several of them confirm, as two branches of a firm, or as a firm or a couple and a person"
        }
        Refusal::Decision => "cut: a decision keeps these customers apart",
    }
}

fn numbers(pairs: &[(RecordId, RecordId)]) -> Vec<(u32, u32)> {
    let mut pairs: Vec<(u32, u32)> = pairs
        .iter()
        .map(|(a, b)| (a.0.min(b.0), a.0.max(b.0)))
        .collect();
    pairs.sort_unstable();
    pairs
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::compare::Tables;
    use crate::matching::build::tests::frame;
    use crate::matching::collect::Kept;
    use crate::matching::learn;
    use crate::pair::{MatchWeight, Vector};
    use crate::record::Kind;

    /// Six unlike records with these pair weights, as the engine has them before it decides.
    pub(in crate::matching) fn six_strangers<T>(
        weights: &[(u32, u32, f64)],
        then: impl FnOnce(&Comparator, &Model, &Scored) -> T,
    ) -> T {
        let f = frame(&[
            (
                Kind::GivenName,
                &["Mara", "Yuki", "Omar", "Ines", "Elif", "Jonas"],
            ),
            (
                Kind::FamilyName,
                &["Brandt", "Sato", "Nasr", "Costa", "Aydin", "Lund"],
            ),
        ]);
        let tables = Tables::build(&f);
        let c = Comparator::new(&f, &tables);
        let model = learn::first_model(&c, &learn::basis(&c, None, 1));
        let scored = Scored {
            kept: weights
                .iter()
                .map(|(left, right, weight)| Kept {
                    left: *left,
                    right: *right,
                    rule: 0,
                    vector: Vector::default(),
                    weight: MatchWeight(*weight),
                    against_strangers: MatchWeight(*weight),
                })
                .collect(),
            ..Scored::default()
        };
        then(&c, &model, &scored)
    }

    fn decided(weights: &[(u32, u32, f64)], settings: &Settings) -> Decided {
        six_strangers(weights, |c, model, scored| {
            decide(c, model, scored, settings)
        })
    }

    fn verdicts(done: &Decided) -> Vec<(u32, u32, Verdict)> {
        done.pairs
            .iter()
            .map(|p| (p.left.0, p.right.0, p.verdict))
            .collect()
    }

    #[test]
    fn pairs_match_from_the_threshold_up_and_go_to_review_below() {
        let done = decided(
            &[(0, 1, 4.0), (2, 3, 0.0), (4, 5, -6.0)],
            &Settings::default(),
        );
        assert_eq!(done.clusters.of, [0, 0, 1, 2, 3, 4]);
        assert_eq!(
            verdicts(&done),
            [(0, 1, Verdict::Match), (2, 3, Verdict::Review)]
        );
        let settings = Settings {
            threshold: Some(Probability(0.4)),
            review: Some(Probability(0.001)),
            ..Settings::default()
        };
        let done = decided(&[(0, 1, 4.0), (2, 3, 0.0), (4, 5, -6.0)], &settings);
        assert_eq!(
            verdicts(&done),
            [
                (0, 1, Verdict::Match),
                (2, 3, Verdict::Match),
                (4, 5, Verdict::Review)
            ]
        );
    }

    #[test]
    fn a_link_between_clusters_that_contradict_each_other_is_cut_with_a_note() {
        // 0 and 1 are held together by decision; nothing else speaks for 2.
        let settings = Settings {
            must_link: vec![(RecordId(1), RecordId(0))],
            ..Settings::default()
        };
        let done = decided(&[(1, 2, 5.0)], &settings);
        assert_eq!(done.clusters.of[..3], [0, 0, 1]);
        assert_eq!(verdicts(&done), [(1, 2, Verdict::Review)]);
        assert_eq!(done.notes.get(1, 2), Some(words(Refusal::Contradiction)));
    }

    #[test]
    fn a_decision_keeps_apart_with_a_note() {
        let settings = Settings {
            cannot_link: vec![(RecordId(1), RecordId(0))],
            ..Settings::default()
        };
        let done = decided(&[(0, 1, 9.0)], &settings);
        assert_eq!(done.clusters.count, 6);
        assert_eq!(done.notes.get(0, 1), Some(words(Refusal::Decision)));
    }

    #[test]
    fn a_link_of_the_source_joins_with_a_note_whatever_the_weight() {
        let settings = Settings {
            links: vec![Link {
                left: RecordId(0),
                right: RecordId(1),
                why: "by `MasterRecordId`".into(),
            }],
            ..Settings::default()
        };
        let done = decided(&[(0, 1, -9.0)], &settings);
        assert_eq!(done.clusters.of[..3], [0, 0, 1]);
        assert!(done.notes.get(0, 1).unwrap().contains("MasterRecordId"));
    }

    #[test]
    fn decisions_are_sorted_with_the_smaller_record_first() {
        let pair = |a, b| (RecordId(a), RecordId(b));
        assert_eq!(
            numbers(&[pair(5, 2), pair(0, 9), pair(2, 1)]),
            [(0, 9), (1, 2), (2, 5)]
        );
    }
}

//! A clustering against the true entities.
//!
//! Pairwise counts weigh a customer of ten records like 45 of two; B-cubed (Bagga & Baldwin 1998) is the
//! mean over records; cluster-exact counts only what came out wholly right. Reading all three tells
//! over-merging from under-merging.

use super::Rates;
use serde::Serialize;

/// The cluster of a record the prediction left out: it stands alone.
pub const UNASSIGNED: u32 = u32::MAX;

/// Record pairs predicted, true, and both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Pairwise {
    /// Predicted pairs that are true.
    pub tp: u64,
    /// Pairs inside predicted clusters.
    pub predicted: u64,
    /// Pairs inside true entities, reached by blocking or not.
    #[serde(rename = "true")]
    pub truth: u64,
    /// Rates of these counts.
    #[serde(flatten)]
    pub rates: Rates,
}

/// How well predicted clusters match true entities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Score {
    /// Records of the truth.
    pub records: u64,
    /// True entities.
    pub entities: u64,
    /// Predicted clusters, singletons included.
    pub clusters: u64,
    /// Over record pairs; with sources, over pairs of records from different sources.
    pub pairwise: Pairwise,
    /// B-cubed, the mean over records.
    pub b3: Rates,
    /// Predicted clusters that equal a true entity.
    pub cluster_exact: Rates,
    /// The same among clusters and entities of two or more records.
    pub cluster_exact_multi: Rates,
    /// Predicted clusters holding records of more than one entity.
    pub over_merged_clusters: u64,
    /// Records in them.
    pub over_merged_records: u64,
    /// True entities spread over more than one predicted cluster.
    pub under_merged_entities: u64,
    /// Records of the largest predicted cluster.
    pub largest_cluster: u64,
    /// Records of the largest true entity.
    pub largest_entity: u64,
}

/// Scores a clustering: `truth[i]` is the entity and `cluster[i]` the predicted cluster of record
/// `i`, both in any numbering. A record whose cluster is [`UNASSIGNED`], or for which `cluster` is
/// too short, stands alone; clusters beyond the records of the truth are not looked at.
///
/// With `source[i]`, the source of record `i`, only pairs across sources count in
/// [`Score::pairwise`]; records beyond its end belong to source 0. Time is that of sorting the
/// records.
#[must_use]
pub fn score(truth: &[u32], cluster: &[u32], source: Option<&[u16]>) -> Score {
    let cells = cells(truth, cluster);
    let mut overlaps = overlaps(&cells);
    let mut score = Score {
        records: truth.len() as u64,
        pairwise: pairwise(&cells, source),
        ..Score::default()
    };
    let (mut multi_clusters, mut multi_entities) = (0, 0);
    for run in overlaps.chunk_by(|a, b| a.cluster == b.cluster) {
        let size = run[0].cluster_size;
        score.clusters += 1;
        multi_clusters += u64::from(size > 1);
        score.largest_cluster = score.largest_cluster.max(size);
        if run.len() > 1 {
            score.over_merged_clusters += 1;
            score.over_merged_records += size;
        }
    }
    overlaps.sort_unstable_by_key(|o| (o.entity, o.cluster));
    let (mut exact, mut exact_multi) = (0, 0);
    let (mut precision, mut recall) = (0.0, 0.0);
    for run in overlaps.chunk_by(|a, b| a.entity == b.entity) {
        let size: u64 = run.iter().map(|o| o.records).sum();
        score.entities += 1;
        multi_entities += u64::from(size > 1);
        score.largest_entity = score.largest_entity.max(size);
        score.under_merged_entities += u64::from(run.len() > 1);
        for o in run {
            let squared = (o.records * o.records) as f64;
            precision += squared / o.cluster_size as f64;
            recall += squared / size as f64;
        }
        let whole = run.len() == 1 && run[0].cluster_size == size;
        exact += u64::from(whole);
        exact_multi += u64::from(whole && size > 1);
    }
    let n = truth.len().max(1) as f64;
    score.b3 = Rates::of(precision / n, recall / n);
    score.cluster_exact = Rates::of_counts(exact, score.clusters, score.entities);
    score.cluster_exact_multi = Rates::of_counts(exact_multi, multi_clusters, multi_entities);
    score
}

/// Cluster (unassigned records apart), entity and place of every record.
struct Cell {
    cluster: u64,
    entity: u32,
    record: usize,
}

fn cells(truth: &[u32], cluster: &[u32]) -> Vec<Cell> {
    let clusters = cluster.iter().copied().chain(std::iter::repeat(UNASSIGNED));
    let records = truth.iter().zip(clusters).enumerate();
    records
        .map(|(record, (&entity, c))| {
            let alone = c == UNASSIGNED;
            let cluster = if alone {
                (1 << 32) + record as u64
            } else {
                u64::from(c)
            };
            Cell {
                cluster,
                entity,
                record,
            }
        })
        .collect()
}

/// What a cluster and an entity share.
struct Overlap {
    cluster: u64,
    entity: u32,
    records: u64,
    cluster_size: u64,
}

/// All overlaps, by cluster.
fn overlaps(cells: &[Cell]) -> Vec<Overlap> {
    let mut keys: Vec<(u64, u32)> = cells.iter().map(|c| (c.cluster, c.entity)).collect();
    keys.sort_unstable();
    let mut found = Vec::new();
    for cluster in keys.chunk_by(|a, b| a.0 == b.0) {
        for both in cluster.chunk_by(|a, b| a == b) {
            found.push(Overlap {
                cluster: both[0].0,
                entity: both[0].1,
                records: both.len() as u64,
                cluster_size: cluster.len() as u64,
            });
        }
    }
    found
}

fn pairwise(cells: &[Cell], source: Option<&[u16]>) -> Pairwise {
    let count = |label: &dyn Fn(&Cell) -> (u64, u32)| {
        let all = pairs_within(cells.iter().map(label).collect());
        let Some(source) = source else { return all };
        let of = |c: &Cell| source.get(c.record).copied().unwrap_or(0);
        all - pairs_within(cells.iter().map(|c| (label(c), of(c))).collect())
    };
    let tp = count(&|c| (c.cluster, c.entity));
    let predicted = count(&|c| (c.cluster, 0));
    let truth = count(&|c| (0, c.entity));
    let rates = Rates::of_counts(tp, predicted, truth);
    Pairwise {
        tp,
        predicted,
        truth,
        rates,
    }
}

/// Pairs of equal keys.
fn pairs_within<K: Ord>(mut keys: Vec<K>) -> u64 {
    keys.sort_unstable();
    let runs = keys.chunk_by(|a, b| a == b).map(|run| run.len() as u64);
    runs.map(|n| n * (n - 1) / 2).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// Everything by comparing all records with all.
    fn naive(truth: &[u32], cluster: &[u32], source: Option<&[u16]>) -> Score {
        let n = truth.len();
        let alone = |i: usize| cluster[i] == UNASSIGNED;
        let together = |i: usize, j: usize| i == j || (!alone(i) && cluster[i] == cluster[j]);
        let same = |i: usize, j: usize| truth[i] == truth[j];
        let members = |i: usize, with: &dyn Fn(usize, usize) -> bool| -> BTreeSet<usize> {
            (0..n).filter(|&j| with(i, j)).collect()
        };
        let clusters: BTreeSet<_> = (0..n).map(|i| members(i, &together)).collect();
        let entities: BTreeSet<_> = (0..n).map(|i| members(i, &same)).collect();
        let (mut tp, mut predicted, mut wanted) = (0, 0, 0);
        let (mut precision, mut recall) = (0.0, 0.0);
        for i in 0..n {
            for j in 0..i {
                if source.is_none_or(|s| s[i] != s[j]) {
                    tp += u64::from(together(i, j) && same(i, j));
                    predicted += u64::from(together(i, j));
                    wanted += u64::from(same(i, j));
                }
            }
            let (c, e) = (members(i, &together), members(i, &same));
            let both = c.intersection(&e).count() as f64;
            precision += both / c.len() as f64 / n as f64;
            recall += both / e.len() as f64 / n as f64;
        }
        let large = |sets: &BTreeSet<BTreeSet<usize>>| sets.iter().filter(|s| s.len() > 1).count();
        let exact: BTreeSet<_> = clusters.intersection(&entities).cloned().collect();
        let mixed: Vec<_> = clusters
            .iter()
            .filter(|c| c.iter().map(|&i| truth[i]).collect::<BTreeSet<_>>().len() > 1)
            .collect();
        let split = |e: &&BTreeSet<usize>| !clusters.iter().any(|c| e.is_subset(c));
        let largest =
            |s: &BTreeSet<BTreeSet<usize>>| s.iter().map(BTreeSet::len).max().unwrap_or(0);
        Score {
            records: n as u64,
            entities: entities.len() as u64,
            clusters: clusters.len() as u64,
            pairwise: Pairwise {
                tp,
                predicted,
                truth: wanted,
                rates: Rates::of_counts(tp, predicted, wanted),
            },
            b3: Rates::of(precision, recall),
            cluster_exact: Rates::of_counts(
                exact.len() as u64,
                clusters.len() as u64,
                entities.len() as u64,
            ),
            cluster_exact_multi: Rates::of_counts(
                large(&exact) as u64,
                large(&clusters) as u64,
                large(&entities) as u64,
            ),
            over_merged_clusters: mixed.len() as u64,
            over_merged_records: mixed.iter().map(|c| c.len() as u64).sum(),
            under_merged_entities: entities.iter().filter(split).count() as u64,
            largest_cluster: largest(&clusters) as u64,
            largest_entity: largest(&entities) as u64,
        }
    }

    /// Equal but for the rounding of the B-cubed sums.
    fn assert_alike(mut ours: Score, wanted: Score) {
        let pairs = [
            (ours.b3.precision, wanted.b3.precision),
            (ours.b3.recall, wanted.b3.recall),
            (ours.b3.f1, wanted.b3.f1),
        ];
        for (a, b) in pairs {
            assert!((a - b).abs() < 1e-9, "{ours:?}\n{wanted:?}");
        }
        ours.b3 = wanted.b3;
        assert_eq!(ours, wanted);
    }

    #[test]
    fn a_worked_example() {
        // entities {0,1,2} {3,4} {5}; clusters {0,1} {2,3} {4} {5}
        let s = score(
            &[7, 7, 7, 8, 8, 9],
            &[1, 1, 2, 2, UNASSIGNED, UNASSIGNED],
            None,
        );
        assert_eq!((s.records, s.entities, s.clusters), (6, 3, 4));
        assert_eq!(
            (s.pairwise.tp, s.pairwise.predicted, s.pairwise.truth),
            (1, 2, 4)
        );
        assert!((s.b3.precision - 5.0 / 6.0).abs() < 1e-12);
        assert!((s.b3.recall - (5.0 / 3.0 + 1.0 + 1.0) / 6.0).abs() < 1e-12);
        assert_eq!((s.over_merged_clusters, s.over_merged_records), (1, 2));
        assert_eq!(s.under_merged_entities, 2);
        assert!((s.cluster_exact.precision - 0.25).abs() < 1e-12);
        assert_eq!((s.largest_cluster, s.largest_entity), (2, 3));
    }

    #[test]
    fn nothing_scores_nothing_and_a_short_prediction_is_of_singletons() {
        assert_eq!(score(&[], &[], None), Score::default());
        assert_eq!(
            score(&[1, 1], &[], None),
            score(&[1, 1], &[UNASSIGNED; 2], None)
        );
        assert_eq!(
            score(&[1, 1], &[5, 5, 5], None),
            score(&[1, 1], &[0, 0], None)
        );
    }

    #[test]
    fn the_json_has_the_names_of_the_counts() {
        let json = serde_json::to_value(score(&[1, 1, 2], &[1, 1, 1], None)).unwrap();
        assert_eq!(json["pairwise"]["true"], 1);
        assert_eq!(json["pairwise"]["predicted"], 3);
        assert_eq!(json["pairwise"]["recall"], 1.0);
        assert_eq!(json["over_merged_records"], 3);
    }

    proptest! {
        #[test]
        fn agrees_with_comparing_all_with_all(
            rows in prop::collection::vec((0_u32..12, 0_u32..12, 0_u16..3, prop::bool::weighted(0.1)), 1..40),
            link in any::<bool>(),
        ) {
            let truth: Vec<u32> = rows.iter().map(|r| r.0 * 1000).collect();
            let cluster: Vec<u32> = rows.iter().map(|r| if r.3 { UNASSIGNED } else { r.1 }).collect();
            let source: Vec<u16> = rows.iter().map(|r| r.2).collect();
            let source = link.then_some(source.as_slice());
            assert_alike(score(&truth, &cluster, source), naive(&truth, &cluster, source));
        }

        #[test]
        fn the_truth_itself_is_perfect(truth in prop::collection::vec(0_u32..9, 2..40)) {
            let s = score(&truth, &truth, None);
            prop_assert!((s.b3.f1 - 1.0).abs() < 1e-12 && (s.cluster_exact.f1 - 1.0).abs() < 1e-12);
            prop_assert_eq!(s.over_merged_clusters + s.under_merged_entities, 0);
        }

        #[test]
        fn swapping_truth_and_answer_swaps_precision_and_recall(
            rows in prop::collection::vec((0_u32..9, 0_u32..9), 1..40),
        ) {
            let (a, b): (Vec<u32>, Vec<u32>) = rows.into_iter().unzip();
            let (s, t) = (score(&a, &b, None), score(&b, &a, None));
            prop_assert!((s.b3.precision - t.b3.recall).abs() < 1e-12);
            prop_assert!((s.pairwise.rates.recall - t.pairwise.rates.precision).abs() < 1e-12);
            prop_assert!((s.cluster_exact.precision - t.cluster_exact.recall).abs() < 1e-12);
        }
    }
}

//! Laws of matching: what holds for any records, any number of threads and any order of rows.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use selfsame::compare::{Comparator, Tables};
use selfsame::entity::Clusters;
use selfsame::matching::learn::SplitMix;
use selfsame::matching::{Matched, Settings, build, learn, run, score};
use selfsame::pair::{Field, Probability, Verdict};
use selfsame::record::{Dataset, RecordId, TableMapping};

use crate::tables::{self, Cells};
use crate::walk;

fn matched(of: &(Dataset, Vec<TableMapping>, Vec<u64>), settings: &Settings) -> Matched {
    run(&of.0, &of.1, settings, &())
}

fn labels(clusters: &Clusters) -> &[u32] {
    &clusters.of
}

#[test]
fn threads_change_nothing() {
    let sample = tables::sample(700, "threads");
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let found = pool.install(|| matched(&sample, &Settings::default()));
        let pairs: Vec<_> = found
            .pairs
            .iter()
            .map(|p| (p.left, p.right, p.weight.0.to_bits(), p.rule))
            .collect();
        let facts = serde_json::to_string(&found.facts).unwrap();
        (found.clusters, pairs, facts)
    };
    let one = with(1);
    assert!(one.0.count < 700 && !one.1.is_empty());
    for threads in [2, 4] {
        let more = with(threads);
        assert!(one == more, "{threads} threads differ from one");
    }
}

/// A permutation that leaves few neighbours together.
fn shuffled<T>(mut items: Vec<T>, seed: u64) -> Vec<T> {
    let mut rng = SplitMix(seed);
    for i in (1..items.len()).rev() {
        items.swap(i, rng.below(i as u64 + 1) as usize);
    }
    items
}

fn move_rows(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    let mut crm = csv::Reader::from_path(from.join("crm.csv")).unwrap();
    let headers = crm.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = crm.records().map(Result::unwrap).collect();
    let mut out = csv::Writer::from_path(to.join("crm.csv")).unwrap();
    out.write_record(&headers).unwrap();
    for row in shuffled(rows, 1) {
        out.write_record(&row).unwrap();
    }
    out.flush().unwrap();
    let text = fs::read_to_string(from.join("support.json")).unwrap();
    let records: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let records = serde_json::Value::Array(shuffled(records, 2));
    fs::write(to.join("support.json"), records.to_string()).unwrap();
    let shop = to.join("shop.db");
    if shop.exists() {
        fs::remove_file(&shop).unwrap();
    }
    fs::copy(from.join("shop.db"), &shop).unwrap();
    let db = rusqlite::Connection::open(&shop).unwrap();
    db.execute_batch(
        "PRAGMA foreign_keys = OFF;
         CREATE TABLE moved AS SELECT * FROM customers ORDER BY (id * 7919) % 10007;
         DROP TABLE customers;
         ALTER TABLE moved RENAME TO customers;",
    )
    .unwrap();
}

#[test]
fn the_order_of_rows_changes_no_customer() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let moved = Path::new(env!("CARGO_TARGET_TMPDIR")).join("laws-moved");
    move_rows(&root.join("samples/demo"), &moved);
    let mut text = fs::read_to_string(root.join("pipelines/demo.toml")).unwrap();
    for name in ["crm.csv", "shop.db", "support.json"] {
        text = text.replace(
            &format!("\"samples/demo/{name}\""),
            &format!("\"{}\"", moved.join(name).display()),
        );
    }
    let file = moved.join("moved.toml");
    fs::write(&file, text).unwrap();
    let out = walk::run(&file, "laws-moved-out", &[]);
    let (before, after) = (walk::crosswalk(walk::demo()), walk::crosswalk(&out));
    let other = before.iter().zip(&after).find(|(a, b)| a != b);
    assert!(before == after, "{other:?}");
}

#[test]
fn every_record_is_in_one_cluster_and_every_pair_agrees_with_it() {
    for seed in ["a", "b"] {
        let sample = tables::sample(500, seed);
        let found = matched(&sample, &Settings::default());
        let (offsets, members) = found.clusters.members();
        assert_eq!(found.clusters.of.len(), 500);
        assert_eq!(offsets.len(), found.clusters.count as usize + 1);
        let distinct: BTreeSet<RecordId> = members.iter().copied().collect();
        assert_eq!((members.len(), distinct.len()), (500, 500));
        let mut before = None;
        for p in &found.pairs {
            assert!(p.left < p.right && p.right.index() < 500);
            assert!(before < Some((p.left, p.right)), "sorted, each pair once");
            before = Some((p.left, p.right));
            let of = labels(&found.clusters);
            let together = of[p.left.index()] == of[p.right.index()];
            assert_eq!(p.verdict == Verdict::Match, together, "{p:?}");
            let rules = found.explain(p.left, p.right).rules;
            assert!(!rules.is_empty(), "{p:?} was proposed by no rule");
        }
        assert_eq!(
            found.facts.histogram.iter().map(|b| b.pairs).sum::<u64>(),
            found.facts.pairs_scored
        );
    }
}

/// Cells from small lists, so that records of all degrees of likeness come up.
fn cells() -> impl Strategy<Value = Cells> {
    let pick = |values: &'static [&'static str]| prop::sample::select(values);
    (
        (
            pick(&[
                "",
                "Mara",
                "mara",
                "Marah",
                "M.",
                "Maria Mara",
                "William",
                "Bill",
                "Иван",
                "Lindqvist",
                "José María",
            ]),
            pick(&[
                "",
                "Lindqvist",
                "Lindquist",
                "Brandt-Lindqvist",
                "Okonkwo",
                "OKONKWO",
                "Okonkow",
                "Mara",
                "van der Berg",
                "Иванов",
            ]),
            pick(&[
                "",
                "",
                "Nordlicht GmbH",
                "Nordlicht Software GmbH",
                "Harbour Tools Ltd",
            ]),
            pick(&[
                "",
                "mara.lindqvist@example.com",
                "mara.lindqvist@example.org",
                "mara.lindqvst@example.com",
                "info@example.net",
            ]),
            pick(&[
                "",
                "+1 212 555 0123",
                "(212) 555-0123",
                "+1 212 555 0132",
                "+44 20 7946 0018",
            ]),
        ),
        (
            pick(&[
                "",
                "Harbour Street",
                "Harbor St",
                "Lindenallee",
                "High Street",
            ]),
            pick(&["", "4", "4a", "17"]),
            pick(&["", "Springfield", "Springfeld", "Graz"]),
            pick(&["", "62701", "62702", "8010"]),
            pick(&["", "US", "Austria", "GB"]),
            pick(&[
                "",
                "1980-03-04",
                "1980-04-03",
                "1980-03-05",
                "1980",
                "1951-12-25",
            ]),
        ),
    )
        .prop_map(|((a, b, c, d, e), (f, g, h, i, j, k))| {
            [a, b, c, d, e, f, g, h, i, j, k].map(str::to_owned)
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn comparing_and_weighing_know_no_direction(rows in prop::collection::vec(cells(), 4..24)) {
        let n = rows.len();
        let (dataset, mappings) = tables::dataset(&[rows]);
        let frame = build::build(&dataset, &mappings).frame;
        prop_assert_eq!(frame.len, n);
        let tables = Tables::build(&frame);
        let comparator = Comparator::new(&frame, &tables);
        let basis = learn::basis(&comparator, None, 1);
        let model = learn::first_model(&comparator, &basis);
        for a in 0..n {
            for b in 0..n {
                let (vector, weight) = score::weigh(&comparator, &model, a, b);
                let (other, back) = score::weigh(&comparator, &model, b, a);
                prop_assert_eq!(vector, other, "levels of {} and {}", a, b);
                prop_assert!((weight.weight.0 - back.weight.0).abs() < 1e-9, "weights of {} and {}", a, b);
                for (i, field) in comparator.fields().iter().enumerate() {
                    let level = vector.level(i);
                    prop_assert!((level as usize) <= field.levels().len());
                    let of = |x, y| comparator.frequency(*field, level, x, y);
                    let (f, g) = (of(a, b), of(b, a));
                    prop_assert_eq!(f.map(f64::to_bits), g.map(f64::to_bits), "{:?} {}", field, level);
                    prop_assert!(f.is_none_or(|f| f >= 0.0 && f.is_finite()));
                }
                prop_assert!(weight.weight.0.is_finite());
            }
            // What a record has agrees with itself as well as it can: part of a date or of an address is less than all of it.
            let own = comparator.vector(a, a);
            for (i, field) in comparator.fields().iter().enumerate() {
                let best: &[u8] = match field {
                    Field::Birth => &[0, 1, 2],
                    Field::Address => &[0, 1, 2, 5, 7],
                    _ => &[0, 1],
                };
                prop_assert!(best.contains(&own.level(i)), "{:?} of {} with itself: {}", field, a, own.level(i));
            }
        }
    }
}

#[test]
fn the_bars_add_up_to_the_weight() {
    let sample = tables::sample(600, "bars");
    let found = matched(&sample, &Settings::default());
    let sum = |a: RecordId, b: RecordId| {
        let e = found.explain(a, b);
        let bars: f64 = e.comparisons.iter().map(|c| c.weight.0).sum();
        let off = e.prior.0 + bars - e.weight.0;
        assert!(off.abs() < 1e-9, "{a:?} {b:?}: off by {off}");
        assert!((e.weight.probability().0 - e.probability.0).abs() < 1e-12);
        e
    };
    for p in &found.pairs {
        let e = sum(p.left, p.right);
        assert!(
            (e.weight.0 - p.weight.0).abs() < 1e-9,
            "stored and explained weight of {p:?}"
        );
        assert!(!e.rules.is_empty(), "no rule proposes {p:?}");
    }
    assert!(found.pairs.len() > 50);
    let mut rng = SplitMix(5);
    for _ in 0..500 {
        let mut record = || RecordId(rng.below(600) as u32);
        let (a, b) = (record(), record());
        if a != b {
            let e = sum(a, b);
            assert_eq!((e.left, e.right), (a.min(b), a.max(b)));
        }
    }
}

/// Whether every cluster of `fine` lies within one of `coarse`.
fn refines(fine: &Clusters, coarse: &Clusters) -> bool {
    let mut home = BTreeMap::new();
    fine.of
        .iter()
        .zip(&coarse.of)
        .all(|(f, c)| home.entry(*f).or_insert(*c) == c)
}

#[test]
fn a_higher_threshold_only_splits() {
    for seed in ["rise", "fall", "ebb"] {
        let sample = tables::sample(500, seed);
        let at = |threshold: f64| {
            let settings = Settings {
                threshold: Some(Probability(threshold)),
                ..Settings::default()
            };
            matched(&sample, &settings).clusters
        };
        let mut before = at(0.05);
        for threshold in [0.3, 0.6, 0.9, 0.99, 0.9999] {
            let next = at(threshold);
            assert!(next.count >= before.count);
            assert!(
                refines(&next, &before),
                "{seed}: {threshold} joined what a lower threshold keeps apart"
            );
            before = next;
        }
        assert!(before.count > at(0.05).count);
    }
}

#[test]
fn decisions_always_hold() {
    let sample = tables::sample(400, "steward");
    let free = matched(&sample, &Settings::default());
    let joined: Vec<(RecordId, RecordId)> = free
        .pairs
        .iter()
        .filter(|p| p.verdict == Verdict::Match)
        .map(|p| (p.left, p.right))
        .collect();
    assert!(joined.len() > 30);
    for round in 0..6u64 {
        let mut rng = SplitMix(round);
        // Apart: pairs that would match, either way round. Together: strangers, none of them in an apart pair.
        let cannot_link: Vec<(RecordId, RecordId)> = shuffled(joined.clone(), round)
            .into_iter()
            .take(12)
            .map(|(a, b)| if rng.below(2) == 0 { (a, b) } else { (b, a) })
            .collect();
        let taken: BTreeSet<RecordId> = cannot_link.iter().flat_map(|(a, b)| [*a, *b]).collect();
        let mut stranger = || loop {
            let record = RecordId(rng.below(400) as u32);
            if !taken.contains(&record) {
                return record;
            }
        };
        let must_link: Vec<(RecordId, RecordId)> =
            (0..12).map(|_| (stranger(), stranger())).collect();
        let settings = Settings {
            must_link: must_link.clone(),
            cannot_link: cannot_link.clone(),
            unique_sources: round % 2 == 1,
            ..Settings::default()
        };
        let found = matched(&sample, &settings);
        let of = |r: RecordId| labels(&found.clusters)[r.index()];
        for (a, b) in &must_link {
            assert_eq!(of(*a), of(*b), "round {round}: {a:?} {b:?} are one");
        }
        for (a, b) in &cannot_link {
            assert_ne!(of(*a), of(*b), "round {round}: {a:?} {b:?} are two");
        }
    }
}

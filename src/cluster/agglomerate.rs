//! Joins clusters along weighted pairs, those that agree in most first, but only where the records of both sides, taken
//! together, speak for one customer: a single strong link between two clusters that contradict each other
//! otherwise does not chain them, and several weak links that agree do join them.
//!
//! The order of work is that of agglomerative clustering (Hastie, Tibshirani & Friedman 2009, 14.3.12); the
//! linkage is the caller's pooled match weight.

use rayon::prelude::*;

use super::UnionFind;

/// A weighted pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// One record.
    pub a: u32,
    /// The other.
    pub b: u32,
    /// Match weight in bits.
    pub weight: f64,
    /// How much the records agree in: edges of higher order are joined first.
    pub order: f64,
}

/// What may be joined.
pub struct Rules<'a> {
    /// Least weight of a join, in bits.
    pub threshold: f64,
    /// Least weight of a pair whose clusters are looked at as a whole: at most the threshold.
    pub link: f64,
    /// Groups that give at most one record to a cluster (sources free of duplicates).
    pub apart: Option<&'a [u16]>,
    /// Whether two sets of records are two people, whatever the weights say.
    pub two_people: &'a (dyn Fn(&[u32], &[u32]) -> bool + Sync),
    /// Pairs that are one customer, whatever their weight.
    pub must_link: &'a [(u32, u32)],
    /// Pairs that never share a cluster, sorted, each with the smaller record first.
    pub cannot_link: &'a [(u32, u32)],
}

/// Why a pair of at least the threshold was not joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// Taken together the two clusters do not match.
    Contradiction,
    /// Both clusters hold a record of one source that is free of duplicates.
    OneToOne,
    /// A decision keeps two of their records apart.
    Decision,
    /// The two clusters are two people, by their own word.
    TwoPeople,
}

/// The partition as a root (smallest member) per record, and the refused pairs.
pub struct Agglomerated {
    /// Smallest record of each record's cluster.
    pub labels: Vec<u32>,
    /// Refused pairs at or above the threshold, sorted by pair.
    pub refused: Vec<((u32, u32), Refusal)>,
}

/// Joins `n` records along `edges`. `linkage` gives the pooled weight of two sets of records.
#[must_use]
pub fn agglomerate(
    n: usize,
    edges: &[Edge],
    rules: &Rules,
    linkage: &(dyn Fn(&[u32], &[u32]) -> f64 + Sync),
) -> Agglomerated {
    let mut sets = UnionFind::new(n);
    for (a, b) in rules.must_link {
        sets.join(*a, *b);
    }
    for e in edges {
        sets.join(e.a, e.b);
    }
    let component = sets.labels();
    let mut by_component: Vec<Edge> = edges.to_vec();
    by_component.par_sort_unstable_by(|x, y| {
        let (cx, cy) = (component[x.a as usize], component[y.a as usize]);
        cx.cmp(&cy)
            .then(y.order.total_cmp(&x.order))
            .then(y.weight.total_cmp(&x.weight))
            .then((x.a.min(x.b), x.a.max(x.b)).cmp(&(y.a.min(y.b), y.a.max(y.b))))
    });
    let mut must: Vec<(u32, u32, u32)> = rules
        .must_link
        .iter()
        .map(|(a, b)| (component[*a as usize], *a, *b))
        .collect();
    must.sort_unstable();
    let mut components: Vec<&[Edge]> = by_component
        .chunk_by(|x, y| component[x.a as usize] == component[y.a as usize])
        .collect();
    components.sort_by_key(|edges| std::cmp::Reverse(edges.len()));
    let mut parts: Vec<Part> = components
        .par_iter()
        .with_max_len(64)
        .map(|edges| join_component(edges, &must, component[edges[0].a as usize], rules, linkage))
        .collect();
    let mut joined = UnionFind::new(n);
    for (_, a, b) in &must {
        joined.join(*a, *b);
    }
    let mut refused = Vec::new();
    for part in &mut parts {
        for (a, b) in &part.joins {
            joined.join(*a, *b);
        }
        refused.append(&mut part.refused);
    }
    let labels = joined.labels();
    refused.retain(|((a, b), _)| labels[*a as usize] != labels[*b as usize]);
    refused.sort_unstable();
    refused.dedup_by_key(|(pair, _)| *pair);
    Agglomerated { labels, refused }
}

#[derive(Default)]
struct Part {
    joins: Vec<(u32, u32)>,
    refused: Vec<((u32, u32), Refusal)>,
}

fn join_component(
    edges: &[Edge],
    must: &[(u32, u32, u32)],
    component: u32,
    rules: &Rules,
    linkage: &(dyn Fn(&[u32], &[u32]) -> f64 + Sync),
) -> Part {
    let from = must.partition_point(|m| m.0 < component);
    let to = must.partition_point(|m| m.0 <= component);
    let must = &must[from..to];
    let mut records: Vec<u32> = edges
        .iter()
        .flat_map(|e| [e.a, e.b])
        .chain(must.iter().flat_map(|m| [m.1, m.2]))
        .collect();
    records.sort_unstable();
    records.dedup();
    let at = |record: u32| records.partition_point(|r| *r < record) as u32;
    let mut sets = UnionFind::new(records.len());
    let mut members: Vec<Vec<u32>> = records.iter().map(|r| vec![*r]).collect();
    let mut rejected: hashbrown::HashMap<(u32, u32), (usize, usize)> = hashbrown::HashMap::new();
    let mut part = Part::default();
    let join = |sets: &mut UnionFind, members: &mut Vec<Vec<u32>>, x: u32, y: u32| {
        let (x, y) = (sets.root(x), sets.root(y));
        if sets.join(x, y) {
            let (low, high) = (x.min(y) as usize, x.max(y) as usize);
            let mut moved = std::mem::take(&mut members[high]);
            members[low].append(&mut moved);
            members[low].sort_unstable();
        }
    };
    for (_, a, b) in must {
        join(&mut sets, &mut members, at(*a), at(*b));
    }
    for e in edges {
        let (x, y) = (sets.root(at(e.a)), sets.root(at(e.b)));
        if x == y {
            continue;
        }
        let (x, y) = (x.min(y), x.max(y));
        let (one, other) = (&members[x as usize], &members[y as usize]);
        let sizes = (one.len(), other.len());
        let alone = sizes == (1, 1);
        let least = if alone { rules.threshold } else { rules.link };
        if e.weight < least || rejected.get(&(x, y)) == Some(&sizes) {
            continue;
        }
        let refusal = if forbidden(one, other, rules.cannot_link) {
            Some(Refusal::Decision)
        } else if rules
            .apart
            .is_some_and(|groups| share_group(one, other, groups))
        {
            Some(Refusal::OneToOne)
        } else if (rules.two_people)(one, other) {
            Some(Refusal::TwoPeople)
        } else if !alone && linkage(one, other) < rules.threshold {
            Some(Refusal::Contradiction)
        } else {
            None
        };
        match refusal {
            Some(refusal) => {
                rejected.insert((x, y), sizes);
                if e.weight >= rules.threshold {
                    part.refused.push(((e.a.min(e.b), e.a.max(e.b)), refusal));
                }
            }
            None => {
                part.joins.push((e.a, e.b));
                join(&mut sets, &mut members, x, y);
            }
        }
    }
    part
}

fn share_group(one: &[u32], other: &[u32], groups: &[u16]) -> bool {
    one.iter().any(|a| {
        other
            .iter()
            .any(|b| groups[*a as usize] == groups[*b as usize])
    })
}

fn forbidden(one: &[u32], other: &[u32], cannot_link: &[(u32, u32)]) -> bool {
    !cannot_link.is_empty()
        && one.iter().any(|a| {
            other
                .iter()
                .any(|b| cannot_link.binary_search(&(*a.min(b), *a.max(b))).is_ok())
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn edge(a: u32, b: u32, weight: f64) -> Edge {
        Edge {
            a,
            b,
            weight,
            order: weight,
        }
    }

    #[test]
    fn a_contradicted_bridge_is_refused_and_named() {
        // Two triangles joined by one strong pair; the sets contradict each other.
        let edges = [
            edge(0, 1, 9.0),
            edge(1, 2, 9.0),
            edge(3, 4, 8.0),
            edge(4, 5, 8.0),
            edge(2, 3, 5.0),
        ];
        let linkage = |x: &[u32], y: &[u32]| {
            let side = |s: &[u32]| s.iter().all(|r| *r < 3);
            if side(x) == side(y) { 5.0 } else { -5.0 }
        };
        let rules = Rules {
            threshold: 0.0,
            link: -9.0,
            apart: None,
            two_people: &|_, _| false,
            must_link: &[],
            cannot_link: &[],
        };
        let done = agglomerate(6, &edges, &rules, &linkage);
        assert_eq!(done.labels, [0, 0, 0, 3, 3, 3]);
        assert_eq!(done.refused, [((2, 3), Refusal::Contradiction)]);
    }

    #[test]
    fn what_agrees_in_most_is_joined_first_so_that_two_people_are_told_apart() {
        // Father 0, 1, 2 and son 3, 4, 5 of one name and home; only 0 and 3 say which they are. All pairs weigh much,
        // but those of one mailbox agree in more.
        let mut edges = Vec::new();
        for a in 0..6u32 {
            for b in a + 1..6 {
                let one_mailbox = (a < 3) == (b < 3);
                edges.push(Edge {
                    a,
                    b,
                    weight: if (a, b) == (2, 5) { 13.0 } else { 12.0 },
                    order: if one_mailbox { 40.0 } else { 30.0 },
                });
            }
        }
        let rules = Rules {
            threshold: 1.0,
            link: 0.0,
            apart: None,
            two_people: &|one, other| {
                let says = |s: &[u32], who: u32| s.contains(&who);
                (says(one, 0) && says(other, 3)) || (says(one, 3) && says(other, 0))
            },
            must_link: &[],
            cannot_link: &[],
        };
        let done = agglomerate(6, &edges, &rules, &|_, _| 12.0);
        assert_eq!(done.labels, [0, 0, 0, 3, 3, 3]);
        assert!(
            done.refused
                .iter()
                .all(|(_, why)| *why == Refusal::TwoPeople)
        );
    }

    #[test]
    fn a_pair_that_is_likelier_not_one_customer_does_not_join_clusters() {
        let edges = [edge(0, 1, 9.0), edge(1, 2, -0.5)];
        let rules = Rules {
            threshold: 1.0,
            link: 0.0,
            apart: None,
            two_people: &|_, _| false,
            must_link: &[],
            cannot_link: &[],
        };
        let done = agglomerate(3, &edges, &rules, &|_, _| 5.0);
        assert_eq!(done.labels, [0, 0, 2]);
    }

    proptest! {
        #[test]
        fn decisions_and_one_to_one_always_hold(
            raw in prop::collection::vec((0u32..12, 0u32..12, -5i32..20), 0..60),
            cannot in prop::collection::vec((0u32..12, 0u32..12), 0..6),
            groups in prop::collection::vec(0u16..5, 12),
            generations in prop::collection::vec(0u8..3, 12),
            one_to_one in any::<bool>(),
        ) {
            let edges: Vec<Edge> =
                raw.iter().filter(|(a, b, _)| a != b).map(|(a, b, w)| edge(*a, *b, f64::from(*w))).collect();
            let mut cannot: Vec<(u32, u32)> =
                cannot.iter().filter(|(a, b)| a != b).map(|(a, b)| (*a.min(b), *a.max(b))).collect();
            cannot.sort_unstable();
            let two_people = |one: &[u32], other: &[u32]| {
                let of = |r: &u32| generations[*r as usize];
                one.iter().map(of).any(|x| other.iter().map(of).any(|y| x != 0 && y != 0 && x != y))
            };
            let rules = Rules {
                threshold: 0.0,
                link: -9.0,
                apart: one_to_one.then_some(groups.as_slice()),
                two_people: &two_people,
                must_link: &[],
                cannot_link: &cannot,
            };
            let done = agglomerate(12, &edges, &rules, &|_, _| 1.0);
            for (a, b) in &cannot {
                prop_assert_ne!(done.labels[*a as usize], done.labels[*b as usize]);
            }
            for a in 0..12 {
                for b in a + 1..12 {
                    let (x, y) = (generations[a], generations[b]);
                    prop_assert!(done.labels[a] != done.labels[b] || x == 0 || y == 0 || x == y);
                }
            }
            if one_to_one {
                for a in 0..12 {
                    for b in a + 1..12 {
                        prop_assert!(done.labels[a] != done.labels[b] || groups[a] != groups[b]);
                    }
                }
            }
            let mut shuffled = edges.clone();
            shuffled.reverse();
            prop_assert_eq!(agglomerate(12, &shuffled, &rules, &|_, _| 1.0).labels, done.labels);
        }
    }
}

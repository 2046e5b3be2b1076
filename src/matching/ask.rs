//! Which pairs a person should judge: those whose answer would mend most.
//!
//! Records that are all but surely one customer are taken together first. Between two such groups one question is open:
//! whether they are one customer. It is asked by the middle one of the pairs between them, as the strongest would speak for
//! more than it can, and what an answer is worth is the number of pairs of records that it would put right, times the
//! chance that they are wrong as they are.

use hashbrown::{HashMap, HashSet};

use super::Settings;
use super::collect::{Kept, Scored};
use super::decide::{self, Decided};
use super::pool;
use super::veto;
use crate::compare::Comparator;
use crate::pair::Probability;
use crate::record::RecordId;
use crate::weigh::Model;

/// Probability from which on nobody needs to be asked.
const SURE: Probability = Probability(0.99);
/// Questions that one group may take part in.
const OF_ONE_GROUP: usize = 3;

/// A pair to be judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Question {
    /// The smaller record.
    pub left: RecordId,
    /// The larger record.
    pub right: RecordId,
    /// Expected number of pairs of records that an answer puts right.
    pub worth: f64,
}

/// The most useful questions, at most `most`, best first.
#[must_use]
pub fn questions(
    comparator: &Comparator,
    model: &Model,
    scored: &Scored,
    decided: &Decided,
    settings: &Settings,
    most: usize,
) -> Vec<Question> {
    let sure = decide::partition(comparator, model, scored, settings, SURE).labels;
    let mut members: HashMap<u32, Vec<u32>> = HashMap::new();
    for (record, group) in (0..).zip(&sure) {
        members.entry(*group).or_default().push(record);
    }
    let mut between: HashMap<(u32, u32), Vec<Kept>> = HashMap::new();
    for p in &scored.kept {
        let (a, b) = (sure[p.left as usize], sure[p.right as usize]);
        if a != b {
            between.entry((a.min(b), a.max(b))).or_default().push(*p);
        }
    }
    let judged: HashSet<(u32, u32)> = settings
        .cannot_link
        .iter()
        .map(|(a, b)| (sure[a.index()], sure[b.index()]))
        .map(|(a, b)| (a.min(b), a.max(b)))
        .collect();
    let frame = comparator.frame();
    let mut open: Vec<(Question, (u32, u32))> = Vec::new();
    for (groups, mut pairs) in between {
        pairs.sort_by(|a, b| a.weight.0.total_cmp(&b.weight.0));
        let middle = pairs[pairs.len() / 2];
        let (one, other) = (&members[&groups.0], &members[&groups.1]);
        if judged.contains(&groups)
            || (settings.unique_sources && share(&frame.source, one, other))
            || veto::two_people(comparator, one, other)
        {
            continue;
        }
        let probability = pool::pooled(comparator, model, one, other).probability().0;
        let of = &decided.clusters.of;
        let wrong = if of[groups.0 as usize] == of[groups.1 as usize] {
            1.0 - probability
        } else {
            probability
        };
        let question = Question {
            left: RecordId(middle.left),
            right: RecordId(middle.right),
            worth: wrong.min(0.5) * (one.len() * other.len()) as f64,
        };
        open.push((question, groups));
    }
    open.sort_by(|(a, _), (b, _)| {
        let by = b.worth.total_cmp(&a.worth);
        by.then((a.left, a.right).cmp(&(b.left, b.right)))
    });
    let mut asked: HashMap<u32, usize> = HashMap::new();
    let mut chosen = Vec::new();
    for (question, (one, other)) in open {
        let of = |group| asked.get(&group).copied().unwrap_or(0);
        if of(one).max(of(other)) < OF_ONE_GROUP {
            for group in [one, other] {
                *asked.entry(group).or_default() += 1;
            }
            chosen.push(question);
            if chosen.len() == most {
                break;
            }
        }
    }
    chosen
}

/// Whether both groups hold a record of one source.
fn share(source: &[u16], one: &[u32], other: &[u32]) -> bool {
    let of = |r: &u32| source[*r as usize];
    one.iter().any(|a| other.iter().any(|b| of(a) == of(b)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::decide::tests::six_strangers;

    /// Questions about six records: 0, 1 and 2 are one by decision, and so are 3 and 4.
    fn asked(between: &[(u32, u32, f64)], further: Settings) -> Vec<(u32, u32)> {
        let mut settings = further;
        let groups = [(0, 1), (1, 2), (3, 4)];
        let groups = groups.map(|(a, b)| (RecordId(a), RecordId(b)));
        settings.must_link.extend(groups);
        six_strangers(between, |c, model, scored| {
            let decided = decide::decide(c, model, scored, &settings);
            questions(c, model, scored, &decided, &settings, 10)
                .iter()
                .map(|q| (q.left.0, q.right.0))
                .collect()
        })
    }

    #[test]
    fn one_question_between_two_groups_by_their_middle_pair() {
        let between = [(0, 3, -3.0), (1, 3, 1.0), (2, 4, 3.0), (4, 5, 0.0)];
        let mut found = asked(&between, Settings::default());
        found.sort_unstable();
        assert_eq!(found, [(1, 3), (4, 5)]);
    }

    #[test]
    fn what_was_answered_is_not_asked_again() {
        let answered = vec![(RecordId(4), RecordId(0))];
        let apart = Settings {
            cannot_link: answered.clone(),
            ..Settings::default()
        };
        assert!(asked(&[(1, 3, 1.0)], apart).is_empty());
        let together = Settings {
            must_link: answered,
            ..Settings::default()
        };
        assert!(asked(&[(1, 3, 1.0)], together).is_empty());
    }
}

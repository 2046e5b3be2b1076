//! Why two records are, or are not, one customer: the model's sum for the pair, bar by bar.

use super::{Matched, score};
use crate::compare::Comparator;
use crate::pair::{ComparisonEvidence, Field, MatchWeight, PairEvidence, Verdict};
use crate::record::RecordId;
use crate::record::frame::{Frame, TermSets};
use std::borrow::Cow;

/// Evidence for any two records, whether blocking proposed them or not.
#[must_use]
pub fn explain(matched: &Matched, a: RecordId, b: RecordId) -> PairEvidence<'_> {
    let (left, right) = (a.min(b), a.max(b));
    let (l, r) = (left.index(), right.index());
    let comparator = Comparator::new(&matched.frame, &matched.tables);
    let model = &matched.model;
    let vector = comparator.vector(l, r);
    let shifts = score::shifts(&comparator, &model.references, vector, l, r);
    let weighed = score::weigh_vector(&comparator, model, vector, l, r);
    let prior = MatchWeight(model.shares[0] - model.shares[1]);
    let mut comparisons = Vec::with_capacity(comparator.fields().len() + 2);
    let mut sum = prior.0;
    for (i, field) in comparator.fields().iter().enumerate() {
        let level = vector.level(i);
        let (x, y) = (
            display(&matched.frame, *field, l),
            display(&matched.frame, *field, r),
        );
        if level == 0 {
            if !(x.is_empty() && y.is_empty()) {
                comparisons.push(ComparisonEvidence {
                    comparison: Cow::Borrowed(comparator.name(*field)),
                    level: Cow::Borrowed("missing"),
                    left: x,
                    right: y,
                    weight: MatchWeight(0.0),
                    rarity: None,
                });
            }
            continue;
        }
        let at = level as usize;
        let bits = model.tables[0][i][at] - model.tables[1][i][at] - f64::from(shifts[i]);
        sum += bits;
        let rarity = comparator
            .frequency(*field, level, l, r)
            .filter(|f| field.levels()[at - 1].1 == crate::pair::LevelKind::Exact && *f > 0.0)
            .map(|f| Cow::Owned(format!("1 in {:.0}", (1.0 / f).max(1.0))));
        comparisons.push(ComparisonEvidence {
            comparison: Cow::Borrowed(comparator.name(*field)),
            level: Cow::Borrowed(field.levels()[at - 1].0),
            left: x,
            right: y,
            weight: MatchWeight(bits),
            rarity,
        });
    }
    let odds = model.log_odds(&weighed.classes);
    let corrections = [
        (
            "other explanations",
            "household, company or namesake",
            odds - sum,
        ),
        (
            "calibration",
            "what fields that are left out tell of the weights",
            weighed.weight.0 - odds,
        ),
    ];
    for (comparison, level, bits) in corrections {
        if bits.abs() > 1e-9 {
            comparisons.push(ComparisonEvidence {
                comparison: Cow::Borrowed(comparison),
                level: Cow::Borrowed(level),
                left: Cow::Borrowed(""),
                right: Cow::Borrowed(""),
                weight: MatchWeight(bits),
                rarity: None,
            });
        }
    }
    let probability = weighed.weight.probability();
    let facts = &matched.facts;
    let verdict = if probability.0 >= facts.match_threshold.0 {
        Verdict::Match
    } else if probability.0 >= facts.review_threshold.0 {
        Verdict::Review
    } else {
        Verdict::NonMatch
    };
    let rules = facts
        .rules
        .iter()
        .enumerate()
        .filter(|(at, _)| matched.keys.shared(*at, l, r) != 0)
        .map(|(_, rule)| Cow::Borrowed(rule.name.as_str()))
        .collect();
    let note = matched.notes.get(left.0, right.0).map(Cow::Borrowed);
    PairEvidence {
        left,
        right,
        rules,
        prior,
        comparisons,
        weight: weighed.weight,
        probability,
        verdict,
        note,
    }
}

fn display(f: &Frame, field: Field, r: usize) -> Cow<'_, str> {
    Cow::Borrowed(match field {
        Field::Given => f.given.terms.value(r),
        Field::Family => f.family.terms.value(r),
        Field::Middle => f.middle.value(r),
        Field::Suffix => match f.suffix[r] {
            0 => "",
            n => return Cow::Owned(format!("generation {n}")),
        },
        Field::Birth => match f.birth[r] {
            0 => "",
            d => return Cow::Owned(day(d)),
        },
        Field::Age => match f.age[r] {
            0 => "",
            n => return Cow::Owned(n.to_string()),
        },
        Field::Gender => ["", "female", "male", "other"][usize::from(f.gender[r].min(3))],
        Field::Email => return set(&f.emails, r),
        Field::Phone => return set(&f.phones, r),
        Field::Identifier => return set(&f.identifiers, r),
        Field::Address => {
            let parts = [&f.street, &f.house, &f.postcode, &f.city].map(|t| t.value(r));
            return Cow::Owned(joined(parts.into_iter().filter(|p| !p.is_empty()), " "));
        }
        Field::Organization => f.organization.value(r),
        Field::Website => f.website.value(r),
        Field::BirthPlace => f.birth_place.value(r),
        Field::Attribute(i) => f.attributes[i as usize].terms.value(r),
    })
}

fn set(of: &TermSets, r: usize) -> Cow<'_, str> {
    match of.of(r) {
        [] => Cow::Borrowed(""),
        [only] => Cow::Borrowed(of.values.get(*only)),
        some => Cow::Owned(joined(some.iter().map(|id| of.values.get(*id)), "; ")),
    }
}

fn joined<'t>(parts: impl Iterator<Item = &'t str>, between: &str) -> String {
    let mut text = String::with_capacity(64);
    for part in parts {
        if !text.is_empty() {
            text.push_str(between);
        }
        text.push_str(part);
    }
    text
}

/// A day written as a number of eight digits, in ISO 8601.
fn day(day: u32) -> String {
    let mut text = String::with_capacity(10);
    for (i, place) in [7, 6, 5, 4, 3, 2, 1, 0].into_iter().enumerate() {
        if matches!(i, 4 | 6) {
            text.push('-');
        }
        let digit = day / 10u32.pow(place) % 10;
        text.push(char::from(b'0' + digit as u8));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::build::tests::{source, word};
    use crate::matching::{Settings, run};
    use crate::record::Kind;

    /// Thirty people, the first of them three times: in full, without a mailbox, and with another birth date.
    fn found() -> Matched {
        let given: Vec<String> = (0..30).map(|i| format!("{}ara", word(i))).collect();
        let mail: Vec<String> = (0..30).map(|i| format!("p{i}x@example.com")).collect();
        let born: Vec<String> = (0..30)
            .map(|i| format!("19{}-05-{}", 50 + i, 10 + i % 18))
            .collect();
        let mut columns = [given, mail, born];
        for (column, more) in columns.iter_mut().zip([
            ["aaaara", "aaaara"],
            ["", "p0x@example.com"],
            ["1950-05-10", "1987-11-29"],
        ]) {
            column.extend(more.map(str::to_owned));
        }
        let cells: Vec<Vec<&str>> = columns
            .iter()
            .map(|c| c.iter().map(String::as_str).collect())
            .collect();
        let (dataset, mappings) = source(&[
            (Kind::GivenName, &cells[0]),
            (Kind::Email, &cells[1]),
            (Kind::BirthDate, &cells[2]),
        ]);
        run(&dataset, &mappings, &Settings::default(), &())
    }

    #[test]
    fn bars_show_both_values_what_is_missing_and_how_rare_the_rest_is() {
        let found = found();
        let e = explain(&found, RecordId(30), RecordId(0));
        assert_eq!((e.left, e.right), (RecordId(0), RecordId(30)));
        let bar = |name: &str| e.comparisons.iter().find(|c| c.comparison == name).unwrap();
        let mail = bar("e-mail");
        assert_eq!(
            (&*mail.level, &*mail.left, &*mail.right),
            ("missing", "p0x@example.com", "")
        );
        assert!(mail.weight.0.abs() < 1e-12);
        let birth = bar("birth date");
        assert_eq!((&*birth.level, &*birth.left), ("exact", "1950-05-10"));
        assert!(
            birth.weight.0 > 0.0
                && birth
                    .rarity
                    .as_ref()
                    .is_some_and(|r| r.starts_with("1 in "))
        );
        let apart = explain(&found, RecordId(0), RecordId(31));
        let birth = apart
            .comparisons
            .iter()
            .find(|c| c.comparison == "birth date")
            .unwrap();
        assert_eq!(birth.level, "different");
        assert!(birth.weight.0 < 0.0 && birth.rarity.is_none());
    }

    #[test]
    fn the_verdict_follows_from_the_thresholds() {
        let found = found();
        let strangers = explain(&found, RecordId(3), RecordId(17));
        assert_eq!(strangers.verdict, Verdict::NonMatch);
        assert!(strangers.rules.is_empty() && strangers.note.is_none());
        for a in 0..32 {
            for b in a + 1..32 {
                let e = explain(&found, RecordId(a), RecordId(b));
                let expected = match e.probability.0 {
                    p if p >= found.facts.match_threshold.0 => Verdict::Match,
                    p if p >= found.facts.review_threshold.0 => Verdict::Review,
                    _ => Verdict::NonMatch,
                };
                assert_eq!(e.verdict, expected);
                let bars: f64 = e.comparisons.iter().map(|c| c.weight.0).sum();
                assert!((e.prior.0 + bars - e.weight.0).abs() < 1e-9);
            }
        }
    }
}

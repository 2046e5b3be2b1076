//! Validation rules that the data as it is suggests: plain data, for whoever writes them into a pipeline file.
//!
//! A rule is proposed only when (nearly) all records keep it today, so that it speaks when the next export is worse.

use super::facts::{ColumnProfile, SourceProfile};
use crate::record::Kind;

/// A rule that the data suggests.
#[derive(Clone, Debug, PartialEq)]
pub struct ProposedRule {
    /// The column it is about; `None` for rules about the source.
    pub column: Option<String>,
    /// What must hold.
    pub check: Check,
    /// What to do with a row that breaks it.
    pub action: Action,
    /// Records that break it today.
    pub broken: u64,
    /// Why it is proposed, without values.
    pub reason: String,
}

/// What must hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Check {
    /// Every record has a value.
    Required,
    /// No value repeats.
    Unique,
    /// Values have the form of their kind.
    Kind(Kind),
    /// Numbers lie between these, ends included.
    Range {
        /// Smallest.
        min: f64,
        /// Largest.
        max: f64,
    },
    /// Values have at most this many characters.
    MaxLength(u64),
    /// Values are among these.
    InSet(Vec<String>),
    /// Dates are not in the future.
    NotFuture,
    /// Postcodes have the form of the country in another column.
    FitsCountry(String),
    /// At most this share of records, 0..=1, is empty.
    MaxNullRate(f64),
    /// The source has at least this many rows.
    MinRows(u64),
}

/// What to do when a rule is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Tell.
    Warn,
    /// Leave the value out.
    Blank,
    /// Put the row aside.
    Quarantine,
    /// End the run.
    Stop,
}

/// Records below which nothing is concluded from what is absent.
const FEWEST: u64 = 50;

/// Rules for one source, those about the source first, then by column. Needs an unmasked profile.
#[must_use]
pub fn proposed_rules(source: &SourceProfile) -> Vec<ProposedRule> {
    let mut rules = Vec::new();
    if source.records >= FEWEST {
        rules.push(ProposedRule {
            column: None,
            check: Check::MinRows(source.records / 2),
            action: Action::Stop,
            broken: 0,
            reason: "half of today's rows: an export that broke off is shorter".to_owned(),
        });
    }
    let country = source.columns.iter().find(|c| c.kind == Kind::Country);
    for column in &source.columns {
        of_column(column, source.records, &mut rules);
        if let (Kind::Postcode, Some(country)) = (column.kind, country) {
            let wrong = problems(column, &["unlike-country"]);
            if 20 * wrong <= column.filled {
                push(
                    &mut rules,
                    column,
                    Check::FitsCountry(country.column.clone()),
                    Action::Warn,
                    wrong,
                    "nearly all fit",
                );
            }
        }
    }
    rules
}

fn push(
    rules: &mut Vec<ProposedRule>,
    column: &ColumnProfile,
    check: Check,
    action: Action,
    broken: u64,
    reason: &str,
) {
    rules.push(ProposedRule {
        column: Some(column.column.clone()),
        check,
        action,
        broken,
        reason: reason.to_owned(),
    });
}

fn problems(column: &ColumnProfile, codes: &[&str]) -> u64 {
    let all = column.validity.iter().flat_map(|v| &v.problems);
    all.filter(|p| codes.contains(&p.code.as_str()))
        .map(|p| p.records)
        .sum()
}

fn of_column(c: &ColumnProfile, records: u64, rules: &mut Vec<ProposedRule>) {
    let empty = records - c.filled;
    if records >= FEWEST && c.filled > 0 {
        if empty == 0 && c.kind == Kind::RecordKey {
            push(
                rules,
                c,
                Check::Required,
                Action::Quarantine,
                0,
                "the key, and every record has one",
            );
        } else if empty == 0 {
            push(
                rules,
                c,
                Check::Required,
                Action::Warn,
                0,
                "every record has one",
            );
        } else if c.completeness >= 0.2 {
            // half as many empty cells again as today
            let rate = (1.5 * (1.0 - c.completeness)).min(0.99);
            let rate = (rate * 100.0).ceil() / 100.0;
            push(
                rules,
                c,
                Check::MaxNullRate(rate),
                Action::Warn,
                0,
                "half as many empty cells again as today",
            );
        }
    }
    if c.filled > 1 && c.once == c.filled && matches!(c.kind, Kind::RecordKey | Kind::Identifier) {
        push(
            rules,
            c,
            Check::Unique,
            Action::Quarantine,
            0,
            "no value repeats",
        );
    }
    match c.kind {
        Kind::Email | Kind::Phone => {
            let wrong: u64 = c
                .validity
                .iter()
                .flat_map(|v| &v.problems)
                .filter(|p| p.code != "unknown-plan")
                .map(|p| p.records)
                .sum();
            if 10 * wrong <= c.filled && c.filled > 0 {
                push(
                    rules,
                    c,
                    Check::Kind(c.kind),
                    Action::Blank,
                    wrong,
                    "nearly all have the form of their kind",
                );
            }
        }
        Kind::BirthDate | Kind::CreatedAt | Kind::UpdatedAt if c.filled > 0 => {
            push(
                rules,
                c,
                Check::NotFuture,
                Action::Blank,
                problems(c, &["future"]),
                "a date of the past",
            );
        }
        Kind::Age => push(
            rules,
            c,
            Check::Range {
                min: 0.0,
                max: 120.0,
            },
            Action::Blank,
            0,
            "an age",
        ),
        Kind::Category | Kind::Gender | Kind::Country | Kind::Consent | Kind::OptOut
            if c.filled >= FEWEST && c.top.len() as u64 == c.distinct =>
        {
            let mut set: Vec<String> = c.top.iter().map(|t| t.value.clone()).collect();
            set.sort();
            let reason = "few values, each of which repeats";
            push(rules, c, Check::InSet(set), Action::Warn, 0, reason);
        }
        _ => {}
    }
    if c.filled >= FEWEST && c.lengths.max >= 2 && !matches!(c.kind, Kind::Text | Kind::Address) {
        push(
            rules,
            c,
            Check::MaxLength(2 * c.lengths.max),
            Action::Warn,
            0,
            "twice the longest of today: cells that ran together are longer",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quality::trial::profile;

    #[test]
    fn rules_are_those_that_the_data_keeps() {
        let rows: Vec<Vec<String>> = (0..100)
            .map(|i| {
                let country = if i % 2 == 0 { "Germany" } else { "France" };
                let email = if i == 7 {
                    "broken".to_owned()
                } else {
                    format!("p{i}@example.com")
                };
                let phone = if i % 4 == 0 {
                    String::new()
                } else {
                    format!("+49 30 23125{i:03}")
                };
                let postcode = if i % 2 == 0 { "10115" } else { "75001" };
                vec![
                    format!("C{i}"),
                    email,
                    phone,
                    postcode.into(),
                    country.into(),
                    format!("19{}-01-02", 50 + i % 40),
                ]
            })
            .collect();
        let found = profile(
            &["id", "email", "phone", "postcode", "country", "birth_date"],
            &rows,
        );
        let rules = proposed_rules(&found);
        let has = |column: &str, check: &Check| {
            rules
                .iter()
                .find(|r| r.column.as_deref() == Some(column) && r.check == *check)
        };
        assert!(
            has("id", &Check::Unique).is_some() && has("id", &Check::Required).is_some(),
            "{rules:#?}"
        );
        assert_eq!(
            has("email", &Check::Kind(Kind::Email)).map(|r| (r.broken, r.action)),
            Some((1, Action::Blank))
        );
        assert!(
            has("phone", &Check::MaxNullRate(0.38)).is_some(),
            "{rules:#?}"
        );
        assert!(
            has(
                "country",
                &Check::InSet(vec!["France".into(), "Germany".into()])
            )
            .is_some()
        );
        assert!(has("postcode", &Check::FitsCountry("country".into())).is_some());
        assert!(has("birth_date", &Check::NotFuture).is_some());
        assert_eq!(rules[0].check, Check::MinRows(50));
        // the same rule is never proposed twice
        for (at, rule) in rules.iter().enumerate() {
            assert!(
                rules[..at]
                    .iter()
                    .all(|r| (&r.column, &r.check) != (&rule.column, &rule.check))
            );
        }
    }
}

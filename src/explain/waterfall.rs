//! The evidence of a pair as a waterfall of bits for people: prior, comparisons, sum, thresholds, decision.

use std::fmt::Write as _;

use crate::pair::{PairEvidence, Probability, Verdict};

/// Longest normal form that is shown whole, in characters.
const WIDEST: usize = 34;

/// A pair with its evidence and what became of it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Case {
    /// `source:key` of the left record.
    pub left: String,
    /// `source:key` of the right record.
    pub right: String,
    /// Customer of the left record.
    pub left_customer: String,
    /// Customer of the right record.
    pub right_customer: String,
    /// Whether both are one customer.
    pub same_customer: bool,
    /// The evidence.
    pub evidence: PairEvidence<'static>,
    /// Match threshold in force.
    pub match_threshold: Probability,
    /// Review threshold in force.
    pub review_threshold: Probability,
    /// Records over which the two are connected, both ends included, when they are one customer by others.
    pub path: Vec<String>,
}

/// The case in words.
#[must_use]
pub fn waterfall(case: &Case) -> String {
    let e = &case.evidence;
    let mut t = String::new();
    let _ = if case.same_customer {
        writeln!(
            t,
            "{} and {} are one customer: {}",
            case.left, case.right, case.left_customer
        )
    } else {
        writeln!(
            t,
            "{} and {} are two customers: {} and {}",
            case.left, case.right, case.left_customer, case.right_customer
        )
    };
    let rules = if e.rules.is_empty() {
        "none: no blocking rule proposes this pair, so a run does not compare it".to_owned()
    } else {
        e.rules.join("; ")
    };
    let _ = writeln!(t, "\nblocking rules  {rules}\n");
    let width = |of: &dyn Fn(&crate::pair::ComparisonEvidence<'_>) -> usize, least: usize| {
        e.comparisons.iter().map(of).max().unwrap_or(0).max(least)
    };
    let name = width(&|c| c.comparison.chars().count(), 10);
    let level = width(&|c| c.level.chars().count(), 5);
    let shown: Vec<String> = e
        .comparisons
        .iter()
        .map(|c| values(&c.left, &c.right))
        .collect();
    let value = shown
        .iter()
        .map(|s| s.chars().count())
        .max()
        .unwrap_or(0)
        .max(6);
    let _ = writeln!(
        t,
        "{:name$}  {:level$}  {:value$}  {:>8}",
        "comparison", "level", "values", "bits"
    );
    let _ = writeln!(
        t,
        "{:name$}  {:level$}  {:value$}  {:>+8.2}",
        "prior", "", "", e.prior.0
    );
    for (c, shown) in e.comparisons.iter().zip(&shown) {
        let _ = write!(
            t,
            "{:name$}  {:level$}  {shown:value$}  {:>+8.2}",
            c.comparison, c.level, c.weight.0
        );
        if let Some(rarity) = &c.rarity {
            let _ = write!(t, "  {rarity}");
        }
        t.push('\n');
    }
    let _ = writeln!(
        t,
        "{:name$}  {:level$}  {:value$}  {:>+8.2}  probability {}",
        "sum",
        "",
        "",
        e.weight.0,
        probability(e.probability)
    );
    let verdict = match e.verdict {
        Verdict::Match => "match",
        Verdict::Review => "for review",
        Verdict::NonMatch => "no match",
    };
    let _ = writeln!(
        t,
        "\nthresholds      match {} ({:+.2} bits), review {} ({:+.2} bits)",
        probability(case.match_threshold),
        case.match_threshold.weight().0,
        probability(case.review_threshold),
        case.review_threshold.weight().0
    );
    let _ = writeln!(t, "verdict         {verdict}");
    let _ = writeln!(t, "decision        {}", decision(case));
    if let Some(note) = &e.note {
        let _ = writeln!(t, "note            {note}");
    }
    t
}

fn decision(case: &Case) -> String {
    let reaches = case.evidence.verdict == Verdict::Match;
    match (case.same_customer, reaches) {
        (true, true) => "one customer: the pair is a match".to_owned(),
        (true, false) if case.path.len() > 2 => {
            format!(
                "one customer through other records: {}",
                case.path.join(" – ")
            )
        }
        (true, false) if case.evidence.note.is_some() => {
            "one customer, as the note says".to_owned()
        }
        (true, false) => "one customer through other records".to_owned(),
        (false, true) => {
            "two customers: the pair reaches the threshold, but clustering kept them apart"
                .to_owned()
        }
        (false, false) => {
            "two customers: the evidence does not reach the match threshold".to_owned()
        }
    }
}

fn values(left: &str, right: &str) -> String {
    let cut = |text: &str| -> String {
        if text.is_empty() {
            return "–".to_owned();
        }
        if text.chars().count() <= WIDEST {
            return text.to_owned();
        }
        text.chars().take(WIDEST - 1).chain(['…']).collect()
    };
    match (left.is_empty(), right.is_empty()) {
        (true, true) => String::new(),
        _ if left == right => cut(left),
        _ => format!("{} | {}", cut(left), cut(right)),
    }
}

/// A probability with as many digits as tell it from certainty.
fn probability(p: Probability) -> String {
    if p.0 > 0.999 && p.0 < 1.0 {
        format!("1 − {:.1e}", 1.0 - p.0)
    } else if p.0 < 0.001 && p.0 > 0.0 {
        format!("{:.1e}", p.0)
    } else {
        format!("{:.4}", p.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::{ComparisonEvidence, MatchWeight};
    use crate::record::RecordId;

    fn case(same_customer: bool, verdict: Verdict) -> Case {
        let bar = |comparison: &'static str, left: &'static str, right: &'static str, weight| {
            ComparisonEvidence {
                comparison: comparison.into(),
                level: "exact".into(),
                left: left.into(),
                right: right.into(),
                weight: MatchWeight(weight),
                rarity: Some("1 in 190 records".into()),
            }
        };
        Case {
            left: "shop:1".into(),
            right: "crm:7".into(),
            left_customer: "C1".into(),
            right_customer: if same_customer { "C1" } else { "C2" }.into(),
            same_customer,
            evidence: PairEvidence {
                left: RecordId(0),
                right: RecordId(1),
                rules: vec!["email".into()],
                prior: MatchWeight(-13.0),
                comparisons: vec![bar("email", "a@b", "a@b", 20.0), bar("city", "x", "", -1.5)],
                weight: MatchWeight(5.5),
                probability: MatchWeight(5.5).probability(),
                verdict,
                note: None,
            },
            match_threshold: Probability(0.9),
            review_threshold: Probability(0.5),
            path: vec!["shop:1".into(), "erp:3".into(), "crm:7".into()],
        }
    }

    #[test]
    fn shows_each_bar_the_sum_and_the_thresholds() {
        let text = waterfall(&case(true, Verdict::Match));
        for part in [
            "-13.00",
            "+20.00",
            "-1.50",
            "+5.50",
            "1 in 190 records",
            "match 0.9000 (+3.17 bits)",
            "x | –",
        ] {
            assert!(text.contains(part), "`{part}` is not in\n{text}");
        }
    }

    #[test]
    fn says_what_clustering_decided() {
        let said = |same, verdict| waterfall(&case(same, verdict));
        assert!(
            said(true, Verdict::NonMatch).contains("through other records: shop:1 – erp:3 – crm:7")
        );
        assert!(said(false, Verdict::Match).contains("clustering kept them apart"));
        assert!(said(false, Verdict::NonMatch).contains("are two customers: C1 and C2"));
    }
}

//! How much a merge deserves a second look: a score of 0 to 100 and the reasons, in words.
//!
//! The score orders the report, nothing else: up to 40 points for a weakest link near the threshold, 25 for
//! the number of records, 20 for two groups held together by one weak link, 15 for evidence against.

use crate::pair::MatchWeight;

use super::case::CaseLink;

/// Points and reasons.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct Risk {
    /// 0 (plain) to 100 (look first).
    pub score: u8,
    /// Why, strongest first; empty when nothing stands out.
    pub reasons: Vec<RiskReason>,
}

/// One reason.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct RiskReason {
    /// Stable code.
    pub code: RiskCode,
    /// In words, with figures, without personal data.
    pub words: String,
}

/// What makes a merge risky.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RiskCode {
    /// The weakest link is near the match threshold.
    LowScore,
    /// Two groups of records hang together by one weak link.
    WeakBridge,
    /// Many records in one customer.
    LargeCluster,
    /// A comparison speaks strongly against a link.
    EvidenceAgainst,
    /// No scored link is known: joined by decision or by the shape of the cluster.
    NoLink,
}

impl RiskCode {
    /// All codes; the position is the code's bit in the HTML report.
    pub const ALL: [RiskCode; 5] = [
        RiskCode::LowScore,
        RiskCode::WeakBridge,
        RiskCode::LargeCluster,
        RiskCode::EvidenceAgainst,
        RiskCode::NoLink,
    ];

    /// A short label for filters.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            RiskCode::LowScore => "low score",
            RiskCode::WeakBridge => "weak bridge",
            RiskCode::LargeCluster => "large cluster",
            RiskCode::EvidenceAgainst => "evidence against",
            RiskCode::NoLink => "no scored link",
        }
    }
}

/// Records from which a cluster counts as large.
const LARGE: usize = 5;
/// Bits above the threshold below which a link counts as near it.
const NEAR: f64 = 3.0;
/// Bits above the threshold below which a bridge counts as weak.
const BRIDGE_NEAR: f64 = 6.0;
/// Bits at or below which a single comparison counts as evidence against.
const AGAINST: f64 = -2.0;

/// Judges a case of `members` records held together by `links` (heaviest first) under a match threshold.
#[must_use]
pub fn assess(members: usize, links: &[CaseLink<'_>], threshold: MatchWeight) -> Risk {
    let mut found: Vec<(f64, RiskReason)> = Vec::new();
    let mut points = 0.0;
    let mut add = |score: f64, code: RiskCode, words: Option<String>| {
        points += score;
        if let Some(words) = words {
            found.push((score, RiskReason { code, words }));
        }
    };
    let size = (members.max(2) as f64 / 2.0).log2();
    add(
        25.0 * (size / 4.0).min(1.0),
        RiskCode::LargeCluster,
        (members >= LARGE).then(|| format!("{members} records in one customer")),
    );
    match links.last() {
        None => add(
            40.0,
            RiskCode::NoLink,
            Some("no scored link between the records".to_owned()),
        ),
        Some(weakest) => {
            let weight = weakest.evidence.weight.0;
            let margin = weight - threshold.0;
            add(
                40.0 * (1.0 - margin / 10.0).clamp(0.0, 1.0),
                RiskCode::LowScore,
                (margin < NEAR).then(|| {
                    let side = if margin < 0.0 { "below" } else { "above" };
                    let by = margin.abs();
                    let weight = signed(weight);
                    format!("weakest link {weight} bits, {by:.1} {side} the threshold")
                }),
            );
            let half = side_of(weakest.members[0], links);
            let small = half.min(members.saturating_sub(half));
            if small >= 2 && margin < BRIDGE_NEAR {
                let words = format!(
                    "groups of {half} and {} records joined by one link of {} bits",
                    members - half,
                    signed(weight)
                );
                let share = (1.0 - margin / BRIDGE_NEAR).clamp(0.25, 1.0);
                add(20.0 * share, RiskCode::WeakBridge, Some(words));
            }
        }
    }
    let against = links
        .iter()
        .flat_map(|l| &l.evidence.comparisons)
        .filter(|c| !c.left.is_empty() && !c.right.is_empty())
        .min_by(|a, b| a.weight.0.total_cmp(&b.weight.0));
    if let Some(worst) = against.filter(|c| c.weight.0 <= AGAINST) {
        add(
            15.0 * (-worst.weight.0 / 8.0).min(1.0),
            RiskCode::EvidenceAgainst,
            Some(format!(
                "{} speaks against ({}, {} bits)",
                worst.comparison,
                worst.level,
                signed(worst.weight.0)
            )),
        );
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.code.cmp(&b.1.code)));
    Risk {
        score: points.round().clamp(0.0, 100.0) as u8,
        reasons: found.into_iter().map(|(_, reason)| reason).collect(),
    }
}

/// One decimal, with a true minus sign.
fn signed(bits: f64) -> String {
    format!("{bits:.1}").replace('-', "−")
}

/// Records on `start`'s side when the last (weakest) link is taken away.
fn side_of(start: usize, links: &[CaseLink<'_>]) -> usize {
    let kept = &links[..links.len().saturating_sub(1)];
    let mut side = vec![start];
    let mut next = 0;
    while let Some(at) = side.get(next).copied() {
        next += 1;
        for [a, b] in kept.iter().map(|l| l.members) {
            let other = match at {
                _ if at == a => b,
                _ if at == b => a,
                _ => continue,
            };
            if !side.contains(&other) {
                side.push(other);
            }
        }
    }
    side.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::{ComparisonEvidence, PairEvidence, Verdict};
    use crate::record::RecordId;

    fn link(a: usize, b: usize, weight: f64, worst: f64) -> CaseLink<'static> {
        CaseLink {
            members: [a, b],
            evidence: PairEvidence {
                left: RecordId(a as u32),
                right: RecordId(b as u32),
                rules: vec![],
                prior: MatchWeight(-10.0),
                comparisons: vec![ComparisonEvidence {
                    comparison: "birth date".into(),
                    level: "different".into(),
                    left: "1".into(),
                    right: "2".into(),
                    weight: MatchWeight(worst),
                    rarity: None,
                }],
                weight: MatchWeight(weight),
                probability: MatchWeight(weight).probability(),
                verdict: Verdict::Match,
                note: None,
            },
        }
    }

    fn codes(risk: &Risk) -> Vec<RiskCode> {
        risk.reasons.iter().map(|r| r.code).collect()
    }

    #[test]
    fn plain_pairs_are_quiet_and_each_fault_is_named() {
        let bar = MatchWeight(6.0);
        let plain = assess(2, &[link(0, 1, 25.0, 1.0)], bar);
        assert_eq!((plain.score, codes(&plain)), (0, vec![]));
        let low = assess(2, &[link(0, 1, 7.0, -6.5)], bar);
        assert_eq!(codes(&low), [RiskCode::LowScore, RiskCode::EvidenceAgainst]);
        assert!(low.reasons[0].words.contains("1.0 above"));
        let two_groups = [
            link(0, 1, 20.0, 0.0),
            link(2, 3, 19.0, 0.0),
            link(1, 2, 8.0, 0.0),
        ];
        assert!(codes(&assess(4, &two_groups, bar)).contains(&RiskCode::WeakBridge));
        let tail = [
            link(0, 1, 20.0, 0.0),
            link(1, 2, 19.0, 0.0),
            link(2, 3, 8.0, 0.0),
        ];
        assert!(!codes(&assess(4, &tail, bar)).contains(&RiskCode::WeakBridge));
        assert_eq!(codes(&assess(2, &[], bar)), [RiskCode::NoLink]);
        let big: Vec<_> = (1..9).map(|i| link(0, i, 30.0, 0.0)).collect();
        assert_eq!(codes(&assess(9, &big, bar)), [RiskCode::LargeCluster]);
    }

    #[test]
    fn weaker_links_never_lower_the_score() {
        let score = |w: f64| assess(2, &[link(0, 1, w, 0.0)], MatchWeight(6.0)).score;
        let scores: Vec<u8> = (-5..30).rev().map(|w| score(f64::from(w))).collect();
        assert!(scores.is_sorted(), "{scores:?}");
        assert!(scores.iter().all(|s| *s <= 100));
    }
}

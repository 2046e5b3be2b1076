//! Evidence of a pair as compact JSON, and back.

use crate::pair::{ComparisonEvidence, MatchWeight, PairEvidence};
use crate::text::json::{push_number, push_string};
use std::borrow::Cow;

/// Appends evidence as
/// `{"rules":[…],"prior":w,"bars":[[comparison,level,left,right,weight,rarity|null],…],"note":…}`.
pub fn push_evidence(out: &mut String, evidence: &PairEvidence<'_>) {
    out.push_str("{\"rules\":[");
    for (i, rule) in evidence.rules.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        push_string(out, rule);
    }
    out.push_str("],\"prior\":");
    push_number(out, evidence.prior.0);
    out.push_str(",\"bars\":[");
    for (i, bar) in evidence.comparisons.iter().enumerate() {
        out.push_str(if i > 0 { ",[" } else { "[" });
        for text in [&bar.comparison, &bar.level, &bar.left, &bar.right] {
            push_string(out, text);
            out.push(',');
        }
        push_number(out, bar.weight.0);
        out.push(',');
        match &bar.rarity {
            Some(rarity) => push_string(out, rarity),
            None => out.push_str("null"),
        }
        out.push(']');
    }
    out.push(']');
    if let Some(note) = &evidence.note {
        out.push_str(",\"note\":");
        push_string(out, note);
    }
    out.push('}');
}

/// What is stored of a pair's evidence.
#[derive(Debug, Default)]
pub struct StoredEvidence {
    /// Names of the blocking rules that propose the pair.
    pub rules: Vec<Cow<'static, str>>,
    /// The prior, in bits.
    pub prior: f64,
    /// One bar per comparison.
    pub comparisons: Vec<ComparisonEvidence<'static>>,
    /// What clustering decided, when it did.
    pub note: Option<Cow<'static, str>>,
}

/// Reads stored evidence.
///
/// # Errors
/// When the text is not what [`push_evidence`] writes.
pub fn parse_evidence(json: &str) -> Result<StoredEvidence, serde_json::Error> {
    #[derive(serde::Deserialize)]
    struct Stored {
        rules: Vec<String>,
        prior: f64,
        bars: Vec<(String, String, String, String, f64, Option<String>)>,
        #[serde(default)]
        note: Option<String>,
    }
    let stored: Stored = serde_json::from_str(json)?;
    let bars = stored.bars.into_iter();
    Ok(StoredEvidence {
        rules: stored.rules.into_iter().map(Cow::Owned).collect(),
        prior: stored.prior,
        comparisons: bars
            .map(
                |(comparison, level, left, right, weight, rarity)| ComparisonEvidence {
                    comparison: comparison.into(),
                    level: level.into(),
                    left: left.into(),
                    right: right.into(),
                    weight: MatchWeight(weight),
                    rarity: rarity.map(Cow::Owned),
                },
            )
            .collect(),
        note: stored.note.map(Cow::Owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::{Probability, Verdict};
    use crate::record::RecordId;

    #[test]
    fn evidence_reads_back() {
        let evidence = PairEvidence {
            left: RecordId(1),
            right: RecordId(2),
            rules: vec!["e-mail".into(), "name \"sound\"".into()],
            prior: MatchWeight(-20.1),
            comparisons: vec![ComparisonEvidence {
                comparison: "given name".into(),
                level: "nickname".into(),
                left: "kate".into(),
                right: "katherine".into(),
                weight: MatchWeight(5.25),
                rarity: Some("1 in 190 records".into()),
            }],
            weight: MatchWeight(-14.85),
            probability: Probability(0.0),
            verdict: Verdict::Review,
            note: Some("cut: weak bridge".into()),
        };
        let mut json = String::new();
        push_evidence(&mut json, &evidence);
        let stored = parse_evidence(&json).unwrap();
        assert_eq!((stored.rules, stored.note), (evidence.rules, evidence.note));
        let sum: f64 = stored.prior + stored.comparisons.iter().map(|b| b.weight.0).sum::<f64>();
        assert!((sum - evidence.weight.0).abs() < 1e-9);
        assert_eq!(stored.comparisons[0].rarity, evidence.comparisons[0].rarity);
    }
}

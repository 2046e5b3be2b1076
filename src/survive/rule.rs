//! Survivorship rules: how two values of a field are ranked.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// How one value of a field is preferred to another. Rules form a chain: the next one breaks the tie of the one
/// before; what is still equal is decided by the order of sources, then by the smaller record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The value of the most trusted source, see `trust`.
    SourcePriority,
    /// The value of the record that was changed (else created) last; a record without a time is oldest.
    MostRecent,
    /// The value that most records hold.
    MostFrequent,
    /// The value of the record with most filled fields.
    MostComplete,
    /// The longest value, in characters.
    Longest,
    /// The value of the record that was created first; a record without a time comes last.
    FirstSeen,
    /// Every distinct value is kept, the best first.
    AllDistinct,
    /// Consent only: any opt-out wins, unknown never becomes granted.
    MostRestrictive,
}

impl Rule {
    /// All rules in declared order.
    pub const ALL: &'static [Rule] = &[
        Rule::SourcePriority,
        Rule::MostRecent,
        Rule::MostFrequent,
        Rule::MostComplete,
        Rule::Longest,
        Rule::FirstSeen,
        Rule::AllDistinct,
        Rule::MostRestrictive,
    ];

    /// The rule's name in pipeline files, provenance and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Rule::SourcePriority => "source-priority",
            Rule::MostRecent => "most-recent",
            Rule::MostFrequent => "most-frequent",
            Rule::MostComplete => "most-complete",
            Rule::Longest => "longest",
            Rule::FirstSeen => "first-seen",
            Rule::AllDistinct => "all-distinct",
            Rule::MostRestrictive => "most-restrictive",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The name is not that of a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown survivorship rule `{name}`\n  hint: {}",
    near.map_or_else(
        || format!("rules are {}", Rule::ALL.iter().map(|r| format!("`{r}`")).collect::<Vec<_>>().join(", ")),
        |rule| format!("did you mean `{rule}`?")
    )
)]
pub struct UnknownRule {
    /// What was written.
    pub name: String,
    /// The nearest rule, when one is near.
    pub near: Option<Rule>,
}

impl FromStr for Rule {
    type Err = UnknownRule;

    fn from_str(s: &str) -> Result<Self, UnknownRule> {
        let wanted = s.trim().to_lowercase().replace(['_', ' '], "-");
        if let Some(rule) = Rule::ALL.iter().find(|r| r.name() == wanted) {
            return Ok(*rule);
        }
        let near = Rule::ALL
            .iter()
            .map(|r| (strsim::jaro_winkler(r.name(), &wanted), *r))
            .filter(|(similarity, _)| *similarity >= 0.8)
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
            .map(|(_, rule)| rule);
        Err(UnknownRule {
            name: s.to_owned(),
            near,
        })
    }
}

impl serde::Serialize for Rule {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.name())
    }
}

impl<'de> serde::Deserialize<'de> for Rule {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let name = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        name.parse().map_err(serde::de::Error::custom)
    }
}

/// What rules look at: facts of one value (or of one record that holds it).
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts<'a> {
    /// Rank of the best source that holds it, 0 is most trusted.
    pub(super) trust: u32,
    /// Latest time of change of a record that holds it, ISO 8601, `""` when unknown.
    pub(super) changed: &'a str,
    /// Earliest time of creation of a record that holds it, ISO 8601, `""` when unknown.
    pub(super) created: &'a str,
    /// Number of records that hold it.
    pub(super) records: u32,
    /// Filled fields of the fullest record that holds it.
    pub(super) filled: u32,
    /// Its length in characters.
    pub(super) chars: u32,
}

/// `Less` when `a` is preferred to `b` by this rule alone.
pub(super) fn prefer(rule: Rule, a: &Facts<'_>, b: &Facts<'_>) -> Ordering {
    match rule {
        Rule::SourcePriority => a.trust.cmp(&b.trust),
        Rule::MostRecent => b.changed.cmp(a.changed),
        Rule::MostFrequent => b.records.cmp(&a.records),
        Rule::MostComplete => b.filled.cmp(&a.filled),
        Rule::Longest => b.chars.cmp(&a.chars),
        Rule::FirstSeen => match (a.created.is_empty(), b.created.is_empty()) {
            (false, false) => a.created.cmp(b.created),
            (unknown_a, unknown_b) => unknown_a.cmp(&unknown_b),
        },
        Rule::AllDistinct | Rule::MostRestrictive => Ordering::Equal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_errors_suggest() {
        for rule in Rule::ALL {
            assert_eq!(rule.name().parse::<Rule>().unwrap(), *rule);
        }
        assert_eq!("Most_Recent".parse::<Rule>().unwrap(), Rule::MostRecent);
        let error = "most-recnt".parse::<Rule>().unwrap_err();
        assert_eq!(error.near, Some(Rule::MostRecent));
        let error = "whatever".parse::<Rule>().unwrap_err().to_string();
        assert!(
            error.contains("hint: rules are `source-priority`"),
            "{error}"
        );
    }

    #[test]
    fn a_record_without_time_is_neither_most_recent_nor_first() {
        let facts = |changed, created| Facts {
            trust: 0,
            changed,
            created,
            records: 1,
            filled: 1,
            chars: 1,
        };
        let (dated, undated) = (facts("2020-01-01", "2019-01-01"), facts("", ""));
        assert_eq!(prefer(Rule::MostRecent, &dated, &undated), Ordering::Less);
        assert_eq!(prefer(Rule::FirstSeen, &dated, &undated), Ordering::Less);
        assert_eq!(prefer(Rule::FirstSeen, &undated, &undated), Ordering::Equal);
    }
}

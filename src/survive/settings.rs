//! What the pipeline file may say about survivorship, with its defaults.

use super::Rule;
use crate::record::Kind;
use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// How one field survives: a chain of rules and an own order of sources.
///
/// Written as a rule (`"most-recent"`), a chain (`["most-frequent", "longest"]`) or a table
/// (`{ rule = …, trust = ["crm", "shop"] }`; without `rule` it is `source-priority`).
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct FieldRule {
    /// Rules from first to last; the next one breaks the tie of the one before.
    pub rule: Vec<Rule>,
    /// Sources from most to least trusted; others follow in declared order. Empty: the general order.
    pub trust: Vec<String>,
}

/// Survivorship of all fields: `default`, `trust`, and one entry for each field kind that differs.
///
/// Defaults: names and most fields `most-frequent` then `most-recent`; job title, category, amount and age
/// `most-recent` then `most-frequent`; e-mail, phone, identifier, social handle and website all distinct values with
/// the most recent first; the address is one group, `most-recent` then `most-complete`; created-at `first-seen`,
/// updated-at `most-recent`; consent always `most-restrictive`.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Settings {
    /// Replaces the rule of every field that keeps one value, address and times excepted, and has no entry of its own.
    pub default: Option<FieldRule>,
    /// Sources from most to least trusted; others follow in declared order.
    pub trust: Vec<String>,
    /// Fields with a rule of their own; `address` stands for all parts of the address.
    #[serde(flatten)]
    pub fields: BTreeMap<Kind, FieldRule>,
}

/// A survivorship setting that cannot be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Rule and field do not go together.
    #[error("survive.{field}: the rule `{rule}` does not fit this field\n  hint: {hint}")]
    Misfit {
        /// The field.
        field: String,
        /// The rule.
        rule: Rule,
        /// What to do.
        hint: &'static str,
    },
    /// A part of the address has a rule of its own.
    #[error(
        "survive.{field}: parts of an address survive together\n  hint: set `address`; street, house number, unit, city, region, postcode and country then come from one record"
    )]
    AddressPart {
        /// The part.
        field: Kind,
    },
    /// A trusted source is not a source of the run.
    #[error("survive: unknown source `{name}` in `trust`\n  hint: sources are {}", known.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", "))]
    UnknownSource {
        /// The name given.
        name: String,
        /// All sources of the run.
        known: Vec<String>,
    },
}

/// Kinds of which a customer keeps every distinct value.
pub(super) fn is_multi(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Email | Kind::Phone | Kind::Identifier | Kind::SocialHandle | Kind::Website
    )
}

fn built_in(kind: Kind) -> &'static [Rule] {
    match kind {
        _ if is_multi(kind) => &[Rule::AllDistinct, Rule::MostRecent, Rule::MostFrequent],
        _ if kind.is_address_part() => &[Rule::MostRecent, Rule::MostComplete],
        Kind::Consent | Kind::OptOut => &[Rule::MostRestrictive],
        Kind::CreatedAt => &[Rule::FirstSeen],
        Kind::UpdatedAt => &[Rule::MostRecent],
        Kind::JobTitle | Kind::Category | Kind::Amount | Kind::Age => {
            &[Rule::MostRecent, Rule::MostFrequent]
        }
        _ => &[Rule::MostFrequent, Rule::MostRecent],
    }
}

impl Settings {
    /// The rule chain in force for a field.
    #[must_use]
    pub fn rule(&self, kind: Kind) -> Vec<Rule> {
        let kind = if kind.is_address_part() {
            Kind::Address
        } else {
            kind
        };
        let fixed = matches!(
            kind,
            Kind::Consent | Kind::OptOut | Kind::CreatedAt | Kind::UpdatedAt
        );
        let own = self.fields.get(&kind);
        let general = self
            .default
            .as_ref()
            .filter(|_| !is_multi(kind) && kind != Kind::Address);
        let mut chain = match own.or(general) {
            Some(given) if !fixed && !given.rule.is_empty() => given.rule.clone(),
            _ => built_in(kind).to_vec(),
        };
        if is_multi(kind) && !chain.contains(&Rule::AllDistinct) {
            // contact points are never dropped: the rule orders them
            chain.insert(0, Rule::AllDistinct);
        }
        chain
    }

    /// The order of trust in force for a field: its own, else the general one.
    #[must_use]
    pub fn trust(&self, kind: Kind) -> &[String] {
        let kind = if kind.is_address_part() {
            Kind::Address
        } else {
            kind
        };
        match self.fields.get(&kind).or(self.default.as_ref()) {
            Some(own) if !own.trust.is_empty() => &own.trust,
            _ => &self.trust,
        }
    }

    /// Checks that rules fit their fields and trusted sources exist.
    ///
    /// # Errors
    /// The first setting that cannot be kept.
    pub fn check(&self, sources: &[String]) -> Result<(), SettingsError> {
        let default = self.default.iter().map(|rule| (None, rule));
        let own = self.fields.iter().map(|(kind, rule)| (Some(*kind), rule));
        for (kind, field) in default.chain(own) {
            if let Some(part) = kind.filter(|k| k.is_address_part() && *k != Kind::Address) {
                return Err(SettingsError::AddressPart { field: part });
            }
            for rule in &field.rule {
                if let Some(hint) = misfit(kind, *rule) {
                    let field = kind.map_or("default", Kind::name).to_owned();
                    return Err(SettingsError::Misfit {
                        field,
                        rule: *rule,
                        hint,
                    });
                }
            }
        }
        let trusted = self
            .fields
            .values()
            .chain(&self.default)
            .flat_map(|f| &f.trust);
        for name in self.trust.iter().chain(trusted) {
            if !sources.contains(name) {
                return Err(SettingsError::UnknownSource {
                    name: name.clone(),
                    known: sources.to_vec(),
                });
            }
        }
        Ok(())
    }
}

fn misfit(kind: Option<Kind>, rule: Rule) -> Option<&'static str> {
    let consent = matches!(kind, Some(Kind::Consent | Kind::OptOut));
    match rule {
        Rule::MostRestrictive if !consent => Some("it is the rule of consent and opt-out only"),
        _ if consent && rule != Rule::MostRestrictive => {
            Some("an opt-out is never lost: consent is always `most-restrictive`; remove the line")
        }
        Rule::AllDistinct if !kind.is_some_and(is_multi) => Some(
            "all values are kept of e-mail, phone, identifier, social handle and website; choose a rule for one value",
        ),
        _ if matches!(kind, Some(Kind::CreatedAt | Kind::UpdatedAt)) => Some(
            "a customer was created when its first record was and updated when its last one was; remove the line",
        ),
        _ => None,
    }
}

impl<'de> serde::Deserialize<'de> for FieldRule {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Given;
        impl<'de> Visitor<'de> for Given {
            type Value = FieldRule;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a rule, a list of rules, or a table with `rule` and `trust`")
            }

            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<FieldRule, E> {
                let rule = name.parse().map_err(E::custom)?;
                Ok(FieldRule {
                    rule: vec![rule],
                    trust: Vec::new(),
                })
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<FieldRule, A::Error> {
                let mut field = FieldRule::default();
                while let Some(rule) = seq.next_element()? {
                    field.rule.push(rule);
                }
                Ok(field)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FieldRule, A::Error> {
                let mut field = FieldRule::default();
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "rule" => field.rule = map.next_value::<FieldRule>()?.rule,
                        "trust" => field.trust = map.next_value()?,
                        _ => return Err(A::Error::unknown_field(&key, &["rule", "trust"])),
                    }
                }
                if field.rule.is_empty() {
                    field.rule.push(Rule::SourcePriority);
                }
                Ok(field)
            }
        }
        d.deserialize_any(Given)
    }
}

impl<'de> serde::Deserialize<'de> for Settings {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Given;
        impl<'de> Visitor<'de> for Given {
            type Value = Settings;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table of survivorship rules")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Settings, A::Error> {
                let mut settings = Settings::default();
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "default" => settings.default = Some(map.next_value()?),
                        "trust" => settings.trust = map.next_value()?,
                        _ => {
                            let kind = key.parse::<Kind>().map_err(A::Error::custom)?;
                            settings.fields.insert(kind, map.next_value()?);
                        }
                    }
                }
                Ok(settings)
            }
        }
        d.deserialize_map(Given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources() -> Vec<String> {
        vec!["crm".to_owned(), "shop".to_owned()]
    }

    #[test]
    fn a_pipeline_file_is_read() {
        let text = r#"
            default = "most-recent"
            trust = ["crm"]
            email = { trust = ["shop", "crm"] }
            given-name = ["longest", "most-recent"]
            address = "most-complete"
        "#;
        let s: Settings = toml::from_str(text).unwrap();
        assert_eq!(s.check(&sources()), Ok(()));
        assert_eq!(s.rule(Kind::FamilyName), [Rule::MostRecent]);
        assert_eq!(s.rule(Kind::GivenName), [Rule::Longest, Rule::MostRecent]);
        assert_eq!(
            s.rule(Kind::Email),
            [Rule::AllDistinct, Rule::SourcePriority]
        );
        assert_eq!(s.rule(Kind::City), [Rule::MostComplete]);
        assert_eq!(s.rule(Kind::Consent), [Rule::MostRestrictive]);
        assert_eq!(s.rule(Kind::CreatedAt), [Rule::FirstSeen]);
        assert_eq!(s.trust(Kind::Email), ["shop", "crm"]);
        assert_eq!(s.trust(Kind::City), ["crm"]);
    }

    #[test]
    fn every_kind_has_a_rule_by_default() {
        for kind in Kind::ALL {
            assert!(!Settings::default().rule(*kind).is_empty(), "{kind}");
        }
    }

    #[test]
    fn wrong_settings_are_refused_with_a_hint() {
        for (text, part) in [
            ("consent = \"most-recent\"", "an opt-out is never lost"),
            ("opt-out = \"most-frequent\"", "an opt-out is never lost"),
            ("city = \"longest\"", "set `address`"),
            ("trust = [\"crn\"]", "sources are `crm`, `shop`"),
            (
                "given-name = \"all-distinct\"",
                "choose a rule for one value",
            ),
            ("default = \"most-restrictive\"", "consent and opt-out only"),
        ] {
            let s: Settings = toml::from_str(text).unwrap();
            let error = s.check(&sources()).unwrap_err().to_string();
            assert!(error.contains(part) && error.contains("hint:"), "{error}");
        }
        for (text, part) in [
            ("emial = \"longest\"", "did you mean `email`"),
            ("email = \"most-recnt\"", "did you mean `most-recent`"),
            ("email = { rules = \"longest\" }", "unknown field `rules`"),
        ] {
            let error = toml::from_str::<Settings>(text).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}

//! The country that a table's records live in when no column says so.

use super::header::HeaderEvidence;
use super::portrait::Portrait;
use super::shape::Flag;
use crate::record::Kind;
use std::collections::BTreeMap;

/// International calling codes with the country they stand for; of shared codes the largest country.
const CALLING_CODES: &[(&str, &str)] = &[
    ("1", "us"),
    ("7", "ru"),
    ("20", "eg"),
    ("27", "za"),
    ("30", "gr"),
    ("31", "nl"),
    ("32", "be"),
    ("33", "fr"),
    ("34", "es"),
    ("351", "pt"),
    ("353", "ie"),
    ("354", "is"),
    ("358", "fi"),
    ("36", "hu"),
    ("370", "lt"),
    ("371", "lv"),
    ("372", "ee"),
    ("380", "ua"),
    ("385", "hr"),
    ("386", "si"),
    ("39", "it"),
    ("40", "ro"),
    ("41", "ch"),
    ("420", "cz"),
    ("421", "sk"),
    ("43", "at"),
    ("44", "gb"),
    ("45", "dk"),
    ("46", "se"),
    ("47", "no"),
    ("48", "pl"),
    ("49", "de"),
    ("51", "pe"),
    ("52", "mx"),
    ("54", "ar"),
    ("55", "br"),
    ("56", "cl"),
    ("57", "co"),
    ("60", "my"),
    ("61", "au"),
    ("62", "id"),
    ("63", "ph"),
    ("64", "nz"),
    ("65", "sg"),
    ("66", "th"),
    ("81", "jp"),
    ("82", "kr"),
    ("84", "vn"),
    ("86", "cn"),
    ("90", "tr"),
    ("91", "in"),
    ("92", "pk"),
    ("852", "hk"),
    ("886", "tw"),
    ("966", "sa"),
    ("971", "ae"),
    ("972", "il"),
    ("212", "ma"),
    ("234", "ng"),
    ("254", "ke"),
    ("233", "gh"),
    ("880", "bd"),
    ("352", "lu"),
    ("359", "bg"),
    ("381", "rs"),
];

/// Countries where a language of headers is at home, first the largest; English says nothing.
const HOMES: &[(&str, &str)] = &[
    ("de", "de"),
    ("fr", "fr"),
    ("es", "es"),
    ("it", "it"),
    ("pt", "br"),
    ("nl", "nl"),
    ("pl", "pl"),
    ("cs", "cz"),
    ("sv", "se"),
    ("da", "dk"),
    ("no", "no"),
    ("fi", "fi"),
    ("hu", "hu"),
    ("ro", "ro"),
    ("tr", "tr"),
    ("ru", "ru"),
    ("uk", "ua"),
    ("zh", "cn"),
    ("ja", "jp"),
    ("ko", "kr"),
    ("ar", "sa"),
    ("el", "gr"),
    ("hr", "hr"),
    ("sr", "rs"),
    ("sl", "si"),
    ("sk", "sk"),
    ("bg", "bg"),
    ("lt", "lt"),
    ("lv", "lv"),
    ("et", "ee"),
    ("is", "is"),
    ("he", "il"),
    ("th", "th"),
    ("vi", "vn"),
    ("id", "id"),
    ("ka", "ge"),
    ("hy", "am"),
    ("mk", "mk"),
    ("sq", "al"),
    ("be", "by"),
    ("kk", "kz"),
    ("fa", "ir"),
    ("ms", "my"),
];

/// Languages at home in many countries: a hint at most.
const WIDESPREAD: &[&str] = &["es", "pt", "ar"];

/// Words of headers that only one country's registers use.
const NATIONAL: &[(&str, &str)] = &[
    ("curp", "mx"),
    ("rfc", "mx"),
    ("cpf", "br"),
    ("cnpj", "br"),
    ("uf", "br"),
    ("cuit", "ar"),
    ("cuil", "ar"),
    ("rut", "cl"),
    ("dni", "es"),
    ("nif", "es"),
    ("nie", "es"),
    ("siret", "fr"),
    ("siren", "fr"),
    ("codice fiscale", "it"),
    ("partita iva", "it"),
    ("bsn", "nl"),
    ("kvk", "nl"),
    ("pesel", "pl"),
    ("nip", "pl"),
    ("regon", "pl"),
    ("rodne cislo", "cz"),
    ("ico", "cz"),
    ("personnummer", "se"),
    ("cpr", "dk"),
    ("cvr", "dk"),
    ("hetu", "fi"),
    ("tckn", "tr"),
    ("tc kimlik no", "tr"),
    ("инн", "ru"),
    ("снилс", "ru"),
    ("身份证号", "cn"),
    ("aadhaar", "in"),
    ("pincode", "in"),
    ("pin code", "in"),
    ("ifsc", "in"),
    ("nino", "gb"),
    ("nhs no", "gb"),
    ("nhs number", "gb"),
    ("ssn", "us"),
    ("zip code", "us"),
    ("eircode", "ie"),
    ("plz", "de"),
    ("cep", "br"),
    ("psc", "cz"),
    ("cap", "it"),
];

/// A column with its kind as decided so far.
pub(crate) struct Known<'a> {
    pub(crate) kind: Kind,
    pub(crate) portrait: &'a Portrait,
    pub(crate) header: &'a HeaderEvidence,
}

/// Country code and why, when the evidence points to one: the country column if it nearly always says the same,
/// otherwise phone prefixes, shapes of postal codes, names of regions and the headers' language.
pub(crate) fn infer(columns: &[Known<'_>]) -> Option<(String, String)> {
    let named: Vec<_> = columns.iter().filter(|c| c.kind == Kind::Country).collect();
    if !named.is_empty() {
        let mut votes = BTreeMap::new();
        for c in &named {
            add(&mut votes, &c.portrait.countries, 1.0);
        }
        // weights are square roots of counts: 0.7 of them is about nine records in ten
        return winner(&votes, 0.7)
            .map(|c| (c, "nearly all records name it as country".to_owned()));
    }
    let mut votes: BTreeMap<&'static str, f64> = BTreeMap::new();
    let mut why: Vec<&str> = Vec::new();
    for c in columns {
        match c.kind {
            Kind::Phone => {
                let mut heads: BTreeMap<&'static str, f64> = BTreeMap::new();
                for (head, weight) in &c.portrait.phones {
                    if let Some(country) = country_of_calling_code(head) {
                        *heads.entry(country).or_default() += weight;
                    }
                }
                let share = c.portrait.phones.len() as f64 / c.portrait.values.max(1) as f64;
                if vote(&mut votes, &heads, 3.0 * share.min(1.0)) {
                    why.push("phone prefixes");
                }
            }
            Kind::Postcode => {
                let weight = 3.0 * c.portrait.share(Flag::PostcodeSure);
                if vote(&mut votes, &c.portrait.countries, weight) {
                    why.push("shape of postal codes");
                }
            }
            Kind::Region => {
                let weight = 3.0 * c.portrait.share(Flag::Region);
                if vote(&mut votes, &c.portrait.regions, weight) {
                    why.push("names of regions");
                }
            }
            _ => {}
        }
    }
    let mut languages: BTreeMap<&'static str, f64> = BTreeMap::new();
    for c in columns {
        for (i, l) in c.header.languages.iter().enumerate() {
            if let Some((_, home)) = HOMES.iter().find(|h| h.0 == *l) {
                let weight = if WIDESPREAD.contains(l) { 0.3 } else { 1.0 };
                *languages.entry(home).or_default() += weight / (i + 1) as f64;
            }
        }
    }
    let spoken: f64 = languages.values().sum();
    let weight = if spoken >= 2.0 { 1.2 } else { 0.3 };
    if spoken >= 1.0 && vote(&mut votes, &languages, weight) {
        why.push("language of the headers");
    }
    let mut national: BTreeMap<&'static str, f64> = BTreeMap::new();
    for c in columns.iter().filter(|c| c.kind != Kind::Ignore) {
        if let Some((_, country)) = NATIONAL.iter().find(|n| n.0 == c.header.words) {
            *national.entry(country).or_default() += 1.0;
        }
    }
    if vote(&mut votes, &national, 1.5) {
        why.push("words of one country's registers");
    }
    let total: f64 = votes.values().sum();
    if total < 0.6 {
        return None;
    }
    winner(&votes, 0.5).map(|c| (c, why.join(", ")))
}

fn country_of_calling_code(digits: &str) -> Option<&'static str> {
    (1..=3).rev().find_map(|n| {
        let head = digits.get(..n)?;
        CALLING_CODES.iter().find(|c| c.0 == head).map(|c| c.1)
    })
}

fn add(votes: &mut BTreeMap<&'static str, f64>, more: &BTreeMap<&'static str, f64>, factor: f64) {
    for (country, weight) in more {
        if country.len() == 2 {
            *votes.entry(country).or_default() += weight * factor;
        }
    }
}

/// Adds a column's shares with a weight; whether it had any.
fn vote(
    votes: &mut BTreeMap<&'static str, f64>,
    more: &BTreeMap<&'static str, f64>,
    weight: f64,
) -> bool {
    let total: f64 = more.values().sum();
    if total > 0.0 && weight > 0.0 {
        add(votes, more, weight / total);
    }
    total > 0.0 && weight > 0.3
}

fn winner(votes: &BTreeMap<&'static str, f64>, share: f64) -> Option<String> {
    let total: f64 = votes.values().sum();
    let (country, weight) = votes
        .iter()
        .max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0)))?;
    (total > 0.0 && weight / total > share).then(|| country.to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calling_codes_are_read_longest_first() {
        assert_eq!(country_of_calling_code("3531"), Some("ie"));
        assert_eq!(country_of_calling_code("4420"), Some("gb"));
        assert_eq!(country_of_calling_code("1212"), Some("us"));
        assert_eq!(country_of_calling_code("9999"), None);
    }
}

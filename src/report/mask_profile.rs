//! Hides personal data in a profile: frequent values of open kinds stay, others are masked as in every report, and
//! examples of what is wrong are shown as silhouettes (`Aa@@9..aaa`), which keep the fault and hide the person.

use super::mask;
use crate::lexicon::given_names::givenness;
use crate::normalize::placeholder::is_placeholder;
use crate::quality::facts::{ColumnProfile, Profile, Range, SourceProfile, Tally, Trait};
use crate::quality::pattern::silhouette;
use crate::record::Kind;
use crate::text::fold;

/// A value of an open kind is shown when this many records have it.
const SHARED: u64 = 5;

/// The same for kinds of which little is known.
const MANY: u64 = 20;

/// Masks a profile in place.
pub fn profile(profile: &mut Profile) {
    profile.masked = true;
    profile.sources.iter_mut().for_each(source);
}

fn source(source: &mut SourceProfile) {
    let kinds: Vec<(String, Kind)> = source
        .columns
        .iter()
        .map(|c| (c.column.clone(), c.kind))
        .collect();
    let kind = |name: &str| {
        kinds
            .iter()
            .find(|k| k.0 == name)
            .map_or(Kind::Text, |k| k.1)
    };
    for dependency in &mut source.dependencies {
        let (from, to) = (kind(&dependency.from), kind(&dependency.to));
        for example in &mut dependency.examples {
            let records = example.usual.records + example.found.records;
            example.from = shown(from, &example.from, records);
            tally(to, &mut example.usual);
            tally(to, &mut example.found);
        }
    }
    for swapped in &mut source.swapped {
        let (left, right) = (kind(&swapped.left), kind(&swapped.right));
        for (a, b) in &mut swapped.examples {
            (*a, *b) = (shown(left, a, 0), shown(right, b, 0));
        }
    }
    source.columns.iter_mut().for_each(column);
}

fn column(c: &mut ColumnProfile) {
    let kind = c.kind;
    c.top.iter_mut().for_each(|t| tally(kind, t));
    for group in &mut c.variants {
        // a spelling of a value that is shown says no more than that value does
        let keep = &group.keep;
        let open = is_open(kind) && shown(kind, &keep.value, keep.records) == keep.value;
        tally(kind, &mut group.keep);
        for other in &mut group.others {
            if !(open && kind != Kind::Category && harmless(&other.value)) {
                tally(kind, other);
            }
        }
    }
    for nothing in &mut c.placeholders {
        if !(is_placeholder(&nothing.value) && harmless(&nothing.value)) {
            nothing.value = silhouette(&nothing.value);
        }
    }
    if let Some(range) = &mut c.range {
        rounded(kind, range);
    }
    c.outliers.iter_mut().for_each(examples);
    c.validity
        .iter_mut()
        .flat_map(|v| &mut v.problems)
        .for_each(examples);
    for change in c.damage.iter_mut().flat_map(|d| &mut d.examples) {
        change.before = silhouette(&change.before);
        change.after = silhouette(&change.after);
    }
}

fn examples(of: &mut Trait) {
    for example in &mut of.examples {
        *example = match example.rsplit_once('@') {
            // a slip in a well known domain is nobody's
            Some((local, domain)) if of.code == "domain-slip" => {
                format!("{}@{}", silhouette(local), domain.trim())
            }
            _ => silhouette(example),
        };
    }
    of.examples.dedup();
}

fn tally(kind: Kind, tally: &mut Tally) {
    tally.value = shown(kind, &tally.value, tally.records);
}

/// Kinds whose values say little about who somebody is.
fn is_open(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Region
            | Kind::Country
            | Kind::Gender
            | Kind::Category
            | Kind::Consent
            | Kind::OptOut
            | Kind::Honorific
            | Kind::NameSuffix
            | Kind::Source
    )
}

/// Whether a value looks like a word, not like an address or number of somebody.
fn harmless(value: &str) -> bool {
    let digits = value.chars().filter(|c| c.is_numeric()).count();
    !value.contains('@') && digits <= 4 && value.chars().count() <= 40
}

/// Whether a value could be somebody's name: a given name in it, or several words with capitals.
fn names_somebody(value: &str) -> bool {
    let words = || {
        value
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
    };
    let given = |w: &str| givenness(&fold(w)).is_some();
    words().any(given)
        || (words().count() > 1 && words().all(|w| w.starts_with(char::is_uppercase)))
}

/// A value as a masked profile shows it; so many records have it.
fn shown(kind: Kind, value: &str, records: u64) -> String {
    let stands = match kind {
        // a column of few values may be one of colleagues
        Kind::Category => records >= MANY && harmless(value) && !names_somebody(value),
        _ => records >= SHARED && harmless(value),
    };
    match kind {
        kind if is_open(kind) && stands => value.to_owned(),
        kind if is_open(kind) => mask::value(Kind::Attribute, value),
        Kind::CreatedAt | Kind::UpdatedAt | Kind::RecordKey => silhouette(value),
        // the silhouette of free text would be as long as the text
        kind => mask::value(kind, value),
    }
}

/// Ends of a span without the one record that has them: dates of birth by year, numbers to two figures.
fn rounded(kind: Kind, range: &mut Range) {
    let ends = [&mut range.min, &mut range.max];
    let texts = ends.into_iter().chain(&mut range.quantiles);
    match (range.of, kind) {
        ("date", Kind::BirthDate) => texts.for_each(|t| *t = mask::value(Kind::BirthDate, t)),
        ("date", _) => {}
        _ => {
            let bins = range.histogram.iter_mut().map(|b| &mut b.from);
            texts.chain(bins).for_each(|t| *t = two_figures(t));
        }
    }
}

fn two_figures(text: &str) -> String {
    match text.parse::<f64>() {
        Ok(number) if number.abs() >= 100.0 => {
            let scale = 10f64.powf(number.abs().log10().floor() - 1.0);
            format!("{:.0}", (number / scale).round() * scale)
        }
        Ok(_) => text.to_owned(),
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_only_when_many_share_them() {
        for (kind, value, records, masked) in [
            (Kind::Country, "Germany", 9, "Germany"),
            (Kind::Country, "Smith", 1, "S•••"),
            (Kind::Category, "ann@example.com", 99, "a•••"),
            (Kind::Category, "gold", 99, "gold"),
            (Kind::Category, "gold", 9, "g•••"),
            (Kind::Category, "Alex Rivera", 99, "A••• R•••"),
            (Kind::Category, "Peter", 99, "P•••"),
            (Kind::Category, "0179 5550101", 99, ""),
            (Kind::City, "Berlin", 99, "B•••"),
            (Kind::RecordKey, "C-100", 1, "A-999"),
            (Kind::Text, "called twice", 99, "•••"),
        ] {
            let found = shown(kind, value, records);
            if masked.is_empty() {
                assert!(!found.contains("555"), "{found}");
            } else {
                assert_eq!(found, masked, "{kind} {value}");
            }
        }
        assert_eq!(
            ["12", "123456", "0.5", "-1234"].map(two_figures),
            ["12", "120000", "0.5", "-1200"]
        );
    }
}

//! Everything that one column tells by itself, from its distinct values and how many records have each.

use super::damage::{self, Hurt};
use super::facts::{ColumnProfile, Trait, Validity};
use super::figures::{self, LengthCount, PatternCount, SHOWN, most};
use super::gather::Gather;
use super::{category, dated, dialled, postal, validity};
use crate::normalize::date::is_placeholder_date;
use crate::normalize::placeholder::{
    is_placeholder, is_placeholder_email, is_placeholder_phone, is_placeholder_postcode,
};
use crate::record::{Column, ColumnMapping, DateOrder, Kind};
use crate::text::rounded::is_exponent;

/// Distinct values of which numbers are looked for as long as hardly any is one.
const NUMBER_TRIALS: u64 = 1_000;

/// What says nothing in any column.
const NOTHING: &[&str] = &[
    "n/a",
    "na",
    "#n/a",
    "null",
    "(null)",
    "nil",
    "nan",
    "none",
    "undefined",
    "unknown",
    "tbd",
    "xxx",
];

/// A distinct value of a column and the records that have it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen<'a> {
    pub(super) id: u32,
    pub(super) value: &'a str,
    pub(super) records: u64,
}

/// The values of a column, counted.
pub(super) struct Counted<'a> {
    pub(super) column: &'a Column,
    /// Records by id of the value.
    pub(super) counts: Vec<u32>,
}

impl<'a> Counted<'a> {
    /// Counts a column. White space alone counts as nothing.
    pub(super) fn new(column: &'a Column) -> Self {
        let mut counts = vec![0u32; column.values.len()];
        for &id in &column.ids {
            counts[id as usize] += 1;
        }
        counts[0] = 0;
        for (count, value) in counts.iter_mut().zip(column.values.iter()) {
            if value.len() < 8 && value.trim().is_empty() {
                *count = 0;
            }
        }
        Self { column, counts }
    }

    /// The values that some record has, in no meaningful order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Seen<'a>> + '_ {
        let values = self.column.values.iter().zip(&self.counts).enumerate();
        values
            .filter(|(_, (_, n))| **n > 0)
            .map(|(id, (value, n))| Seen {
                id: id as u32,
                value,
                records: u64::from(*n),
            })
    }
}

/// What is known beside the column itself.
pub(super) struct Surroundings<'a> {
    /// Records of the table.
    pub(super) records: u64,
    /// Today, in days since 1970.
    pub(super) today: i64,
    /// Countries, for phones and postcodes.
    pub(super) abroad: &'a postal::Pairs,
}

/// Looks at a column.
pub(super) fn survey(
    counted: &Counted<'_>,
    mapping: &ColumnMapping,
    around: &Surroundings<'_>,
) -> ColumnProfile {
    let kind = mapping.kind;
    let order = mapping.date_order.unwrap_or(DateOrder::Dmy);
    let (mut lengths, mut patterns) = (LengthCount::new(), PatternCount::default());
    let mut placeholders: Vec<(String, u64)> = Vec::new();
    let (mut hurts, mut problems) = (Gather::default(), Gather::default());
    let mut found: Vec<Hurt> = Vec::new();
    let (mut filled, mut distinct, mut once, mut most_records) = (0u64, 0u64, 0u64, 0u64);
    let mut numbers = Numbers::new(kind);
    let mut dates = dated::Dates::new(kind, order, around.today);
    let mut digits = dialled::DigitLengths::default();
    for seen in counted.iter() {
        let Seen { value, records, .. } = seen;
        distinct += 1;
        filled += records;
        once += u64::from(records == 1);
        most_records = most_records.max(records);
        let length = patterns.add(value, records);
        lengths.add(length, records);
        damage::look(value, kind, &mut found);
        let several = found.iter().any(|h| h.code == "two-values");
        for hurt in found.drain(..) {
            hurts.add(hurt.code, value, records, &hurt.after);
        }
        if stands_for_nothing(value, kind, order) {
            placeholders.push((value.to_owned(), records));
            continue;
        }
        match kind {
            Kind::Email if !several => {
                if let Some(problem) = validity::email_problem(value) {
                    problems.add(problem, value, records, "");
                }
            }
            Kind::Phone if !is_exponent(value.trim()) => {
                digits.add(value, records);
                if let Some(problem) = validity::phone_problem(value) {
                    problems.add(problem, value, records, "");
                }
            }
            _ => {}
        }
        dates.add(value, records, &mut problems, &mut hurts);
        numbers.add(value, records);
    }
    let placeholder_records: u64 = placeholders.iter().map(|p| p.1).sum();
    let patterns = patterns.finish();
    let mut outliers: Vec<Trait> = rare_patterns(&patterns, filled, counted)
        .into_iter()
        .collect();
    let mixed = dates.mixed();
    let (range, far) = match dates.finish() {
        Some(range) => (Some(range), None),
        None => numbers.finish(filled - placeholder_records, counted),
    };
    outliers.extend(far);
    if kind == Kind::Phone {
        digits.lost_zero(counted, &mut hurts);
    }
    let checked = (
        distinct - placeholders.len() as u64,
        filled - placeholder_records,
    );
    let validity = match kind {
        Kind::Postcode => postal::check(counted, around.abroad, &mut hurts),
        _ => validity_of(kind, checked, problems).map(|mut v| {
            if kind == Kind::Phone {
                dialled::plans(counted, around.abroad, &mut v);
            }
            v
        }),
    };
    let damage = hurts
        .into_sorted()
        .into_iter()
        .map(|(code, bucket)| {
            let (evidence, repair, repairable) = damage::words(code);
            let evidence = mixed
                .clone()
                .filter(|_| code == "day-month-order")
                .unwrap_or_else(|| evidence.to_owned());
            bucket.into_damage(code, evidence, repair, repairable)
        })
        .collect();
    ColumnProfile {
        column: counted.column.name.clone(),
        kind,
        label: mapping.label.clone(),
        date_order: mapping.date_order,
        confidence: mapping.confidence,
        reason: mapping.reason.clone(),
        filled,
        placeholder_records,
        completeness: (filled - placeholder_records) as f64 / around.records.max(1) as f64,
        distinct,
        once,
        top: top(counted, most_records),
        lengths: lengths.finish(),
        pattern_count: patterns.len() as u64,
        patterns: patterns.into_iter().take(SHOWN).collect(),
        range,
        validity,
        outliers,
        placeholders: most(placeholders.into_iter(), SHOWN),
        damage,
        variants: category::variants(counted, kind, distinct, filled),
    }
}

fn stands_for_nothing(value: &str, kind: Kind, order: DateOrder) -> bool {
    match kind {
        Kind::Email => is_placeholder(value) || is_placeholder_email(value),
        Kind::Phone => is_placeholder_phone(value),
        Kind::Postcode => is_placeholder_postcode(value),
        _ if dated::is_date(kind) => is_placeholder(value) || is_placeholder_date(value, order),
        // `none` and `unknown` are answers here
        Kind::Consent | Kind::OptOut | Kind::Gender | Kind::RecordKey => false,
        // `customer` and `mobile` are values here, though they are nobody's name, and `99.99` is a price
        Kind::Category
        | Kind::Attribute
        | Kind::Source
        | Kind::Honorific
        | Kind::Amount
        | Kind::Age
        | Kind::HouseNumber
        | Kind::Unit => {
            let lower = value.trim().to_ascii_lowercase();
            NOTHING.contains(&lower.as_str()) || !lower.chars().any(char::is_alphanumeric)
        }
        _ => value.len() <= 40 && is_placeholder(value),
    }
}

/// The values of which most records have the same.
fn top(counted: &Counted<'_>, most_records: u64) -> Vec<super::facts::Tally> {
    if most_records < 2 {
        return Vec::new();
    }
    let mut counts: Vec<u32> = counted.counts.iter().copied().filter(|n| *n > 1).collect();
    let at = counts.len().saturating_sub(SHOWN);
    // most_records says that there is one at least
    let floor = *counts.select_nth_unstable(at).1;
    let frequent = counted
        .iter()
        .filter(|s| s.records > 1 && s.records >= u64::from(floor));
    most(frequent.map(|s| (s.value, s.records)), SHOWN)
}

/// Patterns that one record in a thousand has at most, where few patterns make nearly all records.
fn rare_patterns(
    patterns: &[super::facts::Tally],
    filled: u64,
    counted: &Counted<'_>,
) -> Option<Trait> {
    const FEW: usize = 3;
    let usual: u64 = patterns.iter().take(FEW).map(|p| p.records).sum();
    let rare: std::collections::HashSet<&str> = patterns
        .iter()
        .skip(1)
        .filter(|p| p.records * 1_000 <= filled)
        .map(|p| p.value.as_str())
        .collect();
    if filled < 200 || rare.is_empty() || (usual as f64) < 0.97 * filled as f64 {
        return None;
    }
    let loose = patterns.iter().any(|p| p.value.contains("9+"));
    let mut bucket = super::gather::Bucket::default();
    let mut text = String::new();
    for seen in counted.iter() {
        text.clear();
        super::pattern::pattern_into(seen.value, &mut text);
        let shown = if loose {
            super::pattern::loosened(&text)
        } else {
            text.clone()
        };
        if rare.contains(shown.as_str()) {
            bucket.add(seen.value, seen.records, "");
        }
    }
    let share = 100.0 * usual as f64 / filled as f64;
    Some(bucket.into_trait(
        "rare-pattern",
        format!(
            "written unlike the others, of which {share:.1} % share {} patterns",
            patterns.len().min(FEW)
        ),
    ))
}

/// Numbers of a column, when it is one of numbers.
struct Numbers {
    wanted: bool,
    tried: u64,
    values: Vec<(f64, u64)>,
}

impl Numbers {
    fn new(kind: Kind) -> Self {
        let wanted = matches!(
            kind,
            Kind::Amount
                | Kind::Age
                | Kind::BirthYear
                | Kind::BirthMonth
                | Kind::BirthDay
                | Kind::Attribute
                | Kind::Category
                | Kind::Ignore
                | Kind::Text
        );
        Self {
            wanted,
            tried: 0,
            values: Vec::new(),
        }
    }

    fn add(&mut self, value: &str, records: u64) {
        if !self.wanted {
            return;
        }
        self.tried += 1;
        self.values
            .extend(validity::number(value).map(|n| (n, records)));
        if self.tried == NUMBER_TRIALS && self.values.len() < 500 {
            self.wanted = false;
            self.values = Vec::new();
        }
    }

    fn finish(
        mut self,
        filled: u64,
        counted: &Counted<'_>,
    ) -> (Option<super::facts::Range>, Option<Trait>) {
        let records: u64 = self.values.iter().map(|v| v.1).sum();
        if !self.wanted || records == 0 || (records as f64) < 0.9 * filled as f64 {
            return (None, None);
        }
        self.values.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let far = figures::fences(&self.values).filter(|_| records >= 20).and_then(|(low, high)| {
            let mut bucket = super::gather::Bucket::default();
            for seen in counted.iter() {
                if validity::number(seen.value).is_some_and(|n| n < low || n > high) {
                    bucket.add(seen.value, seen.records, "");
                }
            }
            let text = format!(
                "far from the others: below {} or above {}, three times the width of the middle half away",
                figures::plain(low),
                figures::plain(high)
            );
            (bucket.records > 0).then(|| bucket.into_trait("far-number", text))
        });
        (figures::numbers(&self.values), far)
    }
}

/// Of how many values and records a kind's own rules were asked, and what they found; `None` for kinds without rules.
fn validity_of(kind: Kind, checked: (u64, u64), problems: Gather) -> Option<Validity> {
    let check = match kind {
        Kind::Email => {
            "form of an address (RFC 5321), its top-level domain, slips in well known domains"
        }
        Kind::Phone => "digits that any number needs",
        Kind::BirthDate => "a day of the calendar, not in the future, not more than 120 years ago",
        Kind::CreatedAt | Kind::UpdatedAt => "a day of the calendar, not in the future",
        _ => return None,
    };
    let words = |code| match kind {
        Kind::Email => validity::email_words(code),
        Kind::Phone => validity::phone_words(code),
        _ => dated::words(code),
    };
    let problems: Vec<Trait> = problems
        .into_sorted()
        .into_iter()
        .map(|(code, bucket)| bucket.into_trait(code, words(code).to_owned()))
        .collect();
    let wrong: u64 = problems.iter().map(|p| p.records).sum();
    Some(Validity {
        check: check.to_owned(),
        checked_values: checked.0,
        checked_records: checked.1,
        valid_records: checked.1.saturating_sub(wrong),
        exact: true,
        problems,
    })
}

//! From evidence to a mapping: each column by itself, then the table as a whole.

use super::evidence::{crowded, value_bits};
use super::header::{self, Bits, HeaderEvidence, KINDS};
use super::portrait::Portrait;
use super::shape::Flag;
use super::{region, stats, table, wrapper};
use crate::lexicon::wishes::{self, Says};
use crate::record::{ColumnMapping, DOUBTFUL, Kind, SourceTable, TableMapping};
use rayon::prelude::*;

/// How columns are looked at and when a guess is good enough.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Distinct values of a column that are looked at, about; the most frequent ones are always among them.
    pub sample: usize,
    /// Confidence, 0..=1, below which a column is not used as a kind that is evidence of identity but kept as an
    /// attribute, as text or only in the raw row.
    pub min_confidence: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            sample: 1500,
            min_confidence: 0.5,
        }
    }
}

/// Decides what each column of a table means from its header and its values.
#[must_use]
pub fn infer_table(table: &SourceTable, settings: &Settings) -> TableMapping {
    infer_table_given(table, &[], settings)
}

/// Like [`infer_table`], with kinds that the user gave for columns by name; they win with confidence 1 and help to
/// judge the other columns. Names that are not columns of the table are passed over.
#[must_use]
pub fn infer_table_given(
    table: &SourceTable,
    given: &[(String, Kind)],
    settings: &Settings,
) -> TableMapping {
    let names: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
    let called = wrapper::unwrapped(&names);
    let mut drafts: Vec<Draft> = table
        .columns
        .par_iter()
        .zip(called)
        .map(|(column, called)| {
            let (stats, picked) = stats::survey(column, table.len(), settings.sample);
            let portrait = Portrait::of(stats, &picked);
            let wanted = given.iter().find(|g| g.0 == column.name).map(|g| g.1);
            Draft::new(called, portrait, wanted, settings)
        })
        .collect();
    table::resolve(&mut drafts, table, settings);
    let known: Vec<region::Known<'_>> = drafts
        .iter()
        .map(|d| region::Known {
            kind: d.kind,
            portrait: &d.portrait,
            header: &d.header,
        })
        .collect();
    let region = region::infer(&known);
    table::finish(drafts, table, region.map(|r| r.0))
}

/// A column on its way to a mapping.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) portrait: Portrait,
    pub(crate) header: HeaderEvidence,
    /// Evidence of header and values together.
    pub(crate) bits: Bits,
    pub(crate) values: Bits,
    pub(crate) kind: Kind,
    pub(crate) label: Option<String>,
    pub(crate) confidence: f64,
    pub(crate) reason: String,
    pub(crate) given: bool,
}

/// Kinds that are kept but are no or weak evidence; a column needs no proof to be one of them.
const MODEST: &[Kind] = &[Kind::Category, Kind::Attribute, Kind::Text, Kind::Ignore];
/// Odds against a column being of a certain specific kind before anything is known, in bits.
const PRIOR: f64 = 4.0;
/// A column of this many records with one single value tells nothing about who somebody is.
const CONSTANT_FROM: usize = 20;

impl Draft {
    /// A column of which the header says what it is `called`.
    fn new(called: &str, portrait: Portrait, wanted: Option<Kind>, settings: &Settings) -> Self {
        let mut header = header::read(called);
        // an owner with few names is a colleague who looks after many customers
        header.blocked |= header.staff && portrait.few_values();
        let values = value_bits(&portrait);
        header.trust_values(&values);
        if header.label.as_deref() == Some(DOUBTFUL) && portrait.share(Flag::YesNo) < 0.9 {
            // a number of campaigns, the name of one
            header.bits[Kind::Consent as usize] = 0.0;
            header.label = None;
        }
        // `preferences.email`
        let hinted = header.channel.is_some() && header.of(Kind::Consent) > 0.0;
        let named = header.wish.map_or_else(
            || hinted || wishes::is_channel(called),
            |w| w.says == Says::Named,
        );
        if named && portrait.share(Flag::YesNo) >= 0.9 {
            header.hear_answers();
        }
        // `details: unsubscribed` with yes and no tells that it happened, not why
        if header.blocked
            && portrait.share(Flag::YesNo) >= 0.9
            && header.wish.is_some_and(|w| w.says == Says::Refuses)
        {
            header.hear_opt_out();
        }
        if refuses(&portrait, &header) {
            header.hear_refusals();
        }
        if header.of(Kind::Consent) >= 5.0 && coded(&portrait) {
            header.label = Some(DOUBTFUL.to_owned());
        }
        let mut draft = Draft {
            bits: total(&header, &values, crowded(&portrait)),
            label: header.label.clone(),
            portrait,
            header,
            values,
            kind: Kind::Ignore,
            confidence: 1.0,
            reason: String::new(),
            given: wanted.is_some(),
        };
        match wanted {
            Some(kind) => {
                draft.kind = kind;
                "given by the user".clone_into(&mut draft.reason);
            }
            None => draft.decide(settings),
        }
        draft
    }

    /// Chooses the kind by the bits as they are.
    pub(crate) fn decide(&mut self, settings: &Settings) {
        let stats = &self.portrait.stats;
        if self.portrait.values == 0 {
            self.settle(Kind::Ignore, 1.0, "no values".to_owned());
            return;
        }
        let (best, top) = header::strongest(&self.bits);
        let mut confidence = confidence(&self.bits, top);
        if !self.header.speaks() {
            confidence *= 0.85;
        }
        let clear = self.header.of(best) >= 8.0;
        let constant = stats.distinct == 1 && stats.filled >= CONSTANT_FROM;
        if constant && !tells_when_constant(best) && !(clear && is_shared(best)) {
            let why = format!("the same value in all {} filled records", stats.filled);
            let modest = MODEST.contains(&best) || best == Kind::RecordKey;
            let kind = if clear && !modest {
                Kind::Attribute
            } else {
                Kind::Ignore
            };
            self.settle(kind, 0.95, why);
            return;
        }
        // a question or a product that all rows name is no company of theirs
        let unsaid = best == Kind::Organization && self.header.of(best) < 5.0;
        let told = self.header.of(best) >= 8.0;
        if stats.distinct == 1 && stats.filled > 2 && !told && (is_place(best) || unsaid) {
            let fallback = self.fallback();
            let why =
                format!("one value only, and no clear word for {best}, so kept as {fallback}");
            self.settle(fallback, confidence, why);
            return;
        }
        // `02 Sep` below `Birthday`
        if is_place(best) && self.header.of(best) <= 0.0 && self.header.of(Kind::BirthDate) >= 8.0 {
            let why = format!(
                "no whole dates, although the header `{}` means them",
                self.header.words
            );
            self.settle(Kind::Text, confidence, why);
            return;
        }
        if MODEST.contains(&best) || confidence >= settings.min_confidence {
            let why = self.why(best);
            self.settle(best, confidence.min(0.99), why);
        } else {
            let second = self.runner_up(best);
            // of the two that the values leave, the one that the header names outright
            if let Some(named) = self.named().filter(|k| [best, second].contains(k)) {
                let why = self.why(named);
                self.settle(named, confidence.max(settings.min_confidence), why);
                return;
            }
            if [best, second]
                .iter()
                .all(|k| matches!(k, Kind::FullName | Kind::Organization))
            {
                let why = "names of people and firms".to_owned();
                self.settle(Kind::FullName, confidence.max(settings.min_confidence), why);
                return;
            }
            let fallback = self.fallback();
            let why = format!("unsure between {best} and {second}, so kept as {fallback}");
            self.settle(fallback, confidence, why);
        }
    }

    /// Sets the outcome.
    pub(crate) fn settle(&mut self, kind: Kind, confidence: f64, reason: String) {
        self.kind = kind;
        self.confidence = confidence;
        self.reason = reason;
    }

    /// The modest kind that fits best.
    pub(crate) fn fallback(&self) -> Kind {
        let mut best = MODEST[0];
        for kind in MODEST {
            if self.bits[*kind as usize] > self.bits[best as usize] {
                best = *kind;
            }
        }
        best
    }

    fn runner_up(&self, best: Kind) -> Kind {
        let mut rest = self.bits;
        rest[best as usize] = f64::MIN;
        header::strongest(&rest).0
    }

    /// The kind that the header means and no other, by an unequivocal word.
    fn named(&self) -> Option<Kind> {
        let (kind, bits) = header::strongest(&self.header.bits);
        let mut others = self.header.bits.iter().enumerate();
        let alone = others.all(|(i, b)| i == kind as usize || *b < 5.0);
        (alone && bits >= 8.0 && !self.header.blocked).then_some(kind)
    }

    /// Words for the report: what the header said and what the values showed.
    pub(crate) fn why(&self, kind: Kind) -> String {
        let said = self.header.of(kind);
        let head = if said >= 5.0 {
            format!("header words `{}`", self.header.words)
        } else if said > 0.0 {
            format!("header words `{}` may mean it", self.header.words)
        } else if self.header.speaks() {
            let (other, bits) = header::strongest(&self.header.bits);
            if bits >= 5.0 {
                format!(
                    "values, although the header `{}` means {other}",
                    self.header.words
                )
            } else {
                "values".to_owned()
            }
        } else {
            "values alone, the header says nothing".to_owned()
        };
        match self.seen(kind) {
            Some(seen) => format!("{head}; {seen}"),
            None => head,
        }
    }

    /// What was seen in the values, as far as it bears on the kind.
    fn seen(&self, kind: Kind) -> Option<String> {
        let p = &self.portrait;
        let share = |flag: Flag, what: &str| {
            let percent = 100.0 * p.share(flag);
            (percent >= 1.0).then(|| format!("{percent:.0} % {what}"))
        };
        match kind {
            Kind::Email => share(Flag::Email, "e-mail addresses"),
            Kind::Phone => share(Flag::PhoneLike, "telephone-like numbers"),
            Kind::BirthDate | Kind::CreatedAt | Kind::UpdatedAt => {
                let when = if p.share(Flag::Epoch) > p.share(Flag::Date) {
                    share(Flag::Epoch, "epoch timestamps")
                } else {
                    share(Flag::Date, "dates")
                };
                let years = p.years.map(|y| format!("years mostly {}–{}", y[0], y[2]));
                match (when, years) {
                    (Some(a), Some(b)) => Some(format!("{a}, {b}")),
                    (a, b) => a.or(b),
                }
            }
            Kind::BirthYear => share(Flag::Year, "years"),
            Kind::BirthMonth => share(Flag::Month, "numbers from 1 to 12"),
            Kind::BirthDay => share(Flag::Day, "numbers from 1 to 31"),
            Kind::Website => share(Flag::Domain, "web addresses"),
            Kind::Postcode => share(Flag::PostcodeLike, "in the shape of postal codes"),
            Kind::Street | Kind::Address => {
                share(Flag::Street, "with street words or house numbers")
            }
            Kind::GivenName => share(Flag::GivenFirst, "common given names"),
            Kind::FamilyName => share(Flag::Surname, "common family names"),
            Kind::FullName => share(Flag::FewWords, "of two to four words"),
            Kind::Organization => share(
                Flag::Organization,
                "with legal forms or words of organizations",
            ),
            Kind::Country => share(Flag::Country, "country names or codes"),
            Kind::Region => share(Flag::Region, "known regions"),
            Kind::City => share(Flag::City, "well-known cities"),
            Kind::Gender => share(Flag::Gender, "gender words"),
            Kind::Honorific => share(Flag::Honorific, "honorifics"),
            Kind::JobTitle => share(Flag::Job, "with words of job titles"),
            Kind::Consent | Kind::OptOut => share(Flag::YesNo, "yes or no"),
            Kind::Category => Some(format!("{} distinct values", p.stats.distinct)),
            Kind::Identifier | Kind::RecordKey => Some(format!(
                "{} distinct values in {} records",
                p.stats.distinct, p.stats.filled
            )),
            _ => None,
        }
    }

    /// The mapping of the column.
    pub(crate) fn mapping(self) -> ColumnMapping {
        ColumnMapping {
            column: self.portrait.stats.column,
            kind: self.kind,
            label: self.label,
            date_order: None,
            confidence: (self.confidence * 100.0).round() / 100.0,
            reason: self.reason,
            given: self.given,
        }
    }
}

/// Parts of an address that hardly all records share.
fn is_place(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Street | Kind::HouseNumber | Kind::Unit | Kind::Address
    )
}

/// States of a permission are few.
const STATES: usize = 16;

/// Whether some of the column's values are words of opting out.
fn refuses(p: &Portrait, header: &HeaderEvidence) -> bool {
    let barred = p.share(Flag::Barred) > 0.0 && header.channel.is_some();
    let contacts = p.share(Flag::Email) + p.share(Flag::PhoneLike) > 0.2;
    // `House Account - DO NOT USE` among the customers' names
    let named = [
        Kind::FullName,
        Kind::GivenName,
        Kind::FamilyName,
        Kind::Organization,
    ];
    let named = named.into_iter().any(|kind| header.of(kind) >= 5.0);
    p.stats.distinct <= STATES && !contacts && !named && (p.share(Flag::Refusal) > 0.0 || barred)
}

/// Whether the values are 1 and another code and never 0, as where 2 stands for *no*: what 1 means is not said.
fn coded(p: &Portrait) -> bool {
    p.stats.distinct == 2
        && p.chars < 1.01
        && p.share(Flag::Month) > 0.99
        && p.share(Flag::YesNo) > 0.0
}

/// Kinds whose single value still is worth keeping under its name: it describes all records alike.
fn tells_when_constant(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Country
            | Kind::Region
            | Kind::City
            | Kind::Consent
            | Kind::OptOut
            | Kind::Source
            | Kind::CreatedAt
            | Kind::UpdatedAt
    )
}

/// Kinds of which all records of a list may have one value, which a clear header keeps.
fn is_shared(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Organization
            | Kind::JobTitle
            | Kind::Street
            | Kind::HouseNumber
            | Kind::Unit
            | Kind::Postcode
            | Kind::Address
    )
}

fn total(header: &HeaderEvidence, values: &Bits, crowded: f64) -> Bits {
    let (named, clear) = header::strongest(&header.bits);
    let borne_out = clear >= 8.0 && values[named as usize] > -2.0 && !MODEST.contains(&named);
    let mut bits = [0.0; KINDS];
    for kind in Kind::ALL {
        let i = *kind as usize;
        let modest = MODEST.contains(kind);
        bits[i] = header.bits[i] + values[i] - if modest { 0.0 } else { PRIOR };
        if needs_header(*kind) && header.bits[i] <= 0.0 {
            bits[i] -= 10.0;
        }
        let personal = matches!(
            kind,
            Kind::GivenName | Kind::FamilyName | Kind::MiddleName | Kind::FullName | Kind::Nickname
        );
        if personal && header.bits[i] < 4.5 {
            bits[i] -= crowded;
        }
        // a clear header that the values bear out speaks against all it does not name
        if borne_out && header.bits[i] <= 0.0 {
            bits[i] -= 5.0;
        }
        if header.blocked && !modest && *kind != Kind::Amount {
            bits[i] -= 30.0;
        }
    }
    bits
}

/// Kinds that values cannot show by themselves.
fn needs_header(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Consent
            | Kind::OptOut
            | Kind::Source
            | Kind::BirthPlace
            | Kind::Nickname
            | Kind::CreatedAt
            | Kind::UpdatedAt
            | Kind::RecordKey
            | Kind::Age
            | Kind::BirthMonth
            | Kind::BirthDay
            | Kind::Amount
    )
}

fn confidence(bits: &Bits, top: f64) -> f64 {
    1.0 / bits.iter().map(|b| (b - top).exp2()).sum::<f64>()
}

//! Choosing the survivors of a cluster: values into fields, equal values together, the best first.

use super::address::{self, AddressChoice};
use super::gather::{Said, Slot, Survivor, Value};
use super::rule::{Facts, prefer};
use super::settings::is_multi;
use super::{ConsentState, Effective, Rule, Tier, consent, key};
use crate::record::Kind;
use std::borrow::Cow;
use std::cmp::Ordering;

/// What decided between a surviving value and the next best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// There was no other value.
    OnlyValue,
    /// The other was a placeholder, invalid, incomplete or worse written.
    Quality,
    /// A rule of the chain.
    Rule(Rule),
    /// The declared order of sources.
    SourceOrder,
    /// The order of records.
    RecordOrder,
}

impl Decided {
    /// Its name in provenance.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Decided::OnlyValue => "only-value",
            Decided::Quality => "quality",
            Decided::Rule(rule) => rule.name(),
            Decided::SourceOrder => "source-order",
            Decided::RecordOrder => "record-order",
        }
    }
}

/// One surviving value.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice<'s> {
    /// The field.
    pub kind: Kind,
    /// What separates fields of one kind.
    pub slot: Slot<'s>,
    /// Index into [`Said::values`].
    pub value: u32,
    /// What decided for it.
    pub decided: Decided,
    /// 1 for the first of a field; more for fields that keep all values.
    pub position: u32,
    /// Records that say this value, in whatever form.
    pub records: u32,
    /// Values (indices) that lost, distinct as read, most frequent first.
    pub losing: Vec<u32>,
}

/// The survivors of a cluster.
#[derive(Clone, Debug, Default)]
pub struct Chosen<'s> {
    /// By kind in declared order, then by slot, then by position.
    pub choices: Vec<Choice<'s>>,
    /// Distinct addresses, the surviving one first.
    pub addresses: Vec<AddressChoice>,
    /// The state of each channel.
    pub consents: Vec<Effective<'s>>,
    /// Room for the order of values.
    order: Vec<u64>,
}

/// One value in all the forms and records in which it occurs.
struct Entry {
    /// The occurrence that stands for it.
    best: u32,
    records: u32,
    filled: u32,
    trust: u32,
    /// Members with the latest change and the earliest creation.
    latest: u32,
    earliest: u32,
}

/// Bits of a place in an order.
const PLACE: u32 = 32;

/// What comes first by kind, then by slot, then by place, as a number: this is asked for all values of all customers.
fn in_order(kind: Kind, slot: Slot<'_>, place: u32) -> u64 {
    (kind as u64) << (PLACE + 24) | u64::from(slot.rank) << PLACE | u64::from(place)
}

impl Survivor<'_> {
    /// The survivors among what was gathered.
    #[must_use]
    pub fn choose<'s>(&self, gathered: Said<'_, 's>) -> Chosen<'s> {
        let mut chosen = Chosen::default();
        self.choose_into(gathered, &mut chosen);
        chosen
    }

    /// The survivors among what was gathered, into a buffer that is emptied first.
    pub fn choose_into<'s>(&self, gathered: Said<'_, 's>, chosen: &mut Chosen<'s>) {
        chosen.choices.clear();
        chosen.addresses.clear();
        consent::effective_into(gathered, &mut chosen.consents);
        let mut order = std::mem::take(&mut chosen.order);
        order.clear();
        // what is said first comes first
        let places = (0..).zip(gathered.values);
        order.extend(places.map(|(i, v)| in_order(v.reading.kind, v.slot, i)));
        order.sort_unstable();
        for field in order.chunk_by(|a, b| a >> PLACE == b >> PLACE) {
            let first = field[0] as u32;
            let value = &gathered.values[first as usize];
            let kind = value.reading.kind;
            if kind == Kind::Consent || kind.is_address_part() {
                continue;
            }
            if field.len() == 1 {
                chosen.choices.push(Choice {
                    kind,
                    slot: value.slot,
                    value: first,
                    decided: Decided::OnlyValue,
                    position: 1,
                    records: 1,
                    losing: Vec::new(),
                });
            } else {
                let values: Vec<u32> = field.iter().map(|v| *v as u32).collect();
                self.choose_field(gathered, kind, &values, &mut chosen.choices);
            }
        }
        chosen.order = order;
        address::choose(self, gathered, chosen);
        choose_consents(gathered, chosen);
        chosen
            .choices
            .sort_unstable_by_key(|c| in_order(c.kind, c.slot, c.position));
    }

    fn choose_field<'s>(
        &self,
        gathered: Said<'_, 's>,
        kind: Kind,
        values: &[u32],
        into: &mut Vec<Choice<'s>>,
    ) {
        let slot = gathered.values[values[0] as usize].slot;
        let mut entries = self.entries(gathered, kind, values);
        entries.sort_by(|a, b| self.compare(gathered, kind, a, b).0);
        if is_multi(kind) {
            let real =
                |e: &Entry| gathered.values[e.best as usize].reading.tier > Tier::Placeholder;
            let kept = entries.iter().filter(|e| real(e)).count().max(1);
            for (i, entry) in entries[..kept].iter().enumerate() {
                let decided = match entries.get(1) {
                    Some(next) if i == 0 => self.compare(gathered, kind, entry, next).1,
                    None => Decided::OnlyValue,
                    Some(_) => Decided::Rule(Rule::AllDistinct),
                };
                into.push(Choice {
                    kind,
                    slot,
                    value: entry.best,
                    decided,
                    position: i as u32 + 1,
                    records: entry.records,
                    losing: Vec::new(),
                });
            }
            return;
        }
        let best = &entries[0];
        let decided = entries.get(1).map_or(Decided::OnlyValue, |next| {
            self.compare(gathered, kind, best, next).1
        });
        into.push(Choice {
            kind,
            slot,
            value: best.best,
            decided,
            position: 1,
            records: best.records,
            losing: losing(gathered, best.best, values),
        });
    }

    /// Equal values together, each with its best written and best placed occurrence.
    fn entries(&self, gathered: Said<'_, '_>, kind: Kind, values: &[u32]) -> Vec<Entry> {
        let mut keyed: Vec<(Cow<'_, str>, u32)> = values
            .iter()
            .map(|&i| {
                (
                    key::key(kind, &gathered.values[i as usize].reading.value),
                    i,
                )
            })
            .collect();
        keyed.sort();
        keyed
            .chunk_by(|a, b| a.0 == b.0)
            .map(|same| self.entry(gathered, kind, same))
            .collect()
    }

    fn entry(&self, gathered: Said<'_, '_>, kind: Kind, same: &[(Cow<'_, str>, u32)]) -> Entry {
        let value = |i: u32| &gathered.values[i as usize];
        let member = |i: u32| &gathered.members[value(i).member as usize];
        let mut forms: Vec<&str> = same
            .iter()
            .map(|(_, i)| &*value(*i).reading.value)
            .collect();
        forms.sort_unstable();
        let uses = |i: u32| {
            let form = &*value(i).reading.value;
            forms.partition_point(|f| *f <= form) - forms.partition_point(|f| *f < form)
        };
        let occurrence = |i: u32| single_facts(self, gathered, kind, i, uses(i) as u32);
        let better = |a: u32, b: u32| {
            let form = |i: u32| key::form(kind, &value(i).reading.value);
            value(b)
                .reading
                .tier
                .cmp(&value(a).reading.tier)
                .then_with(|| form(b).cmp(&form(a)))
                .then_with(|| {
                    let (fa, fb) = (occurrence(a), occurrence(b));
                    let chain = self.chain(kind).iter();
                    chain.fold(Ordering::Equal, |o, rule| o.then(prefer(*rule, &fa, &fb)))
                })
                .then_with(|| self.placed(gathered, kind, a, b))
        };
        let mut best = same[0].1;
        let (mut latest, mut earliest) = (value(best).member, value(best).member);
        let (mut records, mut filled, mut trust) = (0, 0, u32::MAX);
        let mut last = None;
        for (_, i) in same {
            if better(*i, best).is_lt() {
                best = *i;
            }
            let (m, at) = (member(*i), value(*i).member);
            if last != Some(at) {
                records += 1;
                last = Some(at);
            }
            filled = filled.max(m.filled);
            trust = trust.min(self.rank(kind, m.source));
            if m.changed > gathered.members[latest as usize].changed {
                latest = at;
            }
            let first = &gathered.members[earliest as usize].created;
            if !m.created.is_empty() && (first.is_empty() || m.created < *first) {
                earliest = at;
            }
        }
        Entry {
            best,
            records,
            filled,
            trust,
            latest,
            earliest,
        }
    }

    /// `Less` when `a` survives over `b`, and what decided.
    fn compare(
        &self,
        gathered: Said<'_, '_>,
        kind: Kind,
        a: &Entry,
        b: &Entry,
    ) -> (Ordering, Decided) {
        let value = |e: &Entry| &gathered.values[e.best as usize];
        let quality = |e: &Entry| (value(e).reading.tier, !value(e).reading.role);
        let by_quality = quality(b).cmp(&quality(a));
        if by_quality.is_ne() {
            return (by_quality, Decided::Quality);
        }
        let facts = |e: &Entry| Facts {
            trust: e.trust,
            changed: &gathered.members[e.latest as usize].changed,
            created: &gathered.members[e.earliest as usize].created,
            records: e.records,
            filled: e.filled,
            chars: value(e).reading.value.chars().count() as u32,
        };
        let (fa, fb) = (facts(a), facts(b));
        for rule in self.chain(kind) {
            let by_rule = prefer(*rule, &fa, &fb);
            if by_rule.is_ne() {
                return (by_rule, Decided::Rule(*rule));
            }
        }
        let form = |e: &Entry| key::form(kind, &value(e).reading.value);
        let by_form = form(b).cmp(&form(a));
        if by_form.is_ne() {
            return (by_form, Decided::Quality);
        }
        let by_source = a.trust.cmp(&b.trust);
        if by_source.is_ne() {
            return (by_source, Decided::SourceOrder);
        }
        let place = self.placed(gathered, kind, a.best, b.best);
        (place, Decided::RecordOrder)
    }

    /// The last resort: order of sources, then of records, then of columns.
    pub(super) fn placed(&self, gathered: Said<'_, '_>, kind: Kind, a: u32, b: u32) -> Ordering {
        let place = |i: u32| {
            let v: &Value<'_> = &gathered.values[i as usize];
            let m = &gathered.members[v.member as usize];
            (self.rank(kind, m.source), m.id, v.column, i)
        };
        place(a).cmp(&place(b))
    }
}

/// Facts of one occurrence; `records` is how often its very form is used.
fn single_facts<'s>(
    survivor: &Survivor<'_>,
    gathered: Said<'s, '_>,
    kind: Kind,
    i: u32,
    records: u32,
) -> Facts<'s> {
    let value = &gathered.values[i as usize];
    let member = &gathered.members[value.member as usize];
    Facts {
        trust: survivor.rank(kind, member.source),
        changed: &member.changed,
        created: &member.created,
        records,
        filled: member.filled,
        chars: value.reading.value.chars().count() as u32,
    }
}

/// Values other than the winner's, distinct, most frequent first, then in order of records. The winner's own value in
/// another notation (a date, a phone number) has not lost.
pub(super) fn losing(gathered: Said<'_, '_>, winner: u32, values: &[u32]) -> Vec<u32> {
    let text = |i: u32| &*gathered.values[i as usize].reading.value;
    let mut others: Vec<u32> = values
        .iter()
        .copied()
        .filter(|i| text(*i) != text(winner))
        .collect();
    others.sort_by(|&a, &b| text(a).cmp(text(b)).then(a.cmp(&b)));
    let mut distinct: Vec<(usize, u32)> = others
        .chunk_by(|&a, &b| text(a) == text(b))
        .map(|same| (same.len(), same[0]))
        .collect();
    distinct.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    distinct.into_iter().map(|(_, i)| i).collect()
}

fn choose_consents<'s>(gathered: Said<'_, 's>, chosen: &mut Chosen<'s>) {
    for effective in &chosen.consents {
        let spoken = |slot: Slot<'_>| slot == effective.channel || slot.name == "any";
        let statements: Vec<u32> = (0..gathered.values.len() as u32)
            .filter(|&i| {
                let v = &gathered.values[i as usize];
                v.reading.kind == Kind::Consent && spoken(v.slot)
            })
            .collect();
        let state = |i: u32| ConsentState::named(&gathered.values[i as usize].reading.value);
        let same = statements
            .iter()
            .filter(|i| state(**i) == effective.state)
            .count();
        chosen.choices.push(Choice {
            kind: Kind::Consent,
            slot: effective.channel,
            value: effective.deciding,
            decided: if statements.len() == 1 {
                Decided::OnlyValue
            } else {
                Decided::Rule(Rule::MostRestrictive)
            },
            position: 1,
            records: same as u32,
            losing: losing(gathered, effective.deciding, &statements),
        });
    }
}

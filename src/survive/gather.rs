//! All that the members of a cluster say: every cell read, with the facts that rules look at.

use super::plan::{ColumnPlan, TablePlan, plan, rank_slots};
use super::reading::{Read, Reading};
use super::settings::Settings;
use super::stand_in::is_no_birth;
use super::{ConsentState, Rule, Tier, Transform};
use crate::record::{Dataset, Kind, Numbers, RecordId, TableMapping};
use std::borrow::Cow;

/// Column number of values joined from several columns (year, month and day of birth).
pub const JOINED: u32 = u32::MAX;

/// One record of a cluster.
#[derive(Clone, Debug)]
pub struct Member<'s> {
    /// The record.
    pub id: RecordId,
    /// Index of its table.
    pub table: u32,
    /// Its row in the table.
    pub row: u32,
    /// Number of its matching source.
    pub source: u16,
    /// When it was created, ISO 8601, `""` when unknown.
    pub created: Cow<'s, str>,
    /// When it was changed last (else created), ISO 8601, `""` when unknown.
    pub changed: Cow<'s, str>,
    /// Number of values it says.
    pub filled: u32,
    /// Whether it is deleted in its source.
    pub deleted: bool,
}

/// What records say, as survivors are chosen from it.
#[derive(Clone, Copy, Debug)]
pub struct Said<'g, 's> {
    /// Records in ascending order.
    pub members: &'g [Member<'s>],
    /// What they say, or one of them, in order of members, then columns.
    pub values: &'g [Value<'s>],
}

impl<'s> Gathered<'s> {
    /// What all members say.
    #[must_use]
    pub fn said(&self) -> Said<'_, 's> {
        Said {
            members: &self.members,
            values: &self.values,
        }
    }

    /// What each member alone says, deleted or not.
    pub fn each_alone(&self, mut take: impl FnMut(&Member<'s>, Said<'_, 's>)) {
        let mut rest = self.values.as_slice();
        for (i, member) in self.members.iter().enumerate() {
            let own = rest.partition_point(|v| v.member as usize == i);
            let (values, others) = rest.split_at(own);
            rest = others;
            let members = &self.members;
            let withdrawn = self.withdrawn.iter().filter(|v| v.member as usize == i);
            if withdrawn.clone().next().is_none() {
                take(member, Said { members, values });
                continue;
            }
            let mut all: Vec<Value<'s>> = values.iter().chain(withdrawn).cloned().collect();
            all.sort_by_key(|v| v.column);
            take(
                member,
                Said {
                    members,
                    values: &all,
                },
            );
        }
    }
}

/// What separates fields of one kind: the channel of a consent, the name of an attribute; most have nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Slot<'s> {
    /// Its name, `""` for nothing.
    pub name: &'s str,
    /// Its rank among the names of all slots, 0 for nothing.
    pub rank: u32,
}

/// One value that one member says.
#[derive(Clone, Debug)]
pub struct Value<'s> {
    /// Index into [`Gathered::members`].
    pub member: u32,
    /// Index of the column in the member's table, or [`JOINED`].
    pub column: u32,
    /// The cell as read.
    pub raw: Cow<'s, str>,
    /// The column's label, `""` when it has none.
    pub label: &'s str,
    /// What separates fields of one kind.
    pub slot: Slot<'s>,
    /// What the cell says.
    pub reading: Reading<'s>,
}

/// The members of a cluster and what they say, in order of members and columns.
#[derive(Clone, Debug, Default)]
pub struct Gathered<'s> {
    /// Records in ascending order.
    pub members: Vec<Member<'s>>,
    /// Values in order of members, then columns.
    pub values: Vec<Value<'s>>,
    /// What deleted members say where others are not deleted: none of it may survive. Their refusals of consent are not
    /// among it.
    pub withdrawn: Vec<Value<'s>>,
    /// Room for what one cell says.
    readings: Vec<Reading<'s>>,
}

/// Chooses survivors: the data, what its columns mean, how cells are read, and the rules.
pub struct Survivor<'a> {
    pub(super) dataset: &'a Dataset,
    pub(super) reader: &'a dyn Read,
    pub(super) tables: Vec<TablePlan<'a>>,
    /// Channels of consents with their ranks among all slots.
    channels: Vec<(&'static str, u32)>,
    /// By kind (declared order): rule chain, and rank of each source.
    chains: Vec<Vec<Rule>>,
    trust: Vec<Vec<u32>>,
}

impl<'a> Survivor<'a> {
    /// Prepares survivorship for a data set; reads columns with few distinct values once, in parallel.
    ///
    /// `numbers` are those of telephone columns that were read before, by table and column; none is right, too. Mappings
    /// are found by source name, else by position. Settings are taken as checked
    /// (see [`Settings::check`]); unknown trusted sources are ignored.
    #[must_use]
    pub fn new(
        dataset: &'a Dataset,
        mappings: &'a [TableMapping],
        reader: &'a dyn Read,
        settings: &Settings,
        numbers: &'a [Vec<Numbers>],
    ) -> Self {
        let mut tables: Vec<TablePlan<'a>> = dataset
            .tables
            .iter()
            .enumerate()
            .map(|(i, table)| {
                let mapping = mappings
                    .iter()
                    .find(|m| m.source == table.name)
                    .or_else(|| mappings.get(i));
                let numbers = numbers.get(i).map_or(&[][..], Vec::as_slice);
                plan(dataset, i, mapping, reader, numbers)
            })
            .collect();
        let channels = rank_slots(&mut tables);
        let names: Vec<&str> = if dataset.source_of.is_empty() {
            dataset.tables.iter().map(|t| t.name.as_str()).collect()
        } else {
            dataset.source_names.iter().map(String::as_str).collect()
        };
        let trust = Kind::ALL
            .iter()
            .map(|kind| {
                let order = settings.trust(*kind);
                names
                    .iter()
                    .enumerate()
                    .map(|(i, name)| {
                        let trusted = order.iter().position(|t| t == name);
                        trusted.unwrap_or(order.len() + i) as u32
                    })
                    .collect()
            })
            .collect();
        Self {
            dataset,
            reader,
            tables,
            channels,
            chains: Kind::ALL.iter().map(|kind| settings.rule(*kind)).collect(),
            trust,
        }
    }

    /// The rule chain of a kind.
    pub(super) fn chain(&self, kind: Kind) -> &[Rule] {
        &self.chains[kind as usize]
    }

    /// Rank of a source for a kind, 0 is most trusted.
    pub(super) fn rank(&self, kind: Kind, source: u16) -> u32 {
        self.trust[kind as usize]
            .get(source as usize)
            .copied()
            .unwrap_or(u32::MAX)
    }

    /// Name of the column a value came from; joined columns are joined by ` + `.
    #[must_use]
    pub fn column_name(&self, member: &Member<'_>, column: u32) -> &str {
        if column == JOINED {
            return &self.tables[member.table as usize].joined_name;
        }
        &self.dataset.tables[member.table as usize].columns[column as usize].name
    }

    /// What the given records say.
    #[must_use]
    pub fn gather(&self, members: &[RecordId]) -> Gathered<'_> {
        let mut gathered = Gathered::default();
        self.gather_into(members, &mut gathered);
        gathered
    }

    /// What the given records say, into a buffer that is emptied first.
    pub fn gather_into<'s>(&'s self, members: &[RecordId], into: &mut Gathered<'s>) {
        into.members.clear();
        into.values.clear();
        into.withdrawn.clear();
        let mut readings = std::mem::take(&mut into.readings);
        for id in members {
            self.read_record(*id, into, &mut readings);
        }
        into.readings = readings;
        let gone = into.members.iter().filter(|m| m.deleted).count();
        if gone > 0 && gone < into.members.len() {
            let refuses = |v: &Value| {
                v.reading.kind == Kind::Consent && v.reading.value == ConsentState::Denied.name()
            };
            let all = std::mem::take(&mut into.values).into_iter();
            (into.withdrawn, into.values) =
                all.partition(|v| into.members[v.member as usize].deleted && !refuses(v));
        }
    }

    /// Looks at all cells of records that are gathered next, so that look-ups do not wait for each other.
    pub fn look_ahead(&self, records: &[RecordId]) {
        let mut seen = 0;
        for (t, plan) in self.tables.iter().enumerate() {
            let table = &self.dataset.tables[t];
            for column in &plan.columns {
                let column = &table.columns[column.column as usize];
                for id in records {
                    let (at, row) = self.dataset.locate(*id);
                    if at == t {
                        seen ^= column.value(row).bytes().next().unwrap_or(0);
                    }
                }
            }
        }
        std::hint::black_box(seen);
    }

    /// When a record was created and when it was changed last (else created), ISO 8601, `""` when unknown.
    #[must_use]
    pub fn times(&self, id: RecordId) -> (Cow<'_, str>, Cow<'_, str>) {
        let (table, row) = self.dataset.locate(id);
        let (mut times, mut readings) = (Times::default(), Vec::new());
        for column in &self.tables[table].columns {
            if matches!(column.kind, Kind::CreatedAt | Kind::UpdatedAt) {
                self.read_cell(table, row, column, None, &mut readings);
                for reading in readings.drain(..) {
                    times.see(&reading);
                }
            }
        }
        times.done()
    }

    fn read_record<'s>(
        &'s self,
        id: RecordId,
        into: &mut Gathered<'s>,
        readings: &mut Vec<Reading<'s>>,
    ) {
        let (table, row) = self.dataset.locate(id);
        let plan = &self.tables[table];
        let member = into.members.len() as u32;
        let before = into.values.len();
        let mut times = Times::default();
        let mut country: Option<Cow<'s, str>> = None;
        if let Some(at) = plan.country {
            self.read_cell(table, row, &plan.columns[at], plan.region, readings);
            country = readings
                .drain(..)
                .find(|r| r.kind == Kind::Country && is_code(&r.value))
                .map(|r| r.value);
        }
        let region = country.as_deref().or(plan.region);
        for column in &plan.columns {
            let raw = self.read_cell(table, row, column, region, readings);
            for reading in readings.drain(..).filter(|r| !is_no_birth(r)) {
                times.see(&reading);
                into.values.push(Value {
                    member,
                    column: column.column,
                    raw: Cow::Borrowed(raw),
                    label: column.label,
                    slot: self.slot(column, &reading),
                    reading,
                });
            }
        }
        if plan.born.iter().any(Option::is_some) {
            let born = self.join_birth(table, row, member);
            into.values
                .extend(born.filter(|v| !is_no_birth(&v.reading)));
        }
        let source = self.dataset.source_of.get(id.index());
        let (created, changed) = times.done();
        into.members.push(Member {
            id,
            table: table as u32,
            row: row as u32,
            source: source.copied().unwrap_or(table as u16),
            created,
            changed,
            filled: (into.values.len() - before) as u32,
            deleted: self.dataset.deleted.get(id.index()) == Some(&true),
        });
    }

    /// What separates a reading's field from others of its kind.
    fn slot<'s>(&'s self, column: &'s ColumnPlan<'a>, reading: &Reading<'_>) -> Slot<'s> {
        let named = reading.channel.and_then(|c| {
            let ranked = self.channels.iter().find(|(name, _)| *name == c)?;
            Some(Slot {
                name: ranked.0,
                rank: ranked.1,
            })
        });
        named.unwrap_or_else(|| column.slot())
    }

    /// Reads one cell into `out` and gives it.
    fn read_cell<'s>(
        &'s self,
        table: usize,
        row: usize,
        plan: &'s ColumnPlan<'a>,
        region: Option<&str>,
        out: &mut Vec<Reading<'s>>,
    ) -> &'s str {
        let column = &self.dataset.tables[table].columns[plan.column as usize];
        let id = column.ids.get(row).copied().unwrap_or(0);
        if id == 0 {
            return "";
        }
        let raw = column.values.get(id);
        if let Some(cache) = &plan.cache {
            out.extend(cache[id as usize].iter().map(borrowed));
        } else if !raw.trim().is_empty() {
            let mut context = plan.context(region);
            let country = || region.and_then(|r| <[u8; 2]>::try_from(r.as_bytes()).ok());
            context.number = plan.numbers.and_then(|n| n.of(id, country()));
            self.reader.read(&context, raw, out);
        }
        raw
    }

    /// Whether reading the named cell of a record again gives this value by this transform.
    pub(super) fn reads_again(
        &self,
        id: RecordId,
        column: usize,
        transform: Transform,
        value: &str,
    ) -> bool {
        let (table, row) = self.dataset.locate(id);
        let plan = &self.tables[table];
        let mut readings = Vec::new();
        let mut country = None;
        if let Some(at) = plan.country {
            self.read_cell(table, row, &plan.columns[at], plan.region, &mut readings);
            country = readings.drain(..).map(|r| r.value).find(|v| is_code(v));
        }
        let region = country.as_deref().or(plan.region);
        let Some(found) = plan.columns.iter().find(|p| p.column as usize == column) else {
            return false;
        };
        self.read_cell(table, row, found, region, &mut readings);
        readings
            .iter()
            .any(|r| r.transform == Some(transform) && r.value == value)
    }
}

fn borrowed<'s>(reading: &'s Reading<'_>) -> Reading<'s> {
    Reading {
        kind: reading.kind,
        value: Cow::Borrowed(&reading.value),
        transform: reading.transform,
        tier: reading.tier,
        role: reading.role,
        channel: reading.channel,
    }
}

fn is_code(value: &str) -> bool {
    value.len() == 2 && value.bytes().all(|b| b.is_ascii_uppercase())
}

#[derive(Default)]
struct Times<'s> {
    created: Cow<'s, str>,
    updated: Cow<'s, str>,
}

impl<'s> Times<'s> {
    fn see(&mut self, reading: &Reading<'s>) {
        if reading.tier == Tier::Placeholder {
            return;
        }
        match reading.kind {
            Kind::CreatedAt if self.created.is_empty() || reading.value < self.created => {
                self.created = reading.value.clone();
            }
            Kind::UpdatedAt if reading.value > self.updated => self.updated = reading.value.clone(),
            _ => {}
        }
    }

    fn done(self) -> (Cow<'s, str>, Cow<'s, str>) {
        let changed = if self.updated > self.created {
            self.updated
        } else {
            self.created.clone()
        };
        (self.created, changed)
    }
}

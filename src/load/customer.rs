//! One cluster → the rows of one customer: golden values, contact points, consents, provenance, merge event.

use super::Produced;
use super::identity::{customer_id, id_of, source_and_key};
use super::rows::{Batch, Table};
use crate::entity::Golden;
use crate::record::{Dataset, Kind, RecordId, TableMapping};
use crate::survive::address::PARTS;
use crate::survive::{Chosen, Gathered, Said, Survivor, Tier, Unfaithful, Value, key};
use crate::text::digits::push_int;
use crate::text::json::push_string;
use std::borrow::Cow;

/// Kinds in the order of the columns of `customer`, from `honorific` to `website`.
const COLUMNS: [Kind; 23] = [
    Kind::Honorific,
    Kind::GivenName,
    Kind::MiddleName,
    Kind::FamilyName,
    Kind::NameSuffix,
    Kind::FullName,
    Kind::Nickname,
    Kind::Gender,
    Kind::BirthDate,
    Kind::BirthPlace,
    Kind::Organization,
    Kind::JobTitle,
    Kind::Email,
    Kind::Phone,
    Kind::Street,
    Kind::HouseNumber,
    Kind::Unit,
    Kind::City,
    Kind::Region,
    Kind::Postcode,
    Kind::Country,
    Kind::Address,
    Kind::Website,
];

/// Makes rows of customers.
pub struct CustomerRows<'a, 'd> {
    /// The records.
    pub dataset: &'a Dataset,
    /// The rules.
    pub survivor: &'d Survivor<'d>,
    /// Whether the records of each table are organizations.
    pub organizations: Vec<bool>,
    /// The run's id.
    pub run: &'a str,
    /// When the run began.
    pub started_at: &'a str,
}

/// Whether each table's records are organizations, by mapping.
#[must_use]
pub fn organizations(dataset: &Dataset, mappings: &[TableMapping]) -> Vec<bool> {
    let tables = dataset.tables.iter().enumerate();
    tables
        .map(|(i, t)| {
            let named = mappings.iter().find(|m| m.source == t.name);
            named
                .or_else(|| mappings.get(i))
                .is_some_and(|m| m.organizations)
        })
        .collect()
}

/// Room for what is made of one customer, used for the next one again.
#[derive(Default)]
pub struct Room<'d> {
    gathered: Gathered<'d>,
    chosen: Chosen<'d>,
}

impl<'d> CustomerRows<'_, 'd> {
    /// Appends the rows of a customer and adds its golden values, all of them checked against their cells, to `produced`;
    /// gives the golden record when it was merged.
    ///
    /// # Errors
    /// A golden value that its source cell does not bear out.
    pub fn append(
        &self,
        cluster: u32,
        members: &[RecordId],
        room: &mut Room<'d>,
        batch: &mut Batch,
        produced: &mut Produced,
    ) -> Result<Option<Golden<'d>>, Unfaithful> {
        let Room { gathered, chosen } = room;
        self.survivor.gather_into(members, gathered);
        self.survivor.choose_into(gathered.said(), chosen);
        self.survivor.check(cluster, gathered, chosen)?;
        self.customer(cluster, members, gathered, chosen, batch);
        contact_points(cluster, gathered, chosen, batch);
        addresses(cluster, gathered, chosen, batch);
        affiliations(cluster, gathered, chosen, batch);
        self.consents(cluster, gathered, chosen, batch);
        produced.golden_values += chosen.choices.len() as u64;
        for field in chosen.choices.chunk_by(|a, b| a.kind == b.kind) {
            produced.filled[field[0].kind as usize] += 1;
        }
        if members.len() == 1 {
            return Ok(None);
        }
        self.provenance(cluster, gathered, chosen, batch);
        let golden = self.survivor.describe(cluster, gathered, chosen);
        self.merge_event(cluster, room, batch);
        Ok(Some(golden))
    }

    fn customer(
        &self,
        cluster: u32,
        members: &[RecordId],
        gathered: &Gathered<'_>,
        chosen: &Chosen<'_>,
        batch: &mut Batch,
    ) {
        let mut golden: [&str; Kind::ALL.len()] = [""; Kind::ALL.len()];
        for choice in chosen.choices.iter().rev() {
            golden[choice.kind as usize] = &gathered.values[choice.value as usize].reading.value;
        }
        let has = |kind: Kind| !golden[kind as usize].is_empty();
        let person = has(Kind::GivenName) || has(Kind::FamilyName);
        let organization = gathered
            .members
            .iter()
            .all(|m| self.organizations[m.table as usize]);
        let kind = match (person, has(Kind::Organization)) {
            _ if organization => "organization",
            (true, _) => "person",
            (false, true) => "organization",
            _ if has(Kind::FullName) => "person",
            _ => "unknown",
        };
        let mut sources: Vec<u16> = gathered.members.iter().map(|m| m.source).collect();
        sources.sort_unstable();
        sources.dedup();
        let created = gathered.members.iter().map(|m| &m.created);
        let first_seen = created.filter(|c| !c.is_empty()).min();
        let last_seen = gathered.members.iter().map(|m| &m.changed).max();
        let row = batch.table(Table::Customer);
        row.int(i64::from(cluster));
        row.text(&customer_id(self.dataset, members)).text(kind);
        for kind in COLUMNS {
            row.text_or_null(golden[kind as usize]);
        }
        row.int(members.len() as i64).int(sources.len() as i64);
        row.text_or_null(first_seen.map_or("", Cow::as_ref));
        row.text_or_null(last_seen.map_or("", Cow::as_ref));
    }

    fn consents(
        &self,
        cluster: u32,
        gathered: &Gathered<'_>,
        chosen: &Chosen<'_>,
        batch: &mut Batch,
    ) {
        let statements = gathered
            .values
            .iter()
            .filter(|v| v.reading.kind == Kind::Consent);
        for (i, value) in statements.enumerate() {
            let member = &gathered.members[value.member as usize];
            let row = batch.table(Table::Consent);
            row.int(i64::from(cluster))
                .int(i as i64 + 1)
                .text(value.slot.name);
            row.text(&value.reading.value).text(&value.raw);
            row.text(self.survivor.column_name(member, value.column));
            row.text_or_null(&member.changed)
                .int(record(gathered, value));
        }
        for effective in &chosen.consents {
            let row = batch.table(Table::ConsentEffective);
            row.int(i64::from(cluster))
                .text(effective.channel.name)
                .text(effective.state.name());
            row.int(record(
                gathered,
                &gathered.values[effective.deciding as usize],
            ));
        }
    }

    fn provenance(
        &self,
        cluster: u32,
        gathered: &Gathered<'_>,
        chosen: &Chosen<'_>,
        batch: &mut Batch,
    ) {
        for choice in &chosen.choices {
            let value = &gathered.values[choice.value as usize];
            let member = &gathered.members[value.member as usize];
            let row = batch.table(Table::FieldProvenance);
            row.int(i64::from(cluster))
                .text(choice.kind.name())
                .text(choice.slot.name);
            row.int(i64::from(choice.position))
                .text(&value.reading.value);
            row.int(i64::from(member.id.0));
            row.text(self.survivor.column_name(member, value.column));
            row.text(choice.decided.name());
            row.text_or_null(value.reading.transform.map_or("", |t| t.name()));
            row.int(i64::from(choice.records));
            if choice.losing.is_empty() {
                row.null();
                continue;
            }
            row.text_with(|out| {
                for (i, lost) in choice.losing.iter().enumerate() {
                    let lost = &gathered.values[*lost as usize];
                    out.push_str(if i == 0 {
                        "[{\"value\":"
                    } else {
                        ",{\"value\":"
                    });
                    push_string(out, &lost.raw);
                    out.push_str(",\"record_id\":");
                    push_int(out, record(gathered, lost));
                    out.push('}');
                }
                out.push(']');
            });
        }
    }

    /// The state before the merge: every record as the customer it would be alone.
    fn merge_event(&self, cluster: u32, room: &mut Room<'d>, batch: &mut Batch) {
        let Room { gathered, chosen } = room;
        let row = batch.table(Table::MergeEvent);
        row.null()
            .text(self.run)
            .int(i64::from(cluster))
            .text("rule")
            .text(self.started_at);
        row.int(gathered.members.len() as i64);
        row.text_with(|out| {
            let mut between = '[';
            gathered.each_alone(|member, alone| {
                let (source, key) = source_and_key(self.dataset, member.id);
                out.push(between);
                between = ',';
                out.push_str("{\"record_id\":");
                push_int(out, member.id.0.into());
                out.push_str(",\"source\":");
                push_string(out, source);
                out.push_str(",\"source_key\":");
                push_string(out, key);
                out.push_str(",\"customer_id\":");
                push_string(out, &id_of(source, key));
                out.push_str(",\"values\":");
                self.survivor.choose_into(alone, chosen);
                push_values(alone, chosen, out);
                out.push('}');
            });
            out.push(']');
        });
    }
}

/// Golden values of a record alone: `[[field, name, value], …]`.
fn push_values(alone: Said<'_, '_>, chosen: &Chosen<'_>, out: &mut String) {
    for (i, choice) in chosen.choices.iter().enumerate() {
        let value = &alone.values[choice.value as usize];
        out.push_str(if i == 0 { "[[" } else { ",[" });
        push_string(out, choice.kind.name());
        out.push(',');
        push_string(out, choice.slot.name);
        out.push(',');
        push_string(out, &value.reading.value);
        out.push(']');
    }
    out.push_str(if chosen.choices.is_empty() { "[]" } else { "]" });
}

fn record(gathered: &Gathered<'_>, value: &Value<'_>) -> i64 {
    i64::from(gathered.members[value.member as usize].id.0)
}

/// E-mails, phones, identifiers and attributes.
fn contact_points(cluster: u32, gathered: &Gathered<'_>, chosen: &Chosen<'_>, batch: &mut Batch) {
    for choice in &chosen.choices {
        let value = &gathered.values[choice.value as usize];
        let (text, from) = (&*value.reading.value, record(gathered, value));
        let (no, position, records) = (
            i64::from(cluster),
            i64::from(choice.position),
            i64::from(choice.records),
        );
        let valid = i64::from(value.reading.tier == Tier::Real);
        match choice.kind {
            Kind::Email => {
                let row = batch.table(Table::Email);
                row.int(no)
                    .int(position)
                    .text(text)
                    .text(&value.raw)
                    .text_or_null(value.label);
                row.int(valid)
                    .int(i64::from(value.reading.role))
                    .int(records)
                    .int(from);
            }
            Kind::Phone => {
                let row = batch.table(Table::Phone);
                row.int(no)
                    .int(position)
                    .text(text)
                    .text(&value.raw)
                    .text_or_null(value.label);
                row.int(valid).int(records).int(from);
            }
            Kind::Identifier | Kind::SocialHandle | Kind::Website => {
                let row = batch.table(Table::Identifier);
                row.int(no)
                    .text(choice.kind.name())
                    .text(value.slot.name)
                    .int(position);
                row.text(text).int(records).int(from);
            }
            Kind::Attribute | Kind::Category | Kind::Amount | Kind::Age => {
                let row = batch.table(Table::Attribute);
                row.int(no)
                    .text(choice.kind.name())
                    .text(value.slot.name)
                    .text(text)
                    .int(from);
            }
            _ => {}
        }
    }
}

fn addresses(cluster: u32, gathered: &Gathered<'_>, chosen: &Chosen<'_>, batch: &mut Batch) {
    for (i, address) in chosen.addresses.iter().enumerate() {
        let value = |part: usize| address.parts[part].map(|v| &gathered.values[v as usize]);
        let label = (0..PARTS.len()).find_map(value).map_or("", |v| v.label);
        let row = batch.table(Table::Address);
        row.int(i64::from(cluster))
            .int(i as i64 + 1)
            .text_or_null(label);
        for part in 0..PARTS.len() {
            row.text_or_null(value(part).map_or("", |v| &v.reading.value));
        }
        row.int(i64::from(address.records));
        row.int(i64::from(gathered.members[address.member as usize].id.0));
    }
}

/// Distinct organizations of a person with the job title that the same record names.
fn affiliations(cluster: u32, gathered: &Gathered<'_>, chosen: &Chosen<'_>, batch: &mut Batch) {
    struct Affiliation<'g> {
        key: Cow<'g, str>,
        organization: Option<&'g Value<'g>>,
        title: Option<&'g Value<'g>>,
        members: Vec<u32>,
    }
    let mut found: Vec<Affiliation<'_>> = Vec::new();
    let of_kind = |kind: Kind| {
        let values = gathered.values.iter();
        values.filter(move |v| v.reading.kind == kind && v.reading.tier > Tier::Placeholder)
    };
    let title_of = |member: u32| of_kind(Kind::JobTitle).find(|v| v.member == member);
    for value in of_kind(Kind::Organization) {
        let key = key::key(Kind::Organization, &value.reading.value);
        match found.iter_mut().find(|a| a.key == key) {
            Some(same) => {
                same.title = same.title.or_else(|| title_of(value.member));
                if same.members.last() != Some(&value.member) {
                    same.members.push(value.member);
                }
            }
            None => found.push(Affiliation {
                key,
                organization: Some(value),
                title: title_of(value.member),
                members: vec![value.member],
            }),
        }
    }
    if found.is_empty() {
        let chosen_title = chosen.choices.iter().find(|c| c.kind == Kind::JobTitle);
        found.extend(chosen_title.map(|c| {
            let value = &gathered.values[c.value as usize];
            Affiliation {
                key: Cow::Borrowed(""),
                organization: None,
                title: Some(value),
                members: vec![value.member],
            }
        }));
    }
    let golden = chosen.choices.iter().find(|c| c.kind == Kind::Organization);
    if let Some(golden) = golden {
        let golden = key::key(
            Kind::Organization,
            &gathered.values[golden.value as usize].reading.value,
        );
        // the golden one first, others in order of records
        found.sort_by_key(|a| a.key != golden);
    }
    for (i, affiliation) in found.iter().enumerate() {
        let text = |v: Option<&Value<'_>>| {
            v.map_or_else(String::new, |v| v.reading.value.clone().into_owned())
        };
        let row = batch.table(Table::Affiliation);
        row.int(i64::from(cluster)).int(i as i64 + 1);
        row.text_or_null(&text(affiliation.organization))
            .text_or_null(&text(affiliation.title));
        row.int(affiliation.members.len() as i64);
        row.int(i64::from(
            gathered.members[affiliation.members[0] as usize].id.0,
        ));
    }
}

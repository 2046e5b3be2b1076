//! How the phrases of a header combine: permissions, upkeep, birth, other people, properties, moments, numbers, fields.

use super::header::{HeaderEvidence, Senses};
use crate::lexicon::headers::{Phrase, Reading, Sense};
use crate::lexicon::wishes::{self, Says};
use crate::record::{DOUBTFUL, FORMER, Kind};

/// A rule: adds its evidence and answers whether it applies.
type Rule = fn(&Senses<'_>, &Reading, &mut HeaderEvidence) -> bool;

/// The first rule that applies decides; a header that none takes names a field.
const RULES: &[Rule] = &[
    permission,
    upkeep,
    birth,
    somebody_else,
    property,
    moment,
    number,
];

/// Adds the evidence of the phrases to `e`.
pub(crate) fn apply(s: &Senses<'_>, reading: &Reading, e: &mut HeaderEvidence) {
    if !RULES.iter().any(|rule| rule(s, reading, e)) {
        field(s, reading, e);
    }
}

/// Words of a header that is a sentence.
const SENTENCE: usize = 5;

/// Consent and opt-out, and when or why they were given.
fn permission(s: &Senses<'_>, reading: &Reading, e: &mut HeaderEvidence) -> bool {
    let (mut out, mut consent) = (s.bits(Kind::OptOut), s.bits(Kind::Consent));
    let says = e.wish.map(|w| w.says);
    let mut bare = false;
    match says {
        Some(Says::Refuses) => out = out.max(9.0),
        Some(Says::Agrees) => consent = consent.max(8.0),
        Some(Says::Turned) => (out, consent) = (0.0, 8.0),
        // "Marketing" and "Mailing" alone: a yes may be of a kind of campaign
        Some(Says::Named) if s.phrases.is_empty() => (consent, bare) = (5.0, true),
        _ => {}
    }
    // who agreed to a privacy policy, to terms, to invoices by e-mail did not agree to be reached,
    // and who wants offers of partners said nothing of those who keep the data; "GDPR consent" is one to the use of data
    // as long as the header says no more
    let offers = e.wish.is_some_and(|w| w.offers);
    let others = s.labelled("others");
    let elsewhere = if offers {
        others
    } else {
        s.has(Sense::Terms) && (consent >= 5.0 || says == Some(Says::Accepts))
    };
    let in_law = s.phrases.iter().any(|p| {
        let has = |sense: Sense| p.meanings.iter().any(|m| m.sense == sense);
        has(Sense::Terms) && has(Sense::Kind(Kind::Consent))
    });
    if elsewhere && !in_law && out < 5.0 {
        e.raise(Kind::Category, 8.0);
        e.blocked = true;
        e.other_matter = true;
        return true;
    }
    if out.max(consent) < 5.0 {
        return false;
    }
    // the moment of opting out says that it happened, that of opting in may be the one of being asked
    // a wish's own words are of nothing else: `not` is also a note, `text` also prose
    let sentence = reading.phrases.len() + reading.unknown.len() > SENTENCE;
    let said = |sense: Sense| {
        let own = |p: &Phrase| !p.text.contains(' ') && wishes::speaks(&p.text);
        let other = |p: &&Phrase| says.is_none() || (p.certainty >= 0.9 && !own(p));
        let mut phrases = s.phrases.iter().filter(other);
        phrases.any(|p| p.meanings.iter().any(|m| m.sense == sense))
    };
    let about = (s.modified_by(Sense::When) && said(Sense::When) && out < consent.max(5.0))
        || (said(Sense::Kind(Kind::Text)) && (says.is_none() || !sentence))
        || [Kind::Source, Kind::Ignore, Kind::Amount]
            .iter()
            .any(|k| said(Sense::Kind(*k)));
    if about {
        e.raise(Kind::Text, 8.0);
        e.blocked = true;
    } else if out >= consent {
        e.raise(Kind::OptOut, out);
    } else {
        e.raise(Kind::Consent, consent);
    }
    for kind in [Kind::Email, Kind::Phone] {
        e.raise(kind, s.bits(kind) * 0.3);
    }
    // words for sales are also words for those who sell
    (e.staff, e.party) = (false, false);
    let turned = says == Some(Says::Turned);
    let in_law = in_law && e.channel.is_none() && !offers;
    let doubtful = in_law || turned || bare || s.labelled(DOUBTFUL);
    e.label = if doubtful && out < consent {
        Some(DOUBTFUL.to_owned())
    } else {
        e.channel.map(str::to_owned)
    };
    true
}

/// When a record was created or changed, or by whom.
fn upkeep(s: &Senses<'_>, _: &Reading, e: &mut HeaderEvidence) -> bool {
    let (created, updated) = (s.bits(Kind::CreatedAt), s.bits(Kind::UpdatedAt));
    if created.max(updated) < 5.0 {
        return false;
    }
    // "registered address" names an address
    let field = s.kinds.iter().any(|k| {
        k.1 > 5.0
            && !matches!(
                k.0,
                Kind::CreatedAt | Kind::UpdatedAt | Kind::Category | Kind::Ignore
            )
    });
    if field {
        return false;
    }
    if s.has(Sense::Foreign) || s.names(Kind::Ignore) || s.has(Sense::Id) {
        e.raise(Kind::Ignore, 8.0);
        e.blocked = true;
    } else if updated >= created {
        e.raise(Kind::UpdatedAt, updated);
        e.raise(Kind::CreatedAt, created);
    } else {
        e.raise(Kind::CreatedAt, created);
    }
    true
}

/// Birth in all its parts.
fn birth(s: &Senses<'_>, _: &Reading, e: &mut HeaderEvidence) -> bool {
    let date = s.bits(Kind::BirthDate);
    if !s.has(Sense::Birth) && date < 5.0 {
        return false;
    }
    if s.has(Sense::Foreign) {
        return false;
    }
    let part = [
        (Sense::Year, Kind::BirthYear),
        (Sense::Month, Kind::BirthMonth),
        (Sense::Day, Kind::BirthDay),
    ];
    let mut parts = 0;
    for (sense, kind) in part {
        if s.modified_by(sense) {
            e.raise(kind, 8.5);
            parts += 1;
        }
    }
    if parts > 0 {
        return true;
    }
    let place = [
        Kind::City,
        Kind::Region,
        Kind::Country,
        Kind::BirthPlace,
        Kind::Address,
    ];
    if s.names(Kind::Age) {
        e.raise(Kind::Age, 8.5);
    } else if place.iter().any(|k| s.names(*k)) {
        e.raise(Kind::BirthPlace, 8.5);
    } else if s.names(Kind::Identifier) {
        return false;
    } else if s.has(Sense::Name) || s.names(Kind::FamilyName) {
        e.raise(Kind::FamilyName, 8.0);
        e.label = Some(FORMER.to_owned());
    } else if s.modified_by(Sense::Meta) || s.names(Kind::Category) {
        e.raise(Kind::Category, 7.0);
        e.blocked = true;
    } else {
        e.raise(Kind::BirthDate, date.max(8.0));
        e.raise(Kind::BirthYear, 2.0);
        // in some languages the birthday's word is the day's word
        e.raise(Kind::BirthDay, s.bits(Kind::BirthDay));
    }
    true
}

/// Fields of a spouse, an assistant, an emergency contact, a pet.
fn somebody_else(s: &Senses<'_>, _: &Reading, e: &mut HeaderEvidence) -> bool {
    if !s.modified_by(Sense::Foreign) && !s.has(Sense::Animal) {
        return false;
    }
    e.blocked = true;
    e.label = None;
    if s.has(Sense::Id) {
        e.raise(Kind::Ignore, 8.0);
    } else if s
        .kinds
        .iter()
        .any(|k| matches!(k.0, Kind::Email | Kind::Phone))
    {
        e.raise(Kind::Text, 9.0);
    } else {
        e.raise(Kind::Attribute, 6.0);
        e.raise(Kind::Text, 5.0);
    }
    true
}

/// Type, status, verification of a field.
fn property(s: &Senses<'_>, _: &Reading, e: &mut HeaderEvidence) -> bool {
    if !s.modified_by(Sense::Meta) {
        return false;
    }
    let named = s.kinds.iter().any(|k| k.1 >= 5.0 && k.0 == Kind::Text);
    e.raise(if named { Kind::Text } else { Kind::Category }, 7.0);
    e.raise(Kind::Attribute, s.bits(Kind::Attribute) * 0.6);
    e.blocked = s
        .kinds
        .iter()
        .any(|k| !matches!(k.0, Kind::Category | Kind::Attribute | Kind::Text));
    e.property_of = s
        .kinds
        .iter()
        // what is said about organizations and jobs uses their words
        .filter(|k| k.1 >= 5.0 && !matches!(k.0, Kind::Organization | Kind::JobTitle))
        .map(|k| (k.0, k.1))
        .collect();
    true
}

/// Moments that are neither birth nor upkeep.
fn moment(s: &Senses<'_>, _: &Reading, e: &mut HeaderEvidence) -> bool {
    if !s.modified_by(Sense::When) {
        return false;
    }
    e.raise(Kind::Text, 7.0);
    e.raise(Kind::Category, s.bits(Kind::Category) * 0.5);
    e.blocked = true;
    true
}

/// Keys, numbers and codes.
fn number(s: &Senses<'_>, reading: &Reading, e: &mut HeaderEvidence) -> bool {
    let coded = s.has(Sense::Code);
    let id = s.modified_by(Sense::Id) || s.modified_by(Sense::Code);
    if !id {
        return false;
    }
    if s.kinds
        .iter()
        .any(|k| k.0 == Kind::Identifier && k.1 >= 5.0)
    {
        e.raise(Kind::Identifier, 9.0);
        return true;
    }
    let keeps = [
        Kind::Phone,
        Kind::Email,
        Kind::Street,
        Kind::HouseNumber,
        Kind::Unit,
        Kind::Postcode,
        Kind::RecordKey,
        Kind::Source,
        Kind::Gender,
        Kind::Website,
        Kind::SocialHandle,
        Kind::Honorific,
    ];
    // the flat's word is a word of offices too: an "internal code" is no flat
    let kept = |kind: Kind| keeps.contains(&kind) && !(coded && kind == Kind::Unit);
    if s.kinds.iter().any(|k| k.1 >= 4.0 && kept(k.0)) {
        return false;
    }
    let places = [Kind::City, Kind::Region, Kind::Country, Kind::BirthPlace];
    if let Some((kind, bits, _)) = s.kinds.iter().find(|k| places.contains(&k.0)) {
        e.raise(*kind, if coded { *bits } else { bits * 0.6 });
        e.raise(Kind::Category, 4.0);
    } else if s.names(Kind::Organization) {
        e.raise(Kind::Ignore, 5.0);
        e.raise(Kind::Identifier, 3.0);
        e.raise(Kind::RecordKey, 4.0);
    } else if s.kinds.iter().any(|k| k.1 >= 5.0) {
        // whatever its digits look like
        e.bits[Kind::Postcode as usize] = -8.0;
        e.raise(Kind::Category, 5.0);
        e.raise(Kind::Ignore, 4.5);
        e.raise(Kind::RecordKey, 1.0);
        e.raise(Kind::Attribute, s.bits(Kind::Attribute) * 0.6);
    } else if s.has(Sense::Entity) {
        e.raise(Kind::RecordKey, 6.0);
        e.raise(Kind::Identifier, 6.0);
    } else if coded {
        e.raise(Kind::RecordKey, 3.0);
        e.raise(Kind::Postcode, s.bits(Kind::Postcode));
        e.raise(Kind::Category, 2.0);
        e.raise(Kind::Identifier, 1.5);
    } else {
        e.raise(
            Kind::RecordKey,
            match (reading.unknown.is_empty(), s.phrases.len()) {
                (true, 1) => 8.0,
                (true, _) => 7.0,
                (false, _) => 4.0,
            },
        );
        e.raise(Kind::Ignore, 5.0);
    }
    true
}

/// A field named by its kind.
fn field(s: &Senses<'_>, reading: &Reading, e: &mut HeaderEvidence) {
    let part_of = |container: Kind, kind: Kind| match container {
        Kind::Address => matches!(
            kind,
            Kind::Street
                | Kind::HouseNumber
                | Kind::Unit
                | Kind::City
                | Kind::Region
                | Kind::Postcode
                | Kind::Country
                | Kind::Email
                | Kind::Website
                | Kind::Organization
                | Kind::Phone
                | Kind::GivenName
                | Kind::FamilyName
                | Kind::MiddleName
                | Kind::FullName
        ),
        // "address 1" is a street, "address 1 city" is not
        Kind::Street => matches!(
            kind,
            Kind::City
                | Kind::Region
                | Kind::Postcode
                | Kind::Country
                | Kind::Email
                | Kind::Phone
                | Kind::Unit
        ),
        Kind::Organization => matches!(
            kind,
            Kind::Address
                | Kind::Street
                | Kind::HouseNumber
                | Kind::Unit
                | Kind::City
                | Kind::Region
                | Kind::Postcode
                | Kind::Country
                | Kind::Email
                | Kind::Phone
                | Kind::Website
                | Kind::JobTitle
                | Kind::Category
                | Kind::Attribute
                | Kind::Amount
                | Kind::Identifier
                | Kind::Honorific
                | Kind::Text
        ),
        Kind::FullName => matches!(
            kind,
            Kind::GivenName
                | Kind::FamilyName
                | Kind::MiddleName
                | Kind::Honorific
                | Kind::NameSuffix
                | Kind::Nickname
        ),
        _ => false,
    };
    let distinct: Vec<Kind> = s.kinds.iter().map(|k| k.0).collect();
    // "total with VAT"
    let taxed = |kind: Kind| kind == Kind::Identifier && distinct.contains(&Kind::Amount);
    for (kind, bits, _) in s.kinds.iter().filter(|k| !taxed(k.0)) {
        let contained = distinct.iter().any(|k| *k != *kind && part_of(*kind, *k));
        let several = s
            .phrases
            .iter()
            .filter(|p| p.meanings.iter().any(|m| matches!(m.sense, Sense::Kind(_))))
            .count()
            > 1;
        // "name (family)" says so as clearly as "family name"
        let part_of_name = distinct.contains(&Kind::FullName) && part_of(Kind::FullName, *kind);
        let bits = match (contained, several) {
            (true, _) => bits * 0.3,
            (false, true) if part_of_name => (bits + 2.0).min(9.0),
            (false, true) => bits - 1.0,
            (false, false) => *bits,
        };
        e.raise(*kind, bits);
    }
    e.of_company =
        s.names(Kind::Organization) && distinct.iter().any(|k| part_of(Kind::Organization, *k));
    if e.of_company && e.label.is_none() {
        e.label = Some("work".to_owned());
    }
    if s.has(Sense::Name) {
        name(s, reading, e);
    }
    let other_kinds = s.kinds.iter().any(|k| k.1 >= 4.0);
    if (s.has(Sense::Entity) || s.has(Sense::Party)) && !other_kinds && !s.has(Sense::Name) {
        let party = s.has(Sense::Party);
        e.raise(Kind::FullName, if party { 4.0 } else { 3.0 });
        e.raise(Kind::RecordKey, 2.0);
        e.raise(Kind::Organization, 1.5);
    }
    if s.has(Sense::Label) && !other_kinds && !s.has(Sense::Name) && !s.has(Sense::Entity) {
        e.raise(Kind::Phone, 3.0);
        e.raise(Kind::Email, 2.0);
        e.raise(Kind::Address, 2.0);
    }
    for (sense, kind) in [
        (Sense::Year, Kind::BirthYear),
        (Sense::Month, Kind::BirthMonth),
        (Sense::Day, Kind::BirthDay),
    ] {
        if s.has(sense) && !other_kinds {
            e.raise(kind, 2.0);
        }
    }
    if s.has(Sense::When) && !other_kinds {
        e.raise(Kind::Text, 4.0);
    }
    // lines of an address
    if reading.ordinal.is_some_and(|n| n <= 5) && s.phrases.len() == 1 && s.names(Kind::Address) {
        e.raise(Kind::Street, 8.0);
    }
}

/// A name: of the person, of a company or of another thing.
fn name(s: &Senses<'_>, reading: &Reading, e: &mut HeaderEvidence) {
    if s.names(Kind::Organization) {
        e.raise(Kind::Organization, 8.0);
        return;
    }
    // a word that is "name" in one sense and a certain name in another: `nom`, `jméno`
    let both = s.phrases.iter().any(|p| {
        p.meanings.iter().any(|m| m.sense == Sense::Name)
            && p.meanings.iter().any(|m| matches!(m.sense, Sense::Kind(_)))
    });
    if !both && s.kinds.iter().any(|k| k.1 >= 5.0) {
        return;
    }
    e.bare_name = true;
    if both {
        let of_somebody = s.has(Sense::Entity) || s.has(Sense::Party);
        e.raise(Kind::FullName, if of_somebody { 6.0 } else { 4.0 });
        e.raise(Kind::Organization, 3.0);
        return;
    }
    let unknown = !reading.unknown.is_empty();
    let (full, organization, given) = match (s.has(Sense::Entity), unknown) {
        (true, _) => (7.0, 4.0, 1.0),
        (false, true) => (2.5, 5.0, 0.0),
        (false, false) => (5.5, 5.0, 3.5),
    };
    e.raise(Kind::FullName, full);
    e.raise(Kind::Organization, organization);
    e.raise(Kind::GivenName, given);
    if unknown {
        e.raise(Kind::Attribute, 4.5);
    }
}

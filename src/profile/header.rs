//! What a column's header says: its phrases put together into evidence for kinds.

use crate::lexicon::headers::{self, Phrase, Reading, Sense};
use crate::record::Kind;

/// Number of kinds.
pub(crate) const KINDS: usize = Kind::ALL.len();

/// Evidence for each kind in bits.
pub(crate) type Bits = [f64; KINDS];

/// What a header says.
#[derive(Clone, Debug)]
pub(crate) struct HeaderEvidence {
    /// Bits for each kind; 0 where it says nothing.
    pub(crate) bits: Bits,
    /// Label of a contact point or address.
    pub(crate) label: Option<String>,
    /// Number in the header.
    pub(crate) ordinal: Option<u32>,
    /// It belongs to somebody else than the record's person, or is a property of a field: never used as such a field.
    pub(crate) blocked: bool,
    /// Kinds of which it names a property ("phone type"), with their bits.
    pub(crate) property_of: Vec<(Kind, f64)>,
    /// It is about an owner or a colleague of those who keep the data; few values tell the latter.
    pub(crate) staff: bool,
    /// It is a bare "name".
    pub(crate) bare_name: bool,
    /// It names a contact point of an organization beside the person, as `company phone`.
    pub(crate) of_company: bool,
    /// The words that were understood.
    pub(crate) words: String,
    /// Languages of the words other than English, strongest first.
    pub(crate) languages: Vec<&'static str>,
}

impl HeaderEvidence {
    /// Whether anything was understood.
    pub(crate) fn speaks(&self) -> bool {
        self.bits.iter().any(|b| *b > 0.0)
    }

    /// Bits for one kind.
    pub(crate) fn of(&self, kind: Kind) -> f64 {
        self.bits[kind as usize]
    }

    /// When the values are decisively of a kind of which the header seems to name only a property, it names the field.
    pub(crate) fn trust_values(&mut self, values: &Bits) {
        let shown = |k: &&(Kind, f64)| values[k.0 as usize] >= 6.0;
        if let Some((kind, bits)) = self.property_of.iter().find(shown).copied() {
            self.blocked = false;
            self.bits = [0.0; KINDS];
            self.raise(kind, 0.8 * bits);
        }
    }

    fn raise(&mut self, kind: Kind, bits: f64) {
        let b = &mut self.bits[kind as usize];
        *b = b.max(bits);
    }
}

/// The senses of a header, counted.
struct Senses<'a> {
    phrases: &'a [Phrase],
    /// Kinds named, with bits and label, in header order.
    kinds: Vec<(Kind, f64, Option<&'static str>)>,
}

impl<'a> Senses<'a> {
    fn of(phrases: &'a [Phrase]) -> Self {
        let mut kinds = Vec::new();
        for (i, phrase) in phrases.iter().enumerate() {
            let others_name_kinds = phrases.iter().enumerate().any(|(j, p)| {
                j != i && p.meanings.iter().any(|m| matches!(m.sense, Sense::Kind(_)))
            });
            let modifies = phrase
                .meanings
                .iter()
                .any(|m| !matches!(m.sense, Sense::Kind(_)));
            for m in phrase.meanings {
                if let Sense::Kind(kind) = m.sense {
                    // "type" beside "phone" is a property of the phone, "first" beside "name" is not
                    let weight = if modifies && others_name_kinds {
                        0.3
                    } else {
                        1.0
                    };
                    kinds.push((kind, m.bits * phrase.certainty * weight, m.label));
                }
            }
        }
        Senses { phrases, kinds }
    }

    fn has(&self, sense: Sense) -> bool {
        self.phrases
            .iter()
            .any(|p| p.meanings.iter().any(|m| m.sense == sense))
    }

    /// Whether a phrase has this sense and no kind of its own, or another phrase names a kind.
    fn modified_by(&self, sense: Sense) -> bool {
        self.phrases.iter().enumerate().any(|(i, p)| {
            p.meanings.iter().any(|m| m.sense == sense)
                && (!p.meanings.iter().any(|m| matches!(m.sense, Sense::Kind(_)))
                    || self.phrases.iter().enumerate().any(|(j, q)| {
                        i != j
                            && q.meanings
                                .iter()
                                .any(|m| m.sense != Sense::Entity && m.sense != Sense::Label)
                    }))
        })
    }

    fn bits(&self, kind: Kind) -> f64 {
        self.kinds
            .iter()
            .filter(|k| k.0 == kind)
            .map(|k| k.1)
            .fold(0.0, f64::max)
    }

    fn names(&self, kind: Kind) -> bool {
        self.bits(kind) > 0.0
    }
}

/// Reads a header.
pub(crate) fn read(header: &str) -> HeaderEvidence {
    let reading = headers::read(header);
    let mut e = compose(&reading);
    let known: usize = reading.phrases.len();
    let unknown = reading.unknown.len();
    if known > 0 {
        let factor = 1.0 - 0.4 * unknown as f64 / (known + unknown) as f64;
        e.bits.iter_mut().for_each(|b| *b *= factor);
    }
    e
}

fn compose(reading: &Reading) -> HeaderEvidence {
    let s = Senses::of(&reading.phrases);
    let mut e = HeaderEvidence {
        bits: [0.0; KINDS],
        label: label(&s),
        ordinal: reading.ordinal,
        blocked: false,
        property_of: Vec::new(),
        staff: s.has(Sense::Staff),
        bare_name: false,
        of_company: false,
        words: reading
            .phrases
            .iter()
            .map(|p| p.text.as_str())
            .collect::<Vec<_>>()
            .join(" + "),
        languages: languages(&reading.phrases),
    };
    let first_match = [
        permission,
        upkeep,
        birth,
        somebody_else,
        property,
        moment,
        number,
    ];
    if !first_match.iter().any(|rule| rule(&s, reading, &mut e)) {
        field(&s, reading, &mut e);
    }
    e
}

/// Consent and opt-out, and when or why they were given.
fn permission(s: &Senses<'_>, _: &Reading, e: &mut HeaderEvidence) -> bool {
    let (out, consent) = (s.bits(Kind::OptOut), s.bits(Kind::Consent));
    if out.max(consent) < 5.0 {
        return false;
    }
    let about = s.modified_by(Sense::When)
        || s.names(Kind::Text)
        || s.names(Kind::Source)
        || s.names(Kind::Ignore)
        || s.names(Kind::Amount);
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
    e.label = channel(&e.words);
    true
}

/// Channel that a permission is about.
fn channel(words: &str) -> Option<String> {
    const CHANNELS: &[(&str, &str)] = &[
        ("sms", "sms"),
        ("text", "sms"),
        ("fax", "fax"),
        ("whatsapp", "whatsapp"),
        ("phone", "phone"),
        ("call", "phone"),
        ("tele", "phone"),
        ("email", "email"),
        ("e mail", "email"),
        ("newsletter", "email"),
        ("post", "post"),
        ("mail", "post"),
    ];
    CHANNELS
        .iter()
        .find(|c| words.contains(c.0))
        .map(|c| c.1.to_owned())
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

/// Fields of a spouse, an assistant, an emergency contact.
fn somebody_else(s: &Senses<'_>, _: &Reading, e: &mut HeaderEvidence) -> bool {
    if !s.has(Sense::Foreign) {
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
    if s.kinds.iter().any(|k| k.1 >= 4.0 && keeps.contains(&k.0)) {
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
        e.raise(Kind::Category, 5.0);
        e.raise(Kind::Ignore, 4.5);
        e.raise(Kind::RecordKey, 1.0);
        e.raise(Kind::Attribute, s.bits(Kind::Attribute) * 0.6);
    } else if s.has(Sense::Entity) {
        e.raise(Kind::RecordKey, 6.0);
        e.raise(Kind::Identifier, 6.0);
    } else if coded {
        e.raise(Kind::RecordKey, 3.0);
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
    for (kind, bits, _) in &s.kinds {
        let contained = distinct.iter().any(|k| *k != *kind && part_of(*kind, *k));
        let several = s
            .phrases
            .iter()
            .filter(|p| p.meanings.iter().any(|m| matches!(m.sense, Sense::Kind(_))))
            .count()
            > 1;
        let bits = match (contained, several) {
            (true, _) => bits * 0.3,
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
    if s.has(Sense::Entity) && !other_kinds && !s.has(Sense::Name) {
        e.raise(Kind::FullName, 3.0);
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
        e.raise(Kind::FullName, 4.0);
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

fn label(s: &Senses<'_>) -> Option<String> {
    let own = s.kinds.iter().find_map(|k| k.2);
    let others: Vec<&str> = s
        .phrases
        .iter()
        .flat_map(|p| p.meanings)
        .filter(|m| m.sense == Sense::Label)
        .filter_map(|m| m.label)
        .collect();
    let use_of = others
        .iter()
        .find(|l| matches!(**l, "billing" | "shipping"));
    use_of
        .or(own.as_ref())
        .or_else(|| others.first())
        .map(|l| (*l).to_owned())
}

fn languages(phrases: &[Phrase]) -> Vec<&'static str> {
    let mut found: Vec<&'static str> = Vec::new();
    for phrase in phrases.iter().filter(|p| p.certainty > 0.85) {
        let english = phrase.meanings.iter().any(|m| m.language == "en");
        for m in phrase.meanings {
            if !english && m.bits >= 6.0 && !found.contains(&m.language) {
                found.push(m.language);
            }
        }
    }
    found
}

/// The kind with most bits, for tests and reasons.
pub(crate) fn strongest(bits: &Bits) -> (Kind, f64) {
    let mut best = (Kind::Ignore, f64::MIN);
    for kind in Kind::ALL {
        let b = bits[*kind as usize];
        if b > best.1 {
            best = (*kind, b);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(header: &str) -> Kind {
        strongest(&read(header).bits).0
    }

    #[test]
    fn headers_of_registers_and_systems() {
        for (header, wanted) in [
            ("fname_c1", Kind::GivenName),
            ("lname_c2", Kind::FamilyName),
            ("pername1", Kind::GivenName),
            ("soc_sec_id", Kind::Identifier),
            ("MailingPostalCode", Kind::Postcode),
            ("Default Address Province Code", Kind::Region),
            ("Default Address Company", Kind::Organization),
            ("Address 1: ZIP/Postal Code", Kind::Postcode),
            ("E-mail 1 - Value", Kind::Email),
            ("E-mail 1 - Label", Kind::Category),
            ("HasOptedOutOfEmail", Kind::OptOut),
            ("Accepts SMS Marketing", Kind::Consent),
            ("UNSUB_REASON", Kind::Text),
            ("OPTIN_TIME", Kind::Text),
            ("LastModifiedDate", Kind::UpdatedAt),
            ("CreatedById", Kind::Ignore),
            ("AssistantPhone", Kind::Text),
            ("first_and_surname", Kind::FullName),
            ("Geburtsdatum", Kind::BirthDate),
            ("dob_year", Kind::BirthYear),
            ("birth_city", Kind::BirthPlace),
            ("Rechnungsstraße", Kind::Street),
            ("客户手机", Kind::Phone),
            ("код клиента", Kind::Identifier),
            ("company phone", Kind::Phone),
            ("phone type", Kind::Category),
            ("address.line1", Kind::Street),
            ("contacts.email", Kind::Email),
            ("name.first", Kind::GivenName),
        ] {
            assert_eq!(kind(header), wanted, "{header}: {:?}", read(header));
        }
    }

    #[test]
    fn labels_and_ordinals() {
        let label = |h: &str| read(h).label;
        assert_eq!(label("MobilePhone").as_deref(), Some("mobile"));
        assert_eq!(label("Person - Phone - Home").as_deref(), Some("home"));
        assert_eq!(label("BillingStreet").as_deref(), Some("billing"));
        assert_eq!(label("Handy").as_deref(), Some("mobile"));
        assert_eq!(label("Phone"), None);
        assert_eq!(read("address_2").ordinal, Some(2));
        assert!(read("spouse email").blocked && !read("email").blocked);
    }
}

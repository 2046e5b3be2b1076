//! What a column's header says: its phrases put together into evidence for kinds.

use super::rules;
use crate::lexicon::headers::{self, Phrase, Reading, Sense};
use crate::lexicon::wishes::{self, Says, Wish};
use crate::record::{DOUBTFUL, Kind, REFUSALS};

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
    /// It is about somebody else if the table names its own people in other columns.
    pub(crate) party: bool,
    /// That somebody is who buys.
    pub(crate) buyer: bool,
    /// The words for that somebody.
    pub(crate) party_word: Option<String>,
    /// It is about an animal of the person.
    pub(crate) animal: bool,
    /// It names the person that a record is of: customer, owner, member.
    pub(crate) entity: bool,
    /// About terms of payment, which a ledger of customers has.
    pub(crate) ledger: bool,
    /// It is a bare "name".
    pub(crate) bare_name: bool,
    /// It names a contact point of an organization beside the person, as `company phone`.
    pub(crate) of_company: bool,
    /// Channel that it names.
    pub(crate) channel: Option<&'static str>,
    /// What its words come to as a wish.
    pub(crate) wish: Option<Wish>,
    /// It asks for leave that is not about being reached.
    pub(crate) other_matter: bool,
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

    /// The header speaks of being reached and the values are answers, which makes the column one of permissions; whether a
    /// *yes* agrees is not said.
    pub(crate) fn hear_answers(&mut self) {
        if self.other_matter || self.of(Kind::OptOut).max(self.of(Kind::Consent)) >= 5.0 {
            return;
        }
        self.blocked = false;
        self.property_of.clear();
        self.bits = [0.0; KINDS];
        self.raise(Kind::Consent, 8.0);
        self.label = Some(DOUBTFUL.to_owned());
    }

    /// The header speaks of opting out and the values are answers.
    pub(crate) fn hear_opt_out(&mut self) {
        if self.other_matter {
            return;
        }
        self.blocked = false;
        self.property_of.clear();
        self.bits = [0.0; KINDS];
        self.raise(Kind::OptOut, 9.0);
        self.label = self.channel.map(str::to_owned);
    }

    /// Some values are words of opting out, which makes the column one of permissions whatever its header says; a header
    /// that is not about reaching somebody asks for none, so that other values agree to nothing.
    pub(crate) fn hear_refusals(&mut self) {
        let doubtful = self.label.as_deref() == Some(DOUBTFUL);
        let asked = !doubtful && self.of(Kind::OptOut).max(self.of(Kind::Consent)) >= 5.0;
        if asked || self.other_matter {
            return;
        }
        self.blocked = false;
        self.property_of.clear();
        self.bits = [0.0; KINDS];
        self.raise(Kind::Consent, 12.0);
        // a "contact status" or the outcome of a call asks for no consent
        let written = self
            .channel
            .is_some_and(|c| !["phone", "post"].contains(&c));
        let asks = ["marketing", "preference", "permission"];
        let asked = asks.iter().any(|w| self.words.contains(w));
        self.label = if written || asked {
            self.channel.map(str::to_owned)
        } else {
            Some(REFUSALS.to_owned())
        };
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

    /// Raises the evidence for a kind to at least `bits`.
    pub(crate) fn raise(&mut self, kind: Kind, bits: f64) {
        let b = &mut self.bits[kind as usize];
        *b = b.max(bits);
    }
}

/// The senses of a header, counted.
pub(crate) struct Senses<'a> {
    /// All phrases but noise.
    pub(crate) phrases: &'a [Phrase],
    /// Kinds named, with bits and label, in header order.
    pub(crate) kinds: Vec<(Kind, f64, Option<&'static str>)>,
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

    /// The first phrase that has this sense.
    pub(crate) fn phrase(&self, sense: Sense) -> Option<&'a Phrase> {
        let mut phrases = self.phrases.iter();
        phrases.find(|p| p.meanings.iter().any(|m| m.sense == sense))
    }

    /// Whether some phrase has this sense.
    pub(crate) fn has(&self, sense: Sense) -> bool {
        self.phrase(sense).is_some()
    }

    /// Whether a phrase has this sense and no kind of its own, or another phrase names a kind.
    pub(crate) fn modified_by(&self, sense: Sense) -> bool {
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

    /// Whether some phrase has a meaning with this label.
    pub(crate) fn labelled(&self, label: &str) -> bool {
        let mut meanings = self.phrases.iter().flat_map(|p| p.meanings);
        meanings.any(|m| m.label == Some(label))
    }

    /// Bits for a kind that is named, 0 otherwise.
    pub(crate) fn bits(&self, kind: Kind) -> f64 {
        self.kinds
            .iter()
            .filter(|k| k.0 == kind)
            .map(|k| k.1)
            .fold(0.0, f64::max)
    }

    /// Whether a kind is named.
    pub(crate) fn names(&self, kind: Kind) -> bool {
        self.bits(kind) > 0.0
    }
}

/// Reads a header.
pub(crate) fn read(header: &str) -> HeaderEvidence {
    let reading = headers::read(header);
    let mut e = compose(&reading, header);
    let known: usize = reading.phrases.len();
    let unknown = reading.unknown.len();
    let wished = e
        .wish
        .is_some_and(|w| matches!(w.says, Says::Refuses | Says::Agrees));
    if known > 0 && !wished {
        let factor = 1.0 - 0.4 * unknown as f64 / (known + unknown) as f64;
        e.bits.iter_mut().for_each(|b| *b *= factor);
    }
    e
}

fn compose(reading: &Reading, header: &str) -> HeaderEvidence {
    let s = Senses::of(&reading.phrases);
    let mut e = HeaderEvidence {
        bits: [0.0; KINDS],
        label: label(&s),
        ordinal: reading.ordinal,
        blocked: false,
        property_of: Vec::new(),
        staff: s.has(Sense::Staff),
        party: s.has(Sense::Party) || s.has(Sense::Staff),
        buyer: s.labelled("buyer"),
        party_word: s.phrase(Sense::Party).map(|p| p.text.clone()),
        animal: s.has(Sense::Animal),
        entity: s.has(Sense::Entity) || s.has(Sense::Staff),
        ledger: s.has(Sense::Ledger) && !s.names(Kind::Consent),
        bare_name: false,
        of_company: false,
        channel: wishes::channel(header),
        wish: wishes::heard(header),
        other_matter: false,
        words: reading
            .phrases
            .iter()
            .map(|p| p.text.as_str())
            .collect::<Vec<_>>()
            .join(" + "),
        languages: languages(&reading.phrases),
    };
    rules::apply(&s, reading, &mut e);
    // `Name / Firma`, `Nachname/Firma`
    let name = s.has(Sense::Name) || s.names(Kind::FamilyName);
    e.bare_name |= name && s.names(Kind::Organization) && header.contains('/');
    e
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
            ("お名前(姓)", Kind::FamilyName),
            ("お名前(メイ)", Kind::GivenName),
            ("Nom utilisé", Kind::FamilyName),
            ("Nombre del comprador", Kind::FullName),
            ("totalPriceWithVat", Kind::Amount),
            ("Pseudonyme ID", Kind::Category),
            ("Mahnsperre", Kind::Category),
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
            ("UNSUB_TIME", Kind::OptOut),
            ("Unsubscribed Time", Kind::OptOut),
            ("OPTIN_TIME", Kind::Text),
            ("followemail", Kind::Category),
            ("ContactPermissionCodeText", Kind::Consent),
            ("password_hash", Kind::Ignore),
            ("rp_token", Kind::Ignore),
            ("Credit Card Number", Kind::Ignore),
            ("Billing Code", Kind::Postcode),
            ("Address 1 - Formatted", Kind::Address),
            ("LastNamePrefix", Kind::FamilyName),
            ("Assistant's Phone", Kind::Text),
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
            ("data.email", Kind::Email),
            ("dataFields.firstName", Kind::GivenName),
            ("data.attributes.postalCode", Kind::Postcode),
            ("Receive Marketing Emails", Kind::Consent),
            ("Marketing mails", Kind::Consent),
            ("Marketingmails", Kind::Consent),
            ("Can be emailed", Kind::Consent),
            ("Email allowed", Kind::Consent),
            ("Mailable", Kind::Consent),
            ("メールマガジン", Kind::Consent),
            ("is_unsubscribed", Kind::OptOut),
            ("No longer contact by email", Kind::OptOut),
            ("Is Excluded From Campaigns", Kind::OptOut),
            ("Marketing Suspended", Kind::OptOut),
            ("Abmeldedatum", Kind::OptOut),
            ("Anmeldedatum", Kind::CreatedAt),
            ("Désabonné le", Kind::OptOut),
            ("Fecha de baja del boletín", Kind::OptOut),
            ("Data disiscrizione", Kind::OptOut),
            ("Uitgeschreven op", Kind::OptOut),
            ("Data wypisania", Kind::OptOut),
            ("removed_on", Kind::OptOut),
            ("Birthday (yyyy-mm-dd)", Kind::BirthDate),
            ("Newsletter (0/1)", Kind::Consent),
            ("Related Company", Kind::Organization),
            ("Cancel At Period End", Kind::Text),
        ] {
            assert_eq!(kind(header), wanted, "{header}: {:?}", read(header));
        }
    }

    #[test]
    fn headers_of_many_languages() {
        let table = include_str!("../../tests/standards/headers.csv");
        let mut rows = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .from_reader(table.as_bytes());
        let mut wrong = Vec::new();
        let mut count = 0;
        for row in rows.records().map(Result::unwrap) {
            count += 1;
            let got = kind(&row[1]);
            if !row[2].split('|').any(|k| k == got.name()) {
                wrong.push(format!(
                    "{} `{}` is {got}, not {}",
                    &row[0], &row[1], &row[2]
                ));
            }
        }
        assert!(count > 900, "{count}");
        assert!(
            wrong.is_empty(),
            "{} wrong:\n{}",
            wrong.len(),
            wrong.join("\n")
        );
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

//! Columns about somebody else than the record's own person: recipients, payers, hosts, colleagues, animals.

use super::infer::Draft;
use super::ledger::names_firms;
use super::shape::Flag;
use super::table::any;
use crate::record::{CONTACT, Kind};

/// Kinds of names of people.
const NAMES: [Kind; 3] = [Kind::FullName, Kind::GivenName, Kind::FamilyName];

/// Kinds of which a column of somebody else says nothing where the row's own person has one.
const DOUBLED: [Kind; 7] = [
    Kind::Street,
    Kind::Postcode,
    Kind::City,
    Kind::Region,
    Kind::BirthDate,
    Kind::Gender,
    Kind::Identifier,
];

/// Whom a column is about.
#[derive(Clone, Copy, PartialEq)]
enum Whose {
    /// The row's own person, called by a word that may be another's: a buyer where nobody else is named.
    Own,
    /// Somebody else.
    Another,
    /// Whom its kind tells.
    Open,
}

/// What a table has of its own people and firms.
struct Named {
    whose: Vec<Whose>,
    /// Kinds of which the row's own person has a column that says so.
    kinds: Vec<Kind>,
}

impl Named {
    fn of(drafts: &[Draft]) -> Self {
        let says = |d: &Draft, kind: Kind| {
            let bare = d.header.bare_name && d.header.of(Kind::FullName) >= 4.0;
            let told = d.header.of(kind) >= 5.0 || (bare && NAMES.contains(&kind));
            d.kind == kind && (d.given || (told && !d.header.blocked))
        };
        let any = |of: &dyn Fn(&Draft) -> bool| drafts.iter().any(of);
        let of_firms = any(&|d| says(d, Kind::Organization) && !d.header.party);
        // who is to be asked for is named beside a firm; beside a recipient it is somebody there
        let contact =
            |d: &Draft| !of_firms && d.header.label.as_deref() == Some(CONTACT) && !names_firms(d);
        let named = |d: &Draft| NAMES.iter().any(|kind| says(d, *kind));
        // whom goods are sent to may be another than who buys
        let sent = |d: &Draft| d.header.label.as_deref() == Some("shipping");
        let own = any(&|d| !d.header.party && !contact(d) && !sent(d) && named(d));
        // where only such are named, the row is of who buys, else of those who are more
        let parties = drafts
            .iter()
            .filter(|d| !own && NAMES.contains(&d.kind) && !contact(d));
        let first = parties
            .rev()
            .max_by_key(|d| (d.header.buyer, d.portrait.stats.distinct));
        let party = first.and_then(|d| d.header.party_word.clone());
        let whose = |d: &Draft| {
            let words = party.as_deref().zip(d.header.party_word.as_deref());
            let own = words.is_some_and(|(own, word)| one_stem(own, word));
            match (d.header.party, own) {
                (true, true) => Whose::Own,
                (true, false) => Whose::Another,
                (false, _) => Whose::Open,
            }
        };
        let has = |kind: &Kind| {
            any(&|d| {
                let called = match whose(d) {
                    Whose::Own => d.kind == *kind,
                    Whose::Another => false,
                    Whose::Open => says(d, *kind),
                };
                called && !contact(d)
            })
        };
        let kinds = Kind::ALL.iter().copied().filter(has).collect();
        let mut found = Named {
            whose: drafts.iter().map(whose).collect(),
            kinds,
        };
        let with_firms = any(&|d| NAMES.contains(&d.kind) && !contact(d) && names_firms(d));
        if found.whole() && !with_firms {
            let contacts = found.whose.iter_mut().zip(drafts);
            for (whose, _) in contacts.filter(|(_, d)| contact(d)) {
                *whose = Whose::Another;
            }
        }
        found
    }

    fn has(&self, kind: Kind) -> bool {
        self.kinds.contains(&kind)
    }

    /// Whether given and family names have columns of their own.
    fn parts(&self) -> bool {
        self.has(Kind::GivenName) && self.has(Kind::FamilyName)
    }

    fn whole(&self) -> bool {
        self.has(Kind::FullName) || self.parts()
    }
}

/// Whether each word of one phrase begins, or is begun by, one of the other's: `buyer` and `buyer name`, `nume destinatar` and
/// `destinatarului`.
fn one_stem(a: &str, b: &str) -> bool {
    let within = |few: &str, many: &str| {
        few.split(' ').all(|x| {
            let mut words = many.split(' ');
            words.any(|y| x.starts_with(y) || y.starts_with(x))
        })
    };
    within(a, b) || within(b, a)
}

/// Where a table names its own people, columns of buyers, guests, owners are about others, and a column that only its
/// values would make a name is none.
pub(crate) fn set_others_apart(drafts: &mut [Draft]) {
    let named = Named::of(drafts);
    if !NAMES.iter().any(|kind| named.has(*kind)) {
        return;
    }
    // "People" and "User" may be those who look after the customers
    let someone = |d: &Draft| {
        let bare = d.header.bare_name && d.header.of(Kind::FullName) >= 4.0;
        d.kind == Kind::FullName && d.header.of(Kind::FullName) < 5.0 && !bare
    };
    let names_people = |d: &Draft| d.header.of(Kind::FullName) > 0.0 || d.header.bare_name;
    let cities = any(drafts, Kind::City);
    let ledger = drafts.iter().any(|d| d.header.ledger);
    let columns = named.whose.iter().zip(drafts.iter_mut());
    for (whose, d) in columns.filter(|(_, d)| !d.given) {
        // "Berlin, DE" below "Location" repeats what the city's column says
        let vague = (1.0..5.0).contains(&d.header.of(Kind::City));
        if cities && vague && matches!(d.kind, Kind::Attribute | Kind::Category) {
            let why = "a place, which columns of the address tell already".to_owned();
            d.settle(Kind::Text, 0.7, why);
        }
        let name = NAMES.contains(&d.kind) || matches!(d.kind, Kind::MiddleName | Kind::Nickname);
        let contact = matches!(
            d.kind,
            Kind::Email | Kind::Phone | Kind::Organization | Kind::Attribute
        );
        let twice = DOUBLED.contains(&d.kind) && named.has(d.kind);
        if named.parts()
            && named.has(Kind::Organization)
            && d.kind == Kind::FullName
            && d.header.label.as_deref() == Some(CONTACT)
            && !names_firms(d)
        {
            d.header.blocked = true;
            let why = "a contact person; the row's own names have columns of their own".to_owned();
            d.settle(Kind::Text, 0.8, why);
        } else if *whose == Whose::Another && (name || contact || twice) {
            d.header.blocked = true;
            let why = format!(
                "header words `{}` are about somebody else than the row's own name",
                d.header.words
            );
            d.settle(Kind::Text, 0.9, why);
        } else if *whose == Whose::Own {
            continue;
        } else if named.whole()
            && d.kind == Kind::FullName
            && d.header.of(Kind::Organization) >= 5.0
            && !names_people(d)
        {
            let why = "names of firms; people's names have columns of their own".to_owned();
            d.settle(Kind::Organization, 0.7, why);
        } else if named.whole()
            && name
            && d.kind != Kind::MiddleName
            && (!d.header.speaks() || someone(d))
            && !(ledger && names_firms(d))
        {
            d.header.blocked = true;
            let why = "values like names, but the names have columns of their own".to_owned();
            let few = d.portrait.few_values();
            d.settle(if few { Kind::Category } else { Kind::Text }, 0.7, why);
        } else if named.has(Kind::Organization)
            && d.kind == Kind::Organization
            && d.header.of(Kind::Organization) <= 0.0
        {
            d.header.blocked = true;
            let why = "values like names of firms, which have a column of their own".to_owned();
            d.settle(Kind::Text, 0.7, why);
        }
    }
}

/// Where an order names its buyer, the name, firm, telephone and e-mail of the one to whom it is sent are another's.
pub(crate) fn set_recipients_apart(drafts: &mut [Draft]) {
    let labelled = |d: &Draft, label: &str| d.header.label.as_deref() == Some(label);
    let shipping = |d: &Draft| labelled(d, "shipping");
    let buyers = |kind: Kind| {
        drafts.iter().any(|d| {
            let other = d.header.staff || d.header.blocked || labelled(d, CONTACT);
            let buyer = d.kind == kind && !shipping(d) && !other;
            buyer && (d.given || d.header.of(kind) >= 5.0)
        })
    };
    let whole = buyers(Kind::FullName) || (buyers(Kind::GivenName) && buyers(Kind::FamilyName));
    let contacts = [Kind::Email, Kind::Phone].map(buyers);
    let firms = buyers(Kind::Organization);
    for d in drafts.iter_mut().filter(|d| !d.given) {
        let named = match d.kind {
            Kind::FullName | Kind::GivenName | Kind::FamilyName | Kind::MiddleName => whole,
            Kind::Organization => firms,
            Kind::Email => contacts[0],
            Kind::Phone => contacts[1],
            _ => false,
        };
        if named && shipping(d) {
            d.header.blocked = true;
            let why = "of whom the goods are sent to; who buys has columns of its own".to_owned();
            d.settle(Kind::Text, 0.8, why);
        }
    }
}

/// Where a table names who is invited, its users are those who invite.
pub(crate) fn set_hosts_apart(drafts: &mut [Draft]) {
    let speaks_of = |d: &Draft, who: &[&str]| d.header.words.split(" + ").any(|w| who.contains(&w));
    if !drafts.iter().any(|d| speaks_of(d, &["invitee"])) {
        return;
    }
    // whatever it says of leave and refusal counts
    let personal = |d: &Draft| {
        matches!(
            d.kind,
            Kind::GivenName
                | Kind::FamilyName
                | Kind::FullName
                | Kind::Email
                | Kind::Phone
                | Kind::SocialHandle
        )
    };
    let host = |d: &Draft| speaks_of(d, &["user", "user name", "username", "host", "organizer"]);
    let hosts = |d: &&mut Draft| !d.given && personal(d) && host(d);
    for d in drafts.iter_mut().filter(hosts) {
        d.header.blocked = true;
        let why = "of who invites; the invited have columns of their own".to_owned();
        d.settle(Kind::Text, 0.8, why);
    }
}

/// Beginnings of the words for those who attend.
const ATTENDEES: &[&str] = &[
    "attendee",
    "participant",
    "teilnehm",
    "partecip",
    "particip",
    "deelnem",
    "uczestnik",
    "deltag",
    "osallistu",
];

/// Where an order of tickets has a name and an e-mail address of its own, those who attend are others.
pub(crate) fn set_attendees_apart(drafts: &mut [Draft]) {
    let attends = |d: &Draft| {
        let mut words = d.header.words.split(" + ");
        words.any(|w| ATTENDEES.iter().any(|a| w.starts_with(a)))
    };
    let other = |d: &Draft| attends(d) || (d.header.party && !d.header.buyer) || d.header.blocked;
    let of_order = |kinds: &[Kind]| {
        let mut all = drafts.iter();
        all.any(|d| kinds.contains(&d.kind) && !other(d))
    };
    let mails = |d: &Draft| d.kind == Kind::Email;
    if !of_order(&[Kind::Email])
        || !of_order(&[Kind::FullName, Kind::FamilyName])
        || !drafts.iter().any(|d| mails(d) && attends(d))
    {
        return;
    }
    let personal = |d: &&mut Draft| {
        let name = matches!(
            d.kind,
            Kind::GivenName | Kind::FamilyName | Kind::FullName | Kind::Email | Kind::Phone
        );
        !d.given && name && attends(d)
    };
    for d in drafts.iter_mut().filter(personal) {
        d.header.blocked = true;
        let why = "of who attends; who ordered has columns of its own".to_owned();
        d.settle(Kind::Text, 0.8, why);
    }
}

/// Records from which names that come again and again tell of those who look after them.
const STAFFED: usize = 6;

/// A few names over and over, in records that have names of their own, are of those who look after the records; and one
/// word over and over is nobody's nickname, as `alias` names addresses.
pub(crate) fn set_staff_apart(drafts: &mut [Draft]) {
    let varied = |d: &Draft| {
        let stats = &d.portrait.stats;
        let name = matches!(d.kind, Kind::FullName | Kind::FamilyName);
        name && stats.distinct * 10 >= stats.filled * 6
    };
    let varied: Vec<bool> = drafts.iter().map(varied).collect();
    let own = |i: usize| varied.iter().enumerate().any(|(j, v)| *v && j != i);
    for (i, d) in drafts.iter_mut().enumerate() {
        let stats = &d.portrait.stats;
        if d.given || stats.filled < STAFFED {
            continue;
        }
        let most = stats.top.first().map_or(0, |(_, count)| *count);
        // a customer who buys often is named often, too
        let outright = d.header.of(Kind::FullName) >= 8.0 && !d.header.bare_name;
        let why = match d.kind {
            Kind::FullName if !outright && stats.distinct * 3 <= stats.filled && own(i) => {
                "a few names for many records, which have names of their own"
            }
            Kind::Nickname if most * 4 > stats.filled => "one word for many records",
            _ => continue,
        };
        d.header.blocked = true;
        d.settle(Kind::Category, 0.7, why.to_owned());
    }
}

/// Beginnings of the words for patients.
const PATIENTS: &[&str] = &[
    "patient", "pacient", "paziente", "pasient", "potila", "hasta",
];

/// Where a table tells of animals, patients are these, and so is what sex and birth date are told of.
pub(crate) fn set_animals_apart(drafts: &mut [Draft]) {
    // how many pets come along is said of hotels' guests
    let told = |d: &Draft| {
        let words = d.portrait.share(Flag::Letters) > 0.5 && d.portrait.share(Flag::YesNo) < 0.5;
        d.header.animal && words
    };
    if !drafts.iter().any(told) {
        return;
    }
    let animals = |d: &&mut Draft| {
        let mut words = d.header.words.split(" + ");
        let patient = words.any(|w| PATIENTS.iter().any(|p| w.starts_with(p)));
        let name = matches!(
            d.kind,
            Kind::GivenName | Kind::FamilyName | Kind::FullName | Kind::Nickname
        );
        let told = matches!(
            d.kind,
            Kind::Gender | Kind::BirthDate | Kind::BirthYear | Kind::Age
        );
        !d.given && ((patient && name) || (told && !d.header.entity))
    };
    for d in drafts.iter_mut().filter(animals) {
        d.header.blocked = true;
        let why = "of an animal, of which other columns tell".to_owned();
        d.settle(Kind::Text, 0.8, why);
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::tests::table;
    use super::one_stem;
    use crate::profile::{Settings, infer_table};
    use crate::record::Kind;

    /// The columns that the row's own person has, with their kinds.
    fn own(header: &[&'static str], rows: &[&[&str]]) -> Vec<(String, Kind)> {
        let mapping = infer_table(&table(header, rows), &Settings::default());
        let modest = [
            Kind::Text,
            Kind::Category,
            Kind::Attribute,
            Kind::Ignore,
            Kind::RecordKey,
        ];
        let own = mapping
            .columns
            .into_iter()
            .filter(|c| !modest.contains(&c.kind));
        own.map(|c| (c.column, c.kind)).collect()
    }

    fn pairs(list: &[(&str, Kind)]) -> Vec<(String, Kind)> {
        list.iter().map(|(c, k)| ((*c).to_owned(), *k)).collect()
    }

    #[test]
    fn who_is_insured_or_pays_is_not_who_holds_the_policy() {
        let rows: &[&[&str]] = &[
            &[
                "P-1",
                "Carmen Ortega Ruiz",
                "Pablo Ortega Vidal",
                "Luis Ortega Vidal",
                "carmen.ortega@example.com",
                "Elena Prats",
            ],
            &[
                "P-2",
                "Miguel Soler Prat",
                "Miguel Soler Prat",
                "Ana Soler Gil",
                "msoler@example.net",
                "Elena Prats",
            ],
            &[
                "P-3",
                "Lucía Ferrer Mas",
                "Hugo Ferrer Mas",
                "",
                "lucia.ferrer@example.org",
                "Jorge Gil",
            ],
        ];
        assert_eq!(
            own(
                &[
                    "Póliza",
                    "Contratante",
                    "Asegurado",
                    "Beneficiario",
                    "Email",
                    "Agente"
                ],
                rows
            ),
            pairs(&[("Contratante", Kind::FullName), ("Email", Kind::Email)])
        );
        // who is insured is the customer where nobody else is named
        assert_eq!(
            own(
                &[
                    "Póliza",
                    "Nota",
                    "Asegurado",
                    "Beneficiario",
                    "Email",
                    "Agente"
                ],
                rows
            )
            .iter()
            .filter(|(c, _)| c == "Asegurado")
            .count(),
            1
        );
    }

    #[test]
    fn who_sends_is_another_where_only_who_receives_is_named() {
        let rows: &[&[&str]] = &[
            &[
                "1",
                "Andrei Ionescu",
                "0700 000 900",
                "Maria Popa",
                "0700 000 146",
                "maria.popa@example.com",
            ],
            &[
                "2",
                "Andrei Ionescu",
                "0700 000 900",
                "Ioana Marin",
                "0700 000 147",
                "ioana@example.net",
            ],
            &[
                "3",
                "Dana Rusu",
                "0700 000 901",
                "Vasile Stan",
                "0700 000 148",
                "v.stan@example.org",
            ],
        ];
        assert_eq!(
            own(
                &[
                    "AWB",
                    "Expeditor",
                    "Telefon expeditor",
                    "Nume destinatar",
                    "Telefon",
                    "Email"
                ],
                rows
            )
            .into_iter()
            .filter(|(_, k)| matches!(k, Kind::FullName | Kind::Phone))
            .collect::<Vec<_>>(),
            pairs(&[
                ("Nume destinatar", Kind::FullName),
                ("Telefon", Kind::Phone)
            ])
        );
    }

    #[test]
    fn phrases_for_one_person_have_one_stem() {
        assert!(one_stem("buyer name", "buyer") && one_stem("destinatarului", "nume destinatar"));
        assert!(
            !one_stem("nume destinatar", "nume platitor")
                && !one_stem("propietario", "copropietario")
        );
    }

    #[test]
    fn who_buys_comes_before_who_receives() {
        let rows: &[&[&str]] = &[
            &["1", "Ana Ruiz", "Luis Ruiz", "ana.ruiz@example.com"],
            &["2", "Ana Ruiz", "Marta Gil", "ana.ruiz@example.com"],
            &["3", "Pedro Sanz", "Rosa Sanz", "psanz@example.net"],
        ];
        assert_eq!(
            own(
                &["Nº pedido", "Nombre del comprador", "Destinatario", "Email"],
                rows
            ),
            pairs(&[
                ("Nombre del comprador", Kind::FullName),
                ("Email", Kind::Email)
            ])
        );
    }

    #[test]
    fn patients_are_animals_beside_a_species() {
        let rows: &[&[&str]] = &[
            &[
                "4410",
                "Sanne",
                "Bruijnis",
                "Bo",
                "hond",
                "teef",
                "2019-03-03",
            ],
            &[
                "4411",
                "Pieter",
                "Hoekstra",
                "Willem",
                "kat",
                "kater",
                "2021-06-15",
            ],
            &[
                "4412",
                "Anna",
                "Dekker",
                "Sanne",
                "konijn",
                "voedster",
                "2022-02-01",
            ],
        ];
        let header = [
            "Klantnr",
            "Voornaam",
            "Achternaam",
            "Patiëntnaam",
            "Diersoort",
            "Geslacht",
            "Geboortedatum",
        ];
        let told = own(&header, rows);
        let names = told.iter().filter(|(_, k)| *k == Kind::GivenName);
        assert_eq!(names.count(), 1, "{told:?}");
        let of_animal = |k: Kind| matches!(k, Kind::Gender | Kind::BirthDate);
        assert!(!told.iter().any(|(_, k)| of_animal(*k)), "{told:?}");
    }

    #[test]
    fn who_attends_is_another_where_the_order_has_its_own_name_and_address() {
        let rows: &[&[&str]] = &[
            &[
                "A1",
                "eva.berger@example.com",
                "Lukas Berger",
                "",
                "Eva Berger",
            ],
            &[
                "A2",
                "eva.berger@example.com",
                "Eva Berger",
                "eva@example.net",
                "Eva Berger",
            ],
            &[
                "B1",
                "f.huber@example.org",
                "Maria Huber",
                "m.huber@example.org",
                "Franz Huber",
            ],
        ];
        assert_eq!(
            own(
                &[
                    "Bestellnummer",
                    "E-Mail",
                    "Teilnehmername",
                    "Teilnehmer-E-Mail",
                    "Rechnungsadresse: Name"
                ],
                rows
            ),
            pairs(&[
                ("E-Mail", Kind::Email),
                ("Rechnungsadresse: Name", Kind::FullName)
            ])
        );
        // a list of those who attend has no other
        assert_eq!(
            own(
                &[
                    "Nummer",
                    "Notiz",
                    "Teilnehmername",
                    "Teilnehmer-E-Mail",
                    "Bemerkung"
                ],
                rows
            )
            .iter()
            .filter(|(c, _)| c.starts_with("Teilnehmer"))
            .count(),
            2
        );
    }
}

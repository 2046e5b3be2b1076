//! What a record says that it is: `Person`, `Firma`, `юридическое лицо`.
//!
//! Values of the columns by which CRMs, shops and accounting programs tell private customers from firms. Compiled by hand
//! for this project.

use std::sync::LazyLock;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::word_key::word_key;

/// What a record is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordType {
    /// One person.
    Person,
    /// A company or institution.
    Organization,
    /// Those who live together.
    Household,
}

const PERSON: &str = "person|individual|private|private person|private individual|private customer|consumer|natural person|contact|\
b2c|privat|privatperson|privatkunde|privatkunden|natürliche person|kontakt|personne|personne physique|particulier|individu|\
persona|persona física|persona natural|particular|individuo|persona fisica|privato|pessoa|pessoa física|\
privé|privépersoon|consument|natuurlijk persoon|osoba|osoba fizyczna|osoba prywatna|fyzická osoba|soukromá osoba|fyzická osoba nepodnikající|\
privatkund|privatkunder|enskild person|yksityinen|yksityishenkilö|henkilö|magánszemély|természetes személy|\
persoană fizică|fizička osoba|fizična oseba|физическое лицо|физлицо|физ лицо|частное лицо|контакт|фізична особа|физическо лице|\
bireysel|şahıs|gerçek kişi|ιδιώτης|φυσικό πρόσωπο|個人|个人|個人客戶|개인|فرد|אדם פרטי|pf";
const ORGANIZATION: &str = "organization|organisation|company|business|corporate|corporation|firm|enterprise|institution|legal entity|\
legal person|b2b|org|nonprofit|non profit|firma|firmenkunde|unternehmen|geschäftskunde|geschäftlich|organisationseinheit|juristische person|\
entreprise|société|professionnel|personne morale|organisme|association|empresa|compañía|organización|persona jurídica|negocio|\
azienda|società|impresa|persona giuridica|ente|pessoa jurídica|organização|companhia|bedrijf|zakelijk|organisatie|rechtspersoon|\
firma organizacja|przedsiębiorstwo|osoba prawna|společnost|právnická osoba|podnikatel|spoločnosť|företag|förening|\
virksomhed|bedrift|foretak|yritys|organisaatio|cég|vállalkozás|jogi személy|companie|persoană juridică|tvrtka|poduzeće|pravna osoba|\
podjetje|юридическое лицо|юрлицо|юр лицо|компания|организация|фирма|предприятие|компанія|організація|юридична особа|юридическо лице|\
kurumsal|şirket|tüzel kişi|εταιρεία|επιχείρηση|νομικό πρόσωπο|法人|会社|企業|企业|公司|団体|회사|법인|기업|شركة|مؤسسة|חברה|pj";
const HOUSEHOLD: &str = "household|family|haushalt|familie|foyer|famille|hogar|familia|famiglia|nucleo familiare|família|huishouden|gezin|\
rodzina|gospodarstwo domowe|domácnost|rodina|hushåll|familj|husstand|kotitalous|háztartás|家族|世帯|家庭|가족|семья|сім'я";
/// Headers that ask whether the record is a firm.
const ASKS: &str = "is company|is a company|is organization|is organisation|is an organization|is business|is a business|company account|\
ist firma|ist unternehmen|ist ein unternehmen|est une société|est une entreprise|es una empresa|es una compañía|es empresa|\
org rec|org record|organization record|is org|è un'azienda|è una società|é uma empresa|is een bedrijf|is bedrijf|jest firmą|je společnost|je firma|är ett företag|er en virksomhed|\
er et firma|on yritys|şirket mi|компания да нет|является компанией";

static TYPES: LazyLock<HashMap<String, RecordType, FixedState>> = LazyLock::new(|| {
    let lists = [
        (HOUSEHOLD, RecordType::Household),
        (PERSON, RecordType::Person),
        (ORGANIZATION, RecordType::Organization),
    ];
    let all = lists.into_iter().flat_map(|(words, is)| {
        let words = words.split('|');
        words.map(move |w| (word_key(w).into_owned(), is))
    });
    all.collect()
});

/// What a cell says that its record is.
#[must_use]
pub fn of(cell: &str) -> Option<RecordType> {
    if cell.len() > 60 {
        return None;
    }
    TYPES.get(&*word_key(cell)).copied()
}

/// Whether a header asks if the record is a firm.
#[must_use]
pub fn asks_for_firm(header: &str) -> bool {
    let header = word_key(header);
    ASKS.split('|').any(|asks| word_key(asks) == header)
}

/// Beginnings of words that name a contact person, folded.
const CONTACTS: &[&str] = &[
    "contact",
    "kontakt",
    "ansprechp",
    "contatt",
    "contato",
    "kontaktow",
    "interlocut",
    "referente",
    "yhteyshenk",
    "kapcsolattart",
    "контакт",
];

/// Beginnings of words for who employs a person, folded.
const EMPLOYERS: &[&str] = &[
    "employe",
    "arbeitgeb",
    "emplead",
    "empregad",
    "datore",
    "werkgev",
    "pracodaw",
    "arbetsgiv",
    "arbejdsgiv",
    "arbeidsgiv",
    "tyonanta",
    "zamestnavat",
    "munkaltat",
    "angajator",
    "isveren",
    "работодат",
];

/// Whether a header is about who employs a person.
#[must_use]
pub fn of_employer(header: &str) -> bool {
    let words = super::headers::tokens(header);
    let employer = |w: &String| EMPLOYERS.iter().any(|e| w.starts_with(e));
    words.iter().any(employer)
}

/// Whether a header is about a contact person.
#[must_use]
pub fn of_contact(header: &str) -> bool {
    let words = super::headers::tokens(header);
    let contact = |w: &String| CONTACTS.iter().any(|c| w.starts_with(c));
    words.iter().any(contact)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_say_what_they_are() {
        for (cell, is) in [
            ("Person", RecordType::Person),
            ("FIRMA", RecordType::Organization),
            ("Företag", RecordType::Organization),
            ("юридическое лицо", RecordType::Organization),
            ("Household", RecordType::Household),
            ("个人", RecordType::Person),
        ] {
            assert_eq!(of(cell), Some(is), "{cell}");
        }
        for cell in ["", "VIP", "Berlin", "active"] {
            assert_eq!(of(cell), None, "{cell}");
        }
        assert!(asks_for_firm("È un'azienda") && asks_for_firm("is_company"));
        assert!(!asks_for_firm("Company"));
        assert!(of_contact("Prénom contact") && of_contact("contact_persons.1.first_name"));
        assert!(!of_contact("First Name"));
        assert!(of_employer("Donor's Employer") && !of_employer("Company"));
    }
}

//! Names of people: a cell of given names, of family names or of both, to comparable parts.
//!
//! Every word of the cell ends up in some part of the [`PersonName`], but for remarks and whom mail goes through; a word
//! not understood stays a name. Parts are folded (lower-case ASCII words parted by single spaces). Normalizing a part
//! again, in a cell of its kind, gives the same part.

mod firm;
mod nobody;
mod order;
mod peel;
mod scan;
mod spell;

pub use self::nobody::names_nobody;
use self::peel::Peeled;
use self::scan::{Aside, Scan, Word, scan};
use crate::lexicon::{given_names, honorifics, organization_words, particles, suffixes};
use crate::normalize::organization::organization;
use crate::normalize::placeholder::is_placeholder;
use crate::record::FAMILY_FIRST;
use crate::text::fold;

/// The generation written after a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord, Hash)]
pub enum Suffix {
    /// No generation is written.
    #[default]
    None,
    /// `Jr.` and its like: the son.
    Jr,
    /// `Sr.` and its like: the father.
    Sr,
    /// A count: `III` is 3; also the ordinal of a title (`2nd baronet`).
    Nth(u8),
}

/// A name in comparable parts. Each part is folded; empty when the cell does not say it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PersonName {
    /// First given name: one word, an initial, or a customary compound (`jean luc`).
    pub given: String,
    /// The other given names and initials, patronymics too.
    pub middle: String,
    /// Family name with its particles (`van der berg`), both of a pair (`garcia lopez`).
    pub family: String,
    /// Generation.
    pub suffix: Suffix,
    /// Forms of address and credentials: `prof dr`, `mrs`, `phd`.
    pub honorific: String,
    /// Call name in quotes or brackets: `bill` in `William "Bill" Smith`.
    pub nickname: String,
    /// Family name before marriage: `née`, `geb.`, or in brackets after the family name.
    pub previous_family: String,
    /// Place or name a title of nobility is of: `oakham` in `1st Baron Oakham`. People are also
    /// called by it instead of their family name.
    pub territory: String,
    /// The cell names two people: `John and Mary Smith`, `Mr & Mrs Smith`.
    pub second_person: bool,
    /// The names of the second person: `mary` in `John and Mary Smith`.
    pub partner: String,
    /// The words are those of a company or institution; a whole name is then left in `family`.
    pub looks_like_organization: bool,
}

/// The name in a cell of given names: `Christopher P`, `Dr Bazhen`, `Mary Ann`; `Smith, John` too.
#[must_use]
pub fn given(cell: &str) -> PersonName {
    if let Some(given) = plain_word(cell).filter(|word| !spell::stuck_initials(word)) {
        return PersonName {
            given,
            ..PersonName::default()
        };
    }
    let mut name = given_once(cell);
    name.settle(cell);
    name
}

fn given_once(cell: &str) -> PersonName {
    let mut name = PersonName::default();
    let Scan { mut parts, asides } = scan(cell);
    for aside in &asides {
        name.take_aside(aside, false);
    }
    let marked = peel::take_marked_parts(&mut parts);
    parts.retain(|part| !part.is_empty());
    if parts.len() > 1 && !peel::is_given_only(&parts[0]) {
        let family = parts.remove(0);
        let family = peel::both_ends(family, Peeled::Family, &mut name);
        name.set_family(family);
    }
    let words = peel::both_ends(parts.concat(), Peeled::Given, &mut name);
    name.set_given(words);
    name.absorb(marked);
    name
}

/// The name in a cell of family names: `Smith Jr.`, `van der Berg`, `Müller (geb. Schmidt)`.
#[must_use]
pub fn family(cell: &str) -> PersonName {
    if let Some(family) = plain_word(cell) {
        return PersonName {
            family,
            ..PersonName::default()
        };
    }
    let mut name = family_once(cell);
    name.settle(cell);
    name
}

fn family_once(cell: &str) -> PersonName {
    let mut name = PersonName::default();
    let Scan { mut parts, asides } = scan(cell);
    for aside in &asides {
        name.take_aside(aside, true);
    }
    let marked = peel::take_marked_parts(&mut parts);
    parts.retain(|part| !part.is_empty());
    if parts.len() > 1 {
        let given = parts.split_off(1).concat();
        let words = peel::both_ends(given, Peeled::Given, &mut name);
        name.set_given(words);
    }
    let mut words = peel::both_ends(parts.concat(), Peeled::Family, &mut name);
    name.note_organization(&words);
    peel::take_former(&mut words, &mut name);
    peel::take_title(&mut words, &mut name);
    peel::take_lone_rank(&mut words, &mut name);
    peel::take_initials(&mut words, &mut name);
    name.set_family(words);
    name.absorb(marked);
    name
}

/// In which order a column of whole names has them, unless a name says otherwise itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NameOrder {
    /// `Dezső Kosztolányi`
    #[default]
    GivenFirst,
    /// `Kosztolányi Dezső`
    FamilyFirst,
}

impl NameOrder {
    /// The order of a column with this label.
    #[must_use]
    pub fn of_column(label: Option<&str>) -> NameOrder {
        match label {
            Some(FAMILY_FIRST) => NameOrder::FamilyFirst,
            _ => NameOrder::GivenFirst,
        }
    }
}

/// The name in a cell of whole names: `Smith, John`, `SMITH John Q`, `Dr. Hans van der Berg`.
#[must_use]
pub fn full(cell: &str) -> PersonName {
    full_ordered(cell, NameOrder::GivenFirst)
}

/// The name in a cell of whole names, of which the column tells the order.
#[must_use]
pub fn full_ordered(cell: &str, order: NameOrder) -> PersonName {
    if names_nobody(cell) {
        return PersonName::default();
    }
    let cell = without_remark(cell);
    let mut name = PersonName::default();
    let Scan { mut parts, asides } = scan(cell);
    let first_words = parts.first().map_or(0, Vec::len);
    for aside in &asides {
        name.take_aside(aside, aside.after > 1 && aside.after >= first_words);
    }
    let words = parts.concat();
    name.looks_like_organization = names_organization(&words) || firm::has_form_as_written(cell);
    // `Boulangerie Tissot SARL, Luc Tissot`: whom to ask for in a firm
    if name.looks_like_organization
        && let [firm, person] = parts.as_slice()
        && person.len() > 1
        && person
            .iter()
            .any(|w| given_names::givenness(&w.text).is_some())
        && names_organization(firm)
        && !names_organization(person)
    {
        parts.remove(0);
        name.looks_like_organization = false;
    }
    if name.looks_like_organization {
        name.family = spell::plain(&words);
        return name;
    }
    let marked = peel::take_marked_parts(&mut parts);
    parts.retain(|part| !part.is_empty());
    name.set_parts(parts, order);
    name.absorb(marked);
    name.settle(cell);
    name
}

/// The cell without whom its mail goes through (`c/o Jane Doe`) and without a remark that is no name (`- do not use`).
fn without_remark(cell: &str) -> &str {
    let through = |at: &usize| at + 5 < cell.len();
    let care = cell.contains('/').then(|| cell.to_ascii_lowercase());
    let at = care.and_then(|lower| lower.find(" c/o ")).filter(through);
    let cell = at.map_or(cell, |at| &cell[..at]);
    match cell.rsplit_once(" - ") {
        Some((name, remark)) if !is_placeholder(name) && is_placeholder(remark) => name,
        _ => cell,
    }
}

/// The person in a cell of a column of firms: `Mw. F. Hoekstra`; where the column is `mixed`, also `Αγγελοπούλου Σοφία`
/// and `Hoekstra, F.`, though firms are called so. Nobody where the cell may as well name a firm.
#[must_use]
pub fn among_firms(cell: &str, mixed: bool) -> PersonName {
    let words = cell.split_whitespace().count();
    if !(2..=5).contains(&words) || cell.contains(|c: char| c.is_ascii_digit()) {
        return PersonName::default();
    }
    let addressed = |word: &str| honorifics::honorific(&fold(word)).is_some();
    if !mixed && !cell.split_whitespace().next().is_some_and(addressed) {
        return PersonName::default();
    }
    let name = full(cell);
    let addressed = gender_of_honorific(&name.honorific).is_some()
        || name.second_person && name.honorific.contains(' ');
    let known = mixed && words <= 3 && given_names::all_given(&name.given);
    let firm = organization(cell);
    let institution = |word: &String| organization_words::institution(word);
    let person = !name.family.is_empty()
        && (addressed || known || mixed && initials_behind(cell))
        && !name.looks_like_organization
        && firm.legal_form.is_empty()
        && !firm.tokens.iter().any(institution);
    if person { name } else { PersonName::default() }
}

/// Whether a cell is a name before a comma and initials behind it: `Vries, J. de`.
fn initials_behind(cell: &str) -> bool {
    let Some((_, behind)) = cell.split_once(',') else {
        return false;
    };
    let mut words = behind.split_whitespace();
    let dotted = |word: &str| {
        word.split_inclusive('.').all(|part| {
            let mut signs = part.chars();
            signs.next().is_some_and(char::is_uppercase) && signs.eq(['.'])
        })
    };
    words.next().is_some_and(dotted) && words.all(|w| dotted(w) || particles::particle(&fold(w)))
}

/// The gender the form of address in `honorific` (as in [`PersonName::honorific`]) is said to:
/// `m`, `f`, or nothing when it says none or both.
#[must_use]
pub fn gender_of_honorific(honorific: &str) -> Option<char> {
    let mut said = None;
    for word in honorific.split_ascii_whitespace() {
        if let Some(gender) = honorifics::honorific(word).and_then(|h| h.gender) {
            if said.is_some_and(|before| before != gender) {
                return None;
            }
            said = Some(gender);
        }
    }
    said
}

/// The folded cell when it is one plain ASCII word without anything to take apart: most cells are.
fn plain_word(cell: &str) -> Option<String> {
    let word = cell.trim_ascii();
    let plain = word.len() > 1 && word.bytes().all(|b| b.is_ascii_alphabetic());
    let lower = word.to_ascii_lowercase();
    (plain && honorifics::honorific(&lower).is_none()).then_some(lower)
}

fn append(to: &mut String, words: &str) {
    if words.is_empty() {
        return;
    }
    if !to.is_empty() {
        to.push(' ');
    }
    to.push_str(words);
}

/// Whether words are a company's by a mark (`gmbh`, `university`), a legal form at the end, or `and sons`.
fn names_organization(words: &[Word]) -> bool {
    if words.len() < 2 {
        return false;
    }
    let known_given = |w: &Word| given_names::givenness(&w.text).is_some();
    let addressed = honorifics::honorific(&words[0].text).is_some();
    let any_given = words.iter().any(known_given);
    let marked = |w: &Word| {
        organization_words::institution(&w.text)
            && !((any_given || addressed) && organization_words::also_surname(&w.text))
    };
    let partners = |pair: &[Word]| {
        particles::person_joiner(&pair[0].text) && organization_words::partners(&pair[1].text)
    };
    words.iter().any(marked) || words.windows(2).any(partners) || firm::ends_in_legal_form(words)
}

impl PersonName {
    /// Files what stood in quotes or brackets: a nickname, or after the family name a former one.
    fn take_aside(&mut self, aside: &Aside, after_family: bool) {
        let text = fold(&aside.text);
        let mut words = text.split(' ').peekable();
        let mut former = false;
        while words.peek().is_some_and(|w| particles::formerly(w)) {
            former = true;
            words.next();
        }
        let rest: Vec<&str> = words.filter(|w| !w.is_empty()).collect();
        let known_given = rest
            .first()
            .is_some_and(|w| given_names::givenness(w).is_some());
        if let ([only], Suffix::None) = (rest.as_slice(), self.suffix)
            && let Some(generation) = suffixes::generation(only)
                .or(suffixes::abbreviated(only))
                .or(suffixes::father_or_son(only))
        {
            self.suffix = generation.into();
        } else if former && rest.is_empty() {
            append(&mut self.previous_family, &text);
        } else if former || after_family && !aside.quoted && !known_given && text.len() > 3 {
            append(&mut self.previous_family, &rest.join(" "));
        } else if rest
            .iter()
            .all(|w| honorifics::honorific(w).is_some() || suffixes::credential(w, true))
        {
            append(&mut self.honorific, &rest.join(" "));
        } else {
            append(&mut self.nickname, &rest.join(" "));
        }
    }

    fn note_organization(&mut self, words: &[Word]) {
        self.looks_like_organization = names_organization(words);
    }

    /// Files the parts between commas of a whole name.
    fn set_parts(&mut self, mut parts: Vec<Vec<Word>>, order: NameOrder) {
        if parts.is_empty() {
            return;
        }
        let mut base = peel::both_ends(parts.remove(0), Peeled::Full, self);
        peel::take_former(&mut base, self);
        peel::take_title(&mut base, self);
        peel::take_lone_rank(&mut base, self);
        if parts.is_empty()
            && let Some(given) = peel::split_inside(&mut base, self)
        {
            self.set_family(base);
            self.set_given(given);
            return;
        }
        if parts.is_empty() {
            if self.second_person && base.len() == 1 {
                self.set_family(base);
                return;
            }
            let royal =
                base.len() == 1 && !self.territory.is_empty() && order::starts_with_given(&base);
            if royal {
                self.set_given(base);
            } else {
                self.set_full(base, order);
            }
            return;
        }
        peel::take_particles(&mut parts, &mut base);
        let rest = peel::both_ends(parts.concat(), Peeled::Given, self);
        if base.len() > 1 && order::starts_with_given_only(&base) && !order::has_given(&rest) {
            append(&mut self.territory, &spell::plain(&rest));
            self.set_full(base, order);
        } else if rest.is_empty() {
            self.set_full(base, order);
        } else {
            self.set_family(base);
            self.set_given(rest);
        }
    }

    /// Takes apart again what, taken alone, is not its own normal form: the words that remain when
    /// others are taken from between them can make up new combinations.
    fn settle(&mut self, cell: &str) {
        let latin = cell.bytes().any(|b| b.is_ascii_alphabetic());
        for _ in 0..4 {
            if !self.family.contains(' ') {
                break;
            }
            let again = family_once(&self.family);
            if again.family == self.family {
                break;
            }
            self.family.clear();
            self.take_in(again);
        }
        for _ in 0..4 {
            let title = latin && honorifics::honorific(&self.given).is_some();
            if !title && !self.given.contains(' ') {
                break;
            }
            let again = given_once(&self.given);
            if again.given == self.given {
                break;
            }
            self.given.clear();
            let middle = std::mem::take(&mut self.middle);
            self.take_in(again);
            append(&mut self.middle, &middle);
        }
    }

    /// Adds the parts of `other`.
    fn take_in(&mut self, other: PersonName) {
        let given = if self.given.is_empty() {
            &mut self.given
        } else {
            &mut self.middle
        };
        append(given, &other.given);
        append(&mut self.middle, &other.middle);
        append(&mut self.family, &other.family);
        append(&mut self.nickname, &other.nickname);
        append(&mut self.previous_family, &other.previous_family);
        append(&mut self.partner, &other.partner);
        self.second_person |= other.second_person;
        self.absorb(other);
    }

    /// Adds what stood behind commas at the end: generation, credentials, title.
    fn absorb(&mut self, marked: PersonName) {
        if marked.suffix != Suffix::None {
            self.suffix = marked.suffix;
        }
        append(&mut self.honorific, &marked.honorific);
        append(&mut self.territory, &marked.territory);
    }

    /// Splits the words of a given-name cell into first name, other names and second person.
    fn set_given(&mut self, words: Vec<Word>) {
        let (mine, partner) = order::split_people(words);
        if let Some(partner) = partner {
            self.second_person = true;
            append(&mut self.partner, &spell::plain(&partner));
        }
        let (first, others) = spell::given(&mine);
        append(&mut self.given, &first);
        append(&mut self.middle, &others);
    }

    fn set_family(&mut self, words: Vec<Word>) {
        append(&mut self.family, &spell::family(&words));
    }

    /// Splits the words of a whole name in the order they suggest.
    fn set_full(&mut self, words: Vec<Word>, order: NameOrder) {
        let (mut mine, partner) = order::split_people(words);
        let Some(partner) = partner else {
            let (given, family) = order::split_full(mine, order);
            self.set_family(family);
            self.set_given(given);
            return;
        };
        self.second_person = true;
        let partner = peel::both_ends(partner, Peeled::Full, self);
        let shares_family =
            partner.len() > 1 && (mine.len() < 2 || mine[1..].iter().all(Word::is_initial));
        if shares_family {
            let (given, family) = order::split_full(partner, order);
            append(&mut self.partner, &spell::plain(&given));
            self.set_family(family);
            self.set_given(mine);
        } else {
            append(&mut self.partner, &spell::plain(&partner));
            mine = peel::both_ends(mine, Peeled::Full, self);
            let (given, family) = order::split_full(mine, order);
            self.set_family(family);
            self.set_given(given);
        }
    }
}

#[cfg(test)]
mod cases;

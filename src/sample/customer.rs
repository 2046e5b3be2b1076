//! A customer as it really is: name, birth, home, contact points, employer. A pure function of seed and place in the plan.

use super::dice::Dice;
use super::layout::{Group, Kind, Layout, Slot};
use super::locale::Locale;
use super::phone::{Phone, landline, mobile};
use super::slip::mailbox;
use super::vocabulary::{Form, Town, Words};

const HOUSEHOLD: u64 = 2;
const MEMBER: u64 = 3;
const EMPLOYER: u64 = 4;
/// Employers of a country in a tile.
const EMPLOYERS: u64 = 24;
/// Domains of private mailboxes, all reserved (RFC 2606).
const MAILBOXES: [&str; 10] = [
    "example.com",
    "mail.example",
    "inbox.example",
    "example.net",
    "post.example",
    "letterbox.example",
    "example.org",
    "webpost.example",
    "mymail.example",
    "homenet.example",
];

/// A name in its own script and in Latin letters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) native: String,
    pub(crate) latin: String,
}

/// A place to live.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    pub(crate) town: Town,
    pub(crate) street: Form,
    /// Kind of street in full, and abbreviated.
    pub(crate) kind: (Form, &'static str),
    pub(crate) number: u64,
    /// Flat; 0 where there is none.
    pub(crate) unit: u64,
    pub(crate) postcode: String,
}

/// A company, as employer or as customer.
#[derive(Debug, Clone)]
pub(crate) struct Company {
    pub(crate) name: Name,
    /// Place of its legal form among those of the country.
    pub(crate) form: usize,
    pub(crate) domain: String,
    pub(crate) switchboard: Option<Phone>,
}

/// A customer without the errors of its records.
#[derive(Debug, Clone)]
pub(crate) struct Customer {
    pub(crate) locale: Locale,
    pub(crate) organization: bool,
    pub(crate) woman: bool,
    pub(crate) given: Form,
    pub(crate) middle: &'static str,
    pub(crate) family: Name,
    /// Family name before marriage.
    pub(crate) maiden: Option<Name>,
    pub(crate) suffix: &'static str,
    pub(crate) doctor: bool,
    /// Year, month, day.
    pub(crate) birth: (u64, u64, u64),
    pub(crate) email: String,
    pub(crate) other_email: String,
    /// Mailbox of the whole household or company.
    pub(crate) shared_email: Option<String>,
    pub(crate) mobile: Option<Phone>,
    pub(crate) landline: Option<Phone>,
    pub(crate) home: Address,
    pub(crate) former_home: Address,
    pub(crate) company: Option<Company>,
}

fn family_name(words: &Words, dice: &mut Dice) -> Name {
    let known = words.stems.is_empty() || dice.chance(600);
    if known {
        let at = dice.skewed(words.families.len() as u64) as usize;
        let form = words.families.get(at).copied().unwrap_or_default();
        let latin = if dice.chance(600) {
            form.latin
        } else {
            form.variant
        };
        return Name {
            native: form.native.to_owned(),
            latin: latin.to_owned(),
        };
    }
    let (stem, ending) = (dice.pick(&words.stems), dice.pick(&words.endings));
    Name {
        native: [stem.native, ending.native].concat(),
        latin: [stem.latin, ending.latin].concat(),
    }
}

/// The family name as a man or a woman bears it.
fn inflected(name: &Name, locale: Locale, woman: bool) -> Name {
    let mut name = name.clone();
    match locale {
        Locale::Ru if woman => {
            name.native.push('а');
            name.latin.push('a');
        }
        Locale::Pl if woman && name.native.ends_with("ki") => {
            name.native.truncate(name.native.len() - 1);
            name.native.push('a');
            name.latin.clone_from(&name.native);
        }
        _ => {}
    }
    name
}

fn both(first: &Name, second: &Name) -> Name {
    Name {
        native: format!("{} {}", first.native, second.native),
        latin: format!("{} {}", first.latin, second.latin),
    }
}

fn given_name(words: &Words, woman: bool, dice: &mut Dice) -> Form {
    let names = if woman { &words.women } else { &words.men };
    let at = dice.skewed(names.len() as u64) as usize;
    names.get(at).copied().unwrap_or_default()
}

fn address(locale: Locale, town: Option<Town>, dice: &mut Dice) -> Address {
    let words = locale.words();
    let town = town.unwrap_or_else(|| {
        let at = if dice.chance(500) {
            dice.skewed(words.towns.len() as u64)
        } else {
            dice.below(words.towns.len() as u64)
        };
        words.towns.get(at as usize).copied().unwrap_or_default()
    });
    let street_at = dice.below(words.streets.len() as u64);
    let kind_at = dice.below(words.street_types.len() as u64);
    let mut street_dice = Dice::new(town.post.bytes().map(u64::from).sum(), street_at, kind_at);
    let most = if locale == Locale::Us { 2400 } else { 140 };
    Address {
        town,
        street: words
            .streets
            .get(street_at as usize)
            .copied()
            .unwrap_or_default(),
        kind: words
            .street_types
            .get(kind_at as usize)
            .copied()
            .unwrap_or_default(),
        number: 1 + dice.below(most),
        unit: if dice.chance(140) {
            1 + dice.below(40)
        } else {
            0
        },
        postcode: locale.postcode(&town, &mut street_dice),
    }
}

fn company(locale: Locale, ordinal: u64, dice: &mut Dice) -> Company {
    let words = locale.words();
    let brand = dice.pick(&words.companies);
    let trade = dice.pick(&words.trades);
    let founder = family_name(words, dice);
    let (native, latin) = if dice.chance(500) {
        (brand.native, brand.latin)
    } else {
        (founder.native.as_str(), founder.latin.as_str())
    };
    let town = dice.pick(&words.towns);
    let form = dice.below(locale.legal_forms().len() as u64) as usize;
    let number = dice.below(90) + 10;
    Company {
        name: Name {
            native: format!("{native} {}", trade.native),
            latin: format!("{latin} {}", trade.latin),
        },
        form,
        domain: format!(
            "{}-{}{}.example",
            mailbox(latin),
            mailbox(trade.latin),
            serial(locale, ordinal).unwrap_or(number)
        ),
        switchboard: landline(locale, &town, ordinal),
    }
}

/// Customers of a country whose mailboxes have any name: so few rarely choose the same one.
const FREE_CHOICE: u64 = 3000;

/// What sets a mailbox or domain apart once most names are taken, as providers give one address to one customer only.
fn serial(locale: Locale, ordinal: u64) -> Option<u64> {
    (ordinal >= FREE_CHOICE).then_some(ordinal * 11 + locale as u64)
}

fn private_mailbox(
    given: &str,
    family: &str,
    year: u64,
    serial: Option<u64>,
    dice: &mut Dice,
) -> String {
    let (given, family) = (mailbox(given), mailbox(family));
    let initial = given.get(..1).unwrap_or("x");
    let number = match dice.below(8) {
        0 => String::new(),
        1 | 2 => (year % 100).to_string(),
        3 | 4 => dice.below(1000).to_string(),
        _ => dice.below(100_000).to_string(),
    };
    let number = serial.map_or(number, |serial| serial.to_string());
    let domain = MAILBOXES[dice.skewed(MAILBOXES.len() as u64) as usize];
    match dice.below(6) {
        0 => format!("{initial}{family}{number}@{domain}"),
        1 => format!("{family}.{given}{number}@{domain}"),
        2 => format!("{given}_{family}{number}@{domain}"),
        3 => format!("{given}{}{number}@{domain}", family.get(..1).unwrap_or("x")),
        4 => format!("{given}{family}{number}@{domain}"),
        _ => format!("{given}.{family}{number}@{domain}"),
    }
}

/// What the members of a group share, drawn anew for each of them.
struct Household {
    family: Name,
    second: Name,
    town: Option<Town>,
    home: Address,
    former_home: Address,
    landline: Option<Phone>,
    mailbox: String,
    fathers_given: Form,
    fathers_birth: u64,
    twins_birth: (u64, u64, u64),
    woman: bool,
}

impl Household {
    fn new(group: &Group, ordinal: u64, dice: &mut Dice) -> Self {
        let locale = group.locale;
        let words = locale.words();
        let (family, second) = (family_name(words, dice), family_name(words, dice));
        let home = address(locale, None, dice);
        let former_home = address(locale, None, dice);
        let line = landline(locale, &home.town, ordinal).filter(|_| dice.chance(600));
        let fathers_birth = if matches!(group.kind, Kind::Single) {
            1938 + dice.below(68)
        } else {
            1942 + dice.below(36)
        };
        let woman = dice.chance(500);
        let kin = dice.pick(&["family", "the", "home"]);
        let number = dice.below(10_000);
        Self {
            mailbox: format!(
                "{}.{}{}@{}",
                kin,
                mailbox(&family.latin),
                serial(locale, ordinal).unwrap_or(number),
                dice.pick(&MAILBOXES)
            ),
            fathers_given: given_name(
                words,
                if group.kind == Kind::Namesakes {
                    woman
                } else {
                    false
                },
                dice,
            ),
            twins_birth: (
                fathers_birth + 24 + dice.below(8),
                1 + dice.below(12),
                1 + dice.below(28),
            ),
            town: Some(home.town),
            landline: line,
            family,
            second,
            home,
            former_home,
            fathers_birth,
            woman,
        }
    }
}

/// The customer of a slot of tile number `tile`.
pub(crate) fn customer(seed: u64, layout: &Layout, tile: u64, slot: Slot) -> Customer {
    let group = &layout.groups[slot.group as usize];
    let locale = group.locale;
    let ordinal = tile * layout.of_locale[locale as usize] + group.before;
    let household_index = tile * layout.groups.len() as u64 + u64::from(slot.group);
    let house = Household::new(
        group,
        ordinal,
        &mut Dice::new(seed, HOUSEHOLD, household_index),
    );
    let mut dice = Dice::new(
        seed,
        MEMBER,
        tile * layout.entities + u64::from(slot.entity),
    );
    if group.kind == Kind::Organization {
        return organization(locale, ordinal, house, &mut dice);
    }
    person(
        seed,
        tile,
        group.kind,
        locale,
        ordinal,
        slot.member,
        house,
        &mut dice,
    )
}

fn organization(locale: Locale, ordinal: u64, house: Household, dice: &mut Dice) -> Customer {
    let mut company = company(locale, ordinal, dice);
    company.switchboard = landline(locale, &house.home.town, ordinal);
    let desk = dice.pick(&["info", "office", "sales", "contact", "accounts"]);
    Customer {
        locale,
        organization: true,
        woman: false,
        given: Form::default(),
        middle: "",
        family: Name::default(),
        maiden: None,
        suffix: "",
        doctor: false,
        birth: (0, 0, 0),
        email: format!("{desk}@{}", company.domain),
        other_email: format!("orders@{}", company.domain),
        shared_email: None,
        mobile: None,
        landline: company.switchboard.clone(),
        home: house.home,
        former_home: house.former_home,
        company: Some(company),
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "all that a person depends on, in one place"
)]
fn person(
    seed: u64,
    tile: u64,
    kind: Kind,
    locale: Locale,
    ordinal: u64,
    member: u8,
    house: Household,
    dice: &mut Dice,
) -> Customer {
    let words = locale.words();
    let child = member >= 2;
    let woman = match (kind, member) {
        (Kind::Single | Kind::Namesakes, _) => house.woman,
        (_, 0) | (Kind::Junior, 2) => false,
        (_, 1) => true,
        _ => dice.chance(500),
    };
    let same_given = matches!(
        (kind, member),
        (Kind::Namesakes, _) | (_, 0) | (Kind::Junior, 2)
    );
    let given = if same_given {
        if kind == Kind::Single && woman {
            given_name(words, true, dice)
        } else {
            house.fathers_given
        }
    } else {
        given_name(words, woman, dice)
    };
    let birth = match (kind, member) {
        (Kind::Twins, 2 | 3) => house.twins_birth,
        _ => {
            let year = match member {
                0 => house.fathers_birth,
                1 if kind == Kind::Namesakes => 1940 + dice.below(65),
                1 => house.fathers_birth - 3 + dice.below(8),
                _ => house.fathers_birth + 22 + dice.below(12),
            };
            (year, 1 + dice.below(12), 1 + dice.below(28))
        }
    };
    let own = family_name(words, dice);
    let (family, maiden) = if locale == Locale::Es {
        let other = family_name(words, dice);
        match (member, child || kind == Kind::Namesakes) {
            (_, true) => (both(&house.family, &house.second), None),
            (0, _) => (both(&house.family, &own), None),
            _ => (both(&house.second, &other), None),
        }
    } else if member == 1 && !matches!(kind, Kind::Namesakes) {
        let maiden = inflected(&own, locale, true);
        // Wives keep their name in China and Arabia, and one in six elsewhere.
        if matches!(locale, Locale::Cn | Locale::Sa) || dice.chance(170) {
            (maiden, None)
        } else {
            (inflected(&house.family, locale, true), Some(maiden))
        }
    } else {
        (inflected(&house.family, locale, woman), None)
    };
    let moved_out = child && dice.chance(120);
    let lives_apart = moved_out || (kind == Kind::Namesakes && member == 1);
    let home = if lives_apart {
        address(locale, house.town.filter(|_| !moved_out), dice)
    } else {
        house.home
    };
    let company = dice.chance(240).then(|| {
        let at = (tile * 11 + locale as u64) * EMPLOYERS + dice.skewed(EMPLOYERS);
        company(locale, at * 7 + 500, &mut Dice::new(seed, EMPLOYER, at))
    });
    let shared_email = match &company {
        Some(company) if dice.chance(180) => Some(format!("info@{}", company.domain)),
        _ if kind != Kind::Single && kind != Kind::Namesakes && dice.chance(90) => {
            Some(house.mailbox)
        }
        _ => None,
    };
    let serial = serial(locale, ordinal + u64::from(member));
    let private = private_mailbox(given.latin, &family.latin, birth.0, serial, dice);
    let work = match &company {
        Some(company) => format!(
            "{}.{}@{}",
            mailbox(given.latin),
            mailbox(&family.latin),
            company.domain
        ),
        None => private_mailbox(given.variant, &family.latin, birth.0, serial, dice),
    };
    let (email, other_email) = if company.is_some() && dice.chance(400) {
        (work, private)
    } else {
        (private, work)
    };
    Customer {
        locale,
        organization: false,
        woman,
        given,
        middle: if matches!(locale, Locale::Us | Locale::Gb) && dice.chance(600) {
            given_name(words, woman, dice).native
        } else {
            ""
        },
        family,
        maiden,
        suffix: match (kind, member) {
            (Kind::Junior, 0) => "Sr",
            (Kind::Junior, 2) => "Jr",
            _ => "",
        },
        doctor: dice.chance(20),
        birth,
        email,
        other_email,
        shared_email,
        mobile: mobile(locale, ordinal + u64::from(member)).filter(|_| dice.chance(750)),
        landline: house.landline.filter(|_| !lives_apart),
        home,
        former_home: house.former_home,
        company,
    }
}

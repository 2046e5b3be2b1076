//! What a system makes of a customer: its formats, its gaps, its errors.

use super::customer::{Address, Customer};
use super::dice::Dice;
use super::locale::Locale;
use super::phone::Phone;
use super::row::{MOMENTS, Order, Row, Source, Stamp, Ticket};
use super::slip::{garbled, heard, plain, scanned, typo};

const NOTES: [&str; 8] = [
    "Prefers e-mail",
    "Asked for a call back.\nNot before 10 o'clock.",
    "Met at the trade fair, wants the \"large\" catalogue",
    "Invoice by post; see contract",
    "Moved recently\nnew address confirmed by phone",
    "VIP, handle with care",
    "Former customer of the old shop",
    "Do not call, write instead",
];
const SUBJECTS: [&str; 8] = [
    "Where is my order?",
    "Change of address",
    "Refund",
    "Cannot log in",
    "Wrong item delivered",
    "Question about an invoice",
    "Newsletter, please stop",
    "Warranty",
];
/// What people type to be let through.
const NO_PHONE: [&str; 5] = ["n/a", "unknown", "000-000-0000", "none", "0000000000"];
const NO_EMAIL: [&str; 5] = [
    "noreply@example.com",
    "none@example.org",
    "test@example.com",
    "unknown@example.net",
    "n/a",
];

/// The record of `customer` with the given key, drawn with `dice`.
pub(crate) fn row(customer: &Customer, key: u64, entity: u64, dice: &mut Dice) -> Row {
    let source = [Source::Crm, Source::Shop, Source::Support][dice.weighted(&[450, 350, 200])];
    let locale = customer.locale;
    let native =
        !locale.other_script() || dice.chance(if source == Source::Shop { 400 } else { 650 });
    let salutation = if !customer.organization && source == Source::Crm && dice.chance(350) {
        locale.salutation()[usize::from(customer.woman)]
    } else {
        ""
    };
    let first_moment = dice.below(MOMENTS - 86_400);
    let last_moment = first_moment + dice.skewed(MOMENTS - first_moment);
    let mut row = Row {
        source,
        key,
        entity,
        organization: customer.organization,
        salutation,
        first: String::new(),
        last: String::new(),
        family_first: locale == Locale::Cn && native,
        company: String::new(),
        email: String::new(),
        other_email: String::new(),
        phone: String::new(),
        mobile: String::new(),
        street: String::new(),
        number: String::new(),
        number_first: locale.number_first(),
        unit: String::new(),
        town: String::new(),
        region: String::new(),
        postcode: String::new(),
        country: country(locale, source, dice),
        birth: String::new(),
        consent: [(); 2].map(|()| dice.chance(900).then(|| dice.chance(550))),
        notes: if dice.chance(80) {
            dice.pick(&NOTES)
        } else {
            ""
        },
        created: Stamp::at(first_moment),
        updated: Stamp::at(last_moment),
        orders: Vec::new(),
        tickets: Vec::new(),
    };
    if !customer.organization {
        write_name(&mut row, customer, native, dice);
        if !dice.chance(350) {
            row.birth = birth(customer, source, dice);
        }
    }
    write_company(&mut row, customer, native, dice);
    write_email(&mut row, customer, dice);
    write_phones(&mut row, customer, dice);
    let home = if dice.chance(70) {
        &customer.former_home
    } else {
        &customer.home
    };
    if !dice.chance(150) {
        write_address(&mut row, locale, home, native, dice);
    }
    dirty_whole(&mut row, dice);
    write_linked(&mut row, locale, [first_moment, last_moment], dice);
    row
}

fn country(locale: Locale, source: Source, dice: &mut Dice) -> &'static str {
    let (code, name, other) = locale.country();
    match source {
        Source::Shop => code,
        _ if dice.chance(40) => "",
        Source::Crm if dice.chance(750) => name,
        Source::Support if dice.chance(450) => code,
        _ if dice.chance(500) => other,
        _ => name,
    }
}

fn write_name(row: &mut Row, customer: &Customer, native: bool, dice: &mut Dice) {
    let (given, family) = (customer.given, &customer.family);
    let latin = if dice.chance(600) {
        given.latin
    } else {
        given.variant
    };
    let mut first = if native { given.native } else { latin }.to_owned();
    let name = match &customer.maiden {
        Some(maiden) if dice.chance(90) => maiden,
        _ => family,
    };
    let mut last = if native { &name.native } else { &name.latin }.clone();
    if customer.locale == Locale::Es && dice.chance(330) {
        // Everyday use drops the second surname.
        if let Some(end) = last.find(' ') {
            last.truncate(end);
        }
    }
    let nicknames = customer.locale.words().nicknames(given.native);
    if native && !nicknames.is_empty() && dice.chance(150) {
        first = dice.pick(nicknames).to_owned();
    } else if native && dice.chance(20) {
        first = initial(&first);
    } else {
        match dice.below(1000) {
            0..22 => first = typo(&first, dice),
            22..33 => first = heard(&first, dice),
            _ => {}
        }
    }
    match dice.below(1000) {
        0..24 => last = typo(&last, dice),
        24..34 => last = heard(&last, dice),
        34..40 => last = scanned(&last, dice),
        _ => {}
    }
    if !customer.middle.is_empty() && dice.chance(220) {
        first.push(' ');
        first.push_str(&if dice.chance(600) {
            initial(customer.middle)
        } else {
            customer.middle.to_owned()
        });
    }
    if !customer.suffix.is_empty() && dice.chance(600) {
        last = format!("{last} {}{}", customer.suffix, dice.pick(&["", "."]));
    }
    if customer.doctor && dice.chance(600) {
        first.insert_str(0, "Dr. ");
    }
    if !customer.locale.other_script() && !last.is_ascii() | !first.is_ascii() {
        match dice.below(1000) {
            0..230 => {
                let long = dice.chance(500);
                (first, last) = (plain(&first, long), plain(&last, long));
            }
            230..255 => (first, last) = (garbled(&first), garbled(&last)),
            _ => {}
        }
    }
    if dice.chance(8) {
        first.clear();
    }
    if dice.chance(12) {
        (first, last) = (last, first);
    }
    (row.first, row.last) = (first, last);
}

fn initial(name: &str) -> String {
    let mut short: String = name.chars().take(1).collect();
    short.push('.');
    short
}

fn birth(customer: &Customer, source: Source, dice: &mut Dice) -> String {
    if dice.chance(12) {
        return dice
            .pick(&["1900-01-01", "01/01/1900", "1970-01-01"])
            .to_owned();
    }
    let (mut year, mut month, mut day) = customer.birth;
    match dice.below(1000) {
        0..5 => year = year + 1 - 2 * dice.below(2),
        5..9 => day = 1 + dice.below(28),
        9..13 => month = 1 + dice.below(12),
        13..22 if day <= 12 => (month, day) = (day, month),
        _ => {}
    }
    let day_first = customer.locale.day_first();
    match (source, dice.below(100)) {
        (_, 0..2) => format!("{year}{month:02}{day:02}"),
        (Source::Shop, _) => format!("{day:02}.{month:02}.{year}"),
        (Source::Support, 2..50) if day_first => format!("{day:02}/{month:02}/{year}"),
        (Source::Crm, 2..6) => format!("{day} {} {year}", MONTHS[(month - 1) as usize]),
        _ => format!("{year}-{month:02}-{day:02}"),
    }
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

fn write_company(row: &mut Row, customer: &Customer, native: bool, dice: &mut Dice) {
    let Some(company) = customer
        .company
        .as_ref()
        .filter(|_| customer.organization || dice.chance(700))
    else {
        return;
    };
    let mut name = if native {
        &company.name.native
    } else {
        &company.name.latin
    }
    .clone();
    if dice.chance(40) {
        name = typo(&name, dice);
    }
    let form = customer.locale.legal_forms()[company.form];
    match dice.below(100) {
        0..14 => {}
        14..24 => name = format!("{name} {}", form[1]),
        24..28 => name = format!("{name}, {}", form[0]),
        _ => name = format!("{name} {}", form[0]),
    }
    row.company = match dice.below(100) {
        0..4 => name.to_uppercase(),
        4..7 => name.to_lowercase(),
        _ => name,
    };
}

fn write_email(row: &mut Row, customer: &Customer, dice: &mut Dice) {
    let mut email = match &customer.shared_email {
        Some(shared) if dice.chance(600) => shared.clone(),
        _ if dice.chance(70) => customer.other_email.clone(),
        _ => customer.email.clone(),
    };
    let (local, domain) = email
        .split_once('@')
        .unwrap_or((email.as_str(), "example.com"));
    match dice.below(1000) {
        0..100 => email.clear(),
        100..112 => email = dice.pick(&NO_EMAIL).to_owned(),
        112..128 => email = format!("{}@{domain}", typo(local, dice)),
        128..136 if domain.ends_with(".example") => {
            let label = domain.trim_end_matches(".example");
            email = format!("{local}@{}.example", typo(label, dice).trim_matches('-'));
        }
        136..165 => email = email.to_uppercase(),
        165..180 => email = format!(" {email} "),
        180..190 => email = format!("{local}+news@{domain}"),
        _ => {}
    }
    row.email = email;
    if row.source == Source::Support && dice.chance(120) {
        row.other_email.clone_from(&customer.other_email);
    }
}

fn written(phone: &Phone, dice: &mut Dice) -> String {
    match dice.below(1000) {
        0..25 => phone.slipped(dice).written(dice),
        25..42 => dice.pick(&NO_PHONE).to_owned(),
        _ => phone.written(dice),
    }
}

fn write_phones(row: &mut Row, customer: &Customer, dice: &mut Dice) {
    let office = customer
        .company
        .as_ref()
        .and_then(|c| c.switchboard.as_ref());
    let line = match office {
        Some(office) if dice.chance(300) => Some(office),
        _ => customer.landline.as_ref(),
    };
    if let Some(line) = line.filter(|_| customer.organization || dice.chance(550)) {
        row.phone = written(line, dice);
    }
    if let Some(mobile) = customer.mobile.as_ref().filter(|_| dice.chance(750)) {
        row.mobile = written(mobile, dice);
    }
    if dice.chance(20) {
        std::mem::swap(&mut row.phone, &mut row.mobile);
    }
}

fn write_address(row: &mut Row, locale: Locale, home: &Address, native: bool, dice: &mut Dice) {
    let say = |form: super::vocabulary::Form| if native { form.native } else { form.latin };
    let (street, kind) = (say(home.street), say(home.kind.0));
    let short = native && dice.chance(300);
    let kind = if short { home.kind.1 } else { kind };
    row.street = match locale {
        Locale::De | Locale::Nl => format!("{street}{kind}"),
        Locale::Us | Locale::Gb => format!("{street} {kind}"),
        Locale::Cn | Locale::Sa => street.to_owned(),
        _ => format!("{kind} {street}"),
    };
    row.number = home.number.to_string();
    row.town = say(home.town.name).to_owned();
    row.region = home.town.region.to_owned();
    if locale == Locale::Cn && !native {
        row.region.clear();
    }
    row.postcode.clone_from(&home.postcode);
    if home.unit > 0 && dice.chance(800) {
        row.unit = match locale {
            Locale::Us => format!(
                "{} {}",
                dice.pick(&["Apt", "Apartment", "Unit", "#"]),
                home.unit
            ),
            Locale::Gb => format!("Flat {}", home.unit),
            Locale::De => format!("{}. OG", 1 + home.unit % 5),
            Locale::Fr => format!("Apt {}", home.unit),
            Locale::Es => format!("{}º {}", 1 + home.unit % 7, dice.pick(&["A", "B", "izq."])),
            _ => String::new(),
        };
    }
    match dice.below(1000) {
        0..30 => row.street = typo(&row.street, dice),
        30..45 => row.number = (home.number + 1 + dice.below(9)).to_string(),
        45..75 => row.postcode.clear(),
        75..90 => row.postcode = typo(&row.postcode, dice),
        90..105 => row.postcode.retain(|c| c != ' ' && c != '-'),
        105..120 => row.town = typo(&row.town, dice),
        120..150 => row.region.clear(),
        _ => {}
    }
    if native && !locale.other_script() && dice.chance(150) {
        row.town = plain(&row.town, dice.chance(500));
        row.street = plain(&row.street, dice.chance(500));
    }
    if dice.chance(57) {
        row.town = row.town.to_uppercase();
    }
}

fn dirty_whole(row: &mut Row, dice: &mut Dice) {
    match dice.below(1000) {
        0..46 => {
            for cell in [
                &mut row.first,
                &mut row.last,
                &mut row.street,
                &mut row.town,
            ] {
                *cell = cell.to_uppercase();
            }
        }
        46..75 => {
            for cell in [&mut row.first, &mut row.last, &mut row.street] {
                *cell = cell.to_lowercase();
            }
        }
        75..95 => {
            row.first.insert(0, ' ');
            row.last.push_str("  ");
        }
        95..99 if !row.organization => row.first = "Unknown".to_owned(),
        _ => {}
    }
}

fn write_linked(row: &mut Row, locale: Locale, moments: [u64; 2], dice: &mut Dice) {
    let between = |dice: &mut Dice| Stamp::at(moments[0] + dice.below(moments[1] - moments[0] + 1));
    match row.source {
        Source::Crm => {}
        Source::Shop => {
            let orders = dice.skewed(7);
            row.orders = (0..orders)
                .map(|_| Order {
                    placed: between(dice),
                    cents: 499 + dice.skewed(45_000),
                    currency: locale.currency(),
                    status: dice.pick(&[
                        "paid",
                        "shipped",
                        "shipped",
                        "shipped",
                        "refunded",
                        "cancelled",
                    ]),
                })
                .collect();
        }
        Source::Support => {
            let tickets = 1 + dice.skewed(4);
            row.tickets = (0..tickets)
                .map(|_| Ticket {
                    opened: between(dice),
                    channel: dice.pick(&["phone", "email", "chat"]),
                    subject: dice.pick(&SUBJECTS),
                    status: dice.pick(&["closed", "closed", "closed", "open"]),
                })
                .collect();
        }
    }
}

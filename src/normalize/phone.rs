//! Telephone numbers: a cell → the numbers in it, in the international form of ITU-T E.164 where they are understood.
//!
//! Digits are read by the numbering plans (`phone_plan`), and what those leave open by the parser of libphonenumber (crate
//! `rlibphonenumber`, Apache-2.0). It accepts a good deal that is no number, so validity is always asked for separately. What
//! neither does is done here: several numbers in a cell, extensions, vanity letters, digits of other scripts, spreadsheet
//! damage, numbers without a country, and forms for numbers that no plan knows.

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, Region, get_national_significant_number_owned,
};

use crate::lexicon::phone_parts::is_calling_code;
use crate::normalize::phone_cell::{
    FEWEST_DIGITS, damaged, digits_of, extension, hyphenated, interrupted, is_vanity, key_of,
    parts, plain,
};
use crate::normalize::phone_plan::{self, Answer};

/// One number of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone {
    /// `+` and the digits of the international form, without extension; empty when the country is not known or the
    /// digits cannot be a number there. Not a promise of validity: see `valid`.
    pub e164: String,
    /// The digits dialled inside the country, without trunk prefix; for numbers not understood, the digits without
    /// leading zeros.
    pub national: String,
    /// Extension, digits only.
    pub extension: Option<String>,
    /// Alpha-2 code of the country of the number.
    pub country: Option<[u8; 2]>,
    /// True when the country's numbering plan has such a number.
    pub valid: bool,
    /// All digits as read, extension included, letters of vanity numbers as their keys.
    pub digits: String,
}

/// Takes a raw cell and the alpha-2 code of the country it was written in, gives its numbers in order. A cell
/// without digits gives none. No digit of the cell is lost: all are in some number's `digits`.
#[must_use]
pub fn phones(cell: &str, region: Option<[u8; 2]>) -> Vec<Phone> {
    let text = plain(cell);
    if !text.bytes().any(|b| b.is_ascii_digit()) {
        return Vec::new();
    }
    if damaged(&text) {
        let mantissa = text.split(['E', 'e']).next().unwrap_or("");
        return vec![not_understood(mantissa, digits_of(&text))];
    }
    let mut found: Vec<Phone> = Vec::with_capacity(1);
    for part in parts(&text) {
        found.push(number(part, region));
    }
    found
}

fn number(part: &str, region: Option<[u8; 2]>) -> Phone {
    let (main, extension) = extension(part);
    let mut dialled = String::with_capacity(main.len());
    let vanity = is_vanity(main);
    let mut any = false;
    for b in main.bytes() {
        if b.is_ascii_digit() {
            dialled.push(char::from(b));
            any = true;
        } else if b == b'+' && !any {
            dialled.clear();
            dialled.push('+');
        } else if vanity && any && b.is_ascii_alphabetic() {
            dialled.push(key_of(b));
        }
    }
    let mut digits = dialled.trim_start_matches('+').to_owned();
    if let Some(extension) = &extension {
        digits.push_str(extension);
    }
    if !vanity && interrupted(main) {
        return Phone {
            extension,
            ..not_understood(&dialled, digits)
        };
    }
    let understood = understand(&dialled, first_group(main), region);
    if extension.is_none()
        && understood.as_ref().is_none_or(|u| !u.valid)
        && let Some((head, tail)) = hyphenated(main)
        && let Some(switchboard) = understand(&undressed(head), first_group(head), region)
        && (switchboard.valid
            || (understood.as_ref().is_none_or(|u| u.e164.is_empty())
                && !switchboard.e164.is_empty()))
    {
        return Phone {
            extension: Some(tail.to_owned()),
            digits,
            ..switchboard
        };
    }
    let Some(understood) = understood else {
        return Phone {
            extension,
            ..not_understood(without_american_trunk(main, &dialled), digits)
        };
    };
    Phone {
        extension,
        digits,
        ..understood
    }
}

/// Cuts the trunk prefix of `1-212-555-0142`, which only North America groups that way.
fn without_american_trunk<'a>(main: &str, dialled: &'a str) -> &'a str {
    let mut groups = [0_usize; 5];
    let mut count = 0;
    for group in main
        .split(|c: char| !c.is_ascii_digit())
        .filter(|g| !g.is_empty())
    {
        if let Some(slot) = groups.get_mut(count) {
            *slot = group.len();
        }
        count += 1;
    }
    match dialled.strip_prefix('1') {
        Some(rest) if groups == [1, 3, 3, 4, 0] && count == 4 => rest,
        _ => dialled,
    }
}

/// The first digits that stand together.
fn first_group(main: &str) -> &str {
    let mut groups = main.split(|c: char| !c.is_ascii_digit());
    groups.find(|g| !g.is_empty()).unwrap_or("")
}

/// Countries that dialled 8 before a call to another town, as Russia does.
const OLD_SOVIET: &[[u8; 2]] = &[
    *b"AM", *b"AZ", *b"EE", *b"GE", *b"KG", *b"LV", *b"MD", *b"TJ", *b"UA", *b"UZ",
];

/// Finds the plan under which the dialled digits make sense; `group` are the first that stand together.
fn understand(dialled: &str, group: &str, region: Option<[u8; 2]>) -> Option<Phone> {
    let home = region
        .and_then(|r| {
            std::str::from_utf8(&r)
                .ok()
                .and_then(|r| Region::from_code(r).ok())
        })
        .filter(|r| *r != Region::World);
    let bare = dialled.trim_start_matches('+');
    if bare.len() < FEWEST_DIGITS || bare.bytes().all(|b| b == b'0') {
        return None;
    }
    let first = read(dialled, home, home);
    if let Some(phone) = &first
        && phone.valid
    {
        return first;
    }
    // A valid number under another reading is better than an invalid one under the plainest.
    let code = region.map_or(Some(1), phone_plan::code_of);
    let from_america =
        |rest: &&str| code.is_some_and(|c| c == 1 || rest.starts_with(&c.to_string()));
    let stripped = bare
        .strip_prefix("00")
        .or_else(|| bare.strip_prefix("011").filter(from_america));
    let old_trunk = match region {
        Some(r) if r == *b"MX" => ["044", "045", "01"]
            .iter()
            .find_map(|p| bare.strip_prefix(p))
            .filter(|rest| rest.len() == 10),
        Some(r) if OLD_SOVIET.contains(&r) => bare.strip_prefix('8'),
        _ => None,
    };
    let international = |digits: &str| read(&format!("+{digits}"), None, home);
    let other = stripped
        .and_then(international)
        .filter(|p| p.valid)
        .or_else(|| {
            old_trunk
                .and_then(|rest| read(rest, home, home))
                .filter(|p| p.valid)
        })
        .or_else(|| {
            plus_forgotten(dialled, bare, group)
                .then(|| international(bare))
                .flatten()
                .filter(|p| p.valid)
        })
        // `+030 901820`: a plus before the trunk prefix.
        .or_else(|| {
            (dialled.len() > bare.len() && bare.starts_with('0') && home.is_some())
                .then(|| read(bare, home, home))
                .flatten()
                .filter(|p| p.valid)
        });
    other
        .or(first)
        .or_else(|| stripped.and_then(international))
        .or_else(|| match stripped {
            Some(digits) => without_calling_code(&format!("+{digits}")),
            None => without_calling_code(dialled),
        })
}

/// Enough digits for calling code and number, undivided or with the code apart, and no trunk prefix: Russia's 8 looks like
/// Vietnam's 84.
fn plus_forgotten(dialled: &str, bare: &str, group: &str) -> bool {
    dialled.len() == bare.len()
        && (group == bare || is_calling_code(group))
        && bare.len() >= 11
        && !bare.starts_with('0')
        && !(bare.len() == 11 && bare.starts_with('8'))
}

/// A number in international form that is too short or too long: its digits after the calling code still compare.
fn without_calling_code(dialled: &str) -> Option<Phone> {
    if !dialled.starts_with('+') {
        return None;
    }
    let parsed = PhoneNumber::parse(dialled, None).ok()?;
    Some(Phone {
        e164: String::new(),
        national: get_national_significant_number_owned(&parsed),
        extension: None,
        country: PHONE_NUMBER_UTIL
            .get_region_for_country_code(parsed.country_code)
            .and_then(alpha2),
        valid: false,
        digits: String::new(),
    })
}

fn alpha2(region: Region) -> Option<[u8; 2]> {
    if region == Region::World {
        return None;
    }
    <[u8; 2]>::try_from(region.as_region_str().as_str().as_bytes()).ok()
}

/// Reads digits under one plan. `None` when they cannot be a number of it.
fn read(dialled: &str, plan: Option<Region>, home: Option<Region>) -> Option<Phone> {
    if plan.is_none() && !dialled.starts_with('+') {
        return None;
    }
    match phone_plan::read(dialled, home.and_then(alpha2)) {
        Answer::Number(found) => Some(Phone {
            e164: format!("+{}{}", found.code, found.national),
            national: found.national.to_owned(),
            extension: None,
            country: Some(found.country),
            valid: found.valid,
            digits: String::new(),
        }),
        Answer::None => None,
        Answer::AskParser => parse(dialled, plan, home),
    }
}

/// Reads digits with the general parser.
fn parse(dialled: &str, plan: Option<Region>, home: Option<Region>) -> Option<Phone> {
    let parsed = PhoneNumber::parse(dialled, plan).ok()?;
    let place = parsed.get_region_code();
    let valid = place.is_some_and(|r| parsed.is_valid_for_region(r));
    if !valid
        && !matches!(
            parsed.is_possible_with_reason(),
            Ok(NumberLengthType::IsPossible)
        )
    {
        return None;
    }
    let national = get_national_significant_number_owned(&parsed);
    let code = parsed.country_code;
    let country = place
        .or_else(|| {
            home.filter(|h| PHONE_NUMBER_UTIL.get_country_code_for_region(*h) == Some(code))
        })
        .or_else(|| PHONE_NUMBER_UTIL.get_region_for_country_code(code))
        .and_then(alpha2);
    Some(Phone {
        e164: format!("+{code}{national}"),
        national,
        extension: None,
        country,
        valid,
        digits: String::new(),
    })
}

/// What is left of a number that no plan knows: its digits.
fn not_understood(dialled: &str, digits: String) -> Phone {
    Phone {
        e164: String::new(),
        national: digits_of(dialled).trim_start_matches('0').to_owned(),
        extension: None,
        country: None,
        valid: false,
        digits,
    }
}

/// Digits with the plus before them, if there is one.
fn undressed(text: &str) -> String {
    let first = text.find(|c: char| c.is_ascii_digit() || c == '+');
    let mut dialled = digits_of(text);
    if first.is_some_and(|at| text.as_bytes()[at] == b'+') {
        dialled.insert(0, '+');
    }
    dialled
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn region(code: &str) -> Option<[u8; 2]> {
        <[u8; 2]>::try_from(code.as_bytes()).ok()
    }

    fn forms(cell: &str, code: &str) -> Vec<String> {
        phones(cell, region(code))
            .into_iter()
            .map(|p| p.e164)
            .collect()
    }

    /// What the plans say without the parser, and what the parser says.
    fn both(dialled: &str, home: Option<Region>) -> (Option<Option<Phone>>, Option<Phone>) {
        let plan = home.filter(|_| !dialled.starts_with('+'));
        let told = match phone_plan::read(dialled, home.and_then(alpha2)) {
            Answer::AskParser => None,
            _ => Some(read(dialled, plan, home)),
        };
        (told, parse(dialled, plan, home))
    }

    #[test]
    fn plans_agree_with_the_parser_on_numbers_like_its_examples() {
        use rlibphonenumber::PhoneNumberType::*;
        let kinds = [
            FixedLine,
            Mobile,
            TollFree,
            PremiumRate,
            SharedCost,
            VoIP,
            PersonalNumber,
            Pager,
            UAN,
            VoiceMail,
        ];
        let (mut told, mut asked, mut state) = (0, 0, 1_u64);
        let mut random = move |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) % below
        };
        for home in PHONE_NUMBER_UTIL.get_supported_regions() {
            let code = PHONE_NUMBER_UTIL.get_country_code_for_region(home).unwrap();
            let country = alpha2(home).unwrap();
            assert_eq!(
                phone_plan::code_of(country).map(i32::from),
                Some(code),
                "{home:?}"
            );
            let examples: Vec<String> = kinds
                .iter()
                .filter_map(|k| {
                    PHONE_NUMBER_UTIL
                        .get_example_number_for_type_and_region(home, *k)
                        .ok()
                })
                .map(|n| get_national_significant_number_owned(&n))
                .collect();
            for example in examples {
                for round in 0..40 {
                    let mut national = example.clone().into_bytes();
                    if round > 0 {
                        for _ in 0..1 + random(3) {
                            let at = random(national.len() as u64) as usize;
                            national[at] = b'0' + random(10) as u8;
                        }
                        match random(8) {
                            0 => national.push(b'0' + random(10) as u8),
                            1 => drop(national.pop()),
                            _ => {}
                        }
                    }
                    let national = String::from_utf8(national).unwrap();
                    let prefix = ["", "0", "1", "8", "00", "011"][random(6) as usize];
                    for dialled in [
                        national.clone(),
                        format!("{prefix}{national}"),
                        format!("+{code}{national}"),
                        format!("{code}{national}"),
                        format!("{prefix}{code}{national}"),
                        format!("+{code}{prefix}{national}"),
                    ] {
                        match both(&dialled, Some(home)) {
                            (Some(fast), slow) => {
                                told += 1;
                                assert_eq!(fast, slow, "{dialled} in {home:?}");
                            }
                            (None, _) => asked += 1,
                        }
                    }
                }
            }
        }
        assert!(told > 5 * asked, "{told} told, {asked} asked");
    }

    /// Region, cell, E.164. All numbers are made up or the plans' own examples.
    const VALID: &[(&str, &str, &str)] = &[
        ("US", "(212) 555-0142", "+12125550142"),
        ("US", "212-555-0142", "+12125550142"),
        ("US", "212.555.0142", "+12125550142"),
        ("US", "1-212-555-0142", "+12125550142"),
        ("US", "12125550142", "+12125550142"),
        ("US", "+1 212 555 0142", "+12125550142"),
        ("US", "001 212 555 0142", "+12125550142"),
        ("US", "'+12125550142", "+12125550142"),
        ("US", "2125550142.0", "+12125550142"),
        ("US", "tel:+1-212-555-0142", "+12125550142"),
        ("US", "Phone: (212) 555-0142 (home)", "+12125550142"),
        ("US", "1-800-FLOWERS", "+18003569377"),
        ("US", "011 49 30 901820", "+4930901820"),
        ("US", "011442079460018", "+442079460018"),
        ("US", "0044 20 7946 0018", "+442079460018"),
        ("CA", "604-555-0143", "+16045550143"),
        ("GB", "020 7946 0018", "+442079460018"),
        ("GB", "(020) 7946 0018", "+442079460018"),
        ("GB", "+44 (0)20 7946 0018", "+442079460018"),
        ("GB", "+44(0) 20 7946 0018", "+442079460018"),
        ("GB", "0044 (0)20 7946 0018", "+442079460018"),
        ("GB", "442079460018", "+442079460018"),
        ("GB", "07400 123456", "+447400123456"),
        ("GB", "+44 7400 123456", "+447400123456"),
        ("GB", "07400/123456", "+447400123456"),
        ("GB", "0121 234 5678", "+441212345678"),
        ("DE", "030 901820", "+4930901820"),
        ("DE", "030/901820", "+4930901820"),
        ("DE", "(030) 901820", "+4930901820"),
        ("DE", "+49 (0) 30 / 901820", "+4930901820"),
        ("DE", "0049 30 901820", "+4930901820"),
        ("DE", "4930901820", "+4930901820"),
        ("DE", "+49 30 901820", "+4930901820"),
        ("DE", "0171 3920013", "+491713920013"),
        ("DE", "+49 (171) 39 200-13", "+491713920013"),
        ("DE", "＋４９ ３０ ９０１８２０", "+4930901820"),
        ("AT", "01 5880000", "+4315880000"),
        ("AT", "+43 1 588 0000", "+4315880000"),
        ("AT", "0664 1234567", "+436641234567"),
        ("CH", "044 668 18 00", "+41446681800"),
        ("CH", "+41 (0)44 668 18 00", "+41446681800"),
        ("CH", "079 123 45 67", "+41791234567"),
        ("FR", "01 99 00 12 34", "+33199001234"),
        ("FR", "06 12 34 56 78", "+33612345678"),
        ("FR", "+33 (0)6 12 34 56 78", "+33612345678"),
        ("FR", "0033 6 12 34 56 78", "+33612345678"),
        ("FR", "612345678", "+33612345678"),
        ("IT", "06 6982 1234", "+390669821234"),
        ("IT", "+39 06 6982 1234", "+390669821234"),
        ("IT", "333 1234567", "+393331234567"),
        ("ES", "91 123 45 67", "+34911234567"),
        ("ES", "612 345 678", "+34612345678"),
        ("ES", "+34 612 34 56 78", "+34612345678"),
        ("PT", "21 123 4567", "+351211234567"),
        ("PT", "912 345 678", "+351912345678"),
        ("NL", "020 123 4567", "+31201234567"),
        ("NL", "06-12345678", "+31612345678"),
        ("BE", "012 34 56 78", "+3212345678"),
        ("BE", "0470 12 34 56", "+32470123456"),
        ("LU", "27 12 34 56", "+35227123456"),
        ("IE", "01 234 5678", "+35312345678"),
        ("IE", "085 012 3456", "+353850123456"),
        ("PL", "22 123 45 67", "+48221234567"),
        ("PL", "+48 512 345 678", "+48512345678"),
        ("PL", "512345678", "+48512345678"),
        ("CZ", "212 345 678", "+420212345678"),
        ("CZ", "00420 601 123 456", "+420601123456"),
        ("SK", "02/221 234 56", "+421222123456"),
        ("HU", "06 1 234 5678", "+3612345678"),
        ("HU", "06 20 123 4567", "+36201234567"),
        ("RO", "021 123 4567", "+40211234567"),
        ("RO", "0712 034 567", "+40712034567"),
        ("BG", "02 123 456", "+3592123456"),
        ("GR", "21 2345 6789", "+302123456789"),
        ("TR", "0212 345 67 89", "+902123456789"),
        ("TR", "0501 234 56 78", "+905012345678"),
        ("RU", "8 (495) 123-45-67", "+74951234567"),
        ("RU", "+7 495 123 45 67", "+74951234567"),
        ("RU", "89123456789", "+79123456789"),
        ("UA", "044 123 4567", "+380441234567"),
        ("UA", "050 123 4567", "+380501234567"),
        ("UA", "8-067-123-45-67", "+380671234567"),
        ("UA", "8 (044) 123-45-67", "+380441234567"),
        ("LV", "8-67-12-34-56", "+37167123456"),
        ("SE", "08-123 456 78", "+46812345678"),
        ("SE", "070-123 45 67", "+46701234567"),
        ("NO", "21 23 45 67", "+4721234567"),
        ("DK", "32 12 34 56", "+4532123456"),
        ("FI", "09 1234567", "+35891234567"),
        ("FI", "041 2345678", "+358412345678"),
        ("EE", "512 3456", "+3725123456"),
        ("LV", "21 234 567", "+37121234567"),
        ("LT", "8 612 34567", "+37061234567"),
        ("HR", "01 2345 678", "+38512345678"),
        ("SI", "01 234 56 78", "+38612345678"),
        ("RS", "010 234567", "+38110234567"),
        ("IL", "02-123-4567", "+97221234567"),
        ("IL", "050-234-5678", "+972502345678"),
        ("SA", "056-1962425", "+966561962425"),
        ("SA", "٠٥٦١٩٦٢٤٢٥", "+966561962425"),
        ("SA", "00966561962425", "+966561962425"),
        ("AE", "050 123 4567", "+971501234567"),
        ("AE", "04 234 5678", "+97142345678"),
        ("EG", "02 34567890", "+20234567890"),
        ("ZA", "010 123 4567", "+27101234567"),
        ("ZA", "071 123 4567", "+27711234567"),
        ("NG", "0802 123 4567", "+2348021234567"),
        ("KE", "0712 123456", "+254712123456"),
        ("IN", "074104 10123", "+917410410123"),
        ("IN", "+91 81234 56789", "+918123456789"),
        ("IN", "918123456789", "+918123456789"),
        ("CN", "010 1234 5678", "+861012345678"),
        ("CN", "131 2345 6789", "+8613123456789"),
        ("CN", "8613123456789", "+8613123456789"),
        ("HK", "2123 4567", "+85221234567"),
        ("TW", "02 2123 4567", "+886221234567"),
        ("JP", "03-1234-5678", "+81312345678"),
        ("JP", "０９０−１２３４−５６７８", "+819012345678"),
        ("KR", "02-212-3456", "+8222123456"),
        ("KR", "010-2000-0000", "+821020000000"),
        ("SG", "6123 4567", "+6561234567"),
        ("MY", "012-345 6789", "+60123456789"),
        ("TH", "081 234 5678", "+66812345678"),
        ("ID", "0812 345 678", "+62812345678"),
        ("PH", "0905 123 4567", "+639051234567"),
        ("VN", "0912 345 678", "+84912345678"),
        ("AU", "02 5550 1234", "+61255501234"),
        ("AU", "0491 570 156", "+61491570156"),
        ("AU", "+61 (0)491 570 156", "+61491570156"),
        ("NZ", "03 234 5678", "+6432345678"),
        ("NZ", "021 123 4567", "+64211234567"),
        ("BR", "(11) 2345-6789", "+551123456789"),
        ("BR", "(11) 96123-4567", "+5511961234567"),
        ("BR", "(0xx11) 96123-4567", "+5511961234567"),
        ("MX", "200 123 4567", "+522001234567"),
        ("MX", "044 55 1234 5678", "+525512345678"),
        ("AR", "011 2345-6789", "+541123456789"),
        ("AR", "011 54 11 2345-6789", "+541123456789"),
        ("CL", "(2) 2123 4567", "+56221234567"),
        ("CO", "321 1234567", "+573211234567"),
        ("PE", "912 345 678", "+51912345678"),
    ];

    #[test]
    fn numbers_of_many_countries() {
        let mut wrong = Vec::new();
        for (code, cell, e164) in VALID {
            let found = phones(cell, region(code));
            match found.as_slice() {
                [phone] if phone.e164 == *e164 && phone.valid => {
                    let again = phones(&phone.e164, None);
                    assert_eq!(again.len(), 1);
                    assert_eq!(
                        (&again[0].e164, &again[0].national, again[0].valid),
                        (&phone.e164, &phone.national, true)
                    );
                }
                _ => wrong.push(format!("{code} {cell}: wanted {e164}, got {found:?}")),
            }
        }
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
        let countries: std::collections::BTreeSet<_> = VALID.iter().map(|(c, ..)| c).collect();
        assert!(countries.len() >= 30);
    }

    #[test]
    fn without_a_country_only_the_plain_international_forms_are_understood() {
        for (cell, e164) in [
            ("+49 30 901820", "+4930901820"),
            ("0049 30 901820", "+4930901820"),
            ("011 49 30 901820", "+4930901820"),
            ("491713920013", "+491713920013"),
            ("1 (212) 555-0142", "+12125550142"),
            ("(212) 555-0142", ""),
            ("030 901820", ""),
            ("89123456789", ""),
        ] {
            assert_eq!(forms(cell, ""), [e164], "{cell}");
        }
        assert_eq!(phones("030 901820", None)[0].national, "30901820");
        assert_eq!(phones("(212) 555-0142", None)[0].national, "2125550142");
        // No area code 846: not valid, but grouped as only Americans do.
        assert_eq!(phones("1-846-555-0142", None)[0].national, "8465550142");
        assert_eq!(phones("18465550142", None)[0].national, "18465550142");
    }

    #[test]
    fn what_no_plan_knows_keeps_its_digits() {
        for (code, cell, e164, national) in [
            ("US", "4931311", "", "4931311"),
            ("US", "555-0100", "", "5550100"),
            ("US", "(961) 017-9810", "+19610179810", "9610179810"),
            ("US", "1-961-017-9810", "+19610179810", "9610179810"),
            ("US", "+1 961 017 9810", "+19610179810", "9610179810"),
            ("US", "12", "", "12"),
            ("US", "0000000000", "", ""),
            ("DE", "110", "", "110"),
            ("GB", "07700 900123", "+447700900123", "7700900123"),
            ("GB", "+44 (0)7700 900123", "+447700900123", "7700900123"),
            ("FR", "+33 6 39 98 12 34", "+33639981234", "639981234"),
            ("US", "555-XXXX", "", "555"),
            // A digit lost or doubled: no number, but still near one.
            ("FR", "+33 6 1008765", "", "61008765"),
            ("", "+33 6 1008765", "", "61008765"),
            ("FR", "0033 6 1008765", "", "61008765"),
            ("US", "+1 344 60 2581", "", "344602581"),
            ("GB", "+44 7911 9752 9012", "", "791197529012"),
            ("ZZ", "030 901820", "", "30901820"),
            // No calling code stands apart.
            ("CZ", "123-456-789-12", "+42012345678912", "12345678912"),
        ] {
            let found = phones(cell, region(code));
            assert_eq!(found.len(), 1, "{cell}");
            let phone = &found[0];
            assert!(!phone.valid, "{phone:?}");
            assert_eq!(
                (phone.e164.as_str(), phone.national.as_str()),
                (e164, national),
                "{cell}"
            );
        }
        for cell in ["4.47E+11", "4,47E+11", "4.47912E11", "1E+10"] {
            let found = phones(cell, region("GB"));
            assert_eq!(
                (found.len(), found[0].valid, found[0].e164.as_str()),
                (1, false, ""),
                "{cell}"
            );
        }
        for cell in ["", " ", "n/a", "none", "-", "+", "no phone"] {
            assert_eq!(phones(cell, region("GB")), [], "{cell}");
        }
    }

    #[test]
    fn extensions() {
        for (code, cell, e164, extension) in [
            ("US", "(212) 555-0142 x123", "+12125550142", "123"),
            ("US", "212-555-0142 ext. 123", "+12125550142", "123"),
            ("US", "212-555-0142ext123", "+12125550142", "123"),
            ("US", "212-555-0142 Extension: 4", "+12125550142", "4"),
            ("US", "212-555-0142 #12", "+12125550142", "12"),
            ("US", "212-555-0142,,12", "+12125550142", "12"),
            ("US", "+1-212-555-0142;ext=77", "+12125550142", "77"),
            ("DE", "030 901820 DW 12", "+4930901820", "12"),
            ("DE", "030 901820/21", "+4930901820", "21"),
            ("US", "(409) 988-8237-804", "+14099888237", "804"),
            ("GB", "+44 20 7946 0018-339", "+442079460018", "339"),
            ("PL", "22 123 45 67-12", "+48221234567", "12"),
            ("FR", "01 99 00 12 34 poste 56", "+33199001234", "56"),
            ("RU", "+7 495 123-45-67 доб. 12", "+74951234567", "12"),
            ("JP", "03-1234-5678（内線123）", "+81312345678", "123"),
            ("PH", "(02) 8123-4567 loc. 12", "+63281234567", "12"),
            ("CN", "010 65529988 转 8012", "+861065529988", "8012"),
        ] {
            let found = phones(cell, region(code));
            assert_eq!(found.len(), 1, "{cell}: {found:?}");
            assert_eq!(
                (found[0].e164.as_str(), found[0].extension.as_deref()),
                (e164, Some(extension)),
                "{cell}"
            );
        }
        assert_eq!(
            phones("(212) 555-0142 home", region("US"))[0].extension,
            None
        );
    }

    #[test]
    fn words_and_letters_between_digits_make_no_number() {
        for (code, cell) in [
            ("DE", "030 123456 (seit 2020)"),
            ("DE", "030 123456 Mo-Fr 9-17"),
            ("DE", "nach 18 Uhr 030 123456"),
            ("DE", "030 123456 Zi. 12"),
            ("DE", "030 123456 - 12 bis 15"),
            ("DE", "030 1234567 oder -68"),
            ("DE", "030 l23456"),
            ("DE", "030 12a3456"),
            ("GB", "020 7946 O958"),
            ("KR", "02-123-4567~8"),
            ("KR", "02-123-4567～8"),
        ] {
            let found = phones(cell, region(code));
            assert_eq!(found.len(), 1, "{cell}");
            assert!(!found[0].valid && found[0].e164.is_empty(), "{found:?}");
        }
        let cell = "030 123456, ab 18 Uhr 0171 1234567";
        assert_eq!(forms(cell, "DE"), ["+4930123456", ""]);
    }

    #[test]
    fn several_numbers_in_a_cell() {
        let both = ["+12125550142", "+12125550143"];
        for cell in [
            "212-555-0142; 212-555-0143",
            "212-555-0142 / 212-555-0143",
            "212-555-0142/212-555-0143",
            "212-555-0142, 212-555-0143",
            "212-555-0142 or 212-555-0143",
            "212-555-0142 ::: 212-555-0143",
            "212-555-0142\n212-555-0143",
            "212-555-0142 | (212) 555-0143",
            "212-555-0142 & 212-555-0143",
            "+1 212 555 0142 +1 212 555 0143",
            "Home: 212-555-0142, Work: 212-555-0143",
            "212-555-0142 (home), 212-555-0143 (work)",
            "(212) 555-0142 (212) 555-0143",
            "Tel (212) 555-0142 Mob. (212) 555-0143",
            "Phone:212 555 0142 Mobile:212 555 0143",
            "Phone: 212.555.0142 Fax 212.555.0143",
        ] {
            assert_eq!(forms(cell, "US"), both, "{cell}");
        }
        let german = ["+4930901820", "+491713920013"];
        for cell in [
            "030/901820, 0171/3920013",
            "030/901820 / 0171/3920013",
            "030 901820 oder 0171 3920013",
            "Tel. 030/901820; mobil 0171/3920013",
            "+49 30 901820 / +49 171 3920013",
        ] {
            assert_eq!(forms(cell, "DE"), german, "{cell}");
        }
        assert_eq!(forms("01752/367171", "GB").len(), 1);
        assert_eq!(forms("0201/7728205", "DE").len(), 1);
    }

    #[test]
    fn the_country_of_a_number_is_its_own() {
        let canada = &phones("+1 604 555 0143", region("US"))[0];
        assert_eq!(canada.country, Some(*b"CA"));
        let guernsey = &phones("01481 960194", region("GB"))[0];
        assert_eq!(guernsey.country, Some(*b"GG"));
        let kazakh = &phones("+7 710 000 9998", None)[0];
        assert_eq!(kazakh.country, Some(*b"KZ"));
        assert_eq!(phones("+800 1234 5678", None)[0].country, None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn plans_agree_with_the_parser(dialled in r"\+?[0-9]{3,16}", home in 0_usize..245) {
            let home = PHONE_NUMBER_UTIL.get_supported_regions().nth(home);
            if let (Some(told), parsed) = both(&dialled, home) {
                prop_assert_eq!(told, parsed);
            }
        }

        #[test]
        fn no_digit_is_dropped(cell in "[0-9+() ./,;|x-]{0,30}", code in "(US|GB|DE|FR|IT|CN|RU|)") {
            // A fraction of zeros is the spreadsheet's, not the number's.
            let fraction = cell.trim().split_once('.').is_some_and(|(_, f)| !f.is_empty() && f.bytes().all(|b| b == b'0'));
            prop_assume!(!fraction);
            let read: String = phones(&cell, region(&code)).iter().map(|p| p.digits.as_str()).collect();
            prop_assert_eq!(read, digits_of(&cell));
        }

        #[test]
        fn the_international_form_is_its_own_normal_form(cell in "[+0]{0,2}[0-9]{5,14}", code in "(US|GB|DE|FR|IT|CN|RU|MX|AR|BR|)") {
            for phone in phones(&cell, region(&code)).into_iter().filter(|p| p.valid) {
                let again = phones(&phone.e164, region(&code));
                prop_assert_eq!(again.len(), 1);
                prop_assert_eq!(&again[0].e164, &phone.e164);
                prop_assert_eq!(&again[0].national, &phone.national);
                prop_assert!(again[0].valid);
            }
        }

        #[test]
        fn a_number_with_its_trunk_zero_is_the_number_without(national in "[1-9][0-9]{8}") {
            // Laws of plans with trunk prefix 0, whatever the number.
            for code in ["DE", "FR", "GB"] {
                let trunk = phones(&format!("0{national}"), region(code));
                let plus = phones(&format!("+{}{national}", match code { "DE" => 49, "FR" => 33, _ => 44 }), region(code));
                if plus[0].valid {
                    prop_assert_eq!(&trunk[0].e164, &plus[0].e164);
                }
            }
        }

        #[test]
        fn nothing_panics(cell in "\\PC{0,40}", code in "[A-Z]{2}") {
            let _ = phones(&cell, region(&code));
        }
    }
}

//! National numbers of persons that prove themselves by their form, their birth date and their check digits.
//!
//! Two such numbers of one country are two people; a slip of the pen breaks the check, so that it proves nothing. Numbers
//! with a single check digit and nothing else (the Dutch BSN, the Israeli and Portuguese numbers) are left out: one customer
//! number in eleven would pass for one.
//!
//! Sources: the issuing offices' published rules, as collected by the OECD ("Tax identification numbers") and in EN, ISO and
//! ITU style check schemes (mod 11, mod 97-10 of ISO 7064, Luhn of ISO/IEC 7812).

/// Countries' numbers that `normal` may be, one bit each: letters and digits only, in capitals, as
/// [`identifier`](super::identifier::identifier) gives them. 0 for none.
#[must_use]
pub fn schemes(normal: &str) -> u32 {
    let text = normal.as_bytes();
    if !(9..=18).contains(&text.len()) {
        return 0;
    }
    let mut digits = [0_u32; 18];
    let mut all = true;
    for (digit, b) in digits.iter_mut().zip(text) {
        all &= b.is_ascii_digit();
        *digit = u32::from(b.wrapping_sub(b'0'));
    }
    let d = &digits[..text.len()];
    let mut found = 0;
    let checks: &[fn(&[u32]) -> bool] = if all { NUMBERS } else { &[] };
    for (bit, check) in checks.iter().enumerate() {
        found |= u32::from(check(d)) << bit;
    }
    for (bit, check) in CODES.iter().enumerate() {
        found |= u32::from(!all && check(text)) << (NUMBERS.len() + bit);
    }
    found
}

/// Numbers of digits alone.
const NUMBERS: &[fn(&[u32]) -> bool] = &[
    argentina,
    belgium,
    brazil,
    bulgaria,
    china,
    czech_republic,
    estonia,
    france,
    greece,
    korea,
    norway,
    poland,
    romania,
    russian_pension,
    russian_tax,
    sweden,
    switzerland,
    turkey,
    yugoslavia,
];

/// Numbers with letters.
const CODES: &[fn(&[u8]) -> bool] = &[
    chinese_with_x,
    finland,
    india,
    italy,
    mexico,
    spain,
    united_kingdom,
];

fn weighed(d: &[u32], weights: &[u32]) -> u32 {
    d.iter().zip(weights).map(|(d, w)| d * w).sum()
}

fn number(d: &[u32]) -> u64 {
    d.iter().fold(0, |n, d| n * 10 + u64::from(*d))
}

fn is_date(month: u64, day: u64) -> bool {
    (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// `YYMMDD`, months as they are.
fn begins_with_date(d: &[u32]) -> bool {
    is_date(number(&d[2..4]), number(&d[4..6]))
}

/// `DDMMYY`.
fn begins_with_day(d: &[u32]) -> bool {
    is_date(number(&d[2..4]), number(&d[..2]))
}

fn luhn(d: &[u32]) -> bool {
    let doubled = |(i, d): (usize, &u32)| match i % 2 {
        0 => *d,
        _ => (2 * d) / 10 + (2 * d) % 10,
    };
    d.iter().rev().enumerate().map(doubled).sum::<u32>() % 10 == 0
}

/// CUIL of a person.
fn argentina(d: &[u32]) -> bool {
    d.len() == 11
        && matches!(number(&d[..2]), 20 | 23 | 24 | 27)
        && weighed(d, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

/// Rijksregisternummer.
fn belgium(d: &[u32]) -> bool {
    d.len() == 11 && begins_with_date(d) && {
        let (body, check) = (number(&d[..9]), number(&d[9..]));
        [body, body + 2_000_000_000]
            .iter()
            .any(|n| 97 - n % 97 == check)
    }
}

/// CPF; one digit eleven times is none.
fn brazil(d: &[u32]) -> bool {
    let check = |n: usize| {
        let weights: Vec<u32> = (2..=n as u32 + 1).rev().collect();
        (weighed(&d[..n], &weights) * 10 % 11) % 10 == d[n]
    };
    d.len() == 11 && d.iter().any(|x| *x != d[0]) && check(9) && check(10)
}

/// EGN: months of other centuries with 20 or 40 more.
fn bulgaria(d: &[u32]) -> bool {
    d.len() == 10
        && is_date(number(&d[2..4]) % 20, number(&d[4..6]))
        && number(&d[2..4]) <= 52
        && weighed(d, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == d[9]
}

const CHINA: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// GB 11643.
fn china(d: &[u32]) -> bool {
    d.len() == 18
        && is_date(number(&d[10..12]), number(&d[12..14]))
        && (12 - weighed(d, &CHINA) % 11) % 11 == d[17]
}

fn chinese_with_x(text: &[u8]) -> bool {
    let (Some((b'X', body)), 18) = (text.split_last(), text.len()) else {
        return false;
    };
    let d: Vec<u32> = body
        .iter()
        .map(|b| u32::from(b.wrapping_sub(b'0')))
        .collect();
    d.iter().all(|d| *d < 10)
        && is_date(number(&d[10..12]), number(&d[12..14]))
        && (12 - weighed(&d, &CHINA) % 11) % 11 == 10
}

/// Rodné číslo since 1954: months of women with 50 more, with 20 more where numbers ran out.
fn czech_republic(d: &[u32]) -> bool {
    d.len() == 10
        && is_date(number(&d[2..4]) % 50 % 20, number(&d[4..6]))
        && number(d).is_multiple_of(11)
}

/// Isikukood, as in Lithuania.
fn estonia(d: &[u32]) -> bool {
    if d.len() != 11 || !(1..=8).contains(&d[0]) || !begins_with_date(&d[1..]) {
        return false;
    }
    let first = weighed(d, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
    let second = weighed(d, &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11;
    (if first < 10 { first } else { second % 10 }) == d[10]
}

/// Numéro de sécurité sociale with its key; those of Corsica have letters and are left out.
fn france(d: &[u32]) -> bool {
    d.len() == 15
        && matches!(d[0], 1 | 2)
        && (1..=12).contains(&number(&d[3..5]))
        && 97 - number(&d[..13]) % 97 == number(&d[13..])
}

/// AMKA.
fn greece(d: &[u32]) -> bool {
    d.len() == 11 && begins_with_day(d) && luhn(d)
}

/// Resident registration number as given until 2020.
fn korea(d: &[u32]) -> bool {
    d.len() == 13
        && begins_with_date(d)
        && (11 - weighed(d, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10 == d[12]
}

/// Fødselsnummer.
fn norway(d: &[u32]) -> bool {
    d.len() == 11
        && begins_with_day(d)
        && weighed(d, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]).is_multiple_of(11)
        && weighed(d, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

/// PESEL: months of other centuries with 20, 40, 60 or 80 more.
fn poland(d: &[u32]) -> bool {
    d.len() == 11
        && is_date(number(&d[2..4]) % 20, number(&d[4..6]))
        && weighed(d, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10)
}

/// CNP.
fn romania(d: &[u32]) -> bool {
    d.len() == 13
        && d[0] != 0
        && begins_with_date(&d[1..])
        && match weighed(d, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11 {
            10 => d[12] == 1,
            check => d[12] == check,
        }
}

/// SNILS; small numbers had no check.
fn russian_pension(d: &[u32]) -> bool {
    d.len() == 11
        && number(&d[..9]) > 1_001_998
        && u64::from(weighed(d, &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101 % 100) == number(&d[9..])
}

/// INN of a person.
fn russian_tax(d: &[u32]) -> bool {
    d.len() == 12
        && weighed(d, &[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10 == d[10]
        && weighed(d, &[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10 == d[11]
        && d.iter().any(|x| *x != 0)
}

/// Personnummer, with or without the century.
fn sweden(d: &[u32]) -> bool {
    let short = match d {
        [1, 9, rest @ ..] | [2, 0, rest @ ..] if d.len() == 12 => rest,
        _ => d,
    };
    short.len() == 10 && begins_with_date(short) && luhn(short)
}

/// AHV number: a thirteen-digit GTIN that begins with 756.
fn switzerland(d: &[u32]) -> bool {
    d.len() == 13
        && number(&d[..3]) == 756
        && weighed(d, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]).is_multiple_of(10)
}

/// T.C. kimlik numarası.
fn turkey(d: &[u32]) -> bool {
    if d.len() != 11 || d[0] == 0 {
        return false;
    }
    let (odd, even) = (d[0] + d[2] + d[4] + d[6] + d[8], d[1] + d[3] + d[5] + d[7]);
    (7 * odd + 90 - even) % 10 == d[9] && d[..10].iter().sum::<u32>() % 10 == d[10]
}

/// JMBG of the states of former Yugoslavia: `DDMMYYY`.
fn yugoslavia(d: &[u32]) -> bool {
    d.len() == 13
        && begins_with_day(d)
        && matches!(d[4], 0 | 9)
        && weighed(d, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

/// The number in a run of digits, if it is one.
fn run(text: &[u8]) -> Option<u64> {
    text.iter().try_fold(0, |n, b| {
        b.is_ascii_digit().then(|| n * 10 + u64::from(b - b'0'))
    })
}

/// Whether a text has the shape: `A` a letter, `9` a digit, `*` either.
fn shaped(text: &[u8], shape: &str) -> bool {
    text.len() == shape.len()
        && text.iter().zip(shape.bytes()).all(|(b, s)| match s {
            b'A' => b.is_ascii_uppercase(),
            b'9' => b.is_ascii_digit(),
            _ => b.is_ascii_alphanumeric(),
        })
}

/// Henkilötunnus; the sign of the century is gone where it was a dash.
fn finland(text: &[u8]) -> bool {
    let (date, rest) = text.split_at(6);
    let individual = match rest {
        [b'A'..=b'F' | b'U'..=b'Y', rest @ ..] if rest.len() == 4 => rest,
        rest if rest.len() == 4 => rest,
        _ => return false,
    };
    let (Some(day), Some(three)) = (run(date), run(&individual[..3])) else {
        return false;
    };
    let letters = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    is_date(day / 100 % 100, day / 10_000)
        && letters[((day * 1000 + three) % 31) as usize] == individual[3]
}

/// PAN of a person.
fn india(text: &[u8]) -> bool {
    shaped(text, "AAAAA9999A") && text[3] == b'P'
}

/// Codice fiscale (decree of 23 December 1976).
fn italy(text: &[u8]) -> bool {
    const ODD: [u32; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24,
        23,
    ];
    if !shaped(text, "AAAAAA**A**A***A") || !b"ABCDEHLMPRST".contains(&text[8]) {
        return false;
    }
    let place = |b: u8| match b {
        b'0'..=b'9' => b - b'0',
        _ => b - b'A',
    };
    let value = |(i, b): (usize, &u8)| match i % 2 {
        0 => ODD[usize::from(place(*b))],
        _ => u32::from(place(*b)),
    };
    let sum: u32 = text[..15].iter().enumerate().map(value).sum();
    sum % 26 == u32::from(place(text[15]))
}

/// CURP.
fn mexico(text: &[u8]) -> bool {
    shaped(text, "AAAA999999AAAAAA*9")
        && matches!(text[10], b'H' | b'M' | b'X')
        && run(&text[4..10]).is_some_and(|date| is_date(date / 100 % 100, date % 100))
}

/// DNI and, with a letter before it, NIE.
fn spain(text: &[u8]) -> bool {
    let first = match text[0] {
        b'X' => 0,
        b'Y' => 1,
        b'Z' => 2,
        b'0'..=b'9' => u64::from(text[0] - b'0'),
        _ => return false,
    };
    text.len() == 9
        && run(&text[1..8]).is_some_and(|rest| {
            let letter = (first * 10_000_000 + rest) % 23;
            b"TRWAGMYFPDXBNJZSQVHLCKE"[letter as usize] == text[8]
        })
}

/// National Insurance number.
fn united_kingdom(text: &[u8]) -> bool {
    shaped(text, "AA999999A")
        && !text[..2].iter().any(|b| b"DFIQUV".contains(b))
        && text[1] != b'O'
        && matches!(text[8], b'A'..=b'D')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::identifier::identifier;
    use proptest::prelude::*;

    // numbers that the issuing offices or textbooks give as examples; nobody's
    const EXAMPLES: &[&str] = &[
        "20-12345678-6",
        "85.07.30-033.28",
        "111.444.777-35",
        "529.982.247-25",
        "7523169263",
        "11010519491231002X",
        "110105194912310070",
        "710319/2745",
        "37605030299",
        "2 55 08 14 168 025 38",
        "131052-308T",
        "010111A969J",
        "ABCPE1234F",
        "RSSMRA85T10A562S",
        "HEGG560427MVZRRL04",
        "44051401359",
        "02070803628",
        "1800101221144",
        "112-233-445 95",
        "500100732259",
        "811218-9876",
        "19811218-9876",
        "756.9217.0769.85",
        "10000000146",
        "0101006500006",
        "12345678Z",
        "X1234567L",
        "AB 12 34 56 C",
    ];

    /// Those that are one country's number and no other's, and whose check notices every slip.
    const CHECKED: &[&str] = &[
        "20-12345678-6",
        "11010519491231002X",
        "2 55 08 14 168 025 38",
        "131052-308T",
        "RSSMRA85T10A562S",
        "44051401359",
        "756.9217.0769.85",
        "12345678Z",
        "X1234567L",
    ];

    fn of(cell: &str) -> u32 {
        identifier(cell).map_or(0, |n| schemes(&n))
    }

    #[test]
    fn textbook_numbers_prove_themselves() {
        for example in EXAMPLES {
            assert_ne!(of(example), 0, "{example}");
        }
    }

    #[test]
    fn customer_numbers_prove_nothing() {
        for cell in [
            "100245",
            "K-2023-0001",
            "10024577",
            "DE123456789",
            "20019",
            "",
        ] {
            assert_eq!(of(cell), 0, "{cell}");
        }
        // numbers of as many digits pass each check by chance only
        for length in 9..=18_u32 {
            let (least, numbers) = (10_u64.pow(length - 1), 20_000_u64);
            let mut passed = [0_u32; 32];
            for n in 0..numbers {
                let found = schemes(&(least + n * 7_919_777_777 % (9 * least)).to_string());
                for (bit, passed) in passed.iter_mut().enumerate() {
                    *passed += found >> bit & 1;
                }
            }
            assert!(
                passed.iter().all(|p| *p < 20_000 / 25),
                "{length}: {passed:?}"
            );
        }
    }

    proptest! {
        // a wrong digit is noticed by the country's own check
        #[test]
        fn a_slip_breaks_the_check(at in 0..CHECKED.len(), place in 0..18_usize, digit in b'0'..=b'9') {
            let number = identifier(CHECKED[at]).unwrap();
            let mut slipped = number.clone().into_bytes();
            let place = place % slipped.len();
            prop_assume!(slipped[place].is_ascii_digit() && slipped[place] != digit);
            slipped[place] = digit;
            let slipped = String::from_utf8(slipped).unwrap();
            prop_assert_eq!(schemes(&number) & schemes(&slipped), 0, "{} {}", number, slipped);
        }

        #[test]
        fn nothing_breaks_it(text in "\\PC{0,20}") {
            prop_assert!(schemes(&text) < 1 << (NUMBERS.len() + CODES.len()));
        }
    }
}

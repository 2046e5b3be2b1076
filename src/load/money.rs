//! Amounts of money as whole minor units, without floating point.

/// Digits after the point in a currency's minor unit (ISO 4217); 2 where the code is unknown.
#[must_use]
pub fn minor_digits(currency: &str) -> u32 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX"
        | "UYI" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        "CLF" | "UYW" => 4,
        _ => 2,
    }
}

/// An amount as written (`1,234.50`, `1.234,50 €`, `-12`, `(3.00)`) in minor units of `digits` decimals.
///
/// The decimal sign is `decimal`, where the column shows one. Else the last `.` or `,` is, unless exactly three digits
/// follow it and it is the only kind of mark (`1,234` is a thousand and some) or occurs more than once. More decimals than
/// the unit has are rounded half away from zero. None when the text is no number or too large.
#[must_use]
pub fn parse_minor(text: &str, digits: u32, decimal: Option<char>) -> Option<i64> {
    let trimmed = text.trim();
    let negative = trimmed.starts_with('(') && trimmed.ends_with(')')
        || trimmed
            .trim_start_matches(|c: char| !c.is_ascii_digit() && c != '-' && c != '−')
            .starts_with(['-', '−'])
        || trimmed.ends_with('-');
    let bare: String = trimmed
        .chars()
        .filter(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
        .collect();
    let clean = |c: char| {
        c.is_ascii_digit()
            || "., '’()+-−".contains(c)
            || c.is_whitespace()
            || !c.is_ascii()
            || c.is_ascii_alphabetic()
            || c == '$'
    };
    if !trimmed.chars().all(clean)
        || exponent(trimmed)
        || !bare.contains(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    let last = bare.rfind(['.', ',']);
    let point = last.filter(|&at| {
        let mark = &bare[at..=at];
        let others = bare[..at].contains(['.', ',']);
        let repeated = bare[..at].contains(mark);
        let three = bare.len() - at - 1 == 3;
        if let Some(decimal) = decimal.filter(|_| !repeated) {
            return mark.starts_with(decimal);
        }
        !repeated
            && (!three || others || digits == 3 || bare[..at].trim_start_matches('0').is_empty())
    });
    let (whole, fraction) = match point {
        Some(at) => (&bare[..at], &bare[at + 1..]),
        None => (bare.as_str(), ""),
    };
    let mut minor: i64 = 0;
    for b in whole.bytes().filter(u8::is_ascii_digit) {
        minor = minor.checked_mul(10)?.checked_add(i64::from(b - b'0'))?;
    }
    let mut decimals = fraction.bytes();
    for _ in 0..digits {
        let b = decimals.next().unwrap_or(b'0');
        minor = minor.checked_mul(10)?.checked_add(i64::from(b - b'0'))?;
    }
    if decimals.next().is_some_and(|b| b >= b'5') {
        minor = minor.checked_add(1)?;
    }
    Some(if negative { -minor } else { minor })
}

/// Signs of money that are of one currency each, then those of several, which stand for themselves.
const SIGNS_OF_MONEY: &str = "R$=BRL US$=USD CA$=CAD C$=CAD A$=AUD AU$=AUD NZ$=NZD HK$=HKD €=EUR £=GBP ₹=INR ₽=RUB ₺=TRY ₴=UAH \
₩=KRW ₪=ILS ฿=THB ₫=VND ₱=PHP ₦=NGN ₸=KZT zł=PLN Kč=CZK Ft=HUF лв=BGN руб=RUB грн=UAH $=$ ¥=¥ ￥=¥ kr=kr";
/// Codes of ISO 4217 that are looked for beside an amount.
const CODES: &str = "AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HRK HUF IDR ILS INR ISK JPY KRW KWD MAD MXN MYR \
NGN NOK NZD PEN PHP PKR PLN RON RSD RUB SAR SEK SGD THB TND TRY TWD UAH USD VND ZAR";

/// The currency that is written beside an amount: a code, or the sign where it is one of several currencies (`$`, `¥`, `kr`).
#[must_use]
pub fn currency_beside(amount: &str) -> Option<&'static str> {
    let beside = |c: char| c.is_ascii_digit() || c.is_whitespace() || ".,'’()+-−".contains(c);
    let word = amount.split(beside).find(|w| !w.is_empty())?;
    let code = CODES
        .split(' ')
        .find(|code| word.eq_ignore_ascii_case(code));
    code.or_else(|| {
        let mut signs = SIGNS_OF_MONEY.split(' ').filter_map(|s| s.split_once('='));
        signs
            .find(|(sign, _)| word.eq_ignore_ascii_case(sign))
            .map(|(_, code)| code)
    })
}

/// The decimal sign that a column of amounts shows: some of its cells have other than three digits behind the sign, or the
/// other sign before it, and none says so of the other sign.
#[must_use]
pub fn decimal_sign<'v>(amounts: impl Iterator<Item = &'v str>) -> Option<char> {
    let mut shown = [false; 2];
    const SIGNS: [char; 2] = ['.', ','];
    for text in amounts {
        let Some(at) = text.rfind(SIGNS) else {
            continue;
        };
        let (before, behind) = (&text[..at], &text[at + 1..]);
        let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
        let mark = SIGNS.iter().position(|s| text[at..].starts_with(*s));
        let (Some(mark), false) = (mark, before.contains(&text[at..=at])) else {
            continue;
        };
        let number = before.bytes().any(|b| b.is_ascii_digit()) && digits > 0;
        if number && (digits != 3 || before.contains(SIGNS[1 - mark])) {
            shown[mark] = true;
        }
    }
    match shown {
        [true, false] => Some('.'),
        [false, true] => Some(','),
        _ => None,
    }
}

/// `1.2E+05` is no amount that was written by a person or a shop.
fn exponent(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes
        .windows(2)
        .any(|w| w[0].is_ascii_digit() && matches!(w[1], b'e' | b'E'))
        && bytes.last().is_some_and(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_shows_its_decimal_sign() {
        let of = |cells: &[&'static str]| decimal_sign(cells.iter().copied());
        assert_eq!(of(&["", "12.50", "5.005", "7"]), Some('.'));
        assert_eq!(of(&["12,5 €", "1.250,00"]), Some(','));
        assert_eq!(of(&["1,234.50"]), Some('.'));
        assert_eq!(of(&["1.125", "2.250"]), None, "thousands, perhaps");
        assert_eq!(of(&["12.50", "12,50"]), None, "both");
        assert_eq!(of(&["1.234.567", "approx."]), None);
        assert_eq!(parse_minor("5.005", 2, Some('.')), Some(501));
        assert_eq!(parse_minor("1,250", 2, Some('.')), Some(125_000));
        assert_eq!(parse_minor("1.250", 2, Some(',')), Some(125_000));
        assert_eq!(parse_minor("1,234.50", 2, Some('.')), Some(123_450));
        assert_eq!(parse_minor("1.234.567", 2, Some('.')), Some(123_456_700));
    }

    #[test]
    fn currencies_beside_amounts() {
        for (amount, currency) in [
            ("12.50 EUR", Some("EUR")),
            ("eur 7", Some("EUR")),
            ("€ -3,00", Some("EUR")),
            ("1.234,50€", Some("EUR")),
            ("$5.00", Some("$")),
            ("US$ 5", Some("USD")),
            ("R$ 10,00", Some("BRL")),
            ("¥500", Some("¥")),
            ("99 zł", Some("PLN")),
            ("100 kr.", Some("kr")),
            ("12.50", None),
            ("12 pcs", None),
            ("", None),
        ] {
            assert_eq!(currency_beside(amount), currency, "{amount}");
        }
    }

    #[test]
    fn amounts_as_written() {
        for (text, digits, wanted) in [
            ("12.50", 2, Some(1250)),
            ("12.5", 2, Some(1250)),
            ("12", 2, Some(1200)),
            ("1,234.50", 2, Some(123_450)),
            ("1.234,50 €", 2, Some(123_450)),
            ("1 234,50", 2, Some(123_450)),
            ("1'234.50", 2, Some(123_450)),
            ("1,234", 2, Some(123_400)),
            ("1.234.567", 2, Some(123_456_700)),
            ("0.125", 2, Some(13)),
            ("-3.00", 2, Some(-300)),
            ("(3.00)", 2, Some(-300)),
            ("€ -3,00", 2, Some(-300)),
            ("500", 0, Some(500)),
            ("1.234", 3, Some(1234)),
            ("EUR 7", 2, Some(700)),
            ("1.2E+05", 2, None),
            ("n/a", 2, None),
            ("", 2, None),
            ("99999999999999999999", 2, None),
        ] {
            assert_eq!(parse_minor(text, digits, None), wanted, "{text:?}");
        }
        assert_eq!(
            (
                minor_digits("JPY"),
                minor_digits("EUR"),
                minor_digits("KWD")
            ),
            (0, 2, 3)
        );
    }
}

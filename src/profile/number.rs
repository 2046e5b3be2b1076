//! Numbers and amounts of money in a cell.

/// The number that a value is, if it is one, and whether it is written as an amount: with a currency, a sign of one, or
/// decimals.
pub(super) fn read(value: &str) -> (Option<f64>, bool) {
    let money = money(value);
    let marked = money.is_some() || value.contains(['.', ',', '$', '€', '£', '¥', '%']);
    (parse_number(money.as_deref().unwrap_or(value)), marked)
}

/// Codes and short words of currencies.
const CURRENCIES: &str = " eur usd gbp chf ron lei huf ft pln zł czk kč sek nok dkk isk kr try tl ₺ rub руб ₽ uah грн ₴ bgn лв \
    rsd din hrk kn inr rs ₹ jpy 円 cny rmb 元 krw 원 ₩ aud cad nzd sgd hkd brl r$ mxn zar sar aed ils nis ₪ idr rp myr thb \
    vnd đ ₫ php kzt ₸ egp ";

/// The number of an amount with its currency before or after it: `45 000 Ft`, `RON 55,00`.
fn money(value: &str) -> Option<String> {
    let digit = |c: char| c.is_ascii_digit();
    let (from, to) = (value.find(digit)?, value.rfind(digit)? + 1);
    let (before, after) = (value[..from].trim_end_matches('-'), &value[to..]);
    let currency = match (before.trim(), after.trim()) {
        ("", "") => return None,
        ("", word) | (word, "") => word.trim_end_matches('.').to_lowercase(),
        _ => return None,
    };
    let known = CURRENCIES.split_ascii_whitespace().any(|c| c == currency);
    // `RS1001` is a customer
    let apart = before.ends_with(|c: char| !c.is_alphabetic())
        || after.starts_with(|c: char| !c.is_alphabetic())
        || value[from..to].contains(['.', ',']);
    (known && apart).then(|| value[from..to].replace([' ', '\u{a0}', '\u{202f}'], ""))
}

fn parse_number(value: &str) -> Option<f64> {
    let plain = value.trim_matches(['$', '€', '£', '¥', '%', ' ']);
    if plain.is_empty() || plain.len() > 20 || !plain.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    if let Ok(n) = plain.parse::<f64>() {
        let shaped = plain
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
        return shaped.then_some(n);
    }
    // thousands and decimals by comma: groups of three, or two decimals at the end
    let shaped = plain.bytes().enumerate().all(|(i, b)| {
        b.is_ascii_digit() || matches!(b, b',' | b'.' | b'\'') || (i == 0 && b == b'-')
    });
    let groups_of_three = plain
        .trim_start_matches('-')
        .split([',', '.', '\''])
        .skip(1)
        .all(|g| (1..=3).contains(&g.len()));
    (shaped && groups_of_three).then_some(0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_with_a_currency_are_numbers() {
        for value in [
            "45 000 Ft",
            "0,00 RON",
            "EUR 12.50",
            "1.234,50 zł",
            "12 kr.",
        ] {
            assert!(matches!(read(value), (Some(_), true)), "{value}");
        }
        for value in [
            "12 Elm",
            "55 Ronstraße",
            "Flat 5",
            "R2-D2",
            "SE15 5BS",
            "RS1001",
            "1001KN",
        ] {
            assert_eq!(read(value).0, None, "{value}");
        }
    }
}

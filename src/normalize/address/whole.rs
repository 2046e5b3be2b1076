//! A whole address in one cell: country, postcode, region and city found from the end, the rest is a street line.

use super::{Address, append, line, place};
use crate::lexicon::{regions, street_words, units};
use crate::normalize::{country, postcode};
use crate::text::fold;

/// A stretch of the cell between separators, cut into words.
type Segment<'a> = Vec<&'a str>;

/// True if the cell ends in a state of the United States, Canada or Australia and a postcode.
pub(super) fn ends_in_state_and_code(cell: &str) -> bool {
    let mut words = cell.split_whitespace().rev();
    let (Some(code), Some(state)) = (words.next(), words.next()) else {
        return false;
    };
    let digits = code.bytes().filter(u8::is_ascii_digit).count();
    digits == code.len()
        && (4..6).contains(&digits)
        && is_state_code(state)
        && words.next().is_some()
}

/// Parses a whole address.
pub(super) fn parse(cell: &str) -> Address {
    let mut segments = segments(cell);
    let mut address = Address::default();
    let code = take_country(&mut segments, &mut address);
    let found = find_postcode(&segments, code);
    if let Some(found) = &found {
        address.postcode.clone_from(&found.normal);
        file_around(&mut segments, found, &mut address);
    }
    take_region_and_city(&mut segments, &mut address);
    if address.city.is_empty()
        && code.is_some_and(|c| country::name(c).len() < 12)
        && is_city_state(&address.country)
    {
        address.city = fold(code.map_or("", country::name));
    }
    if address.city.is_empty()
        && !address.region.is_empty()
        && let [only] = &mut segments[..]
    {
        let at = only
            .iter()
            .rposition(|w| street_like(w))
            .map_or(only.len(), |at| at + 1);
        let city = only.split_off(at);
        if city.iter().any(|w| w.bytes().any(|b| b.is_ascii_digit())) {
            only.extend(city);
        } else {
            address.city = place::city(&city.join(" "));
        }
    }
    let placed =
        !(address.country.is_empty() && address.region.is_empty() && address.postcode.is_empty());
    if address.city.is_empty()
        && placed
        && let [only] = &segments[..]
        && only
            .iter()
            .all(|w| !street_like(w) && !w.bytes().any(|b| b.is_ascii_digit()))
    {
        address.city = place::city(&only.join(" "));
        segments.clear();
    }
    let line: Vec<String> = segments
        .iter()
        .filter(|s| !s.is_empty())
        .map(|s| s.join(" "))
        .collect();
    let street = line::parse(&line.join(", "));
    let rest = std::mem::take(&mut address.rest);
    address = Address {
        city: address.city,
        region: address.region,
        postcode: address.postcode,
        country: address.country,
        ..street
    };
    append(&mut address.rest, &rest);
    address
}

fn is_city_state(code: &str) -> bool {
    matches!(
        code,
        "SG" | "MC" | "LU" | "HK" | "MO" | "GI" | "SM" | "VA" | "KW" | "DJ" | "PA" | "GT"
    )
}

/// Parts between commas, line ends, semicolons, bars and runs of two spaces, cut into words.
fn segments(cell: &str) -> Vec<Segment<'_>> {
    let mut out = Vec::new();
    for part in cell.split([',', ';', '\n', '\r', '|', '，', '、', '\t']) {
        let words = part
            .split("  ")
            .map(|piece| piece.split_whitespace().collect::<Segment<'_>>());
        out.extend(words.filter(|s| !s.is_empty()));
    }
    out
}

/// Takes the country off the end: a segment of its own, or the last words of the last segment.
fn take_country(segments: &mut Vec<Segment<'_>>, address: &mut Address) -> Option<[u8; 2]> {
    let last = segments.last()?;
    let text = last.join(" ");
    let alone = segments.len() > 1;
    if alone && let Some(code) = country::country(&text).filter(|_| !is_region(segments, &text)) {
        address.country = code.iter().map(|b| char::from(*b)).collect();
        segments.pop();
        return Some(code);
    }
    let (code, count) = (1..last.len().min(4)).rev().find_map(|count| {
        let words = last[last.len() - count..].join(" ");
        let longer = last[last.len().saturating_sub(count + 1)..].join(" ");
        let region =
            regions::code(&fold(&longer)).is_some() || regions::code(&fold(&words)).is_some();
        let long =
            words.len() > 3 || matches!(words.as_str(), "USA" | "UK" | "UAE" | "U.K." | "KSA");
        (long && !region)
            .then(|| country::country(&words))?
            .map(|code| (code, count))
    })?;
    address.country = code.iter().map(|b| char::from(*b)).collect();
    if let Some(last) = segments.last_mut() {
        last.truncate(last.len() - count);
    }
    segments.retain(|s| !s.is_empty());
    Some(code)
}

/// True if `text`, the last segment, is a state (`CA`, `Georgia`) rather than a country: no segment
/// before it is a state, or ends with a code of that country.
fn is_region(segments: &[Segment<'_>], text: &str) -> bool {
    let folded = fold(text);
    let state = regions::is_code(&folded) || regions::code(&folded).is_some();
    let before = segments.len().checked_sub(2).map(|at| &segments[at]);
    let code = country::country(text);
    let fits = |w: &str| {
        w.bytes().any(|b| b.is_ascii_digit())
            && postcode::postcode(w, code).is_some_and(|p| p.valid)
    };
    let code_before = before.is_some_and(|s| {
        s.iter().any(|w| fits(w)) || s.windows(2).any(|pair| fits(&pair.join(" ")))
    });
    let state_before = before.is_some_and(|s| s.last().is_some_and(|w| regions::is_code(&fold(w))));
    state && !code_before && !state_before
}

/// Where a postcode was found: segment, first word, number of words.
struct Found {
    segment: usize,
    word: usize,
    count: usize,
    normal: String,
}

/// The postcode nearest the end. Letters and digits in a shape that only postcodes have are found
/// anywhere; plain digits only beside a city or state.
fn find_postcode(segments: &[Segment<'_>], code: Option<[u8; 2]>) -> Option<Found> {
    (0..segments.len()).rev().find_map(|segment| {
        let words = &segments[segment];
        let windows = (0..words.len())
            .rev()
            .flat_map(|word| [(word, 2), (word, 1)]);
        let fitting = windows.filter(|&(word, count)| word + count <= words.len());
        let mut found = fitting.filter_map(|(word, count)| {
            let text = words[word..word + count].join(" ");
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            let house = segment == 0 && word == 0 && (segments.len() > 1 || count < words.len());
            if digits < 2 || text.len() > 12 || house && !unmistakable(&text) {
                return None;
            }
            let believed = unmistakable(&text)
                || is_japanese(&text, code)
                || plain_code(&text, words, word, count, code, segments.len());
            let normal = believed
                .then(|| postcode::postcode(&text, code))
                .flatten()?;
            (normal.valid || code.is_none()).then_some(Found {
                segment,
                word,
                count,
                normal: normal.normal,
            })
        });
        found.next()
    })
}

/// Codes of letters and digits (`SW1A 1AA`, `K1A 0B1`, `1012 AB`) or with a hyphen (`00-950`, `D-80331`).
fn unmistakable(text: &str) -> bool {
    let shape: String = text
        .chars()
        .map(|c| {
            if c.is_ascii_digit() {
                '9'
            } else if c.is_ascii_alphabetic() {
                'A'
            } else {
                c
            }
        })
        .collect();
    matches!(
        shape.as_str(),
        "A9 9AA"
            | "A99 9AA"
            | "AA9 9AA"
            | "AA99 9AA"
            | "A9A 9AA"
            | "AA9A 9AA"
            | "A99AA"
            | "A999AA"
            | "AA99AA"
            | "AA999AA"
            | "A9A9AA"
            | "AA9A9AA"
            | "A9A 9A9"
            | "A9A9A9"
            | "A9A-9A9"
            | "9999 AA"
            | "99-999"
            | "9999-999"
            | "99999-9999"
            | "99999-999"
            | "A-99999"
            | "A-9999"
            | "AA-9999"
            | "AA-99999"
            | "AA-999 99"
            | "AA-9999 AA"
            | "A99 A9A9"
            | "A99 AA99"
            | "A99 AAA9"
            | "A99 A999"
    ) && !(shape == "9999 AA" && text.ends_with(|c: char| c.is_ascii_lowercase()))
        && (shape != "99-999" || text.len() == 6)
}

/// `150-0002`, which elsewhere is a part of a phone number.
fn is_japanese(text: &str, code: Option<[u8; 2]>) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    code == Some(*b"JP") && digits == 7 && text.len() == 8 && text.as_bytes()[3] == b'-'
}

/// Plain digits that stand where a postcode stands: before a city, after a state, or alone.
fn plain_code(
    text: &str,
    words: &[&str],
    word: usize,
    count: usize,
    code: Option<[u8; 2]>,
    segments: usize,
) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let only_digits = text.bytes().all(|b| b.is_ascii_digit() || b == b' ');
    let shape = match count {
        1 => (4..=6).contains(&digits),
        _ => digits == 5 && text.as_bytes().get(3) == Some(&b' '),
    };
    if !only_digits || !shape {
        return false;
    }
    let (first, last) = (word == 0, word + count == words.len());
    let is_state = |w: &&str| regions::is_code(&fold(w)) || regions::code(&fold(w)).is_some();
    let city_after = words
        .get(word + count)
        .is_some_and(|w| w.chars().next().is_some_and(char::is_alphabetic) && !street_like(w));
    let fits = code.is_some_and(|c| postcode::postcode(text, Some(c)).is_some_and(|p| p.valid));
    let state_before = word > 0 && is_state(&words[word - 1]);
    if segments == 1 {
        return word > 0
            && (state_before
                || digits > 4 && city_after
                || last && fits && digits > 3
                || city_after && fits);
    }
    first && last || state_before || first && city_after || last && (digits > 4 || fits)
}

fn street_like(word: &str) -> bool {
    let folded = fold(word);
    folded == "st"
        || street_words::street_word(&folded, false, true).is_some()
        || units::unit(&folded).is_some()
        || street_words::split_glued(&folded, false).is_some()
}

/// Files the words around the postcode: a city after it, or a city and state before it.
fn file_around(segments: &mut Vec<Segment<'_>>, found: &Found, address: &mut Address) {
    let words = std::mem::take(&mut segments[found.segment]);
    let before = &words[..found.word];
    let after = &words[found.word + found.count..];
    if after.len() > 1 || after.len() == 1 && !is_state_code(after[0]) {
        let last = after[after.len() - 1];
        let province = last.len() == 2 && last.bytes().all(|b| b.is_ascii_uppercase()); // `Roma RM`
        let shouted = after[0].chars().all(|c| !c.is_lowercase());
        let state = after.len() > 1 && (is_state_code(last) || province && !shouted);
        address.city = place::city(&after[..after.len() - usize::from(state)].join(" "));
        if state {
            address.region = place::region(after[after.len() - 1]);
        }
        segments[found.segment] = before.to_vec();
        segments.truncate(segments.len().max(found.segment + 1));
        return;
    }
    if let Some(state) = after.first() {
        address.region = place::region(state);
    }
    let left = take_state(before, address);
    segments[found.segment] = left.to_vec();
    if found.segment == 0 {
        // street and city in one stretch: the city starts behind the last street word
        let at = left
            .iter()
            .rposition(|w| street_like(w) || w.bytes().any(|b| b.is_ascii_digit()))
            .map_or(left.len(), |at| at + 1);
        address.city = place::city(&left[at..].join(" "));
        segments[0].truncate(at);
    }
}

/// Takes a state off the end of `words`: a code in capitals or a name of one or two words.
fn take_state<'a, 'b>(words: &'a [&'b str], address: &mut Address) -> &'a [&'b str] {
    let n = words.len();
    for count in [3, 2, 1] {
        if n < count || !address.region.is_empty() {
            continue;
        }
        let text = words[n - count..].join(" ");
        let named = regions::code(&fold(&text)).is_some();
        if named || count == 1 && is_state_code(&text) {
            address.region = place::region(&text);
            return &words[..n - count];
        }
    }
    words
}

fn is_state_code(word: &str) -> bool {
    word.len() < 4 && word.bytes().all(|b| b.is_ascii_uppercase()) && regions::is_code(&fold(word))
}

/// Takes state and city off the end of what is left.
fn take_region_and_city(segments: &mut Vec<Segment<'_>>, address: &mut Address) {
    segments.retain(|s| !s.is_empty());
    while segments.len() > 1 {
        let Some(last) = segments.last() else {
            return;
        };
        let text = last.join(" ");
        let county = last.len() == 2 && matches!(fold(last[0]).as_str(), "co" | "county");
        if county && address.region.is_empty() {
            address.region = fold(last[1]);
            segments.pop();
            continue;
        }
        let state = regions::code(&fold(&text)).is_some() || is_state_code(&text);
        if address.region.is_empty()
            && state
            && (is_state_code(&text)
                || address.city.is_empty() && segments.len() > 2
                || !address.city.is_empty())
        {
            address.region = place::region(&text);
            segments.pop();
            continue;
        }
        let with_state = address.region.is_empty()
            && last.len() > 1
            && last.last().is_some_and(|w| is_state_code(w));
        if with_state {
            let last = segments.pop().unwrap_or_default();
            let left = take_state(&last, address).to_vec();
            segments.push(left);
            continue;
        }
        let district = last.len() > 1 && last[last.len() - 1].len() < 3; // `Dublin 2`
        let digits = last[..last.len() - usize::from(district)]
            .iter()
            .any(|w| w.bytes().any(|b| b.is_ascii_digit()));
        let alone = last.len() == 1 && text.len() < 3;
        if address.city.is_empty()
            && !digits
            && !alone
            && !last.iter().any(|w| street_like(w) && !place::keeps(w))
            && !last.iter().any(|w| units::unit(&fold(w)).is_some())
        {
            address.city = place::city(&text);
            segments.pop();
        }
        return;
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn addresses_of_several_countries() {
        for (cell, house, street, city, region, code, country) in [
            (
                "10 Downing St, Westminster, London SW1A 2AA",
                "10",
                "downing street",
                "london",
                "",
                "SW1A2AA",
                "",
            ),
            (
                "901 Main Street  Boise  ID  83702  US",
                "901",
                "main street",
                "boise",
                "id",
                "83702",
                "US",
            ),
            (
                "Hauptstr. 5, 10115 Berlin, Deutschland",
                "5",
                "haupt strasse",
                "berlin",
                "",
                "10115",
                "DE",
            ),
            (
                "Hauptstr. 5 10115 Berlin",
                "5",
                "haupt strasse",
                "berlin",
                "",
                "10115",
                "",
            ),
            (
                "12 rue de la Paix\n75002 Paris\nFrance",
                "12",
                "rue de la paix",
                "paris",
                "",
                "75002",
                "FR",
            ),
            (
                "45 George St, Sydney NSW 2000",
                "45",
                "george street",
                "sydney",
                "nsw",
                "2000",
                "",
            ),
            (
                "ul. Zielna 63, 00-108 Warszawa",
                "63",
                "ulica zielna",
                "warszawa",
                "",
                "00108",
                "",
            ),
            (
                "88 Ocean Drive, Suite 210, Miami, FL",
                "88",
                "ocean drive",
                "miami",
                "fl",
                "",
                "",
            ),
            (
                "901 Main Street Boise ID 83702",
                "901",
                "main street",
                "boise",
                "id",
                "83702",
                "",
            ),
            (
                "Keizersgracht 12, 1015 CX Amsterdam, NL",
                "12",
                "keizers gracht",
                "amsterdam",
                "",
                "1015CX",
                "NL",
            ),
            (
                "12 High Street, London",
                "12",
                "high street",
                "london",
                "",
                "",
                "",
            ),
            ("12 High Street", "12", "high street", "", "", "", ""),
            (
                "111 Wellington St, Ottawa, ON K1A 0B1, Canada",
                "111",
                "wellington street",
                "ottawa",
                "on",
                "K1A0B1",
                "CA",
            ),
        ] {
            let got = parse(cell);
            let parts = [
                &got.house,
                &got.street,
                &got.city,
                &got.region,
                &got.postcode,
                &got.country,
            ];
            assert_eq!(
                parts,
                [house, street, city, region, code, country],
                "{cell}"
            );
        }
    }
}

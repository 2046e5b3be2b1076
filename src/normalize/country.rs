//! Countries: a cell → the alpha-2 code of ISO 3166-1.
//!
//! Knows the codes, the names in some sixty languages and common aliases of [`crate::lexicon::countries`], with
//! or without case, dots and diacritics.

use crate::lexicon::countries;

/// Takes a raw cell, gives the alpha-2 code in capitals. `None` when the cell names no country, or two.
///
/// Understood besides plain names: a code in brackets (`Germany (DE)`), a subdivision code (`US-CA`), a part in front
/// or behind a comma or slash that names the same country (`England, UK`), `The …`.
#[must_use]
pub fn country(cell: &str) -> Option<[u8; 2]> {
    let cell = cell.trim().trim_matches(['\'', '"']);
    if let Some(code) = countries::find(cell) {
        return Some(code);
    }
    let lower_the = cell
        .get(..4)
        .is_some_and(|t| t.eq_ignore_ascii_case("the "));
    if lower_the && let Some(code) = cell.get(4..).and_then(countries::find) {
        return Some(code);
    }
    // `US-CA`, `GB-ENG`: ISO 3166-2.
    if let Some((code, part)) = cell.split_once('-')
        && code.len() == 2
        && (1..=3).contains(&part.len())
        && part.bytes().all(|b| b.is_ascii_alphanumeric())
    {
        return countries::find(code);
    }
    let mut found = None;
    for part in cell.split(['(', ')', ',', '/', '[', ']', '|', ';', '（', '）']) {
        let part = part.trim();
        // Single letters in a list are initials of anything.
        if part.chars().count() < 2 {
            continue;
        }
        match (countries::find(part), found) {
            (Some(code), Some(before)) if code != before => return None,
            (Some(code), _) => found = Some(code),
            (None, _) => {}
        }
    }
    found
}

/// Takes an alpha-2 code, gives the English short name; empty for codes that are no country's.
#[must_use]
pub fn name(code: [u8; 2]) -> &'static str {
    countries::by_code(code).map_or("", |c| c.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn countries_as_people_write_them() {
        for (cell, code) in [
            ("UK", "GB"),
            ("u.k.", "GB"),
            ("England", "GB"),
            ("Great Britain", "GB"),
            ("United Kingdom", "GB"),
            ("GBR", "GB"),
            ("England, UK", "GB"),
            ("Royaume-Uni", "GB"),
            ("Wielka Brytania", "GB"),
            ("Großbritannien", "GB"),
            ("USA", "US"),
            ("U.S.A.", "US"),
            ("United States", "US"),
            ("The United States of America", "US"),
            ("US", "US"),
            ("us", "US"),
            ("États-Unis", "US"),
            ("Etats-Unis", "US"),
            ("EE.UU.", "US"),
            ("Estados Unidos", "US"),
            ("США", "US"),
            ("United States (US)", "US"),
            ("US-CA", "US"),
            ("840", "US"),
            ("Vereinigte Staaten", "US"),
            ("美国", "US"),
            ("Deutschland", "DE"),
            ("GERMANY", "DE"),
            ("Allemagne", "DE"),
            ("D", "DE"),
            ("BRD", "DE"),
            ("Niemcy", "DE"),
            ("España", "ES"),
            ("Espana", "ES"),
            ("Spain", "ES"),
            ("Россия", "RU"),
            ("РФ", "RU"),
            ("Russia", "RU"),
            ("Russian Federation", "RU"),
            ("中国", "CN"),
            ("P.R. China", "CN"),
            ("China, People's Republic of", "CN"),
            ("Polska", "PL"),
            ("Italia", "IT"),
            ("KSA", "SA"),
            ("Saudi Arabia", "SA"),
            ("المملكة العربية السعودية", "SA"),
            ("UAE", "AE"),
            ("Dubai", "AE"),
            ("Czech Republic", "CZ"),
            ("Czechia", "CZ"),
            ("Česká republika", "CZ"),
            ("Holland", "NL"),
            ("The Netherlands", "NL"),
            ("Nederland", "NL"),
            ("Österreich", "AT"),
            ("Oesterreich", "AT"),
            ("Schweiz", "CH"),
            ("Suisse", "CH"),
            ("Svizzera", "CH"),
            ("Côte d'Ivoire", "CI"),
            ("Ivory Coast", "CI"),
            ("South Korea", "KR"),
            ("Korea, Republic of", "KR"),
            ("대한민국", "KR"),
            ("日本", "JP"),
            ("Türkiye", "TR"),
            ("Turkey", "TR"),
            ("Viet Nam", "VN"),
            ("Việt Nam", "VN"),
            ("Brasil", "BR"),
            ("México", "MX"),
            ("Éire", "IE"),
            ("Hellas", "GR"),
            ("Ελλάδα", "GR"),
            ("Україна", "UA"),
            ("India", "IN"),
            ("भारत", "IN"),
            ("ישראל", "IL"),
            ("ไทย", "TH"),
            ("Namibia", "NA"),
            ("NA", "NA"),
            ("Macedonia", "MK"),
            ("DR Congo", "CD"),
            ("Congo", "CG"),
            ("Niger", "NE"),
            ("Nigeria", "NG"),
            ("Sverige", "SE"),
            ("Kosovo", "XK"),
            ("Suomi", "FI"),
            ("Danmark", "DK"),
            ("Norge", "NO"),
            ("Magyarország", "HU"),
            ("România", "RO"),
        ] {
            let found = country(cell).map(|c| String::from_utf8(c.to_vec()).unwrap());
            assert_eq!(found.as_deref(), Some(code), "{cell}");
        }
        for nowhere in ["", "-", "Atlantis", "Georgia, USA", "Q", "12", "Bavaria"] {
            assert_eq!(country(nowhere), None, "{nowhere}");
        }
    }

    #[test]
    fn names_lead_back_to_their_codes() {
        for known in countries::all() {
            assert_eq!(country(name(known.alpha2)), Some(known.alpha2));
        }
        assert_eq!(name(*b"XX"), "");
    }

    proptest! {
        #[test]
        fn nothing_panics_and_codes_are_their_own_normal_form(cell in "\\PC{0,20}") {
            if let Some(code) = country(&cell) {
                let text = std::str::from_utf8(&code).unwrap();
                prop_assert_eq!(country(text), Some(code));
            }
        }
    }
}

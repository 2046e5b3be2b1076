//! Standardizing against the standards: every row of `tests/standards/*.csv`, and that nothing written is lost.
//!
//! A row is a cell, the country it was written in, the form it is compared by and the form that is shown. The
//! expected forms were written from the sources each table names at its head, not from what the program gave.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use selfsame::load::Normalizers;
use selfsame::normalize::{address, country, date, email, name, organization, phone, postcode};
use selfsame::record::{DateOrder, Kind};
use selfsame::survive::{CellContext, Read};

/// One row of a table.
struct Case {
    input: String,
    country: String,
    normal: String,
    display: String,
}

fn table(file: &str) -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/standards")
        .join(file);
    let text = fs::read_to_string(path).unwrap();
    assert!(
        text.starts_with("# ") && text.contains("Source: "),
        "{file}: a table names its sources"
    );
    let mut rows = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let cell = |row: &csv::StringRecord, i: usize| row.get(i).unwrap().to_owned();
    rows.records()
        .map(|row| {
            let row = row.unwrap();
            Case {
                input: cell(&row, 0),
                country: cell(&row, 1),
                normal: cell(&row, 2),
                display: cell(&row, 3),
            }
        })
        .collect()
}

/// What a cell of a country is compared by.
type Normalize = fn(&str, &str) -> String;

const TABLES: &[(&str, Kind, Normalize)] = &[
    ("phones.csv", Kind::Phone, phones),
    ("countries.csv", Kind::Country, countries),
    ("dates.csv", Kind::BirthDate, dates),
    ("postcodes.csv", Kind::Postcode, postcodes),
    ("emails.csv", Kind::Email, emails),
    ("names.csv", Kind::FullName, names),
    ("organizations.csv", Kind::Organization, organizations),
    ("streets.csv", Kind::Street, streets),
];

fn region(country: &str) -> Option<[u8; 2]> {
    country.as_bytes().try_into().ok()
}

fn phones(cell: &str, country: &str) -> String {
    let forms = phone::phones(cell, region(country)).into_iter().map(|p| {
        let extension = p.extension.map(|e| format!(";ext={e}"));
        p.e164 + &extension.unwrap_or_default()
    });
    forms.collect::<Vec<_>>().join(" ")
}

fn countries(cell: &str, _: &str) -> String {
    let code = country::country(cell).unwrap_or_default();
    code.iter()
        .filter(|b| **b != 0)
        .map(|b| char::from(*b))
        .collect()
}

/// Order of day, month and year where the country writes them in numbers.
fn order(country: &str) -> DateOrder {
    match country {
        "US" => DateOrder::Mdy,
        "CA" | "CN" | "JP" | "KR" | "HU" | "LT" | "SE" | "ZA" => DateOrder::Ymd,
        _ => DateOrder::Dmy,
    }
}

fn dates(cell: &str, country: &str) -> String {
    let order = match order(country) {
        DateOrder::Ymd => date::DateOrder::Ymd,
        DateOrder::Dmy => date::DateOrder::Dmy,
        DateOrder::Mdy => date::DateOrder::Mdy,
    };
    match date::date(cell, order).filter(|d| d.year > 0 && !d.impossible) {
        Some(d) if d.day > 0 => format!("{:04}-{:02}-{:02}", d.year, d.month, d.day),
        Some(d) if d.month > 0 => format!("{:04}-{:02}", d.year, d.month),
        Some(d) => format!("{:04}", d.year),
        None => String::new(),
    }
}

fn postcodes(cell: &str, country: &str) -> String {
    postcode::postcode(cell, region(country)).map_or_else(String::new, |p| p.normal)
}

fn emails(cell: &str, _: &str) -> String {
    let forms = email::emails(cell).into_iter().map(|e| e.normal);
    forms.collect::<Vec<_>>().join(" ")
}

fn names(cell: &str, _: &str) -> String {
    let name = name::full(cell);
    let suffix = match name.suffix {
        name::Suffix::None => String::new(),
        name::Suffix::Nth(n) => n.to_string(),
        other => format!("{other:?}").to_lowercase(),
    };
    let parts = [name.given, name.middle, name.family, suffix, name.honorific];
    parts.join("|").trim_end_matches('|').to_owned()
}

fn organizations(cell: &str, _: &str) -> String {
    organization::organization(cell).normal
}

fn streets(cell: &str, _: &str) -> String {
    let a = address::street(cell);
    let parts = [a.house, a.street, a.unit];
    parts.join("|").trim_end_matches('|').to_owned()
}

/// What would stand in a golden record for this cell alone.
fn shown(kind: Kind, cell: &str, country: &str) -> String {
    let context = CellContext {
        kind,
        label: None,
        date_order: Some(order(country)),
        region: (!country.is_empty()).then_some(country),
        number: None,
    };
    let mut readings = Vec::new();
    Normalizers.read(&context, cell, &mut readings);
    let whole = readings.iter().filter(|r| r.kind == kind);
    whole
        .map(|r| r.value.as_ref())
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn every_case_has_its_normal_and_its_display_form() {
    let (mut cases, mut wrong) = (0, Vec::new());
    let mut in_countries = std::collections::BTreeSet::new();
    for (file, kind, normal) in TABLES {
        for case in table(file) {
            cases += 1;
            let forms = [
                ("normal", normal(&case.input, &case.country), &case.normal),
                (
                    "display",
                    shown(*kind, &case.input, &case.country),
                    &case.display,
                ),
            ];
            for (form, got, expected) in forms {
                if got != *expected {
                    wrong.push(format!(
                        "{file} {} `{}`: {form} is `{got}`, not `{expected}`",
                        case.country, case.input
                    ));
                }
            }
            in_countries.insert(case.country);
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(
        cases >= 1500 && in_countries.len() >= 30,
        "{cases} cases of {} countries",
        in_countries.len()
    );
}

#[test]
fn a_normal_form_is_its_own_normal_form() {
    let whole = [
        "phones.csv",
        "countries.csv",
        "dates.csv",
        "postcodes.csv",
        "organizations.csv",
    ];
    for (file, _, normal) in TABLES.iter().filter(|t| whole.contains(&t.0)) {
        for case in table(file) {
            let again = normal(&case.normal, &case.country);
            assert_eq!(again, case.normal, "{file}: `{}`", case.input);
        }
    }
    for case in table("emails.csv") {
        for address in case.normal.split(' ').filter(|a| !a.is_empty()) {
            assert_eq!(emails(address, ""), address, "`{}`", case.input);
        }
    }
}

proptest! {
    /// What is shown of a text is the text: white space and a spreadsheet's guard apostrophe apart, nothing is changed.
    #[test]
    fn case_accents_and_order_of_words_survive(
        cell in "[ A-Za-zÀ-ÖØ-öø-ÿĀ-žА-яا-ي一-龥0-9'’.,&/-]{1,30}",
        kind in prop::sample::select(vec![
            Kind::GivenName, Kind::FamilyName, Kind::FullName, Kind::Organization, Kind::Street,
            Kind::City, Kind::Postcode, Kind::Region, Kind::Identifier, Kind::JobTitle,
        ]),
    ) {
        let shown = shown(kind, &cell, "DE");
        let squeezed = cell.split_whitespace().collect::<Vec<_>>().join(" ");
        let unguarded = squeezed.strip_prefix('\'').unwrap_or(&squeezed).trim();
        prop_assert!(
            shown.is_empty() || shown == squeezed || shown == unguarded,
            "{} `{}` is shown as `{}`", kind, cell, shown
        );
    }

    /// A number is shown as it was written, or in international form: then only its prefix (country code of up to three digits, trunk digit)
    /// may be left out in front, and no digit after it.
    #[test]
    fn no_digit_of_a_phone_is_dropped(cell in "[1-9][0-9]{5,11}", code in "(US|GB|DE|FR|IT|PL|BR|IN|JP|ZA)") {
        let shown = shown(Kind::Phone, &cell, &code);
        prop_assert!(
            (0..=4).any(|prefix| shown.ends_with(&cell[prefix..])),
            "`{}` is shown as `{}`", cell, shown
        );
    }
}

//! Columns of addresses: lines and whole addresses, and what is a part too many.

use super::infer::Draft;
use super::shape::Flag;
use crate::record::Kind;

/// Words that an address with town and postcode has, as a rule, and a street has not.
const WHOLE: f64 = 4.0;

/// Tells whole addresses from their first lines, and second lines from flats.
pub(crate) fn choose_lines(drafts: &mut [Draft]) {
    for i in 0..drafts.len() {
        let d = &drafts[i];
        let said = d.header.of(Kind::Address).max(d.header.of(Kind::Street));
        let second = d.header.ordinal.is_some_and(|n| (2..=5).contains(&n)) && said > 0.0;
        let addressed = said > 4.0 || second;
        if d.given
            || !addressed
            || d.header.blocked
            || !(is_line(d.kind) || (second && d.portrait.values > 0 && may_be_line(d.kind)))
        {
            continue;
        }
        let label = d.label.clone();
        let beside = |kind: Kind| {
            drafts.iter().enumerate().any(|(j, o)| {
                j != i
                    && o.kind == kind
                    && (o.label == label || o.label.is_none() || label.is_none())
            })
        };
        let split = beside(Kind::City) || beside(Kind::Postcode);
        let p = &d.portrait;
        if second && (beside(Kind::Street) || beside(Kind::Address) || split) {
            let (unit, street) = (p.share(Flag::Unit), p.share(Flag::Street));
            let kind = if unit > 0.4 && unit > street {
                Kind::Unit
            } else {
                Kind::Street
            };
            let confidence = d.confidence.max(0.7);
            drafts[i].settle(kind, confidence, "a further line of the address".to_owned());
        } else if d.kind == Kind::Address {
            // a shop's list has whole addresses beside the parts of the main one
            let copy = label.is_some()
                && drafts.iter().any(|o| {
                    o.kind == Kind::Street && o.label.is_none() && o.header.of(Kind::Street) >= 8.0
                })
                && p.words > WHOLE;
            if copy {
                continue;
            }
            if split && p.share(Flag::Address) < 0.75 {
                let why = format!(
                    "{}; city or postal code have columns of their own",
                    d.why(Kind::Street)
                );
                let confidence = d.confidence.max(0.8);
                drafts[i].settle(Kind::Street, confidence, why);
            } else if p.share(Flag::Address) < 0.25 && p.share(Flag::Street) > 0.5 {
                let why = format!(
                    "{}; no more than a street in most values",
                    d.why(Kind::Street)
                );
                let confidence = d.confidence.max(0.7);
                drafts[i].settle(Kind::Street, confidence, why);
            }
        } else if d.kind == Kind::Street
            && !split
            && p.share(Flag::Address) > 0.6
            && d.header.of(Kind::Address) > 4.0
        {
            let why = d.why(Kind::Address);
            let confidence = d.confidence.max(0.8);
            drafts[i].settle(Kind::Address, confidence, why);
        }
    }
}

fn is_line(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Address | Kind::Street | Kind::Unit | Kind::Attribute | Kind::Text
    )
}

/// What the values of a further line are easily taken for: it holds names of districts, estates and houses.
fn may_be_line(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Ignore
            | Kind::Category
            | Kind::City
            | Kind::Region
            | Kind::GivenName
            | Kind::FamilyName
            | Kind::FullName
            | Kind::Organization
    )
}

/// `HRB 865` and `Gate 46` look like streets: where a column is called street, one that is called otherwise is none.
pub(crate) fn set_other_words_apart(drafts: &mut [Draft]) {
    // an order called `#2041`
    let unsaid = |d: &&mut Draft| {
        d.kind == Kind::Unit && !d.given && d.header.of(Kind::Unit) <= 0.0 && d.header.bare_name
    };
    for d in drafts.iter_mut().filter(unsaid) {
        let why = "numbers like those of flats, but a name is meant".to_owned();
        d.settle(Kind::Text, 0.7, why);
    }
    let line = |d: &Draft| matches!(d.kind, Kind::Street | Kind::Address);
    let said = |d: &Draft| d.header.of(Kind::Street).max(d.header.of(Kind::Address));
    if !drafts
        .iter()
        .any(|d| line(d) && (d.given || said(d) >= 5.0))
    {
        return;
    }
    for d in drafts
        .iter_mut()
        .filter(|d| !d.given && line(d) && said(d) <= 0.0)
    {
        let kind = if d.header.of(Kind::Identifier) >= 5.0 {
            Kind::Identifier
        } else {
            Kind::Attribute
        };
        let why = "values like streets, but the street has a column of its own".to_owned();
        d.settle(kind, 0.7, why);
    }
}

/// Parts of which an address has one each.
const SINGLE: [Kind; 5] = [
    Kind::HouseNumber,
    Kind::City,
    Kind::Region,
    Kind::Postcode,
    Kind::Country,
];

/// Of two cities of one address the one that is called so is the city, and a district is kept as what it is; so with
/// other parts. As many of a part stay as there are whole addresses.
pub(crate) fn set_further_parts_apart(drafts: &mut [Draft]) {
    let mut labels: Vec<Option<String>> = drafts.iter().map(|d| d.label.clone()).collect();
    labels.sort_unstable();
    labels.dedup();
    for label in labels {
        let of = |kind: Kind| {
            let same = |d: &&Draft| d.kind == kind && d.label == label;
            drafts.iter().filter(same).count()
        };
        let lines = of(Kind::Street) + of(Kind::Address);
        let addresses = lines.min(of(Kind::City).max(of(Kind::Postcode))).max(1);
        // without a line, numbered places may each belong to one elsewhere
        if lines == 0 {
            continue;
        }
        for kind in SINGLE {
            let mut columns: Vec<usize> = (0..drafts.len())
                .filter(|i| drafts[*i].kind == kind && drafts[*i].label == label)
                .collect();
            // best called first
            columns.sort_by(|a, b| {
                let (a, b) = (&drafts[*a], &drafts[*b]);
                let by_word = b.header.of(kind).total_cmp(&a.header.of(kind));
                b.given.cmp(&a.given).then(by_word)
            });
            for i in columns.into_iter().skip(addresses) {
                if !drafts[i].given {
                    let why = format!("{}; but the address has its {kind}", drafts[i].reason);
                    drafts[i].settle(Kind::Attribute, 0.7, why);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::profile::{Settings, infer_table};
    use crate::record::{Column, Kind, Origin, SourceTable};

    /// The kinds of columns with these headers, each with these values.
    fn kinds(columns: &[(&str, &[&str])]) -> Vec<Kind> {
        let mut table = SourceTable::default();
        for (name, values) in columns {
            let mut column = Column {
                name: (*name).to_owned(),
                ..Column::default()
            };
            for (n, value) in values.iter().cycle().take(24).enumerate() {
                let id = column.values.intern(&value.replace("{n}", &n.to_string()));
                column.ids.push(id);
            }
            table.columns.push(column);
        }
        let origin = Origin {
            file: 0,
            row: 1,
            byte: 0,
        };
        table.origins = vec![origin; 24];
        let mapping = infer_table(&table, &Settings::default());
        mapping.columns.iter().map(|c| c.kind).collect()
    }

    const STREETS: &[&str] = &[
        "Church Lane 5",
        "High Street 12",
        "Mill Road 7",
        "Park Row 1",
    ];
    const TOWNS: &[&str] = &["London", "Leeds", "York", "Bristol"];

    #[test]
    fn a_district_beside_a_town_is_no_town() {
        let districts: &[&str] = &["Upper Hill {n}", "Lower Hill {n}"];
        let both = kinds(&[
            ("Street", STREETS),
            ("Locality", districts),
            ("Town", TOWNS),
        ]);
        assert_eq!(both, [Kind::Street, Kind::Attribute, Kind::City]);
        let alone = kinds(&[("Street", STREETS), ("Locality", TOWNS)]);
        assert_eq!(alone, [Kind::Street, Kind::City]);
        let two = kinds(&[
            ("Street", STREETS),
            ("City", TOWNS),
            ("Street 2", STREETS),
            ("City 2", TOWNS),
        ]);
        assert_eq!(two, [Kind::Street, Kind::City, Kind::Street, Kind::City]);
    }

    #[test]
    fn what_is_called_otherwise_is_no_street() {
        let lockers: &[&str] = &["Locker {n}"];
        let found = kinds(&[("Locker", lockers), ("Street", STREETS), ("Town", TOWNS)]);
        assert_eq!(found, [Kind::Attribute, Kind::Street, Kind::City]);
    }

    #[test]
    fn a_further_line_holds_whatever_it_holds() {
        let districts: &[&str] = &["Salthill", "Douglas", "Blackrock", "Howth"];
        let found = kinds(&[
            ("POAddressLine1", STREETS),
            ("POAddressLine2", districts),
            ("POCity", TOWNS),
            ("PORegion", &["Co. Cork", "Co. Galway"]),
        ]);
        assert_eq!(found[..3], [Kind::Street, Kind::Street, Kind::City]);
        assert_ne!(found[3], Kind::Organization);
    }

    #[test]
    fn an_order_called_by_a_number_is_no_flat() {
        let found = kinds(&[
            ("Name", &["#{n}"]),
            ("Billing Name", &["Anna Weber", "Paul Klein"]),
            ("Billing Street", STREETS),
            ("Billing City", TOWNS),
        ]);
        assert!(
            !matches!(found[0], Kind::Unit | Kind::FullName),
            "{found:?}"
        );
        assert_eq!(found[1..3], [Kind::FullName, Kind::Street]);
    }

    #[test]
    fn a_nationality_is_no_country_of_an_address() {
        let countries: &[&str] = &["Turkey", "France", "Germany", "Italy"];
        for header in ["Nationality", "Staatsangehörigkeit", "Nazionalità", "国籍"] {
            let found = kinds(&[("Street", STREETS), (header, countries), ("Town", TOWNS)]);
            assert_eq!(found[1], Kind::Attribute, "{header}");
        }
    }

    #[test]
    fn channels_answered_with_yes_and_no_are_permissions() {
        let answers: &[&str] = &["yes", "no"];
        for header in ["SMS", "E-Mail", "Post", "Telefon", "WhatsApp"] {
            let found = kinds(&[("Street", STREETS), (header, answers)]);
            assert_eq!(found[1], Kind::Consent, "{header}");
        }
        // who receives is no leave to call
        let numbers: &[&str] = &["380505550118", "380635550139", "3806355501{n}"];
        for header in ["Телефон отримувача", "Телефон получателя", "接收人电话"]
        {
            let found = kinds(&[("Street", STREETS), (header, numbers)]);
            assert_ne!(found[1], Kind::Consent, "{header}");
        }
    }
}

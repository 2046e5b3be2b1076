//! Decisions that need the whole table: the key, names beside each other, parts of addresses, labels, order of dates.

use super::dates::OrderCount;
use super::infer::{Draft, Settings};
use super::shape::Flag;
use super::{addresses, identifiers, ledger, neighbours, others};
use crate::lexicon::headers;
use crate::record::{DateOrder, FAMILY_FIRST, FORMER, Kind, SourceTable, TableMapping};
use std::collections::BTreeMap;

/// Lets the columns of a table correct each other.
pub(crate) fn resolve(drafts: &mut [Draft], table: &SourceTable, settings: &Settings) {
    choose_key(drafts, settings);
    others::set_recipients_apart(drafts);
    others::set_attendees_apart(drafts);
    others::set_others_apart(drafts);
    others::set_hosts_apart(drafts);
    others::set_animals_apart(drafts);
    neighbours::set_own_mailbox_apart(drafts);
    neighbours::set_moments_apart(drafts);
    neighbours::set_dates_apart(drafts);
    choose_names(drafts);
    // names may be known as such only now
    others::set_others_apart(drafts);
    others::set_staff_apart(drafts);
    neighbours::choose_names_by_values(drafts);
    addresses::choose_lines(drafts);
    addresses::set_other_words_apart(drafts);
    neighbours::choose_house_numbers(drafts);
    neighbours::choose_places(drafts);
    addresses::set_further_parts_apart(drafts);
    neighbours::choose_people(drafts);
    identifiers::check(drafts, table);
}

/// Finds the one column that is the key of the records.
fn choose_key(drafts: &mut [Draft], settings: &Settings) {
    let mut best: Option<(f64, usize)> = None;
    let already = drafts.iter().any(|d| d.given && d.kind == Kind::RecordKey);
    for (i, d) in drafts.iter().enumerate() {
        if already || d.given || !d.portrait.unique() || d.header.blocked {
            continue;
        }
        let p = &d.portrait;
        let shape = if p.sequence || p.share(Flag::Opaque) > 0.8 || p.share(Flag::Digits) > 0.95 {
            1.5
        } else {
            -2.0
        };
        let elsewhere = [
            Kind::Email,
            Kind::Phone,
            Kind::BirthDate,
            Kind::Street,
            Kind::FullName,
            Kind::Website,
        ]
        .iter()
        .any(|k| d.values[*k as usize] > 4.0 && d.header.of(Kind::RecordKey) < 4.0);
        let said = d.header.of(Kind::RecordKey);
        let silent = if said <= 0.0 && !d.header.speaks() && i == 0 {
            3.0
        } else {
            0.0
        };
        let score = said + silent + shape + if i == 0 { 1.0 } else { 0.0 };
        let candidate = said > 0.0 || silent > 0.0;
        if candidate && !elsewhere && score > 2.5 && best.is_none_or(|(s, _)| score > s) {
            best = Some((score, i));
        }
    }
    for (i, d) in drafts.iter_mut().enumerate() {
        if d.given {
            continue;
        }
        if let Some((score, _)) = best.filter(|b| b.1 == i) {
            let why = format!("{}; every record has its own value", d.why(Kind::RecordKey));
            d.settle(Kind::RecordKey, (score / 9.0).clamp(0.5, 0.99), why);
        } else if d.kind == Kind::RecordKey
            || (d.header.of(Kind::RecordKey) >= 5.0 && d.kind == Kind::Ignore)
        {
            d.bits[Kind::RecordKey as usize] = f64::MIN;
            d.decide(settings);
            if !matches!(d.kind, Kind::Identifier) && d.portrait.values > 0 {
                let why = if d.portrait.unique() {
                    "another unique number"
                } else {
                    "a number that repeats, and no word says whose"
                };
                let confidence = d.confidence.max(0.6);
                let fallback = if d.kind == Kind::Category {
                    Kind::Category
                } else {
                    Kind::Ignore
                };
                d.settle(fallback, confidence, why.to_owned());
            }
        }
    }
}

/// Whether a column of the table is of a kind.
pub(crate) fn any(drafts: &[Draft], kind: Kind) -> bool {
    drafts.iter().any(|d| d.kind == kind)
}

/// Decides bare "name" columns: family name beside given names, full name, or organization.
fn choose_names(drafts: &mut [Draft]) {
    let former = |d: &Draft| d.header.label.as_deref() == Some(FORMER);
    // `Name1`, `Name2` of a ledger
    let second =
        |d: &Draft| d.kind == Kind::GivenName && d.header.bare_name && d.header.ordinal == Some(2);
    let has = |drafts: &[Draft], kind: Kind, not: usize| {
        drafts
            .iter()
            .enumerate()
            .any(|(i, d)| i != not && d.kind == kind && !d.header.bare_name && !former(d))
    };
    for i in 0..drafts.len() {
        let d = &drafts[i];
        if d.given || d.portrait.values == 0 || d.header.blocked {
            continue;
        }
        // firms and people in one column: `Razón social`
        let given_name = d.portrait.share(Flag::GivenFirst) + d.portrait.share(Flag::GivenLater);
        let firms = d.portrait.share(Flag::Organization);
        let named = [Kind::FullName, Kind::GivenName, Kind::FamilyName];
        let alone = !named.iter().any(|k| has(drafts, *k, i));
        if alone && d.kind == Kind::Organization && given_name >= 0.4 && firms < 0.5 {
            let why = "a name of people and firms".to_owned();
            drafts[i].settle(Kind::FullName, 0.7, why);
            continue;
        }
        // `注文者姓`, `注文者名`
        let beside = has(drafts, Kind::FamilyName, i) && !has(drafts, Kind::GivenName, i);
        if d.kind == Kind::FullName && beside && d.portrait.share(Flag::OneWord) > 0.9 {
            let why = "one word each; family names have a column of their own".to_owned();
            drafts[i].settle(Kind::GivenName, 0.7, why);
            continue;
        }
        // the numbers of business partners are no names
        if !d.header.bare_name || d.portrait.share(Flag::HasDigit) > 0.5 {
            continue;
        }
        if !matches!(
            d.kind,
            Kind::FullName
                | Kind::Organization
                | Kind::GivenName
                | Kind::FamilyName
                | Kind::Attribute
                | Kind::Ignore
                | Kind::Text
        ) {
            continue;
        }
        let (given, family) = (
            has(drafts, Kind::GivenName, i),
            has(drafts, Kind::FamilyName, i),
        );
        let one_word = d.portrait.share(Flag::OneWord) > 0.75;
        let told = |kind: Kind| d.values[kind as usize] > 0.0;
        let mixed = match d.kind {
            Kind::Organization => {
                given_name >= 0.25 && firms < 0.75 || given_name >= 0.1 && firms < 0.5
            }
            Kind::Ignore | Kind::Attribute => told(Kind::FullName) || told(Kind::Organization),
            _ => false,
        };
        let company =
            d.values[Kind::Organization as usize] > d.values[Kind::FullName as usize].max(2.0);
        // rows without a given name are those of firms
        let persons = drafts
            .iter()
            .filter(|o| o.kind == Kind::GivenName && !o.header.bare_name);
        let persons = persons.map(|o| o.portrait.stats.filled).max().unwrap_or(0) as f64;
        let filled = d.portrait.stats.filled as f64;
        let of_others = filled * (firms - 0.1) <= filled - persons && persons >= filled * 0.2;
        let outcome = if d.header.ordinal == Some(1)
            && drafts
                .iter()
                .any(|o| second(o) && o.portrait.share(Flag::GivenFirst) > 2.0 * given_name)
        {
            Some((Kind::FamilyName, "a first line of names before given names"))
        } else if mixed && !given && !family {
            Some((Kind::FullName, "a bare name of people and firms"))
        } else if given && family && d.header.ordinal.is_some() {
            Some((Kind::Text, "another's name beside given and family names"))
        } else if given && !family && d.kind == Kind::Organization && of_others && given_name < 0.4
        {
            let why = "a name of people and firms beside given names";
            Some((Kind::FamilyName, why))
        } else if company {
            None
        } else if given
            && !family
            && d.header.of(Kind::FullName) < 7.0
            && (one_word || (d.portrait.words < 2.2 && has(drafts, Kind::Organization, i)))
        {
            Some((Kind::FamilyName, "a bare name beside given names"))
        } else if one_word && family && !given {
            Some((Kind::GivenName, "a bare name beside family names"))
        } else if given && family && d.values[Kind::FullName as usize] > -3.0 && !one_word {
            Some((Kind::FullName, "a bare name beside given and family names"))
        } else {
            None
        };
        if let Some((kind, why)) = outcome {
            drafts[i].settle(kind, 0.85, why.to_owned());
        }
    }
}

/// Labels, orders of dates and what the table is about.
pub(crate) fn finish(
    mut drafts: Vec<Draft>,
    table: &SourceTable,
    region: Option<String>,
) -> TableMapping {
    neighbours::set_record_pages_apart(&mut drafts);
    neighbours::keep_refusals(&mut drafts);
    label(&mut drafts);
    neighbours::note_record_types(&mut drafts);
    ledger::note_contact_persons(&mut drafts);
    for d in drafts.iter_mut().filter(|d| d.kind == Kind::FullName) {
        if d.label.is_none() && d.portrait.names.family_first(region.as_deref()) {
            d.label = Some(FAMILY_FIRST.to_owned());
        }
    }
    let american = region.as_deref() == Some("US");
    let orders: Vec<Option<(DateOrder, String)>> = drafts
        .iter()
        .enumerate()
        .map(|(i, d)| {
            let dated = matches!(d.kind, Kind::BirthDate | Kind::CreatedAt | Kind::UpdatedAt);
            let none = d.portrait.order == OrderCount::default();
            let only = d.portrait.only_order.decide(&d.portrait.order);
            if dated && only.is_some() {
                return only;
            }
            (dated && !none).then(|| {
                let mut others = OrderCount::default();
                for (_, o) in drafts.iter().enumerate().filter(|(j, _)| *j != i) {
                    others.merge(&o.portrait.order);
                }
                let noted = headers::order_noted(&d.portrait.stats.column);
                match noted.filter(|_| d.portrait.order.is_open()) {
                    Some(order) => (order, "the header notes the order".to_owned()),
                    None => d.portrait.order.decide(&others, american),
                }
            })
        })
        .collect();
    let personal = [
        Kind::GivenName,
        Kind::FamilyName,
        Kind::FullName,
        Kind::Nickname,
    ];
    let organizations =
        any(&drafts, Kind::Organization) && !personal.iter().any(|k| any(&drafts, *k));
    let columns = drafts
        .into_iter()
        .zip(orders)
        .map(|(draft, order)| {
            let mut mapping = draft.mapping();
            if let Some((order, why)) = order {
                mapping.date_order = Some(order);
                mapping.reason = format!("{}; {why}", mapping.reason);
            }
            mapping
        })
        .collect();
    TableMapping {
        source: table.name.clone(),
        columns,
        region,
        organizations,
    }
}

/// Keeps labels where they distinguish something and numbers columns that would otherwise look the same.
fn label(drafts: &mut [Draft]) {
    let mut seen: BTreeMap<(Kind, Option<String>), usize> = BTreeMap::new();
    for d in drafts.iter_mut() {
        let contact = d.kind.is_address_part()
            || matches!(
                d.kind,
                Kind::Email | Kind::Phone | Kind::Website | Kind::SocialHandle
            );
        let name = matches!(
            d.kind,
            Kind::GivenName
                | Kind::FamilyName
                | Kind::MiddleName
                | Kind::FullName
                | Kind::Nickname
                | Kind::Organization
                | Kind::Identifier
                | Kind::JobTitle
                | Kind::Consent
                | Kind::OptOut
        );
        let former = d.kind == Kind::FamilyName && d.label.as_deref() == Some(FORMER);
        if !contact && !former && !matches!(d.kind, Kind::Consent | Kind::OptOut) {
            d.label = None;
        }
        // `cep` is a mobile telephone in Turkey and a postal code in Brazil
        let of_phones = matches!(d.label.as_deref(), Some("mobile" | "fax" | "pager" | "sms"));
        if of_phones && d.kind.is_address_part() {
            d.label = None;
        }
        if !contact && !name {
            continue;
        }
        if d.label.is_none() && contact && d.header.speaks() {
            d.label = d
                .header
                .ordinal
                .filter(|n| (2..=9).contains(n))
                .map(|n| n.to_string());
        }
        let count = seen.entry((d.kind, d.label.clone())).or_default();
        *count += 1;
        if *count > 1 {
            d.label = Some(match &d.label {
                Some(label) if label.parse::<u32>().is_err() => format!("{label}-{count}"),
                _ => count.to_string(),
            });
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use crate::profile::{Settings, infer_table, infer_table_given};
    use crate::record::{
        Column, DOUBTFUL, DateOrder, Kind, Origin, REFUSALS, SourceTable, TableMapping,
    };
    use proptest::prelude::*;

    pub(crate) fn table(header: &[&str], rows: &[&[&str]]) -> SourceTable {
        let mut t = SourceTable {
            name: "t".into(),
            columns: header
                .iter()
                .map(|h| Column {
                    name: (*h).to_owned(),
                    ..Column::default()
                })
                .collect(),
            ..SourceTable::default()
        };
        for (i, row) in rows.iter().enumerate() {
            for (column, cell) in t.columns.iter_mut().zip(row.iter()) {
                let id = column.values.intern(cell);
                column.ids.push(id);
            }
            t.origins.push(Origin {
                file: 0,
                row: i as u64 + 1,
                byte: 0,
            });
        }
        t
    }

    fn kinds(m: &TableMapping) -> Vec<Kind> {
        m.columns.iter().map(|c| c.kind).collect()
    }

    const PEOPLE: &[&[&str]] = &[
        &[
            "17",
            "Weber",
            "Anna",
            "Lange Str.",
            "5",
            "04109",
            "Leipzig",
            "25.03.1980",
        ],
        &[
            "18",
            "Novak",
            "Peter",
            "Am Markt",
            "12a",
            "10115",
            "Berlin",
            "01.12.1975",
        ],
        &[
            "19",
            "Braun",
            "Maria",
            "Gartenweg",
            "3",
            "20095",
            "Hamburg",
            "14.07.1990",
        ],
        &[
            "20",
            "Koch",
            "Hans",
            "Lange Str.",
            "5",
            "04109",
            "Leipzig",
            "02.02.1968",
        ],
    ];

    #[test]
    fn a_german_table_is_understood() {
        let t = table(
            &[
                "KdNr", "Name", "Vorname", "Straße", "Nr", "PLZ", "Ort", "geb.",
            ],
            PEOPLE,
        );
        let m = infer_table(&t, &Settings::default());
        use Kind::*;
        let wanted = [
            RecordKey,
            FamilyName,
            GivenName,
            Street,
            HouseNumber,
            Postcode,
            City,
            BirthDate,
        ];
        assert_eq!(kinds(&m), wanted, "{:#?}", m.columns);
        assert_eq!(m.columns[7].date_order, Some(DateOrder::Dmy));
        assert_eq!(m.region.as_deref(), Some("DE"));
        assert!(!m.organizations);
        assert!(
            m.columns
                .iter()
                .all(|c| c.confidence > 0.5 && !c.reason.is_empty())
        );
    }

    #[test]
    fn values_win_over_a_lying_header_and_decide_without_one() {
        let rows: &[&[&str]] = &[
            &[
                "a.weber@example.com",
                "Anna",
                "Weber",
                "12 Oak Street",
                "(212) 555-0142",
            ],
            &[
                "p.novak@example.org",
                "Peter",
                "Novak",
                "7 Hill Road",
                "(212) 555-0143",
            ],
            &[
                "m.rossi@example.net",
                "Maria",
                "Rossi",
                "99 Elm Avenue",
                "(305) 555-0144",
            ],
            &[
                "j.smith@example.com",
                "John",
                "Smith",
                "3 Station Road",
                "(404) 555-0145",
            ],
        ];
        let m = infer_table(
            &table(&["phone", "x1", "x2", "x3", "x4"], rows),
            &Settings::default(),
        );
        use Kind::*;
        assert_eq!(
            kinds(&m),
            [Email, GivenName, FamilyName, Street, Phone],
            "{:#?}",
            m.columns
        );
        assert!(
            m.columns[0].reason.contains("although"),
            "{}",
            m.columns[0].reason
        );
        assert!(m.columns[1].confidence < 0.9);
    }

    #[test]
    fn whole_addresses_beside_their_parts_stay_whole() {
        let names = ["Billing Address", "Street Address", "City", "ZIP"];
        let rows: &[&[&str]] = &[
            &[
                "12 Oak Street Fairview Ohio 44126",
                "12 Oak Street",
                "Fairview",
                "44126",
            ],
            &[
                "7 Hill Road Old Springfield Ohio 44127",
                "7 Hill Road",
                "Springfield",
                "44127",
            ],
            &[
                "99 Elm Avenue Fairview Ohio 44128",
                "99 Elm Avenue",
                "Fairview",
                "44128",
            ],
        ];
        let m = infer_table(&table(&names, rows), &Settings::default());
        use Kind::*;
        assert_eq!(kinds(&m), [Address, Street, City, Postcode]);
    }

    #[test]
    fn who_invites_is_no_customer() {
        let t = table(
            &["User Name", "User Email", "Invitee Name", "Invitee Email"],
            &[
                &[
                    "Mara Brandt",
                    "mara@us.example",
                    "Anna Weber",
                    "a.weber@example.com",
                ],
                &[
                    "Tom Lind",
                    "tom@us.example",
                    "Peter Novak",
                    "p.novak@example.org",
                ],
                &[
                    "Mara Brandt",
                    "mara@us.example",
                    "Maria Rossi",
                    "m.rossi@example.net",
                ],
            ],
        );
        let m = infer_table(&t, &Settings::default());
        use Kind::*;
        assert_eq!(kinds(&m), [Text, Text, FullName, Email]);
        let attendees = ["User Name", "User Email", "Attendee Status"];
        let rows: &[&[&str]] = &[
            &["Anna Weber", "a.weber@example.com", "came"],
            &["Peter Novak", "p.novak@example.org", "came"],
        ];
        let m = infer_table(&table(&attendees, rows), &Settings::default());
        assert_eq!(m.columns[1].kind, Email, "who attends is a user");
    }

    #[test]
    fn a_ledger_of_family_names_first_is_labelled_so() {
        let rows: &[&[&str]] = &[
            &["1", "Rossi Mario", "Bologna"],
            &["2", "Bianchi Giulia", "Torino"],
            &["3", "Zorzut Ervino", "Gorizia"],
        ];
        let m = infer_table(&table(&["ID", "Name", "City"], rows), &Settings::default());
        assert_eq!(m.columns[1].kind, Kind::FullName);
        assert_eq!(
            m.columns[1].label.as_deref(),
            Some(crate::record::FAMILY_FIRST)
        );
    }

    #[test]
    fn given_kinds_win() {
        let t = table(
            &[
                "KdNr", "Name", "Vorname", "Straße", "Nr", "PLZ", "Ort", "geb.",
            ],
            PEOPLE,
        );
        let given = [
            ("Nr".to_owned(), Kind::Unit),
            ("absent".to_owned(), Kind::Email),
        ];
        let m = infer_table_given(&t, &given, &Settings::default());
        assert_eq!(m.columns[4].kind, Kind::Unit);
        assert!(m.columns[4].given && (m.columns[4].confidence - 1.0).abs() < 1e-9);
        assert!(!m.columns[0].given);
    }

    #[test]
    fn organizations_are_told_from_persons() {
        let rows: &[&[&str]] = &[
            &[
                "1",
                "Harbor & Pine LLC",
                "12 Oak Street, Suite 4, Seattle, WA 98101",
            ],
            &["2", "Oak Valley School", "7 Hill Road, Portland, OR 97205"],
            &[
                "3",
                "Northside Clinic Inc.",
                "99 Elm Avenue, Miami, FL 33139",
            ],
        ];
        let m = infer_table(
            &table(&["id", "name", "address"], rows),
            &Settings::default(),
        );
        assert_eq!(
            kinds(&m),
            [Kind::RecordKey, Kind::Organization, Kind::Address],
            "{:#?}",
            m.columns
        );
        assert!(m.organizations);
    }

    #[test]
    fn a_second_column_of_a_kind_gets_a_number_and_phones_their_use() {
        let rows: &[&[&str]] = &[
            &[
                "Anna",
                "Lena",
                "+49 30 555 0101",
                "+49 151 5550101",
                "a@example.com",
            ],
            &[
                "Peter",
                "",
                "+49 30 555 0102",
                "+49 151 5550102",
                "p@example.com",
            ],
            &["Hans", "Georg", "+49 30 555 0103", "", "h@example.com"],
        ];
        let m = infer_table(
            &table(&["fname_c1", "fname_c2", "tel", "handy", "email2"], rows),
            &Settings::default(),
        );
        let labels: Vec<_> = m.columns.iter().map(|c| c.label.as_deref()).collect();
        assert_eq!(
            labels,
            [None, Some("2"), None, Some("mobile"), Some("2")],
            "{:#?}",
            m.columns
        );
    }

    #[test]
    fn numbers_that_repeat_for_different_people_are_no_identifier() {
        let names: Vec<String> = (0..120)
            .map(|i| {
                let a = |n: usize| char::from(b'a' + (n % 26) as u8);
                format!("{}{}ena {}{}ov", a(i), a(i / 26), a(i * 7), a(i * 3))
            })
            .collect();
        let numbers: Vec<String> = (0..120).map(|i| format!("{}", 1000 + i % 60)).collect();
        let rows: Vec<Vec<&str>> = (0..120)
            .map(|i| vec![numbers[i].as_str(), names[i].as_str()])
            .collect();
        let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
        let m = infer_table(
            &table(&["customer number", "customer name"], &rows),
            &Settings::default(),
        );
        assert_eq!(m.columns[0].kind, Kind::Ignore, "{:#?}", m.columns);
        let same: Vec<Vec<&str>> = (0..120)
            .map(|i| vec![numbers[i].as_str(), names[i % 60].as_str()])
            .collect();
        let same: Vec<&[&str]> = same.iter().map(Vec::as_slice).collect();
        let m = infer_table(
            &table(&["customer number", "customer name"], &same),
            &Settings::default(),
        );
        assert_eq!(m.columns[0].kind, Kind::Identifier, "{:#?}", m.columns);
    }

    #[test]
    fn words_of_opting_out_make_a_column_one_of_permissions() {
        let rows: &[&[&str]] = &[
            &["a@example.com", "Unsubscribed", "Do Not Allow", "New"],
            &["b@example.com", "Active", "Allow", "Lost"],
            &["c@example.com", "Active", "Allow", "New"],
            &["d@example.com", "bounced", "Allow", "Won"],
        ];
        let m = infer_table(
            &table(&["Email", "Status", "Bulk Email", "Stage"], rows),
            &Settings::default(),
        );
        assert_eq!(
            kinds(&m)[1..3],
            [Kind::Consent, Kind::Consent],
            "{:#?}",
            m.columns
        );
        assert_ne!(m.columns[3].kind, Kind::Consent);
        // "Active" below "Status" agrees to nothing, "Allow" below "Bulk Email" does
        assert_eq!(m.columns[1].label.as_deref(), Some(REFUSALS));
        assert_eq!(m.columns[2].label.as_deref(), Some("email"));
    }

    #[test]
    fn a_yes_below_a_bare_marketing_is_doubtful_and_a_number_of_campaigns_no_answer() {
        let rows: &[&[&str]] = &[
            &["a@example.com", "yes", "Y", "0", "Yes, please", "yes"],
            &["b@example.com", "no", "N", "3", "No thanks", "no"],
            &["c@example.com", "no", "Y", "12", "", "yes"],
            &["d@example.com", "yes", "Y", "4", "No thanks", "yes"],
        ];
        let header = &[
            "Email",
            "Marketing",
            "EMAIL_YN",
            "Campaigns",
            "Can we send you our newsletter?",
            "Accepted privacy policy",
        ];
        let m = infer_table(&table(header, rows), &Settings::default());
        let got: Vec<_> = m
            .columns
            .iter()
            .map(|c| (c.kind, c.label.as_deref()))
            .collect();
        assert_eq!(got[1].0, Kind::Consent, "{:#?}", m.columns);
        assert_eq!(got[1].1, Some(DOUBTFUL));
        assert_eq!(got[2].0, Kind::Consent);
        assert!(got[2].1.is_some_and(|l| l.starts_with(DOUBTFUL)));
        assert_ne!(got[3].0, Kind::Consent);
        assert_eq!(got[4], (Kind::Consent, Some("email")));
        assert_eq!(got[5].0, Kind::Category);
    }

    #[test]
    fn codes_of_opting_in_that_begin_at_1_are_doubtful() {
        let label = |cells: [&str; 4]| {
            let people = ["a", "b", "c", "d"].map(|n| format!("{n}@example.com"));
            let rows: Vec<[&str; 2]> = people
                .iter()
                .zip(cells)
                .map(|(p, c)| [p.as_str(), c])
                .collect();
            let rows: Vec<&[&str]> = rows.iter().map(|r| &r[..]).collect();
            let m = infer_table(&table(&["Email", "Opt-In"], &rows), &Settings::default());
            assert_eq!(kinds(&m), [Kind::Email, Kind::Consent], "{:#?}", m.columns);
            m.columns[1].label.clone()
        };
        assert_eq!(label(["1", "2", "", "2"]).as_deref(), Some(DOUBTFUL));
        assert_eq!(label(["1", "0", "", "0"]), None);
        assert_eq!(label(["1", "", "1", ""]), None);
    }

    #[test]
    fn one_mailbox_in_all_rows_is_not_the_rows_own() {
        let people = ["a", "b", "c", "d", "e"].map(|n| format!("{n}@example.com"));
        let rows: Vec<[&str; 2]> = people
            .iter()
            .map(|p| [p.as_str(), "pay@shop.example"])
            .collect();
        let rows: Vec<&[&str]> = rows.iter().map(|r| &r[..]).collect();
        let header = &["From Email Address", "To Email Address"];
        let m = infer_table(&table(header, &rows), &Settings::default());
        assert_eq!(kinds(&m), [Kind::Email, Kind::Text], "{:#?}", m.columns);
    }

    #[test]
    fn one_question_in_all_rows_is_no_company() {
        let rows: &[&[&str]] = &[
            &["Anna Weber", "Company size?"],
            &["Peter Novak", "Company size?"],
            &["Maria Braun", "Company size?"],
        ];
        let m = infer_table(&table(&["Name", "Q 1"], rows), &Settings::default());
        assert_ne!(m.columns[1].kind, Kind::Organization, "{:#?}", m.columns);
    }

    #[test]
    fn a_column_of_one_refusal_is_kept() {
        let row: &[&str] = &["a@example.com", "Do not call", "batch 7"];
        let rows = [row; 30];
        let m = infer_table(
            &table(&["Email", "Remark x", "Run x"], &rows),
            &Settings::default(),
        );
        assert_eq!(
            kinds(&m)[1..],
            [Kind::Text, Kind::Ignore],
            "{:#?}",
            m.columns
        );
    }

    #[test]
    fn other_people_are_no_second_names_of_the_row() {
        let rows: &[&[&str]] = &[
            &[
                "Anna",
                "Weber",
                "a@example.com",
                "Peter",
                "Novak",
                "p@example.com",
                "Hans Koch",
            ],
            &[
                "Maria",
                "Braun",
                "m@example.com",
                "Peter",
                "Novak",
                "p@example.com",
                "John Smith",
            ],
            &[
                "Lena",
                "Koch",
                "l@example.com",
                "Lena",
                "Koch",
                "l@example.com",
                "Anna Weber",
            ],
        ];
        let header = [
            "First Name",
            "Last Name",
            "Email",
            "Buyer First Name",
            "Buyer Last Name",
            "Buyer Email",
            "x7",
        ];
        let m = infer_table(&table(&header, rows), &Settings::default());
        use Kind::*;
        assert_eq!(
            kinds(&m),
            [GivenName, FamilyName, Email, Text, Text, Text, Text],
            "{:#?}",
            m.columns
        );
        let alone: Vec<Vec<&str>> = rows.iter().map(|r| r[3..6].to_vec()).collect();
        let alone: Vec<&[&str]> = alone.iter().map(Vec::as_slice).collect();
        let m = infer_table(&table(&header[3..6], &alone), &Settings::default());
        assert_eq!(
            kinds(&m),
            [GivenName, FamilyName, Email],
            "{:#?}",
            m.columns
        );
    }

    #[test]
    fn a_bare_name_beside_given_name_and_company_is_the_family_name() {
        let rows: &[&[&str]] = &[
            &["Anna", "van den Berg", "Harbor GmbH"],
            &["Peter", "Novak", "Oak Valley AG"],
            &["Maria", "Fernández Ortega", ""],
            &["", "Braun", "Braun GmbH"],
        ];
        let m = infer_table(
            &table(&["Vorname", "Name", "Firma"], rows),
            &Settings::default(),
        );
        use Kind::*;
        assert_eq!(
            kinds(&m),
            [GivenName, FamilyName, Organization],
            "{:#?}",
            m.columns
        );
    }

    #[test]
    fn neighbouring_postcodes_that_repeat_are_no_serial_numbers() {
        let codes: Vec<String> = (0..10).map(|n| format!("0213{n}")).collect();
        let rows: Vec<[&str; 2]> = (0..60).map(|i| ["Boston", &codes[i % 10]]).collect();
        let rows: Vec<&[&str]> = rows.iter().map(|r| &r[..]).collect();
        for name in [
            "postal code",
            "record.postal code",
            "address.home.postal code",
        ] {
            let m = infer_table(&table(&["city", name], &rows), &Settings::default());
            assert_eq!(kinds(&m)[1], Kind::Postcode, "{:#?}", m.columns);
        }
    }

    #[test]
    fn a_bare_name_of_people_and_firms_is_a_full_name() {
        let rows: &[&[&str]] = &[
            &["1", "Nordvik Bygg AB", "Företag"],
            &["2", "Bergström, Anders", "Privat"],
            &["3", "Öberg Karin", "Privat"],
            &["4", "Ahlgren Snickeri AB", "Företag"],
        ];
        let m = infer_table(
            &table(&["Kundnr", "Namn", "Kundtyp"], rows),
            &Settings::default(),
        );
        assert_eq!(kinds(&m)[1..], [Kind::FullName, Kind::Category]);
        assert_eq!(
            m.columns[2].label.as_deref(),
            Some(crate::record::RECORD_TYPE)
        );
    }

    #[test]
    fn two_lines_of_names_are_family_and_given_name() {
        let rows: &[&[&str]] = &[
            &["7001", "Brandt", "Thomas", "14.03.1968", "01.02.2019"],
            &["7002", "Brandt jun.", "Tobias", "02.11.1995", "01.05.2021"],
            &["7003", "Möller Sanitär GmbH", "", "", "01.09.1999"],
            &["7004", "Ahrens", "Katrin", "21.07.1984", "15.10.1987"],
            &["7005", "Lindner", "Jürgen", "30.01.1959", "01.04.1964"],
        ];
        let header = [
            "Geschäftspartner",
            "Name1",
            "Name2",
            "Geburtsdatum",
            "Einzug",
        ];
        let m = infer_table(&table(&header, rows), &Settings::default());
        let of = kinds(&m);
        assert_eq!(
            of[1..4],
            [Kind::FamilyName, Kind::GivenName, Kind::BirthDate]
        );
        assert!(
            of[0] != Kind::FamilyName && of[4] != Kind::BirthDate,
            "{of:?}"
        );
    }

    #[test]
    fn a_name_of_one_word_beside_family_names_is_a_given_name() {
        let rows: &[&[&str]] = &[
            &["801", "田中", "裕子", "1890099"],
            &["811", "佐藤", "健一", "1890099"],
            &["820", "高森", "陽子", "5300099"],
        ];
        let m = infer_table(
            &table(&["注文番号", "注文者姓", "注文者名", "郵便番号"], rows),
            &Settings::default(),
        );
        assert_eq!(
            kinds(&m)[1..],
            [Kind::FamilyName, Kind::GivenName, Kind::Postcode]
        );
    }

    #[test]
    fn a_ledger_names_contact_persons_beside_its_firms() {
        let contacts = |header: &str| -> Vec<bool> {
            let header: Vec<&str> = header.split('|').collect();
            let rows: &[&[&str]] = &[
                &[
                    "1",
                    "Pennine Joinery Ltd",
                    "Derek",
                    "Ackroyd",
                    "30",
                    "P Vandersloot",
                ],
                &["2", "Alder Foods LLC", "Sofia", "Lind", "14", "L Akerhielm"],
                &["3", "Weber, Anna", "Anna", "Weber", "30", "P Vandersloot"],
                &["4", "Nordvik Bygg AB", "", "", "30", "L Akerhielm"],
            ];
            let m = infer_table(&table(&header, rows), &Settings::default());
            let name = |i: usize| matches!(m.columns[i].kind, Kind::FullName | Kind::Organization);
            assert!(name(1) && !name(5), "{:#?}", m.columns);
            let contact = Some(crate::record::CONTACT);
            m.columns[1..4]
                .iter()
                .map(|c| c.label.as_deref() == contact)
                .collect()
        };
        for (header, contact) in [
            (
                "No|*ContactName|FirstName|LastName|DueDateSalesDay|OurReference",
                true,
            ),
            ("Nr|Firma|Vorname|Nachname|Zahlungsziel|Unser Zeichen", true),
            // a person and who employs them, terms of whatever
            (
                "No|Employer|First Name|Last Name|Credit Limit|Our Ref",
                false,
            ),
            ("No|Company|First Name|Last Name|Terms|Our Ref", false),
        ] {
            assert_eq!(contacts(header), [false, contact, contact], "{header}");
        }
    }

    #[test]
    fn the_type_of_an_employer_is_not_the_records() {
        let rows: &[&[&str]] = &[
            &["Anna", "Weber", "Alder Foods LLC", "Organization"],
            &["Derek", "Ackroyd", "Pennine Joinery Ltd", "Organization"],
        ];
        let label = |header: &str| {
            let header = ["givenName", "familyName", "company", header];
            let m = infer_table(&table(&header, rows), &Settings::default());
            m.columns[3].label.clone()
        };
        assert_eq!(label("worksFor.@type"), None);
        assert_eq!(label("@type").as_deref(), Some(crate::record::RECORD_TYPE));
    }

    #[test]
    fn family_names_and_firms_in_one_column_beside_given_names() {
        let rows: &[&[&str]] = &[
            &["41", "DRUKKERIJ LEIE BV", ""],
            &["42", "CLAEYS", "ELS"],
            &["43", "VANDENBROUCKE", "LUC"],
            &["44", "DELVAUX", "MATHIEU"],
            &["45", "EL AMRANI", "F."],
        ];
        for header in [
            ["Nr", "Naam", "Voornaam"],
            ["Nr", "Name / Firma", "Vorname"],
        ] {
            let m = infer_table(&table(&header, rows), &Settings::default());
            use Kind::*;
            assert_eq!(kinds(&m)[1..], [FamilyName, GivenName], "{:#?}", m.columns);
        }
    }

    #[test]
    fn numbered_contacts_orders_and_pages_are_not_the_person() {
        let header = [
            "Order",
            "Student First Name",
            "Student Last Name",
            "Contact 1 Name",
            "url",
            "Customer note",
        ];
        let rows: &[[&str; 6]] = &[
            [
                "#1041",
                "Anna",
                "Weber",
                "Eva Weber",
                "https://x.example/u/41",
                "",
            ],
            [
                "#1042",
                "John",
                "Smith",
                "Mary Smith",
                "https://x.example/u/42",
                "",
            ],
            [
                "#1043",
                "Maria",
                "Braun",
                "Hans Braun",
                "https://x.example/u/43",
                "",
            ],
            [
                "#1044",
                "Lena",
                "Koch",
                "Hans Koch",
                "https://x.example/u/44",
                "",
            ],
            [
                "#1045",
                "Ida",
                "Berg",
                "Ole Berg",
                "https://x.example/u/45",
                "",
            ],
        ];
        let rows: Vec<&[&str]> = rows.iter().map(|r| r.as_slice()).collect();
        let m = infer_table(&table(&header, &rows), &Settings::default());
        use Kind::*;
        assert!(!matches!(kinds(&m)[0], Unit | HouseNumber | Postcode));
        assert_eq!(kinds(&m)[1..5], [GivenName, FamilyName, Text, Text]);
    }

    #[test]
    fn a_name_that_says_do_not_use_is_a_name() {
        let rows: &[&[&str]] = &[
            &["Callahan, Robert", "a@example.com"],
            &["Harmon, Greg", "g@example.com"],
            &["Whitaker, Sam", "s@example.com"],
            &["House Account - DO NOT CONTACT", ""],
        ];
        let m = infer_table(
            &table(&["Customer Name", "Email"], rows),
            &Settings::default(),
        );
        assert_eq!(kinds(&m), [Kind::FullName, Kind::Email], "{:#?}", m.columns);
    }

    #[test]
    fn a_contact_person_beside_names_is_another() {
        let header = ["Firma", "Vorname", "Nachname", "Ansprechpartner"];
        let rows: &[&[&str]] = &[
            &["Harbor GmbH", "", "", "Anna Berg"],
            &["", "Peter", "Novak", ""],
            &["Oak Valley AG", "", "", "Maria Ortega"],
        ];
        let m = infer_table(&table(&header, rows), &Settings::default());
        assert_eq!(kinds(&m)[3], Kind::Text, "{:#?}", m.columns);
        let alone: Vec<Vec<&str>> = rows.iter().map(|r| vec![r[0], r[3]]).collect();
        let alone: Vec<&[&str]> = alone.iter().map(Vec::as_slice).collect();
        let m = infer_table(
            &table(&[header[0], header[3]], &alone),
            &Settings::default(),
        );
        assert_eq!(kinds(&m), [Kind::Organization, Kind::FullName]);
    }

    #[test]
    fn empty_and_constant_columns_are_ignored() {
        let row: &[&str] = &["", "same", "DE"];
        let rows: Vec<&[&str]> = vec![row; 40];
        let m = infer_table(
            &table(&["email", "department", "country"], &rows),
            &Settings::default(),
        );
        assert_eq!(
            kinds(&m),
            [Kind::Ignore, Kind::Ignore, Kind::Country],
            "{:#?}",
            m.columns
        );
        assert_eq!(m.region.as_deref(), Some("DE"));
    }

    #[test]
    fn words_that_are_not_the_rows_own() {
        let customers = [
            ["Anna", "Weber", "02 Sep"],
            ["Tom", "Lind", "17 Apr"],
            ["Ida", "Roth", "9 Mar"],
            ["Paul", "Kern", "22 Nov"],
            ["Eva", "Hahn", "30 Jan"],
            ["Max", "Wolf", "5 May"],
            ["Ute", "Beck", "11 Jun"],
            ["Jan", "Voss", "28 Feb"],
        ];
        let staff = ["Mia Sommer", "Jonas Winter"];
        let of = |(i, c): (usize, &[&'static str; 3])| {
            [
                c[0],
                c[1],
                c[2],
                staff[i % 2],
                "Mon adresse",
                ["T1", "T9"][i % 2],
            ]
        };
        let rows: Vec<[&str; 6]> = customers.iter().enumerate().map(of).collect();
        let rows: Vec<&[&str]> = rows.iter().map(<[&str; 6]>::as_slice).collect();
        let header = [
            "first name",
            "last name",
            "Birthday",
            "Butler Name",
            "alias",
            "Tax Code",
        ];
        let m = infer_table(&table(&header, &rows), &Settings::default());
        let expected = [
            Kind::GivenName,
            Kind::FamilyName,
            Kind::Text,
            Kind::Category,
            Kind::Category,
            Kind::Category,
        ];
        assert_eq!(kinds(&m), expected, "{:#?}", m.columns);
    }

    #[test]
    fn names_below_headers_of_something_else() {
        let rows: &[&[&str]] = &[
            &["KAR001", "Karoo Sun Energy (Pty) Ltd"],
            &["MOK001", "Thandiwe Mokoena"],
            &["VAN001", "Van Rensburg Motors Ltd"],
            &["NKO001", "Sipho Nkosi"],
        ];
        let m = infer_table(
            &table(&["Account", "Description"], rows),
            &Settings::default(),
        );
        assert_eq!(m.columns[1].kind, Kind::FullName, "{:#?}", m.columns);
        assert_ne!(m.columns[0].kind, Kind::Organization);
        let rows: &[&[&str]] = &[
            &["Anna Weber", "Alder GmbH"],
            &["Tom Lind", "Harbor & Pine LLC"],
            &["Ida Roth", "Nordlys AB"],
        ];
        let m = infer_table(&table(&["name", "parent_id"], rows), &Settings::default());
        assert_eq!(m.columns[1].kind, Kind::Organization, "{:#?}", m.columns);
    }

    proptest! {
        #[test]
        fn the_mapping_forgets_the_order_of_rows(rows in prop::collection::vec(("[0-9]{3,5}", "(Anna|Peter|Maria|Q[a-z]{2})", "[0-3][0-9]/[01][0-9]/19[0-9]{2}", "[a-c]@example.com"), 1..60), by in 0usize..60) {
            let header = ["id", "", "dob", "x"];
            let describe = |rows: &[(String, String, String, String)]| {
                let rows: Vec<[&str; 4]> = rows.iter().map(|(a, b, c, d)| [a.as_str(), b, c, d]).collect();
                let rows: Vec<&[&str]> = rows.iter().map(<[&str; 4]>::as_slice).collect();
                format!("{:?}", infer_table(&table(&header, &rows), &Settings::default()))
            };
            let mut moved = rows.clone();
            moved.rotate_left(by % rows.len());
            moved.reverse();
            prop_assert_eq!(describe(&rows), describe(&moved));
        }
    }
}

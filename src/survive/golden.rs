//! Golden records with lineage, for people and reports.

use super::choice::{Chosen, Decided};
use super::gather::{Gathered, Survivor};
use super::key;
use crate::entity::{Clusters, Golden, GoldenValue, Losing};
use crate::record::RecordId;
use rayon::prelude::*;
use std::borrow::Cow;

impl Survivor<'_> {
    /// The golden record of one cluster; members in ascending order.
    #[must_use]
    pub fn golden(&self, cluster: u32, members: &[RecordId]) -> Golden<'_> {
        let gathered = self.gather(members);
        let chosen = self.choose(gathered.said());
        self.describe(cluster, &gathered, &chosen)
    }

    /// Survivors as a golden record.
    #[must_use]
    pub fn describe<'s>(
        &'s self,
        cluster: u32,
        gathered: &Gathered<'s>,
        chosen: &Chosen<'s>,
    ) -> Golden<'s> {
        let values = chosen.choices.iter().map(|choice| {
            let value = &gathered.values[choice.value as usize];
            let member = &gathered.members[value.member as usize];
            let losing = choice.losing.iter().map(|i| {
                let lost = &gathered.values[*i as usize];
                Losing {
                    value: lost.raw.clone(),
                    record: gathered.members[lost.member as usize].id,
                }
            });
            GoldenValue {
                kind: choice.kind,
                value: value.reading.value.clone(),
                record: member.id,
                column: Cow::Borrowed(self.column_name(member, value.column)),
                rule: Cow::Borrowed(rule_name(gathered, choice.decided)),
                transform: value.reading.transform.map(|t| Cow::Borrowed(t.name())),
                losing: losing.collect(),
            }
        });
        Golden {
            cluster,
            members: gathered.members.iter().map(|m| m.id).collect(),
            values: values.collect(),
        }
    }
}

/// Name of what decided; a customer of one record needed no decision.
pub(super) fn rule_name(gathered: &Gathered<'_>, decided: Decided) -> &'static str {
    if gathered.members.len() == 1 && decided == Decided::OnlyValue {
        "only-record"
    } else {
        decided.name()
    }
}

/// Golden records of the given clusters, in parallel, in the given order.
#[must_use]
pub fn golden_records<'s>(
    survivor: &'s Survivor<'_>,
    clusters: &Clusters,
    wanted: &[u32],
) -> Vec<Golden<'s>> {
    let (offsets, members) = clusters.members();
    wanted
        .par_iter()
        .map(|&c| {
            let (from, to) = (offsets[c as usize], offsets[c as usize + 1]);
            survivor.golden(c, &members[from as usize..to as usize])
        })
        .collect()
}

/// Whether two values of a field are the same value written differently.
#[must_use]
pub fn same_value(kind: crate::record::Kind, a: &str, b: &str) -> bool {
    key::key(kind, a) == key::key(kind, b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Column, ColumnMapping, Dataset, Kind, Origin, SourceTable, TableMapping};
    use crate::survive::reading::plain;
    use crate::survive::{
        CellContext, ConsentState, Plain, Read, Reading, Settings, Tier, Transform, check_faithful,
    };
    use proptest::prelude::*;
    use std::borrow::Cow;

    /// E-mails in lower case, consent by `yes` and `no`, everything else as text.
    struct Simple;

    impl Read for Simple {
        fn read<'a>(&self, context: &CellContext<'_>, raw: &'a str, out: &mut Vec<Reading<'a>>) {
            let said = match raw.trim() {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            };
            let state = match context.kind {
                Kind::Consent => ConsentState::of_opt_in(said),
                Kind::OptOut => ConsentState::of_opt_out(said),
                Kind::Email => {
                    let lower = Cow::Owned(raw.trim().to_lowercase());
                    let tier = if raw.contains('@') {
                        Tier::Real
                    } else {
                        Tier::Weak
                    };
                    let mut reading =
                        Reading::checked(Kind::Email, raw, lower, Transform::Email, tier);
                    reading.role = raw.starts_with("info@");
                    out.push(reading);
                    return;
                }
                _ => return Plain.read(context, raw, out),
            };
            out.push(Reading {
                value: Cow::Borrowed(state.name()),
                transform: Some(Transform::Consent),
                ..plain(Kind::Consent, raw)
            });
        }
    }

    const COLUMNS: &[(&str, Kind)] = &[
        ("given", Kind::GivenName),
        ("family", Kind::FamilyName),
        ("street", Kind::Street),
        ("city", Kind::City),
        ("zip", Kind::Postcode),
        ("mail", Kind::Email),
        ("email_ok", Kind::Consent),
        ("no_calls", Kind::OptOut),
        ("created", Kind::CreatedAt),
        ("updated", Kind::UpdatedAt),
        ("by", Kind::BirthYear),
        ("bm", Kind::BirthMonth),
        ("bd", Kind::BirthDay),
    ];

    type Cells = Vec<String>;

    /// Records of two sources, even ones `crm`, odd ones `shop` by their key.
    fn dataset(records: &[(usize, Cells)]) -> (Dataset, Vec<TableMapping>) {
        let mut dataset = Dataset::default();
        let mut mappings = Vec::new();
        for (source, name) in ["crm", "shop"].into_iter().enumerate() {
            let mut table = SourceTable {
                name: name.into(),
                ..SourceTable::default()
            };
            for (column, _) in COLUMNS {
                table.columns.push(Column {
                    name: (*column).to_owned(),
                    ..Column::default()
                });
            }
            for (key, cells) in records.iter().filter(|(key, _)| key % 2 == source) {
                for (column, cell) in table.columns.iter_mut().zip(cells) {
                    let id = column.values.intern(cell);
                    column.ids.push(id);
                }
                table.origins.push(Origin {
                    file: 0,
                    row: *key as u64,
                    byte: 0,
                });
                table.keys.push(format!("K{key:03}").into());
            }
            table.canonicalize();
            dataset.tables.push(table);
            let columns = COLUMNS.iter().map(|(column, kind)| ColumnMapping {
                column: (*column).to_owned(),
                kind: *kind,
                label: None,
                date_order: None,
                confidence: 1.0,
                reason: String::new(),
                given: true,
            });
            mappings.push(TableMapping {
                source: name.into(),
                columns: columns.collect(),
                region: None,
                organizations: false,
            });
        }
        dataset.number();
        (dataset, mappings)
    }

    fn all(dataset: &Dataset) -> Vec<RecordId> {
        (0..dataset.len() as u32).map(RecordId).collect()
    }

    fn owned(golden: Golden<'_>) -> Golden<'static> {
        let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        let values = golden.values.into_iter().map(|v| GoldenValue {
            kind: v.kind,
            value: own(v.value),
            record: v.record,
            column: own(v.column),
            rule: own(v.rule),
            transform: v.transform.map(own),
            losing: (v.losing.into_iter())
                .map(|l| Losing {
                    value: own(l.value),
                    record: l.record,
                })
                .collect(),
        });
        Golden {
            cluster: golden.cluster,
            members: golden.members,
            values: values.collect(),
        }
    }

    fn golden_of(records: &[(usize, Cells)], settings: &Settings) -> (Golden<'static>, Dataset) {
        let (dataset, mappings) = dataset(records);
        let survivor = Survivor::new(&dataset, &mappings, &Simple, settings, &[]);
        let golden = owned(survivor.golden(0, &all(&dataset)));
        check_faithful(&survivor, &golden).unwrap();
        drop(survivor);
        (golden, dataset)
    }

    /// Cells by column name, others empty.
    fn cells(given: &[(&str, &str)]) -> Cells {
        let cell = |name: &str| {
            given
                .iter()
                .find(|(n, _)| *n == name)
                .map_or("", |(_, v)| v)
        };
        COLUMNS
            .iter()
            .map(|(name, _)| cell(name).to_owned())
            .collect()
    }

    fn value<'g>(golden: &'g Golden<'_>, kind: Kind) -> Option<(&'g str, &'g str)> {
        let found = golden.values.iter().find(|v| v.kind == kind);
        found.map(|v| (&*v.value, &*v.rule))
    }

    #[test]
    fn names_survive_in_their_best_form() {
        let records = [
            (0, cells(&[("given", "JOSE"), ("updated", "2024-01-01")])),
            (1, cells(&[("given", "José"), ("updated", "2020-01-01")])),
            (2, cells(&[("given", "J."), ("updated", "2025-01-01")])),
            (3, cells(&[("given", "Null"), ("updated", "2026-01-01")])),
        ];
        let (golden, dataset) = golden_of(&records, &Settings::default());
        assert_eq!(value(&golden, Kind::GivenName), Some(("José", "quality")));
        let given = &golden.values[0];
        assert_eq!(
            (dataset.label(given.record), &*given.column),
            ("shop:K001".to_owned(), "given")
        );
        let lost: Vec<_> = given.losing.iter().map(|l| &*l.value).collect();
        assert_eq!(
            lost,
            ["J.", "JOSE", "Null"],
            "in order of records, each once"
        );
    }

    #[test]
    fn rules_decide_and_trust_breaks_ties() {
        let records = [
            (
                0,
                cells(&[
                    ("family", "Miller"),
                    ("updated", "2020-05-01"),
                    ("created", "2011-01-01"),
                ]),
            ),
            (
                1,
                cells(&[
                    ("family", "Smith-Miller"),
                    ("updated", "2024-05-01"),
                    ("created", "2012-01-01"),
                ]),
            ),
            (
                3,
                cells(&[
                    ("family", "Smith-Miller"),
                    ("updated", "2019-05-01"),
                    ("created", "2013-01-01"),
                ]),
            ),
        ];
        for (text, wanted) in [
            ("", ("Smith-Miller", "most-frequent")),
            (
                "family-name = \"most-recent\"",
                ("Smith-Miller", "most-recent"),
            ),
            ("family-name = \"first-seen\"", ("Miller", "first-seen")),
            (
                "family-name = { trust = [\"crm\"] }",
                ("Miller", "source-priority"),
            ),
            (
                "family-name = { trust = [\"shop\"] }",
                ("Smith-Miller", "source-priority"),
            ),
            ("family-name = \"longest\"", ("Smith-Miller", "longest")),
        ] {
            let settings: Settings = toml::from_str(text).unwrap();
            let (golden, _) = golden_of(&records, &settings);
            assert_eq!(value(&golden, Kind::FamilyName), Some(wanted), "{text}");
        }
        let tied = [
            (0, cells(&[("family", "Able")])),
            (1, cells(&[("family", "Cole")])),
        ];
        for (text, wanted) in [
            ("", ("Able", "source-order")),
            ("trust = [\"shop\", \"crm\"]", ("Cole", "source-order")),
        ] {
            let (golden, _) = golden_of(&tied, &toml::from_str(text).unwrap());
            assert_eq!(value(&golden, Kind::FamilyName), Some(wanted), "{text}");
        }
    }

    #[test]
    fn an_address_that_reaches_a_door_beats_a_newer_fragment() {
        let records = [
            (
                0,
                cells(&[
                    ("street", "1 High St"),
                    ("city", "Leeds"),
                    ("zip", "LS1 1AA"),
                    ("updated", "2020-01-01"),
                ]),
            ),
            (1, cells(&[("city", "London"), ("updated", "2024-01-01")])),
            (
                2,
                cells(&[
                    ("street", "9 Low Rd"),
                    ("city", "York"),
                    ("updated", "2019-01-01"),
                ]),
            ),
        ];
        let (golden, _) = golden_of(&records, &Settings::default());
        assert_eq!(
            value(&golden, Kind::Street),
            Some(("1 High St", "most-recent"))
        );
        assert_eq!(value(&golden, Kind::City), Some(("Leeds", "most-recent")));
        assert_eq!(
            value(&golden, Kind::Postcode),
            Some(("LS1 1AA", "most-recent"))
        );
    }

    #[test]
    fn mails_are_all_kept_the_personal_valid_recent_one_first() {
        let records = [
            (
                0,
                cells(&[("mail", "Anna@Example.com"), ("updated", "2020-01-01")]),
            ),
            (
                1,
                cells(&[("mail", "info@example.com"), ("updated", "2025-01-01")]),
            ),
            (
                2,
                cells(&[("mail", "anna.at.example"), ("updated", "2026-01-01")]),
            ),
            (
                3,
                cells(&[("mail", "a.lee@example.com"), ("updated", "2021-01-01")]),
            ),
            (
                4,
                cells(&[("mail", "anna@example.com"), ("updated", "2019-01-01")]),
            ),
        ];
        let (golden, _) = golden_of(&records, &Settings::default());
        let mails: Vec<_> = golden
            .values
            .iter()
            .filter(|v| v.kind == Kind::Email)
            .collect();
        let texts: Vec<_> = mails.iter().map(|v| &*v.value).collect();
        assert_eq!(
            texts,
            [
                "a.lee@example.com",
                "anna@example.com",
                "info@example.com",
                "anna.at.example"
            ]
        );
        assert_eq!(
            (&*mails[0].rule, &*mails[1].rule),
            ("most-recent", "all-distinct")
        );
        assert!(mails.iter().all(|m| m.losing.is_empty()));
    }

    #[test]
    fn birth_dates_in_parts_are_joined_and_checked() {
        let records = [
            (0, cells(&[("by", "1972"), ("bm", "6"), ("bd", "1")])),
            (2, cells(&[("by", "1972")])),
        ];
        let (golden, _) = golden_of(&records, &Settings::default());
        let born = golden
            .values
            .iter()
            .find(|v| v.kind == Kind::BirthDate)
            .unwrap();
        assert_eq!(
            (&*born.value, &*born.column),
            ("1972-06-01", "by + bm + bd")
        );
        assert_eq!(born.transform.as_deref(), Some("join-date-parts"));
        for (parts, joined) in [
            (["1972", "2", "30"], "1972-02"),
            (["1972", "13", "1"], "1972"),
            (["72", "April", "18th"], "1972-04-18"),
        ] {
            let [year, month, day] = parts;
            let records = [(0, cells(&[("by", year), ("bm", month), ("bd", day)]))];
            let (golden, _) = golden_of(&records, &Settings::default());
            let born = value(&golden, Kind::BirthDate).map(|(born, _)| born);
            assert_eq!(born, Some(joined));
        }
    }

    #[test]
    fn a_forged_value_is_caught() {
        let records = [
            (0, cells(&[("given", "Anna"), ("mail", "A@example.com")])),
            (1, cells(&[("given", "Ann")])),
        ];
        let (golden, dataset) = golden_of(&records, &Settings::default());
        let (_, mappings) = self::dataset(&records);
        let survivor = Survivor::new(&dataset, &mappings, &Simple, &Settings::default(), &[]);
        let forge = |change: &dyn Fn(&mut GoldenValue)| {
            let mut forged = golden.clone();
            forged.values.iter_mut().for_each(change);
            check_faithful(&survivor, &forged).unwrap_err().to_string()
        };
        assert!(
            forge(&|v| v.value.to_mut().push('x')).contains("no faithful value of column `given`")
        );
        assert!(forge(&|v| v.column = "family".into()).contains("differs from the cell"));
        assert!(forge(&|v| v.column = "none".into()).contains("no such column"));
        assert!(forge(&|v| v.record = RecordId(7)).contains("no member"));
        assert!(forge(&|v| v.transform = Some("magic".into())).contains("transform is unknown"));
    }

    /// A normalizer gone wrong: it adds a letter to every cell and names no transform.
    struct Lying;

    impl Read for Lying {
        fn read<'a>(&self, context: &CellContext<'_>, raw: &'a str, out: &mut Vec<Reading<'a>>) {
            out.push(Reading {
                value: Cow::Owned(format!("{raw}x")),
                ..plain(context.kind, raw)
            });
        }
    }

    #[test]
    fn a_reader_that_makes_values_up_is_caught_by_the_check_that_every_load_makes() {
        let records = [(0, cells(&[("given", "Anna")]))];
        let (dataset, mappings) = dataset(&records);
        let fault = |reader: &dyn Read| {
            let survivor = Survivor::new(&dataset, &mappings, reader, &Settings::default(), &[]);
            let gathered = survivor.gather(&all(&dataset));
            let chosen = survivor.choose(gathered.said());
            survivor.check(0, &gathered, &chosen).err()
        };
        assert_eq!(fault(&Simple), None);
        let error = fault(&Lying).unwrap().to_string();
        assert!(error.contains("differs from the cell"), "{error}");
    }

    fn record() -> impl Strategy<Value = Cells> {
        let pick =
            |words: &'static [&'static str]| prop::sample::select(words).prop_map(str::to_owned);
        (
            pick(&[
                "",
                "Anna",
                "ANNA",
                "anna",
                "Änna",
                "A.",
                "n/a",
                "Null",
                " Bo  Lee ",
            ]),
            pick(&["", "Berg", "BERG", "van der Berg", "-"]),
            pick(&["", "1 High St", "1 HIGH ST", "9 Low Rd"]),
            pick(&["", "Leeds", "York"]),
            pick(&["", "LS1 1AA", "'01234", "unknown"]),
            pick(&[
                "",
                "a@example.com",
                "A@Example.com",
                "info@example.com",
                "b@example.com",
                "none",
            ]),
            pick(&["", "yes", "no", "maybe"]),
            pick(&["", "yes", "no"]),
            (
                pick(&["", "2019-01-01", "2020-01-01"]),
                pick(&["", "2020-01-01", "2021-01-01T10:00:00Z"]),
                pick(&["", "1972", "19x"]),
                pick(&["", "6", "13"]),
                pick(&["", "1", "31"]),
            ),
        )
            .prop_map(|(a, b, c, d, e, f, g, h, (i, j, k, l, m))| {
                vec![a, b, c, d, e, f, g, h, i, j, k, l, m]
            })
    }

    fn settings() -> impl Strategy<Value = Settings> {
        prop::sample::select(
            &[
                "",
                "default = \"most-recent\"",
                "default = \"longest\"\naddress = \"most-complete\"",
                "default = [\"most-complete\", \"first-seen\"]\nemail = \"most-frequent\"",
                "trust = [\"shop\"]\ndefault = \"source-priority\"\naddress = \"source-priority\"",
            ][..],
        )
        .prop_map(|text| toml::from_str(text).unwrap())
    }

    proptest! {
        #[test]
        fn laws_hold(
            (records, shuffled) in prop::collection::vec(record(), 1..7).prop_flat_map(|cells| {
                let records: Vec<(usize, Cells)> = cells.into_iter().enumerate().collect();
                (Just(records.clone()), Just(records).prop_shuffle())
            }),
            settings in settings(),
        ) {
            let (golden, data) = golden_of(&records, &settings);

            // the order of rows does not matter
            let (again, _) = golden_of(&shuffled, &settings);
            prop_assert_eq!(&golden, &again);

            // an address is of one record
            let parts: Vec<_> = golden.values.iter().filter(|v| matches!(v.kind, Kind::Street | Kind::City | Kind::Postcode)).collect();
            prop_assert!(parts.windows(2).all(|w| w[0].record == w[1].record));

            // every address of a mailbox is kept once
            let mut wanted: Vec<String> = records.iter().map(|(_, c)| c[5].to_lowercase()).filter(|m| !m.is_empty()).collect();
            wanted.sort();
            wanted.dedup();
            let mut kept: Vec<&str> = golden.values.iter().filter(|v| v.kind == Kind::Email).map(|v| &*v.value).collect();
            kept.sort();
            prop_assert_eq!(kept, wanted);

            // a placeholder survives only where there is nothing better
            let real = records.iter().any(|(_, c)| c[0].contains("nna") || c[0].contains("NNA") || c[0].contains("Bo"));
            let given = value(&golden, Kind::GivenName).map(|(v, _)| v.to_owned());
            prop_assert!(!real || (given.is_some() && given != Some("Null".to_owned()) && given != Some("A.".to_owned())));
            prop_assert!(given.as_deref() != Some("n/a"));

            // losing values are values of members that differ from the winner
            for v in &golden.values {
                for lost in &v.losing {
                    prop_assert!(golden.members.contains(&lost.record));
                    let (table, row) = data.locate(lost.record);
                    let held = data.tables[table].columns.iter().any(|c| c.value(row) == lost.value)
                        || v.kind == Kind::BirthDate;
                    prop_assert!(held, "{:?}", lost);
                }
            }
        }

        #[test]
        fn an_opt_out_is_never_lost_and_unknown_never_granted(records in prop::collection::vec(record(), 1..7)) {
            let records: Vec<(usize, Cells)> = records.into_iter().enumerate().collect();
            let (dataset, mappings) = dataset(&records);
            let settings = Settings::default();
            let survivor = Survivor::new(&dataset, &mappings, &Simple, &settings, &[]);
            let gathered = survivor.gather(&all(&dataset));
            let state = |channel: &str| {
                let consents = survivor.choose(gathered.said()).consents;
                consents.into_iter().find(|e| e.channel.name == channel).map(|e| e.state)
            };
            let says = |column: usize, word: &str| records.iter().any(|(_, c)| c[column] == word);
            let said = |column: usize| records.iter().any(|(_, c)| !c[column].is_empty());
            let email = match () {
                () if says(6, "no") => Some(ConsentState::Denied),
                () if says(6, "yes") => Some(ConsentState::Granted),
                () if said(6) => Some(ConsentState::Unknown),
                () => None,
            };
            let phone = match () {
                () if says(7, "yes") => Some(ConsentState::Denied),
                () if said(7) => Some(ConsentState::Unknown),
                () => None,
            };
            prop_assert_eq!((state("email"), state("phone")), (email, phone));
        }
    }
}

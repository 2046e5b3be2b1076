//! Invented customers in three sources with evidence, golden records and a model: the same for the same seed.

use selfsame::entity::{Golden, GoldenValue, Losing};
use selfsame::pair::{
    ComparisonEvidence, ComparisonFacts, LevelFacts, MatchWeight, ModelFacts, PairEvidence,
    Probability, RuleFacts, ThresholdChoice, Verdict, WeightBin,
};
use selfsame::record::{
    Column, ColumnMapping, Dataset, InputFile, Kind, Origin, RecordId, Rejection, SourceTable,
    TableMapping,
};
use selfsame::report::{
    Accounting, CaseContext, Completeness, MergeCase, PairCounts, RunIdentity, RunReport,
    SCHEMA_VERSION, Setting, SizeCount, SourceAccount, StageTime, merge_case, pair_case,
    quarantine_groups,
};

use selfsame::validate::{Example as RuleExample, RuleResult, RuleRun, Severity};

const GIVEN: &[&str] = &[
    "Anna",
    "Bogdan",
    "Chloé",
    "Dmitri",
    "Elif",
    "Femi",
    "Grace",
    "Hiro",
    "Ingrid",
    "Jonathan",
    "Katarzyna",
    "Liam",
    "María",
    "Noor",
    "Oskar",
    "Priya",
    "Quentin",
    "Rosa",
    "Søren",
    "Theodora",
];
const FAMILY: &[&str] = &[
    "Abernathy",
    "Björklund",
    "Castellanos",
    "Dubois",
    "Eriksen",
    "Fairweather",
    "Grünewald",
    "Haddad",
    "Ivanova",
    "Jankowski",
    "Kovács",
    "Lindqvist",
    "Mbeki",
    "Nakamura",
    "O'Rourke",
    "Papadopoulos",
    "Quispe",
    "Rosenthal",
    "Sánchez-Vega",
    "Thistlewood",
];
const STREETS: &[&str] = &[
    "Harbour Road",
    "Elm Street",
    "Mill Lane",
    "Station Approach",
    "Kirkgate",
    "Orchard Close",
];
const CITIES: &[&str] = &["Leeds", "Bristol", "Malmö", "Porto", "Graz", "Gdańsk"];

/// Fields of the example, in table order.
pub(crate) const KINDS: [Kind; 9] = [
    Kind::RecordKey,
    Kind::GivenName,
    Kind::FamilyName,
    Kind::Email,
    Kind::Phone,
    Kind::BirthDate,
    Kind::Street,
    Kind::City,
    Kind::UpdatedAt,
];
const SOURCES: [&str; 3] = ["crm", "shop", "news"];

/// A small generator of invented choices (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % sides as u64) as usize
    }
}

/// The records of a customer, as (source, cells).
type Person = Vec<(usize, [String; 9])>;

fn person(i: usize, dice: &mut Dice) -> Person {
    let given = GIVEN[dice.roll(GIVEN.len())];
    let family = FAMILY[dice.roll(FAMILY.len())];
    let ascii = |s: &str| {
        any_ascii::any_ascii(s)
            .to_lowercase()
            .replace([' ', '\''], "")
    };
    let email = format!(
        "{}.{}{}@mail.example.com",
        ascii(given),
        ascii(family),
        i % 97
    );
    let phone = format!("+1555555{:04}", 100 + i % 100);
    let born = format!(
        "{}-{:02}-{:02}",
        1940 + dice.roll(65),
        1 + dice.roll(12),
        1 + dice.roll(28)
    );
    let street = format!(
        "{} {}",
        1 + dice.roll(180),
        STREETS[dice.roll(STREETS.len())]
    );
    let city = CITIES[dice.roll(CITIES.len())].to_owned();
    let records = match dice.roll(40) {
        0 => 6 + dice.roll(4),
        1..=3 => 4,
        4..=12 => 3,
        _ => 2,
    };
    let mut all = Vec::new();
    for r in 0..records {
        let mut cells = [
            format!("{}-{i}-{r}", SOURCES[r % 3]),
            given.to_owned(),
            family.to_owned(),
            email.clone(),
            phone.clone(),
            born.clone(),
            street.clone(),
            city.clone(),
            format!("2026-0{}-1{}", 1 + dice.roll(9), dice.roll(9)),
        ];
        if r > 0 {
            let faults = 1 + dice.roll(4);
            for _ in 0..faults {
                match dice.roll(9) {
                    0 => cells[1] = cells[1].chars().take(1).chain(['.']).collect(),
                    1 => cells[2] = typo(&cells[2], dice),
                    2 => cells[3] = String::new(),
                    3 => cells[3] = cells[3].to_uppercase(),
                    4 => cells[4] = format!("(555) 555-{:04}", 100 + i % 100),
                    5 => cells[5] = String::new(),
                    6 => {
                        cells[6] = format!(
                            "{} {}",
                            1 + dice.roll(180),
                            STREETS[dice.roll(STREETS.len())]
                        )
                    }
                    7 => cells[2] = cells[2].to_uppercase(),
                    _ => cells[4] = String::new(),
                }
            }
            if dice.roll(30) == 0 {
                cells[5] = born.replace("-0", "-1");
            }
        }
        all.push((r % 3, cells));
    }
    all
}

fn typo(text: &str, dice: &mut Dice) -> String {
    let mut signs: Vec<char> = text.chars().collect();
    let at = 1 + dice.roll(signs.len() - 2);
    match dice.roll(3) {
        0 => signs.swap(at, at + 1),
        1 => signs[at] = 'e',
        _ => {
            signs.remove(at);
        }
    }
    signs.into_iter().collect()
}

/// The records of `merges` merged customers, with members' ids per customer.
pub(crate) struct Example {
    pub(crate) dataset: Dataset,
    pub(crate) mappings: Vec<TableMapping>,
    pub(crate) customers: Vec<Vec<RecordId>>,
}

/// An example made from the records of given persons.
pub(crate) fn example_of(persons: &[Person]) -> Example {
    let mut dataset = Dataset::default();
    for name in SOURCES {
        let columns = KINDS.iter().map(|k| Column {
            name: k.name().replace('-', "_"),
            ..Column::default()
        });
        dataset.tables.push(SourceTable {
            name: name.to_owned(),
            columns: columns.collect(),
            ..SourceTable::default()
        });
    }
    let mut places = Vec::new();
    for person in persons {
        let mut at = Vec::new();
        for (source, cells) in person {
            let table = &mut dataset.tables[*source];
            at.push((*source, table.len()));
            for (column, cell) in table.columns.iter_mut().zip(cells) {
                let id = column.values.intern(cell);
                column.ids.push(id);
            }
            let row = table.len() as u64 + 1;
            table.origins.push(Origin {
                file: *source as u32,
                row,
                byte: row * 80,
            });
            table.keys.push(cells[0].as_str().into());
        }
        places.push(at);
    }
    dataset.number();
    let customers = places.into_iter().map(|at| {
        let mut ids: Vec<RecordId> = at
            .into_iter()
            .map(|(t, row)| dataset.tables[t].id(row))
            .collect();
        ids.sort();
        ids
    });
    let customers = customers.collect();
    Example {
        mappings: SOURCES.iter().map(|s| mapping(s)).collect(),
        customers,
        dataset,
    }
}

/// `merges` invented customers of two or more records each.
pub(crate) fn example(merges: usize, seed: u64) -> Example {
    let mut dice = Dice(seed);
    let persons: Vec<Person> = (0..merges).map(|i| person(i, &mut dice)).collect();
    example_of(&persons)
}

fn mapping(source: &str) -> TableMapping {
    let columns = KINDS.iter().enumerate().map(|(i, kind)| ColumnMapping {
        column: kind.name().replace('-', "_"),
        kind: *kind,
        label: (*kind == Kind::Phone).then(|| "mobile".to_owned()),
        date_order: None,
        confidence: if i == 7 { 0.62 } else { 0.99 - i as f64 / 50.0 },
        reason: format!(
            "header `{}` and the look of the values",
            kind.name().replace('-', "_")
        ),
        given: i == 0,
    });
    TableMapping {
        source: source.to_owned(),
        columns: columns.collect(),
        region: Some("GB".to_owned()),
        organizations: false,
    }
}

const COMPARED: [(usize, &str, f64, f64); 6] = [
    (1, "given name", 5.1, -3.2),
    (2, "family name", 7.4, -4.8),
    (3, "e-mail", 12.6, -1.9),
    (4, "phone", 9.3, -1.4),
    (5, "birth date", 11.8, -6.5),
    (6, "address", 6.7, -2.2),
];
const PRIOR: f64 = -17.3;

impl Example {
    pub(crate) fn context(&self) -> CaseContext<'_> {
        CaseContext::new(&self.dataset, &self.mappings, Probability(0.99).weight())
    }

    fn cell(&self, record: RecordId, column: usize) -> &str {
        let (table, row) = self.dataset.locate(record);
        self.dataset.tables[table].columns[column].value(row)
    }

    /// Evidence whose bars sum to its weight.
    pub(crate) fn evidence(&self, left: RecordId, right: RecordId) -> PairEvidence<'_> {
        let mut weight = PRIOR;
        let mut comparisons = Vec::new();
        for (column, name, same, different) in COMPARED {
            let plain = |r| {
                let text = any_ascii::any_ascii(self.cell(r, column)).to_lowercase();
                let keep = |c: &char| c.is_alphanumeric() || matches!(c, '@' | '.' | ' ' | '-');
                let text: String = text.chars().filter(keep).collect();
                if column == 4 {
                    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
                    digits
                        .strip_prefix('1')
                        .map_or(digits.clone(), str::to_owned)
                } else {
                    text
                }
            };
            let (a, b) = (plain(left), plain(right));
            let (level, bits) = if a.is_empty() || b.is_empty() {
                ("missing", 0.0)
            } else if a == b {
                ("exact", same)
            } else if a.chars().next() == b.chars().next() && a.len().abs_diff(b.len()) <= 1 {
                ("one letter off", same * 0.6)
            } else if a.starts_with(b.trim_end_matches('.'))
                || b.starts_with(a.trim_end_matches('.'))
            {
                ("initial", 1.2)
            } else {
                ("different", different)
            };
            weight += bits;
            comparisons.push(ComparisonEvidence {
                comparison: name.into(),
                level: level.into(),
                left: a.into(),
                right: b.into(),
                weight: MatchWeight(bits),
                rarity: (level == "exact" && column < 3)
                    .then(|| format!("1 in {} records", 19 + column).into()),
            });
        }
        let weight = MatchWeight(weight);
        let verdict = if weight.probability().0 >= 0.99 {
            Verdict::Match
        } else if weight.probability().0 >= 0.8 {
            Verdict::Review
        } else {
            Verdict::NonMatch
        };
        PairEvidence {
            left,
            right,
            rules: vec!["e-mail".into(), "family name sound + birth year".into()],
            prior: MatchWeight(PRIOR),
            comparisons,
            weight,
            probability: weight.probability(),
            verdict,
            note: None,
        }
    }

    /// The golden record: the first filled cell of each field, the rest lose.
    pub(crate) fn golden(&self, customer: usize) -> Golden<'_> {
        let members = &self.customers[customer];
        let mut values = Vec::new();
        for (column, kind) in KINDS.iter().enumerate().skip(1).take(7) {
            let Some(record) = members
                .iter()
                .copied()
                .find(|r| !self.cell(*r, column).is_empty())
            else {
                continue;
            };
            let value = self.cell(record, column);
            let mut losing: Vec<Losing<'_>> = Vec::new();
            for other in members {
                let lost = self.cell(*other, column);
                if !lost.is_empty() && lost != value && losing.iter().all(|l| l.value != lost) {
                    losing.push(Losing {
                        value: lost.into(),
                        record: *other,
                    });
                }
            }
            values.push(GoldenValue {
                kind: *kind,
                value: value.into(),
                record,
                column: kind.name().replace('-', "_").into(),
                rule: if column < 3 {
                    "most-frequent"
                } else {
                    "most-recent"
                }
                .into(),
                transform: (*kind == Kind::Phone).then(|| "e164".into()),
                losing,
            });
        }
        Golden {
            cluster: customer as u32,
            members: members.clone(),
            values,
        }
    }

    pub(crate) fn merge(&self, customer: usize) -> MergeCase<'_> {
        let members = &self.customers[customer];
        let links = (1..members.len()).map(|i| self.evidence(members[i - 1], members[i]));
        merge_case(
            &self.context(),
            format!("C-{:06}", customer + 1),
            self.golden(customer),
            links.collect(),
        )
    }

    pub(crate) fn merges(&self) -> impl Iterator<Item = MergeCase<'_>> + '_ {
        (0..self.customers.len()).map(|c| self.merge(c))
    }

    /// `n` pairs as if they waited for review or had been cut: those of one customer that lie between the
    /// thresholds, then pairs of different customers.
    pub(crate) fn pairs<'a>(&'a self, n: usize, note: Option<&'a str>) -> Vec<MergeCase<'a>> {
        let ends = self.customers.iter().map(|c| (c[0], c[c.len() - 1]));
        let near = ends
            .map(|(a, b)| self.evidence(a, b))
            .filter(|e| e.verdict == Verdict::Review);
        let firsts: Vec<RecordId> = self.customers.iter().map(|c| c[0]).collect();
        let far = firsts
            .windows(2)
            .map(|w| self.evidence(w[0].min(w[1]), w[0].max(w[1])));
        let pairs = near.chain(far).take(n).map(|mut evidence| {
            evidence.note = note.map(Into::into);
            pair_case(&self.context(), evidence)
        });
        pairs.collect()
    }

    /// Facts that fit the records, with `singles` more customers of one record each.
    pub(crate) fn report(&self, singles: u64, rejections: &[Rejection]) -> RunReport {
        let merged = self.dataset.len() as u64;
        let quarantined = rejections.len() as u64;
        let merged_customers = self.customers.len() as u64;
        let mut sizes = std::collections::BTreeMap::from([(1u32, singles)]);
        for members in &self.customers {
            *sizes.entry(members.len() as u32).or_default() += 1;
        }
        let sources = self.dataset.tables.iter().enumerate().map(|(i, t)| {
            let refused = rejections.iter().filter(|r| r.source == t.name).count() as u64;
            let single = singles / 3 + u64::from((i as u64) < singles % 3);
            SourceAccount {
                source: t.name.clone(),
                read: refused + single + t.len() as u64,
                quarantined: refused,
                single,
                merged: t.len() as u64,
            }
        });
        let inputs = SOURCES.iter().enumerate().map(|(i, s)| InputFile {
            source: (*s).to_owned(),
            path: format!("samples/{s}.csv"),
            format: "csv".to_owned(),
            delimiter: Some([",", ";", "\t"][i].to_owned()),
            encoding: Some("UTF-8".to_owned()),
            part: None,
            detected: "guessed from the first 64 kB; the runner-up was windows-1252".to_owned(),
            bytes: 81_920 * (i as u64 + 1),
            sha256: format!("{:064x}", 0x5eed_0000_u64 + i as u64),
            rows: self.dataset.tables[i].len() as u64,
            quarantined: 0,
        });
        let filled = |column: usize| {
            let full = |r: &&RecordId| !self.cell(**r, column).is_empty();
            let records = self.customers.iter().flatten().filter(full).count() as u64;
            let customers = self
                .customers
                .iter()
                .filter(|c| c.iter().any(|r| full(&r)))
                .count() as u64;
            (records, customers)
        };
        RunReport {
            schema_version: SCHEMA_VERSION,
            masked: false,
            run: RunIdentity {
                title: "Shop, CRM and newsletter".to_owned(),
                tool_version: "0.1.0".to_owned(),
                run_id: "2026-03-01T09-15-00Z-5eed".to_owned(),
                config: "pipelines/demo.toml".to_owned(),
                config_sha256: format!("{:064x}", 0xc0ffee_u64),
                started: "2026-03-01T09:15:00Z".to_owned(),
                finished: "2026-03-01T09:15:04Z".to_owned(),
                seconds: 4.21,
                threads: 2,
                seed: 42,
            },
            inputs: inputs.collect(),
            accounting: Accounting {
                read: quarantined + singles + merged,
                quarantined,
                single: singles,
                merged,
                merged_customers,
                sources: sources.collect(),
            },
            completeness: KINDS.iter().enumerate().skip(1).map(|(i, kind)| {
                let (records, customers) = filled(i);
                Completeness {
                    kind: *kind,
                    records_filled: records + singles * (90 - i as u64 * 7) / 100,
                    customers_filled: customers + singles * (90 - i as u64 * 7) / 100,
                }
            }).collect(),
            settings: vec![
                Setting { section: "survive".into(), name: "default".into(), value: "most recent".into(), given: true },
                Setting { section: "survive".into(), name: "consent".into(), value: "most restrictive".into(), given: false },
            ],
            mappings: self.mappings.clone(),
            model: model(merged),
            pairs: PairCounts { scored: 41 * merged, matches: merged, review: 12, cut: 3 },
            cluster_sizes: sizes.into_iter().map(|(size, customers)| SizeCount { size, customers }).collect(),
            source_counts: vec![
                SizeCount { size: 1, customers: singles },
                SizeCount { size: 2, customers: merged_customers - merged_customers / 4 },
                SizeCount { size: 3, customers: merged_customers / 4 },
            ],
            stages: [("extract", 0.31, "records"), ("normalize", 0.42, "records"), ("block", 0.25, "records"), ("compare", 1.9, "pairs"), ("cluster", 0.12, "records"), ("survive", 0.2, "customers"), ("load", 0.9, "records")]
                .map(|(name, seconds, unit)| StageTime { name: name.into(), seconds, cpu_seconds: seconds * 1.5, items: merged * if unit == "pairs" { 41 } else { 1 }, unit: unit.into() })
                .to_vec(),
            quarantine: quarantine_groups(rejections, 5),
            validation: validation(),
            warnings: vec!["column `city` of `shop` was taken as a city with little confidence; name its kind in the pipeline file if that is wrong".to_owned()],
        }
    }
}

/// Invented results of rules, one with a history.
fn validation() -> Vec<RuleResult> {
    let run = |day: u32, failed| RuleRun {
        run_id: format!("run-{day}"),
        started_at: format!("2024-05-{day:02}T09:00:00Z"),
        rule: String::new(),
        source: String::new(),
        fields: String::new(),
        check: String::new(),
        severity: "quarantine".into(),
        outcome: "quarantined".into(),
        checked: 1_000,
        failed,
    };
    let result = |rule: &str, severity, failed, measured: Option<&str>| RuleResult {
        rule: rule.into(),
        line: 12,
        source: "crm".into(),
        fields: vec!["email".into()],
        check: "is an e-mail address".into(),
        severity,
        checked: 1_000,
        failed,
        waived: 1,
        measured: measured.map(str::to_owned),
        examples: vec![RuleExample {
            field: Some("email".into()),
            value: "canary at example".into(),
            rows: 2,
            key: "C17".into(),
        }],
        history: vec![run(1, 40), run(2, 25), run(3, 31)],
    };
    vec![
        result("email-is-valid", Severity::Quarantine, 27, None),
        result(
            "fresh",
            Severity::Warn,
            0,
            Some("newest `updated` is 2024-05-04"),
        ),
    ]
}

/// Invented refusals.
pub(crate) fn rejections() -> Vec<Rejection> {
    let one = |source: &str, row: u64, rule: &str, reason: &str, raw: &str| Rejection {
        source: source.to_owned(),
        file: format!("samples/{source}.csv"),
        row,
        line: row + 1,
        byte: row * 80,
        field: None,
        rule: rule.to_owned(),
        reason: reason.to_owned(),
        raw: raw.to_owned(),
        ..Rejection::default()
    };
    vec![
        one(
            "shop",
            12,
            "ragged-row",
            "row has 8 cells, header has 9",
            "shop-12;Rosa;Haddad;rosa@example.com;=1+1",
        ),
        one(
            "shop",
            40,
            "ragged-row",
            "row has 11 cells, header has 9",
            "shop-40;Liam;\"Dubois;;;;;;;;",
        ),
        one(
            "crm",
            7,
            "broken-encoding",
            "byte 0xE9 is not valid UTF-8",
            "crm-7,Chlo\u{fffd},Dubois",
        ),
    ]
}

fn model(records: u64) -> ModelFacts {
    let level = |label: &str, m: f64, u: f64, pairs: u64| LevelFacts {
        label: label.to_owned(),
        m,
        u,
        weight: MatchWeight(if label == "missing" {
            0.0
        } else {
            (m / u).log2()
        }),
        pairs,
        matches: (pairs as f64 * m * 0.4) as u64,
    };
    let comparisons = [
        ("given name", 0.86, 0.025),
        ("family name", 0.91, 0.0055),
        ("e-mail", 0.78, 0.000_12),
        ("phone", 0.66, 0.001),
        ("birth date", 0.93, 0.000_26),
        ("address", 0.52, 0.005),
    ]
    .map(|(name, m, u)| ComparisonFacts {
        name: name.to_owned(),
        levels: vec![
            level("exact", m, u, records),
            level("one letter off", 0.06, 0.009, records / 3),
            level("different", 0.94 - m, 0.991 - u, records * 30),
            level("missing", 0.1, 0.1, records * 2),
        ],
    });
    let rule = |name: &str, pairs: u64, new_pairs: u64| RuleFacts {
        name: name.to_owned(),
        pairs,
        new_pairs,
        blocks: pairs / 3,
        largest: 48,
        refined: if name == "postcode" { 812 } else { 0 },
        matches: new_pairs / 5,
    };
    let choice = |p: f64, share: f64, precision: f64, recall: f64| ThresholdChoice {
        probability: Probability(p),
        weight: Probability(p).weight(),
        pairs: (records as f64 * share) as u64,
        precision,
        recall,
    };
    let histogram = (-30..=40).map(|w| {
        let x = f64::from(w);
        let strangers = records as f64 * 9.0 * (-((x + 16.0) / 5.0).powi(2) / 2.0).exp();
        let matches = records as f64 * 0.08 * (-((x - 19.0) / 7.0).powi(2) / 2.0).exp();
        WeightBin {
            from: x,
            pairs: (strangers + matches).round() as u64,
            expected_matches: (matches * 1000.0).round() / 1000.0,
        }
    });
    ModelFacts {
        prior: Probability(0.000_006_2),
        comparisons: comparisons.to_vec(),
        rules: vec![
            rule("e-mail", records, records),
            rule("family name sound + birth year", records * 12, records * 11),
            rule("postcode", records * 30, records * 29),
        ],
        blocking_recall: 0.9931,
        pairs_scored: 41 * records,
        match_threshold: Probability(0.99),
        review_threshold: Probability(0.8),
        threshold_reason: "the lowest threshold whose expected precision is 0.99".to_owned(),
        choices: vec![
            choice(0.5, 1.21, 0.951, 0.991),
            choice(0.8, 1.12, 0.978, 0.987),
            choice(0.99, 1.0, 0.9952, 0.972),
            choice(0.999, 0.93, 0.9991, 0.921),
        ],
        histogram: histogram.collect(),
        suppressed: vec![
            ("phone".into(), "+1 555 000 0000".into(), 212),
            ("e-mail".into(), "info@example.com".into(), 96),
        ],
        remarks: vec!["EM converged after 14 iterations".to_owned()],
    }
}

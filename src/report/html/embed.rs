//! Cases in the page: compact JSON in chunks that the browser parses one at a time, riskiest first.
//!
//! A case is `[strings, numbers]`. Numbers are one flat list that `app.js` reads with a cursor; texts are
//! numbers into the case's own strings or, for what many cases share, into one table of labels (0 is the
//! empty text, n the n-th). Weights are hundredths of a bit. The layout is private to this file and `app.js`.

use std::cmp::Ordering;
use std::fmt::Write as _;
use std::io::{self, Write};

use hashbrown::HashMap;

use crate::pair::{MatchWeight, PairEvidence};
use crate::report::case::{Agreement, MergeCase};
use crate::report::risk::RiskCode;
use crate::text::digits::push_int;
use crate::text::json::push_script_string;

/// Cases per chunk.
pub(super) const CHUNK: usize = 100;
/// Members of one case that are embedded; all are in `merges.csv`.
const MEMBERS: usize = 30;
/// Characters of one value that are embedded.
const VALUE: usize = 240;
/// Stands for an unknown weight.
const NO_WEIGHT: i64 = -1_000_000;

/// How much of a deck is embedded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cap {
    pub(super) cases: usize,
    pub(super) bytes: usize,
}

/// Texts that many cases share, numbered in order of first use.
#[derive(Debug, Default)]
pub(super) struct Labels {
    number: HashMap<String, u32>,
    list: Vec<String>,
    /// Where labels of several parts are put together.
    joined: String,
}

impl Labels {
    fn id(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        if let Some(id) = self.number.get(text) {
            return *id;
        }
        self.list.push(text.to_owned());
        let id = self.list.len() as u32;
        self.number.insert(text.to_owned(), id);
        id
    }

    /// The number of parts joined by U+001F.
    fn id_of(&mut self, parts: &[&str]) -> u32 {
        let mut joined = std::mem::take(&mut self.joined);
        joined.clear();
        for (i, part) in parts.iter().enumerate() {
            if i > 0 {
                joined.push('\u{1f}');
            }
            joined.push_str(part);
        }
        let id = self.id(&joined);
        self.joined = joined;
        id
    }

    /// The table as a JSON array.
    pub(super) fn json(&self) -> String {
        let mut json = String::from("[");
        for (i, label) in self.list.iter().enumerate() {
            if i > 0 {
                json.push(',');
            }
            push_script_string(&mut json, label);
        }
        json.push(']');
        json
    }
}

/// One encoded case with what sorting and filtering need.
#[derive(Debug)]
struct Entry {
    place: Place,
    flags: u32,
    json: String,
}

/// What the order of cases depends on.
#[derive(Clone, Copy, Debug)]
struct Place {
    ordinal: u32,
    risk: u8,
    size: u32,
    /// Weakest link in hundredths of a bit.
    weakest: i64,
}

/// What comes first in a deck, and stays when it is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum First {
    /// The riskiest merges.
    Riskiest,
    /// The pairs with the heaviest evidence.
    Strongest,
}

impl First {
    fn order(self, a: &Place, b: &Place) -> Ordering {
        let order = match self {
            First::Riskiest => b.risk.cmp(&a.risk).then(a.weakest.cmp(&b.weakest)),
            First::Strongest => b.weakest.cmp(&a.weakest),
        };
        order
            .then(b.size.cmp(&a.size))
            .then(a.ordinal.cmp(&b.ordinal))
    }
}

/// The encoded cases of one deck, bounded by its [`Cap`].
#[derive(Debug)]
pub(super) struct Chunks {
    cap: Cap,
    first: First,
    entries: Vec<Entry>,
    bytes: usize,
    /// The first case that did not fit: those after it do not fit, either.
    cut: Option<Place>,
    /// Cases added, those beyond the cap included.
    pub(super) total: u64,
}

impl Chunks {
    pub(super) fn new(cap: Cap, first: First) -> Self {
        Self {
            cap,
            first,
            entries: Vec::new(),
            bytes: 0,
            cut: None,
            total: 0,
        }
    }

    /// Encodes a case; when the cap is well passed, those that come last go.
    pub(super) fn add(&mut self, case: &MergeCase<'_>, labels: &mut Labels) {
        let place = Place {
            ordinal: self.total as u32,
            risk: case.risk.score,
            size: case.members.len() as u32,
            weakest: case.weakest.map_or(NO_WEIGHT, centibits),
        };
        self.total += 1;
        if self
            .cut
            .is_some_and(|cut| self.first.order(&cut, &place).is_lt())
        {
            return;
        }
        let json = encode(case, labels);
        self.bytes += json.len();
        let mut flags = 0;
        for reason in &case.risk.reasons {
            let bit = RiskCode::ALL.iter().position(|c| *c == reason.code);
            flags |= 1 << bit.unwrap_or(0);
        }
        let first = case.members.first().map(|m| &m.source);
        if case.members.iter().any(|m| Some(&m.source) != first) {
            flags |= 1 << RiskCode::ALL.len();
        }
        self.entries.push(Entry { place, flags, json });
        let slack = |cap: usize| cap + cap / 4;
        if self.entries.len() > slack(self.cap.cases) || self.bytes > slack(self.cap.bytes) {
            self.trim();
        }
    }

    /// Cases embedded once [`Chunks::write`] is called.
    pub(super) fn embedded(&mut self) -> usize {
        self.trim();
        self.entries.len()
    }

    fn trim(&mut self) {
        let first = self.first;
        self.entries.sort_by(|a, b| first.order(&a.place, &b.place));
        let mut kept = 0;
        let mut bytes = 0;
        for entry in self.entries.iter().take(self.cap.cases) {
            if kept > 0 && bytes + entry.json.len() > self.cap.bytes {
                break;
            }
            bytes += entry.json.len();
            kept += 1;
        }
        if let Some(cut) = self.entries.get(kept) {
            self.cut = Some(cut.place);
        }
        self.entries.truncate(kept);
        self.bytes = bytes;
    }

    /// Writes the index and the chunks as script blocks with ids `{id}-index`, `{id}-0`, `{id}-1`, ...
    pub(super) fn write(&mut self, id: &str, out: &mut impl Write) -> io::Result<()> {
        self.trim();
        let column = |value: &dyn Fn(&Entry) -> i64| {
            let mut json = String::from("[");
            for (i, entry) in self.entries.iter().enumerate() {
                let comma = if i > 0 { "," } else { "" };
                let _ = write!(json, "{comma}{}", value(entry));
            }
            json + "]"
        };
        writeln!(
            out,
            "<script type=\"application/json\" id=\"{id}-index\">{{\"total\":{},\"order\":{},\"risk\":{},\"size\":{},\"weakest\":{},\"flags\":{}}}</script>",
            self.total,
            column(&|e| i64::from(e.place.ordinal)),
            column(&|e| i64::from(e.place.risk)),
            column(&|e| i64::from(e.place.size)),
            column(&|e| e.place.weakest),
            column(&|e| i64::from(e.flags)),
        )?;
        for (n, chunk) in self.entries.chunks(CHUNK).enumerate() {
            write!(out, "<script type=\"application/json\" id=\"{id}-{n}\">[")?;
            for (i, entry) in chunk.iter().enumerate() {
                out.write_all(if i > 0 { b",\n" } else { b"" })?;
                out.write_all(entry.json.as_bytes())?;
            }
            out.write_all(b"]</script>\n")?;
        }
        Ok(())
    }
}

fn centibits(weight: MatchWeight) -> i64 {
    (weight.0.clamp(-9_000.0, 9_000.0) * 100.0).round() as i64
}

/// A case's own strings.
struct Strings<'a> {
    list: Vec<&'a str>,
}

impl<'a> Strings<'a> {
    fn id(&mut self, text: &'a str) -> i64 {
        if text.is_empty() {
            return 0;
        }
        if let Some(at) = self.list.iter().position(|s| *s == text) {
            return at as i64 + 1;
        }
        self.list.push(text);
        self.list.len() as i64
    }
}

fn encode(case: &MergeCase<'_>, labels: &mut Labels) -> String {
    let mut strings = Strings {
        list: Vec::with_capacity(64),
    };
    let mut n: Vec<i64> = Vec::with_capacity(512);
    let members = case.members.len().min(MEMBERS);
    n.push(strings.id(&case.customer));
    n.push(i64::from(case.risk.score));
    n.push(case.weakest.map_or(NO_WEIGHT, centibits));
    n.extend([case.members.len() as i64, members as i64]);
    for member in &case.members[..members] {
        n.push(i64::from(labels.id(&member.source)));
        n.push(strings.id(&member.key));
        n.push(i64::from(labels.id(member.role.name())));
    }
    n.push(case.fields.len() as i64);
    for field in &case.fields {
        n.push(i64::from(labels.id(field.kind.name())));
        n.push(match field.agreement {
            Agreement::Same => 0,
            Agreement::Formatting => 1,
            Agreement::Differs => 2,
            Agreement::Alone => 3,
        });
        n.extend(field.values.iter().take(members).map(|v| strings.id(v)));
        n.push(field.golden.len() as i64);
        for golden in &field.golden {
            let transform = golden.transform.as_deref().unwrap_or("");
            let origin = [&golden.column, &golden.rule, transform];
            n.push(strings.id(&golden.value));
            n.push(golden.member as i64);
            n.push(i64::from(labels.id_of(&origin)));
        }
    }
    let links: Vec<_> = case
        .links
        .iter()
        .filter(|l| l.members.iter().all(|m| *m < members))
        .collect();
    n.push(links.len() as i64);
    for link in links {
        n.extend(link.members.map(|m| m as i64));
        encode_evidence(&link.evidence, &mut n, &mut strings, labels);
    }
    n.push(case.risk.reasons.len() as i64);
    n.extend(case.risk.reasons.iter().map(|r| strings.id(&r.words)));
    render(&strings, &n)
}

fn encode_evidence<'a>(
    evidence: &'a PairEvidence<'_>,
    n: &mut Vec<i64>,
    strings: &mut Strings<'a>,
    labels: &mut Labels,
) {
    n.push(centibits(evidence.prior));
    n.push(centibits(evidence.weight));
    n.push(evidence.verdict as i64);
    n.push(strings.id(evidence.note.as_deref().unwrap_or("")));
    n.push(evidence.rules.len() as i64);
    n.extend(evidence.rules.iter().map(|r| i64::from(labels.id(r))));
    n.push(evidence.comparisons.len() as i64);
    for bar in &evidence.comparisons {
        let level = labels.id_of(&[&bar.comparison, &bar.level]);
        n.push(i64::from(level));
        n.push(centibits(bar.weight));
        n.push(strings.id(&bar.left));
        n.push(strings.id(&bar.right));
        n.push(i64::from(labels.id(bar.rarity.as_deref().unwrap_or(""))));
    }
}

fn render(strings: &Strings<'_>, numbers: &[i64]) -> String {
    let text: usize = strings.list.iter().map(|s| s.len() + 3).sum();
    let mut json = String::with_capacity(text + numbers.len() * 3 + 16);
    json.push_str("[[");
    for (i, text) in strings.list.iter().enumerate() {
        if i > 0 {
            json.push(',');
        }
        match text.char_indices().nth(VALUE) {
            Some((end, _)) => push_script_string(&mut json, &format!("{}…", &text[..end])),
            None => push_script_string(&mut json, text),
        }
    }
    json.push_str("],[");
    for (i, number) in numbers.iter().enumerate() {
        if i > 0 {
            json.push(',');
        }
        push_int(&mut json, *number);
    }
    json.push_str("]]");
    json
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::{ComparisonEvidence, Verdict};
    use crate::record::{Kind, RecordId};
    use crate::report::case::{CaseField, CaseGolden, CaseLink, CaseMember, Role};
    use crate::report::risk::Risk;
    use proptest::prelude::*;
    use serde_json::Value;

    fn case(customer: &str, members: usize, risk: u8, weight: f64) -> MergeCase<'static> {
        let member = |i: usize| CaseMember {
            record: RecordId(i as u32),
            source: "crm".into(),
            key: format!("{customer}-{i}").into(),
            role: Role::Merged,
            strongest: None,
        };
        let field = CaseField {
            kind: Kind::GivenName,
            agreement: Agreement::Differs,
            values: (0..members)
                .map(|i| format!("name {}", i % 2).into())
                .collect(),
            golden: vec![CaseGolden {
                value: "name 1".into(),
                member: 1,
                column: "first".into(),
                rule: "longest".into(),
                transform: None,
                losing: vec!["name 0".into()],
            }],
        };
        let link = CaseLink {
            members: [0, 1],
            evidence: PairEvidence {
                left: RecordId(0),
                right: RecordId(1),
                rules: vec!["e-mail".into()],
                prior: MatchWeight(-10.0),
                comparisons: vec![ComparisonEvidence {
                    comparison: "given name".into(),
                    level: "close".into(),
                    left: "name 0".into(),
                    right: "name 1".into(),
                    weight: MatchWeight(weight + 10.0),
                    rarity: Some("1 in 9".into()),
                }],
                weight: MatchWeight(weight),
                probability: MatchWeight(weight).probability(),
                verdict: Verdict::Match,
                note: None,
            },
        };
        MergeCase {
            customer: customer.into(),
            members: (0..members).map(member).collect(),
            fields: vec![field],
            links: vec![link],
            weakest: Some(MatchWeight(weight)),
            risk: Risk {
                score: risk,
                reasons: vec![],
            },
        }
    }

    fn written(chunks: &mut Chunks) -> Vec<Value> {
        let mut out = Vec::new();
        chunks.write("m", &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let mut blocks = Vec::new();
        for block in text.split("</script>") {
            if let Some((_, json)) = block.split_once('>') {
                blocks.push(serde_json::from_str(json).unwrap());
            }
        }
        blocks
    }

    fn customers(chunks: &mut Chunks) -> Vec<String> {
        let blocks = written(chunks);
        let cases = blocks[1..].iter().flat_map(|b| b.as_array().unwrap());
        cases
            .map(|c| c[0][0].as_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn the_layout_is_what_the_page_reads() {
        let mut labels = Labels::default();
        let json = encode(&case("C<1>", 2, 7, 8.25), &mut labels);
        assert!(!json.contains('<'));
        let value: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(
            value[0],
            serde_json::json!(["C<1>", "C<1>-0", "C<1>-1", "name 0", "name 1"])
        );
        // customer, risk, weakest, size, members (source, key, role), fields (kind, agreement, values, golden),
        // links (ends, prior, weight, verdict, note, rules, bars), reasons
        let numbers = serde_json::json!([
            1, 7, 825, 2, 2, 1, 2, 2, 1, 3, 2, 1, 3, 2, 4, 5, 1, 5, 1, 4, 1, 0, 1, -1000, 825, 2,
            0, 1, 5, 1, 6, 1825, 4, 5, 7, 0
        ]);
        assert_eq!(value[1], numbers);
        let labels: Vec<String> = serde_json::from_str(&labels.json()).unwrap();
        assert_eq!(labels[3], "first\u{1f}longest\u{1f}");
        assert_eq!(labels[5], "given name\u{1f}close");
    }

    proptest! {
        #[test]
        fn a_cut_deck_is_the_beginning_of_the_whole_one(
            cases in prop::collection::vec((0u8..6, 2usize..7, 0u8..4), 1..60),
            bytes in 300usize..6_000,
        ) {
            let filled = |bytes: usize| {
                let cap = Cap { cases: 1_000, bytes };
                let (mut chunks, mut labels) = (Chunks::new(cap, First::Riskiest), Labels::default());
                for (i, (risk, members, weight)) in cases.iter().enumerate() {
                    let case = case(&format!("C{i:02}"), *members, *risk, f64::from(*weight));
                    chunks.add(&case, &mut labels);
                }
                chunks.trim();
                let cases = chunks.entries.iter().map(|e| (e.place.ordinal, e.json.len()));
                cases.collect::<Vec<_>>()
            };
            let mut left = bytes;
            let mut fits = |(i, (_, len)): &(usize, &(u32, usize))| {
                let room = left.checked_sub(*len);
                left = room.unwrap_or(0);
                room.is_some() || *i == 0
            };
            let whole = filled(1_000_000);
            let beginning = whole.iter().enumerate().take_while(|c| fits(c)).map(|c| *c.1);
            prop_assert_eq!(filled(bytes), beginning.collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_cap_keeps_the_riskiest_whatever_the_order() {
        let cap = Cap {
            cases: 3,
            bytes: 1_000_000,
        };
        for shift in 0..40 {
            let mut chunks = Chunks::new(cap, First::Riskiest);
            let mut labels = Labels::default();
            for i in 0..40u8 {
                let risk = (i + shift) % 40;
                chunks.add(&case(&format!("C{risk}"), 2, risk, 9.0), &mut labels);
            }
            assert_eq!((chunks.total, chunks.embedded()), (40, 3));
            assert_eq!(customers(&mut chunks), ["C39", "C38", "C37"]);
        }
        let mut chunks = Chunks::new(cap, First::Strongest);
        for (risk, weight) in [(9, 1.0), (1, 5.0), (5, 3.0)] {
            let name = format!("W{weight}");
            chunks.add(&case(&name, 2, risk, weight), &mut Labels::default());
        }
        assert_eq!(customers(&mut chunks), ["W5", "W3", "W1"]);
    }

    #[test]
    fn bytes_are_bounded_and_large_cases_are_cut() {
        let cap = Cap {
            cases: 1000,
            bytes: 4000,
        };
        let mut chunks = Chunks::new(cap, First::Riskiest);
        let mut labels = Labels::default();
        for i in 0..200u8 {
            chunks.add(&case(&format!("C{i}"), 2, i % 100, 9.0), &mut labels);
            assert!(chunks.bytes <= 5000 + 1000);
        }
        assert!(chunks.embedded() > 5 && chunks.bytes <= 4000);
        let json = encode(&case("C", 500, 1, 9.0), &mut labels);
        let value: Value = serde_json::from_str(&json).unwrap();
        assert_eq!((&value[1][3], &value[1][4]), (&500.into(), &30.into()));
        let long = "é".repeat(1000);
        let json = encode(&case(&long, 2, 1, 9.0), &mut labels);
        let value: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(value[0][0].as_str().unwrap().chars().count(), VALUE + 1);
    }

    #[test]
    fn chunks_hold_a_hundred_cases_each() {
        let cap = Cap {
            cases: 1000,
            bytes: 10_000_000,
        };
        let mut chunks = Chunks::new(cap, First::Riskiest);
        let mut labels = Labels::default();
        for i in 0..250u32 {
            chunks.add(&case(&format!("C{i}"), 2, 50, f64::from(i)), &mut labels);
        }
        let blocks = written(&mut chunks);
        let sizes: Vec<usize> = blocks[1..]
            .iter()
            .map(|b| b.as_array().unwrap().len())
            .collect();
        assert_eq!(sizes, [100, 100, 50]);
        assert_eq!(blocks[0]["weakest"][249], 24_900);
        assert_eq!(blocks[0]["order"].as_array().unwrap().len(), 250);
    }
}

//! Cases in the page: compact JSON in chunks that the browser parses one at a time, riskiest first.
//!
//! A case is `[strings, numbers]`. Numbers are one flat list that `app.js` reads with a cursor; texts are
//! numbers into the case's own strings or, for what many cases share, into one table of labels (0 is the
//! empty text, n the n-th). Weights are hundredths of a bit. The layout is private to this file and `app.js`.

use std::fmt::Write as _;
use std::io::{self, Write};

use hashbrown::HashMap;

use super::escape::push_string;
use crate::pair::{MatchWeight, PairEvidence};
use crate::report::case::{Agreement, MergeCase};
use crate::report::risk::RiskCode;

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

    /// The table as a JSON array.
    pub(super) fn json(&self) -> String {
        let mut json = String::from("[");
        for (i, label) in self.list.iter().enumerate() {
            if i > 0 {
                json.push(',');
            }
            push_string(&mut json, label);
        }
        json.push(']');
        json
    }
}

/// One encoded case with what sorting and filtering need.
#[derive(Debug)]
struct Entry {
    ordinal: u32,
    risk: u8,
    size: u32,
    /// Weakest link in hundredths of a bit.
    weakest: i64,
    flags: u32,
    json: String,
}

/// The encoded cases of one deck, bounded by its [`Cap`].
#[derive(Debug)]
pub(super) struct Chunks {
    cap: Cap,
    entries: Vec<Entry>,
    bytes: usize,
    /// Cases added, those beyond the cap included.
    pub(super) total: u64,
}

impl Chunks {
    pub(super) fn new(cap: Cap) -> Self {
        Self {
            cap,
            entries: Vec::new(),
            bytes: 0,
            total: 0,
        }
    }

    /// Encodes a case; when the cap is well passed, the least risky ones go.
    pub(super) fn add(&mut self, case: &MergeCase, labels: &mut Labels) {
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
        self.entries.push(Entry {
            ordinal: self.total as u32,
            risk: case.risk.score,
            size: case.members.len() as u32,
            weakest: case.weakest.map_or(NO_WEIGHT, centibits),
            flags,
            json,
        });
        self.total += 1;
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
        self.entries.sort_by(|a, b| {
            b.risk
                .cmp(&a.risk)
                .then(a.weakest.cmp(&b.weakest))
                .then(b.size.cmp(&a.size))
                .then(a.ordinal.cmp(&b.ordinal))
        });
        let mut kept = 0;
        let mut bytes = 0;
        for entry in self.entries.iter().take(self.cap.cases) {
            if kept > 0 && bytes + entry.json.len() > self.cap.bytes {
                break;
            }
            bytes += entry.json.len();
            kept += 1;
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
            column(&|e| i64::from(e.ordinal)),
            column(&|e| i64::from(e.risk)),
            column(&|e| i64::from(e.size)),
            column(&|e| e.weakest),
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

fn encode(case: &MergeCase, labels: &mut Labels) -> String {
    let mut strings = Strings { list: Vec::new() };
    let mut n: Vec<i64> = Vec::with_capacity(160);
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
            let origin = format!("{}\u{1f}{}\u{1f}{transform}", golden.column, golden.rule);
            n.push(strings.id(&golden.value));
            n.push(golden.member as i64);
            n.push(i64::from(labels.id(&origin)));
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
    evidence: &'a PairEvidence,
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
        let level = format!("{}\u{1f}{}", bar.comparison, bar.level);
        n.push(i64::from(labels.id(&level)));
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
            Some((end, _)) => push_string(&mut json, &format!("{}…", &text[..end])),
            None => push_string(&mut json, text),
        }
    }
    json.push_str("],[");
    for (i, number) in numbers.iter().enumerate() {
        let comma = if i > 0 { "," } else { "" };
        let _ = write!(json, "{comma}{number}");
    }
    json.push_str("]]");
    json
}

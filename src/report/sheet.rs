//! `merges.csv` and `quarantine.csv`: for spreadsheets. RFC 4180, UTF-8, and no cell that a spreadsheet would run
//! as a formula. The machine's copy is `report.json`, whose values are untouched.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::record::{Kind, Rejection};

use super::case::MergeCase;

/// A cell that no spreadsheet takes for a formula: an apostrophe is put before `=`, `+`, `-`, `@` (full-width
/// forms too), tab, line ends and NUL. A phone number in pure E.164 form stays.
#[must_use]
pub fn guarded(cell: &str) -> Cow<'_, str> {
    let risky = cell.starts_with([
        '=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠',
    ]);
    if !risky || is_e164(cell) {
        return Cow::Borrowed(cell);
    }
    Cow::Owned(format!("'{cell}"))
}

/// `+`, then 7 to 15 digits, the first not zero.
fn is_e164(cell: &str) -> bool {
    cell.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|b| b.is_ascii_digit())
    })
}

fn writer<W: Write>(out: W) -> csv::Writer<W> {
    csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(out)
}

/// Writes `merges.csv`: one row per source record of a merged customer.
#[derive(Debug)]
pub struct MergesSheet<W: Write> {
    out: csv::Writer<W>,
    kinds: Vec<Kind>,
    row: csv::ByteRecord,
}

/// Columns before the fields.
const FIXED: [&str; 7] = [
    "customer_id",
    "source",
    "key",
    "role",
    "risk",
    "weakest_link",
    "match_weight",
];

impl<W: Write> MergesSheet<W> {
    /// Begins the sheet with its header: the fixed columns, a column per kind with the record's own value, and a
    /// `golden_` column per kind with the customer's.
    ///
    /// # Errors
    /// When `out` cannot be written to.
    pub fn new(out: W, kinds: &[Kind]) -> io::Result<Self> {
        let mut out = writer(out);
        let names: Vec<String> = kinds.iter().map(|k| k.name().replace('-', "_")).collect();
        for name in FIXED {
            out.write_field(name)?;
        }
        for name in &names {
            out.write_field(name)?;
        }
        for name in &names {
            out.write_field(format!("golden_{name}"))?;
        }
        out.write_record(None::<&[u8]>)?;
        Ok(Self {
            out,
            kinds: kinds.to_vec(),
            row: csv::ByteRecord::new(),
        })
    }

    /// Adds the rows of one merged customer.
    ///
    /// # Errors
    /// When the output cannot be written to.
    pub fn add(&mut self, case: &MergeCase<'_>) -> io::Result<()> {
        let field = |kind: Kind| case.fields.iter().find(|f| f.kind == kind);
        let golden: Vec<Cow<'_, str>> = self
            .kinds
            .iter()
            .map(|kind| match field(*kind).map_or(&[][..], |f| &f.golden) {
                [] => Cow::Borrowed(""),
                [only] => guarded(&only.value),
                several => {
                    let values: Vec<&str> = several.iter().map(|g| &*g.value).collect();
                    Cow::Owned(guarded(&values.join(" | ")).into_owned())
                }
            })
            .collect();
        let bits = |w: Option<crate::pair::MatchWeight>| {
            w.map_or_else(String::new, |w| format!("{:.2}", w.0))
        };
        for (i, member) in case.members.iter().enumerate() {
            self.row.clear();
            let row = &mut self.row;
            row.push_field(guarded(&case.customer).as_bytes());
            row.push_field(guarded(&member.source).as_bytes());
            row.push_field(guarded(&member.key).as_bytes());
            row.push_field(member.role.name().as_bytes());
            row.push_field(case.risk.score.to_string().as_bytes());
            row.push_field(bits(case.weakest).as_bytes());
            row.push_field(bits(member.strongest).as_bytes());
            for kind in &self.kinds {
                let value = field(*kind).and_then(|f| f.values.get(i));
                row.push_field(guarded(value.map_or("", |v| v)).as_bytes());
            }
            for value in &golden {
                row.push_field(value.as_bytes());
            }
            self.out.write_byte_record(row)?;
        }
        Ok(())
    }

    /// Ends the sheet and gives the output back.
    ///
    /// # Errors
    /// When the output cannot be written to.
    pub fn finish(self) -> io::Result<W> {
        self.out.into_inner().map_err(|e| e.into_error())
    }
}

/// Writes `quarantine.csv`: one row per refused row, and gives the output back.
///
/// # Errors
/// When `out` cannot be written to.
pub fn quarantine_sheet<'a, W: Write>(
    out: W,
    rejections: impl IntoIterator<Item = Cow<'a, Rejection>>,
) -> io::Result<W> {
    let mut out = writer(out);
    out.write_record([
        "source", "file", "row", "line", "byte", "field", "rule", "reason", "raw", "value",
        "repair", "also", "decision", "digest",
    ])?;
    for r in rejections {
        let (row, line, byte) = (r.row.to_string(), r.line.to_string(), r.byte.to_string());
        out.write_record([
            guarded(&r.source).as_ref(),
            guarded(&r.file).as_ref(),
            &row,
            if r.line == 0 { "" } else { &line },
            &byte,
            guarded(r.field.as_deref().unwrap_or("")).as_ref(),
            guarded(&r.rule).as_ref(),
            guarded(&r.reason).as_ref(),
            guarded(&r.raw).as_ref(),
            guarded(r.value.as_deref().unwrap_or("")).as_ref(),
            guarded(r.repair.as_deref().unwrap_or("")).as_ref(),
            guarded(&r.also.join(", ")).as_ref(),
            if r.discarded { "discard" } else { "" },
            &r.digest,
        ])?;
    }
    out.into_inner().map_err(|e| e.into_error())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_are_guarded_and_phones_are_not() {
        for cell in [
            "=1+1",
            "+1 555 0100",
            "-2",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "\0=1",
            "＝1",
            "＋1",
            "+0123456789",
            "+1234567890123456",
            "+123456",
        ] {
            assert_eq!(guarded(cell), format!("'{cell}"));
        }
        for cell in ["", "a=b", "+15555550123", "1-2", "'=1", " =1"] {
            assert_eq!(guarded(cell), cell);
        }
    }

    proptest! {
        // Guarding twice is guarding once, and never loses the value.
        #[test]
        fn guarding_is_idempotent_and_reversible(cell in "\\PC{0,12}") {
            let once = guarded(&cell).into_owned();
            prop_assert_eq!(guarded(&once).into_owned(), once.clone());
            prop_assert!(once == cell || once.strip_prefix('\'') == Some(&cell));
        }

        #[test]
        fn refusals_round_trip(raw in "[a-z\",;\r\n=+é]{0,20}") {
            let rejection = Rejection { source: "s".into(), file: "f".into(), row: 3, line: 0, byte: 9, field: None, rule: "ragged-row".into(), reason: "r".into(), raw: raw.clone(), ..Rejection::default() };
            let bytes = quarantine_sheet(Vec::new(), [Cow::Owned(rejection)]).unwrap();
            let mut back = csv::Reader::from_reader(bytes.as_slice());
            let rows: Vec<csv::StringRecord> = back.records().map(Result::unwrap).collect();
            prop_assert_eq!(rows.len(), 1);
            let guarded = guarded(&raw).into_owned();
            prop_assert_eq!(&rows[0][8], guarded.as_str());
            prop_assert_eq!(&rows[0][3], "");
        }
    }
}

//! What was refused of one file, held against what is allowed.

use super::Error;
use super::batch::Refusal;
use super::spec::Limits;
use std::collections::BTreeMap;

/// Rows before which a share says little.
const ROWS_FOR_A_SHARE: u64 = 10_000;

/// Refused rows of one file.
#[derive(Debug, Default)]
pub(super) struct Refused {
    /// How many.
    pub(super) count: u64,
    /// Line and reason of the first.
    pub(super) first: Option<(u64, String)>,
    by_rule: BTreeMap<&'static str, u64>,
}

impl Refused {
    /// Counts one.
    pub(super) fn add(&mut self, refusal: &Refusal) {
        self.count += 1;
        *self.by_rule.entry(refusal.rule).or_default() += 1;
        if self.first.is_none() {
            self.first = Some((refusal.line, refusal.reason.clone()));
        }
    }

    /// Whether so much is refused of the first `rows` that the rest need not be read.
    pub(super) fn early(&self, rows: u64, limits: &Limits) -> bool {
        let share = rows >= ROWS_FOR_A_SHARE && self.is_share_exceeded(rows, limits);
        share || self.count > limits.max_quarantined
    }

    /// Whether more than the allowed share of the rows is refused.
    pub(super) fn is_share_exceeded(&self, rows: u64, limits: &Limits) -> bool {
        self.count as f64 > rows as f64 * limits.max_quarantined_share
    }

    /// The error that says so, with the most frequent rule (of equals the first by name) and the first row.
    pub(super) fn too_many(
        &self,
        path: String,
        (rows, check): (u64, &'static str),
        limits: &Limits,
    ) -> Error {
        let allowed = if self.count > limits.max_quarantined {
            format!("{} rows", limits.max_quarantined)
        } else {
            format!("{} %", limits.max_quarantined_share * 100.0)
        };
        let by_rule = self.by_rule.iter();
        let often = by_rule.max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
        let often = often.map_or_else(String::new, |(rule, n)| format!("`{rule}` ({n})"));
        let first = self.first.as_ref();
        let example = first.map_or_else(String::new, |(line, reason)| {
            format!(", such as at line {line}: {reason}")
        });
        Error::TooManyRefused {
            path,
            refused: self.count,
            rows,
            allowed,
            reason: often + &example,
            check,
        }
    }
}

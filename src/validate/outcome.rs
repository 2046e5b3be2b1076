//! What rules came to: counts, examples, and how earlier runs went.

use super::rule::Severity;

/// What one rule came to in one source.
#[derive(Clone, Debug, serde::Serialize)]
pub struct RuleResult {
    /// Name of the rule.
    pub rule: String,
    /// Its line in the pipeline file.
    pub line: usize,
    /// The source it was tried on.
    pub source: String,
    /// Columns it checks.
    pub fields: Vec<String>,
    /// What must hold, in words.
    pub check: String,
    /// What is done about what fails.
    pub severity: Severity,
    /// Rows it applied to: those where its condition holds and, for checks of values, the cell is filled.
    pub checked: u64,
    /// Rows that failed; 1 for a source that fails as a whole.
    pub failed: u64,
    /// Rows that failed and were accepted as they are by a decision; not among `failed`.
    pub waived: u64,
    /// What was measured, for rules about a source as a whole.
    pub measured: Option<String>,
    /// The most frequent failing values.
    pub examples: Vec<Example>,
    /// The same rule and source in earlier runs, oldest first.
    pub history: Vec<RuleRun>,
}

impl RuleResult {
    /// `passed`, `warned`, `blanked`, `quarantined` or `stopped`.
    #[must_use]
    pub fn outcome(&self) -> &'static str {
        if self.failed == 0 {
            return "passed";
        }
        match self.severity {
            Severity::Warn => "warned",
            Severity::Blank => "blanked",
            Severity::Quarantine => "quarantined",
            Severity::Stop => "stopped",
        }
    }
}

/// A failing value.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Example {
    /// The column.
    pub field: Option<String>,
    /// The value; empty when the cell is.
    pub value: String,
    /// Failing rows that have it.
    pub rows: u64,
    /// The first of them by key.
    pub key: String,
}

/// What a rule came to in one run: a line of the table `validation`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RuleRun {
    /// Id of the run.
    pub run_id: String,
    /// When it began, ISO 8601 in UTC.
    pub started_at: String,
    /// Name of the rule.
    #[serde(skip)]
    pub rule: String,
    /// The source.
    #[serde(skip)]
    pub source: String,
    /// Columns checked, joined by `, `.
    #[serde(skip)]
    pub fields: String,
    /// What had to hold, in words.
    #[serde(skip)]
    pub check: String,
    /// `warn`, `blank`, `quarantine` or `stop`.
    #[serde(skip)]
    pub severity: String,
    /// `passed`, `warned`, `blanked`, `quarantined`.
    pub outcome: String,
    /// Rows it applied to.
    pub checked: u64,
    /// Rows that failed.
    pub failed: u64,
}

impl RuleRun {
    /// The line that a run keeps of a result.
    #[must_use]
    pub fn of(result: &RuleResult, run_id: &str, started_at: &str) -> Self {
        Self {
            run_id: run_id.to_owned(),
            started_at: started_at.to_owned(),
            rule: result.rule.clone(),
            source: result.source.clone(),
            fields: result.fields.join(", "),
            check: result.check.clone(),
            severity: result.severity.name().to_owned(),
            outcome: result.outcome().to_owned(),
            checked: result.checked,
            failed: result.failed,
        }
    }
}

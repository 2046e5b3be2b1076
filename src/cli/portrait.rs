//! A profile as text for people: one line a column, then what deserves a look.

use std::fmt::Write as _;

use super::talk::{count, counted, steers};
use crate::quality::facts::{
    ColumnProfile, DuplicateEstimate, Finding, Profile, Severity, SourceProfile,
};

/// Findings that are shown.
const FINDINGS: usize = 15;
/// Characters of a column's name.
const NAME: usize = 24;
/// Characters of a line.
const WIDTH: usize = 100;

/// The summary.
#[must_use]
pub fn text(profile: &Profile) -> String {
    let mut t = String::new();
    for source in &profile.sources {
        of_source(&mut t, source);
    }
    findings(&mut t, &profile.findings, profile.sources.len() > 1);
    for source in &profile.sources {
        across(&mut t, source, profile.sources.len() > 1);
    }
    if !profile.correspondences.is_empty() {
        t.push_str("\ncolumns of different sources that mean the same\n");
        for c in &profile.correspondences {
            let pair = format!(
                "{}.{} = {}.{}",
                visible(&c.left.0),
                visible(&c.left.1),
                visible(&c.right.0),
                visible(&c.right.1)
            );
            let _ = writeln!(t, "  {pair:<44} {}", visible(&c.reason));
        }
    }
    if let Some(estimate) = &profile.duplicates {
        duplicates(&mut t, estimate);
    }
    t.push_str("\nhow this was found\n");
    for method in &profile.methods {
        wrap(&mut t, "  ", method);
    }
    t
}

fn of_source(t: &mut String, source: &SourceProfile) {
    let refused: u64 = source.quarantined.iter().map(|q| q.records).sum();
    let _ = writeln!(
        t,
        "{}: {}, {}{}",
        visible(&source.name),
        counted(source.records, "record", "records"),
        counted(source.columns.len() as u64, "column", "columns"),
        if refused > 0 {
            format!(", {} refused", counted(refused, "row", "rows"))
        } else {
            String::new()
        }
    );
    for file in &source.files {
        let _ = writeln!(
            t,
            "  {} ({}, {})",
            visible(&file.path),
            file.format,
            visible(&file.detected)
        );
    }
    let width = source
        .columns
        .iter()
        .map(|c| visible(&c.column).chars().count())
        .max()
        .unwrap_or(6)
        .clamp(6, NAME);
    let _ = writeln!(
        t,
        "\n  {:width$}  {:<16} {:>7} {:>11}  what it looks like",
        "column", "holds", "filled", "distinct"
    );
    for column in &source.columns {
        let name = cut(&visible(&column.column), width);
        let kind = match &column.label {
            Some(label) => format!("{} ({})", column.kind, visible(label)),
            None => column.kind.to_string(),
        };
        let _ = writeln!(
            t,
            "  {name:width$}  {:<16} {:>7} {:>11}  {}",
            cut(&kind, 16),
            percent(column.filled as f64 / source.records.max(1) as f64),
            count(column.distinct),
            looks(column)
        );
    }
    t.push('\n');
}

/// The telling figures of a column in a few words.
fn looks(c: &ColumnProfile) -> String {
    let mut said: Vec<String> = Vec::new();
    if c.filled == 0 {
        return "empty".to_owned();
    }
    if c.once == c.filled && c.filled > 1 {
        said.push("no value repeats".to_owned());
    }
    if let Some(range) = &c.range {
        said.push(format!("{} to {}", range.min, range.max));
    } else if let Some(top) = c.top.first().filter(|t| 50 * t.records >= c.filled) {
        said.push(format!(
            "{} in {}",
            quoted(&top.value),
            percent(top.records as f64 / c.filled as f64)
        ));
    } else if let Some(pattern) = c.patterns.first().filter(|p| 5 * p.records >= c.filled) {
        said.push(format!(
            "{} in {}",
            quoted(&pattern.value),
            percent(pattern.records as f64 / c.filled as f64)
        ));
    }
    if let Some(validity) = c.validity.as_ref().filter(|v| v.checked_records > 0) {
        said.push(format!(
            "{} valid",
            percent(validity.valid_records as f64 / validity.checked_records as f64)
        ));
    }
    if c.placeholder_records > 0 {
        said.push(counted(
            c.placeholder_records,
            "placeholder",
            "placeholders",
        ));
    }
    said.join(", ")
}

fn findings(t: &mut String, findings: &[Finding], named: bool) {
    if findings.is_empty() {
        t.push_str("nothing that deserves a look was found\n");
        return;
    }
    let _ = writeln!(t, "what deserves a look");
    for finding in findings.iter().take(FINDINGS) {
        let severity = match finding.severity {
            Severity::Damage => "DAMAGE",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let place = match (&finding.column, named) {
            (Some(column), true) => format!("{}.{}", visible(&finding.source), visible(column)),
            (Some(column), false) => visible(column),
            (None, _) => visible(&finding.source),
        };
        let _ = writeln!(
            t,
            "  {severity:<8} {place}: {}",
            counted(finding.records, "record", "records")
        );
        wrap(t, "           ", &finding.text);
        wrap(t, "           → ", &finding.advice);
    }
    let more = findings.len().saturating_sub(FINDINGS);
    if more > 0 {
        let _ = writeln!(t, "  … and {more} more: see `--html FILE` or `--json`");
    }
}

fn across(t: &mut String, source: &SourceProfile, named: bool) {
    let mut lines: Vec<String> = Vec::new();
    for key in source.keys.iter().take(3) {
        let columns: Vec<String> = key.columns.iter().map(|c| visible(c)).collect();
        let columns = columns.join(" + ");
        lines.push(if key.holds {
            format!("{columns} tells all records apart")
        } else {
            let empty = source.records - key.filled;
            format!(
                "{columns} nearly tells records apart: {} without, {} share theirs",
                count(empty),
                count(key.repeated)
            )
        });
    }
    for d in source.dependencies.iter().take(6) {
        lines.push(format!(
            "{} → {} in {} of {} looked at",
            visible(&d.from),
            visible(&d.to),
            percent(d.holds),
            counted(d.records, "record", "records")
        ));
    }
    if source.repeats.exact > 0 {
        lines.push(format!(
            "{} another cell for cell",
            counted(source.repeats.exact, "row repeats", "rows repeat")
        ));
    }
    if source.repeats.apart_from_keys > source.repeats.exact {
        let rows = counted(source.repeats.apart_from_keys, "row repeats", "rows repeat");
        let left_out: Vec<String> = source.repeats.left_out.iter().map(|c| visible(c)).collect();
        lines.push(format!("{rows} another in all but {}", left_out.join(", ")));
    }
    if lines.is_empty() {
        return;
    }
    let of = if named {
        format!(" in {}", visible(&source.name))
    } else {
        String::new()
    };
    let _ = writeln!(t, "\nacross columns{of}");
    for line in lines {
        wrap(t, "  ", &line);
    }
}

fn duplicates(t: &mut String, e: &DuplicateEstimate) {
    let exact = e.asked == e.records;
    t.push_str("\nduplicates\n");
    let interval = if exact {
        String::new()
    } else {
        format!(
            " (95 %: {} to {})",
            percent(e.interval.0),
            percent(e.interval.1)
        )
    };
    let line = format!(
        "{}{} of the records{interval} share their customer with another: {}{} records are {}{} customers",
        if exact { "" } else { "about " },
        percent(e.share),
        if exact { "" } else { "the " },
        count(e.records),
        if exact { "" } else { "about " },
        count(e.customers)
    );
    wrap(t, "  ", &line);
    wrap(t, "  ", &e.method);
}

/// A share; never `0 %` or `100 %` unless it is.
fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    if percent > 0.0 && percent < 0.05 {
        return "< 0.1 %".to_owned();
    }
    if (99.95..100.0).contains(&percent) {
        return "> 99.9 %".to_owned();
    }
    let text = format!("{percent:.1}");
    format!("{} %", text.strip_suffix(".0").unwrap_or(&text))
}

fn quoted(value: &str) -> String {
    format!("`{}`", cut(&visible(value), 28))
}

/// Text of the data, without signs that steer a terminal.
fn visible(text: &str) -> String {
    text.replace(steers, "\u{fffd}")
}

fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars()
        .take(width.saturating_sub(1))
        .chain(['…'])
        .collect()
}

/// Adds a paragraph whose further lines are indented as the text of the first.
fn wrap(t: &mut String, lead: &str, text: &str) {
    let text = visible(text);
    let indent = lead.chars().count();
    let mut line = lead.to_owned();
    let mut length = indent;
    for word in text.split(' ') {
        let n = word.chars().count();
        if length > indent && length + 1 + n > WIDTH {
            let _ = writeln!(t, "{line}");
            line = " ".repeat(indent);
            length = indent;
        }
        if length > indent {
            line.push(' ');
            length += 1;
        }
        line.push_str(word);
        length += n;
    }
    let _ = writeln!(t, "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words() {
        let mut t = String::new();
        wrap(&mut t, "  → ", &"word ".repeat(40));
        assert!(t.lines().all(|l| l.chars().count() <= WIDTH));
        assert!(t.lines().skip(1).all(|l| l.starts_with("    word")), "{t}");
        assert_eq!(t.matches("word").count(), 40);
    }

    #[test]
    fn shares_and_values_are_shown_with_care() {
        assert_eq!(
            [0.0, 0.0001, 0.5, 0.99999, 1.0].map(percent),
            ["0 %", "< 0.1 %", "50 %", "> 99.9 %", "100 %"]
        );
        assert_eq!(
            visible("a\u{1b}[31mb\n\u{202e}"),
            "a\u{fffd}[31mb\u{fffd}\u{fffd}"
        );
        assert_eq!(cut("abcdef", 4), "abc…");
    }
}

//! How complete the data was and became, what was refused, and the words the report uses.

use std::fmt::Write as _;

use super::chart::before_after;
use super::escape::{Count, Esc, Percent, counted, prose, share};
use crate::report::facts::RunReport;

/// Fields filled before and after.
pub(super) fn completeness(page: &mut String, report: &RunReport) {
    page.push_str("<section id=\"quality\" aria-labelledby=\"quality-h\"><h2 id=\"quality-h\">Data quality</h2>");
    if report.completeness.is_empty() {
        page.push_str("<p class=\"quiet\">No field was recognised.</p></section>\n");
        return;
    }
    let (records, customers) = (report.accounting.accepted(), report.accounting.customers());
    let _ = write!(
        page,
        "<p class=\"lead\">How often each field is filled: before, in {}; after, in {}. Merging fills gaps, because one record often has what the other lacks.</p>\
         <p class=\"legend\" aria-hidden=\"true\"><span class=\"key before\"></span> before: source records <span class=\"key after\"></span> after: customers</p>\
         <div class=\"scroll\"><table class=\"figures\"><thead><tr><th scope=\"col\">Field</th><th scope=\"col\" class=\"barcol wide\"><span class=\"sr\">as bars</span></th><th scope=\"col\">Before</th><th scope=\"col\">After</th><th scope=\"col\">Change</th></tr></thead><tbody>",
        counted(records, "accepted record", "accepted records"),
        counted(customers, "customer", "customers")
    );
    for field in &report.completeness {
        let before = share(field.records_filled, records);
        let after = share(field.customers_filled, customers);
        let change = (after - before) * 100.0;
        let change = match change {
            c if c >= 0.05 => format!("▲ {c:.1} points"),
            c if c <= -0.05 => format!("▼ {:.1} points", -c),
            _ => "–".to_owned(),
        };
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}</th><td class=\"barcol wide\">{}</td><td title=\"{}\">{}</td><td title=\"{}\">{}</td><td>{change}</td></tr>",
            field.kind.name().replace('-', " "),
            before_after(before, after),
            counted(field.records_filled, "record", "records"),
            Percent(before),
            counted(field.customers_filled, "customer", "customers"),
            Percent(after)
        );
    }
    page.push_str("</tbody></table></div>");
    suppressed(page, report);
    page.push_str("</section>\n");
}

/// Values that are no evidence.
fn suppressed(page: &mut String, report: &RunReport) {
    let values = &report.model.suppressed;
    if values.is_empty() {
        return;
    }
    let _ = write!(
        page,
        "<details><summary>Values that were not used as evidence ({})</summary><p>Placeholders, and values that too many records share to say anything about one customer. They are kept in the data.</p><div class=\"scroll\"><table><thead><tr><th scope=\"col\">Field</th><th scope=\"col\">Value</th><th scope=\"col\" class=\"n\">Records</th></tr></thead><tbody>",
        Count(values.len() as u64)
    );
    const SHOWN: usize = 200;
    for (field, value, records) in values.iter().take(SHOWN) {
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}</th><td><bdi>{}</bdi></td><td class=\"n\">{}</td></tr>",
            Esc(field),
            Esc(value),
            Count(*records)
        );
    }
    page.push_str("</tbody></table></div>");
    if values.len() > SHOWN {
        let _ = write!(
            page,
            "<p class=\"note\">{SHOWN} of {} are shown; all are in <code>report.json</code>.</p>",
            Count(values.len() as u64)
        );
    }
    page.push_str("</details>");
}

/// What is wrong and what to do, for the rules that readers produce.
fn rule_words(rule: &str) -> &str {
    match rule {
        "ragged-row" => "The row has more or fewer cells than the header.",
        "broken-encoding" => "The row is not text in the file's encoding.",
        "unclosed-quote" => "A quote was opened and never closed.",
        "bad-json" => "The record is not valid JSON.",
        "duplicate-key" => "Another record of the source has the same key.",
        "too-large" => "A cell or row is larger than allowed.",
        "unknown-customer" => "The row names a customer that was not read.",
        _ => "A rule of the pipeline file does not hold.",
    }
}

/// Refused rows by reason.
pub(super) fn quarantine(page: &mut String, report: &RunReport) {
    let _ = write!(
        page,
        "<section id=\"quarantine\" aria-labelledby=\"quarantine-h\"><h2 id=\"quarantine-h\">Quarantine <span class=\"count\">{}</span></h2>",
        Count(report.accounting.quarantined)
    );
    if report.quarantine.is_empty() {
        page.push_str("<p class=\"quiet\">No row was refused.</p></section>\n");
        return;
    }
    page.push_str("<p class=\"lead\">Rows that could not be read or break a rule are kept aside, never dropped in silence. All of them are in <code>quarantine.csv</code>. Mend them in the source, or work them off with <code>selfsame quarantine export</code> and <code>replay</code>, and run again.</p>");
    for group in &report.quarantine {
        let _ = write!(
            page,
            "<details><summary><code>{}</code> <span class=\"count\">{}</span> {}</summary><div class=\"scroll\"><table><thead><tr><th scope=\"col\">File</th><th scope=\"col\" class=\"n\">Row</th><th scope=\"col\" class=\"n\">Line</th><th scope=\"col\">What is wrong</th><th scope=\"col\">Value</th><th scope=\"col\">Proposed repair</th><th scope=\"col\">As read</th></tr></thead><tbody>",
            Esc(&group.rule),
            counted(group.rows, "row", "rows"),
            rule_words(&group.rule)
        );
        for r in &group.examples {
            let line = if r.line == 0 {
                "–".to_owned()
            } else {
                Count(r.line).to_string()
            };
            let _ = write!(
                page,
                "<tr><th scope=\"row\"><code>{}</code></th><td class=\"n\">{}</td><td class=\"n\">{line}</td><td>{}{}</td><td><bdi>{}</bdi></td><td><bdi>{}</bdi></td><td><code class=\"raw\">{}</code></td></tr>",
                Esc(&r.file),
                Count(r.row),
                prose(&r.reason),
                if r.discarded {
                    " <strong>Left out by decision.</strong>"
                } else {
                    ""
                },
                Esc(&cut(r.value.as_deref().unwrap_or(""), 120)),
                Esc(&cut(r.repair.as_deref().unwrap_or(""), 120)),
                Esc(&cut(&r.raw, 300))
            );
        }
        page.push_str("</tbody></table></div>");
        let shown = group.examples.len() as u64;
        if shown < group.rows {
            let _ = write!(
                page,
                "<p class=\"note\">The first {} of {}.</p>",
                Count(shown),
                Count(group.rows)
            );
        }
        page.push_str("</details>");
    }
    page.push_str("</section>\n");
}

pub(super) fn cut(text: &str, at: usize) -> String {
    match text.char_indices().nth(at) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

const GLOSSARY: &[(&str, &str)] = &[
    ("Record", "One row from one source, as it was read."),
    (
        "Customer",
        "One person or organization, made of one or more records.",
    ),
    (
        "Golden record",
        "The values of a customer that survive the merge, each chosen by a rule from one of its records. The values that lose are kept in the database.",
    ),
    (
        "Blocking rule",
        "A key that two records must share to be compared at all, such as the same e-mail address. Comparing every record with every other would take far too long.",
    ),
    (
        "Comparison, level",
        "How alike two records are in one field, in steps: exact, nearly, different, missing. Missing is not different: it counts as no evidence.",
    ),
    (
        "Match weight",
        "Evidence in bits. Each field adds or takes away; every bit above zero doubles the odds that two records are the same customer, every bit below halves them.",
    ),
    (
        "Prior",
        "Where the evidence starts: how unlikely it is that two records picked at random are the same customer.",
    ),
    (
        "m and u",
        "m is how often a level occurs among records of the same customer, u how often among records of different ones. The weight of a level is log₂(m ÷ u).",
    ),
    (
        "Thresholds",
        "At or above the match threshold a pair is merged; between review and match a person should look; below, the records stay apart.",
    ),
    (
        "Precision, recall",
        "Precision: of the pairs that were matched, the share that is right. Recall: of the pairs that are right, the share that was matched. Both are estimates made without labelled truth.",
    ),
    (
        "Weakest link",
        "A customer of many records hangs together by its strongest links; the weakest of these is what the merge stands or falls with.",
    ),
    (
        "Weak bridge",
        "One link, near the threshold, that alone joins two groups of records.",
    ),
    (
        "Risk",
        "0 to 100: up to 40 points for a weakest link near the threshold, 25 for many records, 20 for a weak bridge, 15 for evidence against. It orders this report and decides nothing.",
    ),
    (
        "Quarantine",
        "Rows that could not be read or break a rule, kept with the reason until somebody mends them or decides to leave them out.",
    ),
];

/// The words the report uses.
pub(super) fn glossary(page: &mut String) {
    page.push_str("<section id=\"glossary\" aria-labelledby=\"glossary-h\"><h2 id=\"glossary-h\">Words used here</h2><dl class=\"glossary\">");
    for (word, meaning) in GLOSSARY {
        let _ = write!(page, "<div><dt>{word}</dt><dd>{meaning}</dd></div>");
    }
    page.push_str("</dl></section>\n");
}

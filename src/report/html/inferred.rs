//! How the run decided: what the columns mean, which pairs were compared, what each agreement is worth, where the
//! thresholds lie and what others would give.

use std::fmt::Write as _;

use super::chart::{cluster_sizes, diverging, field_agreement, weight_histogram};
use super::escape::{Count, Esc, Percent, bits, counted, prose};
use crate::record::TableMapping;
use crate::report::facts::RunReport;

/// The whole section.
pub(super) fn section(page: &mut String, report: &RunReport) {
    page.push_str("<section id=\"inferred\" aria-labelledby=\"inferred-h\"><h2 id=\"inferred-h\">How it decided</h2><p class=\"lead\">Nothing here was tuned by hand unless it says so. The model learned from these records how often true duplicates agree and how often strangers do; a pair is merged when the evidence of all fields together outweighs chance.</p>");
    thresholds(page, report);
    sizes(page, report);
    comparisons(page, report);
    rules(page, report);
    page.push_str("<h3>What the columns mean</h3>");
    for mapping in &report.mappings {
        columns(page, mapping);
    }
    remarks(page, report);
    page.push_str("</section>\n");
}

fn thresholds(page: &mut String, report: &RunReport) {
    let model = &report.model;
    let _ = write!(
        page,
        "<h3>Match weights and thresholds</h3><p>{} were compared. A pair is merged from <strong>{}</strong> ({} bits) and shown for review from <strong>{}</strong> ({} bits). {}</p>",
        counted(report.pairs.scored, "pair", "pairs"),
        Percent(model.match_threshold.0),
        bits(model.match_threshold.weight().0),
        Percent(model.review_threshold.0),
        bits(model.review_threshold.weight().0),
        prose(&model.threshold_reason)
    );
    if !model.histogram.is_empty() {
        page.push_str("<figure>");
        page.push_str(&weight_histogram(model));
        page.push_str("<figcaption>Each bar counts the compared pairs of one weight; the scale is logarithmic, so that the few matches show beside the many strangers. <span class=\"key others\"></span> all pairs <span class=\"key expected\"></span> true matches expected among them</figcaption></figure>");
        page.push_str("<details class=\"data\"><summary>The chart as a table</summary><div class=\"scroll\"><table class=\"figures\"><thead><tr><th scope=\"col\">From (bits)</th><th scope=\"col\">Pairs</th><th scope=\"col\">True matches expected</th></tr></thead><tbody>");
        for bin in model.histogram.iter().filter(|b| b.pairs > 0) {
            let _ = write!(
                page,
                "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>",
                bits(bin.from),
                Count(bin.pairs),
                Count(bin.expected_matches.max(0.0).round() as u64)
            );
        }
        page.push_str("</tbody></table></div></details>");
    }
    if model.choices.is_empty() {
        return;
    }
    page.push_str("<h4>What other thresholds would give</h4><div class=\"scroll\"><table class=\"figures\"><thead><tr><th scope=\"col\">Match threshold</th><th scope=\"col\">Bits</th><th scope=\"col\">Pairs merged</th><th scope=\"col\">Expected precision</th><th scope=\"col\">Expected recall</th></tr></thead><tbody>");
    for choice in &model.choices {
        let here = (choice.weight.0 - model.match_threshold.weight().0).abs() < 1e-6;
        let (class, mark) = if here {
            (" class=\"here\"", " <span class=\"tag\">in force</span>")
        } else {
            ("", "")
        };
        let _ = write!(
            page,
            "<tr{class}><th scope=\"row\">{}{mark}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            Percent(choice.probability.0),
            bits(choice.weight.0),
            Count(choice.pairs),
            Percent(choice.precision),
            Percent(choice.recall)
        );
    }
    page.push_str("</tbody></table></div>");
}

fn sizes(page: &mut String, report: &RunReport) {
    let single = report
        .cluster_sizes
        .iter()
        .filter(|s| s.size == 1)
        .map(|s| s.customers)
        .sum();
    let largest = report
        .cluster_sizes
        .iter()
        .map(|s| s.size)
        .max()
        .unwrap_or(0);
    if largest < 2 {
        return;
    }
    let _ = write!(
        page,
        "<div class=\"pair\"><figure><h3>Records per customer</h3>{}<figcaption>Merged customers by number of records. Besides these, {} of a single record. The largest has {}.</figcaption></figure>",
        cluster_sizes(&report.cluster_sizes),
        counted(single, "customer consists", "customers consist"),
        counted(u64::from(largest), "record", "records")
    );
    let agreement = field_agreement(&report.model.comparisons);
    if !agreement.is_empty() {
        let _ = write!(
            page,
            "<figure><h3>How often fields agree fully</h3>{agreement}<figcaption><span class=\"key dot m\"></span> among matches <span class=\"key dot u\"></span> among non-matches. The further apart, the more a field tells.</figcaption></figure>"
        );
    }
    page.push_str("</div>");
}

fn comparisons(page: &mut String, report: &RunReport) {
    let comparisons = &report.model.comparisons;
    if comparisons.is_empty() {
        return;
    }
    let max = comparisons
        .iter()
        .flat_map(|c| &c.levels)
        .map(|l| l.weight.0.abs())
        .fold(1.0, f64::max);
    let _ = write!(
        page,
        "<h3>What each agreement is worth</h3><p>The prior is {} ({} bits): two records picked at random are the same customer that often. Each level then adds or takes away its weight, log₂(m ÷ u).</p>\
         <div class=\"scroll\"><table class=\"figures levels\"><thead><tr><th scope=\"col\">Field</th><th scope=\"col\" class=\"l\">Level</th><th scope=\"col\">m <small>among matches</small></th><th scope=\"col\">u <small>among others</small></th><th scope=\"col\">Weight</th><th scope=\"col\" class=\"barcol\"><span class=\"sr\">as a bar</span></th><th scope=\"col\">Pairs</th><th scope=\"col\">Matches</th></tr></thead>",
        prior(report.model.prior.0),
        bits(report.model.prior.weight().0)
    );
    for comparison in comparisons {
        page.push_str("<tbody>");
        for (i, level) in comparison.levels.iter().enumerate() {
            page.push_str("<tr>");
            if i == 0 {
                let _ = write!(
                    page,
                    "<th scope=\"rowgroup\" rowspan=\"{}\">{}</th>",
                    comparison.levels.len(),
                    Esc(&comparison.name)
                );
            }
            let _ = write!(
                page,
                "<th scope=\"row\">{}</th><td>{}</td><td>{}</td><td class=\"w\">{}</td><td class=\"barcol\">{}</td><td>{}</td><td>{}</td></tr>",
                Esc(&level.label),
                Percent(level.m),
                Percent(level.u),
                bits(level.weight.0),
                diverging(level.weight.0, max),
                Count(level.pairs),
                Count(level.matches)
            );
        }
        page.push_str("</tbody>");
    }
    page.push_str("</table></div>");
}

fn prior(p: f64) -> String {
    if p > 0.0 && p < 0.01 {
        format!("1 in {}", Count((1.0 / p).round() as u64))
    } else {
        Percent(p).to_string()
    }
}

fn rules(page: &mut String, report: &RunReport) {
    let model = &report.model;
    if model.rules.is_empty() {
        return;
    }
    let _ = write!(
        page,
        "<h3>Which pairs were compared</h3><p>Two records were compared when they share the key of at least one blocking rule. By estimate, the rules reach <strong>{}</strong> of all true pairs.</p>\
         <div class=\"scroll\"><table class=\"figures\"><thead><tr><th scope=\"col\">Blocking rule</th><th scope=\"col\">Pairs</th><th scope=\"col\">New pairs</th><th scope=\"col\">Matches</th><th scope=\"col\">Blocks</th><th scope=\"col\">Largest block</th><th scope=\"col\">Records in refined blocks</th></tr></thead><tbody>",
        Percent(model.blocking_recall)
    );
    for rule in &model.rules {
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            Esc(&rule.name),
            Count(rule.pairs),
            Count(rule.new_pairs),
            Count(rule.matches),
            Count(rule.blocks),
            Count(rule.largest),
            Count(rule.refined)
        );
    }
    page.push_str("</tbody></table></div><p class=\"quiet\">New pairs: those that no earlier rule proposes. Refined: blocks over budget, narrowed by a further key or a window.</p>");
}

fn columns(page: &mut String, mapping: &TableMapping) {
    let unsure = mapping
        .columns
        .iter()
        .filter(|c| !c.given && c.confidence < 0.7)
        .count();
    let _ = write!(
        page,
        "<details><summary><strong>{}</strong> {}{}</summary>",
        Esc(&mapping.source),
        counted(mapping.columns.len() as u64, "column", "columns"),
        if unsure > 0 {
            format!(" <span class=\"tag warn\">{unsure} unsure</span>")
        } else {
            String::new()
        }
    );
    if let Some(region) = &mapping.region {
        let _ = write!(
            page,
            "<p>Country assumed for phones and postcodes where a record names none: <strong>{}</strong>.</p>",
            Esc(region)
        );
    }
    if mapping.organizations {
        page.push_str("<p>The records are organizations rather than persons.</p>");
    }
    page.push_str("<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Column</th><th scope=\"col\">Taken as</th><th scope=\"col\" class=\"n\">Confidence</th><th scope=\"col\">Why</th></tr></thead><tbody>");
    for c in &mapping.columns {
        let label = c
            .label
            .as_deref()
            .map_or_else(String::new, |l| format!(" <small>{}</small>", Esc(l)));
        let confidence = if c.given {
            "given".to_owned()
        } else {
            format!("{:.0} %", c.confidence * 100.0)
        };
        let class = if !c.given && c.confidence < 0.7 {
            " class=\"unsure\""
        } else {
            ""
        };
        let mark = if class.is_empty() {
            ""
        } else {
            "<span aria-hidden=\"true\">⚠ </span>"
        };
        let _ = write!(
            page,
            "<tr{class}><th scope=\"row\"><code>{}</code></th><td>{}{label}</td><td class=\"n\">{mark}{confidence}</td><td>{}</td></tr>",
            Esc(&c.column),
            c.kind.name().replace('-', " "),
            prose(&c.reason)
        );
    }
    page.push_str("</tbody></table></div></details>");
}

fn remarks(page: &mut String, report: &RunReport) {
    if report.model.remarks.is_empty() {
        return;
    }
    page.push_str("<details><summary>Remarks of the engine</summary><ul>");
    for remark in &report.model.remarks {
        let _ = write!(page, "<li>{}</li>", prose(remark));
    }
    page.push_str("</ul></details>");
}

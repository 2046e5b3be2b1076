//! What the rules of the pipeline file came to: counts, examples, and how earlier runs went.

use std::fmt::Write as _;

use super::escape::{Count, Esc, Percent, counted, prose, share};
use crate::report::facts::RunReport;
use crate::validate::RuleResult;

/// The rules with what they came to; nothing when there are none.
pub(super) fn section(page: &mut String, report: &RunReport) {
    let results = &report.validation;
    if results.is_empty() {
        return;
    }
    let failing = results.iter().filter(|r| r.failed > 0).count() as u64;
    let _ = write!(
        page,
        "<section id=\"rules\" aria-labelledby=\"rules-h\"><h2 id=\"rules-h\">Rules <span class=\"count\">{}</span></h2><p class=\"lead\">What the pipeline file demands of the data, and what became of it: {} in full, {} not. A rule that warns changes nothing; a blanked value stays in the raw row and in table <code>blanked</code>; quarantined rows are listed below.</p>\
         <div class=\"scroll\"><table class=\"rules\"><thead><tr><th scope=\"col\">Rule</th><th scope=\"col\">Source</th><th scope=\"col\">What must hold</th><th scope=\"col\">Outcome</th><th scope=\"col\" class=\"n\">Failed</th><th scope=\"col\" class=\"n\">of</th><th scope=\"col\" class=\"n\">Share</th><th scope=\"col\">Runs</th></tr></thead><tbody>",
        Count(results.len() as u64),
        counted(results.len() as u64 - failing, "rule holds", "rules hold"),
        Count(failing)
    );
    for r in results {
        let fields: Vec<String> = r.fields.iter().map(|f| format!("`{f}`")).collect();
        let held = format!("{} {}", fields.join(", "), r.check);
        let held = match &r.measured {
            Some(measured) => format!("{held} ({measured})"),
            None => held,
        };
        let _ = write!(
            page,
            "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{}</td><td><span class=\"outcome {outcome}\">{outcome}</span></td>",
            Esc(&r.rule),
            Esc(&r.source),
            prose(&held),
            outcome = r.outcome()
        );
        figures(page, r);
    }
    page.push_str("</tbody></table></div>");
    for r in results.iter().filter(|r| !r.examples.is_empty()) {
        examples(page, r);
    }
    page.push_str("</section>\n");
}

fn figures(page: &mut String, r: &RuleResult) {
    let _ = write!(
        page,
        "<td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td></tr>",
        Count(r.failed),
        Count(r.checked),
        Percent(share(r.failed, r.checked)),
        trend(r)
    );
}

fn examples(page: &mut String, r: &RuleResult) {
    let _ = write!(
        page,
        "<details><summary><code>{}</code> in {}: {}{}</summary><div class=\"scroll\"><table><thead><tr><th scope=\"col\">Column</th><th scope=\"col\">Value</th><th scope=\"col\" class=\"n\">Rows</th><th scope=\"col\">First record</th></tr></thead><tbody>",
        Esc(&r.rule),
        Esc(&r.source),
        counted(r.failed, "row fails", "rows fail"),
        if r.waived > 0 {
            format!(", {} more accepted by decision", Count(r.waived))
        } else {
            String::new()
        }
    );
    for e in &r.examples {
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}</th><td><bdi>{}</bdi></td><td class=\"n\">{}</td><td><bdi>{}</bdi></td></tr>",
            Esc(e.field.as_deref().unwrap_or("–")),
            if e.value.is_empty() {
                "<span class=\"quiet\">empty</span>".to_owned()
            } else {
                Esc(&super::quality::cut(&e.value, 120)).to_string()
            },
            Count(e.rows),
            Esc(&e.key)
        );
    }
    page.push_str("</tbody></table></div></details>");
}

/// The share of failing rows in earlier runs and this one as a line, newest right.
fn trend(r: &RuleResult) -> String {
    let earlier = r.history.iter().map(|run| share(run.failed, run.checked));
    let shares: Vec<f64> = earlier.chain([share(r.failed, r.checked)]).collect();
    let [.., before, now] = shares.as_slice() else {
        return "<span class=\"quiet\">first run</span>".to_owned();
    };
    let most = shares.iter().copied().fold(0.0, f64::max).max(1e-9);
    let step = 96.0 / (shares.len() - 1) as f64;
    let mut points = String::new();
    for (i, s) in shares.iter().enumerate() {
        let (x, y) = (2.0 + step * i as f64, 22.0 - 20.0 * s / most);
        let _ = write!(points, "{x:.1},{y:.1} ");
    }
    let change = match (now - before) * 100.0 {
        c if c >= 0.05 => format!("▲ {c:.1} points"),
        c if c <= -0.05 => format!("▼ {:.1} points", -c),
        _ => "as before".to_owned(),
    };
    format!(
        "<span class=\"trend\"><svg viewBox=\"0 0 100 24\" width=\"100\" height=\"24\" role=\"img\" aria-label=\"share of failing rows over {}, {change}\"><polyline points=\"{}\"/></svg> {change}</span>",
        counted(shares.len() as u64, "run", "runs"),
        points.trim_end()
    )
}

//! The first screen: what happened in figures that add up, which run it was and what went in.

use std::fmt::Write as _;

use super::chart::stacked;
use super::escape::{Count, Esc, Percent, bytes, counted, prose, seconds, share};
use crate::report::facts::RunReport;

/// The summary; `merges` is how many merged customers were handed over.
pub(super) fn summary(page: &mut String, report: &RunReport, merges: u64) {
    let a = &report.accounting;
    page.push_str(
        "<section id=\"summary\" aria-labelledby=\"summary-h\"><h2 id=\"summary-h\">Summary</h2>",
    );
    let _ = write!(
        page,
        "<p class=\"headline\"><strong>{}</strong> became <strong>{}</strong>. {} turned out to be {}.</p>",
        counted(a.accepted(), "record", "records"),
        counted(a.customers(), "customer", "customers"),
        counted(a.merged, "record", "records"),
        counted(
            a.merged_customers,
            "customer who was there more than once",
            "customers who were there more than once"
        ),
    );
    page.push_str(
        "<div class=\"identity\" role=\"group\" aria-label=\"Accounting of all records\">",
    );
    let terms = [
        ("", a.read, "records read", "read"),
        ("=", a.quarantined, "refused, in quarantine", "quarantined"),
        ("+", a.single, "single: a customer each", "single"),
        ("+", a.merged, "merged with others", "merged"),
        ("→", a.merged_customers, "merged customers", "into"),
    ];
    for (sign, n, words, class) in terms {
        let _ = write!(page, "<span class=\"sign\">{sign}</span>");
        let _ = write!(
            page,
            "<span class=\"term {class}\"><b>{}</b><small>{words}</small></span>",
            Count(n)
        );
    }
    page.push_str("</div>");
    page.push_str(&stacked(&[
        ("quarantined", a.quarantined),
        ("single", a.single),
        ("merged", a.merged),
    ]));
    if a.balances() && merges == a.merged_customers {
        page.push_str("<p class=\"check ok\"><span aria-hidden=\"true\">✓</span> The accounts balance: every record that was read is in exactly one place.</p>");
    } else {
        let _ = write!(
            page,
            "<p class=\"check bad\"><span aria-hidden=\"true\">✗</span> <strong>The accounts do not balance.</strong> Do not use this result. {} merged customers were counted, {} were handed over for this report.</p>",
            Count(a.merged_customers),
            Count(merges)
        );
    }
    tiles(page, report);
    for warning in &report.warnings {
        let _ = write!(
            page,
            "<p class=\"note warning\"><strong>Warning.</strong> {}</p>",
            prose(warning)
        );
    }
    if report.accounting.sources.len() > 1 {
        sources(page, report);
    }
    page.push_str("</section>\n");
}

fn tiles(page: &mut String, report: &RunReport) {
    let a = &report.accounting;
    let model = &report.model;
    let in_force = model.choices.iter().min_by(|x, y| {
        let off = |c: &crate::pair::ThresholdChoice| {
            (c.weight.0 - model.match_threshold.weight().0).abs()
        };
        off(x).total_cmp(&off(y))
    });
    page.push_str("<div class=\"tiles\">");
    let mut tile = |figure: String, words: &str, link: &str| {
        let _ = write!(
            page,
            "<a class=\"tile\" href=\"#{link}\"><b>{figure}</b><small>{words}</small></a>"
        );
    };
    tile(
        Percent(share(
            a.accepted() - a.customers().min(a.accepted()),
            a.accepted(),
        ))
        .to_string(),
        "of the accepted records were duplicates",
        "merges",
    );
    if let Some(choice) = in_force {
        tile(
            Percent(choice.precision).to_string(),
            "of the matched pairs are expected to be right",
            "inferred",
        );
        tile(
            Percent(choice.recall).to_string(),
            "of the true pairs within reach are expected to be found",
            "inferred",
        );
    }
    tile(
        Count(report.pairs.scored).to_string(),
        "pairs compared",
        "inferred",
    );
    tile(
        Count(report.pairs.review).to_string(),
        "pairs wait for a person",
        "review",
    );
    tile(
        Count(report.pairs.cut).to_string(),
        "matches refused as unsafe",
        "cut",
    );
    page.push_str("</div>");
}

fn sources(page: &mut String, report: &RunReport) {
    page.push_str("<h3>By source</h3><div class=\"scroll\"><table class=\"figures\"><thead><tr><th scope=\"col\">Source</th><th scope=\"col\">Read</th><th scope=\"col\">Quarantined</th><th scope=\"col\">Single</th><th scope=\"col\">Merged</th><th scope=\"col\">Merged share</th></tr></thead><tbody>");
    for s in &report.accounting.sources {
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            Esc(&s.source),
            Count(s.read),
            Count(s.quarantined),
            Count(s.single),
            Count(s.merged),
            Percent(share(s.merged, s.single + s.merged))
        );
    }
    page.push_str("</tbody></table></div>");
    if report.source_counts.is_empty() {
        return;
    }
    let all: u64 = report.source_counts.iter().map(|s| s.customers).sum();
    page.push_str("<p>");
    for (i, s) in report.source_counts.iter().enumerate() {
        let _ = write!(
            page,
            "{}<strong>{}</strong> ({}) {} known to {}",
            if i > 0 { ", " } else { "" },
            counted(s.customers, "customer", "customers"),
            Percent(share(s.customers, all)),
            if s.customers == 1 { "is" } else { "are" },
            counted(u64::from(s.size), "source", "sources"),
        );
    }
    page.push_str(".</p>");
}

/// Run identity, inputs, timings and settings.
pub(super) fn run(page: &mut String, report: &RunReport) {
    let run = &report.run;
    page.push_str("<section id=\"run\" aria-labelledby=\"run-h\"><h2 id=\"run-h\">Run and inputs</h2><p class=\"lead\">The same inputs, configuration and version give the same result. These digests prove which they were.</p><dl class=\"facts\">");
    let threads = run.threads.to_string();
    let seed = run.seed.to_string();
    let time = seconds(run.seconds);
    for (name, value, code) in [
        ("Run", run.run_id.as_str(), true),
        ("Started", &run.started, false),
        ("Finished", &run.finished, false),
        ("Wall time", &time, false),
        ("selfsame version", &run.tool_version, false),
        ("Configuration", &run.config, true),
        ("Configuration SHA-256", &run.config_sha256, true),
        ("Threads", &threads, false),
        ("Seed", &seed, false),
    ] {
        if value.is_empty() {
            continue;
        }
        let (open, close) = if code {
            ("<code>", "</code>")
        } else {
            ("", "")
        };
        let _ = write!(
            page,
            "<div><dt>{name}</dt><dd>{open}{}{close}</dd></div>",
            Esc(value)
        );
    }
    page.push_str("</dl>");
    inputs(page, report);
    stages(page, report);
    settings(page, report);
    page.push_str("</section>\n");
}

fn inputs(page: &mut String, report: &RunReport) {
    page.push_str("<h3>Input files</h3><div class=\"scroll\"><table><thead><tr><th scope=\"col\">Source</th><th scope=\"col\">File</th><th scope=\"col\">Format</th><th scope=\"col\" class=\"n\">Size</th><th scope=\"col\" class=\"n\">Rows</th><th scope=\"col\" class=\"n\">Refused</th><th scope=\"col\">SHA-256</th></tr></thead><tbody>");
    for file in &report.inputs {
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}</th><td><code>{}</code></td><td>{}",
            Esc(&file.source),
            Esc(&file.path),
            Esc(&file.format)
        );
        for part in [&file.delimiter, &file.encoding].into_iter().flatten() {
            let part = if part == "\t" { "tab" } else { part };
            let _ = write!(page, " <code>{}</code>", Esc(part));
        }
        let _ = write!(
            page,
            "<br><small>{}</small></td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td><code class=\"hash\">{}</code></td></tr>",
            Esc(&file.detected),
            bytes(file.bytes),
            Count(file.rows),
            Count(file.quarantined),
            Esc(&file.sha256)
        );
    }
    page.push_str("</tbody></table></div>");
}

fn stages(page: &mut String, report: &RunReport) {
    if report.stages.is_empty() {
        return;
    }
    let longest = report.stages.iter().map(|s| s.seconds).fold(0.0, f64::max);
    page.push_str("<details><summary>Time per stage</summary><div class=\"scroll\"><table class=\"figures\"><thead><tr><th scope=\"col\">Stage</th><th scope=\"col\">Wall time</th><th scope=\"col\" class=\"barcol\"><span class=\"sr\">as a bar</span></th><th scope=\"col\">Worked through</th><th scope=\"col\">Per second</th></tr></thead><tbody>");
    for stage in &report.stages {
        let rate = stage
            .rate()
            .map_or_else(|| "–".to_owned(), |r| Count(r.round() as u64).to_string());
        let width = if longest > 0.0 {
            100.0 * stage.seconds / longest
        } else {
            0.0
        };
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"barcol\"><svg class=\"mini\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"for\" x=\"0\" y=\"1.5\" width=\"{width:.1}\" height=\"7\"/></svg></td><td>{} {}</td><td>{rate}</td></tr>",
            Esc(&stage.name),
            seconds(stage.seconds),
            Count(stage.items),
            Esc(&stage.unit)
        );
    }
    page.push_str("</tbody></table></div></details>");
}

fn settings(page: &mut String, report: &RunReport) {
    if report.settings.is_empty() {
        return;
    }
    page.push_str("<details><summary>Rules in force</summary><div class=\"scroll\"><table><thead><tr><th scope=\"col\">Part</th><th scope=\"col\">Setting</th><th scope=\"col\">Value</th><th scope=\"col\">Given by</th></tr></thead><tbody>");
    for s in &report.settings {
        let _ = write!(
            page,
            "<tr><td>{}</td><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>",
            Esc(&s.section),
            Esc(&s.name),
            Esc(&s.value),
            if s.given { "you" } else { "default" }
        );
    }
    page.push_str("</tbody></table></div></details>");
}

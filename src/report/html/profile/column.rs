//! Columns: one line each, and everything about each.

use std::fmt::Write as _;

use super::super::escape::{Count, Esc, Percent, prose, share};
use super::chart;
use crate::quality::facts::{
    ColumnProfile, Damage, Severity, SourceProfile, Tally, Trait, Variants,
};
use crate::quality::gravity;

/// One line a column.
pub(super) fn overview(page: &mut String, at: usize, source: &SourceProfile) {
    page.push_str("<div class=\"scroll\"><table class=\"columns\"><thead><tr><th>Column</th><th>Holds</th><th>Useful</th><th class=\"n\">Distinct</th><th>Writing or span</th><th>Signs</th></tr></thead><tbody>");
    for (c, column) in source.columns.iter().enumerate() {
        let writing = match (&column.range, column.patterns.first()) {
            (Some(range), _) => format!("{} – {}", Esc(&range.min), Esc(&range.max)),
            (None, Some(pattern)) => format!(
                "<code>{}</code> <small>{}</small>",
                Esc(&pattern.value),
                Percent(share(pattern.records, column.filled))
            ),
            _ => String::new(),
        };
        let _ = write!(
            page,
            "<tr><th scope=\"row\"><a href=\"#s{at}c{c}\"><bdi>{}</bdi></a></th><td>{}{}</td><td class=\"useful\">{}<small>{}</small></td><td class=\"n\">{}</td><td>{writing}</td><td>{}</td></tr>",
            Esc(&column.column),
            column.kind,
            column
                .label
                .as_ref()
                .map_or_else(String::new, |l| format!(" <small>{}</small>", Esc(l))),
            chart::filled(column, source.records),
            Percent(column.completeness),
            Count(column.distinct),
            tags(column),
        );
    }
    page.push_str("</tbody></table></div>");
}

fn colour(damage: &Damage) -> &'static str {
    match gravity(damage) {
        Severity::Damage => "bad",
        Severity::Warning => "warn",
        Severity::Note => "mild",
    }
}

fn tags(c: &ColumnProfile) -> String {
    let mut tags = String::new();
    let mut tag = |class: &str, word: &str| {
        let _ = write!(tags, "<span class=\"tag {class}\">{}</span> ", Esc(word));
    };
    for damage in &c.damage {
        tag(colour(damage), &damage.code);
    }
    for problem in c.validity.iter().flat_map(|v| &v.problems) {
        tag("warn", &problem.code);
    }
    if !c.variants.is_empty() {
        tag("warn", "spellings");
    }
    if c.filled > 1 && c.once == c.filled {
        tag("ok", "unique");
    }
    tags
}

/// Everything about a column.
pub(super) fn details(page: &mut String, id: &str, c: &ColumnProfile, records: u64) {
    let _ = write!(
        page,
        "<details class=\"column\" id=\"{id}\"><summary><span class=\"name\"><bdi>{}</bdi></span><span class=\"kind\">{}{} <small>confidence {:.2}</small></span><span class=\"tags\">{}</span></summary>",
        Esc(&c.column),
        c.kind,
        c.label
            .as_ref()
            .map_or_else(String::new, |l| format!(" ({})", Esc(l))),
        c.confidence,
        tags(c),
    );
    let _ = write!(
        page,
        "<p class=\"quiet\">Why this kind: {}</p><dl class=\"facts\">",
        prose(&c.reason)
    );
    let mut fact = |name: &str, value: String| {
        let _ = write!(page, "<div><dt>{name}</dt><dd>{value}</dd></div>");
    };
    fact(
        "Filled",
        format!(
            "{} <small>{}</small>",
            Count(c.filled),
            Percent(share(c.filled, records))
        ),
    );
    if c.placeholder_records > 0 {
        fact(
            "Stand for nothing",
            format!(
                "{} <small>{}</small>",
                Count(c.placeholder_records),
                Percent(share(c.placeholder_records, records))
            ),
        );
    }
    fact("Distinct", Count(c.distinct).to_string());
    fact("Occur once", Count(c.once).to_string());
    if c.filled > 0 {
        fact(
            "Characters",
            format!(
                "{} to {}, mean {:.1}, median {}",
                Count(c.lengths.min),
                Count(c.lengths.max),
                c.lengths.mean,
                Count(c.lengths.median)
            ),
        );
    }
    if let Some(order) = c.date_order {
        fact("Order of dates", format!("{order:?}").to_uppercase());
    }
    if let Some(range) = &c.range {
        fact(
            "Span",
            format!("{} to {}", Esc(&range.min), Esc(&range.max)),
        );
        fact(
            "5, 25, 50, 75, 95 %",
            range
                .quantiles
                .iter()
                .map(|q| Esc(q).to_string())
                .collect::<Vec<_>>()
                .join(" · "),
        );
    }
    if let Some(v) = &c.validity {
        let amount = if v.checked_records == 0 {
            "nothing to check".to_owned()
        } else {
            Percent(share(v.valid_records, v.checked_records)).to_string()
        };
        fact(
            "Valid",
            format!("{amount} <small>of {}</small>", Count(v.checked_records)),
        );
    }
    page.push_str("</dl><div class=\"pictures\">");
    if let Some(range) = &c.range {
        page.push_str(&chart::histogram(
            &range.histogram,
            if range.of == "date" { "year" } else { "value" },
        ));
    }
    if c.filled > 0 {
        page.push_str(&chart::histogram(&c.lengths.histogram, "characters"));
    }
    page.push_str("</div>");
    damage(page, &c.damage);
    if let Some(v) = &c.validity {
        traits(page, "Cannot be right", &v.problems);
        let exact = if v.exact {
            "every value"
        } else {
            "every value, numbering plans for a sample"
        };
        let _ = write!(
            page,
            "<p class=\"quiet\">Checked on {exact}: {}</p>",
            prose(&v.check)
        );
    }
    variants(page, &c.variants);
    traits(page, "Unlike the others", &c.outliers);
    page.push_str("<div class=\"lists\">");
    list(page, "Most frequent", &c.top, c.filled);
    list(
        page,
        if c.pattern_count > c.patterns.len() as u64 {
            "Most frequent patterns"
        } else {
            "Patterns"
        },
        &c.patterns,
        c.filled,
    );
    list(page, "Stand for nothing", &c.placeholders, c.filled);
    page.push_str("</div></details>");
}

fn list(page: &mut String, title: &str, tallies: &[Tally], filled: u64) {
    if tallies.is_empty() {
        return;
    }
    let most = tallies.iter().map(|t| t.records).max().unwrap_or(1);
    let _ = write!(
        page,
        "<table class=\"list\"><caption>{title}</caption><tbody>"
    );
    for tally in tallies {
        let _ = write!(
            page,
            "<tr><td><code><bdi>{}</bdi></code></td><td class=\"n\">{} <small>{}</small></td><td class=\"barcol\">{}</td></tr>",
            Esc(&visible(&tally.value)),
            Count(tally.records),
            Percent(share(tally.records, filled)),
            chart::bar(tally.records, most)
        );
    }
    page.push_str("</tbody></table>");
}

fn damage(page: &mut String, damage: &[Damage]) {
    for d in damage {
        let _ = write!(
            page,
            "<div class=\"hurt {0}\"><h4><span class=\"tag {0}\">{1}</span> {2} records, {3} values</h4><p>{4}</p><p class=\"quiet\">{5}: {6}</p>",
            colour(d),
            Esc(&d.code),
            Count(d.records),
            Count(d.values),
            prose(&d.evidence),
            if d.repairable {
                "Proposed"
            } else {
                "Cannot be undone here"
            },
            prose(&d.repair),
        );
        page.push_str("<ul class=\"examples\">");
        for example in &d.examples {
            let _ = write!(
                page,
                "<li><code><bdi>{}</bdi></code>",
                Esc(&visible(&example.before))
            );
            if !example.after.is_empty() {
                let _ = write!(
                    page,
                    " → <code><bdi>{}</bdi></code>",
                    Esc(&visible(&example.after))
                );
            }
            page.push_str("</li>");
        }
        page.push_str("</ul></div>");
    }
}

fn traits(page: &mut String, title: &str, traits: &[Trait]) {
    if traits.is_empty() {
        return;
    }
    let _ = write!(
        page,
        "<div class=\"scroll\"><table class=\"traits\"><caption>{title}</caption><thead><tr><th>What</th><th class=\"n\">Records</th><th class=\"n\">Values</th><th>Examples</th></tr></thead><tbody>"
    );
    for t in traits {
        let _ = write!(
            page,
            "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>",
            prose(&t.text),
            Count(t.records),
            Count(t.values)
        );
        for example in &t.examples {
            let _ = write!(page, "<code><bdi>{}</bdi></code> ", Esc(&visible(example)));
        }
        page.push_str("</td></tr>");
    }
    page.push_str("</tbody></table></div>");
}

fn variants(page: &mut String, variants: &[Variants]) {
    if variants.is_empty() {
        return;
    }
    page.push_str("<div class=\"scroll\"><table class=\"traits\"><caption>Spellings of what is probably one value</caption><thead><tr><th>Most frequent</th><th>Others</th><th>Why</th></tr></thead><tbody>");
    for v in variants {
        let _ = write!(
            page,
            "<tr><td><code><bdi>{}</bdi></code> <small>{}</small></td><td>",
            Esc(&visible(&v.keep.value)),
            Count(v.keep.records)
        );
        for other in &v.others {
            let _ = write!(
                page,
                "<code><bdi>{}</bdi></code> <small>{}</small> ",
                Esc(&visible(&other.value)),
                Count(other.records)
            );
        }
        let _ = write!(page, "</td><td>{}</td></tr>", Esc(v.why));
    }
    page.push_str("</tbody></table></div>");
}

/// Values with their spaces and ends of lines seen, and no longer than a line.
fn visible(value: &str) -> String {
    const SHOWN: usize = 120;
    let mut text: String = value
        .chars()
        .take(SHOWN)
        .map(|c| match c {
            '\n' | '\r' => '⏎',
            '\t' => '⇥',
            '\u{a0}' | '\u{202f}' => '␣',
            '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{200b}'..='\u{200f}'
            | '\u{feff}' => '\u{fffd}',
            c => c,
        })
        .collect();
    if text.ends_with(' ') {
        text.pop();
        text.push('␣');
    }
    if text.starts_with(' ') {
        text.replace_range(..1, "␣");
    }
    if value.chars().nth(SHOWN).is_some() {
        text.push('…');
    }
    text
}

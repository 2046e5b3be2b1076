//! `profile.html`: a data profile as one file that needs no network and no script. What is long folds with the
//! browser's own means; a content security policy allows nothing but the one style sheet, by digest.

mod across;
mod chart;
mod column;

use std::fmt::Write as _;

use super::digest;
use super::escape::{Count, Esc, Percent, counted, prose, share};
use crate::quality::facts::{Finding, Profile, Severity, SourceProfile};

const STYLE: &str = concat!(include_str!("../style.css"), include_str!("profile.css"));

/// The page about a profile.
#[must_use]
pub fn page(title: &str, profile: &Profile) -> String {
    let mut page = String::with_capacity(1 << 17);
    head(&mut page, title, profile);
    summary(&mut page, profile);
    findings(&mut page, profile);
    for (at, source) in profile.sources.iter().enumerate() {
        of_source(&mut page, at, source);
    }
    across::correspondences(&mut page, profile);
    methods(&mut page, profile);
    let _ = write!(
        page,
        "</main>\n<footer><p>Made by selfsame {}. This file holds everything it shows and loads nothing. The same facts, for machines: <code>selfsame profile --json</code>.</p></footer>\n</body>\n</html>\n",
        Esc(&profile.tool_version)
    );
    page
}

fn head(page: &mut String, title: &str, profile: &Profile) {
    let masked = if profile.masked {
        " · <strong class=\"masked\">personal data masked</strong>"
    } else {
        ""
    };
    let _ = write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"robots\" content=\"noindex\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{} – data profile</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">Skip to the profile</a>\n\
         <header class=\"top\"><div><p class=\"kicker\">selfsame · data profile{masked}</p><h1>{}</h1><p class=\"sub\">Made {}</p></div></header>\n\
         <nav aria-label=\"Sections\"><a href=\"#summary\">Summary</a><a href=\"#findings\">What deserves a look</a>",
        digest(STYLE),
        Esc(title),
        Esc(title),
        Esc(&profile.made),
    );
    for (at, source) in profile.sources.iter().enumerate() {
        let _ = write!(page, "<a href=\"#s{at}\">{}</a>", Esc(&source.name));
    }
    if profile.sources.len() > 1 {
        page.push_str("<a href=\"#between\">Between sources</a>");
    }
    page.push_str("<a href=\"#methods\">How it was found</a></nav>\n<main id=\"main\">\n");
}

fn summary(page: &mut String, profile: &Profile) {
    let records: u64 = profile.sources.iter().map(|s| s.records).sum();
    let columns: u64 = profile.sources.iter().map(|s| s.columns.len() as u64).sum();
    let refused: u64 = profile
        .sources
        .iter()
        .flat_map(|s| &s.quarantined)
        .map(|q| q.records)
        .sum();
    let of = |severity| {
        profile
            .findings
            .iter()
            .filter(|f| f.severity == severity)
            .count() as u64
    };
    let _ = write!(
        page,
        "<section id=\"summary\" aria-labelledby=\"summary-h\"><h2 id=\"summary-h\">Summary</h2><p class=\"headline\">{} in {}, {}.</p><div class=\"tiles\">",
        counted(records, "record", "records"),
        counted(profile.sources.len() as u64, "source", "sources"),
        counted(columns, "column", "columns"),
    );
    tile(
        page,
        "#findings",
        &Count(of(Severity::Damage)).to_string(),
        "signs of damage",
        if of(Severity::Damage) > 0 { "hurt" } else { "" },
    );
    tile(
        page,
        "#findings",
        &Count(of(Severity::Warning)).to_string(),
        "warnings",
        if of(Severity::Warning) > 0 {
            "doubt"
        } else {
            ""
        },
    );
    tile(
        page,
        "#findings",
        &Count(of(Severity::Note)).to_string(),
        "notes",
        "",
    );
    tile(
        page,
        "#findings",
        &Count(refused).to_string(),
        "rows refused when reading",
        if refused > 0 { "hurt" } else { "" },
    );
    let repeated: u64 = profile.sources.iter().map(|s| s.repeats.exact).sum();
    tile(
        page,
        "#findings",
        &Count(repeated).to_string(),
        "rows repeat another cell for cell",
        "",
    );
    if let Some(e) = &profile.duplicates {
        let about = if e.asked == e.records { "" } else { "about " };
        tile(
            page,
            "#duplicates",
            &format!("{about}{}", Percent(e.share)),
            "of the records share their customer with another",
            "",
        );
    }
    page.push_str("</div>");
    match &profile.duplicates {
        Some(e) => {
            let exact = e.asked == e.records;
            let _ = write!(page, "<h3 id=\"duplicates\">Duplicates</h3><p>");
            let _ = write!(
                page,
                "{} of the records{} share their customer with another{}: the {} records are {}{}, {} records are beyond the first of a customer.</p>",
                if exact { Percent(e.share).to_string() } else { format!("About {}", Percent(e.share)) },
                if exact { String::new() } else { format!(" (95 % interval: {} to {})", Percent(e.interval.0), Percent(e.interval.1)) },
                if e.across_sources > 0.0 { format!(", {} with one of another source", Percent(e.across_sources)) } else { String::new() },
                Count(e.records),
                if exact { "" } else { "about " },
                counted(e.customers, "customer", "customers"),
                Count(e.surplus),
            );
            let _ = write!(page, "<p class=\"quiet\">{}</p>", prose(&e.method));
        }
        None => page.push_str("<p class=\"quiet\">Duplicates were not estimated: no column holds what could tell customers apart, or it was left out.</p>"),
    }
    page.push_str("</section>\n");
}

fn tile(page: &mut String, link: &str, figure: &str, words: &str, class: &str) {
    let _ = write!(
        page,
        "<a class=\"tile {class}\" href=\"{link}\"><b>{}</b><small>{words}</small></a>",
        Esc(figure)
    );
}

fn findings(page: &mut String, profile: &Profile) {
    let _ = write!(
        page,
        "<section id=\"findings\" aria-labelledby=\"findings-h\"><h2 id=\"findings-h\">What deserves a look <span class=\"count\">{}</span></h2>",
        Count(profile.findings.len() as u64)
    );
    if profile.findings.is_empty() {
        page.push_str("<p class=\"quiet\">Nothing was found.</p></section>\n");
        return;
    }
    page.push_str("<p class=\"lead\">The gravest first. Nothing was changed: what stands here is told and proposed.</p><ul class=\"found\">");
    let notes = profile
        .findings
        .partition_point(|f| f.severity < Severity::Note);
    for (at, finding) in profile.findings.iter().enumerate() {
        if at == notes {
            let _ = write!(
                page,
                "</ul><details class=\"notes\"><summary>{}: good to know</summary><ul class=\"found\">",
                counted((profile.findings.len() - notes) as u64, "note", "notes")
            );
        }
        let records = profile
            .sources
            .iter()
            .find(|s| s.name == finding.source)
            .map_or(0, |s| s.records);
        one(page, profile, finding, records);
    }
    page.push_str(if notes < profile.findings.len() {
        "</ul></details></section>\n"
    } else {
        "</ul></section>\n"
    });
}

fn one(page: &mut String, profile: &Profile, finding: &Finding, records: u64) {
    let (class, word) = match finding.severity {
        Severity::Damage => ("bad", "damage"),
        Severity::Warning => ("warn", "warning"),
        Severity::Note => ("", "note"),
    };
    let at = profile
        .sources
        .iter()
        .position(|s| s.name == finding.source)
        .unwrap_or(0);
    let place = match &finding.column {
        Some(column) => {
            let c = profile
                .sources
                .get(at)
                .and_then(|s| s.columns.iter().position(|c| c.column == *column))
                .unwrap_or(0);
            format!("<a href=\"#s{at}c{c}\"><bdi>{}</bdi></a>", Esc(column))
        }
        None => "<em>all columns</em>".to_owned(),
    };
    let source = if profile.sources.len() > 1 {
        format!(
            "<a href=\"#s{at}\"><bdi>{}</bdi></a> · ",
            Esc(&finding.source)
        )
    } else {
        String::new()
    };
    let of_all = share(finding.records, records);
    let portion = if of_all <= 1.0 {
        format!(" <small>{}</small>", Percent(of_all))
    } else {
        String::new()
    };
    let _ = write!(
        page,
        "<li class=\"{class}\"><p class=\"where\"><span class=\"tag {class}\">{word}</span> {source}{place}<span class=\"much\">{}{portion}</span></p><p>{}</p><p class=\"quiet\">{}</p></li>",
        counted(finding.records, "record", "records"),
        prose(&finding.text),
        prose(&finding.advice),
    );
}

fn of_source(page: &mut String, at: usize, source: &SourceProfile) {
    let _ = write!(
        page,
        "<section id=\"s{at}\" aria-labelledby=\"s{at}-h\"><h2 id=\"s{at}-h\"><bdi>{}</bdi> <span class=\"count\">{} · {}</span></h2>",
        Esc(&source.name),
        counted(source.records, "record", "records"),
        counted(source.columns.len() as u64, "column", "columns"),
    );
    for file in &source.files {
        let _ = write!(
            page,
            "<p class=\"quiet\"><code>{}</code>: {}, {}, {} rows, {}</p>",
            Esc(&file.path),
            Esc(&file.format),
            super::escape::bytes(file.bytes),
            Count(file.rows),
            Esc(&file.detected)
        );
    }
    if let Some(region) = &source.region {
        let _ = write!(
            page,
            "<p class=\"quiet\">Where a record names no country, <strong>{}</strong> is assumed.</p>",
            Esc(region)
        );
    }
    column::overview(page, at, source);
    across::of_source(page, source);
    page.push_str("<h3>Columns one by one</h3>");
    for (c, column) in source.columns.iter().enumerate() {
        column::details(page, &format!("s{at}c{c}"), column, source.records);
    }
    page.push_str("</section>\n");
}

fn methods(page: &mut String, profile: &Profile) {
    page.push_str("<section id=\"methods\" aria-labelledby=\"methods-h\"><h2 id=\"methods-h\">How it was found</h2><ul>");
    for method in &profile.methods {
        let _ = write!(page, "<li>{}</li>", prose(method));
    }
    page.push_str("</ul><p class=\"quiet\">In a pattern, <code>A</code> stands for capitals, <code>a</code> for other letters and <code>9</code> for a digit (<code>9+</code> for several); other signs stand for themselves.");
    if profile.masked {
        page.push_str(" Personal values are masked; examples of what is wrong are written as such patterns, letter by letter, which keep the fault and hide the person.");
    }
    page.push_str("</p></section>\n");
}

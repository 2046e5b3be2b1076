//! What columns say together: keys, dependencies, exchanged and shifted cells, repeated rows, other sources.

use std::fmt::Write as _;

use super::super::escape::{Count, Esc, Percent, counted, prose};
use crate::quality::facts::{Dependency, Profile, SourceProfile};

/// Across the columns of a source.
pub(super) fn of_source(page: &mut String, source: &SourceProfile) {
    page.push_str("<h3>Across columns</h3>");
    keys(page, source);
    repeats(page, source);
    if let Some(shifted) = &source.shifted {
        let from: Vec<String> = shifted
            .from
            .iter()
            .map(|t| format!("<code>{}</code> ({})", Esc(&t.value), Count(t.records)))
            .collect();
        let places: Vec<String> = shifted.places.iter().map(|p| Esc(p).to_string()).collect();
        let _ = write!(
            page,
            "<p class=\"note warning\"><strong>Shifted cells:</strong> in {} the cells stand one column aside, from {} on. First: {}.</p>",
            counted(shifted.records, "row", "rows"),
            from.join(", "),
            places.join("; ")
        );
    }
    for swapped in &source.swapped {
        let _ = write!(
            page,
            "<div class=\"note warning\"><p><strong>Exchanged:</strong> <code>{}</code> and <code>{}</code> in {}. {}</p><ul class=\"examples\">",
            Esc(&swapped.left),
            Esc(&swapped.right),
            counted(swapped.records, "record", "records"),
            prose(&swapped.reason)
        );
        for (a, b) in &swapped.examples {
            let _ = write!(
                page,
                "<li><code><bdi>{}</bdi></code> | <code><bdi>{}</bdi></code></li>",
                Esc(a),
                Esc(b)
            );
        }
        page.push_str("</ul></div>");
    }
    dependencies(page, &source.dependencies);
}

fn keys(page: &mut String, source: &SourceProfile) {
    if source.keys.is_empty() {
        page.push_str("<p>No column, and no two columns together, nearly tell records apart.</p>");
        return;
    }
    page.push_str("<div class=\"scroll\"><table class=\"traits\"><caption>Keys</caption><thead><tr><th>Columns</th><th class=\"n\">Filled</th><th class=\"n\">Share theirs with another</th><th></th></tr></thead><tbody>");
    for key in &source.keys {
        let columns: Vec<String> = key
            .columns
            .iter()
            .map(|c| format!("<code>{}</code>", Esc(c)))
            .collect();
        let _ = write!(
            page,
            "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td></tr>",
            columns.join(" + "),
            Count(key.filled),
            Count(key.repeated),
            if key.holds {
                "<span class=\"tag ok\">key</span>"
            } else {
                "<span class=\"tag warn\">nearly</span>"
            }
        );
    }
    page.push_str("</tbody></table></div>");
}

fn repeats(page: &mut String, source: &SourceProfile) {
    let repeats = &source.repeats;
    if repeats.exact == 0 && repeats.apart_from_keys == 0 {
        page.push_str("<p>No row repeats another.</p>");
        return;
    }
    let _ = write!(
        page,
        "<p>{} another cell for cell",
        counted(repeats.exact, "row repeats", "rows repeat")
    );
    if !repeats.left_out.is_empty() {
        let left_out: Vec<String> = repeats
            .left_out
            .iter()
            .map(|c| format!("<code>{}</code>", Esc(c)))
            .collect();
        let _ = write!(
            page,
            ", {} in all but {}",
            Count(repeats.apart_from_keys),
            left_out.join(", ")
        );
    }
    page.push_str(".</p>");
    if !repeats.places.is_empty() {
        let places: Vec<String> = repeats.places.iter().map(|p| Esc(p).to_string()).collect();
        let _ = write!(page, "<p class=\"quiet\">First: {}.</p>", places.join("; "));
    }
}

fn dependencies(page: &mut String, dependencies: &[Dependency]) {
    if dependencies.is_empty() {
        return;
    }
    page.push_str("<div class=\"scroll\"><table class=\"traits\"><caption>Columns that nearly decide another</caption><thead><tr><th>Decides</th><th class=\"n\">Holds</th><th class=\"n\">Records looked at</th><th class=\"n\">Exceptions</th><th>Examples</th></tr></thead><tbody>");
    for d in dependencies {
        let _ = write!(
            page,
            "<tr><td><code>{}</code> → <code>{}</code></td><td class=\"n\">{}</td><td class=\"n\">{}{}</td><td class=\"n\">{}</td><td>",
            Esc(&d.from),
            Esc(&d.to),
            Percent(d.holds),
            Count(d.records),
            if d.exact {
                ""
            } else {
                " <small>sample</small>"
            },
            Count(d.exceptions)
        );
        for e in d.examples.iter().take(3) {
            let _ = write!(
                page,
                "<div><code><bdi>{}</bdi></code>: <bdi>{}</bdi> <small>{}</small>, also <bdi>{}</bdi> <small>{}</small></div>",
                Esc(&e.from),
                Esc(&e.usual.value),
                Count(e.usual.records),
                Esc(&e.found.value),
                Count(e.found.records)
            );
        }
        page.push_str("</td></tr>");
    }
    page.push_str("</tbody></table></div>");
}

/// Columns of different sources that mean the same.
pub(super) fn correspondences(page: &mut String, profile: &Profile) {
    if profile.sources.len() < 2 {
        return;
    }
    page.push_str("<section id=\"between\" aria-labelledby=\"between-h\"><h2 id=\"between-h\">Between sources</h2>");
    if profile.correspondences.is_empty() {
        page.push_str(
            "<p class=\"quiet\">No columns of different sources mean the same.</p></section>\n",
        );
        return;
    }
    page.push_str("<p class=\"lead\">Columns of different sources that mean the same, by what they hold and by shared values.</p><div class=\"scroll\"><table><thead><tr><th>One</th><th>Other</th><th>Both hold</th><th class=\"n\">Shared values</th><th class=\"n\">Confidence</th><th>Why</th></tr></thead><tbody>");
    for c in &profile.correspondences {
        let name = |side: &(String, String)| {
            format!(
                "<bdi>{}</bdi> · <code>{}</code>",
                Esc(&side.0),
                Esc(&side.1)
            )
        };
        let _ = write!(
            page,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{:.2}</td><td>{}</td></tr>",
            name(&c.left),
            name(&c.right),
            c.kind.map_or("–", crate::record::Kind::name),
            Percent(c.shared),
            c.confidence,
            Esc(&c.reason)
        );
    }
    page.push_str("</tbody></table></div></section>\n");
}

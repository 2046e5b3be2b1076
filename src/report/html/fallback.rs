//! The riskiest merges as plain tables, for browsers that run no script.

use std::fmt::Write as _;

use super::escape::{Esc, bits};
use crate::report::case::MergeCase;

/// Merges shown without a script.
const KEPT: usize = 10;
/// Records shown of each.
const MEMBERS: usize = 6;

/// Keeps the riskiest merges seen, in order, each as a table.
#[derive(Debug, Default)]
pub(super) struct Riskiest {
    cases: Vec<Shown>,
}

#[derive(Debug)]
struct Shown {
    risk: u8,
    weakest: f64,
    table: String,
}

impl Riskiest {
    pub(super) fn add(&mut self, case: &MergeCase<'_>) {
        let risk = case.risk.score;
        let weakest = case.weakest.map_or(f64::NEG_INFINITY, |w| w.0);
        let before = |kept: &Shown| {
            let by_risk = kept.risk.cmp(&risk).reverse();
            by_risk.then(kept.weakest.total_cmp(&weakest)).is_le()
        };
        let at = self.cases.partition_point(before);
        if at < KEPT {
            let table = table(case);
            self.cases.insert(
                at,
                Shown {
                    risk,
                    weakest,
                    table,
                },
            );
            self.cases.truncate(KEPT);
        }
    }

    pub(super) fn write(&self, page: &mut String) {
        let _ = write!(
            page,
            "<p class=\"note\">Your browser runs no script, so only the {} riskiest merges are shown; all are in <code>merges.csv</code>.</p>",
            self.cases.len()
        );
        for case in &self.cases {
            page.push_str(&case.table);
        }
    }
}

fn table(case: &MergeCase<'_>) -> String {
    let mut page = String::new();
    let shown = case.members.len().min(MEMBERS);
    let _ = write!(
        page,
        "<h3>{} <span class=\"quiet\">{} records, risk {}</span></h3>",
        Esc(&case.customer),
        case.members.len(),
        case.risk.score
    );
    for reason in &case.risk.reasons {
        let _ = write!(page, "<p>{}</p>", Esc(&reason.words));
    }
    page.push_str("<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Field</th>");
    for member in &case.members[..shown] {
        let weight = member
            .strongest
            .map_or_else(String::new, |w| format!(" ({} bits)", bits(w.0)));
        let _ = write!(
            page,
            "<th scope=\"col\">{}:{}{weight}</th>",
            Esc(&member.source),
            Esc(&member.key)
        );
    }
    page.push_str("<th scope=\"col\">Golden record</th></tr></thead><tbody>");
    for field in &case.fields {
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}</th>",
            field.kind.name().replace('-', " ")
        );
        for value in field.values.iter().take(shown) {
            let _ = write!(page, "<td><bdi>{}</bdi></td>", Esc(value));
        }
        let golden: Vec<&str> = field.golden.iter().map(|g| &*g.value).collect();
        let _ = write!(
            page,
            "<td><bdi>{}</bdi></td></tr>",
            Esc(&golden.join(" | "))
        );
    }
    page.push_str("</tbody></table></div>");
    page
}

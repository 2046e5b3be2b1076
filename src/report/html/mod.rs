//! `report.html`: one file that needs no network, for analyst and auditor.
//!
//! What is small is written as plain HTML (here and in the sections' files); the cases are embedded as JSON
//! (`embed.rs`) and drawn by `app.js`, which writes text only through `textContent`. A content security policy
//! allows exactly the one script and the one style sheet of this file, by digest.

mod chart;
mod embed;
mod escape;
mod fallback;
mod headline;
mod inferred;
pub mod profile;
mod quality;
mod rules;

use std::fmt::Write as _;
use std::io::{self, Write};

use sha2::{Digest, Sha256};

use super::case::MergeCase;
use super::deck::Deck;
use super::facts::RunReport;
use embed::{Cap, Chunks, First, Labels};
use escape::{Count, Esc};
use fallback::Riskiest;

/// Merges that are embedded at most; the riskiest stay, all are in `merges.csv`.
pub const MAX_MERGES: usize = 100_000;
/// Bytes of embedded merges at most.
pub const MAX_MERGE_BYTES: usize = 64_000_000;
/// Pairs that are embedded at most, each for review and for cut pairs.
pub const MAX_PAIRS: usize = 20_000;
/// Bytes of embedded pairs at most, each for review and for cut pairs.
pub const MAX_PAIR_BYTES: usize = 16_000_000;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("app.js");

/// Collects the cases of a report and writes the page; what it holds is bounded by the caps above.
#[derive(Debug)]
pub struct HtmlReport {
    labels: Labels,
    decks: [Chunks; 3],
    riskiest: Riskiest,
}

impl Default for HtmlReport {
    fn default() -> Self {
        let pairs = Cap {
            cases: MAX_PAIRS,
            bytes: MAX_PAIR_BYTES,
        };
        let merges = Cap {
            cases: MAX_MERGES,
            bytes: MAX_MERGE_BYTES,
        };
        Self {
            labels: Labels::default(),
            decks: [
                Chunks::new(merges, First::Riskiest),
                Chunks::new(pairs, First::Strongest),
                Chunks::new(pairs, First::Strongest),
            ],
            riskiest: Riskiest::default(),
        }
    }
}

impl HtmlReport {
    /// Adds a case to a deck.
    pub fn add(&mut self, deck: Deck, case: &MergeCase<'_>) {
        self.decks[deck as usize].add(case, &mut self.labels);
        if deck == Deck::Merges {
            self.riskiest.add(case);
        }
    }

    /// Writes the page about `report` and gives the output back.
    ///
    /// # Errors
    /// When `out` cannot be written to.
    pub fn finish<W: Write>(mut self, report: &RunReport, mut out: W) -> io::Result<W> {
        let mut page = String::with_capacity(1 << 16);
        head(report, &mut page);
        headline::summary(&mut page, report, self.decks[0].total);
        headline::run(&mut page, report);
        quality::completeness(&mut page, report);
        rules::section(&mut page, report);
        inferred::section(&mut page, report);
        out.write_all(page.as_bytes())?;

        let mut page = String::new();
        for deck in Deck::ALL {
            self.deck(report, &mut page, deck);
        }
        quality::quarantine(&mut page, report);
        quality::glossary(&mut page);
        page.push_str("</main>\n<footer><p>Made by selfsame ");
        let _ = write!(page, "{}", Esc(&report.run.tool_version));
        page.push_str(". This file holds everything it shows and loads nothing from the network. The same facts, for machines: <code>report.json</code>.</p></footer>\n");
        out.write_all(page.as_bytes())?;

        let weight = |p: crate::pair::Probability| (p.weight().0 * 100.0).round() as i64;
        writeln!(
            out,
            "<script type=\"application/json\" id=\"facts\">{{\"match\":{},\"review\":{}}}</script>",
            weight(report.model.match_threshold),
            weight(report.model.review_threshold)
        )?;
        for deck in Deck::ALL {
            self.decks[deck as usize].write(deck.name(), &mut out)?;
        }
        writeln!(
            out,
            "<script type=\"application/json\" id=\"labels\">{}</script>",
            self.labels.json()
        )?;
        write!(out, "<script>{SCRIPT}</script>\n</body>\n</html>\n")?;
        out.flush()?;
        Ok(out)
    }

    fn deck(&mut self, report: &RunReport, page: &mut String, deck: Deck) {
        let chunks = &mut self.decks[deck as usize];
        let embedded = chunks.embedded() as u64;
        // the conductor may hand over fewer pairs than it counted
        let counted = match deck {
            Deck::Merges => 0,
            Deck::Review => report.pairs.review,
            Deck::Cut => report.pairs.cut,
        };
        let (given, total) = (chunks.total, chunks.total.max(counted));
        let id = deck.name();
        let (title, lead, none) = match deck {
            Deck::Merges => (
                "Merges",
                "Every customer that was made of two or more records. The ones that most deserve a second look come first: near the threshold, many records, or two groups joined by one weak link. Open one to see its records side by side; <mark>marked</mark> characters differ from the value that was kept.",
                "No records were merged.",
            ),
            Deck::Review => (
                "Pairs for review",
                "Pairs that are too alike to ignore and not alike enough to merge. They were <strong>not</strong> merged; a person should decide.",
                "No pair is waiting for review.",
            ),
            Deck::Cut => (
                "Refused merges",
                "Pairs that scored as matches but were kept apart, because merging them would have contradicted other evidence or chained groups together. Each names its reason.",
                "No match was refused.",
            ),
        };
        let _ = write!(
            page,
            "<section id=\"{id}\" aria-labelledby=\"{id}-h\"><h2 id=\"{id}-h\">{title} <span class=\"count\">{}</span></h2>",
            Count(total)
        );
        if total == 0 {
            let _ = writeln!(page, "<p class=\"quiet\">{none}</p></section>");
            return;
        }
        let _ = write!(page, "<p class=\"lead\">{lead}</p>");
        if embedded < total {
            let rest = if deck == Deck::Merges {
                "merges.csv"
            } else {
                "report.json"
            };
            let _ = write!(
                page,
                "<p class=\"note\"><strong>{} of {}</strong> are in this page, {}; {} in <code>{rest}</code>.</p>",
                Count(embedded),
                Count(total),
                if deck == Deck::Merges {
                    "the riskiest ones"
                } else {
                    "the strongest ones"
                },
                if given == total {
                    "all of them are".to_owned()
                } else {
                    format!("{} are", Count(given))
                }
            );
        }
        let _ = write!(
            page,
            "<p class=\"paper\">Printed from one page of this list; the complete list is in the files beside this report.</p><div class=\"deck\" data-deck=\"{id}\"></div>"
        );
        if deck == Deck::Merges {
            page.push_str("<noscript>");
            self.riskiest.write(page);
            page.push_str("</noscript>");
        } else {
            page.push_str("<noscript><p class=\"note\">These pairs are shown by a script, which your browser does not run. The strongest 10,000 are in <code>report.json</code>.</p></noscript>");
        }
        page.push_str("</section>\n");
    }
}

fn head(report: &RunReport, page: &mut String) {
    let run = &report.run;
    let title = if run.title.is_empty() {
        "Merge report"
    } else {
        &run.title
    };
    let _ = write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src '{}'; style-src '{}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"robots\" content=\"noindex\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{} – merge report</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">Skip to the report</a>\n\
         <header class=\"top\"><div><p class=\"kicker\">selfsame · merge report{}</p><h1>{}</h1><p class=\"sub\">Run <code>{}</code>, finished {}</p></div></header>\n\
         <nav aria-label=\"Sections\"><a href=\"#summary\">Summary</a><a href=\"#run\">Run and inputs</a><a href=\"#quality\">Data quality</a>{}<a href=\"#inferred\">How it decided</a><a href=\"#merges\">Merges</a><a href=\"#review\">Review</a><a href=\"#cut\">Refused</a><a href=\"#quarantine\">Quarantine</a><a href=\"#glossary\">Words</a></nav>\n\
         <main id=\"main\">\n",
        digest(SCRIPT),
        digest(STYLE),
        Esc(title),
        if report.masked {
            " · <strong class=\"masked\">personal data masked</strong>"
        } else {
            ""
        },
        Esc(title),
        Esc(&run.run_id),
        Esc(&run.finished),
        if report.validation.is_empty() {
            ""
        } else {
            "<a href=\"#rules\">Rules</a>"
        },
    );
}

/// A source expression of a content security policy for exactly this inline text.
fn digest(text: &str) -> String {
    format!("sha256-{}", base64(&Sha256::digest(text.as_bytes())))
}

/// RFC 4648 base64 with padding.
fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let byte = |i: usize| u32::from(group.get(i).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for i in 0..4 {
            if i <= group.len() {
                let sign = SIGNS[(word >> (18 - 6 * i) & 63) as usize];
                text.push(char::from(sign));
            } else {
                text.push('=');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_follows_the_rfc() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn script_and_style_cannot_leave_their_elements() {
        assert!(!SCRIPT.contains("</script") && !SCRIPT.contains("<!--"));
        assert!(!STYLE.contains("</style"));
        for way_in in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "Function(",
        ] {
            assert!(!SCRIPT.contains(way_in), "{way_in}");
        }
    }
}

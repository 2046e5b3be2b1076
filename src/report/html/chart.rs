//! Charts as inline SVG: drawn with attributes and classes only, so that the style sheet colours them in light and dark.

use std::fmt::Write as _;

use super::escape::{Count, Esc, Percent, bits};
use crate::pair::{ComparisonFacts, ModelFacts, Probability};
use crate::report::facts::SizeCount;

/// Two horizontal bars, before above after, as shares of the full width.
pub(super) fn before_after(before: f64, after: f64) -> String {
    format!(
        "<svg class=\"bars\" viewBox=\"0 0 200 22\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect class=\"track\" x=\"0\" y=\"0\" width=\"200\" height=\"22\"/>\
         <rect class=\"before\" x=\"0\" y=\"2\" width=\"{:.1}\" height=\"7\"/>\
         <rect class=\"after\" x=\"0\" y=\"12\" width=\"{:.1}\" height=\"8\"/></svg>",
        200.0 * before.clamp(0.0, 1.0),
        200.0 * after.clamp(0.0, 1.0)
    )
}

/// One bar from the middle: right for positive bits, left for negative, full at `max`.
pub(super) fn diverging(weight: f64, max: f64) -> String {
    let length = 50.0 * (weight.abs() / max.max(1e-9)).min(1.0);
    let (x, class) = if weight < 0.0 {
        (50.0 - length, "against")
    } else {
        (50.0, "for")
    };
    format!(
        "<svg class=\"mini\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <line class=\"axis\" x1=\"50\" x2=\"50\" y1=\"0\" y2=\"10\"/>\
         <rect class=\"{class}\" x=\"{x:.1}\" y=\"1.5\" width=\"{length:.1}\" height=\"7\"/></svg>"
    )
}

/// Where the records went, as one stacked bar.
pub(super) fn stacked(parts: &[(&str, u64)]) -> String {
    let whole: u64 = parts.iter().map(|p| p.1).sum();
    let mut svg = String::from(
        "<svg class=\"stack\" viewBox=\"0 0 1000 20\" preserveAspectRatio=\"none\" aria-hidden=\"true\">",
    );
    let mut x = 0.0;
    for (class, n) in parts {
        let width = if whole == 0 {
            0.0
        } else {
            1000.0 * *n as f64 / whole as f64
        };
        let _ = write!(
            svg,
            "<rect class=\"{class}\" x=\"{x:.2}\" y=\"0\" width=\"{:.2}\" height=\"20\"/>",
            (width - 2.0).max(width.min(1.0))
        );
        x += width;
    }
    svg + "</svg>"
}

/// Customers by number of records: sizes of two and more, large ones in groups.
pub(super) fn cluster_sizes(sizes: &[SizeCount]) -> String {
    let mut rows: Vec<(String, u64)> = Vec::new();
    let groups: [(u32, u32); 12] = [
        (2, 2),
        (3, 3),
        (4, 4),
        (5, 5),
        (6, 6),
        (7, 7),
        (8, 8),
        (9, 10),
        (11, 15),
        (16, 25),
        (26, 50),
        (51, u32::MAX),
    ];
    for (low, high) in groups {
        let inside = sizes.iter().filter(|s| (low..=high).contains(&s.size));
        let customers = inside.map(|s| s.customers).sum();
        let name = match (low, high) {
            (_, u32::MAX) => format!("{low} or more"),
            _ if low == high => low.to_string(),
            _ => format!("{low}–{high}"),
        };
        rows.push((name, customers));
    }
    while rows.len() > 3 && rows.last().is_some_and(|r| r.1 == 0) {
        rows.pop();
    }
    let max = rows.iter().map(|r| r.1).max().unwrap_or(0).max(1) as f64;
    let height = rows.len() * 26 + 4;
    let mut svg = format!(
        "<svg class=\"chart\" viewBox=\"0 0 560 {height}\" role=\"img\" aria-label=\"Merged customers by number of records; the figures are in the table below\">"
    );
    for (i, (name, n)) in rows.iter().enumerate() {
        let y = i * 26 + 4;
        let width = if *n == 0 {
            0.0
        } else {
            (360.0 * *n as f64 / max).max(2.0)
        };
        let _ = write!(
            svg,
            "<text x=\"96\" y=\"{}\" text-anchor=\"end\">{name} records</text><rect class=\"s1\" x=\"104\" y=\"{y}\" width=\"{width:.1}\" height=\"18\" rx=\"2\"/><text class=\"figure\" x=\"{:.1}\" y=\"{}\">{}</text>",
            y + 14,
            112.0 + width,
            y + 14,
            Count(*n)
        );
    }
    svg + "</svg>"
}

const LEFT: f64 = 58.0;
const WIDTH: f64 = 690.0;
const TOP: f64 = 40.0;
const HEIGHT: f64 = 220.0;

/// Pairs by match weight on a logarithmic scale, with expected matches and both thresholds.
pub(super) fn weight_histogram(model: &ModelFacts) -> String {
    let bins = &model.histogram;
    let (Some(first), Some(last)) = (bins.first(), bins.last()) else {
        return String::new();
    };
    let step = bins
        .windows(2)
        .map(|w| w[1].from - w[0].from)
        .fold(f64::INFINITY, f64::min);
    let step = if step.is_finite() && step > 0.0 {
        step
    } else {
        1.0
    };
    let (lowest, highest) = (first.from, last.from + step);
    let x = |w: f64| LEFT + WIDTH * ((w - lowest) / (highest - lowest)).clamp(0.0, 1.0);
    let most = bins.iter().map(|b| b.pairs).max().unwrap_or(1).max(10) as f64;
    let decades = most.log10().ceil();
    let y = |n: f64| {
        let share = if n < 1.0 {
            0.0
        } else {
            (n.log10() + 0.3) / (decades + 0.3)
        };
        TOP + HEIGHT * (1.0 - share)
    };
    let floor = TOP + HEIGHT;
    let mut svg = String::from(
        "<svg class=\"chart wide\" viewBox=\"0 0 780 312\" role=\"img\" aria-label=\"Number of compared pairs by match weight, with the review and match thresholds; the figures are in the table below\">\
         <defs><pattern id=\"hatch\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><rect class=\"hatch-back\" width=\"5\" height=\"5\"/><line class=\"hatch-line\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"5\"/></pattern></defs>",
    );
    for decade in 0..=decades as i32 {
        let n = 10f64.powi(decade);
        let _ = write!(
            svg,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{:.1}\" y2=\"{:.1}\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            LEFT + WIDTH,
            y(n),
            y(n),
            LEFT - 6.0,
            y(n) + 4.0,
            short(n)
        );
    }
    for bin in bins.iter().filter(|b| b.pairs > 0) {
        let (from, to) = (x(bin.from), x(bin.from + step));
        let width = (to - from - 0.8).max(0.8);
        let top = y(bin.pairs as f64);
        let _ = write!(
            svg,
            "<rect class=\"others\" x=\"{from:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{:.1}\"><title>{} to {} bits: {} pairs, about {:.0} of them true matches</title></rect>",
            floor - top,
            bits(bin.from),
            bits(bin.from + step),
            Count(bin.pairs),
            bin.expected_matches
        );
        let expected = bin.expected_matches.min(bin.pairs as f64);
        if expected >= 1.0 {
            let top = y(expected);
            let _ = write!(
                svg,
                "<rect class=\"expected\" pointer-events=\"none\" x=\"{from:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{:.1}\"/>",
                floor - top
            );
        }
    }
    let _ = write!(
        svg,
        "<line class=\"axis\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{floor}\" y2=\"{floor}\"/>",
        LEFT + WIDTH
    );
    let span = highest - lowest;
    let tick = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]
        .into_iter()
        .find(|t| span / t <= 12.0)
        .unwrap_or(200.0);
    let mut at = (lowest / tick).ceil() * tick;
    while at <= highest + 1e-9 {
        let _ = write!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            x(at),
            floor + 18.0,
            if at.abs() < 1e-9 {
                "0".to_owned()
            } else {
                bits(at).trim_end_matches(".0").to_owned()
            }
        );
        at += tick;
    }
    let _ = write!(
        svg,
        "<text class=\"caption\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">match weight in bits (each bit doubles the odds)</text>",
        LEFT + WIDTH / 2.0,
        floor + 40.0
    );
    threshold(
        &mut svg,
        x(model.review_threshold.weight().0),
        "review",
        model.review_threshold,
        true,
    );
    threshold(
        &mut svg,
        x(model.match_threshold.weight().0),
        "match",
        model.match_threshold,
        false,
    );
    svg + "</svg>"
}

/// A labelled vertical line. The review label stands left of its line and the match label right, where there is
/// room; else a line lower on the other side.
fn threshold(svg: &mut String, x: f64, name: &str, at: Probability, left: bool) {
    let room = if left {
        x > LEFT + 110.0
    } else {
        x < LEFT + WIDTH - 110.0
    };
    let (anchor, dx) = if left == room {
        ("end", -5.0)
    } else {
        ("start", 5.0)
    };
    let y = if room { 24 } else { 38 };
    let _ = write!(
        svg,
        "<line class=\"threshold {name}\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"14\" y2=\"{:.1}\"/><text class=\"strong\" x=\"{:.1}\" y=\"{y}\" text-anchor=\"{anchor}\">{name} ≥ {}</text>",
        TOP + HEIGHT,
        x + dx,
        Percent(at.0)
    );
}

fn short(n: f64) -> String {
    if n >= 1e6 {
        format!("{:.0} M", n / 1e6)
    } else if n >= 1e3 {
        format!("{:.0} k", n / 1e3)
    } else {
        format!("{n:.0}")
    }
}

/// How often each field agrees fully among matches (filled dot) and among others (hollow dot).
pub(super) fn field_agreement(comparisons: &[ComparisonFacts]) -> String {
    let rows: Vec<(&str, f64, f64)> = comparisons
        .iter()
        .filter_map(|c| {
            let top = c.levels.first().filter(|l| l.label != "missing")?;
            Some((c.name.as_str(), top.m, top.u))
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let height = rows.len() * 26 + 34;
    let mut svg = format!(
        "<svg class=\"chart\" viewBox=\"0 0 560 {height}\" role=\"img\" aria-label=\"Share of pairs that agree fully, per field, among matches and among non-matches; the figures are in the table below\">"
    );
    let x = |share: f64| 150.0 + 380.0 * share.clamp(0.0, 1.0);
    let bottom = rows.len() * 26 + 8;
    for percent in [0, 25, 50, 75, 100] {
        let at = x(f64::from(percent) / 100.0);
        let _ = write!(
            svg,
            "<line class=\"grid\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"4\" y2=\"{bottom}\"/><text x=\"{at:.1}\" y=\"{}\" text-anchor=\"middle\">{percent} %</text>",
            bottom + 18
        );
    }
    for (i, (name, m, u)) in rows.into_iter().enumerate() {
        let y = i * 26 + 18;
        let name: String = if name.chars().count() > 22 {
            name.chars().take(21).chain(['…']).collect()
        } else {
            name.to_owned()
        };
        let _ = write!(
            svg,
            "<text x=\"140\" y=\"{}\" text-anchor=\"end\">{}</text><line class=\"link\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{y}\" y2=\"{y}\"/><circle class=\"u\" cx=\"{:.1}\" cy=\"{y}\" r=\"5\"><title>non-matches: {}</title></circle><circle class=\"m\" cx=\"{:.1}\" cy=\"{y}\" r=\"6\"><title>matches: {}</title></circle>",
            y + 4,
            Esc(&name),
            x(u),
            x(m),
            x(u),
            Percent(u),
            x(m),
            Percent(m)
        );
    }
    svg + "</svg>"
}

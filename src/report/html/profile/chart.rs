//! Small charts as inline SVG, coloured by the style sheet.

use std::fmt::Write as _;

use super::super::escape::{Count, Esc, Percent, share};
use crate::quality::facts::{Bin, ColumnProfile};

/// Useful, placeholder and empty records as one bar.
pub(super) fn filled(c: &ColumnProfile, records: u64) -> String {
    let useful = 100.0 * share(c.filled - c.placeholder_records, records);
    let nothing = 100.0 * share(c.placeholder_records, records);
    format!(
        "<svg class=\"fill\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{} useful\"><rect class=\"track\" width=\"100\" height=\"8\"/><rect class=\"useful\" width=\"{useful:.2}\" height=\"8\"/><rect class=\"nothing\" x=\"{useful:.2}\" width=\"{nothing:.2}\" height=\"8\"/></svg>",
        Percent(c.completeness)
    )
}

/// A bar of a list, as a share of the longest.
pub(super) fn bar(part: u64, whole: u64) -> String {
    format!(
        "<svg class=\"fill\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"track\" width=\"100\" height=\"8\"/><rect class=\"useful\" width=\"{:.2}\" height=\"8\"/></svg>",
        100.0 * share(part, whole)
    )
}

/// A histogram with its first and last value under it.
pub(super) fn histogram(bins: &[Bin], what: &str) -> String {
    let most = bins.iter().map(|b| b.records).max().unwrap_or(0).max(1) as f64;
    let (Some(first), Some(last)) = (bins.first(), bins.last()) else {
        return String::new();
    };
    let width = 240.0 / bins.len() as f64;
    let mut svg = format!(
        "<figure class=\"histogram\"><svg viewBox=\"0 0 240 48\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"Records by {what}, from {} to {}\">",
        Esc(&first.from),
        Esc(&last.from)
    );
    for (at, bin) in bins.iter().enumerate().filter(|(_, b)| b.records > 0) {
        let height = (46.0 * bin.records as f64 / most).max(1.0);
        let gap = if width > 3.0 { 1.0 } else { 0.0 };
        let _ = write!(
            svg,
            "<rect x=\"{:.2}\" y=\"{:.2}\" width=\"{:.2}\" height=\"{height:.2}\"><title>{}: {}</title></rect>",
            at as f64 * width,
            48.0 - height,
            width - gap,
            Esc(&bin.from),
            Count(bin.records)
        );
    }
    let _ = write!(
        svg,
        "</svg><figcaption><span>{}</span><span>{what}</span><span>{}</span></figcaption></figure>",
        Esc(&first.from),
        Esc(&last.from)
    );
    svg
}

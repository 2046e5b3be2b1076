//! The merge audit report from end to end: every file of it, its schema, its safety, its bounds.

mod example;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use example::{example, rejections};
use selfsame::report::{Detail, write_all};

fn write(merges: usize, dir: &Path, masked: bool) {
    let example = example(merges, 7);
    let rejections = rejections();
    let report = example.report(merges as u64 * 5, &rejections);
    let detail = Detail {
        merges: Box::new(example.merges()),
        review: Box::new(example.pairs(12, None).into_iter()),
        cut: Box::new(example.pairs(3, Some("cut: weak bridge")).into_iter()),
        rejections: &rejections,
    };
    write_all(&report, detail, dir, masked).unwrap();
}

/// For a look in a browser: `REPORT_DIR=… REPORT_MERGES=100000 cargo test --test it report::by_eye -- --ignored`.
#[test]
#[ignore = "writes files for a person to look at"]
fn by_eye() {
    let dir = std::env::var("REPORT_DIR").unwrap();
    let merges = std::env::var("REPORT_MERGES").map_or(400, |n| n.parse().unwrap());
    write(
        merges,
        Path::new(&dir),
        std::env::var("REPORT_MASK").is_ok(),
    );
}

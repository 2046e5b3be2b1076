//! Labelled pairs: what matching says of them is frozen in `tests/pairs/*.csv`, so that a change of matching has to
//! list the pairs it moves. `truth` is what a person says, `said` what the engine said when the file was written.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use selfsame::matching::{Settings, run};
use selfsame::pair::Verdict;
use selfsame::record::RecordId;

use crate::tables::{self, Cells};

struct Labelled {
    left: String,
    right: String,
    truth: String,
    said: String,
    why: String,
}

fn cells(text: &str) -> Cells {
    let cells: Vec<String> = text.split('|').map(str::to_owned).collect();
    let count = cells.len();
    cells
        .try_into()
        .unwrap_or_else(|_| panic!("{count} cells in `{text}`"))
}

/// The engine's verdict on each pair, its two records in sources of their own among a thousand others. The pairs
/// are matched one at a time: they share streets and numbers with each other.
fn verdict(pair: &Labelled) -> &'static str {
    let (others, _, _) = tables::sample(1000, "around the pairs");
    let mut rows: Vec<Vec<Cells>> = others
        .tables
        .iter()
        .map(|t| {
            (0..t.len())
                .map(|r| std::array::from_fn(|c| t.columns[c].value(r).to_owned()))
                .collect()
        })
        .collect();
    rows.extend([vec![cells(&pair.left)], vec![cells(&pair.right)]]);
    let (dataset, mappings) = tables::dataset(&rows);
    let found = run(&dataset, &mappings, &Settings::default(), &());
    let (left, right) = (RecordId(1000), RecordId(1001));
    if found.clusters.of[1000] == found.clusters.of[1001] {
        "same"
    } else if found.explain(left, right).verdict == Verdict::NonMatch {
        "different"
    } else {
        "review"
    }
}

#[test]
fn labelled_pairs_are_where_they_were() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pairs");
    let (mut moved, mut wrong, mut all) = (String::new(), 0, 0);
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        for row in csv::Reader::from_path(&path).unwrap().records() {
            let row = row.unwrap();
            let cell = |i: usize| row[i].to_owned();
            let pair = Labelled {
                left: cell(0),
                right: cell(1),
                truth: cell(2),
                said: cell(3),
                why: cell(4),
            };
            assert!(["same", "different"].contains(&pair.truth.as_str()));
            let says = verdict(&pair);
            all += 1;
            wrong += u32::from(says != "review" && says != pair.truth);
            if says != pair.said {
                let (file, why, said) = (path.display(), &pair.why, &pair.said);
                writeln!(moved, "{file}: {why}: {said} → {says}").unwrap();
            }
        }
    }
    assert!(
        moved.is_empty(),
        "pairs moved; if that is right, write it into the files:\n{moved}"
    );
    assert!(all >= 9 && wrong * 5 <= all, "{wrong} of {all} are wrong");
}

//! Writes all files of a report: each to a private temporary file beside its target, all moved into place at the end.

use std::borrow::Cow;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use tempfile::NamedTempFile;

use crate::record::Rejection;

use super::case::MergeCase;
use super::deck::Deck;
use super::error::Error;
use super::facts::RunReport;
use super::html::HtmlReport;
use super::json::JsonReport;
use super::mask;
use super::sheet::{MergesSheet, quarantine_sheet};

/// Cases that are held at once.
const BATCH: usize = 512;

/// What is streamed beside the facts. Each deck is read once, in order; nothing is held but what the HTML embeds.
pub struct Detail<'a> {
    /// Every customer of two or more records, in order of customers.
    pub merges: Box<dyn Iterator<Item = MergeCase> + 'a>,
    /// Pairs for review, strongest first.
    pub review: Box<dyn Iterator<Item = MergeCase> + 'a>,
    /// Pairs that clustering cut, strongest first.
    pub cut: Box<dyn Iterator<Item = MergeCase> + 'a>,
    /// Every refused row.
    pub rejections: &'a [Rejection],
}

impl Default for Detail<'_> {
    fn default() -> Self {
        Self {
            merges: Box::new(std::iter::empty()),
            review: Box::new(std::iter::empty()),
            cut: Box::new(std::iter::empty()),
            rejections: &[],
        }
    }
}

/// Where the files of a report are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// `report.html`
    pub html: PathBuf,
    /// `report.json`
    pub json: PathBuf,
    /// `merges.csv`
    pub merges: PathBuf,
    /// `quarantine.csv`
    pub quarantine: PathBuf,
}

/// Writes `report.html`, `report.json`, `merges.csv` and `quarantine.csv` into `dir` (made when missing, readable by
/// the owner only), masked when `masked`. Nothing is replaced before all are complete.
///
/// # Errors
/// When the directory cannot be made or a file cannot be written or moved into place.
pub fn write_all(
    report: &RunReport,
    detail: Detail<'_>,
    dir: &Path,
    masked: bool,
) -> Result<Written, Error> {
    make_private(dir)?;
    let report = if masked {
        Cow::Owned(mask::report(report))
    } else {
        Cow::Borrowed(report)
    };
    let mut files = Vec::new();
    let merges_path = dir.join("merges.csv");
    let json_path = dir.join("report.json");
    let html_path = dir.join("report.html");
    let quarantine_path = dir.join("quarantine.csv");

    let mut html = HtmlReport::new(&report);
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source: io::Error| Error::Write { path, source }
    };
    let sheet = open(dir).map_err(at(&merges_path))?;
    let mut sheet = MergesSheet::new(sheet, &report.kinds()).map_err(at(&merges_path))?;
    let json = open(dir).map_err(at(&json_path))?;
    let mut json = JsonReport::new(json, &report).map_err(at(&json_path))?;
    let decks = [
        (Deck::Merges, detail.merges),
        (Deck::Review, detail.review),
        (Deck::Cut, detail.cut),
    ];
    for (deck, cases) in decks {
        let mut cases = cases;
        loop {
            let mut batch: Vec<MergeCase> = cases.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                break;
            }
            if masked {
                batch.par_iter_mut().for_each(mask::case);
            }
            // the files do not depend on each other; JSON is the largest by far
            let left_out = |case: &MergeCase| json.leaves_out(deck, case);
            let line = |case| {
                (!left_out(case))
                    .then(|| serde_json::to_vec(case))
                    .transpose()
            };
            let lines = || batch.par_iter().map(line).collect();
            let rest = || {
                batch.iter().try_for_each(|case| {
                    html.add(deck, case);
                    match deck {
                        Deck::Merges => sheet.add(case),
                        Deck::Review | Deck::Cut => Ok(()),
                    }
                })
            };
            let (lines, rest): (Result<Vec<_>, serde_json::Error>, _) = rayon::join(lines, rest);
            rest.map_err(at(&merges_path))?;
            let lines = lines.map_err(|e| at(&json_path)(e.into()))?;
            for (case, line) in batch.iter().zip(lines) {
                json.add_line(deck, case.risk.score, line)
                    .map_err(at(&json_path))?;
            }
        }
    }
    files.push((sheet.finish().map_err(at(&merges_path))?, &merges_path));
    files.push((json.finish().map_err(at(&json_path))?, &json_path));

    let rejections = detail.rejections.iter().map(|r| {
        if masked {
            Cow::Owned(mask::rejection(r, &report.mappings))
        } else {
            Cow::Borrowed(r)
        }
    });
    let out = open(dir).map_err(at(&quarantine_path))?;
    let out = quarantine_sheet(out, rejections).map_err(at(&quarantine_path))?;
    files.push((out, &quarantine_path));
    let out = open(dir).map_err(at(&html_path))?;
    let out = html.finish(out).map_err(at(&html_path))?;
    files.push((out, &html_path));

    let mut complete = Vec::new();
    for (out, path) in files {
        complete.push((sync(out).map_err(at(path))?, path));
    }
    for (file, path) in complete {
        file.persist(path).map_err(|e| Error::Replace {
            path: path.clone(),
            source: e.error,
        })?;
    }
    Ok(Written {
        html: html_path,
        json: json_path,
        merges: merges_path,
        quarantine: quarantine_path,
    })
}

type Out = BufWriter<NamedTempFile>;

/// A temporary file is created 0600, and stays so when it is moved.
fn open(dir: &Path) -> io::Result<Out> {
    let file = tempfile::Builder::new()
        .prefix(".report-")
        .tempfile_in(dir)?;
    Ok(BufWriter::with_capacity(1 << 18, file))
}

fn sync(mut out: Out) -> io::Result<NamedTempFile> {
    out.flush()?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn make_private(dir: &Path) -> Result<(), Error> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(dir).map_err(|source| Error::Directory {
        path: dir.to_owned(),
        source,
    })
}

//! Writes all files of a report: each to a private temporary file beside its target, all moved into place at the end.

use std::borrow::Cow;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use rayon::prelude::*;
use tempfile::NamedTempFile;

use crate::record::{Kind, Rejection};

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
const HTML: &str = "report.html";
const JSON: &str = "report.json";
const MERGES: &str = "merges.csv";
const QUARANTINE: &str = "quarantine.csv";

/// What is streamed beside the facts. Each deck is read once, in order; nothing is held but what the HTML embeds.
pub struct Detail<'a> {
    /// Every customer of two or more records, in order of customers.
    pub merges: Box<dyn Iterator<Item = MergeCase<'a>> + 'a>,
    /// Pairs for review, strongest first.
    pub review: Box<dyn Iterator<Item = MergeCase<'a>> + 'a>,
    /// Pairs that clustering cut, strongest first.
    pub cut: Box<dyn Iterator<Item = MergeCase<'a>> + 'a>,
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
    let mut files = ReportFiles::open(dir, &report.kinds(), masked)?;
    let preparer = files.preparer();
    let decks = [
        (Deck::Merges, detail.merges),
        (Deck::Review, detail.review),
        (Deck::Cut, detail.cut),
    ];
    for (deck, mut cases) in decks {
        if deck == Deck::Review {
            files.begin(report)?;
        }
        loop {
            let batch: Vec<MergeCase<'_>> = cases.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                break;
            }
            let batch = batch.into_par_iter();
            files.add(deck, batch.map(|c| preparer.prepare(deck, c)).collect())?;
        }
    }
    files.complete(report, detail.rejections)
}

/// A case made ready for all files.
#[derive(Debug)]
pub struct Prepared<'a> {
    case: MergeCase<'a>,
    /// Its line of `report.json`, unless it is left out there.
    line: Option<serde_json::Result<Vec<u8>>>,
}

/// Makes cases ready for the files, in any order and by any thread.
#[derive(Clone, Debug)]
pub struct Preparer {
    masked: bool,
    /// Deck and risk up to which `report.json` leaves out what comes now, as [`told`] writes them.
    floor: Arc<AtomicU16>,
}

impl Preparer {
    /// Makes a case ready for its deck.
    #[must_use]
    pub fn prepare<'a>(&self, deck: Deck, mut case: MergeCase<'a>) -> Prepared<'a> {
        if self.masked {
            mask::case(&mut case);
        }
        // the floor only rises, so that an old one costs time and changes nothing
        let floor = self.floor.load(Ordering::Relaxed);
        let left_out = told(deck, case.risk.score) <= floor && floor >> 8 == told(deck, 0) >> 8;
        Prepared {
            line: (!left_out).then(|| serde_json::to_vec(&case)),
            case,
        }
    }
}

/// A deck (from 1 on, 0 is none) and a risk in one number.
fn told(deck: Deck, risk: u8) -> u16 {
    (deck as u16 + 1) << 8 | u16::from(risk)
}

/// The files of a report while they are written: merges first, then the facts, then pairs. Nothing is replaced before all
/// are complete; dropped before that, they vanish.
#[derive(Debug)]
pub struct ReportFiles {
    dir: PathBuf,
    masked: bool,
    html: HtmlReport,
    sheet: MergesSheet<Out>,
    json: JsonReport<Out>,
    floor: Arc<AtomicU16>,
}

impl ReportFiles {
    /// Opens the files in `dir` (made when missing, readable by the owner only); `kinds` are the columns of `merges.csv`.
    ///
    /// # Errors
    /// When the directory cannot be made or written to.
    pub fn open(dir: &Path, kinds: &[Kind], masked: bool) -> Result<Self, Error> {
        make_private(dir)?;
        let sheet = open(dir).and_then(|out| MergesSheet::new(out, kinds));
        let json = open(dir);
        Ok(Self {
            sheet: sheet.map_err(at(dir, MERGES))?,
            json: JsonReport::new(json.map_err(at(dir, JSON))?),
            html: HtmlReport::default(),
            dir: dir.to_owned(),
            masked,
            floor: Arc::default(),
        })
    }

    /// What makes cases ready for [`ReportFiles::add`].
    #[must_use]
    pub fn preparer(&self) -> Preparer {
        Preparer {
            masked: self.masked,
            floor: Arc::clone(&self.floor),
        }
    }

    /// Adds cases of a deck, in its order.
    ///
    /// # Errors
    /// When a file cannot be written to, or a pair comes before the facts.
    pub fn add(&mut self, deck: Deck, cases: Vec<Prepared<'_>>) -> Result<(), Error> {
        for Prepared { case, line } in cases {
            self.html.add(deck, &case);
            if deck == Deck::Merges {
                self.sheet.add(&case).map_err(at(&self.dir, MERGES))?;
            }
            let line = line
                .transpose()
                .map_err(|e| at(&self.dir, JSON)(e.into()))?;
            self.json
                .add_line(deck, case.risk.score, line)
                .map_err(at(&self.dir, JSON))?;
        }
        if let Some(floor) = self.json.floor() {
            self.floor.store(told(deck, floor), Ordering::Relaxed);
        }
        Ok(())
    }

    /// Begins the machine's copy with the facts, after the merges and before the first pair.
    ///
    /// # Errors
    /// When it cannot be written to.
    pub fn begin(&mut self, report: &RunReport) -> Result<(), Error> {
        let begun = self.json.begin(&self.shown(report));
        begun.map_err(at(&self.dir, JSON))
    }

    fn shown<'r>(&self, report: &'r RunReport) -> Cow<'r, RunReport> {
        if self.masked {
            Cow::Owned(mask::report(report))
        } else {
            Cow::Borrowed(report)
        }
    }

    /// Writes the rest and moves all files into place.
    ///
    /// # Errors
    /// When a file cannot be written or moved into place.
    pub fn complete(self, report: &RunReport, rejections: &[Rejection]) -> Result<Written, Error> {
        let report = self.shown(report);
        let dir = &self.dir;
        let mut files = vec![
            (self.sheet.finish().map_err(at(dir, MERGES))?, MERGES),
            (self.json.finish().map_err(at(dir, JSON))?, JSON),
        ];
        let rejections = rejections.iter().map(|r| {
            if self.masked {
                Cow::Owned(mask::rejection(r, &report.mappings))
            } else {
                Cow::Borrowed(r)
            }
        });
        let out = open(dir).and_then(|out| quarantine_sheet(out, rejections));
        files.push((out.map_err(at(dir, QUARANTINE))?, QUARANTINE));
        let out = open(dir).and_then(|out| self.html.finish(&report, out));
        files.push((out.map_err(at(dir, HTML))?, HTML));

        let mut complete = Vec::new();
        for (out, name) in files {
            complete.push((sync(out).map_err(at(dir, name))?, name));
        }
        for (file, name) in complete {
            let path = dir.join(name);
            file.persist(&path).map_err(|e| Error::Replace {
                path,
                source: e.error,
            })?;
        }
        Ok(Written {
            html: dir.join(HTML),
            json: dir.join(JSON),
            merges: dir.join(MERGES),
            quarantine: dir.join(QUARANTINE),
        })
    }
}

/// The error of a file of the report.
fn at<'p>(dir: &'p Path, name: &'p str) -> impl Fn(io::Error) -> Error + 'p {
    move |source| Error::Write {
        path: dir.join(name),
        source,
    }
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

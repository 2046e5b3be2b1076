//! `report.json`: the machine twin, streamed case by case. Schema in `docs/REPORT.md`.

use std::io::{self, Write};

use super::case::MergeCase;
use super::deck::Deck;
use super::facts::RunReport;

/// Writes the report's facts first, then the cases of each deck, one a line.
#[derive(Debug)]
pub struct JsonReport<W: Write> {
    out: W,
    /// Position in [`Deck::ALL`] of the deck that is open.
    open: usize,
    /// Cases in the open deck.
    cases: u64,
}

impl<W: Write> JsonReport<W> {
    /// Begins the document with everything but the cases.
    ///
    /// # Errors
    /// When `out` cannot be written to.
    pub fn new(mut out: W, report: &RunReport) -> io::Result<Self> {
        let facts = serde_json::to_string(report)?;
        // the cases are further members of the same object
        out.write_all(facts.strip_suffix('}').unwrap_or(&facts).as_bytes())?;
        let mut json = Self {
            out,
            open: 0,
            cases: 0,
        };
        json.begin()?;
        Ok(json)
    }

    /// Adds a case; decks come in the order of [`Deck::ALL`].
    ///
    /// # Errors
    /// When the output cannot be written to, or the deck was closed by a case of a later one.
    pub fn add(&mut self, deck: Deck, case: &MergeCase) -> io::Result<()> {
        self.add_line(deck, &serde_json::to_vec(case)?)
    }

    /// As [`JsonReport::add`], with the case already written as JSON, so that others may do that in parallel.
    pub(super) fn add_line(&mut self, deck: Deck, case: &[u8]) -> io::Result<()> {
        while self.open < deck as usize {
            self.next_deck()?;
        }
        if self.open > deck as usize {
            return Err(io::Error::other("cases of an earlier deck came late"));
        }
        self.out
            .write_all(if self.cases == 0 { b"\n" } else { b",\n" })?;
        self.cases += 1;
        self.out.write_all(case)
    }

    /// Ends the document and gives the output back.
    ///
    /// # Errors
    /// When the output cannot be written to.
    pub fn finish(mut self) -> io::Result<W> {
        while self.open + 1 < Deck::ALL.len() {
            self.next_deck()?;
        }
        self.out.write_all(b"]}\n")?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn next_deck(&mut self) -> io::Result<()> {
        self.out.write_all(b"]")?;
        self.open += 1;
        self.cases = 0;
        self.begin()
    }

    fn begin(&mut self) -> io::Result<()> {
        write!(self.out, ",\n\"{}\":[", Deck::ALL[self.open].name())
    }
}

//! `report.json`: the machine twin: the facts, then as many cases of each deck as a reader can still open. Schema in
//! `docs/REPORT.md`.

use std::io::{self, Write};

use super::case::MergeCase;
use super::deck::Deck;
use super::facts::RunReport;

/// Cases of one deck that are written; all merges are in `merges.csv`.
pub const MOST_CASES: usize = 10_000;

/// Writes the report's facts first, then the cases of each deck, one a line. Of more than [`MOST_CASES`] merges those of
/// the highest risk stay, of pairs the first.
#[derive(Debug)]
pub struct JsonReport<W: Write> {
    out: W,
    begun: bool,
    most: usize,
    /// Position in [`Deck::ALL`] of the deck that is open.
    open: usize,
    /// Cases of the open deck.
    lines: Vec<Line>,
    /// Risk that a further case must pass, once there are too many.
    floor: Option<u8>,
    /// Cases of each deck that were offered, and those that were written.
    counts: [(u64, u64); Deck::ALL.len()],
}

/// A case as JSON.
#[derive(Debug)]
struct Line {
    risk: u8,
    ordinal: u64,
    json: Vec<u8>,
}

impl<W: Write> JsonReport<W> {
    /// A document with nothing in it. Merges may be added before the facts are there.
    #[must_use]
    pub fn new(out: W) -> Self {
        Self::with_most(out, MOST_CASES)
    }

    fn with_most(out: W, most: usize) -> Self {
        Self {
            out,
            begun: false,
            most,
            open: 0,
            lines: Vec::new(),
            floor: None,
            counts: [(0, 0); Deck::ALL.len()],
        }
    }

    /// Writes everything but the cases; needed once, before the first pair.
    ///
    /// # Errors
    /// When the output cannot be written to.
    pub fn begin(&mut self, report: &RunReport) -> io::Result<()> {
        self.begin_with(&serde_json::to_string(report)?)
    }

    fn begin_with(&mut self, facts: &str) -> io::Result<()> {
        // the cases are further members of the same object
        let facts = facts.strip_suffix('}').unwrap_or(facts);
        self.out.write_all(facts.as_bytes())?;
        self.begun = true;
        Ok(())
    }

    /// Adds a case; decks come in the order of [`Deck::ALL`].
    ///
    /// # Errors
    /// When the output cannot be written to, the deck was closed by a case of a later one, or facts must come first.
    pub fn add(&mut self, deck: Deck, case: &MergeCase<'_>) -> io::Result<()> {
        let json = serde_json::to_vec(case)?;
        self.add_line(deck, case.risk.score, Some(json))
    }

    /// The risk up to which further cases of the deck that was added to last are left out in any event: they need not be
    /// made JSON of.
    pub(super) fn floor(&self) -> Option<u8> {
        self.floor
    }

    /// As [`JsonReport::add`], with the case already written as JSON, so that others may do that in parallel; `None` for
    /// a case that is left out.
    pub(super) fn add_line(
        &mut self,
        deck: Deck,
        risk: u8,
        json: Option<Vec<u8>>,
    ) -> io::Result<()> {
        while self.open < deck as usize {
            self.close_deck()?;
        }
        if self.open > deck as usize {
            return Err(io::Error::other("cases of an earlier deck came late"));
        }
        let ordinal = self.counts[self.open].0;
        self.counts[self.open].0 += 1;
        if let Some(json) = json {
            // pairs come strongest first, and that is the order in which they matter
            let risk = if deck == Deck::Merges { risk } else { 0 };
            self.lines.push(Line {
                risk,
                ordinal,
                json,
            });
        }
        if self.lines.len() >= self.most + self.most.div_ceil(4) {
            self.trim();
            let least = self.lines.iter().map(|l| l.risk).min();
            self.floor = if deck == Deck::Merges {
                least
            } else {
                Some(u8::MAX)
            };
        }
        Ok(())
    }

    /// Ends the document and gives the output back.
    ///
    /// # Errors
    /// When the output cannot be written to.
    pub fn finish(mut self) -> io::Result<W> {
        while self.open < Deck::ALL.len() {
            self.close_deck()?;
        }
        self.out.write_all(b",\n\"left_out\":{")?;
        for (i, (deck, (all, written))) in Deck::ALL.iter().zip(self.counts).enumerate() {
            let comma = if i > 0 { "," } else { "" };
            write!(self.out, "{comma}\"{}\":{}", deck.name(), all - written)?;
        }
        self.out.write_all(b"}}\n")?;
        self.out.flush()?;
        Ok(self.out)
    }

    /// Leaves out what is too much: the lowest risk, and of that the last.
    fn trim(&mut self) {
        self.lines.sort_by_key(|l| (u8::MAX - l.risk, l.ordinal));
        self.lines.truncate(self.most);
    }

    fn close_deck(&mut self) -> io::Result<()> {
        if !self.begun {
            return Err(io::Error::other("pairs came before the facts"));
        }
        self.trim();
        self.lines.sort_by_key(|l| l.ordinal);
        write!(self.out, ",\n\"{}\":[", Deck::ALL[self.open].name())?;
        for (i, line) in self.lines.iter().enumerate() {
            self.out.write_all(if i == 0 { b"\n" } else { b",\n" })?;
            self.out.write_all(&line.json)?;
        }
        self.counts[self.open].1 = self.lines.len() as u64;
        self.lines.clear();
        self.floor = None;
        self.open += 1;
        self.out.write_all(b"]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn written(most: usize, risks: &[u8], deck: Deck) -> (Vec<u64>, Value) {
        let mut json = JsonReport::with_most(Vec::new(), most);
        json.begin_with("{\"of\":1}").unwrap();
        for (i, risk) in risks.iter().enumerate() {
            json.add_line(deck, *risk, Some(i.to_string().into_bytes()))
                .unwrap();
        }
        let value: Value = serde_json::from_slice(&json.finish().unwrap()).unwrap();
        let cases = value[deck.name()].as_array().unwrap();
        (cases.iter().filter_map(Value::as_u64).collect(), value)
    }

    #[test]
    fn of_too_many_merges_the_riskiest_stay_in_their_order() {
        let risks = [5, 90, 1, 90, 7, 3, 90, 8];
        let (kept, json) = written(4, &risks, Deck::Merges);
        assert_eq!(kept, [1, 3, 6, 7]);
        assert_eq!(json["left_out"]["merges"], 4);
        assert_eq!(json["left_out"]["review"], 0);
        let (kept, json) = written(8, &risks, Deck::Merges);
        assert_eq!(kept.len(), 8);
        assert_eq!(json["left_out"]["merges"], 0);
    }

    #[test]
    fn of_too_many_pairs_the_first_stay() {
        let (kept, json) = written(2, &[1, 50, 90, 90, 90], Deck::Review);
        assert_eq!(kept, [0, 1]);
        assert_eq!(json["left_out"]["review"], 3);
    }
}

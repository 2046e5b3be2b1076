//! The three decks of cases in a report.

/// Which deck a case belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deck {
    /// Customers made of two or more records.
    Merges = 0,
    /// Pairs between the thresholds, for a person to decide.
    Review = 1,
    /// Matches that clustering refused, with the reason in the evidence's note.
    Cut = 2,
}

impl Deck {
    /// All decks in the order in which they are written.
    pub const ALL: [Deck; 3] = [Deck::Merges, Deck::Review, Deck::Cut];

    /// The deck's key in `report.json`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Deck::Merges => "merges",
            Deck::Review => "review",
            Deck::Cut => "cut",
        }
    }
}

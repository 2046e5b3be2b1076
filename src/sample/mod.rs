//! Invented customer records with a known truth, for demonstrations and tests: any number, the same for the same seed.
//!
//! Nobody in them exists: names are combined by chance from lists of common words, telephone numbers are taken from
//! ranges set aside for films, mail domains from those reserved for examples (RFC 2606). Every record is a function of
//! seed and position alone, so files of any size are written in constant memory and by any number of threads.

mod customer;
mod dice;
mod flaw;
mod layout;
mod locale;
mod phone;
pub mod render;
pub mod row;
mod slip;
mod vocabulary;

pub use row::{Order, Row, Source, Stamp, Ticket};

use dice::{Dice, seed_of, shuffled};
use layout::{Layout, TILE};

const ROW: u64 = 5;
const ORDER: u64 = 6;

/// All records of a sample.
#[derive(Debug)]
pub struct Sources {
    seed: u64,
    records: u64,
    layout: Layout,
}

impl Sources {
    /// Takes the number of records over all sources and a seed of any text.
    #[must_use]
    pub fn new(records: u64, seed: &str) -> Self {
        let seed = seed_of(seed);
        Self {
            seed,
            records,
            layout: Layout::new(seed),
        }
    }

    /// Number of records over all sources.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.records
    }

    /// The record at `position`, from 0 to below [`Sources::records`]; records of one customer lie far apart.
    #[must_use]
    pub fn row(&self, position: u64) -> Row {
        let index = shuffled(self.seed ^ ORDER, position, self.records.max(1));
        let tile = index / TILE;
        let slot = self.layout.slots[(index % TILE) as usize];
        let customer = customer::customer(self.seed, &self.layout, tile, slot);
        let entity = tile * self.layout.entities + u64::from(slot.entity) + 1;
        flaw::row(
            &customer,
            position + 1,
            entity,
            &mut Dice::new(self.seed, ROW, index),
        )
    }
}

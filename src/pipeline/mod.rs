//! The conductor: the order of the stages, one clock, one publication, and the account of every row.

pub mod audit;
pub mod cases;
pub mod clock;
mod columns;
pub mod decided;
pub mod dedupe;
mod earlier;
pub mod error;
pub mod evaluate;
pub mod event;
pub mod explain;
pub mod gate;
pub mod gather;
pub mod handed_on;
pub mod job;
mod judged;
mod kept;
pub mod keys;
pub mod linked;
pub mod links;
pub mod meaning;
pub mod plan;
pub mod profile;
pub mod quarantine;
pub mod read;
pub mod run;
mod side_by_side;
pub mod staging;
pub mod take_back;
pub mod timing;
pub mod worksheet;

pub use error::{Class, Error};
pub use event::{Event, Observer};

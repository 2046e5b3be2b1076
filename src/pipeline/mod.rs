//! The conductor: the order of the stages, one clock, one publication, and the account of every row.

pub mod audit;
pub mod clock;
pub mod dedupe;
pub mod error;
pub mod evaluate;
pub mod event;
pub mod explain;
pub mod gate;
pub mod keys;
pub mod linked;
pub mod plan;
pub mod profile;
pub mod read;
pub mod run;
pub mod staging;
pub mod timing;

pub use error::{Class, Error};
pub use event::{Event, Observer};

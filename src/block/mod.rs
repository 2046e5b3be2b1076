//! Which pairs are worth comparing: blocking rules chosen from the data under a pair budget, and the
//! stream of candidate pairs they propose.

pub mod candidates;
mod catalogue;
pub mod choose;
pub mod part;
pub mod rule;
mod scan;
mod sort;
mod trial;

pub use candidates::{Blocks, Candidates, Proposal};
pub use choose::{Choice, Choices, Settings, choose};
pub use part::{Part, PartKeys};
pub use rule::{KeyRows, Rule};

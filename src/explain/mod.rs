//! Why a pair of records is, or is not, one customer, in words.

pub mod waterfall;

pub use waterfall::{Case, waterfall};

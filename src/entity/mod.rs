//! One customer: clusters of records, golden values and where each came from.

pub mod cluster;
pub mod golden;

pub use cluster::Clusters;
pub use golden::{Golden, GoldenValue, Losing};

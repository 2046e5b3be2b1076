//! Being written.

pub mod headers;

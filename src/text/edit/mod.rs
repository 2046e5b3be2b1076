//! Similarity of two short byte strings, bit-parallel: Jaro–Winkler, Levenshtein, optimal string
//! alignment.
//!
//! The kernels take bytes of folded text, where a byte is a character. They are right for any bytes, and
//! fastest when one side has at most 64 of the usual ones (lower-case letters, digits, space, common signs).

mod align;
mod jaro;
mod mask;
mod pattern;
mod short;

pub use align::{levenshtein, osa, osa_similarity, osa_within};
pub use jaro::{jaro, jaro_winkler};
pub use pattern::Pattern;
pub use short::Short;

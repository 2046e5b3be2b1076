//! String tools that know nothing of records: folding to ASCII, tokens, sound codes, similarity.
//!
//! Everything but [`fold()`] itself and [`json`] expects *folded* text: lower-case ASCII letters and digits,
//! words parted by single spaces. On such text a byte is a character, so the kernels in
//! [`edit`] work on bytes.

pub mod digits;
pub mod edit;
pub mod fold;
pub mod json;
pub mod mojibake;
pub mod phonetic;
pub mod rounded;
pub mod skeleton;
pub mod tokens;

pub use edit::{Pattern, jaro, jaro_winkler, levenshtein, osa, osa_similarity, osa_within};
pub use fold::{fold, fold_into};
pub use phonetic::{sound, soundex};
pub use skeleton::skeleton;
pub use tokens::{soft_tfidf, sorted_token_key, token_set_similarity, tokens};

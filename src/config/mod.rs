//! What was asked for, checked: the pipeline file, its errors with line and hint, its reference and its draft.

pub mod check;
pub mod corrections;
pub mod draft;
pub mod error;
pub mod file;
pub mod labels;
pub mod propose;
pub mod reference;
pub mod rules;
pub mod validation;

pub use check::check;
pub use corrections::{Action, Corrections, Decision};
pub use error::ConfigError;
pub use file::{
    Expectation, FieldSpec, Limits, Linked, LinkedKind, MatchSection, Output, Pipeline, Source,
    parse, read,
};
pub use rules::rules;

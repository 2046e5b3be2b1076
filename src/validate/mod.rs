//! What the data must look like: rules over columns and rows, tried on tables; what fails is told, blanked or taken out.
//!
//! Nothing here reads a file or a clock, and nothing is destroyed: a blanked value and a row taken out are handed back to the
//! caller, who keeps them. How cells are read (what is an e-mail address, which day a date means) is the caller's, too, by
//! [`Readings`].

pub mod apply;
pub mod expression;
mod judge;
pub mod outcome;
pub mod reading;
pub mod repair;
pub mod rule;

pub use apply::{Applied, Blanked, Ground, Refused, apply};
pub use expression::Expression;
pub use outcome::{Example, RuleResult, RuleRun};
pub use reading::Readings;
pub use repair::repair;
pub use rule::{Bound, Check, Rule, Severity, Shape};

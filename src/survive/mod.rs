//! A cluster → one golden customer, field by field: which value survives, from which record, by which rule.
//!
//! The stage works on *readings*: what a source cell says, as given by a [`Read`] implementation of a floor
//! above (the normalizers are a stage of their own). Everything else is here: rules, trust, the address as one
//! group, consent that is never widened, and the check that every golden value is a source cell or a named
//! lossless transform of one.

pub mod address;
mod born;
pub mod choice;
pub mod consent;
pub mod faithful;
pub mod gather;
pub mod golden;
pub mod key;
mod plan;
pub mod reading;
pub mod rule;
pub mod settings;
pub mod stand_in;
pub mod transform;

pub use choice::{Choice, Chosen};
pub use consent::{ConsentState, Effective};
pub use faithful::{Unfaithful, check_faithful};
pub use gather::{Gathered, Member, Said, Slot, Survivor, Value};
pub use golden::golden_records;
pub use reading::{CellContext, Plain, Read, Reading, Tier};
pub use rule::Rule;
pub use settings::{FieldRule, Settings, SettingsError};
pub use transform::Transform;

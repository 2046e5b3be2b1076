//! The record as read: its identity, its raw cells in columns, what the columns mean, and what was refused.

pub mod dictionary;
pub mod frame;
pub mod id;
pub mod kind;
pub mod mapping;
pub mod numbers;
pub mod quarantine;
pub mod table;

pub use dictionary::Dictionary;
pub use id::RecordId;
pub use kind::Kind;
pub use mapping::{
    CONTACT, ColumnMapping, DOUBTFUL, DateOrder, FAMILY_FIRST, FORMER, IS_FIRM, OPTED_OUT,
    RECORD_TYPE, REFUSALS, TableMapping,
};
pub use numbers::{Number, Numbers};
pub use quarantine::{RULES, Rejection};
pub use table::{Column, Dataset, InputFile, Origin, SourceTable};

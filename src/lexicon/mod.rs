//! Words with a meaning of their own in customer records, as tables.

pub mod nicknames;

//! Raw cells to normal forms, once per distinct value; the raw cell is always kept beside them.

pub mod address;
pub mod name;
pub mod organization;

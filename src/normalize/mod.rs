//! Raw cells to normal forms, one file per kind of value, once per distinct value; the raw cell is always kept beside them.

pub mod address;
pub mod calendar;
pub mod consent;
pub mod country;
pub mod date;
pub mod email;
pub mod gender;
pub mod identifier;
pub mod identity_number;
pub mod name;
pub mod organization;
pub mod phone;
mod phone_cell;
mod phone_plan;
pub mod placeholder;
pub mod postcode;
pub mod timestamp;
pub mod website;

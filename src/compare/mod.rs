//! From a pair of records to one level per comparison: fields' scales of agreement, strongest first.

pub mod address;
pub mod birth;
pub mod comparator;
pub mod contact;
pub mod country;
pub mod name;
pub mod organization;
pub mod word;

pub use comparator::{Comparator, Tables};
pub use word::WordGrade;

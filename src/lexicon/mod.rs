//! Vocabularies compiled into the program: what people put around names, companies and addresses.

pub mod directions;
pub mod family_names;
pub mod given_names;
pub mod honorifics;
pub mod legal_forms;
pub mod organization_words;
pub mod particles;
pub mod regions;
mod rows;
pub mod street_words;
pub mod suffixes;
pub mod units;

//! Vocabularies compiled into the program: what is known of names, companies, places and mail before any record is read.

pub mod answers;
pub mod city_names;
pub mod countries;
pub mod date_parts;
pub mod directions;
pub mod family_names;
pub mod given_names;
pub mod headers;
pub mod honorifics;
pub mod legal_forms;
pub mod mail_domains;
pub mod months;
pub mod nicknames;
pub mod organization_words;
pub mod particles;
pub mod phone_parts;
pub mod postcodes;
pub mod record_types;
pub mod regions;
pub mod role_mailboxes;
pub mod roles;
mod rows;
pub mod street_words;
pub mod suffixes;
pub mod units;
pub mod wishes;
pub mod word_key;

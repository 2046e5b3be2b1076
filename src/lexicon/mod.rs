//! Word lists with their sources: what is known of names, places and mail before any record is read.

pub mod countries;
pub mod mail_domains;
pub mod months;
pub mod postcodes;
pub mod role_mailboxes;
pub mod word_key;

//! One customer, one record: a batch pipeline that reads customer records from CSV, SQLite and JSON
//! exports, finds the records that are the same customer, merges them and loads one
//! single-customer-view database with a report that can defend every merge.

// Floors from the ground up; a module imports only from floors below its own (tests/it/house.rs).
// floor 0: the nouns
pub mod entity;
pub mod pair;
pub mod record;
// floor 1: the tools
pub mod lexicon;
pub mod text;
// floor 2: the stages
pub mod block;
pub mod cluster;
pub mod compare;
pub mod evaluate;
pub mod explain;
pub mod normalize;
pub mod profile;
pub mod sample;
pub mod survive;
pub mod validate;
pub mod weigh;
// floor 3: the stages joined: to one pure engine, and to one look at the data
pub mod matching;
pub mod quality;
// floor 4: the edges
pub mod extract;
pub mod load;
pub mod report;
pub mod spill;
// floor 5: what was asked for
pub mod config;
// floor 6: the conductor
pub mod pipeline;
// floor 7: the door
pub mod cli;

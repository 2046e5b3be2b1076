//! Integration tests, one module a concern.
#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::panic, reason = "a test may panic")]

mod command; // transcripts: arguments, exit code, stdout, stderr
mod docs; // generated references are fresh
mod extract; // what comes in comes out unchanged, and every bad input has its answer
mod facts; // what exports say beside values: merged and deleted records, rounded ids, secrets
mod golden; // what survives of usual layouts without any configuration
mod house; // the rules of the house that a machine can check
mod laws; // threads, order, conservation, evidence, decisions
mod oracle; // what is learned and counted against known parameters and naive versions
mod pairs; // labelled pairs and what is said of them, frozen
mod profile; // the data profile: figures, damage, masking, safety, bad input
mod ran; // the command, run in a folder
mod report; // the merge audit report: files, schema, safety, bounds
mod rules; // rules and quarantine: what rules do to a run, rows worked off once
mod sample; // sample sources: reproducible, true to their truth, nobody's data
mod schema; // every table and column of the database is documented
mod servers; // optional sources: databases of servers, Parquet
mod standards; // every case of tests/standards has the normal and the display form its standard asks for
mod tables; // small data sets in memory, for the laws and oracles
mod torture; // hundreds of damaged files: read right, quarantined or refused, never misread
mod torture_files; // workbooks, archives and databases made for it
mod walk; // every pipeline of the repository, run and held against its sources

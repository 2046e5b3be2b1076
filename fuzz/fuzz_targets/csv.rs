#![no_main]
//! See the crate's documentation.

use libfuzzer_sys::fuzz_target;
use selfsame::extract::Format;

fuzz_target!(|bytes: &[u8]| selfsame_fuzz::read(bytes, Some(Format::Csv)));

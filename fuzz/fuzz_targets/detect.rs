#![no_main]
//! Whatever the bytes are: packed, any format, nothing given.

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| selfsame_fuzz::read(bytes, None));

#![no_main]
//! A pipeline file: parsed and checked, or refused with lines and hints.

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match selfsame::config::file::parse("fuzz.toml", text) {
        Ok(pipeline) => {
            selfsame::config::check::check("fuzz.toml", text, &pipeline);
        }
        Err(errors) => assert!(!errors.is_empty()),
    }
});

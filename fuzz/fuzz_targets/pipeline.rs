#![no_main]
//! A pipeline file: parsed and checked, or refused with lines and hints.

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match selfsame::config::file::parse("fuzz.toml", text) {
        Ok(pipeline) => {
            let faults = selfsame::config::check::check("fuzz.toml", text, &pipeline);
            assert!(faults.iter().all(|f| !f.hint.is_empty()));
        }
        Err(errors) => assert!(!errors.is_empty()),
    }
});

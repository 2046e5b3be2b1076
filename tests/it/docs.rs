//! What is generated is fresh: the references of the command line and of the pipeline file.

use std::fs;
use std::path::Path;

use crate::ran::{NOW, selfsame_at};

fn fresh(page: &str, file: &str) {
    let made = selfsame_at(Path::new("."), NOW, ["docs", page]).out;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == made,
        "{file} is stale; write it again: cargo run -- docs {page} > {file}"
    );
}

#[test]
fn the_reference_of_the_command_line_is_fresh() {
    fresh("cli", "docs/CLI.md");
}

#[test]
fn the_reference_of_the_pipeline_file_is_fresh() {
    fresh("config", "docs/CONFIG.md");
}

#[test]
fn every_exit_code_is_in_the_reference() {
    let page = selfsame::cli::docs::markdown();
    for (exit, meaning) in selfsame::cli::exit::Exit::ALL {
        assert!(
            page.contains(&format!("| {} | {meaning} |", exit.code())),
            "{meaning}"
        );
    }
}

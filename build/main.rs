//! Brings word lists of `src/lexicon/data` into the form in which they are looked up, so that no run waits for it.

#![expect(clippy::print_stdout, reason = "so a build script speaks to cargo")]

mod headers;
mod nicknames;
mod words;

use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    for folder in ["build", "src/lexicon/words"] {
        println!("cargo::rerun-if-changed={folder}");
    }
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    headers::fold(&out)?;
    nicknames::fold(&out)?;
    for (name, list) in [
        ("FREE", "free_mail_domains"),
        ("DISPOSABLE", "disposable_domains"),
    ] {
        let table = format!("src/lexicon/data/{list}.txt");
        words::fold(&table, name, &out, &format!("{list}.rs"))?;
    }
    Ok(())
}

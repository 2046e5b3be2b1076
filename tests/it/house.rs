//! The rules of the house that a machine can check: floors, purity, names, module docs.
//!
//! Assumes unit tests sit at the end of a file, under `#[cfg(test)]`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Modules from the ground up. A module imports only from floors below its own.
const FLOORS: &[&str] = &[
    "record",
    "pair entity",
    "text lexicon",
    "profile validate normalize block compare weigh cluster survive explain evaluate sample",
    "matching quality",
    "extract load report spill",
    "config",
    "pipeline",
    "cli",
];
/// Floors below this one do no input, no output and read no clock.
const FIRST_IMPURE_FLOOR: usize = 5;
const IMPURE: &str =
    "std::fs std::net std::env std::process std::io SystemTime::now Instant::now rusqlite";
const NAMES_NO_CONCEPT: &str = "util utils helper helpers common misc manager types core";

fn floor_of(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| has(floor, module))
}

fn has(words: &str, word: &str) -> bool {
    words.split(' ').any(|w| w == word)
}

fn rust_files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// The modules named after `crate::`, in `crate::a::B` and in `crate::{a::B, c}`.
fn imports(code: &str) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + 7..];
        let Some(group) = rest.strip_prefix('{') else {
            found.insert(leading_name(rest));
            continue;
        };
        let (mut depth, mut item_starts) = (1, true);
        for (i, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => item_starts = true,
                _ if depth == 1 && item_starts && !c.is_whitespace() => {
                    found.insert(leading_name(&group[i..]));
                    item_starts = false;
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    found
}

fn leading_name(s: &str) -> &str {
    s.split(|c: char| !c.is_alphanumeric() && c != '_')
        .next()
        .unwrap_or("")
}

fn faults_in(file: &Path, text: &str) -> Vec<String> {
    let product = text.split("#[cfg(test)]").next().unwrap_or("");
    let code: Vec<_> = product
        .lines()
        .filter(|l| !l.trim_start().starts_with("//"))
        .collect();
    let code = code.join("\n");
    let mut faults = Vec::new();
    if !text.starts_with("//!") {
        faults.push("no `//!` line to say what the file is for".to_owned());
    }
    let names: Vec<_> = file
        .iter()
        .filter_map(|p| Path::new(p).file_stem()?.to_str())
        .collect();
    for name in names.iter().filter(|n| has(NAMES_NO_CONCEPT, n)) {
        faults.push(format!("`{name}` names no concept"));
    }
    if matches!(names[0], "main" | "lib") {
        return faults;
    }
    let Some(mine) = floor_of(names[0]) else {
        faults.push(format!("module `{}` stands on no floor", names[0]));
        return faults;
    };
    for other in imports(&code).into_iter().filter(|o| *o != names[0]) {
        if floor_of(other).is_none_or(|theirs| theirs >= mine) {
            faults.push(format!(
                "`{}` (floor {mine}) may not import `{other}`",
                names[0]
            ));
        }
    }
    if mine < FIRST_IMPURE_FLOOR {
        for word in IMPURE.split(' ').filter(|w| code.contains(w)) {
            faults.push(format!("`{word}` on a pure floor"));
        }
    }
    faults
}

#[test]
fn the_house_stands() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    let mut faults = Vec::new();
    for path in files {
        let file = path.strip_prefix(&src).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        faults.extend(
            faults_in(file, &text)
                .iter()
                .map(|f| format!("src/{}: {f}", file.display())),
        );
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

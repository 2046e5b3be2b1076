//! The command, run in a folder as a user would, and what it left behind.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

/// What a command did.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The moment that tests take for now, in seconds since 1970.
pub(crate) const NOW: &str = "1700000000";

/// Runs the command in a folder, at a moment.
pub(crate) fn selfsame_at<A: AsRef<OsStr>>(
    dir: &Path,
    epoch: &str,
    args: impl IntoIterator<Item = A>,
) -> Ran {
    let output = assert_cmd::Command::cargo_bin("selfsame")
        .unwrap()
        .current_dir(dir)
        .env("SOURCE_DATE_EPOCH", epoch)
        .args(args)
        .output()
        .unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Text of a file in the folder.
pub(crate) fn text(dir: &TempDir, name: &str) -> String {
    fs::read_to_string(dir.path().join(name)).unwrap()
}

/// Writes a file into the folder.
pub(crate) fn put(dir: &TempDir, name: &str, content: impl AsRef<[u8]>) {
    fs::write(dir.path().join(name), content).unwrap();
}

/// Every path of keys in the document: `merges[].members[].source`.
pub(crate) fn paths(value: &Value, at: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let path = if at.is_empty() {
                    key.clone()
                } else {
                    format!("{at}.{key}")
                };
                found.insert(path.clone());
                paths(value, &path, found);
            }
        }
        Value::Array(list) => {
            for value in list {
                paths(value, &format!("{at}[]"), found);
            }
        }
        _ => {}
    }
}

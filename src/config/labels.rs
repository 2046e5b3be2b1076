//! Judged pairs: CSV `id_l,id_r,label` with `same` or `different`, for decisions.

use std::path::Path;

use super::error::{ConfigError, nearest};

/// One judged pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// One record, as the file calls it.
    pub left: String,
    /// The other record.
    pub right: String,
    /// Whether they are one customer.
    pub same: bool,
    /// Line of the file, for errors.
    pub line: usize,
}

/// Reads judged pairs.
///
/// # Errors
/// When the file cannot be read, lacks a column, or holds another label than `same` or `different`.
pub fn read(path: &Path) -> Result<Vec<Judged>, ConfigError> {
    let file = path.display().to_string();
    let fault = |line: usize, message: String, hint: &str| ConfigError {
        file: file.clone(),
        line,
        message,
        hint: hint.to_owned(),
    };
    const SHAPE: &str =
        "the file is CSV with the header `id_l,id_r,label`, label `same` or `different`";
    let mut reader = csv::Reader::from_path(path)
        .map_err(|e| fault(0, format!("cannot be read: {e}"), SHAPE))?;
    let header = reader
        .headers()
        .map_err(|e| fault(1, e.to_string(), SHAPE))?
        .clone();
    let column = |names: &[&str]| {
        header
            .iter()
            .position(|h| names.contains(&h.trim()))
            .ok_or_else(|| fault(1, format!("no column `{}`", names[0]), SHAPE))
    };
    let left = column(&["id_l"])?;
    let right = column(&["id_r"])?;
    let label = column(&["label", "same|different", "verdict", "decision"])?;
    let mut judged = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|e| {
            let line = e.position().map_or(0, |p| p.line() as usize);
            fault(line, "row does not have the header's fields".into(), SHAPE)
        })?;
        let line = row.position().map_or(0, |p| p.line() as usize);
        let word = row.get(label).unwrap_or("").trim();
        let same = match word {
            "same" | "1" | "true" | "match" => true,
            "different" | "0" | "false" | "non-match" => false,
            _ => {
                let near = nearest(word, ["same", "different"]);
                let hint =
                    near.map_or_else(|| SHAPE.to_owned(), |n| format!("did you mean `{n}`?"));
                return Err(fault(line, format!("unknown label `{word}`"), &hint));
            }
        };
        let text = |at: usize| row.get(at).unwrap_or("").trim().to_owned();
        judged.push(Judged {
            left: text(left),
            right: text(right),
            same,
            line,
        });
    }
    Ok(judged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Vec<Judged>, String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("labels.csv");
        std::fs::write(&path, text).unwrap();
        read(&path).map_err(|e| e.to_string())
    }

    #[test]
    fn reads_pairs_in_any_column_order() {
        let judged = read_text("label,id_r,id_l\nsame,b,a\ndifferent,d,c\n").unwrap();
        assert_eq!((judged[0].left.as_str(), judged[0].same), ("a", true));
        assert_eq!((judged[1].line, judged[1].same), (3, false));
    }

    #[test]
    fn another_label_is_refused_with_its_line() {
        let e = read_text("id_l,id_r,label\na,b,smae\n").unwrap_err();
        assert!(e.contains("labels.csv:2: unknown label `smae`"), "{e}");
        assert!(e.contains("did you mean `same`?"), "{e}");
        assert!(read_text("a,b\n").unwrap_err().contains("no column `id_l`"));
    }
}

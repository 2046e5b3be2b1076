//! Judged pairs: delimited text `id_l,id_r,label` with `same` or `different`, as people and other tools write it.

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

const SHAPE: &str =
    "the file is CSV with the header `id_l,id_r,label`, label `same` or `different`";
const LEFT: &[&str] = &[
    "id_l",
    "id_left",
    "left",
    "left_id",
    "record_id_l",
    "unique_id_l",
    "id_1",
    "id1",
];
const RIGHT: &[&str] = &[
    "id_r",
    "id_right",
    "right",
    "right_id",
    "record_id_r",
    "unique_id_r",
    "id_2",
    "id2",
];
const LABEL: &[&str] = &[
    "label",
    "same|different",
    "verdict",
    "decision",
    "match",
    "is_match",
    "same",
    "judgement",
];

/// Reads judged pairs: with comma, semicolon or tab; without header where the first row is a pair; rows whose label is
/// empty are not judged yet and left out.
///
/// # Errors
/// When the file cannot be read, lacks a column, holds another label than `same` or `different`, or judges nothing.
pub fn read(path: &Path) -> Result<Vec<Judged>, ConfigError> {
    let file = path.display().to_string();
    let fault = |line: usize, message: String, hint: &str| ConfigError {
        file: file.clone(),
        line,
        message,
        hint: hint.to_owned(),
    };
    let text = std::fs::read_to_string(path)
        .map_err(|e| fault(0, format!("cannot be read: {e}"), SHAPE))?;
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or("");
    let delimiter = [b';', b'\t']
        .into_iter()
        .find(|d| first.contains(char::from(*d)))
        .unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut columns: Option<[usize; 3]> = None;
    let mut judged = Vec::new();
    let mut open = 0;
    for row in reader.records() {
        let row = row.map_err(|e| {
            let line = e.position().map_or(0, |p| p.line() as usize);
            fault(line, "row does not have the header's fields".into(), SHAPE)
        })?;
        let line = row.position().map_or(0, |p| p.line() as usize);
        let [left, right, label] = match columns {
            Some(at) => at,
            None => {
                let column = |names: &[&str]| {
                    let is = |h: &str| names.contains(&h.trim().to_lowercase().as_str());
                    row.iter()
                        .position(is)
                        .ok_or_else(|| fault(line, format!("no column `{}`", names[0]), SHAPE))
                };
                if column(LEFT).is_err() && row.len() == 3 && same(&row[2]).is_some() {
                    *columns.insert([0, 1, 2])
                } else {
                    columns = Some([column(LEFT)?, column(RIGHT)?, column(LABEL)?]);
                    continue;
                }
            }
        };
        let text = |at: usize| row.get(at).unwrap_or("").trim().to_owned();
        let word = text(label);
        if word.is_empty() {
            open += 1;
            continue;
        }
        let Some(same) = same(&word) else {
            let near = nearest(&word, ["same", "different"]);
            let hint = near.map_or_else(|| SHAPE.to_owned(), |n| format!("did you mean `{n}`?"));
            return Err(fault(line, format!("unknown label `{word}`"), &hint));
        };
        judged.push(Judged {
            left: text(left),
            right: text(right),
            same,
            line,
        });
    }
    if columns.is_none() {
        let hint = "if it is right that no pair is judged any more, leave the header";
        return Err(fault(0, "the file is empty".to_owned(), hint));
    }
    if judged.is_empty() && open > 0 {
        return Err(fault(
            0,
            format!("none of its {open} pairs is judged"),
            "write `same` or `different` into the column `label`",
        ));
    }
    Ok(judged)
}

/// What a label says, in the words of several tools.
fn same(word: &str) -> Option<bool> {
    match word.trim().to_lowercase().as_str() {
        "same" | "match" | "yes" | "y" | "true" | "1" | "1.0" | "duplicate" => Some(true),
        "different" | "non-match" | "no" | "n" | "false" | "0" | "0.0" | "distinct" => Some(false),
        _ => None,
    }
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
    fn other_headers_delimiters_and_words_are_understood() {
        let pair = |text: &str| {
            let judged = read_text(text).unwrap();
            (judged[0].left.clone(), judged[0].same, judged[0].line)
        };
        let a = |same, line| ("a".to_owned(), same, line);
        assert_eq!(pair("\u{feff}ID_L;ID_R;Match\na;b;Yes\n"), a(true, 2));
        assert_eq!(
            pair("unique_id_l\tunique_id_r\tmatch\na\tb\t0\n"),
            a(false, 2)
        );
        assert_eq!(pair("a,b,1\nc,d,0\n"), a(true, 1));
    }

    #[test]
    fn pairs_that_nobody_judged_yet_are_left_out() {
        let text = "id_l,id_r,label,name\na,b,,Mara\nc,d,same,Yuki\n";
        assert_eq!(read_text(text).unwrap().len(), 1);
        let e = read_text("id_l,id_r,label\na,b,\n").unwrap_err();
        assert!(e.contains("none of its 1 pairs is judged"), "{e}");
    }

    #[test]
    fn another_label_is_refused_with_its_line() {
        let e = read_text("id_l,id_r,label\na,b,smae\n").unwrap_err();
        assert!(e.contains("labels.csv:2: unknown label `smae`"), "{e}");
        assert!(e.contains("did you mean `same`?"), "{e}");
        assert!(read_text("a,b\n").unwrap_err().contains("no column `id_l`"));
        assert!(read_text("").unwrap_err().contains("the file is empty"));
        assert_eq!(read_text("id_l,id_r,label\n"), Ok(Vec::new()));
    }
}

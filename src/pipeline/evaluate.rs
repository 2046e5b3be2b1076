//! Clusters against the truth: reads both files and scores them.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::error::Error;
use crate::config::error::nearest;
use crate::evaluate::{Score, align, codes, score};

/// What to score.
#[derive(Clone, Debug, Default)]
pub struct Evaluation<'a> {
    /// CSV `record_id,entity_id`.
    pub truth: &'a str,
    /// CSV `record_id,cluster_id`.
    pub clusters: &'a str,
    /// Column that names sources, when only pairs across sources count; and the file that holds it, else the truth.
    pub source: Option<(&'a str, Option<&'a str>)>,
}

/// The score and what did not fit.
#[derive(Clone, Debug)]
pub struct Evaluated {
    /// The figures.
    pub score: Score,
    /// Records of the truth that the clusters leave out: they count as single.
    pub left_out: usize,
    /// Records that the truth does not know: they are not scored.
    pub unknown: usize,
}

/// Scores clusters against the truth.
///
/// # Errors
/// When a file cannot be read, lacks a column, names a record twice, or a record has no source; when no record is in both.
pub fn evaluate(what: &Evaluation<'_>) -> Result<Evaluated, Error> {
    let truth = columns(what.truth, ["record_id", "entity_id"])?;
    let mut clusters = columns(what.clusters, ["record_id", "cluster_id"])?;
    call_alike(&truth, &mut clusters);
    let aligned = align(&pairs(&truth), &pairs(&clusters))
        .map_err(|e| Error::Input(format!("`{}` against `{}`: {e}", what.truth, what.clusters)))?;
    if let ([t, ..], [c, ..]) = (truth.as_slice(), clusters.as_slice())
        && aligned.unknown == clusters.len()
    {
        return Err(Error::Input(format!(
            "`{}` against `{}`: no record of one is in the other\n  hint: both must call a record the same: the one begins with `{}`, the other with `{}`",
            what.truth, what.clusters, t[0], c[0]
        )));
    }
    let sources = match what.source {
        None => None,
        Some((column, file)) => Some(sources(&truth, column, file.unwrap_or(what.truth))?),
    };
    Ok(Evaluated {
        score: score(&aligned.truth, &aligned.cluster, sources.as_deref()),
        left_out: aligned.left_out,
        unknown: aligned.unknown,
    })
}

/// Where no record is in both files, calls those of the clusters as the truth does if only one of the two names the source:
/// `crm:7` and `7`. Keys that several sources have stay as they are.
fn call_alike(truth: &[[String; 2]], clusters: &mut [[String; 2]]) {
    let known: HashSet<&str> = truth.iter().map(|t| t[0].as_str()).collect();
    if clusters.iter().any(|c| known.contains(c[0].as_str())) {
        return;
    }
    let mut full: HashMap<&str, &str> = HashMap::new();
    for id in &known {
        if let Some((_, key)) = id.split_once(':')
            && full.insert(key, id).is_some()
        {
            return;
        }
    }
    for [id, _] in clusters {
        let bare = id.split_once(':').map(|(_, key)| key);
        let bare = bare.filter(|key| known.contains(key));
        if let Some(same) = full.get(id.as_str()).copied().or(bare) {
            *id = same.to_owned();
        }
    }
}

fn pairs(rows: &[[String; 2]]) -> Vec<(&str, &str)> {
    rows.iter()
        .map(|r| (r[0].as_str(), r[1].as_str()))
        .collect()
}

fn sources(truth: &[[String; 2]], column: &str, file: &str) -> Result<Vec<u16>, Error> {
    let rows = columns(file, ["record_id", column])?;
    let names: HashMap<&str, &str> = pairs(&rows).into_iter().collect();
    let of = truth
        .iter()
        .map(|[record, _]| {
            names.get(record.as_str()).copied().ok_or_else(|| {
                Error::Input(format!(
                    "{file}: no row for record `{record}` of the truth\n  hint: the file must name the source of every record"
                ))
            })
        })
        .collect::<Result<Vec<&str>, Error>>()?;
    codes(of)
        .into_iter()
        .map(|c| {
            u16::try_from(c).map_err(|_| {
                Error::Input(format!(
                    "{file}: column `{column}` has more than 65,536 values\n  hint: name the column that holds the source"
                ))
            })
        })
        .collect()
}

/// Two columns of a CSV file, by name.
fn columns(file: &str, wanted: [&str; 2]) -> Result<Vec<[String; 2]>, Error> {
    let path = Path::new(file);
    let hint = format!(
        "the file is CSV with columns `{}` and `{}`",
        wanted[0], wanted[1]
    );
    let fault = |what: String| Error::Input(format!("{file}: {what}\n  hint: {hint}"));
    if path.is_dir() {
        return Err(fault("is a directory".into()));
    }
    let open = std::fs::File::open(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => fault("no such file".into()),
        _ => fault(format!("cannot be read: {e}")),
    })?;
    let mut reader = csv::Reader::from_reader(std::io::BufReader::with_capacity(1 << 18, open));
    let header = reader
        .byte_headers()
        .map_err(|e| fault(e.to_string()))?
        .clone();
    let names: Vec<String> = header
        .iter()
        .map(|n| String::from_utf8_lossy(n).trim().to_owned())
        .collect();
    let at = |name: &str| {
        names.iter().position(|n| n == name).ok_or_else(|| {
            let near = nearest(name, names.iter().map(String::as_str));
            let near = near.map_or(String::new(), |n| format!(", but `{n}`"));
            fault(format!("no column `{name}`{near}"))
        })
    };
    let at = [at(wanted[0])?, at(wanted[1])?];
    let mut rows = Vec::new();
    let mut row = csv::ByteRecord::new();
    loop {
        match reader.read_byte_record(&mut row) {
            Ok(true) => {
                let cell = |i: usize| {
                    String::from_utf8_lossy(row.get(i).unwrap_or_default())
                        .trim()
                        .to_owned()
                };
                rows.push([cell(at[0]), cell(at[1])]);
            }
            Ok(false) => return Ok(rows),
            Err(e) => {
                let line = e.position().map_or(0, csv::Position::line);
                return Err(Error::Input(format!(
                    "{file}:{line}: row does not have the header's fields\n  hint: {hint}"
                )));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(dir: &Path, name: &str, text: &str) -> String {
        let path = dir.join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    #[test]
    fn keys_with_and_without_their_source_are_the_same_records() {
        let dir = tempfile::tempdir().unwrap();
        let file = |name: &str, head: &str, ids: [&str; 3]| {
            let rows: String = (ids.iter().zip(["1", "1", "2"]))
                .map(|(id, of)| format!("{id},{of}\n"))
                .collect();
            file(dir.path(), name, &format!("record_id,{head}\n{rows}"))
        };
        let full = ["crm:a", "shop:b", "shop:c"];
        for (truth, clusters, fits) in [
            (full, ["a", "b", "c"], true),
            (["a", "b", "c"], full, true),
            (["crm:a", "shop:a", "shop:c"], ["a", "b", "c"], false),
        ] {
            let (truth, clusters) = (
                file("t.csv", "entity_id", truth),
                file("c.csv", "cluster_id", clusters),
            );
            let done = evaluate(&Evaluation {
                truth: &truth,
                clusters: &clusters,
                source: None,
            });
            let f1 = done.map(|d| (d.unknown, d.score.pairwise.rates.f1));
            assert_eq!(f1.ok(), fits.then_some((0, 1.0)));
        }
    }

    #[test]
    fn scores_files_and_names_what_is_wrong() {
        let dir = tempfile::tempdir().unwrap();
        let truth = file(
            dir.path(),
            "t.csv",
            "record_id,entity_id,source\na,1,x\nb,1,x\nc,2,y\nd,2,x\n",
        );
        let clusters = file(
            dir.path(),
            "c.csv",
            "record_id,cluster_id\nb,k\na,k\nc,m\nz,q\n",
        );
        let mut what = Evaluation {
            truth: &truth,
            clusters: &clusters,
            source: None,
        };
        let e = evaluate(&what).unwrap();
        assert_eq!((e.left_out, e.unknown), (1, 1));
        assert_eq!(
            (
                e.score.pairwise.tp,
                e.score.pairwise.predicted,
                e.score.pairwise.truth
            ),
            (1, 1, 2)
        );
        what.source = Some(("source", None));
        let e = evaluate(&what).unwrap();
        assert_eq!((e.score.pairwise.predicted, e.score.pairwise.truth), (0, 1));
        what.source = Some(("sorce", None));
        let shown = evaluate(&what).unwrap_err().to_string();
        assert!(shown.contains("no column `sorce`, but `source`"), "{shown}");
        what.source = None;
        let others = file(dir.path(), "o.csv", "record_id,cluster_id\nt-a,k\nt-b,k\n");
        what.clusters = &others;
        let shown = evaluate(&what).unwrap_err().to_string();
        assert!(
            shown.contains("begins with `a`, the other with `t-a`"),
            "{shown}"
        );
        let padded = file(
            dir.path(),
            "p.csv",
            "record_id, cluster_id\n a , k\nb , k \nc,m\nd,\n",
        );
        what.clusters = &padded;
        let e = evaluate(&what).unwrap();
        assert_eq!((e.left_out, e.unknown, e.score.pairwise.tp), (1, 0, 1));
        what.clusters = "missing.csv";
        assert!(
            evaluate(&what)
                .unwrap_err()
                .to_string()
                .contains("missing.csv: no such file")
        );
    }
}

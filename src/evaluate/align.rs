//! Brings a truth and a prediction, both by record name, to the same order of records.

use super::UNASSIGNED;
use std::collections::HashMap;
use thiserror::Error;

/// Why a truth and a prediction cannot be set side by side.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum EvaluateError {
    /// The truth names a record twice.
    #[error(
        "truth names record `{record}` twice, at its rows {first} and {second}\n  hint: give every record one row with one entity"
    )]
    RepeatedInTruth {
        /// The record's name.
        record: String,
        /// Row of the first mention, from 1, header not counted.
        first: usize,
        /// Row of the second mention.
        second: usize,
    },
    /// The prediction puts a record into clusters twice.
    #[error(
        "prediction names record `{record}` twice, the second time at its row {row}\n  hint: give every record one row with one cluster"
    )]
    RepeatedInPrediction {
        /// The record's name.
        record: String,
        /// Row of the second mention, from 1, header not counted.
        row: usize,
    },
}

/// A truth and a prediction over the same records, as [`super::score`] takes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aligned {
    /// Entity of every record of the truth, in its order.
    pub truth: Vec<u32>,
    /// Predicted cluster of every record of the truth; [`UNASSIGNED`] when left out.
    pub cluster: Vec<u32>,
    /// Records of the truth that the prediction leaves out.
    pub left_out: usize,
    /// Predicted records the truth does not know; they are not scored.
    pub unknown: usize,
}

/// Aligns rows (record, entity) with rows (record, cluster). A record without entity, or without cluster, stands alone.
///
/// # Errors
/// When either side names a record twice.
pub fn align<'a>(
    truth: &[(&'a str, &'a str)],
    predicted: &[(&'a str, &'a str)],
) -> Result<Aligned, EvaluateError> {
    let mut place: HashMap<&str, usize, foldhash::fast::FixedState> = HashMap::default();
    place.reserve(truth.len());
    for (i, (record, _)) in truth.iter().enumerate() {
        if let Some(first) = place.insert(record, i) {
            return Err(EvaluateError::RepeatedInTruth {
                record: (*record).to_owned(),
                first: first + 1,
                second: i + 1,
            });
        }
    }
    let clusters = codes(predicted.iter().map(|p| p.1));
    let mut cluster = vec![UNASSIGNED; truth.len()];
    let mut unknown = 0;
    for (row, ((record, named), code)) in predicted.iter().zip(clusters).enumerate() {
        let Some(&i) = place.get(record) else {
            unknown += 1;
            continue;
        };
        if cluster[i] != UNASSIGNED {
            return Err(EvaluateError::RepeatedInPrediction {
                record: (*record).to_owned(),
                row: row + 1,
            });
        }
        if !named.is_empty() {
            cluster[i] = code;
        }
    }
    Ok(Aligned {
        truth: entities(truth),
        left_out: cluster.iter().filter(|c| **c == UNASSIGNED).count(),
        cluster,
        unknown,
    })
}

/// The number of each record's entity; what has none is one of its own.
fn entities(truth: &[(&str, &str)]) -> Vec<u32> {
    let mut numbers = codes(truth.iter().map(|t| t.1));
    let mut next = truth.len() as u32;
    for (number, (_, entity)) in numbers.iter_mut().zip(truth) {
        if entity.is_empty() {
            *number = next;
            next += 1;
        }
    }
    numbers
}

/// Numbers values from 0 in the order they first appear; equal values share a number.
#[must_use]
pub fn codes<'a>(values: impl IntoIterator<Item = &'a str>) -> Vec<u32> {
    let mut known: HashMap<&str, u32, foldhash::fast::FixedState> = HashMap::default();
    let number = |value| {
        let next = known.len() as u32;
        *known.entry(value).or_insert(next)
    };
    values.into_iter().map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_brought_to_the_order_of_the_truth() {
        let truth = [("r1", "e1"), ("r2", "e1"), ("r3", "e2")];
        let predicted = [("r3", "c9"), ("r0", "c1"), ("r1", "c9")];
        let aligned = align(&truth, &predicted).unwrap();
        assert_eq!(aligned.truth, [0, 0, 1]);
        assert_eq!(aligned.cluster, [0, UNASSIGNED, 0]);
        assert_eq!((aligned.left_out, aligned.unknown), (1, 1));
    }

    #[test]
    fn records_without_entity_or_cluster_stand_alone() {
        let truth = [("r1", ""), ("r2", ""), ("r3", "e"), ("r4", "e")];
        let aligned = align(&truth, &[("r1", ""), ("r2", ""), ("r3", "c")]).unwrap();
        assert_eq!(aligned.truth, [4, 5, 1, 1]);
        assert_eq!(aligned.cluster[..2], [UNASSIGNED; 2]);
        assert_eq!(aligned.left_out, 3);
    }

    #[test]
    fn a_record_named_twice_is_an_error_that_says_where() {
        let twice = [("r1", "x"), ("r2", "x"), ("r1", "y")];
        let error = align(&twice, &[]).unwrap_err().to_string();
        assert!(error.starts_with("truth names record `r1` twice, at its rows 1 and 3\n  hint: "));
        let error = align(&[("r1", "x")], &[("r1", "a"), ("r1", "a")]).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("`r1` twice, the second time at its row 2")
        );
    }
}

//! Which records are one customer.

use crate::record::RecordId;

/// A partition of all records. Clusters are numbered by their smallest record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clusters {
    /// Cluster number of each record, dense from 0, in order of the clusters' smallest records.
    pub of: Vec<u32>,
    /// Number of clusters.
    pub count: u32,
}

impl Clusters {
    /// From any labelling: records with equal labels are one cluster.
    #[must_use]
    pub fn from_labels(labels: &[u32]) -> Self {
        let mut number = hashbrown::HashMap::<u32, u32, foldhash::fast::FixedState>::with_hasher(
            foldhash::fast::FixedState::with_seed(0),
        );
        let mut of = Vec::with_capacity(labels.len());
        for label in labels {
            let next = number.len() as u32;
            of.push(*number.entry(*label).or_insert(next));
        }
        Self {
            of,
            count: number.len() as u32,
        }
    }

    /// Members of every cluster, both in ascending order: `members[offsets[c]..offsets[c + 1]]`.
    #[must_use]
    pub fn members(&self) -> (Vec<u32>, Vec<RecordId>) {
        let mut offsets = vec![0u32; self.count as usize + 1];
        for c in &self.of {
            offsets[*c as usize + 1] += 1;
        }
        for c in 0..self.count as usize {
            offsets[c + 1] += offsets[c];
        }
        let mut at = offsets.clone();
        let mut members = vec![RecordId(0); self.of.len()];
        for (record, c) in self.of.iter().enumerate() {
            members[at[*c as usize] as usize] = RecordId(record as u32);
            at[*c as usize] += 1;
        }
        (offsets, members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_become_dense_numbers_in_order() {
        let c = Clusters::from_labels(&[7, 3, 7, 9, 3]);
        assert_eq!((c.of.as_slice(), c.count), ([0, 1, 0, 2, 1].as_slice(), 3));
        let (offsets, members) = c.members();
        assert_eq!(offsets, [0, 2, 4, 5]);
        assert_eq!(
            members.iter().map(|r| r.0).collect::<Vec<_>>(),
            [0, 2, 1, 4, 3]
        );
    }
}

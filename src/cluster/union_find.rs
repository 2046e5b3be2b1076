//! Disjoint sets with the smallest member as root, so that labels do not depend on the order of edges.

/// Disjoint sets over `0..n` (Tarjan & van Leeuwen 1984, path halving).
#[derive(Clone, Debug)]
pub struct UnionFind {
    parent: Vec<u32>,
}

impl UnionFind {
    /// `n` single sets.
    #[must_use]
    pub fn new(n: usize) -> Self {
        Self {
            parent: (0..n as u32).collect(),
        }
    }

    /// Smallest member of the set of `x`.
    pub fn root(&mut self, mut x: u32) -> u32 {
        while self.parent[x as usize] != x {
            let grandparent = self.parent[self.parent[x as usize] as usize];
            self.parent[x as usize] = grandparent;
            x = grandparent;
        }
        x
    }

    /// Joins two sets; `false` when they were one already.
    pub fn join(&mut self, a: u32, b: u32) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return false;
        }
        self.parent[a.max(b) as usize] = a.min(b);
        true
    }

    /// Root of every member.
    #[must_use]
    pub fn labels(mut self) -> Vec<u32> {
        (0..self.parent.len() as u32)
            .map(|x| self.root(x))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Flood fill over the edges.
    fn flood(n: usize, edges: &[(u32, u32)]) -> Vec<u32> {
        let mut labels: Vec<u32> = (0..n as u32).collect();
        loop {
            let before = labels.clone();
            for (a, b) in edges {
                let least = labels[*a as usize].min(labels[*b as usize]);
                labels[*a as usize] = least;
                labels[*b as usize] = least;
            }
            if labels == before {
                return labels;
            }
        }
    }

    proptest! {
        #[test]
        fn labels_equal_a_flood_fill(edges in prop::collection::vec((0u32..30, 0u32..30), 0..40)) {
            let mut sets = UnionFind::new(30);
            for (a, b) in &edges {
                sets.join(*a, *b);
            }
            prop_assert_eq!(sets.labels(), flood(30, &edges));
        }
    }
}

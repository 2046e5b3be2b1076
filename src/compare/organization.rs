//! Organization names: words weighed by rarity.

use super::word::jaro_winkler_at_most;
use crate::record::Dictionary;
use crate::record::frame::{Frame, Terms, WordGlance};
use crate::text::edit;

/// Words less similar than this, which is less than what counts, have nothing in common.
const SIMILAR: f64 = 0.89;

/// Words with their weight in bits, by organization value id.
#[derive(Clone, Debug, Default)]
pub struct OrganizationWords {
    starts: Vec<u32>,
    words: Vec<(u32, f32)>,
    distinct: Dictionary,
    /// By distinct word.
    glances: Vec<WordGlance>,
}

impl OrganizationWords {
    /// Splits all organization values into words weighted by their rarity: log₂(values / values with the word).
    #[must_use]
    pub fn build(organizations: &Terms) -> Self {
        let mut built = Self {
            starts: vec![0],
            ..Self::default()
        };
        let mut counts = vec![0u32];
        let mut seen: Vec<u32> = Vec::new();
        for value in organizations.values.iter() {
            seen.clear();
            let words = value.split(' ').filter(|w| !w.is_empty());
            seen.extend(words.map(|word| built.distinct.intern(word)));
            built.words.extend(seen.iter().map(|word| (*word, 0.0)));
            built.starts.push(built.words.len() as u32);
            counts.resize(built.distinct.len(), 0);
            seen.sort_unstable();
            seen.dedup();
            seen.iter().for_each(|word| counts[*word as usize] += 1);
        }
        let total = organizations.values.len() as f32;
        for (word, weight) in &mut built.words {
            *weight = (total / counts[*word as usize] as f32).log2().max(0.1);
        }
        let glance = |word| WordGlance::new(word, 0, false);
        built.glances = built.distinct.iter().map(glance).collect();
        built
    }

    fn of(&self, id: u32) -> &[(u32, f32)] {
        &self.words[self.starts[id as usize] as usize..self.starts[id as usize + 1] as usize]
    }

    /// Similarity of two words, 0 where they have little in common.
    fn similarity(&self, a: u32, b: u32) -> f32 {
        if a == b {
            return 1.0;
        }
        let (p, q) = (&self.glances[a as usize], &self.glances[b as usize]);
        if p.len.min(q.len) < 4
            || p.initial() != q.initial()
            || jaro_winkler_at_most(p, q) < SIMILAR
        {
            return 0.0;
        }
        let (x, y) = (self.distinct.get(a), self.distinct.get(b));
        let similarity = edit::jaro_winkler(x.as_bytes(), y.as_bytes()) as f32;
        if similarity >= 0.9 { similarity } else { 0.0 }
    }

    /// Weighted share of words in common, 0..=1, relative to the union and to the shorter name.
    #[must_use]
    pub fn overlap(&self, a: u32, b: u32) -> (f32, f32) {
        let (xs, ys) = (self.of(a), self.of(b));
        let total = |ws: &[(u32, f32)]| ws.iter().map(|(_, w)| w).sum::<f32>();
        let (wx, wy) = (total(xs), total(ys));
        let mut common = 0.0;
        for (x, w) in xs {
            let mut best = 0.0f32;
            for (y, v) in ys {
                best = best.max(self.similarity(*x, *y) * w.min(*v));
            }
            common += best;
        }
        (
            common / (wx + wy - common).max(0.01),
            common / wx.min(wy).max(0.01),
        )
    }
}

/// Level of two records' organizations (see [`Field::Organization`](crate::pair::Field::Organization)).
#[must_use]
pub fn organization(frame: &Frame, words: &OrganizationWords, a: usize, b: usize) -> u8 {
    let (x, y) = (frame.organization.ids[a], frame.organization.ids[b]);
    if x == 0 || y == 0 {
        return 0;
    }
    if x == y {
        return 1;
    }
    let (of_both, of_shorter) = words.overlap(x, y);
    if of_both >= 0.85 {
        2
    } else if of_both >= 0.6 || of_shorter >= 0.9 {
        3
    } else if of_shorter >= 0.5 {
        4
    } else if frame.rows[a].unsounded != frame.rows[b].unsounded {
        // two scripts may spell one name in two ways
        0
    } else {
        5
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::build::tests::frame;
    use crate::record::Kind;

    const NAMES: [&str; 11] = [
        "Nordlicht Software GmbH",
        "NORDLICHT SOFTWARE",
        "Nordlicht Sofware",
        "Nordlicht Software Graz",
        "Harbour Tools Ltd",
        "Brandt Tools",
        "Okonkwo Bakery",
        "Silveira Tools",
        "Petrov Tools",
        "",
        "Software Nordlicht",
    ];

    #[test]
    fn levels_follow_the_rare_words_in_common() {
        let f = frame(&[(Kind::Organization, &NAMES)]);
        let words = OrganizationWords::build(&f.organization);
        let level = |a: usize, b: usize| {
            let found = organization(&f, &words, a, b);
            assert_eq!(found, organization(&f, &words, b, a), "{a} {b}");
            found
        };
        assert_eq!(level(0, 1), 1, "legal form and case do not matter");
        assert_eq!(level(0, 10), 2, "nor does the order of words");
        assert_eq!(level(0, 2), 3, "a slip");
        assert_eq!(level(0, 3), 3, "all words of the shorter one");
        assert_eq!(level(4, 6), 5);
        assert_eq!(level(5, 7), 5, "a common word alone says little");
        assert_eq!(level(0, 9), 0);
    }

    #[test]
    fn overlap_is_a_share_whichever_way_round() {
        let f = frame(&[(Kind::Organization, &NAMES)]);
        let words = OrganizationWords::build(&f.organization);
        let ids = || f.organization.ids.iter().copied().filter(|id| *id != 0);
        for a in ids() {
            for b in ids() {
                let ((p, q), (r, s)) = (words.overlap(a, b), words.overlap(b, a));
                assert!((p - r).abs() < 1e-5 && (q - s).abs() < 1e-5, "{a} {b}");
                assert!(
                    (0.0..=1.001).contains(&p) && p <= q + 1e-5,
                    "{a} {b}: {p} {q}"
                );
            }
            assert!((words.overlap(a, a).0 - 1.0).abs() < 1e-5);
        }
    }
}

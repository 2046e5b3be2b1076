//! Chance without a state that is shared: numbers are a hash of seed, purpose and index, so any record can be made alone.
//!
//! The hash is SplitMix64 (Steele, Lea, Flood 2014): integers only, hence the same on every machine.

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The seed of a run as a number: FNV-1a of its text, mixed.
pub(crate) fn seed_of(text: &str) -> u64 {
    let fnv = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| {
        (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
    });
    mix(fnv ^ GOLDEN)
}

/// A run of chance numbers that depends on nothing but its seed, purpose and index.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    /// The numbers for `index` among all that serve `purpose`.
    pub(crate) fn new(seed: u64, purpose: u64, index: u64) -> Self {
        Self(mix(
            mix(seed ^ purpose.wrapping_mul(GOLDEN)).wrapping_add(index.wrapping_mul(GOLDEN))
        ))
    }

    /// The next 64 bits.
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// A number below `n` (0 when `n` is 0), every one as likely.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.roll()) * u128::from(n)) >> 64) as u64
    }

    /// A number below `n`; small ones far likelier than large ones, as with names.
    pub(crate) fn skewed(&mut self, n: u64) -> u64 {
        let u = u128::from(self.roll() >> 32);
        let square = (u * u) >> 32;
        ((square * u128::from(n)) >> 32) as u64
    }

    /// True in `permille` of 1000 cases.
    pub(crate) fn chance(&mut self, permille: u64) -> bool {
        self.below(1000) < permille
    }

    /// One of `items`, every one as likely; the default when there is none.
    pub(crate) fn pick<T: Copy + Default>(&mut self, items: &[T]) -> T {
        let at = self.below(items.len() as u64) as usize;
        items.get(at).copied().unwrap_or_default()
    }

    /// The place of one of `shares`, each as likely as its number says.
    pub(crate) fn weighted(&mut self, shares: &[u64]) -> usize {
        let mut left = self.below(shares.iter().sum());
        for (place, share) in shares.iter().enumerate() {
            if left < *share {
                return place;
            }
            left -= share;
        }
        0
    }
}

/// Where item `at` of `n` stands after shuffling: a bijection on 0..n that needs no memory.
///
/// Four Feistel rounds over the next even number of bits; values outside 0..n walk on until inside.
pub(crate) fn shuffled(seed: u64, at: u64, n: u64) -> u64 {
    let bits = (64 - n.saturating_sub(1).leading_zeros())
        .max(2)
        .div_ceil(2);
    let mask = (1_u64 << bits) - 1;
    let mut x = at;
    loop {
        let (mut left, mut right) = (x >> bits, x & mask);
        for round in 0..4 {
            let next =
                left ^ (mix(seed ^ mix(right.wrapping_add(GOLDEN.wrapping_mul(round)))) & mask);
            (left, right) = (right, next);
        }
        x = (left << bits) | right;
        if x < n {
            return x;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn shuffling_is_a_bijection(seed: u64, n in 1_u64..3000) {
            let mut seen = vec![false; n as usize];
            for at in 0..n {
                let to = shuffled(seed, at, n) as usize;
                prop_assert!(!seen[to]);
                seen[to] = true;
            }
        }

        #[test]
        fn numbers_stay_in_range(seed: u64, n in 1_u64..1_000_000) {
            let mut dice = Dice::new(seed, 1, 2);
            prop_assert!(dice.below(n) < n);
            prop_assert!(dice.skewed(n) < n);
        }
    }

    #[test]
    fn the_numbers_never_change() {
        let mut dice = Dice::new(seed_of("demo"), 1, 7);
        let got: Vec<u64> = (0..4).map(|_| dice.below(1000)).collect();
        assert_eq!(got, [694, 851, 150, 651]);
        // First output of the published algorithm from state 0.
        assert_eq!(Dice(0).roll(), 0xe220_a839_7b1d_cdaf);
    }

    #[test]
    fn shares_are_kept() {
        let mut dice = Dice::new(1, 2, 3);
        let mut hits = [0_u32; 3];
        for _ in 0..10_000 {
            hits[dice.weighted(&[700, 200, 100])] += 1;
        }
        assert!(
            hits[0].abs_diff(7000) < 200 && hits[1].abs_diff(2000) < 200,
            "{hits:?}"
        );
    }
}

//! Match weights in bits and probabilities.

/// log₂ odds, in bits: prior and levels add up.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, serde::Serialize)]
pub struct MatchWeight(pub f64);

/// Probability of being the same customer, 0..=1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, serde::Serialize)]
pub struct Probability(pub f64);

impl MatchWeight {
    /// 2ʷ / (1 + 2ʷ), without overflow.
    #[must_use]
    pub fn probability(self) -> Probability {
        Probability(1.0 / (1.0 + (-self.0).exp2()))
    }
}

impl Probability {
    /// log₂ p/(1−p), bounded to ±60 bits.
    #[must_use]
    pub fn weight(self) -> MatchWeight {
        MatchWeight((self.0 / (1.0 - self.0)).log2().clamp(-60.0, 60.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_and_probabilities_are_inverse() {
        for w in [-20.0, -1.0, 0.0, 0.5, 30.0] {
            let back = MatchWeight(w).probability().weight().0;
            assert!((back - w).abs() < 1e-6, "{w} came back as {back}");
        }
        assert!((MatchWeight(0.0).probability().0 - 0.5).abs() < 1e-15);
    }
}

//! The model: for each class of pairs the chance of each comparison level, and the weight that follows.

use super::calibrate::Calibration;
use crate::pair::MatchWeight;

/// Classes of pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// The same customer.
    Match = 0,
    /// Strangers: agreement is chance.
    Stranger = 1,
    /// Members of one household: family name, address and landline agree, the rest is chance.
    Household = 2,
    /// Colleagues: organization, its address and switchboard agree, names are chance.
    Colleague = 3,
    /// Namesakes: names agree as they do within one country or language, the rest is chance.
    Namesake = 4,
    /// Namesakes of one place: names go together in families and towns, so the town agrees as well.
    Neighbour = 5,
}

/// Number of classes.
pub const CLASSES: usize = 6;
/// Levels per comparison that a vector can hold.
pub const LEVELS: usize = 16;

/// log₂ probabilities per class, comparison and level.
#[derive(Clone, Debug)]
pub struct Model {
    /// log₂ of each class's share of all pairs; −∞ switches a class off.
    pub shares: [f64; CLASSES],
    /// `tables[class][comparison][level]` in log₂; level 0 (missing) is 0.
    pub tables: Vec<Vec<[f64; LEVELS]>>,
    /// Whether agreement of a comparison within a class is chance, so that value frequencies apply: `[class][comparison]`.
    pub by_chance: Vec<Vec<bool>>,
    /// log₂ of the reference frequency that each level's table entry stands for.
    pub references: Vec<[f64; LEVELS]>,
    /// What corrects the log odds of the classes to weights.
    pub calibration: Calibration,
}

/// A pair's log₂ likelihoods by class, and its weight.
#[derive(Clone, Copy, Debug)]
pub struct Weighed {
    /// log₂ (share × likelihood) by class.
    pub classes: [f64; CLASSES],
    /// log₂ odds of match against all other classes.
    pub weight: MatchWeight,
}

impl Model {
    /// Weighs a pair: `levels[i]` is the level of comparison `i`, `shifts[i]` the log₂ of its value frequency relative
    /// to the level's reference (0 where values do not matter).
    #[must_use]
    pub fn weigh(&self, levels: &[u8], shifts: &[f64]) -> Weighed {
        let mut classes = self.shares;
        for (class, sum) in classes.iter_mut().enumerate() {
            if sum.is_finite() {
                *sum += self.sum(class, levels, shifts);
            }
        }
        Weighed {
            classes,
            weight: self.weight(&classes),
        }
    }

    /// Weight of a pair with these log₂ likelihoods by class.
    #[must_use]
    pub fn weight(&self, classes: &[f64; CLASSES]) -> MatchWeight {
        self.calibration.of(self.log_odds(classes))
    }

    /// log₂ odds of match against all other classes, as the model has them.
    #[must_use]
    pub fn log_odds(&self, classes: &[f64; CLASSES]) -> f64 {
        classes[0] - log2_sum(&classes[1..])
    }

    /// Weight against strangers alone: what [`Self::weigh`] gives at most, because every further class of
    /// non-matches can only lower it. Cheap, for leaving out hopeless pairs.
    #[must_use]
    pub fn weigh_at_most(&self, levels: &[u8], shifts: &[f64]) -> MatchWeight {
        let at = |class: usize| self.shares[class] + self.sum(class, levels, shifts);
        self.calibration.of(at(0) - at(1))
    }

    fn sum(&self, class: usize, levels: &[u8], shifts: &[f64]) -> f64 {
        let (tables, by_chance) = (&self.tables[class], &self.by_chance[class]);
        let mut sum = 0.0;
        for (i, level) in levels.iter().enumerate() {
            if *level != 0 {
                sum += tables[i][*level as usize];
                if by_chance[i] {
                    sum += shifts[i];
                }
            }
        }
        sum
    }
}

/// log₂ Σ 2ˣ without overflow.
#[must_use]
pub fn log2_sum(xs: &[f64]) -> f64 {
    let most = xs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if most.is_finite() {
        most + xs.iter().map(|x| (x - most).exp2()).sum::<f64>().log2()
    } else {
        most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weight_is_the_log_odds_of_match() {
        let table = |p: f64| {
            let mut t = [0.0; LEVELS];
            t[1] = p.log2();
            t[2] = (1.0 - p).log2();
            vec![t]
        };
        let model = Model {
            shares: [
                0.01f64.log2(),
                0.99f64.log2(),
                f64::NEG_INFINITY,
                f64::NEG_INFINITY,
                f64::NEG_INFINITY,
                f64::NEG_INFINITY,
            ],
            tables: vec![
                table(0.9),
                table(0.1),
                table(0.5),
                table(0.5),
                table(0.5),
                table(0.5),
            ],
            by_chance: vec![
                vec![false],
                vec![true],
                vec![false],
                vec![false],
                vec![false],
                vec![false],
            ],
            references: vec![[0.0; LEVELS]],
            calibration: Calibration::default(),
        };
        let w = model.weigh(&[1], &[0.0]).weight;
        let odds: f64 = 0.01 * 0.9 / (0.99 * 0.1);
        assert!((w.0 - odds.log2()).abs() < 1e-12);
        assert!((model.weigh_at_most(&[1], &[0.0]).0 - w.0).abs() < 1e-12);
        assert!((model.weigh(&[1], &[-1.0]).weight.0 - (odds.log2() + 1.0)).abs() < 1e-12);
        assert!((log2_sum(&[3.0, 3.0]) - 4.0).abs() < 1e-12);
    }
}

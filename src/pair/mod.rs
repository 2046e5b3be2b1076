//! Two records that may be one: weights, evidence, verdicts and what the model learned.

pub mod evidence;
pub mod field;
pub mod model;
pub mod scored;
pub mod weight;

pub use evidence::{ComparisonEvidence, PairEvidence};
pub use field::{Field, LevelKind, LevelSpec, Vector};
pub use model::{ComparisonFacts, LevelFacts, ModelFacts, RuleFacts, ThresholdChoice, WeightBin};
pub use scored::{PairsWithin, ScoredPair, Verdict};
pub use weight::{MatchWeight, Probability};

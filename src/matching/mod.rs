//! The engine: all pure stages joined, from raw columns to clusters, with the evidence kept.

pub mod ask;
pub mod build;
pub mod collect;
pub mod decide;
mod derive;
pub mod explain;
pub mod facts;
mod held;
pub mod learn;
pub mod pool;
mod refine;
pub mod score;
mod veto;

use rayon::prelude::*;

use crate::block::{self, KeyRows};
use crate::cluster;
use crate::compare::{Comparator, Tables};
use crate::entity::Clusters;
use crate::pair::{ModelFacts, PairEvidence, Probability, ScoredPair};
use crate::record::frame::Frame;
use crate::record::{Dataset, Numbers, RecordId, TableMapping};
use crate::weigh::Model;

/// What a run may ask of the engine; the default asks nothing.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Match threshold; found from the data when `None`.
    pub threshold: Option<Probability>,
    /// Review threshold; found from the data when `None`.
    pub review: Option<Probability>,
    /// Each source is free of duplicates: link one to one between sources.
    pub unique_sources: bool,
    /// Seed of all sampling.
    pub seed: u64,
    /// Budget of candidate pairs per record.
    pub pairs_per_record: f64,
    /// Pairs that are the same customer, by decision.
    pub must_link: Vec<(RecordId, RecordId)>,
    /// Pairs that are different customers, by decision.
    pub cannot_link: Vec<(RecordId, RecordId)>,
    /// How many pairs to propose for judgement.
    pub questions: usize,
    /// What is on; only measurements switch anything off.
    pub mechanisms: Mechanisms,
    /// Pairs that are the same customer, by the sources' own word.
    pub links: Vec<Link>,
}

/// Mechanisms that can be switched off, to measure what each is worth; all are on.
#[derive(Clone, Copy, Debug)]
pub struct Mechanisms {
    /// EM; without it the model is what is believed beforehand.
    pub learning: bool,
    /// Weights are calibrated by fields left out.
    pub calibration: bool,
    /// A field learns only from pairs that are matches without it.
    pub held_out: bool,
    /// Households, colleagues, branches, namesakes and neighbours.
    pub related: bool,
    /// Rare values are better evidence.
    pub frequencies: bool,
    /// Names are counted by country.
    pub countries: bool,
    /// Values that several people share are weaker evidence.
    pub shared: bool,
    /// Suffixes and confirmed birth dates keep people apart.
    pub vetoes: bool,
    /// Clusters are weighed as a whole.
    pub pooling: bool,
}

impl Default for Mechanisms {
    fn default() -> Self {
        Self {
            learning: true,
            calibration: true,
            held_out: true,
            related: true,
            frequencies: true,
            countries: true,
            shared: true,
            vetoes: true,
            pooling: true,
        }
    }
}

/// Two records that are the same customer whatever their weight.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Link {
    /// The record of the smaller number.
    pub left: RecordId,
    /// The other one.
    pub right: RecordId,
    /// What tells.
    pub why: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            threshold: None,
            review: None,
            unique_sources: false,
            seed: 1,
            pairs_per_record: block::Settings::default().pairs_per_record,
            must_link: Vec::new(),
            cannot_link: Vec::new(),
            questions: 0,
            mechanisms: Mechanisms::default(),
            links: Vec::new(),
        }
    }
}

/// Hears how far the engine is.
pub trait Progress: Sync {
    /// A stage begins; `total` units of work are expected, 0 when unknown.
    fn stage(&self, name: &str, total: u64);
    /// That many units more are done.
    fn advance(&self, units: u64);
}

impl Progress for () {
    fn stage(&self, _: &str, _: u64) {}
    fn advance(&self, _: u64) {}
}

/// What the engine found.
pub struct Matched {
    /// Which records are one customer.
    pub clusters: Clusters,
    /// Matches and review pairs, sorted by records.
    pub pairs: Vec<ScoredPair>,
    /// Pairs whose judgement would help most, best first.
    pub questions: Vec<ask::Question>,
    /// What was inferred and learned.
    pub facts: ModelFacts,
    /// What cells of telephone columns say, by table and, within it, in order of these columns.
    pub numbers: Vec<Vec<Numbers>>,
    frame: Frame,
    tables: Tables,
    model: Model,
    keys: KeyRows,
    notes: cluster::Notes,
}

impl Matched {
    /// Why two records are, or are not, one customer.
    #[must_use]
    pub fn explain(&self, a: RecordId, b: RecordId) -> PairEvidence<'_> {
        explain::explain(self, a, b)
    }

    /// Whether some blocking rule proposes the pair.
    #[must_use]
    pub fn proposes(&self, a: RecordId, b: RecordId) -> bool {
        let (a, b) = (a.index(), b.index());
        (0..self.keys.rules()).any(|rule| self.keys.shared(rule, a, b) != 0)
    }
}

/// Pairs below this probability are counted, never kept.
const LEAST_KEPT: f64 = 0.01;

/// Runs the engine.
#[must_use]
pub fn run(
    dataset: &Dataset,
    mappings: &[TableMapping],
    settings: &Settings,
    progress: &dyn Progress,
) -> Matched {
    run_built(normalize(dataset, mappings, progress), settings, progress)
}

/// The first stage alone, after which the raw cells are not needed.
#[must_use]
pub fn normalize(
    dataset: &Dataset,
    mappings: &[TableMapping],
    progress: &dyn Progress,
) -> build::Built {
    stage(progress, "normalize", || build::build(dataset, mappings))
}

/// The stages after [`normalize`].
#[must_use]
pub fn run_built(built: build::Built, settings: &Settings, progress: &dyn Progress) -> Matched {
    let mut frame = built.frame;
    let on = settings.mechanisms;
    if !on.countries {
        frame.country.fill(0);
    }
    if !on.shared {
        let f = &mut frame;
        for sets in [
            &mut f.emails,
            &mut f.phones,
            &mut f.identifiers,
            &mut f.place,
        ] {
            sets.people.fill(1);
        }
    }
    let tables = Tables::build(&frame);
    let comparator = Comparator::new(&frame, &tables);
    let apart: Option<Vec<u16>> = settings.unique_sources.then(|| frame.source.clone());
    let apart = apart.as_deref();
    let order = name_order(&frame);
    let basis = stage(progress, "random pairs", || {
        let mut basis = learn::basis(&comparator, apart, settings.seed);
        basis.on = on;
        basis
    });
    let block_settings = block::Settings {
        pairs_per_record: settings.pairs_per_record,
        ..block::Settings::default()
    }
    .for_records(frame.len);
    let blocks = block::Blocks {
        largest: block_settings.largest_block,
        order: &order,
        apart,
    };
    let choices = stage(progress, "choose blocking rules", || {
        let first = learn::first_model(&comparator, &basis);
        let probability = |a: u32, b: u32| {
            score::weight(&comparator, &first, a as usize, b as usize)
                .probability()
                .0
        };
        block::choose(&frame, &block_settings, &blocks, &probability)
    });
    let model = stage(progress, "learn", || {
        if !on.learning {
            return learn::first_model(&comparator, &basis);
        }
        let from = choices.learned.as_ref().unwrap_or(&choices.compared);
        let keys = &choices.keys(from);
        learn::learn(
            &comparator,
            &basis,
            from,
            &block::Candidates { keys, blocks },
        )
    });
    drop(basis);
    let (model, remark) = refine::refine(&comparator, model, settings);
    let (keys, choice, scored) = stage(progress, "compare and weigh", || {
        let (choice, keys) = choices.into_compared();
        let candidates = block::Candidates {
            keys: &keys,
            blocks,
        };
        let scored = collect::collect(&comparator, &model, &candidates, LEAST_KEPT);
        (keys, choice, scored)
    });
    drop(order);
    let decided = stage(progress, "cluster", || {
        decide::decide(&comparator, &model, &scored, settings)
    });
    let questions = match settings.questions {
        0 => Vec::new(),
        most => ask::questions(&comparator, &model, &scored, &decided, settings, most),
    };
    let mut facts = facts::facts(
        &comparator,
        &model,
        (&choice, &keys),
        &scored,
        &decided,
        built.suppressed,
    );
    facts.remarks.extend(remark);
    Matched {
        clusters: decided.clusters,
        pairs: decided.pairs,
        questions,
        facts,
        numbers: built.numbers,
        notes: decided.notes,
        model,
        keys,
        frame,
        tables,
    }
}

/// Sort key of records inside oversized blocks: the names' first letters.
fn name_order(frame: &Frame) -> Vec<u64> {
    let start = |value: &str, letters: usize| {
        (0..letters).fold(0u64, |k, i| {
            (k << 8) | value.as_bytes().get(i).map_or(0, |b| u64::from(*b))
        })
    };
    (0..frame.len)
        .into_par_iter()
        .map(|r| {
            let family = frame.family.terms.value(r);
            let lead = if family.is_empty() {
                frame.organization.value(r)
            } else {
                family
            };
            (start(lead, 5) << 24) | start(frame.given.terms.value(r), 3)
        })
        .collect()
}

fn stage<T>(progress: &dyn Progress, name: &str, work: impl FnOnce() -> T) -> T {
    progress.stage(name, 0);
    work()
}

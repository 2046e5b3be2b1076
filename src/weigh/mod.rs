//! From comparison levels to match weights: Fellegi & Sunter (1969) with value frequencies, learned without labels by EM,
//! and with classes of non-matches that share things for a reason (one household, one company).

pub mod calibrate;
pub mod em;
pub mod model;
pub mod prior;
pub mod refine;
mod tally;
pub mod threshold;

pub use calibrate::{Calibration, Held, calibrate};
pub use em::{Sample, Training, start, train};
pub use model::{Class, Model, Weighed};

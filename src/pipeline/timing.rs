//! How long each stage took.

use std::time::Duration;

use super::clock::Clock;
use crate::matching::Matched;

/// One stage.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Lap {
    /// The stage.
    pub stage: String,
    /// Wall time in seconds.
    pub seconds: f64,
    /// What it worked through.
    pub items: u64,
    /// What the items are.
    pub unit: String,
}

/// Stages in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timings {
    /// The stages.
    pub laps: Vec<Lap>,
    last: Duration,
}

impl Timings {
    /// The time since the last lap was that of this stage.
    pub fn lap(&mut self, clock: &Clock, stage: &str, items: u64, unit: &str) {
        let now = clock.elapsed();
        self.add(stage, (now - self.last).as_secs_f64(), items, unit);
        self.last = now;
    }

    /// The time since the last lap was that of matching, which tells its stages itself.
    pub fn matching(&mut self, clock: &Clock, matched: &Matched, records: u64) {
        for (stage, seconds) in &matched.timings {
            self.add(stage, *seconds, records, "records");
        }
        let told: f64 = matched.timings.iter().map(|t| t.1).sum();
        let now = clock.elapsed();
        let rest = (now - self.last).as_secs_f64() - told;
        if rest > 0.001 || matched.timings.is_empty() {
            self.add("match (rest)", rest.max(0.0), records, "records");
        }
        self.last = now;
    }

    fn add(&mut self, stage: &str, seconds: f64, items: u64, unit: &str) {
        self.laps.push(Lap {
            stage: stage.to_owned(),
            seconds,
            items,
            unit: unit.to_owned(),
        });
    }

    /// As a table for people.
    #[must_use]
    pub fn table(&self) -> String {
        let mut t = String::new();
        for lap in &self.laps {
            let rate = if lap.seconds > 0.0005 && lap.items > 0 {
                format!("{:>12.0} {}/s", lap.items as f64 / lap.seconds, lap.unit)
            } else {
                String::new()
            };
            t.push_str(&format!(
                "  {:<28}{:>9.3} s{rate}\n",
                lap.stage, lap.seconds
            ));
        }
        t
    }
}

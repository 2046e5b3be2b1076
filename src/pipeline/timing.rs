//! How long each stage took.

use std::sync::Mutex;
use std::time::Duration;

use super::clock::Clock;
use crate::matching;

/// Notes when the engine, which reads no clock, begins each of its stages.
#[derive(Debug)]
pub struct EngineStages<'a> {
    clock: &'a Clock,
    starts: Mutex<Vec<(String, Moment)>>,
}

/// Wall and processor time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Moment {
    wall: Duration,
    processor: Duration,
}

impl Moment {
    fn now(clock: &Clock) -> Self {
        Self {
            wall: clock.elapsed(),
            processor: clock.processor(),
        }
    }
}

impl<'a> EngineStages<'a> {
    /// Nothing has begun.
    #[must_use]
    pub fn new(clock: &'a Clock) -> Self {
        Self {
            clock,
            starts: Mutex::new(Vec::new()),
        }
    }

    /// Hands on to `next` and notes the time.
    #[must_use]
    pub fn watching<'b>(&'b self, next: &'b dyn matching::Progress) -> Watching<'b> {
        Watching {
            starts: &self.starts,
            clock: self.clock,
            next,
        }
    }
}

/// Told of the engine's stages in place of another, which is told, too.
pub struct Watching<'b> {
    starts: &'b Mutex<Vec<(String, Moment)>>,
    clock: &'b Clock,
    next: &'b dyn matching::Progress,
}

impl matching::Progress for Watching<'_> {
    fn stage(&self, name: &str, total: u64) {
        if let Ok(mut starts) = self.starts.lock() {
            starts.push((name.to_owned(), Moment::now(self.clock)));
        }
        self.next.stage(name, total);
    }

    fn advance(&self, n: u64) {
        self.next.advance(n);
    }
}

/// One stage.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Lap {
    /// The stage.
    pub stage: String,
    /// Wall time in seconds.
    pub seconds: f64,
    /// Processor time of all threads in seconds; 0 where the system does not say.
    pub cpu_seconds: f64,
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
    last: Moment,
}

impl Timings {
    /// The time since the last lap was that of this stage.
    pub fn lap(&mut self, clock: &Clock, stage: &str, items: u64, unit: &str) {
        let now = Moment::now(clock);
        self.add(stage, (self.last, now), items, unit);
        self.last = now;
    }

    /// The time since the last lap was that of the stages which the engine told `stages`.
    pub fn engine(&mut self, clock: &Clock, stages: EngineStages<'_>, records: u64) {
        let now = Moment::now(clock);
        let starts = stages
            .starts
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        for (i, (name, start)) in starts.iter().enumerate() {
            // what comes before the first is its preparation: a lap of its own, long or too short to tell, would make the list
            // of stages depend on the clock
            let start = if i == 0 { self.last } else { *start };
            let end = starts.get(i + 1).map_or(now, |next| next.1);
            self.add(name, (start, end), records, "records");
        }
        self.last = now;
    }

    fn add(&mut self, stage: &str, (from, to): (Moment, Moment), items: u64, unit: &str) {
        let seconds = |from: Duration, to: Duration| to.saturating_sub(from).as_secs_f64();
        self.laps.push(Lap {
            stage: stage.to_owned(),
            seconds: seconds(from.wall, to.wall),
            cpu_seconds: seconds(from.processor, to.processor),
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
                "  {:<28}{:>9.3} s{:>9.2} CPU s{rate}\n",
                lap.stage, lap.seconds, lap.cpu_seconds
            ));
        }
        t
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::Progress as _;

    #[test]
    fn stages_of_the_engine_fill_the_time_between_laps() {
        let clock = Clock::start();
        let mut timings = Timings::default();
        timings.lap(&clock, "read", 10, "records");
        let stages = EngineStages::new(&clock);
        let watching = stages.watching(&());
        watching.stage("block", 0);
        watching.stage("weigh", 0);
        timings.engine(&clock, stages, 10);
        timings.lap(&clock, "write", 10, "records");
        let names: Vec<&str> = timings.laps.iter().map(|l| l.stage.as_str()).collect();
        assert!(names.ends_with(&["block", "weigh", "write"]), "{names:?}");
        let sum: f64 = timings.laps.iter().map(|l| l.seconds).sum();
        assert!(sum <= clock.elapsed().as_secs_f64() + 1e-6);
        assert!(timings.table().lines().count() >= 4);
    }
}

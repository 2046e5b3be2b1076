//! The run's one clock: the only place that asks what time it is.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// When the run started, and how long it has lasted.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// Seconds since 1970 at the start of the run: `SOURCE_DATE_EPOCH` when that is set, so that a run can be replayed.
    pub started: i64,
    /// Whether the start was given rather than read.
    pub given: bool,
    since: Instant,
}

impl Clock {
    /// Starts the clock.
    #[must_use]
    pub fn start() -> Self {
        let given = std::env::var("SOURCE_DATE_EPOCH")
            .ok()
            .and_then(|s| s.trim().parse::<i64>().ok());
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the clock that the run hands on"
        )]
        let now = SystemTime::now();
        let read = now
            .duration_since(UNIX_EPOCH)
            .map_or(0, |d| d.as_secs() as i64);
        Self {
            started: given.unwrap_or(read),
            given: given.is_some(),
            since: Instant::now(),
        }
    }

    /// Time since the start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.since.elapsed()
    }

    /// Processor time of all threads since the process began, to a hundredth of a second; zero where the system does not say.
    #[must_use]
    pub fn processor(&self) -> Duration {
        // fields 14 and 15 of the line: user and system time in ticks, which are hundredths of a second on Linux
        let line = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
        let after_name = line.rsplit(')').next().unwrap_or("");
        let ticks = after_name.split_ascii_whitespace().skip(11).take(2);
        let ticks: u64 = ticks.filter_map(|t| t.parse::<u64>().ok()).sum();
        Duration::from_millis(ticks * 10)
    }

    /// Seconds to publish as the run's duration: 0 in a replayed run, whose output must not vary.
    #[must_use]
    pub fn published_seconds(&self) -> f64 {
        if self.given {
            0.0
        } else {
            self.elapsed().as_secs_f64()
        }
    }

    /// The start as RFC 3339 in UTC, to the second.
    #[must_use]
    pub fn started_rfc3339(&self) -> String {
        rfc3339(self.started)
    }

    /// Now as RFC 3339 in UTC; the start itself in a replayed run.
    #[must_use]
    pub fn now_rfc3339(&self) -> String {
        let elapsed = self.published_seconds() as i64;
        rfc3339(self.started + elapsed)
    }
}

/// Seconds since 1970 as RFC 3339 in UTC.
#[must_use]
pub fn rfc3339(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_become_utc() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(1_700_000_000), "2023-11-14T22:13:20Z");
    }
}

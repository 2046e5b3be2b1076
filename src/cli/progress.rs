//! Progress: bars with rate and time left on a terminal, a plain line for each stage elsewhere.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::talk::{Talk, count};
use crate::matching;
use crate::pipeline::Event;

/// Shows how far a run is.
#[derive(Debug)]
pub struct Progress {
    talk: Talk,
    now: Mutex<Option<Stage>>,
}

#[derive(Debug)]
struct Stage {
    name: String,
    bar: ProgressBar,
    total: u64,
    done: u64,
    since: Instant,
}

impl Progress {
    /// Shows on stderr as `talk` allows.
    #[must_use]
    pub fn new(talk: Talk) -> Self {
        Self {
            talk,
            now: Mutex::new(None),
        }
    }

    /// Ends the stage that is shown.
    pub fn finish(&self) {
        if let Ok(mut now) = self.now.lock() {
            self.end(now.take());
        }
    }

    fn end(&self, stage: Option<Stage>) {
        let Some(stage) = stage else { return };
        stage.bar.finish_and_clear();
        let seconds = stage.since.elapsed().as_secs_f64();
        let amount = match stage.total.max(stage.done) {
            0 => String::new(),
            n => format!("{:>12}  ", count(n)),
        };
        self.talk
            .say(&format!("  {:<22}{amount:>14}{seconds:>8.2} s", stage.name));
    }

    fn begin(&self, name: &str, total: u64) {
        let Ok(mut now) = self.now.lock() else { return };
        self.end(now.take());
        let bar = if self.talk.terminal && !self.talk.quiet {
            let bar = ProgressBar::with_draw_target(
                (total > 0).then_some(total),
                ProgressDrawTarget::stderr_with_hz(10),
            );
            let form = if total > 0 {
                "  {msg:<22} {human_pos:>12} of {human_len} {bar:24} {per_sec}, {eta} left"
            } else {
                "  {msg:<22} {human_pos:>12} {spinner} {per_sec}, {elapsed}"
            };
            if let Ok(style) = ProgressStyle::with_template(form) {
                bar.set_style(style);
            }
            bar.set_message(name.to_owned());
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        } else {
            ProgressBar::hidden()
        };
        *now = Some(Stage {
            name: name.to_owned(),
            bar,
            total,
            done: 0,
            since: Instant::now(),
        });
    }
}

impl matching::Progress for Progress {
    fn stage(&self, name: &str, total: u64) {
        self.begin(name, total);
    }

    fn advance(&self, n: u64) {
        if let Ok(mut now) = self.now.lock()
            && let Some(stage) = now.as_mut()
        {
            stage.done += n;
            stage.bar.inc(n);
        }
    }
}

impl crate::pipeline::Observer for Progress {
    fn event(&self, event: Event<'_>) {
        match event {
            Event::Warning(message) => {
                let shown = self.now.lock().ok();
                let bar = shown
                    .as_ref()
                    .and_then(|s| s.as_ref())
                    .map(|s| s.bar.clone());
                match bar {
                    Some(bar) => bar.suspend(|| self.talk.warn(message)),
                    None => self.talk.warn(message),
                }
            }
            Event::Note(message) => self.talk.say(message),
        }
    }

    fn matching(&self) -> &dyn matching::Progress {
        self
    }
}

//! What a run tells whoever watches it.

use crate::matching;

/// Something worth saying while the run goes on.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// Deserves a look; message with its `hint:` line.
    Warning(&'a str),
    /// A plain statement.
    Note(&'a str),
}

/// Watches a run.
pub trait Observer: Sync {
    /// Told of an event.
    fn event(&self, event: Event<'_>);
    /// Told of stages and how far they are.
    fn matching(&self) -> &dyn matching::Progress;

    /// A stage begins, of `total` steps (0: unknown).
    fn stage(&self, name: &str, total: u64) {
        self.matching().stage(name, total);
    }

    /// `n` more steps of the stage are done.
    fn advance(&self, n: u64) {
        self.matching().advance(n);
    }

    /// Says a warning.
    fn warn(&self, message: &str) {
        self.event(Event::Warning(message));
    }
}

/// Watches nothing.
impl Observer for () {
    fn event(&self, _: Event<'_>) {}

    fn matching(&self) -> &dyn matching::Progress {
        self
    }
}

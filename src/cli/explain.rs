//! `selfsame explain`: why two records are, or are not, one customer.

use super::args::ExplainArgs;
use super::progress::Progress;
use super::talk::Talk;
use super::{Outcome, data};
use crate::explain::waterfall;
use crate::pipeline::Error;

/// Runs the command.
///
/// # Errors
/// When the database cannot be read or does not know a record.
pub fn explain(args: &ExplainArgs, talk: Talk) -> Outcome {
    let progress = Progress::new(Talk {
        // only a run done again takes long enough to be shown, and only on a terminal
        quiet: talk.quiet || !talk.terminal,
        ..talk
    });
    let case =
        crate::pipeline::explain::explain(&args.database, &args.left, &args.right, &progress)?;
    progress.finish();
    if args.json {
        let json = serde_json::to_string_pretty(&case).map_err(|e| Error::Bug(e.to_string()))?;
        return data(&format!("{json}\n"));
    }
    data(&waterfall(&case))
}

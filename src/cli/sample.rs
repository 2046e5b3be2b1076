//! `selfsame sample`: demonstration sources of any size with their truth.

use super::args::SampleArgs;
use super::exit::Exit;
use super::progress::Progress;
use super::talk::{Talk, count};
use super::{Outcome, data};
use crate::load::demo::write_sample;
use crate::matching::Progress as _;
use crate::pipeline::Error;

/// Runs the command.
///
/// # Errors
/// When the folder or a file in it cannot be written.
pub fn sample(args: &SampleArgs, talk: Talk) -> Outcome {
    let progress = Progress::new(talk);
    progress.stage("write sample", args.records);
    let mut written = 0;
    let summary = write_sample(&args.out, args.records, &args.seed, &mut |done| {
        progress.advance(done - written);
        written = done;
    })
    .map_err(Error::from)?;
    progress.finish();
    talk.say(&format!(
        "{} records: crm {}, shop {}, support {}; {} orders, {} interactions",
        count(summary.records),
        count(summary.crm),
        count(summary.shop),
        count(summary.support),
        count(summary.orders),
        count(summary.interactions),
    ));
    let mut list = String::new();
    for file in &summary.files {
        list.push_str(&file.display().to_string());
        list.push('\n');
    }
    data(&list)?;
    Ok(Exit::Done)
}

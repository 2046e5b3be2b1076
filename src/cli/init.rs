//! `selfsame init`: a first pipeline file with what was inferred.

use super::args::InitArgs;
use super::exit::Exit;
use super::progress::Progress;
use super::talk::Talk;
use super::{Outcome, data, dedupe};
use crate::config::draft::{DraftSource, draft};
use crate::config::propose::propose;
use crate::pipeline::Error;
use crate::pipeline::read::{KeyScope, ReadOptions, read};
use crate::pipeline::staging::write_whole;
use crate::profile;

/// Records of each source that are looked at.
const PREVIEW: u64 = 200_000;
/// Distinct values of each column that are looked at for rules.
const SAMPLE: usize = 1_000;

/// Runs the command.
///
/// # Errors
/// When a file cannot be read, or the pipeline file exists or cannot be written.
pub fn init(args: &InitArgs, talk: Talk) -> Outcome {
    if let Some(path) = &args.output
        && path.exists()
    {
        return Err(Error::Unwritten(format!(
            "`{}` exists already, and is not overwritten\n  hint: name another file, or remove it first",
            path.display()
        )));
    }
    let progress = Progress::new(talk);
    let plans = dedupe::plans(&args.files, &args.reading)?;
    let options = ReadOptions {
        spool_in: None,
        quarantined_share: 0.5,
        keys: KeyScope::Source,
        preview: Some(PREVIEW),
        keep_all: true,
        corrections: None,
    };
    let found = read(&plans, &options, &progress)?;
    progress.finish();
    let name = args.name.clone().unwrap_or_else(|| {
        let stem = args.output.as_ref().and_then(|p| p.file_stem());
        stem.map_or_else(
            || "customers".to_owned(),
            |s| s.to_string_lossy().into_owned(),
        )
    });
    let sources: Vec<DraftSource> = plans
        .iter()
        .enumerate()
        .map(|(at, plan)| DraftSource {
            name: plan.spec.name.clone(),
            files: plan.spec.paths.clone(),
            detected: found
                .dataset
                .files
                .iter()
                .filter(|f| f.source == plan.spec.name)
                .map(|f| format!("{}: {}, {}", f.path, f.format, f.detected))
                .collect(),
            rows: (
                found.rows_of(&plan.spec.name),
                found.refused_of(&plan.spec.name),
            ),
            table: plan.spec.table.clone(),
            key: found.key_columns[at].clone(),
            mapping: found.mappings[at].clone(),
        })
        .collect();
    let mut text = draft(&name, &sources);
    if args.rules {
        for (at, table) in found.dataset.tables.iter().enumerate() {
            let stats = profile::column_stats(table, SAMPLE);
            let key = found.key_columns[at].as_deref();
            text.push_str(&propose(&table.name, &stats, &found.mappings[at], key));
        }
    }
    match &args.output {
        Some(path) => {
            write_whole(path, |out| out.write_all(text.as_bytes()))?;
            talk.say(&format!(
                "wrote {0}; look it over, then try it: selfsame check {0}",
                path.display()
            ));
        }
        None => {
            data(&text)?;
        }
    }
    progress.finish();
    Ok(Exit::Done)
}

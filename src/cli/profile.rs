//! `selfsame profile`: what data looks like, and what is wrong with it.

use std::path::{Path, PathBuf};

use super::args::ProfileArgs;
use super::exit::Exit;
use super::progress::Progress;
use super::talk::Talk;
use super::{Outcome, data, dedupe, portrait};
use crate::config::file::FieldSpec;
use crate::pipeline::Error;
use crate::pipeline::clock::Clock;
use crate::pipeline::plan::{self, Named, SourcePlan};
use crate::pipeline::profile::{Request, profile as work};
use crate::pipeline::staging::{apart, write_whole};
use crate::pipeline::timing::Timings;
use crate::quality::Profile;
use crate::report::html::profile::page;
use crate::report::mask_profile;

/// Runs the command.
///
/// # Errors
/// When an input cannot be read, a named column does not exist, or the page not be written.
pub fn profile(args: &ProfileArgs, talk: Talk) -> Outcome {
    let clock = Clock::start();
    let mut timings = Timings::default();
    let progress = Progress::new(talk);
    let outputs: Vec<PathBuf> = args.html.iter().cloned().collect();
    // before anything long begins; files that a pattern stands for are known afterwards
    apart(args.files.iter().map(Path::new), &outputs)?;
    let request = Request {
        plans: plans(args)?,
        rows: args.rows,
        estimate: !args.no_duplicates,
    };
    let mut found = work(&request, &clock, &mut timings, &progress)?;
    let read = found.sources.iter().flat_map(|s| &s.files);
    apart(read.map(|f| Path::new(&f.path)), &outputs)?;
    if !args.unmask {
        mask_profile::profile(&mut found);
    }
    progress.finish();
    if let Some(path) = &args.html {
        let text = page(&title(&args.files), &found);
        write_whole(path, |out| out.write_all(text.as_bytes()))?;
    }
    if args.json {
        let mut text = serde_json::to_string_pretty(&found)
            .map_err(|e| Error::output("standard output")(e.into()))?;
        text.push('\n');
        data(&text)?;
    } else {
        data(&portrait::text(&found))?;
    }
    if args.timings {
        talk.say(&timings.table());
    }
    talk.say(&next(args, &found).join("\n"));
    let refused: u64 = found
        .sources
        .iter()
        .flat_map(|s| &s.quarantined)
        .map(|t| t.records)
        .sum();
    Ok(if refused > 0 {
        Exit::Quarantined
    } else {
        Exit::Done
    })
}

fn title(files: &[String]) -> String {
    match files {
        [one] => one.clone(),
        many => format!("{} files", many.len()),
    }
}

/// What to do next.
fn next(args: &ProfileArgs, found: &Profile) -> Vec<String> {
    let mut said = Vec::new();
    match &args.html {
        Some(path) => said.push(format!("open {}", path.display())),
        None => said.push(
            "`--html FILE` writes a page with every column, its figures and examples".to_owned(),
        ),
    }
    if found.masked {
        said.push("personal data is hidden; `--unmask` shows values as they are".to_owned());
    }
    said
}

/// The sources: one for each file, or those of a pipeline file.
fn plans(args: &ProfileArgs) -> Result<Vec<SourcePlan>, Error> {
    let is_pipeline = |f: &String| {
        Path::new(f)
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("toml"))
    };
    let mut plans = match args.files.as_slice() {
        [one] if is_pipeline(one) => {
            let (pipeline, text) = crate::config::read(Path::new(one))?;
            plan::sources(one, &text, &pipeline)
        }
        files => {
            if let Some(file) = files.iter().find(|f| is_pipeline(f)) {
                return Err(Error::Usage(format!(
                    "`{file}` is a pipeline file, and stands beside other files\n  hint: name it alone, or only data files"
                )));
            }
            dedupe::plans(files, &args.reading)?
        }
    };
    for plan in &mut plans {
        for (column, kind) in &args.map {
            let value = FieldSpec {
                kind: *kind,
                label: None,
                order: None,
            };
            plan.fields.insert(column.clone(), Named { value, line: 0 });
        }
    }
    Ok(plans)
}

//! The door: one file for each command. Here the command line is parsed, the run is watched for Ctrl-C and panics,
//! and the outcome becomes an exit code.

pub mod args;
pub mod check;
pub mod dedupe;
pub mod docs;
pub mod evaluate;
pub mod exit;
pub mod explain;
pub mod init;
pub mod list;
pub mod portrait;
pub mod profile;
pub mod progress;
pub mod quarantine;
pub mod run;
pub mod sample;
pub mod summary;
pub mod talk;

use std::panic::AssertUnwindSafe;
use std::process::ExitCode;
use std::sync::Mutex;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};

use crate::pipeline::{Class, Error, staging};
use args::{Cli, Command, Page};
use exit::Exit;
use talk::Talk;

/// What a command gives: its exit code, or the error that stopped it.
pub type Outcome = Result<Exit, Error>;

/// Parses the command line and runs the command.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) if e.kind() == ErrorKind::InvalidUtf8 => {
            let strange = std::env::args_os().find(|a| a.to_str().is_none());
            let shown = strange.unwrap_or_default();
            talk::error(&format!(
                "`{}` on the command line is not UTF-8, and cannot stand in reports\n  hint: rename the file; signs that cannot be shown stand as `�` here",
                shown.display()
            ));
            return ExitCode::from(Exit::Usage.code());
        }
        Err(e) => {
            let _ = e.print();
            return ExitCode::from(u8::try_from(e.exit_code()).unwrap_or(Exit::Usage.code()));
        }
    };
    let exit = guarded(|| {
        prepare(&cli)?;
        dispatch(cli)
    });
    ExitCode::from(exit.code())
}

fn prepare(cli: &Cli) -> Result<(), Error> {
    if let Some(bytes) = cli.memory {
        let limited = crate::spill::limit(bytes, &std::env::temp_dir());
        limited.map_err(|e| Error::Usage(format!("`--memory`: {e}")))?;
    }
    if let Some(threads) = cli.threads {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(usize::from(threads));
        // fails only when a pool exists already, which then is as good
        let _ = pool.build_global();
    }
    let _ = ctrlc::set_handler(|| {
        if !staging::abandon() {
            talk::error(
                "interrupted\n  hint: nothing was published; what was there before is untouched",
            );
            std::process::exit(i32::from(Exit::Interrupted.code()));
        }
    });
    Ok(())
}

fn dispatch(cli: Cli) -> Outcome {
    let talk = Talk::new(cli.quiet);
    match cli.command {
        Command::Run(args) => run::run(&args, talk),
        Command::Check(args) => check::check(&args, talk),
        Command::Dedupe(args) => dedupe::dedupe(&args, talk),
        Command::Profile(args) => profile::profile(&args, talk),
        Command::Evaluate(args) => evaluate::evaluate(&args, talk),
        Command::Explain(args) => explain::explain(&args, talk),
        Command::Sample(args) => sample::sample(&args, talk),
        Command::Quarantine(args) => quarantine::quarantine(&args, talk),
        Command::Init(args) => init::init(&args, talk),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "selfsame", &mut script);
            data(&String::from_utf8_lossy(&script))
        }
        Command::List { what, json } => data(&list::list(what, json)),
        Command::Docs { page } => data(&match page {
            Page::Cli => docs::markdown(),
            Page::Config => crate::config::reference::markdown(),
        }),
    }
}

/// Prints data on stdout.
fn data(text: &str) -> Outcome {
    talk::print(text).map_err(Error::output("standard output"))?;
    Ok(Exit::Done)
}

/// Where a panic says what happened, until it is printed.
static PANIC: Mutex<Option<String>> = Mutex::new(None);

/// Runs a command; errors are printed, a panic is reported as the bug it is.
fn guarded(command: impl FnOnce() -> Outcome) -> Exit {
    std::panic::set_hook(Box::new(|info| {
        let what = info
            .payload()
            .downcast_ref::<&str>()
            .map(|s| (*s).to_owned())
            .or_else(|| info.payload().downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "no message".to_owned());
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let mut first = PANIC
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        first.get_or_insert(format!("{what}, at {place}"));
    }));
    match std::panic::catch_unwind(AssertUnwindSafe(command)) {
        Ok(Ok(exit)) => exit,
        Ok(Err(e)) => {
            talk::error(&e.to_string());
            exit_of(e.class())
        }
        Err(_) => {
            let _ = staging::abandon();
            let first = PANIC
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .take();
            talk::error(&format!(
                "a bug in selfsame: {}\n  hint: nothing was published; please report this with the command and version {}",
                first.unwrap_or_default(),
                env!("CARGO_PKG_VERSION")
            ));
            Exit::Bug
        }
    }
}

fn exit_of(class: Class) -> Exit {
    match class {
        Class::Gate => Exit::Gate,
        Class::Usage => Exit::Usage,
        Class::Input => Exit::Input,
        Class::Output => Exit::Output,
        Class::Bug => Exit::Bug,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_bug_with_its_own_exit_code() {
        let exit = guarded(|| panic!("planted"));
        let _ = std::panic::take_hook();
        assert_eq!(exit, Exit::Bug);
    }
}

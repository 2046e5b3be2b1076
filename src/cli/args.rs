//! The command line, as clap sees it: commands, options, examples. `docs/CLI.md` is made from these definitions.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueHint};

/// Exit codes, printed at the end of every `--help` and in `docs/CLI.md`.
pub const EXIT_CODES: &str = "\
Exit codes:
  0    done
  1    a gate failed: a limit, expectation or rule of the pipeline file does not hold; nothing was published
  2    the command line or the pipeline file is wrong; nothing was read
  3    done, but some rows were quarantined
  4    an input cannot be read
  5    the output was not written; what was there before is untouched
  70   a bug in selfsame
  130  interrupted; what was there before is untouched";

macro_rules! example {
    ($text:literal) => {
        concat!(
            $text,
            "\n\nExit codes: 0 done, 1 gate failed, 2 wrong command line or pipeline file, 3 done with quarantined rows,\n4 input unreadable, 5 output not written, 70 bug, 130 interrupted (`selfsame --help` explains them)."
        )
    };
}

/// One customer, one record: reads customer exports, finds the records that are the same customer,
/// merges them into one database, and defends every merge in a report.
#[derive(Debug, Parser)]
#[command(name = "selfsame", version, max_term_width = 100, after_help = EXIT_CODES,
          after_long_help = EXIT_CODES, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Worker threads; the result is the same for any number [default: one for each core]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Memory to hold at most, but for moments, as in `2GiB` or `512M`; what does not fit waits in files in
    /// `TMPDIR`, and the result is the same (Linux)
    #[arg(long, global = true, value_name = "SIZE", value_parser = size)]
    pub memory: Option<u64>,
    /// Print nothing on stderr but errors
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a pipeline: read, match, merge, load the database, write the report
    #[command(after_help = example!("Example:\n  selfsame run pipelines/demo.toml --out out/demo"))]
    Run(RunArgs),
    /// Try a pipeline without writing: file, sources, mapping and expectations
    #[command(after_help = example!("Example:\n  selfsame check pipelines/demo.toml"))]
    Check(CheckArgs),
    /// Find duplicates in files, without a pipeline file
    #[command(after_help = example!("Example:\n  selfsame dedupe customers.csv -o clusters.csv --pairs pairs.csv --report out/report"))]
    Dedupe(DedupeArgs),
    /// What the data looks like, and what is wrong with it: columns, damage, keys, duplicates
    #[command(after_help = example!("Example:\n  selfsame profile customers.csv --html profile.html"))]
    Profile(ProfileArgs),
    /// Score clusters against the truth
    #[command(after_help = example!("Example:\n  selfsame evaluate --truth truth.csv --clusters clusters.csv"))]
    Evaluate(EvaluateArgs),
    /// Why two records are, or are not, one customer
    #[command(after_help = example!("Example:\n  selfsame explain out/demo/customers.db shop:1041 crm:C77"))]
    Explain(ExplainArgs),
    /// Write demonstration sources of any size, with their truth
    #[command(after_help = example!("Example:\n  selfsame sample --records 100000 --seed 7 --out out/sample"))]
    Sample(SampleArgs),
    /// Work off rows that were refused: list them, export them to a sheet, take the sheet back
    #[command(after_help = example!("Example:\n  selfsame quarantine export pipelines/demo.toml -o work.csv\n  selfsame quarantine replay pipelines/demo.toml work.csv"))]
    Quarantine(QuarantineArgs),
    /// Write a first pipeline file with what was inferred from files
    #[command(after_help = example!("Example:\n  selfsame init exports/*.csv shop.db -o pipelines/mine.toml"))]
    Init(InitArgs),
    /// Print the completion script of a shell
    #[command(after_help = example!("Example:\n  selfsame completions bash > ~/.local/share/bash-completion/completions/selfsame"))]
    Completions {
        /// Shell
        shell: clap_complete::Shell,
    },
    /// List what may be written in a pipeline file
    #[command(after_help = example!("Example:\n  selfsame list kinds"))]
    List {
        /// What to list
        what: Listing,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print a generated page of the documentation
    #[command(hide = true)]
    Docs {
        /// Page
        page: Page,
    },
}

/// What can be listed.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum Listing {
    /// Field kinds: what a column can mean
    Kinds,
    /// Exit codes
    ExitCodes,
}

/// Generated pages.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum Page {
    /// docs/CLI.md
    Cli,
    /// docs/CONFIG.md
    Config,
}

/// Options of `run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Pipeline file
    #[arg(value_hint = ValueHint::FilePath)]
    pub pipeline: PathBuf,
    /// Folder of the results, instead of `output.dir` of the pipeline file
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,
    /// Judged pairs as for `dedupe`, instead of `match.decisions` of the pipeline file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub labels: Option<PathBuf>,
    /// Do everything but publish
    #[arg(long)]
    pub dry_run: bool,
    /// Print the summary as JSON on stdout
    #[arg(long)]
    pub json: bool,
    /// Print how long each stage took
    #[arg(long)]
    pub timings: bool,
    /// Hide personal data in the report files; the database stays complete
    #[arg(long)]
    pub mask: bool,
}

/// Options of `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Pipeline file
    #[arg(value_hint = ValueHint::FilePath)]
    pub pipeline: PathBuf,
    /// Print what was found as JSON on stdout
    #[arg(long)]
    pub json: bool,
}

/// How to read the files of a command without pipeline file.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reading")]
pub struct ReadingArgs {
    /// Format of the files: csv, json, json-lines, sqlite, spreadsheet, vcard, parquet [default: by content]
    #[arg(long, value_parser = ["csv", "json", "json-lines", "sqlite", "spreadsheet", "vcard", "parquet"])]
    pub format: Option<String>,
    /// Field delimiter of CSV, one character or `tab` [default: guessed]
    #[arg(long, value_name = "CHAR", value_parser = delimiter)]
    pub delimiter: Option<String>,
    /// Character encoding by its WHATWG name, or a DOS code page such as cp850 [default: byte order mark, UTF-8, else guessed]
    #[arg(long)]
    pub encoding: Option<String>,
    /// Table of a database or sheet of a workbook [default: the one that looks like customers]
    #[arg(long)]
    pub table: Option<String>,
    /// Where the array of records lies in a JSON document, names joined by dots
    #[arg(long, value_name = "PATH")]
    pub records: Option<String>,
    /// Country (two letters) assumed for phones and postcodes where a record names none
    #[arg(long, value_name = "CC", value_parser = country)]
    pub region: Option<String>,
}

/// Options of `dedupe`.
#[derive(Debug, Args)]
pub struct DedupeArgs {
    /// Files of any readable format; several files are several sources; `-` is standard input
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub files: Vec<String>,
    /// Where `record_id,cluster_id` goes [default: standard output]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// Column that identifies a record [default: found by itself, else `file:row`]
    #[arg(long, value_name = "COLUMN")]
    pub id: Option<String>,
    /// What a column means, instead of what is inferred; repeatable
    #[arg(long, value_name = "COLUMN=KIND", value_parser = column_kind)]
    pub map: Vec<(String, crate::record::Kind)>,
    /// Column that names the source of a record
    #[arg(long, value_name = "COLUMN")]
    pub source: Option<String>,
    /// Every source is free of duplicates: link one to one between sources
    #[arg(long)]
    pub unique_sources: bool,
    /// Where `id_l,id_r,probability,match_weight` goes, for all pairs worth a look
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub pairs: Option<PathBuf>,
    /// Folder for report.html, report.json, merges.csv and quarantine.csv
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub report: Option<PathBuf>,
    /// Match threshold as a probability [default: chosen from the data]
    #[arg(long, value_name = "P", value_parser = probability)]
    pub threshold: Option<f64>,
    /// Review threshold as a probability [default: chosen from the data]
    #[arg(long, value_name = "P", value_parser = probability)]
    pub review: Option<f64>,
    /// Seed of all sampling
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    /// CSV `id_l,id_r,label` (same or different) of judged pairs: they are kept together, or apart, and refine the model
    #[arg(long, visible_alias = "decisions", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub labels: Option<PathBuf>,
    /// Where the pairs go whose judgement would help most, to be judged and given back with `--labels`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub ask: Option<PathBuf>,
    /// How many pairs to ask for
    #[arg(long, value_name = "N", default_value_t = 100, requires = "ask",
          value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub questions: u32,
    /// Hide personal data in the report
    #[arg(long)]
    pub mask: bool,
    /// Print how long each stage took
    #[arg(long)]
    pub timings: bool,
    /// Print the summary as JSON on stderr
    #[arg(long)]
    pub json: bool,
    /// Reading.
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// Options of `profile`.
#[derive(Debug, Args)]
pub struct ProfileArgs {
    /// Files of any readable format; several files are several sources; or one pipeline file (.toml); `-` is standard
    /// input
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub files: Vec<String>,
    /// Page to write, for a browser: one file that needs no network
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub html: Option<PathBuf>,
    /// Print everything as JSON on stdout, instead of a summary
    #[arg(long)]
    pub json: bool,
    /// Show values as they are; otherwise personal data is hidden in every output
    #[arg(long)]
    pub unmask: bool,
    /// Read only the first records of each source
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub rows: Option<u64>,
    /// Leave out the estimate of duplicates
    #[arg(long)]
    pub no_duplicates: bool,
    /// What a column means, instead of what is inferred; repeatable
    #[arg(long, value_name = "COLUMN=KIND", value_parser = column_kind)]
    pub map: Vec<(String, crate::record::Kind)>,
    /// Print how long each stage took
    #[arg(long)]
    pub timings: bool,
    /// Reading.
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// Options of `evaluate`.
#[derive(Debug, Args)]
pub struct EvaluateArgs {
    /// CSV `record_id,entity_id`, one row for each record; those without entity count as single
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub truth: PathBuf,
    /// CSV `record_id,cluster_id`; records left out count as single
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub clusters: PathBuf,
    /// Count only pairs whose records come from different sources
    #[arg(long, requires = "source")]
    pub unique_sources: bool,
    /// CSV that holds the source of each record [default: the truth file]
    #[arg(long, value_name = "FILE", requires = "source", value_hint = ValueHint::FilePath)]
    pub data: Option<PathBuf>,
    /// Column that names the source of a record
    #[arg(long, value_name = "COLUMN")]
    pub source: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Options of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Database written by `selfsame run`
    #[arg(value_name = "DB", value_hint = ValueHint::FilePath)]
    pub database: PathBuf,
    /// A record, as `source:key`
    #[arg(value_name = "A")]
    pub left: String,
    /// Another record, as `source:key`
    #[arg(value_name = "B")]
    pub right: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Options of `sample`.
#[derive(Debug, Args)]
pub struct SampleArgs {
    /// Number of records
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    pub records: u64,
    /// Seed: the same seed writes the same bytes
    #[arg(long, value_name = "S", default_value = "1")]
    pub seed: String,
    /// Folder to write to
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
}

/// Options of `quarantine`.
#[derive(Debug, Args)]
pub struct QuarantineArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: QuarantineCommand,
}

/// What is done about quarantined rows.
#[derive(Debug, Subcommand)]
pub enum QuarantineCommand {
    /// List the rows that wait for a decision; exit code 3 when there are any
    List {
        /// Which.
        #[command(flatten)]
        which: WaitingArgs,
        /// Print JSON
        #[arg(long)]
        json: bool,
        /// Rows that were left out by decision, too
        #[arg(long)]
        all: bool,
        /// Hide personal data
        #[arg(long)]
        mask: bool,
    },
    /// Write the rows that wait to a sheet, to fill in `action` and cells
    Export {
        /// Which.
        #[command(flatten)]
        which: WaitingArgs,
        /// Sheet to write, CSV, or JSON Lines when it ends in `.jsonl`; not overwritten [default: CSV on standard output]
        #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        output: Option<PathBuf>,
    },
    /// Take a sheet back: its decisions are kept in `quarantine.corrections` and hold from the next run on
    Replay {
        /// Pipeline file
        #[arg(value_hint = ValueHint::FilePath)]
        pipeline: PathBuf,
        /// Sheet with actions: correct, repair, accept, discard, or empty for not yet
        #[arg(value_hint = ValueHint::FilePath)]
        sheet: PathBuf,
    },
}

/// Which quarantined rows.
#[derive(Debug, Args)]
pub struct WaitingArgs {
    /// Pipeline file; its sources are read as a run would read them
    #[arg(value_hint = ValueHint::FilePath)]
    pub pipeline: PathBuf,
    /// Only rows of this source
    #[arg(long)]
    pub source: Option<String>,
    /// Only rows that break this rule
    #[arg(long)]
    pub rule: Option<String>,
}

impl WaitingArgs {
    /// Whether a row is asked for.
    #[must_use]
    pub fn wants(&self, row: &crate::record::Rejection) -> bool {
        let rule = |r: &String| row.rule == *r || row.also.contains(r);
        self.source.as_ref().is_none_or(|s| row.source == *s) && self.rule.as_ref().is_none_or(rule)
    }
}

/// Options of `init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Files to read; each becomes a source
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub files: Vec<String>,
    /// Pipeline file to write; not overwritten [default: standard output]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// Name of the pipeline [default: from the output's name]
    #[arg(long)]
    pub name: Option<String>,
    /// Propose rules from what the data looks like, too
    #[arg(long)]
    pub rules: bool,
    /// Reading.
    #[command(flatten)]
    pub reading: ReadingArgs,
}

fn probability(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(p) if (0.0..=1.0).contains(&p) => Ok(p),
        _ => Err("a probability lies between 0 and 1, such as 0.9".to_owned()),
    }
}

/// Bytes, of a number with a unit: powers of 1024, or of 1000 where the unit says so.
fn size(text: &str) -> Result<u64, String> {
    let fault = || "a number and a unit, such as `2GiB` or `512M`".to_owned();
    let units = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let number: u64 = (text[..text.len() - units.len()].parse()).map_err(|_| fault())?;
    let unit = units.trim().to_ascii_uppercase();
    let power = match unit.get(..1) {
        Some("K") => 1,
        Some("M") => 2,
        Some("G") => 3,
        Some("T") => 4,
        _ => return Err(fault()),
    };
    let base: u64 = match &unit[1..] {
        "" | "IB" => 1024,
        "B" => 1000,
        _ => return Err(fault()),
    };
    let bytes = number.checked_mul(base.pow(power)).ok_or_else(fault)?;
    if bytes < crate::spill::LEAST {
        return Err("less than 256 MiB leaves no room to work".to_owned());
    }
    Ok(bytes)
}

fn delimiter(text: &str) -> Result<String, String> {
    match text {
        "tab" | "\\t" => Ok("\t".to_owned()),
        one if one.len() == 1 => Ok(one.to_owned()),
        _ => Err("one ASCII character such as `;`, or `tab`".to_owned()),
    }
}

fn country(text: &str) -> Result<String, String> {
    if text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic()) {
        Ok(text.to_ascii_uppercase())
    } else {
        Err("two letters of ISO 3166, such as DE or US".to_owned())
    }
}

fn column_kind(text: &str) -> Result<(String, crate::record::Kind), String> {
    let (column, kind) = text
        .rsplit_once('=')
        .ok_or("write COLUMN=KIND, such as tel=phone; `selfsame list kinds` shows the kinds")?;
    let kind = kind
        .parse()
        .map_err(|e: crate::record::kind::UnknownKind| e.to_string())?;
    Ok((column.to_owned(), kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_has_an_example_and_the_exit_codes() {
        for command in Cli::command()
            .get_subcommands()
            .filter(|c| !c.is_hide_set())
        {
            let help = command.clone().render_help().to_string();
            let line = format!("  selfsame {}", command.get_name());
            assert!(
                help.contains("Example:\n") && help.contains(&line),
                "{help}"
            );
            assert!(help.contains("Exit codes:"), "{help}");
        }
    }

    #[test]
    fn values_are_checked() {
        let parse = |args: &str| Cli::try_parse_from(args.split(' '));
        assert!(parse("selfsame dedupe a.csv --threshold 0.9 --map tel=phone").is_ok());
        for wrong in [
            "--threshold 1.1",
            "--map tel=fone",
            "--map tel",
            "--delimiter ab",
            "--region Germany",
            "--threads 0",
            "--memory 2",
            "--memory 2GiBs",
            "--memory 100M",
            "--memory 99999999999T",
        ] {
            assert!(
                parse(&format!("selfsame dedupe a.csv {wrong}")).is_err(),
                "{wrong}"
            );
        }
        for (text, bytes) in [
            ("2GiB", 2 << 30),
            ("512M", 512 << 20),
            ("1gb", 1_000_000_000),
        ] {
            assert_eq!(size(text), Ok(bytes));
        }
    }
}

//! Everything before matching: sources read, decisions carried out, rules tried, rows taken out, orders and interactions.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::clock::Clock;
use super::decided::{self, Desk};
use super::error::Error;
use super::event::Observer;
use super::handed_on;
use super::job::Job;
use super::linked;
use super::meaning::Meaning;
use super::plan;
use super::quarantine::{digest_of_row, take_out};
use super::read::{KeyScope, Read, ReadOptions, read};
use crate::config::error::nearest;
use crate::config::file::{FieldSpec, Limits};
use crate::config::{Action, ConfigError, Corrections};
use crate::load::{BlankedCell, LinkedTable, Quality};
use crate::profile;
use crate::record::{Kind, Rejection, SourceTable, TableMapping};
use crate::validate::{Applied, Check, Ground, Refused, Rule, RuleResult, Severity, apply};

/// Hours by which the easternmost time zone is ahead: a date that has come anywhere is not in the future.
const EASTERNMOST: i64 = 14;

/// What was read and how it kept its rules.
pub struct Gathered {
    /// The records.
    pub read: Read,
    /// Orders and interactions.
    pub linked: Vec<LinkedTable>,
    /// Their rows that were refused.
    pub unlinked: Vec<Rejection>,
    /// Results of rules, values taken out, decisions carried out.
    pub quality: Quality,
    /// Decisions that concern no row any more.
    pub unused_decisions: usize,
    /// Rules that stop the run, as messages with hints.
    pub stops: Vec<String>,
}

impl Gathered {
    /// All refused rows, those of linked tables last.
    pub fn rejections(&self) -> impl Iterator<Item = &Rejection> {
        self.read.rejections.iter().chain(&self.unlinked)
    }
}

/// The decisions that a pipeline names; none when it names no file.
///
/// # Errors
/// When the file is not as it should be.
pub fn corrections(job: &Job) -> Result<Corrections, Error> {
    match &job.pipeline.quarantine.corrections {
        Some(path) => Ok(Corrections::read(path.get_ref())?),
        None => Ok(Corrections::default()),
    }
}

/// Reads all tables of a pipeline, carries out decisions and tries its rules.
///
/// # Errors
/// When a table cannot be read, or a rule or decision names a column that does not exist.
pub fn gather(
    job: &Job,
    corrections: &Corrections,
    spool_in: Option<&Path>,
    clock: &Clock,
    observer: &dyn Observer,
) -> Result<Gathered, Error> {
    let pipeline = &job.pipeline;
    let plans = plan::sources(&job.file, &job.text, pipeline);
    let rules = crate::config::rules(&job.file, &job.text, pipeline)?;
    let share = pipeline.limits.quarantined_share.as_ref();
    let remembers = pipeline.quarantine.corrections.is_some();
    let options = ReadOptions {
        spool_in,
        quarantined_share: share.map_or(Limits::QUARANTINED_SHARE, |s| *s.get_ref()),
        keys: KeyScope::Source,
        preview: None,
        // rules may read, and digests are of, columns that are ignored otherwise
        keep_all: remembers || !rules.is_empty(),
        corrections: Some(corrections),
    };
    let mut read = read(&plans, &options, observer)?;
    if spool_in.is_some() && !options.keep_all {
        // a digest without the columns that are ignored would not be the row's
        let whole = |f: &FieldSpec| f.kind != Kind::Ignore;
        for plan in &plans {
            if plan.fields.values().all(|f| whole(&f.value)) {
                continue;
            }
            let own = |r: &&mut Rejection| r.source == plan.spec.name && r.split;
            let rejections = read.rejections.iter_mut().filter(own);
            rejections.for_each(|r| r.digest.clear());
        }
    }
    let mut gathered = Gathered {
        read,
        linked: Vec::new(),
        unlinked: Vec::new(),
        quality: Quality::default(),
        unused_decisions: 0,
        stops: Vec::new(),
    };
    gathered.quality.decided = std::mem::take(&mut gathered.read.decided);
    let names: Vec<&str> = pipeline
        .source
        .iter()
        .map(|s| s.name.get_ref().as_str())
        .collect();
    let mut trial = Trial {
        job,
        rules: &rules,
        corrections,
        today: (clock.started + EASTERNMOST * 3_600).div_euclid(86_400),
        gathered: &mut gathered,
        observer,
    };
    if !rules.is_empty() {
        observer.stage("check rules", rules.len() as u64);
    }
    trial.records(&names)?;
    let (tables, unlinked) = linked::read_all(job, &mut gathered.read, corrections, observer)?;
    gathered.unlinked = unlinked;
    gathered.linked = tables;
    let decided = std::mem::take(&mut gathered.read.decided);
    gathered.quality.decided.extend(decided);
    let mut trial = Trial {
        job,
        rules: &rules,
        corrections,
        today: (clock.started + EASTERNMOST * 3_600).div_euclid(86_400),
        gathered: &mut gathered,
        observer,
    };
    trial.linked()?;
    let linked = pipeline.linked.iter().map(|l| l.name.get_ref().as_str());
    let all: Vec<&str> = names.iter().copied().chain(linked).collect();
    gathered.unused_decisions = decided::unused(corrections, &gathered.quality.decided, &all);
    gathered.read.check_account()?;
    Ok(gathered)
}

struct Trial<'a> {
    job: &'a Job,
    rules: &'a [Rule],
    corrections: &'a Corrections,
    today: i64,
    gathered: &'a mut Gathered,
    observer: &'a dyn Observer,
}

impl Trial<'_> {
    /// Tries rules on the sources of customers.
    fn records(&mut self, sources: &[&str]) -> Result<(), Error> {
        let mut tables = std::mem::take(&mut self.gathered.read.dataset.tables);
        let mappings = self.gathered.read.mappings.clone();
        let about: Vec<Rule> = self
            .rules
            .iter()
            .filter(|r| {
                r.sources.is_empty() || r.sources.iter().any(|s| sources.contains(&s.as_str()))
            })
            .cloned()
            .collect();
        let rejections = self.tried(&about, &mut tables, &mappings, &[])?;
        self.gathered.read.rejections.extend(rejections);
        let dataset = &mut self.gathered.read.dataset;
        dataset.tables = tables;
        dataset.number();
        dataset.source_of = super::read::source_of_tables(dataset);
        Ok(())
    }

    /// Tries rules on orders and interactions.
    fn linked(&mut self) -> Result<(), Error> {
        let mut linked = std::mem::take(&mut self.gathered.linked);
        let others = std::mem::take(&mut self.gathered.read.dataset.tables);
        for one in &mut linked {
            let about: Vec<Rule> = self
                .rules
                .iter()
                .filter(|r| r.sources.contains(&one.table.name))
                .cloned()
                .collect();
            if about.is_empty() {
                continue;
            }
            // the order of day and month is told by the column
            let mapping =
                profile::infer_table_given(&one.table, &[], &profile::Settings::default());
            let tables = std::slice::from_mut(&mut one.table);
            let rejections = self.tried(&about, tables, &[mapping], &others)?;
            self.gathered.unlinked.extend(rejections);
        }
        self.gathered.linked = linked;
        self.gathered.read.dataset.tables = others;
        Ok(())
    }

    /// Tries rules on tables and takes out the rows that break them; gives these.
    fn tried(
        &mut self,
        rules: &[Rule],
        tables: &mut [SourceTable],
        mappings: &[TableMapping],
        others: &[SourceTable],
    ) -> Result<Vec<Rejection>, Error> {
        self.check_columns(rules, tables, others)?;
        let accepted = accepted(self.corrections, tables);
        let names: Vec<String> = tables.iter().map(|t| t.name.clone()).collect();
        let waived = |table: usize, row: u32, rule: &str| {
            let of = &accepted[table];
            let at = of.binary_search_by_key(&row, |(row, _)| *row);
            at.is_ok_and(|at| {
                let decision = self.corrections.of(&names[table], &of[at].1);
                decision.is_some_and(|d| d.rules.iter().any(|r| r == rule))
            })
        };
        let ground = Ground {
            readings: &Meaning,
            today: self.today,
            others,
            others_gone: &[],
        };
        let mut applied = apply(rules, tables, mappings, &ground, &waived);
        self.note_accepted(tables, &accepted);
        self.keep_refusals(rules, tables, mappings, &mut applied);
        self.note_blanked(rules, tables, &applied);
        for result in &applied.results {
            if result.severity == Severity::Stop && result.failed > 0 {
                let fault = self.stop(result, tables);
                self.gathered.stops.push(fault);
            }
        }
        self.gathered.quality.results.extend(applied.results);
        let mut rejections = Vec::new();
        for (at, table) in tables.iter_mut().enumerate() {
            let refused: Vec<_> = applied
                .refused
                .iter()
                .filter(|r| r.table == at)
                .cloned()
                .collect();
            // of orders nobody's consent is read
            let handed = match others {
                [] => self.hand_on(table, &mappings[at], &refused, rules),
                _ => BTreeMap::new(),
            };
            if others.is_empty() {
                self.warn_of_refusals(table, &mappings[at], &refused);
            }
            let read = &mut self.gathered.read;
            let kept = (&mut read.dataset.files[..], read.spool.as_ref());
            let taken = take_out(table, &mappings[at], &refused, rules, &Meaning, kept);
            for (mut rejection, refused) in taken.into_iter().zip(&refused) {
                if let Some(columns) = handed.get(&refused.row) {
                    rejection.reason.push_str(&handed_on::reason(columns));
                }
                rejections.push(rejection);
            }
        }
        let mut desk = Desk {
            corrections: self.corrections,
            files: &mut Vec::new(),
            spool: None,
            decided: &mut self.gathered.quality.decided,
        };
        desk.mark(&mut rejections);
        Ok(rejections)
    }

    /// Hands opt-outs of rows that repeat others on to those, and warns of it; gives the columns concerned by row.
    fn hand_on(
        &mut self,
        table: &mut SourceTable,
        mapping: &TableMapping,
        refused: &[Refused],
        rules: &[Rule],
    ) -> BTreeMap<u32, Vec<String>> {
        let mut all: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        for (rule, pairs) in stands_in(refused) {
            let handed = handed_on::hand_on(table, mapping, &pairs);
            let name = &rules[rule].name;
            if let Some(words) = handed_on::warning(&table.name, name, &handed) {
                self.observer.warn(&words);
                self.gathered.read.warnings.push(words);
            }
            for ((row, _), columns) in pairs.into_iter().zip(handed) {
                if !columns.is_empty() {
                    all.entry(row).or_default().extend(columns);
                }
            }
        }
        all
    }

    /// Every column that a rule names exists: in each source that it names, else in one source at least.
    fn check_columns(
        &self,
        rules: &[Rule],
        tables: &[SourceTable],
        others: &[SourceTable],
    ) -> Result<(), Error> {
        let mut faults = Vec::new();
        let mut fault = |rule: &Rule, table: &SourceTable, column: &str| {
            let known = || table.columns.iter().map(|c| c.name.as_str());
            let hint = match nearest(column, known()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("columns are: {}", known().collect::<Vec<_>>().join(", ")),
            };
            faults.push(ConfigError {
                file: self.job.file.clone(),
                line: rule.line,
                message: format!(
                    "rule `{}`: source `{}` has no column `{column}`",
                    rule.name, table.name
                ),
                hint,
            });
        };
        for rule in rules {
            let missing = |t: &SourceTable| {
                let mut columns = rule.columns();
                columns.find(|c| t.column(c).is_none()).map(str::to_owned)
            };
            let named = |t: &&SourceTable| rule.sources.contains(&t.name);
            if rule.sources.is_empty() {
                if tables.iter().all(|t| missing(t).is_some()) {
                    // of the source that comes nearest
                    let lacks =
                        |t: &&SourceTable| rule.columns().filter(|c| t.column(c).is_none()).count();
                    if let Some(table) = tables.iter().min_by_key(lacks)
                        && let Some(column) = missing(table)
                    {
                        fault(rule, table, &column);
                    }
                }
            } else {
                for table in tables.iter().filter(named) {
                    if let Some(column) = missing(table) {
                        fault(rule, table, &column);
                    }
                }
            }
            if let Check::References { source, field } = &rule.check {
                let targets = if others.is_empty() { tables } else { others };
                let target = targets.iter().find(|t| t.name == *source);
                if let Some(table) = target.filter(|t| t.column(field).is_none()) {
                    fault(rule, table, field);
                }
            }
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Error::Config(faults))
        }
    }

    fn note_accepted(&mut self, tables: &[SourceTable], accepted: &[Vec<(u32, String)>]) {
        for (table, rows) in tables.iter().zip(accepted) {
            for (row, digest) in rows {
                let Some(decision) = self.corrections.of(&table.name, digest) else {
                    continue;
                };
                let origin = table.origins[*row as usize];
                let file = &self.gathered.read.dataset.files[origin.file as usize].path;
                let raw = super::quarantine::whole_row(
                    table,
                    *row as usize,
                    self.gathered.read.spool.as_ref(),
                );
                let note = decided::note(decision, file, origin.row, raw);
                self.gathered.quality.decided.push(note);
            }
        }
    }

    /// Puts cells back that a rule would blank and that refuse.
    fn keep_refusals(
        &mut self,
        rules: &[Rule],
        tables: &mut [SourceTable],
        mappings: &[TableMapping],
        applied: &mut Applied,
    ) {
        let mut kept: BTreeMap<(usize, u32, usize), usize> = BTreeMap::new();
        applied.blanked.retain(|b| {
            let column = &mut tables[b.table].columns[b.column as usize];
            let meaning = mappings[b.table].columns.get(b.column as usize);
            let refuses = meaning.is_some_and(|m| handed_on::refuses(m, column.values.get(b.id)));
            if refuses {
                column.ids[b.row as usize] = b.id;
                *kept.entry((b.table, b.column, b.rule)).or_default() += 1;
            }
            !refuses
        });
        for ((table, column, rule), cells) in kept {
            let table = &tables[table];
            let words = format!(
                "source `{}`: {cells} cell(s) of `{}` that rule `{}` would blank refuse to be reached; they stay\n  hint: let the rule accept such words, or quarantine the rows",
                table.name, table.columns[column as usize].name, rules[rule].name
            );
            self.observer.warn(&words);
            self.gathered.read.warnings.push(words);
        }
    }

    /// Warns of opt-outs in rows that leave for quarantine and hold for no row that stays.
    fn warn_of_refusals(
        &mut self,
        table: &SourceTable,
        mapping: &TableMapping,
        refused: &[Refused],
    ) {
        let refuses = |r: &&Refused| {
            let mut columns = table.columns.iter().zip(&mapping.columns);
            r.repeats.is_empty()
                && columns.any(|(c, meaning)| handed_on::refuses(meaning, c.value(r.row as usize)))
        };
        let refusing = refused.iter().filter(refuses).count();
        if refusing > 0 {
            let words = format!(
                "source `{}`: {refusing} of the rows in quarantine refuse to be reached, which holds for nobody until they are worked off\n  hint: `selfsame quarantine list` shows them; the same people may be reachable by other records",
                table.name
            );
            self.observer.warn(&words);
            self.gathered.read.warnings.push(words);
        }
    }

    fn note_blanked(&mut self, rules: &[Rule], tables: &[SourceTable], applied: &Applied) {
        for b in &applied.blanked {
            let table = &tables[b.table];
            let column = &table.columns[b.column as usize];
            let origin = table.origins[b.row as usize];
            let key = match table.keys.get(b.row as usize) {
                Some(key) => key.to_string(),
                // rows of linked tables have no keys
                None => {
                    let file = &self.gathered.read.dataset.files[origin.file as usize].path;
                    format!("{file}:{}", origin.row)
                }
            };
            self.gathered.quality.blanked.push(BlankedCell {
                source: table.name.clone(),
                key,
                column: column.name.clone(),
                value: column.values.get(b.id).to_owned(),
                rule: rules[b.rule].name.clone(),
            });
        }
    }

    fn stop(&self, result: &RuleResult, tables: &[SourceTable]) -> String {
        let place = format!("{}:{}: rule `{}`", self.job.file, result.line, result.rule);
        let fields = match result.fields.as_slice() {
            [] => String::new(),
            fields => format!("`{}` ", fields.join("`, `")),
        };
        let wanted = format!("{fields}{}", result.check);
        if let Some(measured) = &result.measured {
            return format!(
                "{place}: source `{}`: {measured}; wanted: {wanted}\n  hint: is an export cut short or old, or a column moved? else change the rule",
                result.source
            );
        }
        let first = result.examples.first().map_or_else(String::new, |e| {
            let table = tables.iter().find(|t| t.name == result.source);
            let row = table.and_then(|t| t.keys.iter().position(|k| **k == e.key));
            let origin = row.and_then(|r| table.map(|t| t.origins[r]));
            origin.map_or_else(String::new, |o| {
                let file = &self.gathered.read.dataset.files[o.file as usize].path;
                format!(", such as row {} of `{file}`", o.row)
            })
        });
        format!(
            "{place}: {} of {} rows of `{}` fail{first}; wanted: {wanted}\n  hint: `selfsame check` shows examples; mend the source, or use severity \"quarantine\"",
            result.failed, result.checked, result.source
        )
    }
}

/// Rows that leave because they repeat another, each with the row that stays, by rule and in order of rows. Where that one leaves,
/// too, it is the one that stays in its stead.
fn stands_in(refused: &[Refused]) -> BTreeMap<usize, Vec<(u32, u32)>> {
    let gone: BTreeMap<u32, &Refused> = refused.iter().map(|r| (r.row, r)).collect();
    let mut by_rule: BTreeMap<usize, Vec<(u32, u32)>> = BTreeMap::new();
    for r in refused {
        let mut seen = BTreeSet::new();
        let mut open = r.repeats.clone();
        while let Some((rule, row)) = open.pop() {
            if !seen.insert(row) || row == r.row {
                continue;
            }
            match gone.get(&row) {
                None => by_rule.entry(rule).or_default().push((r.row, row)),
                Some(next) => open.extend(next.repeats.iter().map(|&(_, row)| (rule, row))),
            }
        }
    }
    by_rule
}

/// Rows that were accepted as they are, with their digests, by table; in order of rows.
fn accepted(corrections: &Corrections, tables: &[SourceTable]) -> Vec<Vec<(u32, String)>> {
    use rayon::prelude::*;
    let of = |table: &SourceTable| {
        let mut decisions = corrections.of_source(&table.name);
        if !decisions.any(|d| d.action == Action::Accept) {
            return Vec::new();
        }
        (0..table.len() as u32)
            .into_par_iter()
            .filter_map(|row| {
                let digest = digest_of_row(table, row as usize);
                let decision = corrections.of(&table.name, &digest)?;
                (decision.action == Action::Accept).then_some((row, digest))
            })
            .collect()
    };
    tables.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_stays_is_followed_over_rows_that_leave() {
        let refused = |row, repeats: &[(usize, u32)]| Refused {
            table: 0,
            row,
            breaks: vec![(0, None)],
            repeats: repeats.to_vec(),
        };
        let found = stands_in(&[
            refused(1, &[(0, 2)]),
            refused(2, &[(3, 4)]),
            refused(5, &[]),
            refused(6, &[(0, 5)]),
        ]);
        assert_eq!(
            found,
            BTreeMap::from([(0, vec![(1, 4)]), (3, vec![(2, 4)])])
        );
    }
}

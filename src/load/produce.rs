//! The producers of rows and their one writer: rows are made in parallel and inserted in a fixed order.

use super::Error;
use super::customer::{CustomerRows, Room};
use super::evidence::push_evidence;
use super::input::{LoadInput, Merged, Produced, Stage};
use super::linked::Linked;
use super::rows::{Batch, Insert, Table, WrittenRows};
use crate::pair::{PairEvidence, ScoredPair, Verdict};
use crate::record::RecordId;
use rayon::prelude::*;
use rusqlite::Connection;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Customers (or records, pairs, orders) in one batch of rows.
const BATCH: usize = 256;
/// Customers whose cells are looked at ahead.
const AHEAD: usize = 64;

pub(super) type Written = Result<Vec<(Table, WrittenRows)>, (Table, rusqlite::Error)>;

/// Batches on their way to the writer, and emptied ones on their way back, so that their room is used again.
pub(super) struct Way {
    to_writer: SyncSender<Batch>,
    emptied: Mutex<Receiver<Batch>>,
}

impl Way {
    fn send(&self, batch: Batch) -> bool {
        self.to_writer.send(batch).is_ok()
    }

    fn batch(&self) -> Batch {
        let emptied = self.emptied.lock().ok();
        emptied.and_then(|e| e.try_recv().ok()).unwrap_or_default()
    }
}

/// The other end of a [`Way`].
pub(super) struct End {
    batches: Receiver<Batch>,
    emptied: SyncSender<Batch>,
}

/// A way on which `waiting` batches may wait for the writer.
pub(super) fn way(waiting: usize) -> (Way, End) {
    let (to_writer, batches) = sync_channel(waiting);
    let (back, emptied) = sync_channel(waiting);
    let emptied = Mutex::new(emptied);
    let end = End {
        batches,
        emptied: back,
    };
    (Way { to_writer, emptied }, end)
}

/// The writer: inserts batches in the order in which they come, and gives the connection back.
pub(super) fn write(db: Connection, end: &End) -> (Connection, Written) {
    let written = write_all(&db, end);
    (db, written)
}

fn write_all(db: &Connection, end: &End) -> Written {
    let mut inserts = Vec::with_capacity(Table::ALL.len());
    for table in Table::ALL {
        let (name, width) = table.name_and_width();
        inserts.push(Insert::into_table(db, name, width).map_err(|e| (table, e))?);
    }
    for mut batch in &end.batches {
        for (table, rows) in batch.filled() {
            let inserted = rows.insert(&mut inserts[table as usize]);
            inserted.map_err(|e| (table, e))?;
        }
        batch.clear();
        // when nobody fetches them, they are dropped
        let _ = end.emptied.try_send(batch);
    }
    let written = Table::ALL.into_iter().zip(inserts);
    Ok(written.map(|(table, i)| (table, i.written)).collect())
}

/// The producers, stage by stage. Gives what became of the customers.
pub(super) fn produce<'d>(
    input: &LoadInput<'_, 'd>,
    rows: &CustomerRows<'_, 'd>,
    linked: &[Linked<'_>],
    clusters: (&[u32], &[RecordId]),
    way: &Way,
    progress: &mut dyn FnMut(Stage, u64, u64),
) -> Result<Produced, Error> {
    let mut all = Produced::default();
    let (offsets, members) = clusters;
    produce_records(input, rows, way, progress)?;
    in_waves(
        Stage::Customers,
        offsets.len() - 1,
        |from, to| {
            let (mut batch, mut room) = (way.batch(), Room::default());
            let mut produced = Produced::default();
            let (mut merged, mut ahead) = (Vec::new(), Vec::new());
            let members = |c: usize| &members[offsets[c] as usize..offsets[c + 1] as usize];
            for c in from..to {
                if (c - from) % AHEAD == 0 {
                    // first records come in order, as their cells do
                    ahead.clear();
                    ahead.extend((c..(c + AHEAD).min(to)).flat_map(|c| members(c).iter().skip(1)));
                    rows.survivor.look_ahead(&ahead);
                }
                let number = c as u32;
                let golden =
                    rows.append(number, members(c), &mut room, &mut batch, &mut produced)?;
                if let Some(golden) = golden {
                    let pairs = input.within.of(number).iter();
                    let evidence = pairs
                        .map(|p| push_pair(input, p, true, &mut batch))
                        .collect();
                    merged.push(Merged { golden, evidence });
                }
            }
            (input.merged)(from / BATCH, merged);
            Ok((batch, produced))
        },
        |(batch, produced)| {
            all.golden_values += produced.golden_values;
            for (sum, n) in all.filled.iter_mut().zip(produced.filled) {
                *sum += n;
            }
            way.send(batch)
        },
        progress,
    )?;
    let paths: Vec<&str> = input
        .dataset
        .files
        .iter()
        .map(|f| f.path.as_str())
        .collect();
    for table in linked {
        in_waves(
            Stage::Linked,
            table.found(),
            |from, to| {
                let mut batch = way.batch();
                table.append((from, to), input.spooled, &mut batch)?;
                Ok(batch)
            },
            |batch| way.send(batch),
            progress,
        )?;
    }
    produce_pairs(input, way, progress)?;
    let mut refused = Batch::default();
    for rejection in input.rejections {
        let row = refused.table(Table::Quarantine);
        row.null()
            .text(&input.run.id)
            .text(&rejection.source)
            .text(&rejection.file);
        row.int(rejection.row as i64)
            .int(rejection.line as i64)
            .int(rejection.byte as i64);
        row.text_or_null(rejection.field.as_deref().unwrap_or(""));
        row.text(&rejection.rule)
            .text(&rejection.reason)
            .text(&rejection.raw);
        row.text_or_null(rejection.value.as_deref().unwrap_or(""))
            .text_or_null(rejection.repair.as_deref().unwrap_or(""))
            .text_or_null(&rejection.also.join(", "))
            .text_or_null(&rejection.digest)
            .int(i64::from(rejection.discarded));
    }
    for table in linked {
        table.append_lost((&input.run.id, &paths), input.spooled, &mut refused)?;
    }
    // a writer that stopped says why when it is joined
    way.send(refused);
    Ok(all)
}

fn produce_records(
    input: &LoadInput<'_, '_>,
    rows: &CustomerRows<'_, '_>,
    way: &Way,
    progress: &mut dyn FnMut(Stage, u64, u64),
) -> Result<(), Error> {
    let dataset = input.dataset;
    in_waves(
        Stage::Records,
        dataset.len(),
        |from, to| {
            let mut batch = way.batch();
            let cells = batch.table(Table::SourceRecord);
            for record in from..to {
                let id = RecordId(record as u32);
                let (at, row) = dataset.locate(id);
                let (table, origin) = (&dataset.tables[at], dataset.tables[at].origins[row]);
                let (created, changed) = rows.survivor.times(id);
                cells
                    .int(i64::from(id.0))
                    .int(i64::from(input.clusters.of[record]))
                    .int(at as i64);
                cells.text(table.keys.get(row).map_or("", |k| k));
                let known = (origin.file as usize) < dataset.files.len();
                cells.int_or_null(known.then_some(i64::from(origin.file)));
                cells.int(origin.row as i64).int(origin.byte as i64);
                cells.text_or_null(&created).text_or_null(&changed);
                let mut read = Ok(());
                cells.text_with(|out| read = (input.raw)(id, out));
                read.map_err(|source| Error::Raw {
                    record: dataset.label(id),
                    source,
                })?;
            }
            Ok(batch)
        },
        |batch| way.send(batch),
        progress,
    )
}

/// Pairs whose records are not one customer; the others came with their customers.
fn produce_pairs(
    input: &LoadInput<'_, '_>,
    way: &Way,
    progress: &mut dyn FnMut(Stage, u64, u64),
) -> Result<(), Error> {
    let of = &input.clusters.of;
    let apart = |p: &&ScoredPair| of[p.left.index()] != of[p.right.index()];
    let mut kept: Vec<&ScoredPair> = input.pairs.iter().filter(apart).collect();
    kept.retain(|p| p.verdict != Verdict::NonMatch);
    kept.par_sort_unstable_by_key(|p| (p.left, p.right));
    in_waves(
        Stage::Pairs,
        kept.len(),
        |from, to| {
            let mut batch = way.batch();
            for pair in &kept[from..to] {
                push_pair(input, pair, false, &mut batch);
            }
            Ok(batch)
        },
        |batch| way.send(batch),
        progress,
    )
}

/// Appends the row of a pair that matched or is for review, and gives the pair's evidence.
fn push_pair<'d>(
    input: &LoadInput<'_, 'd>,
    pair: &ScoredPair,
    merged: bool,
    batch: &mut Batch,
) -> PairEvidence<'d> {
    let found = (input.evidence)(pair);
    let verdict = match pair.verdict {
        Verdict::Match => "match",
        Verdict::Review => "review",
        Verdict::NonMatch => return found,
    };
    let rule = input.model.rules.get(pair.rule as usize);
    let row = batch.table(Table::MatchPair);
    row.int(i64::from(pair.left.0)).int(i64::from(pair.right.0));
    row.text(verdict).int(i64::from(merged));
    row.real(pair.weight.0).real(pair.weight.probability().0);
    row.text(rule.map_or("", |r| &r.name));
    row.text_or_null(found.note.as_deref().unwrap_or(""));
    row.text_with(|out| push_evidence(out, &found));
    found
}

/// Makes batches in parallel, a wave at a time, and takes them in order; stops early when `take` refuses one.
fn in_waves<T: Send>(
    stage: Stage,
    total: usize,
    make: impl Fn(usize, usize) -> Result<T, Error> + Sync,
    mut take: impl FnMut(T) -> bool,
    progress: &mut dyn FnMut(Stage, u64, u64),
) -> Result<(), Error> {
    let wave = BATCH * rayon::current_num_threads().max(1) * 8;
    for from in (0..total).step_by(wave) {
        let to = (from + wave).min(total);
        let starts: Vec<usize> = (from..to).step_by(BATCH).collect();
        let made: Vec<T> = starts
            .into_par_iter()
            .map(|start| make(start, (start + BATCH).min(to)))
            .collect::<Result<_, _>>()?;
        for batch in made {
            if !take(batch) {
                return Ok(());
            }
        }
        progress(stage, to as u64, total as u64);
    }
    Ok(())
}

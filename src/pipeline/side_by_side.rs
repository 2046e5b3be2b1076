//! Sources read at the same time, handed over and talked about one after the other, in the order in which they are declared.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::error::Error;
use super::event::{Event, Observer};
use super::plan::SourcePlan;
use super::read::{Read, ReadOptions, read_table};
use crate::extract::RawSpool;
use crate::matching;
use crate::record::SourceTable;

/// What a source tells while it is read.
enum Told {
    Rows(u64),
    Warning(String),
    Note(String),
    Read(Box<Result<(Read, SourceTable), Error>>),
}

/// Passes on what a source tells.
struct Relay(Sender<Told>);

impl Relay {
    fn tell(&self, told: Told) {
        // who does not listen any more has seen an earlier source fail
        drop(self.0.send(told));
    }
}

impl Observer for Relay {
    fn event(&self, event: Event<'_>) {
        self.tell(match event {
            Event::Warning(words) => Told::Warning(words.to_owned()),
            Event::Note(words) => Told::Note(words.to_owned()),
        });
    }

    fn matching(&self) -> &dyn matching::Progress {
        &()
    }

    fn advance(&self, rows: u64) {
        self.tell(Told::Rows(rows));
    }
}

/// Reads as many sources at the same time as there are threads; `take` is given them in order.
///
/// # Errors
/// That of the first source that cannot be read; sources after it are not begun.
pub(super) fn read(
    plans: &[SourcePlan],
    options: &ReadOptions<'_>,
    observer: &dyn Observer,
    mut take: impl FnMut(Read, SourceTable) -> Result<(), Error>,
) -> Result<(), Error> {
    let (relays, ears): (Vec<_>, Vec<_>) = plans
        .iter()
        .map(|_| {
            let (sender, receiver) = channel();
            (Mutex::new(Some(Relay(sender))), receiver)
        })
        .unzip();
    let next = AtomicUsize::new(0);
    let reader = || {
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            let (Some(plan), Some(relay)) = (plans.get(i), relays.get(i)) else {
                return;
            };
            let relay = relay.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(relay) = relay {
                let read = read_one(plan, options, &relay);
                relay.tell(Told::Read(Box::new(read)));
            }
        }
    };
    let listen = |take: &mut dyn FnMut(Read, SourceTable) -> Result<(), Error>| {
        for (plan, ear) in plans.iter().zip(ears) {
            observer.stage(&format!("read {}", plan.spec.name), 0);
            for told in ear {
                match told {
                    Told::Rows(rows) => observer.advance(rows),
                    Told::Warning(words) => observer.warn(&words),
                    Told::Note(words) => observer.event(Event::Note(&words)),
                    Told::Read(read) => {
                        let (part, table) = (*read)?;
                        take(part, table)?;
                    }
                }
            }
        }
        Ok(())
    };
    thread::scope(|scope| {
        for _ in 0..rayon::current_num_threads().min(plans.len()) {
            scope.spawn(reader);
        }
        let listened = listen(&mut take);
        // after a fault nothing more is begun
        next.store(plans.len(), Ordering::Relaxed);
        listened
    })
}

fn read_one(
    plan: &SourcePlan,
    options: &ReadOptions<'_>,
    relay: &Relay,
) -> Result<(Read, SourceTable), Error> {
    let mut part = Read::default();
    if let Some(folder) = options.spool_in {
        part.spool = Some(RawSpool::new_in(folder).map_err(Error::output(folder))?);
    }
    let table = read_table(plan, options, &mut part, relay)?;
    Ok((part, table))
}

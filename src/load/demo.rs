//! Writes demonstration sources with a known truth: a CSV, a SQLite and a JSON export (with its JSON Lines twin).

use super::Error;
use super::swap::Staged;
use crate::sample::render::{CRM_HEADER, INTERACTIONS_HEADER, TRUTH_HEADER};
use crate::sample::{Row, Source, Sources};
use rayon::prelude::*;
use rusqlite::{Connection, params};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::thread;

/// Records made together.
const CHUNK: u64 = 2048;
/// Chunks made at once.
const AT_ONCE: u64 = 8;

const SHOP_TABLES: &str = "
CREATE TABLE customers(
  id INTEGER PRIMARY KEY, name TEXT, company TEXT, email TEXT, phone TEXT, mobile TEXT, street TEXT, house_no TEXT,
  address2 TEXT, city TEXT, region TEXT, zip TEXT, country_code TEXT, date_of_birth TEXT, newsletter INTEGER,
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE TABLE orders(
  id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers(id), ordered_at TEXT NOT NULL,
  total TEXT NOT NULL, currency TEXT NOT NULL, status TEXT NOT NULL);
";

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SampleSummary {
    /// Records over all sources.
    pub records: u64,
    /// Records in `crm.csv`.
    pub crm: u64,
    /// Records in table `customers` of `shop.db`.
    pub shop: u64,
    /// Records in `support.json`, and the same in `support.jsonl`.
    pub support: u64,
    /// Rows of table `orders` of `shop.db`.
    pub orders: u64,
    /// Rows of `interactions.csv`.
    pub interactions: u64,
    /// The files, in the order written.
    pub files: Vec<PathBuf>,
}

/// A text file that appears only when it is complete.
struct TextFile {
    staged: Staged,
    out: BufWriter<File>,
}

impl TextFile {
    fn new(dir: &Path, name: &str, head: &str) -> Result<Self, Error> {
        let target = dir.join(name);
        let staged = Staged::beside(&target)?;
        let out = File::options()
            .write(true)
            .open(staged.path())
            .map_err(|source| Error::Write {
                path: target,
                step: "open",
                source,
            })?;
        let mut file = Self {
            staged,
            out: BufWriter::with_capacity(1 << 18, out),
        };
        file.push(head)?;
        Ok(file)
    }

    fn push(&mut self, text: &str) -> Result<(), Error> {
        self.out
            .write_all(text.as_bytes())
            .map_err(|source| self.failed(source))
    }

    fn failed(&self, source: io::Error) -> Error {
        Error::Write {
            path: self.staged.target().to_owned(),
            step: "write",
            source,
        }
    }

    fn publish(mut self) -> Result<PathBuf, Error> {
        self.out.flush().map_err(|source| self.failed(source))?;
        drop(self.out);
        let target = self.staged.target().to_owned();
        self.staged.publish()?;
        Ok(target)
    }
}

/// Some records, ready to be written.
#[derive(Default)]
struct Chunk {
    crm: String,
    support: String,
    interactions: String,
    truth: String,
    shop: Vec<Row>,
    counts: [u64; 2],
    tickets: u64,
}

fn chunk(sources: &Sources, start: u64) -> Chunk {
    let mut made = Chunk::default();
    for position in start..(start + CHUNK).min(sources.records()) {
        let row = sources.row(position);
        row.write_truth(&mut made.truth);
        match row.source {
            Source::Crm => {
                made.counts[0] += 1;
                row.write_crm(&mut made.crm);
            }
            Source::Shop => made.shop.push(row),
            Source::Support => {
                made.counts[1] += 1;
                row.write_support(&mut made.support);
                made.support.push('\n');
                row.write_interactions(&mut made.interactions);
                made.tickets += row.tickets.len() as u64;
            }
        }
    }
    made
}

/// Writes `crm.csv`, `shop.db`, `support.json`, `support.jsonl`, `interactions.csv` and `truth.csv` into `dir`, readable
/// by their owner only. Equal records and seed give equal content; memory does not grow with the number of records.
/// `progress` is told how many records are written.
///
/// # Errors
/// When `dir` cannot be made or written to, or a file there is in use.
pub fn write_sample(
    dir: &Path,
    records: u64,
    seed: &str,
    progress: &mut dyn FnMut(u64),
) -> Result<SampleSummary, Error> {
    let sources = Sources::new(records, seed);
    let mut writer = Writer::new(dir)?;
    let shop = Shop::new(dir)?;
    thread::scope(|scope| {
        let (send, receive) = sync_channel::<Vec<Chunk>>(2);
        let sources = &sources;
        scope.spawn(move || {
            let mut start = 0;
            while start < records {
                let end = (start + AT_ONCE * CHUNK).min(records);
                let starts: Vec<u64> = (start..end).step_by(CHUNK as usize).collect();
                let made = starts
                    .into_par_iter()
                    .map(|at| chunk(sources, at))
                    .collect();
                // The writer is gone when it failed: its error is the one to tell.
                if send.send(made).is_err() {
                    return;
                }
                start = end;
            }
        });
        for made in receive.into_iter().flatten() {
            writer.push(&made)?;
            shop.push(&made.shop, &mut writer.summary)?;
            writer.summary.records =
                writer.summary.crm + writer.summary.shop + writer.summary.support;
            progress(writer.summary.records);
        }
        Ok::<(), Error>(())
    })?;
    let shop = shop.publish()?;
    writer.publish(shop)
}

/// All files but the database.
struct Writer {
    crm: TextFile,
    array: TextFile,
    lines: TextFile,
    interactions: TextFile,
    truth: TextFile,
    summary: SampleSummary,
}

impl Writer {
    fn new(dir: &Path) -> Result<Self, Error> {
        Ok(Self {
            crm: TextFile::new(dir, "crm.csv", CRM_HEADER)?,
            array: TextFile::new(dir, "support.json", "[")?,
            lines: TextFile::new(dir, "support.jsonl", "")?,
            interactions: TextFile::new(dir, "interactions.csv", INTERACTIONS_HEADER)?,
            truth: TextFile::new(dir, "truth.csv", TRUTH_HEADER)?,
            summary: SampleSummary::default(),
        })
    }

    fn push(&mut self, made: &Chunk) -> Result<(), Error> {
        self.crm.push(&made.crm)?;
        self.lines.push(&made.support)?;
        self.interactions.push(&made.interactions)?;
        self.truth.push(&made.truth)?;
        let mut separator = if self.summary.support == 0 {
            "\n"
        } else {
            ",\n"
        };
        for line in made.support.lines() {
            self.array.push(separator)?;
            self.array.push(line)?;
            separator = ",\n";
        }
        self.summary.crm += made.counts[0];
        self.summary.support += made.counts[1];
        self.summary.interactions += made.tickets;
        Ok(())
    }

    fn publish(mut self, shop: PathBuf) -> Result<SampleSummary, Error> {
        self.array.push("\n]\n")?;
        let mut summary = self.summary;
        summary.files = vec![
            self.crm.publish()?,
            shop,
            self.array.publish()?,
            self.lines.publish()?,
            self.interactions.publish()?,
            self.truth.publish()?,
        ];
        Ok(summary)
    }
}

/// The shop's database.
struct Shop {
    staged: Staged,
    connection: Connection,
}

impl Shop {
    fn new(dir: &Path) -> Result<Self, Error> {
        let staged = Staged::beside(&dir.join("shop.db"))?;
        let connection =
            Connection::open(staged.path()).map_err(|e| refused(&staged, "open", e))?;
        let shop = Self { staged, connection };
        // The file is new and is thrown away on failure: a journal would protect nothing.
        shop.run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; BEGIN")?;
        shop.run(SHOP_TABLES)?;
        Ok(shop)
    }

    fn run(&self, sql: &str) -> Result<(), Error> {
        self.connection
            .execute_batch(sql)
            .map_err(|e| refused(&self.staged, "write", e))
    }

    fn push(&self, rows: &[Row], summary: &mut SampleSummary) -> Result<(), Error> {
        self.insert(rows, summary)
            .map_err(|e| refused(&self.staged, "insert", e))
    }

    fn insert(&self, rows: &[Row], summary: &mut SampleSummary) -> rusqlite::Result<()> {
        let mut customers = self.connection.prepare_cached(
            "INSERT INTO customers VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17)",
        )?;
        let mut orders = self
            .connection
            .prepare_cached("INSERT INTO orders VALUES (?1,?2,?3,?4,?5,?6)")?;
        let known =
            |text: &'_ str| -> Option<String> { (!text.is_empty()).then(|| text.to_owned()) };
        for row in rows {
            summary.shop += 1;
            customers.execute(params![
                row.key as i64,
                known(&row.full_name()),
                known(&row.company),
                known(&row.email),
                known(&row.phone),
                known(&row.mobile),
                known(&row.street),
                known(&row.number),
                known(&row.unit),
                known(&row.town),
                known(&row.region),
                known(&row.postcode),
                known(row.country),
                known(&row.birth),
                row.consent[0],
                row.created.sql(),
                row.updated.sql(),
            ])?;
            for order in &row.orders {
                summary.orders += 1;
                orders.execute(params![
                    summary.orders as i64,
                    row.key as i64,
                    order.placed.sql(),
                    format!("{}.{:02}", order.cents / 100, order.cents % 100),
                    order.currency,
                    order.status,
                ])?;
            }
        }
        Ok(())
    }

    fn publish(self) -> Result<PathBuf, Error> {
        self.run("COMMIT; CREATE INDEX orders_customer ON orders(customer_id)")?;
        let Self { staged, connection } = self;
        connection
            .close()
            .map_err(|(_, e)| refused(&staged, "close", e))?;
        let target = staged.target().to_owned();
        staged.publish()?;
        Ok(target)
    }
}

fn refused(staged: &Staged, step: &str, source: rusqlite::Error) -> Error {
    Error::Sqlite {
        path: staged.target().to_owned(),
        step: step.to_owned(),
        source,
    }
}

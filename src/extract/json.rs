//! JSON documents and JSON Lines: one record at a time, its text untouched, in memory that does not grow
//! with the file.

use super::batch::{Long, Raw};
use super::builder::Builder;
use super::flatten::Flattened;
use super::json_cursor::{Cursor, Extent};
use super::json_pages::inner;
use super::json_place::{EACH, Place};
use super::json_value::Node;
use super::text::Text;
use super::{Error, Warning, withhold};
use std::borrow::Cow;

/// A byte order mark in UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";
/// Records that are looked into for others.
const LOOK_RECORDS: u64 = 1_000;

/// The documents of a file that is read; mostly there is one.
pub(super) struct Document {
    cursor: Cursor,
    /// Records with arrays that were cut, and the first path.
    cut: Option<(u64, String)>,
    /// Records that were looked into, those that hold records, and where the first does.
    inner: (u64, u64, Option<String>),
    /// The file ended or was left.
    stopped: bool,
}

impl Document {
    /// A document from where the cursor is: its start.
    pub(super) fn new(cursor: Cursor) -> Self {
        Self {
            cursor,
            cut: None,
            inner: (0, 0, None),
            stopped: false,
        }
    }

    /// Reads all records, `given` when the place was; `None` when there is no array at it.
    pub(super) fn read(
        mut self,
        place: &Place,
        given: bool,
        builder: &mut Builder<'_, '_>,
    ) -> Result<Option<Text>, Error> {
        if given {
            // whoever names the records is not asked about others
            self.inner.0 = LOOK_RECORDS;
        }
        let members = match place {
            Place::Sequence => &[],
            Place::Array(members) => {
                if !self.document(members, builder)? {
                    return Ok(None);
                }
                members.as_slice()
            }
        };
        self.further(members, builder)?;
        self.end(builder);
        Ok(Some(self.cursor.text))
    }

    /// Reads the documents that follow: each a record, an array of them, or an object with the arrays inside.
    fn further(&mut self, members: &[String], builder: &mut Builder<'_, '_>) -> Result<(), Error> {
        while !self.stopped
            && let Some(open) = self.next_document(builder)?
        {
            if open == b'{' && members.is_empty() {
                self.stopped = !self.value(builder)?;
            } else {
                let place = self.place();
                if !self.document(members, builder)? {
                    let reason = "is a document beside others that hold records, and holds none";
                    refuse(builder, place, reason, &[])?;
                }
            }
            builder.progress(self.cursor.text.taken(), false);
            self.stopped |= builder.full();
        }
        Ok(())
    }

    /// Goes to the next document and gives its first byte, refusing what is none on the way; `None` at the end.
    fn next_document(&mut self, builder: &mut Builder<'_, '_>) -> Result<Option<u8>, Error> {
        loop {
            match self.cursor.peek()? {
                Some(open @ (b'[' | b'{')) => return Ok(Some(open)),
                Some(_) if self.passes_mark()? => {}
                Some(_) => self.junk(builder)?,
                None => return Ok(None),
            }
        }
    }

    /// Takes a byte order mark, as it stands where files were joined.
    fn passes_mark(&mut self) -> Result<bool, Error> {
        while self.cursor.text.rest().len() < MARK.len() && self.cursor.fill()? {}
        let is_mark = self.cursor.text.rest().starts_with(MARK);
        if is_mark {
            self.cursor.take(MARK.len());
        }
        Ok(is_mark)
    }

    /// Refuses what is no JSON, up to the next document or the end of the line.
    fn junk(&mut self, builder: &mut Builder<'_, '_>) -> Result<(), Error> {
        let limit = builder.limits.row_bytes;
        let sign = |b: &u8| matches!(b, b'[' | b'{' | b'\n');
        let mut seen = 0;
        let length = loop {
            let rest = self.cursor.text.rest();
            if let Some(found) = rest[seen..].iter().position(sign) {
                break seen + found;
            }
            seen = rest.len();
            if seen > limit || !self.cursor.fill()? {
                break seen;
            }
        };
        let place = self.place();
        let raw = &self.cursor.text.rest()[..length];
        refuse(builder, place, "is no JSON", raw)?;
        self.cursor.take(length);
        Ok(())
    }

    /// Line and byte of what is at hand.
    fn place(&mut self) -> (u64, u64) {
        (self.cursor.line, self.cursor.text.offset(0))
    }

    /// Reads the arrays of the document at hand. A fault behind a record costs what follows, not the file.
    fn document(
        &mut self,
        members: &[String],
        builder: &mut Builder<'_, '_>,
    ) -> Result<bool, Error> {
        match self.arrays(members, builder) {
            Err(Error::BadJson {
                line, byte, reason, ..
            }) if builder.rows > 0 => {
                self.stopped = true;
                let reason = format!("the document breaks: {reason}; what follows is not read");
                refuse(builder, (line, byte), &reason, &[])?;
                Ok(true)
            }
            read => read,
        }
    }

    /// Takes the value at hand and reads the arrays in it at these members; false when there is none.
    fn arrays(&mut self, members: &[String], builder: &mut Builder<'_, '_>) -> Result<bool, Error> {
        let open = self.cursor.peek()?;
        let (wanted, deeper) = match members.split_first() {
            None if open == Some(b'[') => {
                self.cursor.take(1);
                self.records(builder)?;
                return Ok(true);
            }
            Some((wanted, deeper)) if open == Some(b'{') => (Some(wanted), deeper),
            Some((wanted, deeper)) if open == Some(b'[') && wanted == EACH => (None, deeper),
            // an array on the way is gone into, without being named
            Some(_) if open == Some(b'[') => (None, members),
            _ => {
                self.pass()?;
                return Ok(false);
            }
        };
        self.cursor.take(1);
        let close = if wanted.is_some() { b'}' } else { b']' };
        let (mut first, mut found) = (true, false);
        while self.cursor.more(first, close)? {
            first = false;
            if let Some(wanted) = wanted
                && self.cursor.name()? != *wanted
            {
                self.cursor.peek()?;
                self.pass()?;
                continue;
            }
            let place = self.place();
            let read = self.arrays(deeper, builder)?;
            if wanted.is_none() && !read {
                let reason = "is an object beside others that hold records, and holds none";
                refuse(builder, place, reason, &[])?;
            }
            found |= read;
            if self.stopped {
                break;
            }
        }
        Ok(found)
    }

    fn pass(&mut self) -> Result<(), Error> {
        if self.cursor.pass()? {
            return Ok(());
        }
        Err(self.cursor.bad("the file ends before the document does"))
    }

    /// Reads records to the end of the array.
    fn records(&mut self, builder: &mut Builder<'_, '_>) -> Result<(), Error> {
        let mut comma_due = false;
        loop {
            match self.cursor.peek()? {
                Some(b']') => {
                    self.cursor.take(1);
                    return Ok(());
                }
                Some(b',') if comma_due => {
                    self.cursor.take(1);
                    comma_due = false;
                }
                Some(_) => {
                    if !self.value(builder)? {
                        break;
                    }
                    comma_due = true;
                }
                None => {
                    let place = self.place();
                    let reason = "the file ends before the array does; records after this one may be missing";
                    refuse(builder, place, reason, &[])?;
                    break;
                }
            }
            builder.progress(self.cursor.text.taken(), false);
            if builder.full() {
                break;
            }
        }
        self.stopped = true;
        Ok(())
    }

    fn end(&mut self, builder: &mut Builder<'_, '_>) {
        warn_of_cut(self.cut.take(), builder);
        let (looked, holding, first) = &mut self.inner;
        if let Some(field) = first.take().filter(|_| *holding * 2 >= *looked) {
            builder.warn(Warning::RecordsInside {
                path: self.cursor.path.clone(),
                field,
            });
        }
        if builder.rows == 0 {
            builder.warn(Warning::NoRecords {
                path: self.cursor.path.clone(),
            });
        }
    }

    /// Reads the value at hand as a record; false when the file ended inside it.
    fn value(&mut self, builder: &mut Builder<'_, '_>) -> Result<bool, Error> {
        let indent = self.cursor.indent.clone();
        let limit = builder.limits.row_bytes;
        let fault = match self.cursor.extent(limit)? {
            Extent::Whole(length) => match self.record(length, builder)? {
                None => {
                    self.cursor.take(length);
                    return Ok(true);
                }
                Some((rule, reason, byte)) => (rule, reason, byte, Some(length)),
            },
            Extent::Ended => (
                "bad-json",
                "the file ends inside this record".to_owned(),
                0,
                None,
            ),
            Extent::TooLong => (
                "too-large",
                format!("the record has more than {limit} bytes"),
                0,
                None,
            ),
        };
        let (rule, reason, at, length) = fault;
        let known = length.unwrap_or(self.cursor.text.rest().len());
        let next = indent.and_then(|i| next_record(&self.cursor.text.rest()[..known], &i));
        let (line, byte) = (self.cursor.line, self.cursor.text.offset(0));
        let line = line
            + memchr::memchr_iter(b'\n', &self.cursor.text.rest()[..at.min(known)]).count() as u64;
        let mut long = Long::new(builder.limits.field_bytes);
        let mut more = true;
        match (next, length) {
            (Some(next), _) => {
                long.feed(&self.cursor.text.rest()[..next]);
                self.cursor.take(next);
                self.cursor.indent = Some(Vec::new());
            }
            (None, Some(length)) => {
                long.feed(&self.cursor.text.rest()[..length]);
                self.cursor.take(length.max(1));
            }
            (None, None) => more = self.cursor.pass_by(&mut |piece| long.feed(piece))?,
        }
        builder.refuse_undivided((line, byte), (rule, reason), long.raw())?;
        Ok(more)
    }

    /// Parses and accepts the record of this length at hand; gives the fault (rule, reason, byte) otherwise.
    fn record(
        &mut self,
        length: usize,
        builder: &mut Builder<'_, '_>,
    ) -> Result<Option<(&'static str, String, usize)>, Error> {
        let byte = self.cursor.text.offset(0);
        let damaged = self.cursor.text.damaged(length);
        let bytes = &self.cursor.text.rest()[..length];
        let raw = match std::str::from_utf8(bytes) {
            Ok(raw) if !damaged => raw,
            Ok(_) => {
                return Ok(Some((
                    "broken-encoding",
                    "has bytes that are not of the file's encoding".to_owned(),
                    0,
                )));
            }
            Err(e) => {
                return Ok(Some((
                    "broken-encoding",
                    "has bytes that are not UTF-8".to_owned(),
                    e.valid_up_to(),
                )));
            }
        };
        let node = match Node::parse(raw, builder.limits.json_depth) {
            Ok(node @ Node::Object(_)) => node,
            Ok(other) => {
                return Ok(Some((
                    "bad-json",
                    format!("the record is {}, not an object", other.kind()),
                    0,
                )));
            }
            Err(fault) => {
                return Ok(Some((
                    "bad-json",
                    format!("{} at byte {} of the record", fault.reason, fault.at),
                    fault.at,
                )));
            }
        };
        let (looked, holding, first) = &mut self.inner;
        if *looked < LOOK_RECORDS {
            let place = inner(&node);
            *looked += 1;
            *holding += u64::from(place.is_some());
            if first.is_none() {
                *first = place;
            }
        }
        accept(&node, raw, byte, &mut self.cut, builder)
    }

    /// Reads one record a line.
    pub(super) fn read_lines(mut self, builder: &mut Builder<'_, '_>) -> Result<Text, Error> {
        loop {
            let limit = builder.limits.row_bytes;
            let rest = self.cursor.text.rest();
            let known = memchr::memchr(b'\n', rest)
                .map(|i| i + 1)
                .or((self.cursor.text.ended() || rest.len() > limit).then_some(rest.len()));
            let Some(step) = known else {
                self.cursor.fill()?;
                continue;
            };
            if step == 0 {
                break;
            }
            let line = &rest[..step];
            let lead = line
                .iter()
                .take_while(|b| b.is_ascii_whitespace() || **b == 0x1E)
                .count();
            let length = line.trim_ascii_end().len().saturating_sub(lead);
            self.cursor.text.consume(lead);
            let left = step - lead;
            if length > limit {
                let reason = format!("the record has more than {limit} bytes");
                let byte = self.cursor.text.offset(0);
                let mut long = Long::new(builder.limits.field_bytes);
                self.pass_line(&mut long)?;
                self.refuse_line(byte, long.raw(), ("too-large", reason), builder)?;
            } else {
                if length > 0
                    && let Some((rule, reason, _)) = self.record(length, builder)?
                {
                    let byte = self.cursor.text.offset(0);
                    let line = &self.cursor.text.rest()[..length];
                    let raw = Raw::of(line, builder.limits.field_bytes);
                    self.refuse_line(byte, raw, (rule, reason), builder)?;
                }
                self.cursor.text.consume(left);
            }
            self.cursor.line += 1;
            builder.progress(self.cursor.text.taken(), false);
            if builder.full() {
                break;
            }
        }
        self.end(builder);
        Ok(self.cursor.text)
    }

    fn refuse_line(
        &self,
        byte: u64,
        raw: Raw,
        (rule, reason): (&'static str, String),
        builder: &mut Builder<'_, '_>,
    ) -> Result<(), Error> {
        builder.refuse_undivided((self.cursor.line, byte), (rule, reason), raw)
    }

    /// Passes over the rest of a line, of which `long` is given all.
    fn pass_line(&mut self, long: &mut Long) -> Result<(), Error> {
        loop {
            let rest = self.cursor.text.rest();
            if let Some(end) = memchr::memchr(b'\n', rest) {
                long.feed(&rest[..=end]);
                self.cursor.text.consume(end + 1);
                return Ok(());
            }
            long.feed(rest);
            self.cursor.text.consume(rest.len());
            if !self.cursor.fill()? {
                return Ok(());
            }
        }
    }
}

/// Tells of records whose lists were cut, and of the first such list.
pub(super) fn warn_of_cut(cut: Option<(u64, String)>, builder: &mut Builder<'_, '_>) {
    if let Some((records, field)) = cut {
        builder.warn(Warning::LongArrays {
            path: builder.path(),
            records,
            field,
        });
    }
}

/// Flattens a record into the table; gives the fault (rule, reason, byte) where that cannot be.
pub(super) fn accept(
    node: &Node<'_>,
    raw: &str,
    byte: u64,
    cut: &mut Option<(u64, String)>,
    builder: &mut Builder<'_, '_>,
) -> Result<Option<(&'static str, String, usize)>, Error> {
    let mut cells: Vec<(usize, &str)> = Vec::new();
    let mut refused = None;
    let (items, limit) = (builder.limits.array_items, builder.limits.field_bytes);
    let mut near = 0;
    let mut sink = |path: &str, place: u32, value| {
        if refused.is_some() {
            return;
        }
        if str::len(value) > limit {
            refused = Some((
                "too-large",
                format!("`{}` has more than {limit} bytes", short(path)),
                0,
            ));
            return;
        }
        // The same path twice, as repeated names can make it: the second gets a number.
        let mut n = 1;
        let mut name = Cow::Borrowed(path);
        loop {
            match builder.slot_at(&name, place, near) {
                Ok(slot) if builder.claim(slot) => {
                    near = slot + 1;
                    cells.push((slot, value));
                    return;
                }
                Ok(_) => {
                    n += 1;
                    name = Cow::Owned(format!("{path}.{n}"));
                }
                Err(_) => {
                    let columns = builder.limits.columns;
                    refused = Some((
                        "too-large",
                        format!("the record needs more than the {columns} columns allowed"),
                        0,
                    ));
                    return;
                }
            }
        }
    };
    let mut flat = Flattened::new(items, &mut sink);
    flat.walk(node);
    let long = flat.cut.take();
    if let Some(fault) = refused {
        builder.release(cells.iter().map(|c| c.0));
        return Ok(Some(fault));
    }
    if let Some(field) = long {
        let (records, _) = cut.get_or_insert((0, field));
        *records += 1;
    }
    let without_secrets = if builder.has_secrets() {
        withhold::record(node, &mut |path| builder.is_secret(path))
    } else {
        None
    };
    let raw = without_secrets.as_deref().unwrap_or(raw);
    builder.accept(cells.into_iter(), byte, raw)?;
    Ok(None)
}

/// Refuses what is no record.
fn refuse(
    builder: &mut Builder<'_, '_>,
    place: (u64, u64),
    reason: &str,
    raw: &[u8],
) -> Result<(), Error> {
    let raw = Raw::of(raw, builder.limits.field_bytes);
    builder.refuse_undivided(place, ("bad-json", reason.to_owned()), raw)
}

fn short(path: &str) -> String {
    path.chars().take(80).collect()
}

/// Where the next record seems to begin inside a text that should hold one: a line with the same indent and a brace.
fn next_record(text: &[u8], indent: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(i) = memchr::memchr(b'\n', &text[from..]) {
        let line = from + i + 1;
        if text[line..].starts_with(indent) && text.get(line + indent.len()) == Some(&b'{') {
            return Some(line + indent.len());
        }
        from = line;
    }
    None
}

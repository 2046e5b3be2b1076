//! JSON documents and JSON Lines: one record at a time, its text untouched, in memory that does not grow
//! with the file.

use super::builder::{Builder, Refusal};
use super::flatten::Flattened;
use super::json_value::Node;
use super::text::Text;
use super::{Error, Warning};
use std::io;

/// Nesting in which an array of records is looked for.
const SEARCH_DEPTH: usize = 8;
/// Bytes of a member's name outside of records.
const NAME_BYTES: usize = 64 << 10;

/// Where the records are in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// An array, reached by these members; none is the document itself.
    Array(Vec<String>),
    /// The document is a sequence of records without commas.
    Sequence,
}

impl Place {
    /// How the place was found, in words.
    pub(super) fn words(&self, given: bool) -> String {
        match self {
            Place::Array(members) if given => format!("records given at `{}`", shown(members)),
            Place::Array(members) if members.is_empty() => "records in the top array".to_owned(),
            Place::Array(members) => format!(
                "records in the largest array of objects, `{}`",
                shown(members)
            ),
            Place::Sequence => "records one after the other".to_owned(),
        }
    }
}

/// `data.customers`, `/data/customers` or `$.data.customers` as members.
pub(super) fn members_of(path: &str) -> Vec<String> {
    let path = path.trim();
    let (path, sign) = match path.strip_prefix('/') {
        Some(pointer) => (pointer, '/'),
        None => (
            path.strip_prefix('$')
                .unwrap_or(path)
                .trim_start_matches('.'),
            '.',
        ),
    };
    let plain = |part: &str| {
        if sign == '/' {
            part.replace("~1", "/").replace("~0", "~")
        } else {
            part.to_owned()
        }
    };
    path.split(sign)
        .filter(|p| !p.is_empty())
        .map(plain)
        .collect()
}

/// Members as people write them.
fn shown(members: &[String]) -> String {
    if members.is_empty() {
        "/".to_owned()
    } else {
        format!("/{}", members.join("/"))
    }
}

/// What a look through a whole document found.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// Arrays with their number of objects; empty arrays have 0.
    arrays: Vec<(Vec<String>, u64)>,
    sequence: bool,
}

impl Survey {
    /// The places of arrays that hold records.
    pub(super) fn places(&self) -> Vec<String> {
        self.arrays
            .iter()
            .filter(|a| a.1 > 0)
            .map(|a| shown(&a.0))
            .collect()
    }

    /// The best place: the array with most objects, of equals the first.
    pub(super) fn best(&self, path: &str) -> Result<(Place, Option<Warning>), Error> {
        if self.sequence {
            return Ok((Place::Sequence, None));
        }
        let mut best: Option<&(Vec<String>, u64)> = None;
        for array in &self.arrays {
            if best.is_none_or(|b| array.1 > b.1) {
                best = Some(array);
            }
        }
        let Some(best) = best else {
            return Err(Error::NoArray {
                path: path.to_owned(),
            });
        };
        let others: Vec<(String, u64)> = self
            .arrays
            .iter()
            .filter(|a| a.1 > 0 && a.0 != best.0)
            .map(|a| (shown(&a.0), a.1))
            .collect();
        let warning = (!others.is_empty()).then(|| Warning::SeveralArrays {
            path: path.to_owned(),
            taken: shown(&best.0),
            others,
        });
        Ok((Place::Array(best.0.clone()), warning))
    }
}

/// What the search for a value's end came to.
enum Extent {
    /// Bytes of the value.
    Whole(usize),
    /// The file ends before.
    Ended,
    /// It is longer than allowed.
    TooLong,
}

/// A document at some point of its text.
pub(super) struct Document {
    path: String,
    text: Text,
    /// Line at the start of what is at hand, from 1.
    line: u64,
    /// Blanks between the last line end and what is at hand, when there is nothing else.
    indent: Option<Vec<u8>>,
    /// Records with arrays that were cut, and the first path.
    cut: Option<(u64, String)>,
}

impl Document {
    /// A document from its start.
    pub(super) fn new(path: &str, text: Text) -> Self {
        Self {
            path: path.to_owned(),
            text,
            line: 1,
            indent: Some(Vec::new()),
            cut: None,
        }
    }

    fn fill(&mut self) -> Result<bool, Error> {
        self.text
            .fill()
            .map_err(|cause: io::Error| Error::Unreadable {
                path: self.path.clone(),
                cause,
            })
    }

    fn take(&mut self, bytes: usize) {
        let taken = &self.text.rest()[..bytes];
        self.line += memchr::memchr_iter(b'\n', taken).count() as u64;
        self.indent = None;
        self.text.consume(bytes);
    }

    /// The next byte that is no blank, not taken; `None` at the end.
    fn peek(&mut self) -> Result<Option<u8>, Error> {
        loop {
            let rest = self.text.rest();
            let blanks = rest
                .iter()
                .take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x1E))
                .count();
            let found = rest.get(blanks).copied();
            if blanks > 0 {
                let taken = &rest[..blanks];
                let indent = match memchr::memrchr(b'\n', taken) {
                    Some(i) => Some(taken[i + 1..].to_vec()),
                    None => self
                        .indent
                        .take()
                        .map(|before| [before.as_slice(), taken].concat()),
                };
                self.take(blanks);
                self.indent = indent;
            }
            if found.is_some() || !self.fill()? {
                return Ok(found);
            }
        }
    }

    fn bad(&mut self, reason: &str) -> Error {
        Error::BadJson {
            path: self.path.clone(),
            line: self.line,
            byte: self.text.offset(0),
            reason: reason.to_owned(),
        }
    }

    /// The extent of the value at hand. Nothing is taken.
    fn extent(&mut self, limit: usize) -> Result<Extent, Error> {
        let mut state = Nesting::default();
        let mut at = 0;
        loop {
            let rest = self.text.rest();
            if let Some(end) = state.feed(rest, &mut at) {
                return Ok(if end > limit {
                    Extent::TooLong
                } else {
                    Extent::Whole(end)
                });
            }
            if at > limit {
                return Ok(Extent::TooLong);
            }
            if !self.fill()? {
                let rest = self.text.rest().len();
                return Ok(if state.is_scalar() && rest > 0 {
                    Extent::Whole(rest)
                } else {
                    Extent::Ended
                });
            }
        }
    }

    /// Passes over the value at hand, keeping nothing of it; false when the file ends before it does.
    fn pass(&mut self) -> Result<bool, Error> {
        let mut state = Nesting::default();
        loop {
            let mut at = 0;
            if let Some(end) = state.feed(self.text.rest(), &mut at) {
                self.take(end);
                return Ok(true);
            }
            self.take(self.text.rest().len());
            if !self.fill()? {
                return Ok(state.is_scalar());
            }
        }
    }

    /// A member's name and its colon.
    fn name(&mut self) -> Result<String, Error> {
        if self.peek()? != Some(b'"') {
            return Err(self.bad("a member's name in quotes is expected"));
        }
        let Extent::Whole(length) = self.extent(NAME_BYTES)? else {
            return Err(self.bad("a text is not closed"));
        };
        let name = std::str::from_utf8(&self.text.rest()[..length])
            .ok()
            .and_then(|t| match Node::parse(t, 1) {
                Ok(Node::Text(text)) => Some(text.into_owned()),
                _ => None,
            });
        let Some(name) = name else {
            return Err(self.bad("a member's name cannot be read"));
        };
        self.take(length);
        if self.peek()? != Some(b':') {
            return Err(self.bad("`:` is expected"));
        }
        self.take(1);
        Ok(name)
    }

    /// Goes to the next member or item; false at the closing sign, which is taken.
    fn more(&mut self, first: bool, close: u8) -> Result<bool, Error> {
        match self.peek()? {
            Some(c) if c == close => {
                self.take(1);
                Ok(false)
            }
            Some(b',') if !first => {
                self.take(1);
                Ok(true)
            }
            Some(_) if first => Ok(true),
            Some(_) => Err(self.bad("`,` or a closing bracket is expected")),
            None => Err(self.bad("the file ends before the document does")),
        }
    }

    /// Looks through the whole document for arrays of objects.
    pub(super) fn survey(mut self) -> Result<Survey, Error> {
        let mut survey = Survey::default();
        match self.peek()? {
            Some(b'[') => survey.arrays.push((Vec::new(), 1)),
            Some(b'{') => {
                // A document that breaks later still has the arrays before; reading names the fault.
                let mut path = Vec::new();
                match self.survey_object(&mut path, &mut survey) {
                    Ok(()) => survey.sequence = self.peek()? == Some(b'{'),
                    Err(e @ Error::Unreadable { .. }) => return Err(e),
                    Err(e) if survey.arrays.is_empty() => return Err(e),
                    Err(_) => {}
                }
            }
            Some(_) => return Err(self.bad("`[` or `{` is expected")),
            None => {
                return Err(Error::Empty {
                    path: self.path.clone(),
                });
            }
        }
        Ok(survey)
    }

    fn survey_object(&mut self, path: &mut Vec<String>, survey: &mut Survey) -> Result<(), Error> {
        self.take(1);
        let mut first = true;
        while self.more(first, b'}')? {
            first = false;
            path.push(self.name()?);
            match self.peek()? {
                Some(b'{') if path.len() < SEARCH_DEPTH => self.survey_object(path, survey)?,
                Some(b'[') => self.survey_array(path, survey)?,
                _ => {
                    if !self.pass()? {
                        return Err(self.bad("the file ends before the document does"));
                    }
                }
            }
            path.pop();
        }
        Ok(())
    }

    fn survey_array(&mut self, path: &[String], survey: &mut Survey) -> Result<(), Error> {
        self.take(1);
        let index = survey.arrays.len();
        survey.arrays.push((path.to_vec(), 0));
        let (mut first, mut objects, mut others) = (true, 0, 0);
        while self.more(first, b']')? {
            first = false;
            if self.peek()? == Some(b'{') {
                objects += 1
            } else {
                others += 1
            }
            survey.arrays[index].1 = objects;
            if !self.pass()? {
                return Err(self.bad("the file ends before the document does"));
            }
        }
        if objects == 0 && others > 0 {
            survey.arrays.pop();
        }
        Ok(())
    }

    /// Goes to the inside of the array at these members; false when it is not there.
    fn enter(&mut self, members: &[String]) -> Result<bool, Error> {
        let Some((wanted, deeper)) = members.split_first() else {
            let array = self.peek()? == Some(b'[');
            if array {
                self.take(1);
            }
            return Ok(array);
        };
        if self.peek()? != Some(b'{') {
            return Ok(false);
        }
        self.take(1);
        let mut first = true;
        while self.more(first, b'}')? {
            first = false;
            let name = self.name()?;
            self.peek()?;
            if name == *wanted {
                return self.enter(deeper);
            }
            if !self.pass()? {
                return Err(self.bad("the file ends before the document does"));
            }
        }
        Ok(false)
    }

    /// Reads all records; `None` when there is no array at the place.
    pub(super) fn read(
        mut self,
        place: &Place,
        builder: &mut Builder<'_, '_>,
    ) -> Result<Option<Text>, Error> {
        if let Place::Array(members) = place
            && !self.enter(members)?
        {
            return Ok(None);
        }
        let in_array = matches!(place, Place::Array(_));
        let mut comma_due = false;
        loop {
            match self.peek()? {
                Some(b']') if in_array => break,
                Some(b',') if in_array && comma_due => {
                    self.take(1);
                    comma_due = false;
                }
                Some(_) => {
                    if !self.value(builder)? {
                        break;
                    }
                    comma_due = true;
                }
                None if in_array => {
                    let line = self.line;
                    let byte = self.text.offset(0);
                    let reason = "the file ends before the array does; records after this one may be missing".to_owned();
                    builder.refuse(Refusal {
                        line,
                        byte,
                        rule: "bad-json",
                        reason,
                        ..Refusal::default()
                    })?;
                    break;
                }
                None => break,
            }
            builder.progress(self.text.taken(), false);
            if builder.full() {
                break;
            }
        }
        self.end(builder);
        Ok(Some(self.text))
    }

    fn end(&mut self, builder: &mut Builder<'_, '_>) {
        if let Some((records, field)) = self.cut.take() {
            builder.warn(Warning::LongArrays {
                path: self.path.clone(),
                records,
                field,
            });
        }
        if builder.rows == 0 {
            builder.warn(Warning::NoRecords {
                path: self.path.clone(),
            });
        }
    }

    /// Reads the value at hand as a record; false when the file ended inside it.
    fn value(&mut self, builder: &mut Builder<'_, '_>) -> Result<bool, Error> {
        let indent = self.indent.clone();
        let limit = builder.limits.row_bytes;
        let fault = match self.extent(limit)? {
            Extent::Whole(length) => match self.record(length, builder)? {
                None => {
                    self.take(length);
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
        let known = length.unwrap_or(self.text.rest().len());
        let next = indent.and_then(|i| next_record(&self.text.rest()[..known], &i));
        let (line, byte) = (self.line, self.text.offset(0));
        let line =
            line + memchr::memchr_iter(b'\n', &self.text.rest()[..at.min(known)]).count() as u64;
        let raw = &self.text.rest()[..next.unwrap_or(known).min(4096)];
        builder.refuse(Refusal {
            line,
            byte,
            field: None,
            rule,
            reason,
            raw,
        })?;
        match (next, length) {
            (Some(next), _) => {
                self.take(next);
                self.indent = Some(Vec::new());
            }
            (None, Some(length)) => self.take(length.max(1)),
            (None, None) => {
                return self.pass();
            }
        }
        Ok(true)
    }

    /// Parses and accepts the record of this length at hand; gives the fault (rule, reason, byte) otherwise.
    fn record(
        &mut self,
        length: usize,
        builder: &mut Builder<'_, '_>,
    ) -> Result<Option<(&'static str, String, usize)>, Error> {
        let byte = self.text.offset(0);
        let damaged = self.text.damaged(length);
        let bytes = &self.text.rest()[..length];
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
        accept(&node, raw, byte, &mut self.cut, builder)
    }

    /// Reads one record a line.
    pub(super) fn read_lines(mut self, builder: &mut Builder<'_, '_>) -> Result<Text, Error> {
        loop {
            let limit = builder.limits.row_bytes;
            let rest = self.text.rest();
            let known = memchr::memchr(b'\n', rest)
                .map(|i| i + 1)
                .or((self.text.ended() || rest.len() > limit).then_some(rest.len()));
            let Some(step) = known else {
                self.fill()?;
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
            self.text.consume(lead);
            let left = step - lead;
            if length > limit {
                let reason = format!("the record has more than {limit} bytes");
                self.refuse_line((length, "too-large", reason), builder)?;
                self.pass_line()?;
            } else {
                if length > 0
                    && let Some((rule, reason, _)) = self.record(length, builder)?
                {
                    self.refuse_line((length, rule, reason), builder)?;
                }
                self.text.consume(left);
            }
            self.line += 1;
            builder.progress(self.text.taken(), false);
            if builder.full() {
                break;
            }
        }
        self.end(builder);
        Ok(self.text)
    }

    fn refuse_line(
        &mut self,
        fault: (usize, &'static str, String),
        builder: &mut Builder<'_, '_>,
    ) -> Result<(), Error> {
        let (length, rule, reason) = fault;
        let byte = self.text.offset(0);
        let raw = &self.text.rest()[..length.min(4096)];
        builder.refuse(Refusal {
            line: self.line,
            byte,
            field: None,
            rule,
            reason,
            raw,
        })
    }

    fn pass_line(&mut self) -> Result<(), Error> {
        loop {
            if let Some(end) = memchr::memchr(b'\n', self.text.rest()) {
                self.text.consume(end + 1);
                return Ok(());
            }
            self.text.consume(self.text.rest().len());
            if !self.fill()? {
                return Ok(());
            }
        }
    }
}

/// Flattens a record into the table.
fn accept(
    node: &Node<'_>,
    raw: &str,
    byte: u64,
    cut: &mut Option<(u64, String)>,
    builder: &mut Builder<'_, '_>,
) -> Result<Option<(&'static str, String, usize)>, Error> {
    let mut cells: Vec<(usize, &str)> = Vec::new();
    let mut refused = None;
    let (items, limit) = (builder.limits.array_items, builder.limits.field_bytes);
    let mut sink = |path: &str, value| {
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
        let mut name = std::borrow::Cow::Borrowed(path);
        loop {
            match builder.slot(&name) {
                Ok(slot) if builder.claim(slot) => {
                    cells.push((slot, value));
                    return;
                }
                Ok(_) => {
                    n += 1;
                    name = std::borrow::Cow::Owned(format!("{path}.{n}"));
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
    builder.accept(cells.into_iter(), byte, raw)?;
    Ok(None)
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

/// Follows brackets and texts to the end of a value.
#[derive(Debug, Default)]
struct Nesting {
    depth: usize,
    in_text: bool,
    escaped: bool,
    begun: bool,
    scalar: bool,
}

impl Nesting {
    fn is_scalar(&self) -> bool {
        self.begun && self.scalar
    }

    /// Follows `text` from `at` on; gives the end of the value when it is there.
    fn feed(&mut self, text: &[u8], at: &mut usize) -> Option<usize> {
        while *at < text.len() {
            if self.in_text {
                if self.escaped {
                    self.escaped = false;
                    *at += 1;
                    continue;
                }
                let Some(i) = memchr::memchr2(b'"', b'\\', &text[*at..]) else {
                    *at = text.len();
                    return None;
                };
                *at += i + 1;
                if text[*at - 1] == b'\\' {
                    self.escaped = true;
                } else {
                    self.in_text = false;
                    if self.depth == 0 {
                        return Some(*at);
                    }
                }
                continue;
            }
            let byte = text[*at];
            if self.scalar {
                if matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r') {
                    return Some(*at);
                }
                *at += 1;
                continue;
            }
            *at += 1;
            match byte {
                b'"' => self.in_text = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(*at);
                    }
                }
                // A comma where a value should be is a fault of its own.
                b',' if !self.begun => return Some(*at),
                _ => self.scalar = !self.begun,
            }
            self.begun = true;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_in_three_spellings() {
        for path in ["/data/customers", "data.customers", "$.data.customers"] {
            assert_eq!(members_of(path), ["data", "customers"]);
        }
        assert_eq!(members_of("/a~1b"), ["a/b"]);
        assert!(members_of("/").is_empty() && members_of("$").is_empty());
    }

    #[test]
    fn ends_of_values_are_found_at_any_cut() {
        for (text, end) in [
            (r#"{"a":"}\"","b":[1,{}]},"#, 22),
            ("12,", 2),
            (r#""x\\"]"#, 5),
            ("[]", 2),
            ("tru}", 3),
            ("]", 1),
        ] {
            for cut in 0..=text.len() {
                let (mut state, mut at) = (Nesting::default(), 0);
                let found = state
                    .feed(&text.as_bytes()[..cut], &mut at)
                    .or_else(|| state.feed(text.as_bytes(), &mut at));
                assert_eq!(found, Some(end), "{text} cut at {cut}");
            }
        }
    }
}

//! The distinct cells of a column, each normalized once, and the ids their normal forms get.

use std::borrow::Cow;

use rayon::prelude::*;

use crate::normalize::placeholder;
use crate::record::{Column, Dictionary, Kind};
use crate::text::mojibake::mended;

/// Records that are looked at ahead.
pub(super) const AHEAD: usize = 32;
/// Distinct cells that one task normalizes.
const CHUNK: usize = 4096;
/// The mark of a text that no record has asked for.
const UNSET: u32 = u32::MAX;

/// A column, and which of its distinct cells hold no value.
pub(super) struct Known<'c> {
    pub(super) column: &'c Column,
    pub(super) blank: Vec<bool>,
    /// The column's label.
    pub(super) label: Option<&'c str>,
}

impl<'c> Known<'c> {
    pub(super) fn new(kind: Kind, column: &'c Column) -> Self {
        let nothing = match kind {
            Kind::Postcode => placeholder::is_placeholder_postcode,
            _ => placeholder::is_placeholder,
        };
        let blank = (0..column.values.len() as u32)
            .into_par_iter()
            .with_min_len(512)
            .map(|id| id == 0 || nothing(column.values.get(id)))
            .collect();
        Self {
            column,
            blank,
            label: None,
        }
    }

    /// Takes these distinct cells for cells without a value, too.
    pub(super) fn leave_out(&mut self, cells: &[bool]) {
        for (blank, more) in self.blank.iter_mut().zip(cells) {
            *blank |= more;
        }
    }

    /// A distinct cell, as it was meant where it was read in a wrong encoding.
    fn cell(&self, id: usize) -> Cow<'_, str> {
        let cell = self.column.values.get(id as u32);
        if cell.is_ascii() {
            return Cow::Borrowed(cell);
        }
        mended(cell).map_or(Cow::Borrowed(cell), Cow::Owned)
    }

    /// Applies `f` to each distinct cell, in parallel; a cell without a value gives the default.
    pub(super) fn each<T: Default + Send>(&self, f: impl Fn(&str) -> T + Sync) -> Vec<T> {
        (0..self.blank.len())
            .into_par_iter()
            .with_min_len(512)
            .map(|id| {
                if self.blank[id] {
                    T::default()
                } else {
                    f(&self.cell(id))
                }
            })
            .collect()
    }
}

/// Texts one after the other.
#[derive(Default)]
pub(super) struct Texts {
    text: String,
    ends: Vec<u32>,
}

impl Texts {
    /// Adds a text.
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len() as u32);
    }

    fn get(&self, at: usize) -> &str {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.text[start as usize..self.ends[at] as usize]
    }
}

/// Normal forms of a column's distinct cells, `width` texts a cell, interned when the first record asks: ids then follow
/// the order of records. `T` is what else is known of a cell.
pub(super) struct Cells<'c, T = ()> {
    column: &'c Column,
    width: usize,
    chunks: Vec<Texts>,
    ids: Vec<u32>,
    pub(super) notes: Vec<T>,
}

impl<'c, T: Default + Send> Cells<'c, T> {
    /// Normalizes the cells: `f` pushes `width` texts for each.
    pub(super) fn new(
        known: &Known<'c>,
        width: usize,
        f: impl Fn(&str, &mut Texts) -> T + Sync,
    ) -> Self {
        let cells = known.blank.len();
        let done: Vec<(Texts, Vec<T>)> = (0..cells.div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| {
                let range = chunk * CHUNK..((chunk + 1) * CHUNK).min(cells);
                let mut texts = Texts::default();
                let notes = range.map(|id| {
                    if known.blank[id] {
                        (0..width).for_each(|_| texts.push(""));
                        T::default()
                    } else {
                        f(&known.cell(id), &mut texts)
                    }
                });
                let notes = notes.collect();
                texts.text.shrink_to_fit();
                (texts, notes)
            })
            .collect();
        let mut ids = Vec::with_capacity(cells * width);
        let mut notes = Vec::with_capacity(cells);
        let mut chunks = Vec::with_capacity(done.len());
        for (texts, more) in done {
            let mut from = 0;
            ids.extend(texts.ends.iter().map(|end| {
                let empty = *end == from;
                from = *end;
                if empty { 0 } else { UNSET }
            }));
            notes.extend(more);
            chunks.push(texts);
        }
        Self {
            column: known.column,
            width,
            chunks,
            ids,
            notes,
        }
    }

    /// Looks at the texts that the next records ask for, so that the look-ups do not wait for each other.
    pub(super) fn look_ahead(&self, record: usize) {
        let cells = &self.column.ids[record..(record + AHEAD).min(self.column.ids.len())];
        let seen = cells.iter().fold(0, |seen, cell| {
            let at = *cell as usize * self.width;
            let chunk = CHUNK * self.width;
            let text = match self.ids[at] {
                UNSET => self.chunks[at / chunk].get(at % chunk).bytes().next(),
                _ => None,
            };
            seen ^ text.unwrap_or(0)
        });
        std::hint::black_box(seen);
    }

    fn at(&self, record: usize, text: usize) -> usize {
        self.column.ids[record] as usize * self.width + text
    }

    /// What else is known of the record's cell.
    pub(super) fn note(&self, record: usize) -> &T {
        &self.notes[self.column.ids[record] as usize]
    }

    /// Whether the record's cell has this text.
    pub(super) fn has(&self, record: usize, text: usize) -> bool {
        self.ids[self.at(record, text)] != 0
    }

    /// A text of the record's cell.
    pub(super) fn text(&self, record: usize, text: usize) -> &str {
        let at = self.at(record, text);
        let chunk = CHUNK * self.width;
        self.chunks[at / chunk].get(at % chunk)
    }

    /// The id of a text of the record's cell; `values` must be the same for all records.
    pub(super) fn id(&mut self, record: usize, text: usize, values: &mut Dictionary) -> u32 {
        let at = self.at(record, text);
        if self.ids[at] == UNSET {
            self.ids[at] = values.intern(self.text(record, text));
        }
        self.ids[at]
    }
}

/// Values of one column: the first that a record's cells have.
pub(super) fn first_of<T: Default + Send>(
    columns: &mut [Cells<'_, T>],
    record: usize,
    values: &mut Dictionary,
) -> u32 {
    let found = columns.iter_mut().find(|c| c.has(record, 0));
    found.map_or(0, |c| c.id(record, 0, values))
}

/// Texts of a record's cells on their way to one value: seldom more than one.
#[derive(Default)]
pub(super) struct Joint {
    first: Option<(usize, usize)>,
    /// All of them, where there are several.
    text: String,
}

/// Whether a text begins with these words.
fn begins(text: &str, words: &str) -> bool {
    let rest = text.strip_prefix(words);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

impl Joint {
    /// Begins anew.
    pub(super) fn clear(&mut self) {
        self.first = None;
        self.text.clear();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// Whether a text of a record's cell begins with the words so far.
    pub(super) fn begins<T: Default + Send>(
        &self,
        columns: &[Cells<'_, T>],
        (column, text): (usize, usize),
        record: usize,
    ) -> bool {
        let so_far = self.so_far(columns, record);
        so_far.is_some_and(|so_far| begins(columns[column].text(record, text), so_far))
    }

    /// The words so far.
    fn so_far<'j, T: Default + Send>(
        &'j self,
        columns: &'j [Cells<'_, T>],
        record: usize,
    ) -> Option<&'j str> {
        let (column, text) = self.first?;
        Some(match self.text.as_str() {
            "" => columns[column].text(record, text),
            joined => joined,
        })
    }

    /// Adds a text of a record's cell, if there is one that does not stand there already: a shop's list says the name of
    /// who buys, to whom the bill goes and to whom the goods.
    pub(super) fn add<T: Default + Send>(
        &mut self,
        columns: &[Cells<'_, T>],
        (column, text): (usize, usize),
        record: usize,
    ) {
        if !columns[column].has(record, text) {
            return;
        }
        let new = columns[column].text(record, text);
        let so_far = self.so_far(columns, record);
        if so_far.is_some_and(|so_far| begins(so_far, new)) {
            return;
        }
        let Some((c, t)) = self
            .first
            .filter(|_| !self.begins(columns, (column, text), record))
        else {
            self.first = Some((column, text));
            self.text.clear();
            return;
        };
        if self.text.is_empty() {
            self.text.push_str(columns[c].text(record, t));
        }
        self.text.push(' ');
        self.text.push_str(new);
    }

    /// The id of the value.
    pub(super) fn id<T: Default + Send>(
        &self,
        columns: &mut [Cells<'_, T>],
        record: usize,
        values: &mut Dictionary,
    ) -> u32 {
        match self.first {
            Some((column, text)) if self.text.is_empty() => {
                columns[column].id(record, text, values)
            }
            Some(_) => values.intern(&self.text),
            None => 0,
        }
    }
}

/// Lists of normal forms, one a cell or other unit, interned when the first record asks.
pub(super) struct Lists {
    chunks: Vec<Texts>,
    /// Number of the first value of each list, and of values in all.
    starts: Vec<u32>,
    /// Number of the first value of each chunk.
    firsts: Vec<u32>,
    ids: Vec<u32>,
}

impl Lists {
    /// Lists of so many units: `f` pushes the values of one.
    pub(super) fn new(units: usize, f: impl Fn(usize, &mut Texts) + Sync) -> Self {
        let done: Vec<(Texts, Vec<u32>)> = (0..units.div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| {
                let mut texts = Texts::default();
                let ends = (chunk * CHUNK..((chunk + 1) * CHUNK).min(units)).map(|unit| {
                    f(unit, &mut texts);
                    texts.ends.len() as u32
                });
                let ends = ends.collect();
                texts.text.shrink_to_fit();
                (texts, ends)
            })
            .collect();
        let mut lists = Self {
            chunks: Vec::with_capacity(done.len()),
            starts: vec![0],
            firsts: Vec::with_capacity(done.len()),
            ids: Vec::new(),
        };
        let mut before = 0;
        for (texts, ends) in done {
            lists.firsts.push(before);
            lists
                .starts
                .extend(ends.into_iter().map(|end| before + end));
            before += texts.ends.len() as u32;
            lists.chunks.push(texts);
        }
        lists.ids = vec![UNSET; before as usize];
        lists
    }

    /// Looks at the values of these units, so that the look-ups do not wait for each other.
    pub(super) fn look_ahead(&self, units: impl Iterator<Item = usize>) {
        let seen = units.fold(0, |seen, unit| {
            let at = self.starts[unit];
            let text = match self.ids.get(at as usize) {
                Some(&UNSET) if at < self.starts[unit + 1] => {
                    let chunk = unit / CHUNK;
                    let text = self.chunks[chunk].get((at - self.firsts[chunk]) as usize);
                    text.bytes().next()
                }
                _ => None,
            };
            seen ^ text.unwrap_or(0)
        });
        std::hint::black_box(seen);
    }

    /// Adds the ids of a unit's values; `values` must be the same for all units.
    pub(super) fn ids(&mut self, unit: usize, values: &mut Dictionary, into: &mut Vec<u32>) {
        let chunk = unit / CHUNK;
        for at in self.starts[unit]..self.starts[unit + 1] {
            let id = &mut self.ids[at as usize];
            if *id == UNSET {
                *id = values.intern(self.chunks[chunk].get((at - self.firsts[chunk]) as usize));
            }
            into.push(*id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(cells: &[&str]) -> Column {
        let mut column = Column::default();
        for cell in cells {
            let id = column.values.intern(cell);
            column.ids.push(id);
        }
        column
    }

    #[test]
    fn texts_are_interned_in_the_order_of_records_and_once() {
        let many: Vec<String> = (0..10_000).map(|i| format!("{} w{i}", i % 7)).collect();
        let cells: Vec<&str> = many.iter().map(String::as_str).chain(["n/a"]).collect();
        let column = column(&cells);
        let known = Known::new(Kind::Text, &column);
        let mut halves: Cells = Cells::new(&known, 2, |cell, texts| {
            let (a, b) = cell.split_once(' ').unwrap_or((cell, ""));
            texts.push(a);
            texts.push(b);
        });
        let (mut firsts, mut seconds) = (Dictionary::new(), Dictionary::new());
        for r in (0..10_000).rev() {
            let digit = halves.id(r, 0, &mut firsts);
            assert_eq!(firsts.get(digit), (r % 7).to_string());
            let word = halves.id(r, 1, &mut seconds);
            assert_eq!(word as usize, 10_000 - r);
            assert_eq!(seconds.get(word), halves.text(r, 1));
        }
        assert!(!halves.has(10_000, 0) && halves.id(10_000, 1, &mut seconds) == 0);
    }

    #[test]
    fn several_texts_of_a_record_become_one_value() {
        let (one, two) = (column(&["anna", "bea"]), column(&["", "lou"]));
        let mut cells: Vec<Cells> = [&one, &two]
            .map(|c| {
                Cells::new(&Known::new(Kind::Text, c), 1, |cell, texts| {
                    texts.push(cell)
                })
            })
            .into();
        let mut values = Dictionary::new();
        let mut found = Vec::new();
        for r in 0..2 {
            let mut joint = Joint::default();
            assert!(joint.is_empty());
            joint.add(&cells, (0, 0), r);
            joint.add(&cells, (1, 0), r);
            found.push(joint.id(&mut cells, r, &mut values));
        }
        let found: Vec<&str> = found.into_iter().map(|id| values.get(id)).collect();
        assert_eq!(found, ["anna", "bea lou"]);
        assert_eq!(first_of(&mut cells[1..], 0, &mut values), 0);
    }

    #[test]
    fn lists_keep_all_their_values() {
        let mut lists = Lists::new(9_000, |unit, texts| {
            for i in 0..unit % 3 {
                texts.push(&format!("v{}", unit / 2 + i));
            }
        });
        let mut values = Dictionary::new();
        for unit in 0..9_000 {
            let mut ids = Vec::new();
            lists.ids(unit, &mut values, &mut ids);
            let texts: Vec<&str> = ids.iter().map(|id| values.get(*id)).collect();
            let expected: Vec<String> = (0..unit % 3)
                .map(|i| format!("v{}", unit / 2 + i))
                .collect();
            assert_eq!(texts, expected);
        }
    }
}

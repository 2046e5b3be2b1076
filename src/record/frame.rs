//! Normal forms in columns: what blocking keys and comparisons work on.
//!
//! Distinct values are interned once; whatever depends on one value only (tokens, sound, skeleton,
//! frequency) is derived once per distinct value.

use rayon::prelude::*;

use super::Dictionary;

/// A column with at most one normal form per record.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// Distinct normal forms; id 0 is missing.
    pub values: Dictionary,
    /// One id per record.
    pub ids: Vec<u32>,
    /// Records that hold each value, by id.
    pub counts: Vec<u32>,
    /// Records with any value.
    pub filled: u32,
}

impl Terms {
    /// Value id of a record, 0 when missing.
    #[must_use]
    pub fn id(&self, record: usize) -> u32 {
        self.ids[record]
    }

    /// Normal form of a record, `""` when missing.
    #[must_use]
    pub fn value(&self, record: usize) -> &str {
        self.values.get(self.ids[record])
    }

    /// Counts the values; call once all ids are set.
    pub fn count(&mut self) {
        self.counts = vec![0; self.values.len()];
        for id in &self.ids {
            self.counts[*id as usize] += 1;
        }
        self.filled = self.ids.len() as u32 - self.counts[0];
        self.counts[0] = 0;
    }

    /// Chance that another record holds this value, 0..=1: its share of the filled records, drawn towards
    /// what is usual where there are few records, in which the two in hand would make any value look common.
    #[must_use]
    pub fn frequency(&self, id: u32) -> f64 {
        share(self.counts[id as usize], self.filled)
    }

    /// Whether no record has a value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.filled == 0
    }
}

/// How common a value of a field of identity usually is: of the order of a given name's frequency.
const USUAL: f64 = 0.003;
/// Records that this knowledge is worth.
const WORTH: f64 = 40.0;

/// Share of `holders` among `records`, drawn towards the usual frequency of a value where records are few.
#[must_use]
pub fn share(holders: u32, records: u32) -> f64 {
    (f64::from(holders) + WORTH * USUAL) / (f64::from(records) + WORTH)
}

/// A column with any number of normal forms per record.
#[derive(Clone, Debug, Default)]
pub struct TermSets {
    /// Distinct normal forms; empty where the ids are those of another dictionary.
    pub values: Dictionary,
    /// `ids[offsets[r]..offsets[r + 1]]` are the sorted, distinct ids of record `r`.
    pub offsets: Vec<u32>,
    /// Value ids.
    pub ids: Vec<u32>,
    /// Records that hold each value.
    pub counts: Vec<u32>,
    /// Different people (by name) that hold each value; at least 1 for a held value.
    pub people: Vec<u32>,
    /// Records with any value.
    pub filled: u32,
}

impl TermSets {
    /// Value ids of a record.
    #[must_use]
    pub fn of(&self, record: usize) -> &[u32] {
        &self.ids[self.offsets[record] as usize..self.offsets[record + 1] as usize]
    }

    /// The record's value, 0 when it has none, [`SEVERAL`] when it has more.
    #[must_use]
    pub fn only(&self, record: usize) -> u32 {
        match self.of(record) {
            [] => 0,
            [only] => *only,
            _ => SEVERAL,
        }
    }

    /// Closes the current record: `values` are its ids in any order.
    pub fn push(&mut self, values: &mut Vec<u32>) {
        if self.offsets.is_empty() {
            self.offsets.push(0);
        }
        values.sort_unstable();
        values.dedup();
        values.retain(|id| *id != 0);
        self.filled += u32::from(!values.is_empty());
        self.ids.append(values);
        self.offsets.push(self.ids.len() as u32);
    }

    /// Counts the records of each value; call once all records are pushed.
    pub fn count(&mut self) {
        let most = self.ids.iter().max().map_or(0, |id| *id as usize + 1);
        self.counts = vec![0; self.values.len().max(most)];
        for id in &self.ids {
            self.counts[*id as usize] += 1;
        }
    }

    /// Whether no record has a value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.filled == 0
    }
}

/// Whose name a record has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bearer {
    /// One person's, as far as is known.
    #[default]
    One,
    /// That of two people or a family: `John and Mary Smith`, `Familie Möller`.
    Several,
    /// A firm's, by the record's own word.
    Firm,
    /// A contact person's, in the record of a firm by its own word.
    Contact,
}

/// Words of names: distinct folded tokens with what is derived from them.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// Distinct tokens; id 0 is none.
    pub values: Dictionary,
    /// Hash of the spelling skeleton (equal for transliteration variants).
    pub skeleton: Vec<u32>,
    /// Phonetic code, 0 when none.
    pub sound: Vec<u32>,
    /// First byte.
    pub initial: Vec<u8>,
    /// Length in bytes.
    pub len: Vec<u8>,
    /// Records whose name holds the token.
    pub counts: Vec<u32>,
    /// What comparing asks of a word first, side by side.
    pub glances: Vec<WordGlance>,
}

/// What tells most words apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WordGlance {
    /// Which characters occur, see [`characters`], and whether the word is [`Self::NAMED`].
    bits: u64,
    /// Hash of the spelling skeleton.
    pub skeleton: u32,
    /// First bytes, zeros where there are fewer.
    head: [u8; 3],
    /// Length in bytes.
    pub len: u8,
}

impl WordGlance {
    const NAMED: u64 = 1 << 63;

    /// Of a word with the hash of its skeleton, and whether the nickname table knows it.
    #[must_use]
    pub fn new(word: &str, skeleton: u32, named: bool) -> Self {
        let mut head = [0; 3];
        head.iter_mut()
            .zip(word.bytes())
            .for_each(|(to, b)| *to = b);
        Self {
            bits: characters(word) | if named { Self::NAMED } else { 0 },
            skeleton,
            head,
            len: word.len().min(255) as u8,
        }
    }

    /// Which characters occur, see [`characters`].
    #[must_use]
    pub fn characters(&self) -> u64 {
        self.bits & !Self::NAMED
    }

    /// Whether the nickname table knows both words.
    #[must_use]
    pub fn both_named(&self, other: &Self) -> bool {
        self.bits & other.bits & Self::NAMED != 0
    }

    /// First byte.
    #[must_use]
    pub fn initial(&self) -> u8 {
        self.head[0]
    }

    /// Whether one of two different words may begin with the other.
    #[must_use]
    pub fn may_begin(&self, other: &Self) -> bool {
        self.common_start(other) >= self.len.min(other.len).min(4)
    }

    /// At most how many first bytes two different words have in common, four standing for more.
    #[must_use]
    pub fn common_start(&self, other: &Self) -> u8 {
        let pairs = self.head.iter().zip(&other.head);
        match pairs.take_while(|(a, b)| a == b).count() {
            3 => 4,
            known => known as u8,
        }
    }
}

/// Name values as lists of words.
#[derive(Clone, Debug, Default)]
pub struct NameTerms {
    /// The whole values.
    pub terms: Terms,
    /// `words[starts[id]..starts[id + 1]]` are the word ids of value `id`, in order.
    pub starts: Vec<u32>,
    /// Word ids.
    pub words: Vec<u32>,
    /// Hash of the skeleton of the whole value without spaces.
    pub skeleton: Vec<u32>,
}

impl NameTerms {
    /// Word ids of a value.
    #[must_use]
    pub fn words(&self, id: u32) -> &[u32] {
        let id = id as usize;
        &self.words[self.starts[id] as usize..self.starts[id + 1] as usize]
    }
}

/// Which of the 26 letters and ten digits occur in a folded value, one bit each; other bytes share a bit.
///
/// One edit changes at most two bits, so two values whose bits differ more are further apart: a cheap test before any
/// edit distance.
#[must_use]
pub fn characters(value: &str) -> u64 {
    value.bytes().fold(0, |bits, b| {
        bits | 1
            << match b {
                b'a'..=b'z' => b - b'a',
                b'0'..=b'9' => 26 + b - b'0',
                _ => 36,
            }
    })
}

/// A further column that may be evidence, such as an occupation.
#[derive(Clone, Debug)]
pub struct AttributeTerms {
    /// Column name in the report.
    pub name: String,
    /// Its values, folded.
    pub terms: Terms,
}

/// In place of a value's id: there are several.
pub const SEVERAL: u32 = u32::MAX;

/// What most comparisons ask of a record, side by side: one visit to memory instead of one a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(align(64))]
pub struct Row {
    /// Which of 64 classes of words occur in all names of the record, see [`Row::may_bear`].
    pub bag: u64,
    /// Given name value.
    pub given: u32,
    /// Family name value.
    pub family: u32,
    /// Middle name value.
    pub middle: u32,
    /// Birth date.
    pub birth: u32,
    /// Street value.
    pub street: u32,
    /// House number value.
    pub house: u32,
    /// Postcode value.
    pub postcode: u32,
    /// City value.
    pub city: u32,
    /// Organization value.
    pub organization: u32,
    /// Website value.
    pub website: u32,
    /// E-mail address, [`SEVERAL`] when there are more.
    pub email: u32,
    /// Phone number, [`SEVERAL`] when there are more.
    pub phone: u32,
    /// Country.
    pub country: u16,
    /// Generation suffix.
    pub suffix: u8,
    /// Gender.
    pub gender: u8,
    /// See [`Frame::unsounded`].
    pub unsounded: u8,
    /// Age at one time for all, in quarters of a year, 0 unknown.
    pub age: u16,
}

impl Row {
    fn class(word: u32) -> u64 {
        1 << (word.wrapping_mul(0x9E37_79B1) >> 26)
    }

    /// `false` when the word is surely none of the record's names.
    #[must_use]
    pub fn may_bear(&self, word: u32) -> bool {
        self.bag & Self::class(word) != 0
    }
}

/// All records' normal forms.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// Number of records.
    pub len: usize,
    /// Matching source of each record.
    pub source: Vec<u16>,
    /// Number of matching sources.
    pub sources: usize,
    /// Distinct words of all name columns.
    pub words: Words,
    /// Given name, middle names included when they stand in the same cell.
    pub given: NameTerms,
    /// Family name.
    pub family: NameTerms,
    /// Middle name or initial from a column of its own.
    pub middle: Terms,
    /// All name words of a record, former and nicknames included.
    pub bag: TermSets,
    /// Generation suffix as a number, 0 none.
    pub suffix: Vec<u8>,
    /// Whose name it is.
    pub bearer: Vec<Bearer>,
    /// The script of a record's names where it does not tell their sound, as a number; 0 where it does.
    pub unsounded: Vec<u8>,
    /// Organization, legal form removed.
    pub organization: Terms,
    /// Words of organizations by value id, with record counts.
    pub organization_words: TermSets,
    /// E-mail addresses.
    pub emails: TermSets,
    /// Local part of the first e-mail address.
    pub email_local: Terms,
    /// Phone numbers.
    pub phones: TermSets,
    /// Identifiers.
    pub identifiers: TermSets,
    /// Websites.
    pub website: Terms,
    /// Street name, canonical.
    pub street: Terms,
    /// House number.
    pub house: Terms,
    /// Flat or suite.
    pub unit: Terms,
    /// City.
    pub city: Terms,
    /// Region.
    pub region: Terms,
    /// Postcode.
    pub postcode: Terms,
    /// Street, house and place as one value: who shares it lives at one address.
    pub place: TermSets,
    /// Country code as a number, 0 unknown.
    pub country: Vec<u16>,
    /// Birth date as digits YYYYMMDD, unknown parts zero; 0 when missing.
    pub birth: Vec<u32>,
    /// Age in years, 0 unknown.
    pub age: Vec<u8>,
    /// Age as it would be if all had been stated at one time, in quarters of a year, 0 unknown.
    pub age_at_one_time: Vec<u16>,
    /// 0 unknown, 1 female, 2 male, 3 other.
    pub gender: Vec<u8>,
    /// Place of birth.
    pub birth_place: Terms,
    /// Further evidence columns.
    pub attributes: Vec<AttributeTerms>,
    /// The columns above that most comparisons ask for, record by record.
    pub rows: Vec<Row>,
}

impl Frame {
    /// Gathers [`Self::rows`]; call once all columns are set.
    pub fn gather_rows(&mut self) {
        let row = |r: usize| Row {
            bag: self.bag.of(r).iter().fold(0, |b, w| b | Row::class(*w)),
            given: self.given.terms.ids[r],
            family: self.family.terms.ids[r],
            middle: self.middle.ids[r],
            birth: self.birth[r],
            street: self.street.ids[r],
            house: self.house.ids[r],
            postcode: self.postcode.ids[r],
            city: self.city.ids[r],
            organization: self.organization.ids[r],
            website: self.website.ids[r],
            email: self.emails.only(r),
            phone: self.phones.only(r),
            country: self.country[r],
            suffix: self.suffix[r],
            gender: self.gender[r],
            unsounded: self.unsounded[r],
            age: self.age_at_one_time[r],
        };
        self.rows = (0..self.len).into_par_iter().map(row).collect();
    }
}

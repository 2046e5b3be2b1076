//! Numbering plans as automata: what libphonenumber's metadata says of digits, answered without its general parser.
//!
//! A cell's digits, with or without a plus, need little of what that parser does, and a million of them need it fast, a handful at
//! once. The patterns of a plan (its numbers, its trunk prefix and that of calls abroad) become automata over bytes when the plan
//! is asked first. Steps and their order are the parser's own, and whatever it does beyond them (prefixes that rewrite a number,
//! calling codes of services) is [`Answer::AskParser`]: tests hold both against each other for every plan.

use std::sync::{LazyLock, OnceLock};

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use regex_automata::dfa::{Automaton as _, StartKind, dense};
use regex_automata::util::primitives::StateID;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input, MatchKind};

const TABLE: &str = include_str!("../lexicon/data/phone_plans.tsv");

type Automaton = dense::DFA<Vec<u32>>;

/// What the plans say of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer<'a> {
    /// They can be this number.
    Number(Numbered<'a>),
    /// They can be no number.
    None,
    /// Only the parser can tell.
    AskParser,
}

/// A number under a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Numbered<'a> {
    /// Calling code, 1..=999.
    pub(super) code: u16,
    /// The digits after calling code and trunk prefix.
    pub(super) national: &'a str,
    /// Country of the plan.
    pub(super) country: [u8; 2],
    /// The plan has such a number.
    pub(super) valid: bool,
}

/// Fewest and most digits of a national number.
const NATIONAL: std::ops::RangeInclusive<usize> = 2..=17;
/// The parser takes more digits than any number has.
const MOST_DIGITS: usize = 24;

/// Reads `+` and digits, or digits as dialled in a country.
pub(super) fn read(dialled: &str, home: Option<[u8; 2]>) -> Answer<'_> {
    let digits = dialled.strip_prefix('+').unwrap_or(dialled);
    if !(4..=MOST_DIGITS).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Answer::AskParser;
    }
    let home = home.and_then(plan_of);
    let parsed = if digits.len() < dialled.len() {
        international(digits)
    } else {
        home.and_then(|home| domestic(digits, home))
    };
    let Some((plan, national)) = parsed else {
        return Answer::AskParser;
    };
    let Some(national) = plan.subscriber(national) else {
        return Answer::AskParser;
    };
    if !NATIONAL.contains(&national.len()) {
        return Answer::None;
    }
    let Some((main, owner)) = owner(plan.code, national) else {
        return Answer::AskParser;
    };
    let valid = owner.is_some_and(|o| o.has(national));
    if !valid && main.length(national) != Length::Possible {
        return Answer::None;
    }
    let at_home = || home.filter(|h| h.code == plan.code);
    Answer::Number(Numbered {
        code: plan.code,
        national,
        country: owner.or_else(at_home).unwrap_or(main).country,
        valid,
    })
}

/// The main country of a calling code, and the country of a number: the only one of the code, or the first of those that share it
/// to which it belongs by its first digits or its form.
fn owner(code: u16, national: &str) -> Option<(&'static Plan, Option<&'static Plan>)> {
    let code = calling_code(code)?;
    let main = plan_of(code.main)?;
    if code.others.is_empty() || main.owns(national) {
        return Some((main, Some(main)));
    }
    for other in &code.others {
        let other = plan_of(*other)?;
        if other.owns(national) {
            return Some((main, Some(other)));
        }
    }
    Some((main, None))
}

/// Digits after a plus: calling code and the rest.
fn international(digits: &str) -> Option<(&'static Plan, &str)> {
    if digits.starts_with('0') {
        return None;
    }
    (1..=3).find_map(|n| {
        let code = calling_code(digits[..n].parse().ok()?)?;
        Some((plan_of(code.main)?, &digits[n..]))
    })
}

/// Digits as dialled in a country.
fn domestic<'a>(digits: &'a str, home: &'static Plan) -> Option<(&'static Plan, &'a str)> {
    if let Some(end) = end(&home.abroad, digits)
        && !digits[end..].starts_with('0')
    {
        let rest = &digits[end..];
        return (rest.len() > 3).then(|| international(rest)).flatten();
    }
    if let Some(rest) = digits.strip_prefix(home.calling) {
        let rest = home.without_trunk(rest)?;
        let better = !home.fits(digits) && home.fits(rest);
        if better || home.length(digits) == Length::TooLong {
            return Some((plan_of(calling_code(home.code)?.main)?, rest));
        }
    }
    Some((home, digits))
}

/// The countries of a calling code.
#[derive(Debug)]
struct CallingCode {
    /// The country by whose plan numbers of all are read.
    main: [u8; 2],
    others: Vec<[u8; 2]>,
}

/// The rows of the table by country.
static ROWS: LazyLock<HashMap<[u8; 2], &'static str, FixedState>> = LazyLock::new(|| {
    let rows = TABLE.lines().filter(|l| !l.starts_with('#'));
    rows.filter_map(|row| Some((*row.as_bytes().first_chunk()?, row)))
        .collect()
});

/// The countries of a calling code.
fn calling_code(code: u16) -> Option<&'static CallingCode> {
    static CODES: LazyLock<HashMap<u16, CallingCode, FixedState>> = LazyLock::new(|| {
        let mut codes: HashMap<u16, CallingCode, FixedState> = HashMap::default();
        for row in TABLE.lines() {
            let mut columns = row.split('\t').skip(1);
            let code = columns.next().and_then(|c| c.parse().ok());
            let (Some(&country), Some(code)) = (row.as_bytes().first_chunk(), code) else {
                continue;
            };
            match codes.entry(code) {
                Entry::Vacant(slot) => {
                    slot.insert(CallingCode {
                        main: country,
                        others: Vec::new(),
                    });
                }
                Entry::Occupied(slot) => {
                    let known = slot.into_mut();
                    if columns.next() == Some("main") {
                        known.others.insert(0, known.main);
                        known.main = country;
                    } else {
                        known.others.push(country);
                    }
                }
            }
        }
        codes
    });
    CODES.get(&code)
}

/// The calling code of a country.
pub(super) fn code_of(country: [u8; 2]) -> Option<u16> {
    ROWS.get(&country)?.split('\t').nth(1)?.parse().ok()
}

/// The plan of a country, made when it is asked for first.
fn plan_of(country: [u8; 2]) -> Option<&'static Plan> {
    const LETTERS: usize = 26;
    static PLANS: [OnceLock<Option<Box<Plan>>>; LETTERS * LETTERS] =
        [const { OnceLock::new() }; LETTERS * LETTERS];
    let [a, b] = country.map(|c| usize::from(c.wrapping_sub(b'A')));
    let slot = PLANS.get(a * LETTERS + b).filter(|_| b < LETTERS)?;
    slot.get_or_init(|| Plan::of(country).map(Box::new))
        .as_deref()
}

/// How a number's length agrees with a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    Possible,
    TooLong,
    /// Too short, of a call inside an area, or between two lengths that are possible.
    Unfit,
}

/// One country's plan.
#[derive(Debug)]
struct Plan {
    country: [u8; 2],
    code: u16,
    /// The digits of the calling code.
    calling: &'static str,
    /// The prefix of a call to another country.
    abroad: Automaton,
    trunk: Automaton,
    /// First digits by which its numbers are told from those of countries of the same calling code.
    first: Automaton,
    /// A trunk prefix does more than stand before the number: the parser must rewrite it.
    rewrites: bool,
    /// The forms of numbers: first all, then those of each type.
    forms: Automaton,
    start: StateID,
    /// For each form the lengths it has, one bit each.
    lengths: Vec<u64>,
    /// Lengths of calls inside an area.
    local: u64,
}

impl Plan {
    fn of(country: [u8; 2]) -> Option<Plan> {
        let mut columns = ROWS.get(&country)?.split('\t').skip(1);
        let calling = columns.next()?;
        let (_main, abroad, trunk) = (columns.next()?, columns.next()?, columns.next()?);
        let rewrites = !columns.next()?.is_empty();
        let first = columns.next()?;
        let mut lengths = vec![bits(columns.next()?)];
        let local = bits(columns.next()?);
        let mut patterns = vec![format!("^(?:{})$", columns.next()?)];
        while let (Some(length), Some(pattern)) = (columns.next(), columns.next()) {
            lengths.push(bits(length));
            patterns.push(format!("^(?:{pattern})$"));
        }
        let forms = automaton(&patterns, MatchKind::All)?;
        Some(Plan {
            country,
            code: calling.parse().ok()?,
            calling,
            abroad: prefix(abroad)?,
            trunk: prefix(trunk)?,
            first: prefix(first)?,
            rewrites,
            start: start(&forms)?,
            forms,
            lengths,
            local,
        })
    }

    /// The forms that digits have, one bit each.
    fn forms(&self, digits: &str) -> u32 {
        let mut at = self.start;
        for b in digits.bytes() {
            at = self.forms.next_state(at, b);
        }
        at = self.forms.next_eoi_state(at);
        if !self.forms.is_match_state(at) {
            return 0;
        }
        (0..self.forms.match_len(at)).fold(0, |bits, i| {
            bits | 1 << self.forms.match_pattern(at, i).as_u32()
        })
    }

    /// Whether the digits look like a number of the plan, of whatever type and length.
    fn fits(&self, digits: &str) -> bool {
        self.forms(digits) & 1 != 0
    }

    /// Whether the plan has the number.
    fn has(&self, national: &str) -> bool {
        let forms = self.forms(national);
        let long = |form: &u64| form >> national.len().min(63) & 1 != 0;
        let held = |i: usize| forms >> i & 1 != 0 && self.lengths.get(i).is_some_and(long);
        held(0) && (1..self.lengths.len()).any(held)
    }

    /// Whether a number of its calling code is this country's.
    fn owns(&self, national: &str) -> bool {
        end(&self.first, national).is_some() || self.has(national)
    }

    fn length(&self, digits: &str) -> Length {
        let all = self.lengths.first().copied().unwrap_or(0);
        let len = digits.len().min(63) as u32;
        if self.local >> len & 1 != 0 {
            Length::Unfit
        } else if all >> len & 1 != 0 {
            Length::Possible
        } else if all != 0 && len > all.ilog2() {
            Length::TooLong
        } else {
            Length::Unfit
        }
    }

    /// Digits without trunk prefix; `None` where the plan rewrites them.
    fn without_trunk<'a>(&self, digits: &'a str) -> Option<&'a str> {
        let Some(end) = end(&self.trunk, digits) else {
            return Some(digits);
        };
        if self.rewrites {
            return None;
        }
        let rest = &digits[end..];
        let worse = self.fits(digits) && !self.fits(rest);
        Some(if worse { digits } else { rest })
    }

    /// The national number of digits that may have a trunk prefix; `None` where the plan rewrites them.
    fn subscriber<'a>(&self, digits: &'a str) -> Option<&'a str> {
        let rest = self.without_trunk(digits)?;
        let unfit = self.length(rest) == Length::Unfit;
        Some(if unfit { digits } else { rest })
    }
}

/// Lengths as bits.
fn bits(lengths: &str) -> u64 {
    let known = lengths.split(' ').filter_map(|l| l.parse::<u32>().ok());
    known.fold(0, |bits, l| bits | 1 << l.min(63))
}

/// The prefix of a pattern; of an empty pattern one that nothing has.
fn prefix(pattern: &str) -> Option<Automaton> {
    const NOTHING: &str = "[a&&b]";
    let pattern = if pattern.is_empty() { NOTHING } else { pattern };
    automaton(&[format!("^(?:{pattern})")], MatchKind::LeftmostFirst)
}

/// Where a prefix ends in digits that have it.
fn end(prefix: &Automaton, digits: &str) -> Option<usize> {
    let input = Input::new(digits).anchored(Anchored::Yes);
    let found = prefix.try_search_fwd(&input).ok().flatten();
    found.map(|m| m.offset())
}

fn automaton(patterns: &[String], kind: MatchKind) -> Option<Automaton> {
    let config = dense::Config::new()
        .match_kind(kind)
        .start_kind(StartKind::Anchored)
        .accelerate(false);
    dense::Builder::new()
        .configure(config)
        .syntax(syntax::Config::new().unicode(false).utf8(false))
        .build_many(patterns)
        .ok()
}

fn start(automaton: &Automaton) -> Option<StateID> {
    let input = Input::new("").anchored(Anchored::Yes);
    automaton.start_state_forward(&input).ok()
}

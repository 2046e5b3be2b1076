//! How a piece of delimited text is written: delimiter, quote and header, found by trying.

use super::Error;
use super::row::{Bounds, Dialect, Scan, scan, unescape};
use super::spec::SourceSpec;
use crate::lexicon::headers;
use memchr::memrchr;
use std::cmp::Ordering;

/// Delimiters that are tried, in the order that decides ties.
pub(super) const CANDIDATES: &[char] =
    &[',', ';', '\t', '|', '\u{1f}', '\u{1}', '¦', '^', '~', ':'];
/// Delimiters that are common enough to be meant where another one fits as well.
const COMMON: &[char] = &[',', ';', '\t', '|'];
/// Rows of the sample that are tried.
const SAMPLE_ROWS: usize = 200;

/// A dialect, and how it was found.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) dialect: Dialect,
    /// Columns of the first row.
    pub(super) columns: usize,
    /// How it was found, in words.
    pub(super) how: String,
    /// What would divide the rows, and into how many columns, where the given delimiter does not.
    pub(super) better: Option<(char, usize)>,
    /// What divides the rows as well, and into how many columns, where nothing speaks for either.
    pub(super) rival: Option<(char, usize)>,
}

/// A delimiter or quote as shown to people.
pub(super) fn shown(sign: char) -> String {
    match sign {
        '\t' => "\\t".to_owned(),
        c if c.is_control() => format!("\\x{:02x}", c as u32),
        c => c.to_string(),
    }
}

/// Checks what was given before any file is opened.
pub(super) fn check(spec: &SourceSpec) -> Result<(), Error> {
    let bad = |what, sign: char| Error::BadDialect {
        source_name: spec.name.clone(),
        what,
        value: shown(sign),
    };
    if let Some(delimiter) = spec.delimiter
        && (delimiter.is_alphanumeric()
            || matches!(delimiter, '\n' | '\r' | '\0' | '\\')
            || Some(delimiter) == spec.quote)
    {
        return Err(bad("delimiter", delimiter));
    }
    match spec.quote {
        Some(quote) if quote != '\0' && (!quote.is_ascii_punctuation() || quote == '\\') => {
            Err(bad("quote", quote))
        }
        _ => Ok(()),
    }
}

/// Finds the dialect of a sample that begins with the header.
pub(super) fn find(spec: &SourceSpec, path: &str, sample: &str) -> Result<Found, Error> {
    let base = Dialect {
        returns_only: returns_only(sample),
        ..Dialect::new(',')
    };
    let quotes = quotes_of(spec, sample);
    let mut tried: Vec<(Score, Dialect)> = Vec::new();
    let candidates = spec.delimiter.map_or(CANDIDATES.to_vec(), |d| vec![d]);
    for delimiter in &candidates {
        for quote in &quotes {
            let plain = Dialect {
                quote: *quote,
                returns_only: base.returns_only,
                ..Dialect::new(*delimiter)
            };
            let as_plain = score(&plain, sample);
            tried.push((as_plain, plain));
            let Some(sign) = quote.map(char::from) else {
                continue;
            };
            if sample.contains(&format!("\\{sign}")) {
                let backslash = Dialect {
                    backslash: true,
                    ..plain
                };
                // It changes cells, so it must make good what doubling quotes leaves broken.
                let as_backslash = score(&backslash, sample);
                if as_backslash.sound() > as_plain.sound() {
                    let at = tried.len() - usize::from(as_backslash.merit() >= as_plain.merit());
                    tried.insert(at, (as_backslash, backslash));
                }
            }
            if *delimiter != ' ' && sample.contains(&format!("{delimiter} {sign}")) {
                let spaces = Dialect {
                    spaces: true,
                    ..plain
                };
                tried.push((score(&spaces, sample), spaces));
            }
        }
    }
    // The first of the best: candidates stand in the order that decides ties.
    let mut best: Option<(Score, Dialect)> = None;
    for &(score, dialect) in &tried {
        if best.is_none_or(|(b, _)| score.beats(&b)) {
            best = Some((score, dialect));
        }
    }
    let best = best.unwrap_or((Score::default(), base));
    let ((score, dialect), rival) = settle(best, &tried, sample);
    let second = tried
        .iter()
        .filter(|(s, d)| d.delimiter != dialect.delimiter && s.columns > 1)
        .max_by(|a, b| {
            a.0.merit()
                .total_cmp(&b.0.merit())
                .then(b.0.columns.cmp(&a.0.columns))
        });
    // what is given holds; that another one would divide is told
    let undivided = spec.delimiter.is_some() && score.columns <= 1;
    let free = SourceSpec {
        delimiter: None,
        ..spec.clone()
    };
    let better = undivided
        .then(|| find(&free, path, sample).ok())
        .flatten()
        .and_then(|f| Some((f.dialect.delimiter()?, f.columns)))
        .filter(|(_, columns)| *columns > 1);
    if spec.delimiter.is_none() && score.columns > 1 && score.regular * 4 < score.rows {
        return Err(Error::Irregular {
            path: path.to_owned(),
            best: dialect.delimiter().map_or_else(String::new, shown),
            regular: score.regular,
            rows: score.rows,
        });
    }
    let dialect = match spec.delimiter {
        None if score.columns <= 1 => dialect.undivided(),
        _ => dialect,
    };
    Ok(Found {
        dialect,
        columns: score.columns,
        how: words(spec, &dialect, &score, second),
        better,
        rival,
    })
}

/// Of two common delimiters that divide all rows equally well the one that does not stand in texts, where blanks follow it,
/// or that gives more headers in known words; the other one is told where neither shows.
fn settle(
    best: (Score, Dialect),
    tried: &[(Score, Dialect)],
    sample: &str,
) -> ((Score, Dialect), Option<(char, usize)>) {
    let sign = best.1.delimiter();
    let rivals = tried.iter().filter(|(score, dialect)| {
        let other = dialect.delimiter();
        let common = other.is_some_and(|d| COMMON.contains(&d));
        other != sign && common && score.columns > 1 && score.share() >= best.0.share()
    });
    // the first of the best
    let rival = rivals
        .rev()
        .max_by(|a, b| a.0.merit().total_cmp(&b.0.merit()));
    let Some(&rival) = rival.filter(|_| best.0.columns > 1) else {
        return (best, None);
    };
    match (best.0.spaced, rival.0.spaced) {
        (true, false) => return (rival, None),
        (false, true) => return (best, None),
        _ => {}
    }
    let (ours, theirs) = (named(&best.1, sample), named(&rival.1, sample));
    match ours.cmp(&theirs) {
        Ordering::Greater => (best, None),
        Ordering::Less => (rival, None),
        Ordering::Equal => (best, rival.1.delimiter().map(|d| (d, rival.0.columns))),
    }
}

/// Cells of the first row that name one thing in known words.
fn named(dialect: &Dialect, sample: &str) -> usize {
    let rows = sample_rows(dialect, sample, 1).rows;
    let one = |cell: &&String| {
        let read = headers::read(cell);
        read.phrases.len() == 1 && read.unknown.is_empty()
    };
    rows.iter().flatten().filter(one).count()
}

/// Whether rows end with a carriage return alone: more of these than line feeds stand outside quotes.
pub(super) fn returns_only(sample: &str) -> bool {
    if !sample.contains('\r') {
        return false;
    }
    let (mut feeds, mut returns, mut quoted) = (0_u32, 0_u32, false);
    let bytes = sample.as_bytes();
    for (at, b) in bytes.iter().enumerate() {
        match b {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => feeds += 1,
            b'\r' if !quoted && !matches!(bytes[at + 1..], [b'\n', ..] | [b'\r', b'\n', ..]) => {
                returns += 1;
            }
            _ => {}
        }
    }
    returns > feeds
}

fn words(
    spec: &SourceSpec,
    dialect: &Dialect,
    score: &Score,
    second: Option<&(Score, Dialect)>,
) -> String {
    let mut how = if spec.delimiter.is_some() {
        "delimiter given".to_owned()
    } else if score.columns <= 1 {
        "no delimiter found".to_owned()
    } else {
        let runner_up = second.map_or_else(
            || "no runner-up".to_owned(),
            |(s, d)| {
                let sign = d.delimiter().map_or_else(String::new, shown);
                format!("runner-up `{sign}`: {} rows have {}", s.regular, s.columns)
            },
        );
        format!(
            "delimiter by field counts ({} of {} rows have {}; {runner_up})",
            score.regular, score.rows, score.columns
        )
    };
    match dialect.quote {
        Some(b'"') => {}
        Some(other) => how.push_str(&format!(", quote `{}`", char::from(other))),
        None => how.push_str(", no quoting"),
    }
    if dialect.backslash {
        how.push_str(", backslash escapes");
    }
    if dialect.spaces {
        how.push_str(", blanks before quotes left out");
    }
    how
}

fn quotes_of(spec: &SourceSpec, sample: &str) -> Vec<Option<u8>> {
    match spec.quote {
        Some('\0') => vec![None],
        Some(quote) => vec![u8::try_from(quote).ok()],
        // An apostrophe is a quote only where it opens and closes cells and no double quote does.
        None if !sample.contains('"') && sample.contains('\'') => vec![Some(b'"'), Some(b'\'')],
        None => vec![Some(b'"')],
    }
}

/// A sample read with some dialect.
pub(super) struct Sample {
    pub(super) rows: Vec<Vec<String>>,
    /// Bytes up to the end of each row.
    pub(super) ends: Vec<usize>,
    /// Rows with quotes that are not doubled.
    loose: usize,
}

/// Rows of a sample, as many as are whole: for finding the dialect. A row with a fault ends at its line.
pub(super) fn sample_rows(dialect: &Dialect, text: &str, limit: usize) -> Sample {
    let bounds = Bounds {
        field_bytes: 64 << 10,
        quoted_lines: 200,
    };
    // The last line of a sample may be cut.
    let whole = memrchr(b'\n', text.as_bytes())
        .or_else(|| memrchr(b'\r', text.as_bytes()))
        .map_or(text.len(), |i| i + 1);
    let (mut rest, mut rows, mut fields) = (&text[..whole], Vec::new(), Vec::new());
    let (mut loose_rows, mut ends) = (0, Vec::new());
    while !rest.is_empty() && rows.len() < limit {
        // where files were joined a byte order mark stands inside
        rest = rest.trim_start_matches('\u{FEFF}');
        let step = match scan(dialect, bounds, rest.as_bytes(), true, &mut fields) {
            Scan::Row { length, loose, .. } => {
                loose_rows += usize::from(loose);
                length
            }
            Scan::More | Scan::Unclosed | Scan::TooLong => {
                fields.clear();
                dialect.line_length(rest.as_bytes()).unwrap_or(rest.len())
            }
        };
        let blank = rest[..step].trim().is_empty();
        if !blank {
            let mut row = Vec::with_capacity(fields.len());
            for field in &fields {
                let content = &rest[field.start as usize..field.end as usize];
                let mut cell = String::new();
                if field.escaped {
                    unescape(dialect, content, &mut cell)
                } else {
                    cell.push_str(content)
                }
                row.push(cell);
            }
            rows.push(row);
            ends.push(whole - rest.len() + step);
        }
        rest = &rest[step..];
    }
    Sample {
        rows,
        ends,
        loose: loose_rows,
    }
}

/// How regular a sample is when it is read with a dialect.
#[derive(Clone, Copy, Debug, Default)]
struct Score {
    /// Fields of the first row.
    columns: usize,
    rows: usize,
    /// Rows with as many fields as the first.
    regular: usize,
    /// Rows with quotes that are not doubled.
    loose: usize,
    /// Quotes that remain in cells: signs of a wrong quote.
    stray: usize,
    /// Rows that apostrophes draw together from several lines: more likely a guard and a name that ends in one.
    joined: usize,
    /// Whether blanks follow the delimiter in nearly all rows of some column, as a comma's in a text.
    spaced: bool,
}

impl Score {
    fn beats(&self, other: &Self) -> bool {
        self.merit() > other.merit() + 1e-9
    }

    /// Share of regular rows.
    fn share(&self) -> f64 {
        self.regular as f64 / self.rows.max(1) as f64
    }

    /// Regular rows without a fault in their quotes.
    fn sound(&self) -> usize {
        self.regular.saturating_sub(self.loose)
    }

    /// Share of regular rows, a little more for more columns, less for stray quotes; nothing for one column.
    fn merit(&self) -> f64 {
        if self.columns <= 1 || self.rows == 0 {
            return 0.0;
        }
        let rows = self.rows as f64;
        let share = self.regular.saturating_sub(self.joined) as f64 / rows;
        let width = 1.0 - 1.0 / self.columns as f64;
        let stray = (self.stray as f64 / (rows * self.columns as f64)).min(1.0);
        share * share * (0.7 + 0.3 * width) * (1.0 - 0.5 * stray)
    }
}

fn score(dialect: &Dialect, sample: &str) -> Score {
    let Sample { rows, loose, .. } = sample_rows(dialect, sample, SAMPLE_ROWS);
    let Some(first) = rows.first() else {
        return Score::default();
    };
    let columns = first.len();
    let used = first
        .iter()
        .rposition(|c| !c.trim().is_empty())
        .map_or(columns, |i| i + 1);
    // One name and a delimiter behind it may be a sentence: then every row must have the delimiter.
    let least = if used <= 1 { columns } else { used };
    let regular = |row: &&Vec<String>| {
        row.len() >= least && row.iter().skip(columns).all(|c| c.trim().is_empty())
    };
    let signed = |sign: char| {
        let cells = rows.iter().flatten().filter(move |c| c.len() > 1);
        cells.filter(move |c| c.starts_with(sign) || c.ends_with(sign))
    };
    // a few cells in apostrophes are the source's own; who quotes with them quotes more
    let apostrophes = match signed('\'').filter(|c| *c != "''").count() {
        few if few * 2 < rows.len() => 0,
        many => many,
    };
    let joined = |row: &&Vec<String>| row.iter().any(|c| c.contains(['\n', '\r']));
    let joined = match dialect.quote {
        Some(b'\'') => rows.iter().filter(joined).count(),
        _ => 0,
    };
    Score {
        columns,
        rows: rows.len(),
        joined,
        loose,
        spaced: (1..columns).any(|at| is_spaced(&rows, at)),
        regular: rows.iter().filter(regular).count(),
        stray: signed('"').count() + apostrophes,
    }
}

/// Whether nearly all cells of a column begin with a blank.
fn is_spaced(rows: &[Vec<String>], column: usize) -> bool {
    let cells = rows.iter().filter_map(|row| row.get(column));
    let filled = cells.filter(|cell| !cell.trim().is_empty());
    let blank = filled.clone().filter(|cell| cell.starts_with(' ')).count();
    let filled = filled.count();
    filled >= 2 && blank * 10 >= filled * 9
}

/// Why the first row looks like data rather than names of columns; `None` when it looks like names.
pub(super) fn first_row_is_data(dialect: &Dialect, sample: &str) -> Option<&'static str> {
    let rows = sample_rows(dialect, sample, SAMPLE_ROWS).rows;
    let (first, rest) = rows.split_first()?;
    // a header that stands there once more is one all the same
    let rest: Vec<&Vec<String>> = rest.iter().filter(|row| *row != first).collect();
    let filled: Vec<(usize, &str)> = first
        .iter()
        .map(|c| c.trim())
        .enumerate()
        .filter(|(_, c)| !c.is_empty())
        .collect();
    if filled.iter().any(|(_, c)| is_email(c)) {
        return Some("it holds an e-mail address");
    }
    let values = filled.iter().filter(|(_, c)| is_number_or_date(c)).count();
    if values * 3 >= filled.len() && values > 0 {
        return Some("it holds numbers or dates");
    }
    let again = |(i, cell): &&(usize, &str)| {
        let same = rest
            .iter()
            .filter(|row| row.get(*i).is_some_and(|c| c.trim() == *cell))
            .count();
        same > 0 && same < rest.len()
    };
    let repeated = filled.iter().filter(again).count();
    (repeated >= 2 && repeated * 4 >= filled.len()).then_some("its cells come again further down")
}

fn is_email(cell: &str) -> bool {
    cell.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && !cell.contains(' ') && domain.contains('.') && !domain.contains('@')
    })
}

fn is_number_or_date(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let signs = cell.bytes().filter(|b| b" +-./:()TZ,".contains(b)).count();
    digits >= 1 && digits + signs == cell.len()
}

/// Unique column names: repeated ones become `name.2`, empty ones `column 3`.
pub(super) fn unique_names(header: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut taken = std::collections::HashSet::new();
    let header: Vec<String> = header.into_iter().map(|n| n.trim().to_owned()).collect();
    // A name that is written out keeps it, whatever the repeated ones before it would become.
    let written: std::collections::HashSet<&str> = header.iter().map(String::as_str).collect();
    for (i, name) in header.iter().enumerate() {
        let base = if name.is_empty() {
            format!("column {}", i + 1)
        } else {
            name.clone()
        };
        let mut unique = base.clone();
        let mut n = 1;
        while taken.contains(&unique) || (unique != *name && written.contains(unique.as_str())) {
            n += 1;
            unique = format!("{base}.{n}");
        }
        taken.insert(unique.clone());
        names.push(unique);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(sample: &str) -> Found {
        find(&SourceSpec::new("s", ["a"]), "a", sample).unwrap()
    }

    #[test]
    fn delimiters_are_found_where_others_abound() {
        assert_eq!(
            found("a;b;c\n1,5;2,5;x\n2,5;3,5;y\n").dialect.delimiter(),
            Some(';')
        );
        assert_eq!(
            found("name\tnote\nAnn\tone, two, three\nBob\tfour\n")
                .dialect
                .delimiter(),
            Some('\t')
        );
        assert_eq!(
            found("a|b\n\"x,y|z\"|2\n").dialect.delimiter().unwrap(),
            '|'
        );
        assert_eq!(
            found("id,at\n1,10:00:00\n2,11:30:00\n").dialect.delimiter(),
            Some(',')
        );
        assert_eq!(
            found("id,note\n1,\"a;b;c\nd;e\"\n2,x\n")
                .dialect
                .delimiter(),
            Some(',')
        );
        assert_eq!(found("a¦b\n1¦2\n").dialect.delimiter().unwrap(), '¦');
        assert_eq!(
            found("email\nann@example.com\nbob@example.com\n").columns,
            1
        );
        assert_eq!(found("a;b\n").dialect.delimiter().unwrap(), ';');
    }

    #[test]
    fn of_two_that_divide_alike_the_one_outside_texts_is_taken() {
        let of = |sample: &str| {
            let found = found(sample);
            (found.dialect.delimiter().unwrap(), found.rival)
        };
        let names = "id;name, first;city, country\n1;Moon, Ann;Ulm, DE\n2;Sun, Bob;Bonn, DE\n";
        assert_eq!(of(names), (';', None));
        assert_eq!(of(&names.replace(';', "\t")), ('\t', None));
        let amounts = "Name, Vorname;Betrag, EUR\nMoon, Ann;1,50\nSun, Bob;3,10\n";
        assert_eq!(of(amounts), (';', None));
        // a habit of blanks where nothing else divides
        assert_eq!(of("id, name\n1, Ann\n2, Bob\n"), (',', None));
        assert_eq!(
            of("grmbl, hurgh; plonk, zwirx\n1, u; v, y\n2, w; z, y\n"),
            (',', Some((';', 2)))
        );
        // known headers speak, and where none does it is told
        assert_eq!(of("first_name;city,x\nAnn;Ulm,1\nBob;Bonn,2\n").0, ';');
        assert_eq!(
            of("grmbl;hurgh,plonk\n1;2,5\n2;3,5\n"),
            (',', Some((';', 2)))
        );
    }

    #[test]
    fn quoting_habits_are_found() {
        assert_eq!(
            found("a,b\n'x, y','z'\n'u','v, w'\n").dialect.quote,
            Some(b'\'')
        );
        assert_eq!(
            found("a,b\n'n',x\nu,''\nv,w\nx,y\nz,z\n").dialect.quote,
            Some(b'"'),
            "a few cells in apostrophes"
        );
        assert_eq!(
            found("a,b\n1,'+\n2,='\n3,x\n").dialect.quote,
            Some(b'"'),
            "a guard and a cell that ends in an apostrophe"
        );
        assert_eq!(
            found("a,b\n'x, y','z'\n'u','v,\nw'\n's, t','r'\n")
                .dialect
                .quote,
            Some(b'\'')
        );
        assert_eq!(
            found("a,b\nO'Brien,x\nD'Arcy,y\n").dialect.quote,
            Some(b'"')
        );
        assert!(found("a,b\n\"say \\\"hi\\\", he\",x\n").dialect.backslash);
        assert!(!found("a,b\n\"C:\\\",x\n\"D:\\\",y\n").dialect.backslash);
        assert!(found("a, b\n1, \"x, y\"\n2, \"z, w\"\n").dialect.spaces);
    }

    #[test]
    fn a_given_delimiter_holds_and_what_would_divide_is_told() {
        let spec = SourceSpec {
            delimiter: Some(','),
            ..SourceSpec::new("s", ["a"])
        };
        let undivided = find(&spec, "a.csv", "a;b\n1;2\n").unwrap();
        assert_eq!((undivided.columns, undivided.better), (1, Some((';', 2))));
        let single = find(&spec, "a.csv", "email\nx\n").unwrap();
        assert_eq!((single.columns, single.better), (1, None));
        let spec = SourceSpec {
            delimiter: Some('x'),
            ..spec
        };
        assert!(matches!(check(&spec), Err(Error::BadDialect { .. })));
    }

    #[test]
    fn headers_and_data_are_told_apart() {
        let d = Dialect::new(',');
        assert_eq!(
            first_row_is_data(&d, "id,name,2019\n1,x,5\n"),
            Some("it holds numbers or dates")
        );
        assert_eq!(first_row_is_data(&d, "id,name,email,2019\n1,x,y,5\n"), None);
        assert!(first_row_is_data(&d, "Ann,ann@example.com\nBob,bob@example.com\n").is_some());
        assert!(first_row_is_data(&d, "Ann,GB,Leeds\nBob,GB,Leeds\nEve,US,Reno\n").is_some());
        assert_eq!(
            first_row_is_data(&d, "first_name,phone\nAnn,5550100\n"),
            None
        );
    }

    proptest! {
        #[test]
        fn names_become_unique_and_good_ones_stay(names in prop::collection::vec("(a|b|a\\.2|column 2| a |)", 0..12)) {
            let unique = unique_names(names.clone());
            let set: std::collections::HashSet<_> = unique.iter().collect();
            prop_assert_eq!(set.len(), names.len());
            for (given, got) in names.iter().zip(&unique) {
                let first = names.iter().position(|n| n.trim() == given.trim()) == names.iter().position(|n| std::ptr::eq(n, given));
                if first && !given.trim().is_empty() {
                    prop_assert_eq!(given.trim(), got);
                }
            }
        }
    }
}

//! A rule: where it applies, what must hold, and what is done about what does not.

use std::fmt;

use regex::{Regex, RegexBuilder};

use super::expression::Expression;
use super::reading::shown_day;

/// What is done about what fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// It is reported.
    #[default]
    Warn,
    /// The value is taken out of matching and golden records; the raw row keeps it.
    Blank,
    /// The row goes to quarantine.
    Quarantine,
    /// The run ends before anything is written.
    Stop,
}

impl Severity {
    /// Its name in the pipeline file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Severity::Warn => "warn",
            Severity::Blank => "blank",
            Severity::Quarantine => "quarantine",
            Severity::Stop => "stop",
        }
    }
}

macro_rules! shapes {
    ($($variant:ident = $name:literal, $words:literal;)*) => {
        /// Kinds that a cell can be checked for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "the words beside each name say what it is")]
        pub enum Shape { $($variant),* }

        impl Shape {
            /// All kinds.
            pub const ALL: &'static [Shape] = &[$(Shape::$variant),*];

            /// Its name in the pipeline file.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Shape::$variant => $name),* }
            }

            /// Completes "is not …".
            #[must_use]
            pub fn words(self) -> &'static str {
                match self { $(Shape::$variant => $words),* }
            }
        }
    };
}

shapes! {
    Email = "email", "an e-mail address";
    Phone = "phone", "a phone number that can exist";
    Postcode = "postcode", "a postcode of its country";
    Country = "country", "the name or code of a country";
    Date = "date", "a whole date that exists";
    Number = "number", "a number";
    Integer = "integer", "a whole number";
    YesNo = "yes-no", "a yes or a no";
    Website = "website", "a web address";
}

impl Shape {
    /// The kind of this name.
    ///
    /// # Errors
    /// A hint when there is none.
    pub fn named(name: &str) -> Result<Self, String> {
        if let Some(shape) = Shape::ALL.iter().find(|s| s.name() == name) {
            return Ok(*shape);
        }
        let names = || Shape::ALL.iter().map(|s| s.name());
        Err(match nearest(name, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("kinds are: {}", names().collect::<Vec<_>>().join(", ")),
        })
    }

    /// Whether the country of the row has a say.
    #[must_use]
    pub fn by_country(self) -> bool {
        matches!(self, Shape::Phone | Shape::Postcode)
    }
}

/// The nearest of some words, when one is near enough to be a slip.
#[must_use]
pub fn nearest<'a>(wanted: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|k| (strsim::jaro_winkler(k, wanted), k))
        .filter(|(near, _)| *near >= 0.8)
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, k)| k)
}

/// A pattern that must fit a whole text; of bounded size, and matched in linear time.
///
/// # Errors
/// What is wrong with it, in one line.
pub fn pattern(text: &str) -> Result<Regex, String> {
    RegexBuilder::new(&format!("^(?:{text})$"))
        .size_limit(1 << 20)
        .dfa_size_limit(1 << 20)
        .build()
        .map_err(|e| {
            let words = e.to_string();
            let last = words.lines().last().unwrap_or("").trim();
            last.strip_prefix("error: ").unwrap_or(last).to_owned()
        })
}

/// One end of a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    /// A number.
    Number(f64),
    /// A day since 1970-01-01.
    Day(i64),
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Bound::Number(n) => write!(f, "{n}"),
            Bound::Day(day) => f.write_str(&shown_day(*day)),
        }
    }
}

/// What must hold. Checks of values pass over empty cells: that is what [`Check::Required`] is for.
#[derive(Clone, Debug)]
pub enum Check {
    /// The cell is filled.
    Required,
    /// No other row has the same values in the rule's columns.
    Unique,
    /// The cell is of a kind.
    Is(Shape),
    /// The cell as a whole fits a pattern; with the pattern as written.
    Pattern(Regex, String),
    /// The number or date lies in a range.
    Range(Option<Bound>, Option<Bound>),
    /// The number of characters lies in a range.
    Length(Option<u64>, Option<u64>),
    /// The cell is one of these.
    OneOf(Vec<String>),
    /// The date is not after the day of the run.
    NotFuture,
    /// The date is not before that of another column.
    NotBefore(String),
    /// The value occurs in a column of another source.
    References {
        /// The source.
        source: String,
        /// Its column.
        field: String,
    },
    /// A condition over the row.
    Holds(Expression),
    /// The source has this many rows.
    Rows(Option<u64>, Option<u64>),
    /// At least this share of rows has the cell filled.
    Filled(f64),
    /// The newest date is at most this many days old.
    Newest(u64),
}

impl Check {
    /// Whether it speaks of a source as a whole rather than of rows.
    #[must_use]
    pub fn of_source(&self) -> bool {
        matches!(self, Check::Rows(..) | Check::Filled(_) | Check::Newest(_))
    }

    /// What must hold, in words; stands behind the name of the column where there is one.
    #[must_use]
    pub fn words(&self) -> String {
        let range = |least: Option<String>, most: Option<String>| match (least, most) {
            (Some(a), Some(b)) if a == b => a,
            (Some(a), Some(b)) => format!("{a} to {b}"),
            (Some(a), None) => format!("at least {a}"),
            (_, Some(b)) => format!("at most {b}"),
            _ => String::new(),
        };
        let counts = |a: &Option<u64>, b: &Option<u64>| {
            range(a.map(|n| n.to_string()), b.map(|n| n.to_string()))
        };
        match self {
            Check::Required => "is filled".into(),
            Check::Unique => "is unique".into(),
            Check::Is(shape) => format!("is {}", shape.words()),
            Check::Pattern(_, text) => format!("matches `{text}`"),
            Check::Range(a, b) => format!(
                "is {}",
                range(a.map(|b| b.to_string()), b.map(|b| b.to_string()))
            ),
            Check::Length(a, b) => format!("has {} characters", counts(a, b)),
            Check::OneOf(list) if list.len() <= 6 => format!("is one of {}", list.join(", ")),
            Check::OneOf(list) => format!("is one of {} values", list.len()),
            Check::NotFuture => "is not in the future".into(),
            Check::NotBefore(other) => format!("is not before `{other}`"),
            Check::References { source, field } => format!("occurs in `{field}` of `{source}`"),
            Check::Holds(e) => format!("`{}`", e.text()),
            Check::Rows(a, b) => format!("{} rows", counts(a, b)),
            Check::Filled(share) => format!("is filled in at least {} %", share * 100.0),
            Check::Newest(days) => format!("its newest date is at most {days} days old"),
        }
    }

    /// What is wrong with a row that fails, without its values.
    #[must_use]
    pub fn fault(&self) -> String {
        match self {
            Check::Required => "is empty".into(),
            Check::Unique => "is the same as in another row, which stays".into(),
            Check::Is(shape) => format!("is not {}", shape.words()),
            Check::Pattern(_, text) => format!("does not match `{text}`"),
            Check::Holds(e) => format!("`{}` does not hold", e.text()),
            Check::NotFuture => "lies in the future, or is no date".into(),
            Check::NotBefore(other) => format!("is before `{other}`, or one of them is no date"),
            Check::References { source, field } => {
                format!("does not occur in `{field}` of `{source}`")
            }
            other => {
                let words = other.words();
                let rest = words.strip_prefix("is ").map(|r| format!("is not {r}"));
                rest.unwrap_or_else(|| format!("not: {words}"))
            }
        }
    }
}

/// A rule of the pipeline file.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its unique name.
    pub name: String,
    /// Its line in the pipeline file.
    pub line: usize,
    /// Sources it applies to; none named: all that have its columns.
    pub sources: Vec<String>,
    /// Columns that are checked, each on its own (for [`Check::Unique`] together).
    pub fields: Vec<String>,
    /// Rows it applies to; all when none.
    pub when: Option<Expression>,
    /// What must hold.
    pub check: Check,
    /// What is done about what fails.
    pub severity: Severity,
}

impl Rule {
    /// All columns of a source that the rule reads.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        let other = match &self.check {
            Check::NotBefore(other) => Some(other.as_str()),
            _ => None,
        };
        let holds = match &self.check {
            Check::Holds(e) => e.columns(),
            _ => &[],
        };
        let when = self.when.as_ref().map_or(&[][..], |w| w.columns());
        let named = self.fields.iter().chain(holds).chain(when);
        named.map(String::as_str).chain(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_whole_texts_and_say_what_is_wrong() {
        let p = pattern("[0-9]{5}|x").unwrap();
        assert!(p.is_match("12345") && !p.is_match("123456") && !p.is_match("xx"));
        let wrong = pattern("(").unwrap_err();
        assert!(wrong.contains("unclosed group"), "{wrong}");
        assert!(pattern("(a{1000}){1000}").is_err(), "size is bounded");
    }

    #[test]
    fn checks_speak() {
        let range = Check::Range(Some(Bound::Number(0.0)), Some(Bound::Number(120.0)));
        assert_eq!(range.words(), "is 0 to 120");
        assert_eq!(range.fault(), "is not 0 to 120");
        let length = Check::Length(Some(2), None);
        assert_eq!(length.fault(), "not: has at least 2 characters");
        assert_eq!(
            Check::Range(None, Some(Bound::Day(1))).words(),
            "is at most 1970-01-02"
        );
        assert!(Shape::named("emial").unwrap_err().contains("`email`"));
    }
}

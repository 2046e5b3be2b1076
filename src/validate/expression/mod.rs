//! Conditions over the cells of a row, in a small language that reads like SQL: `country = 'GB' implies postcode matches '[A-Z].*'`.
//!
//! It has no loops, calls nothing outside of itself and always ends: patterns take linear time, nesting and length are
//! bounded. An empty cell is NULL, and NULL is neither true nor false, as in SQL. A cell that cannot be read as the number or
//! date that the condition asks for makes the condition fail rather than pass unseen. `docs/CONFIG.md` explains the language.

mod evaluate;
mod function;
mod parser;
mod token;
mod typed;

pub use evaluate::Row;

use typed::Node;

/// Longest condition, in bytes.
const MAX_BYTES: usize = 4_000;

/// What is wrong with a condition, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Offset of the first byte concerned.
    pub at: usize,
    /// What is wrong: a lower-case fragment.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl Fault {
    fn new(at: usize, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
            hint: hint.into(),
        }
    }
}

/// A condition, ready to be tried on rows.
#[derive(Clone, Debug)]
pub struct Expression {
    text: String,
    columns: Vec<String>,
    root: Node,
}

impl Expression {
    /// Reads a condition.
    ///
    /// # Errors
    /// The first fault: syntax, an unknown function, or types that do not go together.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        if text.len() > MAX_BYTES {
            return Err(Fault::new(
                MAX_BYTES,
                format!("longer than {MAX_BYTES} bytes"),
                "write several rules",
            ));
        }
        let tokens = token::tokens(text)?;
        let (root, columns) = parser::compile(&tokens, text.len())?;
        Ok(Self {
            text: text.to_owned(),
            columns,
            root,
        })
    }

    /// The condition as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Columns it reads, in order of their first mention; [`Row::cell`] is asked for them by this position.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Whether the condition holds for a row: `None` when NULL leaves it open. A cell that cannot be read as what is asked for
    /// makes it false.
    #[must_use]
    pub fn holds(&self, row: &dyn Row) -> Option<bool> {
        evaluate::truth(&self.root, row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::reading::tests::Plain;
    use crate::validate::{Readings, Shape};
    use proptest::prelude::*;

    struct Cells<'a>(Vec<&'a str>);

    impl Row for Cells<'_> {
        fn cell(&self, column: usize) -> &str {
            self.0[column]
        }
        fn days(&self, _: Option<usize>, text: &str) -> Option<(i64, i64)> {
            Plain.days(text, None)
        }
        fn fits(&self, shape: Shape, text: &str) -> bool {
            Plain.fits(shape, text, None)
        }
        fn today(&self) -> i64 {
            19_675
        }
    }

    fn try_on(text: &str, cells: &[(&str, &str)]) -> Option<bool> {
        let e = Expression::parse(text).unwrap_or_else(|f| panic!("{text}: {f:?}"));
        let cell = |name: &String| cells.iter().find(|c| c.0 == name).map_or("", |c| c.1);
        e.holds(&Cells(e.columns().iter().map(cell).collect()))
    }

    #[test]
    fn conditions_hold_as_in_sql() {
        let row = [
            ("country", "GB"),
            ("postcode", "SW1A 1AA"),
            ("age", " 42 "),
            ("amount", "12.50"),
            ("born", "1980-02-29"),
            ("left", "2020-03-01"),
            ("word", "twelve"),
            ("e-mail", "ann@example.com"),
        ];
        for (text, wanted) in [
            (
                "country = 'GB' implies postcode matches '[A-Z]{1,2}[0-9].*'",
                Some(true),
            ),
            (
                "country = 'GB' implies postcode matches '[0-9]{5}'",
                Some(false),
            ),
            (
                "country = 'DE' implies postcode matches '[0-9]{5}'",
                Some(true),
            ),
            ("age >= 18 and age < 120", Some(true)),
            ("not age between 18 and 41", Some(true)),
            ("age not between 18 and 42", Some(false)),
            ("country in ('DE', 'AT') or country = 'GB'", Some(true)),
            ("country not in ('DE', 'GB')", Some(false)),
            ("fax is null and country is not null", Some(true)),
            ("fax = '1'", None),
            ("not fax = '1'", None),
            ("fax = '1' or age = 42", Some(true)),
            ("fax = '1' and age = 41", Some(false)),
            ("coalesce(fax, country) = 'GB'", Some(true)),
            (
                "lower(country) || '-' || length(postcode) = 'gb-8'",
                Some(true),
            ),
            ("amount * 2 + 1 = 26", Some(true)),
            (
                "-amount < 0 and amount / 2 = 6.25 and 2 + 3 * 4 = 14 and (2 + 3) * 4 = 20",
                Some(true),
            ),
            ("date(born) < date(left) and year(born) = 1980", Some(true)),
            ("date(left) - date(born) > 14000", Some(true)),
            ("date(born) <= today() - 365 * 18", Some(true)),
            ("date(born) >= '1980-03-01'", Some(false)),
            ("word > 5", Some(false)),
            ("word > 5 or age = 42", Some(true)),
            ("not word > 5", Some(false)),
            ("postcode like 'sw1%'", Some(false)),
            ("upper('sw1a 1aa') like 'SW1_ 1%'", Some(true)),
            ("postcode not like '%2%'", Some(true)),
            (
                "valid(\"e-mail\", 'email') and contains(\"e-mail\", '@')",
                Some(true),
            ),
            (
                "starts_with(country, 'G') and ends_with(country, 'B')",
                Some(true),
            ),
            ("digits('a1b2') = '12' and trim('  x ') = 'x'", Some(true)),
            ("'it''s' = 'it''s' and true and not false", Some(true)),
            ("age <> 41 and age != 43", Some(true)),
            ("amount / 0 > 1", Some(false)),
            ("age IN (41, 42) AND Country = 'GB'", None),
        ] {
            assert_eq!(try_on(text, &row), wanted, "{text}");
        }
    }

    #[test]
    fn faults_name_the_place_and_the_way_out() {
        for (text, at, message, hint) in [
            ("", 0, "the condition is empty", "write"),
            ("age >", 5, "ends where a value is expected", "a column"),
            ("age > 5 5", 8, "`5` is not expected here", "`and`"),
            ("age = = 5", 6, "`=` is not expected here", "a column"),
            ("(age > 5", 8, "`)` is missing", "close"),
            ("name = 'x", 7, "the text is not closed", "quote"),
            (
                "lenght(name) > 3",
                0,
                "unknown function `lenght`",
                "did you mean `length`?",
            ),
            (
                "length(name, 2) > 3",
                0,
                "`length` takes 1 argument, not 2",
                "length(x)",
            ),
            ("name", 0, "a text is no condition", "compare it"),
            (
                "a < b",
                0,
                "two texts have no order that would be meant",
                "date(x)",
            ),
            (
                "a between 'x' and 'y'",
                0,
                "two texts have no order that would be meant",
                "number(x)",
            ),
            (
                "age > true",
                0,
                "a text and a truth value cannot be compared",
                "number(…)",
            ),
            (
                "today() > 5",
                0,
                "a date and a number cannot be compared",
                "number(…)",
            ),
            ("date(a) > 'soon'", 10, "`soon` is no date", "2024-12-31"),
            ("age > 'x' + 1", 6, "`x` is no number", "without quotes"),
            ("name matches '['", 13, "the pattern is wrong", "regex"),
            (
                "valid(x, 'emial')",
                9,
                "unknown kind `emial`",
                "did you mean `email`?",
            ),
            ("a and b = 1", 0, "a text is no condition", "compare"),
            (
                "name matches other",
                13,
                "a pattern in quotes is expected",
                "'",
            ),
            ("a ~ 3", 2, "`~` is not part of the language", "="),
            ("1 < a < 3", 6, "`<` is not expected here", "`and`"),
        ] {
            let fault = Expression::parse(text).unwrap_err();
            assert_eq!((fault.at, fault.message.as_str()), (at, message), "{text}");
            assert!(fault.hint.contains(hint), "{text}: {}", fault.hint);
        }
        let deep = format!("{}a = 1{}", "(".repeat(300), ")".repeat(300));
        let fault = Expression::parse(&deep).unwrap_err();
        assert!(fault.message.contains("nested"), "{fault:?}");
        assert!(Expression::parse(&"a = 1 and ".repeat(1_000)).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_within_itself(text in "\\PC{0,60}|[a-c '<>=()+*/,.|0-9-]{0,60}|((a|not|and|or|in|like|'x'|[(]|[)]|=|<|1|,| is null| between ) ?){0,20}") {
            match Expression::parse(&text) {
                Ok(e) => {
                    let cells = vec!["7"; e.columns().len()];
                    let _ = e.holds(&Cells(cells));
                }
                Err(fault) => prop_assert!(fault.at <= text.len() && !fault.hint.is_empty()),
            }
        }

        // The language against the host's own operators.
        #[test]
        fn agrees_with_arithmetic_done_here(a in -50i32..50, b in -50i32..50, c in 1i32..9) {
            let row = [("a", a.to_string()), ("b", b.to_string()), ("c", c.to_string())];
            let row: Vec<(&str, &str)> = row.iter().map(|(n, v)| (*n, v.as_str())).collect();
            let value = |n: i32| f64::from(n);
            for (text, wanted) in [
                ("number(a) + b * c > 10", value(a) + value(b) * value(c) > 10.0),
                ("a < 0 or b >= 0 and c <> 3", a < 0 || (b >= 0 && c != 3)),
                ("not (a < 0 or b >= 0)", !(a < 0 || b >= 0)),
                ("a > 0 implies b > 0", a <= 0 || b > 0),
                ("a - b - c < 0", a - b - c < 0),
                ("a between -10 and b", (-10..=b).contains(&a)),
            ] {
                prop_assert_eq!(try_on(text, &row), Some(wanted), "{} {:?}", text, row);
            }
        }
    }
}

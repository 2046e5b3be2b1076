//! Number formats that show digits which the number alone has not: `00000` of postcodes, `000\-00\-0000`, `"DE"000000000`.

/// What a number format of zeros and fixed text makes of whole numbers (ECMA-376-1, 18.8.31). Formats with decimals, groups
/// of thousands, percent, currency, fractions or parts of dates are none: their numbers are written plainly.
#[derive(Clone, Debug, Default)]
pub(super) struct NumberMask {
    sections: Vec<Section>,
}

#[derive(Clone, Debug)]
struct Section {
    /// For which numbers it is, as `[>99999]` says; all when nothing is said.
    condition: Option<(Comparison, f64)>,
    /// What is shown; `None` when its numbers are written plainly.
    places: Option<Vec<Place>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    Unequal,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    Digit,
    Text(char),
}

/// More digits than this no number of a spreadsheet has.
const MOST_DIGITS: usize = 20;

impl NumberMask {
    /// The mask of a format code, when it has one.
    pub(super) fn of(format: &str) -> Option<Self> {
        let sections: Vec<Section> = sections(format).map(Section::of).collect();
        let any = sections.iter().any(|s| s.places.is_some());
        any.then_some(Self { sections })
    }

    /// A number as it is shown, when its mask shows all of it: whole, not negative, and no longer than a spreadsheet keeps.
    pub(super) fn text(&self, number: f64) -> Option<String> {
        if number.fract() != 0.0 || !(0.0..1e15).contains(&number) {
            return None;
        }
        let conditional = self.sections.iter().any(|s| s.condition.is_some());
        let section = if conditional {
            let holds = |s: &&Section| s.condition.is_none_or(|(c, than)| c.holds(number, than));
            self.sections.iter().find(holds)
        } else {
            // positive; negative; zero
            let zero = self.sections.get(2).filter(|_| number == 0.0);
            zero.or(self.sections.first())
        };
        let places = section?.places.as_deref()?;
        let digits = places.iter().filter(|p| **p == Place::Digit).count();
        let number = format!("{number:0>digits$.0}");
        let mut rest = number.chars();
        let mut shown = String::with_capacity(number.len() + places.len());
        let mut first = number.len() - digits;
        for place in places {
            match place {
                Place::Digit => {
                    // what has no place stands before the first digit
                    shown.extend(rest.by_ref().take(first + 1));
                    first = 0;
                }
                Place::Text(text) => shown.push(*text),
            }
        }
        Some(shown)
    }
}

impl Comparison {
    #[expect(clippy::float_cmp, reason = "a format asks for the very number")]
    fn holds(self, number: f64, than: f64) -> bool {
        match self {
            Self::Less => number < than,
            Self::LessOrEqual => number <= than,
            Self::Greater => number > than,
            Self::GreaterOrEqual => number >= than,
            Self::Equal => number == than,
            Self::Unequal => number != than,
        }
    }
}

/// The sections of a format, cut at semicolons that are no text.
fn sections(format: &str) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    format.split(move |c| {
        if escaped {
            escaped = false;
            return false;
        }
        match c {
            '"' => quoted = !quoted,
            '\\' | '_' | '*' => escaped = !quoted,
            ';' => return !quoted,
            _ => {}
        }
        false
    })
}

impl Section {
    fn of(code: &str) -> Self {
        let (condition, rest) = condition(code);
        let places = places(rest).filter(|places| {
            let digits = places.iter().filter(|p| **p == Place::Digit).count();
            (2..=MOST_DIGITS).contains(&digits)
        });
        Self { condition, places }
    }
}

/// `[>=100]` at the start of a section, and what follows it.
fn condition(code: &str) -> (Option<(Comparison, f64)>, &str) {
    let split = code.strip_prefix('[').and_then(|c| c.split_once(']'));
    let Some((inside, rest)) = split else {
        return (None, code);
    };
    let comparisons = [
        ("<=", Comparison::LessOrEqual),
        (">=", Comparison::GreaterOrEqual),
        ("<>", Comparison::Unequal),
        ("<", Comparison::Less),
        (">", Comparison::Greater),
        ("=", Comparison::Equal),
    ];
    let found = comparisons.iter().find_map(|(sign, comparison)| {
        let than = inside.strip_prefix(sign)?.trim().parse().ok()?;
        Some((*comparison, than))
    });
    match found {
        Some(_) => (found, rest),
        None => (None, code),
    }
}

/// What a section shows in order; `None` when it shows more than zeros and fixed text.
fn places(code: &str) -> Option<Vec<Place>> {
    let mut places = Vec::new();
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            '0' => places.push(Place::Digit),
            // behind a zero it is shown as one
            '#' | '?' if places.contains(&Place::Digit) => places.push(Place::Digit),
            '\\' => places.push(Place::Text(chars.next()?)),
            '"' => loop {
                match chars.next()? {
                    '"' => break,
                    c => places.push(Place::Text(c)),
                }
            },
            // room of the width of a character; a character that fills the cell
            '_' | '*' => {
                chars.next()?;
            }
            '-' | '+' | '(' | ')' | ':' | '!' | '^' | '&' | '\'' | '~' | '{' | '}' | '<' | '>'
            | '=' | ' ' => places.push(Place::Text(c)),
            _ => return None,
        }
    }
    Some(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(format: &str, number: f64) -> Option<String> {
        NumberMask::of(format)?.text(number)
    }

    #[test]
    fn zeros_and_fixed_text_are_shown() {
        for (format, number, text) in [
            ("00000", 2108.0, "02108"),
            ("000", 7.0, "007"),
            ("00000", 123_456.0, "123456"),
            (r"00000\-0000", 21_380_001.0, "02138-0001"),
            (r"00000\-0000", 1_021_380_001.0, "102138-0001"),
            (r"000\-00\-0000", 12_345_678.0, "012-34-5678"),
            ("[>99999]00000\\-0000;00000", 1234.0, "01234"),
            ("[>99999]00000\\-0000;00000", 21_380_001.0, "02138-0001"),
            ("[<=99999]00000;00000\\-0000", 1234.0, "01234"),
            ("\"DE\"000000000", 1234.0, "DE000001234"),
            ("\"a;b\"000", 5.0, "a;b005"),
            ("0000-000", 1_050_001.0, "1050-001"),
            ("0\" \"000", 12.0, "0 012"),
            ("0##", 7.0, "007"),
            ("000;-000;\"none\"", 0.0, ""),
            ("+00 000", 49_123.0, "+49 123"),
            ("_(000_)", 4.0, "004"),
            (r"0000\-00\-00", 19_850_418.0, "1985-04-18"),
        ] {
            let text = (!text.is_empty()).then(|| text.to_owned());
            assert_eq!(shown(format, number), text, "{format} {number}");
        }
    }

    #[test]
    fn other_formats_and_numbers_are_written_plainly() {
        for format in [
            "General",
            "0",
            "#",
            "0.00",
            "#,##0",
            "00%",
            "00E+00",
            "yyyy-mm-dd",
            "[$€-407] 00",
            "[Red]00",
            "000/00",
            "@",
            "",
            "###\\-####",
            "\"open 00",
            "00\\",
        ] {
            assert_eq!(shown(format, 7.0), None, "{format}");
        }
        for number in [-7.0, 1.5, 1e15, f64::NAN, f64::INFINITY] {
            assert_eq!(shown("00000", number), None, "{number}");
        }
    }
}

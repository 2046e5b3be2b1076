//! Rules as they are written turned into rules that can be tried, every fault with its line.

use std::fmt;

use toml::Spanned;

use super::error::{ConfigError, line_of, nearest};
use super::file::Pipeline;
use super::validation::{Limit, Reference, Validation};
use crate::validate::reading::iso_day;
use crate::validate::rule::pattern;
use crate::validate::{Bound, Check, Expression, Rule, Severity, Shape};

/// The checks by the keys that ask for them.
const CHECKS: &[&str] = &[
    "required",
    "unique",
    "is",
    "regex",
    "min",
    "max",
    "min-length",
    "max-length",
    "in",
    "not-future",
    "not-before",
    "references",
    "expr",
    "rows-at-least",
    "rows-at-most",
    "filled-at-least",
    "newest-within-days",
];

/// Rules of a checked pipeline file, in its order.
///
/// # Errors
/// All faults.
pub fn rules(file: &str, text: &str, pipeline: &Pipeline) -> Result<Vec<Rule>, Vec<ConfigError>> {
    let mut faults = Vec::new();
    let mut rules: Vec<Rule> = Vec::new();
    let sources: Vec<&str> = pipeline
        .source
        .iter()
        .map(|s| s.name.get_ref().as_str())
        .collect();
    let linked = pipeline.linked.iter().map(|l| l.name.get_ref().as_str());
    let tables: Vec<&str> = sources.iter().copied().chain(linked).collect();
    for written in &pipeline.validate {
        let mut one = One {
            file,
            text,
            written,
            faults: &mut faults,
        };
        if let Some(rule) = one.rule(&sources, &tables) {
            if rules.iter().any(|r| r.name == rule.name) {
                one.fault(
                    &written.name,
                    format!("two rules are called `{}`", rule.name),
                    "give each `[[validate]]` a name of its own: results over time go by it",
                );
            }
            rules.push(rule);
        }
    }
    if faults.is_empty() {
        Ok(rules)
    } else {
        Err(faults)
    }
}

/// One rule on its way.
struct One<'a> {
    file: &'a str,
    text: &'a str,
    written: &'a Validation,
    faults: &'a mut Vec<ConfigError>,
}

impl One<'_> {
    fn fault<T>(&mut self, place: &Spanned<T>, message: String, hint: impl Into<String>) {
        let at = place.span().start;
        let fault = ConfigError::at(self.file, self.text, at, message, hint.into());
        self.faults.push(fault);
    }

    fn rule(&mut self, sources: &[&str], tables: &[&str]) -> Option<Rule> {
        let before = self.faults.len();
        let w = self.written;
        let name = w.name.get_ref();
        if name.trim().is_empty() || name.chars().any(char::is_control) {
            let shown = name.escape_debug();
            let message = format!("name `{shown}` is empty or holds a control character");
            self.fault(
                &w.name,
                message,
                "name it after what must hold, such as \"email-is-valid\"",
            );
        }
        if let Some(named) = &w.source {
            for wanted in &named.get_ref().0 {
                self.known("source", named, wanted, tables);
            }
        }
        let when = w.when.as_ref().and_then(|e| self.expression(e));
        let check = self.check(sources);
        let severity = w.severity.as_ref().map_or(Severity::Warn, |s| *s.get_ref());
        let fields = w
            .field
            .as_ref()
            .map_or(Vec::new(), |f| f.get_ref().0.clone());
        if let (Some(check), Some(written)) = (&check, &w.severity) {
            self.severity(check, written, fields.len());
        }
        if let Some(check) = &check {
            self.fields(check, fields.is_empty());
        }
        let check = check.filter(|_| self.faults.len() == before)?;
        Some(Rule {
            name: name.clone(),
            line: line_of(self.text, w.name.span().start),
            sources: w
                .source
                .as_ref()
                .map_or(Vec::new(), |s| s.get_ref().0.clone()),
            fields,
            when,
            check,
            severity,
        })
    }

    fn known<T>(&mut self, what: &str, place: &Spanned<T>, wanted: &str, known: &[&str]) {
        if known.contains(&wanted) {
            return;
        }
        let hint = match nearest(wanted, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("{what}s are: {}", known.join(", ")),
        };
        self.fault(place, format!("unknown {what} `{wanted}`"), hint);
    }

    fn severity(&mut self, check: &Check, severity: &Spanned<Severity>, fields: usize) {
        let name = severity.get_ref().name();
        match severity.get_ref() {
            Severity::Blank | Severity::Quarantine if check.of_source() => self.fault(
                severity,
                format!("`{name}` cannot be done about a rule on a whole source"),
                "use \"warn\" or \"stop\"",
            ),
            Severity::Blank if matches!(check, Check::Required) => self.fault(
                severity,
                "an empty cell cannot be blanked".into(),
                "use \"warn\", \"quarantine\" or \"stop\"",
            ),
            Severity::Blank if matches!(check, Check::Holds(_) | Check::Unique) && fields != 1 => {
                self.fault(
                    severity,
                    "it is not said which value is blanked".into(),
                    "name one column as `field`",
                )
            }
            _ => {}
        }
    }

    fn fields(&mut self, check: &Check, none: bool) {
        let w = self.written;
        match check {
            Check::Rows(..) => {
                if let Some(field) = &w.field {
                    self.fault(
                        field,
                        "a number of rows has no `field`".into(),
                        "leave it out",
                    );
                }
            }
            Check::Holds(_) => {}
            _ if none => self.fault(
                &w.name,
                "`field` is missing".into(),
                "name the column, or a list of them, that the rule is about",
            ),
            _ => {}
        }
    }

    fn expression(&mut self, written: &Spanned<String>) -> Option<Expression> {
        match Expression::parse(written.get_ref()) {
            Ok(e) => Some(e),
            Err(fault) => {
                let at = written.get_ref()[..fault.at].chars().count() + 1;
                let message = format!("in the condition, character {at}: {}", fault.message);
                self.fault(written, message, fault.hint);
                None
            }
        }
    }

    /// The one check that is asked for.
    fn check(&mut self, sources: &[&str]) -> Option<Check> {
        let w = self.written;
        let asked = [
            w.required.is_some(),
            w.unique.is_some(),
            w.is.is_some(),
            w.regex.is_some(),
            w.min.is_some() || w.max.is_some(),
            w.min_length.is_some() || w.max_length.is_some(),
            w.one_of.is_some(),
            w.not_future.is_some(),
            w.not_before.is_some(),
            w.references.is_some(),
            w.expr.is_some(),
            w.rows_at_least.is_some() || w.rows_at_most.is_some(),
            w.filled_at_least.is_some(),
            w.newest_within_days.is_some(),
        ];
        match asked.iter().filter(|a| **a).count() {
            1 => {}
            0 => {
                self.fault(
                    &w.name,
                    format!("rule `{}` checks nothing", w.name.get_ref()),
                    format!("add one of: {}", CHECKS.join(", ")),
                );
                return None;
            }
            _ => {
                self.fault(
                    &w.name,
                    format!("rule `{}` checks several things", w.name.get_ref()),
                    "write one `[[validate]]` for each, or one `expr`",
                );
                return None;
            }
        }
        for flag in [&w.required, &w.unique, &w.not_future]
            .into_iter()
            .flatten()
        {
            if !flag.get_ref() {
                self.fault(
                    flag,
                    "the check is `false`".into(),
                    "remove the rule, or write `true`",
                );
                return None;
            }
        }
        if w.required.is_some() {
            return Some(Check::Required);
        }
        if w.unique.is_some() {
            return Some(Check::Unique);
        }
        if w.not_future.is_some() {
            return Some(Check::NotFuture);
        }
        if let Some(kind) = &w.is {
            return match Shape::named(kind.get_ref()) {
                Ok(shape) => Some(Check::Is(shape)),
                Err(hint) => {
                    self.fault(
                        kind,
                        format!("unknown kind `{}` in `is`", kind.get_ref()),
                        hint,
                    );
                    None
                }
            };
        }
        if let Some(text) = &w.regex {
            return match pattern(text.get_ref()) {
                Ok(regex) => Some(Check::Pattern(regex, text.get_ref().clone())),
                Err(why) => {
                    self.fault(
                        text,
                        format!("`regex` is no pattern: {why}"),
                        "it must fit the whole cell; in TOML single quotes ('[0-9]{5}') keep backslashes",
                    );
                    None
                }
            };
        }
        if w.min.is_some() || w.max.is_some() {
            return self.range();
        }
        if let (Some(least), Some(most)) = (&w.min_length, &w.max_length) {
            self.ordered(least, most, "min-length", "max-length")?;
        }
        if w.min_length.is_some() || w.max_length.is_some() {
            let plain = |n: &Option<Spanned<u64>>| n.as_ref().map(|n| *n.get_ref());
            return Some(Check::Length(plain(&w.min_length), plain(&w.max_length)));
        }
        if let Some(list) = &w.one_of {
            if list.get_ref().is_empty() {
                self.fault(
                    list,
                    "`in` is an empty list".into(),
                    "name the values that may occur",
                );
                return None;
            }
            let trimmed = list.get_ref().iter().map(|v| v.trim().to_owned());
            return Some(Check::OneOf(trimmed.collect()));
        }
        if let Some(other) = &w.not_before {
            return Some(Check::NotBefore(other.get_ref().clone()));
        }
        if let Some(target) = &w.references {
            self.known("source", target, &target.get_ref().source, sources);
            let Reference { source, field } = target.get_ref().clone();
            return Some(Check::References { source, field });
        }
        if let Some(e) = &w.expr {
            return self.expression(e).map(Check::Holds);
        }
        if let (Some(least), Some(most)) = (&w.rows_at_least, &w.rows_at_most) {
            self.ordered(least, most, "rows-at-least", "rows-at-most")?;
        }
        if w.rows_at_least.is_some() || w.rows_at_most.is_some() {
            let plain = |n: &Option<Spanned<u64>>| n.as_ref().map(|n| *n.get_ref());
            return Some(Check::Rows(plain(&w.rows_at_least), plain(&w.rows_at_most)));
        }
        if let Some(share) = &w.filled_at_least {
            if !(0.0..=1.0).contains(share.get_ref()) {
                let message = format!("`filled-at-least` is `{}`, outside 0 to 1", share.get_ref());
                self.fault(share, message, "write a share such as 0.9");
            }
            return Some(Check::Filled(*share.get_ref()));
        }
        let days = w.newest_within_days.as_ref();
        days.map(|d| Check::Newest(*d.get_ref()))
    }

    fn ordered<T: PartialOrd + fmt::Display>(
        &mut self,
        least: &Spanned<T>,
        most: &Spanned<T>,
        low: &str,
        high: &str,
    ) -> Option<()> {
        if least.get_ref() <= most.get_ref() {
            return Some(());
        }
        let message = format!(
            "`{low}` is `{}`, above `{high}` `{}`",
            least.get_ref(),
            most.get_ref()
        );
        self.fault(least, message, "nothing could pass: exchange them");
        None
    }

    fn range(&mut self) -> Option<Check> {
        let w = self.written;
        let mut ends = [None, None];
        for (end, limit) in ends.iter_mut().zip([&w.min, &w.max]) {
            let Some(limit) = limit else { continue };
            *end = Some(match limit.get_ref() {
                Limit::Number(n) => Bound::Number(*n),
                Limit::Text(text) => match iso_day(text) {
                    Some(day) => Bound::Day(day),
                    None => {
                        let message = format!("`{text}` is no date");
                        self.fault(
                            limit,
                            message,
                            "write it as \"2024-12-31\"; numbers go without quotes",
                        );
                        return None;
                    }
                },
            });
        }
        let [least, most] = ends;
        let place = w.min.as_ref().or(w.max.as_ref())?;
        let order = match (least, most) {
            (Some(Bound::Number(a)), Some(Bound::Number(b))) => a <= b,
            (Some(Bound::Day(a)), Some(Bound::Day(b))) => a <= b,
            (Some(_), Some(_)) => {
                let message = "`min` and `max` are a number and a date".into();
                self.fault(place, message, "write both as numbers or both as dates");
                return None;
            }
            _ => true,
        };
        if !order {
            let message = "`min` is above `max`".into();
            self.fault(place, message, "nothing could pass: exchange them");
            return None;
        }
        Some(Check::Range(least, most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parse;

    const HEAD: &str = "name = \"t\"\noutput.dir = \"out\"\n[[source]]\nname = \"shop\"\nfiles = \"a.csv\"\n[[source]]\nname = \"crm\"\nfiles = \"b.csv\"\n";

    fn read(body: &str) -> Result<Vec<Rule>, Vec<String>> {
        let text = format!("{HEAD}{body}");
        let shown =
            |faults: Vec<ConfigError>| faults.iter().map(ToString::to_string).collect::<Vec<_>>();
        let pipeline = parse("p.toml", &text).map_err(shown)?;
        rules("p.toml", &text, &pipeline).map_err(|_| vec!["found late".into()])
    }

    #[test]
    fn every_check_can_be_written() {
        let checks = [
            "required = true",
            "unique = true",
            "is = \"email\"",
            "regex = '[0-9]{5}'",
            "min = 0\nmax = 120.5",
            "max = \"2030-01-01\"",
            "min-length = 2",
            "in = [\"a\", \"b\"]",
            "not-future = true",
            "not-before = \"created\"",
            "references = { source = \"crm\", field = \"id\" }",
            "expr = \"country = 'GB' implies postcode is not null\"",
            "filled-at-least = 0.9",
            "newest-within-days = 30",
        ];
        let mut body = String::new();
        for (i, check) in checks.iter().enumerate() {
            body += &format!("[[validate]]\nname = \"r{i}\"\nfield = [\"x\"]\n{check}\n");
        }
        body += "[[validate]]\nname = \"rows\"\nsource = \"shop\"\nrows-at-least = 5\nseverity = \"stop\"\n";
        let rules = read(&body).unwrap();
        assert_eq!(rules.len(), checks.len() + 1);
        assert_eq!((rules[0].line, rules[0].severity), (10, Severity::Warn));
        assert_eq!(rules.last().unwrap().severity, Severity::Stop);
        assert!(matches!(
            rules[5].check,
            Check::Range(None, Some(Bound::Day(21_915)))
        ));
    }

    #[test]
    fn every_fault_has_its_line_and_a_way_out() {
        for (body, line, message, hint) in [
            (
                "requird = true",
                12,
                "unknown key `requird`",
                "did you mean `required`?",
            ),
            (
                "required = true\nseverity = \"quarantene\"",
                13,
                "unknown value `quarantene`",
                "did you mean `quarantine`?",
            ),
            ("", 10, "rule `r` checks nothing", "required, unique"),
            (
                "required = true\nunique = true",
                10,
                "checks several things",
                "one `[[validate]]` for each",
            ),
            ("required = false", 12, "the check is `false`", "remove"),
            (
                "is = \"emial\"",
                12,
                "unknown kind `emial`",
                "did you mean `email`?",
            ),
            ("regex = '['", 12, "`regex` is no pattern", "single quotes"),
            ("min = 5\nmax = 1", 12, "`min` is above `max`", "exchange"),
            ("min = \"soon\"", 12, "`soon` is no date", "2024-12-31"),
            (
                "min = 1\nmax = \"2020-01-01\"",
                12,
                "a number and a date",
                "both",
            ),
            (
                "min-length = 5\nmax-length = 1",
                12,
                "above `max-length`",
                "exchange",
            ),
            ("in = []", 12, "empty list", "values"),
            (
                "references = { source = \"cmr\", field = \"id\" }",
                12,
                "unknown source `cmr`",
                "did you mean `crm`?",
            ),
            (
                "expr = \"lenght(x) > 3\"",
                12,
                "in the condition, character 1: unknown function `lenght`",
                "`length`",
            ),
            (
                "required = true\nwhen = \"x = \"",
                13,
                "in the condition, character 5",
                "write",
            ),
            (
                "required = true\nsource = \"shpo\"",
                13,
                "unknown source `shpo`",
                "did you mean `shop`?",
            ),
            ("filled-at-least = 90", 12, "outside 0 to 1", "0.9"),
            (
                "required = true\nseverity = \"blank\"",
                13,
                "cannot be blanked",
                "quarantine",
            ),
            (
                "filled-at-least = 0.9\nseverity = \"quarantine\"",
                13,
                "whole source",
                "stop",
            ),
            ("rows-at-least = 1", 11, "has no `field`", "leave"),
        ] {
            let body = format!("[[validate]]\nname = \"r\"\nfield = \"x\"\n{body}\n");
            let faults = read(&body).unwrap_err();
            assert_eq!(faults.len(), 1, "{faults:#?}");
            let place = format!("p.toml:{line}: ");
            let fault = &faults[0];
            let right =
                fault.starts_with(&place) && fault.contains(message) && fault.contains(hint);
            assert!(right, "{body}\n{fault}");
        }
        let twice = "[[validate]]\nname = \"r\"\nfield = \"x\"\nunique = true\n";
        let faults = read(&format!("{twice}{twice}")).unwrap_err();
        assert!(
            faults[0].starts_with("p.toml:14: two rules are called `r`"),
            "{faults:?}"
        );
        let faults = read("[[validate]]\nname = \"r\"\nunique = true\n").unwrap_err();
        assert!(faults[0].contains("`field` is missing"), "{faults:?}");
        let faults = read("[[validate]]\nname = \"r\"\nexpr = \"x = 1\"\nseverity = \"blank\"\n")
            .unwrap_err();
        assert!(faults[0].contains("which value is blanked"), "{faults:?}");
    }
}

//! A condition tried on a row, with the three truths of SQL and a fourth value for cells that cannot be read as asked.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::typed::{Function, Node, Order};
use crate::validate::reading::{number, year_of};
use crate::validate::rule::Shape;

/// The row a condition is tried on.
pub trait Row {
    /// The cell of the condition's `column`-th column; empty when missing.
    fn cell(&self, column: usize) -> &str;
    /// First and last day (since 1970-01-01) that a text may mean, read as dates are in this column.
    fn days(&self, column: Option<usize>, text: &str) -> Option<(i64, i64)>;
    /// Whether a text is of a kind, in the country of this row.
    fn fits(&self, shape: Shape, text: &str) -> bool;
    /// The day of the run.
    fn today(&self) -> i64;
}

enum Value<'a> {
    Null,
    Truth(bool),
    Number(f64),
    Day(i64),
    Text(Cow<'a, str>),
    /// A cell is not what the condition asks for.
    Unreadable,
}

/// Whether a condition holds; NULL is `None`, what cannot be read does not hold.
pub(super) fn truth(node: &Node, row: &dyn Row) -> Option<bool> {
    match value(node, row) {
        Value::Truth(t) => Some(t),
        Value::Null => None,
        _ => Some(false),
    }
}

fn value<'a>(node: &'a Node, row: &'a dyn Row) -> Value<'a> {
    match node {
        Node::Null => Value::Null,
        Node::Text(t) => Value::Text(Cow::Borrowed(t)),
        Node::Number(n) => Value::Number(*n),
        Node::Day(d) => Value::Day(*d),
        Node::Truth(t) => Value::Truth(*t),
        Node::Column(c) => match row.cell(*c).trim() {
            "" => Value::Null,
            text => Value::Text(Cow::Borrowed(text)),
        },
        Node::AsNumber(inner) => with_text(inner, row, |t| match number(t) {
            Some(n) => Value::Number(n),
            None => Value::Unreadable,
        }),
        Node::AsDay(inner, column) => with_text(inner, row, |t| match row.days(*column, t) {
            Some((first, _)) => Value::Day(first),
            None => Value::Unreadable,
        }),
        Node::Not(inner) => match value(inner, row) {
            Value::Truth(t) => Value::Truth(!t),
            other => other,
        },
        Node::And(a, b) => both(false, value(a, row), || value(b, row)),
        Node::Or(a, b) => both(true, value(a, row), || value(b, row)),
        Node::Compare(order, a, b) => compare(*order, &value(a, row), &value(b, row)),
        Node::Arithmetic(sign, a, b) => arithmetic(*sign, value(a, row), value(b, row)),
        Node::In(item, list) => {
            let item = value(item, row);
            list.iter().fold(Value::Truth(false), |found, other| {
                both(true, found, || {
                    compare(Order::Equal, &item, &value(other, row))
                })
            })
        }
        Node::Matches(inner, regex) => with_text(inner, row, |t| Value::Truth(regex.is_match(t))),
        Node::IsNull(inner) => Value::Truth(matches!(value(inner, row), Value::Null)),
        Node::Valid(inner, shape) => with_text(inner, row, |t| Value::Truth(row.fits(*shape, t))),
        Node::Call(function, arguments) => call(*function, arguments, row),
    }
}

/// What `then` makes of a text; NULL and unreadable stay.
fn with_text<'a>(
    node: &'a Node,
    row: &'a dyn Row,
    then: impl FnOnce(&str) -> Value<'a>,
) -> Value<'a> {
    match value(node, row) {
        Value::Text(t) => then(&t),
        Value::Number(n) => then(&n.to_string()),
        other => other,
    }
}

/// `or` where `decisive` is true, `and` where it is false: one decisive side decides, whatever the other is.
fn both<'a>(decisive: bool, a: Value<'a>, b: impl FnOnce() -> Value<'a>) -> Value<'a> {
    if matches!(a, Value::Truth(t) if t == decisive) {
        return a;
    }
    match (a, b()) {
        (_, Value::Truth(t)) if t == decisive => Value::Truth(t),
        (Value::Unreadable, _) | (_, Value::Unreadable) => Value::Unreadable,
        (Value::Null, _) | (_, Value::Null) => Value::Null,
        _ => Value::Truth(!decisive),
    }
}

fn compare<'a>(order: Order, a: &Value<'_>, b: &Value<'_>) -> Value<'a> {
    let by = match (a, b) {
        (Value::Unreadable, _) | (_, Value::Unreadable) => return Value::Unreadable,
        (Value::Null, _) | (_, Value::Null) => return Value::Null,
        (Value::Number(a), Value::Number(b)) => a.partial_cmp(b),
        (Value::Day(a), Value::Day(b)) => Some(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Truth(a), Value::Truth(b)) => Some(a.cmp(b)),
        _ => None,
    };
    let Some(by) = by else {
        return Value::Unreadable;
    };
    Value::Truth(match order {
        Order::Equal => by == Ordering::Equal,
        Order::Unequal => by != Ordering::Equal,
        Order::Less => by == Ordering::Less,
        Order::AtMost => by != Ordering::Greater,
        Order::Greater => by == Ordering::Greater,
        Order::AtLeast => by != Ordering::Less,
    })
}

fn arithmetic<'a>(sign: char, a: Value<'a>, b: Value<'a>) -> Value<'a> {
    match (sign, a, b) {
        (_, Value::Unreadable, _) | (_, _, Value::Unreadable) => Value::Unreadable,
        (_, Value::Null, _) | (_, _, Value::Null) => Value::Null,
        ('|', a, b) => Value::Text(Cow::Owned(written(&a) + &written(&b))),
        ('-', Value::Day(a), Value::Day(b)) => Value::Number((a - b) as f64),
        ('+', Value::Day(d), Value::Number(n)) => Value::Day(d.saturating_add(n as i64)),
        ('-', Value::Day(d), Value::Number(n)) => Value::Day(d.saturating_sub(n as i64)),
        (sign, Value::Number(a), Value::Number(b)) => {
            let n = match sign {
                '+' => a + b,
                '-' => a - b,
                '*' => a * b,
                _ => a / b,
            };
            if n.is_finite() {
                Value::Number(n)
            } else {
                Value::Unreadable
            }
        }
        _ => Value::Unreadable,
    }
}

fn written(value: &Value<'_>) -> String {
    match value {
        Value::Text(t) => t.clone().into_owned(),
        Value::Number(n) => n.to_string(),
        _ => String::new(),
    }
}

fn call<'a>(function: Function, arguments: &'a [Node], row: &'a dyn Row) -> Value<'a> {
    let text = |then: &dyn Fn(&str) -> Value<'a>| match arguments.first() {
        Some(node) => with_text(node, row, then),
        None => Value::Unreadable,
    };
    let owned = |t: String| Value::Text(Cow::Owned(t));
    let pair = |test: fn(&str, &str) -> bool| match arguments {
        [x, y] => with_text(x, row, |x| with_text(y, row, |y| Value::Truth(test(x, y)))),
        _ => Value::Unreadable,
    };
    match function {
        Function::Lower => text(&|t| owned(t.to_lowercase())),
        Function::Upper => text(&|t| owned(t.to_uppercase())),
        Function::Trim => text(&|t| owned(t.trim().to_owned())),
        Function::Digits => text(&|t| owned(t.chars().filter(char::is_ascii_digit).collect())),
        Function::Length => text(&|t| Value::Number(t.chars().count() as f64)),
        Function::Year => match arguments.first().map(|node| value(node, row)) {
            Some(Value::Day(day)) => Value::Number(year_of(day) as f64),
            Some(other) => other,
            None => Value::Unreadable,
        },
        Function::Today => Value::Day(row.today()),
        Function::Coalesce => arguments
            .iter()
            .map(|node| value(node, row))
            .find(|v| !matches!(v, Value::Null))
            .unwrap_or(Value::Null),
        Function::StartsWith => pair(|x, y| x.starts_with(y)),
        Function::EndsWith => pair(|x, y| x.ends_with(y)),
        Function::Contains => pair(|x, y| x.contains(y)),
    }
}

//! The parts of a condition and their types: what may stand where, and how a text becomes a number or a day.

use regex::Regex;

use super::Fault;
use crate::validate::reading::{iso_day, number};
use crate::validate::rule::Shape;

/// An operator between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// A function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Lower,
    Upper,
    Trim,
    Digits,
    Length,
    Year,
    Today,
    Coalesce,
    StartsWith,
    EndsWith,
    Contains,
}

/// A part of a condition.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Null,
    Text(String),
    Number(f64),
    Day(i64),
    Truth(bool),
    Column(usize),
    /// The text as a number.
    AsNumber(Box<Node>),
    /// The text as a day; with the column whose order of day and month counts.
    AsDay(Box<Node>, Option<usize>),
    Not(Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Compare(Order, Box<Node>, Box<Node>),
    Arithmetic(char, Box<Node>, Box<Node>),
    In(Box<Node>, Vec<Node>),
    Matches(Box<Node>, Regex),
    IsNull(Box<Node>),
    Valid(Box<Node>, Shape),
    Call(Function, Vec<Node>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Null,
    Text,
    Number,
    Day,
    Truth,
}

impl Type {
    pub(super) fn words(self) -> &'static str {
        match self {
            Type::Null => "NULL",
            Type::Text => "a text",
            Type::Number => "a number",
            Type::Day => "a date",
            Type::Truth => "a truth value",
        }
    }
}

/// A node with its type and where it begins.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    pub(super) node: Node,
    pub(super) is: Type,
    pub(super) at: usize,
}

pub(super) fn condition(typed: Typed) -> Result<Node, Fault> {
    match typed.is {
        Type::Truth | Type::Null => Ok(typed.node),
        other => Err(Fault::new(
            typed.at,
            format!("{} is no condition", other.words()),
            "compare it with something, such as `x = 'yes'` or `x is not null`",
        )),
    }
}

pub(super) fn boxed(node: Node) -> Box<Node> {
    Box::new(node)
}

/// The value as a number or day where the other side of an operator is one.
pub(super) fn read_as(value: Typed, wanted: Type) -> Result<Typed, Fault> {
    if value.is != Type::Text || !matches!(wanted, Type::Number | Type::Day) {
        return Ok(value);
    }
    let at = value.at;
    let node = match (value.node, wanted) {
        (Node::Text(t), Type::Number) => match number(&t) {
            Some(n) => Node::Number(n),
            None => {
                return Err(Fault::new(
                    at,
                    format!("`{t}` is no number"),
                    "write numbers without quotes, such as 12.5",
                ));
            }
        },
        (Node::Text(t), _) => match iso_day(&t) {
            Some(day) => Node::Day(day),
            None => {
                return Err(Fault::new(
                    at,
                    format!("`{t}` is no date"),
                    "write it as '2024-12-31'",
                ));
            }
        },
        (node, Type::Number) => Node::AsNumber(boxed(node)),
        (node, _) => {
            let column = match node {
                Node::Column(c) => Some(c),
                _ => None,
            };
            Node::AsDay(boxed(node), column)
        }
    };
    Ok(Typed {
        node,
        is: wanted,
        at,
    })
}

/// Both sides of an operator as one type.
pub(super) fn level(left: Typed, right: Typed) -> Result<(Typed, Typed), Fault> {
    let (a, b) = (left.is, right.is);
    let left = read_as(left, b)?;
    let right = read_as(right, a)?;
    if left.is == right.is || left.is == Type::Null || right.is == Type::Null {
        return Ok((left, right));
    }
    Err(Fault::new(
        left.at,
        format!("{} and {} cannot be compared", a.words(), b.words()),
        "`number(…)` and `date(…)` say how a text is meant",
    ))
}

pub(super) fn negate(not: bool, node: Node) -> Node {
    if not { Node::Not(boxed(node)) } else { node }
}

pub(super) fn compare(order: Order, left: Typed, right: Typed) -> Result<Node, Fault> {
    let (left, right) = level(left, right)?;
    if left.is == Type::Text
        && right.is == Type::Text
        && !matches!(order, Order::Equal | Order::Unequal)
    {
        return Err(Fault::new(
            left.at,
            "two texts have no order that would be meant",
            "say how they are meant: `number(x) < number(y)` or `date(x) < date(y)`",
        ));
    }
    Ok(Node::Compare(order, boxed(left.node), boxed(right.node)))
}

/// A value as text: numbers and dates are written out.
pub(super) fn text_of(value: Typed) -> Result<Node, Fault> {
    match value.is {
        Type::Text | Type::Null | Type::Number => Ok(value.node),
        other => Err(Fault::new(
            value.at,
            format!("{} stands where a text is expected", other.words()),
            "texts are columns, texts in single quotes, and what text functions give",
        )),
    }
}

pub(super) fn number_of(value: Typed) -> Result<Node, Fault> {
    let (at, is) = (value.at, value.is);
    match read_as(value, Type::Number)? {
        t if matches!(t.is, Type::Number | Type::Null) => Ok(t.node),
        _ => Err(Fault::new(
            at,
            format!("{} stands where a number is expected", is.words()),
            "numbers are columns, figures, and what `length` or `year` give",
        )),
    }
}

pub(super) fn day_of(value: Typed) -> Result<Node, Fault> {
    let (at, is) = (value.at, value.is);
    match read_as(value, Type::Day)? {
        t if matches!(t.is, Type::Day | Type::Null) => Ok(t.node),
        _ => Err(Fault::new(
            at,
            format!("{} stands where a date is expected", is.words()),
            "dates are columns, texts such as '2024-12-31', and `today()`",
        )),
    }
}

pub(super) fn arithmetic(sign: &str, left: Typed, right: Typed) -> Result<Typed, Fault> {
    let at = left.at;
    if sign == "||" {
        let (left, right) = (text_of(left)?, text_of(right)?);
        return Ok(Typed {
            node: Node::Arithmetic('|', boxed(left), boxed(right)),
            is: Type::Text,
            at,
        });
    }
    let c = sign.chars().next().unwrap_or('+');
    let is = match (c, left.is, right.is) {
        ('-', Type::Day, Type::Day) => Type::Number,
        ('+' | '-', Type::Day, _) => Type::Day,
        _ => Type::Number,
    };
    let (left, right) = if left.is == Type::Day && matches!(c, '+' | '-') {
        let right = if right.is == Type::Day {
            right.node
        } else {
            number_of(right)?
        };
        (left.node, right)
    } else {
        (number_of(left)?, number_of(right)?)
    };
    Ok(Typed {
        node: Node::Arithmetic(c, boxed(left), boxed(right)),
        is,
        at,
    })
}

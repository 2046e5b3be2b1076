//! Words to a tree whose types fit together.

use regex::Regex;

use super::Fault;
use super::token::{Token, Word};
use crate::validate::reading::{iso_day, number};
use crate::validate::rule::{Shape, nearest, pattern};

/// Deepest nesting.
const MAX_DEPTH: usize = 64;

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
enum Type {
    Null,
    Text,
    Number,
    Day,
    Truth,
}

impl Type {
    fn words(self) -> &'static str {
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
struct Typed {
    node: Node,
    is: Type,
    at: usize,
}

const FUNCTIONS: &[(&str, Function, &[Type], Type, &str)] = &[
    (
        "lower",
        Function::Lower,
        &[Type::Text],
        Type::Text,
        "lower(x)",
    ),
    (
        "upper",
        Function::Upper,
        &[Type::Text],
        Type::Text,
        "upper(x)",
    ),
    ("trim", Function::Trim, &[Type::Text], Type::Text, "trim(x)"),
    (
        "digits",
        Function::Digits,
        &[Type::Text],
        Type::Text,
        "digits(x)",
    ),
    (
        "length",
        Function::Length,
        &[Type::Text],
        Type::Number,
        "length(x)",
    ),
    (
        "year",
        Function::Year,
        &[Type::Day],
        Type::Number,
        "year(x)",
    ),
    ("today", Function::Today, &[], Type::Day, "today()"),
    (
        "starts_with",
        Function::StartsWith,
        &[Type::Text, Type::Text],
        Type::Truth,
        "starts_with(x, 'a')",
    ),
    (
        "ends_with",
        Function::EndsWith,
        &[Type::Text, Type::Text],
        Type::Truth,
        "ends_with(x, 'z')",
    ),
    (
        "contains",
        Function::Contains,
        &[Type::Text, Type::Text],
        Type::Truth,
        "contains(x, 'm')",
    ),
];
/// Functions that have types of their own.
const SPECIAL: &[&str] = &["number", "date", "coalesce", "valid"];

/// Makes the tree of a whole condition; gives it with the columns it reads.
pub(super) fn compile(tokens: &[Token], end: usize) -> Result<(Node, Vec<String>), Fault> {
    let mut parser = Parser {
        tokens,
        end,
        next: 0,
        depth: 0,
        columns: Vec::new(),
    };
    if tokens.is_empty() {
        return Err(Fault::new(
            0,
            "the condition is empty",
            "write one such as `age >= 18`",
        ));
    }
    let root = parser.implication()?;
    if let Some(token) = parser.peek() {
        return Err(Fault::new(
            token.at,
            format!("`{}` is not expected here", token.shown()),
            "join conditions with `and` or `or`; a column with blanks goes in double quotes",
        ));
    }
    Ok((condition(root)?, parser.columns))
}

struct Parser<'t> {
    tokens: &'t [Token],
    end: usize,
    next: usize,
    depth: usize,
    columns: Vec<String>,
}

fn condition(typed: Typed) -> Result<Node, Fault> {
    match typed.is {
        Type::Truth | Type::Null => Ok(typed.node),
        other => Err(Fault::new(
            typed.at,
            format!("{} is no condition", other.words()),
            "compare it with something, such as `x = 'yes'` or `x is not null`",
        )),
    }
}

fn boxed(node: Node) -> Box<Node> {
    Box::new(node)
}

/// The value as a number or day where the other side of an operator is one.
fn read_as(value: Typed, wanted: Type) -> Result<Typed, Fault> {
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
fn level(left: Typed, right: Typed) -> Result<(Typed, Typed), Fault> {
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

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<&'t Token> {
        self.tokens.get(self.next)
    }

    fn take_sign(&mut self, signs: &[&'static str]) -> Option<&'static str> {
        let Some(Token {
            word: Word::Sign(sign),
            ..
        }) = self.peek()
        else {
            return None;
        };
        let found = signs.iter().find(|s| *s == sign)?;
        self.next += 1;
        Some(found)
    }

    fn take_keyword(&mut self, word: &str) -> bool {
        let found = self.peek().is_some_and(|t| t.is(word));
        self.next += usize::from(found);
        found
    }

    fn place(&self) -> usize {
        self.peek().map_or(self.end, |t| t.at)
    }

    fn need(&mut self, sign: &'static str, hint: &str) -> Result<(), Fault> {
        match self.take_sign(&[sign]) {
            Some(_) => Ok(()),
            None => Err(Fault::new(
                self.place(),
                format!("`{sign}` is missing"),
                hint,
            )),
        }
    }

    fn implication(&mut self) -> Result<Typed, Fault> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Fault::new(
                self.place(),
                format!("nested deeper than {MAX_DEPTH} levels"),
                "write several rules",
            ));
        }
        let mut left = self.disjunction()?;
        if self.take_keyword("implies") {
            let right = self.implication()?;
            let at = left.at;
            let not = Node::Not(boxed(condition(left)?));
            left = Typed {
                node: Node::Or(boxed(not), boxed(condition(right)?)),
                is: Type::Truth,
                at,
            };
        }
        self.depth -= 1;
        Ok(left)
    }

    fn joined(
        &mut self,
        word: &str,
        part: fn(&mut Self) -> Result<Typed, Fault>,
        join: fn(Box<Node>, Box<Node>) -> Node,
    ) -> Result<Typed, Fault> {
        let mut left = part(self)?;
        while self.take_keyword(word) {
            let right = part(self)?;
            let at = left.at;
            left = Typed {
                node: join(boxed(condition(left)?), boxed(condition(right)?)),
                is: Type::Truth,
                at,
            };
        }
        Ok(left)
    }

    fn disjunction(&mut self) -> Result<Typed, Fault> {
        self.joined("or", Self::conjunction, Node::Or)
    }

    fn conjunction(&mut self) -> Result<Typed, Fault> {
        self.joined("and", Self::negation, Node::And)
    }

    fn negation(&mut self) -> Result<Typed, Fault> {
        let at = self.place();
        let mut negations = 0;
        while self.take_keyword("not") {
            negations += 1;
        }
        let inner = self.comparison()?;
        if negations == 0 {
            return Ok(inner);
        }
        let node = condition(inner)?;
        Ok(Typed {
            node: if negations % 2 == 1 {
                Node::Not(boxed(node))
            } else {
                node
            },
            is: Type::Truth,
            at,
        })
    }

    fn comparison(&mut self) -> Result<Typed, Fault> {
        let left = self.sum()?;
        let at = left.at;
        let signs = ["=", "<>", "!=", "<=", ">=", "<", ">"];
        let node = if let Some(sign) = self.take_sign(&signs) {
            let order = match sign {
                "=" => Order::Equal,
                "<" => Order::Less,
                "<=" => Order::AtMost,
                ">" => Order::Greater,
                ">=" => Order::AtLeast,
                _ => Order::Unequal,
            };
            let right = self.sum()?;
            compare(order, left, right)?
        } else if self.take_keyword("is") {
            let not = self.take_keyword("not");
            if !self.take_keyword("null") {
                return Err(Fault::new(
                    self.place(),
                    "`null` is missing after `is`",
                    "write `x is null` or `x is not null`",
                ));
            }
            negate(not, Node::IsNull(boxed(left.node)))
        } else {
            let before = self.next;
            let not = self.take_keyword("not");
            match self.relation(left.clone())? {
                Some(node) => negate(not, node),
                None => {
                    self.next = before;
                    return Ok(left);
                }
            }
        };
        Ok(Typed {
            node,
            is: Type::Truth,
            at,
        })
    }

    /// `in (…)`, `between … and …`, `like '…'`, `matches '…'`.
    fn relation(&mut self, left: Typed) -> Result<Option<Node>, Fault> {
        if self.take_keyword("in") {
            self.need("(", "write `x in ('a', 'b')`")?;
            let mut left = left;
            let mut items = Vec::new();
            loop {
                let item = self.sum()?;
                let (l, item) = level(left, item)?;
                left = l;
                items.push(item.node);
                if self.take_sign(&[","]).is_none() {
                    break;
                }
            }
            self.need(")", "close the list: `x in ('a', 'b')`")?;
            return Ok(Some(Node::In(boxed(left.node), items)));
        }
        if self.take_keyword("between") {
            let low = self.sum()?;
            if !self.take_keyword("and") {
                return Err(Fault::new(
                    self.place(),
                    "`and` is missing after `between`",
                    "write `x between 1 and 9`",
                ));
            }
            let high = self.sum()?;
            // one type for all three: a bound that is a column is read as the other one
            let typed = [low.is, high.is, left.is];
            let is = typed
                .into_iter()
                .find(|t| *t != Type::Text && *t != Type::Null);
            let is = is.unwrap_or(Type::Text);
            let (left, low, high) = (read_as(left, is)?, read_as(low, is)?, read_as(high, is)?);
            let least = compare(Order::AtLeast, left.clone(), low)?;
            let most = compare(Order::AtMost, left, high)?;
            return Ok(Some(Node::And(boxed(least), boxed(most))));
        }
        for word in ["like", "matches"] {
            if !self.take_keyword(word) {
                continue;
            }
            let Some(Token {
                at,
                word: Word::Text(text),
            }) = self.peek()
            else {
                return Err(Fault::new(
                    self.place(),
                    "a pattern in quotes is expected",
                    "write `x like 'A%'` or `x matches '[0-9]{5}'`",
                ));
            };
            self.next += 1;
            let text = if word == "like" {
                like(text)
            } else {
                text.clone()
            };
            let regex = pattern(&text).map_err(|why| {
                Fault::new(
                    *at,
                    "the pattern is wrong",
                    format!("{why}; patterns are those of the Rust crate regex"),
                )
            })?;
            return Ok(Some(Node::Matches(boxed(text_of(left)?), regex)));
        }
        Ok(None)
    }

    fn sum(&mut self) -> Result<Typed, Fault> {
        let mut left = self.product()?;
        while let Some(sign) = self.take_sign(&["+", "-", "||"]) {
            let right = self.product()?;
            left = arithmetic(sign, left, right)?;
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Typed, Fault> {
        let mut left = self.factor()?;
        while let Some(sign) = self.take_sign(&["*", "/"]) {
            let right = self.factor()?;
            left = arithmetic(sign, left, right)?;
        }
        Ok(left)
    }

    fn factor(&mut self) -> Result<Typed, Fault> {
        let at = self.place();
        let mut minus = false;
        while self.take_sign(&["-"]).is_some() {
            minus = !minus;
        }
        let value = self.primary()?;
        if !minus {
            return Ok(value);
        }
        let zero = Typed {
            node: Node::Number(0.0),
            is: Type::Number,
            at,
        };
        arithmetic("-", zero, value)
    }

    fn primary(&mut self) -> Result<Typed, Fault> {
        const VALUES: &str = "a column, a number, a text in single quotes or a function";
        let Some(token) = self.peek() else {
            return Err(Fault::new(
                self.end,
                "ends where a value is expected",
                format!("write {VALUES}"),
            ));
        };
        let at = token.at;
        let typed = |node, is| Ok(Typed { node, is, at });
        self.next += 1;
        match &token.word {
            Word::Number(n) => typed(Node::Number(*n), Type::Number),
            Word::Text(t) => typed(Node::Text(t.clone()), Type::Text),
            Word::Column(name) => typed(self.column(name), Type::Text),
            Word::Sign("(") => {
                let inner = self.implication()?;
                self.need(")", "close the bracket")?;
                Ok(Typed { at, ..inner })
            }
            Word::Name(name) => {
                let called = matches!(
                    self.peek(),
                    Some(Token {
                        word: Word::Sign("("),
                        ..
                    })
                );
                match name.to_ascii_lowercase().as_str() {
                    lower if called => self.call(lower, name, at),
                    "null" => typed(Node::Null, Type::Null),
                    "true" => typed(Node::Truth(true), Type::Truth),
                    "false" => typed(Node::Truth(false), Type::Truth),
                    "and" | "or" | "not" | "in" | "is" | "like" | "matches" | "between"
                    | "implies" => Err(unexpected(token)),
                    _ => typed(self.column(name), Type::Text),
                }
            }
            Word::Sign(_) => Err(unexpected(token)),
        }
    }

    fn column(&mut self, name: &str) -> Node {
        let at = self.columns.iter().position(|c| c == name);
        Node::Column(at.unwrap_or_else(|| {
            self.columns.push(name.to_owned());
            self.columns.len() - 1
        }))
    }

    fn call(&mut self, name: &str, written: &str, at: usize) -> Result<Typed, Fault> {
        let known = || FUNCTIONS.iter().map(|f| f.0).chain(SPECIAL.iter().copied());
        if !known().any(|f| f == name) {
            let hint = match nearest(name, known()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("functions are: {}", known().collect::<Vec<_>>().join(", ")),
            };
            return Err(Fault::new(
                at,
                format!("unknown function `{written}`"),
                hint,
            ));
        }
        self.next += 1;
        let mut arguments = Vec::new();
        if self.take_sign(&[")"]).is_none() {
            loop {
                arguments.push(self.implication()?);
                if self.take_sign(&[","]).is_none() {
                    break;
                }
            }
            self.need(")", "close the bracket")?;
        }
        let count = arguments.len();
        let wrong = |wanted: usize, form: &str| {
            let s = if wanted == 1 { "" } else { "s" };
            Fault::new(
                at,
                format!("`{name}` takes {wanted} argument{s}, not {count}"),
                format!("write it as `{form}`"),
            )
        };
        if let Some((_, function, types, gives, form)) = FUNCTIONS.iter().find(|f| f.0 == name) {
            if count != types.len() {
                return Err(wrong(types.len(), form));
            }
            let mut nodes = Vec::new();
            for (argument, wanted) in arguments.into_iter().zip(*types) {
                nodes.push(if *wanted == Type::Day {
                    day_of(argument)?
                } else {
                    text_of(argument)?
                });
            }
            return Ok(Typed {
                node: Node::Call(*function, nodes),
                is: *gives,
                at,
            });
        }
        let mut arguments = arguments.into_iter();
        let (first, second) = (arguments.next(), arguments.next());
        match (name, first, second) {
            ("number", Some(x), None) => Ok(Typed {
                node: number_of(x)?,
                is: Type::Number,
                at,
            }),
            ("date", Some(x), None) => Ok(Typed {
                node: day_of(x)?,
                is: Type::Day,
                at,
            }),
            ("valid", Some(x), Some(kind)) if count == 2 => {
                let Node::Text(word) = &kind.node else {
                    return Err(Fault::new(
                        kind.at,
                        "a kind in quotes is expected",
                        "write `valid(x, 'email')`",
                    ));
                };
                let shape = Shape::named(word)
                    .map_err(|hint| Fault::new(kind.at, format!("unknown kind `{word}`"), hint))?;
                Ok(Typed {
                    node: Node::Valid(boxed(text_of(x)?), shape),
                    is: Type::Truth,
                    at,
                })
            }
            ("coalesce", Some(x), Some(y)) => {
                let (x, y) = level(x, y)?;
                let mut is = if x.is == Type::Null { y.is } else { x.is };
                let mut nodes = vec![x.node, y.node];
                for more in arguments {
                    let sample = Typed {
                        node: Node::Null,
                        is,
                        at: more.at,
                    };
                    let (_, more) = level(sample, more)?;
                    if is == Type::Null {
                        is = more.is;
                    }
                    nodes.push(more.node);
                }
                Ok(Typed {
                    node: Node::Call(Function::Coalesce, nodes),
                    is,
                    at,
                })
            }
            ("number" | "date", ..) => Err(wrong(1, &format!("{name}(x)"))),
            ("valid", ..) => Err(wrong(2, "valid(x, 'email')")),
            _ => Err(wrong(2, "coalesce(x, y)")),
        }
    }
}

fn unexpected(token: &Token) -> Fault {
    Fault::new(
        token.at,
        format!("`{}` is not expected here", token.shown()),
        "a column, a number, a text in single quotes or a function belongs here",
    )
}

fn negate(not: bool, node: Node) -> Node {
    if not { Node::Not(boxed(node)) } else { node }
}

fn compare(order: Order, left: Typed, right: Typed) -> Result<Node, Fault> {
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
fn text_of(value: Typed) -> Result<Node, Fault> {
    match value.is {
        Type::Text | Type::Null | Type::Number => Ok(value.node),
        other => Err(Fault::new(
            value.at,
            format!("{} stands where a text is expected", other.words()),
            "texts are columns, texts in single quotes, and what text functions give",
        )),
    }
}

fn number_of(value: Typed) -> Result<Node, Fault> {
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

fn day_of(value: Typed) -> Result<Node, Fault> {
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

fn arithmetic(sign: &str, left: Typed, right: Typed) -> Result<Typed, Fault> {
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

/// A pattern of SQL's `like` as a regular expression: `%` any characters, `_` one.
fn like(text: &str) -> String {
    let mut pattern = String::from("(?s)");
    for c in text.chars() {
        match c {
            '%' => pattern.push_str(".*"),
            '_' => pattern.push('.'),
            c => pattern.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
    }
    pattern
}

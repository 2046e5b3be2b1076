//! Words to a tree, by descent through the levels of the language.

use super::Fault;
use super::token::{Token, Word};
use super::typed::{
    Node, Order, Type, Typed, arithmetic, boxed, compare, condition, level, negate, read_as,
    text_of,
};
use crate::validate::rule::pattern;

/// Deepest nesting.
const MAX_DEPTH: usize = 64;

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

pub(super) struct Parser<'t> {
    tokens: &'t [Token],
    end: usize,
    pub(super) next: usize,
    depth: usize,
    columns: Vec<String>,
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<&'t Token> {
        self.tokens.get(self.next)
    }

    pub(super) fn take_sign(&mut self, signs: &[&'static str]) -> Option<&'static str> {
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

    pub(super) fn take_keyword(&mut self, word: &str) -> bool {
        let found = self.peek().is_some_and(|t| t.is(word));
        self.next += usize::from(found);
        found
    }

    fn place(&self) -> usize {
        self.peek().map_or(self.end, |t| t.at)
    }

    pub(super) fn need(&mut self, sign: &'static str, hint: &str) -> Result<(), Fault> {
        match self.take_sign(&[sign]) {
            Some(_) => Ok(()),
            None => Err(Fault::new(
                self.place(),
                format!("`{sign}` is missing"),
                hint,
            )),
        }
    }

    pub(super) fn implication(&mut self) -> Result<Typed, Fault> {
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
}

fn unexpected(token: &Token) -> Fault {
    Fault::new(
        token.at,
        format!("`{}` is not expected here", token.shown()),
        "a column, a number, a text in single quotes or a function belongs here",
    )
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

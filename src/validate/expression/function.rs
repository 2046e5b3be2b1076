//! Functions of the language: what they take, what they give.

use super::Fault;
use super::parser::Parser;
use super::typed::{Function, Node, Type, Typed, boxed, day_of, level, number_of, text_of};
use crate::validate::rule::{Shape, nearest};

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

impl Parser<'_> {
    /// A call of a function; its name was taken, its bracket is next.
    pub(super) fn call(&mut self, name: &str, written: &str, at: usize) -> Result<Typed, Fault> {
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

//! Hold a formula that was read: its parts, each with its place in the text.

use std::ops::Range;

use super::Jet;
use super::parser::Parser;
use crate::error::{Fault, did_you_mean};
use crate::units::{Plain, Quantity, Unit};

/// The longest text of a formula in bytes.
const LONGEST: usize = 20_000;

/// The operators between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

impl Binary {
    pub(crate) fn apply(self, a: Jet, b: Jet) -> Jet {
        match self {
            Self::Add => a + b,
            Self::Subtract => a - b,
            Self::Multiply => a * b,
            Self::Divide => a / b,
            Self::Power => a.power(b),
        }
    }
}

/// The functions that a formula may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the function of its name")]
pub enum Function {
    Sin,
    Cos,
    Tan,
    Asin,
    Acos,
    Atan,
    Sinh,
    Cosh,
    Tanh,
    Exp,
    Log,
    Sqrt,
    Abs,
    Min,
    Max,
}

pub(super) const FUNCTIONS: &[(&str, Function)] = &[
    ("sin", Function::Sin),
    ("cos", Function::Cos),
    ("tan", Function::Tan),
    ("asin", Function::Asin),
    ("acos", Function::Acos),
    ("atan", Function::Atan),
    ("sinh", Function::Sinh),
    ("cosh", Function::Cosh),
    ("tanh", Function::Tanh),
    ("exp", Function::Exp),
    ("log", Function::Log),
    ("ln", Function::Log),
    ("sqrt", Function::Sqrt),
    ("abs", Function::Abs),
    ("min", Function::Min),
    ("max", Function::Max),
];

impl Function {
    /// How many arguments the function takes.
    pub fn arity(self) -> usize {
        if matches!(self, Self::Min | Self::Max) { 2 } else { 1 }
    }

    pub(crate) fn apply(self, a: Jet, b: Jet) -> Jet {
        match self {
            Self::Sin => a.sin(),
            Self::Cos => a.cos(),
            Self::Tan => a.tan(),
            Self::Asin => a.asin(),
            Self::Acos => a.acos(),
            Self::Atan => a.atan(),
            Self::Sinh => a.sinh(),
            Self::Cosh => a.cosh(),
            Self::Tanh => a.tanh(),
            Self::Exp => a.exp(),
            Self::Log => a.ln(),
            Self::Sqrt => a.sqrt(),
            Self::Abs => a.abs(),
            Self::Min => a.min(b),
            Self::Max => a.max(b),
        }
    }
}

/// Whether a name belongs to the language of formulas and cannot be a parameter.
pub fn is_reserved(name: &str) -> bool {
    matches!(name, "theta" | "pi") || FUNCTIONS.iter().any(|(function, _)| *function == name)
}

/// One part of a formula; operands are numbers of earlier nodes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Number(f64),
    /// A number of atomic units of whatever is wanted.
    Atomic(f64),
    /// A quantity, with the symbols in its unit that could also be parameters.
    Quantity {
        quantity: Quantity,
        doubtful: Vec<(String, Range<usize>)>,
    },
    Theta,
    Name(String),
    Negate(usize),
    Binary(Binary, usize, usize),
    /// The second argument repeats the first where the function takes one.
    Call(Function, usize, usize),
}

/// A formula that was read: its parts, each after those that it needs, with their places.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    nodes: Vec<(Node, Range<usize>)>,
}

impl Expression {
    /// Read a formula.
    ///
    /// # Errors
    /// A [`Fault`] whose spans count bytes of `text`.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        if text.len() > LONGEST {
            return Err(Fault::new(
                "the formula is too long",
                0..text.len(),
                format!("{} characters, at most {LONGEST}", text.len()),
                "name its parts as parameters, or give a table",
            ));
        }
        match Plain::of(text) {
            Some(plain) => match Parser::read(&plain.text) {
                Ok(nodes) => Ok(Self { nodes }.moved(|range| plain.place(range))),
                Err(fault) => Err(fault.moved(|range| plain.place(range))),
            },
            None => Ok(Self { nodes: Parser::read(text)? }),
        }
    }

    /// The expression of a bare number.
    pub fn number(value: f64, span: Range<usize>) -> Self {
        Self { nodes: vec![(Node::Number(value), span)] }
    }

    /// The expression of a quantity.
    pub fn quantity(quantity: Quantity, span: Range<usize>) -> Self {
        Self { nodes: vec![(Node::Quantity { quantity, doubtful: Vec::new() }, span)] }
    }

    /// The same expression with its places moved, from a formula to the file that contains it.
    #[must_use]
    pub fn moved(mut self, place: impl Fn(Range<usize>) -> Range<usize>) -> Self {
        for (node, span) in &mut self.nodes {
            *span = place(span.clone());
            if let Node::Quantity { doubtful, .. } = node {
                for (_, span) in doubtful {
                    *span = place(span.clone());
                }
            }
        }
        self
    }

    pub(crate) fn nodes(&self) -> &[(Node, Range<usize>)] {
        &self.nodes
    }

    /// The names of the parameters that occur, with their places, in the order of the text.
    pub fn names(&self) -> impl Iterator<Item = (&str, Range<usize>)> {
        self.nodes.iter().filter_map(|(node, span)| match node {
            Node::Name(name) => Some((name.as_str(), span.clone())),
            _ => None,
        })
    }

    /// The place of the whole expression.
    pub fn span(&self) -> Range<usize> {
        self.nodes.last().map_or(0..0, |(_, span)| span.clone())
    }

    /// The value, if the whole expression is a number without a unit, with or without a sign.
    pub fn bare_number(&self) -> Option<f64> {
        match self.nodes.as_slice() {
            [(Node::Number(x), _)] => Some(*x),
            [(Node::Number(x), _), (Node::Negate(_), _)] => Some(-x),
            _ => None,
        }
    }

    /// The quantity, if the whole expression is a number with a unit, with or without a sign; `au` included.
    pub fn whole_quantity(&self) -> Option<Quantity> {
        let quantity = |node: &Node| match node {
            Node::Quantity { quantity, .. } => Some(quantity.clone()),
            Node::Atomic(x) => Some(Quantity::new(*x, Unit::atomic())),
            _ => None,
        };
        match self.nodes.as_slice() {
            [(node, _)] => quantity(node),
            [(node, _), (Node::Negate(_), _)] => {
                quantity(node).map(|q| Quantity::new(-q.number(), q.unit().clone()))
            }
            _ => None,
        }
    }

    /// Refuse units that could as well be a parameter, as in "2 eV/K" where K is one.
    ///
    /// # Errors
    /// A [`Fault`] at the symbol.
    pub fn check_units(&self, is_parameter: &dyn Fn(&str) -> bool) -> Result<(), Fault> {
        for (node, _) in &self.nodes {
            let Node::Quantity { doubtful, .. } = node else { continue };
            if let Some((symbol, span)) = doubtful.iter().find(|(symbol, _)| is_parameter(symbol)) {
                return Err(Fault::new(
                    format!("`{symbol}` could be the unit or the parameter"),
                    span.clone(),
                    "both exist",
                    format!(
                        "put the quantity in parentheses to use the parameter, or rename the parameter `{symbol}`"
                    ),
                ));
            }
        }
        Ok(())
    }
}

/// The error for a name that is neither a parameter nor part of the language.
pub(crate) fn unknown_name(name: &str, span: Range<usize>, parameters: &[String]) -> Fault {
    // Greek letters and other short names are parameters that somebody forgot to define, not slips for `pi` or `ln`.
    let is_slip = |known: &&str| name.chars().count() > 3 || known.eq_ignore_ascii_case(name);
    let language = ["theta", "pi"].into_iter().chain(FUNCTIONS.iter().map(|(function, _)| *function));
    let known = parameters.iter().map(String::as_str).chain(language.filter(is_slip));
    let hint = match name {
        "e" => Some("write exp(1)".to_string()),
        "θ" | "ϑ" => Some("write theta".to_string()),
        "π" => Some("write pi".to_string()),
        "i" | "j" => Some("write a complex entry as [\"re\", \"im\"]".to_string()),
        "cm" => Some("a wavenumber is written \"200 cm^-1\"".to_string()),
        _ => did_you_mean(name, known),
    };
    let hint = hint.unwrap_or_else(|| {
        let hint = if parameters.is_empty() {
            format!("define it under [parameters]: {name} = …")
        } else {
            format!("define it under [parameters]; known are {}", parameters.join(", "))
        };
        match name.parse::<Unit>() {
            Ok(_) => format!("{hint}; a unit follows a number after one space, as in \"2 {name}\""),
            Err(_) => hint,
        }
    });
    Fault::new(format!("unknown parameter `{name}`"), span, "not defined", hint)
}

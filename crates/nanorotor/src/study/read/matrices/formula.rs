//! Evaluate formulas that are linear in sampled matrices, such as `h + V*h_V`.

use std::ops::Range;

use crate::error::Fault;
use crate::expression::{Binary, Expression, Formula, Node};
use crate::junction::ComplexFormula;

/// The lengths of an array without its angles: none for a function of theta.
pub(in crate::study) type Shape = Vec<usize>;

/// A shape in words.
pub(in crate::study) fn in_words(shape: &[usize]) -> String {
    match shape {
        [] => "a function of theta".into(),
        [levels] => format!("a vector of {levels}"),
        _ => shape.iter().map(usize::to_string).collect::<Vec<_>>().join(" × "),
    }
}

/// The shape of a formula; names that have none are numbers.
///
/// # Errors
/// At the place where arrays are not added or multiplied by numbers.
pub(in crate::study) fn shape(
    expression: &Expression,
    of_name: &dyn Fn(&str) -> Option<Shape>,
) -> Result<Shape, Fault> {
    let nodes = expression.nodes();
    let mut shapes: Vec<Shape> = Vec::with_capacity(nodes.len());
    for (node, span) in nodes {
        let shape = match node {
            Node::Number(_) | Node::Atomic(_) | Node::Quantity { .. } | Node::Theta => Shape::new(),
            Node::Name(name) => of_name(name).unwrap_or_default(),
            Node::Negate(a) => shapes[*a].clone(),
            Node::Binary(Binary::Add | Binary::Subtract, a, b) => {
                if shapes[*a] != shapes[*b] {
                    return Err(unlike(&shapes[*a], &shapes[*b], span));
                }
                shapes[*a].clone()
            }
            Node::Binary(Binary::Multiply, a, b) if shapes[*a].is_empty() => shapes[*b].clone(),
            Node::Binary(Binary::Multiply | Binary::Divide, a, b) if shapes[*b].is_empty() => {
                shapes[*a].clone()
            }
            Node::Binary(_, a, b) | Node::Call(_, a, b) => {
                if !(shapes[*a].is_empty() && shapes[*b].is_empty()) {
                    return Err(Fault::new(
                        "matrices of a table are added and multiplied by numbers, nothing else",
                        span.clone(),
                        "not linear in them",
                        "write for example \"h + V*h_V\"",
                    ));
                }
                Shape::new()
            }
        };
        shapes.push(shape);
    }
    Ok(shapes.pop().unwrap_or_default())
}

fn unlike(a: &[usize], b: &[usize], span: &Range<usize>) -> Fault {
    Fault::new(
        format!("{} and {} cannot be added", in_words(a), in_words(b)),
        span.clone(),
        "unlike shapes",
        "add matrices of equal size; a number times the identity needs a variable that holds it",
    )
}

/// The entries of a formula, the last dimension fastest.
///
/// # Errors
/// As [`Formula::compile`].
pub(in crate::study) fn entries(
    expression: &Expression,
    number: &dyn Fn(&str) -> Option<Formula>,
    array: &dyn Fn(&str) -> Option<Vec<ComplexFormula>>,
) -> Result<Vec<ComplexFormula>, Fault> {
    let mut named: Vec<(&str, Vec<ComplexFormula>)> = Vec::new();
    for (name, _) in expression.names() {
        let is_new = number(name).is_none() && named.iter().all(|(known, _)| *known != name);
        if let Some(entries) = is_new.then(|| array(name)).flatten() {
            named.push((name, entries));
        }
    }
    // The formula is linear in its arrays, and numbers are real: both parts of them obey it.
    let part = |entry: usize, part: usize| {
        let lookup = |name: &str| {
            let of_array = named.iter().find(|(known, _)| *known == name);
            of_array.map_or_else(|| number(name), |(_, entries)| Some(entries[entry][part].clone()))
        };
        Formula::compile(expression, &lookup, &Vec::new)
    };
    let is_real = named
        .iter()
        .all(|(_, entries)| entries.iter().all(|[_, im]| im.is_constant() && im.at(0.0).value == 0.0));
    let imaginary = |entry| if is_real { Ok(Formula::constant(0.0)) } else { part(entry, 1) };
    let size = named.iter().map(|(_, entries)| entries.len()).max().unwrap_or(1);
    (0..size).map(|entry| Ok([part(entry, 0)?, imaginary(entry)?])).collect()
}

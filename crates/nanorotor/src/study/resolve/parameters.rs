//! Evaluate parameters, each after those that it needs.

use std::collections::HashMap;

use crate::error::Fault;
use crate::expression::{Expression, Formula};
use crate::study::read::draft::{Draft, Overrides, Parameter};

/// The values of the parameters, each after those that it needs.
pub(in crate::study) fn parameters<'a>(
    draft: &'a Draft,
    overrides: &Overrides,
) -> Result<HashMap<&'a str, Formula>, Fault> {
    let expression = |parameter: &'a Parameter| {
        overrides.get(&parameter.name).map_or_else(
            || parameter.expression.clone(),
            // An override is an error of its own text when it is set; later it stands for the parameter's place.
            |(_, expression)| expression.clone().moved(|_| parameter.span.clone()),
        )
    };
    let expressions: Vec<_> = draft.parameters.iter().map(expression).collect();
    let index: HashMap<&str, usize> =
        draft.parameters.iter().enumerate().map(|(i, p)| (p.name.as_str(), i)).collect();
    let mut waits_for = vec![0usize; expressions.len()];
    let mut users = vec![Vec::new(); expressions.len()];
    for (i, expression) in expressions.iter().enumerate() {
        for (name, _) in expression.names() {
            if let Some(&j) = index.get(name) {
                users[j].push(i);
                waits_for[i] += 1;
            }
        }
    }
    let mut ready: Vec<usize> = (0..expressions.len()).filter(|&i| waits_for[i] == 0).collect();
    let mut values: HashMap<&str, Formula> = HashMap::new();
    while let Some(i) = ready.pop() {
        let parameter = &draft.parameters[i];
        let value = Formula::compile(&expressions[i], &|name| values.get(name).cloned(), &|| draft.names())?;
        if value.is_constant() && !value.at(0.0).is_finite() {
            return Err(Fault::new(
                format!("`{}` is {}", parameter.name, value.at(0.0).value),
                parameter.span.clone(),
                "not a finite number",
                "look for a division by zero, a logarithm or root of a negative number, or an overflow",
            ));
        }
        values.insert(&parameter.name, value);
        for &user in &users[i] {
            waits_for[user] -= 1;
            if waits_for[user] == 0 {
                ready.push(user);
            }
        }
    }
    if values.len() == expressions.len() {
        return Ok(values);
    }
    Err(circle(draft, &expressions, &index, &waits_for))
}

/// The error for parameters that are defined by each other.
fn circle(
    draft: &Draft,
    expressions: &[Expression],
    index: &HashMap<&str, usize>,
    waits_for: &[usize],
) -> Fault {
    // Among the parameters that wait, follow the first reference until one comes up again.
    let next = |i: usize| {
        expressions[i].names().filter_map(|(name, _)| index.get(name).copied()).find(|&j| waits_for[j] > 0)
    };
    let mut path: Vec<usize> = Vec::new();
    let mut seen = vec![false; expressions.len()];
    let mut at = waits_for.iter().position(|&count| count > 0).unwrap_or_default();
    while !seen[at] {
        seen[at] = true;
        path.push(at);
        match next(at) {
            Some(j) => at = j,
            None => break,
        }
    }
    let start = path.iter().position(|&i| i == at).unwrap_or_default();
    let circle = &path[start..];
    let names: Vec<&str> = circle
        .iter()
        .take(8)
        .chain(std::iter::once(&at))
        .map(|&i| draft.parameters[i].name.as_str())
        .collect();
    let first = &draft.parameters[at];
    let fault = Fault::new(
        format!("parameters are defined in a circle: {}", names.join(" → ")),
        first.span.clone(),
        format!("`{}` needs itself", first.name),
        "give one of them a value of its own",
    );
    circle.iter().skip(1).take(7).fold(fault, |fault, &i| {
        fault.also(draft.parameters[i].span.clone(), format!("through `{}`", draft.parameters[i].name))
    })
}

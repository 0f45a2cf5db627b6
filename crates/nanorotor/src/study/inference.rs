//! Find the dimension of every parameter of a study, and refuse uses that do not agree.

use std::collections::HashMap;
use std::ops::Range;

use super::draft::{Draft, Field};
use crate::error::Fault;
use crate::expression::{Expression, Measure, Solver};
use crate::units::Dimension;

/// The dimensions of a study's parameters.
#[derive(Debug, Clone)]
pub(super) struct Inference {
    solver: Solver,
    parameters: HashMap<String, Measure>,
}

impl Inference {
    /// Go through the parameters, then through the fields in the order of the text.
    pub(super) fn of(draft: &Draft) -> Result<Self, Fault> {
        let mut solver = Solver::default();
        let parameters = draft.parameters.iter().map(|p| (p.name.clone(), solver.unknown())).collect();
        let mut inference = Self { solver, parameters };
        for parameter in &draft.parameters {
            // A bare number waits for its first use.
            if parameter.expression.whole_number().is_some() {
                continue;
            }
            let measure = inference.measure(&parameter.expression)?;
            let name = &parameter.name;
            inference.demand(&measure, &inference.parameters[name].clone(), parameter.span.clone()).map_err(
                |(found, used)| {
                    let fault = Fault::new(
                        format!("`{name}` is {found}, but is used as {used}"),
                        parameter.span.clone(),
                        found.to_string(),
                        format!("write for example \"{}\"", used.example()),
                    );
                    match inference.solver.decided_at(&inference.parameters[name]) {
                        Some(place) => fault.also(place, format!("used as {used} here")),
                        None => fault,
                    }
                },
            )?;
        }
        let mut fields: Vec<&Field> = draft.fields.iter().collect();
        fields.sort_by_key(|field| field.span.start);
        for field in fields {
            inference.field(field)?;
        }
        Ok(inference)
    }

    fn field(&mut self, field: &Field) -> Result<(), Fault> {
        let expected = field.dimension;
        let measure = self.measure(&field.expression)?;
        let Err((found, _)) = self.demand(&measure, &expected.into(), field.span.clone()) else {
            return Ok(());
        };
        let mut used: Vec<(&str, Range<usize>, Dimension)> = field
            .expression
            .names()
            .filter_map(|(name, _)| {
                let measure = &self.parameters[name];
                Some((name, self.solver.decided_at(measure)?, self.solver.dimension(measure)))
            })
            .collect();
        used.sort_by_key(|(name, ..)| *name);
        used.dedup_by_key(|(name, ..)| *name);
        let hint = if !used.is_empty() {
            "a bare number or `au` takes the dimension of its first use; one parameter cannot be two things"
                .to_string()
        } else if found.matches(Dimension::NUMBER) {
            format!("give it a unit, as in \"{}\"", expected.example())
        } else {
            format!("write for example \"{}\"", expected.example())
        };
        let fault = Fault::new(
            format!("{} is {expected}, not {found}", field.what),
            field.span.clone(),
            format!("{found}, expected {expected}"),
            hint,
        );
        Err(used.into_iter().fold(fault, |fault, (name, place, dimension)| {
            fault.also(place, format!("`{name}` became {dimension} here"))
        }))
    }

    /// The measure of an expression of the study's parameters.
    fn measure(&mut self, expression: &Expression) -> Result<Measure, Fault> {
        let parameters = &self.parameters;
        self.solver.measure(expression, &|name| parameters.get(name).cloned())
    }

    fn demand(
        &mut self,
        a: &Measure,
        b: &Measure,
        place: Range<usize>,
    ) -> Result<(), (Dimension, Dimension)> {
        self.solver.equate(a, b, place)
    }

    /// The dimension of a parameter; one that nothing uses is a pure number.
    pub(super) fn dimension(&self, name: &str) -> Dimension {
        self.parameters.get(name).map_or(Dimension::NUMBER, |measure| self.solver.dimension(measure))
    }

    /// Whether an expression can stand for a parameter.
    pub(super) fn check(&self, name: &str, expression: &Expression, span: Range<usize>) -> Result<(), Fault> {
        let mut trial = self.clone();
        let measure = trial.measure(expression)?;
        let Some(parameter) = trial.parameters.get(name).cloned() else { return Ok(()) };
        trial.demand(&measure, &parameter, span.clone()).map_err(|(found, expected)| {
            let hint = format!("write for example \"{}\"", expected.example());
            Fault::new(format!("`{name}` is {expected}, not {found}"), span, found.to_string(), hint)
        })
    }
}

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
            inference.field(draft, field)?;
        }
        Ok(inference)
    }

    fn field(&mut self, draft: &Draft, field: &Field) -> Result<(), Fault> {
        let expected = field.dimension;
        let measure = self.measure(&field.expression)?;
        let Err((found, _)) = self.demand(&measure, &expected.into(), field.span.clone()) else {
            return Ok(());
        };
        let mut fault = Fault::new(
            format!("{} is {expected}, not {found}", field.what),
            field.span.clone(),
            format!("{found}, expected {expected}"),
            format!("write for example \"{}\"", expected.example()),
        );
        if found.matches(Dimension::NUMBER) {
            fault.hint = format!("give it a unit, as in \"{}\"", expected.example());
        }
        let mut names: Vec<&str> = field.expression.names().map(|(name, _)| name).collect();
        names.sort_unstable();
        names.dedup();
        for parameter in
            draft.parameters.iter().filter(|p| names.binary_search(&p.name.as_str()).is_ok()).take(4)
        {
            let measure = &self.parameters[&parameter.name];
            let (name, dimension) = (&parameter.name, self.solver.dimension(measure));
            let bare = parameter.expression.whole_number().is_some();
            match self.solver.decided_at(measure).filter(|_| bare) {
                Some(place) => {
                    fault = fault.also(place, format!("`{name}` became {dimension} here"));
                    fault.hint = "a bare number or `au` takes the dimension of its first use: give it a unit, or use two parameters".into();
                }
                None => fault = fault.also(parameter.span.clone(), format!("`{name}` is {dimension}")),
            }
        }
        Err(fault)
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

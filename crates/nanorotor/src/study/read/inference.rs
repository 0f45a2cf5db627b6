//! Find the dimension of every parameter of a study, and refuse uses that do not agree.

use std::collections::HashMap;
use std::ops::Range;

use super::draft::{Draft, Field};
use crate::error::Fault;
use crate::expression::{Expression, Measure, Solver};
use crate::units::{Dimension, readings};

/// Whether a parameter's dimension is that of its first use.
fn waits(expression: &Expression) -> bool {
    expression.bare_number().is_some() || expression.whole_quantity().is_some_and(|q| q.dimension().is_none())
}

/// The error for a number without a unit where a dimension is expected; the hint is still to be written.
pub(in crate::study) fn bare_number(what: &str, dimension: Dimension, span: &Range<usize>) -> Fault {
    Fault::new(format!("{what} is {dimension} and needs a unit"), span.clone(), "a number without a unit", "")
}

/// The dimensions of a study's parameters.
#[derive(Debug, Clone)]
pub(in crate::study) struct Inference {
    solver: Solver,
    /// Of the variables of a table too.
    parameters: HashMap<String, Measure>,
}

impl Inference {
    /// Go through the parameters, then through the fields in the order of the text.
    pub(in crate::study) fn of(draft: &Draft) -> Result<Self, Fault> {
        let mut solver = Solver::default();
        // Bare numbers first, because the latest unknown gives way: they are pure numbers, or refused.
        let (bare, others): (Vec<_>, Vec<_>) =
            draft.parameters.iter().partition(|p| p.expression.bare_number().is_some());
        let mut parameters: HashMap<String, Measure> =
            bare.into_iter().chain(others).map(|p| (p.name.clone(), solver.unknown())).collect();
        for (name, variable) in draft.table.iter().flat_map(|table| &table.variables) {
            let measure = variable.dimension.map_or_else(|| solver.unknown(), Measure::from);
            parameters.insert(name.clone(), measure);
        }
        let mut inference = Self { solver, parameters };
        for parameter in &draft.parameters {
            // A number without a unit, or of `au`, waits for its first use.
            if waits(&parameter.expression) {
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
        let mut fields: Vec<&Field> = draft.fields.iter().chain(&draft.arrays).collect();
        fields.sort_by_key(|field| field.span.start);
        for field in fields {
            inference.field(draft, field)?;
        }
        inference.refuse_bare_numbers(draft)?;
        Ok(inference)
    }

    /// Refuse parameters that are numbers without a unit and turn out to have a dimension.
    fn refuse_bare_numbers(&self, draft: &Draft) -> Result<(), Fault> {
        for parameter in &draft.parameters {
            let Some(number) = parameter.expression.bare_number() else { continue };
            let dimension = self.dimension(&parameter.name);
            if number == 0.0 || dimension.matches(Dimension::NUMBER) {
                continue;
            }
            let place = self.solver.decided_at(&self.parameters[&parameter.name]);
            let used =
                draft.fields.iter().chain(&draft.arrays).find(|field| Some(&field.span) == place.as_ref());
            let units = match used {
                Some(field) if dimension.matches(field.dimension) => field.units(),
                _ => vec![dimension.usual_unit(), "au"],
            };
            let mut fault = bare_number(&format!("`{}`", parameter.name), dimension, &parameter.span);
            fault.hint = format!("write {}", readings(number, &units));
            return Err(match place {
                Some(place) => fault.also(place, format!("used as {dimension} here")),
                None => fault,
            });
        }
        Ok(())
    }

    fn field(&mut self, draft: &Draft, field: &Field) -> Result<(), Fault> {
        let expected = field.dimension;
        if let Some(number) = field.expression.bare_number()
            && number != 0.0
            && !expected.matches(Dimension::NUMBER)
        {
            let mut fault = bare_number(&field.what, expected, &field.span);
            fault.hint = format!("write {}", readings(number, &field.units()));
            return Err(fault);
        }
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
            match self.solver.decided_at(measure).filter(|_| waits(&parameter.expression)) {
                Some(place) => {
                    fault = fault.also(place, format!("`{name}` became {dimension} here"));
                    fault.hint = "write its unit, or use two parameters: `au` or no unit leaves the dimension to the first use".into();
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
    pub(in crate::study) fn dimension(&self, name: &str) -> Dimension {
        self.parameters.get(name).map_or(Dimension::NUMBER, |measure| self.solver.dimension(measure))
    }

    /// Whether an expression can stand for a parameter.
    pub(in crate::study) fn check(
        &self,
        name: &str,
        expression: &Expression,
        span: Range<usize>,
    ) -> Result<(), Fault> {
        let mut trial = self.clone();
        let measure = trial.measure(expression)?;
        let Some(parameter) = trial.parameters.get(name).cloned() else { return Ok(()) };
        trial.demand(&measure, &parameter, span.clone()).map_err(|(found, expected)| {
            let hint = format!("write for example \"{}\"", expected.example());
            Fault::new(format!("`{name}` is {expected}, not {found}"), span, found.to_string(), hint)
        })
    }
}

//! Hold what is sought: the objectives, the parameters with their bounds, and the constraints.

use serde_json::{Value, json};

use super::bounds::{Bound, refuse_repeated};
use super::goal::{Constraint, Goal};
use crate::error::{Error, Result};
use crate::study::Study;

/// Whether more or less is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    /// The more the better.
    Maximize,
    /// The less the better.
    Minimize,
}

impl Sense {
    /// `maximize` or `minimize`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Maximize => "maximize",
            Self::Minimize => "minimize",
        }
    }

    /// The sign that makes less better.
    pub(super) fn sign(self) -> f64 {
        match self {
            Self::Maximize => -1.0,
            Self::Minimize => 1.0,
        }
    }
}

/// What is sought, in which study.
#[derive(Debug, Clone)]
pub struct Problem {
    pub(super) study: Study,
    pub(super) objectives: Vec<(Sense, Goal)>,
    pub(super) over: Vec<Bound>,
    pub(super) constraints: Vec<Constraint>,
}

impl Problem {
    /// Read a problem: one objective, or two for a front; parameters with bounds as [`Bound::parse`] reads them; constraints as
    /// [`Constraint::parse`] does.
    ///
    /// # Errors
    /// [`Error::Study`] with the place of what is wrong in one of the texts; [`Error::Model`] for no objective or more than two, no
    /// parameter, or one with bounds twice.
    pub fn new(
        study: &Study,
        objectives: &[(Sense, &str)],
        over: &[&str],
        subject_to: &[&str],
    ) -> Result<Self> {
        if !(1..=2).contains(&objectives.len()) {
            return Err(Error::Model {
                what: format!("there are {} objectives", objectives.len()),
                hint: "give one or two to maximize or minimize; bound the others with --subject-to".into(),
            });
        }
        if over.is_empty() {
            return Err(Error::Model {
                what: "there is no parameter to search over".into(),
                hint: "give one with its bounds, for example --over \"phi=-1.5..1.5\"".into(),
            });
        }
        if let [(_, first), (_, second)] = objectives
            && first.trim() == second.trim()
        {
            return Err(Error::Model {
                what: format!("both objectives are `{}`", first.trim()),
                hint: "a front lies between two quantities: give another one, or a single objective".into(),
            });
        }
        let goal = |&(sense, text): &(Sense, &str)| {
            let found = Goal::parse(text, study);
            found
                .map(|goal| (sense, goal))
                .map_err(|fault| fault.in_text(&format!("--{}", sense.name()), text))
        };
        let objectives: Vec<(Sense, Goal)> = objectives.iter().map(goal).collect::<Result<_>>()?;
        let over: Vec<Bound> = over.iter().map(|text| Bound::parse(text, study)).collect::<Result<_>>()?;
        refuse_repeated(&over)?;
        let constraint =
            |text: &&str| Constraint::parse(text, study).map_err(|fault| fault.in_text("--subject-to", text));
        let constraints: Vec<Constraint> = subject_to.iter().map(constraint).collect::<Result<_>>()?;
        let passage = objectives.iter().any(|(_, goal)| goal.needs_passage())
            || constraints.iter().flat_map(Constraint::goals).any(Goal::needs_passage);
        let mut study = study.without_sweep();
        if passage {
            study = study.with_passage(true);
        }
        Ok(Self { study, objectives, over, constraints })
    }

    /// The study that is varied.
    pub fn study(&self) -> &Study {
        &self.study
    }

    /// The objectives, each with its sense.
    pub fn objectives(&self) -> &[(Sense, Goal)] {
        &self.objectives
    }

    /// The parameters with their bounds.
    pub fn over(&self) -> &[Bound] {
        &self.over
    }

    /// The constraints.
    pub fn constraints(&self) -> &[Constraint] {
        &self.constraints
    }

    /// The study with values of the parameters, in the units of their bounds.
    ///
    /// # Errors
    /// As [`Study::with`].
    pub fn study_at(&self, numbers: &[f64]) -> Result<Study> {
        let each = self.over.iter().zip(numbers);
        each.into_iter().try_fold(self.study.clone(), |study, (bound, &number)| {
            study.with(&bound.name, &bound.quantity(number).to_string())
        })
    }

    /// The coordinates of the study's own values, if they lie within the bounds.
    pub(super) fn own(&self) -> Option<Vec<f64>> {
        let resolved = self.study.resolve().ok()?;
        let coordinate = |bound: &Bound| {
            let parameter = resolved.parameters.iter().find(|parameter| parameter.name == bound.name)?;
            parameter.value.is_constant().then_some(())?;
            let x = bound.coordinate(
                crate::units::Quantity::from_atomic(parameter.value.at(0.0).value, bound.unit.clone())
                    .number(),
            );
            (-1e-12..=1.0 + 1e-12).contains(&x).then_some(x.clamp(0.0, 1.0))
        };
        self.over.iter().map(coordinate).collect()
    }

    /// What makes one search another, for the store.
    pub(super) fn about(&self) -> Value {
        let objectives: Vec<[&str; 2]> =
            self.objectives.iter().map(|(sense, goal)| [sense.name(), goal.text()]).collect();
        let over: Vec<Value> = self
            .over
            .iter()
            .map(|bound| {
                json!([
                    bound.name,
                    bound.quantity(bound.lower).to_string(),
                    bound.quantity(bound.upper).to_string()
                ])
            })
            .collect();
        let constraints: Vec<&str> = self.constraints.iter().map(Constraint::text).collect();
        json!({ "objectives": objectives, "over": over, "subject_to": constraints })
    }
}

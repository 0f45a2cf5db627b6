//! Evaluate a study at one point.

pub(in crate::study) mod build;
mod checks;
mod junction;
pub(in crate::study) mod parameters;
mod point;
pub(in crate::study) mod resolved;

use std::collections::HashMap;

use self::parameters::parameters;
use self::point::{ABSOLUTE, Point};
use self::resolved::{
    Environment, LandscapeModel, Length, Model, Resolved, ResolvedParameter, Rotor, Simulation, Source,
};
use crate::error::Fault;
use crate::expression::Formula;
use crate::study::limits;
use crate::study::profile::Profile;
use crate::study::read::draft::{self, Draft, Id, Overrides, Parameter, Target};
use crate::study::read::inference::Inference;
use crate::study::read::numbers::display_unit;
use crate::units::{LONGEST_TIME, SHORTEST_TIME, TIME_IN_NANOSECONDS};

/// The smallest error of a rotation rate that can be asked for, 1e-30 /ns (revolutions per a.u. of time).
const SMALLEST_RATE: f64 = 1e-30 * TIME_IN_NANOSECONDS;

/// Evaluate the draft with its overrides.
pub(in crate::study) fn resolve(
    draft: &Draft,
    text: &str,
    inference: &Inference,
    overrides: &Overrides,
) -> Result<Resolved, Fault> {
    let values = parameters(draft, overrides)?;
    let at = Point::new(draft, &values, inference)?;
    let period = at.period;
    let mut groups = at.groups();
    let model = match &draft.model {
        draft::Model::Junction(junction) => Model::Junction(at.junction(junction, &mut groups)?),
        &draft::Model::Formulas { torque, friction, diffusion } => {
            at.range(diffusion, |d| d >= 0.0, "negative", "a noise has a strength of zero or more")?;
            let profile = |id: Id| Profile::Formula(at.formulas[id].clone());
            Model::Landscape(LandscapeModel {
                torque: profile(torque),
                friction: profile(friction),
                diffusion: profile(diffusion),
                source: Source::Formulas,
            })
        }
        draft::Model::Table { table, span } => {
            let ([torque, friction, diffusion], interpolation) =
                table.profiles(period).map_err(|fault| fault.moved(|_| span.clone()))?;
            let source = Source::Table { file: table.name().into(), rows: table.len(), interpolation };
            Model::Landscape(LandscapeModel { torque, friction, diffusion, source })
        }
    };
    checks::period(&groups, period, &draft.fields[draft.period].span)?;
    Ok(Resolved {
        title: draft.title.clone(),
        cite: draft.cite.clone(),
        parameters: shown(draft, text, inference, overrides, &values),
        model,
        rotor: at.rotor(draft, period)?,
        environment: at.environment(draft)?,
        tasks: draft.tasks.clone(),
        solver: draft.solver.clone(),
        passage: draft.passage,
        simulation: at.simulation(draft)?,
    })
}

/// The parameters as they are shown in results.
fn shown(
    draft: &Draft,
    text: &str,
    inference: &Inference,
    overrides: &Overrides,
    values: &HashMap<&str, Formula>,
) -> Vec<ResolvedParameter> {
    let one = |parameter: &Parameter| {
        let name = parameter.name.as_str();
        let dimension = inference.dimension(name);
        let set = overrides.get(name);
        let written = text.get(parameter.span.clone()).unwrap_or_default().trim_matches(['"', '\'']);
        ResolvedParameter {
            name: name.to_string(),
            text: set.map_or_else(|| written.to_string(), |(text, _)| text.clone()),
            set: set.is_some(),
            value: values.get(name).cloned().unwrap_or_else(|| Formula::constant(f64::NAN)),
            dimension,
            unit: display_unit(parameter, dimension),
        }
    };
    draft.parameters.iter().map(one).collect()
}

impl Point<'_> {
    fn rotor(&self, draft: &Draft, period: f64) -> Result<Rotor, Fault> {
        let hint = "write for example \"1.15e-45 kg m^2\"";
        let inertia = draft.moment_of_inertia;
        self.ruled(inertia, |i| i > 0.0, "not positive", hint)?;
        Ok(Rotor {
            period,
            moment_of_inertia: self.ruled(inertia, limits::is_inertia, "less than any molecule has", hint)?,
            potential: draft.potential.map_or_else(|| Formula::constant(0.0), |id| self.formulas[id].clone()),
            load: draft.load.map(|id| self.constant(id)).transpose()?.unwrap_or(0.0),
        })
    }

    fn environment(&self, draft: &Draft) -> Result<Environment, Fault> {
        let Some((friction, thermal_energy)) = draft.environment else {
            // Without friction the temperature does not act.
            return Ok(Environment {
                friction: Formula::constant(0.0),
                thermal_energy: Formula::constant(1.0),
            });
        };
        Ok(Environment {
            friction: self.range(
                friction,
                |x| x >= 0.0,
                "negative",
                "an environment in equilibrium only takes energy: zero or more",
            )?,
            thermal_energy: self.range(
                thermal_energy,
                limits::is_warm,
                "not above a microkelvin",
                ABSOLUTE,
            )?,
        })
    }

    fn simulation(&self, draft: &Draft) -> Result<Simulation, Fault> {
        let positive = |id: Id| self.ruled(id, |x| x > 0.0, "not positive", "a time or an error is positive");
        let time = |id: Id| {
            let hint = "no computer runs that long: write for example \"1e4 ns\"";
            positive(id)?;
            self.ruled(
                id,
                |time| time >= SHORTEST_TIME,
                "shorter than 1e-12 ns",
                "write for example \"1e-5 ns\"",
            )?;
            self.ruled(id, |time| time <= LONGEST_TIME, "longer than 1e15 ns", hint)
        };
        let simulate = &draft.simulate;
        let length = match (simulate.total_time, simulate.target) {
            (Some(id), _) => Some(Length::TotalTime(time(id)?)),
            (None, Some(Target::RotationRate(id))) => {
                // A rate counts revolutions, so an angle that is written out is converted: "1 rev/ns" is "1 /ns".
                let angle = draft.fields[id].expression.whole_quantity().map_or(0, |q| q.unit().angle());
                let turns = if angle == 1 { std::f64::consts::TAU } else { 1.0 };
                positive(id)?;
                let hint = "no run is that long: write for example \"0.01 /ns\"";
                let error =
                    self.ruled(id, |x| x >= SMALLEST_RATE * (1.0 - 1e-9), "smaller than 1e-30 /ns", hint)?;
                Some(Length::RotationRateError(error / turns))
            }
            (None, Some(Target::Directionality(id))) => {
                positive(id)?;
                let hint = "a directionality lies between 0 and 1: write for example 5e-4";
                Some(Length::DirectionalityError(self.ruled(id, |x| x < 0.5, "tells no direction", hint)?))
            }
            (None, None) => None,
        };
        Ok(Simulation {
            length,
            dt: simulate.dt.map(time).transpose()?,
            counter_origin: simulate.counter_origin.map(|id| self.constant(id)).transpose()?,
            seed: simulate.seed,
        })
    }
}

//! Differentiate goals that depend on nothing but the rotation rate, by the adjoint of the Klein–Kramers operator.
//!
//! | symbol | here | meaning |
//! |---|---|---|
//! | x_i | [`Bound::coordinate`](super::Bound::coordinate) | coordinates from 0 to 1 |
//! | p_i | [`Bound::number`](super::Bound::number) | parameters |
//!
//! ∂f/∂x_i = (∂f/∂R ∂R/∂p_i + Σ_q ∂f/∂q ∂q/∂p_i) dp_i/dx_i for a formula f of R and of parameters q, which are p_i or follow from
//! them. One adjoint solution gives ∂R/∂p_i for all p_i, where differences take two rates for each.

use super::evaluation::{Evaluation, Judge, Stop, value};
use super::goal::{Constraint, Goal};
use crate::error::Error;
use crate::expression::Jet;
use crate::kramers;
use crate::results::RateGradient;
use crate::study::Resolved;
use crate::units::Quantity;

/// The step, in coordinates, of parameters that follow from those that are searched over; they cost no rate.
const STEP: f64 = 1e-4;

/// A derivative that errs by more than this part of it and of the rate is left to differences.
const VAGUE: f64 = 1e-3;

/// About as many points as one gradient costs.
pub(super) const COST: usize = 4;

/// The derivatives of all goals along each coordinate; none where the rotation rate is not all that they depend on, the solver has
/// no adjoint, or it tells too little.
pub(super) fn slopes(judge: &Judge<'_>, here: &Evaluation) -> Result<Option<Vec<Vec<f64>>>, Stop> {
    let problem = judge.problem;
    let study = problem.study_at(&here.numbers)?;
    let resolved = study.resolve()?;
    let names: Vec<String> = problem.over.iter().map(|bound| bound.name.clone()).collect();
    let watch = kramers::Watch::cancelled_by(judge.cancel);
    let found = match judge.points.gradient(&study, &resolved, &names, watch)? {
        None => return Err(Stop::Cancelled),
        Some(Ok(found)) if found.converged => found,
        Some(_) => return Ok(None),
    };
    Ok((0..names.len()).map(|i| row(judge, here, &resolved, &found, i)).collect())
}

/// Whether the goals of a search depend on nothing but the rotation rate, which has an adjoint.
pub(super) fn applies(judge: &Judge<'_>) -> bool {
    let problem = judge.problem;
    let mut goals = problem.objectives.iter().map(|(_, goal)| goal);
    let has_adjoint =
        problem.study.resolve().is_ok_and(|resolved| resolved.solver.method.is_of_whole_equation());
    has_adjoint
        && goals.all(Goal::is_of_rate)
        && problem.constraints.iter().flat_map(Constraint::goals).all(Goal::is_of_rate)
}

/// The derivatives of all goals along one coordinate.
fn row(
    judge: &Judge<'_>,
    here: &Evaluation,
    resolved: &Resolved,
    found: &RateGradient,
    i: usize,
) -> Option<Vec<f64>> {
    let problem = judge.problem;
    let bound = &problem.over[i];
    let unit = Quantity::new(1.0, bound.unit.clone()).value();
    let along = bound.slope(here.place[i]) * unit;
    let (slope, error) = (found.slopes[i].0 * along, found.slopes[i].1 * along.abs());
    if error.is_nan() || error > VAGUE * (slope.abs() + found.rate.abs()) {
        return None;
    }
    let rate = Jet { value: found.rate, first: slope, second: 0.0 };
    let beside = |step: f64| -> Result<(f64, Resolved), Error> {
        let mut numbers = here.numbers.clone();
        let x = (here.place[i] + step).clamp(0.0, 1.0);
        numbers[i] = bound.number(x);
        Ok((x, problem.study_at(&numbers)?.resolve()?))
    };
    let goals = || {
        let all = problem.objectives.iter().map(|(_, goal)| goal);
        all.chain(problem.constraints.iter().flat_map(Constraint::goals))
    };
    let is_searched = |name: &str| problem.over.iter().any(|bound| bound.name == name);
    let follows = goals().flat_map(Goal::parameters).any(|name| !is_searched(name));
    let both = if follows { Some((beside(-STEP).ok()?, beside(STEP).ok()?)) } else { None };
    let parameter = |name: &str| {
        let first = match &both {
            _ if name == bound.name => along,
            Some(((x, a), (y, b))) if !is_searched(name) => (value(b, name) - value(a, name)) / (y - x),
            _ => 0.0,
        };
        Jet { value: value(resolved, name), first, second: 0.0 }
    };
    let of = |goal: &Goal| goal.slope(rate, &parameter);
    let mut all: Vec<f64> = problem.objectives.iter().map(|(sense, goal)| sense.sign() * of(goal)).collect();
    all.extend(problem.constraints.iter().map(|constraint| constraint.difference(of)));
    all.iter().all(|slope| slope.is_finite()).then_some(all)
}

#[cfg(test)]
mod tests {
    use crate::observables::Method;
    use std::sync::atomic::AtomicBool;

    use proptest::prelude::*;

    use super::super::evaluation::Part;
    use super::super::local::jacobian;
    use super::super::{Problem, Sense};
    use super::*;
    use crate::study::Study;
    use crate::sweep::{SinglePoints, Store};

    /// A motor with inertia and a parameter that follows from another.
    const MOTOR: &str = "
        parameters = { U0 = \"0.02 eV\", T0 = \"20 meV\", a = 0.3, phi = 0.7, xi = \"100 au\", hot = \"T0*(1 + a)\" }
        landscape = { torque = \"U0*sin(theta)\", friction = \"xi\", diffusion = \"2*xi*T0*(1 + a*cos(theta + phi))\" }
        rotor = { period = \"2*pi\", moment_of_inertia = \"1e6 au\" }";

    fn with_judge<T>(problem: &Problem, look: impl FnOnce(&Judge<'_>) -> T) -> T {
        let store = Store::in_memory().unwrap();
        let points = SinglePoints::begin(&store, problem.study(), &problem.about(), false).unwrap();
        look(&Judge::new(problem, points, &AtomicBool::new(false), &|_| {}))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

        /// The gradient of formulas of the rate, at random places of the box, is that of central differences.
        #[test]
        fn gradients_are_central_differences(place in proptest::array::uniform4(0.05..0.95)) {
            let study = Study::from_toml(MOTOR, "motor.toml", None).unwrap();
            let over = ["phi=0.2..2.8", "a=0.1..0.6", "xi=20 au..2000 au", "U0=5 meV..60 meV"];
            let goal = [(Sense::Maximize, "rotation_rate*xi/T0")];
            let limits = ["hot < 25 meV", "rotation_rate*hot > a*phi*1 meV/ns"];
            let problem = Problem::new(&study, &goal, &over, &limits).unwrap();
            with_judge(&problem, |judge| {
                let mut part = Part::new(judge, "test", usize::MAX);
                let here = part.one(place.to_vec()).unwrap();
                let exact = part.slopes(&here).unwrap().unwrap();
                let differences = jacobian(&mut part, &here).unwrap();
                for j in 0..here.goals.len() {
                    let size = differences.iter().fold(0.0, |most: f64, row| most.max(row[j].abs()));
                    for (a, b) in exact.iter().zip(&differences) {
                        // Steps of a thousandth leave its square, times what third derivatives are larger by.
                        assert!((a[j] - b[j]).abs() <= 1e-4 * size, "{j}: {exact:?} {differences:?}");
                    }
                }
            });
        }
    }

    #[test]
    fn other_quantities_and_the_limit_of_no_inertia_take_differences() {
        let study = Study::from_toml(MOTOR, "motor.toml", None).unwrap();
        let is_exact = |study: &Study, goal: &str, limit: &str| {
            let problem = Problem::new(study, &[(Sense::Maximize, goal)], &["phi=0..1"], &[limit]).unwrap();
            with_judge(&problem, applies)
        };
        assert!(is_exact(&study, "rotation_rate", "phi < 2"));
        assert!(!is_exact(&study, "rotational_diffusion", "phi < 2"));
        assert!(!is_exact(&study, "rotation_rate", "certainty_time < 1 ns"));
        let overdamped = study.clone().with_solver(|solver| solver.method = Method::Overdamped);
        assert!(!is_exact(&overdamped, "rotation_rate", "phi < 2"));
    }
}

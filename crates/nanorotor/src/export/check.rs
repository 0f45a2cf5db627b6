//! Refuse results whose variables do not fit their axes, and give swept parameters names of their own.

use crate::error::{Error, Result};
use crate::results::{Axis, Results, Variable};

/// The name of the status of each point.
pub(super) const STATUS: &str = "status";

/// The lengths of a variable's axes, in their order.
///
/// # Errors
/// [`Error::Model`] if an axis is missing or the values are not as many as the axes have positions.
pub(super) fn shape(results: &Results, variable: &Variable) -> Result<Vec<usize>> {
    let refuse = |what: String| Error::Model {
        what: format!("the variable `{}` {what}", variable.name),
        hint: "give every variable axes that are there, and one value for each of their positions".into(),
    };
    let shape: Vec<usize> = variable
        .axes
        .iter()
        .map(|name| {
            let axis = results.axis(name).ok_or_else(|| refuse(format!("has no axis `{name}`")))?;
            Ok(axis.coordinates.len())
        })
        .collect::<Result<_>>()?;
    let positions: usize = shape.iter().product();
    if positions == variable.values.len() {
        Ok(shape)
    } else {
        Err(refuse(format!("has {} values over {positions} positions", variable.values.len())))
    }
}

/// The status of each point of the sweep; of the one point where there is no sweep.
///
/// # Errors
/// [`Error::Model`] if there are not as many as points.
pub(super) fn statuses(results: &Results) -> Result<Vec<String>> {
    let points: usize = results.sweep().iter().map(|axis| axis.coordinates.len()).product();
    if results.point_status.len() == points {
        Ok(results.point_status.iter().map(ToString::to_string).collect())
    } else if results.point_status.is_empty() && results.swept == 0 {
        Ok(vec![results.status.to_string()])
    } else {
        Err(Error::Model {
            what: format!("{} statuses for {points} points", results.point_status.len()),
            hint: "give every point of the sweep its status".into(),
        })
    }
}

/// The name of an axis in a file: its own, or `parameter_…` for a swept parameter that is called like a result.
pub(super) fn axis_name(results: &Results, axis: &Axis) -> String {
    if results.get(&axis.name).is_some() || axis.name == STATUS {
        format!("parameter_{}", axis.name)
    } else {
        axis.name.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Status;

    #[test]
    fn variables_that_do_not_fit_are_refused_with_the_numbers() {
        let mut results = Results::default();
        results.numbers("theta", vec![0.0, 1.0, 2.0]);
        results.variable("torque", &["theta"], vec![1.0; 4]);
        results.variable("currents", &["lead", "theta"], vec![1.0; 3]);
        let error = shape(&results, &results.variables[0]).unwrap_err();
        assert_eq!(error.to_string(), "the variable `torque` has 4 values over 3 positions");
        let error = shape(&results, &results.variables[1]).unwrap_err();
        assert_eq!(error.to_string(), "the variable `currents` has no axis `lead`");
        results.scalar("barrier", 1.0);
        assert_eq!(shape(&results, &results.variables[2]), Ok(Vec::new()));
    }

    #[test]
    fn every_point_has_a_status() {
        let mut results = Results::default();
        assert_eq!(statuses(&results), Ok(vec!["converged".to_string()]));
        results.numbers("V", vec![0.0, 1.0]);
        results.swept = 1;
        assert_eq!(statuses(&results).unwrap_err().to_string(), "0 statuses for 2 points");
        results.point_status = vec![Status::Converged; 2];
        assert_eq!(statuses(&results).map(|texts| texts.len()), Ok(2));
    }

    #[test]
    fn a_parameter_that_is_called_like_a_result_is_renamed() {
        let mut results = Results::default();
        for name in ["V", "barrier", "status"] {
            results.numbers(name, vec![0.0]);
        }
        results.scalar("barrier", 1.0);
        let names: Vec<String> = results.axes.iter().map(|axis| axis_name(&results, axis)).collect();
        assert_eq!(names, ["V", "parameter_barrier", "parameter_status"]);
    }
}

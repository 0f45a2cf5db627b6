//! Make up results of parts for the tests of the claims.

use nanorotor::quantity::{System, output_unit};
use nanorotor::results::{Axis, Coordinates, Results, Status};

/// Made-up parts.
#[derive(Default)]
pub(super) struct Made(Vec<(&'static str, Results)>);

impl Made {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn part(mut self, name: &'static str, results: Results) -> Self {
        self.0.push((name, results));
        self
    }

    pub(super) fn get(&self, name: &str) -> Option<&Results> {
        self.0.iter().rev().find(|(known, _)| *known == name).map(|(_, results)| results)
    }
}

/// An empty sweep over one axis.
pub(super) fn sweep(axis: &str, values: &[f64]) -> Results {
    grid(&[(axis, values)])
}

/// An empty sweep over several axes, the first slowest.
pub(super) fn grid(axes: &[(&str, &[f64])]) -> Results {
    let mut results = Results { swept: axes.len(), ..Results::default() };
    for (name, values) in axes {
        let coordinates = Coordinates::Numbers(values.to_vec());
        results.axes.push(Axis { name: (*name).into(), coordinates, unit: None });
    }
    let points = axes.iter().map(|(_, values)| values.len()).product();
    results.point_status = vec![Status::Converged; points];
    results
}

/// Results that are put together variable by variable.
pub(super) trait With {
    /// Add a variable in practical units.
    fn with(self, name: &str, values: &[f64]) -> Self;
}

impl With for Results {
    fn with(mut self, name: &str, values: &[f64]) -> Self {
        let base = name.strip_suffix("_error").unwrap_or(name);
        let base = base.strip_prefix("simulated_").unwrap_or(base);
        let factor = output_unit(base).map_or(1.0, |unit| unit.factor(System::Practical));
        let swept: Vec<String> = self.axes.iter().map(|axis| axis.name.clone()).collect();
        let axes: Vec<&str> = swept.iter().map(String::as_str).collect();
        self.variable(name, &axes, values.iter().map(|value| value / factor).collect());
        self
    }
}

//! Draw how the rotation rate answers to a push, to friction and to noise at each angle, below the potential and the temperature.

use nanorotor::quantity::{System, THETA};
use nanorotor::results::Results;

use crate::page::text::Text;
use crate::plot::axis::Axis;
use crate::plot::figure::{Figure, Width};
use crate::plot::panel::Panel;
use crate::show::landscape::{Period, unit_in};
use crate::show::names::unit;

/// What a figure of sensitivities shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SensitivityFigure {
    /// The units of all that follows.
    pub units: System,
    /// The angles over one period, its end excluded (rad).
    pub theta: Vec<f64>,
    /// The period (rad).
    pub period: f64,
    /// U(θ).
    pub potential: Vec<f64>,
    /// k_BT_eff(θ).
    pub effective_temperature: Vec<f64>,
    /// S_F(θ), S_X(θ) and S_D(θ).
    pub answers: [Vec<f64>; 3],
}

impl SensitivityFigure {
    /// What results hold of it.
    pub fn of(results: &Results, system: System) -> Self {
        let values = |name: &str| results.get(name).map_or_else(Vec::new, |v| v.values_in(system));
        let theta = results.axis(THETA).and_then(|axis| axis.shown(system));
        Self {
            units: system,
            theta: theta.map_or_else(Vec::new, |(theta, _)| theta),
            period: values("period").first().copied().unwrap_or(f64::NAN),
            potential: values("potential"),
            effective_temperature: values("effective_temperature"),
            answers: ["torque_sensitivity", "friction_sensitivity", "diffusion_sensitivity"].map(values),
        }
    }
}

/// The figure of sensitivities, one column wide: above the potential and the effective temperature, below where a push, drag or heat would
/// turn the rotor faster (positive) or slower.
pub fn sensitivity_figure(data: &SensitivityFigure) -> Figure {
    let closed = Period { theta: &data.theta, period: data.period };
    let axis = |symbol: &str, practical| Axis::of(Text::markup(symbol), unit(unit_in(data.units, practical)));
    let panel = |axis: Axis, values: &[f64]| {
        Panel::new(Axis::angle("*θ*"), axis).curve(closed.curve(values)).height(24.0)
    };
    let [force, friction, diffusion] = &data.answers;
    let panels = vec![
        panel(axis("*U*", "eV"), &data.potential),
        panel(axis("*k*_{B}*T*_{eff}", "eV"), &data.effective_temperature),
        panel(axis("*S*_{F}", "1/(ns eV)").include_zero(), force),
        panel(axis("*S*_{X}", "1/(ns eV ps)").include_zero(), friction),
        panel(axis("*S*_{D}", "1/(ns eV^2 ps)").include_zero(), diffusion),
    ];
    Figure::new(Width::SingleColumn, panels).share_x()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_has_a_panel_that_closes_over_the_period() {
        let theta: Vec<f64> = (0..8).map(|k| f64::from(k) * 0.25).collect();
        let data = SensitivityFigure {
            potential: theta.clone(),
            effective_temperature: theta.clone(),
            answers: [0; 3].map(|_| theta.clone()),
            theta,
            period: 2.0,
            ..SensitivityFigure::default()
        };
        let figure = sensitivity_figure(&data);
        assert_eq!(figure.panels.len(), 5);
        for panel in &figure.panels {
            assert_eq!((panel.curves[0].x[8], panel.curves[0].y[8]), (2.0, 0.0));
        }
    }
}

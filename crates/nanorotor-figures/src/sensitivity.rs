//! Draw how the rotation rate answers to a push, to friction and to noise at each angle, below the potential and the temperature.

use nanorotor::quantity::{System, THETA};
use nanorotor::results::Results;

use crate::axis::Axis;
use crate::curve::Curve;
use crate::figure::{Figure, Width};
use crate::landscape::Units;
use crate::panel::Panel;

/// What a figure of sensitivities shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SensitivityFigure {
    /// The units of all that follows.
    pub units: Units,
    /// The angles (rad).
    pub theta: Vec<f64>,
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
            units: Units::of(system),
            theta: theta.map_or_else(Vec::new, |(theta, _)| theta),
            potential: values("potential"),
            effective_temperature: values("effective_temperature"),
            answers: ["torque_sensitivity", "friction_sensitivity", "diffusion_sensitivity"].map(values),
        }
    }
}

/// The figure of sensitivities, one column wide: above the potential and the effective temperature, below where a push, drag or heat would
/// turn the rotor faster (positive) or slower.
pub fn sensitivity_figure(data: &SensitivityFigure) -> Figure {
    let unit = |practical| data.units.name(practical);
    let panel = |axis: Axis, values: &[f64]| {
        let curve = Curve::line(data.theta.clone(), values.to_vec());
        Panel::new(Axis::angle("*θ*"), axis).curve(curve).height(24.0)
    };
    let [force, friction, diffusion] = &data.answers;
    let panels = vec![
        panel(Axis::new("*U*", unit("eV")), &data.potential),
        panel(Axis::new("*k*_{B}*T*_{eff}", unit("eV")), &data.effective_temperature),
        panel(Axis::new("*S*_{F}", unit("1/(ns eV)")).include_zero(), force),
        panel(Axis::new("*S*_{X}", unit("1/(ns eV ps)")).include_zero(), friction),
        panel(Axis::new("*S*_{D}", unit("1/(ns eV^2 ps)")).include_zero(), diffusion),
    ];
    Figure::new(Width::SingleColumn, panels).share_x()
}

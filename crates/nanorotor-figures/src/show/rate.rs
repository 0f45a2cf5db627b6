//! Draw where the rotor stands and how warm it is: density with potential, and temperatures, against the angle.

use nanorotor::Landscape;
use nanorotor::quantity::System;
use nanorotor::results::{Results, THETA_POINTS, theta_grid};
use nanorotor::units::HARTREE_IN_EV;

use crate::page::colour::Colour;
use crate::page::scene::Dash;
use crate::page::text::Text;
use crate::plot::axis::Axis;
use crate::plot::figure::{Figure, Width};
use crate::plot::panel::Panel;
use crate::show::landscape::{Period, TILTED, unit_in, work};

/// What a figure of the stationary state shows: one period, its end excluded; NaN leaves a gap.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RateFigure {
    /// The units of the energies.
    pub units: System,
    /// Angles on [0, `period`), rising, in rad.
    pub theta: Vec<f64>,
    /// The period in rad.
    pub period: f64,
    /// Periodic part of the potential at each angle, eV or hartrees; empty for a figure without it.
    pub potential: Vec<f64>,
    /// Torque of electrons, study's potential and load together at each angle, eV or hartrees per rad; its mean tilts the potential.
    pub total_torque: Vec<f64>,
    /// Stationary probability density at each angle, 1/rad.
    pub density: Vec<f64>,
    /// Kinetic temperature I⟨u²⟩ at each angle, eV or hartrees.
    pub kinetic_temperature: Vec<f64>,
    /// Effective temperature k_BT_eff at each angle, eV or hartrees; empty for a figure without it.
    pub effective_temperature: Vec<f64>,
}

impl RateFigure {
    /// What the results of a rate over [`theta_grid`] and the landscape behind it hold, in practical units.
    pub fn of(results: &Results, landscape: &Landscape) -> Self {
        let period = landscape.stated_period();
        let theta = theta_grid(period, THETA_POINTS);
        let along = |f: &dyn Fn(f64) -> f64| theta.iter().map(|&theta| f(theta) * HARTREE_IN_EV).collect();
        let values = |name: &str| results.get(name).map_or_else(Vec::new, |v| v.values_in(System::Practical));
        Self {
            units: System::Practical,
            period,
            potential: along(&|theta| landscape.potential().value(theta)),
            total_torque: along(&|theta| landscape.force().value(theta)),
            density: values("density"),
            kinetic_temperature: values("kinetic_temperature"),
            effective_temperature: along(&|theta| landscape.effective_temperature(theta)),
            theta,
        }
    }
}

/// The figure of a stationary state, one column wide.
pub fn rate_figure(data: &RateFigure) -> Figure {
    let closed = Period { theta: &data.theta, period: data.period };
    let axis = || Axis::angle("*θ*");
    let energy = unit_in(data.units, "eV");
    let work = work(&data.total_torque, &[], data.period);
    let symbol = if work == 0.0 { "*U*" } else { TILTED };
    let potential = || {
        Panel::new(axis(), Axis::new(symbol, energy)).curve(closed.tilted(&data.potential, work)).height(24.0)
    };
    let density = Panel::new(axis(), Axis::new("*p*", "rad^{−1}").include_zero())
        .curve(closed.curve(&data.density))
        .height(24.0);
    let kinetic =
        closed.curve(&data.kinetic_temperature).label(Text::markup("*T*_{kin}")).colour(Colour::PALETTE[1]);
    let effective =
        closed.curve(&data.effective_temperature).label(Text::markup("*T*_{eff}")).dash(Dash::Dashed);
    let temperatures = Panel::new(axis(), Axis::new("*k*_{B}*T*", energy)).height(30.0);
    let temperatures =
        if data.effective_temperature.is_empty() { temperatures } else { temperatures.curve(effective) };
    let mut panels = if data.potential.is_empty() { Vec::new() } else { vec![potential()] };
    panels.extend([density, temperatures.curve(kinetic)]);
    Figure::new(Width::SingleColumn, panels).share_x()
}

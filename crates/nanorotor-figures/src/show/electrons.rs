//! Draw what the electrons carry against the angle: heat currents, occupations of levels, noise.

use nanorotor::quantity::System;
use nanorotor::results::Results;

use crate::plot::axis::Axis;
use crate::plot::figure::{Figure, Width};
use crate::show::landscape::{LeadValues, Period, angles, of_leads, unit_in};

/// More levels than this are not told apart.
const MOST_LEVELS: usize = 8;

/// What a figure of the electrons shows: one period, its end excluded; NaN leaves a gap.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ElectronsFigure {
    /// The units of all that follows.
    pub units: System,
    /// Angles on [0, `period`), rising, in rad.
    pub theta: Vec<f64>,
    /// The period in rad.
    pub period: f64,
    /// Heat that leaves each lead at each angle, eV/ns or atomic units.
    pub heat_currents: Vec<LeadValues>,
    /// Electrons in each level, the level in the place of the lead.
    pub occupations: Vec<LeadValues>,
    /// Noise of the current of each lead, e²/ns or atomic units.
    pub noise: Vec<LeadValues>,
    /// Fano factor of each lead.
    pub fano: Vec<LeadValues>,
}

impl ElectronsFigure {
    /// What results over theta at one point hold of it.
    pub fn of(results: &Results, period: f64, system: System) -> Self {
        let of = |name: &str| LeadValues::of(results, name, system);
        let heat_currents = of("heat_currents");
        // The noise of a lead with itself.
        let own = of("current_noise").into_iter().step_by(heat_currents.len() + 1).zip(&heat_currents);
        Self {
            units: system,
            period,
            theta: angles(results),
            noise: own.map(|(noise, of)| LeadValues { lead: of.lead.clone(), ..noise }).collect(),
            heat_currents,
            occupations: of("occupations"),
            fano: of("fano"),
        }
    }
}

/// The figure of the electrons, one column wide; what is missing has no panel.
pub fn electrons_figure(data: &ElectronsFigure) -> Figure {
    let closed = Period { theta: &data.theta, period: data.period };
    let unit = |practical| unit_in(data.units, practical);
    let levels = if data.occupations.len() > MOST_LEVELS {
        let sum = |k: usize| data.occupations.iter().map(|level| level.values[k]).sum();
        vec![LeadValues { lead: "all levels".into(), values: (0..data.theta.len()).map(sum).collect() }]
    } else {
        let named =
            |level: &LeadValues| LeadValues { lead: format!("level {}", level.lead), ..level.clone() };
        data.occupations.iter().map(named).collect()
    };
    let rows = [
        (&data.heat_currents, Axis::new("*J*", unit("eV/ns"))),
        (&levels, Axis::new("*n*", "")),
        (&data.noise, Axis::new("*S*", unit("e²/ns")).include_zero()),
        (&data.fano, Axis::new("Fano factor", "").include_zero()),
    ];
    let is_known =
        |leads: &[LeadValues]| leads.iter().flat_map(|of| &of.values).any(|value| value.is_finite());
    let panels = rows.into_iter().filter(|(leads, _)| is_known(leads));
    let panels = panels.map(|(leads, axis)| of_leads(leads, closed, axis)).collect();
    Figure::new(Width::SingleColumn, panels).share_x()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(levels: usize) -> ElectronsFigure {
        let theta: Vec<f64> = (0..32).map(|k| f64::from(k) * std::f64::consts::PI / 32.0).collect();
        let wave = |lead: &str, size: f64| LeadValues {
            lead: lead.into(),
            values: theta.iter().map(|t| size * (1.5 + (2.0 * t).cos())).collect(),
        };
        ElectronsFigure {
            units: System::Practical,
            period: std::f64::consts::PI,
            heat_currents: vec![wave("left", -2.0), wave("right", -1.0)],
            occupations: (1..=levels).map(|level| wave(&level.to_string(), 0.3)).collect(),
            noise: vec![wave("left", 4.0), wave("right", 4.0)],
            fano: vec![wave("left", f64::NAN), wave("right", f64::NAN)],
            theta,
        }
    }

    #[test]
    fn what_is_missing_has_no_panel_and_many_levels_one_curve() {
        let curves = |levels: usize| -> Vec<usize> {
            electrons_figure(&data(levels)).panels.iter().map(|panel| panel.curves.len()).collect()
        };
        assert_eq!(curves(3), [2, 3, 1]);
        assert_eq!(curves(9), [2, 1, 1]);
        let total = &electrons_figure(&data(9)).panels[1].curves[0].y;
        assert!((total[0] - 9.0 * 0.3 * 2.5).abs() < 1e-12);
    }
}

//! Draw a rotor against external loads: rotation rate, power and efficiency, with stall torque and greatest values marked.

use nanorotor::quantity::{LOAD, System};
use nanorotor::results::Results;

use crate::page::colour::Colour;
use crate::plot::axis::Axis;
use crate::plot::curve::{Curve, Marker};
use crate::plot::figure::{Figure, Width};
use crate::plot::panel::Panel;
use crate::show::landscape::unit_in;

/// What a figure of a rotor against loads shows; NaN leaves a gap.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LoadFigure {
    /// The units of all that follows.
    pub units: System,
    /// The loads, eV or hartrees per rad.
    pub loads: Vec<f64>,
    /// The rotation rate against each, revolutions per ns or per atomic unit of time.
    pub rotation_rate: Vec<f64>,
    /// The power delivered to each, eV per ns or atomic units.
    pub power: Vec<f64>,
    /// The efficiency against each; empty for a figure without it.
    pub efficiency: Vec<f64>,
    /// The load that brings the rotor to rest.
    pub stall_torque: Option<f64>,
    /// The load of greatest power, and that power.
    pub maximum_power: Option<(f64, f64)>,
    /// The load of greatest efficiency, and that efficiency.
    pub maximum_efficiency: Option<(f64, f64)>,
}

impl LoadFigure {
    /// What results hold of it.
    pub fn of(results: &Results, system: System) -> Self {
        let values = |name: &str| results.get(name).map_or_else(Vec::new, |v| v.values_in(system));
        let scalar = |name: &str| values(name).first().copied().filter(|value| value.is_finite());
        let pair = |at: &str, name: &str| scalar(at).zip(scalar(name));
        let loads = results.axis(LOAD).and_then(|axis| axis.shown(system));
        let efficiency = values("efficiency");
        let is_known = efficiency.iter().any(|value| value.is_finite());
        Self {
            units: system,
            loads: loads.map_or_else(Vec::new, |(loads, _)| loads),
            rotation_rate: values("rotation_rate"),
            power: values("power"),
            efficiency: if is_known { efficiency } else { Vec::new() },
            stall_torque: scalar("stall_torque"),
            maximum_power: pair("load_at_maximum_power", "maximum_power"),
            maximum_efficiency: pair("load_at_maximum_efficiency", "maximum_efficiency"),
        }
    }
}

/// The figure of a rotor against loads, one column wide.
pub fn load_figure(data: &LoadFigure) -> Figure {
    let unit = |practical| unit_in(data.units, practical);
    let panel = |axis: Axis, values: &[f64], mark: Option<(f64, f64)>| {
        let load = Axis::new("*τ*_{load}", unit("eV/rad"));
        let panel = Panel::new(load, axis.include_zero())
            .curve(Curve::line(data.loads.clone(), values.to_vec()))
            .height(30.0);
        match mark {
            Some((load, value)) => panel.curve(
                Curve::points(vec![load], vec![value]).marker(Marker::Circle).colour(Colour::PALETTE[1]),
            ),
            None => panel,
        }
    };
    let rate = Axis::new("*R*", unit("revolutions/ns"));
    let mut panels = vec![
        panel(rate, &data.rotation_rate, data.stall_torque.map(|load| (load, 0.0))),
        panel(Axis::new("*P*_{load}", unit("eV/ns")), &data.power, data.maximum_power),
    ];
    if !data.efficiency.is_empty() {
        panels.push(panel(Axis::new("efficiency", ""), &data.efficiency, data.maximum_efficiency));
    }
    Figure::new(Width::SingleColumn, panels).share_x()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stall_torque_and_the_greatest_values_are_marked_where_there_are_any() {
        let loads: Vec<f64> = (0..6).map(|k| 0.25 * f64::from(k)).collect();
        let data = LoadFigure {
            rotation_rate: loads.iter().map(|load| 1.0 - load).collect(),
            power: loads.iter().map(|load| load * (1.0 - load)).collect(),
            efficiency: loads.iter().map(|load| if *load < 1.0 { 0.3 * load } else { f64::NAN }).collect(),
            stall_torque: Some(1.0),
            maximum_power: Some((0.5, 0.25)),
            maximum_efficiency: Some((0.9, 0.27)),
            loads,
            ..LoadFigure::default()
        };
        let curves = |data: &LoadFigure| {
            load_figure(data).panels.iter().map(|panel| panel.curves.len()).collect::<Vec<_>>()
        };
        assert_eq!(curves(&data), [2, 2, 2]);
        let without = LoadFigure { efficiency: Vec::new(), maximum_power: None, ..data };
        assert_eq!(curves(&without), [2, 1]);
    }
}

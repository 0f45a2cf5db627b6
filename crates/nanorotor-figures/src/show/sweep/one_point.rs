//! Draw the results of a single point.

use nanorotor::quantity::System;

use crate::show::electrons::{ElectronsFigure, electrons_figure};
use crate::show::landscape::{DRIVEN, LandscapeFigure, landscape_figure, work};
use crate::show::named::NamedFigure;
use crate::show::rate::{RateFigure, rate_figure};
use crate::show::reading::Reader;

pub(super) fn figures(reader: &Reader<'_>) -> Vec<NamedFigure> {
    let Some((theta, period)) = reader.theta() else { return Vec::new() };
    let over_theta = |name: &str| {
        reader.rows(name, &["theta"]).and_then(|rows| rows.into_iter().next()).unwrap_or_default()
    };
    let (potential, temperature) = (over_theta("potential"), over_theta("effective_temperature"));
    let mut figures = Vec::new();
    if !potential.is_empty() && !temperature.is_empty() {
        let data = LandscapeFigure::of(reader.results, period, System::Practical);
        let caption = format!(
            "Potential U coloured by the effective temperature, friction ξ, strength of the torque noise D{}{} against θ.{}{}",
            if data.currents.is_empty() { "" } else { ", currents I" },
            if data.pumps() { ", emissivities e" } else { "" },
            if work(&data.total_torque, &data.torque, data.period) == 0.0 { "" } else { DRIVEN },
            reader.remarks(&[])
        );
        figures.push(NamedFigure::new("landscape", landscape_figure(&data), caption));
    }
    figures.extend(electrons(reader, period));
    let density = over_theta("density");
    if !density.is_empty() {
        let data = RateFigure {
            units: System::Practical,
            theta,
            period,
            potential,
            total_torque: over_theta("total_torque"),
            density,
            kinetic_temperature: over_theta("kinetic_temperature"),
            effective_temperature: temperature,
        };
        let caption = format!(
            "Stationary probability density p and temperatures against θ: kinetic, I⟨u²⟩ at each angle, and effective.{}",
            reader.remarks(&[])
        );
        figures.push(NamedFigure::new("stationary_state", rate_figure(&data), caption));
    }
    figures
}

/// What the electrons carry, where anything of it is known.
fn electrons(reader: &Reader<'_>, period: f64) -> Option<NamedFigure> {
    let data = ElectronsFigure::of(reader.results, period, System::Practical);
    let figure = electrons_figure(&data);
    let caption = format!(
        "Heat J that leaves each lead, electrons n in each level, noise S of the current of each lead and Fano factor at a fixed angle against θ.{}",
        reader.remarks(&[])
    );
    (!figure.panels.is_empty()).then(|| NamedFigure::new("electrons", figure, caption))
}

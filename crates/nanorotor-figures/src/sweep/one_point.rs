//! Draw the results of a single point.

use super::NamedFigure;
use crate::landscape::{DRIVEN, LandscapeFigure, LeadValues, Units, landscape_figure, work};
use crate::rate::{RateFigure, rate_figure};
use crate::reading::Reader;

pub(super) fn figures(reader: &Reader<'_>) -> Vec<NamedFigure> {
    let Some((theta, period)) = reader.theta() else { return Vec::new() };
    let over_theta = |name: &str| {
        reader.rows(name, &["theta"]).and_then(|rows| rows.into_iter().next()).unwrap_or_default()
    };
    let (potential, temperature) = (over_theta("potential"), over_theta("effective_temperature"));
    let mut figures = Vec::new();
    if !potential.is_empty() && !temperature.is_empty() {
        let of_leads = |name: &str| {
            let rows = reader.rows(name, &["lead", "theta"]).and_then(|rows| rows.into_iter().next());
            let rows = rows.unwrap_or_default();
            let leads = reader.leads().into_iter().zip(rows.chunks(theta.len()));
            leads.map(|(lead, values)| LeadValues { lead, values: values.to_vec() }).collect::<Vec<_>>()
        };
        let data = LandscapeFigure {
            units: Units::Practical,
            period,
            potential: potential.clone(),
            effective_temperature: temperature.clone(),
            torque: over_theta("torque"),
            total_torque: over_theta("total_torque"),
            friction: over_theta("friction"),
            environment_friction: over_theta("environment_friction"),
            diffusion: over_theta("diffusion"),
            currents: of_leads("currents"),
            emissivities: of_leads("emissivity"),
            theta: theta.clone(),
        };
        let caption = format!(
            "Potential U coloured by the effective temperature, friction ξ, strength of the torque noise D{}{} against θ.{}{}",
            if data.currents.is_empty() { "" } else { ", currents I" },
            if data.pumps() { ", emissivities e" } else { "" },
            if work(&data.total_torque, &data.torque, data.period) == 0.0 { "" } else { DRIVEN },
            reader.remarks(&[])
        );
        figures.push(NamedFigure::new("landscape", landscape_figure(&data), caption));
    }
    let density = over_theta("density");
    if !density.is_empty() {
        let data = RateFigure {
            units: Units::Practical,
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

//! Draw the electrons against the energy: transmission and density of states, as cuts at a few angles or as maps.

use nanorotor::quantity::{ENERGY_AXIS, System, THETA};
use nanorotor::results::{Coordinates, Results};

use crate::page::colour::Colour;
use crate::page::scene::Dash;
use crate::page::text::Text;
use crate::plot::axis::Axis;
use crate::plot::curve::Curve;
use crate::plot::figure::{ColourBar, Figure, Width};
use crate::plot::heat::HeatMap;
use crate::plot::panel::Panel;
use crate::show::landscape::Units;

/// Up to so many angles are cuts, more are a map.
const MOST_CUTS: usize = 4;

/// What a figure of a spectrum shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SpectrumFigure {
    /// The units of all that follows.
    pub units: Units,
    /// The angles, rad.
    pub theta: Vec<f64>,
    /// The energies, eV or hartrees, rising.
    pub energies: Vec<f64>,
    /// Names of the leads that the transmission is between, the second one first.
    pub between: Option<[String; 2]>,
    /// The transmission, angle by angle; empty with a single lead.
    pub transmission: Vec<Vec<f64>>,
    /// The density of states of all levels, one over energy, angle by angle.
    pub density: Vec<Vec<f64>>,
    /// The name and the chemical potential of each lead.
    pub chemical_potentials: Vec<(String, f64)>,
}

impl SpectrumFigure {
    /// What results hold of it: the transmission from the second lead to the first.
    pub fn of(results: &Results, system: System) -> Self {
        let values = |name: &str| results.get(name).map_or_else(Vec::new, |v| v.values_in(system));
        let numbers = |name: &str| {
            results.axis(name).and_then(|axis| axis.shown(system)).map_or_else(Vec::new, |(n, _)| n)
        };
        let leads = match results.axis("lead").map(|axis| &axis.coordinates) {
            Some(Coordinates::Names(names)) => names.clone(),
            _ => Vec::new(),
        };
        let (theta, energies) = (numbers(THETA), numbers(ENERGY_AXIS));
        let rows = |values: Vec<f64>, pick: &dyn Fn(&[f64]) -> f64| -> Vec<Vec<f64>> {
            let size = values.len() / (theta.len() * energies.len()).max(1);
            let row = |row: &[f64]| row.chunks(size.max(1)).map(pick).collect();
            values.chunks((size * energies.len()).max(1)).map(row).collect()
        };
        Self {
            units: Units::of(system),
            between: (leads.len() > 1).then(|| [leads[1].clone(), leads[0].clone()]),
            transmission: if leads.len() > 1 {
                rows(values("transmission"), &|of| of[1])
            } else {
                Vec::new()
            },
            density: rows(values("local_density_of_states"), &|of| of.iter().sum()),
            chemical_potentials: leads.into_iter().zip(values("chemical_potential")).collect(),
            theta,
            energies,
        }
    }

    fn map(&self, values: &[Vec<f64>]) -> HeatMap {
        // Row by row: all angles at the first energy.
        let cells = (0..self.energies.len()).flat_map(|k| values.iter().map(move |of| of[k])).collect();
        HeatMap::new(self.theta.clone(), self.energies.clone(), cells)
    }

    fn transmission_axis(&self) -> Axis {
        let between = self.between.as_ref();
        let between = between.map_or_else(String::new, |[from, to]| format!(", {from} to {to}"));
        Axis::of(Text::markup("*T*").then(&between), Text::plain(""))
    }
}

/// The figure of a spectrum, one column wide.
pub fn spectrum_figure(data: &SpectrumFigure) -> Figure {
    let unit = |practical| data.units.name(practical);
    if data.theta.len() > MOST_CUTS {
        // A map of the transmission, or of the density of states where there is one lead.
        let (values, bar) = if data.transmission.is_empty() {
            (&data.density, Axis::new("*ρ*", unit("1/eV")))
        } else {
            (&data.transmission, data.transmission_axis())
        };
        let energy = Axis::new("*ω*", unit("eV"));
        let panel = Panel::new(Axis::angle("*θ*"), energy).heat(data.map(values)).height(70.0);
        let ends = [data.theta[0], data.theta[data.theta.len() - 1]];
        let panel = data.chemical_potentials.iter().enumerate().fold(panel, |panel, (k, (lead, mu))| {
            let line =
                Curve::line(ends.to_vec(), vec![*mu; 2]).label(Text::markup("*μ*").then(", ").then(lead));
            panel.curve(line.colour(Colour::PALETTE[k + 1]).dash(Dash::ALL[1 + k % (Dash::ALL.len() - 1)]))
        });
        return Figure::new(Width::SingleColumn, vec![panel]).colour_bar(ColourBar::new(bar));
    }
    let cut = |name: Axis, values: &[Vec<f64>]| {
        let high = values.iter().flatten().copied().fold(0.0, f64::max);
        let panel = Panel::new(Axis::new("*ω*", unit("eV")), name.include_zero()).height(38.0);
        let panel = values.iter().zip(&data.theta).enumerate().fold(panel, |panel, (k, (values, theta))| {
            let curve = Curve::line(data.energies.clone(), values.clone());
            let label = Text::markup("*θ* = ").then_text(crate::show::names::value(*theta));
            panel.curve(
                curve
                    .label(label)
                    .colour(Colour::PALETTE[k % Colour::PALETTE.len()])
                    .dash(Dash::ALL[k % Dash::ALL.len()]),
            )
        });
        // Chemical potentials as thin lines over the whole height.
        data.chemical_potentials.iter().fold(panel, |panel, (_, mu)| {
            panel.curve(
                Curve::line(vec![*mu; 2], vec![0.0, high]).colour(Colour::GREY).dash(Dash::Dotted).width(0.7),
            )
        })
    };
    let mut panels = Vec::new();
    if !data.transmission.is_empty() {
        panels.push(cut(data.transmission_axis(), &data.transmission));
    }
    panels.push(cut(Axis::new("*ρ*", unit("1/eV")), &data.density));
    Figure::new(Width::SingleColumn, panels).share_x()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(angles: usize) -> SpectrumFigure {
        let energies: Vec<f64> = (0..21).map(|k| -1.0 + 0.1 * f64::from(k)).collect();
        let row = |size: f64| energies.iter().map(|e| size / (1.0 + 20.0 * e * e)).collect::<Vec<f64>>();
        SpectrumFigure {
            theta: (0..angles).map(|k| 0.3 * k as f64).collect(),
            transmission: vec![row(1.0); angles],
            density: vec![row(4.0); angles],
            between: Some(["right".into(), "left".into()]),
            chemical_potentials: vec![("left".into(), 0.5), ("right".into(), -0.5)],
            energies,
            ..SpectrumFigure::default()
        }
    }

    #[test]
    fn few_angles_are_cuts_and_many_a_map() {
        let cuts = spectrum_figure(&data(2));
        // Two angles and two chemical potentials.
        assert_eq!(cuts.panels.iter().map(|panel| panel.curves.len()).collect::<Vec<_>>(), [4, 4]);
        let map = spectrum_figure(&data(9));
        assert!(map.panels.len() == 1 && map.panels[0].heat.is_some() && map.panels[0].curves.len() == 2);
        let alone = SpectrumFigure { transmission: Vec::new(), ..data(1) };
        assert_eq!(spectrum_figure(&alone).panels.len(), 1);
    }
}

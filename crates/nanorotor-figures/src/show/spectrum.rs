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
use crate::show::landscape::unit_in;

/// Up to so many angles are cuts, more are a map.
const MOST_CUTS: usize = 4;

/// A transmission between two leads that differs from its reverse by more than this is shown beside it.
const SYMMETRIC: f64 = 1e-9;

/// The transmission between two leads.
#[derive(Debug, Clone, PartialEq)]
pub struct Transmission {
    /// The lead that electrons come from, and the one that they go to.
    pub between: [String; 2],
    /// Its values over the energies, angle by angle.
    pub values: Vec<Vec<f64>>,
}

impl Transmission {
    fn axis(&self) -> Axis {
        let [from, to] = &self.between;
        Axis::of(Text::markup("*T*").then(&format!(", {from} to {to}")), Text::plain(""))
    }
}

/// What a figure of a spectrum shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SpectrumFigure {
    /// The units of all that follows.
    pub units: System,
    /// The angles, rad.
    pub theta: Vec<f64>,
    /// The energies, eV or hartrees, rising.
    pub energies: Vec<f64>,
    /// The transmissions between all pairs of leads, both ways where these differ.
    pub transmissions: Vec<Transmission>,
    /// The density of states of all levels, one over energy, angle by angle.
    pub density: Vec<Vec<f64>>,
    /// The name and the chemical potential of each lead.
    pub chemical_potentials: Vec<(String, f64)>,
}

impl SpectrumFigure {
    /// What results hold of it.
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
        let count = leads.len();
        let transmission = values("transmission");
        let between = |to: usize, from: usize| Transmission {
            between: [leads[from].clone(), leads[to].clone()],
            values: rows(transmission.clone(), &|of| of.get(to * count + from).copied().unwrap_or(f64::NAN)),
        };
        let is_reverse = |a: &Transmission, b: &Transmission| {
            let pairs = a.values.iter().flatten().zip(b.values.iter().flatten());
            pairs.into_iter().all(|(a, b)| (a - b).abs() <= SYMMETRIC)
        };
        let mut transmissions = Vec::new();
        for (to, from) in (0..count).flat_map(|to| (to + 1..count).map(move |from| (to, from))) {
            let (there, back) = (between(to, from), between(from, to));
            let differ = !is_reverse(&there, &back);
            transmissions.push(there);
            transmissions.extend(differ.then_some(back));
        }
        Self {
            units: system,
            transmissions,
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
}

/// The figure of a spectrum, one column wide.
pub fn spectrum_figure(data: &SpectrumFigure) -> Figure {
    let unit = |practical| unit_in(data.units, practical);
    if data.theta.len() > MOST_CUTS {
        // Maps of the transmissions, or of the density of states where there is one lead.
        let bar = match &data.transmissions[..] {
            [] => Axis::new("*ρ*", unit("1/eV")),
            [only] => only.axis(),
            _ => Axis::new("*T*", ""),
        };
        let maps: Vec<(&[Vec<f64>], String)> = if data.transmissions.is_empty() {
            vec![(&data.density, String::new())]
        } else {
            let map = |of: &'_ Transmission| format!("{} to {}", of.between[0], of.between[1]);
            data.transmissions.iter().map(|of| (&of.values[..], map(of))).collect()
        };
        let ends = [data.theta[0], data.theta[data.theta.len() - 1]];
        let map = |(k, (values, between)): (usize, &(&[Vec<f64>], String))| {
            let height = if maps.len() == 1 { 70.0 } else { 45.0 };
            let energy = Axis::new("*ω*", unit("eV"));
            let panel = Panel::new(Axis::angle("*θ*"), energy).heat(data.map(values)).height(height);
            let panel = if maps.len() == 1 { panel } else { panel.note(Text::plain(between)) };
            data.chemical_potentials.iter().enumerate().fold(panel, |panel, (lead, (name, mu))| {
                let line = Curve::line(ends.to_vec(), vec![*mu; 2]);
                let line =
                    line.colour(Colour::PALETTE[lead + 1]).dash(Dash::ALL[1 + lead % (Dash::ALL.len() - 1)]);
                // Named once.
                panel.curve(if k == 0 {
                    line.label(Text::markup("*μ*").then(", ").then(name))
                } else {
                    line
                })
            })
        };
        let panels = maps.iter().enumerate().map(map).collect();
        return Figure::new(Width::SingleColumn, panels).colour_bar(ColourBar::new(bar));
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
    for of in &data.transmissions {
        panels.push(cut(of.axis(), &of.values));
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
            transmissions: vec![Transmission {
                between: ["right".into(), "left".into()],
                values: vec![row(1.0); angles],
            }],
            density: vec![row(4.0); angles],
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
        let alone = SpectrumFigure { transmissions: Vec::new(), ..data(1) };
        assert_eq!(spectrum_figure(&alone).panels.len(), 1);
    }

    /// A spectrum of three leads whose transmissions are made up; `turn` is what a magnetic field makes of one of them.
    fn three_leads(turn: f64) -> SpectrumFigure {
        let mut results = Results::default();
        results.numbers(THETA, (0..6).map(f64::from).collect());
        results.numbers(ENERGY_AXIS, vec![-0.1, 0.0, 0.1]);
        results.names("lead", ["left", "right", "gate"].map(String::from).into());
        results.names("lead_2", ["left", "right", "gate"].map(String::from).into());
        let one = [2.0, 0.1, 0.2 + turn, 0.1, 2.0, 0.3, 0.2, 0.3, 2.0];
        let all = one.iter().copied().cycle().take(6 * 3 * 9).collect();
        results.variable("transmission", &[THETA, ENERGY_AXIS, "lead", "lead_2"], all);
        SpectrumFigure::of(&results, System::Practical)
    }

    #[test]
    fn every_pair_of_leads_is_shown_both_ways_where_they_differ() {
        let pairs = |data: &SpectrumFigure| {
            data.transmissions.iter().map(|of| (of.between.join(" "), of.values[5][2])).collect::<Vec<_>>()
        };
        let named = |all: &[(&str, f64)]| all.iter().map(|(n, t)| ((*n).to_owned(), *t)).collect::<Vec<_>>();
        let symmetric = three_leads(0.0);
        assert_eq!(pairs(&symmetric), named(&[("right left", 0.1), ("gate left", 0.2), ("gate right", 0.3)]));
        assert_eq!(spectrum_figure(&symmetric).panels.len(), 3);
        let field = three_leads(0.5);
        let expected = [("right left", 0.1), ("gate left", 0.7), ("left gate", 0.2), ("gate right", 0.3)];
        assert_eq!(pairs(&field), named(&expected));
    }
}

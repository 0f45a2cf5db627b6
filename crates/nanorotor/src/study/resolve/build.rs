//! Build the junction and the landscape that a resolved study describes.

use super::resolved::{Environment, JunctionModel, LandscapeModel, Model, Resolved};
use crate::error::Result;
use crate::expression::Panel;
use crate::junction::{Formulas, Junction};
use crate::landscape::Landscape;
use crate::periodic::{Periodic, Sample, resolve};

/// What exerts torque, friction and noise on the rotor, ready to compute with.
#[derive(Debug, Clone)]
pub enum Electrons<'a> {
    /// The electrons of a junction.
    Junction(Junction),
    /// Functions that the study gives.
    Given(&'a LandscapeModel),
}

impl Electrons<'_> {
    /// The junction, if there is one.
    pub fn junction(&self) -> Option<&Junction> {
        match self {
            Self::Junction(junction) => Some(junction),
            Self::Given(_) => None,
        }
    }
}

impl Resolved {
    /// The junction, or the functions that the study gives in its place.
    ///
    /// # Errors
    /// As [`Junction::new`].
    pub fn electrons(&self) -> Result<Electrons<'_>> {
        Ok(match &self.model {
            Model::Junction(model) => Electrons::Junction(model.junction(self.rotor.period)?),
            Model::Landscape(model) => Electrons::Given(model),
        })
    }

    /// The landscape with environment, classical potential and load, over its smallest period.
    ///
    /// # Errors
    /// As [`Landscape::from_junction`] and [`Landscape::new`].
    pub fn landscape(&self) -> Result<Landscape> {
        self.landscape_around(self.electronic_landscape()?)
    }

    /// What the electrons do to the rotor, or the functions that the study gives in their place: neither environment nor potential
    /// nor load nor inertia change it, and it takes nearly all the time.
    ///
    /// # Errors
    /// As [`Landscape::from_junction`] and [`Landscape::new`].
    pub fn electronic_landscape(&self) -> Result<Landscape> {
        match self.electrons()? {
            Electrons::Junction(junction) => Landscape::from_junction(&junction),
            Electrons::Given(model) => model.landscape(self.rotor.period),
        }
    }

    /// The landscape whose [electrons](Self::electronic_landscape) are known: the same as [`Resolved::landscape`].
    ///
    /// # Errors
    /// As [`Landscape::new`].
    pub fn landscape_around(&self, electrons: Landscape) -> Result<Landscape> {
        let names =
            ["classical potential", "environment friction", "environment diffusion"].map(String::from);
        let Environment { friction, thermal_energy } = &self.environment;
        let panels = [&self.rotor.potential, friction, thermal_energy]
            .into_iter()
            .flat_map(|formula| formula.panels(self.rotor.period));
        let (functions, _) = sampled(self.rotor.period, &names, panels, |theta| {
            let (friction, diffusion) = self.environment.at(theta);
            [self.rotor.potential.at(theta).value, friction, diffusion]
        })?;
        let [potential, friction, diffusion] = functions;
        Ok(electrons
            .with_environment(friction, diffusion)?
            .with_mechanics(potential, self.rotor.load)?
            .reduced())
    }
}

impl Environment {
    /// (ξ_solv, D_solv) at θ, with D_solv = 2 k_BT_solv ξ_solv.
    pub fn at(&self, theta: f64) -> (f64, f64) {
        let friction = self.friction.at(theta).value;
        (friction, 2.0 * self.thermal_energy.at(theta).value * friction)
    }
}

impl JunctionModel {
    fn junction(&self, period: f64) -> Result<Junction> {
        let channels = self.leads.iter().flat_map(|lead| lead.channels.iter().cloned()).collect();
        let owners = self
            .leads
            .iter()
            .enumerate()
            .flat_map(|(i, lead)| lead.channels.iter().map(move |_| i))
            .collect();
        let leads = self.leads.iter().map(|lead| lead.lead.clone()).collect();
        let mut molecule = Formulas::new(self.hamiltonian.clone(), channels)?;
        if let Some(connection) = &self.connection {
            molecule = molecule.with_connection(connection.clone())?;
        }
        Junction::new(molecule, leads, owners, self.band.clone(), self.spin_degeneracy, period)?
            .with_reference(self.reference)
    }
}

impl LandscapeModel {
    fn landscape(&self, period: f64) -> Result<Landscape> {
        let names = ["torque", "friction", "diffusion"].map(String::from);
        let panels = [&self.torque, &self.friction, &self.diffusion].map(|profile| profile.panels(period));
        let (functions, resolution) = sampled(period, &names, panels.into_iter().flatten(), |theta| {
            [&self.torque, &self.friction, &self.diffusion].map(|profile| profile.at(theta))
        })?;
        let [torque, friction, diffusion] = functions;
        Ok(Landscape::new(torque, friction, diffusion)?.with_resolution(resolution))
    }
}

/// Functions that are known to rounding, on a grid that resolves them; all are smooth on each of the panels.
fn sampled<const N: usize>(
    period: f64,
    names: &[String; N],
    panels: impl Iterator<Item = Panel>,
    f: impl Fn(f64) -> [f64; N] + Sync,
) -> Result<([Periodic; N], crate::periodic::Resolution)> {
    let nodes: Vec<f64> = panels.flat_map(Panel::nodes).collect();
    let narrow = |_| Ok(nodes.clone());
    let (functions, resolution) = resolve(period, names, narrow, |theta| {
        Ok(f(theta).into_iter().map(|value| Sample { value, error: 1e-14 * value.abs() }).collect())
    })?;
    let mut functions = functions.into_iter();
    let next = |_| functions.next().unwrap_or_else(|| Periodic::constant(period, 0.0));
    Ok((std::array::from_fn(next), resolution))
}

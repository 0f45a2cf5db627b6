//! Compute the landscape of a junction on a θ-grid that resolves it.

use super::Landscape;
use crate::coefficients::{Coefficients, Integral};
use crate::error::Result;
use crate::junction::Junction;
use crate::periodic::{Sample, resolve};

impl Landscape {
    /// The landscape that the electrons of a junction make, on a grid chosen by the Fourier tail of its functions.
    ///
    /// The currents out of the leads ride along as averaged functions under the names of the leads.
    ///
    /// # Errors
    /// As [`Coefficients::at`] at every angle, and [`crate::Error::NotConverged`] for functions that no grid resolves.
    pub fn from_junction(junction: &Junction) -> Result<Self> {
        let coefficients = ["torque", "friction", "diffusion"].map(String::from);
        let currents = junction.leads().iter().map(|lead| format!("current of lead \"{}\"", lead.name));
        let names: Vec<String> = coefficients.into_iter().chain(currents).collect();
        let sample = |integral: &Integral| Sample {
            value: integral.value,
            error: integral.error + 1e-14 * integral.size,
        };
        let (functions, resolution) = resolve(junction.period(), &names, |theta| {
            let at = Coefficients::at(junction, theta)?;
            Ok([&at.torque, &at.friction, &at.diffusion]
                .into_iter()
                .chain(&at.currents)
                .map(sample)
                .collect())
        })?;
        let mut functions = functions.into_iter();
        let mut next =
            || functions.next().unwrap_or_else(|| crate::Periodic::constant(junction.period(), 0.0));
        let (torque, friction, diffusion) = (next(), next(), next());
        let leads = junction.leads().iter().map(|lead| lead.name.clone());
        Ok(Self::new(torque, friction, diffusion)?
            .with_averaged(leads.zip(functions).collect())
            .with_resolution(resolution))
    }
}

//! Integrate over the energy: torque, friction, diffusion, currents, emissivities and pumped charge at one angle.
//!
//! Energies between the band bottom and the lowest energy that any lead leaves empty contribute to the torque only, and in
//! closed form; all other integrals live where the leads are neither all full nor all empty.

mod crossings;
mod current;
mod diffusion;
mod electrons;
mod emissivity;
mod friction;
mod occupation;
mod quadrature;
mod sea;
mod torque;

use std::f64::consts::TAU;

pub use crossings::{Crossing, refined};
use electrons::Electrons;
pub use quadrature::{Integral, TOLERANCE};
use quadrature::{Sample, integrate, panels};

use crate::error::Result;
use crate::junction::{Band, Frame, Junction};
use crate::scattering::{Scattering, Wanted};

const INVERSE_TAU: f64 = 1.0 / TAU;

/// The coefficients of the Langevin equation that come from the electrons, at one angle (Hartree atomic units).
#[derive(Debug, Clone, PartialEq)]
pub struct Coefficients {
    /// τ (Ha/rad).
    pub torque: Integral,
    /// ξ (ħ).
    pub friction: Integral,
    /// D (Ha ħ).
    pub diffusion: Integral,
    /// I, electrons that leave each lead per unit time, in the order of the leads.
    pub currents: Vec<Integral>,
    /// e, electrons that leave each lead per radian that the rotor turns (1/rad), beside those of `currents`.
    pub emissivity: Vec<Integral>,
}

impl Coefficients {
    /// The coefficients of a junction at θ (rad).
    ///
    /// # Errors
    /// What the geometry reports at θ, a level whose occupation nothing fixes, or [`crate::Error::NotConverged`].
    pub fn at(junction: &Junction, theta: f64) -> Result<Self> {
        let frame = junction.frame(theta)?;
        Self::of_scattering(junction, &Scattering::new(&frame)?)
    }

    /// The coefficients from direct solves at every energy: slower, and independent of the eigenvectors of h_eff.
    ///
    /// # Errors
    /// As [`Coefficients::at`].
    pub fn direct_at(junction: &Junction, theta: f64) -> Result<Self> {
        let frame = junction.frame(theta)?;
        Self::of_scattering(junction, &Scattering::direct(&frame)?)
    }

    fn of_scattering(junction: &Junction, scattering: &Scattering) -> Result<Self> {
        let leads = junction.leads();
        let (low, high) = occupation::window(leads, scattering.poles());
        let bottom = match junction.band() {
            Band::Bottom(bottom) => *bottom,
            Band::Lorentzian(_) => f64::NEG_INFINITY,
        };
        let mut breakpoints = vec![low, high];
        if bottom > low {
            breakpoints.push(bottom);
        }
        let poles: Vec<_> = scattering.poles().iter().copied().chain(occupation::poles(leads)).collect();
        let edges = panels(&breakpoints, &poles);

        let equilibrium = leads.iter().all(|lead| {
            lead.chemical_potential == leads[0].chemical_potential
                && lead.thermal_energy == leads[0].thermal_energy
        });
        let mut electrons = Electrons::new(scattering, leads, junction.channel_leads());
        let integrals = integrate(
            "energy integral",
            &edges,
            3 + 2 * leads.len(),
            #[inline(always)]
            |omega, rounding, samples| {
                electrons.set_energies(omega, Wanted { first_order: !equilibrium, rounding })?;
                torque::add(&electrons, omega, bottom, &mut samples[0]);
                friction::add(&electrons, &mut samples[1]);
                if !equilibrium {
                    friction::add_out_of_equilibrium(&electrons, &mut samples[1]);
                }
                diffusion::add(&electrons, &mut samples[2]);
                for (c, &lead) in junction.channel_leads().iter().enumerate() {
                    current::add(&electrons, c, &mut samples[3 + lead]);
                }
                emissivity::add(&electrons, junction.channel_leads(), &mut samples[3 + leads.len()..]);
                Ok(())
            },
        )?;

        let spin = junction.spin_degeneracy();
        let mut torque = integrals[0];
        if bottom < low {
            torque =
                torque.plus(sea::filled_torque(scattering, junction.channel_leads().len(), bottom, low)?);
        }
        let (currents, emissivity) = integrals[3..].split_at(leads.len());
        let by_lead = |part: &[Integral]| part.iter().map(|i| i.scaled(spin)).collect();
        Ok(Self {
            torque: torque.scaled(spin),
            friction: integrals[1].scaled(spin),
            diffusion: integrals[2].scaled(spin),
            currents: by_lead(currents),
            emissivity: by_lead(emissivity),
        })
    }
}

/// The charge pumped out of each lead per radian with all leads at their mean μ and k_BT, electrons per rad: the emissivity at
/// equilibrium.
///
/// # Errors
/// As [`Coefficients::at`].
pub fn pumped_charge(junction: &Junction, theta: f64) -> Result<Vec<Integral>> {
    let frame = junction.frame(theta)?;
    pumped_charge_of_frame(junction, &frame)
}

fn pumped_charge_of_frame(junction: &Junction, frame: &Frame) -> Result<Vec<Integral>> {
    let scattering = Scattering::new(frame)?;
    let equilibrium = junction.at_mean_equilibrium();
    let leads = equilibrium.leads();
    let (low, high) = occupation::window(leads, scattering.poles());
    let poles: Vec<_> = scattering.poles().iter().copied().chain(occupation::poles(leads)).collect();
    let edges = panels(&[low, high], &poles);
    let mut electrons = Electrons::new(&scattering, leads, junction.channel_leads());
    let integrals = integrate(
        "pumped charge",
        &edges,
        leads.len(),
        #[inline(always)]
        |omega, rounding, samples| {
            electrons.set_energies(omega, Wanted { first_order: false, rounding })?;
            emissivity::add(&electrons, junction.channel_leads(), samples);
            Ok(())
        },
    )?;
    Ok(integrals.into_iter().map(|i| i.scaled(junction.spin_degeneracy())).collect())
}

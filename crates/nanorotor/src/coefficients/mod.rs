//! Integrate over the energy at one angle: torque, friction and diffusion, and the families of functions that go with them.
//!
//! Energies between the band bottom and the lowest energy that any lead leaves empty contribute to the torque and to the occupations
//! only, and in closed form; all other integrals live where the leads are neither all full nor all empty.

mod crossings;
mod current;
mod dark;
mod diffusion;
mod electrons;
mod emissivity;
mod family;
mod fermi;
mod friction;
mod noise;
mod occupation;
mod quadrature;
mod sea;
mod torque;

use std::f64::consts::TAU;

pub use crossings::{Crossing, refined};
use electrons::{Carried, Electrons};
pub use family::Family;
pub use quadrature::{Integral, TOLERANCE};
use quadrature::{Origin, Sample, integrate, panels};

use crate::error::Result;
use crate::junction::{Frame, Junction, Lead, Reference};
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
    /// The families of functions that were asked for, with the integrals of each.
    families: Vec<(Family, Vec<Integral>)>,
}

impl Coefficients {
    /// The coefficients of a junction at θ (rad), with these families of functions beside torque, friction and diffusion.
    ///
    /// # Errors
    /// What the geometry reports at θ, a level whose occupation nothing fixes, or [`crate::Error::NotConverged`].
    pub fn at(junction: &Junction, theta: f64, families: &[Family]) -> Result<Self> {
        let frame = junction.frame(theta)?;
        Self::of_scattering(junction, theta, &Scattering::new(&frame)?, families)
    }

    /// The coefficients from direct solves at every energy: slower, and independent of the eigenvectors of h_eff.
    ///
    /// # Errors
    /// As [`Coefficients::at`].
    pub fn direct_at(junction: &Junction, theta: f64, families: &[Family]) -> Result<Self> {
        let frame = junction.frame(theta)?;
        Self::of_scattering(junction, theta, &Scattering::direct(&frame)?, families)
    }

    /// The functions of a family, in the order of the leads, of the pairs of leads or of the levels; none if it was not asked for.
    pub fn of(&self, family: Family) -> &[Integral] {
        self.families.iter().find(|(own, _)| *own == family).map_or(&[], |(_, integrals)| integrals)
    }

    fn of_scattering(
        junction: &Junction,
        theta: f64,
        scattering: &Scattering,
        families: &[Family],
    ) -> Result<Self> {
        let leads = junction.leads();
        let reference = reference_lead(junction);
        let filling = || leads.iter().chain(&reference);
        let (low, high) = fermi::window(filling(), scattering.poles());
        let bottom = junction.band().bottom();
        let mut breakpoints = vec![low, high];
        if bottom > low {
            breakpoints.push(bottom);
        }
        let poles: Vec<_> = scattering.poles().iter().copied().chain(fermi::poles(filling())).collect();
        let edges = panels(&breakpoints, &poles, &origins(scattering, filling()));

        let equilibrium = leads.iter().all(|lead| {
            lead.chemical_potential == leads[0].chemical_potential
                && lead.thermal_energy == leads[0].thermal_energy
        });
        let places = family::places(families, junction, 3);
        let noise = [Family::CurrentNoise, Family::TorqueCurrentNoise].iter().any(|of| families.contains(of));
        let levels = families.contains(&Family::Occupation);
        let mut electrons = Electrons::new(scattering, leads, junction.channel_leads(), noise);
        let mut reference_filling = fermi::Fermi::VACANT;
        let integrals = integrate(
            "energy integral",
            &edges,
            places.last().map_or(3, |(_, place)| place.end),
            #[inline(always)]
            |energies, rounding, samples| {
                let omega = &energies.absolute();
                electrons.set_energies(energies, Wanted { first_order: !equilibrium, levels, rounding })?;
                match &reference {
                    None => torque::add(&electrons, omega, bottom, &mut samples[0]),
                    Some(reference) => {
                        reference_filling.fill(reference, omega);
                        torque::add_from_reference(&electrons, &reference_filling, &mut samples[0]);
                    }
                }
                friction::add(&electrons, &mut samples[1]);
                if !equilibrium {
                    friction::add_out_of_equilibrium(&electrons, &mut samples[1]);
                }
                diffusion::add(&electrons, &mut samples[2]);
                for (family, place) in &places {
                    family.add(&electrons, omega, bottom, &mut samples[place.clone()]);
                }
                Ok(())
            },
        )?;

        let spin = junction.spin_degeneracy();
        let channels = junction.channel_leads().len();
        let mut torque =
            integrals[0].plus(dark::torque(scattering.dark(), leads, reference.as_ref(), bottom)?);
        if bottom < low && reference.is_none() {
            torque = torque.plus(sea::filled_torque(scattering, channels, bottom, low)?);
        }
        if let Some(isolated) = junction.isolated(theta)? {
            torque = torque.plus(Integral::closed_form(-isolated.torque, isolated.size, isolated.size));
        }
        let mut found = Vec::with_capacity(places.len());
        for (family, place) in places {
            let mut members = integrals[place].to_vec();
            if family == Family::Occupation {
                if bottom < low {
                    let below = sea::filled_levels(scattering, channels, members.len(), bottom, low)?;
                    members.iter_mut().zip(below).for_each(|(all, below)| *all = all.plus(below));
                }
                dark::add_occupations(scattering.dark(), leads, bottom, &mut members);
            }
            found.push((family, members.iter().map(|i| i.scaled(spin)).collect()));
        }
        Ok(Self {
            torque: torque.scaled(spin),
            friction: integrals[1].scaled(spin),
            diffusion: integrals[2].scaled(spin),
            families: found,
        })
    }
}

/// A lead in the state of the reference, where that is an equilibrium of the junction.
fn reference_lead(junction: &Junction) -> Option<Lead> {
    match junction.reference() {
        Reference::Equilibrium { chemical_potential, thermal_energy } => {
            Some(Lead { name: String::new(), chemical_potential, thermal_energy })
        }
        Reference::None | Reference::Molecule { .. } => None,
    }
}

/// The narrow levels as origins of energies, and what the Fermi functions make of the rounding of their own.
fn origins<'a>(scattering: &Scattering, leads: impl Iterator<Item = &'a Lead>) -> Vec<Origin> {
    let (energies, moved) = scattering.narrow();
    let thermal = leads.map(|lead| lead.thermal_energy).fold(f64::INFINITY, f64::min);
    energies.into_iter().map(|energy| Origin { energy, blur: moved / thermal }).collect()
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
    dark::torque(scattering.dark(), leads, None, junction.band().bottom())?;
    let (low, high) = fermi::window(leads, scattering.poles());
    let poles: Vec<_> = scattering.poles().iter().copied().chain(fermi::poles(leads)).collect();
    let edges = panels(&[low, high], &poles, &origins(&scattering, leads.iter()));
    let mut electrons = Electrons::new(&scattering, leads, junction.channel_leads(), false);
    let integrals = integrate(
        "pumped charge",
        &edges,
        leads.len(),
        #[inline(always)]
        |energies, rounding, samples| {
            electrons.set_energies(energies, Wanted { rounding, ..Wanted::NOTHING_ELSE })?;
            emissivity::add(&electrons, Carried::Charge, samples);
            Ok(())
        },
    )?;
    Ok(integrals.into_iter().map(|i| i.scaled(junction.spin_degeneracy())).collect())
}

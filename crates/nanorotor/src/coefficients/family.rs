//! Name what the electrons give beside torque, friction and diffusion: families of one function for each lead, pair or level.

use std::ops::Range;

use super::electrons::{Carried, Electrons};
use super::quadrature::Sample;
use super::{current, emissivity, noise, occupation};
use crate::junction::{Junction, Lead};
use crate::scattering::Lanes;

/// A family of functions of θ. A new one is a line in each table here, beside the file of its integrand and the quantity of its
/// name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// I_c, electrons that leave each lead per unit time.
    Current,
    /// e_c, electrons that leave each lead per radian that the rotor turns, beside those of the current (1/rad).
    Emissivity,
    /// J_c, the heat that leaves each lead per unit time (Ha per a.u. of time).
    HeatCurrent,
    /// The heat that leaves each lead per radian that the rotor turns, beside that of the heat current (Ha/rad).
    HeatEmissivity,
    /// S_cd, the noise of the currents of two leads at zero frequency (electrons² per a.u. of time).
    CurrentNoise,
    /// The noise of the torque with the current of each lead at zero frequency (Ha/rad).
    TorqueCurrentNoise,
    /// n_i, the electrons in each level.
    Occupation,
}

impl Family {
    /// All of them, in the order of the results.
    pub const ALL: [Self; 7] = [
        Self::Current,
        Self::Emissivity,
        Self::HeatCurrent,
        Self::HeatEmissivity,
        Self::CurrentNoise,
        Self::TorqueCurrentNoise,
        Self::Occupation,
    ];

    /// The name of the quantity in the results of a landscape.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Current => "currents",
            Self::Emissivity => "emissivity",
            Self::HeatCurrent => "heat_currents",
            Self::HeatEmissivity => "heat_emissivity",
            Self::CurrentNoise => "current_noise",
            Self::TorqueCurrentNoise => "torque_current_noise",
            Self::Occupation => "occupations",
        }
    }

    /// The number of functions: of leads, pairs of leads (the first slowest) or levels.
    pub fn members(self, junction: &Junction) -> usize {
        match self {
            Self::CurrentNoise => junction.leads().len().pow(2),
            Self::Occupation => junction.levels(),
            _ => junction.leads().len(),
        }
    }

    /// What each function belongs to, in the order of the results: a lead, two leads or a level, counted from 1.
    pub fn labels(self, junction: &Junction) -> Vec<Vec<String>> {
        let leads = junction.leads();
        match self {
            Self::CurrentNoise => {
                let pair = |one: &Lead, other: &Lead| vec![one.name.clone(), other.name.clone()];
                leads.iter().flat_map(|one| leads.iter().map(move |other| pair(one, other))).collect()
            }
            Self::Occupation => (1..=junction.levels()).map(|level| vec![level.to_string()]).collect(),
            _ => leads.iter().map(|lead| vec![lead.name.clone()]).collect(),
        }
    }

    /// Where dynamics average it: the name of the mean, and the family that the turning adds to it.
    pub const fn mean(self) -> Option<(&'static str, Option<Self>)> {
        match self {
            Self::Current => Some(("mean_current", Some(Self::Emissivity))),
            Self::HeatCurrent => Some(("mean_heat_current", Some(Self::HeatEmissivity))),
            Self::CurrentNoise => Some(("mean_current_noise", None)),
            _ => None,
        }
    }

    /// Add the integrands of all functions.
    #[inline(always)]
    pub(super) fn add(self, electrons: &Electrons<'_>, omega: &Lanes, bottom: f64, samples: &mut [Sample]) {
        match self {
            Self::Current => current::add(electrons, Carried::Charge, samples),
            Self::Emissivity => emissivity::add(electrons, Carried::Charge, samples),
            Self::HeatCurrent => current::add(electrons, Carried::Heat, samples),
            Self::HeatEmissivity => emissivity::add(electrons, Carried::Heat, samples),
            Self::CurrentNoise => noise::add(electrons, samples),
            Self::TorqueCurrentNoise => noise::add_with_torque(electrons, samples),
            Self::Occupation => occupation::add(electrons, omega, bottom, samples),
        }
    }
}

/// Where the functions of some families stand, one family after the other.
pub(super) fn places(families: &[Family], junction: &Junction, first: usize) -> Vec<(Family, Range<usize>)> {
    let mut next = first;
    let place = |&family: &Family| {
        let start = next;
        next += family.members(junction);
        (family, start..next)
    };
    families.iter().map(place).collect()
}

//! Describe a molecular junction: levels, couplings, leads and the band they come from.
//!
//! | symbol | here                 | shape | unit   |
//! |--------|----------------------|-------|--------|
//! | h(θ)   | [`Frame::h`]         | N × N | Ha     |
//! | w(θ)   | [`Frame::w`]         | N × M | Ha^1/2 |
//! | μ_c    | `chemical_potential` |       | Ha     |
//! | k_BT_c | `thermal_energy`     |       | Ha     |
//!
//! Γ_c = w_c w_c† is the broadening by channel c; equations (1) to (7) and (B16) of Preston & Kosov (2023), for any
//! number of levels, leads and channels.

mod factor;
mod fit;
mod frame;
mod geometry;
mod lorentzian;
mod reference;
mod series;
mod shape;
mod sites;

use std::sync::Arc;

pub use fit::{Fit, fit, fit_matrix};
pub use frame::{Frame, Matrix};
use geometry::Moving;
pub use geometry::{Channel, ComplexFormula, Formulas, Geometry, Sampled};
pub use lorentzian::Lorentzian;
pub use reference::{Isolated, Reference};
pub use shape::{Shape, chain};
pub use sites::Sites;

use crate::error::{Error, Result};
use crate::expression::Panel;

/// One electrode in equilibrium with itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Lead {
    /// What the lead is called in results.
    pub name: String,
    /// μ (Ha).
    pub chemical_potential: f64,
    /// k_BT (Ha), positive.
    pub thermal_energy: f64,
}

/// Where the electrons of the leads come from. Only the torque depends on it, and that logarithmically.
#[derive(Debug, Clone, PartialEq)]
pub enum Band {
    /// Wide bands with one absolute bottom (Ha) for all leads; the torque integral starts there, nothing else is cut.
    Bottom(f64),
    /// A Lorentzian density of states for each lead; nothing is cut.
    Lorentzian(Vec<Lorentzian>),
    /// A density of states of its own for each lead, as a few sites; nothing is cut.
    Shaped(Vec<Shape>),
}

impl Band {
    /// The energy at which the integrals of torque and occupations begin (Ha): −∞ where nothing is cut.
    pub fn bottom(&self) -> f64 {
        match self {
            Self::Bottom(bottom) => *bottom,
            Self::Lorentzian(_) | Self::Shaped(_) => f64::NEG_INFINITY,
        }
    }
}

/// A molecule between leads, at every angle of its rotor.
#[derive(Debug, Clone)]
pub struct Junction {
    geometry: Arc<dyn Geometry>,
    leads: Vec<Lead>,
    channel_leads: Vec<usize>,
    band: Band,
    reference: Reference,
    /// The isolated molecule at θ = 0, where it is the reference.
    isolated: Option<Isolated>,
    spin_degeneracy: f64,
    period: f64,
    levels: usize,
}

impl Junction {
    /// Put a junction together.
    ///
    /// `channel_leads` names the lead (an index into `leads`) that owns each column of w; `period` is in rad.
    ///
    /// # Errors
    /// [`Error::Model`] for a junction that cannot be: no channel, a temperature that is not positive, a band bottom
    /// above a chemical potential, matrices that [`Frame::validate`] refuses at θ = 0, and the like.
    pub fn new(
        geometry: impl Geometry + 'static,
        leads: Vec<Lead>,
        channel_leads: Vec<usize>,
        band: Band,
        spin_degeneracy: f64,
        period: f64,
    ) -> Result<Self> {
        let mut junction = Self {
            geometry: Arc::new(geometry),
            leads,
            channel_leads,
            band,
            reference: Reference::None,
            isolated: None,
            spin_degeneracy,
            period,
            levels: 0,
        };
        junction.levels = junction.validate()?;
        Ok(junction)
    }

    /// The same junction with the torque of the electrons measured from that of a reference.
    ///
    /// # Errors
    /// [`Error::Model`] for a reference that cannot be; [`Error::NotConverged`] if the molecule cannot be diagonalised.
    pub fn with_reference(mut self, reference: Reference) -> Result<Self> {
        reference.validate()?;
        self.isolated = match reference {
            Reference::Molecule { occupied_below } => {
                Some(Isolated::new(&self.geometry.frame(0.0)?, occupied_below)?)
            }
            _ => None,
        };
        self.reference = reference;
        Ok(self)
    }

    /// The same junction in a basis that moves, beside what its geometry says of that, with the connection A at every angle
    /// (N × N, 1/rad, anti-Hermitian).
    ///
    /// # Errors
    /// [`Error::Model`] if A is not N × N.
    pub fn with_connection(mut self, connection: Matrix) -> Result<Self> {
        if connection.nrows() != self.levels || connection.ncols() != self.levels {
            return Err(Error::Model {
                what: format!(
                    "the connection is {} × {}, but there are {} levels",
                    connection.nrows(),
                    connection.ncols(),
                    self.levels
                ),
                hint: "give one entry for each pair of levels".into(),
            });
        }
        self.geometry = Arc::new(Moving { geometry: self.geometry, connection });
        Ok(self)
    }

    /// The number of levels of a junction that can be.
    fn validate(&self) -> Result<usize> {
        let refuse = |what: String, hint: &str| Err(Error::Model { what, hint: hint.into() });
        for lead in &self.leads {
            if !(lead.thermal_energy > 0.0 && lead.thermal_energy.is_finite()) {
                return refuse(
                    format!("lead \"{}\" has k_BT = {} Ha", lead.name, lead.thermal_energy),
                    "a temperature must be positive; for nearly zero temperature take a small positive one",
                );
            }
            if !lead.chemical_potential.is_finite() {
                return refuse(
                    format!("lead \"{}\" has the chemical potential {}", lead.name, lead.chemical_potential),
                    "a chemical potential must be a finite energy",
                );
            }
            if let Band::Bottom(bottom) = self.band
                && bottom >= lead.chemical_potential
            {
                return refuse(
                    format!(
                        "the band bottom ({bottom} Ha) is above the chemical potential of lead \"{}\" ({} Ha)",
                        lead.name, lead.chemical_potential
                    ),
                    "the bottom is an absolute energy on the zero of the levels, such as -10 eV",
                );
            }
        }
        match &self.band {
            Band::Bottom(bottom) if !bottom.is_finite() => {
                return refuse(
                    format!("the band bottom is {bottom}"),
                    "the torque diverges with the depth of a wide band: give a finite bottom or Lorentzian leads",
                );
            }
            Band::Lorentzian(bands) if bands.len() != self.leads.len() => {
                return refuse(
                    format!("{} Lorentzian bands for {} leads", bands.len(), self.leads.len()),
                    "give every lead a Lorentzian band, or the whole junction a bottom",
                );
            }
            Band::Lorentzian(bands) => {
                for band in bands {
                    band.validate()?;
                }
            }
            Band::Shaped(shapes) if shapes.len() != self.leads.len() => {
                return refuse(
                    format!("{} bands for {} leads", shapes.len(), self.leads.len()),
                    "give every lead a band, or the whole junction a bottom",
                );
            }
            Band::Shaped(shapes) => {
                for (i, (shape, lead)) in shapes.iter().zip(&self.leads).enumerate() {
                    let own = self.channel_leads.iter().filter(|&&owner| owner == i).count();
                    let orbitals = shape.sites.orbitals();
                    if orbitals != 1 && orbitals != own {
                        return refuse(
                            format!(
                                "the self-energy of lead \"{}\" has {orbitals} orbitals, the lead {own} channels",
                                lead.name
                            ),
                            "give one channel for each orbital, in the same order",
                        );
                    }
                }
            }
            Band::Bottom(_) => {}
        }
        if let Some(&owner) = self.channel_leads.iter().find(|&&owner| owner >= self.leads.len()) {
            return refuse(
                format!("a channel belongs to lead number {}, but there are {}", owner + 1, self.leads.len()),
                "channel_leads holds indices into leads, from 0",
            );
        }
        if !(self.spin_degeneracy > 0.0 && self.spin_degeneracy.is_finite()) {
            return refuse(format!("the spin degeneracy is {}", self.spin_degeneracy), "take 1 or 2");
        }
        if !(self.period > 0.0 && self.period.is_finite()) {
            return refuse(format!("the period is {} rad", self.period), "take 2 pi / n with n = 1, 2, …");
        }
        let frame = self.geometry.frame(0.0)?;
        if frame.channels() == 0 || frame.channels() != self.channel_leads.len() {
            return refuse(
                format!("{} channels in w, {} with a lead", frame.channels(), self.channel_leads.len()),
                "every column of w is one channel and belongs to one lead; there must be at least one",
            );
        }
        frame.validate()?;
        Ok(frame.sites())
    }

    /// The matrices that the electrons see at θ; bands of leads are already part of them as extra sites.
    ///
    /// # Errors
    /// Whatever the geometry reports.
    pub fn frame(&self, theta: f64) -> Result<Frame> {
        let frame = self.geometry.frame(theta)?;
        Ok(match &self.band {
            Band::Bottom(_) => frame,
            Band::Lorentzian(bands) => {
                let sites: Vec<Sites> = bands.iter().map(Lorentzian::sites).collect();
                sites::extended(&frame, &self.channel_leads, &sites.iter().collect::<Vec<_>>())
            }
            Band::Shaped(shapes) => {
                let sites: Vec<&Sites> = shapes.iter().map(|shape| &shape.sites).collect();
                sites::extended(&frame, &self.channel_leads, &sites)
            }
        })
    }

    /// The isolated molecule at θ, where it is the reference.
    ///
    /// # Errors
    /// [`Error::Model`] if another number of levels is occupied than at θ = 0; whatever the geometry reports.
    pub fn isolated(&self, theta: f64) -> Result<Option<Isolated>> {
        let (Reference::Molecule { occupied_below }, Some(at_zero)) = (self.reference, self.isolated) else {
            return Ok(None);
        };
        let here = Isolated::new(&self.geometry.frame(theta)?, occupied_below)?;
        here.same_occupation(at_zero, theta, occupied_below).map(Some)
    }

    /// Where the matrices vary within the narrowest angles, the narrowest first.
    pub fn narrow_panels(&self) -> Vec<Panel> {
        self.geometry.narrow_panels(self.period)
    }

    /// The leads, in the order of the results.
    pub fn leads(&self) -> &[Lead] {
        &self.leads
    }

    /// The index of the lead that owns each channel.
    pub fn channel_leads(&self) -> &[usize] {
        &self.channel_leads
    }

    /// N, the number of levels of the molecule.
    pub fn levels(&self) -> usize {
        self.levels
    }

    /// The band of the leads.
    pub fn band(&self) -> &Band {
        &self.band
    }

    /// The state that the torque of the electrons is measured from.
    pub fn reference(&self) -> Reference {
        self.reference
    }

    /// The factor of all that the electrons give.
    pub fn spin_degeneracy(&self) -> f64 {
        self.spin_degeneracy
    }

    /// The period L in rad.
    pub fn period(&self) -> f64 {
        self.period
    }

    /// The same junction with all leads at the mean chemical potential and the mean temperature of the leads.
    #[must_use]
    pub fn at_mean_equilibrium(&self) -> Self {
        let (chemical_potential, thermal_energy) = mean_equilibrium(&self.leads);
        let mut equilibrium = self.clone();
        for lead in &mut equilibrium.leads {
            lead.chemical_potential = chemical_potential;
            lead.thermal_energy = thermal_energy;
        }
        equilibrium
    }
}

/// The mean chemical potential and the mean temperature of some leads (Ha).
pub fn mean_equilibrium<'a>(leads: impl IntoIterator<Item = &'a Lead>) -> (f64, f64) {
    let (mut chemical_potential, mut thermal_energy, mut count) = (0.0, 0.0, 0.0);
    for lead in leads {
        chemical_potential += lead.chemical_potential;
        thermal_energy += lead.thermal_energy;
        count += 1.0;
    }
    (chemical_potential / count, thermal_energy / count)
}

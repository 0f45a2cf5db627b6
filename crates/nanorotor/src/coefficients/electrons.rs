//! Bring the scattering matrices and the filling of the leads together at the energies of a block.

use super::occupation::Occupation;
use crate::error::Result;
use crate::junction::Lead;
use crate::scattering::{Block, Lanes, Scattering, Wanted};

/// What the integrands see of the electrons at a block of energies.
pub(super) struct Electrons<'a> {
    scattering: &'a Scattering,
    leads: &'a [Lead],
    channel_leads: &'a [usize],
    occupations: Vec<Occupation>,
    pub block: Block,
    /// What the block holds beside S and Q.
    pub wanted: Wanted,
}

impl<'a> Electrons<'a> {
    pub(super) fn new(scattering: &'a Scattering, leads: &'a [Lead], channel_leads: &'a [usize]) -> Self {
        let occupations = vec![Occupation::VACANT; leads.len()];
        let block = Block::new(channel_leads.len());
        Self { scattering, leads, channel_leads, occupations, block, wanted: Wanted::NOTHING_ELSE }
    }

    /// M.
    #[inline(always)]
    pub(super) fn channels(&self) -> usize {
        self.channel_leads.len()
    }

    /// The Fermi function of the lead that owns channel c.
    #[inline(always)]
    pub(super) fn occupation(&self, c: usize) -> &Occupation {
        &self.occupations[self.channel_leads[c]]
    }

    /// Whether two channels belong to one lead.
    #[inline(always)]
    pub(super) fn same_lead(&self, c: usize, d: usize) -> bool {
        self.channel_leads[c] == self.channel_leads[d]
    }

    /// Move to other energies.
    #[inline(always)]
    pub(super) fn set_energies(&mut self, omega: &Lanes, wanted: Wanted) -> Result<()> {
        for (occupation, lead) in self.occupations.iter_mut().zip(self.leads) {
            occupation.fill(lead, omega);
        }
        self.wanted = wanted;
        self.scattering.evaluate(omega, wanted, &mut self.block)
    }
}

//! Bring the scattering matrices and the filling of the leads together at the energies of a block.

use super::occupation::Occupation;
use crate::error::Result;
use crate::junction::Lead;
use crate::scattering::{Block, ComplexLanes, LANES, Lanes, Scattering, Wanted};

/// What the integrands see of the electrons at a block of energies.
pub(super) struct Electrons<'a> {
    scattering: &'a Scattering,
    leads: &'a [Lead],
    channel_leads: &'a [usize],
    occupations: Vec<Occupation>,
    pub block: Block,
    /// S′ = iSQ, entry (c, d) at index c M + d.
    s_prime: Vec<ComplexLanes>,
    /// What the block holds beside S and Q.
    pub wanted: Wanted,
}

impl<'a> Electrons<'a> {
    pub(super) fn new(scattering: &'a Scattering, leads: &'a [Lead], channel_leads: &'a [usize]) -> Self {
        let occupations = vec![Occupation::VACANT; leads.len()];
        let channels = channel_leads.len();
        Self {
            scattering,
            leads,
            channel_leads,
            occupations,
            block: Block::new(channels),
            s_prime: vec![ComplexLanes::ZERO; channels * channels],
            wanted: Wanted::NOTHING_ELSE,
        }
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
        self.scattering.evaluate(omega, wanted, &mut self.block)?;
        let m = self.channels();
        for c in 0..m {
            for d in 0..m {
                let mut sum = ComplexLanes::ZERO;
                for e in 0..m {
                    let (s, q) = (self.block.s_entry(c, e), self.block.q_entry(e, d));
                    for k in 0..LANES {
                        sum.re[k] -= s.re[k] * q.im[k] + s.im[k] * q.re[k];
                        sum.im[k] += s.re[k] * q.re[k] - s.im[k] * q.im[k];
                    }
                }
                self.s_prime[c * m + d] = sum;
            }
        }
        Ok(())
    }

    /// S′_cd.
    #[inline(always)]
    pub(super) fn s_prime(&self, c: usize, d: usize) -> &ComplexLanes {
        &self.s_prime[c * self.channels() + d]
    }

    /// The rounding error of S′_cd for any c, at most, in units of ε, where it was asked for.
    #[inline(always)]
    pub(super) fn s_prime_rounding(&self, d: usize) -> Lanes {
        let (m, block) = (self.channels(), &self.block);
        let mut rounding = [0.0; LANES];
        for k in 0..LANES {
            let column: f64 = (0..m).map(|e| block.q_square(e, d)[k].sqrt()).sum();
            // S is unitary, so that a row of it adds up to √M at most.
            rounding[k] = (m as f64).sqrt() * block.q_rounding()[k] + block.s_rounding()[k] * column;
        }
        rounding
    }
}

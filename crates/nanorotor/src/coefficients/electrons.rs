//! Bring the scattering matrices and the filling of the leads together at the energies of a block.

use super::fermi::Fermi;
use crate::error::Result;
use crate::junction::Lead;
use crate::scattering::{Block, ComplexLanes, Energies, LANES, Lanes, Scattering, Wanted};

/// What a current carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Carried {
    /// Electrons: 1 each.
    Charge,
    /// Heat: ω − μ_c each (Ha).
    Heat,
}

/// What the integrands see of the electrons at a block of energies.
pub(super) struct Electrons<'a> {
    scattering: &'a Scattering,
    leads: &'a [Lead],
    channel_leads: &'a [usize],
    functions: Vec<Fermi>,
    pub block: Block,
    /// S′ = iSQ, entry (c, d) at index c M + d.
    s_prime: Vec<ComplexLanes>,
    /// A of every lead where noise was asked for, entry (e, f) of lead l at index (l M + e) M + f.
    current_matrices: Vec<ComplexLanes>,
    /// ω.
    energies: Lanes,
    /// What the block holds beside S and Q.
    pub wanted: Wanted,
}

impl<'a> Electrons<'a> {
    /// `noise` is whether current matrices are wanted.
    pub(super) fn new(
        scattering: &'a Scattering,
        leads: &'a [Lead],
        channel_leads: &'a [usize],
        noise: bool,
    ) -> Self {
        let functions = vec![Fermi::VACANT; leads.len()];
        let channels = channel_leads.len();
        Self {
            scattering,
            leads,
            channel_leads,
            functions,
            block: Block::new(channels),
            s_prime: vec![ComplexLanes::ZERO; channels * channels],
            current_matrices: vec![
                ComplexLanes::ZERO;
                if noise { leads.len() * channels * channels } else { 0 }
            ],
            energies: [0.0; LANES],
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
    pub(super) fn fermi(&self, c: usize) -> &Fermi {
        &self.functions[self.channel_leads[c]]
    }

    /// Whether two channels belong to one lead.
    #[inline(always)]
    pub(super) fn same_lead(&self, c: usize, d: usize) -> bool {
        self.channel_leads[c] == self.channel_leads[d]
    }

    /// Move to other energies.
    #[inline(always)]
    pub(super) fn set_energies(&mut self, energies: &Energies, wanted: Wanted) -> Result<()> {
        self.energies = energies.absolute();
        for (function, lead) in self.functions.iter_mut().zip(self.leads) {
            function.fill(lead, &self.energies);
        }
        self.wanted = wanted;
        self.scattering.evaluate(energies, wanted, &mut self.block)?;
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
        if !self.current_matrices.is_empty() {
            self.set_current_matrices();
        }
        Ok(())
    }

    /// A_ef = δ_ef [e ∈ l] − Σ_{c ∈ l} S*_ce S_cf. Between channels of the lead itself this is Σ_{c ∉ l} S*_ce S_cf, because S
    /// is unitary: no digits are lost where the lead hardly transmits.
    #[inline(always)]
    fn set_current_matrices(&mut self) {
        let m = self.channels();
        for lead in 0..self.leads.len() {
            for e in 0..m {
                for f in 0..m {
                    let own = self.channel_leads[e] == lead && self.channel_leads[f] == lead;
                    let sign = if own { 1.0 } else { -1.0 };
                    let mut sum = ComplexLanes::ZERO;
                    for c in 0..m {
                        if (self.channel_leads[c] == lead) == own {
                            continue;
                        }
                        let (a, b) = (self.block.s_entry(c, e), self.block.s_entry(c, f));
                        for k in 0..LANES {
                            sum.re[k] += sign * (a.re[k] * b.re[k] + a.im[k] * b.im[k]);
                            sum.im[k] += sign * (a.re[k] * b.im[k] - a.im[k] * b.re[k]);
                        }
                    }
                    self.current_matrices[(lead * m + e) * m + f] = sum;
                }
            }
        }
    }

    /// A_ef of a lead, where noise was asked for: the current out of it is Σ_ef a†_e A_ef a_f.
    #[inline(always)]
    pub(super) fn current_matrix(&self, lead: usize, e: usize, f: usize) -> &ComplexLanes {
        let m = self.channels();
        &self.current_matrices[(lead * m + e) * m + f]
    }

    /// What every electron that leaves lead number `lead` carries.
    #[inline(always)]
    pub(super) fn carried(&self, what: Carried, lead: usize) -> Lanes {
        match what {
            Carried::Charge => [1.0; LANES],
            Carried::Heat => {
                let mut heat = self.energies;
                for energy in &mut heat {
                    *energy -= self.leads[lead].chemical_potential;
                }
                heat
            }
        }
    }

    /// The number of leads.
    #[inline(always)]
    pub(super) fn leads(&self) -> usize {
        self.leads.len()
    }

    /// The lead that owns channel c.
    #[inline(always)]
    pub(super) fn lead(&self, c: usize) -> usize {
        self.channel_leads[c]
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

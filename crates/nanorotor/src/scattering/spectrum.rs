//! Tell transmissions, local densities of states and resonances at one angle.
//!
//! | symbol | here                 | unit |
//! |--------|----------------------|------|
//! | T_ll′  | `transmission`       | 1    |
//! | ρ_i,l  | `density`            | 1/Ha |
//! | z_j    | resonance, ε − iΓ/2  | Ha   |
//!
//! T_ll′(ω) = Σ_{c∈l, d∈l′} |S_cd|², with reflection where l = l′; ρ_i,l(ω) = Σ_{c∈l} |(Gw)_ic|²/2π = [G Γ_l G†]_ii/2π, whose sum
//! over the leads is the local density of states −Im G_ii/π.

use std::f64::consts::TAU;

use num_complex::Complex64;

use super::block::{Block, Energies, LANES, Lanes};
use super::{Route, Scattering, Wanted};
use crate::error::Result;

/// The electrons of one spin at one angle against the energy.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Spectrum {
    /// T from `lead_2` to `lead`, over energies, leads and leads, the last fastest.
    pub transmission: Vec<f64>,
    /// The density of states of each level by the lead that fills it (1/Ha), over energies, levels and leads.
    pub density: Vec<f64>,
}

impl Scattering {
    /// The spectrum of the first `levels` levels at some energies (Ha); `channel_leads` are the leads of the channels.
    ///
    /// # Errors
    /// As [`Scattering::evaluate`].
    pub fn spectrum(&self, channel_leads: &[usize], levels: usize, energies: &[f64]) -> Result<Spectrum> {
        let channels = channel_leads.len();
        let leads = channel_leads.iter().max().map_or(0, |last| last + 1);
        let mut block = Block::new(channels);
        let mut found = Spectrum::default();
        for part in energies.chunks(LANES) {
            let omega: Lanes = std::array::from_fn(|k| part[k.min(part.len() - 1)]);
            self.evaluate(&Energies::at(omega), Wanted { levels: true, ..Wanted::NOTHING_ELSE }, &mut block)?;
            for k in 0..part.len() {
                let start = found.transmission.len();
                found.transmission.resize(start + leads * leads, 0.0);
                for (c, lead) in channel_leads.iter().enumerate() {
                    for (d, other) in channel_leads.iter().enumerate() {
                        found.transmission[start + lead * leads + other] += block.s_entry(c, d).square()[k];
                    }
                }
                let start = found.density.len();
                found.density.resize(start + levels * leads, 0.0);
                for i in 0..levels {
                    for (c, lead) in channel_leads.iter().enumerate() {
                        found.density[start + i * leads + lead] += block.gw_entry(i, c).square()[k] / TAU;
                    }
                }
            }
        }
        Ok(found)
    }

    /// As many resonances as there are levels, by rising energy: the dark levels, without width, and of all poles, which may be those
    /// of bands too, those that have most of the levels (near an exceptional point the narrowest).
    pub fn resonances(&self, levels: usize) -> Vec<Complex64> {
        let dark = self.dark.iter().map(|level| Complex64::from(level.energy));
        let mut reached: Vec<(f64, Complex64)> = match &self.route {
            Route::Spectral(spectral) => {
                spectral.levels().weights(levels).into_iter().zip(self.poles.clone()).collect()
            }
            Route::Direct(_) => self.poles.iter().map(|z| (z.im, *z)).collect(),
        };
        reached.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut poles: Vec<Complex64> =
            dark.chain(reached.into_iter().map(|(_, z)| z)).take(levels).collect();
        poles.sort_by(|a, b| a.re.total_cmp(&b.re));
        poles
    }
}

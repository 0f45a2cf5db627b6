//! Fill the states of the leads: Fermi functions at the energies of a block.
//!
//! f(x) = 1/(e^x + 1), 1 − f = f(−x), −∂_ω f = e^{−|x|}/(1 + e^{−|x|})²/k_BT with x = (ω − μ)/k_BT; equation (B18) of Preston &
//! Kosov (2023). None of them is a difference, so none loses digits far from μ.

use num_complex::Complex64;

use crate::junction::Lead;
use crate::scattering::{LANES, Lanes};

/// Beyond this many k_BT from μ a lead is full or empty to 4e-18.
const REACH: f64 = 40.0;

/// Beyond this many k_BT from μ a lead is full or empty, whatever a level makes of it.
const FARTHEST: f64 = 200.0;

/// One lead's Fermi function at the energies of a block.
#[derive(Debug, Clone)]
#[repr(align(64))]
pub(super) struct Fermi {
    /// f.
    pub filled: Lanes,
    /// 1 − f.
    pub empty: Lanes,
    /// −∂_ω f (1/Ha).
    pub slope: Lanes,
}

impl Fermi {
    pub(super) const VACANT: Self = Self { filled: [0.0; LANES], empty: [0.0; LANES], slope: [0.0; LANES] };

    #[inline(always)]
    pub(super) fn fill(&mut self, lead: &Lead, omega: &Lanes) {
        let inverse = 1.0 / lead.thermal_energy;
        for k in 0..LANES {
            let x = (omega[k] - lead.chemical_potential) * inverse;
            let tail = decay(x.abs());
            let major = 1.0 / (1.0 + tail);
            let minor = tail * major;
            self.filled[k] = if x > 0.0 { minor } else { major };
            self.empty[k] = if x > 0.0 { major } else { minor };
            self.slope[k] = major * minor * inverse;
        }
    }
}

/// f_c − f_d, and the sizes of the terms that it is summed from.
pub(super) struct Difference {
    pub value: Lanes,
    pub terms: Lanes,
}

/// f_c (1 − f_d) − f_d (1 − f_c) = f_c − f_d, which keeps its digits where both leads are full as well as where both are empty.
#[inline(always)]
pub(super) fn difference(c: &Fermi, d: &Fermi) -> Difference {
    let (mut value, mut terms) = ([0.0; LANES], [0.0; LANES]);
    for k in 0..LANES {
        let (there, back) = (c.filled[k] * d.empty[k], d.filled[k] * c.empty[k]);
        value[k] = there - back;
        terms[k] = there + back;
    }
    Difference { value, terms }
}

/// e^{−x} for x ≥ 0, to 1e-15 of its value; beyond x = 700 that of 700. Free of branches, so that lanes stay together.
///
/// e^{−x} = 2^{−n} e^{−r} with n = round(x/ln 2) and |r| ≤ ln 2/2, where the Taylor series of degree 13 ends below 1e-17.
#[inline(always)]
fn decay(x: f64) -> f64 {
    /// Adding this leaves the nearest whole number in the lowest bits.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    /// ln 2 in two parts: n times the first is exact.
    const LN_2: (f64, f64) = (f64::from_bits(0x3fe6_2e42_fee0_0000), f64::from_bits(0x3dea_39ef_3579_3c76));
    let x = x.min(700.0);
    let shifted = x * std::f64::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = -((x - n * LN_2.0) - n * LN_2.1);
    let mut series = 1.0 / 6_227_020_800.0;
    for inverse in INVERSE_FACTORIALS {
        series = series * r + inverse;
    }
    let power = f64::from_bits(1023_u64.wrapping_sub(shifted.to_bits()) << 52);
    series * power
}

/// 1/12!, 1/11!, … 1/0!.
const INVERSE_FACTORIALS: [f64; 13] = [
    1.0 / 479_001_600.0,
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5_040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    0.5,
    1.0,
    1.0,
];

/// The energies between which the leads are neither all full nor all empty, as the levels with these poles see it.
///
/// A level of half width γ at a distance Δ from μ enlarges |Q|² by about (Δ/γ)⁴ over that at μ: it counts until the
/// Fermi function is that much smaller than elsewhere, at μ ± (REACH + 4 ln(Δ/γ)) k_BT.
pub(super) fn window<'a>(leads: impl IntoIterator<Item = &'a Lead>, poles: &[Complex64]) -> (f64, f64) {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for lead in leads {
        let (mu, thermal) = (lead.chemical_potential, lead.thermal_energy);
        low = low.min(mu - REACH * thermal);
        high = high.max(mu + REACH * thermal);
        for z in poles {
            let distance = (z.re - mu).abs();
            let reach = thermal * (REACH + 4.0 * (distance / z.im.abs()).ln()).min(FARTHEST);
            if reach >= distance && reach > REACH * thermal {
                if z.re < mu {
                    low = low.min(mu - reach);
                } else {
                    high = high.max(mu + reach);
                }
            }
        }
    }
    (low, high)
}

/// The poles of the Fermi functions nearest to the real axis, μ + iπ k_BT.
pub(super) fn poles<'a>(leads: impl IntoIterator<Item = &'a Lead>) -> impl Iterator<Item = Complex64> {
    leads.into_iter().map(|l| Complex64::new(l.chemical_potential, std::f64::consts::PI * l.thermal_energy))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_keeps_its_digits() {
        for i in 0..20_000 {
            let x = 0.035 * f64::from(i);
            let exact = (-x).exp();
            assert!((decay(x) - exact).abs() <= 1e-15 * exact, "x = {x}");
        }
        assert_eq!(decay(0.0), 1.0);
        assert_eq!(decay(1e300), decay(700.0));
    }

    #[test]
    fn filled_empty_and_slope_belong_together_and_keep_their_digits() {
        let lead = Lead { name: String::new(), chemical_potential: 0.2, thermal_energy: 0.01 };
        let mut omega = [0.0; LANES];
        for (k, energy) in omega.iter_mut().enumerate() {
            *energy = 0.2 + 0.1 * (k as f64 - 3.5);
        }
        let mut f = Fermi::VACANT;
        f.fill(&lead, &omega);
        for k in 0..LANES {
            let x = (omega[k] - 0.2) / 0.01;
            assert!((f.filled[k] + f.empty[k] - 1.0).abs() < 1e-15);
            assert!((f.filled[k] * (x.exp() + 1.0) - 1.0).abs() < 1e-13);
            assert!((f.empty[k] * ((-x).exp() + 1.0) - 1.0).abs() < 1e-13);
            assert!((f.slope[k] - f.filled[k] * f.empty[k] / 0.01).abs() <= 1e-14 * f.slope[k]);
        }
    }
}

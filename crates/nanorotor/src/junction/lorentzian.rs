//! Turn a Lorentzian band into one more site for each channel.
//!
//! Γ(ω) = Γ_0 W²/((ω − ε)² + W²) is exactly a site of energy ε with the constant broadening 2W, joined to the molecule
//! by the hopping sqrt(Γ_0 W/2) s(θ). Then w′ = 0 and everything that depends on θ sits in h(θ).

use faer::Mat;
use num_complex::Complex64;

use super::frame::{Frame, Matrix};
use crate::error::{Error, Result};

/// A Lorentzian density of states.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lorentzian {
    /// ε, the absolute energy of the maximum (Ha).
    pub center: f64,
    /// W, half the width at half the maximum (Ha), positive.
    pub half_width: f64,
}

impl Lorentzian {
    pub(super) fn validate(&self) -> Result<()> {
        if self.center.is_finite() && self.half_width.is_finite() && self.half_width > 0.0 {
            return Ok(());
        }
        Err(Error::Model {
            what: format!(
                "a Lorentzian band has the center {} and the half width {}",
                self.center, self.half_width
            ),
            hint: "the half width must be positive, both must be finite energies".into(),
        })
    }
}

/// The frame of N + M sites that stands for N sites with M Lorentzian channels.
pub(super) fn extended(frame: &Frame, bands: &[Lorentzian], channel_leads: &[usize]) -> Frame {
    let (n, m) = (frame.sites(), frame.channels());
    let band = |c: usize| bands[channel_leads[c]];
    let joined = |block: &Matrix, couplings: &Matrix, energy: &dyn Fn(usize) -> f64| {
        Mat::from_fn(n + m, n + m, |i, j| match (i < n, j < n) {
            (true, true) => block[(i, j)],
            (true, false) => couplings[(i, j - n)] * (band(j - n).half_width / 2.0).sqrt(),
            (false, true) => couplings[(j, i - n)].conj() * (band(i - n).half_width / 2.0).sqrt(),
            (false, false) if i == j => Complex64::new(energy(i - n), 0.0),
            (false, false) => Complex64::default(),
        })
    };
    let w = Mat::from_fn(n + m, m, |i, c| {
        let amplitude = if i == n + c { (2.0 * band(c).half_width).sqrt() } else { 0.0 };
        Complex64::new(amplitude, 0.0)
    });
    Frame {
        h: joined(&frame.h, &frame.w, &|c| band(c).center),
        dh: joined(&frame.dh, &frame.dw, &|_| 0.0),
        w,
        dw: Mat::zeros(n + m, m),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extra_site_gives_the_lorentzian_broadening() {
        let w = Complex64::new(0.3, 0.1);
        let one = |value: Complex64| Mat::from_fn(1, 1, |_, _| value);
        let frame = Frame { h: one(0.2.into()), dh: one(0.0.into()), w: one(w), dw: one(0.0.into()) };
        let band = Lorentzian { center: -0.1, half_width: 0.5 };
        let extended = extended(&frame, &[band], &[0]);
        // Self-energy of the molecule from the extra site: |t|²/(ω − ε + iW); Γ = −2 Im Σ.
        for omega in [-1.0, 0.0, 0.7] {
            let hopping = extended.h[(0, 1)];
            let broadening = extended.w[(1, 0)].norm_sqr();
            let self_energy = hopping.norm_sqr() / Complex64::new(omega - band.center, broadening / 2.0);
            let (x, width) = (omega - band.center, band.half_width);
            let expected = w.norm_sqr() * width * width / (x * x + width * width);
            assert!((-2.0 * self_energy.im - expected).abs() < 1e-15);
        }
    }
}

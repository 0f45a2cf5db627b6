//! Turn a Lorentzian band into one more site for each channel.
//!
//! Γ(ω) = Γ_0 W²/((ω − ε)² + W²) is exactly a site of energy ε with the constant broadening 2W, joined to the molecule
//! by the hopping sqrt(Γ_0 W/2) s(θ). Then w′ = 0 and everything that depends on θ sits in h(θ).

use faer::Mat;
use num_complex::Complex64;

use super::sites::Sites;
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
    /// The one site that stands for it.
    pub fn sites(&self) -> Sites {
        let one = |z: f64| vec![Complex64::from(z)];
        Sites {
            hamiltonian: Mat::from_fn(1, 1, |_, _| self.center.into()),
            broadening: one((2.0 * self.half_width).sqrt()),
            hopping: Mat::from_fn(1, 1, |_, _| (0.5 * self.half_width).sqrt().into()),
            shift: Mat::zeros(1, 1),
        }
    }

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

#[cfg(test)]
mod tests {
    use super::super::frame::Frame;
    use super::super::sites::extended;
    use super::*;

    #[test]
    fn the_extra_site_gives_the_lorentzian_broadening() {
        let w = Complex64::new(0.3, 0.1);
        let one = |value: Complex64| Mat::from_fn(1, 1, |_, _| value);
        let frame = Frame { h: one(0.2.into()), dh: one(0.0.into()), w: one(w), dw: one(0.0.into()) };
        let band = Lorentzian { center: -0.1, half_width: 0.5 };
        let extended = extended(&frame, &[0], &[&band.sites()]);
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

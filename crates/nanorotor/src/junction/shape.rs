//! Name the bands that a lead can have, and say in words how well a few sites stand for them.

use super::fit::{Fit, fit};
use super::lorentzian::Lorentzian;
use super::sites::Sites;
use crate::error::Result;
use crate::quantity::in_practical_units;

/// The density of states of a lead as a few sites.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// The sites of each channel (Ha).
    pub sites: Sites,
    /// The largest deviation of Γ from the band that is meant, relative to its largest value.
    pub error: f64,
    /// What the band is.
    pub words: String,
    /// The largest deviation of Re Σ from that which is meant, relative to the largest Γ, where that is known.
    pub real_error: Option<f64>,
    /// Sites of another fit, which shows what the error does to results; none where there is no error.
    pub other: Option<Sites>,
}

impl Shape {
    /// A Lorentzian, which is exactly one site.
    pub fn lorentzian(band: &Lorentzian) -> Self {
        let words = format!(
            "Lorentzian, center {}, half width {}",
            in_practical_units("energy", band.center),
            in_practical_units("energy", band.half_width)
        );
        Self { sites: band.sites(), error: 0.0, words, real_error: None, other: None }
    }

    /// What was fitted to `name`, in units of `half_width` from `center` (Ha).
    pub fn fitted(name: &str, fit: &Fit, center: f64, half_width: f64) -> Self {
        let words = format!(
            "{name} from {} to {}, by {} sites{} to {:.1e} of its maximum",
            in_practical_units("energy", center - half_width),
            in_practical_units("energy", center + half_width),
            fit.sites.count(),
            match fit.sites.orbitals() {
                1 => String::new(),
                orbitals => format!(" for each of {} baths of {orbitals} orbitals", fit.sites.baths()),
            },
            fit.error
        );
        let other = fit.other.as_ref().map(|other| other.sites.scaled(center, half_width));
        Self { sites: fit.sites.scaled(center, half_width), error: fit.error, words, real_error: None, other }
    }

    /// The same with the largest deviation of Re Σ from a table.
    #[must_use]
    pub fn with_real_error(mut self, error: f64) -> Self {
        let constant = match self.sites.shift.norm_l2() {
            0.0 => String::new(),
            shift => format!(" and a constant of {shift:.1e}"),
        };
        self.words = format!("{}, Re Σ by causality to {error:.1e} of it{constant}", self.words);
        self.real_error = Some(error);
        self
    }
}

/// The band of a semi-infinite chain, Γ = sqrt(1 − x²), in units of twice its hopping.
///
/// The surface Green's function g of a chain with the hopping t obeys g = 1/(ω − ε − t² g), so that a site joined to it by a hopping v has
/// Σ = v² g = (v²/t)(x − i sqrt(1 − x²)) with x = (ω − ε)/2t.
///
/// # Errors
/// As [`fit`].
pub fn chain(accuracy: f64) -> Result<Fit> {
    fit(|x| (1.0 - x * x).max(0.0).sqrt(), accuracy)
}

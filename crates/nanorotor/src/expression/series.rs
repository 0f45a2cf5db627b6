//! Let formulas use functions of theta that are known by samples.

use std::fmt::Write as _;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::Jet;
use super::disc::Disc;
use crate::periodic::Periodic;

/// A periodic function of theta as its Fourier series, with a digest that tells it from others.
#[derive(Debug, Clone)]
pub struct Series {
    function: Arc<Periodic>,
    digest: Arc<str>,
}

impl PartialEq for Series {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.function, &other.function) || self.digest == other.digest
    }
}

impl Series {
    /// A function for formulas.
    pub fn new(function: Periodic) -> Self {
        let mut hash = Sha256::new();
        hash.update(function.period().to_bits().to_le_bytes());
        for number in function.harmonics().iter().flat_map(|c| [c.re, c.im]) {
            hash.update(number.to_bits().to_le_bytes());
        }
        let digest = hash.finalize().iter().take(16).fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        Self { function: Arc::new(function), digest: digest.into() }
    }

    /// The period in rad.
    pub fn period(&self) -> f64 {
        self.function.period()
    }

    /// Tells two functions apart: equal coefficients give equal digests.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Value and derivatives at an angle.
    pub(super) fn at(&self, theta: f64) -> Jet {
        let [value, first, second] = self.function.derivatives(theta);
        Jet { value, first, second }
    }

    /// |f(z) − f(c)| ≤ Σ_k 2 |c_k| (e^{k r} − 1) for |z − c| ≤ r, with r in harmonics of the period.
    pub(super) fn bound(&self, theta: Disc) -> Disc {
        let unit = std::f64::consts::TAU / self.period();
        let growth = (unit * theta.radius).exp();
        let harmonics = self.function.harmonics();
        // Horner's rule for Σ 2 |c_k| (x^k − 1).
        let (grown, still) = harmonics[1..]
            .iter()
            .rev()
            .map(|c| 2.0 * c.norm())
            .fold((0.0, 0.0), |(grown, still), size| ((grown + size) * growth, still + size));
        let radius = if theta.radius == 0.0 { 0.0 } else { (grown - still).max(0.0) };
        Disc { centre: self.function.value(theta.centre), radius }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expression::{Expression, Formula};

    fn sampled() -> Formula {
        let f = |theta: f64| (2.0 * theta).cos().exp();
        Formula::sampled(Series::new(Periodic::from_function(std::f64::consts::PI, 48, f)))
    }

    #[test]
    fn a_sampled_function_is_a_formula_like_others() {
        let lookup = |name: &str| (name == "f").then(sampled);
        let compile = |text: &str| {
            Formula::compile(&Expression::parse(text).unwrap(), &lookup, &Vec::new).unwrap()
        };
        let (of_samples, exact) = (compile("2*f - sin(f)*f + theta"), "exp(cos(2*theta))");
        let exact: Formula = format!("2*{exact} - sin({exact})*{exact} + theta").parse().unwrap();
        for theta in [0.0, 0.4, 2.0, 5.9] {
            let (a, b) = (of_samples.at(theta), exact.at(theta));
            assert!((a.value - b.value).abs() < 1e-13, "{theta}");
            assert!((a.first - b.first).abs() < 1e-12 && (a.second - b.second).abs() < 1e-10, "{theta}");
        }
        assert_eq!(of_samples.sampled_period(), None);
        assert_eq!(compile("2*f - 1").sampled_period(), Some(std::f64::consts::PI));
        assert_eq!(compile("f + 0*f").canonical(), compile("f + 0*f").canonical());
        assert_ne!(compile("f").canonical(), compile("2*f").canonical());
    }

    #[test]
    fn its_bound_holds_for_complex_angles() {
        let f = sampled();
        for (centre, radius) in [(0.3, 0.05), (1.0, 0.3), (2.0, 1.0)] {
            let bound = f.bound_of(centre, radius);
            for j in 0..16 {
                let z = num_complex::Complex64::new(centre, 0.0)
                    + radius * num_complex::Complex64::cis(f64::from(j) * 0.4);
                let value = (2.0 * z).cos().exp();
                assert!((value - bound.centre).norm() <= bound.radius * (1.0 + 1e-9), "{centre} {radius}");
            }
        }
    }
}

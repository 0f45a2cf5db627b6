//! Let formulas use functions of theta that are known by samples.

use std::fmt::Write as _;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::Jet;
use super::disc::Disc;
use crate::periodic::Periodic;

/// A periodic function of theta as its Fourier series.
#[derive(Debug, Clone)]
pub struct Series(Arc<Periodic>);

impl PartialEq for Series {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

impl Series {
    /// A function for formulas.
    pub fn new(function: Periodic) -> Self {
        Self(Arc::new(function))
    }

    /// The function.
    pub fn function(&self) -> &Periodic {
        &self.0
    }

    /// The period in rad.
    pub fn period(&self) -> f64 {
        self.0.period()
    }

    /// Tells two functions apart: equal coefficients give equal digests.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(self.period().to_bits().to_le_bytes());
        for number in self.0.harmonics().iter().flat_map(|c| [c.re, c.im]) {
            hash.update(number.to_bits().to_le_bytes());
        }
        hash.finalize().iter().take(16).fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// a f + b g, if both have one period.
    pub(super) fn combined(&self, a: f64, other: &Self, b: f64) -> Option<Self> {
        (self.period() == other.period()).then(|| Self::new(self.0.combine(a, &other.0, b)))
    }

    /// a f.
    pub(super) fn scaled(&self, a: f64) -> Self {
        Self::new(Periodic::constant(self.period(), 0.0).combine(1.0, &self.0, a))
    }

    /// f + constant.
    pub(super) fn offset(&self, constant: f64) -> Self {
        Self::new(self.0.offset(constant))
    }

    /// Value and derivatives at an angle.
    pub(super) fn at(&self, theta: f64) -> Jet {
        let [value, first, second] = self.0.derivatives(theta);
        Jet { value, first, second }
    }

    /// |f(z) − f(c)| ≤ Σ_k 2 |c_k| (e^{k r} − 1) for |z − c| ≤ r, with r in harmonics of the period.
    pub(super) fn bound(&self, theta: Disc) -> Disc {
        let unit = std::f64::consts::TAU / self.period();
        let growth = (unit * theta.radius).exp();
        let harmonics = self.0.harmonics();
        // Horner's rule for Σ 2 |c_k| (x^k − 1).
        let (grown, still) = harmonics[1..]
            .iter()
            .rev()
            .map(|c| 2.0 * c.norm())
            .fold((0.0, 0.0), |(grown, still), size| ((grown + size) * growth, still + size));
        let radius = if theta.radius == 0.0 { 0.0 } else { (grown - still).max(0.0) };
        Disc { centre: self.0.value(theta.centre), radius }
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
        let compile =
            |text: &str| Formula::compile(&Expression::parse(text).unwrap(), &lookup, &Vec::new).unwrap();
        let (of_samples, exact) = (compile("2*f - sin(f)*f + theta"), "exp(cos(2*theta))");
        let exact: Formula = format!("2*{exact} - sin({exact})*{exact} + theta").parse().unwrap();
        for theta in [0.0, 0.4, 2.0, 5.9] {
            let (a, b) = (of_samples.at(theta), exact.at(theta));
            assert!((a.value - b.value).abs() < 1e-13, "{theta}");
            assert!((a.first - b.first).abs() < 1e-12 && (a.second - b.second).abs() < 1e-10, "{theta}");
        }
        assert!(of_samples.as_series().is_none());
        assert_eq!(compile("f + 0*f").canonical(), compile("f").canonical());
        assert_ne!(compile("f").canonical(), compile("2*f").canonical());
    }

    #[test]
    fn a_sum_of_sampled_functions_is_one() {
        let lookup = |name: &str| (name == "f").then(sampled);
        let compile =
            |text: &str| Formula::compile(&Expression::parse(text).unwrap(), &lookup, &Vec::new).unwrap();
        let exact: Formula = "exp(cos(2*theta))".parse().unwrap();
        for (text, factor, constant) in
            [("3 - (f*2 - f/4)", -1.75, 3.0), ("-f + 1", -1.0, 1.0), ("2 + f*(1 - 3)", -2.0, 2.0)]
        {
            let sum = compile(text);
            let function = sum.as_series().unwrap();
            let wanted = factor * exact.at(0.7).value + constant;
            assert!((function.value(0.7) - wanted).abs() < 1e-13, "{text}");
        }
        assert!(compile("f - f + 2").is_constant());
        assert!(compile("f*f").as_series().is_none());
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

//! Carry a number together with its error.

/// A value and how far from the truth it may be, in the unit of the value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// Its error: one standard deviation where noise decides, else a bound on what refinement, rounding and the errors of what it
    /// is computed from may do to it.
    pub error: f64,
}

impl Estimate {
    /// A value with its error.
    pub fn new(value: f64, error: f64) -> Self {
        Self { value, error }
    }

    /// The same with an error of another origin added.
    #[must_use]
    pub fn or_by(self, error: f64) -> Self {
        Self { error: self.error + error, ..self }
    }

    /// By how many combined errors two independent estimates differ.
    pub fn z_score(&self, other: &Self) -> f64 {
        (self.value - other.value) / self.error.hypot(other.error)
    }
}

impl From<(f64, f64)> for Estimate {
    fn from((value, error): (f64, f64)) -> Self {
        Self { value, error }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn z_score_combines_both_errors() {
        let (a, b) = (Estimate::new(2.0, 0.3), Estimate::from((1.0, 0.4)));
        assert!((a.z_score(&b) - 2.0).abs() < 1e-15 && (b.z_score(&a) + 2.0).abs() < 1e-15);
    }
}

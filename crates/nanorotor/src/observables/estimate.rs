//! Carry a number together with its error.

/// A value with its error: one standard error for what was sampled, an error bound for what was computed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// The error, in the unit of the value.
    pub error: f64,
}

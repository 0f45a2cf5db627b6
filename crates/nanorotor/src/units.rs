//! Convert between Hartree atomic units and the units that people write and read.
//!
//! Inside the library every number is in Hartree atomic units (ħ = e = m_e = k_B = 1).

/// One hartree in electronvolts (CODATA 2018).
pub const HARTREE_IN_EV: f64 = 27.211_386_245_988;

/// One atomic unit of time in seconds (CODATA 2018).
pub const TIME_IN_SECONDS: f64 = 2.418_884_326_586_4e-17;

/// One atomic unit of time in nanoseconds.
pub const TIME_IN_NANOSECONDS: f64 = TIME_IN_SECONDS * 1e9;

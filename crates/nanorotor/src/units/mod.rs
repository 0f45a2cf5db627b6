//! Convert between Hartree atomic units and the units that people write and read.
//!
//! Inside the library every number is in Hartree atomic units (ħ = e = m_e = k_B = 1).

/// One hartree in electronvolts (CODATA 2018).
pub const HARTREE_IN_EV: f64 = 27.211_386_245_988;

/// One atomic unit of time in seconds (CODATA 2018).
pub const TIME_IN_SECONDS: f64 = 2.418_884_326_586_4e-17;

/// One atomic unit of time in nanoseconds.
pub const TIME_IN_NANOSECONDS: f64 = TIME_IN_SECONDS * 1e9;

/// One hartree in joules (CODATA 2018).
pub const HARTREE_IN_JOULES: f64 = 4.359_744_722_207_1e-18;

/// One bohr in metres (CODATA 2018).
pub const BOHR_IN_METRES: f64 = 5.291_772_109_03e-11;

/// The elementary charge in coulombs (exact).
pub const CHARGE_IN_COULOMBS: f64 = 1.602_176_634e-19;

/// One atomic unit of the moment of inertia, m_e a0² = E_h (ħ/E_h)², in kg m².
pub const INERTIA_IN_KG_M2: f64 = HARTREE_IN_JOULES * TIME_IN_SECONDS * TIME_IN_SECONDS;

mod dimension;
mod lookalikes;
mod symbols;
mod unit;

pub use dimension::{Dimension, readings};
pub(crate) use lookalikes::Plain;
pub use lookalikes::plain_text;
pub use unit::{LONGEST_TIME, Quantity, SHORTEST_TIME, Unit, positive_time};
pub(crate) use unit::{is_unit_letter, scan_unit};

//! Hold the units that quantities are printed in: practical, atomic, and the factor between them.

use crate::units::{
    CHARGE_IN_COULOMBS, HARTREE_IN_EV, INERTIA_IN_KG_M2, TIME_IN_NANOSECONDS, TIME_IN_SECONDS,
};

/// The unit system that results are printed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum System {
    /// eV, rad, ns, revolutions and µA.
    #[default]
    Practical,
    /// Hartree atomic units; rotation rates in revolutions per atomic unit of time.
    Atomic,
}

/// How a quantity is printed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OutputUnit {
    /// The practical unit.
    pub practical: &'static str,
    /// The atomic unit.
    pub atomic: &'static str,
    /// One atomic unit in practical units.
    pub factor: f64,
}

impl OutputUnit {
    /// The unit's name in a system.
    pub fn name(&self, system: System) -> &'static str {
        match system {
            System::Practical => self.practical,
            System::Atomic => self.atomic,
        }
    }

    /// The factor by which a value in atomic units is multiplied for a system.
    pub fn factor(&self, system: System) -> f64 {
        match system {
            System::Practical => self.factor,
            System::Atomic => 1.0,
        }
    }
}

const TIME_IN_PICOSECONDS: f64 = TIME_IN_NANOSECONDS * 1e3;

const fn unit(practical: &'static str, atomic: &'static str, factor: f64) -> OutputUnit {
    OutputUnit { practical, atomic, factor }
}

pub(super) const RADIAN: Option<OutputUnit> = Some(unit("rad", "rad", 1.0));
pub(super) const TORQUE: Option<OutputUnit> = Some(unit("eV/rad", "Ha/rad", HARTREE_IN_EV));
pub(super) const FRICTION: Option<OutputUnit> =
    Some(unit("eV ps", "hbar", HARTREE_IN_EV * TIME_IN_PICOSECONDS));
pub(super) const DIFFUSION: Option<OutputUnit> =
    Some(unit("eV^2 ps", "Ha hbar", HARTREE_IN_EV * HARTREE_IN_EV * TIME_IN_PICOSECONDS));
pub(super) const ENERGY: Option<OutputUnit> = Some(unit("eV", "Ha", HARTREE_IN_EV));
// I = e dN/dt: electrons per atomic unit of time, times e, in microamperes.
pub(super) const CURRENT: Option<OutputUnit> =
    Some(unit("µA", "e/au_time", CHARGE_IN_COULOMBS / TIME_IN_SECONDS * 1e6));
pub(super) const CHARGE_PER_ANGLE: Option<OutputUnit> = Some(unit("e/rad", "e/rad", 1.0));
pub(super) const NOISE: Option<OutputUnit> = Some(unit("e^2/ns", "e^2/au_time", 1.0 / TIME_IN_NANOSECONDS));
pub(super) const CHARGE_TORQUE: Option<OutputUnit> = Some(unit("e eV/rad", "e Ha/rad", HARTREE_IN_EV));
pub(super) const REVOLUTIONS: Option<OutputUnit> =
    Some(unit("revolutions/ns", "revolutions/au_time", 1.0 / TIME_IN_NANOSECONDS));
pub(super) const RATE: Option<OutputUnit> = Some(unit("1/ns", "1/au_time", 1.0 / TIME_IN_NANOSECONDS));
pub(super) const ANGULAR_DIFFUSION: Option<OutputUnit> =
    Some(unit("rad^2/ns", "rad^2/au_time", 1.0 / TIME_IN_NANOSECONDS));
pub(super) const POWER: Option<OutputUnit> =
    Some(unit("eV/ns", "Ha/au_time", HARTREE_IN_EV / TIME_IN_NANOSECONDS));
pub(super) const PER_ANGLE: Option<OutputUnit> = Some(unit("1/rad", "1/rad", 1.0));
pub(super) const PER_ENERGY: Option<OutputUnit> = Some(unit("1/eV", "1/Ha", 1.0 / HARTREE_IN_EV));
pub(super) const RATE_PER_ENERGY: Option<OutputUnit> =
    Some(unit("1/(ns eV)", "1/(au_time Ha)", 1.0 / (TIME_IN_NANOSECONDS * HARTREE_IN_EV)));
pub(super) const RATE_PER_FRICTION: Option<OutputUnit> = Some(unit(
    "1/(ns eV ps)",
    "1/(au_time hbar)",
    1.0 / (TIME_IN_NANOSECONDS * HARTREE_IN_EV * TIME_IN_PICOSECONDS),
));
pub(super) const RATE_PER_DIFFUSION: Option<OutputUnit> = Some(unit(
    "1/(ns eV^2 ps)",
    "1/(au_time Ha hbar)",
    1.0 / (TIME_IN_NANOSECONDS * HARTREE_IN_EV * HARTREE_IN_EV * TIME_IN_PICOSECONDS),
));
pub(super) const INERTIA: Option<OutputUnit> = Some(unit("kg m^2", "m_e a0^2", INERTIA_IN_KG_M2));
pub(super) const TIME: Option<OutputUnit> = Some(unit("ns", "au_time", TIME_IN_NANOSECONDS));

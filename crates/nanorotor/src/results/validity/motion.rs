//! Judge the motion of the rotor: its velocity, its libration, its times.
//!
//! | symbol | meaning                                                          | here                        |
//! |--------|------------------------------------------------------------------|-----------------------------|
//! | u      | root mean square of the angular velocity, at least the thermal one, (max k_BT_eff/I)^½ (rad per a.u.) | `Motion::velocity` |
//! | Ω      | (max \|U″\|/I)^½, fastest libration (1/a.u.)                     | `Motion::libration`         |
//!
//! The noise must forget within the shortest of 1/Ω, I/X and (L/2π)/u. A classical rotor needs Ω below k_BT.

use std::f64::consts::TAU;

use super::{Assumption, Velocity, electronvolts, judged, without_temperature};
use crate::landscape::Landscape;
use crate::observables::Regime;
use crate::study::Resolved;

/// The rotor's own scales.
pub(super) struct Motion {
    /// u (rad per a.u.).
    pub(super) velocity: f64,
    /// What kind of velocity it is, in words.
    pub(super) kind: &'static str,
    /// Ω (1/a.u.).
    pub(super) libration: f64,
    /// I/max X (a.u.).
    pub(super) relaxation: f64,
    /// L/2π (rad).
    pub(super) angle: f64,
    /// The highest k_BT_eff (Ha); NaN where there is none.
    pub(super) thermal_energy: f64,
}

impl Motion {
    pub(super) fn new(resolved: &Resolved, landscape: &Landscape, regime: Regime, known: Velocity) -> Self {
        let inertia = resolved.rotor.moment_of_inertia;
        let thermal_energy = landscape.max_effective_temperature();
        let curvature = landscape.potential().derivative().derivative().magnitude();
        let thermal = (thermal_energy / inertia).sqrt();
        let (friction, diffusion) = (landscape.total_friction().mean(), landscape.total_diffusion().mean());
        let drift = landscape.force().mean() / friction;
        // Where friction is negative somewhere k_BT_eff has no highest value; a fast rotor feels the averages over the angle.
        let (spread, how) = if !thermal.is_nan() {
            (
                thermal,
                [
                    "its mean velocity with a thermal spread",
                    "the velocity to which its mean torque can drive it",
                ],
            )
        } else if friction > 0.0 {
            let cycle = if let Regime::LimitCycle { velocity, .. } = regime { velocity } else { 0.0 };
            let fast = (diffusion / (2.0 * friction * inertia)).sqrt();
            (cycle.hypot(fast), ["the velocity to which noise and negative friction can drive it"; 2])
        } else {
            (f64::NAN, [""; 2])
        };
        let (velocity, kind) = match known {
            Velocity::RootMeanSquare(velocity) => (velocity, "the root mean square of its velocity"),
            Velocity::Mean(velocity) => (velocity.hypot(spread), how[0]),
            Velocity::Unknown => (drift.hypot(spread), how[1]),
        };
        // Without a drift, and where nothing is known, the hottest angle decides, if there is one.
        let is_faster = velocity > 1.001 * thermal || thermal.is_nan();
        let (velocity, kind) = if is_faster { (velocity, kind) } else { (thermal, "its thermal velocity") };
        Self {
            velocity,
            kind,
            libration: (curvature / inertia).sqrt(),
            relaxation: inertia / landscape.total_friction().magnitude(),
            angle: landscape.period() / TAU,
            thermal_energy,
        }
    }

    /// The shortest time in which something happens to the rotor (a.u.), and what that is.
    pub(super) fn shortest(&self) -> (f64, &'static str) {
        [
            (1.0 / self.libration, "its fastest libration passes one radian"),
            (self.relaxation, "its velocity decays"),
            (self.angle / self.velocity, "it turns by L/2π"),
        ]
        .into_iter()
        .fold((f64::INFINITY, "it rests"), |least, time| if time.0 < least.0 { time } else { least })
    }
}

pub(super) fn classical(motion: &Motion, ratio: f64) -> Assumption {
    if ratio.is_nan() {
        return without_temperature("classical rotor");
    }
    let text = format!(
        "the quantum of the fastest libration is {}, {ratio:.3} of the highest k_BT_eff",
        electronvolts(motion.libration)
    );
    Assumption { name: "classical rotor", standing: judged("quantum_ratio", ratio), text }
}

//! Write one time step as kick, drift, friction with noise, drift, kick, in the variables that trajectories keep.
//!
//! | symbol | here         | unit                  |
//! |--------|--------------|-----------------------|
//! | x      | `fraction`   | L, (θ − θ_c)/L mod 1  |
//! | h      | `half_drift` | L, u dt/(2L)          |
//! | θ_c    | `origin`     | rad                   |
//! | I      | `inertia`    | ħ² / Ha               |
//!
//! BAOAB of Leimkuhler & Matthews (2013), with the Ornstein–Uhlenbeck step exact at frozen angle:
//!
//! ```text
//! B  u ← u + F dt/(2I)        A  θ ← θ + u dt/2
//! O  u ← u e^{−X dt/I} + √(D_tot (1 − e^{−2X dt/I})/(2XI)) N(0, 1)        A        B
//! ```
//!
//! Weak order 2. The kick that ends a step and the one that begins the next are done together, so between steps h stands half
//! a kick ahead of its angle; what reads velocities takes it back.

use std::f64::consts::TAU;

use super::table::{Pieces, cells_needed, pieces, piecewise, quartic_error};
use crate::error::{Error, Result};
use crate::landscape::Landscape;
use crate::quantity::in_practical_units;
use crate::stationary;

/// What the table of a coefficient may miss, relative to the coefficient's maximum.
pub(crate) const TABLE_TOLERANCE: f64 = 2e-5;
/// Cells of the double-precision tables.
const REFERENCE_CELLS: usize = 4096;
/// The largest h allowed: two of them must tell their sign, modulo the period.
pub(crate) const FASTEST: f64 = 0.24;
/// One period in the fixed-point angle.
pub(crate) const FULL: f64 = 4_294_967_296.0;

/// The coefficients of one step as functions of the angle.
#[derive(Debug, Clone)]
pub(crate) struct Splitting<'a> {
    landscape: &'a Landscape,
    inertia: f64,
    dt: f64,
    origin: f64,
}

impl<'a> Splitting<'a> {
    /// Check that trajectories of this landscape can be run at all.
    pub(crate) fn new(landscape: &'a Landscape, inertia: f64, dt: f64, origin: f64) -> Result<Self> {
        let model = |what: String, hint: &str| Err(Error::Model { what, hint: hint.into() });
        if !(inertia.is_finite() && inertia > 0.0) {
            return model(
                format!("the moment of inertia is {inertia}"),
                "give a positive moment of inertia; without one use the overdamped limit",
            );
        }
        if !origin.is_finite() {
            return model(format!("the origin of the counter is {origin}"), "give a finite angle");
        }
        // What the physics refuses is refused as `kramers` does, with the same exit code.
        let no_rate = |what: String, hint: &str| {
            Err(Error::NotConverged { quantity: "rotation rate", what, hint: hint.into() })
        };
        let diffusion = landscape.total_diffusion();
        let (at, lowest) = diffusion.minimum();
        if lowest < -1e-9 * diffusion.magnitude() {
            return no_rate(
                format!("the diffusion is {} at theta = {at:.6}", in_practical_units("diffusion", lowest)),
                "a torque noise cannot have a negative strength: check the diffusion",
            );
        }
        let splitting = Self { landscape, inertia, dt, origin };
        stationary::check_friction(landscape)?;
        let temperature = splitting.starting_temperature();
        if !(dt.is_finite() && dt > 0.0) {
            return model(format!("the time step is {dt}"), "give a positive time step");
        }
        let drift = 6.0 * (temperature / inertia).sqrt() * dt / (2.0 * landscape.period());
        if drift > FASTEST {
            return Err(Error::NotConverged {
                quantity: "trajectories",
                what: format!(
                    "a thermal velocity crosses {drift:.2} periods in half a time step of {}",
                    in_practical_units("dt", dt)
                ),
                hint: format!(
                    "take a time step of {} or less",
                    in_practical_units("dt", 0.5 * FASTEST * dt / drift)
                ),
            });
        }
        Ok(splitting)
    }

    /// k_BT_eff where the trajectories start, from the mean coefficients if the friction is not positive there (Ha).
    fn starting_temperature(&self) -> f64 {
        let (friction, diffusion) = (self.landscape.total_friction(), self.landscape.total_diffusion());
        let local = friction.value(self.origin);
        if local > 0.0 {
            (diffusion.value(self.origin) / (2.0 * local)).max(0.0)
        } else {
            diffusion.mean() / (2.0 * friction.mean())
        }
    }

    fn angle(&self, fraction: f64) -> f64 {
        self.origin + fraction * self.landscape.period()
    }

    /// dt/(2L), which turns a velocity into h.
    pub(crate) fn scale(&self) -> f64 {
        0.5 * self.dt / self.landscape.period()
    }

    /// F dt/I in units of h: two half kicks.
    pub(crate) fn kick(&self, fraction: f64) -> f64 {
        self.landscape.force().value(self.angle(fraction)) * self.dt / self.inertia * self.scale()
    }

    /// e^{−X dt/I} − 1.
    pub(crate) fn decay(&self, fraction: f64) -> f64 {
        (-self.landscape.total_friction().value(self.angle(fraction)) * self.dt / self.inertia).exp_m1()
    }

    /// √(D_tot (1 − e^{−2X dt/I})/(2XI)) in units of h.
    pub(crate) fn noise(&self, fraction: f64) -> f64 {
        let theta = self.angle(fraction);
        let diffusion = self.landscape.total_diffusion().value(theta).max(0.0);
        let y = 2.0 * self.landscape.total_friction().value(theta) * self.dt / self.inertia;
        let shape = if y.abs() < 1e-12 { 1.0 } else { -(-y).exp_m1() / y };
        (diffusion * self.dt * shape).sqrt() / self.inertia * self.scale()
    }

    /// h of a unit normal number at the start: a thermal velocity.
    pub(crate) fn thermal(&self) -> f64 {
        (self.starting_temperature() / self.inertia).sqrt() * self.scale()
    }

    /// k = 2π/L.
    pub(crate) fn periods_per_revolution(&self) -> Result<u32> {
        let ratio = TAU / self.landscape.period();
        let whole = ratio.round();
        if !(1.0..=1e6).contains(&whole) || (ratio - whole).abs() > 1e-9 * ratio {
            return Err(Error::Model {
                what: format!("the period {} is not 2 pi over a whole number", self.landscape.period()),
                hint: "give a period of 2 pi/n, so that a revolution is a whole number of periods".into(),
            });
        }
        Ok(whole as u32)
    }
}

/// The coefficients for lanes: single precision, angles in 2⁻³² of the period.
#[derive(Debug, Clone)]
pub(crate) struct LaneTables {
    pub(crate) kick: Pieces,
    pub(crate) decay: Pieces,
    pub(crate) noise: Pieces,
    /// log₂ of the number of cubic pieces.
    pub(crate) cell_bits: u32,
    /// The largest relative error of the cubic pieces of the three.
    pub(crate) error: f64,
    /// The same of the quartic pieces.
    pub(crate) quartic_error: f64,
}

impl LaneTables {
    pub(crate) fn new(splitting: &Splitting<'_>) -> Result<Self> {
        let needed = [
            cells_needed(|x| splitting.kick(x), TABLE_TOLERANCE),
            cells_needed(|x| splitting.decay(x), TABLE_TOLERANCE),
            cells_needed(|x| splitting.noise(x), TABLE_TOLERANCE),
        ];
        let (mut cells, mut error) = (0, 0.0_f64);
        for (count, reached) in needed {
            cells = cells.max(count);
            error = error.max(reached);
        }
        if error > 1e-4 {
            return Err(Error::NotConverged {
                quantity: "trajectories",
                what: format!("a table of {cells} cells misses a coefficient by {error:.1e} of its maximum"),
                hint: "smooth the coefficients, or use the reference kernel".into(),
            });
        }
        let quartic_error = quartic_error(|x| splitting.kick(x))
            .max(quartic_error(|x| splitting.decay(x)))
            .max(quartic_error(|x| splitting.noise(x)));
        Ok(Self {
            kick: Pieces::new(|x| splitting.kick(x) * FULL, cells),
            decay: Pieces::new(|x| splitting.decay(x), cells),
            noise: Pieces::new(|x| splitting.noise(x) * FULL, cells),
            cell_bits: cells.ilog2(),
            error,
            quartic_error,
        })
    }

    /// Whether the quartic pieces are good enough.
    pub(crate) fn quartics_suffice(&self) -> bool {
        self.quartic_error <= TABLE_TOLERANCE
    }

    /// The kick at a fraction of the period.
    pub(crate) fn kick_at(&self, fraction: f64) -> f64 {
        let scaled = fraction * f64::from(1_u32 << self.cell_bits);
        let cell = scaled as u32;
        let x = 1.0 + scaled - f64::from(cell);
        let [a, b, c, d] = self.kick.cubic(cell).map(f64::from);
        a + x * (b + x * (c + x * d))
    }
}

/// The coefficients in double precision, angles in periods.
#[derive(Debug, Clone)]
pub(crate) struct ReferenceTables {
    kick: Vec<[f64; 4]>,
    decay: Vec<[f64; 4]>,
    noise: Vec<[f64; 4]>,
}

impl ReferenceTables {
    pub(crate) fn new(splitting: &Splitting<'_>) -> Self {
        Self {
            kick: pieces(|x| splitting.kick(x), REFERENCE_CELLS),
            decay: pieces(|x| splitting.decay(x), REFERENCE_CELLS),
            noise: pieces(|x| splitting.noise(x), REFERENCE_CELLS),
        }
    }

    pub(crate) fn kick(&self, fraction: f64) -> f64 {
        piecewise(&self.kick, fraction)
    }

    pub(crate) fn decay(&self, fraction: f64) -> f64 {
        piecewise(&self.decay, fraction)
    }

    pub(crate) fn noise(&self, fraction: f64) -> f64 {
        piecewise(&self.noise, fraction)
    }
}

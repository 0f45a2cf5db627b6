//! Choose the road to the stationary state, and say what it reached.
//!
//! | method       | solves                                             | answers                                   |
//! |--------------|----------------------------------------------------|-------------------------------------------|
//! | `hermite`    | Klein–Kramers, Hermite functions of the velocity   | damping above about 0.1, like temperatures |
//! | `elements`   | Klein–Kramers, spectral elements along the energy  | any damping, drift and barrier            |
//! | `overdamped` | the limit of no inertia                            | up to relative corrections I ∂(F/X)/X     |
//! | `weak`       | the limit of slow changes of the energy            | damping below 0.1, with errors of its order |
//!
//! The damping is X/√(I k_BT) per radian. `auto` takes Hermite functions where they cost least, elements elsewhere, and the limit
//! where elements find fewer digits than it has. The choice depends on the landscape alone, never on the machine.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result, did_you_mean};
use crate::kramers::{self, Watch, elements};
use crate::landscape::Landscape;
use crate::overdamped;
use crate::quantity::rough;
use crate::stationary::{AnyState, Converged};
use crate::weak;

/// Hermite functions are tried where they need no more than this (bytes) for every [`SMOOTH`] harmonics of the landscape: with more,
/// elements are faster.
const CHEAP: usize = 32 << 20;

/// Within this many times what no refinement takes away it is not resolution that limits the answer.
const LIMITED: f64 = 2.0;

/// See [`CHEAP`]. Elements too pay for narrow features.
const SMOOTH: usize = 64;

/// The road to the stationary state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    /// Whichever suits the rotor.
    #[default]
    Auto,
    /// Spectral elements.
    Elements,
    /// Hermite functions and Fourier modes.
    Hermite,
    /// The limit of no inertia.
    Overdamped,
    /// The limit of weak damping.
    Weak,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Auto, Self::Elements, Self::Hermite, Self::Overdamped, Self::Weak];

    /// As studies and the command line write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Elements => "elements",
            Self::Hermite => "hermite",
            Self::Overdamped => "overdamped",
            Self::Weak => "weak",
        }
    }

    /// Whether it solves the equation with inertia, which has an adjoint, and not a limit of it.
    pub fn is_of_whole_equation(self) -> bool {
        !matches!(self, Self::Overdamped | Self::Weak)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Method {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = Self::ALL.map(Self::name);
        Self::ALL.into_iter().find(|method| method.name() == text).ok_or_else(|| {
            let hint = did_you_mean(text, names).unwrap_or_else(|| format!("one of {}", names.join(", ")));
            format!("there is no method `{text}`; {hint}")
        })
    }
}

/// How to find the stationary state, how exact it must be and what it may cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Solver {
    /// The road.
    pub method: Method,
    /// The relative error allowed for R, D_eff and the kinetic energy; R may also err by a thousandth of it times D_eff/L.
    pub tolerance: f64,
    /// The memory that the factors of one solution may take (bytes).
    pub memory_limit: usize,
    /// Whether two threads may work on one solution; the bits are the same.
    pub parallel: bool,
}

/// Whether a relative error can be asked for.
///
/// # Errors
/// What would be right, in one line.
pub fn check_tolerance(tolerance: f64) -> Result<(), String> {
    if (1e-12..=0.1).contains(&tolerance) {
        return Ok(());
    }
    Err("a tolerance is a relative error between 1e-12 and 0.1: write for example 1e-6".into())
}

/// An amount of memory such as "2 GiB" in bytes.
///
/// # Errors
/// What is wrong with it and what would be right, in one line.
pub fn memory(text: &str) -> Result<usize, String> {
    let text = text.trim();
    let end = text.find(|c: char| c.is_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let factor = match unit.trim() {
        "MiB" => 2_f64.powi(20),
        "GiB" => 2_f64.powi(30),
        "MB" => 1e6,
        "GB" => 1e9,
        _ => return Err("memory has a unit: write for example \"2 GiB\" or \"500 MB\"".into()),
    };
    let bytes = number.trim().parse::<f64>().map(|x| x * factor);
    match bytes {
        Ok(bytes) if (1e6..=1e15).contains(&bytes) => Ok(bytes as usize),
        _ => Err("memory lies between 1 MB and 1e6 GB: write for example \"2 GiB\"".into()),
    }
}

impl Default for Solver {
    fn default() -> Self {
        Self { method: Method::Auto, tolerance: 1e-8, memory_limit: 1 << 30, parallel: true }
    }
}

/// A stationary state with the road that led to it.
pub struct Solved {
    /// The state with its errors.
    pub state: Converged<AnyState>,
    /// The road taken, never `Auto`.
    pub method: Method,
    /// The largest relative error of R (or of a thousandth of D_eff/L), D_eff and the kinetic energy, as the state tells them.
    pub relative_error: f64,
    /// Whether that is the accuracy asked for, see [`Converged::is_within`].
    pub converged: bool,
    /// How fine the solution is, in words.
    pub resolution: String,
    /// All that is known of a rotor that hops too rarely for any digit.
    pub stuck: Option<elements::Bound>,
    /// Fourier modes and Hermite levels, of `hermite` only.
    pub expansion: Option<kramers::Resolution>,
}

impl Solved {
    /// Whether the errors of the landscape are what is left: elements bring rounding below them, and another road has them too.
    fn is_limited(&self) -> bool {
        self.method == Method::Elements && self.relative_error <= LIMITED * self.state.relative_limit()
    }
}

impl Solver {
    /// Find the stationary state.
    ///
    /// # Errors
    /// [`Error::Model`] for a moment of inertia or a tolerance that is not positive; [`Error::NotConverged`] where not one digit is
    /// found, with the reason. An error above the tolerance is told by [`Solved::relative_error`].
    pub fn solve(&self, landscape: &Landscape, moment_of_inertia: f64) -> Result<Solved> {
        self.solve_watched(landscape, moment_of_inertia, Watch::default())
    }

    /// The same, watched; told to stop it ends within a moment, with a larger error or none.
    ///
    /// # Errors
    /// As [`Solver::solve`]; [`Error::NotConverged`] also if it was stopped before the first solution.
    pub fn solve_watched(
        &self,
        landscape: &Landscape,
        moment_of_inertia: f64,
        watch: Watch<'_>,
    ) -> Result<Solved> {
        match self.method {
            Method::Hermite => self.hermite(landscape, moment_of_inertia, self.memory_limit, watch),
            Method::Elements => self.elements(landscape, moment_of_inertia, watch),
            Method::Overdamped => self.overdamped(landscape, moment_of_inertia),
            Method::Weak => self.weak(landscape, moment_of_inertia),
            Method::Auto => self.auto(landscape, moment_of_inertia, watch),
        }
    }

    fn auto(&self, landscape: &Landscape, moment_of_inertia: f64, watch: Watch<'_>) -> Result<Solved> {
        let rotor = Character::new(landscape, moment_of_inertia);
        let is_done = |found: &Result<Solved>| match found {
            Ok(found) => found.converged || found.stuck.is_some() || found.is_limited(),
            Err(error) => !matches!(error, Error::NotConverged { .. }),
        };
        let reached = |found: &Result<Solved>| found.as_ref().map_or(f64::INFINITY, |f| f.relative_error);
        let better = |one: Result<Solved>, other: Result<Solved>| {
            if reached(&other) < reached(&one) { other } else { one }
        };
        let hermite = |memory| self.hermite(landscape, moment_of_inertia, memory, watch);
        let functions = [landscape.force(), landscape.total_friction(), landscape.total_diffusion()];
        let harmonics = functions.map(|f| f.harmonics().len()).into_iter().fold(0, usize::max);
        let little = self.memory_limit.min(CHEAP * harmonics.div_ceil(SMOOTH).max(1));
        let cheap = rotor.suits_hermite().then(|| hermite(little));
        let mut found = match cheap {
            Some(found) if is_done(&found) => return found,
            Some(found) => better(self.elements(landscape, moment_of_inertia, watch), found),
            None => self.elements(landscape, moment_of_inertia, watch),
        };
        if !is_done(&found) && rotor.is_overdamped() {
            found = better(found, self.overdamped(landscape, moment_of_inertia));
        }
        // What the limit neglects is of the order of the damping at least.
        if !is_done(&found) && rotor.is_weakly_damped() && reached(&found) > rotor.damping.0 {
            found = better(found, self.weak(landscape, moment_of_inertia));
        }
        // Hermite functions once more, if they were not tried with all the memory.
        let with_more = rotor.suits_hermite() && self.memory_limit > little;
        if !is_done(&found) && (with_more || !rotor.suits_hermite() && rotor.allows_hermite()) {
            found = better(found, hermite(self.memory_limit));
        }
        found
    }

    fn hermite(
        &self,
        landscape: &Landscape,
        inertia: f64,
        memory_limit: usize,
        watch: Watch<'_>,
    ) -> Result<Solved> {
        let options = kramers::Options { tolerance: self.tolerance, memory_limit, start: None };
        let state = kramers::solve_watched(landscape, inertia, &options, watch)?;
        let resolution = state.finer.resolution();
        let kramers::Resolution { fourier_modes, hermite_levels } = resolution;
        let state = state.boxed();
        Ok(Solved {
            method: Method::Hermite,
            relative_error: state.relative_error(),
            converged: state.is_within(self.tolerance),
            resolution: format!("{fourier_modes} Fourier modes, {hermite_levels} Hermite levels"),
            stuck: None,
            expansion: Some(resolution),
            state,
        })
    }

    /// What the elements are told.
    pub(super) fn elements_options(&self) -> elements::Options {
        elements::Options {
            tolerance: self.tolerance,
            memory_limit: self.memory_limit,
            parallel: self.parallel,
            sensitivity: false,
        }
    }

    fn elements(&self, landscape: &Landscape, inertia: f64, watch: Watch<'_>) -> Result<Solved> {
        let found = elements::solve_watched(landscape, inertia, &self.elements_options(), watch)?;
        let (columns, strips) = found.mesh;
        Ok(Solved {
            method: Method::Elements,
            relative_error: found.error,
            converged: found.converged,
            resolution: format!("{columns} x {strips} elements in angle and velocity"),
            stuck: found.stuck,
            expansion: None,
            state: found.state.boxed(),
        })
    }

    fn overdamped(&self, landscape: &Landscape, inertia: f64) -> Result<Solved> {
        let options = overdamped::Options { tolerance: self.tolerance, ..overdamped::Options::default() };
        let (state, neglected) = overdamped::state(landscape, inertia, &options)?;
        if neglected.is_nan() || neglected > 0.5 {
            return Err(Error::NotConverged {
                quantity: "overdamped rotation rate",
                what: format!("what the limit of no inertia neglects is {} of the results", rough(neglected)),
                hint: "take the method elements, which answers at any damping".into(),
            });
        }
        // What the limit neglects is part of what moves the state; it is told by itself.
        let resolution = state.relative_error() - state.relative_limit();
        let relative_error = resolution.max(neglected);
        Ok(Solved {
            method: Method::Overdamped,
            relative_error,
            converged: relative_error <= self.tolerance,
            resolution: format!("{} angles", state.finer.points()),
            stuck: None,
            expansion: None,
            state: state.boxed(),
        })
    }

    fn weak(&self, landscape: &Landscape, inertia: f64) -> Result<Solved> {
        let limit = weak::solve(landscape, inertia, &weak::Options { tolerance: self.tolerance })?;
        let state = limit.state().boxed();
        Ok(Solved {
            method: Method::Weak,
            relative_error: state.relative_error(),
            converged: state.is_within(self.tolerance),
            resolution: format!("damping {:.1e} per rad", limit.damping()),
            stuck: None,
            expansion: None,
            state,
        })
    }
}

/// What decides how much a solver has to do.
struct Character {
    /// The least and the largest X/√(I k_BT), with the largest temperature (per rad).
    damping: (f64, f64),
    /// max k_BT_eff over min k_BT_eff; infinite where one is not positive.
    contrast: f64,
    /// The barrier over the lowest temperature.
    barrier: f64,
    /// The drift ⟨F⟩/⟨X⟩ in thermal velocities.
    drift: f64,
}

impl Character {
    fn new(landscape: &Landscape, moment_of_inertia: f64) -> Self {
        const ANGLES: usize = 256;
        let friction = landscape.total_friction();
        let (samples, diffusion) = (friction.samples(ANGLES), landscape.total_diffusion().samples(ANGLES));
        let (mut coldest, mut hottest) = (f64::INFINITY, 0.0_f64);
        for (x, d) in samples.iter().zip(&diffusion) {
            let temperature = if *x > 0.0 { 0.5 * d / x } else { f64::INFINITY };
            (coldest, hottest) = (coldest.min(temperature), hottest.max(temperature));
        }
        let momentum = (moment_of_inertia * hottest).sqrt();
        Self {
            damping: (friction.minimum().1 / momentum, friction.maximum().1 / momentum),
            contrast: if coldest > 0.0 { hottest / coldest } else { f64::INFINITY },
            barrier: landscape.barrier() / coldest,
            drift: (landscape.force().mean() / friction.mean() * moment_of_inertia / momentum).abs(),
        }
    }

    /// Whether Hermite functions cost less than elements, as `benches/methods.rs` measures it on random motors.
    fn suits_hermite(&self) -> bool {
        let contrast = if self.damping.0 > 1.0 { 30.0 } else { 4.0 };
        self.damping.0 > 0.15 && self.contrast < contrast && self.barrier < 20.0 && self.drift < 2.0
    }

    /// Whether Hermite functions may answer where elements do not, at whatever cost.
    fn allows_hermite(&self) -> bool {
        self.damping.0 > 0.05 && self.barrier < 20.0 * self.contrast && self.drift < 2.0
    }

    fn is_overdamped(&self) -> bool {
        self.damping.0 > 10.0
    }

    fn is_weakly_damped(&self) -> bool {
        self.damping.1 < 0.1
    }
}

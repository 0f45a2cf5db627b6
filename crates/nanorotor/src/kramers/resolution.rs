//! Choose how finely to expand, and measure what that choice costs.
//!
//! The expansion is refined in both directions until rotation rate, D_eff and kinetic energy stand still. The
//! last two solutions are returned together: the finer is the answer, its difference from the coarser the error of
//! resolution, and because the expansion converges exponentially that difference is the error of the coarser. To it comes what
//! rounding and the errors of the landscape do to the finer.

use std::f64::consts::TAU;

use super::elimination::Elimination;
use super::state::{HermiteState, Solved, stride};
use super::watch::{Progress, Watch};
use crate::error::{Error, Result};
use crate::landscape::Landscape;
use crate::periodic::Periodic;
use crate::quantity::in_practical_units;
use crate::stationary::{self, Converged, REMAINDER, Stationary};

/// T_0 over max T_eff: the Hermite functions need more than 1/2, and converge fastest a little above it.
const REFERENCE_OVER_LARGEST: f64 = 0.55;

/// The part of u_0 to which ⟨u⟩, and of u_0 L to which D_eff, can be known in 64-bit numbers at best.
const ROUNDING: f64 = 1e-14;

/// The part of D_eff, of the kinetic energy and of R, or of the rate of diffusion over a period, that rounding and the errors
/// of the landscape may be.
const UNSURE: f64 = 1e-3;

/// Below this damping per rad slow modes converge unevenly, and two resolutions may agree by chance: three must.
const SLOW: f64 = 0.05;

/// Where truncation loses this part of the tolerance, more modes and levels cannot help.
const RESOLVED: f64 = 1e-6;

/// How many Fourier modes (odd) and Hermite levels an expansion keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolution {
    /// The number of real Fourier modes of each level, odd.
    pub fourier_modes: usize,
    /// The highest Hermite level.
    pub hermite_levels: usize,
}

impl Resolution {
    /// The nearest resolution that the equations allow: odd modes, and levels up to the kinetic energy.
    fn usable(self) -> Self {
        Self { fourier_modes: self.fourier_modes.max(3) | 1, hermite_levels: self.hermite_levels.max(4) }
    }
}

/// How exact a solution must be and what it may cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The relative error of resolution allowed for R, D_eff and the kinetic energy. R may also err by a thousandth of it
    /// times the rate of diffusion over a period, so that a rotor that does not turn converges too. The density may
    /// change by ten times as much in any Fourier coefficient.
    pub tolerance: f64,
    /// The memory that the factors of one solution may take (bytes).
    pub memory_limit: usize,
    /// Where to begin refining; chosen from the landscape if not given.
    pub start: Option<Resolution>,
}

impl Default for Options {
    fn default() -> Self {
        Self { tolerance: 1e-8, memory_limit: 1 << 30, start: None }
    }
}

/// The rate at which the rotor diffuses over a period.
fn hop_rate(solution: &HermiteState) -> f64 {
    solution.rotational_diffusion() / (TAU * solution.period())
}

/// Whether refinement has come to its end.
fn stands_still(finer: &HermiteState, coarser: &HermiteState, tolerance: f64) -> bool {
    let change = |quantity: fn(&HermiteState) -> f64| {
        let value = quantity(finer);
        (value, REMAINDER * (value - quantity(coarser)).abs())
    };
    let (rate, rate_change) = change(HermiteState::rotation_rate);
    let (diffusion, diffusion_change) = change(HermiteState::rotational_diffusion);
    let (energy, energy_change) = change(HermiteState::mean_kinetic_energy);
    let hop_rate = hop_rate(finer);
    let rounding = (ROUNDING * finer.thermal_velocity() / TAU).min(UNSURE * hop_rate);
    rate_change <= tolerance * (rate.abs() + 1e-3 * hop_rate) + rounding
        && diffusion_change <= tolerance * diffusion + rounding * TAU * finer.period()
        && energy_change <= tolerance * energy
        && finer.density_change(coarser) <= 10.0 * tolerance
}

/// What rounding and the errors of the landscape leave of a solution: what is not known to [`UNSURE`], if anything.
fn left_unsure(found: &Converged<HermiteState>) -> Option<String> {
    type Quantity = fn(&HermiteState) -> f64;
    let quantities = [
        ("rotation_rate", HermiteState::rotation_rate as Quantity, hop_rate(&found.finer)),
        ("rotational_diffusion", HermiteState::rotational_diffusion, 0.0),
        ("mean_kinetic_energy", HermiteState::mean_kinetic_energy, 0.0),
    ];
    quantities.into_iter().find_map(|(name, quantity, least)| {
        let (value, error) = (quantity(&found.finer), found.moved_by(quantity));
        let is_known = error <= UNSURE * (value.abs() + least);
        let [value, error] = [value, error].map(|number| in_practical_units(name, number));
        (!is_known).then(|| {
            format!("rounding and the errors of the landscape leave {name} = {value} with the error {error}")
        })
    })
}

/// Solve the stationary Klein–Kramers equation at a resolution that it finds by itself.
///
/// # Errors
/// [`Error::Model`] for a moment of inertia that is not positive; [`Error::NotConverged`], with the numbers,
/// where the total friction or the effective temperature is not positive everywhere, or where the tolerance cannot be
/// met within the memory allowed (damping too small, temperatures too far apart) or with 16 digits (barrier too
/// high).
pub fn solve(
    landscape: &Landscape,
    moment_of_inertia: f64,
    options: &Options,
) -> Result<Converged<HermiteState>> {
    solve_watched(landscape, moment_of_inertia, options, Watch::default())
}

/// The same, watched.
///
/// # Errors
/// As [`solve`]; [`Error::NotConverged`] also if it was stopped.
pub fn solve_watched(
    landscape: &Landscape,
    moment_of_inertia: f64,
    options: &Options,
    watch: Watch<'_>,
) -> Result<Converged<HermiteState>> {
    stationary::check(moment_of_inertia, options.tolerance)?;
    let (coldest, hottest) = temperatures(landscape)?;
    let reference = REFERENCE_OVER_LARGEST * hottest;
    let refuse = |resolution: Resolution, what: &str| {
        let momentum = (moment_of_inertia * reference).sqrt();
        Error::NotConverged {
            quantity: "rotation rate",
            what: format!(
                "{what} at {} Fourier modes and {} Hermite levels; the effective temperature lies between {} and {}, the \
                 damping X/sqrt(I kT) is at least {:.1e} per rad",
                resolution.fourier_modes,
                resolution.hermite_levels,
                in_practical_units("effective_temperature", coldest),
                in_practical_units("effective_temperature", hottest),
                landscape.total_friction().minimum().1 / momentum,
            ),
            hint: "raise the damping with more friction from the environment or less inertia, or run trajectories; from Rust, \
                   the tolerance and the memory limit can be raised"
                .into(),
        }
    };
    let solve = |round: usize, error: f64, resolution: Resolution| -> Result<Solved> {
        if watch.is_cancelled() {
            return Err(refuse(resolution, "it was interrupted"));
        }
        let Resolution { fourier_modes, hermite_levels } = resolution;
        let unknowns = fourier_modes.saturating_mul(hermite_levels.saturating_add(1));
        watch.tell(Progress { round, unknowns, error, tolerance: options.tolerance });
        let needed = Elimination::bytes(fourier_modes, hermite_levels);
        if needed > options.memory_limit {
            let mebibytes = |bytes: usize| bytes >> 20;
            let (needed, allowed) = (mebibytes(needed), mebibytes(options.memory_limit));
            return Err(refuse(resolution, &format!("{needed} MiB are needed and {allowed} MiB allowed")));
        }
        let solved = Solved::new(landscape, moment_of_inertia, reference, resolution);
        if solved.solution.is_finite() {
            Ok(solved)
        } else {
            Err(refuse(resolution, "the numbers overflowed"))
        }
    };
    let stride = stride(landscape);
    let start = options.start.unwrap_or_else(|| first_guess(landscape, stride));
    let momentum = (moment_of_inertia * reference).sqrt();
    let is_slow = landscape.total_friction().minimum().1 / momentum < SLOW;
    let mut coarser = solve(1, f64::INFINITY, start.usable())?.solution;
    let mut coarsest: Option<HermiteState> = None;
    let (mut round, mut reached) = (1, f64::INFINITY);
    loop {
        round += 1;
        let solved = solve(round, reached, refined(&coarser, options.tolerance, stride))?;
        let finer = &solved.solution;
        let stands = stands_still(finer, &coarser, options.tolerance);
        let stood =
            coarsest.as_ref().is_some_and(|coarsest| stands_still(finer, coarsest, options.tolerance));
        if stands && (stood || !is_slow) {
            let moved = solved.moved(landscape);
            let coarser = coarsest.filter(|_| is_slow).unwrap_or(coarser);
            let found = Converged { finer: solved.solution, coarser, moved, unseen: 0.0 };
            return match left_unsure(&found) {
                Some(what) => Err(refuse(found.finer.resolution(), &what)),
                None => Ok(found),
            };
        }
        let lost = coarser.truncation();
        let resolved = lost.fourier.max(lost.hermite) < (RESOLVED * options.tolerance).max(f64::EPSILON);
        let scale = finer.thermal_velocity() * finer.period();
        if !stands && (resolved || finer.rotational_diffusion() < ROUNDING * scale) {
            let rate = finer.rotation_rate();
            let error = (rate - coarser.rotation_rate()).abs();
            let [rate, error] = [rate, error].map(|rate| in_practical_units("rotation_rate", rate));
            let what = format!("rounding leaves the rate {rate} with the error {error}");
            return Err(refuse(finer.resolution(), &what));
        }
        let pair = Converged { finer: solved.solution, coarser, moved: Vec::new(), unseen: 0.0 };
        reached = pair.relative_error();
        coarsest = Some(pair.coarser);
        coarser = pair.finer;
    }
}

/// The smallest and largest k_BT_eff; refuse what is not positive.
fn temperatures(landscape: &Landscape) -> Result<(f64, f64)> {
    let (friction, diffusion) = (landscape.total_friction(), landscape.total_diffusion());
    for (name, (theta, value)) in [("friction", friction.minimum()), ("diffusion", diffusion.minimum())] {
        if value <= 0.0 {
            return Err(Error::NotConverged {
                quantity: "rotation rate",
                what: format!(
                    "the total {name} is {} at theta = {theta:.6}",
                    in_practical_units(name, value)
                ),
                hint: "add friction from an environment at a positive temperature".into(),
            });
        }
    }
    let n = 8 * friction.harmonics().len().max(diffusion.harmonics().len()).max(8);
    let temperature = diffusion.samples(n).into_iter().zip(friction.samples(n)).map(|(d, x)| 0.5 * d / x);
    Ok(temperature.fold((f64::INFINITY, 0.0), |(low, high): (f64, f64), t| (low.min(t), high.max(t))))
}

/// A resolution to begin with: the harmonics that shape the landscape, within reason, and few levels.
fn first_guess(landscape: &Landscape, stride: usize) -> Resolution {
    let significant = |f: &Periodic| f.truncated(1e-3 * f.magnitude()).harmonics().len();
    let harmonics =
        [landscape.force(), landscape.total_friction(), landscape.total_diffusion()].map(significant);
    let harmonics = harmonics.into_iter().fold(8, usize::max).min(40).max(2 * stride);
    Resolution { fourier_modes: 2 * harmonics + 1, hermite_levels: 40 }
}

/// The next resolution, more where more is cut off.
fn refined(solution: &HermiteState, tolerance: f64, stride: usize) -> Resolution {
    // The loss falls exponentially, so its logarithm tells how much further the expansion must go.
    let grown = |count: usize, lost: f64, target: f64, least: f64| {
        let factor = if lost < 1.0 { (target.ln() / lost.ln()).clamp(least, 2.0) } else { 2.0 };
        (count as f64 * factor).ceil() as usize
    };
    let Resolution { fourier_modes, hermite_levels } = solution.resolution();
    let lost = solution.truncation();
    Resolution {
        fourier_modes: grown(fourier_modes, lost.fourier, 100.0 * tolerance, 1.1)
            .max(fourier_modes + 4 * stride)
            | 1,
        hermite_levels: grown(hermite_levels, lost.hermite, 0.02 * tolerance, 1.2),
    }
}

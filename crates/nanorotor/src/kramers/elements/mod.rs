//! Solve the stationary Klein–Kramers equation with spectral elements along the lines of constant energy.
//!
//! Answers at any damping: the elements follow the energy, so that a rotor that hardly loses energy needs few more of them, and the
//! trial functions carry the local Boltzmann weight, so that what is rare has as many digits as what is common.
//!
//! `reduced` brings the equation into reduced units, `mesh` lays the elements, `polynomials` and `assembly` write the weak
//! form for one of them, `dissection`, `front` and `factorisation` solve for all, `fields` integrates, `solution` draws the observables,
//! `moved` tells what the errors of the landscape do to them, `refine` halves elements until two degrees agree, `state` gives the
//! result in atomic units. Where a rotor has several traps, which `traps` finds, `hops` and `chain` solve for the rates between them.

mod assembly;
mod chain;
mod dissection;
mod factorisation;
mod fields;
mod front;
mod hops;
mod mesh;
mod moved;
mod passage;
mod polynomials;
mod reduced;
mod refine;
mod solution;
mod state;
mod traps;

pub use passage::CountRates;
pub use refine::{Bound, Options, Refined};
pub use state::{Sensitivity, State};

use super::watch::Watch;
use crate::error::{Error, Result};
use crate::landscape::Landscape;
use crate::quantity::in_practical_units;
use crate::stationary;
use reduced::Reduced;

/// Solve at any damping; the landscape should be given over its smallest period.
///
/// Friction may be negative over part of the circle if its mean is positive.
///
/// # Errors
/// [`Error::Model`] for a moment of inertia or a tolerance that is not positive; [`Error::NotConverged`] where the mean
/// friction or the diffusion is not positive, or where not one digit is found within the memory.
pub fn solve(landscape: &Landscape, moment_of_inertia: f64, options: &Options) -> Result<Refined> {
    solve_watched(landscape, moment_of_inertia, options, Watch::default())
}

/// The same, watched; told to stop it ends within a moment with the best solution so far.
///
/// # Errors
/// As [`solve`]; [`Error::NotConverged`] if it was stopped before the first solution.
pub fn solve_watched(
    landscape: &Landscape,
    moment_of_inertia: f64,
    options: &Options,
    watch: Watch<'_>,
) -> Result<Refined> {
    let rotor = checked(landscape, moment_of_inertia, options, None)?;
    refine::refine(&rotor, options, watch).ok_or_else(|| {
        if watch.is_cancelled() {
            return refuse("it was interrupted".into(), "let it run longer");
        }
        let what = format!(
            "no digit is found; the damping is {:.1e} per rad, the barrier {:.1} kT",
            rotor.mean_damping,
            rotor.barrier.max(0.0)
        );
        refuse(what, "allow more memory, or run trajectories")
    })
}

/// How often a counter on the lattice `counter_origin` + n L_c, L_c = `periods` L, moves on and back per time, to the tolerance or to
/// what the memory allows.
///
/// # Errors
/// As [`solve`]; [`Error::NotConverged`] also if no mesh fits into the memory.
pub fn count(
    landscape: &Landscape,
    moment_of_inertia: f64,
    counter_origin: f64,
    periods: usize,
    options: &Options,
) -> Result<CountRates> {
    count_watched(landscape, moment_of_inertia, counter_origin, periods, options, Watch::default())
}

/// The same, watched; told to stop it ends within a moment with the best counts so far.
///
/// # Errors
/// As [`count`]; [`Error::NotConverged`] also if it was stopped before the first counts.
pub fn count_watched(
    landscape: &Landscape,
    moment_of_inertia: f64,
    counter_origin: f64,
    periods: usize,
    options: &Options,
    watch: Watch<'_>,
) -> Result<CountRates> {
    let rotor = checked(landscape, moment_of_inertia, options, Some(counter_origin))?;
    passage::counts(&rotor, periods.max(1), options, watch).ok_or_else(|| {
        let (what, hint) = if watch.is_cancelled() {
            ("it was interrupted".into(), "let it run longer")
        } else {
            let what = format!("a lattice of {periods} periods does not fit into the memory");
            (what, "allow more memory, or run trajectories")
        };
        Error::NotConverged { quantity: "directionality", what, hint: hint.into() }
    })
}

/// The rotor in reduced units with an angle, or the top of its barrier, at zero.
fn checked(
    landscape: &Landscape,
    moment_of_inertia: f64,
    options: &Options,
    origin: Option<f64>,
) -> Result<Reduced> {
    stationary::check(moment_of_inertia, options.tolerance)?;
    stationary::check_friction(landscape)?;
    let (theta, diffusion) = landscape.total_diffusion().minimum();
    if diffusion.is_nan() || diffusion <= 0.0 {
        let diffusion = in_practical_units("diffusion", diffusion);
        let what = format!("the total diffusion is {diffusion} at theta = {theta:.6}");
        return Err(refuse(what, "add friction from an environment at a positive temperature"));
    }
    Ok(match origin {
        Some(origin) => Reduced::with_origin(landscape, moment_of_inertia, origin),
        None => Reduced::new(landscape, moment_of_inertia),
    })
}

fn refuse(what: String, hint: &str) -> Error {
    Error::NotConverged { quantity: "rotation rate", what, hint: hint.into() }
}

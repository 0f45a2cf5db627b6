//! Put what trajectories told under the names of the results.

use super::simulate::Simulated;
use super::status::Status;
use super::variables::Results;
use crate::observables::directionality::Directionality;
use crate::observables::trajectories::{Outcome, TooShort};
use crate::quantity::rough;
use crate::units::TIME_IN_NANOSECONDS;

/// Rotation rate, diffusion and directionality of trajectories, with their errors, as variables of their own names: a sweep may
/// hold them beside the deterministic ones.
///
/// What the run was too short to tell is NaN, with the reason in [`Results::status`].
pub(super) fn simulation_results(found: &Simulated) -> Results {
    let mut results = Results::default();
    let mut remarks = Vec::new();
    results.scalar("simulated_rotation_rate", found.rotation_rate.value);
    results.scalar("simulated_rotation_rate_error", found.rotation_rate.error);
    let diffusion = found.rotational_diffusion.as_ref();
    results.scalar("simulated_rotational_diffusion", diffusion.map_or(f64::NAN, |d| d.value));
    results.scalar("simulated_rotational_diffusion_error", diffusion.map_or(f64::NAN, |d| d.error));
    let leans = found.deterministic_rate.is_ok();
    let mut direction = |name: &str, counted: &Result<Directionality, TooShort>| {
        let of = |pick: fn(&Directionality) -> f64| counted.as_ref().map_or(f64::NAN, pick);
        // Without a deterministic rate there is only the count.
        let leaning = |pick: fn(&Directionality) -> f64| if leans { of(pick) } else { f64::NAN };
        results.scalar(&format!("directionality_{name}"), leaning(|d| d.value));
        results.scalar(&format!("directionality_{name}_error"), leaning(|d| d.error));
        results.scalar(&format!("directionality_{name}_raw"), of(|d| d.raw));
        results.scalar(&format!("directionality_{name}_raw_error"), of(|d| d.raw_error));
        results.scalar(&format!("directionality_{name}_forward"), of(|d| d.forward as f64));
        results.scalar(&format!("directionality_{name}_back"), of(|d| d.back as f64));
        if let Err(short) = counted {
            remarks.push(too_short(&format!("directionality by {name}s"), short));
        }
    };
    direction("revolution", &found.revolution);
    direction("hop", &found.hop);
    if let Err(short) = diffusion {
        remarks.push(too_short("rotational_diffusion", short));
    }
    if let Err(failure) = &found.deterministic_rate {
        remarks.push(format!("no deterministic rate: {failure}"));
    }
    match found.outcome {
        Outcome::Reached => {}
        Outcome::Cancelled => remarks.push("interrupted: these are the results of what was done".into()),
        Outcome::Exhausted { .. } => remarks.push("the target was not reached".into()),
    }
    results.scalar("z_score", found.z_score().unwrap_or(f64::NAN));
    results.scalar("counter_origin", found.counter_origin);
    results.scalar("total_time", found.total_time);
    results.scalar("dt", found.dt);
    results.scalar("trajectories", found.trajectories as f64);
    results.scalar("burn_in_steps", found.burn_in as f64);
    results.scalar("seed", found.seed as f64);
    results.seed = Some(found.seed);
    results.note("kernel", found.kernel.name());
    results.note("errors", found.errors_in_words());
    if !remarks.is_empty() {
        results.status = Status::TooShort(remarks.join("; "));
    }
    results
}

/// What a run does not tell, and how long a run would.
fn too_short(what: &str, short: &TooShort) -> String {
    let needed = short.needed_time * TIME_IN_NANOSECONDS;
    format!("{what}: {}; about {} ns in all would do", short.what, rough(needed))
}

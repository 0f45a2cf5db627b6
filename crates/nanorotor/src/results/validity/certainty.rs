//! Judge the time after which the direction is sure: the law of long times must hold by then.
//!
//! | symbol | meaning                                                              | here       |
//! |--------|----------------------------------------------------------------------|------------|
//! | t_2    | 4 · 2 D_eff/⟨u⟩² (a.u.)                                              | `sure`     |
//! | t_u    | correlation time of the velocity, max(D_eff/⟨δu²⟩, I/⟨X⟩) (a.u.)     | `velocity` |
//! | t_L    | time for a period, min(L²/2D_eff, L/∣⟨u⟩∣) (a.u.)                    | `period`   |
//!
//! D_eff is the integral of ⟨δu(t) δu(0)⟩. A rotor that hops between traps forgets a hop within its dwell time 1/(k_+ + k_−), which is
//! t_L: ⟨u⟩ = L(k_+ − k_−) and 2 D_eff = L²(k_+ + k_−).

use super::{Assumption, judged};
use crate::landscape::Landscape;
use crate::observables::Rates;
use crate::quantity::in_practical_units;

/// The longer of t_u and t_L over t_2, with the words for it; none where no direction shows.
pub(in super::super) fn certainty(
    landscape: &Landscape,
    moment_of_inertia: f64,
    rates: &Rates,
) -> Option<(f64, Assumption)> {
    let sure = rates.certainty_time?.value;
    let mean = std::f64::consts::TAU * rates.rotation_rate.value;
    let diffusion = rates.rotational_diffusion.value;
    let spread = 2.0 * rates.mean_kinetic_energy.value / moment_of_inertia - mean * mean;
    let velocity = (diffusion / spread).max(moment_of_inertia / landscape.total_friction().mean());
    let length = landscape.period();
    let period = (length * length / (2.0 * diffusion)).min(length / mean.abs());
    let ratio = velocity.max(period) / sure;
    let shown = |time: f64| in_practical_units("certainty_time", time);
    let text = format!(
        "the direction is sure after {}, by the law of long times; the velocity is forgotten within {}, and a period takes {}: {ratio:.3e} of it",
        shown(sure),
        shown(velocity),
        shown(period),
    );
    Some((ratio, Assumption { name: "certainty", standing: judged("certainty_ratio", ratio), text }))
}

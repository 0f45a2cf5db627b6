//! Say how often the rotor passes from one point of a lattice to the next, without trajectories.
//!
//! | symbol  | here      | unit                                              |
//! |---------|-----------|---------------------------------------------------|
//! | ν_+, ν_− | `forward`, `back` | counts per a.u. of time                    |
//! | Dir     | [`Passages::directionality`] | 1                               |
//! | 1/(ν_+ + ν_−) | [`Passages::mean_time`] | a.u. of time: the mean first-passage time from one point of the lattice to a neighbour |
//!
//! The counters are those of trajectories: on the lattice θ_c + n L_c, they move when the angle has gone a full L_c from where they last
//! moved; L_c is 2π for revolutions and the smallest period of the landscape for hops. Dir = ν_+/(ν_+ + ν_−),
//! equation (17) of Preston & Kosov (2023).

use std::f64::consts::TAU;

use super::{Estimate, Solver};
use crate::error::Result;
use crate::kramers::{Watch, elements};
use crate::landscape::Landscape;

/// No passage is counted to more than this.
const FINEST: f64 = 1e-7;

/// Counts on one lattice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Passages {
    /// ν_+.
    pub forward: Estimate,
    /// ν_−.
    pub back: Estimate,
}

impl Passages {
    /// Dir: the counts forward over all, as of trajectories.
    pub fn directionality(&self) -> Estimate {
        let (forward, back) = (self.forward, self.back);
        let all = forward.value + back.value;
        let error = (back.value * forward.error + forward.value * back.error) / (all * all);
        Estimate::new(forward.value / all, error)
    }

    /// The mean time from one count to the next, which is the mean first-passage time to either neighbour.
    pub fn mean_time(&self) -> Estimate {
        let all = self.forward.value + self.back.value;
        Estimate::new(1.0 / all, (self.forward.error + self.back.error) / (all * all))
    }
}

/// Counts of whole turns and of periods.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Passage {
    /// With L_c = 2π.
    pub revolution: Passages,
    /// With L_c the smallest period of the landscape.
    pub hop: Passages,
}

impl Passage {
    /// Every number by the name of its result.
    pub fn results(&self) -> Vec<(String, Estimate)> {
        let of = |name: &str, passages: &Passages| {
            [
                (format!("{name}_rate_forward"), passages.forward),
                (format!("{name}_rate_back"), passages.back),
                (format!("{name}_directionality"), passages.directionality()),
                (format!("mean_time_to_{name}"), passages.mean_time()),
            ]
        };
        let mut all = of("revolution", &self.revolution).to_vec();
        all.extend(of("hop", &self.hop));
        all
    }

    /// The error of each number by its name.
    pub(super) fn error_estimates(&self) -> Vec<(String, f64)> {
        self.results().into_iter().map(|(name, estimate)| (name, estimate.error)).collect()
    }
}

/// Count passages from the lowest minimum of U, or from elsewhere.
///
/// # Errors
/// As [`elements::count_watched`].
pub(super) fn passage(
    landscape: &Landscape,
    moment_of_inertia: f64,
    counter_origin: Option<f64>,
    solver: &Solver,
    watch: Watch<'_>,
) -> Result<Passage> {
    let options = elements::Options { tolerance: solver.tolerance.max(FINEST), ..solver.elements_options() };
    let origin = counter_origin.unwrap_or_else(|| landscape.potential().minimum().0);
    let count = |periods: usize| -> Result<Passages> {
        let counts = elements::count_watched(landscape, moment_of_inertia, origin, periods, &options, watch)?;
        Ok(Passages { forward: counts.forward.into(), back: counts.back.into() })
    };
    let hop = count(1)?;
    let periods = (TAU / landscape.period()).round() as usize;
    Ok(Passage { revolution: if periods == 1 { hop } else { count(periods)? }, hop })
}

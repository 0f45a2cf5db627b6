//! Set a rotor against an external load: torque–speed curve, stall torque, greatest power and efficiency.
//!
//! | symbol    | here             | unit                |
//! |-----------|------------------|---------------------|
//! | τ_load    | `load`, positive against +θ | Ha/rad   |
//! | τ_stall   | `stall_torque`   | Ha/rad              |
//! | P = 2πR τ_load | `Rates::power` | Ha per a.u. of time |
//!
//! R(τ_stall) = 0. In linear response τ_stall = 2πR k_BT/D_eff, with R and D_eff without a load (Einstein); from there the root is
//! bracketed. Between no load and the stall torque the rotor delivers power, and nowhere else.

mod search;

use std::f64::consts::TAU;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::Estimate;
use super::rates::{RateOptions, Rates, rates_watched};
use crate::error::{Error, Result};
use crate::kramers::{self, Watch};
use crate::landscape::Landscape;

/// The range from no load to the stall torque is scanned at so many loads, and the curve goes on beyond by `BEYOND` of them.
const SCANNED: i32 = 16;
const BEYOND: i32 = 4;

/// The loads of greatest power and efficiency are found to this part of the stall torque; powers then err by its square.
const PLACE: f64 = 1e-4;

/// The stall torque is found to this part of itself at best.
const FINEST: f64 = 1e-12;

/// dR/dτ_load comes from loads this far apart on either side of the stall torque, in units of k_BT/L: it errs by the square.
const SLOPE: f64 = 1e-2;

/// How far the search among the loads is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// For how many loads the stationary state is known.
    pub solved: usize,
    /// How far the one is that is sought.
    pub of: kramers::Progress,
}

/// A rotor under one load.
#[derive(Debug, Clone, PartialEq)]
pub struct AtLoad {
    /// τ_load.
    pub load: f64,
    /// What it does, or why that is not known.
    pub rates: Result<Rates>,
}

/// The load under which something is greatest, and how great it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Greatest {
    /// τ_load there.
    pub load: Estimate,
    /// The power (Ha per a.u. of time) or the efficiency.
    pub value: Estimate,
    /// The efficiency there, if there is one.
    pub efficiency: Option<Estimate>,
}

/// What a rotor does against loads.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadCurve {
    /// The rotor at the loads that were asked for, or from no load to beyond the stall torque.
    pub at: Vec<AtLoad>,
    /// The load that brings it to rest, 0 for one that does not turn without; or why it is not known.
    pub stall_torque: Result<Estimate>,
    /// Where it delivers most power; none for one that delivers none.
    pub power: Option<Greatest>,
    /// Where it is most efficient; none without leads too.
    pub efficiency: Option<Greatest>,
}

/// A rotor, and how its stationary states are found.
struct Motor<'a> {
    landscape: &'a Landscape,
    moment_of_inertia: f64,
    options: RateOptions,
    watch: Watch<'a, Progress>,
    solved: AtomicUsize,
}

/// Find out what a rotor does against loads: those given, or such as suit it. The load of the landscape itself does not count.
///
/// # Errors
/// Those of [`rates`](super::rates()) without a load; [`Error::NotConverged`] if it was stopped.
pub fn load_curve(
    landscape: &Landscape,
    moment_of_inertia: f64,
    loads: Option<&[f64]>,
    options: &RateOptions,
    watch: Watch<'_, Progress>,
) -> Result<LoadCurve> {
    // Functions of the angle are not asked for.
    let options = RateOptions { points: 1, theta: Vec::new(), passage: false, ..options.clone() };
    let motor = Motor { landscape, moment_of_inertia, options, watch, solved: AtomicUsize::new(0) };
    let free = motor.at(0.0, true)?;
    let stall_torque = motor.stall_torque(&free);
    if watch.is_cancelled() {
        return Err(stopped());
    }
    let end = stall_torque.as_ref().map_or(0.0, |stall| stall.value);
    // A rotor that does not turn is shown where a load turns it.
    let (first, last, unit) = if end == 0.0 {
        (-BEYOND, BEYOND, motor.thermal_torque(&free) / f64::from(BEYOND))
    } else {
        (0, SCANNED + BEYOND, end / f64::from(SCANNED))
    };
    let scan: Vec<f64> = (first..=last).map(|k| f64::from(k) * unit).collect();
    let (at, scanned) = match loads {
        None => {
            let at = motor.at_all(&scan);
            (at.clone(), at)
        }
        // Only what lies between is needed for the greatest values.
        Some(loads) if end == 0.0 => (motor.at_all(loads), Vec::new()),
        Some(loads) => (motor.at_all(loads), motor.at_all(&scan[1..SCANNED as usize])),
    };
    let delivering = |one: &&AtLoad| one.load * (end - one.load) > 0.0;
    let scanned: Vec<(f64, &Rates)> = scanned
        .iter()
        .filter(delivering)
        .filter_map(|one| Some((one.load, one.rates.as_ref().ok()?)))
        .collect();
    let power = motor.greatest(&scanned, unit, &|rates| Some(rates.power))?;
    let efficiency = motor.greatest(&scanned, unit, &|rates| rates.efficiency)?;
    if watch.is_cancelled() {
        return Err(stopped());
    }
    Ok(LoadCurve { at, stall_torque, power, efficiency })
}

impl Motor<'_> {
    fn at(&self, load: f64, parallel: bool) -> Result<Rates> {
        if self.watch.is_cancelled() {
            return Err(stopped());
        }
        let told = |of| self.watch.tell(Progress { solved: self.solved.load(Ordering::Relaxed), of });
        let watch = Watch::new(self.watch.cancel(), &told);
        let landscape = self.landscape.clone().with_load(load);
        let mut options = self.options.clone();
        options.solver.parallel &= parallel;
        let found = rates_watched(&landscape, self.moment_of_inertia, &options, watch);
        self.solved.fetch_add(1, Ordering::Relaxed);
        found
    }

    /// All loads on all cores, with the bits of one after the other.
    fn at_all(&self, loads: &[f64]) -> Vec<AtLoad> {
        loads.par_iter().map(|&load| AtLoad { load, rates: self.at(load, false) }).collect()
    }

    fn rate(&self, load: f64) -> Result<Estimate> {
        Ok(self.at(load, true)?.rotation_rate)
    }

    /// k_BT/L of the moving rotor: a load that matters.
    fn thermal_torque(&self, free: &Rates) -> f64 {
        free.mean_kinetic_temperature.value / self.landscape.period()
    }

    fn stall_torque(&self, free: &Rates) -> Result<Estimate> {
        let rate = free.rotation_rate;
        let (root, left) = if rate.value.abs() <= rate.error {
            (0.0, rate)
        } else {
            search::root(|load| self.rate(load), self.bracket(free)?, FINEST)?
        };
        // Where the rates on either side are lost in their errors too, as those of a stuck rotor, the root lies between loads at
        // which they are not.
        let thermal = self.thermal_torque(free);
        let mut distance = if free.stuck.is_some() { thermal } else { SLOPE * thermal };
        while distance < 200.0 * thermal {
            let [below, above] = [self.rate(root - distance)?, self.rate(root + distance)?];
            if below.value > below.error && above.value < -above.error {
                let slope = (below.value - above.value) / (2.0 * distance);
                let of_rate = (left.value.abs() + left.error) / slope;
                return Ok(Estimate::new(root, if distance < thermal { of_rate } else { distance }));
            }
            distance *= 10.0;
        }
        Err(Error::NotConverged {
            quantity: "stall torque",
            what: "the rotation rate is lost in its error wherever the load is small".into(),
            hint: "look at `nanorotor rate` under a load of several k_BT over the period".into(),
        })
    }

    /// No load, and a load against which the rotor turns back.
    fn bracket(&self, free: &Rates) -> Result<[(f64, Estimate); 2]> {
        let rate = free.rotation_rate;
        // A little more than linear response asks for.
        let einstein =
            TAU * rate.value * free.mean_kinetic_temperature.value / free.rotational_diffusion.value;
        let mut load = 1.1 * einstein;
        let mut from = (0.0, rate);
        // No rotor turns against more than its largest torque for long.
        let most = 100.0 * (self.landscape.torque().magnitude() + self.landscape.force().magnitude())
            + 100.0 * self.thermal_torque(free);
        while load.is_finite() && load.abs() <= most {
            let to = (load, self.rate(load)?);
            if to.1.value * rate.value <= 0.0 {
                return Ok([from, to]);
            }
            from = to;
            load *= 2.0;
        }
        Err(Error::NotConverged {
            quantity: "stall torque",
            what: "the rotor turns on against every load that was tried".into(),
            hint: "look at its rotation rate against --loads of your own".into(),
        })
    }

    /// The greatest value over the loads between none and the stall torque, from that over a scan of them in steps of `unit`.
    fn greatest(
        &self,
        scanned: &[(f64, &Rates)],
        unit: f64,
        of: &dyn Fn(&Rates) -> Option<Estimate>,
    ) -> Result<Option<Greatest>> {
        let value = |rates: &Rates| of(rates).map_or(0.0, |found| found.value);
        let best = scanned.iter().max_by(|a, b| value(a.1).total_cmp(&value(b.1)));
        let Some(&(start, rates)) = best.filter(|(_, rates)| value(rates) > 0.0) else { return Ok(None) };
        let step = unit.abs();
        let ends = [start - step, start + step];
        let tolerance = PLACE * f64::from(SCANNED) * step;
        let what =
            |rates: &Rates| (value(rates), (of(rates).map_or(0.0, |found| found.error), rates.efficiency));
        let f = |load: f64| self.at(load, true).map(|rates| what(&rates));
        let (height, rest) = what(rates);
        let (load, height, (error, efficiency)) = search::maximum(f, ends, (start, height, rest), tolerance)?;
        // About a maximum the value falls by half the curvature times the square of the distance; at both ends of the range it is 0.
        let beside = |of: &dyn Fn(&Rates) -> f64| {
            ends.map(|end| {
                let near = scanned.iter().find(|(load, _)| (load - end).abs() < 0.5 * step);
                near.map_or(0.0, |(_, rates)| of(rates))
            })
        };
        let [below, above] = beside(&value);
        let curvature = (2.0 * height - below - above).max(0.0) / (step * step);
        let place = tolerance + (2.0 * error / curvature).sqrt().min(step);
        let [below, above] = beside(&|rates| rates.efficiency.map_or(0.0, |found| found.value));
        let slope = (above - below).abs() / (2.0 * step);
        Ok(Some(Greatest {
            load: Estimate::new(load, place),
            value: Estimate::new(height, error + 0.5 * curvature * place * place),
            efficiency: efficiency.map(|found| found.or_by(slope * place)),
        }))
    }
}

fn stopped() -> Error {
    Error::NotConverged {
        quantity: "load curve",
        what: "it was stopped".into(),
        hint: "start it again".into(),
    }
}

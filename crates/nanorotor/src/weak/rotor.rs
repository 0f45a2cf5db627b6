//! Bring a rotor into reduced units and find the tops and the minima of its potential.
//!
//! | symbol | here          | meaning                                            |
//! |--------|---------------|----------------------------------------------------|
//! | kT_0   | `temperature` | ⟨D⟩/2⟨X⟩ over the angle (Ha)                       |
//! | u_0    | `velocity`    | sqrt(kT_0/I) (rad per a.u. of time)                |
//! | f      | `drive`       | F/kT_0                                             |
//! | g      | `damping`     | X/(I u_0)                                          |
//! | a      | `noise`       | D/(2 I u_0 kT_0)                                   |
//! | w      | `wind`        | the mean of f                                      |
//! | V      | `potential`   | −∫(f − w), V = 0 at its highest top                |

use std::f64::consts::TAU;

use num_complex::Complex64;

use crate::landscape::Landscape;
use crate::periodic::Periodic;

/// A well shallower than this part of the barrier is rounding.
const SHALLOW: f64 = 1e-9;

/// A barrier below this many kT_0 is none.
const FLAT: f64 = 1e-12;

/// The functions of θ in reduced units, with the stretches between tops.
#[derive(Debug, Clone)]
pub(super) struct Rotor {
    /// L (rad).
    pub(super) period: f64,
    pub(super) temperature: f64,
    pub(super) velocity: f64,
    pub(super) wind: f64,
    /// How far off w may be; D_eff times that turns the rotor, as Einstein has it.
    pub(super) rounding: f64,
    /// ⟨g⟩.
    pub(super) mean_damping: f64,
    /// max V − min V.
    pub(super) barrier: f64,
    pub(super) potential: Periodic,
    pub(super) slope: Periodic,
    pub(super) damping: Periodic,
    pub(super) noise: Periodic,
    /// The wells between neighbouring tops, from the highest top on.
    pub(super) wells: Vec<Well>,
}

/// The stretch between two neighbouring tops of the potential.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Well {
    /// Where the tops are, and the minimum between them (rad, ascending).
    pub(super) left: f64,
    pub(super) bottom: f64,
    pub(super) right: f64,
    /// V there.
    pub(super) left_energy: f64,
    pub(super) bottom_energy: f64,
    pub(super) right_energy: f64,
}

impl Rotor {
    pub(super) fn new(landscape: &Landscape, moment_of_inertia: f64) -> Self {
        let (force, friction, diffusion) =
            (landscape.force(), landscape.total_friction(), landscape.total_diffusion());
        let period = landscape.period();
        let temperature = 0.5 * diffusion.mean() / friction.mean();
        let velocity = (temperature / moment_of_inertia).sqrt();
        let reduced =
            |f: &Periodic, scale: f64| f.combine(scale, f, 0.0).truncated(1e-15 * scale * f.magnitude());
        let drive = reduced(force, 1.0 / temperature);
        let damping = reduced(friction, 1.0 / (moment_of_inertia * velocity));
        let noise = reduced(diffusion, 0.5 / (moment_of_inertia * velocity * temperature));
        let wind = drive.mean();
        let antiderivative = drive.antiderivative();
        let potential = antiderivative.combine(-1.0, &antiderivative, 0.0);
        let barrier = potential.maximum().1 - potential.minimum().1;
        let slope = potential.derivative();
        let wells = wells(&potential, &slope, barrier);
        let highest = wells[0].left_energy;
        let shifted = |well: &Well| Well {
            left_energy: well.left_energy - highest,
            bottom_energy: well.bottom_energy - highest,
            right_energy: well.right_energy - highest,
            ..*well
        };
        Self {
            period,
            temperature,
            velocity,
            wind,
            rounding: force.error() / temperature + f64::EPSILON * drive.magnitude(),
            mean_damping: damping.mean(),
            barrier,
            wells: wells.iter().map(shifted).collect(),
            potential: potential.offset(-highest),
            slope,
            damping,
            noise,
        }
    }

    /// The root mean square of a − g over ⟨g⟩: zero at equilibrium.
    pub(super) fn contrast(&self) -> f64 {
        let difference = self.noise.combine(1.0, &self.damping, -1.0);
        let squares: f64 = difference.harmonics()[1..].iter().map(|c| 2.0 * c.norm_sqr()).sum();
        squares.sqrt() / self.mean_damping
    }

    /// The lowest a/g over the angle: how cold the rotor may be, in kT_0.
    pub(super) fn coldest(&self) -> f64 {
        let n = 16 * self.damping.harmonics().len().max(self.noise.harmonics().len()).max(4);
        let pairs = self.damping.samples(n).into_iter().zip(self.noise.samples(n));
        let ratios = pairs.filter(|(g, _)| *g > 0.0).map(|(g, a)| a / g);
        ratios.fold(1.0, f64::min)
    }
}

/// The wells from the highest top on, with V as it stands.
fn wells(potential: &Periodic, slope: &Periodic, barrier: f64) -> Vec<Well> {
    let mut extrema = if barrier > FLAT { extrema(potential, slope) } else { Vec::new() };
    let period = potential.period();
    if extrema.len() < 2 {
        // Nothing to climb: one stretch without a bottom.
        let value = potential.maximum().1;
        return vec![Well {
            left: 0.0,
            bottom: 0.5 * period,
            right: period,
            left_energy: value,
            bottom_energy: value,
            right_energy: value,
        }];
    }
    // Neighbours that differ by rounding are no top and no bottom.
    while extrema.len() > 2 {
        let n = extrema.len();
        let step = |i: usize| (extrema[i].1 - extrema[(i + 1) % n].1).abs();
        let Some(lowest) = (0..n).min_by(|i, j| step(*i).total_cmp(&step(*j))) else { break };
        if step(lowest) > SHALLOW * barrier {
            break;
        }
        let (first, second) = (lowest, (lowest + 1) % n);
        extrema.remove(first.max(second));
        extrema.remove(first.min(second));
    }
    let n = extrema.len();
    let highest = (0..n).fold(0, |best, i| if extrema[i].1 > extrema[best].1 { i } else { best });
    let at = |i: usize| {
        let (theta, value) = extrema[(highest + i) % n];
        (if highest + i >= n { theta + period } else { theta }, value)
    };
    (0..n / 2)
        .map(|j| {
            let [(left, left_energy), (bottom, bottom_energy), (right, right_energy)] =
                [2 * j, 2 * j + 1, 2 * j + 2].map(at);
            Well { left, bottom, right, left_energy, bottom_energy, right_energy }
        })
        .collect()
}

/// Where V′ changes its sign and V there, tops and bottoms in turn.
fn extrema(potential: &Periodic, slope: &Periodic) -> Vec<(f64, f64)> {
    let n = (16 * slope.harmonics().len()).max(64);
    let step = slope.period() / n as f64;
    let samples = slope.samples(n);
    let crossing = |j: &usize| (samples[*j] > 0.0) != (samples[(j + 1) % n] > 0.0);
    let root = |j: usize| {
        let (mut low, mut high) = (step * j as f64, step * (j + 1) as f64);
        let rising = samples[j] <= 0.0;
        for _ in 0..100 {
            let middle = 0.5 * (low + high);
            if middle <= low || middle >= high {
                break;
            }
            if (slope.value(middle) > 0.0) == rising { high = middle } else { low = middle }
        }
        let theta = 0.5 * (low + high);
        (theta, potential.value(theta))
    };
    (0..n).filter(crossing).map(root).collect()
}

/// V(θ_0 + x) − V(θ_0), exact for small x.
#[derive(Debug, Clone)]
pub(super) struct Difference {
    /// Σ_{k>j} c_k e^{ikθ_0} for j = 0, 1, …
    sums: Vec<Complex64>,
    wave_number: f64,
}

impl Difference {
    pub(super) fn new(potential: &Periodic, theta: f64) -> Self {
        let wave_number = TAU / potential.period();
        let harmonics = potential.harmonics();
        let mut sum = Complex64::default();
        let mut sums: Vec<Complex64> = (1..harmonics.len())
            .rev()
            .map(|k| {
                let turn = (k as f64 * theta / potential.period()).rem_euclid(1.0);
                sum += harmonics[k] * Complex64::cis(TAU * turn);
                sum
            })
            .collect();
        sums.reverse();
        Self { sums, wave_number }
    }

    pub(super) fn at(&self, x: f64) -> f64 {
        let phase = self.wave_number * x;
        let (sine, cosine) = phase.sin_cos();
        let z = Complex64::new(cosine, sine);
        // Σ_k b_k (z^k − 1) = (z − 1) Σ_j z^j Σ_{k>j} b_k
        let sum = self.sums.iter().rev().fold(Complex64::default(), |sum, b| sum * z + b);
        let less_one = Complex64::new(-2.0 * (0.5 * phase).sin().powi(2), sine);
        2.0 * (less_one * sum).re
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tops_and_bottoms_come_in_turn_from_the_highest_on() {
        let potential = Periodic::from_function(TAU, 63, |t| (2.0 * t).cos() + 0.3 * (t - 0.4).cos());
        let barrier = potential.maximum().1 - potential.minimum().1;
        for angle in [0.0, 1.0, 2.5, 4.0] {
            let moved = potential.moved(angle);
            let found = wells(&moved, &moved.derivative(), barrier);
            assert_eq!(found.len(), 2);
            assert!((found[0].left_energy - moved.maximum().1).abs() < 1e-14);
            assert!((found[1].right - found[0].left - TAU).abs() < 1e-14);
            assert_eq!((found[0].right, found[0].right_energy), (found[1].left, found[1].left_energy));
            for well in found {
                assert!(well.left < well.bottom && well.bottom < well.right);
                assert!(well.bottom_energy < well.left_energy.min(well.right_energy));
                assert!(moved.derivative().value(well.bottom).abs() < 1e-13);
            }
        }
        let rough =
            potential.combine(1.0, &Periodic::from_function(TAU, 255, |t| 1e-12 * (90.0 * t).cos()), 1.0);
        assert_eq!(wells(&rough, &rough.derivative(), barrier).len(), 2);
    }

    #[test]
    fn a_difference_keeps_its_digits() {
        let f = Periodic::from_function(TAU, 31, |t| t.cos() + 0.2 * (3.0 * t).sin());
        // The cosine alone, from its top.
        let half = [0.0, 0.5].map(|c| Complex64::new(c, 0.0)).to_vec();
        let cosine = Periodic::from_harmonics(TAU, half);
        for x in [1e-6, 1e-3, 0.5, -2.0] {
            let exact: f64 = -2.0 * (0.5_f64 * x).sin().powi(2);
            assert!((Difference::new(&cosine, 0.0).at(x) / exact - 1.0).abs() < 1e-12);
            let difference = Difference::new(&f, 0.7).at(x);
            assert!((difference - (f.value(0.7 + x) - f.value(0.7))).abs() < 1e-15);
        }
    }
}

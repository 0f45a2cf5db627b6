//! Solve the overdamped limit I → 0 of the rotor, with the drift that the noise induces.
//!
//! | symbol | here                   | unit                   |
//! |--------|------------------------|------------------------|
//! | T      | k_BT_eff = D_tot/(2X)  | Ha                     |
//! | J      | probability current    | per a.u. of time       |
//! | ⟨u⟩ = J L | `mean_velocity`     | rad per a.u. of time   |
//! | D_eff  | `rotational_diffusion` | rad² per a.u. of time  |
//!
//! dθ = [F/X − X′ D_tot/(2X³)] dt + (√D_tot/X) dW in the Ito sense (Hottovy, Volpe & Wehr, J. Stat. Phys. 146, 762
//! (2012)). Its Fokker–Planck equation is ∂_t p = −∂J with
//!
//! X J = F p − ∂(T p).
//!
//! The stationary p is periodic with constant J: n + 1 linear equations in the values of p at n equidistant angles
//! and J, bordered by ∮ p = 1. They stay regular where the mean drive vanishes and the quadratures become 0/0.

mod state;

use std::f64::consts::{PI, TAU};

use faer::Mat;
use faer::linalg::solvers::{PartialPivLu, Solve};
pub use state::OverdampedState;

use crate::error::{Error, Result};
use crate::landscape::Landscape;
use crate::periodic::Periodic;
use crate::quantity::in_practical_units;
use crate::stationary::{self, Converged, DRAWS, ENLARGEMENT, Signs};

/// How exact the overdamped limit must be and what it may cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The relative error allowed for R and D_eff; R may also err by a thousandth of it times the rate of diffusion
    /// over a period.
    pub tolerance: f64,
    /// The largest number of angles to try.
    pub most_points: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { tolerance: 1e-10, most_points: 2000 }
    }
}

/// The stationary state of the overdamped rotor.
#[derive(Debug, Clone, PartialEq)]
pub struct Overdamped {
    /// ⟨u⟩ and its error (rad per a.u. of time).
    pub mean_velocity: (f64, f64),
    /// D_eff and its error (rad² per a.u. of time).
    pub rotational_diffusion: (f64, f64),
    /// p(θ) with ∮ p dθ = 1 over one period (1/rad).
    pub density: Periodic,
    /// The number of angles at which the equation was solved.
    pub points: usize,
}

impl Overdamped {
    /// R = ⟨u⟩/2π and its error (revolutions per a.u. of time).
    pub fn rotation_rate(&self) -> (f64, f64) {
        (self.mean_velocity.0 / TAU, self.mean_velocity.1 / TAU)
    }
}

/// Solve on finer and finer grids until rotation rate and D_eff stand still; the errors are the last differences.
///
/// # Errors
/// [`Error::NotConverged`], with the numbers, where the friction or the diffusion is not positive everywhere or
/// `most_points` do not suffice.
pub fn solve(landscape: &Landscape, options: &Options) -> Result<Overdamped> {
    Ok(pair(landscape, options)?.0)
}

/// The limit as a stationary state of a rotor with inertia: with the Maxwell distribution of k_BT_eff at each angle. The errors
/// hold what the limit neglects; the second result is its part of every quantity.
///
/// # Errors
/// As [`solve`], and [`Error::Model`] for a moment of inertia that is not positive.
pub fn state(
    landscape: &Landscape,
    moment_of_inertia: f64,
    options: &Options,
) -> Result<(Converged<OverdampedState>, f64)> {
    stationary::check(moment_of_inertia, options.tolerance)?;
    let (finer, coarser) = pair(landscape, options)?;
    let functions = [landscape.force(), landscape.total_friction(), landscape.total_diffusion()];
    let neglected = neglected(functions, moment_of_inertia);
    let points = finer.points;
    let moved = (1..=DRAWS).map(|seed| {
        let mut signs = Signs::new(seed);
        let shifted = functions.map(|f| {
            let noise = signs.noise(f.period(), ENLARGEMENT * f.error(), points / 2);
            f.combine(1.0, &noise, 1.0)
        });
        let shifted = shifted.each_ref();
        let mut state = OverdampedState::new(shifted, moment_of_inertia, on_grid(shifted, points));
        let part = ENLARGEMENT * neglected;
        let hops = state.limit.rotational_diffusion.0 / state.limit.density.period();
        // Where R vanishes by chance in the limit, it does not with inertia.
        state.limit.mean_velocity.0 += part * (state.limit.mean_velocity.0.abs() + hops);
        state.limit.rotational_diffusion.0 *= 1.0 + part;
        state.square = state.square.combine(1.0 + part, &state.square, 0.0);
        state
    });
    let moved = moved.collect();
    let state = |limit| OverdampedState::new(functions, moment_of_inertia, limit);
    let converged = Converged { finer: state(finer), coarser: state(coarser), moved, unseen: 0.0 };
    Ok((converged, neglected))
}

/// The relative size of the first correction in I/X²: how far force, friction and temperature change while the velocity relaxes.
fn neglected([force, friction, diffusion]: [&Periodic; 3], moment_of_inertia: f64) -> f64 {
    let harmonics =
        [force, friction, diffusion].map(|f| f.harmonics().len()).into_iter().fold(64, usize::max);
    let angles = 4 * harmonics;
    let sampled = |f: &Periodic| (f.samples(angles), f.derivative().samples(angles));
    let ((f, f_slope), (x, x_slope), (d, d_slope)) = (sampled(force), sampled(friction), sampled(diffusion));
    let at = |j: usize| {
        let temperature = 0.5 * d[j] / x[j];
        let (steepness, heating) = (x_slope[j] / x[j], d_slope[j] / d[j] - x_slope[j] / x[j]);
        let pull = f_slope[j].abs() + (f[j] * steepness).abs();
        let noise =
            temperature * (steepness * steepness + heating * heating + (f[j] / temperature * heating).abs());
        moment_of_inertia * (pull + noise) / (x[j] * x[j])
    };
    (0..angles).map(at).fold(0.0, f64::max)
}

/// The limit on the finest grid and on the one before it.
fn pair(landscape: &Landscape, options: &Options) -> Result<(Overdamped, Overdamped)> {
    for (name, (theta, value)) in [
        ("friction", landscape.total_friction().minimum()),
        ("diffusion", landscape.total_diffusion().minimum()),
    ] {
        if value <= 0.0 {
            return Err(Error::NotConverged {
                quantity: "overdamped rotation rate",
                what: format!(
                    "the total {name} is {} at theta = {theta:.6}",
                    in_practical_units(name, value)
                ),
                hint: "add friction from an environment at a positive temperature".into(),
            });
        }
    }
    let functions = [landscape.force(), landscape.total_friction(), landscape.total_diffusion()];
    let mut coarser = on_grid(functions, 31);
    loop {
        let points = (coarser.points * 3 / 2) | 1;
        let mut finer = on_grid(functions, points);
        let (velocity, diffusion) = (finer.mean_velocity.0, finer.rotational_diffusion.0);
        finer.mean_velocity.1 = (velocity - coarser.mean_velocity.0).abs();
        finer.rotational_diffusion.1 = (diffusion - coarser.rotational_diffusion.0).abs();
        let hops = diffusion.abs() / landscape.period();
        if finer.mean_velocity.1 <= options.tolerance * (velocity.abs() + 1e-3 * hops)
            && finer.rotational_diffusion.1 <= options.tolerance * diffusion.abs()
        {
            return Ok((finer, coarser));
        }
        // Written so that a NaN goes on to the refusal as well.
        if points >= options.most_points {
            return Err(Error::NotConverged {
                quantity: "overdamped rotation rate",
                what: format!(
                    "at {points} angles the mean velocity is {velocity:.6e} ± {:.1e}, D_eff {diffusion:.6e} ± {:.1e}",
                    finer.mean_velocity.1, finer.rotational_diffusion.1
                ),
                hint: "smooth the landscape, lower its barrier or raise the tolerance".into(),
            });
        }
        coarser = finer;
    }
}

/// Solve at an odd number of angles; the errors are left open.
fn on_grid(functions: [&Periodic; 3], n: usize) -> Overdamped {
    let period = functions[0].period();
    let [force, friction, diffusion] = functions.map(|f| f.samples(n));
    let temperature: Vec<f64> = diffusion.iter().zip(&friction).map(|(d, x)| 0.5 * d / x).collect();
    let weight = period / n as f64;
    // Derivative of the trigonometric interpolant through an odd number of points.
    let derivative = |j: usize, k: usize| {
        let steps = j as f64 - k as f64;
        let sign = if (j + k).is_multiple_of(2) { 1.0 } else { -1.0 };
        if j == k { 0.0 } else { PI / period * sign / (PI * steps / n as f64).sin() }
    };
    let matrix = Mat::from_fn(n + 1, n + 1, |j, k| match (j < n, k < n) {
        (true, true) => (if j == k { force[j] } else { 0.0 }) - derivative(j, k) * temperature[k],
        (true, false) => -friction[j],
        (false, true) => weight,
        (false, false) => 0.0,
    });
    let factors = PartialPivLu::new(matrix.as_ref());
    let solve = |mut right: Mat<f64>| -> (Vec<f64>, f64) {
        factors.solve_in_place(right.as_mut());
        ((0..n).map(|j| right[(j, 0)]).collect(), right[(n, 0)])
    };
    let (density, current) = solve(Mat::from_fn(n + 1, 1, |j, _| if j == n { 1.0 } else { 0.0 }));
    let p = Periodic::from_samples(period, &density);
    // D_eff from the second order in s of the growth rate of ⟨e^{sθ}⟩: with H = −∫(⟨u⟩ p − J) of zero mean,
    // F p_1 − ∂(T p_1) − X C = X H − T p and ∮ p_1 = 0 give D_eff = L C.
    let velocity = current * period;
    let h = p.antiderivative();
    let h: Vec<f64> = h.samples(n).into_iter().map(|h| -velocity * h).collect();
    let right = |j: usize| if j == n { 0.0 } else { friction[j] * h[j] - temperature[j] * density[j] };
    let (_, constant) = solve(Mat::from_fn(n + 1, 1, |j, _| right(j)));
    Overdamped {
        mean_velocity: (velocity, f64::NAN),
        rotational_diffusion: (constant * period, f64::NAN),
        density: p,
        points: n,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;

    fn landscape(
        force: impl Fn(f64) -> f64,
        friction: impl Fn(f64) -> f64,
        temperature: impl Fn(f64) -> f64,
    ) -> Landscape {
        let f = |f: &dyn Fn(f64) -> f64| Periodic::from_function(TAU, 15, f);
        Landscape::new(f(&force), f(&friction), f(&|t| 2.0 * temperature(t) * friction(t))).unwrap()
    }

    #[test]
    fn free_rotor_diffuses_by_einstein() {
        let solved = solve(&landscape(|_| 0.7, |_| 0.3, |_| 1.3), &Options::default()).unwrap();
        assert!((solved.mean_velocity.0 - 0.7 / 0.3).abs() < 1e-13);
        assert!((solved.rotational_diffusion.0 - 1.3 / 0.3).abs() < 1e-12);
    }

    #[test]
    fn washboard_diffusion_follows_lifson_and_jackson() {
        let temperature = 0.4;
        let solved =
            solve(&landscape(|t| -(t.sin()), |t| 2.0 + t.cos(), |_| temperature), &Options::default())
                .unwrap();
        // D_eff = L²/(∮ X e^{U/T} ∮ e^{−U/T}/T): Lifson & Jackson (1962), with a friction that depends on the angle.
        let grid = (0..400).map(|j| TAU * f64::from(j) / 400.0);
        let weight = TAU / 400.0;
        let (mut up, mut down) = (0.0, 0.0);
        for t in grid {
            let potential = -t.cos() / temperature;
            up += weight * (2.0 + t.cos()) * potential.exp();
            down += weight * (-potential).exp() / temperature;
        }
        let exact = TAU * TAU / (up * down);
        assert!((solved.rotational_diffusion.0 - exact).abs() < 1e-12, "{solved:?} {exact}");
        assert!(solved.mean_velocity.0.abs() < 1e-14);
    }

    #[test]
    fn equilibrium_is_boltzmann_for_any_friction() {
        let solved =
            solve(&landscape(|t| -(t.sin()), |t| 1.0 + 0.9 * t.sin(), |_| 0.5), &Options::default()).unwrap();
        let ratio = |t: f64| solved.density.value(t) / (2.0 * t.cos()).exp();
        for t in [0.5, 2.0, 4.0] {
            assert!((ratio(t) / ratio(0.0) - 1.0).abs() < 1e-9);
        }
        assert!(solved.mean_velocity.0.abs() < 1e-13);
    }

    #[test]
    fn refuses_vanishing_friction_and_a_barrier_beyond_the_grid() {
        let error =
            solve(&landscape(|_| 0.0, |t| 1.0 + 1.5 * t.cos(), |_| 1.0), &Options::default()).unwrap_err();
        assert!(error.to_string().contains("total friction is -3.291060e-4 eV ps"), "{error}");
        let steep = landscape(|t| 50.0 * t.sin(), |_| 1.0, |_| 0.01);
        let error = solve(&steep, &Options { most_points: 100, ..Options::default() }).unwrap_err();
        assert!(error.to_string().contains("angles"), "{error}");
    }
}

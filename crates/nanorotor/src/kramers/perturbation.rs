//! Find how rounding and the errors of the landscape move a solution, to first order.
//!
//! With the operator L, the density p and the response g of `state`, L p = 0 and L g = −(u − ⟨u⟩) p, so that
//!
//! L δp = −δL p,  L δg = −δL g − (u − ⟨u⟩) δp + ⟨δu⟩ p.
//!
//! Solving costs little once L is factored. Every harmonic of F, X and D_tot is moved by the function's whole error, up or
//! down by chance; over such draws the mean square of a result's change is Σ_k (∂q/∂f_k)² error², which by Cauchy and
//! Schwarz is at least the square of what any δf with that root mean square can do. Rounding moves each equation by ε times
//! the sum of the sizes of its terms, and by what is left of it after solving.

use super::basis::{self, add_derivative};
use super::elimination::Elimination;
use super::operator::Operator;
use super::state::HermiteState;
use crate::landscape::Landscape;
use crate::stationary::{DRAWS, ENLARGEMENT, Signs, Stationary};

/// A solution beside itself, once for each draw.
pub(super) fn moved(
    solution: &HermiteState,
    landscape: &Landscape,
    operator: &Operator,
    elimination: &Elimination,
    response: &[f64],
) -> Vec<HermiteState> {
    let resolution = solution.resolution();
    let sizes = operator.sizes();
    let density = solution.expansion();
    let source = velocity_source(density, resolution.fourier_modes);
    let rounding = [
        rounding(operator, &sizes, density, &vec![0.0; density.len()]),
        rounding(operator, &sizes, response, &source),
    ];
    let draw = |seed: u64| {
        let mut signs = Signs::new(seed);
        let shifted = shifted(landscape, solution, operator.modes, &mut signs);
        let mut disturbance = |c: &[f64], rounding: &[f64]| -> Vec<f64> {
            let moved = shifted.applied(c, false);
            let mut right: Vec<f64> =
                moved.iter().zip(rounding).map(|(l, r)| -l + signs.next() * r).collect();
            // Neither creates probability.
            right[0] = 0.0;
            right
        };
        let moved_density = elimination.solve(Some(&disturbance(density, &rounding[0])), 0.0);
        let mut right = disturbance(response, &rounding[1]);
        let own = change_of_velocity_source(density, &moved_density, operator.modes);
        right.iter_mut().zip(own).for_each(|(right, own)| *right += own);
        let moved_response = elimination.solve(Some(&right), 0.0);
        solution.moved(ENLARGEMENT, &moved_density, moved_response[operator.modes])
    };
    (1..=DRAWS).map(draw).collect()
}

/// ε times the sizes of the terms of each equation L c = `right`, and what is left of it.
fn rounding(operator: &Operator, sizes: &Operator, c: &[f64], right: &[f64]) -> Vec<f64> {
    let left = operator.applied(c, false);
    let absolute: Vec<f64> = c.iter().map(|c| c.abs()).collect();
    let terms = sizes.applied(&absolute, true);
    let of_each = left.iter().zip(right).zip(terms);
    of_each.map(|((l, r), terms)| (l - r).abs() + f64::EPSILON * (terms + r.abs())).collect()
}

/// L with every harmonic of F, X and D_tot moved by the error of its function, less L.
fn shifted(landscape: &Landscape, solution: &HermiteState, modes: usize, signs: &mut Signs) -> Operator {
    let functions = [landscape.force(), landscape.total_friction(), landscape.total_diffusion()];
    let [force, friction, diffusion] = functions.map(|f| signs.noise(f.period(), f.error(), modes / 2));
    Operator::of_functions(
        [&force, &friction, &diffusion],
        solution.moment_of_inertia(),
        solution.reference_temperature(),
        modes,
    )
}

/// −(u − ⟨u⟩) p over u_0, from the expansion of p, with u ψ_n = u_0 (√n ψ_{n−1} + √(n+1) ψ_{n+1}).
pub(super) fn velocity_source(density: &[f64], modes: usize) -> Vec<f64> {
    shifted_velocity(density, modes, density[modes])
}

/// The change of [`velocity_source`] with p, where `moved` is that of p.
fn change_of_velocity_source(density: &[f64], moved: &[f64], modes: usize) -> Vec<f64> {
    let mut source = shifted_velocity(moved, modes, density[modes]);
    source.iter_mut().zip(density).for_each(|(source, p)| *source += moved[modes] * p);
    source
}

/// (`mean` − u) c over u_0.
fn shifted_velocity(c: &[f64], modes: usize, mean: f64) -> Vec<f64> {
    let mut source: Vec<f64> = c.iter().map(|c| mean * c).collect();
    for n in 1..c.len() / modes {
        let root = (n as f64).sqrt();
        for j in 0..modes {
            let (lower, upper) = ((n - 1) * modes + j, n * modes + j);
            source[lower] -= root * c[upper];
            source[upper] -= root * c[lower];
        }
    }
    source
}

impl Operator {
    /// L c, or with `absolute` the sums of the sizes of its terms where the blocks and c hold sizes.
    fn applied(&self, c: &[f64], absolute: bool) -> Vec<f64> {
        let modes = self.modes;
        let mut result = vec![0.0; c.len()];
        let levels = c.len() / modes;
        let sign = if absolute { 1.0 } else { -1.0 };
        for (n, level) in result.chunks_exact_mut(modes).enumerate() {
            let below = |k: usize| &c[(n - k) * modes..(n - k + 1) * modes];
            let number = n as f64;
            if n >= 1 {
                basis::add_product(level, sign * number, &self.damping, below(0));
                basis::add_product(level, number.sqrt(), &self.drive, below(1));
            }
            if n >= 2 {
                basis::add_product(level, (number * (number - 1.0)).sqrt(), &self.heating, below(2));
            }
            if n + 1 < levels && !self.wave_numbers.is_empty() {
                let above = &c[(n + 1) * modes..(n + 2) * modes];
                let root = (number + 1.0).sqrt();
                if absolute {
                    basis::add_derivative_sizes(level, root, above, &self.wave_numbers);
                } else {
                    add_derivative(level, -root, above, &self.wave_numbers);
                }
            }
        }
        result
    }
}

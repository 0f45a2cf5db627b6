//! Write the Klein–Kramers operator in Hermite functions of u at a reference temperature.
//!
//! | symbol | here                    | meaning                        | unit    |
//! |--------|-------------------------|--------------------------------|---------|
//! | kT_0   | `reference_temperature` | temperature of the Hermite functions | Ha |
//! | u_0    | `thermal_velocity`      | sqrt(kT_0/I)                   | rad per a.u. of time |
//! | γ      | `damping`               | X/(I u_0)                      | 1/rad   |
//! | f      | in `drive`              | F/kT_0                         | 1/rad   |
//! | e      | `heating`               | γ (T_eff/T_0 − 1) = D_tot/(2 I u_0 kT_0) − γ | 1/rad |
//!
//! With p = Σ_n c_n(θ) ψ_0 ψ_n(u/u_0) and everything divided by u_0 (Risken, The Fokker–Planck Equation, chapter 10):
//!
//! dc_n/dt / u_0 = −√(n+1) ∂c_{n+1} − nγ c_n + √n (f − ∂) c_{n−1} + √(n(n−1)) e c_{n−2}

use faer::Mat;

use super::basis;
use crate::landscape::Landscape;
use crate::periodic::Periodic;

/// The blocks of the operator in the real Fourier basis, each `modes` × `modes`.
pub(super) struct Operator {
    pub(super) modes: usize,
    /// Those of ∂ between the levels; none where there is no ∂.
    pub(super) wave_numbers: Vec<f64>,
    /// γ.
    pub(super) damping: Mat<f64>,
    /// f − ∂.
    pub(super) drive: Mat<f64>,
    /// e.
    pub(super) heating: Mat<f64>,
}

impl Operator {
    pub(super) fn new(
        landscape: &Landscape,
        moment_of_inertia: f64,
        reference_temperature: f64,
        modes: usize,
    ) -> Self {
        let functions = [landscape.force(), landscape.total_friction(), landscape.total_diffusion()];
        let mut operator = Self::of_functions(functions, moment_of_inertia, reference_temperature, modes);
        operator.wave_numbers = basis::wave_numbers(landscape.period(), modes);
        for (pair, k) in operator.wave_numbers.iter().enumerate() {
            let (cosine, sine) = (2 * pair + 1, 2 * pair + 2);
            operator.drive[(cosine, sine)] -= k;
            operator.drive[(sine, cosine)] += k;
        }
        operator
    }

    /// What F, X and D_tot alone do, without the motion ∂.
    pub(super) fn of_functions(
        [force, friction, diffusion]: [&Periodic; 3],
        moment_of_inertia: f64,
        reference_temperature: f64,
        modes: usize,
    ) -> Self {
        let thermal_velocity = (reference_temperature / moment_of_inertia).sqrt();
        let momentum = moment_of_inertia * thermal_velocity;
        let heating = diffusion.combine(0.5 / (momentum * reference_temperature), friction, -1.0 / momentum);
        let scaled = |f: &Periodic, scale: f64| f.combine(scale, f, 0.0);
        Self {
            modes,
            wave_numbers: Vec::new(),
            damping: basis::multiplication(&scaled(friction, 1.0 / momentum), modes),
            drive: basis::multiplication(&scaled(force, 1.0 / reference_temperature), modes),
            heating: basis::multiplication(&heating, modes),
        }
    }

    /// The sizes of all entries.
    pub(super) fn sizes(&self) -> Self {
        let size = |m: &Mat<f64>| Mat::from_fn(self.modes, self.modes, |i, j| m[(i, j)].abs());
        Self {
            modes: self.modes,
            wave_numbers: self.wave_numbers.clone(),
            damping: size(&self.damping),
            drive: size(&self.drive),
            heating: size(&self.heating),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    #[test]
    fn blocks_are_the_functions_of_the_symbol_table() {
        let f = |f: &dyn Fn(f64) -> f64| Periodic::from_function(TAU, 15, f);
        let (force, friction) = (|t: f64| 0.3 + t.sin(), |t: f64| 2.0 + t.cos());
        let temperature = |t: f64| 1.0 + 0.3 * (2.0 * t).sin();
        let landscape =
            Landscape::new(f(&force), f(&friction), f(&|t| 2.0 * temperature(t) * friction(t))).unwrap();
        let (inertia, reference) = (3.0, 0.8_f64);
        let operator = Operator::new(&landscape, inertia, reference, 21);
        let velocity = (reference / inertia).sqrt();
        let g = f(&|t| (t + 0.2).sin() + 0.5 * (2.0 * t).cos());
        let apply = |matrix: &Mat<f64>| {
            let g = basis::coefficients(&g, 21);
            let product: Vec<f64> = (0..21).map(|i| (0..21).map(|j| matrix[(i, j)] * g[j]).sum()).collect();
            basis::function(TAU, &product)
        };
        for t in [0.0_f64, 0.9, 2.5, 4.4] {
            let damping = friction(t) / (inertia * velocity);
            let drive = force(t) / reference * g.value(t) - g.derivative().value(t);
            let heating = damping * (temperature(t) / reference - 1.0);
            assert!((apply(&operator.damping).value(t) - damping * g.value(t)).abs() < 1e-13);
            assert!((apply(&operator.drive).value(t) - drive).abs() < 1e-13);
            assert!((apply(&operator.heating).value(t) - heating * g.value(t)).abs() < 1e-13);
        }
    }
}

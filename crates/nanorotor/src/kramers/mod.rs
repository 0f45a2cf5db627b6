//! Solve the stationary Klein–Kramers equation: rotation without noise, to the digits asked for.
//!
//! The density p(θ, u) of the Langevin equation, (13) of Preston & Kosov (2023), in angle and angular velocity obeys
//!
//! ∂_t p = −u ∂_θ p − (F/I) ∂_u p + (X/I) ∂_u(u p) + (D_tot/2I²) ∂_u² p.
//!
//! `basis` holds the real Fourier series in θ, `operator` the equation in Hermite functions of u, `elimination` the
//! matrix continued fraction that solves it, `state` what follows from the solution, `perturbation` how rounding and
//! the errors of the landscape move it, `resolution` how finely to expand, `watch` how a caller follows and
//! stops it. `elements` solves the same equation at any damping.

mod basis;
pub mod elements;
mod elimination;
mod operator;
mod perturbation;
mod resolution;
mod state;
mod watch;

pub use resolution::{Options, Resolution, solve, solve_watched};
pub use state::{HermiteState, Truncation};
pub use watch::{Progress, Watch};

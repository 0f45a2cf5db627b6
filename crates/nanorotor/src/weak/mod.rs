//! Solve the limit of weak damping, in which a rotor changes its energy slowly.
//!
//! | symbol  | here                   | unit                   |
//! |---------|------------------------|------------------------|
//! | ⟨u⟩     | `mean_velocity`        | rad per a.u. of time   |
//! | D_eff   | `rotational_diffusion` | rad² per a.u. of time  |
//! | ½ I⟨u²⟩ | `mean_kinetic_energy`  | Ha                     |
//!
//! A rotor that loses little energy in a period follows a line of constant energy E = u²/2 + V(θ) (reduced units of `rotor`), and its density
//! depends on E and on the kind of motion alone: oscillation in a well, or running to either side. Averaged over the motion the
//! Klein–Kramers equation becomes a diffusion in energy on a graph whose edges meet at the tops of the potential (Risken, The
//! Fokker–Planck Equation, chapter 11), solved by quadratures.
//!
//! `rotor` finds tops and wells, `passage` integrates over the angle at one energy, `edge` over the energy (`gauss` has the rules), `graph`
//! solves the leading order, `layer` adds the order of the square root of the damping, `blowtorch` the rotation without a wind.

mod blowtorch;
mod edge;
mod gauss;
mod graph;
mod layer;
mod limit;
mod passage;
mod rotor;
mod state;

pub use limit::{Limit, Options, solve};
pub use state::WeakState;

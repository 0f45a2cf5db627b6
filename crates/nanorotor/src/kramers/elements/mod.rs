//! Solve the stationary Klein–Kramers equation with spectral elements along the lines of constant energy.

mod assembly;
mod factorisation;
mod front;
mod mesh;
mod polynomials;
mod reduced;
mod refine;
mod solution;

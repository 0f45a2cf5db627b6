//! Find how the errors of the landscape move a solution, to first order.
//!
//! With L p = 0 and L g = −(u − ⟨u⟩) p,
//!
//! L δp = −δL p,  L δg = −δL g − (u − ⟨u⟩) δp + δ⟨u⟩ p,
//!
//! and ∫∫ φ δL p = ∫∫ dθ dv ∂_vφ [(δf − δg u) p − (δa/J) ∂_v p] on the same mesh. Every harmonic is moved by the whole error of its
//! function, up or down by chance.

use super::factorisation::Factorisation;
use super::reduced::Reduced;
use super::solution::Fields;
use crate::stationary::{DRAWS, ENLARGEMENT};

/// How a solution changes.
#[derive(Debug, Clone)]
pub(super) struct Moved {
    /// That of ⟨u⟩.
    pub(super) velocity_change: f64,
    /// That of D_eff.
    pub(super) diffusion_change: f64,
    /// Those of ∫ p du, ∫ u p du and ∫ u² p du at the Gauss angles.
    pub(super) moment_changes: [Vec<f64>; 3],
}

/// A solution with the factors that gave it.
pub(super) struct Unmoved<'a> {
    pub(super) rotor: &'a Reduced,
    pub(super) fields: &'a Fields<'a>,
    pub(super) factors: &'a Factorisation,
    /// ∫∫ φ for every node.
    pub(super) mass: &'a [f64],
    /// ∫∫ φ (L − θ) for every node.
    pub(super) ahead: &'a [f64],
    pub(super) density: &'a [f64],
    pub(super) response: &'a [f64],
    pub(super) velocity: f64,
}

impl Unmoved<'_> {
    /// The solution as it would be with errors [`ENLARGEMENT`] times as large, once for each draw.
    pub(super) fn moved(&self) -> Vec<Moved> {
        let assembly = self.fields.assembly;
        let across = |field: &[f64]| -> Vec<[faer::Mat<f64>; 3]> {
            let elements = field.chunks_exact(self.fields.size).enumerate();
            elements
                .map(|(e, h)| assembly.across(e / self.fields.strips, e % self.fields.strips, h))
                .collect()
        };
        let across = [across(self.density), across(self.response)];
        let angles = assembly.angles();
        let length = self.rotor.period;
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let solve = |load: &[f64]| -> Vec<f64> {
            let scaled: Vec<f64> = load.iter().zip(&self.fields.scales).map(|(l, d)| l * d).collect();
            let (mut change, _) = self.factors.solve(Some(&scaled), 0.0, false);
            self.fields.scale(&mut change);
            // Neither changes the probability.
            let excess = dot(self.mass, &change);
            change.iter_mut().zip(self.density).for_each(|(c, p)| *c -= excess * p);
            change
        };
        let ahead = dot(self.ahead, self.density);
        let at_points = self.fields.values(self.density);
        let draw = |seed: u64| {
            let changes = self.rotor.disturbance(&angles, seed);
            let moved = |of: &[[faer::Mat<f64>; 3]]| -> Vec<f64> {
                let elements = of.iter().enumerate();
                elements.flat_map(|(e, m)| assembly.along(e / self.fields.strips, m, &changes)).collect()
            };
            // −δL p
            let load: Vec<f64> = moved(&across[0]).iter().map(|l| -l).collect();
            let density = solve(&load);
            let flux = self.fields.flux(&density, Some(&load));
            let velocity = length * flux;
            // −δL g − (u − ⟨u⟩) δp + δ⟨u⟩ p
            let changed = self.fields.values(&density);
            let mut load = self.fields.moments(|element, point, u| {
                velocity * at_points[element][point] - (u - self.velocity) * changed[element][point]
            });
            load.iter_mut().zip(moved(&across[1])).for_each(|(load, l)| *load -= l);
            let response = solve(&load);
            let diffusion = length * self.fields.flux(&response, Some(&load)) + 0.5 * flux * length * length
                - velocity * ahead
                - self.velocity * dot(self.ahead, &density);
            let moments = self.fields.moments_of_velocity(&changed);
            Moved {
                velocity_change: ENLARGEMENT * velocity,
                diffusion_change: ENLARGEMENT * diffusion,
                moment_changes: moments.map(|m| m.into_iter().map(|c| ENLARGEMENT * c).collect()),
            }
        };
        (1..=DRAWS).map(draw).collect()
    }
}

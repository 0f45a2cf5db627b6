//! Find how rounding and the errors of the landscape move a solution, to first order.
//!
//! With L p = 0 and L g = −(u − ⟨u⟩) p,
//!
//! L δp = −δL p,  L δg = −δL g − (u − ⟨u⟩) δp + δ⟨u⟩ p,
//!
//! and ∫∫ φ δL p = ∫∫ dθ dv ∂_vφ [(δf − δg u) p − (δa/J) ∂_v p] on the same mesh. Every harmonic is moved by the whole error of its
//! function, up or down by chance. What rounding did is what one step of iterative refinement would mend: the response to the
//! residuals of both equations.

use std::array::from_fn;

use super::factorisation::Factorisation;
use super::fields::{Fields, dot};
use super::reduced::Reduced;
use super::solution::Solution;
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
    /// The density at the Gauss points of every element.
    pub(super) at_points: &'a [Vec<f64>],
    pub(super) response: &'a [f64],
    /// −∫∫ φ (u − ⟨u⟩) p for every node.
    pub(super) load: &'a [f64],
    pub(super) velocity: f64,
}

impl Moved {
    /// From one solution to another on the same mesh.
    pub(super) fn between(from: &Solution, to: &Solution) -> Self {
        let moments = from.moments.iter().zip(&to.moments);
        let mut changes = moments.map(|(from, to)| to.iter().zip(from).map(|(to, from)| to - from).collect());
        Self {
            velocity_change: to.velocity - from.velocity,
            diffusion_change: to.diffusion - from.diffusion,
            moment_changes: from_fn(|_| changes.next().unwrap_or_default()),
        }
    }

    /// The larger of the changes of ⟨u⟩ and of D_eff, in parts of the scales of both.
    pub(super) fn relative(&self, of_velocity: f64, of_diffusion: f64) -> f64 {
        (self.velocity_change / of_velocity).abs().max((self.diffusion_change / of_diffusion).abs())
    }

    /// As errors [`ENLARGEMENT`] times as large would move it.
    pub(super) fn enlarged(self) -> Self {
        Self {
            velocity_change: ENLARGEMENT * self.velocity_change,
            diffusion_change: ENLARGEMENT * self.diffusion_change,
            moment_changes: self.moment_changes.map(|m| m.into_iter().map(|c| ENLARGEMENT * c).collect()),
        }
    }
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
        let draws: [_; DRAWS as usize] = from_fn(|k| self.rotor.disturbance(&angles, k as u64 + 1));
        let [on_density, on_response] = [&across[0], &across[1]].map(|of| {
            draws.each_ref().map(|changes| {
                let elements = of.iter().enumerate();
                // −δL p and −δL g; the flux through an angle changes with L.
                let loads = elements.map(|(e, m)| assembly.along(e / self.fields.strips, m, changes));
                loads.flatten().map(|l| -l).collect()
            })
        });
        self.answers(&on_density, &on_response, true).map(Moved::enlarged).into()
    }

    /// What rounding did.
    pub(super) fn rounding(&self) -> Moved {
        let residuals = self.fields.residuals(&[self.density, self.response]);
        let negative = |rows: &[f64]| rows.iter().map(|row| -row).collect::<Vec<f64>>();
        let (density, mut response) = (negative(&residuals[0]), negative(&residuals[1]));
        response.iter_mut().zip(self.load).for_each(|(row, load)| *row += load);
        let [rounding] = self.answers(&[density], &[response], false);
        rounding
    }

    /// How the solution answers to loads on the equation of p and on that of g, K times; whether these loads are changes of L.
    fn answers<const K: usize>(
        &self,
        on_density: &[Vec<f64>; K],
        on_response: &[Vec<f64>; K],
        of_operator: bool,
    ) -> [Moved; K] {
        let length = self.rotor.period;
        let solve = |loads: &[Vec<f64>; K]| {
            let changes = self.fields.solve_all(self.factors, loads.each_ref().map(Vec::as_slice));
            // None changes the probability.
            changes.map(|mut change| {
                let excess = dot(self.mass, &change);
                change.iter_mut().zip(self.density).for_each(|(c, p)| *c -= excess * p);
                change
            })
        };
        let density = solve(on_density);
        let changed = density.each_ref().map(|density| self.fields.values(density));
        let fluxes: [f64; K] =
            from_fn(|k| self.fields.flux(&density[k], of_operator.then_some(&on_density[k][..])));
        // − (u − ⟨u⟩) δp + δ⟨u⟩ p
        let sources: [Vec<f64>; K] = from_fn(|k| {
            self.fields.moments(|element, point, u| {
                length * fluxes[k] * self.at_points[element][point]
                    - (u - self.velocity) * changed[k][element][point]
            })
        });
        let loads = from_fn(|k| sources[k].iter().zip(&on_response[k]).map(|(a, b)| a + b).collect());
        let response = solve(&loads);
        from_fn(|k| {
            let velocity = length * fluxes[k];
            let of_flux = if of_operator { &loads[k] } else { &sources[k] };
            let diffusion = length * self.fields.flux(&response[k], Some(of_flux))
                + 0.5 * fluxes[k] * length * length
                - velocity * dot(self.ahead, self.density)
                - self.velocity * dot(self.ahead, &density[k]);
            Moved {
                velocity_change: velocity,
                diffusion_change: diffusion,
                moment_changes: self.fields.moments_of_velocity(&changed[k]),
            }
        })
    }
}

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
use super::polynomials::Polynomials;
use super::reduced::Reduced;
use super::solution::Solution;
use crate::stationary::{DRAWS, ENLARGEMENT};

/// How a solution changes.
#[derive(Debug, Clone, Default)]
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

    /// With the moments at other angles, in order, than the Gauss angles of the columns between some boundaries.
    pub(super) fn interpolated(self, basis: &Polynomials, boundaries: &[f64], angles: &[f64]) -> Self {
        let q = basis.points();
        let shares: Vec<(usize, Vec<f64>)> = angles
            .iter()
            .map(|t| {
                let column = boundaries.partition_point(|b| b <= t).clamp(1, boundaries.len() - 1) - 1;
                let (low, high) = (boundaries[column], boundaries[column + 1]);
                (column * q, basis.shares_of_points(2.0 * (t - low) / (high - low) - 1.0))
            })
            .collect();
        let at =
            |moment: &[f64], (start, shares): &(usize, Vec<f64>)| dot(shares, &moment[*start..start + q]);
        Self {
            moment_changes: self.moment_changes.map(|m| shares.iter().map(|of| at(&m, of)).collect()),
            ..self
        }
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
    /// What rounding did, and the solution as it would be with errors [`ENLARGEMENT`] times as large, once for each draw.
    pub(super) fn moved(&self) -> (Moved, Vec<Moved>) {
        let assembly = self.fields.assembly;
        let across = |field: &[f64]| -> Vec<[faer::Mat<f64>; 3]> {
            let elements = field.chunks_exact(self.fields.size).enumerate();
            elements
                .map(|(e, h)| assembly.across(e / self.fields.strips, e % self.fields.strips, h))
                .collect()
        };
        let angles = assembly.angles();
        let draws: [_; DRAWS as usize] = from_fn(|k| self.rotor.disturbance(&angles, k as u64 + 1));
        let loads = |field: &[f64], rounding: Vec<f64>| -> [Vec<f64>; 1 + DRAWS as usize] {
            let across = across(field);
            let mut rounding = Some(rounding);
            from_fn(|k| match k.checked_sub(1) {
                None => rounding.take().unwrap_or_default(),
                Some(draw) => {
                    let elements = across.iter().enumerate();
                    // −δL p and −δL g; the flux through an angle changes with L.
                    let loads =
                        elements.map(|(e, m)| assembly.along(e / self.fields.strips, m, &draws[draw]));
                    loads.flatten().map(|l| -l).collect()
                }
            })
        };
        let [on_density, on_response] = self.residuals();
        let on_density = loads(self.density, on_density);
        let on_response = loads(self.response, on_response);
        let mut all = self.answers(&on_density, &on_response, |k| k > 0).into_iter();
        let rounding = all.next().unwrap_or_default();
        (rounding, all.map(Moved::enlarged).collect())
    }

    /// What rounding did.
    pub(super) fn rounding(&self) -> Moved {
        let [on_density, on_response] = self.residuals();
        let [rounding] = self.answers(&[on_density], &[on_response], |_| false);
        rounding
    }

    /// What is left of the equations of p and of g.
    fn residuals(&self) -> [Vec<f64>; 2] {
        let mut residuals = self.fields.residuals(&[self.density, self.response]).into_iter();
        let mut rest =
            || residuals.next().unwrap_or_default().into_iter().map(|row| -row).collect::<Vec<f64>>();
        let (density, mut response) = (rest(), rest());
        response.iter_mut().zip(self.load).for_each(|(row, load)| *row += load);
        [density, response]
    }

    /// How the solution answers to loads on the equation of p and on that of g, K times; which of these loads are changes of L.
    fn answers<const K: usize>(
        &self,
        on_density: &[Vec<f64>; K],
        on_response: &[Vec<f64>; K],
        of_operator: impl Fn(usize) -> bool,
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
            from_fn(|k| self.fields.flux(&density[k], of_operator(k).then_some(&on_density[k][..])));
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
            let of_flux = if of_operator(k) { &loads[k] } else { &sources[k] };
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

//! Solve on one mesh: the density, its response to the velocity, and the adjoint of the velocity.
//!
//! | symbol | here         | equation                                        |
//! |--------|--------------|-------------------------------------------------|
//! | p      | `density`    | L p = 0, ∫∫ p = 1                               |
//! | g      | `response`   | L g = −(u − ⟨u⟩) p, ∫∫ g = 0                    |
//! | z      | `adjoint`    | L† z = −(u − ⟨u⟩), ∫∫ z = 0 over the nodes' mass |
//! | J      | `flux`       | probability that passes the top of the barrier per time |
//!
//! ⟨u⟩ = L J and D_eff = L J_g + J L²/2 − ⟨u⟩ ∫∫ (L − θ) p, with J_g the flux of g. Both come from the flux through the top of the
//! barrier, where nothing cancels, so that they keep their digits however rarely the rotor hops.

use super::super::watch::Watch;
use super::assembly::Assembly;
use super::dissection::Plan;
use super::factorisation::Factorisation;
use super::fields::{Fields, dot};
use super::hops::{Hopping, Hops};
use super::mesh::Mesh;
use super::moved::{Moved, Unmoved};
use super::polynomials::Polynomials;
use super::reduced::Reduced;
use super::refine::{DEGREES, Options};
use crate::stationary::{DRAWS, ENLARGEMENT};

/// Rounding is mended where it may reach this part of the tolerance.
const NOISE: f64 = 0.01;

/// Two degrees that find D_eff this alike find alike what moves it.
const ALIKE: f64 = 1e-4;

/// Relative errors of rounding are of the order of this over the damping squared.
const UNDAMPED: f64 = 1e-17;

/// All that one mesh tells, in the reduced units of [`Reduced`].
#[derive(Debug, Clone)]
pub(super) struct Solution {
    /// ⟨u⟩.
    pub(super) velocity: f64,
    /// D_eff; NaN where the rates between traps are lost.
    pub(super) diffusion: f64,
    /// ⟨u²⟩.
    pub(super) square: f64,
    /// L times the one-way flux over the barrier, which bounds |⟨u⟩|.
    pub(super) one_way: f64,
    /// The angles of the Gauss points over the period, counted from the top of the barrier.
    pub(super) angles: Vec<f64>,
    /// The weights of an integral over these angles.
    pub(super) weights: Vec<f64>,
    /// ∫ p du, ∫ u p du and ∫ u² p du at these angles.
    pub(super) moments: [Vec<f64>; 3],
    /// The same beside itself, if asked for: as the errors of the landscape move it, enlarged.
    pub(super) moved: Vec<Moved>,
    /// δ⟨u⟩ for δf, −δg and −δa of one at each of these angles, where asked for.
    pub(super) answers: Option<[Vec<f64>; 3]>,
    /// What rounding does to ⟨u⟩ or D_eff, in parts of what the tolerance limits; 0 if it is not told.
    pub(super) rounding: f64,
    /// Signs of rounding in ⟨u⟩ that cost nothing to see, in the same parts.
    pub(super) noise: f64,
    /// Which errors are told.
    pub(super) told: Told,
    /// Where refinement would help most, relative to what is asked for: for each column and each strip.
    pub(super) column_errors: Vec<f64>,
    pub(super) strip_errors: Vec<f64>,
}

/// Which errors of a solution to tell, besides that of resolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    Nothing,
    /// That of rounding.
    Rounding,
    /// Those of rounding and of the landscape.
    All,
}

impl Solution {
    /// Solve, with errors of rounding well below the tolerance where that is possible; `told` says of what is found which of
    /// its errors to tell. `None` if it is stopped.
    pub(super) fn new(
        rotor: &Reduced,
        mesh: &Mesh,
        basis: &Polynomials,
        options: &Options,
        watch: Watch<'_>,
        told: impl Fn(&Self) -> Told,
    ) -> Option<Self> {
        let assembly = Assembly::new(rotor, mesh, basis);
        let bottoms = mesh.bottoms(basis);
        if bottoms.is_empty() {
            Self::of_one_trap(rotor, &assembly, options, watch, told)
        } else {
            Self::of_traps(rotor, &assembly, &bottoms, options, watch, &told)
        }
    }

    /// The same where nothing is lost between traps.
    fn of_one_trap(
        rotor: &Reduced,
        assembly: &Assembly<'_>,
        options: &Options,
        watch: Watch<'_>,
        told: impl Fn(&Self) -> Told,
    ) -> Option<Self> {
        let factors = factored(assembly, &[], options, watch)?;
        let fields = Fields::new(assembly);
        let length = rotor.period;
        let one = fields.moments(|_, _, _| 1.0);
        let speed = fields.moments(|_, _, u| u);
        let ahead = fields.ahead(length);
        let system = System { fields: &fields, factors: &factors, mass: &one, ahead: &ahead, length };
        let mut motion = system.solve();
        // ⟨u⟩ is also the mean over the density, unless rounding spoils either; and rounding grows as transport is hardly
        // damped. Then one step of iterative refinement mends it.
        let lost =
            |motion: &Motion| (dot(&speed, &motion.density) - motion.velocity).abs() / motion.scale(length);
        let grown = UNDAMPED / rotor.mean_damping.powi(2);
        if lost(&motion).max(grown) > NOISE * options.tolerance {
            motion = system.corrected(&motion);
        }
        let (scale, noise) = (motion.scale(length), lost(&motion).max(grown));
        let Motion { density, response, at_points, load, velocity, diffusion } = motion;

        let adjoint_load: Vec<f64> = speed.iter().zip(&one).map(|(u, one)| -(u - velocity * one)).collect();
        let mut adjoint = fields.solve(&factors, Some(&adjoint_load), &[], true);
        let mean = dot(&one, &adjoint);
        for z in &mut adjoint {
            *z -= mean;
        }
        let one_way = length * fields.one_way(rotor, &density);
        let mut found = Self::told(
            &fields,
            [&density, &response, &adjoint],
            &at_points,
            [velocity, diffusion, scale, one_way],
            options,
        );
        found.noise = noise;
        let told = told(&found);
        found.told = told;
        if told != Told::Nothing {
            let unmoved = Unmoved {
                rotor,
                fields: &fields,
                factors: &factors,
                mass: &one,
                ahead: &ahead,
                density: &density,
                at_points: &at_points,
                response: &response,
                load: &load,
                velocity,
            };
            let rounding;
            (rounding, found.moved) = match told {
                Told::All => unmoved.moved(),
                _ => (unmoved.rounding(), Vec::new()),
            };
            found.rounding = rounding.relative(scale, diffusion);
            found.moved.push(rounding.enlarged());
        }
        Some(found)
    }

    /// The same for a rotor of several traps, with a node held at the bottom of each.
    fn of_traps(
        rotor: &Reduced,
        assembly: &Assembly<'_>,
        bottoms: &[usize],
        options: &Options,
        watch: Watch<'_>,
        told: &dyn Fn(&Self) -> Told,
    ) -> Option<Self> {
        let factors = factored(assembly, bottoms, options, watch)?;
        let fields = Fields::new(assembly);
        let one = fields.moments(|_, _, _| 1.0);
        let hops = Hops { rotor, fields: &fields, factors: &factors, mass: &one, bottoms };
        let (hopping, rounding) = hops.solve();
        let Hopping { density, response, adjoint, at_points, velocity, diffusion, is_lost, one_way } =
            hopping;
        let scale = scale(velocity, diffusion, rotor.period);
        let mut found = Self::told(
            &fields,
            [&density, &response, &adjoint],
            &at_points,
            [velocity, diffusion, scale, one_way],
            options,
        );
        found.rounding = rounding.relative(scale, diffusion);
        if is_lost {
            found.diffusion = f64::NAN;
        }
        found.noise = found.rounding;
        let told = told(&found);
        found.told = told;
        if told == Told::All {
            drop(factors);
            found.moved = Self::traps_moved(rotor, assembly, &found, options, watch)?;
        }
        if told != Told::Nothing {
            found.moved.push(rounding.enlarged());
        }
        Some(found)
    }

    /// A solution for several traps as the errors of the landscape move it, each draw solved anew: with polynomials of the lowest
    /// degree where these find much the same motion.
    fn traps_moved(
        rotor: &Reduced,
        assembly: &Assembly<'_>,
        found: &Self,
        options: &Options,
        watch: Watch<'_>,
    ) -> Option<Vec<Moved>> {
        let solve = |assembly: &Assembly<'_>| {
            let bottoms = assembly.mesh.bottoms(assembly.basis);
            Self::of_traps(rotor, assembly, &bottoms, options, watch, &|_| Told::Nothing)
        };
        let basis = Polynomials::new(DEGREES[0]);
        let lower = Assembly::new(rotor, assembly.mesh, &basis);
        let rough = solve(&lower)?;
        let is_alike = (rough.diffusion / found.diffusion - 1.0).abs() < ALIKE;
        let (assembly, from) = if is_alike { (&lower, &rough) } else { (assembly, found) };
        let angles = assembly.angles();
        let moved = |draw: u64| {
            let mut disturbed = assembly.clone();
            let changes = rotor.disturbance(&angles, draw);
            disturbed.disturb(&changes.map(|of| of.into_iter().map(|change| ENLARGEMENT * change).collect()));
            let moved = Moved::between(from, &solve(&disturbed)?);
            Some(if is_alike {
                moved.interpolated(&basis, &assembly.mesh.angles, &found.angles)
            } else {
                moved
            })
        };
        (1..=DRAWS).map(moved).collect()
    }

    /// All that follows from p, g and z, with ⟨u⟩, D_eff, what errors of ⟨u⟩ are told in parts of, and the bound on ⟨u⟩.
    fn told(
        fields: &Fields<'_>,
        [density, response, adjoint]: [&[f64]; 3],
        at_points: &[Vec<f64>],
        [velocity, diffusion, scale, one_way]: [f64; 4],
        options: &Options,
    ) -> Self {
        let (mesh, basis) = (fields.assembly.mesh, fields.assembly.basis);
        let moments = fields.moments_of_velocity(at_points);
        let half = |t: &[f64]| 0.5 * (t[1] - t[0]);
        let weights: Vec<f64> =
            mesh.angles.windows(2).flat_map(|t| basis.weights.iter().map(move |w| w * half(t))).collect();
        let (column_errors, strip_errors) =
            fields.errors([density, response, adjoint], scale, diffusion.abs());
        Self {
            velocity,
            diffusion,
            square: dot(&moments[2], &weights),
            one_way,
            angles: fields.assembly.angles(),
            weights,
            moments,
            moved: Vec::new(),
            answers: options.sensitivity.then(|| fields.answers(density, adjoint)),
            rounding: 0.0,
            noise: 0.0,
            told: Told::Nothing,
            column_errors,
            strip_errors,
        }
    }

    /// An upper bound in practice, often by orders of magnitude, of the relative error.
    pub(super) fn indicator(&self) -> f64 {
        self.column_errors.iter().chain(&self.strip_errors).sum()
    }
}

/// The factors of the equations, but for some nodes of the middle line; `None` if it is stopped.
fn factored(
    assembly: &Assembly<'_>,
    held: &[usize],
    options: &Options,
    watch: Watch<'_>,
) -> Option<Factorisation> {
    let mesh = assembly.mesh;
    let plan = Plan::new(mesh.columns(), mesh.strips(), mesh.middle(), assembly.basis.nodes - 1);
    Factorisation::new(plan.holding(held.to_vec()), options.parallel, watch, |column, strip, order| {
        (assembly.matrix(column, strip, order), assembly.scales(column, strip))
    })
}

/// What errors of ⟨u⟩ are told in parts of.
fn scale(velocity: f64, diffusion: f64, length: f64) -> f64 {
    velocity.abs() + 1e-3 * diffusion.abs() / length
}

/// The equations of p and of g on one mesh.
struct System<'a> {
    fields: &'a Fields<'a>,
    factors: &'a Factorisation,
    /// ∫∫ φ for every node.
    mass: &'a [f64],
    /// ∫∫ φ (L − θ) for every node.
    ahead: &'a [f64],
    length: f64,
}

/// p and g with what follows from them.
struct Motion {
    density: Vec<f64>,
    response: Vec<f64>,
    /// p at the Gauss points of every element.
    at_points: Vec<Vec<f64>>,
    /// −∫∫ φ (u − ⟨u⟩) p for every node.
    load: Vec<f64>,
    velocity: f64,
    diffusion: f64,
}

impl Motion {
    /// What errors of ⟨u⟩ are told in parts of.
    fn scale(&self, length: f64) -> f64 {
        scale(self.velocity, self.diffusion, length)
    }
}

impl System<'_> {
    fn solve(&self) -> Motion {
        let density = self.fields.solve(self.factors, None, &[1.0], false);
        self.motion(density, |load| self.fields.solve(self.factors, Some(load), &[], false))
    }

    /// After one step of iterative refinement.
    fn corrected(&self, motion: &Motion) -> Motion {
        let corrected = |field: &[f64], load: Option<&[f64]>| {
            let residual = self.fields.residuals(&[field]).into_iter().flatten().enumerate();
            let rest: Vec<f64> = residual.map(|(k, r)| load.map_or(0.0, |load| load[k]) - r).collect();
            let change = self.fields.solve(self.factors, Some(&rest), &[], false);
            field.iter().zip(change).map(|(f, c)| f + c).collect()
        };
        self.motion(corrected(&motion.density, None), |load| corrected(&motion.response, Some(load)))
    }

    /// All from p, up to its norm, and from what gives g, up to a multiple of p, for a load.
    fn motion(&self, mut density: Vec<f64>, respond: impl Fn(&[f64]) -> Vec<f64>) -> Motion {
        let (fields, length) = (self.fields, self.length);
        let norm = dot(self.mass, &density);
        for p in &mut density {
            *p /= norm;
        }
        let flux = fields.flux(&density, None);
        let velocity = length * flux;
        let at_points = fields.values(&density);
        let load = fields.moments(|element, point, u| -(u - velocity) * at_points[element][point]);
        let mut response = respond(&load);
        let excess = dot(self.mass, &response);
        for (g, p) in response.iter_mut().zip(&density) {
            *g -= excess * p;
        }
        let diffusion = length * fields.flux(&response, Some(&load)) + 0.5 * flux * length * length
            - velocity * dot(self.ahead, &density);
        Motion { density, response, at_points, load, velocity, diffusion }
    }
}

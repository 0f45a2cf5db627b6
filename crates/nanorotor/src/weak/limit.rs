//! Put the orders together, state their errors, and refuse where the damping is not weak.

use std::f64::consts::TAU;

use super::blowtorch;
use super::edge::Edge;
use super::graph::{Graph, Layer, Stationary};
use super::layer;
use super::passage::{Resolution, Slopes};
use super::rotor::Rotor;
use crate::error::{Error, Result};
use crate::landscape::Landscape;
use crate::quantity::in_practical_units;
use crate::stationary;

/// The largest mean damping (per rad) that is still called weak.
const LARGEST_DAMPING: f64 = 0.1;

/// The fastest drift (thermal velocities): the work grows with its square, and the error with it.
const FASTEST: f64 = 60.0;

/// Tops within this many ℓ of the highest are in its layer.
const NEAR: f64 = 15.0;

/// The relative rounding error of the quadratures.
const ROUNDING: f64 = 1e-12;

/// How often the quadratures are made finer.
const LEVELS: usize = 4;

/// Quadratures that are then off by more than this are no answer.
const ROUGHEST: f64 = 1e-3;

/// What is stated over the estimate of an error.
const SAFETY: f64 = 2.0;

/// How exact the quadratures must be.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The relative error at which the quadratures are fine enough. What is left of it after the finest ones is stated with each
    /// result, as is the error of the limit itself.
    pub tolerance: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self { tolerance: 1e-8 }
    }
}

/// The stationary state of a rotor whose damping is weak.
#[derive(Debug, Clone)]
pub struct Limit {
    rotor: Rotor,
    moment_of_inertia: f64,
    period: f64,
    parts: usize,
    velocity: (f64, f64),
    diffusion: (f64, f64),
    square: (f64, f64),
    shares: [f64; 3],
    /// The edges with ln (f/Z) at their nodes and the range of angles that they belong to.
    edges: Vec<(Edge, Vec<f64>, [f64; 2])>,
}

impl Limit {
    /// ⟨u⟩ and its error (rad per a.u. of time).
    pub fn mean_velocity(&self) -> (f64, f64) {
        scaled(self.velocity, self.rotor.velocity)
    }

    /// R = ⟨u⟩/2π and its error (revolutions per a.u. of time).
    pub fn rotation_rate(&self) -> (f64, f64) {
        scaled(self.velocity, self.rotor.velocity / TAU)
    }

    /// D_eff, half the growth of the variance of θ per time, and its error (rad² per a.u. of time).
    pub fn rotational_diffusion(&self) -> (f64, f64) {
        scaled(self.diffusion, self.rotor.velocity)
    }

    /// ½ I⟨u²⟩ and its error (Ha).
    pub fn mean_kinetic_energy(&self) -> (f64, f64) {
        scaled(self.square, 0.5 * self.rotor.temperature)
    }

    /// The probabilities of running forwards, of running backwards and of the wells, to leading order and that of the layer.
    pub fn shares(&self) -> [f64; 3] {
        self.shares
    }

    /// p(θ) = ∫ p du (1/rad), ∫ u p du and ∫ u² p du (with rad per a.u. of time) at θ, the even ones to leading order.
    pub fn moments_at(&self, theta: f64) -> [f64; 3] {
        let rotor = &self.rotor;
        let start = rotor.wells[0].left;
        let theta = start + (theta - start).rem_euclid(rotor.period);
        let potential = rotor.potential.value(theta).min(0.0);
        let mut moments = [0.0; 3];
        for (edge, ln_f, [left, right]) in &self.edges {
            if (*left..=*right).contains(&theta) {
                for (sum, part) in moments.iter_mut().zip(edge.moments(potential, ln_f)) {
                    *sum += part;
                }
            }
        }
        let unit = rotor.velocity;
        let parts = self.parts as f64;
        [moments[0] / parts, self.mean_velocity().0 / self.period, moments[2] * unit * unit / parts]
    }

    /// The period of the landscape (rad).
    pub fn period(&self) -> f64 {
        self.period
    }

    /// I (a.u.).
    pub fn moment_of_inertia(&self) -> f64 {
        self.moment_of_inertia
    }

    /// The mean of X/sqrt(I kT_0), kT_0 = ⟨D⟩/2⟨X⟩ (1/rad).
    pub fn damping(&self) -> f64 {
        self.rotor.mean_damping
    }
}

fn scaled((value, error): (f64, f64), unit: f64) -> (f64, f64) {
    (value * unit, error * unit)
}

/// Solve the limit of weak damping: to leading order, that of the layer at the highest top, and that of the blowtorch.
///
/// # Errors
/// [`Error::Model`] for a moment of inertia or a tolerance that is not positive; [`Error::NotConverged`] where the damping is not
/// weak, nothing brakes or heats the rotor, or the quadratures do not converge.
pub fn solve(landscape: &Landscape, moment_of_inertia: f64, options: &Options) -> Result<Limit> {
    check(landscape, moment_of_inertia, options.tolerance)?;
    let reduced = landscape.clone().reduced();
    let rotor = Rotor::new(&reduced, moment_of_inertia);
    if rotor.mean_damping > LARGEST_DAMPING {
        let what = format!("the damping is {:.3} per rad, which is not weak", rotor.mean_damping);
        return Err(refuse(what, "take another method where the damping exceeds 0.1 per rad"));
    }
    let drift = (rotor.wind / rotor.mean_damping).abs();
    if drift > FASTEST {
        let what =
            format!("the rotor drifts at {drift:.0} thermal velocities, at most {FASTEST} are followed");
        return Err(refuse(what, "take the method elements, which answers at any drift"));
    }
    let coldest = rotor.coldest();
    let mut coarser = orders(&rotor, 0, coldest)?;
    let mut level = 1;
    loop {
        let finer = orders(&rotor, level, coldest)?;
        let (off, sizes) = (finer.differences(&coarser), finer.sizes(&rotor));
        let worst = off.iter().zip(&sizes).map(|(off, size)| off / size).fold(0.0, f64::max);
        if worst <= options.tolerance || (level == LEVELS && worst <= ROUGHEST) {
            return Ok(finer.limit(rotor, moment_of_inertia, landscape, off));
        }
        if level == LEVELS {
            let what = format!("the quadratures of the weak-damping limit are good to {worst:.1e} only");
            return Err(refuse(what, "smooth the landscape or take another method"));
        }
        coarser = finer;
        level += 1;
    }
}

/// Refuse what has no stationary state.
fn check(landscape: &Landscape, moment_of_inertia: f64, tolerance: f64) -> Result<()> {
    stationary::check(moment_of_inertia, tolerance)?;
    stationary::check_friction(landscape)?;
    let diffusion = landscape.total_diffusion().mean();
    if diffusion.is_nan() || diffusion <= 0.0 {
        let what = format!("the mean total diffusion is {}", in_practical_units("diffusion", diffusion));
        return Err(refuse(what, "add friction from an environment at a positive temperature"));
    }
    Ok(())
}

fn refuse(what: String, hint: &str) -> Error {
    Error::NotConverged { quantity: "rotation rate", what, hint: hint.into() }
}

/// All orders at one resolution of the quadratures.
struct Orders {
    /// Without and with the layer.
    first: Stationary,
    second: Stationary,
    /// ⟨u⟩ of the blowtorch.
    blowtorch: f64,
    /// How far it is off with another top of nearly the same energy.
    ambiguity: f64,
    /// ℓ, the width of the layer in kT_0.
    width: f64,
    /// Whether other tops lie within the layer of the highest.
    crowded: bool,
    /// What f jumps by at lower tops, relative to itself.
    mismatch: f64,
    /// How far the noise is from that of equilibrium.
    contrast: f64,
    edges: Vec<(Edge, Vec<f64>, [f64; 2])>,
}

fn orders(rotor: &Rotor, level: usize, coldest: f64) -> Result<Orders> {
    let resolution = Resolution::new(level);
    let slopes = Slopes::new(rotor, &resolution);
    let Some(graph) = Graph::new(rotor, &slopes, coldest) else {
        return Err(refuse(
            "the density of running does not decay with its energy".into(),
            "add friction from an environment",
        ));
    };
    let noise = graph.lowest_noise();
    if noise.is_nan() || noise <= 0.0 {
        let what = format!("the diffusion in energy is {noise:.3e} per action at some energy");
        return Err(refuse(what, "add friction from an environment at a positive temperature"));
    }
    let first = graph.stationary(Layer::default());
    let second = graph.stationary(layer::layer(&graph));
    if !(second.diffusion.is_finite() && first.diffusion.is_finite() && second.square > 0.0) {
        let what = format!("D_eff is out of range behind a barrier of {:.0} kT", rotor.barrier);
        return Err(refuse(what, "raise the temperature"));
    }
    let width = layer::width(&graph);
    let near = |from: &usize| rotor.wells[*from].left_energy > -NEAR * width;
    let others: Vec<usize> = (1..rotor.wells.len()).filter(near).collect();
    // Without wells wider than the layer the order of the damping is known by its size alone.
    let (blowtorch, ambiguity) = if width < rotor.barrier {
        let velocity = |from: usize| blowtorch::velocity(&graph, &first, from, width);
        let (highest, moved) = velocity(0);
        let spread = others.iter().map(|from| (velocity(*from).0 - highest).abs()).fold(0.0, f64::max);
        // Between equal tops the spread grows as the logarithm of the damping, and no quadrature of it converges.
        if others.is_empty() { (highest, moved + spread) } else { (0.0, highest.abs() + spread) }
    } else {
        (0.0, rotor.mean_damping * rotor.contrast())
    };
    let last = rotor.wells.len() - 1;
    let range = |first: usize, last: usize| [rotor.wells[first].left, rotor.wells[last].right];
    let mut edges: Vec<_> =
        second.running.iter().map(|ln_f| (graph.running.clone(), ln_f.clone(), range(0, last))).collect();
    // Within a well every energy is met to both sides.
    let twice = |ln_f: &Vec<f64>| ln_f.iter().map(|ln_f| ln_f + std::f64::consts::LN_2).collect();
    edges.extend(
        graph
            .branches
            .iter()
            .zip(&second.branches)
            .map(|(branch, ln_f)| (branch.edge.clone(), twice(ln_f), range(branch.first, branch.last))),
    );
    Ok(Orders {
        first,
        second,
        blowtorch,
        ambiguity,
        width,
        crowded: !others.is_empty(),
        mismatch: graph.mismatch(),
        contrast: rotor.contrast(),
        edges,
    })
}

impl Orders {
    /// ⟨u⟩, D_eff and ⟨u²⟩.
    fn values(&self) -> [f64; 3] {
        [self.second.velocity + self.blowtorch, self.second.diffusion, self.second.square]
    }

    /// How far the quadratures of a coarser resolution are off, or rounding.
    fn differences(&self, coarser: &Self) -> [f64; 3] {
        let (a, b) = (self.values(), coarser.values());
        [0, 1, 2].map(|i| (a[i] - b[i]).abs().max(ROUNDING * a[i].abs()))
    }

    /// What the tolerance is relative to. A blowtorch turns with some ⟨g⟩² D_eff/L.
    fn sizes(&self, rotor: &Rotor) -> [f64; 3] {
        let [velocity, diffusion, square] = self.values();
        [velocity.abs() + 1e-3 * rotor.mean_damping * diffusion / rotor.period, diffusion, square]
    }

    /// The values with their errors, `off` being those of the quadratures.
    ///
    /// The layer is right to the order of the square root of the damping, so that what comes next is smaller than what it changes by
    /// its width over the energies it lies in, kT_0 and the barrier. Where it holds several tops, all that it changes is
    /// uncertain. What remains are effects of the order of the damping itself: on D_eff that of a period on the velocity,
    /// on ⟨u²⟩ that of the wind on wells, and where slopes of ln f differ at a lower top, the layer there.
    fn limit(self, rotor: Rotor, moment_of_inertia: f64, landscape: &Landscape, off: [f64; 3]) -> Limit {
        let [velocity, diffusion, square] = self.values();
        let small = if self.crowded { 1.0 } else { (self.width * (1.0 + 1.0 / rotor.barrier)).min(1.0) };
        let step = |first: f64, second: f64| small * (second - first).abs();
        let passage = rotor.mean_damping * rotor.period;
        let wind = (rotor.wind * rotor.period).abs();
        let [forwards, backwards, wells] = self.second.shares;
        let running = forwards + backwards;
        let [on_velocity, on_diffusion, on_square] = [
            step(self.first.velocity, self.second.velocity)
                // The blowtorch may vanish by chance, what follows it does not.
                + small * self.blowtorch.abs()
                + self.ambiguity
                + rotor.rounding * diffusion
                // Tops of one layer that differ turn a difference of slopes into a difference of f₊ and f₋.
                + if self.crowded { self.mismatch * self.first.speed } else { 0.0 }
                + velocity.abs() * self.contrast * (passage / (1.0 + square)).powi(2),
            step(self.first.diffusion, self.second.diffusion).max(diffusion * passage / (1.0 + square)),
            step(self.first.square, self.second.square)
                + square
                    * (self.contrast * (wind * (wells / TAU + running / (1.0 + square)) + passage * passage)
                        + wind * wells * running),
        ];
        Limit {
            velocity: (velocity, off[0] + SAFETY * (on_velocity + self.mismatch * velocity.abs())),
            diffusion: (diffusion, off[1] + SAFETY * (on_diffusion + self.mismatch * diffusion)),
            square: (square, off[2] + SAFETY * (on_square + self.mismatch * square)),
            moment_of_inertia,
            period: landscape.period(),
            parts: (landscape.period() / rotor.period).round() as usize,
            shares: self.second.shares,
            edges: self.edges,
            rotor,
        }
    }
}

//! Join the kinds of motion to a graph over the energy, and solve for the stationary density on it.
//!
//! | symbol | here        | meaning                                                        |
//! |--------|-------------|----------------------------------------------------------------|
//! | f      | `ln_f`      | phase-space density p(θ, u) = f(E)/Z on an edge, as ln f       |
//! | τ, A_g, A_a, A_u | `Passage` | integrals over one period, or there and back in a well |
//! | Z      | `norm`      | Σ ∫ τ f dE                                                     |
//! | ⟨u⟩    | `velocity`  | L ∫ (f₊ − f₋) dE/Z                                             |
//! | D_eff  | `diffusion` | Σ ∫ G²/(A_a f/Z) dE                                            |
//! | ⟨u²⟩   | `square`    | Σ ∫ A_u f dE/Z                                                 |
//!
//! An edge is a range of energies within which one kind of motion changes steadily: oscillation in a well or in several above the tops
//! between them, running to either side (s = ±1). Edges meet at the energies of tops, where f is continuous. No probability
//! flows along an edge:
//!
//! (ln f)′ = −A_g/A_a in wells,    (ln f)′ = −(A_g − s w L)/A_a running.
//!
//! D_eff follows from the Poisson equation of u − ⟨u⟩: its flux is G = ∫_E^∞ (s L − ⟨u⟩τ) f dE/Z running, and ⟨u⟩ times the
//! probability below E in wells.

use super::edge::{Edge, Fineness};
use super::layer::EXTRAPOLATION;
use super::passage::{Passage, Slopes};
use super::rotor::Rotor;

/// Tops whose energies differ by less than this many kT_0 are equal.
const EQUAL: f64 = 1e-11;

/// Running goes on until f has fallen by this power of e.
const NEGLIGIBLE: f64 = 45.0;

/// How far beyond the drift velocity it is followed (thermal velocities).
const FARTHEST: f64 = 60.0;

/// Oscillation in neighbouring wells.
#[derive(Debug, Clone)]
pub(super) struct Branch {
    pub(super) edge: Edge,
    /// The wells `first` to `last` that it spans.
    pub(super) first: usize,
    pub(super) last: usize,
    /// The branch that it merges into, `None` at the highest top.
    parent: Option<usize>,
}

/// All edges with their passage integrals.
#[derive(Debug, Clone)]
pub(super) struct Graph<'a> {
    pub(super) rotor: &'a Rotor,
    pub(super) slopes: &'a Slopes<'a>,
    pub(super) running: Edge,
    /// Each after the one that it merges into.
    pub(super) branches: Vec<Branch>,
    /// The passage over the highest top and all wells at the energy of the top.
    pub(super) at_top: Passage,
}

/// The stationary density with what follows from it, in reduced units.
#[derive(Debug, Clone)]
pub(super) struct Stationary {
    pub(super) velocity: f64,
    pub(super) diffusion: f64,
    pub(super) square: f64,
    /// L ∫ (f₊ + f₋) dE/Z, what running alone would make of ⟨|u|⟩.
    pub(super) speed: f64,
    /// The probabilities of running forwards, backwards, and of the wells.
    pub(super) shares: [f64; 3],
    /// ln (f/Z) at the nodes of running forwards and backwards and of each branch.
    pub(super) running: [Vec<f64>; 2],
    pub(super) branches: Vec<Vec<f64>>,
}

/// What the layer around the highest top does, in two numbers.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Layer {
    /// ln f₊ − ln f at the top, and ln f − ln f₋.
    pub(super) jump: f64,
    /// 2ℓ/S.
    pub(super) resistance: f64,
}

impl<'a> Graph<'a> {
    /// `None` if the density of running does not decay.
    pub(super) fn new(rotor: &'a Rotor, slopes: &'a Slopes<'a>, coldest: f64) -> Option<Self> {
        let fineness = Fineness { coldest, resolution: slopes.resolution };
        let last = rotor.wells.len() - 1;
        let drift = (rotor.wind / rotor.mean_damping).abs();
        let passage = |energy| slopes.passage(0, last, energy);
        let done = |edge: &Edge| {
            edge.energies.last().is_some_and(|energy| *energy > 0.5 * (drift + 8.0).powi(2))
                && [1.0, -1.0].iter().all(|sign| {
                    let ln_f = ln_running(edge, sign * rotor.wind * rotor.period, 0.0);
                    let highest = ln_f.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                    ln_f.last().is_some_and(|last| *last < highest - NEGLIGIBLE)
                })
        };
        let running = Edge::running(rotor.barrier, drift + FARTHEST, &fineness, passage, done)?;
        let at_top = passage(0.0);
        let mut graph = Self { rotor, slopes, running, branches: Vec::new(), at_top };
        graph.branch(0, last, 0.0, None, &fineness);
        Some(graph)
    }

    /// Add what the wells `first` to `last` do below the energy `high` of the lower of the tops at their ends.
    fn branch(
        &mut self,
        first: usize,
        last: usize,
        high: f64,
        parent: Option<usize>,
        fineness: &Fineness<'_>,
    ) {
        let wells = &self.rotor.wells[first..=last];
        let inner: Vec<f64> = wells[1..].iter().map(|well| well.left_energy).collect();
        let single = inner.is_empty();
        let low =
            if single { wells[0].bottom_energy } else { inner.iter().copied().fold(f64::MIN, f64::max) };
        let mut parent = parent;
        if high - low > EQUAL {
            let slopes = self.slopes;
            let passage = |energy| 2.0 * slopes.passage(first, last, energy);
            let edge = Edge::well([low, high], !single, fineness, passage);
            self.branches.push(Branch { edge, first, last, parent });
            parent = Some(self.branches.len() - 1);
        }
        if single {
            return;
        }
        let mut start = first;
        for (well, top) in (first + 1..=last).zip(inner) {
            if top >= low - EQUAL {
                self.branch(start, well - 1, low, parent, fineness);
                start = well;
            }
        }
        self.branch(start, last, low, parent, fineness);
    }

    /// The lowest A_a/A_u over all edges, which must be positive.
    pub(super) fn lowest_noise(&self) -> f64 {
        let passages = self.branches.iter().flat_map(|branch| &branch.edge.passages);
        let noises = passages.chain(&self.running.passages).map(|p| p.noise / p.action);
        noises.fold(f64::INFINITY, |low, a| if a < low || a.is_nan() { a } else { low })
    }

    /// How much the slopes of ln f differ at the tops that join wells, times the widths of the layers there: about what f jumps by
    /// relative to itself.
    pub(super) fn mismatch(&self) -> f64 {
        let slope = |passage: Option<&Passage>| passage.map_or(0.0, |p| p.friction / p.noise);
        let jump = |branch: &Branch| {
            let above = branch.parent.map_or(&self.running, |parent| &self.branches[parent].edge);
            let below = branch.edge.passages.last();
            let width = EXTRAPOLATION * below.map_or(0.0, |p| p.noise.sqrt());
            width * (slope(below) - slope(above.passages.first())).abs()
        };
        self.branches.iter().map(jump).sum()
    }

    /// The stationary density with or without what the layer at the highest top does.
    pub(super) fn stationary(&self, layer: Layer) -> Stationary {
        let length = self.rotor.period;
        let work = self.rotor.wind * length;
        let running_edge = &self.running;
        let mut running = [1.0, -1.0].map(|sign| ln_running(running_edge, sign * work, sign * layer.jump));
        let mut branches: Vec<Vec<f64>> = Vec::new();
        let mut lower: Vec<f64> = Vec::new();
        for Branch { edge, parent, .. } in &self.branches {
            let start = parent.map_or(0.0, |parent| lower[parent]);
            let (ln_f, end) = edge.downwards(start, |i| edge.passages[i].friction / edge.passages[i].noise);
            branches.push(ln_f);
            lower.push(end);
        }
        // Z, with the largest f taken out.
        let all = || running.iter().chain(&branches).flatten().copied();
        let largest = all().fold(f64::NEG_INFINITY, f64::max);
        let mass = |edge: &Edge, ln_f: &[f64], weight: fn(&Passage) -> f64| {
            edge.integral(|i| weight(&edge.passages[i]) * (ln_f[i] - largest).exp())
        };
        let sum = |weight: fn(&Passage) -> f64| {
            let run = running.each_ref().map(|ln_f| mass(running_edge, ln_f, weight));
            let wells: f64 = self
                .branches
                .iter()
                .zip(&branches)
                .map(|(branch, ln_f)| mass(&branch.edge, ln_f, weight))
                .sum();
            [run[0], run[1], wells]
        };
        let shares = sum(|p| p.time);
        let norm: f64 = shares.iter().sum();
        let ln_norm = norm.ln() + largest;
        let ways = sum(|_| 1.0);
        let velocity = length * (ways[0] - ways[1]) / norm;
        let speed = length * (ways[0] + ways[1]) / norm;
        let square = sum(|p| p.action).iter().sum::<f64>() / norm;
        running.iter_mut().chain(&mut branches).flatten().for_each(|ln_f| *ln_f -= ln_norm);
        let mut found = Stationary {
            velocity,
            diffusion: f64::NAN,
            square,
            speed,
            shares: shares.map(|share| share / norm),
            running,
            branches,
        };
        found.diffusion = self.diffusion(&found, layer.resistance, (-ln_norm).exp());
        found
    }

    /// D_eff, `at_top` being f/Z at the highest top.
    fn diffusion(&self, state: &Stationary, resistance: f64, at_top: f64) -> f64 {
        let length = self.rotor.period;
        let dissipated = |edge: &Edge, ln_f: &[f64], flux: &[f64]| {
            edge.integral(|i| {
                let f = ln_f[i].exp();
                // Where nothing is, nothing flows.
                if f > 0.0 { flux[i] * (flux[i] / f) / edge.passages[i].noise } else { 0.0 }
            })
        };
        let mut diffusion = 0.0;
        let mut below = vec![0.0; self.branches.len()];
        let mut in_wells = 0.0;
        for (at, (Branch { edge, parent, .. }, ln_f)) in
            self.branches.iter().zip(&state.branches).enumerate().rev()
        {
            let (mass, end) = edge.upwards(below[at], |i| edge.passages[i].time * ln_f[i].exp());
            match parent {
                Some(parent) => below[*parent] += end,
                None => in_wells += end,
            }
            let flux: Vec<f64> = mass.iter().map(|mass| state.velocity * mass).collect();
            diffusion += dissipated(edge, ln_f, &flux);
        }
        let edge = &self.running;
        let source = |s: usize, i: usize| {
            let way = if s == 0 { length } else { -length };
            (way - state.velocity * edge.passages[i].time) * state.running[s][i].exp()
        };
        let mut fluxes = [0, 1].map(|s| edge.downwards(0.0, |i| source(s, i)));
        // What leaves the wells runs. The flux of a state that holds nearly all probability keeps its digits at low energies only if it is
        // summed from there.
        if let Some(s) = (0..2).find(|s| state.shares[*s] > 0.5) {
            let start = state.velocity * in_wells - fluxes[1 - s].1;
            let (lower, _) = edge.upwards(0.0, |i| source(s, i));
            let ln_f = &state.running[s];
            let peak = (0..ln_f.len()).fold(0, |best, i| if ln_f[i] > ln_f[best] { i } else { best });
            for i in 0..peak {
                fluxes[s].0[i] = start - lower[i];
            }
            fluxes[s].1 = start;
        }
        for (ln_f, (flux, _)) in state.running.iter().zip(&fluxes) {
            diffusion += dissipated(edge, ln_f, flux);
        }
        let through = 0.5 * (fluxes[0].1 - fluxes[1].1);
        if through != 0.0 {
            diffusion += resistance * through * (through / at_top);
        }
        diffusion
    }
}

/// ln f of running from the highest top on, where the wind does the work s w L in a period.
fn ln_running(edge: &Edge, work: f64, start: f64) -> Vec<f64> {
    let (fallen, _) = edge.upwards(-start, |i| (edge.passages[i].friction - work) / edge.passages[i].noise);
    fallen.into_iter().map(|fallen| -fallen).collect()
}

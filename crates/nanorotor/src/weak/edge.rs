//! Lay panels over a range of energy, fine towards the energies of tops, and integrate over it from either end.
//!
//! At the energy of a top the passage integrals have a logarithm of the distance; in the variable v of E = E_top ± v²/2, on panels
//! that shrink towards the top, everything is smooth.

use super::gauss::Gauss;
use super::passage::{Passage, Resolution, graded};

/// The v at which the panels stop shrinking.
const CLOSEST: f64 = 1e-6;

/// What a panel is longer than all before it, away from a top.
const GROWTH: f64 = 2.0;

/// Panels span at most this many thermal velocities.
const LONGEST: f64 = 0.6;

/// Panels span at most this many thermal energies.
const HIGHEST: f64 = 4.0;

/// A stretch of energies in the variable v of E = anchor ± v²/2.
#[derive(Debug, Clone, Copy)]
pub(super) struct Panel {
    anchor: f64,
    /// Whether energies are above the anchor.
    above: bool,
    /// v at the lower and at the upper end of the energies.
    from: f64,
    to: f64,
}

impl Panel {
    /// E and dE/dx at x in [−1, 1], E − anchor with all its digits.
    fn at(&self, x: f64) -> (f64, f64) {
        let v = 0.5 * (self.from + self.to + x * (self.to - self.from));
        let square = if self.above { 0.5 * v * v } else { -0.5 * v * v };
        (self.anchor + square, 0.5 * v * (self.to - self.from).abs())
    }

    /// x at an energy.
    fn place(&self, energy: f64) -> f64 {
        let v = (2.0 * (energy - self.anchor).abs()).sqrt();
        ((2.0 * v - self.from - self.to) / (self.to - self.from)).clamp(-1.0, 1.0)
    }

    /// The energies at its ends.
    fn ends(&self) -> [f64; 2] {
        [self.at(-1.0).0, self.at(1.0).0]
    }
}

/// How panels are laid on one rotor: the lowest temperature in kT_0 and the resolution.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fineness<'a> {
    pub(super) coldest: f64,
    pub(super) resolution: &'a Resolution,
}

impl Fineness<'_> {
    /// The longest panel at v.
    fn longest(&self, v: f64) -> f64 {
        let cold = self.coldest.max(1e-3);
        self.resolution.longest * (LONGEST * cold.sqrt()).min(HIGHEST * cold / v.max(1e-3))
    }
}

/// A range of energies of one kind of motion, with its passage integrals at the nodes of all panels.
#[derive(Debug, Clone)]
pub(super) struct Edge {
    gauss: Gauss,
    pub(super) panels: Vec<Panel>,
    pub(super) energies: Vec<f64>,
    /// dE/dx.
    jacobians: Vec<f64>,
    pub(super) passages: Vec<Passage>,
}

impl Edge {
    fn empty(fineness: &Fineness<'_>) -> Self {
        let gauss = fineness.resolution.gauss.clone();
        Self { gauss, panels: vec![], energies: vec![], jacobians: vec![], passages: vec![] }
    }

    /// The energies from a bottom or a lower top up to a top.
    pub(super) fn well(
        [low, high]: [f64; 2],
        low_is_top: bool,
        fineness: &Fineness<'_>,
        passage: impl Fn(f64) -> Passage,
    ) -> Self {
        let mut edge = Self::empty(fineness);
        let ends = |height: f64| {
            let length = (2.0 * height).sqrt();
            let longest = fineness.longest(length).min(length / 3.0);
            graded((CLOSEST * length).min(CLOSEST), GROWTH, longest, length)
        };
        let middle = if low_is_top { 0.5 * (low + high) } else { low };
        if low_is_top {
            edge.panels.extend(panels(&ends(middle - low), low, true));
        }
        edge.panels.extend(panels(&ends(high - middle), high, false).into_iter().rev());
        edge.fill(0, passage);
        edge
    }

    /// The energies of running above the highest top, at 0, without end: until `done` is told the nodes so far and says so. `None` after
    /// `farthest` in v.
    pub(super) fn running(
        barrier: f64,
        farthest: f64,
        fineness: &Fineness<'_>,
        passage: impl Fn(f64) -> Passage,
        done: impl Fn(&Self) -> bool,
    ) -> Option<Self> {
        let mut edge = Self::empty(fineness);
        let scale = (2.0 * barrier).sqrt().clamp(1e-6, 1.0);
        let longest = fineness.longest(1.0);
        edge.panels = panels(&graded(CLOSEST * scale, GROWTH, longest, 2.0 * longest), 0.0, true);
        edge.fill(0, &passage);
        while !done(&edge) {
            let from = edge.panels.last()?.to;
            if from > farthest {
                return None;
            }
            let count = edge.panels.len();
            let to = from + fineness.longest(from);
            edge.panels.push(Panel { anchor: 0.0, above: true, from, to });
            edge.fill(count, &passage);
        }
        Some(edge)
    }

    /// Compute the nodes of all panels from number `first` on.
    fn fill(&mut self, first: usize, passage: impl Fn(f64) -> Passage) {
        for panel in &self.panels[first..] {
            for x in &self.gauss.abscissas {
                let (energy, jacobian) = panel.at(*x);
                self.energies.push(energy);
                self.jacobians.push(jacobian);
                self.passages.push(passage(energy));
            }
        }
    }

    /// ∫ y dE over all of it.
    pub(super) fn integral(&self, y: impl Fn(usize) -> f64) -> f64 {
        let n = self.gauss.points();
        (0..self.energies.len()).map(|i| self.gauss.weights[i % n] * self.jacobians[i] * y(i)).sum()
    }

    /// ∫ y dE from the lower end to each node, on top of `start`, and to the upper end.
    pub(super) fn upwards(&self, start: f64, y: impl Fn(usize) -> f64) -> (Vec<f64>, f64) {
        let n = self.gauss.points();
        let mut integrals = Vec::with_capacity(self.energies.len());
        let mut sum = start;
        for panel in 0..self.panels.len() {
            let values: Vec<f64> = (panel * n..(panel + 1) * n).map(|i| self.jacobians[i] * y(i)).collect();
            sum = self.gauss.upwards(&values, sum, &mut integrals);
        }
        (integrals, sum)
    }

    /// ∫ y dE from each node to the upper end, on top of `start`, and from the lower end.
    pub(super) fn downwards(&self, start: f64, y: impl Fn(usize) -> f64) -> (Vec<f64>, f64) {
        let n = self.gauss.points();
        let mut integrals = vec![0.0; self.energies.len()];
        let mut sum = start;
        for panel in (0..self.panels.len()).rev() {
            let nodes = panel * n..(panel + 1) * n;
            let values: Vec<f64> = nodes.clone().map(|i| self.jacobians[i] * y(i)).collect();
            sum = self.gauss.downwards(&values, sum, &mut integrals[nodes]);
        }
        (integrals, sum)
    }

    /// ∫ f u^k du for k = 0, 1 and 2 over the velocities u > 0 with which the energies of the edge stand at a potential; `ln_f` at the nodes.
    pub(super) fn moments(&self, potential: f64, ln_f: &[f64]) -> [f64; 3] {
        let n = self.gauss.points();
        let mut moments = [0.0; 3];
        for (panel, values) in self.panels.iter().zip(ln_f.chunks_exact(n)) {
            let [low, high] = panel.ends().map(|end| (2.0 * (end - potential).max(0.0)).sqrt());
            if high <= low {
                continue;
            }
            for (x, weight) in self.gauss.abscissas.iter().zip(&self.gauss.weights) {
                let u = 0.5 * (low + high + x * (high - low));
                let ln_f = self.interpolated(panel.place(potential + 0.5 * u * u), values);
                let part = 0.5 * weight * (high - low) * ln_f.exp();
                for (moment, power) in moments.iter_mut().zip([1.0, u, u * u]) {
                    *moment += part * power;
                }
            }
        }
        moments
    }

    /// The polynomial through values at the nodes of a panel, at x in [−1, 1].
    fn interpolated(&self, x: f64, values: &[f64]) -> f64 {
        let nodes = &self.gauss.abscissas;
        let (mut sum, mut norm) = (0.0, 0.0);
        for (i, (node, value)) in nodes.iter().zip(values).enumerate() {
            if x == *node {
                return *value;
            }
            // Barycentric weights of Gauss points: ± sqrt((1 − x²) w).
            let sign = if i % 2 == 0 { 1.0 } else { -1.0 };
            let share = sign * ((1.0 - node * node) * self.gauss.weights[i]).sqrt() / (x - node);
            sum += share * value;
            norm += share;
        }
        sum / norm
    }
}

/// Panels between the ends v of a range that begins at an anchor.
fn panels(ends: &[f64], anchor: f64, above: bool) -> Vec<Panel> {
    let starts = std::iter::once(0.0).chain(ends.iter().copied());
    let panel = |(near, far): (f64, &f64)| {
        let (from, to) = if above { (near, *far) } else { (*far, near) };
        Panel { anchor, above, from, to }
    };
    starts.zip(ends).map(panel).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;

    #[test]
    fn logarithms_at_tops_are_integrated() {
        let resolution = Resolution::new(1);
        let fineness = Fineness { coldest: 1.0, resolution: &resolution };
        let edge = Edge::well([-3.0, -1.0], true, &fineness, |_| Passage::default());
        assert!(edge.energies.is_sorted());
        // Nodes may round to the ends.
        let f = |e: f64| (e + 3.0).max(1e-16).ln() * (-1.0 - e).max(1e-16).ln();
        // ∫_0^2 ln x ln(2 − x) dx = 2 [(ln 2 − 1)² + 1 − π²/6]
        let exact = 2.0 * ((2.0_f64.ln() - 1.0).powi(2) + 1.0 - std::f64::consts::PI.powi(2) / 6.0);
        let value = edge.integral(|i| f(edge.energies[i]));
        assert!((value - exact).abs() < 1e-10, "{value} {exact}");
        let (up, whole) = edge.upwards(0.5, |i| f(edge.energies[i]));
        let (down, all) = edge.downwards(0.5, |i| f(edge.energies[i]));
        assert!((whole - 0.5 - exact).abs() < 1e-10 && (all - whole).abs() < 1e-12);
        for (up, down) in up.iter().zip(&down) {
            assert!((up + down - 1.0 - exact).abs() < 1e-10);
        }
    }

    #[test]
    fn boltzmann_has_gaussian_moments() {
        let resolution = Resolution::new(1);
        let fineness = Fineness { coldest: 1.0, resolution: &resolution };
        let run = |done: f64| {
            Edge::running(
                1.0,
                20.0,
                &fineness,
                |_| Passage::default(),
                |edge| edge.energies.last().unwrap() > &done,
            )
        };
        let running = run(40.0).unwrap();
        assert!(run(300.0).is_none());
        let well = Edge::well([-2.0, 0.0], false, &fineness, |_| Passage::default());
        let mut sum = [0.0; 3];
        for edge in [&running, &well] {
            let ln_f: Vec<f64> = edge.energies.iter().map(|e| -e).collect();
            for (sum, part) in sum.iter_mut().zip(edge.moments(-1.3, &ln_f)) {
                *sum += part;
            }
        }
        let half = (std::f64::consts::PI / 2.0).sqrt();
        for (moment, exact) in sum.iter().zip([half, 1.0, half]) {
            assert!((moment / 1.3_f64.exp() - exact).abs() < 1e-12, "{moment} {exact}");
        }
    }
}

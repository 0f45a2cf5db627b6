//! Lay elements in angle and velocity along the lines of constant energy, and refine them where asked.
//!
//! | symbol | here       | meaning                                                        |
//! |--------|------------|----------------------------------------------------------------|
//! | δ      | `margin`   | min(⟨g⟩, 2): how far above the barrier the energy v = 1 lies   |
//! | u_1    | `edge`     | sqrt(2(δ − V)), the velocity at v = 1                           |
//! | V̂     | `envelope` | from top to top of the potential, never below it               |
//! | u_c    | `chain`    | sqrt(2(δ/4 + V̂ − V)), the velocity at v = c: it hugs the separatrix of every top |
//! | v      |            | u/u_1 inside |v| ≤ 1; outside, u² = u_1² + v² − 1: an energy   |
//! | J      | `jacobian` | ∂u/∂v                                                          |
//! | ln ρ   | `ln_weight`| logarithm of the weight of the trial functions                 |
//!
//! Where tops of different heights are in a period, u = v u_c/c up to |v| = c, and from there to |v| = 1 the square of the
//! velocity goes evenly from u_c² to u_1². At weak damping the density bends at the separatrix of every top; near it a line
//! along that separatrix makes elements that shrink towards the top fit, as they do at the highest one.

use super::polynomials::Polynomials;
use super::reduced::{Column, Reduced};
use super::traps::Trap;

/// The velocity at the ends of the mesh is this many thermal velocities from that of the drift.
const TAIL: f64 = 8.6;

/// Element boundaries and the shape of the lines v = const.
#[derive(Debug, Clone)]
pub(super) struct Mesh {
    /// Boundaries in θ, from 0 to L.
    pub(super) angles: Vec<f64>,
    /// Boundaries in v.
    pub(super) velocities: Vec<f64>,
    /// δ.
    margin: f64,
    /// ⟨u_1²⟩.
    mean_square_edge: f64,
    /// w/⟨g⟩, the velocity of the drift.
    drift: f64,
    /// v where most of the density is: that of the drift if it is fast, otherwise 0.
    densest: f64,
    /// The highest temperature that reaches far.
    hottest: f64,
    /// w.
    wind: f64,
    /// v of the line that passes over every top.
    chain: f64,
    /// The traps, where the middle line is that of rest; an element ends at each barrier.
    traps: Vec<Trap>,
}

/// c, if tops differ in height by more than so many δ.
const CHAIN: f64 = 0.5;
const SPREAD: f64 = 2.0;

/// Up to about this many local temperatures the weight has the local temperature.
const LOCAL: f64 = 5.0;

/// The energy of the line v = c above each top, in parts of δ.
const LOW: f64 = 0.25;

/// Separatrices whose density is below e^−RARE of the largest need no elements that fit.
const RARE: f64 = 8.0;

/// Tops nearer than this part of the period to the ends of the mesh are no boundaries of elements.
const NEAR: f64 = 0.002;

/// The map from v to u at one point, and the weight of the trial functions there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    /// u.
    pub(super) velocity: f64,
    /// J = ∂u/∂v.
    pub(super) jacobian: f64,
    /// ln ρ.
    pub(super) ln_weight: f64,
    /// ∂_v ln ρ.
    pub(super) weight_slope: f64,
    /// u ∂_θ u along the line.
    pub(super) climb: f64,
}

impl Mesh {
    /// The first mesh of a rotor; `fitted` to all separatrices where they matter, otherwise as coarse as may be.
    pub(super) fn first(rotor: &Reduced, fitted: bool) -> Self {
        let margin = rotor.mean_damping.min(2.0);
        let drift = rotor.wind / rotor.mean_damping;
        let (coldest, hottest) = rotor.far_temperatures();
        let speed = drift.abs();
        let largest_edge = (2.0 * (margin + rotor.barrier)).sqrt();
        // How rare the separatrices are, from the velocity of the drift.
        let rare = 0.5 * (speed - largest_edge).max(0.0).powi(2) / hottest;
        let spread = rotor.spread_of_tops();
        let fitted = fitted && rare < RARE;
        let chain = if fitted && spread > SPREAD * margin { CHAIN } else { 1.0 };
        let samples = 2 * rotor.resolution;
        let (columns, slopes) = rotor.grid(samples);
        let (mut density, mut largest_chain, mut mean_square_edge) = (Vec::new(), 0.0_f64, 0.0);
        for (column, slope) in columns.iter().zip(slopes) {
            let square = 2.0 * (margin - column.energy);
            mean_square_edge += square / samples as f64;
            let force = column.drive - rotor.wind;
            let (square, force) = if chain < 1.0 {
                (2.0 * (LOW * margin + column.envelope - column.energy), force + column.envelope_slope)
            } else {
                (square, force)
            };
            largest_chain = largest_chain.max(square.sqrt());
            let bend = if fitted {
                force * (0.9 / square + 0.2 / square.sqrt())
            } else {
                force * 0.6 / square.sqrt()
            };
            let terms = (3.0 / rotor.period).powi(2)
                + bend * bend
                + 0.15 * slope.abs()
                + (column.drive / 15.0).powi(2);
            density.push(terms.sqrt());
        }
        let densest = if rare > RARE { drift } else { 0.0 };
        let traps = if densest == 0.0 { rotor.traps() } else { Vec::new() };
        let mut cuts: Vec<f64> = if chain < 1.0 { rotor.top_angles().collect() } else { Vec::new() };
        // Lines that follow the tops end near the barriers, too.
        let is_cut = |cuts: &[f64], end: f64| cuts.iter().any(|t| (t - end).abs() < NEAR * rotor.period);
        for trap in &traps {
            if !is_cut(&cuts, trap.end) {
                cuts.push(trap.end);
            }
        }
        cuts.sort_by(f64::total_cmp);
        let angles = equidistributed(&density, rotor.period, &cuts);

        let thermal = 2.0 * coldest.powf(0.25);
        let reach = TAIL * hottest.sqrt();
        let all_running =
            speed > largest_edge + 1.0 && rare > 34.0 && 0.5 * speed * speed - rotor.barrier > 40.0;
        let velocities = if all_running {
            let low = (speed - reach).max(1.0);
            let n = ((speed + reach - low) / thermal).ceil() as usize + 1;
            let line = |j: usize| low + (speed + reach - low) * j as f64 / n as f64;
            if drift > 0.0 { (0..=n).map(line).collect() } else { (0..=n).rev().map(|j| -line(j)).collect() }
        } else {
            let inner = if chain < 1.0 {
                let fan = inner_lines(LOW * margin, largest_chain, thermal);
                let between = between_lines(margin, spread, largest_edge, thermal);
                let fan = fan.into_iter().map(|v| chain * v);
                fan.chain(between.into_iter().skip(1).map(|x| chain + (1.0 - chain) * x)).collect()
            } else {
                inner_lines(margin, largest_edge, thermal)
            };
            let below = outer_lines(margin, (reach - drift).max(1.2), thermal);
            let above = outer_lines(margin, (reach + drift).max(1.2), thermal);
            let mut lines: Vec<f64> = below.iter().skip(1).rev().map(|v| -v).collect();
            lines.extend(inner.iter().skip(1).rev().map(|v| -v));
            lines.extend(inner);
            lines.extend(above.into_iter().skip(1));
            lines
        };
        let wind = rotor.wind;
        Self { angles, velocities, margin, mean_square_edge, drift, densest, hottest, wind, chain, traps }
    }

    /// Whether there are several traps.
    pub(super) fn has_traps(&self) -> bool {
        !self.traps.is_empty()
    }

    /// The same mesh, all traps taken as one.
    pub(super) fn without_traps(&self) -> Self {
        Self { traps: Vec::new(), ..self.clone() }
    }

    /// The node on the middle line at the bottom of each trap, counted from angle 0.
    pub(super) fn bottoms(&self, basis: &Polynomials) -> Vec<usize> {
        let degree = basis.nodes - 1;
        let at = |trap: &Trap| {
            let column = self.angles.partition_point(|t| *t <= trap.bottom).clamp(1, self.columns()) - 1;
            let (low, high) = (self.angles[column], self.angles[column + 1]);
            let place = 2.0 * (trap.bottom - low) / (high - low) - 1.0;
            let distance = |i: usize| (basis.places[i] - place).abs();
            let nearest = (0..degree).min_by(|&i, &j| distance(i).total_cmp(&distance(j)));
            column * degree + nearest.unwrap_or(0)
        };
        self.traps.iter().map(at).collect()
    }

    /// The number of the first column beyond each trap.
    pub(super) fn ends(&self) -> Vec<usize> {
        let nearest = |trap: &Trap| {
            let distance = |j: usize| (self.angles[j] - trap.end).abs();
            (1..=self.columns()).min_by(|&i, &j| distance(i).total_cmp(&distance(j))).unwrap_or(1)
        };
        self.traps.iter().map(nearest).collect()
    }

    /// The velocity and the weight at v in a column.
    pub(super) fn point(&self, column: &Column, v: f64) -> Point {
        let square = 2.0 * (self.margin - column.energy);
        let size = v.abs();
        let force = column.drive - self.wind;
        if size <= 1.0 {
            let low = 2.0 * (LOW * self.margin + column.envelope - column.energy);
            let (u, jacobian, climb) = if self.chain == 1.0 {
                let edge = square.sqrt();
                (v * edge, edge, v * v * force)
            } else if size <= self.chain {
                let (edge, part) = (low.sqrt() / self.chain, v / self.chain);
                (v * edge, edge, part * part * (column.envelope_slope + force))
            } else {
                let part = (size - self.chain) / (1.0 - self.chain);
                let speed = (low + part * (square - low)).sqrt();
                let jacobian = 0.5 * (square - low) / (1.0 - self.chain) / speed;
                (v.signum() * speed, jacobian, (1.0 - part) * column.envelope_slope + force)
            };
            let (ln_weight, weight_slope) = self.ln_weight(column, 0.5 * u * u, jacobian * u);
            return Point { velocity: u, jacobian, ln_weight, weight_slope, climb };
        }
        let beyond = (size - 1.0) * (size + 1.0);
        let speed = (square + beyond).sqrt();
        let u = v.signum() * speed;
        let jacobian = size / speed;
        // The shift of the Gaussian with the drift must be a function of energy alone.
        let running = (beyond + self.mean_square_edge).sqrt();
        let shift = self.drift * v.signum() * (running - self.mean_square_edge.sqrt());
        let slope = jacobian * u - self.drift * size / running;
        let (ln_weight, weight_slope) = self.ln_weight(column, 0.5 * u * u - shift, slope);
        Point { velocity: u, jacobian, ln_weight, weight_slope, climb: force }
    }

    /// ln ρ = F(w²/2g²) − F(y) − Φ and its slope for y − w²/2g² and its slope: the energy, measured in the drift.
    ///
    /// Slow rotors have the local temperature, F(y) = y/τ, but fast ones come from where it is hotter: with τ_∞ the highest one that
    /// reaches far and s = [`LOCAL`] τ, F(y) = y/τ_∞ + (1/τ − 1/τ_∞) s ln(1 + y/s).
    fn ln_weight(&self, column: &Column, energy: f64, slope: f64) -> (f64, f64) {
        let tau = column.temperature;
        let (all, local) = (1.0 / self.hottest, 1.0 / tau - 1.0 / self.hottest);
        let scale = LOCAL * tau;
        // Not negative: (|u| − w/g)²/2 at least.
        let start = 0.5 * self.drift * self.drift;
        let place = (energy + start).max(0.0);
        let ratio = 1.0 + place / scale;
        let change = local * scale * ((1.0 + start / scale) / ratio).ln();
        (change - energy * all - column.potential, -slope * (all + local / ratio))
    }

    /// The line at which the elimination from both ends meets: where most of the density is.
    pub(super) fn middle(&self) -> usize {
        let distance = |j: usize| (self.velocities[j] - self.densest).abs();
        let nearest = (0..self.velocities.len()).min_by(|&a, &b| distance(a).total_cmp(&distance(b)));
        nearest.unwrap_or(1).clamp(1, self.strips() - 1)
    }

    /// The number of elements in θ.
    pub(super) fn columns(&self) -> usize {
        self.angles.len() - 1
    }

    /// The number of elements in v.
    pub(super) fn strips(&self) -> usize {
        self.velocities.len() - 1
    }

    /// How many unknowns polynomials of a degree have.
    pub(super) fn unknowns(&self, degree: usize) -> usize {
        self.columns() * degree * (self.strips() * degree + 1)
    }

    /// The mesh of several periods.
    pub(super) fn repeated(&self, periods: usize, period: f64) -> Self {
        let within = &self.angles[..self.columns()];
        let mut angles: Vec<f64> =
            (0..periods).flat_map(|k| within.iter().map(move |t| t + period * k as f64)).collect();
        angles.push(period * periods as f64);
        Self { angles, ..self.clone() }
    }

    /// The mesh with every strip halved and every column but one; their number stays odd.
    pub(super) fn halved(&self) -> Self {
        let ones = |n: usize| vec![1.0; n];
        self.refined(&ones(self.columns()), &ones(self.strips()), 0.5)
    }

    /// Halve every column and strip whose error is above a part of the largest; the number of columns stays odd.
    pub(super) fn refined(&self, columns: &[f64], strips: &[f64], part: f64) -> Self {
        let limit = part * columns.iter().chain(strips).copied().fold(0.0, f64::max);
        let marked = |errors: &[f64]| errors.iter().map(|e| *e > limit).collect::<Vec<_>>();
        let (mut in_angle, in_velocity) = (marked(columns), marked(strips));
        if in_angle.iter().filter(|m| **m).count() % 2 == 1 {
            // One more, the worst of the others, or one less, the best of all.
            let others = (0..columns.len()).filter(|&j| !in_angle[j]);
            let worst = others.max_by(|&a, &b| columns[a].total_cmp(&columns[b]));
            let best = (0..columns.len()).min_by(|&a, &b| columns[a].total_cmp(&columns[b]));
            if let Some(j) = worst.or(best) {
                in_angle[j] = !in_angle[j];
            }
        }
        let halved = |lines: &[f64], marked: &[bool]| {
            let mut refined = vec![lines[0]];
            for (pair, marked) in lines.windows(2).zip(marked) {
                if *marked {
                    refined.push(0.5 * (pair[0] + pair[1]));
                }
                refined.push(pair[1]);
            }
            refined
        };
        Self {
            angles: halved(&self.angles, &in_angle),
            velocities: halved(&self.velocities, &in_velocity),
            ..self.clone()
        }
    }
}

/// Boundaries over [0, `length`] that share the integral of a density, sampled at equidistant points, equally between some cuts.
fn equidistributed(density: &[f64], length: f64, cuts: &[f64]) -> Vec<f64> {
    let step = length / density.len() as f64;
    let mut sums = vec![0.0];
    for d in density {
        sums.push(sums[sums.len() - 1] + step * d);
    }
    let sum = |t: f64| {
        let j = ((t / step) as usize).min(density.len() - 1);
        sums[j] + (t / step - j as f64) * (sums[j + 1] - sums[j])
    };
    let mut ends = vec![0.0];
    ends.extend(cuts.iter().filter(|t| **t > NEAR * length && **t < (1.0 - NEAR) * length));
    ends.push(length);
    let totals: Vec<f64> = ends.windows(2).map(|t| sum(t[1]) - sum(t[0])).collect();
    let mut counts: Vec<usize> = totals.iter().map(|total| total.round().max(1.0) as usize).collect();
    // Odd, and at least five: along a line v = const transport is skew, and with an even number of nodes it has, beside the
    // constant, a second solution that only the weak friction damps.
    while counts.iter().sum::<usize>().is_multiple_of(2) || counts.iter().sum::<usize>() < 5 {
        let share = |j: usize| totals[j] / counts[j] as f64;
        let most = (0..counts.len()).max_by(|&a, &b| share(a).total_cmp(&share(b)));
        if let Some(j) = most {
            counts[j] += 1;
        }
    }
    let mut lines = vec![0.0];
    let mut j = 0;
    for ((t, total), n) in ends.windows(2).zip(totals).zip(counts) {
        let start = sum(t[0]);
        for i in 1..n {
            let target = start + total * i as f64 / n as f64;
            while sums[j + 1] < target {
                j += 1;
            }
            lines.push(step * (j as f64 + (target - sums[j]) / (sums[j + 1] - sums[j])));
        }
        lines.push(t[1]);
    }
    lines
}

/// Lines from 0 to 1, evenly in the energy over `spread`, that crowd towards both.
fn between_lines(margin: f64, spread: f64, edge: f64, thermal: f64) -> Vec<f64> {
    let scale = spread + margin;
    let (mut lower, mut step) = (vec![0.0], margin / scale);
    while lower[lower.len() - 1] < 0.5 {
        lower.push(lower[lower.len() - 1] + step.min(thermal * edge / scale));
        step *= 4.0;
    }
    let last = lower[lower.len() - 1];
    let lower: Vec<f64> = lower.iter().map(|x| 0.5 * x / last).collect();
    let upper: Vec<f64> = lower.iter().rev().skip(1).map(|x| 1.0 - x).collect();
    lower.into_iter().chain(upper).collect()
}

/// Lines from 0 to 1 that crowd towards 1.
fn inner_lines(margin: f64, edge: f64, thermal: f64) -> Vec<f64> {
    let (mut lines, mut step) = (vec![1.0], margin);
    while lines[lines.len() - 1] > 0.0 {
        lines.push(lines[lines.len() - 1] - (step / (edge * edge)).min(thermal / edge).min(0.5));
        step *= 4.0;
    }
    let last = lines[lines.len() - 1];
    let mut lines: Vec<f64> = lines.into_iter().rev().map(|v| 1.0 - (1.0 - v) / (1.0 - last)).collect();
    lines[0] = 0.0;
    lines
}

/// Lines from 1 to at least `end` that crowd towards 1.
fn outer_lines(margin: f64, end: f64, thermal: f64) -> Vec<f64> {
    let (mut lines, mut step) = (vec![1.0], margin);
    while lines[lines.len() - 1] < end {
        let v: f64 = lines[lines.len() - 1];
        lines.push(v + ((v * v + 2.0 * step).sqrt() - v).min(thermal));
        step *= 4.0;
    }
    lines
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use std::f64::consts::TAU;

    use super::*;
    use crate::landscape::Landscape;
    use crate::periodic::Periodic;

    #[test]
    fn the_first_mesh_sees_a_narrow_barrier() {
        // 1 mrad wide: between the angles of a coarse search.
        let spike = |t: f64| 10.0 * (-1e6 * (1.0 - (t - 0.123).cos())).exp();
        let constant = |value| Periodic::constant(TAU, value);
        let landscape = Landscape::new(constant(1.0), constant(0.1), constant(0.2))
            .unwrap()
            .with_mechanics(Periodic::from_function(TAU, 1 << 16, spike), 0.0)
            .unwrap();
        let rotor = Reduced::new(&landscape, 1.0);
        let mesh = Mesh::first(&rotor, true);
        // The top stands at angle zero.
        let near = mesh.angles.iter().filter(|theta| theta.min(TAU - **theta) < 3e-3).count();
        assert!(near >= 8, "{near} of {:?}", mesh.angles);
    }
}

//! Integrate over the angle at one energy: over a top, or to the turning point below it.
//!
//! | symbol | here       | meaning                     |
//! |--------|------------|-----------------------------|
//! | τ      | `time`     | ∫ dθ/\|u\|                  |
//! | A_g    | `friction` | ∫ g \|u\| dθ                |
//! | A_a    | `noise`    | ∫ a \|u\| dθ                |
//! | A_u    | `action`   | ∫ \|u\| dθ                  |
//!
//! with u²/2 = E − V(θ). A slope is the stretch from a top of V to the bottom beside it. Above the top the integrands are smooth on the
//! scale of the distance to it, and Gauss panels that shrink towards it serve all energies. Below it the
//! double-exponential rule takes the square root at the turning point, and the top behind it.

use std::f64::consts::{FRAC_PI_2, PI};
use std::iter::Sum;
use std::ops::{Add, Mul};

use super::gauss::Gauss;
use super::rotor::{Difference, Rotor, Well};

/// The distance from a top at which the panels stop shrinking, relative to the slope.
const CLOSEST: f64 = 1e-10;

/// What a panel is longer than the one before it, towards the bottom.
const GROWTH: f64 = 2.0;

/// How finely to integrate; the finer of two tells the error of the other.
#[derive(Debug, Clone)]
pub(super) struct Resolution {
    /// The rule of every panel, in angle and in energy.
    pub(super) gauss: Gauss,
    /// The step of the double-exponential rule.
    step: f64,
    /// The longest panels, relative to the usual ones.
    pub(super) longest: f64,
}

impl Resolution {
    /// The resolution number 0, 1, 2, …
    pub(super) fn new(level: usize) -> Self {
        let level_ = level as f64;
        Self {
            gauss: Gauss::new(9 + 3 * level),
            step: 0.06 / (1.0 + 0.5 * level_),
            longest: 1.0 / (1.0 + 0.5 * level_),
        }
    }
}

/// The integrals of one passage at one energy.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Passage {
    pub(super) time: f64,
    pub(super) friction: f64,
    pub(super) noise: f64,
    pub(super) action: f64,
}

impl Passage {
    /// What an interval with kinetic energy q and weight dθ adds.
    fn interval(weight: f64, q: f64, damping: f64, noise: f64) -> Self {
        let speed = (2.0 * q).sqrt();
        let way = weight * speed;
        Self { time: weight / speed, friction: way * damping, noise: way * noise, action: way }
    }
}

impl Add for Passage {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            time: self.time + other.time,
            friction: self.friction + other.friction,
            noise: self.noise + other.noise,
            action: self.action + other.action,
        }
    }
}

impl Sum for Passage {
    fn sum<I: Iterator<Item = Self>>(terms: I) -> Self {
        terms.fold(Self::default(), Self::add)
    }
}

impl Mul<Passage> for f64 {
    type Output = Passage;
    fn mul(self, passage: Passage) -> Passage {
        Passage {
            time: self * passage.time,
            friction: self * passage.friction,
            noise: self * passage.noise,
            action: self * passage.action,
        }
    }
}

/// What stands at one angle of a slope.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    /// dθ.
    pub(super) weight: f64,
    /// V(top) − V ≥ 0.
    pub(super) depth: f64,
    pub(super) damping: f64,
    pub(super) noise: f64,
}

/// The way from a top to the bottom beside it.
#[derive(Debug, Clone)]
pub(super) struct Slope {
    top: f64,
    /// V at the top.
    pub(super) top_energy: f64,
    /// The way from the top to the bottom (rad), negative where the bottom is to the left.
    way: f64,
    from_top: Difference,
    /// The panels from the top to the bottom, each with the rule's nodes.
    pub(super) nodes: Vec<Node>,
}

impl Slope {
    fn new(rotor: &Rotor, (top, top_energy): (f64, f64), bottom: f64, resolution: &Resolution) -> Self {
        let way = bottom - top;
        let (length, direction) = (way.abs(), way.signum());
        let from_top = Difference::new(&rotor.potential, top);
        let waves = [&rotor.potential, &rotor.damping, &rotor.noise].map(|f| f.harmonics().len());
        let waves = waves.into_iter().max().unwrap_or(1) as f64;
        let longest = resolution.longest * (2.0 * rotor.period / waves).min(0.4 * length);
        let gauss = &resolution.gauss;
        let mut nodes = Vec::new();
        let mut low = 0.0;
        for high in graded(CLOSEST * length, GROWTH, longest, length) {
            for (x, w) in gauss.abscissas.iter().zip(&gauss.weights) {
                let distance = 0.5 * (low + high + x * (high - low));
                let theta = top + direction * distance;
                nodes.push(Node {
                    weight: 0.5 * w * (high - low),
                    depth: (-from_top.at(direction * distance)).max(0.0),
                    damping: rotor.damping.value(theta),
                    noise: rotor.noise.value(theta),
                });
            }
            low = high;
        }
        Self { top, top_energy, way, from_top, nodes }
    }

    /// The integrals from the bottom to the top or, below it, to the turning point.
    fn integrals(&self, rotor: &Rotor, energy: f64, resolution: &Resolution) -> Passage {
        let above = energy - self.top_energy;
        if above >= 0.0 {
            let interval = |n: &Node| Passage::interval(n.weight, above + n.depth, n.damping, n.noise);
            return self.nodes.iter().map(interval).sum();
        }
        let turning = self.turning_point(rotor, -above);
        let way = self.way - turning;
        let from_turning = Difference::new(&rotor.potential, self.top + turning);
        let interval = |share: f64, weight: f64| {
            let x = share * way;
            let theta = self.top + turning + x;
            let q = -from_turning.at(x);
            let weight = weight * way.abs();
            if q > 0.0 {
                Passage::interval(weight, q, rotor.damping.value(theta), rotor.noise.value(theta))
            } else {
                Passage::default()
            }
        };
        double_exponential(resolution.step, interval)
    }

    /// The way from the top at which V lies `depth` below it.
    fn turning_point(&self, rotor: &Rotor, depth: f64) -> f64 {
        let (mut low, mut high) = (0.0, 1.0);
        // Newton from the parabola of the top, in the share of the way, kept between what is known to lie on either side.
        let mut share = 0.5;
        for _ in 0..100 {
            let x = share * self.way;
            let beyond = -self.from_top.at(x) - depth;
            if beyond > 0.0 {
                high = share;
            } else {
                low = share;
            }
            let slope = -rotor.slope.value(self.top + x) * self.way;
            let newton = share - beyond / slope;
            let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
            let step = (next - share).abs();
            share = next;
            if step <= 4.0 * f64::EPSILON * share || high - low <= f64::EPSILON * high {
                break;
            }
        }
        share * self.way
    }
}

/// The ends of panels from 0 to `length`: the first one `first`, each at most `growth` times as long as all before it
/// together, none longer than `longest`.
pub(super) fn graded(first: f64, growth: f64, longest: f64, length: f64) -> Vec<f64> {
    let mut ends = Vec::new();
    let mut end = first.min(longest).min(length);
    while end < length {
        ends.push(end);
        let step = (growth * end).min(longest);
        if step >= longest {
            break;
        }
        end += step;
    }
    let start = ends.last().copied().unwrap_or(0.0);
    let equal = ((length - start) / longest).ceil().max(1.0) as usize;
    ends.extend((1..equal).map(|i| start + (length - start) * i as f64 / equal as f64));
    ends.push(length);
    ends
}

/// Σ f(x, weight) of the double-exponential rule on [0, 1], fine towards 0; x keeps its digits there.
fn double_exponential(step: f64, f: impl Fn(f64, f64) -> Passage) -> Passage {
    // x = 1/(1 + e^{π sinh t}): from t = −3.1 (1 − x = 1e−15) to 3.7 (x = 1e−27, whose square root counts).
    let (first, last) = ((-3.1 / step).floor() as i32, (3.7 / step).ceil() as i32);
    (first..=last)
        .map(|j| {
            let t = step * f64::from(j);
            let x = 1.0 / (1.0 + (PI * t.sinh()).exp());
            let rest = 1.0 / (1.0 + (-PI * t.sinh()).exp());
            f(x, step * 2.0 * FRAC_PI_2 * t.cosh() * x * rest)
        })
        .sum()
}

/// The two slopes of every well, at one resolution.
#[derive(Debug, Clone)]
pub(super) struct Slopes<'a> {
    rotor: &'a Rotor,
    pub(super) resolution: &'a Resolution,
    /// Left and right slope of each well.
    pub(super) wells: Vec<[Slope; 2]>,
}

impl<'a> Slopes<'a> {
    pub(super) fn new(rotor: &'a Rotor, resolution: &'a Resolution) -> Self {
        let slopes = |well: &Well| {
            [(well.left, well.left_energy), (well.right, well.right_energy)]
                .map(|top| Slope::new(rotor, top, well.bottom, resolution))
        };
        Self { rotor, resolution, wells: rotor.wells.iter().map(slopes).collect() }
    }

    /// The integrals over the wells `first` to `last` in one direction.
    pub(super) fn passage(&self, first: usize, last: usize, energy: f64) -> Passage {
        let slopes = self.wells[first..=last].iter().flatten();
        slopes.map(|slope| slope.integrals(self.rotor, energy, self.resolution)).sum()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;
    use crate::landscape::Landscape;
    use crate::periodic::Periodic;

    /// Complete elliptic integrals K and E of modulus k by the arithmetic–geometric mean.
    fn elliptic(k: f64) -> (f64, f64) {
        let (mut a, mut b, mut c, mut power, mut sum) = (1.0, (1.0 - k * k).sqrt(), k, 0.5, 0.5 * k * k);
        while c > 1e-17 {
            (a, b, c) = (0.5 * (a + b), (a * b).sqrt(), 0.5 * (a - b));
            power *= 2.0;
            sum += power * c * c;
        }
        (FRAC_PI_2 / a, FRAC_PI_2 / a * (1.0 - sum))
    }

    #[test]
    fn a_pendulum_has_elliptic_integrals() {
        let periodic = |f: &dyn Fn(f64) -> f64| Periodic::from_function(2.0 * PI, 15, f);
        let landscape =
            Landscape::new(periodic(&|t| -3.0 * t.sin()), periodic(&|_| 0.2), periodic(&|_| 0.4)).unwrap();
        let rotor = Rotor::new(&landscape, 1.0);
        for level in [0, 1] {
            let resolution = Resolution::new(level);
            let slopes = Slopes::new(&rotor, &resolution);
            for k in [0.1, 0.7, 0.999, 1.0 - 1e-6, 1.0 - 1e-9] {
                // V = −3(1 + cos): ω = √3 at the bottom. Near the top the energy itself is rounded.
                let within = [2e-9, 1e-12][level] + 1e-18 / (1.0 - k);
                let frequency = 3.0_f64.sqrt();
                let (first, second) = elliptic(k);
                let below = slopes.passage(0, 0, -6.0 * (1.0 - k * k));
                let (time, action) =
                    (2.0 * first / frequency, 8.0 * frequency * (second - (1.0 - k * k) * first));
                assert!((below.time / time - 1.0).abs() < within, "{k} {level}: {} {time}", below.time);
                assert!((below.action / action - 1.0).abs() < within, "{k} {level}: {}", below.action);
                let above = slopes.passage(0, 0, 6.0 * (1.0 / (k * k) - 1.0));
                let (time, action) = (2.0 * k * first / frequency, 8.0 * frequency * second / k);
                assert!((above.time / time - 1.0).abs() < within, "{k} {level}: {} {time}", above.time);
                assert!((above.action / action - 1.0).abs() < within, "{k} {level}: {}", above.action);
                assert!((above.friction / above.action - 0.2).abs() < 1e-13);
            }
        }
    }
}

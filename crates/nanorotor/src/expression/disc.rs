//! Bound a formula on discs of complex angles, and find the panels of real ones on which it is smooth.
//!
//! | symbol | here       | meaning                                                  |
//! |--------|------------|----------------------------------------------------------|
//! | c      | `centre`   | the value at the middle of the disc, a real angle        |
//! | r      | `radius`   | \|f(z) − c\| ≤ r for every z of the disc                 |
//!
//! Where f is analytic and bounded on a disc four times as wide as a panel, its Taylor coefficients fall as 4⁻ᵏ on the panel
//! (Cauchy): a few values tell it everywhere, and nothing narrow can hide between them. Rules are those of complex disc
//! arithmetic (Petković & Petković 1998); the rounding of the bounds themselves does not matter.

use super::syntax::{Binary, Function};

/// How much wider the disc is than the panel.
const WIDER: f64 = 4.0;

/// By how many times its largest value a function may vary on the disc of a panel: 4 × 4⁻¹⁶ is 1e-9.
const VARIATION: f64 = 4.0;

/// Bisections of the period at most: what is narrower than that no grid resolves.
const DEEPEST: u32 = 16;

/// More panels than this are not looked for.
const MOST_PANELS: usize = 1 << 14;

/// The first panel begins at this part of the period, so that no symmetry falls on the edges.
const START: f64 = 0.381_966_011_250_105;

/// A stretch of angles on which a function is smooth: sixteen values tell it to 1e-9 of its maximum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Panel {
    /// The angle in the middle (rad).
    pub centre: f64,
    /// Half of the width (rad).
    pub half_width: f64,
}

impl Panel {
    /// Chebyshev's points of the panel, which tell a smooth function best.
    pub fn nodes(self) -> impl Iterator<Item = f64> {
        const COUNT: u32 = 16;
        (0..COUNT).map(move |j| {
            let angle = std::f64::consts::PI * (f64::from(j) + 0.5) / f64::from(COUNT);
            self.centre + self.half_width * angle.cos()
        })
    }
}

/// Cut one period into panels, given f on a disc of complex angles with its middle on the real axis.
pub(super) fn panels(period: f64, mut f: impl FnMut(Disc) -> Disc) -> Vec<Panel> {
    let panel =
        |j: f64, width: f64| Panel { centre: period * START + width * (j + 0.5), half_width: 0.5 * width };
    let mut done: Vec<Panel> = Vec::new();
    let mut pending = vec![0.0];
    let mut width = period;
    let mut largest = 0.0_f64;
    for depth in 0..=DEEPEST {
        let bounds: Vec<(f64, Disc)> = pending
            .iter()
            .map(|&j| {
                let panel = panel(j, width);
                (j, f(Disc { centre: panel.centre, radius: WIDER * panel.half_width }))
            })
            .collect();
        largest = bounds.iter().map(|(_, disc)| disc.centre.abs()).fold(largest, f64::max);
        pending.clear();
        for (j, disc) in bounds {
            let last = depth == DEEPEST || done.len() + pending.len() >= MOST_PANELS;
            if disc.radius <= VARIATION * largest || last {
                done.push(panel(j, width));
            } else {
                pending.extend([2.0 * j, 2.0 * j + 1.0]);
            }
        }
        if pending.is_empty() {
            break;
        }
        width *= 0.5;
    }
    done.sort_by(|a, b| a.centre.total_cmp(&b.centre));
    done
}

/// All complex numbers that differ from `centre` by `radius` at most; an infinite or undefined radius tells nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Disc {
    pub centre: f64,
    pub radius: f64,
}

impl Disc {
    pub(super) fn constant(centre: f64) -> Self {
        Self { centre, radius: 0.0 }
    }

    /// Nothing known but the value in the middle.
    fn unbounded(centre: f64) -> Self {
        Self { centre, radius: f64::INFINITY }
    }

    pub(super) fn negated(self) -> Self {
        Self { centre: -self.centre, ..self }
    }

    pub(super) fn binary(operator: Binary, a: Self, b: Self) -> Self {
        match operator {
            Binary::Add => Self { centre: a.centre + b.centre, radius: a.radius + b.radius },
            Binary::Subtract => a.plus(b.negated()),
            Binary::Multiply => a.times(b),
            Binary::Divide => a.times(b.inverse()),
            Binary::Power => a.power(b),
        }
    }

    pub(super) fn call(function: Function, a: Self, b: Self) -> Self {
        if a.radius == 0.0 && b.radius == 0.0 {
            let jet = |disc: Self| super::Jet::constant(disc.centre);
            return Self::constant(function.apply(jet(a), jet(b)).value);
        }
        match function {
            Function::Sin => a.sine(),
            Function::Cos => a.cosine(),
            Function::Tan => a.sine().times(a.cosine().inverse()),
            Function::Asin => a.within(a.centre.asin(), Self::arc_slope),
            Function::Acos => a.within(a.centre.acos(), Self::arc_slope),
            Function::Atan => a.within(a.centre.atan(), |z| Self::constant(1.0).plus(z.times(z)).inverse()),
            Function::Sinh => a.hyperbolic(a.centre.sinh(), a.centre.cosh()),
            Function::Cosh => a.hyperbolic(a.centre.cosh(), a.centre.sinh()),
            Function::Tanh => a.tanh(),
            Function::Exp => a.exp(),
            Function::Log => a.log(),
            Function::Sqrt => a.root(),
            Function::Abs if a.centre.abs() > a.radius => {
                if a.centre < 0.0 {
                    a.negated()
                } else {
                    a
                }
            }
            Function::Abs => Self::unbounded(a.centre.abs()),
            Function::Min | Function::Max => {
                let smaller = (a.centre < b.centre) == (function == Function::Min);
                let chosen = if smaller { a } else { b };
                // Between the two lies a kink.
                let apart = (a.centre - b.centre).abs() > a.radius + b.radius;
                if apart || a == b { chosen } else { Self::unbounded(chosen.centre) }
            }
        }
    }

    fn plus(self, other: Self) -> Self {
        Self { centre: self.centre + other.centre, radius: self.radius + other.radius }
    }

    fn times(self, other: Self) -> Self {
        // 0 × ∞ is 0 here: a constant zero makes zero of anything finite.
        let product = |x: f64, y: f64| if x == 0.0 || y == 0.0 { 0.0 } else { x * y };
        Self {
            centre: self.centre * other.centre,
            radius: product(self.centre.abs(), other.radius)
                + product(other.centre.abs(), self.radius)
                + product(self.radius, other.radius),
        }
    }

    fn inverse(self) -> Self {
        let margin = (self.centre - self.radius) * (self.centre + self.radius);
        if margin.is_nan() || margin <= 0.0 {
            return Self::unbounded(1.0 / self.centre);
        }
        // Seen from 1/c, the farthest point of the image is that of c − r.
        let nearest = self.centre.abs() - self.radius;
        Self { centre: 1.0 / self.centre, radius: self.radius / (self.centre.abs() * nearest) }
    }

    /// f(c) with the bound r max|f′| over the disc.
    fn within(self, value: f64, slope: impl Fn(Self) -> Self) -> Self {
        let slope = slope(self);
        Self { centre: value, radius: self.radius * (slope.centre.abs() + slope.radius) }
    }

    fn arc_slope(self) -> Self {
        Self::constant(1.0).plus(self.times(self).negated()).root().inverse()
    }

    fn sine(self) -> Self {
        let (sin, cos) = self.centre.sin_cos();
        Self { centre: sin, radius: self.wave(sin, cos) }
    }

    fn cosine(self) -> Self {
        let (sin, cos) = self.centre.sin_cos();
        Self { centre: cos, radius: self.wave(cos, sin) }
    }

    fn hyperbolic(self, value: f64, slope: f64) -> Self {
        Self { centre: value, radius: self.wave(value, slope) }
    }

    /// |value (cos δ − 1)| + |slope sin δ| for |δ| ≤ r.
    fn wave(self, value: f64, slope: f64) -> f64 {
        let half = (0.5 * self.radius).sinh();
        value.abs() * 2.0 * half * half + slope.abs() * self.radius.sinh()
    }

    fn exp(self) -> Self {
        let value = self.centre.exp();
        // e^c (e^r − 1), in the form that neither overflows nor becomes 0 × ∞.
        let growth = -(-self.radius).exp_m1();
        Self { centre: value, radius: (self.centre + self.radius).exp() * growth }
    }

    fn tanh(self) -> Self {
        if self.centre < 0.0 {
            return self.negated().tanh().negated();
        }
        // 1 − 2/(e^{2z} + 1) in the form that cannot overflow.
        let decay = self.times(Self::constant(-2.0)).exp();
        let one = Self::constant(1.0);
        let ratio = decay.times(one.plus(decay).inverse());
        Self { centre: self.centre.tanh(), radius: 2.0 * ratio.radius }
    }

    fn log(self) -> Self {
        let ratio = self.radius / self.centre;
        if ratio.is_nan() || !(0.0..1.0).contains(&ratio) {
            return Self::unbounded(self.centre.ln());
        }
        Self { centre: self.centre.ln(), radius: -(-ratio).ln_1p() }
    }

    fn root(self) -> Self {
        let root = self.centre.sqrt();
        let ratio = self.radius / self.centre;
        if ratio.is_nan() || !(0.0..1.0).contains(&ratio) {
            return Self::unbounded(root);
        }
        Self { centre: root, radius: root * ratio / (1.0 + (1.0 - ratio).sqrt()) }
    }

    fn power(self, exponent: Self) -> Self {
        let (x, n) = (self.centre, exponent.centre);
        if exponent.radius == 0.0 && n == n.trunc() {
            if n < 0.0 {
                return self.inverse().power(Self::constant(-n));
            }
            // |(c + δ)ⁿ − cⁿ| ≤ (|c| + r)ⁿ − |c|ⁿ for whole n.
            let value = x.powf(n);
            let largest = (x.abs() + self.radius).powf(n);
            return Self { centre: value, radius: if n == 0.0 { 0.0 } else { largest - value.abs() } };
        }
        let power = exponent.times(self.log()).exp();
        Self { centre: x.powf(n), ..power }
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use num_complex::Complex64;
    use proptest::prelude::*;

    use super::*;
    use crate::error::Result;
    use crate::expression::Formula;
    use crate::periodic::{Periodic, Resolution, Sample, resolve};

    fn formula(text: &str) -> Formula {
        text.parse().unwrap()
    }

    fn of_formula(text: &str) -> Result<(Periodic, Resolution)> {
        let formula: Formula = text.parse()?;
        let panels = formula.panels(TAU);
        let narrow = |_| Ok(panels.iter().copied().flat_map(Panel::nodes).collect());
        let f = |theta: f64| Ok(vec![Sample { value: formula.at(theta).value, error: 1e-15 }]);
        let (functions, resolution) = resolve(TAU, &["f".into()], narrow, f)?;
        Ok((functions[0].clone(), resolution))
    }

    #[test]
    fn every_function_stays_in_its_disc() {
        type Pair = (Function, fn(Complex64) -> Complex64);
        let functions: [Pair; 12] = [
            (Function::Sin, |z| z.sin()),
            (Function::Cos, |z| z.cos()),
            (Function::Tan, |z| z.tan()),
            (Function::Asin, |z| z.asin()),
            (Function::Acos, |z| z.acos()),
            (Function::Atan, |z| z.atan()),
            (Function::Sinh, |z| z.sinh()),
            (Function::Cosh, |z| z.cosh()),
            (Function::Tanh, |z| z.tanh()),
            (Function::Exp, |z| z.exp()),
            (Function::Log, |z| z.ln()),
            (Function::Sqrt, |z| z.sqrt()),
        ];
        let mut bounded = 0;
        for (function, exact) in functions {
            for centre in [-2.3, -0.7, 0.1, 0.6, 3.0] {
                for radius in [1e-3, 0.1, 0.35, 1.0] {
                    let disc = Disc { centre, radius };
                    let image = Disc::call(function, disc, disc);
                    if !image.radius.is_finite() || image.centre.is_nan() {
                        continue;
                    }
                    bounded += 1;
                    for j in 0..40 {
                        let z = centre + Complex64::from_polar(0.999 * radius, TAU * f64::from(j) / 40.0);
                        let distance = (exact(z) - image.centre).norm();
                        assert!(distance <= image.radius + 1e-12, "{function:?} at {centre} ± {radius}");
                    }
                }
            }
        }
        assert!(bounded > 150, "{bounded}");
    }

    #[test]
    fn kinks_are_found_and_smooth_parts_are_not_cut() {
        let kink = formula("abs(sin(theta - 1))").panels(TAU);
        let narrowest = kink.iter().map(|p| p.half_width).fold(f64::INFINITY, f64::min);
        assert!(narrowest < 1e-4);
        // Around the two zeros of the sine.
        let narrow = kink.iter().filter(|p| p.half_width < 1e-3);
        assert!(narrow.clone().all(|p| (p.centre - 1.0).sin().abs() < 1e-2));
        assert!(kink.len() < 300, "{}", kink.len());
        assert!(formula("min(cos(theta), 2)").panels(TAU).len() < 64);
        assert!(formula("0.3").panels(TAU).is_empty());
    }

    proptest! {
        #[test]
        fn a_spike_has_a_panel_as_narrow_as_itself(place in 0.0..TAU, sharpness in 2.0..7.0f64) {
            let width = 10f64.powf(-0.5 * sharpness);
            let text = format!("1 + 1e-3*exp(-{}*(1 - cos(theta - {place})))", width.powi(-2));
            let panels = formula(&text).panels(TAU);
            let covered: f64 = panels.iter().map(|p| 2.0 * p.half_width).sum();
            prop_assert!((covered - TAU).abs() < 1e-9);
            let distance = |p: &Panel| ((p.centre - place + TAU / 2.0).rem_euclid(TAU) - TAU / 2.0).abs();
            let here = panels.iter().min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap();
            prop_assert!(here.half_width < 3.0 * width, "{here:?} for {width}");
            prop_assert!(panels.len() < 400, "{}", panels.len());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]

        /// A harmonic that the first grids fold onto a lower one, or onto nothing, beside a smooth function.
        #[test]
        fn no_harmonic_hides(k in 1..500u32, phase in 0.0..TAU, size in -8.0..0.0f64, theta in 0.0..TAU) {
            let size = 10f64.powf(size);
            let text = format!("exp(cos(theta)) + {size}*cos({k}*theta - {phase})");
            let (f, resolution) = of_formula(&text).unwrap();
            let exact = theta.cos().exp() + size * (f64::from(k) * theta - phase).cos();
            prop_assert!((f.value(theta) - exact).abs() < 1e-9, "{resolution:?}");
            prop_assert!(resolution.points > 2 * k as usize);
            // Its largest magnitude is below four.
            prop_assert!((f.value(theta) - exact).abs() <= 4.0 * resolution.error + 1e-12, "{resolution:?}");
        }

        /// Spikes down to a hundred thousandth of the period are resolved at their summit, or refused.
        #[test]
        fn no_spike_hides(place in 0.0..TAU, sharpness in 1.0..9.0f64, height in -3.0..3.0f64) {
            let (sharpness, height) = (10f64.powf(sharpness), 10f64.powf(height));
            let text = format!("1 + {height}*exp(-{sharpness}*(1 - cos(theta - {place})))");
            match of_formula(&text) {
                Ok((f, _)) => {
                    let summit = f.value(place);
                    prop_assert!((summit - 1.0 - height).abs() < 1e-9 * (1.0 + height), "{summit}");
                }
                // Its harmonics reach to about (2 ln 1e10 sharpness)^(1/2), the grid's to 8192.
                Err(error) => prop_assert!(sharpness > 3e5, "{error}"),
            }
        }
    }

    #[test]
    fn a_spike_that_no_grid_resolves_is_refused_by_name() {
        for text in [
            "1 + exp(-1e9*(1 - cos(theta - 2)))",
            "1 + 0.1*abs(sin(theta - 1))",
            "max(sin(theta), -0.999999)",
        ] {
            let error = of_formula(text).unwrap_err();
            assert!(error.to_string().contains("of the f "), "{error}");
        }
    }
}

//! Carry a value with its first and second derivative in theta through arithmetic.
//!
//! f(x(θ))″ = f″ x′² + f′ x″; sums and products by the rules of Leibniz. Exact up to rounding, never a finite difference.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// A function of theta at one angle: its value and its first two derivatives.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Jet {
    /// f(θ).
    pub value: f64,
    /// ∂_θ f.
    pub first: f64,
    /// ∂_θ² f.
    pub second: f64,
}

impl Jet {
    /// A constant.
    pub const fn constant(value: f64) -> Self {
        Self { value, first: 0.0, second: 0.0 }
    }

    /// The angle itself.
    pub const fn theta(value: f64) -> Self {
        Self { value, first: 1.0, second: 0.0 }
    }

    /// Whether the value and both derivatives are finite.
    pub fn is_finite(self) -> bool {
        self.value.is_finite() && self.first.is_finite() && self.second.is_finite()
    }

    /// f of this jet, from f, f′ and f″ at its value.
    #[must_use]
    pub fn chain(self, value: f64, first: f64, second: f64) -> Self {
        if self.first == 0.0 && self.second == 0.0 {
            // Not 0 × ∞: a function of a constant is a constant even where f is steep.
            return Self::constant(value);
        }
        Self {
            value,
            first: first * self.first,
            second: second * self.first * self.first + first * self.second,
        }
    }

    /// The sine.
    #[must_use]
    pub fn sin(self) -> Self {
        let (s, c) = self.value.sin_cos();
        self.chain(s, c, -s)
    }

    /// The cosine.
    #[must_use]
    pub fn cos(self) -> Self {
        let (s, c) = self.value.sin_cos();
        self.chain(c, -s, -c)
    }

    /// The tangent.
    #[must_use]
    pub fn tan(self) -> Self {
        let t = self.value.tan();
        let first = 1.0 + t * t;
        self.chain(t, first, 2.0 * t * first)
    }

    /// The inverse sine.
    #[must_use]
    pub fn asin(self) -> Self {
        let x = self.value;
        let q = (1.0 - x) * (1.0 + x);
        let first = 1.0 / q.sqrt();
        self.chain(x.asin(), first, x * first / q)
    }

    /// The inverse cosine.
    #[must_use]
    pub fn acos(self) -> Self {
        let x = self.value;
        let q = (1.0 - x) * (1.0 + x);
        let first = -1.0 / q.sqrt();
        self.chain(x.acos(), first, x * first / q)
    }

    /// The inverse tangent.
    #[must_use]
    pub fn atan(self) -> Self {
        let x = self.value;
        let first = 1.0 / (1.0 + x * x);
        self.chain(x.atan(), first, -2.0 * x * first * first)
    }

    /// The hyperbolic sine.
    #[must_use]
    pub fn sinh(self) -> Self {
        let (s, c) = (self.value.sinh(), self.value.cosh());
        self.chain(s, c, s)
    }

    /// The hyperbolic cosine.
    #[must_use]
    pub fn cosh(self) -> Self {
        let (s, c) = (self.value.sinh(), self.value.cosh());
        self.chain(c, s, c)
    }

    /// The hyperbolic tangent.
    #[must_use]
    pub fn tanh(self) -> Self {
        let t = self.value.tanh();
        let sech = 1.0 / self.value.cosh();
        let first = sech * sech;
        self.chain(t, first, -2.0 * t * first)
    }

    /// The exponential.
    #[must_use]
    pub fn exp(self) -> Self {
        let e = self.value.exp();
        self.chain(e, e, e)
    }

    /// The natural logarithm.
    #[must_use]
    pub fn ln(self) -> Self {
        if self.first == 0.0 && self.second == 0.0 {
            return Self::constant(self.value.ln());
        }
        // (ln x)″ = x″/x − (x′/x)², where 1/x² may vanish and x′² overflow.
        let ratio = self.first / self.value;
        Self { value: self.value.ln(), first: ratio, second: self.second / self.value - ratio * ratio }
    }

    /// The square root.
    #[must_use]
    pub fn sqrt(self) -> Self {
        let root = self.value.sqrt();
        let first = 0.5 / root;
        let second = -0.5 * first / self.value;
        if root > 0.0 && !second.is_normal() {
            return self.scaled_power(root, 0.5);
        }
        self.chain(root, first, second)
    }

    /// The absolute value; at its kink the derivatives are taken as zero.
    #[must_use]
    pub fn abs(self) -> Self {
        let sign = if self.value == 0.0 { 0.0 } else { self.value.signum() };
        self.chain(self.value.abs(), sign, 0.0)
    }

    /// The smaller of two.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        // A NaN on either side stays one.
        if other.value < self.value || other.value.is_nan() { other } else { self }
    }

    /// The larger of two.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        if other.value > self.value || other.value.is_nan() { other } else { self }
    }

    /// This jet raised to another.
    #[must_use]
    pub fn power(self, exponent: Self) -> Self {
        if exponent.first != 0.0 || exponent.second != 0.0 {
            // a^b = exp(b ln a)
            return (exponent * self.ln()).exp();
        }
        let (x, n) = (self.value, exponent.value);
        // n x^(n−1) with the convention 0 × ∞ = 0, so that x^1 and x^2 are smooth at x = 0.
        let term = |factor: f64, power: f64| if factor == 0.0 { 0.0 } else { factor * raise(x, power) };
        let (first, second) = (term(n, n - 1.0), term(n * (n - 1.0), n - 2.0));
        if x != 0.0 && n != 0.0 && n != 1.0 && !(first.is_normal() && second.is_normal()) {
            return self.scaled_power(raise(x, n), n);
        }
        self.chain(raise(x, n), first, second)
    }

    /// xⁿ with its value, by ratios: f′ = n f x′/x and f″ = n f ((n − 1)(x′/x)² + x″/x), where xⁿ⁻² vanishes or overflows.
    fn scaled_power(self, value: f64, n: f64) -> Self {
        if self.first == 0.0 && self.second == 0.0 {
            return Self::constant(value);
        }
        let (ratio, curvature) = (self.first / self.value, self.second / self.value);
        Self { value, first: n * value * ratio, second: n * value * ((n - 1.0) * ratio * ratio + curvature) }
    }
}

/// x^n, by repeated multiplication where n is a small whole number.
fn raise(x: f64, n: f64) -> f64 {
    if n == n.trunc() && n.abs() <= 32.0 { x.powi(n as i32) } else { x.powf(n) }
}

impl Add for Jet {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            value: self.value + other.value,
            first: self.first + other.first,
            second: self.second + other.second,
        }
    }
}

impl Sub for Jet {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Neg for Jet {
    type Output = Self;
    fn neg(self) -> Self {
        Self { value: -self.value, first: -self.first, second: -self.second }
    }
}

impl Mul for Jet {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self {
            value: self.value * other.value,
            first: self.first * other.value + self.value * other.first,
            second: self.second * other.value + 2.0 * self.first * other.first + self.value * other.second,
        }
    }
}

impl Div for Jet {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        // q = a/b from a = q b, differentiated twice.
        let value = self.value / other.value;
        let first = (self.first - value * other.first) / other.value;
        let second = (self.second - 2.0 * first * other.first - value * other.second) / other.value;
        Self { value, first, second }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// First and second derivative of f at x by Richardson's extrapolation of central differences (eighth order).
    fn differences(f: impl Fn(f64) -> f64, x: f64) -> (f64, f64) {
        let h = 0.02;
        let (mut first, mut second) = ([0.0; 4], [0.0; 4]);
        for k in 0..4 {
            let h = h / f64::from(1u32 << k);
            first[k] = (f(x + h) - f(x - h)) / (2.0 * h);
            second[k] = (f(x + h) - 2.0 * f(x) + f(x - h)) / (h * h);
        }
        for level in 1..4 {
            let weight = f64::powi(4.0, level);
            for k in 0..4 - level as usize {
                first[k] = (weight * first[k + 1] - first[k]) / (weight - 1.0);
                second[k] = (weight * second[k + 1] - second[k]) / (weight - 1.0);
            }
        }
        (first[0], second[0])
    }

    fn check(name: &str, f: impl Fn(Jet) -> Jet, at: &[f64]) {
        // An inner function with curvature, so that both parts of the chain rule count.
        let inner = |t: f64| {
            let theta = Jet::theta(t);
            f(theta + Jet::constant(0.1) * theta * theta)
        };
        for &x in at {
            let found = inner(x);
            let (first, second) = differences(|t| inner(t).value, x);
            let scale = 1.0 + found.value.abs() + first.abs() + second.abs();
            assert!((found.first - first).abs() < 1e-9 * scale, "{name}′({x}) = {}, {first}", found.first);
            assert!(
                (found.second - second).abs() < 1e-7 * scale,
                "{name}″({x}) = {}, {second}",
                found.second
            );
        }
    }

    #[test]
    fn every_function_has_its_derivatives() {
        let everywhere = [-1.3, -0.4, 0.2, 0.9];
        let inside = [-0.7, -0.4, 0.2, 0.6];
        let positive = [0.2, 0.9, 2.0];
        check("sin", Jet::sin, &everywhere);
        check("cos", Jet::cos, &everywhere);
        check("tan", Jet::tan, &[-1.0, 0.2, 0.9]);
        check("asin", Jet::asin, &inside);
        check("acos", Jet::acos, &inside);
        check("atan", Jet::atan, &everywhere);
        check("sinh", Jet::sinh, &everywhere);
        check("cosh", Jet::cosh, &everywhere);
        check("tanh", Jet::tanh, &everywhere);
        check("exp", Jet::exp, &everywhere);
        check("ln", Jet::ln, &positive);
        check("sqrt", Jet::sqrt, &positive);
        check("abs", Jet::abs, &everywhere);
        check("1/x", |x| Jet::constant(1.0) / x, &everywhere);
        check("x^x", |x| x.power(x), &positive);
        check("min", |x| x.min(x * x), &[0.3, 2.0]);
        check("max", |x| x.max(x * x), &[0.3, 2.0]);
        for n in [-2.5, -1.0, 0.5, 1.0, 2.0, 3.0, 33.0] {
            check("x^n", |x| x.power(Jet::constant(n)), &positive);
        }
    }

    #[test]
    fn derivatives_survive_values_whose_squares_do_not() {
        for size in [1e-150, 1e-200, 1e180, 1e250] {
            let scale = Jet::constant(size);
            let x = Jet::theta(0.7) * scale;
            let close = |name: &str, found: Jet, first: f64, second: f64| {
                assert!((found.first / first - 1.0).abs() < 1e-12, "{name}′ at {size:e}: {found:?}");
                assert!((found.second / second - 1.0).abs() < 1e-12, "{name}″ at {size:e}: {found:?}");
            };
            close("ln", x.ln(), 1.0 / 0.7, -1.0 / 0.49);
            let root = size.sqrt() * 0.7f64.sqrt();
            close("sqrt", x.sqrt(), 0.5 * root / 0.7, -0.25 * root / 0.49);
            close("x^0.5", x.power(Jet::constant(0.5)), 0.5 * root / 0.7, -0.25 * root / 0.49);
            let inverse = 1.0 / (0.7 * size);
            close("x^-1", x.power(Jet::constant(-1.0)), -inverse / 0.7, 2.0 * inverse / 0.49);
            let power = (1.2 * (0.7 * size).ln()).exp();
            if power.is_finite() {
                let found = x.power(Jet::constant(1.2));
                let near = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-10;
                assert!(
                    near(found.first, 1.2 * power / 0.7) && near(found.second, 0.24 * power / 0.49),
                    "{found:?}"
                );
            }
        }
    }

    #[test]
    fn whole_powers_are_smooth_at_zero() {
        let zero = Jet::theta(0.0);
        let at = |n: f64| zero.power(Jet::constant(n));
        assert_eq!(at(0.0), Jet::constant(1.0));
        assert_eq!(at(1.0), zero);
        assert_eq!(at(2.0), Jet { value: 0.0, first: 0.0, second: 2.0 });
        assert_eq!(at(3.0), Jet::constant(0.0));
    }

    #[test]
    fn steep_functions_of_constants_are_constants() {
        assert_eq!(Jet::constant(0.0).sqrt(), Jet::constant(0.0));
        assert_eq!(Jet::constant(1.0).asin(), Jet::constant(1.0f64.asin()));
        assert_eq!(Jet::constant(-8.0).abs(), Jet::constant(8.0));
    }

    #[test]
    fn a_nan_is_never_hidden() {
        let (nan, one) = (Jet::constant(f64::NAN), Jet::constant(1.0));
        for jet in
            [nan.min(one), one.min(nan), nan.max(one), one.max(nan), nan.abs(), nan * Jet::constant(0.0)]
        {
            assert!(!jet.is_finite());
        }
    }
}

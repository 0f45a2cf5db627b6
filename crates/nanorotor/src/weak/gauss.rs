//! Integrate over panels with Gauss–Legendre rules, wholly or up to each node.

use std::f64::consts::PI;

/// The rule of n points on [−1, 1], with the integrals from −1 to each of its points.
#[derive(Debug, Clone)]
pub(super) struct Gauss {
    pub(super) abscissas: Vec<f64>,
    pub(super) weights: Vec<f64>,
    /// `partial[i * n + j]`: weight of the value at point j in the integral from −1 to point i.
    partial: Vec<f64>,
}

impl Gauss {
    pub(super) fn new(n: usize) -> Self {
        let (abscissas, weights): (Vec<f64>, Vec<f64>) = (0..n).map(|i| point(n, i)).unzip();
        // f = Σ_k (2k + 1)/2 ⟨P_k f⟩ P_k, and ∫_{−1}^x P_k = (P_{k+1}(x) − P_{k−1}(x))/(2k + 1).
        let at: Vec<Vec<f64>> = abscissas.iter().map(|x| legendre(n, *x).0).collect();
        let integral = |i: usize, k: usize| {
            if k == 0 { abscissas[i] + 1.0 } else { (at[i][k + 1] - at[i][k - 1]) / (2.0 * k as f64 + 1.0) }
        };
        let entry = |i: usize, j: usize| {
            let terms = (0..n).map(|k| (k as f64 + 0.5) * at[j][k] * integral(i, k));
            weights[j] * terms.sum::<f64>()
        };
        let partial = (0..n * n).map(|at| entry(at / n, at % n)).collect();
        Self { abscissas, weights, partial }
    }

    pub(super) fn points(&self) -> usize {
        self.abscissas.len()
    }

    /// The integrals of a function, given at the points of [−1, 1], from −1 to each point, added to `start`; and the whole.
    pub(super) fn upwards(&self, values: &[f64], start: f64, integrals: &mut Vec<f64>) -> f64 {
        let n = self.points();
        integrals.extend((0..n).map(|i| start + dot(&self.partial[i * n..(i + 1) * n], values)));
        start + dot(&self.weights, values)
    }

    /// The same from each point to 1; the terms are summed as they stand, so that a small remainder keeps its digits.
    pub(super) fn downwards(&self, values: &[f64], start: f64, integrals: &mut [f64]) -> f64 {
        let n = self.points();
        for (i, integral) in integrals.iter_mut().enumerate() {
            let row = self.partial[i * n..(i + 1) * n].iter().zip(&self.weights).zip(values);
            *integral = start + row.map(|((part, whole), y)| (whole - part) * y).sum::<f64>();
        }
        start + dot(&self.weights, values)
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Abscissa and weight number i.
fn point(n: usize, i: usize) -> (f64, f64) {
    let mut x = -(PI * (i as f64 + 0.75) / (n as f64 + 0.5)).cos();
    for _ in 0..20 {
        let (p, slope) = legendre(n, x);
        x -= p[n] / slope;
    }
    let slope = legendre(n, x).1;
    (x, 2.0 / ((1.0 - x * x) * slope * slope))
}

/// P_0(x) … P_n(x), and P_n′(x).
fn legendre(n: usize, x: f64) -> (Vec<f64>, f64) {
    let mut p = vec![1.0, x];
    for k in 1..n {
        let k_ = k as f64;
        p.push(((2.0 * k_ + 1.0) * x * p[k] - k_ * p[k - 1]) / (k_ + 1.0));
    }
    let slope = n as f64 * (p[n - 1] - x * p[n]) / (1.0 - x * x);
    (p, slope)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polynomials_are_integrated_exactly() {
        for degree in [3_i32, 8, 11] {
            let n = degree as usize + 1;
            let rule = Gauss::new(n);
            let values: Vec<f64> = rule.abscissas.iter().map(|x| x.powi(degree) + 0.3).collect();
            let exact = |x: f64| {
                (x.powi(degree + 1) - (-1.0_f64).powi(degree + 1)) / f64::from(degree + 1) + 0.3 * (x + 1.0)
            };
            let mut up = Vec::new();
            let whole = rule.upwards(&values, 2.0, &mut up);
            let mut down = vec![0.0; n];
            assert!((rule.downwards(&values, 2.0, &mut down) - whole).abs() < 1e-14);
            assert!((whole - 2.0 - exact(1.0)).abs() < 1e-14);
            for ((x, up), down) in rule.abscissas.iter().zip(&up).zip(&down) {
                assert!((up - 2.0 - exact(*x)).abs() < 1e-13);
                assert!((up + down - whole - 2.0).abs() < 1e-13);
            }
        }
    }
}

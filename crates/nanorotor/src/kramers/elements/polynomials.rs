//! Hold the polynomials of one element: nodal at Gauss–Lobatto points, integrated at Gauss points.

use std::f64::consts::PI;

/// A nodal basis of degree P with a Gauss rule of `points` points, on [−1, 1].
#[derive(Debug, Clone)]
pub(super) struct Polynomials {
    /// The number of nodes, P + 1.
    pub(super) nodes: usize,
    /// Where they are.
    pub(super) places: Vec<f64>,
    /// Abscissas of the Gauss rule.
    pub(super) abscissas: Vec<f64>,
    /// Weights of the Gauss rule.
    pub(super) weights: Vec<f64>,
    /// `values[a * nodes + i]`: basis function i at abscissa a.
    pub(super) values: Vec<f64>,
    /// The derivatives, in the same order.
    pub(super) slopes: Vec<f64>,
    /// `legendre[k * nodes + i]`: coefficient of the Legendre polynomial k in basis function i.
    pub(super) legendre: Vec<f64>,
}

impl Polynomials {
    pub(super) fn new(degree: usize) -> Self {
        let nodes = degree + 1;
        let places = lobatto(degree);
        let (abscissas, weights) = gauss(degree + 4);
        // A polynomial of degree P is known from its P + 1 node values: by their discrete Legendre transform, whose
        // Lobatto rule is exact up to degree 2P − 1 and has the norm 2/P in place of 2/(2P + 1) at the last.
        let n = degree as f64;
        let mut expansion = vec![0.0; nodes * nodes];
        for (i, &x) in places.iter().enumerate() {
            let values = legendre(degree, x);
            let weight = 2.0 / (n * (n + 1.0) * values[degree].0.powi(2));
            for k in 0..nodes {
                let norm = if k == degree { 2.0 / n } else { 2.0 / (2.0 * k as f64 + 1.0) };
                expansion[k * nodes + i] = weight * values[k].0 / norm;
            }
        }
        let (mut values, mut slopes) = (Vec::new(), Vec::new());
        for &x in &abscissas {
            let at = legendre(degree, x);
            for i in 0..nodes {
                let sum = |pick: fn((f64, f64)) -> f64| -> f64 {
                    (0..nodes).map(|k| pick(at[k]) * expansion[k * nodes + i]).sum()
                };
                values.push(sum(|p| p.0));
                slopes.push(sum(|p| p.1));
            }
        }
        Self { nodes, places, abscissas, weights, values, slopes, legendre: expansion }
    }

    /// How much the value at each Gauss point counts for that at x of the polynomial through all of them.
    pub(super) fn shares_of_points(&self, x: f64) -> Vec<f64> {
        let of = |i: usize, y: &f64| {
            let others = self.abscissas.iter().enumerate().filter(|(j, _)| *j != i);
            others.map(|(_, z)| (x - z) / (y - z)).product()
        };
        self.abscissas.iter().enumerate().map(|(i, y)| of(i, y)).collect()
    }

    /// The number of Gauss points.
    pub(super) fn points(&self) -> usize {
        self.abscissas.len()
    }
}

/// (P_k(x), P_k′(x)) for k = 0 … `degree`.
fn legendre(degree: usize, x: f64) -> Vec<(f64, f64)> {
    let mut values = vec![(1.0, 0.0), (x, 1.0)];
    for k in 1..degree {
        let n = k as f64;
        let value = ((2.0 * n + 1.0) * x * values[k].0 - n * values[k - 1].0) / (n + 1.0);
        let slope = values[k - 1].1 + (2.0 * n + 1.0) * values[k].0;
        values.push((value, slope));
    }
    values.truncate(degree + 1);
    values
}

/// The Gauss–Legendre rule of n points.
fn gauss(n: usize) -> (Vec<f64>, Vec<f64>) {
    let point = |i: usize| {
        let mut x = -(PI * (i as f64 + 0.75) / (n as f64 + 0.5)).cos();
        for _ in 0..20 {
            let (p, slope) = legendre(n, x)[n];
            x -= p / slope;
        }
        let slope = legendre(n, x)[n].1;
        (x, 2.0 / ((1.0 - x * x) * slope * slope))
    };
    (0..n).map(point).unzip()
}

/// The Gauss–Lobatto points of degree P: the ends and the zeros of P_P′.
fn lobatto(degree: usize) -> Vec<f64> {
    let n = degree as f64;
    (0..=degree)
        .map(|i| {
            if i == 0 || i == degree {
                return if i == 0 { -1.0 } else { 1.0 };
            }
            let mut x = -(PI * i as f64 / n).cos();
            for _ in 0..50 {
                let (p, slope) = legendre(degree, x)[degree];
                // (1 − x²) P″ = 2x P′ − P(P + 1) P_P
                let second = (2.0 * x * slope - n * (n + 1.0) * p) / (1.0 - x * x);
                x -= slope / second;
            }
            x
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interpolation_integration_and_transform_are_exact_for_polynomials() {
        for degree in [3, 7, 9] {
            let basis = Polynomials::new(degree);
            // Σ_k sin(k + 0.3) T_k(x), with its slope from U_{k−1}.
            let term = |k: usize| (k as f64 + 0.3).sin();
            let angle = |x: f64| x.acos();
            let f = |x: f64| (0..=degree).map(|k| term(k) * (k as f64 * angle(x)).cos()).sum::<f64>();
            let slope = |x: f64| {
                let sine = angle(x).sin();
                (1..=degree).map(|k| term(k) * k as f64 * (k as f64 * angle(x)).sin() / sine).sum::<f64>()
            };
            let nodal: Vec<f64> = basis.places.iter().map(|&x| f(x)).collect();
            for (a, &x) in basis.abscissas.iter().enumerate() {
                let row = a * basis.nodes..(a + 1) * basis.nodes;
                let apply = |m: &[f64]| m[row.clone()].iter().zip(&nodal).map(|(b, f)| b * f).sum::<f64>();
                assert!((apply(&basis.values) - f(x)).abs() < 1e-13);
                assert!((apply(&basis.slopes) - slope(x)).abs() < 1e-12);
            }
            let square: f64 = basis.abscissas.iter().zip(&basis.weights).map(|(&x, w)| w * f(x) * f(x)).sum();
            let parseval: f64 = (0..basis.nodes)
                .map(|k| {
                    let row = &basis.legendre[k * basis.nodes..(k + 1) * basis.nodes];
                    let c: f64 = row.iter().zip(&nodal).map(|(v, f)| v * f).sum();
                    2.0 * c * c / (2.0 * k as f64 + 1.0)
                })
                .sum();
            assert!((square - parseval).abs() < 1e-12, "{square} {parseval}");
        }
    }
}

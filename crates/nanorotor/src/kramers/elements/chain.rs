//! Solve a Markov chain of few states without subtractions, so that rates of any size keep their digits.
//!
//! With the rates k_ji from i to j and the generator Q, Q_ji = k_ji and Q_ii = −Σ_j k_ji, states go one after the other: what came
//! through the last goes on from there to the others in the proportion of its rates (Grassmann, Taksar and Heyman).

use faer::Mat;

/// The rates in the order of elimination: k_ji after all states above both are gone.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    rates: Mat<f64>,
    /// Σ_{j<k} k_jk once the states above k are gone.
    exits: Vec<f64>,
}

impl Chain {
    /// From the rates k_ji at (j, i).
    pub(super) fn new(mut rates: Mat<f64>) -> Self {
        let n = rates.ncols();
        let mut exits = vec![0.0; n];
        for k in (1..n).rev() {
            exits[k] = (0..k).map(|j| rates[(j, k)]).sum();
            for i in 0..k {
                let share = rates[(k, i)] / exits[k];
                for j in (0..k).filter(|j| *j != i) {
                    rates[(j, i)] += rates[(j, k)] * share;
                }
            }
        }
        Self { rates, exits }
    }

    /// The stationary occupations.
    pub(super) fn occupations(&self) -> Vec<f64> {
        let mut found = vec![1.0];
        for k in 1..self.exits.len() {
            let arriving: f64 = (0..k).map(|i| self.rates[(k, i)] * found[i]).sum();
            found.push(arriving / self.exits[k]);
        }
        let sum: f64 = found.iter().sum();
        found.iter().map(|p| p / sum).collect()
    }

    /// y with Q y = b, where the sum of b is 0, up to a multiple of the occupations.
    pub(super) fn response(&self, load: &[f64]) -> Vec<f64> {
        self.solved(load, |k, j| self.rates[(j, k)], |k, i| self.rates[(k, i)])
    }

    /// z with Qᵀz = b, where the average of b over the occupations is 0, up to a constant.
    pub(super) fn adjoint(&self, load: &[f64]) -> Vec<f64> {
        self.solved(load, |k, i| self.rates[(k, i)], |k, j| self.rates[(j, k)])
    }

    /// Carry loads down from each state and solutions up to it, with these rates.
    fn solved(
        &self,
        load: &[f64],
        down: impl Fn(usize, usize) -> f64,
        up: impl Fn(usize, usize) -> f64,
    ) -> Vec<f64> {
        let n = self.exits.len();
        let mut load = load.to_vec();
        for k in (1..n).rev() {
            let share = load[k] / self.exits[k];
            for i in 0..k {
                load[i] += down(k, i) * share;
            }
        }
        let mut found = vec![0.0];
        for k in 1..n {
            let arriving: f64 = (0..k).map(|i| up(k, i) * found[i]).sum();
            found.push((arriving - load[k]) / self.exits[k]);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rates over thirty powers of ten that obey detailed balance for known occupations, and a current around.
    fn example() -> (Mat<f64>, Vec<f64>) {
        let occupations = [1.0, 1e-9, 1e-4, 3.0];
        let bonds = |i: usize, j: usize| if i == j { 0.0 } else { 1e-5 * 1e-7_f64.powf((i + j) as f64) };
        (Mat::from_fn(4, 4, |j, i| bonds(i, j) / occupations[i]), occupations.to_vec())
    }

    #[test]
    fn occupations_of_rates_in_balance_have_all_digits() {
        let (rates, expected) = example();
        let sum: f64 = expected.iter().sum();
        for (found, expected) in Chain::new(rates).occupations().iter().zip(expected) {
            assert!((found * sum / expected - 1.0).abs() < 1e-14, "{found:e}");
        }
    }

    #[test]
    fn responses_and_adjoints_solve_their_equations() {
        let (mut rates, _) = example();
        rates[(0, 3)] *= 5.0;
        let chain = Chain::new(rates.clone());
        let generator = |j: usize, i: usize| {
            if i == j { -(0..4).map(|k| rates[(k, i)]).sum::<f64>() } else { rates[(j, i)] }
        };
        let occupations = chain.occupations();
        let load = [1e-30, -3e-30, 5e-31, 1.5e-30];
        let found = chain.response(&load);
        for j in 1..4 {
            let terms = (0..4).map(|i| generator(j, i) * found[i]);
            let (sum, size) = terms.fold((0.0, 0.0), |(sum, size), t: f64| (sum + t, size + t.abs()));
            assert!((sum - load[j]).abs() < 1e-13 * size, "{j}: {sum:e}");
        }
        let mut load = [2e-20, 1e-22, -3e-21, 0.0];
        load[3] = -(0..3).map(|i| load[i] * occupations[i]).sum::<f64>() / occupations[3];
        let found = chain.adjoint(&load);
        for i in 0..4 {
            let terms = (0..4).map(|j| generator(j, i) * found[j]);
            let (sum, size) = terms.fold((0.0, 0.0), |(sum, size), t: f64| (sum + t, size + t.abs()));
            assert!((sum - load[i]).abs() < 1e-13 * size, "{i}: {sum:e}");
        }
    }
}

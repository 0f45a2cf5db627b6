//! Weigh an objective and constraints to one number that a local search brings down.
//!
//! | symbol | here | meaning |
//! |---|---|---|
//! | f/s | `goals[objective] / unit` | the objective over its typical size, less is better |
//! | c_j | [`Limit::excess`] | by how much a limit is broken, over its size, with a margin |
//! | λ_j, ρ | `multiplier`, `penalty` | multipliers and penalty of the augmented Lagrangian |
//!
//! m = asinh(f/s) + Σ_j (max(0, λ_j + ρ c_j)² − λ_j²)/2ρ (Rockafellar 1974). The inverse hyperbolic sine, the logarithm for large
//! f, keeps an objective that spans decades from being flat nearly everywhere; it moves no optimum.

use super::evaluation::Evaluation;

/// Limits are kept by this part of their size, so that the optimum at a limit obeys it.
const MARGIN: f64 = 1e-6;

/// A goal that may not exceed a bound, with its size and its multiplier.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Limit {
    /// The number of the goal: an objective, or behind them the excess of a constraint.
    pub(super) goal: usize,
    pub(super) bound: f64,
    pub(super) scale: f64,
    pub(super) multiplier: f64,
}

impl Limit {
    pub(super) fn new(goal: usize, bound: f64, scale: f64) -> Self {
        Self { goal, bound, scale, multiplier: 0.0 }
    }

    /// By how much the limit is broken, over its scale, with the margin.
    fn excess(&self, evaluation: &Evaluation) -> f64 {
        (evaluation.goals[self.goal] - self.bound) / self.scale + MARGIN
    }
}

/// What a local search brings down.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Merit {
    pub(super) objective: usize,
    /// The typical size of the objective.
    pub(super) unit: f64,
    pub(super) limits: Vec<Limit>,
    pub(super) penalty: f64,
}

impl Merit {
    /// The merit of a point; infinite where it is refused.
    pub(super) fn value(&self, evaluation: &Evaluation) -> f64 {
        if evaluation.refused.is_some() {
            return f64::INFINITY;
        }
        let penalty = |limit: &Limit| {
            let push = (limit.multiplier + self.penalty * limit.excess(evaluation)).max(0.0);
            (push * push - limit.multiplier * limit.multiplier) / (2.0 * self.penalty)
        };
        let objective = (evaluation.goals[self.objective] / self.unit).asinh();
        objective + self.limits.iter().map(penalty).sum::<f64>()
    }

    /// ∂m/∂(goal) for every goal of a point.
    pub(super) fn weights(&self, evaluation: &Evaluation) -> Vec<f64> {
        let mut weights = vec![0.0; evaluation.goals.len()];
        let f = evaluation.goals[self.objective];
        weights[self.objective] = 1.0 / f.hypot(self.unit);
        for limit in &self.limits {
            let push = (limit.multiplier + self.penalty * limit.excess(evaluation)).max(0.0);
            weights[limit.goal] += push / limit.scale;
        }
        weights
    }

    /// The sum of what limits are broken by, for a ranking; the margin counts.
    pub(super) fn violation(&self, evaluation: &Evaluation) -> f64 {
        self.limits.iter().map(|limit| limit.excess(evaluation).max(0.0)).sum()
    }

    /// The next multipliers, and by how much the limits and complementarity are broken.
    pub(super) fn advance(&mut self, evaluation: &Evaluation) -> f64 {
        let penalty = self.penalty;
        let step = |limit: &mut Limit| {
            let excess = limit.excess(evaluation);
            let broken = excess.max(-limit.multiplier / penalty).abs();
            limit.multiplier = (limit.multiplier + penalty * excess).max(0.0);
            broken
        };
        self.limits.iter_mut().map(step).fold(0.0, f64::max)
    }
}

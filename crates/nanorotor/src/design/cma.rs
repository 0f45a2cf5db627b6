//! Search the whole box with an evolution strategy that adapts its covariance matrix (CMA-ES).
//!
//! | symbol | here | meaning |
//! |---|---|---|
//! | λ, μ, w_i | `size`, `weights` | points of a generation, those that count, and how much |
//! | m, σ | `mean`, `sigma` | where points are drawn, and how widely |
//! | C = B D² Bᵀ | `covariance`, `axes`, `lengths` | the shape in which they are drawn |
//! | p_σ, p_c | `path_sigma`, `path` | paths of the mean over the generations |
//!
//! The equations and constants are those of Hansen, arXiv:1604.00772 (2016). Only the order of the points counts: those that obey
//! every limit by merit, then those that do not by how much they break, refused ones last. The box is kept by reflection.

use std::cmp::Ordering;

use faer::{Mat, Side};

use super::evaluation::{Evaluation, Part, Stop};
use super::merit::Merit;
use crate::results::random::Random;

/// The width of the first generation and that at which a search ends, in coordinates from 0 to 1.
const WIDEST: f64 = 0.3;
const NARROWEST: f64 = 2e-3;

/// Search until the budget of the part is used up: from the middle of the box, then from random places with ever larger generations.
pub(super) fn global(part: &mut Part<'_>, merit: &Merit, dimensions: usize, seed: u64) -> Result<(), Stop> {
    let mut random = Random::new(seed, 1);
    let mut size = (4 + (3.0 * (dimensions as f64).ln()) as usize).next_multiple_of(2).max(8);
    let mut mean = vec![0.5; dimensions];
    while part.may(size) {
        run(part, merit, &mean, size, &mut random)?;
        size *= 2;
        mean = mean.iter().map(|_| random.uniform()).collect();
    }
    Ok(())
}

fn run(
    part: &mut Part<'_>,
    merit: &Merit,
    start: &[f64],
    size: usize,
    random: &mut Random,
) -> Result<(), Stop> {
    let n = start.len();
    let dimension = n as f64;
    let parents = size / 2;
    let raw: Vec<f64> = (1..=parents).map(|i| (0.5 * (size as f64 + 1.0)).ln() - (i as f64).ln()).collect();
    let sum: f64 = raw.iter().sum();
    let weights: Vec<f64> = raw.iter().map(|w| w / sum).collect();
    let effective = 1.0 / weights.iter().map(|w| w * w).sum::<f64>();
    let c_sigma = (effective + 2.0) / (dimension + effective + 5.0);
    let damping = 1.0 + 2.0 * (((effective - 1.0) / (dimension + 1.0)).sqrt() - 1.0).max(0.0) + c_sigma;
    let c_path = (4.0 + effective / dimension) / (dimension + 4.0 + 2.0 * effective / dimension);
    let c_one = 2.0 / ((dimension + 1.3).powi(2) + effective);
    let c_mean = (1.0 - c_one)
        .min(2.0 * (effective - 2.0 + 1.0 / effective) / ((dimension + 2.0).powi(2) + effective));
    let expected = dimension.sqrt() * (1.0 - 1.0 / (4.0 * dimension) + 1.0 / (21.0 * dimension * dimension));

    let mut mean = start.to_vec();
    let mut sigma = WIDEST;
    let mut covariance = Mat::<f64>::identity(n, n);
    let (mut path_sigma, mut path) = (vec![0.0; n], vec![0.0; n]);
    let mut generation = 0;
    while part.may(size) {
        generation += 1;
        let Ok(eigen) = covariance.self_adjoint_eigen(Side::Lower) else { return Ok(()) };
        let lengths: Vec<f64> = (0..n).map(|k| eigen.S()[k].max(1e-20).sqrt()).collect();
        let axes = eigen.U();
        if sigma * lengths.iter().copied().fold(0.0, f64::max) < NARROWEST {
            return Ok(());
        }
        let places: Vec<Vec<f64>> = (0..size)
            .map(|_| {
                let z: Vec<f64> = lengths.iter().map(|length| length * random.normal()).collect();
                let along = |i: usize| (0..n).map(|k| axes[(i, k)] * z[k]).sum::<f64>();
                (0..n).map(|i| reflected(mean[i] + sigma * along(i))).collect()
            })
            .collect();
        let found = part.all(&places)?;
        let mut order: Vec<usize> = (0..size).collect();
        order.sort_by(|&a, &b| compare(merit, &found[a], &found[b]).then(a.cmp(&b)));
        let steps: Vec<Vec<f64>> = order[..parents]
            .iter()
            .map(|&k| places[k].iter().zip(&mean).map(|(x, m)| (x - m) / sigma).collect())
            .collect();
        let step: Vec<f64> =
            (0..n).map(|i| weights.iter().zip(&steps).map(|(w, y)| w * y[i]).sum()).collect();
        for i in 0..n {
            mean[i] += sigma * step[i];
        }
        // C^(−1/2) y
        let turned: Vec<f64> =
            (0..n).map(|k| (0..n).map(|i| axes[(i, k)] * step[i]).sum::<f64>() / lengths[k]).collect();
        let gain = (c_sigma * (2.0 - c_sigma) * effective).sqrt();
        for i in 0..n {
            let whitened: f64 = (0..n).map(|k| axes[(i, k)] * turned[k]).sum();
            path_sigma[i] = (1.0 - c_sigma) * path_sigma[i] + gain * whitened;
        }
        let length = path_sigma.iter().map(|x| x * x).sum::<f64>().sqrt();
        let settled = (1.0 - (1.0 - c_sigma).powi(2 * generation)).sqrt();
        let moves = length / settled < (1.4 + 2.0 / (dimension + 1.0)) * expected;
        let gain = if moves { (c_path * (2.0 - c_path) * effective).sqrt() } else { 0.0 };
        for i in 0..n {
            path[i] = (1.0 - c_path) * path[i] + gain * step[i];
        }
        let lost = if moves { 0.0 } else { c_one * c_path * (2.0 - c_path) };
        covariance = Mat::from_fn(n, n, |i, j| {
            let many: f64 = weights.iter().zip(&steps).map(|(w, y)| w * y[i] * y[j]).sum();
            (1.0 - c_one - c_mean + lost) * covariance[(i, j)] + c_one * path[i] * path[j] + c_mean * many
        });
        sigma *= (c_sigma / damping * (length / expected - 1.0)).exp();
        sigma = sigma.min(1.0);
    }
    Ok(())
}

/// A coordinate brought between 0 and 1 by reflection at the ends.
fn reflected(x: f64) -> f64 {
    let folded = x.rem_euclid(2.0);
    if folded > 1.0 { 2.0 - folded } else { folded }
}

/// Which of two points is better, the better one less.
pub(super) fn compare(merit: &Merit, a: &Evaluation, b: &Evaluation) -> Ordering {
    let key = |e: &Evaluation| match e.refused {
        Some(_) => (1, 0.0, 0.0),
        None => (0, merit.violation(e), e.goals[merit.objective]),
    };
    let ((p, x, f), (q, y, g)) = (key(a), key(b));
    p.cmp(&q).then(x.total_cmp(&y)).then(f.total_cmp(&g))
}

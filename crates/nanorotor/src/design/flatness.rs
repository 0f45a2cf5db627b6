//! Tell how flat an optimum is: by how much each parameter, and each combination of them, may change for a given loss.
//!
//! f(x + δ) = f + g·δ + δᵀH δ/2 in coordinates from 0 to 1, from differences over steps that cost about the loss that is asked
//! about. Directions are the eigenvectors of H.

use faer::{Mat, Side};

use super::evaluation::{Evaluation, Part, Stop};

/// The relative loss that parameters may cost.
const LOSS: f64 = 0.01;
/// Steps that lose more or less than these parts are shortened or lengthened, so often at most.
const TOO_MUCH: f64 = 0.05;
const TOO_LITTLE: f64 = 1e-3;
const TRIALS: usize = 6;
/// A coordinate that is so near to its bound is at it.
const AT_BOUND: f64 = 1e-6;

/// How flat an optimum is.
#[derive(Debug, Clone, PartialEq)]
pub struct Flatness {
    /// The relative loss of the objective that the changes cost.
    pub loss: f64,
    /// For each parameter the change of the objective (atomic units) per unit of the parameter.
    pub slopes: Vec<f64>,
    /// For each parameter how far it may go down and up alone, in its unit; none where its bound comes first.
    pub changes: Vec<[Option<f64>; 2]>,
    /// Combinations of the parameters that no bound holds, the most sensitive first; none where a constraint is active.
    pub directions: Vec<Direction>,
}

/// A combination of parameters that changes the objective by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Direction {
    /// The change of each parameter, in its unit, that costs the loss; infinite where none does.
    pub changes: Vec<f64>,
}

/// How flat an objective is at a point.
pub(super) fn flatness(
    part: &mut Part<'_>,
    objective: usize,
    best: &Evaluation,
    is_limited: bool,
) -> Result<Flatness, Stop> {
    let n = best.place.len();
    let f = best.goals[objective];
    let size = f.abs().max(f64::MIN_POSITIVE);
    let held = |i: usize| best.place[i] < AT_BOUND || best.place[i] > 1.0 - AT_BOUND;
    let longest = |i: usize| {
        let room = best.place[i].min(1.0 - best.place[i]);
        if held(i) { 0.2 } else { room.min(0.2) }
    };
    let mut steps: Vec<f64> = (0..n).map(|i| longest(i).min(0.02)).collect();
    let mut pairs: Vec<[Option<f64>; 2]> = vec![[None; 2]; n];
    let mut open: Vec<usize> = (0..n).collect();
    for trial in 0..TRIALS {
        let places: Vec<Vec<f64>> = open
            .iter()
            .flat_map(|&i| sides(best.place[i], steps[i], held(i)).map(|step| moved(best, &[(i, step)])))
            .collect();
        let found = part.all(&places)?;
        let value = |e: &Evaluation| e.refused.is_none().then_some(e.goals[objective]);
        let mut left = Vec::new();
        for (k, &i) in open.iter().enumerate() {
            let both = [value(&found[2 * k]), value(&found[2 * k + 1])];
            pairs[i] = both;
            let lost =
                both.iter().map(|v| v.map_or(f64::INFINITY, |v| (v - f).abs())).fold(0.0, f64::max) / size;
            let wanted = if lost > TOO_MUCH {
                steps[i] / 3.0
            } else if lost < TOO_LITTLE {
                (steps[i] * 3.0).min(longest(i))
            } else {
                steps[i]
            };
            if wanted != steps[i] && trial + 1 < TRIALS {
                steps[i] = wanted;
                left.push(i);
            }
        }
        open = left;
        if open.is_empty() {
            break;
        }
    }
    let mut slopes = vec![f64::NAN; n];
    let mut curvature = Mat::<f64>::zeros(n, n);
    for i in 0..n {
        let ([Some(a), Some(b)], [h, k]) = (pairs[i], sides(best.place[i], steps[i], held(i))) else {
            continue;
        };
        slopes[i] = (a - f) * k / (h * (k - h)) - (b - f) * h / (k * (k - h));
        curvature[(i, i)] = 2.0 * ((b - f) / k - (a - f) / h) / (k - h);
    }
    let free: Vec<usize> = (0..n).filter(|&i| !held(i) && !is_limited && slopes[i].is_finite()).collect();
    let couples: Vec<(usize, usize)> =
        free.iter().flat_map(|&i| free.iter().filter(move |&&j| j > i).map(move |&j| (i, j))).collect();
    let places: Vec<Vec<f64>> = couples
        .iter()
        .flat_map(|&(i, j)| [1.0, -1.0].map(|s| moved(best, &[(i, s * steps[i]), (j, s * steps[j])])))
        .collect();
    let found = part.all(&places)?;
    for (pair, &(i, j)) in found.chunks(2).zip(&couples) {
        let alone = |i: usize| pairs[i].iter().flatten().sum::<f64>() - 2.0 * f;
        let both = pair[0].goals[objective] + pair[1].goals[objective] - 2.0 * f;
        let mixed = (both - alone(i) - alone(j)) / (2.0 * steps[i] * steps[j]);
        let mixed = if mixed.is_finite() { mixed } else { 0.0 };
        (curvature[(i, j)], curvature[(j, i)]) = (mixed, mixed);
    }
    let bounds = part.judge.problem.over();
    let change = |i: usize, sign: f64| {
        let step = first_loss(sign * slopes[i], curvature[(i, i)], LOSS * size)?;
        let x = best.place[i] + sign * step;
        (0.0..=1.0).contains(&x).then(|| (bounds[i].number(x) - best.numbers[i]).abs())
    };
    let sign = part.judge.problem.objectives()[objective].0.sign();
    Ok(Flatness {
        loss: LOSS,
        changes: (0..n).map(|i| [change(i, -1.0), change(i, 1.0)]).collect(),
        directions: directions(&curvature, &free, LOSS * size)
            .into_iter()
            .map(|d| Direction { changes: (0..n).map(|i| d[i] * bounds[i].slope(best.place[i])).collect() })
            .collect(),
        slopes: (0..n).map(|i| sign * slopes[i] / bounds[i].slope(best.place[i])).collect(),
    })
}

/// The two steps of differences: to either side, or both inwards from a bound.
fn sides(x: f64, step: f64, held: bool) -> [f64; 2] {
    match (held, x < 0.5) {
        (false, _) => [step, -step],
        (true, true) => [step, 2.0 * step],
        (true, false) => [-step, -2.0 * step],
    }
}

fn moved(best: &Evaluation, steps: &[(usize, f64)]) -> Vec<f64> {
    let mut place = best.place.clone();
    for &(i, step) in steps {
        place[i] += step;
    }
    place
}

/// The smallest positive step at which slope × step + curvature × step²/2 is the loss.
fn first_loss(slope: f64, curvature: f64, loss: f64) -> Option<f64> {
    let root = slope * slope + 2.0 * curvature * loss;
    let step = 2.0 * loss / (slope + root.max(0.0).sqrt());
    (root >= 0.0 && step > 0.0 && step.is_finite()).then_some(step)
}

/// The eigenvectors of the curvature in the free coordinates, each as long as the loss allows, the shortest first.
fn directions(curvature: &Mat<f64>, free: &[usize], loss: f64) -> Vec<Vec<f64>> {
    if free.is_empty() {
        return Vec::new();
    }
    let part = Mat::from_fn(free.len(), free.len(), |i, j| curvature[(free[i], free[j])]);
    let Ok(eigen) = part.self_adjoint_eigen(Side::Lower) else { return Vec::new() };
    let along = |k: usize| {
        let value = eigen.S()[k];
        let length = if value > 0.0 { (2.0 * loss / value).sqrt() } else { f64::INFINITY };
        let mut direction = vec![0.0; curvature.nrows()];
        for (i, &place) in free.iter().enumerate() {
            direction[place] = if eigen.U()[(i, k)] == 0.0 { 0.0 } else { length * eigen.U()[(i, k)] };
        }
        direction
    };
    (0..free.len()).rev().map(along).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loss_of_a_parabola_is_found_on_either_side() {
        assert!((first_loss(0.0, 2.0, 0.01).unwrap() - 0.1).abs() < 1e-15);
        assert!((first_loss(1.0, 0.0, 0.01).unwrap() - 0.01).abs() < 1e-15);
        // Downhill first, then up: −0.1 x + x² = 0.01.
        let step = first_loss(-0.1, 2.0, 0.01).unwrap();
        assert!((step * step - 0.1 * step - 0.01).abs() < 1e-15);
        assert_eq!(first_loss(-1.0, 0.0, 0.01), None);
    }

    #[test]
    fn the_stiffest_direction_comes_first() {
        // f = (x + y)² + 0.01 (x − y)².
        let curvature = Mat::from_fn(2, 2, |i, j| if i == j { 2.02 } else { 1.98 });
        let found = directions(&curvature, &[0, 1], 0.04);
        let along = |d: &[f64]| (d[0] + d[1]).powi(2) + 0.01 * (d[0] - d[1]).powi(2);
        assert!(found.iter().all(|d| (along(d) - 0.04).abs() < 1e-12), "{found:?}");
        assert!((found[0][0] - found[0][1]).abs() < 1e-12 && (found[1][0] + found[1][1]).abs() < 1e-12);
    }
}

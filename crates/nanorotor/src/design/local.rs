//! Go down to the nearest optimum: quasi-Newton steps within the bounds, and multipliers for the limits.
//!
//! Limited-memory BFGS (Nocedal 1980) on the coordinates that no bound holds, with a projected backtracking line search
//! (Bertsekas 1982). Refused points count as infinitely high, so that a step into them is shortened.

use super::evaluation::{Evaluation, Part, Stop};
use super::merit::Merit;

/// The step of differences, in coordinates from 0 to 1.
const STEP: f64 = 1e-3;
/// Pairs of steps and changes of the gradient that are remembered.
const MEMORY: usize = 10;
/// The most steps of one descent, and the most rounds of multipliers.
const STEPS: usize = 60;
const ROUNDS: usize = 12;
/// A projected gradient below this is none: what is left to gain is its square over the curvature.
const FLAT: f64 = 1e-6;
/// A step that gains less than this is the last.
const GAIN: f64 = 1e-11;
/// Limits that are broken by less than this part of their size are kept; half the margin that they have.
const KEPT: f64 = 5e-7;

/// Where a local search ended.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) evaluation: Evaluation,
    /// Whether an optimum was reached, not only the end of the budget.
    pub(super) converged: bool,
}

/// The optimum that lies downhill of a point.
pub(super) fn local(part: &mut Part<'_>, mut merit: Merit, start: Evaluation) -> Result<Found, Stop> {
    let mut found = descend(part, &merit, start)?;
    if merit.limits.is_empty() || found.evaluation.refused.is_some() {
        return Ok(found);
    }
    let mut broken = f64::INFINITY;
    for _ in 0..ROUNDS {
        let now = merit.advance(&found.evaluation);
        if now < KEPT || !found.converged {
            return Ok(Found { converged: found.converged && now < KEPT, ..found });
        }
        if now > 0.25 * broken {
            merit.penalty *= 10.0;
        }
        broken = now;
        found = descend(part, &merit, found.evaluation)?;
    }
    Ok(Found { converged: false, ..found })
}

fn descend(part: &mut Part<'_>, merit: &Merit, start: Evaluation) -> Result<Found, Stop> {
    let mut here = start;
    let mut memory: Vec<(Vec<f64>, Vec<f64>)> = Vec::new();
    let Some(mut gradient) = gradient(part, merit, &here)? else {
        return Ok(Found { evaluation: here, converged: false });
    };
    for _ in 0..STEPS {
        let free = free(&here.place, &gradient);
        let flat = free.iter().zip(&gradient).filter(|(free, _)| **free).all(|(_, g)| g.abs() < FLAT);
        if flat {
            return Ok(Found { evaluation: here, converged: true });
        }
        let value = merit.value(&here);
        let mut direction = newton(&gradient, &free, &memory);
        let mut next = search(part, merit, &here, value, &gradient, &direction)?;
        if matches!(next, Next::None) && !memory.is_empty() {
            memory.clear();
            direction = newton(&gradient, &free, &memory);
            next = search(part, merit, &here, value, &gradient, &direction)?;
        }
        let there = match next {
            Next::Point(there) => there,
            Next::None => return Ok(Found { evaluation: here, converged: true }),
            Next::Budget => return Ok(Found { evaluation: here, converged: false }),
        };
        let gain = value - merit.value(&there);
        let Some(new) = self::gradient(part, merit, &there)? else {
            return Ok(Found { evaluation: there, converged: gain < GAIN });
        };
        let step: Vec<f64> = there.place.iter().zip(&here.place).map(|(a, b)| a - b).collect();
        let change: Vec<f64> = new.iter().zip(&gradient).map(|(a, b)| a - b).collect();
        if dot(&step, &change) > 1e-12 * norm(&step) * norm(&change) {
            memory.push((step, change));
            if memory.len() > MEMORY {
                memory.remove(0);
            }
        }
        (here, gradient) = (there, new);
        if gain < GAIN {
            return Ok(Found { evaluation: here, converged: true });
        }
    }
    Ok(Found { evaluation: here, converged: false })
}

enum Next {
    Point(Evaluation),
    /// No step goes down: what is left is below the accuracy of the values.
    None,
    Budget,
}

/// Shorten a step until it goes down enough.
fn search(
    part: &mut Part<'_>,
    merit: &Merit,
    here: &Evaluation,
    value: f64,
    gradient: &[f64],
    direction: &[f64],
) -> Result<Next, Stop> {
    let mut length = 1.0;
    for _ in 0..20 {
        let place: Vec<f64> =
            here.place.iter().zip(direction).map(|(x, d)| (x + length * d).clamp(0.0, 1.0)).collect();
        let step: Vec<f64> = place.iter().zip(&here.place).map(|(a, b)| a - b).collect();
        if norm(&step) < 1e-10 {
            return Ok(Next::None);
        }
        if !part.may(1) {
            return Ok(Next::Budget);
        }
        let slope = dot(gradient, &step);
        let there = part.one(place)?;
        let found = merit.value(&there);
        if found <= value + 1e-4 * slope && found < value {
            return Ok(Next::Point(there));
        }
        // The lowest point of the parabola through what is known.
        let parabola = -0.5 * slope / (found - value - slope);
        length *= if parabola.is_finite() { parabola.clamp(0.1, 0.5) } else { 0.25 };
    }
    Ok(Next::None)
}

/// The coordinates that no bound holds back.
fn free(place: &[f64], gradient: &[f64]) -> Vec<bool> {
    let held = |(x, g): (&f64, &f64)| (*x <= 0.0 && *g > 0.0) || (*x >= 1.0 && *g < 0.0);
    place.iter().zip(gradient).map(|pair| !held(pair)).collect()
}

/// The quasi-Newton step in the free coordinates, at most a quarter of the box long.
fn newton(gradient: &[f64], free: &[bool], memory: &[(Vec<f64>, Vec<f64>)]) -> Vec<f64> {
    let only = |v: &[f64]| -> Vec<f64> {
        v.iter().zip(free).map(|(x, free)| if *free { *x } else { 0.0 }).collect()
    };
    let pairs: Vec<(Vec<f64>, Vec<f64>)> = memory
        .iter()
        .map(|(s, y)| (only(s), only(y)))
        .filter(|(s, y)| dot(s, y) > 1e-10 * norm(s) * norm(y) && norm(s) > 0.0)
        .collect();
    let mut q = only(gradient);
    let mut shares = Vec::with_capacity(pairs.len());
    for (s, y) in pairs.iter().rev() {
        let share = dot(s, &q) / dot(s, y);
        q.iter_mut().zip(y).for_each(|(q, y)| *q -= share * y);
        shares.push(share);
    }
    let scale = pairs.last().map_or_else(|| 0.1 / norm(gradient), |(s, y)| dot(s, y) / dot(y, y));
    for q in &mut q {
        *q *= scale;
    }
    for ((s, y), share) in pairs.iter().zip(shares.iter().rev()) {
        let other = dot(y, &q) / dot(s, y);
        q.iter_mut().zip(s).for_each(|(q, s)| *q += (share - other) * s);
    }
    let longest = q.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
    let shorter = if longest > 0.25 { 0.25 / longest } else { 1.0 };
    q.iter().map(|x| -shorter * x).collect()
}

/// The gradient of the merit, or none if the budget does not reach for it.
fn gradient(part: &mut Part<'_>, merit: &Merit, here: &Evaluation) -> Result<Option<Vec<f64>>, Stop> {
    if here.refused.is_some() {
        return Ok(None);
    }
    let jacobian = match part.slopes(here)? {
        Some(exact) => exact,
        None if part.may(2 * here.place.len()) => jacobian(part, here)?,
        None => return Ok(None),
    };
    let weights = merit.weights(here);
    let along = |row: &Vec<f64>| dot(row, &weights);
    Ok(Some(jacobian.iter().map(along).collect()))
}

/// The derivatives of all goals along each coordinate, from central differences; at a bound or beside refused points from one side.
pub(super) fn jacobian(part: &mut Part<'_>, here: &Evaluation) -> Result<Vec<Vec<f64>>, Stop> {
    let steps: Vec<[f64; 2]> = here
        .place
        .iter()
        .map(|x| match x {
            x if *x < STEP => [STEP, 2.0 * STEP],
            x if *x > 1.0 - STEP => [-STEP, -2.0 * STEP],
            _ => [STEP, -STEP],
        })
        .collect();
    let moved = |i: usize, step: f64| {
        let mut place = here.place.clone();
        place[i] += step;
        place
    };
    let places: Vec<Vec<f64>> =
        steps.iter().enumerate().flat_map(|(i, both)| both.map(|step| moved(i, step))).collect();
    let found = part.all(&places)?;
    let row = |(i, both): (usize, &[f64; 2])| {
        let (a, b) = (&found[2 * i], &found[2 * i + 1]);
        let weights = match (a.refused.is_some(), b.refused.is_some()) {
            (false, false) => {
                let [h, k] = *both;
                // Through three points at 0, h and k.
                [k / (h * (k - h)), -h / (k * (k - h))]
            }
            (false, true) => [1.0 / both[0], 0.0],
            (true, false) => [0.0, 1.0 / both[1]],
            (true, true) => [0.0, 0.0],
        };
        let of = |j: usize| {
            let part = |weight: f64, at: &Evaluation| {
                if weight == 0.0 { 0.0 } else { weight * (at.goals[j] - here.goals[j]) }
            };
            part(weights[0], a) + part(weights[1], b)
        };
        (0..here.goals.len()).map(of).collect()
    };
    Ok(steps.iter().enumerate().map(row).collect())
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

pub(super) fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

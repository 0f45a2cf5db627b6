//! Find a root and a maximum of a function that costs much, with the fewest values.

use crate::error::Result;
use crate::observables::Estimate;

/// So many values are enough for any function that is continuous.
const MOST: usize = 100;

/// A root of f between two places where its signs differ, to a part `tolerance` of the larger of them, or to where f is lost in its
/// error: inverse quadratic interpolation where it is safe, bisection elsewhere (Chandrupatla 1997). With the value of f there.
///
/// # Errors
/// Those of f.
pub(super) fn root(
    f: impl Fn(f64) -> Result<Estimate>,
    [mut b, mut a]: [(f64, Estimate); 2],
    tolerance: f64,
) -> Result<(f64, Estimate)> {
    let width = tolerance * a.0.abs().max(b.0.abs());
    let mut share = 0.5;
    for _ in 0..MOST {
        let x = a.0 + share * (b.0 - a.0);
        let new = (x, f(x)?);
        // c is the end that the new place takes the role of, a the newest, b the one on the other side.
        let c;
        if new.1.value.signum() == a.1.value.signum() {
            c = a;
        } else {
            (c, b) = (b, a);
        }
        a = new;
        let best = if a.1.value.abs() < b.1.value.abs() { a } else { b };
        if best.1.value.abs() <= best.1.error || (b.0 - a.0).abs() <= width {
            return Ok(best);
        }
        let [fa, fb, fc] = [a, b, c].map(|(_, f)| f.value);
        let (xi, phi) = ((a.0 - b.0) / (c.0 - b.0), (fa - fb) / (fc - fb));
        share = if phi * phi < xi && (1.0 - phi).powi(2) < 1.0 - xi {
            fa / (fb - fa) * fc / (fb - fc) + (c.0 - a.0) / (b.0 - a.0) * fa / (fc - fa) * fb / (fc - fb)
        } else {
            0.5
        };
        let least = 0.5 * width / (b.0 - a.0).abs();
        share = share.clamp(least, 1.0 - least);
    }
    Ok(if a.1.value.abs() < b.1.value.abs() { a } else { b })
}

/// The highest value of f, which comes with what f tells besides, between two places beside a higher one: parabolas where they are
/// safe, golden sections elsewhere (Brent 1973), until the place moves by less than `tolerance`.
///
/// # Errors
/// Those of f.
pub(super) fn maximum<T>(
    f: impl Fn(f64) -> Result<(f64, T)>,
    [mut low, mut high]: [f64; 2],
    start: (f64, f64, T),
    tolerance: f64,
) -> Result<(f64, f64, T)> {
    const GOLDEN: f64 = 0.381_966_011_250_105;
    let mut best = start;
    // The second and the third best.
    let (mut second, mut third) = ((best.0, best.1), (best.0, best.1));
    let (mut step, mut before) = (0.0_f64, 0.0_f64);
    for _ in 0..MOST {
        let middle = 0.5 * (low + high);
        if (best.0 - middle).abs() + 0.5 * (high - low) <= 2.0 * tolerance {
            break;
        }
        let parabola = {
            let (r, q) = ((best.0 - second.0) * (best.1 - third.1), (best.0 - third.0) * (best.1 - second.1));
            0.5 * ((best.0 - second.0) * r - (best.0 - third.0) * q) / (q - r)
        };
        let is_safe = before.abs() > tolerance
            && parabola.abs() < 0.5 * before.abs()
            && (low..high).contains(&(best.0 + parabola));
        (before, step) = if is_safe {
            (step, parabola)
        } else {
            let side = if best.0 < middle { high - best.0 } else { low - best.0 };
            (side, GOLDEN * side)
        };
        let x = best.0 + if step.abs() < tolerance { tolerance.copysign(step) } else { step };
        let (value, rest) = f(x)?;
        if value >= best.1 {
            if x < best.0 {
                high = best.0;
            } else {
                low = best.0;
            }
            (third, second) = (second, (best.0, best.1));
            best = (x, value, rest);
        } else {
            if x < best.0 {
                low = x;
            } else {
                high = x;
            }
            if value >= second.1 || second.0 == best.0 {
                (third, second) = (second, (x, value));
            } else if value >= third.1 || third.0 == best.0 || third.0 == second.0 {
                third = (x, value);
            }
        }
    }
    Ok(best)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// A function, an end of a range that begins at 0, and what is found between.
    type Case = (fn(f64) -> f64, f64, f64);

    #[test]
    fn roots_are_found_with_few_values_on_either_side() {
        let functions: [Case; 5] = [
            (|x| 0.3 - x, 1.0, 0.3),
            (|x| (0.2 - x).sinh(), 7.0, 0.2),
            (|x| 1e-9 * (1.0 - x * x * x), 30.0, 1.0),
            (|x| (-30.0 * x).exp() - 1e-6, 3.0, 6.0 * 10_f64.ln() / 30.0),
            (|x| (x + 2e-3).atan(), -4.0, -2e-3),
        ];
        for (f, end, expected) in functions {
            let count = Cell::new(0);
            let counted = |x: f64| {
                count.set(count.get() + 1);
                Ok(Estimate::new(f(x), 0.0))
            };
            let ends = [0.0, end].map(|x| (x, Estimate::new(f(x), 0.0)));
            let (found, _) = root(counted, ends, 1e-12).unwrap();
            assert!((found - expected).abs() <= 1e-12 * end.abs(), "{found} {expected}");
            assert!(count.get() <= 30, "{} values for {expected}", count.get());
        }
        // Below its error a value is none.
        let noisy = |x: f64| Ok(Estimate::new(0.5 - x, 1e-3));
        let ends = [0.0, 2.0].map(|x| (x, Estimate::new(0.5 - x, 1e-3)));
        let (found, value) = root(noisy, ends, 1e-12).unwrap();
        assert!((found - 0.5).abs() <= 1e-3 && value.value.abs() <= value.error);
    }

    #[test]
    fn maxima_are_found_with_few_values() {
        let functions: [Case; 4] = [
            (|x| x * (1.0 - x), 1.0, 0.5),
            (|x| x * (-3.0 * x).exp(), 1.0, 1.0 / 3.0),
            (|x| (1.0 - x) * x.powi(8), 1.0, 8.0 / 9.0),
            (|x| -(x - 0.7).abs(), 1.0, 0.7),
        ];
        for (f, _, expected) in functions {
            let count = Cell::new(0);
            let counted = |x: f64| {
                count.set(count.get() + 1);
                Ok((f(x), ()))
            };
            let grid = (1..16).map(|k| f64::from(k) / 16.0);
            let at = grid.fold(0.0, |best, x| if f(x) > f(best) { x } else { best });
            let ends = [at - 1.0 / 16.0, at + 1.0 / 16.0];
            let (found, value, ()) = maximum(counted, ends, (at, f(at), ()), 1e-5).unwrap();
            assert!((found - expected).abs() < 2e-5 && value == f(found), "{found} {expected}");
            assert!(count.get() <= 25, "{} values for {expected}", count.get());
        }
    }
}

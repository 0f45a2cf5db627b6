//! Sample distributions evenly, and say what samples of a quantity tell beside its derivatives.

use super::random::{Random, even};
use super::uncertain::SHIFTS;
use crate::study::Distribution;

/// The seed of the shifts.
const SEED: u64 = 0x6e61_6e6f_726f_746f;

/// What samples tell, each with its sampling error.
#[derive(Debug, Clone)]
pub(crate) struct Sampled {
    pub(crate) mean: (f64, f64),
    pub(crate) deviation: (f64, f64),
    /// The bounds between which two thirds of the samples lie.
    pub(crate) low: (f64, f64),
    pub(crate) high: (f64, f64),
    /// The part of the variance that R_lin leaves.
    pub(crate) nonlinearity: f64,
    /// How many of the samples are positive.
    pub(crate) positive: (f64, f64),
}

impl Sampled {
    /// From R and R_lin at the samples, one shift after the other, and mean and variance of R_lin.
    pub(super) fn of(sampled: &[(f64, f64)], mean: f64, variance: f64) -> Self {
        let known = |all: &[(f64, f64)]| -> Vec<(f64, f64)> {
            all.iter().copied().filter(|(found, _)| !found.is_nan()).collect()
        };
        let all = known(sampled);
        // E R = E R_lin + E (R − R_lin), and E R² likewise, about E R_lin: what is known of R_lin need not be sampled. Where some
        // samples have no rate it is not known of the others, and where R_lin is far off it tells less than nothing.
        let moments = |is_controlled: bool| {
            let control = |linear: f64| if is_controlled { linear - mean } else { 0.0 };
            let of_shifts = |of: &dyn Fn(f64, f64) -> f64| {
                let size = (sampled.len() / SHIFTS).max(1);
                let each = sampled.chunks(size).map(|c| average(known(c).into_iter().map(|(r, l)| of(r, l))));
                let each: Vec<f64> = each.filter(|x| x.is_finite()).collect();
                let middle = average(each.iter().copied());
                let spread: f64 = each.iter().map(|x| (x - middle).powi(2)).sum();
                let count = each.len() as f64;
                (middle, if count > 1.0 { (spread / (count * (count - 1.0))).sqrt() } else { f64::INFINITY })
            };
            let (off, off_error) = of_shifts(&|found, linear| found - mean - control(linear));
            let (square, square_error) =
                of_shifts(&|found, linear| (found - mean).powi(2) - control(linear).powi(2));
            let known = if is_controlled { variance } else { 0.0 };
            ((mean + off, off_error), (known + square - off * off, square_error))
        };
        let plain = moments(false);
        let controlled = moments(true);
        let is_better = all.len() == sampled.len() && controlled.1.0 > 0.0 && controlled.1.1 < plain.1.1;
        let (mean_of_all, (spread, spread_error)) = if is_better { controlled } else { plain };
        let deviation = spread.max(0.0).sqrt();
        let bias = average(all.iter().map(|(found, linear)| found - linear));
        let rest = average(all.iter().map(|(found, linear)| (found - linear - bias).powi(2)));
        let mut sorted: Vec<f64> = all.iter().map(|(found, _)| *found).collect();
        sorted.sort_by(f64::total_cmp);
        let (count, positive) = (sorted.len() as f64, sorted.iter().filter(|x| **x > 0.0).count() as f64);
        // One more of each sign (Laplace): that no sample is negative does not make it sure.
        let likely = (positive + 1.0) / (count + 2.0);
        Self {
            mean: mean_of_all,
            deviation: (deviation, spread_error / (2.0 * deviation)),
            low: quantile(&sorted, 1.0 / 6.0),
            high: quantile(&sorted, 5.0 / 6.0),
            nonlinearity: rest / spread,
            positive: (positive / count, (likely * (1.0 - likely) / (count + 2.0)).sqrt()),
        }
    }
}

fn average(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), x| (sum + x, count + 1.0));
    sum / count
}

/// The value below which a part of the samples lies, and half the distance of those a standard deviation of the count away.
fn quantile(sorted: &[f64], part: f64) -> (f64, f64) {
    if sorted.is_empty() {
        return (f64::NAN, f64::NAN);
    }
    let count = sorted.len() as f64;
    let at = |place: f64| {
        let place = place.clamp(0.0, count - 1.0);
        let (below, rest) = (place.floor(), place.fract());
        let next = sorted[((below as usize) + 1).min(sorted.len() - 1)];
        sorted[below as usize] * (1.0 - rest) + next * rest
    };
    let middle = part * count - 0.5;
    let off = (count * part * (1.0 - part)).sqrt();
    (at(middle), 0.5 * (at(middle + off) - at(middle - off)))
}

/// The value of a parameter below which a part `u` of its distribution lies.
pub(super) fn value(distribution: &Distribution, centre: f64, u: f64) -> f64 {
    match *distribution {
        Distribution::Uniform { low, high } => low + (high - low) * u,
        Distribution::Normal { deviation } => centre + deviation * normal_quantile(u),
    }
}

/// The number below which a part u of the standard normal distribution lies, by halving.
fn normal_quantile(u: f64) -> f64 {
    let below = |x: f64| {
        // Φ(x) = 1/2 + φ(x) Σ x^(2k+1)/(2k+1)!!
        let (mut term, mut sum, mut k) = (x, x, 1.0);
        while term.abs() > 1e-17 * sum.abs() && k < 400.0 {
            term *= x * x / (2.0 * k + 1.0);
            sum += term;
            k += 1.0;
        }
        0.5 + sum * (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt()
    };
    let (mut low, mut high) = (-8.0, 8.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if below(middle) < u { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// The points of a lattice in the unit cube under each shift, one shift after the other.
pub(super) fn lattice(dimensions: usize, points: usize) -> Vec<Vec<f64>> {
    let mut random = Random::new(SEED, 0);
    (0..SHIFTS).flat_map(|_| even(points, dimensions, &mut random)).collect()
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::*;

    #[test]
    fn normal_quantiles_are_those_of_tables() {
        for (u, expected) in [(0.5, 0.0), (0.975, 1.959_963_984_540_054), (0.001, -3.090_232_306_167_813)] {
            assert!((normal_quantile(u) - expected).abs() < 1e-9, "{u}");
        }
    }

    /// A linear function leaves nothing to sample; of a square mean and variance are known.
    #[test]
    fn samples_find_the_moments_of_a_square() {
        let places = lattice(2, 64);
        let numbers = |bend: f64| -> Vec<(f64, f64)> {
            let at = |place: &Vec<f64>| {
                let [x, y] = [normal_quantile(place[0]), 2.0 * place[1] - 1.0];
                (3.0 + x + 2.0 * y + bend * x * x, 3.0 + x + 2.0 * y)
            };
            places.iter().map(at).collect()
        };
        let variance = 1.0 + 4.0 / 3.0;
        let straight = Sampled::of(&numbers(0.0), 3.0, variance);
        assert!((straight.mean.0 - 3.0).abs() < 1e-12 && straight.nonlinearity < 1e-24);
        assert!((straight.deviation.0 - variance.sqrt()).abs() < 1e-12);
        let bent = Sampled::of(&numbers(0.5), 3.0, variance);
        assert!((bent.mean.0 - 3.5).abs() < 4.0 * bent.mean.1 && bent.mean.1 < 0.02, "{:?}", bent.mean);
        let whole = (variance + 0.5_f64).sqrt();
        let (found, error) = bent.deviation;
        assert!((found - whole).abs() < 4.0 * error && error < 0.05, "{found} ± {error}, {whole}");
        assert!((bent.nonlinearity - 0.5 / (variance + 0.5)).abs() < 0.05, "{}", bent.nonlinearity);
    }

    /// Where half the samples have no rate, or derivatives are far off, the samples alone tell: the half of a normal distribution
    /// above its centre has the mean (2/π)^½ and the variance 1 − 2/π.
    #[test]
    fn samples_without_a_rate_do_not_bend_the_moments_of_the_others() {
        let places = lattice(1, 64);
        let normal = |place: &Vec<f64>| normal_quantile(place[0]);
        let half: Vec<(f64, f64)> =
            places.iter().map(normal).map(|x| (if x > 0.0 { x } else { f64::NAN }, x)).collect();
        let steep: Vec<(f64, f64)> = places.iter().map(normal).map(|x| (x.abs(), 50.0 * x)).collect();
        for (sampled, variance) in [(half, 1.0), (steep, 2500.0)] {
            let found = Sampled::of(&sampled, 0.0, variance);
            let (mean, deviation) = ((2.0 / PI).sqrt(), (1.0 - 2.0 / PI).sqrt());
            assert!(
                (found.mean.0 - mean).abs() < 4.0 * found.mean.1 && found.mean.1 < 0.02,
                "{:?}",
                found.mean
            );
            let (sampled, error) = found.deviation;
            assert!((sampled - deviation).abs() < 4.0 * error && error < 0.05, "{sampled} ± {error}");
            assert!(found.nonlinearity.is_finite() && found.positive.0 == 1.0);
        }
    }
}
